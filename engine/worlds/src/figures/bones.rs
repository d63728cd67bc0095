//! A skeleton's bones along the joints of a pose.

use std::f32::consts::TAU;

use crate::scalar::{cos, sin};

use super::{
    forms::{AROUND, Form},
    mesh::Mesh,
    skeleton::{Frame, Pose, Rig, add, scaled, sub},
};

/// A skeleton: limbs, spine, ribs, hips and skull.
pub(super) fn bones(rig: &Rig, frame: &Frame, pose: &Pose) -> Mesh {
    let k = frame.height / 1.72;
    let mut form = Form::default();
    let at = |bone: usize| pose.at[bone];
    for side in &rig.sides {
        let limbs = [
            (side.clavicle, side.upper_arm, 0.009),
            (side.upper_arm, side.lower_arm, 0.015),
            (side.lower_arm, side.hand, 0.012),
            (side.thigh, side.calf, 0.021),
            (side.calf, side.foot, 0.016),
            (side.foot, side.ball, 0.013),
            (rig.pelvis, side.thigh, 0.018),
        ];
        for (from, to, radius) in limbs {
            form.bone(at(from), at(to), radius * k);
        }
        for [first, second, third] in side.fingers {
            form.bone(at(side.hand), at(first), 0.006 * k);
            form.bone(at(first), at(second), 0.0055 * k);
            form.bone(at(second), at(third), 0.005 * k);
        }
    }
    let spine = [rig.pelvis, rig.spine[0], rig.spine[1], rig.spine[2], rig.neck, rig.head];
    for two in spine.windows(2) {
        form.bone(at(two[0]), at(two[1]), 0.016 * k);
    }
    // Ribs: rings around the chest, wide in the middle.
    let chest = pose.turn[rig.spine[2]];
    let (up, front) = (chest.of([0.0, 1.0, 0.0]), chest.of([0.0, 0.0, 1.0]));
    let (low, high) = (at(rig.spine[1]), at(rig.neck));
    for rib in 0..7 {
        let t = rib as f32 / 6.0;
        let middle = add(
            add(low, scaled(sub(high, low), 0.05 + 0.80 * t)),
            scaled(front, 0.025 * k),
        );
        let wide = k * (0.118 + 0.05 * sin((0.15 + 0.75 * t) * TAU * 0.5) - 0.05 * t);
        let thick = 0.0085 * k;
        let ring = [
            [wide - thick, 0.0],
            [wide, -thick],
            [wide + thick, 0.0],
            [wide, thick],
            [wide - thick, 0.0],
        ];
        let flat = |s: usize| {
            let a = s as f32 / AROUND as f32 * TAU;
            1.0 - 0.28 * cos(a) * cos(a)
        };
        form.turned(middle, add(up, scaled(front, 0.25)), front, &ring, &flat);
    }
    let hips = pose.turn[rig.pelvis];
    let bowl = [
        [0.085, -0.05],
        [0.125, 0.01],
        [0.135, 0.06],
        [0.120, 0.065],
        [0.085, 0.0],
    ]
    .map(|p| p.map(|x| x * k));
    let flat = |s: usize| {
        let a = s as f32 / AROUND as f32 * TAU;
        1.0 - 0.35 * cos(a) * cos(a)
    };
    form.turned(
        at(rig.pelvis),
        hips.of([0.0, 1.0, 0.0]),
        hips.of([0.0, 0.0, 1.0]),
        &bowl,
        &flat,
    );
    let skull = [
        [0.0, -0.035],
        [0.034, -0.03],
        [0.046, 0.0],
        [0.050, 0.035],
        [0.074, 0.075],
        [0.083, 0.13],
        [0.072, 0.185],
        [0.040, 0.215],
        [0.0, 0.225],
    ]
    .map(|p| p.map(|x| x * k));
    let turn = pose.turn[rig.head];
    let long = |s: usize| {
        let a = s as f32 / AROUND as f32 * TAU;
        0.92 + 0.20 * cos(a) * cos(a)
    };
    let seat = add(at(rig.head), turn.of([0.0, 0.0, 0.02 * k]));
    form.turned(seat, turn.of([0.0, 1.0, 0.0]), turn.of([0.0, 0.0, 1.0]), &skull, &long);
    form.mesh
}

/// What is dark in a skull: the eyes, the nose and between the teeth.
pub(super) fn hollows(rig: &Rig, frame: &Frame, pose: &Pose) -> Mesh {
    let k = frame.height / 1.72;
    let turn = pose.turn[rig.head];
    let (up, right, front) = (
        turn.of([0.0, 1.0, 0.0]),
        turn.of([1.0, 0.0, 0.0]),
        turn.of([0.0, 0.0, 1.0]),
    );
    let at = |off: [f32; 3]| add(pose.at[rig.head], turn.of(scaled(off, k)));
    let ball = |r: f32| {
        [
            [0.0, -r],
            [0.75 * r, -0.66 * r],
            [r, 0.0],
            [0.75 * r, 0.66 * r],
            [0.0, r],
        ]
        .map(|p| p.map(|x| x * k))
    };
    let mut form = Form::default();
    for side in [-1.0, 1.0] {
        form.turned(at([side * 0.033, 0.112, 0.082]), up, front, &ball(0.026), &|_| 1.0);
    }
    form.turned(at([0.0, 0.072, 0.088]), up, front, &ball(0.013), &|_| 1.0);
    let gap = [[0.0, -0.032], [0.006, -0.022], [0.006, 0.022], [0.0, 0.032]].map(|p| p.map(|x| x * k));
    form.turned(at([0.0, 0.026, 0.064]), right, front, &gap, &|_| 1.0);
    form.mesh
}
