//! Vectors of AVX2 with FMA (8 floats) and AVX-512 (16 floats).

use std::{
    arch::x86_64::*,
    ops::{Add, Sub},
};

use super::vector::{self, Vector};

macro_rules! vector {
    ($(#[$doc:meta])* $name:ident, $register:ty, $lanes:literal,
     $splat:ident $broadcast:ident $fma:ident $add:ident $sub:ident $max:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name($register);

        impl Add for $name {
            type Output = Self;

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: a value exists, so the machine has the instruction set.
                Self(unsafe { $add(self.0, other.0) })
            }
        }

        impl Sub for $name {
            type Output = Self;

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                // SAFETY: a value exists, so the machine has the instruction set.
                Self(unsafe { $sub(self.0, other.0) })
            }
        }

        impl Vector for $name {
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn splat(value: f32) -> Self {
                // SAFETY: the caller has the instruction set.
                Self(unsafe { $splat(value) })
            }

            #[inline(always)]
            unsafe fn broadcast(from: *const f32) -> Self {
                // SAFETY: the caller has the instruction set and lends one float. It is loaded by an intrinsic, not
                // by `*from`, which debug builds would check for alignment at every product.
                Self(unsafe { $broadcast(_mm_load_ss(from)) })
            }

            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: the caller lends `LANES` floats.
                Self(unsafe { vector::read(from) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: the caller lends `LANES` floats.
                unsafe { vector::write(to, self.0) }
            }

            #[inline(always)]
            fn mul_add(self, by: Self, plus: Self) -> Self {
                // SAFETY: a value exists, so the machine has the instruction set.
                Self(unsafe { $fma(self.0, by.0, plus.0) })
            }

            #[inline(always)]
            fn max(self, other: Self) -> Self {
                // SAFETY: a value exists, so the machine has the instruction set.
                Self(unsafe { $max(self.0, other.0) })
            }
        }
    };
}

vector!(
    /// Eight floats of AVX2 with FMA.
    F32x8, __m256, 8,
    _mm256_set1_ps _mm256_broadcastss_ps _mm256_fmadd_ps _mm256_add_ps _mm256_sub_ps _mm256_max_ps
);
vector!(
    /// Sixteen floats of AVX-512.
    F32x16, __m512, 16,
    _mm512_set1_ps _mm512_broadcastss_ps _mm512_fmadd_ps _mm512_add_ps _mm512_sub_ps _mm512_max_ps
);
