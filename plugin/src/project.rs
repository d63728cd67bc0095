//! What is saved with the host's project beside the parameters: bank, video settings. Versioned.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use nice_plug::params::persist::PersistentField;
use parking_lot::{Mutex, RwLock};
use phosphene_engine::{
    prompt::Prompt,
    take::{BANK_SIZE, Bank, VideoSettings},
    time::{Fps, Size},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version that this plugin writes.
pub const VERSION: u32 = 1;
/// The longest text of a prompt, in characters: longer ones are cut when a state is loaded.
const LONGEST_TEXT: usize = 2_000;

/// The saved part of an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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

impl Project {
    /// A saved state as a project: what is missing or damaged in it is the default's, and is told of.
    #[must_use]
    pub fn restored(saved: &Value) -> (Self, Vec<String>) {
        let mut project = Self::default();
        let mut problems = Vec::new();
        let Some(fields) = saved.as_object() else {
            problems.push("The saved prompts are damaged; these are the defaults.".to_owned());
            return (project, problems);
        };
        let version = fields.get("version").and_then(Value::as_u64);
        if version.is_some_and(|version| version > u64::from(VERSION)) {
            problems.push(
                "This project was saved by a newer Phosphene: what this one does not know is left out. Install the \
                 newest version before you save."
                    .to_owned(),
            );
        }
        if let Some(name) = fields.get("name").and_then(Value::as_str) {
            project.name = name.chars().take(LONGEST_TEXT).collect();
        }
        match fields
            .get("bank")
            .and_then(|bank| bank.get("prompts"))
            .and_then(Value::as_array)
        {
            Some(prompts) => {
                project.bank.prompts = vec![Prompt::default(); BANK_SIZE];
                for (index, (slot, saved)) in project.bank.prompts.iter_mut().zip(prompts).enumerate() {
                    match serde_json::from_value::<Prompt>(saved.clone()) {
                        Ok(prompt) => *slot = tamed(prompt),
                        Err(_) => problems.push(format!("Scene {} was damaged in the saved project.", index + 1)),
                    }
                }
            }
            None => problems.push("The saved prompts are missing; these are the defaults.".to_owned()),
        }
        match fields
            .get("video")
            .map(|video| serde_json::from_value::<VideoSettings>(video.clone()))
        {
            Some(Ok(mut video)) => {
                video.bpm = video.bpm.filter(|bpm| (20.0..=400.0).contains(bpm));
                video.beats_per_bar = video.beats_per_bar.filter(|beats| (1..=16).contains(beats));
                if !["aac", "pcm", "flac", "alac"].contains(&video.audio.as_str()) {
                    problems.push(format!("\"{}\" is no way to store sound; it is aac now.", video.audio));
                    "aac".clone_into(&mut video.audio);
                }
                project.video = video;
            }
            Some(Err(_)) => problems.push("The saved video settings are damaged; these are the defaults.".to_owned()),
            None => {}
        }
        (project, problems)
    }
}

/// A prompt within its bounds.
fn tamed(mut prompt: Prompt) -> Prompt {
    let cut = |text: &str| {
        text.chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_TEXT)
            .collect::<String>()
    };
    prompt.text = cut(&prompt.text);
    prompt.negative = cut(&prompt.negative);
    prompt.style_strength = prompt
        .style_strength
        .filter(|strength| strength.is_finite())
        .map(|strength| strength.clamp(0.0, 1.0));
    prompt
}

/// The project of an instance as all its threads see it, saved and restored by the host.
#[derive(Clone, Default)]
pub struct SharedProject(Arc<Inner>);

#[derive(Default)]
struct Inner {
    project: RwLock<Project>,
    edits: AtomicU64,
    problems: Mutex<Vec<String>>,
}

impl SharedProject {
    /// Says that the project was edited: by the editor, or by a state that the host set.
    pub fn edited(&self) {
        self.0.edits.fetch_add(1, Ordering::Release);
    }

    /// Counts the edits.
    #[must_use]
    pub fn edits(&self) -> u64 {
        self.0.edits.load(Ordering::Acquire)
    }

    /// What was wrong with states that the host set, once.
    #[must_use]
    pub fn take_problems(&self) -> Vec<String> {
        std::mem::take(&mut self.0.problems.lock())
    }
}

impl Deref for SharedProject {
    type Target = RwLock<Project>;

    fn deref(&self) -> &Self::Target {
        &self.0.project
    }
}

impl PersistentField<'_, Value> for SharedProject {
    fn set(&self, saved: Value) {
        let (project, problems) = Project::restored(&saved);
        *self.0.project.write() = project;
        self.0.problems.lock().extend(problems);
        self.edited();
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&Value) -> R,
    {
        let value = serde_json::to_value(&*self.0.project.read()).unwrap_or(Value::Null);
        f(&value)
    }
}

/// A field of a saved state that is not JSON at all, replaced by what [`Project::restored`] tells the user of.
pub(crate) fn mended(field: &mut String) {
    if serde_json::from_str::<Value>(field).is_err() {
        "null".clone_into(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_restored() {
        let mut project = Project {
            name: "My song".into(),
            ..Project::default()
        };
        project.bank.prompts[7].text = "a lighthouse in a storm".into();
        project.video.bpm = Some(97.0);
        let saved = serde_json::to_value(&project).unwrap();
        assert_eq!(Project::restored(&saved), (project, vec![]));
    }

    #[test]
    fn damage_is_told_and_the_rest_is_kept() {
        let mut saved = serde_json::to_value(Project::default()).unwrap();
        saved["bank"]["prompts"][0]["text"] = 5.into();
        saved["bank"]["prompts"][1]["text"] = "kept".into();
        saved["video"] = "?".into();
        let (project, problems) = Project::restored(&saved);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(project.bank.prompts[1].text, "kept");
        assert_eq!(project.bank.prompts.len(), BANK_SIZE);
        for broken in [
            Value::Null,
            Value::from(3),
            Value::from("x"),
            serde_json::json!({"bank": []}),
        ] {
            let (project, problems) = Project::restored(&broken);
            assert!(!problems.is_empty(), "{broken}");
            assert_eq!(project.bank.prompts.len(), BANK_SIZE);
        }
    }
}
