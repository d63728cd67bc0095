//! Fire in a world that burns: flames at several depths, their light on what is around, smoke over them, embers.
//!
//! Flames are noise that rises and is drawn out upwards, its density a colour from red to white (Perlin and Hoffert,
//! "Hypertexture", 1989), on upright sheets that stand between the world's near and far things.

use crate::{
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::{fbm2, noise2},
    overlay::Overlay,
    particles::Cloud,
    scalar::{Chance, scale3, sin},
    scene::Music,
    world::{Points, Staging},
};

/// Light (linear) of a flame's red, and of its hottest.
const RED: [f32; 3] = [1.25, 0.34, 0.06];
const HOT: [f32; 3] = [3.2, 1.9, 0.75];
/// Smoke in the light of its fire.
const SMOKE: [f32; 3] = [0.050, 0.026, 0.016];
const FIRES: usize = 11;

/// One fire: its foot in picture coordinates, picture units for a metre there, metres from the camera, its half width and
/// height in metres.
#[derive(Debug, Clone, Copy)]
struct Flame {
    foot: [f32; 2],
    per_metre: f32,
    depth: f32,
    wide: f32,
    high: f32,
    own: f32,
}

/// A world's fires at a frame.
#[derive(Debug, Clone)]
pub struct Blaze {
    flames: [Flame; FIRES],
    horizon: f32,
    strength: f32,
    rise: f32,
    secs: f32,
    embers: f32,
}

impl Blaze {
    /// The fires of a scene's seed on its world's ground; they leap with bass and kick.
    #[must_use]
    pub fn new(seed: u64, staging: &Staging, ground: &dyn Fn(f32, f32) -> f32, music: &Music) -> Self {
        let mut chance = Chance::new(seed, 0xF19E);
        let camera = staging.camera;
        let secs = music.secs as f32;
        let leap = 0.85 + 0.25 * music.bass + 0.25 * music.kick + 0.3 * music.burst;
        let mut side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let flames = std::array::from_fn(|k| {
            // Far to near, on both sides in turn, the middle left to who stands there.
            let depth = [80.0, 66.0, 55.0, 46.0, 38.0, 31.0, 26.0, 21.0, 17.0, 14.0, 11.0][k] * chance.within(0.9, 1.1);
            side = -side;
            let across = side * chance.within(0.30, 1.6);
            let right = across * depth / camera.focal;
            let (yaw_sin, yaw_cos) = (sin(camera.yaw), crate::scalar::cos(camera.yaw));
            let x = camera.position[0] + right * yaw_cos + depth * yaw_sin;
            let z = camera.position[2] + depth * yaw_cos - right * yaw_sin;
            let [fx, fy, far] = camera.project([x, ground(x, z), z]);
            // As high in the picture as it is far in the world: a far wood burns higher than a near bush.
            let high = depth * chance.within(0.30, 0.62) / camera.focal.max(1.0) * 1.6;
            Flame {
                foot: [fx, fy],
                per_metre: camera.focal / far.max(1.0),
                depth: far,
                wide: high * chance.within(0.34, 0.62),
                high: high * leap,
                own: chance.within(0.0, 40.0),
            }
        });
        let flicker = 0.05 * sin(secs * 11.3) + 0.05 * sin(secs * 7.1);
        Self {
            flames,
            horizon: camera.horizon,
            strength: 0.85 + flicker + 0.25 * music.bass + 0.35 * music.kick,
            rise: (music.secs * 1.5) as f32,
            secs,
            embers: 0.5 + 0.6 * music.high + 0.8 * music.hat,
        }
    }
}

impl Flame {
    /// Its light and cover at a place in metres from its foot.
    #[inline(always)]
    fn burns<L: Lanes>(&self, x: F<L>, y: F<L>, rise: f32) -> (V<L>, F<L>) {
        let up = y * (1.0 / self.high);
        let across = x * (1.0 / self.wide);
        // Noise in the flame's own size, so that far ones are not finer than the pixels.
        let rising = rise * 0.8 + self.own;
        let bend = noise2(across * 0.6 + self.own, up * 1.3 - rising * 0.55) - 0.5;
        let bx = across + bend * (up.max(0.0) * 1.5 + 0.2);
        let n = fbm2(bx * 1.6 + self.own, up * 2.4 - rising, 4);
        let taper = ((1.15 - up).max(0.0).sqrt() * 0.95 + 0.03).max(0.05);
        let body = 1.0 - (bx / taper).squared();
        let v = body * (1.15 - up * 0.75) + (n - 0.5) * (1.3 + up.max(0.0) * 1.7) - 0.25 - up.max(0.0) * 0.25;
        let v = (v - smoothstep::<L>(0.6, 1.3, up) * 0.8) * smoothstep::<L>(-0.10, 0.08, up + (n - 0.5) * 0.12);
        let heat = (v * 0.8).saturate();
        (
            splat::<L>(RED) * (heat * 1.7) + splat::<L>(HOT) * (heat * heat * heat),
            smoothstep::<L>(0.0, 0.40, v),
        )
    }
}

impl Overlay for Blaze {
    #[inline(always)]
    fn over<L: Lanes>(&self, at: Points<L>, light: V<L>, distance: F<L>) -> (V<L>, F<L>) {
        let (mut light, mut distance) = (light, distance);
        // What stands around takes their colour, more near them, and the air glows over the horizon.
        let over = at.y - self.horizon;
        let mut near = f::<L>(0.0);
        let mut smoky = f::<L>(0.0);
        for flame in &self.flames {
            let size = flame.high * flame.per_metre;
            let (x, y) = (
                (at.x - flame.foot[0]) * (1.0 / size),
                (at.y - flame.foot[1]) * (1.0 / size),
            );
            near += ((x * x + (y - 0.4).squared()) * 0.7 + 0.35).recip() * 0.075;
            smoky = smoky
                .max((-((x - y * 0.22) / (y.max(0.0) * 0.45 + 0.5)).squared()).exp() * smoothstep::<L>(0.5, 1.6, y));
        }
        let glow = (-(over * 1.7).squared()).exp() * 0.5 + near;
        light = light + light * (splat::<L>([1.9, 0.62, 0.10]) * (glow * self.strength));
        let air = smoothstep::<L>(8.0, 90.0, distance);
        light += splat::<L>(RED) * (glow * air * (0.10 * self.strength));
        let billow = fbm2(at.x * 1.7 - self.secs * 0.05, at.y * 1.7 - self.secs * 0.22, 4);
        let smoke = smoky * smoothstep::<L>(0.32, 0.72, billow) * air;
        let under = (over.max(0.0) * -1.6).exp() * 3.2 + 0.35;
        light = light.mix(splat::<L>(SMOKE) * (under * (0.6 + 0.8 * billow)), smoke * 0.88);
        for flame in &self.flames {
            let per = 1.0 / flame.per_metre;
            let (x, y) = ((at.x - flame.foot[0]) * per, (at.y - flame.foot[1]) * per);
            let within = x.abs().lt(flame.wide * 2.4) & y.lt(flame.high * 1.5) & y.gt(flame.high * -0.15);
            if !(within & distance.gt(flame.depth)).any() {
                continue;
            }
            let (flames, cover) = flame.burns(x, y, self.rise);
            let cover = select(distance.gt(flame.depth), cover, f(0.0));
            light = light.mix(flames * self.strength, cover * 0.85) + flames * (cover * 0.35);
            distance = select(cover.gt(0.6), f(flame.depth), distance);
        }
        let mut embers = f::<L>(0.0);
        for k in 0..2 {
            let cloud = Cloud {
                cells: [5.0, 9.0][k],
                radius: [0.0042, 0.0030][k],
                share: (0.30 + 0.30 * self.embers).min(0.8),
                drift: [0.06 * self.secs, self.secs * [0.30, 0.21][k]],
                wander: [self.secs * 1.4, 0.18],
                seed: 191 + k as u32,
            };
            let (spot, own) = cloud.cover(at);
            embers += spot * (own * 0.8 + 0.3);
        }
        light += splat::<L>(scale3(RED, 3.6)) * (embers * self.embers * (0.3 + near).min(1.0));
        (light, distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::View,
        isa::Isa,
        overlay::lay,
        picture::{Picture, Prepared},
        scene::{Kind, Scene},
        world::FAR,
    };

    #[test]
    fn fire_stands_between_near_and_far() {
        let world = Prepared::new(Kind::Meadow, &Scene::default());
        let blaze = Blaze::new(5, world.staging(), &|_, _| 0.0, &Music::default());
        let lit = |distance: f32| {
            let mut picture = Picture::new(160, 90);
            picture.distance.fill(distance);
            picture.light[0].fill(1e-6);
            lay(Isa::best(), View::WHOLE, &mut picture, &blaze);
            picture.light[1].iter().filter(|g| **g > 0.2).count()
        };
        assert!(lit(FAR) > 200, "{}", lit(FAR));
        assert!(lit(4.0) * 4 < lit(FAR), "what is nearer hides it: {}", lit(4.0));
    }
}
