//! CLIP's tokenizer: a prompt to numbers, in stretches as long as the encoder reads at once.

use std::{collections::HashMap, ops::Range, path::Path};

use serde_json::Value;
use tokenizers::{
    AddedToken, NormalizerWrapper, PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer,
    models::bpe::{BPE, Vocab},
    normalizers::{Lowercase, NFC, Replace, Sequence as Normalizers, replace::ReplacePattern},
    pre_tokenizers::{
        byte_level::ByteLevel,
        sequence::Sequence as PreTokenizers,
        split::{Split, SplitPattern},
    },
};

use super::{Chunk, weighted::Piece};
use crate::error::{Error, Result};
use crate::folder::{Keys, LONGEST_LIST, TextConfig, fault, read_limited};

const BEGIN: &str = "<|startoftext|>";
const END: &str = "<|endoftext|>";
/// What is one word to CLIP.
///
/// **Source**: Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", its code.
const WORDS: &str = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// A tokenizer.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    begin: u32,
    end: u32,
    /// What stretches are filled up with.
    pad: u32,
    positions: usize,
    /// Learnt words: the tokenizer's number for each, and those of its embeddings.
    learned: HashMap<u32, Range<u32>>,
    /// The number of the next embedding that is learnt: behind all that the text encoder knows.
    next: u32,
}

impl Tokens {
    /// Loads a tokenizer's folder: `vocab.json` and `merges.txt`, or `tokenizer.json`.
    pub(super) fn load(folder: &Path, config: &TextConfig) -> Result<Self> {
        let (words, all) = (folder.join("vocab.json"), folder.join("tokenizer.json"));
        let pad = pad(folder)?;
        let (path, tokenizer) = if words.is_file() {
            let mut tokenizer = from_words(&words, &folder.join("merges.txt"))?;
            // As in transformers, these stand for themselves in a prompt too: OpenCLIP's `!` is then no word.
            let special = [BEGIN, END, &pad].map(|word| AddedToken::from(word, true));
            tokenizer
                .add_special_tokens(special)
                .map_err(|error| fault(&words, error.to_string()))?;
            (words, tokenizer)
        } else if all.is_file() {
            let mut tokenizer = Tokenizer::from_bytes(read_limited(&all, LONGEST_LIST)?)
                .map_err(|error| fault(&all, format!("it is no tokenizer ({error})")))?;
            tokenizer.with_padding(None);
            tokenizer
                .with_truncation(None)
                .map_err(|error| fault(&all, error.to_string()))?;
            (all, tokenizer)
        } else {
            return Err(Error::Model {
                path: folder.to_owned(),
                reason: "there is no tokenizer in it: no vocab.json and merges.txt, and no tokenizer.json".into(),
                remedy: "get the model's folder again, whole".into(),
            });
        };
        let vocabulary = tokenizer.get_vocab(true);
        if let Some((word, id)) = vocabulary.iter().find(|(_, id)| **id as usize >= config.vocabulary) {
            let known = config.vocabulary;
            let reason = format!("the word {word:?} is number {id}, but the text encoder knows only {known}");
            return Err(fault(path, reason));
        }
        let id = |word: &str| {
            let found = vocabulary.get(word).copied();
            found.ok_or_else(|| fault(&path, format!("the word {word:?} is missing")))
        };
        Ok(Self {
            begin: id(BEGIN)?,
            end: id(END)?,
            pad: id(&pad)?,
            positions: config.positions,
            learned: HashMap::new(),
            next: config.vocabulary as u32,
            tokenizer,
        })
    }

    /// Learns a word that stands for the next `count` embeddings behind the encoder's own.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] when it is a word of the tokenizer's already.
    pub(super) fn learn(&mut self, word: &str, count: usize) -> Result<()> {
        let refused = |reason: &str| {
            Error::value(
                "a learnt word",
                "one that the model doesn't have yet; give another as WORD=FILE",
                format!("\"{word}\" ({reason})"),
            )
        };
        if self.tokenizer.token_to_id(word).is_some() {
            return Err(refused("it has it"));
        }
        self.tokenizer
            .add_tokens([AddedToken::from(word, false)])
            .map_err(|error| refused(&error.to_string()))?;
        let id = self.tokenizer.token_to_id(word).ok_or_else(|| refused("not taken"))?;
        let end = self.next + count as u32;
        self.learned.insert(id, self.next..end);
        self.next = end;
        Ok(())
    }

    /// A prompt's stretches, one at least.
    pub(super) fn chunks(&self, pieces: &[Piece]) -> Result<Vec<Chunk>> {
        let mut tokens: Vec<(u32, f32)> = Vec::new();
        for (text, weight) in pieces {
            let encoded = self.tokenizer.encode_fast(&**text, false).map_err(|error| {
                Error::value(
                    "a prompt",
                    "a text that the model's tokenizer can read",
                    format!("\"{text}\" ({error})"),
                )
            })?;
            for &id in encoded.get_ids() {
                let numbers = self.learned.get(&id).cloned().unwrap_or(id..id + 1);
                tokens.extend(numbers.map(|id| (id, *weight as f32)));
            }
        }
        if tokens.is_empty() {
            return Ok(vec![self.empty()]);
        }
        Ok(tokens
            .chunks(self.positions - 2)
            .map(|tokens| self.chunk(tokens))
            .collect())
    }

    /// The stretch of an empty text.
    pub(super) fn empty(&self) -> Chunk {
        self.chunk(&[])
    }

    fn chunk(&self, tokens: &[(u32, f32)]) -> Chunk {
        let mut ids = vec![self.begin];
        let mut weights = vec![1.0];
        for (id, weight) in tokens {
            ids.push(*id);
            weights.push(*weight);
        }
        let end = ids.len();
        ids.push(self.end);
        ids.resize(self.positions, self.pad);
        weights.resize(self.positions, 1.0);
        Chunk { ids, weights, end }
    }
}

fn from_words(words: &Path, merges: &Path) -> Result<Tokenizer> {
    let vocabulary: HashMap<String, u32> = serde_json::from_slice(&read_limited(words, LONGEST_LIST)?)
        .map_err(|error| fault(words, format!("it is no list of words ({error})")))?;
    let text =
        String::from_utf8(read_limited(merges, LONGEST_LIST)?).map_err(|_| fault(merges, "it is not text in UTF-8"))?;
    let pairs = text
        .lines()
        .filter(|line| !line.starts_with("#version") && !line.is_empty())
        .map(|line| match line.split_once(' ') {
            Some((left, right)) => Ok((left.to_owned(), right.trim_end().to_owned())),
            None => Err(fault(merges, format!("the line {line:?} is not a pair"))),
        })
        .collect::<Result<Vec<_>>>()?;
    let bpe = BPE::builder()
        .vocab_and_merges(vocabulary.into_iter().collect::<Vocab>(), pairs)
        .unk_token(END.to_owned())
        .continuing_subword_prefix(String::new())
        .end_of_word_suffix("</w>".to_owned())
        .build()
        .map_err(|error| fault(merges, format!("it does not fit vocab.json ({error})")))?;
    let broken = |error: tokenizers::Error| fault(words, error.to_string());
    let mut tokenizer = Tokenizer::new(bpe);
    let spaces = Replace::new(ReplacePattern::Regex(r"\s+".to_owned()), " ").map_err(broken)?;
    let normalizers = Normalizers::new(vec![
        NormalizerWrapper::NFC(NFC),
        NormalizerWrapper::Replace(spaces),
        NormalizerWrapper::Lowercase(Lowercase),
    ]);
    tokenizer.with_normalizer(Some(normalizers)).map_err(broken)?;
    let pattern = SplitPattern::Regex(WORDS.to_owned());
    let split = Split::new(pattern, SplitDelimiterBehavior::Removed, true).map_err(broken)?;
    tokenizer.with_pre_tokenizer(Some(PreTokenizers::new(vec![
        PreTokenizerWrapper::Split(split),
        PreTokenizerWrapper::ByteLevel(ByteLevel::new(false, true, true)),
    ])));
    Ok(tokenizer)
}

/// The word that stretches are filled up with: CLIP's own is the end, OpenCLIP's `!`.
fn pad(folder: &Path) -> Result<String> {
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        let keys = Keys::read(&path)?;
        match keys.get("pad_token") {
            Some(Value::String(word)) => return Ok(word.clone()),
            Some(Value::Object(token)) => {
                if let Some(word) = token.get("content").and_then(Value::as_str) {
                    return Ok(word.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(END.to_owned())
}
