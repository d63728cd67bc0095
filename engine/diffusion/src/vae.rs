//! Pictures to latents and back: the full autoencoder, whole or by tiles, and tiny ones.

mod kl;
mod tiles;
mod tiny;

use std::path::Path;

use candle_core::{DType, Device, Tensor};

use self::{kl::AutoencoderKl, tiles::Tiles, tiny::AutoencoderTiny};
use super::{
    folder::{TinyConfig, VaeConfig, fault},
    memory::first_that_fits,
    weights::Weights,
};
use crate::error::Result;

/// On the CPU, latents are worked on whole up to this area, which is that of a picture of 1024 x 1024; beyond it by tiles.
const WHOLE: usize = 128 * 128;
/// On devices, tiles begin beyond this area, that of 512 x 512. Whole, 128 x 128 latents take 9.7 GB there, and on Metal
/// they come out wrong without an error.
const WHOLE_ON_DEVICES: usize = 64 * 64;
/// Whole, and the sides of the tiles, in latents, that are tried one after another when memory runs out.
const SIZES: [Option<usize>; 4] = [None, Some(64), Some(32), Some(16)];

/// An autoencoder, ready to run.
pub struct Vae {
    network: Autoencoder,
    /// Factor to latents of variance 1, after `shift` was subtracted.
    scale: f64,
    shift: f64,
    factor: usize,
    dtype: DType,
    device: Device,
}

enum Autoencoder {
    Full(Box<AutoencoderKl>),
    Tiny(AutoencoderTiny),
}

/// Which way.
#[derive(Debug, Clone, Copy)]
enum Way {
    Encode,
    Decode,
}

impl Vae {
    /// Builds the full autoencoder that the configuration describes. Where half precision is too coarse for it, it is
    /// loaded in f32.
    ///
    /// # Errors
    /// [`crate::Error::Model`] when a weight is missing or of another shape.
    pub(super) fn load(config: &VaeConfig, folder: &Path, device: &Device, dtype: DType) -> Result<Self> {
        let dtype = match dtype {
            DType::F16 if config.force_upcast => DType::F32,
            other => other,
        };
        Self::build(config, &Weights::open(folder, device, dtype)?)
    }

    /// Builds the full autoencoder of a configuration file (`AutoencoderKL`), in the type and on the device of the
    /// weights.
    ///
    /// # Errors
    /// [`crate::Error::Model`] for a configuration of another kind, and when a weight is missing or of another shape.
    pub fn read(config: &Path, weights: &Weights) -> Result<Self> {
        Self::build(&VaeConfig::read(config)?, weights)
    }

    fn build(config: &VaeConfig, weights: &Weights) -> Result<Self> {
        Ok(Self {
            network: Autoencoder::Full(Box::new(AutoencoderKl::load(config, weights)?)),
            scale: config.scaling_factor,
            shift: config.shift_factor,
            factor: config.factor(),
            dtype: weights.dtype(),
            device: weights.device().clone(),
        })
    }

    /// Loads a tiny autoencoder from a folder: in diffusers layout (`config.json` beside one safetensors file), or two
    /// files whose names end in `encoder.safetensors` and `decoder.safetensors`, as TAESD publishes them.
    ///
    /// # Errors
    /// [`crate::Error::Model`] when there is none, a weight is missing or of another shape, or the file is a pickle.
    pub fn load_tiny(folder: &Path, device: &Device, dtype: DType) -> Result<Self> {
        let config = folder.join("config.json");
        let (network, scale) = if config.is_file() {
            let config = TinyConfig::read(&config)?;
            let weights = Weights::open(folder, device, dtype)?;
            (AutoencoderTiny::load(&config, &weights)?, config.scaling_factor)
        } else {
            (AutoencoderTiny::load_published(folder, device, dtype)?, 1.0)
        };
        Ok(Self {
            factor: network.factor(),
            network: Autoencoder::Tiny(network),
            scale,
            shift: 0.0,
            dtype,
            device: device.clone(),
        })
    }

    /// What it computes in.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Channels of the latents.
    #[must_use]
    pub fn latent_channels(&self) -> usize {
        match &self.network {
            Autoencoder::Full(network) => network.latent_channels(),
            Autoencoder::Tiny(network) => network.latent_channels(),
        }
    }

    /// Pixels a latent, along each side.
    #[must_use]
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// A picture (1, 3, height, width) of -1 to 1 to latents of variance 1, f32: the mean of what they may be.
    ///
    /// # Errors
    /// When the sides are not multiples of [`Vae::factor`], or the device has no memory left for the smallest tiles.
    pub fn encode(&self, rgb: &Tensor) -> candle_core::Result<Tensor> {
        let (_, _, height, width) = rgb.dims4()?;
        if height % self.factor != 0 || width % self.factor != 0 {
            candle_core::bail!("{width}x{height} is not a multiple of {}", self.factor);
        }
        let area = (height / self.factor) * (width / self.factor);
        let latents = self.fitting(Way::Encode, rgb, area)?;
        latents.affine(self.scale, -self.shift * self.scale)
    }

    /// Latents of variance 1 (1, channels, height, width) to a picture of -1 to 1, f32, not clamped.
    ///
    /// # Errors
    /// When the device has no memory left for the smallest tiles.
    pub fn decode(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        let (_, _, height, width) = latents.dims4()?;
        let latents = latents.to_dtype(DType::F32)?.affine(1.0 / self.scale, self.shift)?;
        self.fitting(Way::Decode, &latents, height * width)
    }

    /// As [`Vae::encode`], by tiles of `side` latents.
    ///
    /// # Errors
    /// As [`Vae::encode`].
    pub fn encode_tiled(&self, rgb: &Tensor, side: usize) -> candle_core::Result<Tensor> {
        let latents = self.tiled(Way::Encode, rgb, side)?;
        latents.affine(self.scale, -self.shift * self.scale)
    }

    /// As [`Vae::decode`], by tiles of `side` latents.
    ///
    /// # Errors
    /// As [`Vae::decode`].
    pub fn decode_tiled(&self, latents: &Tensor, side: usize) -> candle_core::Result<Tensor> {
        let latents = latents.to_dtype(DType::F32)?.affine(1.0 / self.scale, self.shift)?;
        self.tiled(Way::Decode, &latents, side)
    }

    /// Whole if that is small enough, else by tiles, by smaller ones while the device runs out of memory. Both are read
    /// back before they count as made: a device may say only then that it failed.
    fn fitting(&self, way: Way, x: &Tensor, area: usize) -> candle_core::Result<Tensor> {
        let (_, made) = first_that_fits(sizes(area, self.device.is_cpu()), |side| match side {
            Some(side) => self.tiled(way, x, side),
            None => self.piece(way, x)?.to_device(&Device::Cpu)?.to_device(x.device()),
        })?;
        Ok(made)
    }

    fn tiled(&self, way: Way, x: &Tensor, side: usize) -> candle_core::Result<Tensor> {
        let (input, output) = match way {
            Way::Encode => (self.factor, 1),
            Way::Decode => (1, self.factor),
        };
        let (_, _, height, width) = x.dims4()?;
        let tiles = Tiles::plan([height / input, width / input], side);
        tiles.blend(x, [input, output], |tile| self.piece(way, tile))
    }

    fn piece(&self, way: Way, x: &Tensor) -> candle_core::Result<Tensor> {
        let x = x.to_device(&self.device)?.to_dtype(self.dtype)?;
        let made = match (&self.network, way) {
            (Autoencoder::Full(network), Way::Encode) => network.encode(&x)?,
            (Autoencoder::Full(network), Way::Decode) => network.decode(&x)?,
            (Autoencoder::Tiny(network), Way::Encode) => network.encode(&x)?,
            (Autoencoder::Tiny(network), Way::Decode) => network.decode(&x)?,
        };
        made.to_dtype(DType::F32)
    }
}

/// What is tried for so many latents, one after another.
fn sizes(area: usize, on_cpu: bool) -> &'static [Option<usize>] {
    let whole = if on_cpu { WHOLE } else { WHOLE_ON_DEVICES };
    if area <= whole { &SIZES[..] } else { &SIZES[1..] }
}

/// Whether a tiny autoencoder can take the place of the full one.
///
/// # Errors
/// [`crate::Error::Model`] when their latents differ.
pub(super) fn check_tiny(tiny: &Vae, folder: &Path, channels: usize, factor: usize) -> Result<()> {
    if (tiny.latent_channels(), tiny.factor) == (channels, factor) {
        return Ok(());
    }
    let reason = format!(
        "this tiny autoencoder makes {} channels of 1/{}, the model has {channels} of 1/{factor}",
        tiny.latent_channels(),
        tiny.factor
    );
    Err(fault(folder, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_work_by_tiles_where_the_cpu_works_whole() {
        for (side, cpu, device) in [
            (64, None, None),
            (65, None, Some(64)),
            (120, None, Some(64)),
            (128, None, Some(64)),
        ] {
            assert_eq!(sizes(side * side, true)[0], cpu, "{side} on the CPU");
            assert_eq!(sizes(side * side, false)[0], device, "{side} on a device");
        }
        assert_eq!(sizes(129 * 128, true)[0], Some(64));
        // An oblong counts by its area, and smaller tiles are left to try everywhere.
        assert_eq!(sizes(96 * 48, false), &SIZES[1..]);
        assert_eq!(sizes(128 * 32, false), &SIZES[..]);
    }
}
