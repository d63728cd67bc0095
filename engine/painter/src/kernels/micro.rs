//! The micro-kernel: P pixels times NV vectors of output channels.

use super::vector::Vector;
use crate::norm::LANES;

/// One block of output channels of one row of pixels: what the micro-kernel reads and writes.
///
/// ```text
/// rows[r]   |i0 i1 .. i(depth-1)|...          each pixel's inputs are `depth` floats in a row from x * STRIDE on
/// weights   [row][depth][channels of the block]
/// out       |..block..|..other blocks..|      pixel x begins at x * out_stride
/// sums      |..block..| values; LANES further the squares, then the pivots (see StripSums); or null
/// ```
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) rows: &'a [*const f32],
    pub(super) depth: usize,
    pub(super) weights: *const f32,
    pub(super) out: *mut f32,
    pub(super) out_stride: usize,
    pub(super) sums: *mut f32,
}

/// Products of the pixels from `x` to `x + P`.
///
/// The accumulators stay in registers; a step loads NV vectors of weights and broadcasts one float of each pixel.
/// Every output is one chain of fused products in the order of the inputs, and every sum one chain in the order of
/// the pixels, so neither P nor the vector's length changes a bit of the result.
///
/// # Safety
/// The machine has V's instruction set. For each pixel: each row lends `depth` floats from `x * STRIDE`, `out` takes
/// `NV * LANES` floats from `x * out_stride`. `weights` lends `rows * depth * NV * LANES` floats. `sums` is null or
/// the block's place in a `StripSums`.
#[inline(always)]
pub(super) unsafe fn block<V: Vector, const NV: usize, const P: usize, const STRIDE: usize>(task: Block<'_>, x: usize) {
    // SAFETY: all places are those that the caller vouches for.
    unsafe {
        let mut acc = [[V::splat(0.0); NV]; P];
        let mut weights = task.weights;
        for row in task.rows {
            let mut input = row.add(x * STRIDE);
            for _ in 0..task.depth {
                let mut w = [V::splat(0.0); NV];
                unroll!(v < NV: 0 1 2 3 => { w[v] = V::load(weights.add(v * V::LANES)) });
                unroll!(p < P: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 => {
                    let i = V::broadcast(input.add(p * STRIDE));
                    unroll!(v < NV: 0 1 2 3 => { acc[p][v] = i.mul_add(w[v], acc[p][v]) });
                });
                weights = weights.add(NV * V::LANES);
                input = input.add(1);
            }
        }
        unroll!(p < P: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 => {
            let to = task.out.add((x + p) * task.out_stride);
            unroll!(v < NV: 0 1 2 3 => { acc[p][v].store(to.add(v * V::LANES)) });
        });
        if task.sums.is_null() {
            return;
        }
        unroll!(v < NV: 0 1 2 3 => {
            let at = task.sums.add(v * V::LANES);
            let (mut sum, mut squares, pivot) = (V::load(at), V::load(at.add(LANES)), V::load(at.add(2 * LANES)));
            unroll!(p < P: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 => {
                let value = acc[p][v] - pivot;
                sum = sum + value;
                squares = value.mul_add(value, squares);
            });
            sum.store(at);
            squares.store(at.add(LANES));
        });
    }
}
