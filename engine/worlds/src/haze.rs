//! Air between the camera and things: the colour of what is far, brighter towards the light.

use crate::{
    lanes::{F, Lanes, V, splat, v},
    scalar::{mix3, scale3},
    sky::Sky,
};

/// Air that is the same everywhere. Cheaper than asking the sky.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Haze {
    /// Colour at the horizon, away from the light.
    pub low: [f32; 3],
    /// Colour upwards.
    pub high: [f32; 3],
    /// What the light adds towards it.
    pub glow: [f32; 3],
    /// Direction towards the light.
    pub toward: [f32; 3],
    /// Extinction a metre.
    pub density: f32,
}

impl Haze {
    /// The air below a sky; `burst` breaks its light open.
    #[must_use]
    pub fn below(sky: &Sky, density: f32, burst: f32) -> Self {
        let glow = if sky.is_moon { 0.07 } else { 0.05 };
        Self {
            low: sky.horizon,
            high: mix3(sky.horizon, sky.middle, 0.8),
            glow: scale3(sky.sun, glow * (1.0 + burst)),
            toward: sky.direction,
            density,
        }
    }

    /// As far as one can see in a direction.
    #[inline(always)]
    pub fn far<L: Lanes>(&self, d: V<L>) -> V<L> {
        let h = d.y.max(0.0);
        let high = 1.0 - (1.0 + h * 3.0).recip();
        let near = v(d.x, h, d.z).dot(splat(self.toward)).max(0.0);
        let near = near.squared().squared();
        let near = near * (0.3 + 0.7 * near.squared());
        splat::<L>(self.low).mix(splat(self.high), high) + splat(self.glow) * near
    }

    /// The share of light that comes through after `t` metres.
    #[inline(always)]
    pub fn clear<L: Lanes>(&self, t: F<L>) -> F<L> {
        (t * -self.density).exp()
    }
}
