//! CLIP's text encoder.
//!
//! **Source**: Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", section 2.4.

use candle_core::{DType, Device, Tensor};

use super::{Chunk, weigh};
use crate::error::Result;
use crate::{
    folder::{Activation, TextConfig},
    ops::{self, Linear},
    weights::{LayerNorm, Scope, Weights},
};

/// What the encoder makes of a prompt; tokens are those of all its stretches.
pub(super) struct Encoded {
    /// The last layer's, normalised: (1, tokens, width).
    pub last: Tensor,
    /// The last but one layer's, as it is: (1, tokens, width).
    pub last_but_one: Tensor,
    /// The whole text's, of the first stretch: (1, width).
    pub pooled: Option<Tensor>,
}

/// The encoder, ready to run.
pub(super) struct ClipText {
    tokens: Tensor,
    positions: Tensor,
    layers: Vec<EncoderLayer>,
    norm: LayerNorm,
    projection: Option<Linear>,
    /// (tokens, tokens): none looks at what comes after it.
    mask: Tensor,
}

impl ClipText {
    /// `learned` is put behind the embeddings of the model's own words: (count, width) each.
    pub(super) fn load(config: &TextConfig, weights: &Weights, learned: &[&Tensor]) -> Result<Self> {
        let root = weights.scope("");
        let model = if weights.has("embeddings.token_embedding.weight") {
            root.clone()
        } else {
            root.at("text_model")
        };
        let embeddings = model.at("embeddings");
        let layer = |i| EncoderLayer::load(&model.at(format_args!("encoder.layers.{i}")), config);
        let shape = |width| [width, config.width];
        let projection = config
            .projection
            .map(|width| root.at("text_projection").plain_linear(shape(width)));
        let own = embeddings.get("token_embedding.weight", &shape(config.vocabulary))?;
        Ok(Self {
            tokens: join(own, learned)
                .map_err(|error| weights.mismatch(format!("learnt words can't be added ({error})")))?,
            positions: embeddings.get("position_embedding.weight", &shape(config.positions))?,
            layers: (0..config.layers).map(layer).collect::<Result<_>>()?,
            norm: model.at("final_layer_norm").layer_norm(config.width, config.eps)?,
            projection: projection.transpose()?,
            mask: mask(config.positions, weights.device(), weights.dtype())
                .map_err(|error| weights.mismatch(format!("a mask can't be made ({error})")))?,
        })
    }

    /// Encodes all stretches of a prompt.
    pub(super) fn forward(&self, chunks: &[Chunk]) -> candle_core::Result<Encoded> {
        let count = chunks.len();
        let ids: Vec<u32> = chunks.iter().flat_map(|chunk| chunk.ids.iter().copied()).collect();
        let ids = Tensor::from_vec(
            ids,
            chunks.iter().map(|chunk| chunk.ids.len()).sum::<usize>(),
            &Device::Cpu,
        )?
        .to_device(self.tokens.device())?;
        let (n, width) = self.positions.dims2()?;
        let x = self.tokens.index_select(&ids, 0)?.reshape((count, n, width))?;
        let mut x = x.broadcast_add(&self.positions)?; // (chunks, n, width)
        let mut before = x.clone();
        for layer in &self.layers {
            before = x.clone();
            x = layer.forward(&x, &self.mask)?;
        }
        let dtype = x.dtype();
        let last = self.norm.forward(&x)?;
        let pooled = match (&self.projection, chunks.first()) {
            (Some(projection), Some(chunk)) => {
                let end = last
                    .narrow(0, 0, 1)?
                    .narrow(1, chunk.end, 1)?
                    .squeeze(1)?
                    .contiguous()?; // (1, width)
                Some(projection.forward(&end)?)
            }
            _ => None,
        };
        let join = |x: &Tensor| weigh(x, chunks)?.to_dtype(dtype)?.reshape((1, count * n, width));
        Ok(Encoded {
            last: join(&last)?,
            last_but_one: join(&before)?,
            pooled,
        })
    }
}

/// Rows of embeddings one after another, in the type and on the device of the first.
fn join(own: Tensor, learned: &[&Tensor]) -> candle_core::Result<Tensor> {
    if learned.is_empty() {
        return Ok(own);
    }
    let learned = Tensor::cat(learned, 0)?
        .to_dtype(own.dtype())?
        .to_device(own.device())?;
    Tensor::cat(&[own, learned], 0)
}

fn mask(n: usize, device: &Device, dtype: DType) -> candle_core::Result<Tensor> {
    let hidden = |i: usize, j: usize| if j > i { f32::NEG_INFINITY } else { 0.0 };
    let mask: Vec<f32> = (0..n).flat_map(|i| (0..n).map(move |j| hidden(i, j))).collect();
    Tensor::from_vec(mask, (n, n), &Device::Cpu)?
        .to_dtype(dtype)?
        .to_device(device)
}

struct EncoderLayer {
    norm1: LayerNorm,
    q: Linear,
    k: Linear,
    v: Linear,
    out: Linear,
    norm2: LayerNorm,
    widen: Linear,
    narrow: Linear,
    heads: usize,
    activation: Activation,
}

impl EncoderLayer {
    fn load(scope: &Scope<'_>, config: &TextConfig) -> Result<Self> {
        let attention = |name: &str| scope.at(format_args!("self_attn.{name}")).linear([config.width; 2]);
        let (outer, inner) = (config.width, config.inner_width);
        Ok(Self {
            norm1: scope.at("layer_norm1").layer_norm(outer, config.eps)?,
            q: attention("q_proj")?,
            k: attention("k_proj")?,
            v: attention("v_proj")?,
            out: attention("out_proj")?,
            norm2: scope.at("layer_norm2").layer_norm(outer, config.eps)?,
            widen: scope.at("mlp.fc1").linear([inner, outer])?,
            narrow: scope.at("mlp.fc2").linear([outer, inner])?,
            heads: config.heads,
            activation: config.activation,
        })
    }

    fn forward(&self, x: &Tensor, mask: &Tensor) -> candle_core::Result<Tensor> {
        let (b, n, width) = x.dims3()?;
        let each = width / self.heads;
        let y = self.norm1.forward(x)?;
        let split = |layer: &Linear| {
            let y = layer.forward(&y)?.reshape((b, n, self.heads, each))?;
            y.transpose(1, 2)?.contiguous() // (b, heads, n, each)
        };
        let (q, k, v) = (split(&self.q)?, split(&self.k)?, split(&self.v)?);
        let y = ops::attention(&q, &k, &v, 1.0 / (each as f64).sqrt(), Some(mask))?;
        let x = (x + self.out.forward(&y.transpose(1, 2)?.reshape((b, n, width))?)?)?;
        let wide = self.widen.forward(&self.norm2.forward(&x)?)?;
        let wide = match self.activation {
            Activation::QuickGelu => ops::quick_gelu(&wide)?,
            Activation::Gelu => ops::gelu_erf(&wide)?,
        };
        self.narrow.forward(&wide)? + x
    }
}
