//! Training what hears the beat of music, from the songs on.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    python,
    run::{check, root, tools},
    setup::{self, Consent, For},
};

/// What the generators and the trainer are made with.
pub const PACKAGES: [&str; 6] = ["numpy", "scipy", "mido", "soundfile", "torch", "safetensors"];
/// Each kind of song: its folder, the first seed, and how many the shipped network learnt from, about.
const SONGS: [(&str, u64, u64); 3] = [
    ("synth", 7_000_000, 1_500),
    ("groove", 1_000, 1_500),
    ("band", 5_000, 2_500),
];

/// Trains the network that senses the beat live, or fits the readings of whole songs (`readings`).
///
/// # Errors
/// What is not understood, and what a program that was run says.
pub fn run(consent: Consent, arguments: &[&str]) -> Result<()> {
    match arguments {
        ["readings", rest @ ..] => readings(consent, rest),
        _ => network(consent, arguments),
    }
}

/// Renders songs, hears them, and prints the constants that `train_readings.py` fits to what was heard; all of it stays in
/// `target/training`.
///
/// `arguments` may be `--songs N`: how many of each kind that is hard to read, 48 if nothing is said.
fn readings(consent: Consent, arguments: &[&str]) -> Result<()> {
    let songs = match *arguments {
        [] => 48,
        ["--songs", songs] => songs.parse::<u64>().context("--songs takes a number, as 8")?,
        _ => bail!("train readings takes --songs N; {arguments:?} is something else"),
    };
    let (work, python) = prepare(consent)?;
    let script = root().join("engine").join("training").join("train_readings.py");
    // Songs are kept apart by number, so that what is fitted depends on nothing that was made before.
    let heard = work.join(format!("readings_{songs}_clues"));
    let made = work.join(format!("readings_{songs}"));
    let trainer = || {
        let mut run = Command::new(&python);
        run.arg(&script);
        run
    };
    check(trainer().arg("make").arg(&made).args(["--songs", &songs.to_string()]))?;
    check(tools("reading-clues", None).arg(&made).arg(&heard))?;
    check(trainer().arg("fit").arg(&heard).arg(&made))
}

/// Renders songs, hears them, and trains on what was heard; all of it stays in `target/training`, and the new weights
/// replace those in `engine/assets/sense`.
///
/// `arguments` may be `--songs PERCENT` for fewer songs than the shipped network had, and `--minutes M` for less training.
fn network(consent: Consent, arguments: &[&str]) -> Result<()> {
    let (mut percent, mut minutes) = (100, "40");
    for pair in arguments.chunks(2) {
        match *pair {
            ["--songs", share] => percent = share.parse().context("--songs takes a percentage, as 10")?,
            ["--minutes", most] => minutes = most,
            _ => bail!("train takes --songs PERCENT and --minutes M; {pair:?} is neither"),
        }
    }
    let (work, python) = prepare(consent)?;
    let scripts = root().join("engine").join("training");
    let mut train = Command::new(&python);
    train.arg(scripts.join("train_pulse.py"));
    train.arg(
        root()
            .join("engine")
            .join("assets")
            .join("sense")
            .join("sense.safetensors"),
    );
    train.args(["--minutes", minutes]);
    for (kind, seed, count) in SONGS {
        let (songs, clues) = (work.join(kind), work.join(format!("{kind}_clues")));
        let (seed, count) = (seed.to_string(), (count * percent).div_ceil(100).to_string());
        let mut render = match kind {
            "synth" => tools("level-songs", None),
            _ => Command::new(&python),
        };
        if kind != "synth" {
            render.arg(scripts.join("make_songs.py")).arg(kind);
        }
        check(render.arg(&songs).args([seed, count]))?;
        check(tools("pulse-clues", None).arg(&songs).arg(&clues))?;
        train.args([clues, songs]);
    }
    check(&mut train)
}

/// The folder of what is made, and a Python that has what making and training need.
fn prepare(consent: Consent) -> Result<(PathBuf, PathBuf)> {
    setup::run(consent, For::Training)?;
    let work = root().join("target").join("training");
    let python = python::venv(&work.join("venv"))?;
    python::install(&python, &PACKAGES)?;
    Ok((work, python))
}
