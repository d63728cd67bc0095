//! What a scene is asked to show: text, style, strengths.

use serde::{Deserialize, Serialize};

/// The painter's styles; see `phosphene styles`.
pub const STYLE_COUNT: usize = 26;

/// What a film's picture is printed as; see `phosphene styles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrintLook {
    /// Two inks on warm paper, in dots, a little out of register.
    Risograph,
    /// Comic dots of full colours and black.
    Halftone,
    /// Ink lines that follow the surfaces.
    Engraving,
    /// Glowing lines on black, along edges of depth and light.
    NeonLines,
    /// A tape: smeared colours, scan lines, tracking.
    Vhs,
    /// Sheets of paper by depth, with soft shadows.
    PaperCut,
    /// Two colours in ordered dither.
    OneBit,
    /// Two inks from shadow to light.
    Duotone,
    /// Mirrors around the picture's middle.
    Kaleidoscope,
}

impl PrintLook {
    /// All of them, in the order in which they came: the plugin's parameter counts on it.
    pub const ALL: [Self; 9] = [
        Self::Risograph,
        Self::Halftone,
        Self::Engraving,
        Self::NeonLines,
        Self::Vhs,
        Self::PaperCut,
        Self::OneBit,
        Self::Duotone,
        Self::Kaleidoscope,
    ];
}

/// Which painter paints a scene, or what it is printed as.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum StyleChoice {
    /// What the prompt's words ask for, else what suits its set.
    #[default]
    Auto,
    /// No painter: the film's picture itself.
    Unpainted,
    /// What a name such as "oil painting" finds among the styles' descriptions; in lower case.
    Named(String),
    /// Weights over the painter's styles, summing to 1.
    Blend([f32; STYLE_COUNT]),
    /// No painter: the film's picture as a print.
    Print(PrintLook),
}

/// Somebody of the story whom its scenes call by name: a storyboard's `[cast]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CastMember {
    /// As scenes write it.
    pub name: String,
    /// "a tall woman with long dark hair, red coat".
    pub look: String,
}

impl CastMember {
    /// Where a text first names them, in bytes: whole words, written as the name is.
    ///
    /// ```
    /// let anna = phosphene_core::prompt::CastMember { name: "Anna".into(), look: "a woman".into() };
    /// assert_eq!(anna.named_in("in Anna's car"), Some(3));
    /// assert_eq!(anna.named_in("in Annabel's car"), None);
    /// ```
    #[must_use]
    pub fn named_in(&self, text: &str) -> Option<usize> {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let mut places = text.match_indices(&self.name).map(|(at, _)| at);
        places.find(|&at| {
            let (before, after) = (&text[..at], &text[at + self.name.len()..]);
            !letter(before.chars().next_back()) && !letter(after.chars().next())
        })
    }
}

/// One prompt: what the storyboard or the plugin's bank says of a scene.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Prompt {
    /// What is to be seen.
    pub text: String,
    /// What is not to be seen.
    #[serde(default)]
    pub negative: String,
    /// Which painter.
    #[serde(default)]
    pub style: StyleChoice,
    /// How much of the painting is kept, 0 (the drawing) to 1; `None` takes the render's default.
    #[serde(default)]
    pub style_strength: Option<f32>,
    /// Fixes the scene's arrangement; `None` takes one from the song's seed.
    #[serde(default)]
    pub seed: Option<u64>,
    /// The cast that it knows: whom its words name, in their order, then whom scenes before named, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cast: Vec<CastMember>,
}
