//! When the scenes change: grid and storyboard (or prompts alone) to a [`Plan`] of [`Cue`]s. Pure.

mod draft;
mod from_prompts;
mod from_storyboard;
mod from_take;
pub(crate) mod grid_math;
pub mod live;
pub(crate) mod passages;
mod resolve;

use serde::{Deserialize, Serialize};

pub use draft::draft_storyboard;
pub use from_prompts::cues_from_prompts;
pub use from_storyboard::cues_from_storyboard;
pub use from_take::{TakeGrid, cues_from_take};
pub use resolve::{Snap, name_of, place, place_end, place_start};

use crate::{
    analysis::Analysis,
    automation::Curve,
    error::{Error, Result},
    prompt::Prompt,
    storyboard::Length,
    time::{Fps, SamplePos},
};

/// How long the passage to a scene takes when nothing says: two bars.
pub const DEFAULT_MORPH: Length = Length::Bars(2.0);

/// What the cues of a song depend on.
#[derive(Debug, Clone, Copy)]
pub struct CueInputs<'a> {
    /// The song.
    pub analysis: &'a Analysis,
    /// The video's frame rate: no two scenes begin on the same frame.
    pub fps: Fps,
    /// Speed of the zoom, -4 to 4, times the curve `zoom`: a long scene is passed through every 8 bars at 1, every 4 at
    /// 2, never at 0, where scenes dissolve into each other instead.
    pub zoom_rate: f64,
}

impl<'a> CueInputs<'a> {
    /// A song at a frame rate, at the usual speed of the zoom.
    #[must_use]
    pub fn new(analysis: &'a Analysis, fps: Fps) -> Self {
        Self {
            analysis,
            fps,
            zoom_rate: 1.0,
        }
    }

    fn check(&self) -> Result<()> {
        if (-4.0..=4.0).contains(&self.zoom_rate) {
            return Ok(());
        }
        Err(Error::Value {
            what: "the zoom rate",
            expected: "from -4 to 4".to_owned(),
            actual: self.zoom_rate.to_string(),
        })
    }
}

/// A song's scenes, ready to be directed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// What the cues' prompts are; one at least.
    pub prompts: Vec<Prompt>,
    /// The number that each prompt's arrangement is made from, beside the video's seed; a prompt without one has its
    /// index. In a take it is the scene's place in the bank, so that the video is arranged as the preview was.
    pub numbers: Vec<u64>,
    /// The cues in order: the first at the song's first sample, no two on one frame.
    pub cues: Vec<Cue>,
    /// Parameters over time.
    pub curves: Vec<Curve>,
    /// What was decided for the user and may surprise: for the report.
    pub notes: Vec<String>,
}

/// "From this sample on, that prompt": always on the grid when there is one.
///
/// The passage ends at the cue: the camera nears the next scene for `passage_samples` before `at` and is inside it on
/// the cue's frame ([`Fps::frame_of_event`] of `at`). A passage of 0 is a hard cut.
///
/// ```
/// use phosphene_core::{
///     analysis::{Analysis, BeatGrid, analyze},
///     cue::{CueInputs, cues_from_storyboard},
///     storyboard::Storyboard,
///     time::{Fps, SampleRate},
/// };
/// // 20 s at 120 beats a minute; the beats are given, so silence will do for the song.
/// let (rate, len) = (SampleRate::new(8_000)?, 160_000);
/// let grid = BeatGrid::given(rate, 120.0, 0.0, 4, len)?;
/// let analysis = Analysis { grid, ..analyze(rate, &vec![0.0; len as usize])? };
///
/// let text = "[[scene]]\nat = '1'\nprompt = 'a lake'\n[[scene]]\nat = '5'\nprompt = 'a train'\nmorph = '1 bar'\n";
/// let storyboard = Storyboard::parse("night.toml", text.as_bytes())?;
/// let plan = cues_from_storyboard(&storyboard, &CueInputs::new(&analysis, Fps::FILM))?;
/// // Bar 5 begins after 16 beats, 8 s in; the camera is on its way for the bar before.
/// let cue = plan.cues.last().expect("there are two");
/// assert_eq!((cue.at.0, cue.prompt, cue.passage_samples), (64_000, 1, 16_000));
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// The sample from which the prompt holds.
    pub at: SamplePos,
    /// Index of the prompt.
    pub prompt: usize,
    /// 0 for the prompt's own scene, 1, 2, ... for variations of it further in (same set and props, rearranged).
    pub variant: u32,
    /// Length of the passage that ends at `at`, in samples.
    pub passage_samples: u64,
}
