//! Plain arithmetic, for machines that have none of the sets of instructions; it is what the others are compared with.
//!
//! Its operations are calls: inlined, sixteen plain operations each would make the worlds too large to compile.

use super::{Lanes, N};

/// Plain arithmetic.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

type Float = [f32; N];
type Int = [i32; N];
type Mask = [bool; N];

impl Lanes for Portable {
    type Float = Float;
    type Int = Int;
    type Mask = Mask;

    #[inline(never)]
    fn outlined<R, W: FnOnce() -> R>(work: W) -> R {
        work()
    }

    #[inline(never)]
    fn splat(x: f32) -> Float {
        [x; N]
    }
    #[inline(never)]
    fn load(from: &[f32; N]) -> Float {
        *from
    }
    #[inline(never)]
    fn store(x: Float, to: &mut [f32; N]) {
        *to = x;
    }
    #[inline(never)]
    fn add(a: Float, b: Float) -> Float {
        std::array::from_fn(|k| a[k] + b[k])
    }
    #[inline(never)]
    fn sub(a: Float, b: Float) -> Float {
        std::array::from_fn(|k| a[k] - b[k])
    }
    #[inline(never)]
    fn mul(a: Float, b: Float) -> Float {
        std::array::from_fn(|k| a[k] * b[k])
    }
    #[inline(never)]
    fn div(a: Float, b: Float) -> Float {
        std::array::from_fn(|k| a[k] / b[k])
    }
    #[inline(never)]
    fn mul_add(a: Float, b: Float, c: Float) -> Float {
        std::array::from_fn(|k| a[k].mul_add(b[k], c[k]))
    }
    #[inline(never)]
    fn min(a: Float, b: Float) -> Float {
        std::array::from_fn(|k| if a[k] < b[k] { a[k] } else { b[k] })
    }
    #[inline(never)]
    fn max(a: Float, b: Float) -> Float {
        std::array::from_fn(|k| if a[k] > b[k] { a[k] } else { b[k] })
    }
    #[inline(never)]
    fn abs(a: Float) -> Float {
        a.map(f32::abs)
    }
    #[inline(never)]
    fn floor(a: Float) -> Float {
        a.map(f32::floor)
    }
    #[inline(never)]
    fn sqrt(a: Float) -> Float {
        a.map(f32::sqrt)
    }
    #[inline(never)]
    fn less(a: Float, b: Float) -> Mask {
        std::array::from_fn(|k| a[k] < b[k])
    }
    #[inline(never)]
    fn select(mask: Mask, yes: Float, no: Float) -> Float {
        std::array::from_fn(|k| if mask[k] { yes[k] } else { no[k] })
    }
    #[inline(never)]
    fn to_int(a: Float) -> Int {
        a.map(|x| x as i32)
    }
    #[inline(never)]
    fn bits(a: Float) -> Int {
        a.map(|x| x.to_bits() as i32)
    }
    #[inline(never)]
    fn int_splat(x: i32) -> Int {
        [x; N]
    }
    #[inline(never)]
    fn int_add(a: Int, b: Int) -> Int {
        std::array::from_fn(|k| a[k].wrapping_add(b[k]))
    }
    #[inline(never)]
    fn int_sub(a: Int, b: Int) -> Int {
        std::array::from_fn(|k| a[k].wrapping_sub(b[k]))
    }
    #[inline(never)]
    fn int_mul(a: Int, b: Int) -> Int {
        std::array::from_fn(|k| a[k].wrapping_mul(b[k]))
    }
    #[inline(never)]
    fn int_and(a: Int, b: Int) -> Int {
        std::array::from_fn(|k| a[k] & b[k])
    }
    #[inline(never)]
    fn int_or(a: Int, b: Int) -> Int {
        std::array::from_fn(|k| a[k] | b[k])
    }
    #[inline(never)]
    fn int_xor(a: Int, b: Int) -> Int {
        std::array::from_fn(|k| a[k] ^ b[k])
    }
    #[inline(never)]
    fn int_shl<const K: i32>(a: Int) -> Int {
        a.map(|x| x << K)
    }
    #[inline(never)]
    fn int_shr<const K: i32>(a: Int) -> Int {
        a.map(|x| ((x as u32) >> K) as i32)
    }
    #[inline(never)]
    fn int_to_float(a: Int) -> Float {
        a.map(|x| x as f32)
    }
    #[inline(never)]
    fn from_bits(a: Int) -> Float {
        a.map(|x| f32::from_bits(x as u32))
    }
    #[inline(never)]
    fn mask_and(a: Mask, b: Mask) -> Mask {
        std::array::from_fn(|k| a[k] && b[k])
    }
    #[inline(never)]
    fn mask_or(a: Mask, b: Mask) -> Mask {
        std::array::from_fn(|k| a[k] || b[k])
    }
    #[inline(never)]
    fn mask_not(a: Mask) -> Mask {
        a.map(|x| !x)
    }
    #[inline(never)]
    fn mask_bits(a: Mask) -> u16 {
        a.iter().rev().fold(0, |bits, &lane| bits << 1 | u16::from(lane))
    }
}
