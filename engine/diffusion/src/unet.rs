//! The denoising network: latents with noise, a timestep and directions to what it was trained to predict.
//!
//! **Source**: Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion Models", section 3.3; Podell
//! et al. 2023, "SDXL", sections 2.1 and 2.2.

mod encoder;
mod level;
mod resnet;
mod timestep_embedding;
mod transformer;

use std::path::Path;

use candle_core::{DType, Device, Tensor};

use self::level::UpLevel;
pub(super) use self::{
    encoder::UnetEncoder,
    resnet::{ResnetBlock, Shape},
};
use super::{
    folder::{Added, UnetConfig},
    ops::Conv2d,
    weights::{GroupNorm, Weights},
};
use crate::error::Result;

/// The input of one forward pass.
#[derive(Debug)]
pub struct UnetInput<'a> {
    /// (batch, channels, height, width).
    pub latents: &'a Tensor,
    /// From 0 to the number of training timesteps.
    pub timestep: f64,
    /// (batch, tokens, width).
    pub text: &'a Tensor,
    /// SDXL's pooled text and picture sizes, from [`Unet::added`]: (batch, width).
    pub added: Option<&'a Tensor>,
    /// The guidance, for a network that takes it ([`Unet::takes_guidance`]) and for no other.
    pub guidance: Option<f64>,
}

/// What a ControlNet adds to the network.
#[derive(Debug, Clone)]
pub struct Residuals {
    /// To the skip connections, from the first down block on.
    pub down: Vec<Tensor>,
    /// To the middle.
    pub mid: Tensor,
}

/// The network, ready to run.
pub struct Unet {
    encoder: UnetEncoder,
    up: Vec<UpLevel>,
    norm_out: GroupNorm,
    conv_out: Conv2d,
    added: Option<Added>,
}

impl Unet {
    /// Builds the network of a configuration file (`UNet2DConditionModel`), in the type and on the device of the weights.
    ///
    /// # Errors
    /// [`crate::Error::Model`] for a configuration of another kind, and when a weight is missing or of another shape.
    pub fn read(config: &Path, weights: &Weights) -> Result<Self> {
        Self::load(&UnetConfig::read(config)?, weights)
    }

    /// Builds the network that the configuration describes.
    ///
    /// # Errors
    /// [`crate::Error::Model`] when a weight is missing or of another shape.
    pub(super) fn load(config: &UnetConfig, weights: &Weights) -> Result<Self> {
        let root = weights.scope("");
        let levels = &config.levels;
        let first = levels[0].channels;
        let mut up = Vec::new();
        let mut before = levels[levels.len() - 1].channels;
        for (i, level) in levels.iter().rev().enumerate() {
            // The skip connections come from this level, and the last from the one above it.
            let above = levels[(levels.len() - 1 - i).saturating_sub(1)].channels;
            let scope = root.at(format_args!("up_blocks.{i}"));
            let last = i + 1 == levels.len();
            up.push(UpLevel::load(&scope, config, level, [before, above], last)?);
            before = level.channels;
        }
        Ok(Self {
            encoder: UnetEncoder::load(config, &root)?,
            up,
            norm_out: root.at("conv_norm_out").group_norm(first, config.groups, config.eps)?,
            conv_out: root.at("conv_out").conv([config.out_channels, first], 3, 1)?,
            added: config.added,
        })
    }

    /// SDXL's added condition: the pooled text (batch, width), and for each the size (width, height) in pixels that the
    /// picture shall seem to have been taken at, uncropped.
    ///
    /// # Errors
    /// When the device has no memory for it.
    pub fn added(&self, pooled: &Tensor, size: (usize, usize)) -> candle_core::Result<Option<Tensor>> {
        let Some(added) = self.added else { return Ok(None) };
        let (width, height) = (size.0 as f64, size.1 as f64);
        let sizes =
            [height, width, 0.0, 0.0, height, width].map(|number| self.encoder.sinusoids(number, added.time_width));
        let sizes = Tensor::from_vec(sizes.concat(), (1, 6 * added.time_width), &Device::Cpu)?
            .to_device(pooled.device())?
            .to_dtype(pooled.dtype())?
            .repeat((pooled.dim(0)?, 1))?; // (b, 6 t)
        Tensor::cat(&[pooled, &sizes], 1).map(Some) // (b, pooled + 6 t)
    }

    /// What the network predicts: (batch, channels, height, width).
    ///
    /// # Errors
    /// When the shapes don't fit, or the device has no memory left.
    pub fn forward(&self, input: &UnetInput<'_>, control: Option<&Residuals>) -> candle_core::Result<Tensor> {
        let time = self.encoder.time(input)?;
        let (mut skips, mut x) = self.encoder.forward(input, &time, None)?;
        if let Some(control) = control {
            if control.down.len() != skips.len() {
                candle_core::bail!("{} residuals for {} layers", control.down.len(), skips.len());
            }
            for (skip, residual) in skips.iter_mut().zip(&control.down) {
                *skip = (&*skip + residual)?;
            }
            x = (x + &control.mid)?;
        }
        for level in &self.up {
            x = level.forward(x, &mut skips, &time, input.text)?;
        }
        self.conv_out.forward(&self.norm_out.forward_silu(&x)?)
    }

    /// Whether the network takes the guidance as a number (LCM), and so runs once a step.
    #[must_use]
    pub fn takes_guidance(&self) -> bool {
        self.encoder.takes_guidance()
    }

    /// The type that the network computes in.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.encoder.dtype()
    }
}
