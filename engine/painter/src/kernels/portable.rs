//! Vectors of four floats in plain Rust, for machines without better ones.

use std::{
    array,
    ops::{Add, Sub},
};

use super::vector::{self, Vector};

/// Four floats that the compiler puts where it likes.
#[derive(Clone, Copy)]
#[repr(align(16))]
pub(super) struct Array4([f32; 4]);

impl Array4 {
    #[inline(always)]
    fn lanes(f: impl Fn(usize) -> f32) -> Self {
        Self([f(0), f(1), f(2), f(3)])
    }
}

impl Add for Array4 {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::lanes(|i| self.0[i] + other.0[i])
    }
}

impl Sub for Array4 {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::lanes(|i| self.0[i] - other.0[i])
    }
}

impl Vector for Array4 {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self(array::from_fn(|_| value))
    }

    #[inline(always)]
    unsafe fn broadcast(from: *const f32) -> Self {
        // SAFETY: the caller lends one float.
        Self([unsafe { vector::read(from) }; 4])
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

    /// Rounds twice: a fused product without the instruction is a slow library call.
    #[inline(always)]
    fn mul_add(self, by: Self, plus: Self) -> Self {
        Self::lanes(|i| self.0[i] * by.0[i] + plus.0[i])
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self::lanes(|i| if self.0[i] > other.0[i] { self.0[i] } else { other.0[i] })
    }
}
