//! Banks of cloud seen from beside and above: sheets that stand one behind the other.
//!
//! A bank's top is a line of folded noise with its creases down (billows; Musgrave, "Texturing and Modeling", 2003), its
//! face noise over the plane, lit by its difference towards the light as [`crate::sky::Sky::clouds`] is.

use crate::{
    lanes::{F, Lanes, f, smoothstep},
    noise::{fbm2, noise1},
};

/// A bank of cloud.
#[derive(Debug, Clone, Copy)]
pub struct Bank {
    /// Metres from one tower to the next.
    pub wide: f32,
    /// Metres of the towers above the bank's level.
    pub tall: f32,
    /// Metres that it has drifted.
    pub drift: f32,
    /// Features of its face along and up, a metre.
    pub grain: [f32; 2],
    /// How soft its edge is: 0.1 cumulus, 0.6 mist.
    pub soft: f32,
    /// Direction towards the light in the picture's plane.
    pub light: [f32; 2],
    /// How fine its face is: octaves of noise.
    pub octaves: usize,
    /// Which bank.
    pub seed: u32,
}

impl Bank {
    /// How much it covers at x metres along and `y` metres above its level, and how lit it is there (0 to 1); `pixel` is a
    /// pixel's width in metres.
    #[inline(always)]
    pub fn at<L: Lanes>(&self, x: F<L>, y: F<L>, pixel: F<L>) -> (F<L>, F<L>) {
        let u = (x + self.drift) * (1.0 / self.wide);
        let mut top = f::<L>(0.0);
        let (mut share, mut scale) = (0.62, 1.0);
        for k in 0..4_u32 {
            let n = noise1(u * scale + 5.3 * k as f32, self.seed + 613 * k);
            let lump = (n * 2.0 - 1.0).abs();
            top = lump.mul_add(share, top);
            share *= 0.5;
            scale *= 2.3;
        }
        let depth = top * 1.25 - y * (1.0 / self.tall);
        if !depth.gt(-0.4).any() {
            return (f(0.0), f(0.0));
        }
        let (fu, fw) = ((x + self.drift) * self.grain[0], y * self.grain[1] + top * 0.9);
        let seed = (self.seed % 89) as f32;
        let face = fbm2(fu + seed, fw, self.octaves);
        let toward = fbm2(
            fu + seed + self.light[0] * 0.16,
            fw + self.light[1] * 0.16,
            self.octaves - 1,
        );
        let depth = depth + (face - 0.5) * 0.55;
        let soft = pixel * (1.0 / self.tall) + self.soft;
        let cover = smoothstep::<L>(f(0.0), soft, depth);
        // Lit where it thins towards the light, and at the top.
        let lit = ((face - toward) * 2.2 + 0.88 - depth.max(0.0).sqrt() * 0.62).saturate();
        (cover, lit)
    }
}
