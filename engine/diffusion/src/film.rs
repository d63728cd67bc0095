//! The film: shots of painted scenes, nested in an endless zoom that lands on the beat.
//!
//! ```text
//! scenes ──denoise──► images ──compose──► the exact zoom ─┐
//! frame before ──warp by the camera──────────────────────┴─► key frames: painted over a little ──► light ──► Frame
//! ```
//!
//! Every scene is painted once (`scene_images`), and once more with the next one in its portal, the surroundings painted to
//! fit. What the camera sees of them is exact geometry (`compose`), so that on a cue's frame the next scene fills the
//! picture and is the picture that the next shot begins with. On key frames this picture, with the frame before carried
//! along in it, is painted over by image-to-image, more strongly on onsets; between them it is only moved. The painting
//! over fades in after a shot's first frame and out before its last, so that shots join without a seam, and begins
//! afresh with each shot.

mod canny;
mod compose;
mod denoise;
pub mod device;
mod enlarge;
mod estimate;
pub mod geometry;
pub mod model;
mod morph;
pub mod network;
mod options;
mod scene_images;

use std::{sync::Arc, time::Instant};

pub use self::{
    canny::SceneDrawer,
    enlarge::Enlarge,
    estimate::{FilmTimings, Probe, Work},
    network::Facts,
    options::{FilmOptions, Manner, paint_size},
};
use self::{
    compose::{Composition, Inner, Nested},
    denoise::{Denoiser, Init, Order},
    enlarge::Enlarger,
    network::Network,
    scene_images::{Paint, SceneImages, Style},
};
use super::{
    Conditioning,
    feedback::{
        colour::{Tone, match_levels, match_tone},
        picture::{Picture, Pyramid},
        warp::{Homography, warp},
    },
    model::Given,
    noise::NoiseKey,
};
use crate::error::{Error, Result};
use phosphene_core::{
    cancel::Cancel,
    direct::{FrameSpec, SceneRef},
    frame::{Frame, Generator, test_pattern::NoSketch},
    prompt::Prompt,
    raster::{
        colour::grade_matrix,
        flash::{FlashLimit, FlashLimiter},
    },
};

/// Share of the frame before that a frame keeps; the rest comes back to the exact zoom.
const HOLD: f32 = 0.92;
/// Share of a fresh painting on a key frame, and how much more of it on an onset.
const FRESH: f32 = 0.6;
const FRESH_ON_ONSET: f32 = 0.4;
/// How much an onset adds to the strength, and the most that it may be.
const STRENGTH_ON_ONSET: f64 = 0.2;
const MOST_STRENGTH: f64 = 0.8;
/// A strength below this is not worth the network's time.
const LEAST_STRENGTH: f64 = 0.02;
/// Seconds after a shot's beginning and before its end in which the painting over fades.
const SEAM_SECS: f64 = 0.3;

/// The generator `diffusion`.
pub struct Film {
    network: Box<dyn Network>,
    conditionings: Vec<[Conditioning; 2]>,
    style: Option<Style>,
    guide: Option<Box<dyn SceneDrawer>>,
    denoiser: Denoiser,
    images: SceneImages,
    /// The frame before, as it was before light and enlarging.
    carried: Option<Picture>,
    flash: Option<FlashLimiter>,
    enlarger: Enlarger,
    options: FilmOptions,
    timings: FilmTimings,
}

impl Film {
    /// A film of these prompts; [`FrameSpec::scenes`] refer to them by index.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] for options out of their range, and what the model fails with.
    pub fn new(network: Box<dyn Network>, prompts: &[Prompt], options: FilmOptions, cancel: &Cancel) -> Result<Self> {
        let facts = network.facts();
        let manner = options.manner(facts)?;
        let (width, height) = paint_size(options.size, options.quality, facts);
        let denoiser = Denoiser {
            sampler: manner.sampler,
            steps: manner.steps,
            guidance: manner.guidance,
            size: (width, height),
            noise_size: paint_size(options.size, phosphene_core::raster::quality::Quality::Full, facts),
            blank: Given::nothing(network.as_ref(), (width, height))?,
            cancel: cancel.clone(),
        };
        let style = options.style_image.as_ref().map(|image| {
            let ground = options::style_ground(image, width, height);
            Style {
                tone: Tone::of(&ground),
                ground: options::softened(&ground),
            }
        });
        let enlarger = Enlarger::new(options.enlarge, denoiser.size, options.size, &facts.device)?;
        Ok(Self {
            conditionings: morph::embedded(network.as_ref(), prompts)?,
            style,
            guide: None,
            denoiser,
            images: SceneImages::default(),
            carried: None,
            flash: (options.flash_limit == FlashLimit::On).then(|| FlashLimiter::new(width, height, options.fps.hz())),
            enlarger,
            network,
            options,
            timings: FilmTimings::default(),
        })
    }

    /// Lets the lines of these drawings guide the composition of scenes, through the model's ControlNet.
    #[must_use]
    pub fn guided_by(mut self, drawer: Box<dyn SceneDrawer>) -> Self {
        self.guide = Some(drawer);
        self
    }

    /// Where the time went so far.
    #[must_use]
    pub fn timings(&self) -> FilmTimings {
        self.timings
    }

    /// Width and height at which pictures are painted, in pixels.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.denoiser.size
    }

    /// Frames that the flash limiter has damped so far.
    #[must_use]
    pub fn flashes_damped(&self) -> u64 {
        self.flash.as_ref().map_or(0, FlashLimiter::damped)
    }

    /// The picture as it is carried from frame to frame, before light and enlarging.
    #[must_use]
    pub fn painted(&self) -> Option<&Picture> {
        self.carried.as_ref()
    }

    /// Whether the networks run on the CPU.
    #[must_use]
    pub fn is_on_cpu(&self) -> bool {
        self.network.facts().device.is_cpu()
    }

    fn paint(&mut self) -> (&mut SceneImages, Paint<'_>) {
        let paint = Paint {
            network: self.network.as_ref(),
            denoiser: &self.denoiser,
            conditionings: &self.conditionings,
            style: self.style.as_ref(),
            guide: self.guide.as_deref(),
        };
        (&mut self.images, paint)
    }

    /// The exact zoom at a frame.
    fn composed(&mut self, spec: &FrameSpec, scenes: [SceneRef; 3]) -> Result<Picture> {
        let seen = self.seen(spec, scenes, spec.camera.zoom)?;
        if spec.dissolve <= 0.0 {
            return Ok(seen);
        }
        // The next scene whole, with what is plainly in it: what the next shot begins with.
        let next = self.seen(spec, [scenes[1], scenes[2], scenes[2]], 0.0)?;
        let share = spec.dissolve.min(1.0);
        let mut seen = seen;
        for (pixel, next) in seen.pixels.iter_mut().zip(&next.pixels) {
            *pixel = [0, 1, 2, 3].map(|c| pixel[c] + (next[c] - pixel[c]) * share);
        }
        Ok(seen)
    }

    fn seen(&mut self, spec: &FrameSpec, [outer, inner, innermost]: [SceneRef; 3], zoom: f64) -> Result<Picture> {
        let begun = Instant::now();
        let painted = self.images.painted();
        let (width, height) = self.denoiser.size;
        let aspect = width as f64 / height as f64;
        let (images, paint) = self.paint();
        let around = images.nested(&paint, outer, inner)?;
        let plain = images.plain(&paint, inner)?;
        let share = come(zoom, 0.1, 0.6);
        let deeper: Option<[Arc<Pyramid>; 2]> = if share > 0.0 {
            Some([
                images.nested(&paint, inner, innermost)?,
                images.plain(&paint, innermost)?,
            ])
        } else {
            None
        };
        let new = self.images.painted() - painted;
        if new > 0 {
            self.timings.scenes += new;
            self.timings.scene += begun.elapsed();
        }
        let begun = Instant::now();
        let inset = geometry::inset(&outer, aspect);
        let camera = phosphene_core::direct::Camera { zoom, ..spec.camera };
        let seen = Composition {
            outer: &around,
            inner: Inner {
                inset,
                plain: &plain,
                nested: deeper.as_ref().map(|[picture, innermost]| Nested {
                    picture,
                    share: share as f32,
                    inset: geometry::inset(&inner, aspect),
                    innermost,
                }),
            },
            view: geometry::view(&camera, aspect, &inset),
            zoom,
            aspect,
        }
        .draw(width, height);
        self.timings.rest += begun.elapsed();
        Ok(seen)
    }

    /// The frame before, moved to where it is now, in the exact zoom.
    fn moved(&self, spec: &FrameSpec, outer: &SceneRef, exact: &Picture) -> Picture {
        let mut picture = exact.clone();
        let Some(before) = &self.carried else {
            return picture;
        };
        let (width, height) = self.denoiser.size;
        let aspect = width as f64 / height as f64;
        let inset = geometry::inset(outer, aspect);
        let pixels = Homography::scaled([width as f64, height as f64], [-0.5, -0.5]);
        let of = |camera| pixels.after(&geometry::view(camera, aspect, &inset));
        let to_source = of(&spec.camera_before).after(&of(&spec.camera).inverse());
        let carried = warp(before, &to_source);
        let hold = HOLD * self.presence(spec);
        for (pixel, old) in picture.pixels.iter_mut().zip(&carried.pixels) {
            let share = hold * old[3];
            *pixel = [0, 1, 2, 3].map(|c| pixel[c] + (old[c] - pixel[c]) * share);
        }
        picture
    }

    /// How much of the painting over is seen: none on a shot's first frame and on its last.
    fn presence(&self, spec: &FrameSpec) -> f32 {
        let since = spec.frame.0.saturating_sub(spec.shot.first.0);
        let left = spec.shot.end.0.saturating_sub(spec.frame.0 + 1);
        come(since.min(left) as f64, 0.0, SEAM_SECS * self.options.fps.hz()) as f32
    }

    /// Paints a key frame over.
    fn painted_over(
        &mut self,
        spec: &FrameSpec,
        scenes: &[SceneRef; 3],
        exact: &Picture,
        picture: &mut Picture,
    ) -> Result<()> {
        let onset = f64::from(spec.reactive.kick.max(0.7 * spec.reactive.snare).clamp(0.0, 1.0));
        let kept = spec.style_strength.map_or(self.options.strength, f64::from);
        let strength = ((kept + STRENGTH_ON_ONSET * onset).min(MOST_STRENGTH)) * f64::from(self.presence(spec));
        if kept <= 0.0 || strength < LEAST_STRENGTH {
            return Ok(());
        }
        let begun = Instant::now();
        let of = |scene: &SceneRef| {
            self.conditionings.get(scene.prompt).ok_or_else(|| Error::Picture {
                reason: format!(
                    "its scenes refer to other prompts than the {} given",
                    self.conditionings.len()
                ),
            })
        };
        let share = f64::from(spec.approach.clamp(0.0, 1.0));
        let conditioning = morph::morph(of(&scenes[0])?, of(&scenes[1])?, share)?;
        let mut fresh = self.denoiser.paint(
            self.network.as_ref(),
            &Order {
                init: Init::Image(picture, strength),
                conditioning: &conditioning,
                key: NoiseKey {
                    seed: spec.seed,
                    shot: u64::from(spec.shot.index),
                    frame: spec.frame.0,
                },
                hint: None,
            },
        )?;
        // The scene image as the camera sees it: nothing that feedback adds up can leave its colours.
        match_tone(&mut fresh, &Tone::of(exact));
        let share = (FRESH + FRESH_ON_ONSET * onset as f32).min(1.0);
        for (pixel, fresh) in picture.pixels.iter_mut().zip(&fresh.pixels) {
            *pixel = [0, 1, 2, 3].map(|c| pixel[c] + (fresh[c] - pixel[c]) * share);
        }
        self.timings.keys += 1;
        self.timings.key += begun.elapsed();
        Ok(())
    }

    /// Light and colour as the music and the curves have them.
    fn lit(&self, spec: &FrameSpec, picture: &Picture) -> Vec<[f32; 4]> {
        let music = &spec.reactive;
        let intensity = spec.intensity.clamp(0.0, 2.0);
        let saturation = intensity * (1.0 - 0.35 * music.build.clamp(0.0, 1.0));
        let gain = (0.4 + 0.6 * intensity.min(1.5))
            * (1.0 + 0.05 * music.kick + 0.03 * music.snare + 0.12 * music.burst + 0.06 * (music.loudness - 0.5));
        let matrix = grade_matrix(saturation, spec.palette_shift_deg, gain);
        let graded = |pixel: &[f32; 4]| {
            let [r, g, b] = [0, 1, 2].map(|i| (0..3).map(|j| matrix[i][j] * pixel[j]).sum::<f32>().clamp(0.0, 1.0));
            [r, g, b, 0.0]
        };
        picture.pixels.iter().map(graded).collect()
    }
}

/// 0 up to `from`, 1 from `to` on, smooth between.
fn come(at: f64, from: f64, to: f64) -> f64 {
    let t = ((at - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

impl Film {
    fn make(&mut self, spec: &FrameSpec, frame: &mut Frame) -> Result<()> {
        if frame.size() != self.options.size {
            return Err(Error::Picture {
                reason: format!("asked for {} of a generator for {}", frame.size(), self.options.size),
            });
        }
        let Ok(scenes) = <[SceneRef; 3]>::try_from(&spec.scenes[..]) else {
            return Err(Error::Picture {
                reason: format!("it has {} scenes in place of 3", spec.scenes.len()),
            });
        };
        if spec.frame == spec.shot.first {
            self.carried = None;
        }
        let exact = self.composed(spec, scenes)?;
        let begun = Instant::now();
        let mut picture = self.moved(spec, &scenes[0], &exact);
        self.timings.rest += begun.elapsed();
        if spec.key {
            self.painted_over(spec, &scenes, &exact, &mut picture)?;
        }
        let begun = Instant::now();
        // Warping and mixing soften; what they take from the spread is given back.
        match_levels(&mut picture, &exact);
        let mut shown = self.lit(spec, &picture);
        self.carried = Some(picture);
        if let Some(flash) = &mut self.flash {
            flash.limit(spec.shot, spec.frame, &mut shown);
        }
        let shown = Picture { pixels: shown, ..exact };
        self.enlarger.write(shown, spec.seed, frame)?;
        self.timings.rest += begun.elapsed();
        self.timings.frames += 1;
        Ok(())
    }
}

impl Generator for Film {
    type Sketcher = NoSketch;

    fn sketcher(&self) -> phosphene_core::Result<NoSketch> {
        // Networks run on one thread, that of `finish`.
        Ok(NoSketch)
    }

    fn finish(&mut self, spec: &FrameSpec, (): (), frame: &mut Frame) -> phosphene_core::Result<()> {
        self.make(spec, frame).map_err(|error| error.at_frame(spec.frame.0))
    }
}
