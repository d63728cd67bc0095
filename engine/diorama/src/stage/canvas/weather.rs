//! What falls and flies: rain, snow, embers, fireflies, dust.

use super::{Canvas, Shape};
use crate::colour::oklch;
use crate::design::Oklch;

impl Canvas<'_> {
    /// Rain in streaks, slanting, `density` 0 to 1; high sounds thicken it.
    pub fn rain(&mut self, name: &str, density: f32) {
        let mut chance = self.chance(name);
        let count = (150.0 * density * (0.7 + 0.5 * self.now.reactive.high)) as usize;
        let (left, right) = (self.left(), self.right());
        let slant = 0.12 + 0.05 * self.swing(32.0, 0.0);
        let mut groups = [Shape::new(), Shape::new()];
        for i in 0..count {
            let near = chance.unit();
            let fall = self.cycle(1.0 + f64::from((3.0 * (1.0 - near)).floor()), chance.unit());
            let x = chance.range(left - 0.2, right + 0.2);
            let y = -0.75 + 1.5 * fall;
            let len = 0.06 + 0.12 * near;
            let wide = 0.0018 + 0.002 * near;
            let at = [x - slant * y, y];
            groups[i % 2].add_taper(at, wide * 0.3, [at[0] - slant * len, at[1] + len], wide);
        }
        let tint = self
            .look
            .words(oklch(0.86, 0.03, 240.0))
            .mix(self.look.sky_at(0.9), 0.3);
        self.fill(&groups[0], tint.alpha(0.42));
        self.fill(&groups[1], tint.alpha(0.24));
    }

    /// Drops that strike the ground between `top` and `bottom`: small crowns and rings.
    pub fn splashes(&mut self, name: &str, top: f32, bottom: f32, count: usize) {
        let mut chance = self.chance(name);
        let tint = self.look.sky_at(0.9).lighter(0.15);
        let mut rings = Shape::new();
        for _ in 0..count {
            let t = chance.unit();
            let phase = chance.unit();
            let age = self.cycle(1.0, phase);
            let hop = ((self.now.clock.beat + f64::from(phase)).floor() * 0.618_034).rem_euclid(1.0) as f32;
            let x = self.left() + (chance.unit() + hop).rem_euclid(1.0) * self.right() * 2.0;
            let y = top + (bottom - top) * t;
            let r = (0.004 + 0.02 * t) * age.sqrt();
            if age < 0.6 {
                rings.add_ellipse([x, y], [r, r * 0.32]);
            }
        }
        self.stroke(&rings, 0.0016, tint.alpha(0.35));
    }

    /// Snow in three sizes, swaying as it falls.
    pub fn snow(&mut self, name: &str, density: f32) {
        let mut chance = self.chance(name);
        let count = (170.0 * density) as usize;
        let (left, right) = (self.left(), self.right());
        let mut flakes = Shape::new();
        let mut big = Vec::new();
        for _ in 0..count {
            let near = chance.unit().powi(2);
            let phase = chance.unit();
            let fall = self.cycle(8.0 + f64::from((8.0 * (1.0 - near)).round()), phase);
            let sway = self.swing(4.0, phase * 7.0) * (0.006 + 0.02 * near);
            let at = [chance.range(left, right) + sway, -0.7 + 1.4 * fall];
            let r = 0.0022 + 0.006 * near;
            if near > 0.6 {
                big.push((at, r))
            } else {
                flakes.add_ellipse(at, [r, r]);
            }
        }
        let white = self
            .look
            .words(self.look.sky_at(1.0).mix(oklch(0.97, 0.01, 230.0), 0.7));
        self.fill(&flakes, white.alpha(0.9));
        for (at, r) in big {
            self.puff(at, [r * 1.5, r * 1.5], 0.3, white.alpha(0.8));
        }
    }

    /// Sparks that rise from around `at`, spread over `wide`, up to `rise`; kicks throw more.
    pub fn embers(&mut self, name: &str, at: [f32; 2], wide: f32, rise: f32, colour: Oklch) {
        let mut chance = self.chance(name);
        let count = 26 + (18.0 * self.now.reactive.kick.min(1.5)) as usize;
        let colour = self.look.lamp(colour);
        for _ in 0..count {
            let phase = chance.unit();
            let t = self.cycle(4.0 + f64::from((phase * 4.0).floor()), chance.unit());
            let x = at[0] + chance.sign() * wide * (0.3 + 0.7 * t) + self.swing(2.0, phase) * 0.02 * t;
            let y = at[1] - rise * t;
            let r = 0.0035 * (1.0 - t) + 0.001;
            self.glow([x, y], r * 4.0, colour.plus(0.8 * (1.0 - t)).shining(0.5 * (1.0 - t)));
        }
    }

    /// Fireflies (or magic dust) in a box: left, top, right, bottom. They breathe with the beat and flare with hats.
    pub fn fireflies(&mut self, name: &str, [left, top, right, bottom]: [f32; 4], count: usize, colour: Oklch) {
        let mut chance = self.chance(name);
        let colour = self.look.lamp(colour);
        let flare = 0.7 + 0.5 * self.now.reactive.hat.min(1.4);
        for _ in 0..count {
            let phase = chance.unit();
            let x = chance.range(left, right) + self.swing(16.0, phase) * 0.03;
            let y = chance.range(top, bottom) + self.swing(8.0, phase * 3.0) * 0.02;
            let on = (0.5 + 0.5 * self.swing(2.0 + f64::from((phase * 3.0).floor()), phase)).powi(2) * flare;
            self.glow([x, y], 0.02, colour.plus(0.35 * on).shining(0.2 * on));
            self.glow([x, y], 0.006, colour.lighter(0.1).plus(on).shining(0.7 * on));
        }
    }

    /// Dust motes that hang in a beam of light, in a box.
    pub fn dust(&mut self, name: &str, [left, top, right, bottom]: [f32; 4], count: usize) {
        let mut chance = self.chance(name);
        let colour = self.look.lamp(self.look.key.colour);
        for _ in 0..count {
            let phase = chance.unit();
            let rise = self.cycle(32.0, chance.unit());
            let x = chance.range(left, right) + self.swing(16.0, phase) * 0.02;
            let y = bottom + (top - bottom) * rise;
            let on = 0.4 + 0.3 * self.swing(4.0, phase) + 0.3 * self.now.reactive.hat;
            self.glow([x, y], 0.0045, colour.plus(0.5 * on));
        }
    }

    /// The scene's weather in front of everything: the stage calls it for outdoor sets.
    pub(in super::super) fn weather(&mut self) {
        use super::super::super::design::Weather;
        match self.look.weather {
            Weather::Rain => self.rain("rain", 0.8),
            Weather::Storm => self.rain("rain", 1.0),
            Weather::Snow => self.snow("snow", 1.0),
            Weather::Fog => {
                let ink = self.look.words(self.look.haze).alpha(0.22);
                self.fog_bank("near fog", 0.3, 0.16, ink);
            }
            Weather::Clear | Weather::Clouds => {}
        }
    }
}
