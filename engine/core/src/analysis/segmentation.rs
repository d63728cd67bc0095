//! Structural segmentation: of all ways to cut a song into parts, the one whose bars are most like the mean of their part.
//!
//! Each part has its price, and parts of eight or four bars are cheaper than odd ones: music is made of phrases, so a
//! boundary a bar or two beside a phrase's end is rather a fill or the first bar of a ramp.
//!
//! **Source**: G. Sargent, F. Bimbot, E. Vincent, "Estimating the structural segmentation of popular music pieces under
//! regularity constraints", IEEE/ACM TASLP 2017 (the search, and the price of irregular parts).

use super::section::{BarFeatures, DIMS};
use crate::time::{SamplePos, SampleRate};

/// The shortest part in seconds.
const SHORTEST_SECS: f64 = 3.5;
/// The longest part in bars (a quarter of an hour and more), so that the search takes as much longer as the song is.
const MAX_BARS: usize = 512;
/// What a part costs: the sum of squares that a cut must save. All numbers of a bar together spread by about 3.
const PART_COST: f64 = 3.0;
/// What it costs besides if its bars are no multiple of eight, of four, of two.
const IRREGULAR_COST: [(usize, f64); 3] = [(8, 0.0), (4, 0.5), (2, 1.5)];
const ODD_COST: f64 = 2.5;

/// The bars that are segmented into parts.
pub(super) struct BarSequence<'a> {
    /// What each bar is like.
    pub bars: &'a [BarFeatures],
    /// Where each begins, and the end of the last.
    pub edges: &'a [SamplePos],
    /// The bar with which the music begins.
    pub first: usize,
    /// Where the last beat is over; what comes after it makes no part.
    pub end: SamplePos,
    /// The song's sample rate.
    pub rate: SampleRate,
}

/// The bars at which parts begin, from the first of the music on, which is one.
pub(super) fn starts(song: &BarSequence<'_>) -> Vec<usize> {
    let shortest = (SHORTEST_SECS * f64::from(song.rate.hz())) as u64;
    let bars = &song.bars[song.first..];
    let edges = &song.edges[song.first..];
    let sums = Sums::of(bars);
    // The last bar with beats: the last part is as long as up to there.
    let whole = edges[1..]
        .iter()
        .filter(|edge| **edge <= song.end)
        .count()
        .clamp(1, bars.len());
    let mut best = vec![(0.0, 0)];
    for to in 1..=bars.len() {
        let earliest = to.saturating_sub(MAX_BARS);
        // A part as long as can be is always a way.
        let mut least = (best[earliest].0 + sums.spread(earliest, to) + PART_COST, earliest);
        let until = if to == bars.len() { whole } else { to };
        for from in earliest + 1..to {
            let cost = best[from].0 + PART_COST;
            let long =
                edges[until].0.saturating_sub(edges[from].0) >= shortest && edges[from].0 - edges[0].0 >= shortest;
            if !long || cost >= least.0 {
                continue;
            }
            let irregular = irregularity(until - from).min(irregularity(to - from));
            let cost = cost + sums.spread(from, to) + irregular;
            if cost < least.0 {
                least = (cost, from);
            }
        }
        best.push(least);
    }
    let mut starts = Vec::new();
    let mut at = bars.len();
    while at > 0 {
        at = best[at].1;
        starts.push(song.first + at);
    }
    starts.reverse();
    starts
}

/// What a part of so many bars costs beyond one of eight.
fn irregularity(bars: usize) -> f64 {
    let regular = IRREGULAR_COST
        .into_iter()
        .find(|(phrase, _)| bars.is_multiple_of(*phrase));
    regular.map_or(ODD_COST, |(_, cost)| cost)
}

/// Sums of all bars before each, so that any part's spread is known at once: the numbers, and the squares of all of them.
struct Sums(Vec<[f64; DIMS + 1]>);

impl Sums {
    fn of(bars: &[BarFeatures]) -> Self {
        let mut sums = vec![[0.0f64; DIMS + 1]];
        for bar in bars {
            let mut sum = sums[sums.len() - 1];
            for (sum, value) in sum.iter_mut().zip(bar) {
                *sum += f64::from(*value);
            }
            sum[DIMS] += bar.iter().map(|v| f64::from(v * v)).sum::<f64>();
            sums.push(sum);
        }
        Self(sums)
    }

    /// How far bars lie from their mean: the sum of squares.
    fn spread(&self, from: usize, to: usize) -> f64 {
        let (a, b) = (&self.0[from], &self.0[to]);
        let mean: f64 = a[..DIMS].iter().zip(&b[..DIMS]).map(|(a, b)| (b - a) * (b - a)).sum();
        b[DIMS] - a[DIMS] - mean / (to - from) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars of the kinds given, as many of each.
    fn song(parts: &[(usize, usize)]) -> Vec<BarFeatures> {
        let bar = |kind: usize, i: usize| {
            let mut bar = [0.0; DIMS];
            bar[kind * 3] = 2.0;
            bar[30 + i % 4] = 0.2;
            bar
        };
        parts
            .iter()
            .flat_map(|&(kind, bars)| (0..bars).map(move |i| bar(kind, i)))
            .collect()
    }

    /// The parts of bars that last 2 s each, of which the first `first` are silent and the last `ring` without beats.
    fn cut(bars: &[BarFeatures], first: usize, ring: usize) -> Vec<usize> {
        let edges: Vec<SamplePos> = (0..=bars.len() as u64).map(|bar| SamplePos(bar * 16_000)).collect();
        starts(&BarSequence {
            bars,
            edges: &edges,
            first,
            end: edges[bars.len() - ring],
            rate: SampleRate::new(8_000).unwrap(),
        })
    }

    #[test]
    fn parts_begin_where_the_sound_changes() {
        let bars = song(&[(0, 8), (1, 8), (2, 8)]);
        assert_eq!(cut(&bars, 0, 0), [0, 8, 16]);
        assert_eq!(cut(&bars, 1, 0), [1, 8, 16]);
        assert_eq!(cut(&song(&[(1, 8)]), 0, 0), [0]);
    }

    #[test]
    fn a_phrase_is_preferred_to_a_bar_beside_it() {
        // A ramp: bar 15 is already half of what comes.
        let mut bars = song(&[(0, 16), (1, 16)]);
        let mean: Vec<f32> = bars[0]
            .iter()
            .zip(&bars[16])
            .map(|(a, b)| 0.45 * a + 0.55 * b)
            .collect();
        bars[15].copy_from_slice(&mean);
        assert_eq!(cut(&bars, 0, 0), [0, 16]);
    }

    #[test]
    fn a_last_chord_is_no_part() {
        // Three more bars in which one more note sounds: a part if beats go on in them, but not if two ring on after the beats.
        let mut bars = song(&[(0, 8), (1, 11)]);
        bars[16..].iter_mut().for_each(|bar| bar[20] = 1.4);
        assert_eq!(cut(&bars, 0, 0), [0, 8, 16]);
        assert_eq!(cut(&bars, 0, 2), [0, 8]);
    }

    #[test]
    fn songs_of_any_length_are_cut() {
        // A song that never changes, longer than the longest part: each cut is forced, none is lost.
        let starts = cut(&vec![[0.5; DIMS]; 3 * MAX_BARS], 0, 0);
        assert_eq!(starts.len(), 3, "{starts:?}");
        assert!(
            starts
                .windows(2)
                .all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= MAX_BARS)
        );
    }
}
