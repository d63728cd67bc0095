//! Directions for a song that is still being heard: one [`FrameSpec`] after another, from what is known so far.
//!
//! [`super::Director`] knows the whole song; here the next cue is known at most as long as it has been asked for. So a
//! passage that was asked for late is shorter, and there are no build-ups. All else (seeds, drift, sway, passages
//! within a long scene) is as in a render, so that the preview shows what the render will.

mod now;

use std::f64::consts::TAU;

use now::reactive;
pub use now::{Controls, LiveCue, LiveNow};

use super::{
    Camera, Clock, FrameSpec, SceneRef, Shot,
    director::STILL,
    shots::{ZoomDirection, arranged, deeper},
    zoom::{MOST, Profile, smooth, smooth_integral},
    zoom_path::PULSE,
};
use crate::{seed::mix, time::FrameIdx};

/// Bars between two passages within a scene at rate 1, and the share of them that is drift.
const USUAL_BARS: f64 = 8.0;
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
    cadence: u32,
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
    since_key: u32,
    /// The last frame's scenes, from the outermost on, and whether two of them were seen through each other.
    shown: Option<([SceneRef; 3], bool)>,
    before: Option<(LiveNow, Camera)>,
    bars: f64,
}

impl LiveDirector {
    /// For prompts with these seeds of their own; a frame is painted afresh every `cadence` frames, 1 at least.
    #[must_use]
    pub fn new(fixed: Vec<Option<u64>>, cadence: u32) -> Self {
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
            since_key: 0,
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
    pub fn spec(&mut self, now: &LiveNow) -> Option<FrameSpec> {
        let unknown = |scene: usize| scene >= self.fixed.len();
        if unknown(now.scene) || now.next.is_some_and(|next| unknown(next.scene)) {
            return None;
        }
        if self.before.is_none() || self.seed != now.controls.seed {
            if self.seed != now.controls.seed {
                self.seen.fill(0);
            }
            self.seed = now.controls.seed;
            self.cut(now.scene);
            self.bars = now.bar;
        } else {
            self.travel(now);
        }
        let camera = self.camera(now);
        let (approach, dissolve) = self.approach(now);
        let first = self.frame == self.first;
        let scenes = match self.direction {
            ZoomDirection::Out => [self.other, self.own, self.third],
            ZoomDirection::In | ZoomDirection::Still => [self.own, self.other, self.third],
        };
        // A drawing can't be carried on to other scenes, nor two on to one.
        let shown = (scenes, dissolve > 0.0);
        let changed = self.shown.replace(shown) != Some(shown);
        let key = first || changed || now.struck || self.since_key + 1 >= self.cadence;
        self.since_key = if key { 0 } else { self.since_key + 1 };
        let before = self.before.filter(|_| !first).map_or(camera, |(_, camera)| camera);
        let spec = FrameSpec {
            frame: FrameIdx(self.frame),
            at: now.at,
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
            reactive: reactive(&now.heard, now.controls.reactivity as f32),
            clock: Clock {
                beat: now.beat,
                bar: now.bar,
                beat_secs: now.beat_secs,
                secs: now.secs,
            },
            beat_in_bar: self.beat_in(now),
            style_strength: now.controls.style_strength,
            intensity: now.controls.intensity,
            palette_shift_deg: now.controls.palette_shift_deg,
        };
        self.before = Some((*now, camera));
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
    fn pass(&mut self, now: &LiveNow) {
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
        self.begin((1.0 / (now.bar_beats * USUAL_BARS)).min(DRIFT_SHARE * 0.8));
    }

    fn travel(&mut self, now: &LiveNow) {
        let Some((last, _)) = self.before else { return };
        let step = now.bar - last.bar;
        let step = if (0.0..=LONGEST_STEP_BARS).contains(&step) {
            step
        } else {
            (now.secs - last.secs).max(0.0) / (now.beat_secs * now.bar_beats)
        };
        self.bars += step;
        if now.scene != self.own.prompt {
            self.land(now);
        } else if self.leg.is_some_and(|leg| leg.asked) && now.next.is_none_or(|next| next.scene != self.other.prompt) {
            // It was asked for no more: the camera drifts on from where it is.
            self.leg = None;
            self.done = self.profile.inverse(self.come);
        }
        self.embark(now);
        if self.leg.is_some() {
            self.follow(now);
        } else {
            self.drift(now, step);
        }
    }

    /// The scene on screen is another one.
    fn land(&mut self, now: &LiveNow) {
        let leg = self.leg.filter(|leg| leg.asked && leg.scene == now.scene);
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
            Some(_) if self.come > 0.8 => self.pass(now),
            _ => self.cut(now.scene),
        }
    }

    /// Sets out for the next cue when its passage has begun.
    fn embark(&mut self, now: &LiveNow) {
        let Some(next) = now.next else { return };
        if next.passage_beats <= 0.0 || next.in_beats > next.passage_beats || next.in_beats <= 0.0 {
            return;
        }
        if self.leg.is_some_and(|leg| leg.scene == next.scene) {
            return;
        }
        let dissolves = now.controls.zoom.abs() < STILL;
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

    fn follow(&mut self, now: &LiveNow) {
        let Some(leg) = self.leg else { return };
        let in_beats = now
            .next
            .filter(|next| next.scene == leg.scene)
            .map_or(0.0, |next| next.in_beats);
        let part = leg.part(in_beats);
        if !leg.dissolves {
            let way = leg.slope * part + (1.0 - leg.slope) * 2.0 * smooth_integral(part);
            self.come = self.come.max(leg.come + (1.0 - leg.come) * way).min(MOST);
        }
        if part >= 1.0 && !leg.asked {
            self.pass(now);
        }
    }

    fn drift(&mut self, now: &LiveNow, step: f64) {
        let rate = now.controls.zoom;
        let pulse = PULSE * now.controls.reactivity.min(2.0) * (now.beat * TAU).cos();
        let forward = if self.direction == ZoomDirection::Out {
            -rate
        } else {
            rate
        };
        let before = self.come;
        self.done += forward * (1.0 + pulse) * step / USUAL_BARS;
        if self.done >= 1.0 {
            self.pass(now);
        } else if self.done < 0.0 {
            self.turn(-self.done);
        }
        self.come = self.profile.at(self.done);
        let beats = step * now.bar_beats;
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

    fn approach(&self, now: &LiveNow) -> (f32, f32) {
        let come = match self.leg {
            Some(leg) => {
                let next = now.next.filter(|next| next.scene == leg.scene);
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

    fn camera(&self, now: &LiveNow) -> Camera {
        let controls = &now.controls;
        let reactivity = controls.reactivity.clamp(0.0, 2.0);
        let sway = 0.006 * (0.4 + 0.6 * reactivity) * (1.0 - 0.6 * f64::from(now.heard.calm));
        let bar = self.bars;
        Camera {
            zoom: match self.direction {
                ZoomDirection::Out => (1.0 - self.come).min(MOST),
                ZoomDirection::In | ZoomDirection::Still => self.come.min(MOST),
            },
            pan: [
                controls.pan[0] + sway * (bar * TAU / 4.0).sin(),
                controls.pan[1] + sway * 0.7 * (bar * TAU / 2.0).sin(),
            ],
            rotate_rad: controls.rotate_deg.to_radians() + sway * (bar * TAU / 8.0).sin(),
            scale: 1.0 + 0.02 * (f64::from(now.heard.kick) * reactivity).min(2.0),
        }
    }

    /// The beat between the last frame and this one, as its place in the bar.
    fn beat_in(&self, now: &LiveNow) -> Option<u32> {
        let (last, _) = self.before?;
        let new = now.beat > last.beat && now.beat.floor() > last.beat.floor();
        new.then(|| (now.bar.rem_euclid(1.0) * now.bar_beats + 1e-6).floor() as u32 + 1)
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
