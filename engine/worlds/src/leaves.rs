//! Rosettes: ferns, palm crowns, banana plants, each a fan of drooping leaves around a point.
//!
//! The plane is bent down by the leaves' weight and then divided into equal angles, so one leaf is all of them (polar
//! repetition, Quilez, "Domain repetition").

use crate::{
    lanes::{F, Lanes, f, smoothstep},
    noise::hash2,
    sheets::OnSheet,
};

/// A lattice of rosettes on a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Rosettes {
    /// Metres from one to the next.
    pub cell: f32,
    /// Leaves in a full turn.
    pub leaves: f32,
    /// Half a leaf's width, a share of its length.
    pub width: f32,
    /// How far the tips hang, a share of the length.
    pub droop: f32,
    /// Leaflets along a leaf; 0 a whole one.
    pub comb: f32,
    /// Share of the cells that have one.
    pub share: f32,
    /// Lowest and highest places, in metres.
    pub from: f32,
    /// See `from`.
    pub to: f32,
    /// Radians that the wind turns them now.
    pub sway: f32,
    /// Its own choices.
    pub seed: u32,
}

impl Rosettes {
    /// How much they cover, how far out on a leaf (0 to 1), and a number of each one's own.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, on: OnSheet<L>) -> (F<L>, F<L>, F<L>) {
        let reach = self.cell * 0.5;
        if on.y.gt(self.to + reach).all() | on.y.lt(self.from - reach).all() {
            return (f(0.0), f(0.0), f(0.0));
        }
        let (x, y) = (on.x * (1.0 / self.cell), on.y * (1.0 / self.cell));
        let (cx, cy) = (x.floor(), y.floor());
        let own = hash2(cx, cy, self.seed);
        let other = (own * 43.7).fract();
        let height = (cy + 0.5) * self.cell;
        let stands = own.lt(self.share) & height.gt(self.from) & height.lt(self.to);
        if !stands.any() {
            return (f(0.0), f(0.0), f(0.0));
        }
        let size = other * 0.12 + 0.36;
        let (px, py) = (
            x - cx - 0.5 - (other - 0.5) * 0.16,
            y - cy - 0.5 - ((own * 91.3).fract() - 0.5) * 0.16,
        );
        // In leaf lengths, before the weight bends them.
        let (px, py) = (px / size, py / size);
        let flat = px * px + py.max(0.0).squared() * 0.4;
        let py = py + flat * self.droop;
        let radius = (px * px + py * py).sqrt();
        let turns = py.turns(px) + own + flat * 0.05 + self.sway * (other - 0.5);
        let leaf = (turns * self.leaves).floor();
        let along = turns * self.leaves - leaf - 0.5;
        // No two are of one length, and few hang straight down.
        let radius = radius / ((leaf * 2.4 + own * 40.0).sin() * 0.16 + 0.84);
        let risen = smoothstep::<L>(-0.72, -0.42, py / radius.max(0.02));
        let across = along * radius * (std::f32::consts::TAU / self.leaves);
        let outline = (radius * (1.0 - radius)).max(0.0).sqrt() * (2.0 * self.width);
        let mut d = across.abs() - outline;
        if self.comb > 0.0 {
            // Leaflets point outwards; where they are smaller than a pixel the leaf is thinner.
            let lean = radius * self.comb - across.abs() * (self.comb * 1.1);
            let gap = ((lean.fract() - 0.5).abs() * 2.0 - 0.42).max(0.0) * outline * 1.5;
            let fine = (on.pixel * (self.comb * 1.4) / self.cell).min(1.0);
            d += gap.mix(outline * 0.3, fine) * smoothstep::<L>(0.0, 0.2, across.abs() / outline.max(1e-3));
        }
        let pixel = size.recip() * (on.pixel / self.cell);
        let cover = (0.5 - d / pixel).saturate()
            * risen.max(radius.lt(0.15).to_float())
            * radius.lt(1.0).to_float()
            * stands.to_float();
        (cover, radius, other)
    }
}
