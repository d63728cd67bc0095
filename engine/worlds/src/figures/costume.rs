//! What makes a person a queen, an angel or a clown from afar: small things at the head, the back and the hips, and the
//! bones of a skeleton. All are surfaces of revolution around the joints of the pose, but for crown and wings, which are
//! meshes of the library.

use crate::scalar::sin;

use super::{
    bones::{bones, hollows},
    forms::{AROUND, Form},
    mesh::Mesh,
    paint::{Finish, Paint},
    posed::TONE,
    skeleton::{Frame, Pose, Rig, Vec3, add, scaled, unit},
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
    /// A bride's veil and train.
    Veil,
    /// The same on bones.
    VeiledBones,
    /// A nun's veil.
    Habit,
    /// A broad-brimmed hat.
    CowboyHat,
    /// A soldier's, a knight's, a firefighter's.
    Helmet,
    /// A police officer's, a captain's: flat, with a peak.
    PeakedCap,
    /// A cook's tall white hat.
    Toque,
    /// A pirate's.
    Tricorne,
}

impl Costume {
    /// Whether bones take the body's place.
    pub(super) fn is_bony(self) -> bool {
        matches!(self, Self::Bones | Self::ClothedBones | Self::VeiledBones)
    }

    /// Whether clothes are of two colours, left and right.
    pub(super) fn is_parted(self) -> bool {
        self == Self::Clown
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

/// Meshes of the library that belong to a costume.
pub(super) fn borrowed(costume: Costume, rig: &Rig, frame: &Frame) -> Option<Borrowed> {
    let k = frame.height / 1.72;
    let top = frame.height - frame.heads[rig.head][1];
    match costume {
        Costume::Crown => Some(Borrowed {
            name: "crown",
            bone: rig.head,
            off: [0.0, top * 0.80, -0.01 * k],
            width: 0.34 * k,
        }),
        Costume::CowboyHat => Some(Borrowed {
            name: "cowboy hat",
            bone: rig.head,
            off: [0.0, top * 0.62, -0.01 * k],
            width: 0.50 * k,
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
    let scale = |profile: &[[f32; 2]]| -> Vec<[f32; 2]> { profile.iter().map(|p| p.map(|x| x * k)).collect() };
    let hat = |profile: &[[f32; 2]], seat: f32, paint: Option<Paint>| {
        let mut form = Form::default();
        let (at, up) = (on_head([0.0, top * seat, -0.01 * k]), head([0.0, 1.0, -0.08]));
        form.turned(at, up, head([0.0, 0.0, 1.0]), &scale(profile), &|_| 1.0);
        Worn {
            mesh: form.mesh,
            tone: TONE * 0.8,
            paint,
        }
    };
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
        Costume::Clown => clown(rig, frame, pose),
        Costume::Veil | Costume::VeiledBones => {
            let white = clothes.map_or([0.86; 3], Paint::colour);
            // The veil is of white net over a dress of any colour but black.
            let net = if clothes.is_some_and(|paint| paint.is_black()) {
                white
            } else {
                [0.86; 3]
            };
            let mut all = vec![veil(rig, frame, pose, Paint::new(net, Finish::Ghostly), 0.95)];
            all.push(train(rig, frame, pose, Paint::new(white, Finish::Matte)));
            if costume == Costume::VeiledBones {
                all.extend(skeleton(rig, frame, pose));
            }
            all
        }
        Costume::Habit => vec![veil(rig, frame, pose, Paint::new([0.02; 3], Finish::Matte), 0.55)],
        Costume::Helmet => vec![hat(
            &[[0.15, -0.01], [0.155, 0.0], [0.135, 0.06], [0.09, 0.125], [0.0, 0.155]],
            0.66,
            clothes,
        )],
        Costume::PeakedCap => {
            let mut all = vec![hat(
                &[
                    [0.0, 0.0],
                    [0.118, 0.0],
                    [0.120, 0.05],
                    [0.165, 0.085],
                    [0.15, 0.11],
                    [0.0, 0.115],
                ],
                0.76,
                clothes,
            )];
            let mut peak = Form::default();
            let front = |s: usize| if s <= 4 || s >= AROUND - 4 { 1.0 } else { 0.55 };
            let profile = scale(&[[0.0, 0.004], [0.17, -0.012], [0.0, -0.008]]);
            peak.turned(
                on_head([0.0, top * 0.78, 0.015 * k]),
                head([0.0, 1.0, 0.25]),
                head([0.0, 0.0, 1.0]),
                &profile,
                &front,
            );
            all.push(Worn {
                mesh: peak.mesh,
                tone: 0.02,
                paint: None,
            });
            all
        }
        Costume::Toque => vec![hat(
            &[
                [0.0, 0.0],
                [0.112, 0.0],
                [0.112, 0.14],
                [0.165, 0.20],
                [0.16, 0.27],
                [0.09, 0.31],
                [0.0, 0.315],
            ],
            0.74,
            Some(Paint::new([0.85; 3], Finish::Matte)),
        )],
        Costume::Tricorne => {
            let mut form = Form::default();
            let profile = scale(&[
                [0.0, 0.15],
                [0.09, 0.14],
                [0.115, 0.02],
                [0.185, 0.085],
                [0.18, 0.03],
                [0.10, -0.01],
            ]);
            let corners = |s: usize| 1.0 + 0.30 * sin(s as f32 / AROUND as f32 * 3.0 * std::f32::consts::TAU + 1.2);
            form.turned(
                on_head([0.0, top * 0.74, -0.01 * k]),
                head([0.0, 1.0, -0.05]),
                head([0.0, 0.0, 1.0]),
                &profile,
                &corners,
            );
            vec![Worn {
                mesh: form.mesh,
                tone: 0.03,
                paint: None,
            }]
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
        Costume::Bones | Costume::ClothedBones => skeleton(rig, frame, pose).into(),
        Costume::Crown | Costume::Wings | Costume::CowboyHat => Vec::new(),
    }
}

fn dyed(colour: [f32; 3]) -> Option<Paint> {
    Some(Paint::new(colour, Finish::Matte))
}

fn skeleton(rig: &Rig, frame: &Frame, pose: &Pose) -> [Worn; 2] {
    let bone = Worn {
        mesh: bones(rig, frame, pose),
        tone: TONE,
        paint: dyed([0.70, 0.66, 0.55]),
    };
    let hollow = Worn {
        mesh: hollows(rig, frame, pose),
        tone: TONE * 0.3,
        paint: dyed([0.004; 3]),
    };
    [bone, hollow]
}

/// Cloth from the crown of the head down the back, so many metres long; open before the face.
fn veil(rig: &Rig, frame: &Frame, pose: &Pose, paint: Paint, long: f32) -> Worn {
    let k = frame.height / 1.72;
    let top = frame.height - frame.heads[rig.head][1];
    let (turn, spine) = (pose.turn[rig.head], pose.turn[rig.spine[2]]);
    let mut form = Form::default();
    let at = add(pose.at[rig.head], turn.of([0.0, top * 1.04, -0.015 * k]));
    let down = unit(add(turn.of([0.0, -1.0, 0.0]), spine.of([0.0, -1.2, -0.30])));
    let profile = [
        [0.0, 0.0],
        [0.085, 0.02],
        [0.118, 0.09],
        [0.135, 0.22],
        [0.20, 0.22 + 0.35 * (long - 0.22)],
        [0.30, long],
    ];
    let profile = profile.map(|p| p.map(|x| x * k));
    // Open in front, with folds at the back.
    let folds = |s: usize| {
        let open = s <= 5 || s >= AROUND - 5;
        (if open { 0.30 } else { 1.0 }) * (1.0 + 0.06 * sin(s as f32 * 2.6))
    };
    form.turned(at, down, turn.of([0.0, 0.0, 1.0]), &profile, &folds);
    Worn {
        mesh: form.mesh,
        tone: TONE,
        paint: Some(paint),
    }
}

/// The skirt of a wedding dress, which lies on the ground behind.
fn train(rig: &Rig, frame: &Frame, pose: &Pose, paint: Paint) -> Worn {
    let k = frame.height / 1.72;
    let turn = pose.turn[rig.skirt];
    let waist = add(pose.at[rig.pelvis], turn.of([0.0, 0.10 * k, 0.0]));
    let long = waist[1] - 0.01;
    let profile = [
        [0.125 * k, 0.0],
        [0.19 * k, long * 0.16],
        [0.26 * k, long * 0.45],
        [0.37 * k, long * 0.80],
        [0.52 * k, long],
    ];
    let trails = |s: usize| {
        let back = s.abs_diff(AROUND / 2) as f32;
        let trail = (1.0 - back / 5.0).max(0.0);
        0.86 + 0.75 * trail + 0.05 * sin(s as f32 * 2.5)
    };
    let mut form = Form::default();
    form.turned(waist, [0.0, -1.0, 0.0], turn.of([0.0, 0.0, 1.0]), &profile, &trails);
    Worn {
        mesh: form.mesh,
        tone: TONE,
        paint: Some(paint),
    }
}

/// A wig of curls, a cone over it, a ruff, and shoes much too long.
fn clown(rig: &Rig, frame: &Frame, pose: &Pose) -> Vec<Worn> {
    let k = frame.height / 1.72;
    let top = frame.height - frame.heads[rig.head][1];
    let turn = pose.turn[rig.head];
    let (up, front) = (turn.of([0.0, 1.0, 0.0]), turn.of([0.0, 0.0, 1.0]));
    let on_head = |off: Vec3| add(pose.at[rig.head], turn.of(off));
    let scale = |profile: &[[f32; 2]]| -> Vec<[f32; 2]> { profile.iter().map(|p| p.map(|x| x * k)).collect() };
    let worn = |form: Form, colour: [f32; 3]| Worn {
        mesh: form.mesh,
        tone: TONE,
        paint: dyed(colour),
    };
    let mut all = Vec::new();
    // Two bushes of curls, left and right.
    let ball = scale(&[
        [0.0, -0.115],
        [0.065, -0.10],
        [0.115, -0.045],
        [0.12, 0.02],
        [0.085, 0.085],
        [0.0, 0.115],
    ]);
    let curls = |s: usize| 1.0 + 0.11 * sin(s as f32 * 2.9);
    let mut wig = Form::default();
    for side in [-1.0, 1.0] {
        wig.turned(
            on_head([side * 0.115 * k, top * 0.50, -0.035 * k]),
            up,
            front,
            &ball,
            &curls,
        );
    }
    all.push(worn(wig, [0.80, 0.16, 0.01]));
    let mut hat = Form::default();
    let cone = scale(&[[0.0, 0.0], [0.105, 0.0], [0.055, 0.17], [0.0, 0.36]]);
    let (at, lean) = (on_head([0.0, top * 0.86, -0.01 * k]), turn.of([0.16, 1.0, -0.10]));
    hat.turned(at, lean, front, &cone, &|_| 1.0);
    all.push(worn(hat, [0.02, 0.16, 0.55]));
    let bobble = scale(&[[0.0, -0.05], [0.036, -0.035], [0.05, 0.0], [0.036, 0.035], [0.0, 0.05]]);
    let mut bobbles = Form::default();
    bobbles.turned(add(at, scaled(unit(lean), 0.36 * k)), lean, front, &bobble, &|_| 1.0);
    let chest = pose.turn[rig.spine[2]];
    for (down, out) in [(0.02, 0.15), (-0.13, 0.165), (-0.28, 0.15)] {
        for side in [1.0, -1.0] {
            let at = add(pose.at[rig.spine[2]], chest.of([0.0, down * k, side * out * k]));
            bobbles.turned(at, chest.of([0.0, 1.0, 0.0]), front, &bobble, &|_| 1.0);
        }
    }
    all.push(worn(bobbles, [0.80, 0.60, 0.08]));
    let frill = scale(&[[0.06, 0.04], [0.22, 0.05], [0.25, 0.01], [0.22, -0.03], [0.06, -0.03]]);
    let neck = pose.turn[rig.neck];
    let pleats = |s: usize| if s.is_multiple_of(2) { 1.0 } else { 0.76 };
    let mut ruff = Form::default();
    let at = add(pose.at[rig.neck], neck.of([0.0, 0.02 * k, 0.0]));
    ruff.turned(at, neck.of([0.0, 1.0, 0.0]), neck.of([0.0, 0.0, 1.0]), &frill, &pleats);
    all.push(worn(ruff, [0.80, 0.78, 0.74]));
    let mut shoes = Form::default();
    for side in &rig.sides {
        let (heel, way) = (pose.at[side.foot], pose.turn[side.ball].of([0.0, 0.0, 1.0]));
        let sole = add(heel, pose.turn[side.ball].of([0.0, -0.045 * k, -0.06 * k]));
        let shoe = scale(&[
            [0.0, 0.0],
            [0.045, 0.02],
            [0.052, 0.12],
            [0.075, 0.26],
            [0.06, 0.36],
            [0.0, 0.39],
        ]);
        shoes.turned(sole, way, [0.0, 1.0, 0.0], &shoe, &|_| 1.0);
    }
    all.push(worn(shoes, [0.55, 0.02, 0.02]));
    all
}
