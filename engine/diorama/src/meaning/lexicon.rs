//! The hand-written tables: which words name sets, times, weathers, colours, people and ideas.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::text::normal;
use crate::design::Oklch;
use crate::error::{Error, Result};
use crate::{
    design::{Daytime, PropId, Set, Weather},
    props::{self, Body},
};

macro_rules! table {
    ($name:literal) => {
        include_str!(concat!("../../../assets/meaning/", $name))
    };
}

/// A set's entry in sets.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetEntry {
    words: Vec<String>,
    #[serde(default)]
    inside: Vec<String>,
    outside: Option<Set>,
    /// Sentences to compare prompts with.
    pub like: Vec<String>,
    /// When, if nothing says.
    pub daytime: Daytime,
    /// In which weather, if nothing says.
    pub weather: Option<Weather>,
}

/// What a set word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetWord {
    /// It names the set.
    Names(Set),
    /// It names it when nothing better does.
    Hints(Set),
    /// It names the first after "in" or "inside", else is a thing that stands in the second.
    Inside(Set, Option<Set>),
}

/// How a grading phrase bends the palette.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct GradeEntry {
    named: Vec<String>,
    chroma: f32,
    lightness: f32,
}

#[derive(Debug, Clone)]
pub(super) struct Grade {
    pub named: Vec<Oklch>,
    pub chroma: f32,
    pub lightness: f32,
}

/// A mood: bends what nothing else decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mood {
    pub words: Vec<String>,
    pub chroma: f32,
    pub lightness: f32,
    pub daytime: Option<Daytime>,
}

/// What a director would show for words that name no place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Treatment {
    pub name: String,
    pub words: Vec<String>,
    /// Sentences to compare prompts with.
    pub like: Vec<String>,
    pub scenes: Vec<TreatmentScene>,
}

/// One of a treatment's scenes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TreatmentScene {
    pub set: Set,
    pub daytime: Daytime,
    pub weather: Weather,
    /// The prop that shows who is there, if the prompt has nobody.
    who: Option<String>,
    #[serde(skip)]
    pub person: Option<PropId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TreatmentsFile {
    treatment: Vec<Treatment>,
}

/// Who a word for people means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Who {
    Person,
    Man,
    Woman,
    Couple,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActivityEntry {
    words: Vec<String>,
    pictures: [String; 3],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    daytime: BTreeMap<Daytime, Vec<String>>,
    daytime_hint: BTreeMap<Daytime, Vec<String>>,
    weather: BTreeMap<Weather, Vec<String>>,
    weather_hint: BTreeMap<Weather, Vec<String>>,
    sets: Hints,
    things: Both,
    mood: Vec<Mood>,
    ignore: Ignore,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hints {
    hints: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    both: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignore {
    camera: Vec<String>,
    phrases: Vec<String>,
    words: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColoursFile {
    colour: BTreeMap<String, [f32; 3]>,
    grade: BTreeMap<String, GradeEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    person: BTreeMap<String, (Who, u32)>,
    activity: Vec<ActivityEntry>,
}

/// All tables, keyed by phrases in the form of `Text::phrase`. A `(value, true)` is a hint.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub sets: BTreeMap<Set, SetEntry>,
    pub set_words: BTreeMap<String, Vec<SetWord>>,
    pub daytimes: BTreeMap<String, (Daytime, bool)>,
    pub weathers: BTreeMap<String, (Weather, bool)>,
    pub moods: Vec<Mood>,
    pub treatments: Vec<Treatment>,
    pub colours: BTreeMap<String, Oklch>,
    pub grades: BTreeMap<String, Grade>,
    /// Scene words that are things as well.
    pub both: BTreeSet<String>,
    pub camera: BTreeSet<String>,
    pub phrases: BTreeSet<String>,
    pub stop: BTreeSet<String>,
    pub people: BTreeMap<String, (Who, u32)>,
    /// Activity phrases to the pictures of a person, a man, a woman at it.
    pub activities: BTreeMap<String, [PropId; 3]>,
    pub concepts: BTreeMap<String, Vec<PropId>>,
    /// Names and aliases of props.
    pub names: BTreeMap<String, PropId>,
    /// Keywords of props.
    pub keywords: BTreeMap<String, Vec<PropId>>,
    /// Emoji without variation selectors.
    pub codes: BTreeMap<String, PropId>,
}

fn damaged(reason: impl ToString) -> Error {
    Error::Asset {
        what: "lexicon",
        reason: reason.to_string(),
    }
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| damaged(format!("{name}: {e}")))
}

/// The shared tables.
pub(super) fn shared() -> Result<&'static Lexicon> {
    static LEXICON: OnceLock<std::result::Result<Lexicon, String>> = OnceLock::new();
    LEXICON
        .get_or_init(|| Lexicon::load().map_err(|e| e.to_string()))
        .as_ref()
        .map_err(damaged)
}

fn hinted<T: Copy>(strong: &BTreeMap<T, Vec<String>>, weak: &BTreeMap<T, Vec<String>>) -> BTreeMap<String, (T, bool)> {
    let mut out = BTreeMap::new();
    for (table, hint) in [(weak, true), (strong, false)] {
        for (value, phrases) in table {
            out.extend(phrases.iter().map(|p| (normal(p), (*value, hint))));
        }
    }
    out
}

impl Lexicon {
    fn load() -> Result<Self> {
        let sets: BTreeMap<Set, SetEntry> = parse("sets.toml", table!("sets.toml"))?;
        let words: WordsFile = parse("words.toml", table!("words.toml"))?;
        let colours: ColoursFile = parse("colours.toml", table!("colours.toml"))?;
        let people: PeopleFile = parse("people.toml", table!("people.toml"))?;
        let concepts: BTreeMap<String, Vec<String>> = parse("concepts.toml", table!("concepts.toml"))?;
        let treatments: TreatmentsFile = parse("treatments.toml", table!("treatments.toml"))?;
        let mut treatments = treatments.treatment;
        for treatment in &mut treatments {
            treatment.words = treatment.words.iter().map(|word| normal(word)).collect();
            for scene in &mut treatment.scenes {
                scene.person = scene.who.as_deref().map(props::find).transpose()?;
            }
        }
        let find = |names: &[String]| names.iter().map(|n| props::find(n)).collect::<Result<Vec<_>>>();

        let phrases = |list: &[String]| list.iter().map(|p| normal(p)).collect::<BTreeSet<_>>();
        let colour = |v: &[f32; 3]| Oklch {
            l: v[0],
            c: v[1],
            h: v[2],
        };
        let mut grades = BTreeMap::new();
        for (phrase, entry) in &colours.grade {
            let named = entry.named.iter().map(|n| {
                let found = colours.colour.get(n).map(colour);
                found.ok_or_else(|| damaged(format!("colours.toml has no colour {n}")))
            });
            let grade = Grade {
                named: named.collect::<Result<_>>()?,
                chroma: entry.chroma,
                lightness: entry.lightness,
            };
            grades.insert(normal(phrase), grade);
        }
        let mut activities = BTreeMap::new();
        for entry in &people.activity {
            let pictures = find(&entry.pictures)?;
            activities.extend(
                entry
                    .words
                    .iter()
                    .map(|w| (normal(w), [pictures[0], pictures[1], pictures[2]])),
            );
        }
        let mut by_idea = BTreeMap::new();
        for (idea, names) in &concepts {
            by_idea.insert(normal(idea), find(names)?);
        }
        let (names, keywords, codes) = Self::props()?;
        Ok(Self {
            set_words: set_words(&sets, &phrases(&words.sets.hints)),
            sets,
            daytimes: hinted(&words.daytime, &words.daytime_hint),
            weathers: hinted(&words.weather, &words.weather_hint),
            moods: words.mood,
            treatments,
            colours: colours.colour.iter().map(|(n, v)| (normal(n), colour(v))).collect(),
            grades,
            both: phrases(&words.things.both),
            camera: phrases(&words.ignore.camera),
            phrases: phrases(&words.ignore.phrases),
            stop: words.ignore.words.split_whitespace().map(normal).collect(),
            people: people.person.iter().map(|(w, v)| (normal(w), *v)).collect(),
            activities,
            concepts: by_idea,
            names,
            keywords,
            codes,
        })
    }

    #[expect(clippy::type_complexity, reason = "three tables made in one pass")]
    fn props() -> Result<(
        BTreeMap<String, PropId>,
        BTreeMap<String, Vec<PropId>>,
        BTreeMap<String, PropId>,
    )> {
        let (mut names, mut keywords, mut codes) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
        let all = props::all()?;
        // Whole bodies take a word before busts do, and names before aliases.
        let bust = |p: &props::Prop| p.body == Body::Bust;
        for (busts, alias) in [(false, false), (false, true), (true, false), (true, true)] {
            for (id, prop) in (0u16..).map(PropId).zip(all) {
                if bust(prop) == busts {
                    let own = std::slice::from_ref(&prop.name);
                    for word in if alias { &prop.aliases } else { own } {
                        names.entry(normal(word)).or_insert(id);
                    }
                }
            }
        }
        for (id, prop) in (0u16..).map(PropId).zip(all) {
            codes.insert(prop.code.replace("-fe0f", ""), id);
            for word in &prop.keywords {
                keywords.entry(normal(word)).or_default().push(id);
            }
        }
        Ok((names, keywords, codes))
    }

    /// Every word that means something here: what a slip of the pen may have meant.
    pub fn vocabulary(&self) -> BTreeSet<&str> {
        let tables = self
            .names
            .keys()
            .chain(self.set_words.keys())
            .chain(self.daytimes.keys());
        let tables = tables
            .chain(self.weathers.keys())
            .chain(self.concepts.keys())
            .chain(self.people.keys());
        let tables = tables
            .chain(self.colours.keys())
            .chain(self.activities.keys())
            .chain(&self.stop);
        tables.flat_map(|phrase| phrase.split(' ')).collect()
    }

    /// Words that [`Lexicon::vocabulary`] lacks, since a slip of the pen would seldom mean them.
    pub fn other_words(&self) -> impl Iterator<Item = &str> {
        let of_moods = self.moods.iter().flat_map(|mood| &mood.words);
        let phrases = self.keywords.keys().chain(self.grades.keys()).chain(&self.camera);
        let phrases = phrases.chain(&self.phrases).chain(of_moods);
        phrases.flat_map(|phrase| phrase.split(' '))
    }
}

fn set_words(sets: &BTreeMap<Set, SetEntry>, hints: &BTreeSet<String>) -> BTreeMap<String, Vec<SetWord>> {
    let mut out = BTreeMap::<String, Vec<SetWord>>::new();
    for (&set, entry) in sets {
        for word in entry.words.iter().map(|w| normal(w)) {
            let kind = if hints.contains(&word) {
                SetWord::Hints(set)
            } else {
                SetWord::Names(set)
            };
            out.entry(word).or_default().push(kind);
        }
        for word in &entry.inside {
            out.entry(normal(word))
                .or_default()
                .push(SetWord::Inside(set, entry.outside));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        let lexicon = shared().unwrap();
        assert_eq!(lexicon.sets.len(), Set::ALL.len());
        for set in Set::ALL {
            let entry = &lexicon.sets[&set];
            assert!(!entry.like.is_empty(), "{set:?}");
        }
        assert!(lexicon.names.len() > 2000);
        assert_eq!(lexicon.names["car"], props::find("automobile").unwrap());
        assert_eq!(lexicon.names["man"], props::find("man standing").unwrap());
    }
}
