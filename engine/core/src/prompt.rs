//! What a scene is asked to show: text, style, strengths.

use serde::{Deserialize, Serialize};

/// The painter's styles; see `phosphene styles`.
pub const STYLE_COUNT: usize = 26;

/// Which painter paints a scene.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum StyleChoice {
    /// What the prompt's words ask for, else what suits its set.
    #[default]
    Auto,
    /// No painter: the drawing itself.
    Unpainted,
    /// What a name such as "oil painting" finds among the styles' descriptions; in lower case.
    Named(String),
    /// Weights over the painter's styles, summing to 1.
    Blend([f32; STYLE_COUNT]),
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
}
