//! How likely each tempo is to be the felt one, stretch by stretch: the same song can be counted at half or double.
//!
//! A stretch of 20 s is described for every length that a beat may have: how well its curves (beat probability, low,
//! snare and hat onsets, changes of harmony) repeat at multiples and parts of that length. A small network of our own
//! scores each length; see `assets/level`.
//!
//! **Source**: the clues are autocorrelations at metrical levels, as in G. Peeters, "Template-based estimation of
//! time-varying tempo", EURASIP JASP 2007; the network and its training songs are ours.

use realfft::RealFftPlanner;

use super::activation::{Activation, smooth};

/// How long a beat may be, in hops: 250 to 40 beats a minute.
pub(super) const SHORTEST: usize = 24;
/// How many lengths there are, up to 150 hops.
pub(super) const COUNT: usize = 127;
/// Curves that are looked at.
const CURVES: usize = 6;
/// Multiples of a beat at which each curve is compared with itself, and the low onsets with the snare's.
const REPEATS: [f32; 11] = [0.25, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0];
/// Those of one, two, three and four beats.
const WHOLE: [usize; 4] = [4, 6, 7, 8];
const CROSSES: [f32; 6] = [0.25, 0.5, 1.0, 1.5, 2.0, 4.0];
/// Numbers that describe one length in one stretch.
pub(super) const CLUES: usize = CURVES * REPEATS.len() + CROSSES.len() + 2;
/// How many times as well as onsets repeat may beats be said to repeat.
const ONSETS_REPEAT: f32 = 1.8;
/// Hidden units of the network.
const HIDDEN: usize = 24;
/// Hops of a stretch, and from one stretch to the next.
const STRETCH: usize = 2_000;
const STEP: usize = 500;
/// The longest lag that is compared, in hops.
const LONGEST_LAG: usize = 1_320;
/// Stretches shorter than this say nothing: of a song that is over, and of one that is still heard.
const SHORTEST_STRETCH: usize = 330;
const SHORTEST_HEARD: usize = 180;
/// In a stretch shorter than this, lags beyond this share of it are not known: too little is left to compare.
const WHOLE_STRETCH: usize = 700;
const KNOWN: f32 = 0.8;
/// The length against which lengths are told, in hops.
const MIDDLE: f32 = 52.0;
/// No tempo is less likely than this against the likeliest, as a logarithm.
const LEAST: f32 = -8.0;

static WEIGHTS: &[u8] = include_bytes!("../../../assets/level/level.f32");

/// What speaks for each beat length in a stretch of a song; `train-level` of `engine/tools` learns from these.
#[derive(Debug, Clone, PartialEq)]
pub struct TempoClues {
    /// First hop of the stretch.
    pub from_hop: usize,
    /// First hop after it.
    pub to_hop: usize,
    /// One row for each length of 24 to 150 hops: so many numbers each, about -1 to 1; not a number where a
    /// short stretch can't tell.
    pub rows: Vec<Vec<f32>>,
}

/// How likely each length is, as a logarithm against the likeliest (0 at most), stretch by stretch.
pub(super) struct Levels {
    /// Where each stretch's word ends, in hops, and its odds.
    stretches: Vec<(usize, [f32; COUNT])>,
}

impl Levels {
    /// Judges a song.
    pub fn of(activation: &Activation) -> Self {
        let network = Network::built_in();
        let all = clues(activation);
        let middle = |clues: &TempoClues| usize::midpoint(clues.from_hop, clues.to_hop);
        let judge = |(i, clues): (usize, &TempoClues)| {
            let end = all
                .get(i + 1)
                .map_or(usize::MAX, |next| usize::midpoint(middle(clues), middle(next)));
            (end, network.judge(&clues.rows))
        };
        Self {
            stretches: all.iter().enumerate().map(judge).collect(),
        }
    }

    /// No opinion.
    pub fn none() -> Self {
        Self { stretches: Vec::new() }
    }

    /// The odds around a hop; none in a song too short to tell.
    pub fn at(&self, hop: usize) -> Option<&[f32; COUNT]> {
        let nth = self.stretches.partition_point(|(end, _)| *end <= hop);
        self.stretches.get(nth).map(|(_, odds)| odds)
    }
}

/// Judges stretches one by one, as they are heard.
pub(super) struct Judge {
    network: Network,
    planner: RealFftPlanner<f32>,
}

impl Judge {
    /// Hops of the shortest stretch that says anything.
    pub const SHORTEST: usize = SHORTEST_HEARD;

    pub fn new() -> Self {
        Self {
            network: Network::built_in(),
            planner: RealFftPlanner::new(),
        }
    }

    /// The log odds of each length in a stretch of hops, given the clues of each, and how well it repeats, -1 to 1.
    pub fn judge(&mut self, clues: &[[f32; super::activation::CLUES]], beat: &[f32]) -> ([f32; COUNT], [f32; COUNT]) {
        let curves = curves(clues, beat);
        let rows = describe(&curves.each_ref().map(Vec::as_slice), &mut self.planner);
        let mut repeats = [0.0; COUNT];
        for (repeat, row) in repeats.iter_mut().zip(&rows) {
            let of = |curve: usize| {
                let whole = WHOLE.iter().map(|&times| row[curve * REPEATS.len() + times]);
                let (sum, count) = whole
                    .filter(|likeness| !likeness.is_nan())
                    .fold((0.0, 0), |(sum, count), likeness| (sum + likeness, count + 1));
                sum / count.max(1) as f32
            };
            // A network may hear a beat of its own in a rumble: onsets must repeat too, if less.
            let onsets = (1..=3).map(of).fold(f32::MIN, f32::max);
            *repeat = of(0).min(ONSETS_REPEAT * onsets);
        }
        (self.network.judge(&rows), repeats)
    }
}

/// The curves that are compared with themselves.
fn curves(clues: &[[f32; super::activation::CLUES]], beat: &[f32]) -> [Vec<f32>; CURVES] {
    let pick = |value: &dyn Fn(&[f32; super::activation::CLUES]) -> f32| {
        let curve: Vec<f32> = clues.iter().map(value).collect();
        smooth(&curve, 2.0)
    };
    [
        smooth(beat, 2.0),
        pick(&|c| c[3]),
        pick(&|c| c[6] + c[7]),
        pick(&|c| c[8]),
        pick(&|c| c[12]),
        pick(&|c| c[11]),
    ]
}

/// The clues of each stretch of a song.
pub(super) fn clues(activation: &Activation) -> Vec<TempoClues> {
    let hops = activation.beat.len();
    let curves = curves(&activation.clues, &activation.beat);
    let starts: Vec<usize> = if hops < STRETCH + STEP {
        vec![0]
    } else {
        (0..=hops - STRETCH).step_by(STEP).collect()
    };
    let whole = starts.len() == 1;
    let mut planner = RealFftPlanner::new();
    let stretch = |&from: &usize| {
        let to = if whole { hops } else { from + STRETCH };
        (to - from >= SHORTEST_STRETCH).then(|| TempoClues {
            from_hop: from,
            to_hop: to,
            rows: describe(&curves.each_ref().map(|curve| &curve[from..to]), &mut planner),
        })
    };
    starts.iter().filter_map(stretch).collect()
}

/// The clues of every length; not a number where a short stretch can't tell.
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
    // How alike two curves are at each lag, both ways, not scaled.
    let likeness = |a: usize, b: usize| {
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
    let own: Vec<Vec<f32>> = (0..CURVES).map(|c| likeness(c, c)).collect();
    let powers: Vec<f32> = own.iter().map(|row| row[0].max(0.0)).collect();
    let own: Vec<Vec<f32>> = own.into_iter().zip(&powers).map(|(row, &p)| scaled(row, p)).collect();
    let cross = scaled(likeness(1, 2), (powers[1] * powers[2]).sqrt());
    let known = match len < WHOLE_STRETCH {
        true => KNOWN * len as f32,
        false => f32::INFINITY,
    };
    let near = |curve: &[f32], lag: f32| if lag > known { f32::NAN } else { near(curve, lag) };
    let row = |k: usize| {
        let length = (SHORTEST + k) as f32;
        let mut row = Vec::with_capacity(CLUES);
        for curve in &own {
            row.extend(REPEATS.map(|times| near(curve, times * length)));
        }
        row.extend(CROSSES.map(|times| near(&cross, times * length)));
        let octaves = (length / MIDDLE).log2();
        row.extend([octaves, octaves * octaves]);
        row
    };
    (0..COUNT).map(row).collect()
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

/// Scores a length by its clues: one hidden layer.
struct Network {
    mean: Vec<f32>,
    scale: Vec<f32>,
    /// Hidden unit by hidden unit.
    inward: Vec<f32>,
    bias: Vec<f32>,
    outward: Vec<f32>,
}

impl Network {
    fn built_in() -> Self {
        let (numbers, _) = WEIGHTS.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|&n| f32::from_le_bytes(n));
        let mut take = |count: usize| numbers.by_ref().take(count).collect::<Vec<f32>>();
        Self {
            mean: take(CLUES),
            scale: take(CLUES),
            inward: take(CLUES * HIDDEN),
            bias: take(HIDDEN),
            outward: take(HIDDEN),
        }
    }

    /// The log probability of each length against the likeliest.
    fn judge(&self, rows: &[Vec<f32>]) -> [f32; COUNT] {
        let mut scores = [0.0; COUNT];
        for (score, row) in scores.iter_mut().zip(rows) {
            let usual: Vec<f32> = row
                .iter()
                .zip(self.mean.iter().zip(&self.scale))
                .map(|(clue, (mean, scale))| (clue - mean) * scale)
                // What is not known speaks neither for nor against.
                .map(|clue| if clue.is_nan() { 0.0 } else { clue })
                .collect();
            let unit = |(weights, bias): (&[f32], &f32)| {
                let sum: f32 = weights.iter().zip(&usual).map(|(w, x)| w * x).sum();
                (sum + bias).tanh()
            };
            let hidden = self.inward.chunks_exact(CLUES).zip(&self.bias).map(unit);
            *score = hidden.zip(&self.outward).map(|(h, w)| h * w).sum();
        }
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        scores.map(|score| (score - most).max(LEAST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_whole() {
        assert_eq!(WEIGHTS.len(), 4 * (2 * CLUES + CLUES * HIDDEN + 2 * HIDDEN));
        let network = Network::built_in();
        assert!(network.inward.iter().chain(&network.outward).all(|w| w.is_finite()));
    }

    #[test]
    fn a_pulse_repeats_at_its_length() {
        let mut curve = vec![0.0; 2_000];
        curve.iter_mut().step_by(50).for_each(|v| *v = 1.0);
        let curve = smooth(&curve, 2.0);
        let rows = describe(&[curve.as_slice(); CURVES], &mut RealFftPlanner::new());
        let once = |length: usize| rows[length - SHORTEST][4];
        assert!(once(50) > 0.8 && once(100) > 0.8, "{} {}", once(50), once(100));
        assert!(once(75) < 0.5 * once(50), "{}", once(75));
    }
}
