//! A concert: beams in haze, a truss of lamps, one great light behind whoever stands there.
//!
//! Beams are cones with a Gaussian profile, integrated in closed form (`crate::interior`), times two sheets of fractal
//! haze, a near and a far one. Seen from the crowd, in a hall or under the open sky, or from behind the player with
//! the hall before him. The stage's floor mirrors the same beams.

mod backdrop;
mod rig;

use crate::{
    camera::Camera,
    crowd::Crowd,
    interior::{Beam, Ray, band, glow, pick, stripes, swing},
    lanes::{F, Lanes, V, f, grey, select, splat},
    scalar::{Chance, cos, luminance, mix3, normalize, scale3, sin},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

const LAMPS: usize = 12;
/// Two hues and the white between: beams, second beams, great light.
const HUES: [[u32; 3]; 8] = [
    [0x2f62ff, 0xff2f6e, 0xffd2a8],
    [0xff7020, 0x1793b8, 0xffe2b4],
    [0x12b8c8, 0x6a48ff, 0xd8f0ff],
    [0x3c7dff, 0x86a8ff, 0xf0f4ff],
    [0xff2418, 0xff5a30, 0xffd8b0],
    [0x18c878, 0xd8e070, 0xf4ffd8],
    [0xd02cff, 0x2f50ff, 0xffd0f0],
    [0xffb048, 0xffd8a0, 0xfff0d8],
];

pub(in super::super) struct Stage {
    camera: Camera,
    sky: Sky,
    beams: [Beam; LAMPS],
    /// Seen from behind the player.
    behind: bool,
    open: bool,
    screen: bool,
    hues: [[f32; 3]; 3],
    /// Level of the stage, and where it begins and ends.
    floor: f32,
    ends: [f32; 2],
    /// The wall at the back, and how high it is.
    back: f32,
    top: f32,
    /// The great light and half its height.
    lamp: [f32; 3],
    half: f32,
    lamp_light: [f32; 3],
    /// The next world is seen in it.
    /// How much of its own the portal shows: 1 while it is shut.
    shut: f32,
    haze: f32,
    drift: f32,
    kick: f32,
    mid: f32,
    crowd: Crowd<4>,
    /// Strips of lamps hang before the back wall.
    strips: bool,
    beat: f32,
}

impl Stage {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 31);
        let music = &scene.music;
        let behind = chance.happens(0.34);
        let open = !behind && (chance.happens(0.4) || scene.weather.rain > 0.3 || scene.weather.snow > 0.3);
        let screen = chance.happens(0.4);
        let [first, second, white] = pick(&HUES, scene.scheme() + chance.below(HUES.len()));
        let palette = &scene.palette;
        let white = palette.turned(white, 0.0);
        let white = scene.through_portal(white, |light| {
            mix3(white, scale3(light, 1.0 / luminance(light).max(0.05)), 0.7)
        });
        let hues = [palette.turned(first, 0.9), palette.turned(second, 0.0), white];
        let focal = if behind {
            chance.within(1.6, 2.3)
        } else {
            chance.within(1.6, 2.5)
        };
        let side = chance.within(-1.6, 1.6);
        let (floor, ends, back, height, horizon) = if behind {
            (
                0.0,
                [-1.0, 8.5],
                40.0,
                chance.within(0.7, 1.5),
                chance.within(-0.42, -0.22),
            )
        } else {
            let front = chance.within(7.5, 10.0);
            (
                1.2,
                [front, front + 9.0],
                front + 10.0,
                chance.within(1.75, 2.25),
                chance.within(-0.56, -0.40),
            )
        };
        let mut camera = Camera::standing(height, horizon, focal);
        camera.position[0] = side + 0.5 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * if behind { 2.2 } else { 5.0 };
        camera.yaw = -side * 0.5 / back + 0.01 * swing(music, 24.0, 0.3);
        let radius = chance.within(0.125, 0.16);
        let half = radius * back / focal;
        let lamp_x = chance.within(-0.34, 0.34) * back / focal;
        let lamp_y = if behind {
            chance.within(6.5, 9.5)
        } else {
            floor + half + chance.within(1.2, 3.0)
        };
        let pattern = chance.below(3);
        let fan = chance.within(0.55, 0.95);
        let truss = if behind { 9.5 } else { floor + chance.within(5.6, 6.8) };
        let loud = 0.34 + 0.55 * music.mid + 0.35 * music.loudness;
        let beams = std::array::from_fn(|k| {
            let near = k % 3 != 2;
            let q = (k as f32 + 0.5) / LAMPS as f32 * 2.0 - 1.0;
            let z = match (behind, near) {
                (true, true) => 15.0,
                (true, false) => 24.0,
                (false, true) => ends[0] + 2.0,
                (false, false) => ends[1] - 1.5,
            };
            // Both halves do the same, mirrored: a fan that opens, one that meets over who stands there, or pairs that cross.
            let wave = swing(music, 8.0, 0.0) * (0.22 * music.awake());
            let nod = swing(music, 8.0, q.abs() * 0.3) * music.awake();
            let pan = match pattern {
                0 => q * (fan + wave),
                1 => (lamp_x / 12.0 - q) * (0.75 + wave),
                _ => q * fan * 0.4 + if k % 2 == 0 { 0.45 + wave } else { -0.45 - wave },
            };
            // Those at the back stand on the floor and rise over the crowd.
            let tilt = if near {
                -1.2 + 0.16 * nod
            } else {
                0.42 + 0.16 * nod + 0.25 * (1.0 - q.abs())
            };
            let pan = if near { pan } else { q * (0.9 + wave) };
            let forward = if behind { 0.55 } else { 0.5 };
            let envelope = match k % 3 {
                0 => 1.2 * music.kick,
                1 => 1.2 * music.snare,
                _ => 0.7 * music.hat,
            };
            let chase = 0.6 + 0.4 * swing(music, 4.0, k as f32 * 0.37) * music.awake();
            let strength = loud * chase + envelope + 1.5 * music.burst;
            let hue = if k % 3 == 2 { hues[1] } else { hues[0] };
            let hot = mix3(hue, hues[2], (0.06 + 0.5 * music.burst).min(0.8));
            Beam {
                from: [
                    q * if behind {
                        9.0
                    } else if near {
                        7.5
                    } else {
                        5.5
                    },
                    if near || behind { truss - 0.35 } else { floor + 0.35 },
                    z,
                ],
                to: normalize([sin(pan), sin(tilt), -cos(pan) * forward]),
                radius: 0.06,
                spread: if near { 0.045 } else { 0.065 },
                light: scale3(hot, strength),
            }
        });
        let beat = (music.beat * 0.5).rem_euclid(512.0) as f32 * 2.0;
        let crowd = Crowd {
            rows: if behind {
                [27.0, 18.0, 12.5, 9.4]
            } else {
                [ends[0] - 1.6, 5.2, 3.7, 2.6].map(|z| z + camera.position[2].min(2.0))
            },
            ground: if behind { -1.5 } else { 0.0 },
            aisle: [0.0; 3],
            raised: (0.22 + 0.35 * music.loudness + 0.4 * music.burst + 0.2 * music.build).min(0.9),
            beat,
            jump: 0.08 * music.bass + 0.05 * music.loudness,
            sway: music.awake(),
            body: scale3(hues[0], 0.0045),
            rim: mix3(
                scale3(hues[0], 0.8 * loud),
                scale3(hues[2], 0.35 + 0.4 * music.kick + 0.6 * music.burst),
                0.35,
            ),
            haze: scale3(mix3(hues[1], hues[0], 0.5), 0.05 + 0.07 * music.mid),
            density: if behind { 0.05 } else { 0.055 },
            seed: (scene.seed % 4096) as u32,
        };
        let lamp_light = scale3(hues[2], 1.0 + 0.5 * music.bass + 1.3 * music.kick + 2.0 * music.burst);
        Self {
            camera,
            sky: Sky::new(scene, chance.within(-0.6, 0.6)),
            beams,
            behind,
            open,
            screen,
            hues,
            floor,
            ends,
            back,
            top: truss + 0.9,
            lamp: [lamp_x, lamp_y, back - 0.05],
            half,
            lamp_light,
            shut: 1.0 - scene.opened(),
            haze: 0.75 + 0.4 * music.bass + 0.5 * scene.weather.fog + 0.3 * music.build,
            drift: (music.secs * 0.6) as f32,
            kick: music.kick,
            mid: music.mid,
            crowd,
            strips: chance.happens(0.55),
            beat: music.beat.rem_euclid(4096.0) as f32,
        }
    }

    /// Beams and lamps along a ray, before `limit`.
    #[inline(always)]
    fn beams<L: Lanes>(&self, ray: &Ray<L>, limit: F<L>, near: F<L>, far: F<L>) -> V<L> {
        let mut light = grey(0.0);
        for (k, beam) in self.beams.iter().enumerate() {
            let (seen, _) = beam.seen(ray, limit);
            let haze = if k % 3 == 2 { far } else { near };
            light += splat::<L>(beam.light) * (seen * haze * 0.16);
            // The lamp itself: a hot lens, and its glare.
            let off = splat::<L>(beam.from) - ray.from;
            let b = off.dot(ray.to);
            let d2 = (off.dot(off) - b * b).max(0.0);
            let size = b.max(1.0) * ray.pixel * 0.7 + 0.10;
            if !d2.lt(3.0).any() {
                continue;
            }
            let x = d2 / (size * size);
            let lens = ((x * x + 1.0) * (x + 1.0)).recip() * 5.0
                + (d2 * 12.0 + 0.06).recip() * (0.05 * (1.0 - d2 / 3.0).max(0.0));
            let seen = select(b.gt(0.5) & b.lt(limit + 0.5), lens, f(0.0));
            light += (splat::<L>(beam.light) + splat(scale3(self.hues[2], beam.light[1]))) * (seen * 0.6);
        }
        light
    }
}

impl World for Stage {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let floor = ray.level(self.floor);
        let on = floor.v.gt(self.ends[0]) & floor.v.lt(self.ends[1]) & floor.t.lt(1e4);
        let seen = ray.mirrored(on, floor.t, 0.035);
        let wall = seen.across(self.back);
        // Haze: a near and a far sheet of it.
        let near = self.sheet(&ray, if self.behind { 11.0 } else { self.ends[0] }, 0.42, 3);
        let far = self.sheet(&seen, self.back, 0.16, 2);
        let mut light = self.backdrop(&seen, &wall);
        // The front of the stage and the pit before it.
        let pit = if self.behind { ray.level(-1.5) } else { ray.level(0.0) };
        let front = ray.across(self.ends[0]);
        let mut limit = wall.t;
        let mut distance = self.depth(&ray, wall.t + seen.came - ray.came);
        if self.behind {
            let lower = !on & pit.t.lt(wall.t);
            let ground = splat::<L>(self.hues[1]) * ((pit.v * -0.06).exp() * 0.03 + 0.006);
            light = V::select(lower, ground, light);
            limit = select(lower, pit.t, limit);
            distance = select(lower, self.depth(&ray, pit.t), distance);
        } else {
            let face = ray.to.y.lt(0.0) & front.v.lt(self.floor) & !on;
            let lower = face & pit.v.lt(self.ends[0]);
            let lip = band(front.v, self.floor - 0.10, self.floor, front.dv);
            let ribs = stripes(front.u * 0.8, 0.06, front.du * 0.8);
            let body = splat::<L>(self.hues[1]) * (lip * 0.10 + 0.012 + ribs * 0.01);
            let ground = splat::<L>(self.hues[0]) * ((self.ends[0] - pit.v) * -0.35).exp() * 0.03;
            light = V::select(face, body, light);
            light = V::select(lower, ground, light);
            let t = select(lower, pit.t, front.t);
            limit = select(face, t, limit);
            distance = select(face, self.depth(&ray, t), distance);
        }
        let lamp = glow(&seen, self.lamp, limit, self.half);
        let lamp = splat::<L>(self.lamp_light) * (lamp * (far * 0.7 + 0.4) * (1.25 * self.half))
            + (splat::<L>(self.hues[1]) + splat::<L>(self.hues[0])) * (far * (0.022 + 0.02 * self.mid));
        let beams = self.beams(&seen, limit, near, far);
        light += beams + lamp;
        if on.any() {
            // Boards that shine: what they mirror, the pools of the beams, then the beams before them.
            let away = (floor.t * 0.04).min(1.0);
            let boards = stripes(floor.u * 2.5, 0.96, floor.du * 2.5) * 0.5 + 0.5;
            let mut body = splat::<L>(self.lamp_light) * 0.012 + splat(scale3(self.hues[0], 0.012));
            for beam in &self.beams {
                let foot = beam.foot(self.floor);
                let (dx, dz) = (floor.u - foot[0], (floor.v - foot[2]) * 0.7);
                body += splat::<L>(beam.light) * ((dx * dx + dz * dz) * -1.1).exp() * 0.22;
            }
            let fresnel = 0.16 + 0.34 * (1.0 - (ray.to.y.abs() * 3.0)).max(0.0);
            let lit = light * fresnel + body * boards * (0.6 + 0.4 * away) + self.beams(&ray, floor.t, near, far) * 0.8;
            light = V::select(on, lit, light);
            distance = select(on, self.depth(&ray, floor.t), distance);
        }
        if !self.behind {
            light = self.frame(&ray, light);
        }
        let far = f(FAR);
        let (light, near) = self.crowd.draw(&ray, light, select(on, floor.t, far));
        let distance = select(near.lt(select(on, floor.t, far)), self.depth(&ray, near), distance);
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let side = if self.lamp[0] > self.camera.position[0] {
            -1.0
        } else {
            1.0
        };
        let place = |role, at: [f32; 3], room| Place {
            role,
            at,
            heading: 0.0,
            room,
        };
        let z = self.ends[0] + 2.6;
        let crowd = if self.behind {
            [0.0, -1.5, 17.0]
        } else {
            [0.0, 0.0, self.ends[0] - 3.0]
        };
        let hero = if self.behind {
            [side * 0.9, 0.0, 6.0]
        } else {
            [self.lamp[0] * 0.75, self.floor, z]
        };
        let second = if self.behind {
            [side * 2.4, 0.0, 7.2]
        } else {
            [hero[0] - side * -2.6, self.floor, z + 1.8]
        };
        let key = normalize([0, 1, 2].map(|k| self.lamp[k] - hero[k]));
        let [x, y, depth] = self.camera.project(self.lamp);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: key,
                color: scale3(self.lamp_light, 0.9),
            },
            ambient: scale3(self.hues[0], 0.03),
            fog: Fog {
                color: mix3(scale3(self.hues[1], 0.10), scale3(self.lamp_light, 0.06), 0.5),
                density: 0.02,
            },
            surface: Surface::Ground { wet: 0.35 },
            places: vec![
                place(Role::Hero, hero, 3.0),
                place(Role::Crowd, crowd, if self.behind { 7.0 } else { 2.6 }),
                place(Role::Second, second, 2.0),
                place(Role::Second, [hero[0] + side * -4.0, hero[1], hero[2] + 1.0], 2.0),
                place(Role::Far, [side * -3.0, self.floor, self.ends[1] - 1.5], 3.0),
                place(Role::Floating, [0.0, self.floor + 4.0, self.ends[1]], 3.0),
                place(Role::Sign, [side * 4.0, self.floor + 3.4, self.back - 0.2], 2.4),
            ],
            portal: Portal {
                opening: if self.screen { Opening::Window } else { Opening::Disc },
                centre: [x, y],
                radius: self.half * self.camera.focal / depth.max(0.5),
                distance: depth.min(FAR),
                spills: !self.behind,
            },
        }
    }

    fn ground(&self, _x: f32, z: f32) -> f32 {
        if z > self.ends[0] && z < self.ends[1] {
            self.floor
        } else {
            self.floor - if self.behind { 1.5 } else { 1.2 }
        }
    }
}
