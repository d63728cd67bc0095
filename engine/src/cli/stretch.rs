//! `--from`, `--to` and `--snap`: the part of a song that a video is made of.

use std::ops::Range;

use clap::{Args, ValueEnum};
use phosphene_engine::{
    Error, Result,
    analysis::Analysis,
    cue::{self, Snap},
    direct::Director,
    storyboard::Position,
    time::SamplePos,
};

/// A part of the song.
#[derive(Args)]
pub struct StretchArgs {
    /// Begin here: a time ("0:42.5"), exactly; a bar ("17", "17.3"); or a section ("chorus 2")
    #[arg(long, value_name = "POSITION")]
    from: Option<Position>,
    /// End here
    #[arg(long, value_name = "POSITION")]
    to: Option<Position>,
    /// Move the times of --from and --to to the nearest beat or bar line
    #[arg(long, value_enum, value_name = "GRID")]
    snap: Option<SnapName>,
}

/// What times are moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SnapName {
    /// The nearest beat
    Beat,
    /// The nearest bar line
    Bar,
}

impl StretchArgs {
    /// Whether it is the whole song.
    pub fn is_all(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// The frames from `--from` up to `--to`.
    ///
    /// An exact time is the frame that starts nearest to it, and the sound begins with that frame. What lies on the grid is
    /// the frame on which a cue there is.
    pub fn frames(&self, analysis: &Analysis, director: &Director) -> Result<Range<u64>> {
        let (fps, rate) = (director.fps(), analysis.grid.rate);
        let snap = self.snap(analysis)?;
        let frame = |position: &Position, at: SamplePos| match (position, snap) {
            (Position::Time { .. }, Snap::Off) => fps.nearest_frame(at, rate).0,
            _ => fps.frame_of_event(at, rate).0,
        };
        let from = match &self.from {
            Some(from) => frame(from, cue::place_start(from, analysis, snap)?),
            None => 0,
        };
        let to = match &self.to {
            Some(to) => match cue::place_end(to, analysis, snap)? {
                // The last frame may show past the song's end.
                at if at.0 >= analysis.features.len => director.frames(),
                at => frame(to, at).min(director.frames()),
            },
            None => director.frames(),
        };
        if from < to {
            return Ok(from..to);
        }
        Err(Error::Value {
            what: "--to",
            expected: "after --from, by a frame at least".into(),
            actual: self
                .to
                .as_ref()
                .map_or_else(|| "the song's end".into(), Position::to_string),
        })
    }

    fn snap(&self, analysis: &Analysis) -> Result<Snap> {
        let snap = match self.snap {
            None => return Ok(Snap::Off),
            Some(SnapName::Beat) => Snap::Beat,
            Some(SnapName::Bar) => Snap::Bar,
        };
        let refuse = |expected: &str, actual: &str| {
            Err(Error::Value {
                what: "--snap",
                expected: expected.into(),
                actual: actual.into(),
            })
        };
        if self.is_all() {
            return refuse("given with --from or --to", "given alone");
        }
        if analysis.grid.beats.is_empty() {
            return refuse("left out in a song in which no beats are heard", "given");
        }
        Ok(snap)
    }
}
