//! Every check and test: what CI runs.

use anyhow::Result;

use crate::{
    run::{cargo, check},
    setup::{self, Consent},
};

/// Format, lints, tests of all crates, then the library with no feature at all.
pub fn run(consent: Consent) -> Result<()> {
    setup::run(consent)?;
    check(cargo().args(["fmt", "--all", "--check"]))?;
    check(cargo().args(["test", "--workspace", "--no-fail-fast"]))?;
    check(cargo().args([
        "test",
        "--package",
        "phosphene_engine",
        "--no-default-features",
        "--lib",
    ]))?;
    check(cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}
