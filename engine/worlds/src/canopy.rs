//! The roof over a platform: boards and beams seen from below, on posts with spreading braces, lit by the lamps that
//! hang from it. Where it ends, or where there is none, lamps stand on posts of their own.

use crate::{
    haze::Haze,
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    trace::{Ray, strip, stripes},
};

/// Height of the roof over the platform in metres.
const CANOPY: f32 = 4.3;
/// Metres between the posts.
pub const POSTS: f32 = 9.0;

/// A platform's roof.
#[derive(Debug, Clone, PartialEq)]
pub struct Canopy {
    /// 1 when the track lies to the left, -1 to the right.
    pub hand: f32,
    /// x of the platform's edge, times `hand`.
    pub edge: f32,
    /// Where the roof ends.
    pub end: f32,
    /// Whether there is a roof.
    pub covered: bool,
    /// Where posts stand: z.
    pub posts: Vec<f32>,
}

impl Canopy {
    /// Roof and posts before what is `reach` metres off: the light, and how far one sees now. `warm` is the lamps' light.
    #[inline(always)]
    pub fn draw<L: Lanes>(
        &self,
        ray: &Ray<L>,
        (mut light, mut reach): (V<L>, F<L>),
        haze: &Haze,
        warm: [f32; 3],
        far: V<L>,
    ) -> (V<L>, F<L>) {
        // The canopy's underside, with its beams; lamps light it.
        if self.covered {
            let t = ray.to_level(CANOPY);
            let p = ray.at(t);
            let x = p.x * self.hand - self.edge;
            let on = t.gt(0.0) & t.lt(reach) & x.gt(-0.2) & x.lt(7.0) & p.z.lt(self.end);
            if on.any() {
                let width = (ray.footprint(t) / ray.direction.y.abs().max(0.03)).max(1e-4);
                let across = ray.footprint(t);
                let beam = stripes(p.z * (1.0 / POSTS) + 0.03 - 4.0 / POSTS, 0.035, width * (1.0 / POSTS));
                let boards = stripes(x * 3.0, 0.12, across * 3.0);
                let lamp = ((p.z - 4.0 - POSTS * 0.5) * (1.0 / POSTS) + 0.5).fract() - 0.5;
                let lamp = (lamp * POSTS).squared() + (x - 1.9).squared();
                let lit_by = (0.7 + lamp).recip();
                let ambient = splat::<L>(haze.low) * 0.16 + splat::<L>(haze.glow) * 0.08;
                let color = (ambient + splat::<L>(warm) * (lit_by * 0.42)) * (1.0 - 0.35 * boards) * (1.0 - 0.6 * beam);
                let color = far.mix(color, haze.clear(t + ray.before));
                light = V::select(on, color, light);
                reach = select(on, t, reach);
            }
        }
        for &z in &self.posts {
            let t = ray.to_depth(z);
            let p = ray.at(t);
            let x = p.x * self.hand - self.edge;
            let roofed = self.covered && z < self.end;
            let near = t.gt(0.3) & t.lt(reach) & x.gt(-0.6) & x.lt(7.4) & p.y.lt(4.8);
            if !near.any() {
                continue;
            }
            let width = ray.footprint(t).max(1e-4);
            let cover = if roofed {
                let a = strip(
                    (x - 3.3).abs(),
                    f(-1.0),
                    0.07 + 0.05 * smoothstep::<L>(0.6, 0.2, p.y),
                    width,
                );
                let b = strip((x - 6.4).abs(), f(-1.0), f(0.08), width);
                // Braces spread under the roof.
                let up = p.y - (CANOPY - 1.1);
                let brace = strip(((x - 3.3).abs() - up * up * 0.9).abs(), f(-1.0), f(0.05), width)
                    * strip(up, f(0.0), f(1.1), width);
                let girder = strip(p.y, f(CANOPY - 0.22), f(CANOPY + 0.05), width) * strip(x, f(-0.2), f(7.0), width);
                let edge = strip(x, f(-0.3), f(-0.15), width) * strip(p.y, f(CANOPY - 0.4), f(CANOPY + 0.1), width);
                a.max(b).max(brace).max(girder).max(edge)
            } else {
                let pole = strip((x - 5.2).abs(), f(-1.0), f(0.05), width) * strip(p.y, f(0.0), f(4.0), width);
                pole.max(
                    strip((x - 5.2).abs(), f(-1.0), 0.30 - (p.y - 4.25) * 0.8, width)
                        * strip(p.y, f(4.25), f(4.45), width),
                )
            };
            let color = splat::<L>(haze.low) * 0.05 + splat::<L>(warm) * 0.02;
            let shown = select(near, cover, f(0.0));
            light = light.mix(far.mix(color, haze.clear(t + ray.before)), shown);
            reach = select(shown.gt(0.5), reach.min(t), reach);
        }
        (light, reach)
    }
}
