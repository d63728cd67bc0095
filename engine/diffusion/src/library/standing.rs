//! Whether a folder holds a model that can be used, and of which family: the look before any weight is read.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::error::Result;
use crate::folder::{Architecture, ModelConfig, fault, is_pickle, refuse_pickle};

/// The component that every model of the family has.
const NETWORK: &str = "unet";

/// The family of the model at `path`, for people.
///
/// # Errors
/// [`crate::Error::Model`] for a pickle, a single file, a folder that is not in diffusers layout, a model of another
/// kind, or one without safetensors, with the way out.
pub fn family(path: &Path) -> Result<&'static str> {
    let index = path.join("model_index.json");
    if path.is_dir()
        && !index.is_file()
        && let Some(pickle) = files_of(path).iter().find(|file| is_pickle(file))
    {
        return Err(refuse_pickle(pickle));
    }
    let config = ModelConfig::read(path)?;
    let network = path.join(NETWORK);
    let weights = files_of(&network);
    let is_safe = |file: &PathBuf| file.extension().is_some_and(|e| e.eq_ignore_ascii_case("safetensors"));
    if !weights.iter().any(is_safe) {
        return Err(match weights.iter().find(|file| is_pickle(file)) {
            Some(pickle) => refuse_pickle(pickle),
            None => fault(network, "there are no safetensors in it"),
        });
    }
    Ok(match (config.architecture, config.turbo) {
        (Architecture::Sd15, false) => "Stable Diffusion 1.5",
        (Architecture::Sd15, true) => "Stable Diffusion 1.5 for few steps",
        (Architecture::Sd21, false) => "Stable Diffusion 2.1",
        (Architecture::Sd21, true) => "SD-Turbo",
        (Architecture::Sdxl, false) => "SDXL",
        (Architecture::Sdxl, true) => "SDXL-Turbo",
    })
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let Ok(items) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = items
        .flatten()
        .map(|item| item.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}
