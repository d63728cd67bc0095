//! A fountain: a basin, a bowl, and water thrown up that falls back on a parabola.

use crate::{
    lanes::{F, Lanes, f, smoothstep},
    noise::noise2,
    sheets::{OnSheet, inside},
};

/// A fountain around x = 0 whose jet is as high as told, at seconds: how much stone covers, how much water there is.
#[inline(always)]
pub fn water<L: Lanes>(on: OnSheet<L>, jet: f32, secs: f32) -> (F<L>, F<L>) {
    let x = on.x;
    if !(x.abs().lt(1.6) & on.y.lt(jet + 1.6) & on.y.gt(-0.3)).any() {
        return (f(0.0), f(0.0));
    }
    let basin = (x.abs() - 1.20 + (on.y - 0.42).abs() * 0.22).max(on.y - 0.46);
    let foot = (x.abs() - 0.12 - (on.y - 0.9).squared() * 0.10).max(on.y - 1.05);
    let bowl = (x * x * 1.0 + ((on.y - 1.18) * 2.6).squared()).sqrt() - 0.52;
    let bowl = bowl.max(on.y - 1.14);
    let stone = basin.min(foot).min(bowl);
    // Water goes up in the middle and falls back on a parabola on both sides.
    let from = x.abs();
    let arc = 1.15 + jet * (1.0 - (from * 1.55).squared());
    let fall = noise2(x * 13.0, on.y * 3.0 + secs * 5.2) * 0.65
        + noise2(x * 31.0, on.y * 7.0 + secs * 8.0).mix(0.5, (on.pixel * 20.0).min(1.0)) * 0.35;
    let veil = smoothstep::<L>(0.05, 0.35, arc - on.y) * from.lt(0.80).to_float() * on.y.gt(0.44).to_float();
    let sheet = veil * smoothstep::<L>(0.36, 0.80, fall) * (0.32 + 0.5 * smoothstep::<L>(0.10, 0.62, from));
    let core = (-(x * 14.0).squared()).exp() * smoothstep::<L>(jet + 1.2, jet + 0.9, on.y) * on.y.gt(1.1).to_float();
    let mist = (-(x * x * 2.2 + (on.y - 0.55).squared() * 3.0)).exp() * 0.14;
    (
        inside(stone, on.pixel) * on.y.gt(-0.1).to_float(),
        (sheet + core * 0.7 + mist).min(1.0),
    )
}
