//! Where stage units come to lie in pixels: similarities, the zoom's geometry, and the camera.
//!
//! Stage units: the picture's height is 1, its centre (0, 0), x to the right, y down.

use crate::{direct::Camera, raster::affine::Affine};

/// A similarity `x' = a x - b y + u`, `y' = b x + a y + v`.
///
/// By hand and no `glam::DAffine2`: that inverts any map by the reciprocal of its determinant, where a similarity needs four
/// numbers and two divisions, and frames would differ in their last bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Scale times cosine.
    pub a: f64,
    /// Scale times sine.
    pub b: f64,
    /// Shift right.
    pub u: f64,
    /// Shift down.
    pub v: f64,
}

impl View {
    /// Scales about the origin, then shifts.
    #[must_use]
    pub fn new(scale: f64, u: f64, v: f64) -> Self {
        Self { a: scale, b: 0.0, u, v }
    }

    /// Scales about a point.
    #[must_use]
    pub fn about(scale: f64, [x, y]: [f64; 2]) -> Self {
        Self::new(scale, x * (1.0 - scale), y * (1.0 - scale))
    }

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.a * x - self.b * y + self.u, self.b * x + self.a * y + self.v]
    }

    /// First `inner`, then this.
    #[must_use]
    pub fn after(&self, inner: &View) -> View {
        let [u, v] = self.apply([inner.u, inner.v]);
        View {
            a: self.a * inner.a - self.b * inner.b,
            b: self.b * inner.a + self.a * inner.b,
            u,
            v,
        }
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> View {
        let n = self.a * self.a + self.b * self.b;
        let (a, b) = (self.a / n, -self.b / n);
        View {
            a,
            b,
            u: -(a * self.u - b * self.v),
            v: -(b * self.u + a * self.v),
        }
    }

    /// Pixels to a stage unit.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.a.hypot(self.b)
    }

    /// From this view's pixels to another's of the same plane.
    #[must_use]
    pub fn to(&self, other: &View) -> Affine {
        let m = other.after(&self.inverse());
        Affine::from_cols_array(&[m.a, m.b, -m.b, m.a, m.u, m.v].map(|v| v as f32))
    }
}

/// The part of a scene in which the next one lies: a rectangle of the picture's shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inset {
    /// Its centre in stage units.
    pub centre: [f64; 2],
    /// Its height in stage units, which is its scale; below 1.
    pub height: f64,
}

impl Inset {
    /// The next scene's stage units to this scene's.
    #[must_use]
    pub fn view(&self) -> View {
        View::new(self.height, self.centre[0], self.centre[1])
    }

    /// The point that the zoom holds still: it lies in the inset at the same place as in the picture.
    #[must_use]
    pub fn fixed_point(&self) -> [f64; 2] {
        self.centre.map(|c| c / (1.0 - self.height))
    }

    /// Stage units as seen at `zoom`: 0 sees the whole scene, 1 the inset fill the picture.
    #[must_use]
    pub fn zoomed(&self, zoom: f64) -> View {
        View::about(self.height.powf(-zoom), self.fixed_point())
    }
}

/// How far a camera may pan before it would see past the stage's edge, in pictures.
const PAN_LIMIT: f64 = 0.1;
/// Stage drawn beyond the picture's edge, in stage units, on each side.
pub const OVERSCAN: f64 = 0.15;

/// The camera's pan in stage units, softly kept on the stage.
#[must_use]
pub fn pan_units(camera: &Camera, aspect: f64) -> [f64; 2] {
    let soft = |v: f64| PAN_LIMIT * (v / PAN_LIMIT).tanh();
    [soft(camera.pan[0]) * aspect, soft(camera.pan[1])]
}

/// What the camera does to the picture as a whole: stage units to pixels of a `width` by `height` picture.
///
/// A turned picture is scaled up as far as its corners need to stay on the stage.
#[must_use]
pub fn camera_view(camera: &Camera, width: usize, height: usize) -> View {
    let (w, h) = (width as f64, height as f64);
    let aspect = w / h;
    let (sin, cos) = camera.rotate_rad.sin_cos();
    let pan = pan_units(camera, aspect);
    let half = [0.5 * aspect, 0.5];
    let reach = [half[0] + pan[0].abs(), half[1] + pan[1].abs()];
    let turned = [
        reach[0] * cos.abs() + reach[1] * sin.abs(),
        reach[0] * sin.abs() + reach[1] * cos.abs(),
    ];
    let need = (turned[0] / (half[0] + OVERSCAN)).max(turned[1] / (half[1] + OVERSCAN));
    let scale = h * (need.max(1.0) * camera.scale.clamp(0.5, 2.0)).max(need);
    // The camera turns clockwise, so what it sees turns the other way.
    View {
        a: scale * cos,
        b: -scale * sin,
        u: w / 2.0 - pan[0] * h,
        v: h / 2.0 - pan[1] * h,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSET: Inset = Inset {
        centre: [0.31, -0.17],
        height: 0.19,
    };

    #[test]
    fn zoom_ends_on_the_inset() {
        let seen = INSET.zoomed(1.0).after(&INSET.view());
        assert!(
            (seen.a - 1.0).abs() < 1e-12 && seen.u.abs() < 1e-12 && seen.v.abs() < 1e-12,
            "{seen:?}"
        );
        let start = INSET.zoomed(0.0);
        assert!((start.a - 1.0).abs() < 1e-12 && start.u.abs() < 1e-12);
    }

    #[test]
    fn equal_steps_grow_by_equal_factors_about_a_still_point() {
        let still = INSET.fixed_point();
        for i in 0..10 {
            let at = INSET.zoomed(f64::from(i) * 0.1).apply(still);
            assert!((at[0] - still[0]).abs() < 1e-9 && (at[1] - still[1]).abs() < 1e-9);
        }
        let ratio = |z: f64| INSET.zoomed(z + 0.1).a / INSET.zoomed(z).a;
        assert!((ratio(0.0) - ratio(0.8)).abs() < 1e-9);
    }

    #[test]
    fn a_view_and_its_inverse_cancel() {
        let view = View {
            a: 2.0,
            b: -0.7,
            u: 5.0,
            v: 3.0,
        };
        let [x, y] = view.inverse().apply(view.apply([0.3, -0.9]));
        assert!((x - 0.3).abs() < 1e-12 && (y + 0.9).abs() < 1e-12);
    }

    #[test]
    fn a_turned_or_panned_camera_stays_on_the_stage() {
        for turn in [0.0, 0.3, 1.2, 3.0] {
            for pan in [-1.0, 0.0, 0.04, 1.0] {
                let camera = Camera {
                    zoom: 0.0,
                    pan: [pan, -pan],
                    rotate_rad: turn,
                    scale: 1.0,
                };
                let back = camera_view(&camera, 640, 360).inverse();
                for corner in [[0.0, 0.0], [640.0, 0.0], [0.0, 360.0], [640.0, 360.0]] {
                    let [x, y] = back.apply(corner);
                    assert!(
                        x.abs() < 0.8889 + OVERSCAN + 0.02 && y.abs() < 0.5 + OVERSCAN + 0.02,
                        "{x} {y}"
                    );
                }
            }
        }
    }
}
