//! What goes with a motion: instruments, a microphone, an umbrella, a seat; and the places where hands take them.

use super::{
    motion::{Moment, Motion},
    poser::Poser,
    skeleton::{Frame, Pose, Rig, Turn, Vec3, add, cross, scaled, sub, unit},
};

/// A thing by its name, in the figure's axes.
pub(super) struct Held {
    pub name: &'static str,
    pub at: Vec3,
    pub turn: Turn,
    pub size: f32,
}

/// Axes whose y runs along a way, and whose z looks as far as it can to `front`.
fn along(way: Vec3, front: Vec3) -> Turn {
    let y = unit(way);
    let x = unit(cross(y, front));
    Turn([x, y, cross(x, y)]).back()
}

/// Where a guitar hangs before a chest: the point between soundhole and bridge, and its axes.
pub(super) fn guitar(rig: &Rig, frame: &Frame, pose: &Pose) -> (Vec3, Turn) {
    let chest = pose.turn[rig.spine[1]];
    let k = frame.height / 1.7;
    let at = add(pose.at[rig.spine[0]], chest.of([0.03 * k, 0.03 * k, 0.205 * k]));
    (at, chest.after(Turn::yaw(0.12)).after(Turn::roll(-1.18)))
}

/// A place on the guitar: along the strings from the soundhole, before them, in metres for a grown player.
pub(super) fn on_guitar(p: &Poser<'_>, up: f32, before: f32) -> Vec3 {
    let (at, turn) = guitar(p.rig, p.frame, &p.pose);
    add(at, scaled(turn.of([0.0, up, before]), p.frame.height / 1.7))
}

/// The middle of a closed hand.
fn palm(rig: &Rig, pose: &Pose, side: usize) -> Vec3 {
    let s = rig.sides[side];
    let knuckle = pose.at[s.fingers[2][0]];
    add(scaled(pose.at[s.hand], 0.3), scaled(knuckle, 0.7))
}

/// All that goes with a motion.
pub(super) fn held(now: &Moment, rig: &Rig, frame: &Frame, pose: &Pose) -> Vec<Held> {
    let &Moment {
        motion, second, apart, ..
    } = now;
    let k = frame.height / 1.72;
    let forward = [0.0, 0.0, 1.0];
    let thing = |name, at, turn| Held {
        name,
        at,
        turn,
        size: k,
    };
    let seat = |name| {
        let [x, y, z] = pose.at[rig.pelvis];
        // The seat's top is 0.10 under the hip joints.
        let size = (y - 0.10 * k) / 0.46;
        Held {
            name,
            at: [x, 0.0, z - 0.04 * k],
            turn: Turn::NONE,
            size,
        }
    };
    match motion {
        Motion::Guitar => {
            let (at, turn) = guitar(rig, frame, pose);
            // The mesh begins at its lower end; the point is 0.28 up and on its face.
            vec![thing("guitar", sub(at, turn.of([0.0, 0.28 * k, 0.05 * k])), turn)]
        }
        Motion::Sing => {
            let hand = palm(rig, pose, 0);
            let mouth = add(pose.at[rig.head], pose.turn[rig.head].of([0.0, 0.05 * k, 0.13 * k]));
            let turn = along(sub(mouth, hand), forward);
            vec![thing("microphone", sub(hand, turn.of([0.0, 0.08 * k, 0.0])), turn)]
        }
        Motion::Umbrella => {
            let hand = palm(rig, pose, 0);
            let turn = Turn::roll(-0.12).after(Turn::pitch(-0.08));
            vec![thing("umbrella", sub(hand, turn.of([0.0, 0.10 * k, 0.03 * k])), turn)]
        }
        Motion::Violin => {
            let left = palm(rig, pose, 1);
            let chin = add(
                pose.at[rig.neck],
                pose.turn[rig.spine[2]].of([-0.07 * k, 0.05 * k, 0.09 * k]),
            );
            let way = sub(left, chin);
            let turn = along(way, [0.0, 1.0, 0.0]);
            let right = palm(rig, pose, 0);
            let bridge = add(chin, scaled(unit(way), 0.20 * k));
            let bow = along(sub(add(bridge, [0.0, 0.05 * k, 0.0]), right), [0.0, -1.0, 0.0]);
            vec![
                thing("violin", chin, turn),
                thing("violin bow", sub(right, bow.of([0.0, 0.03 * k, 0.0])), bow),
            ]
        }
        Motion::Piano => {
            let [x, _, z] = pose.at[rig.pelvis];
            vec![thing("piano", [x, 0.0, z + 0.72 * k], Turn::NONE), seat("stool")]
        }
        Motion::Drums => {
            let [x, _, z] = pose.at[rig.pelvis];
            let mut all = vec![thing("drum kit", [x, 0.0, z + 0.52 * k], Turn::NONE), seat("stool")];
            for side in 0..2 {
                let s = rig.sides[side];
                let hand = palm(rig, pose, side);
                let way = sub(hand, pose.at[s.lower_arm]);
                let turn = along(add(unit(way), [0.0, -0.15, 0.25]), [0.0, 1.0, 0.0]);
                all.push(thing("drum stick", sub(hand, turn.of([0.0, 0.06 * k, 0.0])), turn));
            }
            all
        }
        Motion::Sit => vec![seat("bench")],
        // The first brings the bench for both; its middle is between them.
        Motion::SitTogether if !second => {
            let mut bench = seat("bench");
            bench.at[0] -= apart * 0.5;
            vec![bench]
        }
        _ => Vec::new(),
    }
}
