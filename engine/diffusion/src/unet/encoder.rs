//! The network's way down and its middle: all that a ControlNet is a copy of.

use candle_core::{DType, Device, Tensor};

use super::{
    Shown,
    level::{DownLevel, Middle},
    time::{TimeEmbedding, guidance_waves, waves},
};
use crate::error::Result;
use crate::{
    folder::UnetConfig,
    ops::{self, Conv2d},
    weights::Scope,
};

/// The way down, the middle, and what tells them the time.
pub(crate) struct Encoder {
    conv_in: Conv2d,
    time: TimeEmbedding,
    added: Option<TimeEmbedding>,
    down: Vec<DownLevel>,
    mid: Middle,
    /// Width of the timestep's waves.
    width: usize,
    /// Width of the guidance's, where the network is told it.
    guidance_width: Option<usize>,
    cosines_first: bool,
    freq_shift: f64,
    dtype: DType,
}

impl Encoder {
    pub(crate) fn load(config: &UnetConfig, root: &Scope<'_>) -> Result<Self> {
        let first = config.levels[0].channels;
        let added = config.added.map(|added| {
            let scope = root.at("add_embedding");
            TimeEmbedding::load(&scope, [added.width, 4 * first], None)
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
            time: TimeEmbedding::load(&root.at("time_embedding"), [first, 4 * first], config.guidance_width)?,
            added: added.transpose()?,
            down,
            mid: Middle::load(&root.at("mid_block"), config)?,
            width: first,
            guidance_width: config.guidance_width,
            cosines_first: config.cosines_first,
            freq_shift: config.freq_shift,
            dtype: root.weights().dtype(),
        })
    }

    /// Whether it is told the guidance.
    pub(super) fn takes_guidance(&self) -> bool {
        self.guidance_width.is_some()
    }

    pub(crate) fn dtype(&self) -> DType {
        self.dtype
    }

    /// A number as `width` waves.
    pub(super) fn waves(&self, number: f64, width: usize) -> Vec<f32> {
        waves(number, width, self.cosines_first, self.freq_shift)
    }

    /// The time, and what was added to it, as every residual block wants it: (batch, 4 channels).
    pub(crate) fn time(&self, shown: &Shown<'_>) -> candle_core::Result<Tensor> {
        let row = |waves: Vec<f32>| {
            let width = waves.len();
            let waves = Tensor::from_vec(waves, (1, width), &Device::Cpu)?;
            waves.to_device(shown.latents.device())?.to_dtype(self.dtype)
        };
        let guidance = match (shown.guidance, self.guidance_width) {
            (Some(guidance), Some(width)) => Some(row(guidance_waves(guidance, width))?),
            (None, None) => None,
            _ => candle_core::bail!("the guidance is missing, or there is one that the network doesn't take"),
        };
        let waves = row(self.waves(shown.timestep, self.width))?;
        let mut time = self.time.forward(&waves, guidance.as_ref())?;
        match (&self.added, shown.added) {
            (Some(embedding), Some(added)) => time = time.broadcast_add(&embedding.forward(added, None)?)?,
            (None, None) => time = time.repeat((shown.latents.dim(0)?, 1))?,
            _ => candle_core::bail!("the added condition is missing, or there is one too many"),
        }
        ops::silu(&time)
    }

    /// What is kept on the way down, and what comes out of the middle. `more` is added to the latents' first features.
    pub(crate) fn forward(
        &self,
        shown: &Shown<'_>,
        time: &Tensor,
        more: Option<&Tensor>,
    ) -> candle_core::Result<(Vec<Tensor>, Tensor)> {
        let mut x = self.conv_in.forward(shown.latents)?;
        if let Some(more) = more {
            x = x.broadcast_add(more)?;
        }
        let mut kept = vec![x.clone()];
        for level in &self.down {
            x = level.forward(x, &mut kept, time, shown.text)?;
        }
        let x = self.mid.forward(&x, time, shown.text)?;
        Ok((kept, x))
    }
}
