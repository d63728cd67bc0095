//! Where beats and bars are at a sample: by the host where it says so.

use phosphene_engine::take::{Quantize, Transport};

use crate::shared::GridSource;

/// The grid as seen from one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    pub source: GridSource,
    /// Whether it runs: a host that stands still shows its place, but nothing lands.
    pub running: bool,
    /// Position in beats.
    pub beat: f64,
    pub bpm: f64,
    /// Beats in a bar.
    pub bar_beats: f64,
    /// Position in bars from the song's first.
    pub bar: f64,
}

impl Grid {
    /// The beat on which a change asked for here lands: a line at most `grace` beats ago, else the next one.
    pub(super) fn line(&self, quantize: Quantize, grace: f64) -> f64 {
        let bars = match quantize {
            Quantize::Off => return self.beat,
            Quantize::Beat => return (self.beat - grace).ceil(),
            Quantize::Bar => 1.0,
            Quantize::Bars2 => 2.0,
            Quantize::Bars4 => 4.0,
            Quantize::Bars8 => 8.0,
        };
        let line = ((self.bar - grace / self.bar_beats) / bars).ceil() * bars;
        self.beat + (line - self.bar) * self.bar_beats
    }

    /// Samples in a beat.
    pub(super) fn beat_samples(&self, rate_hz: f64) -> f64 {
        rate_hz * 60.0 / self.bpm
    }
}

/// The host's clock, carried on from what it said last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HostGrid {
    last: Option<(u64, Transport)>,
    /// What the user says over the host.
    pub beats_per_bar: Option<u32>,
}

/// What became of the host's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It is where it was expected.
    None,
    /// It began to play.
    Started,
    /// It stopped.
    Stopped,
    /// It is elsewhere: a loop, a seek.
    Jumped,
}

/// A position off by more than this many beats is a jump.
const JUMP_BEATS: f64 = 0.02;

impl HostGrid {
    /// Takes what the host says at a sample.
    pub(super) fn push(&mut self, at: u64, transport: Transport, rate_hz: f64) -> News {
        let expected = self.at(at, rate_hz);
        let was = self.last.is_some_and(|(_, last)| last.playing);
        self.last = Some((at, transport));
        match (was, transport.playing) {
            (false, true) => News::Started,
            (true, false) => News::Stopped,
            (false, false) => News::None,
            (true, true) => match (expected, self.at(at, rate_hz)) {
                (Some(expected), Some(now)) if (expected.beat - now.beat).abs() > JUMP_BEATS => News::Jumped,
                (Some(_), None) | (None, Some(_)) => News::Jumped,
                _ => News::None,
            },
        }
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    pub(super) fn playing(&self) -> bool {
        self.last.is_some_and(|(_, last)| last.playing)
    }

    /// The grid at a sample; `None` when the host does not say tempo and position.
    pub(super) fn at(&self, at: u64, rate_hz: f64) -> Option<Grid> {
        let (from, transport) = self.last?;
        let bpm = transport.tempo_bpm.filter(|bpm| bpm.is_finite() && *bpm > 0.0)?;
        let start = transport.quarters.filter(|quarters| quarters.is_finite())?;
        let bar_beats = match (self.beats_per_bar, transport.signature) {
            (Some(beats), _) if beats > 0 => f64::from(beats),
            // Beats are quarter notes, as hosts count: 6/8 has three.
            (_, Some((beats, unit))) if beats > 0 && unit > 0 => f64::from(beats) * 4.0 / f64::from(unit),
            _ => 4.0,
        };
        // Bars are counted from the start of the one that the host is in, where it says so.
        let (downbeat, number) = match transport.bar_quarters {
            Some(quarters) if quarters.is_finite() && self.beats_per_bar.is_none() => {
                (quarters, (quarters / bar_beats).round())
            }
            _ => (0.0, 0.0),
        };
        let secs = (at as f64 - from as f64) / rate_hz;
        let beat = if transport.playing {
            start + secs * bpm / 60.0
        } else {
            start
        };
        Some(Grid {
            source: GridSource::Host,
            running: transport.playing,
            beat,
            bpm,
            bar_beats,
            bar: number + (beat - downbeat) / bar_beats,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(quarters: f64, bar: f64, signature: (u32, u32)) -> Transport {
        Transport {
            playing: true,
            tempo_bpm: Some(120.0),
            quarters: Some(quarters),
            bar_quarters: Some(bar),
            host_sample: None,
            signature: Some(signature),
        }
    }

    #[test]
    fn lines_are_those_of_the_host_in_any_signature() {
        for (signature, beats) in [((4, 4), 4.0), ((3, 4), 3.0), ((6, 8), 3.0), ((7, 8), 3.5)] {
            let mut host = HostGrid::default();
            host.push(0, transport(beats * 2.0 + 1.25, beats * 2.0, signature), 48_000.0);
            let grid = host.at(0, 48_000.0).unwrap();
            let line = |quantize| grid.line(quantize, 0.05);
            assert_eq!(line(Quantize::Off), beats * 2.0 + 1.25);
            assert_eq!(line(Quantize::Beat), (beats * 2.0 + 1.2).ceil());
            assert!((line(Quantize::Bar) - beats * 3.0).abs() < 1e-9);
            assert!((line(Quantize::Bars2) - beats * 4.0).abs() < 1e-9);
            assert!((line(Quantize::Bars8) - beats * 8.0).abs() < 1e-9);
            // A little late counts as on the line.
            let late = host.at(0, 48_000.0).map(|grid| Grid {
                beat: beats * 2.0 + 0.03,
                bar: 2.0 + 0.03 / beats,
                ..grid
            });
            assert!((late.unwrap().line(Quantize::Bar, 0.05) - beats * 2.0).abs() < 1e-9);
        }
    }

    #[test]
    fn loops_seeks_starts_and_stops_are_told_apart() {
        let mut host = HostGrid::default();
        let mut push = |at: u64, quarters: f64, playing: bool| {
            let transport = Transport {
                playing,
                ..transport(quarters, 0.0, (4, 4))
            };
            host.push(at, transport, 48_000.0)
        };
        assert_eq!(push(0, 0.0, false), News::None);
        assert_eq!(push(512, 0.0, true), News::Started);
        assert_eq!(push(24_512, 1.0, true), News::None);
        assert_eq!(push(48_512, 0.0, true), News::Jumped);
        assert_eq!(push(49_024, 0.0, false), News::Stopped);
        assert_eq!(push(49_536, 9.0, false), News::None);
    }
}
