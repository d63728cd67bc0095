//! What `render` and `render-take` are both asked: the generator, its look, and the file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use phosphene_engine::{
    Result,
    diorama::styles,
    encode::VideoQuality,
    prompt::StyleChoice,
    raster::{flash::FlashLimit, quality::Quality},
    render::DioramaLook,
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
        }
    }
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
    /// One painter for all scenes: a name, a number from 0 to 25, or "none" (see `phosphene styles`)
    #[arg(long)]
    style: Option<String>,
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
    pub fn look(&self, style_strength: Option<f32>) -> Look {
        Look {
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
