//! Shafts of light that fan out from a light in or near the picture, as gaps in leaves or clouds let it through.
//!
//! Noise over the angle around the light (the look of Mitchell, "Volumetric light scattering as a post-process", GPU
//! Gems 3, 2007, in closed form).

use crate::{
    lanes::{F, Lanes, smoothstep},
    noise::noise1,
};

/// A fan of shafts.
#[derive(Debug, Clone, Copy)]
pub struct Fan {
    /// The light in picture coordinates.
    pub light: [f32; 2],
    /// Shafts in a full turn.
    pub number: f32,
    /// How far the gaps have moved, in shafts.
    pub drift: f32,
    /// Decay a picture unit.
    pub decay: f32,
    /// Its own choices.
    pub seed: u32,
}

impl Fan {
    /// Light that is scattered towards the camera, 0 to 1.
    #[inline(always)]
    pub fn light<L: Lanes>(&self, x: F<L>, y: F<L>) -> F<L> {
        let (dx, dy) = (x - self.light[0], y - self.light[1]);
        let radius = (dx * dx + dy * dy).sqrt();
        // The seam of the angle points up, where leaves are.
        let angle = dx.turns(-dy);
        let wide = noise1(angle * self.number + self.drift, self.seed);
        let thin = noise1(angle * (self.number * 2.7) - self.drift * 1.6, self.seed + 1);
        let gap = smoothstep::<L>(0.48, 0.86, wide * 0.62 + thin * 0.38);
        let down = smoothstep::<L>(0.45, -0.5, dy / (radius + 0.12));
        gap * (radius * -self.decay).exp() * (down * 0.75 + 0.25) * smoothstep::<L>(0.02, 0.25, radius)
    }
}
