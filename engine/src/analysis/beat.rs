//! Where the beats are: the pulse is followed through the song by dynamic programming.

use super::{Beat, BeatGrid, HOPS_PER_SEC, analyzer::Heard, onset::Onsets, tempo::Pulse};
use crate::time::SamplePos;

/// How firmly beats keep to the period.
const TIGHT: f32 = 60.0;
/// Songs whose pulse is less clear than this have no beats.
const CLEAR: f32 = 0.05;

/// Hears the song's beats.
pub(super) fn track(heard: &Heard, onsets: &Onsets) -> BeatGrid {
    let pulse = Pulse::of(onsets);
    let confidence = median(&pulse.clarity);
    let places = follow(&smooth(&pulse.strength), |hop| pulse.period_at(hop), TIGHT);
    if confidence < CLEAR || places.len() < 4 {
        return BeatGrid::silent(heard.rate);
    }
    let samples_per_hop = f64::from(heard.rate.hz()) / f64::from(HOPS_PER_SEC);
    let beat = |(index, &hop): (usize, &usize)| Beat {
        at: SamplePos((hop as f64 * samples_per_hop).round() as u64),
        in_bar: (index % 4) as u32 + 1,
    };
    BeatGrid {
        rate: heard.rate,
        beats: places.iter().enumerate().map(beat).collect(),
        beats_per_bar: 4,
        tempo_bpm: 60.0 * f64::from(HOPS_PER_SEC) / f64::from(median(&pulse.periods)),
        confidence,
    }
}

/// A curve under a short bell, so that a beat may be a little early or late.
fn smooth(curve: &[f32]) -> Vec<f32> {
    const BELL: [f32; 3] = [1.0, 0.75, 0.32];
    (0..curve.len())
        .map(|i| {
            let near = |d: usize| {
                let left = i.checked_sub(d).map_or(0.0, |j| curve[j]);
                left + curve.get(i + d).copied().unwrap_or(0.0)
            };
            curve[i] * BELL[0] + near(1) * BELL[1] + near(2) * BELL[2]
        })
        .map(|v| v / 2.0)
        .collect()
}

/// The beats that collect the most strength while keeping near the period.
///
/// **Source**: D. Ellis, "Beat tracking by dynamic programming", JNMR 36(1), 2007, with a period that may change.
fn follow(act: &[f32], period: impl Fn(usize) -> f32, tight: f32) -> Vec<usize> {
    let n = act.len();
    let mut score = vec![0.0f32; n];
    let mut from = vec![u32::MAX; n];
    for t in 0..n {
        let p = period(t);
        let (near, far) = ((p * 0.7) as usize, (p * 1.4) as usize);
        let mut best = 0.0;
        for d in near.max(1)..=far {
            let Some(s) = t.checked_sub(d) else { break };
            let x = (d as f32 / p).ln();
            let v = score[s] - tight * x * x;
            if v > best {
                best = v;
                from[t] = s as u32;
            }
        }
        score[t] = act[t] + best;
    }
    let Some(last_p) = n.checked_sub(1).map(&period) else {
        return Vec::new();
    };
    let tail = n.saturating_sub(last_p as usize + 1);
    let mut at = (tail..n).max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0) as u32;
    let mut beats = Vec::new();
    while at != u32::MAX {
        beats.push(at as usize);
        at = from[at as usize];
    }
    beats.reverse();
    beats
}

fn median(values: &[f32]) -> f32 {
    super::analyzer::percentile(values.iter().copied(), 0.5)
}
