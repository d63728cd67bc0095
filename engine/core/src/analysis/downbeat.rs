//! Downbeat and metre tracking: which beats begin a bar, and how many beats a bar has.

use super::{
    activation::Activation,
    beat_features::BeatFeatures,
    beat_model::METRES,
    numeric::{dot, log_odds},
};

/// Features of a beat.
const FEATURES: usize = BeatFeatures::LEN;

/// What it costs to start a bar anew in its middle.
const RESTART_COST: f32 = 12.0;
/// How much a metre gains where beats resemble those a bar before.
const REPEAT_GAIN: f32 = 0.4;
/// How much likelier a song begins on a downbeat than on any other beat, as a logarithm: its sound says more.
const FIRST_IS_DOWNBEAT: f32 = 1.0;
/// Hops around a beat in which its features are looked for.
const REACH: usize = 3;

/// The longest period, in hops, of six beats in a bar that are thirds of a beat of the tactus, and by how many log odds
/// every third must stand out.
const MAX_COMPOUND_PERIOD: usize = 45;
const MIN_ACCENT: f32 = 0.5;

/// Weights of a beat's features, of the next beat's and of those of the beat before, in the log odds of a downbeat: a
/// logistic regression, fitted as that of [`super::beat_features`] is.
const BIAS: f32 = -1.436;
const HERE: [f32; FEATURES] = [
    -0.0461, 0.2221, 0.489, 0.4881, 0.0066, -0.1637, 0.0153, 0.1264, 0.1411, -0.009, 0.1081, 0.889, 1.3545,
];
const NEXT: [f32; FEATURES] = [
    -0.1788, 0.0476, -0.0514, -0.1907, 0.096, 0.12, 0.0484, -0.2476, -0.2631, 0.0021, 0.0817, -0.2806, -0.3416,
];
const BEFORE: [f32; FEATURES] = [
    0.0211, -0.1322, -0.0434, -0.2224, 0.0813, -0.018, 0.2063, 0.0636, 0.0116, 0.0816, -0.0284, -0.2776, -0.6045,
];

/// The song's bars.
pub(super) struct BarPositions {
    /// Beats in a bar.
    pub beats_per_bar: u32,
    /// Each beat's place in its bar, from 1.
    pub places: Vec<u32>,
}

/// Finds metre and downbeats, given the hops of the beats and perhaps the metre.
pub(super) fn track(activation: &Activation, beats: &[usize], given: Option<u32>) -> BarPositions {
    let features = standardised_features(&activation.features, beats);
    let odds = downbeat_odds(&features);
    if let Some(metre) = given {
        return BarPositions {
            beats_per_bar: metre,
            places: decode(&odds, metre as usize).1,
        };
    }
    let repeats = METRES.map(|metre| repetition(&features, metre.beats));
    let usual = repeats.iter().sum::<f32>() / METRES.len() as f32;
    let mut best = (f32::NEG_INFINITY, 4, Vec::new());
    for (metre, repeat) in METRES.into_iter().zip(repeats) {
        let (score, places) = decode(&odds, metre.beats);
        let repeats = REPEAT_GAIN * (repeat - usual) - (baseline(metre.beats) - baseline(4)).max(0.0);
        let score = score + metre.whole_song + repeats * beats.len() as f32;
        if score > best.0 {
            best = (score, metre.beats, places);
        }
    }
    BarPositions {
        beats_per_bar: best.1 as u32,
        places: best.2,
    }
}

/// How clear the bars of two, three or four beats are: the mean log likelihood of each beat's place.
pub(super) fn clarity(activation: &Activation, beats: &[usize]) -> f32 {
    let odds = downbeat_odds(&standardised_features(&activation.features, beats));
    let likely = (2..=4).map(|metre| decode(&odds, metre).0);
    likely.fold(f32::MIN, f32::max) / beats.len().max(1) as f32
}

/// The beats of compound metre, where six quick ones fill a bar: two, of three each, if every third stands out.
pub(super) fn compound(
    activation: &Activation,
    beats: &[usize],
    bars: &BarPositions,
) -> Option<(Vec<usize>, BarPositions)> {
    let quick = |pair: &[usize]| pair[1] - pair[0] <= MAX_COMPOUND_PERIOD;
    let all_quick = 2 * beats.windows(2).filter(|pair| quick(pair)).count() > beats.len();
    if bars.beats_per_bar != 6 || !all_quick {
        return None;
    }
    let mean = |third: u32| {
        let of = beats
            .iter()
            .zip(&bars.places)
            .filter(|(_, place)| (*place - 1) % 3 == third);
        let (sum, count) = of.fold((0.0, 0.0f32), |(sum, count), (&beat, _)| {
            let near = &activation.beat[beat.saturating_sub(REACH)..(beat + REACH + 1).min(activation.beat.len())];
            let most = near.iter().copied().fold(0.0, f32::max);
            (sum + log_odds(most), count + 1.0)
        });
        sum / count.max(1.0)
    };
    if mean(0) - mean(1).max(mean(2)) < MIN_ACCENT {
        return None;
    }
    let tactus = beats
        .iter()
        .zip(&bars.places)
        .filter(|(_, place)| (*place - 1) % 3 == 0);
    let (beats, places) = tactus.map(|(&beat, &place)| (beat, place / 3 + 1)).unzip();
    let bars = BarPositions {
        beats_per_bar: 2,
        places,
    };
    Some((beats, bars))
}

/// The log likelihood of a beat whose features are all zero in bars of `metre`: long bars must not win by having few downbeats to explain.
fn baseline(metre: usize) -> f32 {
    let downbeats = 1.0 / metre as f32;
    downbeats * log_sigmoid(BIAS) + (1.0 - downbeats) * log_sigmoid(-BIAS)
}

fn log_sigmoid(x: f32) -> f32 {
    -(-x).exp().ln_1p()
}

/// Each beat's features, standardised by the mean and spread of the song's beats, given those of each hop.
pub(super) fn standardised_features(hops: &[BeatFeatures], beats: &[usize]) -> Vec<[f32; FEATURES]> {
    let strongest = |&beat: &usize| {
        let mut most = [f32::NEG_INFINITY; FEATURES];
        for hop in &hops[beat.saturating_sub(REACH)..(beat + REACH + 1).min(hops.len())] {
            most.iter_mut()
                .zip(hop.to_array())
                .for_each(|(most, feature)| *most = most.max(feature));
        }
        most
    };
    let mut features: Vec<[f32; FEATURES]> = beats.iter().map(strongest).collect();
    let count = features.len().max(1) as f32;
    for f in 0..FEATURES {
        let mean = features.iter().map(|beat| beat[f]).sum::<f32>() / count;
        let spread = (features.iter().map(|beat| (beat[f] - mean).powi(2)).sum::<f32>() / count).sqrt();
        features
            .iter_mut()
            .for_each(|beat| beat[f] = (beat[f] - mean) / (spread + 0.1));
    }
    features
}

/// The features by which beat `i` is judged: its own, the next beat's and those of the beat before.
pub(super) fn around(features: &[[f32; FEATURES]], i: usize) -> [&[f32; FEATURES]; 3] {
    let last = features.len().saturating_sub(1);
    [
        &features[i],
        &features[(i + 1).min(last)],
        &features[i.saturating_sub(1)],
    ]
}

/// Log odds that each beat is a downbeat.
fn downbeat_odds(features: &[[f32; FEATURES]]) -> Vec<f32> {
    let odds = |i: usize| {
        let [here, next, before] = around(features, i);
        BIAS + dot(here, &HERE) + dot(next, &NEXT) + dot(before, &BEFORE)
    };
    (0..features.len()).map(odds).collect()
}

/// The autocorrelation of beats' features at a lag of `metre` beats.
fn repetition(features: &[[f32; FEATURES]], metre: usize) -> f32 {
    if features.len() <= metre + 4 {
        return 0.0;
    }
    let like = |(a, b): (&[f32; FEATURES], &[f32; FEATURES])| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let pairs = features[metre..].iter().zip(features);
    pairs.map(like).sum::<f32>() / ((features.len() - metre) * FEATURES) as f32
}

/// The likeliest places in bars of `metre` beats, from 1, and their log likelihood (Viterbi).
fn decode(odds: &[f32], metre: usize) -> (f32, Vec<u32>) {
    // The place before the first beat's.
    let mut score = vec![0.0f32; metre];
    score[metre - 1] = FIRST_IS_DOWNBEAT;
    let mut from = Vec::with_capacity(odds.len());
    for (i, &odds) in odds.iter().enumerate() {
        let best = (0..metre).max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
        let step = |place: usize| {
            let before = (place + metre - 1) % metre;
            let restart = score[best] - RESTART_COST;
            if i > 0 && restart > score[before] {
                (restart, best)
            } else {
                (score[before], before)
            }
        };
        let steps: Vec<(f32, usize)> = (0..metre).map(step).collect();
        from.push(steps.iter().map(|&(_, before)| before).collect::<Vec<usize>>());
        for (place, (value, _)) in steps.into_iter().enumerate() {
            score[place] = value
                + if place == 0 {
                    log_sigmoid(odds)
                } else {
                    log_sigmoid(-odds)
                };
        }
    }
    let mut place = (0..metre).max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
    let total = score[place];
    let mut places = vec![0; odds.len()];
    for i in (0..odds.len()).rev() {
        places[i] = place as u32 + 1;
        place = from[i][place];
    }
    (total, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A song whose downbeats are likely by BeatNet and by chroma flux.
    fn song(metre: usize, beats: usize, pick_up: usize) -> (Activation, Vec<usize>) {
        let mut features = vec![BeatFeatures::default(); beats * 50];
        for beat in 0..beats {
            let downbeat = (beat + metre - pick_up).is_multiple_of(metre);
            let here = &mut features[beat * 50];
            here.downbeat_log_odds = if downbeat { 1.0 } else { -2.0 };
            here.chroma_flux = if downbeat { 0.8 } else { 0.1 };
            here.onsets[BeatFeatures::KICK] = (beat % 2) as f32 * 0.1;
        }
        let beat = vec![0.0; features.len()];
        (
            Activation {
                pulse: Vec::new(),
                sensed: Vec::new(),
                beat,
                features,
            },
            (0..beats).map(|beat| beat * 50).collect(),
        )
    }

    #[test]
    fn metre_and_downbeats_are_found() {
        for metre in METRES.map(|metre| metre.beats) {
            for pick_up in 0..metre.min(3) {
                let (activation, beats) = song(metre, 64, pick_up);
                let bars = track(&activation, &beats, None);
                let given = track(&activation, &beats, Some(metre as u32));
                assert_eq!((given.beats_per_bar as usize, &given.places), (metre, &bars.places));
                assert_eq!(bars.beats_per_bar as usize, metre);
                for (beat, place) in bars.places.iter().enumerate() {
                    assert_eq!(
                        *place == 1,
                        (beat + metre - pick_up).is_multiple_of(metre),
                        "{metre} {pick_up} {beat}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_beats_have_no_bars() {
        let (activation, _) = song(4, 8, 0);
        assert!(track(&activation, &[], None).places.is_empty());
    }
}
