//! The timesteps of a sampler, and the noise level at each.

use super::SamplerName;
use crate::error::{Error, Result};
use crate::schedule::{FinalSigma, ScheduleConfig, Spacing, interpolate, karras, linspace, sigma, timestep_of};

/// A rescaled schedule's last share of signal for samplers that divide by it: the least that half precision has.
const LEAST_SHARE: f64 = 1.0 / (1 << 24) as f64;

/// One step: its timestep and the noise levels around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Timestep {
    /// The network's timestep.
    pub timestep: f64,
    /// Ratio of noise to signal before the step; infinite where no signal is left.
    pub sigma: f64,
    /// The same after it; `None` after LCM's last, which adds nothing back.
    pub next: Option<f64>,
}

/// All steps.
#[derive(Debug)]
pub(super) struct Timesteps {
    pub steps: Vec<Timestep>,
    /// Factor of the noise that a walk from noise begins with.
    pub initial: f64,
}

/// `steps` steps, without the first of them where `strength` is below 1.
pub(super) fn timesteps(name: SamplerName, config: &ScheduleConfig, steps: usize, strength: f64) -> Result<Timesteps> {
    check(config, steps, strength)?;
    if name == SamplerName::Lcm {
        return lcm(config, steps, strength);
    }
    let sigmas = sigmas(name, config);
    let (timesteps, levels) = match name {
        SamplerName::Euler | SamplerName::EulerAncestral => euler(name, config, &sigmas, steps),
        _ => {
            let timesteps = whole_timesteps(name, config, &sigmas, steps);
            dpm_levels(name, config, &sigmas, timesteps, steps)
        }
    };
    let initial = initial(name, config, &levels);
    let stride = (config.train_timesteps / steps) as f64;
    let end = end_sigma(name, config, &sigmas);
    let walk = (0..timesteps.len()).map(|i| Timestep {
        timestep: timesteps[i],
        sigma: levels[i],
        next: Some(match name {
            // DDIM steps by a stride from where it is, wherever the next timestep is.
            SamplerName::Ddim if timesteps[i] < stride => end,
            SamplerName::Ddim => interpolate(&sigmas, timesteps[i] - stride),
            _ => levels.get(i + 1).copied().unwrap_or(end),
        }),
    });
    let left = ((steps as f64 * strength) as usize).min(steps);
    let walk: Vec<Timestep> = walk.skip(steps - left).collect();
    if walk.is_empty() {
        return Err(Error::value(
            "the strength",
            format!("at least {:.3} with {steps} steps", 1.0 / steps as f64),
            strength,
        ));
    }
    Ok(Timesteps { steps: walk, initial })
}

/// `ceil(steps * strength)` even steps that begin exactly at `strength` of the timesteps.
pub(super) fn refine(name: SamplerName, config: &ScheduleConfig, steps: usize, strength: f64) -> Result<Timesteps> {
    check(config, steps, strength)?;
    let sigmas = sigmas(name, config);
    // A hair less, so that 5 steps at a strength of 0.4 are 2 however 0.4 is rounded.
    let count = ((steps as f64 * strength - 1e-9).ceil() as usize).max(1);
    let from = config.train_timesteps as f64 * strength;
    let timesteps: Vec<f64> = (0..count)
        .map(|i| ((from * (count - i) as f64 / count as f64).round_ties_even() - 1.0).max(0.0))
        .collect();
    let levels: Vec<f64> = timesteps
        .iter()
        .map(|&timestep| interpolate(&sigmas, timestep))
        .collect();
    let end = match name {
        SamplerName::Lcm => None,
        _ => Some(end_sigma(name, config, &sigmas)),
    };
    let walk = (0..count).map(|i| Timestep {
        timestep: timesteps[i],
        sigma: levels[i],
        next: levels.get(i + 1).copied().or(end),
    });
    Ok(Timesteps {
        steps: walk.collect(),
        initial: initial(name, config, &levels),
    })
}

fn check(config: &ScheduleConfig, steps: usize, strength: f64) -> Result<()> {
    if !(1..=config.train_timesteps).contains(&steps) {
        return Err(Error::value(
            "the number of steps",
            format!("from 1 to {}", config.train_timesteps),
            steps,
        ));
    }
    if !(strength > 0.0 && strength <= 1.0) {
        return Err(Error::value("the strength", "above 0, to 1", strength));
    }
    Ok(())
}

/// The noise level at each training timestep, rising.
fn sigmas(name: SamplerName, config: &ScheduleConfig) -> Vec<f64> {
    let mut shares = config.alphas_cumprod();
    let divides = !matches!(name, SamplerName::Ddim | SamplerName::Lcm);
    if let (true, true, Some(last)) = (divides, config.rescale_zero_snr, shares.last_mut()) {
        *last = LEAST_SHARE;
    }
    shares.into_iter().map(sigma).collect()
}

fn spacing(name: SamplerName, config: &ScheduleConfig) -> Spacing {
    config.spacing.unwrap_or(match name {
        SamplerName::Ddim | SamplerName::Lcm => Spacing::Leading,
        _ => Spacing::Linspace,
    })
}

/// Where the last step arrives.
fn end_sigma(name: SamplerName, config: &ScheduleConfig, sigmas: &[f64]) -> f64 {
    let least = match name {
        SamplerName::Ddim => !config.set_alpha_to_one,
        SamplerName::Euler | SamplerName::DpmSolver2M => config.final_sigma == FinalSigma::Least,
        SamplerName::EulerAncestral | SamplerName::Lcm => false,
    };
    if least { sigmas[0] } else { 0.0 }
}

/// The factor of the noise that a walk from noise begins with.
fn initial(name: SamplerName, config: &ScheduleConfig, levels: &[f64]) -> f64 {
    if !matches!(name, SamplerName::Euler | SamplerName::EulerAncestral) {
        return 1.0;
    }
    let most = levels.iter().copied().fold(0.0, f64::max);
    match spacing(name, config) {
        Spacing::Linspace | Spacing::Trailing => most,
        Spacing::Leading => most.hypot(1.0),
    }
}

/// From the last timestep downwards in even strides of `all / steps`.
fn trailing(last: usize, all: usize, steps: usize) -> Vec<f64> {
    let stride = all as f64 / steps as f64;
    (0..steps)
        .map(|i| ((last as f64 - i as f64 * stride).round_ties_even() - 1.0).max(0.0))
        .collect()
}

/// Euler's timesteps, which need not be whole, and their noise levels.
fn euler(name: SamplerName, config: &ScheduleConfig, sigmas: &[f64], steps: usize) -> (Vec<f64>, Vec<f64>) {
    let all = config.train_timesteps;
    let timesteps: Vec<f64> = match spacing(name, config) {
        Spacing::Linspace => linspace(0.0, (all - 1) as f64, steps).into_iter().rev().collect(),
        Spacing::Leading => strides(all / steps, steps, config.steps_offset),
        Spacing::Trailing => trailing(all, all, steps),
    };
    let levels: Vec<f64> = timesteps
        .iter()
        .map(|&timestep| interpolate(sigmas, timestep))
        .collect();
    if !config.karras || name == SamplerName::EulerAncestral {
        return (timesteps, levels);
    }
    let [least, most] = config.karras_range;
    let levels = karras(most.unwrap_or(levels[0]), least.unwrap_or(levels[steps - 1]), steps);
    let timesteps = levels.iter().map(|&level| timestep_of(level, sigmas)).collect();
    (timesteps, levels)
}

/// `count` whole strides from the offset upwards, the highest first.
fn strides(stride: usize, count: usize, offset: usize) -> Vec<f64> {
    (0..count).rev().map(|i| (i * stride + offset) as f64).collect()
}

/// The whole timesteps of DDIM and DPM-Solver++.
fn whole_timesteps(name: SamplerName, config: &ScheduleConfig, sigmas: &[f64], steps: usize) -> Vec<f64> {
    let all = config.train_timesteps;
    let rounded = |places: Vec<f64>| places.into_iter().map(f64::round_ties_even);
    if name == SamplerName::Ddim {
        return match spacing(name, config) {
            Spacing::Linspace => rounded(linspace(0.0, (all - 1) as f64, steps)).rev().collect(),
            Spacing::Leading => strides(all / steps, steps, config.steps_offset),
            Spacing::Trailing => trailing(all, all, steps),
        };
    }
    // The log signal-to-noise ratio falls; what lies below the clip is left out.
    let last = sigmas
        .iter()
        .filter(|sigma| -sigma.ln() >= config.lambda_min_clipped)
        .count()
        .max(1);
    match spacing(name, config) {
        Spacing::Linspace => rounded(linspace(0.0, (last - 1) as f64, steps + 1))
            .skip(1)
            .rev()
            .collect(),
        Spacing::Leading => {
            let stride = last / (steps + 1);
            (1..=steps)
                .rev()
                .map(|i| (i * stride + config.steps_offset) as f64)
                .collect()
        }
        Spacing::Trailing => trailing(last, all, steps),
    }
}

/// Noise levels at whole timesteps; DPM-Solver++ can take [`karras`]'s instead.
fn dpm_levels(
    name: SamplerName,
    config: &ScheduleConfig,
    sigmas: &[f64],
    timesteps: Vec<f64>,
    steps: usize,
) -> (Vec<f64>, Vec<f64>) {
    if name != SamplerName::DpmSolver2M || !config.karras {
        let levels = timesteps
            .iter()
            .map(|&timestep| interpolate(sigmas, timestep))
            .collect();
        return (timesteps, levels);
    }
    let levels = karras(sigmas[sigmas.len() - 1], sigmas[0], steps);
    let whole = |timestep: f64| match config.betas {
        // Whole downwards here, as the reference has it.
        crate::schedule::Betas::SquaredCosine => timestep.floor(),
        _ => timestep.round_ties_even(),
    };
    let timesteps = levels.iter().map(|&level| whole(timestep_of(level, sigmas))).collect();
    (timesteps, levels)
}

/// LCM's timesteps: evenly chosen from those that it was distilled on, as far as `strength` goes.
fn lcm(config: &ScheduleConfig, steps: usize, strength: f64) -> Result<Timesteps> {
    let stride = config.train_timesteps / config.lcm_original_steps;
    let count = (config.lcm_original_steps as f64 * strength) as usize;
    if count < steps {
        return Err(Error::value(
            "the number of steps",
            format!("at most {count} for LCM at a strength of {strength}"),
            steps,
        ));
    }
    let sigmas = sigmas(SamplerName::Lcm, config);
    let timesteps: Vec<f64> = (0..steps)
        .map(|i| ((count - count * i / steps) * stride - 1) as f64)
        .collect();
    let levels: Vec<f64> = timesteps
        .iter()
        .map(|&timestep| interpolate(&sigmas, timestep))
        .collect();
    let walk = (0..steps).map(|i| Timestep {
        timestep: timesteps[i],
        sigma: levels[i],
        next: levels.get(i + 1).copied(),
    });
    Ok(Timesteps {
        steps: walk.collect(),
        initial: 1.0,
    })
}
