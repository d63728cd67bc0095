//! Surfaces of revolution: what is made by code instead of taken from the library.

use std::f32::consts::TAU;

use crate::scalar::{cos, sin};

use super::{
    mesh::Mesh,
    skeleton::{Vec3, add, cross, length, scaled, sub, unit},
};

/// Corners around an axis.
pub(super) const AROUND: usize = 20;

/// A surface in the making.
#[derive(Default)]
pub(super) struct Form {
    pub mesh: Mesh,
}

impl Form {
    /// A surface of revolution: radii and heights along `axis` from `at`; `front` is where corner 0 looks, and `wave` a
    /// factor of the radius at each corner.
    pub fn turned(&mut self, at: Vec3, axis: Vec3, front: Vec3, profile: &[[f32; 2]], wave: &dyn Fn(usize) -> f32) {
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
    pub fn bone(&mut self, from: Vec3, to: Vec3, radius: f32) {
        let way = sub(to, from);
        let long = length(way);
        if long < 1e-3 {
            return;
        }
        let front = if way[1].abs() > 0.9 * long {
            [0.0, 0.0, 1.0]
        } else {
            [0.0, 1.0, 0.0]
        };
        let profile = [
            [0.0, -0.6 * radius],
            [1.5 * radius, 0.0],
            [radius, 1.8 * radius],
            [0.8 * radius, long * 0.5],
            [radius, long - 1.8 * radius],
            [1.5 * radius, long],
            [0.0, long + 0.6 * radius],
        ];
        self.turned(from, way, front, &profile, &|_| 1.0);
    }
}
