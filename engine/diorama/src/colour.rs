//! Colours in OKLCH, to linear light.
//!
//! Source: Ottosson 2020, "A perceptual color space for image processing".

use phosphene_core::raster::colour::linear_from_lab;
use phosphene_worlds::scalar;

use super::design::Oklch;

impl Oklch {
    /// Linear-light sRGB, the same bits everywhere; outside 0 to 1 when the colour is out of gamut.
    #[must_use]
    pub fn linear(self) -> [f32; 3] {
        let hue = self.h.to_radians();
        linear_from_lab([self.l, self.c * scalar::cos(hue), self.c * scalar::sin(hue)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_convert() {
        // Ottosson's red: L 0.628, C 0.2577, h 29.23.
        let red = Oklch {
            l: 0.628,
            c: 0.2577,
            h: 29.23,
        };
        let [r, g, b] = red.linear();
        assert!(
            (r - 1.0).abs() < 5e-3 && g.abs() < 5e-3 && b.abs() < 5e-3,
            "{r} {g} {b}"
        );
        let grey = Oklch { l: 0.5, c: 0.0, h: 0.0 };
        assert!(grey.linear().iter().all(|v| (v - 0.125).abs() < 1e-4));
    }
}
