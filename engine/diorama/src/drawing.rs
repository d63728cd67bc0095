//! A drawn stage before it is painted: the picture, and how each pixel moved since the frame before.

use glam::vec2;
use phosphene_core::raster::affine::{Affine, Grade};

/// How a frame's layers move and are graded, whether it is drawn or not.
///
/// Layers count from back to front, alike in all frames of a shot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Motion {
    /// One map a layer, from this frame to the frame before.
    pub to_before: Vec<Affine>,
    /// One a layer: what was done to its colours.
    pub grades: Vec<Grade>,
}

impl Motion {
    /// How far outside of the picture (width, height), in pixels, its corners were a frame earlier; 0 when all were
    /// inside.
    #[must_use]
    pub fn disclosed(&self, size: (usize, usize)) -> f32 {
        let (w, h) = (size.0 as f32, size.1 as f32);
        let beyond = |map: &Affine| {
            [vec2(0.0, 0.0), vec2(w, 0.0), vec2(0.0, h), vec2(w, h)]
                .map(|corner| map.transform_point2(corner))
                .into_iter()
                .fold(0.0, |most: f32, at| {
                    most.max(-at.x).max(at.x - w).max(-at.y).max(at.y - h)
                })
        };
        self.to_before.iter().map(beyond).fold(0.0, f32::max)
    }
}

/// The drawn stage.
///
/// Layers are the planes and props of all visible scenes. A pixel belongs to the nearest layer that covers it by at
/// least a half; `to_before[layer]` takes the pixel's position to where it was one frame earlier.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// (height, width, 3), sRGB-encoded, 0 to 1.
    pub rgb: Vec<f32>,
    /// (height, width): the layer of each pixel.
    pub layer: Vec<u8>,
    /// One map a layer, from this frame to the frame before.
    pub to_before: Vec<Affine>,
    /// (height, width): light that blooms (lamps, windows, sun), 0 to 1.
    pub glow: Vec<f32>,
    /// (height, width): where the drawing must stay readable, 0 (scenery) to 255 (the hero).
    pub hold: Vec<u8>,
}
