//! How fast songs are decoded and heard.

use phosphene_engine::ffmpeg::open_song;
use std::path::Path;

use anyhow::Result;
use phosphene_engine::{
    cancel::Cancel,
    encode::AudioCodec,
    listen,
    song::{Block, Song},
};

use super::{
    machine::{Clock, Watch},
    songs,
};

/// Seconds of the songs that are made here.
const SONG_SECS: u32 = 180;

/// Prints seconds of song that one core decodes, and hears, in a second of CPU time.
pub fn measure(demo: &Path, folder: &Path) -> Result<()> {
    let wav = songs::looped_wav(demo, SONG_SECS, folder)?;
    let flac = songs::transcoded(&wav, AudioCodec::Flac, folder.join("flac.mkv"))?;
    let aac = songs::transcoded(&wav, AudioCodec::Aac, folder.join("aac.mp4"))?;
    println!("\nSeconds of song in a CPU second of one core");
    println!(
        "  {:<22} {:>8} {:>10} {:>19}",
        "", "length", "decoded", "decoded and heard"
    );
    for (name, path) in [
        ("demo, ogg vorbis", demo),
        ("wav, 16 bits", &wav),
        ("flac in mkv", &flac),
        ("aac in mp4", &aac),
    ] {
        let song = open_song(path)?;
        let (secs, decoding) = decode(&song)?;
        println!(
            "  {name:<22} {secs:>6.0} s {:>10.0} {:>19.1}",
            secs / decoding,
            secs / hear(&song)?
        );
    }
    Ok(())
}

/// The song's length, and the CPU seconds that decoding it takes: the mean of as many runs as fill 0.2 s, so that the
/// clock's ticks don't matter.
pub fn decode(song: &Song) -> Result<(f64, f64)> {
    let watch = Watch::start(Clock::Thread);
    let mut runs = 0.0;
    loop {
        let (mut reader, mut block) = (song.reader()?, Block::default());
        while reader.read(&mut block)? {}
        runs += 1.0;
        let spent = watch.secs();
        if spent > 0.2 {
            return Ok((reader.position().secs(song.info().rate), spent / runs));
        }
    }
}

/// The CPU seconds that decoding and analysing take.
fn hear(song: &Song) -> Result<f64> {
    let watch = Watch::start(Clock::Thread);
    listen::listen(song, &Cancel::default(), &|_| {})?;
    Ok(watch.secs())
}
