//! Small things in the air before the lens: snow, rain, dust, fireflies, sparks.
//!
//! One particle a cell of a drifting lattice. What is smaller than a pixel is drawn as large as one, and dimmer by as
//! much, so nothing flickers.

use crate::{
    lanes::{F, Lanes, V, f, smoothstep},
    noise::{hash1, hash2},
    scene::{Music, Weather},
    world::Points,
};

/// A lattice of particles over the picture.
#[derive(Debug, Clone, Copy)]
pub struct Cloud {
    /// Cells a picture unit.
    pub cells: f32,
    /// Radius of a particle in picture units.
    pub radius: f32,
    /// Share of the cells that have one.
    pub share: f32,
    /// How far the lattice has moved, in picture units.
    pub drift: [f32; 2],
    /// Phase of each one's own wandering, in radians, and its width in cells (below 0.2).
    pub wander: [f32; 2],
    /// Its own choices.
    pub seed: u32,
}

impl Cloud {
    /// How much of sixteen points particles cover, and a number of each particle's own, 0 to 1.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, at: Points<L>) -> (F<L>, F<L>) {
        let x = (at.x - self.drift[0]) * self.cells;
        let y = (at.y - self.drift[1]) * self.cells;
        let (cx, cy) = (x.floor(), y.floor());
        let own = hash2(cx, cy, self.seed);
        let other = (own * 61.7).fract();
        let turn = own * 40.0 + self.wander[0];
        let px = other * 0.4 + 0.3 + turn.sin() * self.wander[1];
        let py = (own * 23.3).fract() * 0.4 + 0.3 + turn.cos() * (self.wander[1] * 0.6);
        let (dx, dy) = (x - cx - px, y - cy - py);
        let (radius, pixel) = (self.radius * self.cells, at.pixel * self.cells * 0.7);
        let wide = radius.max(pixel).min(0.3);
        let dim = (radius / wide) * (radius / wide);
        let inside = ((dx * dx + dy * dy) * (-1.6 / (wide * wide))).exp() * dim;
        (inside * own.lt(self.share).to_float(), other)
    }
}

/// Falling snow: how much of each point is white.
#[inline(always)]
pub fn snowfall<L: Lanes>(at: Points<L>, weather: &Weather, music: &Music) -> F<L> {
    let mut sum = f(0.0);
    if weather.snow < 0.02 {
        return sum;
    }
    let secs = music.secs as f32;
    for k in 0..4 {
        let near = k as f32 / 3.0;
        let cloud = Cloud {
            cells: 26.0 - 21.0 * near,
            radius: 0.0022 + 0.0085 * near * near,
            share: (0.25 + 0.6 * weather.snow + 0.25 * music.high).min(1.0),
            drift: [
                secs * (0.05 + 0.30 * weather.wind) * (0.3 + near),
                -secs * (0.10 + 0.26 * near),
            ],
            wander: [secs * 1.1, 0.16],
            seed: 71 + k,
        };
        let slanted = Points {
            x: at.x + at.y * (0.15 + 0.1 * near),
            ..at
        };
        sum += cloud.cover(slanted).0 * (0.85 - 0.50 * near);
    }
    sum.min(1.0) * (0.5 + 0.5 * weather.snow)
}

/// Falling rain: how much light its streaks scatter at each point.
#[inline(always)]
pub fn rainfall<L: Lanes>(at: Points<L>, weather: &Weather, music: &Music) -> F<L> {
    let mut sum = f(0.0);
    if weather.rain < 0.02 {
        return sum;
    }
    let secs = music.secs as f32;
    for k in 0..3 {
        let near = k as f32 / 2.0;
        let columns = 62.0 - 44.0 * near;
        let x = (at.x + at.y * (0.05 + 0.22 * weather.wind)) * columns + 13.0 * k as f32;
        let column = x.floor();
        let own = hash1(column, 301 + k);
        let length = 1.9 + 1.6 * near;
        let y = at.y * length.recip() * 4.0 + own * 17.0 + (own * 0.4 + 1.0) * (secs * (3.2 + 1.6 * near));
        let row = y.floor();
        let drop = hash2(column, row, 311 + k);
        let on = drop.lt(0.16 + 0.34 * weather.rain + 0.2 * music.high).to_float();
        let along = y - row;
        let shape = smoothstep::<L>(0.0, 0.6, along) * smoothstep::<L>(1.0, 0.9, along);
        let (thin, pixel) = (0.0010 + 0.0012 * near, at.pixel * 0.6);
        let wide = thin.max(pixel) * columns;
        let across = x - column - 0.3 - (drop * 31.0).fract() * 0.4;
        let line = (across.squared() * (-1.2 / (wide * wide))).exp() * (thin * columns / wide);
        sum += line * shape * on * (0.9 - 0.3 * near);
    }
    sum * (0.35 + 0.65 * weather.rain)
}

/// Rain and snow before a picture; `drops` and `flakes` are their colours in its light.
#[inline(always)]
pub fn weathered<L: Lanes>(
    light: V<L>,
    at: Points<L>,
    weather: &Weather,
    music: &Music,
    drops: V<L>,
    flakes: V<L>,
) -> V<L> {
    let rain = rainfall(at, weather, music);
    let snow = snowfall(at, weather, music);
    light.mix(drops, (rain * 0.5).saturate()).mix(flakes, snow * 0.85)
}
