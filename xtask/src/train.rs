//! Making again every number of the hearing that was fitted, from the songs on.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    python,
    run::{check, root, tools},
    setup::{self, Consent, For},
};

/// What the generators of songs are made with.
pub const PACKAGES: [&str; 4] = ["numpy", "scipy", "mido", "soundfile"];
/// Each kind of song: its folder, the first seed, and how many the shipped network learnt from, about.
const SONGS: [(&str, u64, u64); 3] = [
    ("synth", 7_000_000, 1_500),
    ("groove", 1_000, 1_500),
    ("band", 5_000, 2_500),
];

/// What can be fitted; a card beside what comes out says of each the data, loss, seed, scores and licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Log odds of beats and downbeats: constants of `beat_features.rs` and `downbeat.rs`.
    Beats,
    /// The tempo octave: `engine/assets/level`, and constants of `beat_phase.rs`.
    TempoOctave,
    /// The temporal convolutional network: `engine/assets/sense`.
    BeatNetwork,
    /// The readings of whole songs: constants of `reading.rs`, `beat_confidence.rs` and `extent.rs`.
    Readings,
}

impl What {
    const NAMES: [(&'static str, Self); 4] = [
        ("beats", Self::Beats),
        ("tempo-octave", Self::TempoOctave),
        ("beat-network", Self::BeatNetwork),
        ("readings", Self::Readings),
    ];

    fn named(name: &str) -> Result<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        let (_, what) = found.with_context(|| format!("\"{name}\" is not trained; there are {}", names()))?;
        Ok(*what)
    }
}

fn names() -> String {
    What::NAMES.map(|(name, _)| name).join(", ")
}

/// How much is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Scale {
    /// A trial of seconds, that changes nothing but a folder in `target/training`.
    small: bool,
    songs: Option<u64>,
    minutes: Option<String>,
}

impl Scale {
    fn parse(what: What, arguments: &[&str]) -> Result<Self> {
        let mut scale = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match *word {
                "--small" => scale.small = true,
                "--songs" => {
                    let songs = words.next().and_then(|songs| songs.parse().ok());
                    scale.songs = Some(songs.context("--songs takes a number, as 8")?);
                }
                "--minutes" if what == What::BeatNetwork => {
                    let minutes = words.next().filter(|minutes| minutes.parse::<f64>().is_ok());
                    scale.minutes = Some((*minutes.context("--minutes takes a number, as 5")?).to_owned());
                }
                other => bail!(
                    "\"{other}\" is not understood; there are --small, --songs N, and --minutes M for beat-network"
                ),
            }
        }
        if scale.small && (scale.songs.is_some() || scale.minutes.is_some()) {
            bail!("--small says how many songs there are: leave out --songs and --minutes");
        }
        Ok(scale)
    }
}

/// Fits what is named first; the rest says how much is done.
///
/// # Errors
/// What is not understood, and what a program that was run says.
pub fn run(consent: Consent, arguments: &[&str]) -> Result<()> {
    let [name, rest @ ..] = arguments else {
        bail!("say what is to be trained: {}", names());
    };
    let what = What::named(name)?;
    let scale = Scale::parse(what, rest)?;
    let work = root().join("target").join("training");
    match what {
        What::Beats => {
            setup::run(consent, For::Program)?;
            let songs = if scale.small { 8 } else { scale.songs.unwrap_or(600) };
            check(tools("train-beats", None).arg(songs.to_string()))
        }
        What::TempoOctave => {
            setup::run(consent, For::Program)?;
            let songs = if scale.small { 8 } else { scale.songs.unwrap_or(1_500) };
            let out = weights(&scale, &work, "level", "level.f32")?;
            check(tools("train-level", None).arg(out).arg(songs.to_string()))
        }
        What::BeatNetwork => network(consent, &scale, &work),
        What::Readings => readings(consent, &scale, &work),
    }
}

/// Where weights are written: among the assets, or beside what else a trial makes.
fn weights(scale: &Scale, work: &Path, asset: &str, file: &str) -> Result<PathBuf> {
    let folder = match scale.small {
        true => work.join("small"),
        false => root().join("engine").join("assets").join(asset),
    };
    fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    Ok(folder.join(file))
}

/// Renders songs, hears them, and prints the constants that fit what was heard; all of it stays in `target/training`.
///
/// `--songs` says how many of each kind that is hard to read.
fn readings(consent: Consent, scale: &Scale, work: &Path) -> Result<()> {
    if scale.small {
        setup::run(consent, For::Program)?;
        let (songs, clues) = (work.join("small_songs"), work.join("small_clues"));
        check(tools("plain-songs", None).arg(&songs))?;
        return hear_and_fit(&songs, &clues);
    }
    let songs = scale.songs.unwrap_or(48).to_string();
    let python = prepare(consent, work)?;
    // Songs are kept apart by number, so that what is fitted depends on nothing that was made before.
    let (made, clues) = (
        work.join(format!("readings_{songs}")),
        work.join(format!("readings_{songs}_clues")),
    );
    let mut make = Command::new(&python);
    make.arg(root().join("engine").join("training").join("make_readings.py"));
    check(make.arg(&made).args(["--songs", &songs]))?;
    hear_and_fit(&made, &clues)
}

fn hear_and_fit(songs: &Path, clues: &Path) -> Result<()> {
    check(tools("reading-features", None).arg(songs).arg(clues))?;
    check(tools("fit-readings", None).arg(clues).arg(songs))
}

/// Renders songs, hears them, and trains on what was heard; all of it stays in `target/training`, and the new weights
/// replace those in `engine/assets/sense`.
///
/// `--songs` is the percentage of songs that the shipped network had, and `--minutes` how long it is trained.
fn network(consent: Consent, scale: &Scale, work: &Path) -> Result<()> {
    let out = weights(scale, work, "sense", "sense.safetensors")?;
    let mut train = tools("train-network", None);
    train.arg(out);
    if scale.small {
        setup::run(consent, For::Program)?;
        let (songs, clues) = (work.join("small_synth"), work.join("small_synth_clues"));
        check(tools("level-songs", None).arg(&songs).args(["7000000", "9"]))?;
        check(tools("pulse-features", None).arg(&songs).arg(&clues))?;
        return check(train.arg(clues).arg(songs).args(["--epochs", "2", "--batch", "4"]));
    }
    let percent = scale.songs.unwrap_or(100);
    let python = prepare(consent, work)?;
    for (kind, seed, count) in SONGS {
        let (songs, clues) = (work.join(kind), work.join(format!("{kind}_clues")));
        let mut render = match kind {
            "synth" => tools("level-songs", None),
            _ => Command::new(&python),
        };
        if kind != "synth" {
            render
                .arg(root().join("engine").join("training").join("make_songs.py"))
                .arg(kind);
        }
        let count = (count * percent).div_ceil(100);
        check(render.arg(&songs).args([seed.to_string(), count.to_string()]))?;
        check(tools("pulse-features", None).arg(&songs).arg(&clues))?;
        train.args([clues, songs]);
    }
    check(train.args(["--minutes", scale.minutes.as_deref().unwrap_or("40")]))
}

/// A Python that has what making songs needs.
fn prepare(consent: Consent, work: &Path) -> Result<PathBuf> {
    setup::run(consent, For::Training)?;
    let python = python::venv(&work.join("venv"))?;
    python::install(&python, &PACKAGES)?;
    Ok(python)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_trained_has_a_name_and_takes_what_it_knows() {
        for (name, what) in What::NAMES {
            assert_eq!(What::named(name).ok(), Some(what));
            assert!(Scale::parse(what, &["--small"]).is_ok_and(|scale| scale.small));
            assert_eq!(
                Scale::parse(what, &["--songs", "9"]).ok().and_then(|scale| scale.songs),
                Some(9)
            );
            assert!(
                Scale::parse(what, &["--songs"]).is_err() && Scale::parse(what, &["--small", "--songs", "9"]).is_err()
            );
            assert_eq!(
                Scale::parse(what, &["--minutes", "5"]).is_ok(),
                what == What::BeatNetwork
            );
        }
        let error = What::named("hearing").map_err(|error| error.to_string());
        assert!(
            error.as_ref().is_err_and(|error| error.contains("tempo-octave")),
            "{error:?}"
        );
    }
}
