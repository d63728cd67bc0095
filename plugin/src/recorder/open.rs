//! The take under way: what is known of it, its clock, and its end.

use phosphene_core::{
    take::{EndReason, Entry, Event, HostClock, News, Tally, Transport, Writer},
    time::SamplePos,
};

use super::{Finished, Recorder, block::Heard, points::Points, policy::SHORTEST_SECS};
use crate::params::Capture;

/// A take under way.
pub(super) struct Open {
    pub writer: Writer,
    pub at: u64,
    pub clock: HostClock,
    pub transport: Transport,
    /// Whether it is an export for certain, or was asked for.
    pub kept: bool,
    pub offline: bool,
    /// The wall clock at its first block, and the last that was heard of it.
    pub wall_from_ns: u64,
    pub wall_ns: u64,
    pub dropped_blocks: u64,
    pub lost_samples: u64,
    pub silent_samples: u64,
    /// Whether the host has played since it began.
    pub played: bool,
    /// Whether the host has put the plugin to sleep.
    pub asleep: bool,
    /// The longest block that the take knows of.
    pub block: u64,
    pub points: Points,
}

impl Open {
    /// What the host played of it against what is kept.
    pub fn tally(&self) -> Tally {
        Tally {
            played: self.at,
            kept: self.at - self.lost_samples,
        }
    }
}

impl Recorder {
    /// Ends the take under way, if there is one, and keeps it if it is to be kept.
    pub fn end(&mut self, reason: EndReason) {
        self.preroll = None;
        self.flush_points();
        let Some(mut open) = self.open.take() else { return };
        let rate_hz = f64::from(self.origin.rate.hz());
        let secs = open.at as f64 / rate_hz;
        let fast = self.is_fast(&open);
        let doubtful = open.offline && !open.kept && !fast;
        let folder = open.writer.folder().to_owned();
        if secs < SHORTEST_SECS || !(open.kept || fast || doubtful) {
            if let Err(error) = open.writer.discard() {
                self.warnings
                    .push(format!("A take that nobody wants could not be removed: {error}."));
            }
            return;
        }
        let at = SamplePos(open.at);
        let tally = Entry {
            at,
            event: Event::Tally(open.tally()),
        };
        let last = Entry {
            at,
            event: Event::End {
                reason,
                dropped_blocks: open.dropped_blocks,
                error: None,
            },
        };
        match open.writer.entry(&tally).and_then(|()| open.writer.end(&last)) {
            Ok(()) => self.finished.push(Finished {
                folder,
                render: !doubtful,
            }),
            Err(error) => self.failed(folder, &error),
        }
    }

    /// Notes what the host's clock says, where it is news.
    pub(super) fn transport(&mut self, block: &Heard<'_>, capture: Capture) {
        let Some(open) = &mut self.open else { return };
        let at = SamplePos(open.at);
        let news = open.clock.push(at, block.transport);
        open.transport = block.transport;
        open.clock.forget_before(at);
        let event = match news {
            News::None => return,
            News::Changed => Event::Transport(block.transport),
            News::Jumped if capture == Capture::Export => return self.end(EndReason::Stopped),
            News::Jumped => Event::Jump(block.transport),
        };
        self.append(&[Entry { at, event }]);
    }
}
