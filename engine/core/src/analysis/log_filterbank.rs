//! The input of `BeatNet`: a logarithmic filterbank of bands a quarter-tone apart and its first difference, 50 times a second.
//!
//! The bands are those that BeatNet was trained on (24 an octave from 30 Hz, on spectra of 64 ms at 22,050 Hz), taken
//! from spectra of the same length in seconds at the song's own rate, so that nothing has to be resampled.
//!
//! **Source**: S. Boeck et al., "madmom: a new Python audio and music signal processing library", 2016: the logarithmic
//! filter bank.

use realfft::RealFftPlanner;

use super::{
    beatnet::{BeatNet, BeatNetOutput, INPUTS},
    stft::{Window, even_smooth_len},
};
use crate::{error::Result, time::SampleRate};

/// Hops from one step of `BeatNet` to the next.
pub(super) const HOPS_PER_BEATNET_STEP: usize = 2;
/// Bands of the filterbank.
pub(super) const BANDS: usize = INPUTS / 2;
/// The rate and window that the network was trained at.
const TRAINED_HZ: f64 = 22_050.0;
const TRAINED_LEN: f64 = 1_411.0;
/// Spectral bins up to half of [`TRAINED_HZ`].
const BINS: usize = 705;
/// Bands an octave, the lowest band in Hz and the tuning note.
const PER_OCTAVE: f64 = 24.0;
const LOWEST_HZ: f64 = 30.0;
const TUNING_HZ: f64 = 440.0;
/// The level to which a song's loud parts are brought for the network, in dB against a full-scale sine.
const LOUD_DB: f32 = -14.0;
/// Coded levels: steps in a decibel above the floor.
const STEPS: f32 = 300.0;
const FLOOR_DB: f32 = -160.0;

/// The filterbank, with the window that it is applied to.
pub(super) struct LogFilterbank {
    window: Window,
    bank: Vec<(usize, Vec<f32>)>,
}

impl LogFilterbank {
    pub fn new(rate: SampleRate) -> Self {
        let len = even_smooth_len(f64::from(rate.hz()) * TRAINED_LEN / TRAINED_HZ);
        Self {
            window: Window::new(len, &mut RealFftPlanner::new()),
            bank: bank(),
        }
    }

    /// Samples of a window.
    pub fn span(&self) -> usize {
        self.window.len()
    }

    /// Magnitude in each band in the middle of a stretch of samples at least as long as the window.
    pub fn magnitudes(&mut self, samples: &[f32]) -> [f32; BANDS] {
        let len = self.window.len();
        let from = (samples.len() - len) / 2;
        let power = self.window.run(&samples[from..from + len]);
        let mut magnitudes = [0.0; BANDS];
        for (magnitude, (first, weights)) in magnitudes.iter_mut().zip(&self.bank) {
            // Bins past the song's own range, at low rates, are empty.
            let bins = power.get(*first..).unwrap_or(&[]);
            *magnitude = bins.iter().zip(weights).map(|(p, w)| p.sqrt() * w).sum();
        }
        magnitudes
    }
}

/// `BeatNet`'s input for these magnitudes and those of the step before, in a song whose loud parts are at `loud_db`: log
/// magnitudes, then their half-wave rectified first difference.
pub(super) fn beatnet_input(now: &[f32; BANDS], before: &[f32; BANDS], loud_db: f32) -> [f32; INPUTS] {
    let scale = full_scale() * 10f32.powf((LOUD_DB - loud_db) / 20.0);
    let compress = |magnitude: f32| (1.0 + scale * magnitude).log10();
    let mut input = [0.0; INPUTS];
    for (band, (now, before)) in now.iter().zip(before).enumerate() {
        let now = compress(*now);
        input[band] = now;
        input[BANDS + band] = (now - compress(*before)).max(0.0);
    }
    input
}

/// What a full-scale sine's peak bin has in the trained window: a third of its power is in its neighbours, and the bin
/// itself peaks at len / 4.
fn full_scale() -> f32 {
    1.5f32.sqrt() * (TRAINED_LEN / 4.0) as f32
}

/// The filterbank's magnitudes at every step, kept until the song's loud parts are known.
pub(super) struct LogSpectrogram {
    filterbank: LogFilterbank,
    levels: Vec<u16>,
}

impl LogSpectrogram {
    pub fn new(rate: SampleRate) -> Self {
        Self {
            filterbank: LogFilterbank::new(rate),
            levels: Vec::new(),
        }
    }

    /// Appends the magnitudes in the middle of a stretch of samples at least as long as the window.
    pub fn push(&mut self, samples: &[f32]) {
        for magnitude in self.filterbank.magnitudes(samples) {
            let db = 20.0 * magnitude.max(1e-8).log10();
            self.levels
                .push(((db - FLOOR_DB) * STEPS).round().clamp(0.0, f32::from(u16::MAX)) as u16);
        }
    }

    /// Keeps the first `steps` only.
    pub fn truncate(&mut self, steps: usize) {
        self.levels.truncate(steps * BANDS);
    }

    /// Runs the network over all steps, the song's loud parts brought to the level that it knows.
    ///
    /// # Errors
    /// [`crate::Error::Asset`] when the built-in network is damaged.
    pub fn activations(&self, loud_db: f32) -> Result<Vec<BeatNetOutput>> {
        let full = full_scale();
        let table: Vec<f32> = (0..=u16::MAX)
            .map(|code| {
                let db = f32::from(code) / STEPS + FLOOR_DB + LOUD_DB - loud_db;
                (1.0 + full * 10f32.powf(db / 20.0)).log10()
            })
            .collect();
        let mut network = BeatNet::load()?;
        let mut before: Option<[f32; BANDS]> = None;
        let outputs = self.levels.as_chunks::<BANDS>().0.iter().map(|codes| {
            let now = codes.map(|code| table[usize::from(code)]);
            let last = before.unwrap_or(now);
            let mut input = [0.0; INPUTS];
            input[..BANDS].copy_from_slice(&now);
            for ((rise, now), last) in input[BANDS..].iter_mut().zip(&now).zip(&last) {
                *rise = (now - last).max(0.0);
            }
            before = Some(now);
            network.step(&input)
        });
        Ok(outputs.collect())
    }
}

/// Triangles between the bins nearest to quarter-tones, each summing to 1: first bin and weights.
fn bank() -> Vec<(usize, Vec<f32>)> {
    let bin_hz = TRAINED_HZ / (2 * BINS) as f64;
    let lowest = ((LOWEST_HZ / TUNING_HZ).log2() * PER_OCTAVE).ceil() as i32;
    let mut bins: Vec<usize> = (lowest..)
        .map(|step| TUNING_HZ * (f64::from(step) / PER_OCTAVE).exp2())
        .take_while(|&hz| hz <= 17_000.0)
        .map(|hz| ((hz / bin_hz).round() as usize).min(BINS - 1))
        .collect();
    bins.dedup();
    let triangle = |edges: &[usize]| {
        let (first, centre, last) = (edges[0], edges[1], edges[2]);
        let rise = (first..centre).map(|bin| (bin - first) as f32 / (centre - first) as f32);
        let fall = (centre..last).map(|bin| (last - bin) as f32 / (last - centre) as f32);
        let mut weights: Vec<f32> = rise.chain(fall).collect();
        let sum: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        (first, weights)
    };
    bins.windows(3).map(triangle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_bands_as_the_network_takes() {
        let bank = bank();
        assert_eq!(bank.len(), BANDS);
        for (_, weights) in &bank {
            assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn the_levels_are_the_same_at_every_rate() {
        let levels = |hz: u32| {
            let mut spectrogram = LogSpectrogram::new(SampleRate::new(hz).unwrap());
            let step = std::f64::consts::TAU * 1_000.0 / f64::from(hz);
            let sine: Vec<f32> = (0..hz / 4).map(|i| (step * f64::from(i)).sin() as f32).collect();
            spectrogram.push(&sine);
            spectrogram.levels
        };
        let reference = levels(44_100);
        for hz in [48_000, 96_000] {
            for (a, b) in reference.iter().zip(&levels(hz)) {
                // Within 2 dB wherever the sine has any power.
                assert!(a.abs_diff(*b) < 600 || a.max(b) < &42_000, "{hz}: {a} {b}");
            }
        }
    }
}
