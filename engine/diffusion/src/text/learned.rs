//! Textual inversion: words whose embeddings were learnt from pictures.
//!
//! **Source**: Gal et al. 2022, "An Image is Worth One Word: Personalizing Text-to-Image Generation using Textual
//! Inversion", section 4.

use std::path::PathBuf;

use candle_core::{DType, Device, Tensor};

use crate::error::{Error, Result};
use crate::{
    folder::{TextConfig, is_pickle, refuse_pickle},
    weights::Weights,
};

/// Names of the one tensor of a file for one encoder that do not say the word.
const NAMELESS: [&str; 2] = ["emb_params", "clip_l"];
/// Names of the tensors of a file for two encoders, in their order.
const PAIR: [&str; 2] = ["clip_l", "clip_g"];
/// No word is learnt as more embeddings: what an encoder reads at once.
const MOST: usize = 75;

/// A file of textual inversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedding {
    /// A safetensors file, as diffusers, Stable Diffusion web UI or kohya's trainer write them.
    pub path: PathBuf,
    /// The word that stands for it in prompts; when not given, the one that the file says, or else the file's name.
    pub word: Option<String>,
}

/// A word and its embeddings.
pub(super) struct Learned {
    pub word: String,
    /// One for each text encoder, in their order: (count, width), f32 on the CPU.
    pub rows: Vec<Tensor>,
}

impl Embedding {
    /// Reads the file, for encoders of these configurations.
    pub(super) fn read(&self, encoders: &[TextConfig]) -> Result<Learned> {
        if is_pickle(&self.path) {
            return Err(refuse_pickle(&self.path));
        }
        let file = Weights::open_file(&self.path, &Device::Cpu, DType::F32)?;
        let mut names: Vec<&str> = file.names().collect();
        names.sort_unstable();
        let (own, names) = match (&names[..], encoders) {
            ([_, _], [_, _]) if PAIR.iter().all(|name| names.contains(name)) => (None, PAIR.to_vec()),
            (&[name], [_]) if NAMELESS.contains(&name) => (None, vec![name]),
            (&[name], [_]) => (Some(name.to_owned()), vec![name]),
            _ => {
                let listed: Vec<String> = names.iter().take(3).map(|name| format!("\"{name}\"")).collect();
                let wanted = match encoders {
                    [_] => "one tensor, or one named \"emb_params\"",
                    _ => "\"clip_l\" and \"clip_g\"",
                };
                return Err(self.wrong(format!(
                    "it has {} tensors ({}…), where this model's kind has {wanted}",
                    names.len(),
                    listed.join(", ")
                )));
            }
        };
        let word = match (&self.word, own) {
            (Some(word), _) => word.clone(),
            (None, Some(own)) => own,
            (None, None) => self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let is_plain = |c: char| !c.is_whitespace() && !"()[]\\".contains(c);
        if word.is_empty() || !word.chars().all(is_plain) {
            return Err(Error::value(
                "a learnt word",
                "without spaces, brackets and backslashes; give one as WORD=FILE",
                format!("\"{word}\""),
            ));
        }
        let rows = names
            .iter()
            .zip(encoders)
            .map(|(name, encoder)| self.rows(&file, name, encoder.width))
            .collect::<Result<Vec<_>>>()?;
        if rows.iter().any(|row| row.dims() != [rows[0].dims()[0], row.dims()[1]]) {
            return Err(self.wrong("its two tensors are not equally many".into()));
        }
        Ok(Learned { word, rows })
    }

    /// One encoder's: stored as (count, width), or (width) for one.
    fn rows(&self, file: &Weights, name: &str, width: usize) -> Result<Tensor> {
        let shape = file.shape(name).unwrap_or_default().to_vec();
        let count = match shape[..] {
            [_] => 1,
            [count, _] => count,
            _ => 0,
        };
        if shape.last() != Some(&width) || !(1..=MOST).contains(&count) {
            return Err(self.wrong(format!(
                "\"{name}\" is {shape:?}; it must be 1 to {MOST} embeddings of {width} numbers for this model"
            )));
        }
        let rows = file.get(name, &shape)?.reshape((count, width));
        rows.map_err(|error| self.wrong(error.to_string()))
    }

    fn wrong(&self, reason: String) -> Error {
        Error::Model {
            path: self.path.clone(),
            reason,
            remedy: "use a textual inversion that was trained for this model's family".into(),
        }
    }
}
