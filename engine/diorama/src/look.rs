//! What words say of a person: sex, age, body, clothes, hair.

mod colours;
mod roles;
mod words;

pub use colours::{Colouring, clad, cloth, colours, lacquer, worn};
pub use roles::role;
pub use words::{FEMALE, MALE};

use phosphene_worlds::figures::{Age, Colours, Costume, Hair, Outfit, Person, Sex};
use words::{ADULTS, CHILDLIKE, CHILDREN, ELDERS, GARMENTS, INFANTS, TEENS, WEDDING};

/// How old words say that somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// At least this age: a woman is no child any more, and may be old.
    AtLeast(Age),
    /// This age.
    Exactly(Age),
}

/// Clothes, before it is known who wears them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Garment {
    Coat,
    Suit,
    LongDress,
    ShortDress,
    Jacket,
    Sweater,
    Shirt,
    Tshirt,
    Shorts,
    Overall,
}

/// What words say of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Woman or man.
    pub sex: Option<Sex>,
    /// How old.
    pub age: Said,
    /// Below 0 slim, above 0 broad.
    pub girth: Option<i8>,
    /// Percent of the usual height.
    pub stature: Option<u8>,
    /// Clothes.
    pub garment: Option<Garment>,
    /// Hair; bald is `Some(None)`.
    pub hair: Option<Option<Hair>>,
    /// A hat.
    pub hat: Option<bool>,
    /// Colours of what is worn ([`colours`]).
    pub colours: Colours,
    /// What is worn besides clothes.
    pub costume: Option<Costume>,
}

/// A text's words in small letters, without `'s`.
pub fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    let words = split.map(|word| word.to_lowercase().trim_matches('\'').replace("'s", ""));
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether any of them is in a list.
pub fn any(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// The part of a scene's words that tells of the person whom `of` means: from the person before to the one after.
#[must_use]
pub fn about<'a>(of: &[String], sex: Sex, scene: &'a [String]) -> &'a [String] {
    let listed = |word: &String, list: &[&str]| list.contains(&word.as_str());
    let person = |word: &String| listed(word, &FEMALE) || listed(word, &MALE);
    let own: &[&str] = match sex {
        Sex::Female => &FEMALE,
        Sex::Male => &MALE,
    };
    let at = |wanted: &dyn Fn(&String) -> bool| scene.iter().position(|word| of.contains(word) && wanted(word));
    let Some(at) = at(&|word| listed(word, own)).or_else(|| at(&person)) else {
        return scene;
    };
    // What joins two of them ends what is told of the first.
    let joins = |word: &String| matches!(word.as_str(), "and" | "with" | "to" | "behind" | "beside" | "while");
    let others = |k: &usize| person(&scene[*k]);
    let from = (0..at).rev().find(others).map_or(0, |before| {
        let joint = (before..at).rev().find(|k| joins(&scene[*k]));
        joint.unwrap_or(before) + 1
    });
    let to = (at + 1..scene.len()).find(others).map_or(scene.len(), |after| {
        let joint = (at + 1..after).rev().find(|k| joins(&scene[*k]));
        joint.unwrap_or(after)
    });
    &scene[from..to]
}

/// Whether words tell of a wedding.
pub fn wedding(words: &[String]) -> bool {
    any(words, &WEDDING)
}

/// How old the words for somebody say that they are, in a scene of these words.
pub fn age(of: &[String], scene: &[String]) -> Said {
    let near = |list: &[&str]| {
        // "an old, tired man": the adjective is three words before at most.
        scene.iter().enumerate().any(|(at, word)| {
            let rest = &scene[at + 1..(at + 4).min(scene.len())];
            list.contains(&word.as_str()) && rest.iter().any(|word| of.contains(word))
        })
    };
    let grown = |list: [&str; 4]| {
        scene
            .windows(2)
            .any(|two| list.contains(&two[0].as_str()) && two[1] == "old")
    };
    if near(&["old", "older", "elderly", "aged", "ageing", "wrinkled"])
        || any(of, &ELDERS)
        || any(of, &["old", "older", "elderly"])
        || grown(["grow", "grown", "grew", "growing"])
    {
        return Said::Exactly(Age::Old);
    }
    if any(of, &INFANTS) {
        return Said::Exactly(Age::Infant);
    }
    if any(of, &CHILDREN) {
        return Said::Exactly(Age::Child);
    }
    if any(of, &TEENS) || near(&["teenage", "teen", "adolescent"]) {
        return Said::Exactly(Age::Teen);
    }
    if any(of, &["girl", "girls", "boy", "boys"]) {
        return if any(scene, &CHILDLIKE) {
            Said::Exactly(Age::Child)
        } else {
            Said::AtLeast(Age::Teen)
        };
    }
    if near(&["young", "younger"]) || wedding(scene) {
        return Said::Exactly(Age::Grown);
    }
    if any(of, &ADULTS) {
        return Said::AtLeast(Age::Grown);
    }
    Said::Nothing
}

/// How old a scene's words make somebody whom they call by name: "old Anna", "Anna and Ben as teenagers".
pub fn age_of_named(name: &[String], scene: &[String]) -> Said {
    let becomes = |list: &[&str]| {
        let mut after = scene.iter().enumerate().filter(|(_, word)| *word == "as");
        after.any(|(at, _)| any(&scene[at..(at + 3).min(scene.len())], list))
    };
    if becomes(&["child", "children", "kids", "kid", "girl", "boy"]) {
        return Said::Exactly(Age::Child);
    }
    let teens = scene.iter().filter(|word| TEENS.contains(&word.as_str())).cloned();
    age(&name.iter().cloned().chain(teens).collect::<Vec<_>>(), scene)
}

impl Look {
    /// What a text says of the one person that it describes.
    pub fn of(text: &str) -> Self {
        let words = words(text);
        let has = |list: &[&str]| any(&words, list);
        let beside = |word: &str, list: &[&str]| {
            let mut at = words.iter().enumerate().filter(|(_, w)| *w == word);
            at.any(|(at, _)| any(&words[at.saturating_sub(3)..at], list))
        };
        let sex = match (has(&FEMALE), has(&MALE)) {
            (true, false) => Some(Sex::Female),
            (false, true) => Some(Sex::Male),
            _ => None,
        };
        let garment = GARMENTS.iter().find(|(list, _)| has(list)).map(|(_, garment)| *garment);
        let garment = match garment {
            Some(Garment::LongDress)
                if ["dress", "skirt"]
                    .iter()
                    .any(|w| beside(w, &["short", "summer", "mini"])) =>
            {
                Some(Garment::ShortDress)
            }
            other => other,
        };
        let hair = [
            (&["bald", "shaven"][..], None),
            (&["afro", "curly", "curls"], Some(Hair::Afro)),
            (&["braid", "braids", "plait"], Some(Hair::Braid)),
            (&["ponytail"], Some(Hair::Ponytail)),
            (&["bob"], Some(Hair::Bob)),
        ];
        let hair = hair.iter().find(|(list, _)| has(list)).map(|(_, hair)| *hair);
        let long = beside("hair", &["long", "flowing"]) || beside("haired", &["long"]);
        let short = beside("hair", &["short", "cropped"]) || beside("haired", &["short"]);
        Self {
            sex,
            age: age(&words, &words),
            girth: match () {
                () if has(&["slim", "thin", "slender", "skinny", "lean"]) => Some(-1),
                () if has(&["broad", "strong", "big", "fat", "heavy", "stout", "muscular", "burly"]) => Some(1),
                () => None,
            },
            stature: match () {
                () if has(&["tall"]) => Some(107),
                () if has(&["petite"]) || (has(&["short"]) && !short && garment != Some(Garment::ShortDress)) => {
                    Some(93)
                }
                () => None,
            },
            garment,
            hair: hair.or(match (long, short) {
                (true, _) => Some(Some(Hair::Long)),
                (_, true) if sex == Some(Sex::Female) => Some(Some(Hair::BobSmooth)),
                (_, true) => Some(Some(Hair::ShortCrop)),
                _ => None,
            }),
            hat: has(&["hat", "fedora", "cowboy", "detective"]).then_some(true),
            colours: Colours::default(),
            costume: None,
        }
    }

    /// This look where it says something, else the other.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            sex: self.sex.or(other.sex),
            age: if self.age == Said::Nothing { other.age } else { self.age },
            girth: self.girth.or(other.girth),
            stature: self.stature.or(other.stature),
            garment: self.garment.or(other.garment),
            hair: self.hair.or(other.hair),
            hat: self.hat.or(other.hat),
            colours: self.colours.or(other.colours),
            costume: self.costume.or(other.costume),
        }
    }
}

impl Garment {
    /// Which of the figures' clothes it is on a woman or a man.
    pub fn worn(self, sex: Sex) -> Outfit {
        match (self, sex) {
            (Self::Coat, Sex::Female) => Outfit::WomanCoat,
            (Self::Coat, Sex::Male) => Outfit::Coat,
            (Self::Suit, Sex::Female) => Outfit::WomanSuit,
            (Self::Suit, Sex::Male) | (Self::LongDress | Self::ShortDress, Sex::Male) => Outfit::Suit,
            (Self::LongDress, Sex::Female) => Outfit::DressLong,
            (Self::ShortDress, Sex::Female) => Outfit::DressShort,
            (Self::Jacket, Sex::Male) => Outfit::Jacket,
            (Self::Sweater, Sex::Male) => Outfit::Sweater,
            (Self::Shirt, Sex::Male) => Outfit::Shirt,
            (Self::Tshirt | Self::Shorts, Sex::Male) => Outfit::Tshirt,
            (Self::Overall, _) => Outfit::Overall,
            (Self::Shorts, Sex::Female) => Outfit::Shorts,
            (Self::Jacket | Self::Sweater | Self::Shirt | Self::Tshirt, Sex::Female) => Outfit::WomanCasual,
        }
    }
}

/// A person in words: "woman, old, coat, long hair".
pub fn told(person: Person) -> String {
    let (sex, age) = person.build.kind();
    let who = match (sex, age) {
        (_, Age::Infant) => "infant",
        (Sex::Female, Age::Child) => "girl, child",
        (Sex::Male, Age::Child) => "boy, child",
        (Sex::Female, Age::Teen) => "girl, teenager",
        (Sex::Male, Age::Teen) => "boy, teenager",
        (Sex::Female, Age::Grown) => "woman",
        (Sex::Male, Age::Grown) => "man",
        (Sex::Female, Age::Old) => "woman, old",
        (Sex::Male, Age::Old) => "man, old",
    };
    let stature = match person.stature {
        ..97 => ", short",
        104.. => ", tall",
        _ => "",
    };
    let outfit = match person.outfit {
        Outfit::WomanSuit | Outfit::Suit => "suit",
        Outfit::WomanCasual => "blouse",
        Outfit::Shorts => "shorts",
        Outfit::Sport => "sportswear",
        Outfit::DressShort => "short dress",
        Outfit::DressLong => "long dress",
        Outfit::WomanCoat | Outfit::Coat => "coat",
        Outfit::Shirt => "shirt",
        Outfit::Sweater => "sweater",
        Outfit::Jacket => "jacket",
        Outfit::Tshirt => "T-shirt",
        Outfit::Overall => "overalls",
    };
    let hair = match person.hair {
        None => "bald",
        Some(Hair::Afro) => "curly hair",
        Some(Hair::Bob | Hair::BobSmooth) => "bobbed hair",
        Some(Hair::Braid) => "braid",
        Some(Hair::Long) => "long hair",
        Some(Hair::Ponytail) => "ponytail",
        Some(Hair::Short | Hair::ShortNeat | Hair::ShortCrop | Hair::ShortLoose) => "short hair",
    };
    let hat = if person.hat { ", hat" } else { "" };
    format!("{who}{stature}, {outfit}, {hair}{hat}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_read() {
        let anna = Look::of("a tall woman with long dark hair, red coat");
        assert_eq!(anna.sex, Some(Sex::Female));
        assert_eq!(anna.age, Said::AtLeast(Age::Grown));
        assert_eq!((anna.stature, anna.garment), (Some(107), Some(Garment::Coat)));
        assert_eq!(anna.hair, Some(Some(Hair::Long)));
        let ben = Look::of("an old, broad man, bald, in a suit and a hat");
        assert_eq!((ben.sex, ben.age), (Some(Sex::Male), Said::Exactly(Age::Old)));
        assert_eq!((ben.girth, ben.hair, ben.hat), (Some(1), Some(None), Some(true)));
        assert_eq!(Look::of("a short summer dress").garment, Some(Garment::ShortDress));
        assert_eq!(Look::of("a dog"), Look::default());
    }

    #[test]
    fn each_of_two_has_words_of_their_own() {
        let scene = words("a man in a black suit and a tall woman in a red dress");
        let of = |who: &str, sex| about(&words(who), sex, &scene).join(" ");
        assert_eq!(of("man", Sex::Male), "a man in a black suit");
        assert_eq!(of("man and woman", Sex::Female), "a tall woman in a red dress");
        assert_eq!(about(&words("couple"), Sex::Male, &scene).len(), scene.len());
    }

    #[test]
    fn ages_are_read_from_the_scene() {
        let said = |of: &str, scene: &str| age(&words(of), &words(scene));
        assert_eq!(said("girl", "a girl playing by the river"), Said::Exactly(Age::Child));
        assert_eq!(said("girl", "a girl in a club"), Said::AtLeast(Age::Teen));
        assert_eq!(said("couple", "an old couple on a bench"), Said::Exactly(Age::Old));
        assert_eq!(said("couple", "a couple in an old car"), Said::Nothing);
        assert_eq!(said("couple", "a young couple"), Said::Exactly(Age::Grown));
        assert_eq!(
            said("two teenagers", "two teenagers in a car"),
            Said::Exactly(Age::Teen)
        );
        assert_eq!(said("lovers", "lovers grow old"), Said::Exactly(Age::Old));
        assert_eq!(said("woman", "a woman by the sea"), Said::AtLeast(Age::Grown));
        let named = |scene: &str| age_of_named(&words("Anna"), &words(scene));
        assert_eq!(named("old Anna by the sea"), Said::Exactly(Age::Old));
        assert_eq!(named("Anna and Ben as teenagers"), Said::Exactly(Age::Teen));
        assert_eq!(named("Anna as a child"), Said::Exactly(Age::Child));
        assert_eq!(named("Anna with her child"), Said::Nothing);
    }
}
