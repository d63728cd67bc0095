//! The network's down blocks and its middle block: all that a ControlNet is a copy of.

use candle_core::{DType, Device, Tensor};

use super::{
    UnetInput,
    level::{DownLevel, MiddleBlock},
    timestep_embedding::{TimestepEmbedding, guidance_sinusoids, sinusoids},
};
use crate::error::Result;
use crate::{
    folder::UnetConfig,
    ops::{self, Conv2d},
    weights::Scope,
};

/// The down blocks, the middle block and the timestep embedding.
pub(crate) struct UnetEncoder {
    conv_in: Conv2d,
    time: TimestepEmbedding,
    added: Option<TimestepEmbedding>,
    down: Vec<DownLevel>,
    mid: MiddleBlock,
    /// Width of the timestep's sinusoids.
    width: usize,
    /// Width of the guidance's, where the network takes it.
    guidance_width: Option<usize>,
    cosines_first: bool,
    freq_shift: f64,
    dtype: DType,
}

impl UnetEncoder {
    pub(crate) fn load(config: &UnetConfig, root: &Scope<'_>) -> Result<Self> {
        let first = config.levels[0].channels;
        let added = config.added.map(|added| {
            let scope = root.at("add_embedding");
            TimestepEmbedding::load(&scope, [added.width, 4 * first], None)
        });
        let mut down = Vec::new();
        let mut before = first;
        for (i, level) in config.levels.iter().enumerate() {
            let scope = root.at(format_args!("down_blocks.{i}"));
            let last = i + 1 == config.levels.len();
            down.push(DownLevel::load(&scope, config, level, before, last)?);
            before = level.channels;
        }
        Ok(Self {
            conv_in: root.at("conv_in").conv([first, config.in_channels], 3, 1)?,
            time: TimestepEmbedding::load(&root.at("time_embedding"), [first, 4 * first], config.guidance_width)?,
            added: added.transpose()?,
            down,
            mid: MiddleBlock::load(&root.at("mid_block"), config)?,
            width: first,
            guidance_width: config.guidance_width,
            cosines_first: config.cosines_first,
            freq_shift: config.freq_shift,
            dtype: root.weights().dtype(),
        })
    }

    /// Whether it takes the guidance.
    pub(super) fn takes_guidance(&self) -> bool {
        self.guidance_width.is_some()
    }

    pub(crate) fn dtype(&self) -> DType {
        self.dtype
    }

    /// A number as `width` sinusoids.
    pub(super) fn sinusoids(&self, number: f64, width: usize) -> Vec<f32> {
        sinusoids(number, width, self.cosines_first, self.freq_shift)
    }

    /// The time, and what was added to it, as every residual block wants it: (batch, 4 channels).
    pub(crate) fn time(&self, input: &UnetInput<'_>) -> candle_core::Result<Tensor> {
        let row = |sinusoids: Vec<f32>| {
            let width = sinusoids.len();
            let sinusoids = Tensor::from_vec(sinusoids, (1, width), &Device::Cpu)?;
            sinusoids.to_device(input.latents.device())?.to_dtype(self.dtype)
        };
        let guidance = match (input.guidance, self.guidance_width) {
            (Some(guidance), Some(width)) => Some(row(guidance_sinusoids(guidance, width))?),
            (None, None) => None,
            _ => candle_core::bail!("the guidance is missing, or there is one that the network doesn't take"),
        };
        let sinusoids = row(self.sinusoids(input.timestep, self.width))?;
        let mut time = self.time.forward(&sinusoids, guidance.as_ref())?;
        match (&self.added, input.added) {
            (Some(embedding), Some(added)) => time = time.broadcast_add(&embedding.forward(added, None)?)?,
            (None, None) => time = time.repeat((input.latents.dim(0)?, 1))?,
            _ => candle_core::bail!("the added condition is missing, or there is one too many"),
        }
        ops::silu(&time)
    }

    /// The skip connections, and the output of the middle block. `more` is added to the latents' first features.
    pub(crate) fn forward(
        &self,
        input: &UnetInput<'_>,
        time: &Tensor,
        more: Option<&Tensor>,
    ) -> candle_core::Result<(Vec<Tensor>, Tensor)> {
        let mut x = self.conv_in.forward(input.latents)?;
        if let Some(more) = more {
            x = x.broadcast_add(more)?;
        }
        let mut skips = vec![x.clone()];
        for level in &self.down {
            x = level.forward(x, &mut skips, time, input.text)?;
        }
        let x = self.mid.forward(&x, time, input.text)?;
        Ok((skips, x))
    }
}
