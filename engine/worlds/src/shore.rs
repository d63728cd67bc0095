//! A straight shore at any angle to the view, and what stands at it: rows of posts that run into the sea, stacks of rock.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, smoothstep},
    noise::{fbm1, noise1},
    scalar::{Chance, cos, sin},
};

/// The mean line between land and sea.
#[derive(Debug, Clone, Copy)]
pub struct Shore {
    /// Direction to the sea (x, z), of length 1.
    seaward: [f32; 2],
    /// Metres from the origin to it.
    off: f32,
}

impl Shore {
    /// The sea is `turn` radians to the right of ahead, and begins `off` metres from the origin.
    #[must_use]
    pub fn new(turn: f32, off: f32) -> Self {
        Self {
            seaward: [sin(turn), cos(turn)],
            off,
        }
    }

    /// Metres along the shore and out from it.
    #[inline(always)]
    pub fn of<L: Lanes>(&self, x: F<L>, z: F<L>) -> (F<L>, F<L>) {
        let [nx, nz] = self.seaward;
        (x * nz - z * nx, x * nx + z * nz - self.off)
    }

    /// Metres along a ray to a line `out` metres from the shore; 1e5 where it never comes there.
    #[inline(always)]
    pub fn reach<L: Lanes>(&self, o: V<L>, d: V<L>, out: F<L>) -> F<L> {
        let [nx, nz] = self.seaward;
        let (from, speed) = (o.x * nx + o.z * nz, d.x * nx + d.z * nz);
        let range = (out + self.off - from) / crate::lanes::select(speed.abs().lt(1e-3), f(1e-3), speed);
        crate::lanes::select(range.gt(0.0), range.min(1e5), f(1e5))
    }

    /// Picture x of the line `out` metres from the shore, `depth` metres ahead.
    #[must_use]
    pub fn seen_at(&self, camera: &Camera, depth: f32, out: f32) -> f32 {
        let [nx, nz] = self.seaward;
        let z = camera.position[2] + depth;
        let x = (self.off + out - z * nz) / if nx.abs() < 0.25 { 0.25_f32.copysign(nx) } else { nx };
        (x - camera.position[0]) * camera.focal / depth
    }

    /// A row of posts from the sand into the sea, the farthest first.
    #[must_use]
    pub fn groyne(&self, chance: &mut Chance, camera: &Camera) -> Vec<Post> {
        let [nx, nz] = self.seaward;
        let depth = chance.within(9.0, 13.0);
        let foot = self.seen_at(camera, depth, -2.0).clamp(-1.0, 1.0) * depth / camera.focal;
        let (x0, z0) = (foot, depth);
        let mut posts: Vec<Post> = (0..15)
            .map(|k| {
                let out = 1.25 * k as f32 - 2.5 + chance.within(-0.15, 0.15);
                Post {
                    at: [
                        x0 + nx * out + nz * chance.within(-0.15, 0.15),
                        z0 + nz * out - nx * chance.within(-0.15, 0.15),
                    ],
                    top: (1.25 - 0.035 * k as f32) * chance.within(0.55, 1.0),
                    half: chance.within(0.09, 0.14),
                    lean: chance.within(-0.07, 0.07),
                }
            })
            .collect();
        posts.sort_by(|a, b| b.at[1].total_cmp(&a.at[1]));
        posts
    }
}

/// A weathered post.
#[derive(Debug, Clone, Copy)]
pub struct Post {
    at: [f32; 2],
    top: f32,
    half: f32,
    lean: f32,
}

impl Post {
    /// How much of a pixel it covers, and metres along the ray.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32) -> (F<L>, F<L>) {
        let far = (f::<L>(self.at[1]) - o.z) / d.z.max(0.1);
        let (x, y) = (o.x + d.x * far - self.at[0], o.y + d.y * far);
        let near = far.gt(0.5) & x.abs().lt(0.4) & y.lt(self.top * 1.3) & y.gt(-0.15);
        if !near.any() {
            return (f(0.0), far);
        }
        let size = (far * pixel).max(1e-4);
        let rough = noise1(y * 5.0 + self.top * 90.0, 77) - 0.5;
        let off = (x - y * self.lean).abs() - self.half * (1.0 + rough * 0.35);
        // Worn at the top, aslant.
        let top = self.top + x * (self.lean * 9.0) + (noise1(x * 16.0 + self.half * 900.0, 78) - 0.5) * 0.10;
        let cover = (0.5 - off / size).saturate() * ((top - y) / size + 0.5).saturate() * near.to_float();
        (cover, far)
    }
}

/// A stack of rock that the sea has cut off.
#[derive(Debug, Clone, Copy)]
pub struct Stack {
    /// Its middle, how far off it is, half its width, its height: metres.
    at: [f32; 2],
    wide: f32,
    high: f32,
    seed: u32,
}

impl Stack {
    /// A few, clear of the light that stands at `sun` (x by z), the farthest first; more of them on the side of `hand`.
    #[must_use]
    pub fn some(chance: &mut Chance, shore: &Shore, sun: f32, hand: f32) -> Vec<Self> {
        let mut all: Vec<Self> = (0..2 + chance.below(2))
            .map(|k| {
                let depth = chance.within(45.0, 120.0);
                let aside = hand * (0.18 + 0.26 * k as f32 + chance.within(-0.06, 0.06));
                let aside = if (sun + aside).abs() > 0.85 {
                    sun - aside
                } else {
                    sun + aside
                };
                let high = depth * chance.within(0.10, 0.26);
                Self {
                    at: [aside * depth, depth],
                    wide: high * chance.within(0.30, 0.75),
                    high,
                    seed: chance.below(1 << 20) as u32,
                }
            })
            .collect();
        // None stands on the sand.
        all.retain(|stack| {
            let [nx, nz] = shore.seaward;
            stack.at[0] * nx + stack.at[1] * nz - shore.off > 6.0 + stack.wide
        });
        all.sort_by(|a, b| b.at[1].total_cmp(&a.at[1]));
        all
    }

    /// How much of a pixel it covers, and metres along the ray.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32) -> (F<L>, F<L>) {
        let far = (f::<L>(self.at[1]) - o.z) / d.z.max(0.1);
        let (x, y) = (o.x + d.x * far - self.at[0], o.y + d.y * far);
        let near = x.abs().lt(self.wide * 1.7) & y.lt(self.high * 1.2) & y.gt(-1.5);
        if !near.any() {
            return (f(0.0), far);
        }
        let size = (far * pixel).max(1e-4);
        let up = y * (1.0 / self.high);
        // Steep sides, undercut at the water, ledges between.
        let ledge = (fbm1(up * 3.4 + 3.0, 4, self.seed) - 0.5) * 0.55;
        let other = (fbm1(up * 3.4 + 31.0, 4, self.seed + 1) - 0.5) * 0.55;
        let u = x * (1.0 / self.wide);
        let bite = smoothstep::<L>(0.05, 0.0, up) * 0.08 - (up * -7.0).exp() * 0.22;
        let half =
            0.95 - up * (0.30 + 0.28 * (self.seed % 3) as f32) + crate::lanes::select(u.lt(0.0), ledge, other) - bite;
        let top = self.high * (0.66 + 0.7 * (fbm1(u * 1.6 + 9.0, 5, self.seed + 2) - 0.25));
        let cover = ((half - u.abs()) * (self.wide / size) + 0.5).saturate() * ((top - y) / size + 0.5).saturate();
        (cover * near.to_float() * smoothstep::<L>(-0.4, 0.0, y), far)
    }
}
