//! What is heard as things on screen follow it: envelopes and smoothed levels from the tracker's features.

use phosphene_core::analysis::{HOPS_PER_SEC, live::LiveFeatures};

use crate::shared::SPECTRUM_BANDS;

/// Time in which an onset's light falls to a tenth, by band, as in a render.
const RELEASE_SECS: [f32; 3] = [0.180, 0.120, 0.060];
/// Time in which everything falls to a tenth when nothing comes any more.
const FADE_SECS: f32 = 0.35;
/// Smoothing times in seconds, as in a render.
const LEVEL_SECS: f32 = 0.150;
const LOUDNESS_SECS: f32 = 0.400;
const CALM_SECS: f32 = 0.800;
/// Onsets from this strength on are painted at once, as in a render.
const STRONG: f32 = 0.5;
/// Below this loudness there is silence.
const SILENT: f32 = 0.02;

/// One moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sound {
    pub spectrum: [f32; SPECTRUM_BANDS],
    /// Bass, mid, high, 0 to 1.
    pub bands: [f32; 3],
    /// Envelopes of onsets, 0 to 1.
    pub onsets: [f32; 3],
    /// Whether a bass or mid onset that is strong begins here.
    pub struck: bool,
    pub loudness: f32,
    /// 0 dark to 1 bright.
    pub brightness: f32,
    /// 1 in silence.
    pub calm: f32,
    /// Whether anything is heard at all.
    pub sounding: bool,
}

impl Default for Sound {
    fn default() -> Self {
        Self {
            spectrum: [0.0; SPECTRUM_BANDS],
            bands: [0.0; 3],
            onsets: [0.0; 3],
            struck: false,
            loudness: 0.0,
            brightness: 0.0,
            calm: 1.0,
            sounding: false,
        }
    }
}

impl Sound {
    /// The next hop's features.
    pub(super) fn hear(&mut self, features: &LiveFeatures) {
        let hop = 1.0 / HOPS_PER_SEC as f32;
        self.spectrum = features.spectrum;
        self.sounding = features.loudness > SILENT;
        for (level, heard) in self.bands.iter_mut().zip(features.bands) {
            approach(level, heard, LEVEL_SECS);
        }
        for ((light, strength), release) in self.onsets.iter_mut().zip(features.onset).zip(RELEASE_SECS) {
            *light = (*light * 0.1_f32.powf(hop / release)).max(strength);
        }
        self.struck = features.onset[0].max(features.onset[1]) >= STRONG;
        approach(&mut self.loudness, features.loudness, LOUDNESS_SECS);
        let calm = 1.0 - ((features.loudness - 0.3) / 0.45).clamp(0.0, 1.0);
        approach(&mut self.calm, calm, CALM_SECS);
        // The spectrum's centre of gravity; its bands are even steps in octaves already.
        let (mut sum, mut weighted) = (1e-6, 0.0);
        for (band, level) in features.spectrum.iter().enumerate() {
            let weight = level * level;
            sum += weight;
            weighted += weight * band as f32 / SPECTRUM_BANDS as f32;
        }
        if self.sounding {
            // From 200 Hz to 8 kHz, as in a render.
            approach(
                &mut self.brightness,
                ((weighted / sum - 0.3) / 0.57).clamp(0.0, 1.0),
                LOUDNESS_SECS,
            );
        }
    }

    /// Silence after it, `secs` later: everything falls, and ends at 0.
    pub(super) fn fade(&mut self, secs: f32) {
        let fall = |value: &mut f32, release: f32| {
            *value *= 0.1_f32.powf(secs / release);
            if *value < 1e-3 {
                *value = 0.0;
            }
        };
        for (onset, release) in self.onsets.iter_mut().zip(RELEASE_SECS) {
            fall(onset, release);
        }
        let levels = self.spectrum.iter_mut().chain(&mut self.bands);
        levels.for_each(|level| fall(level, FADE_SECS));
        fall(&mut self.loudness, FADE_SECS);
        let mut loud = 1.0 - self.calm;
        fall(&mut loud, FADE_SECS);
        self.calm = 1.0 - loud;
        (self.struck, self.sounding) = (false, false);
    }
}

/// Smooths, forwards only: the future is not known.
fn approach(value: &mut f32, to: f32, secs: f32) {
    *value += (to - *value) * (1.0 - (-3.0 / (secs * HOPS_PER_SEC as f32)).exp());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_onset_lights_up_at_once_and_falls_to_a_tenth() {
        let mut sound = Sound::default();
        let mut features = LiveFeatures::default();
        features.onset[0] = 0.8;
        features.loudness = 0.9;
        sound.hear(&features);
        assert!(sound.struck && sound.sounding && sound.onsets[0] == 0.8);
        features.onset[0] = 0.0;
        for _ in 0..18 {
            sound.hear(&features);
        }
        assert!(!sound.struck && (sound.onsets[0] - 0.08).abs() < 1e-3);
        for _ in 0..200 {
            sound.fade(0.016);
        }
        assert_eq!(sound.onsets, [0.0; 3]);
        assert!(sound.loudness == 0.0 && sound.calm == 1.0);
    }
}
