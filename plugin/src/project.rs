//! What is saved with the host's project beside the parameters: bank, video settings. Versioned.

use phosphene_engine::{
    prompt::Prompt,
    take::{BANK_SIZE, Bank, VideoSettings},
    time::{Fps, Size},
};
use serde::{Deserialize, Serialize};

/// The version that this plugin writes.
pub const VERSION: u32 = 1;

/// The saved part of an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// [`VERSION`] of the writer.
    pub version: u32,
    /// Names the videos; empty takes the track's name from the host, else "Phosphene".
    pub name: String,
    /// The 16 prompts.
    pub bank: Bank,
    /// How takes are rendered.
    pub video: VideoSettings,
}

impl Default for Project {
    fn default() -> Self {
        let text = |text: &str| Prompt {
            text: text.to_owned(),
            ..Prompt::default()
        };
        let mut prompts = vec![
            text("two teenagers in a car under the stars, oil painting"),
            text("a neon city in the rain"),
            text("a wedding by the sea at sunset, watercolour"),
            text("an astronaut alone on a red planet"),
        ];
        prompts.resize(BANK_SIZE, Prompt::default());
        Self {
            version: VERSION,
            name: String::new(),
            bank: Bank { prompts },
            video: VideoSettings {
                folder: None,
                size: Size::HD,
                fps: Fps::FILM,
                audio: "aac".to_owned(),
                beats_per_bar: None,
                bpm: None,
            },
        }
    }
}
