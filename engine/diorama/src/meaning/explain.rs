//! Why a prompt means what it means, for people and for programs.

use std::fmt;

use serde::Serialize;

use super::{foreign::Reading, things::Thing};
use crate::error::Result;
use crate::{design::Design, props};
use phosphene_core::prompt::{PrintLook, STYLE_COUNT};

/// Something decided, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// What.
    pub is: String,
    /// The words or the nearness that made it so.
    pub why: String,
}

/// A prop and why it is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PropReason {
    /// The prop's name.
    pub name: String,
    /// How many.
    pub count: u32,
    /// The words or the nearness that brought it.
    pub why: String,
}

/// A word of another language and the English one it was read as.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Translation {
    /// As the prompt has it.
    pub from: String,
    /// What it was read as.
    pub to: String,
}

/// A design with its reasons. `Display` gives a few lines for people; serialised it is what `--json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The set.
    pub set: Reason,
    /// The time of day.
    pub daytime: Reason,
    /// The weather.
    pub weather: Reason,
    /// The colours.
    pub palette: Reason,
    /// The painter.
    pub style: Reason,
    /// The props, the hero first.
    pub props: Vec<PropReason>,
    /// Who is in it and what they look like: as drawn where this is the only scene.
    pub people: Vec<String>,
    /// The languages that the prompt was read as, if not English, by their English names.
    pub languages: Vec<String>,
    /// Which of its words were translated.
    pub translations: Vec<Translation>,
    /// Words that were not understood and play no part: of another script or language, or any where nothing of the
    /// prompt is a word.
    pub unknown_words: Vec<String>,
    /// The design itself.
    pub design: Design,
    #[serde(skip)]
    pub(super) style_is_open: bool,
}

fn name(value: impl fmt::Debug) -> String {
    let mut out = String::new();
    for c in format!("{value:?}").chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}

impl Explanation {
    pub(super) fn new(
        design: Design,
        set: &str,
        daytime: &str,
        weather: &str,
        palette: &str,
        things: &[Thing],
    ) -> Result<Self> {
        let reason = |is: String, why: &str| Reason {
            is,
            why: why.to_owned(),
        };
        let colours = design.palette.named.len();
        let named = match colours {
            0 => String::new(),
            1 => "one colour, ".to_owned(),
            n => format!("{n} colours, "),
        };
        let shades = format!(
            "{named}chroma {:.2}, lightness {:+.2}",
            design.palette.chroma, design.palette.lightness
        );
        let mut props_why = Vec::new();
        for thing in things {
            props_why.push(PropReason {
                name: props::get(thing.prop)?.name.clone(),
                count: thing.count,
                why: thing.why.clone(),
            });
        }
        let people = crate::stage::persons(&design)?;
        Ok(Self {
            people,
            set: reason(name(design.set), set),
            daytime: reason(name(design.daytime), daytime),
            weather: reason(name(design.weather), weather),
            palette: reason(shades, palette),
            style: reason(String::new(), ""),
            props: props_why,
            languages: Vec::new(),
            translations: Vec::new(),
            unknown_words: Vec::new(),
            design,
            style_is_open: false,
        })
    }

    pub(super) fn reading(&mut self, reading: Reading) {
        self.languages = reading.languages.into_iter().map(str::to_owned).collect();
        let pairs = reading.translated.into_iter();
        self.translations = pairs.map(|(from, to)| Translation { from, to }).collect();
        self.unknown_words = reading.unknown;
    }

    pub(super) fn style(
        &mut self,
        weights: Option<[f32; STYLE_COUNT]>,
        print: Option<PrintLook>,
        name: String,
        why: &str,
    ) {
        self.design.style = weights;
        self.design.print = print;
        self.design.style_name.clone_from(&name);
        self.style = Reason {
            is: name,
            why: why.to_owned(),
        };
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("set", &self.set),
            ("time", &self.daytime),
            ("weather", &self.weather),
            ("colours", &self.palette),
            ("style", &self.style),
        ];
        for (label, reason) in rows {
            writeln!(f, "{label:<8} {:<26} {}", reason.is, reason.why)?;
        }
        for (i, prop) in self.props.iter().enumerate() {
            let label = if i == 0 { "props" } else { "" };
            let times = if prop.count > 1 {
                format!("{} x{}", prop.name, prop.count)
            } else {
                prop.name.clone()
            };
            writeln!(f, "{label:<8} {times:<26} {}", prop.why)?;
        }
        for (i, person) in self.people.iter().enumerate() {
            writeln!(f, "{:<8} {person}", if i == 0 { "people" } else { "" })?;
        }
        if !self.translations.is_empty() {
            let pairs = self.translations.iter().map(|t| format!("{} → {}", t.from, t.to));
            let languages = self.languages.join(", ");
            let from = if languages.is_empty() {
                "other languages"
            } else {
                &languages
            };
            writeln!(f, "read as  {from:<26} {}", pairs.collect::<Vec<_>>().join(", "))?;
        }
        if !self.unknown_words.is_empty() {
            writeln!(f, "unknown  {:<26} not understood", self.unknown_words.join(", "))?;
        }
        Ok(())
    }
}
