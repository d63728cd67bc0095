//! A file under a name of its own until it is whole; dropped before, it is gone.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Seek, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use super::{Overwrite, Sink, put_in_place};

/// A file that is being written.
pub(super) struct Spool {
    path: PathBuf,
    file: BufWriter<File>,
    /// Whether it has got its name.
    published: bool,
}

impl Spool {
    /// In this folder, under a short name that nothing has, so that no length of the final name matters.
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!(".phosphene-{}-{number}.tmp", std::process::id()));
            match OpenOptions::new().read(true).write(true).create_new(true).open(&path) {
                // Left by a process of that number that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => {
                    return opened.map(|file| Self {
                        path,
                        file: BufWriter::with_capacity(1 << 16, file),
                        published: false,
                    });
                }
            }
        }
    }

    /// Where bytes are put.
    pub(super) fn sink(&mut self) -> &mut dyn Sink {
        &mut self.file
    }

    /// Gives the file its name, when all of it is on the disk.
    pub(super) fn publish(mut self, to: &Path, overwrite: Overwrite) -> io::Result<()> {
        self.file.flush()?;
        if let Ok(old) = fs::metadata(to) {
            // Who may read the old one may read the new one, as far as this user can say so.
            let _ = self.file.get_ref().set_permissions(old.permissions());
        }
        self.file.get_ref().sync_all()?;
        put_in_place(&self.path, to, overwrite)?;
        self.published = true;
        Ok(())
    }

    /// Copies all of it to a device or pipe.
    pub(super) fn copy_to(mut self, stream: &mut File) -> io::Result<()> {
        self.file.flush()?;
        let file = self.file.get_mut();
        file.rewind()?;
        io::copy(file, stream)?;
        stream.flush()
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.published {
            // There is nobody left to tell.
            let _ = fs::remove_file(&self.path);
        }
    }
}
