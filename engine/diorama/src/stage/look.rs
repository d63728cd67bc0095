//! A scene's look: its facts, its light and its colour script.

use super::super::design::{Daytime, Design, Palette, Weather};
use super::chance::{Chance, smoothstep};
use crate::colour::oklch;
use crate::design::Oklch;

/// The key light: the one light that a scene is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Where it is, in stage units; may lie outside the picture.
    pub at: [f32; 2],
    /// Its colour.
    pub colour: Oklch,
    /// Its radius in stage units (a sun 0.08, a window 0.2): soft when large.
    pub size: f32,
    /// How strongly it lights things, 0 to about 1.2.
    pub strength: f32,
}

/// What a set knows of its scene, and the colours it draws with.
///
/// A set may change any of it in its `plan` (an indoor set brings its own lamp, space its own sky).
/// Write **local colours** (what the thing would be under white light) and let [`Look::lit`], [`Look::shade`] and
/// [`Look::silhouette`] put daytime, weather, palette and distance on them; use [`Look::lamp`] for what shines itself.
#[derive(Debug, Clone)]
pub struct Look {
    /// When.
    pub daytime: Daytime,
    /// In which weather.
    pub weather: Weather,
    /// The arrangement's seed.
    pub seed: u64,
    /// Picture width over height.
    pub aspect: f32,
    /// What the prompt's words say of colour.
    pub palette: Palette,
    /// The sky from top to horizon.
    pub sky: [Oklch; 3],
    /// What distance fades to; about the sky at the horizon.
    pub haze: Oklch,
    /// How thick the air is: 0 none (space), 0.6 a clear day, 1 fog.
    pub air: f32,
    /// The key light.
    pub key: Light,
    /// The light from everywhere else: its colour, and its strength 0 to 1.
    pub ambient: (Oklch, f32),
    /// The scene's accent, for the hero and for what should be seen first.
    pub accent: Oklch,
}

impl Look {
    /// The look that daytime, weather, words and seed give before the set has a say.
    #[must_use]
    pub fn new(design: &Design, seed: u64, aspect: f32) -> Self {
        let mut chance = Chance::new(seed, "look");
        let (sky, key, ambient) = daylight(design.daytime);
        let turn = chance.range(-14.0, 14.0);
        let mut look = Self {
            daytime: design.daytime,
            weather: design.weather,
            seed,
            aspect,
            palette: design.palette.clone(),
            sky: sky.map(|c| c.turn(turn)),
            haze: sky[2],
            air: 0.55,
            key: Light {
                at: [chance.range(-0.3, 0.3) * aspect, -0.22],
                ..key
            },
            ambient,
            accent: chance.pick(&[oklch(0.7, 0.19, 40.0), oklch(0.72, 0.17, 350.0), oklch(0.8, 0.16, 90.0)]),
        };
        look.weathered();
        look.haze = look.sky[2].mix(look.sky[1], 0.25);
        if let Some(named) = look.palette.named.first() {
            look.accent = look.palette.named.get(1).copied().unwrap_or(*named);
        }
        look
    }

    fn weathered(&mut self) {
        // (colour kept, towards grey of this lightness, by, key strength, air)
        let night = self.daytime == Daytime::Night;
        let grey = |l: f32| if night { 0.2 * l + 0.08 } else { l };
        let (keep, towards, by, key, air) = match self.weather {
            Weather::Clear => (1.0, 0.7, 0.0, 1.0, 0.55),
            Weather::Clouds => (0.8, grey(0.74), 0.3, 0.75, 0.6),
            Weather::Rain => (0.55, grey(0.55), 0.55, 0.5, 0.85),
            Weather::Snow => (0.45, grey(0.84), 0.55, 0.6, 0.85),
            Weather::Fog => (0.4, grey(0.8), 0.65, 0.45, 1.4),
            Weather::Storm => (0.5, grey(0.36), 0.7, 0.4, 0.8),
        };
        for stop in &mut self.sky {
            stop.l += (towards - stop.l) * by;
            stop.c *= keep;
        }
        self.key.strength *= key;
        // What the key loses the whole sky gives back; at night so that things can still be told apart.
        self.ambient.1 *= 1.0 + (1.0 - key) * if night { 0.9 } else { 0.25 };
        if self.weather == Weather::Storm {
            self.ambient.1 *= 0.75;
        }
        self.air = air;
    }

    /// True at night.
    #[must_use]
    pub fn night(&self) -> bool {
        self.daytime == Daytime::Night
    }

    /// How much lamps and windows shine: 0 by day, 0.6 at dawn and dusk, 1 at night; storms and rain add some.
    #[must_use]
    pub fn lamps(&self) -> f32 {
        let dark = match self.weather {
            Weather::Storm => 0.5,
            Weather::Rain | Weather::Fog => 0.3,
            _ => 0.0,
        };
        let base: f32 = match self.daytime {
            Daytime::Day => 0.0,
            Daytime::Dawn => 0.5,
            Daytime::Dusk => 0.75,
            Daytime::Night => 1.0,
        };
        (base + dark).min(1.0)
    }

    /// True when rain falls (or has just fallen): floors are wet.
    #[must_use]
    pub fn wet(&self) -> bool {
        matches!(self.weather, Weather::Rain | Weather::Storm)
    }

    /// The sun's or moon's own colour as seen through the weather: bright when clear, a pale disc in rain and fog.
    #[must_use]
    pub fn sun(&self) -> Oklch {
        let through = match self.weather {
            Weather::Clear => 1.0,
            Weather::Clouds => 0.8,
            Weather::Snow => 0.5,
            Weather::Fog => 0.4,
            Weather::Rain => 0.3,
            Weather::Storm => 0.2,
        };
        let veil = self.sky[1].mix(self.sky[2], 0.5).lighter(0.04);
        veil.mix(self.key.colour.lighter(0.06), through)
    }

    /// True when clouds, rain, snow or fog soften all shadows.
    #[must_use]
    pub fn weather_is_dull(&self) -> bool {
        self.weather != Weather::Clear
    }

    /// How far distance `depth` (0 at the camera, 1 at the horizon) fades into the haze: 0 to 0.95.
    #[must_use]
    pub fn fade(&self, depth: f32) -> f32 {
        (self.air * depth.clamp(0.0, 1.0).powf(1.4)).min(0.95)
    }

    /// A local colour under key light and ambient, seen at `depth` (0 near, 1 horizon).
    #[must_use]
    pub fn lit(&self, local: Oklch, depth: f32) -> Oklch {
        self.under(local, depth, 1.0)
    }

    /// A ground's local colour in this weather: white under snow, darker when wet.
    #[must_use]
    pub fn ground(&self, local: Oklch) -> Oklch {
        match self.weather {
            Weather::Snow => local.mix(oklch(0.93, 0.012, 240.0), 0.72),
            Weather::Rain | Weather::Storm => local.darker(0.06),
            _ => local,
        }
    }

    /// A local colour on the side away from the key light.
    #[must_use]
    pub fn shade(&self, local: Oklch, depth: f32) -> Oklch {
        self.under(local, depth, 0.22)
    }

    /// A local colour with this share of the key light: 0 none, 1 facing it, above 1 a rim.
    #[must_use]
    pub fn under(&self, local: Oklch, depth: f32, share: f32) -> Oklch {
        let seen = local.under(self.light(share));
        self.words(seen.mix(self.haze, self.fade(depth)))
    }

    /// The light that falls on a surface, linear RGB, with this share of the key light.
    #[must_use]
    pub fn light(&self, share: f32) -> [f32; 3] {
        let key = self.words(self.key.colour).linear();
        let ambient = self.words(self.ambient.0).linear();
        [0, 1, 2].map(|i| {
            (key[i].max(0.0) * self.key.strength * share * 0.95 + ambient[i].max(0.0) * self.ambient.1 * 1.15).max(0.0)
        })
    }

    /// The dark shape of something against the light, fading into the haze with distance.
    #[must_use]
    pub fn silhouette(&self, depth: f32) -> Oklch {
        let dark = self.sky[0].mix(self.ambient.0, 0.4);
        let dark = oklch((dark.l * 0.34).clamp(0.08, 0.24), dark.c * 0.6, dark.h);
        self.words(dark.mix(self.haze, self.fade(depth) * 0.95))
    }

    /// The colour of what shines itself: daylight leaves it alone, words do not.
    #[must_use]
    pub fn lamp(&self, colour: Oklch) -> Oklch {
        self.words(colour)
    }

    /// The sky's colour at `t`: 0 at the top, 1 at the horizon.
    #[must_use]
    pub fn sky_at(&self, t: f32) -> Oklch {
        let t = t.clamp(0.0, 1.0) * 2.0;
        let colour = if t < 1.0 {
            self.sky[0].mix(self.sky[1], t)
        } else {
            self.sky[1].mix(self.sky[2], t - 1.0)
        };
        self.words(colour)
    }

    /// Bends a colour to what the prompt's words ask: named hues pull, chroma and lightness follow.
    #[must_use]
    pub fn words(&self, colour: Oklch) -> Oklch {
        let mut out = colour;
        if !self.palette.named.is_empty() {
            // The nearest of the named hues pulls, and greys take some of its chroma.
            let way = |h: f32| ((h - out.h + 180.0).rem_euclid(360.0) - 180.0).abs();
            let mut best = self.palette.named[0];
            for named in &self.palette.named {
                if way(named.h) < way(best.h) {
                    best = *named;
                }
            }
            let room = smoothstep(0.02, 0.3, out.l) * (1.0 - smoothstep(0.86, 1.0, out.l));
            out = out.pull(best.h, 0.88);
            out.c = (out.c * 0.55 + best.c * 0.5 * room).min(0.3);
            out.l += (best.l - out.l) * 0.2 * room;
            if best.c < 0.03 {
                // "Black", "white", "grey": no hue to pull to, so colour goes and light moves.
                out.c *= 0.25;
                out.l += (best.l - 0.5) * 0.25 * room;
            }
        }
        let room = smoothstep(0.0, 0.25, out.l);
        oklch(
            (out.l + self.palette.lightness * 0.8 * room).clamp(0.0, 1.0),
            out.c * self.palette.chroma,
            out.h,
        )
    }
}

fn daylight(daytime: Daytime) -> ([Oklch; 3], Light, (Oklch, f32)) {
    let key = |colour, strength, size| Light {
        at: [0.0, 0.0],
        colour,
        size,
        strength,
    };
    match daytime {
        Daytime::Dawn => (
            [
                oklch(0.52, 0.09, 275.0),
                oklch(0.74, 0.09, 345.0),
                oklch(0.9, 0.1, 75.0),
            ],
            key(oklch(0.9, 0.1, 70.0), 0.85, 0.1),
            (oklch(0.72, 0.06, 310.0), 0.55),
        ),
        Daytime::Day => (
            [
                oklch(0.6, 0.14, 252.0),
                oklch(0.76, 0.1, 238.0),
                oklch(0.92, 0.045, 215.0),
            ],
            key(oklch(0.99, 0.04, 95.0), 1.0, 0.09),
            (oklch(0.8, 0.06, 245.0), 0.6),
        ),
        Daytime::Dusk => (
            [oklch(0.3, 0.11, 288.0), oklch(0.54, 0.17, 10.0), oklch(0.8, 0.16, 60.0)],
            key(oklch(0.84, 0.15, 55.0), 0.9, 0.11),
            (oklch(0.55, 0.1, 310.0), 0.55),
        ),
        Daytime::Night => (
            [
                oklch(0.15, 0.06, 278.0),
                oklch(0.25, 0.08, 268.0),
                oklch(0.38, 0.08, 250.0),
            ],
            key(oklch(0.86, 0.05, 240.0), 0.34, 0.075),
            (oklch(0.5, 0.09, 265.0), 0.3),
        ),
    }
}
