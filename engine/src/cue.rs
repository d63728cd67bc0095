//! When the scenes change: grid and storyboard (or prompts alone) to a [`Plan`] of [`Cue`]s. Pure.

mod draft;
mod inner;
mod place;
pub(crate) mod ruler;
mod script;
mod spread;
mod take;

use serde::{Deserialize, Serialize};

pub use draft::draft_storyboard;
pub use place::{Snap, name_of, place, place_end, place_start};
pub use script::cues_from_storyboard;
pub use spread::cues_from_prompts;
pub use take::{TakeGrid, cues_from_take};

use crate::{
    analysis::Analysis,
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

impl CueInputs<'_> {
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

/// A parameter that can be automated over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Param {
    /// Speed of the zoom, -2 to 2; 0 stands still, 1 is the default. Negative zooms out.
    Zoom,
    /// Turn of the camera in degrees, -180 to 180.
    Rotate,
    /// Camera to the right, -1 to 1 picture widths.
    PanX,
    /// Camera down, -1 to 1 picture heights.
    PanY,
    /// How strongly things move with the music, 0 to 2.
    Reactivity,
    /// Brightness and colour, 0 to 2.
    Intensity,
    /// How much of the painting is kept, 0 to 1.
    StyleStrength,
    /// Turn of all hues in degrees, -180 to 180.
    PaletteShift,
}

impl Param {
    /// All of them.
    pub const ALL: [Param; 8] = [
        Param::Zoom,
        Param::Rotate,
        Param::PanX,
        Param::PanY,
        Param::Reactivity,
        Param::Intensity,
        Param::StyleStrength,
        Param::PaletteShift,
    ];

    /// Its name in files: "zoom", "pan-x", "style-strength".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Zoom => "zoom",
            Self::Rotate => "rotate",
            Self::PanX => "pan-x",
            Self::PanY => "pan-y",
            Self::Reactivity => "reactivity",
            Self::Intensity => "intensity",
            Self::StyleStrength => "style-strength",
            Self::PaletteShift => "palette-shift",
        }
    }

    /// The lowest and the highest value.
    #[must_use]
    pub fn range(self) -> (f64, f64) {
        match self {
            Self::Zoom => (-2.0, 2.0),
            Self::Rotate | Self::PaletteShift => (-180.0, 180.0),
            Self::PanX | Self::PanY => (-1.0, 1.0),
            Self::Reactivity | Self::Intensity => (0.0, 2.0),
            Self::StyleStrength => (0.0, 1.0),
        }
    }
}

/// A parameter over time: straight lines between points, held before the first and after the last.
///
/// It holds from `from` up to `until`; where several of a parameter hold, the last of them in a list counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Which parameter.
    pub param: Param,
    /// The first sample for which it counts.
    pub from: SamplePos,
    /// The sample from which it counts no more.
    pub until: SamplePos,
    /// (where, value), in order; one at least. Two at the same place make a jump.
    pub points: Vec<(SamplePos, f64)>,
}

impl Curve {
    /// Its value at a sample inside or outside its points.
    #[must_use]
    pub fn value(&self, at: SamplePos) -> f64 {
        let after = self.points.partition_point(|(place, _)| *place <= at);
        let (before, next) = (
            after.checked_sub(1).and_then(|i| self.points.get(i)),
            self.points.get(after),
        );
        match (before, next) {
            (Some(&(a, low)), Some(&(b, high))) => low + (high - low) * (at.0 - a.0) as f64 / (b.0 - a.0) as f64,
            (Some(&(_, value)), None) | (None, Some(&(_, value))) => value,
            (None, None) => 0.0,
        }
    }
}

/// A parameter's value at a sample by the last curve that holds there; `None` when none does.
#[must_use]
pub fn automated(curves: &[Curve], param: Param, at: SamplePos) -> Option<f64> {
    let holds = |curve: &&Curve| curve.param == param && (curve.from..curve.until).contains(&at);
    curves.iter().rfind(holds).map(|curve| curve.value(at))
}
