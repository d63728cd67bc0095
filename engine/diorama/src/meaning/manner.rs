//! How a prompt wants to be painted or printed: style words found and set aside.

use std::collections::BTreeMap;

use super::{
    lexicon::Lexicon,
    text::{Span, Text, Use, normal},
};
use crate::error::Result;
use crate::styles;
use phosphene_core::prompt::{PrintLook, STYLE_COUNT, StyleChoice};

/// What a style word asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// A painter's style, by number.
    Painter(usize),
    /// A print look.
    Print(PrintLook),
}

/// Style words, and whether each counts only where it can't be a thing.
pub(super) type Manners = BTreeMap<String, (Manner, bool)>;

/// Nouns that make any style word one.
const KINDS: [&str; 16] = [
    "style",
    "styles",
    "painting",
    "drawing",
    "art",
    "print",
    "illustration",
    "sketch",
    "look",
    "aesthetic",
    "colours",
    "colors",
    "artwork",
    "filter",
    "of",
    "effect",
];

/// All style words.
pub(super) fn table() -> Result<Manners> {
    let mut table = BTreeMap::new();
    let mut add = |manner: Manner, names: &[String], weak: &[String]| {
        table.extend(weak.iter().map(|n| (normal(n), (manner, true))));
        table.extend(names.iter().map(|n| (normal(n), (manner, false))));
    };
    for (i, style) in styles::all()?.iter().enumerate() {
        add(Manner::Painter(i), &style.names, &style.weak);
    }
    for (look, print) in PrintLook::ALL.into_iter().zip(styles::prints()?) {
        add(Manner::Print(look), &print.names, &print.weak);
    }
    Ok(table)
}

/// Finds the styles that the words ask for and marks them; camera words are marked too. A print look goes before
/// painters, the first before others.
pub(super) fn find(text: &mut Text, table: &Manners, lexicon: &Lexicon) -> Option<(StyleChoice, String)> {
    let mut found: Vec<(Manner, String)> = Vec::new();
    for span in text.spans() {
        let phrase = text.phrase(span, false);
        if !text.free(span) {
            continue;
        }
        if lexicon.phrases.contains(&phrase) {
            text.mark(span, Use::Style);
            continue;
        }
        let Some(&(style, weak)) = table.get(&phrase) else {
            continue;
        };
        if (weak && !alone(text, span, lexicon)) || text.words[span.from].negated {
            continue;
        }
        // "stained glass window" is a window.
        if text.words.get(span.to).is_some_and(|w| w.lemma == "window") {
            continue;
        }
        text.mark(span, Use::Style);
        if !found.iter().any(|f| f.0 == style) {
            found.push((style, phrase));
        }
    }
    for span in text.spans() {
        if text.free(span) && lexicon.camera.contains(&text.phrase(span, false)) {
            text.mark(span, Use::Style);
        }
    }
    let print = found.iter().find_map(|(manner, word)| match manner {
        Manner::Print(look) => Some((StyleChoice::Print(*look), format!("\"{word}\""))),
        Manner::Painter(_) => None,
    });
    if print.is_some() {
        return print;
    }
    found.truncate(2);
    let share = 1.0 / found.len() as f32;
    let mut weights = [0.0; STYLE_COUNT];
    for (manner, _) in &found {
        if let Manner::Painter(style) = manner {
            weights[*style] = share;
        }
    }
    let words: Vec<String> = found.iter().map(|f| format!("\"{}\"", f.1)).collect();
    (!found.is_empty()).then(|| (StyleChoice::Blend(weights), words.join(" and ")))
}

/// Whether a weak style word is meant as one: before "style", "of" and the like, after "style of", or with nothing
/// but filler in its clause.
fn alone(text: &Text, span: Span, lexicon: &Lexicon) -> bool {
    let clause = text.words[span.from].clause;
    let next = text.words.get(span.to).filter(|w| w.clause == clause);
    if next.is_some_and(|w| KINDS.contains(&w.text.as_str())) {
        return true;
    }
    let after_style = |w: &str| matches!(w, "style" | "styled");
    if (1..=3).any(|back| span.from >= back && after_style(&text.words[span.from - back].text)) {
        return true;
    }
    let rest = text
        .words
        .iter()
        .enumerate()
        .filter(|(i, w)| w.clause == clause && !(span.from..span.to).contains(i));
    let filler = |w: &str| lexicon.stop.contains(w) || lexicon.camera.contains(w);
    let whole_prompt = text.words.iter().all(|w| w.clause == clause);
    !whole_prompt && rest.into_iter().all(|(_, w)| filler(&w.text))
}
