//! Prompts of other languages, read as English: what dictionaries have is translated, and what they lack is named.
//!
//! The language of a prompt is the one that explains most of its words, English if that explains as many. Numbers,
//! colours and the like are put where English has them, so that what reads English prompts reads these too.

mod dictionary;
mod inflection;
mod letters;
mod pieces;

use std::collections::BTreeSet;

use self::{
    dictionary::{Dictionary, dictionaries},
    letters::Script,
    pieces::{Content, Piece},
};
use super::{
    lexicon::Lexicon,
    numerals::Figure,
    text::{Text, Use, Word},
};
use crate::error::Result;
use crate::minilm::MiniLm;

/// What became of a text's words of other languages.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// The languages it was read as, English aside.
    pub languages: Vec<&'static str>,
    /// Words and what they mean, each once.
    pub translated: Vec<(String, String)>,
    /// Words of which nothing is known.
    pub unknown: Vec<String>,
}

/// How well English explains a word.
pub(super) struct English<'a> {
    /// Words of our own tables.
    pub tables: &'a BTreeSet<String>,
    /// Words of styles and cameras, which prompts of all languages have.
    pub styles: &'a BTreeSet<String>,
    /// It has names and foreign words too.
    pub model: &'a MiniLm,
}

/// What a word counts for its language: as it stands in the dictionary; in a form of a word that was written by hand; as
/// something that goes with a picture; in another form, or by its parts.
const WHOLE: f32 = 1.0;
const FORM: f32 = 0.9;
const ASSOCIATED: f32 = 0.8;
const INFLECTED: f32 = 0.6;
/// Words of one letter are much the same everywhere.
const LETTER: f32 = 0.3;
/// What a rare word counts for English that only the sentence model has.
const HEARD_OF: f32 = 0.5;
/// Least letters of a word that is one because the sentence model has it.
const LEAST_KNOWN: usize = 4;
/// A single word in an English prompt is translated only if it is so long, in letters: short ones are slips.
const LEAST_ALONE: usize = 5;

impl English<'_> {
    fn has(&self, word: &Word) -> bool {
        self.tables.contains(&word.text) || self.tables.contains(&word.lemma)
    }

    /// Whether a word is of our tables, or the sentence model has it.
    pub fn knows(&self, word: &Word) -> bool {
        // Its vocabulary has all syllables too.
        let long = word.text.chars().count() >= LEAST_KNOWN;
        self.has(word) || (long && (self.model.knows(&word.text) || self.model.knows(&word.lemma)))
    }

    fn score(&self, word: &Word) -> f32 {
        match () {
            () if word.text.chars().count() == 1 => LETTER,
            () if self.has(word) || self.model.is_common(&word.text) || self.model.is_common(&word.lemma) => WHOLE,
            () if self.knows(word) => HEARD_OF,
            () => 0.0,
        }
    }
}

/// Translates what is not English.
///
/// # Errors
/// [`phosphene_core::Error::Asset`] when the dictionaries are damaged.
pub(super) fn read(text: &mut Text, lexicon: &Lexicon, english: &English<'_>) -> Result<Reading> {
    let mut reading = Reading::default();
    let scripts: BTreeSet<Script> = text.words.iter().filter_map(|w| Script::of(&w.text)).collect();
    for script in scripts {
        let of_script = |w: &Word| Script::of(&w.text) == Some(script);
        if script != Script::Latin {
            let best = best(script, text, &of_script, (0.0, None))?;
            translate(text, best, &of_script, lexicon, english, &mut reading);
        } else if text.words.iter().any(|w| of_script(w) && !english.has(w)) {
            let own = text.words.iter().filter(|w| of_script(w));
            let score: f32 = own.map(|w| english.score(w)).sum();
            match best(script, text, &of_script, (score, Some(english)))? {
                Some(language) => translate(text, Some(language), &of_script, lexicon, english, &mut reading),
                None => translate_single(text, english, &mut reading)?,
            }
        }
    }
    text.negate();
    Ok(reading)
}

/// The language of a script that explains most of a text, if it explains more than `least`, which is what English does.
fn best(
    script: Script,
    text: &Text,
    of_script: &dyn Fn(&Word) -> bool,
    (least, english): (f32, Option<&English<'_>>),
) -> Result<Option<&'static Dictionary>> {
    let is_style = |piece: &&Piece| {
        let word = Word::new(&piece.written, 0);
        piece.content == Content::Unknown && english.is_some_and(|e| e.styles.contains(&word.text))
    };
    let kana = text.words.iter().any(|w| letters::has_kana(&w.text));
    let mut best = (least, None);
    for dictionary in dictionaries()? {
        if dictionary.script != script || (kana && !dictionary.writes_kana()) {
            continue;
        }
        let pieces = pieces::cut(text, dictionary, of_script);
        let of_styles = pieces.iter().filter(is_style).count() as f32;
        let explained = pieces.iter().filter(|piece| piece.score > 0.0).count();
        let words = pieces
            .iter()
            .filter(|piece| !matches!(piece.content, Content::Kept(_)))
            .count();
        let score = pieces.iter().map(|piece| piece.score).sum::<f32>() + WHOLE * of_styles;
        // One word among others says little.
        if score > best.0 && (explained > 1 || 2 * explained > words) {
            best = (score, Some(dictionary));
        }
    }
    Ok(best.1)
}

/// Puts English words in the place of a language's.
fn translate(
    text: &mut Text,
    language: Option<&'static Dictionary>,
    of_script: &dyn Fn(&Word) -> bool,
    lexicon: &Lexicon,
    english: &English<'_>,
    reading: &mut Reading,
) {
    let Some(language) = language else {
        for word in text.words.iter_mut().filter(|w| of_script(w)) {
            note(&mut reading.unknown, word.written.clone());
            (word.foreign, word.used) = (true, Use::Style);
        }
        return;
    };
    reading.languages.push(language.name);
    let mut pieces = pieces::cut(text, language, of_script);
    pieces::reorder(&mut pieces, language, lexicon);
    let mut words = Vec::with_capacity(text.words.len());
    for piece in pieces {
        match piece.content {
            Content::Kept(at) => words.push(text.words[at].clone()),
            Content::Filler | Content::Classifier => {}
            Content::Means(ref english) => {
                if !piece.is_function() && piece.written.to_lowercase() != *english {
                    note(&mut reading.translated, (piece.written.clone(), english.clone()));
                }
                words.extend(english.split(' ').map(|part| Word {
                    written: piece.written.clone(),
                    foreign: true,
                    ..Word::new(part, piece.clause)
                }));
            }
            Content::Unknown => {
                let word = Word::new(&piece.written, piece.clause);
                let is_english = script_is_latin(&word) && english.has(&word);
                if is_english {
                    words.push(word);
                    continue;
                }
                if !letters::is_ending(&word.text) {
                    note(&mut reading.unknown, piece.written);
                }
                words.push(Word {
                    foreign: true,
                    used: Use::Style,
                    ..word
                });
            }
        }
    }
    text.words = words;
}

fn script_is_latin(word: &Word) -> bool {
    Script::of(&word.text) == Some(Script::Latin)
}

/// A foreign word in an English prompt, where English has no such word: "a Schmetterling on a rose".
fn translate_single(text: &mut Text, english: &English<'_>, reading: &mut Reading) -> Result<()> {
    let mut words = Vec::with_capacity(text.words.len());
    for word in std::mem::take(&mut text.words) {
        let strange = script_is_latin(&word)
            && word.figure == Figure::None
            && word.text.chars().count() >= LEAST_ALONE
            && english.score(&word) == 0.0;
        let mut found = None;
        if strange {
            for dictionary in dictionaries()?.iter().filter(|d| d.script == Script::Latin) {
                found = found.or_else(|| dictionary.noun(&word.text));
            }
        }
        match found {
            Some(meaning) => {
                note(&mut reading.translated, (word.written.clone(), meaning.to_owned()));
                words.extend(meaning.split(' ').map(|part| Word {
                    written: word.written.clone(),
                    foreign: true,
                    ..Word::new(part, word.clause)
                }));
            }
            None => words.push(word),
        }
    }
    text.words = words;
    Ok(())
}

fn note<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
