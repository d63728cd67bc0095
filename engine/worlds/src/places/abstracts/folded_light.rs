//! Curtains of light that fold over a black mirror.
//!
//! A curtain is a fold of a warped field: where the field passes a step it is bright and sharp, and behind that it fades
//! as cloth does that is seen edge on (the brightness of a thin sheet goes with 1 / cosine). Three curtains lie one
//! behind the other, the far ones softer. Rays run along the cloth. Steps are filtered by the field's own slope, so
//! the edge is as wide as a pixel and no narrower.

use super::{hues::Hues, slope::slope_across};
use crate::{
    camera::Camera,
    interior::swing,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{hash1, noise1, noise2},
    particles::Cloud,
    scalar::{Chance, mix, mix3, normalize, scale3},
    scene::Scene,
    stand::{depth_of_hero, place},
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

const CURTAINS: usize = 3;

/// One curtain in picture coordinates.
#[derive(Clone, Copy, Default)]
struct Curtain {
    /// Folds a picture unit.
    folds: f32,
    /// How far the folds bend.
    bend: f32,
    lean: f32,
    offset: f32,
    flow: f32,
    /// Height of its lower border over the horizon.
    low: f32,
    tall: f32,
    strength: f32,
    /// Softness of its edges, in picture units.
    soft: f32,
    color: [f32; 3],
    above: [f32; 3],
}

pub(in super::super) struct FoldedLight {
    camera: Camera,
    hues: Hues,
    curtains: [Curtain; CURTAINS],
    core: [f32; 2],
    disc: f32,
    glow: f32,
    rays: f32,
    ripple: f32,
    ring: [f32; 2],
    dust: [Cloud; 2],
    sparkle: f32,
    secs: f32,
}

impl FoldedLight {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 65);
        let music = &scene.music;
        let hues = Hues::new(scene, &mut chance);
        let bar = music.bar as f32;
        let focal = chance.within(1.4, 2.1);
        let horizon = chance.within(-0.52, -0.16);
        let mut camera = Camera::standing(chance.within(1.2, 2.4), horizon, focal);
        camera.position[2] = scene.approach * 10.0;
        camera.position[0] = 0.7 * swing(music, 24.0, 0.0);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let core = [side * chance.within(0.1, 0.75), horizon + chance.within(0.16, 0.5)];
        let mut curtains = [Curtain::default(); CURTAINS];
        for (k, curtain) in curtains.iter_mut().enumerate() {
            let far = k as f32 / (CURTAINS - 1) as f32;
            let parallax = camera.position[0] * mix(0.10, 0.02, far);
            let hue = if k == 1 { 0.1 } else { 0.9 };
            let own = mix3(hues.shade, hues.light, hue);
            *curtain = Curtain {
                folds: mix(0.85, 1.9, far) * chance.within(0.75, 1.25),
                bend: chance.within(0.7, 1.5),
                lean: chance.within(-0.6, 0.6),
                offset: chance.unit() * 60.0 + parallax,
                flow: bar * mix(0.075, 0.035, far) + scene.approach * 0.3 * (1.0 - far),
                low: mix(0.28, 0.02, far) * chance.within(0.6, 1.3),
                tall: mix(1.7, 1.0, far) * chance.within(0.8, 1.3),
                strength: mix(1.75, 1.15, far)
                    * (0.55
                        + match k {
                            0 => 0.5 * music.bass + 0.9 * music.kick,
                            1 => 0.9 * music.mid + 0.8 * music.snare,
                            _ => 0.7 * music.mid + 0.5 * music.high,
                        }
                        + 0.8 * music.burst
                        + 0.2 * hues.day),
                soft: mix(0.012, 0.004, far),
                color: scale3(mix3(own, hues.hot, 0.25), 1.25),
                above: mix3(hues.shade, hues.light, 1.0 - hue),
            };
        }
        let fraction = (music.beat - music.beat.floor()) as f32;
        let mote = |cells, radius, seed| Cloud {
            cells,
            radius,
            share: 0.25,
            drift: [0.015 * bar, 0.03 * bar],
            wander: [(music.secs * 0.7) as f32, 0.15],
            seed,
        };
        Self {
            camera,
            hues,
            curtains,
            core,
            disc: 1.0 - scene.opened(),
            glow: 0.7 + 0.5 * music.loudness + 0.4 * music.kick + music.burst,
            rays: 0.35 + 0.5 * music.high + 0.8 * music.hat,
            ripple: 0.012 + 0.030 * music.bass,
            ring: [fraction * 14.0, (0.5 * music.bass + music.kick) * (1.0 - fraction)],
            dust: [mote(7.0, 0.005, 51), mote(17.0, 0.002, 52)],
            sparkle: 0.2 + 0.7 * music.high + 1.4 * music.hat,
            secs: music.secs as f32,
        }
    }

    /// The light of all curtains at a picture point above the horizon; `soft` blurs, in picture units.
    #[inline(always)]
    fn light<L: Lanes>(&self, x: F<L>, y: F<L>, soft: F<L>) -> V<L> {
        L::outlined(
            #[inline(always)]
            || {
                let [dark, shade, light, hot] = self.hues.vectors::<L>();
                let up = (y - self.camera.horizon).max(0.0);
                let (dx, dy) = (x - self.core[0], y - self.core[1]);
                let r = (dx * dx + dy * dy).sqrt();
                // Air: the shadow's hue low down, the light's around the core.
                let mut sum = dark * 0.8
                    + shade * ((up * -2.2).exp() * 0.20)
                    + light * ((r * -2.0).exp() * 0.30 * self.glow)
                    + hot * ((r * -6.5).exp() * 0.55 * self.glow);
                for curtain in self.curtains.iter().rev() {
                    let o = curtain.offset;
                    // Towards a vanishing point above, as high curtains seem to run.
                    let spread = (1.0 + up * 0.45).recip();
                    let (u, w) = (x * spread + up * curtain.lean * 0.35, up);
                    // Below every border.
                    if !w.gt(curtain.low - 0.20).any() {
                        continue;
                    }
                    let wind = (noise2(u * 0.85 + o, w * 0.6 - curtain.flow) - 0.5) * 0.8;
                    let border = curtain.low + (wind + 0.2) * 0.35;
                    let from = w - border;
                    let foot = smoothstep::<L>(-0.05, 0.10, from);
                    let height = from.max(0.0) * (1.0 / curtain.tall);
                    let body = foot * (height * -2.1).exp();
                    if !body.gt(0.015).any() {
                        continue;
                    }
                    let wind2 = (u * 3.7 + o + wind * 4.0 + curtain.flow * 3.0).sin()
                        * (w * 1.9 - curtain.flow * 2.0 + o).sin()
                        * 0.4;
                    let bow = (u * 2.1 + o + curtain.flow * 2.0).sin() * 0.35 + wind * 2.6 + wind2 * 0.7;
                    let value = u * curtain.folds + bow * curtain.bend;
                    let slope = slope_across(value, x).abs() + 0.6;
                    let number = value.floor();
                    let behind = value - number;
                    // Bright at the fold, fading behind it; the other way just before it, filtered.
                    let width = (soft + curtain.soft) * slope;
                    let next = smoothstep::<L>(f(1.0) - width * 2.0, f(1.0), behind);
                    let sharp = 0.07 / (width * 0.6 + 0.07);
                    let near = (behind * 9.0 + 1.0).recip();
                    let edge = near * near * sharp;
                    let cloth = ((1.0 - behind).squared() * 0.5 + edge * 0.85).mix(sharp * 0.85 + 0.5, next);
                    // Rays along the cloth.
                    let fine = smoothstep::<L>(0.12, 0.03, width);
                    let mut ray = f::<L>(1.0);
                    if fine.gt(0.0).any() {
                        let one = noise1(value * 23.0 + o + wind2 * 2.0, 5);
                        ray = ray.mix(0.30 + 1.5 * one * one, fine * self.rays.min(1.2));
                    }
                    let seed = o.floor();
                    let patch = hash1(number + seed, 9).mix(hash1(number + (seed + 1.0), 9), next) * 0.75 + 0.25;
                    let tint = splat::<L>(curtain.color).mix(splat(curtain.above), (height * 1.7).saturate());
                    let amount = cloth * body * ray * patch * curtain.strength;
                    sum += tint * amount + hot * (amount * amount * 0.16);
                }
                sum
            },
        )
    }
}

impl World for FoldedLight {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let horizon = self.camera.horizon;
        let below = at.y.lt(horizon);
        let drop = (f::<L>(horizon) - at.y).max(1e-4);
        let depth = drop.recip() * (self.camera.position[1] * self.camera.focal);
        let (mut x, mut y, mut soft) = (at.x, at.y, f::<L>(at.pixel));
        let mut shine = f::<L>(1.0);
        if below.any() {
            // A black mirror with slow ripples, that a ring crosses on the beat.
            let gx = at.x * depth * (1.0 / self.camera.focal) + self.camera.position[0];
            let gz = depth + self.camera.position[2];
            let footprint = depth * at.pixel * (0.5 + depth * (0.5 / self.camera.position[1]));
            let keep = smoothstep::<L>(1.6, 0.3, footprint);
            let wave = noise2(gx * 0.9 + self.secs * 0.15, gz * 0.6 - self.secs * 0.25) - 0.5
                + (noise2(gx * 2.7 - self.secs * 0.3, gz * 1.7) - 0.5) * 0.5;
            let away =
                ((gx - self.camera.position[0]).squared() + (gz - self.camera.position[2] - 8.0).squared()).sqrt();
            let since = away - self.ring[0];
            let ring = (since * 3.2).cos() * (since.squared() * -0.9).exp() * self.ring[1];
            let tip = (wave * 2.2 + ring * 1.3) * keep * self.ripple;
            x = select(below, at.x + tip * 1.4, at.x);
            y = select(below, f::<L>(horizon) + (drop + tip * 3.0).max(0.0), at.y);
            soft = select(below, soft + 0.012 + drop * 0.03 + (1.0 - keep) * self.ripple, soft);
            let grazing = (drop * -1.7).exp();
            shine = select(below, grazing * 0.62 + 0.10, shine);
        }
        let mut light = self.light(x, y, soft);
        let (dx, dy) = (x - self.core[0], y - self.core[1]);
        let r = (dx * dx + dy * dy).sqrt();
        let disc = smoothstep::<L>(soft * 1.2 + 0.070, soft * -0.8 + 0.070, r);
        let lamp = select(below, f::<L>(1.0), f::<L>(self.disc));
        light = light.mix(splat::<L>(self.hues.hot) * (2.4 + 0.8 * self.glow), disc * lamp);
        light *= shine;
        let mut distance = select(below, depth.min(FAR), f(FAR));
        // Mist on the mirror's far end.
        let line = ((at.y - horizon).abs() * -16.0).exp();
        let mist = splat::<L>(mix3(self.hues.shade, self.hues.light, 0.35)) * 0.42;
        light = light.mix(mist, line * 0.55);
        let mut dust = grey::<L>(0.0);
        for motes in &self.dust {
            let (cover, own) = motes.cover(at);
            dust += splat::<L>(self.hues.hot) * (cover * (0.25 + own));
        }
        light += dust * (self.sparkle * 0.45);
        distance = distance.max(0.1);
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let side = if self.core[0] > 0.0 { -1.0 } else { 1.0 };
        let near = depth_of_hero(camera, 0.22);
        Staging {
            camera: *camera,
            key: KeyLight {
                direction: normalize([
                    self.core[0] / camera.focal,
                    (self.core[1] - camera.horizon) / camera.focal,
                    1.0,
                ]),
                color: scale3(self.hues.hot, 1.3),
            },
            ambient: scale3(mix3(self.hues.shade, self.hues.light, 0.3), 0.25),
            fog: Fog {
                color: scale3(mix3(self.hues.shade, self.hues.light, 0.35), 0.42),
                density: 0.006,
            },
            surface: Surface::Water { ripple: 0.04 },
            places: vec![
                place(camera, Role::Hero, self.core[0] + side * 0.28, near, 0.0, 2.5),
                place(camera, Role::Second, self.core[0] + side * 0.70, near * 1.3, 0.0, 2.5),
                place(camera, Role::Far, side * 1.0, 60.0, 0.0, 20.0),
                place(camera, Role::Floating, -side * 0.5, 22.0, 7.0, 5.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.core,
                radius: 0.11,
                distance: FAR,
                spills: false,
            },
        }
    }
}
