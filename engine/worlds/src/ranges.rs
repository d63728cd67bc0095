//! Ridges of mountains, one behind the other, as outlines with relief.
//!
//! Each is a line of noise, its broad octaves folded into crests (ridged noise after Musgrave, "Texturing and Modeling",
//! 2003), at a depth of its own: that gives parallax and the layers of air that make mountains large, at a hundredth of a
//! marched terrain's cost. Gullies are ridged noise bent down the slope, lit by its difference towards the light; snow
//! lies high and between them. Only the two nearest ridges of a pixel are given their relief: at edges both are seen.

use crate::{
    lanes::{F, Lanes, M, V, f, select, smoothstep, splat},
    noise::{noise1, noise2, ridged2},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
};

/// Ridges in a range.
pub const RIDGES: usize = 6;

/// One ridge.
#[derive(Debug, Clone, Copy)]
struct Ridge {
    /// Metres forward.
    depth: f32,
    /// Metres of its highest crests.
    tall: f32,
    /// Metres from crest to crest.
    wide: f32,
    /// How deep the valley cuts it, 0 to 1.
    cut: f32,
    offset: f32,
    seed: u32,
}

/// A range of mountains.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    ridges: [Ridge; RIDGES],
    /// Where the valley lies (x by z), and half its width.
    pub valley: [f32; 2],
    /// Height of the snow line in metres.
    pub snow: f32,
    /// Light on rock and snow that face it.
    pub sun: [f32; 3],
    /// Light from above.
    pub ambient: [f32; 3],
    rock: [f32; 3],
    white: [f32; 3],
    /// 1 when the light comes from the right.
    side: f32,
}

/// What a ray meets.
#[derive(Clone, Copy)]
pub struct Hit<L: Lanes> {
    /// Metres along the ray; far beyond where there is none.
    pub range: F<L>,
    /// How much of the pixel it covers.
    pub cover: F<L>,
    x: F<L>,
    /// Height in metres.
    pub y: F<L>,
    drop: F<L>,
    wide: F<L>,
    tall: F<L>,
}

impl<L: Lanes> Hit<L> {
    #[inline(always)]
    pub(crate) fn none() -> Self {
        let zero = f(0.0);
        Self {
            range: f(1e5),
            cover: zero,
            x: zero,
            y: zero,
            drop: zero,
            wide: f(1.0),
            tall: f(1.0),
        }
    }
    #[inline(always)]
    fn select(mask: M<L>, yes: Self, no: Self) -> Self {
        Self {
            range: select(mask, yes.range, no.range),
            cover: select(mask, yes.cover, no.cover),
            x: select(mask, yes.x, no.x),
            y: select(mask, yes.y, no.y),
            drop: select(mask, yes.drop, no.drop),
            wide: select(mask, yes.wide, no.wide),
            tall: select(mask, yes.tall, no.tall),
        }
    }
}

impl Range {
    /// Mountains of a scene from `near` to `far` metres, `tall` metres high at the far end; the valley opens at `valley`
    /// (x by z).
    #[must_use]
    pub fn new(scene: &Scene, sky: &Sky, chance: &mut Chance, near: f32, far: f32, tall: f32, valley: f32) -> Self {
        let growth = scalar::pow(far / near, 1.0 / (RIDGES - 1) as f32);
        let mut depth = near;
        let ridges = std::array::from_fn(|k| {
            let part = k as f32 / (RIDGES - 1) as f32;
            let ridge = Ridge {
                depth,
                tall: tall * (0.16 + 0.84 * scalar::pow(part, 0.8)) * chance.within(0.8, 1.15),
                wide: (0.5 * depth + 500.0) * chance.within(0.7, 1.2),
                cut: 0.92 - 0.62 * part,
                offset: chance.within(0.0, 500.0),
                seed: chance.below(1 << 20) as u32,
            };
            depth *= growth;
            ridge
        });
        let light = if sky.is_moon { 0.55 } else { 0.36 };
        let side = if sky.direction[0] > 0.0 { 1.0 } else { -1.0 };
        Self {
            ridges,
            valley: [valley, chance.within(0.22, 0.4)],
            snow: tall * (chance.within(0.16, 0.36) - 0.5 * scene.weather.snow),
            sun: scale3(sky.sun, light),
            ambient: mix3(scale3(sky.zenith, 0.9), scale3(sky.middle, 0.5), 0.5),
            rock: scene.palette.turned([0.085, 0.082, 0.095], 0.7),
            white: scene.palette.turned([0.80, 0.83, 0.92], 0.8),
            side,
        }
    }

    #[inline(always)]
    fn crest<L: Lanes>(&self, ridge: &Ridge, x: F<L>) -> F<L> {
        let u = x * (1.0 / ridge.wide) + ridge.offset;
        let massif = noise1(u * 0.43, ridge.seed ^ 0x99) * 0.6 + 0.45;
        let mut sum = f::<L>(0.0);
        let (mut share, mut scale) = (0.54, 1.0);
        for k in 0..7_u32 {
            let n = noise1(u * scale + 3.7 * k as f32, ridge.seed + 977 * k);
            // The broad ones are folded into crests.
            let n = if k < 3 { 1.0 - (n * 2.0 - 1.0).abs() } else { n };
            sum = n.mul_add(share, sum);
            share *= if k < 3 { 0.47 } else { 0.56 };
            scale *= 2.07;
        }
        let side = ((x * (1.0 / ridge.depth) - self.valley[0]) * (1.0 / self.valley[1])).squared();
        let valley = 1.0 - ridge.cut * (side * -0.7).exp();
        sum * massif * valley * ridge.tall
    }

    /// The two nearest ridges that rays from `o` along `d` meet, `pixel` radians wide.
    #[inline(always)]
    pub fn meet<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32) -> [Hit<L>; 2] {
        let (mut first, mut second) = (Hit::none(), Hit::none());
        let ahead = d.z.max(0.1);
        // From near to far: what is covered needs nothing behind.
        let mut open = f::<L>(1.0);
        for ridge in &self.ridges {
            let range = (ridge.depth - o.z) / ahead;
            let y = o.y + d.y * range;
            if !y.lt(ridge.tall * 1.1).any() || !open.gt(0.0).any() {
                continue;
            }
            let x = o.x + d.x * range;
            let drop = self.crest(ridge, x) - y;
            let cover = (drop / (range * pixel) + 0.5).saturate();
            let hit = Hit {
                range,
                cover,
                x: x + ridge.offset * 50.0,
                y,
                drop,
                wide: f(ridge.wide),
                tall: f(ridge.tall),
            };
            let seen = cover.gt(0.0);
            let fresh = first.cover.lt(1e-6);
            second = Hit::select(seen & !fresh & second.cover.lt(1e-6), hit, second);
            first = Hit::select(seen & fresh, hit, first);
            open *= 1.0 - cover;
        }
        [first, second]
    }

    /// Light of rock and snow, without the air.
    #[inline(always)]
    pub fn shade<L: Lanes>(&self, hit: Hit<L>, d: V<L>, sky: &Sky) -> V<L> {
        let scale = hit.wide.recip();
        // Down the slope, less by the crest's own line than by height: else its teeth repeat all the way down.
        let down = hit.drop * 0.25 - hit.y * 0.75;
        let (u, w) = (hit.x * scale * 3.4, down * (scale * 1.15));
        // Gullies run down and fan out.
        let bend = (noise2(u * 0.6, w * 2.2 + 5.0) - 0.5) * 1.1;
        let (gu, gw) = (u + bend + w * 0.9, w * 2.6 + bend * 0.4);
        let here = ridged2(gu, gw, 5);
        let there = ridged2(gu + 0.075 * self.side, gw - 0.05, 5);
        let relief = (here - there) * 6.0;
        let lit = smoothstep::<L>(-0.34, 0.42, relief + bend * 0.55 * self.side);
        let high = (hit.y - self.snow) / hit.tall;
        let snow = smoothstep::<L>(-0.05, 0.09, high + (here - 0.42) * 0.46 - bend * 0.12)
            * smoothstep::<L>(0.10, 0.24, here + high * 0.45);
        let albedo = splat::<L>(self.rock).mix(splat(self.white), snow);
        let near = d.dot(splat(sky.direction)).max(0.0);
        // Light that comes over the crest.
        let rim = (hit.drop * scale * -26.0).exp() * (0.25 + near.pow(4.0));
        albedo
            * (splat::<L>(self.sun) * (lit * (0.75 + 0.45 * snow) + rim * 0.5)
                + splat(self.ambient) * (0.34 + 0.22 * lit))
    }
}
