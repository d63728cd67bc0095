//! Far land behind the level ground: two or three outlines of hills, woods or mountains, each paler than the one
//! before it.

use crate::{
    lanes::{F, Lanes, V, f, splat},
    noise::fbm1,
};

/// One outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// Its greatest height over the horizon, as a slope (metres up by metres away).
    pub height: f32,
    /// Waves of its line in a picture's width.
    pub waves: f32,
    /// Its colour, without air (linear).
    pub color: [f32; 3],
    /// How much of the air's colour covers it.
    pub veil: f32,
    /// 0 rolling hills, 1 sharp rock or tree tops.
    pub rough: f32,
    /// Which one it is.
    pub seed: u32,
}

/// The sky with outlines before it, farthest first; `x` and `y` are slopes of the ray (metres right and up by metres
/// ahead), `pixel` a pixel's width in the same measure.
#[inline(always)]
pub fn before<L: Lanes>(outlines: &[Outline], x: F<L>, y: F<L>, pixel: f32, sky: V<L>, fog: V<L>) -> V<L> {
    let mut light = sky;
    for line in outlines {
        let low = y.lt(line.height + pixel);
        if !low.any() {
            continue;
        }
        let octaves = if line.rough > 0.5 { 6 } else { 4 };
        let n = fbm1(x * line.waves + line.seed as f32 * 7.3, octaves, line.seed);
        let crest = (n * 1.5 - 0.25).saturate();
        let cover = ((crest * line.height - y) * (1.0 / pixel) + 0.5).saturate();
        // Its foot lies deeper in the mist than its crest.
        let foot = (1.0 - y * (0.8 / line.height)).saturate();
        let color = splat::<L>(line.color).mix(fog, (line.veil + (1.0 - line.veil) * 0.5 * foot).min(f(1.0)));
        light = light.mix(color, cover);
    }
    light
}
