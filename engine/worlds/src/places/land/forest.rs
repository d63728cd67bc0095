//! A wood: sheets of trunks with fog and shafts of light between, over a floor with patches of sun.
//!
//! The order is what gives depth: behind each sheet its fog and light are added before the next one is laid over
//! (multiplane camera; fog after Quilez, "Better fog", 2010). A glade opens from the camera towards the light.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::{fbm2, hash1, noise1, noise2},
    particles::{self, Cloud},
    scalar::{self, Chance, mix3, scale3},
    scene::{Music, Scene, Weather},
    shafts::Fan,
    sheets::{self, OnSheet},
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Depths of the sheets, far to near.
const DEPTHS: [f32; 8] = [96.0, 66.0, 46.0, 33.0, 24.0, 17.5, 12.5, 8.2];

/// What grows.
#[derive(Clone, Copy)]
struct Trees {
    /// Metres between trunks.
    spacing: f32,
    /// Half a trunk's width, least and most.
    girth: [f32; 2],
    /// Where leaves begin, in metres.
    crown: f32,
    /// How far dead branches reach, in metres.
    branches: f32,
    bark: [f32; 3],
    leaf: [f32; 3],
    /// White bark with dark marks.
    birch: f32,
}

pub(in super::super) struct Forest {
    camera: Camera,
    sky: Sky,
    trees: Trees,
    /// The light in the picture.
    light: [f32; 2],
    fans: [Fan; 4],
    /// How much light the shafts scatter.
    shafts: f32,
    back: [f32; 3],
    floor: [f32; 3],
    shade: [f32; 3],
    /// Extinction a metre.
    air: f32,
    mist: f32,
    rim: f32,
    dust: f32,
    drift: f32,
    seed: u32,
    weather: Weather,
    music: Music,
}

impl Forest {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 13);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sky = Sky::within(scene, side * chance.within(0.03, 0.36), 0.12, 0.30);
        let mut camera = Camera::standing(
            chance.within(1.2, 2.6),
            chance.within(-0.46, -0.16),
            chance.within(1.5, 2.2),
        );
        camera.position[0] = 0.45 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 3.4 * scene.approach;
        let light = camera.project_direction(sky.direction).unwrap_or([0.0, 0.4]);
        let (bark, birch, spacing, girth, crown, branches) = match chance.below(3) {
            0 => ([0.060, 0.045, 0.038], 0.0, 2.3, [0.10, 0.26], 9.0, 1.0),
            1 => ([0.30, 0.29, 0.27], 1.0, 2.0, [0.07, 0.15], 6.5, 0.8),
            _ => ([0.055, 0.050, 0.036], 0.0, 3.6, [0.22, 0.60], 7.0, 1.5),
        };
        let trees = Trees {
            spacing: spacing * chance.within(0.9, 1.25),
            girth,
            crown: crown * chance.within(0.8, 1.2),
            branches,
            bark,
            leaf: scale3(scene.palette.turned([0.05, 0.06, 0.035], 0.8), 1.0),
            birch,
        };
        let leaves = [0x2f4a1c, 0x4a3a18, 0x7a4a1a, 0x2c4630][chance.below(4)];
        let floor = mix3(
            scene.palette.turned(scalar::hex(leaves), 0.5),
            [0.62, 0.66, 0.72],
            weather.snow.min(1.0),
        );
        let wind = weather.wind + weather.storm + 0.5 * music.build;
        let secs = music.secs as f32;
        let fans = [0, 1, 2, 3].map(|k| Fan {
            light,
            number: [30.0, 38.0, 34.0, 26.0][k],
            drift: secs * (0.05 + 0.16 * wind) * [1.0, -0.8, 1.3, -1.1][k] + 3.1 * k as f32 + chance.within(0.0, 50.0),
            decay: 0.85,
            seed: 40 + 2 * k as u32,
        });
        let clear = 1.0 - 0.7 * (weather.cloud - 0.5).max(0.0) - 0.5 * weather.rain.max(weather.storm);
        Self {
            camera,
            sky,
            trees,
            light,
            fans,
            shafts: clear
                * (0.55 + 0.8 * music.mid + 1.5 * music.kick + 1.5 * music.burst)
                * if sky.is_moon { 0.13 } else { 0.040 },
            back: scale3(mix3(sky.horizon, sky.middle, 0.35), if sky.is_moon { 1.3 } else { 1.0 }),
            floor,
            shade: scale3(mix3(sky.zenith, sky.middle, 0.45), if sky.is_moon { 1.9 } else { 1.0 }),
            air: 0.016 + 0.030 * weather.fog + 0.010 * weather.rain + 0.006 * music.mid,
            mist: (0.30 + 0.9 * weather.fog + 0.8 * music.bass).min(2.0),
            rim: 0.05 + 0.16 * music.snare,
            dust: (0.25 + 0.9 * music.high + 1.2 * music.hat) * (1.0 - weather.rain),
            drift: secs * (0.04 + 0.10 * wind),
            seed: (scene.seed % 9973) as u32,
            weather,
            music,
        }
    }

    /// How much of each point trunks of a sheet cover, their position across (-1 to 1), and their own number.
    #[inline(always)]
    fn trunks<L: Lanes>(&self, on: OnSheet<L>, depth: f32, k: u32) -> (F<L>, F<L>, F<L>) {
        let trees = &self.trees;
        // Far sheets stand for several rows.
        let spacing = trees.spacing * if depth > 40.0 { 0.72 } else { 1.0 };
        let along = on.x * (1.0 / spacing) + 57.3 * k as f32;
        let cell = along.floor();
        let own = hash1(cell, self.seed + 100 * k);
        let other = (own * 57.3).fract();
        let centre = (cell - 57.3 * k as f32 + 0.3 + 0.4 * other) * spacing;
        let lean = (own - 0.5) * 0.035;
        let across = on.x - centre - lean * on.y;
        let girth = own.mix(1.0 - other, 0.5) * (trees.girth[1] - trees.girth[0]) + trees.girth[0];
        // Narrower with the height, wider at the roots.
        let flare = (on.y.max(0.0) * -1.9).exp() * 0.8;
        let width = girth * (1.0 + flare - (on.y * 0.012).clamp(0.0, 0.4));
        let rough = if depth < 30.0 {
            (noise1(on.y * 3.0 + other * 99.0, k) - 0.5) * 0.05
        } else {
            f(0.0)
        };
        // The glade towards the light stays open.
        let glade = centre - depth * (self.light[0] / self.camera.focal);
        let open = (glade.abs()).gt(0.9 + 0.035 * depth) & other.gt(if depth < 15.0 { 0.45 } else { 0.12 });
        let mut cover = sheets::inside(across.abs() - width - rough * girth, on.pixel);
        if depth < 50.0 && on.y.gt(2.2).any() {
            cover = cover.max(self.branches(on, across - girth * 0.5, own, k));
        }
        let cover = cover * open.to_float() * on.y.gt(-0.15).to_float();
        (cover, across / width, own)
    }

    /// Dead branches on both sides of the trunks, one a step of height.
    #[inline(always)]
    fn branches<L: Lanes>(&self, on: OnSheet<L>, across: F<L>, own: F<L>, k: u32) -> F<L> {
        let step = 1.15;
        let side = select(across.gt(0.0), f(1.0), f(-1.0));
        let reach = across.abs();
        // They hang, and bend up at their ends.
        let fall = reach * 0.35 - reach * reach * 0.28;
        let up = (on.y + fall) * (1.0 / step) + own * 7.0 + side * 0.23;
        let row = up.floor();
        let chance = hash1(row + own * 913.0 + side * 31.0, 17 + k);
        let long = self.trees.branches * (chance * 0.9 + 0.1) * smoothstep::<L>(2.0, 5.0, on.y);
        let thick = (1.0 - reach / long.max(0.01)).max(0.0) * 0.030 + 0.004;
        let middle = ((up - row) - 0.3 - chance * 0.4).abs() * step;
        sheets::inside(middle - thick, on.pixel * 1.2) * reach.lt(long).to_float() * chance.gt(0.35).to_float()
    }

    /// Leaves above: how much they cover.
    #[inline(always)]
    fn crown<L: Lanes>(&self, on: OnSheet<L>, depth: f32, k: u32) -> F<L> {
        let begin = self.trees.crown * (0.55 + 0.011 * depth);
        if on.y.lt(begin - 3.0).all() {
            return f(0.0);
        }
        let sway = self.drift * 2.0;
        let (x, y) = (on.x * 0.34 + 31.0 * k as f32, on.y * 0.42);
        let mass = fbm2(x + (y * 2.0 + sway).sin() * 0.08, y + 5.0 * k as f32, 3);
        let fine = if on.pixel < 0.2 {
            noise2(x * 17.0, y * 13.0) * 0.6 + noise2(x * 37.0 + sway, y * 31.0) * 0.4
        } else {
            f(0.5)
        };
        let dense = smoothstep::<L>(begin - 3.0, begin + 9.0, on.y);
        smoothstep::<L>(0.0, 0.20, mass * 0.72 + fine * 0.28 + dense * 0.62 - 0.80)
    }

    /// The floor: leaf litter or moss or snow, with the light in patches.
    #[inline(always)]
    fn ground<L: Lanes>(&self, at: Points<L>, behind: V<L>) -> (V<L>, F<L>) {
        let fall = ((self.camera.horizon - at.y) * (1.0 / self.camera.focal)).max(1e-3);
        let depth = (self.camera.position[1] / fall).min(400.0);
        let x = at.x * depth * (1.0 / self.camera.focal) + self.camera.position[0];
        let z = depth + self.camera.position[2];
        let footprint = depth * (at.pixel / self.camera.focal);
        let stretch = footprint * depth * (1.0 / self.camera.position[1]);
        let coarse = fbm2(x * 0.6, z * 0.6, 2);
        let fine = noise2(x * 6.5, z * 6.5).mix(0.5, (stretch * 3.5).saturate());
        let finest = noise2(x * 23.0, z * 19.0).mix(0.5, (stretch * 11.0).saturate());
        let relief = coarse * 0.9 + fine * 0.5 + finest * 0.45 - 0.3;
        let slope = self.light[0] / self.camera.focal;
        // Patches of sun lie in lines that run towards the light.
        let line = noise2((x - z * slope) * 0.75 + 9.0, z * 0.16 + self.drift);
        let patch = smoothstep::<L>(0.50, 0.80, line * 0.7 + coarse * 0.35);
        let near = (-((x - z * slope).squared()) * 0.02).exp();
        let sun = patch * near * (0.05 + 0.9 * self.shafts);
        let light = splat::<L>(self.floor)
            * relief.max(0.06)
            * (splat::<L>(self.shade) * 1.3 + splat(self.back) * 0.42 + splat(self.sky.sun) * sun);
        let fog = 1.0 - (depth * -self.air * 1.25).exp();
        (light.mix(behind, fog), z)
    }
}

impl World for Forest {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let (dx, dy) = (at.x - self.light[0], at.y - self.light[1]);
        let radius = (dx * dx + dy * dy).sqrt();
        let strength = if self.sky.is_moon { 0.30 } else { 0.15 };
        let glow = (radius * -1.5).exp() * 0.9 + (radius * -5.0).exp() * 1.5;
        let dim = smoothstep::<L>(0.1, 2.0, radius);
        let behind = splat::<L>(self.back).mix(splat(self.shade), dim * 0.85) * (0.78 - 0.26 * dim)
            + splat(self.sky.sun) * (glow * strength);
        let disc = self
            .sky
            .disc(self.camera.direction(at.x, at.y), at.pixel / self.camera.focal);
        let mut light = behind + disc * 0.8;
        let mut distance = f::<L>(FAR);
        let floor = at.y.lt(self.camera.horizon - 0.004);
        if floor.any() {
            let (ground, depth) = self.ground(at, behind);
            light = V::select(floor, ground, light);
            distance = select(floor, depth - self.camera.position[2], distance);
        }
        for (k, from_start) in DEPTHS.into_iter().enumerate() {
            let depth = from_start - self.camera.position[2];
            let on = sheets::meet(&self.camera, at, depth);
            let far = 1.0 - scalar::exp(-self.air * depth);
            let (trunk, across, own) = self.trunks(on, depth, k as u32);
            let leaves = if k == 0 || k == 2 || k == 4 || k == 6 {
                self.crown(on, depth, k as u32)
            } else {
                f(0.0)
            };
            let cover = trunk.max(leaves);
            if cover.gt(0.0).any() {
                let side = across.clamp(-1.0, 1.0) * select(dx.gt(0.0), f(-1.0), f(1.0));
                let rim = smoothstep::<L>(0.35, 1.0, side)
                    * (radius * -1.2).exp()
                    * select(leaves.gt(trunk), f(0.15), f(1.0));
                let mut bark = splat::<L>(self.trees.bark);
                if depth < 40.0 {
                    let streak = noise2(across * 5.0 + own * 60.0, on.y * 1.3);
                    let mark = noise2(across * 1.2 + own * 90.0, on.y * 9.0);
                    let dark = smoothstep::<L>(0.66, 0.74, mark)
                        * (0.8 * self.trees.birch)
                        * smoothstep::<L>(0.05, 0.02, on.pixel.into());
                    bark = bark * (streak * 0.9 + 0.5) * (1.0 - dark);
                }
                let bark = V::select(leaves.gt(trunk), splat(self.trees.leaf), bark);
                let lying = smoothstep::<L>(0.1, 0.7, -side) * (0.8 * self.weather.snow);
                let bark = bark.mix(splat([0.6, 0.63, 0.7]), lying * trunk);
                let lit = bark * (splat::<L>(self.shade) * 1.2 + splat(self.back) * (side * 0.22 + 0.32))
                    + splat(self.sky.sun) * (rim * self.rim);
                light = light.mix(lit.mix(behind, far), cover);
                distance = select(cover.gt(0.5), f(depth), distance);
            }
            // Fog that lies, and light that falls, before this sheet.
            if k % 2 == 1 {
                let shown = smoothstep::<L>(-0.4, 0.6, on.y);
                let fan = self.fans[k / 2];
                let mut veil = fan.light(at.x, at.y) * self.shafts;
                if on.y.lt(7.0).any() {
                    let roll = fbm2(on.x * 0.12 + self.drift * 3.0, on.y * 0.5 + 9.0 * k as f32, 2);
                    let lie = (on.y.max(0.0) * -0.55).exp()
                        * (roll * 1.4 - 0.25).max(0.0)
                        * (0.30 * self.mist * (0.35 + far));
                    light = light.mix(behind, (lie * shown).saturate());
                    veil *= 1.0 + lie;
                }
                light += splat::<L>(self.sky.sun) * (veil * shown);
            }
        }
        let dust = Cloud {
            cells: 15.0,
            radius: 0.0032,
            share: 0.35,
            drift: [self.drift * 0.5, -self.drift * 0.3],
            wander: [self.drift * 9.0, 0.15],
            seed: 5,
        };
        let (mote, own) = dust.cover(at);
        light += splat::<L>(self.sky.sun) * (mote * own * (radius * -1.4).exp() * (self.dust * 0.35));
        let air = behind * 0.8 + splat::<L>(self.back) * 0.25;
        let rain = particles::rainfall(at, &self.weather, &self.music);
        let snow = particles::snowfall(at, &self.weather, &self.music);
        light = light
            .mix(air, (rain * 0.5).saturate())
            .mix(air + splat(self.back) * 0.4, snow * 0.85);
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let slope = self.light[0] / self.camera.focal;
        let side = if self.light[0] > 0.0 { -1.0 } else { 1.0 };
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x + slope * depth, y, depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.16),
            },
            ambient: scale3(self.shade, 0.5),
            fog: Fog {
                color: self.back,
                density: self.air,
            },
            surface: Surface::Ground {
                wet: 0.25 * self.weather.rain,
            },
            places: vec![
                place(Role::Hero, side * 0.5, 0.0, 10.0, 2.0),
                place(Role::Second, -side * 0.9, 0.0, 14.0, 2.0),
                place(Role::Far, 0.3 * side, 0.0, 30.0, 3.0),
                place(Role::Floating, -side * 1.5, 4.0, 15.0, 2.0),
                place(Role::Near, side * 2.4, 0.0, 5.0, 1.0),
                place(Role::Crowd, 0.0, 0.0, 16.0, 2.5),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.light,
                radius: 0.12,
                distance: 80.0,
                spills: false,
            },
        }
    }
}
