//! The music as things on screen follow it: onset envelopes in closed form, smoothed levels, the turning hue.

use std::ops::Range;

use crate::{
    analysis::{Band, Features, HOPS_PER_SEC},
    time::SamplePos,
};

/// Release of each band's onsets: the time in which the envelope falls to a tenth, in seconds.
const RELEASE_SECS: [f64; 3] = [0.180, 0.120, 0.060];
/// Release of the burst at a cue, in seconds.
const BURST_SECS: f64 = 0.250;
/// Smoothing times, in seconds.
const LEVEL_SECS: f32 = 0.150;
const LOUDNESS_SECS: f32 = 0.400;
const CALM_SECS: f32 = 0.800;
/// A bar or so: what the accent hue takes to follow a change of key.
const HUE_SECS: f32 = 2.0;
/// The fastest that the accent hue turns, in turns a second.
const HUE_SPEED: f32 = 0.06;

/// One onset.
#[derive(Debug, Clone, Copy)]
struct Onset {
    at: SamplePos,
    /// Its own strength, 0 to 1.
    strength: f32,
    /// The envelope right after it: its own strength, or what is left of a stronger one before.
    envelope: f32,
}

/// The smoothed values at one hop.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    pub bands: [f32; 3],
    pub loudness: f32,
    pub brightness: f32,
    /// In turns, counted on past 1.
    pub hue: f32,
    pub calm: f32,
}

/// A song's music, ready to be asked for any moment.
#[derive(Debug)]
pub(super) struct Music {
    rate_hz: f64,
    onsets: [Vec<Onset>; 3],
    levels: Vec<Level>,
    /// Sums of the loudness of all hops before each.
    loudness_sums: Vec<f64>,
}

impl Music {
    /// Smooths a song's features once, so that any frame may be asked for.
    pub(super) fn new(features: &Features) -> Self {
        let rate_hz = f64::from(features.rate.hz());
        let hops = &features.hops;
        let smooth =
            |secs: f32, value: &dyn Fn(usize) -> f32| smoothed(&(0..hops.len()).map(value).collect::<Vec<_>>(), secs);
        let bands = Band::ALL.map(|band| smooth(LEVEL_SECS, &|h| hops[h].bands[band as usize]));
        let loudness = smooth(LOUDNESS_SECS, &|h| hops[h].loudness);
        let brightness = smooth(LOUDNESS_SECS, &|h| brightness(hops[h].centroid_hz));
        let activity = smooth(CALM_SECS, &|h| hops[h].flux.max(hops[h].onset[0]).max(hops[h].onset[1]));
        let calm = smooth(CALM_SECS, &|h| 1.0 - ((hops[h].loudness - 0.3) / 0.45).clamp(0.0, 1.0));
        let hue = hues(features);
        let levels = (0..hops.len()).map(|h| Level {
            bands: [bands[0][h], bands[1][h], bands[2][h]],
            loudness: loudness[h],
            brightness: brightness[h],
            hue: hue[h],
            // Loud music without any onset (a pad, a drone) is half calm.
            calm: calm[h].max(0.5 * (1.0 - (activity[h] / 0.05).min(1.0))),
        });
        let mut sum = 0.0;
        let sums = hops.iter().map(|hop| {
            sum += f64::from(hop.loudness);
            sum
        });
        Self {
            rate_hz,
            onsets: Band::ALL.map(|band| onsets(features, band)),
            levels: levels.collect(),
            loudness_sums: std::iter::once(0.0).chain(sums).collect(),
        }
    }

    /// The envelope of a band's onsets over a frame that shows what begins at these samples: an onset among them counts
    /// in full, one before them has decayed up to the first.
    pub(super) fn envelope(&self, band: Band, events: Range<SamplePos>) -> f32 {
        let onsets = &self.onsets[band as usize];
        let before = onsets.partition_point(|onset| onset.at < events.start).checked_sub(1);
        let left = before.map_or(0.0, |i| {
            let age = (events.start.0 - onsets[i].at.0) as f64 / self.rate_hz;
            onsets[i].envelope * decay(age, RELEASE_SECS[band as usize]) as f32
        });
        left.max(self.strike(band, &events))
    }

    /// The strongest onset of a band among these samples, 0 to 1.
    pub(super) fn strike(&self, band: Band, events: &Range<SamplePos>) -> f32 {
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
            return Level {
                calm: 1.0,
                ..Level::default()
            };
        };
        let (a, b) = (self.levels[index.min(last)], self.levels[(index + 1).min(last)]);
        let part = (place - index as f64) as f32;
        let between = |a: f32, b: f32| a + (b - a) * part;
        Level {
            bands: [0, 1, 2].map(|i| between(a.bands[i], b.bands[i])),
            loudness: between(a.loudness, b.loudness),
            brightness: between(a.brightness, b.brightness),
            hue: between(a.hue, b.hue),
            calm: between(a.calm, b.calm),
        }
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

/// How much of a burst is left after `secs`, 1 at 0.
pub(super) fn burst(secs: f64) -> f64 {
    decay(secs, BURST_SECS)
}

/// Exponential fall to a tenth in `release_secs`.
fn decay(age_secs: f64, release_secs: f64) -> f64 {
    0.1_f64.powf(age_secs / release_secs)
}

/// A band's onsets in order, each with the envelope that it leaves: its own strength, or what is left of those before.
fn onsets(features: &Features, band: Band) -> Vec<Onset> {
    let rate_hz = f64::from(features.rate.hz());
    let mut onsets: Vec<Onset> = Vec::new();
    for (h, hop) in features.hops.iter().enumerate() {
        let strength = hop.onset[band as usize];
        if strength <= 0.0 {
            continue;
        }
        let at = features.centre(h);
        let left = onsets.last().map_or(0.0, |last| {
            let age = (at.0 - last.at.0) as f64 / rate_hz;
            last.envelope * decay(age, RELEASE_SECS[band as usize]) as f32
        });
        onsets.push(Onset {
            at,
            strength,
            envelope: strength.max(left),
        });
    }
    onsets
}

/// 0 at 200 Hz and below to 1 at 8 kHz and above, even steps an octave.
fn brightness(centroid_hz: f32) -> f32 {
    if centroid_hz <= 200.0 {
        return 0.0;
    }
    ((centroid_hz / 200.0).log2() / 40_f32.log2()).min(1.0)
}

/// An exponential smoothing forwards and then backwards, so that nothing comes late.
fn smoothed(values: &[f32], secs: f32) -> Vec<f32> {
    let keep = (-3.0 / (secs * HOPS_PER_SEC as f32)).exp();
    let mut out = values.to_vec();
    let mut state = out.first().copied().unwrap_or(0.0);
    for value in &mut out {
        state = *value + (state - *value) * keep;
        *value = state;
    }
    for value in out.iter_mut().rev() {
        state = *value + (state - *value) * keep;
        *value = state;
    }
    out
}

/// The place of the strongest pitch class on the circle of fifths, in turns counted on past 1, at most [`HUE_SPEED`].
fn hues(features: &Features) -> Vec<f32> {
    let axis = |part: fn(f32) -> f32| {
        let values = features.hops.iter().map(|hop| {
            let classes = hop.chroma.iter().enumerate();
            // Squares let the strongest class lead.
            classes
                .map(|(class, weight)| weight * weight * part(fifths(class) * std::f32::consts::TAU))
                .sum()
        });
        smoothed(&values.collect::<Vec<f32>>(), HUE_SECS)
    };
    let (x, y) = (axis(f32::cos), axis(f32::sin));
    let mut hue = 0.0;
    let mut begun = false;
    let step = HUE_SPEED / HOPS_PER_SEC as f32;
    let turn = |(x, y): (&f32, &f32)| {
        if x.hypot(*y) > 1e-3 {
            let target = y.atan2(*x) / std::f32::consts::TAU;
            let off = target - hue;
            let off = off - off.round();
            hue += if begun { off.clamp(-step, step) } else { off };
            begun = true;
        }
        hue
    };
    x.iter().zip(&y).map(turn).collect()
}

/// A pitch class's place on the circle of fifths in turns; C is 0, G 1/12.
fn fifths(class: usize) -> f32 {
    (class * 7 % 12) as f32 / 12.0
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let music = Music::new(&features(hops));
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
        assert_eq!(music.strike(Band::Bass, &(SamplePos(at)..SamplePos(at + 2_000))), 0.8);
        assert_eq!(music.strike(Band::Mid, &(SamplePos(at)..SamplePos(at + 2_000))), 0.0);
    }

    #[test]
    fn silence_is_calm_and_music_is_not() {
        let mut hops = vec![Hop::default(); 1_000];
        for (h, hop) in hops.iter_mut().enumerate().skip(500) {
            hop.loudness = 0.9;
            hop.flux = if h % 50 == 0 { 1.0 } else { 0.02 };
        }
        let music = Music::new(&features(hops));
        assert!(music.level(SamplePos(100 * 480)).calm > 0.95);
        assert!(music.level(SamplePos(900 * 480)).calm < 0.3);
        assert!(Music::new(&features(Vec::new())).level(SamplePos(5)).calm == 1.0);
    }

    #[test]
    fn the_hue_follows_the_key_slowly() {
        let mut hops = vec![Hop::default(); 3_000];
        for (h, hop) in hops.iter_mut().enumerate() {
            hop.chroma[if h < 1_000 { 0 } else { 2 }] = 1.0;
        }
        let music = Music::new(&features(hops));
        let hue = |h: u64| music.level(SamplePos(h * 480)).hue;
        assert!(hue(200).abs() < 1e-3, "C");
        assert!((hue(2_900) - 2.0 / 12.0).abs() < 1e-3, "D is two fifths up");
        for h in 0..2_999 {
            assert!((hue(h + 1) - hue(h)).abs() <= HUE_SPEED / 100.0 + 1e-5);
        }
    }
}
