//! A text cut into pieces that a dictionary has or lacks, and put into English order.

use super::{
    ASSOCIATED, FORM, INFLECTED, LETTER, WHOLE,
    dictionary::{Dictionary, Entry, FUNCTION, Source},
    letters::fold,
};
use crate::meaning::{
    lexicon::Lexicon,
    numerals::{Figure, is_number},
    text::{Text, Word},
};

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// A word of another language or script, by its place.
    Kept(usize),
    Filler,
    Classifier,
    Means(String),
    Unknown,
}

/// Some letters of a text and what they are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub written: String,
    pub clause: usize,
    pub content: Content,
    /// What it counts for the language.
    pub score: f32,
}

impl Piece {
    fn new(written: String, clause: usize, entry: Entry, score: f32) -> Self {
        let content = match entry {
            Entry::Filler => Content::Filler,
            Entry::Classifier => Content::Classifier,
            Entry::Means(english, _) => Content::Means(english.to_owned()),
        };
        let letter = written.is_ascii() && written.len() == 1;
        Self {
            written,
            clause,
            content,
            score: if letter { LETTER } else { score },
        }
    }

    /// Whether it only holds the sentence together.
    pub fn is_function(&self) -> bool {
        match &self.content {
            Content::Means(english) => FUNCTION.contains(&english.as_str()) || is_number(&Word::new(english, 0)),
            Content::Filler | Content::Classifier => true,
            Content::Kept(_) | Content::Unknown => false,
        }
    }
}

/// Cuts a text; words for which `own` does not hold are kept.
pub(super) fn cut(text: &Text, dictionary: &Dictionary, own: &dyn Fn(&Word) -> bool) -> Vec<Piece> {
    let words = &text.words;
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        if !own(word) || word.figure != Figure::None {
            out.push(Piece {
                written: word.written.clone(),
                clause: word.clause,
                content: Content::Kept(at),
                score: 0.0,
            });
            at += 1;
            continue;
        }
        if dictionary.rules.unspaced {
            segment(word, dictionary, &mut out);
            at += 1;
            continue;
        }
        let together = words[at..]
            .iter()
            .take_while(|w| own(w) && w.clause == word.clause)
            .count();
        let found = (1..=together.min(dictionary.longest)).rev().find_map(|length| {
            let texts: Vec<&str> = words[at..at + length].iter().map(|w| w.text.as_str()).collect();
            let (entry, score) = looked_up(&texts.join(" "), dictionary)?;
            Some((length, entry, score))
        });
        if let Some((length, entry, score)) = found {
            let written: Vec<&str> = words[at..at + length].iter().map(|w| w.written.as_str()).collect();
            out.push(Piece::new(written.join(" "), word.clause, entry, score * length as f32));
            at += length;
            continue;
        }
        let entries = dictionary.inflected(&word.text);
        if entries.is_empty() {
            out.push(unknown(word.written.clone(), word.clause));
        }
        let share = INFLECTED / entries.len().max(1) as f32;
        let parts = entries
            .into_iter()
            .map(|e| Piece::new(word.written.clone(), word.clause, e, share));
        out.extend(parts);
        at += 1;
    }
    out
}

/// A phrase as it stands, or but for its ending, and how sure that is.
fn looked_up(phrase: &str, dictionary: &Dictionary) -> Option<(Entry, f32)> {
    let entry = dictionary.phrase(phrase);
    match entry {
        Some(Entry::Means(_, Source::Keyword)) | None => {}
        Some(entry) => return Some((entry, WHOLE)),
    }
    // "uccelli" goes with a nest and is a form of "uccello".
    let form = dictionary.form_of(&fold(phrase), Source::Own).map(|form| (form, FORM));
    form.or(entry.map(|entry| (entry, ASSOCIATED)))
}

fn unknown(written: String, clause: usize) -> Piece {
    Piece {
        written,
        clause,
        content: Content::Unknown,
        score: 0.0,
    }
}

/// Longest piece of a text without spaces, in letters.
const LONGEST_PIECE: usize = 16;

/// Cuts a word of a script without spaces so that its pieces are as long as can be.
fn segment(word: &Word, dictionary: &Dictionary, out: &mut Vec<Piece>) {
    let letters: Vec<char> = word.text.chars().collect();
    let written: Vec<char> = word.written.chars().collect();
    // From each letter on: the best sum of squared lengths, and the length and entry it begins with.
    let mut best: Vec<(usize, usize, Option<Entry>)> = vec![(0, 1, None); letters.len() + 1];
    for from in (0..letters.len()).rev() {
        best[from] = (best[from + 1].0, 1, None);
        for length in 1..=LONGEST_PIECE.min(letters.len() - from) {
            let piece: String = letters[from..from + length].iter().collect();
            if let Some(entry) = dictionary.phrase(&piece) {
                let sum = length * length + best[from + length].0;
                if sum > best[from].0 {
                    best[from] = (sum, length, Some(entry));
                }
            }
        }
    }
    let mut at = 0;
    let mut strange = String::new();
    let text = |from: usize, to: usize| -> String {
        // Small letters may be more than the capitals they were.
        let source = if written.len() == letters.len() {
            &written
        } else {
            &letters
        };
        source[from..to].iter().collect()
    };
    while at < letters.len() {
        let (_, length, entry) = best[at];
        match entry {
            Some(entry) => {
                if !strange.is_empty() {
                    out.push(unknown(std::mem::take(&mut strange), word.clause));
                }
                out.push(Piece::new(text(at, at + length), word.clause, entry, length as f32));
            }
            None => strange += &text(at, at + 1),
        }
        at += length;
    }
    if !strange.is_empty() {
        out.push(unknown(strange, word.clause));
    }
}

/// Puts colours, sizes and numbers before their nouns.
pub(super) fn reorder(pieces: &mut Vec<Piece>, dictionary: &Dictionary, lexicon: &Lexicon) {
    if dictionary.rules.late {
        numbers_first(pieces);
    }
    if dictionary.rules.after {
        for i in 1..pieces.len() {
            let noun = is_noun(&pieces[i - 1]) && !is_adjective(&pieces[i - 1], lexicon);
            if noun && is_adjective(&pieces[i], lexicon) && pieces[i].clause == pieces[i - 1].clause {
                pieces.swap(i - 1, i);
            }
        }
    }
}

fn is_noun(piece: &Piece) -> bool {
    matches!(piece.content, Content::Means(_)) && !piece.is_function()
}

fn is_adjective(piece: &Piece, lexicon: &Lexicon) -> bool {
    match &piece.content {
        Content::Means(english) => {
            lexicon.colours.contains_key(english)
                || matches!(english.as_str(), "giant" | "tiny" | "old" | "small" | "big")
        }
        _ => false,
    }
}

/// "cats three [animals]" to "three cats".
fn numbers_first(pieces: &mut Vec<Piece>) {
    let number = |p: &Piece| match &p.content {
        Content::Means(english) => is_number(&Word::new(english, 0)) || matches!(english.as_str(), "several" | "many"),
        Content::Kept(_) => p.written.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    };
    for i in 1..pieces.len() {
        if !number(&pieces[i]) {
            continue;
        }
        let clause = pieces[i].clause;
        let next = pieces[i + 1..]
            .iter()
            .find(|p| p.content != Content::Classifier && p.content != Content::Filler);
        if next.is_some_and(|p| p.clause == clause && is_noun(p)) {
            // A noun behind a particle is another phrase: "three cats, on the beach".
            let counted = pieces.get(i + 1).is_some_and(|p| p.content == Content::Classifier);
            let parted = counted && pieces.get(i + 2).is_some_and(|p| p.content == Content::Filler);
            if !parted {
                continue;
            }
        }
        let before = pieces[..i].iter().rposition(|p| p.content != Content::Filler);
        if let Some(noun) = before.filter(|&at| pieces[at].clause == clause && is_noun(&pieces[at])) {
            let moved = pieces.remove(i);
            pieces.insert(noun, moved);
        }
    }
}
