//! What a figure is made of at a frame: triangles in the world, with their tones and paints.

use crate::scalar;

use super::{
    cloth::Cut,
    matter::{Matter, YIELDS},
    mesh::Mesh,
    paint::Paint,
    skeleton::{Pose, Stand, Vec3, add, dot, scaled, sub, unit},
};

/// A corner of a posed triangle, in the world.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub at: Vec3,
    pub normal: Vec3,
    pub tone: f32,
    /// Which of [`Posed::coats`] it has, counted from 1; 0 for none.
    pub paint: u8,
}

/// The colour of a part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Coat {
    pub paint: Paint,
    /// Words give it: it is to be seen in any light.
    pub named: bool,
    /// As [`Matter::grain`].
    pub grain: f32,
}

/// Posed triangles of one figure.
#[derive(Debug, Clone, Default)]
pub(super) struct Posed {
    pub corners: Vec<Corner>,
    pub triangles: Vec<[u32; 3]>,
    /// The colours of its parts.
    pub coats: Vec<Coat>,
    /// Where the thing is that was added last, measured in [`UNIT_HIGH`]ths of its height: what is mottled is so alike
    /// whatever its size.
    pub stand: Option<Stand>,
    /// A soft light is on it from where it is seen.
    pub spot: bool,
    /// Radians by which the wings of the thing that is added next are raised.
    pub flap: f32,
    /// The paint of what is added next, counted from 1; 0 for none.
    brush: u8,
}

/// The albedo of things of a middle tone by day, and of what is painted.
pub(super) const TONE: f32 = 0.06;

/// Height of a large beast, for which hair is made.
const UNIT_HIGH: f32 = 1.3;
/// The tone at which a matter has its own colour.
const PLAIN: f32 = 110.0;

/// Of what is no lamp and has no matter of its own.
fn mean_tone(mesh: &Mesh) -> f32 {
    let plain = |k: usize| mesh.matters.get(k).is_none_or(|matter| *matter == 0);
    let dull = mesh
        .tones
        .iter()
        .enumerate()
        .filter(|(k, tone)| **tone != 255 && plain(*k));
    let (sum, count) = dull.fold((0.0, 0u32), |(sum, count), (_, tone)| {
        (sum + f32::from(*tone), count + 1)
    });
    sum / count.max(1) as f32
}

impl Posed {
    pub fn clear(&mut self) {
        self.corners.clear();
        self.triangles.clear();
        self.coats.clear();
        self.stand = None;
        self.flap = 0.0;
        self.spot = false;
        self.brush = 0;
    }

    /// What is added from now on has this paint, or none.
    pub fn dip(&mut self, paint: Option<Paint>) {
        self.brush = paint.map_or(0, |paint| {
            self.coat(Coat {
                paint,
                named: true,
                grain: 0.0,
            })
        });
    }

    /// What is added from now on is of a matter, with no colour that words give. `stand` and `height` (metres) are those of
    /// the body that it covers.
    pub fn cover(&mut self, matter: Matter, stand: &Stand, height: f32) {
        self.brush = self.coat(Coat {
            paint: matter.paint(None),
            named: false,
            grain: matter.grain,
        });
        self.stand = Some(Stand {
            size: stand.size * height / UNIT_HIGH,
            ..*stand
        });
    }

    /// The number of a coat, counted from 1; 0 where there is no room for more.
    fn coat(&mut self, coat: Coat) -> u8 {
        if let Some(found) = self.coats.iter().position(|other| *other == coat) {
            return found as u8 + 1;
        }
        if self.coats.len() >= usize::from(u8::MAX) {
            return 0;
        }
        self.coats.push(coat);
        self.coats.len() as u8
    }

    /// The coats of a thing's matters, by their numbers as corners have them.
    fn matters(&mut self, mesh: &Mesh) -> [u8; 256] {
        let named = usize::from(self.brush).checked_sub(1).map(|k| self.coats[k].paint);
        let mut coats = [self.brush; 256];
        let mut done = [false; 256];
        for &number in &mesh.matters {
            let at = usize::from(number);
            if let Some(matter) = Matter::of(number).filter(|_| !done[at]) {
                let named = named.filter(|_| number & YIELDS != 0);
                coats[at] = self.coat(Coat {
                    paint: matter.paint(named),
                    named: named.is_some(),
                    grain: matter.grain,
                });
            }
            done[at] = true;
        }
        coats
    }

    fn triangles(&mut self, mesh: &Mesh, base: u32, hidden: &dyn Fn(usize) -> bool) {
        for (k, t) in mesh.triangles.iter().enumerate() {
            if !hidden(k) {
                self.triangles.push(t.map(|corner| base + u32::from(corner)));
            }
        }
    }

    /// A mesh over bones, in a world place. `tone` is its albedo.
    #[expect(clippy::too_many_arguments, reason = "a mesh, its pose, and its place")]
    pub fn skinned(
        &mut self,
        mesh: &Mesh,
        build: usize,
        heads: &[Vec3],
        pose: &Pose,
        stand: &Stand,
        tone: f32,
        hidden: &dyn Fn(usize) -> bool,
    ) {
        let base = self.corners.len() as u32;
        // Bone by bone, from rest to the world: three rows of four, all in the world's size.
        let to_world: Vec<[f32; 12]> = (0..heads.len())
            .map(|k| {
                let turn = stand.turn.after(pose.turn[k]);
                let moved = sub(pose.at[k], pose.turn[k].of(heads[k]));
                let moved = add(stand.at, scaled(stand.turn.of(moved), stand.size));
                let mut m = [0.0; 12];
                for row in 0..3 {
                    // A mirror image has its height turned about the level.
                    let (sign, level) = match stand.mirror {
                        Some(level) if row == 1 => (-1.0, 2.0 * level),
                        _ => (1.0, 0.0),
                    };
                    for column in 0..3 {
                        m[row * 4 + column] = sign * turn.0[row][column] * stand.size;
                    }
                    m[row * 4 + 3] = level + sign * moved[row];
                }
                m
            })
            .collect();
        let (positions, paint) = (&mesh.positions[build], self.brush);
        self.corners.extend((0..positions.len()).map(|k| {
            let mut m = [0.0; 12];
            for (&bone, &weight) in mesh.bones[k].iter().zip(&mesh.weights[k]) {
                if weight > 0.0 {
                    let bone = &to_world[usize::from(bone)];
                    for j in 0..12 {
                        m[j] += bone[j] * weight;
                    }
                }
            }
            let (p, n) = (positions[k], mesh.normals[k]);
            let at = |row: usize| m[row] * p[0] + m[row + 1] * p[1] + m[row + 2] * p[2] + m[row + 3];
            let normal = |row: usize| m[row] * n[0] + m[row + 1] * n[1] + m[row + 2] * n[2];
            Corner {
                at: [at(0), at(4), at(8)],
                normal: unit([normal(0), normal(4), normal(8)]),
                tone,
                paint,
            }
        }));
        self.triangles(mesh, base, hidden);
    }

    /// Makes a lamp of all of a thing. It is the last that was added.
    pub fn shine(&mut self, mesh: &Mesh) {
        let from = self.corners.len() - mesh.tones.len();
        for corner in &mut self.corners[from..] {
            corner.tone = -1.0;
        }
    }

    /// A standing person's outline across the light, for the shadows of many.
    pub fn card(&mut self, at: Vec3, light: Vec3, height: f32) {
        const HALF: [[f32; 2]; 7] = [
            [0.07, 0.0],
            [0.10, 0.45],
            [0.14, 0.62],
            [0.13, 0.80],
            [0.05, 0.85],
            [0.06, 0.94],
            [0.02, 1.0],
        ];
        self.clear();
        let across = unit([light[2], 0.0, -light[0]]);
        for [x, y] in HALF {
            for side in [-x, x] {
                self.corners.push(Corner {
                    at: add(add(at, scaled(across, side * height)), [0.0, y * height, 0.0]),
                    normal: [0.0, 1.0, 0.0],
                    tone: 0.05,
                    paint: 0,
                });
            }
        }
        for k in 0..HALF.len() as u32 - 1 {
            let o = 2 * k;
            self.triangles.extend([[o, o + 1, o + 2], [o + 1, o + 3, o + 2]]);
        }
    }

    /// Takes the paint that words give off those of the last `corners` that do not keep it.
    pub fn strip(&mut self, corners: usize, kept: &dyn Fn(usize) -> bool) {
        let from = self.corners.len() - corners;
        for (k, corner) in self.corners[from..].iter_mut().enumerate() {
            if corner.paint == self.brush && !kept(k) {
                corner.paint = 0;
            }
        }
    }

    /// Cuts the last `corners` as a tailor does: tones, and what is of another cloth.
    pub fn tailor(&mut self, corners: usize, cut: &dyn Fn(usize) -> Cut) {
        let from = self.corners.len() - corners;
        for (k, corner) in self.corners[from..].iter_mut().enumerate() {
            let cut = cut(k);
            corner.tone *= cut.tone;
            if cut.other && corner.paint != 0 {
                (corner.paint, corner.tone) = (0, corner.tone * 0.6);
            }
        }
    }

    /// Turns the normals of the last `corners` to one side: feathers that lie over each other, some of them turned over.
    pub fn face(&mut self, corners: usize, side: Vec3) {
        let from = self.corners.len() - corners;
        for corner in &mut self.corners[from..] {
            if dot(corner.normal, side) < 0.0 {
                corner.normal = scaled(corner.normal, -1.0);
            }
        }
    }

    /// Gives the paint that was dipped into last to the left half of the last corners, which are at these places at rest.
    pub fn part(&mut self, places: &[Vec3]) {
        let from = self.corners.len() - places.len();
        for (corner, place) in self.corners[from..].iter_mut().zip(places) {
            if place[0] < 0.0 {
                corner.paint = self.brush;
            }
        }
    }

    /// A mesh that does not move.
    pub fn stiff(&mut self, mesh: &Mesh, stand: &Stand, tone: f32) {
        let (base, brush) = (self.corners.len() as u32, self.brush);
        let coats = self.matters(mesh);
        let high = mesh.positions[0].iter().map(|at| at[1]).fold(0.01, f32::max);
        self.stand = Some(Stand {
            size: stand.size * high / UNIT_HIGH,
            ..*stand
        });
        // A painted thing is on the whole as its colour says; its parts differ as before.
        let mean = if brush == 0 { 0.0 } else { mean_tone(mesh) };
        let matter = |k: usize| mesh.matters.get(k).copied().unwrap_or(0);
        let bright = |k: usize| match mesh.tones.get(k) {
            Some(255) => -1.0,
            // A matter has its colour, and the tone no more than its shades.
            Some(&t) if matter(k) != 0 => TONE * (f32::from(t) / PLAIN).min(1.6),
            Some(&t) if brush != 0 => TONE * (0.35 + 0.65 * f32::from(t) / mean.max(1.0)).min(1.4),
            None if brush != 0 => TONE,
            // From a third to about six times the tone: what is pale reads as pale.
            Some(&t) => {
                let t = f32::from(t) / 254.0;
                tone * (0.35 + 0.6 * t + 5.0 * t * t * t)
            }
            None => tone,
        };
        // Wings turn where they leave the body.
        let span = mesh.positions[0].iter().map(|at| at[0].abs()).fold(0.01, f32::max);
        let (flap_sin, flap_cos) = (scalar::sin(self.flap), scalar::cos(self.flap));
        let flapped = |[x, y, z]: Vec3| {
            let out = (x.abs() - 0.09 * span).max(0.0);
            [x - x.signum() * out * (1.0 - flap_cos), y + out * flap_sin, z]
        };
        self.corners.extend((0..mesh.positions[0].len()).map(|k| {
            let mut normal = stand.turn.of(mesh.normals[k]);
            if stand.mirror.is_some() {
                normal[1] = -normal[1];
            }
            // A weak light from the camera's side, high on the left, tells the faces apart that look away from the key.
            let paint = coats[usize::from(matter(k))];
            let fill = if paint == 0 {
                0.55 + 0.85 * (-0.50 * normal[0] + 0.45 * normal[1] - 0.74 * normal[2]).max(0.0)
            } else {
                1.0
            };
            let tone = bright(k);
            Corner {
                at: stand.of(flapped(mesh.positions[0][k])),
                normal,
                tone: if tone < 0.0 { tone } else { tone * fill },
                paint,
            }
        }));
        self.triangles(mesh, base, &|_| false);
    }
}
