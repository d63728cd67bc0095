//! The open sea: a plane of waves that mirrors the sky and breaks the sun into a field of glints.
//!
//! [`Water`] tells how waves and glints are made. Fresnel by Schlick; light that comes through the crests after Tessendorf,
//! "Simulating ocean water" (SIGGRAPH course, 2001), as a term of the wave's height. Foam where noise meets high waves.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::fbm2,
    scalar::{self, Chance, luminance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    water::Water,
    world::{FAR, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct Ocean {
    camera: Camera,
    sky: Sky,
    air: Air,
    water: Water,
    deep: [f32; 3],
    crest: [f32; 3],
    foam: f32,
    swell: f32,
}

impl Ocean {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 1);
        let music = &scene.music;
        let mut sky = Sky::new(scene, chance.within(-0.42, 0.42));
        // From just above the water to a cliff.
        let high = chance.unit();
        let mut camera = Camera::standing(
            1.5 + 7.0 * high * high,
            scalar::mix(-0.40, 0.05, chance.unit()),
            chance.within(1.45, 2.5),
        );
        camera.position[2] = scene.approach * 14.0 + music.bar as f32 * 0.12;
        camera.position[0] =
            (chance.within(-0.05, 0.05) * music.bar as f32) + scalar::sin(music.bar as f32 * 0.1) * 0.4;
        camera.position[1] +=
            1.6 * scene.weather.storm + 0.12 * scalar::sin(music.bar as f32 * std::f32::consts::FRAC_PI_8);
        sky.stand_within(&camera, 0.70, 1.2);
        let weather = &scene.weather;
        let swell = 0.45 + 0.8 * weather.wind + 1.7 * weather.storm + 0.75 * music.bass + 0.4 * music.build;
        let water = Water::new(scene, &mut chance, swell, 0.16);
        let deep = mix3(scale3(sky.zenith, 0.30), scale3(sky.middle, 0.20), 0.5);
        Self {
            camera,
            air: Air::new(scene, &sky, 0.0007, 0.016),
            water,
            deep,
            crest: mix3(scale3(sky.middle, 0.5), scale3(sky.sun, 0.07), 0.3),
            foam: (weather.wind * 0.7 + weather.storm - 0.35 + 0.25 * music.bass).clamp(0.0, 1.0),
            swell,
            sky,
        }
    }
}

impl World for Ocean {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let haze = self.air.color(&self.sky, d);
        let water = d.y.lt(-2e-4);
        let mut light: V<L> = grey(0.0);
        if !water.all() {
            let sky = self.sky.full(d, pixel, 4) + self.air.lightning(d, pixel);
            light = self.air.before_sky(sky, haze, d);
        }
        let mut distance = f(FAR);
        if water.any() {
            let fall = (-d.y).max(2e-4);
            let range = self.water.range(&self.camera, d, fall);
            let (x, z) = (
                d.x * range + self.camera.position[0],
                d.z * range + self.camera.position[2],
            );
            let footprint = range * pixel / fall.max(0.02).sqrt();
            let slopes = self.water.slopes(x, z, footprint);
            let normal = v(-slopes.x, f(1.0), -slopes.z).normalized();
            let fresnel = self.water.fresnel(d, normal, slopes.rough);
            let mirrored = self.water.mirrored(d, normal, slopes.rough);
            let base = self.sky.base(mirrored);
            let (cloud, cover) = self.sky.clouds_before(base, mirrored, 2);
            let reflection = base.mix(cloud, cover * 0.8);
            let sunward = d.dot(splat(self.sky.direction)).max(0.0);
            let through = (slopes.height * (0.8 / self.swell) - 0.3).max(0.0) * (0.25 + sunward.pow(3.0));
            let body = splat::<L>(self.deep) + splat(self.crest) * through.min(0.8);
            // Glints lie on the level, so that they stand while waves pass under them.
            let level = (self.camera.position[1] / fall).min(6000.0);
            let at = (
                d.x * level + self.camera.position[0],
                d.z * level + self.camera.position[2],
            );
            let glitter = self
                .water
                .glitter(&self.sky, d, at, level, slopes, self.camera.position[1]);
            let mut wet = body.mix(reflection, fresnel);
            if self.foam > 0.0 {
                let fine = fbm2(x * 0.9, z * 0.5, 4) + 0.25 * (fbm2(x * 5.0, z * 3.0, 2) - 0.5);
                let steep = slopes.height * (0.9 / self.swell) - slopes.z * 0.5;
                let foam = smoothstep::<L>(1.52 - 0.25 * self.foam, 1.85 - 0.25 * self.foam, fine + steep);
                wet = wet.mix(splat::<L>(self.sky.cloud_lit) * 0.6 + splat(self.deep), foam * 0.6);
            }
            let glare = if self.sky.is_moon { 0.9 } else { 0.34 };
            wet +=
                splat::<L>(self.sky.sun) * ((glitter * glare * self.water.sparkle).min(3.0) * (0.35 + 0.65 * fresnel));
            wet = self.air.through(wet, haze, range);
            light = V::select(water, wet, light);
            distance = select(water, range * d.z.max(0.05), distance);
        }
        // The sea's own haze along the horizon, which breathes.
        let line = (d.y.abs() * -42.0).exp();
        light = light.mix(haze, line * 0.5);
        Sample {
            light: self.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let [x0, high, z] = self.camera.position;
        // A person's 1.7 metres fill a quarter of the height.
        let near = (self.camera.focal * 3.4).max(high * 1.1);
        let place = |role, x: f32, depth: f32, room| Place {
            role,
            at: [x0 + x * depth / self.camera.focal, 0.0, z + depth],
            heading: 0.0,
            room,
        };
        let floating = |x, y, depth, room| Place {
            at: [x0 + x * depth / self.camera.focal, y, z + depth],
            ..place(Role::Floating, 0.0, depth, room)
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.25),
            },
            ambient: scale3(self.sky.middle, 0.35),
            fog: self.air.fog(&self.sky),
            surface: Surface::Water {
                ripple: 0.12 + 0.1 * luminance(self.deep).min(0.5),
            },
            places: vec![
                place(Role::Hero, side * 0.55, near, 2.2),
                place(Role::Afloat, side * 0.35, near * 6.0, 12.0),
                place(Role::Second, side * 0.85, near * 1.2, 2.0),
                place(Role::Far, -side * 0.9, 320.0, 80.0),
                floating(side * 0.5, high + 18.0, 60.0, 20.0),
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
