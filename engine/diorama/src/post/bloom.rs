//! Bloom: light spreads around lamps and bright parts, over a small pyramid.

use super::lowpass::smooth;

/// Halvings after the first map; each spreads light twice as far.
const LEVELS: usize = 4;
/// Share of the light that stays on each level; the rest goes further.
const NEAR: [f32; LEVELS + 1] = [0.26, 0.24, 0.2, 0.16, 0.14];
const SMOOTHING: f32 = 0.4;

/// The pyramid's memory.
#[derive(Debug)]
pub struct Bloom {
    levels: Vec<Level>,
}

#[derive(Debug)]
struct Level {
    columns: usize,
    rows: usize,
    light: Vec<[f32; 4]>,
}

impl Bloom {
    /// For maps of the given size in cells.
    #[must_use]
    pub fn new(columns: usize, rows: usize) -> Self {
        let (mut columns, mut rows) = (columns, rows);
        let levels = (0..LEVELS)
            .map(|_| {
                (columns, rows) = (columns.div_ceil(2), rows.div_ceil(2));
                Level {
                    columns,
                    rows,
                    light: vec![[0.0; 4]; columns * rows],
                }
            })
            .collect();
        Self { levels }
    }

    /// Spreads the light in the map in place.
    pub fn spread(&mut self, light: &mut [[f32; 4]], columns: usize) {
        let mut finer: (&[[f32; 4]], usize) = (light, columns);
        for level in &mut self.levels {
            halve(finer.0, finer.1, level);
            smooth(&mut level.light, level.columns, SMOOTHING);
            finer = (&level.light, level.columns);
        }
        // From the coarsest up, each level takes its own share and what came from below.
        for i in (1..LEVELS).rev() {
            let (fine, coarse) = self.levels.split_at_mut(i);
            let fine = &mut fine[i - 1];
            let own = NEAR[i];
            let below = if i == LEVELS - 1 { NEAR[LEVELS] } else { 1.0 };
            add_doubled(&mut fine.light, fine.columns, own, &coarse[0], below);
        }
        smooth(light, columns, SMOOTHING);
        add_doubled(light, columns, NEAR[0], &self.levels[0], 1.0);
    }
}

fn halve(fine: &[[f32; 4]], columns: usize, coarse: &mut Level) {
    let rows = fine.len() / columns;
    for y in 0..coarse.rows {
        let upper = &fine[2 * y * columns..][..columns];
        let lower = &fine[(2 * y + 1).min(rows - 1) * columns..][..columns];
        let out = &mut coarse.light[y * coarse.columns..][..coarse.columns];
        for (x, out) in out.iter_mut().enumerate() {
            let (left, right) = (2 * x, (2 * x + 1).min(columns - 1));
            for c in 0..4 {
                out[c] = 0.25 * (upper[left][c] + upper[right][c] + lower[left][c] + lower[right][c]);
            }
        }
    }
}

/// `fine = own * fine + below * coarse`, the coarse map interpolated bilinearly at twice its size.
fn add_doubled(fine: &mut [[f32; 4]], columns: usize, own: f32, coarse: &Level, below: f32) {
    for (y, row) in fine.chunks_exact_mut(columns).enumerate() {
        let near_y = y / 2;
        let far_y = if y % 2 == 0 {
            near_y.saturating_sub(1)
        } else {
            (near_y + 1).min(coarse.rows - 1)
        };
        let near_row = &coarse.light[near_y * coarse.columns..][..coarse.columns];
        let far_row = &coarse.light[far_y * coarse.columns..][..coarse.columns];
        for (x, cell) in row.iter_mut().enumerate() {
            let near_x = x / 2;
            let far_x = if x % 2 == 0 {
                near_x.saturating_sub(1)
            } else {
                (near_x + 1).min(coarse.columns - 1)
            };
            for c in 0..4 {
                let near = 0.75 * near_row[near_x][c] + 0.25 * near_row[far_x][c];
                let far = 0.75 * far_row[near_x][c] + 0.25 * far_row[far_x][c];
                cell[c] = own * cell[c] + below * (0.75 * near + 0.25 * far);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_spreads_far_and_is_neither_made_nor_lost() {
        let (columns, rows) = (80, 45);
        let mut light = vec![[0.0; 4]; columns * rows];
        light[22 * columns + 40] = [100.0; 4];
        Bloom::new(columns, rows).spread(&mut light, columns);
        let sum: f32 = light.iter().map(|l| l[0]).sum();
        assert!((sum - 100.0).abs() < 8.0, "{sum}");
        assert!(light[22 * columns + 40][0] > light[22 * columns + 50][0]);
        assert!(light[22 * columns + 60][0] > 0.0);
    }
}
