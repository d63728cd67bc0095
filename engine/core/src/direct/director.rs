//! The [`Director`]: asks shots, zoom and music for one frame's directions.

use std::ops::Range;

use super::{
    Camera, Clock, FrameSpec, Reactive,
    buildup::Build,
    cadence::is_key,
    camera::CameraMotion,
    envelope::{burst, is_strong},
    music::SongMusic,
    shots::{Staged, ZoomDirection, nested, shots},
    zoom::{Profile, smooth},
    zoom_path::{ZoomPath, ZoomSpeed},
};
use crate::{
    analysis::{Analysis, Band, BeatGrid},
    automation::{Curve, Param, automated},
    cue::Plan,
    error::{Error, Result},
    seed::mix,
    time::{Fps, FrameIdx, SamplePos},
};

/// A mean zoom rate below this stands still.
pub(super) const STILL: f64 = 0.02;
/// How far the zoom comes at most in a shot that doesn't end in a passage.
const UNREACHED: f64 = 0.6;
/// Seconds at rate 1 in which such a shot would come all the way.
const UNREACHED_SECS: f64 = 32.0;
/// What the frames of a video depend on.
#[derive(Debug, Clone, Copy)]
pub struct DirectInputs<'a> {
    /// The song.
    pub analysis: &'a Analysis,
    /// Its scenes; made with the same `fps` and `zoom_rate`.
    pub plan: &'a Plan,
    /// The video's frame rate.
    pub fps: Fps,
    /// The song's or take's seed.
    pub seed: u64,
    /// How strongly things move with the music, 0 to 2.
    pub reactivity: f64,
    /// Speed of the zoom, -4 to 4.
    pub zoom_rate: f64,
    /// Every how many frames the picture is painted afresh, 1 at least.
    pub cadence: u32,
}

impl<'a> DirectInputs<'a> {
    /// A planned song at the plan's frame rate, with seed 0, the usual reactivity and speed of the zoom, and every second
    /// frame painted afresh.
    #[must_use]
    pub fn new(analysis: &'a Analysis, plan: &'a Plan, fps: Fps) -> Self {
        Self {
            analysis,
            plan,
            fps,
            seed: 0,
            reactivity: 1.0,
            zoom_rate: 1.0,
            cadence: 2,
        }
    }
}

/// Gives each frame its directions, in any order and on any thread.
#[derive(Debug)]
pub struct Director {
    grid: BeatGrid,
    fps: Fps,
    frames: u64,
    seed: u64,
    reactivity: f64,
    cadence: u64,
    curves: Vec<Curve>,
    shots: Vec<Staged>,
    profiles: Vec<Profile>,
    builds: Vec<Build>,
    music: SongMusic,
    zoom_path: ZoomPath,
}

impl Director {
    /// Prepares a song: about 4 KB a second of it.
    ///
    /// # Errors
    /// [`Error::Value`] when there is no cue, a cue's prompt isn't there, or a value is out of its range.
    pub fn new(inputs: &DirectInputs<'_>) -> Result<Self> {
        check(inputs)?;
        let DirectInputs {
            analysis, plan, fps, ..
        } = *inputs;
        let grid = &analysis.grid;
        let rate = grid.rate;
        let frames = fps.frames_for(analysis.features.len, rate);
        let music = SongMusic::new(&analysis.features);
        let mut shots = shots(plan, fps, rate, frames, inputs.seed);
        let builds: Vec<Build> = (0..shots.len()).map(|i| Build::new(&shots, i, &music, grid)).collect();
        let zoom_path = ZoomPath::new(
            &ZoomSpeed {
                grid,
                curves: &plan.curves,
                zoom_rate: inputs.zoom_rate,
                reactivity: inputs.reactivity,
                build: &|at| {
                    let shot = shots.partition_point(|shot| shot.at <= at).saturating_sub(1);
                    builds[shot].at(at)
                },
            },
            fps.first_sample(FrameIdx(frames), rate),
        );
        let sample = |frame| fps.first_sample(frame, rate);
        for shot in &mut shots {
            let (from, to) = (sample(shot.shot.first), sample(shot.shot.end));
            let (ahead, back) = (zoom_path.ahead(from, to), zoom_path.back(from, to));
            let least = STILL * (to.0 - from.0) as f64 / f64::from(rate.hz());
            shot.direction = match ahead - back {
                way if way > least => ZoomDirection::In,
                way if way < -least => ZoomDirection::Out,
                _ => ZoomDirection::Still,
            };
        }
        let mut director = Self {
            grid: grid.clone(),
            fps,
            frames,
            seed: inputs.seed,
            reactivity: inputs.reactivity,
            cadence: u64::from(inputs.cadence),
            curves: plan.curves.clone(),
            shots,
            profiles: Vec::new(),
            builds,
            music,
            zoom_path,
        };
        director.profiles = (0..director.shots.len()).map(|i| director.profile(i)).collect();
        Ok(director)
    }

    /// The video's frame rate.
    #[must_use]
    pub fn fps(&self) -> Fps {
        self.fps
    }

    /// How many frames the video has; the picture lasts at least as long as the song.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Directions for one frame; those of the last frame for one after it.
    #[must_use]
    pub fn spec(&self, frame: FrameIdx) -> FrameSpec {
        let frame = FrameIdx(frame.0.min(self.frames - 1));
        let i = self.shot_of(frame);
        let staged = &self.shots[i];
        let at = self.sample(frame);
        let (approach, dissolve) = self.approach(i, at);
        let camera = self.camera(i, frame);
        let before = frame.0.checked_sub(1).filter(|&before| before >= staged.shot.first.0);
        FrameSpec {
            frame,
            at,
            shot: staged.shot,
            seed: mix([self.seed, u64::from(staged.shot.index), frame.0]),
            key: self.is_key(i, frame),
            scenes: nested(&self.shots, i),
            approach,
            dissolve,
            camera,
            camera_before: before.map_or(camera, |before| self.camera(i, FrameIdx(before))),
            reactive: self.reactive(i, frame),
            clock: self.clock(at),
            beat_in_bar: self.beat_in(frame),
            style_strength: self.automated(Param::StyleStrength, at).map(|value| value as f32),
            intensity: self.automated(Param::Intensity, at).unwrap_or(1.0) as f32,
            palette_shift_deg: self.automated(Param::PaletteShift, at).unwrap_or(0.0) as f32,
        }
    }

    /// The first sample heard while a frame is shown.
    fn sample(&self, frame: FrameIdx) -> SamplePos {
        self.fps.first_sample(frame, self.grid.rate)
    }

    /// The samples at which something may begin that is shown on the frame; the last frame has all that is left.
    fn events(&self, frame: FrameIdx) -> Range<SamplePos> {
        let rate = self.grid.rate;
        let end = if frame.0 + 1 < self.frames {
            self.fps.first_event(FrameIdx(frame.0 + 1), rate)
        } else {
            SamplePos(u64::MAX)
        };
        self.fps.first_event(frame, rate)..end
    }

    /// A parameter's value at a sample, where a curve sets it.
    fn automated(&self, param: Param, at: SamplePos) -> Option<f64> {
        automated(&self.curves, param, at)
    }

    /// The index of the shot that a frame is in.
    fn shot_of(&self, frame: FrameIdx) -> usize {
        self.shots.partition_point(|staged| staged.shot.first <= frame) - 1
    }

    /// Where the passage at a shot's end begins.
    fn passage_start(&self, i: usize) -> SamplePos {
        let staged = &self.shots[i];
        let end = self
            .shots
            .get(i + 1)
            .map_or_else(|| self.sample(staged.shot.end), |next| next.at);
        SamplePos(end.0.saturating_sub(staged.passage_samples).max(staged.at.0))
    }

    /// How a shot's zoom moves between its frames: slowly out of the passage before, quickly into the next.
    fn profile(&self, i: usize) -> Profile {
        let staged = &self.shots[i];
        let passes = |i: usize| self.shots[i].passage_samples > 0 && self.shots[i].direction != ZoomDirection::Still;
        let passage = if staged.passage_samples > 0 {
            self.done(i, self.passage_start(i))
        } else {
            1.0
        };
        let settled = if i > 0 && passes(i - 1) {
            // One beat: long enough to be a movement, short enough to leave the new scene whole.
            let beat = SamplePos::from_secs(self.clock(staged.at).beat_secs, self.grid.rate).0;
            let after = SamplePos(staged.at.0 + beat);
            self.done(i, after).min(passage * 0.8)
        } else {
            0.0
        };
        let (from, to) = (self.sample(staged.shot.first), self.sample(staged.shot.end));
        let way = self.zoom_path.ahead(from, to).max(self.zoom_path.back(from, to));
        Profile {
            settled,
            passage,
            reach: if staged.passage_samples > 0 {
                1.0
            } else {
                (way / UNREACHED_SECS).min(UNREACHED)
            },
        }
    }

    /// How much of a shot's zoom_path is done at a sample: 0 on its first frame, 1 on the next shot's.
    fn done(&self, i: usize, at: SamplePos) -> f64 {
        let staged = &self.shots[i];
        let (from, to) = (self.sample(staged.shot.first), self.sample(staged.shot.end));
        let at = at.clamp(from, to);
        match staged.direction {
            ZoomDirection::In => self.zoom_path.ahead(from, at) / self.zoom_path.ahead(from, to),
            ZoomDirection::Out => self.zoom_path.back(from, at) / self.zoom_path.back(from, to),
            ZoomDirection::Still => 0.0,
        }
    }

    /// [`FrameSpec::approach`] and [`FrameSpec::dissolve`].
    fn approach(&self, i: usize, at: SamplePos) -> (f32, f32) {
        let staged = &self.shots[i];
        let from = self.passage_start(i);
        let come = if staged.passage_samples == 0 || at <= from {
            0.0
        } else {
            smooth((at.0 - from.0) as f64 / staged.passage_samples as f64) as f32
        };
        match staged.direction {
            ZoomDirection::In => (come, 0.0),
            ZoomDirection::Out => (1.0 - come, 0.0),
            ZoomDirection::Still => (come, come),
        }
    }

    /// Where the camera is: the zoom's way, what is automated, a sway in tempo, a tilt in a build-up and a push at each
    /// kick.
    fn camera(&self, i: usize, frame: FrameIdx) -> Camera {
        let at = self.sample(frame);
        let come = self.profiles[i].at(self.done(i, at));
        let reactivity = self.reactivity_at(at);
        let curve = |param| self.automated(param, at).unwrap_or(0.0);
        CameraMotion {
            zoom: match self.shots[i].direction {
                ZoomDirection::In => come,
                // Below 1 on the first frame too, where the profile is at 0.
                ZoomDirection::Out => (1.0 - come).min(1.0 - 1e-9),
                ZoomDirection::Still => 0.0,
            },
            pan: [curve(Param::PanX), curve(Param::PanY)],
            rotate_deg: curve(Param::Rotate),
            tilt_rad: self.builds[i].at(at) * reactivity.min(1.0) * 1.2_f64.to_radians(),
            bar: self.clock(at).bar,
            reactivity,
            calm: self.music.level(at).calm,
            kick: self.music.envelope(Band::Bass, self.events(frame)),
        }
        .camera()
    }

    /// How strongly things move, 0 to 2: the song's value times its curve's.
    fn reactivity_at(&self, at: SamplePos) -> f64 {
        let curve = self.automated(Param::Reactivity, at).unwrap_or(1.0);
        (self.reactivity * curve).clamp(0.0, 2.0)
    }

    /// The music at a frame, scaled by the reactivity.
    fn reactive(&self, i: usize, frame: FrameIdx) -> Reactive {
        let (at, events) = (self.sample(frame), self.events(frame));
        let age = at.0.saturating_sub(self.shots[i].at.0) as f64 / f64::from(self.grid.rate.hz());
        // The burst belongs to the build-up that ended with this shot's cue.
        let rise = i.checked_sub(1).map_or(0.0, |before| self.builds[before].rise);
        let reactive = Reactive {
            build: self.builds[i].at(at) as f32,
            burst: (rise * burst(age)) as f32,
            ..self.music.reactive(at, events)
        };
        reactive.scaled(self.reactivity_at(at) as f32)
    }

    /// The musical clock; outside the grid it runs on at the last tempo.
    fn clock(&self, at: SamplePos) -> Clock {
        let beat = self.grid.beat_at(at);
        // The slope just ahead, so that a beat's own sample belongs to the beat that it begins.
        let ahead = SamplePos(at.0 + u64::from(self.grid.rate.hz()) / 50);
        let per_sample = (self.grid.beat_at(ahead) - beat) / (ahead.0 - at.0) as f64;
        Clock {
            beat,
            bar: self.grid.bar_at(at),
            beat_secs: 1.0 / (per_sample * f64::from(self.grid.rate.hz())),
            secs: at.secs(self.grid.rate),
        }
    }

    /// The place in the bar of the beat that is shown on a frame, the lowest when there are several.
    fn beat_in(&self, frame: FrameIdx) -> Option<u32> {
        let events = self.events(frame);
        let first = self.grid.beats.partition_point(|beat| beat.at < events.start);
        let within = self.grid.beats[first..].iter().take_while(|beat| beat.at < events.end);
        within.map(|beat| beat.in_bar).min()
    }

    /// Whether a frame is drawn and painted afresh; see [`FrameSpec::key`].
    fn is_key(&self, i: usize, frame: FrameIdx) -> bool {
        let since = frame.0 - self.shots[i].shot.first.0;
        let before = || self.is_strong(FrameIdx(frame.0 - 1));
        is_key(since, self.cadence, self.is_strong(frame), before)
    }

    /// Whether an onset that is seen begins on a frame.
    fn is_strong(&self, frame: FrameIdx) -> bool {
        let events = self.events(frame);
        is_strong(Band::ALL.map(|band| self.music.strongest(band, &events)))
    }
}

/// # Errors
/// [`Error::Value`] when there is no cue, a cue's prompt isn't there, or a value is out of its range.
fn check(inputs: &DirectInputs<'_>) -> Result<()> {
    let wrong = |what, expected: &str, actual: String| {
        Err(Error::Value {
            what,
            expected: expected.to_owned(),
            actual,
        })
    };
    if !(0.0..=2.0).contains(&inputs.reactivity) {
        return wrong("the reactivity", "from 0 to 2", inputs.reactivity.to_string());
    }
    if !(-4.0..=4.0).contains(&inputs.zoom_rate) {
        return wrong("the zoom rate", "from -4 to 4", inputs.zoom_rate.to_string());
    }
    if inputs.cadence == 0 {
        return wrong("the painting cadence", "1 frame or more", "0".to_owned());
    }
    let prompts = inputs.plan.prompts.len();
    if inputs.plan.cues.is_empty() || inputs.plan.cues.iter().any(|cue| cue.prompt >= prompts) {
        let actual = format!("one of {} cues and {prompts} prompts", inputs.plan.cues.len());
        return wrong("the plan", "one cue at least, each with a prompt that is there", actual);
    }
    Ok(())
}
