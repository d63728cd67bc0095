//! Where, when, in which weather and in which colours a prompt plays.

use super::{
    homes,
    lexicon::{Lexicon, SetWord, Treatment, TreatmentScene},
    people,
    tables::Tables,
    text::{Span, Text, Use},
};
use crate::design::Oklch;
use crate::{
    design::{Daytime, Palette, Set, Weather},
    props::Prop,
};

/// Something decided, and by what.
#[derive(Debug, Clone)]
pub(super) struct Because<T> {
    pub is: T,
    pub why: String,
}

impl<T> Because<T> {
    pub fn new(is: T, why: impl Into<String>) -> Self {
        Self { is, why: why.into() }
    }
}

/// The words that were found to tell of the scene, before anything is decided.
#[derive(Debug, Default)]
pub(super) struct SceneWords {
    sets: Vec<(Set, f32, String)>,
    daytimes: Vec<(Daytime, bool, String)>,
    weathers: Vec<(Weather, bool, String)>,
    banned_weather: Vec<Weather>,
    /// Words that say when or in which weather, and not where.
    when: Vec<usize>,
}

const LOCATIVE: [&str; 23] = [
    "in", "inside", "at", "on", "through", "into", "within", "across", "down", "over", "along", "by", "near", "under",
    "beneath", "below", "above", "outside", "beside", "from", "of", "around", "towards",
];
const INTERIOR: [&str; 6] = ["in", "inside", "at", "within", "into", "through"];
impl SceneWords {
    /// Looks all scene words up and marks them in the text.
    pub fn find(text: &mut Text, lexicon: &Lexicon) -> Self {
        let mut found = Self::default();
        let mut taken = [
            vec![false; text.words.len()],
            vec![false; text.words.len()],
            vec![false; text.words.len()],
        ];
        for span in text.spans() {
            if !text.words[span.from..span.to]
                .iter()
                .all(|w| matches!(w.used, Use::Free | Use::Scene))
            {
                continue;
            }
            let negated = text.words[span.from].negated;
            for lemma in [false, true] {
                let phrase = text.phrase(span, lemma);
                if let Some(kinds) = free(&taken[0], span).then(|| lexicon.set_words.get(&phrase)).flatten() {
                    taken[0][span.from..span.to].fill(true);
                    if !negated {
                        found.set(text, span, &phrase, kinds);
                        if !lexicon.both.contains(&phrase) && !kinds.iter().all(|k| matches!(k, SetWord::Inside(..))) {
                            text.mark(span, Use::Scene);
                        }
                    }
                }
                if let Some(&(daytime, hint)) = free(&taken[1], span).then(|| lexicon.daytimes.get(&phrase)).flatten() {
                    taken[1][span.from..span.to].fill(true);
                    if !negated {
                        found.daytimes.push((daytime, hint, phrase.clone()));
                        if !lexicon.both.contains(&phrase) && (!hint || span.to - span.from > 1) {
                            text.mark(span, Use::Scene);
                        }
                    }
                }
                if let Some(&(weather, hint)) = free(&taken[2], span).then(|| lexicon.weathers.get(&phrase)).flatten() {
                    taken[2][span.from..span.to].fill(true);
                    if negated {
                        found.banned_weather.push(weather);
                    } else {
                        found.weathers.push((weather, hint, phrase.clone()));
                        if !lexicon.both.contains(&phrase) && (!hint || span.to - span.from > 1) {
                            text.mark(span, Use::Scene);
                        }
                    }
                }
            }
        }
        let place = &taken[0];
        found.when = (0..text.words.len())
            .filter(|&i| (taken[1][i] || taken[2][i]) && !place[i])
            .collect();
        found
    }

    /// Whether a word says when or in which weather, and not where.
    pub fn says_when(&self, at: usize) -> bool {
        self.when.contains(&at)
    }

    /// Weather that the negative prompt or a "no" rules out.
    pub fn ban(&mut self, negative: &Text, lexicon: &Lexicon) {
        for span in negative.spans() {
            if let Some((weather, _)) = lexicon.weathers.get(&negative.phrase(span, false)) {
                self.banned_weather.push(*weather);
            }
        }
    }

    fn set(&mut self, text: &Text, span: Span, phrase: &str, kinds: &[SetWord]) {
        let at = preposition(text, span.from);
        // "under a crimson sky" is not in the sky.
        let above = at
            .as_deref()
            .is_some_and(|p| matches!(p, "under" | "beneath" | "below"));
        if above && phrase.starts_with("sk") {
            return;
        }
        let located = if at.is_some() { 0.3 } else { 0.0 };
        // Later words matter a little less.
        let late = 0.01 * span.from.min(20) as f32;
        let length = 0.3 * (span.to - span.from - 1) as f32;
        for kind in kinds {
            let (set, score) = match *kind {
                SetWord::Names(set) => (set, 1.0 + located + length),
                SetWord::Hints(set) => (set, 0.35 + located / 2.0 + length),
                SetWord::Inside(set, _) if at.as_deref().is_some_and(|p| INTERIOR.contains(&p)) => (set, 1.0 + located),
                SetWord::Inside(_, Some(outside)) => (outside, 0.3),
                SetWord::Inside(set, None) => (set, 0.3),
            };
            self.sets.push((set, score - late, phrase.to_owned()));
        }
    }

    /// Whether a word found as a place's inside names the place here ("in a church") rather than a thing.
    pub fn interior(text: &Text, at: usize) -> bool {
        preposition(text, at).is_some_and(|p| INTERIOR.contains(&p.as_str()))
    }

    /// The set: words first, then meaning. `query` is the prompt's embedding, style and camera words left out.
    /// Whether rain, snow or the like is said, which is seen under the open sky.
    fn says_weather(&self) -> bool {
        let wanted = self.weathers.iter().filter(|w| !self.banned_weather.contains(&w.0));
        wanted
            .clone()
            .any(|w| !w.1 && !matches!(w.0, Weather::Clear | Weather::Clouds))
    }

    /// How sure it is comes with it: from [`SURE`] on a word, a thing or the meaning as a whole says where.
    pub fn decide_set(
        &self,
        tables: &Tables,
        query: Option<&[f32]>,
        things: &[&Prop],
        library: &[&str],
    ) -> (Because<Set>, f32) {
        let snow = self.weathers.iter().any(|w| w.0 == Weather::Snow);
        let weather = self.says_weather();
        // Where the things are usually met; the hero counts most, and people are met anywhere.
        let homes = things.iter().enumerate().filter_map(|(i, prop)| {
            let share = if i == 0 { 1.0 } else { 0.6 };
            if let Some(set) = homes::at_home(&prop.name).filter(|_| !people::shows_people(prop)) {
                return Some((set, share * homes::SURELY));
            }
            let weight = if people::shows_people(prop) { 0.05 } else { AT_HOME };
            home(prop).map(|set| (set, share * weight))
        });
        // What the words call by the figures' own names is named as surely.
        let called = library
            .iter()
            .filter_map(|name| Some((homes::at_home(name)?, 1.3 * homes::SURELY)));
        // Fields and gardens under snow are the white plain.
        let under_snow = |(set, score)| match set {
            Set::Meadow | Set::Garden if snow => (Set::WinterPlain, score),
            _ => (set, score),
        };
        let homes: Vec<(Set, f32)> = homes.chain(called).map(under_snow).collect();
        let near = query.map_or_else(Vec::new, |q| tables.sets(q));
        let mut best = Because::new(Set::ColourField, "nothing says where");
        let mut best_score = 0.30;
        for &set in &Set::ALL {
            let word = self
                .sets
                .iter()
                .filter(|s| s.0 == set)
                .max_by(|a, b| a.1.total_cmp(&b.1));
            let near = near.iter().find(|n| n.0 == set).map_or(0.0, |n| n.1.max(0.0));
            let mut score = word.map_or(0.0, |w| w.1) + 1.1 * near;
            if snow && set == Set::WinterPlain {
                score += 0.3;
            }
            if weather && is_indoors(set) {
                score -= OUT_OF_THE_WEATHER;
            }
            if set == Set::Rooftop && things.iter().any(|prop| prop.group == "transport-ground") {
                score -= OFF_THE_ROAD;
            }
            score += homes.iter().filter(|h| h.0 == set).map(|h| h.1).sum::<f32>();
            if score > best_score {
                best_score = score;
                best = match word {
                    Some((_, _, word)) => Because::new(set, format!("\"{word}\"")),
                    None if homes.iter().any(|h| h.0 == set) => Because::new(set, "where such things are met"),
                    None => Because::new(set, format!("nearest in meaning ({near:.2})")),
                };
            }
        }
        (best, best_score)
    }

    /// What a director would show for words that name no place: the treatment that a phrase asks for, else the nearest
    /// in meaning, and that one of its scenes that the prompt's letters choose. `None` for words that mean nothing.
    pub fn treat<'a>(
        &self,
        text: &Text,
        lexicon: &'a Lexicon,
        tables: &Tables,
        query: Option<&[f32]>,
    ) -> Option<Because<&'a TreatmentScene>> {
        let spans = text.spans();
        let said = spans.iter().find_map(|&span| {
            if text.words[span.from].negated {
                return None;
            }
            let phrases = [text.phrase(span, false), text.phrase(span, true)];
            let asked = |t: &&Treatment| phrases.iter().any(|phrase| t.words.contains(phrase));
            let treatment = lexicon.treatments.iter().find(asked)?;
            Some((treatment, format!("\"{}\": {}", phrases[0], treatment.name)))
        });
        let near = || {
            let (index, near) = tables.treatment(query?)?;
            let treatment = &lexicon.treatments[index];
            let why = format!("nearest to {} ({near:.2})", treatment.name);
            (near >= NEAR_A_TREATMENT).then_some((treatment, why))
        };
        let plain = |i: usize| self.says_when(i) || lexicon.stop.contains(&text.words[i].text);
        let only_when = !self.when.is_empty() && (0..text.words.len()).all(plain);
        let landscape = || {
            let treatment = lexicon.treatments.iter().find(|t| t.name == "landscape")?;
            only_when.then(|| (treatment, "it says when and not where".to_owned()))
        };
        let (treatment, why) = said.or_else(landscape).or_else(near)?;
        let letters = text.words.iter().flat_map(|word| word.text.bytes());
        let choice = letters.fold(0u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let open = |scene: &&TreatmentScene| !(self.says_weather() && is_indoors(scene.set));
        let mut scenes: Vec<&TreatmentScene> = treatment.scenes.iter().filter(open).collect();
        if scenes.is_empty() {
            scenes.extend(&treatment.scenes);
        }
        Some(Because::new(scenes[(choice % scenes.len() as u64) as usize], why))
    }

    pub fn decide_daytime(&self, default: Because<Daytime>) -> Because<Daytime> {
        decide(&self.daytimes).unwrap_or(default)
    }

    pub fn decide_weather(&self, default: Because<Weather>) -> Because<Weather> {
        let allowed: Vec<_> = self
            .weathers
            .iter()
            .filter(|w| !self.banned_weather.contains(&w.0))
            .cloned()
            .collect();
        let decided = decide(&allowed).unwrap_or(default);
        if self.banned_weather.contains(&decided.is) {
            return Because::new(Weather::Clear, format!("{:?} is not wanted", decided.is).to_lowercase());
        }
        decided
    }
}

/// What a roof costs as the place of cars.
const OFF_THE_ROAD: f32 = 1.0;
/// What a roof costs a set where weather is said.
const OUT_OF_THE_WEATHER: f32 = 0.4;

/// Whether it has a roof, or no weather.
fn is_indoors(set: Set) -> bool {
    matches!(
        set,
        Set::Station
            | Set::SchoolHall
            | Set::Hospital
            | Set::Bedroom
            | Set::Club
            | Set::ConcertStage
            | Set::Church
            | Set::Diner
            | Set::Library
            | Set::Cave
            | Set::Underwater
            | Set::Space
            | Set::EarthOrbit
    )
}

/// From this on a place is said and not guessed.
pub(super) const SURE: f32 = 0.46;
/// A treatment that is asked for by no phrase is at least so near.
const NEAR_A_TREATMENT: f32 = 0.25;
/// What the hero's usual whereabouts count, against a word's 1 or so.
const AT_HOME: f32 = 0.17;

/// Where a thing is usually met.
fn home(prop: &Prop) -> Option<Set> {
    Some(match prop.group.as_str() {
        "transport-ground" => Set::Highway,
        "transport-water" => Set::OpenSea,
        "transport-air" if prop.name == "rocket" => Set::Space,
        "transport-air" => Set::AboveClouds,
        "animal-marine" => Set::Underwater,
        "animal-mammal" | "animal-bird" | "plant-flower" => Set::Meadow,
        "animal-bug" => Set::Garden,
        "animal-reptile" | "animal-amphibian" | "plant-other" | "person-fantasy" => Set::Forest,
        "place-building" | "person-role" | "person-activity" | "family" | "money" | "clothing" => Set::CityStreet,
        "music" | "musical-instrument" | "sound" => Set::ConcertStage,
        "drink" | "food-prepared" | "food-sweet" | "food-fruit" | "dishware" => Set::Diner,
        "book-paper" | "writing" | "science" | "time" | "mail" | "arts-crafts" => Set::Library,
        "household" | "phone" | "computer" | "light-video" => Set::Bedroom,
        "game" | "event" => Set::Fairground,
        "medical" => Set::Hospital,
        "religion" => Set::Church,
        _ => return None,
    })
}

/// The first that is no hint, else the first hint.
fn decide<T: Copy>(found: &[(T, bool, String)]) -> Option<Because<T>> {
    let first = found.iter().find(|f| !f.1).or(found.first())?;
    Some(Because::new(first.0, format!("\"{}\"", first.2)))
}

fn free(taken: &[bool], span: Span) -> bool {
    !taken[span.from..span.to].iter().any(|t| *t)
}

/// The preposition that a noun phrase hangs on: at most three words back, articles and adjectives between.
fn preposition(text: &Text, at: usize) -> Option<String> {
    for i in (at.saturating_sub(2)..=at).rev() {
        let word = text.before(i)?;
        if LOCATIVE.contains(&word.text.as_str()) {
            return Some(word.text.clone());
        }
    }
    None
}

/// What the words say of colour: grades such as "pastel". Marks them.
pub(super) fn grade(text: &mut Text, lexicon: &Lexicon) -> Because<Palette> {
    let mut palette = Palette {
        named: Vec::new(),
        chroma: 1.0,
        lightness: 0.0,
    };
    let mut why = Vec::new();
    for span in text.spans() {
        let phrase = text.phrase(span, false);
        let here = &text.words[span.from..span.to];
        let open = here
            .iter()
            .all(|w| !w.negated && !matches!(w.used, Use::Modifier | Use::Thing));
        let Some(grade) = lexicon.grades.get(&phrase).filter(|_| open) else {
            continue;
        };
        // "a black and white cat" says nothing of the picture.
        let of_a_thing = text.words.get(span.to).is_some_and(|w| w.used == Use::Thing);
        if grade.chroma == 0.0 && of_a_thing {
            continue;
        }
        palette.named.extend(&grade.named);
        if (grade.chroma - 1.0).abs() > (palette.chroma - 1.0).abs() {
            palette.chroma = grade.chroma;
        }
        if grade.lightness.abs() > palette.lightness.abs() {
            palette.lightness = grade.lightness;
        }
        // What a grade says is said: "black" and "white" are not also named.
        text.mark(span, Use::Modifier);
        why.push(format!("\"{phrase}\""));
    }
    Because::new(palette, why.join(", "))
}

/// Adds the colours that belong to no thing.
pub(super) fn colour(mut palette: Because<Palette>, text: &Text, loose: &[(usize, Oklch)]) -> Because<Palette> {
    for (at, colour) in loose {
        let named = &mut palette.is.named;
        if palette.is.chroma > 0.0 && named.len() < 4 && !named.contains(colour) {
            named.push(*colour);
            let comma = if palette.why.is_empty() { "" } else { ", " };
            palette.why += &format!("{comma}\"{}\"", text.words[*at].text);
        }
    }
    if palette.why.is_empty() {
        palette.why = "no words on colour".into();
    }
    palette
}
