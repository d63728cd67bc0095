//! A stretch of a file that reads as if it were the whole file.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

use symphonia::core::io::MediaSource;

use crate::error::{Error, Result};

/// The bytes of a range of a file.
pub struct FilePart {
    file: File,
    bytes: Range<u64>,
    /// Where reading goes on, from the part's start.
    at: u64,
}

impl FilePart {
    /// Opens the bytes of `range`, as far as the file has them.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be opened.
    pub fn open(path: &Path, bytes: Range<u64>) -> Result<Self> {
        let refuse = Error::file("read", path);
        let opened = File::open(path).and_then(|mut file| {
            let len = file.metadata()?.len();
            let bytes = bytes.start.min(len)..bytes.end.min(len);
            file.seek(SeekFrom::Start(bytes.start))?;
            Ok(Self { file, bytes, at: 0 })
        });
        opened.map_err(refuse)
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> u64 {
        self.bytes.end - self.bytes.start
    }
}

impl Read for FilePart {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.len().saturating_sub(self.at);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
        let read = self.file.read(&mut out[..most])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for FilePart {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
        };
        let at = at.ok_or(io::ErrorKind::InvalidInput)?;
        let whole = self.bytes.start.checked_add(at).ok_or(io::ErrorKind::InvalidInput)?;
        self.file.seek(SeekFrom::Start(whole))?;
        self.at = at;
        Ok(at)
    }
}

impl MediaSource for FilePart {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len())
    }
}
