//! Where beats and bars are at a sample of a stream: by the host where it says so, else as tracked.

use crate::{
    analysis::{
        Beat,
        live::{LiveBeat, Tracker},
    },
    take::{GridOverride, HostClock, LineSpacing, News as ClockNews, Quantize, Transport},
    time::{SamplePos, SampleRate},
};

/// Stretches of tempo that ended longer ago than this are forgotten, in seconds.
const REMEMBERED_SECS: u64 = 10;

/// Who says where the beats are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GridSource {
    /// The host.
    Host,
    /// The beat tracker.
    Tracker,
}

/// The grid as seen from one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveGrid {
    /// Who says so.
    pub source: GridSource,
    /// Whether it runs: a host that stands still shows its place, but nothing lands.
    pub running: bool,
    /// Position in beats.
    pub beat: f64,
    /// Beats a minute.
    pub bpm: f64,
    /// Beats in a bar.
    pub bar_beats: f64,
    /// Position in bars from the song's first.
    pub bar: f64,
}

impl LiveGrid {
    /// The beat on which a change asked for here lands: a line at most `grace` beats ago, else the next one.
    ///
    /// In beats, where [`HostClock::line`] has samples: the tempo may still change before the line comes.
    #[must_use]
    pub fn line(&self, quantize: Quantize, grace: f64) -> f64 {
        match quantize.spacing() {
            None => self.beat,
            Some(LineSpacing::Beat) => (self.beat - grace).ceil(),
            Some(LineSpacing::Bars(bars)) => {
                let bars = f64::from(bars);
                let line = ((self.bar - grace / self.bar_beats) / bars).ceil() * bars;
                self.beat + (line - self.bar) * self.bar_beats
            }
        }
    }

    /// Samples in a beat.
    #[must_use]
    pub fn beat_samples(&self, rate: SampleRate) -> f64 {
        f64::from(rate.hz()) * 60.0 / self.bpm
    }
}

/// What became of the host's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostNews {
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
pub struct HostGrid {
    rate: SampleRate,
    clock: HostClock,
    given: GridOverride,
    last: Option<Transport>,
    began: u64,
}

impl HostGrid {
    /// A clock that knows nothing yet.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            clock: HostClock::new(rate),
            given: GridOverride::default(),
            last: None,
            began: 0,
        }
    }

    /// Takes what the user says; the clock begins anew when it is something else.
    pub fn give(&mut self, given: GridOverride) {
        if given != self.given {
            self.given = given;
            self.clock = HostClock::new(self.rate);
        }
    }

    /// Takes what the host says at a sample.
    pub fn push(&mut self, at: u64, transport: Transport) -> HostNews {
        let was = self.playing();
        if transport.playing && !was {
            self.began = at;
        }
        // A take begins where the host does; a stream has been under way for long, so that counts from where the host began.
        let secs = (at - self.began) as f64 / f64::from(self.rate.hz());
        let transport = self.given.over(transport, secs);
        let news = self.clock.push(SamplePos(at), transport);
        self.last = Some(transport);
        let kept = REMEMBERED_SECS * u64::from(self.rate.hz());
        self.clock.forget_before(SamplePos(at.saturating_sub(kept)));
        match (was, transport.playing, news) {
            (false, true, _) => HostNews::Started,
            (true, false, _) => HostNews::Stopped,
            (_, _, ClockNews::Jumped) => HostNews::Jumped,
            _ => HostNews::None,
        }
    }

    /// Nothing is known any more.
    pub fn forget(&mut self) {
        self.clock = HostClock::new(self.rate);
        self.last = None;
    }

    /// Whether the host plays.
    #[must_use]
    pub fn playing(&self) -> bool {
        self.last.is_some_and(|last| last.playing)
    }

    /// The grid at a sample; `None` when the host does not say tempo and position.
    #[must_use]
    pub fn at(&self, at: u64) -> Option<LiveGrid> {
        let last = self.last?;
        let tempo = last.tempo_bpm.filter(|bpm| (1.0..=2_000.0).contains(bpm))?;
        let quarters = last.quarters.filter(|quarters| quarters.is_finite())?;
        if !last.playing {
            // Its place, in quarter notes: nothing lands there.
            return Some(LiveGrid {
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
        // Beats of the tactus may be other than quarter notes: how many there are in one is a twelfth's multiple in any metre.
        let second = SamplePos(at.0 + u64::from(self.rate.hz()) / 100);
        let tactus = (self.clock.beat(second)? - beat) / (self.clock.quarters(second)? - self.clock.quarters(at)?);
        let tactus = if tactus.is_finite() && tactus > 0.0 {
            (tactus * 12.0).round().max(1.0) / 12.0
        } else {
            1.0
        };
        Some(LiveGrid {
            source: GridSource::Host,
            running: true,
            beat,
            bpm: tempo * tactus,
            bar_beats,
            bar: beat / bar_beats,
        })
    }
}

/// The tracker's beats, counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrackerGrid {
    /// The tracker's samples begin here.
    pub offset: u64,
    beats: u64,
    bars: u64,
    state: LiveBeat,
}

impl TrackerGrid {
    /// A beat was announced.
    pub fn beat(&mut self, beat: Beat) {
        self.beats += 1;
        self.bars += u64::from(beat.in_bar == 1);
    }

    /// What the tracker knows now.
    pub fn update(&mut self, tracker: &Tracker) {
        self.state = tracker.state();
    }

    /// The grid at a sample; `None` without a beat.
    #[must_use]
    pub fn at(&self, at: u64) -> Option<LiveGrid> {
        let state = &self.state;
        let last = state
            .last
            .filter(|_| state.confidence > 0.0 && state.period > 0.0 && state.bpm > 0.0)?;
        let since = (at as f64 - self.offset as f64 - last.at.0 as f64) / state.period;
        // Never over the next beat before it is announced: it counts on from there.
        let since = since.clamp(-1.0, 0.999);
        let bar_beats = f64::from(state.beats_per_bar.max(1));
        let in_bar = f64::from(last.in_bar.max(1) - 1);
        Some(LiveGrid {
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
                    let ahead = (grid.line(quantize, 0.0) - grid.beat) * grid.beat_samples(host.rate);
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
        assert_eq!(push(0, 0.0, false), HostNews::None);
        assert_eq!(push(512, 0.0, true), HostNews::Started);
        assert_eq!(push(24_512, 1.0, true), HostNews::None);
        assert_eq!(push(48_512, 0.0, true), HostNews::Jumped);
        assert_eq!(push(49_024, 0.0, false), HostNews::Stopped);
        assert_eq!(push(49_536, 9.0, false), HostNews::None);
    }

    #[test]
    fn what_the_user_gives_counts_more_than_the_host() {
        let mut host = host();
        host.give(GridOverride {
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
