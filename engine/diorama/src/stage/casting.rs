//! Who and what stands in a world: a design's people, animals and things in the places that the world offers.

use std::{collections::BTreeMap, sync::OnceLock};

use phosphene_worlds::{
    figures::{Age, Animal, Figure, Motion, Paint, Person, Sex, Thing},
    world::Role,
};
use serde::Deserialize;

use super::{
    acts, joining, naming, people,
    story::{SceneWords, Story},
};
use crate::{
    design::{Design, Oklch, Set},
    error::{Error, Result},
    look,
    meaning::colour_words,
    props,
};

const TABLE: &str = include_str!("../../../assets/meaning/figures.toml");
const NATURAL_TABLE: &str = include_str!("../../../assets/meaning/natural.toml");

/// The figures' names for the vocabulary's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    animal: BTreeMap<String, String>,
    thing: BTreeMap<String, String>,
}

impl Names {
    fn thing(&self, name: &str) -> Option<Thing> {
        self.thing.get(name).and_then(|name| Thing::named(name))
    }
}

fn names() -> Result<&'static Names> {
    static NAMES: OnceLock<std::result::Result<Names, String>> = OnceLock::new();
    let load = || toml::from_str(TABLE).map_err(|e| e.to_string());
    NAMES.get_or_init(load).as_ref().map_err(|reason| Error::Asset {
        what: "figures' names",
        reason: reason.clone(),
    })
}

/// By which colours things are known: colour words, each with names of the vocabulary.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Natural {
    colour: BTreeMap<String, Vec<String>>,
}

/// The colour by which a thing of the vocabulary is known; quieter than one that words name.
fn natural(prop: &str) -> Result<Option<Oklch>> {
    static NATURAL: OnceLock<std::result::Result<BTreeMap<String, Oklch>, String>> = OnceLock::new();
    let table = colour_words()?;
    let load = || {
        let natural: Natural = toml::from_str(NATURAL_TABLE).map_err(|e| e.to_string())?;
        let mut colours = BTreeMap::new();
        for (word, names) in natural.colour {
            let spoken = word.replace('-', " ");
            let colour = table.get(&spoken).ok_or_else(|| format!("\"{word}\" is no colour"))?;
            let quiet = Oklch {
                l: colour.l * 0.92,
                c: colour.c * 0.85,
                ..*colour
            };
            colours.extend(names.into_iter().map(|name| (name, quiet)));
        }
        Ok(colours)
    };
    let colours = NATURAL.get_or_init(load).as_ref();
    let colours = colours.map_err(|reason| Error::Asset {
        what: "things' own colours",
        reason: reason.clone(),
    })?;
    Ok(colours.get(prop).copied())
}

/// Things in which the sky is mirrored, besides vehicles.
const SMOOTH: [&str; 14] = [
    "car",
    "sports car",
    "old car",
    "van",
    "truck",
    "motorbike",
    "crown",
    "trumpet",
    "saxophone",
    "bell",
    "coin",
    "ring",
    "balloon",
    "trophy",
];

/// One of a scene's figures, before it has a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    pub figure: Figure,
    pub partner: Option<Person>,
    pub motion: Motion,
    pub role: Role,
    pub count: u32,
    /// Factor of its natural size.
    pub scale: f32,
    /// The colour of an animal or a thing, where words say it; persons have their own.
    pub paint: Option<Paint>,
    /// Only its horns have that colour.
    pub crest: bool,
    /// What a person has in the hand.
    pub holds: Option<Thing>,
}

impl Part {
    /// One that the picture is about.
    pub fn new(figure: Figure, motion: Motion) -> Self {
        Self {
            figure,
            partner: None,
            motion,
            role: Role::Hero,
            count: 1,
            scale: 1.0,
            paint: None,
            crest: false,
            holds: None,
        }
    }

    /// Its persons.
    pub fn persons(&self) -> impl Iterator<Item = Person> {
        let first = match self.figure {
            Figure::Person(person) => Some(person),
            _ => None,
        };
        first.into_iter().chain(self.partner)
    }

    /// One person, alone.
    pub fn alone(&self) -> Option<Person> {
        let one = self.count == 1 && self.partner.is_none() && self.role != Role::Crowd;
        self.persons().next().filter(|_| one)
    }
}

/// The figures of a design, the hero first. What the library has no figure for is left out.
///
/// # Errors
/// [`Error::Asset`] when something built in is damaged.
pub fn cast(design: &Design, story: &mut Story) -> Result<Vec<Part>> {
    let names = names()?;
    let mut scene = SceneWords::of(design);
    let mut parts: Vec<Part> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    let mut somebody: Vec<Vec<String>> = Vec::new();
    for thing in &design.props {
        let prop = props::get(thing.prop)?;
        let scale = if prop.height_m > 0.0 {
            thing.height_m / prop.height_m
        } else {
            1.0
        };
        let own = natural(&prop.name)?;
        let smooth = prop.group.starts_with("transport") || SMOOTH.contains(&prop.name.as_str());
        let paint = |tint: Option<Oklch>| tint.map(if smooth { look::lacquer } else { look::cloth });
        let plain = |figure, role| Part {
            role,
            count: thing.count,
            scale: scale.clamp(0.3, 4.0),
            paint: paint(thing.tint.or(own)),
            crest: thing.crest,
            ..Part::new(figure, Motion::Stand)
        };
        // What is worn is not there a second time.
        let peopled = parts.iter().any(|part| part.persons().next().is_some());
        if peopled && look::worn(&look::words(&thing.named)).is_some() {
            continue;
        }
        // "A couple dancing" are pictures of a woman and of a man dancing, and one couple.
        if look::any(&look::words(&thing.named), &people::PAIRS) {
            if told.contains(&thing.named.as_str()) {
                continue;
            }
            told.push(&thing.named);
        }
        // A ghost ship is a ship.
        let built = ["transport", "place"].iter().any(|group| prop.group.starts_with(group));
        let called = people::called(&thing.named);
        if !called.is_empty() {
            if somebody.iter().any(|other: &Vec<String>| scene.one_of(other, &called)) {
                continue;
            }
            somebody.push(called);
        }
        let people = if built {
            Vec::new()
        } else {
            people::people(&prop.name, thing, design, &mut scene, story)
        };
        if people.is_empty() && prop.name == "horse racing" {
            // Horsemen, as many as are said.
            let rider = Person::new(7, Sex::Male, Age::Grown);
            let part = plain(Figure::Person(rider), Role::Second);
            parts.push(Part {
                motion: Motion::Ride,
                scale: 1.0,
                ..part
            });
        } else if !people.is_empty() {
            parts.extend(people);
        } else if let Some(animal) = names.animal.get(&prop.name).and_then(|name| Animal::named(name)) {
            parts.push(plain(Figure::Animal(animal), animal.role()));
        } else if let Some(thing) = of_library(&thing.named).or_else(|| names.thing(&prop.name)) {
            // In a church there stands no church, and a fairground has its tents.
            let there = matches!(
                (thing.name(), design.set),
                ("church", Set::Church)
                    | ("tent" | "ferris wheel", Set::Fairground)
                    | ("skyscraper", Set::CityStreet | Set::Rooftop | Set::NeonAlley)
            );
            if !there {
                parts.push(plain(Figure::Thing(thing), thing.role()));
            }
        }
    }
    let listed: Vec<Thing> = parts
        .iter()
        .filter_map(|part| match part.figure {
            Figure::Thing(thing) => Some(thing),
            _ => None,
        })
        .collect();
    let unlisted = naming::unlisted(&scene.words, design.set, &listed);
    let colours = colour_words()?;
    let named = unlisted.into_iter().map(|(thing, count, at)| Part {
        role: thing.role(),
        count,
        // "A golden cage": at most two words before.
        paint: scene.words[at.saturating_sub(2)..at]
            .iter()
            .rev()
            .find_map(|word| colours.get(word).copied())
            .map(if SMOOTH.contains(&thing.name()) {
                look::lacquer
            } else {
                look::cloth
            }),
        ..Part::new(Figure::Thing(thing), Motion::Stand)
    });
    // What has the words' very name comes before what they are near to; people come first.
    let people = parts.iter().rposition(|part| part.persons().next().is_some());
    let beast = parts
        .first()
        .is_some_and(|part| matches!(part.figure, Figure::Animal(_)));
    let first = people.map_or(usize::from(beast), |last| last + 1);
    parts.splice(first..first, named);
    people::married(&mut parts, &mut scene, story);
    mount(&mut parts);
    acts::relate(&mut parts, design, &mut scene, story);
    people::gather(&mut parts, design.set, &scene);
    joining::settle(&mut parts, &scene.words);
    Ok(parts)
}

/// What the words call by the library's own name: "a lighthouse", "an old bench".
fn of_library(named: &str) -> Option<Thing> {
    let words = look::words(named);
    let one = |word: &str| {
        let thing = Thing::named(word).or_else(|| Thing::named(word.strip_suffix('s')?))?;
        // Stars are the sky's.
        (thing.name() != "star").then_some(thing)
    };
    let two = words.windows(2).find_map(|two| Some(naming::thing(&two.join(" "))?.0));
    two.or_else(|| words.iter().rev().find_map(|word| one(word)))
}

/// Who is there with one horse rides it.
fn mount(parts: &mut Vec<Part>) {
    let horse = |part: &Part| matches!(part.figure, Figure::Animal(a) if a.name() == "horse") && part.count == 1;
    let rider = |part: &Part| {
        matches!(part.figure, Figure::Person(_))
            && part.count == 1
            && part.partner.is_none()
            && matches!(part.motion, Motion::Stand | Motion::Sit | Motion::Ride)
    };
    if let (Some(horse), Some(rider)) = (parts.iter().position(horse), parts.iter().position(rider)) {
        parts[rider].motion = Motion::Ride;
        parts.remove(horse);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_known_by_their_colour_are_of_the_vocabulary() {
        let natural_names: Natural = toml::from_str(NATURAL_TABLE).unwrap();
        for name in natural_names.colour.values().flatten() {
            props::find(name).unwrap();
            assert!(natural(name).unwrap().is_some(), "{name}");
        }
        assert_eq!(natural("church").unwrap(), None);
    }
}
