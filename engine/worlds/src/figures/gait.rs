//! Walking and running.

use std::f32::consts::{PI, TAU};

use crate::scalar::{cos, mix, sin, smoothstep};

use super::{
    motion::{Moment, Motion},
    own_motion::{Habit, hold},
    poser::{Foot, Poser},
    skeleton::Turn,
};

/// A step's length and a running step's, in heights of the hip (tuned).
pub(super) const STRIDE: f32 = 0.68;
pub(super) const LEAP: f32 = 1.30;

/// A step a beat: the heel lands on the beat, the standing foot stays where it is while the body goes on.
pub(super) fn walk(p: &mut Poser<'_>, now: &Moment, habit: &Habit) {
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
        lean * 0.7 + habit.lean + habit.bent,
        -2.0 * twist,
        -0.02 * sin(cycle * TAU),
        [
            -lean * 0.6 + 0.03 - 0.5 * habit.bent,
            0.12 * habit.head + twist * 0.7,
            0.0,
        ],
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
