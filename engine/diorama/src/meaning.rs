//! What a prompt means: text to a [`Design`].
//!
//! Words come first: hand-written tables name sets, times, weathers, colours, styles and people, and every prop has
//! names. What they leave open is decided by nearness of meaning ([`super::minilm`]), and what is still open by the
//! set.

mod belonging;
mod cast;
mod explain;
mod foreign;
mod grammar;
mod homes;
mod lexicon;
mod manner;
mod numerals;
mod people;
mod scene;
mod spelling;
mod tables;
mod text;
mod things;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, OnceLock, PoisonError},
};

pub use cast::check_cast;
pub use explain::{Explanation, PropReason, Reason, Translation};

use self::{
    foreign::{English, Reading},
    lexicon::{Lexicon, Mood, TreatmentScene},
    scene::{Because, SURE, SceneWords},
    tables::Tables,
    text::{Span, Text, Use, Word},
    things::{Found, Search, Stopped, Thing},
};
use super::{
    design::{Daytime, Design, Palette, PropUse, Set, Weather},
    minilm::{self, MiniLm},
    props, styles,
};
use crate::error::{Error, Result};
use phosphene_core::prompt::{CastMember, Prompt, StyleChoice};

/// Most kinds of props in a scene.
const MOST_KINDS: usize = 7;

/// Finds sets, props and styles for prompts. Everything it needs is built in.
pub struct Meaning {
    lexicon: &'static Lexicon,
    model: &'static MiniLm,
    tables: Tables,
    styles: manner::Manners,
    known: BTreeSet<&'static str>,
    /// All English words of the tables, those that name nothing too.
    english: BTreeSet<String>,
    /// Those of them that only say how it is painted or filmed.
    of_styles: BTreeSet<String>,
    /// Designs made before: the same prompt is asked for again and again.
    made: Mutex<BTreeMap<String, Explanation>>,
}

impl Meaning {
    /// The shared one; the first call loads the model and tables (about 0.2 s).
    ///
    /// # Errors
    /// [`Error::Asset`] when something built in is damaged.
    pub fn embedded() -> Result<&'static Self> {
        static MEANING: OnceLock<std::result::Result<Meaning, String>> = OnceLock::new();
        MEANING
            .get_or_init(|| Self::load().map_err(|e| e.to_string()))
            .as_ref()
            .map_err(|reason| Error::Asset {
                what: "meaning",
                reason: reason.clone(),
            })
    }

    fn load() -> Result<Self> {
        let lexicon = lexicon::shared()?;
        let styles = manner::table()?;
        let known = lexicon.vocabulary();
        let of_styles = styles
            .keys()
            .chain(&lexicon.camera)
            .flat_map(|phrase| phrase.split(' '));
        let of_styles: BTreeSet<String> = of_styles.map(str::to_owned).collect();
        let english = known.iter().copied().chain(lexicon.other_words()).map(str::to_owned);
        let english = english.chain(of_styles.iter().cloned()).collect();
        let of_styles = of_styles
            .into_iter()
            .filter(|word| !lexicon.stop.contains(word))
            .collect();
        Ok(Self {
            lexicon,
            model: minilm::shared()?,
            tables: Tables::load(lexicon)?,
            english,
            of_styles,
            styles,
            known,
            made: Mutex::default(),
        })
    }

    /// What a prompt means.
    ///
    /// Any text does: an empty one is an abstract colour field. Prompts of other languages are translated word by word;
    /// [`Explanation::unknown_words`] has what is not understood.
    ///
    /// # Errors
    /// [`Error::Asset`] when something built in is damaged.
    pub fn design(&self, prompt: &Prompt) -> Result<Design> {
        Ok(self.explain(prompt)?.design)
    }

    /// What the prompts of a song mean, in its order.
    ///
    /// # Errors
    /// As [`Meaning::design`].
    pub fn design_all(&self, prompts: &[Prompt]) -> Result<Vec<Design>> {
        prompts.iter().map(|prompt| self.design(prompt)).collect()
    }

    /// What a prompt means, and which words or nearness made it so.
    ///
    /// # Errors
    /// As [`Meaning::design`].
    pub fn explain(&self, prompt: &Prompt) -> Result<Explanation> {
        let key = format!("{:?}", (&prompt.text, &prompt.negative, &prompt.style, &prompt.cast));
        let made = |m: &Mutex<BTreeMap<String, Explanation>>| {
            m.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
        };
        if let Some(found) = made(&self.made) {
            return Ok(found);
        }
        let explanation = self.read(prompt)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= 256 {
            made.clear();
        }
        made.insert(key, explanation.clone());
        Ok(explanation)
    }

    /// The words of prompts of which nothing was understood, each once, in the prompts' order.
    ///
    /// # Errors
    /// As [`Meaning::design`].
    pub fn unknown_words(&self, prompts: &[Prompt]) -> Result<Vec<String>> {
        let mut out: Vec<String> = Vec::new();
        for prompt in prompts {
            for word in self.explain(prompt)?.unknown_words {
                if !out.contains(&word) {
                    out.push(word);
                }
            }
        }
        Ok(out)
    }

    fn read(&self, prompt: &Prompt) -> Result<Explanation> {
        let (text, reading) = self.words(&prompt.text, &prompt.cast)?;
        let (negative, _) = self.words(&prompt.negative, &[])?;
        let mut text = text;

        let manner = manner::find(&mut text, &self.styles, self.lexicon);
        let mut words = SceneWords::find(&mut text, self.lexicon);
        words.ban(&negative, self.lexicon);
        let core = core(&text, &words);
        let mut search = Search::new(self.lexicon, &self.tables);
        search.ban(&negative);
        search.named(&mut text)?;
        let library = library(&mut text);
        let palette = scene::grade(&mut text, self.lexicon);
        let loose = search.modify(&mut text)?;
        let palette = scene::colour(palette, &text, &loose);
        search.symbols(&mut text, Stopped::Skip)?;
        if search.things.is_empty() && library.is_empty() {
            search.symbols(&mut text, Stopped::Take)?;
        }

        // One pass of the model for the whole prompt and for each phrase that is still a riddle.
        let spans = search.unexplained(&text);
        let mut queries: Vec<String> = spans.iter().map(|&s| text.phrase(s, true)).collect();
        queries.push(core);
        let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
        let mut rows = self.model.embed(&queries)?;
        let whole = rows.pop().filter(|_| queries.last().is_some_and(|q| !q.is_empty()));
        search.near(&mut text, &spans, &rows)?;
        // Where nobody and nothing is said to be, nothing is thought of.
        let empty = ["nobody", "empty", "deserted"];
        let empty = text.words.iter().any(|word| empty.contains(&word.text.as_str()));
        if let Some(whole) = whole
            .as_ref()
            .filter(|_| search.things.is_empty() && library.is_empty() && !empty)
        {
            search.mood(whole)?;
        }
        let nobody = search.nobody;
        let mut things = search.finish(MOST_KINDS)?;

        let mood = self.mood(&text);
        let shown = things.iter().map(|t| props::get(t.prop)).collect::<Result<Vec<_>>>()?;
        let (set, sure) = words.decide_set(&self.tables, whole.as_deref(), &shown, &library);
        let people = shown.iter().any(|prop| people::shows_people(prop));
        // A thing or an animal that is named is what the picture is about, and where it is met is where it is.
        let about = things.iter().zip(&shown);
        let about = about
            .filter(|(thing, prop)| thing.found == Found::Named && !people::shows_people(prop) && !stands_for(prop));
        let vague = sure < SURE && about.count() == 0 && library.is_empty() && whole.is_some();
        let treatment = vague.then(|| words.treat(&text, self.lexicon, &self.tables, whole.as_deref()));
        let treatment = treatment.flatten();
        if treatment.is_some() {
            // The people show an idea; what only stands for it (a heart in the air) says less.
            let idea = |thing: &Thing| thing.found != Found::Named || self.lexicon.concepts.contains_key(&thing.named);
            let kinds = things.into_iter().zip(shown);
            let shows = |(thing, prop): &(Thing, &props::Prop)| match thing.found {
                Found::Near => people::shows_people(prop) && !stands_for(prop),
                _ => !(idea(thing) && stands_for(prop)),
            };
            things = kinds.filter(shows).map(|(thing, _)| thing).collect();
        }
        let set = treatment
            .as_ref()
            .map_or(set, |scene| Because::new(scene.is.set, scene.why.clone()));
        if let Some(person) = treatment.as_ref().and_then(|scene| scene.is.person)
            && !(people || nobody)
        {
            things.insert(0, Thing::added(person, &set.why)?);
        }
        let light = self.light(&words, &set, treatment.as_ref().map(|scene| scene.is), mood);
        let palette = tinted(palette, mood);
        let design = Design {
            prompt: prompt.text.clone(),
            cast: prompt.cast.clone(),
            set: set.is,
            daytime: light.0.is,
            weather: light.1.is,
            palette: palette.is.clone(),
            props: things.iter().map(|thing| used(thing, &text)).collect::<Result<_>>()?,
            style: None,
            print: None,
            style_name: String::new(),
        };
        let mut explanation = Explanation::new(design, &set.why, &light.0.why, &light.1.why, &palette.why, &things)?;
        explanation.reading(reading);
        let asked = match &prompt.style {
            StyleChoice::Named(name) => styles::resolve(name)?,
            choice => choice.clone(),
        };
        let (choice, why) = match (asked, manner) {
            (StyleChoice::Auto | StyleChoice::Named(_), Some((found, why))) => (found, why),
            (asked, _) => (asked, "asked for".to_owned()),
        };
        match choice {
            StyleChoice::Unpainted => explanation.style(None, None, "unpainted".into(), &why),
            StyleChoice::Blend(weights) => {
                explanation.style(Some(weights), None, styles::describe(&weights)?, &why);
            }
            StyleChoice::Print(look) => explanation.style(None, Some(look), styles::print_name(look)?.into(), &why),
            StyleChoice::Auto | StyleChoice::Named(_) => {
                explanation.style(None, None, "film".into(), "no words of paint or print");
            }
        }
        Ok(explanation)
    }

    /// A text's words, in English and spelt right, and what became of those that were not English.
    fn words(&self, written: &str, members: &[CastMember]) -> Result<(Text, Reading)> {
        let mut text = Text::parse(written);
        cast::introduce(&mut text, members, self.lexicon);
        let english = English {
            tables: &self.english,
            styles: &self.of_styles,
            model: self.model,
        };
        let mut reading = foreign::read(&mut text, self.lexicon, &english)?;
        text.correct(&self.known, |word| {
            self.model.knows(word) || self.of_styles.contains(word)
        });
        // "sdkjfh qwrtz": not a word that means anything.
        let means = |w: &Word| w.foreign || english.knows(w);
        let words = || text.words.iter().filter(|w| w.text.chars().any(char::is_alphabetic));
        if text.emoji.is_empty() && !words().any(means) {
            reading.unknown = words().map(|w| w.written.clone()).collect();
        }
        Ok((text, reading))
    }

    fn mood(&self, text: &Text) -> Option<&Mood> {
        let says = |m: &&Mood| text.words.iter().any(|w| !w.negated && m.words.contains(&w.text));
        self.lexicon.moods.iter().find(says)
    }

    fn light(
        &self,
        words: &SceneWords,
        set: &Because<Set>,
        treatment: Option<&TreatmentScene>,
        mood: Option<&Mood>,
    ) -> (Because<Daytime>, Because<Weather>) {
        if let Some(scene) = treatment {
            let daytime = Because::new(scene.daytime, "suits the treatment");
            let weather = Because::new(scene.weather, "suits the treatment");
            return (words.decide_daytime(daytime), words.decide_weather(weather));
        }
        let entry = &self.lexicon.sets[&set.is];
        let daytime = match mood.and_then(|m| m.daytime) {
            Some(daytime) if entry.daytime != Daytime::Night => Because::new(daytime, "suits the mood"),
            _ => Because::new(entry.daytime, "suits the set"),
        };
        let weather = Because::new(entry.weather.unwrap_or(Weather::Clear), "suits the set");
        (words.decide_daytime(daytime), words.decide_weather(weather))
    }
}

/// The words for colours, in small letters.
///
/// # Errors
/// [`Error::Asset`] when something built in is damaged.
pub fn colour_words() -> Result<&'static BTreeMap<String, crate::design::Oklch>> {
    Ok(&lexicon::shared()?.colours)
}

/// Makes the embedding file's bytes anew (some seconds): after a change to props, sets or the model.
///
/// # Errors
/// [`Error::Asset`] when something built in is damaged.
pub fn make_embedding_table() -> Result<Vec<u8>> {
    tables::make(minilm::shared()?)
}

/// Texts whose embeddings in the file are not what the model makes of them, among every `step`th of about 2,700.
///
/// # Errors
/// [`Error::Asset`] when something built in is damaged.
pub fn stale_embeddings(step: usize) -> Result<Vec<String>> {
    tables::stale(minilm::shared()?, step)
}

/// The candidate that differs least from a word, if it differs by a third of its letters at most.
pub(super) fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 4);
    let near = candidates.map(|c| (spelling::distance(c, word, limit), c));
    near.filter(|n| n.0 <= limit).min_by_key(|n| n.0).map(|n| n.1)
}

/// What the words call by the figures' own names, though the vocabulary has no such thing. Marks it.
fn library(text: &mut Text) -> Vec<&'static str> {
    let words: Vec<String> = text.words.iter().map(|word| word.text.clone()).collect();
    let mut names = Vec::new();
    for (thing, _, from) in crate::stage::named_things(&words) {
        let span = Span { from, to: from + 1 };
        if text.words.get(from).is_some_and(|word| !word.negated) && text.free(span) {
            text.mark(span, Use::Thing);
            names.push(thing.name());
        }
    }
    names
}

/// The prompt without its style and camera words, and without time and weather if anything else is said.
fn core(text: &Text, scene: &SceneWords) -> String {
    let said = |when: bool| {
        let words = text.words.iter().enumerate();
        let words = words.filter(|(i, w)| w.used != Use::Style && !w.negated && (when || !scene.says_when(*i)));
        words.map(|(_, w)| w.text.as_str()).collect::<Vec<_>>()
    };
    let bare = said(false);
    if bare.iter().any(|w| w.len() > 3) {
        bare.join(" ")
    } else {
        said(true).join(" ")
    }
}

/// Whether a prop is only ever a symbol.
fn stands_for(prop: &props::Prop) -> bool {
    matches!(prop.group.as_str(), "heart" | "emotion")
}

/// A mood bends the colours where the words don't.
fn tinted(mut palette: Because<Palette>, mood: Option<&Mood>) -> Because<Palette> {
    let Some(mood) = mood else {
        return palette;
    };
    let said = !palette.why.starts_with("no words");
    if palette.is.chroma == 1.0 {
        palette.is.chroma = mood.chroma;
    }
    if palette.is.lightness == 0.0 {
        palette.is.lightness = mood.lightness;
    }
    palette.why = if said {
        palette.why + ", the mood"
    } else {
        "suits the mood".into()
    };
    palette
}

fn used(thing: &Thing, text: &Text) -> Result<PropUse> {
    let prop = props::get(thing.prop)?;
    Ok(PropUse {
        prop: thing.prop,
        named: thing.named.clone(),
        place: prop.place,
        height_m: prop.height_m * thing.scale,
        count: thing.count,
        facing: prop.facing,
        tint: thing.tint,
        crest: thing.crest,
        members: text
            .words
            .get(thing.span.from..thing.span.to)
            .map_or_else(Vec::new, |words| words.iter().filter_map(|word| word.member).collect()),
    })
}
