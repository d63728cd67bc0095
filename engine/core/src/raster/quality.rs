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

    /// The size at which frames are drawn and painted: half the output's, so that strokes have the right size, and no
    /// larger than brush strokes need.
    #[must_use]
    pub fn paint_size(self, output: Size) -> (usize, usize) {
        let most_pixels = match self {
            Quality::Full => 640.0 * 360.0,
            Quality::Draft => 384.0 * 216.0,
        };
        let (width, height) = (f64::from(output.width()), f64::from(output.height()));
        let scale = (most_pixels / (width * height)).sqrt().min(0.5);
        // Tiny outputs are painted at a size that the painter takes.
        let scale = scale.max(SMALLEST_SIDE as f64 / width.min(height));
        let even = |side: f64| ((side * scale * 0.5).round() as usize * 2).max(SMALLEST_SIDE);
        (even(width), even(height))
    }
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
}
