//! Numbers in a prompt: which of them say how many of a thing there are.
//!
//! "Three red birds" counts, and "24 karat ring", "route 66 car", "f/1.8 boat", "16:9" and "in 1969" do not: a number
//! counts when it leads straight, or through adjectives, to a noun that there can be so many of, and is no measure,
//! ratio, decimal, ordinal, year or part of a name.

mod figures;
mod tables;

pub(super) use self::figures::{Figure, Figures, is_unspaced, plain};
use self::tables::{
    BREAKS, COLLECTIVES, DETERMINERS, INVARIANT, LABELS, ONES, QUANTITIES, SIZES, TENS, UNITS, multiplier,
};
use super::{
    lexicon::Lexicon,
    text::{Span, Text, Word},
    things::MAX_COUNT,
};

/// Words between a number and its noun.
const FAR: usize = 3;

/// How many of the thing at `span` the words before it say there are, `MAX_COUNT` at most: a larger number never gives
/// fewer. `None` when they don't say.
pub(super) fn stated(text: &Text, span: Span, lexicon: &Lexicon) -> Option<u32> {
    let clause = text.words[span.from].clause;
    for i in (span.from.saturating_sub(FAR)..span.from).rev() {
        let word = &text.words[i];
        if word.clause != clause {
            return None;
        }
        if let Some((from, number)) = number_ending(text, i) {
            return number
                .filter(|&n| counts(text, (from, i + 1), n, span, lexicon))
                .map(|n| n.min(MAX_COUNT));
        }
        let of = text.words[i + 1].text == "of";
        if let Some(&(_, number)) = COLLECTIVES.iter().find(|(name, _)| *name == word.lemma).filter(|_| of) {
            // "three rows of trees".
            let times = i
                .checked_sub(1)
                .and_then(|before| number_ending(text, before)?.1)
                .unwrap_or(1);
            return Some(number.saturating_mul(times.max(1)).min(MAX_COUNT));
        }
        if let Some(&(_, number)) = QUANTITIES.iter().find(|(name, _)| *name == word.text) {
            return can_be_many(&text.words[span.to - 1], lexicon).then_some(number);
        }
        let of_the = DETERMINERS.contains(&&*word.text) && i > 0 && text.words[i - 1].text == "of";
        if (BREAKS.contains(&&*word.text) && !of_the) || takes_the_number(word, lexicon) {
            return None;
        }
    }
    None
}

/// Whether a word is a number, in figures or letters.
pub(super) fn is_number(word: &Word) -> bool {
    matches!(word.figure, Figure::Whole(_)) || value(&word.text).is_some() || multiplier(&word.text).is_some()
}

/// A noun between number and thing that is itself what is counted: "three men riding horses".
fn takes_the_number(word: &Word, lexicon: &Lexicon) -> bool {
    let several = lexicon.people.get(&word.text).is_some_and(|&(_, number)| number > 1);
    several || (word.plural() && lexicon.names.contains_key(&word.lemma))
}

/// Whether the number in words `from` to `to` counts the thing at `span`.
fn counts(text: &Text, (from, to): (usize, usize), number: u32, span: Span, lexicon: &Lexicon) -> bool {
    let words = &text.words;
    let clause = words[from].clause;
    if number == 0 {
        return false;
    }
    let figures = words[from..to].iter().any(|w| w.figure != Figure::None);
    // "20 feet tall man", "ten years old".
    if words
        .get(to)
        .is_some_and(|w| w.clause == clause && UNITS.contains(&&*w.lemma))
    {
        return false;
    }
    let head = &words[span.to - 1];
    let is_many = can_be_many(head, lexicon);
    // The year of a car, not so many cars.
    let year = figures && (1000..=2099).contains(&number);
    if year && ((number >= 1900 && !number.is_multiple_of(100)) || !is_many) {
        return false;
    }
    if number > 1 && !is_many {
        // "3 piece suit", "three legged dog": the number belongs to the word between.
        let plain = |w: &Word| lexicon.colours.contains_key(&w.text) || SIZES.contains(&&*w.text);
        if !words[to..span.from].iter().all(plain) {
            return false;
        }
        // "5 star hotel".
        let next = words.get(span.to).filter(|w| w.clause == clause);
        if next.is_some_and(|w| !is_number(w) && known_noun(w, lexicon)) {
            return false;
        }
    }
    let Some(before) = from.checked_sub(1).map(|i| &words[i]).filter(|w| w.clause == clause) else {
        return true;
    };
    if LABELS.contains(&&*before.text) {
        return false;
    }
    let leads = before.foreign
        || lexicon.stop.contains(&before.text)
        || lexicon.colours.contains_key(&before.text)
        || ["ing", "ed", "ly"].iter().any(|end| before.text.ends_with(end));
    if leads || BREAKS.contains(&&*before.text) {
        return true;
    }
    // "beach 3 palm trees" is a list; a name takes a number along ("apollo 11 astronauts"), and a verb ends in s.
    is_many && (!figures || known_noun(before, lexicon) || before.text.ends_with('s'))
}

fn known_noun(word: &Word, lexicon: &Lexicon) -> bool {
    let of = |text: &String| {
        lexicon.names.contains_key(text)
            || lexicon.set_words.contains_key(text)
            || lexicon.people.contains_key(text)
            || lexicon.daytimes.contains_key(text)
            || lexicon.weathers.contains_key(text)
    };
    !lexicon.stop.contains(&word.text) && (of(&word.text) || of(&word.lemma))
}

/// Whether a noun's form is one that more than one can have.
fn can_be_many(word: &Word, lexicon: &Lexicon) -> bool {
    word.plural()
        || word.foreign
        || INVARIANT.contains(&&*word.text)
        || lexicon.people.get(&word.text).is_some_and(|&(_, number)| number > 1)
}

/// The number whose last word is at `end`: where it begins, and what it is. `None` inside where words of numbers stand
/// together and make none ("nine one one", "7 eleven").
fn number_ending(text: &Text, end: usize) -> Option<(usize, Option<u32>)> {
    let words = &text.words;
    let clause = words[end].clause;
    if !is_number(&words[end]) && words[end].figure != Figure::Other {
        return None;
    }
    let mut from = end;
    while let Some(before) = from.checked_sub(1) {
        let word = &words[before];
        let joins = word.text == "and"
            && before > 0
            && matches!(multiplier(&words[before - 1].text), Some(100 | 1000))
            && value(&words[from].text).is_some();
        if word.clause != clause || !(is_number(word) || word.figure == Figure::Other || joins) {
            break;
        }
        from = before;
    }
    let number = composed(&words[from..=end]);
    let half = |i: usize| {
        from.checked_sub(i)
            .is_some_and(|i| words[i].text == "half" && words[i].clause == clause)
    };
    let dozen = number.filter(|_| words[from].text == "dozen" && (half(1) || half(2)));
    Some((from, dozen.map(|n| n / 2).or(number)))
}

/// The number that words make together.
fn composed(words: &[Word]) -> Option<u32> {
    let (mut total, mut group, mut open) = (0u32, None::<u32>, 0u32);
    for word in words.iter().filter(|w| w.text != "and") {
        if word.figure == Figure::Other {
            return None;
        }
        if let Some(times) = multiplier(&word.text) {
            let factor = group.take().unwrap_or(if total == 0 { 1 } else { return None });
            let value = factor.saturating_mul(times);
            if times == 100 {
                (group, open) = (Some(value), 100);
            } else {
                total = total.saturating_add(value);
            }
            continue;
        }
        let (value, is_figure) = match word.figure {
            Figure::Whole(value) => (value, true),
            _ => (value(&word.text)?, false),
        };
        // "twenty-one", "hundred twenty": each part smaller than the place that is still open.
        group = match group {
            None => Some(value),
            Some(before) if value < open => Some(before.saturating_add(value)),
            Some(_) => return None,
        };
        open = if !is_figure && value >= 20 { 10 } else { 0 };
    }
    Some(total.saturating_add(group.unwrap_or(0)))
}

fn value(word: &str) -> Option<u32> {
    let of = |table: &[(&str, u32)]| table.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
    of(&ONES).or_else(|| of(&TENS))
}
