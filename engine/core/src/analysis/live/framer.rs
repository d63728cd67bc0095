//! Samples one by one in; the window of samples around each hop out, as soon as it is complete.

use super::super::HOPS_PER_SEC;
use crate::time::{SamplePos, SampleRate};

/// Windows that are held before old samples are moved out at once.
const ROOM: usize = 4;

/// The last samples, and which hop's turn it is. Its memory never grows.
pub(super) struct Framer {
    rate: u64,
    /// The last samples, zeros before the first.
    held: Vec<f32>,
    /// How many samples are never moved out, and how many zeros come before the first sample.
    kept: usize,
    /// Samples that went before `held`, the zeros counted.
    gone: u64,
    /// Samples around a hop's centre.
    span: usize,
    hop: u64,
}

impl Framer {
    /// Windows of `span` samples; the last `kept` samples stay within reach, a window at least.
    pub fn new(rate: SampleRate, span: usize, kept: usize) -> Self {
        let kept = kept.max(span);
        let mut held = Vec::with_capacity(ROOM * kept);
        held.resize(kept, 0.0);
        Self {
            rate: u64::from(rate.hz()),
            held,
            kept,
            gone: 0,
            span,
            hop: 0,
        }
    }

    /// Takes a sample; true when the window of hop [`Self::hop`] is complete.
    pub fn push(&mut self, sample: f32) -> bool {
        if self.held.len() == ROOM * self.kept {
            let old = self.held.len() - self.kept;
            self.held.copy_within(old.., 0);
            self.held.truncate(self.kept);
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

    /// The last samples, as many as are kept at least.
    pub fn last(&self, samples: usize) -> &[f32] {
        &self.held[self.held.len() - samples..]
    }

    /// Waits for the next hop.
    pub fn next(&mut self) {
        self.hop += 1;
    }

    /// The centre of a hop.
    pub fn centre(&self, hop: u64) -> SamplePos {
        SamplePos(hop * self.rate / u64::from(HOPS_PER_SEC))
    }

    /// Samples taken so far.
    pub fn samples(&self) -> u64 {
        self.gone + self.held.len() as u64 - self.kept as u64
    }

    /// The end of the hop's window, the zeros in front counted.
    fn end(&self) -> u64 {
        self.centre(self.hop).0 + (self.kept + self.span - self.span / 2) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_around_their_hops_and_memory_stays() {
        let mut framer = Framer::new(SampleRate::new(8_000).unwrap(), 512, 1_000);
        let room = framer.held.capacity();
        let mut hops = 0;
        for sample in 0..100_000u32 {
            if framer.push(sample as f32) {
                let window = framer.window();
                assert_eq!(window.len(), 512);
                // A hop is 80 samples; what lies before the first sample is silence.
                let centre = f64::from(80 * hops);
                let first = (centre - 256.0).max(0.0) as f32;
                assert_eq!(window[511], (centre + 255.0) as f32);
                assert_eq!(window.iter().copied().find(|&x| x > 0.0), Some(first.max(1.0)));
                assert_eq!(framer.centre(framer.hop()).0, centre as u64);
                framer.next();
                hops += 1;
            }
            assert_eq!(framer.samples(), u64::from(sample) + 1);
        }
        assert_eq!(hops, (100_000 - 256) / 80 + 1);
        assert_eq!(framer.held.capacity(), room);
    }
}
