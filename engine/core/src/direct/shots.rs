//! From cues to shots: which frames, which way the camera goes, which scene lies inside which.

use super::{SceneRef, Shot};
use crate::{
    cue::{Cue, Plan},
    seed::mix,
    time::{Fps, FrameIdx, SamplePos, SampleRate},
};

/// Which way the camera goes in a shot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ZoomDirection {
    /// Into the next scene.
    In,
    /// Out to the next scene, of which this one is a part.
    Out,
    /// It stands; the next scene comes by dissolving.
    Still,
}

/// One shot with its cue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Staged {
    pub shot: Shot,
    /// Its first sample: that of its cue.
    pub at: SamplePos,
    /// Its own scene.
    pub scene: SceneRef,
    pub direction: ZoomDirection,
    /// Samples of the passage at its end; 0 when it ends in a cut or with the song.
    pub passage_samples: u64,
}

/// The shots of a video of `frames` frames, all standing still. Of cues on one frame the last counts.
pub(super) fn shots(plan: &Plan, fps: Fps, rate: SampleRate, frames: u64, seed: u64) -> Vec<Staged> {
    let mut cues: Vec<(FrameIdx, &Cue)> = Vec::new();
    for cue in &plan.cues {
        let first = fps.frame_of_event(cue.at, rate);
        if cues.last().is_some_and(|(before, _)| *before == first) {
            cues.pop();
        }
        if first.0 < frames {
            cues.push((first, cue));
        }
    }
    if let Some(first) = cues.first_mut() {
        first.0 = FrameIdx(0);
    }
    let staged = cues.iter().enumerate().map(|(i, (first, cue))| {
        let next = cues.get(i + 1);
        let fixed = plan.prompts.get(cue.prompt).and_then(|prompt| prompt.seed);
        let number = plan.numbers.get(cue.prompt).copied().unwrap_or(cue.prompt as u64);
        let scene = SceneRef {
            prompt: cue.prompt,
            variant: cue.variant,
            seed: fixed.unwrap_or_else(|| mix([seed, number])),
        };
        Staged {
            shot: Shot {
                index: i as u32,
                first: *first,
                end: next.map_or(FrameIdx(frames), |next| next.0),
            },
            at: if i == 0 { SamplePos(0) } else { cue.at },
            scene: arranged(scene),
            direction: ZoomDirection::Still,
            passage_samples: next.map_or(0, |(_, next)| next.passage_samples),
        }
    });
    staged.collect()
}

/// Variant 0 keeps its prompt's seed, so that `seed = 3` in a storyboard is seed 3; others get one of their own.
pub(super) fn arranged(scene: SceneRef) -> SceneRef {
    SceneRef {
        seed: match scene.variant {
            0 => scene.seed,
            variant => mix([scene.seed, u64::from(variant)]),
        },
        ..scene
    }
}

/// The scene that the camera sees with shot `i`'s own: the next one, or a variation of its own where none is reached.
fn other(shots: &[Staged], i: usize) -> SceneRef {
    match shots.get(i + 1) {
        Some(next) if shots[i].passage_samples > 0 => next.scene,
        _ => deeper(shots[i].scene),
    }
}

/// What lies inside shot `i`'s own scene.
fn inside(shots: &[Staged], i: usize) -> SceneRef {
    if shots[i].direction != ZoomDirection::Out {
        return other(shots, i);
    }
    // A camera that came out of a scene still sees it there.
    match i.checked_sub(1).map(|before| shots[before]) {
        Some(before) if before.direction == ZoomDirection::Out && before.passage_samples > 0 => before.scene,
        _ => deeper(shots[i].scene),
    }
}

/// A variation of a scene that no cue asks for: what lies in it at the song's end.
pub(super) fn deeper(scene: SceneRef) -> SceneRef {
    SceneRef {
        variant: scene.variant + 1,
        seed: mix([scene.seed, u64::from(scene.variant) + 1]),
        ..scene
    }
}

/// The scenes that are seen in shot `i`, from the outermost to the innermost.
pub(super) fn nested(shots: &[Staged], i: usize) -> Vec<SceneRef> {
    let own = shots[i].scene;
    let other = other(shots, i);
    if shots[i].direction == ZoomDirection::Out {
        return vec![other, own, inside(shots, i)];
    }
    let reached = shots[i].passage_samples > 0 && i + 1 < shots.len();
    let third = if reached { inside(shots, i + 1) } else { deeper(other) };
    vec![own, other, third]
}
