//! Space: a nebula, stars, a ringed planet and its moon, seen from bare rock or from nowhere.
//!
//! The nebula is a fractal sum warped twice by others (Quilez, "Domain warping"), dark lanes cut by its own warp; the
//! planet and its rings shade each other ([`super::globe`]).

use super::{
    globe::Globe,
    rock::{Ridge, Rock},
};
use crate::{
    camera::Camera,
    interior::{Ray, pick, swing},
    lanes::{Lanes, V, f, select, smoothstep, splat, splats},
    noise::fbm2,
    scalar::{Chance, luminance, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// The dark, the veil, its light, its hottest part.
const NEBULA: [[u32; 4]; 4] = [
    [0x05040d, 0x2a1a5e, 0xb03a78, 0xffb878],
    [0x020910, 0x0c3a56, 0x2a9a9c, 0xffe0b0],
    [0x0a0508, 0x4a1824, 0xc05a34, 0x9ac4ff],
    [0x04060e, 0x14285c, 0x5a78c8, 0xf0e4ff],
];
const GAS: [[u32; 3]; 4] = [
    [0xd8b890, 0x8a6a60, 0xf4e6d0],
    [0x9ab8c4, 0x4a6a80, 0xe6ece8],
    [0xc88a5a, 0x6a3a30, 0xf0d0a8],
    [0xb0a4c8, 0x5a5080, 0xe8e0f0],
];

pub(in super::super) struct Space {
    camera: Camera,
    sky: Sky,
    nebula: [[f32; 3]; 4],
    planet: Globe,
    moon: Globe,
    rock: Rock<2>,
    /// Whether there is ground.
    landed: bool,
    /// How much of its own the portal shows: 1 while it is shut.
    shut: f32,
    offset: f32,
    drift: f32,
    veil: f32,
    glint: f32,
}

impl Space {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 51);
        let (music, palette) = (&scene.music, &scene.palette);
        // Here it is always night.
        let mut sky = Sky::new(&Scene { hour: 0.0, ..*scene }, 0.0);
        sky.stars = 0.8;
        let landed = chance.happens(0.6);
        let focal = chance.within(1.4, 2.1);
        let horizon = if landed { chance.within(-0.62, -0.40) } else { 0.0 };
        let mut camera = Camera::standing(if landed { chance.within(1.8, 3.2) } else { 0.0 }, horizon, focal);
        camera.position[0] = 0.6 * swing(music, 32.0, 0.0);
        camera.position[2] = scene.approach * 14.0;
        camera.yaw = 0.03 * swing(music, 32.0, 0.25);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let scheme = scene.scheme() + chance.below(2);
        let nebula = pick(&NEBULA, scheme);
        let nebula = [
            palette.turned(nebula[0], 1.0),
            palette.turned(nebula[1], 0.8),
            palette.turned(nebula[2], 0.3),
            palette.turned(nebula[3], 0.0),
        ];
        // The light comes from the far side, a little behind the planet: a wide crescent, or nearly half of it.
        let to_sun = normalize([
            -side * chance.within(0.5, 0.9),
            chance.within(0.15, 0.5),
            chance.within(-0.5, 0.25),
        ]);
        let sun = scale3(palette.turned([1.0, 0.90, 0.78], 0.0), 1.7);
        let sun = scene.through_portal(sun, |l| scale3(l, 1.5 / luminance(l).max(0.1)));
        let sun = scale3(sun, 0.9 + 0.25 * music.loudness + 0.3 * music.snare);
        let far = 60.0;
        let at = |x: f32, y: f32, z: f32| [x * z / focal, camera.position[1] + (y - horizon) * z / focal, z];
        let tilt = chance.within(-0.5, 0.5);
        let ringed = chance.happens(0.75);
        let radius = chance.within(0.30, 0.52) * if ringed { 0.85 } else { 1.15 };
        let planet = Globe {
            middle: at(side * chance.within(0.35, 0.85), chance.within(0.02, 0.35), far),
            radius: radius * far / focal,
            axis: normalize([tilt, 1.0, chance.within(-0.42, -0.16)]),
            rings: if ringed {
                [1.30, chance.within(1.9, 2.3)]
            } else {
                [0.0, 0.0]
            },
            colors: pick(&GAS, scheme).map(|c| palette.turned(c, 0.2)),
            gas: 1.0,
            air: scale3(nebula[2], 0.8),
            sun,
            to_sun,
            turn: (music.secs * 0.01) as f32,
            dark: 0.012 + 0.01 * music.mid,
        };
        let moon_far = 44.0;
        let moon = Globe {
            middle: at(-side * chance.within(0.25, 0.8), chance.within(0.20, 0.55), moon_far),
            radius: chance.within(0.095, 0.13) * moon_far / focal,
            rings: [0.0, 0.0],
            colors: [[0.42, 0.40, 0.38], [0.24, 0.23, 0.24], [0.55, 0.53, 0.5]].map(|c| palette.turned(c, 0.5)),
            gas: 0.0,
            air: [0.0; 3],
            turn: chance.unit() * 20.0,
            ..planet
        };
        Self {
            camera,
            sky,
            nebula,
            planet,
            moon,
            rock: Rock {
                ridges: [
                    Ridge {
                        z: camera.position[2] + 130.0,
                        height: 26.0,
                        length: 40.0,
                        mesa: 0.0,
                    },
                    Ridge {
                        z: camera.position[2] + 60.0,
                        height: 7.0,
                        length: 22.0,
                        mesa: 0.0,
                    },
                ],
                color: palette.turned([0.30, 0.29, 0.30], 0.6),
                sun: scale3(sun, 0.62),
                to_sun,
                ambient: [0, 1, 2].map(|k| nebula[1][k] * 0.5 + nebula[2][k] * 0.10 + 0.006),
                air: 0.0006,
                craters: 1.0,
                relief: 4.0,
                seed: (scene.seed % 4096) as u32,
            },
            landed,
            shut: 1.0 - scene.opened(),
            offset: (scene.seed % 61) as f32 * 3.1,
            drift: (music.bar * 0.006) as f32,
            veil: 0.65 + 0.45 * music.mid + 0.35 * music.bass + 0.5 * music.burst,
            glint: 0.5 * music.kick + music.burst,
        }
    }

    #[inline(always)]
    fn nebula<L: Lanes>(&self, d: V<L>) -> V<L> {
        let scale = (d.z + 0.35).max(0.2).recip();
        let (x, y) = (
            d.x * scale * 1.5 + self.offset + self.drift,
            d.y * scale * 1.5 + self.offset * 0.7,
        );
        let (qx, qy) = (
            fbm2(x * 1.4, y * 1.4, 3) - 0.5,
            fbm2(x * 1.4 + 5.2, y * 1.4 + 1.3, 3) - 0.5,
        );
        let (rx, ry) = (x + qx * 1.9 + self.drift * 2.0, y + qy * 1.9);
        let n = fbm2(rx * 1.7 + 2.0, ry * 1.7 + 8.0, 5);
        let wisps = fbm2(rx * 5.0 - qy * 3.0, ry * 5.0 + qx * 3.0, 3);
        let [dark, veil, lit, hot] = splats::<L, _>(self.nebula);
        let mass = smoothstep::<L>(0.36, 0.74, n);
        let lane = smoothstep::<L>(0.44, 0.62, wisps) * 0.65;
        let core = smoothstep::<L>(0.55, 0.82, n + qx * 0.35);
        let mut light = dark.mix(veil, mass * (1.0 - lane * 0.6));
        light += lit * (mass * mass * core * (1.0 - lane) * 0.75 * self.veil);
        light
            + hot
                * (core
                    * core
                    * (1.0 - lane)
                    * smoothstep::<L>(0.1, 0.35, qy + 0.15)
                    * 0.55
                    * (self.veil + self.glint * 0.6))
    }
}

impl World for Space {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let mut light = self.nebula(ray.to);
        let veiled = 1.0 - light.luminance().min(0.9) * 0.9;
        light += self.sky.starlight(ray.to, ray.pixel) * (veiled * 0.45);
        let mut t = f(FAR);
        light += self.planet.halo(&ray);
        let (cover, color, near) = self.planet.seen(&ray);
        light = light.mix(color, cover);
        let body = select(cover.gt(0.5), near, f(FAR));
        t = t.min(body);
        if self.planet.rings[1] > 0.0 {
            let (cover, color, near) = self.planet.rings(&ray);
            let before = cover * (near.lt(body)).to_float();
            light = light.mix(color, before);
            t = select(before.gt(0.5), near, t);
        }
        let (cover, color, near) = self.moon.seen(&ray);
        // Where the next world is seen the sky is left plain: a globe beside the axis is no exact disc.
        let cover = cover * self.shut;
        if cover.gt(0.0).any() {
            light = light.mix(color, cover);
            t = select(cover.gt(0.5), near, t);
        }
        if self.landed && ray.to.y.lt(0.30).any() {
            let behind = splat::<L>(self.nebula[1]) * 0.5;
            (light, t) = self.rock.over(&ray, light, behind, t);
        }
        Sample {
            light,
            distance: (t * ray.to.z.max(0.05)).min(FAR),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let y = self.camera.position[1];
        let side = if self.planet.middle[0] > 0.0 { 1.0 } else { -1.0 };
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x, y, z + depth],
            heading: 0.0,
            room,
        };
        let [cx, cy, depth] = self.camera.project(self.moon.middle);
        let mut places = if self.landed {
            vec![
                place(Role::Hero, side * 1.2, 0.0, 8.0, 4.0),
                place(Role::Second, side * 2.8, 0.0, 10.0, 4.0),
                place(Role::Far, -side * 14.0, 0.0, 45.0, 12.0),
            ]
        } else {
            vec![
                place(Role::Hero, -side * 0.9, y - 1.3, 7.0, 4.0),
                place(Role::Second, -side * 2.6, y - 0.2, 11.0, 4.0),
            ]
        };
        places.push(place(Role::Floating, -side * 1.8, y + 1.4, 11.0, 4.0));
        places.push(place(Role::Sign, -side * 8.0, y + 16.0, 60.0, 8.0));
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.planet.to_sun,
                color: scale3(self.planet.sun, 0.9),
            },
            ambient: scale3(self.nebula[1], 0.5),
            fog: Fog {
                color: self.nebula[1],
                density: 0.0005,
            },
            surface: if self.landed {
                Surface::Ground { wet: 0.0 }
            } else {
                Surface::None
            },
            places,
            portal: Portal {
                opening: Opening::Disc,
                centre: [cx, cy],
                radius: self.moon.radius * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: false,
            },
        }
    }
}
