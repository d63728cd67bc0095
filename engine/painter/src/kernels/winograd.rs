//! The transforms around Winograd's products for 3x3 kernels and tiles of 4x4 outputs.
//!
//! With stride 1 a tile takes 6x6 inputs d. U = B'dB has 36 values; each is multiplied by its own weight (transformed
//! once, when the network is loaded) and summed over the input channels; A'MA gives the outputs: 36 products instead of
//! 144.
//!
//! With stride 2 it takes 9x9 inputs. Along each axis the kernel's outer taps meet inputs 0, 2, 4, 6, 8, which is a
//! convolution of two taps and stride 1 with a Winograd form of 5 products; its middle tap meets inputs 1, 3, 5, 7, one
//! product each. That makes 81 products instead of 144, and 36 different weights, as the middle tap's are alike.
//!
//! **Source**: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, section 4.2, F(4x4, 3x3).
//! F(4, 2) is made in the same way (Toom and Cook) for the points 0, 1, -1, 2 and infinity.

use super::vector::Vector;
use crate::norm::LANES as CHANNELS;

/// Outputs along a tile's side.
pub const TILE: usize = 4;
/// Tiles that are transformed together: as many as the AVX-512 micro-kernel has pixels.
pub const GROUP: usize = 14;
/// Different weights along an axis, with either stride.
pub const WEIGHTS: usize = 6;

/// How tiles of outputs lie on the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tiling {
    /// Stride 1.
    Same,
    /// Stride 2.
    Halving,
}

impl Tiling {
    /// Input pixels from an output to the next.
    pub const fn stride(self) -> usize {
        match self {
            Self::Same => 1,
            Self::Halving => 2,
        }
    }

    /// Inputs along a tile's side, and values along its transform's.
    pub const fn inputs(self) -> usize {
        TILE * self.stride() + if matches!(self, Self::Same) { 2 } else { 1 }
    }

    /// Inputs along a row of neighbouring tiles.
    pub const fn columns(self, tiles: usize) -> usize {
        self.inputs() + (tiles - 1) * TILE * self.stride()
    }

    /// Values of a transformed tile.
    pub const fn points(self) -> usize {
        self.inputs() * self.inputs()
    }

    /// Floats of a group's transformed tiles, `[points][GROUP][CHANNELS]`.
    pub const fn group_len(self) -> usize {
        self.points() * GROUP * CHANNELS
    }

    /// Which of the WEIGHTS x WEIGHTS weights a value of the transform is multiplied by.
    pub(super) fn weight(self, point: usize) -> usize {
        let along = |i: usize| i.min(WEIGHTS - 1);
        along(point / self.inputs()) * WEIGHTS + along(point % self.inputs())
    }
}

/// The transforms of one tiling along one axis, with N inputs.
pub(super) trait Transform<V: Vector, const N: usize> {
    /// Input pixels from a tile to the next.
    const STEP: usize;

    /// The factors of the transforms.
    ///
    /// # Safety
    /// The machine has V's instruction set.
    unsafe fn new() -> Self;

    /// B' times inputs.
    fn to_points(&self, d: [V; N]) -> [V; N];

    /// A' times products.
    fn to_outputs(&self, m: [V; N]) -> [V; TILE];
}

/// Stride 1: F(4, 3).
pub(super) struct Same<V> {
    two: V,
    four: V,
    eight: V,
    minus_four: V,
    minus_five: V,
}

impl<V: Vector> Transform<V, 6> for Same<V> {
    const STEP: usize = TILE;

    #[inline(always)]
    unsafe fn new() -> Self {
        // SAFETY: the caller has the instruction set.
        let splat = |value| unsafe { V::splat(value) };
        let (two, four, eight) = (splat(2.0), splat(4.0), splat(8.0));
        Self {
            two,
            four,
            eight,
            minus_four: splat(-4.0),
            minus_five: splat(-5.0),
        }
    }

    #[inline(always)]
    fn to_points(&self, d: [V; 6]) -> [V; 6] {
        let even = d[2].mul_add(self.minus_four, d[4]);
        let odd = d[1].mul_add(self.minus_four, d[3]);
        let even2 = d[4] - d[2];
        let odd2 = d[3] - d[1];
        [
            d[0].mul_add(self.four, d[2].mul_add(self.minus_five, d[4])),
            even + odd,
            even - odd,
            odd2.mul_add(self.two, even2),
            even2 - (odd2 + odd2),
            d[1].mul_add(self.four, d[3].mul_add(self.minus_five, d[5])),
        ]
    }

    #[inline(always)]
    fn to_outputs(&self, m: [V; 6]) -> [V; TILE] {
        let (sum1, dif1) = (m[1] + m[2], m[1] - m[2]);
        let (sum2, dif2) = (m[3] + m[4], m[3] - m[4]);
        [
            (m[0] + sum1) + sum2,
            dif2.mul_add(self.two, dif1),
            sum2.mul_add(self.four, sum1),
            dif2.mul_add(self.eight, dif1) + m[5],
        ]
    }
}

/// Stride 2: F(4, 2) for the outer taps, values 0 to 4, beside the middle tap, values 5 to 8.
pub(super) struct Halving<V> {
    two: V,
    four: V,
    eight: V,
    minus_three: V,
}

impl<V: Vector> Transform<V, 9> for Halving<V> {
    const STEP: usize = 2 * TILE;

    #[inline(always)]
    unsafe fn new() -> Self {
        // SAFETY: the caller has the instruction set.
        let splat = |value| unsafe { V::splat(value) };
        Self {
            two: splat(2.0),
            four: splat(4.0),
            eight: splat(8.0),
            minus_three: splat(-3.0),
        }
    }

    #[inline(always)]
    fn to_points(&self, d: [V; 9]) -> [V; 9] {
        let outer = [d[0], d[2], d[4], d[6], d[8]];
        let dif = outer[3] - outer[1];
        [
            (outer[0] - outer[2]).mul_add(self.two, dif),
            dif - (outer[1] + outer[2]),
            outer[1].mul_add(self.two, outer[2].mul_add(self.minus_three, outer[3])),
            dif,
            (outer[4] - outer[2]) - (dif + dif),
            d[1],
            d[3],
            d[5],
            d[7],
        ]
    }

    #[inline(always)]
    fn to_outputs(&self, m: [V; 9]) -> [V; TILE] {
        let (sum, dif) = (m[1] + m[2], m[1] - m[2]);
        [
            ((m[0] + sum) + m[3]) + m[5],
            m[3].mul_add(self.two, dif) + m[6],
            m[3].mul_add(self.four, sum) + m[7],
            (m[3].mul_add(self.eight, dif) + m[4]) + m[8],
        ]
    }
}

/// Transforms `tiles` neighbouring tiles: N rows of [`Tiling::columns`] pixels to `[N * N][GROUP][CHANNELS]`.
///
/// # Safety
/// The machine has V's instruction set; the rows and the spectrum are as long as said; `tiles <= GROUP`.
#[inline(always)]
pub(super) unsafe fn to_spectrum<V: Vector, T: Transform<V, N>, const N: usize>(
    rows: &[*const f32; N],
    tiles: usize,
    spectrum: *mut f32,
) {
    // SAFETY: `tile < tiles <= GROUP`, `x < N` and `lane + V::LANES <= CHANNELS`.
    unsafe {
        let transform = T::new();
        for tile in 0..tiles {
            for lane in (0..CHANNELS).step_by(V::LANES) {
                let mut half = [[V::splat(0.0); N]; N];
                unroll!(x < N: 0 1 2 3 4 5 6 7 8 => {
                    let at = (T::STEP * tile + x) * CHANNELS + lane;
                    let mut column = [V::splat(0.0); N];
                    unroll!(y < N: 0 1 2 3 4 5 6 7 8 => { column[y] = V::load(rows[y].add(at)) });
                    let column = transform.to_points(column);
                    unroll!(y < N: 0 1 2 3 4 5 6 7 8 => { half[y][x] = column[y] });
                });
                unroll!(y < N: 0 1 2 3 4 5 6 7 8 => {
                    let row = transform.to_points(half[y]);
                    unroll!(x < N: 0 1 2 3 4 5 6 7 8 => {
                        row[x].store(spectrum.add(((y * N + x) * GROUP + tile) * CHANNELS + lane));
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

/// Transforms the products of a group, `[N * N][GROUP][CHANNELS]`, back and sums them up.
///
/// # Safety
/// The machine has V's instruction set; `products` is as long as said; the places in `to` exist.
#[inline(always)]
pub(super) unsafe fn to_outputs<V: Vector, T: Transform<V, N>, const N: usize>(products: *const f32, to: Outputs) {
    // SAFETY: `tile < GROUP`; only rows and pixels that exist are written.
    unsafe {
        let transform = T::new();
        for lane in (0..CHANNELS).step_by(V::LANES) {
            let at = to.sums.add(lane);
            let (mut sum, mut squares) = (V::load(at), V::load(at.add(CHANNELS)));
            let pivot = V::load(at.add(2 * CHANNELS));
            for tile in 0..to.pixels.div_ceil(TILE) {
                let mut half = [[V::splat(0.0); N]; TILE];
                unroll!(x < N: 0 1 2 3 4 5 6 7 8 => {
                    let mut column = [V::splat(0.0); N];
                    unroll!(y < N: 0 1 2 3 4 5 6 7 8 => {
                        column[y] = V::load(products.add(((y * N + x) * GROUP + tile) * CHANNELS + lane));
                    });
                    let column = transform.to_outputs(column);
                    unroll!(y < TILE: 0 1 2 3 => { half[y][x] = column[y] });
                });
                let columns = TILE.min(to.pixels - TILE * tile);
                unroll!(y < TILE: 0 1 2 3 => {
                    if y < to.rows {
                        let out = to.out.add(y * to.pitch + TILE * tile * CHANNELS + lane);
                        let row = transform.to_outputs(half[y]);
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
