//! Renewing what the tests compare with.

use anyhow::Result;

use crate::{
    bundle::CHECKED,
    run::{cargo, check, root},
    setup::{self, Consent, For},
};

/// Writes golden files anew, those of the tests whose names contain `filter` or all, and says which are others now.
///
/// # Errors
/// When a test fails for another reason than its golden file.
pub fn run(consent: Consent, filter: &[&str]) -> Result<()> {
    setup::run(consent, For::Tests)?;
    check(
        cargo()
            .arg("test")
            .args(CHECKED)
            .args(["--test", "it", "--"])
            .args(filter)
            .env("UPDATE_GOLDEN", "1"),
    )?;
    println!("\nLook at what differs before you commit it:");
    check(
        std::process::Command::new("git")
            .args(["status", "--short", "--", "tests/golden", "engine/assets/meaning"])
            .current_dir(root()),
    )
}
