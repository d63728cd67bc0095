//! Whether what was followed is a pulse at all, and where: noise, drones and random clicks have none.

use super::numeric::moving_mean;

/// Numbers by which a pulse is distinguished from none.
pub(super) const FEATURES: usize = 4;
/// What the features of a pulse add to the log odds that there is one: the logarithm of the contrast, misfit, and what is
/// sensed over all and at its clearest. A logistic regression; `reading.md` says on what.
const BELIEF: [f32; FEATURES] = [3.608, -2.602, 2.079, -0.504];
const BELIEF_BIAS: f32 = -0.58;
const MOST_CONTRAST: f32 = 16.0;
const MOST_MISFIT: f32 = 1.5;
/// Below this mean probability around a beat nothing pulses there.
const FAINT: f32 = 0.06;
/// Beats to each side that tell whether there is a pulse.
const NEIGHBOURS: usize = 4;
/// The fewest beats that make a pulse.
const FEWEST: usize = 6;
/// A beat less likely than this missed its onset; a peak likelier than the other is an onset that wants to be explained.
const MISSED: f32 = 0.1;
const WANTS: f32 = 0.15;
/// Where onsets fall in a beat that is divided into two, three or four.
const DIVISIONS: [f32; 7] = [0.0, 0.25, 1.0 / 3.0, 0.5, 2.0 / 3.0, 0.75, 1.0];

/// How far the beats that were found fit what was heard.
pub(super) struct BeatConfidence {
    /// Whether something pulses around each beat.
    pub here: Vec<bool>,
    /// What speaks for and against the whole; nothing where too few beats pulse.
    pub features: Option<ConfidenceFeatures>,
}

/// What speaks for and against a pulse.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConfidenceFeatures {
    /// How much likelier a beat is where beats were found than anywhere.
    pub contrast: f32,
    /// The share of beats without an onset, plus the share of onsets that fall on no beat or even part of one, plus the
    /// mean change of tempo in percent. Random clicks have much of all three, music little of any.
    pub misfit: f32,
}

impl BeatConfidence {
    /// Judges beats by the probability of a beat at each hop.
    pub fn of(activation: &[f32], beats: &[usize]) -> Self {
        let near = |&beat: &usize| {
            let around = beat.saturating_sub(2)..(beat + 3).min(activation.len());
            activation[around].iter().copied().fold(0.0, f32::max)
        };
        let likely: Vec<f32> = beats.iter().map(near).collect();
        let here: Vec<bool> = moving_mean(&likely, NEIGHBOURS)
            .iter()
            .map(|&mean| mean > FAINT)
            .collect();
        let count = here.iter().filter(|&&here| here).count();
        if count < FEWEST {
            return Self { here, features: None };
        }
        let mean = activation.iter().sum::<f32>() / activation.len() as f32;
        let missed = likely
            .iter()
            .zip(&here)
            .filter(|&(&p, &here)| here && p < MISSED)
            .count();
        let features = ConfidenceFeatures {
            contrast: likely.iter().sum::<f32>() / likely.len() as f32 / mean.max(1e-6),
            misfit: missed as f32 / count as f32 + unexplained(activation, beats) + 100.0 * unsteadiness(beats),
        };
        Self {
            here,
            features: Some(features),
        }
    }
}

impl ConfidenceFeatures {
    /// The numbers that are weighed, given what is sensed of a pulse: its mean log odds over the song, and over the stretch
    /// where it is clearest.
    pub fn numbers(&self, sensed: f32, clearest: f32) -> [f32; FEATURES] {
        [
            self.contrast.min(MOST_CONTRAST).ln(),
            self.misfit.min(MOST_MISFIT),
            sensed,
            clearest,
        ]
    }
}

/// Log odds that there is a pulse.
pub(super) fn odds(numbers: [f32; FEATURES]) -> f32 {
    let weighed = numbers.iter().zip(&BELIEF).map(|(number, weight)| number * weight);
    BELIEF_BIAS + weighed.sum::<f32>()
}

/// The share of onsets, by likelihood, that fall on no division of a beat.
pub(super) fn unexplained(activation: &[f32], beats: &[usize]) -> f32 {
    /// Hops that an onset may be off.
    const OFF: f32 = 2.5;
    let (mut all, mut explained) = (0.0, 0.0);
    for (hop, three) in (1..).zip(activation.windows(3)) {
        let p = three[1];
        let next = beats.partition_point(|&beat| beat <= hop);
        if p <= WANTS || p < three[0] || p <= three[2] || next == 0 || next == beats.len() {
            continue;
        }
        all += p;
        let length = (beats[next] - beats[next - 1]) as f32;
        let place = (hop - beats[next - 1]) as f32;
        if DIVISIONS
            .iter()
            .any(|division| (place - division * length).abs() <= OFF)
        {
            explained += p;
        }
    }
    if all > 0.0 { 1.0 - explained / all } else { 1.0 }
}

/// Mean change of a beat's length from one beat to the next, as a share; rounding to hops is no change.
pub(super) fn unsteadiness(beats: &[usize]) -> f32 {
    let change = |three: &[usize]| {
        let (a, b) = (three[1] - three[0], three[2] - three[1]);
        a.abs_diff(b).saturating_sub(1) as f32 / a as f32
    };
    beats.windows(3).map(change).sum::<f32>() / beats.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_is_believed_where_it_is() {
        let mut activation = vec![0.02; 4_000];
        let beats: Vec<usize> = (0..80).map(|k| k * 50).collect();
        for &beat in &beats[20..] {
            activation[beat] = 0.9;
        }
        let pulse = BeatConfidence::of(&activation, &beats);
        let features = pulse.features.unwrap();
        assert!(features.contrast > 8.0 && features.misfit < 0.3, "{features:?}");
        assert!(pulse.here[30..].iter().all(|&here| here) && !pulse.here[..15].iter().any(|&here| here));
    }

    #[test]
    fn what_is_everywhere_is_no_pulse() {
        let beats: Vec<usize> = (0..80).map(|k| k * 50).collect();
        for level in [0.0, 0.02, 0.3, 0.9] {
            let features = BeatConfidence::of(&vec![level; 4_000], &beats).features;
            assert!(
                features.is_none_or(|features| odds(features.numbers(0.0, 0.0)) < 0.0),
                "{level}"
            );
        }
    }
}
