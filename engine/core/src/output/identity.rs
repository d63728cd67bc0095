//! Which file a name means: the file itself, however it is spelt, linked or reached.

use std::{
    ffi::OsString,
    fs::{self, Metadata},
    io,
    path::Path,
};

/// How deep the folders of an input are looked into; links may lead in circles.
const DEEPEST: usize = 8;

/// A file or folder, told from all others on this machine.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    /// What a name leads to; `None` when there is nothing.
    pub(super) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|found| Self::from(&found))
    }
}

#[cfg(unix)]
impl From<&Metadata> for Identity {
    fn from(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            device: found.dev(),
            inode: found.ino(),
        }
    }
}

/// A file or folder, told from all others on this machine.
#[cfg(not(unix))]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity(same_file::Handle);

#[cfg(not(unix))]
impl Identity {
    /// What a name leads to; `None` when there is nothing.
    pub(super) fn of(path: &Path) -> Option<Self> {
        same_file::Handle::from_path(path).ok().map(Self)
    }
}

/// Whether a file is in a folder, by whatever link.
pub(super) fn holds(folder: &Path, file: &Identity) -> bool {
    folder.is_dir() && holds_within(folder, file, DEEPEST)
}

/// Whether a folder holds a file, by whatever name, up to `depth` folders further in.
fn holds_within(folder: &Path, file: &Identity, depth: usize) -> bool {
    // What can't be listed can't be read either.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            depth > 0 && holds_within(&path, file, depth - 1)
        } else {
            Identity::of(&path).as_ref() == Some(file)
        }
    })
}

/// A folder and all that it is in.
pub(super) fn ancestors(folder: &Path) -> Vec<Identity> {
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    real.ancestors().filter_map(Identity::of).collect()
}

/// Where a file is or will be.
#[derive(Debug)]
pub(super) struct Place {
    folder: Identity,
    name: OsString,
    file: Option<Identity>,
}

impl Place {
    pub(super) fn of(folder: &Path, path: &Path, file: Option<Identity>) -> io::Result<Self> {
        Ok(Self {
            folder: Identity::of(folder).ok_or(io::ErrorKind::NotFound)?,
            name: path.file_name().unwrap_or_default().to_owned(),
            file,
        })
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        // Two names that differ in case are one file where file systems usually say so.
        let same_name = if cfg!(any(windows, target_os = "macos")) {
            self.name.to_string_lossy().to_lowercase() == other.name.to_string_lossy().to_lowercase()
        } else {
            self.name == other.name
        };
        let same_file = self.file.is_some() && self.file == other.file;
        same_file || (same_name && self.folder == other.folder)
    }
}

/// The files that the program's standard output and error go to, if they go to files.
#[cfg(unix)]
pub(super) fn streams() -> Vec<(&'static str, Identity)> {
    use std::os::fd::AsFd;
    let (out, err) = (io::stdout(), io::stderr());
    let streams = [
        ("the standard output", out.as_fd()),
        ("the standard error", err.as_fd()),
    ];
    let file = |stream: std::os::fd::BorrowedFd<'_>| {
        let found = fs::File::from(stream.try_clone_to_owned().ok()?).metadata().ok()?;
        found.is_file().then(|| Identity::from(&found))
    };
    let known = streams.into_iter();
    known.filter_map(|(name, stream)| Some((name, file(stream)?))).collect()
}

/// The files that the program's standard output and error go to, if they go to files.
#[cfg(not(unix))]
pub(super) fn streams() -> Vec<(&'static str, Identity)> {
    let streams = [
        ("the standard output", same_file::Handle::stdout()),
        ("the standard error", same_file::Handle::stderr()),
    ];
    let known = streams.into_iter();
    known
        .filter_map(|(name, stream)| Some((name, Identity(stream.ok()?))))
        .collect()
}

/// Whether a folder holds no files of the disk but the system's own, such as `/dev`.
pub(super) fn is_of_the_system(folder: &Path) -> bool {
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    cfg!(unix) && (real == Path::new("/dev") || real == Path::new("/dev/fd") || real.starts_with("/proc"))
}

/// Whether it is a disk, of which a file would take the place of everything.
pub(super) fn is_disk(found: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        found.file_type().is_block_device()
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        false
    }
}
