//! Sampling between pixels by cubic interpolation, from a table.
//!
//! **Source**: Catmull and Rom 1974, as Keys 1981 convolution with a = -0.5.

use crate::raster::lanes::{Lanes, add, mul};

/// Sub-pixel steps of the table, as a power of two.
pub const PHASE_BITS: u32 = 8;
const PHASES: usize = 1 << PHASE_BITS;

/// For each phase the weights of four pixels in a row, each in all lanes.
pub type Weights = [[Lanes; 4]; PHASES];

/// The weights.
#[must_use]
pub fn weights() -> Box<Weights> {
    Box::new(std::array::from_fn(|phase| {
        // The middle of the phase's range, so that truncation does not drift to one side.
        let t = (phase as f32 + 0.5) / PHASES as f32;
        let (t2, t3) = (t * t, t * t * t);
        [
            0.5 * (-t3 + 2.0 * t2 - t),
            0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
            0.5 * (-3.0 * t3 + 4.0 * t2 + t),
            0.5 * (t3 - t2),
        ]
        .map(|weight| [weight; 4])
    }))
}

/// The value at a place in pixels of rows of `width`: `first` is the first of its 4x4 neighbours, `phase` its part of a
/// pixel across and down.
#[inline(always)]
#[must_use]
pub fn sample(pixels: &[Lanes], width: usize, first: u32, phase: [u8; 2], weights: &Weights) -> Lanes {
    let [wx, wy] = phase.map(|phase| &weights[usize::from(phase)]);
    let part = |row: usize| {
        let at = first as usize + row * width;
        let row = &pixels[at..at + 4];
        add(
            add(mul(row[0], wx[0]), mul(row[1], wx[1])),
            add(mul(row[2], wx[2]), mul(row[3], wx[3])),
        )
    };
    add(
        add(mul(part(0), wy[0]), mul(part(1), wy[1])),
        add(mul(part(2), wy[2]), mul(part(3), wy[3])),
    )
}
