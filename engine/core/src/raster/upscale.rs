//! The shown picture at the output's size, with film grain, as bytes.
//!
//! Separable cubic interpolation (Mitchell and Netravali 1988) with B = 0 and C a little above Catmull-Rom's half,
//! which sharpens slightly. Before it an unsharp mask at the painter's size, held between a pixel's neighbours so that it
//! draws no halos, gives strokes the crispness that blending took. The grain doubles as dither.
//!
//! Across, rows are interpolated in floats; down, where the work is, in 16-bit whole numbers of 1/64 of a level, of which
//! a register holds twice as many. What is cut off there is at most 1/8 of a level, and the grain is ten times that.

use crate::raster::lanes::{Lanes, add, greater, lesser, scale, sub};

/// Amount of the unsharp mask that suits brush strokes.
pub const UNSHARP: f32 = 0.6;
/// How far beyond its neighbours the mask may push a pixel.
const OVERSHOOT: f32 = 0.012;
/// Mitchell and Netravali's C.
const SHARPNESS: f32 = 0.72;
/// Side of the grain's tile in pixels.
const TILE: usize = 128;
/// Whole numbers in a level of 255 in a stretched row: the most that leave room for half as much again beyond white.
const FINE: f32 = 64.0;
/// What a row's weight of 1 is; the upper half of a product of 32 bits is taken.
const ONE: f32 = 16_384.0;
/// Whole numbers in a level after that, as a power of two.
const COARSE_BITS: u32 = 4;
const COARSE: i16 = 1 << COARSE_BITS;
const _: () = assert!(FINE * ONE == 65_536.0 * COARSE as f32);
/// Cutting off the lower half loses half a number for each of four products.
const CUT: i16 = 2;
/// 1.5 times 2^23: added to a small float it leaves the rounded value in the lowest bits, a rounding that every CPU has
/// in wide form.
const ROUNDER: f32 = 12_582_912.0;

/// Tables and memory for one pair of sizes.
#[derive(Debug)]
pub struct Upscale {
    columns: Vec<Tap>,
    rows: Vec<Tap>,
    ring: [Vec<i16>; 4], // rows at the output's width, in parts of a level
    held: [usize; 4],
    width: usize,
    height: usize,
    sharp: Vec<Lanes>, // one row
    grain: Vec<f32>,   // (TILE, TILE * 3)
    noise: Vec<i16>,   // one row of it, turned and scaled, and half a level for rounding
}

#[derive(Debug, Clone, Copy)]
struct Tap {
    first: usize,
    weights: [f32; 4],
}

impl Upscale {
    /// From (width, height) pixels, 4 at least each, to the output's.
    #[must_use]
    pub fn new(from: (usize, usize), to: (usize, usize)) -> Self {
        let row = || vec![0; to.0 * 3 + 1];
        Self {
            columns: taps(from.0, to.0),
            rows: taps(from.1, to.1),
            ring: [row(), row(), row(), row()],
            held: [usize::MAX; 4],
            width: from.0,
            height: from.1,
            sharp: vec![[0.0; 4]; from.0],
            grain: grain_tile(),
            noise: vec![0; TILE * 3],
        }
    }

    /// The (width, height) that it takes.
    #[must_use]
    pub fn from_size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Writes the bytes, (height, width, 3). `unsharp` is the amount of the unsharp mask, 0 for none; `grain` is its
    /// deviation in levels of 255; `seed` places it.
    pub fn write(&mut self, picture: &[Lanes], unsharp: f32, grain: f32, seed: u64, out: &mut [u8]) {
        self.held = [usize::MAX; 4];
        let line = self.columns.len() * 3;
        let mixed = splitmix(seed);
        let (dx, dy) = (mixed as usize % TILE, (mixed >> 32) as usize % TILE);
        for (y, out) in out.chunks_exact_mut(line).enumerate() {
            let Tap { first, weights } = self.rows[y];
            for row in first..first + 4 {
                if self.held[row % 4] != row {
                    self.held[row % 4] = row;
                    sharpen(picture, self.width, row, unsharp, &mut self.sharp);
                    stretch(&self.sharp, &self.columns, &mut self.ring[row % 4]);
                }
            }
            let tile = &self.grain[((y + dy) % TILE) * TILE * 3..][..TILE * 3];
            let (head, tail) = tile.split_at(dx * 3);
            for (noise, grain_value) in self.noise.iter_mut().zip(tail.iter().chain(head)) {
                *noise = whole(grain * grain_value * f32::from(COARSE)) + COARSE / 2 + CUT;
            }
            let rows = [0, 1, 2, 3].map(|i| &self.ring[(first + i) % 4][..]);
            for (i, out) in out.chunks_mut(TILE * 3).enumerate() {
                let span = i * TILE * 3..i * TILE * 3 + out.len();
                let rows = rows.map(|row| &row[span.clone()]);
                write_span(rows, weights.map(|weight| whole(weight * ONE)), &self.noise, out);
            }
        }
    }
}

/// The nearest whole number, of a magnitude below 2^15.
#[inline(always)]
fn whole(value: f32) -> i16 {
    (value + ROUNDER).to_bits() as i16
}

/// Values that are made together: as many bytes as a register holds.
const RUN: usize = 16;

fn write_span(rows: [&[i16]; 4], weights: [i16; 4], noise: &[i16], out: &mut [u8]) {
    let len = out.len();
    let [a, b, c, d] = rows.map(|row| row[..len].as_chunks::<RUN>());
    let noise = noise[..len].as_chunks::<RUN>();
    let product = |value: i16, weight: i16| ((i32::from(value) * i32::from(weight)) >> 16) as i16;
    let value = |[a, b, c, d, noise]: [i16; 5]| {
        let near = product(b, weights[1]) + product(c, weights[2]);
        let far = product(a, weights[0]) + product(d, weights[3]);
        ((near + far + noise) >> COARSE_BITS).clamp(0, 255) as u8
    };
    let (runs, rest) = out.as_chunks_mut::<RUN>();
    for (i, run) in runs.iter_mut().enumerate() {
        let (a, b, c, d, noise) = (&a.0[i], &b.0[i], &c.0[i], &d.0[i], &noise.0[i]);
        *run = std::array::from_fn(|i| value([a[i], b[i], c[i], d[i], noise[i]]));
    }
    for (i, out) in rest.iter_mut().enumerate() {
        *out = value([a.1[i], b.1[i], c.1[i], d.1[i], noise.1[i]]);
    }
}

/// One row of the picture, sharpened.
fn sharpen(picture: &[Lanes], width: usize, row: usize, unsharp: f32, out: &mut [Lanes]) {
    let rows = picture.len() / width;
    let line = |row: usize| &picture[row * width..(row + 1) * width];
    let (above, here, below) = (line(row.saturating_sub(1)), line(row), line((row + 1).min(rows - 1)));
    out[0] = here[0];
    out[width - 1] = here[width - 1];
    let around = here.windows(3).zip(&above[1..]).zip(&below[1..]);
    for (out, ((here, &above), &below)) in out[1..width - 1].iter_mut().zip(around) {
        let (left, centre, right) = (here[0], here[1], here[2]);
        let mean = scale(add(add(left, right), add(above, below)), 0.25);
        let least = lesser(lesser(left, right), lesser(above, below));
        let most = greater(greater(left, right), greater(above, below));
        let sharp = add(centre, scale(sub(centre, mean), unsharp));
        let low = sub(lesser(least, centre), [OVERSHOOT; 4]);
        let high = add(greater(most, centre), [OVERSHOOT; 4]);
        *out = lesser(greater(sharp, low), high);
    }
}

/// One row at the output's width. `out` has one value more: a pixel is written with a fourth lane, which the next one
/// replaces.
fn stretch(row: &[Lanes], columns: &[Tap], out: &mut [i16]) {
    for (i, tap) in columns.iter().enumerate() {
        let [p, q, r, s] = row[tap.first..]
            .first_chunk()
            .expect("a tap's four pixels are in the row");
        let [a, b, c, d] = tap.weights;
        let near = add(scale(*q, b), scale(*r, c));
        let far = add(scale(*p, a), scale(*s, d));
        let to = out[i * 3..].first_chunk_mut().expect("the row is one value longer");
        // Beyond black and white by half a picture's range: more than sharpening and the cubic's lobes can do.
        let sum = lesser(greater(add(near, far), [-0.5; 4]), [1.5; 4]);
        *to = scale(sum, 255.0 * FINE).map(whole);
    }
}

fn taps(from: usize, to: usize) -> Vec<Tap> {
    (0..to)
        .map(|at| {
            let place = (at as f64 + 0.5) * from as f64 / to as f64 - 0.5;
            let first = (place.floor() as i64 - 1).clamp(0, from as i64 - 4) as usize;
            // At the borders the four nearest pixels stand in for those outside.
            let mut weights = [0.0; 4];
            for offset in -1..=2 {
                let pixel = place.floor() as i64 + offset;
                let weight = cubic((place - pixel as f64).abs() as f32);
                let inside = pixel.clamp(0, from as i64 - 1) as usize;
                weights[inside.clamp(first, first + 3) - first] += weight;
            }
            Tap { first, weights }
        })
        .collect()
}

fn cubic(d: f32) -> f32 {
    let c = SHARPNESS;
    if d < 1.0 {
        (2.0 - c) * d * d * d + (c - 3.0) * d * d + 1.0
    } else if d < 2.0 {
        -c * d * d * d + 5.0 * c * d * d - 8.0 * c * d + 4.0 * c
    } else {
        0.0
    }
}

/// White noise less its low frequencies, on a torus, deviation 1, the same in the three channels.
fn grain_tile() -> Vec<f32> {
    let white: Vec<f32> = (0..TILE * TILE)
        .map(|i| {
            let bits = splitmix(i as u64);
            // The sum of two uniforms is round enough for grain.
            ((bits & 0xffff) as f32 + (bits >> 48) as f32) / 65_536.0 - 1.0
        })
        .collect();
    let at = |x: usize, y: usize| white[(y % TILE) * TILE + x % TILE];
    let mut tile: Vec<f32> = (0..TILE * TILE)
        .map(|i| {
            let (x, y) = (i % TILE + TILE, i / TILE + TILE);
            let around = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
            at(x, y) - 0.2 * around
        })
        .collect();
    let power = tile.iter().map(|v| f64::from(v * v)).sum::<f64>() / tile.len() as f64;
    let scale = 1.0 / power.sqrt() as f32;
    tile.iter_mut().for_each(|v| *v *= scale);
    tile.into_iter().flat_map(|v| [v; 3]).collect()
}

/// Steele, Lea and Flood 2014: one step of SplitMix64.
fn splitmix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_stays_flat_and_a_slope_stays_a_slope() {
        let (w, h) = (16, 12);
        let slope: Vec<[f32; 4]> = (0..w * h).map(|i| [0.2, 0.5, (i % w) as f32 / 20.0, 0.0]).collect();
        let mut out = vec![0; 40 * 30 * 3];
        Upscale::new((w, h), (40, 30)).write(&slope, UNSHARP, 0.0, 1, &mut out);
        assert!(out.chunks_exact(3).all(|p| p[0] == 51 && p[1].abs_diff(128) <= 1));
        let line = &out[15 * 40 * 3..16 * 40 * 3];
        for x in 6..34 {
            let expected = ((x as f32 + 0.5) * 0.4 - 0.5) / 20.0 * 255.0;
            assert!((f32::from(line[x * 3 + 2]) - expected).abs() < 1.5, "{x}");
        }
    }

    #[test]
    fn grain_is_seeded_and_has_no_bias() {
        let grey = vec![[0.5; 4]; 64 * 36];
        let mut upscale = Upscale::new((64, 36), (128, 72));
        let mut draw = |seed| {
            let mut out = vec![0; 128 * 72 * 3];
            upscale.write(&grey, UNSHARP, 1.5, seed, &mut out);
            out
        };
        let (a, b, again) = (draw(1), draw(2), draw(1));
        assert_eq!(a, again);
        assert_ne!(a, b);
        let mean = a.iter().map(|&v| f64::from(v)).sum::<f64>() / a.len() as f64;
        assert!((mean - 127.5).abs() < 0.3, "{mean}");
    }
}
