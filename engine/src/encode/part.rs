//! The file on its way: from `NAME.part.mp4` to `NAME.mp4`, complete or not at all.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::{Container, Overwrite, mux};
use crate::{
    error::{Error, Result},
    output, shell,
};

/// A video that is being written, locked against a second run.
pub(super) struct Part {
    output: PathBuf,
    path: PathBuf,
    container: Container,
    file: File,
}

impl Part {
    /// Creates the `.part` file beside the output, or empties the one that a dead run has left.
    pub(super) fn create(output: &Path, container: Container) -> Result<Self> {
        let refuse = |reason: String, remedy: &str| Error::Encode {
            path: output.to_owned(),
            reason,
            remedy: remedy.to_owned(),
        };
        if output.to_str().is_none() {
            return Err(refuse(
                "its name is not valid Unicode".to_owned(),
                "give it another name",
            ));
        }
        let path = output.with_extension(format!("part.{}", container.ending()));
        let mut options = OpenOptions::new();
        let opened = options.read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => refuse("its folder does not exist".to_owned(), "create the folder first"),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => refuse(
                format!("its folder can't be written ({error})"),
                "choose another folder with -o",
            ),
            io::ErrorKind::InvalidFilename => refuse(format!("{error}"), "give it a shorter name with -o"),
            _ => refuse(format!("{}: {error}", path.display()), "choose another name with -o"),
        })?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let reason = format!("another run is writing {}", path.display());
            return Err(refuse(reason, "wait for it, or choose another name with -o"));
        }
        // Only now: a file that another run holds must not be touched.
        file.set_len(0).map_err(Error::file("write", &path))?;
        Ok(Self {
            output: output.to_owned(),
            path,
            container,
            file,
        })
    }

    pub(super) fn output(&self) -> &Path {
        &self.output
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn container(&self) -> Container {
        self.container
    }

    /// The open file, to write to.
    pub(super) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// An error that says how to go on with what was written.
    pub(super) fn fail(&self, fault: mux::Fault) -> Error {
        let mut remedy = fault.remedy();
        if fs::metadata(&self.path).is_ok_and(|meta| meta.len() > 0) {
            let (part, ending) = (self.path.display(), self.container.ending());
            let quoted = shell::quoted(&self.path);
            remedy = format!(
                "{remedy}; what was done so far plays from {part}, and `ffmpeg -i {quoted} -c copy \
                 recovered.{ending}` makes an ordinary video of it"
            );
        }
        Error::Encode {
            path: self.output.clone(),
            reason: fault.reason(),
            remedy,
        }
    }

    /// Gives the closed file its name, and says how big it is.
    pub(super) fn publish(self, overwrite: Overwrite, closed: mux::Closed) -> Result<u64> {
        let ready = match self.container {
            // Matroska is complete as it was written.
            Container::Mkv => self.path.clone(),
            Container::Mp4 | Container::Mov => {
                let name = format!("part-final.{}", self.container.ending());
                let ready = self.output.with_extension(name);
                if let Err(fault) = mux::faststart(&self.path, &ready, self.container, closed) {
                    // Half a copy is of no use; the part that it was made from is.
                    let _ = fs::remove_file(&ready);
                    return Err(self.fail(fault));
                }
                ready
            }
        };
        let io_fail = |error: io::Error| self.fail(mux::Fault::Io(error));
        let finished = OpenOptions::new().write(true).open(&ready).map_err(io_fail)?;
        finished.sync_all().map_err(io_fail)?;
        let bytes = finished.metadata().map_err(io_fail)?.len();
        drop(finished);
        output::put_in_place(&ready, &self.output, overwrite).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::OutputExists {
                path: self.output.clone(),
            },
            _ => io_fail(error),
        })?;
        if ready != self.path {
            self.remove()?;
        }
        Ok(bytes)
    }

    pub(super) fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).map_err(Error::file("remove", &self.path))
    }
}

/// Refuses an output that is there and may not be replaced.
pub(super) fn check_free(output: &Path, overwrite: Overwrite) -> Result<()> {
    match fs::symlink_metadata(output) {
        Ok(meta) if meta.is_dir() => Err(Error::Encode {
            path: output.to_owned(),
            reason: "it is a folder".to_owned(),
            remedy: "choose another name with -o".to_owned(),
        }),
        Ok(_) if overwrite == Overwrite::Never => Err(Error::OutputExists {
            path: output.to_owned(),
        }),
        _ => Ok(()),
    }
}
