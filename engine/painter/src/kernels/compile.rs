//! The macros that unroll the loops and compile them for each instruction set.

/// Repeats the body for each of the numbers that are below `$n`.
///
/// The compiler unrolls long loops too late to keep an array in registers, and then stores accumulators at each step.
macro_rules! unroll {
    ($i:ident < $n:tt: $($k:literal)* => $body:block) => {
        $({
            let $i: usize = $k;
            if $i < $n $body
        })*
    };
}

/// Compiles the loops for one instruction set.
///
/// `$pixels` are the micro-kernel's possible numbers of pixels, `$vectors` the planar kernel's of vectors: as many
/// accumulators as fill the registers.
macro_rules! kernels {
    ($module:ident, $isa:expr, $vector:ty, $(#[$features:meta])?, block: $nv:literal, doubling: $nv16:literal,
     pixels: $most:literal [$($pixels:literal)*], vectors: $most_vectors:literal [$($vectors:literal)*]) => {
        mod $module {
            use super::{vector::Vector, *};

            type V = $vector;
            const L: usize = V::LANES;

            $(#[$features])?
            unsafe fn block<const NV: usize, const P: usize, const STRIDE: usize>(task: Block<'_>, x: usize) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { micro::block::<V, NV, P, STRIDE>(task, x) }
            }

            unsafe fn blocks<const NV: usize, const STRIDE: usize>(task: Block<'_>, pixels: usize) {
                for (x, end) in near_equal(pixels, $most) {
                    // SAFETY: pixels from `x` to `end <= pixels` are within the caller's promise.
                    unsafe {
                        match end - x {
                            $($pixels => block::<NV, $pixels, STRIDE>(task, x),)*
                            _ => unreachable!("near_equal's parts have 1 to {} pixels", $most),
                        }
                    }
                }
            }

            unsafe fn row(shape: Shape, task: Block<'_>, pixels: usize) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe {
                    match shape {
                        Shape::Spectrum => blocks::<$nv, { Shape::Spectrum.stride() }>(task, pixels),
                        Shape::Doubling => blocks::<$nv16, { Shape::Doubling.stride() }>(task, pixels),
                    }
                }
            }

            $(#[$features])?
            unsafe fn same_to_spectrum(rows: &[*const f32; 6], tiles: usize, spectrum: *mut f32) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { winograd::to_spectrum::<V, Same<V>, 6>(rows, tiles, spectrum) }
            }

            $(#[$features])?
            unsafe fn same_to_outputs(products: *const f32, to: Outputs) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { winograd::to_outputs::<V, Same<V>, 6>(products, to) }
            }

            $(#[$features])?
            unsafe fn halving_to_spectrum(rows: &[*const f32; 9], tiles: usize, spectrum: *mut f32) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { winograd::to_spectrum::<V, Halving<V>, 9>(rows, tiles, spectrum) }
            }

            $(#[$features])?
            unsafe fn halving_to_outputs(products: *const f32, to: Outputs) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { winograd::to_outputs::<V, Halving<V>, 9>(products, to) }
            }

            $(#[$features])?
            unsafe fn normalise(src: *const f32, dst: *mut f32, pixels: usize, norm: &Norm) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { pointwise::normalise::<V, { LANES / L }>(src, dst, pixels, norm) }
            }

            $(#[$features])?
            unsafe fn normalise_half(src: *const f32, dst: *mut f32, pixels: usize, norm: &Norm) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { pointwise::normalise::<V, { LANES / 2 / L }>(src, dst, pixels, norm) }
            }

            $(#[$features])?
            unsafe fn add_normalised(
                stream: *const f32,
                src: *const f32,
                dst: *mut f32,
                pixels: usize,
                norm: &Norm,
            ) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { pointwise::add_normalised::<V, { LANES / L }>(stream, src, dst, pixels, norm) }
            }

            $(#[$features])?
            unsafe fn gather_patches(rows: [&[f32]; 3], dst: &mut [f32]) {
                pointwise::gather_patches(rows, dst);
            }

            $(#[$features])?
            unsafe fn planar_vectors<const B: usize>(
                rows: &[*const f32; INPUT_ROWS],
                weights: *const f32,
                out: &[*mut f32; ACCUMULATORS],
                x: usize,
            ) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { planar::planar::<V, B>(rows, weights, out, x) }
            }

            unsafe fn planar(
                rows: &[*const f32; INPUT_ROWS],
                weights: *const f32,
                out: &[*mut f32; ACCUMULATORS],
                width: usize,
            ) {
                for (v, end) in near_equal(width.div_ceil(L), $most_vectors) {
                    // SAFETY: vectors from `v` to `end` are within the caller's promise.
                    unsafe {
                        match end - v {
                            $($vectors => planar_vectors::<$vectors>(rows, weights, out, v * L),)*
                            _ => unreachable!("near_equal's parts have 1 to {} vectors", $most_vectors),
                        }
                    }
                }
            }

            $(#[$features])?
            unsafe fn row_sums(row: &[f32], pivot: f32) -> [f32; 2] {
                planar::row_sums(row, pivot)
            }

            $(#[$features])?
            unsafe fn separate(src: &[f32], dst: [&mut [f32]; 4], norm: &Norm) {
                pointwise::separate(src, dst, norm);
            }

            $(#[$features])?
            unsafe fn finish(planes: [&[f32]; 3], out: &mut [f32], norm: &Norm) {
                pointwise::finish(planes, out, norm);
            }

            $(#[$features])?
            unsafe fn peak(steps: usize, out: *mut f32) {
                // SAFETY: the caller's promise is the kernel's.
                unsafe { peak::products::<V>(steps, out) }
            }

            pub(super) static KERNELS: Kernels = Kernels {
                isa: $isa,
                block: $nv * L,
                doubling_block: $nv16 * L,
                planar_lanes: L,
                row,
                same_to_spectrum,
                same_to_outputs,
                halving_to_spectrum,
                halving_to_outputs,
                normalise,
                normalise_half,
                add_normalised,
                gather_patches,
                planar,
                row_sums,
                separate,
                finish,
                peak,
            };
        }
    };
}
