//! Whose a colour is that stands before no thing: somebody's clothes, or a thing named before it.

use super::{
    people,
    text::{Span, Text},
    things::{Search, Thing},
};
use crate::{error::Result, look, props};

/// Parts by whose colour the whole is known.
const PARTS: [&str; 14] = [
    "antlers", "horns", "wings", "feathers", "plumage", "fur", "mane", "scales", "tail", "sails", "petals", "walls",
    "roof", "door",
];

impl Search<'_> {
    /// Whether a colour is that of somebody's clothes or hair: "in a red coat", "a lady in white".
    pub fn is_worn(&self, text: &Text, span: Span) -> Result<bool> {
        let mut peopled = false;
        for thing in &self.things {
            peopled |= people::shows_people(props::get(thing.prop)?);
        }
        let words: Vec<String> = text.words.iter().map(|word| word.text.clone()).collect();
        let worn = look::worn(&words[span.to..]).is_some() || look::clad(&words, span.from, span.to);
        Ok(peopled && worn)
    }

    /// The thing before a colour that is told of it ("the car is red") or of a part of it ("a stag with golden
    /// antlers").
    pub fn told_of(&mut self, text: &Text, span: Span) -> Option<&mut Thing> {
        let told = |at: usize| matches!(text.words[at].text.as_str(), "is" | "was" | "are" | "were" | "painted");
        let part = text
            .words
            .get(span.to)
            .is_some_and(|word| PARTS.contains(&word.text.as_str()));
        if !(part || span.from.checked_sub(1).is_some_and(told)) {
            return None;
        }
        let clause = text.words[span.from].clause;
        let before = |thing: &&mut Thing| {
            let near = thing.span.to <= span.from && thing.span.to + 4 > span.from;
            near && text
                .words
                .get(thing.span.from)
                .is_some_and(|word| word.clause == clause)
        };
        self.things.iter_mut().filter(before).max_by_key(|thing| thing.span.to)
    }
}
