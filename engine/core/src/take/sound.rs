//! A take's sound, read as it was spooled: 32-bit floats, interleaved, little endian.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use super::Take;
use crate::{
    error::{Error, Result},
    song::{Decode, Decoded, LossLog, SampleFormat, Samples, Shape, Song, SongInfo, Source, title},
    time::SamplePos,
};

/// Samples (per channel) read at a time.
const BLOCK: usize = 4_096;

/// The sound in a take's folder.
#[derive(Debug)]
struct TakeSound;

impl Source for TakeSound {
    fn decoder(&self, info: &SongInfo) -> Result<Box<dyn Decode>> {
        let folder = info.path.parent().unwrap_or(&info.path);
        Ok(Box::new(SoundReader::of(&Take::open(folder)?)?))
    }
}

impl Take {
    /// Its sound as a song, sample for sample.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be opened.
    pub fn song(&self) -> Result<Song> {
        let info = SoundReader::of(self)?.info;
        Song::from_source(info, Box::new(TakeSound), self.losses.clone())
    }
}

/// Reads a take's sound from its first sample.
struct SoundReader {
    info: SongInfo,
    file: BufReader<File>,
    left: u64,
    bytes: Vec<u8>,
}

impl SoundReader {
    /// A reader of the take's sound from its first sample.
    fn of(take: &Take) -> Result<Self> {
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
}

impl Decode for SoundReader {
    fn info(&self) -> &SongInfo {
        &self.info
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded {
        let len = self.left.min(BLOCK as u64);
        if len == 0 {
            return Decoded::End;
        }
        self.bytes.resize(len as usize * 4 * self.info.channels, 0);
        if let Err(error) = self.file.read_exact(&mut self.bytes) {
            log.add(now, format!("the take's sound can't be read on: {error}"));
            self.left = 0;
            return Decoded::End;
        }
        self.left -= len;
        let values = samples.empty_f32();
        let quads = self.bytes.chunks_exact(4);
        values.extend(quads.map(|quad| f32::from_le_bytes([quad[0], quad[1], quad[2], quad[3]])));
        Decoded::Sound {
            at: None,
            shape: Shape::of(&self.info),
        }
    }
}
