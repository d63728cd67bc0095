//! Sound of another rate, number of channels or sample format made like the song's first.
//!
//! **Source**: J. O. Smith, "Digital Audio Resampling", CCRMA, 2002: band-limited interpolation with a windowed sinc.

use super::{SampleFormat, Samples, Shape};

/// Zero crossings of the sinc to each side, at the lower of the two rates.
const CROSSINGS: usize = 32;
/// Entries of the table between two zero crossings.
const STEPS: usize = 512;
/// The Kaiser window's shape: 100 dB down.
const BETA: f64 = 10.0;
/// Where the pass band ends, as a share of the lower rate's half.
const PASS: f64 = 0.95;
/// What a channel that has no place adds to the first two: half its power.
const FOLDED: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// Converts a stretch of sound, block by block.
pub(super) struct Reshape {
    from: Shape,
    to: Shape,
    format: SampleFormat,
    table: Vec<f64>,
    /// Input in the output's channels, silence before the first.
    held: Vec<Vec<f64>>,
    /// Input samples before `held`, counted from the first.
    gone: i64,
    taken: i64,
    given: i64,
}

impl Reshape {
    /// From the shape `from` to a song's shape and format.
    pub(super) fn new(from: Shape, to: Shape, format: SampleFormat) -> Self {
        let mut reshape = Self {
            table: table(),
            held: vec![Vec::new(); to.channels],
            gone: 0,
            taken: 0,
            given: 0,
            from,
            to,
            format,
        };
        let reach = reshape.reach();
        reshape.gone = -reach;
        reshape
            .held
            .iter_mut()
            .for_each(|held| held.resize(reach as usize, 0.0));
        reshape
    }

    /// What it converts from.
    pub(super) fn from(&self) -> Shape {
        self.from
    }

    /// Converts a block in place; the last few milliseconds are kept back.
    pub(super) fn push(&mut self, samples: &mut Samples) {
        let frames = samples.len() / self.from.channels;
        let mut frame = vec![0.0; self.from.channels];
        for i in 0..frames {
            for (channel, value) in frame.iter_mut().enumerate() {
                *value = samples.get_f64(i * self.from.channels + channel);
            }
            for (channel, held) in self.held.iter_mut().enumerate() {
                held.push(remix(&frame, channel, self.to.channels));
            }
        }
        self.taken += frames as i64;
        // As far as the filter has all that it needs.
        let end = self.outputs(self.taken - self.reach());
        self.give(end, samples);
    }

    /// Gives what was kept back: the stretch is over.
    pub(super) fn finish(&mut self, samples: &mut Samples) {
        let reach = self.reach() as usize;
        self.held
            .iter_mut()
            .for_each(|held| held.resize(held.len() + reach, 0.0));
        let end = self.outputs(self.taken);
        self.give(end, samples);
    }

    /// Input samples to each side of an output sample that count.
    fn reach(&self) -> i64 {
        if self.from.rate_hz == self.to.rate_hz {
            return 0;
        }
        (CROSSINGS as f64 / self.cutoff()).ceil() as i64 + 1
    }

    /// The low-pass filter's cutoff as a share of the input's band: a little below the lower of the two bands.
    fn cutoff(&self) -> f64 {
        PASS * (f64::from(self.to.rate_hz) / f64::from(self.from.rate_hz)).min(1.0)
    }

    /// Output samples that lie before an input sample.
    fn outputs(&self, input: i64) -> i64 {
        let (from, to) = (i64::from(self.from.rate_hz), i64::from(self.to.rate_hz));
        (input.max(0) * to + from - 1).div_euclid(from)
    }

    fn give(&mut self, end: i64, samples: &mut Samples) {
        let (from, to) = (i64::from(self.from.rate_hz), i64::from(self.to.rate_hz));
        let mut out = Vec::with_capacity((end - self.given).max(0) as usize * self.to.channels);
        while self.given < end {
            let (whole, part) = ((self.given * from).div_euclid(to), (self.given * from).rem_euclid(to));
            let at = (whole - self.gone) as usize;
            for held in &self.held {
                out.push(if from == to {
                    held[at]
                } else {
                    self.interpolate(held, at, part as f64 / to as f64)
                });
            }
            self.given += 1;
        }
        let needed = (self.given * from).div_euclid(to) - self.reach();
        let done = (needed - self.gone).clamp(0, self.held[0].len() as i64);
        self.gone += done;
        self.held.iter_mut().for_each(|held| drop(held.drain(..done as usize)));
        self.store(&out, samples);
    }

    /// The value a part of a sample behind index `at`.
    fn interpolate(&self, held: &[f64], at: usize, part: f64) -> f64 {
        let (cutoff, reach) = (self.cutoff(), self.reach() as usize);
        let first = at + 1 - reach;
        let terms = held[first..=at + reach].iter().enumerate().map(|(i, &value)| {
            let distance = (first + i) as f64 - at as f64 - part;
            value * self.kernel((distance * cutoff).abs())
        });
        cutoff * terms.sum::<f64>()
    }

    fn kernel(&self, crossings: f64) -> f64 {
        let place = crossings * STEPS as f64;
        let (index, part) = (place as usize, place.fract());
        match self.table.get(index..index + 2) {
            Some(pair) => pair[0] + part * (pair[1] - pair[0]),
            None => 0.0,
        }
    }

    fn store(&self, values: &[f64], samples: &mut Samples) {
        match self.format {
            SampleFormat::Int { bits } => {
                let full = 2f64.powi(bits as i32 - 1);
                let store = |x: &f64| (((x * full).round().clamp(-full, full - 1.0)) as i64) << (32 - bits);
                samples.empty_i32().extend(values.iter().map(|x| store(x) as i32));
            }
            SampleFormat::F32 => samples.empty_f32().extend(values.iter().map(|&x| x as f32)),
            SampleFormat::F64 => samples.empty_f64().extend_from_slice(values),
        }
    }
}

/// One channel of `channels`, from a moment of any number of them.
fn remix(frame: &[f64], channel: usize, channels: usize) -> f64 {
    match (frame.len(), channels) {
        (from, to) if from == to => frame[channel],
        (from, 1) => frame.iter().sum::<f64>() / from as f64,
        (1, _) => {
            if channel < 2 {
                frame[0]
            } else {
                0.0
            }
        }
        (from, to) if from < to => frame.get(channel).copied().unwrap_or(0.0),
        (from, to) => {
            let own = frame[channel];
            if channel >= 2 {
                return own;
            }
            let folded: f64 = frame[to..].iter().sum();
            // Scaled so that nothing can clip.
            (own + FOLDED * folded) / (1.0 + FOLDED * (from - to) as f64)
        }
    }
}

/// Half of a windowed sinc, and a zero behind it.
fn table() -> Vec<f64> {
    let bessel = |x: f64| {
        // The series of I0, whose terms fall quickly.
        let mut term = 1.0;
        (1..40).fold(1.0, |sum, k| {
            term *= (x / 2.0 / f64::from(k)).powi(2);
            sum + term
        })
    };
    let len = CROSSINGS * STEPS;
    let value = |i: usize| {
        let x = i as f64 / STEPS as f64;
        let sinc = if i == 0 {
            1.0
        } else {
            (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x)
        };
        let edge = 1.0 - (i as f64 / len as f64).powi(2);
        sinc * bessel(BETA * edge.max(0.0).sqrt()) / bessel(BETA)
    };
    (0..len).map(value).chain([0.0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(rate_hz: u32, channels: usize) -> Shape {
        Shape { rate_hz, channels }
    }

    /// A sine through a conversion, in blocks of `step`.
    fn convert(from: Shape, to: Shape, format: SampleFormat, len: usize, step: usize) -> Samples {
        let mut reshape = Reshape::new(from, to, format);
        let value = |i: usize| 0.5 * (std::f64::consts::TAU * 1_000.0 * i as f64 / f64::from(from.rate_hz)).sin();
        let input: Vec<f64> = (0..len * from.channels).map(|i| value(i / from.channels)).collect();
        let mut all = Vec::new();
        let mut keep = |samples: &Samples| all.extend((0..samples.len()).map(|i| samples.get_f64(i)));
        for part in input.chunks(step * from.channels) {
            let mut samples = Samples::F64(part.to_vec());
            reshape.push(&mut samples);
            keep(&samples);
        }
        let mut rest = Samples::default();
        reshape.finish(&mut rest);
        keep(&rest);
        Samples::F64(all)
    }

    #[test]
    fn a_sine_stays_a_sine_in_its_place_at_every_rate() {
        for (from, to) in [
            (22_050, 44_100),
            (44_100, 48_000),
            (48_000, 44_100),
            (8_000, 192_000),
            (96_000, 44_100),
        ] {
            let len = from as usize / 4;
            let Samples::F64(out) = convert(shape(from, 1), shape(to, 1), SampleFormat::F64, len, 1_000) else {
                panic!("the format was asked for");
            };
            assert_eq!(out.len() as u64, (len as u64 * u64::from(to)).div_ceil(u64::from(from)));
            let edge = to as usize / 50;
            for (i, x) in out.iter().enumerate().take(out.len() - edge).skip(edge) {
                let expected = 0.5 * (std::f64::consts::TAU * 1_000.0 * i as f64 / f64::from(to)).sin();
                assert!((x - expected).abs() < 2e-5, "{from} to {to}, {i}: {x} for {expected}");
            }
            let other = convert(shape(from, 1), shape(to, 1), SampleFormat::F64, len, 77);
            assert_eq!(other, Samples::F64(out), "the block size changes nothing");
        }
    }

    #[test]
    fn channels_find_their_places() {
        let ints = SampleFormat::Int { bits: 16 };
        let of = |from, to| remix(from, 0, to);
        assert_eq!(of(&[0.5], 2), 0.5);
        assert_eq!(of(&[0.5, -0.25], 1), 0.125);
        assert_eq!(of(&[0.5, 0.25], 6), 0.5);
        assert_eq!(remix(&[0.5, 0.25], 5, 6), 0.0);
        assert!((of(&[1.0; 6], 2) - 1.0).abs() < 1e-12, "full scale stays full scale");
        let same = convert(shape(48_000, 1), shape(48_000, 2), ints, 10, 3);
        assert_eq!(same.len(), 20);
    }
}
