//! A storyboard to a video, by the generator `diorama`: `cargo run --example video -- SONG STORYBOARD VIDEO`.

use std::{fs, path::Path};

use anyhow::{Result, bail};
use phosphene_engine::{
    cancel::Cancel,
    cue::{CueInputs, cues_from_storyboard},
    diorama::{Diorama, DioramaOptions},
    direct::{DirectInputs, Director},
    encode::{EncodeSettings, Encoder, Written},
    ffmpeg::open_song,
    listen::listen,
    pipeline::{Job, render},
    storyboard::Storyboard,
    time::{Fps, Size},
};

/// Makes a video of 320x180 pixels at 24 frames a second.
pub fn video(song: &Path, storyboard: &Path, output: &Path) -> Result<Written> {
    let (size, fps) = (Size::new(320, 180)?, Fps::FILM);
    let storyboard = Storyboard::parse(storyboard, &fs::read(storyboard)?)?;
    let song = open_song(song)?;
    let mut analysis = listen(&song, &Cancel::default(), &|_| ())?.analysis;
    if let Some(grid) = storyboard.beats(song.info().rate, analysis.features.len)? {
        analysis.grid = grid;
    }
    let plan = cues_from_storyboard(&storyboard, &CueInputs::new(&analysis, fps))?;
    let director = Director::new(&DirectInputs::new(&analysis, &plan, fps))?;
    let options = DioramaOptions {
        size,
        ..DioramaOptions::default()
    };
    let mut diorama = Diorama::from_prompts(&plan.prompts, options)?;
    let encoder = Encoder::create(&EncodeSettings::new(output.to_owned(), size, fps), song.info())?;
    let job = Job {
        song: &song,
        director: &director,
        frames: 0..director.frames(),
        size,
        workers: 2,
        cancel: &Cancel::default(),
        progress: &|_| (),
    };
    Ok(render(&job, &mut diorama, encoder)?.written)
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
