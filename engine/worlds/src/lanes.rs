//! Sixteen floats at a time, the same bits on every machine.
//!
//! Worlds are written once, over [`Lanes`]; a backend a set of instructions gives the few operations that all the rest
//! is made of. All of these are exact by IEEE 754 (add, multiply, fused multiply-add, divide, square root, floor,
//! comparison, integers): no estimates of reciprocals, no library functions, so pictures have the same bits with every
//! backend. What is not exact (exponential, logarithm, sine) is a polynomial of ours over them.
//!
//! Everything is inlined into the rows of a world ([`crate::picture`]), which are compiled once a set of instructions.

use std::ops::{Add, AddAssign, BitAnd, BitOr, BitXor, Div, Mul, MulAssign, Neg, Not, Sub, SubAssign};

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod portable;
mod vector;

pub use vector::{V, grey, splat, splats, v};

/// Floats in a [`F`].
pub const N: usize = 16;

/// A set of instructions: what sixteen floats, integers and truths are, and the exact operations on them.
///
/// The crate's own backends implement it; worlds only name it.
#[expect(missing_docs, reason = "each is the operation of its name")]
pub trait Lanes: Copy + Send + Sync + 'static {
    /// Sixteen floats.
    type Float: Copy;
    /// Sixteen 32-bit integers.
    type Int: Copy;
    /// Sixteen truths.
    type Mask: Copy;

    /// Does work out of line, with this set of instructions: for what is large and called from many places, so that it
    /// is compiled once. The work's closure is to be `#[inline(always)]`.
    fn outlined<R, W: FnOnce() -> R>(work: W) -> R;

    fn splat(x: f32) -> Self::Float;
    fn load(from: &[f32; N]) -> Self::Float;
    fn store(x: Self::Float, to: &mut [f32; N]);
    fn add(a: Self::Float, b: Self::Float) -> Self::Float;
    fn sub(a: Self::Float, b: Self::Float) -> Self::Float;
    fn mul(a: Self::Float, b: Self::Float) -> Self::Float;
    fn div(a: Self::Float, b: Self::Float) -> Self::Float;
    /// a b + c, rounded once.
    fn mul_add(a: Self::Float, b: Self::Float, c: Self::Float) -> Self::Float;
    /// a if a < b, else b.
    fn min(a: Self::Float, b: Self::Float) -> Self::Float;
    /// a if a > b, else b.
    fn max(a: Self::Float, b: Self::Float) -> Self::Float;
    fn abs(a: Self::Float) -> Self::Float;
    fn floor(a: Self::Float) -> Self::Float;
    fn sqrt(a: Self::Float) -> Self::Float;
    fn less(a: Self::Float, b: Self::Float) -> Self::Mask;
    fn select(mask: Self::Mask, yes: Self::Float, no: Self::Float) -> Self::Float;
    /// Towards zero; the caller keeps it within 2^31.
    fn to_int(a: Self::Float) -> Self::Int;
    fn bits(a: Self::Float) -> Self::Int;

    fn int_splat(x: i32) -> Self::Int;
    fn int_add(a: Self::Int, b: Self::Int) -> Self::Int;
    fn int_sub(a: Self::Int, b: Self::Int) -> Self::Int;
    /// The low 32 bits of the product.
    fn int_mul(a: Self::Int, b: Self::Int) -> Self::Int;
    fn int_and(a: Self::Int, b: Self::Int) -> Self::Int;
    fn int_or(a: Self::Int, b: Self::Int) -> Self::Int;
    fn int_xor(a: Self::Int, b: Self::Int) -> Self::Int;
    fn int_shl<const K: i32>(a: Self::Int) -> Self::Int;
    /// Zeros come in from the left.
    fn int_shr<const K: i32>(a: Self::Int) -> Self::Int;
    fn int_to_float(a: Self::Int) -> Self::Float;
    fn from_bits(a: Self::Int) -> Self::Float;

    fn mask_and(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn mask_or(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn mask_not(a: Self::Mask) -> Self::Mask;
    /// Lane k in bit k.
    fn mask_bits(a: Self::Mask) -> u16;
}

/// Sixteen floats.
#[derive(Clone, Copy)]
pub struct F<L: Lanes>(pub(crate) L::Float);
/// Sixteen integers.
#[derive(Clone, Copy)]
pub struct I<L: Lanes>(pub(crate) L::Int);
/// Sixteen truths.
#[derive(Clone, Copy)]
pub struct M<L: Lanes>(pub(crate) L::Mask);

/// The same float sixteen times.
#[inline(always)]
pub fn f<L: Lanes>(x: f32) -> F<L> {
    F(L::splat(x))
}

/// The same integer sixteen times.
#[inline(always)]
pub fn i<L: Lanes>(x: i32) -> I<L> {
    I(L::int_splat(x))
}

/// `yes` where the mask is true, `no` elsewhere.
#[inline(always)]
pub fn select<L: Lanes>(mask: M<L>, yes: F<L>, no: F<L>) -> F<L> {
    F(L::select(mask.0, yes.0, no.0))
}

impl<L: Lanes> F<L> {
    /// 0, 1, ... 15.
    #[inline(always)]
    pub fn iota() -> Self {
        const IOTA: [f32; N] = [
            0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0,
        ];
        F(L::load(&IOTA))
    }

    /// From an array.
    #[inline(always)]
    pub fn load(from: &[f32; N]) -> Self {
        F(L::load(from))
    }

    /// Into an array.
    #[inline(always)]
    pub fn store(self, to: &mut [f32; N]) {
        L::store(self.0, to);
    }

    /// As an array.
    #[inline(always)]
    pub fn array(self) -> [f32; N] {
        let mut out = [0.0; N];
        L::store(self.0, &mut out);
        out
    }

    /// self b + c, rounded once.
    #[inline(always)]
    pub fn mul_add(self, b: impl Into<F<L>>, c: impl Into<F<L>>) -> Self {
        F(L::mul_add(self.0, b.into().0, c.into().0))
    }

    /// The lesser; `other` where one is no number.
    #[inline(always)]
    pub fn min(self, other: impl Into<F<L>>) -> Self {
        F(L::min(self.0, other.into().0))
    }

    /// The greater; `other` where one is no number.
    #[inline(always)]
    pub fn max(self, other: impl Into<F<L>>) -> Self {
        F(L::max(self.0, other.into().0))
    }

    /// Within `low` and `high`.
    #[inline(always)]
    pub fn clamp(self, low: f32, high: f32) -> Self {
        self.max(low).min(high)
    }

    /// Within 0 and 1.
    #[inline(always)]
    pub fn saturate(self) -> Self {
        self.clamp(0.0, 1.0)
    }

    /// Without its sign.
    #[inline(always)]
    pub fn abs(self) -> Self {
        F(L::abs(self.0))
    }

    /// The next integer below.
    #[inline(always)]
    pub fn floor(self) -> Self {
        F(L::floor(self.0))
    }

    /// What is above the next integer below.
    #[inline(always)]
    pub fn fract(self) -> Self {
        self - self.floor()
    }

    /// Square root; 0 below 0.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        F(L::sqrt(self.max(0.0).0))
    }

    /// self self.
    #[inline(always)]
    pub fn squared(self) -> Self {
        self * self
    }

    /// 1 / self.
    #[inline(always)]
    pub fn recip(self) -> Self {
        f(1.0) / self
    }

    /// Where it is less.
    #[inline(always)]
    pub fn lt(self, other: impl Into<F<L>>) -> M<L> {
        M(L::less(self.0, other.into().0))
    }

    /// Where it is greater.
    #[inline(always)]
    pub fn gt(self, other: impl Into<F<L>>) -> M<L> {
        M(L::less(other.into().0, self.0))
    }

    /// From self (t = 0) to `other` (t = 1).
    #[inline(always)]
    pub fn mix(self, other: impl Into<F<L>>, t: impl Into<F<L>>) -> Self {
        t.into().mul_add(other.into() - self, self)
    }

    /// Towards zero, as integers; beyond 2^31 the nearest that there are.
    #[inline(always)]
    pub fn to_int(self) -> I<L> {
        I(L::to_int(self.clamp(-2_147_483_000.0, 2_147_483_000.0).0))
    }

    /// Its bits.
    #[inline(always)]
    pub fn bits(self) -> I<L> {
        I(L::bits(self.0))
    }

    /// 2 to the power of self, within 3e-7 of it; the exponent is kept within 126.
    #[inline(always)]
    pub fn exp2(self) -> Self {
        let x = self.clamp(-126.0, 126.0);
        let k = x.floor();
        let r = x - k;
        let p = f::<L>(1.877_576_7e-3)
            .mul_add(r, 8.989_34e-3)
            .mul_add(r, 5.582_631_8e-2)
            .mul_add(r, 2.401_536_1e-1)
            .mul_add(r, 6.931_531e-1)
            .mul_add(r, 0.999_999_94);
        ((k.to_int() + i(127)).shl::<23>()).as_float() * p
    }

    /// e to the power of self.
    #[inline(always)]
    pub fn exp(self) -> Self {
        (self * std::f32::consts::LOG2_E).exp2()
    }

    /// Logarithm to base 2, within 1e-5; of 1e-30 below that.
    #[inline(always)]
    pub fn log2(self) -> Self {
        let bits = self.max(1e-30).bits();
        let exponent = (bits.shr::<23>() - i(127)).to_float();
        let m = ((bits & i(0x7f_ffff)) | i(0x3f80_0000)).as_float();
        let s = (m - 1.0) / (m + 1.0);
        let s2 = s * s;
        let p = f::<L>(0.412_198)
            .mul_add(s2, 0.577_078)
            .mul_add(s2, 0.961_797)
            .mul_add(s2, 2.885_39);
        exponent + s * p
    }

    /// self to a power, for self above 0.
    #[inline(always)]
    pub fn pow(self, power: f32) -> Self {
        (self.log2() * power).exp2()
    }

    /// Sine of radians, within 2e-6 for a few turns.
    #[inline(always)]
    pub fn sin(self) -> Self {
        let k = (self * (0.5 * std::f32::consts::FRAC_1_PI) + 0.5).floor();
        let r = k.mul_add(f(-std::f32::consts::TAU), self);
        let a = r.abs();
        let q = a.min(f::<L>(std::f32::consts::PI) - a);
        let q2 = q * q;
        let s = q * f::<L>(2.6e-6)
            .mul_add(q2, -1.98e-4)
            .mul_add(q2, 8.333_3e-3)
            .mul_add(q2, -0.166_666_67)
            .mul_add(q2, 1.0);
        select(r.lt(0.0), -s, s)
    }

    /// Cosine of radians.
    #[inline(always)]
    pub fn cos(self) -> Self {
        (self + std::f32::consts::FRAC_PI_2).sin()
    }

    /// The angle of (x, self) in turns, -0.5 to 0.5, within 1e-4.
    #[inline(always)]
    pub fn turns(self, x: F<L>) -> Self {
        let (ax, ay) = (x.abs(), self.abs());
        let a = ax.min(ay) / ax.max(ay).max(1e-20);
        let s = a * a;
        let p = f::<L>(-0.046_496_475)
            .mul_add(s, 0.159_314_22)
            .mul_add(s, -0.327_622_76);
        let mut r = (p * s).mul_add(a, a) * (0.5 * std::f32::consts::FRAC_1_PI);
        r = select(ay.gt(ax), f::<L>(0.25) - r, r);
        r = select(x.lt(0.0), f::<L>(0.5) - r, r);
        select(self.lt(0.0), -r, r)
    }
}

impl<L: Lanes> From<f32> for F<L> {
    #[inline(always)]
    fn from(x: f32) -> Self {
        f(x)
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident),*) => { $(
        impl<L: Lanes> $trait for F<L> {
            type Output = F<L>;
            #[inline(always)]
            fn $method(self, other: F<L>) -> F<L> {
                F(L::$method(self.0, other.0))
            }
        }
        impl<L: Lanes> $trait<f32> for F<L> {
            type Output = F<L>;
            #[inline(always)]
            fn $method(self, other: f32) -> F<L> {
                F(L::$method(self.0, L::splat(other)))
            }
        }
        impl<L: Lanes> $trait<F<L>> for f32 {
            type Output = F<L>;
            #[inline(always)]
            fn $method(self, other: F<L>) -> F<L> {
                F(L::$method(L::splat(self), other.0))
            }
        }
    )* };
}
arithmetic!(Add add, Sub sub, Mul mul, Div div);

macro_rules! assignment {
    ($($trait:ident $method:ident $op:tt),*) => { $(
        impl<L: Lanes, T> $trait<T> for F<L> where F<L>: AsOperand<T> {
            #[inline(always)]
            fn $method(&mut self, other: T) {
                *self = *self $op Self::operand(other);
            }
        }
    )* };
}

/// What may stand on the right of `+=`: sixteen floats, or one.
pub trait AsOperand<T>: Sized {
    /// As sixteen floats.
    fn operand(other: T) -> Self;
}
impl<L: Lanes> AsOperand<f32> for F<L> {
    #[inline(always)]
    fn operand(other: f32) -> Self {
        f(other)
    }
}
impl<L: Lanes> AsOperand<F<L>> for F<L> {
    #[inline(always)]
    fn operand(other: F<L>) -> Self {
        other
    }
}
assignment!(AddAssign add_assign +, SubAssign sub_assign -, MulAssign mul_assign *);

impl<L: Lanes> Neg for F<L> {
    type Output = F<L>;
    #[inline(always)]
    fn neg(self) -> F<L> {
        f::<L>(0.0) - self
    }
}

macro_rules! integers {
    ($($trait:ident $method:ident $inner:ident),*) => { $(
        impl<L: Lanes> $trait for I<L> {
            type Output = I<L>;
            #[inline(always)]
            fn $method(self, other: I<L>) -> I<L> {
                I(L::$inner(self.0, other.0))
            }
        }
    )* };
}
integers!(Add add int_add, Sub sub int_sub, Mul mul int_mul, BitAnd bitand int_and, BitOr bitor int_or, BitXor bitxor int_xor);

impl<L: Lanes> I<L> {
    /// Bits moved to the left.
    #[inline(always)]
    pub fn shl<const K: i32>(self) -> Self {
        I(L::int_shl::<K>(self.0))
    }
    /// Bits moved to the right; zeros come in.
    #[inline(always)]
    pub fn shr<const K: i32>(self) -> Self {
        I(L::int_shr::<K>(self.0))
    }
    /// The same numbers as floats.
    #[inline(always)]
    pub fn to_float(self) -> F<L> {
        F(L::int_to_float(self.0))
    }
    /// The same bits as floats.
    #[inline(always)]
    pub fn as_float(self) -> F<L> {
        F(L::from_bits(self.0))
    }
}

impl<L: Lanes> M<L> {
    /// Whether one is true.
    #[inline(always)]
    pub fn any(self) -> bool {
        L::mask_bits(self.0) != 0
    }
    /// Whether all are true.
    #[inline(always)]
    pub fn all(self) -> bool {
        L::mask_bits(self.0) == u16::MAX
    }
    /// 1 where true, 0 elsewhere.
    #[inline(always)]
    pub fn to_float(self) -> F<L> {
        select(self, f(1.0), f(0.0))
    }
}
impl<L: Lanes> BitAnd for M<L> {
    type Output = M<L>;
    #[inline(always)]
    fn bitand(self, other: M<L>) -> M<L> {
        M(L::mask_and(self.0, other.0))
    }
}
impl<L: Lanes> BitOr for M<L> {
    type Output = M<L>;
    #[inline(always)]
    fn bitor(self, other: M<L>) -> M<L> {
        M(L::mask_or(self.0, other.0))
    }
}
impl<L: Lanes> Not for M<L> {
    type Output = M<L>;
    #[inline(always)]
    fn not(self) -> M<L> {
        M(L::mask_not(self.0))
    }
}

/// 0 up to `low`, 1 from `high` on, a cubic between; `low` may be above `high`, then it falls.
#[inline(always)]
pub fn smoothstep<L: Lanes>(low: impl Into<F<L>>, high: impl Into<F<L>>, x: F<L>) -> F<L> {
    let low = low.into();
    let t = ((x - low) / (high.into() - low)).saturate();
    t * t * (3.0 - 2.0 * t)
}
