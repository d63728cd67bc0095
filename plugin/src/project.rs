//! What is saved with the host's project beside the parameters: bank, video settings. Versioned.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU16, AtomicU64, Ordering},
    },
};

use nice_plug::params::persist::PersistentField;
use parking_lot::{Mutex, RwLock};
use phosphene_core::{
    prompt::Prompt,
    take::{BANK_SIZE, Bank, VideoSettings},
    time::{Fps, Size},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

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
    /// The scenes, from 0, in the order in which the editor lists them. Their numbers, which automation and notes ask
    /// for, are their places in the bank.
    pub order: Vec<usize>,
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
            order: (0..BANK_SIZE).collect(),
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
    /// Puts the picture of the row at `from` where the row at `to` is; those between close up. The rows keep their
    /// numbers, so what asks for a number gets another picture than before.
    pub fn move_pictures(&mut self, from: usize, to: usize) {
        let numbers = self.order.clone();
        self.move_row(from, to);
        let moved: Option<Vec<Prompt>> = self
            .order
            .iter()
            .map(|&scene| self.bank.prompts.get(scene).cloned())
            .collect();
        if let Some(moved) = moved {
            for (&number, prompt) in numbers.iter().zip(moved) {
                if let Some(place) = self.bank.prompts.get_mut(number) {
                    *place = prompt;
                }
            }
        }
        self.order = numbers;
    }

    /// Moves the row at `from` in the list to where the row at `to` is. It takes its number along, so whatever asks for
    /// a number gets the picture that it got before.
    pub fn move_row(&mut self, from: usize, to: usize) {
        if from < self.order.len() && to < self.order.len() {
            let moved = self.order.remove(from);
            self.order.insert(to, moved);
        }
    }

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
                    let (prompt, lost) = prompt(saved);
                    *slot = tamed(prompt);
                    if !lost.is_empty() {
                        problems.push(format!(
                            "Scene {} was damaged in the saved project: {} could not be read.",
                            index + 1,
                            lost.join(", ")
                        ));
                    }
                }
            }
            None => problems.push("The saved prompts are missing; these are the defaults.".to_owned()),
        }
        if let Some(order) = fields.get("order").and_then(order) {
            project.order = order;
        }
        if let Some(saved) = fields.get("video") {
            let lost = project.video_from(saved, &mut problems);
            if !lost.is_empty() {
                problems.push(format!(
                    "The saved video settings are damaged: {} could not be read, and are the defaults.",
                    lost.join(", ")
                ));
            }
        }
        (project, problems)
    }

    /// Takes the video settings that can be read; the names of the others.
    fn video_from(&mut self, saved: &Value, problems: &mut Vec<String>) -> Vec<&'static str> {
        let Some(fields) = saved.as_object() else {
            return vec!["all of them"];
        };
        let mut lost = Vec::new();
        let video = &mut self.video;
        read(fields, "folder", "the folder", &mut video.folder, &mut lost);
        read(fields, "size", "the size", &mut video.size, &mut lost);
        read(fields, "fps", "the frame rate", &mut video.fps, &mut lost);
        read(fields, "audio", "the sound", &mut video.audio, &mut lost);
        read(
            fields,
            "beats_per_bar",
            "the metre",
            &mut video.beats_per_bar,
            &mut lost,
        );
        read(fields, "bpm", "the tempo", &mut video.bpm, &mut lost);
        video.bpm = video.bpm.filter(|bpm| (20.0..=400.0).contains(bpm));
        video.beats_per_bar = video.beats_per_bar.filter(|beats| (1..=16).contains(beats));
        if !["aac", "pcm", "flac", "alac"].contains(&video.audio.as_str()) {
            problems.push(format!("\"{}\" is no way to store sound; it is aac now.", video.audio));
            "aac".clone_into(&mut video.audio);
        }
        lost
    }
}

/// Reads one field into its place; one that is there and can't be read is named among the lost.
fn read<T: DeserializeOwned>(
    fields: &Map<String, Value>,
    key: &str,
    name: &'static str,
    place: &mut T,
    lost: &mut Vec<&'static str>,
) {
    if let Some(saved) = fields.get(key) {
        match serde_json::from_value(saved.clone()) {
            Ok(value) => *place = value,
            Err(_) => lost.push(name),
        }
    }
}

/// What can be read of a prompt, and the names of what can't.
fn prompt(saved: &Value) -> (Prompt, Vec<&'static str>) {
    let mut prompt = Prompt::default();
    let mut lost = Vec::new();
    match saved.as_object() {
        None => lost.push("all of it"),
        Some(fields) => {
            read(fields, "text", "its text", &mut prompt.text, &mut lost);
            read(
                fields,
                "negative",
                "what is not to be seen",
                &mut prompt.negative,
                &mut lost,
            );
            read(fields, "style", "its painter", &mut prompt.style, &mut lost);
            read(
                fields,
                "style_strength",
                "its painter's strength",
                &mut prompt.style_strength,
                &mut lost,
            );
            read(fields, "seed", "its seed", &mut prompt.seed, &mut lost);
        }
    }
    (prompt, lost)
}

/// The order of the list, if it has each scene once.
fn order(saved: &Value) -> Option<Vec<usize>> {
    let order: Vec<usize> = serde_json::from_value(saved.clone()).ok()?;
    let mut scenes = order.clone();
    scenes.sort_unstable();
    scenes.into_iter().eq(0..BANK_SIZE).then_some(order)
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
#[derive(Clone)]
pub struct SharedProject(Arc<Inner>);

#[derive(Default)]
struct Inner {
    project: RwLock<Project>,
    edits: AtomicU64,
    filled: AtomicU16,
    problems: Mutex<Vec<String>>,
}

impl Default for SharedProject {
    fn default() -> Self {
        let project = Self(Arc::default());
        project.count();
        project
    }
}

impl SharedProject {
    /// Says that the project was edited: by the editor, or by a state that the host set.
    pub fn edited(&self) {
        self.count();
        self.0.edits.fetch_add(1, Ordering::Release);
    }

    /// Says that a text was typed, and that there may be more to come: [`Self::edited`] follows when it pauses.
    pub(crate) fn typed(&self) {
        self.count();
    }

    /// Which scenes have a prompt: bit n is scene n, from 0. Real-time safe; known as soon as an edit is told of, since
    /// a bounce can be past its first change of scene before any other thread has run.
    #[must_use]
    pub fn filled(&self) -> u16 {
        self.0.filled.load(Ordering::Relaxed)
    }

    fn count(&self) {
        let project = self.0.project.read();
        let scenes = project.bank.prompts.iter().take(BANK_SIZE).enumerate();
        let filled = scenes.filter(|(_, prompt)| !prompt.text.trim().is_empty());
        let bits = filled.fold(0, |bits, (scene, _)| bits | 1 << scene);
        self.0.filled.store(bits, Ordering::Relaxed);
    }

    /// Counts the edits.
    #[must_use]
    pub fn edits(&self) -> u64 {
        self.0.edits.load(Ordering::Acquire)
    }

    /// Notes what the user should know of a state that the host set.
    pub(crate) fn tell_problems(&self, problems: Vec<String>) {
        self.0.problems.lock().extend(problems);
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

#[cfg(test)]
mod tests;
