//! Planes at the picture's size, seen at the sheet's: quadratic B-splines, which neither ring nor show the pixels.

use super::{Plate, Press, Sheet, load, tone};
use crate::lanes::{Lanes, N, v};

/// Where a pixel of the sheet lies among those of the picture: the nearest, and the weights of it and its neighbours.
#[derive(Debug, Clone, Copy)]
struct Tap {
    middle: u32,
    weights: [f32; 3],
}

/// Tables for one pair of sizes.
#[derive(Debug, Default)]
pub(super) struct Lift {
    sizes: [usize; 4],
    columns: Vec<Tap>,
    rows: Vec<Tap>,
    /// A row of the picture between two of its own, with a pixel more on both sides.
    line: Vec<f32>,
}

impl Lift {
    /// From (width, height) to (width, height).
    pub fn new(sizes: [usize; 4]) -> Self {
        let [width, height, to_width, to_height] = sizes;
        Self {
            sizes,
            columns: taps(width, to_width),
            rows: taps(height, to_height),
            line: vec![0.0; width + 2],
        }
    }

    pub fn sizes(&self) -> [usize; 4] {
        self.sizes
    }

    /// The pixels of the picture that sixteen of the sheet are made of: columns and rows.
    #[inline(always)]
    pub fn sources(&self, left: usize, y: usize) -> [std::ops::Range<usize>; 2] {
        let [width, height, to_width, _] = self.sizes;
        let around =
            |first: u32, last: u32, len: usize| (first as usize).saturating_sub(1)..(last as usize + 2).min(len);
        let last = self.columns[(left + N - 1).min(to_width - 1)].middle;
        let row = self.rows[y].middle;
        [around(self.columns[left].middle, last, width), around(row, row, height)]
    }

    /// Sixteen pixels of a row from values by index, as [`Lift::row`] makes them.
    #[inline(always)]
    pub fn block(&mut self, left: usize, y: usize, value: impl Fn(usize) -> f32) -> [f32; N] {
        let [width, height, to_width, _] = self.sizes;
        let [columns, _] = self.sources(left, y);
        let Tap { middle, weights } = self.rows[y];
        let middle = middle as usize;
        let rows = [middle.saturating_sub(1), middle, (middle + 1).min(height - 1)].map(|row| row * width);
        for column in columns.clone() {
            let at = |row: usize| value(rows[row] + column);
            self.line[column + 1] = at(0) * weights[0] + at(1) * weights[1] + at(2) * weights[2];
        }
        if columns.start == 0 {
            self.line[0] = self.line[1];
        }
        if columns.end == width {
            self.line[width + 1] = self.line[width];
        }
        std::array::from_fn(|i| {
            let Tap { middle, weights } = self.columns[(left + i).min(to_width - 1)];
            let near = &self.line[middle as usize..][..3];
            near[0] * weights[0] + near[1] * weights[1] + near[2] * weights[2]
        })
    }

    /// Row `y` of the sheet from a plane; what is beyond the sheet's width repeats its last pixel.
    #[inline(always)]
    pub fn row(&mut self, plane: &[f32], y: usize, out: &mut [f32]) {
        let [width, height, to_width, _] = self.sizes;
        let Tap { middle, weights } = self.rows[y];
        let middle = middle as usize;
        let at = |row: usize| &plane[row * width..][..width];
        let rows = at(middle.saturating_sub(1))
            .iter()
            .zip(at(middle))
            .zip(at((middle + 1).min(height - 1)));
        let [a, b, c] = weights;
        for (to, ((above, here), below)) in self.line[1..=width].iter_mut().zip(rows) {
            *to = above * a + here * b + below * c;
        }
        self.line[0] = self.line[1];
        self.line[width + 1] = self.line[width];
        match (to_width / width, to_width % width) {
            (2, 0) => times::<2>(&self.line, &mut out[..to_width]),
            (4, 0) => times::<4>(&self.line, &mut out[..to_width]),
            (8, 0) => times::<8>(&self.line, &mut out[..to_width]),
            _ => {
                for (to, Tap { middle, weights }) in out.iter_mut().zip(&self.columns) {
                    let near = &self.line[*middle as usize..][..3];
                    *to = near[0] * weights[0] + near[1] * weights[1] + near[2] * weights[2];
                }
            }
        }
        let last = out[to_width - 1];
        out[to_width..].fill(last);
    }
}

/// `K` pixels for each of a line.
#[inline(always)]
fn times<const K: usize>(line: &[f32], out: &mut [f32]) {
    let weights: [[f32; 3]; K] = std::array::from_fn(|i| spline((i as f32 + 0.5) * (1.0 / K as f32) - 0.5));
    for (out, near) in out.as_chunks_mut::<K>().0.iter_mut().zip(line.windows(3)) {
        for (to, weights) in out.iter_mut().zip(&weights) {
            *to = near[0] * weights[0] + near[1] * weights[1] + near[2] * weights[2];
        }
    }
}

/// A quadratic B-spline's weights, `off` from the middle pixel.
#[inline(always)]
fn spline(off: f32) -> [f32; 3] {
    [
        0.5 * (0.5 - off) * (0.5 - off),
        0.75 - off * off,
        0.5 * (0.5 + off) * (0.5 + off),
    ]
}

fn taps(from: usize, to: usize) -> Vec<Tap> {
    let tap = |at: usize| {
        let place = (at as f32 + 0.5) * (from as f32 / to as f32);
        let middle = (place as usize).min(from - 1);
        let off = place - middle as f32 - 0.5;
        Tap {
            middle: middle as u32,
            weights: spline(off),
        }
    };
    (0..to).map(tap).collect()
}

/// The film's picture itself.
#[inline(always)]
pub(super) fn film<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let size = plate.width * plate.height;
    let mut planes = [0; 3].map(|_| press.take(size));
    tone::split(plate, &mut planes);
    let mut spare = press.take(size);
    for plane in &mut planes {
        // As much sharper as the spline is softer.
        tone::sharpen(plane, &mut spare, plate.width, 0.9);
    }
    let mut rows = [0; 3].map(|_| press.take(sheet.stride()));
    for y in 0..sheet.height {
        for (row, plane) in rows.iter_mut().zip(&planes) {
            press.lift.row(plane, y, row);
        }
        let [r, g, b] = &rows;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| v(load(r, left), load(g, left), load(b, left)),
        );
    }
    press.put(planes);
    press.put(rows);
    press.put([spare]);
}
