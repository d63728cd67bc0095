//! A song's video, as the tests of whole stages make it: planned from prompts, shown as the test pattern.

use std::path::PathBuf;

use anyhow::Result;
use phosphene_engine::{
    analysis::Analysis,
    cancel::Cancel,
    cue::{CueInputs, Plan, cues_from_prompts},
    direct::{DirectInputs, Director},
    encode::{AudioCodec, EncodeSettings, Encoder, Overwrite, VideoQuality},
    frame::test_pattern::TestPattern,
    letterbox::Letterbox,
    pipeline::{Job, Rendered, render},
    song::Song,
    time::{Fps, Size},
};

/// The plan of a song that was heard, and its direction, with a key frame on every other frame.
///
/// # Errors
/// When there is nothing to plan.
pub fn direct(analysis: &Analysis, prompts: &[&str], fps: Fps) -> Result<(Plan, Director)> {
    let prompts: Vec<String> = prompts.iter().map(|&prompt| prompt.to_owned()).collect();
    let plan = cues_from_prompts(&prompts, &CueInputs::new(analysis, fps))?;
    let director = Director::new(&DirectInputs::new(analysis, &plan, fps))?;
    Ok((plan, director))
}

/// Renders all of the direction as the test pattern, 32 pixels wide and high, with the song's samples as they are.
///
/// `progress` is called after each frame written, with how many are.
///
/// # Errors
/// When the song can't be read or the file not be written.
pub fn render_pattern(
    song: &Song,
    director: &Director,
    (output, fps): (PathBuf, Fps),
    progress: &(dyn Fn(u64) + Sync),
) -> phosphene_engine::Result<Rendered> {
    let settings = EncodeSettings {
        audio: AudioCodec::Pcm,
        quality: VideoQuality::DRAFT,
        overwrite: Overwrite::Replace,
        ..EncodeSettings::new(output, Size::new(32, 32)?, fps)
    };
    let encoder = Encoder::create(&settings, song.info())?;
    let job = Job {
        song,
        director,
        frames: 0..director.frames(),
        size: settings.size,
        letterbox: Letterbox::OFF,
        workers: 1,
        cancel: &Cancel::default(),
        progress,
    };
    render(&job, &mut TestPattern, encoder)
}
