//! Trees against the light: rows of pines as layered boughs, cut out by the pixel's width.

use crate::{
    lanes::{F, Lanes, V, f, select, smoothstep},
    noise::{fbm1, hash1, noise1},
};

/// A row of pines: how much of a pixel it covers at x metres along the row and `y` metres above the row's ground;
/// `pixel` is a pixel's width in metres.
#[inline(always)]
pub fn pines<L: Lanes>(x: F<L>, y: F<L>, tall: f32, spacing: f32, pixel: F<L>, seed: u32) -> F<L> {
    pines_beside(x, y, [tall, spacing], pixel, seed, [0.0, -1e6])
}

/// As [`pines`], of a height and spacing, none within a distance of a place along the row: `gap` is that place and that
/// distance, beyond which they grow to their height within another half of `tall`.
#[inline(always)]
pub fn pines_beside<L: Lanes>(
    x: F<L>,
    y: F<L>,
    [tall, spacing]: [f32; 2],
    pixel: F<L>,
    seed: u32,
    gap: [f32; 2],
) -> F<L> {
    let place = x * (1.0 / spacing);
    let cell = place.floor();
    let mut cover = (0.5 - y / pixel).saturate();
    // The tree of this cell, and that of the nearer neighbour.
    let next = select((place - cell).lt(0.5), f::<L>(-1.0), f(1.0));
    for k in [f(0.0), next] {
        let own = hash1(cell + k, seed);
        let other = (own * 57.3).fract();
        let middle = (cell + k + 0.22 + 0.56 * other) * spacing;
        let grown = (((middle - gap[0]).abs() - gap[1]) * (2.0 / tall)).clamp(0.0, 0.6) + 0.4;
        let stands = (middle - gap[0]).abs().gt(gap[1]).to_float();
        let size = (0.38 + 0.62 * own * own) * tall * grown;
        let up = y / size;
        let (aside, off) = (x - middle, (x - middle).abs());
        // Boughs hang outwards, each of its own length, full at their lower edge.
        let bough = up * (8.0 + 6.0 * other) + off * (7.0 / size) + select(aside.lt(0.0), f(0.4), f(0.0)) + own * 9.0;
        let number = bough.floor();
        let long = (number * 2.4 + own * 40.0 + select(aside.lt(0.0), f(2.0), f(0.0))).sin() * 0.20 + 0.84;
        let half = ((1.0 - up).max(0.0) + 0.02) * (1.0 - (bough - number) * 0.55) * long * (0.16 + 0.08 * other) * size;
        let inside = ((half - off) / pixel + 0.5).saturate() * smoothstep::<L>(0.03, 0.07, up);
        let trunk = ((0.011 * tall * (1.1 - up) - off) / pixel + 0.5).saturate();
        cover = cover.max(inside.max(trunk) * stands * ((size - y) / pixel + 0.5).saturate());
    }
    cover
}

/// Height in metres of a wooded shore, on which rows stand.
#[inline(always)]
pub fn shore<L: Lanes>(x: F<L>, wide: f32, high: f32, seed: u32) -> F<L> {
    let rise = fbm1(x * (1.0 / wide), 3, seed);
    (rise - 0.25).max(f(0.0)) * high
}

/// A palm at a shore.
#[derive(Debug, Clone, Copy)]
pub struct Palm {
    /// Where it stands, in metres.
    pub x: f32,
    /// Metres forward.
    pub depth: f32,
    /// Metres to its crown.
    pub tall: f32,
    /// Metres that its crown is aside of its foot, in still air.
    pub lean: f32,
    /// Metres that the wind moves its crown.
    pub sway: f32,
    /// Its own choices.
    pub seed: u32,
}

impl Palm {
    /// How much of a pixel it covers, and metres along the ray.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32) -> (F<L>, F<L>) {
        let far = (f::<L>(self.depth) - o.z) / d.z.max(0.1);
        let (x, y) = (o.x + d.x * far - self.x, o.y + d.y * far);
        if !(far.gt(0.8) & y.gt(-0.5) & x.abs().lt(self.tall * 1.2)).any() {
            return (f(0.0), far);
        }
        let cover = palm(x, y, self.tall, self.lean, self.sway, far * pixel, self.seed);
        // Grass and drifted sand hide its foot.
        let tufts = noise1(x * 9.0, self.seed) * 0.34 + noise1(x * 2.1, self.seed + 1) * 0.22;
        let foot = ((y - tufts) / (far * pixel) + 0.5).saturate();
        (cover * foot * far.gt(0.8).to_float(), far)
    }
}

/// A palm: how much of a pixel it covers at x metres beside and `y` metres above its foot; `lean` and `sway` are metres at
/// the crown.
#[inline(always)]
fn palm<L: Lanes>(x: F<L>, y: F<L>, tall: f32, lean: f32, sway: f32, pixel: F<L>, seed: u32) -> F<L> {
    let up = (y * (1.0 / tall)).saturate();
    let bend = up * up * (3.0 - up) * 0.5;
    let middle = bend * (lean + sway);
    // Rings on the trunk, and a foot.
    let ring = ((up * 26.0).fract() - 0.5) * 0.10 * (1.0 - (pixel * 30.0).min(1.0));
    let half = (0.16 - up * 0.07 + (up * -14.0).exp() * 0.16) * (1.0 + ring) * (tall / 7.0);
    let mut cover = ((half - (x - middle).abs()) / pixel + 0.5).saturate()
        * ((tall - y) / pixel + 0.5).saturate()
        * ((y + 0.4) / pixel).saturate();
    let (cx, cy) = (x - (lean + sway), y - tall);
    if !(cx.abs().lt(tall * 0.75) & cy.abs().lt(tall * 0.75)).any() {
        return cover;
    }
    for k in 0..11_u32 {
        let chance = |n: u32| {
            ((seed.wrapping_mul(0x9E37_79B1) ^ (k * 7 + n).wrapping_mul(0x85EB_CA77)) >> 8) as f32 / (1 << 24) as f32
        };
        // From hanging to upright, on both sides.
        let side = if k % 2 == 0 { 1.0 } else { -1.0 };
        let rise = 2.0 - 2.5 * (k as f32 / 10.0) + 0.4 * (chance(1) - 0.5);
        let long = tall * (0.40 + 0.13 * chance(2)) / (1.0 + 0.45 * rise.abs());
        let u = cx * side - sway * 0.15;
        let part = (u * (1.0 / long)).max(0.0);
        let spine = u * rise - u * part * (0.85 + 0.42 * rise.max(0.0));
        let v = cy - spine;
        // Leaflets hang from the spine; where they are finer than a pixel, their mean.
        let comb = (((u * 11.0 - v * 6.5) * (7.0 / tall) + chance(3) * 5.0).fract() - 0.5).abs() * 2.0;
        let fine = (pixel * 11.0).min(1.0);
        let comb = comb * (1.0 - fine) + 0.60 * fine;
        let hang = long
            * (0.25 + 0.06 * chance(4))
            * (part * 6.0).min(1.0)
            * (1.0 - part).max(0.0).sqrt()
            * (0.10 + 0.90 * comb * comb);
        let within =
            ((v + hang) / pixel + 0.5).saturate() * ((0.03 * tall * (1.0 - part) - v) / pixel + 0.5).saturate();
        let along = (u / pixel + 0.5).saturate() * ((long - u) / pixel + 0.5).saturate();
        cover = cover.max(within * along);
    }
    cover
}
