//! The sky that the outdoor worlds share: colours keyed at four times of day in several schemes, sun or moon with its
//! halos, stars, a plane of clouds lit from the sun's side.

use crate::{
    lanes::{F, Lanes, V, f, grey, smoothstep, splat, v},
    noise::{fbm2, hash2, noise2},
    scalar::{self, hex, luminance, mix, mix3, normalize, scale3},
    scene::{Palette, Scene},
};

/// A sky at one frame. Colours are linear.
#[derive(Debug, Clone, Copy)]
pub struct Sky {
    /// Straight up.
    pub zenith: [f32; 3],
    /// Between.
    pub middle: [f32; 3],
    /// At the horizon: the colour of far fog.
    pub horizon: [f32; 3],
    /// Sun or moon light, with its strength.
    pub sun: [f32; 3],
    /// Direction towards sun or moon.
    pub direction: [f32; 3],
    /// Clouds where the light falls.
    pub cloud_lit: [f32; 3],
    /// Clouds on the other side.
    pub cloud_dark: [f32; 3],
    /// How visible the stars are, 0 to 1.
    pub stars: f32,
    /// How much of the sky is covered, 0 to 1.
    pub cover: f32,
    /// 1, less behind thick cloud, or 0 where the portal is in the sun's or moon's place.
    pub disc: f32,
    /// Whether the light is the moon's.
    pub is_moon: bool,
    /// Seconds.
    pub secs: f32,
    /// Where in the clouds the picture is.
    offset: f32,
    /// Twinkle of the stars, 0 to 2.
    twinkle: f32,
    /// How much of sun and moon the cloud hides, 0 to 1.
    veil: f32,
    /// The disc's light against the light that falls.
    disc_light: [f32; 3],
    /// The light around the disc.
    halo: [f32; 3],
}

/// The disc's light, and that of a sun at the horizon: the air takes the blue and the glare.
const HIGH_SUN: [f32; 3] = [3.1, 3.1, 3.1];
const LOW_SUN: [f32; 3] = [0.62, 0.20, 0.06];

/// One scheme's colours at one time of day: zenith, middle, horizon, sun, lit cloud, dark cloud; elevation of the light
/// in radians, and its strength.
type Key = ([u32; 6], f32, f32);

/// The designed schemes: each two hues and their mixtures, at night, dawn, noon and dusk.
const SCHEMES: [[Key; 4]; Palette::SCHEMES] = [
    // Amber over violet.
    [
        ([0x04081a, 0x0c1d40, 0x284a74, 0xc8dcff, 0x5d7396, 0x0c1526], 0.3, 1.1),
        ([0x2c4270, 0x8f86ae, 0xf6bd95, 0xffd9a8, 0xffd3b0, 0x6c6587], 0.1, 5.0),
        ([0x1b5296, 0x4f93cf, 0xc4dbe6, 0xfff4e0, 0xffffff, 0x8fa5ba], 0.7, 6.0),
        ([0x16244d, 0x6b4a78, 0xff8a45, 0xffa050, 0xff9a62, 0x3c3052], 0.055, 7.0),
    ],
    // Magenta and blue.
    [
        ([0x0c0820, 0x241850, 0x523a84, 0xd8d0ff, 0x75659a, 0x171028], 0.3, 1.1),
        ([0x27305e, 0xa0709f, 0xffaf9e, 0xffc8a0, 0xffc2b8, 0x67527f], 0.1, 5.0),
        ([0x17457e, 0x4d8fc0, 0xdcd9c8, 0xfff0d8, 0xfffaf0, 0x98a4ac], 0.6, 6.0),
        ([0x0c1444, 0x3c4098, 0xe8789e, 0xff9c98, 0xe48eb0, 0x262662], 0.06, 7.0),
    ],
    // Teal and amber.
    [
        ([0x031418, 0x09333a, 0x246066, 0xc8f0f0, 0x588a8c, 0x0a1c20], 0.3, 1.1),
        ([0x1f4a66, 0x6fa6ae, 0xe9dcc0, 0xfff0d0, 0xf4ead8, 0x59788a], 0.13, 5.0),
        ([0x11485c, 0x3b9090, 0xc9e0cf, 0xfff6e0, 0xffffff, 0x86a6a2], 0.66, 6.0),
        ([0x062c3c, 0x1d6c78, 0xe0a95c, 0xffb45c, 0xf2bd80, 0x164452], 0.06, 7.0),
    ],
    // Green and gold.
    [
        ([0x05120f, 0x11332c, 0x356252, 0xeef2c8, 0x6c8a68, 0x0c1b14], 0.28, 1.1),
        ([0x2a5450, 0x78a894, 0xe8dab4, 0xfff0c0, 0xefe7c0, 0x5f7a66], 0.11, 5.0),
        ([0x3a6a58, 0x88b490, 0xece6b8, 0xfff2c8, 0xfffae2, 0x8ca28c], 0.58, 6.0),
        ([0x08302c, 0x2f6c58, 0xe2b878, 0xffcc80, 0xe2c490, 0x1c4840], 0.07, 7.0),
    ],
    // Cold grey, and one warm light.
    [
        ([0x080b10, 0x1c232d, 0x525c68, 0xffdcae, 0x7a818a, 0x11151b], 0.26, 1.2),
        ([0x48545f, 0x8994a0, 0xc6c9ca, 0xffc890, 0xd2d6da, 0x67727e], 0.09, 5.0),
        ([0x55677a, 0x90a0b0, 0xd2d7da, 0xffeed6, 0xeef1f4, 0x828f9c], 0.5, 5.5),
        ([0x27313e, 0x55626f, 0xaab0b4, 0xff9040, 0xa2a9b0, 0x38424d], 0.05, 7.0),
    ],
    // Pink and slate.
    [
        ([0x0a0e20, 0x272c4c, 0x70587a, 0xffd6da, 0x887690, 0x171a2a], 0.3, 1.1),
        ([0x3b4a66, 0x8a92ac, 0xf6c2c8, 0xffd6d0, 0xf8d2d4, 0x656f8a], 0.1, 5.0),
        ([0x50668c, 0x98a8c4, 0xeed8da, 0xfff0ec, 0xfff4f3, 0x8a94ac], 0.6, 6.0),
        ([0x26324c, 0x666f90, 0xf0a0ac, 0xffb4ac, 0xf4b0ba, 0x3f4862], 0.07, 6.5),
    ],
    // Red.
    [
        ([0x0c0710, 0x2a1222, 0x66303a, 0xffb090, 0x864a48, 0x190a0e], 0.24, 1.1),
        ([0x36223e, 0x7c4a68, 0xf09478, 0xffb28a, 0xf0a892, 0x5b3246], 0.09, 5.0),
        ([0x8a6040, 0xc69e74, 0xf3ddb4, 0xfff0d2, 0xfff4e2, 0xa6866a], 0.55, 6.0),
        ([0x140e24, 0x4a2444, 0xcc4a40, 0xff9a58, 0xc05a58, 0x2c1830], 0.06, 7.0),
    ],
    // Blue, and one warm light.
    [
        ([0x030c2c, 0x0c2a6a, 0x2f64b4, 0xffdcaa, 0x587cb8, 0x081638], 0.26, 1.1),
        ([0x16388a, 0x4f86d2, 0xc6daf2, 0xffecd0, 0xdae7f7, 0x4d6cab], 0.11, 5.0),
        ([0x0b3282, 0x2f6ec6, 0xb2d1f0, 0xfffaf0, 0xffffff, 0x7d99c0], 0.68, 6.0),
        ([0x061038, 0x1a3a86, 0x6288c8, 0xffb468, 0x7490cc, 0x122252], 0.06, 6.5),
    ],
    // Lilac and apricot.
    [
        ([0x0d0a28, 0x28225c, 0x5a5294, 0xfff0ba, 0x786fa6, 0x151030], 0.3, 1.1),
        ([0x524f98, 0xa99ad2, 0xf7edba, 0xfff6cc, 0xf3ecd8, 0x7a73a7], 0.11, 5.0),
        ([0x5a5caa, 0x9f9cd6, 0xefe9d2, 0xfff8e0, 0xfffaf4, 0x928fb8], 0.6, 6.0),
        ([0x2c2866, 0x7a66b2, 0xf0c890, 0xffdc9a, 0xeccaae, 0x443e7e], 0.08, 6.5),
    ],
    // Turquoise and coral.
    [
        ([0x031a20, 0x084852, 0x228086, 0xffc0aa, 0x589692, 0x0a282f], 0.28, 1.1),
        ([0x1c687a, 0x66b8ba, 0xffc0ac, 0xffd0b8, 0xffd4c6, 0x4b8892], 0.11, 5.0),
        ([0x0d6278, 0x40aeb4, 0xfde0ce, 0xfff0e2, 0xfff8f4, 0x7fa7a8], 0.64, 6.0),
        ([0x084050, 0x2f9098, 0xff9a80, 0xffa884, 0xffb09a, 0x22586a], 0.06, 7.0),
    ],
];

/// How near an hour is to sunset, 0 to 1.
fn dusk_of(hour: f32) -> f32 {
    scalar::smoothstep(0.10, 0.03, (hour - 0.75).abs())
}

impl Sky {
    /// The sky of a scene, with its light at an azimuth in radians to the right of straight ahead.
    #[must_use]
    pub fn new(scene: &Scene, azimuth: f32) -> Self {
        let palette = &scene.palette;
        let [night, dawn, noon, dusk] = SCHEMES[scene.scheme()];
        let keys = [night, dawn, noon, dusk, night];
        let hour = scene.hour.rem_euclid(1.0);
        let quarter = (hour * 4.0).floor().min(3.0);
        let t = scalar::smoothstep(0.0, 1.0, hour * 4.0 - quarter);
        let (a, b) = (keys[quarter as usize], keys[quarter as usize + 1]);
        let color = |k: usize| mix3(hex(a.0[k]), hex(b.0[k]), t);
        let elevation = mix(a.1, b.1, t);
        let night = (1.0 - hour.min(1.0 - hour) * 5.0).clamp(0.0, 1.0);
        let weather = &scene.weather;
        // Overcast skies lose their colours and their sun.
        let overcast = ((weather.cloud - 0.6) * 1.5 + weather.storm * 0.5).clamp(0.0, 0.8);
        let tone = |c: [f32; 3], role: f32| {
            let l = 0.3 * c[0] + 0.5 * c[1] + 0.2 * c[2];
            let dull = mix3(c, [l * 0.8, l * 0.85, l * 0.95], overcast);
            palette.turned(scale3(dull, 1.0 - 0.45 * weather.storm * (1.0 - 0.8 * night)), role)
        };
        let sun = scale3(color(3), mix(a.2, b.2, t) * (1.0 - overcast * 0.7));
        let sun = palette.turned(sun, 0.0);
        let veil = scalar::smoothstep(0.08, 0.34, overcast);
        let low = dusk_of(hour);
        let reddened = if palette.light.is_some() { 0.0 } else { low };
        let sun = match scene.portal_light {
            // The light is the next world's: its hue, at this sun's strength.
            Some(light) => {
                let hue = scale3(light, 1.0 / luminance(light).max(0.01));
                mix3(
                    sun,
                    scale3(mix3([1.0; 3], hue, 0.75), luminance(sun)),
                    0.4 * scene.portal_share,
                )
            }
            None => sun,
        };
        Self {
            zenith: tone(color(0), 1.0),
            middle: tone(color(1), 0.6),
            horizon: tone(color(2), 0.15),
            sun,
            direction: normalize([
                scalar::sin(azimuth) * scalar::cos(elevation),
                scalar::sin(elevation),
                scalar::cos(azimuth) * scalar::cos(elevation),
            ]),
            cloud_lit: tone(color(4), 0.1),
            cloud_dark: tone(color(5), 0.9),
            stars: night * (1.0 - overcast),
            cover: weather.cloud,
            disc: (1.0 - veil) * (1.0 - scene.opened()),
            is_moon: night > 0.5,
            secs: scene.music.secs as f32,
            offset: (scene.seed % 97) as f32 * 1.37,
            twinkle: 0.4 + scene.music.high + scene.music.hat,
            veil,
            halo: mix3(sun, [sun[0], 0.62 * sun[1], 0.36 * sun[2]], reddened),
            disc_light: mix3(HIGH_SUN, LOW_SUN, reddened),
        }
    }

    /// Moves the light into the camera's picture, not above `top` and not beyond `side`: the disc is where the next world
    /// is seen.
    pub fn stand_within(&mut self, camera: &crate::camera::Camera, top: f32, side: f32) {
        let level = (self.direction[0] * self.direction[0] + self.direction[2] * self.direction[2]).sqrt();
        let steepness = (self.direction[1] / level.max(1e-3)).min((top - camera.horizon) / camera.focal * 0.95);
        let azimuth = scalar::atan2(self.direction[0], self.direction[2]) - camera.yaw;
        let azimuth = azimuth.clamp(-side / camera.focal * 0.9, side / camera.focal * 0.9) + camera.yaw;
        self.direction = normalize([scalar::sin(azimuth), steepness, scalar::cos(azimuth)]);
    }

    /// As [`Sky::new`], with its light no lower and no higher than two elevations in radians: in the frame, or raking.
    #[must_use]
    pub fn within(scene: &Scene, azimuth: f32, low: f32, high: f32) -> Self {
        let mut sky = Self::new(scene, azimuth);
        let elevation = scalar::atan2(sky.direction[1], (1.0 - sky.direction[1] * sky.direction[1]).sqrt());
        // A setting sun is low, wherever it stands by day.
        let dusk = dusk_of(scene.hour.rem_euclid(1.0));
        let elevation = elevation.clamp(low * mix(1.0, 0.62, dusk), high);
        sky.direction = normalize([
            scalar::sin(azimuth) * scalar::cos(elevation),
            scalar::sin(elevation),
            scalar::cos(azimuth) * scalar::cos(elevation),
        ]);
        sky
    }

    /// The sky without clouds, stars and disc: what fog and mirrors show.
    #[inline(always)]
    pub fn base<L: Lanes>(&self, d: V<L>) -> V<L> {
        L::outlined(
            #[inline(always)]
            || {
                let h = d.y.max(0.0);
                let (low, mid) = ((h * -5.5).exp(), (h * -1.7).exp());
                let color = splat::<L>(self.zenith)
                    .mix(splat(self.middle), mid)
                    .mix(splat(self.horizon), low);
                let near = d.dot(splat(self.direction)).max(0.0);
                let strength = if self.is_moon { 0.10 } else { 0.055 } * (1.0 - 0.8 * self.veil);
                let halo = near.pow(6.0) * 0.55 * (h * -3.0).exp() + near.pow(40.0) * 0.9 + near.pow(300.0) * 1.6;
                color + splat(self.halo) * (halo * strength)
            },
        )
    }

    /// The disc of sun or moon; `pixel` is a pixel's angle in radians.
    #[inline(always)]
    pub fn disc<L: Lanes>(&self, d: V<L>, pixel: f32) -> V<L> {
        L::outlined(
            #[inline(always)]
            || {
                let to = d - splat(self.direction);
                let radius = if self.is_moon { 0.028 } else { 0.03 };
                let inside = smoothstep::<L>(radius + pixel * 0.8, radius - pixel * 0.2, to.length());
                let mut color = splat::<L>(self.sun) * splat::<L>(self.disc_light);
                if self.is_moon && inside.gt(0.0).any() {
                    color *= 0.55 + 0.45 * fbm2(to.x * 90.0 + 3.0, to.y * 90.0, 3);
                }
                color * (inside * self.disc)
            },
        )
    }

    /// Stars: few, of different brightness, no smaller than a pixel.
    #[inline(always)]
    pub fn starlight<L: Lanes>(&self, d: V<L>, pixel: f32) -> V<L> {
        L::outlined(
            #[inline(always)]
            || {
                if self.stars < 0.01 || !d.y.gt(0.02).any() {
                    return grey(0.0);
                }
                let mut out = grey(0.0);
                for (k, scale) in [38.0_f32, 85.0].into_iter().enumerate() {
                    let depth = d.z.abs().max(0.15);
                    let (x, y) = (d.x / depth * scale, d.y / depth * scale);
                    let (cx, cy) = (x.floor(), y.floor());
                    let chance = hash2(cx, cy, 11 + k as u32);
                    let (ox, oy) = (hash2(cx, cy, 51) * 0.7 + 0.15, hash2(cx, cy, 71) * 0.7 + 0.15);
                    let off = (x - cx - ox).squared() + (y - cy - oy).squared();
                    let size = (pixel * scale * 0.7).max(1e-4);
                    let bright = smoothstep::<L>(0.89, 1.0, chance);
                    let bright = bright * bright * bright * 1.3;
                    let bright =
                        bright * (0.75 + 0.5 * self.twinkle.min(1.5) * (chance * 90.0 + self.secs * 5.0).sin());
                    let light = bright * (off * (-1.0 / (size * size))).exp() * (0.9 / (1.0 + k as f32));
                    out += v(0.8 + 0.4 * ox, f(0.95), 1.3 - 0.5 * ox) * light;
                }
                // The air hides those that are low.
                out * (smoothstep::<L>(0.02, 0.30, d.y) * (self.stars * 1.5))
            },
        )
    }

    /// Clouds on a plane above: their colour, and how much they cover.
    #[inline(always)]
    pub fn clouds<L: Lanes>(&self, d: V<L>, octaves: usize) -> (V<L>, F<L>) {
        self.clouds_before(self.base(d), d, octaves)
    }

    /// As [`Sky::clouds`], where the sky behind them is known already.
    #[inline(always)]
    pub fn clouds_before<L: Lanes>(&self, base: V<L>, d: V<L>, octaves: usize) -> (V<L>, F<L>) {
        L::outlined(
            #[inline(always)]
            || {
                let far = (d.y.max(0.0) + 0.09).recip();
                let x = d.x * far * 0.85 + (self.secs * 0.012 + self.offset);
                let z = d.z * far * 1.25 + self.offset * 1.7;
                let (wx, wz) = (
                    noise2(x * 1.1 + 9.0, z * 1.1) - 0.5,
                    noise2(x * 1.1, z * 1.1 + 31.0) - 0.5,
                );
                let (x, z) = (x + wx * 0.7, z + wz * 0.9);
                let n = fbm2(x, z, octaves);
                let low = 0.62 - self.cover * 0.42;
                let cover = smoothstep::<L>(low, low + 0.30, n) * smoothstep::<L>(0.0, 0.03, d.y);
                if !cover.gt(0.0).any() {
                    return (base, cover);
                }
                // Lit where it is thinner towards the light.
                let sunward = fbm2(x + self.direction[0] * 0.22, z + 0.20, octaves.saturating_sub(1).max(2));
                let lit = ((n - sunward) * 3.2 + 0.52 - cover * 0.22).saturate();
                let near = d.dot(splat(self.direction)).max(0.0);
                let lining = near.pow(14.0) * (1.0 - cover).squared() * 2.2 + near.pow(3.0) * 0.35 * (1.0 - cover);
                let color = splat::<L>(self.cloud_dark).mix(splat(self.cloud_lit), lit)
                    + splat(self.sun) * (lining * if self.is_moon { 0.12 } else { 0.11 });
                // Far clouds take the horizon's colour.
                let clear = smoothstep::<L>(0.0, 0.10, d.y);
                (base.mix(color, clear * 0.85 + 0.15), cover)
            },
        )
    }

    /// All of it, in a direction; `pixel` is a pixel's angle in radians.
    #[inline(always)]
    pub fn full<L: Lanes>(&self, d: V<L>, pixel: f32, octaves: usize) -> V<L> {
        let base = self.base(d);
        let behind = base + self.starlight(d, pixel) + self.disc(d, pixel);
        let (cloud, cover) = self.clouds_before(base, d, octaves);
        behind.mix(cloud, cover * 0.93)
    }
}

impl Palette {
    /// A designed colour turned to what the prompt names: `role` 0 takes the light's hue, 1 the shadow's. Luminance
    /// stays.
    #[must_use]
    pub fn turned(&self, color: [f32; 3], role: f32) -> [f32; 3] {
        let l = luminance(color);
        let hue = match (self.light, self.shadow) {
            (Some(light), Some(shadow)) => Some(mix3(unit_luminance(light), unit_luminance(shadow), role)),
            (Some(named), None) | (None, Some(named)) => Some(unit_luminance(named)),
            (None, None) => None,
        };
        let turned = hue.map_or(color, |hue| mix3(color, scale3(hue, l), 0.72));
        mix3([l; 3], turned, self.chroma.clamp(0.0, 1.5))
    }
}

fn unit_luminance(c: [f32; 3]) -> [f32; 3] {
    scale3(c, 1.0 / luminance(c).max(0.02)).map(|x| x.min(3.0))
}
