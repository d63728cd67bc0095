//! Putting the plugin where hosts look for it, and the program where shells do.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    bundle::{self, Build, copy_all},
    setup::{self, Consent, For},
};

/// For whom the plugin is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The user who runs this.
    User,
    /// Everybody; needs the rights to write there.
    System,
}

/// The program's file name.
const PROGRAM: &str = if cfg!(windows) { "phosphene.exe" } else { "phosphene" };

/// Where things go: the folders for CLAP and VST3 bundles, and those where a shell may find programs, the best first.
struct Places {
    clap: PathBuf,
    vst3: PathBuf,
    programs: Vec<PathBuf>,
}

fn variable(name: &str) -> Result<PathBuf> {
    let value = env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from).with_context(|| format!("{name} is not set"))
}

fn places(whom: Whom) -> Result<Places> {
    let programs = match whom {
        Whom::User => {
            let home = variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
            let cargo = variable("CARGO_HOME").unwrap_or_else(|_| home.join(".cargo"));
            vec![home.join(".local").join("bin"), cargo.join("bin")]
        }
        Whom::System if cfg!(windows) => vec![variable("PROGRAMFILES")?.join("Phosphene")],
        Whom::System => vec!["/usr/local/bin".into()],
    };
    let (clap, vst3) = if cfg!(target_os = "windows") {
        let common = match whom {
            Whom::User => variable("LOCALAPPDATA")?.join("Programs").join("Common"),
            Whom::System => variable("COMMONPROGRAMFILES")?,
        };
        (common.join("CLAP"), common.join("VST3"))
    } else if cfg!(target_os = "macos") {
        let library = match whom {
            Whom::User => variable("HOME")?.join("Library"),
            Whom::System => "/Library".into(),
        };
        (library.join("Audio/Plug-Ins/CLAP"), library.join("Audio/Plug-Ins/VST3"))
    } else {
        match whom {
            Whom::User => (variable("HOME")?.join(".clap"), variable("HOME")?.join(".vst3")),
            Whom::System => ("/usr/local/lib/clap".into(), "/usr/local/lib/vst3".into()),
        }
    };
    Ok(Places { clap, vst3, programs })
}

/// The first of `folders` that is on `path`, the value of `PATH`; none, if a shell looks in none of them.
fn on_path<'a>(folders: &'a [PathBuf], path: &std::ffi::OsStr) -> Option<&'a PathBuf> {
    let looked_in: Vec<PathBuf> = env::split_paths(path).collect();
    folders.iter().find(|folder| looked_in.contains(folder))
}

/// Builds the plugin and the program, and installs both.
pub fn run(whom: Whom, consent: Consent) -> Result<()> {
    setup::run(consent, For::Plugin)?;
    let bundles = bundle::run(Build::Usual)?;
    let places = places(whom)?;
    put(&bundles.clap, &places.clap)?;
    put(&bundles.vst3, &places.vst3)?;
    // The VST3 bundle carries the renderer; a CLAP file looks for it among the programs, and people type its name.
    let found = on_path(&places.programs, &env::var_os("PATH").unwrap_or_default());
    let folder = found.unwrap_or(&places.programs[0]);
    put(&bundles.renderer, folder)?;
    // An older one, found first or instead, would answer in its place.
    for other in places.programs.iter().filter(|other| *other != folder) {
        remove_path(&other.join(PROGRAM))?;
    }
    if found.is_none() {
        let folder = folder.display();
        if cfg!(windows) {
            println!(
                "\nYour shell does not look for programs in {folder}: add it to Path in the environment variables."
            );
        } else {
            println!(
                "\nYour shell does not look for programs in {folder}. Add this line to its start-up file and open a new \
                 one:\n  export PATH=\"{folder}:$PATH\""
            );
        }
    }
    println!(
        "\nType `phosphene render SONG --prompt \"...\"`, or let your DAW scan its plugins: Phosphene is an effect for the master bus."
    );
    Ok(())
}

/// Removes what [`run`] put there.
pub fn remove(whom: Whom) -> Result<()> {
    let places = places(whom)?;
    remove_path(&places.clap.join("Phosphene.clap"))?;
    remove_path(&places.vst3.join("Phosphene.vst3"))?;
    for folder in &places.programs {
        remove_path(&folder.join(PROGRAM))?;
    }
    Ok(())
}

/// Removes a file or a folder, if it is there, and says so.
fn remove_path(path: &Path) -> Result<()> {
    let gone = if path.is_dir() {
        fs::remove_dir_all(path)
    } else if path.exists() {
        fs::remove_file(path)
    } else {
        return Ok(());
    };
    gone.with_context(|| format!("can't remove {}", path.display()))?;
    println!("removed {}", path.display());
    Ok(())
}

fn put(from: &Path, folder: &Path) -> Result<()> {
    let Some(name) = from.file_name() else {
        bail!("{} has no name", from.display());
    };
    let to = folder.join(name);
    // What an older version had and this one has not would stay otherwise.
    if to.is_dir() {
        fs::remove_dir_all(&to).with_context(|| format!("can't replace {}", to.display()))?;
    }
    copy_all(from, &to)?;
    println!("installed {}", to.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{env, path::PathBuf};

    use super::on_path;

    #[test]
    fn the_program_goes_where_a_shell_looks() {
        let folders = [PathBuf::from("home/bin"), PathBuf::from("cargo/bin")];
        let path = |parts: &[&str]| env::join_paths(parts).unwrap();
        assert_eq!(on_path(&folders, &path(&["usr/bin", "cargo/bin"])), Some(&folders[1]));
        assert_eq!(on_path(&folders, &path(&["cargo/bin", "home/bin"])), Some(&folders[0]));
        assert_eq!(on_path(&folders, &path(&["usr/bin", "home/binary"])), None);
    }
}
