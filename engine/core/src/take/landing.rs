//! Where requests land: the spacing of grid lines, and how late one may be told of.

use super::Quantize;
use crate::time::SampleRate;

/// A change that is asked for this long after a grid line was meant for that line, in seconds: hosts tell of automation
/// late by up to a block, and hands are late too.
const GRACE_SECS: f64 = 0.06;
/// What is added to a block that is longer: hosts round positions.
const ROUNDING_SECS: f64 = 0.002;

/// How far apart the lines are on which changes land.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineSpacing {
    /// On each beat.
    Beat,
    /// Every so many bars, counted from the song's first.
    Bars(u32),
}

impl Quantize {
    /// The spacing of the lines; `None` where changes land at once.
    #[must_use]
    pub fn spacing(self) -> Option<LineSpacing> {
        match self {
            Quantize::Off => None,
            Quantize::Beat => Some(LineSpacing::Beat),
            Quantize::Bar => Some(LineSpacing::Bars(1)),
            Quantize::Bars2 => Some(LineSpacing::Bars(2)),
            Quantize::Bars4 => Some(LineSpacing::Bars(4)),
            Quantize::Bars8 => Some(LineSpacing::Bars(8)),
        }
    }
}

/// How many samples after a line a request still lands on it, when it may be told of up to `late` samples late: a block for
/// automation, 0 for a note.
#[must_use]
pub fn grace_samples(late: u64, rate: SampleRate) -> u64 {
    let samples = |secs: f64| (secs * f64::from(rate.hz())) as u64;
    let block = if late > 0 { late + samples(ROUNDING_SECS) } else { 0 };
    samples(GRACE_SECS).max(block)
}
