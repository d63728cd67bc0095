//! Things that are built: skylines, window grids, lamps, wires.

use super::super::chance::Chance;
use super::{Canvas, Ink, Shape};
use crate::colour::oklch;
use crate::design::Oklch;

/// A row of buildings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skyline {
    /// The ground line.
    pub base: f32,
    /// From where to where.
    pub x: [f32; 2],
    /// Lowest and highest, in stage units.
    pub height: [f32; 2],
    /// Narrowest and widest.
    pub width: [f32; 2],
    /// Walls under white light.
    pub local: Oklch,
    /// Share of windows that are lit at night, 0 to 1; 0 for no windows.
    pub lit: f32,
}

impl Canvas<'_> {
    /// Draws a row of buildings with flat, stepped and pointed roofs, masts, and windows lit as the daytime wants.
    pub fn skyline(&mut self, name: &str, line: Skyline) {
        let mut chance = self.chance(name);
        let face = self.look.lit(line.local, self.depth);
        let dark = self.look.shade(line.local, self.depth);
        let mut walls = Shape::new();
        let mut sides = Shape::new();
        let mut houses: Vec<[f32; 4]> = Vec::new();
        let mut x = line.x[0];
        while x < line.x[1] {
            let w = chance.range(line.width[0], line.width[1]);
            let tall = chance.unit().powf(1.4);
            let h = line.height[0] + (line.height[1] - line.height[0]) * tall;
            let top = line.base - h;
            walls.add_rect([x, top, w, h + 0.02]);
            match chance.below(5) {
                0 => {
                    walls.add_rect([x + w * 0.2, top - h * 0.08, w * 0.6, h * 0.09]);
                    walls.add_rect([x + w * 0.36, top - h * 0.15, w * 0.28, h * 0.09]);
                }
                1 => {
                    walls.add_taper([x + w * 0.5, top], w * 0.06, [x + w * 0.5, top - h * 0.28], w * 0.01);
                }
                2 => {
                    walls.add_polygon(&[[x, top], [x + w * 0.5, top - w * 0.4], [x + w, top]]);
                }
                _ => {}
            }
            let shadow = w * 0.22;
            let away = if self.look.key.at[0] < x + w / 2.0 {
                x + w - shadow
            } else {
                x
            };
            sides.add_rect([away, top, shadow, h + 0.02]);
            houses.push([x, top, w, h]);
            x += w * chance.range(0.88, 1.12);
        }
        self.fill_line(
            &walls,
            [0.0, line.base - line.height[1]],
            [0.0, line.base],
            &[face.ink(), face.mix(self.look.words(self.look.haze), 0.25).ink()],
        );
        self.fill(&sides, dark.alpha(0.45));
        if line.lit > 0.0 {
            for house in houses {
                let cell = (line.width[0] * 0.2).max(0.009);
                self.windows(house, cell, line.lit, &mut chance);
            }
        }
    }

    /// A grid of windows on a wall (left, top, width, height): dark panes by day, lit ones as the daytime wants;
    /// high sounds make them sparkle. `cell` is a window's spacing, `share` how many are lit.
    pub fn windows(&mut self, [x, y, w, h]: [f32; 4], cell: f32, share: f32, chance: &mut Chance) {
        let (columns, rows) = ((w / cell) as usize, (h / (cell * 1.35)) as usize);
        let seed_more = chance.unit();
        if columns < 2 || rows < 1 || self.too_small(cell * 0.6) {
            return;
        }
        let lamps = self.look.lamps();
        let margin = (w - columns as f32 * cell) / 2.0;
        let (mut warm, mut cool, mut dark) = (Vec::new(), Vec::new(), Vec::new());
        let beat = (self.now.clock.beat / 2.0).floor() as u64;
        for row in 0..rows {
            for column in 0..columns {
                let dice = chance.unit();
                let pane = [
                    x + margin + (column as f32 + 0.22) * cell,
                    y + (row as f32 + 0.4) * cell * 1.35,
                    cell * 0.56,
                    cell * 0.78,
                ];
                // A few change every other beat; the rest stay for the whole scene.
                let fickle = dice * 97.0 % 1.0 < 0.06;
                let dice = if fickle {
                    (dice + beat as f32 * 0.37 + seed_more) % 1.0
                } else {
                    dice
                };
                if dice < share * lamps {
                    if dice < share * lamps * 0.2 {
                        &mut cool
                    } else {
                        &mut warm
                    }
                    .push(pane);
                } else {
                    dark.push(pane);
                }
            }
        }
        let sparkle = (0.75 + 0.25 * self.now.reactive.hat + 0.15 * self.now.reactive.high).min(1.1);
        let fade = 1.0 - self.look.fade(self.depth) * 0.6;
        let glow = 0.55 * lamps * sparkle * fade;
        let haze = self.look.words(self.look.haze);
        let day = self.look.sky_at(0.4).darker(0.25);
        let pane = self
            .look
            .shade(oklch(0.35, 0.03, 250.0), self.depth)
            .mix(day, 0.3 * (1.0 - lamps));
        self.rects(&dark, pane.alpha(0.6));
        let lit = |colour: Oklch| {
            haze.mix(colour, 0.35 + 0.65 * fade)
                .alpha((0.85 * sparkle).min(1.0))
                .shining(glow)
        };
        let (yellow, white) = (
            self.look.lamp(oklch(0.86, 0.13, 78.0)),
            self.look.lamp(oklch(0.9, 0.05, 220.0)),
        );
        self.rects(&warm, lit(yellow));
        self.rects(&cool, lit(white));
    }

    /// A lamp: a shining disc with its halo and, where it is dark, a pool of light on the ground at `floor`.
    pub fn lamp(&mut self, at: [f32; 2], radius: f32, colour: Oklch, floor: Option<f32>) {
        let on = self.look.lamps();
        let colour = self.look.lamp(colour);
        let beat = 1.0 + 0.12 * self.now.reactive.kick;
        if let Some(y) = floor {
            let wide = (y - at[1]).abs() * 0.7;
            self.puff([at[0], y], [wide, wide * 0.22], 0.0, colour.screen(0.4 * on * beat));
            let cone = colour.screen(0.12 * on * beat);
            self.shaft(at, radius, [at[0], y], wide * 1.3, cone);
        }
        self.glow(at, radius * 9.0, colour.screen(0.5 * on * beat).shining(0.35 * on));
        let off = self.look.lit(oklch(0.8, 0.02, 90.0), self.depth);
        self.disc(at, radius, off.mix(colour.lighter(0.1), on).shining(0.95 * on));
    }

    /// A wire that hangs between two points.
    pub fn wire(&mut self, from: [f32; 2], to: [f32; 2], sag: f32, width: f32, ink: impl Into<Ink>) {
        let sway = self.swing(4.0, from[0]) * sag * 0.08;
        let mut wire = Shape::new();
        wire.start(from[0], from[1]);
        wire.curve(
            (from[0] + to[0]) / 2.0 + sway,
            (from[1] + to[1]) / 2.0 + sag * 2.0,
            to[0],
            to[1],
        );
        self.stroke(&wire, width, ink);
    }
}
