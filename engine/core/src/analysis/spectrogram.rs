//! A song's log-mel spectrogram, kept in two bytes a value.

use super::stft::{MEL_BANDS, mel_centre_hz};

/// Steps in a decibel.
const STEPS: f32 = 300.0;
/// The quietest that is told apart from nothing, in dB against a full-scale sine.
const FLOOR_DB: f32 = -160.0;

/// Level by mel band and hop, for pictures of the song.
///
/// Two bytes a value: 16 kB for a second of song, 58 MB for an hour.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spectrogram {
    levels: Vec<u16>,
}

impl Spectrogram {
    /// Bands from 30 Hz to 16 kHz, evenly spaced in mel.
    pub const BANDS: usize = MEL_BANDS;

    /// How many hops it has.
    #[must_use]
    pub fn hops(&self) -> usize {
        self.levels.len() / MEL_BANDS
    }

    /// Level of a band in a hop, in dB against a full-scale sine, -160 at least.
    ///
    /// # Panics
    /// When there is no such hop or band.
    #[must_use]
    pub fn level_db(&self, hop: usize, band: usize) -> f32 {
        db(self.hop(hop)[band])
    }

    /// The middle of a band in Hz.
    #[must_use]
    pub fn centre_hz(band: usize) -> f64 {
        mel_centre_hz(band)
    }

    /// Appends a hop of powers.
    pub(super) fn push(&mut self, power: &[f32; MEL_BANDS]) {
        self.levels.extend(power.iter().map(|&power| {
            let db = 10.0 * power.max(1e-16).log10();
            ((db - FLOOR_DB) * STEPS).round().clamp(0.0, f32::from(u16::MAX)) as u16
        }));
    }

    /// Forgets the first hops.
    pub(super) fn forget(&mut self, hops: usize) {
        self.levels.drain(..hops * MEL_BANDS);
    }

    pub(super) fn truncate(&mut self, hops: usize) {
        self.levels.truncate(hops * MEL_BANDS);
    }

    /// The coded levels of a hop; [`Self::table`] decodes them.
    pub(super) fn hop(&self, hop: usize) -> &[u16] {
        &self.levels[hop * MEL_BANDS..(hop + 1) * MEL_BANDS]
    }

    /// A value for every code, so that a function of the level costs one look-up.
    pub(super) fn table(of_db: impl Fn(f32) -> f32) -> Vec<f32> {
        (0..=u16::MAX).map(|code| of_db(db(code))).collect()
    }
}

fn db(code: u16) -> f32 {
    f32::from(code) / STEPS + FLOOR_DB
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_come_back_within_a_hundredth_of_a_decibel() {
        let mut spectrogram = Spectrogram::default();
        let mut power = [0.0; MEL_BANDS];
        for (band, power) in power.iter_mut().enumerate() {
            *power = 10f32.powf(-(band as f32) / 10.0);
        }
        power[MEL_BANDS - 1] = 0.0;
        spectrogram.push(&power);
        assert_eq!(spectrogram.hops(), 1);
        for band in 0..MEL_BANDS - 1 {
            assert!((spectrogram.level_db(0, band) + band as f32).abs() < 0.01);
        }
        assert_eq!(spectrogram.level_db(0, MEL_BANDS - 1), -160.0);
    }
}
