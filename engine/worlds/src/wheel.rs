//! A Ferris wheel as a card across the view: rims, spokes and cabins, and bulbs whose lights run along them.
//!
//! All of it is one fold of the angle around the hub: in the sector of a spoke there is one spoke, one cabin, and a row
//! of bulbs. Steel and bulbs thinner than a pixel keep their share of light.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::hash1,
    scalar::{self, scale3},
    trace::{Ray, Span, strip},
};

/// A wheel, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wheel {
    /// Its hub.
    pub hub: [f32; 3],
    /// Radius of the outer rim, and of the disc in the hub's place.
    pub radius: f32,
    /// Radius of the disc in the hub's place.
    pub core: f32,
    /// Light of the bulbs: on spokes, on rims.
    pub bulbs: [[f32; 3]; 2],
    /// How far it has turned, in turns.
    pub turned: f32,
    /// Where the lights run: turns of a pattern.
    pub chase: f32,
    /// How much they run, 0 (silence: they only burn) to 1.
    pub awake: f32,
    /// What steel shows.
    pub steel: [f32; 3],
    /// Light in the cabins.
    pub cabin: [f32; 3],
    /// Where it is seen.
    pub span: Span,
}

/// Spokes and cabins.
const SPOKES: f32 = 18.0;
/// Bulbs on the rim between two spokes.
const BULBS: f32 = 4.0;

impl Wheel {
    /// Where a wheel is seen, with its glow.
    #[must_use]
    pub fn bounds(camera: &Camera, hub: [f32; 3], radius: f32) -> Span {
        let half = radius * 1.3 + 3.0;
        Span::around(camera, hub, [half, half.max(hub[1] + 1.0)], true)
    }

    /// The wheel before what is `reach` metres off: the light, and how far one sees now.
    #[inline(always)]
    pub fn draw<L: Lanes>(
        &self,
        (ray, span): (&Ray<L>, &Span),
        (mut light, mut reach): (V<L>, F<L>),
        fog: V<L>,
        extinction: f32,
    ) -> (V<L>, F<L>) {
        if !self.span.meets(span) {
            return (light, reach);
        }
        let t = ray.to_depth(self.hub[2]);
        let p = ray.at(t);
        let (x, y) = (p.x - self.hub[0], p.y - self.hub[1]);
        let r = (x * x + y * y).sqrt();
        let near = t.gt(1.0) & t.lt(reach) & (r.lt(self.radius + 6.0) | y.lt(0.0)) & x.abs().lt(self.radius + 6.0);
        if !near.any() {
            return (light, reach);
        }
        let width = ray.footprint(t).max(1e-4);
        let air = ((t + ray.before) * -extinction).exp();
        // The angle from the nearest spoke, as metres along the circle.
        let a = (x.turns(y) - self.turned) * SPOKES;
        let spoke = (a + 0.5).floor();
        let wrapped = spoke - (spoke * (1.0 / SPOKES)).floor() * SPOKES;
        let around = (a - spoke) * (std::f32::consts::TAU / SPOKES) * r;
        let outer = self.radius;
        let rims = strip((r - outer).abs(), f(-1.0), f(0.14), width)
            .max(strip((r - outer * 0.86).abs(), f(-1.0), f(0.09), width))
            .max(strip((r - outer * 0.40).abs(), f(-1.0), f(0.07), width));
        let inside = r.lt(outer);
        let spokes = strip(around.abs(), f(-1.0), f(0.07), width) * select(inside, f(1.0), f(0.0));
        // Braces between the rims, a zigzag.
        let along = (r - outer * 0.86) * (1.0 / (outer * 0.14));
        let zig = (around.abs() * (SPOKES / std::f32::consts::TAU / outer) * 2.0 - along).abs() * (outer * 0.14);
        let zig = strip(zig, f(-1.0), f(0.05), width) * strip(r, f(outer * 0.86), f(outer), width);
        // Legs.
        let legs =
            strip((x.abs() + y * 0.34).abs(), f(-1.0), f(0.24), width) * strip(y, f(-self.hub[1]), f(0.0), width);
        let brace =
            strip((y + self.hub[1] * 0.55).abs(), f(-1.0), f(0.13), width) * strip(x.abs(), f(-1.0), y * -0.34, width);
        let steel = rims.max(spokes).max(zig).max(legs).max(brace);
        // Cabins hang upright from the rim.
        let angle = (spoke * (1.0 / SPOKES) + self.turned) * std::f32::consts::TAU;
        let (cx, cy) = (x - angle.sin() * outer, y - angle.cos() * outer + 1.15);
        let cabin =
            strip(cx.abs(), f(-1.0), 0.95 - (cy + 0.1).max(0.0) * 0.35, width) * strip(cy, f(-0.85), f(0.75), width);
        let window = strip(cx.abs(), f(-1.0), f(0.72), width) * strip(cy, f(-0.10), f(0.45), width);
        let cover = steel.max(cabin);
        let color = splat::<L>(self.steel) * (1.0 - 0.4 * cabin)
            + splat::<L>(self.cabin) * (window * (0.4 + 0.6 * hash1(wrapped, 5)));
        let shown = select(near, cover, f(0.0));
        light = light.mix(fog.mix(color, air), shown);
        reach = select(shown.gt(0.5), reach.min(t), reach);
        // Bulbs on the spokes, running outwards; on the rims, running around.
        let pitch = outer * 0.055;
        let step = (r * (1.0 / pitch)).floor();
        let off = (r - (step + 0.5) * pitch).squared() + around.squared();
        let running = ((step * 0.045 * std::f32::consts::TAU) - self.chase * std::f32::consts::TAU).sin();
        let wave = running * (0.5 * self.awake) + 0.5;
        let size = (width * 0.8).max(0.13);
        let share = (0.13 / size).min(1.0);
        let seen = r.lt(outer * 0.98) & r.gt(self.core + 0.4);
        let dot = (off * (-1.0 / (size * size))).exp() + (1.0 + off * (1.0 / (size * size)) * 0.8).recip() * 0.05;
        let on_spoke = select(seen, dot * share * (0.25 + wave * wave * 1.6), f(0.0));
        let b = (a + 0.5) * BULBS;
        let bulb = b.floor();
        let beside = (b - bulb - 0.5) * (std::f32::consts::TAU / SPOKES / BULBS) * r;
        let rim = (r - outer).abs().min((r - outer * 0.86).abs());
        let off = beside.squared() + rim.squared();
        let wave = ((bulb * 0.125 - self.chase) * std::f32::consts::TAU).sin() * (0.5 * self.awake) + 0.5;
        let dot = (off * (-1.0 / (size * size))).exp() + (1.0 + off * (1.0 / (size * size)) * 0.8).recip() * 0.05;
        let on_rim = dot
            * share
            * (0.35 + wave * 1.2)
            * smoothstep::<L>(outer + 2.0, outer + 0.5, r)
            * smoothstep::<L>(outer * 0.7, outer * 0.8, r);
        let power = select(near, air, f(0.0));
        light += (splat::<L>(self.bulbs[0]) * on_spoke + splat::<L>(self.bulbs[1]) * on_rim) * power;
        (light, reach)
    }

    /// Bulbs, brighter by `power`.
    #[must_use]
    pub fn lit(mut self, power: f32) -> Self {
        self.bulbs = self.bulbs.map(|c| scale3(c, power));
        self.turned = self.turned - self.turned.floor();
        self.chase = self.chase - scalar::mix(0.0, 1.0, self.chase.floor());
        self
    }
}
