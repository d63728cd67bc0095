//! Value noise and hashes of lattice points: integers throughout, so the same on every machine.
//!
//! Value noise with a cubic blend (Perlin, "Improving Noise", 2002, for the blend; fractal sums as in Musgrave,
//! "Texturing and Modeling", 2003), over a multiply-xorshift hash.

use crate::lanes::{F, I, Lanes, i};

const A: i32 = 0x9E37_79B1_u32 as i32;
const B: i32 = 0x85EB_CA77_u32 as i32;
const C: i32 = 0xC2B2_AE3D_u32 as i32;

#[inline(always)]
fn scramble<L: Lanes>(h: I<L>) -> I<L> {
    let h = (h ^ h.shr::<15>()) * i(0x2c1b_3c6d);
    let h = (h ^ h.shr::<12>()) * i(0x297a_2d39);
    h ^ h.shr::<15>()
}

#[inline(always)]
fn scramble_once<L: Lanes>(h: I<L>) -> I<L> {
    let h = (h ^ h.shr::<15>()) * i(0x2c1b_3c6d);
    h ^ h.shr::<13>()
}

/// 0 to 1 from the low 23 bits.
#[inline(always)]
fn unit<L: Lanes>(h: I<L>) -> F<L> {
    ((h & i(0x7f_ffff)) | i(0x3f80_0000)).as_float() - 1.0
}

#[inline(always)]
fn blend<L: Lanes>(r: F<L>) -> F<L> {
    r * r * (3.0 - 2.0 * r)
}

/// An even hash, 0 to 1, of an integer given as a float.
#[inline(always)]
pub fn hash1<L: Lanes>(x: F<L>, seed: u32) -> F<L> {
    unit(scramble(x.to_int() * i(A) + i(seed as i32)))
}

/// An even hash, 0 to 1, of two integers given as floats.
#[inline(always)]
pub fn hash2<L: Lanes>(x: F<L>, y: F<L>, seed: u32) -> F<L> {
    let seed = seed.wrapping_mul(0x27d4_eb2f) as i32;
    unit(scramble((x.to_int() * i(A)) ^ (y.to_int() * i(B)) ^ i(seed)))
}

/// Noise along a line, 0 to 1, one lattice point a unit.
#[inline(always)]
pub fn noise1<L: Lanes>(x: F<L>, seed: u32) -> F<L> {
    let k = x.floor();
    let a = k.to_int() * i(A) + i(seed as i32);
    unit(scramble_once(a)).mix(unit(scramble_once(a + i(A))), blend(x - k))
}

/// Noise over the plane, 0 to 1, one lattice point a unit.
#[inline(always)]
pub fn noise2<L: Lanes>(x: F<L>, y: F<L>) -> F<L> {
    L::outlined(
        #[inline(always)]
        move || value2(x, y),
    )
}

#[inline(always)]
fn value2<L: Lanes>(x: F<L>, y: F<L>) -> F<L> {
    let (kx, ky) = (x.floor(), y.floor());
    let (ux, uy) = (blend(x - kx), blend(y - ky));
    let (a0, b0) = (kx.to_int() * i(A), ky.to_int() * i(B));
    let (a1, b1) = (a0 + i(A), b0 + i(B));
    let low = unit(scramble_once(a0 ^ b0)).mix(unit(scramble_once(a1 ^ b0)), ux);
    let high = unit(scramble_once(a0 ^ b1)).mix(unit(scramble_once(a1 ^ b1)), ux);
    low.mix(high, uy)
}

/// Noise in space, 0 to 1, one lattice point a unit.
#[inline(always)]
pub fn noise3<L: Lanes>(x: F<L>, y: F<L>, z: F<L>) -> F<L> {
    L::outlined(
        #[inline(always)]
        move || value3(x, y, z),
    )
}

#[inline(always)]
fn value3<L: Lanes>(x: F<L>, y: F<L>, z: F<L>) -> F<L> {
    let (kx, ky, kz) = (x.floor(), y.floor(), z.floor());
    let (ux, uy, uz) = (blend(x - kx), blend(y - ky), blend(z - kz));
    let (a0, b0, c0) = (kx.to_int() * i(A), ky.to_int() * i(B), kz.to_int() * i(C));
    let (a1, b1, c1) = (a0 + i(A), b0 + i(B), c0 + i(C));
    let (w00, w10, w01, w11) = (b0 ^ c0, b1 ^ c0, b0 ^ c1, b1 ^ c1);
    let q00 = unit(scramble_once(a0 ^ w00)).mix(unit(scramble_once(a1 ^ w00)), ux);
    let q10 = unit(scramble_once(a0 ^ w10)).mix(unit(scramble_once(a1 ^ w10)), ux);
    let q01 = unit(scramble_once(a0 ^ w01)).mix(unit(scramble_once(a1 ^ w01)), ux);
    let q11 = unit(scramble_once(a0 ^ w11)).mix(unit(scramble_once(a1 ^ w11)), ux);
    q00.mix(q10, uy).mix(q01.mix(q11, uy), uz)
}

/// Fractal sum along a line, about 0 to 1.
#[inline(always)]
pub fn fbm1<L: Lanes>(x: F<L>, octaves: usize, seed: u32) -> F<L> {
    L::outlined(
        #[inline(always)]
        move || {
            let (mut sum, mut share, mut total, mut scale) = (F::from(0.0), 0.5, 0.0, 1.0);
            for octave in 0..octaves {
                let seed = seed.wrapping_mul(0x9E37_79B1).wrapping_add(octave as u32 * 0x51ed);
                sum = noise1(x * scale + 3.7 * octave as f32, seed).mul_add(share, sum);
                total += share;
                share *= 0.5;
                scale *= 2.03;
            }
            sum * (1.0 / total)
        },
    )
}

/// Fractal sum over the plane, about 0 to 1; turned between octaves, so that no lattice shows.
#[inline(always)]
pub fn fbm2<L: Lanes>(mut x: F<L>, mut y: F<L>, octaves: usize) -> F<L> {
    L::outlined(
        #[inline(always)]
        move || {
            let (mut sum, mut share, mut total) = (F::from(0.0), 0.5, 0.0);
            for _ in 0..octaves {
                sum = value2(x, y).mul_add(share, sum);
                total += share;
                share *= 0.5;
                let turned = x * 1.6 - y * 1.2;
                y = x * 1.2 + y * 1.6 + 17.3;
                x = turned + 5.1;
            }
            sum * (1.0 / total)
        },
    )
}

/// Fractal sum in space, about 0 to 1.
#[inline(always)]
pub fn fbm3<L: Lanes>(mut x: F<L>, mut y: F<L>, mut z: F<L>, octaves: usize) -> F<L> {
    L::outlined(
        #[inline(always)]
        move || {
            let (mut sum, mut share, mut total) = (F::from(0.0), 0.5, 0.0);
            for _ in 0..octaves {
                sum = value3(x, y, z).mul_add(share, sum);
                total += share;
                share *= 0.5;
                let turned = x * 1.62 - z * 1.2;
                z = x * 1.2 + z * 1.62 + 7.7;
                x = turned;
                y = y * 2.03 + 3.1;
            }
            sum * (1.0 / total)
        },
    )
}

/// Ridged fractal sum over the plane, about 0 to 1: sharp crests (Musgrave's ridged multifractal).
#[inline(always)]
pub fn ridged2<L: Lanes>(mut x: F<L>, mut y: F<L>, octaves: usize) -> F<L> {
    L::outlined(
        #[inline(always)]
        move || {
            let (mut sum, mut share, mut total, mut weight) = (F::from(0.0), 0.5, 0.0, F::from(1.0));
            for _ in 0..octaves {
                let n = 1.0 - (value2(x, y) * 2.0 - 1.0).abs();
                let n = n * n;
                sum = (n * weight).mul_add(share, sum);
                weight = (n * 1.6).saturate();
                total += share;
                share *= 0.5;
                let turned = x * 1.6 - y * 1.2;
                y = x * 1.2 + y * 1.6 + 17.3;
                x = turned + 5.1;
            }
            sum * (1.0 / total)
        },
    )
}
