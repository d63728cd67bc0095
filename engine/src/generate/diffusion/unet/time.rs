//! Numbers as waves, and waves as directions.

use candle_core::Tensor;

use crate::{
    error::Result,
    generate::diffusion::{
        ops::{self, Linear},
        weights::Scope,
    },
};

/// The slowest wave takes this many times as long as the fastest.
const SLOWEST: f64 = 10_000.0;

/// `number` as sines and cosines of `width / 2` frequencies, worked out in f64.
///
/// **Source**: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", appendix B, after Vaswani et al. 2017,
/// section 3.5.
pub(super) fn waves(number: f64, width: usize, cosines_first: bool, freq_shift: f64) -> Vec<f32> {
    let half = width / 2;
    let turns: Vec<f64> = (0..half)
        .map(|i| number * (-SLOWEST.ln() * i as f64 / (half as f64 - freq_shift)).exp())
        .collect();
    let sines = turns.iter().map(|turn| turn.sin() as f32);
    let cosines = turns.iter().map(|turn| turn.cos() as f32);
    if cosines_first {
        cosines.chain(sines).collect()
    } else {
        sines.chain(cosines).collect()
    }
}

/// Two linear layers.
pub(super) struct TimeEmbedding {
    first: Linear,
    second: Linear,
}

impl TimeEmbedding {
    pub(super) fn load(scope: &Scope<'_>, [input, output]: [usize; 2]) -> Result<Self> {
        Ok(Self {
            first: scope.at("linear_1").linear([output, input])?,
            second: scope.at("linear_2").linear([output, output])?,
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        self.second.forward(&ops::silu(&self.first.forward(x)?)?)
    }
}
