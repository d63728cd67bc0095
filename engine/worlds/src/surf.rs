//! Surf: breakers that come in, the thin sheets of water that run up the sand and back, and their foam.
//!
//! A sheet of swash follows a parabola in time, as a body thrown up the slope does (Shen and Meyer, "Climb of a bore on a
//! beach", 1963), in lobes whose fronts carry foam. Breakers are upright curtains over lines parallel to the shore: dark
//! faces with light through the crest that break into white water, section by section.

use crate::{
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::{fbm2, noise1, noise2},
    scalar::{self, Chance, mix, mix3, scale3},
    scene::Scene,
    shore::Shore,
    sky::Sky,
    waterside::Waterside,
};

/// A sheet of water on the sand.
#[derive(Debug, Clone, Copy)]
struct Swash {
    /// Metres that it has come up from the mean line; below 0 it is still in the sea.
    reach: f32,
    /// How far its lobes are drawn out, 0 to 1.
    lobes: f32,
    /// How much foam its front has, 0 to 1, and whether it still rises.
    foam: f32,
    rising: f32,
    own: f32,
}

/// A wave that comes in.
#[derive(Debug, Clone, Copy)]
struct Breaker {
    /// Metres before the mean line.
    out: f32,
    high: f32,
    /// How much of it has broken.
    broken: f32,
    own: f32,
}

/// The surf of a beach at one frame.
#[derive(Debug, Clone, Copy)]
pub struct Surf {
    swash: [Swash; 2],
    breakers: [Breaker; 4],
    /// Metres that a sheet has come up from the mean line, the highest of them.
    pub top: f32,
    /// How far the foam's lace has moved, in metres.
    pub drift: f32,
    /// Light of foam.
    pub foam: [f32; 3],
    /// Light that comes out of shallow water.
    pub shallow: [f32; 3],
    /// How much spray there is.
    pub spray: f32,
    seed: u32,
}

impl Surf {
    /// The surf of a scene: a wave in four bars, each of which runs up and back in eight.
    #[must_use]
    pub fn new(scene: &Scene, sky: &Sky, chance: &mut Chance) -> Self {
        let (music, weather) = (&scene.music, &scene.weather);
        let clock = music.bar as f32 * 0.125;
        let run = 1.4 + 1.5 * music.bass + 0.8 * weather.storm + 0.5 * music.kick;
        let swash = [0.0, 0.5].map(|part: f32| {
            let phase = clock + part;
            let (turn, phase) = (phase.floor(), phase - phase.floor());
            let rise = 1.0
                - if phase < 0.38 {
                    (1.0 - phase / 0.38) * (1.0 - phase / 0.38)
                } else {
                    (phase - 0.38) * (phase - 0.38) / 0.384
                };
            Swash {
                reach: mix(-3.5, run, rise),
                lobes: rise.max(0.0),
                foam: scalar::smoothstep(0.0, 0.10, phase) * scalar::smoothstep(1.0, 0.62, phase),
                rising: scalar::smoothstep(0.55, 0.30, phase),
                own: (turn * 2.0 + part * 2.0) % 512.0,
            }
        });
        let heave = 0.75 + 0.45 * weather.wind + 0.9 * weather.storm + 0.45 * music.bass + 0.25 * music.build;
        let breakers = [3, 2, 1, 0].map(|k: u32| {
            let phase = clock + 0.5 * (k % 2) as f32;
            let ahead = 1.0 + (k / 2) as f32 - (phase - phase.floor());
            let out = 3.0 + 17.0 * ahead;
            Breaker {
                out,
                high: heave
                    * scalar::smoothstep(36.0, 20.0, out)
                    * mix(0.30, 1.0, scalar::smoothstep(3.0, 12.0, out))
                    * scalar::smoothstep(3.0, 4.5, out),
                broken: scalar::smoothstep(24.0, 9.0, out),
                own: ((phase.floor() + 1.0 + (k / 2) as f32) * 2.0 + (k % 2) as f32) % 512.0,
            }
        });
        let teal = scene.palette.turned([0.05, 0.30, 0.30], 0.5);
        let day = scalar::luminance(sky.middle);
        Self {
            top: swash.iter().fold(-9.0, |top, swash| swash.reach.max(top)),
            swash,
            breakers,
            drift: 0.45 * scalar::sin(clock * std::f32::consts::TAU * 2.0),
            foam: mix3(
                scale3(sky.cloud_lit, 0.85),
                scale3(sky.sun, if sky.is_moon { 0.5 } else { 0.14 }),
                0.35,
            ),
            shallow: std::array::from_fn(|k| teal[k] * (0.08 + 0.85 * day) + sky.middle[k] * 0.10),
            spray: 0.35 + 0.5 * music.bass + 0.7 * music.snare + 0.5 * weather.storm,
            seed: chance.below(1 << 20) as u32,
        }
    }

    /// The swash at a place `along` the shore, `out` metres from its line: metres behind the front of the water, how much
    /// of it foams, and how much of the front's own shade lies there.
    #[inline(always)]
    pub fn swash<L: Lanes>(&self, along: F<L>, out: F<L>) -> (F<L>, F<L>, F<L>) {
        let (mut sheet, mut amount, mut lip) = (out + 0.7, f::<L>(0.0), f::<L>(0.0));
        for swash in &self.swash {
            let lobes = (noise1(along * 0.26 + swash.own * 17.3, self.seed + 9) - 0.5) * 2.6
                + (noise1(along * 1.1 + swash.own * 5.1, self.seed + 10) - 0.5) * 0.55;
            let behind = out + swash.reach + lobes * swash.lobes;
            sheet = sheet.max(behind);
            let wide = 0.14 + 0.42 * swash.rising;
            let edge = smoothstep::<L>(-0.01, 0.05, behind) * smoothstep::<L>(wide, wide * 0.35, behind);
            let trail = smoothstep::<L>(0.0, 0.2, behind) * (behind.max(0.0) * -0.30).exp() * 0.66;
            amount = amount.max((edge * (0.62 + 0.38 * swash.rising)).max(trail) * swash.foam);
            lip = lip.max(smoothstep::<L>(-0.13, -0.02, behind) * smoothstep::<L>(0.02, -0.01, behind) * swash.foam);
        }
        (sheet, amount, lip)
    }

    /// Foam that the breakers leave behind them, and the shade before them.
    #[inline(always)]
    pub fn left<L: Lanes>(&self, along: F<L>, out: F<L>) -> (F<L>, F<L>) {
        let (mut amount, mut shade) = (f::<L>(0.0), f::<L>(0.0));
        for wave in &self.breakers {
            let behind = out - wave.out - self.bend(along, wave);
            let left = smoothstep::<L>(-0.3, 0.3, behind) * (behind.max(0.0) * -0.22).exp();
            amount = amount.max(left * self.broken(along, wave) * (0.85 * wave.broken.max(0.25)));
            shade = shade
                .max(smoothstep::<L>(-2.6, -0.2, behind) * smoothstep::<L>(0.2, -0.1, behind) * wave.high.min(1.0));
        }
        (amount, shade)
    }

    /// All breakers before `light`, that is seen as far as `limit` metres.
    #[inline(always)]
    pub fn breakers<L: Lanes>(
        &self,
        (at, shore): (&Waterside, &Shore),
        d: V<L>,
        pixel: f32,
        (mut light, mut limit): (V<L>, F<L>),
    ) -> (V<L>, F<L>) {
        for wave in &self.breakers {
            (light, limit) = self.wave(wave, (at, shore), d, pixel, (light, limit));
        }
        (light, limit)
    }

    /// How far a wave's line is off its mean, in metres.
    #[inline(always)]
    fn bend<L: Lanes>(&self, along: F<L>, wave: &Breaker) -> F<L> {
        (noise1(along * 0.045 + wave.own * 3.7, self.seed + 5) - 0.5) * (1.5 + 0.14 * wave.out)
    }

    /// How much of a wave has broken at a place along it.
    #[inline(always)]
    fn broken<L: Lanes>(&self, along: F<L>, wave: &Breaker) -> F<L> {
        let own = noise1(along * 0.075 + wave.own * 9.1, self.seed + 6);
        smoothstep::<L>(0.92 - 1.05 * wave.broken, 1.12 - 1.05 * wave.broken, own)
    }

    /// A wave before `light`, that is seen as far as `limit` metres.
    #[inline(always)]
    fn wave<L: Lanes>(
        &self,
        wave: &Breaker,
        (at, shore): (&Waterside, &Shore),
        d: V<L>,
        pixel: f32,
        (light, limit): (V<L>, F<L>),
    ) -> (V<L>, F<L>) {
        let o = splat::<L>(at.camera.position);
        let first = shore.reach(o, d, f(wave.out));
        let (along, _) = shore.of(o.x + d.x * first, o.z + d.z * first);
        let range = shore.reach(o, d, f::<L>(wave.out) + self.bend(along, wave));
        let y = o.y + d.y * range;
        let seen = range.gt(1.0) & range.lt(400.0) & y.gt(-0.1) & y.lt(wave.high * 2.2 + 0.2);
        if wave.high < 0.03 || !seen.any() {
            return (light, limit);
        }
        let (along, _) = shore.of(o.x + d.x * range, o.z + d.z * range);
        let swell = noise1(along * 0.10 + wave.own * 2.3, self.seed + 7);
        let white = self.broken(along, wave);
        let high = (swell * 0.75 + 0.35) * wave.high * (1.0 - white * 0.25);
        let size = range * pixel;
        // White water has a crown of its own.
        let churn = fbm2(along * 1.3 + wave.own * 7.0, y * 2.6 - wave.out * 0.9, 3);
        let top = high * (1.0 + white * (churn - 0.42) * 0.9);
        let cover = ((top - y) / size + 0.5).saturate() * smoothstep::<L>(-0.05, 0.05, y);
        let up = (y / top.max(0.03)).saturate();
        let sky = &at.sky;
        let near = d.dot(splat(sky.direction)).max(0.0);
        // The face mirrors the sky above the eye, and light comes through its crest.
        let (mirrored, body) = (splat::<L>(sky.middle), splat::<L>(at.deep) * 0.85);
        let through = up * up * up;
        let lines = noise1(along * 0.9 + y * 2.0, self.seed + 8) * 0.35 + 0.82;
        let face = body.mix(mirrored, (1.0 - up) * 0.16 + 0.05) * lines
            + splat::<L>(self.shallow) * (through * 0.85)
            + splat::<L>(sky.sun) * (through * (near.pow(8.0) * 0.22 + 0.012));
        let lit = 0.40 + 0.62 * churn + 0.45 * up * up + near.pow(6.0) * 0.4;
        let foam = splat::<L>(self.foam) * lit;
        let lip = smoothstep::<L>(0.80, 0.98, up) * smoothstep::<L>(0.25, 0.7, white + swell * 0.5);
        let color = face.mix(
            foam,
            (white * smoothstep::<L>(0.0, 0.35, up + churn * 0.5)).max(lip * 0.8),
        );
        let haze = at.air.color(sky, d);
        let near_enough = range.lt(limit).to_float() * seen.to_float();
        let shown = cover * near_enough;
        let mut out = light.mix(at.air.through(color, haze, range), shown);
        // Spray is torn off the crest.
        let over = (y - top).max(0.0);
        let torn = (over * (-2.6 / wave.high.max(0.1))).exp()
            * smoothstep::<L>(
                0.35,
                0.8,
                noise2(along * 0.8 - over * 1.6 + wave.own, over * 2.2 - wave.out),
            )
            * white
            * (1.0 - cover)
            * near_enough;
        out = out.mix(
            splat::<L>(self.foam) * (0.8 + near.pow(8.0) * 1.2),
            (torn * self.spray).min(0.7),
        );
        (out, select(shown.gt(0.5), range, limit))
    }
}
