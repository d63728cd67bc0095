//! Cars and lamp posts: dark bodies across the street, in front of the light.

use crate::{
    camera::Camera,
    lamps::Lamp,
    lanes::{F, Lanes, V, f, select, splat},
    scalar::{self, scale3},
    scene::Music,
    trace::{Ray, Span, strip, stroke},
};

/// A dark thing that stands across the street.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    at: [f32; 2],
    /// A post leans its arm to this side; 0 is a car.
    arm: f32,
    span: Span,
}

/// Height of a lamp on its post, in metres.
pub const LAMP: f32 = 6.3;

impl Body {
    /// A car seen from behind or before, standing at x and z.
    #[must_use]
    pub fn car(camera: &Camera, at: [f32; 2]) -> Self {
        Self {
            at,
            arm: 0.0,
            span: Span::around(camera, [at[0], 0.75, at[1]], [1.0, 0.9], true),
        }
    }

    /// A lamp post whose arm reaches to the right (1) or left (-1); its lamp hangs 1.5 m that way at [`LAMP`].
    #[must_use]
    pub fn post(camera: &Camera, at: [f32; 2], arm: f32) -> Self {
        Self {
            at,
            arm,
            span: Span::around(camera, [at[0], 3.3, at[1]], [2.0, 3.5], true),
        }
    }
}

/// How bright head lights (towards the camera) and tail lights are.
#[must_use]
pub fn lights(camera: &Camera, [x, z]: [f32; 2], toward: bool, strength: f32, music: &Music) -> [Lamp; 2] {
    [-0.66, 0.66].map(|offset| {
        let at = [x + offset, if toward { 0.68 } else { 0.80 }, z - 0.1];
        if toward {
            let color = scale3([1.0, 0.90, 0.74], (5.0 + 3.0 * music.snare) * strength);
            Lamp::new(camera, at, 0.10, color, 0.16)
        } else {
            let color = scale3([1.0, 0.05, 0.03], (2.6 + 2.6 * music.kick) * strength);
            Lamp::new(camera, at, 0.085, color, 0.16)
        }
    })
}

/// How far ahead a car is that goes on for ever: it starts again at the far end of `span` metres. Also how visible it
/// is, so that it neither appears nor vanishes at once.
#[must_use]
pub fn on_its_way(start: f32, speed: f32, span: f32, camera_z: f32, secs: f64) -> (f32, f32) {
    let along = start * span + (f64::from(speed) * secs).rem_euclid(f64::from(span)) as f32;
    let ahead = (along - camera_z % span).rem_euclid(span) - 4.0;
    let shown = scalar::smoothstep(span - 5.0, span - 30.0, ahead) * scalar::smoothstep(2.0, 6.0, ahead);
    (ahead, shown)
}

/// Bodies before what is `reach` metres off: the light, and how far one sees now. `sheen` is what roofs and panes
/// mirror, `fog` the air's colour.
#[inline(always)]
pub fn draw<L: Lanes>(
    bodies: &[Body],
    (ray, span): (&Ray<L>, &Span),
    (mut light, mut reach): (V<L>, F<L>),
    sheen: [f32; 3],
    fog: V<L>,
    extinction: f32,
) -> (V<L>, F<L>) {
    for body in bodies {
        if !body.span.meets(span) {
            continue;
        }
        let t = ray.to_depth(body.at[1]);
        let x = ray.direction.x.mul_add(t, ray.origin.x - body.at[0]);
        let y = ray.direction.y.mul_add(t, ray.origin.y);
        let near = t.gt(0.1) & t.lt(reach);
        let width = ray.footprint(t).max(1e-4);
        let (cover, bright) = if body.arm == 0.0 {
            let x = x.abs();
            let hood = strip(x, f(-2.0), 0.90 - (0.75 - y).abs() * 0.12, width) * strip(y, f(0.22), f(0.95), width);
            let cabin = strip(x, f(-2.0), 0.74 - (y - 0.9) * 0.30, width) * strip(y, f(0.9), f(1.46), width);
            let wheels = strip(x, f(0.58), f(0.82), width) * strip(y, f(0.0), f(0.4), width);
            let glass = strip(x, f(-2.0), 0.66 - (y - 0.9) * 0.30, width) * strip(y, f(0.98), f(1.38), width);
            let edge = strip(y, f(0.88), f(0.96), width).max(strip(y, f(1.40), f(1.46), width));
            (hood.max(cabin).max(wheels), 0.05 + 0.25 * glass + 0.30 * edge)
        } else {
            let x = x * body.arm;
            let pole = strip(x, f(-0.06), f(0.06), width) * strip(y, f(0.0), f(LAMP + 0.1), width);
            let arm =
                stroke(y - (LAMP + 0.15) + (x - 1.5).squared() * 0.10, 0.05, width) * strip(x, f(0.0), f(1.75), width);
            (pole.max(arm), f(0.10))
        };
        let shown = select(near, cover, f(0.0));
        if !shown.gt(0.0).any() {
            continue;
        }
        let air = ((t + ray.before) * -extinction).exp();
        light = light.mix(fog.mix(splat::<L>(sheen) * bright, air), shown);
        reach = select(shown.gt(0.5), reach.min(t), reach);
    }
    (light, reach)
}

/// A train's face at x and z, before what is `reach` metres off: the light, and how far one sees now. `sheen` is what it
/// mirrors, `cab` the light behind its panes; `fog` the air's colour.
#[inline(always)]
pub fn train<L: Lanes>(
    ray: &Ray<L>,
    (light, reach): (V<L>, F<L>),
    [x, z]: [f32; 2],
    (sheen, cab): ([f32; 3], [f32; 3]),
    (fog, extinction): (V<L>, f32),
) -> (V<L>, F<L>) {
    let t = ray.to_depth(z);
    let p = ray.at(t);
    let (x, y) = ((p.x - x).abs(), p.y);
    let near = t.gt(0.5) & t.lt(reach) & x.lt(1.7) & y.lt(3.3);
    if !near.any() {
        return (light, reach);
    }
    let width = ray.footprint(t).max(1e-4);
    let face = strip(x, f(-1.0), 1.45 - (y - 2.2).max(0.0) * 0.35, width) * strip(y, f(-1.0), f(3.0), width);
    let pane = strip(x, f(0.12), f(1.15), width) * strip(y, f(1.2), f(2.2), width);
    let color = splat::<L>(sheen) * 0.06 + splat::<L>(cab) * pane * 0.25;
    let shown = select(near, face, f(0.0));
    let air = ((t + ray.before) * -extinction).exp();
    (
        light.mix(fog.mix(color, air), shown),
        select(shown.gt(0.5), reach.min(t), reach),
    )
}
