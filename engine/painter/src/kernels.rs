//! The painter's inner loops, one copy for each instruction set, behind functions that check every length.
//!
//! All of the painter's `unsafe` is in this folder. The loops are written once, over a [`vector::Vector`], and
//! compiled for each instruction set by [`kernels!`]; [`Kernels`] is the table of what came out. Its methods check
//! what the loops rely on (the lengths of slices; that the instruction set is there was checked when the table was
//! handed out) and are safe.

#![deny(clippy::undocumented_unsafe_blocks)]

#[macro_use]
mod compile;
mod micro;
#[cfg(target_arch = "aarch64")]
mod neon;
mod peak;
pub(super) mod planar;
mod pointwise;
mod portable;
#[cfg(test)]
mod tests;
mod vector;
pub(super) mod winograd;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{_MM_HINT_ET0, _MM_HINT_T1, _mm_prefetch};
use std::{array, time::Instant};

use self::{
    micro::Block,
    planar::{ACCUMULATORS, INPUT_ROWS, OUTPUTS, ROWS, SIDE},
    winograd::{GROUP, Halving, Outputs, Same, TILE, Tiling, WEIGHTS},
};
use super::{
    cache_line::LINE,
    isa::Isa,
    norm::{LANES, Norm, StripSums},
};
use crate::error::Result;

#[cfg(test)]
pub(super) use self::tests::like_neon;

/// What the micro-kernel convolves: how far apart a pixel's inputs are, and how many output lanes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// 32 lanes from one transformed tile each.
    Spectrum,
    /// 16 lanes, every pixel of 8 channels.
    Doubling,
}

impl Shape {
    /// Output lanes.
    pub(super) const fn lanes(self) -> usize {
        match self {
            Self::Spectrum => LANES,
            Self::Doubling => LANES / 2,
        }
    }

    /// Floats from a pixel's inputs to the next one's.
    const fn stride(self) -> usize {
        match self {
            Self::Spectrum => LANES,
            Self::Doubling => LANES / 4,
        }
    }
}

/// The kernels of one instruction set.
pub(super) struct Kernels {
    isa: Isa,
    /// Output channels of one block of [`Shape::Spectrum`].
    block: usize,
    /// Output channels of one block of [`Shape::Doubling`].
    doubling_block: usize,
    /// Pixels that the planar kernel writes at once.
    planar_lanes: usize,
    row: unsafe fn(Shape, Block<'_>, usize),
    same_to_spectrum: unsafe fn(&[*const f32; 6], usize, *mut f32),
    same_to_outputs: unsafe fn(*const f32, Outputs),
    halving_to_spectrum: unsafe fn(&[*const f32; 9], usize, *mut f32),
    halving_to_outputs: unsafe fn(*const f32, Outputs),
    normalise: unsafe fn(*const f32, *mut f32, usize, &Norm),
    normalise_half: unsafe fn(*const f32, *mut f32, usize, &Norm),
    add_normalised: unsafe fn(*const f32, *const f32, *mut f32, usize, &Norm),
    gather_patches: unsafe fn([&[f32]; 3], &mut [f32]),
    planar: unsafe fn(&[*const f32; INPUT_ROWS], *const f32, &[*mut f32; ACCUMULATORS], usize),
    row_sums: unsafe fn(&[f32], f32) -> [f32; 2],
    separate: unsafe fn(&[f32], [&mut [f32]; 4], &Norm),
    finish: unsafe fn([&[f32]; 3], &mut [f32], &Norm),
    peak: unsafe fn(usize, *mut f32),
}

#[cfg(target_arch = "x86_64")]
kernels!(for_avx512, Isa::Avx512, x86::F32x16, #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")],
    block: 2, doubling: 1, pixels: 14 [1 2 3 4 5 6 7 8 9 10 11 12 13 14], vectors: 4 [1 2 3 4]);
#[cfg(target_arch = "x86_64")]
kernels!(for_avx2, Isa::Avx2, x86::F32x8, #[target_feature(enable = "avx2,fma")],
    block: 2, doubling: 2, pixels: 6 [1 2 3 4 5 6], vectors: 2 [1 2]);
#[cfg(target_arch = "aarch64")]
kernels!(for_neon, Isa::Neon, neon::F32x4, #[target_feature(enable = "neon")],
    block: 4, doubling: 4, pixels: 6 [1 2 3 4 5 6], vectors: 4 [1 2 3 4]);
kernels!(for_any, Isa::Portable, portable::Array4, ,
    block: 2, doubling: 2, pixels: 6 [1 2 3 4 5 6], vectors: 2 [1 2]);

/// What memory is fetched ahead for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ahead {
    /// To be read soon.
    Read,
    /// To be overwritten soon: its old content is fetched too, but no longer waited for.
    Write,
}

/// Asks for the `part`th of `parts` parts of a slice to be brought into the cache; a hint without any effect on values.
#[inline]
pub(super) fn fetch_ahead(slice: &[f32], part: usize, parts: usize, ahead: Ahead) {
    let lines = slice.len().div_ceil(LINE);
    for line in part * lines / parts..(part + 1) * lines / parts {
        let address = slice.as_ptr().wrapping_add(line * LINE).cast::<i8>();
        #[cfg(target_arch = "x86_64")]
        // SAFETY: every x86-64 machine has the instruction or ignores it, and it reads no address for the program.
        unsafe {
            match ahead {
                Ahead::Read => _mm_prefetch::<_MM_HINT_T1>(address),
                Ahead::Write => _mm_prefetch::<_MM_HINT_ET0>(address),
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (address, ahead);
    }
}

/// Cuts `0..n` into as few parts of at most `most` as possible, as equal as possible.
fn near_equal(n: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let parts = n.div_ceil(most);
    (0..parts).map(move |part| (part * n / parts, (part + 1) * n / parts))
}

impl Kernels {
    /// The kernels of an instruction set.
    ///
    /// # Errors
    /// [`phosphene_painter::Error::Value`] when this machine does not have it.
    pub(super) fn of(isa: Isa) -> Result<&'static Self> {
        Ok(match isa.or_unavailable()? {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => &for_avx512::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => &for_avx2::KERNELS,
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => &for_neon::KERNELS,
            _ => &for_any::KERNELS,
        })
    }

    /// Their instruction set.
    pub(super) fn isa(&self) -> Isa {
        self.isa
    }

    /// Output channels in a block of packed weights.
    pub(super) fn block(&self, shape: Shape) -> usize {
        match shape {
            Shape::Spectrum => self.block,
            Shape::Doubling => self.doubling_block,
        }
    }

    /// Convolves a row of `pixels`: each takes `depth` floats of each row from its own place on, and gives
    /// [`Shape::lanes`] floats; adds them to the sums.
    ///
    /// `weights` are packed `[block][row][depth][channel in block]`.
    ///
    /// # Panics
    /// When a slice is too short: a fault of the painter.
    pub(super) fn convolve(
        &self,
        shape: Shape,
        (rows, depth): ([&[f32]; 3], usize),
        weights: &[f32],
        out: &mut [f32],
        sums: &mut StripSums,
    ) {
        let (lanes, block) = (shape.lanes(), self.block(shape));
        let pixels = out.len() / lanes;
        assert!(pixels > 0 && weights.len() >= rows.len() * depth * lanes);
        assert!(
            rows.iter()
                .all(|row| row.len() >= (pixels - 1) * shape.stride() + depth)
        );
        let rows = rows.map(<[f32]>::as_ptr);
        let run = |out: &mut [f32], pixels: usize, sums: *mut StripSums| {
            for first in (0..lanes).step_by(block) {
                let task = Block {
                    rows: &rows,
                    depth,
                    weights: weights[first * rows.len() * depth..].as_ptr(),
                    out: out[first..].as_mut_ptr(),
                    out_stride: lanes,
                    sums: if sums.is_null() {
                        sums.cast()
                    } else {
                        sums.cast::<f32>().wrapping_add(first)
                    },
                };
                // SAFETY: the instruction set is there (`of`); every row reaches the last pixel's last input, `out`
                // holds all pixels times `lanes`, the weights hold all blocks, `sums` is null or begins with three
                // arrays of LANES floats (`repr(C)`), and `first + block <= lanes <= LANES`.
                unsafe { (self.row)(shape, task, pixels) }
            }
        };
        if sums.count == 0 {
            run(out, 1, std::ptr::null_mut());
            sums.pivots[..lanes].copy_from_slice(&out[..lanes]);
        }
        run(out, pixels, sums);
        sums.count += pixels;
    }

    /// The products of `tiles` transformed tiles with transformed weights
    /// `[WEIGHTS * WEIGHTS][block][depth][channel in block]`.
    ///
    /// Calls `meanwhile` with each point's index among the products, which leave the memory idle.
    ///
    /// # Panics
    /// When a slice is too short: a fault of the painter.
    pub(super) fn multiply_spectra(
        &self,
        tiling: Tiling,
        (spectrum, tiles): (&[f32], usize),
        (weights, depth): (&[f32], usize),
        products: &mut [f32],
        mut meanwhile: impl FnMut(usize),
    ) {
        assert!(spectrum.len() >= tiling.group_len() && products.len() >= tiling.group_len());
        assert!(weights.len() >= WEIGHTS * WEIGHTS * depth * LANES && depth <= LANES && (1..=GROUP).contains(&tiles));
        for point in 0..tiling.points() {
            meanwhile(point);
            let at = point * GROUP * LANES;
            let rows = [spectrum[at..].as_ptr()];
            for first in (0..LANES).step_by(self.block) {
                let task = Block {
                    rows: &rows,
                    depth,
                    weights: weights[(tiling.weight(point) * LANES + first) * depth..].as_ptr(),
                    out: products[at + first..].as_mut_ptr(),
                    out_stride: LANES,
                    sums: std::ptr::null_mut(),
                };
                // SAFETY: the instruction set is there (`of`); a group holds `GROUP` tiles of `LANES` floats, of which
                // `tiles` and `depth` are at most all; the weights hold all blocks.
                unsafe { (self.row)(Shape::Spectrum, task, tiles) }
            }
        }
    }

    /// Transforms `tiles` neighbouring tiles of [`Tiling::inputs`] rows, the first of which is `row(0)`.
    ///
    /// # Panics
    /// When a slice is too short: a fault of the painter.
    pub(super) fn to_spectrum<'a>(
        &self,
        tiling: Tiling,
        row: impl Fn(usize) -> &'a [f32],
        tiles: usize,
        spectrum: &mut [f32],
    ) {
        assert!((1..=GROUP).contains(&tiles) && spectrum.len() >= tiling.group_len());
        let place = |i| {
            let row = row(i);
            assert!(row.len() >= tiling.columns(tiles) * LANES);
            row.as_ptr()
        };
        let to = spectrum.as_mut_ptr();
        // SAFETY: the instruction set is there (`of`); lengths as asserted.
        unsafe {
            match tiling {
                Tiling::Same => (self.same_to_spectrum)(&array::from_fn(place), tiles, to),
                Tiling::Halving => (self.halving_to_spectrum)(&array::from_fn(place), tiles, to),
            }
        }
    }

    /// Transforms products back into up to four rows of `pixels` outputs, each row `pitch` floats after the one
    /// before, and adds them to the sums.
    ///
    /// # Panics
    /// When a slice is too short: a fault of the painter.
    pub(super) fn to_outputs(
        &self,
        (tiling, products): (Tiling, &[f32]),
        (out, pitch): (&mut [f32], usize),
        (rows, pixels): (usize, usize),
        sums: &mut StripSums,
    ) {
        assert!((1..=TILE).contains(&rows) && (1..=TILE * GROUP).contains(&pixels));
        assert!(products.len() >= tiling.group_len());
        assert!(out.len() >= (rows - 1) * pitch + pixels * LANES && pitch >= pixels * LANES);
        let run = |out: &mut [f32], rows: usize, pixels: usize, sums: &mut StripSums| {
            let sums = std::ptr::from_mut(sums).cast();
            let to = Outputs {
                out: out.as_mut_ptr(),
                pitch,
                rows,
                pixels,
                sums,
            };
            // SAFETY: the instruction set is there (`of`); `out` holds the rows, `products` the group; `StripSums`
            // begins with three arrays of LANES floats (`repr(C)`).
            unsafe {
                match tiling {
                    Tiling::Same => (self.same_to_outputs)(products.as_ptr(), to),
                    Tiling::Halving => (self.halving_to_outputs)(products.as_ptr(), to),
                }
            }
        };
        if sums.count == 0 {
            run(out, 1, 1, &mut StripSums::default());
            sums.pivots.copy_from_slice(&out[..LANES]);
        }
        run(out, rows, pixels, sums);
        sums.count += rows * pixels;
    }

    /// `dst = relu(src * scale + shift)`, pixels of 32 channels.
    ///
    /// # Panics
    /// When the lengths differ or are no whole pixels: a fault of the painter.
    pub(super) fn normalise(&self, src: &[f32], dst: &mut [f32], norm: &Norm) {
        assert!(src.len() == dst.len() && src.len().is_multiple_of(LANES));
        // SAFETY: the instruction set is there (`of`); both hold as many pixels.
        unsafe { (self.normalise)(src.as_ptr(), dst.as_mut_ptr(), dst.len() / LANES, norm) }
    }

    /// The same for the first 16 of each pixel's 32 lanes, packed together.
    ///
    /// # Panics
    /// When `src` is too short: a fault of the painter.
    pub(super) fn normalise_half(&self, src: &[f32], dst: &mut [f32], norm: &Norm) {
        const RUN: usize = LANES / 2;
        let pixels = dst.len() / RUN;
        assert!(pixels > 0 && src.len() >= (pixels - 1) * LANES + RUN);
        // SAFETY: the instruction set is there (`of`); lengths as asserted.
        unsafe { (self.normalise_half)(src.as_ptr(), dst.as_mut_ptr(), pixels, norm) }
    }

    /// `dst = stream + src * scale + shift`, pixels of 32 channels.
    ///
    /// # Panics
    /// When the lengths differ or are no whole pixels: a fault of the painter.
    pub(super) fn add_normalised(&self, stream: &[f32], src: &[f32], dst: &mut [f32], norm: &Norm) {
        assert!(stream.len() == dst.len() && src.len() == dst.len() && src.len().is_multiple_of(LANES));
        // SAFETY: the instruction set is there (`of`); all three hold as many pixels.
        unsafe {
            (self.add_normalised)(stream.as_ptr(), src.as_ptr(), dst.as_mut_ptr(), dst.len() / LANES, norm);
        }
    }

    /// The 27 channels (of 32) that stand for 9x9 pixels of three colours; `rows` lie three rows apart.
    pub(super) fn gather_patches(&self, rows: [&[f32]; 3], dst: &mut [f32]) {
        // SAFETY: the instruction set is there (`of`).
        unsafe { (self.gather_patches)(rows, dst) }
    }

    /// Two rows of the last layer, all three planes of one and then of the other; adds to the sums of the planes.
    ///
    /// The output rows take whole vectors; the sums are over `width`.
    ///
    /// # Panics
    /// When a slice is too short: a fault of the painter.
    pub(super) fn planar(
        &self,
        rows: [&[f32]; INPUT_ROWS],
        weights: &[f32],
        mut out: [&mut [f32]; ACCUMULATORS],
        width: usize,
        sums: &mut StripSums,
    ) {
        let whole = width.next_multiple_of(self.planar_lanes);
        assert!(rows.iter().all(|row| row.len() >= whole + SIDE - 1) && out.iter().all(|row| row.len() >= whole));
        assert!(weights.len() >= INPUT_ROWS * SIDE * ACCUMULATORS);
        let places = out.each_mut().map(|row| row.as_mut_ptr());
        // SAFETY: the instruction set is there (`of`); lengths as asserted.
        unsafe { (self.planar)(&rows.map(<[f32]>::as_ptr), weights.as_ptr(), &places, width) }
        if sums.count == 0 {
            for (pivot, row) in sums.pivots.iter_mut().zip(&out[..OUTPUTS]) {
                *pivot = row[0];
            }
        }
        for (i, row) in out.iter().enumerate() {
            let plane = i % OUTPUTS;
            // SAFETY: the instruction set is there (`of`).
            let [sum, squares] = unsafe { (self.row_sums)(&row[..width], sums.pivots[plane]) };
            sums.values[plane] += sum;
            sums.squares[plane] += squares;
        }
        sums.count += ROWS * width;
    }

    /// Normalises a row of pixels of four channels, two pixels in each run of 16 floats, into four planes.
    pub(super) fn separate(&self, src: &[f32], dst: [&mut [f32]; 4], norm: &Norm) {
        // SAFETY: the instruction set is there (`of`).
        unsafe { (self.separate)(src, dst, norm) }
    }

    /// The norm and the sigmoid of a row's planes, interleaved.
    pub(super) fn finish(&self, planes: [&[f32]; 3], out: &mut [f32], norm: &Norm) {
        // SAFETY: the instruction set is there (`of`).
        unsafe { (self.finish)(planes, out, norm) }
    }

    /// Multiply-adds per second of one core that does nothing else: the best of several short runs.
    pub(super) fn peak(&self) -> f64 {
        const STEPS: usize = 1 << 20;
        let run = |_| {
            let mut out = [0.0; 160];
            let start = Instant::now();
            // SAFETY: the instruction set is there (`of`); ten vectors of at most 16 floats fit.
            unsafe { (self.peak)(STEPS, out.as_mut_ptr()) }
            std::hint::black_box(out);
            peak::multiply_adds(self.planar_lanes, STEPS) as f64 / start.elapsed().as_secs_f64()
        };
        (0..10).map(run).fold(0.0, f64::max)
    }
}
