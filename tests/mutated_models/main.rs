//! Damaged models: an error each, no panic, and no allocation larger than what the files hold.
//!
//! A binary of its own, because it counts every allocation. `PHOSPHENE_MUTATIONS` sets how many damages are done
//! (200 when not set).
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

mod allocations;
mod damage;

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use candle_core::{DType, Device};
use phosphene_engine::diffusion::Error;
use phosphene_engine::diffusion::model::{LoadOptions, Model};

use damage::Damage;
use phosphene_tests::Rng;

/// Beyond the files' size: messages, names and tables that do not grow with them.
const SLACK_BYTES: usize = 64 * 1024;

/// The tokenizer's memory of words that it has seen has one size, whatever it reads; tiny models' files are smaller.
const TOKENIZER_BYTES: usize = 320_000;

/// The tiny models that the reference made.
fn models() -> Vec<PathBuf> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/diffusion");
    let mut folders = Vec::new();
    let mut open = vec![golden];
    while let Some(folder) = open.pop() {
        if folder.join("model_index.json").is_file() {
            folders.push(folder);
            continue;
        }
        let items = fs::read_dir(&folder).unwrap().map(|item| item.unwrap().path());
        open.extend(items.filter(|path| path.is_dir()));
    }
    folders.sort();
    assert!(
        !folders.is_empty(),
        "there are no reference models in tests/golden/diffusion"
    );
    folders
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn largest_file(folder: &Path) -> usize {
    let items = fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    let size = |path: PathBuf| match path.is_dir() {
        true => largest_file(&path),
        false => usize::try_from(path.metadata().unwrap().len()).unwrap(),
    };
    items.map(size).max().unwrap_or(0)
}

/// Loads as stored, so that a number takes no more memory than in its file.
fn options() -> LoadOptions {
    LoadOptions {
        device: Device::Cpu,
        dtype: DType::F16,
        ..LoadOptions::default()
    }
}

#[test]
fn damaged_models_are_errors_that_take_no_memory() {
    let count: u64 = env::var("PHOSPHENE_MUTATIONS").map_or(200, |count| count.parse().unwrap());
    let place = tempfile::tempdir().unwrap();
    let models: Vec<_> = models()
        .iter()
        .enumerate()
        .map(|(number, model)| {
            let folder = place.path().join(number.to_string());
            copy(model, &folder);
            Model::load(&folder, &options()).unwrap();
            folder
        })
        .collect();
    let mut faults = Vec::new();
    for number in 0..count {
        let model = &models[usize::try_from(number).unwrap() % models.len()];
        let damage = Damage::new(model, &mut Rng::with_seed(number));
        damage.inflict();
        let limit = (largest_file(model) / 10 * 11 + SLACK_BYTES).max(TOKENIZER_BYTES);
        allocations::begin();
        let loaded = catch_unwind(AssertUnwindSafe(|| Model::load(model, &options()).map(drop)));
        let largest = allocations::largest();
        match loaded {
            Err(_) => faults.push(format!("{number}: {damage}: it panicked")),
            Ok(Ok(())) => faults.push(format!("{number}: {damage}: it was loaded")),
            Ok(Err(Error::Model { path, .. })) if path.starts_with(model) => {}
            Ok(Err(error)) => faults.push(format!("{number}: {damage}: {error}")),
        }
        if largest > limit {
            faults.push(format!(
                "{number}: {damage}: {largest} bytes at once, where {limit} would do"
            ));
        }
        damage.heal();
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    // All was healed: the damages were what was refused.
    for model in &models {
        Model::load(model, &options()).unwrap();
    }
}
