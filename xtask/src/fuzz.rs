//! Damaged files at every door that takes one, for as long as one likes.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::{
    bundle::CHECKED,
    run::{cargo, check},
    setup::{self, Consent, For},
};

/// Seconds for each door when nobody says otherwise.
const SECS: u64 = 60;

/// Tries storyboards, takes, weights and sound files: `--secs N` for each, from `--seed N` on, which is the clock's unless
/// given, and is printed.
///
/// # Errors
/// What is not understood, and that a door failed.
pub fn run(consent: Consent, arguments: &[&str]) -> Result<()> {
    let clock = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(1, |since| since.as_secs());
    let (mut secs, mut seed) = (SECS, clock);
    let mut rest = arguments;
    while let [option, value, more @ ..] = rest {
        let number = || {
            let number = value.parse::<u64>();
            number.with_context(|| format!("{option} takes a whole number, not \"{value}\""))
        };
        match *option {
            "--secs" => secs = number()?,
            "--seed" => seed = number()?,
            other => bail!("fuzz does not know \"{other}\"; it takes --secs N and --seed N"),
        }
        rest = more;
    }
    if let [option] = rest {
        bail!("\"{option}\" needs a number behind it; fuzz takes --secs N and --seed N");
    }
    setup::run(consent, For::Tests)?;
    println!("{secs} seconds for each door, seed {seed}: `cargo xtask fuzz --seed {seed}` does the same again");
    check(
        cargo()
            .arg("test")
            .args(CHECKED)
            .args(["--test", "fuzz", "--", "--nocapture"])
            .env("PHOSPHENE_FUZZ_SECS", secs.to_string())
            .env("PHOSPHENE_FUZZ_SEED", seed.to_string()),
    )
}
