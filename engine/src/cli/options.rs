//! What `render` and `render-take` are both asked: the generator, its look, and the file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use phosphene_engine::{
    Error, Result,
    diorama::{DioramaOptions, styles},
    encode::VideoQuality,
    letterbox::Letterbox,
    prompt::StyleChoice,
    raster::{flash::FlashLimit, quality::Quality},
    render::DioramaLook,
    storyboard::Storyboard,
    time::{Fps, Size},
};

use super::{diffusion::DiffusionArgs, files::OverwriteArg, stretch::StretchArgs};

/// What turns directions into pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GeneratorName {
    /// Filmed or painted worlds in an endless zoom
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
    /// Film grain, where it is asked for.
    pub grain: Option<f32>,
    /// What the generator `diffusion` is asked for.
    pub diffusion: DiffusionArgs,
}

impl Look {
    /// What of it the diorama takes.
    pub fn diorama(&self) -> DioramaLook {
        DioramaLook {
            quality: self.quality,
            style_strength: self.style_strength,
            flash_limit: self.flash_limit,
            grain: self.grain,
        }
    }
}

/// How pictures are finished.
#[derive(Args)]
pub struct FinishArgs {
    /// Film grain: 0 is none, 2 the most [default: a storyboard's own, else 1]
    #[arg(long, value_name = "0..2", value_parser = grain)]
    pub grain: Option<f32>,
    /// Black bars that leave this shape: 2.39, 1.85, 16:9, 4:3, or off [default: a storyboard's own, else off]
    #[arg(long, value_name = "RATIO")]
    pub letterbox: Option<Letterbox>,
}

/// An amount of grain.
fn grain(text: &str) -> Result<f32> {
    let parsed = text.trim().parse::<f32>().ok();
    parsed
        .filter(|grain| (0.0..=DioramaOptions::MOST_GRAIN).contains(grain))
        .ok_or_else(|| Error::Value {
            what: "the grain",
            expected: "from 0 (none) to 2; 1 is usual".into(),
            actual: format!("\"{}\"", text.trim()),
        })
}

/// What every video is asked.
#[derive(Args)]
pub struct VideoArgs {
    /// Picture size [default: a storyboard's or a take's own, else 1280x720]
    #[arg(long, value_name = "WxH")]
    pub size: Option<Size>,
    /// Frames a second: 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60 [default: a storyboard's or a take's own, else 24]
    #[arg(long)]
    pub fps: Option<Fps>,
    /// Another seed, another arrangement [default: a storyboard's or a take's own, else 1]
    #[arg(long)]
    pub seed: Option<u64>,
    /// What makes the pictures
    #[arg(long, value_enum, default_value = "diorama")]
    pub generator: GeneratorName,
    #[command(flatten)]
    pub stretch: StretchArgs,
    /// Quick and rough, with the same scenes
    #[arg(long)]
    pub draft: bool,
    /// One painter or print look for all scenes: a name, a painter's number from 0 to 25, or "none" (see `phosphene
    /// styles`)
    #[arg(long)]
    style: Option<String>,
    #[command(flatten)]
    pub finish: FinishArgs,
    /// Allow more than three flashes a second (not safe for everybody's eyes)
    #[arg(long)]
    no_flash_limit: bool,
    /// Write what was done: grid, cues, prompts, seeds, timings, losses; - is the standard output
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    pub overwrite: OverwriteArg,
    #[command(flatten)]
    pub diffusion: DiffusionArgs,
}

impl VideoArgs {
    /// How the pictures are made.
    pub fn look(&self, style_strength: Option<f32>, storyboard: Option<&Storyboard>) -> Look {
        Look {
            grain: self.finish.grain.or(storyboard.and_then(|board| board.grain)),
            quality: if self.draft { Quality::Draft } else { Quality::Full },
            style_strength,
            flash_limit: if self.no_flash_limit {
                FlashLimit::Off
            } else {
                FlashLimit::On
            },
            diffusion: self.diffusion.clone(),
        }
    }

    /// The black bars, as asked, else as a storyboard has them.
    pub fn letterbox(&self, storyboard: Option<&Storyboard>) -> Letterbox {
        let own = storyboard.and_then(|board| board.letterbox);
        self.finish.letterbox.or(own).unwrap_or(Letterbox::OFF)
    }

    /// Refuses what the generator can't do.
    ///
    /// # Errors
    /// [`phosphene_engine::Error::Value`] with the option that it has no use for.
    pub fn check(&self, storyboard: Option<&Storyboard>) -> Result<()> {
        self.diffusion.check(self.generator)?;
        let grain = self.look(None, storyboard).grain;
        match (self.generator, grain) {
            (GeneratorName::Diorama, _) | (_, None) => Ok(()),
            (_, Some(grain)) => Err(Error::Value {
                what: "the grain",
                expected: "none said: only --generator diorama has a choice of it".into(),
                actual: grain.to_string(),
            }),
        }
    }

    /// How much care the encoder takes.
    pub fn quality(&self) -> VideoQuality {
        if self.draft {
            VideoQuality::DRAFT
        } else {
            VideoQuality::FULL
        }
    }

    /// The one painter, where one is asked for.
    ///
    /// # Errors
    /// [`phosphene_engine::Error::Value`] for one that there is not.
    pub fn style(&self) -> Result<Option<StyleChoice>> {
        Ok(self.style.as_deref().map(styles::resolve).transpose()?)
    }
}
