//! People and what they do: one picture shows both.

use super::{
    lexicon::{Lexicon, Who},
    numerals::stated,
    text::{Span, Text},
    things::Thing,
};
use crate::error::Result;
use crate::{
    design::PropId,
    props::{self, Prop},
};

/// Whether a prop shows a human being.
pub(super) fn shows_people(prop: &Prop) -> bool {
    let group = prop.group.as_str();
    (group.starts_with("person") && prop.name != "footprints") || group == "family"
}

/// Whether a word only points to somebody.
pub(super) fn is_pronoun(word: &str) -> bool {
    matches!(word, "he" | "she")
}

/// Who is in a prompt, and what is done in it.
#[derive(Debug, Default)]
pub(super) struct Cast {
    pub people: Vec<(Span, Who, u32, String)>,
    /// Pictures of a person, a man, a woman at it.
    pub activities: Vec<(Span, [PropId; 3], String)>,
}

impl Cast {
    /// Brings people and activities together. Where somebody is there already (`peopled`), what nobody else does they do.
    pub fn play(mut self, text: &Text, lexicon: &Lexicon, peopled: bool) -> Result<Vec<Thing>> {
        self.people.sort_by_key(|p| p.0.from);
        self.pair_off(text);
        let mut out = Vec::new();
        self.activities.sort_by_key(|a| a.0.from);
        for (span, pictures, phrase) in &self.activities {
            let clause = text.words[span.from].clause;
            let same = |p: &&(Span, Who, u32, String)| text.words[p.0.from].clause == clause;
            let actor = self.people.iter().filter(same).min_by_key(|p| {
                // Who stands before the verb does it, rather than who comes after.
                let away = p.0.from.abs_diff(span.from);
                if p.0.from < span.from { away } else { away + 3 }
            });
            let actor = actor.cloned();
            if peopled && actor.is_none() {
                continue;
            }
            let (from, who, number, name) = match &actor {
                Some((at, who, number, name)) => (*at, *who, *number, format!("{name} {phrase}")),
                None => {
                    let (who, number) = pronoun(text, *span);
                    (
                        *span,
                        who,
                        stated(text, *span, lexicon).unwrap_or(number),
                        phrase.clone(),
                    )
                }
            };
            self.people.retain(|p| Some(p.0) != actor.as_ref().map(|a| a.0));
            let [any, man, woman] = *pictures;
            let group = props::get(any)?.name.starts_with("people ");
            if man == woman || group {
                out.push(Thing::new(
                    pictures[who.index()],
                    from,
                    if group { 1 } else { number },
                    name,
                ));
            } else if who == Who::Couple || (who == Who::Person && number == 2) {
                out.push(Thing::new(woman, from, 1, name.clone()));
                out.push(Thing::new(man, from, 1, name));
            } else {
                out.push(Thing::new(pictures[who.index()], from, number, name));
            }
        }
        for (span, who, number, name) in &self.people {
            let young = young(&text.words[span.to - 1].lemma);
            for mut thing in standing(*span, *who, *number, name, lexicon)? {
                thing.scale = young;
                out.push(thing);
            }
        }
        Ok(out)
    }

    /// "a boy and a girl" are a couple.
    fn pair_off(&mut self, text: &Text) {
        let mut i = 0;
        while i + 1 < self.people.len() {
            let (a, b) = (&self.people[i], &self.people[i + 1]);
            let joined = (a.0.to..b.0.from).any(|w| text.words[w].text == "and") && b.0.from - a.0.to <= 2;
            let opposite = matches!((a.1, b.1), (Who::Man, Who::Woman) | (Who::Woman, Who::Man));
            if joined && opposite && a.2 == 1 && b.2 == 1 {
                let span = Span {
                    from: a.0.from,
                    to: b.0.to,
                };
                let name = format!("{} and {}", a.3, b.3);
                self.people[i] = (span, Who::Couple, 2, name);
                self.people.remove(i + 1);
            }
            i += 1;
        }
    }
}

/// Children are smaller.
fn young(word: &str) -> f32 {
    match word {
        "child" | "children" | "kid" | "orphan" => 0.7,
        "boy" | "girl" | "son" | "daughter" => 0.85,
        _ => 1.0,
    }
}

/// Who does it when only a pronoun says.
fn pronoun(text: &Text, span: Span) -> (Who, u32) {
    let clause = text.words[span.from].clause;
    let words = text.words.iter().filter(|w| w.clause == clause);
    for word in words {
        match word.text.as_str() {
            "he" | "him" | "his" => return (Who::Man, 1),
            "she" | "her" => return (Who::Woman, 1),
            "we" | "they" | "us" | "our" => return (Who::Couple, 2),
            _ => {}
        }
    }
    let many = text.words[span.to - 1].text.ends_with("ers");
    (Who::Person, if many { 3 } else { 1 })
}

/// People of whom nothing is said: whole figures, pairs hand in hand, crowds mixed.
fn standing(span: Span, who: Who, number: u32, name: &str, lexicon: &Lexicon) -> Result<Vec<Thing>> {
    let one =
        |picture: &str, count| -> Result<Thing> { Ok(Thing::new(props::find(picture)?, span, count, name.to_owned())) };
    let lovers = [
        "lover",
        "teen",
        "couple",
        "sweetheart",
        "newlywed",
        "youth",
        "adolescent",
        "kid",
    ];
    let couple = who == Who::Couple || lovers.iter().any(|l| name.starts_with(l));
    let known = lexicon.names.get(name).filter(|_| name.contains(' '));
    if let Some(&prop) = known {
        return Ok(vec![Thing::new(prop, span, 1, name.to_owned())]);
    }
    Ok(match (who, number) {
        (Who::Man, 1) => vec![one("man standing", 1)?],
        (Who::Woman, 1) => vec![one("woman standing", 1)?],
        (_, 1) => vec![one("person standing", 1)?],
        (Who::Man, 2) => vec![one("men holding hands", 1)?],
        (Who::Woman, 2) => vec![one("women holding hands", 1)?],
        (_, 2) if couple => vec![one("woman and man holding hands", 1)?],
        (_, 2) => vec![one("people holding hands", 1)?],
        (Who::Man, n) => vec![one("man standing", n)?],
        (Who::Woman, n) => vec![one("woman standing", n)?],
        (_, n) => vec![one("woman walking", n.div_ceil(2))?, one("man standing", n / 2)?],
    })
}
