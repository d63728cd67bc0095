//! A network that paints known pictures, as far as an ideal one could.

use candle_core::{Device, Tensor};
use phosphene_engine::diffusion::{
    Conditioning,
    film::{
        Facts,
        network::{Ask, Network},
    },
    schedule::{ScheduleConfig, interpolate, sigma},
};
use phosphene_engine::diffusion::{Error, Result};

/// The noise level from which on the network believes in its picture rather than in what it sees.
const BELIEF: f64 = 1.5;

/// Paints one picture for each prompt ("disc 1" and so on): what an ideal network trained on it alone would.
pub struct KnownPictures {
    pub facts: Facts,
    sigmas: Vec<f64>,
}

impl KnownPictures {
    pub fn new() -> Self {
        let schedule = ScheduleConfig {
            scheduler: "EulerDiscreteScheduler".into(),
            ..ScheduleConfig::default()
        };
        Self {
            sigmas: schedule.alphas_cumprod().into_iter().map(sigma).collect(),
            facts: Facts {
                schedule,
                latent_channels: 3,
                vae_factor: 1,
                default_size: (64, 64),
                turbo: true,
                takes_guidance: false,
                inpaints: false,
                device: Device::Cpu,
            },
        }
    }

    /// A disc on a ground of one colour, with rings: -1 to 1.
    pub fn picture(code: &[f32], width: usize, height: usize) -> Vec<f32> {
        let value = |c: usize, i: usize| {
            let (x, y) = (
                (i % width) as f32 / width as f32 - 0.5,
                (i / width) as f32 / height as f32 - 0.5,
            );
            let rings = (x.hypot(y) * 40.0).sin() * 0.25;
            (code[c] + if x.hypot(y) < 0.3 { rings + 0.2 } else { -0.15 }).clamp(-0.95, 0.95)
        };
        (0..3)
            .flat_map(|c| (0..width * height).map(move |i| (c, i)))
            .map(|(c, i)| value(c, i))
            .collect()
    }
}

/// Blurred by a number of binomial passes.
fn smoothed(picture: &Tensor, passes: usize) -> candle_core::Result<Tensor> {
    let mut picture = picture.clone();
    for _ in 0..passes {
        for dim in [2, 3] {
            let count = picture.dim(dim)?;
            let wide = picture.pad_with_same(dim, 1, 1)?;
            let around = (wide.narrow(dim, 0, count)? + wide.narrow(dim, 2, count)?)?;
            picture = (picture.affine(0.5, 0.0)? + around.affine(0.25, 0.0)?)?;
        }
    }
    Ok(picture)
}

pub fn wrong(error: candle_core::Error) -> Error {
    error.into()
}

impl Network for KnownPictures {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn embed(&self, prompt: &str, negative: &str) -> Result<[Conditioning; 2]> {
        let of = |text: &str| -> Result<Conditioning> {
            let number = text.bytes().map(f32::from).sum::<f32>();
            let code: Vec<f32> = (0..3).map(|c| 0.5 * (number * (1.0 + c as f32 * 0.7)).sin()).collect();
            Ok(Conditioning {
                text: Tensor::from_vec(code.repeat(77), (1, 77, 3), &Device::Cpu).map_err(wrong)?,
                pooled: None,
            })
        };
        Ok([of(prompt)?, of(negative)?])
    }

    fn predict(
        &self,
        latents: &Tensor,
        timestep: f64,
        [positive, _]: &[Conditioning; 2],
        ask: &Ask<'_>,
    ) -> Result<Tensor> {
        let (width, height) = ask.size;
        let sigma = interpolate(&self.sigmas, timestep);
        let work = || -> candle_core::Result<Tensor> {
            let code = positive.text.narrow(1, 0, 1)?.flatten_all()?.to_vec1::<f32>()?;
            let known = Self::picture(&code, width, height);
            let known = Tensor::from_vec(known, (1, 3, height, width), &Device::Cpu)?;
            // The input is scaled; as it was before: clean + sigma noise.
            let seen = latents.affine(sigma.hypot(1.0), 0.0)?;
            // What is seen, less its noise, where that is still to be told; the picture that it knows elsewhere.
            let trust = 1.0 / (1.0 + (sigma / BELIEF).powi(4));
            let calm = smoothed(&seen, (sigma * 4.0).ceil().min(6.0) as usize)?;
            let clean = (calm.affine(trust, 0.0)? + known.affine(1.0 - trust, 0.0)?)?;
            (seen - clean)?.affine(1.0 / sigma, 0.0)
        };
        work().map_err(wrong)
    }

    fn encode(&self, rgb: &Tensor) -> Result<Tensor> {
        Ok(rgb.clone())
    }

    fn decode(&self, latents: &Tensor) -> Result<Tensor> {
        Ok(latents.clone())
    }
}
