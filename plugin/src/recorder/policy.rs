//! When a take begins and when it is over: decided with each block, and while none comes.

use std::time::Duration;

use phosphene_core::{
    take::{EndReason, Entry, Event},
    time::SamplePos,
};

use super::{Open, Recorder, block::Heard};
use crate::{params::Capture, project::Project};

/// A host that is this far ahead of the wall clock exports.
const AHEAD_SECS: f64 = 1.5;
/// One that says that it is offline needs less.
const AHEAD_OFFLINE_SECS: f64 = 0.3;
/// A short play counts as an export when it was this many times faster than real time.
const FAST: f64 = 3.0;
/// A play that has lasted this long in real time is no export, in seconds.
const REAL_TIME_SECS: f64 = 30.0;
/// A host that sends nothing for so long is done: one with a transport that plays may only be held up.
const IDLE: Duration = Duration::from_secs(3);
const IDLE_PLAYING: Duration = Duration::from_secs(30);
/// A host that has put the plugin to sleep may wake it for so long, and the take goes on.
const ASLEEP: Duration = Duration::from_secs(5);
/// What counts as silence, and how much of it ends a take that is not driven by a transport.
pub(super) const SILENCE: f32 = 1e-4;
const SILENT_SECS: f64 = 10.0;
/// A shorter take is nothing, in seconds.
pub(super) const SHORTEST_SECS: f64 = 0.1;

impl Recorder {
    /// No block has come for a while: the end of a take, when it has been long enough.
    pub fn idle(&mut self, since: Duration) {
        let Some(open) = &self.open else { return };
        let (patience, reason) = match (open.asleep, open.transport.playing) {
            (true, _) => (ASLEEP, EndReason::Deactivated),
            (false, true) => (IDLE_PLAYING, EndReason::Stopped),
            (false, false) => (IDLE, EndReason::Stopped),
        };
        if since > patience {
            self.end(reason);
        }
    }

    /// Takes a block into the take that it belongs to, which it may begin or end.
    pub(super) fn block(&mut self, block: &Heard<'_>, capture: Capture, project: &Project, name: &str) {
        let playing = block.transport.playing;
        let silent = block.samples.iter().all(|sample| sample.abs() < SILENCE);
        if !playing {
            self.done_with_play = false;
        }
        if silent || playing {
            self.await_silence = false;
        }
        if self.capture.replace(capture).is_some_and(|before| before != capture) {
            self.chosen(capture);
        }
        match capture {
            Capture::Off => self.end(EndReason::CaptureOff),
            Capture::Export if !playing => self.end(EndReason::Stopped),
            Capture::Export => {}
            Capture::Always => {
                if self.open.as_ref().is_some_and(|open| open.played && !playing) {
                    self.end(EndReason::Stopped);
                    self.await_silence = true;
                }
            }
        }
        if let Some(open) = &mut self.open {
            open.asleep = false;
            let rested = open.points.rested(open.at);
            self.append(&rested);
            self.gap(block.dropped_samples, block.dropped_blocks);
            self.transport(block, capture);
        }
        if !playing {
            self.left_out = 0;
        }
        let wanted = match capture {
            Capture::Off => false,
            Capture::Export => playing && (!self.done_with_play || block.ahead_secs > AHEAD_SECS),
            Capture::Always => playing || (!silent && !self.await_silence),
        };
        let mut skipped = 0;
        if self.open.is_none() && wanted && !(self.done_with_play && capture == Capture::Always) {
            let early = block
                .transport
                .host_sample
                .map_or(0, |sample| self.begins_at.saturating_sub(sample).max(0).unsigned_abs());
            skipped = if capture == Capture::Export { early } else { 0 };
            let channels = usize::from(self.origin.channels);
            let len = (block.samples.len() / channels) as u64;
            self.left_out += skipped.min(len);
            if skipped >= len {
                return;
            }
            let rest = block.without(skipped, channels, self.origin.rate);
            self.begin(&rest, capture, project, name);
        }
        let Some(open) = &mut self.open else { return };
        self.block_at = open.at as i64 - skipped as i64;
        open.wall_ns = block.wall_ns;
        open.offline |= block.offline;
        open.played |= playing;
        let samples = &block.samples[skipped as usize * usize::from(self.origin.channels)..];
        let frames = (samples.len() / usize::from(self.origin.channels)) as u64;
        open.silent_samples = if silent { open.silent_samples + frames } else { 0 };
        let threshold = if block.offline { AHEAD_OFFLINE_SECS } else { AHEAD_SECS };
        open.kept |= block.ahead_secs > threshold;
        let blocks = (self.longest > open.block).then_some(Entry {
            at: SamplePos(open.at),
            event: Event::Blocks { longest: self.longest },
        });
        open.block = self.longest;
        open.at += frames;
        if let Some(blocks) = blocks {
            self.append(&[blocks]);
        }
        self.write(|writer| writer.audio(samples));
        self.judge(capture);
    }

    /// The user chose another mode: what was given up, or failed, is tried again. A play that is not known to be an
    /// export was not asked for up to here.
    fn chosen(&mut self, capture: Capture) {
        self.done_with_play = false;
        self.await_silence = false;
        let Some(open) = self
            .open
            .as_ref()
            .filter(|open| capture == Capture::Always && !open.kept)
        else {
            return;
        };
        if open.offline || self.is_fast(open) {
            self.open.iter_mut().for_each(|open| open.kept = true);
        } else {
            self.end(EndReason::Stopped);
        }
    }

    /// Ends what has become pointless.
    fn judge(&mut self, capture: Capture) {
        let Some(open) = &self.open else { return };
        let rate_hz = f64::from(self.origin.rate.hz());
        let secs = open.at as f64 / rate_hz;
        if capture == Capture::Export && !open.kept && !open.offline && secs > REAL_TIME_SECS {
            self.done_with_play = true;
            self.end(EndReason::Stopped);
        } else if capture == Capture::Always && !open.played && open.silent_samples as f64 > SILENT_SECS * rate_hz {
            self.end(EndReason::Stopped);
        }
    }

    /// Whether a take ran faster than real time as a whole.
    pub(super) fn is_fast(&self, open: &Open) -> bool {
        let secs = open.at as f64 / f64::from(self.origin.rate.hz());
        let wall_secs = open.wall_ns.saturating_sub(open.wall_from_ns) as f64 / 1e9;
        secs > FAST * wall_secs && secs >= 2.0 * SHORTEST_SECS
    }
}
