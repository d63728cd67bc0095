//! Pythons of our own, for peers, references and hosts.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::run::{check, succeeds};

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

/// Installs packages for it; versions as they come, unless they are told.
pub fn install(python: &Path, packages: &[&str]) -> Result<()> {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    check(pip.args(packages))
}
