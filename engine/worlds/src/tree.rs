//! Single trees as outlines: bare ones by folding the plane, leafy ones as a mass of leaves on a trunk.
//!
//! A bare tree's plane is folded at each fork, so that all branches of a level are one (the folds of Knighty and
//! Kali's fractals, as distance estimates of trees).

use crate::{
    lanes::{F, Lanes, f, select, smoothstep},
    noise::{fbm2, hash1, noise2},
    scalar,
    sheets::{OnSheet, inside},
};

/// A tree on a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Tree {
    /// Where it stands, in metres.
    pub x: f32,
    /// Height of its foot.
    pub foot: f32,
    /// Its height in metres.
    pub height: f32,
    /// Its own choices, 0 to 1.
    pub own: f32,
    /// How far the wind bends it, in radians.
    pub sway: f32,
}

impl Tree {
    /// A bare tree: how much of each point it covers.
    #[inline(always)]
    pub fn bare<L: Lanes>(&self, on: OnSheet<L>) -> F<L> {
        let (x, y) = (on.x - self.x, on.y - self.foot);
        let reach = self.height * 0.75;
        if !(x.abs().lt(reach) & y.lt(self.height * 1.15) & y.gt(-0.1)).any() {
            return f(0.0);
        }
        let scale = 3.1 / self.height;
        let (mut px, mut py) = (x * scale, y * scale);
        // Crooked: the plane is bent a little before it is folded.
        px += (py * 2.9 + self.own * 9.0).sin() * 0.05 + (py * 7.1 + self.own * 5.0).sin() * 0.022;
        let (mut cover, mut pixel) = (f::<L>(0.0), on.pixel * scale);
        let mut wide = 0.085 + 0.03 * self.own;
        let (left, right) = (0.55 + 0.35 * self.own, 0.80 - 0.35 * self.own);
        for level in 0..8 {
            // A tapered limb from the origin upwards, of length 1.
            let t = py.clamp(0.0, 0.90);
            let flare = if level == 0 { (t * -9.0).exp() * 0.08 } else { f(0.0) };
            let thick = wide * (1.0 - 0.32 * t) + flare;
            let (dx, dy) = (px, py - t);
            let thin = (thick * (2.2 / pixel)).min(1.0);
            cover = cover.max(inside((dx * dx + dy * dy).sqrt() - thick, pixel) * thin);
            // The fork: each side turns by its own angle and grows shorter.
            py -= 0.88 - 0.05 * (level % 3) as f32;
            px += (py * 3.0 + level as f32 * 2.1 + self.own * 7.0).sin() * 0.05;
            let is_left = px.lt(0.0);
            let bend = self.sway * (0.3 + 0.15 * level as f32);
            let (sl, cl) = (scalar::sin(left + bend), scalar::cos(left + bend));
            let (sr, cr) = (scalar::sin(-right + bend), scalar::cos(-right + bend));
            let (sin, cos) = (select(is_left, f(sl), f(sr)), select(is_left, f(cl), f(cr)));
            let grow = 1.0 / (0.70 + 0.05 * ((level + 1) % 2) as f32);
            let turned = (px * cos + py * sin) * grow;
            py = (py * cos - px * sin) * grow;
            px = turned;
            pixel *= grow;
            wide *= 0.92;
        }
        cover * on.y.gt(self.foot - 0.3).to_float()
    }

    /// A conifer: how much of each point it covers, and how much of that are the upper sides of boughs, 0 to 1.
    #[inline(always)]
    pub fn pine<L: Lanes>(&self, on: OnSheet<L>) -> (F<L>, F<L>) {
        let (x, y) = (on.x - self.x, on.y - self.foot);
        let wide = self.height * (0.17 + 0.07 * self.own);
        if !(x.abs().lt(wide * 1.3) & y.lt(self.height * 1.02) & y.gt(-0.1)).any() {
            return (f(0.0), f(0.0));
        }
        let up = y * (1.0 / self.height);
        let x = x - up * up * (self.sway * self.height * 0.5);
        let from = x.abs();
        let side = select(x.lt(0.0), f(0.37), f(0.0));
        // Boughs: each hangs from the trunk, shorter towards the top.
        let count = 9.0 + 7.0 * self.own;
        let fall = from * (0.75 / wide);
        let row = (up.max(0.0).sqrt() * 0.35 + up * 0.65 + fall * 0.085) * count + side + self.own * 5.0;
        let cell = row.floor();
        let t = row - cell;
        let own = hash1(cell + side * 50.0, (self.own * 8191.0) as u32);
        let cone = (1.0 - up).max(0.0) * (0.90 + 0.10 * self.own) + 0.015;
        let reach = cone * wide * (own * 0.35 + 0.72);
        let needles = (noise2(x * (26.0 / self.height), y * (40.0 / self.height)) - 0.5)
            .mix(0.0, (on.pixel * (20.0 / self.height)).min(1.0));
        // Full at its lower edge, thin above.
        let edge = from - reach * (1.0 - t * 0.62) - needles * (wide * 0.28);
        let boughs = inside(edge, on.pixel * 1.1) * up.gt(0.07).to_float();
        let trunk = inside(from - self.height * 0.012, on.pixel) * up.lt(0.5).to_float();
        let top = smoothstep::<L>(0.25, 0.95, t + needles * 0.5) * boughs;
        (
            (boughs.max(trunk)) * up.lt(1.0).to_float() * y.gt(-0.05).to_float(),
            top,
        )
    }

    /// A leafy tree: how much of each point it covers, and how much of that is leaves in the light (0 under the crown,
    /// 1 on the side of `light`, -1 or 1).
    #[inline(always)]
    pub fn leafy<L: Lanes>(&self, on: OnSheet<L>, light: f32) -> (F<L>, F<L>) {
        let (x, y) = (on.x - self.x, on.y - self.foot);
        let (wide, high) = (self.height * (0.52 + 0.16 * self.own), self.height);
        if !(x.abs().lt(wide * 1.2) & y.lt(high * 1.1) & y.gt(-0.1)).any() {
            return (f(0.0), f(0.0));
        }
        let unit = 1.0 / high;
        let (ux, uy) = (x * unit + self.own * 17.0, y * unit);
        let mass = fbm2(ux * 5.2 + self.sway * 2.0, uy * 6.0 + self.own * 31.0, 3);
        let fine_scale = (on.pixel * 26.0 * unit).min(1.0);
        let fine =
            noise2(ux * 21.0 + self.sway * 6.0, uy * 24.0) * 0.55 + noise2(ux * 47.0, uy * 51.0 + self.sway) * 0.45;
        let fine = fine.mix(0.5, fine_scale);
        let (ex, ey) = (x * (1.0 / wide), (y - high * 0.62) * (1.0 / (high * 0.40)));
        let round = (ex * ex + ey * ey).sqrt();
        let body = 1.06 - round + (mass - 0.5) * 0.95 + (fine - 0.5) * 0.50;
        let leaves = smoothstep::<L>(-0.04, 0.07, body);
        let trunk = high * 0.028 * (1.0 + (y * (-6.0 * unit)).exp() * 1.2);
        let bend = (y * (4.0 * unit) + self.own * 6.0).sin() * (0.012 * high);
        let trunk = inside((x + bend).abs() - trunk, on.pixel) * y.lt(high * 0.6).to_float();
        let lit =
            ((mass - 0.45) * 1.8 + ex * (0.45 * light) + ey * 0.35 + (fine - 0.5) * 0.8 + 0.30).saturate() * leaves;
        (leaves.max(trunk) * y.gt(-0.05).to_float(), lit)
    }
}
