//! `phosphene render`: a song in, a music video out.

use phosphene_engine::ffmpeg::open_song;
use std::path::{Path, PathBuf};

use clap::Args;
use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    cue::{self, CueInputs},
    diorama::styles,
    direct::{DirectInputs, Director},
    encode::{self, AudioCodec, EncodeSettings, Encoder, VideoQuality},
    raster::{flash::FlashLimit, quality::Quality},
    song::{file_title, without_ending},
    storyboard::Storyboard,
    time::{Fps, Size},
};

use super::{
    diffusion::DiffusionArgs,
    files::{Files, Kind, OverwriteArg},
    hints::HintArgs,
    production::{GeneratorName, Look, Production},
    stretch::StretchArgs,
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
    /// Picture size [default: 1280x720]
    #[arg(long, value_name = "WxH")]
    size: Option<Size>,
    /// Frames a second: 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60 [default: 24]
    #[arg(long)]
    fps: Option<Fps>,
    /// Another seed, another arrangement [default: 1]
    #[arg(long)]
    seed: Option<u64>,
    /// What makes the pictures
    #[arg(long, value_enum, default_value = "diorama")]
    generator: GeneratorName,
    #[command(flatten)]
    hints: HintArgs,
    #[command(flatten)]
    stretch: StretchArgs,
    /// Quick and rough, with the same scenes
    #[arg(long)]
    draft: bool,
    /// One painter for all scenes: a name, a number from 0 to 25, or "none" (see `phosphene styles`)
    #[arg(long)]
    style: Option<String>,
    /// How much of the painting is kept, 0 to 1
    #[arg(long, value_name = "0..1")]
    style_strength: Option<f32>,
    /// How strongly things move with the music, 0 to 2
    #[arg(long, value_name = "0..2", default_value_t = 1.0)]
    reactivity: f64,
    /// How fast the zoom goes: 1 is a scene in eight bars, 0 stands still, negative goes outwards
    #[arg(long, value_name = "-4..4", default_value_t = 1.0, allow_negative_numbers = true)]
    zoom_rate: f64,
    /// Allow more than three flashes a second (not safe for everybody's eyes)
    #[arg(long)]
    no_flash_limit: bool,
    /// How the sound is stored: aac, pcm, flac or alac
    #[arg(long, value_name = "CODEC", default_value_t = AudioCodec::Aac)]
    audio: AudioCodec,
    /// Write what was done: grid, cues, prompts, seeds, timings, losses; - is the standard output
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
    #[command(flatten)]
    overwrite: OverwriteArg,
    /// Make no video: try a few frames, and say what time, memory and disk it will take
    #[arg(long)]
    estimate: bool,
    #[command(flatten)]
    diffusion: DiffusionArgs,
}

impl Render {
    /// Hears, plans, makes and writes.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        self.diffusion.check(self.generator)?;
        let output = self.output();
        let storyboard = self.storyboard.as_deref().map(read_storyboard).transpose()?;
        if let (Some(storyboard), GeneratorName::Diorama) = (&storyboard, self.generator) {
            styles::check(storyboard)?;
        }
        if self.estimate {
            let mut production = self.plan(storyboard, output, cancel)?;
            return production.estimate(self.generator, &self.look(), cancel);
        }
        let mut files = Files::new(&self.overwrite, self.inputs()?)?;
        files.reserve(&output, &encode::names_aside(&output)?)?;
        let report_to = files.claim("--report", Kind::Text, self.report.as_deref())?;
        let production = self.plan(storyboard, output, cancel)?;
        let frames = production.frames.clone();
        let bar = frames_bar(frames.end - frames.start);
        let made = production.make(self.generator, &self.look(), cancel, &|done| bar.set_position(done));
        bar.finish_and_clear();
        let (rendered, report) = made?;
        if let Some(target) = report_to {
            report.write(target)?;
        }
        production.tell(&rendered, &files)
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
        inputs.extend(self.diffusion.inputs()?);
        Ok(inputs)
    }

    fn look(&self) -> Look {
        Look {
            quality: if self.draft { Quality::Draft } else { Quality::Full },
            style_strength: self.style_strength,
            flash_limit: if self.no_flash_limit {
                FlashLimit::Off
            } else {
                FlashLimit::On
            },
            diffusion: self.diffusion.clone(),
        }
    }

    fn plan(&self, storyboard: Option<Storyboard>, output: PathBuf, cancel: &Cancel) -> Result<Production> {
        let size = self
            .size
            .or(storyboard.as_ref().and_then(|s| s.size))
            .unwrap_or(Size::HD);
        let fps = self
            .fps
            .or(storyboard.as_ref().and_then(|s| s.fps))
            .unwrap_or(Fps::FILM);
        let seed = self.seed.or(storyboard.as_ref().and_then(|s| s.seed)).unwrap_or(1);
        let song = open_song(&self.song)?;
        let title = song.info().title.clone().unwrap_or_else(|| file_title(&self.song));
        let settings = EncodeSettings {
            output,
            size,
            fps,
            audio: self.audio,
            quality: if self.draft {
                VideoQuality::DRAFT
            } else {
                VideoQuality::FULL
            },
            overwrite: self.overwrite.get(),
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
        let mut heard = hear_open(&song, self.hints.get()?, cancel)?;
        if let Some(grid) = storyboard
            .as_ref()
            .map(|board| board.beats(song.info().rate, heard.analysis.features.len))
            .transpose()?
            .flatten()
        {
            heard.analysis.grid = grid;
        }
        let inputs = CueInputs {
            analysis: &heard.analysis,
            fps,
            zoom_rate: self.zoom_rate,
        };
        let mut plan = match &storyboard {
            Some(storyboard) if !storyboard.scenes.is_empty() => cue::cues_from_storyboard(storyboard, &inputs)?,
            _ if !self.prompt.is_empty() => cue::cues_from_prompts(&self.prompt, &inputs)?,
            _ => {
                let mut plan = cue::cues_from_prompts(std::slice::from_ref(&title), &inputs)?;
                plan.notes
                    .push(format!("No prompt was given, so the song's title is one: \"{title}\"."));
                plan
            }
        };
        if let Some(style) = &self.style {
            let style = styles::resolve(style)?;
            plan.prompts.iter_mut().for_each(|prompt| prompt.style = style.clone());
        }
        let director = Director::new(&DirectInputs {
            analysis: &heard.analysis,
            plan: &plan,
            fps,
            seed,
            reactivity: self.reactivity,
            zoom_rate: self.zoom_rate,
            cadence: self.generator.cadence(&self.look()),
        })?;
        let frames = self.stretch.frames(&heard.analysis, &director)?;
        Ok(Production {
            song,
            heard,
            plan,
            director,
            frames,
            settings,
            seed,
            keep: None,
        })
    }
}

fn read_storyboard(path: &Path) -> Result<Storyboard> {
    let bytes = std::fs::read(path).map_err(Error::file("read", path))?;
    Storyboard::parse(path, &bytes)
}
