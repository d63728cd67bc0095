//! Questions to a [`BeatGrid`]: which beat is it, where does a bar begin.

use super::{BEATLESS_BPM, Beat, BeatGrid};
use crate::{
    error::{Error, Result},
    time::{SamplePos, SampleRate},
};

impl BeatGrid {
    /// A grid without beats: silence, noise, speech.
    #[must_use]
    pub fn silent(rate: SampleRate) -> Self {
        Self {
            rate,
            beats: Vec::new(),
            beats_per_bar: 4,
            tempo_bpm: 0.0,
            confidence: 0.0,
        }
    }

    /// A grid of one tempo, as a DAW or a storyboard gives it. The first beat is a downbeat.
    ///
    /// Beat `k` is at the sample nearest to `(first_beat_secs + k * 60 / bpm) * rate`, computed afresh for each beat,
    /// so that nothing adds up over a long song. `len` is the song's length in samples; beats lie before it.
    ///
    /// ```
    /// use phosphene_core::{analysis::BeatGrid, time::{SamplePos, SampleRate}};
    /// let rate = SampleRate::new(48_000)?;
    /// let grid = BeatGrid::given(rate, 120.0, 0.5, 4, 480_000)?;
    /// assert_eq!(grid.beats.len(), 19);
    /// assert_eq!(grid.sample_of_bar_beat(2, 3), Some(SamplePos(24_000 + 6 * 24_000)));
    /// assert_eq!(grid.bar_at(SamplePos(24_000 + 4 * 24_000)), 1.0);
    /// # Ok::<(), phosphene_core::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Value`] when the tempo is not from 10 to 1,000 beats a minute, the first beat is negative or a bar has
    /// no beats or more than 32.
    pub fn given(rate: SampleRate, bpm: f64, first_beat_secs: f64, beats_per_bar: u32, len: u64) -> Result<Self> {
        let wrong = |what, expected: &str, actual: String| Error::Value {
            what,
            expected: expected.to_owned(),
            actual,
        };
        if !(10.0..=1_000.0).contains(&bpm) {
            return Err(wrong("bpm", "from 10 to 1000 beats a minute", bpm.to_string()));
        }
        if !(0.0..1e9).contains(&first_beat_secs) {
            let expected = "0 or more seconds";
            return Err(wrong("first_beat_secs", expected, first_beat_secs.to_string()));
        }
        if !(1..=32).contains(&beats_per_bar) {
            return Err(wrong("beats_per_bar", "from 1 to 32", beats_per_bar.to_string()));
        }
        let hz = f64::from(rate.hz());
        let beats = (0u32..)
            .map(|k| Beat {
                at: SamplePos(((first_beat_secs + f64::from(k) * 60.0 / bpm) * hz).round() as u64),
                in_bar: k % beats_per_bar + 1,
            })
            .take_while(|beat| beat.at.0 < len)
            .collect();
        Ok(Self {
            rate,
            beats,
            beats_per_bar,
            tempo_bpm: bpm,
            confidence: 1.0,
        })
    }

    /// Beats since the first beat, with fractions; negative before it.
    ///
    /// Before the first and after the last beat the nearest interval goes on; a grid without beats counts 120 a minute
    /// from the song's start.
    #[must_use]
    pub fn beat_at(&self, at: SamplePos) -> f64 {
        let (Some(first), Some(last)) = (self.beats.first(), self.beats.last()) else {
            return at.secs(self.rate) * BEATLESS_BPM / 60.0;
        };
        let after = self.beats.partition_point(|beat| beat.at <= at);
        if after == 0 {
            (at.0 as f64 - first.at.0 as f64) / self.interval(0)
        } else if after == self.beats.len() {
            (after - 1) as f64 + (at.0 - last.at.0) as f64 / self.interval(after - 1)
        } else {
            (after - 1) as f64 + (at.0 - self.beats[after - 1].at.0) as f64 / self.interval(after - 1)
        }
    }

    /// Bars since the first downbeat, with fractions; negative before it. Bars go on outside the beats as beats do.
    #[must_use]
    pub fn bar_at(&self, at: SamplePos) -> f64 {
        let usual = f64::from(self.beats_per_bar.max(1));
        let beat = self.beat_at(at);
        let Some(first) = self.beats.iter().position(|b| b.in_bar == 1) else {
            return beat / usual;
        };
        if beat < first as f64 {
            return (beat - first as f64) / usual;
        }
        let index = (beat.floor() as usize).min(self.beats.len() - 1);
        let start = (first..=index)
            .rev()
            .find(|&i| self.beats[i].in_bar == 1)
            .unwrap_or(first);
        let bars = self.beats[..start].iter().filter(|b| b.in_bar == 1).count();
        let next = self.beats[start + 1..].iter().position(|b| b.in_bar == 1);
        match next {
            Some(beats) => bars as f64 + (beat - start as f64) / (beats + 1) as f64,
            None => bars as f64 + (beat - start as f64) / usual,
        }
    }

    /// Where a beat of a bar is. Bar 1 begins at the first downbeat, bar 0 is the pick-up before it; beats count from 1.
    ///
    /// `None` where the song has no such beat. One beat after the last that was heard is still answered, at the last
    /// interval, so that a song can end on the bar line; the caller knows the song's length and drops what is past it.
    #[must_use]
    pub fn sample_of_bar_beat(&self, bar: i64, beat: u32) -> Option<SamplePos> {
        let first = self.beats.iter().position(|b| b.in_bar == 1)?;
        if bar == 0 {
            return self.beats[..first].iter().find(|b| b.in_bar == beat).map(|b| b.at);
        }
        let nth = usize::try_from(bar.checked_sub(1)?).ok()?;
        let offset = usize::try_from(beat.checked_sub(1)?).ok()?;
        let start = self.downbeats().nth(nth).map(|(i, _)| i);
        let last = self.beats.len() - 1;
        let index = match start {
            Some(start) => {
                let next = self.beats[start + 1..].iter().position(|b| b.in_bar == 1);
                let length = next.map_or(self.beats_per_bar.max(1) as usize, |beats| beats + 1);
                (offset < length).then_some(start + offset)?
            }
            // The bar line right after the last beat of the last bar.
            None => {
                let full = self.beats[last].in_bar >= self.beats_per_bar;
                let bars = self.downbeats().count();
                (full && nth == bars && offset == 0).then_some(last + 1)?
            }
        };
        if index <= last {
            return Some(self.beats[index].at);
        }
        let at = self.beats[last].at.0 as f64 + self.interval(last);
        (index == last + 1).then_some(SamplePos(at.round() as u64))
    }

    /// The beat nearest to a sample, the earlier of two; `None` without beats.
    #[must_use]
    pub fn nearest_beat(&self, at: SamplePos) -> Option<SamplePos> {
        nearest(self.beats.iter().map(|b| b.at), at)
    }

    /// The downbeat nearest to a sample, the earlier of two; `None` without downbeats.
    #[must_use]
    pub fn nearest_downbeat(&self, at: SamplePos) -> Option<SamplePos> {
        nearest(self.downbeats().map(|(_, at)| at), at)
    }

    /// The first downbeat at or after a sample.
    #[must_use]
    pub fn next_downbeat(&self, at: SamplePos) -> Option<SamplePos> {
        self.downbeats().map(|(_, pos)| pos).find(|&pos| pos >= at)
    }

    /// The downbeats in order, each with its index among the beats.
    pub fn downbeats(&self) -> impl Iterator<Item = (usize, SamplePos)> {
        let beats = self.beats.iter().enumerate();
        beats.filter(|(_, b)| b.in_bar == 1).map(|(i, b)| (i, b.at))
    }

    /// Samples from beat `i` to the next, or from the one before to the last; by the tempo when there is only one.
    fn interval(&self, i: usize) -> f64 {
        let i = i.min(self.beats.len().saturating_sub(2));
        match self.beats.get(i..i + 2) {
            Some([a, b]) if b.at > a.at => (b.at.0 - a.at.0) as f64,
            _ => {
                let bpm = if self.tempo_bpm > 0.0 {
                    self.tempo_bpm
                } else {
                    BEATLESS_BPM
                };
                f64::from(self.rate.hz()) * 60.0 / bpm
            }
        }
    }
}

fn nearest(all: impl Iterator<Item = SamplePos>, at: SamplePos) -> Option<SamplePos> {
    all.min_by_key(|pos| pos.0.abs_diff(at.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate() -> SampleRate {
        SampleRate::new(48_000).unwrap()
    }

    fn grid() -> BeatGrid {
        BeatGrid::given(rate(), 120.0, 1.0, 4, 480_000).unwrap()
    }

    /// Three beats of pick-up (2, 3, 4 of a bar), then whole bars.
    fn with_pick_up() -> BeatGrid {
        let mut grid = grid();
        grid.beats.remove(0);
        grid
    }

    proptest! {
        #[test]
        fn a_beat_is_at_its_own_number(bpm in 30.0f64..400.0, first in 0.0f64..5.0, k in 0usize..200) {
            let grid = BeatGrid::given(rate(), bpm, first, 4, 48_000 * 600).unwrap();
            let at = grid.beats[k].at;
            let exact = (first + k as f64 * 60.0 / bpm) * 48_000.0;
            prop_assert!((at.0 as f64 - exact).abs() <= 0.5);
            prop_assert!((grid.beat_at(at) - k as f64).abs() < 1e-9);
            prop_assert!((grid.bar_at(at) - k as f64 / 4.0).abs() < 1e-9);
            let (bar, beat) = ((k / 4) as i64 + 1, (k % 4) as u32 + 1);
            prop_assert_eq!(grid.sample_of_bar_beat(bar, beat), Some(at));
            prop_assert_eq!(grid.nearest_beat(SamplePos(at.0 + 100)), Some(at));
        }

        #[test]
        fn beats_and_bars_only_grow(mut places in prop::collection::vec(0u64..500_000, 2..40)) {
            places.sort_unstable();
            for grid in [grid(), with_pick_up(), BeatGrid::silent(rate())] {
                for pair in places.windows(2) {
                    prop_assert!(grid.beat_at(SamplePos(pair[0])) <= grid.beat_at(SamplePos(pair[1])));
                    prop_assert!(grid.bar_at(SamplePos(pair[0])) <= grid.bar_at(SamplePos(pair[1])) + 1e-9);
                }
            }
        }
    }

    #[test]
    fn tempo_goes_on_outside_the_beats() {
        let grid = grid();
        assert_eq!(grid.beat_at(SamplePos(0)), -2.0);
        assert_eq!(grid.bar_at(SamplePos(0)), -0.5);
        assert_eq!(grid.beat_at(SamplePos(480_000)), 18.0);
        assert_eq!(BeatGrid::silent(rate()).beat_at(SamplePos(48_000)), 2.0);
        assert_eq!(BeatGrid::silent(rate()).bar_at(SamplePos(96_000)), 1.0);
    }

    #[test]
    fn one_beat_past_the_last_is_a_place() {
        // 18 beats: bar 5 has two of its four.
        let grid = grid();
        assert_eq!(grid.sample_of_bar_beat(5, 2), Some(SamplePos(48_000 + 17 * 24_000)));
        assert_eq!(grid.sample_of_bar_beat(5, 3), Some(SamplePos(48_000 + 18 * 24_000)));
        assert_eq!(grid.sample_of_bar_beat(5, 4), None);
        assert_eq!(grid.sample_of_bar_beat(6, 1), None);
        assert_eq!(grid.sample_of_bar_beat(1, 5), None);
        assert_eq!(grid.sample_of_bar_beat(1, 0), None);
        assert_eq!(grid.sample_of_bar_beat(-1, 1), None);
        let whole = BeatGrid::given(rate(), 120.0, 0.0, 4, 16 * 24_000).unwrap();
        assert_eq!(whole.sample_of_bar_beat(5, 1), Some(SamplePos(16 * 24_000)));
    }

    #[test]
    fn the_pick_up_is_bar_0() {
        let grid = with_pick_up();
        assert_eq!(grid.sample_of_bar_beat(0, 2), Some(SamplePos(72_000)));
        assert_eq!(grid.sample_of_bar_beat(0, 1), None);
        assert_eq!(grid.sample_of_bar_beat(1, 1), Some(SamplePos(144_000)));
        assert_eq!(grid.bar_at(SamplePos(120_000)), -0.25);
        assert_eq!(grid.next_downbeat(SamplePos(0)), Some(SamplePos(144_000)));
        assert_eq!(grid.next_downbeat(SamplePos(144_001)), Some(SamplePos(240_000)));
        assert_eq!(grid.nearest_downbeat(SamplePos(0)), Some(SamplePos(144_000)));
    }

    #[test]
    fn what_can_not_be_a_grid_is_refused() {
        for (bpm, first, bar) in [(0.0, 0.0, 4), (f64::NAN, 0.0, 4), (120.0, -1.0, 4), (120.0, 0.0, 0)] {
            let error = BeatGrid::given(rate(), bpm, first, bar, 48_000)
                .unwrap_err()
                .to_string();
            assert!(error.contains("must be"), "{error}");
        }
    }
}
