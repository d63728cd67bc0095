//! Prompts to directions for the denoising network: CLIP's tokens, weights on words, long prompts, one or two encoders.

mod encoder;
mod learned;
mod tokens;
mod weighted;

use candle_core::{DType, Device, Tensor};

pub use self::learned::Embedding;
use self::{encoder::ClipText, tokens::Tokens, weighted::weighted};
use super::{
    Conditioning,
    finite::Part,
    folder::{Architecture, ModelConfig},
    weights::Weights,
};
use crate::error::{Error, Result};

/// A stretch of a prompt, as long as the encoder reads at once.
#[derive(Debug, Clone, PartialEq)]
struct Chunk {
    ids: Vec<u32>,
    /// One for each token.
    weights: Vec<f32>,
    /// Where the text ends.
    end: usize,
}

/// A model's text encoders, ready to run.
pub struct TextEncoders {
    parts: Vec<(Tokens, ClipText, Part)>,
    architecture: Architecture,
    zero_negative: bool,
}

impl TextEncoders {
    /// Builds the encoders that the configuration describes, with their tokenizers, and learns the words of textual
    /// inversion. `weights` has one for each encoder.
    ///
    /// # Errors
    /// [`Error::Model`] when a tokenizer or a weight is missing or not what it should be, or a file of textual inversion is
    /// for another model; [`phosphene_core::Error::Value`] when its word can't be one or is known already.
    pub fn load(config: &ModelConfig, weights: &[Weights], embeddings: &[Embedding]) -> Result<Self> {
        let learned = embeddings
            .iter()
            .map(|embedding| embedding.read(&config.text))
            .collect::<Result<Vec<_>>>()?;
        let parts = config.text.iter().zip(weights).zip(["tokenizer", "tokenizer_2"]);
        let load = |(i, ((text, weights), tokenizer)): (usize, ((_, &Weights), _))| {
            let mut tokens = Tokens::load(&config.folder.join(tokenizer), text)?;
            for learned in &learned {
                tokens.learn(&learned.word, learned.rows[i].dims()[0])?;
            }
            let rows: Vec<&Tensor> = learned.iter().map(|learned| &learned.rows[i]).collect();
            let part = Part::new("the text encoder", weights.path(), weights.dtype());
            Ok((tokens, ClipText::load(text, weights, &rows)?, part))
        };
        Ok(Self {
            parts: parts.enumerate().map(load).collect::<Result<_>>()?,
            architecture: config.architecture,
            zero_negative: config.zero_negative,
        })
    }

    /// Directions from a prompt and a negative prompt, in this order and of one length.
    ///
    /// Words in `(round brackets)` weigh 1.1 times as much, in `[square]` ones that much less, and `(these:1.3)` 1.3
    /// times; brackets nest, and a backslash takes their meaning away. Prompts longer than 75 tokens are encoded in
    /// stretches of 75, one after another.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] for a weight beyond 10, [`Error::Text`] when the device has no memory left, [`Error::Model`]
    /// when an encoder gives no numbers.
    ///
    /// **Source**: weights multiply the tokens' embeddings, whose mean is kept, as in Stable Diffusion web UI; SDXL takes
    /// both encoders' last but one layer (Podell et al. 2023, section 2.1).
    pub fn embed(&self, prompt: &str, negative: &str) -> Result<[Conditioning; 2]> {
        let texts = [weighted(prompt)?, weighted(negative)?];
        let failed = |error: candle_core::Error| Error::Text { source: error };
        let mut made: [Vec<encoder::Encoded>; 2] = [Vec::new(), Vec::new()];
        for (tokens, encoder, part) in &self.parts {
            let mut chunks = [Vec::new(), Vec::new()];
            for (chunks, text) in chunks.iter_mut().zip(&texts) {
                *chunks = tokens.chunks(text)?;
            }
            let longest = chunks[0].len().max(chunks[1].len());
            for (made, mut chunks) in made.iter_mut().zip(chunks) {
                chunks.resize(longest, tokens.empty());
                let encoded = encoder.forward(&chunks).map_err(failed)?;
                if self.architecture == Architecture::Sdxl {
                    part.checked(encoded.last_but_one.clone())?;
                    encoded.pooled.clone().map(|pooled| part.checked(pooled)).transpose()?;
                } else {
                    part.checked(encoded.last.clone())?;
                }
                made.push(encoded);
            }
        }
        let zeros = self.architecture == Architecture::Sdxl && self.zero_negative && negative.trim().is_empty();
        let [positive, negative] = made.map(|made| self.join(made).map_err(failed));
        let (positive, mut negative) = (positive?, negative?);
        if zeros {
            negative.text = negative.text.zeros_like().map_err(failed)?;
            negative.pooled = negative
                .pooled
                .map(|pooled| pooled.zeros_like())
                .transpose()
                .map_err(failed)?;
        }
        Ok([positive, negative])
    }

    fn join(&self, made: Vec<encoder::Encoded>) -> candle_core::Result<Conditioning> {
        if self.architecture == Architecture::Sdxl {
            let layers: Vec<Tensor> = made.iter().map(|made| made.last_but_one.clone()).collect();
            return Ok(Conditioning {
                text: Tensor::cat(&layers, 2)?, // (1, tokens, width)
                pooled: made.into_iter().next_back().and_then(|made| made.pooled),
            });
        }
        let mut made = made;
        match made.pop() {
            Some(made) => Ok(Conditioning {
                text: made.last,
                pooled: None,
            }),
            None => candle_core::bail!("there is no text encoder"),
        }
    }
}

/// Each token's embedding times its weight, the mean kept, chunk by chunk. `x` is (chunks, tokens, width).
fn weigh(x: &Tensor, chunks: &[Chunk]) -> candle_core::Result<Tensor> {
    if chunks
        .iter()
        .flat_map(|chunk| &chunk.weights)
        .all(|weight| *weight == 1.0)
    {
        return Ok(x.clone());
    }
    let (count, tokens, _) = x.dims3()?;
    let weights: Vec<f32> = chunks.iter().flat_map(|chunk| chunk.weights.iter().copied()).collect();
    let weights = Tensor::from_vec(weights, (count, tokens, 1), &Device::Cpu)?.to_device(x.device())?;
    let x = x.to_dtype(DType::F32)?;
    let weighed = x.broadcast_mul(&weights)?;
    let mean = |x: &Tensor| x.mean_keepdim(2)?.mean_keepdim(1); // (chunks, 1, 1)
    weighed.broadcast_mul(&(mean(&x)? / mean(&weighed)?)?)
}
