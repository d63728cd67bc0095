//! Where a beat is, more exactly than on a whole hop: at its attack, or on the line of its neighbours.
//!
//! A sharp attack says where it is to a fraction of a millisecond, a soft one to some milliseconds, and beats next to it
//! say where it should be as exactly as they keep time among themselves. Each counts as the inverse of its variance;
//! where the neighbours keep time and the attack is far off their line it is another note's, and the line counts alone.

use super::attack::Attack;

/// How far before and after the decoded beat its attack is looked for, in hops.
const REACH: (f64, f64) = (2.0, 2.5);
/// A decoded beat is this early, in hops, and this is the standard deviation of its place.
const EARLY: f64 = 0.35;
pub(super) const DECODED_SPREAD: f64 = 1.2;
/// Attacks of less gain are none.
const LEAST_GAIN: f32 = 0.7;
/// How exactly an attack without gain would tell a beat's place, in hops; the gain by which that shrinks to a third; and
/// the most exact that any is.
const VAGUE: f64 = 1.5;
const GAIN: f64 = 2.5;
const EXACT: f64 = 0.03;
/// Beats to each side that tell where a beat between them belongs, and how many it takes.
const NEIGHBOURS: usize = 4;
const FEWEST: usize = 5;
/// Neighbours keep time at best, and keep time at all, within so many hops of their line.
const TIGHT: f64 = 0.03;
const STEADY: f64 = 0.35;
/// An attack farther from the line than so many times the spread of both is another note's.
const FAR: f64 = 3.0;
/// Rounds in which those far from the line lose their say.
const ROUNDS: usize = 5;

/// A beat's place by its attack.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct BeatTime {
    /// In hops.
    pub at: f64,
    /// How exactly it is known: a standard deviation, in hops.
    pub spread: f64,
}

impl BeatTime {
    /// How well a place is known at best before its attack is, in hops.
    pub const SURE: f64 = STEADY;

    /// The attack of a beat that was decoded at a place; see [`Self::near`].
    pub fn of_decoded(attack: impl Fn(i64) -> Option<Attack>, decoded: f64) -> Self {
        Self::near(attack, decoded + EARLY, DECODED_SPREAD)
    }

    /// The attack that most likely belongs to a beat about `expected`; the place itself where there is none.
    ///
    /// `attack` gives the attack of a hop, and `spread` tells how well the place is known, in hops.
    pub fn near(attack: impl Fn(i64) -> Option<Attack>, expected: f64, spread: f64) -> Self {
        let hops = (expected - REACH.0).floor() as i64..=(expected + REACH.1).floor() as i64;
        let mut best = (f64::MIN, None);
        for hop in hops {
            let Some(attack) = attack(hop).filter(|attack| attack.gain > LEAST_GAIN) else {
                continue;
            };
            let at = hop as f64 + f64::from(attack.at);
            let off = (at - expected) / spread;
            let score = f64::from(attack.gain) - 0.5 * off * off;
            if score > best.0 && (expected - REACH.0..=expected + REACH.1).contains(&at) {
                let spread = EXACT + VAGUE * (-f64::from(attack.gain) / GAIN).exp();
                best = (score, Some(Self { at, spread }));
            }
        }
        best.1.unwrap_or(Self {
            at: expected,
            spread: VAGUE,
        })
    }

    /// The place, given where the neighbours expect it and how far they are from their own line.
    pub fn on(self, line: f64, neighbours: f64) -> f64 {
        let kept = neighbours.max(TIGHT);
        let both = self.spread.hypot(kept);
        if (self.at - line).abs() > FAR * both && kept < STEADY {
            return line;
        }
        let (own, theirs) = (self.spread.powi(-2), kept.powi(-2));
        (own * self.at + theirs * line) / (own + theirs)
    }
}

/// Where beats are, in hops and parts of hops, given where they were decoded.
pub(super) fn places(decoded: &[f64], attacks: &[Attack]) -> Vec<f64> {
    let attack = |hop: i64| usize::try_from(hop).ok().and_then(|hop| attacks.get(hop)).copied();
    let mut times: Vec<BeatTime> = decoded.iter().map(|&at| BeatTime::of_decoded(attack, at)).collect();
    // Once more, now that the neighbours tell where to look.
    times = (0..times.len())
        .map(|i| match around(&times, i) {
            Some((line, spread)) if (line - decoded[i]).abs() < REACH.0 => {
                BeatTime::near(attack, line, spread.clamp(BeatTime::SURE, DECODED_SPREAD))
            }
            _ => times[i],
        })
        .collect();
    (0..times.len())
        .map(|i| {
            let place = match around(&times, i) {
                Some((line, spread)) => times[i].on(line, spread),
                None => times[i].at,
            };
            // Never so far that it could pass another beat.
            place.clamp(decoded[i] - 2.0 * REACH.0, decoded[i] + 2.0 * REACH.1)
        })
        .collect()
}

/// Where the beats around beat `i` expect it, and how far they are from their line; nothing where they are too few.
fn around(times: &[BeatTime], i: usize) -> Option<(f64, f64)> {
    let from = i.saturating_sub(NEIGHBOURS);
    let near = &times[from..(i + NEIGHBOURS + 1).min(times.len())];
    if near.len() < FEWEST {
        return None;
    }
    BeatRegression::through(near).map(|line| (line.at((i - from) as f64), line.spread))
}

/// A straight line through beats, numbered from 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct BeatRegression {
    start: f64,
    /// Hops from beat to beat.
    pub length: f64,
    /// How far beats are from it, as a standard deviation in hops.
    pub spread: f64,
}

impl BeatRegression {
    /// By weighted least squares; what is far from the others' line loses its say. Nothing for fewer than two beats.
    pub fn through(beats: &[BeatTime]) -> Option<Self> {
        let mut weights: Vec<f64> = beats.iter().map(|beat| beat.spread.hypot(TIGHT).powi(-2)).collect();
        let mut line = Self::fit(beats, &weights)?;
        for _ in 0..ROUNDS {
            line.spread = line.spread_of(beats);
            for ((k, beat), weight) in beats.iter().enumerate().zip(&mut weights) {
                let usual = beat.spread.hypot(line.spread.max(TIGHT));
                let off = (beat.at - line.at(k as f64)) / (2.0 * usual);
                *weight = usual.powi(-2) / (1.0 + off * off);
            }
            let spread = line.spread;
            line = Self {
                spread,
                ..Self::fit(beats, &weights)?
            };
        }
        line.spread = line.spread_of(beats);
        Some(line)
    }

    /// Where beat `k` is on it.
    pub fn at(&self, k: f64) -> f64 {
        self.start + self.length * k
    }

    fn fit(beats: &[BeatTime], weights: &[f64]) -> Option<Self> {
        let sum: f64 = weights.iter().sum();
        let mean =
            |value: &dyn Fn(usize) -> f64| weights.iter().enumerate().map(|(k, w)| w * value(k)).sum::<f64>() / sum;
        let (k, at) = (mean(&|k| k as f64), mean(&|k| beats[k].at));
        let under = mean(&|i| (i as f64 - k).powi(2));
        let over = mean(&|i| (i as f64 - k) * (beats[i].at - at));
        (under > 0.0).then(|| {
            let length = over / under;
            Self {
                start: at - length * k,
                length,
                spread: 0.0,
            }
        })
    }

    /// The median distance from it, as a standard deviation; soft attacks are off by themselves, and tell less of it.
    fn spread_of(&self, beats: &[BeatTime]) -> f64 {
        /// A normal distribution's standard deviation over its median distance.
        const NORMAL: f64 = 1.4826;
        let mut off: Vec<f64> = beats
            .iter()
            .enumerate()
            .map(|(k, beat)| (beat.at - self.at(k as f64)).abs())
            .collect();
        off.sort_unstable_by(f64::total_cmp);
        NORMAL * off[off.len() / 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attacks at these places, in hops, with this gain.
    fn attacks(places: impl IntoIterator<Item = (f64, f32)>) -> Vec<Attack> {
        let mut all = vec![Attack::default(); 4_000];
        for (place, gain) in places {
            let at = place.fract() as f32;
            all[place as usize] = Attack { at, gain };
        }
        all
    }

    fn decoded(places: &[f64]) -> Vec<f64> {
        places.iter().map(|place| (place - EARLY).round()).collect()
    }

    #[test]
    fn sharp_attacks_are_where_they_are_also_in_free_time() {
        let mut at = 20.0;
        let played: Vec<f64> = (0..40)
            .map(|k| {
                at += 50.0 + 6.0 * (f64::from(k) / 3.0).sin();
                at
            })
            .collect();
        let placed = places(&decoded(&played), &attacks(played.iter().map(|&at| (at, 8.0))));
        for (placed, played) in placed.iter().zip(&played) {
            assert!((placed - played).abs() < 0.1, "{placed} {played}");
        }
    }

    #[test]
    fn a_beat_without_its_own_attack_is_on_the_line() {
        let truth: Vec<f64> = (0..40).map(|k| 30.3 + 47.19 * f64::from(k)).collect();
        let mut times: Vec<(f64, f32)> = truth.iter().map(|&at| (at, 7.0)).collect();
        // One that is times by another note, one that is soft, and one not at all.
        times[10].0 += 1.6;
        (times[20].0, times[20].1) = (times[20].0 - 0.8, 1.5);
        times[30].1 = 0.0;
        let placed = places(&decoded(&truth), &attacks(times));
        for (placed, truth) in placed.iter().zip(&truth) {
            assert!((placed - truth).abs() < 0.04, "{placed} {truth}");
        }
    }

    #[test]
    fn few_beats_are_at_their_attacks() {
        let truth = [10.4, 60.9, 111.2];
        let placed = places(&decoded(&truth), &attacks(truth.map(|at| (at, 6.0))));
        for (placed, truth) in placed.iter().zip(&truth) {
            assert!((placed - truth).abs() < 1e-3);
        }
        assert!(places(&[], &[]).is_empty());
    }
}
