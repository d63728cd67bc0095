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
