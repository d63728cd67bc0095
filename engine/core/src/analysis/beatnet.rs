//! BeatNet, a convolutional recurrent network (CRNN): the probability of a beat and of a downbeat, 50 times a second.
//!
//! **Source**: M. Heydari, F. Cwitkowitz, Z. Duan, "BeatNet: CRNN and particle filtering for online joint beat, downbeat
//! and meter tracking", ISMIR 2021. The weights are theirs (CC BY 4.0, see `assets/beatnet`); the code is ours.

use super::{
    nn::{Dense, damaged, read_safetensors},
    numeric::sigmoid,
};
use crate::error::Result;

/// Numbers of one input: bands and their rises.
pub(super) const INPUTS: usize = 272;
/// Width of each recurrent layer.
const HIDDEN: usize = 150;
/// Taps of the convolution along frequency, and its channels.
const TAPS: usize = 10;
const CHANNELS: usize = 2;
/// Convolution outputs per channel after taking the larger of each pair.
const POOLED: usize = (INPUTS - TAPS).div_ceil(2);

static WEIGHTS: &[u8] = include_bytes!("../../../assets/beatnet/beatnet_1.safetensors");

/// The output of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BeatNetOutput {
    /// Probability of a beat that is not a downbeat.
    pub beat: f32,
    /// Probability of a downbeat.
    pub downbeat: f32,
}

/// One long short-term memory layer with its state.
struct Lstm {
    from_input: Dense,
    from_hidden: Dense,
    hidden: [f32; HIDDEN],
    cell: [f32; HIDDEN],
}

impl Lstm {
    /// The next hidden state.
    fn step(&mut self, input: &[f32]) -> [f32; HIDDEN] {
        let mut gates = [0.0; 4 * HIDDEN];
        gates.copy_from_slice(&self.from_input.bias);
        self.from_input.add_product(input, &mut gates);
        self.from_hidden.add_product(&self.hidden, &mut gates);
        let (input_gate, rest) = gates.split_at(HIDDEN);
        let (forget_gate, rest) = rest.split_at(HIDDEN);
        let (candidate, output_gate) = rest.split_at(HIDDEN);
        for i in 0..HIDDEN {
            self.cell[i] = sigmoid(forget_gate[i]) * self.cell[i] + sigmoid(input_gate[i]) * candidate[i].tanh();
            self.hidden[i] = sigmoid(output_gate[i]) * self.cell[i].tanh();
        }
        self.hidden
    }
}

/// The network with the state of its recurrent layers.
pub(super) struct BeatNet {
    kernels: Vec<f32>,
    kernel_bias: Vec<f32>,
    embedding: Dense,
    layers: [Lstm; 2],
    head: Dense,
}

impl BeatNet {
    /// The built-in network, its recurrent state zero.
    ///
    /// # Errors
    /// [`Error::Asset`] when the built-in weights are damaged.
    pub fn load() -> Result<Self> {
        let mut tensors = read_safetensors(WEIGHTS)?;
        let mut take = |name: &str, len: usize| match tensors.remove(name) {
            Some(tensor) if tensor.len() == len => Ok(tensor),
            _ => Err(damaged(format!("{name} should have {len} numbers"))),
        };
        let mut layer = |n: usize| {
            let square = 4 * HIDDEN * HIDDEN;
            let inward = take(&format!("lstm.weight_ih_l{n}"), square)?;
            let onward = take(&format!("lstm.weight_hh_l{n}"), square)?;
            let inward_bias = take(&format!("lstm.bias_ih_l{n}"), 4 * HIDDEN)?;
            let onward_bias = take(&format!("lstm.bias_hh_l{n}"), 4 * HIDDEN)?;
            let bias = inward_bias.iter().zip(&onward_bias).map(|(a, b)| a + b).collect();
            Ok(Lstm {
                from_input: Dense::new(&inward, bias),
                from_hidden: Dense::new(&onward, vec![0.0; 4 * HIDDEN]),
                hidden: [0.0; HIDDEN],
                cell: [0.0; HIDDEN],
            })
        };
        let layers = [layer(0)?, layer(1)?];
        let embedding = take("linear0.weight", HIDDEN * CHANNELS * POOLED)?;
        let head = take("linear.weight", 3 * HIDDEN)?;
        Ok(Self {
            kernels: take("conv1.weight", CHANNELS * TAPS)?,
            kernel_bias: take("conv1.bias", CHANNELS)?,
            embedding: Dense::new(&embedding, take("linear0.bias", HIDDEN)?),
            head: Dense::new(&head, take("linear.bias", 3)?),
            layers,
        })
    }

    /// The output for the next input; inputs are 20 ms apart.
    pub fn step(&mut self, input: &[f32; INPUTS]) -> BeatNetOutput {
        let mut pooled = [0.0; CHANNELS * POOLED];
        for (channel, out) in pooled.chunks_exact_mut(POOLED).enumerate() {
            let kernel = &self.kernels[channel * TAPS..(channel + 1) * TAPS];
            let mut sums = [self.kernel_bias[channel]; 2 * POOLED];
            for (tap, weight) in kernel.iter().enumerate() {
                sums.iter_mut()
                    .zip(&input[tap..])
                    .for_each(|(sum, x)| *sum += weight * x);
            }
            for (out, pair) in out.iter_mut().zip(sums.chunks_exact(2)) {
                *out = pair[0].max(pair[1]).max(0.0);
            }
        }
        let mut state = [0.0; HIDDEN];
        state.copy_from_slice(&self.embedding.bias);
        self.embedding.add_product(&pooled, &mut state);
        for layer in &mut self.layers {
            state = layer.step(&state);
        }
        let mut out = [0.0; 3];
        out.copy_from_slice(&self.head.bias);
        self.head.add_product(&state, &mut out);
        // Softmax over beat, downbeat, neither.
        let top = out.iter().copied().fold(f32::MIN, f32::max);
        let [beat, downbeat, neither] = out.map(|x| (x - top).exp());
        let sum = beat + downbeat + neither;
        BeatNetOutput {
            beat: beat / sum,
            downbeat: downbeat / sum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<Vec<f32>> {
        let row = |line: &str| line.split(',').map(|n| n.trim().parse().unwrap()).collect();
        text.lines().map(row).collect()
    }

    #[test]
    fn the_outputs_are_those_of_the_original() {
        let inputs = table(include_str!("../../../assets/beatnet/testvec_in_40x272.csv"));
        let truth = table(include_str!("../../../assets/beatnet/testvec_out_40x3.csv"));
        assert_eq!(inputs.len(), 40);
        let mut network = BeatNet::load().unwrap();
        for (input, truth) in inputs.iter().zip(&truth) {
            let got = network.step(input.as_slice().try_into().unwrap());
            assert!(
                (got.beat - truth[0]).abs() < 1e-5 && (got.downbeat - truth[1]).abs() < 1e-5,
                "{got:?} {truth:?}"
            );
        }
    }
}
