//! Three times sixteen floats: vectors and colours.

use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub};

use super::{F, Lanes, M, f, select};

/// Sixteen vectors, or sixteen colours (red, green, blue; linear light, BT.709 primaries).
#[derive(Clone, Copy)]
pub struct V<L: Lanes> {
    /// Right, or red.
    pub x: F<L>,
    /// Up, or green.
    pub y: F<L>,
    /// Forward, or blue.
    pub z: F<L>,
}

/// Three times sixteen floats as vectors.
#[inline(always)]
pub fn v<L: Lanes>(x: impl Into<F<L>>, y: impl Into<F<L>>, z: impl Into<F<L>>) -> V<L> {
    V {
        x: x.into(),
        y: y.into(),
        z: z.into(),
    }
}

/// The same vector or colour sixteen times.
#[inline(always)]
pub fn splat<L: Lanes>(a: [f32; 3]) -> V<L> {
    v(a[0], a[1], a[2])
}

/// Vectors or colours, each sixteen times. A `map` would do the same out of line, without the set's instructions.
#[inline(always)]
pub fn splats<L: Lanes, const K: usize>(all: [[f32; 3]; K]) -> [V<L>; K] {
    let mut out = [splat([0.0; 3]); K];
    for (to, from) in out.iter_mut().zip(all) {
        *to = splat(from);
    }
    out
}

/// Greys.
#[inline(always)]
pub fn grey<L: Lanes>(x: impl Into<F<L>>) -> V<L> {
    let x = x.into();
    V { x, y: x, z: x }
}

impl<L: Lanes> V<L> {
    /// Dot product.
    #[inline(always)]
    pub fn dot(self, o: V<L>) -> F<L> {
        self.x.mul_add(o.x, self.y.mul_add(o.y, self.z * o.z))
    }
    /// Cross product.
    #[inline(always)]
    pub fn cross(self, o: V<L>) -> V<L> {
        v(
            self.y * o.z - self.z * o.y,
            self.z * o.x - self.x * o.z,
            self.x * o.y - self.y * o.x,
        )
    }
    /// Length.
    #[inline(always)]
    pub fn length(self) -> F<L> {
        self.dot(self).sqrt()
    }
    /// Of length 1.
    #[inline(always)]
    pub fn normalized(self) -> V<L> {
        self * (self.dot(self) + 1e-12).sqrt().recip()
    }
    /// From self (t = 0) to `other` (t = 1).
    #[inline(always)]
    pub fn mix(self, other: V<L>, t: impl Into<F<L>>) -> V<L> {
        let t = t.into();
        v(self.x.mix(other.x, t), self.y.mix(other.y, t), self.z.mix(other.z, t))
    }
    /// Mirrored at a plane with this normal.
    #[inline(always)]
    pub fn reflected(self, normal: V<L>) -> V<L> {
        self - normal * (2.0 * self.dot(normal))
    }
    /// `yes` where the mask is true, `no` elsewhere.
    #[inline(always)]
    pub fn select(mask: M<L>, yes: V<L>, no: V<L>) -> V<L> {
        V {
            x: select(mask, yes.x, no.x),
            y: select(mask, yes.y, no.y),
            z: select(mask, yes.z, no.z),
        }
    }
    /// Luminance of a colour (BT.709).
    #[inline(always)]
    pub fn luminance(self) -> F<L> {
        self.x * 0.2126 + self.y * 0.7152 + self.z * 0.0722
    }
}

impl<L: Lanes> Add for V<L> {
    type Output = V<L>;
    #[inline(always)]
    fn add(self, o: V<L>) -> V<L> {
        v(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}
impl<L: Lanes> Sub for V<L> {
    type Output = V<L>;
    #[inline(always)]
    fn sub(self, o: V<L>) -> V<L> {
        v(self.x - o.x, self.y - o.y, self.z - o.z)
    }
}
impl<L: Lanes> Mul for V<L> {
    type Output = V<L>;
    #[inline(always)]
    fn mul(self, o: V<L>) -> V<L> {
        v(self.x * o.x, self.y * o.y, self.z * o.z)
    }
}
impl<L: Lanes> Mul<F<L>> for V<L> {
    type Output = V<L>;
    #[inline(always)]
    fn mul(self, o: F<L>) -> V<L> {
        v(self.x * o, self.y * o, self.z * o)
    }
}
impl<L: Lanes> Mul<f32> for V<L> {
    type Output = V<L>;
    #[inline(always)]
    fn mul(self, o: f32) -> V<L> {
        self * f(o)
    }
}
impl<L: Lanes> Neg for V<L> {
    type Output = V<L>;
    #[inline(always)]
    fn neg(self) -> V<L> {
        v(-self.x, -self.y, -self.z)
    }
}
impl<L: Lanes> AddAssign for V<L> {
    #[inline(always)]
    fn add_assign(&mut self, o: V<L>) {
        *self = *self + o;
    }
}
impl<L: Lanes> MulAssign<F<L>> for V<L> {
    #[inline(always)]
    fn mul_assign(&mut self, o: F<L>) {
        *self = *self * o;
    }
}
