//! Backward reprojection of a drawing to the frames after it, layer by layer, so that the stage need not be drawn for each
//! of them; disocclusions are filled.
//!
//! Each layer has a backward map to the frame before; composed, these are its map to the drawing. A pixel belongs to the
//! nearest of the layers that were drawn where its map leads. Where none was, there is a disocclusion, and the picture
//! beside the layer that moved off fills it.
//!
//! All frames are reprojected from the drawing itself, so it is sampled once however far it comes, and colours are taken
//! from the drawing's grade to the frame's: light and tint follow the music on every frame.

use super::drawing::{Drawing, Motion};
use glam::vec2;
use phosphene_core::raster::{
    affine::{Affine, Grade},
    cubic::{self, PHASE_BITS, Weights},
    lanes::{Lanes, add, greater, lesser, scale},
};

/// Side of the cells of which it is known which layers are in them.
const CELL: usize = 8;
/// Side of the blocks that are reprojected at once.
const BLOCK: usize = 16;
/// Bits behind the point of places in the drawing: conversions of floats are slow.
const FRACTION: u32 = 16;
const ONE: i32 = 1 << FRACTION;
/// The most layers that can be told apart in a cell.
const MOST_LAYERS: usize = u64::BITS as usize;
/// Places farther out than this, in pixels, are as good as there.
const FARTHEST: f32 = 16_000.0;

/// Reprojects a drawing to the frames after it.
#[derive(Debug)]
pub struct LayerReprojector {
    drawn: Drawing,
    /// Its colours and, last, its glow.
    pixels: Vec<Lanes>,
    grades: Vec<Grade>,
    /// One map a layer, from the latest frame to the drawing.
    to_drawn: Vec<Affine>,
    /// Whether the latest frame is the drawing itself.
    fresh: bool,
    now: Drawing,
    /// One a layer, column by column: from the drawing's grade to the latest frame's.
    regrades: Vec<[Lanes; 3]>,
    cells: Cells,
    weights: Box<Weights>,
    /// Those of the layers that may be in a block, the nearest first.
    rays: Vec<BackwardRay>,
    /// A row of a block: where its pixels come from, and what they look like.
    origins: [Origin; BLOCK],
    sampled: [Lanes; BLOCK],
}

/// Which layers are in each cell of a drawing: bit n is layer n.
#[derive(Debug, Default)]
struct Cells {
    columns: usize,
    rows: usize,
    layers: Vec<u64>,
    all: u64,
}

/// A layer's backward map along a row of pixels, in fixed point from the middle of the drawing's first pixel.
#[derive(Debug, Clone, Copy)]
struct BackwardRay {
    layer: u8,
    x: i32,
    y: i32,
    dx: i32,
    dy: i32,
}

/// Where a pixel comes from.
#[derive(Debug, Clone, Copy, Default)]
struct Origin {
    /// First of its 4x4 neighbours.
    first: u32,
    nearest: u32,
    phase: [u8; 2],
    layer: u8,
}

impl Default for LayerReprojector {
    fn default() -> Self {
        Self {
            drawn: Drawing::default(),
            pixels: Vec::new(),
            grades: Vec::new(),
            to_drawn: Vec::new(),
            fresh: false,
            now: Drawing::default(),
            regrades: Vec::new(),
            cells: Cells::default(),
            weights: cubic::weights(),
            rays: Vec::new(),
            origins: [Origin::default(); BLOCK],
            sampled: [[0.0; 4]; BLOCK],
        }
    }
}

impl LayerReprojector {
    /// Takes a frame that was drawn; `drawing` is swapped for one that is no longer needed.
    pub fn take(&mut self, drawing: &mut Drawing, motion: &Motion) {
        std::mem::swap(&mut self.drawn, drawing);
        self.grades.clone_from(&motion.grades);
        self.to_drawn.clear();
        self.to_drawn.resize(motion.to_before.len(), Affine::IDENTITY);
        self.fresh = true;
    }

    /// The latest frame's drawing.
    #[must_use]
    pub fn drawing(&self) -> &Drawing {
        if self.fresh { &self.drawn } else { &self.now }
    }

    /// Reprojects the drawing to the next frame; false when there is none with these layers.
    #[must_use]
    pub fn reproject(&mut self, motion: &Motion) -> bool {
        let layers = motion.to_before.len();
        if self.drawn.rgb.is_empty() || layers != self.to_drawn.len() || layers > MOST_LAYERS {
            return false;
        }
        if std::mem::take(&mut self.fresh) {
            self.make_ready();
        }
        if self.cells.all.checked_shr(layers as u32).unwrap_or(0) != 0 {
            return false;
        }
        for (to_drawn, to_before) in self.to_drawn.iter_mut().zip(&motion.to_before) {
            *to_drawn *= *to_before;
        }
        self.now.to_before.clone_from(&motion.to_before);
        self.regrades.clear();
        let grades = motion.grades.iter().zip(&self.grades);
        self.regrades.extend(grades.map(|(now, then)| regrade(now, then)));
        for y in (0..self.drawn.height).step_by(BLOCK) {
            for x in (0..self.drawn.width).step_by(BLOCK) {
                self.reproject_block(x, y);
            }
        }
        true
    }

    /// What all frames that are reprojected from the drawing need.
    fn make_ready(&mut self) {
        let Drawing {
            width,
            height,
            rgb,
            glow,
            ..
        } = &self.drawn;
        let count = width * height;
        self.now.width = *width;
        self.now.height = *height;
        self.now.rgb.resize(count * 3, 0.0);
        self.now.layer.resize(count, 0);
        self.now.glow.resize(count, 0.0);
        self.now.hold.resize(count, 0);
        self.pixels.resize(count, [0.0; 4]);
        for ((pixel, rgb), glow) in self.pixels.iter_mut().zip(rgb.as_chunks::<3>().0).zip(glow) {
            *pixel = [rgb[0], rgb[1], rgb[2], *glow];
        }
        self.cells.mark(&self.drawn);
    }

    fn reproject_block(&mut self, left: usize, top: usize) {
        let (width, height) = (self.drawn.width, self.drawn.height);
        let (across, down) = (BLOCK.min(width - left), BLOCK.min(height - top));
        let reach = [across, down].map(|side| side as f32 * 0.5);
        let middle = [left as f32 + reach[0], top as f32 + reach[1]];
        // Layers that are where their map leads, and all that are there.
        let (mut claims, mut seen) = (0u64, 0u64);
        for layer in bits(self.cells.all) {
            let there = self.cells.within(&self.to_drawn[layer], middle, reach);
            if there & 1 << layer != 0 {
                claims |= 1 << layer;
                seen |= there;
            }
        }
        let alone = claims.is_power_of_two() && seen == claims;
        if claims == 0 {
            // All that was here has moved off.
            claims = 1 << self.drawn.layer[top * width + left];
        }
        let bounds = Bounds::new(width, height);
        for row in 0..down {
            self.rays.clear();
            for layer in bits(claims) {
                let map = &self.to_drawn[layer];
                self.rays.push(BackwardRay::new(
                    map,
                    layer,
                    [left as f32 + 0.5, (top + row) as f32 + 0.5],
                ));
            }
            self.rays.reverse();
            let origins = &mut self.origins[..across];
            if let ([ray], true) = (&self.rays[..], alone) {
                let mut ray = *ray;
                for origin in origins.iter_mut() {
                    *origin = bounds.origin(&ray, ray.layer);
                    ray.step();
                }
            } else {
                for (i, origin) in origins.iter_mut().enumerate() {
                    let found = self
                        .rays
                        .iter()
                        .find(|ray| self.drawn.layer[bounds.nearest(ray)] == ray.layer);
                    *origin = match (found, self.rays.last()) {
                        (Some(ray), _) => bounds.origin(ray, ray.layer),
                        // What lies farthest back is seen; where it was hidden, what is beside the thing that hid it.
                        (None, Some(back)) => {
                            let hider = self.drawn.layer[bounds.nearest(back)];
                            let at = [(left + i) as f32 + 0.5, (top + row) as f32 + 0.5];
                            let beside = BackwardRay::new(&self.to_drawn[usize::from(hider)], usize::from(hider), at);
                            bounds.origin(&beside, back.layer)
                        }
                        (None, None) => Origin::default(),
                    };
                    self.rays.iter_mut().for_each(BackwardRay::step);
                }
            }
            // Plain loops: each is one that the compiler can put into wide registers.
            let origins = &self.origins[..across];
            for (sampled, origin) in self.sampled.iter_mut().zip(origins) {
                *sampled = origin.sample(&self.pixels, width, &self.weights);
            }
            for (sampled, origin) in self.sampled.iter_mut().zip(origins) {
                let [r, g, b] = &self.regrades[usize::from(origin.layer)];
                let [red, green, blue, glow] = *sampled;
                let graded = add(
                    add(scale(*r, red), scale(*g, green)),
                    add(scale(*b, blue), [0.0, 0.0, 0.0, glow]),
                );
                *sampled = lesser(greater(graded, [0.0; 4]), [1.0; 4]);
            }
            let at = (top + row) * width + left;
            let rgb = self.now.rgb[at * 3..][..across * 3].as_chunks_mut::<3>().0;
            for (rgb, sampled) in rgb.iter_mut().zip(&self.sampled) {
                rgb.copy_from_slice(&sampled[..3]);
            }
            for (glow, sampled) in self.now.glow[at..][..across].iter_mut().zip(&self.sampled) {
                *glow = sampled[3];
            }
            let marks = self.now.layer[at..].iter_mut().zip(&mut self.now.hold[at..]);
            for ((layer, hold), origin) in marks.zip(origins) {
                *layer = origin.layer;
                *hold = self.drawn.hold[origin.nearest as usize];
            }
        }
    }
}

impl BackwardRay {
    fn new(map: &Affine, layer: usize, [x, y]: [f32; 2]) -> Self {
        let at = map.transform_point2(vec2(x, y));
        let fixed = |v: f32| (v * ONE as f32) as i32;
        let place = |v: f32| fixed((v - 0.5).clamp(-FARTHEST, FARTHEST));
        let step = |v: f32| fixed(v.clamp(-FARTHEST / BLOCK as f32, FARTHEST / BLOCK as f32));
        Self {
            layer: layer as u8,
            x: place(at.x),
            y: place(at.y),
            dx: step(map.x_axis.x),
            dy: step(map.x_axis.y),
        }
    }

    #[inline(always)]
    fn step(&mut self) {
        self.x += self.dx;
        self.y += self.dy;
    }
}

/// The part of the drawing around which there are 4x4 pixels, and all of it.
struct Bounds {
    right: i32,
    bottom: i32,
    width: i32,
    height: i32,
}

impl Bounds {
    fn new(width: usize, height: usize) -> Self {
        Self {
            right: ((width as i32 - 2) << FRACTION) - 1,
            bottom: ((height as i32 - 2) << FRACTION) - 1,
            width: width as i32,
            height: height as i32,
        }
    }

    /// The pixel nearest to the ray.
    #[inline(always)]
    fn nearest(&self, ray: &BackwardRay) -> usize {
        let clip = |v: i32, end: i32| ((v + ONE / 2) >> FRACTION).clamp(0, end - 1);
        (clip(ray.y, self.height) * self.width + clip(ray.x, self.width)) as usize
    }

    #[inline(always)]
    fn origin(&self, ray: &BackwardRay, layer: u8) -> Origin {
        // One pixel of border is stretched rather than read beyond the picture.
        let (x, y) = (ray.x.clamp(ONE, self.right), ray.y.clamp(ONE, self.bottom));
        let phase = |at: i32| ((at & (ONE - 1)) >> (FRACTION - PHASE_BITS)) as u8;
        Origin {
            first: (((y >> FRACTION) - 1) * self.width + (x >> FRACTION) - 1) as u32,
            nearest: self.nearest(ray) as u32,
            phase: [phase(x), phase(y)],
            layer,
        }
    }
}

impl Origin {
    /// Interpolated as Catmull and Rom 1974 (Keys 1981 with a = -0.5).
    #[inline(always)]
    fn sample(&self, pixels: &[Lanes], width: usize, weights: &Weights) -> Lanes {
        cubic::sample(pixels, width, self.first, self.phase, weights)
    }
}

impl Cells {
    fn mark(&mut self, drawing: &Drawing) {
        self.columns = drawing.width.div_ceil(CELL);
        self.rows = drawing.height.div_ceil(CELL);
        self.layers.clear();
        self.layers.resize(self.columns * self.rows, 0);
        for (y, row) in drawing.layer.chunks_exact(drawing.width).enumerate() {
            let cells = &mut self.layers[y / CELL * self.columns..][..self.columns];
            for (cell, pixels) in cells.iter_mut().zip(row.chunks(CELL)) {
                for &layer in pixels {
                    *cell |= 1 << (usize::from(layer) % MOST_LAYERS);
                }
            }
        }
        self.all = self.layers.iter().fold(0, |all, cell| all | cell);
    }

    /// The layers in the part of the drawing to which a map takes the rectangle about a place that reaches this far
    /// right and down.
    fn within(&self, map: &Affine, [x, y]: [f32; 2], [right, down]: [f32; 2]) -> u64 {
        let at = map.transform_point2(vec2(x, y));
        let reach = map.x_axis.abs() * right + map.y_axis.abs() * down + 1.0;
        let span = |middle: f32, reach: f32, count: usize| {
            let cell = |v: f32| ((v * (1.0 / CELL as f32)) as i32).clamp(0, count as i32 - 1) as usize;
            cell(middle - reach)..=cell(middle + reach)
        };
        let (columns, rows) = (span(at.x, reach.x, self.columns), span(at.y, reach.y, self.rows));
        let mut found = 0;
        for row in rows {
            for cell in &self.layers[row * self.columns..][columns.clone()] {
                found |= cell;
            }
        }
        found
    }
}

/// The numbers of the bits that are set, from the lowest.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(bit)
    })
}

/// From colours of one grade to those of another, column by column.
fn regrade(now: &Grade, then: &Grade) -> [Lanes; 3] {
    let cofactor = |i: usize, j: usize| {
        let m = |a: usize, b: usize| then[(i + a) % 3][(j + b) % 3];
        m(1, 1) * m(2, 2) - m(1, 2) * m(2, 1)
    };
    let det: f32 = (0..3).map(|j| then[0][j] * cofactor(0, j)).sum();
    if now == then || det.abs() < 1e-6 {
        // Where there was no light or colour, there is none until it is drawn again.
        return [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
    }
    let entry = |i: usize, j: usize| (0..3).map(|k| now[i][k] * cofactor(j, k)).sum::<f32>() / det;
    [0, 1, 2].map(|j| [entry(0, j), entry(1, j), entry(2, j), 0.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (64, 40);
    const PLAIN: Grade = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

    /// A dark slope with a bright square, 8 pixels wide, whose left upper corner is here.
    fn drawing(corner: [usize; 2]) -> Drawing {
        let (width, height) = SIZE;
        let mut drawing = Drawing {
            width,
            height,
            ..Drawing::default()
        };
        for y in 0..height {
            for x in 0..width {
                let square = (corner[0]..corner[0] + 8).contains(&x) && (corner[1]..corner[1] + 8).contains(&y);
                let slope = 0.2 + 0.2 * x as f32 / width as f32;
                drawing
                    .rgb
                    .extend(if square { [0.9, 0.8, 0.1] } else { [slope, 0.1, 0.3] });
                drawing.layer.push(u8::from(square));
                drawing.glow.push(if square { 1.0 } else { 0.0 });
                drawing.hold.push(if square { 255 } else { 0 });
            }
        }
        drawing
    }

    fn moved(by: [[f32; 2]; 2], grade: Grade) -> Motion {
        Motion {
            to_before: by.map(|by| Affine::from_translation(by.into())).to_vec(),
            grades: vec![grade; 2],
        }
    }

    fn pixel(drawing: &Drawing, x: usize, y: usize) -> ([f32; 3], u8) {
        let at = y * SIZE.0 + x;
        (drawing.rgb.as_chunks::<3>().0[at], drawing.layer[at])
    }

    #[test]
    fn what_does_not_move_stays_as_it_is() {
        let mut reprojector = LayerReprojector::default();
        let still = moved([[0.0; 2]; 2], PLAIN);
        reprojector.take(&mut drawing([20, 10]), &still);
        assert!(reprojector.reproject(&still) && reprojector.reproject(&still));
        let (was, is) = (drawing([20, 10]), reprojector.drawing());
        assert!(was.layer == is.layer && was.hold == is.hold);
        for y in 1..SIZE.1 - 2 {
            for x in 1..SIZE.0 - 2 {
                let (was, is) = (pixel(&was, x, y).0, pixel(is, x, y).0);
                assert!(
                    (0..3).all(|c| (was[c] - is[c]).abs() < 0.01),
                    "{x} {y}: {is:?}, not {was:?}"
                );
            }
        }
    }

    #[test]
    fn a_thing_moves_before_what_lies_behind_it_and_leaves_no_trace() {
        let mut reprojector = LayerReprojector::default();
        let still = moved([[0.0; 2]; 2], PLAIN);
        reprojector.take(&mut drawing([20, 10]), &still);
        // Three pixels to the right and two down on each of two frames.
        let ray = moved([[0.0; 2], [-3.0, -2.0]], PLAIN);
        assert!(reprojector.reproject(&ray) && reprojector.reproject(&ray));
        let (expected, is) = (drawing([26, 14]), reprojector.drawing());
        assert_eq!(expected.layer, is.layer);
        for (x, y) in [(30, 18), (27, 15), (21, 11), (24, 12), (50, 30), (40, 16)] {
            let (expected, is) = (pixel(&expected, x, y).0, pixel(is, x, y).0);
            assert!(
                (0..3).all(|c| (expected[c] - is[c]).abs() < 0.06),
                "{x} {y}: {is:?}, not {expected:?}"
            );
        }
        let glows = is.glow[18 * SIZE.0 + 30];
        assert!((glows - 1.0).abs() < 0.01 && is.glow[11 * SIZE.0 + 21] < 0.05);
    }

    #[test]
    fn colours_follow_the_grade_of_each_frame() {
        let mut reprojector = LayerReprojector::default();
        reprojector.take(&mut drawing([20, 10]), &moved([[0.0; 2]; 2], PLAIN));
        let dim = [[0.5, 0.0, 0.0], [0.0, 0.25, 0.0], [0.1, 0.0, 0.5]];
        assert!(reprojector.reproject(&moved([[0.0; 2]; 2], dim)));
        let (rgb, _) = pixel(reprojector.drawing(), 24, 14);
        let expected = [0.45, 0.2, 0.14];
        assert!((0..3).all(|c| (rgb[c] - expected[c]).abs() < 0.01), "{rgb:?}");
    }

    #[test]
    fn nothing_is_carried_from_nothing_or_other_layers() {
        let mut reprojector = LayerReprojector::default();
        let still = moved([[0.0; 2]; 2], PLAIN);
        assert!(!reprojector.reproject(&still));
        reprojector.take(&mut drawing([20, 10]), &still);
        let other = Motion {
            to_before: vec![Affine::IDENTITY; 3],
            grades: vec![PLAIN; 3],
        };
        assert!(!reprojector.reproject(&other));
    }
}
