//! The painter's tests with every access to memory watched: its kernels hold the project's only `unsafe`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    bundle::CHECKED,
    run::{cargo, check, root, succeeds},
    setup::{self, Consent, For},
};

/// Runs them under rustc's address sanitizer, which knows AVX-512, and under valgrind, which sees the standard
/// library's accesses too.
///
/// A check that can't be made here is named; when none can, that is an error.
pub fn run(consent: Consent) -> Result<()> {
    setup::run(consent, For::Program)?;
    let host = host()?;
    let mut made = 0;
    if host.ends_with("-linux-gnu") || host.ends_with("-apple-darwin") {
        sanitized(&host)?;
        made += 1;
    } else {
        println!(
            "SKIPPED the painter under an address sanitizer: rustc has no address sanitizer for {host} that is known here"
        );
    }
    if under_valgrind()? {
        made += 1;
    }
    ensure!(made > 0, "none of the checks can be made on {host}");
    Ok(())
}

/// The machine's target triple.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("can't start rustc")?;
    let text = String::from_utf8(output.stdout)?;
    match text.lines().find_map(|line| line.strip_prefix("host: ")) {
        Some(host) => Ok(host.to_owned()),
        None => bail!("`rustc -vV` names no host"),
    }
}

/// A build of its own, in `target/sanitizer`.
fn sanitized(host: &str) -> Result<()> {
    check(
        cargo()
            // The sanitizer comes with stable Rust, its switch does not.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Zsanitizer=address")
            .args(["test", "--package", "phosphene_painter", "--lib"])
            .args(["--target", host, "--target-dir", "target/sanitizer"]),
    )
}

/// The usual build under valgrind, whose processor has AVX2 at most; says whether there is one.
pub fn under_valgrind() -> Result<bool> {
    if !succeeds("valgrind", &["--version"]) {
        println!("SKIPPED the painter under valgrind: it is not here; the system's package manager has it");
        return Ok(false);
    }
    let mut watched = Command::new("valgrind");
    watched.args(["--quiet", "--error-exitcode=9", "--fair-sched=yes"]);
    check(watched.arg(painter_tests()?))?;
    Ok(true)
}

/// The painter's tests as the test command builds them.
fn painter_tests() -> Result<PathBuf> {
    let mut build = cargo();
    build.arg("test").args(CHECKED).args(["--lib", "--no-run"]);
    let output = build.output().context("can't start cargo")?;
    let said = String::from_utf8(output.stderr)?;
    ensure!(output.status.success(), "can't build the painter's tests:\n{said}");
    // "  Executable unittests src/lib.rs (target/debug/deps/phosphene_painter-0123456789abcdef)"
    let path = said
        .lines()
        .filter_map(|line| line.trim().strip_suffix(')')?.rsplit_once('('))
        .map(|(_, path)| Path::new(path))
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("phosphene_painter-")
        });
    let path = path.with_context(|| format!("cargo names no tests of the painter:\n{said}"))?;
    Ok(root().join(path))
}
