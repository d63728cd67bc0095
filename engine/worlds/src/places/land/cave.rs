//! Inside a cave, towards its mouth: frames of rock in depth, their edges in the light that comes in, a wet floor.
//!
//! Each frame is a sheet with a ragged hole (a radius by noise around the way, with stalactites above); the haze of the
//! mouth lies between. Rock is ridged noise (Musgrave), lit where it bends towards the mouth; the floor mirrors the mouth
//! with the roughness of its water.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{fbm2, hash1, noise2, ridged2},
    particles::{self, Cloud},
    ridges::{Ridge, Wood},
    scalar::{self, Chance, hex, mix3, scale3},
    scene::{Music, Scene, Weather},
    shafts::Fan,
    sheets::{self, OnGround, OnSheet},
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Depths of the frames, far to near.
const DEPTHS: [f32; 7] = [20.0, 16.0, 12.8, 10.2, 8.0, 6.0, 4.2];

/// A frame of rock: the middle of its hole in metres, its radius, how far it is from the mouth's light.
#[derive(Clone, Copy)]
struct Frame {
    depth: f32,
    centre: [f32; 2],
    radius: f32,
    spikes: f32,
}

pub(in super::super) struct Cave {
    camera: Camera,
    sky: Sky,
    frames: [Frame; 7],
    ridge: Ridge,
    fan: Fan,
    mouth: [f32; 2],
    shafts: f32,
    rock: [f32; 3],
    ambient: [f32; 3],
    glow: [f32; 3],
    air: f32,
    /// Haze of the mouth's light all through the cave.
    lie: f32,
    rim: f32,
    drops: f32,
    wet: f32,
    seed: f32,
    weather: Weather,
    music: Music,
}

impl Cave {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 20);
        let (music, weather) = (scene.music, scene.weather);
        let mut camera = Camera::standing(
            chance.within(1.2, 2.0),
            chance.within(-0.34, -0.10),
            chance.within(1.4, 1.9),
        );
        let axis = chance.within(-0.42, 0.42);
        let sky = Sky::within(scene, axis * 0.55 + chance.within(-0.06, 0.06), 0.08, 0.14);
        let sway = chance.within(-1.1, 1.1);
        let grow = chance.within(0.85, 1.25);
        let mut k = 0.0;
        let frames = DEPTHS.map(|depth| {
            k += 1.0;
            let off = sway * scalar::sin(depth * 0.30) * (1.0 - depth / 24.0);
            let stone = 1.0 + chance.within(-0.12, 0.16);
            Frame {
                depth,
                centre: [axis * depth / camera.focal + off, 1.55 + chance.within(-0.1, 0.25)],
                radius: (2.35 + 0.16 * k) * grow * stone,
                spikes: if chance.happens(0.75) {
                    chance.within(0.5, 1.5)
                } else {
                    0.15
                },
            }
        });
        camera.position[0] = 0.3 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 2.6 * scene.approach;
        let last = frames[0];
        let [mx, my, _] = camera.project([last.centre[0], last.centre[1] + 0.2, last.depth]);
        let secs = music.secs as f32;
        let rocks = [0x6a5a4c, 0x565a62, 0x6c4a3a];
        let moon = sky.is_moon;
        let glow = scale3(
            mix3(sky.horizon, sky.sun, if moon { 0.10 } else { 0.07 }),
            if moon { 1.8 } else { 1.0 },
        );
        let glow = scene.through_portal(glow, |light| scale3(light, 1.4));
        Self {
            camera,
            sky,
            frames,
            ridge: Ridge {
                depth: 900.0,
                height: chance.within(5.0, 90.0),
                length: 420.0,
                wood: if chance.happens(0.5) { Wood::Leaves } else { Wood::Bare },
                trees: 12.0,
                seed: (scene.seed % 8191) as u32 * 23,
            },
            fan: Fan {
                light: [mx, my],
                number: chance.within(14.0, 24.0),
                drift: secs * 0.05 + chance.within(0.0, 60.0),
                decay: 0.9,
                seed: 160,
            },
            mouth: [mx, my],
            shafts: 0.055 * (0.6 + 0.8 * music.mid + 1.5 * music.kick + 1.5 * music.burst),
            rock: scene.palette.turned(hex(rocks[chance.below(3)]), 0.5),
            ambient: scale3(mix3(sky.zenith, sky.middle, 0.6), if moon { 4.5 } else { 0.42 }),
            glow,
            air: 0.014 + 0.022 * weather.fog + 0.012 * music.bass,
            lie: if moon { 0.42 } else { 0.26 },
            rim: (if moon { 2.2 } else { 1.0 }) * (0.75 + 0.9 * music.snare),
            drops: 0.35 + 0.9 * music.high + 1.3 * music.hat,
            wet: chance.within(0.35, 1.0),
            seed: chance.within(0.0, 300.0),
            weather,
            music,
        }
    }

    /// A frame: metres into its rock; below 0 in the hole.
    #[inline(always)]
    fn depth_in<L: Lanes>(&self, on: OnSheet<L>, frame: &Frame, k: f32) -> F<L> {
        let (x, y) = (on.x - frame.centre[0], on.y - frame.centre[1]);
        let radius = (x * x * 0.80 + y * y * 1.05).sqrt();
        let (ux, uy) = (x / radius.max(0.05), y / radius.max(0.05));
        // Noise over the direction, so that it closes around the hole.
        if radius.lt(frame.radius * 0.42).all() {
            return f(-1.0);
        }
        let coarse = noise2(ux * 1.3 + self.seed + 7.7 * k, uy * 1.3 + 5.0) - 0.5;
        let fine = noise2(ux * 4.6 + self.seed, uy * 4.6 + 5.3 * k) - 0.5;
        let mut d = radius - frame.radius * (1.0 + coarse * 0.75 + fine * 0.22);
        // Stalactites.
        let step = 0.62;
        let along = on.x * (1.0 / step) + 0.37 * k;
        let cell = along.floor();
        let own = hash1(cell, 7 + k as u32);
        let across = (along - cell - 0.5).abs() * 2.0;
        let long = own * own * frame.spikes;
        let roof = frame.centre[1] + frame.radius * (0.80 + 0.5 * coarse) - (1.0 - across).max(0.0).squared() * long;
        d = d.max((y + frame.centre[1] - roof) * 0.7);
        // The floor rises to the walls.
        d + (noise2(on.x * 2.6, on.y * 2.6 + 7.0 * k) - 0.5) * 0.22
    }

    /// What is seen through the mouth.
    #[inline(always)]
    fn outside<L: Lanes>(&self, at: Points<L>) -> V<L> {
        let d = self.camera.direction(at.x, at.y.max(self.camera.horizon + 0.002));
        let mut light = self.sky.full(d, at.pixel / self.camera.focal, 4);
        let (cover, _) = self.ridge.cover(&self.camera, at);
        light = light.mix(splat::<L>(self.sky.middle) * 0.5 + splat(self.glow) * 0.35, cover * 0.8);
        let land = splat::<L>(scale3(self.sky.horizon, 0.55)) + splat(scale3(self.sky.sun, 0.01));
        let land = V::select(at.y.lt(self.camera.horizon), land, light);
        land * if self.sky.is_moon { 1.5 } else { 1.15 }
    }
}

impl Cave {
    /// The face of a frame, `inner` metres from its edge.
    #[inline(always)]
    fn face<L: Lanes>(&self, on: OnSheet<L>, inner: F<L>, dx: F<L>, dy: F<L>, k: usize) -> V<L> {
        let own = self.seed + 9.0 * k as f32;
        let n = ridged2(on.x * 0.62 + own, on.y * 0.70, 3);
        let toward = ridged2((on.x - dx * 0.16) * 0.62 + own, (on.y - dy * 0.16) * 0.70, 3);
        let relief = ((n - toward) * 2.6 + 0.42).saturate();
        let fine = noise2(on.x * 6.0, on.y * 6.0).mix(0.5, (on.pixel * 8.0).min(1.0));
        let from = DEPTHS[0] - self.frames[k].depth + 2.0;
        let reach = 1.0 / (1.0 + from * from * 0.0060);
        // Only what bends towards the mouth is lit: the edges of the hole, the ribs of the rock.
        let edge = (inner * -2.4).exp() * (fine * 0.8 + 0.4) * self.rim + (inner * -0.40).exp() * relief * 0.75;
        let rock = splat::<L>(self.rock) * (n * 0.6 + fine * 0.5 + 0.25);
        rock * (splat::<L>(self.glow) * (edge * (reach * 1.7)) + splat(self.ambient) * (relief * 1.1 + 0.5))
    }

    /// The floor: rock, and water that mirrors the mouth.
    #[inline(always)]
    fn floor<L: Lanes>(&self, ground: &OnGround<L>, haze: V<L>, dx: F<L>, y: F<L>) -> V<L> {
        let (x, z) = (ground.x, ground.z);
        let coarse = fbm2(x * 0.7 + self.seed, z * 0.5, 3);
        let fine = noise2(x * 7.0, z * 5.0).mix(0.5, (ground.stretch * 4.0).saturate());
        let e = 0.15;
        let bumps = (noise2(x * 7.0, z * 5.0 + 0.4) - fine).mix(0.0, (ground.stretch * 4.0).saturate());
        let slope = (fbm2(x * 0.7 + self.seed, (z + e) * 0.5, 3) - coarse) * 5.0 + bumps * 0.9;
        let from = (DEPTHS[0] - z).max(0.5);
        let reach = (1.0 + from * from * 0.006).recip();
        let lit = (0.45 - slope).max(0.04) * reach;
        let rock = splat::<L>(self.rock)
            * (coarse * 0.8 + fine * 0.5 + 0.2)
            * (splat::<L>(self.glow) * lit + splat(self.ambient) * 1.2);
        // Water in the low places: the mouth in it, drawn out downwards.
        let pool = smoothstep::<L>(0.60, 0.46, coarse + (0.5 - self.wet) * 0.30);
        let ripple = noise2(x * 3.0, z * 1.3 - self.music.secs as f32 * 0.6) - 0.5;
        let bent = ripple.mix(0.0, (ground.stretch * 1.5).saturate()) * (0.05 + 0.05 * self.music.kick);
        let mirror_y = self.camera.horizon * 2.0 - y;
        let (mx, my) = (dx + bent, (mirror_y - self.mouth[1]) * 0.62);
        let last = self.frames[0];
        let mouth = last.radius * self.camera.focal / (last.depth - self.camera.position[2]);
        let away = (mx * mx + my * my).sqrt();
        let image = smoothstep::<L>(mouth * 1.1, mouth * 0.5, away);
        let mirrored = splat::<L>(self.glow) * (image * 0.95 + (away * -2.2).exp() * 0.42) + splat(self.ambient) * 0.3;
        let body = rock.mix(mirrored, pool * 0.80) + splat(self.glow) * (image * 0.10);
        body.mix(haze, 1.0 - (ground.depth * -self.air).exp())
    }
}

impl World for Cave {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let (dx, dy) = (at.x - self.mouth[0], at.y - self.mouth[1]);
        let radius = (dx * dx + dy * dy).sqrt();
        let haze = splat::<L>(self.glow) * ((radius * -2.0).exp() * 0.95 + (radius * -0.8).exp() * self.lie)
            + splat(self.ambient) * 0.45;
        let mut light = grey(0.0);
        let mut distance = f::<L>(FAR);
        // Near to far, since the near rock hides most: what is still open to what lies behind.
        let mut open = f::<L>(1.0);
        let start = self.camera.position[2];
        for (k, frame) in self.frames.iter().enumerate().rev() {
            let depth = frame.depth - start;
            if depth < 0.8 {
                continue;
            }
            let on = sheets::meet(&self.camera, at, depth);
            let inner = self.depth_in(on, frame, k as f32);
            // What lies under the floor's level is the floor; rubble between.
            let rubble = noise2(on.x * 2.2 + 9.0 * k as f32, on.y * 2.0) * 0.34;
            let cover = sheets::inside(-inner, on.pixel) * smoothstep::<L>(-0.02, 0.10, on.y - rubble + 0.14);
            let share = cover * open;
            if share.gt(0.004).any() {
                let rock = self.face(on, inner.max(0.0), dx, dy, k);
                let far = 1.0 - scalar::exp(-self.air * 1.3 * depth);
                light += rock.mix(haze, far) * share;
                distance = select(cover.gt(0.5) & open.gt(0.5), f(depth), distance);
                open *= 1.0 - cover;
                if !open.gt(0.004).any() {
                    break;
                }
            }
            if k == 2 || k == 4 {
                let shown = smoothstep::<L>(-0.5, 0.6, on.y);
                light += splat::<L>(self.glow) * (self.fan.light(at.x, at.y) * shown * open * (self.shafts * 2.6));
            }
        }
        if open.gt(0.004).any() {
            let ground = sheets::ground(&self.camera, at, 200.0);
            let mut behind = haze;
            if radius.lt(0.9).any() {
                behind = self.outside(at) + haze * 0.2;
            }
            if ground.below.any() {
                behind = V::select(ground.below, self.floor(&ground, haze, dx, at.y), behind);
            }
            distance = select(open.gt(0.5), select(ground.below, ground.depth, f(FAR)), distance);
            light += behind * open;
        }
        // Drops that fall, and dust in the light.
        let secs = self.music.secs as f32;
        for k in 0..2 {
            let cloud = Cloud {
                cells: [7.0, 14.0][k],
                radius: [0.0038, 0.0026][k],
                share: 0.42,
                drift: [0.012 * secs, -0.02 * secs],
                wander: [secs * 0.7, 0.17],
                seed: 120 + k as u32,
            };
            let (mote, own) = cloud.cover(at);
            light += splat::<L>(self.glow) * (mote * own * (radius * -1.3).exp() * (self.drops * 0.55));
        }
        let weather = Weather {
            rain: self.weather.rain * 0.25,
            snow: 0.0,
            ..self.weather
        };
        light = particles::weathered(light, at, &weather, &self.music, haze, haze);
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let per = 1.0 / self.camera.focal;
        let axis = self.frames[0].centre[0] / self.frames[0].depth * self.camera.focal;
        let side = if axis > 0.0 { -1.0 } else { 1.0 };
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [axis * depth * per + x, y, depth],
            heading: 0.0,
            room,
        };
        let last = self.frames[0];
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: scalar::normalize([last.centre[0], 2.0, last.depth]),
                color: scale3(self.glow, 1.1),
            },
            ambient: scale3(self.ambient, 0.5),
            fog: Fog {
                color: scale3(self.glow, 0.5),
                density: self.air,
            },
            surface: Surface::Ground {
                wet: 0.25 + 0.35 * self.wet,
            },
            places: vec![
                place(Role::Hero, side * 0.35, 0.0, 9.0, 1.6),
                place(Role::Second, -side * 0.7, 0.0, 12.0, 1.5),
                place(Role::Far, 0.0, 0.0, 18.5, 2.0),
                place(Role::Floating, side * 0.5, 2.6, 17.0, 2.0),
                place(Role::Crowd, 0.0, 0.0, 15.0, 1.5),
                place(Role::Near, side * 1.5, 0.0, 5.2, 0.8),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.mouth,
                radius: (last.radius * self.camera.focal / (last.depth - self.camera.position[2]).max(1.0))
                    .clamp(0.09, 0.15),
                distance: last.depth - self.camera.position[2],
                spills: false,
            },
        }
    }
}
