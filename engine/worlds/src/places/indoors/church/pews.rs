//! The benches at both sides of the aisle.

use super::Church;
use crate::{
    interior::{Ray, band, stripes},
    lanes::{F, Lanes, V, f, select, splat, v},
    scalar::scale3,
};

impl Church {
    /// Benches at both sides of the aisle: a slab of dark wood, notched.
    #[inline(always)]
    pub(super) fn seats<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, mut t: F<L>) -> (V<L>, F<L>) {
        const HIGH: f32 = 0.95;
        const FIRST: f32 = 5.5;
        let last = self.end - 7.0;
        let wood = v::<L>(0.16, 0.10, 0.065);
        let top = ray.level(HIGH);
        let inside = band(top.u.abs(), 1.15, self.half - 1.3, top.du) * band(top.v, FIRST, last, top.dv);
        let side = ray.along(select(ray.to.x.lt(0.0), f(-1.15), f(1.15)));
        let ends = band(side.v, 0.0, HIGH, side.dv) * band(side.u, FIRST, last, side.du) * (side.t.lt(t)).to_float();
        if ends.gt(0.0).any() {
            let row = stripes(side.u * 0.9, 0.55, side.du * 0.9);
            let fill = splat::<L>(self.ambient) * 0.8 + splat(self.altar) * (((side.u - self.end) * 0.1).exp() * 0.05);
            let sun = self.sunlight(ray.at(side.t), f(0.2)) * (ray.to.x.gt(0.0)).to_float();
            light = light.mix(wood * (fill + sun * 0.7) * (row * 0.8 + 0.12), ends * (row * 0.6 + 0.4));
            t = select(ends.gt(0.5), side.t, t);
        }
        let inside = inside * (top.t.lt(t)).to_float();
        if inside.gt(0.0).any() {
            let rail = stripes(top.v * 0.9, 0.16, top.dv * 0.9);
            let fill = splat::<L>(self.ambient) * 1.2 + splat(self.altar) * (((top.v - self.end) * 0.1).exp() * 0.08);
            let sun = self.sunlight(ray.at(top.t), f(0.15));
            let lit = wood * (fill + sun * 0.9) * (rail * 1.6 + 0.14);
            light = light.mix(lit, inside);
            t = select(inside.gt(0.5), top.t, t);
        }
        let front = ray.across(FIRST);
        let panel = band(front.u.abs(), 1.15, self.half - 1.3, front.du) * band(front.v, 0.0, HIGH, front.dv);
        let panel = panel * (front.t.lt(t)).to_float();
        if panel.gt(0.0).any() {
            let frame = stripes(front.u * 1.6, 0.12, front.du * 1.6).max(band(front.v, HIGH - 0.1, HIGH, front.dv));
            let lit = wood * splat(self.ambient) * (0.55 + frame * 0.5) + splat(scale3(self.air, 0.06));
            light = light.mix(lit, panel);
            t = select(panel.gt(0.5), front.t, t);
        }
        (light, t)
    }
}
