//! What sets draw with: shapes and soft light in stage units, on a plane of the picture.
//!
//! A [`Canvas`] knows the scene's [`Look`], its [`SetPlan`], the music and the musical clock, so that a set's drawing
//! functions take nothing else. Coordinates are stage units: the picture's height is 1, its centre (0, 0), x to the
//! right, y down. Fill [`Canvas::left`]..[`Canvas::right`] and down to [`Canvas::bottom`]: they include the overscan.
//!
//! The kit is spread over `canvas/*.rs`: `shape` outlines, `soft` glows and mist, `sky`, `nature`, `town`, `water`,
//! `weather`.

use tiny_skia::{
    BlendMode, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, PixmapMut, Point, RadialGradient,
    Shader, SpreadMode, Stroke, Transform,
};

use super::{
    chance::{self, Chance},
    look::Look,
    plan::SetPlan,
};
use crate::design::Oklch;
use phosphene_core::{
    direct::{Clock, Reactive},
    raster::view::{OVERSCAN, View},
};

mod ink;
mod lay;
mod nature;
mod shape;
mod sky;
mod soft;
mod town;
mod water;
mod weather;

pub use ink::{Blend, Ink};
pub(super) use lay::{all_towards, blend, towards};
pub use nature::Tree;
pub use shape::{Ridge, Shape};
pub use town::Skyline;

/// The music and the time at a frame.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The musical clock.
    pub clock: Clock,
    /// The music.
    pub reactive: Reactive,
}

/// A plane of the picture to draw on.
pub struct Canvas<'a> {
    /// The scene's look.
    pub look: &'a Look,
    /// What the set declared.
    pub plan: &'a SetPlan,
    /// Music and time.
    pub now: Now,
    /// The plane's depth: 0 near, 1 far.
    pub depth: f32,
    pub(super) name: &'static str,
    pub(super) pixels: PixmapMut<'a>,
    /// Half the size; red is the layer, green the light that blooms, blue how readable it must stay.
    pub(super) aux: PixmapMut<'a>,
    /// Stage units to pixels of `pixels`.
    pub(super) view: View,
    pub(super) layer: u8,
    /// Soft things drawn so far: shifts their dither, so that many faint ones do not add up to a pattern.
    pub(super) laid: usize,
}

impl Canvas<'_> {
    /// The left edge of what must be filled.
    #[must_use]
    pub fn left(&self) -> f32 {
        -self.right()
    }

    /// The right edge of what must be filled.
    #[must_use]
    pub fn right(&self) -> f32 {
        0.5 * self.look.aspect + OVERSCAN as f32 + 0.05
    }

    /// The upper edge of what must be filled.
    #[must_use]
    pub fn top(&self) -> f32 {
        -self.bottom()
    }

    /// The lower edge of what must be filled.
    #[must_use]
    pub fn bottom(&self) -> f32 {
        0.5 + OVERSCAN as f32 + 0.05
    }

    /// The horizon's height.
    #[must_use]
    pub fn horizon(&self) -> f32 {
        self.plan.horizon
    }

    /// A source of chance, the same in every frame: seeded by scene, plane and name.
    #[must_use]
    pub fn chance(&self, name: &str) -> Chance {
        Chance::new(self.seed(name), self.name)
    }

    /// A seed for noise: of scene and name.
    #[must_use]
    pub fn seed(&self, name: &str) -> u64 {
        chance::mix(self.look.seed, chance::salt(name))
    }

    /// A swing of -1 to 1 that takes this many beats; `phase` in turns.
    #[must_use]
    pub fn swing(&self, beats: f64, phase: f32) -> f32 {
        self.turn(beats, phase).sin()
    }

    /// An angle in radians that goes once round in this many beats; `phase` in turns.
    #[must_use]
    pub fn turn(&self, beats: f64, phase: f32) -> f32 {
        ((self.now.clock.beat / beats).rem_euclid(1.0) as f32 + phase) * std::f32::consts::TAU
    }

    /// A saw from 0 to 1 that takes this many beats; `phase` in turns. For things that fall, drift or run round.
    #[must_use]
    pub fn cycle(&self, beats: f64, phase: f32) -> f32 {
        ((self.now.clock.beat / beats + f64::from(phase)).rem_euclid(1.0)) as f32
    }

    /// 1 on every beat, falling to 0 before the next.
    #[must_use]
    pub fn pulse(&self) -> f32 {
        (1.0 - self.cycle(1.0, 0.0)).powi(3)
    }

    /// The accent, turning a little with the music's key.
    #[must_use]
    pub fn accent(&self) -> Oklch {
        let turn = (self.now.reactive.hue * std::f32::consts::TAU).sin();
        self.look.lamp(self.look.accent.turn(40.0 * turn))
    }

    /// Pixels to a stage unit here; below 40 or so the picture is a distant one, and details may be left out.
    #[must_use]
    pub fn pixels_per_unit(&self) -> f32 {
        self.view.scale() as f32
    }

    /// True when details of this size (stage units) would be smaller than a pixel.
    #[must_use]
    pub fn too_small(&self, size: f32) -> bool {
        size * self.pixels_per_unit() < 0.9
    }

    /// Fills a shape.
    pub fn fill(&mut self, shape: &Shape, ink: impl Into<Ink>) {
        let ink = ink.into();
        self.fill_shader(shape, Shader::SolidColor(ink.colour()), ink);
    }

    /// Fills a shape with colours evenly spaced along a line.
    pub fn fill_line(&mut self, shape: &Shape, from: [f32; 2], to: [f32; 2], inks: &[Ink]) {
        let (a, b) = (Point::from_xy(from[0], from[1]), Point::from_xy(to[0], to[1]));
        let shader = LinearGradient::new(a, b, stops(inks), SpreadMode::Pad, Transform::identity());
        if let (Some(shader), Some(ink)) = (shader, inks.first()) {
            self.fill_shader(shape, shader, *ink);
        }
    }

    /// Fills a shape with colours evenly spaced from its top to its bottom.
    pub fn fill_down(&mut self, shape: &Shape, inks: &[Ink]) {
        if let Some([left, top, _, bottom]) = shape.bounds() {
            self.fill_line(shape, [left, top], [left, bottom], inks);
        }
    }

    /// Fills a shape with colours evenly spaced from a centre out to a radius.
    pub fn fill_round(&mut self, shape: &Shape, centre: [f32; 2], radius: f32, inks: &[Ink]) {
        let at = Point::from_xy(centre[0], centre[1]);
        let shader = RadialGradient::new(at, 0.0, at, radius, stops(inks), SpreadMode::Pad, Transform::identity());
        if let (Some(shader), Some(ink)) = (shader, inks.first()) {
            self.fill_shader(shape, shader, *ink);
        }
    }

    /// Draws along a shape's outline with round ends.
    pub fn stroke(&mut self, shape: &Shape, width: f32, ink: impl Into<Ink>) {
        let ink = ink.into();
        let Some(path) = shape.path() else { return };
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        let paint = paint(Shader::SolidColor(ink.colour()), ink.blend);
        self.pixels
            .stroke_path(&path, &paint, &stroke, transform(&self.view), None);
        if ink.marks() && width * self.pixels_per_unit() > 0.8 {
            let aux = mark(self.layer, ink.glow);
            self.aux.stroke_path(&path, &aux, &stroke, half(&self.view), None);
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], width: f32, ink: impl Into<Ink>) {
        self.stroke(&Shape::line(from, to), width, ink);
    }

    /// A filled rectangle: left, top, width, height.
    pub fn rect(&mut self, rect: [f32; 4], ink: impl Into<Ink>) {
        self.rects(&[rect], ink);
    }

    /// A filled disc.
    pub fn disc(&mut self, at: [f32; 2], radius: f32, ink: impl Into<Ink>) {
        self.fill(&Shape::ellipse(at, [radius, radius]), ink);
    }

    fn fill_shader(&mut self, shape: &Shape, shader: Shader, ink: Ink) {
        let Some(path) = shape.path() else { return };
        let paint = paint(shader, ink.blend);
        self.pixels
            .fill_path(&path, &paint, FillRule::Winding, transform(&self.view), None);
        if ink.marks() {
            let aux = mark(self.layer, ink.glow);
            self.aux
                .fill_path(&path, &aux, FillRule::Winding, half(&self.view), None);
        }
    }
}

fn stops(inks: &[Ink]) -> Vec<GradientStop> {
    let last = (inks.len().max(2) - 1) as f32;
    let stop = |(i, ink): (usize, &Ink)| GradientStop::new(i as f32 / last, ink.colour());
    inks.iter().enumerate().map(stop).collect()
}

fn paint(shader: Shader, blend: Blend) -> Paint {
    Paint {
        shader,
        blend_mode: blend.skia(),
        anti_alias: true,
        ..Paint::default()
    }
}

/// The paint of the half-size picture of layers and light.
fn mark(layer: u8, glow: f32) -> Paint<'static> {
    let mut paint = Paint {
        blend_mode: BlendMode::Source,
        anti_alias: false,
        ..Paint::default()
    };
    paint.set_color_rgba8(layer, (glow.clamp(0.0, 1.0) * 255.0) as u8, 0, 255);
    paint
}

fn transform(view: &View) -> Transform {
    let [a, b, u, v] = [view.a, view.b, view.u, view.v].map(|x| x as f32);
    Transform::from_row(a, b, -b, a, u, v)
}

fn half(view: &View) -> Transform {
    let [a, b, u, v] = [view.a, view.b, view.u, view.v].map(|x| (x * 0.5) as f32);
    Transform::from_row(a, b, -b, a, u, v)
}
