//! The song's parts: where the sound becomes another, which parts return, and what they are called.
//!
//! The song is cut into bars (or stretches of 2 s without beats). Each bar is described by chroma, spectrum and onsets;
//! where bars before and after differ most is a boundary.
//!
//! **Source**: J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME 2000.

use super::{
    BeatGrid, Features, Section, Spectrogram,
    activation::moving_mean,
    analyzer::{HOPS_PER_TONES, Heard, percentile},
    label::{Part, labels},
    onset::{GROUPS, Onsets},
};
use crate::time::SamplePos;

/// Bands of the coarse spectrum that describes timbre.
const TIMBRE: usize = 16;
/// Numbers that describe a bar: chroma, bass chroma, timbre, onsets, loudness.
const DIMS: usize = 12 + 12 + TIMBRE + GROUPS + 1;
/// How much each kind of number counts.
const CHROMA_WEIGHT: f32 = 0.7;
const TIMBRE_WEIGHT: f32 = 1.0;
const ONSET_WEIGHT: f32 = 1.0;
const LOUDNESS_WEIGHT: f32 = 0.7;
/// Bars to each side that novelty compares: phrases of four and eight.
const KERNELS: [usize; 2] = [4, 8];
/// Seconds of a stretch where there are no bars.
const STRETCH_SECS: f64 = 2.0;
/// The shortest part in seconds.
const SHORTEST_SECS: f64 = 5.0;
/// A boundary's novelty is at least this, and this many times the mean around it.
const NOVEL: f32 = 0.35;
const STAND_OUT: f32 = 1.25;
/// Bars to each side of which a boundary is the most novel, and of which the mean is taken.
const PEAK_REACH: usize = 3;
const MEAN_REACH: usize = 8;
/// Bars quieter than this are lead-in, tail or a rest, and say nothing of what is usual in the song.
const AUDIBLE: f32 = 0.5;
/// No number says more than this many spreads.
const MOST: f32 = 2.5;
/// Parts nearer to each other than this share of the song's usual distance are the same.
const SAME: f32 = 0.62;

type Bar = [f32; DIMS];

/// Finds the parts; they cover the song without gaps.
pub(super) fn sections(heard: &Heard, onsets: &Onsets, features: &Features, grid: &BeatGrid) -> Vec<Section> {
    let edges = edges(heard, grid);
    let bars = describe(heard, onsets, features, &edges);
    let starts = boundaries(&bars, &edges, heard);
    let parts: Vec<Part> = starts
        .iter()
        .enumerate()
        .map(|(i, &start)| {
            let end = starts.get(i + 1).copied().unwrap_or(bars.len());
            part(&bars[start..end], features, edges[start], edges[end])
        })
        .collect();
    let kinds = kinds(&bars, &starts);
    let named = labels(&parts, &kinds, onsets.silent);
    let section = |(i, label): (usize, String)| Section {
        start: edges[starts[i]],
        end: starts.get(i + 1).map_or(SamplePos(heard.len), |&next| edges[next]),
        label,
    };
    named.into_iter().enumerate().map(section).collect()
}

/// Where bars begin, from the song's first sample, and its end. Lead-in and tail are cut into stretches.
fn edges(heard: &Heard, grid: &BeatGrid) -> Vec<SamplePos> {
    let stretch = (STRETCH_SECS * f64::from(heard.rate.hz())) as u64;
    let mut lines: Vec<u64> = grid.downbeats().map(|(_, at)| at.0).collect();
    lines.push(heard.len);
    let mut edges = vec![0];
    for line in lines {
        let last = edges[edges.len() - 1];
        // Longer than two bars of any tempo: nothing pulses here.
        let pieces = if line - last > 3 * stretch {
            (line - last) / stretch
        } else {
            1
        };
        edges.extend((1..=pieces).map(|piece| last + (line - last) * piece / pieces));
    }
    edges.dedup();
    edges.into_iter().map(SamplePos).collect()
}

/// Describes each bar by means over its hops, every number against its mean and spread in the song.
fn describe(heard: &Heard, onsets: &Onsets, features: &Features, edges: &[SamplePos]) -> Vec<Bar> {
    let table = super::onset::compression(onsets.loud_db);
    let bar = |pair: &[SamplePos]| {
        let hops = hop_range(features, pair[0], pair[1]);
        let mut bar = [0.0; DIMS];
        let count = hops.len() as f32;
        for hop in hops.clone() {
            let mut mean = |index: usize, value: f32| bar[index] += value / count;
            for (band, &code) in heard.spectrogram.hop(hop).iter().enumerate() {
                let coarse = band * TIMBRE / Spectrogram::BANDS;
                mean(24 + coarse, table[usize::from(code)]);
            }
            for (group, value) in onsets.groups[hop].iter().enumerate() {
                mean(24 + TIMBRE + group, *value);
            }
            mean(DIMS - 1, features.hops[hop].loudness);
        }
        let tones = &heard.tones[hops.start / HOPS_PER_TONES..hops.end.div_ceil(HOPS_PER_TONES)];
        for tones in tones {
            bar[..12]
                .iter_mut()
                .zip(&tones.all)
                .for_each(|(sum, value)| *sum += value);
            bar[12..24]
                .iter_mut()
                .zip(&tones.bass)
                .for_each(|(sum, value)| *sum += value);
        }
        for chroma in [0..12, 12..24] {
            let norm = bar[chroma.clone()].iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-9);
            bar[chroma].iter_mut().for_each(|v| *v /= norm);
        }
        bar
    };
    let mut bars: Vec<Bar> = edges.windows(2).map(bar).collect();
    let audible: Vec<usize> = (0..bars.len()).filter(|&i| bars[i][DIMS - 1] > AUDIBLE).collect();
    let (Some(&first), Some(&last)) = (audible.first(), audible.last()) else {
        return bars;
    };
    // Lead-in and tail belong to the music next to them.
    for i in (0..first).chain(last + 1..bars.len()) {
        bars[i] = bars[i.clamp(first, last)];
    }
    let count = audible.len() as f32;
    for d in 0..DIMS {
        let (weight, size, least) = match d {
            0..24 => (CHROMA_WEIGHT, 24, 0.05),
            24..40 => (TIMBRE_WEIGHT, TIMBRE, 0.1),
            40..46 => (ONSET_WEIGHT, GROUPS, 0.02),
            _ => (LOUDNESS_WEIGHT, 1, 0.02),
        };
        let mean = audible.iter().map(|&i| bars[i][d]).sum::<f32>() / count;
        let spread = (audible.iter().map(|&i| (bars[i][d] - mean).powi(2)).sum::<f32>() / count).sqrt();
        let scale = weight / (size as f32).sqrt();
        for bar in &mut bars {
            bar[d] = ((bar[d] - mean) / (spread + least)).clamp(-MOST, MOST) * scale;
        }
    }
    bars
}

/// The hops of a stretch, one at least.
fn hop_range(features: &Features, from: SamplePos, to: SamplePos) -> std::ops::Range<usize> {
    let per_hop = f64::from(features.rate.hz()) / f64::from(super::HOPS_PER_SEC);
    let last = features.hops.len() - 1;
    let start = ((from.0 as f64 / per_hop).round() as usize).min(last);
    let end = ((to.0 as f64 / per_hop).round() as usize).min(last + 1);
    start..end.max(start + 1)
}

/// The bars at which parts begin; the first is 0.
fn boundaries(bars: &[Bar], edges: &[SamplePos], heard: &Heard) -> Vec<usize> {
    let novelty = novelty(bars);
    let usual = moving_mean(&novelty, MEAN_REACH);
    // The strongest first; what is too near to one that is taken is its flank.
    let mut order: Vec<usize> = (1..bars.len()).collect();
    order.sort_by(|&a, &b| novelty[b].total_cmp(&novelty[a]).then(a.cmp(&b)));
    let shortest = (SHORTEST_SECS * f64::from(heard.rate.hz())) as u64;
    let mut starts = vec![0];
    for at in order {
        let around = &novelty[at.saturating_sub(PEAK_REACH)..(at + PEAK_REACH + 1).min(novelty.len())];
        let peak = around.iter().all(|other| novelty[at] >= *other);
        let stands_out = novelty[at] > NOVEL.max(STAND_OUT * usual[at]);
        let apart = starts
            .iter()
            .all(|&other| edges[at].0.abs_diff(edges[other].0) >= shortest);
        if stands_out && peak && apart && heard.len - edges[at].0 >= shortest {
            starts.push(at);
        }
    }
    starts.sort_unstable();
    starts
}

/// How different the bars before and after each bar line are: mean distance across it less that within each side.
fn novelty(bars: &[Bar]) -> Vec<f32> {
    let at = |line: usize| {
        let scores = KERNELS.iter().map(|&reach| {
            let reach = reach.min(line).min(bars.len() - line);
            if reach < 2 {
                return 0.0;
            }
            // Few bars differ by chance.
            let sure = (reach as f32 / KERNELS[0] as f32).min(1.0);
            let (before, after) = (&bars[line - reach..line], &bars[line..line + reach]);
            let across = mean_distance(before, after);
            let within = 0.5 * (mean_distance(before, before) + mean_distance(after, after));
            sure * (across - within).max(0.0)
        });
        scores.sum::<f32>() / KERNELS.len() as f32
    };
    (0..bars.len()).map(at).collect()
}

fn mean_distance(a: &[Bar], b: &[Bar]) -> f32 {
    let sum: f32 = a.iter().flat_map(|x| b.iter().map(move |y| distance(x, y))).sum();
    sum / (a.len() * b.len()) as f32
}

fn distance(a: &Bar, b: &Bar) -> f32 {
    a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f32>().sqrt()
}

/// Gives parts that sound alike the same number, in order of first appearance.
fn kinds(bars: &[Bar], starts: &[usize]) -> Vec<usize> {
    let mean = |i: usize| {
        let end = starts.get(i + 1).copied().unwrap_or(bars.len());
        let part = &bars[starts[i]..end];
        let mut mean = [0.0; DIMS];
        for bar in part {
            mean.iter_mut()
                .zip(bar)
                .for_each(|(sum, v)| *sum += v / part.len() as f32);
        }
        mean
    };
    let means: Vec<Bar> = (0..starts.len()).map(mean).collect();
    let pairs = (0..means.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let usual = percentile(pairs.map(|(i, j)| distance(&means[i], &means[j])), 0.5);
    let mut kinds: Vec<usize> = Vec::with_capacity(means.len());
    for i in 0..means.len() {
        let nearest = (0..i).min_by(|&a, &b| distance(&means[i], &means[a]).total_cmp(&distance(&means[i], &means[b])));
        let same = nearest.filter(|&j| distance(&means[i], &means[j]) < SAME * usual);
        let fresh = kinds.iter().max().map_or(0, |most| most + 1);
        kinds.push(same.map_or(fresh, |j| kinds[j]));
    }
    kinds
}

/// What a part's name depends on.
fn part(bars: &[Bar], features: &Features, from: SamplePos, to: SamplePos) -> Part {
    let hops = &features.hops[hop_range(features, from, to)];
    let mean = |value: fn(&super::Hop) -> f32| hops.iter().map(value).sum::<f32>() / hops.len() as f32;
    Part {
        bars: bars.len(),
        loudness: mean(|hop| hop.loudness),
        bass: mean(|hop| hop.bands[0]),
        energy: mean(|hop| hop.bands.iter().sum::<f32>() / 3.0),
        secs: (to.0 - from.0) as f64 / f64::from(features.rate.hz()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars of the kinds given, eight of each.
    fn song(parts: &[usize]) -> Vec<Bar> {
        let bar = |kind: usize, i: usize| {
            let mut bar = [0.0; DIMS];
            bar[kind * 3] = 2.0;
            bar[30 + i % 4] = 0.2;
            bar
        };
        parts
            .iter()
            .flat_map(|&kind| (0..8).map(move |i| bar(kind, i)))
            .collect()
    }

    #[test]
    fn novelty_peaks_where_the_sound_changes() {
        let bars = song(&[0, 1, 2]);
        let novelty = novelty(&bars);
        for (line, value) in novelty.iter().enumerate() {
            let nearest = [8usize, 16].into_iter().map(|b| b.abs_diff(line)).min().unwrap();
            assert!(*value <= novelty[8].max(novelty[16]) + 1e-6);
            assert!(nearest > 0 || *value > 1.0, "{line}: {value}");
            assert!(nearest < 4 || *value < 0.5, "{line}: {value}");
        }
    }

    #[test]
    fn parts_that_return_are_known_again() {
        let bars = song(&[0, 1, 2, 1, 0]);
        assert_eq!(kinds(&bars, &[0, 8, 16, 24, 32]), [0, 1, 2, 1, 0]);
    }
}
