//! Embeddings made ahead of time: of each prop's name, of its name with keywords, of each set's sentences.
//!
//! The file is rows of a 32-bit scale (little endian) and 384 signed bytes, in the order of [`texts`].

use super::lexicon::{self, Lexicon};
use crate::error::{Error, Result};
use crate::generate::diorama::{
    design::Set,
    minilm::{DIMENSIONS, MiniLm},
    props,
};

const TABLE: &[u8] = include_bytes!("../../../../assets/meaning/embeddings.bin");
const ROW: usize = 4 + DIMENSIONS;

/// The tables, ready to be compared with.
pub(super) struct Tables {
    rows: Vec<i8>,    // (rows, 384)
    scales: Vec<f32>, // (rows,)
    props: usize,
    sets: Vec<Set>, // of each sentence
}

fn damaged(reason: impl ToString) -> Error {
    Error::Asset {
        what: "embedding table",
        reason: reason.to_string(),
    }
}

/// What is embedded, in the file's order: names, names with keywords, sentences.
fn texts(lexicon: &Lexicon) -> Result<(Vec<String>, Vec<Set>)> {
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
    Ok((texts, sets))
}

/// Makes the file's bytes anew.
pub(super) fn make(model: &MiniLm) -> Result<Vec<u8>> {
    let (texts, _) = texts(lexicon::shared()?)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut out = Vec::with_capacity(texts.len() * ROW);
    for row in model.embed(&texts)? {
        let scale = row.iter().fold(1e-6f32, |m, v| m.max(v.abs())) / 127.0;
        out.extend(scale.to_le_bytes());
        out.extend(row.iter().map(|v| (v / scale).round() as i8 as u8));
    }
    Ok(out)
}

/// The file's bytes as they are built in.
pub(super) fn current() -> &'static [u8] {
    TABLE
}

impl Tables {
    pub fn load(lexicon: &Lexicon) -> Result<Self> {
        let (texts, sets) = texts(lexicon)?;
        if TABLE.len() != texts.len() * ROW {
            return Err(damaged(format!("{} bytes for {} texts", TABLE.len(), texts.len())));
        }
        let (mut rows, mut scales) = (
            Vec::with_capacity(texts.len() * DIMENSIONS),
            Vec::with_capacity(texts.len()),
        );
        for row in TABLE.chunks_exact(ROW) {
            scales.push(f32::from_le_bytes([row[0], row[1], row[2], row[3]]));
            rows.extend(row[4..].iter().map(|v| *v as i8));
        }
        Ok(Self {
            rows,
            scales,
            props: props::len()?,
            sets,
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
}
