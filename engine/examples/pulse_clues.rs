//! Writes what the causal tracker's network hears of each song of a folder: `NAME.f32`, hop by hop (10 ms each) so many
//! little-endian numbers; `engine/training` learns from them.
//!
//! `cargo run --example pulse_clues -- SONGS OUT`; what is there already is left as it is.

use phosphene_engine::ffmpeg::open_song;
use std::{error::Error, fs, path::PathBuf};

use phosphene_engine::{analysis::live::Tracker, song::Block};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(songs), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: pulse_clues SONGS OUT".into());
    };
    fs::create_dir_all(&out)?;
    let mut beats: Vec<PathBuf> = fs::read_dir(&songs)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    // A song's beats are written when its sound is whole.
    beats.retain(|path| path.extension().is_some_and(|extension| extension == "beats"));
    beats.sort();
    for beats in beats {
        let target = out
            .join(beats.file_stem().ok_or("a file without a name")?)
            .with_added_extension("f32");
        let sound = ["wav", "ogg", "flac"].map(|extension| beats.with_extension(extension));
        let Some(sound) = sound.iter().find(|sound| sound.exists()).filter(|_| !target.exists()) else {
            continue;
        };
        let song = open_song(sound)?;
        let mut tracker = Tracker::new(song.info().rate)?;
        let mut reader = song.reader()?;
        let (mut block, mut floats, mut bytes) = (Block::default(), Vec::new(), Vec::new());
        while reader.read(&mut block)? {
            block.f32_into(&mut floats);
            tracker.push_for_training(&floats, block.channels, |senses| {
                bytes.extend(senses.iter().flat_map(|n| n.to_le_bytes()))
            });
        }
        fs::write(target, bytes)?;
    }
    Ok(())
}
