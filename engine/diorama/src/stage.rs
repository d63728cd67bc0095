//! The stage: worlds with their figures, nested in each other through their portals, at the size at which they are seen.
//!
//! A scene's setting (its world, hour, weather, colours, seed) follows from its design and seed alone; at each frame its
//! world is prepared with the frame's music, shaded where it is seen, and developed as film. At zoom 1 the next world fills the picture, so
//! the cue between two scenes is seen by nobody.

mod acts;
mod casting;
mod doing;
mod joining;
mod naming;
mod people;
mod phrases;
mod placing;
mod setting;
mod site;
mod story;

use std::cell::RefCell;

use phosphene_core::{
    direct::{FrameSpec, SceneRef},
    raster::{
        affine::{Affine, Grade},
        colour::grade_matrix,
        view::{self, Inset, View},
    },
};
use phosphene_worlds::{
    figures::{self, Actor},
    film::{self, Film},
    isa::Isa,
    picture::{Picture, Prepared},
    portal::{self, Level, Levels},
    scalar,
    scene::Music,
};

use super::{
    design::{Design, Set},
    drawing::{Drawing, Motion},
};
use crate::{error::Result, look};
use casting::Part;
use setting::Setting;
use story::Story;

/// Light above this (linear) shines by itself.
const SHINES: f32 = 1.5;

/// All scenes of a video, shared by its sketchers.
#[derive(Debug, Clone)]
pub struct Stage {
    designs: Vec<Design>,
    /// Each design's figures.
    casts: Vec<Vec<Part>>,
    isa: Isa,
}

/// What one sketcher keeps between frames; any scratch draws the same picture.
#[derive(Debug, Default)]
pub struct Scratch {
    pictures: Vec<Picture>,
    shown: Vec<Levels>,
    film: film::Scratch,
    before: Vec<f32>,
    held: Vec<u8>,
}

/// A frame's worlds, prepared, and where they lie.
pub struct Prospect {
    levels: Vec<Level>,
    /// Each level's figures.
    actors: Vec<Vec<Actor>>,
    music: Music,
    nests: Vec<Nest>,
}

/// Where a level of the chain lies: stage units to pixels, now and a frame earlier.
struct Nest {
    view: View,
    view_before: View,
}

impl Stage {
    /// A stage for these designs; [`FrameSpec::scenes`] refer to them by index.
    ///
    /// # Errors
    /// [`crate::Error`] when a set of instructions is asked for that is not to be had.
    pub fn new(designs: &[Design]) -> Result<Self> {
        figures::ready()?;
        // The same people in every scene.
        let mut story = Story::new(designs)?;
        let cast = |design: &Design| casting::cast(design, &mut story);
        Ok(Self {
            casts: designs.iter().map(cast).collect::<Result<_>>()?,
            designs: designs.to_vec(),
            isa: Isa::choose()?,
        })
    }

    /// A stage for other designs.
    ///
    /// # Errors
    /// As [`Stage::new`].
    pub fn redesigned(&self, designs: &[Design]) -> Result<Self> {
        Self::new(designs)
    }

    /// Draws a frame. `drawing` is resized and written whole.
    ///
    /// # Errors
    /// [`crate::Error::Asset`] when the figures are damaged.
    pub fn draw(
        &self,
        spec: &FrameSpec,
        prospect: &Prospect,
        (width, height): (usize, usize),
        drawing: &mut Drawing,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let levels = &prospect.levels;
        let pictures = &mut scratch.pictures;
        pictures.resize_with(levels.len(), Picture::default);
        for picture in pictures.iter_mut() {
            picture.resize(width, height);
        }
        scratch.shown.resize_with(levels.len(), Levels::default);
        let (before, held) = (RefCell::new(&mut scratch.before), RefCell::new(&mut scratch.held));
        let draw = |index: usize, level: &Level, picture: &mut Picture| {
            before.borrow_mut().clone_from(&picture.distance);
            figures::draw(
                picture,
                &level.world,
                level.view,
                &prospect.actors[index],
                &prospect.music,
            )?;
            // The outermost world comes last, and it is its figures that must stay readable.
            let before = before.borrow();
            let nearer = picture.distance.iter().zip(before.iter());
            let held = &mut held.borrow_mut();
            held.clear();
            held.extend(nearer.map(|(now, before)| if now < before { 255 } else { 0 }));
            Ok(())
        };
        portal::compose(levels, self.isa, &draw, pictures, &mut scratch.shown)?;
        let picture = &mut pictures[0];
        // What shines, before the film's curve.
        drawing.width = width;
        drawing.height = height;
        drawing.rgb.resize(width * height * 3, 0.0);
        drawing.layer.resize(width * height, 0);
        drawing.glow.resize(width * height, 0.0);
        drawing.hold.resize(width * height, 0);
        for y in 0..height {
            let from = y * picture.stride()..y * picture.stride() + width;
            let to = y * width..(y + 1) * width;
            drawing.layer[to.clone()].copy_from_slice(&scratch.shown[0].level[from.clone()]);
            drawing.hold[to.clone()].copy_from_slice(&scratch.held[from.clone()]);
            let [r, g, b] = [0, 1, 2].map(|k| &picture.light[k][from.clone()]);
            for (glow, ((r, g), b)) in drawing.glow[to].iter_mut().zip(r.iter().zip(g).zip(b)) {
                let light = scalar::luminance([*r, *g, *b]);
                *glow = ((light - SHINES) * 0.25).clamp(0.0, 1.0);
            }
        }
        film(spec, &self.designs).develop(self.isa, picture, &mut scratch.film);
        let grade = grade(spec);
        let plain = grade_matrix(1.0, 0.0, 1.0);
        for y in 0..height {
            let from = y * picture.stride()..y * picture.stride() + width;
            let [r, g, b] = [0, 1, 2].map(|k| &picture.light[k][from.clone()]);
            let row = drawing.rgb[y * width * 3..][..width * 3].as_chunks_mut::<3>().0;
            for (rgb, ((r, g), b)) in row.iter_mut().zip(r.iter().zip(g).zip(b)) {
                *rgb = if grade == plain {
                    [*r, *g, *b]
                } else {
                    std::array::from_fn(|k| (grade[k][0] * r + grade[k][1] * g + grade[k][2] * b).clamp(0.0, 1.0))
                };
            }
        }
        drawing.to_before.clear();
        drawing.to_before.extend(prospect.nests.iter().map(Nest::to_before));
        Ok(())
    }

    /// The instructions that it draws with.
    pub(super) fn isa(&self) -> Isa {
        self.isa
    }

    /// How far the pixels of the frame that `scratch` has drawn last are: metres along the view axis, in each one's own
    /// world.
    pub(super) fn distances(
        &self,
        prospect: &Prospect,
        (width, height): (usize, usize),
        scratch: &Scratch,
        out: &mut Vec<f32>,
    ) {
        let levels = &prospect.levels;
        let outermost = portal::outermost(levels);
        let (pictures, shown) = (&scratch.pictures, &scratch.shown[0].level);
        out.clear();
        for y in 0..height {
            let row = pictures[0].index(0, y);
            let distances = (row..row + width).map(|at| {
                // What is seen through a portal is as far as it is in its own world.
                let own = usize::from(shown[at]).saturating_sub(outermost);
                pictures[own.min(pictures.len() - 1)].distance[at]
            });
            out.extend(distances);
        }
    }

    /// The frame's worlds, from the one that the camera is in to the innermost, and where they lie in a picture of
    /// `width` by `height` pixels.
    ///
    /// # Panics
    /// When the spec refers to a design that was not given.
    #[must_use]
    pub fn prospect(&self, spec: &FrameSpec, (width, height): (usize, usize)) -> Prospect {
        let aspect = width as f64 / height as f64;
        let count = spec.scenes.len();
        let mut view = view::camera_view(&spec.camera, width, height);
        let mut view_before = view::camera_view(&spec.camera_before, width, height);
        let prepared = self.prepared(spec, aspect as f32);
        let (mut levels, mut nests) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (index, world) in prepared.into_iter().enumerate() {
            let portal = world.staging().portal;
            let inset = Inset {
                centre: [f64::from(portal.centre[0]) * 0.5, f64::from(portal.centre[1]) * -0.5],
                height: f64::from(portal.unit(aspect as f32)),
            };
            let zoom = spec.camera.zoom - index as f64;
            if index == 0 {
                view = view.after(&inset.zoomed(zoom));
                view_before = view_before.after(&inset.zoomed(spec.camera_before.zoom));
            }
            levels.push(Level {
                world,
                view: shown(&view, width, height),
                zoom: zoom as f32,
            });
            nests.push(Nest { view, view_before });
            view = view.after(&inset.view());
            view_before = view_before.after(&inset.view());
        }
        let beats_a_minute = (60.0 / spec.clock.beat_secs.max(0.1)) as f32;
        let actors = levels
            .iter()
            .zip(&spec.scenes)
            .enumerate()
            .map(|(index, (level, scene))| {
                let site = site::Site {
                    staging: level.world.staging(),
                    ground: &|x, z| level.world.ground(x, z),
                    seed: setting::seed_of(*scene),
                    since: if index == 0 { began(spec) } else { spec.clock.beat },
                    beats_a_minute,
                    aspect: aspect as f32,
                    support: site::support(self.designs[scene.prompt].set),
                };
                placing::place(&self.casts[scene.prompt], &site).expect("the figures were read when the stage was made")
            });
        Prospect {
            actors: actors.collect(),
            music: setting::music(spec),
            levels,
            nests,
        }
    }

    /// Innermost first: the light of each falls into the one before.
    fn prepared(&self, spec: &FrameSpec, aspect: f32) -> Vec<Prepared> {
        let mut worlds: Vec<Prepared> = Vec::with_capacity(spec.scenes.len());
        for (index, scene) in spec.scenes.iter().enumerate().rev() {
            let zoom = (spec.camera.zoom - index as f64) as f32;
            let light = worlds.last().map(|next| portal::light_of(next.staging()));
            worlds.push(self.setting(*scene).prepare(spec, zoom, light, aspect));
        }
        worlds.reverse();
        worlds
    }

    fn setting(&self, scene: SceneRef) -> Setting {
        Setting::new(&self.designs[scene.prompt], scene)
    }
}

/// The things that words call by the figures' own names, with how many of each and at which word.
pub(super) fn named_things(words: &[String]) -> Vec<(figures::Thing, u32, usize)> {
    naming::unlisted(words, Set::ColourField, &[])
}

/// The persons of a design by itself, in words.
///
/// # Errors
/// [`crate::Error::Asset`] when something built in is damaged.
pub fn persons(design: &Design) -> Result<Vec<String>> {
    let parts = casting::cast(design, &mut Story::new(std::slice::from_ref(design))?)?;
    Ok(parts.iter().flat_map(Part::persons).map(look::told).collect())
}

/// The beat at which the frame's shot began, at the present tempo. What is seen in a portal has not begun.
fn began(spec: &FrameSpec) -> f64 {
    let [frame, first] = [spec.frame, spec.shot.first].map(|frame| frame.0 as f64);
    if frame <= first {
        return spec.clock.beat;
    }
    // Frames are of one length, and the song's start is frame 0's.
    let secs = spec.clock.secs * (frame - first) / frame;
    spec.clock.beat - secs / spec.clock.beat_secs.max(0.1)
}

/// A view in pixels as worlds know it: the picture's height is 2, y up.
fn shown(view: &View, width: usize, height: usize) -> phosphene_worlds::camera::View {
    let h = height as f64;
    let turn = (-view.b).atan2(view.a);
    let [x, y] = [view.u * 2.0 / h - width as f64 / h, 1.0 - view.v * 2.0 / h];
    let (sin, cos) = turn.sin_cos();
    phosphene_worlds::camera::View {
        offset: [(x * cos + y * sin) as f32, (y * cos - x * sin) as f32],
        zoom: (view.scale() / h) as f32,
        turn: turn as f32,
    }
}

impl Nest {
    /// From this frame's pixels to the frame before.
    fn to_before(&self) -> Affine {
        self.view.to(&self.view_before)
    }
}

impl Prospect {
    /// How the frame's layers, a world each, move and are graded.
    pub fn motion(&self, spec: &FrameSpec, motion: &mut Motion) {
        motion.to_before.clear();
        motion.to_before.extend(self.nests.iter().map(Nest::to_before));
        motion.grades.clear();
        motion.grades.resize(motion.to_before.len(), grade(spec));
    }
}

/// How the picture is graded: intensity, the palette's turn, build-ups that drain it, loudness.
fn grade(spec: &FrameSpec) -> Grade {
    let now = &spec.reactive;
    let intensity = spec.intensity.clamp(0.0, 2.0);
    let saturation = (0.4 + 0.6 * intensity) * (1.0 - 0.35 * now.build.clamp(0.0, 1.0));
    let gain = 0.55 + 0.45 * intensity;
    grade_matrix(saturation, spec.palette_shift_deg, gain)
}

/// How a frame is developed: its scene's exposure and the light that the music adds.
fn film(spec: &FrameSpec, designs: &[Design]) -> Film {
    let of = |index: usize| spec.scenes.get(index).and_then(|scene| designs.get(scene.prompt));
    let exposure = |design: Option<&Design>| design.map_or(1.0, |d| 1.0 + 2.2 * d.palette.lightness);
    let chroma = |design: Option<&Design>| design.map_or(1.0, |d| d.palette.chroma.clamp(0.0, 1.5));
    let approach = spec.approach.clamp(0.0, 1.0);
    let now = &spec.reactive;
    let plain = Film::default();
    Film {
        exposure: plain.exposure
            * scalar::mix(exposure(of(0)), exposure(of(1)), approach)
            * (0.92
                + 0.10 * now.loudness.min(1.0)
                + 0.08 * now.kick.min(1.0)
                + 0.05 * now.snare.min(1.0)
                + 0.30 * now.burst.clamp(0.0, 1.0)),
        bloom: plain.bloom + 0.05 * now.loudness.min(1.0) + 0.12 * now.burst.clamp(0.0, 1.0),
        saturation: plain.saturation * scalar::mix(chroma(of(0)), chroma(of(1)), approach),
        vignette: plain.vignette + 0.08 * now.bass.min(1.0),
        ..plain
    }
}
