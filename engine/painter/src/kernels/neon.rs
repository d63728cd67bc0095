//! Vectors of NEON (4 floats).

use std::{
    arch::aarch64::*,
    ops::{Add, Sub},
};

use super::vector::{self, Vector};

/// Four floats of NEON.
#[derive(Clone, Copy)]
pub(super) struct F32x4(float32x4_t);

impl Add for F32x4 {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: a value exists, so the machine has NEON.
        Self(unsafe { vaddq_f32(self.0, other.0) })
    }
}

impl Sub for F32x4 {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: a value exists, so the machine has NEON.
        Self(unsafe { vsubq_f32(self.0, other.0) })
    }
}

impl Vector for F32x4 {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller has NEON.
        Self(unsafe { vdupq_n_f32(value) })
    }

    #[inline(always)]
    unsafe fn broadcast(from: *const f32) -> Self {
        // SAFETY: the caller has NEON and lends one float.
        Self(unsafe { vld1q_dup_f32(from) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller lends four floats.
        Self(unsafe { vector::read(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller lends four floats.
        unsafe { vector::write(to, self.0) }
    }

    #[inline(always)]
    fn mul_add(self, by: Self, plus: Self) -> Self {
        // SAFETY: a value exists, so the machine has NEON.
        Self(unsafe { vfmaq_f32(plus.0, self.0, by.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: a value exists, so the machine has NEON.
        Self(unsafe { vmaxq_f32(self.0, other.0) })
    }
}
