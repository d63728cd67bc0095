//! Samples one by one in; the sound around each hop out, as soon as it is complete.

use super::super::HOPS_PER_SEC;
use crate::time::{SamplePos, SampleRate};

/// How many times the longest look back is held before old samples are moved out at once.
const ROOM: usize = 4;

/// The last samples, and which hop's turn it is. Its memory never grows.
pub(super) struct Ear {
    rate: u64,
    /// The last samples, `back` zeros before the first.
    held: Vec<f32>,
    /// Samples that went before `held`, the zeros counted.
    gone: u64,
    /// Samples around a hop's centre.
    span: usize,
    /// Samples before the newest that may be asked for.
    back: usize,
    hop: u64,
}

impl Ear {
    /// Windows of `span` samples, and `back` samples, no fewer, of what was heard last.
    pub fn new(rate: SampleRate, span: usize, back: usize) -> Self {
        let mut held = Vec::with_capacity(ROOM * back);
        held.resize(back, 0.0);
        Self {
            rate: u64::from(rate.hz()),
            held,
            gone: 0,
            span,
            back,
            hop: 0,
        }
    }

    /// Takes a sample; true when the window of hop [`Self::hop`] is complete.
    pub fn push(&mut self, sample: f32) -> bool {
        if self.held.len() == ROOM * self.back {
            let old = self.held.len() - self.back;
            self.held.copy_within(old.., 0);
            self.held.truncate(self.back);
            self.gone += old as u64;
        }
        self.held.push(sample);
        self.gone + self.held.len() as u64 >= self.end()
    }

    /// The hop whose window is awaited or complete.
    pub fn hop(&self) -> u64 {
        self.hop
    }

    /// The window around the hop.
    pub fn window(&self) -> &[f32] {
        let end = (self.end() - self.gone) as usize;
        &self.held[end - self.span..end]
    }

    /// Waits for the next hop.
    pub fn next(&mut self) {
        self.hop += 1;
    }

    /// The centre of a hop.
    pub fn centre(&self, hop: u64) -> SamplePos {
        SamplePos(hop * self.rate / u64::from(HOPS_PER_SEC))
    }

    /// Samples heard so far.
    pub fn heard(&self) -> u64 {
        self.gone + self.held.len() as u64 - self.back as u64
    }

    /// The end of the hop's window, the zeros in front counted.
    fn end(&self) -> u64 {
        self.centre(self.hop).0 + (self.back + self.span - self.span / 2) as u64
    }
}
