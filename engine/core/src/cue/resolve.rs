//! Positions to samples, and samples back to the positions that people read.

use super::grid_math::{beat_samples, sample_at_micros};
use crate::{
    analysis::Analysis,
    error::{Error, Result},
    storyboard::Position,
    time::SamplePos,
};

/// The grid lines that a time goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snap {
    /// None: it stays where it is.
    Off,
    /// The nearest beat, unless none is within a beat's length of it.
    Beat,
    /// The nearest bar line, unless none is within a bar's length of it.
    Bar,
}

/// Where a position is in a song.
///
/// A bar's beat is that beat's sample. A time goes to the nearest beat, as [`Snap::Beat`] says. A section begins at the
/// downbeat within half a bar of its start, else where a time would.
///
/// # Errors
/// [`Error::Position`] when the song has no such bar, beat, time or section.
pub fn place(position: &Position, analysis: &Analysis) -> Result<SamplePos> {
    placed(position, analysis, Snap::Beat, Last::Sample)
}

/// As [`place`], with a word on where times go: for a stretch's beginning.
///
/// # Errors
/// As [`place`].
pub fn place_start(position: &Position, analysis: &Analysis, snap: Snap) -> Result<SamplePos> {
    placed(position, analysis, snap, Last::Sample)
}

/// As [`place_start`], for a stretch's end: the song's end is a place too.
///
/// # Errors
/// As [`place`].
pub fn place_end(position: &Position, analysis: &Analysis, snap: Snap) -> Result<SamplePos> {
    placed(position, analysis, snap, Last::End)
}

/// The last place in a song.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Its last sample.
    Sample,
    /// The end of it. A time counts as that until half a tenth of a second later, which is how exactly lengths are shown.
    End,
}

fn placed(position: &Position, analysis: &Analysis, snap: Snap, last: Last) -> Result<SamplePos> {
    let wrong = |reason: String| Error::Position {
        position: position.to_string(),
        reason,
    };
    let grid = &analysis.grid;
    let length = analysis.features.len;
    let end = clock(SamplePos(length), analysis);
    let is_inside = |at: SamplePos| at.0 < length || (last == Last::End && at.0 == length);
    match position {
        Position::Time { micros } => {
            let at = sample_at_micros(*micros, grid.rate);
            let shown = sample_at_micros(micros.saturating_sub(50_000), grid.rate);
            match last {
                Last::End if at.0 >= length && shown.0 <= length => return Ok(SamplePos(length)),
                _ if !is_inside(at) => return Err(wrong(format!("it ends at {end}"))),
                _ => {}
            }
            Ok(match snap {
                Snap::Off => at,
                Snap::Beat => snapped(at, analysis),
                Snap::Bar => on_nearest_bar(at, analysis),
            })
        }
        Position::Section { label, nth } => {
            let mut named = analysis.sections.iter().filter(|s| s.label.eq_ignore_ascii_case(label));
            let index = nth.saturating_sub(1) as usize;
            let section = named
                .nth(index)
                .ok_or_else(|| wrong(format!("its sections are {}", contents(analysis))))?;
            Ok(on_bar_line(section.start, analysis))
        }
        Position::Bar { bar, beat } => {
            if grid.beats.is_empty() {
                let remedy = "use a time such as \"0:42.5\", or give the tempo as [grid] bpm";
                return Err(wrong(format!("no beats were heard; {remedy}")));
            }
            let at = grid.sample_of_bar_beat(i64::from(*bar), *beat);
            if let Some(at) = at.filter(|at| is_inside(*at)) {
                return Ok(at);
            }
            // A bar line heard a little behind the last sample is the song's end.
            let slack = (beat_samples(grid) / 8.0) as u64;
            if last == Last::End && at.is_some_and(|at| at.0 <= length + slack) {
                return Ok(SamplePos(length));
            }
            let bars = grid.downbeats().count();
            let start = grid.sample_of_bar_beat(i64::from(*bar), 1).filter(|at| at.0 < length);
            Err(wrong(match start {
                Some(_) => format!("bar {bar} has fewer beats; the song ends at {end}"),
                None => format!("it has {bars} bars and ends at {end}"),
            }))
        }
    }
}

/// The clearest name of a sample: the bar and beat on it, else the time.
#[must_use]
pub fn name_of(at: SamplePos, analysis: &Analysis) -> Position {
    let grid = &analysis.grid;
    if let Ok(index) = grid.beats.binary_search_by_key(&at, |beat| beat.at) {
        let bar = grid.downbeats().take_while(|(i, _)| *i <= index).count();
        let beat = grid.beats[index].in_bar;
        let named = u32::try_from(bar)
            .ok()
            .filter(|_| grid.sample_of_bar_beat(bar as i64, beat) == Some(at));
        if let Some(bar) = named {
            return Position::Bar { bar, beat };
        }
    }
    let micros = u128::from(at.0) * 1_000_000 / u128::from(grid.rate.hz());
    Position::Time { micros: micros as u64 }
}

/// A time to a hundredth of a second, for messages.
pub(super) fn clock(at: SamplePos, analysis: &Analysis) -> String {
    let micros = u128::from(at.0) * 1_000_000 / u128::from(analysis.grid.rate.hz());
    let micros = micros as u64 / 10_000 * 10_000;
    Position::Time { micros }.to_string()
}

/// The beat nearest to a sample when it is within a beat's length, else the sample.
pub(super) fn snapped(at: SamplePos, analysis: &Analysis) -> SamplePos {
    let reach = beat_samples(&analysis.grid);
    let beat = analysis.grid.nearest_beat(at);
    beat.filter(|beat| beat.0.abs_diff(at.0) as f64 <= reach && beat.0 < analysis.features.len)
        .unwrap_or(at)
}

/// The downbeat nearest to a sample when it is within a bar's length, else the sample.
fn on_nearest_bar(at: SamplePos, analysis: &Analysis) -> SamplePos {
    let grid = &analysis.grid;
    let reach = beat_samples(grid) * f64::from(grid.beats_per_bar);
    let line = grid.nearest_downbeat(at);
    line.filter(|line| line.0.abs_diff(at.0) as f64 <= reach && line.0 < analysis.features.len)
        .unwrap_or(at)
}

/// The downbeat nearest to a section's start when it is within half a bar or so, else the start.
pub(super) fn on_bar_line(at: SamplePos, analysis: &Analysis) -> SamplePos {
    let grid = &analysis.grid;
    let reach = beat_samples(grid) * f64::from(grid.beats_per_bar) * 0.51;
    let line = grid.nearest_downbeat(at);
    line.filter(|line| line.0.abs_diff(at.0) as f64 <= reach)
        .unwrap_or_else(|| snapped(at, analysis))
}

/// What sections there are, as they are to be written.
fn contents(analysis: &Analysis) -> String {
    let mut names: Vec<String> = Vec::new();
    for (i, section) in analysis.sections.iter().enumerate().take(40) {
        let same = |other: &&crate::analysis::Section| other.label.eq_ignore_ascii_case(&section.label);
        let nth = analysis.sections[..=i].iter().filter(same).count() as u32;
        let label = section.label.clone();
        names.push(format!("\"{}\"", Position::Section { label, nth }));
    }
    names.join(", ")
}
