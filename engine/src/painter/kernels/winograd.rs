//! The transforms around Winograd's products for 3x3 kernels and 4x4 outputs.
//!
//! A tile of 4x4 outputs of a 3x3 convolution takes 6x6 inputs d. With B, A as below, U = B'dB has 36 values; each is
//! multiplied by its own weight (transformed once, when the network is loaded) and summed over the input channels;
//! A'MA gives the outputs: 36 products instead of 144.
//!
//! **Source**: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, section 4.2, F(4x4, 3x3).

use super::vector::Vector;
use crate::painter::norm::LANES as CHANNELS;

/// Outputs along a tile's side.
pub const TILE: usize = 4;
/// Inputs along a tile's side.
pub const PATCH: usize = TILE + 2;
/// Values of a transformed tile.
pub const SPECTRUM: usize = PATCH * PATCH;
/// Tiles that are transformed together: as many as the AVX-512 micro-kernel has pixels.
pub const GROUP: usize = 14;
/// Floats of a group's transformed tiles, `[SPECTRUM][GROUP][CHANNELS]`.
pub const GROUP_LEN: usize = SPECTRUM * GROUP * CHANNELS;

/// B' times a column of six.
#[inline(always)]
fn input_transform<V: Vector>(d: [V; PATCH], [four, minus_five, two, minus_four]: [V; 4]) -> [V; PATCH] {
    let even = d[2].mul_add(minus_four, d[4]);
    let odd = d[1].mul_add(minus_four, d[3]);
    let even2 = d[4] - d[2];
    let odd2 = d[3] - d[1];
    [
        d[0].mul_add(four, d[2].mul_add(minus_five, d[4])),
        even + odd,
        even - odd,
        odd2.mul_add(two, even2),
        even2 - (odd2 + odd2),
        d[1].mul_add(four, d[3].mul_add(minus_five, d[5])),
    ]
}

/// A' times a column of six.
#[inline(always)]
fn output_transform<V: Vector>(m: [V; PATCH], [two, four, eight]: [V; 3]) -> [V; TILE] {
    let (sum1, dif1) = (m[1] + m[2], m[1] - m[2]);
    let (sum2, dif2) = (m[3] + m[4], m[3] - m[4]);
    [
        (m[0] + sum1) + sum2,
        dif2.mul_add(two, dif1),
        sum2.mul_add(four, sum1),
        dif2.mul_add(eight, dif1) + m[5],
    ]
}

/// Transforms `tiles` neighbouring tiles: six rows of `(4 * tiles + 2) * CHANNELS` floats to
/// `[SPECTRUM][GROUP][CHANNELS]`.
///
/// # Safety
/// The machine has V's instruction set; the rows and the spectrum are as long as said; `tiles <= GROUP`.
#[inline(always)]
pub(super) unsafe fn to_spectrum<V: Vector>(rows: [*const f32; PATCH], tiles: usize, spectrum: *mut f32) {
    // SAFETY: `column + PATCH <= 4 * tiles + 2`, `tile < GROUP` and `lane + V::LANES <= CHANNELS`.
    unsafe {
        let factors = [V::splat(4.0), V::splat(-5.0), V::splat(2.0), V::splat(-4.0)];
        for tile in 0..tiles {
            for lane in (0..CHANNELS).step_by(V::LANES) {
                let mut half = [[V::splat(0.0); PATCH]; PATCH];
                unroll!(x < PATCH: 0 1 2 3 4 5 => {
                    let at = (TILE * tile + x) * CHANNELS + lane;
                    let load = |y: usize| V::load(rows[y].add(at));
                    let column = [load(0), load(1), load(2), load(3), load(4), load(5)];
                    let column = input_transform(column, factors);
                    unroll!(y < PATCH: 0 1 2 3 4 5 => { half[y][x] = column[y] });
                });
                unroll!(y < PATCH: 0 1 2 3 4 5 => {
                    let row = input_transform(half[y], factors);
                    unroll!(x < PATCH: 0 1 2 3 4 5 => {
                        row[x].store(spectrum.add(((y * PATCH + x) * GROUP + tile) * CHANNELS + lane));
                    });
                });
            }
        }
    }
}

/// Where a group's outputs go.
#[derive(Clone, Copy)]
pub(super) struct Outputs {
    /// The group's first output.
    pub(super) out: *mut f32,
    /// Floats from a row to the next.
    pub(super) pitch: usize,
    /// Rows that exist, 1 to 4.
    pub(super) rows: usize,
    /// Pixels that exist; only the last tile may have fewer than four.
    pub(super) pixels: usize,
    /// Sums, squares and pivots, `[3][CHANNELS]`, as in `StripSums`.
    pub(super) sums: *mut f32,
}

/// Transforms the products of a group back and sums them up.
///
/// # Safety
/// The machine has V's instruction set; `products` lends [`GROUP_LEN`] floats; the places in `to` exist.
#[inline(always)]
pub(super) unsafe fn from_spectrum<V: Vector>(products: *const f32, to: Outputs) {
    // SAFETY: `tile < GROUP`; only rows and pixels that exist are written.
    unsafe {
        let factors = [V::splat(2.0), V::splat(4.0), V::splat(8.0)];
        for lane in (0..CHANNELS).step_by(V::LANES) {
            let at = to.sums.add(lane);
            let (mut sum, mut squares) = (V::load(at), V::load(at.add(CHANNELS)));
            let pivot = V::load(at.add(2 * CHANNELS));
            for tile in 0..to.pixels.div_ceil(TILE) {
                let mut half = [[V::splat(0.0); PATCH]; TILE];
                unroll!(x < PATCH: 0 1 2 3 4 5 => {
                    let load = |y: usize| V::load(products.add(((y * PATCH + x) * GROUP + tile) * CHANNELS + lane));
                    let column = [load(0), load(1), load(2), load(3), load(4), load(5)];
                    let column = output_transform(column, factors);
                    unroll!(y < TILE: 0 1 2 3 => { half[y][x] = column[y] });
                });
                let columns = TILE.min(to.pixels - TILE * tile);
                unroll!(y < TILE: 0 1 2 3 => {
                    if y < to.rows {
                        let out = to.out.add(y * to.pitch + TILE * tile * CHANNELS + lane);
                        let row = output_transform(half[y], factors);
                        unroll!(x < TILE: 0 1 2 3 => {
                            if x < columns {
                                row[x].store(out.add(x * CHANNELS));
                                let value = row[x] - pivot;
                                sum = sum + value;
                                squares = value.mul_add(value, squares);
                            }
                        });
                    }
                });
            }
            sum.store(at);
            squares.store(at.add(CHANNELS));
        }
    }
}
