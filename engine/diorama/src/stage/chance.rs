//! Seeded chance: hashes, a small generator, and smooth noise; the same numbers on every machine.

/// A well mixed hash of two numbers (Steele et al. 2014, SplitMix64's finaliser).
#[must_use]
pub fn mix(seed: u64, salt: u64) -> u64 {
    let mut z = seed ^ salt.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A name as a salt (FNV-1a).
#[must_use]
pub fn salt(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// Draws numbers one after another.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// A generator of its own for each seed and name.
    #[must_use]
    pub fn new(seed: u64, name: &str) -> Self {
        Self(mix(seed, salt(name)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0, 1)
    }

    /// 0 (included) to 1 (not).
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// `low` to `high`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// -1 to 1.
    pub fn sign(&mut self) -> f32 {
        self.range(-1.0, 1.0)
    }

    /// A whole number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f32) as usize
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of the values.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Smooth noise on a line: -1 to 1, one hill or dale for each unit of `x`.
#[must_use]
pub fn noise(seed: u64, x: f32) -> f32 {
    let cell = x.floor();
    let at = |i: f32| (mix(seed, i as i64 as u64) >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
    let t = x - cell;
    let ease = t * t * (3.0 - 2.0 * t);
    at(cell) + (at(cell + 1.0) - at(cell)) * ease
}

/// Noise summed over octaves, each twice as fine and `rough` times as strong: about -1 to 1.
#[must_use]
pub fn fractal(seed: u64, x: f32, octaves: u32, rough: f32) -> f32 {
    let (mut sum, mut total, mut strength, mut fine) = (0.0, 0.0, 1.0, 1.0);
    for octave in 0..octaves {
        sum += strength * noise(mix(seed, u64::from(octave) + 77), x * fine);
        total += strength;
        strength *= rough;
        fine *= 2.0;
    }
    sum / total.max(1e-6)
}

/// 0 below `from`, 1 above `to`, smooth between.
#[must_use]
pub fn smoothstep(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
