//! A whole song's music as things on screen follow it, at any moment.

use std::ops::Range;

use super::{
    Reactive,
    envelope::{HopLevels, HueTracker, Level, LevelSmoother, Onset},
};
use crate::{
    analysis::{Band, Features, HOPS_PER_SEC},
    time::SamplePos,
};

/// A song's music, ready to be asked for any moment.
///
/// ```
/// use phosphene_core::{analysis::{Features, Hop}, direct::SongMusic, time::{SamplePos, SampleRate}};
/// let mut hops = vec![Hop::default(); 100];
/// hops[50].onset[0] = 0.8;
/// let music = SongMusic::new(&Features { rate: SampleRate::new(48_000)?, len: 48_000, hops });
/// let frame = |from: u64| music.reactive(SamplePos(from), SamplePos(from)..SamplePos(from + 2_000));
/// assert_eq!(frame(24_000 - 1_999).kick, 0.8, "in full in the frame in which it begins");
/// assert!((frame(24_000 + 8_640).kick - 0.08).abs() < 1e-6, "a tenth after 180 ms");
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug)]
pub struct SongMusic {
    rate_hz: f64,
    onsets: [Vec<Onset>; 3],
    levels: Vec<Level>,
    /// Sums of the loudness of all hops before each.
    loudness_sums: Vec<f64>,
}

impl SongMusic {
    /// From the song's features; about 4 KB a second of it.
    #[must_use]
    pub fn new(features: &Features) -> Self {
        let rate_hz = f64::from(features.rate.hz());
        let hops = &features.hops;
        let mut smoother = LevelSmoother::new();
        let mut smoothed: Vec<HopLevels> = hops.iter().map(|hop| smoother.step(&HopLevels::of(hop))).collect();
        // And backwards from where it came to, so that nothing comes late.
        for hop in smoothed.iter_mut().rev() {
            *hop = smoother.step(hop);
        }
        let mut hue = HueTracker::default();
        let levels = smoothed.iter().map(|hop| Level::of(hop, &mut hue)).collect();
        let mut sum = 0.0;
        let sums = hops.iter().map(|hop| {
            sum += f64::from(hop.loudness);
            sum
        });
        Self {
            rate_hz,
            onsets: Band::ALL.map(|band| onsets(features, band)),
            levels,
            loudness_sums: std::iter::once(0.0).chain(sums).collect(),
        }
    }

    /// The music of a frame that begins at a sample and shows what begins at `events`, as at reactivity 1, without build-up and
    /// burst.
    #[must_use]
    pub fn reactive(&self, at: SamplePos, events: Range<SamplePos>) -> Reactive {
        let onsets = Band::ALL.map(|band| self.envelope(band, events.clone()));
        Reactive::of(onsets, &self.level(at))
    }

    /// The envelope of a band's onsets over a frame that shows what begins at these samples: an onset among them counts
    /// in full, one before them has decayed up to the first.
    pub(super) fn envelope(&self, band: Band, events: Range<SamplePos>) -> f32 {
        let onsets = &self.onsets[band as usize];
        let before = onsets.partition_point(|onset| onset.at < events.start).checked_sub(1);
        let left = before.map_or(0.0, |i| onsets[i].left(events.start, band, self.rate_hz));
        left.max(self.strongest(band, &events))
    }

    /// The strongest onset of a band among these samples, 0 to 1.
    pub(super) fn strongest(&self, band: Band, events: &Range<SamplePos>) -> f32 {
        let onsets = &self.onsets[band as usize];
        let (first, end) = (
            onsets.partition_point(|onset| onset.at < events.start),
            onsets.partition_point(|onset| onset.at < events.end),
        );
        onsets[first..end.max(first)]
            .iter()
            .map(|onset| onset.strength)
            .fold(0.0, f32::max)
    }

    /// The smoothed levels at a sample, between hops in a straight line.
    pub(super) fn level(&self, at: SamplePos) -> Level {
        let place = at.0 as f64 * f64::from(HOPS_PER_SEC) / self.rate_hz;
        let index = place as usize;
        let Some(last) = self.levels.len().checked_sub(1) else {
            return Level::SILENCE;
        };
        let (a, b) = (&self.levels[index.min(last)], &self.levels[(index + 1).min(last)]);
        Level::between(a, b, (place - index as f64) as f32)
    }

    /// Mean loudness of `from..to`, as far as it lies in the song.
    pub(super) fn mean_loudness(&self, from: SamplePos, to: SamplePos) -> f64 {
        let last = self.loudness_sums.len() - 1;
        let hop = |at: SamplePos| ((at.0 as f64 * f64::from(HOPS_PER_SEC) / self.rate_hz) as usize).min(last);
        let (a, b) = (hop(from), hop(to));
        if b <= a {
            return 0.0;
        }
        (self.loudness_sums[b] - self.loudness_sums[a]) / (b - a) as f64
    }
}

fn onsets(features: &Features, band: Band) -> Vec<Onset> {
    let rate_hz = f64::from(features.rate.hz());
    let mut onsets: Vec<Onset> = Vec::new();
    for (h, hop) in features.hops.iter().enumerate() {
        let strength = hop.onset[band as usize];
        if strength <= 0.0 {
            continue;
        }
        let at = features.centre(h);
        let onset = Onset::after(onsets.last(), at, strength, band, rate_hz);
        onsets.push(onset);
    }
    onsets
}

#[cfg(test)]
mod tests {
    use super::{super::envelope::HUE_SPEED, *};
    use crate::{analysis::Hop, time::SampleRate};

    fn features(hops: Vec<Hop>) -> Features {
        Features {
            rate: SampleRate::new(48_000).unwrap(),
            len: hops.len() as u64 * 480,
            hops,
        }
    }

    #[test]
    fn an_envelope_starts_in_its_frame_and_falls_to_a_tenth() {
        let mut hops = vec![Hop::default(); 200];
        hops[50].onset[0] = 0.8;
        hops[52].onset[0] = 0.1;
        let music = SongMusic::new(&features(hops));
        let at = 50 * 480;
        let envelope = |from: u64, to: u64| music.envelope(Band::Bass, SamplePos(from)..SamplePos(to));
        assert_eq!(envelope(at - 2_000, at), 0.0, "the frame that ends before it");
        assert_eq!(
            envelope(at - 1_999, at + 1),
            0.8,
            "the frame that contains it as its last sample"
        );
        assert_eq!(envelope(at, at + 2_000), 0.8, "the frame that it begins");
        // The weaker onset 20 ms later neither lifts nor cuts what is left of the strong one.
        let later = at + 48_000 * 180 / 1_000;
        assert!((envelope(later, later + 2_000) - 0.08).abs() < 1e-6);
        assert_eq!(
            music.strongest(Band::Bass, &(SamplePos(at)..SamplePos(at + 2_000))),
            0.8
        );
        assert_eq!(music.strongest(Band::Mid, &(SamplePos(at)..SamplePos(at + 2_000))), 0.0);
    }

    #[test]
    fn silence_is_calm_and_music_is_not() {
        let mut hops = vec![Hop::default(); 1_000];
        for (h, hop) in hops.iter_mut().enumerate().skip(500) {
            hop.loudness = 0.9;
            hop.flux = if h % 50 == 0 { 1.0 } else { 0.02 };
        }
        let music = SongMusic::new(&features(hops));
        assert!(music.level(SamplePos(100 * 480)).calm > 0.95);
        assert!(music.level(SamplePos(900 * 480)).calm < 0.3);
        assert!(SongMusic::new(&features(Vec::new())).level(SamplePos(5)).calm == 1.0);
    }

    #[test]
    fn the_hue_follows_the_key_slowly() {
        let mut hops = vec![Hop::default(); 3_000];
        for (h, hop) in hops.iter_mut().enumerate() {
            hop.chroma[if h < 1_000 { 0 } else { 2 }] = 1.0;
        }
        let music = SongMusic::new(&features(hops));
        let hue = |h: u64| music.level(SamplePos(h * 480)).hue;
        assert!(hue(200).abs() < 1e-3, "C");
        assert!((hue(2_900) - 2.0 / 12.0).abs() < 1e-3, "D is two fifths up");
        for h in 0..2_999 {
            assert!((hue(h + 1) - hue(h)).abs() <= HUE_SPEED / 100.0 + 1e-5);
        }
    }
}
