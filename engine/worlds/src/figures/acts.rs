//! What people do with things, and what grief and water do to them: a function of the beat each.

use std::f32::consts::{PI, TAU};

use crate::scalar::sin;

use super::{
    motion::{Moment, Motion},
    own_motion::{ELBOW_BACK, HANGING, Habit, standing},
    poser::{Foot, Poser, SIDES},
    skeleton::{Frame, Turn, add},
};

/// Heights of the hip over the ground at which a bed is lain on.
pub(super) const BED: f32 = 0.62;

/// `[bob, pulse, breath, slow]` as the other motions have them.
pub(super) fn made(p: &mut Poser<'_>, now: &Moment, habit: &Habit, phases: [f32; 4]) {
    let beat = now.beat;
    let [bob, pulse, breath, slow] = phases;
    let k = p.frame.height / 1.72;
    match now.motion {
        Motion::Cry => {
            // On the ground, the face in the hands; the shoulders shake.
            let sob = 0.035 * pulse * now.accent;
            p.pelvis([0.0, -0.90, -0.12], Turn::pitch(-0.20));
            p.trunk(0.86 + sob, 0.0, 0.03 * slow, [0.62 - sob, 0.0, 0.0]);
            for side in 0..2 {
                let foot = Foot {
                    off: [0.03, 0.0, 0.36 - 0.05 * side as f32],
                    ..Foot::STANDING
                };
                p.foot(side, foot, [0.16, 1.0, 0.4]);
            }
            to_face(p, k);
        }
        Motion::Drown => {
            // Sinking with the back ahead; what is light drifts up.
            let sway = sin(now.secs * 0.6);
            p.pelvis(
                [0.03 * sway, 0.04 * breath, 0.0],
                Turn::roll(0.22 + 0.06 * sway).after(Turn::pitch(-0.42)),
            );
            p.trunk(-0.22, 0.10 * sway, 0.06 * sway, [-0.55 + 0.05 * breath, 0.15, 0.12]);
            for (side, s) in SIDES.into_iter().enumerate() {
                let w = 0.10 * sin(now.secs * 0.9 + side as f32 * 2.1);
                let hip = p.pose.at[p.rig.pelvis];
                let back = 0.34 - 0.40 * side as f32;
                let ankle = add(
                    hip,
                    [
                        (0.13 + 0.05 * w) * s,
                        -p.hip * (0.74 - 0.12 * side as f32),
                        p.hip * (back + w),
                    ],
                );
                p.leg_to(side, ankle, [0.2 * s, 0.2, 1.0]);
                let foot = p.rig.sides[side];
                let turn = p.pose.turn[foot.calf].after(Turn::pitch(0.7));
                p.pose.turn[foot.foot] = turn;
                p.pose.turn[foot.ball] = turn;
                let reach = if side == 0 { 0.93 } else { 0.70 };
                p.hand(side, [0.34 + w, reach, 0.22 + w], [1.0, -0.1, -0.2]);
                p.fingers(side, 0.15);
            }
        }
        Motion::Ballet => {
            // On the toes of one foot, the other at its knee, the arms a ring over the head.
            let rise = 0.125;
            p.pelvis([-0.055, rise, 0.0], Turn::NONE);
            p.trunk(-0.06, 0.0, 0.04 * slow, [-0.14, 0.0, 0.05 * slow]);
            p.foot(
                1,
                Foot {
                    off: [-0.09, 0.0, 0.0],
                    pitch: 1.25,
                    out: 0.25,
                },
                [0.2, 0.0, 1.0],
            );
            let knee = p.pose.at[p.rig.sides[1].calf];
            p.leg_to(0, add(knee, [0.10 * k, 0.05 * k, 0.04 * k]), [1.0, 0.1, 0.35]);
            let side = p.rig.sides[0];
            let turn = p.pose.turn[side.calf].after(Turn::pitch(1.0));
            p.pose.turn[side.foot] = turn;
            p.pose.turn[side.ball] = turn;
            for side in 0..2 {
                p.hand(side, [-0.16, 0.86 + 0.02 * breath, 0.14], [1.0, 0.1, 0.25]);
                p.fingers(side, 0.1);
            }
        }
        Motion::Sleep => {
            // On a bed, on the back, the head to one side.
            p.pelvis([0.0, -0.80 + BED, 0.0], Turn::pitch(-PI / 2.0));
            p.trunk(0.06 + 0.03 * breath, 0.0, 0.0, [0.10, 0.45, 0.0]);
            for (side, s) in SIDES.into_iter().enumerate() {
                let hip = p.pose.at[p.rig.pelvis];
                let up = if side == 0 { 0.0 } else { 0.24 };
                p.leg_to(
                    side,
                    add(hip, [0.11 * s, up * 0.5, p.hip * (0.92 - up)]),
                    [0.3 * s, 1.0, 0.0],
                );
                let foot = p.rig.sides[side];
                let turn = Turn::pitch(-1.15).after(Turn::yaw(0.4 * s));
                p.pose.turn[foot.foot] = turn;
                p.pose.turn[foot.ball] = turn;
            }
            p.hand(0, [-0.02, -0.62, 0.34], [1.0, -0.2, 0.0]);
            p.hand(1, [0.30, 0.50, 0.10], [1.0, 0.2, 0.0]);
        }
        Motion::Chess => {
            p.pelvis([0.0, -0.46, 0.0], Turn::pitch(-0.02));
            p.trunk(0.34 + 0.02 * breath, 0.0, 0.03 * slow, [0.26, 0.0, 0.0]);
            for side in 0..2 {
                let foot = Foot {
                    off: [0.05, 0.0, 0.34],
                    ..Foot::STANDING
                };
                p.foot(side, foot, [0.25, 0.6, 1.0]);
            }
            // One thinks, chin on the hand; the other moves a piece.
            let mover = if now.second { 0 } else { 1 };
            for side in 0..2 {
                if side == mover {
                    let out = 0.5 + 0.5 * slow;
                    p.hand(side, [-0.24, -0.40, 0.55 + 0.20 * out], [0.9, -0.6, 0.0]);
                } else if now.second {
                    p.hand(side, [-0.16, -0.60, 0.58], [1.0, -0.4, 0.0]);
                } else {
                    let chin = add(
                        p.pose.at[p.rig.head],
                        p.pose.turn[p.rig.head].of([0.03 * k, -0.06 * k, 0.10 * k]),
                    );
                    p.hand_to(side, chin, [0.7, -1.0, 0.4]);
                    p.fingers(side, 0.9);
                }
            }
        }
        Motion::Knead => {
            // At a table, bent over it; the heels of the hands go forward in turn, and the weight with them.
            let push = sin(beat * PI);
            p.pelvis([0.0, -0.02, 0.02 * push], Turn::pitch(0.16));
            p.trunk(0.36 + 0.07 * push, 0.05 * push, 0.0, [0.34, 0.0, 0.0]);
            for (side, s) in SIDES.into_iter().enumerate() {
                let foot = Foot {
                    off: [0.05, 0.0, 0.10 - 0.20 * side as f32],
                    ..Foot::STANDING
                };
                p.foot(side, foot, [0.1, 0.0, 1.0]);
                let on = [
                    0.10 * s * k,
                    p.hip * 0.99,
                    (0.42 + 0.09 * push * (1.0 - 0.6 * side as f32)) * k,
                ];
                p.hand_to(side, on, [0.9 * s, 0.2, -0.5]);
                p.fingers(side, 0.45);
            }
        }
        _ => {
            // On two feet, with something in the hands.
            standing(p, now, habit, phases);
            let (hang, down) = ([HANGING[0], HANGING[1], HANGING[2]], ELBOW_BACK);
            let head = |p: &Poser<'_>, off: [f32; 3]| {
                add(p.pose.at[p.rig.head], p.pose.turn[p.rig.head].of(off.map(|x| x * k)))
            };
            match now.motion {
                Motion::Weep => to_face(p, k),
                Motion::Trumpet => {
                    let lift = 0.012 * bob;
                    let right = head(p, [0.03, -0.04 + lift, 0.30]);
                    p.hand_to(0, right, [0.9, -0.8, 0.2]);
                    let left = head(p, [-0.05, -0.07 + lift, 0.27]);
                    p.hand_to(1, left, [-0.9, -0.8, 0.2]);
                    p.fingers(0, 0.6);
                    p.fingers(1, 0.8);
                }
                Motion::Saxophone => {
                    p.hand(0, [-0.02, -0.74, 0.30], [0.8, -0.2, -0.7]);
                    p.hand(1, [-0.30, -0.36, 0.40], [0.8, -0.8, 0.0]);
                    p.fingers(0, 0.6);
                    p.fingers(1, 0.6);
                }
                Motion::Fish => {
                    let twitch = 0.02 * sin(beat * TAU * 0.25);
                    p.hand(0, [-0.05, -0.60 + twitch, 0.36], [0.8, -0.5, -0.6]);
                    p.hand(1, [-0.34, -0.46 + twitch, 0.56], [0.8, -0.8, 0.0]);
                    p.fingers(0, 0.95);
                    p.fingers(1, 0.95);
                }
                Motion::Read => {
                    for side in 0..2 {
                        p.hand(side, [-0.16, -0.40 + 0.01 * breath, 0.46], [0.8, -0.8, -0.1]);
                        p.fingers(side, 0.4);
                    }
                }
                _ => {
                    p.hand(0, [0.06, -0.34 + 0.01 * breath, 0.60], [0.5, -1.0, -0.2]);
                    p.fingers(0, 0.95);
                    p.hand(1, hang, down);
                }
            }
        }
    }
}

/// Both hands before the face.
fn to_face(p: &mut Poser<'_>, k: f32) {
    for (side, s) in SIDES.into_iter().enumerate() {
        let at = add(
            p.pose.at[p.rig.head],
            p.pose.turn[p.rig.head].of([0.055 * s * k, -0.035 * k, 0.12 * k]),
        );
        p.hand_to(side, at, [0.7 * s, -0.8, 0.6]);
        p.fingers(side, 0.25);
    }
}

/// How far from upright the old stand.
pub(super) fn bend(frame: &Frame) -> f32 {
    if is_old(frame) { 0.24 } else { 0.0 }
}

/// Whether it is an old person's body.
pub(super) fn is_old(frame: &Frame) -> bool {
    frame.name.ends_with("_old")
}
