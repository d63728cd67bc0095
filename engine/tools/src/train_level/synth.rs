//! Sounds: drums and notes, added into a track.

use super::dice::Dice;

/// Samples a second of the training songs.
pub const HZ: u32 = 22_050;

/// What is struck.
#[derive(Clone, Copy, PartialEq)]
pub enum Drum {
    Kick,
    Snare,
    Rim,
    Hat,
    OpenHat,
    Ride,
    Shaker,
    Tom,
}

/// How a note sounds: strengths of its harmonics, seconds to rise and to fall, and whether it is held.
#[derive(Clone)]
pub struct Voice {
    harmonics: Vec<f32>,
    rise: f32,
    fall: f32,
}

impl Voice {
    /// A struck or plucked voice: piano, guitar, bell.
    pub fn plucked(dice: &mut Dice) -> Self {
        let bright = dice.between(0.25, 0.8);
        Self {
            harmonics: (0..6).map(|k| bright.powi(k) * dice.between(0.4, 1.0)).collect(),
            rise: dice.between(0.001, 0.008),
            fall: dice.between(0.15, 1.2),
        }
    }

    /// A held voice: strings, organ, choir.
    pub fn held(dice: &mut Dice) -> Self {
        let bright = dice.between(0.3, 0.85);
        Self {
            harmonics: (0..7).map(|k| bright.powi(k) * dice.between(0.3, 1.0)).collect(),
            rise: dice.between(0.01, 0.15),
            fall: 8.0,
        }
    }
}

/// Adds a note of `secs` at `at` seconds.
pub fn note(track: &mut [f32], voice: &Voice, hz: f32, (at, secs): (f64, f64), gain: f32) {
    let rate = HZ as f32;
    let from = (at.max(0.0) * f64::from(HZ)) as usize;
    let release = 0.05;
    let len = ((secs as f32 + release) * rate) as usize;
    let Some(rest) = track.get_mut(from..) else { return };
    let len = len.min(rest.len());
    for (k, strength) in voice.harmonics.iter().enumerate() {
        let step = std::f32::consts::TAU * hz * (k + 1) as f32 / rate;
        if step > 2.8 {
            break;
        }
        // A rotating pointer is far cheaper than a sine for each sample.
        let (sin, cos) = step.sin_cos();
        let (mut x, mut y) = (1.0f32, 0.0f32);
        let decay = (-(1.0 + 0.4 * k as f32) / (voice.fall * rate)).exp();
        let mut level = gain * strength;
        let rise = (voice.rise * rate).max(1.0);
        let off = (secs as f32 * rate) as usize;
        for (i, out) in rest[..len].iter_mut().enumerate() {
            (x, y) = (x * cos - y * sin, x * sin + y * cos);
            level *= decay;
            let ramp = (i as f32 / rise).min(1.0);
            let end = if i > off {
                1.0 - (i - off) as f32 / (release * rate)
            } else {
                1.0
            };
            *out += y * level * ramp * end;
        }
    }
}

/// Adds a stroke at `at` seconds.
pub fn strike(track: &mut [f32], drum: Drum, at: f64, gain: f32, dice: &mut Dice) {
    let rate = HZ as f32;
    let Some(rest) = track.get_mut((at.max(0.0) * f64::from(HZ)) as usize..) else {
        return;
    };
    // Strength of tone and noise, the tone's pitch at first and later, seconds to fall, how much low noise is cut.
    let (tone, noise, first, last, fall, cut) = match drum {
        Drum::Kick => (1.0, 0.08, 170.0, 50.0, 0.12, 0.0),
        Drum::Snare => (0.4, 0.7, 230.0, 180.0, 0.12, 0.3),
        Drum::Rim => (0.5, 0.3, 900.0, 800.0, 0.03, 0.5),
        Drum::Hat => (0.0, 0.5, 0.0, 0.0, 0.03, 0.95),
        Drum::OpenHat => (0.0, 0.5, 0.0, 0.0, 0.18, 0.95),
        Drum::Ride => (0.1, 0.35, 5_200.0, 5_200.0, 0.25, 0.95),
        Drum::Shaker => (0.0, 0.3, 0.0, 0.0, 0.06, 0.9),
        Drum::Tom => (0.8, 0.1, 200.0, 110.0, 0.2, 0.0),
    };
    let len = ((6.0 * fall * rate) as usize).min(rest.len());
    let decay = (-1.0 / (fall * rate)).exp();
    let (mut level, mut phase, mut before) = (gain, 0.0f32, 0.0);
    for (i, out) in rest[..len].iter_mut().enumerate() {
        let hz = last + (first - last) * (-(i as f32) / (0.03 * rate)).exp();
        phase += std::f32::consts::TAU * hz / rate;
        let white = dice.between(-1.0, 1.0);
        let hiss = white - cut * before;
        before = white;
        *out += level * (tone * phase.sin() + noise * hiss);
        level *= decay;
    }
}

/// A song as another room, desk and file would leave it: tilted, driven, with some hiss.
pub fn degrade(track: &mut [f32], dice: &mut Dice) {
    let (low, high) = (dice.between(0.0, 0.03), dice.between(0.3, 1.0));
    let (mut slow, mut fast) = (0.0, 0.0);
    let peak = track.iter().fold(1e-6f32, |most, s| most.max(s.abs()));
    let drive = dice.between(0.8, 4.0) / peak;
    let hiss = if dice.chance(0.3) {
        dice.between(0.0005, 0.01)
    } else {
        0.0
    };
    for sample in track {
        slow += low * (*sample - slow);
        fast += high * (*sample - slow - fast);
        *sample = 0.7 * (drive * fast).tanh() + hiss * dice.between(-1.0, 1.0);
    }
}
