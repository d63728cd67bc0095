//! From decisions to a file: what `render` and `render-take` share.

use std::ops::Range;

use clap::ValueEnum;
use phosphene_engine::{
    Result,
    cancel::Cancel,
    cue::Plan,
    direct::Director,
    encode::{EncodeSettings, Encoder},
    generate::{
        Generator,
        diorama::{
            Diorama, DioramaOptions, Piece, Quality, design::Design, finish::flash::FlashLimit, meaning::Meaning,
        },
        test_pattern::TestPattern,
    },
    listen::Heard,
    pipeline::{self, Job, Rendered},
    song::Song,
};

use super::{report::Report, terminal::say};

/// What turns directions into pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GeneratorName {
    /// Painted worlds in an endless zoom
    Diorama,
    /// A white frame on each beat, to check a player
    TestPattern,
}

/// How the pictures are made.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Full or draft.
    pub quality: Quality,
    /// How much of the painting is kept; the generator's own default when not given.
    pub style_strength: Option<f32>,
    /// Whether flashes are limited.
    pub flash_limit: FlashLimit,
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
}

impl Production {
    /// Makes the file, calling `progress` with the frames that are written.
    pub fn make(
        &self,
        generator: GeneratorName,
        look: Look,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(Rendered, Report)> {
        for note in &self.plan.notes {
            eprintln!("  note  {note}");
        }
        match generator {
            GeneratorName::TestPattern => {
                let rendered = self.film(&mut TestPattern, cancel, progress)?;
                let report = Report::new(self, &rendered, "test-pattern");
                Ok((rendered, report))
            }
            GeneratorName::Diorama => {
                let (mut diorama, designs) = self.diorama(look)?;
                let rendered = self.film(&mut diorama, cancel, progress)?;
                let report = Report::new(self, &rendered, "diorama").with_diorama(&designs, &diorama);
                Ok((rendered, report))
            }
        }
    }

    /// Says what was made, and where.
    pub fn tell(&self, rendered: &Rendered) -> Result<()> {
        let (secs, written) = (rendered.wall_secs, &rendered.written);
        let video_secs = written.frames as f64 / self.settings.fps.hz();
        eprintln!(
            "{} frames in {secs:.1} s ({:.2} times real time), {:.1} MB",
            written.frames,
            video_secs / secs.max(1e-9),
            written.bytes as f64 / 1e6
        );
        for loss in &written.losses {
            eprintln!("  warning  {}", loss.what);
        }
        say(&format!("{}\n", written.path.display()))
    }

    fn diorama(&self, look: Look) -> Result<(Diorama, Vec<Design>)> {
        let prompts = &self.plan.prompts;
        let designs = Meaning::embedded()?.design_all(prompts)?;
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

    fn film<G: Generator>(
        &self,
        generator: &mut G,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Rendered> {
        let encoder = Encoder::create(&self.settings, self.song.info())?;
        let job = Job {
            song: &self.song,
            director: &self.director,
            frames: self.frames.clone(),
            size: self.settings.size,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            cancel,
            progress,
        };
        pipeline::render(&job, generator, encoder)
    }
}
