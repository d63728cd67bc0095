//! Running other programs, with errors that name them.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The repository's root.
pub fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// One of the programs in `engine/tools`, built with a feature if one is named; its arguments follow.
pub fn tools(program: &str, feature: Option<&str>) -> Command {
    let mut run = cargo();
    run.args(["run", "--quiet", "--package", "phosphene_tools"]);
    run.args(feature.map(|feature| ["--features", feature]).into_iter().flatten());
    run.args(["--", program]);
    run
}

/// Runs to the end; a failure names the command.
pub fn check(command: &mut Command) -> Result<()> {
    let said = format!("{command:?}").replace('"', "");
    println!("\n$ {said}");
    let status = command.status().with_context(|| format!("can't start `{said}`"))?;
    if !status.success() {
        bail!("`{said}` failed ({status})");
    }
    Ok(())
}

/// Whether a command runs and succeeds; what it prints is dropped.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    let status = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
