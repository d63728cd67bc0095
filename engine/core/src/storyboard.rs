//! The storyboard: a TOML file to a validated type. Pure.
//!
//! ```toml
//! title = "The long way home"
//! seed = 7
//! [video]
//! size = "1280x720"
//! fps = "24"
//! grain = 1.0            # 0 none, 2 the most
//! letterbox = "2.39"     # black bars; or "16:9", "off"
//! [grid]                 # optional: fixes the grid instead of hearing it
//! bpm = 120.0
//! first_beat_secs = 0.0
//! beats_per_bar = 4
//! [cast]                 # optional: who is the same in every scene that names them, or says "she" after it
//! Anna = "a tall woman with long dark hair, red coat"
//! [[scene]]
//! at = "1"               # see `Position`
//! prompt = "two teenagers in a car under the stars, oil painting"
//! negative = "rain"      # optional from here on
//! style = "oil painting" # or 19, "auto", "none", { 3 = 0.7, 19 = 0.3 }
//! style_strength = 0.8
//! seed = 3
//! morph = "2 bars"       # see `Length`
//! [[scene.curve]]        # a parameter over the scene's time; [[curve]] is for the whole song
//! param = "zoom"
//! points = [["1", 1.0], ["9", 2.0]]
//! ```

mod cast;
mod check;
mod place;
mod position;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use position::{Length, Position};

use crate::{
    analysis::BeatGrid,
    automation::Param,
    error::{Error, Result},
    letterbox::Letterbox,
    prompt::{CastMember, Prompt},
    time::{Fps, SamplePos, SampleRate, Size},
};

/// The longest storyboard that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest prompt, in characters.
pub const MAX_PROMPT: usize = 2_000;

/// The most cast members.
pub const MAX_CAST: usize = 64;
/// The longest name of one, in characters.
pub const MAX_NAME: usize = 40;

/// What to do about a storyboard without a scene.
pub(crate) const NO_SCENE: &str =
    "there is no scene; add one: [[scene]], at = \"1\", prompt = \"a lighthouse in a storm\"";

/// What is to be seen when.
#[derive(Debug, Clone, PartialEq)]
pub struct Storyboard {
    /// The file that it came from, for messages.
    pub path: PathBuf,
    /// The video's title.
    pub title: Option<String>,
    /// Seeds everything random.
    pub seed: Option<u64>,
    /// The picture's size, when the storyboard fixes it.
    pub size: Option<Size>,
    /// The frame rate, when the storyboard fixes it.
    pub fps: Option<Fps>,
    /// How much film grain there is, 0 to 2, when the storyboard says.
    pub grain: Option<f32>,
    /// The shape between black bars, when the storyboard says.
    pub letterbox: Option<Letterbox>,
    /// The grid, when it is given rather than heard.
    pub grid: Option<GivenGrid>,
    /// Where the grid's first beat is written, or else the grid: "line 6, \[grid\], key `first_beat_secs`".
    pub grid_place: String,
    /// Who is the same in every scene that names them; [`Prompt::cast`] has whom each scene knows.
    pub cast: Vec<CastEntry>,
    /// The scenes in the order in which they are written. There may be none in a storyboard that only fixes the grid or
    /// the video, for prompts given elsewhere.
    pub scenes: Vec<Scene>,
    /// Parameters over the whole song.
    pub curves: Vec<Automation>,
}

impl Storyboard {
    /// Who of the cast is named by no scene, and so is not seen: often a name that is misspelt.
    pub fn unnamed(&self) -> impl Iterator<Item = &CastEntry> {
        let named = |entry: &CastEntry| {
            self.scenes
                .iter()
                .any(|scene| scene.prompt.cast.contains(&entry.member))
        };
        self.cast.iter().filter(move |entry| !named(entry))
    }
}

/// A grid that is given rather than heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GivenGrid {
    /// Beats a minute, 10 to 1,000.
    pub bpm: f64,
    /// The first beat, a downbeat, in seconds from the song's start.
    pub first_beat_secs: f64,
    /// Beats in a bar, 1 to 32.
    pub beats_per_bar: u32,
}

impl GivenGrid {
    /// The beats of a song of `len` samples.
    ///
    /// # Errors
    /// [`Error::Value`] when the song ends before the first beat, or a value is out of its range.
    pub fn beats(&self, rate: SampleRate, len: u64) -> Result<BeatGrid> {
        let grid = BeatGrid::given(rate, self.bpm, self.first_beat_secs, self.beats_per_bar, len)?;
        if grid.beats.is_empty() {
            return Err(Error::Value {
                what: "first_beat_secs",
                expected: format!("before the song's end, which is {:.3} s in", SamplePos(len).secs(rate)),
                actual: self.first_beat_secs.to_string(),
            });
        }
        Ok(grid)
    }
}

/// One of the cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastEntry {
    /// Who, and what they look like.
    pub member: CastMember,
    /// Where the look is written: "line 9, \[cast\], key `Anna`".
    pub place: String,
}

/// One scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// From when on it is seen.
    pub at: Position,
    /// What is seen.
    pub prompt: Prompt,
    /// How long the passage from the scene before takes; `None` takes [`crate::cue::DEFAULT_MORPH`].
    pub morph: Option<Length>,
    /// Parameters over the scene's time.
    pub curves: Vec<Automation>,
    /// Where `at` is written: "line 12, scene 3, key `at`".
    pub place: String,
    /// Where `style` is written, or else `at`.
    pub style_place: String,
}

/// A parameter over time, before its points are placed in a song.
#[derive(Debug, Clone, PartialEq)]
pub struct Automation {
    /// Which parameter.
    pub param: Param,
    /// (where, value), one at least.
    pub points: Vec<(Position, f64)>,
    /// Where the points are written: "line 14, scene 3, curve 1, key `points`".
    pub place: String,
}

impl Storyboard {
    /// The beats of a song of `len` samples, when the grid is given; `None` when it is to be heard.
    ///
    /// # Errors
    /// [`Error::Storyboard`] when the song ends before the first beat.
    pub fn beats(&self, rate: SampleRate, len: u64) -> Result<Option<BeatGrid>> {
        let given = self.grid.map(|grid| grid.beats(rate, len)).transpose();
        given.map_err(|error| self.error_at(&self.grid_place, &error))
    }

    /// An error about what is written at a place.
    pub fn error_at(&self, place: &str, reason: &impl ToString) -> Error {
        Error::Storyboard {
            path: self.path.clone(),
            place: place.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// Reads a storyboard from a file's bytes; `path` is for messages.
    ///
    /// ```
    /// use phosphene_core::storyboard::{Position, Storyboard};
    /// let text = "[[scene]]\nat = '1'\nprompt = 'a red car in the rain'\n";
    /// let storyboard = Storyboard::parse("night.toml", text.as_bytes())?;
    /// assert_eq!(storyboard.scenes[0].at, Position::Bar { bar: 1, beat: 1 });
    /// let error = Storyboard::parse("night.toml", text.replace("prompt", "promt").as_bytes()).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "night.toml: line 3, scene 1, key `promt`: there is no key `promt`; did you mean `prompt`?"
    /// );
    /// # Ok::<(), phosphene_core::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Storyboard`] with the line and the key.
    pub fn parse(path: impl AsRef<Path>, bytes: &[u8]) -> Result<Self> {
        let path = path.as_ref();
        let whole = |place: String, reason: String| Error::Storyboard {
            path: path.to_owned(),
            place,
            reason,
        };
        if bytes.len() > MAX_BYTES {
            let reason = format!("it has {} bytes; a storyboard is a text of 1 MB at most", bytes.len());
            return Err(whole("the file".to_owned(), reason));
        }
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let line = bytes[..e.valid_up_to()].iter().filter(|&&b| b == b'\n').count() + 1;
            let reason = "this is not UTF-8 text; save the storyboard as UTF-8".to_owned();
            whole(format!("line {line}"), reason)
        })?;
        check::storyboard(&place::Source {
            path: path.to_owned(),
            text,
        })
    }
}
