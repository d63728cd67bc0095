//! The half of a frame that its directions alone decide: the stage drawn, and painted on frames that are.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    design::Design,
    drawing::{Drawing, Motion},
    print::{self, Layer, Printing},
    reproject::LayerReprojector,
    stage::{self, Prospect, Stage},
    timings::timed,
};
use crate::error::Result;
use phosphene_core::{
    direct::{FrameSpec, SceneRef},
    frame::Sketcher,
    prompt::STYLE_COUNT,
};
use phosphene_painter::{self, Painter, Picture};
use phosphene_worlds::print::Press;

/// Below this share a painting is not worth its time: the drawing is shown.
const LEAST_STRENGTH: f32 = 0.01;
/// The widest strip along the picture's edge, in picture widths, that may be disclosed without drawing it.
const MOST_DISCLOSED: f32 = 0.01;

/// What all sketchers share.
pub(super) struct Studio {
    pub stage: Stage,
    pub painter: Painter,
    /// Each prompt's painter, and how much of its painting is kept.
    pub mixes: Vec<StyleMix>,
    /// What each prompt's scenes are printed as.
    pub printings: Vec<Option<Printing>>,
    /// Width and height of drawings and paintings in pixels.
    pub size: (usize, usize),
    /// Those of sheets.
    pub sheet_size: (usize, usize),
    /// Sketches whose frames are finished, to be drawn over.
    pub used: Mutex<Used>,
}

/// Where a frame's drawing comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Source {
    /// It is drawn.
    Stage,
    /// It is carried on from the frame before.
    #[default]
    Before,
}

/// Sketches without a frame: those with room for pictures, and those without.
#[derive(Debug, Default)]
pub(super) struct Used {
    drawn: Vec<Sketch>,
    carried: Vec<Sketch>,
}

impl Used {
    fn list(&mut self, source: Source) -> &mut Vec<Sketch> {
        match source {
            Source::Stage => &mut self.drawn,
            Source::Before => &mut self.carried,
        }
    }
}

/// How a prompt's scenes are painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StyleMix {
    styles: Option<[f32; STYLE_COUNT]>,
    strength: f32,
}

impl StyleMix {
    /// Of a design, with the share of its painting that is kept.
    pub fn new(design: &Design, strength: f32) -> Self {
        Self {
            styles: design.style,
            strength,
        }
    }

    /// Whether it has a painter.
    pub fn paints(&self) -> bool {
        self.styles.is_some()
    }

    /// The mix between two scenes' mixes: styles and the share of the painting.
    ///
    /// An unpainted scene has no styles to give, so what is painted at all is painted in the other's.
    fn between(from: &Self, to: &Self, approach: f32, strength: Option<f32>) -> ([f32; STYLE_COUNT], f32) {
        let mut mix = [0.0; STYLE_COUNT];
        let (mut painted, mut kept) = (0.0, 0.0);
        for (side, share) in [(from, 1.0 - approach), (to, approach)] {
            if let Some(styles) = &side.styles {
                painted += share;
                kept += share * strength.unwrap_or(side.strength);
                for (mix, style) in mix.iter_mut().zip(styles) {
                    *mix += share * style;
                }
            }
        }
        if painted > 0.0 {
            mix.iter_mut().for_each(|style| *style /= painted);
        }
        (mix, kept)
    }
}

impl Studio {
    /// Keeps a finished frame's sketch for its memory.
    pub fn recycle(&self, sketch: Sketch) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.list(sketch.source).push(sketch);
    }

    fn print(
        &self,
        press: &mut Press,
        spec: &FrameSpec,
        drawn: (&Drawing, &[f32]),
        layers: (&mut Vec<Layer>, usize),
    ) -> usize {
        let isa = self.stage.isa();
        print::print(press, isa, spec, drawn, &self.printings, self.sheet_size, layers)
    }

    fn blank(&self, source: Source) -> Sketch {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        Sketch {
            source,
            draw: Duration::ZERO,
            paint: Duration::ZERO,
            printed: None,
            ..used.list(source).pop().unwrap_or_default()
        }
    }

    /// Whether a frame has scenes that are printed.
    fn prints(&self, spec: &FrameSpec) -> bool {
        let printing = |scene: &SceneRef| self.printings.get(scene.prompt).copied().flatten();
        spec.scenes.iter().any(|scene| printing(scene).is_some())
    }

    fn style_mix(&self, spec: &FrameSpec) -> phosphene_core::Result<([f32; STYLE_COUNT], f32)> {
        let of = |scene: usize| {
            let prompt = spec.scenes.get(scene).map(|scene| scene.prompt);
            prompt.and_then(|prompt| self.mixes.get(prompt))
        };
        let unknown = spec.scenes.iter().any(|scene| scene.prompt >= self.mixes.len());
        let (Some(from), false) = (of(0), unknown) else {
            return Err(phosphene_core::Error::generate(
                spec.frame.0,
                format!("its scenes refer to other prompts than the {} given", self.mixes.len()),
            ));
        };
        let to = of(1).unwrap_or(from);
        Ok(StyleMix::between(
            from,
            to,
            spec.approach.clamp(0.0, 1.0),
            spec.style_strength,
        ))
    }
}

/// One frame drawn and perhaps painted, or only how it moved since the one before.
#[derive(Debug, Default)]
pub struct Sketch {
    drawing: Drawing,
    motion: Motion,
    painting: Vec<f32>,
    source: Source,
    painted: bool,
    strength: f32,
    /// What is printed over it; the first `printed` of them are the frame's, `None` where none of its scenes is a print.
    layers: Vec<Layer>,
    printed: Option<usize>,
    draw: Duration,
    paint: Duration,
}

impl Sketch {
    /// The drawn stage, when the frame is drawn.
    #[must_use]
    pub fn drawing(&self) -> Option<&Drawing> {
        (self.source == Source::Stage).then_some(&self.drawing)
    }

    /// How the frame's layers move and are graded.
    #[must_use]
    pub fn motion(&self) -> &Motion {
        &self.motion
    }

    /// Gives the drawing to `reprojector` in exchange for an old one, or has it reproject the last one; false when there is
    /// none.
    pub(super) fn reproject(&mut self, reprojector: &mut LayerReprojector) -> bool {
        match self.source {
            Source::Stage => {
                reprojector.take(&mut self.drawing, &self.motion);
                true
            }
            Source::Before => reprojector.reproject(&self.motion),
        }
    }

    /// The painting, (height, width, 3), 0 to 1, when the frame is painted.
    #[must_use]
    pub fn painting(&self) -> Option<&[f32]> {
        self.painted.then_some(&self.painting[..])
    }

    /// How much of the painting is kept, 0 to 1.
    #[must_use]
    pub fn strength(&self) -> f32 {
        self.strength
    }

    /// What is printed over it, the first first; `None` where none of its scenes is a print.
    #[must_use]
    pub fn printed(&self) -> Option<&[Layer]> {
        self.printed.map(|count| &self.layers[..count])
    }

    /// Time spent drawing and painting.
    #[must_use]
    pub fn spent(&self) -> [Duration; 2] {
        [self.draw, self.paint]
    }
}

/// Draws and paints, on one thread.
pub struct DioramaSketcher {
    studio: Arc<Studio>,
    stage: stage::Scratch,
    painter: phosphene_painter::Scratch,
    motion: Motion,
    /// The scene that another dissolves into.
    other: Drawing,
    press: Press,
    distances: Vec<f32>,
}

impl DioramaSketcher {
    pub(super) fn new(studio: Arc<Studio>) -> Self {
        Self {
            studio,
            stage: stage::Scratch::default(),
            painter: phosphene_painter::Scratch::default(),
            motion: Motion::default(),
            other: Drawing::default(),
            press: Press::default(),
            distances: Vec::new(),
        }
    }

    /// Draws the frame and what is printed over it; in a passage without zoom, the next scene whole over the first.
    fn draw(&mut self, spec: &FrameSpec, prospect: &Prospect, sketch: &mut Sketch) -> Result<()> {
        let (stage, size) = (&self.studio.stage, self.studio.size);
        let drawing = &mut sketch.drawing;
        stage.draw(spec, prospect, size, drawing, &mut self.stage)?;
        let prints = self.studio.prints(spec);
        if prints {
            stage.distances(prospect, size, &self.stage, &mut self.distances);
            let drawn = (&*drawing, &self.distances[..]);
            let layers = (&mut sketch.layers, 0);
            sketch.printed = Some(self.studio.print(&mut self.press, spec, drawn, layers));
        }
        if spec.dissolve <= 0.0 {
            return Ok(());
        }
        let mut next = spec.clone();
        next.scenes.rotate_left(1);
        let prospect = stage.prospect(&next, size);
        stage.draw(&next, &prospect, size, &mut self.other, &mut self.stage)?;
        let share = spec.dissolve.min(1.0);
        if let Some(first) = sketch.printed {
            stage.distances(&prospect, size, &self.stage, &mut self.distances);
            let drawn = (&self.other, &self.distances[..]);
            let layers = (&mut sketch.layers, first);
            let count = self.studio.print(&mut self.press, &next, drawn, layers);
            // Over the whole of the first sheets lies the next scene's share; where it has none, theirs shrinks.
            let (before, after) = sketch.layers[..count].split_at_mut(first);
            let shrunk = if after.is_empty() { 1.0 - share } else { 1.0 };
            before.iter_mut().for_each(|layer| layer.weight = shrunk);
            after.iter_mut().for_each(|layer| layer.weight = share);
            sketch.printed = Some(count);
        }
        let mix = |to: &mut [f32], from: &[f32]| {
            to.iter_mut()
                .zip(from)
                .for_each(|(to, from)| *to += (from - *to) * share);
        };
        let drawing = &mut sketch.drawing;
        mix(&mut drawing.rgb, &self.other.rgb);
        mix(&mut drawing.glow, &self.other.glow);
        if share > 0.5 {
            std::mem::swap(&mut drawing.layer, &mut self.other.layer);
            std::mem::swap(&mut drawing.to_before, &mut self.other.to_before);
            std::mem::swap(&mut drawing.hold, &mut self.other.hold);
        }
        Ok(())
    }
}

impl Sketcher for DioramaSketcher {
    type Sketch = Sketch;

    fn sketch(&mut self, spec: &FrameSpec) -> phosphene_core::Result<Sketch> {
        let (styles, strength) = self.studio.style_mix(spec)?;
        let (width, height) = self.studio.size;
        let size = (width, height);
        let stage = &self.studio.stage;
        let prospect = stage.prospect(spec, size);
        prospect.motion(spec, &mut self.motion);
        // Between paintings the drawing is carried along as they are; not while one picture shows through another, nor
        // where there is nothing to reproject.
        // What is printed is drawn: a sheet is made of one frame.
        let prints = self.studio.prints(spec);
        let carried = !spec.key && strength > LEAST_STRENGTH && spec.dissolve <= 0.0 && !prints;
        let source = if carried && self.motion.disclosed(size) <= MOST_DISCLOSED * width as f32 {
            Source::Before
        } else {
            Source::Stage
        };
        let mut sketch = self.studio.blank(source);
        std::mem::swap(&mut sketch.motion, &mut self.motion);
        sketch.painted = spec.key && strength > LEAST_STRENGTH;
        sketch.strength = if strength > LEAST_STRENGTH { strength } else { 0.0 };
        if source == Source::Stage {
            let mut spent = Duration::ZERO;
            let drawn = timed(&mut spent, || self.draw(spec, &prospect, &mut sketch));
            drawn.map_err(|error| phosphene_core::Error::generate(spec.frame.0, error))?;
            sketch.draw += spent;
        }
        if sketch.painted {
            sketch.painting.resize(width * height * 3, 0.0);
            let picture = Picture {
                width,
                height,
                rgb: &sketch.drawing.rgb,
            };
            let (painter, painting) = (&self.studio.painter, &mut sketch.painting);
            timed(&mut sketch.paint, || {
                painter.paint(&mut self.painter, picture, &styles, NonZeroUsize::MIN, painting)
            })
            .map_err(|error| phosphene_core::Error::generate(spec.frame.0, error))?;
        }
        Ok(sketch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style_mix(style: Option<usize>, strength: f32) -> StyleMix {
        let styles = style.map(|style| std::array::from_fn(|i| if i == style { 1.0 } else { 0.0 }));
        StyleMix { styles, strength }
    }

    #[test]
    fn styles_morph_and_sum_to_one() {
        let (mix, kept) = StyleMix::between(&style_mix(Some(3), 0.8), &style_mix(Some(7), 0.4), 0.25, None);
        assert_eq!((mix[3], mix[7]), (0.75, 0.25));
        assert!((kept - 0.7).abs() < 1e-6);
        let (_, automated) = StyleMix::between(&style_mix(Some(3), 0.8), &style_mix(Some(7), 0.4), 0.25, Some(0.1));
        assert!((automated - 0.1).abs() < 1e-6);
    }

    #[test]
    fn an_unpainted_scene_fades_the_other_ones_painting_out() {
        let (mix, kept) = StyleMix::between(&style_mix(Some(3), 0.8), &style_mix(None, 0.8), 0.75, None);
        assert_eq!(mix[3], 1.0);
        assert!((kept - 0.2).abs() < 1e-6);
        let (_, kept) = StyleMix::between(&style_mix(None, 0.8), &style_mix(None, 0.8), 0.5, Some(1.0));
        assert_eq!(kept, 0.0);
    }
}
