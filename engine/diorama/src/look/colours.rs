//! Which colours words give to clothes, hair and hats: "a red coat", "a lady in white", "golden hair".

use std::collections::BTreeMap;

use phosphene_worlds::figures::{Colours, Finish, Paint};

use super::words::{ADJUNCTS, HAIR, HATS, is_coloured_garment};
use crate::design::Oklch;

/// Colour words, small letters and single spaces ([`crate::meaning::colour_words`]).
pub type Colouring = BTreeMap<String, Oklch>;

/// A colour word as cloth has it.
#[must_use]
pub fn cloth(colour: Oklch) -> Paint {
    Paint::new(colour.linear(), Finish::Matte)
}

/// A colour word as lacquer and metal have it.
#[must_use]
pub fn lacquer(colour: Oklch) -> Paint {
    Paint::new(colour.linear(), Finish::Lacquer)
}

/// The colour that begins at a word, and how many words it has: "light blue" before "blue".
pub fn at(words: &[String], from: usize, table: &Colouring) -> Option<(Oklch, usize)> {
    let two = words.get(from..from + 2).and_then(|two| table.get(&two.join(" ")));
    let one = || words.get(from).and_then(|one| table.get(one));
    two.map(|colour| (*colour, 2))
        .or_else(|| one().map(|colour| (*colour, 1)))
}

/// The colours of one person's things in the words that describe them; of each the first that is said.
pub fn colours(words: &[String], table: &Colouring) -> Colours {
    let mut found = Colours::default();
    let mut from = 0;
    while from < words.len() {
        let Some((colour, length)) = at(words, from, table) else {
            from += 1;
            continue;
        };
        let (paint, after) = (cloth(colour), from + length);
        match worn(&words[after..]) {
            Some(Worn::Clothes) => found.clothes = found.clothes.or(Some(paint)),
            Some(Worn::Hair) => found.hair = found.hair.or(Some(paint)),
            Some(Worn::Hat) => found.hat = found.hat.or(Some(paint)),
            None if clad(words, from, after) => found.clothes = found.clothes.or(Some(paint)),
            None if words[from].starts_with("blond") => found.hair = found.hair.or(Some(paint)),
            None => {}
        }
        from = after;
    }
    found
}

/// What a colour before these words is the colour of, if somebody wears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worn {
    /// A coat, a dress.
    Clothes,
    /// Hair.
    Hair,
    /// A hat.
    Hat,
}

/// What somebody wears in the noun phrase that these words go on with.
pub fn worn(rest: &[String]) -> Option<Worn> {
    for word in rest.iter().take(3) {
        let is = |list: &[&str]| list.contains(&word.as_str());
        match () {
            () if is_coloured_garment(word) => return Some(Worn::Clothes),
            () if is(&HAIR) => return Some(Worn::Hair),
            () if is(&HATS) => return Some(Worn::Hat),
            () if is(&ADJUNCTS) => return None,
            () => {}
        }
    }
    None
}

/// "in red", "dressed in white", "wears black": nothing follows that could have the colour.
pub fn clad(words: &[String], from: usize, after: usize) -> bool {
    let before = from.checked_sub(1).map(|at| words[at].as_str());
    let wears = before.is_some_and(|word| matches!(word, "in" | "wearing" | "wears" | "wore"));
    let ends = words.get(after).is_none_or(|word| ADJUNCTS.contains(&word.as_str()));
    wears && ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{look::words, meaning::colour_words};

    #[test]
    fn colours_belong_to_what_is_worn() {
        let table = colour_words().unwrap();
        let of = |text: &str| colours(&words(text), table);
        let paint = |word: &str| Some(cloth(table[word]));
        assert_eq!(of("a woman in a long red coat").clothes, paint("red"));
        assert_eq!(of("a lady in red at the bar").clothes, paint("red"));
        assert_eq!(
            of("a girl with golden hair in a light blue dress").hair,
            paint("golden")
        );
        assert_eq!(
            of("a girl with golden hair in a light blue dress").clothes,
            paint("light blue")
        );
        assert_eq!(of("a man in a white hat").hat, paint("white"));
        assert_eq!(of("a woman in blue light"), Colours::default());
        assert_eq!(of("a woman in a red car"), Colours::default());
    }
}
