//! Maps of picture positions and of colours.

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
