//! How likely each hop is a beat: the network's opinion weighed with onsets and changes of harmony, and with what a network
//! of our own senses from all of these.
//!
//! The weights are a logistic regression on the beats of 34 songs, all our own synthesis, our own performances of works
//! in the public domain, or CC0 loops; a quarter of them are in `tests/songs`. Clues and result are kept apart from the
//! search for beats, so that a better network only has to change this file.

use super::{
    analyzer::Heard,
    harmony::{self, Changes},
    hops::loudness,
    looks::HOPS_PER_LOOK,
    network::sigmoid,
    onset::{GROUPS, Onsets},
    sense::{self, LATE, Sense},
};
use crate::error::Result;

/// Numbers that speak for or against a beat at a hop.
pub(super) const CLUES: usize = 13;
/// What each clue adds to the log odds of a beat.
const WEIGHTS: [f32; CLUES] = [
    0.4931, -0.1017, -0.1132, 0.7378, 0.2969, -0.2482, -0.269, -0.0381, 0.9874, 0.7427, -0.1548, 0.238, 0.5204,
];
const BIAS: f32 = -3.4418;
/// What each clue says of a beat against the place half a beat later, fitted by `train-level` of `engine/tools` on its
/// songs; how much that counts; and the most that it says.
pub(super) const FOOT: [f32; CLUES] = [
    0.3837, -0.2217, -0.0774, 0.5254, 0.0894, -0.0236, -0.1793, 0.0574, 0.0609, 0.3144, 0.0994, 0.9828, 0.9901,
];
pub(super) const FOOT_GAIN: f32 = 1.0;
pub(super) const FOOT_MOST: f32 = 3.0;
/// Less likely hops are not compared, and no beats.
pub(super) const LIKELY: f32 = 0.1;
/// Hops around a beat in which its clues are looked for.
const FOOT_REACH: usize = 2;

/// How much of the odds of a beat is sensed.
const SENSED: f32 = 0.15;

/// What speaks for beats and downbeats, hop by hop.
pub(super) struct Activation {
    /// Probability that a beat is here, for each hop.
    pub beat: Vec<f32>,
    /// Log odds that there is a pulse, for each hop, [`PULSE_MOST`](super::sense::PULSE_MOST) at most.
    pub pulse: Vec<f32>,
    /// Log odds of a beat, as they are sensed, for each hop.
    pub sensed: Vec<f32>,
    /// The clues, for each hop: the network's log odds of a beat, their square, its log odds of a downbeat, log onset
    /// strength of each group and of all, that times the log odds, and the changes of bass and harmony.
    pub clues: Vec<[f32; CLUES]>,
}

impl Activation {
    /// # Errors
    /// [`crate::Error::Asset`] when the built-in network is damaged.
    pub fn of(heard: &Heard, onsets: &Onsets) -> Result<Self> {
        let hops = heard.raw.len();
        let looks = heard.looks.activations(onsets.loud_db)?;
        let between = |value: fn(&super::network::Activation) -> f32| {
            // Looks are two hops apart: a hop between two has the mean of both.
            let last = looks.len() - 1;
            let at = |hop: usize| {
                let (a, b) = (hop / HOPS_PER_LOOK, hop.div_ceil(HOPS_PER_LOOK));
                (value(&looks[a.min(last)]) + value(&looks[b.min(last)])) / 2.0
            };
            let curve: Vec<f32> = (0..hops).map(at).collect();
            smooth(&curve, 1.0).into_iter().map(log_odds).collect::<Vec<f32>>()
        };
        let beat = between(|look| look.beat + look.downbeat);
        let downbeat = between(|look| look.downbeat);
        let groups: Vec<Vec<f32>> = balanced(onsets).iter().map(|group| smooth(group, 1.0)).collect();
        let changes = Changes::of(heard);
        let change = |curve: &[f32]| {
            let curve: Vec<f32> = (0..hops).map(|hop| curve[changes.index(hop)]).collect();
            smooth(&curve, 3.0)
        };
        let (bass, all) = (change(&changes.bass), change(&changes.all));
        let clues: Vec<[f32; CLUES]> = (0..hops)
            .map(|hop| {
                let odds = beat[hop];
                let mean = groups.iter().map(|group| group[hop]).sum::<f32>() / GROUPS as f32;
                let strength = (3.0 * mean).ln_1p();
                let mut clues = [0.0; CLUES];
                clues[..3].copy_from_slice(&[odds, odds * odds / 10.0, downbeat[hop]]);
                for (clue, group) in clues[3..].iter_mut().zip(&groups) {
                    *clue = (2.0 * group[hop]).ln_1p();
                }
                let changes = [harmony::clue(bass[hop]), harmony::clue(all[hop])];
                clues[3 + GROUPS..].copy_from_slice(&[strength, strength * odds / 4.0, changes[0], changes[1]]);
                clues
            })
            .collect();
        let mut sense = Sense::new()?;
        let (mut beat, mut pulse, mut senses) = (Vec::new(), Vec::new(), Vec::new());
        for (hop, (now, raw)) in clues.iter().zip(&heard.raw).enumerate() {
            let late = &clues[hop.saturating_sub(LATE)];
            let loudness = loudness(raw.weighted_db, onsets.loud_db);
            let sensed = sense.hear(&sense::gather(now, [late[CLUES - 2], late[CLUES - 1]], loudness));
            let odds = log_odds(sigmoid(odds(now)));
            let both = sensed.map_or(odds, |sensed| SENSED * sensed.beat + (1.0 - SENSED) * odds);
            beat.push(sigmoid(both));
            pulse.push(sensed.map_or(0.0, |sensed| sensed.pulse));
            senses.push(sensed.map_or(odds, |sensed| sensed.beat));
        }
        Ok(Self {
            beat,
            pulse,
            sensed: senses,
            clues,
        })
    }
}

impl Activation {
    /// The probability of a felt beat at each hop: a beat's, weighed with what tells it from a half-beat.
    pub fn felt(&self) -> Vec<f32> {
        let says: Vec<f32> = (self.clues.iter())
            .map(|clues| clues.iter().zip(&FOOT).map(|(clue, weight)| clue * weight).sum())
            .collect();
        let near = |hop: usize| {
            let around = hop.saturating_sub(FOOT_REACH)..(hop + FOOT_REACH + 1).min(says.len());
            says[around].iter().copied().fold(f32::MIN, f32::max)
        };
        let likely: Vec<usize> = (0..says.len()).filter(|&hop| self.beat[hop] > LIKELY).collect();
        let mean = likely.iter().map(|&hop| near(hop)).sum::<f32>() / likely.len().max(1) as f32;
        let mut felt = self.beat.clone();
        for hop in likely {
            let more = (near(hop) - mean).clamp(-FOOT_MOST, FOOT_MOST);
            felt[hop] = sigmoid(log_odds(felt[hop]) + FOOT_GAIN * more);
        }
        felt
    }
}

/// The log odds of a beat that clues speak for.
pub(super) fn odds(clues: &[f32; CLUES]) -> f32 {
    BIAS + clues
        .iter()
        .zip(&WEIGHTS)
        .map(|(clue, weight)| clue * weight)
        .sum::<f32>()
}

/// `ln(p / (1 - p))`, within what float32 can tell.
pub(super) fn log_odds(p: f32) -> f32 {
    let p = p.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

/// Each group's flux against its mean over 1 s and its strength around 8 s, so that quiet parts have a pulse too.
fn balanced(onsets: &Onsets) -> Vec<Vec<f32>> {
    let group = |group: usize| {
        let curve: Vec<f32> = onsets.groups.iter().map(|hop| hop[group]).collect();
        let mean = moving_mean(&curve, 50);
        let lifted: Vec<f32> = curve.iter().zip(&mean).map(|(v, m)| (v - m).max(0.0)).collect();
        let squares: Vec<f32> = lifted.iter().map(|v| v * v).collect();
        let global = (squares.iter().sum::<f32>() / curve.len() as f32).sqrt();
        let local = moving_mean(&squares, 400);
        let balance = |(lifted, local): (&f32, &f32)| {
            let usual = 0.5 * global + 0.5 * local.max(0.0).sqrt() + 0.02;
            (lifted / usual).min(6.0)
        };
        lifted.iter().zip(&local).map(balance).collect()
    };
    (0..GROUPS).map(group).collect()
}

/// Mean over `reach` values to each side.
pub(super) fn moving_mean(curve: &[f32], reach: usize) -> Vec<f32> {
    let mut sums = Vec::with_capacity(curve.len() + 1);
    let mut sum = 0.0f64;
    sums.push(sum);
    for &value in curve {
        sum += f64::from(value);
        sums.push(sum);
    }
    let mean = |index: usize| {
        let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(curve.len()));
        ((sums[to] - sums[from]) / (to - from) as f64) as f32
    };
    (0..curve.len()).map(mean).collect()
}

/// A curve under a Gaussian bell of `sigma` hops; its ends go on as they are.
pub(super) fn smooth(curve: &[f32], sigma: f32) -> Vec<f32> {
    let reach = (4.0 * sigma).ceil() as usize;
    let bell: Vec<f32> = (0..=reach).map(|d| (-0.5 * (d as f32 / sigma).powi(2)).exp()).collect();
    let sum = bell[0] + 2.0 * bell[1..].iter().sum::<f32>();
    let last = curve.len().saturating_sub(1);
    let at = |hop: usize| {
        let sides = |(d, weight): (usize, &f32)| weight * (curve[hop.saturating_sub(d)] + curve[(hop + d).min(last)]);
        let around: f32 = bell.iter().enumerate().skip(1).map(sides).sum();
        (bell[0] * curve[hop] + around) / sum
    };
    (0..curve.len()).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_keeps_what_there_is() {
        let mut curve = vec![0.0; 50];
        curve[25] = 1.0;
        let smoothed = smooth(&curve, 2.0);
        assert!((smoothed.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(smoothed[25] > smoothed[24] && (smoothed[24] - smoothed[26]).abs() < 1e-6);
        assert_eq!(smooth(&[3.0; 9], 1.0), [3.0; 9]);
        assert_eq!(moving_mean(&[0.0, 3.0, 0.0], 1), [1.5, 1.0, 1.5]);
    }
}
