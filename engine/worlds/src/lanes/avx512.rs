//! AVX-512: sixteen lanes as one vector, truths as the bits of a mask register.
//!
//! Safety: every function here needs a processor with AVX-512 F, VL, BW and DQ. The module is private to the crate, and
//! [`crate::isa`] enters it only where they were found.

#![allow(unsafe_code, reason = "intrinsics; see above")]

use core::arch::x86_64::*;

use super::{Lanes, N};

/// AVX-512.
#[derive(Clone, Copy)]
pub(crate) struct Avx512;

type Float = __m512;
type Int = __m512i;

#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
#[inline(never)]
fn outlined<R, W: FnOnce() -> R>(work: W) -> R {
    work()
}

/// Functions that are one intrinsic.
macro_rules! each {
    ($($name:ident($($a:ident: $from:ty),*) -> $to:ty = $e:expr;)*) => {$(
        #[inline(always)]
        fn $name($($a: $from),*) -> $to {
            // SAFETY: as the module says.
            unsafe { $e }
        }
    )*};
}

impl Lanes for Avx512 {
    type Float = Float;
    type Int = Int;
    type Mask = __mmask16;

    #[inline(always)]
    fn outlined<R, W: FnOnce() -> R>(work: W) -> R {
        // SAFETY: as the module says.
        unsafe { outlined(work) }
    }
    #[inline(always)]
    fn load(from: &[f32; N]) -> Float {
        // SAFETY: as the module says; sixteen floats can be read.
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }
    #[inline(always)]
    fn store(x: Float, to: &mut [f32; N]) {
        // SAFETY: as the module says; sixteen floats can be written.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), x) }
    }
    #[inline(always)]
    fn int_shl<const K: i32>(a: Int) -> Int {
        // SAFETY: as the module says. The intrinsic's own constant has another type, so the count is in a register.
        unsafe { _mm512_sll_epi32(a, _mm_cvtsi32_si128(K)) }
    }
    #[inline(always)]
    fn int_shr<const K: i32>(a: Int) -> Int {
        // SAFETY: as for `int_shl`.
        unsafe { _mm512_srl_epi32(a, _mm_cvtsi32_si128(K)) }
    }
    #[inline(always)]
    fn mask_and(a: __mmask16, b: __mmask16) -> __mmask16 {
        a & b
    }
    #[inline(always)]
    fn mask_or(a: __mmask16, b: __mmask16) -> __mmask16 {
        a | b
    }
    #[inline(always)]
    fn mask_not(a: __mmask16) -> __mmask16 {
        !a
    }
    #[inline(always)]
    fn mask_bits(a: __mmask16) -> u16 {
        a
    }
    each! {
        splat(x: f32) -> Float = _mm512_set1_ps(x);
        add(a: Float, b: Float) -> Float = _mm512_add_ps(a, b);
        sub(a: Float, b: Float) -> Float = _mm512_sub_ps(a, b);
        mul(a: Float, b: Float) -> Float = _mm512_mul_ps(a, b);
        div(a: Float, b: Float) -> Float = _mm512_div_ps(a, b);
        min(a: Float, b: Float) -> Float = _mm512_min_ps(a, b);
        max(a: Float, b: Float) -> Float = _mm512_max_ps(a, b);
        mul_add(a: Float, b: Float, c: Float) -> Float = _mm512_fmadd_ps(a, b, c);
        abs(a: Float) -> Float = _mm512_abs_ps(a);
        floor(a: Float) -> Float = _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(a);
        sqrt(a: Float) -> Float = _mm512_sqrt_ps(a);
        less(a: Float, b: Float) -> __mmask16 = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b);
        select(mask: __mmask16, yes: Float, no: Float) -> Float = _mm512_mask_blend_ps(mask, no, yes);
        to_int(a: Float) -> Int = _mm512_cvttps_epi32(a);
        bits(a: Float) -> Int = _mm512_castps_si512(a);
        int_splat(x: i32) -> Int = _mm512_set1_epi32(x);
        int_add(a: Int, b: Int) -> Int = _mm512_add_epi32(a, b);
        int_sub(a: Int, b: Int) -> Int = _mm512_sub_epi32(a, b);
        int_mul(a: Int, b: Int) -> Int = _mm512_mullo_epi32(a, b);
        int_and(a: Int, b: Int) -> Int = _mm512_and_si512(a, b);
        int_or(a: Int, b: Int) -> Int = _mm512_or_si512(a, b);
        int_xor(a: Int, b: Int) -> Int = _mm512_xor_si512(a, b);
        int_to_float(a: Int) -> Float = _mm512_cvtepi32_ps(a);
        from_bits(a: Int) -> Float = _mm512_castsi512_ps(a);
    }
}
