//! Every check and test: what CI runs.

use anyhow::Result;

use crate::{
    bundle::CHECKED,
    hosts, memory,
    run::{cargo, check},
    setup::{self, Consent, For},
};

/// Format, tests of all crates, the painter under valgrind, lints, documents, then the plugin in real hosts.
pub fn run(consent: Consent) -> Result<()> {
    setup::run(consent, For::Tests)?;
    check(cargo().args(["fmt", "--all", "--check"]))?;
    check(cargo().arg("test").args(CHECKED).arg("--no-fail-fast"))?;
    memory::under_valgrind()?;
    check(
        cargo()
            .arg("clippy")
            .args(CHECKED)
            .args(["--all-targets", "--", "--deny", "warnings"]),
    )?;
    check(
        cargo()
            .arg("doc")
            .args(CHECKED)
            .arg("--no-deps")
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )?;
    hosts::run(Consent::Given, &[])
}
