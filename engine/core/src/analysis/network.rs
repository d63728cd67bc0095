//! BeatNet's recurrent network: how likely each moment is a beat or a downbeat.
//!
//! **Source**: M. Heydari, F. Cwitkowitz, Z. Duan, "BeatNet: CRNN and particle filtering for online joint beat, downbeat
//! and meter tracking", ISMIR 2021. The weights are theirs (CC BY 4.0, see `assets/beatnet`); the code is ours.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// Numbers that describe one look: bands and their rises.
pub(super) const INPUTS: usize = 272;
/// Width of each recurrent layer.
const HIDDEN: usize = 150;
/// Taps of the convolution along frequency, and its channels.
const TAPS: usize = 10;
const CHANNELS: usize = 2;
/// Convolution outputs per channel after taking the larger of each pair.
const POOLED: usize = (INPUTS - TAPS).div_ceil(2);

static WEIGHTS: &[u8] = include_bytes!("../../../assets/beatnet/beatnet_1.safetensors");

/// What the network makes of one look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Activation {
    /// Probability of a beat that is not a downbeat.
    pub beat: f32,
    /// Probability of a downbeat.
    pub downbeat: f32,
}

/// A matrix that turns a column into another.
pub(super) struct Matrix {
    /// Stored input by input, so that a product is a sum of whole rows and runs at full width.
    columns: Vec<f32>,
    pub bias: Vec<f32>,
}

impl Matrix {
    /// From weights stored output by output.
    pub fn new(weights: &[f32], bias: Vec<f32>) -> Self {
        let outputs = bias.len();
        let inputs = weights.len() / outputs;
        let mut columns = vec![0.0; weights.len()];
        for output in 0..outputs {
            for input in 0..inputs {
                columns[input * outputs + output] = weights[output * inputs + input];
            }
        }
        Self { columns, bias }
    }

    /// Adds the product with `input` to `output`.
    pub fn add_product(&self, input: &[f32], output: &mut [f32]) {
        let width = output.len();
        let mut groups = input.chunks_exact(4);
        let mut rows = self.columns.chunks_exact(4 * width);
        // Four inputs at a time, so that the output is read and written a quarter as often.
        for (x, four) in groups.by_ref().zip(rows.by_ref()) {
            let (a, rest) = four.split_at(width);
            let (b, rest) = rest.split_at(width);
            let (c, d) = rest.split_at(width);
            for ((((out, a), b), c), d) in output.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *out += (x[0] * a + x[1] * b) + (x[2] * c + x[3] * d);
            }
        }
        for (x, row) in groups.remainder().iter().zip(rows.remainder().chunks_exact(width)) {
            output.iter_mut().zip(row).for_each(|(out, weight)| *out += x * weight);
        }
    }
}

/// One long short-term memory layer with its state.
struct Layer {
    from_input: Matrix,
    from_hidden: Matrix,
    hidden: [f32; HIDDEN],
    cell: [f32; HIDDEN],
}

impl Layer {
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

/// The network and its memory of the song so far.
pub(super) struct Network {
    taps: Vec<f32>,
    tap_bias: Vec<f32>,
    narrow: Matrix,
    layers: [Layer; 2],
    read: Matrix,
}

impl Network {
    /// The built-in network, with an empty memory.
    ///
    /// # Errors
    /// [`Error::Asset`] when the built-in weights are damaged.
    pub fn load() -> Result<Self> {
        let mut tensors = tensors(WEIGHTS)?;
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
            Ok(Layer {
                from_input: Matrix::new(&inward, bias),
                from_hidden: Matrix::new(&onward, vec![0.0; 4 * HIDDEN]),
                hidden: [0.0; HIDDEN],
                cell: [0.0; HIDDEN],
            })
        };
        let layers = [layer(0)?, layer(1)?];
        let narrow = take("linear0.weight", HIDDEN * CHANNELS * POOLED)?;
        let read = take("linear.weight", 3 * HIDDEN)?;
        Ok(Self {
            taps: take("conv1.weight", CHANNELS * TAPS)?,
            tap_bias: take("conv1.bias", CHANNELS)?,
            narrow: Matrix::new(&narrow, take("linear0.bias", HIDDEN)?),
            read: Matrix::new(&read, take("linear.bias", 3)?),
            layers,
        })
    }

    /// Hears the next look; looks are 20 ms apart.
    pub fn step(&mut self, look: &[f32; INPUTS]) -> Activation {
        let mut pooled = [0.0; CHANNELS * POOLED];
        for (channel, out) in pooled.chunks_exact_mut(POOLED).enumerate() {
            let taps = &self.taps[channel * TAPS..(channel + 1) * TAPS];
            let mut sums = [self.tap_bias[channel]; 2 * POOLED];
            for (tap, weight) in taps.iter().enumerate() {
                sums.iter_mut()
                    .zip(&look[tap..])
                    .for_each(|(sum, x)| *sum += weight * x);
            }
            for (out, pair) in out.iter_mut().zip(sums.chunks_exact(2)) {
                *out = pair[0].max(pair[1]).max(0.0);
            }
        }
        let mut state = [0.0; HIDDEN];
        state.copy_from_slice(&self.narrow.bias);
        self.narrow.add_product(&pooled, &mut state);
        for layer in &mut self.layers {
            state = layer.step(&state);
        }
        let mut out = [0.0; 3];
        out.copy_from_slice(&self.read.bias);
        self.read.add_product(&state, &mut out);
        // Softmax over beat, downbeat, neither.
        let top = out.iter().copied().fold(f32::MIN, f32::max);
        let [beat, downbeat, neither] = out.map(|x| (x - top).exp());
        let sum = beat + downbeat + neither;
        Activation {
            beat: beat / sum,
            downbeat: downbeat / sum,
        }
    }
}

pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

fn damaged(reason: String) -> Error {
    Error::Asset {
        what: "beat network",
        reason,
    }
}

/// The float32 tensors of a safetensors file by name: an eight-byte header length, a JSON header, then the numbers.
pub(super) fn tensors(file: &[u8]) -> Result<BTreeMap<String, Vec<f32>>> {
    let short = || damaged("the file is cut off".to_owned());
    let (len, rest) = file.split_first_chunk::<8>().ok_or_else(short)?;
    let len = usize::try_from(u64::from_le_bytes(*len)).map_err(|_| short())?;
    let (header, data) = rest.split_at_checked(len).ok_or_else(short)?;
    let header: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(header).map_err(|error| damaged(error.to_string()))?;
    let mut found = BTreeMap::new();
    for (name, entry) in header {
        if name == "__metadata__" {
            continue;
        }
        let offset = |i: usize| entry["data_offsets"][i].as_u64().and_then(|n| usize::try_from(n).ok());
        let bytes = match (offset(0), offset(1)) {
            (Some(from), Some(to)) if entry["dtype"] == "F32" => data.get(from..to).ok_or_else(short)?,
            _ => return Err(damaged(format!("{name} is not a float32 tensor"))),
        };
        let (numbers, _) = bytes.as_chunks::<4>();
        found.insert(name, numbers.iter().map(|&n| f32::from_le_bytes(n)).collect());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<Vec<f32>> {
        let row = |line: &str| line.split(',').map(|n| n.trim().parse().unwrap()).collect();
        text.lines().map(row).collect()
    }

    #[test]
    fn the_network_answers_as_the_original_does() {
        let looks = table(include_str!("../../../assets/beatnet/testvec_in_40x272.csv"));
        let truth = table(include_str!("../../../assets/beatnet/testvec_out_40x3.csv"));
        assert_eq!(looks.len(), 40);
        let mut network = Network::load().unwrap();
        for (look, truth) in looks.iter().zip(&truth) {
            let got = network.step(look.as_slice().try_into().unwrap());
            assert!(
                (got.beat - truth[0]).abs() < 1e-5 && (got.downbeat - truth[1]).abs() < 1e-5,
                "{got:?} {truth:?}"
            );
        }
    }

    #[test]
    fn damaged_weights_are_refused() {
        for cut in [0, 4, 100, 5_000] {
            let error = tensors(&WEIGHTS[..cut]).unwrap_err().to_string();
            assert!(error.contains("beat network"), "{error}");
        }
    }
}
