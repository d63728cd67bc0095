//! LoRA files to patches on a model's weights, in the names of kohya's trainer, of diffusers and of peft.
//!
//! **Source**: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1; Yeh et al. 2023,
//! "Navigating Text-To-Image Customization", section 2.2 (convolutions).

mod names;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use candle_core::{DType, Device};

use self::names::{Names, TensorRole};
use super::{
    folder::{ModelConfig, is_pickle, refuse_pickle},
    weights::{Patch, Patches, Weights},
};
use crate::error::{Error, Result};

/// How many unknown names an error shows.
const SHOWN: usize = 5;
/// What kinds of files that are no LoRA have in their names.
const OTHERS: [(&str, &str); 5] = [
    ("hada_", "a LoHa"),
    ("lokr_", "a LoKr"),
    ("dora_scale", "a DoRA"),
    ("lora_magnitude_vector", "a DoRA"),
    ("lora_mid", "a LoRA by Tucker decomposition"),
];

/// What a LoRA changes.
#[derive(Debug, Default)]
pub struct LoraPatches {
    /// The denoising network.
    pub unet: Patches,
    /// The text encoders, in their order.
    pub text: Vec<Patches>,
}

/// Which network of a model; text encoders by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Unet,
    Text(usize),
}

/// What a file has for one weight.
#[derive(Default)]
struct Factors {
    up: Option<String>,
    down: Option<String>,
    alpha: Option<String>,
}

/// Reads a LoRA file for a model, to be merged `weight` times.
///
/// # Errors
/// [`Error::Model`] when it is no LoRA, is one for another model, or has keys that are unknown, which are named;
/// [`phosphene_core::Error::Value`] for a weight that is no number.
pub fn read(
    path: &Path,
    weight: f64,
    config: &ModelConfig,
    (unet, encoders): (&Weights, &[Weights]),
) -> Result<LoraPatches> {
    if !weight.is_finite() {
        return Err(Error::value("a LoRA's weight", "a number, such as 0.8", weight));
    }
    if is_pickle(path) {
        return Err(refuse_pickle(path));
    }
    let file = Weights::open_file(path, &Device::Cpu, DType::F32)?;
    let names = Names::new(config, unet, encoders);
    let mut found: BTreeMap<(Target, String), Factors> = BTreeMap::new();
    let mut unknown = BTreeSet::new();
    for name in file.names() {
        match names.resolve(name) {
            Some((network, tensor, part)) => {
                let found = found.entry((network, tensor)).or_default();
                let place = match part {
                    TensorRole::Up => &mut found.up,
                    TensorRole::Down => &mut found.down,
                    TensorRole::Alpha => &mut found.alpha,
                };
                *place = Some(name.to_owned());
            }
            None => {
                unknown.insert(name);
            }
        }
    }
    if !unknown.is_empty() {
        return Err(refuse_unknown(path, &unknown, &config.name));
    }
    let mut patches = LoraPatches {
        text: encoders.iter().map(|_| Patches::new()).collect(),
        ..LoraPatches::default()
    };
    for ((network, tensor), found) in found {
        let (weights, patches) = match network {
            Target::Unet => (unet, &mut patches.unet),
            Target::Text(i) => (&encoders[i], &mut patches.text[i]),
        };
        let shape = weights.shape(&tensor).unwrap_or_default();
        let patch = patch(&file, path, (&tensor, shape), &found, weight)?;
        patches.entry(tensor).or_default().push(patch);
    }
    Ok(patches)
}

fn patch(file: &Weights, path: &Path, target: (&str, &[usize]), found: &Factors, weight: f64) -> Result<Patch> {
    let (tensor, shape) = target;
    let wrong = |reason: String| Error::Model {
        path: path.to_owned(),
        reason,
        remedy: "use a LoRA that was trained for this model's family".into(),
    };
    let get = |name: &Option<String>, part: &str| {
        let Some(name) = name else {
            return Err(wrong(format!("it has no \"{part}\" for \"{tensor}\"")));
        };
        file.get(name, file.shape(name).unwrap_or_default())
    };
    let (up, down) = (get(&found.up, "up")?, get(&found.down, "down")?);
    let (outputs, inputs) = (
        shape.first().copied().unwrap_or(0),
        shape.iter().skip(1).product::<usize>(),
    );
    let rank = down.dims().first().copied().unwrap_or(0);
    let fits = rank > 0 && up.dims().first() == Some(&outputs) && up.elem_count() == outputs * rank;
    if !fits || down.elem_count() != rank * inputs {
        let (up, down) = (up.dims(), down.dims());
        return Err(wrong(format!(
            "its {up:?} by {down:?} does not fit \"{tensor}\", which is {shape:?}"
        )));
    }
    let alpha = match &found.alpha {
        None => rank as f64,
        Some(_) => {
            let alpha = get(&found.alpha, "alpha")?;
            let number = alpha.flatten_all().and_then(|alpha| alpha.to_vec1::<f32>());
            match number.as_deref() {
                Ok(&[number]) if number.is_finite() => f64::from(number),
                _ => return Err(wrong(format!("its alpha for \"{tensor}\" is not one number"))),
            }
        }
    };
    Ok(Patch {
        up,
        down,
        scale: weight * alpha / rank as f64,
    })
}

fn refuse_unknown(path: &Path, unknown: &BTreeSet<&str>, model: &str) -> Error {
    let listed: Vec<String> = unknown.iter().take(SHOWN).map(|name| format!("\"{name}\"")).collect();
    let more = match unknown.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let kind = OTHERS
        .iter()
        .find(|(sign, _)| unknown.iter().any(|name| name.contains(sign)));
    let (reason, remedy) = match kind {
        Some((_, kind)) => (
            format!("it is {kind}, by its {}{more}", listed.join(", ")),
            "use a plain LoRA; trainers can write one".into(),
        ),
        None => (
            format!("it has keys that {model} has no place for: {}{more}", listed.join(", ")),
            "use a LoRA that was trained for this model's family".into(),
        ),
    };
    Error::Model {
        path: path.to_owned(),
        reason,
        remedy,
    }
}
