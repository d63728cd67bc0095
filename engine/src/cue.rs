//! When the scenes change: grid and storyboard (or automation) to [`Cue`]s. Pure.

use serde::{Deserialize, Serialize};

use crate::time::SamplePos;

/// "From this sample on, that prompt": always on the grid when there is one.
///
/// The passage ends at the cue: the camera nears the next scene for `passage_samples` before `at` and is inside it on
/// the frame whose display time contains `at`. A passage of 0 is a hard cut.
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

/// A parameter over time: straight lines between points, held before the first and after the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Which parameter.
    pub param: Param,
    /// (where, value), in order; one at least.
    pub points: Vec<(SamplePos, f64)>,
}
