//! Which beats begin a bar, and how many beats a bar has.

use super::activation::{Activation, CLUES};

/// Beats in a bar that are tried, each with its log prior: fours are common, fives and sevens rare.
const METRES: [(usize, f32); 6] = [(2, 0.0), (3, -2.0), (4, 0.0), (5, -6.0), (6, -6.0), (7, -6.0)];
/// What it costs to start a bar anew in its middle.
const RESTART_COST: f32 = 12.0;
/// How much a metre gains where beats resemble those a bar before.
const REPEAT_GAIN: f32 = 0.4;
/// How much likelier a song begins on a downbeat than on any other beat, as a logarithm: what sounds tells more.
const BEGINS: f32 = 1.0;
/// Hops around a beat in which its clues are looked for.
const REACH: usize = 3;

/// How long a beat of six in a bar may be, in hops, to be a third of the one that is felt, and by how much that stands out.
const QUICK: usize = 45;
const STANDS_OUT: f32 = 0.5;

/// How a beat's clues, the next beat's and those of the beat before speak for a downbeat: a logistic regression, fitted
/// as [`super::activation`]'s is.
const BIAS: f32 = -1.436;
const HERE: [f32; CLUES] = [
    -0.0461, 0.2221, 0.489, 0.4881, 0.0066, -0.1637, 0.0153, 0.1264, 0.1411, -0.009, 0.1081, 0.889, 1.3545,
];
const NEXT: [f32; CLUES] = [
    -0.1788, 0.0476, -0.0514, -0.1907, 0.096, 0.12, 0.0484, -0.2476, -0.2631, 0.0021, 0.0817, -0.2806, -0.3416,
];
const BEFORE: [f32; CLUES] = [
    0.0211, -0.1322, -0.0434, -0.2224, 0.0813, -0.018, 0.2063, 0.0636, 0.0116, 0.0816, -0.0284, -0.2776, -0.6045,
];

/// The song's bars.
pub(super) struct Bars {
    /// Beats in a bar.
    pub beats_per_bar: u32,
    /// Each beat's place in its bar, from 1.
    pub places: Vec<u32>,
}

/// Finds metre and downbeats, given the hops of the beats and perhaps the metre.
pub(super) fn bars(activation: &Activation, beats: &[usize], given: Option<u32>) -> Bars {
    let clues = beat_clues(activation, beats);
    let odds = downbeat_odds(&clues);
    if let Some(metre) = given {
        return Bars {
            beats_per_bar: metre,
            places: decode(&odds, metre as usize).1,
        };
    }
    let repeats = METRES.map(|(metre, _)| repetition(&clues, metre));
    let usual = repeats.iter().sum::<f32>() / METRES.len() as f32;
    let mut best = (f32::NEG_INFINITY, 4, Vec::new());
    for ((metre, prior), repeat) in METRES.into_iter().zip(repeats) {
        let (score, places) = decode(&odds, metre);
        let repeats = REPEAT_GAIN * (repeat - usual) - (unheard(metre) - unheard(4)).max(0.0);
        let score = score + prior + repeats * beats.len() as f32;
        if score > best.0 {
            best = (score, metre, places);
        }
    }
    Bars {
        beats_per_bar: best.1 as u32,
        places: best.2,
    }
}

/// How clear the bars of two, three or four beats are: the mean log likelihood of each beat's place.
pub(super) fn clarity(activation: &Activation, beats: &[usize]) -> f32 {
    let odds = downbeat_odds(&beat_clues(activation, beats));
    let likely = (2..=4).map(|metre| decode(&odds, metre).0);
    likely.fold(f32::MIN, f32::max) / beats.len().max(1) as f32
}

/// The beats that are felt where six quick ones fill a bar: two, of three each, if every third stands out.
pub(super) fn compound(activation: &Activation, beats: &[usize], bars: &Bars) -> Option<(Vec<usize>, Bars)> {
    let quick = |pair: &[usize]| pair[1] - pair[0] <= QUICK;
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
            (sum + super::activation::log_odds(most), count + 1.0)
        });
        sum / count.max(1.0)
    };
    if mean(0) - mean(1).max(mean(2)) < STANDS_OUT {
        return None;
    }
    let felt = beats
        .iter()
        .zip(&bars.places)
        .filter(|(_, place)| (*place - 1) % 3 == 0);
    let (beats, places) = felt.map(|(&beat, &place)| (beat, place / 3 + 1)).unzip();
    let bars = Bars {
        beats_per_bar: 2,
        places,
    };
    Some((beats, bars))
}

/// What a beat without any clue is worth in bars of `metre`: long bars must not win by having few downbeats to explain.
fn unheard(metre: usize) -> f32 {
    let downbeats = 1.0 / metre as f32;
    downbeats * log_sigmoid(BIAS) + (1.0 - downbeats) * log_sigmoid(-BIAS)
}

fn log_sigmoid(x: f32) -> f32 {
    -(-x).exp().ln_1p()
}

/// Each beat's clues, against the mean and spread of the song's beats.
fn beat_clues(activation: &Activation, beats: &[usize]) -> Vec<[f32; CLUES]> {
    let hops = activation.clues.len();
    let strongest = |&beat: &usize| {
        let mut clues = [f32::NEG_INFINITY; CLUES];
        for hop in &activation.clues[beat.saturating_sub(REACH)..(beat + REACH + 1).min(hops)] {
            clues
                .iter_mut()
                .zip(hop)
                .for_each(|(most, clue)| *most = most.max(*clue));
        }
        clues
    };
    let mut clues: Vec<[f32; CLUES]> = beats.iter().map(strongest).collect();
    let count = clues.len().max(1) as f32;
    for c in 0..CLUES {
        let mean = clues.iter().map(|beat| beat[c]).sum::<f32>() / count;
        let spread = (clues.iter().map(|beat| (beat[c] - mean).powi(2)).sum::<f32>() / count).sqrt();
        clues
            .iter_mut()
            .for_each(|beat| beat[c] = (beat[c] - mean) / (spread + 0.1));
    }
    clues
}

/// Log odds that each beat is a downbeat.
fn downbeat_odds(clues: &[[f32; CLUES]]) -> Vec<f32> {
    let dot = |clues: &[f32; CLUES], weights: &[f32; CLUES]| clues.iter().zip(weights).map(|(c, w)| c * w).sum::<f32>();
    let last = clues.len().saturating_sub(1);
    let odds = |i: usize| {
        let (next, before) = (&clues[(i + 1).min(last)], &clues[i.saturating_sub(1)]);
        BIAS + dot(&clues[i], &HERE) + dot(next, &NEXT) + dot(before, &BEFORE)
    };
    (0..clues.len()).map(odds).collect()
}

/// Mean likeness of beats that are `metre` apart.
fn repetition(clues: &[[f32; CLUES]], metre: usize) -> f32 {
    if clues.len() <= metre + 4 {
        return 0.0;
    }
    let like = |(a, b): (&[f32; CLUES], &[f32; CLUES])| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let pairs = clues[metre..].iter().zip(clues);
    pairs.map(like).sum::<f32>() / ((clues.len() - metre) * CLUES) as f32
}

/// The likeliest places in bars of `metre` beats, from 1, and how likely they are.
fn decode(odds: &[f32], metre: usize) -> (f32, Vec<u32>) {
    // The place before the first beat's.
    let mut score = vec![0.0f32; metre];
    score[metre - 1] = BEGINS;
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

    /// A song whose downbeats are likely by the network and by a change of harmony.
    fn song(metre: usize, beats: usize, pick_up: usize) -> (Activation, Vec<usize>) {
        let mut clues = vec![[0.0; CLUES]; beats * 50];
        for beat in 0..beats {
            let downbeat = (beat + metre - pick_up).is_multiple_of(metre);
            clues[beat * 50][2] = if downbeat { 1.0 } else { -2.0 };
            clues[beat * 50][CLUES - 1] = if downbeat { 0.8 } else { 0.1 };
            clues[beat * 50][3] = (beat % 2) as f32 * 0.1;
        }
        let beat = vec![0.0; clues.len()];
        (
            Activation {
                pulse: Vec::new(),
                sensed: Vec::new(),
                beat,
                clues,
            },
            (0..beats).map(|beat| beat * 50).collect(),
        )
    }

    #[test]
    fn metre_and_downbeats_are_found() {
        for (metre, _) in METRES {
            for pick_up in 0..metre.min(3) {
                let (activation, beats) = song(metre, 64, pick_up);
                let bars = bars(&activation, &beats, None);
                let given = super::bars(&activation, &beats, Some(metre as u32));
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
        assert!(bars(&activation, &[], None).places.is_empty());
    }
}
