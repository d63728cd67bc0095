//! One stream as the editor follows it: what was told and heard, hop by hop, and a playhead that shows it evenly.
//!
//! Everything is decided in samples, 100 times a second of sound, so blocks of any size give the same cues. The
//! playhead runs by the wall clock a block behind, so that large blocks do not make the picture stutter.

use std::collections::VecDeque;

use phosphene_core::{
    Result,
    analysis::{
        HOPS_PER_SEC,
        live::{LiveEvent, Tracker},
    },
    direct::{LiveCue, Reactive},
    take::{AskedBy, Transport},
    time::SampleRate,
};

use super::{
    cues::Cues,
    ear::Sound,
    grid::{Given, Grid, HeardGrid, HostGrid, News},
};
use crate::{
    shared::{GridSource, LiveView},
    tap::Record,
};

/// Hops kept for the playhead: far more than it can be behind.
const MOST_HOPS: usize = 256;
/// Without a block for so long the stream stands still.
const STARVED_SECS: f64 = 0.25;
/// The playhead is at least this far behind, so that blocks that come unevenly don't stop it.
const LEAST_LAG_SECS: f64 = 0.02;
/// Changes that are gone for longer than this many beats are shown no more.
const GONE_BEATS: f64 = 16.0;
/// The tempo of pictures where nobody knows one, as in a render.
const BEATLESS_BPM: f64 = 120.0;

/// A moment of the music, for the preview.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    /// The sample on show.
    pub at: u64,
    pub secs: f64,
    pub beat: f64,
    pub bar: f64,
    pub beat_secs: f64,
    pub bar_beats: f64,
    pub heard: Reactive,
    /// Whether there was a strong onset since the moment before.
    pub struck: bool,
    pub scene: usize,
    pub next: Option<LiveCue>,
    /// Whether anything is heard.
    pub sounding: bool,
    /// Whether time goes on.
    pub running: bool,
    /// Counts how often the host began to play.
    pub starts: u64,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    at: u64,
    sound: Sound,
    grid: Option<Grid>,
    playing: bool,
}

/// Follows one stream.
pub(crate) struct Listener {
    rate: u64,
    channels: usize,
    tracker: Tracker,
    sound: Sound,
    host: HostGrid,
    beats: HeardGrid,
    cues: Cues,
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

impl Listener {
    /// A listener to sound at `rate`, with a scene on screen.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Asset`] when the tracker's network is damaged.
    pub(crate) fn new(rate: SampleRate, channels: u16, scene: usize) -> Result<Self> {
        Ok(Self {
            rate: u64::from(rate.hz()),
            channels: usize::from(channels.max(1)),
            tracker: Tracker::new(rate)?,
            sound: Sound::default(),
            host: HostGrid::new(rate),
            beats: HeardGrid::default(),
            cues: Cues::new(f64::from(rate.hz()), scene),
            used: u16::MAX,
            heard: 0,
            hops: 0,
            block: (0, 0),
            longest: 0,
            points: VecDeque::with_capacity(MOST_HOPS),
            shown: Point {
                at: 0,
                sound: Sound::default(),
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

    /// Takes what the audio thread told, in order.
    pub(crate) fn told(&mut self, record: &Record, samples: &[f32]) {
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
                self.hear(samples);
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
                    self.cues.told_late(late);
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
    pub(crate) fn settings(&mut self, given: Given, used: u16, scene: usize) {
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
    pub(crate) fn view(&mut self, secs: f64) -> (LiveView, Moment) {
        self.starved_secs = if self.heard == self.heard_before {
            self.starved_secs + secs
        } else {
            0.0
        };
        self.heard_before = self.heard;
        let struck = self.advance(secs);
        if self.is_starved() {
            self.shown.sound.fade(secs as f32);
            self.shown.playing = false;
            self.shown.grid = self.shown.grid.map(|grid| Grid { running: false, ..grid });
        }
        (self.live_view(), self.moment(struck))
    }

    fn is_starved(&self) -> bool {
        self.starved_secs > STARVED_SECS
    }

    fn rate_hz(&self) -> f64 {
        self.rate as f64
    }

    fn has_prompt(&self, scene: usize) -> bool {
        scene < 16 && self.used & (1 << scene) != 0
    }

    fn skip(&mut self, samples: u64) {
        self.heard += samples;
        self.beats.offset += samples;
        // Nothing was heard there: the next hop is where it belongs.
        self.hops = (self.heard * u64::from(HOPS_PER_SEC)).div_ceil(self.rate);
    }

    /// Hears samples hop by hop, so that blocks of any size give the same.
    fn hear(&mut self, samples: &[f32]) {
        let mut left = samples;
        while !left.is_empty() {
            let next = self.hops * self.rate / u64::from(HOPS_PER_SEC);
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
            let mut told = Vec::new();
            self.tracker.push(now, self.channels, |event| told.push(event));
            for event in told {
                match event {
                    LiveEvent::Beat(event) => {
                        self.beats.beat(event.beat);
                        self.beats.update(&self.tracker);
                    }
                    LiveEvent::Hop(features) => {
                        self.sound.hear(&features);
                        self.point(features.at.0 + self.beats.offset);
                    }
                }
            }
            if now.len() < self.channels {
                return;
            }
        }
    }

    /// Keeps what was heard at a sample for the playhead.
    fn point(&mut self, at: u64) {
        if self.points.len() == MOST_HOPS {
            self.points.pop_front();
        }
        self.points.push_back(Point {
            at,
            sound: self.sound,
            grid: self.grid(at),
            playing: self.host.playing(),
        });
    }

    fn transport(&mut self, transport: Transport) {
        let before = self.grid(self.heard);
        match self.host.push(self.heard, transport) {
            News::None => {}
            News::Started => {
                self.starts += 1;
                let grid = self.grid(self.heard);
                self.cues.jump(self.heard, before.as_ref(), grid.as_ref());
            }
            News::Stopped => {
                let grid = self.grid(self.heard);
                self.cues.jump(self.heard, None, grid.as_ref());
            }
            News::Jumped => {
                let grid = self.grid(self.heard);
                self.cues.jump(self.heard, before.as_ref(), grid.as_ref());
            }
        }
    }

    /// The host's grid while it runs, else what is heard, else where the host stands.
    fn grid(&self, at: u64) -> Option<Grid> {
        let host = self.host.at(at);
        let running = host.filter(|grid| grid.running);
        running.or_else(|| self.beats.at(at)).or(host)
    }

    /// Moves the playhead; whether there was a strong onset on its way.
    fn advance(&mut self, secs: f64) -> bool {
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
        let mut struck = false;
        while let Some(point) = self.points.front().copied() {
            if point.at as f64 > self.playhead {
                break;
            }
            struck |= point.sound.struck;
            self.shown = point;
            self.points.pop_front();
        }
        struck
    }

    /// The grid on show, at the playhead itself.
    fn grid_shown(&self) -> Option<Grid> {
        let grid = self.shown.grid?;
        if !grid.running {
            return Some(grid);
        }
        let ahead = (self.playhead - self.shown.at as f64).max(0.0) / grid.beat_samples(self.rate_hz());
        Some(Grid {
            beat: grid.beat + ahead,
            bar: grid.bar + ahead / grid.bar_beats,
            ..grid
        })
    }

    fn live_view(&self) -> LiveView {
        let Point { sound, playing, .. } = &self.shown;
        let grid = self.grid_shown();
        let beat = grid.map_or(0.0, |grid| grid.beat);
        let cues = self.cues.listed().filter(|(at, _)| *at >= beat - GONE_BEATS);
        LiveView {
            spectrum: sound.spectrum,
            bands: sound.bands,
            onsets: sound.onsets,
            loudness: sound.loudness,
            playing: *playing,
            grid: grid.map_or(GridSource::None, |grid| grid.source),
            bpm: grid.map_or(0.0, |grid| grid.bpm),
            beat,
            beats_per_bar: grid.map_or(4, |grid| grid.bar_beats.ceil() as u32),
            scene: self.cues.on_screen(self.playhead as u64),
            cues: if grid.is_some() { cues.collect() } else { Vec::new() },
        }
    }

    fn moment(&self, struck: bool) -> Moment {
        let secs = self.playhead / self.rate_hz();
        let grid = self.grid_shown();
        let sound = &self.shown.sound;
        let next = grid.filter(|grid| grid.running).and_then(|grid| {
            let (scene, line, morph) = self.cues.next(self.playhead as u64)?;
            Some(LiveCue {
                scene,
                in_beats: (line - grid.beat).max(0.0),
                passage_beats: morph,
            })
        });
        let (bpm, bar_beats) = grid.map_or((BEATLESS_BPM, 4.0), |grid| (grid.bpm, grid.bar_beats));
        let beatless = secs * BEATLESS_BPM / 60.0;
        Moment {
            at: self.playhead as u64,
            secs,
            beat: grid.map_or(beatless, |grid| grid.beat),
            bar: grid.map_or(beatless / 4.0, |grid| grid.bar),
            beat_secs: 60.0 / bpm,
            bar_beats,
            heard: Reactive {
                kick: sound.onsets[0],
                snare: sound.onsets[1],
                hat: sound.onsets[2],
                bass: sound.bands[0],
                mid: sound.bands[1],
                high: sound.bands[2],
                loudness: sound.loudness,
                brightness: sound.brightness,
                // Keys take bars to hear: a render's business.
                hue: 0.0,
                build: 0.0,
                burst: 0.0,
                calm: sound.calm,
            },
            struck,
            scene: self.cues.on_screen(self.playhead as u64),
            next,
            sounding: sound.sounding,
            running: !self.is_starved() && (self.shown.playing || sound.sounding),
            starts: self.starts,
        }
    }

    /// The changes that came, in order.
    #[cfg(test)]
    pub(super) fn landed(&self) -> Vec<super::cues::Landed> {
        self.cues.landed()
    }
}

#[cfg(test)]
mod tests;
