//! Pythons of our own, for peers, references and hosts.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::run::{check, succeeds};

/// The version of each package that is ever installed: the one that everything here was run with last.
const VERSIONS: [(&str, &str); 18] = [
    ("accelerate", "1.15.0"),
    ("aubio", "0.4.9"),
    ("av", "18.1.0"),
    ("dawdreamer", "0.9.0"),
    ("diffusers", "0.42.1"),
    ("essentia", "2.1b6.dev1389"),
    ("librosa", "0.11.0"),
    ("mido", "1.3.3"),
    ("mir_eval", "0.8.2"),
    ("numpy", "2.4.6"),
    ("onnxruntime", "1.32.0"),
    ("pedalboard", "0.9.26"),
    ("peft", "0.21.2"),
    ("safetensors", "0.8.0"),
    ("scipy", "1.17.1"),
    ("soundfile", "0.14.0"),
    ("torch", "2.15.0"),
    ("transformers", "5.24.0"),
];

/// The Python of the virtual environment in a folder, which is made if there is none that is whole.
pub fn venv(folder: &Path) -> Result<PathBuf> {
    let (programs, python) = match cfg!(windows) {
        true => ("Scripts", "python.exe"),
        false => ("bin", "python"),
    };
    let python = folder.join(programs).join(python);
    if !succeeds(&python.to_string_lossy(), &["-c", "import pip"]) {
        let maker = if cfg!(windows) { "python" } else { "python3" };
        check(Command::new(maker).args(["-m", "venv"]).arg(folder))?;
    }
    Ok(python)
}

/// Installs packages for it, in the versions that are written here.
pub fn install(python: &Path, packages: &[&str]) -> Result<()> {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    check(pip.args(pinned(packages)?))
}

/// Packages with their versions, as pip takes them.
fn pinned(packages: &[&str]) -> Result<Vec<String>> {
    let pin = |&package: &&str| {
        let version = VERSIONS.iter().find(|(name, _)| *name == package);
        let (name, version) = version.with_context(|| {
            format!("no version of {package} is written in xtask/src/python.rs; add the one that it is to have")
        })?;
        Ok(format!("{name}=={version}"))
    };
    packages.iter().map(pin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bench, hosts, parity, train};

    #[test]
    fn whatever_is_installed_has_a_version() {
        let lists: [&[&str]; 6] = [
            &bench::SCORING,
            &bench::PEERS,
            &bench::PAINTING,
            &hosts::PYTHON,
            &parity::PACKAGES,
            &train::PACKAGES,
        ];
        for list in lists {
            assert_eq!(
                pinned(list).map_err(|error| error.to_string()).map(|pins| pins.len()),
                Ok(list.len())
            );
        }
    }

    #[test]
    fn a_package_without_a_version_is_refused() {
        let error = pinned(&["numpy", "leftpad"]).map_err(|error| error.to_string());
        assert!(
            error.as_ref().is_err_and(|error| error.contains("leftpad")),
            "{error:?}"
        );
    }
}
