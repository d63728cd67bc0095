//! A drawn stage before it is painted: the picture, and how each pixel moved since the frame before.

/// An affine map of picture positions, in pixels: `x' = a x + b y + c`, `y' = d x + e y + f`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the coefficients of the formula above")]
pub struct Affine {
    pub a: f32,
    pub b: f32,
    pub c: f32,
    pub d: f32,
    pub e: f32,
    pub f: f32,
}

impl Affine {
    /// Nothing moves.
    pub const IDENTITY: Affine = Affine {
        a: 1.0,
        b: 0.0,
        c: 0.0,
        d: 0.0,
        e: 1.0,
        f: 0.0,
    };

    /// First `inner`, then this.
    #[must_use]
    pub fn after(&self, inner: &Affine) -> Affine {
        let (c, f) = self.apply(inner.c, inner.f);
        Affine {
            a: self.a * inner.a + self.b * inner.d,
            b: self.a * inner.b + self.b * inner.e,
            c,
            d: self.d * inner.a + self.e * inner.d,
            e: self.d * inner.b + self.e * inner.e,
            f,
        }
    }

    /// Where a position goes.
    #[must_use]
    pub fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        (self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f)
    }
}

/// A linear map of sRGB-encoded colours, row by row.
pub type Grade = [[f32; 3]; 3];

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
            [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)]
                .map(|(x, y)| map.apply(x, y))
                .into_iter()
                .fold(0.0, |most: f32, (x, y)| most.max(-x).max(x - w).max(-y).max(y - h))
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
