//! The tempo octave: how likely each beat period is that of the tactus, where half or double it fits as well.
//!
//! A stretch of 20 s is described for every beat period: the autocorrelation of its curves (beat probability, kick, snare
//! and hat onsets, chroma flux) at multiples and parts of that period. A small network of our own scores each period; see
//! `assets/level`.
//!
//! **Source**: the features are autocorrelations at metrical levels, as in G. Peeters, "Template-based estimation of
//! time-varying tempo", EURASIP JASP 2007; the network and its training songs are ours.

use realfft::RealFftPlanner;

use super::{activation::Activation, beat_features::BeatFeatures, numeric::smooth};

/// The shortest beat period in hops: 250 beats a minute.
pub(super) const MIN_PERIOD: usize = 24;
/// How many periods there are, up to 150 hops: 40 beats a minute.
pub(super) const PERIODS: usize = 127;
/// The curves that are described: beat probability, kick, snare, hats, chroma flux, and that of the bass.
const CURVES: usize = 6;
/// Which of them is the beat probability, the kick's, the snare's; and those that hold onsets.
const BEAT: usize = 0;
const KICK: usize = 1;
const SNARE: usize = 2;
const ONSETS: std::ops::RangeInclusive<usize> = 1..=3;
/// Multiples of a period at which each curve's autocorrelation is taken.
const LAGS: [f32; 11] = [0.25, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0];
/// Which of them are one, two, three and four beats.
const WHOLE_BEATS: [usize; 4] = [4, 6, 7, 8];
/// Multiples of a period at which the cross-correlation of kick and snare is taken.
const CROSS_LAGS: [f32; 6] = [0.25, 0.5, 1.0, 1.5, 2.0, 4.0];
/// Features of one period in one stretch.
const FEATURES: usize = CURVES * LAGS.len() + CROSS_LAGS.len() + 2;
/// The most by which the periodicity of beats may exceed that of onsets, as a factor.
const MAX_OVER_ONSETS: f32 = 1.8;
/// Hidden units of the network.
const HIDDEN: usize = 24;
/// Hops of a stretch, and from one stretch to the next.
const STRETCH: usize = 2_000;
const STEP: usize = 500;
/// The longest lag that is compared, in hops.
const LONGEST_LAG: usize = 1_320;
/// Shorter stretches are not judged: of a whole song, and of one that is still played.
const MIN_STRETCH: usize = 330;
const MIN_LIVE_STRETCH: usize = 180;
/// In a stretch shorter than this, lags beyond this share of it are not known: too little of it overlaps.
const WHOLE_STRETCH: usize = 700;
const KNOWN: f32 = 0.8;
/// The period against which others are measured in octaves, in hops.
const MIDDLE_PERIOD: f32 = 52.0;
/// The lowest log likelihood of a period against the likeliest.
const MIN_LOG_LIKELIHOOD: f32 = -8.0;

static WEIGHTS: &[u8] = include_bytes!("../../../assets/level/level.f32");

/// Features of each beat period in a stretch of a song; `cargo xtask train tempo-octave` learns from these.
#[derive(Debug, Clone, PartialEq)]
pub struct TempoFeatures {
    /// First hop of the stretch.
    pub from_hop: usize,
    /// First hop after it.
    pub to_hop: usize,
    /// One row for each period of 24 to 150 hops: autocorrelations, about -1 to 1; not a number where the stretch is too
    /// short.
    pub rows: Vec<Vec<f32>>,
}

/// The log likelihood of each period against the likeliest (0 at most), stretch by stretch.
pub(super) struct TempoLikelihood {
    /// The hop up to which each stretch counts, and its log likelihoods.
    stretches: Vec<(usize, [f32; PERIODS])>,
}

impl TempoLikelihood {
    /// That of a whole song.
    pub fn of(activation: &Activation) -> Self {
        let network = TempoMlp::built_in();
        let all = features(activation);
        let middle = |stretch: &TempoFeatures| usize::midpoint(stretch.from_hop, stretch.to_hop);
        let likelihood = |(i, stretch): (usize, &TempoFeatures)| {
            let end = all
                .get(i + 1)
                .map_or(usize::MAX, |next| usize::midpoint(middle(stretch), middle(next)));
            (end, network.score(&stretch.rows))
        };
        Self {
            stretches: all.iter().enumerate().map(likelihood).collect(),
        }
    }

    /// All periods alike.
    pub fn none() -> Self {
        Self { stretches: Vec::new() }
    }

    /// The log likelihoods around a hop; none in a song too short to tell.
    pub fn at(&self, hop: usize) -> Option<&[f32; PERIODS]> {
        let nth = self.stretches.partition_point(|(end, _)| *end <= hop);
        self.stretches.get(nth).map(|(_, likelihood)| likelihood)
    }
}

/// Judges stretches one by one, while a song is played.
pub(super) struct TempoEstimator {
    network: TempoMlp,
    planner: RealFftPlanner<f32>,
}

impl TempoEstimator {
    /// Hops of the shortest stretch that is judged.
    pub const MIN_STRETCH: usize = MIN_LIVE_STRETCH;

    pub fn new() -> Self {
        Self {
            network: TempoMlp::built_in(),
            planner: RealFftPlanner::new(),
        }
    }

    /// The log likelihood of each period in a stretch of hops, given the features and the beat probability of each, and its
    /// periodicity, -1 to 1.
    pub fn estimate(&mut self, features: &[BeatFeatures], beat: &[f32]) -> ([f32; PERIODS], [f32; PERIODS]) {
        let curves = curves(features, beat);
        let rows = describe(&curves.each_ref().map(Vec::as_slice), &mut self.planner);
        let mut periodicities = [0.0; PERIODS];
        for (periodicity, row) in periodicities.iter_mut().zip(&rows) {
            let of = |curve: usize| {
                let whole = WHOLE_BEATS.iter().map(|&lag| row[curve * LAGS.len() + lag]);
                let (sum, count) = whole
                    .filter(|correlation| !correlation.is_nan())
                    .fold((0.0, 0), |(sum, count), correlation| (sum + correlation, count + 1));
                sum / count.max(1) as f32
            };
            // BeatNet may give a rumble a beat: onsets must be periodic too, if less.
            let onsets = ONSETS.map(of).fold(f32::MIN, f32::max);
            *periodicity = of(BEAT).min(MAX_OVER_ONSETS * onsets);
        }
        (self.network.score(&rows), periodicities)
    }
}

/// The [`CURVES`], smoothed.
fn curves(features: &[BeatFeatures], beat: &[f32]) -> [Vec<f32>; CURVES] {
    let curve = |value: fn(&BeatFeatures) -> f32| {
        let curve: Vec<f32> = features.iter().map(value).collect();
        smooth(&curve, 2.0)
    };
    [
        smooth(beat, 2.0),
        curve(|features| features.onsets[BeatFeatures::KICK]),
        curve(|features| BeatFeatures::SNARE.map(|group| features.onsets[group]).iter().sum()),
        curve(|features| features.onsets[BeatFeatures::HATS]),
        curve(|features| features.chroma_flux),
        curve(|features| features.bass_chroma_flux),
    ]
}

/// The features of each stretch of a song.
pub(super) fn features(activation: &Activation) -> Vec<TempoFeatures> {
    let hops = activation.beat.len();
    let curves = curves(&activation.features, &activation.beat);
    let starts: Vec<usize> = if hops < STRETCH + STEP {
        vec![0]
    } else {
        (0..=hops - STRETCH).step_by(STEP).collect()
    };
    let whole = starts.len() == 1;
    let mut planner = RealFftPlanner::new();
    let stretch = |&from: &usize| {
        let to = if whole { hops } else { from + STRETCH };
        (to - from >= MIN_STRETCH).then(|| TempoFeatures {
            from_hop: from,
            to_hop: to,
            rows: describe(&curves.each_ref().map(|curve| &curve[from..to]), &mut planner),
        })
    };
    starts.iter().filter_map(stretch).collect()
}

/// The features of every period; not a number where the stretch is too short.
fn describe(curves: &[&[f32]; CURVES], planner: &mut RealFftPlanner<f32>) -> Vec<Vec<f32>> {
    let len = curves[0].len();
    let lags = LONGEST_LAG.min(len);
    let size = (2 * len).next_power_of_two();
    let forward = planner.plan_fft_forward(size);
    let back = planner.plan_fft_inverse(size);
    let spectra = curves.map(|curve| {
        let mean = curve.iter().sum::<f32>() / len as f32;
        let mut padded = forward.make_input_vec();
        padded.iter_mut().zip(curve).for_each(|(out, v)| *out = v - mean);
        let mut spectrum = forward.make_output_vec();
        forward
            .process(&mut padded, &mut spectrum)
            .expect("the buffers are the plan's own");
        spectrum
    });
    // The cross-correlation of two curves at each lag, the mean of both directions, not scaled.
    let correlation = |a: usize, b: usize| {
        let mut product = back.make_input_vec();
        for ((out, a), b) in product.iter_mut().zip(&spectra[a]).zip(&spectra[b]) {
            // The real part alone is the mean of both directions.
            out.re = (a.conj() * b).re;
            out.im = 0.0;
        }
        let mut sums = back.make_output_vec();
        back.process(&mut product, &mut sums)
            .expect("the buffers are the plan's own");
        let mean = |(lag, sum): (usize, &f32)| sum / ((len - lag).max(1) * size) as f32;
        sums[..lags].iter().enumerate().map(mean).collect::<Vec<f32>>()
    };
    let scaled = |mut row: Vec<f32>, power: f32| {
        row.iter_mut().for_each(|v| *v /= power + 1e-6);
        row
    };
    let own: Vec<Vec<f32>> = (0..CURVES).map(|c| correlation(c, c)).collect();
    let powers: Vec<f32> = own.iter().map(|row| row[0].max(0.0)).collect();
    let own: Vec<Vec<f32>> = own.into_iter().zip(&powers).map(|(row, &p)| scaled(row, p)).collect();
    let cross = scaled(correlation(KICK, SNARE), (powers[KICK] * powers[SNARE]).sqrt());
    let known = match len < WHOLE_STRETCH {
        true => KNOWN * len as f32,
        false => f32::INFINITY,
    };
    let near = |curve: &[f32], lag: f32| if lag > known { f32::NAN } else { near(curve, lag) };
    let row = |k: usize| {
        let period = (MIN_PERIOD + k) as f32;
        let mut row = Vec::with_capacity(FEATURES);
        for curve in &own {
            row.extend(LAGS.map(|times| near(curve, times * period)));
        }
        row.extend(CROSS_LAGS.map(|times| near(&cross, times * period)));
        let octaves = (period / MIDDLE_PERIOD).log2();
        row.extend([octaves, octaves * octaves]);
        row
    };
    (0..PERIODS).map(row).collect()
}

/// The most of a curve within about 1 % of a lag, between lags by straight lines.
fn near(curve: &[f32], lag: f32) -> f32 {
    let last = (curve.len() - 1) as f32;
    let at = |stretch: f32| {
        let lag = (lag * stretch).min(last);
        let (below, part) = (lag as usize, lag.fract());
        let above = (below + 1).min(curve.len() - 1);
        curve[below] * (1.0 - part) + curve[above] * part
    };
    [0.988, 0.994, 1.0, 1.006, 1.012]
        .map(at)
        .into_iter()
        .fold(f32::MIN, f32::max)
}

/// A multilayer perceptron with one hidden layer that scores a period by its features.
struct TempoMlp {
    mean: Vec<f32>,
    scale: Vec<f32>,
    /// Hidden unit by hidden unit.
    hidden: Vec<f32>,
    bias: Vec<f32>,
    output: Vec<f32>,
}

impl TempoMlp {
    fn built_in() -> Self {
        let (numbers, _) = WEIGHTS.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|&n| f32::from_le_bytes(n));
        let mut take = |count: usize| numbers.by_ref().take(count).collect::<Vec<f32>>();
        Self {
            mean: take(FEATURES),
            scale: take(FEATURES),
            hidden: take(FEATURES * HIDDEN),
            bias: take(HIDDEN),
            output: take(HIDDEN),
        }
    }

    /// The log likelihood of each period against the likeliest.
    fn score(&self, rows: &[Vec<f32>]) -> [f32; PERIODS] {
        let mut scores = [0.0; PERIODS];
        for (score, row) in scores.iter_mut().zip(rows) {
            let standardised: Vec<f32> = row
                .iter()
                .zip(self.mean.iter().zip(&self.scale))
                .map(|(feature, (mean, scale))| (feature - mean) * scale)
                // A feature that is not known counts as its mean.
                .map(|feature| if feature.is_nan() { 0.0 } else { feature })
                .collect();
            let unit = |(weights, bias): (&[f32], &f32)| {
                let sum: f32 = weights.iter().zip(&standardised).map(|(w, x)| w * x).sum();
                (sum + bias).tanh()
            };
            let hidden = self.hidden.chunks_exact(FEATURES).zip(&self.bias).map(unit);
            *score = hidden.zip(&self.output).map(|(h, w)| h * w).sum();
        }
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        scores.map(|score| (score - most).max(MIN_LOG_LIKELIHOOD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_whole() {
        assert_eq!(WEIGHTS.len(), 4 * (2 * FEATURES + FEATURES * HIDDEN + 2 * HIDDEN));
        let network = TempoMlp::built_in();
        assert!(network.hidden.iter().chain(&network.output).all(|w| w.is_finite()));
    }

    #[test]
    fn the_autocorrelation_peaks_at_the_period() {
        let mut curve = vec![0.0; 2_000];
        curve.iter_mut().step_by(50).for_each(|v| *v = 1.0);
        let curve = smooth(&curve, 2.0);
        let rows = describe(&[curve.as_slice(); CURVES], &mut RealFftPlanner::new());
        let once = |period: usize| rows[period - MIN_PERIOD][WHOLE_BEATS[0]];
        assert!(once(50) > 0.8 && once(100) > 0.8, "{} {}", once(50), once(100));
        assert!(once(75) < 0.5 * once(50), "{}", once(75));
    }
}
