//! The residual block, with or without the time.

use candle_core::Tensor;

use crate::error::Result;
use crate::{
    ops::{Conv2d, Linear},
    weights::{GroupNorm, Scope},
};

/// What a residual block is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub input: usize,
    pub output: usize,
    /// Width of the time; `None` where it plays no part.
    pub time: Option<usize>,
    pub groups: usize,
    pub eps: f64,
}

/// Two convolutions, each after a normalisation, and what came in added at the end.
pub(crate) struct ResnetBlock {
    norm1: GroupNorm,
    conv1: Conv2d,
    time: Option<Linear>,
    norm2: GroupNorm,
    conv2: Conv2d,
    shortcut: Option<Conv2d>,
}

impl ResnetBlock {
    pub(crate) fn load(scope: &Scope<'_>, shape: Shape) -> Result<Self> {
        let Shape { input, output, .. } = shape;
        let time = shape
            .time
            .map(|width| scope.at("time_emb_proj").linear([output, width]));
        let shortcut = (input != output).then(|| scope.at("conv_shortcut").conv([output, input], 1, 1));
        Ok(Self {
            norm1: scope.at("norm1").group_norm(input, shape.groups, shape.eps)?,
            conv1: scope.at("conv1").conv([output, input], 3, 1)?,
            time: time.transpose()?,
            norm2: scope.at("norm2").group_norm(output, shape.groups, shape.eps)?,
            conv2: scope.at("conv2").conv([output, output], 3, 1)?,
            shortcut: shortcut.transpose()?,
        })
    }

    /// `x` is (b, input, h, w), `time` (b, width): (b, output, h, w).
    pub(crate) fn forward(&self, x: &Tensor, time: Option<&Tensor>) -> candle_core::Result<Tensor> {
        let mut y = self.conv1.forward(&self.norm1.forward_silu(x)?)?;
        if let (Some(layer), Some(time)) = (&self.time, time) {
            let time = layer.forward(time)?.unsqueeze(2)?.unsqueeze(3)?; // (b, output, 1, 1)
            y = y.broadcast_add(&time)?;
        }
        let y = self.conv2.forward(&self.norm2.forward_silu(&y)?)?;
        match &self.shortcut {
            Some(shortcut) => shortcut.forward(x)? + y,
            None => x + y,
        }
    }
}
