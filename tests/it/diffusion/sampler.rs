//! Every sampler's way, step by step, against what diffusers' schedulers do (`tests/diffusion/make_schedules.py`).

use std::{collections::HashMap, path::Path};

use anyhow::{Context, Result};
use candle_core::{Device, Tensor};
use phosphene_engine::diffusion::Error;
use phosphene_engine::{
    cancel::Cancel,
    diffusion::{
        noise::{NoiseKey, NoiseSource},
        sampler::{Known, Sampler, SamplerName},
        schedule::{ScheduleConfig, Spacing},
    },
};
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/diffusion/schedules");
/// Noise levels of the reference are f32, ours f64: that is all they may differ by.
const LARGEST_ERROR: f64 = 1e-3;

struct Case {
    name: String,
    sampler: SamplerName,
    config: ScheduleConfig,
    steps: usize,
    strength: f64,
    from_picture: bool,
    timesteps: Vec<f64>,
    /// The start and the latents after each step: (steps + 1, c, h, w).
    trajectory: Tensor,
}

fn reference() -> Result<(Vec<Case>, HashMap<String, Tensor>)> {
    let tensors = Path::new(FOLDER).join("trajectories.safetensors");
    let tensors = candle_core::safetensors::load(&tensors, &Device::Cpu).context("the reference trajectories")?;
    let cases = std::fs::read(Path::new(FOLDER).join("cases.json")).context("the reference cases")?;
    let cases: Vec<Value> = serde_json::from_slice(&cases)?;
    let case = |(number, case): (usize, &Value)| -> Result<Case> {
        let config = case["config"].as_str().context("a configuration")?;
        let sampler = case["sampler"].as_str().context("a sampler")?;
        Ok(Case {
            name: format!("case {number}: {case}"),
            sampler: sampler.parse()?,
            config: ScheduleConfig::parse(Path::new("scheduler_config.json"), config.as_bytes())?,
            steps: case["steps"].as_u64().context("steps")? as usize,
            strength: case["strength"].as_f64().context("a strength")?,
            from_picture: case["from_picture"].as_bool().context("a start")?,
            timesteps: serde_json::from_value(case["timesteps"].clone())?,
            trajectory: tensors.get(&number.to_string()).context("a trajectory")?.clone(),
        })
    };
    let cases = cases.iter().enumerate().map(case).collect::<Result<Vec<_>>>()?;
    Ok((cases, tensors))
}

/// What stands for the network, as in the script.
fn predict(latents: &Tensor, timestep: f64) -> candle_core::Result<Tensor> {
    let count = latents.elem_count();
    let wave: Vec<f32> = (0..count)
        .map(|i| ((3.0 * i as f64 / (count - 1) as f64) + 0.01 * timestep).sin() as f32)
        .collect();
    let wave = Tensor::from_vec(wave, latents.shape(), &Device::Cpu)?;
    (latents.affine(0.8, 0.0)? + wave.affine(0.5, 0.0)?)?.tanh()
}

/// The largest difference, as a share of the largest value.
fn relative_error(found: &Tensor, expected: &Tensor) -> Result<f64> {
    let largest =
        |tensor: &Tensor| -> Result<f64> { Ok(f64::from(tensor.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?)) };
    Ok(largest(&(found - expected)?)? / largest(expected)?)
}

#[test]
fn every_step_is_the_references() -> Result<()> {
    let (cases, tensors) = reference()?;
    assert!(cases.len() >= 250, "{} cases", cases.len());
    let (clean, noise) = (&tensors["clean"], &tensors["noise"]);
    let drawn = tensors["drawn"].chunk(20, 0)?;
    let mut worst: HashMap<String, f64> = HashMap::new();
    for case in &cases {
        let sampler = Sampler::new(case.sampler, &case.config, case.steps, case.strength)?;
        let found: Vec<f64> = sampler.timesteps().collect();
        assert_eq!(found.len(), case.timesteps.len(), "{}", case.name);
        for (found, expected) in found.iter().zip(&case.timesteps) {
            assert!((found - expected).abs() < 0.02, "{}: {found} for {expected}", case.name);
        }
        let start = sampler.start(case.from_picture.then_some(clean), noise)?;
        let expected = case.trajectory.chunk(case.timesteps.len() + 1, 0)?;
        let mut largest = relative_error(&start, &expected[0])?;
        // The latents after each step are those that the network is shown at the next, and what comes out.
        let mut shown = Vec::new();
        let mut source = NoiseSource::Given(drawn.iter().cloned().collect());
        let end = sampler.run(
            start,
            &mut source,
            &mut |input, timestep| {
                shown.push((input.clone(), timestep));
                predict(input, timestep).map_err(Error::from)
            },
            &Cancel::default(),
        )?;
        largest = largest.max(relative_error(&end, &expected[expected.len() - 1])?);
        for ((input, _), expected) in shown.iter().zip(&expected) {
            // Euler's input is scaled; how is told by its size against the latents'.
            let scale =
                (expected.sqr()?.sum_all()?.to_scalar::<f32>()? / input.sqr()?.sum_all()?.to_scalar::<f32>()?).sqrt();
            largest = largest.max(relative_error(&input.affine(f64::from(scale), 0.0)?, expected)?);
        }
        assert!(largest < LARGEST_ERROR, "{}: off by {largest:e}", case.name);
        let of_sampler = worst.entry(case.sampler.to_string()).or_default();
        *of_sampler = of_sampler.max(largest);
    }
    assert_eq!(worst.len(), SamplerName::ALL.len(), "every sampler is among the cases");
    println!("largest relative errors: {worst:?}");
    Ok(())
}

fn walked(sampler: &Sampler, clean: Option<&Tensor>, key: NoiseKey) -> Result<Tensor> {
    let noise = key.tensor(0, &[1, 4, 2, 3], &Device::Cpu)?;
    let start = sampler.start(clean, &noise)?;
    let mut predict = |input: &Tensor, timestep: f64| predict(input, timestep).map_err(Error::from);
    Ok(sampler.run(start, &mut NoiseSource::Keyed(key), &mut predict, &Cancel::default())?)
}

const KEY: NoiseKey = NoiseKey {
    seed: 1,
    shot: 2,
    frame: 3,
};

#[test]
fn a_refined_walk_is_the_trailing_one_where_both_can_begin() -> Result<()> {
    let config = ScheduleConfig {
        spacing: Some(Spacing::Trailing),
        set_alpha_to_one: true,
        ..ScheduleConfig::default()
    };
    let clean = KEY.tensor(9, &[1, 4, 2, 3], &Device::Cpu)?;
    for (_, name) in SamplerName::ALL.iter().filter(|(_, name)| *name != SamplerName::Lcm) {
        for (steps, strength) in [(4, 0.5), (5, 0.4), (10, 0.3), (4, 1.0)] {
            let coarse = Sampler::new(*name, &config, steps, strength)?;
            let fine = Sampler::refine(*name, &config, steps, strength)?;
            let [a, b] = [&coarse, &fine].map(|sampler| sampler.timesteps().collect::<Vec<_>>());
            assert_eq!(a, b, "{name} {steps} {strength}");
            let error = relative_error(&walked(&fine, Some(&clean), KEY)?, &walked(&coarse, Some(&clean), KEY)?)?;
            assert!(error < 1e-6, "{name} {steps} {strength}: {error:e}");
        }
    }
    for (_, name) in SamplerName::ALL {
        let one = Sampler::refine(name, &config, 2, 0.37)?;
        assert_eq!(one.timesteps().collect::<Vec<_>>(), [369.0], "{name}");
    }
    Ok(())
}

#[test]
fn what_is_known_comes_out_as_it_was_and_the_rest_is_invented() -> Result<()> {
    let config = ScheduleConfig {
        set_alpha_to_one: true,
        ..ScheduleConfig::default()
    };
    let clean = KEY.tensor(9, &[1, 4, 2, 3], &Device::Cpu)?;
    let noise = KEY.tensor(0, &[1, 4, 2, 3], &Device::Cpu)?;
    let mask = Tensor::from_slice(&[1f32, 0.0, 1.0, 0.0, 0.0, 1.0], (1, 1, 2, 3), &Device::Cpu)?;
    for (_, name) in SamplerName::ALL {
        let sampler = Sampler::new(name, &config, 6, 1.0)?.around(Known {
            clean: clean.clone(),
            noise: noise.clone(),
            mask: mask.clone(),
        });
        let made = walked(&sampler, None, KEY)?;
        let off = (&made - &clean)?.abs()?;
        let inside = off.broadcast_mul(&mask)?.flatten_all()?.max(0)?.to_scalar::<f32>()?;
        let outside = off
            .broadcast_mul(&mask.affine(-1.0, 1.0)?)?
            .mean_all()?
            .to_scalar::<f32>()?;
        assert!(inside < 1e-5, "{name}: the known part is off by {inside}");
        assert!(outside > 0.05, "{name}: nothing was invented ({outside})");
    }
    Ok(())
}

#[test]
fn a_walk_stops_at_the_step_after_it_was_asked() -> Result<()> {
    let sampler = Sampler::new(SamplerName::Euler, &ScheduleConfig::default(), 9, 1.0)?;
    let noise = KEY.tensor(0, &[1, 4, 2, 3], &Device::Cpu)?;
    let cancel = Cancel::default();
    let mut asked = 0;
    let stopped = sampler.run(
        sampler.start(None, &noise)?,
        &mut NoiseSource::Keyed(KEY),
        &mut |input, _| {
            asked += 1;
            if asked == 3 {
                cancel.cancel();
            }
            Ok(input.clone())
        },
        &cancel,
    );
    assert!(matches!(stopped, Err(Error::Core(phosphene_engine::Error::Cancelled))));
    assert_eq!(asked, 3);
    Ok(())
}

#[test]
fn what_a_schedule_does_not_have_is_refused() {
    let config = ScheduleConfig::default();
    let says = |name, config: &ScheduleConfig, steps, strength| {
        Sampler::new(name, config, steps, strength)
            .expect_err("it is refused")
            .to_string()
    };
    let error = says(SamplerName::Euler, &config, 0, 1.0);
    assert_eq!(error, "the number of steps is 0; it must be from 1 to 1000");
    let error = says(SamplerName::Euler, &config, 4, f64::NAN);
    assert_eq!(error, "the strength is NaN; it must be above 0, to 1");
    let error = says(SamplerName::Ddim, &config, 4, 0.2);
    assert_eq!(error, "the strength is 0.2; it must be at least 0.250 with 4 steps");
    let error = says(SamplerName::Lcm, &config, 8, 0.1);
    assert_eq!(
        error,
        "the number of steps is 8; it must be at most 5 for LCM at a strength of 0.1"
    );
    let nothing_left = ScheduleConfig {
        rescale_zero_snr: true,
        spacing: Some(Spacing::Trailing),
        ..config
    };
    let error = says(SamplerName::Ddim, &nothing_left, 4, 1.0);
    assert!(
        error.starts_with("the prediction is Epsilon; it must be v_prediction"),
        "{error}"
    );
    assert!("heun".parse::<SamplerName>().is_err());
}
