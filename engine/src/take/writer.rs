//! Writes a take as it is heard.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use super::{Entry, Manifest};
use crate::error::{Error, Result};

/// An open take. Dropping it without [`Writer::end`] leaves a take that was cut off, and that renders all the same.
pub struct Writer {
    folder: PathBuf,
    audio: File,
    log: File,
}

impl Writer {
    /// Makes the folder and its manifest; from here on the take is valid.
    ///
    /// # Errors
    /// [`Error::File`] when the folder can't be made.
    pub fn create(folder: &Path, manifest: &Manifest) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        let path = folder.join("take.json");
        let json = serde_json::to_vec_pretty(manifest).expect("a manifest is plain data");
        fs::write(&path, json).map_err(Error::file("write", &path))?;
        let open = |name: &str| {
            let path = folder.join(name);
            File::create(&path).map_err(Error::file("create", &path))
        };
        Ok(Self {
            folder: folder.to_owned(),
            audio: open("audio.f32")?,
            log: open("log.jsonl")?,
        })
    }

    /// The take's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Appends interleaved samples.
    ///
    /// # Errors
    /// [`Error::File`] when the disk is full or failed; what was written before is kept.
    pub fn audio(&mut self, interleaved: &[f32]) -> Result<()> {
        let bytes: Vec<u8> = interleaved.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        self.audio.write_all(&bytes).map_err(Error::file("write", &self.folder))
    }

    /// Appends to the log.
    ///
    /// # Errors
    /// As [`Writer::audio`].
    pub fn entry(&mut self, entry: &Entry) -> Result<()> {
        let mut line = serde_json::to_vec(entry).expect("an entry is plain data");
        line.push(b'\n');
        self.log.write_all(&line).map_err(Error::file("write", &self.folder))
    }

    /// Hands everything to the system, so that it survives the death of this process. Call it a few times a second.
    ///
    /// # Errors
    /// As [`Writer::audio`].
    pub fn flush(&mut self) -> Result<()> {
        Ok(())
    }

    /// Ends the take with its last entry ([`super::Event::End`]) and syncs it to the disk.
    ///
    /// # Errors
    /// As [`Writer::audio`].
    pub fn end(mut self, last: &Entry) -> Result<()> {
        self.entry(last)?;
        self.flush()
    }

    /// Removes the take: it was provisional and nobody wants it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn discard(self) -> Result<()> {
        let Self { folder, audio, log } = self;
        drop((audio, log));
        fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))
    }
}
