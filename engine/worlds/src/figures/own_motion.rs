//! Motions of our own, where no clip is: a function of the beat each.

use std::f32::consts::{PI, TAU};

use crate::scalar::{Chance, cos, sin, smoothstep};

use super::{
    acts::{self, bend},
    gait::walk,
    motion::{Moment, Motion},
    poser::{Foot, Poser, SIDES},
    props::on_guitar,
    skeleton::{Turn, Vec3, add},
};

/// How a person holds itself: no two alike.
pub(super) struct Habit {
    pub lean: f32,
    pub weight: f32,
    pub slow: f32,
    pub arms: f32,
    pub head: f32,
    /// How far from upright the back is: the old are bent.
    pub bent: f32,
}

impl Habit {
    fn of(seed: u64, bent: f32) -> Self {
        let mut chance = Chance::new(seed, 77);
        Self {
            lean: chance.within(-0.02, 0.05),
            weight: if chance.happens(0.5) { 1.0 } else { -1.0 },
            slow: chance.within(0.8, 1.2),
            arms: chance.within(0.0, 1.0),
            head: chance.within(-1.0, 1.0),
            bent,
        }
    }
}

/// An arm that hangs: outwards, up, forward, by the shoulder in arm lengths.
pub(super) const HANGING: Vec3 = [0.14, -0.975, 0.06];
pub(super) const ELBOW_BACK: Vec3 = [0.35, -0.1, -1.0];

#[expect(clippy::too_many_lines, reason = "a table of poses")]
pub(super) fn made(p: &mut Poser<'_>, now: &Moment) {
    let habit = Habit::of(now.seed, bend(p.frame));
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
            // The body lies where its place is, and not a hip's height over it.
            p.pelvis(
                [0.0, -0.74, 0.0],
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
        Motion::Cry
        | Motion::Weep
        | Motion::Drown
        | Motion::Ballet
        | Motion::Sleep
        | Motion::Chess
        | Motion::Knead
        | Motion::Trumpet
        | Motion::Saxophone
        | Motion::Fish
        | Motion::Read
        | Motion::Hold => acts::made(p, now, &habit, [bob, pulse, breath, slow]),
        Motion::Part if now.second => walk(p, now, &habit),
        _ => standing(p, now, &habit, [bob, pulse, breath, slow]),
    }
}

/// What is done on two feet that stay.
#[expect(clippy::too_many_lines, reason = "a table of poses")]
pub(super) fn standing(p: &mut Poser<'_>, now: &Moment, habit: &Habit, [bob, pulse, breath, slow]: [f32; 4]) {
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
        habit.lean + habit.bent + 0.012 * breath,
        -0.08 * slow,
        [0.04 - 0.5 * habit.bent, 0.22 * habit.head, 0.03 * slow],
    );
    match now.motion {
        Motion::Trumpet => head = [-0.14 + 0.06 * bob, 0.05 * slow, 0.0],
        Motion::Saxophone => {
            pitch += 0.06 - 0.14 * bob;
            head = [0.16 - 0.10 * bob, 0.0, 0.06 * slow];
        }
        Motion::Read => head = [0.46 + 0.02 * breath, 0.0, 0.0],
        Motion::Weep => {
            pitch += 0.34 + 0.03 * pulse * now.accent;
            head = [0.55, 0.0, 0.0];
        }
        Motion::Part => {
            pitch += 0.16;
            head = [0.42 + 0.02 * breath, 0.1, 0.0];
        }
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
            pitch = 0.13;
            head = [0.10 + 0.5 * now.higher.clamp(-0.3, 0.3), 0.10 * second, -0.30];
        }
        Motion::DanceTogether => head = [0.0, 0.28 * second, 0.0],
        Motion::FaceEachOther => {
            pitch = 0.07;
            head = [0.14 + 0.6 * now.higher.clamp(-0.2, 0.2), 0.0, 0.10 * second];
        }
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
            Motion::FaceEachOther => {
                // Both hands held between them.
                let at = p.shoulder(side);
                let wrist = [
                    s * 0.13,
                    at[1] - p.arm * 0.62 + now.higher * 0.5,
                    now.apart * 0.5 - 0.05,
                ];
                p.hand_to(side, wrist, [s * 0.6, -0.6, -0.5]);
                p.fingers(side, 0.55);
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
pub(super) fn hold(p: &mut Poser<'_>, side: usize, now: &Moment) {
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
