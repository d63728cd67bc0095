//! The alley's walls in the light of its signs.

use super::NeonAlley;
use crate::{
    backyard::{Back, back},
    facade::windows,
    houses::Hit,
    lanes::{Lanes, V, f, smoothstep, splat},
    neon,
    trace::Ray,
};

impl NeonAlley {
    /// What rays show of a wall that they meet, before what is behind, in air of the colour `fog`.
    #[inline(always)]
    pub(super) fn wall<L: Lanes>(&self, ray: &Ray<L>, hit: &Hit<L>, fog: V<L>, behind: V<L>) -> V<L> {
        let wall = &hit.wall;
        let front = windows(wall, &self.evening);
        let upper = wall.height.gt(3.1).to_float();
        let at = ray.at(hit.t);
        let Back {
            albedo,
            bare: cover,
            slot,
        } = back(wall);
        let albedo = albedo * front.relief.mix(f(1.0), 1.0 - upper);
        let cover = cover * upper;
        let open = 0.15 + 0.85 * smoothstep::<L>(1.0, 16.0, wall.height);
        let ahead = smoothstep::<L>(22.0, 0.0, (at.z - self.end).abs()) * (1.0 - wall.into[2]);
        let light = neon::shine(&self.shine, at) * 1.9
            + splat::<L>(self.sky.middle) * (0.35 * open)
            + splat::<L>(self.haze.low) * 0.55
            + splat::<L>(self.haze.glow) * (ahead * 0.9);
        let lamp = splat::<L>(self.evening.warm) * (slot * (0.12 * self.evening.lit));
        let color = albedo * light + front.glow * (cover * 0.9) + lamp;
        V::select(hit.seen, fog.mix(color, self.haze.clear(hit.t + ray.before)), behind)
    }
}
