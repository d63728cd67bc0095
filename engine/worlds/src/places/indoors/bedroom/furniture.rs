//! The bed and its pillows.

use super::Bedroom;
use crate::{
    interior::{Ray, band},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{fbm1, fbm2},
    scalar::scale3,
};

impl Bedroom {
    /// The bed: blanket, its hanging edge, two pillows.
    #[inline(always)]
    pub(super) fn furniture<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, mut t: F<L>) -> (V<L>, F<L>) {
        let [inner, high, near] = self.bed;
        let far = near + 2.1;
        // Mirrored so that the bed is at the right.
        let across = |x: F<L>| x * self.side;
        let top = ray.level(high);
        let soft = (fbm2(top.u * 2.2, top.v * 2.2, 3) - 0.5) * 0.16;
        let inside =
            band(across(top.u), inner, self.half, top.du) * band(top.v, near, far, top.dv) * (top.t.lt(t)).to_float();
        if inside.gt(0.0).any() {
            let p = ray.at(top.t);
            let pillow = smoothstep::<L>(far - 0.62, far - 0.50, top.v + soft * 0.4);
            let cloth = splat::<L>(scale3(self.wall, 0.9)).mix(grey(0.62), pillow);
            let crease = 0.95 + 1.1 * (fbm2(top.u * 3.0 + soft * 4.0, top.v * 1.6, 3) - 0.5);
            let lit = cloth * (self.fill(p) * crease.max(0.3) + splat(self.light) * (self.beam(p, f(0.05)) * 0.75));
            light = light.mix(lit, inside);
            t = select(inside.gt(0.5), top.t, t);
        }
        for (hit, cover) in [
            {
                let hit = ray.along(self.side * inner);
                (hit, band(hit.u, near, far, hit.du) * band(hit.v, 0.05, high, hit.dv))
            },
            {
                let hit = ray.across(near);
                (
                    hit,
                    band(across(hit.u), inner, self.half, hit.du) * band(hit.v, 0.05, high, hit.dv),
                )
            },
        ] {
            let cover = cover * (hit.t.lt(t)).to_float();
            if cover.gt(0.0).any() {
                let p = ray.at(hit.t);
                let fold = 0.6 + 0.6 * fbm1(hit.u * 3.0, 2, 11);
                let lit = splat::<L>(scale3(self.wall, 0.75))
                    * self.fill(p)
                    * fold
                    * (0.35 + 0.65 * smoothstep::<L>(0.0, high, hit.v));
                // The blanket hangs down to a hem that is not quite straight; below it is the dark under the bed.
                let hem = 0.14 + 0.07 * fbm1(hit.u * 2.3, 2, 12);
                let lit = lit * (0.08 + 0.92 * ((hit.v - hem) / hit.dv + 0.5).saturate());
                light = light.mix(lit, cover);
                t = select(cover.gt(0.5), hit.t, t);
            }
        }
        // Two pillows against the wall.
        let hit = ray.across(far - 0.45);
        for x in [inner + 0.42, inner + 1.15] {
            let (u, v) = ((across(hit.u) - x) * (1.0 / 0.36), (hit.v - high - 0.10) * (1.0 / 0.16));
            let r = u * u * u * u + v * v * v * v;
            let cover = smoothstep::<L>(1.0 + hit.du * 12.0, 1.0 - hit.du * 4.0, r) * (hit.t.lt(t + 0.4)).to_float();
            if cover.gt(0.0).any() {
                let p = ray.at(hit.t);
                let round = 0.62 + 0.38 * v - 0.10 * u * u;
                let lit =
                    grey(0.58) * (self.fill(p) * round + splat(self.light) * (self.beam(p, f(0.08)) * 0.5 * round));
                light = light.mix(lit, cover);
                t = select(cover.gt(0.5), hit.t, t);
            }
        }
        (light, t)
    }
}
