//! Colours in OKLCH: to sRGB and back, mixing, and light falling on things.
//!
//! Source: Ottosson 2020, "A perceptual color space for image processing".

use phosphene_core::raster::colour::{decode, encode, lab_from_linear, linear_from_lab};

use super::design::Oklch;

/// Short for an [`Oklch`]: lightness 0 to 1, chroma 0 to about 0.37, hue in degrees (30 red, 70 orange, 105 yellow,
/// 145 green, 195 teal, 250 blue, 300 violet, 350 pink).
#[must_use]
pub const fn oklch(l: f32, c: f32, h: f32) -> Oklch {
    Oklch { l, c, h }
}

impl Oklch {
    /// Black.
    pub const BLACK: Oklch = oklch(0.0, 0.0, 0.0);
    /// White.
    pub const WHITE: Oklch = oklch(1.0, 0.0, 0.0);

    /// OKLab coordinates: L, a, b.
    #[must_use]
    pub fn lab(self) -> [f32; 3] {
        let (sin, cos) = self.h.to_radians().sin_cos();
        [self.l, self.c * cos, self.c * sin]
    }

    /// From OKLab coordinates.
    #[must_use]
    pub fn from_lab([l, a, b]: [f32; 3]) -> Self {
        oklch(l, a.hypot(b), b.atan2(a).to_degrees().rem_euclid(360.0))
    }

    /// Linear-light sRGB; outside 0 to 1 when the colour is out of gamut.
    #[must_use]
    pub fn linear(self) -> [f32; 3] {
        linear_from_lab(self.lab())
    }

    /// From linear-light sRGB.
    #[must_use]
    pub fn from_linear(rgb: [f32; 3]) -> Self {
        Self::from_lab(lab_from_linear(rgb))
    }

    /// sRGB-encoded, 0 to 1; chroma is reduced until the colour is in gamut, so hue and lightness hold.
    #[must_use]
    pub fn srgb(self) -> [f32; 3] {
        let colour = oklch(self.l.clamp(0.0, 1.0), self.c.max(0.0), self.h);
        let inside = |rgb: &[f32; 3]| rgb.iter().all(|v| (-0.001..=1.001).contains(v));
        let mut rgb = colour.linear();
        if !inside(&rgb) {
            // Halving finds the most chroma that fits, without steps in slow gradients.
            let (mut fits, mut over) = (0.0, 1.0);
            for _ in 0..9 {
                let share = (fits + over) * 0.5;
                rgb = colour.vivid(share).linear();
                if inside(&rgb) { fits = share } else { over = share }
            }
            rgb = colour.vivid(fits).linear();
        }
        rgb.map(encode)
    }

    /// From sRGB-encoded 0 to 1.
    #[must_use]
    pub fn from_srgb(rgb: [f32; 3]) -> Self {
        Self::from_linear(rgb.map(decode))
    }

    /// Between this (0) and another (1), straight through OKLab, so that opposite hues meet in grey.
    #[must_use]
    pub fn mix(self, other: Oklch, t: f32) -> Self {
        let (a, b) = (self.lab(), other.lab());
        Self::from_lab([0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * t))
    }

    /// Lightness moved by `by`.
    #[must_use]
    pub fn lighter(self, by: f32) -> Self {
        oklch((self.l + by).clamp(0.0, 1.0), self.c, self.h)
    }

    /// Lightness moved down by `by`.
    #[must_use]
    pub fn darker(self, by: f32) -> Self {
        self.lighter(-by)
    }

    /// Chroma times `by`.
    #[must_use]
    pub fn vivid(self, by: f32) -> Self {
        oklch(self.l, self.c * by, self.h)
    }

    /// Hue turned by `degrees`.
    #[must_use]
    pub fn turn(self, degrees: f32) -> Self {
        oklch(self.l, self.c, (self.h + degrees).rem_euclid(360.0))
    }

    /// Hue pulled towards another hue by the shorter way: 0 stays, 1 is there.
    #[must_use]
    pub fn pull(self, hue: f32, by: f32) -> Self {
        let way = (hue - self.h + 180.0).rem_euclid(360.0) - 180.0;
        self.turn(way * by)
    }

    /// The colour of a surface of this colour under a light: the product in linear light.
    #[must_use]
    pub fn under(self, light: [f32; 3]) -> Self {
        let own = self.linear().map(|v| v.max(0.0));
        Self::from_linear([0, 1, 2].map(|i| own[i] * light[i]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_convert_both_ways() {
        // Ottosson's red: L 0.628, C 0.2577, h 29.23.
        let red = Oklch::from_srgb([1.0, 0.0, 0.0]);
        assert!((red.l - 0.628).abs() < 1e-3 && (red.c - 0.2577).abs() < 1e-3 && (red.h - 29.23).abs() < 0.1);
        for rgb in [[0.2, 0.5, 0.9], [0.9, 0.9, 0.1], [0.02, 0.01, 0.03], [1.0, 1.0, 1.0]] {
            let back = Oklch::from_srgb(rgb).srgb();
            assert!((0..3).all(|i| (back[i] - rgb[i]).abs() < 2e-3), "{rgb:?} {back:?}");
        }
    }

    #[test]
    fn out_of_gamut_keeps_its_lightness() {
        let vivid = oklch(0.7, 0.5, 145.0);
        let back = Oklch::from_srgb(vivid.srgb());
        assert!((back.l - 0.7).abs() < 0.02 && back.c < 0.3, "{back:?}");
    }
}
