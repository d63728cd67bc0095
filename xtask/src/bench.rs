//! Measurements, printed in one run.

use anyhow::Result;

use crate::{
    run::{cargo, check, root},
    setup::{self, Consent},
};

/// Runs the engine's bench example on the demo's song.
pub fn run(consent: Consent) -> Result<()> {
    setup::run(consent)?;
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
    check(bench.arg(root().join("demo")))
}
