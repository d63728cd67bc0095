//! Songs to measure with: the demo's sound, looped to any length, in several formats.

use phosphene_engine::ffmpeg::open_song;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use phosphene_engine::{
    encode::{AudioCodec, EncodeSettings, Encoder, Overwrite, VideoQuality},
    frame::Frame,
    song::Block,
    time::{Fps, FrameIdx, Size},
};

/// Writes `secs` seconds of the song, begun again whenever it ends, as 16-bit wav.
pub fn looped_wav(song: &Path, secs: u32, folder: &Path) -> Result<PathBuf> {
    let song = open_song(song)?;
    let (rate, channels) = (song.info().rate.hz(), song.info().channels);
    let mut pcm = Vec::new();
    let (mut reader, mut block, mut floats) = (song.reader()?, Block::default(), Vec::new());
    while reader.read(&mut block)? {
        block.f32_into(&mut floats);
        pcm.extend(floats.iter().flat_map(|v| ((v * 32_767.0) as i16).to_le_bytes()));
    }
    let bytes = u64::from(secs) * u64::from(rate) * channels as u64 * 2;
    let path = folder.join(format!("{secs}.wav"));
    let mut file = BufWriter::new(File::create(&path).with_context(|| format!("can't create {}", path.display()))?);
    let size = u32::try_from(bytes).context("a wav holds 4 GB at most")?;
    file.write_all(b"RIFF")?;
    file.write_all(&(size + 36).to_le_bytes())?;
    file.write_all(b"WAVEfmt \x10\0\0\0\x01\0")?;
    file.write_all(&(channels as u16).to_le_bytes())?;
    file.write_all(&rate.to_le_bytes())?;
    file.write_all(&(rate * channels as u32 * 2).to_le_bytes())?;
    file.write_all(&(channels as u16 * 2).to_le_bytes())?;
    file.write_all(b"\x10\0data")?;
    file.write_all(&size.to_le_bytes())?;
    let mut left = bytes as usize;
    while left > 0 {
        let part = left.min(pcm.len());
        file.write_all(&pcm[..part])?;
        left -= part;
    }
    file.flush()?;
    Ok(path)
}

/// The song in another format: the sound of a tiny black video.
pub fn transcoded(song: &Path, audio: AudioCodec, output: PathBuf) -> Result<PathBuf> {
    let song = open_song(song)?;
    let (size, fps) = (Size::new(16, 16)?, Fps::FILM);
    let settings = EncodeSettings {
        output,
        size,
        fps,
        audio,
        quality: VideoQuality::DRAFT,
        overwrite: Overwrite::Never,
        title: None,
        artist: None,
    };
    let mut encoder = Encoder::create(&settings, song.info())?;
    let (mut reader, mut block, black) = (song.reader()?, Block::default(), Frame::black(size));
    let mut frame = FrameIdx(0);
    while reader.read(&mut block)? {
        encoder.push_audio(&block)?;
        while frame <= fps.frame_at(block.start, song.info().rate) {
            encoder.push_frame(&black)?;
            frame.0 += 1;
        }
    }
    Ok(encoder.finish()?.path)
}
