//! The host's tempo map, from what the host said block by block: sample to quarter note, and the lines of the grid. Pure.
//!
//! Hosts round positions to ticks (1/1,920 of a quarter note in one of them) and tempi to floats, so a position that is
//! said again and again scatters by some samples. A stretch of constant tempo is therefore one straight line: it is
//! laid through the song's start where the host's own sample count allows it, through the point where it meets the line
//! before (a tempo changes on a beat, as a rule), else through the first position that was said. Only what leaves the
//! line by more than [`NOISE_SECS`] begins a new one.

use super::{LineSpacing, Quantize, Transport};
use crate::{
    analysis::Beat,
    time::{SamplePos, SampleRate},
};

/// Positions that differ by less than this are the same, in seconds.
const NOISE_SECS: f64 = 0.001_5;
/// A position that is further off is a jump, not a change of tempo, in seconds.
const JUMP_SECS: f64 = 0.02;
/// Tempi that differ by a smaller share are the same.
const SAME_TEMPO: f64 = 2e-5;
/// A changing tempo is followed in pieces at least this long, in seconds.
const PIECE_SECS: f64 = 0.04;
/// The coarsest tick that a host rounds positions to, in quarter notes.
const TICK: f64 = 1.0 / 900.0;
/// How near a quarter note a change of tempo must be to be on it.
const NEAR_QUARTER: f64 = 0.05;
/// Slack, in samples, that keeps a line from being missed by rounding.
const EPSILON_SAMPLES: f64 = 0.75;

/// What a block's transport told the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Nothing that was not foretold.
    None,
    /// Tempo, time signature or state changed: it belongs in the log.
    Changed,
    /// The host jumped: a loop, a seek.
    Jumped,
}

/// Where bars begin.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bars {
    signature: (u32, u32),
    /// A bar's first quarter note, and how many bars come before it.
    origin: f64,
    before: i64,
}

impl Bars {
    /// The length of a bar, in quarter notes.
    fn bar(self) -> f64 {
        f64::from(self.signature.0) * 4.0 / f64::from(self.signature.1)
    }

    /// The length of a beat, in quarter notes: compound metres (6/8, 9/8, 12/8) are felt in groups of three.
    fn beat(self) -> f64 {
        let (beats, kind) = self.signature;
        let unit = 4.0 / f64::from(kind);
        if kind >= 8 && beats > 3 && beats.is_multiple_of(3) {
            unit * 3.0
        } else {
            unit
        }
    }
}

/// A stretch of constant tempo.
#[derive(Debug, Clone, Copy, PartialEq)]
struct ClockStretch {
    /// Its first sample, and the sample at which the host stopped.
    from: SamplePos,
    until: Option<SamplePos>,
    /// A sample on its line (may be before `from`, and between samples), and the quarter note there.
    anchor: f64,
    quarters: f64,
    tempo_bpm: f64,
    bars: Bars,
    /// Whether it goes on where the stretch before it ended, in quarter notes too.
    follows: bool,
}

/// Beats and bars of a host, from the transports of a take in order.
///
/// ```
/// use phosphene_core::{take::{HostClock, Quantize, Transport}, time::{SamplePos, SampleRate}};
/// let mut clock = HostClock::new(SampleRate::new(48_000)?);
/// let playing = Transport {
///     playing: true, tempo_bpm: Some(120.0), quarters: Some(0.0), bar_quarters: None, host_sample: Some(0),
///     signature: Some((4, 4)),
/// };
/// clock.push(SamplePos(0), playing);
/// assert_eq!(clock.line(SamplePos(50_000), Quantize::Bar, 0), SamplePos(96_000));
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct HostClock {
    rate: SampleRate,
    last: Option<(SamplePos, Transport)>,
    stretches: Vec<ClockStretch>,
}

impl HostClock {
    /// A clock that knows nothing yet.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            last: None,
            stretches: Vec::new(),
        }
    }

    /// Takes what the host said at a sample; samples must not go back. Says whether it could be foretold.
    pub fn push(&mut self, at: SamplePos, transport: Transport) -> News {
        let before = self.last.replace((at, transport));
        let news = match before {
            None => News::Changed,
            Some((then, old)) => self.news(at, &transport, then, &old),
        };
        if news == News::None {
            return news;
        }
        self.begin(at, &transport, news == News::Jumped);
        news
    }

    /// Whether the host gave a tempo and a position while it played.
    #[must_use]
    pub fn has_grid(&self) -> bool {
        !self.stretches.is_empty()
    }

    /// The position in quarter notes; `None` before the host said one.
    #[must_use]
    pub fn quarters(&self, at: SamplePos) -> Option<f64> {
        self.stretch(at).map(|stretch| self.quarters_on(stretch, at.0 as f64))
    }

    /// The tempo in quarter notes a minute; `None` before the host said one.
    #[must_use]
    pub fn tempo_bpm(&self, at: SamplePos) -> Option<f64> {
        self.stretch(at).map(|stretch| stretch.tempo_bpm)
    }

    /// Beats in a bar, as they are felt: 2 in 6/8.
    #[must_use]
    pub fn beats_per_bar(&self, at: SamplePos) -> Option<u32> {
        let bars = self.stretch(at)?.bars;
        Some((bars.bar() / bars.beat()).round().max(1.0) as u32)
    }

    /// Position in felt beats from the song's first bar line, which is 0.
    #[must_use]
    pub fn beat(&self, at: SamplePos) -> Option<f64> {
        let stretch = self.stretch(at)?;
        let bars = stretch.bars;
        let whole = bars.before as f64 * (bars.bar() / bars.beat());
        Some(whole + (self.quarters_on(stretch, at.0 as f64) - bars.origin) / bars.beat())
    }

    /// The line of the grid on which a change asked for at `at` lands: the nearest before it when that is at most
    /// `grace` samples ago, else the first at or after it. `at` itself with [`Quantize::Off`] or without a grid.
    #[must_use]
    pub fn line(&self, at: SamplePos, quantize: Quantize, grace: u64) -> SamplePos {
        let lines = |bars: Bars| match quantize.spacing()? {
            LineSpacing::Beat => Some((bars.beat(), 0.0)),
            LineSpacing::Bars(count) => Some((
                bars.bar() * f64::from(count),
                bars.before.rem_euclid(i64::from(count)) as f64 * bars.bar(),
            )),
        };
        let found = self.lines(SamplePos(at.0.saturating_sub(grace)), lines).next();
        found.map_or(at, |(line, _)| line)
    }

    /// The beats up to `len` samples, from the first that the host played.
    #[must_use]
    pub fn beats(&self, len: u64) -> Vec<Beat> {
        let mut beats: Vec<Beat> = self
            .lines(SamplePos(0), |bars| Some((bars.beat(), 0.0)))
            .take_while(|(at, _)| at.0 < len)
            .map(|(at, (bars, quarters))| {
                let count = (bars.bar() / bars.beat()).round().max(1.0) as i64;
                let number = ((quarters - bars.origin) / bars.beat()).round() as i64;
                Beat {
                    at,
                    in_bar: number.rem_euclid(count) as u32 + 1,
                }
            })
            .collect();
        beats.dedup_by_key(|beat| beat.at);
        beats
    }

    /// Forgets stretches that ended before `at`, so that a clock that runs for days stays small.
    pub fn forget_before(&mut self, at: SamplePos) {
        let kept = self.stretches.partition_point(|stretch| stretch.from <= at);
        self.stretches.drain(..kept.saturating_sub(1));
    }

    fn stretch(&self, at: SamplePos) -> Option<&ClockStretch> {
        let after = self.stretches.partition_point(|stretch| stretch.from <= at);
        self.stretches.get(after.saturating_sub(1))
    }

    fn quarters_on(&self, stretch: &ClockStretch, at: f64) -> f64 {
        stretch.quarters + (at - stretch.anchor) * stretch.tempo_bpm / (60.0 * f64::from(self.rate.hz()))
    }

    fn sample_on(&self, stretch: &ClockStretch, quarters: f64) -> f64 {
        stretch.anchor + (quarters - stretch.quarters) * 60.0 * f64::from(self.rate.hz()) / stretch.tempo_bpm
    }

    /// Lines from a sample on: `step` gives their distance and the first one's offset back from the bars' origin, both
    /// in quarter notes.
    fn lines<'a>(
        &'a self,
        from: SamplePos,
        step: impl Fn(Bars) -> Option<(f64, f64)> + 'a,
    ) -> impl Iterator<Item = (SamplePos, (Bars, f64))> + 'a {
        let first = self.stretches.partition_point(|s| s.from <= from).saturating_sub(1);
        let stretches = self.stretches.iter().enumerate().skip(first);
        stretches.flat_map(move |(index, stretch)| {
            let next = self.stretches.get(index + 1);
            let end = match (stretch.until, next.map(|next| next.from)) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            let begin = from.max(stretch.from);
            let (distance, back) = step(stretch.bars).unwrap_or((f64::INFINITY, 0.0));
            let origin = stretch.bars.origin - back;
            let slack = EPSILON_SAMPLES * stretch.tempo_bpm / (60.0 * f64::from(self.rate.hz()));
            let number = ((self.quarters_on(stretch, begin.0 as f64) - origin - slack) / distance).ceil();
            let usable = distance.is_finite() && distance > 0.0 && number.is_finite();
            // Two lines meet only nearly: which of them a beat is on is decided in quarter notes, so that none is on
            // both or on neither.
            let last = next.filter(|next| next.follows).map(|next| {
                self.quarters_on(next, next.from.0 as f64)
                    - EPSILON_SAMPLES * next.tempo_bpm / (60.0 * f64::from(self.rate.hz()))
            });
            (0..if usable { u64::MAX } else { 0 })
                .map(move |n| {
                    let quarters = origin + (number + n as f64) * distance;
                    let at = self.sample_on(stretch, quarters).round().max(begin.0 as f64);
                    (SamplePos(at as u64), (stretch.bars, quarters))
                })
                .take_while(move |(at, (_, quarters))| match last {
                    Some(last) => *quarters < last,
                    None => end.is_none_or(|end| *at < end),
                })
        })
    }

    fn news(&self, at: SamplePos, new: &Transport, then: SamplePos, old: &Transport) -> News {
        if new.playing != old.playing || new.signature != old.signature {
            return News::Changed;
        }
        if !new.playing {
            return News::None;
        }
        if let (Some(now), Some(before)) = (new.host_sample, old.host_sample) {
            // Positions that a host derives from its beats may be a few samples off.
            let moved = now.saturating_sub(before);
            let passed = i64::try_from(at.0 - then.0).unwrap_or(i64::MAX);
            let slack = (f64::from(self.rate.hz()) * NOISE_SECS) as u64;
            if moved.abs_diff(passed) > slack {
                return News::Jumped;
            }
        }
        let (Some(tempo), Some(quarters)) = (new.tempo_bpm, new.quarters) else {
            let known = old.tempo_bpm.is_some() && old.quarters.is_some();
            return if known { News::Changed } else { News::None };
        };
        let Some(stretch) = self.stretches.last().filter(|stretch| stretch.until.is_none()) else {
            return News::Changed;
        };
        let off = (quarters - self.quarters_on(stretch, at.0 as f64)).abs() * 60.0 / tempo.max(1.0);
        let piece = (at.0 - stretch.from.0) as f64 / f64::from(self.rate.hz());
        let other_tempo = (tempo / stretch.tempo_bpm - 1.0).abs() > SAME_TEMPO;
        match off {
            // A host without sample positions that jumps can only be told by its beats.
            off if off > JUMP_SECS && new.host_sample.is_none() && !other_tempo => News::Jumped,
            off if off > NOISE_SECS => News::Changed,
            _ if other_tempo && piece >= PIECE_SECS => News::Changed,
            _ => News::None,
        }
    }

    /// Ends the stretch under way and begins the next, if the host says enough.
    fn begin(&mut self, at: SamplePos, transport: &Transport, jumped: bool) {
        let usable = |value: &f64| value.is_finite() && value.abs() < 1e9;
        let known = transport.playing.then_some(()).and_then(|()| {
            let tempo = transport.tempo_bpm.filter(|tempo| (1.0..=2_000.0).contains(tempo))?;
            Some((tempo, transport.quarters.filter(usable)?))
        });
        let before = self.stretches.last().copied().filter(|stretch| stretch.until.is_none());
        let Some((tempo_bpm, quarters)) = known else {
            if let Some(last) = self.stretches.last_mut() {
                last.until.get_or_insert(at);
            }
            return;
        };
        let follows = before.filter(|_| !jumped);
        let mut stretch = ClockStretch {
            from: at,
            until: None,
            anchor: at.0 as f64,
            quarters,
            tempo_bpm,
            bars: Bars {
                signature: (4, 4),
                origin: 0.0,
                before: 0,
            },
            follows: follows.is_some(),
        };
        if let Some(old) = follows {
            self.join(&mut stretch, &old);
        } else if let Some(host) = transport.host_sample {
            // From the song's start on at one tempo: the line goes through the start.
            let from_start = host as f64 * tempo_bpm / (60.0 * f64::from(self.rate.hz()));
            if (from_start - quarters).abs() <= TICK {
                stretch.anchor = at.0 as f64 - host as f64;
                stretch.quarters = 0.0;
            }
        }
        stretch.bars = bars(transport, self.stretches.last().map(|last| last.bars), quarters);
        if let Some(last) = self.stretches.last_mut() {
            last.until.get_or_insert(stretch.from);
        }
        self.stretches.retain(|old| old.from < stretch.from);
        self.stretches.push(stretch);
    }

    /// Lays a new tempo's line through the point where it meets the old one.
    fn join(&self, new: &mut ClockStretch, old: &ClockStretch) {
        let per_sample = 1.0 / (60.0 * f64::from(self.rate.hz()));
        let (fast, slow) = (new.tempo_bpm * per_sample, old.tempo_bpm * per_sample);
        let share = (new.tempo_bpm / old.tempo_bpm - 1.0).abs();
        let here = self.quarters_on(old, new.anchor);
        if share <= SAME_TEMPO {
            // The same tempo: another time signature, or noise.
            if (here - new.quarters).abs() <= TICK {
                (new.anchor, new.quarters) = (old.anchor, old.quarters);
            }
            return;
        }
        // Both lines at the sample s: here + slow (s - anchor) = quarters + fast (s - anchor).
        let meet = new.anchor + (here - new.quarters) / (fast - slow);
        let earliest = old.from.0 as f64;
        if meet > new.anchor + f64::from(self.rate.hz()) * NOISE_SECS || meet < earliest {
            return;
        }
        let quarters = self.quarters_on(old, meet);
        let near = quarters.round();
        let tolerance = (2.0 * TICK / share).min(NEAR_QUARTER);
        if (quarters - near).abs() <= tolerance {
            new.anchor = self.sample_on(old, near);
            new.quarters = near;
            new.from = SamplePos(new.anchor.round().clamp(earliest + 1.0, new.from.0 as f64) as u64);
        }
    }
}

/// The bars from a position on.
fn bars(transport: &Transport, before: Option<Bars>, quarters: f64) -> Bars {
    let signature = transport
        .signature
        .filter(|(beats, kind)| (1..=64).contains(beats) && [1, 2, 4, 8, 16, 32].contains(kind))
        .unwrap_or((4, 4));
    let mut bars = Bars {
        signature,
        origin: 0.0,
        before: 0,
    };
    if let Some(old) = before.filter(|old| old.signature == signature) {
        return old;
    }
    if let Some(old) = before {
        // A time signature changes on a bar line: the nearest one of the old bars.
        let passed = ((quarters - old.origin) / old.bar()).round();
        bars.origin = old.origin + passed * old.bar();
        bars.before = old.before + passed as i64;
    }
    // Some hosts count bars from 1 where they should from 0: what can't be is not believed.
    let said = transport.bar_quarters.filter(|start| start.is_finite());
    if let Some(start) = said.filter(|start| (-TICK..bars.bar() + TICK).contains(&(quarters - start))) {
        let off = (start - bars.origin) / bars.bar();
        if before.is_none() && (off - off.round()).abs() > TICK {
            bars.origin = start - (start / bars.bar()).floor() * bars.bar();
            bars.before = i64::from(bars.origin > TICK);
        }
    }
    bars
}

#[cfg(test)]
mod tests;
