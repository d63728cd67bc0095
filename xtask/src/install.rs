//! Putting the plugin where hosts look for it.

use std::{
    fs,
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

/// Where things go: the folders for CLAP and VST3 bundles, and for programs.
struct Places {
    clap: PathBuf,
    vst3: PathBuf,
    programs: Option<PathBuf>,
}

fn places(whom: Whom) -> Result<Places> {
    let variable = |name: &str| -> Result<PathBuf> {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from).with_context(|| format!("{name} is not set"))
    };
    Ok(if cfg!(target_os = "windows") {
        let common = match whom {
            Whom::User => variable("LOCALAPPDATA")?.join("Programs").join("Common"),
            Whom::System => variable("COMMONPROGRAMFILES")?,
        };
        Places {
            clap: common.join("CLAP"),
            vst3: common.join("VST3"),
            programs: None,
        }
    } else if cfg!(target_os = "macos") {
        let library = match whom {
            Whom::User => variable("HOME")?.join("Library"),
            Whom::System => "/Library".into(),
        };
        Places {
            clap: library.join("Audio/Plug-Ins/CLAP"),
            vst3: library.join("Audio/Plug-Ins/VST3"),
            programs: None,
        }
    } else {
        match whom {
            Whom::User => {
                let home = variable("HOME")?;
                Places {
                    clap: home.join(".clap"),
                    vst3: home.join(".vst3"),
                    programs: Some(home.join(".local/bin")),
                }
            }
            Whom::System => Places {
                clap: "/usr/local/lib/clap".into(),
                vst3: "/usr/local/lib/vst3".into(),
                programs: Some("/usr/local/bin".into()),
            },
        }
    })
}

/// Builds the plugin and installs it.
pub fn run(whom: Whom, consent: Consent) -> Result<()> {
    setup::run(consent, For::Plugin)?;
    let bundles = bundle::run(Build::Usual)?;
    let places = places(whom)?;
    put(&bundles.clap, &places.clap)?;
    put(&bundles.vst3, &places.vst3)?;
    // The VST3 bundle carries the renderer; a CLAP file can't, and the command is of use by itself.
    if let Some(programs) = &places.programs {
        put(&bundles.renderer, programs)?;
    } else if bundles.renderer.is_file() {
        put(&bundles.renderer, &places.clap)?;
    }
    println!("\nLet your DAW scan its plugins; Phosphene is an effect for the master bus.");
    Ok(())
}

/// Removes what [`run`] put there.
pub fn remove(whom: Whom) -> Result<()> {
    let places = places(whom)?;
    let program = if cfg!(windows) { "phosphene.exe" } else { "phosphene" };
    let mut installed = vec![places.clap.join("Phosphene.clap"), places.vst3.join("Phosphene.vst3")];
    installed.push(places.programs.unwrap_or(places.clap).join(program));
    for path in installed {
        let gone = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else if path.exists() {
            fs::remove_file(&path)
        } else {
            continue;
        };
        gone.with_context(|| format!("can't remove {}", path.display()))?;
        println!("removed {}", path.display());
    }
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
