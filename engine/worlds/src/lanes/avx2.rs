//! AVX2 and FMA: sixteen lanes as two vectors of eight.
//!
//! Safety: every function here needs a processor with AVX2 and FMA. The module is private to the crate, and
//! [`crate::picture`] enters it only where both were found.

#![allow(unsafe_code, reason = "intrinsics; see above")]

use core::arch::x86_64::*;

use super::{Lanes, N};

/// AVX2 and FMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx2;

type Float = (__m256, __m256);
type Int = (__m256i, __m256i);

macro_rules! one {
    ($a:expr, |$x:ident| $e:expr) => {{
        let a = $a;
        // SAFETY: as the module says.
        unsafe {
            let $x = a.0;
            let low = $e;
            let $x = a.1;
            (low, $e)
        }
    }};
}
macro_rules! two {
    ($a:expr, $b:expr, $intrinsic:ident) => {{
        let (a, b) = ($a, $b);
        // SAFETY: as the module says.
        unsafe { ($intrinsic(a.0, b.0), $intrinsic(a.1, b.1)) }
    }};
}

#[target_feature(enable = "avx2,fma")]
#[inline(never)]
fn outlined<R, W: FnOnce() -> R>(work: W) -> R {
    work()
}

impl Lanes for Avx2 {
    type Float = Float;
    type Int = Int;
    type Mask = Float;

    #[inline(always)]
    fn outlined<R, W: FnOnce() -> R>(work: W) -> R {
        // SAFETY: as the module says.
        unsafe { outlined(work) }
    }

    #[inline(always)]
    fn splat(x: f32) -> Float {
        // SAFETY: as the module says.
        let x = unsafe { _mm256_set1_ps(x) };
        (x, x)
    }
    #[inline(always)]
    fn load(from: &[f32; N]) -> Float {
        // SAFETY: as the module says; sixteen floats can be read.
        unsafe { (_mm256_loadu_ps(from.as_ptr()), _mm256_loadu_ps(from.as_ptr().add(8))) }
    }
    #[inline(always)]
    fn store(x: Float, to: &mut [f32; N]) {
        // SAFETY: as the module says; sixteen floats can be written.
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr(), x.0);
            _mm256_storeu_ps(to.as_mut_ptr().add(8), x.1);
        }
    }
    #[inline(always)]
    fn add(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_add_ps)
    }
    #[inline(always)]
    fn sub(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_sub_ps)
    }
    #[inline(always)]
    fn mul(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_mul_ps)
    }
    #[inline(always)]
    fn div(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_div_ps)
    }
    #[inline(always)]
    fn mul_add(a: Float, b: Float, c: Float) -> Float {
        // SAFETY: as the module says.
        unsafe { (_mm256_fmadd_ps(a.0, b.0, c.0), _mm256_fmadd_ps(a.1, b.1, c.1)) }
    }
    #[inline(always)]
    fn min(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_min_ps)
    }
    #[inline(always)]
    fn max(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_max_ps)
    }
    #[inline(always)]
    fn abs(a: Float) -> Float {
        one!(a, |x| _mm256_andnot_ps(_mm256_set1_ps(-0.0), x))
    }
    #[inline(always)]
    fn floor(a: Float) -> Float {
        one!(a, |x| _mm256_floor_ps(x))
    }
    #[inline(always)]
    fn sqrt(a: Float) -> Float {
        one!(a, |x| _mm256_sqrt_ps(x))
    }
    #[inline(always)]
    fn less(a: Float, b: Float) -> Float {
        // SAFETY: as the module says.
        unsafe {
            (
                _mm256_cmp_ps::<_CMP_LT_OQ>(a.0, b.0),
                _mm256_cmp_ps::<_CMP_LT_OQ>(a.1, b.1),
            )
        }
    }
    #[inline(always)]
    fn select(mask: Float, yes: Float, no: Float) -> Float {
        // SAFETY: as the module says.
        unsafe {
            (
                _mm256_blendv_ps(no.0, yes.0, mask.0),
                _mm256_blendv_ps(no.1, yes.1, mask.1),
            )
        }
    }
    #[inline(always)]
    fn to_int(a: Float) -> Int {
        one!(a, |x| _mm256_cvttps_epi32(x))
    }
    #[inline(always)]
    fn bits(a: Float) -> Int {
        one!(a, |x| _mm256_castps_si256(x))
    }
    #[inline(always)]
    fn int_splat(x: i32) -> Int {
        // SAFETY: as the module says.
        let x = unsafe { _mm256_set1_epi32(x) };
        (x, x)
    }
    #[inline(always)]
    fn int_add(a: Int, b: Int) -> Int {
        two!(a, b, _mm256_add_epi32)
    }
    #[inline(always)]
    fn int_sub(a: Int, b: Int) -> Int {
        two!(a, b, _mm256_sub_epi32)
    }
    #[inline(always)]
    fn int_mul(a: Int, b: Int) -> Int {
        two!(a, b, _mm256_mullo_epi32)
    }
    #[inline(always)]
    fn int_and(a: Int, b: Int) -> Int {
        two!(a, b, _mm256_and_si256)
    }
    #[inline(always)]
    fn int_or(a: Int, b: Int) -> Int {
        two!(a, b, _mm256_or_si256)
    }
    #[inline(always)]
    fn int_xor(a: Int, b: Int) -> Int {
        two!(a, b, _mm256_xor_si256)
    }
    #[inline(always)]
    fn int_shl<const K: i32>(a: Int) -> Int {
        one!(a, |x| _mm256_slli_epi32::<K>(x))
    }
    #[inline(always)]
    fn int_shr<const K: i32>(a: Int) -> Int {
        one!(a, |x| _mm256_srli_epi32::<K>(x))
    }
    #[inline(always)]
    fn int_to_float(a: Int) -> Float {
        one!(a, |x| _mm256_cvtepi32_ps(x))
    }
    #[inline(always)]
    fn from_bits(a: Int) -> Float {
        one!(a, |x| _mm256_castsi256_ps(x))
    }
    #[inline(always)]
    fn mask_and(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_and_ps)
    }
    #[inline(always)]
    fn mask_or(a: Float, b: Float) -> Float {
        two!(a, b, _mm256_or_ps)
    }
    #[inline(always)]
    fn mask_not(a: Float) -> Float {
        one!(a, |x| _mm256_xor_ps(x, _mm256_castsi256_ps(_mm256_set1_epi32(-1))))
    }
    #[inline(always)]
    fn mask_bits(a: Float) -> u16 {
        // SAFETY: as the module says.
        unsafe { (_mm256_movemask_ps(a.0) | (_mm256_movemask_ps(a.1) << 8)) as u16 }
    }
}
