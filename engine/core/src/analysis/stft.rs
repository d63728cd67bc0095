//! One moment's spectrum: windows, Fourier transforms, and the filter banks on them.
//!
//! Two Hann windows are centred on a moment: a short one (46 ms) that tells when, and a long one (186 ms) that tells
//! which note. Their lengths follow the sample rate, so that a song sounds the same at every rate.

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex32};

use crate::time::SampleRate;

/// Bands of the log-mel spectrum.
pub(super) const MEL_BANDS: usize = 80;
/// Where the mel bands begin and end, in Hz.
const MEL_HZ: (f64, f64) = (30.0, 16_000.0);
/// Where [`super::Band`]s meet, in Hz.
const BAND_EDGES_HZ: [f64; 2] = [150.0, 4_000.0];
/// Length of the short window in seconds (2,048 samples at 44.1 kHz).
const SHORT_SECS: f64 = 2_048.0 / 44_100.0;
/// Length of the long window in seconds (8,192 samples at 44.1 kHz).
const LONG_SECS: f64 = 8_192.0 / 44_100.0;
/// Notes that count for the bass chroma and for the whole chroma, in Hz.
const BASS_NOTES_HZ: (f64, f64) = (40.0, 220.0);
const NOTES_HZ: (f64, f64) = (60.0, 2_200.0);

/// Powers of the short window, against a full-scale sine, which has 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spectrum {
    /// Power per mel band.
    pub mel: [f32; MEL_BANDS],
    /// K-weighted power (ITU-R BS.1770).
    pub weighted: f32,
    /// Power per [`super::Band`].
    pub bands: [f32; 3],
    /// Magnitude-weighted mean frequency in Hz; 0 in digital silence.
    pub centroid_hz: f32,
}

/// Magnitude per pitch class, of the long window, C first.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Chroma {
    /// Below 220 Hz.
    pub bass: [f32; 12],
    /// From 60 to 2,200 Hz.
    pub all: [f32; 12],
}

/// A Hann window with its transform and buffers.
pub(super) struct Window {
    hann: Vec<f32>,
    fft: Arc<dyn RealToComplex<f32>>,
    input: Vec<f32>,
    bins: Vec<Complex32>,
    scratch: Vec<Complex32>,
    power: Vec<f32>,
}

impl Window {
    pub fn new(len: usize, planner: &mut RealFftPlanner<f32>) -> Self {
        let hann = (0..len)
            .map(|i| (std::f64::consts::PI * i as f64 / len as f64).sin().powi(2) as f32)
            .collect();
        let fft = planner.plan_fft_forward(len);
        Self {
            hann,
            input: fft.make_input_vec(),
            bins: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            power: vec![0.0; len / 2 + 1],
            fft,
        }
    }

    pub fn len(&self) -> usize {
        self.hann.len()
    }

    /// Power of each bin in `len` samples, a full-scale sine's bins summing to 1.
    pub fn run(&mut self, samples: &[f32]) -> &[f32] {
        for ((input, sample), hann) in self.input.iter_mut().zip(samples).zip(&self.hann) {
            *input = sample * hann;
        }
        self.fft
            .process_with_scratch(&mut self.input, &mut self.bins, &mut self.scratch)
            .expect("the buffers were made by this transform");
        // A sine of amplitude 1 peaks at len / 4 in a Hann window, and its three bins hold 1.5 times the peak's power.
        let scale = 16.0 / (1.5 * (self.len() * self.len()) as f32);
        for (power, bin) in self.power.iter_mut().zip(&self.bins) {
            *power = bin.norm_sqr() * scale;
        }
        &self.power
    }
}

/// The transforms and filter banks for one sample rate.
pub(super) struct Stft {
    short: Window,
    long: Window,
    short_hz: f32,
    mel: Vec<(usize, Vec<f32>)>,
    weighting: Vec<f32>,
    edges: [usize; 2],
    bass_notes: Vec<NoteWeight>,
    notes: Vec<NoteWeight>,
}

/// How much of a bin goes to a pitch class.
struct NoteWeight {
    bin: usize,
    class: usize,
    weight: f32,
}

impl Stft {
    pub fn new(rate: SampleRate) -> Self {
        let hz = f64::from(rate.hz());
        let mut planner = RealFftPlanner::new();
        let short = Window::new(even_smooth_len(hz * SHORT_SECS), &mut planner);
        let long = Window::new(even_smooth_len(hz * LONG_SECS), &mut planner);
        let short_hz = hz / short.len() as f64;
        let long_hz = hz / long.len() as f64;
        let bins = short.power.len();
        Self {
            mel: mel_bank(short_hz, bins),
            weighting: (0..bins).map(|bin| k_weight(bin as f64 * short_hz) as f32).collect(),
            edges: BAND_EDGES_HZ.map(|edge| ((edge / short_hz).ceil() as usize).min(bins)),
            bass_notes: note_bank(long_hz, long.power.len(), BASS_NOTES_HZ),
            notes: note_bank(long_hz, long.power.len(), NOTES_HZ),
            short_hz: short_hz as f32,
            short,
            long,
        }
    }

    /// Samples around a moment that [`Self::spectrum`] and [`Self::chroma`] take; the moment is in their middle.
    pub fn span(&self) -> usize {
        self.long.len()
    }

    /// Samples that [`Self::spectrum`] needs at least.
    pub fn short_span(&self) -> usize {
        self.short.len()
    }

    /// The bins of the last [`Self::spectrum`]: their width in Hz, and the power in each.
    pub fn bins(&self) -> (f32, &[f32]) {
        (self.short_hz, &self.short.power)
    }

    /// The spectrum in the middle of a stretch of samples, [`Self::short_span`] long at least.
    pub fn spectrum(&mut self, samples: &[f32]) -> Spectrum {
        let from = (samples.len() - self.short.len()) / 2;
        self.short.run(&samples[from..from + self.short.len()]);
        let power = &self.short.power;
        let mut mel = [0.0; MEL_BANDS];
        for (band, (first, weights)) in mel.iter_mut().zip(&self.mel) {
            *band = power[*first..].iter().zip(weights).map(|(p, w)| p * w).sum();
        }
        let [low, high] = self.edges;
        let (mut magnitude, mut weighted_bins) = (0.0f32, 0.0f32);
        for (bin, power) in power.iter().enumerate() {
            let root = power.sqrt();
            magnitude += root;
            weighted_bins += root * bin as f32;
        }
        Spectrum {
            mel,
            weighted: power.iter().zip(&self.weighting).map(|(p, w)| p * w).sum(),
            bands: [&power[..low], &power[low..high], &power[high..]].map(|band| band.iter().sum()),
            centroid_hz: if magnitude > 1e-6 {
                weighted_bins / magnitude * self.short_hz
            } else {
                0.0
            },
        }
    }

    /// The chroma of [`Self::span`] samples.
    pub fn chroma(&mut self, samples: &[f32]) -> Chroma {
        self.long.run(samples);
        let classes = |notes: &[NoteWeight]| {
            let mut classes = [0.0; 12];
            for note in notes {
                classes[note.class] += note.weight * self.long.power[note.bin].sqrt();
            }
            classes
        };
        Chroma {
            bass: classes(&self.bass_notes),
            all: classes(&self.notes),
        }
    }
}

/// The even length nearest to `len` without prime factors above 11, for which the transform is fast.
pub(super) fn even_smooth_len(len: f64) -> usize {
    let smooth = |mut n: usize| {
        for factor in [2, 3, 5, 7, 11] {
            while n.is_multiple_of(factor) {
                n /= factor;
            }
        }
        n == 1
    };
    let around = (len / 2.0).round() as usize;
    let half = (0..around).flat_map(|d| [around - d, around + d]).find(|&n| smooth(n));
    2 * half.unwrap_or(around)
}

fn mel_of(hz: f64) -> f64 {
    2_595.0 * (1.0 + hz / 700.0).log10()
}

fn hz_of(mel: f64) -> f64 {
    700.0 * (10f64.powf(mel / 2_595.0) - 1.0)
}

/// The centre of mel band `band` in Hz.
pub(super) fn mel_centre_hz(band: usize) -> f64 {
    let (low, high) = (mel_of(MEL_HZ.0), mel_of(MEL_HZ.1));
    hz_of(low + (high - low) * (band + 1) as f64 / (MEL_BANDS + 1) as f64)
}

/// Triangles between neighbouring centres: each band's first bin and its weights.
fn mel_bank(bin_hz: f64, bins: usize) -> Vec<(usize, Vec<f32>)> {
    let (low, high) = (mel_of(MEL_HZ.0), mel_of(MEL_HZ.1));
    let edge = |i: usize| hz_of(low + (high - low) * i as f64 / (MEL_BANDS + 1) as f64);
    let bank = (0..MEL_BANDS).map(|band| {
        let (left, centre, right) = (edge(band), edge(band + 1), edge(band + 2));
        let first = ((left / bin_hz).ceil() as usize).min(bins);
        let last = ((right / bin_hz).ceil() as usize).min(bins).max(first);
        let weights = (first..last).map(|bin| {
            let hz = bin as f64 * bin_hz;
            let rise = (hz - left) / (centre - left);
            let fall = (right - hz) / (right - centre);
            rise.min(fall).max(0.0) as f32
        });
        (first, weights.collect())
    });
    bank.collect()
}

/// The ear's weight on power at a frequency: the K curve's high-pass at 38 Hz and its 4 dB shelf at 1.7 kHz.
///
/// **Source**: the shape of ITU-R BS.1770-5, annex 1, by its analogue corner frequencies.
fn k_weight(hz: f64) -> f64 {
    let low = (hz * hz / (hz * hz + 38.0 * 38.0)).powi(2);
    let shelf = (1.0 + 2.512 * (hz / 1_700.0).powi(4)) / (1.0 + (hz / 1_700.0).powi(4));
    low * shelf
}

/// Each bin to its pitch class, most where it is in tune.
fn note_bank(bin_hz: f64, bins: usize, (from, to): (f64, f64)) -> Vec<NoteWeight> {
    let first = (from / bin_hz).ceil() as usize;
    let last = ((to / bin_hz) as usize).min(bins.saturating_sub(1));
    let weights = (first..=last).flat_map(|bin| {
        let hz = bin as f64 * bin_hz;
        // Semitones above C (MIDI note 0 is a C).
        let note = 69.0 + 12.0 * (hz / 440.0).log2();
        // Low bins are wider than a semitone: they are shared between the notes that they touch.
        let spread = (12.0 * ((hz + bin_hz * 0.75) / hz).log2()).max(0.4);
        let near = note.round() as i64;
        (near - 2..=near + 2).filter_map(move |semitone| {
            let distance = (note - semitone as f64) / spread;
            let weight = (-2.0 * distance * distance).exp() / spread;
            (weight > 0.05).then_some(NoteWeight {
                bin,
                class: semitone.rem_euclid(12) as usize,
                weight: weight as f32,
            })
        })
    });
    weights.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hz: f64, rate: u32, len: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * hz / f64::from(rate);
        (0..len).map(|i| (step * i as f64).sin() as f32).collect()
    }

    #[test]
    fn a_sine_is_where_it_should_be() {
        for rate in [44_100, 48_000, 96_000] {
            let mut stft = Stft::new(SampleRate::new(rate).unwrap());
            for bin in [3usize, 20, 46, 200, 600] {
                let hz = bin as f64 * f64::from(stft.short_hz);
                let spectrum = stft.spectrum(&sine(hz, rate, stft.span()));
                let band = usize::from(hz >= 150.0) + usize::from(hz >= 4_000.0);
                assert!(
                    (spectrum.bands[band] - 1.0).abs() < 0.35,
                    "{rate} {hz}: {:?}",
                    spectrum.bands
                );
                assert!((spectrum.bands.iter().sum::<f32>() - 1.0).abs() < 1e-3, "{rate} {hz}");
                assert!(
                    (f64::from(spectrum.centroid_hz) / hz - 1.0).abs() < 0.02,
                    "{rate} {hz}: {}",
                    spectrum.centroid_hz
                );
                let loudest = (0..MEL_BANDS)
                    .max_by(|&a, &b| spectrum.mel[a].total_cmp(&spectrum.mel[b]))
                    .unwrap();
                assert!(
                    (mel_of(mel_centre_hz(loudest)) - mel_of(hz)).abs() < 45.0,
                    "{rate} {hz}"
                );
                let middle = &stft.short.power;
                let peak = (0..middle.len())
                    .max_by(|&a, &b| middle[a].total_cmp(&middle[b]))
                    .unwrap();
                assert_eq!(peak, bin, "{rate}");
            }
        }
    }

    #[test]
    fn notes_have_their_names() {
        for rate in [44_100, 48_000, 96_000] {
            let mut stft = Stft::new(SampleRate::new(rate).unwrap());
            for (hz, class) in [(440.0, 9), (261.63, 0), (987.77, 11), (110.0, 9), (82.41, 4)] {
                let chroma = stft.chroma(&sine(hz, rate, stft.span()));
                let loudest = |c: [f32; 12]| (0..12).max_by(|&a, &b| c[a].total_cmp(&c[b])).unwrap();
                assert_eq!(loudest(chroma.all), class, "{rate} {hz}");
                if hz < 200.0 {
                    assert_eq!(loudest(chroma.bass), class, "{rate} {hz}");
                }
            }
        }
    }

    #[test]
    fn windows_keep_their_length_in_seconds() {
        for rate in [
            8_000u32, 11_025, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000,
        ] {
            let stft = Stft::new(SampleRate::new(rate).unwrap());
            let secs = stft.short.len() as f64 / f64::from(rate);
            assert!((secs / SHORT_SECS - 1.0).abs() < 0.04, "{rate}: {secs}");
        }
        assert_eq!(even_smooth_len(2_048.0), 2_048);
    }
}
