//! What is seen through the window: the sky, a town out of focus, and the rain on the glass.

use super::Bedroom;
use crate::{
    interior::band,
    lanes::{F, Lanes, V, f, smoothstep, splat, v},
    noise::{fbm1, hash1, hash2},
    scalar::scale3,
};

impl Bedroom {
    /// What is seen through clear glass in a direction, out of focus.
    #[inline(always)]
    pub(super) fn view<L: Lanes>(&self, d: V<L>, pixel: f32) -> V<L> {
        let blur = pixel.max(0.008);
        let d2 = d.z.max(0.1).recip();
        let (x, y) = (d.x * d2, d.y * d2);
        // A town's glow lies on its horizon.
        let glow = (y.max(0.0) * -6.0).exp() * (0.10 * self.night);
        let mut light = (self.sky.full(d, blur, 3) + splat::<L>(self.hues[0]) * glow) * self.outside;
        let air = splat::<L>(scale3(self.dusk, self.outside));
        // Three rows of houses, or of trees, before one another; windows as discs of light.
        for (k, (scale, base)) in [(6.0_f32, 0.02), (4.0, -0.08), (2.6, -0.24)].into_iter().enumerate() {
            let u = x * (scale * self.town) + k as f32 * 7.7 + (self.seed % 97) as f32;
            let number = self.seed + k as u32;
            let nearness = (k as f32 + 1.0) * 0.33;
            let roof = if self.houses {
                let cell = u.floor();
                base + 0.24 * hash1(cell, number).squared() * (1.0 + 0.3 * k as f32) - 0.03
            } else {
                base + 0.13 * (fbm1(u * 0.7, 2, number) - 0.3) + 0.05 * (fbm1(u * 5.0, 2, number + 9) - 0.5)
            };
            let edge = ((roof - y) / (blur + 0.004) + 0.5).saturate();
            let below = smoothstep::<L>(0.0, 0.5, roof - y);
            let body =
                air.mix(splat::<L>(scale3(self.sky.zenith, 0.6)), 0.35 + 0.55 * nearness) * (0.62 - 0.34 * nearness);
            light = light.mix(body.mix(air * 0.25, below * 0.5), edge);
            if self.houses {
                light += self.lights(u * 6.0, y * (6.0 * scale * self.town), number + 7, 0.26) * edge;
            }
        }
        // Lamps and cars, nearer and larger.
        for (k, scale) in [15.0_f32, 9.0].into_iter().enumerate() {
            let few = if self.houses { 0.42 } else { 0.16 };
            let low = smoothstep::<L>(-0.02, -0.12 - 0.06 * k as f32, y);
            light += self.lights(x * scale + 3.3 * k as f32, y * scale, self.seed + 50 + k as u32, few) * (low * 0.9);
        }
        light
    }

    /// Discs of light in unit cells, in two hues; `few` is the share of cells that have one.
    #[inline(always)]
    fn lights<L: Lanes>(&self, u: F<L>, y: F<L>, number: u32, few: f32) -> V<L> {
        let (cu, cy) = (u.floor(), y.floor());
        let chance = hash2(cu, cy, number);
        let own = hash2(cu, cy, number + 20);
        let (ox, oy) = (
            hash2(cu, cy, number + 21) * 0.3 + 0.35,
            hash2(cu, cy, number + 22) * 0.3 + 0.35,
        );
        let radius = 0.20 + 0.13 * own;
        let r = ((u - cu - ox).squared() + (y - cy - oy).squared()).sqrt() / radius;
        // The aperture's image is a disc, a little brighter at its edge.
        let disc = smoothstep::<L>(1.12, 0.88, r) * (0.65 + 0.35 * r.squared());
        let there = smoothstep::<L>(1.0 - few, 1.04 - few, chance);
        let hue = V::select(own.gt(0.74), splat(self.hues[1]), splat(self.hues[0]));
        let hue = hue.mix(v(1.0, 0.85, 0.65), own * 0.35);
        let twinkle = 0.85 + 0.3 * (chance * 80.0 + self.secs * 1.4).sin() * own;
        hue * (disc * there * twinkle * ((0.25 + own) * (0.12 + self.night) * 0.8))
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
