//! How things on screen follow the music's features: envelopes of onsets, smoothed levels, the accent hue.
//!
//! A whole song's [`super::music::SongMusic`] and a stream's [`super::LiveMusic`] are both made of these. What differs is
//! what each knows: a song is smoothed forwards and then backwards, so that nothing comes late; a stream only forwards.

use crate::{
    analysis::{Band, HOPS_PER_SEC, Hop},
    time::SamplePos,
};

/// Release of each band's onsets: the time in which the envelope falls to a tenth, in seconds.
pub(super) const RELEASE_SECS: [f64; 3] = [0.180, 0.120, 0.060];
/// Release of the burst at a cue, in seconds.
const BURST_SECS: f64 = 0.250;
/// Smoothing times, in seconds.
const LEVEL_SECS: f32 = 0.150;
const LOUDNESS_SECS: f32 = 0.400;
const CALM_SECS: f32 = 0.800;
/// A bar or so: what the accent hue takes to follow a change of key.
const HUE_SECS: f32 = 2.0;
/// The fastest that the accent hue turns, in turns a second.
pub(super) const HUE_SPEED: f32 = 0.06;
/// Bass and mid onsets from this strength on are painted at once.
const STRONG: f32 = 0.5;

/// Exponential fall to a tenth in `release_secs`.
pub(super) fn decay(age_secs: f64, release_secs: f64) -> f64 {
    0.1_f64.powf(age_secs / release_secs)
}

/// How much of a burst is left after `secs`, 1 at 0.
pub(super) fn burst(secs: f64) -> f64 {
    decay(secs, BURST_SECS)
}

/// Whether onsets of these strengths (bass, mid, high) make a frame be painted afresh.
pub(super) fn is_strong(onsets: [f32; 3]) -> bool {
    [Band::Bass, Band::Mid]
        .iter()
        .any(|&band| onsets[band as usize] >= STRONG)
}

/// One onset of a band, with its envelope in closed form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Onset {
    pub at: SamplePos,
    /// Its own strength, 0 to 1.
    pub strength: f32,
    /// The envelope right at it: its own strength, or what is left of a stronger one before.
    pub envelope: f32,
}

impl Onset {
    /// The onset after `before`, which neither lifts nor cuts what is left of a stronger one.
    pub fn after(before: Option<&Self>, at: SamplePos, strength: f32, band: Band, rate_hz: f64) -> Self {
        let left = before.map_or(0.0, |before| before.left(at, band, rate_hz));
        Self {
            at,
            strength,
            envelope: strength.max(left),
        }
    }

    /// What is left of it at a sample that is not before it.
    pub fn left(&self, at: SamplePos, band: Band, rate_hz: f64) -> f32 {
        let age = (at.0 - self.at.0) as f64 / rate_hz;
        self.envelope * decay(age, RELEASE_SECS[band as usize]) as f32
    }
}

/// Exponential smoothing of one value, hop by hop; it starts at its first value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Smoother {
    keep: f32,
    state: Option<f32>,
}

impl Smoother {
    /// All but a twentieth of a step is taken in `secs`.
    fn new(secs: f32) -> Self {
        Self {
            keep: (-3.0 / (secs * HOPS_PER_SEC as f32)).exp(),
            state: None,
        }
    }

    fn step(&mut self, value: f32) -> f32 {
        let before = self.state.unwrap_or(value);
        *self.state.insert(value + (before - value) * self.keep)
    }
}

/// The values of one hop that are smoothed, before or after it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct HopLevels {
    bands: [f32; 3],
    loudness: f32,
    brightness: f32,
    /// 1 where it is quiet.
    quiet: f32,
    /// How much begins.
    activity: f32,
    /// The strongest pitch class on the circle of fifths, as a vector.
    key: [f32; 2],
}

impl HopLevels {
    /// Those of a hop, not smoothed yet.
    pub fn of(hop: &Hop) -> Self {
        let axis = |part: fn(f32) -> f32| {
            let classes = hop.chroma.iter().enumerate();
            // Squares let the strongest class lead.
            classes
                .map(|(class, weight)| weight * weight * part(fifths(class) * std::f32::consts::TAU))
                .sum()
        };
        Self {
            bands: hop.bands,
            loudness: hop.loudness,
            brightness: brightness(hop.centroid_hz),
            quiet: 1.0 - ((hop.loudness - 0.3) / 0.45).clamp(0.0, 1.0),
            activity: hop.flux.max(hop.onset[0]).max(hop.onset[1]),
            key: [axis(f32::cos), axis(f32::sin)],
        }
    }
}

/// Smooths the values of one hop after another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LevelSmoother {
    bands: [Smoother; 3],
    loudness: Smoother,
    brightness: Smoother,
    quiet: Smoother,
    activity: Smoother,
    key: [Smoother; 2],
}

impl LevelSmoother {
    pub fn new() -> Self {
        Self {
            bands: [Smoother::new(LEVEL_SECS); 3],
            loudness: Smoother::new(LOUDNESS_SECS),
            brightness: Smoother::new(LOUDNESS_SECS),
            quiet: Smoother::new(CALM_SECS),
            activity: Smoother::new(CALM_SECS),
            key: [Smoother::new(HUE_SECS); 2],
        }
    }

    /// The smoothed values of the next hop.
    pub fn step(&mut self, hop: &HopLevels) -> HopLevels {
        let [bass, mid, high] = &mut self.bands;
        let [x, y] = &mut self.key;
        HopLevels {
            bands: [bass.step(hop.bands[0]), mid.step(hop.bands[1]), high.step(hop.bands[2])],
            loudness: self.loudness.step(hop.loudness),
            brightness: self.brightness.step(hop.brightness),
            quiet: self.quiet.step(hop.quiet),
            activity: self.activity.step(hop.activity),
            key: [x.step(hop.key[0]), y.step(hop.key[1])],
        }
    }
}

/// Turns the accent hue towards the key.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct HueTracker {
    /// In turns, counted on past 1.
    hue: f32,
    begun: bool,
}

impl HueTracker {
    /// The hue at the next hop: the place of the strongest pitch class on the circle of fifths, at most [`HUE_SPEED`].
    fn step(&mut self, [x, y]: [f32; 2]) -> f32 {
        let step = HUE_SPEED / HOPS_PER_SEC as f32;
        if x.hypot(y) > 1e-3 {
            let target = y.atan2(x) / std::f32::consts::TAU;
            let off = target - self.hue;
            let off = off - off.round();
            self.hue += if self.begun { off.clamp(-step, step) } else { off };
            self.begun = true;
        }
        self.hue
    }
}

/// The levels that things on screen follow, at one hop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Level {
    pub bands: [f32; 3],
    pub loudness: f32,
    pub brightness: f32,
    /// In turns, counted on past 1.
    pub hue: f32,
    pub calm: f32,
}

impl Level {
    /// Where nothing is heard.
    pub const SILENCE: Self = Self {
        bands: [0.0; 3],
        loudness: 0.0,
        brightness: 0.0,
        hue: 0.0,
        calm: 1.0,
    };

    /// From a hop's smoothed values.
    pub fn of(smoothed: &HopLevels, hue: &mut HueTracker) -> Self {
        Self {
            bands: smoothed.bands,
            loudness: smoothed.loudness,
            brightness: smoothed.brightness,
            hue: hue.step(smoothed.key),
            // Loud music without any onset (a pad, a drone) is half calm.
            calm: smoothed.quiet.max(0.5 * (1.0 - (smoothed.activity / 0.05).min(1.0))),
        }
    }

    /// Between two hops in a straight line; `part` is 0 at the first.
    pub fn between(a: &Self, b: &Self, part: f32) -> Self {
        let between = |a: f32, b: f32| a + (b - a) * part;
        Self {
            bands: [0, 1, 2].map(|i| between(a.bands[i], b.bands[i])),
            loudness: between(a.loudness, b.loudness),
            brightness: between(a.brightness, b.brightness),
            hue: between(a.hue, b.hue),
            calm: between(a.calm, b.calm),
        }
    }
}

/// 0 at 200 Hz and below to 1 at 8 kHz and above, even steps an octave.
fn brightness(centroid_hz: f32) -> f32 {
    if centroid_hz <= 200.0 {
        return 0.0;
    }
    ((centroid_hz / 200.0).log2() / 40_f32.log2()).min(1.0)
}

/// A pitch class's place on the circle of fifths in turns; C is 0, G 1/12.
fn fifths(class: usize) -> f32 {
    (class * 7 % 12) as f32 / 12.0
}
