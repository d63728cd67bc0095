//! What is behind the stage: cloth in a wash of light, strips and a wall of lamps, the great light, the open sky; or the
//! hall's far end.

use super::Stage;
use crate::{
    interior::{Hit, Ray, band, disc, stripes},
    lanes::{Lanes, V, f, smoothstep, splat},
    noise::{fbm1, fbm3},
    scalar::scale3,
};

impl Stage {
    /// The wall at the back, or what is behind it.
    #[inline(always)]
    pub(super) fn backdrop<L: Lanes>(&self, ray: &Ray<L>, wall: &Hit<L>) -> V<L> {
        let (x, y) = (wall.u - self.lamp[0], wall.v - self.lamp[1]);
        let r = (x * x + y * y).sqrt();
        // Folds of the cloth, and a wash of light from below.
        let fold = fbm1(wall.u * 1.3, 3, 5) * 0.6 + 0.5;
        let low = ((wall.v - self.floor).max(0.0) * if self.behind { -0.12 } else { -0.33 }).exp();
        let wash = splat::<L>(self.hues[1]) * (low * (0.13 + 0.16 * self.mid))
            + splat(self.hues[0]) * (0.012 + 0.01 * self.kick);
        let mut light = wash * fold;
        if self.open {
            light += splat::<L>(scale3(self.sky.middle, 0.12)) * fold;
        }
        if self.behind {
            // The hall's far end: balconies, and a few lamps on them.
            for (k, level) in [3.0_f32, 6.0].into_iter().enumerate() {
                let edge = band(wall.v, level, level + 0.9, wall.dv);
                light = light.mix(splat(scale3(self.hues[1], 0.03)), edge);
                let x = wall.u * 0.16 + k as f32 * 0.37;
                let (x, y) = ((x.fract() - 0.5) * 6.25, wall.v - level - 1.6);
                let lamp = ((x * x + y * y) * 1.4 + 0.12).recip() * smoothstep::<L>(3.0, 0.5, x.abs() + y.abs());
                light += splat::<L>(self.hues[1]) * (lamp * (0.035 + 0.04 * self.mid));
            }
        }
        if self.strips && !self.behind {
            // Strips of lamps: each is lit from below as high as the music, wave after wave.
            let column = (wall.u * 0.7).floor();
            let own = (column.abs() * 0.55 - self.beat * 1.57).sin() * 0.5 + 0.5;
            let strip = stripes(wall.u * 0.7 - 0.4, 0.16, wall.du * 0.7)
                * band(wall.v, self.floor + 0.2, self.top - 1.6, wall.dv);
            let rise = (self.top - self.floor - 1.8) * (0.25 + 0.35 * self.mid + 0.4 * self.kick);
            let lit = smoothstep::<L>(0.6, -0.6, wall.v - self.floor - own * rise);
            let dots = stripes(wall.v * 3.2, 0.7, wall.dv * 3.2);
            light += splat::<L>(self.hues[1]) * (strip * dots * (0.05 + lit * 0.9));
        }
        let spill = (r * (-0.55 / self.half)).exp() * 0.9;
        light += splat::<L>(self.lamp_light) * (spill * fold * 0.10);
        if self.open {
            let above = smoothstep::<L>(self.top - 1.1, self.top - 0.9, wall.v);
            let beside = smoothstep::<L>(9.4, 9.6, wall.u.abs());
            let sky = self.sky.full(ray.to, ray.pixel, 3);
            light = light.mix(sky, above.max(beside) * smoothstep::<L>(-0.02, 0.03, ray.to.y));
        }
        // The great light: a disc of lamps, or a screen.
        let (shape, glass) = if self.screen {
            let w = self.half * 1.333;
            let shape = band(x, -w, w, wall.du) * band(y, -self.half, self.half, wall.dv);
            // A wall of lamps; slow veils of light rise on it, and the middle of it is brightest.
            let veil = fbm3(
                x * (0.8 / self.half),
                y * (0.4 / self.half) - self.drift * 0.25,
                f(self.drift * 0.1),
                3,
            );
            let dots = stripes(x * (9.0 / self.half), 0.8, wall.du * (9.0 / self.half))
                * stripes(y * (9.0 / self.half), 0.8, wall.dv * (9.0 / self.half));
            let dots = dots * 0.5 + 0.6;
            let rise = smoothstep::<L>(0.25, 0.75, veil) * (1.1 - y * (0.45 / self.half)) * dots;
            let whole = band(x, w * -3.1, w * 3.1, wall.du) * band(y, self.half * -1.3, self.half * 1.4, wall.dv);
            let picture = splat::<L>(self.hues[1]).mix(splat(self.hues[0]), smoothstep::<L>(0.3, 0.7, veil));
            light = light.mix(
                picture * (rise * (0.30 + 0.35 * self.mid + 0.3 * self.kick) + 0.02),
                whole * 0.9,
            );
            (shape, rise * 0.9 + 0.42 * dots)
        } else {
            // Lamps in a ring of rings, too bright to count.
            let rings = stripes(r * (4.0 / self.half), 0.8, wall.du * (4.0 / self.half)) * 0.25 + 0.85;
            (disc(x, y, self.half, wall.du), rings * (1.7 - r * (1.3 / self.half)))
        };
        let tint = splat::<L>(self.hues[0]).mix(splat(self.lamp_light), (glass * 0.55).saturate());
        light.mix(tint * (glass * (0.3 + 1.2 * self.shut)), shape)
    }
}
