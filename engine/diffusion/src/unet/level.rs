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

fn run((resnet, transformer): &Layer, x: &Tensor, time: &Tensor, text: &Tensor) -> candle_core::Result<Tensor> {
    let y = resnet.forward(x, Some(time))?;
    match transformer {
        Some(transformer) => transformer.forward(&y, text),
        None => Ok(y),
    }
}

/// A level on the way down.
pub(super) struct DownLevel {
    layers: Vec<Layer>,
    /// To the next level.
    halve: Option<Conv2d>,
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
        let halve = (!is_last).then(|| scope.at("downsamplers.0.conv").conv([level.channels; 2], 3, 2));
        Ok(Self {
            layers: (0..level.layers).map(layer).collect::<Result<_>>()?,
            halve: halve.transpose()?,
        })
    }

    /// What comes out goes to the next level; what is kept for the way up is put behind `kept`.
    pub(super) fn forward(
        &self,
        mut x: Tensor,
        kept: &mut Vec<Tensor>,
        time: &Tensor,
        text: &Tensor,
    ) -> candle_core::Result<Tensor> {
        for layer in &self.layers {
            x = run(layer, &x, time, text)?;
            kept.push(x.clone());
        }
        if let Some(halve) = &self.halve {
            x = halve.forward(&x)?;
            kept.push(x.clone());
        }
        Ok(x)
    }
}

/// The deepest level.
pub(super) struct Middle {
    first: ResnetBlock,
    transformer: Transformer,
    second: ResnetBlock,
}

impl Middle {
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

/// A level on the way up.
pub(super) struct UpLevel {
    layers: Vec<Layer>,
    /// To the next level.
    double: Option<Conv2d>,
}

impl UpLevel {
    /// `before` is the channels that come in, `above` those of the next level up, from which the last of what was kept
    /// comes.
    pub(super) fn load(
        scope: &Scope<'_>,
        config: &UnetConfig,
        level: &Level,
        [before, above]: [usize; 2],
        is_last: bool,
    ) -> Result<Self> {
        let layer = |i| {
            let input = if i == 0 { before } else { level.channels };
            let kept = if i == level.layers { above } else { level.channels };
            layer(scope, config, level, (i, input + kept))
        };
        let double = (!is_last).then(|| scope.at("upsamplers.0.conv").conv([level.channels; 2], 3, 1));
        Ok(Self {
            layers: (0..=level.layers).map(layer).collect::<Result<_>>()?,
            double: double.transpose()?,
        })
    }

    /// Takes what it needs from the end of `kept`.
    pub(super) fn forward(
        &self,
        mut x: Tensor,
        kept: &mut Vec<Tensor>,
        time: &Tensor,
        text: &Tensor,
    ) -> candle_core::Result<Tensor> {
        for layer in &self.layers {
            let Some(more) = kept.pop() else {
                candle_core::bail!("nothing is left of the way down")
            };
            x = run(layer, &Tensor::cat(&[&x, &more], 1)?, time, text)?;
        }
        match (&self.double, kept.last()) {
            (Some(double), Some(next)) => double.forward(&enlarge(&x, next)?),
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
