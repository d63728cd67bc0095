//! A generator of one's own, whose frames are raw RGB on standard output:
//! `cargo run --example generator -- SONG | ffplay -f rawvideo -pixel_format rgb24 -video_size 64x36 -framerate 24 -`.

use std::{io::Write, path::Path};

use anyhow::{Context, Result};
use phosphene_engine::{
    Result as Made,
    cancel::Cancel,
    cue::{CueInputs, cues_from_prompts},
    direct::{DirectInputs, Director, FrameSpec},
    ffmpeg::open_song,
    frame::{Frame, Generator, test_pattern::NoSketch},
    listen::listen,
    time::{Fps, FrameIdx, Size},
};

/// Red with every kick, blue as loud as the song, and what was green a frame ago fades after each snare.
#[derive(Default)]
struct Lamps(f32);

impl Generator for Lamps {
    // Nothing can be made ahead of time: the frames' order matters.
    type Sketcher = NoSketch;

    fn sketcher(&self) -> Made<NoSketch> {
        Ok(NoSketch)
    }

    fn finish(&mut self, spec: &FrameSpec, (): (), frame: &mut Frame) -> Made<()> {
        let before = if spec.frame == spec.shot.first { 0.0 } else { self.0 };
        self.0 = (0.9 * before).max(spec.reactive.snare);
        let lit = [spec.reactive.kick, self.0, spec.reactive.loudness].map(|light| (light * 255.0) as u8);
        frame.rgb_mut().as_chunks_mut().0.fill(lit);
        Ok(())
    }
}

/// Writes a song's frames, 64x36 pixels at 24 a second.
pub fn play(song: &Path, out: &mut impl Write) -> Result<()> {
    let analysis = listen(&open_song(song)?, &Cancel::default(), &|_| ())?.analysis;
    let plan = cues_from_prompts(&["lamps".to_owned()], &CueInputs::new(&analysis, Fps::FILM))?;
    let director = Director::new(&DirectInputs::new(&analysis, &plan, Fps::FILM))?;
    let (mut lamps, mut frame) = (Lamps::default(), Frame::black(Size::new(64, 36)?));
    for spec in (0..director.frames()).map(|index| director.spec(FrameIdx(index))) {
        lamps.finish(&spec, (), &mut frame)?;
        out.write_all(frame.rgb())?;
    }
    Ok(())
}

fn main() -> Result<()> {
    let song = std::env::args_os().nth(1).context("usage: generator SONG")?;
    play(Path::new(&song), &mut std::io::stdout().lock())
}
