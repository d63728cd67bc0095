//! How fast videos are made: step by step on one thread, and whole, each in a process of its own.

use phosphene_engine::ffmpeg::open_song;
use std::{
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use phosphene_engine::{
    cancel::Cancel,
    cue::{self, CueInputs, Plan},
    diorama::{Diorama, DioramaOptions},
    direct::{DirectInputs, Director, FrameSpec},
    encode::{AudioCodec, EncodeSettings, Encoder, Overwrite, VideoQuality},
    frame::{Frame, Generator, Sketcher, test_pattern::TestPattern},
    letterbox::Letterbox,
    listen,
    pipeline::{self, Job, Rendered},
    raster::quality::Quality,
    song::{Block, Song, SongReader},
    storyboard::Storyboard,
    time::{Fps, FrameIdx, SamplePos, Size},
};
use serde::{Deserialize, Serialize};

use super::{
    hearing,
    machine::{self, Clock, Watch},
};

/// The arguments that make this program render one [`Task`], which follows, and print its [`Outcome`].
const CHILD: [&str; 2] = ["bench", "--child"];

/// Seconds of the demo that are made, from the beginning of its middle scene.
const STRETCH_SECS: f64 = 8.0;

/// One render.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    pub song: PathBuf,
    pub storyboard: PathBuf,
    /// Whether the storyboard's middle prompt holds for the whole song, whatever its length.
    pub one_prompt: bool,
    pub size: Size,
    pub fps: Fps,
    pub draft: bool,
    /// Seconds of the song that are made, from its middle scene on.
    pub stretch_secs: f64,
    /// Whether the whole song is rendered first, as a test pattern.
    pub pattern_first: bool,
    pub output: PathBuf,
}

/// What a render took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Outcome {
    pub song_secs: f64,
    /// CPU seconds.
    pub decode_secs: f64,
    /// CPU seconds, decoding with them.
    pub hear_secs: f64,
    /// The whole song's frames as a test pattern, and their CPU seconds.
    pub pattern: Option<(u64, f64)>,
    pub frames: u64,
    pub workers: usize,
    pub wall_secs: f64,
    /// Wall seconds in which sketch threads had work, summed over them.
    pub sketch_secs: f64,
    /// CPU seconds of all threads.
    pub cpu_secs: f64,
    pub peak_mb: Option<f64>,
}

/// A song that is heard and planned.
struct Film {
    song: Song,
    plan: Plan,
    director: Director,
    quality: Quality,
    /// CPU seconds that hearing took.
    hear_secs: f64,
}

impl Film {
    fn new(task: &Task) -> Result<Self> {
        let bytes = std::fs::read(&task.storyboard).with_context(|| task.storyboard.display().to_string())?;
        let storyboard = Storyboard::parse(&task.storyboard, &bytes)?;
        let song = open_song(&task.song)?;
        let watch = Watch::start(Clock::Thread);
        let analysis = listen::listen(&song, &Cancel::default(), &|_| {})?.analysis;
        let hear_secs = watch.secs();
        let inputs = CueInputs {
            analysis: &analysis,
            fps: task.fps,
            zoom_rate: 1.0,
        };
        let plan = if task.one_prompt {
            let middle = storyboard.scenes.get(storyboard.scenes.len() / 2);
            let prompt = middle.context("the storyboard has no scene")?.prompt.text.clone();
            cue::cues_from_prompts(&[prompt], &inputs)?
        } else {
            cue::cues_from_storyboard(&storyboard, &inputs)?
        };
        let quality = if task.draft { Quality::Draft } else { Quality::Full };
        let director = Director::new(&DirectInputs {
            analysis: &analysis,
            plan: &plan,
            fps: task.fps,
            seed: 7,
            reactivity: 1.0,
            zoom_rate: 1.0,
            cadence: quality.cadence() as u32,
        })?;
        Ok(Self {
            song,
            plan,
            director,
            quality,
            hear_secs,
        })
    }

    fn diorama(&self, task: &Task) -> Result<Diorama> {
        let options = DioramaOptions {
            size: task.size,
            fps: task.fps,
            quality: self.quality,
            ..DioramaOptions::default()
        };
        Ok(Diorama::from_prompts(&self.plan.prompts, options)?)
    }

    fn encoder(&self, task: &Task) -> Result<Encoder> {
        let settings = EncodeSettings {
            output: task.output.clone(),
            size: task.size,
            fps: task.fps,
            audio: AudioCodec::Aac,
            quality: match self.quality {
                Quality::Full => VideoQuality::FULL,
                Quality::Draft => VideoQuality::DRAFT,
            },
            overwrite: Overwrite::Replace,
            title: None,
            artist: None,
        };
        Ok(Encoder::create(&settings, self.song.info())?)
    }

    /// The frames of so many seconds from the middle scene's first.
    fn stretch(&self, secs: f64) -> Range<u64> {
        let all = self.director.frames();
        let from = self.director.spec(FrameIdx(all / 2)).shot.first.0;
        from..(from + (secs * self.director.fps().hz()) as u64).min(all)
    }

    fn render(&self, task: &Task, frames: Range<u64>, generator: &mut impl Generator) -> Result<(Rendered, f64)> {
        let encoder = self.encoder(task)?;
        let watch = Watch::start(Clock::Process);
        let job = Job {
            song: &self.song,
            director: &self.director,
            frames,
            size: task.size,
            letterbox: Letterbox::OFF,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            cancel: &Cancel::default(),
            progress: &|_| {},
        };
        let rendered = pipeline::render(&job, generator, encoder)?;
        Ok((rendered, watch.secs()))
    }
}

/// The stage's drawings, (height, width, 3), at moments spread evenly over the song.
pub fn drawings(
    song: &Path,
    storyboard: &Path,
    (width, height): (usize, usize),
    count: usize,
) -> Result<Vec<Vec<f32>>> {
    let task = Task {
        song: song.to_owned(),
        storyboard: storyboard.to_owned(),
        one_prompt: false,
        // Full quality draws at half the output's size.
        size: Size::new(2 * width as u32, 2 * height as u32)?,
        fps: Fps::FILM,
        draft: false,
        stretch_secs: 0.0,
        pattern_first: false,
        output: PathBuf::new(),
    };
    let film = Film::new(&task)?;
    let mut sketcher = film.diorama(&task)?.sketcher()?;
    (0..count as u64)
        .map(|i| {
            let frame = (2 * i + 1) * film.director.frames() / (2 * count as u64);
            let spec = FrameSpec {
                key: true,
                ..film.director.spec(FrameIdx(frame))
            };
            let sketch = sketcher.sketch(&spec)?;
            Ok(sketch
                .drawing()
                .context("a frame that is painted is drawn")?
                .rgb
                .clone())
        })
        .collect()
}

/// Renders in this process and prints what it took as JSON.
pub fn child(task: &str) -> Result<()> {
    let task: Task = serde_json::from_str(task).context("the task")?;
    let song = open_song(&task.song)?;
    let (song_secs, decode_secs) = hearing::decode(&song)?;
    let film = Film::new(&task)?;
    let pattern = if task.pattern_first {
        let small = Task {
            size: Size::new(320, 180)?,
            ..task.clone()
        };
        let (rendered, cpu_secs) = film.render(&small, 0..film.director.frames(), &mut TestPattern)?;
        Some((rendered.written.frames, cpu_secs))
    } else {
        None
    };
    let mut diorama = film.diorama(&task)?;
    let (rendered, cpu_secs) = film.render(&task, film.stretch(task.stretch_secs), &mut diorama)?;
    let outcome = Outcome {
        song_secs,
        decode_secs,
        hear_secs: film.hear_secs,
        pattern,
        frames: rendered.written.frames,
        workers: rendered.workers,
        wall_secs: rendered.wall_secs,
        sketch_secs: rendered.sketch_secs,
        cpu_secs,
        peak_mb: machine::peak_memory_mb(),
    };
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}

/// Renders in a new process.
pub fn render(task: &Task) -> Result<Outcome> {
    let program = std::env::current_exe().context("where is this program?")?;
    let output = Command::new(program)
        .args(CHILD)
        .arg(serde_json::to_string(task)?)
        .stderr(Stdio::inherit())
        .output()
        .context("can't start this program again")?;
    ensure!(output.status.success(), "a render ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Prints the steps of a frame, then whole renders.
pub fn measure(song: &Path, storyboard: &Path, folder: &Path) -> Result<()> {
    let full = Task {
        song: song.to_owned(),
        storyboard: storyboard.to_owned(),
        one_prompt: false,
        size: Size::HD,
        fps: Fps::FILM,
        draft: false,
        stretch_secs: STRETCH_SECS,
        pattern_first: false,
        output: folder.join("film.mp4"),
    };
    steps(&full)?;
    let draft = Task {
        draft: true,
        ..full.clone()
    };
    let large = Task {
        size: "1920x1080".parse()?,
        fps: "30".parse()?,
        ..full.clone()
    };
    println!("\nWhole renders of {STRETCH_SECS} s from the demo's middle scene on (wall time)");
    println!(
        "  {:<26} {:>11} {:>12} {:>16} {:>20} {:>13}",
        "", "x real time", "ms a frame", "CPU ms a frame", "sketch threads idle", "peak memory"
    );
    for task in [full, draft, large] {
        let done = render(&task)?;
        let frames = done.frames as f64;
        let name = format!(
            "{}, {} fps{}",
            task.size,
            task.fps,
            if task.draft { ", --draft" } else { "" }
        );
        println!(
            "  {name:<26} {:>11.2} {:>12.1} {:>16.1} {:>13.0} % of {:>1} {:>13}",
            frames / task.fps.hz() / done.wall_secs,
            done.wall_secs * 1e3 / frames,
            done.cpu_secs * 1e3 / frames,
            100.0 * (1.0 - done.sketch_secs / (done.workers as f64 * done.wall_secs)),
            done.workers,
            machine::megabytes(done.peak_mb),
        );
    }
    Ok(())
}

/// Prints the CPU time of each step of a frame, with one sketch after the other on this thread.
fn steps(task: &Task) -> Result<()> {
    let film = Film::new(task)?;
    let mut diorama = film.diorama(task)?;
    let mut sketcher = diorama.sketcher()?;
    let mut encoder = film.encoder(task)?;
    let mut sound = Sound::new(&film.song)?;
    let mut frame = Frame::black(task.size);
    let (mut direct, mut sketch, mut finish) = (0.0, 0.0, 0.0);
    let frames = film.stretch(task.stretch_secs);
    sound.skip(task.fps.first_sample(FrameIdx(frames.start), film.song.info().rate))?;
    let all = Watch::start(Clock::Process);
    for number in frames {
        let watch = Watch::start(Clock::Thread);
        let spec = film.director.spec(FrameIdx(number));
        direct += watch.secs();
        let watch = Watch::start(Clock::Thread);
        let sketched = sketcher.sketch(&spec)?;
        sketch += watch.secs();
        let watch = Watch::start(Clock::Thread);
        diorama.finish(&spec, sketched, &mut frame)?;
        finish += watch.secs();
        encoder.push_frame(&frame)?;
        let end = task.fps.first_sample(FrameIdx(number + 1), film.song.info().rate);
        sound.push_until(end, &mut encoder)?;
    }
    encoder.finish()?;
    let all = all.secs();

    let timings = diorama.timings();
    let ms = |secs: f64| secs * 1e3 / timings.frames as f64;
    println!(
        "\nCPU milliseconds a frame at {}: {} frames from the demo's middle scene on, {} of them painted",
        task.size, timings.frames, timings.painted
    );
    println!("  {:<10} {:>7.2}", "direct", ms(direct));
    // The steps are timed by the wall: each gets its share of its half's CPU time.
    let steps = timings.ms_per_frame();
    let (sketching, finishing) = steps.split_at(2);
    for (steps, cpu) in [(sketching, sketch), (finishing, finish)] {
        let wall: f64 = steps.iter().map(|(_, ms)| ms).sum();
        for (name, step) in steps {
            println!("  {name:<10} {:>7.2}", ms(cpu) * step / wall);
        }
    }
    println!(
        "  {:<10} {:>7.2}   conversion, video and sound, over all its threads",
        "encode",
        ms(all - direct - sketch - finish)
    );
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "  {:<10} {:>7.2}   {:.2} times real time if {} cores share it evenly",
        "all",
        ms(all),
        cores as f64 * 1e3 / task.fps.hz() / ms(all),
        cores,
    );
    Ok(())
}

/// A song's samples on their way to an encoder, a block at a time.
struct Sound {
    reader: SongReader,
    block: Block,
}

impl Sound {
    fn new(song: &Song) -> Result<Self> {
        Ok(Self {
            reader: song.reader()?,
            block: Block::default(),
        })
    }

    /// Leaves out the blocks before a sample.
    fn skip(&mut self, until: SamplePos) -> Result<()> {
        while self.reader.position() < until && self.reader.read(&mut self.block)? {}
        Ok(())
    }

    fn push_until(&mut self, until: SamplePos, encoder: &mut Encoder) -> Result<()> {
        while self.reader.position() < until && self.reader.read(&mut self.block)? {
            encoder.push_audio(&self.block)?;
        }
        Ok(())
    }
}
