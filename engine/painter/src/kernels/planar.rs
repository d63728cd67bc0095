//! The last layer: 9x9 from four planes to three, pixels in lanes.
//!
//! With three output channels the micro-kernel would leave most lanes empty, so here a lane is a pixel and a weight
//! is broadcast. Two rows are made at once: they share nine of their ten input rows.

use super::vector::Vector;

/// Side of the kernel.
pub const SIDE: usize = 9;
/// Input planes.
pub const INPUTS: usize = 4;
/// Output planes.
pub const OUTPUTS: usize = 3;
/// Output rows made at once.
pub const ROWS: usize = 2;
/// Input rows, of all planes, that two output rows need.
pub const INPUT_ROWS: usize = (SIDE + ROWS - 1) * INPUTS;
/// Accumulators of one vector of pixels; weights are `[INPUT_ROWS][SIDE][ACCUMULATORS]`.
pub const ACCUMULATORS: usize = ROWS * OUTPUTS;

/// B vectors of pixels from `x` on.
///
/// # Safety
/// The machine has V's instruction set. Each row lends `B * LANES + SIDE - 1` floats from `x`, `weights` lends
/// `INPUT_ROWS * SIDE * ACCUMULATORS`, each of `out` takes `B * LANES` from `x`.
#[inline(always)]
pub(super) unsafe fn planar<V: Vector, const B: usize>(
    rows: &[*const f32; INPUT_ROWS],
    weights: *const f32,
    out: &[*mut f32; ACCUMULATORS],
    x: usize,
) {
    // SAFETY: all places are those that the caller vouches for.
    unsafe {
        let mut acc = [[V::splat(0.0); B]; ACCUMULATORS];
        let mut weights = weights;
        for row in rows {
            for column in 0..SIDE {
                let mut input = [V::splat(0.0); B];
                unroll!(b < B: 0 1 2 3 => { input[b] = V::load(row.add(x + column + b * V::LANES)) });
                unroll!(a < ACCUMULATORS: 0 1 2 3 4 5 => {
                    let weight = V::broadcast(weights.add(a));
                    unroll!(b < B: 0 1 2 3 => { acc[a][b] = input[b].mul_add(weight, acc[a][b]) });
                });
                weights = weights.add(ACCUMULATORS);
            }
        }
        unroll!(a < ACCUMULATORS: 0 1 2 3 4 5 => {
            unroll!(b < B: 0 1 2 3 => { acc[a][b].store(out[a].add(x + b * V::LANES)) });
        });
    }
}

/// Adds up a row and its squares, relative to a pivot, in 16 fixed lanes, so that the order does not depend on the instruction set.
#[inline(always)]
pub(super) fn row_sums(row: &[f32], pivot: f32) -> [f32; 2] {
    let (mut sum, mut squares) = ([0.0; 16], [0.0; 16]);
    let (runs, rest) = row.as_chunks::<16>();
    let mut add = |i: usize, v: f32| {
        let v = v - pivot;
        sum[i] += v;
        squares[i] += v * v;
    };
    for run in runs {
        for (i, v) in run.iter().enumerate() {
            add(i, *v);
        }
    }
    for (i, v) in rest.iter().enumerate() {
        add(i, *v);
    }
    [sum.iter().sum(), squares.iter().sum()]
}
