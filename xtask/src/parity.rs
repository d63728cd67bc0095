//! Ours against the reference implementation, on models made afresh or on one of yours.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::{
    bundle::CHECKED,
    python,
    run::{cargo, check, root},
    setup::{self, Consent, For},
};

/// What the reference is made with.
pub const PACKAGES: [&str; 6] = [
    "diffusers",
    "transformers",
    "peft",
    "torch",
    "safetensors",
    "accelerate",
];
/// Another than that of the committed references.
const SEED: &str = "2026";

fn work() -> PathBuf {
    root().join("target").join("parity")
}

/// A Python in `target/parity` that has the reference implementation.
pub fn python() -> Result<PathBuf> {
    let python = python::venv(&work().join("venv"))?;
    python::install(&python, &PACKAGES)?;
    Ok(python)
}

/// Makes a reference with diffusers, transformers, peft and torch in `target/parity`, and compares.
///
/// `arguments` are `--checkpoint DIR` for a model of yours, `--seed N` and `--size WxH`; without a checkpoint, tiny models
/// of every architecture are made from the seed, which is another than that of the committed ones.
pub fn run(consent: Consent, arguments: &[&str]) -> Result<()> {
    let mut seed = SEED;
    let mut given = Vec::new();
    for pair in arguments.chunks(2) {
        match *pair {
            ["--seed", number] => seed = number,
            ["--checkpoint", folder] => {
                let folder = std::path::absolute(folder)?;
                if !folder.join("model_index.json").is_file() {
                    bail!(
                        "{} is no model's folder: there is no model_index.json in it",
                        folder.display()
                    );
                }
                given.extend(["--checkpoint".into(), folder.into_os_string()]);
            }
            ["--size", size] => given.extend(["--size".into(), size.into()]),
            _ => bail!("parity takes --checkpoint DIR, --seed N, --size WxH; {pair:?} is none of these"),
        }
    }
    setup::run(consent, For::Program)?;
    let python = python()?;
    let reference = work().join("reference");
    if reference.exists() {
        std::fs::remove_dir_all(&reference)?;
    }
    let script = root().join("tests").join("diffusion").join("make_reference.py");
    let mut make = Command::new(&python);
    make.arg(script).arg(&reference).args(["--seed", seed]).args(given);
    check(&mut make)?;
    let mut compare = cargo();
    // As the tests are built, so that what they have built serves here too.
    compare
        .arg("test")
        .args(CHECKED)
        .args(["--test", "it", "diffusion::parity"]);
    compare.args(["--", "--nocapture", "--test-threads", "1"]);
    check(compare.env("PHOSPHENE_REFERENCE", &reference))
}
