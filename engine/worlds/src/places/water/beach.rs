//! A beach: dry and wet sand, the edge of the sea that comes and goes, breakers, and by seed palms at a side.
//!
//! The ground is a plane; where on it the sea's edge runs is told in metres from the shore line. Wet sand mirrors the sky
//! as long as the last wave's film is on it. Breakers are lines that run in and lose their foam behind them; foam is
//! folded noise, so that it is lace. The sea is [`Water`].

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm1, fbm2, noise1, noise2},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    trees::palm,
    water::Water,
    world::{FAR, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// A palm at the side.
#[derive(Clone, Copy)]
struct Palm {
    x: f32,
    depth: f32,
    tall: f32,
    lean: f32,
    sway: f32,
    seed: u32,
}

pub(in super::super) struct Beach {
    camera: Camera,
    sky: Sky,
    air: Air,
    water: Water,
    palms: Vec<Palm>,
    /// Metres to the shore line ahead, and how it slants.
    shore: [f32; 2],
    /// How far the sea's edge has come in, and how far it came last.
    reach: [f32; 2],
    /// Waves that have come in.
    surf: f32,
    foam_light: [f32; 3],
    dry: [f32; 3],
    wet: [f32; 3],
    shallow: [f32; 3],
    deep: [f32; 3],
    dark: [f32; 3],
    cape: [f32; 2],
    roar: f32,
    seed: u32,
}

impl Beach {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 4);
        let (music, weather) = (&scene.music, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.42, 0.42));
        let mut camera = Camera::standing(
            chance.within(1.4, 3.0),
            chance.within(-0.16, 0.16),
            chance.within(1.4, 2.1),
        );
        let lift = chance.within(0.05, 0.20);
        if sky.direction[1] < lift {
            sky.direction = scalar::normalize([sky.direction[0], lift, sky.direction[2]]);
        }
        sky.stand_within(&camera, 0.72, 1.15);
        let bar = music.bar as f32;
        camera.position[0] = bar * chance.within(-0.18, 0.18) + 0.25 * scalar::sin(bar * 0.39);
        camera.position[2] = scene.approach * 4.0;
        let sun = sky.direction[0] / sky.direction[2];
        let side = if sun > 0.0 { -1.0 } else { 1.0 };
        let count = if chance.happens(0.65) && weather.snow < 0.3 {
            1 + chance.below(3)
        } else {
            0
        };
        let gust = weather.wind * 0.5 + 0.35 * music.bass + 0.4 * music.build;
        let palms = (0..count)
            .map(|k| {
                let depth = 8.0 + 5.0 * k as f32 + chance.within(0.0, 3.0);
                // The crown stands in the picture's upper part.
                let tall = (chance.within(0.45, 0.85) - camera.horizon) * depth / camera.focal + camera.position[1];
                Palm {
                    x: side * chance.within(1.05, 1.7) * depth / camera.focal,
                    depth,
                    tall,
                    lean: -side * chance.within(0.05, 0.45) * tall,
                    sway: gust * tall * 0.05 * scalar::sin(bar * 1.57 + k as f32 * 1.3),
                    seed: chance.below(1 << 20) as u32,
                }
            })
            .collect();
        // The edge of the sea comes in once in two bars, and farther with the bass.
        let swing = 0.5 - 0.5 * scalar::cos(bar * std::f32::consts::PI);
        let swell = 0.22 + 0.4 * weather.wind + 0.8 * weather.storm + 0.3 * music.bass;
        let water = Water::new(scene, &mut chance, swell, 0.35);
        let sand = scene.palette.turned([0.52, 0.41, 0.30], 0.15);
        let lie = weather.snow * 0.75;
        let sand = mix3(sand, [0.82, 0.85, 0.92], lie);
        let light = if sky.is_moon { 0.20 } else { 0.07 };
        let dry = std::array::from_fn(|k| sand[k] * (sky.sun[k] * light + sky.middle[k] * 0.55 + sky.zenith[k] * 0.25));
        let teal = scene.palette.turned([0.05, 0.30, 0.30], 0.5);
        let day = scalar::luminance(sky.middle);
        Self {
            camera,
            air: Air::new(scene, &sky, 0.0008, 0.018),
            water,
            palms,
            shore: [camera.position[1] * chance.within(2.9, 5.0), chance.within(-0.35, 0.35)],
            reach: [
                (1.0 + 2.4 * music.bass + weather.storm) * swing + 0.5 * music.kick,
                2.6 + 2.2 * music.bass,
            ],
            surf: bar * 0.5,
            foam_light: mix3(
                scale3(sky.cloud_lit, 0.8),
                scale3(sky.sun, if sky.is_moon { 0.3 } else { 0.10 }),
                0.35,
            ),
            dry,
            wet: scale3(dry, 0.38),
            shallow: std::array::from_fn(|k| teal[k] * (0.08 + 0.85 * day) + sky.middle[k] * 0.10),
            deep: mix3(scale3(sky.zenith, 0.32), scale3(sky.middle, 0.20), 0.5),
            dark: mix3(scale3(sky.zenith, 0.14), scale3(sky.middle, 0.03), 0.5),
            cape: [-side * chance.within(0.5, 1.4), chance.within(0.3, 0.9)],
            roar: 0.55 + 0.7 * music.bass + 0.5 * weather.storm,
            seed: chance.below(1 << 20) as u32,
            sky,
        }
    }

    /// Lace of foam: folded noise, 0 to 1; `amount` of it is foam.
    #[inline(always)]
    fn lace<L: Lanes>(&self, x: F<L>, z: F<L>, amount: F<L>, footprint: F<L>) -> F<L> {
        let bend = noise2(x * 0.7 + 3.0, z * 0.9) * 1.6;
        let a = 1.0 - (noise2(x * 1.5 + bend, z * 2.1 - bend) * 2.0 - 1.0).abs();
        let b = 1.0 - (noise2(x * 4.1 - bend, z * 5.3 + bend) * 2.0 - 1.0).abs();
        let web = a * 0.6 + b * 0.4;
        let soft = footprint * 2.0 + 0.16;
        smoothstep::<L>(1.0 - amount * 0.9, 1.0 - amount * 0.9 + soft, web)
    }
}

impl World for Beach {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let haze = self.air.color(&self.sky, d);
        let ground = d.y.lt(-2e-4);
        let mut light: V<L> = grey(0.0);
        let mut distance = f(FAR);
        if !ground.all() {
            let sky = self.sky.full(d, pixel, 5) + self.air.lightning(d, pixel);
            light = self.air.before_sky(sky, haze, d);
            // A cape far off.
            let slope = d.y / d.z.max(0.1);
            let across = d.x / d.z.max(0.1);
            let hump = smoothstep::<L>(self.cape[1], 0.0, (across - self.cape[0]).abs());
            let top = (fbm1(across * 6.0, 5, self.seed) * 0.10 + 0.02) * hump;
            let cover = ((top - slope) / pixel + 0.5).saturate() * hump.gt(0.0).to_float();
            let cape = splat::<L>(self.dark).mix(haze, 0.72 + 0.25 * self.air.fog.min(1.0));
            light = light.mix(cape, cover);
            distance = select(cover.gt(0.5), f(2500.0), distance);
        }
        if ground.any() {
            let fall = (-d.y).max(2e-4);
            let range = (self.camera.position[1] / fall).min(6000.0);
            let (x, z) = (
                d.x * range + self.camera.position[0],
                d.z * range + self.camera.position[2],
            );
            let footprint = range * pixel / fall.max(0.02).sqrt();
            // Metres beyond the shore line.
            let line = z - x * self.shore[1] - self.shore[0] + (noise1(x * 0.16, self.seed) - 0.5) * 3.2;
            let lobes = (noise1(x * 0.55 + self.surf.floor() * 7.0, self.seed + 9) - 0.5) * 1.1;
            let sea = line + self.reach[0] + lobes;
            let slopes = self.water.slopes(x, z, footprint);
            // Sand: ripples of the wind where it is dry, a mirror where the film is.
            let last = line + self.reach[1] + lobes;
            let film = smoothstep::<L>(-3.4, 0.6, last);
            let ripple = (z * 7.0 + noise2(x * 0.8, z * 0.8) * 7.0).sin() / (1.0 + (footprint * 9.0).squared());
            let grain = fbm2(x * 0.9, z * 0.9, 3) - 0.5
                + (noise2(x * 23.0, z * 23.0) - 0.5) / (1.0 + (footprint * 40.0).squared());
            let sunward = d.dot(splat(self.sky.direction)).max(0.0);
            let shine = 1.0 + grain * 0.5 + ripple * (0.16 * (1.0 - film));
            let dry = splat::<L>(self.dry) * shine;
            let mut sand = dry.mix(splat::<L>(self.wet) * (1.0 + grain * 0.3), film);
            let tilt = (1.0 - film) * 0.12 + 0.012;
            let normal = v(
                -slopes.x * 0.15 - grain * tilt,
                f(1.0),
                -slopes.z * 0.15 - ripple * tilt * 0.3,
            )
            .normalized();
            let open = self.water.fresnel(d, normal, f(0.0));
            let mirrored = self.water.mirrored(d, normal, f(0.02));
            let (cloud, cover) = self.sky.clouds(mirrored, 2);
            let above = self.sky.base(mirrored).mix(cloud, cover * 0.8);
            sand = sand.mix(above, film * (open * 0.75 + 0.20));
            sand += splat::<L>(self.sky.sun) * (film * sunward.pow(90.0) * 0.10);
            // Sea.
            let mut light_below = sand;
            let is_sea = sea.gt(-0.6);
            if is_sea.any() {
                let normal = v(-slopes.x, f(1.0), -slopes.z).normalized();
                let fresnel = self.water.fresnel(d, normal, slopes.rough);
                let mirrored = self.water.mirrored(d, normal, slopes.rough);
                let reflection = self.sky.base(mirrored).mix(cloud, cover * 0.6);
                let depth = smoothstep::<L>(0.0, 22.0, sea);
                let body = splat::<L>(self.shallow).mix(splat(self.deep), depth);
                let clear = smoothstep::<L>(2.5, 0.0, sea) * (1.0 - fresnel);
                let mut wet = body.mix(sand, clear * 0.7).mix(reflection, fresnel * 0.92 + 0.04);
                let glitter = self
                    .water
                    .glitter(&self.sky, d, (x, z), range, slopes, self.camera.position[1]);
                let glare = if self.sky.is_moon { 0.9 } else { 0.30 };
                wet += splat::<L>(self.sky.sun) * ((glitter * glare * self.water.sparkle).min(3.0) * 0.6);
                // Breakers: six lines that come in from the deep.
                let mut foam = f::<L>(0.0);
                let mut face = f::<L>(0.0);
                for k in 0..5 {
                    let own = k as f32 - self.surf.fract();
                    let number = (k as f32 + self.surf.floor()) * 3.1;
                    let out = 1.5 + own.max(-0.5) * 7.5 + own * own * 1.3;
                    let wave = (noise1(x * 0.09 + number, self.seed + 5) - 0.5) * 5.0;
                    let behind = sea - out - wave;
                    let gaps = smoothstep::<L>(0.30, 0.62, noise1(x * 0.07 + number * 3.0, self.seed + 6)) * self.roar;
                    let grow = 1.0 / (1.0 + 0.12 * own * own);
                    let crest = smoothstep::<L>(0.0, 0.25, behind) * smoothstep::<L>(0.5 + 1.6 * grow, 0.1, behind);
                    let tail = smoothstep::<L>(0.2, 0.8, behind) * smoothstep::<L>(7.0, 0.8, behind) * 0.55;
                    foam = foam.max((crest + tail * 0.8) * gaps * grow);
                    face = face.max(smoothstep::<L>(-1.5, -0.2, behind) * smoothstep::<L>(0.3, -0.1, behind) * gaps);
                }
                wet = wet.mix(splat::<L>(self.shallow) * 0.8, face * 0.55);
                // The edge itself.
                let edge = smoothstep::<L>(-0.05, 0.10, sea) * smoothstep::<L>(0.9, 0.15, sea);
                let wash = smoothstep::<L>(0.1, 0.8, sea) * smoothstep::<L>(6.0, 0.5, sea) * 0.6;
                let amount = foam.max(wash).max(edge).min(0.95);
                let white = self.lace(x, z - self.surf * 2.0, amount, footprint);
                let white = white.max(smoothstep::<L>(0.80, 0.95, amount) * 0.55);
                wet = wet.mix(splat::<L>(self.foam_light) * (0.75 + 0.5 * sunward), white * 0.88);
                light_below = light_below.mix(wet, smoothstep::<L>(f::<L>(-0.03) - footprint, footprint + 0.03, sea));
            }
            // Foam that the last wave left.
            let left = smoothstep::<L>(-0.25, 0.0, last) * smoothstep::<L>(0.22, 0.02, last) * (sea.lt(0.0)).to_float();
            let bits = self.lace(x * 1.7, z * 1.7, left * 0.62, footprint);
            light_below = light_below.mix(splat(self.foam_light), bits * 0.4);
            light_below = self.air.through(light_below, haze, range);
            light = V::select(ground, light_below, light);
            distance = select(ground, range * d.z.max(0.05), distance);
        }
        // Spray above the surf.
        let line = (d.y.abs() * -34.0).exp();
        light = light.mix(haze, line * (0.35 + 0.2 * self.roar));
        for tree in &self.palms {
            let depth = tree.depth - self.camera.position[2];
            let far = depth / d.z.max(0.1);
            let (x, y) = (
                d.x * far + self.camera.position[0] - tree.x,
                d.y * far + self.camera.position[1],
            );
            if depth < 0.8 || !(y.gt(-0.5) & x.abs().lt(tree.tall)).any() {
                continue;
            }
            let cover = palm(x, y, tree.tall, tree.lean, tree.sway, far * pixel, tree.seed);
            let sunward = d.dot(splat(self.sky.direction)).max(0.0);
            let color = splat::<L>(self.dark) + splat::<L>(self.sky.sun) * (sunward.pow(6.0) * 0.008);
            light = light.mix(self.air.through(color, haze, far * 3.0), cover);
            distance = select(cover.gt(0.5), far * d.z, distance);
        }
        Sample {
            light: self.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let [x0, _, z] = self.camera.position;
        let near = (self.camera.focal * 3.6).max(self.camera.position[1] * 1.8);
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x0 + x * depth / self.camera.focal, y, z + depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.24),
            },
            ambient: scale3(self.sky.middle, 0.4),
            fog: self.air.fog(&self.sky),
            surface: Surface::Ground { wet: 0.3 },
            places: vec![
                place(Role::Hero, side * 0.5, 0.0, near, 2.5),
                place(Role::Second, side * 0.85, 0.0, near * 1.3, 2.5),
                place(Role::Afloat, -side * 0.5, 0.0, 90.0, 20.0),
                place(Role::Far, side * 0.4, 0.0, 400.0, 60.0),
                place(Role::Crowd, 0.0, 0.0, near * 1.6, 3.0),
                place(Role::Floating, -side * 0.3, 16.0, 50.0, 20.0),
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
