//! A take's sound, read as it was spooled: 32-bit floats, interleaved, little endian.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use super::{SampleFormat, Samples, Shape, SongInfo, Step, loss::LossLog, title};
use crate::{
    error::{Error, Result},
    take::Take,
    time::SamplePos,
};

/// Samples (per channel) read at a time.
const BLOCK: usize = 4_096;

/// Reads a take's sound from its first sample.
pub(super) struct RawReader {
    info: SongInfo,
    file: BufReader<File>,
    left: u64,
    bytes: Vec<u8>,
}

impl RawReader {
    /// Opens the sound of a take, as [`SongInfo::path`] names it.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(path);
        Self::of(&Take::open(folder)?)
    }

    pub(super) fn of(take: &Take) -> Result<Self> {
        let path = take.audio_path();
        let file = File::open(&path).map_err(Error::file("read", &path))?;
        Ok(Self {
            info: SongInfo {
                path,
                rate: take.manifest.rate,
                channels: usize::from(take.manifest.channels),
                format: SampleFormat::F32,
                codec: "take".to_owned(),
                claimed_len: Some(take.len),
                title: title::tag(&take.manifest.name),
                artist: None,
            },
            file: BufReader::new(file),
            left: take.len,
            bytes: Vec::new(),
        })
    }

    pub(super) fn info(&self) -> &SongInfo {
        &self.info
    }

    pub(super) fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Step {
        let len = self.left.min(BLOCK as u64);
        if len == 0 {
            return Step::End;
        }
        self.bytes.resize(len as usize * 4 * self.info.channels, 0);
        if let Err(error) = self.file.read_exact(&mut self.bytes) {
            log.add(now, format!("the take's sound can't be read on: {error}"));
            self.left = 0;
            return Step::End;
        }
        self.left -= len;
        let values = samples.empty_f32();
        let quads = self.bytes.chunks_exact(4);
        values.extend(quads.map(|quad| f32::from_le_bytes([quad[0], quad[1], quad[2], quad[3]])));
        Step::Sound {
            at: None,
            shape: Shape::of(&self.info),
        }
    }
}
