//! Blocks: a stretch of a song's samples, as exact as they were stored.

use super::SampleFormat;
use crate::time::SamplePos;

/// Full scale of left-aligned whole numbers.
const FULL: f32 = 2_147_483_648.0;

/// A float louder than this (80 dB over full scale) is damage, not sound.
const ABSURD: f64 = 1e4;

/// Interleaved samples, kept as exactly as they were stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// Whole numbers, left-aligned: a 16-bit sample sits in the upper 16 bits.
    I32(Vec<i32>),
    /// Floats, full scale at 1.
    F32(Vec<f32>),
    /// Double floats, full scale at 1.
    F64(Vec<f64>),
}

impl Default for Samples {
    fn default() -> Self {
        Self::F32(Vec::new())
    }
}

/// Turns an enum of vectors into the vector of one kind, keeping its memory when the kind is the same.
macro_rules! as_vec {
    ($name:ident, $kind:ident, $type:ty) => {
        /// The samples of this kind, emptied.
        pub fn $name(&mut self) -> &mut Vec<$type> {
            if !matches!(self, Self::$kind(_)) {
                *self = Self::$kind(Vec::new());
            }
            match self {
                Self::$kind(samples) => {
                    samples.clear();
                    samples
                }
                _ => unreachable!("it was made this kind above"),
            }
        }
    };
}

impl Samples {
    as_vec!(empty_i32, I32, i32);
    as_vec!(empty_f32, F32, f32);
    as_vec!(empty_f64, F64, f64);

    /// Samples of all channels together.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::I32(samples) => samples.len(),
            Self::F32(samples) => samples.len(),
            Self::F64(samples) => samples.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sample at an index as a float; whole numbers up to 24 bits are exact.
    #[must_use]
    pub fn get_f32(&self, index: usize) -> f32 {
        match self {
            Self::I32(samples) => samples[index] as f32 / FULL,
            Self::F32(samples) => samples[index],
            Self::F64(samples) => samples[index] as f32,
        }
    }

    /// Becomes `len` zeros of a format.
    pub fn silence(&mut self, format: SampleFormat, len: usize) {
        match format {
            SampleFormat::Int { .. } => self.empty_i32().resize(len, 0),
            SampleFormat::F32 => self.empty_f32().resize(len, 0.0),
            SampleFormat::F64 => self.empty_f64().resize(len, 0.0),
        }
    }

    /// The sample at an index as a double float, exactly.
    pub fn get_f64(&self, index: usize) -> f64 {
        match self {
            Self::I32(samples) => f64::from(samples[index]) / f64::from(FULL),
            Self::F32(samples) => f64::from(samples[index]),
            Self::F64(samples) => samples[index],
        }
    }

    /// Whether samples of this format are kept so.
    pub fn is(&self, format: SampleFormat) -> bool {
        matches!(
            (self, format),
            (Self::I32(_), SampleFormat::Int { .. })
                | (Self::F32(_), SampleFormat::F32)
                | (Self::F64(_), SampleFormat::F64)
        )
    }

    /// Leaves out the first `len` samples.
    pub fn remove_front(&mut self, len: usize) {
        match self {
            Self::I32(samples) => drop(samples.drain(..len)),
            Self::F32(samples) => drop(samples.drain(..len)),
            Self::F64(samples) => drop(samples.drain(..len)),
        }
    }

    /// Appends samples of the same kind; of another, none.
    pub fn append(&mut self, more: &Self) {
        match (self, more) {
            (Self::I32(samples), Self::I32(more)) => samples.extend_from_slice(more),
            (Self::F32(samples), Self::F32(more)) => samples.extend_from_slice(more),
            (Self::F64(samples), Self::F64(more)) => samples.extend_from_slice(more),
            _ => debug_assert!(false, "a song's samples are of one kind"),
        }
    }

    /// Keeps the first `len` samples.
    pub fn truncate(&mut self, len: usize) {
        match self {
            Self::I32(samples) => samples.truncate(len),
            Self::F32(samples) => samples.truncate(len),
            Self::F64(samples) => samples.truncate(len),
        }
    }

    /// The samples in a range of indices, into `out`, which keeps its memory when it is of the same kind.
    fn copy_range(&self, range: std::ops::Range<usize>, out: &mut Self) {
        match self {
            Self::I32(samples) => out.empty_i32().extend_from_slice(&samples[range]),
            Self::F32(samples) => out.empty_f32().extend_from_slice(&samples[range]),
            Self::F64(samples) => out.empty_f64().extend_from_slice(&samples[range]),
        }
    }

    /// Silences what is no number, and gives the first one's index and their count.
    pub fn sanitise(&mut self) -> Option<(usize, u64)> {
        fn each<T: Copy + Default>(samples: &mut [T], bad: impl Fn(T) -> bool) -> Option<(usize, u64)> {
            let first = samples.iter().position(|&sample| bad(sample))?;
            let mut count = 0;
            for sample in &mut samples[first..] {
                if bad(*sample) {
                    *sample = T::default();
                    count += 1;
                }
            }
            Some((first, count))
        }
        match self {
            Self::I32(_) => None,
            // Written so that NaN, which is not less than anything, is bad too.
            Self::F32(samples) => each(samples, |x| !matches!(x.abs(), a if f64::from(a) < ABSURD)),
            Self::F64(samples) => each(samples, |x| !matches!(x.abs(), a if a < ABSURD)),
        }
    }
}

/// A stretch of a song: interleaved samples and where they start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    /// Position of the first sample.
    pub start: SamplePos,
    /// Channels, 1 to 8; samples of one moment stand side by side.
    pub channels: usize,
    /// The samples, channels interleaved.
    pub samples: Samples,
}

impl Block {
    /// So many samples (per channel) of silence, as a song stored in this way gives them.
    #[must_use]
    pub fn silence(format: SampleFormat, channels: usize, len: usize) -> Self {
        let mut samples = Samples::default();
        samples.silence(format, len * channels);
        Self {
            start: SamplePos(0),
            channels,
            samples,
        }
    }

    /// Length in samples per channel.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len() / self.channels.max(1)
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples from `from` up to `end`, as far as the block has them, into `part`.
    pub fn copy_part(&self, from: SamplePos, end: SamplePos, part: &mut Block) {
        let index = |at: SamplePos| (at.0.saturating_sub(self.start.0)).min(self.len() as u64) as usize;
        let (first, last) = (index(from), index(end).max(index(from)));
        part.start = SamplePos(self.start.0 + first as u64);
        part.channels = self.channels;
        self.samples
            .copy_range(first * self.channels..last * self.channels, &mut part.samples);
    }

    /// The samples as floats, channels interleaved, full scale at 1, into `out` (emptied first).
    pub fn f32_into(&self, out: &mut Vec<f32>) {
        out.clear();
        match &self.samples {
            Samples::I32(samples) => out.extend(samples.iter().map(|&x| x as f32 / FULL)),
            Samples::F32(samples) => out.extend_from_slice(samples),
            Samples::F64(samples) => out.extend(samples.iter().map(|&x| x as f32)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_hold_24_bits() {
        let block = Block {
            start: SamplePos(0),
            channels: 2,
            samples: Samples::I32(vec![1 << 30, 0, -(8_388_607 << 8), -(8_388_607 << 8)]),
        };
        let mut floats = vec![9.0];
        block.f32_into(&mut floats);
        let low = -8_388_607.0 / 8_388_608.0;
        assert_eq!(floats, [0.5, 0.0, low, low]);
    }

    #[test]
    fn a_part_is_cut_at_samples_of_all_channels() {
        let samples = Samples::F32((0..10u8).map(f32::from).collect());
        let block = Block {
            start: SamplePos(100),
            channels: 2,
            samples,
        };
        let mut part = Block::default();
        block.copy_part(SamplePos(101), SamplePos(103), &mut part);
        assert_eq!(
            (part.start, part.samples.clone()),
            (SamplePos(101), Samples::F32(vec![2.0, 3.0, 4.0, 5.0]))
        );
        block.copy_part(SamplePos(0), SamplePos(u64::MAX), &mut part);
        assert_eq!(part.len(), 5);
    }

    #[test]
    fn what_is_no_number_becomes_silence() {
        let mut samples = Samples::F32(vec![0.5, f32::NAN, -1.5, f32::NEG_INFINITY, 1e30]);
        assert_eq!(samples.sanitise(), Some((1, 3)));
        assert_eq!(samples, Samples::F32(vec![0.5, 0.0, -1.5, 0.0, 0.0]));
        assert_eq!(samples.sanitise(), None);
    }
}
