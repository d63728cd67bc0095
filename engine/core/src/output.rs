//! Files that are written: never over what is read, never over anything unasked, whole or not at all.
//!
//! [`Outputs`] is told what a command reads, and is asked for each file that it will write before work begins: a name
//! that can't be written is refused then. An [`Output`] is written under another name in the same folder, synced, and
//! renamed; on a full disk the old file is as it was, and nothing is left behind.

mod identity;
mod spool;

use std::{
    fs::{self, OpenOptions},
    io::{self, Seek, Write},
    path::{Path, PathBuf, is_separator},
};

use self::{
    identity::{Identity, Place},
    spool::Spool,
};
use crate::error::{Error, Result};

/// What to do when the output is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overwrite {
    /// Refuse.
    #[default]
    Never,
    /// Replace it, when the new one is complete.
    Replace,
}

/// Where bytes go; a few formats come back to their beginning.
pub trait Sink: Write + Seek {}

impl<T: Write + Seek> Sink for T {}

/// The files that one command writes.
///
/// ```
/// use phosphene_core::output::{Outputs, Overwrite};
/// # let folder = tempfile::tempdir()?;
/// let song = folder.path().join("song.wav");
/// std::fs::write(&song, "sound")?;
/// let mut outputs = Outputs::new(Overwrite::Replace, [&song])?;
/// assert!(outputs.claim(&folder.path().join(".").join("song.wav")).is_err());
/// let beats = outputs.claim(&folder.path().join("beats.txt"))?;
/// beats.write(|file| Ok(file.write_all(b"0.5\t1\n")?))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Outputs {
    overwrite: Overwrite,
    inputs: Vec<Input>,
    claimed: Vec<(PathBuf, Place)>,
}

/// What is read: a file, or a folder with everything in it.
#[derive(Debug)]
struct Input {
    path: PathBuf,
    identity: Identity,
}

impl Outputs {
    /// For a command that reads `inputs`; those that aren't there are passed over, since reading will tell of them.
    ///
    /// # Errors
    /// [`Error::OutputIsInput`] when the program's own standard output or standard error goes into one of them.
    pub fn new(overwrite: Overwrite, inputs: impl IntoIterator<Item = impl Into<PathBuf>>) -> Result<Self> {
        let known = |path: PathBuf| Identity::of(&path).map(|identity| Input { path, identity });
        let inputs: Vec<Input> = inputs.into_iter().filter_map(|path| known(path.into())).collect();
        for (name, stream) in identity::streams() {
            if let Some(input) = inputs.iter().find(|input| input.identity == stream) {
                return Err(is_input(Path::new(name), "is", &input.path));
            }
        }
        Ok(Self {
            overwrite,
            inputs,
            claimed: Vec::new(),
        })
    }

    /// A file that this command will write.
    ///
    /// # Errors
    /// [`Error::OutputIsInput`] for a file that is read, whatever its name, or lies in a folder that is read;
    /// [`Error::OutputExists`] where something is that may not be replaced; [`Error::Value`] for a file that another
    /// output of the command goes to; [`Error::File`] where no file can be written.
    pub fn claim(&mut self, path: &Path) -> Result<Output> {
        let way = self.look(path, self.overwrite)?;
        if let Way::File(destination) = &way {
            // Tried now: it may be an hour before there is something to write.
            drop(Spool::create(folder_of(destination)).map_err(|error| refused(path, error))?);
        }
        Ok(Output {
            path: path.to_owned(),
            way,
            overwrite: self.overwrite,
        })
    }

    /// As [`Self::claim`], for a file that somebody else will write and try.
    ///
    /// # Errors
    /// As [`Self::claim`].
    pub fn reserve(&mut self, path: &Path) -> Result<()> {
        self.look(path, self.overwrite).map(drop)
    }

    /// As [`Self::reserve`], for a file that may be there: one on the way to another.
    ///
    /// # Errors
    /// As [`Self::claim`].
    pub fn reserve_aside(&mut self, path: &Path) -> Result<()> {
        self.look(path, Overwrite::Replace).map(drop)
    }

    fn look(&mut self, path: &Path, overwrite: Overwrite) -> Result<Way> {
        let way = Way::to(path)?;
        let (identity, destination) = match &way {
            Way::Stream => (Identity::of(path), path),
            Way::File(destination) => (Identity::of(destination), &**destination),
        };
        self.check_inputs(path, destination, identity.as_ref())?;
        let place = Place::of(folder_of(destination), destination, identity).map_err(|error| refused(path, error))?;
        if let Way::File(_) = way {
            if let Some((other, _)) = self.claimed.iter().find(|(_, taken)| *taken == place) {
                return Err(Error::Value {
                    what: "an output",
                    expected: format!("another file than the output {}", other.display()),
                    actual: path.display().to_string(),
                });
            }
            if overwrite == Overwrite::Never && fs::symlink_metadata(path).is_ok() {
                return Err(Error::OutputExists { path: path.to_owned() });
            }
            self.claimed.push((path.to_owned(), place));
        }
        Ok(way)
    }

    fn check_inputs(&self, path: &Path, destination: &Path, identity: Option<&Identity>) -> Result<()> {
        let folders = identity::ancestors(folder_of(destination));
        for input in &self.inputs {
            // A hard link elsewhere to a file in a folder is that file too.
            let inside = |identity| identity::holds(&input.path, identity);
            if identity == Some(&input.identity) {
                return Err(is_input(path, "is", &input.path));
            }
            if folders.contains(&input.identity) || identity.is_some_and(inside) {
                return Err(is_input(path, "lies in", &input.path));
            }
        }
        Ok(())
    }
}

/// A place that was found fit to be written to.
#[derive(Debug)]
#[must_use = "nothing is written yet"]
pub struct Output {
    path: PathBuf,
    way: Way,
    overwrite: Overwrite,
}

/// How bytes get there.
#[derive(Debug)]
enum Way {
    /// A device or a pipe: as they come.
    Stream,
    /// The file behind all links: by another name beside it.
    File(PathBuf),
}

impl Output {
    /// Writes it whole, or leaves everything as it was.
    ///
    /// # Errors
    /// What `fill` says; [`Error::File`]; [`Error::OutputExists`] when something has appeared there meanwhile.
    pub fn write(self, fill: impl FnOnce(&mut dyn Sink) -> io::Result<()>) -> Result<()> {
        let failed = || Error::file("write", &self.path);
        self.try_write(|sink| fill(sink).map_err(failed()))
    }

    /// As [`Self::write`], for work that can fail otherwise too.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn try_write(&self, fill: impl FnOnce(&mut dyn Sink) -> Result<()>) -> Result<()> {
        let failed = || Error::file("write", &self.path);
        match &self.way {
            Way::Stream => {
                let mut spool = Spool::create(&std::env::temp_dir()).map_err(failed())?;
                fill(spool.sink())?;
                let mut stream = OpenOptions::new().append(true).open(&self.path).map_err(failed())?;
                match spool.copy_to(&mut stream) {
                    // Who reads it has read enough.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    copied => copied.map_err(failed()),
                }
            }
            Way::File(destination) => {
                let mut spool = Spool::create(folder_of(destination)).map_err(failed())?;
                fill(spool.sink())?;
                match spool.publish(destination, self.overwrite) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Error::OutputExists {
                        path: self.path.clone(),
                    }),
                    published => published.map_err(failed()),
                }
            }
        }
    }
}

impl Way {
    /// What a name leads to.
    fn to(path: &Path) -> Result<Self> {
        let wrong = |reason: &str| refused(path, io::Error::other(reason.to_owned()));
        let text = path.as_os_str().to_string_lossy();
        let names_folder = text.ends_with(is_separator) || path.file_name().is_none() || text.ends_with("/.");
        if names_folder {
            return Err(wrong("it is the name of a folder; add a file's name"));
        }
        if identity::is_of_the_system(folder_of(path)) {
            return match fs::metadata(path) {
                Ok(found) if identity::is_disk(&found) => Err(wrong("it is a disk; name a file")),
                Ok(found) if found.is_dir() => Err(wrong("it is a folder; add a file's name")),
                Ok(_) => Ok(Self::Stream),
                Err(error) => Err(refused(path, error)),
            };
        }
        let destination = behind_links(path).map_err(|error| refused(path, error))?;
        match fs::metadata(&destination) {
            Ok(found) if found.is_dir() => Err(wrong("it is a folder; add a file's name")),
            Ok(found) if identity::is_disk(&found) => Err(wrong("it is a disk; name a file")),
            Ok(found) if !found.is_file() => Ok(Self::Stream),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(path, error)),
            _ => Ok(Self::File(destination)),
        }
    }
}

/// The name at the end of a row of symbolic links; it need not be there.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&at) {
            Ok(next) => at = folder_of(&at).join(next),
            Err(_) => return Ok(at),
        }
    }
    Err(io::Error::other("its symbolic links lead in a circle"))
}

/// The folder that a name is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn refused(path: &Path, error: io::Error) -> Error {
    let said = match error.kind() {
        io::ErrorKind::NotFound => io::Error::new(error.kind(), "its folder does not exist; create the folder first"),
        io::ErrorKind::InvalidFilename => io::Error::new(error.kind(), format!("{error}; give it a shorter name")),
        _ => error,
    };
    Error::file("write", path)(said)
}

fn is_input(output: &Path, relation: &'static str, input: &Path) -> Error {
    Error::OutputIsInput {
        path: output.to_owned(),
        relation,
        input: input.to_owned(),
    }
}

/// Moves a file into place in one step, without replacing anything that may not be replaced.
///
/// # Errors
/// The system's, among them `AlreadyExists`.
pub fn put_in_place(from: &Path, to: &Path, overwrite: Overwrite) -> io::Result<()> {
    if overwrite == Overwrite::Replace {
        fs::rename(from, to)?;
    } else {
        match fs::hard_link(from, to) {
            Ok(()) => fs::remove_file(from)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Some file systems (FAT, network shares) know no hard links.
            Err(_) if fs::symlink_metadata(to).is_ok() => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to)?,
        }
    }
    // The name itself must survive a power cut too. Where a folder can't be opened, the system sees to it.
    if let Ok(folder) = fs::File::open(folder_of(to)) {
        let _ = folder.sync_all();
    }
    Ok(())
}
