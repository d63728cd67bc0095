//! What containers' headers say that FFmpeg's binding does not tell: the depth of lossless sound, and Matroska's delay.
//!
//! **Sources**: the headers of WavPack 4, TTA1 and Monkey's Audio; Apple's "ALAC magic cookie description"; RFC 9559,
//! section 5.1.4.1, for `CodecDelay`.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// Bytes of a file's start, and of its end, that are looked at: headers lie there.
const REACH: u64 = 1 << 20;
/// Matroska's identifier of `CodecDelay`, in nanoseconds.
const CODEC_DELAY: [u8; 2] = [0x56, 0xaa];

/// Bits of a sample of a lossless codec, where a header tells them.
pub(super) fn bits(path: &Path, codec: &str) -> Option<u32> {
    let (start, end) = ends(path)?;
    let told = match codec {
        "wavpack" => wavpack(&start),
        "tta" => tta(&start),
        "ape" => monkey(&start),
        "alac" => alac(&start).or_else(|| alac(&end)),
        _ => None,
    };
    told.filter(|bits| (8..=32).contains(bits))
}

/// The delay of the sound in a Matroska file in samples, where it is within two milliseconds of `about` samples.
pub(super) fn codec_delay(path: &Path, rate_hz: u32, about: u64) -> Option<u64> {
    let (start, _) = ends(path)?;
    let near = u64::from(rate_hz) / 500;
    places(&start, &CODEC_DELAY).find_map(|at| {
        let size = usize::from(start.get(at + 2)? & 0x7f);
        let bytes = start.get(at + 3..at + 3 + size).filter(|_| (1..=8).contains(&size))?;
        let nanos = bytes.iter().fold(0u64, |nanos, &byte| nanos << 8 | u64::from(byte));
        let samples = (u128::from(nanos) * u128::from(rate_hz) + 500_000_000) / 1_000_000_000;
        u64::try_from(samples)
            .ok()
            .filter(|&samples| samples.abs_diff(about) <= near)
    })
}

fn ends(path: &Path) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut file = File::open(path).ok()?;
    let (mut start, mut end) = (Vec::new(), Vec::new());
    file.by_ref().take(REACH).read_to_end(&mut start).ok()?;
    let len = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(REACH))).ok()?;
    file.take(REACH).read_to_end(&mut end).ok()?;
    Some((start, end))
}

fn places<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes
        .windows(word.len())
        .enumerate()
        .filter(move |(_, bytes)| *bytes == word)
        .map(|(at, _)| at)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?;
    Some(u32::from(u16::from_le_bytes([pair[0], pair[1]])))
}

fn wavpack(bytes: &[u8]) -> Option<u32> {
    let flags = bytes.get(24).filter(|_| bytes.starts_with(b"wvpk"))?;
    let shift = (u16_at(bytes, 25)? >> 5) & 31;
    ((u32::from(flags & 3) + 1) * 8).checked_sub(shift)
}

/// Matroska keeps the header among its own.
fn tta(bytes: &[u8]) -> Option<u32> {
    places(bytes, b"TTA1").next().and_then(|at| u16_at(bytes, at + 8))
}

fn monkey(bytes: &[u8]) -> Option<u32> {
    let at = u16_at(bytes, 8).filter(|_| bytes.starts_with(b"MAC "))? as usize;
    u16_at(bytes, at + 16)
}

/// The cookie is an atom of version 0 in an MP4, MOV or CAF.
fn alac(bytes: &[u8]) -> Option<u32> {
    places(bytes, b"alac\0\0\0\0").find_map(|at| {
        let cookie = bytes.get(at + 8..at + 32)?;
        // Version 0, and a rate that songs have.
        let rate = u32::from_be_bytes([cookie[20], cookie[21], cookie[22], cookie[23]]);
        (cookie[4] == 0 && (8_000..=384_000).contains(&rate)).then(|| u32::from(cookie[5]))
    })
}
