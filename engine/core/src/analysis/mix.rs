//! Many channels into the one that is listened to, so that opposite phases do not silence each other.
//!
//! The mix is the mean of all channels, to the bit, unless a channel is nearly the opposite of those before it: then its
//! sign is turned for as long as that lasts, in each of three bands by itself. What is turned is decided by running sums
//! over a third of a second, sample by sample, so the block size changes nothing.

use std::collections::VecDeque;

use crate::time::SampleRate;

/// Where the bands meet, in Hz.
const EDGES_HZ: [f64; 2] = [200.0, 2_500.0];
const BANDS: usize = 3;
/// Seconds after which the sums have forgotten all but a third.
const MEMORY_SECS: f64 = 0.3;
/// Seconds of sound that are analysed before anything is turned.
const EVIDENCE_SECS: f64 = 0.25;
/// Seconds by which a whole song's mix knows what comes: as long as the sums take to learn of a change.
const AHEAD_SECS: f64 = 0.8;
/// Seconds in which a sign turns.
const TURN_SECS: f64 = 0.01;
/// Correlation with the channels before: below the first a channel is turned, above the second no longer.
const OPPOSITE: (f64, f64) = (-0.9, 0.7);
/// A band with less than this share of a channel's power is left alone.
const MATTERS: f64 = 1e-3;

/// Splits a channel into bands that sum to it, by two one-pole low-passes in a row at each edge.
#[derive(Debug, Clone, Default)]
struct Splitter {
    poles: [[f32; 2]; 2],
}

impl Splitter {
    fn split(&mut self, sample: f32, rise: &[f32; 2]) -> [f32; BANDS] {
        let mut low = [0.0; 2];
        for ((poles, rise), low) in self.poles.iter_mut().zip(rise).zip(&mut low) {
            poles[0] += rise * (sample - poles[0]);
            poles[1] += rise * (poles[0] - poles[1]);
            *low = poles[1];
        }
        [low[0], low[1] - low[0], sample - low[1]]
    }
}

/// Running sums of one channel's band against the mix of the channels before it.
#[derive(Debug, Clone, Copy, Default)]
struct Against {
    own: f64,
    others: f64,
    both: f64,
    turned: bool,
    /// The sign as it is given out, from 1 to -1.
    sign: f32,
}

/// Mixes interleaved samples down; see the module.
pub struct Mix {
    rate_hz: f64,
    ahead: usize,
    rise: [f32; 2],
    keep: f64,
    channels: usize,
    splitters: Vec<Splitter>,
    given: Vec<Splitter>,
    against: Vec<[Against; BANDS]>,
    /// Samples for which there was sound.
    evidence: u64,
    /// Samples that wait until what comes is known.
    waiting: VecDeque<f32>,
    begun: bool,
}

impl Mix {
    /// A mix for whole songs: it gives nothing before it knows most of a second more, and the rest at [`Self::finish`].
    #[must_use]
    pub fn whole(rate: SampleRate) -> Self {
        Self::new(rate, AHEAD_SECS)
    }

    /// A mix that gives each sample at once.
    #[must_use]
    pub fn live(rate: SampleRate) -> Self {
        Self::new(rate, 0.0)
    }

    fn new(rate: SampleRate, ahead_secs: f64) -> Self {
        let rate_hz = f64::from(rate.hz());
        Self {
            rate_hz,
            ahead: (ahead_secs * rate_hz) as usize,
            rise: EDGES_HZ.map(|hz| (1.0 - (-std::f64::consts::TAU * hz / rate_hz).exp()) as f32),
            keep: (-1.0 / (MEMORY_SECS * rate_hz)).exp(),
            channels: 0,
            splitters: Vec::new(),
            given: Vec::new(),
            against: Vec::new(),
            evidence: 0,
            waiting: VecDeque::new(),
            begun: false,
        }
    }

    /// Takes interleaved samples and emits the mixed ones that are ready, in order. What is not a number counts as
    /// silence, and an incomplete last frame is left out. Another number of channels than before begins anew.
    pub fn push(&mut self, samples: &[f32], channels: usize, mut emit: impl FnMut(f32)) {
        let channels = channels.max(1);
        if channels != self.channels {
            self.finish(&mut emit);
            self.channels = channels;
            self.splitters = vec![Splitter::default(); channels];
            self.given = vec![Splitter::default(); channels];
            let unturned = Against {
                sign: 1.0,
                ..Against::default()
            };
            self.against = vec![[unturned; BANDS]; channels];
            self.evidence = 0;
            self.begun = false;
        }
        for frame in samples.chunks_exact(channels) {
            let finite = frame.iter().map(|s| if s.is_finite() { *s } else { 0.0 });
            if channels == 1 {
                finite.for_each(&mut emit);
                continue;
            }
            self.waiting.extend(finite);
            self.analyse();
            if self.waiting.len() > self.ahead * channels {
                emit(self.give());
            }
        }
    }

    /// Tells the samples that were waited with: the song is over.
    pub fn finish(&mut self, mut emit: impl FnMut(f32)) {
        while !self.waiting.is_empty() {
            emit(self.give());
        }
    }

    /// Judges the newest moment.
    fn analyse(&mut self) {
        let newest = self.waiting.len() - self.channels;
        let mut others = [0.0f64; BANDS];
        let enough = self.evidence as f64 >= EVIDENCE_SECS * self.rate_hz;
        let mut sounds = false;
        for channel in 0..self.channels {
            let sample = self.waiting[newest + channel];
            let bands = self.splitters[channel].split(sample, &self.rise);
            sounds |= sample != 0.0;
            let all: f64 = self.against[channel].iter().map(|against| against.own).sum();
            for ((against, &band), others) in self.against[channel].iter_mut().zip(&bands).zip(&mut others) {
                let band = f64::from(band);
                against.own = against.own * self.keep + band * band;
                against.others = against.others * self.keep + *others * *others;
                against.both = against.both * self.keep + band * *others;
                let full = (against.own * against.others).sqrt();
                let edge = if against.turned { OPPOSITE.1 } else { OPPOSITE.0 };
                against.turned = enough && full > 0.0 && against.both < edge * full && against.own >= MATTERS * all;
                *others += if against.turned { -band } else { band };
            }
        }
        self.evidence += u64::from(sounds);
    }

    /// Mixes the moment that has waited longest.
    fn give(&mut self) -> f32 {
        let step = if self.begun {
            (2.0 / (TURN_SECS * self.rate_hz)) as f32
        } else {
            2.0
        };
        self.begun = true;
        let mut sum = 0.0;
        let mut turned = 0.0;
        for (splitter, against) in self.given.iter_mut().zip(&mut self.against) {
            let sample = self.waiting.pop_front().unwrap_or(0.0);
            sum += sample;
            let bands = splitter.split(sample, &self.rise);
            for (against, band) in against.iter_mut().zip(bands) {
                let target = if against.turned { -1.0 } else { 1.0 };
                against.sign += (target - against.sign).clamp(-step, step);
                if against.sign < 1.0 {
                    turned += (1.0 - against.sign) * band;
                }
            }
        }
        let scale = 1.0 / self.channels as f32;
        if turned == 0.0 {
            sum * scale
        } else {
            (sum - turned) * scale
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HZ: u32 = 8_000;

    /// Noise and a tone, the same on every machine, from sample `from` on.
    fn music(from: u32, len: u32) -> Vec<f32> {
        let mut noise = 0x2545_f491_u32.wrapping_add(from);
        (0..len)
            .map(|i| {
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                let tone = (std::f32::consts::TAU * 60.0 * i as f32 / HZ as f32).sin();
                0.3 * tone + 0.2 * (noise as f32 / u32::MAX as f32 - 0.5)
            })
            .collect()
    }

    fn mix(mut mix: Mix, samples: &[f32], channels: usize, step: usize) -> Vec<f32> {
        let mut mono = Vec::new();
        for block in samples.chunks(step * channels) {
            mix.push(block, channels, |sample| mono.push(sample));
        }
        mix.finish(|sample| mono.push(sample));
        mono
    }

    fn whole() -> Mix {
        Mix::whole(SampleRate::new(HZ).unwrap())
    }

    fn live() -> Mix {
        Mix::live(SampleRate::new(HZ).unwrap())
    }

    fn woven(channels: &[Vec<f32>]) -> Vec<f32> {
        (0..channels[0].len())
            .flat_map(|i| channels.iter().map(move |channel| channel[i]))
            .collect()
    }

    #[test]
    fn what_is_not_opposite_is_the_mean_to_the_bit() {
        let (a, b) = (music(1, 40_000), music(9_999, 40_000));
        // The same, apart, half apart, one side alone.
        let half: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a - 0.9 * b).collect();
        let noise: Vec<f32> = b.iter().zip(&a).map(|(b, a)| b - a).collect();
        for pair in [
            [a.clone(), a.clone()],
            [a.clone(), noise],
            [a.clone(), half],
            [a.clone(), vec![0.0; a.len()]],
        ] {
            let mean: Vec<f32> = pair[0].iter().zip(&pair[1]).map(|(l, r)| (l + r) * 0.5).collect();
            assert!(mix(whole(), &woven(&pair), 2, 512) == mean);
            assert!(mix(live(), &woven(&pair), 2, 512) == mean);
        }
    }

    #[test]
    fn opposite_channels_are_heard() {
        let song = music(1, 40_000);
        let turned: Vec<f32> = song.iter().map(|x| -x).collect();
        let near = |mono: &[f32], from: usize| {
            assert_eq!(mono.len(), song.len());
            let off = song[from..]
                .iter()
                .zip(&mono[from..])
                .map(|(a, b)| (a.abs() - b.abs()).abs());
            off.fold(0.0, f32::max)
        };
        let stereo = woven(&[song.clone(), turned.clone()]);
        assert!(
            near(&mix(whole(), &stereo, 2, 512), 0) < 1e-5,
            "from the first sample on"
        );
        assert!(near(&mix(live(), &stereo, 2, 512), HZ as usize / 3) < 1e-5);
        let quiet = vec![0.0; song.len()];
        // Six channels, of which the second is turned: the front's mean is there again.
        let six = woven(&[song.clone(), turned, quiet.clone(), quiet.clone(), quiet.clone(), quiet]);
        let thrice: Vec<f32> = mix(whole(), &six, 6, 512).iter().map(|x| 3.0 * x).collect();
        assert!(near(&thrice, 0) < 1e-5);
    }

    #[test]
    fn a_part_that_is_turned_is_heard_too() {
        let song = music(1, 80_000);
        let right: Vec<f32> = song
            .iter()
            .enumerate()
            .map(|(i, x)| if (24_000..56_000).contains(&i) { -x } else { *x })
            .collect();
        let mono = mix(whole(), &woven(&[song.clone(), right]), 2, 512);
        let power = |samples: &[f32]| samples.iter().map(|x| f64::from(x * x)).sum::<f64>();
        for second in 0..10 {
            let range = second * 8_000..(second + 1) * 8_000;
            assert!(
                power(&mono[range.clone()]) > 0.7 * power(&song[range]),
                "second {second}"
            );
        }
    }

    #[test]
    fn only_the_band_that_is_turned_is() {
        let len = 40_000;
        let tone = |hz: f32, i: usize| (std::f32::consts::TAU * hz * i as f32 / HZ as f32).sin();
        let left: Vec<f32> = (0..len).map(|i| 0.4 * tone(60.0, i) + 0.2 * tone(3_400.0, i)).collect();
        let right: Vec<f32> = (0..len)
            .map(|i| -0.4 * tone(60.0, i) + 0.2 * tone(3_400.0, i))
            .collect();
        let mono = mix(whole(), &woven(&[left, right]), 2, 512);
        let found = |hz: f32| {
            let at = |f: fn(f32) -> f32| {
                let sum: f32 = mono
                    .iter()
                    .enumerate()
                    .map(|(i, x)| x * f(std::f32::consts::TAU * hz * i as f32 / HZ as f32))
                    .sum();
                2.0 * sum / len as f32
            };
            at(f32::sin).hypot(at(f32::cos))
        };
        assert!(
            found(60.0) > 0.3 && found(3_400.0) > 0.15,
            "{} {}",
            found(60.0),
            found(3_400.0)
        );
    }

    #[test]
    fn the_block_size_changes_nothing() {
        let song = music(1, 40_000);
        let right: Vec<f32> = song
            .iter()
            .enumerate()
            .map(|(i, x)| if i < 20_000 { *x } else { -x })
            .collect();
        let stereo = woven(&[song, right]);
        for make in [whole, live] {
            let once = mix(make(), &stereo, 2, usize::MAX / 2);
            assert!(once == mix(make(), &stereo, 2, 1) && once == mix(make(), &stereo, 2, 333));
        }
    }
}
