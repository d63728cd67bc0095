//! Kernels that go over values one by one: norm, residual, patches, planes, sigmoid.

use std::{
    array,
    f32::consts::{LN_2, LOG2_E},
};

use super::vector::Vector;
use crate::norm::{LANES as CHANNELS, Norm};

/// `relu(src * scale + shift)` for `pixels` runs of N vectors: `src` steps by CHANNELS, `dst` by the run.
///
/// # Safety
/// The machine has V's instruction set; a run is at most CHANNELS floats; `src` lends `(pixels - 1) * CHANNELS` floats
/// and a run, `dst` takes `pixels` runs.
#[inline(always)]
pub(super) unsafe fn normalise<V: Vector, const N: usize>(src: *const f32, dst: *mut f32, pixels: usize, norm: &Norm) {
    // SAFETY: `N * V::LANES <= CHANNELS`, the length of the norm's arrays.
    unsafe {
        let (scale, shift) = factors::<V, N>(norm);
        let zero = V::splat(0.0);
        for pixel in 0..pixels {
            for n in 0..N {
                let value = V::load(src.add(pixel * CHANNELS + n * V::LANES));
                value
                    .mul_add(scale[n], shift[n])
                    .max(zero)
                    .store(dst.add((pixel * N + n) * V::LANES));
            }
        }
    }
}

/// `stream + src * scale + shift`, without a ReLU.
///
/// # Safety
/// The machine has V's instruction set; N vectors are CHANNELS floats; all three pointers are good for
/// `pixels * CHANNELS` floats.
#[inline(always)]
pub(super) unsafe fn add_normalised<V: Vector, const N: usize>(
    stream: *const f32,
    src: *const f32,
    dst: *mut f32,
    pixels: usize,
    norm: &Norm,
) {
    // SAFETY: `N * V::LANES == CHANNELS`, the length of the norm's arrays and of a pixel.
    unsafe {
        let (scale, shift) = factors::<V, N>(norm);
        for pixel in 0..pixels {
            for n in 0..N {
                let at = pixel * CHANNELS + n * V::LANES;
                let value = V::load(src.add(at));
                value
                    .mul_add(scale[n], shift[n] + V::load(stream.add(at)))
                    .store(dst.add(at));
            }
        }
    }
}

/// The norm's first N vectors.
///
/// # Safety
/// The machine has V's instruction set; `N * LANES <= CHANNELS`.
#[inline(always)]
unsafe fn factors<V: Vector, const N: usize>(norm: &Norm) -> ([V; N], [V; N]) {
    // SAFETY: `n * LANES + LANES <= CHANNELS`, the length of both arrays.
    let load = |from: &[f32; CHANNELS]| array::from_fn(|n| unsafe { V::load(from.as_ptr().add(n * V::LANES)) });
    (load(&norm.scale), load(&norm.shift))
}

/// Makes the 27 channels that turn a 9x9 convolution of 3 channels into a 3x3 one:
/// `dst[x][(i * 3 + j) * 3 + c] = rows[i][(x + 3 * j) * 3 + c]`, the other channels zero.
#[inline(always)]
pub(super) fn gather_patches(rows: [&[f32]; 3], dst: &mut [f32]) {
    for (x, patch) in dst.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
        for (i, row) in rows.iter().enumerate() {
            let row = &row[3 * x..3 * x + 21];
            for j in 0..3 {
                for c in 0..3 {
                    patch[(i * 3 + j) * 3 + c] = row[9 * j + c];
                }
            }
        }
        patch[27..].fill(0.0);
    }
}

/// Normalises pixels of four channels and takes them apart: `dst[c][x] = relu(src[x] * scale + shift)`, where `src`
/// holds two pixels in each run of 16 floats.
#[inline(always)]
pub(super) fn separate(src: &[f32], dst: [&mut [f32]; 4], norm: &Norm) {
    let [d0, d1, d2, d3] = dst;
    let planes = d0.as_chunks_mut::<2>().0.iter_mut().zip(d1.as_chunks_mut::<2>().0);
    let planes = planes.zip(d2.as_chunks_mut::<2>().0.iter_mut().zip(d3.as_chunks_mut::<2>().0));
    for (pair, ((p0, p1), (p2, p3))) in src.chunks(16).zip(planes) {
        let value = |x: usize, c: usize| (pair[4 * x + c] * norm.scale[c] + norm.shift[c]).max(0.0);
        for x in 0..2 {
            p0[x] = value(x, 0);
            p1[x] = value(x, 1);
            p2[x] = value(x, 2);
            p3[x] = value(x, 3);
        }
    }
}

/// Normalises three planes, applies the sigmoid, and interleaves them: `out[x][c] = sigmoid(planes[c][x] * ..)`.
#[inline(always)]
pub(super) fn finish(planes: [&[f32]; 3], out: &mut [f32], norm: &Norm) {
    const RUN: usize = 64;
    let mut painted = [[0.0; RUN]; 3];
    for (run, out) in out.chunks_mut(3 * RUN).enumerate() {
        for c in 0..3 {
            let plane = &planes[c][run * RUN..];
            for (to, from) in painted[c].iter_mut().zip(&plane[..out.len() / 3]) {
                *to = sigmoid(from * norm.scale[c] + norm.shift[c]);
            }
        }
        for (x, pixel) in out.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            *pixel = [painted[0][x], painted[1][x], painted[2][x]];
        }
    }
}

/// 1 / (1 + exp(-x)), without a branch so that it becomes vector code; within 1e-6.
///
/// exp(-x) = 2^t with t = n + f, n the nearest whole number; 2^f by its Taylor polynomial (|f| <= 1/2, so the rest is
/// below 3e-6 of a value that then is halved at least), 2^n by the exponent's bits.
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    /// Adding and subtracting 1.5 * 2^23 rounds to a whole number, which stands in the lowest bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    const BITS: i32 = ROUND.to_bits() as i32;
    let t = (-x).clamp(-80.0, 80.0) * LOG2_E;
    let shifted = t + ROUND;
    let f = t - (shifted - ROUND);
    let c = [1.0, LN_2, 0.240_226_5, 0.055_504_11, 0.009_618_129, 0.001_333_355_8];
    let power = c[0] + f * (c[1] + f * (c[2] + f * (c[3] + f * (c[4] + f * c[5]))));
    let exponent = (shifted.to_bits() as i32).wrapping_sub(BITS) << 23;
    1.0 / (1.0 + f32::from_bits((power.to_bits() as i32).wrapping_add(exponent) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sigmoid_is_within_a_millionth() {
        for i in -4000..=4000 {
            let x = i as f32 * 0.025;
            let exact = 1.0 / (1.0 + (-f64::from(x)).exp());
            assert!((f64::from(sigmoid(x)) - exact).abs() < 1e-6, "{x}");
        }
        assert_eq!(sigmoid(0.0), 0.5);
    }
}
