//! `phosphene render`: a song in, a music video out.

use std::path::{Path, PathBuf};

use clap::Args;
use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    diorama::{meaning, styles},
    encode::{self, AudioCodec, EncodeSettings, Encoder},
    ffmpeg::open_song,
    render::{RenderJob, RenderOptions, Scenes},
    song::{file_title, without_ending},
    storyboard::Storyboard,
    time::{Fps, Size},
};

use super::{
    estimate::estimate,
    files::{Files, Kind},
    hints::HintArgs,
    options::{GeneratorName, VideoArgs},
    production::{make, say},
    terminal::{frames_bar, hear_open},
};

/// Make a video from a song.
#[derive(Args)]
pub struct Render {
    /// The song: wav, aiff, flac, alac, mp3, m4a, ogg, opus
    song: PathBuf,
    /// The video: .mp4, .mov or .mkv [default: the song's name with .mp4]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What is to be seen when (see `phosphene storyboard`)
    #[arg(long, value_name = "FILE.toml", conflicts_with = "prompt")]
    storyboard: Option<PathBuf>,
    /// What is to be seen; give several, and they are spread over the song's sections
    #[arg(long, value_name = "TEXT")]
    prompt: Vec<String>,
    #[command(flatten)]
    hints: HintArgs,
    /// How much of the painting is kept, 0 to 1
    #[arg(long, value_name = "0..1")]
    style_strength: Option<f32>,
    /// How strongly things move with the music, 0 to 2
    #[arg(long, value_name = "0..2", default_value_t = 1.0)]
    reactivity: f64,
    /// How fast the zoom goes: 1 is a scene in eight bars, 0 stands still, negative goes outwards
    #[arg(long, value_name = "-4..4", default_value_t = 1.0, allow_negative_numbers = true)]
    zoom_rate: f64,
    /// How the sound is stored: aac, pcm, flac or alac
    #[arg(long, value_name = "CODEC", default_value_t = AudioCodec::Aac)]
    audio: AudioCodec,
    /// Make no video: try a few frames, and say what time, memory and disk it will take
    #[arg(long)]
    estimate: bool,
    #[command(flatten)]
    video: VideoArgs,
}

impl Render {
    /// Hears, plans, makes and writes.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        let output = self.output();
        let storyboard = self.storyboard.as_deref().map(read_storyboard).transpose()?;
        self.video.check(storyboard.as_ref())?;
        let look = self.video.look(self.style_strength, storyboard.as_ref());
        if let (Some(storyboard), GeneratorName::Diorama) = (&storyboard, self.video.generator) {
            styles::check(storyboard)?;
            meaning::check_cast(storyboard)?;
        }
        if self.estimate {
            let mut job = self.plan(storyboard, output, cancel)?;
            return estimate(&mut job, self.video.generator, &look, cancel);
        }
        let mut files = Files::new(&self.video.overwrite, self.inputs()?)?;
        files.reserve(&output, &encode::names_aside(&output)?)?;
        let report_to = files.claim("--report", Kind::Text, self.video.report.as_deref())?;
        let job = self.plan(storyboard, output, cancel)?;
        let frames = job.frames.clone();
        let bar = frames_bar(frames.end - frames.start);
        let made = make(&job, self.video.generator, &look, cancel, &|done| {
            bar.set_position(done)
        });
        bar.finish_and_clear();
        let (rendered, report) = made?;
        if let Some(target) = report_to {
            report.write(target)?;
        }
        say(&job, &rendered, &files)
    }

    /// As asked, else the song's name with the ending of a video.
    fn output(&self) -> PathBuf {
        self.output.clone().unwrap_or_else(|| {
            let mut name = without_ending(&self.song).into_os_string();
            name.push(".mp4");
            name.into()
        })
    }

    /// All that is read.
    fn inputs(&self) -> Result<Vec<PathBuf>> {
        let mut inputs = vec![self.song.clone()];
        inputs.extend(self.storyboard.clone());
        inputs.extend(self.video.diffusion.inputs()?);
        Ok(inputs)
    }

    fn plan(&self, storyboard: Option<Storyboard>, output: PathBuf, cancel: &Cancel) -> Result<RenderJob> {
        let size = self
            .video
            .size
            .or(storyboard.as_ref().and_then(|s| s.size))
            .unwrap_or(Size::HD);
        let fps = self
            .video
            .fps
            .or(storyboard.as_ref().and_then(|s| s.fps))
            .unwrap_or(Fps::FILM);
        let seed = self
            .video
            .seed
            .or(storyboard.as_ref().and_then(|s| s.seed))
            .unwrap_or(1);
        let song = open_song(&self.song)?;
        let title = song.info().title.clone().unwrap_or_else(|| file_title(&self.song));
        let settings = EncodeSettings {
            output,
            size,
            fps,
            audio: self.audio,
            quality: self.video.quality(),
            overwrite: self.video.overwrite.get(),
            title: Some(
                storyboard
                    .as_ref()
                    .and_then(|s| s.title.clone())
                    .unwrap_or(title.clone()),
            ),
            artist: song.info().artist.clone(),
        };
        if !self.estimate {
            Encoder::rehearse(&settings, song.info())?;
        }
        let heard = hear_open(&song, self.hints.get()?, cancel)?;
        let options = RenderOptions {
            seed: Some(seed),
            style: self.video.style()?,
            reactivity: self.reactivity,
            zoom_rate: self.zoom_rate,
            cadence: self
                .video
                .generator
                .cadence(&self.video.look(self.style_strength, None)),
            letterbox: self.video.letterbox(storyboard.as_ref()),
            ..RenderOptions::new(settings)
        };
        let untold = self.prompt.is_empty() && storyboard.as_ref().is_none_or(|board| board.scenes.is_empty());
        let scenes = Scenes {
            storyboard: storyboard.as_ref(),
            prompts: if untold {
                std::slice::from_ref(&title)
            } else {
                &self.prompt
            },
        };
        let mut job = RenderJob::from_song(song, heard, scenes, options)?;
        if untold {
            job.plan
                .notes
                .push(format!("No prompt was given, so the song's title is one: \"{title}\"."));
        }
        job.frames = self.video.stretch.frames(&job.heard.analysis, &job.director)?;
        Ok(job)
    }
}

fn read_storyboard(path: &Path) -> Result<Storyboard> {
    let bytes = std::fs::read(path).map_err(Error::file("read", path))?;
    Storyboard::parse(path, &bytes)
}
