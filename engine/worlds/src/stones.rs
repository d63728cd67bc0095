//! Stones in water: domes with a noisy outline, and the foam at their feet.

use crate::{
    lanes::{F, Lanes, V, f, select, smoothstep},
    noise::{fbm2, noise2},
    scalar::Chance,
};

/// A stone.
#[derive(Debug, Clone, Copy)]
pub struct Stone {
    /// Its middle (x, z) in metres.
    pub at: [f32; 2],
    /// Half its width.
    pub wide: f32,
    /// Its height above the water.
    pub high: f32,
}

/// Stones by chance between two depths, within `side` (x by z) of the middle, the farthest first.
#[must_use]
pub fn scattered(chance: &mut Chance, count: usize, near: f32, far: f32, side: f32) -> Vec<Stone> {
    let mut all: Vec<Stone> = (0..count)
        .map(|_| {
            let part = chance.unit();
            let depth = near + (far - near) * part * part;
            let wide = chance.within(0.25, 0.9) * (0.7 + 0.03 * depth);
            Stone {
                at: [chance.within(-side, side) * depth, depth],
                wide,
                high: wide * chance.within(0.35, 0.8),
            }
        })
        .collect();
    all.sort_by(|a, b| b.at[1].total_cmp(&a.at[1]));
    all
}

/// Stones along rays from `o`: cover, how much light from above they show (0 to 1), metres.
#[inline(always)]
pub fn seen<L: Lanes>(all: &[Stone], o: V<L>, d: V<L>, pixel: f32) -> (F<L>, F<L>, F<L>) {
    let (mut cover, mut lit, mut range) = (f(0.0), f(0.0), f(1e5));
    let ahead = d.z.max(0.1).recip();
    for stone in all {
        let far = (f::<L>(stone.at[1]) - o.z) * ahead;
        let (x, y) = (o.x + d.x * far - stone.at[0], o.y + d.y * far);
        let near = far.gt(0.6) & x.abs().lt(stone.wide * 1.2) & y.lt(stone.high * 1.3);
        if !near.any() {
            continue;
        }
        let u = x * (1.0 / stone.wide);
        let rough = noise2(u * 2.3 + stone.at[1] * 9.0, y * (2.0 / stone.high)) - 0.5;
        let fine = fbm2(u * 6.0 + stone.at[0] * 7.0, y * (5.0 / stone.high), 2) - 0.5;
        let top = (1.0 - u * u).max(0.0).sqrt() * stone.high * (1.0 + rough * 0.7) + fine * (0.24 * stone.high) - 0.02;
        let size = (far * pixel).max(1e-4);
        let own = ((top - y) / size + 0.5).saturate()
            * (y / size + 0.5).saturate()
            * near.to_float()
            * smoothstep::<L>(1.15, 1.0, u.abs());
        let up = (y / top.max(0.02)).saturate();
        let light = up * up * 0.8 + rough * 0.5 + fine * 0.8 + 0.10;
        lit = lit.mix(light, own);
        range = select(own.gt(0.5), far, range);
        cover = cover.max(own);
    }
    (cover, lit.saturate(), range)
}

/// How much foam the stones make on the water at a place that flows towards the camera.
#[inline(always)]
pub fn foam<L: Lanes>(all: &[Stone], x: F<L>, z: F<L>) -> F<L> {
    let mut sum = f(0.0);
    for stone in all {
        let (dx, dz) = (x - stone.at[0], z - stone.at[1]);
        // A wake is drawn out downstream.
        let along = select(dz.lt(0.0), dz * 0.28, dz * 1.1);
        let off = (dx * dx + along * along) * (1.0 / (stone.wide * stone.wide));
        sum = (off * -0.75).exp().max(sum);
    }
    sum
}
