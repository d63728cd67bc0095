//! `phosphene render-take`: a take that the plugin recorded, as a video.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    encode::{self, AudioCodec, Container, EncodeSettings, Encoder},
    listen,
    render::{RenderJob, RenderOptions},
    take::{self, EXIT, Progress, RENDER, RenderState, Take, TakeState},
    time::{Fps, Size},
};

use super::{
    files::{Files, Kind, Target},
    options::VideoArgs,
    production::{make, say},
    terminal::{frames_bar, listening_bar, tell_losses},
};

/// How often progress is written at most.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// How often a take that is being recorded is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Make a video from a take that the plugin recorded.
#[derive(Args)]
pub struct RenderTake {
    /// The take's folder (see `phosphene takes`)
    take: PathBuf,
    /// The video: .mp4, .mov or .mkv [default: named after song and date, in the folder that the plugin was told]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How the sound is stored: aac, pcm, flac or alac [default: as the plugin was told]
    #[arg(long, value_name = "CODEC")]
    audio: Option<AudioCodec>,
    /// Wait for a take that is still being recorded
    #[arg(long)]
    wait: bool,
    /// Wait for other takes beside it that are being rendered
    #[arg(long)]
    queue: bool,
    #[command(flatten)]
    video: VideoArgs,
}

impl RenderTake {
    /// Renders, and keeps the take's progress file up to date, also with what goes wrong.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        self.video.check(None)?;
        let outputs = self.outputs();
        if outputs.is_ok() {
            self.wait_for_end(cancel)?;
        }
        let _lock = lock(&self.take)?;
        let teller = Teller::new(&self.take);
        let done = outputs.and_then(|(mut files, report)| {
            teller.tell(RenderState::Starting, None)?;
            let _turn = self.wait_for_turn(cancel)?;
            self.render(&teller, (&mut files, report), cancel)
        });
        match &done {
            Ok(()) => teller.tell(RenderState::Done, None)?,
            // The first error is the one that counts, whatever becomes of its telling.
            Err(error) => drop(teller.tell(RenderState::Failed, Some(error.to_string()))),
        }
        done
    }

    /// What is written: the video, and the report. What is read must not be: the take with everything in it, and what a
    /// model is made of.
    fn outputs(&self) -> Result<(Files, Option<Target>)> {
        let inputs = [vec![self.take.clone()], self.video.diffusion.inputs()?].concat();
        let mut files = Files::new(&self.video.overwrite, inputs)?;
        if let Some(output) = &self.output {
            files.reserve(output, &encode::names_aside(output)?)?;
        }
        let report = files.claim("--report", Kind::Text, self.video.report.as_deref())?;
        Ok((files, report))
    }

    fn wait_for_end(&self, cancel: &Cancel) -> Result<()> {
        while take::state(&self.take) == TakeState::Recording {
            if !self.wait {
                return Err(Error::Take {
                    path: self.take.clone(),
                    reason: "it is still being recorded".into(),
                    remedy: "stop the recording, or give --wait".into(),
                });
            }
            cancel.check()?;
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// With `--queue`, a lock on the folder of the takes that others wait for.
    fn wait_for_turn(&self, cancel: &Cancel) -> Result<Option<File>> {
        let Some(root) = self.take.parent().filter(|_| self.queue) else {
            return Ok(None);
        };
        let path = root.join("render.lock");
        let lock = File::create(&path).map_err(Error::file("create", &path))?;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Some(lock)),
                Err(TryLockError::WouldBlock) => {
                    cancel.check()?;
                    thread::sleep(LOOK_EVERY);
                }
                Err(TryLockError::Error(source)) => return Err(Error::file("lock", &path)(source)),
            }
        }
    }

    fn render(&self, teller: &Teller, (files, report_to): (&mut Files, Option<Target>), cancel: &Cancel) -> Result<()> {
        let take = Take::open(&self.take)?;
        let job = self.plan(&take, cancel)?;
        let output = &job.settings.output;
        if self.output.is_none() {
            files.reserve(output, &encode::names_aside(output)?)?;
        }
        let frames = job.frames.end - job.frames.start;
        teller.begin(output, frames);
        let bar = frames_bar(frames);
        let progress = |done| {
            bar.set_position(done);
            teller.frames(done);
        };
        let made = make(
            &job,
            self.video.generator,
            &self.video.look(None, None),
            cancel,
            &progress,
        );
        bar.finish_and_clear();
        let (rendered, report) = made?;
        if let Some(target) = report_to {
            report.write(target)?;
        }
        say(&job, &rendered, files)
    }

    fn plan(&self, take: &Take, cancel: &Cancel) -> Result<RenderJob> {
        let video = take.video();
        let size = self.video.size.or(video.map(|video| video.size)).unwrap_or(Size::HD);
        let fps = self.video.fps.or(video.map(|video| video.fps)).unwrap_or(Fps::FILM);
        let said = video.map(|video| video.audio.parse()).transpose()?;
        let audio = self.audio.or(said).unwrap_or(AudioCodec::Aac);
        let output = self.output(take, audio)?;
        let song = take.song()?;
        let settings = EncodeSettings {
            output,
            size,
            fps,
            audio,
            quality: self.video.quality(),
            overwrite: self.video.overwrite.get(),
            title: song.info().title.clone(),
            artist: None,
        };
        Encoder::rehearse(&settings, song.info())?;
        let bar = listening_bar(&song);
        let heard = listen::listen(&song, cancel, &|at| bar.set_position(at.0));
        bar.finish_and_clear();
        let heard = heard?;
        tell_losses(&heard.losses, song.info().rate);
        let options = RenderOptions {
            seed: self.video.seed,
            style: self.video.style()?,
            cadence: self.video.generator.cadence(&self.video.look(None, None)),
            letterbox: self.video.letterbox(None),
            ..RenderOptions::new(settings)
        };
        let mut job = RenderJob::from_take(take, song, heard, options)?;
        job.frames = self.video.stretch.frames(&job.heard.analysis, &job.director)?;
        Ok(job)
    }

    /// Where the video goes: as asked, else a new name in the folder that the plugin was told. A render that was cut
    /// off goes on with the name that it had.
    fn output(&self, take: &Take, audio: AudioCodec) -> Result<PathBuf> {
        if let Some(output) = &self.output {
            return Ok(output.clone());
        }
        let told = take.video().and_then(|video| video.folder.clone());
        let folder = told.map_or_else(take::default_video_folder, Ok)?;
        fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
        let manifest = &take.manifest;
        let name = format!(
            "{} {}",
            take::file_name(&manifest.name),
            take::stamp(manifest.created_unix_ms)
        );
        let container = match audio {
            AudioCodec::Pcm => Container::Mov,
            _ => Container::Mp4,
        };
        Ok(take::unused(&folder, &name, &format!(".{}", container.ending())))
    }
}

/// Keeps a second renderer away from a take.
fn lock(take: &Path) -> Result<File> {
    let folder = take.join(RENDER);
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    let path = folder.join("lock");
    let lock = File::create(&path).map_err(Error::file("create", &path))?;
    match lock.try_lock() {
        Ok(()) => {
            // How a renderer before this one ended is of no interest any more.
            let _ = fs::remove_file(folder.join(EXIT));
            Ok(lock)
        }
        Err(TryLockError::WouldBlock) => Err(Error::Take {
            path: take.to_owned(),
            reason: "another render of it is under way".into(),
            remedy: "wait for it, or stop it".into(),
        }),
        Err(TryLockError::Error(source)) => Err(Error::file("lock", path)(source)),
    }
}

/// Tells whoever watches the take how far its render is.
struct Teller<'a> {
    take: &'a Path,
    now: Mutex<(Progress, Instant)>,
}

impl<'a> Teller<'a> {
    fn new(take: &'a Path) -> Self {
        let progress = Progress {
            pid: std::process::id(),
            starts: Progress::read(take).map_or(0, |before| before.starts),
            ..Progress::default()
        };
        Self {
            take,
            now: Mutex::new((progress, Instant::now())),
        }
    }

    fn begin(&self, output: &Path, frames: u64) {
        let mut now = self.now.lock().expect("nobody panics while telling");
        now.0.output = output.to_owned();
        now.0.frames = frames;
    }

    fn tell(&self, state: RenderState, error: Option<String>) -> Result<()> {
        let mut now = self.now.lock().expect("nobody panics while telling");
        now.0.state = state;
        now.0.error = error;
        now.0.updated_unix_ms = take::now_unix_ms();
        now.1 = Instant::now();
        now.0.write(self.take)
    }

    /// A frame more; a disk that is full will be told of by the encoder.
    fn frames(&self, done: u64) {
        let mut now = self.now.lock().expect("nobody panics while telling");
        now.0.done = done;
        if now.1.elapsed() >= TELL_EVERY || now.0.state != RenderState::Rendering {
            now.0.state = RenderState::Rendering;
            now.0.updated_unix_ms = take::now_unix_ms();
            now.1 = Instant::now();
            drop(now.0.write(self.take));
        }
    }
}
