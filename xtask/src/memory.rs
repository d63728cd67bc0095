//! The painter's tests with every access to memory watched: its kernels hold the project's only `unsafe`.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{
    run::{cargo, check, succeeds},
    setup::{self, Consent, For},
};

/// The tests: each kernel on slices that end where its door says, and whole paintings.
const TESTS: [&str; 2] = ["--lib", "painter::"];

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

/// A build of its own, in `target/sanitizer`: the library without FFmpeg.
fn sanitized(host: &str) -> Result<()> {
    check(
        cargo()
            // The sanitizer comes with stable Rust, its switch does not.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", "-Zsanitizer=address")
            .args(["test", "--package", "phosphene_engine"])
            .args(["--no-default-features", "--features", "diorama"])
            .args(["--target", host, "--target-dir", "target/sanitizer"])
            .args(TESTS),
    )
}

/// The usual build under valgrind, whose processor has AVX2 at most; says whether there is one.
pub fn under_valgrind() -> Result<bool> {
    if !succeeds("valgrind", &["--version"]) {
        println!("SKIPPED the painter under valgrind: it is not here; the system's package manager has it");
        return Ok(false);
    }
    let runner = "target.'cfg(unix)'.runner=['valgrind','--quiet','--error-exitcode=9','--fair-sched=yes']";
    check(
        cargo()
            // With the tests' packages, so that what they have built serves here too.
            .args([
                "test",
                "--workspace",
                "--exclude",
                "phosphene_plugin",
                "--config",
                runner,
            ])
            .args(TESTS),
    )?;
    Ok(true)
}
