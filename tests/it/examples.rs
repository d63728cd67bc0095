//! The engine's examples: what their functions give for songs whose truth is known.

use std::{fs, path::Path};

use anyhow::Result;
use phosphene_tests::{songs::Signal, video::Decoded};

#[expect(dead_code, reason = "its `main` reads the command line's arguments")]
#[path = "../../engine/examples/beats.rs"]
mod beats;
#[expect(dead_code, reason = "its `main` reads the command line's arguments")]
#[path = "../../engine/examples/generator.rs"]
mod generator;
#[expect(dead_code, reason = "its `main` reads the command line's arguments")]
#[path = "../../engine/examples/video.rs"]
mod video;

const RATE: u32 = 22_050;

/// A click every half second, from the first quarter of a second on.
fn clicks(folder: &Path, secs: u32) -> Result<std::path::PathBuf> {
    let path = folder.join("song.wav");
    let at: Vec<u64> = (0..u64::from(2 * secs))
        .map(|k| (2 * k + 1) * u64::from(RATE) / 4)
        .collect();
    Signal::clicks(RATE, 1, (secs * RATE) as usize, &at).write_wav(&path, 16)?;
    Ok(path)
}

#[test]
fn beats_are_those_of_the_song() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let beats = beats::beats(&clicks(folder.path(), 12)?)?;
    assert!(beats.len() > 20, "{beats:?}");
    for (secs, _) in beats {
        let off = (secs - 0.25) * 2.0;
        assert!((off - off.round()).abs() < 0.02, "a beat at {secs}");
    }
    Ok(())
}

#[test]
fn a_storyboard_becomes_a_video_that_plays() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (storyboard, output) = (folder.path().join("story.toml"), folder.path().join("video.mp4"));
    fs::write(
        &storyboard,
        "[[scene]]\nat = \"0:00\"\nprompt = \"a boat on the sea\"\n",
    )?;
    let written = video::video(&clicks(folder.path(), 2)?, &storyboard, &output)?;
    assert_eq!(written.frames, 48);
    let decoded = Decoded::read(&output)?;
    assert_eq!((decoded.size, decoded.luma.len()), ((320, 180), 48));
    assert_eq!((decoded.codec, decoded.rate), ("aac", RATE));
    Ok(())
}

#[test]
fn a_generator_of_ones_own_lights_what_is_heard() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut frames = Vec::new();
    generator::play(&clicks(folder.path(), 4)?, &mut frames)?;
    assert_eq!(frames.len(), 4 * 24 * 64 * 36 * 3);
    let first = frames.chunks_exact(64 * 36 * 3).map(|frame| &frame[..3]);
    let lit = first.filter(|pixel| pixel[1] > 100).count();
    assert!((8..80).contains(&lit), "{lit} frames are green");
    Ok(())
}
