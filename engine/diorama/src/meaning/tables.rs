//! Embeddings made ahead of time: of each prop's name, of its name with keywords, of each set's sentences, of each treatment's.
//!
//! The file is a 64-bit FNV-1a hash of the texts, then for each text a 32-bit scale (both little endian) and 384 signed
//! bytes, in the order of [`texts`].

use super::lexicon::{self, Lexicon};
use crate::error::{Error, Result};
use crate::{
    design::Set,
    minilm::{DIMENSIONS, MiniLm},
    props,
};

const TABLE: &[u8] = include_bytes!("../../../assets/meaning/embeddings.bin");
const HEAD: usize = 8;
const ROW: usize = 4 + DIMENSIONS;

/// The tables, ready to be compared with.
pub(super) struct Tables {
    rows: Vec<i8>,    // (rows, 384)
    scales: Vec<f32>, // (rows,)
    props: usize,
    sets: Vec<Set>,         // of each sentence
    treatments: Vec<usize>, // of each sentence
}

fn damaged(reason: impl ToString) -> Error {
    Error::Asset {
        what: "embedding table",
        reason: reason.to_string(),
    }
}

/// What is embedded, in the file's order: names, names with keywords, sets' sentences, treatments' sentences; and which
/// set and which treatment each sentence is of.
fn texts(lexicon: &Lexicon) -> Result<(Vec<String>, Vec<Set>, Vec<usize>)> {
    let all = props::all()?;
    let mut texts: Vec<String> = all.iter().map(|p| p.name.to_lowercase()).collect();
    texts.extend(all.iter().map(|p| {
        let words = p.aliases.iter().take(5).chain(p.keywords.iter().take(8));
        words.fold(p.name.to_lowercase(), |text, word| text + ", " + word)
    }));
    let mut sets = Vec::new();
    for (&set, entry) in &lexicon.sets {
        sets.extend(entry.like.iter().map(|_| set));
        texts.extend(entry.like.iter().cloned());
    }
    let mut treatments = Vec::new();
    for (index, treatment) in lexicon.treatments.iter().enumerate() {
        treatments.extend(treatment.like.iter().map(|_| index));
        texts.extend(treatment.like.iter().cloned());
    }
    Ok((texts, sets, treatments))
}

fn hash(texts: &[String]) -> u64 {
    let bytes = texts.iter().flat_map(|t| t.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn row(embedding: &[f32]) -> Vec<u8> {
    let scale = embedding.iter().fold(1e-6f32, |m, v| m.max(v.abs())) / 127.0;
    let values = embedding.iter().map(|v| (v / scale).round() as i8 as u8);
    scale.to_le_bytes().into_iter().chain(values).collect()
}

/// Makes the file's bytes anew.
pub(super) fn make(model: &MiniLm) -> Result<Vec<u8>> {
    let (texts, ..) = texts(lexicon::shared()?)?;
    let mut out = hash(&texts).to_le_bytes().to_vec();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    out.extend(model.embed(&texts)?.iter().flat_map(|e| row(e)));
    Ok(out)
}

/// Texts whose row in the file is not what the model makes of them, among every `step`th.
pub(super) fn stale(model: &MiniLm, step: usize) -> Result<Vec<String>> {
    let (texts, ..) = texts(lexicon::shared()?)?;
    let mut stale = Vec::new();
    for (i, text) in texts.iter().enumerate().step_by(step.max(1)) {
        let made = row(&model.embed(&[text])?[0]);
        let current = TABLE.get(HEAD + i * ROW..HEAD + (i + 1) * ROW).unwrap_or_default();
        // Processors differ in the last bits, and so does a batch: two steps of the 8-bit scale are allowed.
        let far = |(a, b): (&u8, &u8)| (*a as i8).abs_diff(*b as i8) > 2;
        if current.len() != ROW || made[4..].iter().zip(&current[4..]).any(far) {
            stale.push(text.clone());
        }
    }
    Ok(stale)
}

impl Tables {
    pub fn load(lexicon: &Lexicon) -> Result<Self> {
        let (texts, sets, treatments) = texts(lexicon)?;
        let (head, body) = TABLE.split_at(HEAD.min(TABLE.len()));
        if head != hash(&texts).to_le_bytes() || body.len() != texts.len() * ROW {
            return Err(damaged(
                "it is not of these props and sets; UPDATE_GOLDEN=1 with the test that checks it makes it anew",
            ));
        }
        let (mut rows, mut scales) = (
            Vec::with_capacity(texts.len() * DIMENSIONS),
            Vec::with_capacity(texts.len()),
        );
        for row in body.chunks_exact(ROW) {
            scales.push(f32::from_le_bytes([row[0], row[1], row[2], row[3]]));
            rows.extend(row[4..].iter().map(|v| *v as i8));
        }
        Ok(Self {
            rows,
            scales,
            props: props::len()?,
            sets,
            treatments,
        })
    }

    fn cosine(&self, row: usize, query: &[f32]) -> f32 {
        let values = &self.rows[row * DIMENSIONS..][..DIMENSIONS];
        let sum: f32 = values.iter().zip(query).map(|(v, q)| f32::from(*v) * q).sum();
        sum * self.scales[row]
    }

    /// Nearness of a query to each prop's name, and to its name with keywords.
    pub fn props(&self, query: &[f32]) -> Vec<(f32, f32)> {
        let near = |i| (self.cosine(i, query), self.cosine(self.props + i, query));
        (0..self.props).map(near).collect()
    }

    /// Nearness of a query to each set: that of the nearest of its sentences.
    pub fn sets(&self, query: &[f32]) -> Vec<(Set, f32)> {
        let mut out: Vec<(Set, f32)> = Vec::new();
        for (i, &set) in self.sets.iter().enumerate() {
            let near = self.cosine(2 * self.props + i, query);
            match out.last_mut() {
                Some((last, best)) if *last == set => *best = best.max(near),
                _ => out.push((set, near)),
            }
        }
        out
    }

    /// The treatment of the sentence that is nearest to a query, and how near it is.
    pub fn treatment(&self, query: &[f32]) -> Option<(usize, f32)> {
        let first = 2 * self.props + self.sets.len();
        let near = self.treatments.iter().enumerate();
        let near = near.map(|(i, &treatment)| (treatment, self.cosine(first + i, query)));
        near.max_by(|a, b| a.1.total_cmp(&b.1))
    }
}
