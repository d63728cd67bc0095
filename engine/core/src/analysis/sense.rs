//! What a small network of our own senses of the beat, hop by hop: whether one is here, whether it is a downbeat, and
//! whether there is a pulse at all. Its weights are made by `engine/training`; see `assets/sense`.
//!
//! **Source**: causal convolutions ever further apart, for beats as in M. E. P. Davies, S. Boeck, "Temporal convolutional
//! networks for musical audio beat tracking", EUSIPCO 2019. The network, its training songs and the code are ours.

use super::network::{Matrix, tensors};
use crate::error::{Error, Result};

/// Numbers that the network is told of a hop.
pub const SENSES: usize = 12;
/// Channels; looks that each block sees at once; and how many looks these lie apart, block by block: 20 s in all.
const WIDTH: usize = 48;
const TAPS: usize = 5;
const APART: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// What it answers: beat, downbeat, pulse.
const ANSWERS: usize = 3;
/// Hops by which the changes of harmony that it is told are late: so long it takes until all is known of a hop.
pub(super) const LATE: usize = 40;
/// The most that its word on the pulse says, as a logarithm.
pub(super) const PULSE_MOST: f32 = 6.0;

static WEIGHTS: &[u8] = include_bytes!("../../../assets/sense/sense.safetensors");

/// What is told of a hop: the log odds of beat and downbeat by the network of the looks, how strongly sound begins in each
/// group and over all, the last changes of harmony, and the loudness.
pub(super) fn gather(clues: &[f32], change: [f32; 2], loudness: f32) -> [f32; SENSES] {
    let mut senses = [0.0; SENSES];
    senses[0] = clues[0] / 4.0;
    senses[1] = clues[2] / 4.0;
    senses[2..9].copy_from_slice(&clues[3..10]);
    senses[9..11].copy_from_slice(&change);
    senses[11] = loudness;
    senses
}

/// What is sensed at a hop. Odds are logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sensed {
    /// Odds of a beat, downbeats among them.
    pub beat: f32,
    /// Odds of a downbeat.
    pub downbeat: f32,
    /// Odds that there is a pulse, [`PULSE_MOST`] at most for or against.
    pub pulse: f32,
}

/// A causal convolution over looks that lie apart, added to what it was given.
struct Block {
    apart: usize,
    /// One matrix for each look, from the earliest on; the last has the bias.
    taps: Vec<Matrix>,
    mix: Matrix,
}

/// The last inputs of each block: rings, as long as the block looks back.
type Memory = Vec<Vec<[f32; WIDTH]>>;

/// The network. It looks at two hops at a time, as it was taught; two memories take turns, so that each hop has its look.
pub(super) struct Sense {
    first: Matrix,
    blocks: Vec<Block>,
    read: Matrix,
    memories: [Memory; 2],
    before: [f32; SENSES],
    hops: usize,
}

impl Sense {
    /// # Errors
    /// [`Error::Asset`] when the built-in weights are damaged.
    pub fn new() -> Result<Self> {
        let mut tensors = tensors(WEIGHTS)?;
        let mut take = |name: String, len: usize| match tensors.remove(&name) {
            Some(tensor) if tensor.len() == len => Ok(tensor),
            _ => Err(Error::Asset {
                what: "pulse network",
                reason: format!("{name} should have {len} numbers"),
            }),
        };
        let mut matrix = |name: &str, inputs: usize, outputs: usize| {
            let weights = take(format!("{name}.weight"), inputs * outputs)?;
            Ok::<_, Error>(Matrix::new(&weights, take(format!("{name}.bias"), outputs)?))
        };
        let first = matrix("first", 2 * SENSES, WIDTH)?;
        let read = matrix("read", WIDTH, ANSWERS)?;
        let mixes = (0..APART.len())
            .map(|n| matrix(&format!("blocks.{n}.mix"), WIDTH, WIDTH))
            .collect::<Result<Vec<_>>>()?;
        let mut blocks = Vec::with_capacity(APART.len());
        for ((n, apart), mix) in APART.into_iter().enumerate().zip(mixes) {
            let weights = take(format!("blocks.{n}.wide.weight"), WIDTH * WIDTH * TAPS)?;
            let mut bias = take(format!("blocks.{n}.wide.bias"), WIDTH)?;
            let tap = |tap: usize| {
                let weights: Vec<f32> = weights.iter().skip(tap).step_by(TAPS).copied().collect();
                let bias = if tap + 1 == TAPS {
                    std::mem::take(&mut bias)
                } else {
                    vec![0.0; WIDTH]
                };
                Matrix::new(&weights, bias)
            };
            let taps = (0..TAPS).map(tap).collect();
            blocks.push(Block { apart, taps, mix });
        }
        let memory: Memory = APART.map(|apart| vec![[0.0; WIDTH]; (TAPS - 1) * apart + 1]).into();
        Ok(Self {
            first,
            blocks,
            read,
            memories: [memory.clone(), memory],
            before: [0.0; SENSES],
            hops: 0,
        })
    }

    /// Hears the next hop; nothing at the very first, which has none before it.
    pub fn hear(&mut self, now: &[f32; SENSES]) -> Option<Sensed> {
        let mut look = [0.0; 2 * SENSES];
        look[..SENSES].copy_from_slice(&self.before);
        look[SENSES..].copy_from_slice(now);
        self.before = *now;
        let (nth, turn) = (self.hops / 2, self.hops % 2);
        self.hops += 1;
        if self.hops == 1 {
            return None;
        }
        let mut state = [0.0; WIDTH];
        state.copy_from_slice(&self.first.bias);
        self.first.add_product(&look, &mut state);
        state = state.map(elu);
        for (block, ring) in self.blocks.iter().zip(&mut self.memories[turn]) {
            block.step(ring, nth, &mut state);
        }
        let mut out = [0.0; ANSWERS];
        out.copy_from_slice(&self.read.bias);
        self.read.add_product(&state.map(elu), &mut out);
        let [beat, downbeat, pulse] = out;
        Some(Sensed {
            beat,
            downbeat,
            pulse: pulse.clamp(-PULSE_MOST, PULSE_MOST),
        })
    }
}

impl Block {
    /// Adds to the `nth` look what the block makes of it and of those before.
    fn step(&self, ring: &mut [[f32; WIDTH]], nth: usize, state: &mut [f32; WIDTH]) {
        let len = ring.len();
        ring[nth % len] = *state;
        let mut wide = [0.0; WIDTH];
        wide.copy_from_slice(&self.taps[TAPS - 1].bias);
        for (tap, matrix) in self.taps.iter().enumerate() {
            let ago = (TAPS - 1 - tap) * self.apart;
            matrix.add_product(&ring[(nth + len - ago) % len], &mut wide);
        }
        let mut mixed = [0.0; WIDTH];
        mixed.copy_from_slice(&self.mix.bias);
        self.mix.add_product(&wide.map(elu), &mut mixed);
        state.iter_mut().zip(mixed).for_each(|(state, mixed)| *state += mixed);
    }
}

/// The exponential linear unit.
fn elu(x: f32) -> f32 {
    if x > 0.0 { x } else { x.exp_m1() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_answers_as_it_was_taught() {
        let truth: Vec<Vec<f32>> = include_str!("../../../assets/sense/sense.csv")
            .lines()
            .map(|line| line.split(',').map(|n| n.parse().unwrap()).collect())
            .collect();
        let mut sense = Sense::new().unwrap();
        let hops = 2 * 560;
        let mut heard = Vec::new();
        for hop in 0..hops {
            let now = std::array::from_fn(|i| ((7_919 * hop + 104_729 * i + hop * hop % 97) % 1_000) as f32 / 1_000.0);
            // The trainer's looks begin with the first hop: every second answer is one of its.
            heard.extend(sense.hear(&now).filter(|_| hop % 2 == 1));
        }
        assert_eq!(truth.len(), 3);
        for (heard, truth) in heard[heard.len() - 3..].iter().zip(&truth) {
            let truth = [truth[0], truth[1], truth[2].clamp(-PULSE_MOST, PULSE_MOST)];
            for (a, b) in [heard.beat, heard.downbeat, heard.pulse].iter().zip(truth) {
                assert!((a - b).abs() < 1e-3, "{a} {b}");
            }
        }
    }
}
