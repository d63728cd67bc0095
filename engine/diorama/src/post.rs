//! The half of a frame that needs the frames before: post-processing.

pub mod bloom;
pub mod grade;
pub mod lowpass;
pub mod temporal_blend;

use super::{
    drawing::Drawing,
    timings::{Timings, timed},
};
use bloom::Bloom;
use grade::{Grade, Look};
use lowpass::LowMaps;
use phosphene_core::{
    direct::FrameSpec,
    frame::Frame,
    raster::{
        flash::{FlashLimit, FlashLimiter},
        upscale::{UNSHARP, Upscale},
    },
    time::Size,
};
use temporal_blend::TemporalBlend;

/// Least share of a fresh painting; the rest stays the strokes of the frame before.
const FRESH: f32 = 0.26;
/// More of it on an onset.
const FRESH_ON_KICK: f32 = 0.22;
/// The painting never replaces the drawing entirely: faces and edges need some of it.
const MOST_PAINT: f32 = 0.92;
/// Amount of the unsharp mask on frames that are not painted: their outlines are smooth already.
const FILM_UNSHARP: f32 = 0.3;
/// Deviation of the grain in levels of 255.
const GRAIN: f32 = 1.4;

/// One frame's sketch as the post-processor takes it.
#[derive(Debug, Clone, Copy)]
pub struct Sketched<'a> {
    /// The drawn stage.
    pub drawing: &'a Drawing,
    /// The painting, (height, width, 3), 0 to 1; `None` on frames that are not painted.
    pub painting: Option<&'a [f32]>,
    /// How much of the painting is kept, 0 to 1.
    pub strength: f32,
}

/// Post-processes frames in order.
#[derive(Debug)]
pub struct PostProcessor {
    blend: TemporalBlend,
    low: LowMaps,
    bloom: Bloom,
    grade: Grade,
    flash: Option<FlashLimiter>,
    upscale: Upscale,
    shown: Vec<[f32; 4]>,
}

impl PostProcessor {
    /// From pictures of `paint` (width, height) pixels to frames of `size`.
    #[must_use]
    pub fn new(paint: (usize, usize), size: Size, flash_limit: FlashLimit, fps_hz: f64) -> Self {
        let (width, height) = paint;
        let low = LowMaps::new(width, height);
        Self {
            blend: TemporalBlend::new(width, height),
            bloom: Bloom::new(low.columns, low.rows),
            grade: Grade::new(width, height, &low),
            flash: (flash_limit == FlashLimit::On).then(|| FlashLimiter::new(width, height, fps_hz)),
            upscale: Upscale::new(paint, (size.width() as usize, size.height() as usize)),
            shown: vec![[0.0; 4]; width * height],
            low,
        }
    }

    /// Finishes one frame; frames of a shot come in order, and its first resets the state.
    pub fn finish(&mut self, spec: &FrameSpec, sketched: Sketched<'_>, frame: &mut Frame, timings: &mut Timings) {
        let Sketched {
            drawing,
            painting,
            strength,
        } = sketched;
        if spec.frame == spec.shot.first || strength <= 0.0 {
            self.blend.reset();
        }
        let fresh = (FRESH + FRESH_ON_KICK * spec.reactive.kick).min(1.0);
        if strength <= 0.0 {
            timed(&mut timings.grade, || {
                let pixels = drawing.rgb.as_chunks::<3>().0;
                for (shown, [r, g, b]) in self.shown.iter_mut().zip(pixels) {
                    *shown = [*r, *g, *b, 0.0];
                }
            });
            self.present(spec, FILM_UNSHARP, frame, timings);
            timings.frames += 1;
            return;
        }
        timed(&mut timings.warp, || {
            self.blend.advance(drawing, painting, fresh, &self.low)
        });
        let look = look(spec, if self.blend.is_painted() { strength } else { 0.0 });
        timed(&mut timings.light, || {
            let glow = 0.9 + 0.35 * spec.reactive.hat + 0.25 * spec.reactive.kick;
            self.low.measure(drawing, self.blend.pixels(), glow, 0.6);
            self.bloom.spread(&mut self.low.light, self.low.columns);
        });
        timed(&mut timings.grade, || {
            self.grade
                .show(&look, drawing, self.blend.pixels(), &self.low, &mut self.shown);
        });
        self.present(spec, UNSHARP, frame, timings);
        timings.frames += 1;
        timings.painted += u64::from(painting.is_some());
    }

    /// What all frames end with: the limit of flashes, then size and grain.
    fn present(&mut self, spec: &FrameSpec, unsharp: f32, frame: &mut Frame, timings: &mut Timings) {
        if let Some(flash) = &mut self.flash {
            timed(&mut timings.flash, || {
                flash.limit(spec.shot, spec.frame, &mut self.shown)
            });
        }
        timed(&mut timings.upscale, || {
            self.upscale
                .write(&self.shown, unsharp, GRAIN, spec.seed, frame.rgb_mut())
        });
    }

    /// The painting as blended over time, at the painter's size: what the flicker figure is measured on.
    #[must_use]
    pub fn painted(&self) -> &[[f32; 4]] {
        self.blend.pixels()
    }

    /// Frames that the flash limiter has damped.
    #[must_use]
    pub fn flashes_damped(&self) -> u64 {
        self.flash.as_ref().map_or(0, FlashLimiter::damped)
    }
}

/// What the music makes of the look. The drawing is lit, tinted and graded by music and curves already, and the painting
/// takes part of that from it; here is what the light on the whole picture adds, on painted frames and between.
fn look(spec: &FrameSpec, strength: f32) -> Look {
    let music = &spec.reactive;
    let loud = music.loudness.min(1.0) - 0.5;
    let drained = (1.0 - spec.intensity.clamp(0.0, 1.0)).max(music.build.clamp(0.0, 1.0));
    // A film frame is developed as it shall be; a painting takes light, bloom and vignette of its own.
    let painted = strength.clamp(0.0, 1.0);
    Look {
        paint: MOST_PAINT * painted,
        chroma_back: 0.62 + 0.3 * drained,
        dark_back: 0.75,
        light_back: 0.4,
        detail: 0.32,
        calm: 0.44,
        readable: 0.4,
        exposure: 1.0 + painted * (0.06 * loud + 0.075 * music.kick + 0.05 * music.snare + 0.12 * music.burst),
        saturation: 1.0 + 0.06 * painted,
        contrast: 1.0 + painted * (0.05 + 0.04 * music.snare),
        bloom: painted * (0.8 + 0.4 * loud + 0.9 * music.burst),
        vignette: painted * (0.24 + 0.14 * music.bass.min(1.0)),
        shoulder: painted,
    }
}
