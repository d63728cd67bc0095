//! Reads diffusers' `scheduler_config.json`.

use std::path::Path;

use serde_json::{Map, Value};

use super::{Betas, FinalSigma, Prediction, ScheduleConfig, Spacing};
use crate::error::{Error, Result};
use crate::sampler::SamplerName;

/// More training timesteps than any model has; a limit on what a damaged file can ask for.
const MOST_TIMESTEPS: usize = 100_000;
/// Schedulers of diffusers that share this noise schedule, with the sampler of ours that does the same.
const KNOWN: [(&str, Option<SamplerName>); 17] = [
    ("EulerDiscreteScheduler", Some(SamplerName::Euler)),
    ("EulerAncestralDiscreteScheduler", Some(SamplerName::EulerAncestral)),
    ("DDIMScheduler", Some(SamplerName::Ddim)),
    ("DPMSolverMultistepScheduler", Some(SamplerName::DpmSolver2M)),
    ("LCMScheduler", Some(SamplerName::Lcm)),
    ("PNDMScheduler", None),
    ("DDPMScheduler", None),
    ("DEISMultistepScheduler", None),
    ("DPMSolverSDEScheduler", None),
    ("DPMSolverSinglestepScheduler", None),
    ("EDMEulerScheduler", None),
    ("HeunDiscreteScheduler", None),
    ("KDPM2AncestralDiscreteScheduler", None),
    ("KDPM2DiscreteScheduler", None),
    ("LMSDiscreteScheduler", None),
    ("TCDScheduler", None),
    ("UniPCMultistepScheduler", None),
];
/// Keys that, when they are true, ask for a schedule that is none of ours.
const UNSUPPORTED: [&str; 5] = [
    "thresholding",
    "use_beta_sigmas",
    "use_exponential_sigmas",
    "use_flow_sigmas",
    "use_lu_lambdas",
];

/// The sampler of ours that does what a scheduler of diffusers does.
pub(super) fn own_sampler(scheduler: &str) -> Option<SamplerName> {
    KNOWN
        .iter()
        .find(|(name, _)| *name == scheduler)
        .and_then(|(_, own)| *own)
}

pub(super) fn parse(path: &Path, text: &[u8]) -> Result<ScheduleConfig> {
    let keys = ScheduleKeys {
        path,
        map: match serde_json::from_slice(&without_infinities(text)) {
            Ok(Value::Object(map)) => map,
            Ok(_) => return Err(wrong(path, "it is not a JSON object".into())),
            Err(error) => return Err(wrong(path, format!("it is not JSON ({error})"))),
        },
    };
    let scheduler = keys.text("_class_name", "PNDMScheduler")?;
    if !KNOWN.iter().any(|(name, _)| *name == scheduler) {
        let reason = format!("\"_class_name\" is \"{scheduler}\", which has another kind of noise schedule");
        return Err(wrong(path, reason));
    }
    for key in UNSUPPORTED {
        if keys.flag(key, false)? {
            return Err(wrong(path, format!("\"{key}\" is true, which Phosphene doesn't have")));
        }
    }
    keys.choice("interpolation_type", &[("linear", ())], "linear")?;
    keys.choice("timestep_type", &[("discrete", ())], "discrete")?;
    let train_timesteps = keys.count("num_train_timesteps", 1_000, 2..=MOST_TIMESTEPS)?;
    let predictions = [
        ("epsilon", Prediction::Epsilon),
        ("v_prediction", Prediction::V),
        ("sample", Prediction::Sample),
    ];
    let spacings = [
        ("leading", Some(Spacing::Leading)),
        ("linspace", Some(Spacing::Linspace)),
        ("trailing", Some(Spacing::Trailing)),
        ("", None),
    ];
    let finals = [("zero", FinalSigma::Zero), ("sigma_min", FinalSigma::Least)];
    Ok(ScheduleConfig {
        train_timesteps,
        betas: betas(&keys, train_timesteps)?,
        prediction: keys.choice("prediction_type", &predictions, "epsilon")?,
        spacing: keys.choice("timestep_spacing", &spacings, "")?,
        steps_offset: keys.count("steps_offset", 0, 0..=train_timesteps - 1)?,
        set_alpha_to_one: keys.flag("set_alpha_to_one", true)?,
        karras: keys.flag("use_karras_sigmas", false)?,
        karras_range: [
            keys.number("sigma_min", 1e-6..=1e6)?,
            keys.number("sigma_max", 1e-6..=1e6)?,
        ],
        rescale_zero_snr: keys.flag("rescale_betas_zero_snr", false)?,
        final_sigma: keys.choice("final_sigmas_type", &finals, "zero")?,
        lambda_min_clipped: keys
            .number("lambda_min_clipped", -1e6..=0.0)?
            .unwrap_or(f64::NEG_INFINITY),
        lower_order_final: keys.flag("lower_order_final", true)?,
        euler_at_final: keys.flag("euler_at_final", false)?,
        lcm_original_steps: keys.count("original_inference_steps", 50, 1..=train_timesteps)?,
        lcm_timestep_scaling: keys.number("timestep_scaling", 1e-6..=1e6)?.unwrap_or(10.0),
        scheduler,
    })
}

fn betas(keys: &ScheduleKeys<'_>, count: usize) -> Result<Betas> {
    if let Some(given) = keys.get("trained_betas") {
        let numbers = given.as_array().map(|list| list.iter().filter_map(Value::as_f64));
        let betas: Vec<f64> = numbers.map(Iterator::collect).unwrap_or_default();
        if betas.len() != count || betas.iter().any(|beta| !(*beta > 0.0 && *beta < 1.0)) {
            let expected = format!("must be null or {count} numbers between 0 and 1");
            return Err(wrong(keys.path, format!("\"trained_betas\" {expected}")));
        }
        return Ok(Betas::Given(betas));
    }
    let start = keys.number("beta_start", 1e-9..=0.999)?.unwrap_or(0.000_1);
    let end = keys.number("beta_end", 1e-9..=0.999)?.unwrap_or(0.02);
    let schedules = [
        ("linear", Betas::Linear { start, end }),
        ("scaled_linear", Betas::ScaledLinear { start, end }),
        ("squaredcos_cap_v2", Betas::SquaredCosine),
    ];
    keys.choice("beta_schedule", &schedules, "linear")
}

fn wrong(path: &Path, reason: String) -> Error {
    Error::Model {
        path: path.to_owned(),
        reason,
        remedy: "take this file from the model's original folder, or use another model".into(),
    }
}

/// Python writes infinities and NaN as bare words, which JSON doesn't have; they become `null`, as if not given.
fn without_infinities(text: &[u8]) -> Vec<u8> {
    const WORDS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];
    let mut out = Vec::with_capacity(text.len());
    let (mut i, mut quoted) = (0, false);
    while i < text.len() {
        if quoted && text[i] == b'\\' {
            out.extend(text.iter().skip(i).take(2));
            i += 2;
            continue;
        }
        quoted ^= text[i] == b'"';
        match WORDS.iter().find(|word| !quoted && text[i..].starts_with(word)) {
            Some(word) => {
                out.extend(b"null");
                i += word.len();
            }
            None => {
                out.push(text[i]);
                i += 1;
            }
        }
    }
    out
}

/// The file's keys, each asked for with what it may be.
struct ScheduleKeys<'a> {
    path: &'a Path,
    map: Map<String, Value>,
}

impl ScheduleKeys<'_> {
    /// A key's value, unless it is absent or null.
    fn get(&self, key: &str) -> Option<&Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    fn refuse<T>(&self, key: &str, value: &Value, expected: &str) -> Result<T> {
        // A damaged file can hold anything; a message need not.
        let shown: String = value.to_string().chars().take(60).collect();
        Err(wrong(
            self.path,
            format!("\"{key}\" is {shown}, and must be {expected}"),
        ))
    }

    fn text(&self, key: &str, default: &str) -> Result<String> {
        match self.get(key) {
            None => Ok(default.to_owned()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(other) => self.refuse(key, other, "a text"),
        }
    }

    fn flag(&self, key: &str, default: bool) -> Result<bool> {
        match self.get(key) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => self.refuse(key, other, "true or false"),
        }
    }

    fn count(&self, key: &str, default: usize, range: std::ops::RangeInclusive<usize>) -> Result<usize> {
        let Some(value) = self.get(key) else {
            return Ok(default);
        };
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        match count.filter(|count| range.contains(count)) {
            Some(count) => Ok(count),
            None => self.refuse(
                key,
                value,
                &format!("a whole number from {} to {}", range.start(), range.end()),
            ),
        }
    }

    fn number(&self, key: &str, range: std::ops::RangeInclusive<f64>) -> Result<Option<f64>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.as_f64().filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => self.refuse(
                key,
                value,
                &format!("a number from {} to {}", range.start(), range.end()),
            ),
        }
    }

    fn choice<T: Clone>(&self, key: &str, choices: &[(&str, T)], default: &str) -> Result<T> {
        let text = self.text(key, default)?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == text) {
            return Ok(choice.clone());
        }
        let names: Vec<String> = choices
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        self.refuse(key, &Value::String(text), &names.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<ScheduleConfig> {
        parse(Path::new("scheduler_config.json"), text.as_bytes())
    }

    #[test]
    fn stable_diffusions_own_file_is_read() {
        let config = parsed(
            r#"{"_class_name": "PNDMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
                "beta_start": 0.00085, "num_train_timesteps": 1000, "set_alpha_to_one": false,
                "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null, "clip_sample": false}"#,
        );
        assert_eq!(config.unwrap(), ScheduleConfig::default());
    }

    #[test]
    fn a_turbo_models_file_is_read() {
        let config = parsed(
            r#"{"_class_name": "EulerDiscreteScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
                "beta_start": 0.00085, "interpolation_type": "linear", "num_train_timesteps": 1000,
                "prediction_type": "epsilon", "sigma_max": null, "sigma_min": null, "steps_offset": 1,
                "timestep_spacing": "trailing", "timestep_type": "discrete", "use_karras_sigmas": false}"#,
        )
        .unwrap();
        assert_eq!(config.spacing, Some(Spacing::Trailing));
        assert_eq!(config.own_sampler(), Some(SamplerName::Euler));
    }

    #[test]
    fn pythons_infinity_counts_as_not_given_but_in_a_text() {
        let config = parsed(r#"{"lambda_min_clipped": -Infinity, "note": "an \"Infinity\" NaN"}"#).unwrap();
        assert_eq!(config.lambda_min_clipped, f64::NEG_INFINITY);
        let text = br#"{"a": "x\\", "b": Infinity, "c": "Infinity"}"#;
        let expected = br#"{"a": "x\\", "b": null, "c": "Infinity"}"#;
        assert_eq!(without_infinities(text), expected);
        assert_eq!(without_infinities(b"\"\\"), b"\"\\", "a text that is cut off");
    }

    #[test]
    fn what_is_unknown_is_an_error_that_names_the_key() {
        for (text, says) in [
            (
                r#"{"prediction_type": "flow_prediction"}"#,
                "\"prediction_type\" is \"flow_prediction\", and must be \"epsilon\" or \"v_prediction\" or \"sample\"",
            ),
            (
                r#"{"_class_name": "FlowMatchEulerDiscreteScheduler"}"#,
                "FlowMatchEulerDiscreteScheduler",
            ),
            (
                r#"{"num_train_timesteps": 1e12}"#,
                "\"num_train_timesteps\" is 1000000000000.0, and must be a whole number",
            ),
            (r#"{"beta_start": "a"}"#, "\"beta_start\""),
            (
                r#"{"trained_betas": [0.1]}"#,
                "\"trained_betas\" must be null or 1000 numbers",
            ),
            (r#"{"use_flow_sigmas": true}"#, "\"use_flow_sigmas\" is true"),
            (
                r#"{"timestep_spacing": "even"}"#,
                "\"leading\" or \"linspace\" or \"trailing\"",
            ),
            ("[1]", "not a JSON object"),
            ("{", "not JSON"),
        ] {
            let error = parsed(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
            assert!(error.contains("scheduler_config.json"), "{error}");
        }
    }
}
