//! What holds for a whole film.

use super::super::{
    feedback::picture::Picture,
    sampler::{Sampler, SamplerName},
};
use super::{enlarge::Enlarge, network::Facts};
use crate::error::{Error, Result};
use phosphene_core::{
    raster::{flash::FlashLimit, quality::Quality},
    time::{Fps, Size},
};

/// Sides of painted pictures are multiples of this many latents: what a network that halves three times takes.
const LATENTS: usize = 8;
/// Steps and guidance where neither model nor user says otherwise.
const STEPS: usize = 20;
const GUIDANCE: f64 = 7.0;
/// The same for models that were distilled.
const FEW_STEPS: usize = 4;
/// Guidance of networks that take it.
///
/// **Source**: Luo et al. 2023, "Latent consistency models", section 5 (w of 8, and 1).
const TOLD_GUIDANCE: f64 = 8.0;

/// What holds for a whole film.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmOptions {
    /// The frames' size.
    pub size: Size,
    /// The frames' rate.
    pub fps: Fps,
    /// Full or draft: a draft is painted at a quarter of the area and on fewer frames, from the same seeds.
    pub quality: Quality,
    /// The sampler; the model's own when not given, DPM-Solver++ 2M where we don't have that.
    pub sampler: Option<SamplerName>,
    /// Steps from noise to picture; 4 for distilled models and 20 for others when not given.
    pub steps: Option<usize>,
    /// How strongly prompts are followed, 1 to 30; 8 for models that take it, 1 for other distilled models and 7 for
    /// all others when not given.
    pub guidance: Option<f64>,
    /// How much of a key frame is painted anew, 0 (the scene images as they are) to 1; onsets add to it.
    pub strength: f64,
    /// Whether flashes are limited to three a second.
    pub flash_limit: FlashLimit,
    /// A picture whose colours and large lights every scene begins from.
    pub style_image: Option<Picture>,
    /// How pictures are brought to the frames' size.
    pub enlarge: Enlarge,
}

impl FilmOptions {
    /// The default strength.
    pub const STRENGTH: f64 = 0.3;

    /// Every how many frames a shot is painted over: what [`phosphene_core::direct::FrameSpec::key`] is to follow.
    #[must_use]
    pub fn cadence(quality: Quality) -> u32 {
        match quality {
            Quality::Full => 3,
            Quality::Draft => 12,
        }
    }

    /// What is used of a model.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] for what is out of its range.
    pub fn manner(&self, facts: &Facts) -> Result<Manner> {
        let sampler = self
            .sampler
            .or(facts.schedule.own_sampler())
            .unwrap_or(SamplerName::DpmSolver2M);
        let distilled = facts.turbo || sampler == SamplerName::Lcm;
        let manner = Manner {
            sampler,
            steps: self.steps.unwrap_or(if distilled { FEW_STEPS } else { STEPS }),
            guidance: self.guidance.unwrap_or(match (facts.takes_guidance, distilled) {
                (true, _) => TOLD_GUIDANCE,
                (false, true) => 1.0,
                (false, false) => GUIDANCE,
            }),
        };
        let within = |what, expected: &str, value: f64, range: std::ops::RangeInclusive<f64>| {
            if range.contains(&value) {
                return Ok(());
            }
            Err(Error::value(what, expected, value))
        };
        within("the guidance", "from 1 to 30", manner.guidance, 1.0..=30.0)?;
        within("the strength", "from 0 to 1", self.strength, 0.0..=1.0)?;
        // Whether the steps can be walked is the schedule's to say.
        Sampler::new(manner.sampler, &facts.schedule, manner.steps, 1.0)?;
        Ok(manner)
    }
}

impl Default for FilmOptions {
    fn default() -> Self {
        Self {
            size: Size::HD,
            fps: Fps::FILM,
            quality: Quality::Full,
            sampler: None,
            steps: None,
            guidance: None,
            strength: Self::STRENGTH,
            flash_limit: FlashLimit::On,
            style_image: None,
            enlarge: Enlarge::Cubic,
        }
    }
}

/// How a model is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// The sampler.
    pub sampler: SamplerName,
    /// Steps from noise to picture.
    pub steps: usize,
    /// Guidance.
    pub guidance: f64,
}

/// Width and height at which pictures are painted: of the output's shape, with about as many pixels as the model was
/// trained at (a draft: a quarter), in whole multiples of what its network takes.
#[must_use]
pub fn paint_size(output: Size, quality: Quality, facts: &Facts) -> (usize, usize) {
    let unit = (facts.vae_factor * LATENTS) as f64;
    let (width, height) = facts.default_size;
    let pixels = (width * height) as f64
        / match quality {
            Quality::Full => 1.0,
            Quality::Draft => 4.0,
        };
    let fit = |side: f64| (side / unit).round().max(1.0) as usize * unit as usize;
    let tall = (pixels / output.aspect()).sqrt();
    (fit(tall * output.aspect()), fit(tall))
}

/// A style picture at the painted size: as much of its middle as has that shape.
pub(super) fn style_ground(image: &Picture, width: usize, height: usize) -> Picture {
    let scale = (image.width as f64 / width as f64).min(image.height as f64 / height as f64);
    let shares = [
        width as f64 * scale / image.width as f64,
        height as f64 * scale / image.height as f64,
    ];
    let pyramid = image.clone().pyramid();
    let level = pyramid.level(1.0 / scale);
    let pixel = |i: usize| {
        let at = [
            ((i % width) as f64 + 0.5) / width as f64,
            ((i / width) as f64 + 0.5) / height as f64,
        ];
        let place = [0, 1].map(|axis: usize| 0.5 + (at[axis] - 0.5) * shares[axis]);
        pyramid.at(place, level).map(|value| value.clamp(0.0, 1.0))
    };
    Picture {
        width,
        height,
        pixels: (0..width * height).map(pixel).collect(),
    }
}

/// Only large lights and colours of a picture: an eighth of its detail.
pub(super) fn softened(picture: &Picture) -> Picture {
    let small = picture.halved().halved().halved();
    let (width, height) = (picture.width, picture.height);
    let pixel = |i: usize| {
        let place = [
            ((i % width) as f64 + 0.5) / width as f64 * small.width as f64 - 0.5,
            ((i / width) as f64 + 0.5) / height as f64 * small.height as f64 - 0.5,
        ];
        super::super::feedback::warp::bicubic(&small, place).map(|value| value.clamp(0.0, 1.0))
    };
    Picture {
        width,
        height,
        pixels: (0..width * height).map(pixel).collect(),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;
    use crate::schedule::ScheduleConfig;

    fn facts(default_size: (usize, usize)) -> Facts {
        Facts {
            schedule: ScheduleConfig::default(),
            latent_channels: 4,
            vae_factor: 8,
            default_size,
            turbo: false,
            takes_guidance: false,
            inpaints: false,
            device: Device::Cpu,
        }
    }

    #[test]
    fn pictures_have_the_models_area_and_the_outputs_shape() {
        let at = |size: &str, quality, side| paint_size(size.parse().unwrap(), quality, &facts((side, side)));
        assert_eq!(at("1280x720", Quality::Full, 512), (704, 384));
        assert_eq!(at("1080x1920", Quality::Full, 512), (384, 704));
        assert_eq!(at("1920x1080", Quality::Full, 1024), (1344, 768));
        assert_eq!(at("1280x720", Quality::Draft, 512), (320, 192));
        assert_eq!(at("64x64", Quality::Draft, 64), (64, 64));
    }

    #[test]
    fn a_manner_is_the_models_own_unless_told_otherwise() {
        let mut facts = facts((512, 512));
        let manner = FilmOptions::default().manner(&facts).unwrap();
        assert_eq!(
            (manner.sampler, manner.steps, manner.guidance),
            (SamplerName::DpmSolver2M, 20, 7.0)
        );
        facts.turbo = true;
        facts.schedule.scheduler = "EulerDiscreteScheduler".into();
        let manner = FilmOptions::default().manner(&facts).unwrap();
        assert_eq!(
            (manner.sampler, manner.steps, manner.guidance),
            (SamplerName::Euler, 4, 1.0)
        );
        facts.takes_guidance = true;
        assert_eq!(FilmOptions::default().manner(&facts).unwrap().guidance, 8.0);
        for wrong in [
            FilmOptions {
                guidance: Some(0.5),
                ..FilmOptions::default()
            },
            FilmOptions {
                steps: Some(0),
                ..FilmOptions::default()
            },
            FilmOptions {
                strength: f64::NAN,
                ..FilmOptions::default()
            },
        ] {
            assert!(wrong.manner(&facts).is_err());
        }
    }

    #[test]
    fn a_style_picture_fills_the_shape_from_its_middle() {
        let pixel = |i: usize| [(i % 300) as f32 / 300.0, (i / 300) as f32 / 200.0, 0.5, 0.0];
        let image = Picture {
            width: 300,
            height: 200,
            pixels: (0..60_000).map(pixel).collect(),
        };
        let ground = style_ground(&image, 64, 64);
        let at = |x: usize, y: usize| ground.pixels[y * 64 + x];
        assert!((at(32, 32)[0] - 0.5).abs() < 0.01 && (at(32, 32)[1] - 0.5).abs() < 0.01);
        assert!((at(0, 32)[0] - 1.0 / 6.0).abs() < 0.02, "{:?}", at(0, 32));
        let soft = softened(&ground);
        assert!((soft.pixels[32 * 64 + 32][0] - 0.5).abs() < 0.02);
    }
}
