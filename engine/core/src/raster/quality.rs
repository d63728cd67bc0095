//! How much care a video gets, and the size at which its pictures are painted.

use crate::time::Size;

/// The shortest side that is painted, in pixels: what the painter takes at least.
pub const SMALLEST_SIDE: usize = 16;

/// How much care a video gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quality {
    /// As good as it gets.
    #[default]
    Full,
    /// Painted smaller and more rarely, for a look at the timing.
    Draft,
}

impl Quality {
    /// Every how many frames a shot is painted afresh: what [`crate::direct::FrameSpec::key`] is to follow.
    #[must_use]
    pub fn cadence(self) -> u64 {
        match self {
            Quality::Full => 2,
            Quality::Draft => 3,
        }
    }

    /// The size at which the frames of a video are drawn that is painted in a part of it: half the output's, so that
    /// strokes have the right size, and no larger than brush strokes need.
    #[must_use]
    pub fn paint_size(self, output: Size) -> (usize, usize) {
        match self {
            Quality::Full => within(output, 640.0 * 360.0, 0.5),
            Quality::Draft => within(output, 384.0 * 216.0, 0.5),
        }
    }

    /// The size at which frames are drawn that nobody paints: what two cores without AVX-512 draw at a song's speed.
    #[must_use]
    pub fn film_size(self, output: Size) -> (usize, usize) {
        match self {
            Quality::Full => within(output, 768.0 * 432.0, 0.75),
            Quality::Draft => self.paint_size(output),
        }
    }
}

/// The output's shape with so many pixels at most, and so large a share of its sides.
fn within(output: Size, most_pixels: f64, most: f64) -> (usize, usize) {
    let (width, height) = (f64::from(output.width()), f64::from(output.height()));
    let scale = (most_pixels / (width * height)).sqrt().min(most);
    // Tiny outputs are painted at a size that the painter takes.
    let scale = scale.max(SMALLEST_SIDE as f64 / width.min(height));
    let even = |side: f64| ((side * scale * 0.5).round() as usize * 2).max(SMALLEST_SIDE);
    (even(width), even(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_painter_works_at_half_size_and_never_above_its_cap() {
        let at = |size: &str, quality: Quality| quality.paint_size(size.parse().unwrap());
        assert_eq!(at("1280x720", Quality::Full), (640, 360));
        assert_eq!(at("1920x1080", Quality::Full), (640, 360));
        assert_eq!(at("1280x720", Quality::Draft), (384, 216));
        assert_eq!(at("1080x1920", Quality::Full), (360, 640));
        assert_eq!(at("640x360", Quality::Full), (320, 180));
        for (width, height) in [at("16x16", Quality::Full), at("16x7680", Quality::Draft)] {
            assert!(width >= SMALLEST_SIDE && height >= SMALLEST_SIDE && width % 2 == 0 && height % 2 == 0);
        }
    }

    #[test]
    fn films_are_drawn_larger() {
        let at = |size: &str, quality: Quality| quality.film_size(size.parse().unwrap());
        assert_eq!(at("1280x720", Quality::Full), (768, 432));
        assert_eq!(at("1920x1080", Quality::Full), (768, 432));
        assert_eq!(at("480x270", Quality::Full), (360, 202));
        assert_eq!(at("1280x720", Quality::Draft), (384, 216));
    }
}
