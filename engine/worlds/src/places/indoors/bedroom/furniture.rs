//! The bed with its pillows, and the lamp.

use super::Bedroom;
use crate::{
    interior::{Ray, band},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::fbm2,
    scalar::scale3,
};

impl Bedroom {
    /// How high the blanket lies over the bed: long folds, and a fall at the edges.
    #[inline(always)]
    fn duvet<L: Lanes>(&self, x: F<L>, z: F<L>) -> F<L> {
        let [inner, _, near] = self.bed;
        let edge = (x * self.side - inner).min(z - near).max(0.0);
        let fold = fbm2(x * 1.7 + z * 0.8, z * 1.1 - x * 0.5 + self.seed as f32 * 0.37, 3) - 0.5;
        fold * 0.17 - (edge * -9.0).exp() * 0.07
    }

    /// The bed: blanket, its hanging edge, two pillows; and the lamp.
    #[inline(always)]
    pub(super) fn furniture<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, mut t: F<L>) -> (V<L>, F<L>) {
        let [inner, high, near] = self.bed;
        let far = near + 2.1;
        (light, t) = self.lit_lamp(ray, light, t);
        // Mirrored so that the bed is at the right.
        let mut top = ray.level(high);
        let flat = band(top.u * self.side, inner, self.half, top.du) * band(top.v, near, far, top.dv);
        for _ in 0..2 {
            let height = self.duvet(top.u, top.v) + high;
            top = ray.level(height);
        }
        let inside = band(top.u * self.side, inner, self.half, top.du) * band(top.v, near, far, top.dv);
        let inside = inside.max(flat) * (top.t.lt(t)).to_float();
        if inside.gt(0.0).any() {
            let p = ray.at(top.t);
            let height = self.duvet(top.u, top.v);
            let slope_z = (self.duvet(top.u, top.v + 0.05) - height) * 20.0;
            let slope_x = (self.duvet(top.u + 0.05, top.v) - height) * 20.0;
            // The window is behind: what leans towards it is lit.
            let toward = (0.42 - slope_z * 1.5 - slope_x * self.sun[0]).max(0.0);
            let lit = splat::<L>(self.blanket)
                * (self.fill(p) * (0.25 + toward * 1.5) + splat(self.light) * (self.beam(p, f(0.05)) * toward * 1.5));
            light = light.mix(lit, inside);
            t = select(inside.gt(0.5), top.t, t);
        }
        let (a, b) = (ray.along(self.side * inner), ray.across(near));
        let cover_a = band(a.u, near, far, a.du)
            * band(
                a.v,
                f(0.05),
                self.duvet(f(self.side * inner), a.u).max(0.0) + high,
                a.dv,
            );
        let cover_b = band(b.u * self.side, inner, self.half, b.du)
            * band(b.v, f(0.05), self.duvet(b.u, f(near)).max(0.0) + high, b.dv);
        for (hit, cover) in [(a, cover_a), (b, cover_b)] {
            let cover = cover * (hit.t.lt(t)).to_float();
            if cover.gt(0.0).any() {
                let p = ray.at(hit.t);
                let fold = 0.55 + 0.7 * fbm2(hit.u * 3.2, hit.v * 0.8, 2);
                let lit = splat::<L>(scale3(self.blanket, 0.55))
                    * self.fill(p)
                    * fold
                    * (0.12 + 0.88 * smoothstep::<L>(0.1, high, hit.v));
                light = light.mix(lit, cover);
                t = select(cover.gt(0.5), hit.t, t);
            }
        }
        // Two pillows at the head: dark before the window, with its light on their upper edge.
        for (k, x) in [inner + 0.42, inner + 1.18].into_iter().enumerate() {
            let hit = ray.across(far - 0.38 - 0.07 * k as f32);
            let u = (hit.u * self.side - x) * (1.0 / 0.37);
            let dent = fbm2(hit.u * 3.0 + k as f32 * 5.0, hit.v * 3.0, 2) - 0.5;
            let tall = 0.19 - 0.05 * u.squared().squared() + 0.03 * dent;
            let v0 = (hit.v - (high + 0.12)) / tall.max(0.05);
            let (u2, v2) = (u * u, v0 * v0);
            let r = u2 * u2 * u2 + v2 * v2.sqrt();
            let cover = smoothstep::<L>(1.0 + hit.du * 12.0, 1.0 - hit.du * 4.0, r) * (hit.t.lt(t + 0.4)).to_float();
            if cover.gt(0.0).any() {
                let p = ray.at(hit.t);
                let rim = smoothstep::<L>(0.15, 1.0, v0 + dent * 0.8);
                let lit = grey(0.50)
                    * (self.fill(p) * (0.35 + 1.6 * rim * rim + dent * 0.5)
                        + splat(self.light) * (self.beam(p, f(0.08)) * rim * 0.7));
                light = light.mix(lit, cover);
                t = select(cover.gt(0.5), hit.t, t);
            }
        }
        (light, t)
    }

    /// A cloth shade with a lamp in it, on its foot.
    #[inline(always)]
    fn lit_lamp<L: Lanes>(&self, ray: &Ray<L>, light: V<L>, t: F<L>) -> (V<L>, F<L>) {
        if self.bulbs.is_some() {
            return (light, t);
        }
        let [x, y, z, half] = self.lamp;
        let hit = ray.across(z);
        let (u, v0) = (hit.u - x, (hit.v - y) * (1.0 / half));
        let before = hit.t.lt(t).to_float();
        let pole = band(u.abs(), -1.0, 0.014, hit.du)
            .max(band(u.abs(), -1.0, 0.11, hit.du) * band(hit.v, 0.0, 0.03, hit.dv))
            * band(hit.v, 0.0, y, hit.dv)
            * before;
        let mut out = light.mix(grey(0.006), pole);
        // Wider below.
        let wide = half * (0.92 - 0.22 * v0);
        let shade = ((wide - u.abs()) / hit.du + 0.5).saturate() * band(hit.v, y - half, y + half, hit.dv) * before;
        let round = (u / wide.max(0.02)).squared();
        let bright = (1.15 - 0.55 * round) * (1.0 - 0.35 * (v0 + 0.25).squared());
        let cloth = splat::<L>(self.bulb) * (bright * (2.3 * self.lamp_light)) + v(0.05, 0.04, 0.03);
        out = out.mix(cloth, shade);
        (out, select((shade.max(pole)).gt(0.5), hit.t, t))
    }
}
