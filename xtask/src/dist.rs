//! A release archive: both bundles, the renderer, the licences.

use std::{
    env::consts::{ARCH, OS},
    fs,
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    bundle::{self, Build, copy, copy_all},
    run::{check, root},
    setup::{self, Consent, For},
};

/// The texts that go with the programs.
const TEXTS: [&str; 5] = ["README.md", "CHANGELOG.md", "NOTICE", "LICENSE-MIT", "LICENSE-APACHE"];

/// Builds with the release profile and packs `target/dist/phosphene-VERSION-OS-ARCH.tar.gz`.
pub fn run(consent: Consent) -> Result<()> {
    setup::run(consent, For::Plugin)?;
    let bundles = bundle::run(Build::Release)?;
    let name = format!("phosphene-{}-{OS}-{ARCH}", env!("CARGO_PKG_VERSION"));
    let dist = root().join("target").join("dist");
    let folder = dist.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("can't clear {}", folder.display()))?;
    }
    for bundle in [&bundles.clap, &bundles.vst3, &bundles.renderer] {
        if let Some(file) = bundle.file_name().filter(|_| bundle.exists()) {
            copy_all(bundle, &folder.join(file))?;
        }
    }
    for text in TEXTS {
        copy(&root().join(text), &folder.join(text))?;
    }
    // tar is on Linux, macOS and Windows since 2018.
    let archive = format!("{name}.tar.gz");
    check(Command::new("tar").current_dir(&dist).args(["-czf", &archive, &name]))?;
    let path = dist.join(&archive);
    let bytes = fs::metadata(&path)
        .with_context(|| format!("can't read {}", path.display()))?
        .len();
    println!("\nThe release is {} ({:.1} MB)", path.display(), bytes as f64 / 1e6);
    Ok(())
}
