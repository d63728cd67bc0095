//! Enlarges finished pictures: Real-ESRGAN's compact network, which adds the detail that an enlargement lacks.
//!
//! The network is part of the program (`assets/upscale`). It works in tiles, so memory grows with the tile and the
//! picture, not with their product; a tile's margin covers all that a pixel depends on, so no seam can be.
//!
//! **Source**: Wang et al. 2021, "Real-ESRGAN", section 3 (training); the network is `SRVGGNetCompact`, weights
//! `realesr-animevideov3`.

use candle_core::{DType, Device, Result, Tensor, safetensors::SliceSafetensors};
use phosphene_core::Error as CoreError;

use super::ops::Conv2d;
use crate::error::Error;

const WEIGHTS: &[u8] = include_bytes!("../../assets/upscale/animevideov3.safetensors");
const CONVOLUTIONS: usize = 18;
const CHANNELS: usize = 64;
/// How many times wider and higher the network's own result is.
const SCALE: usize = 4;
/// Input pixels on each side that a result depends on: one a convolution, and one for the halving's taps.
const MARGIN: usize = CONVOLUTIONS + 1;
/// Taps of a bicubic interpolation (a = -0.75) half way between two pixels.
const HALVING: [f64; 4] = [-0.093_75, 0.593_75, 0.593_75, -0.093_75];

/// How much larger the result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// Twice as wide and high.
    Two,
    /// Four times as wide and high: what the network makes; [`Factor::Two`] is its half.
    Four,
}

impl Factor {
    /// As a number.
    #[must_use]
    pub fn times(self) -> usize {
        match self {
            Self::Two => 2,
            Self::Four => 4,
        }
    }
}

/// The loaded network.
///
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use phosphene_diffusion::upscale::{Factor, Upscaler};
///
/// let upscaler = Upscaler::embedded(&Device::Cpu, DType::F32)?;
/// let grey = Tensor::full(0.5f32, (1, 3, 4, 6), &Device::Cpu)?;
/// assert_eq!(upscaler.enlarge(&grey, Factor::Two, 256)?.dims(), [1, 3, 8, 12]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Upscaler {
    layers: Vec<UpscaleLayer>,
    dtype: DType,
}

struct UpscaleLayer {
    convolution: Conv2d,
    slope: Option<Tensor>, // (1, c, 1, 1); the last layer has none
}

/// A tile along one axis, in input pixels: what is read, and what of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: usize,
    len: usize,
    kept_from: usize,
    kept: usize,
}

impl Upscaler {
    /// Loads the network that is part of the program.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Asset`] when it is damaged or the device can't hold it.
    pub fn embedded(device: &Device, dtype: DType) -> std::result::Result<Self, Error> {
        Self::load(device, dtype).map_err(|error| {
            Error::from(CoreError::Asset {
                what: "upscaling network",
                reason: error.to_string(),
            })
        })
    }

    fn load(device: &Device, dtype: DType) -> Result<Self> {
        let file = SliceSafetensors::new(WEIGHTS)?;
        let tensor = |name: String, shape: &[usize]| {
            let tensor = file.load(&name, &Device::Cpu)?;
            if tensor.dims() != shape {
                candle_core::bail!("{name} is {:?}, and must be {shape:?}", tensor.dims());
            }
            tensor.to_dtype(dtype)?.to_device(device)
        };
        let mut layers = Vec::with_capacity(CONVOLUTIONS);
        for i in 0..CONVOLUTIONS {
            let inputs = if i == 0 { 3 } else { CHANNELS };
            let last = i + 1 == CONVOLUTIONS;
            let outputs = if last { 3 * SCALE * SCALE } else { CHANNELS };
            let weight = tensor(format!("conv.{i}.weight"), &[outputs, inputs, 3, 3])?;
            let bias = tensor(format!("conv.{i}.bias"), &[outputs])?;
            let slope = if last {
                None
            } else {
                Some(tensor(format!("slope.{i}"), &[outputs])?.reshape((1, outputs, 1, 1))?)
            };
            layers.push(UpscaleLayer {
                convolution: Conv2d::new(weight, Some(bias), 1, 1)?,
                slope,
            });
        }
        Ok(Self { layers, dtype })
    }

    /// Enlarges a picture: `rgb` is (1, 3, height, width) from 0 to 1, of any float type, on the network's device.
    /// The result has the same type and range (clamped).
    ///
    /// `tile` is the side of what is computed at once, in input pixels without margins. A layer's values take
    /// 256 `(tile + 38)`^2 bytes in f32, and up to four layers' are held. Every tile gives the same picture within
    /// rounding.
    ///
    /// # Errors
    /// When `rgb` has another shape or device, `tile` is 0, or the device's memory does not suffice.
    pub fn enlarge(&self, rgb: &Tensor, factor: Factor, tile: usize) -> Result<Tensor> {
        let (_, _, height, width) = rgb.dims4()?;
        if tile == 0 || height == 0 || width == 0 {
            candle_core::bail!("a tile of {tile} pixels of a picture of {width}x{height}");
        }
        let input = rgb.to_dtype(self.dtype)?;
        let mut rows = Vec::new();
        for down in spans(height, tile) {
            let strip = input.narrow(2, down.from, down.len)?;
            let mut row = Vec::new();
            for across in spans(width, tile) {
                let large = self.run(&strip.narrow(3, across.from, across.len)?, factor)?;
                let times = factor.times();
                let kept = large.narrow(2, down.kept_from * times, down.kept * times)?.narrow(
                    3,
                    across.kept_from * times,
                    across.kept * times,
                )?;
                row.push(kept.clamp(0.0, 1.0)?.to_dtype(rgb.dtype())?);
            }
            rows.push(Tensor::cat(&row, 3)?);
        }
        Tensor::cat(&rows, 2)
    }

    /// One tile, whole.
    fn run(&self, rgb: &Tensor, factor: Factor) -> Result<Tensor> {
        let mut x = rgb.contiguous()?;
        for layer in &self.layers {
            x = layer.convolution.forward(&x)?; // (1, c, h, w)
            if let Some(slope) = &layer.slope {
                let below = x.minimum(&x.zeros_like()?)?;
                x = (x.relu()? + below.broadcast_mul(slope)?)?;
            }
        }
        let (b, _, h, w) = x.dims4()?;
        let detail = x
            .reshape(&[b, 3, SCALE, SCALE, h, w])?
            .permute([0, 1, 4, 2, 5, 3])? // (1, 3, h, 4, w, 4)
            .reshape((b, 3, h * SCALE, w * SCALE))?;
        let large = (detail + rgb.contiguous()?.upsample_nearest2d(h * SCALE, w * SCALE)?)?;
        match factor {
            Factor::Four => Ok(large),
            Factor::Two => halved(&halved(&large, 2)?, 3),
        }
    }
}

/// Half as long along an axis, by bicubic interpolation; the border is repeated outwards.
fn halved(x: &Tensor, axis: usize) -> Result<Tensor> {
    let pairs = x.dim(axis)? / 2 + 1;
    let mut shape = x.dims().to_vec();
    shape[axis] = pairs;
    shape.insert(axis + 1, 2);
    let padded = x.pad_with_same(axis, 1, 1)?.reshape(shape)?; // (.., pairs, 2, ..)
    let tap = |number: usize| {
        let pixel = padded.narrow(axis + 1, number % 2, 1)?.squeeze(axis + 1)?;
        pixel.narrow(axis, number / 2, pairs - 1)? * HALVING[number]
    };
    ((tap(0)? + tap(1)?)? + (tap(2)? + tap(3)?)?)?.contiguous()
}

/// Cuts an axis into equal tiles of at most `tile`, each read with its margins.
fn spans(len: usize, tile: usize) -> Vec<Span> {
    let count = len.div_ceil(tile);
    let edge = |i: usize| i * len / count;
    let span = |i: usize| {
        let from = edge(i).saturating_sub(MARGIN);
        let to = (edge(i + 1) + MARGIN).min(len);
        Span {
            from,
            len: to - from,
            kept_from: edge(i) - from,
            kept: edge(i + 1) - edge(i),
        }
    };
    (0..count).map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(name: &str) -> Tensor {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/golden/diffusion/upscale.safetensors"
        );
        let tensors = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
        tensors[name].clone()
    }

    fn largest_difference(a: &Tensor, b: &Tensor) -> f32 {
        assert_eq!(a.dims(), b.dims());
        let difference = (a.to_dtype(DType::F32).unwrap() - b).unwrap().abs().unwrap();
        difference.max_all().unwrap().to_scalar().unwrap()
    }

    #[test]
    fn agrees_with_ncnn() {
        let upscaler = Upscaler::embedded(&Device::Cpu, DType::F32).unwrap();
        for (factor, name) in [(Factor::Two, "twice"), (Factor::Four, "four_times")] {
            let ours = upscaler.enlarge(&reference("input"), factor, 64).unwrap();
            let theirs = reference(name).clamp(0.0, 1.0).unwrap();
            let difference = largest_difference(&ours, &theirs);
            assert!(difference < 1e-5, "{name}: {difference}");
        }
    }

    #[test]
    fn half_floats_are_near() {
        let upscaler = Upscaler::embedded(&Device::Cpu, DType::F16).unwrap();
        let input = reference("input").narrow(3, 0, 24).unwrap();
        let ours = upscaler.enlarge(&input, Factor::Two, 64).unwrap();
        assert_eq!(ours.dtype(), DType::F32);
        let whole = Upscaler::embedded(&Device::Cpu, DType::F32).unwrap();
        let difference = largest_difference(&ours, &whole.enlarge(&input, Factor::Two, 64).unwrap());
        assert!(difference < 0.01, "{difference}");
    }

    #[test]
    fn tiles_leave_no_seam() {
        let upscaler = Upscaler::embedded(&Device::Cpu, DType::F32).unwrap();
        // Strips that are longer than a tile with its margins, along each axis.
        let across = reference("input")
            .narrow(2, 8, 8)
            .unwrap()
            .repeat((1, 1, 1, 2))
            .unwrap(); // (1, 3, 8, 80)
        let down = across.transpose(2, 3).unwrap();
        for (strip, factor) in [(across, Factor::Two), (down, Factor::Four)] {
            let whole = upscaler.enlarge(&strip, factor, 80).unwrap();
            let tiled = upscaler.enlarge(&strip, factor, 17).unwrap();
            let difference = largest_difference(&tiled, &whole);
            assert!(difference < 1e-5, "{factor:?}: {difference}");
        }
    }

    #[test]
    fn spans_cover_everything_once() {
        for (len, tile) in [(1, 1), (1, 64), (64, 64), (65, 64), (640, 100), (7, 3)] {
            let mut at = 0;
            for span in spans(len, tile) {
                assert_eq!(span.from + span.kept_from, at);
                assert!(span.kept >= 1 && span.kept <= tile && span.kept_from + span.kept <= span.len);
                at += span.kept;
            }
            assert_eq!(at, len);
        }
    }

    #[test]
    fn a_tile_of_nothing_is_an_error() {
        let upscaler = Upscaler::embedded(&Device::Cpu, DType::F32).unwrap();
        assert!(upscaler.enlarge(&reference("input"), Factor::Two, 0).is_err());
        let flat = Tensor::zeros((1, 1, 4, 4), DType::F32, &Device::Cpu).unwrap();
        assert!(upscaler.enlarge(&flat, Factor::Two, 64).is_err());
    }
}
