//! Grass in the wind: blades on upright sheets, with flowers at the tips of some.
//!
//! A blade a cell of each sheet, two rows a sheet; gusts bend all of them by a smooth field, so that a cell keeps its
//! blade (the sheets of Pelzer, "Rendering countless blades of waving grass", GPU Gems 1, 2004).

use crate::{
    lanes::{F, Lanes, f, select, smoothstep},
    noise::{hash1, noise1},
    sheets::{OnSheet, inside},
};

/// What grows, and how the wind goes through it.
#[derive(Debug, Clone, Copy)]
pub struct Grass {
    /// Of the highest blades, in metres.
    pub height: f32,
    /// Of a blade, in metres.
    pub width: f32,
    /// Metres from one blade to the next.
    pub spacing: f32,
    /// How far gusts bend a blade's tip, in metres.
    pub wind: f32,
    /// How far the gusts have gone, in metres.
    pub gone: f32,
    /// Share of the blades that flower.
    pub flowers: f32,
    /// Radius of a flower in metres.
    pub flower: f32,
    /// 1 where nothing is seen through it near the ground, 0 single blades.
    pub closed: f32,
    /// Its own choices.
    pub seed: u32,
}

/// Blades at sixteen points.
#[derive(Clone, Copy)]
pub struct Blades<L: Lanes> {
    /// How much they cover.
    pub cover: F<L>,
    /// From root (0) to tip (1).
    pub up: F<L>,
    /// How much flowers cover.
    pub flower: F<L>,
    /// A number of each blade's own.
    pub own: F<L>,
    /// How hard the wind blows there, 0 to 1.
    pub gust: F<L>,
}

impl Grass {
    /// Blades of sheet `k`, which lies at `z` metres.
    #[inline(always)]
    pub fn blades<L: Lanes>(&self, on: OnSheet<L>, z: f32, k: u32) -> Blades<L> {
        let mut out = Blades {
            cover: f(0.0),
            up: f(0.0),
            flower: f(0.0),
            own: f(0.0),
            gust: f(0.5),
        };
        let tall = self.height * 1.45 + self.flower;
        if !(on.y.lt(tall) & on.y.gt(-0.05 - 0.25 * self.height)).any() {
            return out;
        }
        let gust = noise1((on.x + z * 0.7 - self.gone) * 0.33, self.seed) * 0.7
            + noise1((on.x - z * 1.3 - self.gone * 1.2) * 0.9, self.seed + 1) * 0.3;
        // The ground rolls, and grass stands in tufts.
        let roll = noise1(on.x * 0.55 + 7.0 * k as f32, self.seed + 3) - 0.5;
        let tuft = noise1(on.x * 1.7 - 5.0 * k as f32, self.seed + 4);
        let y = on.y - roll * (0.5 * self.height);
        let tall = (tuft * 0.55 + 0.60) * self.height;
        let up = (y / tall).saturate();
        let x = on.x - up * up * (gust - 0.25) * self.wind;
        for row in 0..2 {
            let seed = self.seed + 16 * k + row;
            let along = x * (1.0 / self.spacing) + 0.5 * row as f32;
            let cell = along.floor();
            let own = hash1(cell, seed);
            let other = (own * 41.3).fract();
            let high = (own * 0.5 + 0.5) * tall;
            let t = y / high;
            let lean = (other - 0.5) * 0.7;
            let across = (along - cell - 0.5 - (other - 0.5) * 0.2 - lean * t * t) * self.spacing;
            let wide = (1.0 - t).max(0.0).sqrt() * (self.width * 0.5);
            let cover =
                inside(across.abs() - wide, on.pixel) * t.lt(1.0).to_float() * (wide * (2.0 / on.pixel)).min(1.0);
            let flowers = (own * 7.7).fract().lt(self.flowers);
            if flowers.any() {
                let size = self.flower * (0.7 + 0.6 * k as f32 % 1.0);
                let rise = y - high;
                let flat = (across * across + rise * rise * 1.7).sqrt() - size;
                let flower = inside(flat, on.pixel) * flowers.to_float();
                out.flower = out.flower.max(flower);
                out.own = select(flower.gt(0.0), other, out.own);
            }
            out.up = select(cover.gt(out.cover), t, out.up);
            out.own = select(cover.gt(out.cover) & out.flower.lt(0.01), other, out.own);
            out.cover = out.cover.max(cover);
        }
        // Closed below.
        let closed = smoothstep::<L>(0.42, 0.12, up) * self.closed;
        out.up = select(closed.gt(out.cover), up, out.up);
        out.cover = out.cover.max(closed);
        out.gust = gust;
        out
    }
}
