//! The network's levels: each half as wide and high as the one before.

use candle_core::Tensor;

use super::{
    resnet::{ResnetBlock, Shape},
    transformer::Transformer,
};
use crate::error::Result;
use crate::{
    folder::{Level, UnetConfig},
    ops::{self, Conv2d},
    weights::Scope,
};

/// A residual block, and a transformer where the level has them.
type Layer = (ResnetBlock, Option<Transformer>);

fn shape(config: &UnetConfig, input: usize, output: usize) -> Shape {
    Shape {
        input,
        output,
        time: Some(4 * config.levels[0].channels),
        groups: config.groups,
        eps: config.eps,
    }
}

fn layer(scope: &Scope<'_>, config: &UnetConfig, level: &Level, (i, input): (usize, usize)) -> Result<Layer> {
    let resnet = scope.at(format_args!("resnets.{i}"));
    let transformer = level.depth.map(|depth| {
        let scope = scope.at(format_args!("attentions.{i}"));
        Transformer::load(&scope, config, level, depth)
    });
    Ok((
        ResnetBlock::load(&resnet, shape(config, input, level.channels))?,
        transformer.transpose()?,
    ))
}

fn forward((resnet, transformer): &Layer, x: &Tensor, time: &Tensor, text: &Tensor) -> candle_core::Result<Tensor> {
    let y = resnet.forward(x, Some(time))?;
    match transformer {
        Some(transformer) => transformer.forward(&y, text),
        None => Ok(y),
    }
}

/// A down block.
pub(super) struct DownLevel {
    layers: Vec<Layer>,
    /// To the next level.
    downsample: Option<Conv2d>,
}

impl DownLevel {
    /// `before` is the channels that come in.
    pub(super) fn load(
        scope: &Scope<'_>,
        config: &UnetConfig,
        level: &Level,
        before: usize,
        is_last: bool,
    ) -> Result<Self> {
        let layer = |i| {
            let input = if i == 0 { before } else { level.channels };
            layer(scope, config, level, (i, input))
        };
        let downsample = (!is_last).then(|| scope.at("downsamplers.0.conv").conv([level.channels; 2], 3, 2));
        Ok(Self {
            layers: (0..level.layers).map(layer).collect::<Result<_>>()?,
            downsample: downsample.transpose()?,
        })
    }

    /// What comes out goes to the next level; the skip connections are appended to `skips`.
    pub(super) fn forward(
        &self,
        mut x: Tensor,
        skips: &mut Vec<Tensor>,
        time: &Tensor,
        text: &Tensor,
    ) -> candle_core::Result<Tensor> {
        for layer in &self.layers {
            x = forward(layer, &x, time, text)?;
            skips.push(x.clone());
        }
        if let Some(downsample) = &self.downsample {
            x = downsample.forward(&x)?;
            skips.push(x.clone());
        }
        Ok(x)
    }
}

/// The middle block.
pub(super) struct MiddleBlock {
    first: ResnetBlock,
    transformer: Transformer,
    second: ResnetBlock,
}

impl MiddleBlock {
    pub(super) fn load(scope: &Scope<'_>, config: &UnetConfig) -> Result<Self> {
        let level = &config.levels[config.levels.len() - 1];
        let shape = shape(config, level.channels, level.channels);
        Ok(Self {
            first: ResnetBlock::load(&scope.at("resnets.0"), shape)?,
            transformer: Transformer::load(&scope.at("attentions.0"), config, level, config.mid_depth)?,
            second: ResnetBlock::load(&scope.at("resnets.1"), shape)?,
        })
    }

    pub(super) fn forward(&self, x: &Tensor, time: &Tensor, text: &Tensor) -> candle_core::Result<Tensor> {
        let x = self.first.forward(x, Some(time))?;
        self.second.forward(&self.transformer.forward(&x, text)?, Some(time))
    }
}

/// An up block.
pub(super) struct UpLevel {
    layers: Vec<Layer>,
    /// To the next level.
    upsample: Option<Conv2d>,
}

impl UpLevel {
    /// `before` is the channels that come in, `above` those of the next level up, from which the last skip
    /// connection comes.
    pub(super) fn load(
        scope: &Scope<'_>,
        config: &UnetConfig,
        level: &Level,
        [before, above]: [usize; 2],
        is_last: bool,
    ) -> Result<Self> {
        let layer = |i| {
            let input = if i == 0 { before } else { level.channels };
            let skip = if i == level.layers { above } else { level.channels };
            layer(scope, config, level, (i, input + skip))
        };
        let upsample = (!is_last).then(|| scope.at("upsamplers.0.conv").conv([level.channels; 2], 3, 1));
        Ok(Self {
            layers: (0..=level.layers).map(layer).collect::<Result<_>>()?,
            upsample: upsample.transpose()?,
        })
    }

    /// Takes what it needs from the end of `skips`.
    pub(super) fn forward(
        &self,
        mut x: Tensor,
        skips: &mut Vec<Tensor>,
        time: &Tensor,
        text: &Tensor,
    ) -> candle_core::Result<Tensor> {
        for layer in &self.layers {
            let Some(skip) = skips.pop() else {
                candle_core::bail!("nothing is left of the way down")
            };
            x = forward(layer, &Tensor::cat(&[&x, &skip], 1)?, time, text)?;
        }
        match (&self.upsample, skips.last()) {
            (Some(upsample), Some(next)) => upsample.forward(&enlarge(&x, next)?),
            _ => Ok(x),
        }
    }
}

/// As high and wide as `like`, which is twice as large, or one less where that is odd.
fn enlarge(x: &Tensor, like: &Tensor) -> candle_core::Result<Tensor> {
    let ((_, _, h, w), (_, _, height, width)) = (x.dims4()?, like.dims4()?);
    if (height, width) == (2 * h, 2 * w) {
        ops::upsample_nearest_2x(x)
    } else {
        x.upsample_nearest2d(height, width)
    }
}
