//! Two hues and what lies between them: the colours of worlds that no place colours.

use crate::{
    lanes::{Lanes, V, splats},
    scalar::{Chance, hex, luminance, mix3, scale3},
    scene::Scene,
};

/// The dark between, the shadow's hue, the light's, and its hottest part. Tuned by eye as pairs.
const DUOS: [[u32; 4]; 6] = [
    [0x08060f, 0x40248a, 0xe0568c, 0xffd6b8],
    [0x030c12, 0x0e5f74, 0xe8963c, 0xffe8c6],
    [0x04070f, 0x23479c, 0x7fc0e8, 0xf0f6ff],
    [0x0d0507, 0x781a2e, 0xe69a40, 0xffeabc],
    [0x040b09, 0x16604a, 0xc0c878, 0xfff4d2],
    [0x08070f, 0x443690, 0x5ac8c0, 0xeafff6],
];

/// Colours of one frame, linear.
#[derive(Debug, Clone, Copy)]
pub struct Hues {
    /// Where no light is.
    pub dark: [f32; 3],
    /// The shadow's hue.
    pub shade: [f32; 3],
    /// The light's hue.
    pub light: [f32; 3],
    /// Its hottest part.
    pub hot: [f32; 3],
    /// 0 at night, 1 at noon.
    pub day: f32,
}

impl Hues {
    /// Of a scene: the scheme and the seed choose the pair, the hour its warmth and how dark the dark is.
    #[must_use]
    pub fn new(scene: &Scene, chance: &mut Chance) -> Self {
        let palette = &scene.palette;
        let pair = DUOS[(scene.scheme() * 2 + chance.below(4)) % DUOS.len()].map(hex);
        let hour = scene.hour.rem_euclid(1.0);
        let day = (1.25 - (hour - 0.5).abs() * 4.0).clamp(0.0, 1.0);
        // Towards dawn's rose or dusk's fire.
        let dawn = (1.0 - (hour - 0.25).abs() * 7.0).max(0.0);
        let dusk = (1.0 - (hour - 0.75).abs() * 7.0).max(0.0);
        let warm = |color: [f32; 3], share: f32| {
            let color = mix3(color, scale3(hex(0xffb09a), 0.4 + 0.6 * luminance(color)), dawn * share);
            mix3(color, scale3(hex(0xff7a3c), 0.4 + 0.6 * luminance(color)), dusk * share)
        };
        let shade = palette.turned(scale3(pair[1], 1.0 + 0.8 * day), 1.0);
        let light = palette.turned(warm(pair[2], 0.30), 0.15);
        let hot = palette.turned(warm(pair[3], 0.20), 0.0);
        let dark = palette.turned(pair[0], 1.0);
        let through = |color: [f32; 3]| match scene.portal_light {
            Some(next) => {
                let hue = scale3(next, luminance(color) / luminance(next).max(0.02)).map(|x| x.min(3.0));
                mix3(color, hue, 0.7 * scene.portal_share)
            }
            None => color,
        };
        Self {
            dark: mix3(dark, mix3(shade, light, 0.25), 0.30 * day),
            shade,
            light: through(light),
            hot: through(hot),
            day,
        }
    }

    /// The four as vectors: dark, shade, light, hot.
    #[inline(always)]
    pub fn vectors<L: Lanes>(&self) -> [V<L>; 4] {
        splats([self.dark, self.shade, self.light, self.hot])
    }
}
