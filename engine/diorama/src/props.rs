//! The vocabulary of things: about 1,300, with names, sizes and places.
//!
//! It is that of Microsoft's Fluent emoji; what they are called comes from emojibase-data (MIT) and, with sizes, places
//! and facing, from our own `assets/fluent/curate.txt`.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::design::{Facing, Place, PropId};
use crate::error::{Error, Result};

const INDEX: &str = include_str!("../../assets/fluent/props.json");

/// How much of its thing a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A whole person or animal.
    Full,
    /// Head, or head and shoulders.
    Bust,
    /// A whole thing.
    Object,
    /// Light on a dark card (fireworks); the card is taken away.
    Glow,
    /// A white sign on a coloured card; the card is taken away.
    Glyph,
}

/// One thing that can stand in a scene.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Prop {
    /// Its emoji, as hexadecimal code points joined by `-`.
    pub code: String,
    /// Its name: "sailboat".
    pub name: String,
    /// Its emojibase subgroup: "transport-water".
    pub group: String,
    /// Words that mean it as surely as its name: "yacht".
    pub aliases: Vec<String>,
    /// Words that have to do with it: "sea", "vacation".
    pub keywords: Vec<String>,
    /// Where it belongs.
    pub place: Place,
    /// Its natural height in metres; 0 for what has none ("as seen": the moon, clouds).
    pub height_m: f32,
    /// Which way it looks.
    pub facing: Facing,
    /// How much of it is seen.
    pub body: Body,
}

fn library() -> Result<&'static [Prop]> {
    static LIBRARY: OnceLock<std::result::Result<Vec<Prop>, String>> = OnceLock::new();
    LIBRARY
        .get_or_init(|| serde_json::from_str(INDEX).map_err(|e| e.to_string()))
        .as_deref()
        .map_err(|reason| damaged(reason.clone()))
}

fn damaged(reason: String) -> Error {
    Error::Asset {
        what: "prop library",
        reason,
    }
}

/// All props, in the order of their ids.
///
/// # Errors
/// [`Error::Asset`] when the library is damaged.
pub fn all() -> Result<&'static [Prop]> {
    library()
}

/// How many props there are: ids go from 0 to one less.
///
/// # Errors
/// [`Error::Asset`] when the library is damaged.
pub fn len() -> Result<usize> {
    Ok(library()?.len())
}

/// A prop by its id.
///
/// # Errors
/// [`Error::Asset`] when the library has no such prop.
pub fn get(id: PropId) -> Result<&'static Prop> {
    let props = library()?;
    props
        .get(usize::from(id.0))
        .ok_or_else(|| damaged(format!("prop {} of {}", id.0, props.len())))
}

/// A prop by its exact name ("sailboat").
///
/// # Errors
/// [`Error::Asset`] when the library has no such prop.
pub fn find(name: &str) -> Result<PropId> {
    let place = library()?.iter().position(|p| p.name == name);
    place
        .and_then(|i| u16::try_from(i).ok())
        .map(PropId)
        .ok_or_else(|| damaged(format!("there is no prop \"{name}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prop_has_a_name_of_its_own_and_a_height() {
        let count = len().unwrap();
        assert!(count > 1200, "{count}");
        for id in 0..count {
            let id = PropId(u16::try_from(id).unwrap());
            let prop = get(id).unwrap();
            assert_eq!(find(&prop.name).unwrap(), id, "{} is there twice", prop.name);
            assert!((0.0..=60.0).contains(&prop.height_m), "{}", prop.name);
        }
    }

    #[test]
    fn a_prop_that_is_not_there_is_an_error() {
        assert!(get(PropId(u16::MAX)).is_err());
        assert!(find("lighthouse keeper's cat").is_err());
    }
}
