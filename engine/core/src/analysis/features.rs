//! Look-ups in [`Features`] by sample.

use super::{Features, HOPS_PER_SEC, Hop};
use crate::time::SamplePos;

/// The hop of silence.
static SILENCE: Hop = Hop {
    loudness: 0.0,
    bands: [0.0; 3],
    centroid_hz: 0.0,
    flux: 0.0,
    onset: [0.0; 3],
    chroma: [0.0; 12],
};

impl Features {
    /// The hop whose centre is nearest to a sample; the last one after the song's end.
    #[must_use]
    pub fn at(&self, at: SamplePos) -> &Hop {
        let rate = u64::from(self.rate.hz());
        let nearest = (at.0 * u64::from(HOPS_PER_SEC) + rate / 2) / rate;
        let index = usize::try_from(nearest).unwrap_or(usize::MAX);
        self.hops.get(index).or(self.hops.last()).unwrap_or(&SILENCE)
    }

    /// The hops whose centres lie in `a..b`; empty when none does.
    #[must_use]
    pub fn between(&self, a: SamplePos, b: SamplePos) -> &[Hop] {
        let (from, to) = (self.first_from(a), self.first_from(b));
        self.hops.get(from..to).unwrap_or(&[])
    }

    /// The centre of hop `index`.
    #[must_use]
    pub fn centre(&self, index: usize) -> SamplePos {
        SamplePos(index as u64 * u64::from(self.rate.hz()) / u64::from(HOPS_PER_SEC))
    }

    /// The first hop whose centre `h * rate / 100` (rounded down) is at or after a sample.
    fn first_from(&self, at: SamplePos) -> usize {
        let ceil = (at.0 * u64::from(HOPS_PER_SEC)).div_ceil(u64::from(self.rate.hz()));
        usize::try_from(ceil).unwrap_or(usize::MAX).min(self.hops.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SampleRate;

    #[test]
    fn hops_are_found_by_their_centres() {
        for hz in [8_000, 11_025, 44_100, 48_000, 96_000] {
            let rate = SampleRate::new(hz).unwrap();
            let hops = (0..100)
                .map(|i| Hop {
                    loudness: i as f32,
                    ..SILENCE
                })
                .collect();
            let features = Features {
                rate,
                len: u64::from(hz),
                hops,
            };
            for i in 0..100 {
                let centre = features.centre(i);
                assert_eq!(features.at(centre).loudness, i as f32, "{hz} {i}");
                assert_eq!(features.between(SamplePos(0), centre).len(), i, "{hz} {i}");
                assert_eq!(features.between(centre, SamplePos(centre.0 + 1)).len(), 1, "{hz} {i}");
            }
            assert_eq!(features.at(SamplePos(u64::from(hz) * 9)).loudness, 99.0);
            assert!(features.between(SamplePos(500), SamplePos(100)).is_empty());
        }
    }

    #[test]
    fn no_hops_are_silence() {
        let rate = SampleRate::new(48_000).unwrap();
        let features = Features {
            rate,
            len: 0,
            hops: Vec::new(),
        };
        assert_eq!(features.at(SamplePos(5)), &SILENCE);
        assert!(features.between(SamplePos(0), SamplePos(9)).is_empty());
    }
}
