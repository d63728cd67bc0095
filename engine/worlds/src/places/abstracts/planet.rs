//! The land of another planet: mesas before one another in coloured air, dust, and moons too large for comfort.
//!
//! The shared sky turned to the scene's colours, globes behind its air ([`super::globe`]), rock ([`super::rock`]).

use super::{
    globe::Globe,
    rock::{Ridge, Rock},
};
use crate::{
    camera::Camera,
    interior::{Ray, swing},
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::noise3,
    scalar::{Chance, luminance, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct Planet {
    camera: Camera,
    sky: Sky,
    /// The great one and the small one; the small one is the portal.
    moons: [Globe; 2],
    rock: Rock<5>,
    /// How much of its own the portal shows: 1 while it is shut.
    shut: f32,
    dust: f32,
    glow: f32,
    secs: f32,
}

impl Planet {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 52);
        let (music, palette) = (&scene.music, &scene.palette);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let mut sky = Sky::new(scene, side * chance.within(0.25, 0.48));
        sky.cover *= 0.5;
        let focal = chance.within(1.4, 2.1);
        let horizon = chance.within(-0.50, -0.24);
        let mut camera = Camera::standing(chance.within(1.8, 4.5), horizon, focal);
        camera.position[0] = 0.8 * swing(music, 32.0, 0.0);
        camera.position[2] = scene.approach * 14.0;
        let strength = if sky.is_moon { 0.85 } else { 0.42 };
        let sun = scale3(sky.sun, strength);
        // Lower than the sky's, so that relief shows.
        let to_sun = normalize([
            sky.direction[0] * 1.6 + side * 0.3,
            sky.direction[1].clamp(0.16, 0.5),
            sky.direction[2] * 0.5,
        ]);
        let far = 4000.0;
        let at = |x: f32, y: f32| [x * far / focal, camera.position[1] + (y - horizon) * far / focal, far];
        // It has the sun's hue in it, so that it stands out from the sky.
        let sun_hue = scale3(sky.sun, luminance(sky.cloud_lit) / luminance(sky.sun).max(0.01));
        let hue = mix3(mix3(sky.horizon, sky.cloud_lit, 0.5), sun_hue, chance.within(0.2, 0.8));
        // By night they are the brightest thing there is.
        let hue = scale3(hue, (0.42 / luminance(hue).max(0.05)).max(1.0));
        let great = Globe {
            middle: at(-side * chance.within(0.15, 0.9), chance.within(0.28, 0.62)),
            radius: chance.within(0.34, 0.62) * far / focal,
            axis: normalize([chance.within(-0.5, 0.5), 1.0, -0.3]),
            rings: if chance.happens(0.4) { [1.35, 2.05] } else { [0.0, 0.0] },
            colors: [scale3(hue, 0.75), scale3(mix3(hue, sky.middle, 0.6), 0.5), hue],
            gas: if chance.happens(0.6) { 1.0 } else { 0.0 },
            air: scale3(sky.middle, 0.3),
            sun: scale3(mix3([1.0; 3], sky.sun, 0.2), 0.75),
            to_sun: normalize([to_sun[0], 0.35, -0.35]),
            turn: (music.secs * 0.008) as f32,
            dark: 0.0,
        };
        let small = Globe {
            middle: at(side * chance.within(0.20, 0.75), chance.within(0.30, 0.66)),
            radius: chance.within(0.095, 0.125) * far / focal,
            rings: [0.0, 0.0],
            gas: 0.0,
            turn: chance.unit() * 30.0,
            ..great
        };
        let mesa = if chance.happens(0.6) {
            chance.within(0.6, 1.0)
        } else {
            0.0
        };
        let shift = chance.within(0.7, 1.5);
        let ridge = |distance: f32, height: f32, length: f32| Ridge {
            z: distance,
            height: height * shift,
            length,
            mesa,
        };
        let color = palette.turned(
            [
                [0.46, 0.26, 0.18],
                [0.34, 0.24, 0.34],
                [0.22, 0.32, 0.30],
                [0.36, 0.34, 0.33],
                [0.44, 0.36, 0.20],
            ][chance.below(5)],
            0.4,
        );
        Self {
            camera,
            sky,
            moons: [great, small],
            rock: Rock {
                ridges: [
                    ridge(2600.0, 560.0, 700.0),
                    ridge(1300.0, 260.0, 360.0),
                    ridge(600.0, 110.0, 190.0),
                    ridge(250.0, 36.0, 90.0),
                    ridge(110.0, 11.0, 42.0),
                ],
                color,
                sun,
                to_sun,
                ambient: [0, 1, 2].map(|k| sky.zenith[k] * 0.45 + sky.middle[k] * 0.28 + 0.01),
                air: 0.0020 * (1.0 + 1.2 * scene.weather.fog + 0.5 * music.build),
                craters: 0.5,
                relief: 1.7,
                seed: (scene.seed % 4096) as u32,
            },
            shut: 1.0 - scene.opened(),
            dust: (0.25 + 0.5 * music.bass + 0.5 * scene.weather.wind + 0.6 * scene.weather.fog) * 0.8,
            glow: 1.0 + 0.35 * music.kick + 0.2 * music.mid + music.burst,
            secs: music.secs as f32,
        }
    }
}

impl World for Planet {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let d = ray.to;
        let base = self.sky.base(d);
        let mut light = base + self.sky.disc(d, ray.pixel);
        // Moons shine through the air: they add to it, and fade towards the horizon.
        let clear = smoothstep::<L>(-0.02, 0.22, d.y) * self.glow;
        let [great, small] = &self.moons;
        let (great_cover, color, near) = great.seen(&ray);
        let body = select(great_cover.gt(0.5), near, f(FAR));
        light += color * (great_cover * clear) - light * (great_cover * 0.35);
        if great.rings[1] > 0.0 {
            let (cover, color, near) = great.rings(&ray);
            light += color * (cover * clear * 0.8 * (near.lt(body)).to_float());
        }
        let (cover, color, _) = small.seen(&ray);
        // Where the next world is seen the sky is left plain: a globe beside the axis is no exact disc.
        let shown = cover * self.shut;
        light += color * (shown * clear) - light * (shown * 0.35);
        light += self.sky.starlight(d, ray.pixel) * ((1.0 - great_cover - cover).saturate() * 0.22);
        let (cloud, covered) = self.sky.clouds(d, 3);
        light = light.mix(cloud, covered * 0.75);
        let behind = self.sky.base(v(d.x, f(0.02), d.z).normalized());
        let (mut light, t) = self.rock.over(&ray, light, behind, f(FAR));
        // Dust that the wind drives over the ground.
        let low = ray.at(t.min(140.0) * 0.6);
        let n = noise3(
            low.x * 0.05 + self.secs * 0.5,
            low.y * 0.22,
            low.z * 0.03 + self.secs * 0.2,
        );
        let thick = smoothstep::<L>(0.35, 0.95, n) * (low.y.max(0.0) * -0.35).exp() * self.dust;
        let thick: F<L> = (thick * (1.0 - (t.min(300.0) * -0.012).exp())).min(0.85);
        light = light.mix(behind + splat(scale3(self.rock.sun, 0.05)), thick);
        let light: V<L> = light;
        Sample {
            light,
            distance: (t * d.z.max(0.05)).min(FAR),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let side = if self.moons[0].middle[0] > 0.0 { 1.0 } else { -1.0 };
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x, y, z + depth],
            heading: 0.0,
            room,
        };
        let [x, y, depth] = self.camera.project(self.moons[1].middle);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.rock.to_sun,
                color: scale3(self.rock.sun, 0.7),
            },
            ambient: scale3(self.rock.ambient, 0.5),
            fog: Fog {
                color: self.sky.horizon,
                density: self.rock.air,
            },
            surface: Surface::Ground { wet: 0.0 },
            places: vec![
                place(Role::Hero, side * 1.3, 0.0, 8.0, 4.0),
                place(Role::Second, side * 2.8, 0.0, 10.0, 4.0),
                place(Role::Far, -side * 22.0, 0.0, 70.0, 20.0),
                place(Role::Crowd, -side * 5.0, 0.0, 34.0, 6.0),
                place(Role::Floating, -side * 14.0, 16.0, 60.0, 14.0),
                place(Role::Near, -side * 3.0, 0.0, 4.0, 2.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: [x, y],
                radius: self.moons[1].radius * self.camera.focal / depth.max(0.5),
                distance: FAR,
                spills: false,
            },
        }
    }
}
