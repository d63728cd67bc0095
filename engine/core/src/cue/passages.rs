//! Passages: how long each takes, and those within a long scene, so that the zoom never ends.

use super::{
    Cue, CueInputs,
    grid_math::{bar_lines, beat_samples, samples_before},
};
use crate::{
    automation::{Curve, Param, automated},
    storyboard::Length,
    time::SamplePos,
};

/// The passage within a scene: four bars, or less in a short shot.
const INNER_PASSAGE: Length = Length::Bars(4.0);
/// Bars between two passages at zoom rate 1, and the seconds that they should take.
const USUAL_BARS: f64 = 8.0;
const USUAL_SECS: std::ops::RangeInclusive<f64> = 8.0..=26.0;
/// Bars of two seconds between two passages in a song without beats.
const BEATLESS_BARS: f64 = 7.0;
/// The shortest shot within a scene, in seconds.
const SHORTEST_SECS: f64 = 2.0;

/// Bars between two passages within a scene at zoom rate 1, given the length of a bar in seconds; `None` without beats, where a
/// bar is two seconds long.
pub(crate) fn usual_bars(bar_secs: Option<f64>) -> f64 {
    match bar_secs.map(|bar_secs| USUAL_BARS * bar_secs) {
        None => BEATLESS_BARS,
        Some(secs) if secs < *USUAL_SECS.start() => USUAL_BARS * 2.0,
        Some(secs) if secs > *USUAL_SECS.end() => USUAL_BARS / 2.0,
        Some(_) => USUAL_BARS,
    }
}

/// One scene on the song's time, before it is divided into shots.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    /// Its first sample.
    pub at: SamplePos,
    /// Its prompt.
    pub prompt: usize,
    /// How long its passage takes, when that is given.
    pub morph: Option<Length>,
}

/// The cues of scenes, given in order and the first at 0, with the passages within long ones. Each time that a prompt is
/// seen it is in another arrangement. Tells of what it had to
/// shorten in `notes`.
pub(super) fn cues(
    stretches: &[Stretch],
    curves: &[Curve],
    inputs: &CueInputs<'_>,
    notes: &mut Vec<String>,
) -> Vec<Cue> {
    let grid = &inputs.analysis.grid;
    let end = SamplePos(inputs.analysis.features.len);
    let mut cues: Vec<Cue> = Vec::new();
    // How many arrangements of each prompt have been seen.
    let mut seen = vec![0; stretches.iter().map(|s| s.prompt + 1).max().unwrap_or(0)];
    let mut fresh = |prompt: usize| {
        seen[prompt] += 1;
        seen[prompt] - 1
    };
    for (i, stretch) in stretches.iter().enumerate() {
        let from = cues.last().map_or(SamplePos(0), |cue| cue.at);
        let room = stretch.at.0 - from.0;
        let passage_samples = match stretch.morph {
            _ if i == 0 => 0,
            None => samples_before(grid, stretch.at, super::DEFAULT_MORPH).min(room / 2),
            Some(morph) => {
                let wanted = samples_before(grid, stretch.at, morph);
                if wanted > room {
                    let place = super::resolve::name_of(stretch.at, inputs.analysis);
                    notes.push(format!(
                        "The passage of {morph} to the scene at {place} is shortened to the shot before it."
                    ));
                }
                wanted.min(room)
            }
        };
        cues.push(Cue {
            at: stretch.at,
            prompt: stretch.prompt,
            variant: fresh(stretch.prompt),
            passage_samples,
        });
        let after = stretches.get(i + 1);
        let until = after.map_or(end, |next| next.at);
        let kept = after.map_or(0, |next| {
            let morph = next.morph.unwrap_or(super::DEFAULT_MORPH);
            samples_before(grid, next.at, morph)
        });
        for at in lines_between(stretch.at, until, kept, curves, inputs) {
            let from = cues.last().map_or(stretch.at, |cue| cue.at);
            let passage = samples_before(grid, at, INNER_PASSAGE).min((at.0 - from.0) / 2);
            cues.push(Cue {
                at,
                prompt: stretch.prompt,
                variant: fresh(stretch.prompt),
                passage_samples: passage,
            });
        }
    }
    cues
}

/// The bar lines at which a scene is passed through; `kept` samples at its end are free of them.
fn lines_between(
    from: SamplePos,
    until: SamplePos,
    kept: u64,
    curves: &[Curve],
    inputs: &CueInputs<'_>,
) -> Vec<SamplePos> {
    let grid = &inputs.analysis.grid;
    let rate_hz = f64::from(grid.rate.hz());
    let lines: Vec<SamplePos> = std::iter::once(from).chain(bar_lines(grid, from, until)).collect();
    let speed = |at| (inputs.zoom_rate * automated(curves, Param::Zoom, at).unwrap_or(1.0)).abs();
    // How far the zoom has come at each line, in bars at rate 1.
    let mut way = vec![0.0];
    for (i, &line) in lines.iter().enumerate() {
        let next = lines.get(i + 1).map_or(until, |&next| next);
        let bar = beat_samples(grid) * f64::from(grid.beats_per_bar.max(1));
        let part = ((next.0 - line.0) as f64 / bar).min(1.0);
        way.push(way[i] + speed(line) * part);
    }
    let bar_secs = beat_samples(grid) * f64::from(grid.beats_per_bar.max(1)) / rate_hz;
    let usual = usual_bars((!grid.beats.is_empty()).then_some(bar_secs));
    let whole = way[lines.len()];
    let shots = (whole / usual).round() as usize;
    let shortest = (SHORTEST_SECS * rate_hz) as u64;
    // Music goes in groups of four bars: a passage is best between two of them.
    let group = match lines.len() / shots.max(1) {
        _ if grid.beats.is_empty() => 1,
        6.. => 4,
        3..6 => 2,
        _ => 1,
    };
    let mut found = Vec::new();
    let mut before = from;
    for shot in 1..shots {
        let wanted = whole * shot as f64 / shots as f64;
        let line = way.partition_point(|&done| done < wanted);
        let line = if line > 0 && wanted - way[line - 1] < way[line.min(lines.len())] - wanted {
            line - 1
        } else {
            line
        };
        let line = (line + group / 2) / group * group;
        let Some(&at) = lines.get(line) else { continue };
        if at.0 >= before.0 + shortest && until.0 >= at.0 + shortest.max(kept) {
            found.push(at);
            before = at;
        }
    }
    found
}
