//! Noise levels of a diffusion model, in f64: from its scheduler's configuration to the share of signal at each
//! training timestep.
//!
//! The keys are those of diffusers' `scheduler_config.json`. What a sampler makes of them (which timesteps it visits,
//! how it steps) is in [`super::sampler`].

mod config;

use std::{f64::consts::FRAC_PI_2, path::Path};

use super::sampler::SamplerName;
use crate::error::Result;

/// What the network was trained to predict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prediction {
    /// The noise.
    Epsilon,
    /// The velocity, `v = sqrt(a) noise - sqrt(1 - a) clean`.
    ///
    /// **Source**: Salimans and Ho 2022, "Progressive distillation", section 4 and appendix D.
    V,
    /// The clean latents.
    Sample,
}

/// How the steps are spread over the training timesteps.
///
/// **Source**: Lin et al. 2023, "Common diffusion noise schedules and sample steps are flawed", table 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// From timestep 0 upwards in whole strides, plus the offset; the noisiest timestep is never visited.
    Leading,
    /// From the first timestep to the last, both included.
    Linspace,
    /// From the last timestep downwards: what few-step models want.
    Trailing,
}

/// How the added noise grows over the training timesteps.
#[derive(Debug, Clone, PartialEq)]
pub enum Betas {
    /// Even steps from start to end.
    Linear {
        /// The first.
        start: f64,
        /// The last.
        end: f64,
    },
    /// Even steps of the square roots: latent diffusion's own.
    ScaledLinear {
        /// The first.
        start: f64,
        /// The last.
        end: f64,
    },
    /// From a squared cosine for the share of signal, each at most 0.999.
    ///
    /// **Source**: Nichol and Dhariwal 2021, "Improved denoising diffusion probabilistic models", equation 17.
    SquaredCosine,
    /// Given one by one.
    Given(Vec<f64>),
}

/// The noise level that the last step arrives at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinalSigma {
    /// No noise.
    Zero,
    /// The least that the network was trained on.
    Least,
}

/// A model's noise schedule, as its `scheduler/scheduler_config.json` has it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleConfig {
    /// The scheduler that the file names, such as `EulerDiscreteScheduler`.
    pub scheduler: String,
    /// Timesteps that the network was trained on; they are numbered from 0.
    pub train_timesteps: usize,
    /// Growth of the noise.
    pub betas: Betas,
    /// What the network predicts.
    pub prediction: Prediction,
    /// Spread of the steps; `None` is each sampler's own habit.
    pub spacing: Option<Spacing>,
    /// Added to each timestep in leading spacing.
    pub steps_offset: usize,
    /// Whether DDIM's last step arrives at no noise at all (true) or at that of timestep 0.
    pub set_alpha_to_one: bool,
    /// Whether Euler and DPM-Solver++ take their noise levels from [`karras`].
    pub karras: bool,
    /// Least and largest noise level for these, where the file says; the schedule's own otherwise.
    pub karras_range: [Option<f64>; 2],
    /// Whether the schedule is stretched so that nothing of the picture is left at the last timestep.
    ///
    /// **Source**: Lin et al. 2023, algorithm 1.
    pub rescale_zero_snr: bool,
    /// Where Euler and DPM-Solver++ end.
    pub final_sigma: FinalSigma,
    /// DPM-Solver++: the least log signal-to-noise ratio to start from (minus infinity but for cosine schedules).
    pub lambda_min_clipped: f64,
    /// DPM-Solver++: whether fewer than 15 steps end with one of first order.
    pub lower_order_final: bool,
    /// DPM-Solver++: whether any number of steps ends with one of first order.
    pub euler_at_final: bool,
    /// LCM: steps of the schedule that it was distilled on.
    pub lcm_original_steps: usize,
    /// LCM: factor on the timestep in its boundary condition.
    pub lcm_timestep_scaling: f64,
}

impl Default for ScheduleConfig {
    /// That of Stable Diffusion 1.5.
    fn default() -> Self {
        Self {
            scheduler: "PNDMScheduler".to_owned(),
            train_timesteps: 1_000,
            betas: Betas::ScaledLinear {
                start: 0.000_85,
                end: 0.012,
            },
            prediction: Prediction::Epsilon,
            spacing: None,
            steps_offset: 1,
            set_alpha_to_one: false,
            karras: false,
            karras_range: [None; 2],
            rescale_zero_snr: false,
            final_sigma: FinalSigma::Zero,
            lambda_min_clipped: f64::NEG_INFINITY,
            lower_order_final: true,
            euler_at_final: false,
            lcm_original_steps: 50,
            lcm_timestep_scaling: 10.0,
        }
    }
}

impl ScheduleConfig {
    /// Reads the text of a `scheduler_config.json`; `path` is for messages.
    ///
    /// # Errors
    /// [`crate::Error::Model`] with the key that is missing, out of its range or unknown.
    pub fn parse(path: &Path, text: &[u8]) -> Result<Self> {
        config::parse(path, text)
    }

    /// The sampler that does what the file's scheduler does, or `None` when it is one that we don't have.
    #[must_use]
    pub fn own_sampler(&self) -> Option<SamplerName> {
        config::own_sampler(&self.scheduler)
    }

    /// The share of signal at each training timestep: the running product of `1 - beta`, falling from almost 1.
    ///
    /// **Source**: Ho, Jain and Abbeel 2020, "Denoising diffusion probabilistic models", equation 4.
    #[must_use]
    pub fn alphas_cumprod(&self) -> Vec<f64> {
        let mut product = 1.0;
        let mut shares: Vec<f64> = self
            .betas()
            .into_iter()
            .map(|beta| {
                product *= 1.0 - beta;
                product
            })
            .collect();
        if let (true, &[first, .., last]) = (self.rescale_zero_snr, &shares[..]) {
            let (first, last) = (first.sqrt(), last.sqrt());
            for share in &mut shares {
                *share = ((share.sqrt() - last) * (first / (first - last))).powi(2);
            }
        }
        shares
    }

    fn betas(&self) -> Vec<f64> {
        let count = self.train_timesteps;
        match &self.betas {
            &Betas::Linear { start, end } => linspace(start, end, count),
            &Betas::ScaledLinear { start, end } => linspace(start.sqrt(), end.sqrt(), count)
                .into_iter()
                .map(|root| root * root)
                .collect(),
            Betas::SquaredCosine => {
                let share = |i: usize| {
                    let time = i as f64 / count as f64;
                    ((time + 0.008) / 1.008 * FRAC_PI_2).cos().powi(2)
                };
                (0..count).map(|i| (1.0 - share(i + 1) / share(i)).min(0.999)).collect()
            }
            Betas::Given(betas) => betas.clone(),
        }
    }
}

/// The ratio of noise to signal, `sqrt((1 - a) / a)`, at a share of signal.
#[must_use]
pub fn sigma(share: f64) -> f64 {
    ((1.0 - share) / share).sqrt()
}

/// `count` numbers from one to another in even steps, both ends included.
#[must_use]
pub fn linspace(from: f64, to: f64, count: usize) -> Vec<f64> {
    let steps = count.saturating_sub(1).max(1) as f64;
    (0..count).map(|i| from + (to - from) * (i as f64 / steps)).collect()
}

/// `steps` noise levels from the largest to the least, dense where there is little noise.
///
/// **Source**: Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", equation 5 with
/// rho 7.
#[must_use]
pub fn karras(largest: f64, least: f64, steps: usize) -> Vec<f64> {
    const RHO: f64 = 7.0;
    let (from, to) = (largest.powf(1.0 / RHO), least.powf(1.0 / RHO));
    linspace(0.0, 1.0, steps)
        .into_iter()
        .map(|ramp| (from + ramp * (to - from)).powf(RHO))
        .collect()
}

/// The timestep, with its fraction, at which a rising list of noise levels has a certain one: linear in its logarithm.
#[must_use]
pub fn timestep_of(sigma: f64, sigmas: &[f64]) -> f64 {
    let Some(most) = sigmas.len().checked_sub(2) else {
        return 0.0;
    };
    let low = sigmas
        .partition_point(|&level| level <= sigma)
        .saturating_sub(1)
        .min(most);
    let [from, to] = [sigmas[low], sigmas[low + 1]].map(f64::ln);
    let part = ((sigma.max(1e-10).ln() - from) / (to - from)).clamp(0.0, 1.0);
    low as f64 + part
}

/// A list's value at a place with a fraction, in a straight line between neighbours, its ends beyond them.
#[must_use]
pub fn interpolate(values: &[f64], place: f64) -> f64 {
    let last = values.len() - 1;
    let place = place.clamp(0.0, last as f64);
    let low = (place as usize).min(last.saturating_sub(1));
    let high = (low + 1).min(last);
    values[low] + (values[high] - values[low]) * (place - low as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_signal_are_those_that_are_known() {
        let shares = ScheduleConfig::default().alphas_cumprod();
        assert_eq!(shares.len(), 1_000);
        // Stable Diffusion's noise goes from 0.0292 to 14.61.
        assert!((sigma(shares[0]) - 0.029_167_2).abs() < 1e-6, "{}", sigma(shares[0]));
        assert!((sigma(shares[999]) - 14.614_65).abs() < 1e-4, "{}", sigma(shares[999]));
        assert!(shares.windows(2).all(|pair| pair[1] < pair[0]));
    }

    #[test]
    fn a_cosine_schedule_is_that_of_its_formula() {
        let config = ScheduleConfig {
            betas: Betas::SquaredCosine,
            ..ScheduleConfig::default()
        };
        let shares = config.alphas_cumprod();
        let share = |time: f64| ((time + 0.008) / 1.008 * FRAC_PI_2).cos().powi(2);
        for (i, &found) in shares.iter().enumerate().take(990) {
            let expected = share((i + 1) as f64 / 1_000.0) / share(0.0);
            assert!((found - expected).abs() < 1e-12, "{i}: {found} {expected}");
        }
    }

    #[test]
    fn a_rescaled_schedule_begins_as_before_and_ends_in_nothing() {
        let plain = ScheduleConfig::default();
        let rescaled = ScheduleConfig {
            rescale_zero_snr: true,
            ..plain.clone()
        };
        let (plain, rescaled) = (plain.alphas_cumprod(), rescaled.alphas_cumprod());
        assert!((plain[0] - rescaled[0]).abs() < 1e-12);
        assert_eq!(rescaled[999], 0.0);
        assert!(rescaled.windows(2).all(|pair| pair[1] < pair[0]));
    }

    #[test]
    fn a_noise_level_is_found_where_it_is() {
        let sigmas: Vec<f64> = ScheduleConfig::default()
            .alphas_cumprod()
            .into_iter()
            .map(sigma)
            .collect();
        for i in [0, 1, 500, 998, 999] {
            assert!((timestep_of(sigmas[i], &sigmas) - i as f64).abs() < 1e-9);
        }
        assert_eq!(timestep_of(0.0, &sigmas), 0.0);
        assert_eq!(timestep_of(1e9, &sigmas), 999.0);
        assert!((interpolate(&sigmas, 10.5) - (sigmas[10] + sigmas[11]) / 2.0).abs() < 1e-12);
        assert_eq!(interpolate(&sigmas, 5_000.0), sigmas[999]);
    }

    #[test]
    fn karras_levels_have_their_ends() {
        let levels = karras(14.6, 0.03, 10);
        assert!((levels[0] - 14.6).abs() < 1e-9 && (levels[9] - 0.03).abs() < 1e-9);
        assert!(levels.windows(2).all(|pair| pair[1] < pair[0]));
        assert_eq!(karras(14.6, 0.03, 1).len(), 1);
    }
}
