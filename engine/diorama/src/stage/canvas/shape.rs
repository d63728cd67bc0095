//! Outlines in stage units.

use tiny_skia::{Path, PathBuilder, Rect};

use super::super::chance::fractal;

/// An outline, built point by point or by one of the constructors; several may be added to one shape, which is then
/// filled at once (much faster than one by one).
#[derive(Debug, Clone, Default)]
pub struct Shape(PathBuilder);

impl Shape {
    /// An empty shape.
    #[must_use]
    pub fn new() -> Self {
        Self(PathBuilder::new())
    }

    /// Begins a new outline here.
    pub fn start(&mut self, x: f32, y: f32) -> &mut Self {
        self.0.move_to(x, y);
        self
    }

    /// A straight line to here.
    pub fn to(&mut self, x: f32, y: f32) -> &mut Self {
        self.0.line_to(x, y);
        self
    }

    /// A curve to (x, y), pulled towards (cx, cy).
    pub fn curve(&mut self, cx: f32, cy: f32, x: f32, y: f32) -> &mut Self {
        self.0.quad_to(cx, cy, x, y);
        self
    }

    /// A curve to the last point with two handles.
    pub fn bezier(&mut self, a: [f32; 2], b: [f32; 2], to: [f32; 2]) -> &mut Self {
        self.0.cubic_to(a[0], a[1], b[0], b[1], to[0], to[1]);
        self
    }

    /// Closes the outline.
    pub fn close(&mut self) -> &mut Self {
        self.0.close();
        self
    }

    /// Adds a closed polygon. Whichever way its points run, it is added clockwise: outlines of one shape that overlap
    /// and run opposite ways would cut holes into each other.
    pub fn add_polygon(&mut self, points: &[[f32; 2]]) -> &mut Self {
        let n = points.len();
        let cross = |i: usize| {
            let (a, b) = (points[i], points[(i + 1) % n]);
            a[0] * b[1] - b[0] * a[1]
        };
        let clockwise = (0..n).map(cross).sum::<f32>() >= 0.0;
        for i in 0..n {
            let [x, y] = if clockwise { points[i] } else { points[n - 1 - i] };
            if i == 0 {
                self.0.move_to(x, y);
            } else {
                self.0.line_to(x, y);
            }
        }
        self.0.close();
        self
    }

    /// Adds a rectangle: left, top, width, height.
    pub fn add_rect(&mut self, [x, y, w, h]: [f32; 4]) -> &mut Self {
        if let Some(rect) = Rect::from_xywh(x, y, w.max(1e-6), h.max(1e-6)) {
            self.0.push_rect(rect);
        }
        self
    }

    /// Adds an ellipse.
    pub fn add_ellipse(&mut self, [x, y]: [f32; 2], [rx, ry]: [f32; 2]) -> &mut Self {
        if let Some(rect) = Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry) {
            self.0.push_oval(rect);
        }
        self
    }

    /// Adds a tapering quad from one point (this wide) to another (that wide): branches, blades, rays, streaks.
    pub fn add_taper(&mut self, from: [f32; 2], wide: f32, to: [f32; 2], thin: f32) -> &mut Self {
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let len = dx.hypot(dy).max(1e-6);
        let (nx, ny) = (-dy / len * 0.5, dx / len * 0.5);
        self.add_polygon(&[
            // The way round that ellipses and rectangles go, so that what overlaps adds up.
            [from[0] - nx * wide, from[1] - ny * wide],
            [to[0] - nx * thin, to[1] - ny * thin],
            [to[0] + nx * thin, to[1] + ny * thin],
            [from[0] + nx * wide, from[1] + ny * wide],
        ])
    }

    /// A straight line, to be stroked.
    #[must_use]
    pub fn line(from: [f32; 2], to: [f32; 2]) -> Self {
        let mut shape = Self::new();
        shape.start(from[0], from[1]).to(to[0], to[1]);
        shape
    }

    /// A closed polygon.
    #[must_use]
    pub fn polygon(points: &[[f32; 2]]) -> Self {
        let mut shape = Self::new();
        shape.add_polygon(points);
        shape
    }

    /// A rectangle: left, top, width, height.
    #[must_use]
    pub fn rect(rect: [f32; 4]) -> Self {
        let mut shape = Self::new();
        shape.add_rect(rect);
        shape
    }

    /// An ellipse.
    #[must_use]
    pub fn ellipse(at: [f32; 2], radii: [f32; 2]) -> Self {
        let mut shape = Self::new();
        shape.add_ellipse(at, radii);
        shape
    }

    /// A rectangle (left, top, width, height) with round corners.
    #[must_use]
    pub fn rounded([x, y, w, h]: [f32; 4], radius: f32) -> Self {
        let r = radius.min(w / 2.0).min(h / 2.0);
        Self::plate([x, y, w, h], [r, r], [r, r])
    }

    /// A rectangle (left, top, width, height) whose top is a half circle.
    #[must_use]
    pub fn arch([x, y, w, h]: [f32; 4]) -> Self {
        let r = (w / 2.0).min(h);
        Self::plate([x, y, w, h], [w / 2.0, r], [0.0, 0.0])
    }

    /// A rectangle (left, top, width, height) with elliptic corners, those at the top and those at the bottom.
    #[must_use]
    pub fn plate([x, y, w, h]: [f32; 4], top: [f32; 2], bottom: [f32; 2]) -> Self {
        // How far a cubic's handles reach along a quarter of an ellipse.
        const ROUND: f32 = 1.0 - 0.552_284_8;
        let (right, low) = (x + w, y + h);
        let ([tx, ty], [bx, by]) = (top, bottom);
        let mut s = Self::new();
        s.start(x + tx, y).to(right - tx, y);
        s.bezier([right - tx * ROUND, y], [right, y + ty * ROUND], [right, y + ty]);
        s.to(right, low - by);
        s.bezier([right, low - by * ROUND], [right - bx * ROUND, low], [right - bx, low]);
        s.to(x + bx, low);
        s.bezier([x + bx * ROUND, low], [x, low - by * ROUND], [x, low - by]);
        s.to(x, y + ty);
        s.bezier([x, y + ty * ROUND], [x + tx * ROUND, y], [x + tx, y]).close();
        s
    }

    /// A smooth open line through points (Catmull-Rom).
    #[must_use]
    pub fn smooth(points: &[[f32; 2]]) -> Self {
        let mut shape = Self::new();
        shape.add_smooth(points);
        shape
    }

    /// A smooth closed outline through points.
    #[must_use]
    pub fn blob(points: &[[f32; 2]]) -> Self {
        let n = points.len();
        let mut shape = Self::new();
        if n < 3 {
            return shape;
        }
        shape.start(points[0][0], points[0][1]);
        for i in 0..n {
            let at = |k: usize| points[k % n];
            shape.spline(at(i + n - 1), at(i), at(i + 1), at(i + 2));
        }
        shape.close();
        shape
    }

    /// Adds a smooth open line through points.
    pub fn add_smooth(&mut self, points: &[[f32; 2]]) -> &mut Self {
        let Some(first) = points.first() else { return self };
        self.start(first[0], first[1]);
        self.smooth_on(points)
    }

    /// Goes on smoothly through points; the first of them is where the line is.
    pub fn smooth_on(&mut self, points: &[[f32; 2]]) -> &mut Self {
        for i in 1..points.len() {
            let before = points[i.saturating_sub(2)];
            let after = points[(i + 1).min(points.len() - 1)];
            self.spline(before, points[i - 1], points[i], after);
        }
        self
    }

    fn spline(&mut self, before: [f32; 2], from: [f32; 2], to: [f32; 2], after: [f32; 2]) {
        let handle = |p: [f32; 2], a: [f32; 2], b: [f32; 2], s: f32| {
            [p[0] + (b[0] - a[0]) * s / 6.0, p[1] + (b[1] - a[1]) * s / 6.0]
        };
        self.bezier(handle(from, before, to, 1.0), handle(to, from, after, -1.0), to);
    }

    /// Everything below a line `y(x)` from `left` to `right`, down to `bottom`; `steps` points.
    #[must_use]
    pub fn below([left, right]: [f32; 2], bottom: f32, steps: usize, y: impl Fn(f32) -> f32) -> Self {
        let steps = steps.max(2);
        let mut shape = Self::new();
        shape.start(left, bottom);
        for i in 0..=steps {
            let x = left + (right - left) * i as f32 / steps as f32;
            shape.to(x, y(x));
        }
        shape.to(right, bottom).close();
        shape
    }

    /// Hills or mountains: everything below a seeded noise line about `y`, `height` high, a hill every `wave` units;
    /// `rough` from 0.2 (dunes) to 0.6 (rock).
    #[must_use]
    pub fn ridge(seed: u64, x: [f32; 2], bottom: f32, ridge: Ridge) -> Self {
        Self::below(x, bottom, 90, |x| ridge.at(seed, x))
    }

    /// Left, top, right, bottom.
    #[must_use]
    pub fn bounds(&self) -> Option<[f32; 4]> {
        let bounds = self.path()?.bounds();
        Some([bounds.left(), bounds.top(), bounds.right(), bounds.bottom()])
    }

    /// The outline; none for a shape without area, or with a point that is not a number, which the filler can't take.
    pub(in super::super) fn path(&self) -> Option<Path> {
        let path = self.0.clone().finish()?;
        let numbers = path
            .points()
            .iter()
            .all(|point| point.x.is_finite() && point.y.is_finite());
        // A render goes on without the shape; a test does not.
        assert!(numbers || !cfg!(test), "a shape has a point that is not a number");
        numbers.then_some(path)
    }
}

/// A noise line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ridge {
    /// Its middle height.
    pub y: f32,
    /// From the middle to the highest peaks.
    pub height: f32,
    /// One hill every so many stage units.
    pub wave: f32,
    /// 0.2 (dunes) to 0.6 (rock).
    pub rough: f32,
}

impl Ridge {
    /// The line's height at `x`.
    #[must_use]
    pub fn at(&self, seed: u64, x: f32) -> f32 {
        self.y - self.height * fractal(seed, x / self.wave + 31.7, 4, self.rough)
    }
}
