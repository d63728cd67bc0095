//! The walk from noise to a picture's latents: which noise levels are visited, and what each step does.
//!
//! Every sampler here is a list of steps that are linear in what they know: the latents, what the network makes of them,
//! the clean latents estimated a step before, and noise. The factors are worked out beforehand in f64 (`plan`,
//! `coefficients`), so that walking is the same few lines for all of them.

mod coefficients;
mod timesteps;

use std::{fmt, str::FromStr};

use candle_core::{DType, Tensor};

use self::coefficients::StepCoefficients;
use super::{noise::NoiseSource, schedule::ScheduleConfig};
use crate::error::{Error, Result};
use phosphene_core::cancel::Cancel;

/// Which sampler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SamplerName {
    /// Euler steps of the probability flow.
    ///
    /// **Source**: Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", algorithm 2
    /// without churn.
    Euler,
    /// Euler steps a little too far, with noise put back.
    ///
    /// **Source**: Ho, Jain and Abbeel 2020, equation 11, in the form of Karras et al. 2022.
    EulerAncestral,
    /// Denoising diffusion implicit models, without noise.
    ///
    /// **Source**: Song, Meng and Ermon 2021, "Denoising diffusion implicit models", equation 12 with sigma 0.
    Ddim,
    /// DPM-Solver++, second order from two steps.
    ///
    /// **Source**: Lu et al. 2022, "DPM-Solver++: Fast solver for guided sampling", algorithm 2 (midpoint).
    DpmSolver2M,
    /// Latent consistency models: denoises all the way, and adds less noise each time.
    ///
    /// **Source**: Luo et al. 2023, "Latent consistency models", algorithm 3.
    Lcm,
}

impl SamplerName {
    /// All of them, by their names: these are diffusers' and users' own spellings, which no rule derives from the variants.
    pub const ALL: [(&'static str, Self); 5] = [
        ("euler", Self::Euler),
        ("euler-a", Self::EulerAncestral),
        ("ddim", Self::Ddim),
        ("dpm++2m", Self::DpmSolver2M),
        ("lcm", Self::Lcm),
    ];
}

impl fmt::Display for SamplerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, sampler)| sampler == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl FromStr for SamplerName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, sampler)| *sampler).ok_or_else(|| {
            Error::value(
                "the sampler",
                "euler, euler-a, ddim, dpm++2m or lcm",
                format!("\"{text}\""),
            )
        })
    }
}

/// A part of the picture that is given: there the walk follows it, and invents the rest around it.
///
/// **Source**: Lugmayr et al. 2022, "RePaint", equation 8.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its clean latents, in the walk's shape.
    pub clean: Tensor,
    /// The noise that goes onto them: the walk's own.
    pub noise: Tensor,
    /// 1 where the latents are given, 0 where they are to be invented; broadcast over the latents.
    pub mask: Tensor,
}

/// A walk, planned.
#[derive(Debug, Clone)]
pub struct Sampler {
    steps: Vec<StepCoefficients>,
    /// Factors of clean latents and noise where the walk begins from a picture.
    entry: [f64; 2],
    /// Factor of noise where it begins from noise alone.
    initial: f64,
    known: Option<Known>,
}

impl Sampler {
    /// Plans `steps` steps from noise, or from a picture with `strength` of its way (0 to 1) still to go.
    ///
    /// As in diffusers' image-to-image pipelines, a strength below 1 leaves out the first steps, so that
    /// `floor(steps * strength)` are walked; LCM walks all of them, within the part of its schedule that is left.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] for a number of steps that the schedule doesn't have, a strength outside 0 to 1 or so small that
    /// nothing is left to do, and a prediction that can't be told from pure noise.
    pub fn new(name: SamplerName, config: &ScheduleConfig, steps: usize, strength: f64) -> Result<Self> {
        Self::planned(name, config, &timesteps::timesteps(name, config, steps, strength)?)
    }

    /// Plans a walk that begins exactly at `strength`: `ceil(steps * strength)` even steps from there.
    ///
    /// [`Sampler::new`] can begin only where one of its steps is, which for a model of four steps leaves four strengths.
    /// Where both can, with trailing spacing, they are the same.
    ///
    /// # Errors
    /// As [`Sampler::new`].
    pub fn refine(name: SamplerName, config: &ScheduleConfig, steps: usize, strength: f64) -> Result<Self> {
        Self::planned(name, config, &timesteps::refine(name, config, steps, strength)?)
    }

    fn planned(name: SamplerName, config: &ScheduleConfig, plan: &timesteps::Timesteps) -> Result<Self> {
        let steps = coefficients::coefficients(name, config, &plan.steps);
        let first = plan.steps.first().map_or(0.0, |timestep| timestep.sigma);
        let sampler = Self {
            steps,
            entry: coefficients::space(name).noised(first),
            initial: plan.initial,
            known: None,
        };
        if sampler.steps.iter().all(StepCoefficients::is_finite) {
            return Ok(sampler);
        }
        Err(Error::value(
            "the prediction",
            "v_prediction or sample where a schedule begins with nothing but noise",
            format!("{:?}", config.prediction),
        ))
    }

    /// Makes the walk follow a part that is given.
    #[must_use]
    pub fn around(mut self, known: Known) -> Self {
        self.known = Some(known);
        self
    }

    /// How often the network runs.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// The timesteps at which it runs.
    pub fn timesteps(&self) -> impl Iterator<Item = f64> + '_ {
        self.steps.iter().map(|step| step.timestep)
    }

    /// Where the walk begins: noise, or a picture's clean latents with noise on them. Both f32, (b, c, h, w).
    ///
    /// # Errors
    /// [`Error::Device`] when the shapes differ.
    pub fn start(&self, clean: Option<&Tensor>, noise: &Tensor) -> Result<Tensor> {
        let begun = match clean {
            None => noise.affine(self.initial, 0.0),
            Some(clean) => sum(&[(clean, self.entry[0]), (noise, self.entry[1])]),
        };
        begun.map_err(Error::from)
    }

    /// Walks: `predict` gets the latents as the network wants them and the timestep, and gives what the network was
    /// trained to predict. Arithmetic is f32 whatever `predict` gives.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Cancelled`] when asked to stop, at the next step; what `predict` fails with; [`Error::Device`] when the
    /// device has no memory or the noise has another shape.
    pub fn run(
        &self,
        latents: Tensor,
        noise: &mut NoiseSource,
        predict: &mut dyn FnMut(&Tensor, f64) -> Result<Tensor>,
        cancel: &Cancel,
    ) -> Result<Tensor> {
        let mut latents = latents;
        let mut before: Option<Tensor> = None;
        for (i, step) in self.steps.iter().enumerate() {
            cancel.check()?;
            let input = scaled(&latents, step.input).map_err(Error::from)?;
            let output = predict(&input, step.timestep)?;
            let drawn = match step.next.noise {
                0.0 => None,
                _ => Some(noise.draw(i as u64 + 1, &latents)?),
            };
            let stepped = self.step(step, &latents, &output, &before, &drawn);
            let (next, clean) = stepped.map_err(Error::from)?;
            latents = next;
            before = Some(clean);
        }
        Ok(latents)
    }

    /// One step: the latents after it, and its prediction of the clean latents.
    fn step(
        &self,
        step: &StepCoefficients,
        latents: &Tensor,
        output: &Tensor,
        before: &Option<Tensor>,
        noise: &Option<Tensor>,
    ) -> candle_core::Result<(Tensor, Tensor)> {
        let output = output.to_dtype(DType::F32)?;
        let clean = sum(&[(latents, step.clean[0]), (&output, step.clean[1])])?;
        let next = &step.next;
        let mut terms = vec![(latents, next.latents), (&clean, next.clean)];
        terms.extend(before.as_ref().map(|before| (before, next.clean_before)));
        terms.extend(noise.as_ref().map(|noise| (noise, next.noise)));
        let mut stepped = sum(&terms)?;
        if let Some(known) = &self.known {
            let given = sum(&[(&known.clean, step.level[0]), (&known.noise, step.level[1])])?;
            stepped = (&stepped + (given - &stepped)?.broadcast_mul(&known.mask)?)?;
        }
        Ok((stepped, clean))
    }
}

fn scaled(tensor: &Tensor, factor: f64) -> candle_core::Result<Tensor> {
    if factor == 1.0 {
        Ok(tensor.clone())
    } else {
        tensor.affine(factor, 0.0)
    }
}

/// The sum of tensors times factors; what has the factor 0 is left out, infinite or not.
fn sum(terms: &[(&Tensor, f64)]) -> candle_core::Result<Tensor> {
    let mut total: Option<Tensor> = None;
    for (tensor, factor) in terms.iter().filter(|(_, factor)| *factor != 0.0) {
        let term = scaled(tensor, *factor)?;
        total = Some(match total {
            Some(total) => (total + term)?,
            None => term,
        });
    }
    match (total, terms.first()) {
        (Some(total), _) => Ok(total),
        (None, Some((first, _))) => first.zeros_like(),
        (None, None) => candle_core::bail!("a sum of nothing has no shape"),
    }
}
