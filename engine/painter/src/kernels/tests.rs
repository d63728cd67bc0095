//! Each kernel against plain loops in doubles, on slices that hold exactly what its door asks for.
//!
//! Every slice is an allocation of its own, so a kernel that reads or writes beyond one is caught by `cargo xtask
//! memory`, which runs these tests under an address sanitizer and under valgrind.

use std::{array, ops};

use super::{vector::Vector, *};
use crate::{norm::Norm, pack};

/// Four floats that fuse multiplication and addition, by the C library: NEON's arithmetic on any machine.
#[derive(Clone, Copy)]
pub struct Fused4([f32; 4]);

impl ops::Add for Fused4 {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(array::from_fn(|i| self.0[i] + other.0[i]))
    }
}

impl ops::Sub for Fused4 {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(array::from_fn(|i| self.0[i] - other.0[i]))
    }
}

impl Vector for Fused4 {
    const LANES: usize = 4;

    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    unsafe fn broadcast(from: *const f32) -> Self {
        // SAFETY: the caller lends one float.
        Self([unsafe { vector::read(from) }; 4])
    }

    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller lends four floats.
        Self(unsafe { vector::read(from) })
    }

    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller lends four floats.
        unsafe { vector::write(to, self.0) }
    }

    fn mul_add(self, by: Self, plus: Self) -> Self {
        Self(array::from_fn(|i| self.0[i].mul_add(by.0[i], plus.0[i])))
    }

    fn max(self, other: Self) -> Self {
        Self(array::from_fn(|i| {
            if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] }
        }))
    }
}

// The blocks of `for_neon` with that arithmetic.
kernels!(like_neon, Isa::Neon, Fused4, ,
    block: 4, doubling: 4, pixels: 6 [1 2 3 4 5 6], vectors: 4 [1 2 3 4]);

/// What an Arm machine runs, on any machine, slowly.
pub(crate) fn like_neon() -> &'static Kernels {
    &like_neon::KERNELS
}

/// The kernels of every instruction set that is here, and NEON's blocks.
fn tables() -> impl Iterator<Item = &'static Kernels> {
    let here = Isa::ALL.into_iter().filter(|isa| isa.is_available());
    here.map(|isa| Kernels::of(isa).unwrap()).chain([like_neon()])
}

/// Floats from -1 to 1 without a pattern.
fn noise(len: usize, seed: u64) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..len).map(|_| 2.0 * random.f32() - 1.0).collect()
}

fn assert_near(actual: f32, expected: f64, what: &dyn Fn() -> String) {
    let off = (f64::from(actual) - expected).abs();
    assert!(
        off < 1e-4 * expected.abs().max(1.0),
        "{}: {actual} for {expected}",
        what()
    );
}

#[test]
fn the_micro_kernel_convolves_any_number_of_pixels() {
    const DEPTH: usize = 24;
    let (lanes, stride) = (Shape::Doubling.lanes(), Shape::Doubling.stride());
    let kernel = noise(lanes * 3 * DEPTH, 1);
    let weight = |lane: usize, row: usize, k: usize| kernel[(lane * 3 + row) * DEPTH + k];
    for kernels in tables() {
        let block = kernels.block(Shape::Doubling);
        let mut weights = vec![0.0; lanes * 3 * DEPTH];
        for lane in 0..lanes {
            for (row, k) in (0..3).flat_map(|row| (0..DEPTH).map(move |k| (row, k))) {
                weights[((lane / block * 3 + row) * DEPTH + k) * block + lane % block] = weight(lane, row, k);
            }
        }
        for pixels in 1..=16 {
            let rows: [Vec<f32>; 3] = array::from_fn(|i| noise((pixels - 1) * stride + DEPTH, 2 + i as u64));
            let (mut out, mut sums) = (vec![f32::NAN; pixels * lanes], StripSums::default());
            let slices = array::from_fn(|i| &rows[i][..]);
            kernels.convolve(Shape::Doubling, (slices, DEPTH), &weights, &mut out, &mut sums);
            let mut total = vec![0.0; lanes];
            for (x, lane) in (0..pixels).flat_map(|x| (0..lanes).map(move |lane| (x, lane))) {
                let products = rows.iter().enumerate().flat_map(|(row, values)| {
                    let pixel = &values[x * stride..][..DEPTH];
                    let product = move |(k, v): (usize, &f32)| f64::from(*v) * f64::from(weight(lane, row, k));
                    pixel.iter().enumerate().map(product)
                });
                let expected: f64 = products.sum();
                let place = || format!("{}, {pixels} pixels, pixel {x}, lane {lane}", kernels.isa());
                assert_near(out[x * lanes + lane], expected, &place);
                total[lane] += expected - f64::from(out[lane]);
            }
            assert_eq!(sums.count, pixels);
            for (lane, total) in total.into_iter().enumerate() {
                assert_near(sums.values[lane], total, &|| {
                    format!("{}, sum of {lane}", kernels.isa())
                });
            }
        }
    }
}

#[test]
fn winograd_is_a_convolution() {
    for tiling in [Tiling::Same, Tiling::Halving] {
        for kernels in tables() {
            for (tiles, missing, rows) in [(1, 0, 4), (1, 3, 1), (2, 1, 2), (5, 2, 3), (GROUP, 0, 4)] {
                let depth = if tiles == 5 { 27 } else { LANES };
                check_winograd(kernels, tiling, (tiles, missing, rows), depth);
            }
        }
    }
}

fn check_winograd(kernels: &Kernels, tiling: Tiling, (tiles, missing, rows): (usize, usize, usize), depth: usize) {
    let kernel = noise(LANES * depth * 9, 7);
    let weight = |o: usize, i: usize, y: usize, x: usize| kernel[((o * depth + i) * 3 + y) * 3 + x];
    let packed = pack::spectrum((kernels, tiling), depth, weight);
    let weights = packed.as_slice()[..WEIGHTS * WEIGHTS * depth * LANES].to_vec();
    let input: Vec<Vec<f32>> = (0..tiling.inputs())
        .map(|y| noise(tiling.columns(tiles) * LANES, 20 + y as u64))
        .collect();
    let (mut spectrum, mut products) = (vec![0.0; tiling.group_len()], vec![0.0; tiling.group_len()]);
    kernels.to_spectrum(tiling, |y| &input[y], tiles, &mut spectrum);
    let mut points = 0;
    kernels.multiply_spectra(tiling, (&spectrum, tiles), (&weights, depth), &mut products, |_| {
        points += 1
    });
    assert_eq!(points, tiling.points());
    let pixels = tiles * TILE - missing;
    let (mut out, mut sums) = (vec![f32::NAN; rows * pixels * LANES], StripSums::default());
    let to = (&mut out[..], pixels * LANES);
    kernels.to_outputs((tiling, &products), to, (rows, pixels), &mut sums);
    assert_eq!(sums.count, rows * pixels);
    for (y, x) in (0..rows).flat_map(|y| (0..pixels).map(move |x| (y, x))) {
        for lane in 0..LANES {
            let mut expected = 0.0;
            for (ky, kx) in (0..9).map(|tap| (tap / 3, tap % 3)) {
                let (row, column) = (tiling.stride() * y + ky, tiling.stride() * x + kx);
                let pixel = &input[row][column * LANES..][..depth];
                let product = |(i, v): (usize, &f32)| f64::from(*v) * f64::from(weight(lane, i, ky, kx));
                expected += pixel.iter().enumerate().map(product).sum::<f64>();
            }
            let place = || format!("{}, {tiling:?}, {tiles} tiles, {y} {x} {lane}", kernels.isa());
            assert_near(out[(y * pixels + x) * LANES + lane], expected, &place);
        }
    }
}

#[test]
fn norms_are_applied_lane_by_lane() {
    let norm = Norm {
        scale: noise(LANES, 3).try_into().unwrap(),
        shift: noise(LANES, 4).try_into().unwrap(),
    };
    for kernels in tables() {
        for pixels in 1..=3 {
            let (src, stream) = (noise(pixels * LANES, 5), noise(pixels * LANES, 6));
            let value =
                |at: usize| f64::from(src[at]) * f64::from(norm.scale[at % LANES]) + f64::from(norm.shift[at % LANES]);
            let place = || kernels.isa().to_string();
            let mut out = vec![f32::NAN; pixels * LANES];
            kernels.normalise(&src, &mut out, &norm);
            for (at, out) in out.iter().enumerate() {
                assert_near(*out, value(at).max(0.0), &place);
            }
            kernels.add_normalised(&stream, &src, &mut out, &norm);
            for (at, out) in out.iter().enumerate() {
                assert_near(*out, value(at) + f64::from(stream[at]), &place);
            }
            let half = src[..(pixels - 1) * LANES + LANES / 2].to_vec();
            let mut out = vec![f32::NAN; pixels * LANES / 2];
            kernels.normalise_half(&half, &mut out, &norm);
            for (at, out) in out.iter().enumerate() {
                let from = at / (LANES / 2) * LANES + at % (LANES / 2);
                assert_near(*out, value(from).max(0.0), &place);
            }
        }
    }
}

#[test]
fn the_planar_kernel_convolves_rows_of_any_width() {
    let weights = noise(INPUT_ROWS * SIDE * ACCUMULATORS, 8);
    for kernels in tables() {
        for width in [1_usize, 15, 16, 17, 70] {
            let whole = width.next_multiple_of(kernels.planar_lanes);
            let rows: [Vec<f32>; INPUT_ROWS] = array::from_fn(|i| noise(whole + SIDE - 1, 50 + i as u64));
            let mut out: [Vec<f32>; ACCUMULATORS] = array::from_fn(|_| vec![f32::NAN; whole]);
            let mut sums = StripSums::default();
            let places = out.each_mut().map(|row| &mut row[..]);
            kernels.planar(array::from_fn(|i| &rows[i][..]), &weights, places, width, &mut sums);
            assert_eq!(sums.count, ROWS * width);
            for (a, x) in (0..ACCUMULATORS).flat_map(|a| (0..width).map(move |x| (a, x))) {
                let mut expected = 0.0;
                for (row, column) in (0..INPUT_ROWS).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
                    let weight = weights[(row * SIDE + column) * ACCUMULATORS + a];
                    expected += f64::from(rows[row][x + column]) * f64::from(weight);
                }
                let place = || format!("{}, width {width}, {a} {x}", kernels.isa());
                assert_near(out[a][x], expected, &place);
            }
        }
    }
}

#[test]
#[should_panic(expected = "assertion failed")]
fn the_door_refuses_a_slice_that_is_too_short() {
    let (row, mut spectrum) = (
        vec![0.0; Tiling::Same.columns(2) * LANES - 1],
        vec![0.0; Tiling::Same.group_len()],
    );
    Kernels::of(Isa::best())
        .unwrap()
        .to_spectrum(Tiling::Same, |_| &row, 2, &mut spectrum);
}
