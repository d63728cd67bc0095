//! Rotations, rigs, poses, and skin over bones (linear blend).
//!
//! All bones' axes lie as the body's at rest (x right, y up, z forward): a pose is each bone's turn from rest and where
//! its head is. So clips fit every build, and a turn can be read.

use crate::scalar::{cos, sin};

pub(super) type Vec3 = [f32; 3];

pub(super) fn add(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}
pub(super) fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
pub(super) fn scaled(a: Vec3, k: f32) -> Vec3 {
    [a[0] * k, a[1] * k, a[2] * k]
}
pub(super) fn dot(a: Vec3, b: Vec3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
pub(super) fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}
pub(super) fn length(a: Vec3) -> f32 {
    dot(a, a).sqrt()
}
pub(super) fn unit(a: Vec3) -> Vec3 {
    scaled(a, 1.0 / length(a).max(1e-9))
}
/// From a (t = 0) to b (t = 1).
pub(super) fn between(a: Vec3, b: Vec3, t: f32) -> Vec3 {
    crate::scalar::mix3(a, b, t)
}

/// A rotation (rows).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turn(pub [Vec3; 3]);

impl Turn {
    pub const NONE: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

    /// Forward, as a nod.
    pub fn pitch(a: f32) -> Self {
        let (s, c) = (sin(a), cos(a));
        Self([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    }
    /// To the right.
    pub fn yaw(a: f32) -> Self {
        let (s, c) = (sin(a), cos(a));
        Self([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    }
    /// Leaning to the right.
    pub fn roll(a: f32) -> Self {
        let (s, c) = (sin(a), cos(a));
        Self([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    }
    /// Around an axis of length 1 (Rodrigues).
    pub fn around(axis: Vec3, a: f32) -> Self {
        let (s, c) = (sin(a), cos(a));
        let [x, y, z] = axis;
        let k = 1.0 - c;
        Self([
            [c + x * x * k, x * y * k - z * s, x * z * k + y * s],
            [y * x * k + z * s, c + y * y * k, y * z * k - x * s],
            [z * x * k - y * s, z * y * k + x * s, c + z * z * k],
        ])
    }
    pub fn of(self, v: Vec3) -> Vec3 {
        self.0.map(|row| dot(row, v))
    }
    /// First `other`, then this.
    pub fn after(self, other: Self) -> Self {
        let columns = other.back();
        Self(self.0.map(|row| columns.0.map(|column| dot(row, column))))
    }
    /// The inverse.
    pub fn back(self) -> Self {
        let m = self.0;
        Self([0, 1, 2].map(|k| [m[0][k], m[1][k], m[2][k]]))
    }
    /// Axes: a direction, and one across it.
    fn frame(along: Vec3, across: Vec3) -> Self {
        let x = unit(along);
        let z = unit(cross(x, across));
        Self([x, cross(z, x), z]).back()
    }
    /// What brings direction and hinge at rest to those wanted.
    pub fn aligning(rest: (Vec3, Vec3), wanted: (Vec3, Vec3)) -> Self {
        Self::frame(wanted.0, wanted.1).after(Self::frame(rest.0, rest.1).back())
    }
    /// Part of the way to another rotation.
    pub fn towards(self, other: Self, t: f32) -> Self {
        Quat::of(self).mix(Quat::of(other), t).turn()
    }
}

/// A rotation (x, y, z, w).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quat(pub [f32; 4]);

impl Quat {
    pub fn of(turn: Turn) -> Self {
        let m = turn.0;
        let trace = m[0][0] + m[1][1] + m[2][2];
        if trace > 0.0 {
            let s = (trace + 1.0).sqrt() * 2.0;
            return Self([
                (m[2][1] - m[1][2]) / s,
                (m[0][2] - m[2][0]) / s,
                (m[1][0] - m[0][1]) / s,
                0.25 * s,
            ]);
        }
        let i = if m[0][0] > m[1][1] && m[0][0] > m[2][2] {
            0
        } else if m[1][1] > m[2][2] {
            1
        } else {
            2
        };
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        let s = (1.0 + m[i][i] - m[j][j] - m[k][k]).max(1e-9).sqrt() * 2.0;
        let mut q = [0.0; 4];
        q[i] = 0.25 * s;
        q[j] = (m[j][i] + m[i][j]) / s;
        q[k] = (m[k][i] + m[i][k]) / s;
        q[3] = (m[k][j] - m[j][k]) / s;
        Self(q)
    }
    pub fn mix(self, other: Self, t: f32) -> Self {
        let (a, b) = (self.0, other.0);
        let d: f32 = a.iter().zip(b).map(|(x, y)| x * y).sum();
        let sign = if d < 0.0 { -t } else { t };
        Self([0, 1, 2, 3].map(|k| a[k] * (1.0 - t) + b[k] * sign))
    }
    pub fn turn(self) -> Turn {
        let n = self.0.iter().map(|x| x * x).sum::<f32>().max(1e-12).sqrt();
        let [x, y, z, w] = self.0.map(|v| v / n);
        Turn([
            [
                1.0 - 2.0 * (y * y + z * z),
                2.0 * (x * y - z * w),
                2.0 * (x * z + y * w),
            ],
            [
                2.0 * (x * y + z * w),
                1.0 - 2.0 * (x * x + z * z),
                2.0 * (y * z - x * w),
            ],
            [
                2.0 * (x * z - y * w),
                2.0 * (y * z + x * w),
                1.0 - 2.0 * (x * x + y * y),
            ],
        ])
    }
    /// Mirrored left to right.
    pub fn mirrored(self) -> Self {
        let [x, y, z, w] = self.0;
        Self([x, -y, -z, w])
    }
}

/// A build's bones at rest.
#[derive(Debug)]
pub(super) struct Frame {
    pub name: String,
    /// Metres, from the feet to the top of the head.
    pub height: f32,
    pub heads: Vec<Vec3>,
}

/// The bones that poses name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub clavicle: usize,
    pub upper_arm: usize,
    pub lower_arm: usize,
    pub hand: usize,
    pub thigh: usize,
    pub calf: usize,
    pub foot: usize,
    pub ball: usize,
    /// Thumb, index, middle, ring, little finger: the first bone of each; the next two follow it.
    pub fingers: [[usize; 3]; 5],
}

/// The skeleton that all builds share.
#[derive(Debug)]
pub(super) struct Rig {
    pub names: Vec<String>,
    pub parents: Vec<Option<usize>>,
    pub builds: Vec<Frame>,
    /// The bone on the other side.
    pub other: Vec<usize>,
    pub pelvis: usize,
    pub spine: [usize; 3],
    pub neck: usize,
    pub head: usize,
    /// Right, left.
    pub sides: [Side; 2],
    /// Made bones: cloth that hangs from the pelvis, hair that hangs from the head.
    pub skirt: usize,
    pub hair: usize,
}

impl Rig {
    pub fn new(names: Vec<String>, parents: Vec<Option<usize>>, builds: Vec<Frame>) -> Option<Self> {
        let find = |name: &str| names.iter().position(|n| n == name);
        let side = |s: &str| {
            let bone = |name: &str| find(&format!("{name}_{s}"));
            let finger = |name: &str| -> Option<[usize; 3]> {
                Some([
                    bone(&format!("{name}_01"))?,
                    bone(&format!("{name}_02"))?,
                    bone(&format!("{name}_03"))?,
                ])
            };
            Some(Side {
                clavicle: bone("clavicle")?,
                upper_arm: bone("upperarm")?,
                lower_arm: bone("lowerarm")?,
                hand: bone("hand")?,
                thigh: bone("thigh")?,
                calf: bone("calf")?,
                foot: bone("foot")?,
                ball: bone("ball")?,
                fingers: [
                    finger("thumb")?,
                    finger("index")?,
                    finger("middle")?,
                    finger("ring")?,
                    finger("pinky")?,
                ],
            })
        };
        let other = (0..names.len())
            .map(|k| {
                let name = &names[k];
                let mirrored = match name.strip_suffix("_l") {
                    Some(stem) => format!("{stem}_r"),
                    None => match name.strip_suffix("_r") {
                        Some(stem) => format!("{stem}_l"),
                        None => name.clone(),
                    },
                };
                find(&mirrored)
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self {
            pelvis: find("pelvis")?,
            spine: [find("spine_01")?, find("spine_02")?, find("spine_03")?],
            neck: find("neck_01")?,
            head: find("head")?,
            sides: [side("r")?, side("l")?],
            skirt: find("skirt")?,
            hair: find("hair")?,
            other,
            names,
            parents,
            builds,
        })
    }
}

/// A pose: each bone's turn from rest, and where its head is, in the figure's axes.
#[derive(Debug, Clone)]
pub(super) struct Pose {
    pub turn: Vec<Turn>,
    pub at: Vec<Vec3>,
}

impl Pose {
    /// Makes a bone, and what hangs from it, larger by a factor.
    pub fn swell(&mut self, bone: usize, hanging: usize, factor: f32) {
        let off = scaled(sub(self.at[hanging], self.at[bone]), factor);
        self.at[hanging] = add(self.at[bone], off);
        for bone in [bone, hanging] {
            self.turn[bone] = Turn(self.turn[bone].0.map(|row| scaled(row, factor)));
        }
    }
}

/// A clip of a person: each bone's turn against its parent, the pelvis' way in heights of the hip.
#[derive(Debug)]
pub(super) struct Clip {
    pub name: String,
    pub moves: Vec<Vec3>,
    pub turns: Vec<Vec<Quat>>,
}

impl Clip {
    /// At a share of its length (a whole number more is the same), on a build.
    pub fn pose(&self, rig: &Rig, frame: &Frame, share: f32, mirrored: bool) -> Pose {
        let n = self.turns.len();
        let t = (share - share.floor()) * n as f32;
        let (a, u) = ((t as usize).min(n - 1), t - t.floor());
        let b = (a + 1) % n;
        let mut pose = Pose {
            turn: vec![Turn::NONE; rig.names.len()],
            at: frame.heads.clone(),
        };
        let hip = frame.heads[rig.pelvis][1];
        let mut moved = scaled(between(self.moves[a], self.moves[b], u), hip);
        if mirrored {
            moved[0] = -moved[0];
        }
        for bone in 0..rig.names.len() {
            let source = if mirrored { rig.other[bone] } else { bone };
            let local = match (self.turns[a].get(source), self.turns[b].get(source)) {
                (Some(&qa), Some(&qb)) => {
                    let q = qa.mix(qb, u);
                    if mirrored { q.mirrored().turn() } else { q.turn() }
                }
                _ => Turn::NONE,
            };
            match rig.parents[bone] {
                Some(parent) => {
                    pose.turn[bone] = pose.turn[parent].after(local);
                    let arm = sub(frame.heads[bone], frame.heads[parent]);
                    pose.at[bone] = add(pose.at[parent], pose.turn[parent].of(arm));
                }
                None => {
                    pose.turn[bone] = local;
                    pose.at[bone] = add(frame.heads[bone], moved);
                }
            }
        }
        pose
    }
}

/// Where a figure stands: its axes in the world.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    pub at: Vec3,
    pub turn: Turn,
    pub size: f32,
    /// The level that a mirror image is turned about.
    pub mirror: Option<f32>,
}

impl Stand {
    pub fn of(&self, p: Vec3) -> Vec3 {
        let mut p = add(self.at, scaled(self.turn.of(p), self.size));
        if let Some(level) = self.mirror {
            p[1] = 2.0 * level - p[1];
        }
        p
    }

    /// What [`Self::of`] takes to a place.
    pub fn back(&self, mut p: Vec3) -> Vec3 {
        if let Some(level) = self.mirror {
            p[1] = 2.0 * level - p[1];
        }
        scaled(self.turn.back().of(sub(p, self.at)), 1.0 / self.size)
    }
}
