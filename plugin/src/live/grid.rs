//! Where beats and bars are at a sample: by the host where it says so, else as heard.

use phosphene_core::{
    analysis::{
        Beat,
        live::{LiveBeat, Tracker},
    },
    take::{HostClock, News as ClockNews, Quantize, Transport},
    time::{SamplePos, SampleRate},
};

use crate::shared::GridSource;

/// Stretches of tempo that ended longer ago than this are forgotten, in seconds.
const REMEMBERED_SECS: u64 = 10;

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

/// What the user says over the host.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Given {
    /// Beats in a bar.
    pub beats_per_bar: Option<u32>,
    /// Tempo, from the first sample that the host plays.
    pub bpm: Option<f64>,
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

/// The host's clock, with what the user says over it.
#[derive(Debug, Clone)]
pub(super) struct HostGrid {
    rate: SampleRate,
    clock: HostClock,
    given: Given,
    last: Option<Transport>,
    began: u64,
}

impl HostGrid {
    pub(super) fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            clock: HostClock::new(rate),
            given: Given::default(),
            last: None,
            began: 0,
        }
    }

    /// What the user says; the clock begins anew when it is something else.
    pub(super) fn give(&mut self, given: Given) {
        if given != self.given {
            self.given = given;
            self.clock = HostClock::new(self.rate);
        }
    }

    /// Takes what the host says at a sample.
    pub(super) fn push(&mut self, at: u64, transport: Transport) -> News {
        let was = self.playing();
        if transport.playing && !was {
            self.began = at;
        }
        let transport = self.told(at, transport);
        let news = self.clock.push(SamplePos(at), transport);
        self.last = Some(transport);
        let kept = REMEMBERED_SECS * u64::from(self.rate.hz());
        self.clock.forget_before(SamplePos(at.saturating_sub(kept)));
        match (was, transport.playing, news) {
            (false, true, _) => News::Started,
            (true, false, _) => News::Stopped,
            (_, _, ClockNews::Jumped) => News::Jumped,
            _ => News::None,
        }
    }

    /// What the host says with what the user says over it, as a render takes it.
    fn told(&self, at: u64, transport: Transport) -> Transport {
        let signature = self.given.beats_per_bar.map(|beats| (beats.clamp(1, 64), 4));
        if let Some(bpm) = self.given.bpm {
            let secs = (at - self.began) as f64 / f64::from(self.rate.hz());
            return Transport {
                tempo_bpm: Some(bpm),
                quarters: Some(secs * bpm / 60.0),
                bar_quarters: None,
                host_sample: None,
                signature: signature.or(Some((4, 4))),
                ..transport
            };
        }
        match signature {
            Some(_) => Transport {
                signature,
                bar_quarters: None,
                ..transport
            },
            None => transport,
        }
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        self.clock = HostClock::new(self.rate);
        self.last = None;
    }

    pub(super) fn playing(&self) -> bool {
        self.last.is_some_and(|last| last.playing)
    }

    /// The grid at a sample; `None` when the host does not say tempo and position.
    pub(super) fn at(&self, at: u64) -> Option<Grid> {
        let last = self.last?;
        let tempo = last.tempo_bpm.filter(|bpm| (1.0..=2_000.0).contains(bpm))?;
        let quarters = last.quarters.filter(|quarters| quarters.is_finite())?;
        if !last.playing {
            // Its place, in quarter notes: nothing lands there.
            return Some(Grid {
                source: GridSource::Host,
                running: false,
                beat: quarters,
                bpm: tempo,
                bar_beats: 4.0,
                bar: quarters / 4.0,
            });
        }
        let at = SamplePos(at);
        let bar_beats = f64::from(self.clock.beats_per_bar(at)?);
        let beat = self.clock.beat(at)?;
        let tempo = self.clock.tempo_bpm(at)?;
        // Felt beats may be other than quarter notes: how many there are in one is a twelfth's multiple in any metre.
        let second = SamplePos(at.0 + u64::from(self.rate.hz()) / 100);
        let felt = (self.clock.beat(second)? - beat) / (self.clock.quarters(second)? - self.clock.quarters(at)?);
        let felt = if felt.is_finite() && felt > 0.0 {
            (felt * 12.0).round().max(1.0) / 12.0
        } else {
            1.0
        };
        Some(Grid {
            source: GridSource::Host,
            running: true,
            beat,
            bpm: tempo * felt,
            bar_beats,
            bar: beat / bar_beats,
        })
    }
}

/// The beats as heard, counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HeardGrid {
    /// The tracker's samples begin here.
    pub offset: u64,
    beats: u64,
    bars: u64,
    state: LiveBeat,
}

impl HeardGrid {
    /// A beat was announced.
    pub(super) fn beat(&mut self, beat: Beat) {
        self.beats += 1;
        self.bars += u64::from(beat.in_bar == 1);
    }

    /// What the tracker knows now.
    pub(super) fn update(&mut self, tracker: &Tracker) {
        self.state = tracker.state();
    }

    /// The grid at a sample; `None` without a beat.
    pub(super) fn at(&self, at: u64) -> Option<Grid> {
        let state = &self.state;
        let last = state
            .last
            .filter(|_| state.confidence > 0.0 && state.period > 0.0 && state.bpm > 0.0)?;
        let since = (at as f64 - self.offset as f64 - last.at.0 as f64) / state.period;
        // Never over the next beat before it is announced: it counts on from there.
        let since = since.clamp(-1.0, 0.999);
        let bar_beats = f64::from(state.beats_per_bar.max(1));
        let in_bar = f64::from(last.in_bar.max(1) - 1);
        Some(Grid {
            source: GridSource::Tracker,
            running: true,
            beat: self.beats as f64 - 1.0 + since,
            bpm: state.bpm,
            bar_beats,
            bar: self.bars as f64 - 1.0 + (in_bar + since) / bar_beats,
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

    fn host() -> HostGrid {
        HostGrid::new(SampleRate::new(48_000).unwrap())
    }

    #[test]
    fn lines_are_those_of_a_render_in_any_signature() {
        for signature in [(4, 4), (3, 4), (6, 8), (5, 4)] {
            let bar = f64::from(signature.0) * 4.0 / f64::from(signature.1);
            let mut host = host();
            host.push(0, transport(bar * 2.0 + 1.25, bar * 2.0, signature));
            for at in [0, 30_000, 96_001] {
                let grid = host.at(at).unwrap();
                for quantize in [
                    Quantize::Beat,
                    Quantize::Bar,
                    Quantize::Bars2,
                    Quantize::Bars4,
                    Quantize::Bars8,
                ] {
                    let ahead = (grid.line(quantize, 0.0) - grid.beat) * grid.beat_samples(48_000.0);
                    let render = host.clock.line(SamplePos(at), quantize, 0);
                    assert!(
                        (at as f64 + ahead - render.0 as f64).abs() < 1.0,
                        "{signature:?} {quantize:?} {at}"
                    );
                }
            }
        }
    }

    #[test]
    fn loops_seeks_starts_and_stops_are_told_apart() {
        let mut host = host();
        let mut push = |at: u64, quarters: f64, playing: bool| {
            let transport = Transport {
                playing,
                ..transport(quarters, 0.0, (4, 4))
            };
            host.push(at, transport)
        };
        assert_eq!(push(0, 0.0, false), News::None);
        assert_eq!(push(512, 0.0, true), News::Started);
        assert_eq!(push(24_512, 1.0, true), News::None);
        assert_eq!(push(48_512, 0.0, true), News::Jumped);
        assert_eq!(push(49_024, 0.0, false), News::Stopped);
        assert_eq!(push(49_536, 9.0, false), News::None);
    }

    #[test]
    fn what_the_user_gives_counts_more_than_the_host() {
        let mut host = host();
        host.give(Given {
            beats_per_bar: Some(3),
            bpm: Some(90.0),
        });
        host.push(48_000, transport(5.0, 4.0, (4, 4)));
        let grid = host.at(96_000).unwrap();
        assert!(
            (grid.beat - 1.5).abs() < 1e-6 && (grid.bpm - 90.0).abs() < 1e-3 && grid.bar_beats == 3.0,
            "{grid:?}"
        );
    }
}
