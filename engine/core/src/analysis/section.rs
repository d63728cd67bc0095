//! The song's parts: where the sound becomes another, which parts return, and what they are called.
//!
//! The song is cut into bars (or stretches of 2 s without beats). Each bar is described by chroma, spectrum and onsets;
//! the parts are those whose bars are most like each other (`cut`).

use super::{
    BeatGrid, Features, Hop, Section, Spectrogram,
    analyzer::{HOPS_PER_TONES, Heard, percentile},
    cut::{self, Stretch},
    label::{Part, labels},
    moment::rising,
    onset::{GROUPS, Onsets},
};
use crate::time::SamplePos;

/// Bands of the coarse spectrum that describes timbre.
const TIMBRE: usize = 16;
/// Numbers that describe a bar: chroma, bass chroma, timbre, onsets, loudness.
pub(super) const DIMS: usize = 12 + 12 + TIMBRE + GROUPS + 1;
/// How much each kind of number counts.
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
/// No number says more than this many spreads.
const MOST: f32 = 2.5;
/// Parts nearer to each other than this share of the song's usual distance are the same.
const SAME: f32 = 0.62;

pub(super) type Bar = [f32; DIMS];

/// Finds the parts; they cover the song without gaps.
pub(super) fn sections(heard: &Heard, onsets: &Onsets, features: &Features, grid: &BeatGrid) -> Vec<Section> {
    let edges = edges(heard, grid);
    let bars = describe(heard, onsets, features, &edges);
    let first = lead_in(features, &edges);
    let starts = cut::starts(&Stretch {
        bars: &bars,
        edges: &edges,
        first,
        end: music_end(grid, heard.len),
        rate: heard.rate,
    });
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
    let mean = |hops: &[Hop], value: fn(&Hop) -> f32| hops.iter().map(value).sum::<f32>() / hops.len().max(1) as f32;
    let quarter = hops.len() / 4;
    Part {
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
    fn parts_that_return_are_known_again() {
        let bars = song(&[0, 1, 2, 1, 0]);
        assert_eq!(kinds(&bars, &[0, 8, 16, 24, 32]), [0, 1, 2, 1, 0]);
    }
}
