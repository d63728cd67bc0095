//! Whole videos whose beats were heard: each click is on the frame that flashes, measured in what was written.

use phosphene_engine::ffmpeg::open_song;
use std::path::Path;

use anyhow::Result;
use phosphene_engine::{
    cancel::Cancel,
    listen::listen,
    time::{Fps, FrameIdx, SamplePos, SampleRate},
};
use phosphene_tests::{film, songs::Signal, video::Decoded};

/// Renders a song with the test pattern, its beats as they are heard.
fn render(song: &Path, video: &Path, fps: Fps) -> Result<()> {
    let song = open_song(song)?;
    let analysis = listen(&song, &Cancel::default(), &|_| ())?.analysis;
    let (_, director) = film::direct(&analysis, &["a boat", "a moon"], fps)?;
    film::render_pattern(&song, &director, (video.to_owned(), fps), &|_| ())?;
    Ok(())
}

/// The samples at which sound begins after 100 ms of nearly nothing.
fn beginnings(samples: &[f32], hz: u32) -> Vec<u64> {
    let mut quiet = u64::MAX;
    let mut found = Vec::new();
    for (at, sample) in samples.iter().enumerate() {
        if sample.abs() < 0.1 {
            quiet = quiet.saturating_add(1);
            continue;
        }
        if quiet > u64::from(hz) / 10 {
            found.push(at as u64);
        }
        quiet = 0;
    }
    found
}

/// Clicks at a tempo, the last of them heard whole.
fn clicks(hz: u32, bpm: f64, first_secs: f64, secs: f64) -> Signal {
    let at = |k: u32| (first_secs + f64::from(k) * 60.0 / bpm) * f64::from(hz);
    let len = (secs * f64::from(hz)) as usize;
    let all: Vec<u64> = (0..)
        .map(|k| at(k).round() as u64)
        .take_while(|at| *at + u64::from(hz) / 10 < len as u64)
        .collect();
    Signal::clicks(hz, 1, len, &all)
}

#[test]
fn every_click_that_is_heard_flashes_on_its_frame() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cases = [
        ("24", 90.0, 0.0, 44_100),
        ("24", 120.0, 0.7, 48_000),
        ("25", 100.0, 0.005, 48_000),
        ("25", 174.0, 0.0, 44_100),
        ("30", 120.0, 0.0, 48_000),
        ("30", 133.33, 0.02, 44_100),
        ("50", 97.3, 0.0, 48_000),
        ("50", 150.0, 0.7, 96_000),
        ("60", 120.0, 0.005, 44_100),
        ("60", 161.8, 0.02, 48_000),
        ("23.976", 110.3, 0.0, 48_000),
        ("29.97", 128.0, 0.7, 44_100),
        ("59.94", 140.0, 0.0, 48_000),
    ];
    for (fps, bpm, first_secs, hz) in cases {
        let case = format!("{fps} fps, {bpm} BPM from {first_secs} s at {hz} Hz");
        let fps: Fps = fps.parse()?;
        let rate = SampleRate::new(hz)?;
        let (song, video) = (folder.path().join("song.wav"), folder.path().join("video.mov"));
        clicks(hz, bpm, first_secs, 12.0).write_wav(&song, 16)?;
        render(&song, &video, fps)?;
        let decoded = Decoded::read(&video)?;
        let sounds = beginnings(&decoded.left(), decoded.rate);
        let flashes = decoded.flashes();
        assert_eq!(flashes.len(), sounds.len(), "{case}: {flashes:?} {sounds:?}");
        for (flash, sound) in flashes.into_iter().zip(sounds) {
            // The flash is on screen when the click sounds, or begins within a millisecond.
            let shown = fps.first_sample(FrameIdx(flash as u64), rate).0;
            let next = fps.first_sample(FrameIdx(flash as u64 + 1), rate).0;
            let tolerance = u64::from(hz) / 1_000 + 1;
            assert!(
                shown <= sound + tolerance && sound < next,
                "{case}: the click at sample {sound} flashes on frame {flash}, not {:?}",
                fps.frame_of_event(SamplePos(sound), rate)
            );
        }
    }
    Ok(())
}
