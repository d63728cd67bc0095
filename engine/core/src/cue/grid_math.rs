//! Lengths on the grid: beats back from a cue, bar lines between two cues, on past the beats that were heard.

use crate::{
    analysis::{BEATLESS_BPM, BeatGrid},
    storyboard::Length,
    time::{SamplePos, SampleRate},
};

/// The sample at a beat number, the inverse of [`BeatGrid::beat_at`]; negative before the song.
pub(super) fn sample_at_beat(grid: &BeatGrid, beat: f64) -> f64 {
    let beats = &grid.beats;
    let usual = beat_samples(grid);
    let Some(last) = beats.len().checked_sub(2) else {
        return beats.first().map_or(0.0, |first| first.at.0 as f64) + beat * usual;
    };
    let index = (beat.max(0.0) as usize).min(last);
    let (a, b) = (beats[index].at.0 as f64, beats[index + 1].at.0 as f64);
    let interval = if b > a { b - a } else { usual };
    a + (beat - index as f64) * interval
}

/// A beat's usual length in samples.
pub(super) fn beat_samples(grid: &BeatGrid) -> f64 {
    let bpm = if grid.tempo_bpm > 0.0 {
        grid.tempo_bpm
    } else {
        BEATLESS_BPM
    };
    f64::from(grid.rate.hz()) * 60.0 / bpm
}

/// How many samples a stretch of a length takes when it ends at `at`.
pub(crate) fn samples_before(grid: &BeatGrid, at: SamplePos, length: Length) -> u64 {
    let beats = match length {
        Length::Secs(secs) => return SamplePos::from_secs(secs, grid.rate).0,
        Length::Beats(beats) => beats,
        Length::Bars(bars) => bars * f64::from(grid.beats_per_bar.max(1)),
    };
    let start = sample_at_beat(grid, grid.beat_at(at) - beats);
    (at.0 as f64 - start).max(0.0).round() as u64
}

/// The bar lines strictly between two samples: the downbeats, and on at the tempo where there are none.
pub(super) fn bar_lines(grid: &BeatGrid, from: SamplePos, to: SamplePos) -> Vec<SamplePos> {
    let bar = f64::from(grid.beats_per_bar.max(1));
    let downbeats: Vec<(usize, SamplePos)> = grid.downbeats().collect();
    let inside = |at: f64| (at > from.0 as f64 && at < to.0 as f64).then(|| SamplePos(at.round() as u64));
    let (Some(first), Some(last)) = (downbeats.first(), downbeats.last()) else {
        let start = grid.beat_at(from);
        return (1..)
            .map(|n| sample_at_beat(grid, start + f64::from(n) * bar))
            .take_while(|&at| at < to.0 as f64)
            .filter_map(inside)
            .collect();
    };
    let before = (1..)
        .map(|n| sample_at_beat(grid, first.0 as f64 - f64::from(n) * bar))
        .take_while(|&at| at > from.0 as f64)
        .filter_map(inside);
    let mut before: Vec<SamplePos> = before.collect();
    before.reverse();
    let after = (1..)
        .map(|n| sample_at_beat(grid, last.0 as f64 + f64::from(n) * bar))
        .take_while(|&at| at < to.0 as f64)
        .filter_map(inside);
    let heard = downbeats.iter().filter_map(|(_, at)| inside(at.0 as f64));
    let mut lines: Vec<SamplePos> = before.into_iter().chain(heard).chain(after).collect();
    lines.retain(|at| (from.0 + 1..to.0).contains(&at.0));
    lines.dedup();
    lines
}

/// The sample `micros` microseconds in, to the nearest.
pub(super) fn sample_at_micros(micros: u64, rate: SampleRate) -> SamplePos {
    let ticks = u128::from(micros) * u128::from(rate.hz());
    SamplePos(((ticks + 500_000) / 1_000_000) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> BeatGrid {
        let rate = SampleRate::new(48_000).unwrap();
        // 120 BPM from 1 s to 5 s: downbeats at 1, 3 and 5 s.
        BeatGrid::given(rate, 120.0, 1.0, 4, 48_000 * 5 + 1).unwrap()
    }

    #[test]
    fn bars_go_on_where_no_beats_are_heard() {
        let lines = |grid: &BeatGrid, from: u64, to: u64| -> Vec<u64> {
            bar_lines(grid, SamplePos(from), SamplePos(to))
                .iter()
                .map(|at| at.0 / 4_800)
                .collect()
        };
        assert_eq!(lines(&grid(), 0, 48_000 * 10), [10, 30, 50, 70, 90]);
        assert_eq!(lines(&grid(), 48_000, 48_000 * 5), [30], "both ends are left out");
        let mut late = grid();
        for beat in &mut late.beats {
            beat.at.0 += 48_000 * 4;
        }
        assert_eq!(lines(&late, 0, 48_000 * 6), [10, 30, 50], "and before the first");
        assert_eq!(
            lines(&BeatGrid::silent(late.rate), 24_000, 48_000 * 5),
            [25, 45],
            "two seconds each without beats"
        );
    }

    #[test]
    fn lengths_follow_the_tempo() {
        let mut grid = grid();
        let before = |grid: &BeatGrid, secs: u64, length| samples_before(grid, SamplePos(secs * 48_000), length);
        assert_eq!(before(&grid, 5, Length::Bars(1.0)), 96_000);
        assert_eq!(before(&grid, 5, Length::Beats(0.5)), 12_000);
        assert_eq!(before(&grid, 9, Length::Bars(2.0)), 192_000, "after the last beat");
        assert_eq!(before(&grid, 5, Length::Secs(1.5)), 72_000);
        // The last bar takes twice as long.
        for beat in 5..grid.beats.len() as u64 {
            grid.beats[beat as usize].at.0 = 48_000 * 3 + (beat - 4) * 48_000;
        }
        assert_eq!(before(&grid, 7, Length::Bars(2.0)), 48_000 * 6);
        grid.beats.truncate(1);
        assert_eq!(sample_at_beat(&grid, 3.0), 48_000.0 * 2.5);
    }

    #[test]
    fn beats_at_one_place_do_not_stop_the_count() {
        let mut grid = grid();
        for beat in &mut grid.beats {
            beat.at.0 = 48_000;
        }
        assert_eq!(bar_lines(&grid, SamplePos(48_000), SamplePos(48_000 * 6)).len(), 2);
    }
}
