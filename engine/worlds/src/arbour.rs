//! Arches of leaves over a way: a pergola grown with roses or hanging wisteria, or trees whose crowns meet.
//!
//! Each is a round-headed opening on a sheet across the view; its distance in closed form, roughened by noise at both
//! edges, is the leaves' outline.

use crate::{
    lanes::{F, Lanes, f, smoothstep},
    noise::{fbm2, hash1, noise2},
    scalar::Chance,
    sheets::{OnSheet, inside},
};

/// A way's arches.
#[derive(Debug, Clone, Copy)]
pub struct Arbour {
    /// Half the width of the openings in metres.
    pub half: f32,
    /// Height at which their heads begin, in metres.
    pub spring: f32,
    /// How thick the leaves are, in metres.
    pub thick: f32,
    /// Whether trees stand there.
    pub trees: bool,
    /// How long the blossom hangs, in metres; 0 where none does.
    pub hangs: f32,
    /// Share of the leaves that are blossom.
    pub bloom: f32,
    /// Height of the hedges between the arches, in metres.
    pub hedge: f32,
    /// How far the wind moves what hangs, in metres.
    pub sway: f32,
    /// Its own choices.
    pub seed: f32,
}

/// What a sheet shows.
pub struct Leaves<L: Lanes> {
    /// How much leaves and blossom cover.
    pub cover: F<L>,
    /// How much of them is blossom.
    pub bloom: F<L>,
    /// How much light from above they show, 0 to 1.
    pub lit: F<L>,
    /// How much light comes through them, 0 to 1.
    pub thin: F<L>,
    /// How much wood covers.
    pub wood: F<L>,
}

impl Arbour {
    /// Trees at both sides whose crowns meet, in blossom.
    #[must_use]
    pub fn avenue(chance: &mut Chance) -> Self {
        Self {
            half: chance.within(2.1, 2.7),
            spring: chance.within(2.0, 2.6),
            thick: 2.6,
            trees: true,
            hangs: 0.0,
            bloom: chance.within(0.65, 0.9),
            hedge: chance.within(0.4, 0.9),
            sway: 0.0,
            seed: chance.within(0.0, 700.0),
        }
    }

    /// Arches of a pergola, a third of them with hanging blossom.
    #[must_use]
    pub fn arches(chance: &mut Chance) -> Self {
        Self {
            half: chance.within(1.35, 1.75),
            spring: chance.within(1.6, 2.2),
            thick: chance.within(0.45, 0.8),
            trees: false,
            hangs: if chance.happens(0.4) {
                chance.within(0.6, 1.0)
            } else {
                0.0
            },
            bloom: chance.within(0.25, 0.5),
            hedge: chance.within(0.5, 1.1),
            sway: 0.0,
            seed: chance.within(0.0, 700.0),
        }
    }

    /// The leaves of arch `k`, 0 the nearest; x is from the way's middle.
    #[inline(always)]
    pub fn leaves<L: Lanes>(&self, on: OnSheet<L>, k: usize) -> Leaves<L> {
        let (x, y) = (on.x, on.y);
        let from = x.abs();
        let own = self.seed + 13.7 * k as f32;
        let up = y - self.spring;
        let round = (from.squared() + up.max(0.0).squared()).sqrt();
        // Above 0 outside the opening.
        let out = round - self.half;
        let wild = if self.trees { 1.5 } else { 0.62 };
        let mass = fbm2(x * 1.5 + own, y * 1.5 + own * 0.7, 2);
        // Turned, so that no lattice shows.
        let (tx, ty) = (x * 0.8 - y * 0.6, x * 0.6 + y * 0.8);
        let fine = noise2(tx * 8.5 + own, ty * 8.5).mix(0.5, (on.pixel * 7.0).min(1.0));
        let finer = if k < 5 {
            noise2(tx * 13.0 - ty * 17.0, tx * 17.0 + ty * 13.0 + own).mix(0.5, (on.pixel * 17.0).min(1.0))
        } else {
            f(0.5)
        };
        let rough = (mass - 0.5) * wild + (fine - 0.5) * 0.30 + (finer - 0.5) * 0.14;
        let low = if self.trees {
            // Crowns begin above the trunks.
            smoothstep::<L>(0.9, 0.0, up) * 1.6
        } else {
            f(0.0)
        };
        let inner = out + rough - low;
        let thick = if k == 0 { self.thick + 0.3 } else { self.thick };
        let outer = thick - out + rough * 1.3 - low * 0.5;
        let hedge = (self.hedge + rough * 0.4 - y).min(from - self.half - 0.1);
        let shape = inner.min(outer).max(hedge);
        let cover = inside(-shape, on.pixel);
        let mut leaves = Leaves {
            cover,
            bloom: smoothstep::<L>(1.0 - self.bloom, 1.25 - self.bloom, fine * 0.6 + mass * 0.7) * finer.min(0.6) * 1.6,
            lit: (0.20 + (mass - 0.4) * 0.9 + (fine - 0.5) * 0.8 + (finer - 0.5) * 0.5).saturate(),
            thin: (shape.max(0.0) * -3.4).exp(),
            wood: f(0.0),
        };
        let trunk = if self.trees {
            // Forked below the crown.
            let bend = (y * 0.9 + own).sin() * 0.14 + (y * 3.1 + own).sin() * 0.03;
            let wide = 0.12 + (y.max(0.0) * -3.0).exp() * 0.16 + (fine - 0.5) * 0.05;
            let fork = (up + 0.8).max(0.0);
            let middle = from - self.half - 0.25 + bend;
            let off = (middle - fork * 0.5).abs().min((middle + fork * 0.3).abs());
            inside(off - wide * (1.0 - fork * 0.25), on.pixel) * up.lt(1.0).to_float()
        } else {
            inside((out - 0.03).abs() - 0.035, on.pixel) * up.lt(0.5).to_float()
        };
        leaves.wood = trunk * (1.0 - cover);
        if self.hangs > 0.0 && k < 6 {
            // Blossom hangs from the head of the opening, each bunch tapering.
            let step = 0.12;
            let along = x * (1.0 / step) + 0.5 * k as f32;
            let cell = along.floor();
            let which = hash1(cell, 31 + k as u32);
            let other = (which * 43.7).fract();
            let middle = (cell + 0.5 - 0.5 * k as f32) * step;
            let head = (self.half * self.half - middle.squared()).sqrt() + self.spring + 0.25;
            let long = (other * 0.8 + 0.3) * self.hangs;
            let part = (head - y) / long;
            let swing = part * part * (self.sway * (which + 0.5)) + (other - 0.5) * 0.06;
            let wide = (1.0 - part).max(0.0).sqrt() * smoothstep::<L>(-0.3, 0.25, part) * (0.036 + 0.035 * which);
            let knots = (noise2(tx * 34.0, ty * 34.0 + own) - 0.5) * 0.055;
            let bunch = inside((x - middle - swing).abs() - wide + knots, on.pixel)
                * (part.gt(-0.3) & part.lt(1.0) & from.lt(self.half) & which.gt(0.25)).to_float();
            leaves.bloom = leaves.bloom.mix(part * -0.25 + 0.95, bunch);
            leaves.lit = leaves.lit.mix(0.75 - part * 0.35 + knots * 8.0, bunch);
            leaves.thin = leaves.thin.max(bunch * 0.8);
            leaves.cover = leaves.cover.max(bunch);
        }
        leaves
    }
}
