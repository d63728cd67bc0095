//! A storyboard to a video, by the generator `diorama`: `cargo run --example video -- SONG STORYBOARD VIDEO`.

use std::{fs, path::Path};

use anyhow::{Result, bail};
use phosphene_engine::{
    cancel::Cancel,
    encode::{EncodeSettings, Written},
    ffmpeg::open_song,
    listen::listen,
    render::{DioramaLook, RenderJob, RenderOptions, Scenes},
    storyboard::Storyboard,
    time::{Fps, Size},
};

/// Makes a video of 320x180 pixels at 24 frames a second.
pub fn video(song: &Path, storyboard: &Path, output: &Path) -> Result<Written> {
    let storyboard = Storyboard::parse(storyboard, &fs::read(storyboard)?)?;
    let (song, cancel) = (open_song(song)?, Cancel::default());
    let heard = listen(&song, &cancel, &|_| ())?;
    let scenes = Scenes {
        storyboard: Some(&storyboard),
        ..Scenes::default()
    };
    let settings = EncodeSettings::new(output.to_owned(), Size::new(320, 180)?, Fps::FILM);
    let job = RenderJob::from_song(song, heard, scenes, RenderOptions::new(settings))?;
    let (diorama, _) = job.diorama(&DioramaLook::default())?;
    Ok(job.render(&mut [diorama], "diorama", &cancel, &|_| ())?.written)
}

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [song, storyboard, output] = &arguments[..] else {
        bail!("usage: video SONG STORYBOARD VIDEO")
    };
    let written = video(song.as_ref(), storyboard.as_ref(), output.as_ref())?;
    println!("{}: {} frames", written.path.display(), written.frames);
    Ok(())
}
