//! What each frame shows: cues, curves and features to one [`FrameSpec`] a frame. Pure.
//!
//! A spec depends on the song, the plan and the frame's index, never on which frames were asked for before, so any
//! stretch of a video can be made on its own.

mod buildup;
mod cadence;
mod camera;
mod director;
mod envelope;
mod live;
mod music;
mod shots;
mod zoom;
mod zoom_path;

use serde::Serialize;

pub use director::{DirectInputs, Director};
use envelope::Level;
pub use live::{Controls, LiveCue, LiveDirector, LiveInputs, LiveMusic, Playback, fade_levels};
pub use music::SongMusic;

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
    /// Way from the first scene to the second: 0 sees the whole first scene, 1 sees the second fill the picture. The
    /// scale grows by the same factor for each equal step. Strictly below 1. Zooming in it rises from 0 on a shot's
    /// first frame to 1 on the next shot's; zooming out it falls from just below 1 to 0. It stays on the way where a
    /// shot ends in a cut or with the song.
    pub zoom: f64,
    /// Offset in picture widths and heights, right and down.
    pub pan: [f64; 2],
    /// Turn in radians, clockwise.
    pub rotate_rad: f64,
    /// Extra scale around the picture's centre: 1 is none; kicks push it up by a few percent.
    pub scale: f64,
}

/// The music at the frame, ready to move things. An onset's envelope is at its top in the frame on which the
/// onset is shown ([`crate::time::Fps::frame_of_event`]), and falls to a tenth over the release. Envelopes, bands, build and burst are scaled by
/// `Reactivity`; loudness and brightness are drawn towards their middle below 1; hue and calm are as heard.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Reactive {
    /// Envelope of bass onsets, 0 to 1 (2 at the highest reactivity): attack within the frame, release 180 ms.
    pub kick: f32,
    /// Envelope of mid onsets, release 120 ms.
    pub snare: f32,
    /// Envelope of high onsets, release 60 ms.
    pub hat: f32,
    /// Bass level, 0 to 2, smoothed over 150 ms.
    pub bass: f32,
    /// Mid level, smoothed over 150 ms.
    pub mid: f32,
    /// High level, smoothed over 150 ms.
    pub high: f32,
    /// Loudness, smoothed over 400 ms, 0 to 1.
    pub loudness: f32,
    /// Brightness of the sound: 0 dark to 1 bright, smoothed over 400 ms.
    pub brightness: f32,
    /// The strongest pitch class's place on the circle of fifths in turns (C is 0, G 1/12), turning slowly.
    pub hue: f32,
    /// Build-up: rises from 0 to 1 towards a cue whose section is louder than the one before it.
    pub build: f32,
    /// A burst at a cue: 1 on its first frame, release 250 ms, scaled by how much louder it gets.
    pub burst: f32,
    /// 1 in silence and stillness, 0 in full music, smoothed over 800 ms.
    pub calm: f32,
}

impl Reactive {
    /// From the envelopes of onsets (bass, mid, high) and the levels, as at reactivity 1, without build-up and burst.
    fn of([kick, snare, hat]: [f32; 3], level: &Level) -> Self {
        let [bass, mid, high] = level.bands;
        Self {
            kick,
            snare,
            hat,
            bass,
            mid,
            high,
            loudness: level.loudness,
            brightness: level.brightness,
            hue: level.hue.rem_euclid(1.0),
            build: 0.0,
            burst: 0.0,
            calm: level.calm,
        }
    }

    /// The music as strongly as the user wants it: `self` is as at reactivity 1, `reactivity` from 0 to 2.
    ///
    /// ```
    /// use phosphene_core::direct::Reactive;
    /// let kick = Reactive { kick: 0.8, loudness: 1.0, ..Reactive::default() };
    /// let calm = kick.scaled(0.5);
    /// assert_eq!((calm.kick, calm.loudness), (0.4, 0.8));
    /// ```
    #[must_use]
    pub fn scaled(&self, reactivity: f32) -> Self {
        let reactivity = reactivity.clamp(0.0, 2.0);
        let towards = |value: f32, middle: f32| (middle + (value - middle) * reactivity.min(1.0)).clamp(0.0, 1.0);
        Self {
            kick: self.kick * reactivity,
            snare: self.snare * reactivity,
            hat: self.hat * reactivity,
            bass: self.bass * reactivity,
            mid: self.mid * reactivity,
            high: self.high * reactivity,
            loudness: towards(self.loudness, 0.6),
            brightness: towards(self.brightness, 0.5),
            hue: self.hue.rem_euclid(1.0),
            build: (self.build * reactivity).min(1.0),
            burst: (self.burst * reactivity).min(1.0),
            calm: self.calm.clamp(0.0, 1.0),
        }
    }
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
///
/// ```
/// use phosphene_core::{
///     analysis::{Analysis, BeatGrid, analyze},
///     cue::{CueInputs, cues_from_prompts},
///     direct::{DirectInputs, Director},
///     time::{Fps, FrameIdx, SampleRate},
/// };
/// let (rate, len) = (SampleRate::new(8_000)?, 160_000);
/// let grid = BeatGrid::given(rate, 120.0, 0.0, 4, len)?;
/// let analysis = Analysis { grid, ..analyze(rate, &vec![0.0; len as usize])? };
/// let prompts = ["a lake".to_owned(), "a train".to_owned()];
/// let plan = cues_from_prompts(&prompts, &CueInputs::new(&analysis, Fps::FILM))?;
///
/// let director = Director::new(&DirectInputs::new(&analysis, &plan, Fps::FILM))?;
/// assert_eq!(director.frames(), 20 * 24);
/// // A beat every twelve frames, and a clock that follows them.
/// let spec = director.spec(FrameIdx(36));
/// assert_eq!((spec.beat_in_bar, spec.clock.beat), (Some(4), 3.0));
/// assert_eq!(director.spec(FrameIdx(37)).beat_in_bar, None);
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrameSpec {
    /// Its index.
    pub frame: FrameIdx,
    /// The first sample heard while it is shown.
    pub at: SamplePos,
    /// The shot that it is in.
    pub shot: Shot,
    /// Seeds what is random in this frame: [`crate::seed::mix`] of the song's or take's seed, the shot and the frame.
    pub seed: u64,
    /// Whether it is drawn and painted afresh (true), or drawing and painting are carried over from the frame before
    /// (false). A shot's first frame is always fresh, and so is one with a strong onset, or with other scenes than the
    /// frame before.
    pub key: bool,
    /// The scene that the camera is in, then the one inside it, then the one inside that: three always.
    ///
    /// Zooming in, the first is the shot's own and the second the next shot's. Zooming out, the second is the shot's
    /// own and the first, which surrounds it, the next shot's.
    pub scenes: Vec<SceneRef>,
    /// How much of the second scene's style and light is in the picture: zooming in, 0 before the passage begins, 1 at
    /// the cue; zooming out, 1 before the passage begins, 0 at the cue. Without jumps but at a hard cut.
    pub approach: f32,
    /// How much of the second scene, seen whole, covers the first: 0 but in a passage without zoom, where it rises to 1
    /// at the cue.
    pub dissolve: f32,
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

impl FrameSpec {
    /// A scene seen whole and standing still, in a calm bar without sound; later variations of it lie in its portal.
    #[must_use]
    pub fn still(scene: SceneRef) -> Self {
        let further = |variant: u32| SceneRef {
            variant: scene.variant + variant,
            ..scene
        };
        let camera = Camera {
            scale: 1.0,
            ..Camera::default()
        };
        Self {
            frame: FrameIdx(0),
            at: SamplePos(0),
            shot: Shot {
                index: 0,
                first: FrameIdx(0),
                end: FrameIdx(1),
            },
            seed: scene.seed,
            key: true,
            scenes: vec![scene, further(1), further(2)],
            approach: 0.0,
            dissolve: 0.0,
            camera,
            camera_before: camera,
            reactive: Reactive::default(),
            clock: Clock {
                beat: 0.0,
                bar: 0.0,
                beat_secs: 0.5,
                secs: 0.0,
            },
            beat_in_bar: None,
            style_strength: None,
            intensity: 1.0,
            palette_shift_deg: 0.0,
        }
    }
}
