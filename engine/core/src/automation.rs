//! Parameters over time: their names, ranges and curves, whoever draws them (a storyboard, a host, a take).

use serde::{Deserialize, Serialize};

use crate::time::SamplePos;

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

    /// Its name in files: "zoom", "pan-x", "style-strength". Written out and not derived, as files outlive variants' names.
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
