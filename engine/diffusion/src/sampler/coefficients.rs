//! The coefficients of each step, worked out in f64, cast when the tensors are multiplied.

use super::{SamplerName, timesteps::Timestep};
use crate::schedule::{FinalSigma, Prediction, ScheduleConfig};

/// The standard deviation of data in LCM's boundary condition.
const LCM_SIGMA_DATA: f64 = 0.5;
/// Fewer steps than this end with one of first order.
const FEW_STEPS: usize = 15;

/// One step's coefficients.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StepCoefficients {
    /// The network's timestep.
    pub timestep: f64,
    /// Factor of the latents on their way into the network.
    pub input: f64,
    /// Clean latents from the latents and the network's output.
    pub clean: [f64; 2],
    /// The latents after the step.
    pub next: Next,
    /// Noisy latents at the level after the step, from clean latents and noise.
    pub level: [f64; 2],
}

/// Factors of what the latents after a step are made of.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Next {
    pub latents: f64,
    pub clean: f64,
    /// Of the clean latents of the step before.
    pub clean_before: f64,
    pub noise: f64,
}

impl StepCoefficients {
    /// Whether every factor is a number.
    pub fn is_finite(&self) -> bool {
        let next = &self.next;
        [self.input, next.latents, next.clean, next.clean_before, next.noise]
            .iter()
            .chain(&self.clean)
            .chain(&self.level)
            .all(|factor| factor.is_finite())
    }
}

/// What noisy latents are: how signal and noise are weighted at a noise level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// `clean + sigma noise`: the variance explodes.
    Exploding,
    /// `(clean + sigma noise) / sqrt(1 + sigma^2)`: the variance is preserved.
    Preserving,
}

/// The space that a sampler walks in.
pub(super) fn space(name: SamplerName) -> Space {
    match name {
        SamplerName::Euler | SamplerName::EulerAncestral => Space::Exploding,
        SamplerName::Ddim | SamplerName::DpmSolver2M | SamplerName::Lcm => Space::Preserving,
    }
}

impl Space {
    /// Factors of clean latents and noise at a noise level.
    pub fn noised(self, sigma: f64) -> [f64; 2] {
        match self {
            Self::Exploding => [1.0, sigma],
            Self::Preserving => parts(sigma),
        }
    }
}

/// Shares of signal and noise, `sqrt(a)` and `sqrt(1 - a)`, at a noise level, which may be infinite.
fn parts(sigma: f64) -> [f64; 2] {
    if sigma.is_infinite() {
        return [0.0, 1.0];
    }
    let all = sigma.hypot(1.0);
    [1.0 / all, sigma / all]
}

/// All steps of a walk.
pub(super) fn coefficients(
    name: SamplerName,
    config: &ScheduleConfig,
    timesteps: &[Timestep],
) -> Vec<StepCoefficients> {
    let space = space(name);
    let step = |i: usize| {
        let timestep = &timesteps[i];
        let clean = match space {
            Space::Exploding => clean_from_exploding(config.prediction, timestep.sigma),
            Space::Preserving => clean_from_preserving(config.prediction, timestep.sigma),
        };
        StepCoefficients {
            timestep: timestep.timestep,
            input: match space {
                Space::Exploding => 1.0 / timestep.sigma.hypot(1.0),
                Space::Preserving => 1.0,
            },
            clean,
            next: match name {
                SamplerName::Euler => euler(timestep),
                SamplerName::EulerAncestral => euler_ancestral(timestep),
                SamplerName::Ddim => ddim(timestep),
                SamplerName::DpmSolver2M => dpm_solver_2m(config, timesteps, i),
                SamplerName::Lcm => lcm(config, timestep),
            },
            level: space.noised(timestep.next.unwrap_or(0.0)),
        }
    };
    (0..timesteps.len()).map(step).collect()
}

fn clean_from_exploding(prediction: Prediction, sigma: f64) -> [f64; 2] {
    match prediction {
        Prediction::Epsilon => [1.0, -sigma],
        Prediction::V => {
            let all = sigma.hypot(1.0);
            [1.0 / (all * all), -sigma / all]
        }
        Prediction::Sample => [0.0, 1.0],
    }
}

fn clean_from_preserving(prediction: Prediction, sigma: f64) -> [f64; 2] {
    let [signal, noise] = parts(sigma);
    match prediction {
        Prediction::Epsilon => [1.0 / signal, -noise / signal],
        Prediction::V => [signal, -noise],
        Prediction::Sample => [0.0, 1.0],
    }
}

/// A straight line towards the clean latents, down to another noise level.
fn towards(sigma: f64, next: f64) -> Next {
    Next {
        latents: next / sigma,
        clean: 1.0 - next / sigma,
        ..Next::default()
    }
}

fn euler(timestep: &Timestep) -> Next {
    towards(timestep.sigma, timestep.next.unwrap_or(0.0))
}

fn euler_ancestral(timestep: &Timestep) -> Next {
    let (from, to) = (timestep.sigma, timestep.next.unwrap_or(0.0));
    let up = to * (1.0 - (to / from).powi(2)).max(0.0).sqrt();
    // Down to where, with noise of `up` on top, the level is `to`.
    let down = to * to / from;
    Next {
        noise: up,
        ..towards(from, down)
    }
}

fn ddim(timestep: &Timestep) -> Next {
    let ([signal, noise], [next_signal, next_noise]) = (parts(timestep.sigma), parts(timestep.next.unwrap_or(0.0)));
    Next {
        latents: next_noise / noise,
        clean: next_signal - signal * next_noise / noise,
        ..Next::default()
    }
}

fn dpm_solver_2m(config: &ScheduleConfig, timesteps: &[Timestep], i: usize) -> Next {
    let timestep = &timesteps[i];
    let to = timestep.next.unwrap_or(0.0);
    let ([_, noise], [next_signal, next_noise]) = (parts(timestep.sigma), parts(to));
    // e^-h, with h the step in the log signal-to-noise ratio.
    let fall = to / timestep.sigma;
    let weight = next_signal * (1.0 - fall);
    let first = Next {
        latents: next_noise / noise,
        clean: weight,
        ..Next::default()
    };
    let ends_low = i + 1 == timesteps.len()
        && (config.final_sigma == FinalSigma::Zero
            || config.euler_at_final
            || (config.lower_order_final && timesteps.len() < FEW_STEPS));
    let Some(before) = i.checked_sub(1).map(|before| timesteps[before]).filter(|_| !ends_low) else {
        return first;
    };
    // The slope of the clean latents, from this step and the one before, over half of the step to come.
    let (step, step_before) = (-fall.ln(), (before.sigma / timestep.sigma).ln());
    let slope = 0.5 * weight * step / step_before;
    Next {
        clean: weight + slope,
        clean_before: -slope,
        ..first
    }
}

fn lcm(config: &ScheduleConfig, timestep: &Timestep) -> Next {
    let scaled = timestep.timestep * config.lcm_timestep_scaling;
    let all = scaled.hypot(LCM_SIGMA_DATA);
    let (skip, out) = ((LCM_SIGMA_DATA / all).powi(2), scaled / all);
    let [signal, noise] = timestep.next.map_or([1.0, 0.0], parts);
    Next {
        latents: signal * skip,
        clean: signal * out,
        noise,
        ..Next::default()
    }
}
