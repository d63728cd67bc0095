//! The plugin's bundles: `.clap` and `.vst3`, each with the renderer beside or inside it.

use std::{
    env::consts::ARCH,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::run::{cargo, check, root};

/// How the plugin is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// For the user: the optimised development profile, so that nothing is compiled twice, but without the assertions
    /// that the tests want: what fails is a message in the user's host.
    Usual,
    /// For tests: with the check that the audio thread never allocates, and the standalone program.
    Checked,
    /// For a release archive.
    Release,
}

impl Build {
    fn profile_folder(self) -> &'static str {
        if self == Self::Release { "release" } else { "debug" }
    }
}

/// All that the tests build, and with which features: always the same, so that nothing is compiled twice.
pub const CHECKED: [&str; 3] = [
    "--workspace",
    "--features",
    "phosphene_plugin/standalone,phosphene_plugin/check-allocs",
];

/// Packages whose assertions the development profile leaves on, and users get without; the plugin is built apart from the
/// rest, so no more than these are compiled for it.
const ASSERTING: [&str; 4] = [
    "nice-plug",
    "nice-plug-core",
    "nice-assert-no-alloc",
    "phosphene_plugin",
];

/// Arguments that build the packages as a user gets them.
fn without_assertions() -> impl Iterator<Item = String> {
    let off = |package| format!("profile.dev.package.{package}.debug-assertions=false");
    ASSERTING
        .into_iter()
        .flat_map(move |package| ["--config".to_owned(), off(package)])
}

/// What was laid out.
pub struct Bundles {
    /// `Phosphene.clap`: a file, on macOS a folder.
    pub clap: PathBuf,
    /// `Phosphene.vst3`, a folder.
    pub vst3: PathBuf,
    /// The renderer.
    pub renderer: PathBuf,
}

/// Builds plugin and renderer and lays the bundles out in `target/bundled`.
pub fn run(build: Build) -> Result<Bundles> {
    let mut command = cargo();
    command.arg("build");
    match build {
        Build::Usual => {
            command
                .args(["--package", "phosphene_plugin", "--lib"])
                .args(without_assertions());
        }
        // With the examples come the features that the tests' own dependencies ask for: what the tests have built serves.
        Build::Checked => drop(command.args(CHECKED).args(["--lib", "--bins", "--examples"])),
        Build::Release => drop(command.args(["--release", "--package", "phosphene_plugin", "--lib"])),
    }
    check(&mut command)?;
    if build != Build::Checked {
        let mut renderer = cargo();
        renderer.args(["build", "--bin", "phosphene", "--package", "phosphene_engine"]);
        renderer.args((build == Build::Release).then_some("--release"));
        check(&mut renderer)?;
    }
    let built = root().join("target").join(build.profile_folder());
    lay_out(&built, &root().join("target").join("bundled"))
}

fn lay_out(built: &Path, folder: &Path) -> Result<Bundles> {
    let library = built.join(if cfg!(target_os = "windows") {
        "phosphene_plugin.dll"
    } else if cfg!(target_os = "macos") {
        "libphosphene_plugin.dylib"
    } else {
        "libphosphene_plugin.so"
    });
    let program = if cfg!(windows) { "phosphene.exe" } else { "phosphene" };
    let renderer = built.join(program);
    let clap = folder.join("Phosphene.clap");
    let vst3 = folder.join("Phosphene.vst3");
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("can't clear {}", folder.display()))?;
    }
    let inside = vst3.join("Contents").join(if cfg!(target_os = "windows") {
        format!("{ARCH}-win")
    } else if cfg!(target_os = "macos") {
        "MacOS".to_owned()
    } else {
        format!("{ARCH}-linux")
    });
    let name = if cfg!(target_os = "windows") {
        "Phosphene.vst3"
    } else if cfg!(target_os = "macos") {
        "Phosphene"
    } else {
        "Phosphene.so"
    };
    copy(&library, &inside.join(name))?;
    copy(&renderer, &vst3.join("Contents").join("Resources").join(program))?;
    if cfg!(target_os = "macos") {
        copy(&library, &clap.join("Contents/MacOS/Phosphene"))?;
        copy(&renderer, &clap.join("Contents/Resources").join(program))?;
        for (bundle, kind) in [(&clap, "CLAP"), (&vst3, "VST3")] {
            let plist = INFO_PLIST
                .replace("KIND", kind)
                .replace("VERSION", env!("CARGO_PKG_VERSION"));
            write(&bundle.join("Contents/Info.plist"), &plist)?;
            write(&bundle.join("Contents/PkgInfo"), "BNDL????")?;
        }
    } else {
        copy(&library, &clap)?;
        copy(&renderer, &folder.join(program))?;
    }
    println!("\nThe bundles are {} and {}", clap.display(), vst3.display());
    Ok(Bundles {
        clap,
        vst3,
        renderer: folder.join(program),
    })
}

const INFO_PLIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleExecutable</key><string>Phosphene</string>
  <key>CFBundleIdentifier</key><string>com.phosphene-av.phosphene.KIND</string>
  <key>CFBundleName</key><string>Phosphene</string>
  <key>CFBundlePackageType</key><string>BNDL</string>
  <key>CFBundleSignature</key><string>????</string>
  <key>CFBundleShortVersionString</key><string>VERSION</string>
  <key>CFBundleVersion</key><string>VERSION</string>
</dict>
</plist>
"#;

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

/// Copies a file, making the folders above it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).with_context(|| format!("can't create {}", parent.display()))?;
    }
    // A library that a host has loaded must not change under it: the old file is unlinked, not written over.
    if to.is_file() {
        fs::remove_file(to).with_context(|| format!("can't replace {}", to.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("can't copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Copies a file or a folder with all that is in it.
pub fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        return copy(from, to);
    }
    for entry in fs::read_dir(from).with_context(|| format!("can't read {}", from.display()))? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_get_no_assertion_that_the_tests_have() {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let mut package = None;
        let mut asserting = Vec::new();
        for line in manifest.lines() {
            if line.starts_with('[') {
                let named = line.strip_prefix("[profile.dev.package.");
                package = named.and_then(|line| line.strip_suffix(']')).map(str::to_owned);
            } else if line.trim() == "debug-assertions = true" {
                asserting.extend(package.clone());
            }
        }
        assert!(asserting.contains(&"nice-plug".to_owned()), "{asserting:?}");
        let off: Vec<String> = without_assertions().collect();
        for package in asserting.into_iter().chain(["phosphene_plugin".to_owned()]) {
            let off_here = format!("profile.dev.package.{package}.debug-assertions=false");
            assert!(off.contains(&off_here), "{package}: {off:?}");
        }
    }
}
