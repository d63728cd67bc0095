//! Trees against the light: rows of pines as layered boughs, cut out by the pixel's width.

use crate::{
    lanes::{F, Lanes, f, smoothstep},
    noise::{fbm1, hash1},
};

/// A row of pines: how much of a pixel it covers at x metres along the row and `y` metres above the row's ground;
/// `pixel` is a pixel's width in metres.
#[inline(always)]
pub fn pines<L: Lanes>(x: F<L>, y: F<L>, tall: f32, spacing: f32, pixel: F<L>, seed: u32) -> F<L> {
    let place = x * (1.0 / spacing);
    let cell = place.floor();
    let mut cover = (0.5 - y / pixel).saturate();
    for k in [-1.0, 0.0, 1.0] {
        let own = hash1(cell + k, seed);
        let other = hash1(cell + k, seed ^ 0x51);
        let size = (0.38 + 0.62 * own * own) * tall;
        let middle = (cell + k + 0.2 + 0.6 * other) * spacing;
        let up = y / size;
        // Boughs: a saw that hangs, finer towards the top.
        let bough = (up * (7.0 + 4.0 * other) + own * 9.0).fract();
        let half = (1.0 - up).max(0.0) * (0.72 + 0.42 * (1.0 - bough)) * (0.15 + 0.09 * other) * size;
        // Where a bough is finer than a pixel, its mean.
        let off = (x - middle).abs();
        let inside = ((half - off) / pixel + 0.5).saturate() * (1.0 - smoothstep::<L>(0.985, 1.0, up));
        let trunk = ((0.012 * tall - off) / pixel + 0.5).saturate() * smoothstep::<L>(1.02, 0.98, up);
        cover = cover.max(inside.max(trunk) * ((size - y) / pixel + 0.5).saturate());
    }
    cover
}

/// Height in metres of a wooded shore, on which rows stand.
#[inline(always)]
pub fn shore<L: Lanes>(x: F<L>, wide: f32, high: f32, seed: u32) -> F<L> {
    let rise = fbm1(x * (1.0 / wide), 3, seed);
    (rise - 0.25).max(f(0.0)) * high
}
