//! One stream as editor and preview show it: records and samples in, hop by hop, and a playhead that runs evenly.
//!
//! Everything is decided in samples, 100 times a second of sound, so blocks of any size give the same cues. The
//! playhead runs by the wall clock a block behind, so that large blocks do not make the picture stutter.

use std::collections::VecDeque;

use phosphene_core::{
    Result,
    analysis::{
        BEATLESS_BPM, HOPS_PER_SEC,
        live::{LiveEvent, LiveFeatures, Tracker},
    },
    cue::live::{HostGrid, HostNews, LiveCues, LiveGrid, TrackerGrid},
    direct::{LiveCue, LiveMusic, Playback, Reactive, fade_levels},
    take::{AskedBy, BANK_SIZE, GridOverride, Transport},
    time::{SamplePos, SampleRate},
};

use crate::{shared::LiveView, tap::Record};

/// Hops kept for the playhead: far more than it can be behind.
const MOST_HOPS: usize = 256;
/// Without a block for so long the stream stands still.
const STARVED_SECS: f64 = 0.25;
/// The playhead is at least this far behind, so that blocks that come unevenly don't stop it.
const LEAST_LAG_SECS: f64 = 0.02;
/// Changes that are gone for longer than this many beats are shown no more.
const GONE_BEATS: f64 = 16.0;

/// What the preview paints: where the stream is, and whether it moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StreamState {
    pub playback: Playback,
    /// Whether anything is heard.
    pub sounding: bool,
    /// Whether time goes on.
    pub running: bool,
    /// Counts how often the host began to play.
    pub starts: u64,
}

/// What is known of one hop.
#[derive(Debug, Clone, Copy)]
struct Point {
    at: u64,
    spectrum: [f32; LiveFeatures::SPECTRUM],
    music: LiveMusic,
    grid: Option<LiveGrid>,
    playing: bool,
}

/// Follows one stream.
pub(crate) struct Stream {
    rate: SampleRate,
    channels: usize,
    tracker: Tracker,
    music: LiveMusic,
    host: HostGrid,
    beats: TrackerGrid,
    cues: LiveCues,
    /// One bit for each scene that has a prompt.
    used: u16,
    /// Samples heard, those that were dropped included.
    heard: u64,
    hops: u64,
    block: (u64, u64),
    /// The longest block so far.
    longest: u64,
    points: VecDeque<Point>,
    shown: Point,
    playhead: f64,
    starved_secs: f64,
    heard_before: u64,
    starts: u64,
    /// The value of the parameter `Scene`, which counts where no blocks come.
    asked: usize,
}

impl Stream {
    /// One at `rate`, with a scene on screen.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Asset`] when the tracker's network is damaged.
    pub(crate) fn new(rate: SampleRate, channels: u16, scene: usize) -> Result<Self> {
        Ok(Self {
            rate,
            channels: usize::from(channels.max(1)),
            tracker: Tracker::new(rate)?,
            music: LiveMusic::new(rate),
            host: HostGrid::new(rate),
            beats: TrackerGrid::default(),
            cues: LiveCues::new(rate, scene),
            used: u16::MAX,
            heard: 0,
            hops: 0,
            block: (0, 0),
            longest: 0,
            points: VecDeque::with_capacity(MOST_HOPS),
            shown: Point {
                at: 0,
                spectrum: [0.0; LiveFeatures::SPECTRUM],
                music: LiveMusic::new(rate),
                grid: None,
                playing: false,
            },
            playhead: 0.0,
            starved_secs: f64::MAX,
            heard_before: 0,
            starts: 0,
            asked: scene,
        })
    }

    /// Takes what the audio thread sent, in order.
    pub(crate) fn push(&mut self, record: &Record, samples: &[f32]) {
        match *record {
            Record::Block {
                transport,
                dropped_samples,
                ..
            } => {
                self.skip(u64::from(dropped_samples));
                self.transport(transport);
                self.block = (self.heard, (samples.len() / self.channels) as u64);
                self.longest = self.longest.max(self.block.1);
                self.analyse(samples);
            }
            Record::Scene {
                offset,
                scene,
                quantize,
                morph,
                by,
            } => {
                let at = self.block.0 + u64::from(offset);
                let scene = usize::from(scene);
                if !self.has_prompt(scene) {
                    // As in a render: what was on before goes on.
                    return;
                }
                if by == AskedBy::Start {
                    self.cues.show(at, scene);
                } else {
                    let grid = self.grid(at);
                    let late = if by == AskedBy::Note { 0 } else { self.longest };
                    self.cues.set_lateness(late);
                    self.cues.ask(at, grid.as_ref(), scene, quantize, f64::from(morph));
                    let now = self.grid(self.heard);
                    self.cues.advance(self.heard, now.as_ref());
                }
            }
            Record::Stopped | Record::Reset => {
                self.host.forget();
                self.cues.advance(self.heard, None);
            }
            // The preview reads these where they are: in the parameters.
            Record::Params { .. } | Record::Style { .. } | Record::Seed { .. } => {}
        }
    }

    /// What the user says over the host, which scenes have a prompt (a bit each), and the value of `Scene`, which counts
    /// where the stream stands still.
    pub(crate) fn settings(&mut self, given: GridOverride, used: u16, scene: usize) {
        self.host.give(given);
        self.used = used;
        if scene != self.asked {
            self.asked = scene;
            if self.is_starved() && self.has_prompt(scene) {
                self.cues.show(self.heard, scene);
            }
        }
        let shown = self.cues.on_screen(self.heard);
        if !self.has_prompt(shown) && used != 0 {
            self.cues.show(self.heard, used.trailing_zeros() as usize);
        }
    }

    /// `secs` later by the wall clock: what is on show.
    pub(crate) fn view(&mut self, secs: f64) -> (LiveView, StreamState) {
        self.starved_secs = if self.heard == self.heard_before {
            self.starved_secs + secs
        } else {
            0.0
        };
        self.heard_before = self.heard;
        let onsets = self.advance(secs);
        if self.is_starved() {
            self.shown.music.fade(secs);
            fade_levels(&mut self.shown.spectrum, secs);
            self.shown.playing = false;
            self.shown.grid = self.shown.grid.map(|grid| LiveGrid { running: false, ..grid });
        }
        (self.live_view(onsets), self.state(onsets))
    }

    fn is_starved(&self) -> bool {
        self.starved_secs > STARVED_SECS
    }

    fn rate_hz(&self) -> f64 {
        f64::from(self.rate.hz())
    }

    fn has_prompt(&self, scene: usize) -> bool {
        scene < BANK_SIZE && self.used & (1 << scene) != 0
    }

    fn skip(&mut self, samples: u64) {
        self.heard += samples;
        self.beats.offset += samples;
        // Nothing is known of it: the next hop is where it belongs.
        self.hops = (self.heard * u64::from(HOPS_PER_SEC)).div_ceil(u64::from(self.rate.hz()));
    }

    /// Analyses samples hop by hop, so that blocks of any size give the same.
    fn analyse(&mut self, samples: &[f32]) {
        let mut left = samples;
        while !left.is_empty() {
            let next = self.hops * u64::from(self.rate.hz()) / u64::from(HOPS_PER_SEC);
            if self.heard >= next {
                self.hops += 1;
                self.beats.update(&self.tracker);
                let grid = self.grid(self.heard);
                self.cues.advance(self.heard, grid.as_ref());
                continue;
            }
            let wanted = (next - self.heard) as usize * self.channels;
            let (now, rest) = left.split_at(wanted.min(left.len()));
            left = rest;
            self.heard += (now.len() / self.channels) as u64;
            let mut events = Vec::new();
            self.tracker.push(now, self.channels, |event| events.push(event));
            for event in events {
                match event {
                    LiveEvent::Beat(event) => {
                        self.beats.beat(event.beat);
                        self.beats.update(&self.tracker);
                    }
                    LiveEvent::Hop(features) => {
                        let at = features.at.0 + self.beats.offset;
                        self.music.push(SamplePos(at), &features.hop);
                        self.point(at, &features);
                    }
                }
            }
            if now.len() < self.channels {
                return;
            }
        }
    }

    /// Keeps what is known at a hop's sample for the playhead.
    fn point(&mut self, at: u64, features: &LiveFeatures) {
        if self.points.len() == MOST_HOPS {
            self.points.pop_front();
        }
        self.points.push_back(Point {
            at,
            spectrum: features.spectrum,
            music: self.music,
            grid: self.grid(at),
            playing: self.host.playing(),
        });
    }

    fn transport(&mut self, transport: Transport) {
        let before = self.grid(self.heard);
        match self.host.push(self.heard, transport) {
            HostNews::None => {}
            HostNews::Started => {
                self.starts += 1;
                let grid = self.grid(self.heard);
                self.cues.jump(self.heard, before.as_ref(), grid.as_ref());
            }
            HostNews::Stopped => {
                let grid = self.grid(self.heard);
                self.cues.jump(self.heard, None, grid.as_ref());
            }
            HostNews::Jumped => {
                let grid = self.grid(self.heard);
                self.cues.jump(self.heard, before.as_ref(), grid.as_ref());
            }
        }
    }

    /// The host's grid while it runs, else the tracker's, else where the host stands.
    fn grid(&self, at: u64) -> Option<LiveGrid> {
        let host = self.host.at(at);
        let running = host.filter(|grid| grid.running);
        running.or_else(|| self.beats.at(at)).or(host)
    }

    /// Moves the playhead; the strongest onsets on its way.
    fn advance(&mut self, secs: f64) -> [f32; 3] {
        let heard = self.heard as f64;
        let lag = (2 * self.block.1) as f64 + LEAST_LAG_SECS * self.rate_hz();
        let resting = self.starved_secs > STARVED_SECS;
        self.playhead = if resting {
            heard
        } else {
            (self.playhead + secs * self.rate_hz())
                .clamp(heard - lag, heard)
                .max(0.0)
        };
        let mut strongest = [0.0_f32; 3];
        while let Some(point) = self.points.front().copied() {
            if point.at as f64 > self.playhead {
                break;
            }
            for (strongest, onset) in strongest.iter_mut().zip(point.music.onsets()) {
                *strongest = strongest.max(onset);
            }
            self.shown = point;
            self.points.pop_front();
        }
        strongest
    }

    /// The grid on show, at the playhead itself.
    fn grid_shown(&self) -> Option<LiveGrid> {
        let grid = self.shown.grid?;
        if !grid.running {
            return Some(grid);
        }
        let ahead = (self.playhead - self.shown.at as f64).max(0.0) / grid.beat_samples(self.rate);
        Some(LiveGrid {
            beat: grid.beat + ahead,
            bar: grid.bar + ahead / grid.bar_beats,
            ..grid
        })
    }

    /// The music at the playhead.
    ///
    /// A hop's features are known some 50 ms after its sound. A playhead that is nearer than that shows the last hop that is
    /// known; one that is further behind shows its own sample.
    fn reactive(&self) -> Reactive {
        let next = self.points.front().map(|point| &point.music);
        let at = match next {
            Some(_) => self.playhead as u64,
            None => self.shown.at,
        };
        self.shown.music.reactive(next, SamplePos(at))
    }

    fn live_view(&self, onsets: [f32; 3]) -> LiveView {
        let Point { spectrum, playing, .. } = &self.shown;
        let reactive = self.playback(onsets).reactive_in_frame();
        let grid = self.grid_shown();
        let beat = grid.map_or(0.0, |grid| grid.beat);
        let cues = self.cues.listed().filter(|(at, _)| *at >= beat - GONE_BEATS);
        LiveView {
            spectrum: *spectrum,
            bands: [reactive.bass, reactive.mid, reactive.high],
            onsets: [reactive.kick, reactive.snare, reactive.hat],
            loudness: reactive.loudness,
            playing: *playing,
            grid: grid.map(|grid| grid.source),
            bpm: grid.map_or(0.0, |grid| grid.bpm),
            beat,
            beats_per_bar: grid.map_or(4, |grid| grid.bar_beats.ceil() as u32),
            scene: self.cues.on_screen(self.playhead as u64),
            cues: if grid.is_some() { cues.collect() } else { Vec::new() },
        }
    }

    fn state(&self, onsets: [f32; 3]) -> StreamState {
        let sounding = self.shown.music.is_sounding();
        StreamState {
            playback: self.playback(onsets),
            sounding,
            running: !self.is_starved() && (self.shown.playing || sounding),
            starts: self.starts,
        }
    }

    fn playback(&self, onsets: [f32; 3]) -> Playback {
        let secs = self.playhead / self.rate_hz();
        let grid = self.grid_shown();
        let next = grid.filter(|grid| grid.running).and_then(|grid| {
            let next = self.cues.next(self.playhead as u64)?;
            Some(LiveCue {
                scene: next.scene,
                in_beats: (next.beat - grid.beat).max(0.0),
                passage_beats: next.morph,
            })
        });
        let (bpm, bar_beats) = grid.map_or((BEATLESS_BPM, 4.0), |grid| (grid.bpm, grid.bar_beats));
        let beatless = secs * BEATLESS_BPM / 60.0;
        Playback {
            at: SamplePos(self.playhead as u64),
            secs,
            beat: grid.map_or(beatless, |grid| grid.beat),
            bar: grid.map_or(beatless / 4.0, |grid| grid.bar),
            has_beats: grid.is_some(),
            beat_secs: 60.0 / bpm,
            bar_beats,
            reactive: self.reactive(),
            onsets,
            scene: self.cues.on_screen(self.playhead as u64),
            next,
        }
    }

    /// The changes that came, in order.
    #[cfg(test)]
    pub(super) fn landed(&self) -> Vec<phosphene_core::cue::live::LandedChange> {
        self.cues.landed()
    }
}

#[cfg(test)]
mod tests;
