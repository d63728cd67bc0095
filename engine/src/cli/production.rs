//! From decisions to a file: what `render` and `render-take` share.

use std::{ops::Range, path::PathBuf};

use clap::ValueEnum;
use phosphene_engine::{
    Result,
    cancel::Cancel,
    cue::Plan,
    diorama::{Diorama, DioramaOptions, Piece, design::Design, meaning::Meaning},
    direct::Director,
    encode::{EncodeSettings, Encoder, checksum},
    frame::{Generator, test_pattern::TestPattern},
    listen::Heard,
    pipeline::{self, Job, Rendered},
    raster::{flash::FlashLimit, quality::Quality},
    song::Song,
    time::FrameIdx,
};

use super::{
    diffusion::DiffusionArgs,
    files::Files,
    report::Report,
    terminal::{say_path, tell, tell_unknown_words},
};

/// The shortest part of a video that is kept while it is made, in seconds.
const PART_SECS: f64 = 5.0;

/// What turns directions into pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GeneratorName {
    /// Painted worlds in an endless zoom
    Diorama,
    /// Stable Diffusion with a model of your own (see `phosphene models`)
    Diffusion,
    /// A white frame on each beat, to check a player
    TestPattern,
}

impl GeneratorName {
    /// Every how many frames its pictures are painted afresh.
    pub fn cadence(self, look: &Look) -> u32 {
        match self {
            Self::Diffusion => look.diffusion.cadence(look),
            Self::Diorama | Self::TestPattern => look.quality.cadence() as u32,
        }
    }
}

/// How the pictures are made.
#[derive(Debug, Clone)]
pub struct Look {
    /// Full or draft.
    pub quality: Quality,
    /// How much of the painting is kept; the generator's own default when not given.
    pub style_strength: Option<f32>,
    /// Whether flashes are limited.
    pub flash_limit: FlashLimit,
    /// What the generator `diffusion` is asked for.
    pub diffusion: DiffusionArgs,
}

/// Everything that is decided before the first picture.
pub struct Production {
    pub song: Song,
    pub heard: Heard,
    pub plan: Plan,
    pub director: Director,
    pub frames: Range<u64>,
    pub settings: EncodeSettings,
    pub seed: u64,
    /// Where the encoded pictures are kept until the video is there, so that a render that is cut off can go on.
    pub keep: Option<PathBuf>,
}

impl Production {
    /// Makes the file, calling `progress` with the frames that are written.
    pub fn make(
        &self,
        generator: GeneratorName,
        look: &Look,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(Rendered, Report)> {
        for note in &self.plan.notes {
            tell(&format!("  note  {note}"));
        }
        match generator {
            GeneratorName::TestPattern => {
                let rendered = self.film(&mut [TestPattern], "test-pattern", cancel, progress)?;
                let report = Report::new(self, &rendered, "test-pattern");
                Ok((rendered, report))
            }
            GeneratorName::Diorama => {
                let (mut diorama, designs) = self.diorama(look)?;
                let rendered = self.film(
                    std::slice::from_mut(&mut diorama),
                    &format!("diorama {look:?}"),
                    cancel,
                    progress,
                )?;
                let report = Report::new(self, &rendered, "diorama").with_diorama(&designs, &diorama);
                Ok((rendered, report))
            }
            GeneratorName::Diffusion => {
                let files = look.diffusion.files()?;
                let mut films = look.diffusion.films(self, look, cancel)?;
                // Several devices read them one after the other, and all must paint alike.
                look.diffusion.check_unchanged(&files)?;
                self.warn_of_cpu(&mut films)?;
                let name = format!("diffusion {look:?} {files:?}");
                let rendered = self.film(&mut films, &name, cancel, progress)?;
                let report = Report::new(self, &rendered, "diffusion").with_films(&films);
                Ok((rendered, report))
            }
        }
    }

    /// Says what was made, and where, unless the standard output is a file's.
    pub fn tell(&self, rendered: &Rendered, files: &Files) -> Result<()> {
        let (secs, written) = (rendered.wall_secs, &rendered.written);
        let video_secs = written.frames as f64 / self.settings.fps.hz();
        tell(&format!(
            "{} frames in {secs:.1} s ({:.2} times real time), {:.1} MB",
            written.frames,
            video_secs / secs.max(1e-9),
            written.bytes as f64 / 1e6
        ));
        for loss in &written.losses {
            tell(&format!("  warning  {}", loss.what));
        }
        if files.on_stdout() {
            return Ok(());
        }
        say_path(&written.path)
    }

    fn diorama(&self, look: &Look) -> Result<(Diorama, Vec<Design>)> {
        let prompts = &self.plan.prompts;
        let designs = Meaning::embedded()?.design_all(prompts)?;
        tell_unknown_words(prompts)?;
        let pieces: Vec<Piece> = designs
            .iter()
            .zip(prompts)
            .map(|(design, prompt)| Piece {
                design: design.clone(),
                style_strength: prompt.style_strength,
            })
            .collect();
        let options = DioramaOptions {
            size: self.settings.size,
            fps: self.settings.fps,
            quality: look.quality,
            style_strength: look.style_strength.unwrap_or(DioramaOptions::STYLE_STRENGTH),
            flash_limit: look.flash_limit,
        };
        Ok((Diorama::new(&pieces, options)?, designs))
    }

    /// Makes the file by generators that take shots in turn.
    pub fn film<G: Generator>(
        &self,
        generators: &mut [G],
        name: &str,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Rendered> {
        let mut encoder = Encoder::create(&self.settings, self.song.info())?;
        if let Some(keep) = &self.keep {
            let folder = keep.join(format!("{:016x}", self.identity(name)?));
            encoder.keep_parts(&folder, &self.part_starts(), self.frames.end - self.frames.start)?;
        }
        let job = Job {
            song: &self.song,
            director: &self.director,
            frames: self.frames.clone(),
            size: self.settings.size,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            cancel,
            progress,
        };
        pipeline::render_in_turn(&job, generators, encoder)
    }

    /// A checksum of all that decides a frame.
    fn identity(&self, generator: &str) -> Result<u64> {
        let plan = serde_json::to_string(&self.plan).map_err(|error| phosphene_engine::Error::Value {
            what: "the plan",
            expected: "finite numbers".into(),
            actual: error.to_string(),
        })?;
        let settings = &self.settings;
        let text = format!(
            "{} {generator} {} {} {} {:?} {} {:x} {plan}",
            env!("CARGO_PKG_VERSION"),
            self.seed,
            settings.size,
            settings.fps,
            settings.quality,
            self.heard.analysis.features.len,
            self.song.checksum(),
        );
        // Parts are counted from the first frame, so those of a stretch are its own.
        let stretch = if self.frames == (0..self.director.frames()) {
            String::new()
        } else {
            format!(" {:?}", self.frames)
        };
        Ok(checksum((text + &stretch).as_bytes()))
    }

    /// The frames at which parts begin, counted from the video's first: a shot's first, five seconds after the last or
    /// more.
    fn part_starts(&self) -> Vec<u64> {
        let least = (PART_SECS * self.settings.fps.hz()) as u64;
        let mut starts = vec![0];
        let (mut frame, mut last) = (self.frames.start, self.frames.start);
        while frame < self.frames.end {
            if frame >= last + least {
                starts.push(frame - self.frames.start);
                last = frame;
            }
            frame = self.director.spec(FrameIdx(frame)).shot.end.0.max(frame + 1);
        }
        starts
    }
}
