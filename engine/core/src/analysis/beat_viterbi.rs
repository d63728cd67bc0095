//! Viterbi decoding of the joint state space of tempo and beat phase: the likeliest beats through a song, its tempo free to
//! change from beat to beat.
//!
//! A beat period is a whole number of hops; a transition from one period to another costs the more the larger it is. As in
//! the state space of the source, the tempo changes only at beats; here a beat is one step of the search, so that its cost
//! does not grow with the resolution in time.
//!
//! **Source**: F. Krebs, S. Boeck, G. Widmer, "An efficient state-space model for joint tempo and meter tracking",
//! ISMIR 2015.

use std::ops::RangeInclusive;

use super::{
    beat_model::{MAX_CHANGE, RARITY, TempoPreference, change_cost},
    tempo_octave::{MIN_PERIOD, PERIODS, TempoLikelihood},
};

/// Beat periods in hops: 250 to 40 beats a minute.
const PERIOD_RANGE: RangeInclusive<usize> = MIN_PERIOD..=MIN_PERIOD + PERIODS - 1;
/// The weight of a period's log likelihood, for each second.
const LIKELIHOOD_GAIN: f32 = 1.1;
/// Log cost of half or double the tempo that the user gave, for each beat: enough that no song's features outweigh it.
const GIVEN_COST: f32 = 200.0;

/// The hops of the beats, given the probability of a beat at each hop, perhaps the tempo in beats a minute, and the
/// likelihood of each period.
pub(super) fn decode(beat: &[f32], bpm: Option<f64>, tempo: &TempoLikelihood) -> Vec<usize> {
    let hops = beat.len();
    let first = *PERIOD_RANGE.start();
    let gains: Vec<f32> = beat
        .iter()
        .map(|p| {
            let p = p.clamp(1e-4, 1.0 - 1e-4);
            (p / (1.0 - p)).ln() + RARITY.ln()
        })
        .collect();
    let preference: Vec<f32> = PERIOD_RANGE
        .map(|period| match bpm {
            Some(bpm) => {
                let octaves = (period as f32 * bpm as f32 / 6_000.0).log2();
                -GIVEN_COST * octaves * octaves
            }
            None => TempoPreference::WHOLE_SONG.log_weight(period as f32),
        })
        .collect();
    let likelihood = |hop: usize, k: usize| match (bpm, tempo.at(hop)) {
        (None, Some(periods)) => LIKELIHOOD_GAIN * periods[k] * (first + k) as f32 / 100.0,
        _ => 0.0,
    };
    let transitions = transitions();
    // Scores of beats that begin at the last hops, by period; as many hops as the longest period.
    let rows = PERIOD_RANGE.end() + 1;
    let mut begun = vec![f32::NEG_INFINITY; rows * PERIODS];
    // Back pointers: the index of the period before, or none.
    const NONE: u8 = u8::MAX;
    let mut from = vec![NONE; hops * PERIODS];
    let mut best = (f32::NEG_INFINITY, 0, 0);
    let mut ended = [f32::NEG_INFINITY; PERIODS];
    for hop in 0..hops {
        for (k, ended) in ended.iter_mut().enumerate() {
            *ended = match hop.checked_sub(first + k) {
                Some(begin) => {
                    begun[(begin % rows) * PERIODS + k] + gains[begin] + preference[k] + likelihood(begin, k)
                }
                None => f32::NEG_INFINITY,
            };
        }
        let row = &mut begun[(hop % rows) * PERIODS..(hop % rows + 1) * PERIODS];
        for (k, score) in row.iter_mut().enumerate() {
            // The first beat may begin anywhere within its own period from the song's start.
            *score = if hop < first + k { 0.0 } else { f32::NEG_INFINITY };
            let (near, costs) = &transitions[k];
            for (j, cost) in (*near..).zip(costs) {
                if ended[j] - cost > *score {
                    *score = ended[j] - cost;
                    from[hop * PERIODS + k] = j as u8;
                }
            }
            // A beat that the song's end cuts off counts for the part that is there.
            let period = first + k;
            if hop + period >= hops {
                let part = (hops - hop) as f32 / period as f32;
                let total = *score + gains[hop] + (preference[k] + likelihood(hop, k)) * part;
                if total > best.0 {
                    best = (total, hop, k);
                }
            }
        }
    }
    let (_, mut hop, mut k) = best;
    let mut beats = vec![hop];
    while hops > 0 && from[hop * PERIODS + k] != NONE {
        k = usize::from(from[hop * PERIODS + k]);
        hop -= first + k;
        beats.push(hop);
    }
    beats.reverse();
    beats
}

/// For each period the periods that it may follow: the first of them, and the log cost of each transition.
fn transitions() -> Vec<(usize, Vec<f32>)> {
    let first = *PERIOD_RANGE.start();
    let transition = |k: usize| {
        let period = (first + k) as f32;
        let reach = (MAX_CHANGE * period) as usize + 1;
        let near = k.saturating_sub(reach)..=(k + reach).min(PERIODS - 1);
        let cost = |j: usize| {
            if j == k {
                0.0
            } else {
                change_cost((first + j) as f32, period)
            }
        };
        (*near.start(), near.map(cost).collect())
    };
    (0..PERIODS).map(transition).collect()
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
    fn a_steady_pulse_is_decoded() {
        for bpm in [60.0, 97.0, 120.0, 174.3] {
            let (curve, places) = pulse(3_000, 17, |_| 6_000.0 / bpm);
            assert_eq!(decode(&curve, None, &TempoLikelihood::none()), places, "{bpm}");
        }
    }

    #[test]
    fn a_pulse_that_speeds_up_is_decoded() {
        let (curve, places) = pulse(4_000, 40, |hop| 70.0 - 30.0 * hop as f64 / 4_000.0);
        assert_eq!(decode(&curve, None, &TempoLikelihood::none()), places);
    }

    #[test]
    fn a_missing_beat_is_filled_in() {
        let (mut curve, places) = pulse(3_000, 10, |_| 50.0);
        curve[places[20]] = 0.02;
        curve[places[21]] = 0.02;
        assert_eq!(decode(&curve, None, &TempoLikelihood::none()), places);
    }

    #[test]
    fn a_given_tempo_decides_between_octaves() {
        let (curve, places) = pulse(3_000, 20, |_| 40.0);
        assert_eq!(decode(&curve, None, &TempoLikelihood::none()), places);
        let every_other: Vec<usize> = places.iter().copied().step_by(2).collect();
        let slow = decode(&curve, Some(75.0), &TempoLikelihood::none());
        assert!(slow.windows(2).all(|pair| pair[1] - pair[0] == 80), "{slow:?}");
        assert!((slow.len() as i64 - every_other.len() as i64).abs() <= 1);
    }

    #[test]
    fn short_songs_are_no_trouble() {
        for hops in 0..200 {
            assert!(
                decode(&vec![0.5; hops], None, &TempoLikelihood::none()).len() <= hops / 24 + 2,
                "{hops}"
            );
        }
    }
}
