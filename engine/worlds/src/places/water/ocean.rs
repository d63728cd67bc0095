//! The open sea: a plane of waves that mirrors the sky and breaks the sun into a glitter path.
//!
//! Twelve directional waves of the shape exp(sin - 1) with analytic slopes, each dragged along by the last (after
//! afl_ext's "Very fast procedural ocean"). A wave that is smaller than its pixel fades out, and its slope's variance
//! becomes roughness (Bruneton, Neyret and Holzschuch, "Real-time realistic ocean lighting", 2010): that makes the
//! glitter path. Fresnel by Schlick.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, splat, v},
    scalar::{Chance, luminance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// A wave: direction (x, z), wave number (a metre), speed (radians a second), slope's amplitude, phase.
#[derive(Clone, Copy)]
struct Wave {
    direction: [f32; 2],
    number: f32,
    height: f32,
    phase: f32,
}

pub(in super::super) struct Ocean {
    camera: Camera,
    sky: Sky,
    waves: [Wave; 12],
    deep: [f32; 3],
    sparkle: f32,
}

impl Ocean {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 1);
        let music = &scene.music;
        let sky = Sky::new(scene, chance.within(-0.35, 0.35));
        let mut camera = Camera::standing(
            chance.within(1.6, 4.0),
            chance.within(-0.34, -0.10),
            chance.within(1.5, 2.3),
        );
        camera.position[2] = scene.approach * 6.0;
        camera.position[0] = (music.bar * 0.3) as f32;
        let wind = crate::scalar::atan2(chance.within(-1.0, 1.0), 1.0);
        let swell = 0.6 + 0.9 * scene.weather.wind + 0.8 * scene.weather.storm + 0.7 * music.bass;
        let mut number = 0.16_f32;
        let waves = std::array::from_fn(|_| {
            let turn = wind + chance.within(-1.1, 1.1);
            let speed = (9.81 * number).sqrt();
            let wave = Wave {
                direction: [crate::scalar::sin(turn), crate::scalar::cos(turn)],
                number,
                height: swell * 0.085 / number.max(0.3),
                phase: (chance.unit() as f64 * 6.283 - speed as f64 * music.secs) as f32 % 6283.0,
            };
            number *= 1.42;
            wave
        });
        let deep = mix3(scale3(sky.zenith, 0.25), scale3(sky.middle, 0.10), 0.5);
        Self {
            camera,
            sky,
            waves,
            deep,
            sparkle: 0.7 + 0.5 * music.high + 1.1 * music.kick,
        }
    }

    /// Slopes (x, z) of the water at a place, and the variance of the slopes of the waves that `footprint` (metres)
    /// averages away.
    #[inline(always)]
    fn slopes<L: Lanes>(&self, x: F<L>, z: F<L>, footprint: F<L>) -> (F<L>, F<L>, F<L>) {
        let (mut px, mut pz) = (x, z);
        let (mut sx, mut sz, mut rough) = (f(0.0), f(0.0), f(0.0));
        for wave in &self.waves {
            let [dx, dz] = wave.direction;
            let phase = (px * dx + pz * dz) * wave.number + wave.phase;
            let crest = (phase.sin() - 1.0).exp();
            let slope = crest * phase.cos() * (wave.height * wave.number);
            // What is left of it in the mean over the footprint.
            let seen = (footprint * (wave.number * 0.9)).squared();
            let seen = (seen * -0.5).exp();
            sx += slope * seen * dx;
            sz += slope * seen * dz;
            rough += (1.0 - seen * seen) * (0.09 * (wave.height * wave.number) * (wave.height * wave.number));
            px -= slope * (0.6 * dx);
            pz -= slope * (0.6 * dz);
        }
        (sx, sz, rough)
    }
}

impl World for Ocean {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let sky = self.sky.full(d, pixel, 5);
        let water = d.y.lt(-1e-4);
        if !water.any() {
            return Sample {
                light: sky,
                distance: f(FAR),
            };
        }
        let fall = (-d.y).max(1e-4);
        let range = (self.camera.position[1] / fall).min(4000.0);
        let x = d.x * range + self.camera.position[0];
        let z = d.z * range + self.camera.position[2];
        let footprint = range * pixel / fall.max(0.02).sqrt();
        let (sx, sz, rough) = self.slopes(x, z, footprint);
        let normal = v(-sx, f(1.0), -sz).normalized();
        let facing = (-(d.dot(normal))).max(0.02);
        let fresnel = (1.0 - facing).squared();
        let fresnel = 0.02 + 0.98 * fresnel * fresnel * (1.0 - facing) * (rough * -2.0).exp();
        let mut mirrored = d.reflected(normal);
        mirrored.y = mirrored.y.abs() + rough.sqrt() * 0.35;
        let mirrored: V<L> = mirrored.normalized();
        let (cloud, cover) = self.sky.clouds(mirrored, 2);
        let reflection = self.sky.base(mirrored).mix(cloud, cover * 0.8);
        // The sun over a spread of slopes: a Gaussian lobe as wide as the roughness (Beckmann).
        let half = (splat::<L>(self.sky.direction) - d).normalized();
        let alpha = rough * 2.0 + 0.0006;
        let tan2 = (half.dot(normal).squared().max(1e-3)).recip() - 1.0;
        // The roughness that is left over is spread around the mean slope.
        let lobe = (-(tan2.max(0.0) / alpha)).exp() / (alpha * 14.0);
        let glitter = splat::<L>(self.sky.sun) * (lobe.min(6.0) * fresnel * (0.9 * self.sparkle));
        let body = splat::<L>(self.deep) + splat(self.sky.sun) * (sx.abs() * 0.01);
        let light = body.mix(reflection, fresnel) + glitter;
        let haze = 1.0 - (range * -0.00045).exp();
        let light = light.mix(self.sky.base(v(d.x, f(0.0), d.z)), haze);
        Sample {
            light: V::select(water, light, sky),
            distance: crate::lanes::select(water, range * d.z.max(0.05), f(FAR)),
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let z = self.camera.position[2];
        let place = |role, x: f32, depth: f32, room| Place {
            role,
            at: [x, 0.0, z + depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.25),
            },
            ambient: scale3(self.sky.middle, 0.35),
            fog: Fog {
                color: self.sky.horizon,
                density: 0.0012 + 0.01 * luminance(self.deep).min(0.1),
            },
            surface: Surface::Water { ripple: 0.2 },
            places: vec![
                place(Role::Hero, side * 2.2, 7.0, 2.2),
                place(Role::Afloat, -side * 14.0, 60.0, 20.0),
                place(Role::Second, side * 3.6, 9.0, 2.0),
                place(Role::Far, side * 90.0, 320.0, 80.0),
                Place {
                    at: [0.0, 18.0, z + 70.0],
                    ..place(Role::Floating, 0.0, 0.0, 20.0)
                },
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: sun,
                radius: 0.11,
                distance: FAR,
                spills: false,
            },
        }
    }
}
