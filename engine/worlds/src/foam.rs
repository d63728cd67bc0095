//! Foam on water: lace of bubbles with round holes.
//!
//! The holes are a cellular texture (Worley, "A cellular texture basis function", 1996): where the nearest of the
//! scattered points is farther than a hole's radius there is foam. The less foam, the larger the holes, until only the
//! threads between them are left.

use crate::{
    lanes::{F, Lanes, f, select, smoothstep},
    noise::hash2,
};

/// Distance to the nearest of points scattered one a unit cell, 0 to about 1.
#[inline(always)]
fn nearest<L: Lanes>(x: F<L>, y: F<L>, seed: u32) -> F<L> {
    let (cx, cy) = (x.floor(), y.floor());
    let (fx, fy) = (x - cx, y - cy);
    // Points keep to the middle of their cells, so the nearest is in one of four.
    let (sx, sy) = (
        select(fx.lt(0.5), f::<L>(-1.0), f(1.0)),
        select(fy.lt(0.5), f::<L>(-1.0), f(1.0)),
    );
    let mut best = f::<L>(4.0);
    for k in 0..4 {
        let ox = if k % 2 == 1 { sx } else { f(0.0) };
        let oy = if k > 1 { sy } else { f(0.0) };
        let own = hash2(cx + ox, cy + oy, seed);
        let (px, py) = (
            ox + 0.16 + own * 0.68 - fx,
            oy + 0.16 + (own * 57.3).fract() * 0.68 - fy,
        );
        // Some holes are larger than others.
        let size = (own * 131.7).fract() * 0.7 + 0.72;
        best = best.min((px * px + py * py) * size);
    }
    best.sqrt()
}

/// How much foam covers a place, 0 to 1, where `amount` (0 to 1) of the water foams; `footprint` is in metres.
#[inline(always)]
pub fn lace<L: Lanes>(x: F<L>, y: F<L>, amount: F<L>, footprint: F<L>) -> F<L> {
    if !amount.gt(0.01).any() {
        return f(0.0);
    }
    let amount = amount.saturate();
    let bend = (y * 1.7 + (x * 0.9).sin() * 1.3).sin() * 0.16;
    let (x, y) = (x + bend, y + (x * 1.3 + (y * 0.8).sin()).sin() * 0.16);
    let coarse = nearest(x * 1.6, y * 1.9, 811);
    let fine = nearest(x * 5.3 + 0.3, y * 6.1, 812);
    let radius = 0.86 - amount * 0.80;
    let soft = footprint * 1.8 + 0.10;
    let web = smoothstep::<L>(radius - soft, radius + soft, coarse);
    let radius = 0.80 - amount * 0.72;
    let soft = footprint * 6.0 + 0.14;
    let threads = smoothstep::<L>(radius - soft, radius + soft, fine);
    let far = smoothstep::<L>(0.10, 0.45, footprint);
    let both = web * (0.30 + 0.70 * threads) + threads * amount * 0.25;
    both.mix(amount * amount * 0.8, far).saturate() * smoothstep::<L>(0.0, 0.12, amount)
}
