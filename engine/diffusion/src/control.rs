//! ControlNet: a picture that the denoising network shall follow.
//!
//! **Source**: Zhang, Rao and Agrawala 2023, "Adding Conditional Control to Text-to-Image Diffusion Models", section 3.

use candle_core::{Device, Tensor};

use super::{
    folder::ControlConfig,
    ops::{self, Conv2d},
    unet::{Residuals, UnetEncoder, UnetInput},
    weights::{Scope, Weights},
};
use crate::error::Result;

/// A guiding network, ready to run.
pub struct ControlNet {
    hint: Vec<Conv2d>,
    encoder: UnetEncoder,
    down: Vec<Conv2d>,
    mid: Conv2d,
    blue_first: bool,
}

impl ControlNet {
    /// Builds the network that the configuration describes.
    ///
    /// # Errors
    /// [`crate::Error::Model`] when a weight is missing or of another shape.
    pub(super) fn load(config: &ControlConfig, weights: &Weights) -> Result<Self> {
        let root = weights.scope("");
        let levels = &config.unet.levels;
        let first = levels[0].channels;
        // One for each tensor that the encoder keeps: the first features, each layer's, and each smaller size.
        let mut skips = vec![first];
        for (i, level) in levels.iter().enumerate() {
            let halved = usize::from(i + 1 < levels.len());
            skips.extend(std::iter::repeat_n(level.channels, level.layers + halved));
        }
        let down = skips.iter().enumerate().map(|(i, channels)| {
            let scope = root.at(format_args!("controlnet_down_blocks.{i}"));
            scope.conv([*channels; 2], 1, 1)
        });
        let last = levels[levels.len() - 1].channels;
        Ok(Self {
            hint: hint(&config.hint_channels, first, &root.at("controlnet_cond_embedding"))?,
            encoder: UnetEncoder::load(&config.unet, &root)?,
            down: down.collect::<Result<_>>()?,
            mid: root.at("controlnet_mid_block").conv([last; 2], 1, 1)?,
            blue_first: config.blue_first,
        })
    }

    /// What is to be added to the denoising network, `strength` times. `hint` is (1, 3, height, width) of 0 to 1, in
    /// pixels.
    ///
    /// # Errors
    /// When the hint is not eight times as large as the latents, or the device has no memory left.
    pub fn forward(&self, input: &UnetInput<'_>, hint: &Tensor, strength: f64) -> candle_core::Result<Residuals> {
        let mut hint = hint.to_device(input.latents.device())?.to_dtype(self.encoder.dtype())?;
        if self.blue_first {
            hint = hint.index_select(&Tensor::new(&[2_u32, 1, 0], &Device::Cpu)?.to_device(hint.device())?, 1)?;
        }
        for (i, layer) in self.hint.iter().enumerate() {
            if i > 0 {
                hint = ops::silu(&hint)?;
            }
            hint = layer.forward(&hint)?;
        }
        let (size, wanted) = (hint.dims4()?, input.latents.dims4()?);
        if (size.2, size.3) != (wanted.2, wanted.3) {
            let (hint, wanted) = ((size.3, size.2), (wanted.3, wanted.2));
            candle_core::bail!("the guiding picture makes {hint:?} latents, where {wanted:?} are painted");
        }
        let (skips, mid) = self.encoder.forward(input, &self.encoder.time(input)?, Some(&hint))?;
        let add = |layer: &Conv2d, x: &Tensor| layer.forward(x)?.affine(strength, 0.0);
        Ok(Residuals {
            down: self
                .down
                .iter()
                .zip(&skips)
                .map(|(layer, x)| add(layer, x))
                .collect::<candle_core::Result<_>>()?,
            mid: add(&self.mid, &mid)?,
        })
    }
}

/// The layers that bring the guiding picture to the size of the latents.
fn hint(channels: &[usize], last: usize, scope: &Scope<'_>) -> Result<Vec<Conv2d>> {
    let mut layers = vec![scope.at("conv_in").conv([channels[0], 3], 3, 1)?];
    for (i, pair) in channels.windows(2).enumerate() {
        let block = |j: usize| scope.at(format_args!("blocks.{j}"));
        layers.push(block(2 * i).conv([pair[0]; 2], 3, 1)?);
        layers.push(block(2 * i + 1).conv([pair[1], pair[0]], 3, 2)?);
    }
    layers.push(scope.at("conv_out").conv([last, channels[channels.len() - 1]], 3, 1)?);
    Ok(layers)
}
