//! What goes with a motion: instruments, a microphone, an umbrella, a seat; and the places where hands take them.

use super::{
    acts::{BED, is_old},
    forms::Form,
    mesh::Mesh,
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

/// Things that hang from the hand, by their top.
const HANGING: [&str; 10] = [
    "lantern",
    "paper lantern",
    "oil lamp",
    "birdcage",
    "suitcase",
    "bell",
    "teapot",
    "backpack",
    "radio",
    "boombox",
];
/// Things that are held before the face with both hands.
const READ: [&str; 8] = [
    "letter",
    "open book",
    "mobile phone",
    "scroll",
    "playing cards",
    "camera",
    "mirror",
    "mask",
];
/// Things held upright, and at which share of their height.
const UPRIGHT: [(&str, f32); 28] = [
    ("candle", 0.08),
    ("torch", 0.25),
    ("match", 0.2),
    ("rose", 0.22),
    ("tulip", 0.22),
    ("daisy", 0.22),
    ("lily", 0.22),
    ("dandelion", 0.22),
    ("sunflower", 0.35),
    ("wine glass", 0.3),
    ("tumbler", 0.4),
    ("chalice", 0.3),
    ("cup", 0.4),
    ("bottle", 0.5),
    ("sword", 0.08),
    ("dagger", 0.1),
    ("axe", 0.3),
    ("hammer", 0.2),
    ("shovel", 0.6),
    ("broom", 0.6),
    ("balloon", 0.02),
    ("balloons", 0.02),
    ("feather", 0.1),
    ("ice cream", 0.3),
    ("trophy", 0.2),
    ("crown", 0.1),
    ("umbrella", 0.10),
    ("skull", 0.05),
];

/// How a person has a thing in the hand, where one can: what one does with it.
pub(super) fn hold_of(thing: &str) -> Option<Motion> {
    if READ.contains(&thing) {
        return Some(Motion::Read);
    }
    let upright = UPRIGHT.iter().any(|(name, _)| *name == thing);
    (upright || HANGING.contains(&thing)).then_some(Motion::Hold)
}

/// What is in the hand; `extent` are the thing's least and greatest coordinates.
pub(super) fn in_hand(name: &'static str, extent: [Vec3; 2], rig: &Rig, frame: &Frame, pose: &Pose) -> Held {
    let [low, high] = extent;
    let k = frame.height / 1.72;
    // Small things are larger than life, to be seen.
    let size = k * (0.34 / (high[1] - low[1]).max(0.01)).clamp(1.0, 1.6);
    let right = palm(rig, pose, 0);
    let middle = [
        (low[0] + high[0]) * 0.5,
        (low[1] + high[1]) * 0.5,
        (low[2] + high[2]) * 0.5,
    ];
    let (turn, grip, at) = if READ.contains(&name) {
        let between = scaled(add(right, palm(rig, pose, 1)), 0.5);
        // Its face to the reader's.
        (
            Turn::yaw(std::f32::consts::PI).after(Turn::pitch(-0.5)),
            middle,
            add(between, [0.0, 0.07 * k, 0.03 * k]),
        )
    } else if HANGING.contains(&name) {
        (Turn::NONE, [middle[0], high[1], middle[2]], right)
    } else {
        let share = UPRIGHT
            .iter()
            .find(|(other, _)| *other == name)
            .map_or(0.2, |(_, share)| *share);
        (
            Turn::pitch(0.10),
            [middle[0], low[1] + share * (high[1] - low[1]), middle[2]],
            right,
        )
    };
    Held {
        name,
        at: sub(at, turn.of(scaled(grip, size))),
        turn,
        size,
    }
}

/// What is made by code: a fishing rod with its line, an old person's stick.
pub(super) fn made(now: &Moment, rig: &Rig, frame: &Frame, pose: &Pose) -> Option<Mesh> {
    let k = frame.height / 1.72;
    let right = palm(rig, pose, 0);
    let mut form = Form::default();
    let up = [0.0, 1.0, 0.1];
    match now.motion {
        Motion::Fish => {
            let left = palm(rig, pose, 1);
            let way = unit(add(unit(sub(left, right)), [0.0, 0.42, 0.35]));
            let (long, bend) = (2.3 * k, 0.10 * k);
            let start = sub(right, scaled(way, 0.18 * k));
            let half = add(start, scaled(way, long * 0.55));
            let tip = add(add(start, scaled(way, long)), [0.0, -bend, bend]);
            let taper = |from: f32, to: f32, length: f32| [[0.0, 0.0], [from, 0.0], [to, length], [0.0, length]];
            let (first, second) = (sub(half, start), sub(tip, half));
            let length = super::skeleton::length;
            form.turned(start, first, up, &taper(0.024 * k, 0.018 * k, length(first)), &|_| 1.0);
            form.turned(half, second, up, &taper(0.018 * k, 0.011 * k, length(second)), &|_| 1.0);
            let down = [0.0, -(tip[1] + 0.1), 0.25 * k];
            form.turned(
                tip,
                down,
                [0.0, 0.0, 1.0],
                &taper(0.008 * k, 0.008 * k, length(down)),
                &|_| 1.0,
            );
        }
        _ if leans(now, frame) => {
            let foot = [right[0] + 0.03 * k, 0.0, right[2] + 0.06 * k];
            let way = sub(right, foot);
            let long = super::skeleton::length(way) + 0.02 * k;
            let stick = [
                [0.0, 0.0],
                [0.013, 0.0],
                [0.014, long - 0.01],
                [0.028, long],
                [0.0, long + 0.03],
            ];
            form.turned(foot, way, [0.0, 0.0, 1.0], &stick, &|_| 1.0);
        }
        _ => return None,
    }
    Some(form.mesh)
}

/// Whether somebody old leans on a stick.
pub(super) fn leans(now: &Moment, frame: &Frame) -> bool {
    is_old(frame) && now.holds.is_none() && matches!(now.motion, Motion::Stand | Motion::Listen | Motion::Walk)
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
        Motion::Trumpet => {
            let head = pose.turn[rig.head];
            let mouth = add(pose.at[rig.head], head.of([0.0, 0.02 * k, 0.125 * k]));
            let turn = head.after(Turn::pitch(0.06));
            // The mesh has its mouthpiece 0.11 over its lowest point, and the bell before it.
            vec![thing("trumpet", sub(mouth, turn.of([0.0, 0.112 * k, -0.02 * k])), turn)]
        }
        Motion::Saxophone => {
            let mouth = add(pose.at[rig.head], pose.turn[rig.head].of([0.0, 0.0, 0.12 * k]));
            let turn = pose.turn[rig.spine[2]]
                .after(Turn::roll(0.20))
                .after(Turn::pitch(-0.10));
            vec![thing(
                "saxophone",
                sub(mouth, turn.of([0.0, 1.02 * k, -0.05 * k])),
                turn,
            )]
        }
        Motion::Knead => {
            let top = frame.heads[rig.pelvis][1] * 0.93;
            let mut table = thing("table", [0.0, 0.0, 0.62 * k], Turn::NONE);
            table.size = top / 0.76;
            vec![table, thing("bread", [0.0, top, 0.50 * k], Turn::NONE)]
        }
        Motion::Sleep => {
            let [_, y, z] = pose.at[rig.pelvis];
            let hip = frame.heads[rig.pelvis][1];
            let mut bed = thing("single bed", [0.0, 0.0, z], Turn::NONE);
            bed.size = (y - 0.20 * hip) / (BED * hip).max(0.1);
            vec![bed]
        }
        // The first brings the table for both.
        Motion::Chess if !second => {
            let top = frame.heads[rig.pelvis][1] * 0.80;
            let mut table = thing("table", [0.0, 0.0, apart * 0.5], Turn::NONE);
            table.size = top / 0.76;
            let mut board = thing("chess board", [0.0, top, apart * 0.5], Turn::NONE);
            board.size = 0.30 * k;
            vec![table, board, seat("stool")]
        }
        Motion::Chess => vec![seat("stool")],
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
