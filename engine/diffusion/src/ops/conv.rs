//! Convolutions on the CPU: patches of the picture, a few hundred pixels at a time, times packed weights.
//!
//! A *strip* is some rows of the result (or, where pictures are small, some whole pictures of the batch). Its share of
//! the input is turned to (rows, columns, channels) with the padding around it, so that a patch is a few long copies.
//! Patches of a *block* of pixels are the rows of a matrix; its product with the weights is turned back to (channels,
//! pixels). Strips are worked on side by side, and a product splits its columns among threads that are idle. A result's
//! sum is always taken in the same order: by parts of 256 summands, as `rten-gemm` does.
//!
//! **Source**: Chellapilla, Puri & Simard 2006, "High Performance Convolutional Neural Networks for Document
//! Processing", section 3 (a convolution as a matrix product).

use std::ops::Range;

use candle_core::{Result, Tensor};
use rayon::prelude::*;
use rten_gemm::{BiasVector, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::NdTensorView;

use super::cpu_slice::{product, transpose, with_numbers};

/// Pixels of a block and, roughly, of a strip: enough that weights are used often once they are in the cache.
const PIXELS: usize = 256;
/// At most so many numbers of a block's patches, unless [`FEWEST_PIXELS`] need more.
const PATCHES: usize = 1 << 21;
/// Pixels of a block where patches are very large.
const FEWEST_PIXELS: usize = 64;

/// A convolution's weights, ready for products.
pub(super) struct PackedConv {
    weight: PackedBMatrix<f32>, // (rows * columns * inputs, outputs)
    bias: Vec<f32>,             // (outputs)
    inputs: usize,
    kernel: (usize, usize), // rows, columns
    stride: usize,
    padding: usize,
}

/// Part of a result that one thread works on.
struct Strip<'a> {
    images: Range<usize>,
    rows: Range<usize>,
    planes: Vec<&'a mut [f32]>, // (images, outputs) of (rows, width)
}

impl PackedConv {
    /// `weight` is (outputs, inputs, rows, columns) and f32 on the CPU, `bias` (outputs).
    pub(super) fn new(weight: &Tensor, bias: Option<&Tensor>, stride: usize, padding: usize) -> Result<Self> {
        let (outputs, inputs, rows, columns) = weight.dims4()?;
        let depth = rows * columns * inputs;
        let turned = with_numbers(weight, |weight| {
            let mut turned = vec![0.0; outputs * depth]; // (outputs, rows * columns, inputs)
            turned
                .par_chunks_mut(depth.max(1))
                .zip(weight.par_chunks(depth.max(1)))
                .for_each(|(turned, weight)| {
                    transpose((weight, rows * columns), (turned, inputs), (inputs, rows * columns));
                });
            Ok(turned)
        })?;
        let matrix = NdTensorView::from_data([outputs, depth], turned.as_slice());
        let bias = match bias {
            Some(bias) => bias.to_vec1()?,
            None => vec![0.0; outputs],
        };
        if bias.len() != outputs {
            candle_core::bail!("a convolution to {outputs} channels has {} biases", bias.len());
        }
        if stride == 0 || depth == 0 || outputs == 0 {
            candle_core::bail!(
                "a convolution needs a stride and weights, but has {stride} and {:?}",
                weight.shape()
            );
        }
        Ok(Self {
            weight: product().prepack_b(matrix.transposed()),
            bias,
            inputs,
            kernel: (rows, columns),
            stride,
            padding,
        })
    }

    /// `x` is (batch, inputs, height, width).
    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (batch, inputs, height, width) = x.dims4()?;
        let (rows, columns) = self.kernel;
        let (padded_height, padded_width) = (height + 2 * self.padding, width + 2 * self.padding);
        if inputs != self.inputs || padded_height < rows || padded_width < columns {
            candle_core::bail!(
                "a convolution of {} channels, {rows}x{columns}, got {:?} and pads it by {}",
                self.inputs,
                x.shape(),
                self.padding
            );
        }
        let outputs = self.bias.len();
        let out_height = (padded_height - rows) / self.stride + 1;
        let out_width = (padded_width - columns) / self.stride + 1;
        let mut result = vec![0.0; batch * outputs * out_height * out_width];
        with_numbers(x, |x| {
            let input = Input {
                numbers: x,
                height,
                width,
            };
            strips(&mut result, batch, outputs, (out_height, out_width))
                .into_par_iter()
                .try_for_each(|strip| self.strip(strip, &input, out_width))
        })?;
        Tensor::from_vec(result, (batch, outputs, out_height, out_width), x.device())
    }

    fn strip(&self, mut strip: Strip<'_>, input: &Input<'_>, out_width: usize) -> Result<()> {
        let turned = self.turned(&strip, input);
        let (rows, columns) = self.kernel;
        let row_length = (input.width + 2 * self.padding) * self.inputs;
        let image_length = turned.len() / strip.images.len();
        let depth = rows * columns * self.inputs;
        let outputs = self.bias.len();
        let image_pixels = strip.rows.len() * out_width;
        let pixels = strip.images.len() * image_pixels;
        let block = (PATCHES / depth / FEWEST_PIXELS * FEWEST_PIXELS)
            .clamp(FEWEST_PIXELS, PIXELS)
            .min(pixels);
        // A pixel of the input is a patch as it is.
        let plain = rows * columns == 1 && self.stride == 1 && self.padding == 0;
        let mut patches = Vec::with_capacity(if plain { 0 } else { block * depth });
        let mut sums = vec![0.0; block * outputs];
        let product = product();
        for start in (0..pixels).step_by(block) {
            let end = pixels.min(start + block);
            let patches = if plain {
                &turned[start * depth..end * depth]
            } else {
                patches.clear();
                for pixel in start..end {
                    let (image, pixel) = (pixel / image_pixels, pixel % image_pixels);
                    let (y, x) = (pixel / out_width * self.stride, pixel % out_width * self.stride);
                    for row in y..y + rows {
                        let first = image * image_length + row * row_length + x * self.inputs;
                        patches.extend_from_slice(&turned[first..first + columns * self.inputs]);
                    }
                }
                &patches[..]
            };
            let sums = &mut sums[..(end - start) * outputs];
            product
                .gemm(
                    sums,
                    GemmInputA::Unpacked(NdTensorView::from_data([end - start, depth], patches)),
                    GemmInputB::Packed(&self.weight),
                    GemmOptions {
                        bias: Some(BiasVector::Row(&self.bias)),
                        ..GemmOptions::default()
                    },
                )
                .map_err(candle_core::Error::wrap)?;
            strip.write(sums, start..end, outputs, image_pixels);
        }
        Ok(())
    }

    /// The input that `strip` needs, with its padding: (images, rows, columns, channels).
    fn turned(&self, strip: &Strip<'_>, input: &Input<'_>) -> Vec<f32> {
        let top = strip.rows.start * self.stride;
        let rows = (strip.rows.len() - 1) * self.stride + self.kernel.0;
        let row_length = (input.width + 2 * self.padding) * self.inputs;
        let plane = input.height * input.width;
        let mut turned = vec![0.0; strip.images.len() * rows * row_length];
        for (line, turned) in turned.chunks_mut(row_length).enumerate() {
            let (image, row) = (strip.images.start + line / rows, top + line % rows);
            if row < self.padding || row >= self.padding + input.height {
                continue;
            }
            let first = image * self.inputs * plane + (row - self.padding) * input.width;
            transpose(
                (&input.numbers[first..], plane),
                (&mut turned[self.padding * self.inputs..], self.inputs),
                (self.inputs, input.width),
            );
        }
        turned
    }
}

/// A contiguous input: (batch, channels, height, width).
struct Input<'a> {
    numbers: &'a [f32],
    height: usize,
    width: usize,
}

impl Strip<'_> {
    /// Puts `sums`, (pixels, outputs), where pixels `pixels` of this strip are.
    fn write(&mut self, sums: &[f32], pixels: Range<usize>, outputs: usize, image_pixels: usize) {
        const LINE: usize = 16;
        for (image, planes) in self.planes.chunks_mut(outputs).enumerate() {
            let first = pixels.start.max(image * image_pixels);
            let end = pixels.end.min((image + 1) * image_pixels);
            for start in (first..end).step_by(LINE) {
                let length = LINE.min(end - start);
                let sums = &sums[(start - pixels.start) * outputs..][..length * outputs];
                let at = start - image * image_pixels;
                for (channel, plane) in planes.iter_mut().enumerate() {
                    for (number, sums) in plane[at..at + length].iter_mut().zip(sums.chunks_exact(outputs)) {
                        *number = sums[channel];
                    }
                }
            }
        }
    }
}

/// Cuts `result`, (batch, outputs, height, width), into strips.
fn strips(result: &mut [f32], batch: usize, outputs: usize, (height, width): (usize, usize)) -> Vec<Strip<'_>> {
    let rows = PIXELS.div_ceil(width).min(height);
    let images = (PIXELS / (height * width)).clamp(1, batch.max(1));
    let across = height.div_ceil(rows);
    let mut strips: Vec<Strip<'_>> = (0..batch)
        .step_by(images)
        .flat_map(|first| (0..height).step_by(rows).map(move |top| (first, top)))
        .map(|(first, top)| Strip {
            images: first..batch.min(first + images),
            rows: top..height.min(top + rows),
            planes: Vec::with_capacity(images * outputs),
        })
        .collect();
    for (index, plane) in result.chunks_mut(height * width).enumerate() {
        let group = index / outputs / images;
        for (part, strip) in plane.chunks_mut(rows * width).zip(&mut strips[group * across..]) {
            strip.planes.push(part);
        }
    }
    strips
}
