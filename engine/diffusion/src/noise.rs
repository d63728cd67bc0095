//! Seeded normal noise: the same numbers on every machine and device, in any order.
//!
//! A number depends on its key and its place alone: nothing is drawn from a shared generator, so frames can be made in
//! any order and on any thread. The numbers are made on the CPU in f64, with logarithm and cosine of our own
//! dependencies rather than the system's, and cast to f32 at the end.

use std::collections::VecDeque;

use candle_core::{DType, Device, Tensor};

use crate::error::{Error, Result};
use phosphene_core::seed::mix;

/// SplitMix64's stride between two states.
const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

/// What noise depends on, beside the place in the tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoiseKey {
    /// The song's, take's or scene's seed.
    pub seed: u64,
    /// The shot, or the scene's variant.
    pub shot: u64,
    /// The frame.
    pub frame: u64,
}

impl NoiseKey {
    /// `count` normal numbers of mean 0 and variance 1 for a step; step 0 is what the walk begins with.
    ///
    /// **Source**: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators" (the bits); Box and
    /// Muller 1958, "A note on the generation of random normal deviates" (two numbers from each two).
    #[must_use]
    pub fn normals(&self, step: u64, count: usize) -> Vec<f32> {
        let first = mix([self.seed, self.shot, self.frame, step]);
        let bits = |place: u64| phosphene_core::seed::splitmix64(first.wrapping_add(place.wrapping_mul(STRIDE)));
        // 53 bits each: the first from above 0 to 1, so that it has a logarithm, the second from 0 to below 1.
        let unit = |bits: u64| (bits >> 11) as f64 / (1_u64 << 53) as f64;
        (0..count as u64)
            .map(|i| {
                let (a, b) = (1.0 - unit(bits(i & !1)), unit(bits(i | 1)));
                let radius = (-2.0 * libm::log(a)).sqrt();
                let turn = std::f64::consts::TAU * b;
                let part = if i & 1 == 0 { libm::cos(turn) } else { libm::sin(turn) };
                (radius * part) as f32
            })
            .collect()
    }

    /// Normal noise for a step as an f32 tensor of this shape.
    ///
    /// # Errors
    /// When the device has no memory for it.
    pub fn tensor(&self, step: u64, shape: &[usize], device: &Device) -> candle_core::Result<Tensor> {
        Tensor::from_vec(self.normals(step, shape.iter().product()), shape, device)
    }

    /// Noise for latents of the shape (1, c, h, w), as much as can be like that for latents of `full` rows and columns:
    /// each number is the mean of those that it covers, widened to a variance of 1.
    fn reduced(&self, step: u64, shape: &[usize], full: [usize; 2]) -> candle_core::Result<Vec<f32>> {
        let &[1, channels, rows, columns] = shape else {
            candle_core::bail!("noise for latents of {shape:?} was asked for");
        };
        let [full_rows, full_columns] = full;
        let whole = self.normals(step, channels * full_rows * full_columns);
        if [rows, columns] == full {
            return Ok(whole);
        }
        let (down, across) = (covers(full_rows, rows), covers(full_columns, columns));
        let mut noise = Vec::with_capacity(channels * rows * columns);
        for plane in whole.chunks_exact(full_rows * full_columns) {
            for down in &down {
                for across in &across {
                    let cells = down
                        .iter()
                        .flat_map(|&(y, a)| across.iter().map(move |&(x, b)| (y, x, a * b)));
                    let sum: f64 = cells
                        .map(|(y, x, share)| share * f64::from(plane[y * full_columns + x]))
                        .sum();
                    noise.push(sum as f32);
                }
            }
        }
        Ok(noise)
    }
}

/// Which of `from` cells each of `to` covers, with shares whose squares sum to 1.
fn covers(from: usize, to: usize) -> Vec<Vec<(usize, f64)>> {
    let ratio = from as f64 / to as f64;
    (0..to)
        .map(|i| {
            let (start, end) = (i as f64 * ratio, (i + 1) as f64 * ratio);
            let last = (end.ceil() as usize).min(from);
            let overlap = |cell: usize| (end.min((cell + 1) as f64) - start.max(cell as f64)).max(0.0);
            let cells: Vec<(usize, f64)> = (start as usize..last).map(|cell| (cell, overlap(cell))).collect();
            let length = cells.iter().map(|(_, share)| share * share).sum::<f64>().sqrt();
            cells.into_iter().map(|(cell, share)| (cell, share / length)).collect()
        })
        .collect()
}

/// Where a sampler's noise comes from while it walks.
#[derive(Debug)]
pub enum NoiseSource {
    /// From a key.
    Keyed(NoiseKey),
    /// From a key, as for latents of another size (rows, columns): a smaller picture begins from the same large forms.
    Reduced {
        /// The key.
        key: NoiseKey,
        /// Rows and columns of the latents that the key's noise is made for.
        full: [usize; 2],
    },
    /// Drawn elsewhere, one tensor for each step that wants one: to compare with another program step by step.
    Given(VecDeque<Tensor>),
}

impl NoiseSource {
    /// Noise for a step (from 1; 0 is what a walk begins with), in the shape and on the device of `like`, as f32.
    pub(super) fn draw(&mut self, step: u64, like: &Tensor) -> Result<Tensor> {
        match self {
            Self::Keyed(key) => key.tensor(step, like.dims(), like.device()).map_err(Error::from),
            Self::Reduced { key, full } => key
                .reduced(step, like.dims(), *full)
                .and_then(|noise| Tensor::from_vec(noise, like.dims(), like.device()))
                .map_err(Error::from),
            Self::Given(tensors) => match tensors.pop_front() {
                Some(noise) => noise.to_dtype(DType::F32).map_err(Error::from),
                None => Err(Error::Picture {
                    reason: format!("no noise was given for step {step}"),
                }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: NoiseKey = NoiseKey {
        seed: 7,
        shot: 2,
        frame: 40,
    };

    #[test]
    fn a_number_depends_on_key_and_place_alone() {
        let long = KEY.normals(3, 10_001);
        assert_eq!(KEY.normals(3, 7), long[..7]);
        assert_eq!(KEY.normals(3, 10_001), long);
        for other in [
            NoiseKey { seed: 8, ..KEY }.normals(3, 7),
            NoiseKey { shot: 3, ..KEY }.normals(3, 7),
            NoiseKey { frame: 41, ..KEY }.normals(3, 7),
            KEY.normals(4, 7),
        ] {
            assert!(other.iter().zip(&long).all(|(a, b)| a != b));
        }
    }

    #[test]
    fn the_numbers_are_normal() {
        let numbers: Vec<f64> = KEY.normals(0, 200_000).into_iter().map(f64::from).collect();
        let mean = |power: i32| numbers.iter().map(|x| x.powi(power)).sum::<f64>() / numbers.len() as f64;
        // Four standard errors of each moment of a normal distribution.
        let within = |found: f64, expected: f64, variance: f64| {
            let error = 4.0 * (variance / numbers.len() as f64).sqrt();
            assert!((found - expected).abs() < error, "{found} for {expected}");
        };
        within(mean(1), 0.0, 1.0);
        within(mean(2), 1.0, 2.0);
        within(mean(3), 0.0, 15.0);
        within(mean(4), 3.0, 96.0);
        let next: f64 = numbers.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / numbers.len() as f64;
        within(next, 0.0, 1.0);
    }

    #[test]
    fn a_smaller_picture_begins_from_the_same_large_forms() {
        let full = KEY.normals(0, 4 * 16 * 16);
        assert_eq!(KEY.reduced(0, &[1, 4, 16, 16], [16, 16]).unwrap(), full);
        let half = KEY.reduced(0, &[1, 4, 8, 8], [16, 16]).unwrap();
        for (i, value) in half.iter().enumerate() {
            let (c, y, x) = (i / 64, i / 8 % 8, i % 8);
            let at = |dy: usize, dx: usize| full[c * 256 + (2 * y + dy) * 16 + 2 * x + dx];
            let expected = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 2.0;
            assert!((value - expected).abs() < 1e-6);
        }
        let odd = KEY.reduced(0, &[1, 4, 48, 44], [96, 96]).unwrap();
        let variance = odd.iter().map(|x| f64::from(x * x)).sum::<f64>() / odd.len() as f64;
        assert!((variance - 1.0).abs() < 0.06, "{variance}");
        assert!(KEY.reduced(0, &[4, 8, 8], [16, 16]).is_err());
    }

    #[test]
    fn the_bits_stay_what_they_are() {
        // Fixed so that a video rendered again later is the same.
        let bits: Vec<u32> = KEY.normals(1, 4).into_iter().map(f32::to_bits).collect();
        assert_eq!(bits, [3_192_016_809, 1_052_167_225, 3_205_087_498, 3_222_273_682]);
    }
}
