//! Measurements, printed in one run.

use anyhow::Result;

use crate::{
    run::{cargo, check, root},
    setup::{self, Consent, For},
};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Every stage, whole renders, and their growth with the song's length: some minutes.
    All,
    /// The painter alone: seconds.
    Painter,
}

/// Runs the engine's bench example on the demo's song.
pub fn run(consent: Consent, what: What) -> Result<()> {
    setup::run(consent, For::Program)?;
    let mut bench = cargo();
    bench.args([
        "run",
        "--quiet",
        "--package",
        "phosphene_engine",
        "--example",
        "bench",
        "--",
    ]);
    bench.arg(root().join("demo"));
    if what == What::Painter {
        bench.arg("--painter");
    }
    check(&mut bench)
}
