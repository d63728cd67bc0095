//! What rooms are made of: rays against level and upright panels, patterns filtered exactly, beams, shafts and glows of
//! light in air, all in closed form: no steps along the ray, so no noise of sampling.
//!
//! Patterns are integrals over the pixel's footprint (a box filter; Quilez, "Filtering procedural textures"). A beam is
//! a cone with a Gaussian profile, whose integral along a ray is known from the nearest approach of two lines. Shafts
//! are a row of windows drawn out along the sun's direction: seen from the window's wall a ray is a straight line, so
//! what it passes of the row is again the integral of a pulse train. A lamp's glow is the integral of an inverse
//! square (Lengyel, "Unified Distance Formulas for Halfspace Fog", for the manner; the arctangent is school's).

use crate::{
    camera::Camera,
    lanes::{F, Lanes, M, V, f, select, smoothstep, splat, v},
    noise::hash2,
    scalar::{self, smoothstep as smooth},
    scene::Music,
    world::Points,
};

/// Sixteen rays; `to` is of length 1.
#[derive(Clone, Copy)]
pub struct Ray<L: Lanes> {
    /// Where it starts.
    pub from: V<L>,
    /// Where it goes.
    pub to: V<L>,
    /// Metres that it came before `from` (after a mirror).
    pub came: F<L>,
    /// Width of a pixel at a metre.
    pub pixel: f32,
    /// How much it widens a metre after a dull mirror: what it meets is blurred by that, three times as far upwards.
    pub rough: F<L>,
}

/// Where a ray meets a plane: distance from the ray's start, two coordinates on the plane, and the width of a pixel
/// along each.
#[derive(Clone, Copy)]
pub struct Hit<L: Lanes> {
    /// Metres along the ray; [`NOWHERE`] where it goes away.
    pub t: F<L>,
    /// x, or z on walls of constant x.
    pub u: F<L>,
    /// y, or z on levels.
    pub v: F<L>,
    /// Pixel's width along u.
    pub du: F<L>,
    /// Pixel's width along v.
    pub dv: F<L>,
}

/// The distance of what is never met.
pub const NOWHERE: f32 = 1e5;

impl<L: Lanes> Ray<L> {
    /// From a camera through points of its picture.
    #[inline(always)]
    pub fn through(camera: &Camera, at: Points<L>) -> Self {
        Self {
            from: splat(camera.position),
            to: camera.direction(at.x, at.y),
            came: f(0.0),
            pixel: at.pixel / camera.focal,
            rough: f(0.0),
        }
    }
    /// The point at a distance.
    #[inline(always)]
    pub fn at(&self, t: F<L>) -> V<L> {
        self.from + self.to * t
    }
    /// Mirrored at a level `t` along it where `mask`; elsewhere as it is.
    #[inline(always)]
    pub fn mirrored(&self, mask: M<L>, t: F<L>, rough: impl Into<F<L>>) -> Self {
        let hit = self.at(t);
        let to = v(self.to.x, self.to.y.abs(), self.to.z);
        Self {
            from: V::select(mask, hit, self.from),
            to: V::select(mask, to, self.to),
            came: select(mask, self.came + t, self.came),
            pixel: self.pixel,
            rough: select(mask, rough.into(), f(0.0)),
        }
    }
    #[inline(always)]
    fn meet(from: F<L>, to: F<L>, plane: F<L>) -> F<L> {
        let t = (plane - from) / select(to.abs().lt(1e-5), f(1e-5), to);
        select(t.gt(1e-3) & t.lt(NOWHERE), t, f(NOWHERE))
    }
    /// Pixel's width across the view axis at a distance.
    #[inline(always)]
    fn width(&self, t: F<L>) -> F<L> {
        ((self.came + t) * self.to.z.abs().max(0.05)) * self.pixel + t * self.rough + 1e-5
    }
    /// An upright plane across the view, at z.
    #[inline(always)]
    pub fn across(&self, z: impl Into<F<L>>) -> Hit<L> {
        let t = Self::meet(self.from.z, self.to.z, z.into());
        let at = self.at(t);
        let w = self.width(t);
        Hit {
            t,
            u: at.x,
            v: at.y,
            du: w,
            dv: w + t * self.rough * 2.0,
        }
    }
    /// An upright plane along the view, at x.
    #[inline(always)]
    pub fn along(&self, x: impl Into<F<L>>) -> Hit<L> {
        let t = Self::meet(self.from.x, self.to.x, x.into());
        let at = self.at(t);
        let w = self.width(t);
        let slant = self.to.x.abs().max(1e-3).recip();
        Hit {
            t,
            u: at.z,
            v: at.y,
            du: w * self.to.z.abs() * slant,
            dv: w * (self.to.y.abs() * slant + 1.0) + t * self.rough * 2.0,
        }
    }
    /// A level plane at height y.
    #[inline(always)]
    pub fn level(&self, y: impl Into<F<L>>) -> Hit<L> {
        let t = Self::meet(self.from.y, self.to.y, y.into());
        let at = self.at(t);
        let w = self.width(t);
        let slant = self.to.y.abs().max(1e-3).recip();
        Hit {
            t,
            u: at.x,
            v: at.z,
            du: w * (self.to.x.abs() * slant * 0.5 + 1.0),
            dv: w * self.to.z.abs() * slant,
        }
    }
}

/// Where rays enter a box between two corners ([`NOWHERE`] where they pass it), and whether through a side (constant x)
/// or through its top or bottom; else it is front or back.
#[inline(always)]
pub fn cuboid<L: Lanes>(ray: &Ray<L>, low: [f32; 3], high: [f32; 3]) -> (F<L>, M<L>, M<L>) {
    let (x0, x1) = slab(ray.from.x, ray.to.x, low[0], high[0]);
    let (y0, y1) = slab(ray.from.y, ray.to.y, low[1], high[1]);
    let (z0, z1) = slab(ray.from.z, ray.to.z, low[2], high[2]);
    let (enter, leave) = (x0.max(y0).max(z0), x1.min(y1).min(z1));
    let hit = enter.lt(leave) & enter.gt(1e-3);
    let side = !enter.gt(x0);
    (select(hit, enter, f(NOWHERE)), side, !enter.gt(y0) & !side)
}

#[inline(always)]
fn slab<L: Lanes>(from: F<L>, to: F<L>, low: f32, high: f32) -> (F<L>, F<L>) {
    let inverse = select(to.abs().lt(1e-5), f(1e-5), to).recip();
    let (a, b) = ((f::<L>(low) - from) * inverse, (f::<L>(high) - from) * inverse);
    (a.min(b), a.max(b))
}

/// How much of the footprint of width `w` around `x` lies between a and b.
#[inline(always)]
pub fn band<L: Lanes>(x: F<L>, a: impl Into<F<L>>, b: impl Into<F<L>>, w: F<L>) -> F<L> {
    let (low, high) = (x - w * 0.5, x + w * 0.5);
    ((high.min(b) - low.max(a)) / w).saturate()
}

/// How much of the footprint lies in pulses, one a unit, that begin at the integers and are `duty` wide.
#[inline(always)]
pub fn stripes<L: Lanes>(x: F<L>, duty: f32, w: F<L>) -> F<L> {
    let w = w.max(1e-4);
    ((pulses(x + w * 0.5, duty) - pulses(x - w * 0.5, duty)) / w).saturate()
}

#[inline(always)]
fn pulses<L: Lanes>(x: F<L>, duty: f32) -> F<L> {
    let k = x.floor();
    k * duty + (x - k).min(duty)
}

/// A chequer of unit squares, 0 and 1, filtered.
#[inline(always)]
pub fn chequer<L: Lanes>(x: F<L>, y: F<L>, wx: F<L>, wy: F<L>) -> F<L> {
    let a = stripes(x * 0.5, 0.5, wx * 0.5) * 2.0 - 1.0;
    let b = stripes(y * 0.5, 0.5, wy * 0.5) * 2.0 - 1.0;
    a * b * 0.5 + 0.5
}

/// How much of the footprint lies in a rectangle under a half circle (an arch window around u = 0): half its width,
/// where it begins, where the half circle begins.
#[inline(always)]
pub fn arch<L: Lanes>(u: F<L>, y: F<L>, half: f32, low: f32, spring: f32, w: (F<L>, F<L>)) -> F<L> {
    let rise = (y - spring).max(0.0);
    let length = (u * u + rise * rise).sqrt().max(1e-4);
    let across = (u.abs() * w.0 + rise * w.1) / length;
    let inside = ((half - length) / across.max(1e-4) + 0.5).saturate();
    inside * ((y - low) / w.1 + 0.5).saturate()
}

/// A disc's share of the footprint.
#[inline(always)]
pub fn disc<L: Lanes>(u: F<L>, v: F<L>, radius: impl Into<F<L>>, w: F<L>) -> F<L> {
    ((radius.into() - (u * u + v * v).sqrt()) / w + 0.5).saturate()
}

/// Light of a lamp at `lamp` that the air scatters to the ray before `limit`, for a lamp of strength 1 at a metre.
#[inline(always)]
pub fn glow<L: Lanes>(ray: &Ray<L>, lamp: [f32; 3], limit: F<L>, size: f32) -> F<L> {
    let off = splat::<L>(lamp) - ray.from;
    let b = off.dot(ray.to);
    let d = (off.dot(off) - b * b + size * size).max(1e-6).sqrt();
    let full = (limit - b).turns(d) + b.turns(d);
    full * (std::f32::consts::TAU * 0.1) / d
}

/// A cone of light: where from, its direction (of length 1), radius at the lamp, growth a metre.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beam {
    /// The lamp.
    pub from: [f32; 3],
    /// Where it shines.
    pub to: [f32; 3],
    /// Radius at the lamp.
    pub radius: f32,
    /// Growth of the radius a metre.
    pub spread: f32,
    /// Colour and strength.
    pub light: [f32; 3],
}

impl Beam {
    /// What the air scatters of it to the ray before `limit` (for the colour's strength 1), and how far along the ray
    /// most of it comes from.
    #[inline(always)]
    pub fn seen<L: Lanes>(&self, ray: &Ray<L>, limit: F<L>) -> (F<L>, F<L>) {
        let axis = splat::<L>(self.to);
        let off = ray.from - splat(self.from);
        let b = ray.to.dot(axis);
        let (d, e) = (ray.to.dot(off), axis.dot(off));
        let sine2 = (1.0 - b * b).max(0.03);
        let (t, s) = ((b * e - d) / sine2, (e - b * d) / sine2);
        let s = s.max(0.0);
        let gap = off + ray.to * t - axis * s;
        let radius = s * self.spread + self.radius;
        let x = gap.dot(gap) / (radius * radius);
        if !x.lt(7.0).any() {
            return (f(0.0), f(0.0));
        }
        // A soft edge, and a hot core.
        let edge = (-x).exp();
        let core = edge.squared().squared().squared();
        let profile = edge + core * 0.8;
        let fall = (radius * sine2.sqrt()).recip() * smoothstep::<L>(0.0, 0.25, s);
        let seen = smoothstep::<L>(-1.0, 1.0, (limit - t) / (radius + 0.05)) * smoothstep::<L>(0.0, 0.5, t);
        (profile * fall * seen, t.max(0.0))
    }
    /// Where it meets a level.
    #[must_use]
    pub fn foot(&self, y: f32) -> [f32; 3] {
        let t = ((y - self.from[1]) / self.to[1].min(-0.05)).clamp(0.0, 40.0);
        [0, 1, 2].map(|k| self.from[k] + self.to[k] * t)
    }
}

/// A row of windows in a wall of constant x, `bay` metres apart along z, and the parallel light that falls through.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    /// The wall.
    pub x: f32,
    /// From middle to middle.
    pub bay: f32,
    /// Half a window's width.
    pub half: f32,
    /// Sill.
    pub low: f32,
    /// Lintel; for an arch, about the middle of its curve.
    pub high: f32,
    /// Towards the sun, of length 1; its x points out of the wall.
    pub sun: [f32; 3],
}

impl Windows {
    /// Where the light at a point came through the wall: along (z) and up (y).
    #[inline(always)]
    pub fn source<L: Lanes>(&self, p: V<L>) -> (F<L>, F<L>) {
        let k = (self.x - p.x) * (1.0 / self.sun[0]);
        (p.z + k * self.sun[2], p.y + k * self.sun[1])
    }
    /// Share of the sun that is seen at a point through the row, with penumbra `soft`. Middles lie at (n + 1/2) bays.
    #[inline(always)]
    pub fn lit<L: Lanes>(&self, p: V<L>, soft: (F<L>, F<L>)) -> F<L> {
        let (u, y) = self.source(p);
        self.pulses(u, soft.0) * band(y, self.low, self.high, soft.1)
    }
    #[inline(always)]
    fn pulses<L: Lanes>(&self, u: F<L>, w: F<L>) -> F<L> {
        let duty = 2.0 * self.half / self.bay;
        stripes(u * (1.0 / self.bay) - (0.5 - 0.5 * duty), duty, w * (1.0 / self.bay))
    }
    /// Metres of the ray before `limit` that lie in the light, and the middle of them. `soft` blurs the edges, metres.
    #[inline(always)]
    pub fn shaft<L: Lanes>(&self, ray: &Ray<L>, limit: F<L>, soft: f32) -> (F<L>, F<L>) {
        let (a, b) = (ray.from, ray.at(limit));
        let ((u0, y0), (u1, y1)) = (self.source(a), self.source(b));
        let length = limit.max(1e-3);
        let rate = (y1 - y0) / length;
        let rate = select(rate.abs().lt(1e-4), f(1e-4), rate);
        let (ta, tb) = ((self.low - y0) / rate, (self.high - y0) / rate);
        let (enter, leave) = (ta.min(tb).max(0.0), ta.max(tb).min(limit));
        // A smooth corner instead of a hard one.
        let blur = (soft / rate.abs()).min(6.0);
        let span = leave - enter;
        let inside = (span + (span * span + blur * blur).sqrt()) * 0.5 - blur * 0.12;
        let inside = select(span.gt(blur * -3.0), inside.max(0.0), f(0.0)).min(limit);
        let middle = ((enter + leave) * 0.5).max(0.0).min(limit);
        let along = (u1 - u0) / length;
        let w = along.abs() * span.max(0.0) + soft;
        (inside * self.pulses(along.mul_add(middle, u0), w), middle)
    }
}

/// A slow swing, -1 to 1, once in so many bars.
#[must_use]
pub fn swing(music: &Music, bars: f64, phase: f32) -> f32 {
    let turn = (music.bar / bars).rem_euclid(1.0) as f32 + phase;
    scalar::sin(turn * std::f32::consts::TAU)
}

/// How bright a window's sky makes a room at an hour: 0 at night, 1 at noon.
#[must_use]
pub fn daylight(hour: f32) -> f32 {
    let hour = hour.rem_euclid(1.0);
    smooth(0.16, 0.36, hour) * smooth(0.86, 0.68, hour)
}

/// The designed colours of a scheme, any number taken modulo how many there are, in linear light.
#[must_use]
pub fn pick<const N: usize>(schemes: &[[u32; N]], scheme: usize) -> [[f32; 3]; N] {
    schemes[scheme % schemes.len()].map(scalar::hex)
}

/// Motes of dust: brightness of what floats before the lens, about 0 to 1; few, soft, no smaller than a pixel.
#[inline(always)]
pub fn motes<L: Lanes>(at: Points<L>, secs: f32) -> F<L> {
    let mut sum = f(0.0);
    for (k, scale) in [7.0_f32, 12.0].into_iter().enumerate() {
        let k = k as f32;
        let (x, y) = (
            at.x * scale + secs * (0.14 + 0.05 * k),
            at.y * scale + secs * 0.11 + k * 7.3,
        );
        let (cx, cy) = (x.floor(), y.floor());
        let chance = hash2(cx, cy, 5);
        let (ox, oy) = (hash2(cx, cy, 6) * 0.6 + 0.2, hash2(cx, cy, 7) * 0.6 + 0.2);
        let sway = (chance * 40.0 + secs * 0.9).sin() * 0.12;
        let off = (x - cx - ox - sway).squared() + (y - cy - oy).squared();
        let size = (at.pixel * scale * 0.6).max(0.022 + 0.012 * k);
        let alight = smoothstep::<L>(0.55, 1.0, chance);
        sum += (off * (-1.0 / (size * size))).exp() * alight * (0.7 + 0.3 * (chance * 90.0 + secs * 2.0).sin());
    }
    sum
}

/// A round pillar, upright at x and z: how much of the pixel it covers, where across it the ray meets it (-1 to 1, left
/// to right), and how far along the ray.
#[inline(always)]
pub fn pillar<L: Lanes>(ray: &Ray<L>, x: f32, z: f32, radius: f32) -> (F<L>, F<L>, F<L>) {
    let flat2 = (ray.to.x * ray.to.x + ray.to.z * ray.to.z).max(1e-6);
    let flat = flat2.sqrt();
    let (ox, oz) = (x - ray.from.x, z - ray.from.z);
    let along = (ox * ray.to.x + oz * ray.to.z) / flat;
    let across = (oz * ray.to.x - ox * ray.to.z) / flat;
    let width = (ray.came + along.max(0.1)) * ray.pixel + along.max(0.0) * ray.rough + 1e-4;
    let cover = ((radius - across.abs()) / width + 0.5).saturate();
    let near = along - (radius * radius - across * across).sqrt();
    let cover = select(near.gt(0.02), cover, f(0.0));
    (cover, (across * (1.0 / radius)).clamp(-1.0, 1.0), near / flat)
}
