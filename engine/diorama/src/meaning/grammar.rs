//! What little grammar is needed: nouns told from verbs, and subjects found.

use super::{
    lexicon::Lexicon,
    numerals::is_number,
    text::{Text, Word},
    things::Thing,
};

const SUBJECTS: [&str; 27] = [
    "i", "you", "we", "they", "he", "she", "it", "who", "to", "will", "would", "can", "could", "should", "don't",
    "can't", "won't", "never", "let", "gonna", "wanna", "i'll", "we'll", "you'll", "let's", "must", "always",
];
/// Things whose names are verbs as well.
const VERBS: [&str; 44] = [
    "fly", "wave", "ring", "duck", "bear", "bat", "fire", "light", "hammer", "bow", "train", "sign", "drum", "lock",
    "seal", "fish", "park", "ship", "rocket", "kiss", "hug", "smoke", "bomb", "shell", "cook", "guard", "judge",
    "pilot", "drink", "toast", "box", "book", "call", "scream", "fall", "note", "screen", "mask", "cross", "bridge",
    "stone", "nail", "wing", "target",
];
const ARTICLES: [&str; 36] = [
    "a", "an", "the", "this", "that", "these", "those", "my", "your", "our", "his", "her", "their", "its", "one",
    "two", "three", "four", "five", "six", "seven", "every", "each", "no", "some", "any", "of", "single", "last",
    "first", "old", "wilted", "burning", "paper", "golden", "with",
];

/// Whether the word can be a thing where it stands, rather than a verb or filler.
pub(super) fn is_noun(text: &Text, at: usize, lexicon: &Lexicon) -> bool {
    let word = &text.words[at];
    let before = text.before(at).map_or("", |w| w.text.as_str());
    let verb = VERBS.contains(&word.lemma.as_str()) && SUBJECTS.contains(&before);
    if verb {
        return false;
    }
    let next = text.words.get(at + 1).filter(|n| n.clause == word.clause);
    // "emerald forest", "cherry red", "a fiddle of gold".
    if let Some(next) = next {
        let pair = format!("{} {}", word.text, next.text);
        if lexicon.colours.contains_key(&pair) || lexicon.grades.contains_key(&pair) {
            return false;
        }
        let noun = lexicon.names.contains_key(&next.lemma) || lexicon.set_words.contains_key(&next.text);
        if lexicon.colours.contains_key(&word.text) && noun && !lexicon.stop.contains(&next.text) {
            return false;
        }
    }
    // "crimson and gold".
    if lexicon.colours.contains_key(&word.text) {
        let colour = |i: usize| text.words.get(i).is_some_and(|w| lexicon.colours.contains_key(&w.text));
        let and = |i: usize| text.words.get(i).is_some_and(|w| w.text == "and");
        if (and(at + 1) && colour(at + 2)) || (at > 1 && and(at - 1) && colour(at - 2)) {
            return false;
        }
    }
    // "ten feet tall".
    if word.lemma == "foot" && text.before(at).is_some_and(is_number) {
        return false;
    }
    if matches!(word.text.as_str(), "gold" | "silver" | "crystal" | "diamond") && before == "of" {
        return false;
    }
    // What a dictionary names is a noun.
    if word.foreign || !lexicon.stop.contains(&word.text) {
        return true;
    }
    let led = ARTICLES.contains(&before) || lexicon.colours.contains_key(before);
    // "the rose fell", but "the light blue", "the old house": a noun ends its phrase.
    let ends = next.is_none_or(|n| {
        let adjective_before_noun = lexicon.names.contains_key(&n.text) || lexicon.colours.contains_key(&n.text);
        !adjective_before_noun
    });
    led && ends && !SUBJECTS.contains(&before)
}

/// Whether somebody is there to do what the word at `at` says, as a verb must have and "dancer" brings along.
pub(super) fn subject_before(text: &Text, at: usize, phrase: &str, lexicon: &Lexicon, things: &[Thing]) -> bool {
    let is_person = |w: &str| lexicon.people.contains_key(w) || ["he", "she", "we", "they", "i", "you"].contains(&w);
    let clause = text.words[at].clause;
    let before = text.before(at).map_or("", |w| w.text.as_str());
    let person = text.words[at.saturating_sub(8)..at]
        .iter()
        .any(|w| w.clause == clause && is_person(&w.text));
    // "a sleeping city".
    let next = text.words.get(at + 1).filter(|w| w.clause == clause);
    let thing = |w: &Word| lexicon.names.contains_key(&w.lemma) || lexicon.set_words.contains_key(&w.text);
    if phrase.ends_with("ing") && next.is_some_and(|w| !is_person(&w.text) && thing(w)) && ARTICLES.contains(&before) {
        return false;
    }
    if person || (phrase == "dance" && ARTICLES.contains(&before)) {
        return true;
    }
    // "horses running": an animal or a thing does it.
    let other = (at.saturating_sub(2)..at).any(|i| {
        let word = &text.words[i];
        let name = lexicon.names.contains_key(&word.lemma) && !lexicon.stop.contains(&word.text);
        word.clause == clause && (name || things.iter().any(|t| (t.span.from..t.span.to).contains(&i)))
    });
    let noun = [
        "ing", "er", "ers", "or", "ors", "ina", "ballet", "tango", "waltz", "yoga", "insomnia",
    ];
    let noun = noun.iter().any(|e| phrase.ends_with(e)) || phrase.ends_with("men") || phrase.ends_with("man");
    noun && !other
}
