//! What the kernels ask of a vector of floats.

use std::ops::{Add, Sub};

/// A vector of floats of one instruction set.
///
/// A value exists only on a machine that has the instruction set, because the ways to make the first one are unsafe
/// and require it; so arithmetic on values is safe.
pub(super) trait Vector: Copy + Add<Output = Self> + Sub<Output = Self> {
    /// Floats in a vector.
    const LANES: usize;

    /// The same float in every lane.
    ///
    /// # Safety
    /// The machine has the instruction set.
    unsafe fn splat(value: f32) -> Self;

    /// The float at `from` in every lane.
    ///
    /// # Safety
    /// The machine has the instruction set; `from` is valid for reading one float.
    unsafe fn broadcast(from: *const f32) -> Self;

    /// Consecutive floats, at any alignment.
    ///
    /// # Safety
    /// The machine has the instruction set; `from` is valid for reading `LANES` floats.
    unsafe fn load(from: *const f32) -> Self;

    /// Writes consecutive floats, at any alignment.
    ///
    /// # Safety
    /// `to` is valid for writing `LANES` floats.
    unsafe fn store(self, to: *mut f32);

    /// `self * by + plus`, rounded once where the instruction set can.
    fn mul_add(self, by: Self, plus: Self) -> Self;

    /// The greater, lane by lane.
    fn max(self, other: Self) -> Self;
}

/// A value that may lie at any address.
///
/// The loads and stores of `core::arch` for any alignment, and `read_unaligned`, are copies that check for overlap in
/// builds with debug assertions, which is to say each of the kernels' loads. Reading and writing this is not.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Anywhere<T>(T);

/// Reads a register's floats at any alignment.
///
/// # Safety
/// `from` is valid for reading a T, which is made of floats alone.
#[inline(always)]
pub(super) unsafe fn read<T: Copy>(from: *const f32) -> T {
    // SAFETY: the caller lends the floats; `Anywhere` needs no alignment.
    unsafe { from.cast::<Anywhere<T>>().read().0 }
}

/// Writes a register's floats at any alignment.
///
/// # Safety
/// `to` is valid for writing a T, which is made of floats alone.
#[inline(always)]
pub(super) unsafe fn write<T: Copy>(to: *mut f32, value: T) {
    // SAFETY: the caller lends the floats; `Anywhere` needs no alignment.
    unsafe { to.cast::<Anywhere<T>>().write(Anywhere(value)) }
}
