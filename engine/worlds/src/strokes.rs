//! Thin built things against the light: bars between two points at a depth, and lamps with their glow.
//!
//! A bar thinner than a pixel becomes paler, not thinner. A lamp's glow falls as a Gaussian and a long tail, as in
//! a lens; seen in water it is drawn out downwards by the waves.

use crate::lanes::{F, Lanes, V, f, grey, splat};

/// A bar between two points on the plane at a depth.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    /// One end, x and y in metres.
    pub from: [f32; 2],
    /// The other.
    pub to: [f32; 2],
    /// Half its width in metres.
    pub half: f32,
}

impl Bar {
    /// How much of a pixel (`pixel` metres) it covers at a place.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, x: F<L>, y: F<L>, pixel: F<L>) -> F<L> {
        let [ax, ay] = self.from;
        let (ex, ey) = (self.to[0] - ax, self.to[1] - ay);
        let length2 = (ex * ex + ey * ey).max(1e-6);
        let (px, py) = (x - ax, y - ay);
        let t = ((px * ex + py * ey) * (1.0 / length2)).saturate();
        let (qx, qy) = (px - t * ex, py - t * ey);
        let off = (qx * qx + qy * qy).sqrt();
        // The share of the pixel's width that the bar takes.
        let share = (self.half * 2.0 / pixel).min(1.0);
        ((pixel.max(self.half * 2.0) * 0.5 - off) / pixel + 0.5).saturate() * share
    }
}

/// Bars at one depth.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Metres forward.
    pub depth: f32,
    /// What it is made of.
    pub bars: Vec<Bar>,
    low: [f32; 2],
    high: [f32; 2],
}

impl Frame {
    /// An empty one.
    #[must_use]
    pub fn at(depth: f32) -> Self {
        Self {
            depth,
            bars: Vec::new(),
            low: [1e9; 2],
            high: [-1e9; 2],
        }
    }

    /// Adds a bar.
    pub fn bar(&mut self, from: [f32; 2], to: [f32; 2], half: f32) {
        for p in [from, to] {
            self.low = [self.low[0].min(p[0] - half), self.low[1].min(p[1] - half)];
            self.high = [self.high[0].max(p[0] + half), self.high[1].max(p[1] + half)];
        }
        self.bars.push(Bar { from, to, half });
    }

    /// How much of a pixel it covers.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, x: F<L>, y: F<L>, pixel: F<L>) -> F<L> {
        let inside =
            x.gt(self.low[0] - 1.0) & x.lt(self.high[0] + 1.0) & y.gt(self.low[1] - 1.0) & y.lt(self.high[1] + 1.0);
        let mut cover = f(0.0);
        if inside.any() {
            for bar in &self.bars {
                cover = bar.cover(x, y, pixel).max(cover);
            }
        }
        cover
    }
}

/// A lamp.
#[derive(Debug, Clone, Copy)]
pub struct Lamp {
    /// Where, in metres.
    pub at: [f32; 3],
    /// Its light.
    pub light: [f32; 3],
    /// Its radius in metres.
    pub radius: f32,
}

/// The light of lamps from `o` along `d`, hidden behind what is `range` metres away. `stretch` draws them out upwards and
/// downwards: 1 for what is seen straight, more where waves break the mirror.
#[inline(always)]
pub fn lamps<L: Lanes>(all: &[Lamp], o: V<L>, d: V<L>, pixel: f32, range: F<L>, stretch: F<L>) -> V<L> {
    let mut sum: V<L> = grey(0.0);
    let ahead = d.z.max(0.1).recip();
    let (sx, sy) = (d.x * ahead, d.y * ahead);
    let squeeze = stretch.recip();
    for lamp in all {
        let depth = (f::<L>(lamp.at[2]) - o.z).max(0.5);
        let near = depth.recip();
        let (x, y) = (
            (f::<L>(lamp.at[0]) - o.x) * near - sx,
            ((f::<L>(lamp.at[1]) - o.y) * near - sy) * squeeze,
        );
        let off = x * x + y * y;
        let size = (near * lamp.radius).max(pixel * 0.8);
        let size2 = size * size;
        let reach = off / size2;
        if !reach.lt(900.0).any() {
            continue;
        }
        let own = (near * (lamp.radius / pixel)).min(1.0);
        let core = (reach * -1.0).exp() * 1.6
            + (1.0 + reach * 0.25).recip().squared() * 0.22
            + (1.0 + reach * 0.02).recip().squared() * 0.014;
        let seen = (depth - 2.0).lt(range).to_float();
        sum += splat::<L>(lamp.light) * (core * seen * (0.25 + 0.75 * own));
    }
    sum
}
