//! A plain under a thunderstorm: dark bases of cloud, lightning inside them on the kick, far curtains of rain.
//!
//! The cloud is a plane of warped noise with relief, lit from the clear strip at the horizon below and by the lightning
//! as a lamp within it (the look of Schneider and Vos, "The real-time volumetric cloudscapes of Horizon Zero Dawn",
//! 2015, without marching: so no dither). The bolt is a line bent by noise (midpoint displacement, Reed and Wyvill,
//! "Visual simulation of lightning", 1994).

use crate::{
    camera::Camera,
    grass::Grass,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{fbm1, fbm2, noise1, noise2},
    particles,
    ridges::{Ridge, Wood},
    scalar::{self, Chance, hex, mix3, scale3},
    scene::{Music, Scene, Weather},
    sheets,
    sky::Sky,
    tree::Tree,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Depths of the sheets of grass, far to near.
const DEPTHS: [f32; 7] = [13.0, 10.0, 7.8, 6.0, 4.6, 3.6, 2.8];

/// A stroke of lightning.
#[derive(Clone, Copy)]
struct Bolt {
    /// Picture x, and slant.
    x: f32,
    slant: f32,
    /// Its strength now, in the cloud and of the stroke itself.
    glow: f32,
    stroke: f32,
    seed: u32,
}

pub(in super::super) struct StormPlain {
    camera: Camera,
    sky: Sky,
    grass: Grass,
    ridges: [Ridge; 2],
    tree: Option<(Tree, f32)>,
    bolts: [Bolt; 2],
    /// The clear strip under the cloud.
    strip: [f32; 3],
    base: [f32; 3],
    land: [f32; 3],
    light: [f32; 2],
    /// Where in the clouds the picture is.
    cloud: f32,
    /// How high the clear strip reaches, as a slope.
    clear: f32,
    moved: f32,
    heavy: f32,
    curtains: f32,
    wet: f32,
    air: f32,
    side: f32,
    weather: Weather,
    music: Music,
}

impl StormPlain {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 15);
        let (music, mut weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        // The sun shows in the strip: low, whatever the hour.
        let sky = Sky::within(scene, side * chance.within(0.05, 0.40), 0.05, 0.10);
        let mut camera = Camera::standing(
            chance.within(1.3, 2.8),
            chance.within(-0.52, -0.26),
            chance.within(1.4, 2.0),
        );
        camera.position[0] = 0.4 * scalar::sin((music.bar * 0.15) as f32);
        camera.position[2] = 3.0 * scene.approach;
        let light = camera.project_direction(sky.direction).unwrap_or([0.0, 0.0]);
        let secs = music.secs as f32;
        // A place of its own for each beat's stroke: the same in whatever order frames are made.
        let beat = music.beat.floor();
        let bolt = |n: u64, strength: f32| {
            let mut own = Chance::new(scene.seed ^ (beat as i64 as u64).wrapping_mul(0x51_7c_c1), 150 + n);
            let flicker = 0.75 + 0.25 * scalar::sin(secs * 71.0 + n as f32);
            Bolt {
                x: own.within(-1.5, 1.5),
                slant: own.within(-0.25, 0.25),
                glow: strength * own.within(0.6, 1.0) * flicker,
                stroke: if own.happens(0.6) {
                    (strength * 1.5 - 0.45).max(0.0) * flicker
                } else {
                    0.0
                },
                seed: own.below(9000) as u32,
            }
        };
        let bolts = [bolt(0, music.kick.max(0.9 * music.burst)), bolt(1, 0.7 * music.snare)];
        weather.rain = weather.rain.max(0.15 + 0.35 * weather.storm);
        let moon = sky.is_moon;
        let lands = [0x6a5a30, 0x4a5a34, 0x5a4a3c][chance.below(3)];
        let strip = scale3(sky.horizon, if moon { 1.5 } else { 1.15 });
        let tone = mix3(sky.cloud_dark, sky.middle, 0.35);
        let ridge = |k: u32, depth: f32, height: f32, length: f32, wood, trees| Ridge {
            depth,
            height,
            length,
            wood,
            trees,
            seed: (scene.seed % 8191) as u32 * 5 + k,
        };
        let wind = 0.5 + weather.wind + 0.6 * music.build + 0.8 * music.bass;
        let tree = chance.happens(0.5).then(|| {
            let depth = chance.within(26.0, 44.0);
            let tree = Tree {
                x: side * chance.within(-0.9, -0.35) * depth / camera.focal,
                foot: -0.1,
                height: chance.within(7.0, 11.0),
                own: chance.unit(),
                sway: 0.02 * wind * scalar::sin(secs * 1.7),
            };
            (tree, depth)
        });
        Self {
            camera,
            sky,
            grass: Grass {
                height: chance.within(0.45, 0.8),
                width: 0.014,
                spacing: 0.036,
                wind: 0.22 * wind,
                gone: secs * 1.8,
                flowers: 0.0,
                flower: 0.01,
                closed: 0.0,
                seed: (scene.seed % 9973) as u32,
            },
            ridges: [
                ridge(1, 3000.0, chance.within(60.0, 260.0), 1100.0, Wood::Bare, 0.0),
                ridge(2, 700.0, chance.within(3.0, 14.0), 300.0, Wood::Leaves, 8.0),
            ],
            tree,
            bolts,
            strip,
            base: scale3(tone, if moon { 0.9 } else { 0.42 }),
            land: scene.palette.turned(hex(lands), 0.7),
            light,
            cloud: (scene.seed % 61) as f32 * 2.37,
            clear: chance.within(0.03, 0.17),
            moved: secs * (0.010 + 0.012 * wind),
            heavy: 0.25 * music.build + 0.12 * music.bass,
            curtains: chance.within(0.5, 1.0) + 0.5 * music.high,
            wet: chance.within(0.0, 0.5),
            air: 0.0012 + 0.004 * weather.fog + 0.001 * weather.rain,
            side,
            weather,
            music,
        }
    }

    /// The storm's sky in a direction seen at a picture point.
    #[inline(always)]
    fn storm<L: Lanes>(&self, x: F<L>, y: F<L>, pixel: f32, octaves: usize) -> V<L> {
        let up = (y - self.camera.horizon) * (1.0 / self.camera.focal);
        let across = x * (1.0 / self.camera.focal);
        // The strip of clear air, and the sun in it.
        let (dx, dy) = (x - self.light[0], y - self.light[1]);
        let radius = (dx * dx + dy * dy).sqrt();
        let glow = (radius * -2.2).exp() * 0.22 + (radius * -9.0).exp() * 0.5;
        let fade = (up.max(0.0) * -3.0).exp();
        let low = splat::<L>(mix3(self.base, self.strip, 0.3)).mix(splat(self.strip), fade)
            + splat(self.sky.sun) * (glow * if self.sky.is_moon { 0.45 } else { 0.30 });
        // The cloud: a ceiling in perspective.
        let far = (up.max(0.0) + 0.05).recip();
        let (cx, cz) = (across * far * 0.30, far * 0.36 + self.moved);
        let (wx, wz) = (noise2(cx * 2.1, cz * 2.1 + 5.0), noise2(cx * 2.1 + 11.0, cz * 2.1));
        let (px, pz) = (cx + (wx - 0.5) * 0.50 + self.cloud, cz + (wz - 0.5) * 0.50);
        let n = fbm2(px * 1.9, pz * 1.9, octaves);
        // The base hangs in bellies: lit below from the strip, from the light's side.
        let e = 0.10;
        let toward = fbm2(px * 1.9 + e * 0.7 * self.side, pz * 1.9 + e, octaves - 1);
        let relief = ((n - toward) * 4.5 + 0.38).saturate();
        let thick = smoothstep::<L>(0.30, 0.75, n + self.heavy * 0.3);
        let lit = splat::<L>(self.base) * (1.35 - thick * 0.95)
            + splat(self.strip) * (relief * (0.42 * (-(up * 1.5)).exp() + 0.05) * (1.15 - thick * 0.6))
            + splat(self.sky.sun) * (relief * (radius * -1.1).exp() * 0.05);
        // Where the cloud ends over the strip: a ragged edge.
        let ragged = fbm1(x * 1.7 + self.moved * 4.0, 3, 77) - 0.5;
        let edge = self.clear + ragged * 0.075 - self.heavy * 0.03;
        let cloud = smoothstep::<L>(edge, edge + 0.11, up + (n - 0.5) * 0.10);
        let mut light = low.mix(lit, cloud);
        // Lightning inside.
        for bolt in &self.bolts {
            if bolt.glow < 0.01 {
                continue;
            }
            let (bx, by) = (x - bolt.x, (y - self.camera.horizon) * 1.5 - 0.85);
            let near = (-(bx * bx + by * by) * 2.6).exp();
            let core = (-(bx * bx + by * by) * 16.0).exp();
            let inside = near * (relief * 1.3 + 0.25) * (1.0 - thick * 0.45) + core * 0.9 * n;
            light += splat::<L>([0.72, 0.80, 1.0]) * (inside * cloud * (bolt.glow * 0.75));
        }
        // Curtains of rain hang from the base, slanting.
        let hang = x * 2.3 + up * 1.4 - self.moved * 5.0;
        let curtain = smoothstep::<L>(
            0.48,
            0.80,
            noise1(hang * 0.55, 91) * 0.75 + noise1(hang * 2.1, 92) * 0.25,
        );
        let streak =
            noise1(hang * 16.0, 93) * 0.5 + noise1(hang * 37.0 + up * 3.0, 94).mix(0.5, (pixel * 40.0).min(0.9)) * 0.3;
        let body = smoothstep::<L>(0.42, 0.10, up) * smoothstep::<L>(-0.01, 0.02, up);
        let veil = curtain * body * (streak * 0.7 + 0.35) * self.curtains;
        let grey_rain = splat::<L>(self.base) * 1.25 + splat(self.strip) * 0.16;
        light.mix(grey_rain, (veil * 0.85).saturate())
    }

    /// The strokes themselves, before the cloud: their light.
    #[inline(always)]
    fn strokes<L: Lanes>(&self, at: Points<L>) -> F<L> {
        let mut sum = f(0.0);
        let up = (at.y - self.camera.horizon) * (1.0 / self.camera.focal);
        for bolt in &self.bolts {
            if bolt.stroke < 0.01 {
                continue;
            }
            let bend = (fbm1(up * 9.0, 4, bolt.seed) - 0.5) * 0.42 + (noise1(up * 55.0, bolt.seed + 9) - 0.5) * 0.035;
            let main = bend + bolt.x + up * bolt.slant;
            let wide = (at.pixel * 0.8).max(0.0035);
            let share = 0.0035 / wide;
            let line = (-((at.x - main) * (1.0 / wide)).squared()).exp() * share;
            let halo = (-((at.x - main).abs() * 14.0)).exp() * 0.07;
            // A branch leaves it half way down.
            let from = 0.22 + 0.1 * bolt.slant;
            let down = (from - up).max(0.0);
            let branch = main
                + down * select(f::<L>(bolt.slant).gt(0.0), f(-1.1), f(1.1))
                + (noise1(up * 60.0, bolt.seed + 5) - 0.5) * 0.06;
            let fades = smoothstep::<L>(from - 0.20, from, up) * up.lt(from).to_float();
            let second = (-((at.x - branch) * (1.0 / (wide * 0.7))).squared()).exp() * share * fades * 0.6;
            let within = smoothstep::<L>(0.46, 0.30, up) * up.gt(-0.002).to_float();
            sum += (line + second + halo) * within * bolt.stroke;
        }
        sum
    }
}

impl World for StormPlain {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let below = at.y.lt(self.camera.horizon);
        let mut light = grey(0.0);
        let mut distance = f::<L>(FAR);
        let haze = splat::<L>(mix3(self.base, self.strip, 0.45));
        // How much the lightning lights the land, and from where.
        let mut flash = f::<L>(0.0);
        for bolt in &self.bolts {
            let off = at.x - bolt.x;
            flash += (-(off * off) * 0.9).exp() * bolt.glow;
        }
        if !below.all() {
            light = self.storm(at.x, at.y, at.pixel, 5);
            let (dx, dy) = (at.x - self.light[0], at.y - self.light[1]);
            let disc = smoothstep::<L>(0.040 + at.pixel, 0.040 - at.pixel * 0.3, (dx * dx + dy * dy).sqrt());
            light += splat::<L>(self.sky.sun) * (disc * self.sky.disc * 1.2);
            light += splat::<L>([1.0, 1.04, 1.25]) * (self.strokes(at) * 5.0);
            for ridge in &self.ridges {
                let (cover, _) = ridge.cover(&self.camera, at);
                let near = if ridge.depth < 1000.0 { 0.75 } else { 0.38 };
                let land = splat::<L>(self.base) * 0.25;
                light = light.mix(haze.mix(land, near), cover);
                distance = select(cover.gt(0.5), f(ridge.depth), distance);
            }
        }
        if below.any() {
            let fall = ((self.camera.horizon - at.y) * (1.0 / self.camera.focal)).max(4e-4);
            let depth = (self.camera.position[1] / fall).min(2000.0);
            let x = at.x * depth * (1.0 / self.camera.focal) + self.camera.position[0];
            let z = depth + self.camera.position[2];
            let footprint = depth * (at.pixel / self.camera.focal);
            let stretch = footprint * depth * (1.0 / self.camera.position[1]);
            let patch = fbm2(x * 0.05, z * 0.035, 3);
            let tuft = noise2(x * 2.1, z * 1.6).mix(0.5, (stretch * 1.4).saturate());
            let fine = noise2(x * 8.0, z * 7.0).mix(0.5, (stretch * 5.0).saturate());
            let gust = noise2((x - self.grass.gone * 1.5) * 0.08, z * 0.05 - self.grass.gone * 0.05);
            let mut body = splat::<L>(self.land)
                * (tuft * 0.5 + fine * 0.5 + 0.3)
                * (patch * 0.8 + 0.5)
                * (splat::<L>(self.base) * 1.7
                    + splat(self.strip) * (gust * 0.34 + 0.14)
                    + splat([0.6, 0.68, 0.9]) * (flash * 0.42));
            // Water stands in the hollows, and mirrors the storm.
            let pool = smoothstep::<L>(
                0.56 - 0.18 * self.wet,
                0.52 - 0.18 * self.wet,
                fbm2(x * 0.11 + 30.0, z * 0.06, 3),
            );
            if pool.gt(0.01).any() {
                let ripple = (noise2(x * 5.0, z * 2.0 - self.moved * 60.0) - 0.5).mix(0.0, (stretch * 2.5).saturate());
                let seen = self.camera.horizon * 2.0 - at.y + ripple * 0.05;
                let mirror = self.storm(
                    at.x + ripple * 0.03,
                    seen.max(self.camera.horizon + 0.002),
                    at.pixel * 2.0,
                    3,
                );
                body = body.mix(mirror * 0.82, pool * 0.92);
            }
            body = body.mix(haze, 1.0 - (depth * -self.air).exp());
            light = V::select(below, body, light);
            distance = select(below, depth, distance);
        }
        let dark = splat::<L>(self.base) * 0.16;
        if let Some((tree, depth)) = self.tree {
            let depth = depth - self.camera.position[2];
            let cover = tree.bare(sheets::meet(&self.camera, at, depth));
            light = light.mix(dark.mix(haze, 0.10), cover);
            distance = select(cover.gt(0.5), f(depth), distance);
        }
        for (k, z) in DEPTHS.into_iter().enumerate() {
            let depth = z - self.camera.position[2];
            if depth < 0.45 {
                continue;
            }
            let on = sheets::meet(&self.camera, at, depth);
            let mut blades = self.grass.blades(on, z, k as u32);
            if blades.cover.gt(0.0).any() {
                // In clumps.
                let clump = noise1(on.x * 0.42 + 13.0 * k as f32, self.grass.seed + 7);
                blades.cover *= smoothstep::<L>(0.46, 0.60, clump + blades.own * 0.08);
                let lit = splat::<L>(self.base) * 1.3
                    + splat(self.strip) * (blades.up * blades.up * (blades.gust * 0.5 + 0.16))
                    + splat([0.6, 0.68, 0.9]) * (flash * blades.up * 0.38);
                let body = splat::<L>(self.land) * (blades.own * 0.6 + 0.5) * lit;
                light = light.mix(body, blades.cover);
                distance = select(blades.cover.gt(0.5), f(depth), distance);
            }
        }
        let rain = particles::rainfall(at, &self.weather, &self.music);
        let snow = particles::snowfall(at, &self.weather, &self.music);
        let drops = haze * 0.9 + splat([0.5, 0.56, 0.7]) * (flash * 0.5);
        let light: V<L> = light
            .mix(drops, (rain * 0.45).saturate())
            .mix(drops + splat(self.strip) * 0.3, snow * 0.85);
        // Air right over the horizon.
        let lie = (-((at.y - self.camera.horizon) * 16.0).squared()).exp() * (0.20 + 0.6 * self.weather.fog);
        let light = light.mix(haze, lie * smoothstep::<L>(20.0, 90.0, distance));
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let per = 1.0 / self.camera.focal;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x * depth * per, y, depth],
            heading: 0.0,
            room,
        };
        let flash = self.bolts[0].glow;
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(
                    mix3(self.sky.sun, [3.0, 3.3, 4.2], (0.5 * flash).min(0.8)),
                    0.14 + 0.1 * flash,
                ),
            },
            ambient: scale3(self.base, 0.7),
            fog: Fog {
                color: mix3(self.base, self.strip, 0.45),
                density: self.air,
            },
            surface: Surface::Ground { wet: 0.3 },
            places: vec![
                place(Role::Hero, self.light[0] * 0.5 - self.side * 0.35, 0.0, 8.0, 3.0),
                place(Role::Second, self.light[0] * 0.5 - self.side * 0.1, 0.0, 10.0, 3.0),
                place(Role::Far, -self.side * 0.7, 0.0, 120.0, 30.0),
                place(Role::Floating, self.side * 0.4, 10.0, 40.0, 8.0),
                place(Role::Crowd, 0.0, 0.0, 16.0, 6.0),
                place(Role::Near, self.side * 1.4, 0.0, 3.8, 1.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.light,
                radius: 0.10,
                distance: FAR,
                spills: false,
            },
        }
    }
}
