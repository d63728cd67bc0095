//! How a prompt wants to be painted: style words found and set aside.

use std::collections::BTreeMap;

use super::{
    lexicon::Lexicon,
    text::{Span, Text, Use, normal},
};
use crate::error::Result;
use crate::styles;
use phosphene_core::prompt::STYLE_COUNT;

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

/// Looks style words up: `(phrase to (style, weak))`.
pub(super) fn table() -> Result<BTreeMap<String, (usize, bool)>> {
    let mut table = BTreeMap::new();
    for (i, style) in styles::all()?.iter().enumerate() {
        table.extend(style.weak.iter().map(|n| (normal(n), (i, true))));
        table.extend(style.names.iter().map(|n| (normal(n), (i, false))));
    }
    Ok(table)
}

/// Finds the styles that the words ask for and marks them; camera words are marked too.
pub(super) fn find(
    text: &mut Text,
    table: &BTreeMap<String, (usize, bool)>,
    lexicon: &Lexicon,
) -> Option<([f32; STYLE_COUNT], String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
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
    found.truncate(2);
    let share = 1.0 / found.len() as f32;
    let mut weights = [0.0; STYLE_COUNT];
    for (style, _) in &found {
        weights[*style] = share;
    }
    let words: Vec<String> = found.iter().map(|f| format!("\"{}\"", f.1)).collect();
    (!found.is_empty()).then(|| (weights, words.join(" and ")))
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
