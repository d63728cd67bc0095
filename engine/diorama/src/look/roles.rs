//! What a word for somebody says of their clothes: a bride is in white, a queen has a crown.

use phosphene_worlds::figures::{Colours, Costume, Finish, Hair, Paint};

use super::{Colouring, Garment, Look, any, cloth};

/// How somebody is known from afar.
struct Role {
    words: &'static [&'static str],
    garment: Option<Garment>,
    /// A word of the table of colours.
    clothes: Option<&'static str>,
    body: Body,
    costume: Option<Costume>,
    /// Hair, and its colour.
    hair: Option<(Hair, &'static str)>,
}

/// What the body is like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Usual,
    /// Pale, and seen through.
    Ghostly,
    /// Of this colour.
    Coloured(&'static str),
}

const PLAIN: Role = Role {
    words: &[],
    garment: None,
    clothes: None,
    body: Body::Usual,
    costume: None,
    hair: None,
};

/// The first that fits is taken.
const ROLES: [Role; 31] = [
    Role {
        words: &[
            "ghost",
            "ghosts",
            "phantom",
            "phantoms",
            "spectre",
            "spirit",
            "spirits",
            "apparition",
        ],
        garment: Some(Garment::LongDress),
        body: Body::Ghostly,
        ..PLAIN
    },
    Role {
        words: &["skeleton", "skeletons"],
        costume: Some(Costume::Bones),
        ..PLAIN
    },
    Role {
        words: &["angel", "angels"],
        garment: Some(Garment::LongDress),
        clothes: Some("white"),
        costume: Some(Costume::Wings),
        ..PLAIN
    },
    Role {
        words: &["fairy", "fairies"],
        garment: Some(Garment::ShortDress),
        clothes: Some("mint"),
        costume: Some(Costume::Wings),
        ..PLAIN
    },
    Role {
        words: &["bride", "brides"],
        garment: Some(Garment::LongDress),
        clothes: Some("white"),
        costume: Some(Costume::Veil),
        ..PLAIN
    },
    Role {
        words: &["queen", "queens"],
        garment: Some(Garment::LongDress),
        clothes: Some("crimson"),
        costume: Some(Costume::Crown),
        ..PLAIN
    },
    Role {
        words: &["king", "kings"],
        garment: Some(Garment::Coat),
        clothes: Some("burgundy"),
        costume: Some(Costume::Crown),
        ..PLAIN
    },
    Role {
        words: &["princess"],
        garment: Some(Garment::LongDress),
        clothes: Some("pink"),
        costume: Some(Costume::Crown),
        ..PLAIN
    },
    Role {
        words: &["prince"],
        garment: Some(Garment::Coat),
        clothes: Some("royal blue"),
        costume: Some(Costume::Crown),
        ..PLAIN
    },
    Role {
        words: &["ballerina", "ballerinas", "ballet"],
        garment: Some(Garment::ShortDress),
        clothes: Some("blush"),
        costume: Some(Costume::Tutu),
        ..PLAIN
    },
    Role {
        words: &["clown", "clowns", "jester", "harlequin"],
        garment: Some(Garment::Coat),
        clothes: Some("mustard"),
        costume: Some(Costume::Clown),
        hair: Some((Hair::Afro, "orange")),
        ..PLAIN
    },
    Role {
        words: &["witch", "witches"],
        garment: Some(Garment::LongDress),
        costume: Some(Costume::PointedHat),
        ..PLAIN
    },
    Role {
        words: &["wizard", "wizards", "mage", "sorcerer", "magician"],
        garment: Some(Garment::Coat),
        clothes: Some("indigo"),
        costume: Some(Costume::PointedHat),
        ..PLAIN
    },
    Role {
        words: &["santa"],
        garment: Some(Garment::Coat),
        clothes: Some("red"),
        costume: Some(Costume::Clown),
        ..PLAIN
    },
    Role {
        words: &["nun", "nuns"],
        garment: Some(Garment::LongDress),
        clothes: Some("black"),
        costume: Some(Costume::Habit),
        ..PLAIN
    },
    Role {
        words: &["soldier", "soldiers", "army", "guard", "guards"],
        garment: Some(Garment::Overall),
        clothes: Some("moss green"),
        costume: Some(Costume::Helmet),
        ..PLAIN
    },
    Role {
        words: &["firefighter", "firefighters", "fireman"],
        garment: Some(Garment::Coat),
        clothes: Some("amber"),
        costume: Some(Costume::Helmet),
        ..PLAIN
    },
    Role {
        words: &["police", "policeman", "policewoman", "cop", "cops", "officer"],
        garment: Some(Garment::Suit),
        clothes: Some("navy"),
        costume: Some(Costume::PeakedCap),
        ..PLAIN
    },
    Role {
        words: &["chef", "cook", "baker"],
        garment: Some(Garment::Coat),
        clothes: Some("white"),
        costume: Some(Costume::Toque),
        ..PLAIN
    },
    Role {
        words: &["pirate", "pirates", "buccaneer"],
        garment: Some(Garment::Coat),
        clothes: Some("burgundy"),
        costume: Some(Costume::Tricorne),
        ..PLAIN
    },
    Role {
        words: &["captain", "pilot", "admiral"],
        garment: Some(Garment::Suit),
        clothes: Some("navy"),
        costume: Some(Costume::PeakedCap),
        ..PLAIN
    },
    Role {
        words: &["priest", "monk", "vampire", "widow", "preacher"],
        garment: Some(Garment::Coat),
        clothes: Some("black"),
        ..PLAIN
    },
    Role {
        words: &["nurse", "doctor", "scientist"],
        garment: Some(Garment::Coat),
        clothes: Some("white"),
        ..PLAIN
    },
    Role {
        words: &["cowboy", "cowboys", "cowgirl", "sheriff", "gunslinger", "outlaw"],
        garment: Some(Garment::Jacket),
        costume: Some(Costume::CowboyHat),
        ..PLAIN
    },
    Role {
        words: &["knight", "knights"],
        clothes: Some("silver"),
        body: Body::Coloured("silver"),
        costume: Some(Costume::Helmet),
        ..PLAIN
    },
    Role {
        words: &["zombie", "zombies", "goblin", "alien", "aliens"],
        body: Body::Coloured("sage"),
        ..PLAIN
    },
    Role {
        words: &["devil", "demon", "demons", "satan", "lucifer"],
        clothes: Some("dark red"),
        body: Body::Coloured("red"),
        ..PLAIN
    },
    Role {
        words: &["elf", "elves"],
        clothes: Some("forest green"),
        ..PLAIN
    },
    Role {
        words: &["sailor", "sailors"],
        garment: Some(Garment::Jacket),
        clothes: Some("navy"),
        ..PLAIN
    },
    Role {
        words: &["goddess"],
        garment: Some(Garment::LongDress),
        clothes: Some("ivory"),
        ..PLAIN
    },
    Role {
        words: &["mermaid", "mermaids"],
        clothes: Some("turquoise"),
        ..PLAIN
    },
];

/// What the words for somebody say of their clothes, by who they are.
pub fn role(words: &[String], table: &Colouring) -> Look {
    let mut found = ROLES.iter().filter(|role| any(words, role.words));
    let Some(first) = found.next() else {
        return Look::default();
    };
    // "skeleton bride": bones in a wedding dress.
    let (second, bones) = (found.next(), first.costume == Some(Costume::Bones));
    let dressed = second.filter(|_| bones).unwrap_or(first);
    let paint = |word: Option<&str>| word.and_then(|word| table.get(word)).map(|colour| cloth(*colour));
    let mut colours = Colours {
        clothes: paint(dressed.clothes),
        hair: paint(first.hair.map(|(_, colour)| colour)),
        ..Colours::default()
    };
    match first.body {
        Body::Usual => {}
        Body::Ghostly => {
            let pale = Some(Paint::new([0.62, 0.74, 0.86], Finish::Ghostly));
            colours = Colours {
                clothes: pale,
                hair: pale,
                hat: pale,
                body: pale,
            };
        }
        Body::Coloured(word) => colours.body = paint(Some(word)),
    }
    let costume = match first.costume {
        Some(Costume::Bones) if dressed.costume == Some(Costume::Veil) => Some(Costume::VeiledBones),
        Some(Costume::Bones) if second.is_some() => Some(Costume::ClothedBones),
        other => other,
    };
    if costume == Some(Costume::Crown) {
        colours.hat = paint(Some("gold"));
    }
    Look {
        garment: dressed.garment,
        hair: first.hair.map(|(hair, _)| Some(hair)),
        colours,
        costume,
        ..Look::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{look::words, meaning::colour_words};

    #[test]
    fn roles_have_their_clothes() {
        let table = colour_words().unwrap();
        let of = |text: &str| role(&words(text), table);
        let bride = of("a bride on a train");
        assert_eq!(
            (bride.garment, bride.colours.clothes),
            (Some(Garment::LongDress), Some(cloth(table["white"])))
        );
        assert_eq!(of("skeleton bride").costume, Some(Costume::VeiledBones));
        assert_eq!(of("skeleton king").costume, Some(Costume::ClothedBones));
        assert_eq!(of("a skeleton").costume, Some(Costume::Bones));
        assert_eq!(of("the queen of hearts").costume, Some(Costume::Crown));
        assert_eq!(of("a woman"), Look::default());
        for role in &ROLES {
            let colours = [
                role.clothes,
                if let Body::Coloured(word) = role.body {
                    Some(word)
                } else {
                    None
                },
            ];
            for word in colours.into_iter().flatten() {
                assert!(table.contains_key(word), "{word} is no colour");
            }
        }
    }
}
