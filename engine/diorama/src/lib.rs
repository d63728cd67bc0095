//! The generator `diorama`: painted worlds from any prompt, nested in an endless zoom, with no download and no GPU.
//!
//! ```text
//! prompt --meaning--> Design --stage--> Drawing --painter, print--> painting, sheets --post--> Frame
//!                              \_____________________ sketch _____________________/
//! ```
//!
//! Drawing and painting depend on a frame's directions alone and run on several threads ([`sketch`]); what needs the
//! frame before runs in order ([`post`]).

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![forbid(unsafe_code)]

pub use error::{Error, Result};
use std::sync::{Arc, Mutex};

use self::{
    design::Design,
    meaning::Meaning,
    post::{PostProcessor, Sketched},
    print::Printing,
    reproject::LayerReprojector,
    sketch::{DioramaSketcher, Sketch, Studio, StyleMix},
    stage::Stage,
    timings::{Timings, timed},
};
use phosphene_core::{
    direct::FrameSpec,
    frame::{Frame, Generator},
    prompt::Prompt,
    raster::flash::FlashLimit,
    raster::quality::Quality,
    time::{Fps, Size},
};
use phosphene_painter::Painter;

mod colour;
pub mod design;
pub mod drawing;
pub mod error;
pub mod look;
pub mod meaning;
pub mod minilm;
pub mod post;
pub mod print;
pub mod props;
pub mod reproject;
pub mod sketch;
pub mod stage;
pub mod still;
pub mod styles;
pub mod timings;

// What is painted at least, and what the painter takes at least, are one size.
const _: () = assert!(phosphene_core::raster::quality::SMALLEST_SIDE == phosphene_painter::SMALLEST);

/// What holds for a whole video.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DioramaOptions {
    /// The frames' size.
    pub size: Size,
    /// The frames' rate: flashes are counted by the second.
    pub fps: Fps,
    /// Full or draft.
    pub quality: Quality,
    /// How much of the painting is kept where neither prompt nor curve says, 0 (the drawing) to 1.
    pub style_strength: f32,
    /// Whether flashes are limited to three a second.
    pub flash_limit: FlashLimit,
    /// Film grain, 0 (none) to 2; 1 is usual.
    pub grain: f32,
}

impl DioramaOptions {
    /// The default share of the painting.
    pub const STYLE_STRENGTH: f32 = 0.9;
    /// The most film grain.
    pub const MOST_GRAIN: f32 = 2.0;
}

impl Default for DioramaOptions {
    fn default() -> Self {
        Self {
            size: Size::HD,
            fps: Fps::FILM,
            quality: Quality::Full,
            style_strength: Self::STYLE_STRENGTH,
            flash_limit: FlashLimit::On,
            grain: 1.0,
        }
    }
}

/// A prompt's design with what its prompt says of the painting.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What is drawn.
    pub design: Design,
    /// How much of the painting is kept, 0 to 1; `None` takes [`DioramaOptions::style_strength`].
    pub style_strength: Option<f32>,
}

/// The generator.
pub struct Diorama {
    studio: Arc<Studio>,
    reprojector: LayerReprojector,
    post: PostProcessor,
    options: DioramaOptions,
    timings: Timings,
}

impl Diorama {
    /// A generator for these designs; [`FrameSpec::scenes`] refer to them by index.
    ///
    /// # Errors
    /// [`Error::Value`] for a style strength that is not from 0 to 1 or a grain that is not from 0 to 2, [`Error::Asset`]
    /// when props or painter are damaged.
    pub fn new(pieces: &[Piece], options: DioramaOptions) -> Result<Self> {
        let mixes = mixes(pieces, &options)?;
        let designs: Vec<Design> = pieces.iter().map(|piece| piece.design.clone()).collect();
        let size = drawn_size(&mixes, &options);
        let studio = Studio {
            stage: Stage::new(&designs)?,
            painter: Painter::embedded()?,
            mixes,
            printings: designs.iter().map(Printing::of).collect(),
            size,
            sheet_size: print::sheet_size(options.size),
            used: Mutex::default(),
        };
        Ok(Self {
            post: PostProcessor::new(&options, size, studio.stage.isa()),
            studio: Arc::new(studio),
            reprojector: LayerReprojector::default(),
            options,
            timings: Timings::default(),
        })
    }

    /// Takes other designs and another size; pictures and painter stay loaded. Sketchers made before keep the old ones.
    ///
    /// # Errors
    /// As [`Diorama::new`].
    pub fn restage(&mut self, pieces: &[Piece], options: DioramaOptions) -> Result<()> {
        let mixes = mixes(pieces, &options)?;
        let designs: Vec<Design> = pieces.iter().map(|piece| piece.design.clone()).collect();
        let size = drawn_size(&mixes, &options);
        let studio = Studio {
            stage: self.studio.stage.redesigned(&designs)?,
            painter: self.studio.painter.clone(),
            mixes,
            printings: designs.iter().map(Printing::of).collect(),
            size,
            sheet_size: print::sheet_size(options.size),
            used: Mutex::default(),
        };
        let is_other = options != self.options || size != self.studio.size;
        self.studio = Arc::new(studio);
        self.reprojector = LayerReprojector::default();
        if is_other {
            self.post = PostProcessor::new(&options, size, self.studio.stage.isa());
            self.options = options;
        }
        Ok(())
    }

    /// A generator for these prompts, as [`Meaning`] takes them.
    ///
    /// # Errors
    /// As [`Diorama::new`].
    pub fn from_prompts(prompts: &[Prompt], options: DioramaOptions) -> Result<Self> {
        let designs = Meaning::embedded()?.design_all(prompts)?;
        let pieces: Vec<Piece> = designs
            .into_iter()
            .zip(prompts)
            .map(|(design, prompt)| Piece {
                design,
                style_strength: prompt.style_strength,
            })
            .collect();
        Self::new(&pieces, options)
    }

    /// Where the time went so far.
    #[must_use]
    pub fn timings(&self) -> Timings {
        self.timings
    }

    /// Frames that the flash limiter has damped so far.
    #[must_use]
    pub fn flashes_damped(&self) -> u64 {
        self.post.flashes_damped()
    }

    /// The picture as it is carried from frame to frame, at the size at which it is drawn: colour in lanes 0 to 2.
    #[must_use]
    pub fn painted(&self) -> &[[f32; 4]] {
        self.post.painted()
    }
}

/// Width and height of drawings in pixels: what the painter takes where anything is painted.
fn drawn_size(mixes: &[StyleMix], options: &DioramaOptions) -> (usize, usize) {
    if mixes.iter().any(StyleMix::paints) {
        options.quality.paint_size(options.size)
    } else {
        options.quality.film_size(options.size)
    }
}

fn mixes(pieces: &[Piece], options: &DioramaOptions) -> Result<Vec<StyleMix>> {
    if !(0.0..=DioramaOptions::MOST_GRAIN).contains(&options.grain) {
        return Err(Error::Value {
            what: "the grain",
            expected: "from 0 (none) to 2; 1 is usual".into(),
            actual: options.grain.to_string(),
        });
    }
    let mut mixes = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let strength = piece.style_strength.unwrap_or(options.style_strength);
        if !(0.0..=1.0).contains(&strength) {
            return Err(Error::Value {
                what: "the style strength",
                expected: "from 0 (the drawing) to 1 (the painting)".into(),
                actual: strength.to_string(),
            });
        }
        mixes.push(StyleMix::new(&piece.design, strength));
    }
    Ok(mixes)
}

impl Generator for Diorama {
    type Sketcher = DioramaSketcher;

    fn sketcher(&self) -> phosphene_core::Result<DioramaSketcher> {
        Ok(DioramaSketcher::new(Arc::clone(&self.studio)))
    }

    fn finish(&mut self, spec: &FrameSpec, mut sketch: Sketch, frame: &mut Frame) -> phosphene_core::Result<()> {
        if frame.size() != self.options.size {
            return Err(phosphene_core::Error::generate(
                spec.frame.0,
                format!("asked for {} of a generator for {}", frame.size(), self.options.size),
            ));
        }
        let timings = &mut self.timings;
        let [draw, paint] = sketch.spent();
        timings.draw += draw;
        timings.paint += paint;
        let reprojected = timed(&mut timings.carry, || sketch.reproject(&mut self.reprojector));
        if !reprojected {
            return Err(phosphene_core::Error::generate(
                spec.frame.0,
                "it goes on from a frame that was not finished before it",
            ));
        }
        let sketched = Sketched {
            drawing: self.reprojector.drawing(),
            painting: sketch.painting(),
            strength: sketch.strength(),
            printed: sketch.printed(),
        };
        self.post.finish(spec, sketched, frame, timings);
        self.studio.recycle(sketch);
        Ok(())
    }
}
