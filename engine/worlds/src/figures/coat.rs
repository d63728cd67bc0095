//! Coats: what surfaces of a colour of their own give back, and what makes hair, hide and stone of them.

use crate::scalar::{exp, luminance, mix, smoothstep};

use super::{
    paint::Finish,
    posed::{Coat, TONE},
    shade::Light,
    skeleton::{Vec3, add, dot, scaled, sub, unit},
};

/// Share of the air that a named colour is seen through.
pub(super) const PIERCES: f32 = 0.55;
/// Light (linear) that falls on a named colour from where it is seen, whatever the hour.
const FILL: f32 = 0.17;
/// Share of the lights' own colour that a named colour takes.
const CAST: f32 = 0.45;

/// How much more of it a still life has.
const SPOT: f32 = 1.7;
/// Share of the soft light from where it is seen that what is not named has.
const QUIET: f32 = 0.7;

/// A surface that is not even: hair, hide, bark. `at` is the place on the thing and `pixels` those of a
/// unit there, as [`super::posed::Posed::stand`] measures it.
pub(super) fn mottle(facet: &mut Facet, grain: f32, at: Vec3, pixels: f32) {
    // Hair hangs: it is longer than wide. What would be finer than a pixel is left out.
    let mut sum = 0.0;
    let mut bent = [0.0; 3];
    for (hairs, share, seed) in [(9.0, 0.9, 3), (34.0, 1.0, 5), (95.0, 0.8, 7)] {
        let shown = share * smoothstep(1.6, 4.5, pixels / hairs);
        if shown > 0.0 {
            let p = [at[0] * hairs, at[1] * hairs * 0.42, at[2] * hairs];
            let value = noise(p, seed);
            sum += value * shown;
            bent[0] += value * shown;
            bent[2] -= value * shown;
        }
    }
    facet.tone *= (1.0 + grain * sum).clamp(0.35, 1.8);
    let turned = add(facet.normal, scaled(bent, 0.35 * grain));
    facet.normal = unit(turned);
}

/// Value noise over whole places, -0.5 to 0.5.
fn noise(p: Vec3, seed: u32) -> f32 {
    let base = p.map(f32::floor);
    let t: Vec3 = std::array::from_fn(|k| {
        let t = p[k] - base[k];
        t * t * (3.0 - 2.0 * t)
    });
    let corner = base.map(|b| b as i32 as u32);
    let value = |i: u32, j: u32, k: u32| {
        let mut h = corner[0].wrapping_add(i).wrapping_mul(0x8DA6_B343)
            ^ corner[1].wrapping_add(j).wrapping_mul(0xD816_3841)
            ^ corner[2].wrapping_add(k).wrapping_mul(0xCB1A_B31F)
            ^ seed.wrapping_mul(0x9E37_79B9);
        h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
        h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
        ((h >> 8) & 0xFFFF) as f32 / 65536.0 - 0.5
    };
    let along = |j, k| mix(value(0, j, k), value(1, j, k), t[0]);
    mix(
        mix(along(0, 0), along(1, 0), t[1]),
        mix(along(0, 1), along(1, 1), t[1]),
        t[2],
    )
}

/// A place on a surface.
pub(super) struct Facet {
    pub normal: Vec3,
    /// Direction to who sees it.
    pub eye: Vec3,
    /// Cosine between the two.
    pub facing: f32,
    pub tone: f32,
}

/// What a surface of a named colour gives to the eye (linear): it is lit around (wrapped diffuse), with a soft light
/// from where it is seen, so that colour and form read at night too.
pub(super) fn painted(coat: &Coat, light: &Light, at: &Facet, spot: bool) -> Vec3 {
    let paint = coat.paint;
    let whitened = |c: Vec3| {
        let grey = luminance(c);
        c.map(|c| mix(grey, c, CAST))
    };
    let (key, ambient) = (whitened(light.key.color), whitened(light.ambient));
    let towards = dot(at.normal, light.key.direction);
    let wrapped = smoothstep(-0.6, 1.0, towards);
    let hemisphere = 0.14 + 0.86 * (at.normal[1] * 0.5 + 0.5);
    let colour = paint.colour();
    // Blue and violet are dark by nature, and no less named.
    let lift = 1.0 + 0.9 * (1.0 - 4.0 * luminance(colour)).max(0.0);
    // Fog lights what is in it from all sides.
    let mist = 1.0 + 4.0 * luminance(light.fog.color) * (1.0 - exp(-light.fog.density * 10.0));
    let near = match (spot, coat.named) {
        (true, _) => SPOT,
        (false, true) => 1.0,
        (false, false) => QUIET,
    };
    let fill = FILL * near * lift * mist * (0.15 + 0.85 * at.facing) * (0.55 + 0.45 * hemisphere);
    // Glass and tyres stay darker than lacquer.
    let own = (at.tone / TONE).clamp(0.1, 1.6);
    let matte = match paint.finish {
        Finish::Matte => 1.0,
        Finish::Lacquer | Finish::Glass => 0.85,
        Finish::Metal => 0.30,
        Finish::Ghostly => 2.2,
    };
    // What is mirrored: the sky over the ground, by Schlick's reflectance, and the light itself.
    let gloss = match paint.finish {
        Finish::Lacquer => Some((0.05, 0.55, 0.25)),
        Finish::Glass => Some((0.12, 0.70, 0.45)),
        Finish::Metal => Some((0.75, 0.20, 0.80)),
        Finish::Matte | Finish::Ghostly => None,
    };
    let mirrored = gloss.map_or([0.0; 3], |(least, more, light_share)| {
        let back = sub(scaled(at.normal, 2.0 * dot(at.normal, at.eye)), at.eye);
        let glancing = 1.0 - at.facing;
        let share = least + more * glancing * glancing * glancing * glancing;
        let shine = dot(back, light.key.direction).max(0.0);
        let shine = shine * shine * shine * shine;
        let sky = smoothstep(-0.05, 0.35, back[1]) * share;
        // The horizon is the brightest of what is around, and the ground has a little of it.
        let band = if paint.finish == Finish::Metal {
            sky * (1.0 - 0.45 * smoothstep(0.25, 0.95, back[1])) + 0.10 * share
        } else {
            sky
        };
        let own = if paint.finish == Finish::Metal {
            colour
        } else {
            [1.0; 3]
        };
        std::array::from_fn(|k| {
            own[k]
                * ((light.fog.color[k] * 0.8 + light.ambient[k] * 0.4 + fill * 1.6 * least) * band
                    + light.key.color[k] * shine * light_share)
        })
    });
    std::array::from_fn(|k| {
        let falls = ambient[k] * 1.25 * hemisphere + key[k] * 0.55 * wrapped + fill;
        colour[k] * own * falls * matte + mirrored[k]
    })
}
