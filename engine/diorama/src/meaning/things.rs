//! The things that a prompt names: words to props, with counts, colours and sizes.

use super::{
    grammar::{is_noun, subject_before},
    lexicon::{Lexicon, Who},
    numerals::stated,
    people,
    scene::SceneWords,
    tables::Tables,
    text::{Span, Text, Use},
};
use crate::design::Oklch;
use crate::error::Result;
use crate::{
    design::PropId,
    props::{self, Prop},
};

/// How a thing was found: the surer comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// The prompt names it.
    Named,
    /// It stands for an idea in the prompt.
    Symbol,
    /// Its meaning is near.
    Near,
}

/// A thing found.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub prop: PropId,
    /// Its words.
    pub span: Span,
    pub count: u32,
    /// Factor of its natural height.
    pub scale: f32,
    pub tint: Option<Oklch>,
    /// The colour is that of its horns or antlers.
    pub crest: bool,
    pub found: Found,
    pub named: String,
    pub why: String,
}

impl Thing {
    pub fn new(prop: PropId, span: Span, count: u32, named: String) -> Self {
        Self {
            prop,
            span,
            count,
            scale: 1.0,
            tint: None,
            crest: false,
            found: Found::Named,
            why: format!("\"{named}\""),
            named,
        }
    }

    /// One that the prompt does not name.
    ///
    /// # Errors
    /// [`Error::Asset`](crate::error::Error::Asset) when something built in is damaged.
    pub fn added(prop: PropId, why: &str) -> Result<Self> {
        let mut thing = Self::new(prop, Span { from: 0, to: 0 }, 1, props::get(prop)?.name.clone());
        (thing.found, thing.why) = (Found::Near, why.into());
        Ok(thing)
    }
}

/// The words, people and things of a prompt, while they are looked for.
pub(super) struct Search<'a> {
    pub lexicon: &'a Lexicon,
    pub tables: &'a Tables,
    pub things: Vec<Thing>,
    /// Props that are not wanted.
    pub banned: Vec<PropId>,
    /// Nobody is wanted.
    pub nobody: bool,
}

/// An upper bound on things of one kind.
pub(super) const MAX_COUNT: u32 = 12;
/// What a phrase's nearness to a prop's name must reach; less where it is one of the prop's keywords.
const NEAR: f32 = 0.68;
const NEAR_KEYWORD: f32 = 0.48;
/// What a whole prompt's nearness to a prop must reach, when nothing else was found.
const MOOD: f32 = 0.40;

impl<'a> Search<'a> {
    pub fn new(lexicon: &'a Lexicon, tables: &'a Tables) -> Self {
        Self {
            lexicon,
            tables,
            things: Vec::new(),
            banned: Vec::new(),
            nobody: false,
        }
    }

    /// Notes what the negative prompt names.
    pub fn ban(&mut self, negative: &Text) {
        for span in negative.spans() {
            for lemma in [false, true] {
                let phrase = negative.phrase(span, lemma);
                self.ban_phrase(&phrase);
            }
        }
    }

    fn ban_phrase(&mut self, phrase: &str) {
        self.banned.extend(self.lexicon.names.get(phrase));
        self.nobody |= self.lexicon.people.contains_key(phrase) || phrase == "humans";
    }

    fn wanted(&self, id: PropId, prop: &Prop) -> bool {
        let ruled_out = self.nobody && people::shows_people(prop);
        !ruled_out && !self.banned.contains(&id)
    }

    /// Finds what is named, longest phrases first; people and what they do together.
    pub fn named(&mut self, text: &mut Text) -> Result<()> {
        let mut cast = people::Cast::default();
        for span in text.spans() {
            let single = span.to - span.from == 1;
            if !text.free(span) && (single || !open(text, span)) {
                continue;
            }
            for lemma in [false, true] {
                let phrase = text.phrase(span, lemma);
                if text.words[span.from..span.to].iter().any(|w| w.negated) {
                    self.ban_phrase(&phrase);
                    continue;
                }
                if let Some(pictures) = self.lexicon.activities.get(&phrase) {
                    // "a fox running": the word is explained, though nobody runs.
                    let done = !single || subject_before(text, span.from, &phrase, self.lexicon, &self.things);
                    text.mark(span, if done { Use::Thing } else { Use::Scene });
                    if done {
                        cast.activities.push((span, *pictures, phrase));
                    }
                    break;
                } else if let Some(&(who, number)) = self.lexicon.people.get(&phrase) {
                    let number = stated(text, span, self.lexicon).unwrap_or(number);
                    cast.people.push((span, who, number, phrase));
                    text.mark(span, Use::Thing);
                    break;
                } else if let Some(&prop) = self.lexicon.names.get(&phrase) {
                    let inside = single && self.inside(text, span, &phrase);
                    if inside {
                        text.mark(span, Use::Scene);
                        break;
                    }
                    if single && !is_noun(text, span.from, self.lexicon) {
                        continue;
                    }
                    let plural = text.words[span.to - 1].plural();
                    let usual = match () {
                        () if phrase.contains(" field") => MAX_COUNT,
                        () if plural => flock(props::get(prop)?),
                        () => 1,
                    };
                    // A picture of two people holding hands is two people already.
                    let several = props::get(prop)?.group == "family";
                    let count = if several {
                        None
                    } else {
                        stated(text, span, self.lexicon)
                    };
                    let count = count.unwrap_or(if several { 1 } else { usual });
                    let mut thing = Thing::new(prop, span, count, text.phrase(span, false));
                    thing.tint = self.own_colour(text, span, &props::get(prop)?.name);
                    self.things.push(thing);
                    text.mark(span, Use::Thing);
                    break;
                }
            }
        }
        // "A girl sits; she waits": one girl.
        let mut peopled = cast.people.iter().any(|who| !people::is_pronoun(&who.3));
        for thing in &self.things {
            peopled |= people::shows_people(props::get(thing.prop)?);
        }
        cast.people.retain(|who| {
            let member = text.words[who.0.from].member.is_some();
            member || !(peopled && people::is_pronoun(&who.3))
        });
        let mut others = false;
        for thing in &self.things {
            others |= people::shows_people(props::get(thing.prop)?);
        }
        self.things.extend(cast.play(text, self.lexicon, others)?);
        for code in &text.emoji {
            if let Some(&prop) = self.lexicon.codes.get(code) {
                let end = text.words.len();
                let span = Span { from: end, to: end };
                self.things
                    .push(Thing::new(prop, span, 1, props::get(prop)?.name.clone()));
            }
        }
        Ok(())
    }

    /// The colour within a name that the picture's own name lacks: "red balloon".
    fn own_colour(&self, text: &Text, span: Span, name: &str) -> Option<Oklch> {
        let words = text.words[span.from..span.to].iter().map(|w| w.text.as_str());
        let mut others = words.filter(|w| span.to - span.from > 1 && !name.contains(w));
        others.find_map(|w| self.lexicon.colours.get(w).copied())
    }

    /// "in a church": the place, not the thing.
    fn inside(&self, text: &Text, span: Span, phrase: &str) -> bool {
        use super::lexicon::SetWord::Inside;
        let kinds = self.lexicon.set_words.get(phrase);
        kinds.is_some_and(|k| k.iter().any(|k| matches!(k, Inside(..)))) && SceneWords::interior(text, span.from)
    }

    /// Gives colours and sizes to the things that follow them; the colours left over are the scene's.
    pub fn modify(&mut self, text: &mut Text) -> Result<Vec<(usize, Oklch)>> {
        let mut loose = Vec::new();
        for span in text.spans() {
            if span.to - span.from > 2 || !text.free(span) || text.words[span.from].negated {
                continue;
            }
            let phrase = text.phrase(span, false);
            let scale = match phrase.as_str() {
                "giant" | "huge" | "enormous" | "gigantic" | "colossal" | "massive" | "towering" | "immense" => 3.0,
                "tiny" | "miniature" | "minuscule" | "microscopic" | "toy" | "teeny" => 1.0 / 3.0,
                _ => 0.0,
            };
            let colour = self.lexicon.colours.get(&phrase).copied();
            if colour.is_none() && scale == 0.0 {
                continue;
            }
            text.mark(span, Use::Modifier);
            if let Some(thing) = self.following(text, span.to) {
                match colour {
                    Some(_) => thing.tint = colour,
                    None => thing.scale = scale,
                }
            } else if let Some(colour) = colour
                && !self.is_worn(text, span)?
            {
                let next = text.words.get(span.to).map(|word| word.text.as_str());
                let crest = matches!(next, Some("antlers" | "horns"));
                match self.told_of(text, span) {
                    Some(thing) => {
                        thing.tint = Some(colour);
                        thing.crest = crest;
                    }
                    None => loose.push((span.from, colour)),
                }
            }
        }
        loose.sort_by_key(|l| l.0);
        Ok(loose)
    }

    /// The thing that an adjective before `at` belongs to: the first one at most three words on, nothing of the scene
    /// between.
    fn following(&mut self, text: &Text, at: usize) -> Option<&mut Thing> {
        let clause = text.words.get(at.checked_sub(1)?)?.clause;
        for i in at..(at + 4).min(text.words.len()) {
            let word = &text.words[i];
            if word.clause != clause || word.used == Use::Scene {
                return None;
            }
            if let Some(found) = self.things.iter().position(|t| t.span.from == i) {
                return self.things.get_mut(found);
            }
            if matches!(
                word.text.as_str(),
                "of" | "in" | "on" | "with" | "under" | "at" | "over"
            ) {
                return None;
            }
        }
        None
    }

    /// Adds what stands for ideas: two at most, more where a prompt lists them.
    pub fn symbols(&mut self, text: &mut Text, stopped: Stopped) -> Result<()> {
        let clauses = text.words.last().map_or(0, |w| w.clause);
        let most = 2 + (clauses / 2).min(3);
        let mut added = self.things.iter().filter(|t| t.found == Found::Symbol).count();
        for span in text.spans() {
            let single = span.to - span.from == 1;
            let word = &text.words[span.from];
            if added >= most || !single || word.negated || matches!(word.used, Use::Style | Use::Modifier | Use::Thing)
            {
                continue;
            }
            if stopped == Stopped::Skip && (word.used == Use::Scene || self.lexicon.stop.contains(&word.text)) {
                continue;
            }
            let ideas = self
                .lexicon
                .concepts
                .get(&word.text)
                .or_else(|| self.lexicon.concepts.get(&word.lemma));
            let phrase = word.text.clone();
            for &prop in ideas.into_iter().flatten() {
                if self.wanted(prop, props::get(prop)?) && !self.things.iter().any(|t| t.prop == prop) {
                    let mut thing = Thing::new(prop, span, 1, phrase);
                    (thing.found, thing.why) = (Found::Symbol, format!("stands for \"{}\"", thing.named));
                    self.things.push(thing);
                    added += 1;
                    if text.words[span.from].used == Use::Free {
                        text.mark(span, Use::Thing);
                    }
                    break;
                }
            }
        }
        Ok(())
    }

    /// Phrases that are still unexplained and may be things.
    pub fn unexplained(&self, text: &Text) -> Vec<Span> {
        let open = |i: usize| {
            let word = &text.words[i];
            let letters = word.text.chars().count() >= 3 && word.text.chars().all(|c| c.is_alphabetic());
            let stop = self.lexicon.stop.contains(&word.text) || self.lexicon.stop.contains(&word.lemma);
            word.used == Use::Free && !word.negated && letters && !stop && !adjective(&word.text)
        };
        let spans = text.spans().into_iter();
        spans
            .filter(|s| s.to - s.from <= 2 && (s.from..s.to).all(open))
            .take(40)
            .collect()
    }

    /// Adds props that are near in meaning to unexplained phrases: `queries` are the embeddings of `spans`.
    pub fn near(&mut self, text: &mut Text, spans: &[Span], queries: &[Vec<f32>]) -> Result<()> {
        for (&span, query) in spans.iter().zip(queries) {
            if !text.free(span) {
                continue;
            }
            let lemma = text.phrase(span, true);
            let hits = self.lexicon.keywords.get(&lemma);
            let mut best = (0.0, PropId(0));
            for (id, (name, keywords)) in (0u16..).map(PropId).zip(self.tables.props(query)) {
                let prop = props::get(id)?;
                let hit = hits.is_some_and(|h| h.contains(&id));
                let score = name.max(0.92 * keywords) + if hit { NEAR - NEAR_KEYWORD } else { 0.0 } - burden(prop);
                if score > best.0 && self.wanted(id, prop) {
                    best = (score, id);
                }
            }
            if best.0 >= NEAR && !self.things.iter().any(|t| t.prop == best.1) {
                let prop = props::get(best.1)?;
                let usual = if text.words[span.to - 1].plural() {
                    flock(prop)
                } else {
                    1
                };
                let count = stated(text, span, self.lexicon).unwrap_or(usual);
                let mut thing = Thing::new(best.1, span, count, text.phrase(span, false));
                (thing.found, thing.why) = (
                    Found::Near,
                    format!("\"{}\" is near to {} ({:.2})", thing.named, prop.name, best.0),
                );
                self.things.push(thing);
                text.mark(span, Use::Thing);
            }
        }
        Ok(())
    }

    /// For a prompt that names nothing: one thing whose meaning is near the whole.
    pub fn mood(&mut self, query: &[f32]) -> Result<()> {
        let mut best = (MOOD, None);
        for (id, (name, keywords)) in (0u16..).map(PropId).zip(self.tables.props(query)) {
            let prop = props::get(id)?;
            let score = name.max(keywords) - burden(prop);
            if score > best.0 && self.wanted(id, prop) {
                best = (score, Some((id, prop)));
            }
        }
        if let Some((id, prop)) = best.1 {
            let mut thing = Thing::new(id, Span { from: 0, to: 0 }, 1, prop.name.clone());
            (thing.found, thing.why) = (Found::Near, format!("the prompt is near to it ({:.2})", best.0));
            self.things.push(thing);
        }
        Ok(())
    }

    /// The things for the picture: each once, the hero first, `most` kinds at most.
    pub fn finish(mut self, most: usize) -> Result<Vec<Thing>> {
        // A star among stars, a heart in a broken heart: one picture of a kind, unless both are named.
        self.things.sort_by_key(|t| (t.found, t.span.from));
        let mut out: Vec<Thing> = Vec::new();
        for thing in std::mem::take(&mut self.things) {
            let prop = props::get(thing.prop)?;
            if !self.wanted(thing.prop, prop) {
                continue;
            }
            if let Some(same) = out.iter_mut().find(|t| t.prop == thing.prop) {
                same.count = same.count.max(thing.count);
                same.tint = same.tint.or(thing.tint);
                continue;
            }
            let mut alike = false;
            for other in &out {
                let other = props::get(other.prop)?;
                alike |= other.group == prop.group && (prop.group == "heart" || both_are(other, prop, "moon"));
            }
            if !alike {
                out.push(thing);
            }
        }
        // The hero is the first thing that stands in the scene: not the moon above it, if there is anything else.
        let mut backdrop = Vec::new();
        for thing in &out {
            let prop = props::get(thing.prop)?;
            backdrop.push(prop.height_m == 0.0 || matches!(prop.group.as_str(), "sky-weather"));
        }
        if let Some(hero) = backdrop.iter().position(|b| !b) {
            out[..=hero].rotate_right(1);
        }
        out.truncate(most);
        Ok(out)
    }
}

/// Whether a phrase may be looked up though some of its words tell of the scene: "Christmas tree".
fn open(text: &Text, span: Span) -> bool {
    let words = &text.words[span.from..span.to];
    words.iter().any(|w| w.used == Use::Free) && words.iter().all(|w| matches!(w.used, Use::Free | Use::Scene))
}

/// Whether [`Search::symbols`] skips words that mostly mean nothing ("love", "time").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// Skip them.
    Skip,
    /// Take them too: nothing else was found.
    Take,
}

fn both_are(a: &Prop, b: &Prop, what: &str) -> bool {
    a.name.contains(what) && b.name.contains(what)
}

/// What a prop must be nearer to be taken unnamed: faces and busts say little, body parts are odd.
fn burden(prop: &Prop) -> f32 {
    match prop.group.as_str() {
        g if g.starts_with("face-") || g == "cat-face" => 0.14,
        "game" | "sport" | "award-medal" => 0.06,
        g if g.starts_with("hand") || g == "body-parts" || g == "religion" || g == "emotion" => 0.08,
        g if g.starts_with("person-g") || g == "person" || g == "family" => 0.08,
        _ => 0.0,
    }
}

/// How many "birds" are, when nothing says.
fn flock(prop: &Prop) -> u32 {
    match prop.group.as_str() {
        "animal-bird" | "plant-flower" => 6,
        "animal-marine" | "animal-bug" | "event" if prop.height_m < 0.7 => 5,
        "sky-weather" if prop.name.contains("moon") || prop.name.contains("planet") => 2,
        "sky-weather" | "plant-other" => 5,
        "place-building" | "light-video" | "food-fruit" => 4,
        _ => 3,
    }
}

/// Words that by their ending are no things, unless a table has them.
fn adjective(word: &str) -> bool {
    const ENDS: [&str; 10] = ["ing", "ed", "ly", "ous", "ful", "less", "ish", "able", "ible", "est"];
    word.len() > 4 && ENDS.iter().any(|e| word.ends_with(e))
}

impl Who {
    /// Which picture of an activity: a person's, a man's, a woman's.
    pub fn index(self) -> usize {
        match self {
            Who::Person | Who::Couple => 0,
            Who::Man => 1,
            Who::Woman => 2,
        }
    }
}
