//! Pictures as the film works on them, and as the network takes them.

use candle_core::{DType, Device, Tensor};

/// A picture: sRGB-encoded red, green and blue, 0 to 1, in lanes 0 to 2; what lane 3 holds, its maker says.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// (height, width).
    pub pixels: Vec<[f32; 4]>,
}

impl Picture {
    /// A picture of one colour.
    #[must_use]
    pub fn filled(width: usize, height: usize, pixel: [f32; 4]) -> Self {
        Self {
            width,
            height,
            pixels: vec![pixel; width * height],
        }
    }

    /// From the network's (1, 3, height, width), -1 to 1; what lies outside is cut off.
    ///
    /// # Errors
    /// When the tensor has another shape or a number that is none, or the device fails.
    pub fn from_tensor(rgb: &Tensor) -> candle_core::Result<Self> {
        let (_, _, height, width) = rgb.dims4()?;
        let values: Vec<f32> = rgb
            .to_dtype(DType::F32)?
            .to_device(&Device::Cpu)?
            .flatten_all()?
            .to_vec1()?;
        let plane = width * height;
        if values.len() != 3 * plane {
            candle_core::bail!("a picture of {:?} is not one of three colours", rgb.shape());
        }
        if !values.iter().all(|value| value.is_finite()) {
            candle_core::bail!("a picture is NaN or infinite in places");
        }
        let encoded = |value: f32| (value * 0.5 + 0.5).clamp(0.0, 1.0);
        let pixels = (0..plane)
            .map(|i| {
                [
                    encoded(values[i]),
                    encoded(values[plane + i]),
                    encoded(values[2 * plane + i]),
                    0.0,
                ]
            })
            .collect();
        Ok(Self { width, height, pixels })
    }

    /// For the network: (1, 3, height, width), -1 to 1, f32.
    ///
    /// # Errors
    /// When the device has no memory.
    pub fn to_tensor(&self, device: &Device) -> candle_core::Result<Tensor> {
        self.planes(device, |value| value * 2.0 - 1.0)
    }

    /// As a hint for ControlNet: (1, 3, height, width), 0 to 1, f32.
    ///
    /// # Errors
    /// When the device has no memory.
    pub fn to_hint(&self, device: &Device) -> candle_core::Result<Tensor> {
        self.planes(device, |value| value)
    }

    fn planes(&self, device: &Device, value: impl Fn(f32) -> f32) -> candle_core::Result<Tensor> {
        let planes = (0..3)
            .flat_map(|c| self.pixels.iter().map(move |pixel| pixel[c]))
            .map(value);
        Tensor::from_vec(planes.collect::<Vec<f32>>(), (1, 3, self.height, self.width), device)
    }

    /// Half as large, each pixel the mean of four; a side that is odd loses its last line, a side of 1 stays.
    #[must_use]
    pub fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let at = |x: usize, y: usize| self.pixels[y.min(self.height - 1) * self.width + x.min(self.width - 1)];
        let mean = |x: usize, y: usize| {
            let four = [
                at(2 * x, 2 * y),
                at(2 * x + 1, 2 * y),
                at(2 * x, 2 * y + 1),
                at(2 * x + 1, 2 * y + 1),
            ];
            [0, 1, 2, 3].map(|c| four.iter().map(|pixel| pixel[c]).sum::<f32>() * 0.25)
        };
        let pixels = (0..width * height).map(|i| mean(i % width, i / width)).collect();
        Self { width, height, pixels }
    }

    /// This picture and its halves, down to a side below 8.
    #[must_use]
    pub fn pyramid(self) -> Pyramid {
        let mut levels = vec![self];
        while let Some(least) = levels.last().filter(|level| level.width.min(level.height) >= 8) {
            levels.push(least.halved());
        }
        Pyramid { levels }
    }
}

/// A picture at several sizes, so that it can be shown small without shimmering.
#[derive(Debug, Clone, PartialEq)]
pub struct Pyramid {
    levels: Vec<Picture>,
}

impl Pyramid {
    /// The picture itself.
    #[must_use]
    pub fn full(&self) -> &Picture {
        &self.levels[0]
    }

    /// The level for a reduction to `scale`, and how much of the next smaller one is mixed in.
    #[must_use]
    pub(in super::super) fn level(&self, scale: f64) -> (usize, f32) {
        let place = (-scale.max(1e-9).log2()).clamp(0.0, (self.levels.len() - 1) as f64);
        let level = (place as usize).min(self.levels.len().saturating_sub(2));
        (level, (place - level as f64) as f32)
    }

    /// The colour at a place in pictures (0 to 1 each way), for a level of [`Pyramid::level`].
    #[must_use]
    pub(in super::super) fn at(&self, [u, v]: [f64; 2], (level, more): (usize, f32)) -> [f32; 4] {
        let of = |picture: &Picture| {
            let place = [u * picture.width as f64 - 0.5, v * picture.height as f64 - 0.5];
            super::warp::bicubic(picture, place)
        };
        let near = of(&self.levels[level]);
        match self.levels.get(level + 1).filter(|_| more > 0.0) {
            Some(far) => {
                let far = of(far);
                [0, 1, 2, 3].map(|c| near[c] + (far[c] - near[c]) * more)
            }
            None => near,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Picture {
        let pixel = |i: usize| {
            [
                (i % width) as f32 / width as f32,
                (i / width) as f32 / height as f32,
                0.25,
                0.0,
            ]
        };
        Picture {
            width,
            height,
            pixels: (0..width * height).map(pixel).collect(),
        }
    }

    #[test]
    fn a_picture_survives_the_network_s_form() {
        let picture = ramp(10, 6);
        let tensor = picture.to_tensor(&Device::Cpu).unwrap();
        assert_eq!(tensor.dims(), [1, 3, 6, 10]);
        let back = Picture::from_tensor(&tensor).unwrap();
        for (a, b) in picture.pixels.iter().zip(&back.pixels) {
            assert!((0..3).all(|c| (a[c] - b[c]).abs() < 1e-6), "{a:?} {b:?}");
        }
        assert!(Picture::from_tensor(&Tensor::zeros((1, 4, 6, 10), DType::F32, &Device::Cpu).unwrap()).is_err());
    }

    #[test]
    fn a_pyramid_keeps_colour_and_place() {
        let pyramid = ramp(64, 32).pyramid();
        for scale in [1.0, 0.7, 0.5, 0.3, 0.1] {
            let at = pyramid.at([0.5, 0.5], pyramid.level(scale));
            assert!(
                (at[0] - 0.5).abs() < 0.02 && (at[1] - 0.5).abs() < 0.02,
                "{scale}: {at:?}"
            );
        }
        assert_eq!(pyramid.level(3.0), (0, 0.0));
    }
}
