//! A garden: a way under arches of roses or hanging wisteria, or between blossoming trees, to a gate in the light; beside
//! it beds, hedges and lawn, and by seed a long pool in its middle.
//!
//! The arches stand on sheets across the view (multiplane camera), walked from near to far, so that what is hidden costs
//! nothing. Each is a round-headed opening whose leaves are noise at both edges; where they are thin, the light comes
//! through. A ray that meets the floor goes on mirrored by what the floor mirrors: the sheets beyond are turned over.

use crate::{
    arbour::Arbour,
    camera::Camera,
    lanes::{F, Lanes, M, V, f, select, smoothstep, splat, v},
    noise::{fbm1, noise1, noise2},
    particles::{self, Cloud},
    ridges::{Ridge, Wood},
    scalar::{self, Chance, hex, mix3, scale3},
    scene::{Music, Scene, Weather},
    shafts::Fan,
    sheets::{self, OnSheet, inside},
    sky::Sky,
    stand::show_light,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Arches.
const ARCHES: usize = 8;
/// Metres to the gate.
const GATE: f32 = 34.0;

pub(in super::super) struct Garden {
    camera: Camera,
    sky: Sky,
    ridge: Ridge,
    fan: Fan,
    /// Metres to the arches, near to far.
    depths: [f32; ARCHES],
    arbour: Arbour,
    /// Half the pool's width; below 0 there is none.
    pool: f32,
    /// Picture x of the way's end.
    axis: f32,
    leaf: [f32; 3],
    blossom: [f32; 3],
    petals: [[f32; 3]; 2],
    stone: [f32; 3],
    ambient: [f32; 3],
    lamp: [f32; 3],
    lamps: f32,
    air: f32,
    mist: f32,
    shafts: f32,
    side: f32,
    drift: f32,
    moon: f32,
    weather: Weather,
    music: Music,
}

impl Garden {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 22);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let axis = -side * chance.within(0.0, 0.55);
        let mut camera = Camera::standing(
            chance.within(1.2, 2.0),
            chance.within(-0.30, -0.04),
            chance.within(1.4, 1.9),
        );
        let mut sky = Sky::new(scene, 0.0);
        // Over the gate.
        show_light(
            &mut sky,
            &camera,
            [
                axis + side * chance.within(0.0, 0.16),
                camera.horizon + chance.within(0.15, 0.27),
            ],
        );
        camera.position[0] = 0.22 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 2.6 * scene.approach;
        let pool = if chance.happens(0.4) {
            chance.within(0.7, 1.1)
        } else {
            -1.0
        };
        let secs = music.secs as f32;
        let wind = 0.3 + weather.wind + weather.storm + 0.5 * music.build + 0.4 * music.bass;
        let mut arbour = if chance.happens(0.4) {
            Arbour::avenue(&mut chance)
        } else {
            Arbour::arches(&mut chance)
        };
        arbour.sway = 0.05 * wind * scalar::sin(secs * 1.1);
        arbour.hangs *= 1.0 - weather.snow;
        arbour.bloom *= 1.0 - weather.snow;
        // The first one frames the picture.
        let first = arbour.half * camera.focal / chance.within(1.15, 1.5);
        let step = if arbour.trees {
            chance.within(3.4, 4.4)
        } else {
            chance.within(2.3, 3.2)
        };
        let depths = std::array::from_fn(|k| first + step * k as f32);
        let blossoms = [0xf2a8c0, 0xf6e6e2, 0xb088e8, 0xf0a060, 0xe8506a];
        let blossom = scene.palette.turned(hex(blossoms[chance.below(5)]), 0.0);
        let petals = [
            [0xe85a70, 0xf4efe2],
            [0x9a6ad0, 0xf2d648],
            [0xf2f0e6, 0xe890b0],
            [0xe04a3a, 0xf2b040],
        ];
        let petals = petals[chance.below(4)].map(|c| scene.palette.turned(hex(c), 0.0));
        let white = [0.62, 0.66, 0.74];
        let moon = sky.is_moon;
        let dark = if moon {
            1.0
        } else {
            1.0 - scalar::smoothstep(0.02, 0.30, (scene.hour - 0.25).min(0.78 - scene.hour))
        };
        let leaf = scale3(scene.palette.turned(hex(0x3f6a2a), 0.7), 1.4);
        let sun_at = camera.project_direction(sky.direction).unwrap_or([axis, 0.1]);
        Self {
            ridge: Ridge {
                depth: 130.0,
                height: chance.within(1.0, 12.0),
                length: 80.0,
                wood: Wood::Leaves,
                trees: chance.within(7.0, 12.0),
                seed: (scene.seed % 8191) as u32 * 29,
            },
            fan: Fan {
                light: sun_at,
                number: 24.0,
                drift: secs * 0.05 * wind + chance.within(0.0, 60.0),
                decay: 0.9,
                seed: 620,
            },
            depths,
            arbour,
            pool,
            axis,
            leaf: mix3(leaf, white, 0.6 * weather.snow),
            blossom: mix3(blossom, white, 0.5 * weather.snow),
            petals,
            stone: mix3(
                scene.palette.turned([0.36, 0.32, 0.27], 0.3),
                white,
                0.75 * weather.snow,
            ),
            ambient: scale3(mix3(sky.zenith, sky.middle, 0.6), if moon { 3.2 } else { 1.0 }),
            lamp: scene.palette.turned([1.0, 0.56, 0.20], 0.0),
            lamps: dark * (0.75 + 0.5 * music.mid + 0.55 * music.hat + 0.4 * music.snare),
            air: 0.016 + 0.035 * weather.fog + 0.008 * weather.rain + 0.006 * music.mid,
            mist: 0.25 + 0.8 * weather.fog + 0.45 * music.bass,
            shafts: (1.0 - 0.6 * weather.rain.max(weather.storm))
                * (0.40 + 0.7 * music.mid + 1.3 * music.kick + 1.5 * music.burst)
                * if moon { 0.10 } else { 0.036 },
            side,
            drift: secs * (0.05 + 0.10 * wind),
            moon: if moon { 3.0 } else { 1.0 },
            camera,
            sky,
            weather,
            music,
        }
    }

    /// Way, pool, beds and lawn: light, the share that is mirrored, metres ahead.
    #[inline(always)]
    fn floor<L: Lanes>(&self, at: Points<L>, d: V<L>, against: F<L>) -> (V<L>, F<L>, F<L>) {
        let ground = sheets::ground(&self.camera, at, 300.0);
        let (x, z) = (ground.x - ground.z * (self.axis / self.camera.focal), ground.z);
        let blades = noise2(x * 15.0, z * 7.0).mix(0.5, (ground.stretch * 5.0).saturate());
        let fine = noise2(x * 34.0, z * 19.0).mix(0.5, (ground.stretch * 13.0).saturate());
        let patch = noise2(x * 0.6, z * 0.4);
        let from = x.abs() + (blades - 0.5) * 0.10;
        let lawn = splat::<L>(self.leaf) * ((blades * 0.6 + fine * 0.5 + 0.1) * (patch * 0.4 + 0.65));
        let edge = self.arbour.half - 0.35;
        let path = smoothstep::<L>(edge, f::<L>(edge - 0.06) - ground.pixel, from);
        let slabs = if self.pool > 0.0 {
            // Slabs beside the pool.
            let (u, w) = (x * 1.7, z * 1.1);
            let (ju, jw) = ((u.fract() - 0.5).abs(), (w.fract() - 0.5).abs());
            let fade = (ground.stretch * 1.5).min(1.0);
            1.0 - smoothstep::<L>(0.47, 0.49, ju.max(jw)) * 0.45 * (1.0 - fade)
        } else {
            f(1.0)
        };
        let gravel = splat::<L>(self.stone) * ((fine * 0.6 + blades * 0.4 + 0.45) * slabs);
        let mut body = lawn.mix(gravel, path);
        // Beds along the way.
        let bed = smoothstep::<L>(edge + 0.02, edge + 0.12, from) * smoothstep::<L>(edge + 0.9, edge + 0.7, from);
        let dots = smoothstep::<L>(0.55, 0.75, noise2(x * 15.0 + z * 9.0, z * 12.0 - x * 11.0))
            .mix(0.30, (ground.stretch * 9.0).saturate());
        let which = noise2(x * 4.0 + 9.0, z * 1.1).gt(0.5);
        let petal = V::select(which, splat(self.petals[0]), splat(self.petals[1]));
        body = body
            .mix(splat::<L>(self.leaf) * 0.4, bed * 0.8)
            .mix(petal, bed * dots * (1.0 - self.weather.snow));
        // Petals have fallen on it.
        let fallen = smoothstep::<L>(0.70, 0.78, noise2(x * 18.0 + z * 12.0, z * 14.0 - x * 13.0))
            .mix(0.10, (ground.stretch * 10.0).saturate());
        let fallen = fallen * smoothstep::<L>(0.2, 0.8, patch + 0.25) * (1.0 - self.weather.snow);
        body = body.mix(
            splat(self.blossom),
            fallen * 0.6 * if self.arbour.trees { 1.0 } else { 0.6 },
        );
        // Light falls between the arches.
        let step = self.depths[1] - self.depths[0];
        let bands = ((z - self.depths[0]) * (std::f32::consts::TAU / step) + x * (self.side * 1.2)).cos() * -0.5 + 0.5;
        let dapple = bands * 0.6 + smoothstep::<L>(0.35, 0.7, noise2(x * 1.6, z * 1.1 + self.arbour.sway * 2.0)) * 0.6;
        let through = (against.pow(3.0) * 0.13 + 0.05) * self.moon;
        let lamp = ((z - self.depths[2]).squared() * -0.03 - x * x * 0.12).exp() * 0.16 * self.lamps;
        let light = body
            * (splat::<L>(self.ambient) * 0.85 + splat(self.sky.sun) * (through * dapple) + splat(self.lamp) * lamp);
        let steep = (-d.y).saturate();
        let wet = (1.0 - steep).pow(4.0) * (0.22 + 0.6 * self.weather.rain) * path;
        let mirror = (1.0 - steep).pow(3.0) * 0.75 + 0.18;
        let pool = if self.pool > 0.0 {
            smoothstep::<L>(self.pool, f::<L>(self.pool - 0.01) - ground.pixel, x.abs()) * z.lt(GATE - 6.0).to_float()
        } else {
            f(0.0)
        };
        let deep = splat::<L>(self.leaf) * splat(self.ambient) * 0.12;
        (light.mix(deep, pool), wet.mix(mirror, pool), ground.depth)
    }

    /// What lies behind the arches: gate, wood, sky; the disc of sun or moon not where it is mirrored.
    #[inline(always)]
    fn behind<L: Lanes>(&self, at: Points<L>, d: V<L>, haze: V<L>, mirrored: M<L>) -> (V<L>, F<L>) {
        let pixel = at.pixel / self.camera.focal;
        let mut light = self.sky.base(d)
            + self.sky.starlight(d, pixel)
            + self.sky.disc(d, pixel) * select(mirrored, f(0.0), f(1.0));
        let (cloud, cover) = self.sky.clouds(d, 4);
        light = light.mix(cloud, cover * 0.93);
        let mut distance = f(FAR);
        let (cover, _) = self.ridge.cover(&self.camera, at);
        let land = splat::<L>(self.leaf) * splat(self.ambient) * 0.25;
        light = light.mix(land.mix(haze, 0.55), cover);
        distance = select(cover.gt(0.5), f(self.ridge.depth), distance);
        // A hedge with the gate in it.
        let depth = GATE - self.camera.position[2];
        let on = sheets::meet(&self.camera, at, depth);
        let y = on.y;
        let x = on.x - GATE * (self.axis / self.camera.focal);
        let leaves = noise2(x * 2.4, y * 2.4) * 0.5 + noise2(x * 7.0, y * 7.0) * 0.5;
        let rise = (y - 1.95).max(0.0);
        let gate = (x * x + rise * rise).sqrt() - 1.35;
        let top = fbm1(x * 0.13 + 50.0, 4, 7) * 5.0 + 2.3 + leaves * 0.7 - y;
        let cover = inside(-(top.min(gate + leaves * 0.12)), on.pixel) * y.gt(-0.1).to_float();
        let hedge = splat::<L>(self.leaf) * (splat::<L>(self.ambient) * (leaves * 0.9 + 0.1));
        let rim = (top.max(0.0) * -2.4).exp() * 0.03 * self.moon;
        let hedge = (hedge + splat(self.sky.sun) * rim).mix(haze, 0.42);
        light = light.mix(hedge, cover);
        distance = select(cover.gt(0.5), f(depth), distance);
        (light, distance)
    }
}

impl World for Garden {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let against = d.dot(splat(self.sky.direction)).max(0.0);
        let glow = splat::<L>(self.sky.sun)
            * ((against.pow(6.0) * 0.35 + against.pow(30.0) * 0.6) * if self.sky.is_moon { 0.14 } else { 0.085 });
        let haze = self.sky.base(v(d.x, f(0.02), d.z)) * 0.62 + glow;
        let below = at.y.lt(self.camera.horizon);
        let (mut floor, mut share, mut ground) = (splat::<L>([0.0; 3]), f::<L>(1.0), f::<L>(1e6));
        if below.any() {
            let (light, mirrored, depth) = self.floor(at, d, against);
            let veil = (depth * -self.air).exp();
            floor = haze.mix(light, veil);
            share = select(below, mirrored * veil, share);
            ground = select(below, depth, ground);
        }
        let through = (against.pow(3.0) * 0.20 + 0.035) * self.moon;
        let (mut light, mut open, mut distance) = (splat::<L>([0.0; 3]), f::<L>(1.0), f::<L>(FAR));
        let mut crossed = !below & below;
        // Water moves what it mirrors.
        let ripple = noise1(ground * 6.0 + self.drift * 9.0, 17) - 0.5
            + (noise1(ground * 19.0 - self.drift * 14.0, 18) - 0.5) * 0.6;
        let shift = select(below, ripple * (0.012 + 0.02 * self.music.bass), f(0.0));
        for (k, z) in self.depths.into_iter().enumerate() {
            let depth = z - self.camera.position[2];
            if depth < 0.9 {
                continue;
            }
            let beyond = below & ground.lt(depth);
            let cross = beyond & !crossed;
            if cross.any() {
                let now = select(cross, open * (1.0 - share), f(0.0));
                light += floor * now;
                distance = select(cross & open.gt(0.5), ground, distance);
                open -= now;
                crossed = beyond;
            }
            if !open.gt(0.01).any() {
                break;
            }
            let on = sheets::meet(&self.camera, at, depth);
            let x = on.x - z * (self.axis / self.camera.focal) + select(beyond, shift * (0.3 * depth), f(0.0));
            let y = select(beyond, -on.y, on.y);
            let on = OnSheet { x, y, ..on };
            let leaves = self.arbour.leaves(on, k);
            let lamp_off = x * x + (y - self.arbour.spring - self.arbour.half + 0.42).squared();
            if self.lamps > 0.02 && k % 2 == 1 {
                // A lantern hangs in every other arch.
                let hot = inside(lamp_off.sqrt() - 0.055, on.pixel.max(0.02)) * 2.0 + (lamp_off * -9.0).exp() * 0.20;
                light += splat::<L>(self.lamp) * (hot * open * self.lamps);
            }
            let cover = leaves.cover.max(leaves.wood) * y.gt(-0.05).to_float();
            let now = cover * open;
            if now.gt(0.004).any() {
                let near = scalar::smoothstep(2.0, 7.0, depth) * 0.50 + 0.50;
                let glow = splat::<L>(self.ambient) * (leaves.lit * 0.75 + 0.06)
                    + splat(self.sky.sun) * (leaves.thin * through * (leaves.lit * 0.7 + 0.3))
                    + splat(self.lamp) * ((lamp_off * -0.5).exp() * 0.45 * self.lamps * (leaves.lit + 0.2));
                let body = splat::<L>(self.leaf).mix(splat(self.blossom), leaves.bloom.saturate());
                let bark = splat::<L>([0.035, 0.028, 0.024]);
                let body = V::select(leaves.wood.gt(leaves.cover), bark, body);
                let lit = body * glow * near;
                light += haze.mix(lit, scalar::exp(-self.air * depth)) * now;
                distance = select(now.gt(0.5) & !beyond, f(depth), distance);
                open -= now;
            }
            // Mist and light between this arch and the next.
            if k % 2 == 1 {
                let roll = noise2(x * 0.3 + self.drift, y * 0.9 + 5.0 * k as f32);
                let lie = (y.max(0.0) * -0.9).exp() * (roll * 1.5 - 0.4).max(0.0) * (0.30 * self.mist);
                let lie = lie.min(0.7) * open * smoothstep::<L>(-0.2, 0.5, y);
                light += haze * lie;
                open -= lie;
            }
        }
        let left = below & !crossed;
        let now = select(left, open * (1.0 - share), f(0.0));
        light += floor * now;
        distance = select(left & open.gt(0.5), ground, distance);
        open -= now;
        if open.gt(0.01).any() {
            let turned = v(d.x, d.y.abs(), d.z);
            let mirrored = Points {
                x: at.x + shift,
                y: select(below, self.camera.horizon * 2.0 - at.y, at.y),
                ..at
            };
            let (far, seen) = self.behind(mirrored, turned, haze, below);
            light += far * open;
            distance = select(below, distance, select(open.gt(0.5), seen, distance));
        }
        let strength = self.shafts * (0.6 + self.mist * 0.4);
        light += splat::<L>(self.sky.sun) * (self.fan.light(at.x, at.y) * strength);
        // Petals in the wind.
        let secs = self.music.secs as f32;
        for k in 0..2 {
            let petals = Cloud {
                cells: [4.0, 8.0][k],
                radius: [0.0095, 0.0050][k],
                share: (0.20 + 0.25 * self.music.high + 0.15 * self.weather.wind) * (1.0 - self.weather.snow),
                drift: [self.drift * 0.9 * self.side, -0.06 * secs - self.drift * 0.3],
                wander: [secs * 1.5, 0.18],
                seed: 211 + k as u32,
            };
            let (spot, own) = petals.cover(at);
            let glow = splat::<L>(self.ambient) * 0.6 + splat(self.sky.sun) * (through * 1.2);
            light = light.mix(splat::<L>(self.blossom) * glow, spot * (own * 0.4 + 0.5));
        }
        light = particles::weathered(
            light,
            at,
            &self.weather,
            &self.music,
            haze * 0.8 + splat(self.ambient) * 0.1,
            haze * 0.8 + splat(self.ambient) * 0.5,
        );
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let per = 1.0 / self.camera.focal;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [self.axis * depth * per + x, y, depth],
            heading: 0.0,
            room,
        };
        let aside = if self.pool > 0.0 { self.pool + 0.25 } else { 0.45 };
        let [px, py, distance] = self.camera.project([self.axis * GATE * per, 1.65, GATE]);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.22),
            },
            ambient: [0, 1, 2].map(|k| 0.5 * self.ambient[k] + 0.05 * self.lamps * self.lamp[k]),
            fog: Fog {
                color: self.sky.horizon,
                density: self.air,
            },
            surface: Surface::Ground {
                wet: 0.15 + 0.4 * self.weather.rain,
            },
            places: vec![
                place(Role::Hero, -self.side * aside, 0.0, 7.6, 1.2),
                place(Role::Second, self.side * aside, 0.0, 9.5, 1.2),
                place(Role::Far, aside, 0.0, 20.0, 1.2),
                place(Role::Floating, -self.side * 0.4, 2.4, 12.0, 1.0),
                place(Role::Crowd, 0.0, 0.0, 14.0, 1.2),
                place(Role::Near, -self.side * 2.2, 0.0, 4.4, 1.0),
                place(Role::Sign, self.side * 3.0, 2.2, 18.0, 1.5),
            ],
            portal: Portal {
                opening: Opening::Arch,
                centre: [px, py],
                radius: (self.camera.focal * 1.65 / distance.max(1.0)).clamp(0.09, 0.16),
                distance,
                spills: true,
            },
        }
    }
}
