//! What belongs together: a crown on a rat's head, a toy on a swing, a dragon on its hoard, wings on a bicycle.

use phosphene_worlds::{
    figures::{self, Actor, Animal, Figure, Thing},
    scalar,
    world::Role,
};

use super::casting::Part;
use crate::error::Result;

/// What is worn on a head, and its height as a share of that of the beast that wears it.
const HATS: [(&str, f32); 3] = [("crown", 0.46), ("top hat", 0.36), ("cowboy hat", 0.24)];
/// What one sits on: the seat's height in metres, and how far it is before the middle.
const SEATS: [(&str, f32, f32); 8] = [
    ("swing", 0.52, 0.25),
    ("bench", 0.46, 0.0),
    ("chair", 0.47, 0.02),
    ("sofa", 0.42, 0.10),
    ("armchair", 0.42, 0.10),
    ("single bed", 0.50, 0.0),
    ("bed", 0.55, 0.0),
    ("throne", 0.62, 0.08),
];
/// Who is found on seats, and its height in metres there.
const SITTERS: [(&str, f32); 5] = [
    ("teddy bear", 0.95),
    ("doll", 0.85),
    ("rabbit", 0.75),
    ("monkey", 0.75),
    ("crow", 0.55),
];
/// Beasts that are things: they have heads.
const BEASTS: [&str; 24] = [
    "bear",
    "polar bear",
    "elephant",
    "lion",
    "tiger",
    "rabbit",
    "rat",
    "frog",
    "penguin",
    "owl",
    "crow",
    "flamingo",
    "turtle",
    "teddy bear",
    "monkey",
    "kangaroo",
    "giraffe",
    "camel",
    "pig",
    "sheep",
    "goat",
    "skull",
    "snowman",
    "swan",
];
/// Riches in a heap.
const RICHES: [&str; 4] = ["hoard", "coin", "chest", "gold bars"];
/// Words of sleep.
const ASLEEP: [&str; 6] = ["asleep", "sleeping", "sleeps", "slumbers", "dreaming", "resting"];
/// Words of heaps of riches.
const HEAPS: [&str; 5] = ["hoard", "treasure", "heap", "pile", "riches"];
/// Who dances in a music box.
const DANCERS: [&str; 4] = ["ballerina", "dancer", "doll", "dancing"];

fn named(part: &Part) -> &'static str {
    match part.figure {
        Figure::Thing(thing) => thing.name(),
        Figure::Animal(animal) => animal.name(),
        Figure::Person(_) => "",
    }
}

fn swap(part: &mut Part, name: &str) {
    if let Some(thing) = Thing::named(name) {
        part.figure = Figure::Thing(thing);
        part.role = thing.role();
    }
}

/// Makes one figure of what is one thing in the words.
pub(super) fn settle(parts: &mut Vec<Part>, words: &[String]) {
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is = |parts: &[Part], list: &[&str]| parts.iter().any(|part| list.contains(&named(part)));
    if is(parts, &["coffee"]) {
        parts.retain(|part| named(part) != "cup");
    }
    // The birdcage has its bird, and the music box its dancer.
    if is(parts, &["birdcage"]) {
        parts.retain(|part| !matches!(named(part), "bird" | "eagle" | "crow" | "owl"));
    }
    if is(parts, &["music box"]) && says(&DANCERS) {
        parts.retain(|part| part.persons().next().is_none() && !matches!(named(part), "ballet shoes" | "gift"));
    }
    if is(parts, &["winged dragon"]) && (says(&ASLEEP) || says(&HEAPS)) {
        for part in parts.iter_mut() {
            match named(part) {
                "winged dragon" => swap(part, "sleeping dragon"),
                "coin" | "chest" | "gold bars" => swap(part, "hoard"),
                _ => {}
            }
        }
    }
    // Many coins are a heap of them.
    for part in parts.iter_mut() {
        if named(part) == "coin" && (part.count > 1 && says(&HEAPS)) {
            swap(part, "hoard");
        }
        if named(part) == "hoard" {
            part.count = 1;
        }
    }
    let mut heaps = 0;
    parts.retain(|part| {
        heaps += u32::from(named(part) == "hoard");
        named(part) != "hoard" || heaps == 1
    });
}

/// How a part is carried by another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carried {
    /// The part that carries it.
    pub by: usize,
    /// Where on that, in metres at its natural size: right, up, the way that it faces.
    at: [f32; 3],
    /// Its height in metres where what carries it has its natural size.
    height_m: f32,
    /// What carries it is seen so, in radians from the view's way; as it likes where nothing is said.
    pub seen: Option<f32>,
}

/// Which parts are carried by which.
///
/// # Errors
/// [`crate::Error::Asset`] when the figures are damaged.
pub(super) fn carried(parts: &[Part]) -> Result<Vec<Option<Carried>>> {
    let peopled = parts.iter().any(|part| part.persons().next().is_some());
    let mut all = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let other = |fits: &dyn Fn(&Part) -> bool| (0..parts.len()).find(|&by| by != index && fits(&parts[by]));
        let name = named(part);
        let hat = HATS.iter().find(|(hat, _)| *hat == name).filter(|_| !peopled);
        let sitter = SITTERS.iter().find(|(sitter, _)| *sitter == name);
        let seat = |part: &Part| SEATS.iter().find(|(seat, ..)| *seat == named(part));
        let one = if let Some((_, share)) = hat {
            let wearer = other(&|part| matches!(part.figure, Figure::Animal(_)) || BEASTS.contains(&named(part)));
            match wearer {
                Some(by) => {
                    let up = figures::natural_size(parts[by].figure)?[1];
                    Some(Carried {
                        by,
                        at: figures::perch(parts[by].figure)?,
                        height_m: up * share,
                        seen: None,
                    })
                }
                None => None,
            }
        } else if let (Some((_, height_m)), Some(by)) = (sitter, other(&|part| seat(part).is_some())) {
            seat(&parts[by]).map(|(_, up, before)| Carried {
                by,
                at: [0.0, *up, *before],
                height_m: *height_m,
                // Seats are seen from before.
                seen: Some(std::f32::consts::PI - 0.35),
            })
        } else if name == "sleeping dragon" {
            other(&|part| RICHES.contains(&named(part))).map(|by| Carried {
                by,
                at: [0.0, 0.36, 0.0],
                height_m: 1.15,
                seen: Some(std::f32::consts::PI - 0.25),
            })
        } else if name == "wings" && !peopled {
            match other(&|part| part.role == Role::Second && named(part) != "wings") {
                Some(by) => {
                    let [_, up, along] = figures::natural_size(parts[by].figure)?;
                    Some(Carried {
                        by,
                        at: [0.0, up * 0.40, -0.06 * along],
                        height_m: (up * 0.95).max(along * 0.55),
                        // Both wings are seen.
                        seen: Some(2.45),
                    })
                }
                None => None,
            }
        } else {
            None
        };
        all.push(one);
    }
    Ok(all)
}

impl Carried {
    /// The actor of a part that is carried by another one's.
    pub fn actor(&self, part: &Part, carrier: &Actor) -> Actor {
        let natural = match carrier.figure {
            Figure::Animal(animal) => Animal::height(animal),
            Figure::Thing(thing) => thing.height(),
            Figure::Person(_) => 1.7,
        };
        let size = carrier.height_m / natural;
        let (s, c) = (scalar::sin(carrier.heading), scalar::cos(carrier.heading));
        let [x, y, z] = self.at.map(|at| at * size);
        let mut actor = Actor::new(
            part.figure,
            part.motion,
            [
                carrier.at[0] + x * c + z * s,
                carrier.at[1] + y,
                carrier.at[2] + z * c - x * s,
            ],
        );
        (actor.paint, actor.crest) = (part.paint, part.crest);
        actor.height_m = self.height_m * size;
        actor.heading = carrier.heading;
        actor.seed = carrier.seed;
        actor.since = carrier.since;
        actor.pace = carrier.pace;
        actor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phosphene_worlds::figures::Motion;

    fn part(name: &str) -> Part {
        let thing = Thing::named(name).map(|thing| (Figure::Thing(thing), thing.role()));
        let animal = Animal::named(name).map(|animal| (Figure::Animal(animal), animal.role()));
        let (figure, role) = thing.or(animal).unwrap();
        Part {
            role,
            ..Part::new(figure, Motion::Stand)
        }
    }

    fn settled(names: &[&str], words: &str) -> Vec<&'static str> {
        let mut parts: Vec<Part> = names.iter().map(|name| part(name)).collect();
        let words: Vec<String> = words.split(' ').map(Into::into).collect();
        settle(&mut parts, &words);
        parts.iter().map(named).collect()
    }

    #[test]
    fn one_thing_in_the_words_is_one_figure() {
        assert_eq!(settled(&["bird", "birdcage"], "a bird in a cage"), ["birdcage"]);
        let dragon = settled(&["winged dragon", "coin"], "a dragon asleep on coins");
        assert_eq!(dragon, ["sleeping dragon", "hoard"]);
        assert_eq!(
            settled(&["winged dragon", "castle"], "a dragon over a castle"),
            ["winged dragon", "castle"]
        );
    }

    #[test]
    fn what_is_carried_goes_with_what_carries_it() {
        let parts = [part("rat"), part("crown")];
        let carried = carried(&parts).unwrap();
        assert!(carried[0].is_none());
        let crown = carried[1].unwrap();
        assert_eq!(crown.by, 0);
        let mut rat = Actor::new(parts[0].figure, Motion::Stand, [3.0, 0.0, 5.0]);
        rat.height_m = 10.0 * 0.15;
        let actor = crown.actor(&parts[1], &rat);
        assert!(actor.at[1] > 0.5 * rat.height_m && actor.at[1] < rat.height_m);
        assert!(actor.height_m < rat.height_m);
    }
}
