//! Which reading of a pulse is felt: its metrical level and phase, weighed against half, double, the off-beat and 3:2.
//!
//! The search for beats finds a pulse that fits the onsets, and several readings of it fit as well: every other beat, beats
//! and half-beats, the off-beats (reggae and ska stress them), three beats where two were heard. Each is described by a few
//! numbers, and a conditional logit weighs them. The reading with the highest expected F-measure under the posterior is
//! taken (the decision of least Bayes risk), and its own posterior is how sure it is. Then a second logit, at the tempo that
//! was taken, asks whether the beat lies a quarter of it off, as where the bass is always ahead.
//!
//! **Source**: D. McFadden, "Conditional logit analysis of qualitative choice behavior", 1974; `reading.md` says
//! on what songs the weights were fitted, and how they are made again.

use super::{
    activation::Activation,
    beat_confidence,
    beat_features::BeatFeatures,
    downbeat,
    numeric::log_odds,
    tempo_octave::{MIN_PERIOD, PERIODS, TempoLikelihood},
};

/// Readings of a row of beats: what they are weighed by beforehand, the first beat and the step from one to the next.
const READINGS: [(Relation, f64, f64); 16] = [
    (Relation::Same, 0.0, 1.0),
    (Relation::OffBeat, 0.5, 1.0),
    (Relation::Half, 0.0, 2.0),
    (Relation::Half, 1.0, 2.0),
    (Relation::Double, 0.0, 0.5),
    (Relation::ThreeForTwo, 0.0, 2.0 / 3.0),
    (Relation::ThreeForTwo, 1.0 / 3.0, 2.0 / 3.0),
    (Relation::TwoForThree, 0.0, 1.5),
    (Relation::TwoForThree, 1.0, 1.5),
    (Relation::TwoForThree, 0.5, 1.5),
    (Relation::Third, 0.0, 3.0),
    (Relation::Third, 1.0, 3.0),
    (Relation::Third, 2.0, 3.0),
    (Relation::Triple, 0.0, 1.0 / 3.0),
    (Relation::Quarter, 0.25, 1.0),
    (Relation::Quarter, 0.75, 1.0),
];
/// Numbers that describe a reading, and what each adds to its log odds.
pub(super) const FEATURES: usize = 12 + 2 * COMPARED.len();
const WEIGHTS: [f32; FEATURES] = [
    0.563, -0.7424, 0.07447, 0.6554, -0.2732, 0.4442, 0.1512, 4.528, -5.952, -0.08264, 0.0607, 0.4691, 0.2971,
    -0.07042, -0.2133, -0.5808, -0.6549, 1.342, 0.2893, -0.06818, -0.3849, 1.345, 0.3206, 0.2741,
];
/// The same where the tempo is settled, and only the phase is asked for: beat, off-beat, or a quarter of a beat to each side.
/// Of an earlier fit, since a later one puts a son's bass on the beat.
const PHASE_WEIGHTS: [f32; FEATURES] = [
    -1.162, -0.1917, 0.46, 0.7523, 0.488, 0.5018, 0.3779, 3.573, -2.817, -0.6787, 0.1843, -0.6318, -0.0515, 0.222,
    -0.08605, -0.1435, -0.6934, 1.287, 0.3328, 0.4232, 1.449, 1.076, 0.6479, -0.3493,
];
/// Beats are put a quarter later or earlier only if that is likelier than all else.
const SURE_OF_FOOT: f32 = 0.5;
/// Fewer beats than this are not weighed.
const FEWEST: usize = 6;
/// Hops by which two beats may differ that count as one: less than the 70 ms of the F-measure, which is a quarter of a
/// quick beat.
const FOUND: usize = 4;
/// Hops around a beat in which it is looked for: by odds, and by features.
const ODDS_REACH: usize = 2;
const FEATURE_REACH: usize = 3;
/// Clues that are compared on the beat and between beats: bass, two of the snare, hats, changes of bass and of harmony.
/// Both how strong they are, and how they differ within four: drums do on the beat, and off-beat chords are all alike.
const COMPARED: [fn(&BeatFeatures) -> f32; 6] = [
    |features| features.onsets[BeatFeatures::KICK],
    |features| features.onsets[BeatFeatures::SNARE[0]],
    |features| features.onsets[BeatFeatures::SNARE[1]],
    |features| features.onsets[BeatFeatures::HATS],
    |features| features.bass_chroma_flux,
    |features| features.chroma_flux,
];
/// By how much the log odds between beats may be above those of beats without further ado.
const BARE: f32 = 2.0;
/// No odds that are sensed say more than this, as a logarithm.
const SENSED_MOST: f32 = 6.0;
/// The length against which lengths are told, in hops.
const MIDDLE: f32 = 52.0;
/// How far from a length its odds may be found, as a share.
const NEAR: f32 = 0.03;

/// What a reading is of the beats that were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The beats as they were found.
    Same,
    /// Half a beat later.
    OffBeat,
    /// Every other beat.
    Half,
    /// Beats and half-beats.
    Double,
    /// Three beats where two were found.
    ThreeForTwo,
    /// Two beats where three were found.
    TwoForThree,
    /// Every third beat.
    Third,
    /// Three beats where one was found.
    Triple,
    /// A quarter of a beat later or earlier: what is always ahead of the beat, as the bass of a son, was taken for it.
    Quarter,
}

impl Relation {
    /// Log odds of the relation before anything is known of the song; none of one that is weighed for its phase alone.
    fn prior(self) -> Option<f32> {
        match self {
            Self::Same => Some(0.0),
            Self::OffBeat => Some(0.864),
            Self::Half => Some(-0.689),
            Self::Double => Some(0.058),
            Self::ThreeForTwo => Some(0.451),
            Self::TwoForThree => Some(-0.512),
            Self::Third => Some(-1.103),
            Self::Triple => Some(1.24),
            Self::Quarter => None,
        }
    }

    /// The same where only the phase is asked for; none of what is of another tempo.
    fn phase_prior(self) -> Option<f32> {
        match self {
            Self::Same => Some(0.0),
            Self::OffBeat => Some(0.864),
            Self::Quarter => Some(0.656),
            _ => None,
        }
    }
}

/// The reading that is taken.
pub(super) struct Reading {
    /// In hops.
    pub beats: Vec<usize>,
    /// The posterior of this reading among all, 0 to 1.
    pub sure: f32,
}

/// A reading, and what describes it.
pub(super) struct Described {
    pub relation: Relation,
    /// In hops.
    pub beats: Vec<usize>,
    pub features: [f32; FEATURES],
}

/// Describes the readings of beats that were found.
pub(super) fn all(activation: &Activation, levels: &TempoLikelihood, beats: &[usize]) -> Vec<Described> {
    describe(&READINGS, activation, levels, beats)
}

/// Describes the beat and the off-beat alone: the tempo is known.
pub(super) fn at_tempo(activation: &Activation, levels: &TempoLikelihood, beats: &[usize]) -> Vec<Described> {
    describe(&READINGS[..2], activation, levels, beats)
}

fn describe(
    readings: &[(Relation, f64, f64)],
    activation: &Activation,
    levels: &TempoLikelihood,
    beats: &[usize],
) -> Vec<Described> {
    let described = |&(relation, first, step): &(Relation, f64, f64)| {
        let beats = row(beats, first, step);
        Some(Described {
            relation,
            features: features(activation, levels, &beats)?,
            beats,
        })
    };
    readings.iter().filter_map(described).collect()
}

impl Reading {
    /// Weighs readings; nothing of none.
    pub fn among(readings: &[Described]) -> Option<Self> {
        let weighed = weigh(readings, &WEIGHTS, Relation::prior);
        // What is right for most beats, whichever reading is true: where the phase is in doubt, both phases.
        let expected = |row: &[usize]| -> f32 {
            let gain = |(p, truth): &(f32, &Described)| p * f_measure(row, &truth.beats);
            weighed.iter().map(gain).sum()
        };
        let (_, sure, taken) = weighed
            .iter()
            .map(|(p, reading)| (expected(&reading.beats), *p, *reading))
            .max_by(|(a, ..), (b, ..)| a.total_cmp(b))?;
        let ahead = weigh(readings, &PHASE_WEIGHTS, Relation::phase_prior)
            .into_iter()
            .find(|(p, reading)| reading.relation == Relation::Quarter && *p > SURE_OF_FOOT)
            .filter(|_| taken.relation.phase_prior().is_some());
        let (p, taken) = ahead.unwrap_or((1.0, taken));
        Some(Self {
            sure: sure * p,
            beats: taken.beats.clone(),
        })
    }
}

/// The posterior of each reading that has a prior.
fn weigh<'a>(
    readings: &'a [Described],
    weights: &[f32; FEATURES],
    prior: fn(Relation) -> Option<f32>,
) -> Vec<(f32, &'a Described)> {
    let odds = |reading: &'a Described| {
        let features: f32 = reading
            .features
            .iter()
            .zip(weights)
            .map(|(feature, weight)| feature * weight)
            .sum();
        Some((prior(reading.relation)? + features, reading))
    };
    let weighed: Vec<(f32, &Described)> = readings.iter().filter_map(odds).collect();
    let most = weighed.iter().map(|(odds, _)| *odds).fold(f32::MIN, f32::max);
    let all: f32 = weighed.iter().map(|(odds, _)| (odds - most).exp()).sum();
    weighed
        .into_iter()
        .map(|(odds, reading)| ((odds - most).exp() / all, reading))
        .collect()
}

/// The F-measure of beats against others, both ascending: those within [`FOUND`] hops count as found.
fn f_measure(beats: &[usize], truth: &[usize]) -> f32 {
    let near = |beat: &usize| {
        let next = truth.partition_point(|other| other + FOUND < *beat);
        truth.get(next).is_some_and(|other| *other <= beat + FOUND)
    };
    let found = beats.iter().filter(|beat| near(beat)).count();
    2.0 * found as f32 / (beats.len() + truth.len()).max(1) as f32
}

/// Beats at `first`, `first + step`... counted in beats of a row, between them by straight lines.
fn row(beats: &[usize], first: f64, step: f64) -> Vec<usize> {
    let last = beats.len().saturating_sub(1);
    let at = |place: f64| {
        let before = (place as usize).min(last);
        let after = (before + 1).min(last);
        let part = place - before as f64;
        (beats[before] as f64 + part * (beats[after] as f64 - beats[before] as f64)).round() as usize
    };
    (0..)
        .map(|k| first + step * f64::from(k))
        .take_while(|place| *place <= last as f64 + 1e-6)
        .map(at)
        .collect()
}

/// The numbers that describe a row of beats; none of one that is too short, too fast or too slow.
fn features(activation: &Activation, levels: &TempoLikelihood, beats: &[usize]) -> Option<[f32; FEATURES]> {
    if beats.len() < FEWEST {
        return None;
    }
    let mut lengths: Vec<usize> = beats.windows(2).map(|pair| pair[1] - pair[0]).collect();
    lengths.sort_unstable();
    let length = lengths[lengths.len() / 2];
    let k = length.checked_sub(MIN_PERIOD).filter(|k| *k < PERIODS)?;
    let halves: Vec<usize> = beats.windows(2).map(|pair| usize::midpoint(pair[0], pair[1])).collect();
    let odds = |row: &[usize]| mean(row, |beat| log_odds(most(&activation.beat, beat, ODDS_REACH)));
    let sensed = |row: &[usize]| {
        let near = |beat| most(&activation.sensed, beat, ODDS_REACH).clamp(-SENSED_MOST, SENSED_MOST);
        mean(row, near)
    };
    let value = |beat: usize, feature: fn(&BeatFeatures) -> f32| {
        let around = beat.saturating_sub(FEATURE_REACH)..(beat + FEATURE_REACH + 1).min(activation.features.len());
        let values = activation.features[around].iter().map(feature);
        values.fold(f32::MIN, f32::max)
    };
    let feature = |row: &[usize], feature: fn(&BeatFeatures) -> f32| mean(row, |beat| value(beat, feature));
    // How far the four beats of a bar differ.
    let varied = |row: &[usize], feature: fn(&BeatFeatures) -> f32| {
        let phases = [0, 1, 2, 3].map(|phase| {
            let row: Vec<usize> = row.iter().copied().skip(phase).step_by(4).collect();
            mean(&row, |beat| value(beat, feature))
        });
        let middle = phases.iter().sum::<f32>() / 4.0;
        (phases.iter().map(|phase| (phase - middle).powi(2)).sum::<f32>() / 4.0).sqrt()
    };
    let reach = (NEAR * length as f32) as usize + 1;
    let level = mean(beats, |beat| levels.at(beat).map_or(0.0, |odds| most(odds, k, reach)));
    let octaves = (length as f32 / MIDDLE).log2();
    let mut features = [0.0; FEATURES];
    let quarters = |part: usize| -> Vec<usize> {
        beats
            .windows(2)
            .map(|pair| pair[0] + part * (pair[1] - pair[0]) / 4)
            .collect()
    };
    let (on, off) = (odds(beats), odds(&halves));
    features[..12].copy_from_slice(&[
        level,
        octaves,
        octaves * octaves,
        on,
        off,
        sensed(beats),
        sensed(&halves),
        downbeat::clarity(activation, beats),
        beat_confidence::unexplained(&activation.beat, beats),
        odds(&quarters(1)),
        odds(&quarters(3)),
        // Where there is next to nothing on the beats and much between them, these are the beats.
        (off - on - BARE).max(0.0),
    ]);
    for (pair, compared) in features[12..].chunks_exact_mut(2).zip(COMPARED) {
        pair[0] = feature(beats, compared) - feature(&halves, compared);
        pair[1] = varied(beats, compared) - varied(&halves, compared);
    }
    Some(features)
}

fn mean(row: &[usize], value: impl Fn(usize) -> f32) -> f32 {
    row.iter().map(|&beat| value(beat)).sum::<f32>() / row.len().max(1) as f32
}

/// The most of a curve within `reach` of a place.
fn most(curve: &[f32], at: usize, reach: usize) -> f32 {
    let around = at.saturating_sub(reach)..(at + reach + 1).min(curve.len());
    curve[around].iter().copied().fold(f32::MIN, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reading with these features and nothing else.
    fn described(relation: Relation, first: usize, clarity: f32, unexplained: f32) -> Described {
        let mut features = [0.0; FEATURES];
        (features[7], features[8]) = (clarity, unexplained);
        Described {
            relation,
            beats: (0..20).map(|k| first + 40 * k).collect(),
            features,
        }
    }

    #[test]
    fn beats_are_put_a_quarter_on_only_where_that_is_likeliest() {
        let among = |same: f32, quarter: f32| {
            let readings = [
                described(Relation::Same, 100, same, 0.2),
                described(Relation::OffBeat, 120, -0.5, 0.2),
                described(Relation::Quarter, 110, quarter, 0.2),
            ];
            Reading::among(&readings).unwrap()
        };
        assert_eq!(among(0.5, 0.5 - 0.656 / 3.573 - 0.05).beats[0], 100);
        let ahead = among(0.5, 1.0);
        assert_eq!(ahead.beats[0], 110);
        assert!(ahead.sure < among(0.5, -1.0).sure);
        assert!(Reading::among(&[]).is_none());
    }
}
