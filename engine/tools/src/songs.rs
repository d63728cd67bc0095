//! The songs of a folder: which there are, and how they are heard.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::Args;
use phosphene_engine::{
    analysis::Analysis,
    cancel::Cancel,
    ffmpeg::open_song,
    listen::listen,
    song::{Block, Song},
};

/// What songs' sounds are called.
const SOUNDS: [&str; 6] = ["ogg", "wav", "flac", "mp3", "m4a", "aiff"];
/// What the sound beside `NAME.beats` is called; the first there is counts.
const SOUNDS_WITH_BEATS: [&str; 3] = ["wav", "ogg", "flac"];

/// Songs to hear, and where to write what was heard.
#[derive(Debug, Args)]
pub struct IntoFolder {
    /// A folder of songs
    pub songs: PathBuf,
    /// The folder that is written into, made if need be
    pub out: PathBuf,
}

impl IntoFolder {
    /// The folder to write into, which is there then.
    pub fn made(&self) -> Result<&Path> {
        fs::create_dir_all(&self.out).with_context(|| format!("can't make {}", self.out.display()))?;
        Ok(&self.out)
    }

    /// Writes what `features` finds in each song that has its beats beside it to `NAME.EXTENSION`; what is there already is
    /// left as it is.
    pub fn write_features(&self, extension: &str, features: impl Fn(&Song) -> Result<Vec<u8>>) -> Result<()> {
        let out = self.made()?;
        for beats in with_beats(&self.songs)? {
            let target = out.join(name(&beats)?).with_added_extension(extension);
            let Some(sound) = sound_beside(&beats).filter(|_| !target.exists()) else {
                continue;
            };
            let found = features(&open_song(&sound)?)?;
            fs::write(&target, found).with_context(|| format!("can't write {}", target.display()))?;
        }
        Ok(())
    }
}

/// The sounds in a folder, sorted.
pub fn sounds(folder: &Path) -> Result<Vec<PathBuf>> {
    files(folder, &SOUNDS)
}

/// The files of beats in a folder, sorted. A song's beats are written when its sound is whole.
pub fn with_beats(folder: &Path) -> Result<Vec<PathBuf>> {
    files(folder, &["beats"])
}

/// The sound that belongs to a file of beats, if there is one.
pub fn sound_beside(beats: &Path) -> Option<PathBuf> {
    let mut sounds = SOUNDS_WITH_BEATS
        .iter()
        .map(|extension| beats.with_extension(extension));
    sounds.find(|sound| sound.exists())
}

/// The beats in a file of them, in seconds, and the place of each in its bar, from 1; 0 where that is not told.
pub fn truth(file: &Path) -> Result<(Vec<f64>, Vec<u32>)> {
    let text = fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let beat: f64 = words.next()?.parse().ok()?;
        let place = words.next().and_then(|place| place.parse::<f64>().ok());
        Some((beat, place.map_or(0, |place| place as u32)))
    };
    let lines = text
        .lines()
        .filter(|text| !text.trim().is_empty() && !text.starts_with('#'));
    let beats = lines.map(|text| {
        line(text).with_context(|| format!("{}: \"{text}\" is no second and place in the bar", file.display()))
    });
    beats
        .collect::<Result<Vec<(f64, u32)>>>()
        .map(|beats| beats.into_iter().unzip())
}

/// A song's name: its file's, without the extension.
pub fn name(path: &Path) -> Result<String> {
    let stem = path.file_stem().context("a file without a name")?;
    Ok(stem.to_string_lossy().into_owned())
}

/// Reads a song as a render does, and analyses it.
pub fn hear(path: &Path) -> Result<Analysis> {
    let song = open_song(path)?;
    Ok(listen(&song, &Cancel::default(), &|_| ())?.analysis)
}

/// Calls `take` with each block's interleaved samples and the number of its channels.
pub fn each_block(song: &Song, mut take: impl FnMut(&[f32], usize)) -> Result<()> {
    let mut reader = song.reader()?;
    let (mut block, mut floats) = (Block::default(), Vec::new());
    while reader.read(&mut block)? {
        block.f32_into(&mut floats);
        take(&floats, block.channels);
    }
    Ok(())
}

fn files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("can't list {}", folder.display()))?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.retain(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| extensions.contains(&extension))
    });
    files.sort();
    Ok(files)
}
