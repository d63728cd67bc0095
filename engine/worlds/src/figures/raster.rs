//! Triangles into samples: four a pixel, nearest first, with smooth normals (edge functions after Pineda, "A parallel
//! algorithm for polygon rasterization", 1988; depth by the reciprocal, which is linear in the picture).

use crate::{
    camera::{Camera, View},
    picture::Picture,
    scalar::{cos, sin},
};

use super::{
    posed::Posed,
    skeleton::{Vec3, sub},
};

/// Samples a pixel's side.
pub(super) const FINE: usize = 2;
/// Nothing nearer than this many metres is drawn.
const NEAREST: f32 = 0.25;

/// Triangles up to so many samples wide are tried sample by sample.
const NARROW: usize = 6;

/// The first sample at or behind a place, 0 at the least: samples sit at the middles of their squares.
#[inline]
fn first(x: f32) -> usize {
    let x = (x - 0.5).max(0.0);
    let whole = x as usize;
    whole + usize::from(whole as f32 != x)
}

/// From the world to pixels of a picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lens {
    position: Vec3,
    sin: f32,
    cos: f32,
    focal: f32,
    horizon: f32,
    /// Pixel = origin + matrix times picture point.
    origin: [f32; 2],
    right: [f32; 2],
    up: [f32; 2],
    /// Pixels of a metre at one metre.
    pub scale: f32,
    pub width: usize,
    pub height: usize,
}

impl Lens {
    pub fn new(camera: &Camera, view: &View, picture: &Picture) -> Self {
        let at = |p: [f32; 2]| picture.pixel_at(view.shown(p));
        let origin = at([0.0, 0.0]);
        let step = |p: [f32; 2]| [at(p)[0] - origin[0], at(p)[1] - origin[1]];
        let (right, up) = (step([1.0, 0.0]), step([0.0, 1.0]));
        Self {
            position: camera.position,
            sin: sin(camera.yaw),
            cos: cos(camera.yaw),
            focal: camera.focal,
            horizon: camera.horizon,
            origin,
            right,
            up,
            scale: camera.focal * view.zoom / picture.pixel(),
            width: picture.width(),
            height: picture.height(),
        }
    }

    /// Pixel x and y, and the distance along the view axis in metres.
    pub fn project(&self, point: Vec3) -> [f32; 3] {
        let [x, y, z] = sub(point, self.position);
        let (right, depth) = (x * self.cos - z * self.sin, x * self.sin + z * self.cos);
        let scale = self.focal / depth.max(1e-3);
        let (px, py) = (right * scale, y * scale + self.horizon);
        [
            self.origin[0] + px * self.right[0] + py * self.up[0],
            self.origin[1] + px * self.right[1] + py * self.up[1],
            depth,
        ]
    }

    /// The place that is seen at a pixel, at a distance along the view axis in metres.
    pub fn unproject(&self, [x, y]: [f32; 2], depth: f32) -> Vec3 {
        let (x, y) = (x - self.origin[0], y - self.origin[1]);
        let area = self.right[0] * self.up[1] - self.right[1] * self.up[0];
        let px = (x * self.up[1] - y * self.up[0]) / area;
        let py = (y * self.right[0] - x * self.right[1]) / area;
        let (right, up) = (px * depth / self.focal, (py - self.horizon) * depth / self.focal);
        super::skeleton::add(
            self.position,
            [
                right * self.cos + depth * self.sin,
                up,
                depth * self.cos - right * self.sin,
            ],
        )
    }

    /// The direction from a point to the eye.
    pub fn towards(&self, point: Vec3) -> Vec3 {
        super::skeleton::unit(sub(self.position, point))
    }

    /// The world direction of a direction in the picture (pixels to the right and down), of length 1.
    pub fn outward(&self, [x, y]: [f32; 2]) -> Vec3 {
        let right = x * self.right[0] + y * self.right[1];
        let up = x * self.up[0] + y * self.up[1];
        super::skeleton::unit([right * self.cos, up, -right * self.sin])
    }

    /// The world direction of the view axis.
    pub fn axis(&self) -> Vec3 {
        [self.sin, 0.0, self.cos]
    }
}

/// What one sample shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// 1 / distance; 0 where nothing is.
    pub near: f32,
    pub normal: Vec3,
    pub tone: f32,
    /// As [`super::posed::Corner::paint`].
    pub paint: u8,
}

const NOTHING: Hit = Hit {
    near: 0.0,
    normal: [0.0; 3],
    tone: 0.0,
    paint: 0,
};

/// A rectangle of pixels with their samples.
#[derive(Debug, Default)]
pub(super) struct Tile {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
    hits: Vec<Hit>,
    /// Samples' x and y, and 1 / distance; 0 for what is too near.
    points: Vec<[f32; 3]>,
}

impl Tile {
    /// Draws, with so many empty pixels around; false when nothing of it is in the picture.
    pub fn draw(&mut self, lens: &Lens, posed: &Posed, margin: f32) -> bool {
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        self.points.clear();
        self.points.extend(posed.corners.iter().map(|corner| {
            let p = lens.project(corner.at);
            if p[2] > NEAREST {
                for k in 0..2 {
                    low[k] = low[k].min(p[k]);
                    high[k] = high[k].max(p[k]);
                }
            }
            p
        }));
        let (w, h) = (lens.width as f32, lens.height as f32);
        if low[0] >= w || low[1] >= h || high[0] <= 0.0 || high[1] <= 0.0 || low[0] > high[0] {
            return false;
        }
        self.left = (low[0] - margin).max(0.0) as usize;
        self.top = (low[1] - margin).max(0.0) as usize;
        self.width = ((high[0] + margin).min(w).ceil() as usize).max(self.left + 1) - self.left;
        self.height = ((high[1] + margin).min(h).ceil() as usize).max(self.top + 1) - self.top;
        self.hits.clear();
        self.hits.resize(self.width * self.height * FINE * FINE, NOTHING);
        let fine = FINE as f32;
        for p in &mut self.points {
            p[0] = (p[0] - self.left as f32) * fine;
            p[1] = (p[1] - self.top as f32) * fine;
            p[2] = if p[2] > NEAREST { 1.0 / p[2] } else { 0.0 };
        }
        for t in &posed.triangles {
            self.triangle(posed, *t);
        }
        true
    }

    #[inline]
    fn triangle(&mut self, posed: &Posed, t: [u32; 3]) {
        let [a, b, c] = t.map(|k| self.points[k as usize]);
        if a[2] <= 0.0 || b[2] <= 0.0 || c[2] <= 0.0 {
            return;
        }
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if area.abs() < 1e-6 {
            return;
        }
        let columns = self.width * FINE;
        let x0 = first(a[0].min(b[0]).min(c[0]));
        let y0 = first(a[1].min(b[1]).min(c[1]));
        let x1 = first(a[0].max(b[0]).max(c[0]) + 1e-3).min(columns);
        let y1 = first(a[1].max(b[1]).max(c[1]) + 1e-3).min(self.height * FINE);
        if x0 >= x1 || y0 >= y1 {
            return;
        }
        let inverse = 1.0 / area;
        let near = [a[2], b[2], c[2]];
        let corners = t.map(|k| &posed.corners[k as usize]);
        // How fast each corner's share changes from sample to sample of a row; in wide triangles most samples of most rows
        // are outside.
        let slopes = [b[1] - c[1], c[1] - a[1], a[1] - b[1]].map(|slope| slope * inverse);
        let is_wide = x1 - x0 > NARROW;
        for y in y0..y1 {
            let py = y as f32 + 0.5;
            let row = y * columns;
            let (mut from, mut to) = (x0, x1);
            if is_wide {
                let px = x0 as f32 + 0.5;
                let u = ((b[0] - px) * (c[1] - py) - (b[1] - py) * (c[0] - px)) * inverse;
                let v = ((c[0] - px) * (a[1] - py) - (c[1] - py) * (a[0] - px)) * inverse;
                for (share, slope) in [u, v, 1.0 - u - v].into_iter().zip(slopes) {
                    // A sample more on either side; which are inside is said below.
                    let zero = -share / slope;
                    if slope > 1e-7 {
                        from = from.max(x0 + (zero - 1.0).max(0.0) as usize);
                    } else if slope < -1e-7 {
                        to = to.min(x0 + (zero + 2.0).max(0.0) as usize);
                    }
                }
            }
            for x in from..to {
                let px = x as f32 + 0.5;
                let u = ((b[0] - px) * (c[1] - py) - (b[1] - py) * (c[0] - px)) * inverse;
                let v = ((c[0] - px) * (a[1] - py) - (c[1] - py) * (a[0] - px)) * inverse;
                let w = 1.0 - u - v;
                if u < 0.0 || v < 0.0 || w < 0.0 {
                    continue;
                }
                let z = u * near[0] + v * near[1] + w * near[2];
                let hit = &mut self.hits[row + x];
                if z > hit.near {
                    let mix = |k: usize| u * corners[0].normal[k] + v * corners[1].normal[k] + w * corners[2].normal[k];
                    *hit = Hit {
                        near: z,
                        normal: [mix(0), mix(1), mix(2)],
                        tone: u * corners[0].tone + v * corners[1].tone + w * corners[2].tone,
                        paint: corners[0].paint,
                    };
                }
            }
        }
    }

    /// The samples of a pixel of the tile.
    #[inline]
    pub fn pixel(&self, x: usize, y: usize) -> [&Hit; FINE * FINE] {
        let columns = self.width * FINE;
        let o = y * FINE * columns + x * FINE;
        [
            &self.hits[o],
            &self.hits[o + 1],
            &self.hits[o + columns],
            &self.hits[o + columns + 1],
        ]
    }
}
