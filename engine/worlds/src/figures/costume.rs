//! What makes a person a queen, an angel or a clown from afar: small things at the head, the back and the hips, and the
//! bones of a skeleton. All are surfaces of revolution around the joints of the pose, but for crown and wings, which are
//! meshes of the library.

use std::f32::consts::TAU;

use crate::scalar::{cos, sin};

use super::{
    mesh::Mesh,
    paint::{Finish, Paint},
    posed::TONE,
    skeleton::{Frame, Pose, Rig, Vec3, add, cross, scaled, sub, unit},
};

/// What is worn besides clothes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Costume {
    /// A king's, a queen's.
    Crown,
    /// An angel's, a fairy's.
    Wings,
    /// A witch's, a wizard's: a tall cone with a brim.
    PointedHat,
    /// A cone with a bobble, and a ruff.
    Clown,
    /// A dancer's flat skirt.
    Tutu,
    /// Nothing but bones.
    Bones,
    /// Bones in clothes.
    ClothedBones,
}

impl Costume {
    /// Whether bones take the body's place.
    pub(super) fn is_bony(self) -> bool {
        matches!(self, Self::Bones | Self::ClothedBones)
    }
}

/// Something worn: a mesh in the figure's axes, its albedo and its colour.
pub(super) struct Worn {
    pub mesh: Mesh,
    pub tone: f32,
    pub paint: Option<Paint>,
}

/// Where a mesh of the library is worn: its origin in the figure's axes, and its size.
pub(super) struct Borrowed {
    pub name: &'static str,
    pub bone: usize,
    /// From the bone's head, in the bone's axes.
    pub off: Vec3,
    /// Metres of its widest side.
    pub width: f32,
}

/// Corners around an axis.
const AROUND: usize = 20;

/// A surface in the making.
#[derive(Default)]
struct Form {
    mesh: Mesh,
}

impl Form {
    /// A surface of revolution: radii and heights along `axis` from `at`; `front` is where corner 0 looks, and `wave` a
    /// factor of the radius at each corner.
    fn turned(&mut self, at: Vec3, axis: Vec3, front: Vec3, profile: &[[f32; 2]], wave: &dyn Fn(usize) -> f32) {
        let y = unit(axis);
        let x = unit(cross(y, front));
        let z = cross(x, y);
        let base = self.mesh.normals.len();
        let positions = match self.mesh.positions.first_mut() {
            Some(positions) => positions,
            None => {
                self.mesh.positions.push(Vec::new());
                &mut self.mesh.positions[0]
            }
        };
        for (k, [radius, height]) in profile.iter().enumerate() {
            let (before, after) = (profile[k.saturating_sub(1)], profile[(k + 1).min(profile.len() - 1)]);
            let (dr, dh) = (after[0] - before[0], after[1] - before[1]);
            for s in 0..AROUND {
                let a = s as f32 / AROUND as f32 * TAU;
                let out = add(scaled(x, sin(a)), scaled(z, cos(a)));
                let r = radius * wave(s);
                positions.push(add(at, add(scaled(out, r), scaled(y, *height))));
                self.mesh.normals.push(unit(add(scaled(out, dh), scaled(y, -dr))));
            }
        }
        for k in 0..profile.len() - 1 {
            for s in 0..AROUND {
                let corner = |k: usize, s: usize| (base + k * AROUND + s % AROUND) as u16;
                let [a, b, c, d] = [corner(k, s), corner(k, s + 1), corner(k + 1, s + 1), corner(k + 1, s)];
                self.mesh.triangles.extend([[a, b, c], [a, c, d]]);
            }
        }
    }

    /// A bone between two joints, thicker at its ends.
    fn bone(&mut self, from: Vec3, to: Vec3, radius: f32) {
        let way = sub(to, from);
        let length = super::skeleton::length(way);
        if length < 1e-3 {
            return;
        }
        let front = if way[1].abs() > 0.9 * length {
            [0.0, 0.0, 1.0]
        } else {
            [0.0, 1.0, 0.0]
        };
        let profile = [
            [0.0, -0.6 * radius],
            [1.5 * radius, 0.0],
            [radius, 1.8 * radius],
            [0.8 * radius, length * 0.5],
            [radius, length - 1.8 * radius],
            [1.5 * radius, length],
            [0.0, length + 0.6 * radius],
        ];
        self.turned(from, way, front, &profile, &|_| 1.0);
    }
}

/// Meshes of the library that belong to a costume.
pub(super) fn borrowed(costume: Costume, rig: &Rig, frame: &Frame) -> Option<Borrowed> {
    let k = frame.height / 1.72;
    let top = frame.height - frame.heads[rig.head][1];
    match costume {
        Costume::Crown => Some(Borrowed {
            name: "crown",
            bone: rig.head,
            off: [0.0, top * 0.80, -0.01 * k],
            width: 0.29 * k,
        }),
        Costume::Wings => Some(Borrowed {
            name: "wings",
            bone: rig.spine[2],
            off: [0.0, -0.62 * k, -0.13 * k],
            width: 1.65 * k,
        }),
        _ => None,
    }
}

/// What is made for a costume at a pose; `clothes` are the colour of what is worn with it.
pub(super) fn worn(costume: Costume, rig: &Rig, frame: &Frame, pose: &Pose, clothes: Option<Paint>) -> Vec<Worn> {
    let k = frame.height / 1.72;
    let top = frame.height - frame.heads[rig.head][1];
    let on_head = |off: Vec3| add(pose.at[rig.head], pose.turn[rig.head].of(off));
    let head = |axis: Vec3| pose.turn[rig.head].of(axis);
    let dyed = |colour: [f32; 3]| Some(Paint::new(colour, Finish::Matte));
    let scale = |profile: &[[f32; 2]]| -> Vec<[f32; 2]> { profile.iter().map(|p| p.map(|x| x * k)).collect() };
    match costume {
        Costume::PointedHat => {
            let mut hat = Form::default();
            let profile = scale(&[
                [0.0, -0.004],
                [0.235, -0.012],
                [0.24, 0.0],
                [0.115, 0.012],
                [0.10, 0.05],
                [0.062, 0.19],
                [0.028, 0.33],
                [0.0, 0.43],
            ]);
            let lean = head([0.08, 1.0, -0.22]);
            hat.turned(
                on_head([0.0, top * 0.74, -0.01 * k]),
                lean,
                head([0.0, 0.0, 1.0]),
                &profile,
                &|_| 1.0,
            );
            vec![Worn {
                mesh: hat.mesh,
                tone: 0.05,
                paint: clothes.filter(|paint| !paint.is_black()),
            }]
        }
        Costume::Clown => {
            let (mut hat, mut ruff, mut bobble) = (Form::default(), Form::default(), Form::default());
            let cone = scale(&[[0.0, 0.0], [0.13, 0.0], [0.07, 0.20], [0.0, 0.42]]);
            let (at, lean) = (on_head([0.0, top * 0.84, -0.01 * k]), head([0.16, 1.0, -0.10]));
            hat.turned(at, lean, head([0.0, 0.0, 1.0]), &cone, &|_| 1.0);
            let ball = scale(&[[0.0, -0.045], [0.032, -0.03], [0.045, 0.0], [0.032, 0.03], [0.0, 0.045]]);
            let tip = add(at, scaled(unit(lean), 0.42 * k));
            bobble.turned(tip, lean, head([0.0, 0.0, 1.0]), &ball, &|_| 1.0);
            let frill = scale(&[[0.07, 0.03], [0.20, 0.035], [0.215, 0.0], [0.20, -0.025], [0.07, -0.02]]);
            let neck = add(pose.at[rig.neck], pose.turn[rig.neck].of([0.0, 0.03 * k, 0.0]));
            let pleats = |s: usize| if s.is_multiple_of(2) { 1.0 } else { 0.80 };
            let (up, front) = (
                pose.turn[rig.neck].of([0.0, 1.0, 0.0]),
                pose.turn[rig.neck].of([0.0, 0.0, 1.0]),
            );
            ruff.turned(neck, up, front, &frill, &pleats);
            let red = dyed([0.62, 0.03, 0.03]);
            vec![
                Worn {
                    mesh: hat.mesh,
                    tone: TONE,
                    paint: red,
                },
                Worn {
                    mesh: bobble.mesh,
                    tone: TONE,
                    paint: dyed([0.85, 0.62, 0.10]),
                },
                Worn {
                    mesh: ruff.mesh,
                    tone: TONE,
                    paint: dyed([0.80, 0.78, 0.74]),
                },
            ]
        }
        Costume::Tutu => {
            let turn = pose.turn[rig.pelvis];
            let waist = add(pose.at[rig.pelvis], turn.of([0.0, 0.09 * k, 0.0]));
            let net = clothes.map_or([0.75, 0.60, 0.62], Paint::colour);
            let layer = |width: f32, drop: f32| {
                let mut form = Form::default();
                let profile = scale(&[
                    [0.11, 0.02],
                    [0.20, 0.035],
                    [width * 0.8, 0.01 - drop * 0.5],
                    [width, -drop],
                ]);
                let ruffled = |s: usize| 1.0 + 0.05 * sin(s as f32 * 2.4 + width * 40.0);
                form.turned(
                    waist,
                    turn.of([0.0, 1.0, 0.0]),
                    turn.of([0.0, 0.0, 1.0]),
                    &profile,
                    &ruffled,
                );
                Worn {
                    mesh: form.mesh,
                    tone: TONE,
                    paint: Some(Paint::new(net, Finish::Ghostly)),
                }
            };
            vec![layer(0.47, 0.03), layer(0.42, 0.08), layer(0.36, 0.13)]
        }
        Costume::Bones | Costume::ClothedBones => vec![Worn {
            mesh: bones(rig, frame, pose),
            tone: TONE,
            paint: dyed([0.70, 0.66, 0.55]),
        }],
        Costume::Crown | Costume::Wings => Vec::new(),
    }
}

/// A skeleton: limbs, spine, ribs, hips and skull.
fn bones(rig: &Rig, frame: &Frame, pose: &Pose) -> Mesh {
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
