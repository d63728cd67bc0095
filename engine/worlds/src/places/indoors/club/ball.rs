//! The mirror ball.

use super::Club;
use crate::{
    interior::{Ray, band, stripes},
    lanes::{F, Lanes, V, grey, select, smoothstep, splat, splats},
    noise::hash2,
};

impl Club {
    /// The mirror ball, before what is behind it.
    #[inline(always)]
    pub(super) fn ball<L: Lanes>(&self, ray: &Ray<L>, light: V<L>, t: F<L>) -> (V<L>, F<L>) {
        let off = splat::<L>(self.ball) - ray.from;
        let b = off.dot(ray.to);
        let gap = off - ray.to * b;
        let d2 = gap.dot(gap);
        let radius = self.ball_radius;
        if !d2.lt((radius + 0.5) * (radius + 0.5)).any() {
            return (light, t);
        }
        let w = b.max(0.1) * ray.pixel + 0.003;
        let cover = ((radius - d2.sqrt()) / w + 0.5).saturate() * (b.lt(t)).to_float();
        let rod = band(gap.x.abs(), -1.0, 0.02, w) * (gap.y.lt(-radius)).to_float() * (b.lt(t)).to_float();
        let light = light.mix(grey(0.01), rod * 0.8);
        let near = b - (radius * radius - d2).sqrt();
        let n = (ray.at(near) - splat(self.ball)) * (1.0 / radius);
        let (lon, lat) = (
            n.z.turns(n.x) * 26.0 + self.turn,
            n.y.turns((1.0 - n.y * n.y).sqrt()) * 32.0,
        );
        let facet = hash2(lon.floor(), lat.floor(), self.seed + 9);
        let wx = w * (5.0 / radius);
        let joint = stripes(lon, 0.1, wx).max(stripes(lat, 0.1, wx));
        let [first, second, white] = splats::<L, _>(self.hues);
        let up = n.y * 0.5 + 0.5;
        // A facet mirrors a piece of the room: mostly dark, some a lamp.
        let flash = smoothstep::<L>(0.86, 0.98, facet) * (1.5 + 2.5 * self.spots);
        let color = first.mix(second, (facet * 7.0).fract()) * (0.05 + 0.25 * facet * facet)
            + white * (flash + up * up * 0.25 + (-n.z).max(0.0) * 0.05);
        let color = color * (1.0 - joint * 0.8);
        (light.mix(color, cover), select(cover.gt(0.5), near, t))
    }
}
