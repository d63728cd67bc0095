//! The file on its way: from `NAME.part.mp4` to `NAME.mp4`, complete or not at all.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use super::{
    Container, Overwrite, mux,
    place::{self, ANOTHER_NAME, Names},
};
use phosphene_core::{
    error::{Error, Result},
    output, shell,
};

/// A video that is being written, locked against a second run.
pub(super) struct PartialFile {
    output: PathBuf,
    names: Names,
    container: Container,
    file: File,
    /// Whether there was no such file before.
    is_new: bool,
}

impl PartialFile {
    /// Opens the `.part` file beside the output and locks it. What a dead run has left in it is there until
    /// [`Self::empty`].
    pub(super) fn claim(output: &Path, container: Container, song: &Path) -> Result<Self> {
        let names = Names::beside(output, container);
        place::check_song(output, &names, song)?;
        let path = &names.part;
        let refuse = |reason: String, remedy: &str| place::refuse(output, reason, remedy);
        loop {
            let there = fs::symlink_metadata(path);
            // Through a link, some other file would be written over.
            if there.as_ref().is_ok_and(|there| !there.is_file()) {
                let reason = format!("{} is in the way, which is no ordinary file", path.display());
                return Err(refuse(reason, "remove it, or choose another name with -o"));
            }
            let mut options = OpenOptions::new();
            let opened = options.read(true).write(true).create(true).truncate(false).open(path);
            let file = opened.map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => refuse("its folder does not exist".to_owned(), "create the folder first"),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem if there.is_ok() => refuse(
                    format!("{} is in the way and can't be written ({error})", path.display()),
                    "remove it, or choose another name with -o",
                ),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => refuse(
                    format!("its folder can't be written ({error})"),
                    "choose another folder with -o",
                ),
                io::ErrorKind::InvalidFilename => refuse(error.to_string(), "give it a shorter name with -o"),
                _ => refuse(format!("{}: {error}", path.display()), ANOTHER_NAME),
            })?;
            if let Err(TryLockError::WouldBlock) = file.try_lock() {
                let reason = format!("another run is writing {}", path.display());
                return Err(refuse(reason, "wait for it, or choose another name with -o"));
            }
            // A run that has finished meanwhile has taken the name along: then it is a lock on nothing.
            if is_at(&file, path) {
                if !is_unfinished(&file, container).map_err(Error::file("read", path))? {
                    let reason = format!("{} is in the way, which no render has left there", path.display());
                    return Err(refuse(reason, "move it elsewhere, or choose another name with -o"));
                }
                return Ok(Self {
                    output: output.to_owned(),
                    is_new: there.is_err(),
                    names,
                    container,
                    file,
                });
            }
        }
    }

    /// Throws away what a dead run has left: only now that the file is locked, and the work begins.
    pub(super) fn empty(&self) -> Result<()> {
        self.file.set_len(0).map_err(Error::file("write", &self.names.part))
    }

    pub(super) fn output(&self) -> &Path {
        &self.output
    }

    pub(super) fn path(&self) -> &Path {
        &self.names.part
    }

    pub(super) fn container(&self) -> Container {
        self.container
    }

    /// The open file, to write to.
    pub(super) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// The file of a trial, beside the output too; it is gone when this is dropped.
    pub(super) fn trial(&self) -> Trial {
        Trial(self.names.trial.clone())
    }

    /// An error that says how to go on with what was written.
    pub(super) fn fail(&self, fault: mux::Fault) -> Error {
        let mut remedy = fault.remedy();
        if fs::metadata(self.path()).is_ok_and(|meta| meta.len() > 0) {
            let (part, ending) = (self.path().display(), self.container.ending());
            let quoted = shell::quoted(self.path());
            remedy = format!(
                "{remedy}; what was done so far plays from {part}, and `ffmpeg -i {quoted} -c copy \
                 recovered.{ending}` makes an ordinary video of it"
            );
        }
        place::refuse(&self.output, fault.reason(), &remedy)
    }

    /// Gives the closed file its name, and says how big it is.
    pub(super) fn publish(self, overwrite: Overwrite, closed: &mux::Closed) -> Result<u64> {
        let ready = match self.container {
            // Matroska is complete as it was written.
            Container::Mkv => &self.names.part,
            Container::Mp4 | Container::Mov => {
                let ready = &self.names.ready;
                if let Err(fault) = mux::index_first(self.path(), ready, self.container, closed) {
                    // Half a copy is of no use; the part that it was made from is.
                    let _ = fs::remove_file(ready);
                    return Err(self.fail(fault));
                }
                ready
            }
        };
        let io_fail = |error: io::Error| self.fail(mux::Fault::Io(error));
        let finished = OpenOptions::new().write(true).open(ready).map_err(io_fail)?;
        finished.sync_all().map_err(io_fail)?;
        let bytes = finished.metadata().map_err(io_fail)?.len();
        drop(finished);
        output::put_in_place(ready, &self.output, overwrite).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::OutputExists {
                path: self.output.clone(),
            },
            _ => io_fail(error),
        })?;
        if *ready != self.names.part {
            self.remove()?;
        }
        Ok(bytes)
    }

    /// Gives the name up again, as if it had never been claimed.
    pub(super) fn release(self) -> Result<()> {
        if self.is_new { self.remove() } else { Ok(()) }
    }

    pub(super) fn remove(self) -> Result<()> {
        fs::remove_file(self.path()).map_err(Error::file("remove", self.path()))
    }
}

/// The file of a trial.
pub(super) struct Trial(PathBuf);

impl Trial {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        // It is not there when it could not be made, which has been told.
        let _ = fs::remove_file(&self.0);
    }
}

/// Makes a file for what only this run writes; whatever else has its name is a dead run's, and goes.
pub(super) fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// Whether a file is what a dead run of ours has left, which may be replaced: hardly begun, or with [`mux::MARK`] in its
/// head, and in Matroska with a segment whose length was never filled in (RFC 8794, section 6.2: all ones in eight bytes).
fn is_unfinished(mut file: &File, container: Container) -> io::Result<bool> {
    /// Bytes in which the head lies, and of which no picture or sound is.
    const HEAD: u64 = 1 << 16;
    const BEGUN: usize = 256;
    const UNKNOWN_LENGTH: [u8; 12] = [0x18, 0x53, 0x80, 0x67, 1, 255, 255, 255, 255, 255, 255, 255];
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(HEAD).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let has = |mark: &[u8]| head.windows(mark.len()).any(|bytes| bytes == mark);
    let is_ours = has(mux::MARK.as_bytes());
    Ok(match container {
        _ if head.len() < BEGUN => true,
        Container::Mp4 | Container::Mov => is_ours,
        Container::Mkv => is_ours && has(&UNKNOWN_LENGTH),
    })
}

/// Whether an open file is still the one at a path.
fn is_at(file: &File, path: &Path) -> bool {
    let open = file.try_clone().and_then(same_file::Handle::from_file);
    let named = same_file::Handle::from_path(path);
    matches!((open, named), (Ok(open), Ok(named)) if open == named)
}
