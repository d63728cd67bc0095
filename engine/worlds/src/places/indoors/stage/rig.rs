//! Truss, towers of speakers, monitors: what hangs and stands dark before the light; the haze between.

use super::Stage;
use crate::{
    interior::{Ray, band, stripes},
    lanes::{F, Lanes, V, f, smoothstep, splat, v},
    noise::fbm3,
    scalar::scale3,
    world::FAR,
};

impl Stage {
    #[inline(always)]
    pub(super) fn depth<L: Lanes>(&self, ray: &Ray<L>, t: F<L>) -> F<L> {
        (t * ray.to.z.max(0.05)).min(FAR)
    }

    /// How thick the haze is on a plane across the hall.
    #[inline(always)]
    pub(super) fn sheet<L: Lanes>(&self, ray: &Ray<L>, z: f32, scale: f32, octaves: usize) -> F<L> {
        let hit = ray.across(z);
        let n = fbm3(
            hit.u * scale + self.drift * 0.16,
            hit.v * (scale * 1.5) - self.drift * 0.05,
            f(self.drift * 0.07 + z),
            octaves,
        );
        let n = smoothstep::<L>(0.15, 0.85, n) * 1.25 + 0.22;
        n * n * self.haze
    }

    /// Truss, towers of speakers at the sides, monitors at the edge: dark before the light.
    #[inline(always)]
    pub(super) fn frame<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>) -> V<L> {
        let rim = splat::<L>(self.hues[0]) * 0.035 + splat(scale3(self.lamp_light, 0.01));
        let hit = ray.across(self.ends[0] + 2.0);
        let (y, w) = (hit.v - (self.top - 0.9), hit.dv);
        if y.gt(-0.1).any() {
            let inside = band(y, 0.0, 0.62, w);
            let chord = (band(y, 0.0, 0.09, w) + band(y, 0.53, 0.62, w)).min(1.0);
            let slant = w * 2.4;
            let web = stripes((hit.u - y) * 1.6, 0.13, slant).max(stripes((hit.u + y) * 1.6, 0.13, slant));
            let upper = v(0.3, 0.3, 0.3) * band(y, 0.55, 0.62, w) * 0.05;
            light = light.mix(rim + upper, chord.max(web * inside) * 0.94);
        }
        let side = ray.across(self.ends[0] - 0.3);
        let y = side.v - self.floor;
        // Line arrays: a curved hang of boxes.
        let bend = (y - 5.0).squared() * 0.035;
        let x = side.u.abs() - 8.2 - bend;
        let boxes = band(x, 0.0, 1.25, side.du) * band(y, 1.6, 6.4, side.dv);
        let gap = stripes(y * 2.2, 0.86, side.dv * 2.2);
        light = light.mix(rim * (gap * 0.9 + 0.1), boxes * 0.97);
        let tower = band(side.u.abs(), 9.7, 14.0, side.du) * smoothstep::<L>(9.0, 8.7, y);
        light = light.mix(rim * 0.5, tower * if self.open { 0.75 } else { 0.96 });
        let wedge = ray.across(self.ends[0] + 0.3);
        let y = wedge.v - self.floor;
        let at = (wedge.u * 0.42 + 0.2).fract() - 0.5;
        let wide = 0.17 - (y - 0.1).max(0.0) * 0.16;
        let shape = ((wide - at.abs()) / (wedge.du * 0.42) + 0.5).saturate() * band(y, 0.0, 0.34, wedge.dv);
        light.mix(rim * 0.6, shape * 0.97 * (wedge.u.abs().lt(6.0)).to_float())
    }
}
