//! A picture in tiles that overlap, and one picture of what was made of them.

use candle_core::{DType, Device, Tensor};

/// A tile's share that it has in common with each neighbour.
const OVERLAP: f64 = 0.25;

/// Where the tiles lie: all of one size, spread evenly, so that none is a sliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tiles {
    /// Height and width of all of it, in latents.
    size: [usize; 2],
    /// Height and width of a tile.
    tile: [usize; 2],
    /// Where tiles begin, down and across.
    begins: [Vec<usize>; 2],
}

impl Tiles {
    pub(super) fn plan(size: [usize; 2], side: usize) -> Self {
        let tile = size.map(|length| length.min(side.max(1)));
        let begins = [0, 1].map(|axis| {
            let (length, tile) = (size[axis], tile[axis]);
            let stride = ((tile as f64 * (1.0 - OVERLAP)) as usize).max(1);
            let gaps = (length - tile).div_ceil(stride);
            (0..=gaps).map(|i| (length - tile) * i / gaps.max(1)).collect()
        });
        Self { size, tile, begins }
    }

    /// Makes each tile of `x` and blends what comes out, on the CPU in f32. A latent is `input` pixels of `x` and
    /// `output` pixels of the result.
    pub(super) fn blend(
        &self,
        x: &Tensor,
        [input, output]: [usize; 2],
        mut make: impl FnMut(&Tensor) -> candle_core::Result<Tensor>,
    ) -> candle_core::Result<Tensor> {
        let [height, width] = self.size.map(|length| length * output);
        let [tile_height, tile_width] = self.tile.map(|length| length * output);
        let mut sums: Vec<f32> = Vec::new();
        let mut channels = 0;
        let ramps = [0, 1].map(|axis| self.weights(axis, output));
        for (i, &top) in self.begins[0].iter().enumerate() {
            for (j, &left) in self.begins[1].iter().enumerate() {
                let tile = x
                    .narrow(2, top * input, self.tile[0] * input)?
                    .narrow(3, left * input, self.tile[1] * input)?
                    .contiguous()?;
                let made = make(&tile)?.to_device(&Device::Cpu)?.to_dtype(DType::F32)?;
                channels = made.dim(1)?;
                let made: Vec<f32> = made.flatten_all()?.to_vec1()?;
                sums.resize(channels * height * width, 0.0);
                let (down, across) = (&ramps[0][i], &ramps[1][j]);
                for (row, line) in made.chunks_exact(tile_width).enumerate() {
                    let (channel, y) = (row / tile_height, row % tile_height);
                    let first = (channel * height + top * output + y) * width + left * output;
                    let into = &mut sums[first..first + tile_width];
                    for ((sum, value), weight) in into.iter_mut().zip(line).zip(across) {
                        *sum += value * (weight * down[y]);
                    }
                }
            }
        }
        Tensor::from_vec(sums, (1, channels, height, width), &Device::Cpu)?.to_device(x.device())
    }

    /// For each tile along an axis, its share at each pixel: ramps where it meets its neighbours, which add up to 1.
    fn weights(&self, axis: usize, scale: usize) -> Vec<Vec<f32>> {
        let (begins, length) = (&self.begins[axis], self.tile[axis] * scale);
        let ramp = |tile: usize, pixel: usize| {
            let at = |other: usize| begins[other] * scale;
            let place = at(tile) + pixel;
            let mut share = 1.0_f64;
            if tile > 0 && place < at(tile - 1) + length {
                let overlap = (at(tile - 1) + length - at(tile)) as f64;
                share = share.min((pixel as f64 + 0.5) / overlap);
            }
            if tile + 1 < begins.len() && place >= at(tile + 1) {
                let overlap = (at(tile) + length - at(tile + 1)) as f64;
                share = share.min((at(tile) + length - place) as f64 / overlap - 0.5 / overlap);
            }
            share
        };
        let shares: Vec<Vec<f64>> = (0..begins.len())
            .map(|tile| (0..length).map(|pixel| ramp(tile, pixel)).collect())
            .collect();
        // More than two tiles meet where tiles are small; what they add up to is taken out.
        let mut sums = vec![0.0; self.size[axis] * scale];
        for (tile, share) in shares.iter().enumerate() {
            for (sum, share) in sums[begins[tile] * scale..].iter_mut().zip(share) {
                *sum += share;
            }
        }
        let normalised = |(tile, share): (usize, &Vec<f64>)| {
            let sums = &sums[begins[tile] * scale..];
            share
                .iter()
                .zip(sums)
                .map(|(share, sum)| (share / sum) as f32)
                .collect()
        };
        shares.iter().enumerate().map(normalised).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_all_and_put_together_are_what_they_were() -> candle_core::Result<()> {
        for (size, side) in [([135, 240], 64), ([17, 9], 8), ([8, 8], 8), ([5, 40], 8), ([9, 7], 1)] {
            let tiles = Tiles::plan(size, side);
            let count = size[0] * size[1];
            let x = Tensor::arange(0.0, count as f32, &Device::Cpu)?.reshape((1, 1, size[0], size[1]))?;
            let mut made = 0;
            let y = tiles.blend(&x, [1, 1], |tile| {
                made += 1;
                assert!(tile.dim(2)? <= side && tile.dim(3)? <= side);
                Ok(tile.clone())
            })?;
            let off = ((y - &x)?.abs()?.max_all()?.to_scalar::<f32>()?) / count as f32;
            assert!(off < 1e-6, "{size:?} by {side}: {off}");
            assert_eq!(made, tiles.begins[0].len() * tiles.begins[1].len());
        }
        Ok(())
    }

    #[test]
    fn a_step_between_tiles_becomes_a_ramp() -> candle_core::Result<()> {
        let tiles = Tiles::plan([8, 14], 8);
        let x = Tensor::zeros((1, 1, 8, 14), DType::F32, &Device::Cpu)?;
        let mut number = -1.0;
        let y = tiles.blend(&x, [1, 2], |tile| {
            number += 1.0;
            Tensor::full(number as f32, (1, 1, 2 * tile.dim(2)?, 2 * tile.dim(3)?), &Device::Cpu)
        })?;
        let row: Vec<f32> = y.narrow(2, 0, 1)?.flatten_all()?.to_vec1()?;
        assert_eq!(row.len(), 28);
        assert!(
            row.windows(2).all(|pair| pair[1] >= pair[0] && pair[1] - pair[0] < 0.3),
            "{row:?}"
        );
        assert_eq!((row[0], row[27]), (0.0, 1.0));
        Ok(())
    }
}
