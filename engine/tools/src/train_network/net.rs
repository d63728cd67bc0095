//! The network: causal convolutions of growing dilation, their losses, and the optimiser.
//!
//! **Source**: M. E. P. Davies, S. Boeck, "Temporal convolutional networks for musical audio beat tracking", EUSIPCO 2019;
//! S. Boeck, M. E. P. Davies, P. Knees, "Multi-task learning of tempo and beat", ISMIR 2019; I. Loshchilov, F. Hutter,
//! "Decoupled weight decay regularization", ICLR 2019.

use std::{collections::HashMap, fmt::Write as _, fs, path::Path};

use anyhow::Context;
use candle_core::{D, Device, Result, Tensor, Var, safetensors};

use super::lesson::{SENSES, Tensors};
use crate::train_level::Dice;

/// Channels, taps of each block, and the looks between them: 20 s in all.
const WIDTH: usize = 48;
const TAPS: usize = 5;
const DILATIONS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// What is kept: beat, downbeat, pulse; and what is only learnt along: which of the lengths, evenly spaced in pitch of
/// tempo, from the shortest to the longest in hops, the felt beat has.
const ANSWERS: usize = 3;
const LENGTHS: usize = 64;
const SHORTEST: f64 = 24.0;
const LONGEST: f64 = 150.0;
/// How far from a length its neighbours count as it.
const ALIKE: f64 = 0.8;
/// The share of channels that is hidden of a block while learning.
const DROPOUT: f32 = 0.1;
/// Looks of the input that is made up, for whose last answers there is a file.
const CHECKED: usize = 560;
const TOLD: usize = 3;
/// The largest gradient that is followed, and Adam's constants.
const MOST_SLOPE: f64 = 1.0;
const FADE: [f64; 2] = [0.9, 0.999];
const DECAY: f64 = 1e-3;
const LEAST: f64 = 1e-8;

/// A linear map of channels.
struct Dense {
    /// (inputs, outputs)
    weight: Var,
    bias: Var,
}

/// The network.
pub struct Network {
    first: Dense,
    /// Of each block the map of its taps' channels, the earliest tap first, and the one behind it.
    blocks: Vec<[Dense; 2]>,
    read: Dense,
}

/// The losses of beat, downbeat, pulse and length.
pub struct Losses(pub [Tensor; 4]);

impl Dense {
    fn new(inputs: usize, outputs: usize, dice: &mut Dice, device: &Device) -> Result<Self> {
        let reach = 1.0 / (inputs as f32).sqrt();
        let mut drawn = |count: usize| (0..count).map(|_| dice.between(-reach, reach)).collect::<Vec<f32>>();
        Ok(Self {
            weight: Var::from_tensor(&Tensor::from_vec(drawn(inputs * outputs), (inputs, outputs), device)?)?,
            bias: Var::from_tensor(&Tensor::from_vec(drawn(outputs), outputs, device)?)?,
        })
    }

    /// (look, input) to (look, output)
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x.matmul(&self.weight)?.broadcast_add(&self.bias)
    }

    /// The same of inputs that are those of several moments, the last of which is each look's own.
    fn forward_taps(&self, x: &Tensor, apart: usize) -> Result<Tensor> {
        let (looks, channels) = x.dims2()?;
        let before = x.pad_with_zeros(0, (TAPS - 1) * apart, 0)?;
        // One product a tap: to join the taps first would copy each of them twice.
        let mut sum = self.bias.broadcast_as((looks, channels))?.contiguous()?;
        for tap in 0..TAPS {
            let weight = self.weight.narrow(0, tap * channels, channels)?;
            sum = (sum + before.narrow(0, tap * apart, looks)?.matmul(&weight)?)?;
        }
        Ok(sum) // (look, output)
    }

    /// As it is stored: (outputs, inputs of a tap, taps), and the bias; of the first `outputs` alone.
    fn stored(&self, taps: usize, outputs: usize) -> Result<[Tensor; 2]> {
        let (inputs, all) = self.weight.dims2()?;
        let weight = self.weight.reshape((taps, inputs / taps, all))?.permute((2, 1, 0))?;
        Ok([
            weight.narrow(0, 0, outputs)?.contiguous()?,
            self.bias.narrow(0, 0, outputs)?.contiguous()?,
        ])
    }

    #[cfg(test)]
    fn load(tensors: &HashMap<String, Tensor>, name: &str) -> anyhow::Result<Self> {
        let found = |part: &str| {
            let name = format!("{name}.{part}");
            tensors
                .get(&name)
                .with_context(|| format!("the weights have no {name}"))
        };
        let weight = found("weight")?;
        let outputs = weight.dim(0)?;
        let weight = weight.permute((2, 1, 0))?.contiguous()?.reshape(((), outputs))?;
        Ok(Self {
            weight: Var::from_tensor(&weight)?,
            bias: Var::from_tensor(found("bias")?)?,
        })
    }
}

impl Network {
    /// With random weights.
    pub fn new(dice: &mut Dice, device: &Device) -> Result<Self> {
        let mut block = |_| {
            Ok([
                Dense::new(TAPS * WIDTH, WIDTH, dice, device)?,
                Dense::new(WIDTH, WIDTH, dice, device)?,
            ])
        };
        let blocks = DILATIONS.iter().map(&mut block).collect::<Result<Vec<[Dense; 2]>>>()?;
        Ok(Self {
            first: Dense::new(2 * SENSES, WIDTH, dice, device)?,
            blocks,
            read: Dense::new(WIDTH, ANSWERS + LENGTHS, dice, device)?,
        })
    }

    /// With stored weights, which know no lengths.
    #[cfg(test)]
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let tensors = safetensors::load(path, &Device::Cpu)?;
        let part = |name: String| Dense::load(&tensors, &name);
        let block = |k: usize| Ok([part(format!("blocks.{k}.wide"))?, part(format!("blocks.{k}.mix"))?]);
        Ok(Self {
            first: part("first".to_owned())?,
            blocks: (0..DILATIONS.len())
                .map(block)
                .collect::<anyhow::Result<Vec<[Dense; 2]>>>()?,
            read: part("read".to_owned())?,
        })
    }

    /// Log odds of the answers and, unnormalised, of the lengths at each look; `dropout` is for training.
    pub fn forward(&self, looks: &Tensor, mut dropout: Option<&mut Dice>) -> Result<Tensor> {
        let mut x = self.first.forward(looks)?.elu(1.0)?;
        for ([wide, mix], apart) in self.blocks.iter().zip(DILATIONS) {
            let mut y = wide.forward_taps(&x, apart)?.elu(1.0)?;
            if let Some(dice) = &mut dropout {
                let kept = |_| f32::from(!dice.chance(DROPOUT)) / (1.0 - DROPOUT);
                let kept: Vec<f32> = (0..WIDTH).map(kept).collect();
                y = y.broadcast_mul(&Tensor::from_vec(kept, (1, WIDTH), x.device())?)?;
            }
            x = (x + mix.forward(&y)?)?;
        }
        self.read.forward(&x.elu(1.0)?)
    }

    fn parts(&self) -> impl Iterator<Item = &Var> {
        let dense = std::iter::once(&self.first)
            .chain(self.blocks.iter().flatten())
            .chain([&self.read]);
        dense.flat_map(|dense| [&dense.weight, &dense.bias])
    }

    /// The slope of each part, by a loss.
    pub fn slopes(&self, loss: &Tensor) -> anyhow::Result<Vec<Tensor>> {
        let gradients = loss.backward()?;
        let slope = |part: &Var| gradients.get(part).cloned().context("a part has no say in the loss");
        self.parts().map(slope).collect()
    }

    /// The last answers to an input that is made up.
    pub fn made_up(&self) -> Result<Vec<Vec<f32>>> {
        let sense =
            |hop: usize, sense: usize| ((7_919 * hop + 104_729 * sense + hop * hop % 97) % 1_000) as f32 / 1_000.0;
        let hops = (0..2 * CHECKED).flat_map(|hop| (0..SENSES).map(move |k| sense(hop, k)));
        let looks = Tensor::from_iter(hops, &Device::Cpu)?.reshape((CHECKED, 2 * SENSES))?;
        let answers = self.forward(&looks, None)?.narrow(0, CHECKED - TOLD, TOLD)?;
        answers.narrow(1, 0, ANSWERS)?.to_vec2()
    }

    /// Writes the weights, and beside them what they make of an input that is made up, for the program's test.
    ///
    /// The program has no use for lengths: they are learnt because that helps with the rest.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let mut tensors = HashMap::new();
        let mut add = |name: String, dense: &Dense, taps: usize, outputs: usize| -> Result<()> {
            let [weight, bias] = dense.stored(taps, outputs)?;
            tensors.insert(format!("{name}.weight"), weight);
            tensors.insert(format!("{name}.bias"), bias);
            Ok(())
        };
        add("first".to_owned(), &self.first, 1, WIDTH)?;
        for (k, [wide, mix]) in self.blocks.iter().enumerate() {
            add(format!("blocks.{k}.wide"), wide, TAPS, WIDTH)?;
            add(format!("blocks.{k}.mix"), mix, 1, WIDTH)?;
        }
        add("read".to_owned(), &self.read, 1, ANSWERS)?;
        safetensors::save(&tensors, path).with_context(|| format!("can't write {}", path.display()))?;
        let mut csv = String::new();
        for row in self.made_up()? {
            writeln!(
                csv,
                "{}",
                row.iter()
                    .map(|answer| format!("{answer:.5}"))
                    .collect::<Vec<_>>()
                    .join(",")
            )?;
        }
        let beside = path.with_extension("csv");
        fs::write(&beside, csv).with_context(|| format!("can't write {}", beside.display()))
    }
}

/// The mean losses over the looks that are known of a lesson.
pub fn losses(outputs: &Tensor, lesson: &Tensors) -> Result<Losses> {
    let known = lesson.known.unsqueeze(1)?; // (look, 1)
    let count = known.sum_all()?.maximum(1.0)?;
    let (answers, truth) = (outputs.narrow(1, 0, ANSWERS)?, lesson.truth.narrow(1, 0, ANSWERS)?);
    // -(t ln p + (1 - t) ln(1 - p)), without overflow.
    let softplus = (answers.relu()? + (answers.abs()?.neg()?.exp()? + 1.0)?.log()?)?;
    let each = (softplus - (&answers * truth)?)?.broadcast_mul(&known)?;
    let each = each.sum(0)?.broadcast_div(&count)?; // (answer)
    let felt = lesson.truth.narrow(1, ANSWERS, 1)?; // (look, 1)
    let has_felt = (felt.gt(0.0)?.to_dtype(felt.dtype())? * known)?;
    let place =
        (felt.maximum(1.0)?.log()?.affine(1.0, -SHORTEST.ln())? * ((LENGTHS - 1) as f64 / (LONGEST / SHORTEST).ln()))?;
    let lengths = Tensor::arange(0.0, LENGTHS as f32, outputs.device())?;
    let near = (lengths.broadcast_sub(&place)?.sqr()? * (-0.5 / (ALIKE * ALIKE)))?.exp()?;
    let near = near.broadcast_div(&near.sum_keepdim(D::Minus1)?.maximum(1e-6)?)?; // (look, length)
    let odds = outputs.narrow(1, ANSWERS, LENGTHS)?;
    let odds = odds.broadcast_sub(&odds.max_keepdim(D::Minus1)?.detach())?;
    let chances = odds.broadcast_sub(&odds.exp()?.sum_keepdim(D::Minus1)?.log()?)?;
    let length = (near * chances)?.sum_keepdim(D::Minus1)?.neg()?;
    let length = ((length * &has_felt)?.sum_all()? / has_felt.sum_all()?.maximum(1.0)?)?;
    Ok(Losses([each.get(0)?, each.get(1)?, each.get(2)?, length]))
}

/// Adam with decoupled weight decay.
pub struct AdamW {
    /// Of each part the means of its slope and of its slope's square.
    moments: Vec<[Tensor; 2]>,
    steps: i32,
}

impl AdamW {
    pub fn new(network: &Network) -> Result<Self> {
        let zeros = |part: &Var| Ok([part.zeros_like()?, part.zeros_like()?]);
        Ok(Self {
            moments: network.parts().map(zeros).collect::<Result<Vec<[Tensor; 2]>>>()?,
            steps: 0,
        })
    }

    /// One step against the slopes.
    pub fn step(&mut self, network: &Network, slopes: &[Tensor], rate: f64) -> Result<()> {
        let mut square = 0.0;
        for slope in slopes {
            square += f64::from(slope.sqr()?.sum_all()?.to_scalar::<f32>()?);
        }
        let held = (MOST_SLOPE / (square.sqrt() + 1e-6)).min(1.0);
        self.steps += 1;
        let [fade1, fade2] = FADE.map(|fade| 1.0 - fade.powi(self.steps));
        for ((part, slope), [first, second]) in network.parts().zip(slopes).zip(&mut self.moments) {
            let slope = (slope * held)?;
            *first = ((&*first * FADE[0])? + (&slope * (1.0 - FADE[0]))?)?;
            *second = ((&*second * FADE[1])? + (slope.sqr()? * (1.0 - FADE[1]))?)?;
            let step = ((&*first / fade1)? / ((&*second / fade2)?.sqrt()? + LEAST)?)?;
            let kept = (part.as_tensor() * (1.0 - rate * DECAY))?;
            part.set(&(kept - (step * rate)?)?)?;
        }
        Ok(())
    }
}
