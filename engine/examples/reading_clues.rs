//! Writes what the whole-song hearing weighs in each song of a folder, the readings of its beats with their clues:
//! `NAME.json`; `engine/training` learns from them.
//!
//! `cargo run --example reading_clues -- SONGS OUT`; what is there already is left as it is.

use std::{error::Error, fs, path::PathBuf};

use phosphene_engine::{analysis::Analyzer, cancel::Cancel, ffmpeg::open_song, listen::stream};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(songs), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: reading_clues SONGS OUT".into());
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
            .with_added_extension("json");
        let sound = ["wav", "ogg", "flac"].map(|extension| beats.with_extension(extension));
        let Some(sound) = sound.iter().find(|sound| sound.exists()).filter(|_| !target.exists()) else {
            continue;
        };
        let song = open_song(sound)?;
        let mut analyzer = Analyzer::new(song.info().rate);
        stream(&song, &Cancel::default(), &|_| (), &mut analyzer)?;
        fs::write(target, serde_json::to_vec(&analyzer.finish_with_clues()?.readings)?)?;
    }
    Ok(())
}
