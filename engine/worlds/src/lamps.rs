//! Point lights in the picture: a small disc, its scattering in the air, and both in the wet ground.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, grey, select, splat},
    trace::{Ray, Span},
};

/// How far lamps and windows are lit at an hour: 0 in daylight, 1 from dusk to dawn.
#[must_use]
pub fn after_dark(hour: f32) -> f32 {
    crate::scalar::smoothstep(0.15, 0.24, (hour.rem_euclid(1.0) - 0.5).abs())
}

/// A lamp, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lamp {
    at: [f32; 3],
    radius: f32,
    color: [f32; 3],
    halo: f32,
    span: Span,
}

/// Halos end at this many radii.
const REACH: f32 = 14.0;

impl Lamp {
    /// Of a radius in metres, the light of its disc (linear), and that of its halo in shares of the disc's.
    #[must_use]
    pub fn new(camera: &Camera, at: [f32; 3], radius: f32, color: [f32; 3], halo: f32) -> Self {
        let depth = camera.project(at)[2].max(0.1);
        // Lamps are drawn no smaller than about a pixel of a small picture.
        let shown = radius.max(depth * 0.006 / camera.focal) * REACH;
        Self {
            at,
            radius,
            color,
            halo,
            span: Span::around(camera, at, [shown, shown], true),
        }
    }
}

/// The light of lamps along rays that end after `reach` metres; `extinction` a metre is the air's.
#[inline(always)]
pub fn glow<L: Lanes>(lamps: &[Lamp], ray: &Ray<L>, span: &Span, reach: F<L>, extinction: f32) -> V<L> {
    let mut sum = grey(0.0);
    for lamp in lamps {
        if !lamp.span.meets(span) {
            continue;
        }
        let t = ray.to_depth(lamp.at[2]);
        let radius = (ray.footprint(t) * 0.6).max(lamp.radius);
        let x = ray.direction.x.mul_add(t, ray.origin.x - lamp.at[0]);
        let y = ray.direction.y.mul_add(t, ray.origin.y - lamp.at[1]) * ray.upright;
        let off = x.mul_add(x, y * y) / (radius * radius);
        let seen = off.lt(REACH * REACH) & t.gt(0.05) & (t - reach).lt(lamp.radius + 0.3);
        if !seen.any() {
            continue;
        }
        // A lamp smaller than a pixel keeps its light.
        let share = lamp.radius / radius;
        let disc = (1.6 - off * 0.6).saturate();
        let edge = (1.0 - off * (1.0 / (REACH * REACH))).squared();
        let halo = (1.0 + off * 0.7).recip() * edge * lamp.halo;
        let air = ((t + ray.before) * -extinction).exp();
        let light = (disc * ray.upright.sqrt() + halo * (0.3 + 0.7 * ray.upright)) * (share * air);
        sum += splat::<L>(lamp.color) * select(seen, light, F::from(0.0));
    }
    sum
}
