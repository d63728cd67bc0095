//! One float at a time, for what a world prepares once a frame: the same bits everywhere (`libm` is plain Rust).

/// Sine of radians.
#[must_use]
pub fn sin(x: f32) -> f32 {
    libm::sinf(x)
}
/// Cosine of radians.
#[must_use]
pub fn cos(x: f32) -> f32 {
    libm::cosf(x)
}
/// x to the power of y.
#[must_use]
pub fn pow(x: f32, y: f32) -> f32 {
    libm::powf(x, y)
}
/// e to the power of x.
#[must_use]
#[inline]
pub fn exp(x: f32) -> f32 {
    libm::expf(x)
}
/// Natural logarithm.
#[must_use]
pub fn ln(x: f32) -> f32 {
    libm::logf(x)
}
/// Angle of (x, y) in radians.
#[must_use]
pub fn atan2(y: f32, x: f32) -> f32 {
    libm::atan2f(y, x)
}
/// 0 up to `low`, 1 from `high` on, a cubic between.
#[must_use]
#[inline]
pub fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
/// From a (t = 0) to b (t = 1).
#[must_use]
#[inline]
pub fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}
/// From colour or vector a (t = 0) to b (t = 1).
#[must_use]
#[inline]
pub fn mix3(a: [f32; 3], b: [f32; 3], t: f32) -> [f32; 3] {
    [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)]
}
/// Times a number.
#[must_use]
#[inline]
pub fn scale3(a: [f32; 3], k: f32) -> [f32; 3] {
    a.map(|x| x * k)
}
/// Of length 1.
#[must_use]
pub fn normalize(a: [f32; 3]) -> [f32; 3] {
    let length = (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt().max(1e-12);
    a.map(|x| x / length)
}
/// Luminance of a linear colour (BT.709).
#[must_use]
#[inline]
pub fn luminance(c: [f32; 3]) -> f32 {
    0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
}
/// A colour as designers write it (sRGB, 0xRRGGBB) in linear light.
#[must_use]
pub fn hex(rgb: u32) -> [f32; 3] {
    [16, 8, 0].map(|shift| {
        let x = ((rgb >> shift) & 255) as f32 / 255.0;
        if x < 0.04045 {
            x / 12.92
        } else {
            pow((x + 0.055) / 1.055, 2.4)
        }
    })
}

/// Even random numbers by counting: SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone, Copy)]
pub struct Chance(u64);

impl Chance {
    /// Of a seed and what it is for, so that one scene's choices do not hang together.
    #[must_use]
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut chance = Self(seed ^ purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        chance.next();
        chance
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// 0 to 1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }
    /// `low` to `high`.
    pub fn within(&mut self, low: f32, high: f32) -> f32 {
        mix(low, high, self.unit())
    }
    /// 0 to `n` - 1.
    pub fn below(&mut self, n: usize) -> usize {
        (((self.next() >> 32) * n as u64) >> 32) as usize
    }
    /// True with this chance.
    pub fn happens(&mut self, chance: f32) -> bool {
        self.unit() < chance
    }
}
