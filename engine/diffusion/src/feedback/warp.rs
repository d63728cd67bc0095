//! Moves a picture as the camera moved: zoom, pan, turn, and a tilt in depth, by cubic interpolation.

use rayon::prelude::*;

use super::picture::Picture;

/// A map of the plane that keeps straight lines straight: what a moving camera does to a flat picture.
///
/// By hand and no `glam::DMat3`: that inverts by the reciprocal of the determinant, and frames would differ in their last bits.
///
/// **Source**: Hartley and Zisserman 2004, "Multiple view geometry", section 2.3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography(pub [[f64; 3]; 3]);

impl Homography {
    /// Nothing moves.
    pub const IDENTITY: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

    /// Scales about the origin, then shifts.
    #[must_use]
    pub fn scaled([x, y]: [f64; 2], [u, v]: [f64; 2]) -> Self {
        Self([[x, 0.0, u], [0.0, y, v], [0.0, 0.0, 1.0]])
    }

    /// Turns about the origin, clockwise where y goes down.
    #[must_use]
    pub fn turned(radians: f64) -> Self {
        let (sin, cos) = radians.sin_cos();
        Self([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    }

    /// Tilts the plane in depth about the origin: `yaw` turns its right side away, `pitch` its lower side, both in
    /// radians, seen from a distance of `far` units.
    #[must_use]
    pub fn tilted(yaw: f64, pitch: f64, far: f64) -> Self {
        let ((sin_yaw, cos_yaw), (sin_pitch, cos_pitch)) = (yaw.sin_cos(), pitch.sin_cos());
        // The plane's axes in space after turning about y and then x; the eye is `far` before the plane.
        Self([
            [cos_yaw, 0.0, 0.0],
            [-sin_pitch * sin_yaw, cos_pitch, 0.0],
            [cos_pitch * sin_yaw / far, sin_pitch / far, 1.0],
        ])
    }

    /// First `inner`, then this.
    #[must_use]
    pub fn after(&self, inner: &Self) -> Self {
        let cell = |row: usize, column: usize| (0..3).map(|k| self.0[row][k] * inner.0[k][column]).sum();
        Self([0, 1, 2].map(|row| [0, 1, 2].map(|column| cell(row, column))))
    }

    /// The way back; the identity for a map that has none.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let m = &self.0;
        let minor = |r: usize, c: usize| {
            let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
            m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
        };
        let determinant: f64 = (0..3).map(|c| m[0][c] * minor(0, c)).sum();
        if determinant.abs() < 1e-12 {
            return Self::IDENTITY;
        }
        Self([0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row) / determinant)))
    }

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let m = &self.0;
        let w = m[2][0] * x + m[2][1] * y + m[2][2];
        [
            (m[0][0] * x + m[0][1] * y + m[0][2]) / w,
            (m[1][0] * x + m[1][1] * y + m[1][2]) / w,
        ]
    }
}

/// The colour between pixels, 0 at the centre of the first: a cubic that goes through them. Beyond its edges the picture
/// is mirrored.
///
/// **Source**: Keys 1981, "Cubic convolution interpolation for digital image processing", with a = -1/2 (Catmull-Rom).
#[must_use]
pub fn bicubic(picture: &Picture, [x, y]: [f64; 2]) -> [f32; 4] {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (weights((x - left) as f32), weights((y - top) as f32));
    let (left, top) = (left as i64 - 1, top as i64 - 1);
    let mut sum = [0.0; 4];
    let inside = left >= 0 && top >= 0 && left + 4 <= picture.width as i64 && top + 4 <= picture.height as i64;
    for (j, down) in down.into_iter().enumerate() {
        let mut line = [0.0; 4];
        let row = mirrored(top + j as i64, picture.height) * picture.width;
        for (i, across) in across.into_iter().enumerate() {
            let column = if inside {
                left as usize + i
            } else {
                mirrored(left + i as i64, picture.width)
            };
            let pixel = picture.pixels[row + column];
            line = [0, 1, 2, 3].map(|c| line[c] + pixel[c] * across);
        }
        sum = [0, 1, 2, 3].map(|c| sum[c] + line[c] * down);
    }
    sum
}

fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        -0.5 * t + t2 - 0.5 * t3,
        1.0 - 2.5 * t2 + 1.5 * t3,
        0.5 * t + 2.0 * t2 - 1.5 * t3,
        -0.5 * t2 + 0.5 * t3,
    ]
}

/// An index into `count` as in a hall of mirrors: ... 1 0 0 1 2 ... n-1 n-1 n-2 ...
fn mirrored(index: i64, count: usize) -> usize {
    let count = count as i64;
    let place = index.rem_euclid(2 * count);
    (if place < count { place } else { 2 * count - 1 - place }) as usize
}

/// The picture as it comes to lie: `to_source` takes a pixel of the result to where it was. Lane 3 says whether that was
/// inside (1) or outside (0), soft over the outermost two pixels.
#[must_use]
pub fn warp(picture: &Picture, to_source: &Homography) -> Picture {
    let (width, height) = (picture.width, picture.height);
    let pixel = |i: usize| {
        let place = to_source.apply([(i % width) as f64, (i / width) as f64]);
        let [r, g, b, _] = bicubic(picture, place);
        let margin = |v: f64, count: usize| (v + 0.5).min(count as f64 - 0.5 - v) / 2.0 + 0.75;
        let cover = margin(place[0], width).min(margin(place[1], height)).clamp(0.0, 1.0);
        // A cubic overshoots at edges; unchecked, that would build up from frame to frame.
        [r.clamp(0.0, 1.0), g.clamp(0.0, 1.0), b.clamp(0.0, 1.0), cover as f32]
    };
    Picture {
        width,
        height,
        pixels: (0..width * height).into_par_iter().map(pixel).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs(width: usize, height: usize) -> Picture {
        let pixel = |i: usize| {
            let (x, y) = ((i % width) as f32 * 0.3, (i / width) as f32 * 0.3);
            [0.5 + 0.4 * x.sin(), 0.5 + 0.4 * y.cos(), 0.5 + 0.2 * (x + y).sin(), 0.0]
        };
        Picture {
            width,
            height,
            pixels: (0..width * height).map(pixel).collect(),
        }
    }

    fn close(a: [f64; 2], b: [f64; 2]) -> bool {
        (a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9
    }

    #[test]
    fn a_map_and_its_inverse_cancel() {
        let map = Homography::tilted(0.2, -0.1, 2.0)
            .after(&Homography::turned(0.7))
            .after(&Homography::scaled([1.3, 0.8], [0.2, -0.4]));
        for point in [[0.0, 0.0], [0.8, -0.5], [-0.3, 0.4]] {
            assert!(close(map.inverse().apply(map.apply(point)), point));
        }
        assert_eq!(Homography([[0.0; 3]; 3]).inverse(), Homography::IDENTITY);
    }

    #[test]
    fn a_tilt_holds_the_centre_and_shrinks_the_far_side() {
        let map = Homography::tilted(0.3, 0.0, 2.0);
        assert!(close(map.apply([0.0, 0.0]), [0.0, 0.0]));
        let height = |x: f64| map.apply([x, 0.5])[1] - map.apply([x, -0.5])[1];
        assert!(height(0.5) < 1.0 && height(-0.5) > 1.0);
    }

    #[test]
    fn a_whole_shift_moves_pixels_as_they_are_and_says_what_is_new() {
        let picture = blobs(24, 16);
        let moved = warp(&picture, &Homography::scaled([1.0, 1.0], [3.0, -2.0]));
        for y in 4..16 {
            for x in 0..18 {
                let (found, expected) = (moved.pixels[y * 24 + x], picture.pixels[(y - 2) * 24 + x + 3]);
                assert!((0..3).all(|c| (found[c] - expected[c]).abs() < 1e-6), "{x} {y}");
                assert_eq!(found[3], 1.0);
            }
        }
        assert_eq!(moved.pixels[23][3], 0.0, "what came in from outside");
    }

    #[test]
    fn warping_there_and_back_hardly_blurs() {
        let picture = blobs(64, 48);
        let there = Homography::scaled([0.97, 0.97], [0.8, 0.6]);
        let mut carried = warp(&picture, &there);
        carried = warp(&carried, &there.inverse());
        for y in 6..42 {
            for x in 6..58 {
                let (a, b) = (picture.pixels[y * 64 + x], carried.pixels[y * 64 + x]);
                assert!((0..3).all(|c| (a[c] - b[c]).abs() < 0.01), "{x} {y}: {a:?} {b:?}");
            }
        }
    }

    #[test]
    fn mirrors_have_no_end() {
        let row: Vec<usize> = (-5..8).map(|i| mirrored(i, 3)).collect();
        assert_eq!(row, [1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]);
    }
}
