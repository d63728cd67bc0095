//! Where within each hop sound sets in most suddenly, to a tenth of a millisecond; windows and hops tell only to some ms.
//!
//! The energy just after a moment is held against that just before it, in what lies above a low and above a high corner.
//! Both count as logarithms, so that a soft attack in silence is as clear as a hard one in music.
//!
//! **Source**: R. V. Allen, "Automatic earthquake recognition and timing from single traces", BSSA 68(5), 1978 (the ratio
//! of a short to a long mean, by which arrivals are picked).

use super::HOPS_PER_SEC;
use crate::time::SampleRate;

/// Energies are summed over blocks: so many in a hop, 0.125 ms each; at the lowest rate that is one sample.
const BLOCKS: usize = 80;
const BLOCKS_PER_SEC: u64 = BLOCKS as u64 * HOPS_PER_SEC as u64;
/// Blocks before a moment and after it whose energies are compared: 8 ms and 2 ms.
const BEFORE: usize = 64;
const AFTER: usize = 16;
/// Blocks after a hop among which the loudest is looked for: 10 ms.
const AHEAD: usize = 80;
/// Blocks after a moment's own that tell how loud it is when it is whole.
const WHOLE: usize = 4;
/// Corners of the two high-passes in Hz.
const CORNERS_HZ: [f64; 2] = [60.0, 2_500.0];
/// What lies this far below what is about to sound, or sounded of late, is nothing: lossy codecs smear that much of an
/// attack over the milliseconds before it.
const NOTHING: f64 = 0.01;
/// Energies below this are silence, whatever comes: half a step of 16 bits.
const SILENCE: f64 = 2.5e-10;
/// How much of the loudness of late is left after a hop: a tenth after 1.15 s.
const FORGET: f64 = 0.98;

/// The most sudden beginning in a hop.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Attack {
    /// Where it is, in hops from the hop's own centre: 0 to 1.
    pub at: f32,
    /// By how much it gets louder, as a logarithm over both bands: 9.2 at most; 0 where nothing begins.
    pub gain: f32,
}

/// Detects attacks, sample by sample.
pub(super) struct AttackDetector {
    rate: u64,
    filters: [HighPass; 2],
    /// Samples taken, and the blocks that they completed.
    samples: u64,
    blocks: u64,
    /// Energy in the block that is not complete, and its samples.
    sum: [f64; 2],
    count: u32,
    /// Mean energies of the blocks from [`BEFORE`] the next hop on.
    energies: Vec<[f64; 2]>,
    /// What was loud of late.
    loud: [f64; 2],
}

impl AttackDetector {
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate: u64::from(rate.hz()),
            filters: CORNERS_HZ.map(|corner| HighPass::new(corner, rate)),
            samples: 0,
            blocks: 0,
            sum: [0.0; 2],
            count: 0,
            // Before the first sample there was silence.
            energies: vec![[0.0; 2]; BEFORE],
            loud: [0.0; 2],
        }
    }

    /// Takes a sample; the attack of the next hop, when that is known. Hop `h` is from its centre, sample
    /// `h * rate / 100`, to that of the next.
    pub fn push(&mut self, sample: f32) -> Option<Attack> {
        for (sum, filter) in self.sum.iter_mut().zip(&mut self.filters) {
            let passed = filter.pass(f64::from(sample));
            *sum += passed * passed;
        }
        self.count += 1;
        self.samples += 1;
        if self.samples < (self.blocks + 1) * self.rate / BLOCKS_PER_SEC {
            return None;
        }
        let count = f64::from(self.count);
        self.energies.push(self.sum.map(|sum| sum / count));
        (self.sum, self.count) = ([0.0; 2], 0);
        self.blocks += 1;
        if self.energies.len() < BEFORE + BLOCKS + AHEAD + AFTER {
            return None;
        }
        let attack = self.attack();
        self.energies.drain(..BLOCKS);
        Some(attack)
    }

    /// The attack of the hop that the energies begin [`BEFORE`] blocks before.
    fn attack(&mut self) -> Attack {
        let mut gains = [0.0; BLOCKS];
        let mut rises = [[(0.0, 0.0); BLOCKS]; 2];
        for band in 0..2 {
            let mut sums = [0.0; BEFORE + BLOCKS + AHEAD + AFTER + 1];
            for (i, energy) in self.energies.iter().enumerate() {
                sums[i + 1] = sums[i] + energy[band];
            }
            let mean = |from: usize, to: usize| (sums[to] - sums[from]) / (to - from) as f64;
            let after = |block: usize| mean(BEFORE + block, BEFORE + block + AFTER);
            let mut ahead = (BLOCKS..BLOCKS + AHEAD).map(after).fold(0.0, f64::max);
            let mut loud = self.loud[band] * FORGET;
            for block in (0..BLOCKS).rev() {
                let (before, after) = (mean(block, block + BEFORE), after(block));
                ahead = after.max(ahead);
                let nothing = NOTHING * ahead.max(self.loud[band]) + SILENCE;
                gains[block] += ((after + nothing) / (before + nothing)).ln();
                rises[band][block] = (before, after);
                loud = before.max(loud);
            }
            self.loud[band] = loud;
        }
        let best = (0..BLOCKS).fold(0, |best, block| if gains[block] > gains[best] { block } else { best });
        Attack {
            at: ((best as f64 + self.within(best, &rises)) / BLOCKS as f64) as f32,
            gain: gains[best].max(0.0) as f32,
        }
    }

    /// The part of a block that is over when sound begins in it.
    fn within(&self, block: usize, rises: &[[(f64, f64); BLOCKS]; 2]) -> f64 {
        let rise = |band: usize| {
            let (before, after) = rises[band][block];
            after / (before + SILENCE)
        };
        let band = usize::from(rise(1) > rise(0));
        let at = BEFORE + block;
        let whole = self.energies[at + 1..=at + WHOLE]
            .iter()
            .map(|energy| energy[band])
            .sum::<f64>()
            / WHOLE as f64;
        let before = rises[band][block].0;
        if whole <= before {
            return 0.0;
        }
        1.0 - ((self.energies[at][band] - before) / (whole - before)).clamp(0.0, 1.0)
    }
}

/// A high-pass of one pole: what it lets through begins with the very sample.
struct HighPass {
    keep: f64,
    last: f64,
    out: f64,
}

impl HighPass {
    fn new(corner_hz: f64, rate: SampleRate) -> Self {
        Self {
            keep: (-std::f64::consts::TAU * corner_hz / f64::from(rate.hz())).exp(),
            last: 0.0,
            out: 0.0,
        }
    }

    fn pass(&mut self, sample: f64) -> f64 {
        self.out = self.keep * self.out + 0.5 * (1.0 + self.keep) * (sample - self.last);
        self.last = sample;
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The attacks of a sound, hop by hop.
    fn detected(hz: u32, samples: &[f32]) -> Vec<Attack> {
        let mut detector = AttackDetector::new(SampleRate::new(hz).unwrap());
        let tail = std::iter::repeat_n(&0.0, hz as usize / 10);
        samples.iter().chain(tail).filter_map(|&s| detector.push(s)).collect()
    }

    #[test]
    fn a_beginning_is_found_to_a_tenth_of_a_millisecond_at_every_rate() {
        for hz in [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000] {
            let mut sum = 0.0;
            for k in 0..40 {
                // Also at the very first sample.
                let start = (hz as usize / 2 + k * 37) * usize::from(k > 0);
                let mut samples = vec![0.0; hz as usize];
                for (i, sample) in samples[start..].iter_mut().take(hz as usize / 200).enumerate() {
                    *sample = 0.5 * (std::f32::consts::TAU * 1_000.0 * i as f32 / hz as f32).cos();
                }
                let all = detected(hz, &samples);
                let best = (0..all.len())
                    .max_by(|&a, &b| all[a].gain.total_cmp(&all[b].gain))
                    .unwrap();
                let secs = (best as f64 + f64::from(all[best].at)) / 100.0;
                let off = secs - start as f64 / f64::from(hz);
                assert!(off.abs() < 2.6e-4, "{hz} {k}: {off}");
                assert!(all[best].gain > 5.0);
                sum += off;
            }
            assert!((sum / 40.0).abs() < 1e-4, "{hz}: {sum}");
        }
    }

    #[test]
    fn what_goes_on_does_not_begin() {
        let tone = |hz: f32| (0..48_000).map(move |i| 0.3 * (std::f32::consts::TAU * hz * i as f32 / 48_000.0).sin());
        for samples in [
            tone(55.0).collect::<Vec<f32>>(),
            tone(700.0).collect(),
            vec![0.0; 48_000],
        ] {
            let all = detected(48_000, &samples);
            let most = all[10..90].iter().map(|attack| attack.gain).fold(0.0, f32::max);
            assert!(most < 2.5, "{most}");
        }
    }
}
