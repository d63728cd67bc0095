//! RIFX: wav files whose numbers are big-endian, which no decoder here reads right.
//!
//! **Source**: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991, which has RIFX
//! as RIFF in Motorola's order; ITU-T G.711 for A-law and mu-law.

use std::{
    io::{BufReader, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

use super::{
    Decode, Decoded, LossLog, SampleFormat, Samples, Shape, SongInfo, check_shape, part::FilePart, unplayable,
};
use crate::{
    error::{Error, Result},
    time::SamplePos,
};

/// Samples (per channel) read at a time.
const BLOCK: u64 = 4_096;

/// How a sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// Whole numbers of so many bytes; a single byte is unsigned.
    Int(usize),
    F32,
    F64,
    ALaw,
    MuLaw,
}

impl Coding {
    /// What the format chunk asks for.
    fn of(tag: u16, bytes: usize) -> Option<Self> {
        match (tag, bytes) {
            (1, 1..=4) => Some(Self::Int(bytes)),
            (3, 4) => Some(Self::F32),
            (3, 8) => Some(Self::F64),
            (6, 1) => Some(Self::ALaw),
            (7, 1) => Some(Self::MuLaw),
            _ => None,
        }
    }

    /// Bytes of one sample of one channel.
    fn bytes(self) -> usize {
        match self {
            Self::Int(bytes) => bytes,
            Self::F32 => 4,
            Self::F64 => 8,
            Self::ALaw | Self::MuLaw => 1,
        }
    }
}

/// Whether a file begins as RIFX does.
pub(super) fn is_rifx(path: &Path, bytes: Range<u64>) -> bool {
    let mut head = [0; 12];
    let read = FilePart::open(path, bytes).is_ok_and(|mut file| file.read_exact(&mut head).is_ok());
    read && head[..4] == *b"RIFX" && head[8..] == *b"WAVE"
}

/// A RIFX file on its way.
pub(super) struct RifxReader {
    info: SongInfo,
    file: BufReader<FilePart>,
    coding: Coding,
    /// Samples (per channel) that the header says are still to come; nothing when it does not know.
    left: Option<u64>,
    bytes: Vec<u8>,
}

impl RifxReader {
    /// Reads the chunks up to the sound.
    ///
    /// # Errors
    /// [`Error::Song`] when the header is damaged or cut off, there is no sound, or its kind is unknown.
    pub(super) fn open(path: &Path, range: Range<u64>) -> Result<Self> {
        let refuse = |reason: &str| unplayable(path, reason);
        let mut file = BufReader::new(FilePart::open(path, range)?);
        let io = Error::file("read", path);
        let mut shape = None;
        file.seek(SeekFrom::Start(12)).map_err(io)?;
        loop {
            let mut head = [0; 8];
            file.read_exact(&mut head)
                .map_err(|_| refuse("it holds no sound: the file ends before it"))?;
            let len = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
            match &head[..4] {
                b"fmt " => {
                    let mut body = vec![0; (len as usize).min(1 << 12)];
                    file.read_exact(&mut body)
                        .map_err(|_| refuse("its header is cut off"))?;
                    shape = Some(Format::of(&body).ok_or_else(|| refuse("its header is damaged"))?);
                    let rest = i64::from(len) - body.len() as i64 + i64::from(len % 2);
                    file.seek_relative(rest).map_err(Error::file("read", path))?;
                }
                b"data" => {
                    let shape = shape.ok_or_else(|| refuse("its header lacks the format"))?;
                    return Self::at_data(path, file, &shape, len);
                }
                _ => file
                    .seek_relative(i64::from(len) + i64::from(len % 2))
                    .map_err(Error::file("read", path))?,
            }
        }
    }

    /// A reader whose file stands at the first sample; `len` is the sound's length in bytes as the header tells it.
    fn at_data(path: &Path, file: BufReader<FilePart>, shape: &Format, len: u32) -> Result<Self> {
        let rate = check_shape(path, shape.rate_hz, usize::from(shape.channels))?;
        let channels = usize::from(shape.channels);
        let coding = Coding::of(shape.tag, usize::from(shape.align) / channels).ok_or_else(|| {
            let reason = format!("it is a big-endian wav of kind {} with {} bits", shape.tag, shape.bits);
            unplayable(path, &reason)
        })?;
        let frame = (coding.bytes() * channels) as u64;
        let claimed = (len < u32::MAX - 65_536).then_some(u64::from(len) / frame);
        let (format, codec) = match coding {
            Coding::Int(1) => (SampleFormat::Int { bits: 8 }, "pcm_u8".to_owned()),
            Coding::Int(bytes) => (
                SampleFormat::Int { bits: bytes as u32 * 8 },
                format!("pcm_s{}be", bytes * 8),
            ),
            Coding::F32 => (SampleFormat::F32, "pcm_f32be".to_owned()),
            Coding::F64 => (SampleFormat::F64, "pcm_f64be".to_owned()),
            Coding::ALaw => (SampleFormat::Int { bits: 16 }, "pcm_alaw".to_owned()),
            Coding::MuLaw => (SampleFormat::Int { bits: 16 }, "pcm_mulaw".to_owned()),
        };
        let mut reader = Self {
            info: SongInfo {
                path: path.to_owned(),
                rate,
                channels,
                format,
                codec,
                claimed_len: claimed,
                title: None,
                artist: None,
            },
            file,
            coding,
            left: claimed,
            bytes: Vec::new(),
        };
        let at = reader.file.stream_position().map_err(Error::file("read", path))?;
        let mut samples = Samples::default();
        if reader.next(&mut samples, SamplePos(0), &mut LossLog::default()) == Decoded::End {
            return Err(unplayable(path, "it holds no sound"));
        }
        reader
            .file
            .seek(SeekFrom::Start(at))
            .map_err(Error::file("read", path))?;
        reader.left = claimed;
        Ok(reader)
    }
}

impl Decode for RifxReader {
    fn info(&self) -> &SongInfo {
        &self.info
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded {
        let most = self.left.map_or(BLOCK, |left| left.min(BLOCK));
        let frame = self.coding.bytes() * self.info.channels;
        self.bytes.clear();
        let whole = most * frame as u64;
        if let Err(error) = self.file.by_ref().take(whole).read_to_end(&mut self.bytes) {
            log.add(now, format!("the file can't be read on from here: {error}"));
        }
        self.bytes.truncate(self.bytes.len() / frame * frame);
        if self.bytes.is_empty() {
            return Decoded::End;
        }
        if let Some(left) = &mut self.left {
            *left -= (self.bytes.len() / frame) as u64;
        }
        decode(self.coding, &self.bytes, samples);
        Decoded::Sound {
            at: None,
            shape: Shape::of(&self.info),
        }
    }
}

/// What the format chunk says.
struct Format {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    align: u16,
    bits: u16,
}

impl Format {
    /// Reads the body of the chunk "fmt "; `None` when it is too short or has no channels.
    fn of(body: &[u8]) -> Option<Self> {
        let u16_at = |at: usize| Some(u16::from_be_bytes([*body.get(at)?, *body.get(at + 1)?]));
        let mut tag = u16_at(0)?;
        if tag == 0xfffe {
            // The kind leads the identifier, which writers swap as one number, as its parts, or not at all.
            let kind = body.get(24..28)?;
            tag = kind.iter().copied().find(|&byte| byte != 0).map(u16::from)?;
        }
        let channels = u16_at(2)?;
        let rate_hz = u32::from(u16_at(4)?) << 16 | u32::from(u16_at(6)?);
        let (align, bits) = (u16_at(12)?, u16_at(14)?);
        (channels > 0).then_some(Self {
            tag,
            channels,
            rate_hz,
            align,
            bits,
        })
    }
}

/// Turns bytes into samples, left-aligned where they are whole numbers.
fn decode(coding: Coding, bytes: &[u8], samples: &mut Samples) {
    match coding {
        Coding::Int(1) => samples
            .empty_i32()
            .extend(bytes.iter().map(|&byte| (i32::from(byte) - 128) << 24)),
        Coding::Int(size) => samples.empty_i32().extend(bytes.chunks_exact(size).map(|bytes| {
            let mut left_aligned = [0; 4];
            left_aligned[..size].copy_from_slice(bytes);
            i32::from_be_bytes(left_aligned)
        })),
        Coding::F32 => samples
            .empty_f32()
            .extend(bytes.as_chunks::<4>().0.iter().map(|&bytes| f32::from_be_bytes(bytes))),
        Coding::F64 => samples
            .empty_f64()
            .extend(bytes.as_chunks::<8>().0.iter().map(|&bytes| f64::from_be_bytes(bytes))),
        Coding::ALaw => samples.empty_i32().extend(bytes.iter().map(|&byte| a_law(byte) << 16)),
        Coding::MuLaw => samples.empty_i32().extend(bytes.iter().map(|&byte| mu_law(byte) << 16)),
    }
}

/// 13 bits of a sample, left-aligned in 16. **Source**: ITU-T G.711, table 1a.
fn a_law(byte: u8) -> i32 {
    let byte = byte ^ 0x55;
    let (exponent, mantissa) = (i32::from(byte >> 4 & 7), i32::from(byte & 15) << 4);
    let size = match exponent {
        0 => mantissa + 8,
        _ => (mantissa + 0x108) << (exponent - 1),
    };
    if byte & 0x80 == 0 { -size } else { size }
}

/// 14 bits of a sample, left-aligned in 16. **Source**: ITU-T G.711, table 2a.
fn mu_law(byte: u8) -> i32 {
    let byte = !byte;
    let (exponent, mantissa) = (i32::from(byte >> 4 & 7), i32::from(byte & 15) << 3);
    let size = ((mantissa + 0x84) << exponent) - 0x84;
    if byte & 0x80 == 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companded_samples_have_the_values_of_g_711() {
        // The loudest, the quietest, and one between, of each sign.
        assert_eq!(
            [0x80, 0x00, 0xff, 0x7f, 0xc8].map(mu_law),
            [32_124, -32_124, 0, 0, 1_372]
        );
        assert_eq!(
            [0xaa, 0x2a, 0xd5, 0x55, 0x9a].map(a_law),
            [32_256, -32_256, 8, -8, 4_032]
        );
    }
}
