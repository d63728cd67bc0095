//! The song's parts: where the sound becomes another, which parts return, and what they are called.
//!
//! The song is cut into bars (or stretches of 2 s without beats). Each bar is described by chroma, spectrum and onsets;
//! the parts are those whose bars are most like each other (`segmentation`).

use std::ops::Range;

use super::{
    BeatGrid, Features, Hop, Section, Spectrogram,
    label::{SectionSummary, labels},
    moment::rising,
    numeric::percentile,
    onset::{GROUPS, Onsets},
    recording::{HOPS_PER_CHROMA, Recording},
    segmentation::{self, BarSequence},
};
use crate::time::SamplePos;

/// Bands of the coarse spectrum that describes timbre.
const TIMBRE_BANDS: usize = 16;
/// Where each kind of feature lies in [`BarFeatures`].
const ALL_CHROMA: Range<usize> = 0..12;
const BASS_CHROMA: Range<usize> = 12..24;
const TIMBRE: Range<usize> = 24..24 + TIMBRE_BANDS;
const ONSETS: Range<usize> = TIMBRE.end..TIMBRE.end + GROUPS;
const LOUDNESS: usize = ONSETS.end;
/// Features of a bar.
pub(super) const DIMS: usize = LOUDNESS + 1;
/// How much each kind of feature counts.
const CHROMA_WEIGHT: f32 = 0.4;
const TIMBRE_WEIGHT: f32 = 1.0;
const ONSET_WEIGHT: f32 = 1.0;
const LOUDNESS_WEIGHT: f32 = 1.0;
/// Seconds of a stretch where there are no bars.
const STRETCH_SECS: f64 = 2.0;
/// The longest last chord in seconds.
const RING_SECS: f64 = 8.0;
/// Quieter than this is silence; how many seconds of it make a lead-in, and how far from its end a bar may begin.
const SILENT: f32 = 0.3;
const LEAD_IN_SECS: (f64, f64) = (0.25, 1.5);
/// Bars quieter than this are lead-in, tail or a rest, and say nothing of what is usual in the song.
const AUDIBLE: f32 = 0.5;
/// No feature lies more than so many standard deviations from its mean.
const MAX_DEVIATION: f32 = 2.5;
/// Parts nearer to each other than this share of the song's median distance are the same.
const SAME_DISTANCE: f32 = 0.62;

/// What a bar sounds like, as one vector.
pub(super) type BarFeatures = [f32; DIMS];

/// Finds the parts; they cover the song without gaps.
pub(super) fn sections(recording: &Recording, onsets: &Onsets, features: &Features, grid: &BeatGrid) -> Vec<Section> {
    let edges = edges(recording, grid);
    let bars = describe(recording, onsets, features, &edges);
    let first = lead_in(features, &edges);
    let starts = segmentation::starts(&BarSequence {
        bars: &bars,
        edges: &edges,
        first,
        end: music_end(grid, recording.len),
        rate: recording.rate,
    });
    let parts: Vec<SectionSummary> = starts
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
        end: starts.get(i + 1).map_or(SamplePos(recording.len), |&next| edges[next]),
        label,
    };
    let silence = (first > 0).then(|| Section {
        start: SamplePos(0),
        end: edges[first],
        label: "silence".to_owned(),
    });
    silence
        .into_iter()
        .chain(named.into_iter().enumerate().map(section))
        .collect()
}

/// Where bars begin, from the song's first sample, and its end. Lead-in and tail are cut into stretches.
fn edges(recording: &Recording, grid: &BeatGrid) -> Vec<SamplePos> {
    let stretch = (STRETCH_SECS * f64::from(recording.rate.hz())) as u64;
    let mut lines: Vec<u64> = grid.downbeats().map(|(_, at)| at.0).collect();
    lines.push(recording.len);
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

/// Describes each bar by means over its hops, every feature standardised by its mean and spread in the song.
fn describe(recording: &Recording, onsets: &Onsets, features: &Features, edges: &[SamplePos]) -> Vec<BarFeatures> {
    let table = super::onset::compression(onsets.loud_db);
    let bar = |pair: &[SamplePos]| {
        let hops = hop_range(features, pair[0], pair[1]);
        let mut bar = [0.0; DIMS];
        let count = hops.len() as f32;
        for hop in hops.clone() {
            let mut mean = |index: usize, value: f32| bar[index] += value / count;
            for (band, &code) in recording.spectrogram.hop(hop).iter().enumerate() {
                let coarse = band * TIMBRE_BANDS / Spectrogram::BANDS;
                mean(TIMBRE.start + coarse, table[usize::from(code)]);
            }
            for (group, value) in onsets.groups[hop].iter().enumerate() {
                mean(ONSETS.start + group, *value);
            }
            mean(LOUDNESS, features.hops[hop].loudness);
        }
        let chroma = &recording.chroma[hops.start / HOPS_PER_CHROMA..hops.end.div_ceil(HOPS_PER_CHROMA)];
        for chroma in chroma {
            bar[ALL_CHROMA]
                .iter_mut()
                .zip(&chroma.all)
                .for_each(|(sum, value)| *sum += value);
            bar[BASS_CHROMA]
                .iter_mut()
                .zip(&chroma.bass)
                .for_each(|(sum, value)| *sum += value);
        }
        for chroma in [ALL_CHROMA, BASS_CHROMA] {
            let norm = bar[chroma.clone()].iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-9);
            bar[chroma].iter_mut().for_each(|v| *v /= norm);
        }
        bar
    };
    let mut bars: Vec<BarFeatures> = edges.windows(2).map(bar).collect();
    let audible: Vec<usize> = (0..bars.len()).filter(|&i| bars[i][LOUDNESS] > AUDIBLE).collect();
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
            LOUDNESS.. => (LOUDNESS_WEIGHT, 1, 0.02),
            _ if ONSETS.contains(&d) => (ONSET_WEIGHT, GROUPS, 0.02),
            _ if TIMBRE.contains(&d) => (TIMBRE_WEIGHT, TIMBRE_BANDS, 0.1),
            _ => (CHROMA_WEIGHT, BASS_CHROMA.end, 0.05),
        };
        let mean = audible.iter().map(|&i| bars[i][d]).sum::<f32>() / count;
        let spread = (audible.iter().map(|&i| (bars[i][d] - mean).powi(2)).sum::<f32>() / count).sqrt();
        let scale = weight / (size as f32).sqrt();
        for bar in &mut bars {
            bar[d] = ((bar[d] - mean) / (spread + least)).clamp(-MAX_DEVIATION, MAX_DEVIATION) * scale;
        }
    }
    bars
}

/// The hops of a stretch, one at least.
fn hop_range(features: &Features, from: SamplePos, to: SamplePos) -> Range<usize> {
    let per_hop = f64::from(features.rate.hz()) / f64::from(super::HOPS_PER_SEC);
    let last = features.hops.len() - 1;
    let start = ((from.0 as f64 / per_hop).round() as usize).min(last);
    let end = ((to.0 as f64 / per_hop).round() as usize).min(last + 1);
    start..end.max(start + 1)
}

/// Where the song's last beat is over: a chord that rings on after it is no part, as long as it is short.
fn music_end(grid: &BeatGrid, len: u64) -> SamplePos {
    let most = (RING_SECS * f64::from(grid.rate.hz())) as u64;
    match grid.beats[..] {
        [.., before, last] if len.saturating_sub(last.at.0) <= most => {
            SamplePos(last.at.0 + (last.at.0 - before.at.0) * 23 / 20)
        }
        _ => SamplePos(len),
    }
}

/// The bar with which the music begins after silence, if there is silence; 0 otherwise.
fn lead_in(features: &Features, edges: &[SamplePos]) -> usize {
    let Some(hop) = features.hops.iter().position(|hop| hop.loudness > SILENT) else {
        return 0;
    };
    let begin = features.centre(hop).0;
    let near = (LEAD_IN_SECS.1 * f64::from(features.rate.hz())) as u64;
    if begin < (LEAD_IN_SECS.0 * f64::from(features.rate.hz())) as u64 {
        return 0;
    }
    let inner = 1..edges.len() - 1;
    let nearest = inner.min_by_key(|&edge| edges[edge].0.abs_diff(begin));
    nearest
        .filter(|&edge| edges[edge].0.abs_diff(begin) <= near)
        .unwrap_or(0)
}

fn distance(a: &BarFeatures, b: &BarFeatures) -> f32 {
    a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f32>().sqrt()
}

/// Gives parts that sound alike the same number, in order of first appearance.
fn kinds(bars: &[BarFeatures], starts: &[usize]) -> Vec<usize> {
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
    let means: Vec<BarFeatures> = (0..starts.len()).map(mean).collect();
    let pairs = (0..means.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let usual = percentile(pairs.map(|(i, j)| distance(&means[i], &means[j])), 0.5);
    let mut kinds: Vec<usize> = Vec::with_capacity(means.len());
    for i in 0..means.len() {
        let nearest = (0..i).min_by(|&a, &b| distance(&means[i], &means[a]).total_cmp(&distance(&means[i], &means[b])));
        let same = nearest.filter(|&j| distance(&means[i], &means[j]) < SAME_DISTANCE * usual);
        let fresh = kinds.iter().max().map_or(0, |most| most + 1);
        kinds.push(same.map_or(fresh, |j| kinds[j]));
    }
    kinds
}

/// What a part's name depends on.
fn part(bars: &[BarFeatures], features: &Features, from: SamplePos, to: SamplePos) -> SectionSummary {
    let hops = &features.hops[hop_range(features, from, to)];
    let mean = |hops: &[Hop], value: fn(&Hop) -> f32| hops.iter().map(value).sum::<f32>() / hops.len().max(1) as f32;
    let quarter = hops.len() / 4;
    SectionSummary {
        bars: bars.len(),
        loudness: mean(hops, |hop| hop.loudness),
        bass: mean(hops, |hop| hop.bands[0]),
        energy: mean(hops, |hop| hop.bands.iter().sum::<f32>() / 3.0),
        secs: (to.0 - from.0) as f64 / f64::from(features.rate.hz()),
        rise: mean(&hops[hops.len() - quarter..], rising) - mean(&hops[..quarter], rising),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars of the kinds given, eight of each.
    fn song(parts: &[usize]) -> Vec<BarFeatures> {
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
    fn parts_that_return_are_known_again() {
        let bars = song(&[0, 1, 2, 1, 0]);
        assert_eq!(kinds(&bars, &[0, 8, 16, 24, 32]), [0, 1, 2, 1, 0]);
    }
}
