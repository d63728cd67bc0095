//! Poles along a road or a railway, and the wires that hang between them.
//!
//! A wire lies in the upright plane over its road's side and hangs as a parabola, so each is met in closed form. A bend
//! of the road moves everything at depth z by `bend` z^2.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, select, splat},
    trace::{Ray, Span, away_from_zero, strip},
};

/// Poles with wires along one side.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Metres to the side.
    pub side: f32,
    /// Metres from pole to pole.
    pub spacing: f32,
    /// Height of the cross arm in metres.
    pub height: f32,
    /// Bend of the road.
    pub bend: f32,
    poles: Vec<(f32, Span)>,
}

/// Half the length of a cross arm.
const ARM: f32 = 1.1;
/// How much wires sag, in shares of the spacing.
const SAG: f32 = 0.022;

impl Line {
    /// Poles that are seen from a camera; the first stands at a multiple of the spacing plus `phase`.
    #[must_use]
    pub fn new(camera: &Camera, side: f32, spacing: f32, height: f32, bend: f32, phase: f32) -> Self {
        let first = ((camera.position[2] - phase) / spacing).floor();
        let poles = (0..9)
            .map(|k| {
                let z = (first + k as f32) * spacing + phase;
                let depth = z - camera.position[2];
                let x = side + bend * depth * depth;
                (
                    z,
                    Span::around(camera, [x, height * 0.5, z], [ARM + 0.4, height * 0.6], true),
                )
            })
            .collect();
        Self {
            side,
            spacing,
            height,
            bend,
            poles,
        }
    }

    /// Poles and wires before what is `reach` metres off: the light, and how far one sees now.
    #[inline(always)]
    pub fn draw<L: Lanes>(
        &self,
        (ray, span): (&Ray<L>, &Span),
        (mut light, mut reach): (V<L>, F<L>),
        dark: [f32; 3],
        fog: V<L>,
        density: f32,
    ) -> (V<L>, F<L>) {
        let d = ray.direction;
        let (o, toward) = (ray.origin, f::<L>(1.0) / d.z.max(1e-3));
        let camera_z = o.z - (ray.before * d.z);
        let phase = self.poles.first().map_or(0.0, |p| p.0);
        let drift = away_from_zero(d.x * toward);
        for wire in [-0.92_f32, 0.0, 0.92] {
            // Where the ray crosses the wire's plane: two steps towards the root.
            let start = o.x - (self.side + wire);
            let mut z = -start / drift;
            for _ in 0..2 {
                let depth = z + o.z - camera_z;
                z = (self.bend * depth * depth - start) / drift;
            }
            let t = z * toward;
            let y = d.y.mul_add(t, o.y);
            let ahead = z.gt(0.3) & z.lt(self.spacing * 7.0) & t.lt(reach) & (y - self.height).abs().lt(2.5);
            if !ahead.any() {
                continue;
            }
            let s = ((z + o.z - phase) * (1.0 / self.spacing)).fract();
            let hang = self.height + 0.12 - (4.0 * SAG * self.spacing) * (s * (1.0 - s));
            // Across the wire as the camera sees it: its plane is met at a slant.
            let slope = (4.0 * SAG) * (2.0 * s - 1.0);
            let width = ray.footprint(t).max(1e-4);
            let rise = width * (1.0 + (d.y * toward - slope).abs() / drift.abs());
            let cover = strip(y - hang, f(-0.014), f(0.014), rise) * 1.2;
            let air = ((t + ray.before) * -density).exp();
            light = light.mix(fog.mix(splat::<L>(dark), air), select(ahead, cover.min(1.0), f(0.0)));
        }
        for &(z, bounds) in &self.poles {
            if !bounds.meets(span) {
                continue;
            }
            let t = ray.to_depth(z);
            let depth = z - camera_z;
            let x = d.x.mul_add(t, o.x - self.side) - self.bend * depth * depth;
            let y = d.y.mul_add(t, o.y);
            let near = t.gt(0.2) & t.lt(reach) & y.lt(self.height + 1.2) & x.abs().lt(ARM + 0.3);
            if !near.any() {
                continue;
            }
            let width = ray.footprint(t).max(1e-4);
            let taper = 0.15 - y * 0.006;
            let pole = strip(x, -taper, taper, width) * strip(y, f(-0.3), f(self.height + 0.75), width);
            let arm = strip(x, f(-ARM), f(ARM), width) * strip(y, f(self.height - 0.09), f(self.height + 0.07), width);
            let brace = strip(
                (x.abs() + (y - self.height + 0.75) * -0.9).abs(),
                f(-1.0),
                f(0.05),
                width,
            ) * strip(y, f(self.height - 0.75), f(self.height), width);
            let knobs = strip((x.abs() - 0.92).abs(), f(-1.0), f(0.05), width)
                * strip(y, f(self.height), f(self.height + 0.2), width);
            let cover = pole.max(arm).max(brace).max(knobs);
            let air = ((t + ray.before) * -density).exp();
            let shown = select(near, cover, f(0.0));
            light = light.mix(fog.mix(splat::<L>(dark), air), shown);
            reach = select(shown.gt(0.5), reach.min(t), reach);
        }
        (light, reach)
    }
}
