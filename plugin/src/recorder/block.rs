//! A block of the host's, as the take that it goes into sees it.

use phosphene_core::{take::Transport, time::SampleRate};

/// A block, and what came with it.
#[derive(Clone, Copy)]
pub(super) struct Heard<'a> {
    pub transport: Transport,
    pub ahead_secs: f64,
    pub wall_ns: u64,
    pub offline: bool,
    pub dropped_blocks: u32,
    pub dropped_samples: u32,
    pub samples: &'a [f32],
}

impl<'a> Heard<'a> {
    /// The block from a later sample of it on.
    pub fn without(&self, skipped: u64, channels: usize, rate: SampleRate) -> Heard<'a> {
        let secs = skipped as f64 / f64::from(rate.hz());
        let mut transport = self.transport;
        transport.host_sample = transport.host_sample.map(|sample| sample + skipped as i64);
        transport.quarters = transport
            .quarters
            .map(|quarters| quarters + secs * transport.tempo_bpm.unwrap_or(0.0) / 60.0);
        Heard {
            transport,
            samples: &self.samples[skipped as usize * channels..],
            ..*self
        }
    }
}
