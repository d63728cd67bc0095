//! Four floats at a time, written so that the compiler puts them into one register.
//!
//! By hand and no `glam::Vec4`: pixels are kept as arrays, which chunks of pictures are without a copy.

/// A pixel's three colours, and one lane more.
pub type Lanes = [f32; 4];

/// `a + b`.
#[inline(always)]
pub fn add(a: Lanes, b: Lanes) -> Lanes {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}

/// `a - b`.
#[inline(always)]
pub fn sub(a: Lanes, b: Lanes) -> Lanes {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
}

/// `a * b`, lane by lane.
#[inline(always)]
pub fn mul(a: Lanes, b: Lanes) -> Lanes {
    [a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]]
}

/// `a * s`.
#[inline(always)]
pub fn scale(a: Lanes, s: f32) -> Lanes {
    mul(a, [s; 4])
}

/// `a + s (b - a)`.
#[inline(always)]
pub fn mix(a: Lanes, b: Lanes, s: f32) -> Lanes {
    add(a, scale(sub(b, a), s))
}

/// The lesser of each lane.
#[inline(always)]
pub fn lesser(a: Lanes, b: Lanes) -> Lanes {
    let least = |a: f32, b: f32| if a < b { a } else { b };
    [
        least(a[0], b[0]),
        least(a[1], b[1]),
        least(a[2], b[2]),
        least(a[3], b[3]),
    ]
}

/// The greater of each lane.
#[inline(always)]
pub fn greater(a: Lanes, b: Lanes) -> Lanes {
    let most = |a: f32, b: f32| if a > b { a } else { b };
    [most(a[0], b[0]), most(a[1], b[1]), most(a[2], b[2]), most(a[3], b[3])]
}
