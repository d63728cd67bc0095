//! NEON: sixteen lanes as four vectors of four.
//!
//! Safety: every function here needs a processor with NEON. The module is private to the crate, and [`crate::isa`] enters
//! it only where it was found.

#![allow(unsafe_code, reason = "intrinsics; see above")]

use core::arch::aarch64::*;

use super::{Lanes, N};

/// NEON.
#[derive(Clone, Copy)]
pub(crate) struct Neon;

type Float = [float32x4_t; 4];
type Int = [int32x4_t; 4];
type Mask = [uint32x4_t; 4];

#[target_feature(enable = "neon")]
#[inline(never)]
fn outlined<R, W: FnOnce() -> R>(work: W) -> R {
    work()
}

/// Functions that are the same four times: in `$e`, `$a` is one vector of each argument. Written out, since a closure
/// would not be compiled for the set.
macro_rules! each {
    ($($name:ident($($a:ident: $from:ty),*) -> $to:ty = $e:expr;)*) => {$(
        #[inline(always)]
        fn $name($($a: $from),*) -> $to {
            // SAFETY: as the module says.
            unsafe {
                [
                    { $(let $a = $a[0];)* $e },
                    { $(let $a = $a[1];)* $e },
                    { $(let $a = $a[2];)* $e },
                    { $(let $a = $a[3];)* $e },
                ]
            }
        }
    )*};
}

impl Lanes for Neon {
    type Float = Float;
    type Int = Int;
    type Mask = Mask;

    #[inline(always)]
    fn outlined<R, W: FnOnce() -> R>(work: W) -> R {
        // SAFETY: as the module says.
        unsafe { outlined(work) }
    }
    #[inline(always)]
    fn splat(x: f32) -> Float {
        // SAFETY: as the module says.
        [unsafe { vdupq_n_f32(x) }; 4]
    }
    #[inline(always)]
    fn int_splat(x: i32) -> Int {
        // SAFETY: as the module says.
        [unsafe { vdupq_n_s32(x) }; 4]
    }
    #[inline(always)]
    fn load(from: &[f32; N]) -> Float {
        let from = from.as_ptr();
        // SAFETY: as the module says; sixteen floats can be read.
        unsafe {
            [
                vld1q_f32(from),
                vld1q_f32(from.add(4)),
                vld1q_f32(from.add(8)),
                vld1q_f32(from.add(12)),
            ]
        }
    }
    #[inline(always)]
    fn store(x: Float, to: &mut [f32; N]) {
        let to = to.as_mut_ptr();
        // SAFETY: as the module says; sixteen floats can be written.
        unsafe {
            vst1q_f32(to, x[0]);
            vst1q_f32(to.add(4), x[1]);
            vst1q_f32(to.add(8), x[2]);
            vst1q_f32(to.add(12), x[3]);
        }
    }
    #[inline(always)]
    fn int_shl<const K: i32>(a: Int) -> Int {
        // SAFETY: as the module says.
        let by = [unsafe { vdupq_n_s32(K) }; 4];
        shifted(a, by)
    }
    #[inline(always)]
    fn int_shr<const K: i32>(a: Int) -> Int {
        // SAFETY: as the module says. Shifts to the right are shifts to the left by less than 0.
        let by = [unsafe { vdupq_n_s32(-K) }; 4];
        shifted(a, by)
    }
    #[inline(always)]
    fn mask_bits(a: Mask) -> u16 {
        let bits: [u16; 4] = [four(a[0]), four(a[1]), four(a[2]), four(a[3])];
        bits[0] | bits[1] << 4 | bits[2] << 8 | bits[3] << 12
    }
    each! {
        add(a: Float, b: Float) -> Float = vaddq_f32(a, b);
        sub(a: Float, b: Float) -> Float = vsubq_f32(a, b);
        mul(a: Float, b: Float) -> Float = vmulq_f32(a, b);
        div(a: Float, b: Float) -> Float = vdivq_f32(a, b);
        mul_add(a: Float, b: Float, c: Float) -> Float = vfmaq_f32(c, a, b);
        min(a: Float, b: Float) -> Float = vbslq_f32(vcltq_f32(a, b), a, b);
        max(a: Float, b: Float) -> Float = vbslq_f32(vcgtq_f32(a, b), a, b);
        abs(a: Float) -> Float = vabsq_f32(a);
        floor(a: Float) -> Float = vrndmq_f32(a);
        sqrt(a: Float) -> Float = vsqrtq_f32(a);
        less(a: Float, b: Float) -> Mask = vcltq_f32(a, b);
        select(mask: Mask, yes: Float, no: Float) -> Float = vbslq_f32(mask, yes, no);
        to_int(a: Float) -> Int = vcvtq_s32_f32(a);
        bits(a: Float) -> Int = vreinterpretq_s32_f32(a);
        int_add(a: Int, b: Int) -> Int = vaddq_s32(a, b);
        int_sub(a: Int, b: Int) -> Int = vsubq_s32(a, b);
        int_mul(a: Int, b: Int) -> Int = vmulq_s32(a, b);
        int_and(a: Int, b: Int) -> Int = vandq_s32(a, b);
        int_or(a: Int, b: Int) -> Int = vorrq_s32(a, b);
        int_xor(a: Int, b: Int) -> Int = veorq_s32(a, b);
        int_to_float(a: Int) -> Float = vcvtq_f32_s32(a);
        from_bits(a: Int) -> Float = vreinterpretq_f32_s32(a);
        mask_and(a: Mask, b: Mask) -> Mask = vandq_u32(a, b);
        mask_or(a: Mask, b: Mask) -> Mask = vorrq_u32(a, b);
        mask_not(a: Mask) -> Mask = vmvnq_u32(a);
    }
}

/// Integers shifted to the left, zeros coming in from either side; to the right where `by` is less than 0.
#[inline(always)]
fn shifted(a: Int, by: Int) -> Int {
    // SAFETY: as the module says.
    unsafe {
        [
            vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(a[0]), by[0])),
            vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(a[1]), by[1])),
            vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(a[2]), by[2])),
            vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(a[3]), by[3])),
        ]
    }
}

/// Lane k in bit k.
#[inline(always)]
fn four(a: uint32x4_t) -> u16 {
    const BITS: [u32; 4] = [1, 2, 4, 8];
    // SAFETY: as the module says; four integers can be read.
    unsafe { vaddvq_u32(vandq_u32(a, vld1q_u32(BITS.as_ptr()))) as u16 }
}
