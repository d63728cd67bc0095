//! The timestep embedding: a number as sinusoids of several frequencies, and two linear layers on them.

use candle_core::Tensor;

use crate::error::Result;
use crate::{
    ops::{self, Linear},
    weights::Scope,
};

/// The longest period over the shortest.
const MAX_PERIOD: f64 = 10_000.0;

/// `number` as sines and cosines of `width / 2` frequencies, worked out in f64.
///
/// **Source**: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", appendix B, after Vaswani et al. 2017,
/// section 3.5.
pub(super) fn sinusoids(number: f64, width: usize, cosines_first: bool, freq_shift: f64) -> Vec<f32> {
    let half = width / 2;
    let angles: Vec<f64> = (0..half)
        .map(|i| number * (-MAX_PERIOD.ln() * i as f64 / (half as f64 - freq_shift)).exp())
        .collect();
    let sines = angles.iter().map(|angle| angle.sin() as f32);
    let cosines = angles.iter().map(|angle| angle.cos() as f32);
    if cosines_first {
        cosines.chain(sines).collect()
    } else {
        sines.chain(cosines).collect()
    }
}

/// A guidance as sinusoids: thousands of what lies above 1, the sines first.
///
/// **Source**: Luo et al. 2023, "Latent consistency models", section 4.2; Meng et al. 2023, "On distillation of guided
/// diffusion models", section 3.1.
pub(super) fn guidance_sinusoids(guidance: f64, width: usize) -> Vec<f32> {
    sinusoids((guidance - 1.0) * 1_000.0, width, false, 1.0)
}

/// Two linear layers, and one for the guidance.
pub(super) struct TimestepEmbedding {
    guidance: Option<Linear>,
    first: Linear,
    second: Linear,
}

impl TimestepEmbedding {
    pub(super) fn load(scope: &Scope<'_>, [input, output]: [usize; 2], guidance: Option<usize>) -> Result<Self> {
        let guidance = guidance.map(|width| scope.at("cond_proj").plain_linear([input, width]));
        Ok(Self {
            guidance: guidance.transpose()?,
            first: scope.at("linear_1").linear([output, input])?,
            second: scope.at("linear_2").linear([output, output])?,
        })
    }

    /// `x` is (b, input), `guidance` the sinusoids of [`guidance_sinusoids`] (1, width) where the network takes it.
    pub(super) fn forward(&self, x: &Tensor, guidance: Option<&Tensor>) -> candle_core::Result<Tensor> {
        let x = match (&self.guidance, guidance) {
            (Some(layer), Some(guidance)) => (x + layer.forward(guidance)?)?,
            _ => x.clone(),
        };
        self.second.forward(&ops::silu(&self.first.forward(&x)?)?)
    }
}
