//! Low-pass maps at a quarter of the size: the colours that the scene has and that the painter gave it, and its light.

use super::super::drawing::Drawing;
use phosphene_core::raster::{
    colour::luma,
    lanes::{Lanes, add, mix, scale, sub},
};

/// Side of the block of pixels that one cell stands for.
pub const BLOCK: usize = 4;
/// Share of the next cell in the low-pass of colours; the kernel is `exp(-|d| / 1.6)` cells.
const SMOOTHING: f32 = 0.46;
/// Painted luma above which a pixel shines by itself.
const SHINE_FLOOR: f32 = 0.72;

/// The maps, (rows, columns) of cells.
#[derive(Debug)]
pub struct LowMaps {
    /// Cells in a row.
    pub columns: usize,
    /// Rows of cells.
    pub rows: usize,
    /// The drawing's colour, blurred; lane 3 is how busy it is: the deviation of its luma within cells.
    pub drawn: Vec<[f32; 4]>,
    /// The painting's colour, blurred; lane 3 is how readable the drawing must stay, 0 to 1.
    pub painted: Vec<[f32; 4]>,
    /// Light to bloom, not blurred; lane 3 is free.
    pub light: Vec<[f32; 4]>,
}

impl LowMaps {
    /// Maps for pictures of the given size.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        let map = || vec![[0.0; 4]; columns * rows];
        Self {
            columns,
            rows,
            drawn: map(),
            painted: map(),
            light: map(),
        }
    }

    /// Fills the maps. `painted` is (height, width) with the colour in lanes 0 to 2, the drawing's luma in lane 3; `glow_gain` scales the drawing's
    /// lamps, `shine_gain` what is merely bright.
    pub fn measure(&mut self, drawing: &Drawing, painted: &[[f32; 4]], glow_gain: f32, shine_gain: f32) {
        let (width, height) = (drawing.width, drawing.height);
        for row in 0..self.rows {
            let cells = row * self.columns..(row + 1) * self.columns;
            let drawn = &mut self.drawn[cells.clone()];
            let mixed = &mut self.painted[cells.clone()];
            let light = &mut self.light[cells];
            drawn.fill([0.0; 4]);
            mixed.fill([0.0; 4]);
            light.fill([0.0; 4]);
            let lines = row * BLOCK..((row + 1) * BLOCK).min(height);
            let count = lines.len();
            for y in lines {
                let line = y * width..(y + 1) * width;
                let glow = &drawing.glow[line.clone()];
                let hold = &drawing.hold[line.clone()];
                let rgb = &drawing.rgb[line.start * 3..line.end * 3];
                let pixels = &painted[line];
                for cell in 0..self.columns {
                    let span = cell * BLOCK..((cell + 1) * BLOCK).min(width);
                    let (mut d, mut p, mut l, mut held) = ([0.0; 4], [0.0; 4], [0.0; 4], 0);
                    for x in span {
                        let (pixel, drawn) = (pixels[x], &rgb[x * 3..x * 3 + 3]);
                        let colour = [drawn[0], drawn[1], drawn[2], pixel[3] * pixel[3]];
                        let shine = shine_gain * (luma(&pixel) - SHINE_FLOOR).max(0.0);
                        held += u32::from(hold[x]);
                        d = add(d, colour);
                        p = add(p, pixel);
                        l = add(l, add(scale(colour, glow_gain * glow[x]), scale(pixel, shine)));
                    }
                    drawn[cell] = add(drawn[cell], d);
                    mixed[cell] = add(mixed[cell], p);
                    l[3] = held as f32 * (1.0 / 255.0);
                    light[cell] = add(light[cell], l);
                }
            }
            for cell in 0..self.columns {
                let pixels = ((cell + 1) * BLOCK).min(width) - cell * BLOCK;
                let share = 1.0 / (pixels * count) as f32;
                for map in [&mut drawn[cell], &mut mixed[cell], &mut light[cell]] {
                    *map = scale(*map, share);
                }
                let mean = mixed[cell][3];
                drawn[cell][3] = (drawn[cell][3] - mean * mean).max(0.0).sqrt();
                mixed[cell][3] = light[cell][3];
            }
        }
        smooth(&mut self.drawn, self.columns, SMOOTHING);
        smooth(&mut self.painted, self.columns, SMOOTHING);
    }

    /// How the painter changed the colour around a pixel.
    #[must_use]
    pub fn painted_minus_drawn(&self, x: usize, y: usize) -> Lanes {
        let cell = (y / BLOCK) * self.columns + x / BLOCK;
        sub(self.painted[cell], self.drawn[cell])
    }
}

/// Blurs a map in place by a two-sided exponential in both directions; `keep` in 0..1 is the weight of the neighbour.
pub fn smooth(map: &mut [[f32; 4]], columns: usize, keep: f32) {
    let follow = |state: &mut [f32; 4], cell: &mut [f32; 4]| {
        *cell = mix(*cell, *state, keep);
        *state = *cell;
    };
    for row in map.chunks_exact_mut(columns) {
        let mut state = row[0];
        row.iter_mut().for_each(|cell| follow(&mut state, cell));
        let mut state = row[columns - 1];
        row.iter_mut().rev().for_each(|cell| follow(&mut state, cell));
    }
    let rows = map.len() / columns;
    for row in 1..rows {
        let (above, below) = map.split_at_mut(row * columns);
        let above = &mut above[(row - 1) * columns..];
        for (state, cell) in above.iter_mut().zip(&mut below[..columns]) {
            follow(&mut state.clone(), cell);
        }
    }
    for row in (1..rows).rev() {
        let (above, below) = map.split_at_mut(row * columns);
        let above = &mut above[(row - 1) * columns..];
        for (cell, state) in above.iter_mut().zip(&mut below[..columns]) {
            follow(&mut state.clone(), cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_keeps_a_flat_map_and_spreads_a_point_evenly() {
        let mut flat = vec![[0.25; 4]; 12 * 7];
        smooth(&mut flat, 12, 0.5);
        assert!(flat.iter().flatten().all(|v| (v - 0.25).abs() < 1e-6));
        let mut point = vec![[0.0; 4]; 41 * 41];
        point[20 * 41 + 20] = [1.0; 4];
        smooth(&mut point, 41, 0.5);
        let at = |x: usize, y: usize| point[y * 41 + x][0];
        assert!((at(17, 20) - at(23, 20)).abs() < 1e-5 && (at(20, 16) - at(20, 24)).abs() < 1e-5);
        let sum: f32 = point.iter().map(|v| v[0]).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{sum}");
    }
}
