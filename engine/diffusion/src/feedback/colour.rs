//! Keeps a picture in another's colours, so that feedback neither greys nor burns.
//!
//! **Source**: Reinhard et al. 2001, "Color transfer between images", equations 10 and 11, in OKLab (Ottosson 2020).

use super::picture::Picture;
use phosphene_core::raster::colour::{decode, encode, lab_from_linear, linear_from_lab};

/// A spread is widened or narrowed at most by this factor at once.
const MOST_GAIN: f32 = 4.0;
/// A spread below this is none: a flat picture stays flat.
const FLAT: f64 = 1e-4;

/// Mean and spread of a picture's colours in OKLab.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tone {
    /// Mean of L, a, b.
    pub mean: [f64; 3],
    /// Standard deviation of each.
    pub deviation: [f64; 3],
}

impl Tone {
    /// A picture's.
    #[must_use]
    pub fn of(picture: &Picture) -> Self {
        Self::of_lab(&picture.pixels.iter().map(to_lab).collect::<Vec<_>>())
    }

    fn of_lab(lab: &[[f32; 3]]) -> Self {
        let count = lab.len().max(1) as f64;
        let mean = [0, 1, 2].map(|c| lab.iter().map(|lab| f64::from(lab[c])).sum::<f64>() / count);
        let spread = |c: usize| lab.iter().map(|lab| (f64::from(lab[c]) - mean[c]).powi(2)).sum::<f64>() / count;
        Self {
            mean,
            deviation: [0, 1, 2].map(|c| spread(c).sqrt()),
        }
    }

    /// Between this (0) and another (1).
    #[must_use]
    pub fn mix(&self, other: &Self, share: f64) -> Self {
        let between = |a: [f64; 3], b: [f64; 3]| [0, 1, 2].map(|c| a[c] + (b[c] - a[c]) * share);
        Self {
            mean: between(self.mean, other.mean),
            deviation: between(self.deviation, other.deviation),
        }
    }
}

/// Gives a picture a tone: shifts and stretches its colours so that mean and spread are those.
pub fn match_tone(picture: &mut Picture, tone: &Tone) {
    let mut lab: Vec<[f32; 3]> = picture.pixels.iter().map(to_lab).collect();
    // What is pushed out of the gamut is cut off, which a second round makes up for.
    for _ in 0..2 {
        let own = Tone::of_lab(&lab);
        let gain = [0, 1, 2].map(|c| {
            if own.deviation[c] < FLAT {
                return 1.0;
            }
            ((tone.deviation[c] / own.deviation[c]) as f32).clamp(1.0 / MOST_GAIN, MOST_GAIN)
        });
        for (pixel, lab) in picture.pixels.iter_mut().zip(&mut lab) {
            let moved = [0, 1, 2].map(|c| (lab[c] - own.mean[c] as f32) * gain[c] + tone.mean[c] as f32);
            let [r, g, b] = from_lab(moved);
            *pixel = [r, g, b, pixel[3]];
            *lab = to_lab(pixel);
        }
    }
}

/// Gives a picture another's mean and spread in each of its three colours as they are encoded: a small step towards it,
/// quick enough for every frame.
pub fn match_levels(picture: &mut Picture, like: &Picture) {
    let of = |picture: &Picture| {
        let count = picture.pixels.len().max(1) as f64;
        let sum = |c: usize, of: &dyn Fn(f64) -> f64| {
            picture.pixels.iter().map(|pixel| of(f64::from(pixel[c]))).sum::<f64>() / count
        };
        [0, 1, 2].map(|c| {
            let mean = sum(c, &|value| value);
            (mean, sum(c, &|value| (value - mean).powi(2)).sqrt())
        })
    };
    let (own, wanted) = (of(picture), of(like));
    for c in 0..3 {
        let ((mean, deviation), (to_mean, to_deviation)) = (own[c], wanted[c]);
        let gain = if deviation < FLAT {
            1.0
        } else {
            ((to_deviation / deviation) as f32).clamp(1.0 / MOST_GAIN, MOST_GAIN)
        };
        let (mean, to_mean) = (mean as f32, to_mean as f32);
        for pixel in &mut picture.pixels {
            pixel[c] = ((pixel[c] - mean) * gain + to_mean).clamp(0.0, 1.0);
        }
    }
}

/// An encoded pixel in OKLab.
#[must_use]
pub fn to_lab(pixel: &[f32; 4]) -> [f32; 3] {
    lab_from_linear([0, 1, 2].map(|c| decode(pixel[c])))
}

/// An OKLab colour, sRGB-encoded and cut off at the gamut.
#[must_use]
pub fn from_lab(lab: [f32; 3]) -> [f32; 3] {
    linear_from_lab(lab).map(encode)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn textured(shift: f32, contrast: f32) -> Picture {
        let pixel = |i: usize| {
            let (x, y) = ((i % 48) as f32 * 0.37, (i / 48) as f32 * 0.23);
            let wave = |a: f32| (0.5 + shift + contrast * a.sin()).clamp(0.0, 1.0);
            [wave(x), wave(y), wave(x + y), 0.25]
        };
        Picture {
            width: 48,
            height: 32,
            pixels: (0..48 * 32).map(pixel).collect(),
        }
    }

    #[test]
    fn lab_and_back_is_the_same_colour() {
        for pixel in [
            [0.2, 0.7, 0.4, 0.0],
            [1.0, 1.0, 1.0, 0.0],
            [0.0; 4],
            [0.9, 0.1, 0.1, 0.0],
        ] {
            let back = from_lab(to_lab(&pixel));
            assert!((0..3).all(|c| (pixel[c] - back[c]).abs() < 2e-3), "{pixel:?} {back:?}");
        }
    }

    #[test]
    fn a_matched_picture_has_the_tone_that_was_asked_for() {
        let tone = Tone::of(&textured(0.0, 0.25));
        for mut other in [textured(-0.2, 0.1), textured(0.15, 0.3), textured(0.0, 0.25)] {
            match_tone(&mut other, &tone);
            let found = Tone::of(&other);
            for c in 0..3 {
                assert!((found.mean[c] - tone.mean[c]).abs() < 0.01, "{found:?} {tone:?}");
                assert!(
                    (found.deviation[c] / tone.deviation[c] - 1.0).abs() < 0.06,
                    "{found:?} {tone:?}"
                );
            }
            assert!(other.pixels.iter().all(|pixel| pixel[3] == 0.25));
        }
    }

    #[test]
    fn levels_are_those_of_the_other_picture() {
        let like = textured(0.0, 0.25);
        let mut picture = textured(-0.1, 0.1);
        match_levels(&mut picture, &like);
        let (found, expected) = (Tone::of(&picture), Tone::of(&like));
        for c in 0..3 {
            assert!((found.mean[c] - expected.mean[c]).abs() < 0.01);
            assert!((found.deviation[c] / expected.deviation[c] - 1.0).abs() < 0.05);
        }
    }

    #[test]
    fn a_flat_picture_takes_the_mean_and_stays_flat() {
        let mut flat = Picture::filled(8, 8, [0.3, 0.3, 0.3, 0.0]);
        let tone = Tone::of(&textured(0.0, 0.25));
        match_tone(&mut flat, &tone);
        let found = Tone::of(&flat);
        assert!((found.mean[0] - tone.mean[0]).abs() < 1e-3 && found.deviation[0] < 1e-6);
    }

    #[test]
    fn five_hundred_rounds_of_a_burning_loop_do_not_drift() {
        let tone = Tone::of(&textured(0.0, 0.2));
        let mut picture = textured(0.0, 0.2);
        for _ in 0..500 {
            for pixel in &mut picture.pixels {
                // A loop that brightens and hardens, as feedback does.
                *pixel = pixel.map(|v| ((v - 0.45) * 1.04 + 0.47).clamp(0.0, 1.0));
            }
            match_tone(&mut picture, &tone);
        }
        let found = Tone::of(&picture);
        assert!((found.mean[0] / tone.mean[0] - 1.0).abs() < 0.02, "{found:?} {tone:?}");
        assert!(
            (found.deviation[0] / tone.deviation[0] - 1.0).abs() < 0.1,
            "{found:?} {tone:?}"
        );
    }
}
