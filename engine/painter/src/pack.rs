//! Rearranging trained weights for the kernels.

use super::{
    cache_line::AlignedFloats,
    kernels::{
        Kernels, Shape,
        planar::{ACCUMULATORS, INPUT_ROWS, INPUTS, OUTPUTS, SIDE},
        winograd::{Tiling, WEIGHTS},
    },
    norm::LANES,
    weights::Convolution,
};

/// G of F(4x4, 3x3): a 3x3 kernel g becomes the 36 weights G g G'.
///
/// **Source**: Lavin and Gray, 2016, section 4.2.
const SAME: [[f64; 3]; WEIGHTS] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];

/// The same for stride 2: G of F(4, 2) for the outer taps, then the middle tap.
const HALVING: [[f64; 3]; WEIGHTS] = [
    [1.0 / 2.0, 0.0, 0.0],
    [-1.0 / 2.0, 0.0, -1.0 / 2.0],
    [-1.0 / 6.0, 0.0, 1.0 / 6.0],
    [1.0 / 6.0, 0.0, 1.0 / 3.0],
    [0.0, 0.0, 1.0],
    [0.0, 1.0, 0.0],
];

/// Transforms a 3x3 kernel of `depth` inputs and 32 outputs, `kernel(output, input, row, column)`, into
/// `[WEIGHTS * WEIGHTS][block][depth][channel in block]`.
pub(super) fn spectrum(
    (kernels, tiling): (&Kernels, Tiling),
    depth: usize,
    kernel: impl Fn(usize, usize, usize, usize) -> f32,
) -> AlignedFloats {
    let transform = match tiling {
        Tiling::Same => SAME,
        Tiling::Halving => HALVING,
    };
    let block = kernels.block(Shape::Spectrum);
    let mut packed = AlignedFloats::zeroed(WEIGHTS * WEIGHTS * depth * LANES);
    let to = packed.as_mut_slice();
    for output in 0..LANES {
        for input in 0..depth {
            for weight in 0..WEIGHTS * WEIGHTS {
                let (row, column) = (transform[weight / WEIGHTS], transform[weight % WEIGHTS]);
                let mut sum = 0.0;
                for (y, r) in row.iter().enumerate() {
                    for (x, c) in column.iter().enumerate() {
                        sum += r * c * f64::from(kernel(output, input, y, x));
                    }
                }
                let in_block = ((output / block) * depth + input) * block + output % block;
                to[weight * depth * LANES + in_block] = sum as f32;
            }
        }
    }
    packed
}

/// Packs a 3x3 kernel for the micro-kernel: `[block][row][column][input][channel in block]`.
pub(super) fn direct(
    kernels: &Kernels,
    shape: Shape,
    inputs: usize,
    kernel: impl Fn(usize, usize, usize, usize) -> f32,
) -> AlignedFloats {
    let block = kernels.block(shape);
    let mut packed = AlignedFloats::zeroed(9 * inputs * shape.lanes());
    let to = packed.as_mut_slice();
    for output in 0..shape.lanes() {
        for tap in 0..9 {
            for input in 0..inputs {
                let at = ((output / block) * 9 + tap) * inputs + input;
                to[at * block + output % block] = kernel(output, input, tap / 3, tap % 3);
            }
        }
    }
    packed
}

/// The first layer's 9x9 kernel of three colours as a 3x3 kernel of 27 channels `(i * 3 + j) * 3 + colour`, where
/// channel (i, j) of a pixel is the colour `3 i` rows down and `3 j` columns right.
pub(super) fn nine_as_three(layer: &Convolution) -> impl Fn(usize, usize, usize, usize) -> f32 {
    |output, input, row, column| layer.at(output, input % 3, 3 * (input / 9) + row, 3 * (input / 3 % 3) + column)
}

/// Folds "double the size, then convolve by 3x3" into one 3x3 kernel at the low resolution.
///
/// Its outputs are `[row phase][column phase][output]`. The doubled pixel at phase p, tap k is the low-resolution
/// pixel `(p + k - 1) div 2` away, so tap `(p + k + 1) div 2`, which is (p + k) / 2 rounded up, of the folded kernel.
pub(super) fn doubled(layer: &Convolution) -> impl Fn(usize, usize, usize, usize) -> f32 {
    move |lane, input, row, column| {
        let (phase, output) = (lane / layer.outputs(), lane % layer.outputs());
        let taps = |phase: usize, tap: usize| (0..3).filter(move |k| (phase + k).div_ceil(2) == tap);
        taps(phase / 2, row)
            .flat_map(|y| taps(phase % 2, column).map(move |x| layer.at(output, input, y, x)))
            .sum()
    }
}

/// The last layer's weights, `[input row][plane][column][output row][output]`, with zeros where an output row does not
/// reach an input row.
pub(super) fn planar(layer: &Convolution) -> AlignedFloats {
    let mut packed = AlignedFloats::zeroed(INPUT_ROWS * SIDE * ACCUMULATORS);
    let to = packed.as_mut_slice();
    for row in 0..SIDE {
        for plane in 0..INPUTS {
            for column in 0..SIDE {
                for accumulator in 0..ACCUMULATORS {
                    let (output_row, output) = (accumulator / OUTPUTS, accumulator % OUTPUTS);
                    let at = ((row + output_row) * INPUTS + plane) * SIDE + column;
                    to[at * ACCUMULATORS + accumulator] = layer.at(output, plane, row, column);
                }
            }
        }
    }
    packed
}
