//! The stages together: order, endings, stretches.

use phosphene_engine::ffmpeg::open_song;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use phosphene_engine::{
    Error,
    analysis::BeatGrid,
    cancel::Cancel,
    cue::{CueInputs, cues_from_storyboard},
    direct::{DirectInputs, Director, FrameSpec},
    encode::{AudioCodec, EncodeSettings, Encoder, Overwrite, VideoQuality},
    frame::{Frame, Generator, Sketcher},
    letterbox::Letterbox,
    listen::listen,
    pipeline::{Job, Rendered, render_in_turn},
    song::Song,
    storyboard::Storyboard,
    time::{Fps, FrameIdx, Size},
};

/// A shot a second, on every second beat.
const STORY: &str = "[[scene]]\nat = '1'\nprompt = 'a boat'\n[[scene]]\nat = '1.3'\nprompt = 'a moon'\n\
    [[scene]]\nat = '2'\nprompt = 'a cat'\n[[scene]]\nat = '2.3'\nprompt = 'a church'\n";

/// What a generator under test does at a certain frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mishap {
    None,
    SketchFails,
    SketchPanics,
    FinishFails,
    FinishPanics,
    UserCancels,
}

/// A generator whose picture depends on all frames of the shot so far, so that order and lead-in can be told.
struct Probe {
    mishap: (Mishap, u64),
    cancel: Cancel,
    state: u64,
    pictures: Arc<Mutex<Vec<(u64, u64)>>>,
    alive: Arc<AtomicU64>,
}

struct ProbeSketcher {
    mishap: (Mishap, u64),
    alive: Arc<AtomicU64>,
}

impl Drop for ProbeSketcher {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

fn failure(spec: &FrameSpec) -> Error {
    Error::generate(spec.frame.0, "it was asked to fail")
}

impl Sketcher for ProbeSketcher {
    type Sketch = u64;
    fn sketch(&mut self, spec: &FrameSpec) -> phosphene_engine::Result<u64> {
        match self.mishap {
            (Mishap::SketchFails, at) if at == spec.frame.0 => Err(failure(spec)),
            (Mishap::SketchPanics, at) if at == spec.frame.0 => panic!("it was asked to panic"),
            _ => Ok(spec.seed),
        }
    }
}

impl Generator for Probe {
    type Sketcher = ProbeSketcher;

    fn sketcher(&self) -> phosphene_engine::Result<ProbeSketcher> {
        self.alive.fetch_add(1, Ordering::SeqCst);
        Ok(ProbeSketcher {
            mishap: self.mishap,
            alive: Arc::clone(&self.alive),
        })
    }

    fn finish(&mut self, spec: &FrameSpec, sketch: u64, frame: &mut Frame) -> phosphene_engine::Result<()> {
        match self.mishap {
            (Mishap::FinishFails, at) if at == spec.frame.0 => return Err(failure(spec)),
            (Mishap::FinishPanics, at) if at == spec.frame.0 => panic!("it was asked to panic"),
            (Mishap::UserCancels, at) if at == spec.frame.0 => self.cancel.cancel(),
            _ => {}
        }
        if spec.frame == spec.shot.first {
            self.state = 0;
        }
        self.state = self.state.rotate_left(7) ^ sketch;
        frame.rgb_mut().fill(self.state as u8);
        self.pictures
            .lock()
            .expect("no test panics with the lock")
            .push((spec.frame.0, self.state));
        Ok(())
    }
}

/// Four seconds of two tones that change loudness, so that there is something to hear.
fn song(folder: &Path) -> Result<Song> {
    let path = folder.join("song.wav");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(&path, spec)?;
    for i in 0..4 * 44_100 {
        let t = i as f64 / 44_100.0;
        let level = 6_000.0 * (1.0 + (t * 3.0).sin());
        wav.write_sample((level * (t * 440.0 * std::f64::consts::TAU).sin()) as i16)?;
        wav.write_sample((level * (t * 660.0 * std::f64::consts::TAU).sin()) as i16)?;
    }
    wav.finalize()?;
    Ok(open_song(&path)?)
}

struct Outcome {
    rendered: phosphene_engine::Result<Rendered>,
    /// What each generator made: frames, and their pictures.
    by_line: Vec<Vec<(u64, u64)>>,
    /// First frame of each shot, and the frame after the last.
    shots: Vec<u64>,
    /// Of what one generator made, or of all in the frames' order.
    pictures: Vec<(u64, u64)>,
    output: PathBuf,
}

fn film(folder: &Path, mishap: (Mishap, u64), frames: Option<std::ops::Range<u64>>, workers: usize) -> Result<Outcome> {
    film_in_turn(folder, mishap, frames, (workers, 1))
}

fn film_in_turn(
    folder: &Path,
    mishap: (Mishap, u64),
    frames: Option<std::ops::Range<u64>>,
    (workers, lines): (usize, usize),
) -> Result<Outcome> {
    let song = song(folder)?;
    let cancel = Cancel::default();
    let mut analysis = listen(&song, &cancel, &|_| ())?.analysis;
    analysis.grid = BeatGrid::given(song.info().rate, 120.0, 0.0, 4, analysis.features.len)?;
    let fps = Fps::FILM;
    let plan = cues_from_storyboard(
        &Storyboard::parse(Path::new("story.toml"), STORY.as_bytes())?,
        &CueInputs {
            analysis: &analysis,
            fps,
            zoom_rate: 1.0,
        },
    )?;
    let director = Director::new(&DirectInputs {
        analysis: &analysis,
        plan: &plan,
        fps,
        seed: 3,
        reactivity: 1.0,
        zoom_rate: 1.0,
        cadence: 2,
    })?;
    let size = Size::new(64, 36)?;
    let output = folder.join("video.mp4");
    let settings = EncodeSettings {
        output: output.clone(),
        size,
        fps,
        audio: AudioCodec::Aac,
        quality: VideoQuality::DRAFT,
        overwrite: Overwrite::Replace,
        title: None,
        artist: None,
    };
    let alive = Arc::new(AtomicU64::new(0));
    let mut generators: Vec<Probe> = (0..lines)
        .map(|_| Probe {
            mishap,
            cancel: cancel.clone(),
            state: 0,
            pictures: Arc::default(),
            alive: Arc::clone(&alive),
        })
        .collect();
    let frames = frames.unwrap_or(0..director.frames());
    let job = Job {
        song: &song,
        director: &director,
        frames,
        size,
        letterbox: Letterbox::OFF,
        workers,
        cancel: &cancel,
        progress: &|_| (),
    };
    let encoder = Encoder::create(&settings, song.info())?;
    let rendered = render_in_turn(&job, &mut generators, encoder);
    assert_eq!(alive.load(Ordering::SeqCst), 0, "a sketcher outlived the render");
    let by_line: Vec<Vec<(u64, u64)>> = generators
        .iter()
        .map(|generator| std::mem::take(&mut *generator.pictures.lock().expect("no test panics with the lock")))
        .collect();
    let mut pictures: Vec<(u64, u64)> = by_line.iter().flatten().copied().collect();
    if lines > 1 {
        pictures.sort_unstable();
    }
    let mut shots = vec![0];
    while let Some(&begin) = shots.last().filter(|begin| **begin < director.frames()) {
        shots.push(director.spec(FrameIdx(begin)).shot.end.0);
    }
    Ok(Outcome {
        rendered,
        by_line,
        shots,
        pictures,
        output,
    })
}

#[test]
fn frames_come_in_order_and_the_same_for_any_number_of_workers() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let one = film(folder.path(), (Mishap::None, 0), None, 1)?;
    assert_eq!(one.rendered?.written.frames, 96);
    assert!(one.pictures.iter().map(|(frame, _)| *frame).eq(0..96));
    for workers in [2, 5] {
        let many = film(folder.path(), (Mishap::None, 0), None, workers)?;
        assert_eq!(many.pictures, one.pictures);
    }
    Ok(())
}

#[test]
fn several_generators_take_shots_in_turn_and_make_the_video_of_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let one = film(folder.path(), (Mishap::None, 0), None, 1)?;
    let video = std::fs::read(&one.output)?;
    assert_eq!(one.shots, [0, 24, 48, 72, 96]);
    for lines in [2, 3, 7] {
        let many = film_in_turn(folder.path(), (Mishap::None, 0), None, (4, lines))?;
        assert_eq!(many.rendered?.written.frames, 96);
        assert_eq!(many.pictures, one.pictures, "{lines} generators");
        assert!(
            std::fs::read(&many.output)? == video,
            "{lines} generators make another video"
        );
        for (shot, pair) in one.shots.windows(2).enumerate() {
            let made = &many.by_line[shot % lines];
            assert!(
                (pair[0]..pair[1]).all(|frame| made.iter().any(|(number, _)| *number == frame)),
                "shot {shot} of {lines} generators"
            );
        }
    }
    // A stretch that begins inside a shot is led in by the generator whose shot it is.
    let part = film_in_turn(folder.path(), (Mishap::None, 0), Some(59..80), (2, 2))?;
    let rendered = part.rendered?;
    assert_eq!(
        (rendered.written.frames, part.pictures[0].0 + rendered.lead_in_frames),
        (21, 59)
    );
    assert_eq!(part.pictures[..], one.pictures[part.pictures[0].0 as usize..80]);
    let none = film_in_turn(folder.path(), (Mishap::None, 0), None, (2, 0))?;
    let error = none.rendered.expect_err("there is no generator").to_string();
    assert!(error.contains("the number of generators is 0"), "{error}");
    Ok(())
}

#[test]
fn a_stretch_has_the_whole_renders_frames_and_its_own_length() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let whole = film(folder.path(), (Mishap::None, 0), None, 2)?;
    let part = film(folder.path(), (Mishap::None, 0), Some(59..80), 2)?;
    let rendered = part.rendered?;
    assert_eq!(rendered.written.frames, 21);
    // 59 / 24 s is 108,412.5 samples in, 80 / 24 s is 147,000.
    assert_eq!(rendered.written.samples, 147_000 - 108_413);
    let begun = part.pictures[0].0;
    assert_eq!(begun + rendered.lead_in_frames, 59);
    assert_eq!(part.pictures, whole.pictures[begun as usize..80]);
    Ok(())
}

#[test]
fn every_mishap_ends_soon_with_its_own_error_and_no_video() -> Result<()> {
    let says = [
        (Mishap::SketchFails, "can't generate frame 40: it was asked to fail"),
        (Mishap::FinishFails, "can't generate frame 40: it was asked to fail"),
        (
            Mishap::SketchPanics,
            "the sketch stage stopped unexpectedly: it was asked to panic",
        ),
        (
            Mishap::FinishPanics,
            "the finish stage stopped unexpectedly: it was asked to panic",
        ),
        (Mishap::UserCancels, "stopped"),
    ];
    for (mishap, text) in says {
        let folder = tempfile::tempdir()?;
        let start = Instant::now();
        for lines in [1, 3] {
            let outcome = film_in_turn(folder.path(), (mishap, 40), None, (2, lines))?;
            let error = outcome.rendered.expect_err("the mishap is an error").to_string();
            assert!(error.starts_with(text), "{error}");
            assert!(!outcome.output.exists(), "{text}: something is under the final name");
            let left: Vec<_> = std::fs::read_dir(folder.path())?
                .flatten()
                .map(|entry| entry.file_name())
                .collect();
            assert_eq!(left, ["song.wav"], "{text}");
            assert!(start.elapsed() < Duration::from_secs(10), "{text}");
        }
    }
    Ok(())
}
