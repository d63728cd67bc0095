//! Build-ups: the way to a cue from which on it is louder.

use super::{music::SongMusic, shots::Staged};
use crate::{analysis::BeatGrid, cue::grid_math::samples_before, storyboard::Length, time::SamplePos};

/// The longest build-up.
const LONGEST: Length = Length::Bars(4.0);
/// Seconds before and after a cue whose loudness is compared.
const WINDOW_SECS: f64 = 8.0;
/// A rise in loudness that counts as a full build-up; rises below a tenth of it are none.
const FULL_RISE: f64 = 0.25;

/// The build-up at a shot's end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Build {
    from: SamplePos,
    to: SamplePos,
    /// How much louder it gets at the cue, 0 to 1.
    pub rise: f64,
}

impl Build {
    /// The build-up towards the cue that ends shot `i`: over its last four bars, or all of it when it is shorter.
    pub(super) fn new(shots: &[Staged], i: usize, music: &SongMusic, grid: &BeatGrid) -> Self {
        let own = shots[i].at;
        let Some(next) = shots.get(i + 1) else {
            return Self {
                from: own,
                to: own,
                rise: 0.0,
            };
        };
        let window = SamplePos::from_secs(WINDOW_SECS, grid.rate).0;
        let until = shots
            .get(i + 2)
            .map_or(u64::MAX, |after| after.at.0)
            .min(next.at.0 + window);
        let since = own.0.max(next.at.0.saturating_sub(window));
        let before = music.mean_loudness(SamplePos(since), next.at);
        let rise = (music.mean_loudness(next.at, SamplePos(until)) - before) / FULL_RISE;
        let length = samples_before(grid, next.at, LONGEST);
        Self {
            from: SamplePos(own.0.max(next.at.0.saturating_sub(length))),
            to: next.at,
            rise: if rise < 0.1 { 0.0 } else { rise.min(1.0) },
        }
    }

    /// 0 before it begins, rising ever faster to `rise` at the cue.
    pub(super) fn at(&self, at: SamplePos) -> f64 {
        if at <= self.from {
            return 0.0;
        }
        let come = (at.0 - self.from.0) as f64 / (self.to.0 - self.from.0).max(1) as f64;
        self.rise * come.min(1.0).powi(2)
    }
}
