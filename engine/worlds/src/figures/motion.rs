//! What people do: clips whose time is the beat's phase, and motions of our own where no clip is.
//!
//! Time is counted in beats. A clip's length is a whole number of beats, so that its accents fall on them; what we make
//! ourselves is a function of the beat.

use std::f32::consts::{PI, TAU};

use crate::scalar::{Chance, cos, mix, sin, smoothstep};

use super::{
    poser::{Foot, Poser, SIDES, hang_loose},
    props::on_guitar,
    skeleton::{Clip, Frame, Pose, Rig, Turn, Vec3, add, sub},
};

macro_rules! motions {
    ($($name:ident $text:literal),* $(,)?) => {
        /// What a figure does. Animals take what of it they can, things none.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum Motion { $($name),* }

        impl Motion {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

motions! {
    Stand "stand",
    Listen "listen",
    LookUp "look up",
    LookBack "look back",
    Walk "walk",
    Run "run",
    Sit "sit",
    SitGround "sit on the ground",
    Kneel "kneel",
    Pray "pray",
    Lie "lie",
    Wave "wave",
    Reach "reach",
    ArmsWide "arms wide",
    Cheer "cheer",
    Clap "clap",
    Jump "jump",
    Dance "dance",
    Charleston "charleston",
    BodyRoll "body roll",
    Sway "sway",
    Bounce "bounce",
    Spin "spin",
    Sing "sing",
    Guitar "guitar",
    Piano "piano",
    Drums "drums",
    Violin "violin",
    Swim "swim",
    Float "float",
    Fly "fly",
    Fall "fall",
    Ride "ride",
    Drive "drive",
    Bow "bow",
    Backflip "backflip",
    Meditate "meditate",
    Sad "sad",
    Tired "tired",
    PowerUp "power up",
    HandsInPockets "hands in pockets",
    Umbrella "umbrella",
    HoldHands "hold hands",
    WalkTogether "walk together",
    Embrace "embrace",
    DanceTogether "dance together",
    SitTogether "sit together",
}

impl Motion {
    /// Whether it takes two.
    #[must_use]
    pub fn is_for_two(self) -> bool {
        matches!(
            self,
            Self::HoldHands | Self::WalkTogether | Self::Embrace | Self::DanceTogether | Self::SitTogether
        )
    }

    /// Whether things go with it: an instrument, a seat.
    pub(super) fn has_props(self) -> bool {
        matches!(
            self,
            Self::Sing
                | Self::Guitar
                | Self::Piano
                | Self::Drums
                | Self::Violin
                | Self::Umbrella
                | Self::Sit
                | Self::SitTogether
        )
    }

    /// Metres that a figure of a hip's height in metres goes in a beat.
    pub(super) fn metres_a_beat(self, hip: f32) -> f32 {
        match self {
            Self::Walk | Self::WalkTogether => STRIDE * hip,
            Self::Run => LEAP * hip,
            _ => 0.0,
        }
    }

    /// The clip of this motion and its beats.
    fn clip(self) -> Option<(&'static str, f32)> {
        Some(match self {
            Self::Listen => ("idle-listening", 4.0),
            Self::Cheer => ("victory", 4.0),
            Self::Jump => ("jumping-jacks", 2.0),
            Self::Dance => ("dance-reach-hip", 4.0),
            Self::Charleston => ("dance-charleston", 4.0),
            Self::BodyRoll => ("dance-body-roll", 12.0),
            Self::Bow => ("bow", 8.0),
            Self::Backflip => ("backflip", 4.0),
            Self::Meditate => ("meditate", 8.0),
            Self::Float => ("levitate-idle", 8.0),
            Self::Tired => ("tired-hunched", 4.0),
            Self::PowerUp => ("power-up", 4.0),
            _ => return None,
        })
    }
}

/// A step's length and a running step's, in heights of the hip (tuned).
const STRIDE: f32 = 0.68;
const LEAP: f32 = 1.30;
/// Beats that the reaching dance waits for: as recorded it turns early (measured: `dances_turn_on_the_beat`).
const DANCE_WAIT: f32 = 0.03;
/// Beats by which cloth and hair are late.
const LAG: f32 = 0.22;

/// When and how one figure moves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub motion: Motion,
    /// Beats, with the figure's own offset.
    pub beat: f32,
    /// Seconds, for breath.
    pub secs: f32,
    /// How strong the accents are: 1 as the clip has them.
    pub accent: f32,
    pub wind: f32,
    pub mirrored: bool,
    pub seed: u64,
    /// Which of the two, in motions for two: 0 right, 1 left.
    pub second: bool,
    /// Metres from one to the other, right.
    pub apart: f32,
    /// Metres that the other's shoulders are higher.
    pub higher: f32,
    /// Factor of a step's length: two who walk together take equal steps.
    pub stride: f32,
}

/// The pose at a moment, with cloth and hair.
pub(super) fn pose(rig: &Rig, clips: &[Clip], frame: &Frame, now: &Moment, small: bool) -> Pose {
    if small {
        let mut pose = bare(rig, clips, frame, now);
        hang_loose(rig, frame, &mut pose, None, 0.0);
        return pose;
    }
    let before = bare(
        rig,
        clips,
        frame,
        &Moment {
            beat: now.beat - LAG,
            secs: now.secs - 0.12,
            ..*now
        },
    );
    let mut pose = bare(rig, clips, frame, now);
    let wind = now.wind * (0.16 + 0.10 * sin(now.secs * 1.7) + 0.05 * sin(now.secs * 4.3 + 1.0));
    hang_loose(rig, frame, &mut pose, Some(&before), wind);
    pose
}

fn bare(rig: &Rig, clips: &[Clip], frame: &Frame, now: &Moment) -> Pose {
    if let Some((name, beats)) = now.motion.clip()
        && let Some(clip) = clips.iter().find(|clip| clip.name == name)
    {
        let wait = if now.motion == Motion::Dance { DANCE_WAIT } else { 0.0 };
        return clip.pose(rig, frame, (now.beat - wait) / beats, now.mirrored);
    }
    let mut p = Poser::new(rig, frame);
    made(&mut p, now);
    let pose = p.pose;
    if now.mirrored && !now.motion.is_for_two() && !now.motion.has_props() {
        mirrored(rig, frame, &pose)
    } else {
        pose
    }
}

fn mirrored(rig: &Rig, frame: &Frame, pose: &Pose) -> Pose {
    let mut out = pose.clone();
    for bone in 0..rig.names.len() {
        let source = rig.other[bone];
        let m = pose.turn[source].0;
        out.turn[bone] = Turn([
            [m[0][0], -m[0][1], -m[0][2]],
            [-m[1][0], m[1][1], m[1][2]],
            [-m[2][0], m[2][1], m[2][2]],
        ]);
        match rig.parents[bone] {
            Some(parent) => {
                let arm = sub(frame.heads[bone], frame.heads[parent]);
                out.at[bone] = add(out.at[parent], out.turn[parent].of(arm));
            }
            None => {
                let [x, y, z] = pose.at[source];
                out.at[bone] = [-x, y, z];
            }
        }
    }
    out
}

/// How a person holds itself: no two alike.
struct Habit {
    lean: f32,
    weight: f32,
    slow: f32,
    arms: f32,
    head: f32,
}

impl Habit {
    fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 77);
        Self {
            lean: chance.within(-0.02, 0.05),
            weight: if chance.happens(0.5) { 1.0 } else { -1.0 },
            slow: chance.within(0.8, 1.2),
            arms: chance.within(0.0, 1.0),
            head: chance.within(-1.0, 1.0),
        }
    }
}

/// An arm that hangs: outwards, up, forward, by the shoulder in arm lengths.
const HANGING: Vec3 = [0.14, -0.975, 0.06];
const ELBOW_BACK: Vec3 = [0.35, -0.1, -1.0];

#[expect(clippy::too_many_lines, reason = "a table of poses")]
fn made(p: &mut Poser<'_>, now: &Moment) {
    let habit = Habit::of(now.seed);
    let beat = now.beat;
    let bar = beat * 0.25;
    // 1 on the beat, falling to 0 before the next.
    let pulse = {
        let x = beat - beat.floor();
        (1.0 - x) * (1.0 - x)
    };
    let bob = (0.5 + 0.5 * cos(beat * TAU)) * now.accent;
    let breath = sin(now.secs * TAU * 0.23 * habit.slow);
    let slow = sin(bar * TAU * 0.5 * habit.slow + habit.head * 3.0);
    match now.motion {
        Motion::Walk | Motion::WalkTogether | Motion::Run => walk(p, now, &habit),
        Motion::Sit | Motion::SitTogether | Motion::Piano | Motion::Drums | Motion::Drive => {
            // On a seat, 0.52 of the hip's height over the ground.
            let nod = 0.05 * bob;
            p.pelvis([0.0, -0.46, 0.0], Turn::pitch(-0.06));
            let lean = match now.motion {
                Motion::Piano => 0.22 + 0.06 * slow,
                Motion::Drums => 0.12,
                _ => 0.08,
            };
            // Heads lean to each other.
            let towards = match (now.motion, now.second) {
                (Motion::SitTogether, false) => 1.0,
                (Motion::SitTogether, true) => -1.0,
                _ => 0.0,
            };
            p.trunk(
                lean + 0.02 * breath,
                0.10 * slow,
                0.04 * slow + 0.05 * towards,
                [0.12 + nod * 2.0, 0.12 * habit.head - 0.12 * towards, 0.16 * towards],
            );
            for side in 0..2 {
                let foot = Foot {
                    off: [0.02 + 0.05 * habit.arms, 0.0, 0.42],
                    ..Foot::STANDING
                };
                p.foot(side, foot, [0.25, 0.6, 1.0]);
            }
            for (side, s) in SIDES.into_iter().enumerate() {
                match now.motion {
                    Motion::Piano => {
                        let run = sin(beat * PI * (1.0 + side as f32 * 0.5) + side as f32) * 0.16;
                        let tap = 0.05 * (0.5 + 0.5 * cos(beat * TAU * (1.0 + side as f32)));
                        p.hand(side, [-0.02 + run * s, -0.52 + tap, 0.66], [0.6, -0.6, -0.6]);
                    }
                    Motion::Drums => {
                        let hit = beat * (1.0 + side as f32) * 0.5;
                        let x = hit - hit.floor();
                        let lift = 0.34 * smoothstep(0.15, 0.75, x) * (1.0 - smoothstep(0.82, 1.0, x));
                        p.hand(side, [0.05, -0.50 + lift, 0.62 - lift * 0.3], [0.8, -0.5, -0.5]);
                        p.fingers(side, 0.9);
                    }
                    Motion::Drive => p.hand(side, [-0.05, -0.22, 0.74], [0.6, -0.8, -0.2]),
                    _ => p.hand(side, [-0.06, -0.66, 0.52], [0.7, -0.3, -0.7]),
                }
            }
        }
        Motion::SitGround => {
            p.pelvis([0.0, -0.90, -0.1], Turn::pitch(-0.30));
            p.trunk(
                0.52 + 0.02 * breath,
                0.0,
                0.0,
                [-0.05 + 0.06 * bob, 0.25 * habit.head, 0.0],
            );
            for side in 0..2 {
                let foot = Foot {
                    off: [0.06, 0.0, 0.42 - 0.06 * side as f32],
                    ..Foot::STANDING
                };
                p.foot(side, foot, [0.22, 1.0, 0.4]);
                p.hand(side, [-0.20, -0.42, 0.80], [0.9, -0.2, 0.0]);
            }
        }
        Motion::Kneel | Motion::Pray => {
            p.pelvis([0.0, -0.50, 0.0], Turn::pitch(0.05));
            let bowed = if now.motion == Motion::Pray { 0.42 } else { 0.15 };
            p.trunk(0.12 + 0.02 * breath, 0.0, 0.0, [bowed, 0.0, 0.0]);
            for side in 0..2 {
                let s = p.rig.sides[side];
                let thigh = p.frame.heads[s.thigh];
                let ankle = [thigh[0] * 1.1, p.hip * 0.07, thigh[2] - p.hip * 0.47];
                p.leg_to(side, ankle, [0.0, -0.7, 1.0]);
                let turn = Turn::pitch(1.35);
                p.pose.turn[s.foot] = turn;
                p.pose.turn[s.ball] = turn;
            }
            for side in 0..2 {
                if now.motion == Motion::Pray {
                    p.hand(side, [-0.30, -0.20, 0.52], [0.7, -0.9, 0.0]);
                    p.fingers(side, 0.0);
                } else {
                    p.hand(side, [0.02, -0.85, 0.34], ELBOW_BACK);
                }
            }
        }
        Motion::Lie => {
            p.pelvis([0.0, -0.875, 0.0], Turn::pitch(-PI / 2.0));
            p.trunk(0.03 * breath, 0.0, 0.0, [-0.1, 0.4 * habit.head, 0.0]);
            for (side, s) in SIDES.into_iter().enumerate() {
                let hip = p.pose.at[p.rig.pelvis];
                let up = if side == 0 { 0.0 } else { 0.12 };
                let ankle = add(hip, [0.11 * s, -0.02 + up * 0.1, p.hip * (0.92 - up)]);
                p.leg_to(side, ankle, [0.3 * s, 1.0, 0.0]);
                let foot = p.rig.sides[side].foot;
                let turn = Turn::pitch(-1.15).after(Turn::yaw(0.4 * s));
                p.pose.turn[foot] = turn;
                p.pose.turn[p.rig.sides[side].ball] = turn;
            }
            p.hand(0, [0.55, -0.75, 0.06], [1.0, 0.0, -0.2]);
            p.hand(1, [0.62, 0.55, 0.05], [1.0, 0.3, 0.0]);
        }
        Motion::Swim => {
            // A crawl: the body along the way, arms over in turn, legs beating.
            p.pelvis(
                [0.0, 0.0, 0.0],
                Turn::pitch(PI / 2.0 - 0.06).after(Turn::yaw(0.25 * sin(beat * PI))),
            );
            p.trunk(-0.18, 0.0, 0.0, [-0.45, 0.3 * sin(beat * PI), 0.0]);
            for (side, s) in SIDES.into_iter().enumerate() {
                let kick = sin(beat * TAU * 1.5 + side as f32 * PI);
                let hip = p.pose.at[p.rig.pelvis];
                let ankle = add(hip, [0.09 * s, kick * 0.16, -p.hip * 0.90]);
                p.leg_to(side, ankle, [0.0, -1.0, -0.2]);
                let foot = p.rig.sides[side];
                let turn = Turn::pitch(PI / 2.0 + 0.9);
                p.pose.turn[foot.foot] = turn;
                p.pose.turn[foot.ball] = turn;
                let a = beat * PI + side as f32 * PI;
                p.hand(side, [0.22, 0.86 * cos(a), 0.75 * sin(-a)], [1.0, 0.0, -0.4]);
                p.fingers(side, 0.05);
            }
        }
        Motion::Fly => {
            let roll = 0.12 * slow;
            p.pelvis([0.0, 0.04 * breath, 0.0], Turn::roll(roll).after(Turn::pitch(1.18)));
            p.trunk(-0.25, 0.0, 0.0, [-0.55, 0.0, 0.0]);
            for (side, s) in SIDES.into_iter().enumerate() {
                let hip = p.pose.at[p.rig.pelvis];
                let bent = if side == 0 { 0.0 } else { 0.14 };
                let ankle = add(hip, [0.08 * s, -p.hip * (0.32 - bent), -p.hip * (0.86 - bent)]);
                p.leg_to(side, ankle, [0.0, -1.0, 0.0]);
                let foot = p.rig.sides[side];
                let turn = Turn::pitch(1.9);
                p.pose.turn[foot.foot] = turn;
                p.pose.turn[foot.ball] = turn;
                p.hand(side, [0.86, 0.42 + 0.06 * breath, 0.05], [0.3, -0.5, -1.0]);
                p.fingers(side, 0.1);
            }
        }
        Motion::Fall => {
            // Backwards, limbs trailing upwards.
            p.pelvis([0.0, 0.0, 0.0], Turn::roll(0.15 * slow).after(Turn::pitch(-1.25)));
            p.trunk(-0.25 + 0.05 * breath, 0.0, 0.0, [-0.5, 0.2 * slow, 0.0]);
            for (side, s) in SIDES.into_iter().enumerate() {
                let hip = p.pose.at[p.rig.pelvis];
                let w = 0.08 * sin(now.secs * 1.3 + side as f32 * 2.0);
                let ankle = add(hip, [0.16 * s, p.hip * (0.44 + w), p.hip * (0.66 - 0.16 * side as f32)]);
                p.leg_to(side, ankle, [0.3 * s, 1.0, 0.2]);
                p.hand(side, [0.62, 0.25 + w, 0.62], [1.0, -0.4, -0.2]);
                p.fingers(side, 0.25);
            }
        }
        Motion::Ride => {
            // On a back as high as the hip; its motion comes with the place.
            let rock = sin(beat * TAU) * 0.04 * now.accent;
            p.pelvis([0.0, rock * 0.4, 0.0], Turn::pitch(0.06 + rock));
            p.trunk(0.10 - rock, 0.0, 0.0, [0.0, 0.0, 0.0]);
            for side in 0..2 {
                let foot = Foot {
                    off: [0.20, 0.24, 0.10],
                    pitch: -0.1,
                    out: 0.3,
                };
                p.foot(side, foot, [0.5, 0.2, 1.0]);
                p.hand(side, [-0.10, -0.56, 0.56 + rock], [0.7, -0.6, -0.6]);
                p.fingers(side, 0.9);
            }
        }
        _ => standing(p, now, &habit, [bob, pulse, breath, slow]),
    }
}

/// What is done on two feet that stay.
#[expect(clippy::too_many_lines, reason = "a table of poses")]
fn standing(p: &mut Poser<'_>, now: &Moment, habit: &Habit, [bob, pulse, breath, slow]: [f32; 4]) {
    let beat = now.beat;
    let moving = matches!(
        now.motion,
        Motion::Sway
            | Motion::Bounce
            | Motion::Sing
            | Motion::Guitar
            | Motion::Clap
            | Motion::DanceTogether
            | Motion::Spin
    );
    let side_to_side = if moving {
        sin(beat * PI) * 0.055 * now.accent
    } else {
        0.012 * slow
    };
    let weight = 0.03 * habit.weight * if moving { 0.3 } else { 1.0 };
    let dip = match now.motion {
        Motion::Bounce => 0.075 * bob,
        Motion::Sway | Motion::Sing | Motion::Guitar | Motion::Clap | Motion::DanceTogether => 0.03 * bob,
        _ => 0.004 + 0.002 * breath,
    };
    let shift = side_to_side + weight;
    p.pelvis(
        [shift, -dip - shift.abs() * 0.12, 0.0],
        Turn::roll(-shift * 0.9).after(Turn::yaw(0.08 * slow)),
    );
    let (mut pitch, mut yaw, mut head) = (
        habit.lean + 0.012 * breath,
        -0.08 * slow,
        [0.04, 0.22 * habit.head, 0.03 * slow],
    );
    match now.motion {
        Motion::LookUp => head = [-0.55 + 0.03 * slow, 0.15 * habit.head, 0.0],
        Motion::Sad => {
            pitch += 0.22;
            head = [0.52 + 0.02 * breath, 0.1 * habit.head, 0.0];
        }
        Motion::LookBack => {
            yaw = 0.55 * habit.weight;
            head = [0.0, 0.85 * habit.weight, 0.0];
        }
        Motion::Reach => {
            pitch -= 0.08;
            head = [-0.32, 0.1, 0.0];
        }
        Motion::ArmsWide => {
            pitch -= 0.12;
            head = [-0.42 + 0.04 * slow, 0.0, 0.0];
        }
        Motion::Sing => head = [-0.16 + 0.10 * bob, 0.15 * slow, 0.0],
        Motion::Guitar | Motion::Violin => head = [0.22 - 0.12 * bob, -0.18, 0.10],
        Motion::Bounce | Motion::Clap => head = [0.06 + 0.14 * bob, 0.2 * habit.head, 0.0],
        Motion::Sway => head = [0.0, 0.2 * slow, side_to_side * 2.5],
        _ => {}
    }
    let roll = -shift * 1.1;
    let second = if now.second { -1.0 } else { 1.0 };
    match now.motion {
        Motion::HoldHands => head = [-0.06, -0.30 * second * (0.4 + 0.6 * smoothstep(-0.2, 0.6, slow)), 0.0],
        Motion::Embrace => {
            pitch = 0.10;
            head = [0.16, 0.25 * second, -0.22];
        }
        Motion::DanceTogether => head = [0.0, 0.28 * second, 0.0],
        _ => {}
    }
    p.trunk(pitch, yaw, roll, head);
    for (side, s) in SIDES.into_iter().enumerate() {
        let mut foot = Foot::STANDING;
        foot.off[0] = if moving { 0.07 } else { 0.01 };
        // The leg that does not bear is a little before the other.
        if !moving && s != habit.weight {
            foot.off = [0.05, 0.0, 0.06];
            foot.out = 0.34;
        }
        if matches!(now.motion, Motion::Sway | Motion::DanceTogether | Motion::Bounce) {
            // The free heel lifts.
            foot.pitch = (-side_to_side * s * 4.5).max(0.0);
        }
        p.foot(side, foot, [0.12, 0.0, 1.0]);
    }
    for (side, s) in SIDES.into_iter().enumerate() {
        let right = side == 0;
        let swing = 0.03 * slow * s;
        let hang = [HANGING[0] + 0.03 * habit.arms, HANGING[1], HANGING[2] + swing];
        match now.motion {
            Motion::Wave if right => {
                let a = sin(beat * TAU) * 0.22;
                p.hand(side, [0.30 + a, 0.72, 0.16], [1.0, -0.2, 0.0]);
                p.fingers(side, 0.05);
            }
            Motion::Reach if right => {
                p.hand(side, [0.10, 0.62 + 0.04 * breath, 0.74], [0.8, -0.6, 0.0]);
                p.fingers(side, 0.12);
            }
            Motion::ArmsWide => {
                p.hand(
                    side,
                    [0.94, 0.18 + 0.05 * breath + 0.06 * pulse * now.accent, 0.02],
                    [0.0, -1.0, -0.4],
                );
                p.fingers(side, 0.1);
            }
            Motion::Clap => {
                let apart = 0.30 * (1.0 - pulse);
                p.hand(side, [-0.31 + apart, 0.30, 0.56], [0.8, -0.8, 0.0]);
                p.fingers(side, 0.05);
            }
            Motion::Bounce => {
                // One arm in the air, or both, moving on the beat.
                let up = habit.arms > 0.55 || (right == (habit.weight > 0.0));
                if up {
                    let beatwise = 0.10 * bob;
                    p.hand(
                        side,
                        [0.12 + 0.1 * habit.arms, 0.84 - beatwise, 0.20 + beatwise],
                        [1.0, -0.2, 0.2],
                    );
                    p.fingers(side, if habit.arms > 0.3 { 0.15 } else { 1.0 });
                } else {
                    p.hand(side, [0.10, -0.62 + 0.06 * bob, 0.45], [0.6, -0.6, -0.6]);
                }
            }
            Motion::Sway => {
                let lift = 0.16 + 0.10 * sin(beat * PI + s);
                p.hand(side, [0.34 + lift * 0.4, -0.74 + lift, 0.30], [0.7, -0.4, -0.7]);
            }
            Motion::Spin => p.hand(side, [0.86, -0.02 + 0.08 * slow, 0.1], [0.2, -1.0, -0.4]),
            Motion::Sing => {
                if right {
                    // The microphone before the mouth.
                    p.hand(side, [-0.30, 0.12, 0.44], [0.7, -1.0, 0.1]);
                    p.fingers(side, 0.85);
                } else {
                    let out = 0.5 + 0.5 * slow;
                    p.hand(side, [0.20 + 0.45 * out, -0.55 + 0.5 * out, 0.50], [0.6, -0.9, -0.2]);
                    p.fingers(side, 0.2);
                }
            }
            Motion::Guitar => {
                if right {
                    let strum = 0.06 * cos(beat * TAU * 2.0) * now.accent;
                    let wrist = on_guitar(p, -0.04, 0.05);
                    p.hand_to(side, add(wrist, [0.02, 0.07 + strum, 0.0]), [1.0, -0.1, -0.5]);
                    p.fingers(side, 0.55);
                } else {
                    let fret = on_guitar(p, 0.46 + 0.07 * sin(beat * 0.25 * TAU), -0.02);
                    p.hand_to(side, add(fret, [0.0, -0.07, 0.0]), [-0.5, -1.0, 0.1]);
                    p.fingers(side, 0.75);
                }
            }
            Motion::Violin => {
                if right {
                    let bow = 0.22 * sin(beat * PI);
                    p.hand(side, [-0.12 + bow, -0.02 + bow * 0.3, 0.62], [1.0, -0.2, 0.0]);
                } else {
                    p.hand(side, [0.18, 0.08, 0.66], [0.3, -1.0, 0.2]);
                }
                p.fingers(side, 0.6);
            }
            Motion::Sad => p.hand(side, [0.06, -0.97, 0.12], ELBOW_BACK),
            Motion::HandsInPockets => p.hand(side, [0.16, -0.80, 0.05], [1.0, 0.1, -0.6]),
            Motion::Umbrella if right => {
                p.hand(side, [-0.06, -0.10, 0.42], [0.6, -1.0, -0.2]);
                p.fingers(side, 0.95);
            }
            Motion::HoldHands if (side == 1) != now.second => hold(p, side, now),
            Motion::Embrace => {
                let high = if right { -0.10 } else { -0.42 };
                p.hand(side, [-0.46, high, 0.50], [1.0, -0.4, 0.1]);
                p.fingers(side, 0.3);
            }
            Motion::DanceTogether => {
                // Hands held on one side; his other on her back, hers on his shoulder.
                if (side == 1) != now.second {
                    let up = 0.06 * sin(beat * PI);
                    p.hand(side, [0.40, 0.02 + up, 0.52], [0.6, -1.0, 0.0]);
                } else if now.second {
                    p.hand(side, [0.10, 0.10 + now.higher, 0.56], [0.8, -0.8, 0.0]);
                } else {
                    p.hand(side, [-0.14, -0.42, 0.58], [1.0, -0.5, 0.0]);
                }
                p.fingers(side, 0.3);
            }
            _ => p.hand(side, hang, ELBOW_BACK),
        }
    }
}

/// The inner hand, to the middle between the two.
fn hold(p: &mut Poser<'_>, side: usize, now: &Moment) {
    let s = SIDES[side];
    let shoulder = p.shoulder(side);
    let wrist = [
        s * now.apart.abs() * 0.5 - s * 0.02,
        shoulder[1] - p.arm * 0.86 + now.higher * 0.5,
        shoulder[2] + p.arm * 0.12,
    ];
    p.hand_to(side, wrist, [s * 0.25, -0.2, -1.0]);
    p.fingers(side, 0.7);
}

/// A step a beat: the heel lands on the beat, the standing foot stays where it is while the body goes on.
fn walk(p: &mut Poser<'_>, now: &Moment, habit: &Habit) {
    let running = now.motion == Motion::Run;
    let stride = now.stride * if running { LEAP } else { STRIDE };
    // Two steps a cycle; each foot stands for `stance` of it.
    let (stance, lift, lean) = if running {
        (0.36, 0.30, 0.20)
    } else {
        (0.60, 0.085, 0.035)
    };
    let cycle = now.beat * 0.5;
    let both = cos(now.beat * TAU);
    // Highest when a leg stands upright beneath, lowest with the feet apart; runners the other way round.
    let rise = if running {
        -0.065 - 0.040 * cos(now.beat * TAU - 0.9)
    } else {
        -0.036 - 0.030 * both
    };
    let twist = sin(cycle * TAU) * if running { 0.16 } else { 0.10 };
    p.pelvis(
        [0.016 * sin(cycle * TAU + 0.4), rise, 0.0],
        Turn::yaw(twist)
            .after(Turn::pitch(lean * 0.5))
            .after(Turn::roll(0.03 * sin(cycle * TAU))),
    );
    p.trunk(
        lean * 0.7 + habit.lean,
        -2.0 * twist,
        -0.02 * sin(cycle * TAU),
        [-lean * 0.6 + 0.03, 0.12 * habit.head + twist * 0.7, 0.0],
    );
    for side in 0..2 {
        let phase = cycle + 0.5 * side as f32;
        let x = phase - phase.floor();
        let foot = if x < stance {
            // On the ground, going back under the body as fast as the body goes on.
            let t = x / stance;
            let z = stride * 2.0 * stance * (0.5 - t);
            let pitch = if t < 0.18 {
                mix(-0.34, 0.0, t / 0.18)
            } else {
                0.75 * smoothstep(0.62, 1.0, t)
            };
            Foot {
                off: [-0.015, 0.0, z - 0.05],
                pitch: if running { pitch.max(-0.1) } else { pitch },
                out: 0.08,
            }
        } else {
            let t = (x - stance) / (1.0 - stance);
            let z = stride * 2.0 * stance * (smoothstep(0.0, 1.0, t) - 0.5);
            let up = sin(t * PI) * lift + if running { 0.30 * (1.0 - t) * sin(t * PI) } else { 0.0 };
            let pitch = mix(0.75, -0.34, smoothstep(0.0, 0.9, t)) + if running { 0.5 * (1.0 - t) } else { 0.0 };
            Foot {
                off: [-0.015, up, z - 0.05],
                pitch,
                out: 0.08,
            }
        };
        p.foot(side, foot, [0.05, 0.0, 1.0]);
    }
    for side in 0..2 {
        // Arms against the legs.
        let swing = -cos(cycle * TAU + PI * side as f32 - if running { 0.3 } else { 0.2 });
        let hand = if running {
            [0.10 - 0.12 * swing.max(0.0), -0.44 + 0.22 * swing, 0.18 + 0.42 * swing]
        } else {
            [0.13, -0.955 + 0.05 * swing.abs(), 0.07 + 0.30 * swing]
        };
        if now.motion == Motion::WalkTogether && (side == 1) != now.second {
            hold(p, side, now);
        } else {
            p.hand(side, hand, [0.3, -0.2, -1.0]);
            if running {
                p.fingers(side, 0.8);
            }
        }
    }
}
