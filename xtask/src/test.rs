//! Every check and test: what CI runs.

use anyhow::Result;

use crate::{
    bundle::CHECKED_FEATURES,
    hosts,
    run::{cargo, check},
    setup::{self, Consent, For},
};

/// Format, tests of all crates, lints (also of the library with no feature at all), then the plugin in real hosts.
pub fn run(consent: Consent) -> Result<()> {
    setup::run(consent, For::Tests)?;
    check(cargo().args(["fmt", "--all", "--check"]))?;
    // The plugin apart: in one build it would get the renderer's features, and FFmpeg with them.
    check(cargo().args(["test", "--workspace", "--exclude", "phosphene_plugin", "--no-fail-fast"]))?;
    check(
        cargo()
            .args(["test", "--package", "phosphene_plugin", "--no-fail-fast"])
            .args(CHECKED_FEATURES),
    )?;
    check(cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    // Its tests ran above; what can break without features is whether it builds.
    let bare = [
        "clippy",
        "--package",
        "phosphene_engine",
        "--no-default-features",
        "--lib",
    ];
    check(cargo().args(bare).args(["--", "--deny", "warnings"]))?;
    hosts::run(Consent::Given, &[])
}
