//! A temporal convolutional network of our own: the log odds of a beat, of a downbeat and of a pulse at all, hop by hop.
//! Its weights are made by `engine/training`; see `assets/sense`.
//!
//! **Source**: causal convolutions of growing dilation, for beats as in M. E. P. Davies, S. Boeck, "Temporal convolutional
//! networks for musical audio beat tracking", EUSIPCO 2019. The network, its training songs and the code are ours.

use super::{
    beat_features::BeatFeatures,
    nn::{Dense, read_safetensors},
    onset::GROUPS,
};
use crate::error::{Error, Result};

/// Numbers of one hop that the network takes.
pub const TCN_INPUTS: usize = 12;
/// Channels, taps of each convolution, and the dilation of each block in steps of two hops: 20 s in all.
const WIDTH: usize = 48;
const TAPS: usize = 5;
const DILATIONS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// Its outputs: beat, downbeat, pulse.
const OUTPUTS: usize = 3;
/// Hops by which the chroma flux that it takes is late: it takes so long until a hop's is known.
pub(super) const CHROMA_DELAY: usize = 40;
/// The largest log odds of a pulse that it gives.
pub(super) const PULSE_MAX: f32 = 6.0;

static WEIGHTS: &[u8] = include_bytes!("../../../assets/sense/sense.safetensors");

/// The network's input for a hop: `BeatNet`'s log odds of a beat and a downbeat, onset strength of each group and of all,
/// the last chroma flux that is known (bass, all notes), and the loudness.
pub(super) fn input(features: &BeatFeatures, chroma_flux: [f32; 2], loudness: f32) -> [f32; TCN_INPUTS] {
    let mut input = [0.0; TCN_INPUTS];
    input[0] = features.beat_log_odds / 4.0;
    input[1] = features.downbeat_log_odds / 4.0;
    input[2..2 + GROUPS].copy_from_slice(&features.onsets);
    input[2 + GROUPS..].copy_from_slice(&[features.onset_strength, chroma_flux[0], chroma_flux[1], loudness]);
    input
}

/// The output for a hop, in log odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BeatTcnOutput {
    /// Of a beat, downbeats among them.
    pub beat: f32,
    /// Of a downbeat.
    pub downbeat: f32,
    /// Of a pulse, from -[`PULSE_MAX`] to [`PULSE_MAX`].
    pub pulse: f32,
}

/// A dilated causal convolution, added to its input.
struct ResidualBlock {
    dilation: usize,
    /// One matrix for each tap, from the earliest on; the last has the bias.
    taps: Vec<Dense>,
    mix: Dense,
}

/// The last inputs of each block: ring buffers, as long as its receptive field.
type ConvHistory = Vec<Vec<[f32; WIDTH]>>;

/// The network. It takes two hops at a step, as in training; two histories take turns, so that there is a step each hop.
pub(super) struct BeatTcn {
    first: Dense,
    blocks: Vec<ResidualBlock>,
    head: Dense,
    histories: [ConvHistory; 2],
    previous: [f32; TCN_INPUTS],
    hops: usize,
}

impl BeatTcn {
    /// # Errors
    /// [`Error::Asset`] when the built-in weights are damaged.
    pub fn new() -> Result<Self> {
        let mut tensors = read_safetensors(WEIGHTS)?;
        let mut take = |name: String, len: usize| match tensors.remove(&name) {
            Some(tensor) if tensor.len() == len => Ok(tensor),
            _ => Err(Error::Asset {
                what: "pulse network",
                reason: format!("{name} should have {len} numbers"),
            }),
        };
        let mut matrix = |name: &str, inputs: usize, outputs: usize| {
            let weights = take(format!("{name}.weight"), inputs * outputs)?;
            Ok::<_, Error>(Dense::new(&weights, take(format!("{name}.bias"), outputs)?))
        };
        let first = matrix("first", 2 * TCN_INPUTS, WIDTH)?;
        let head = matrix("read", WIDTH, OUTPUTS)?;
        let mixes = (0..DILATIONS.len())
            .map(|n| matrix(&format!("blocks.{n}.mix"), WIDTH, WIDTH))
            .collect::<Result<Vec<_>>>()?;
        let mut blocks = Vec::with_capacity(DILATIONS.len());
        for ((n, dilation), mix) in DILATIONS.into_iter().enumerate().zip(mixes) {
            let weights = take(format!("blocks.{n}.wide.weight"), WIDTH * WIDTH * TAPS)?;
            let mut bias = take(format!("blocks.{n}.wide.bias"), WIDTH)?;
            let tap = |tap: usize| {
                let weights: Vec<f32> = weights.iter().skip(tap).step_by(TAPS).copied().collect();
                let bias = if tap + 1 == TAPS {
                    std::mem::take(&mut bias)
                } else {
                    vec![0.0; WIDTH]
                };
                Dense::new(&weights, bias)
            };
            let taps = (0..TAPS).map(tap).collect();
            blocks.push(ResidualBlock { dilation, taps, mix });
        }
        let history: ConvHistory = DILATIONS
            .map(|dilation| vec![[0.0; WIDTH]; (TAPS - 1) * dilation + 1])
            .into();
        Ok(Self {
            first,
            blocks,
            head,
            histories: [history.clone(), history],
            previous: [0.0; TCN_INPUTS],
            hops: 0,
        })
    }

    /// The output for the next hop; nothing at the very first, which has none before it.
    pub fn step(&mut self, now: &[f32; TCN_INPUTS]) -> Option<BeatTcnOutput> {
        let mut pair = [0.0; 2 * TCN_INPUTS];
        pair[..TCN_INPUTS].copy_from_slice(&self.previous);
        pair[TCN_INPUTS..].copy_from_slice(now);
        self.previous = *now;
        let (nth, turn) = (self.hops / 2, self.hops % 2);
        self.hops += 1;
        if self.hops == 1 {
            return None;
        }
        let mut state = [0.0; WIDTH];
        state.copy_from_slice(&self.first.bias);
        self.first.add_product(&pair, &mut state);
        state = state.map(elu);
        for (block, ring) in self.blocks.iter().zip(&mut self.histories[turn]) {
            block.step(ring, nth, &mut state);
        }
        let mut out = [0.0; OUTPUTS];
        out.copy_from_slice(&self.head.bias);
        self.head.add_product(&state.map(elu), &mut out);
        let [beat, downbeat, pulse] = out;
        Some(BeatTcnOutput {
            beat,
            downbeat,
            pulse: pulse.clamp(-PULSE_MAX, PULSE_MAX),
        })
    }
}

impl ResidualBlock {
    /// Adds the convolution's output at step `nth` to `state`.
    fn step(&self, ring: &mut [[f32; WIDTH]], nth: usize, state: &mut [f32; WIDTH]) {
        let len = ring.len();
        ring[nth % len] = *state;
        let mut wide = [0.0; WIDTH];
        wide.copy_from_slice(&self.taps[TAPS - 1].bias);
        for (tap, matrix) in self.taps.iter().enumerate() {
            let ago = (TAPS - 1 - tap) * self.dilation;
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
    fn the_outputs_are_those_of_training() {
        let truth: Vec<Vec<f32>> = include_str!("../../../assets/sense/sense.csv")
            .lines()
            .map(|line| line.split(',').map(|n| n.parse().unwrap()).collect())
            .collect();
        let mut tcn = BeatTcn::new().unwrap();
        let hops = 2 * 560;
        let mut outputs = Vec::new();
        for hop in 0..hops {
            let now = std::array::from_fn(|i| ((7_919 * hop + 104_729 * i + hop * hop % 97) % 1_000) as f32 / 1_000.0);
            // The trainer's steps begin with the first hop: every second output is one of its.
            outputs.extend(tcn.step(&now).filter(|_| hop % 2 == 1));
        }
        assert_eq!(truth.len(), 3);
        for (output, truth) in outputs[outputs.len() - 3..].iter().zip(&truth) {
            let truth = [truth[0], truth[1], truth[2].clamp(-PULSE_MAX, PULSE_MAX)];
            for (a, b) in [output.beat, output.downbeat, output.pulse].iter().zip(truth) {
                assert!((a - b).abs() < 1e-3, "{a} {b}");
            }
        }
    }
}
