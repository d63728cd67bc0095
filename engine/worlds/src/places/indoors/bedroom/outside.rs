//! What is seen through the window: the sky, a town out of focus, and the rain on the glass.

use super::Bedroom;
use crate::{
    interior::{band, stripes},
    lanes::{F, Lanes, V, f, smoothstep, splat, v},
    noise::{hash1, hash2},
    scalar::scale3,
};

impl Bedroom {
    /// What is seen through clear glass in a direction, out of focus.
    #[inline(always)]
    pub(super) fn view<L: Lanes>(&self, d: V<L>, pixel: f32) -> V<L> {
        let blur = pixel.max(0.006);
        let sky = self.sky.full(d, blur, 3) * self.outside;
        let d2 = d.z.max(0.1).recip();
        let (x, y) = (d.x * d2, d.y * d2);
        let night = if self.sky.is_moon { 1.0_f32 } else { 0.25 };
        let mut light = sky;
        // Three rows of houses before one another; windows as soft squares.
        for (k, (scale, base)) in [(6.0_f32, -0.02), (4.2, -0.10), (2.8, -0.22)].into_iter().enumerate() {
            let u = x * (scale * self.town) + k as f32 * 7.7 + (self.seed % 97) as f32;
            let cell = u.floor();
            let roof = base + 0.16 * hash1(cell, self.seed + k as u32) * (1.0 + 0.3 * k as f32) - 0.03;
            let edge = ((roof - y) / blur + 0.5).saturate();
            let far = 1.0 - 0.3 * k as f32;
            let dark =
                splat::<L>(scale3(self.sky.horizon, 0.24 * far + 0.05)) * 0.7 + splat(scale3(self.sky.zenith, 0.25));
            light = light.mix(dark, edge);
            let (wu, wy) = (u * 6.0, y * (42.0 / (1.0 + 0.4 * k as f32)));
            let lit = smoothstep::<L>(0.72, 0.80, hash2(wu.floor(), wy.floor(), self.seed + 7 + k as u32));
            let inside = stripes(wu - 0.25, 0.5, f(0.45)) * stripes(wy - 0.25, 0.5, f(0.45));
            let color =
                v::<L>(1.0, 0.62, 0.28).mix(v(0.75, 0.85, 1.0), smoothstep::<L>(0.6, 0.9, hash1(wu.floor(), 5)));
            light += color * (lit * inside * edge * (night + 0.12) * 0.75);
        }
        light
    }

    /// The window's glass: rain bends what is seen through it.
    #[inline(always)]
    pub(super) fn glass<L: Lanes>(&self, x: F<L>, y: F<L>, w: F<L>, d: V<L>, pixel: f32) -> V<L> {
        if self.rain < 0.05 {
            return self.view(d, pixel);
        }
        let (mut bx, mut by, mut shine) = (f(0.0), f(0.0), f(0.0));
        for (k, scale) in [5.0_f32, 9.0, 17.0].into_iter().enumerate() {
            // Drops that sit, and, in the largest size, drops that run.
            let column = (x * scale).floor();
            let run = if k == 0 { self.secs * 0.55 } else { 0.0 };
            let speed = hash1(column, self.seed + 40 + k as u32) * 0.7 + 0.3;
            let v0 = y * scale * if k == 0 { 0.4 } else { 1.0 } + speed * run + column * 0.37;
            let row = v0.floor();
            let (cx, cy) = (
                x * scale - column - 0.5 - (hash2(column, row, 71) - 0.5) * 0.5,
                (v0 - row - 0.5 - (hash2(column, row, 72) - 0.5) * 0.4) * if k == 0 { 2.5 } else { 1.0 },
            );
            let size = 0.16 + 0.22 * hash2(column, row, 73);
            let there = smoothstep::<L>(
                1.0 - 0.38 * self.rain,
                1.05 - 0.38 * self.rain,
                hash2(column, row, 74 + k as u32),
            );
            let r = (cx * cx + cy * cy).sqrt();
            let soft = (w * scale).max(0.02);
            let drop = ((size - r) / soft + 0.5).saturate() * there * smoothstep::<L>(2.0, 0.8, w * scale);
            bx = bx.mix(cx / size, drop);
            by = by.mix(cy / size, drop);
            shine = shine.max(
                drop * smoothstep::<L>(
                    0.55,
                    0.1,
                    ((cx + 0.3 * size).squared() + (cy - 0.35 * size).squared()).sqrt() / size,
                ),
            );
            if k == 0 {
                // The trail above a running drop.
                let trail =
                    band(cx, -0.05, 0.05, soft) * smoothstep::<L>(0.0, 0.1, cy) * smoothstep::<L>(1.2, 0.2, cy) * there;
                bx = bx.mix(cx * 6.0, trail * 0.6);
            }
        }
        let bent = v(d.x - bx * 0.26, d.y - by * 0.22, d.z).normalized();
        let light = self.view(bent, pixel);
        light * (0.94 - 0.35 * (bx * bx + by * by).min(1.0)) + splat(self.light) * (shine * 0.10)
    }
}
