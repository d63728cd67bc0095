//! What is heard 100 times a second: spectrum, levels and onsets, from samples in blocks of any size.

use std::{f32::consts::TAU, sync::Arc};

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex32};

use crate::shared::SPECTRUM_BANDS;

/// Hops a second.
pub(super) const HOPS_PER_SEC: u64 = 100;
/// Length of the window in seconds: bass notes need it.
const WINDOW_SECS: f32 = 0.04;
/// The bands' edges in octaves and Hz: 30 Hz to 18 kHz.
const LOWEST_HZ: f32 = 30.0;
const HIGHEST_HZ: f32 = 18_000.0;
/// Where bass ends and where the highs begin.
const BASS_HZ: f32 = 150.0;
const HIGH_HZ: f32 = 4_000.0;
/// Time in which an onset's light falls to a tenth, by band, as in a render.
const RELEASE_SECS: [f32; 3] = [0.180, 0.120, 0.060];
/// Two onsets of a band are at least this many hops apart.
const REFRACTORY_HOPS: u32 = 8;
/// Below this power (dB against full scale) there is silence.
pub(super) const SILENCE_DB: f32 = -66.0;
/// The quietest loud part: what is quieter than this all the time is never called loud.
const QUIETEST_PEAK_DB: f32 = -36.0;
/// What a loud part is forgotten by, in dB a hop.
const FORGET_DB: f32 = 0.006;

/// One moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sound {
    pub spectrum: [f32; SPECTRUM_BANDS],
    /// Bass, mid, high, smoothed over 150 ms, 0 to 1.
    pub bands: [f32; 3],
    /// Envelopes of onsets, 0 to 1.
    pub onsets: [f32; 3],
    /// Whether a bass or mid onset that is strong begins here.
    pub struck: bool,
    pub loudness: f32,
    /// 0 dark to 1 bright.
    pub brightness: f32,
    /// Strongest pitch class on the circle of fifths, in turns.
    pub hue: f32,
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
            hue: 0.0,
            calm: 1.0,
            sounding: false,
        }
    }
}

impl Sound {
    /// Silence after it, `secs` later: everything falls.
    pub(super) fn fade(&mut self, secs: f32) {
        let keep = |release: f32| 0.1_f32.powf(secs / release);
        for (onset, release) in self.onsets.iter_mut().zip(RELEASE_SECS) {
            *onset *= keep(release);
        }
        let slow = keep(0.35);
        let low = |value: &mut f32| *value = if *value * slow < 1e-3 { 0.0 } else { *value * slow };
        self.spectrum.iter_mut().chain(&mut self.bands).for_each(low);
        low(&mut self.loudness);
        self.onsets.iter_mut().for_each(|onset| {
            if *onset < 1e-3 {
                *onset = 0.0;
            }
        });
        self.calm = 1.0 - (1.0 - self.calm) * slow;
        (self.struck, self.sounding) = (false, false);
    }
}

/// Finds a band's onsets in its flux.
#[derive(Default, Clone, Copy)]
struct Onsets {
    mean: f32,
    before: f32,
    strongest: f32,
    since: u32,
    envelope: f32,
}

impl Onsets {
    /// The strength of the onset at this hop; 0 when there is none.
    fn hear(&mut self, flux: f32, release_secs: f32) -> f32 {
        self.since = self.since.saturating_add(1);
        self.strongest = (self.strongest * 0.9995).max(flux).max(0.5);
        let threshold = 1.6 * self.mean + 0.12 * self.strongest;
        let onset = flux > threshold && flux > self.before && self.since >= REFRACTORY_HOPS;
        self.mean += (flux - self.mean) * 0.02;
        self.before = flux;
        self.envelope *= 0.1_f32.powf(1.0 / (HOPS_PER_SEC as f32 * release_secs));
        if !onset {
            return 0.0;
        }
        self.since = 0;
        let strength = (flux / self.strongest).sqrt().min(1.0);
        self.envelope = self.envelope.max(strength);
        strength
    }
}

/// Hears one stream.
pub(super) struct Ear {
    rate_hz: f32,
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// The last samples, the oldest at `next`.
    ring: Vec<f32>,
    next: usize,
    input: Vec<f32>,
    output: Vec<Complex32>,
    scratch: Vec<Complex32>,
    powers: Vec<f32>,
    logs: [f32; SPECTRUM_BANDS],
    onsets: [Onsets; 3],
    peaks: [f32; 4],
    chroma: [f32; 12],
    shown: Sound,
}

impl Ear {
    pub(super) fn new(rate_hz: u32) -> Self {
        let rate_hz = rate_hz as f32;
        let size = ((rate_hz * WINDOW_SECS) as usize).next_power_of_two();
        let fft = RealFftPlanner::new().plan_fft_forward(size);
        Self {
            rate_hz,
            window: (0..size)
                .map(|i| 0.5 - 0.5 * (TAU * i as f32 / size as f32).cos())
                .collect(),
            ring: vec![0.0; size],
            next: 0,
            input: fft.make_input_vec(),
            output: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            powers: vec![0.0; size / 2 + 1],
            fft,
            logs: [0.0; SPECTRUM_BANDS],
            onsets: [Onsets::default(); 3],
            peaks: [QUIETEST_PEAK_DB; 4],
            chroma: [0.0; 12],
            shown: Sound::default(),
        }
    }

    /// Takes one sample, all channels mixed.
    pub(super) fn push(&mut self, sample: f32) {
        // What is no number is not heard: it would stay in every sum.
        self.ring[self.next] = if sample.is_finite() {
            sample.clamp(-8.0, 8.0)
        } else {
            0.0
        };
        self.next = (self.next + 1) % self.ring.len();
    }

    /// What is heard now; to be asked for 100 times a second of sound.
    pub(super) fn hop(&mut self) -> Sound {
        self.transform();
        let bin_hz = self.rate_hz / self.ring.len() as f32;
        let mut flux = [0.0; 3];
        let shown = &mut self.shown;
        for (band, level) in shown.spectrum.iter_mut().enumerate() {
            let edge = |i: usize| LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ).powf(i as f32 / SPECTRUM_BANDS as f32);
            let (low, high) = (edge(band), edge(band + 1));
            let power = mean_power(&self.powers, low / bin_hz, high / bin_hz);
            // Music falls by about 3 dB an octave: the picture of it is level.
            let tilt = 3.0 * (low / 1_000.0).log2();
            let to = ((decibels(power) + tilt + 70.0) / 62.0).clamp(0.0, 1.0);
            *level = to.max(*level - 0.022).max(to * 0.999);
            let log = (1.0 + 1e4 * power.sqrt()).ln();
            flux[band_of(low)] += (log - self.logs[band]).max(0.0);
            self.logs[band] = log;
        }
        let mut sums = [0.0_f32; 4];
        let (mut weighted, mut weights) = (0.0, 1e-12);
        for (bin, &power) in self.powers.iter().enumerate().skip(1) {
            let hz = bin as f32 * bin_hz;
            sums[band_of(hz)] += power;
            sums[3] += power;
            weighted += hz * power.sqrt();
            weights += power.sqrt();
        }
        shown.sounding = decibels(sums[3]) > SILENCE_DB;
        let share = |db: f32, peak: &mut f32, range: f32| {
            *peak = (*peak - FORGET_DB).max(db).max(QUIETEST_PEAK_DB);
            (1.0 + (db - *peak) / range).clamp(0.0, 1.0)
        };
        shown.struck = false;
        for band in 0..3 {
            let to = share(decibels(sums[band]), &mut self.peaks[band], 36.0);
            approach(&mut shown.bands[band], to, 0.150);
            let strength = self.onsets[band].hear(flux[band], RELEASE_SECS[band]);
            let heard = if shown.sounding { strength } else { 0.0 };
            shown.onsets[band] = self.onsets[band].envelope;
            shown.struck |= band < 2 && heard >= 0.6;
        }
        let loudness = share(decibels(sums[3]), &mut self.peaks[3], 60.0);
        approach(&mut shown.loudness, loudness, 0.400);
        if shown.sounding {
            let centroid = weighted / weights;
            let bright = ((centroid / 200.0).max(1.0).log2() / 40_f32.log2()).min(1.0);
            approach(&mut shown.brightness, bright, 0.400);
        }
        approach(&mut shown.calm, 1.0 - ((loudness - 0.3) / 0.45).clamp(0.0, 1.0), 0.800);
        self.turn_hue(bin_hz);
        self.shown
    }

    fn transform(&mut self) {
        let size = self.ring.len();
        for (i, (input, window)) in self.input.iter_mut().zip(&self.window).enumerate() {
            *input = self.ring[(self.next + i) % size] * window;
        }
        let done = self
            .fft
            .process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
        debug_assert!(done.is_ok(), "all lengths are the plan's own");
        // A full-scale sine has the power 1/2, spread over the window's three bins.
        let scale = 4.0 / (1.5 * (size * size) as f32);
        for (power, value) in self.powers.iter_mut().zip(&self.output) {
            *power = value.norm_sqr() * scale;
        }
    }

    /// Turns the hue towards the strongest pitch class, slowly.
    fn turn_hue(&mut self, bin_hz: f32) {
        let mut now = [0.0_f32; 12];
        for (bin, power) in self.powers.iter().enumerate() {
            let hz = bin as f32 * bin_hz;
            if (220.0..2_200.0).contains(&hz) {
                let class = (12.0 * (hz / 261.626).log2()).round().rem_euclid(12.0) as usize % 12;
                now[class] += power;
            }
        }
        let total: f32 = now.iter().sum();
        if total < 1e-9 {
            return;
        }
        let (mut x, mut y) = (0.0, 0.0);
        for (class, (kept, heard)) in self.chroma.iter_mut().zip(now).enumerate() {
            approach(kept, heard / total, 2.0);
            let angle = (class * 7 % 12) as f32 / 12.0 * TAU;
            x += *kept * *kept * angle.cos();
            y += *kept * *kept * angle.sin();
        }
        let off = y.atan2(x) / TAU - self.shown.hue;
        let step = 0.06 / HOPS_PER_SEC as f32;
        self.shown.hue += (off - off.round()).clamp(-step, step);
    }
}

/// Smooths, forwards only: the future is not known.
fn approach(value: &mut f32, to: f32, secs: f32) {
    *value += (to - *value) * (1.0 - (-3.0 / (secs * HOPS_PER_SEC as f32)).exp());
}

fn decibels(power: f32) -> f32 {
    10.0 * (power + 1e-12).log10()
}

fn band_of(hz: f32) -> usize {
    usize::from(hz >= BASS_HZ) + usize::from(hz >= HIGH_HZ)
}

/// The mean power between two places on the scale of bins; a stretch within one bin lies on the line between two.
fn mean_power(powers: &[f32], from: f32, to: f32) -> f32 {
    let last = powers.len() - 1;
    let (a, b) = (from.ceil() as usize, (to.floor() as usize).min(last));
    if a <= b && b - a >= 1 {
        return powers[a..=b].iter().sum::<f32>() / (b - a + 1) as f32;
    }
    let middle = ((from + to) / 2.0).min(last as f32);
    let (i, part) = (middle as usize, middle.fract());
    powers[i] + (powers[(i + 1).min(last)] - powers[i]) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(rate: u32, secs: f32, sample: impl Fn(f32) -> f32) -> Vec<Sound> {
        let mut ear = Ear::new(rate);
        let hop = u64::from(rate) / HOPS_PER_SEC;
        let mut heard = Vec::new();
        for i in 0..(secs * rate as f32) as u64 {
            ear.push(sample(i as f32 / rate as f32));
            if i % hop == hop - 1 {
                heard.push(ear.hop());
            }
        }
        heard
    }

    #[test]
    fn a_sine_lights_its_own_band_at_every_rate() {
        for rate in [44_100, 48_000, 96_000, 192_000] {
            for (hz, band) in [(60.0, 0), (1_000.0, 1), (9_000.0, 2)] {
                let heard = hear(rate, 0.6, |t| 0.5 * (TAU * hz * t).sin());
                let last = heard.last().unwrap();
                let top = (0..SPECTRUM_BANDS)
                    .max_by(|&a, &b| last.spectrum[a].total_cmp(&last.spectrum[b]))
                    .unwrap();
                let place = (hz / LOWEST_HZ).log(HIGHEST_HZ / LOWEST_HZ) * SPECTRUM_BANDS as f32;
                assert!(
                    (top as f32 + 0.5 - place).abs() < 2.0,
                    "{rate} {hz}: band {top}, not {place}"
                );
                let loudest = (0..3).max_by(|&a, &b| last.bands[a].total_cmp(&last.bands[b])).unwrap();
                assert_eq!(loudest, band, "{rate} {hz}");
                assert!(last.sounding && last.loudness > 0.8 && last.calm < 0.3, "{last:?}");
            }
        }
    }

    #[test]
    fn kicks_are_onsets_and_a_held_note_is_none() {
        let kick = |t: f32| {
            let t = t % 0.5;
            (-t * 30.0).exp() * (TAU * 60.0 * t).sin()
        };
        let heard = hear(48_000, 8.0, kick);
        let struck = heard.iter().filter(|sound| sound.struck).count();
        assert!((14..=17).contains(&struck), "{struck} of 16");
        let held = hear(48_000, 4.0, |t| 0.3 * (TAU * 220.0 * t).sin());
        assert!(held.iter().skip(20).all(|sound| !sound.struck));
        let mut fading = *heard.last().unwrap();
        for _ in 0..100 {
            fading.fade(0.016);
        }
        assert!(fading.spectrum.iter().chain(&fading.bands).all(|&level| level == 0.0));
    }

    #[test]
    fn what_is_no_number_is_silence() {
        let heard = hear(48_000, 0.2, |_| f32::NAN);
        assert!(heard.iter().all(|sound| !sound.sounding && sound.loudness == 0.0));
        let after = hear(48_000, 1.0, |t| {
            if t < 0.1 {
                f32::INFINITY
            } else {
                0.5 * (TAU * 440.0 * t).sin()
            }
        });
        assert!(after.last().unwrap().loudness.is_finite());
    }
}
