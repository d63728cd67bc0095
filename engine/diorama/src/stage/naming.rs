//! Things that a prompt's words call by the library's own names, though the vocabulary has no such thing: "the
//! lighthouse", "an old well", "a golden cage".

use phosphene_worlds::figures::Thing;

use crate::design::Set;

/// How many of them a scene takes at most.
const MOST: usize = 2;
/// What stands before a thing's name, at most so many words before.
const BEFORE: usize = 3;
const DETERMINERS: [&str; 46] = [
    "a",
    "an",
    "the",
    "my",
    "your",
    "his",
    "her",
    "our",
    "their",
    "this",
    "that",
    "these",
    "those",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "some",
    "every",
    "no",
    "another",
    "old",
    "broken",
    "empty",
    "golden",
    "silver",
    "red",
    "black",
    "white",
    "blue",
    "green",
    "burning",
    "lonely",
    "lost",
    "little",
    "big",
    "dark",
    "lit",
    "rusty",
    "stone",
    "wooden",
    "iron",
    "abandoned",
    "giant",
];
/// Words that mostly mean something else, whatever stands before them.
const OTHERS: [&str; 36] = [
    "shell", "map", "picture", "window", "orange", "flag", "rope", "coffee", "chest", "rover", "gear", "bed", "stove",
    "rock", "boulder", "low wall", "palm", "match", "bow", "bush", "star", "cross", "heart", "ghost", "skeleton",
    "bear", "table", "chair", "stool", "column", "arrow", "balloon", "torch", "fence", "monster", "fly",
];
/// What songs call by another word than the library does.
const SYNONYMS: [(&str, &str); 74] = [
    ("cage", "birdcage"),
    ("palm tree", "palm"),
    ("telephone booth", "phone booth"),
    ("phone box", "phone booth"),
    ("gas station", "fuel pump"),
    ("petrol station", "fuel pump"),
    ("moped", "scooter"),
    ("turntable", "record player"),
    ("vinyl", "record player"),
    ("chess", "chess pieces"),
    ("pistol", "gun"),
    ("revolver", "gun"),
    ("shotgun", "rifle"),
    ("chain", "chains"),
    ("dollhouse", "house"),
    ("mill", "windmill"),
    ("grave", "tombstone"),
    ("gravestone", "tombstone"),
    ("streetlight", "street lamp"),
    ("lamppost", "street lamp"),
    ("streetlamp", "street lamp"),
    ("chopper", "helicopter"),
    ("cadillac", "old car"),
    ("limousine", "car"),
    ("whiskey", "tumbler"),
    ("whisky", "tumbler"),
    ("bourbon", "tumbler"),
    ("firefly", "fireflies"),
    ("records", "record player"),
    ("ferrari", "sports car"),
    ("porsche", "sports car"),
    ("corvette", "sports car"),
    ("mustang car", "old car"),
    ("chevy", "old car"),
    ("chevrolet", "old car"),
    ("lorry", "truck"),
    ("pick-up", "truck"),
    ("harley", "motorbike"),
    ("photograph", "picture"),
    ("photo", "picture"),
    ("portrait", "painting"),
    ("easel", "painting"),
    ("treasure map", "map"),
    ("noose", "rope"),
    ("merry-go-round", "carousel"),
    ("shades", "sunglasses"),
    ("seashell", "shell"),
    ("cobweb", "spider web"),
    ("wall clock", "clock"),
    ("leather jacket", "jacket"),
    ("cowboy boots", "boots"),
    ("wedding dress", "dress"),
    ("red dress", "dress"),
    ("gown", "dress"),
    ("sneaker", "sneakers"),
    ("basket of apples", "basket"),
    ("cathedral", "church"),
    ("barrel of a gun", "gun"),
    ("songbird", "perched bird"),
    ("robin", "perched bird"),
    ("nightingale", "perched bird"),
    ("sparrow", "perched bird"),
    ("bluebird", "perched bird"),
    ("raven", "crow"),
    ("coffee cup", "coffee"),
    ("casket", "coffin"),
    ("grand piano", "piano"),
    ("treasure chest", "chest"),
    ("cigarette lighter", "lighter"),
    ("pirate ship", "ship"),
    ("saloon car", "car"),
    ("crystal ball", "snow globe"),
    ("drum", "drum kit"),
    ("books", "stack of books"),
];

/// What these worlds show anyway.
fn shown(set: Set, thing: &str) -> bool {
    let there: &[&str] = match set {
        Set::Church => &["church", "candle", "bench", "cross", "column", "chandelier", "bell"],
        Set::Forest | Set::Jungle => &[
            "tree",
            "old tree",
            "pine",
            "fir",
            "bush",
            "birch",
            "bare tree",
            "dead tree",
        ],
        Set::Cemetery => &["tombstone", "cross", "celtic cross", "dead tree", "bare tree", "gate"],
        Set::Fairground => &["ferris wheel", "tent"],
        Set::CityStreet | Set::NeonAlley => &["skyscraper", "road lamp", "traffic light", "house"],
        Set::ConcertStage | Set::Club => &["speaker", "microphone stand"],
        _ => &[],
    };
    there.contains(&thing)
}

/// The things that a prompt's words name, in their order, with how many of each and at which word; those of `cast` are
/// left out.
pub fn unlisted(words: &[String], set: Set, cast: &[Thing]) -> Vec<(Thing, u32, usize)> {
    let mut found: Vec<(Thing, u32, usize)> = Vec::new();
    let mut at = 0;
    while at < words.len() && found.len() < MOST {
        let word = words[at].as_str();
        let pair = words.get(at + 1).map(|next| format!("{word} {next}"));
        let (named, length, many) = match pair.as_deref().and_then(thing) {
            Some((thing, many)) => (Some(thing), 2, many),
            None => match thing(word) {
                Some((named, many)) if many || introduced(words, at) => {
                    (Some(named).filter(|_| !OTHERS.contains(&singular(word))), 1, many)
                }
                _ => (None, 1, false),
            },
        };
        if let Some(thing) = named
            && !shown(set, thing.name())
            && !cast.contains(&thing)
            && found.iter().all(|(other, ..)| *other != thing)
        {
            found.push((thing, if many { 3 } else { 1 }, at));
        }
        at += length;
    }
    found
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// The thing of a name, and whether it is many.
pub(super) fn thing(name: &str) -> Option<(Thing, bool)> {
    let synonym = |name: &str| SYNONYMS.iter().find(|(word, _)| *word == name).map(|(_, thing)| *thing);
    let find = |name: &str| Thing::named(synonym(name).unwrap_or(name));
    if let Some(thing) = find(name) {
        return Some((thing, false));
    }
    let one = name.strip_suffix('s')?;
    find(one).map(|thing| (thing, true))
}

/// Whether a determiner or an adjective stands shortly before a word: "as well" is no well.
fn introduced(words: &[String], at: usize) -> bool {
    // A prompt may begin without one: "ghost ship in the fog".
    if at <= 1 {
        return true;
    }
    let before = &words[at.saturating_sub(BEFORE)..at];
    before.iter().any(|word| DETERMINERS.contains(&word.as_str()))
        && words.get(at.wrapping_sub(1)).is_none_or(|w| w != "as")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look;

    fn names(prompt: &str, set: Set) -> Vec<(&'static str, u32)> {
        let found = unlisted(&look::words(prompt), set, &[]);
        found
            .into_iter()
            .map(|(thing, count, _)| (thing.name(), count))
            .collect()
    }

    #[test]
    fn things_outside_of_the_vocabulary_are_found() {
        let open = Set::Meadow;
        assert_eq!(names("a lighthouse in the storm", open), [("lighthouse", 1)]);
        assert_eq!(names("a silver moon at the bottom of a well", open), [("well", 1)]);
        assert_eq!(names("in a golden cage", open), [("birdcage", 1)]);
        assert_eq!(names("windmills of your mind", open), [("windmill", 3)]);
        assert_eq!(names("the record player spins", open), [("record player", 1)]);
    }

    #[test]
    fn words_that_mean_something_else_name_nothing() {
        let open = Set::Meadow;
        assert!(names("you know me so well", open).is_empty());
        assert!(names("I can't bear the night as well", open).is_empty());
        assert!(names("the rock of my life", open).is_empty());
    }

    #[test]
    fn a_world_shows_its_own_things() {
        assert!(names("candles in the church", Set::Church).is_empty());
        assert_eq!(names("the church on the hill", Set::Meadow), [("church", 1)]);
    }
}
