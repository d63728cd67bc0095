//! Rain and snow between the picture and the lens: sheets of streaks and flakes at several depths, each averaged over
//! the pixel, falling by the clock.

use crate::{
    lanes::{F, Lanes, V, f, grey, select, splat},
    noise::{hash1, hash2},
    scene::Scene,
    world::Points,
};

/// What falls, at one frame.
#[derive(Debug, Clone, Copy)]
pub struct Precipitation {
    rain: f32,
    snow: f32,
    slant: f32,
    secs: f32,
    light: [f32; 3],
}

impl Precipitation {
    /// Of a scene; `light` is what drops and flakes show: a little more than the air behind.
    #[must_use]
    pub fn new(scene: &Scene, light: [f32; 3]) -> Self {
        let (weather, music) = (&scene.weather, &scene.music);
        Self {
            rain: weather.rain * (0.6 + 0.5 * music.high + 0.4 * music.build),
            snow: weather.snow,
            slant: 0.10 + 0.25 * weather.wind + 0.2 * weather.storm + 0.1 * music.build,
            secs: (music.secs % 4096.0) as f32,
            light,
        }
    }

    /// The picture with what falls in front of it; nothing falls nearer than what is `distance` metres off.
    #[inline(always)]
    pub fn before<L: Lanes>(&self, at: &Points<L>, distance: F<L>, behind: V<L>) -> V<L> {
        let mut light = behind;
        if self.rain > 0.01 {
            for layer in 0..3 {
                let scale = [9.0_f32, 17.0, 30.0][layer];
                let metres = [3.0_f32, 7.0, 14.0][layer];
                let x = (at.x + at.y * self.slant) * scale;
                let column = x.floor();
                let speed = 2.9 + 0.8 * hash1(column, 5 + layer as u32);
                let y = at.y * (0.10 * scale + 0.5) + speed * self.secs + 17.0 * hash1(column, 9 + layer as u32);
                let row = y.floor();
                let chance = hash2(column, row, 71 + layer as u32);
                let falls = chance.lt(0.16 + 0.34 * self.rain) & distance.gt(metres);
                if !falls.any() {
                    continue;
                }
                let place = x - column - 0.25 - 0.5 * hash2(column, row, 81);
                let width = (at.pixel * scale * 0.5).max(0.02);
                let across = (-(place / (width + 0.012)).squared()).exp() * (0.02 / (width + 0.012));
                let along = y - row;
                let along = along * (1.0 - along) * 4.0;
                let streak = across * along * along;
                let strength = streak * self.rain * [0.9, 0.75, 0.6][layer];
                light += (splat::<L>(self.light) * 0.9 + behind * 0.35) * select(falls, strength, f(0.0));
            }
        }
        if self.snow > 0.01 {
            for layer in 0..4 {
                let scale = [3.2_f32, 6.5, 12.0, 21.0][layer];
                let metres = [2.0_f32, 5.0, 10.0, 20.0][layer];
                let sway = ((at.y * scale * 0.5 + self.secs * 0.9 + layer as f32 * 1.7).sin()) * 0.22;
                let x = (at.x + at.y * self.slant * 0.6 + self.secs * (self.slant - 0.1) * 0.5) * scale + sway;
                let column = x.floor();
                let fall = (0.9 + 0.3 * scale.sqrt()) * self.secs;
                let y = at.y * scale + fall * (0.8 + 0.4 * hash1(column, 3)) + 31.0 * hash1(column, 13 + layer as u32);
                let row = y.floor();
                let chance = hash2(column, row, 91 + layer as u32);
                let falls = chance.lt(0.12 + 0.36 * self.snow) & distance.gt(metres);
                if !falls.any() {
                    continue;
                }
                let px = x - column - 0.3 - 0.4 * hash2(column, row, 33);
                let py = y - row - 0.3 - 0.4 * hash2(column, row, 34);
                let radius = 0.035 + 0.05 * hash2(column, row, 35);
                let soft = (at.pixel * scale * 0.7).max(0.035);
                let off = (px * px + py * py).sqrt();
                let flake = ((radius + soft - off) / (soft * 2.0)).saturate();
                let share = flake * [0.35, 0.55, 0.6, 0.5][layer] * self.snow.min(1.0);
                light = light.mix(splat::<L>(self.light), select(falls, share, f(0.0)));
            }
        }
        light + grey(0.0)
    }
}
