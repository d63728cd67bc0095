//! A ruined abbey: sheets of broken arcades in depth, overgrown, with shafts of light through the arches.
//!
//! An arch is two circles (the pointed arch of Lotz, "Gothic", and Quilez's vesica); walls end in broken lines; ivy hangs
//! where the stone is old. Between the sheets lies air, as in a wood.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{fbm1, fbm2, hash1, noise2},
    particles::{self, Cloud},
    scalar::{self, Chance, hex, mix3, scale3},
    scene::{Music, Scene, Weather},
    shafts::Fan,
    sheets::{self, OnSheet},
    sky::Sky,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// An arcade across the view.
#[derive(Clone, Copy)]
struct Arcade {
    depth: f32,
    /// From pier to pier in metres, and of the openings.
    bay: f32,
    wide: f32,
    /// Height where the arches spring, and of the wall.
    spring: f32,
    wall: f32,
    /// Share of the wall that fell.
    broken: f32,
    seed: u32,
}

pub(in super::super) struct Ruins {
    camera: Camera,
    sky: Sky,
    /// Far to near.
    arcades: [Arcade; 6],
    /// Where the nave's middle is in picture x at infinity.
    axis: f32,
    light: [f32; 2],
    fans: [Fan; 3],
    shafts: f32,
    stone: [f32; 3],
    leaf: [f32; 3],
    back: [f32; 3],
    shade: [f32; 3],
    air: f32,
    mist: f32,
    rim: f32,
    dust: f32,
    drift: f32,
    wet: f32,
    weather: Weather,
    music: Music,
}

impl Ruins {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 18);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let axis = chance.within(-0.38, 0.38);
        let mut camera = Camera::standing(
            chance.within(1.3, 2.8),
            chance.within(-0.44, -0.20),
            chance.within(1.4, 2.0),
        );
        // The light stands over the last arch, or beside it.
        let azimuth = scalar::atan2(axis + side * chance.within(0.03, 0.5), camera.focal);
        let sky = Sky::within(scene, azimuth, 0.16, 0.30);
        camera.position[0] = 0.35 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 3.4 * scene.approach;
        let light = camera.project_direction(sky.direction).unwrap_or([0.0, 0.4]);
        let bay = chance.within(4.2, 6.4);
        let wide = bay * chance.within(0.60, 0.76);
        let spring = chance.within(2.6, 4.4);
        let seed = (scene.seed % 8191) as u32 * 17;
        let mut k = 0;
        let arcades = [52.0, 38.0, 28.0, 20.5, 14.5, 9.0].map(|depth: f32| {
            k += 1;
            Arcade {
                depth,
                bay,
                wide: wide * if depth > 10.0 { 1.0 } else { 1.12 },
                spring,
                wall: spring + wide * chance.within(1.15, 1.9),
                broken: if depth > 50.0 { 0.25 } else { chance.within(0.35, 0.95) },
                seed: seed + k,
            }
        });
        let secs = music.secs as f32;
        let wind = weather.wind + weather.storm + 0.5 * music.build;
        let moon = sky.is_moon;
        let stones = [0x8a8070, 0x77716a, 0x94805e];
        let stone = scene.palette.turned(hex(stones[chance.below(3)]), 0.4);
        Self {
            camera,
            sky,
            arcades,
            axis,
            light,
            fans: [0, 1, 2].map(|k| Fan {
                light,
                number: [22.0, 28.0, 18.0][k],
                drift: secs * (0.03 + 0.05 * wind) * [1.0, -0.8, 1.2][k] + 5.3 * k as f32 + chance.within(0.0, 60.0),
                decay: 0.75,
                seed: 140 + 2 * k as u32,
            }),
            shafts: (1.0 - 0.6 * weather.rain.max(weather.storm))
                * (0.5 + 0.7 * music.mid + 1.5 * music.kick + 1.5 * music.burst)
                * if moon { 0.14 } else { 0.042 },
            stone,
            leaf: mix3(
                scene.palette.turned(hex(0x3c5a20), 0.7),
                [0.6, 0.63, 0.7],
                0.7 * weather.snow,
            ),
            back: scale3(mix3(sky.horizon, sky.middle, 0.35), if moon { 2.2 } else { 1.0 }),
            shade: scale3(mix3(sky.zenith, sky.middle, 0.5), if moon { 6.5 } else { 1.1 }),
            air: 0.011 + 0.025 * weather.fog + 0.008 * weather.rain + 0.004 * music.mid,
            mist: 0.25 + 0.9 * weather.fog + 0.8 * music.bass,
            rim: 0.05 + 0.14 * music.snare,
            dust: (0.3 + 0.9 * music.high + 1.1 * music.hat) * (1.0 - weather.rain),
            drift: secs * (0.04 + 0.08 * wind),
            wet: (0.12 + weather.rain).min(0.8),
            weather,
            music,
        }
    }

    /// An arcade: how much stone covers, how far inside the nearest edge is in metres, and how much ivy.
    #[inline(always)]
    fn wall<L: Lanes>(&self, on: OnSheet<L>, arcade: &Arcade) -> (F<L>, F<L>, F<L>) {
        if on.y.gt(arcade.wall + 1.0).all() {
            return (f(0.0), f(0.0), f(0.0));
        }
        let middle = self.axis * arcade.depth / self.camera.focal;
        let along = (on.x - middle) * (1.0 / arcade.bay) + 0.5;
        let bay = along.floor();
        let x = (along - bay - 0.5) * arcade.bay;
        let half = 0.5 * arcade.wide;
        // Two circles about the other side's springing: the pointed arch.
        let rise = (on.y - arcade.spring).max(0.0);
        let centre = x.abs() + half * 0.55;
        let arch = half * 1.55 - (centre * centre + rise * rise).sqrt();
        let lower = half - x.abs();
        let opening = select(on.y.gt(arcade.spring), arch, lower);
        // Well inside an opening there is nothing, not even ivy.
        if opening.gt(0.55).all() {
            return (f(0.0), f(0.0), f(0.0));
        }
        // What is left of the wall: bays fell to different heights, their edges are ragged.
        let own = hash1(bay, arcade.seed);
        let ragged = fbm1(on.x * 0.55 + 9.0, 3, arcade.seed + 3) - 0.5;
        let fell = smoothstep::<L>(
            0.25,
            0.95,
            fbm1(on.x * (0.6 / arcade.bay) + own * 0.1, 2, arcade.seed + 9) + (arcade.broken - 0.6) * 0.5,
        );
        let keeps = if arcade.broken < 0.55 {
            smoothstep::<L>(1.0, 0.45, (along - 0.5).abs())
        } else {
            f(0.0)
        };
        let top = arcade.wall - fell * (1.0 - keeps) * (arcade.wall - 1.0) + ragged * 1.6;
        let block = (noise2((on.x * 1.7).floor(), (on.y * 2.6).floor() + 3.0) - 0.5) * 0.45;
        let under = top + block - on.y;
        // Bases and capitals of the piers.
        let ring = ((on.y - arcade.spring).abs() - 0.16).max(-lower - 2.0);
        let swell = select(ring.lt(0.0) | on.y.lt(0.35), f(0.13), f(0.0));
        let worn = (noise2(on.x * 3.1, on.y * 3.1) - 0.5) * 0.10;
        let solid = (-(opening - swell)).min(under) + worn;
        // Ivy: leaves over the edges and down from the top.
        let leafy = noise2(on.x * 0.8 + 20.0, on.y * 0.35 + arcade.seed as f32) * 0.85 + worn * 0.9 + 0.05;
        let fine = noise2(on.x * 7.0, on.y * 6.0).mix(0.5, (on.pixel * 6.0).min(1.0));
        let hang = leafy * 1.5 - 0.62 + (fine - 0.5) * 0.7 - (under.max(0.0)) * 0.07;
        let ivy = smoothstep::<L>(0.02, 0.16, hang) * smoothstep::<L>(-0.14, -0.02, solid + (fine - 0.5) * 0.22);
        let cover = sheets::inside(-solid, on.pixel);
        (cover.max(ivy) * on.y.gt(-0.2).to_float(), solid.max(0.0), ivy)
    }

    /// The floor: slabs, grass between, puddles that mirror the light.
    #[inline(always)]
    fn floor<L: Lanes>(&self, at: Points<L>, behind: V<L>) -> (V<L>, F<L>) {
        let ground = sheets::ground(&self.camera, at, 300.0);
        let (x, z) = (ground.x, ground.z);
        let (sx, sz) = (x * 0.9, z * 0.62);
        let (cx, cz) = ((sx + (sz.floor() * 0.5)).fract(), sz.fract());
        let joint = (cx.min(1.0 - cx) * 1.1).min(cz.min(1.0 - cz) * 1.6);
        let blur = ground.stretch * 0.7;
        let joint = smoothstep::<L>(0.02, blur + 0.07, joint).mix(0.8, (ground.stretch * 1.3).saturate());
        let slab =
            hash1((sx + (sz.floor() * 0.5)).floor() + sz.floor() * 57.0, 5).mix(0.5, (ground.stretch * 0.8).saturate());
        let grown = fbm2(x * 0.42 + 3.0, z * 0.42, 3);
        let fine = noise2(x * 11.0, z * 8.0).mix(0.5, (ground.stretch * 6.0).saturate());
        let green = smoothstep::<L>(0.42, 0.60, grown + (1.0 - joint) * 0.12 + (fine - 0.5) * 0.22);
        let body = (splat::<L>(self.stone) * ((slab * 0.35 + 0.75) * (joint * 0.75 + 0.25) * (fine * 0.5 + 0.75)))
            .mix(splat::<L>(self.leaf) * (fine * 1.1 + 0.35), green);
        let slope = self.light[0] / self.camera.focal;
        // Light through the arches lies in bands towards the light.
        let lane = noise2((x - z * slope) * 0.55 + 17.0, z * 0.11);
        let band = smoothstep::<L>(0.46, 0.72, lane) * (-((x - z * slope).squared()) * 0.012).exp();
        let lit = splat::<L>(self.shade) * 0.75
            + splat(self.back) * 0.22
            + splat(self.sky.sun) * (band * (0.025 + 1.1 * self.shafts));
        let mut light = body * lit;
        let pool = smoothstep::<L>(0.50, 0.44, grown + 0.35 * (0.5 - self.wet)) * (1.0 - green);
        let dx = at.x - self.light[0];
        let mirror = behind * 0.55 + splat(self.sky.sun) * ((-(dx * dx) * 12.0).exp() * (self.shafts + 0.02));
        light = light.mix(mirror, pool * 0.7);
        (
            light.mix(behind, 1.0 - (ground.depth * -self.air * 1.2).exp()),
            ground.depth,
        )
    }
}

impl World for Ruins {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let (dx, dy) = (at.x - self.light[0], at.y - self.light[1]);
        let radius = (dx * dx + dy * dy).sqrt();
        let strength = if self.sky.is_moon { 0.30 } else { 0.12 };
        let glow = (radius * -1.6).exp() * 0.8 + (radius * -5.0).exp() * 1.2;
        let behind = self.sky.base(v(d.x, d.y.max(0.01), d.z)) * 0.35
            + splat(self.back) * 0.5
            + splat(self.sky.sun) * (glow * strength);
        let below = at.y.lt(self.camera.horizon - 0.004);
        let mut light = behind;
        let mut distance = f::<L>(400.0);
        if !below.all() {
            let sky = self.sky.full(d, pixel, 4);
            let haze = smoothstep::<L>(0.36, 0.0, d.y);
            light = sky.mix(behind, haze * 0.75);
        }
        if below.any() {
            let (floor, depth) = self.floor(at, behind);
            light = V::select(below, floor, light);
            distance = select(below, depth, distance);
        }
        for (k, arcade) in self.arcades.iter().enumerate() {
            let depth = arcade.depth - self.camera.position[2];
            let on = sheets::meet(&self.camera, at, depth);
            let far = (1.0 - scalar::exp(-self.air * depth * 1.35)).min(0.93);
            let (cover, inner, ivy) = self.wall(on, arcade);
            if cover.gt(0.0).any() {
                let course = (on.y * 2.6).fract();
                let row = (on.y * 2.6).floor();
                let joint = ((on.x * 1.3 + row * 0.5).fract() - 0.5).abs();
                let seams = smoothstep::<L>(0.0, 0.10, course)
                    .min(smoothstep::<L>(0.5, 0.46, joint))
                    .mix(0.9, (on.pixel * 18.0).min(1.0));
                let worn = noise2(on.x * 2.1, on.y * 1.6) * 0.6 + noise2(on.x * 9.0, on.y * 9.0) * 0.4 + 0.35;
                // Reveals of the arches take the light.
                let rim = (inner * -5.0).exp() * (radius * -1.0).exp();
                let stone = splat::<L>(self.stone) * worn * (seams * 0.35 + 0.65);
                let leaf = splat::<L>(self.leaf) * (worn * 0.8);
                let body = stone.mix(leaf, ivy);
                let lit = body
                    * (splat::<L>(self.shade) * 0.50 + splat(self.back) * 0.16 + splat(self.sky.sun) * (rim * 0.05))
                    + splat(self.sky.sun) * (rim * self.rim * (1.0 - ivy * 0.5));
                light = light.mix(lit.mix(behind, far), cover);
                distance = select(cover.gt(0.5), f(depth), distance);
            }
            if k % 2 == 1 {
                let shown = smoothstep::<L>(-0.4, 0.8, on.y);
                let veil = self.fans[k / 2].light(at.x, at.y) * self.shafts;
                let roll = fbm2(on.x * 0.13 + self.drift * 2.0, on.y * 0.5 + 9.0 * k as f32, 2);
                let lie = (on.y.max(0.0) * -0.7).exp() * (roll * 1.5 - 0.3).max(0.0) * (0.30 * self.mist * (0.3 + far));
                light =
                    light.mix(behind, (lie * shown).saturate()) + splat(self.sky.sun) * (veil * shown * (1.0 + lie));
            }
        }
        let dust = Cloud {
            cells: 13.0,
            radius: 0.003,
            share: 0.35,
            drift: [self.drift * 0.5, -self.drift * 0.3],
            wander: [self.drift * 9.0, 0.15],
            seed: 25,
        };
        let (mote, own) = dust.cover(at);
        light += splat::<L>(self.sky.sun) * (mote * own * (radius * -1.3).exp() * (self.dust * 0.32));
        light = particles::weathered(
            light,
            at,
            &self.weather,
            &self.music,
            behind * 0.9,
            behind + splat(self.back) * 0.3,
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
        let side = if self.light[0] > self.axis { -1.0 } else { 1.0 };
        let last = self.arcades[0];
        let middle = self.axis * last.depth * per;
        let [px, py, distance] = self.camera.project([middle, last.spring * 0.55 + 0.4, last.depth]);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.18),
            },
            ambient: scale3(self.shade, 0.45),
            fog: Fog {
                color: self.back,
                density: self.air * 1.2,
            },
            surface: Surface::Ground {
                wet: 0.15 + 0.4 * self.wet,
            },
            places: vec![
                place(Role::Hero, side * 0.5, 0.0, 11.5, 1.8),
                place(Role::Second, -side * 0.7, 0.0, 16.5, 1.8),
                place(Role::Far, 0.0, 0.0, 34.0, 2.5),
                place(Role::Floating, -side * 1.0, 5.5, 24.0, 4.0),
                place(Role::Crowd, 0.0, 0.0, 17.5, 2.2),
                place(Role::Near, side * 2.6, 0.0, 5.0, 1.0),
            ],
            portal: Portal {
                opening: Opening::Arch,
                centre: [px, py],
                radius: (self.camera.focal * (last.spring * 0.55 + 0.4) / distance.max(1.0)).clamp(0.09, 0.16),
                distance,
                spills: true,
            },
        }
    }
}
