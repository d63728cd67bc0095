//! The models on this machine: where they lie, what they are, and which one a name means.
//!
//! A model that was pulled is a folder of the library. One that was added stays where it is, since models are
//! gigabytes: the library keeps a note of the place. Names that begin with a dot are the library's own.
//!
//! | in the library's folder | what it is |
//! |---|---|
//! | `NAME/` | a pulled model, whole; `phosphene.json` in it says where it came from |
//! | `NAME.json` | the place of an added model |
//! | `.NAME.part/`, `.NAME.lock` | a pull that goes on, or can be gone on with |

mod origin;
mod standing;

use phosphene_core::Error as CoreError;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use phosphene_core::take::data_folder;

pub use origin::{Licence, Origin};
pub use standing::family;

/// The environment variable that moves the library.
pub const MODELS_VARIABLE: &str = "PHOSPHENE_MODELS";

const LONGEST_NAME: usize = 96;

/// A folder of models and of notes of models elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    root: PathBuf,
}

/// How a model came into the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the library's folder, by a pull: removing it removes its files.
    Own,
    /// Elsewhere, by a note: removing it removes the note.
    Elsewhere,
}

/// A model of the library.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is called: see [`Library::find`].
    pub name: String,
    /// Its folder in diffusers layout.
    pub folder: PathBuf,
    /// Whose the files are.
    pub place: Place,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Where it came from, and its licence, as far as its folder says.
    pub origin: Origin,
}

/// `NAME.json`: a model elsewhere.
#[derive(Serialize, Deserialize)]
struct Note {
    folder: PathBuf,
}

impl Library {
    /// The library of this user: `PHOSPHENE_MODELS`, or `models` in the program's data folder.
    ///
    /// That is `$XDG_DATA_HOME/phosphene` (`~/.local/share/phosphene`) on Linux, `~/Library/Application
    /// Support/Phosphene` on macOS, `%LOCALAPPDATA%\Phosphene` on Windows.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] when the system names no home folder.
    pub fn of_this_user() -> Result<Self> {
        if let Some(root) = env::var_os(MODELS_VARIABLE).filter(|root| !root.is_empty()) {
            return Ok(Self::at(root));
        }
        // Not Windows' roaming folder: models are too big to be copied from machine to machine.
        data_folder("LOCALAPPDATA")
            .map(|data| Self::at(data.join("models")))
            .ok_or_else(|| {
                Error::value(
                    "the home folder",
                    format!("named by the system, so that there is a place for models; set {MODELS_VARIABLE}"),
                    "unknown",
                )
            })
    }

    /// The library in a folder, which need not be there yet.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The models, by name. One whose files are gone is listed with 0 bytes.
    ///
    /// # Errors
    /// [`phosphene_core::Error::File`] when the library can't be read; [`Error::Model`] for a damaged note.
    pub fn list(&self) -> Result<Vec<Entry>> {
        let items = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            items => items.map_err(CoreError::file("read", &self.root))?,
        };
        let mut entries = Vec::new();
        for item in items {
            let path = item.map_err(CoreError::file("read", &self.root))?.path();
            let file_name = path
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            if path.is_dir() && checked(&file_name).is_ok() {
                entries.push(entry(file_name, path, Place::Own));
            } else if let Some(name) = file_name.strip_suffix(".json").filter(|name| checked(name).is_ok()) {
                entries.push(entry(name.to_owned(), read_note(&path)?, Place::Elsewhere));
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// The folder of a model: `wanted` is a name of the library, or a folder. Loading it tells whether it is a model.
    ///
    /// # Errors
    /// [`Error::Model`] when it is neither, with what there is; or when a model that was added is gone.
    pub fn find(&self, wanted: &str) -> Result<PathBuf> {
        let path = Path::new(wanted);
        if checked(wanted).is_ok()
            && let Some(folder) = self.named(wanted)?
        {
            if folder.is_dir() {
                return Ok(folder);
            }
            return Err(Error::Model {
                path: folder,
                reason: "it was added, and is not there any more".into(),
                remedy: format!("`phosphene models remove {wanted}`, and add it from where it is now"),
            });
        }
        if path.exists() {
            return Ok(path.to_path_buf());
        }
        let names: Vec<_> = self.list()?.into_iter().map(|entry| entry.name).collect();
        Err(Error::Model {
            path: path.to_path_buf(),
            reason: if names.is_empty() {
                "there is no such folder, and no model in the library".into()
            } else {
                format!("there is no such folder, and the library has {}", names.join(", "))
            },
            remedy: "name one of those, or get one: `phosphene models pull NAME`, `phosphene models add DIR`".into(),
        })
    }

    /// Notes a model that lies elsewhere; its files stay there. `name` is the folder's when not given.
    ///
    /// # Errors
    /// [`Error::Model`] when the folder holds no model that can be used or the name is taken; [`phosphene_core::Error::File`] when the
    /// note can't be written.
    pub fn add(&self, folder: &Path, name: Option<&str>) -> Result<Entry> {
        let absolute = folder.canonicalize().map_err(CoreError::file("read", folder))?;
        family(&absolute)?;
        let own_name = || absolute.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.map(str::to_owned).or_else(own_name).unwrap_or_default();
        self.refuse_taken(&name)?;
        fs::create_dir_all(&self.root).map_err(CoreError::file("create", &self.root))?;
        let note = self.note(&name);
        let text = serde_json::to_vec(&Note {
            folder: absolute.clone(),
        })
        .map_err(|error| Error::Model {
            path: absolute.clone(),
            reason: format!("its path can't be noted ({error})"),
            remedy: "move it to a path of plain characters".into(),
        })?;
        fs::write(&note, text).map_err(CoreError::file("write", &note))?;
        Ok(entry(name, absolute, Place::Elsewhere))
    }

    /// Removes a model: its files if they are the library's own, else the note of it.
    ///
    /// # Errors
    /// [`phosphene_core::Error::File`] when they can't be removed.
    pub fn remove(&self, entry: &Entry) -> Result<()> {
        match entry.place {
            Place::Elsewhere => {
                let note = self.note(&entry.name);
                fs::remove_file(&note)
                    .map_err(CoreError::file("remove", &note))
                    .map_err(Error::from)
            }
            // Away from its name first, so that a removal that is cut off leaves no half model under it.
            Place::Own => {
                let going = self.root.join(format!(".{}.gone", entry.name));
                // What a removal left that was cut off.
                let _ = fs::remove_dir_all(&going);
                fs::rename(&entry.folder, &going).map_err(CoreError::file("remove", &entry.folder))?;
                fs::remove_dir_all(&going)
                    .map_err(CoreError::file("remove", &going))
                    .map_err(Error::from)
            }
        }
    }

    /// Where a model of this name lies or would lie when pulled.
    ///
    /// # Errors
    /// [`Error::Model`] when the name can't be one, or is taken.
    pub fn place_for(&self, name: &str) -> Result<PathBuf> {
        self.refuse_taken(name)?;
        Ok(self.root.join(name))
    }

    fn note(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.json"))
    }

    fn named(&self, name: &str) -> Result<Option<PathBuf>> {
        let (own, note) = (self.root.join(name), self.note(name));
        if own.is_dir() {
            Ok(Some(own))
        } else if note.is_file() {
            read_note(&note).map(Some)
        } else {
            Ok(None)
        }
    }

    fn refuse_taken(&self, name: &str) -> Result<()> {
        checked(name)?;
        if self.named(name)?.is_some() {
            return Err(Error::Model {
                path: name.into(),
                reason: "the library has a model of that name".into(),
                remedy: format!("remove it first (`phosphene models remove {name}`), or give --name for another"),
            });
        }
        Ok(())
    }
}

/// Letters, digits, dots, dashes and underscores: a file name on every system.
fn checked(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !name.is_empty() && name.len() <= LONGEST_NAME && !name.starts_with('.') && name.chars().all(plain) {
        return Ok(());
    }
    Err(Error::value(
        "the model's name",
        format!("1 to {LONGEST_NAME} letters, digits, dots, dashes or underscores, not beginning with a dot"),
        format!("\"{name}\""),
    ))
}

fn read_note(path: &Path) -> Result<PathBuf> {
    let text = fs::read(path).map_err(CoreError::file("read", path))?;
    let note: Note = serde_json::from_slice(&text).map_err(|error| Error::Model {
        path: path.to_path_buf(),
        reason: format!("the note of where it lies is damaged ({error})"),
        remedy: "remove this file, and add the model again".into(),
    })?;
    Ok(note.folder)
}

fn entry(name: String, folder: PathBuf, place: Place) -> Entry {
    Entry {
        name,
        bytes: bytes_in(&folder),
        origin: Origin::read(&folder),
        folder,
        place,
    }
}

/// What a folder takes on the disk; what can't be read counts nothing.
fn bytes_in(folder: &Path) -> u64 {
    let Ok(items) = fs::read_dir(folder) else { return 0 };
    let size = |item: fs::DirEntry| match item.file_type() {
        Ok(kind) if kind.is_dir() => bytes_in(&item.path()),
        // Followed: a folder of the hub's own cache is made of links.
        _ => fs::metadata(item.path()).map_or(0, |file| if file.is_file() { file.len() } else { 0 }),
    };
    items.flatten().map(size).sum()
}

#[cfg(test)]
mod tests;
