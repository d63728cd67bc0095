//! The painter's 26 styles and the print looks: their names, and which one words ask for.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::meaning::closest;
use crate::error::{Error, Result};
use phosphene_core::{
    prompt::{PrintLook, STYLE_COUNT, StyleChoice},
    storyboard::Storyboard,
};

const TABLE: &str = include_str!("../../assets/meaning/styles.toml");
const PRINTS: &str = include_str!("../../assets/meaning/prints.toml");
/// How many print looks there are.
const PRINT_COUNT: usize = PrintLook::ALL.len();

/// One style of the painter.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Style {
    /// Our name for it.
    pub name: String,
    /// What finds it.
    pub names: Vec<String>,
    /// What finds it where it can't be a thing ("ink").
    #[serde(default)]
    pub weak: Vec<String>,
    /// How it looks.
    pub about: String,
    /// 3 strong, 2 good in the right scene, 1 only when asked for.
    pub quality: u8,
    /// Keeps the drawing's colours; the others bring their own.
    #[serde(default)]
    pub faithful: bool,
}

/// One print look, as people call it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PrintName {
    /// Our name for it.
    pub name: String,
    /// What finds it.
    pub names: Vec<String>,
    /// What finds it where it can't be a thing ("collage").
    #[serde(default)]
    pub weak: Vec<String>,
    /// How it looks.
    pub about: String,
}

#[derive(Debug, Deserialize)]
struct Table {
    style: Vec<Style>,
}

#[derive(Debug, Deserialize)]
struct PrintTable {
    print: Vec<PrintName>,
}

/// All styles, in the order of the painter's weights.
///
/// # Errors
/// [`Error::Asset`] when the table is damaged.
pub fn all() -> Result<&'static [Style; STYLE_COUNT]> {
    static STYLES: OnceLock<std::result::Result<[Style; STYLE_COUNT], String>> = OnceLock::new();
    let load = || {
        let table: Table = toml::from_str(TABLE).map_err(|e| e.to_string())?;
        <[Style; STYLE_COUNT]>::try_from(table.style).map_err(|s| format!("{} styles", s.len()))
    };
    STYLES.get_or_init(load).as_ref().map_err(|reason| Error::Asset {
        what: "style table",
        reason: reason.clone(),
    })
}

/// The names of the print looks, in the order of [`PrintLook::ALL`].
///
/// # Errors
/// [`Error::Asset`] when the table is damaged.
pub fn prints() -> Result<&'static [PrintName; PRINT_COUNT]> {
    static NAMES: OnceLock<std::result::Result<[PrintName; PRINT_COUNT], String>> = OnceLock::new();
    let load = || {
        let table: PrintTable = toml::from_str(PRINTS).map_err(|e| e.to_string())?;
        <[PrintName; PRINT_COUNT]>::try_from(table.print).map_err(|s| format!("{} print looks", s.len()))
    };
    NAMES.get_or_init(load).as_ref().map_err(|reason| Error::Asset {
        what: "table of print looks",
        reason: reason.clone(),
    })
}

/// What people call a print look.
///
/// # Errors
/// [`Error::Asset`] when the table is damaged.
pub fn print_name(look: PrintLook) -> Result<&'static str> {
    let names = prints()?.iter().zip(PrintLook::ALL);
    Ok(names
        .filter(|(_, own)| *own == look)
        .map(|(names, _)| names.name.as_str())
        .next()
        .unwrap_or_default())
}

/// The weights that paint in one style alone.
#[must_use]
pub fn only(index: usize) -> [f32; STYLE_COUNT] {
    let mut weights = [0.0; STYLE_COUNT];
    if let Some(weight) = weights.get_mut(index) {
        *weight = 1.0;
    }
    weights
}

/// What people call a blend: "starry night", or "starry night + charcoal".
///
/// # Errors
/// [`Error::Asset`] when the table is damaged.
pub fn describe(weights: &[f32; STYLE_COUNT]) -> Result<String> {
    let mut parts: Vec<(f32, &str)> = weights.iter().zip(all()?).map(|(w, s)| (*w, s.name.as_str())).collect();
    parts.retain(|(w, _)| *w > 0.0);
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(parts.iter().map(|p| p.1).collect::<Vec<_>>().join(" + "))
}

/// The style that a name means: exactly, in small letters.
fn named(name: &str) -> Result<Option<usize>> {
    let name = name.trim().to_lowercase();
    let hit = |s: &Style| s.name == name || s.names.iter().chain(&s.weak).any(|n| *n == name);
    Ok(all()?.iter().position(hit))
}

/// The print look that a name means: exactly, in small letters.
fn print_named(name: &str) -> Result<Option<PrintLook>> {
    let name = name.trim().to_lowercase();
    let hit = |p: &PrintName| p.name.to_lowercase() == name || p.names.iter().chain(&p.weak).any(|n| *n == name);
    Ok(prints()?.iter().position(hit).map(|index| PrintLook::ALL[index]))
}

/// Reads a style as users write it: "auto", "none", a number from 0 to 25, a name ("watercolour", "van gogh"), a
/// blend of those with optional weights: "van gogh + sketch", "19*0.7 + 12*0.3", or the name of a print look.
///
/// # Errors
/// [`Error::Value`] for a name that nothing is called by, with the nearest that something is.
pub fn resolve(text: &str) -> Result<StyleChoice> {
    match text.trim().to_lowercase().as_str() {
        "" | "auto" => return Ok(StyleChoice::Auto),
        "none" | "unpainted" | "off" => return Ok(StyleChoice::Unpainted),
        _ => {}
    }
    if let Some(look) = print_named(text)? {
        return Ok(StyleChoice::Print(look));
    }
    let mut weights = [0.0f32; STYLE_COUNT];
    for part in text.split('+') {
        let (name, weight) = match part.rsplit_once('*') {
            Some((name, weight)) => {
                let parsed = weight.trim().parse::<f32>().ok().filter(|w| w.is_finite() && *w >= 0.0);
                (
                    name,
                    parsed.ok_or_else(|| unknown(text, "a weight of 0 or more after \"*\"".into()))?,
                )
            }
            None => (part, 1.0),
        };
        if print_named(name)?.is_some() {
            let alone = format!(
                "painters only in a blend; \"{}\" is a print look: give it alone",
                name.trim()
            );
            return Err(unknown(text, alone));
        }
        weights[one(name.trim())?] += weight;
    }
    let sum: f32 = weights.iter().sum();
    if sum <= 0.0 || !sum.is_finite() {
        return Err(unknown(text, "a blend with a weight above 0".into()));
    }
    Ok(StyleChoice::Blend(weights.map(|w| w / sum)))
}

/// Refuses a storyboard in which a scene names a style that there is not.
///
/// # Errors
/// [`phosphene_core::Error::Storyboard`] with the line, and the nearest that there is.
pub fn check(storyboard: &Storyboard) -> Result<()> {
    for scene in &storyboard.scenes {
        if let StyleChoice::Named(name) = &scene.prompt.style {
            resolve(name).map_err(|error| storyboard.error_at(&scene.style_place, &error))?;
        }
    }
    Ok(())
}

fn unknown(actual: &str, expected: String) -> Error {
    Error::Value {
        what: "style",
        expected,
        actual: format!("\"{}\"", actual.trim()),
    }
}

fn one(name: &str) -> Result<usize> {
    if let Ok(number) = name.parse::<usize>() {
        let all = format!("a number from 0 to {}", STYLE_COUNT - 1);
        return if number < STYLE_COUNT {
            Ok(number)
        } else {
            Err(unknown(name, all))
        };
    }
    if let Some(index) = named(name)? {
        return Ok(index);
    }
    let painters = all()?
        .iter()
        .flat_map(|s| std::iter::once(&s.name).chain(&s.names).chain(&s.weak));
    let prints = prints()?
        .iter()
        .flat_map(|p| std::iter::once(&p.name).chain(&p.names).chain(&p.weak));
    let expected = match closest(&name.to_lowercase(), painters.chain(prints).map(String::as_str)) {
        Some(near) => format!("a style: did you mean \"{near}\"? `phosphene styles` shows all"),
        None => "a style's number (0 to 25), a name that `phosphene styles` shows, \"auto\" or \"none\"".into(),
    };
    Err(unknown(name, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(text: &str) -> usize {
        match resolve(text).unwrap() {
            StyleChoice::Blend(w) => w.iter().position(|w| *w == 1.0).unwrap(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn names_find_their_style() {
        for (text, expected) in [
            ("oil painting", "warm canvas"),
            ("Stained Glass", "cubist glass"),
            ("sketch", "coloured pencil"),
            ("neon", "bold colour blocks"),
            ("watercolour", "pastel wash"),
            ("van gogh", "starry night"),
            ("19", "starry night"),
        ] {
            assert_eq!(all().unwrap()[index(text)].name, expected, "{text}");
        }
        assert_eq!(resolve("none").unwrap(), StyleChoice::Unpainted);
        assert_eq!(resolve("").unwrap(), StyleChoice::Auto);
    }

    #[test]
    fn blends_sum_to_one() {
        let StyleChoice::Blend(w) = resolve("19*3 + watercolour").unwrap() else {
            panic!("a blend");
        };
        assert_eq!((w[19], w[12]), (0.75, 0.25));
        assert_eq!(describe(&w).unwrap(), "starry night + pastel wash");
    }

    #[test]
    fn unknown_names_say_what_is_near() {
        let error = resolve("watercolor paintng").unwrap_err().to_string();
        assert!(error.contains("style"), "{error}");
        let error = resolve("watercolr").unwrap_err().to_string();
        assert!(error.contains("did you mean \"watercolor\""), "{error}");
        for bad in ["26", "-1", "19*x", "19*0", "19*inf", "zzzzqq", "+", "19*-1"] {
            assert!(resolve(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_name_means_one_style() {
        let mut seen = std::collections::BTreeMap::new();
        let painters = all().unwrap().iter().map(|s| (&s.name, &s.names, &s.weak));
        let prints = prints().unwrap().iter().map(|p| (&p.name, &p.names, &p.weak));
        for (i, (name, names, weak)) in painters.chain(prints).enumerate() {
            for name in std::iter::once(name).chain(names).chain(weak) {
                assert_eq!(*seen.entry(name.to_lowercase()).or_insert(i), i, "{name}");
            }
        }
    }

    #[test]
    fn print_looks_have_names_and_stand_alone() {
        for (look, names) in PrintLook::ALL.into_iter().zip(prints().unwrap()) {
            assert_eq!(print_name(look).unwrap(), names.name);
            for name in std::iter::once(&names.name).chain(&names.names).chain(&names.weak) {
                assert_eq!(resolve(name).unwrap(), StyleChoice::Print(look), "{name}");
            }
        }
        // As they are kept in takes and saved states.
        let kept = serde_json::to_string(&StyleChoice::Print(PrintLook::PaperCut)).unwrap();
        assert_eq!(kept, r#"{"Print":"paper-cut"}"#);
        for blend in ["risograph + van gogh", "19*0.5 + VHS", "duotone*1"] {
            let error = resolve(blend).unwrap_err().to_string();
            assert!(error.contains("give it alone"), "{error}");
        }
        let error = resolve("risograf").unwrap_err().to_string();
        assert!(error.contains("did you mean \"risograph\""), "{error}");
        // Painters keep theirs.
        assert_eq!(all().unwrap()[index("cut paper")].name, "cut paper");
        assert_eq!(all().unwrap()[index("sepia engraving")].name, "sepia engraving");
    }
}
