//! Rays from the camera, straight or mirrored by the ground, and shapes on flat surfaces averaged over a pixel.
//!
//! A street in the wet shows itself twice. The trick of the street worlds is to follow one ray a pixel: where the pixel
//! sees wet ground, the ray starts there and goes up, mirrored; what it meets is the reflection.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, M, V, f, select, v},
    world::Points,
};

/// Sixteen rays.
#[derive(Clone, Copy)]
pub struct Ray<L: Lanes> {
    /// Where they start.
    pub origin: V<L>,
    /// Where they go, of length 1.
    pub direction: V<L>,
    /// Metres that were gone before the start.
    pub before: F<L>,
    /// Width of a pixel, in radians.
    pub spread: f32,
    /// 1, or less where a rough mirror smears what is seen in it upwards and downwards.
    pub upright: F<L>,
}

impl<L: Lanes> Ray<L> {
    /// From the camera through picture points.
    #[inline(always)]
    pub fn new(camera: &Camera, at: &Points<L>) -> Self {
        let [x, y, z] = camera.position;
        Self {
            origin: v(x, y, z),
            direction: camera.direction(at.x, at.y),
            before: f(0.0),
            spread: at.pixel / camera.focal,
            upright: f(1.0),
        }
    }

    /// Metres to the level `y` (negative where it is behind).
    #[inline(always)]
    pub fn to_level(&self, y: f32) -> F<L> {
        (y - self.origin.y) / away_from_zero(self.direction.y)
    }

    /// Metres to the plane across the view axis at `z`.
    #[inline(always)]
    pub fn to_depth(&self, z: impl Into<F<L>>) -> F<L> {
        (z.into() - self.origin.z) / away_from_zero(self.direction.z)
    }

    /// Metres to the upright plane along the view axis at `x`.
    #[inline(always)]
    pub fn to_side(&self, x: impl Into<F<L>>) -> F<L> {
        (x.into() - self.origin.x) / away_from_zero(self.direction.x)
    }

    /// The point after `t` metres.
    #[inline(always)]
    pub fn at(&self, t: F<L>) -> V<L> {
        self.origin + self.direction * t
    }

    /// Width of a pixel in metres, across the ray, after `t` metres.
    #[inline(always)]
    pub fn footprint(&self, t: F<L>) -> F<L> {
        (t + self.before) * self.spread
    }

    /// The rays that go on, mirrored, from level ground after `t` metres where the mask is true; `tilt` (x, z) is the
    /// ground's slope there, `smear` how much its roughness stretches reflections (0 a mirror).
    #[inline(always)]
    pub fn mirrored(&self, where_: M<L>, t: F<L>, tilt: (F<L>, F<L>), smear: F<L>) -> Self {
        let from = self.at(t);
        let d = self.direction;
        // To first order the slope turns the mirrored ray by twice itself.
        let up = -d.y;
        let turned = v(
            d.x - 2.0 * tilt.0 * up,
            (up + 2.0 * (tilt.0 * d.x + tilt.1 * d.z)).abs(),
            d.z - 2.0 * tilt.1 * up,
        );
        Self {
            origin: V::select(where_, from, self.origin),
            direction: V::select(where_, turned.normalized(), d),
            before: select(where_, self.before + t, self.before),
            spread: self.spread,
            upright: select(where_, (1.0 + smear).recip(), f(1.0)),
        }
    }
}

/// The same, but never nearer to 0 than 1e-5: to be divided by.
#[inline(always)]
pub fn away_from_zero<L: Lanes>(x: F<L>) -> F<L> {
    select(x.lt(0.0), x.min(-1e-5), x.max(1e-5))
}

/// The share of a pixel `width` wide around `x` that lies between `low` and `high`.
#[inline(always)]
pub fn strip<L: Lanes>(x: F<L>, low: impl Into<F<L>>, high: impl Into<F<L>>, width: F<L>) -> F<L> {
    let half = width * 0.5;
    (((x + half).min(high) - (x - half).max(low)) / width).saturate()
}

/// The share of a pixel `width` wide around `x` in which `fract(x)` is below `share`: stripes, dashes, joints.
#[inline(always)]
pub fn stripes<L: Lanes>(x: F<L>, share: f32, width: F<L>) -> F<L> {
    let half = width * 0.5;
    ((sum_of_stripes(x + half, share) - sum_of_stripes(x - half, share)) / width).saturate()
}

#[inline(always)]
fn sum_of_stripes<L: Lanes>(x: F<L>, share: f32) -> F<L> {
    let k = x.floor();
    (x - k).min(share) + k * share
}

/// Distance in the plane from a point to a segment between two others.
#[inline(always)]
pub fn to_segment<L: Lanes>(x: F<L>, y: F<L>, a: [f32; 2], b: [f32; 2]) -> F<L> {
    let [bx, by] = [b[0] - a[0], b[1] - a[1]];
    let (px, py) = (x - a[0], y - a[1]);
    let t = ((px * bx + py * by) * (1.0 / (bx * bx + by * by).max(1e-12))).saturate();
    ((px - t * bx).squared() + (py - t * by).squared()).sqrt()
}

/// Coverage of what lies within `radius` of a line that is `distance` off, for pixels `width` wide: thin things keep
/// their share of light when they are thinner than a pixel.
#[inline(always)]
pub fn stroke<L: Lanes>(distance: F<L>, radius: impl Into<F<L>>, width: F<L>) -> F<L> {
    let radius = radius.into();
    strip(distance, -radius, radius, width)
}

/// A rectangle of the picture: what does not meet the block that is shaded is skipped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    low: [f32; 2],
    high: [f32; 2],
}

impl Span {
    /// Of points side by side.
    #[inline(always)]
    pub fn of<L: Lanes>(at: &Points<L>) -> Self {
        let (x, y) = (at.x.array(), at.y.array());
        let (a, b) = ([x[0], y[0]], [x[15], y[15]]);
        Self {
            low: [a[0].min(b[0]), a[1].min(b[1])],
            high: [a[0].max(b[0]), a[1].max(b[1])],
        }
    }

    /// Of what is within `half` metres (across, upwards) of a place, and of its image in the ground when `mirrored`.
    /// Nothing behind the camera is seen.
    #[must_use]
    pub fn around(camera: &Camera, at: [f32; 3], half: [f32; 2], mirrored: bool) -> Self {
        let [x, y, depth] = camera.project(at);
        if depth < 0.1 {
            return Self {
                low: [9.0; 2],
                high: [-9.0; 2],
            };
        }
        let scale = camera.focal / depth;
        // A turned camera sees a card across the street a little wider.
        let (w, h) = (half[0] * scale * 1.1 + 0.01, half[1] * scale + 0.01);
        let (mut low, mut high) = ([x - w, y - h], [x + w, y + h]);
        if mirrored {
            let image = camera.project([at[0], -at[1], at[2]])[1];
            // Waves and roughness widen the image.
            let smear = 0.05 + 0.3 * (y - image).abs();
            low = [low[0] - 0.04, image - h - smear];
            high = [high[0] + 0.04, high[1]];
        }
        Self { low, high }
    }

    /// Whether they have points in common.
    #[inline(always)]
    pub fn meets(&self, other: &Self) -> bool {
        self.low[0] <= other.high[0]
            && other.low[0] <= self.high[0]
            && self.low[1] <= other.high[1]
            && other.low[1] <= self.high[1]
    }
}
