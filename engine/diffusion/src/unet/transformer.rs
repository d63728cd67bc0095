//! The transformer between residual blocks: pixels look at each other, and at the text.

use candle_core::{DType, Tensor};

use crate::error::Result;
use crate::{
    folder::{Level, UnetConfig},
    ops::{self, Linear},
    weights::{GroupNorm, LayerNorm, Scope},
};

/// The reference's own, whatever the residual blocks have.
const GROUP_EPS: f64 = 1e-6;
const LAYER_EPS: f64 = 1e-5;

/// A stack of transformer blocks on a picture.
pub(super) struct Transformer {
    norm: GroupNorm,
    enter: Linear,
    blocks: Vec<TransformerBlock>,
    leave: Linear,
}

impl Transformer {
    pub(super) fn load(scope: &Scope<'_>, config: &UnetConfig, level: &Level, depth: usize) -> Result<Self> {
        let channels = level.channels;
        let block = |i| {
            let scope = scope.at(format_args!("transformer_blocks.{i}"));
            TransformerBlock::load(&scope, config, level)
        };
        Ok(Self {
            norm: scope.at("norm").group_norm(channels, config.groups, GROUP_EPS)?,
            enter: scope.at("proj_in").linear_or_1x1([channels; 2])?,
            blocks: (0..depth).map(block).collect::<Result<_>>()?,
            leave: scope.at("proj_out").linear_or_1x1([channels; 2])?,
        })
    }

    /// `x` is (b, c, h, w), `text` (b, tokens, width): (b, c, h, w).
    pub(super) fn forward(&self, x: &Tensor, text: &Tensor) -> candle_core::Result<Tensor> {
        let (b, c, h, w) = x.dims4()?;
        let y = self
            .norm
            .forward(x)?
            .reshape((b, c, h * w))?
            .transpose(1, 2)?
            .contiguous()?; // (b, h w, c)
        let mut y = self.enter.forward(&y)?;
        for block in &self.blocks {
            y = block.forward(y, text)?;
        }
        let y = self.leave.forward(&y)?.transpose(1, 2)?.reshape((b, c, h, w))?; // (b, c, h, w)
        x + y
    }
}

/// Attention among the pixels, to the text, and a layer for each pixel alone.
///
/// **Source**: Vaswani et al. 2017, "Attention Is All You Need", section 3; Shazeer 2020, "GLU Variants Improve
/// Transformer", equation 6.
struct TransformerBlock {
    norms: [LayerNorm; 3],
    own: MultiHeadAttention,
    cross: MultiHeadAttention,
    widen: Linear,
    narrow: Linear,
}

impl TransformerBlock {
    fn load(scope: &Scope<'_>, config: &UnetConfig, level: &Level) -> Result<Self> {
        let channels = level.channels;
        let attention =
            |name: &str, seen: usize| MultiHeadAttention::load(&scope.at(name), [channels, seen], config, level);
        let norm = |i| scope.at(format_args!("norm{i}")).layer_norm(channels, LAYER_EPS);
        Ok(Self {
            norms: [norm(1)?, norm(2)?, norm(3)?],
            own: attention("attn1", channels)?,
            cross: attention("attn2", config.text_width)?,
            widen: scope.at("ff.net.0.proj").linear([8 * channels, channels])?,
            narrow: scope.at("ff.net.2").linear([channels, 4 * channels])?,
        })
    }

    fn forward(&self, x: Tensor, text: &Tensor) -> candle_core::Result<Tensor> {
        let y = self.norms[0].forward(&x)?;
        let x = (self.own.forward(&y, &y)? + x)?;
        let x = (self.cross.forward(&self.norms[1].forward(&x)?, text)? + x)?;
        let wide = self.widen.forward(&self.norms[2].forward(&x)?)?;
        let half = wide.dim(2)? / 2;
        let gate = ops::gelu_erf(&wide.narrow(2, half, half)?.contiguous()?)?;
        self.narrow.forward(&(wide.narrow(2, 0, half)? * gate)?)? + x
    }
}

/// Attention of several heads.
struct MultiHeadAttention {
    q: Linear,
    k: Linear,
    v: Linear,
    out: Linear,
    heads: usize,
    /// What the products are worked out in, where it isn't what the layers compute in.
    upcast: Option<DType>,
}

impl MultiHeadAttention {
    /// `channels` look at what is `seen` wide.
    fn load(scope: &Scope<'_>, [channels, seen]: [usize; 2], config: &UnetConfig, level: &Level) -> Result<Self> {
        let is_half = scope.weights().dtype() == DType::F16;
        Ok(Self {
            q: scope.at("to_q").plain_linear([channels, channels])?,
            k: scope.at("to_k").plain_linear([channels, seen])?,
            v: scope.at("to_v").plain_linear([channels, seen])?,
            out: scope.at("to_out.0").linear([channels, channels])?,
            heads: level.heads,
            upcast: (config.upcast_attention && is_half).then_some(DType::F32),
        })
    }

    fn forward(&self, x: &Tensor, seen: &Tensor) -> candle_core::Result<Tensor> {
        let (b, n, c) = x.dims3()?;
        let width = c / self.heads;
        let split = |y: Tensor| {
            let tokens = y.dim(1)?;
            let y = y.reshape((b, tokens, self.heads, width))?.transpose(1, 2)?; // (b, heads, tokens, width)
            y.to_dtype(self.upcast.unwrap_or(y.dtype()))?.contiguous()
        };
        let (q, k, v) = (
            split(self.q.forward(x)?)?,
            split(self.k.forward(seen)?)?,
            split(self.v.forward(seen)?)?,
        );
        let y = ops::attention(&q, &k, &v, 1.0 / (width as f64).sqrt(), None)?.to_dtype(x.dtype())?;
        self.out.forward(&y.transpose(1, 2)?.reshape((b, n, c))?)
    }
}
