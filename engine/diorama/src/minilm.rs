//! The sentence model: short texts to unit vectors whose dot product says how near their meanings are.
//!
//! all-MiniLM-L6-v2, a BERT of six layers (Wang et al. 2020, "MiniLM"), with weights of 8 bits that are widened when
//! loaded. **Source**: Devlin et al. 2019, "BERT"; pooling as in Reimers & Gurevych 2019, "Sentence-BERT".

use std::sync::OnceLock;

use candle_core::{D, DType, Device, Tensor, safetensors::SliceSafetensors};
use tokenizers::Tokenizer;

use crate::error::{Error, Result};

/// Length of an embedding.
pub const DIMENSIONS: usize = 384;

const WEIGHTS: &[u8] = include_bytes!("../../assets/minilm/minilm.safetensors");
const TOKENIZER: &[u8] = include_bytes!("../../assets/minilm/tokenizer.json");
const LAYERS: usize = 6;
const HEADS: usize = 12;
const HEAD_WIDTH: usize = DIMENSIONS / HEADS;
const LAYER_NORM_EPSILON: f64 = 1e-12;
/// Longer texts are cut: the model was trained on 128 tokens.
const MAX_TOKENS: usize = 128;
/// Tokens before this one are marks and letters, and about 8,000 frequent words.
const COMMON: u32 = 10_000;
/// Texts in one pass; bounds the memory of a pass.
const MAX_BATCH: usize = 32;
/// Numbers that are worked on at once, but for matrix products. candle shares work on 65,536 and more among threads of its
/// own, which stay as long as the process: in a DAW that is after the plugin is gone.
const PIECE: usize = 1 << 15;

/// The loaded model; one serves the whole program.
pub struct MiniLm {
    tokenizer: Tokenizer,
    words: Tensor,     // (30522, 384), u8: rows are widened when looked up
    scales: Tensor,    // (30522, 1)
    positions: Tensor, // (512, 384)
    segment: Tensor,   // (384,)
    norm: LayerNorm,
    layers: Vec<Layer>,
}

struct Linear {
    weight: Tensor, // (in, out)
    bias: Tensor,   // (out,)
}

struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attention_out: Linear,
    attention_norm: LayerNorm,
    widen: Linear,
    narrow: Linear,
    norm: LayerNorm,
}

fn damaged(reason: impl ToString) -> Error {
    Error::Asset {
        what: "sentence model",
        reason: reason.to_string(),
    }
}

/// The shared model; the first call loads it (about a tenth of a second).
///
/// # Errors
/// [`Error::Asset`] when it is damaged.
pub fn shared() -> Result<&'static MiniLm> {
    static MODEL: OnceLock<std::result::Result<MiniLm, String>> = OnceLock::new();
    MODEL
        .get_or_init(|| MiniLm::load().map_err(|e| e.to_string()))
        .as_ref()
        .map_err(damaged)
}

impl MiniLm {
    fn load() -> candle_core::Result<Self> {
        let tokenizer = Tokenizer::from_bytes(TOKENIZER).map_err(candle_core::Error::wrap)?;
        let store = Store(SliceSafetensors::new(WEIGHTS)?);
        let layers = (0..LAYERS).map(|i| Layer::load(&store, &format!("encoder.layer.{i}")));
        Ok(Self {
            tokenizer,
            words: store.raw("embeddings.word_embeddings.weight")?,
            scales: store.raw("embeddings.word_embeddings.weight_scale")?,
            positions: store.widened("embeddings.position_embeddings.weight")?,
            segment: store.raw("embeddings.token_type_embeddings.weight")?.get(0)?,
            norm: store.layer_norm("embeddings.LayerNorm")?,
            layers: layers.collect::<candle_core::Result<_>>()?,
        })
    }

    /// Whether a word in small letters is in its vocabulary of 30,000: rare words and misspelt ones are not.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.tokenizer.token_to_id(word).is_some()
    }

    /// Whether a word in small letters is among the most frequent of its vocabulary, which is in that order.
    #[must_use]
    pub fn is_common(&self, word: &str) -> bool {
        self.tokenizer.token_to_id(word).is_some_and(|id| id < COMMON)
    }

    /// Embeds texts: one unit vector of [`DIMENSIONS`] for each, in order.
    ///
    /// Texts are cut at 128 tokens. Each costs about as much as its length; many short ones in one call cost less
    /// than one by one.
    ///
    /// # Errors
    /// [`Error::Asset`] when the model is damaged.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let mut tokens = Vec::with_capacity(texts.len());
        for text in texts {
            let encoding = self.tokenizer.encode_fast(*text, true).map_err(damaged)?;
            let mut ids = encoding.get_ids().to_vec();
            if ids.len() > MAX_TOKENS {
                let end = ids[ids.len() - 1];
                ids.truncate(MAX_TOKENS - 1);
                ids.push(end);
            }
            tokens.push(ids);
        }
        // Texts of like length share a pass: less padding.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&i| tokens[i].len());
        let mut out = vec![Vec::new(); texts.len()];
        for batch in order.chunks(MAX_BATCH) {
            let rows: Vec<&[u32]> = batch.iter().map(|&i| tokens[i].as_slice()).collect();
            for (&i, row) in batch.iter().zip(self.forward(&rows).map_err(damaged)?) {
                out[i] = row;
            }
        }
        Ok(out)
    }

    fn forward(&self, rows: &[&[u32]]) -> candle_core::Result<Vec<Vec<f32>>> {
        let (batch, length) = (rows.len(), rows.iter().map(|r| r.len()).max().unwrap_or(1).max(1));
        let mut ids = vec![0u32; batch * length];
        let mut mask = vec![0f32; batch * length];
        for (b, row) in rows.iter().enumerate() {
            ids[b * length..][..row.len()].copy_from_slice(row);
            mask[b * length..][..row.len()].fill(1.0);
        }
        let ids = Tensor::from_vec(ids, batch * length, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, (batch, length, 1), &Device::Cpu)?;
        let words = widen(&self.words.index_select(&ids, 0)?, &self.scales.index_select(&ids, 0)?)?;
        let positions = self.positions.narrow(0, 0, length)?;
        let embedded = in_pieces(&words.reshape((batch, length, DIMENSIONS))?, |words| {
            words.broadcast_add(&positions)?.broadcast_add(&self.segment)
        })?; // (b, t, 384)
        let mut hidden = self.norm.apply(&embedded)?;
        // Padding gets no attention: a large negative number before the softmax.
        let away = ((&mask - 1.0)? * 1e4)?.reshape((batch, 1, 1, length))?; // (b, 1, 1, t)
        for layer in &self.layers {
            hidden = layer.apply(&hidden, &away)?;
        }
        let shown = both_in_pieces(&hidden, &mask, |hidden, mask| hidden.broadcast_mul(mask))?;
        let mean = shown.sum(1)?.broadcast_div(&mask.sum(1)?)?; // (b, 384)
        let length = mean.sqr()?.sum_keepdim(1)?.sqrt()?; // (b, 1)
        mean.broadcast_div(&length)?.to_vec2()
    }
}

/// 8-bit weights, 128 for zero, times their scales: one for each row, or one for each column.
fn widen(weights: &Tensor, scales: &Tensor) -> candle_core::Result<Tensor> {
    both_in_pieces(weights, scales, |weights, scales| {
        (weights.to_dtype(DType::F32)? - 128.0)?.broadcast_mul(scales)
    })
}

/// What `work` makes of each number, in pieces of [`PIECE`] and less where the first dimension allows.
fn in_pieces(x: &Tensor, work: impl Fn(&Tensor) -> candle_core::Result<Tensor>) -> candle_core::Result<Tensor> {
    both_in_pieces(x, &x.narrow(0, 0, 1)?, |x, _| work(x))
}

/// The same of two, of which the second goes along with the first where it has as many rows.
fn both_in_pieces(
    x: &Tensor,
    y: &Tensor,
    work: impl Fn(&Tensor, &Tensor) -> candle_core::Result<Tensor>,
) -> candle_core::Result<Tensor> {
    let rows = x.dim(0)?;
    let step = (PIECE * rows / x.elem_count().max(1)).max(1);
    if rows <= step {
        return work(x, y);
    }
    let along = y.dim(0)? == rows;
    let pieces = (0..rows).step_by(step).map(|row| {
        let count = step.min(rows - row);
        let y = if along { y.narrow(0, row, count)? } else { y.clone() };
        work(&x.narrow(0, row, count)?, &y)
    });
    Tensor::cat(&pieces.collect::<candle_core::Result<Vec<_>>>()?, 0)
}

struct Store(SliceSafetensors<'static>);

impl Store {
    fn raw(&self, name: &str) -> candle_core::Result<Tensor> {
        self.0.load(name, &Device::Cpu)
    }

    fn widened(&self, name: &str) -> candle_core::Result<Tensor> {
        widen(&self.raw(name)?, &self.raw(&format!("{name}_scale"))?)
    }

    fn linear(&self, name: &str) -> candle_core::Result<Linear> {
        Ok(Linear {
            weight: self.widened(&format!("{name}.weight"))?,
            bias: self.raw(&format!("{name}.bias"))?,
        })
    }

    fn layer_norm(&self, name: &str) -> candle_core::Result<LayerNorm> {
        Ok(LayerNorm {
            weight: self.raw(&format!("{name}.weight"))?,
            bias: self.raw(&format!("{name}.bias"))?,
        })
    }
}

impl Linear {
    fn apply(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, length, width) = x.dims3()?;
        let product = x.reshape((batch * length, width))?.matmul(&self.weight)?;
        in_pieces(&product, |product| product.broadcast_add(&self.bias))?.reshape((
            batch,
            length,
            self.bias.elem_count(),
        )) // (b, t, out)
    }
}

impl LayerNorm {
    fn apply(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        in_pieces(x, |x| self.apply_to_piece(x))
    }

    fn apply_to_piece(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        centred
            .broadcast_div(&(variance + LAYER_NORM_EPSILON)?.sqrt()?)?
            .broadcast_mul(&self.weight)?
            .broadcast_add(&self.bias)
    }
}

impl Layer {
    fn load(store: &Store, name: &str) -> candle_core::Result<Self> {
        Ok(Self {
            query: store.linear(&format!("{name}.attention.self.query"))?,
            key: store.linear(&format!("{name}.attention.self.key"))?,
            value: store.linear(&format!("{name}.attention.self.value"))?,
            attention_out: store.linear(&format!("{name}.attention.output.dense"))?,
            attention_norm: store.layer_norm(&format!("{name}.attention.output.LayerNorm"))?,
            widen: store.linear(&format!("{name}.intermediate.dense"))?,
            narrow: store.linear(&format!("{name}.output.dense"))?,
            norm: store.layer_norm(&format!("{name}.output.LayerNorm"))?,
        })
    }

    fn apply(&self, x: &Tensor, away: &Tensor) -> candle_core::Result<Tensor> {
        let add = |a: &Tensor, b: &Tensor| both_in_pieces(a, b, |a, b| a + b);
        let attended = self.attention_norm.apply(&add(x, &self.attend(x, away)?)?)?;
        let wide = self.widen.apply(&attended)?; // (b, t, 1536)
        let tokens = wide.flatten(0, 1)?; // (b * t, 1536)
        let wide = in_pieces(&tokens, Tensor::gelu_erf)?.reshape(wide.shape())?;
        self.norm.apply(&add(&attended, &self.narrow.apply(&wide)?)?)
    }

    /// Multi-head attention, equation 1 of Vaswani et al. 2017.
    fn attend(&self, x: &Tensor, away: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, length, _) = x.dims3()?;
        let heads = |linear: &Linear| {
            linear
                .apply(x)?
                .reshape((batch, length, HEADS, HEAD_WIDTH))?
                .transpose(1, 2)?
                .contiguous() // (b, heads, t, 32)
        };
        let (query, key, value) = (heads(&self.query)?, heads(&self.key)?, heads(&self.value)?);
        let scores = query.matmul(&key.transpose(2, 3)?.contiguous()?)?; // (b, heads, t, t)
        let away = away
            .broadcast_as((batch, HEADS, 1, length))?
            .contiguous()?
            .flatten(0, 1)?; // (b * heads, 1, t)
        let weights = both_in_pieces(&scores.flatten(0, 1)?, &away, |scores, away| {
            let scores = (scores / (HEAD_WIDTH as f64).sqrt())?.broadcast_add(away)?;
            let exp = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
            exp.broadcast_div(&exp.sum_keepdim(D::Minus1)?)
        })?;
        let mixed = weights
            .reshape(scores.shape())?
            .matmul(&value)?
            .transpose(1, 2)?
            .contiguous()?
            .reshape((batch, length, DIMENSIONS))?; // (b, t, 384)
        self.attention_out.apply(&mixed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn agrees_with_onnxruntime() {
        let golden = include_str!("../../../tests/golden/meaning/minilm.json");
        let golden: Vec<serde_json::Value> = serde_json::from_str(golden).unwrap();
        let texts: Vec<&str> = golden.iter().map(|g| g["text"].as_str().unwrap()).collect();
        let ours = shared().unwrap().embed(&texts).unwrap();
        assert_eq!(ours.len(), 6);
        for (row, golden) in ours.iter().zip(&golden) {
            let theirs: Vec<f32> = serde_json::from_value(golden["embedding"].clone()).unwrap();
            let cosine = dot(row, &theirs);
            assert!(cosine > 0.999, "{}: {cosine}", golden["text"]);
        }
    }

    #[test]
    fn batch_equals_single() {
        let texts = [
            "a cat",
            "",
            "a very long sentence about the sea and all the ships on it",
            "cat",
        ];
        let model = shared().unwrap();
        let together = model.embed(&texts).unwrap();
        for (text, row) in texts.iter().zip(&together) {
            let alone = model.embed(&[text]).unwrap();
            assert!(dot(&alone[0], row) > 0.99999, "{text}");
            assert!((dot(row, row) - 1.0).abs() < 1e-4);
        }
        assert_eq!(together, model.embed(&texts).unwrap());
        assert!(dot(&together[0], &together[3]) > dot(&together[0], &together[2]) + 0.3);
    }

    #[test]
    fn long_text_is_cut() {
        let long = "sea ".repeat(4000);
        let row = shared().unwrap().embed(&[&long]).unwrap();
        assert_eq!(row[0].len(), DIMENSIONS);
        assert!(row[0].iter().all(|v| v.is_finite()));
    }
}
