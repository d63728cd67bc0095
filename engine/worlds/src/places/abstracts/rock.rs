//! Bare rock and dust under another sun, for space and planets: a level ground with craters, and ridges before one
//! another.
//!
//! Relief is lit by the difference of a fractal sum towards the light (a directional derivative; the ground itself stays
//! level). Craters are hashed cells with a bowl and a rim. Ridges are sheets across the view, each with a fractal line.

use crate::{
    interior::Ray,
    lanes::{F, Lanes, V, select, smoothstep, splat},
    noise::{fbm1, fbm2, hash2},
};

/// A ridge: its distance, its height, how long its hills are, how steep its steps (0 hills, 1 mesas).
#[derive(Debug, Clone, Copy)]
pub struct Ridge {
    pub z: f32,
    pub height: f32,
    pub length: f32,
    pub mesa: f32,
}

/// The ground and its light.
#[derive(Debug, Clone, Copy)]
pub struct Rock<const N: usize> {
    /// Far to near.
    pub ridges: [Ridge; N],
    pub color: [f32; 3],
    pub sun: [f32; 3],
    pub to_sun: [f32; 3],
    pub ambient: [f32; 3],
    /// Of the air: what is hidden a metre.
    pub air: f32,
    pub craters: f32,
    /// How rough the ground is.
    pub relief: f32,
    pub seed: u32,
}

impl<const N: usize> Rock<N> {
    /// Height of a ridge's line at x.
    #[inline(always)]
    fn line<L: Lanes>(&self, ridge: &Ridge, x: F<L>, octaves: usize) -> F<L> {
        let n = fbm1(x * (1.0 / ridge.length), octaves, self.seed ^ (ridge.z as u32));
        let step = smoothstep::<L>(0.42, 0.58, n);
        n.mix(step * 0.8 + n * 0.2, ridge.mesa) * ridge.height - ridge.height * 0.22
    }

    /// Lays rock over `light`: `behind` is the colour of the air far off. Gives light and distance along the ray.
    #[inline(always)]
    pub fn over<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, behind: V<L>, mut t: F<L>) -> (V<L>, F<L>) {
        let [sx, sy, sz] = self.to_sun;
        let flat = 1.0 / (sx * sx + sz * sz).sqrt().max(0.05);
        let (ax, az) = (sx * flat, sz * flat);
        for ridge in &self.ridges {
            let hit = ray.across(ridge.z);
            if !(hit.v.lt(ridge.height * 1.1) & hit.v.gt(-1.0)).any() {
                continue;
            }
            let top = self.line(ridge, hit.u, 6);
            let cover = ((top - hit.v) / hit.dv + 0.5).saturate();
            if !cover.gt(0.0).any() {
                continue;
            }
            // Facets: noise stretched downwards, brighter on the sun's side.
            let (u, v) = (hit.u * (2.4 / ridge.length), hit.v * (2.6 / ridge.length));
            let a = fbm2(u + ridge.z, v, 4);
            let b = fbm2(u + ridge.z + ax * 0.16, v + 0.10, 3);
            let lit = ((b - a) * -4.0 + 0.42 + 0.3 * sy).saturate();
            let strata = 0.85 + 0.3 * fbm1(hit.v * (5.0 / ridge.height) + a * 2.0, 2, 5);
            let color = splat::<L>(self.color) * strata * (splat::<L>(self.ambient) + splat(self.sun) * (lit * 0.55));
            // Mist lies at its foot.
            let depth = (hit.v * (-1.6 / ridge.height)).exp().min(1.0);
            let fog = 1.0 - (hit.t * (-self.air)).exp() * (1.0 - depth * 0.35 * (self.air * 400.0).min(1.0));
            light = light.mix(color.mix(behind, fog), cover);
            t = select(cover.gt(0.5), hit.t, t);
        }
        let floor = ray.level(0.0);
        let on = floor.t.lt(t);
        if on.any() {
            let (x, z) = (floor.u, floor.v);
            let w = floor.dv.max(floor.du);
            let fine = smoothstep::<L>(2.0, 0.1, w);
            let (px, pz) = (x * 0.32, z * 0.32);
            let a = fbm2(px, pz, 5);
            let b = fbm2(px + ax * 0.10, pz + az * 0.10, 5);
            let mut slope = (a - b) * self.relief * fine;
            // Gravel before the lens.
            let near = smoothstep::<L>(0.30, 0.03, w);
            if near.gt(0.0).any() {
                let (px, pz) = (x * 2.9 + 7.0, z * 2.9);
                let grain = fbm2(px, pz, 3) - fbm2(px + ax * 0.16, pz + az * 0.16, 3);
                slope += grain * near * (0.45 * self.relief);
            }
            for (size, seed) in [(5.0_f32, 3), (1.7, 4)] {
                let (u, v) = (x * (1.0 / size), z * (1.0 / size));
                let (cu, cv) = (u.floor(), v.floor());
                let (ox, oz) = (
                    u - cu - 0.5 - (hash2(cu, cv, seed) - 0.5) * 0.5,
                    v - cv - 0.5 - (hash2(cu, cv, seed + 9) - 0.5) * 0.5,
                );
                let r = (ox * ox + oz * oz).sqrt();
                let wide = hash2(cu, cv, seed + 20) * 0.16 + 0.06;
                let q = r / wide;
                let toward = (ox * ax + oz * az) / r.max(0.01);
                // In the bowl the far side is lit, on the rim the near one.
                let bowl = smoothstep::<L>(1.0, 0.6, q) * q;
                let rim = smoothstep::<L>(0.75, 1.05, q) * smoothstep::<L>(1.7, 1.1, q);
                let there =
                    smoothstep::<L>(0.45, 0.5, hash2(cu, cv, seed + 31)) * smoothstep::<L>(size * 0.16, size * 0.04, w);
                slope += (rim * 0.6 - bowl) * -toward * there * (-0.9 * self.craters);
            }
            let lit = (slope + sy.max(0.12)).max(0.0).min(1.4);
            let dust = 0.75 + 0.5 * fbm2(x * 0.09, z * 0.09, 3);
            let color = splat::<L>(self.color) * dust * (splat::<L>(self.ambient) + splat(self.sun) * (lit * 0.75));
            let fog = 1.0 - (floor.t * (-self.air)).exp();
            light = V::select(on, color.mix(behind, fog), light);
            t = select(on, floor.t, t);
        }
        (light, t)
    }
}
