//! The likeliest row of beats through a song, its tempo free to change from beat to beat.
//!
//! Each beat lasts a whole number of hops; a step from one length to another costs the more the larger it is. As in the
//! state space of the source, the tempo changes only at beats; here a beat is one step of the search, so that its cost
//! does not grow with the resolution in time.
//!
//! **Source**: F. Krebs, S. Boeck, G. Widmer, "An efficient state-space model for joint tempo and meter tracking",
//! ISMIR 2015.

use std::ops::RangeInclusive;

use super::level::{COUNT, Levels, SHORTEST};

/// How long a beat may be, in hops: 250 to 40 beats a minute.
const LENGTHS: RangeInclusive<usize> = SHORTEST..=SHORTEST + COUNT - 1;
/// The largest change of length from one beat to the next, as a share.
const MOST_CHANGE: f32 = 0.12;
/// What a change of length costs: any, and for each whole share beyond the rounding to hops.
const CHANGE_COST: f32 = 0.5;
const SHARE_COST: f32 = 60.0;
/// Log odds that a place between beats gives away: beats are about this rare among hops that could be one.
const RARITY: f32 = 7.0;
/// The length that people tap most easily, in hops, and what half or double that length costs for each half second.
///
/// **Source**: L. van Noorden, D. Moelants, "Resonance in the perception of musical pulse", JNMR 28(1), 1999.
const TAPPED: f32 = 52.0;
const TAPPED_COST: f32 = 0.7;
/// What a tempo that is not felt costs for each second and each step of its log odds.
const LEVEL_GAIN: f32 = 1.1;
/// What half or double the tempo that the user gave costs for each beat: enough that no song's clues outweigh it.
const GIVEN_COST: f32 = 200.0;

/// Finds the hops of the beats, given the probability of a beat at each hop and perhaps the tempo.
pub(super) fn follow(beat: &[f32], bpm: Option<f64>, levels: &Levels) -> Vec<usize> {
    let hops = beat.len();
    let first = *LENGTHS.start();
    let gains: Vec<f32> = beat
        .iter()
        .map(|p| {
            let p = p.clamp(1e-4, 1.0 - 1e-4);
            (p / (1.0 - p)).ln() + RARITY.ln()
        })
        .collect();
    let habit: Vec<f32> = LENGTHS
        .map(|length| match bpm {
            Some(bpm) => {
                let octaves = (length as f32 * bpm as f32 / 6_000.0).log2();
                -GIVEN_COST * octaves * octaves
            }
            None => {
                let octaves = (length as f32 / TAPPED).log2();
                -TAPPED_COST * octaves * octaves * length as f32 / 50.0
            }
        })
        .collect();
    let level = |hop: usize, k: usize| match (bpm, levels.at(hop)) {
        (None, Some(odds)) => LEVEL_GAIN * odds[k] * (first + k) as f32 / 100.0,
        _ => 0.0,
    };
    let changes = changes();
    // Scores of beats that begin at the last hops, by the length of the beat; as many as the longest beat reaches back.
    let rows = LENGTHS.end() + 1;
    let mut begun = vec![f32::NEG_INFINITY; rows * COUNT];
    // Where each beat came from: the index of the length before, or none.
    const NONE: u8 = u8::MAX;
    let mut from = vec![NONE; hops * COUNT];
    let mut best = (f32::NEG_INFINITY, 0, 0);
    let mut ended = [f32::NEG_INFINITY; COUNT];
    for hop in 0..hops {
        for (k, ended) in ended.iter_mut().enumerate() {
            *ended = match hop.checked_sub(first + k) {
                Some(begin) => begun[(begin % rows) * COUNT + k] + gains[begin] + habit[k] + level(begin, k),
                None => f32::NEG_INFINITY,
            };
        }
        let row = &mut begun[(hop % rows) * COUNT..(hop % rows + 1) * COUNT];
        for (k, score) in row.iter_mut().enumerate() {
            // The first beat may begin anywhere within its own length from the song's start.
            *score = if hop < first + k { 0.0 } else { f32::NEG_INFINITY };
            let (near, costs) = &changes[k];
            for (j, cost) in (*near..).zip(costs) {
                if ended[j] - cost > *score {
                    *score = ended[j] - cost;
                    from[hop * COUNT + k] = j as u8;
                }
            }
            // A beat that the song's end cuts off counts for the part that is there.
            let length = first + k;
            if hop + length >= hops {
                let part = (hops - hop) as f32 / length as f32;
                let total = *score + gains[hop] + (habit[k] + level(hop, k)) * part;
                if total > best.0 {
                    best = (total, hop, k);
                }
            }
        }
    }
    let (_, mut hop, mut k) = best;
    let mut beats = vec![hop];
    while hops > 0 && from[hop * COUNT + k] != NONE {
        k = usize::from(from[hop * COUNT + k]);
        hop -= first + k;
        beats.push(hop);
    }
    beats.reverse();
    beats
}

/// For each length the lengths that it may follow: the first of them, and what each change costs.
fn changes() -> Vec<(usize, Vec<f32>)> {
    let first = *LENGTHS.start();
    let change = |k: usize| {
        let length = (first + k) as f32;
        let reach = (MOST_CHANGE * length) as usize + 1;
        let near = k.saturating_sub(reach)..=(k + reach).min(COUNT - 1);
        let cost = |j: usize| {
            let before = (first + j) as f32;
            let beyond = ((length / before - 1.0).abs() - 1.0 / before).max(0.0);
            if j == k { 0.0 } else { CHANGE_COST + SHARE_COST * beyond }
        };
        (*near.start(), near.map(cost).collect())
    };
    (0..COUNT).map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A curve that is likely at every `period` hops from `first`, with weaker off-beats.
    fn pulse(hops: usize, first: usize, period: impl Fn(usize) -> f64) -> (Vec<f32>, Vec<usize>) {
        let mut curve = vec![0.02; hops];
        let mut places = Vec::new();
        let mut at = first as f64;
        while (at.round() as usize) < hops {
            let hop = at.round() as usize;
            curve[hop] = 0.9;
            places.push(hop);
            at += period(hop);
        }
        (curve, places)
    }

    #[test]
    fn a_steady_pulse_is_followed() {
        for bpm in [60.0, 97.0, 120.0, 174.3] {
            let (curve, places) = pulse(3_000, 17, |_| 6_000.0 / bpm);
            assert_eq!(follow(&curve, None, &Levels::none()), places, "{bpm}");
        }
    }

    #[test]
    fn a_pulse_that_speeds_up_is_followed() {
        let (curve, places) = pulse(4_000, 40, |hop| 70.0 - 30.0 * hop as f64 / 4_000.0);
        assert_eq!(follow(&curve, None, &Levels::none()), places);
    }

    #[test]
    fn a_missing_beat_is_filled_in() {
        let (mut curve, places) = pulse(3_000, 10, |_| 50.0);
        curve[places[20]] = 0.02;
        curve[places[21]] = 0.02;
        assert_eq!(follow(&curve, None, &Levels::none()), places);
    }

    #[test]
    fn a_given_tempo_decides_between_octaves() {
        let (curve, places) = pulse(3_000, 20, |_| 40.0);
        assert_eq!(follow(&curve, None, &Levels::none()), places);
        let every_other: Vec<usize> = places.iter().copied().step_by(2).collect();
        let slow = follow(&curve, Some(75.0), &Levels::none());
        assert!(slow.windows(2).all(|pair| pair[1] - pair[0] == 80), "{slow:?}");
        assert!((slow.len() as i64 - every_other.len() as i64).abs() <= 1);
    }

    #[test]
    fn short_songs_are_no_trouble() {
        for hops in 0..200 {
            assert!(
                follow(&vec![0.5; hops], None, &Levels::none()).len() <= hops / 24 + 2,
                "{hops}"
            );
        }
    }
}
