//! A gabled house front, and its windows.

use super::super::super::canvas::{Canvas, Shape};
use super::{LAWN, WARM};
use crate::colour::oklch;
use crate::design::Oklch;

/// A house that shows its gable.
pub struct House {
    /// Its middle.
    pub x: f32,
    /// Its width in stage units.
    pub wide: f32,
    /// Its boards under white light.
    pub wall: Oklch,
    /// Its tiles under white light.
    pub roof: Oklch,
    /// How high the gable rises over the wall.
    pub gable: f32,
}

impl House {
    /// Walls and roof, the wall's top at `top`; gives the wall's lit and shaded colours.
    pub fn body(&self, c: &mut Canvas, top: f32) -> [Oklch; 2] {
        let House {
            x,
            wide,
            wall,
            roof,
            gable,
        } = *self;
        let (lit, shade) = (c.look.lit(wall, 0.35), c.look.shade(wall, 0.3));
        let toward = (c.look.key.at[0] - x).signum();
        let foot = LAWN + 0.012;
        let mut front = Shape::rect([x - wide / 2.0, top, wide, foot - top]);
        front.add_polygon(&[
            [x - wide / 2.0, top + 0.001],
            [x, top - gable],
            [x + wide / 2.0, top + 0.001],
        ]);
        let (from, to) = (x + toward * wide * 0.6, x - toward * wide * 0.7);
        c.fill_line(
            &front,
            [from, 0.0],
            [to, 0.0],
            &[lit.ink(), lit.mix(shade, 0.35).ink(), lit.mix(shade, 0.8).ink()],
        );
        let tiles = (c.look.lit(roof, 0.35), c.look.shade(roof, 0.3));
        let out = 0.035;
        let fall = gable * out / (wide / 2.0);
        for k in [-1.0_f32, 1.0] {
            let slope = Shape::polygon(&[
                [x, top - gable - 0.03],
                [x + k * (wide / 2.0 + out), top + fall - 0.006],
                [x + k * (wide / 2.0 + out), top + fall + 0.016],
                [x, top - gable + 0.002],
            ]);
            let ink = if k == toward {
                tiles.0
            } else {
                tiles.0.mix(tiles.1, 0.65)
            };
            c.fill(&slope, ink);
        }
        [lit, shade]
    }
}

/// A window (left, top, width, height) with its bars; a lit one shines after dark.
pub fn window(c: &mut Canvas, [x, y, w, h]: [f32; 4], lit: bool) {
    let on = if lit { c.look.lamps() } else { 0.0 };
    let white = c.look.lit(oklch(0.95, 0.01, 90.0), 0.35);
    c.rect([x - 0.008, y - 0.008, w + 0.016, h + 0.016], white);
    let dark = c.look.shade(oklch(0.4, 0.05, 240.0), 0.3).mix(c.look.sky_at(0.4), 0.35);
    let warm = c.look.lamp(WARM);
    let sparkle = 0.85 + 0.15 * c.now.reactive.hat.min(1.0);
    c.rect([x, y, w, h], dark.mix(warm, on * sparkle).shining(0.5 * on * sparkle));
    let mut bars = Shape::rect([x + w / 2.0 - 0.002, y, 0.004, h]);
    bars.add_rect([x, y + h / 2.0 - 0.002, w, 0.004]);
    c.fill(&bars, white);
    if lit {
        c.glow([x + w / 2.0, y + h / 2.0], w * 1.6, warm.screen(0.3 * on));
    }
}
