//! Directions for a song that is still being played: one [`FrameSpec`] after another, from what is known so far.
//!
//! [`super::Director`] knows the whole song; here the next cue is known at most as long as it has been asked for. So a
//! passage that was asked for late is shorter, and there are no build-ups. All else (seeds, envelopes, drift, sway, passages
//! within a long scene) comes from what a render's is made with, so that the preview shows what the render will.

mod inputs;
mod music;

pub use inputs::{Controls, LiveCue, LiveInputs, Playback};
pub use music::{LiveMusic, fade_levels};

use super::{
    Camera, Clock, FrameSpec, SceneRef, Shot,
    cadence::is_key,
    camera::CameraMotion,
    director::STILL,
    envelope::is_strong,
    shots::{ZoomDirection, arranged, deeper},
    zoom::{MOST, Profile, smooth, smooth_integral},
    zoom_path::pulse,
};
use crate::{seed::mix, time::FrameIdx};

/// The share of the way between two passages within a scene that is drift.
const DRIFT_SHARE: f64 = 0.5;
/// Further in than this, the scene that is already nested is passed through before another takes its place.
const TOO_NEAR: f64 = 0.5;
/// Beats that such a way through needs.
const LEAST_BEATS: f64 = 3.0;
/// A step of the clock longer than this many bars is a jump of the host, not music that was heard.
const LONGEST_STEP_BARS: f64 = 1.0;

/// A passage under way.
#[derive(Debug, Clone, Copy)]
struct Leg {
    /// The scene that it was asked for by; the leg ends in it, or in a variation before it.
    scene: usize,
    asked: bool,
    /// Beats before the cue at which it began and at which it ends.
    from: f64,
    until: f64,
    /// How far the camera had come, and its speed there against the leg's mean.
    come: f64,
    slope: f64,
    /// Whether the scenes dissolve into each other instead of being zoomed through.
    dissolves: bool,
}

/// Gives the frames of a preview their directions, in order.
#[derive(Debug)]
pub struct LiveDirector {
    /// The prompts' own seeds.
    fixed: Vec<Option<u64>>,
    cadence: u64,
    seed: u64,
    /// How many arrangements of each prompt have been seen.
    seen: Vec<u32>,
    frame: u64,
    shot: u32,
    first: u64,
    direction: ZoomDirection,
    /// The scene on screen; the one that the camera nears; the one that lies in the innermost of the two.
    own: SceneRef,
    other: SceneRef,
    third: SceneRef,
    /// The drift: how much of the usual way is done, and the way.
    done: f64,
    profile: Profile,
    come: f64,
    /// Of the last frame: way in a beat.
    speed: f64,
    leg: Option<Leg>,
    /// Whether there was a strong onset in the last frame.
    strong_before: bool,
    /// The last frame's scenes, from the outermost on, and whether two of them were seen through each other.
    shown: Option<([SceneRef; 3], bool)>,
    before: Option<(Playback, Camera)>,
    bars: f64,
}

impl LiveDirector {
    /// For prompts with these seeds of their own; a frame is painted afresh every `cadence` frames, 1 at least.
    #[must_use]
    pub fn new(fixed: Vec<Option<u64>>, cadence: u64) -> Self {
        let nothing = SceneRef {
            prompt: 0,
            variant: 0,
            seed: 0,
        };
        Self {
            seen: vec![0; fixed.len()],
            fixed,
            cadence: cadence.max(1),
            seed: 0,
            frame: 0,
            shot: 0,
            first: 0,
            direction: ZoomDirection::In,
            own: nothing,
            other: nothing,
            third: nothing,
            done: 0.0,
            profile: drift(0.0),
            come: 0.0,
            speed: 0.0,
            leg: None,
            strong_before: false,
            shown: None,
            before: None,
            bars: 0.0,
        }
    }

    /// Takes other seeds of the prompts; the shot on screen begins anew.
    pub fn reseed(&mut self, fixed: Vec<Option<u64>>) {
        self.seen = vec![0; fixed.len()];
        self.fixed = fixed;
        self.before = None;
    }

    /// Begins the song anew: its scenes are arranged as they were the first time.
    pub fn restart(&mut self) {
        self.seen.fill(0);
        self.before = None;
    }

    /// Begins a shot where the camera is: its first frame is painted afresh, by a generator that knows none before.
    pub fn repaint(&mut self) {
        self.shot += 1;
        self.first = self.frame;
    }

    /// Directions for the next frame; `None` for a scene that is no prompt's.
    pub fn spec(&mut self, inputs: &LiveInputs) -> Option<FrameSpec> {
        let unknown = |scene: usize| scene >= self.fixed.len();
        if unknown(inputs.playback.scene) || inputs.playback.next.is_some_and(|next| unknown(next.scene)) {
            return None;
        }
        if self.before.is_none() || self.seed != inputs.controls.seed {
            if self.seed != inputs.controls.seed {
                self.seen.fill(0);
            }
            self.seed = inputs.controls.seed;
            self.cut(inputs.playback.scene);
            self.bars = inputs.playback.bar;
        } else {
            self.travel(inputs);
        }
        let camera = self.camera(inputs);
        let (approach, dissolve) = self.approach(inputs);
        let first = self.frame == self.first;
        let scenes = match self.direction {
            ZoomDirection::Out => [self.other, self.own, self.third],
            ZoomDirection::In | ZoomDirection::Still => [self.own, self.other, self.third],
        };
        // A drawing can't be carried on to other scenes, nor two on to one.
        let shown = (scenes, dissolve > 0.0);
        let changed = self.shown.replace(shown) != Some(shown);
        let strong = is_strong(inputs.playback.onsets);
        let strong_before = std::mem::replace(&mut self.strong_before, strong);
        let since = self.frame - self.first;
        let key = changed || is_key(since, self.cadence, strong, || strong_before);
        let before = self.before.filter(|_| !first).map_or(camera, |(_, camera)| camera);
        let spec = FrameSpec {
            frame: FrameIdx(self.frame),
            at: inputs.playback.at,
            shot: Shot {
                index: self.shot,
                first: FrameIdx(self.first),
                // Not known yet.
                end: FrameIdx(u64::MAX),
            },
            seed: mix([self.seed, u64::from(self.shot), self.frame]),
            key,
            scenes: scenes.to_vec(),
            approach,
            dissolve,
            camera,
            camera_before: before,
            reactive: inputs
                .playback
                .reactive_in_frame()
                .scaled(inputs.controls.reactivity as f32),
            clock: Clock {
                beat: inputs.playback.beat,
                bar: inputs.playback.bar,
                beat_secs: inputs.playback.beat_secs,
                secs: inputs.playback.secs,
            },
            beat_in_bar: self.beat_in(inputs),
            style_strength: inputs.controls.style_strength,
            intensity: inputs.controls.intensity,
            palette_shift_deg: inputs.controls.palette_shift_deg,
        };
        self.before = Some((inputs.playback, camera));
        self.frame += 1;
        Some(spec)
    }

    /// Another scene without a passage.
    fn cut(&mut self, scene: usize) {
        self.own = self.fresh(scene);
        self.other = self.fresh(scene);
        self.third = deeper(self.other);
        (self.direction, self.leg) = (ZoomDirection::In, None);
        self.begin(0.0);
    }

    /// Begins a shot at rest, or while the speed of a passage wears off over a share of the drift.
    fn begin(&mut self, settled: f64) {
        if self.before.is_some() {
            self.shot += 1;
        }
        self.first = self.frame;
        (self.done, self.come, self.speed) = (0.0, 0.0, 0.0);
        self.profile = drift(settled);
        self.leg = None;
    }

    /// The prompt's scene in the arrangement that comes next.
    fn fresh(&mut self, scene: usize) -> SceneRef {
        let variant = self.seen[scene];
        self.seen[scene] += 1;
        arranged(SceneRef {
            prompt: scene,
            variant,
            seed: self.fixed[scene].unwrap_or_else(|| mix([self.seed, scene as u64])),
        })
    }

    /// What a scene shows in its portal: a variation of it.
    fn nest(&mut self, scene: SceneRef) {
        self.other = scene;
        self.third = deeper(scene);
    }

    /// The camera has arrived in the scene that it neared.
    fn pass(&mut self, inputs: &LiveInputs) {
        let own = self.own;
        self.own = self.other;
        if self.direction == ZoomDirection::Out {
            (self.third, self.other) = (own, self.fresh(self.own.prompt));
        } else {
            // What was seen far inside stays there; arrangements are counted on past it.
            self.other = self.third;
            self.third = deeper(self.other);
            let seen = &mut self.seen[self.other.prompt];
            *seen = (*seen).max(self.other.variant + 1);
        }
        self.begin((1.0 / (inputs.playback.bar_beats * inputs.playback.usual_bars())).min(DRIFT_SHARE * 0.8));
    }

    fn travel(&mut self, inputs: &LiveInputs) {
        let Some((last, _)) = self.before else { return };
        let step = inputs.playback.bar - last.bar;
        let step = if (0.0..=LONGEST_STEP_BARS).contains(&step) {
            step
        } else {
            (inputs.playback.secs - last.secs).max(0.0) / (inputs.playback.beat_secs * inputs.playback.bar_beats)
        };
        self.bars += step;
        if inputs.playback.scene != self.own.prompt {
            self.land(inputs);
        } else if self.leg.is_some_and(|leg| leg.asked)
            && inputs.playback.next.is_none_or(|next| next.scene != self.other.prompt)
        {
            // It was asked for no more: the camera drifts on from where it is.
            self.leg = None;
            self.done = self.profile.inverse(self.come);
        }
        self.embark(inputs);
        if self.leg.is_some() {
            self.follow(inputs);
        } else {
            self.drift(inputs, step);
        }
    }

    /// The scene on screen is another one.
    fn land(&mut self, inputs: &LiveInputs) {
        let leg = self.leg.filter(|leg| leg.asked && leg.scene == inputs.playback.scene);
        match leg {
            Some(leg) if leg.dissolves => {
                let own = self.own;
                self.own = self.other;
                (self.other, self.third) = (self.third, own);
                let (done, come, profile) = (self.done, self.come, self.profile);
                self.begin(0.0);
                (self.done, self.come, self.profile) = (done, come, profile);
            }
            // Late by a frame or so: it is there all the same.
            Some(_) if self.come > 0.8 => self.pass(inputs),
            _ => self.cut(inputs.playback.scene),
        }
    }

    /// Sets out for the next cue when its passage has begun.
    fn embark(&mut self, inputs: &LiveInputs) {
        let Some(next) = inputs.playback.next else { return };
        if next.passage_beats <= 0.0 || next.in_beats > next.passage_beats || next.in_beats <= 0.0 {
            return;
        }
        if self.leg.is_some_and(|leg| leg.scene == next.scene) {
            return;
        }
        let dissolves = inputs.controls.zoom.abs() < STILL;
        let near = self.come > TOO_NEAR && next.in_beats > LEAST_BEATS && !dissolves;
        if dissolves && self.direction == ZoomDirection::Out {
            // Scenes dissolve seen whole, which one that the camera leaves outwards is not: a cut at the cue.
            return;
        }
        if !near {
            let fresh = self.fresh(next.scene);
            let third = self.third;
            self.nest(fresh);
            if self.direction == ZoomDirection::Out {
                self.third = third;
            }
        }
        let until = if near { next.in_beats / 2.0 } else { 0.0 };
        let beats = next.in_beats - until;
        self.leg = Some(Leg {
            scene: next.scene,
            asked: !near,
            from: next.in_beats,
            until,
            come: self.come,
            slope: (self.speed * beats / (1.0 - self.come).max(1e-6)).clamp(0.1, 1.0),
            dissolves,
        });
    }

    fn follow(&mut self, inputs: &LiveInputs) {
        let Some(leg) = self.leg else { return };
        let in_beats = inputs
            .playback
            .next
            .filter(|next| next.scene == leg.scene)
            .map_or(0.0, |next| next.in_beats);
        let part = leg.part(in_beats);
        if !leg.dissolves {
            let way = leg.slope * part + (1.0 - leg.slope) * 2.0 * smooth_integral(part);
            self.come = self.come.max(leg.come + (1.0 - leg.come) * way).min(MOST);
        }
        if part >= 1.0 && !leg.asked {
            self.pass(inputs);
        }
    }

    fn drift(&mut self, inputs: &LiveInputs, step: f64) {
        let rate = inputs.controls.zoom;
        let faster = if inputs.playback.has_beats {
            pulse(inputs.playback.beat, inputs.controls.reactivity)
        } else {
            0.0
        };
        let forward = if self.direction == ZoomDirection::Out {
            -rate
        } else {
            rate
        };
        let before = self.come;
        self.done += forward * (1.0 + faster) * step / inputs.playback.usual_bars();
        if self.done >= 1.0 {
            self.pass(inputs);
        } else if self.done < 0.0 {
            self.turn(-self.done);
        }
        self.come = self.profile.at(self.done);
        let beats = step * inputs.playback.bar_beats;
        if beats > 0.0 {
            self.speed = ((self.come - before) / beats).max(0.0);
        }
    }

    /// The other direction: a scene seen whole from within its portal's way in is the one seen whole from its way out.
    fn turn(&mut self, done: f64) {
        if self.direction == ZoomDirection::Out {
            self.direction = ZoomDirection::In;
            self.nest(self.third);
        } else {
            self.direction = ZoomDirection::Out;
            (self.third, self.other) = (self.other, self.fresh(self.own.prompt));
        }
        self.begin(0.0);
        self.done = done.min(1.0);
    }

    fn approach(&self, inputs: &LiveInputs) -> (f32, f32) {
        let come = match self.leg {
            Some(leg) => {
                let next = inputs.playback.next.filter(|next| next.scene == leg.scene);
                smooth(leg.part(next.map_or(0.0, |next| next.in_beats)))
            }
            None => smooth((self.done - self.profile.passage) / (1.0 - self.profile.passage)),
        } as f32;
        match self.leg {
            Some(leg) if leg.dissolves => (come, come),
            _ if self.direction == ZoomDirection::Out => (1.0 - come, 0.0),
            _ => (come, 0.0),
        }
    }

    fn camera(&self, inputs: &LiveInputs) -> Camera {
        let controls = &inputs.controls;
        let reactive = inputs.playback.reactive_in_frame();
        CameraMotion {
            zoom: match self.direction {
                ZoomDirection::Out => (1.0 - self.come).min(MOST),
                ZoomDirection::In | ZoomDirection::Still => self.come.min(MOST),
            },
            pan: controls.pan,
            rotate_deg: controls.rotate_deg,
            // Build-ups tilt, and here nobody knows of one.
            tilt_rad: 0.0,
            bar: self.bars,
            reactivity: controls.reactivity.clamp(0.0, 2.0),
            calm: reactive.calm,
            kick: reactive.kick,
        }
        .camera()
    }

    /// The beat between the last frame and this one, as its place in the bar.
    fn beat_in(&self, inputs: &LiveInputs) -> Option<u32> {
        let (last, _) = self.before?;
        let new = inputs.playback.beat > last.beat && inputs.playback.beat.floor() > last.beat.floor();
        new.then(|| (inputs.playback.bar.rem_euclid(1.0) * inputs.playback.bar_beats + 1e-6).floor() as u32 + 1)
    }
}

impl Leg {
    /// How much of it is done, 0 to 1.
    fn part(&self, in_beats: f64) -> f64 {
        ((self.from - in_beats) / (self.from - self.until).max(1e-9)).clamp(0.0, 1.0)
    }
}

fn drift(settled: f64) -> Profile {
    Profile {
        settled,
        passage: DRIFT_SHARE,
        reach: 1.0,
    }
}

#[cfg(test)]
mod tests;
