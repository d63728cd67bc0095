//! The plugin in hosts that others wrote: Ardour, DawDreamer, pedalboard; and the standalone program.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    bundle::{self, Build},
    python,
    run::{check, root, succeeds},
    setup::{self, Consent, For},
};

/// Python packages of the hosts and of what looks at their output.
pub const PYTHON: [&str; 5] = ["numpy", "soundfile", "av", "pedalboard", "dawdreamer"];

/// The tests, each a script in `tests/hosts`.
const TESTS: [&str; 11] = [
    "pedalboard",
    "dawdreamer",
    "ramps",
    "state",
    "churn",
    "kill",
    "disk",
    "standalone",
    "window",
    "trace",
    "ardour",
];

/// Runs them all, or those named after `--only`; `--full` makes the long runs longer.
pub fn run(consent: Consent, words: &[&str]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("\nThe host tests need Linux and were not run.");
        return Ok(());
    }
    let mut only: Vec<&str> = Vec::new();
    let mut full = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--full" => full = true,
            "--only" => only.push(words.next().context("--only needs the name of a test")?),
            other => bail!("\"{other}\" is not understood; there is --only NAME and --full"),
        }
    }
    if let Some(unknown) = only.iter().find(|name| !TESTS.contains(name)) {
        bail!("\"{unknown}\" is no test; there are {}", TESTS.join(", "));
    }
    setup::run(consent, For::Tests)?;
    let work = root().join("target").join("hosts");
    std::fs::create_dir_all(&work)?;
    let python = python(&work)?;
    let bundles = bundle::run(Build::Checked)?;
    let ardour = setup::ardour().context("Ardour was found a moment ago")?;
    for test in TESTS.iter().filter(|test| only.is_empty() || only.contains(test)) {
        let mut command = Command::new(&python);
        command
            .arg("-u")
            .arg(root().join("tests/hosts").join(format!("{test}_host.py")))
            .env("PHOSPHENE_CLAP", &bundles.clap)
            .env("PHOSPHENE_VST3", &bundles.vst3)
            .env("PHOSPHENE_PROGRAM", &bundles.renderer)
            .env("PHOSPHENE_STANDALONE", root().join("target/debug/phosphene-standalone"))
            .env("PHOSPHENE_WORK", &work)
            .env("ARDOUR", ardour.to_string());
        if full {
            command.env("PHOSPHENE_FULL", "1");
        }
        check(&mut command).with_context(|| format!("the plugin failed in the host test \"{test}\""))?;
    }
    Ok(())
}

/// A Python of our own with the hosts in it.
fn python(work: &Path) -> Result<PathBuf> {
    let python = python::venv(&work.join("python"))?;
    let imports = format!("import {}", PYTHON.join(", "));
    if !succeeds(&python.to_string_lossy(), &["-c", &imports]) {
        python::install(&python, &PYTHON)?;
    }
    Ok(python)
}
