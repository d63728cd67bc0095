//! A quay or stony shore before the water, to stand on.

use crate::{
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::{fbm2, noise2},
};

/// A level strip that ends at the water.
#[derive(Debug, Clone, Copy)]
pub struct Quay {
    /// Height above the water in metres.
    pub top: f32,
    /// Metres forward to its edge at x = 0, and how it slants.
    pub edge: [f32; 2],
    /// Metres from joint to joint; 0 is bare rock.
    pub slab: f32,
    /// Its colour in the shade, and in the light.
    pub dark: [f32; 3],
    /// See `dark`.
    pub lit: [f32; 3],
    /// How wet it is, 0 to 1.
    pub wet: f32,
    /// Where a lamp's light falls (x, z), how far it reaches, and its colour.
    pub pool: ([f32; 2], f32, [f32; 3]),
}

impl Quay {
    /// Metres along rays from above to it, far where there is none.
    #[inline(always)]
    pub fn meet<L: Lanes>(&self, o: V<L>, d: V<L>) -> F<L> {
        let fall = (-d.y).max(1e-4);
        let top = (o.y - self.top) / fall;
        let (x, z) = (o.x + d.x * top, o.z + d.z * top);
        let near = d.y.lt(-1e-4) & (z - x * self.edge[1]).lt(self.edge[0] + 1.2);
        let rough = if self.slab > 0.0 || !near.any() {
            f(0.0)
        } else {
            (noise2(x * 0.9, f::<L>(3.0)) - 0.5) * 1.4 + (noise2(x * 3.1, f::<L>(8.0)) - 0.5) * 0.4
        };
        let on = near & (z - x * self.edge[1] - rough).lt(self.edge[0]);
        select(on, top, f(1e5))
    }

    /// Its light; `mirrored` is what the sky shows there.
    #[inline(always)]
    pub fn shade<L: Lanes>(&self, o: V<L>, d: V<L>, range: F<L>, pixel: f32, mirrored: V<L>) -> V<L> {
        let (x, z) = (o.x + d.x * range, o.z + d.z * range);
        let footprint = range * pixel / (-d.y).max(0.05);
        let fine = (footprint * 5.0).min(1.0);
        let stain = fbm2(x * 0.55, z * 0.55, 4);
        let grain = (noise2(x * 9.0, z * 9.0) - 0.5) * (1.0 - fine);
        let mut shade = 0.45 + 0.75 * stain + grain * 0.25;
        if self.slab > 0.0 {
            // Joints, and a rim of stone along the edge.
            let along = ((x * (1.0 / self.slab)).fract() - 0.5).abs();
            let across = ((z * (1.0 / self.slab)).fract() - 0.5).abs();
            let width = footprint * (0.5 / self.slab) + 0.012;
            let joint = smoothstep::<L>(f::<L>(0.5) - width * 2.0, f::<L>(0.5) - width * 0.5, along.max(across));
            shade *= 1.0 - 0.22 * joint * (0.03 / width).min(1.0);
            let rim = self.edge[0] + x * self.edge[1] - z;
            shade *= 1.0 + 0.5 * smoothstep::<L>(0.55, 0.45, rim);
        } else {
            let crack = 1.0 - (fbm2(x * 1.7 + 5.0, z * 2.2, 4) * 2.0 - 1.0).abs();
            shade *= 1.25 - 0.9 * smoothstep::<L>(0.80, 0.98, crack);
        }
        let (at, reach, color) = self.pool;
        let off = (x - at[0]).squared() + (z - at[1]).squared();
        let pool = (1.0 + off * (1.0 / (reach * reach))).recip().squared();
        let light =
            splat::<L>(self.dark).mix(splat(self.lit), (stain * 0.7).saturate()) + splat::<L>(color) * (pool * 0.22);
        let puddle =
            smoothstep::<L>(0.62 - 0.34 * self.wet, 0.78 - 0.34 * self.wet, stain + grain * 0.05) * self.wet.min(0.85);
        let away = 1.0 + d.y;
        let fresnel = 0.10 + 0.90 * away * away * away;
        let wet = light * (shade * 0.45) + mirrored * (fresnel * 0.9) + splat::<L>(color) * (pool * 0.12);
        (light * shade).mix(wet, puddle)
    }
}
