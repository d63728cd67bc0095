//! What each frame shows: cues, curves and features to one [`FrameSpec`] a frame. Pure.
//!
//! A spec depends on the song, the plan and the frame's index, never on which frames were asked for before, so any
//! stretch of a video can be made on its own.

use serde::Serialize;

use crate::time::{FrameIdx, SamplePos};

/// The frames between two resets of a generator's state: one scene's time on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Shot {
    /// Its number, from 0.
    pub index: u32,
    /// Its first frame.
    pub first: FrameIdx,
    /// The frame after its last.
    pub end: FrameIdx,
}

/// One scene: which prompt, which arrangement of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct SceneRef {
    /// Index of the prompt.
    pub prompt: usize,
    /// Which arrangement: 0, or a variation.
    pub variant: u32,
    /// Seeds the arrangement; the same for every frame of the scene, wherever it is seen.
    pub seed: u64,
}

/// Where the camera is, relative to the current scene.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Camera {
    /// Way to the next scene: 0 sees the whole current scene, 1 sees the next scene fill the picture. The scale grows
    /// by the same factor for each equal step. Strictly below 1 within a shot.
    pub zoom: f64,
    /// Offset in picture widths and heights, right and down.
    pub pan: [f64; 2],
    /// Turn in radians, clockwise.
    pub rotate_rad: f64,
    /// Extra scale around the picture's centre: 1 is none; kicks push it up by a few percent.
    pub scale: f64,
}

/// The music at the frame, ready to move things: onset envelopes have attack and release, levels are smoothed, and all
/// are already scaled by `Reactivity`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Reactive {
    /// Envelope of bass onsets, 0 to 1 (2 at the highest reactivity): attack within the frame, release 180 ms.
    pub kick: f32,
    /// Envelope of mid onsets, release 120 ms.
    pub snare: f32,
    /// Envelope of high onsets, release 60 ms.
    pub hat: f32,
    /// Bass level, smoothed over 150 ms.
    pub bass: f32,
    /// Mid level, smoothed over 150 ms.
    pub mid: f32,
    /// High level, smoothed over 150 ms.
    pub high: f32,
    /// Loudness, smoothed over 400 ms, 0 to 1.
    pub loudness: f32,
    /// Brightness of the sound: 0 dark to 1 bright, smoothed over 400 ms.
    pub brightness: f32,
    /// The strongest pitch class's place on the circle of fifths in turns, 0 to 1, turning slowly.
    pub hue: f32,
    /// Build-up: rises from 0 to 1 towards a cue whose section is louder than the one before it.
    pub build: f32,
    /// A burst at a cue: 1 on its first frame, release 250 ms, scaled by how much louder it gets.
    pub burst: f32,
    /// 1 in silence and stillness, 0 in full music, smoothed over 800 ms.
    pub calm: f32,
}

/// The musical clock: everything periodic follows it rather than seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Clock {
    /// Beats since the song's first, with their fraction; runs on at the last tempo outside the grid, and at 120 BPM
    /// (so that it moves) in a song without beats.
    pub beat: f64,
    /// Bars since the first downbeat, with their fraction.
    pub bar: f64,
    /// Length of the current beat in seconds.
    pub beat_secs: f64,
    /// The frame's start in seconds, for what does not follow the music (wind, clouds).
    pub secs: f64,
}

/// All that a generator is told of one frame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrameSpec {
    /// Its index.
    pub frame: FrameIdx,
    /// The first sample heard while it is shown.
    pub at: SamplePos,
    /// The shot that it is in.
    pub shot: Shot,
    /// Seeds what is random in this frame: f(song or take seed, shot, frame).
    pub seed: u64,
    /// Whether it is painted afresh (true) or its painting is warped from the frame before (false). A shot's first
    /// frame is always fresh.
    pub key: bool,
    /// The current scene, then the one inside it, then the one inside that; the current one is always there.
    pub scenes: Vec<SceneRef>,
    /// How far the passage to the next scene has come: 0 before it begins, 1 at the cue. Styles and light morph by it.
    pub approach: f32,
    /// The camera.
    pub camera: Camera,
    /// The camera one frame earlier; the same as `camera` on a shot's first frame.
    pub camera_before: Camera,
    /// The music.
    pub reactive: Reactive,
    /// The musical clock.
    pub clock: Clock,
    /// The beat that falls within this frame, as its place in the bar; the lowest when several do.
    pub beat_in_bar: Option<u32>,
    /// How much of the painting is kept, 0 to 1; `None` when nothing automates it.
    pub style_strength: Option<f32>,
    /// Brightness and colour, 0 to 2.
    pub intensity: f32,
    /// Turn of all hues in degrees.
    pub palette_shift_deg: f32,
}
