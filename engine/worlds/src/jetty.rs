//! A wooden jetty on posts that runs out over the water: planks, their edge, posts at both sides.

use crate::{
    lanes::{F, Lanes, M, V, f, select, smoothstep, splat},
    noise::{hash1, noise2},
};

/// Thickness of the deck in metres.
const THICK: f32 = 0.20;
/// Metres from one plank to the next, and from one pair of posts to the next.
const PLANK: f32 = 0.17;
const BAY: f32 = 2.4;

/// A jetty.
#[derive(Debug, Clone, Copy)]
pub struct Jetty {
    /// x of its middle at z = 0, and how that goes aside (x by z).
    pub line: [f32; 2],
    /// Half its width in metres.
    pub half: f32,
    /// Height of its deck in metres.
    pub top: f32,
    /// Where it ends: z.
    pub end: f32,
    /// Wood in the shade.
    pub dark: [f32; 3],
    /// Wood under the sky.
    pub lit: [f32; 3],
}

impl Jetty {
    /// How much of a level `y` a pixel sees, and metres.
    #[inline(always)]
    fn level<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, y: f32) -> (F<L>, F<L>) {
        let fall = select(d.y.abs().lt(1e-4), f(1e-4), d.y);
        let range = (y - o.y) / fall;
        let met = range.gt(0.3) & range.lt(200.0);
        let range = range.clamp(0.3, 200.0);
        let (x, z) = (o.x + d.x * range, o.z + d.z * range);
        let off = (x - z * self.line[1] - self.line[0]).abs();
        let size = range * pixel;
        let deep = size / d.y.abs().max(0.04);
        let cover = ((self.half - off) / size + 0.5).saturate() * ((self.end - z) / deep + 0.5).saturate();
        (cover * met.to_float(), range)
    }

    /// Which rays come near it at a height.
    #[inline(always)]
    fn near<L: Lanes>(&self, o: V<L>, d: V<L>, y: f32) -> M<L> {
        let range = ((y - o.y) / select(d.y.abs().lt(1e-3), f(1e-3), d.y)).clamp(0.0, 60.0);
        let (x, z) = (o.x + d.x * range, o.z + d.z * range);
        (x - z * self.line[1] - self.line[0]).abs().lt(self.half + 1.2)
    }

    /// Cover, light, metres; `above` is what the sky shows on wet wood.
    #[inline(always)]
    pub fn seen<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, above: V<L>) -> (F<L>, V<L>, F<L>) {
        // Where no ray comes near it at the height of its posts, at the deck or at the water, there is nothing.
        if !(self.near(o, d, self.top + 0.6) | self.near(o, d, self.top) | self.near(o, d, 0.0)).any() {
            return (f(0.0), splat([0.0; 3]), f(1e4));
        }
        let (deck, range) = self.level(o, d, pixel, self.top);
        let (edge, under) = self.level(o, d, pixel, self.top - THICK);
        let (mut cover, mut far) = (deck.max(edge), select(deck.gt(0.5), range, under));
        let mut light = splat::<L>(self.dark);
        // From below it is dark.
        let down = d.y.lt(0.0);
        if (deck.gt(0.0) & down).any() {
            let (x, z) = (o.x + d.x * range, o.z + d.z * range);
            let plank = z * (1.0 / PLANK);
            let cell = plank.floor();
            let width = range * pixel / d.y.abs().max(0.04) * (1.0 / PLANK);
            let fine = (width * 1.2).min(1.0);
            let own = hash1(cell, 71).mix(0.5, fine);
            let gap = ((plank - cell - 0.5).abs() - 0.44).max(0.0) * 16.0;
            let gap = gap.min(1.0).mix(0.12, fine);
            let grain = noise2(x * 3.0, z * 30.0).mix(0.5, (width * 3.0).min(1.0));
            let wood = splat::<L>(self.lit) * (0.55 + 0.5 * own + 0.35 * (grain - 0.5));
            let flat = (1.0 + d.y).saturate();
            let wood = wood.mix(above, flat * flat * flat * (0.25 + 0.35 * own)) * (1.0 - gap * 0.8);
            light = V::select(deck.gt(0.5) & down, wood, light);
        }
        for k in 0..6 {
            let z = self.end - 0.25 - BAY * k as f32;
            let reach = (z - o.z) / d.z.max(0.1);
            let (x, y) = (o.x + d.x * reach - z * self.line[1] - self.line[0], o.y + d.y * reach);
            let size = (reach * pixel).max(1e-4);
            let met = reach.gt(0.4) & y.gt(-0.2) & y.lt(self.top + 0.6);
            if !met.any() {
                continue;
            }
            // The end's posts stand higher.
            let high = self.top + if k == 0 { 0.55 } else { 0.16 };
            let off = (x.abs() - self.half - 0.02).abs();
            let post = ((0.075 - off) / size + 0.5).saturate() * ((high - y) / size + 0.5).saturate() * met.to_float();
            // The deck hides what is below it and farther.
            let shown = select(reach.lt(far + 0.4) | cover.lt(0.5), post, f(0.0));
            let rim = smoothstep::<L>(high - 0.08, high, y) * 0.5;
            light = light.mix(splat::<L>(self.dark).mix(splat(self.lit), rim), shown);
            far = select(shown.gt(0.5), reach, far);
            cover = cover.max(shown);
        }
        (cover, light, far)
    }
}
