//! Songs as the network learns from them: what is heard and what is true of each 20 ms, and stretches of it made worse.

use candle_core::{Device, Result, Tensor};

use crate::train_level::Dice;

/// Numbers of a hop.
pub const SENSES: usize = 12;
/// Looks, of two hops each, of a lesson.
pub const LOOKS: usize = 600;
/// What is true of a look: beat, downbeat, pulse (0 to 1), and the length of the felt beat in hops, 0 for none.
pub const TRUTHS: usize = 4;
/// Seconds of a hop.
const HOP_SECS: f64 = 0.01;
/// A beat is this wide, in seconds.
const REACH_SECS: f64 = 0.025;
/// The fewest beats that make a pulse, and the fewest hops of a song.
const FEWEST_BEATS: usize = 4;
const FEWEST_HOPS: usize = 600;
/// Fast beats are rarer in what people play than in these songs, whose makers choose among all kinds of music evenly: from
/// which tempo on, how quickly they become rare in octaves of e, and the share of the fastest that comes in an epoch.
const FAST_BPM: f64 = 165.0;
const RARER: f64 = 0.15;
const FAST_SHARE: f64 = 0.3;
/// How often a song without a beat comes in an epoch: these are few.
const BEATLESS_SHARE: f32 = 3.0;

/// A song: what is heard and what is true, hop by hop.
pub struct Song {
    heard: Vec<[f32; SENSES]>,
    truth: Vec<[f32; TRUTHS]>,
}

/// A stretch of a song: of each look what is heard, what is true, and whether there is a song.
pub struct Lesson {
    looks: Vec<f32>,
    truth: Vec<f32>,
    known: Vec<f32>,
}

/// A lesson as tensors: (look, 2 `SENSES`), (look, `TRUTHS`), (look).
pub struct Tensors {
    pub looks: Tensor,
    pub truth: Tensor,
    pub known: Tensor,
}

impl Lesson {
    pub fn tensors(&self) -> Result<Tensors> {
        let device = &Device::Cpu;
        Ok(Tensors {
            looks: Tensor::from_slice(&self.looks, (LOOKS, 2 * SENSES), device)?,
            truth: Tensor::from_slice(&self.truth, (LOOKS, TRUTHS), device)?,
            known: Tensor::from_slice(&self.known, LOOKS, device)?,
        })
    }
}

impl Song {
    /// Of little-endian numbers, and beats with their places in the bar; none of a song that is too short.
    pub fn new(bytes: &[u8], beats: &[f64], places: &[u32]) -> Option<Self> {
        let numbers: Vec<f32> = bytes
            .as_chunks()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        let heard = numbers.as_chunks().0.to_vec();
        let truth = truth(heard.len(), beats, places);
        (heard.len() > FEWEST_HOPS).then_some(Self { heard, truth })
    }

    /// How often it comes in an epoch, in the mean.
    pub fn share(&self) -> f32 {
        let lengths: Vec<f64> = self
            .truth
            .iter()
            .map(|truth| f64::from(truth[3]))
            .filter(|l| *l > 0.0)
            .collect();
        if lengths.is_empty() {
            return BEATLESS_SHARE;
        }
        let bpm = 60.0 / HOP_SECS / median(lengths);
        (-(bpm / FAST_BPM).ln() / RARER).exp().clamp(FAST_SHARE, 1.0) as f32
    }

    /// Its beginning, as it was recorded.
    pub fn whole(&self, dice: &mut Dice) -> Lesson {
        self.stretch(0, 1.0, None, dice)
    }

    /// A stretch of it, faster or slower and worse than it was recorded.
    pub fn lesson(&self, dice: &mut Dice) -> Lesson {
        let pace = dice.between(-0.09, 0.09).exp();
        let need = (2.0 * LOOKS as f32 * pace) as usize + 4;
        let most = self.heard.len().saturating_sub(need);
        // Beginnings come often: there the network knows least.
        let first = if dice.chance(0.45) { 0 } else { dice.below(most + 1) };
        let faults = Faults::draw(dice);
        self.stretch(first, pace, Some(&faults), dice)
    }

    fn stretch(&self, first: usize, pace: f32, faults: Option<&Faults>, dice: &mut Dice) -> Lesson {
        let last = self.heard.len() - 1;
        let mut lesson = Lesson {
            looks: Vec::with_capacity(2 * LOOKS * SENSES),
            truth: Vec::with_capacity(LOOKS * TRUTHS),
            known: Vec::with_capacity(LOOKS),
        };
        for hop in 0..2 * LOOKS {
            let place = first as f32 + hop as f32 * pace;
            let low = (place as usize).min(last - 1);
            let part = (place - low as f32).min(1.0);
            let mut senses: [f32; SENSES] =
                std::array::from_fn(|k| self.heard[low][k] * (1.0 - part) + self.heard[low + 1][k] * part);
            if let Some(faults) = faults {
                faults.spoil(&mut senses, dice);
            }
            lesson.looks.extend(senses);
            if hop % 2 == 1 {
                let mut truth = self.truth[(place.round() as usize).min(last)];
                truth[3] /= pace;
                lesson.truth.extend(truth);
                lesson.known.push(f32::from(place < last as f32));
            }
        }
        lesson
    }
}

/// What is wrong with a stretch throughout.
struct Faults {
    gains: [f32; SENSES],
    /// Instead of what is heard; of the likelihoods of beats, of single onset groups, of chroma flux, of loudness.
    instead: [Option<f32>; SENSES],
}

impl Faults {
    fn draw(dice: &mut Dice) -> Self {
        let gains = std::array::from_fn(|_| (0.12 * normal(dice)).exp());
        let mut instead = [None; SENSES];
        if dice.chance(0.12) {
            instead[..2].fill(Some(dice.pick(&[-1.0, -0.5])));
        }
        for group in &mut instead[2..9] {
            *group = dice.chance(0.06).then_some(0.0);
        }
        if dice.chance(0.2) {
            instead[9..11].fill(Some(0.03));
        }
        if dice.chance(0.2) {
            instead[11] = Some(dice.between(0.3, 1.0));
        }
        Self { gains, instead }
    }

    fn spoil(&self, senses: &mut [f32; SENSES], dice: &mut Dice) {
        for ((sense, gain), instead) in senses.iter_mut().zip(&self.gains).zip(&self.instead) {
            *sense = instead.unwrap_or(*sense * gain + 0.05 * normal(dice));
        }
    }
}

/// A number of the standard normal distribution.
///
/// **Source**: G. Box, M. Muller, "A note on the generation of random normal deviates", 1958.
fn normal(dice: &mut Dice) -> f32 {
    let (near, turn) = (dice.between(1e-7, 1.0), dice.between(0.0, std::f32::consts::TAU));
    (-2.0 * near.ln()).sqrt() * turn.cos()
}

/// What is true of each hop.
fn truth(hops: usize, beats: &[f64], places: &[u32]) -> Vec<[f32; TRUTHS]> {
    let mut truth = vec![[0.0f32; TRUTHS]; hops];
    if beats.len() < FEWEST_BEATS {
        return truth;
    }
    for (beat, place) in beats.iter().zip(places) {
        let hop = |secs: f64| (secs / HOP_SECS).max(0.0) as usize;
        let first = hop(beat - 0.06).min(hops);
        let around = truth[first..(hop(beat + 0.06) + 2).clamp(first, hops)].iter_mut();
        for (at, truth) in (first..).zip(around) {
            let near = (1.5 - (at as f64 * HOP_SECS - beat).abs() / REACH_SECS).clamp(0.0, 1.0) as f32;
            truth[0] = truth[0].max(near);
            if *place == 1 {
                truth[1] = truth[1].max(near);
            }
        }
    }
    let steps: Vec<f64> = beats.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // The felt length is the median of those around.
    let felt = |i: usize| median(steps[i.saturating_sub(2)..(i + 3).min(steps.len())].to_vec());
    let felt: Vec<f64> = (0..steps.len()).map(felt).collect();
    let pulse = beats[0] - 0.03..=beats[beats.len() - 1] + steps[steps.len() - 1];
    for (at, truth) in truth.iter_mut().enumerate() {
        let secs = at as f64 * HOP_SECS;
        if pulse.contains(&secs) {
            let step = beats
                .partition_point(|beat| *beat <= secs)
                .saturating_sub(1)
                .min(steps.len() - 1);
            (truth[2], truth[3]) = (1.0, (felt[step] / HOP_SECS) as f32);
        }
    }
    truth
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() % 2 {
        1 => numbers[middle],
        _ => f64::midpoint(numbers[middle - 1], numbers[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_are_true_where_they_are() {
        let beats: Vec<f64> = (0..20).map(|k| 1.0 + 0.5 * f64::from(k)).collect();
        let places: Vec<u32> = (0..20).map(|k| k % 4 + 1).collect();
        let truth = truth(1_200, &beats, &places);
        assert_eq!((truth[100], truth[150]), ([1.0, 1.0, 1.0, 50.0], [1.0, 0.0, 1.0, 50.0]));
        assert_eq!(
            (truth[125], truth[50], truth[1_150]),
            ([0.0, 0.0, 1.0, 50.0], [0.0; 4], [0.0; 4])
        );
        let song = Song {
            heard: vec![[0.5; SENSES]; 1_200],
            truth,
        };
        let lesson = song.whole(&mut Dice::new(1));
        assert_eq!(
            (lesson.looks.len(), lesson.truth.len()),
            (LOOKS * 2 * SENSES, LOOKS * TRUTHS)
        );
        assert_eq!((lesson.known[0], lesson.known[LOOKS - 1]), (1.0, 0.0));
        assert!((song.share() - 1.0).abs() < 1e-6);
    }
}
