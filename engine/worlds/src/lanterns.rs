//! Strings of lanterns: small lamps on a sagging wire.

use crate::{
    lanes::{F, Lanes, f},
    noise::hash1,
    sheets::{OnSheet, inside},
};

/// Metres from one post to the next, from lamp to lamp, and how far the wire sags.
const SPAN: f32 = 7.0;
const STEP: f32 = 0.7;
const SAG: f32 = 0.75;

/// A string `high` metres up, across a sheet: how much the wire covers, and the lamps' light. They breathe with the beat.
#[inline(always)]
pub fn string<L: Lanes>(on: OnSheet<L>, high: f32, beat: f64) -> (F<L>, F<L>) {
    if on.y.lt(high - 1.6).all() | on.y.gt(high + 1.0).all() {
        return (f(0.0), f(0.0));
    }
    let sag = |x: F<L>| {
        let t = ((x * (1.0 / SPAN) + 0.5).fract() - 0.5) * 2.0;
        high - (1.0 - t * t) * SAG
    };
    let wire = inside((on.y - sag(on.x)).abs() - 0.007, on.pixel.max(0.007)) * (0.014 / on.pixel).min(1.0);
    let cell = (on.x * (1.0 / STEP)).floor();
    let x = (cell + 0.5) * STEP;
    let (dx, dy) = (on.x - x, on.y - sag(x) + 0.10);
    let off = (dx * dx + dy * dy * 0.8).sqrt();
    let phase = (beat.rem_euclid(2.0) * std::f64::consts::PI) as f32;
    let breath = (hash1(cell, 3) * std::f32::consts::TAU + phase).sin() * 0.18 + 0.85;
    let glow = inside(off - 0.060, on.pixel) * 2.6 + (off * -7.0).exp() * 0.42 + (off * -2.2).exp() * 0.05;
    (wire, glow * breath)
}
