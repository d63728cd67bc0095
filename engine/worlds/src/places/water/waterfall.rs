//! A waterfall: a white fall over a cliff into a pool, spray, walls of rock on both sides, light over the edge.
//!
//! Rock is ridged noise drawn out downwards, lit by its difference towards the light. The fall is noise that is bent and
//! drawn out along a falling coordinate (its speed grows with the root of the drop), in three sheets. Spray is noise under
//! an exponential of the distance from the foot. The pool mirrors the ray first, as in the lake.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{fbm1, fbm2, noise2, ridged2},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stones::{self, Stone},
    trees::pines,
    water::Water,
    world::{FAR, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Metres to the cliff.
const CLIFF: f32 = 46.0;
/// Metres to the walls on both sides, from far to near.
const WALLS: [f32; 2] = [30.0, 15.0];

pub(in super::super) struct Waterfall {
    camera: Camera,
    sky: Sky,
    air: Air,
    water: Water,
    stones: Vec<Stone>,
    /// The fall's middle in metres, half its width, and its height.
    fall: [f32; 3],
    rock: [f32; 3],
    moss: [f32; 3],
    dark: [f32; 3],
    white: [f32; 3],
    deep: [f32; 3],
    ambient: [f32; 3],
    mist: [f32; 3],
    spray: f32,
    rush: f32,
    gleam: f32,
    sun_at: [f32; 2],
    side: f32,
    /// How far from the middle each wall ends, left and right, in picture units.
    gaps: [[f32; 2]; 2],
    secs: f32,
    seed: u32,
}

impl Waterfall {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 11);
        let (music, weather) = (&scene.music, &scene.weather);
        let middle = chance.within(-0.75, 0.75);
        let mut sky = Sky::new(scene, middle * 0.45 + chance.within(-0.25, 0.25));
        let mut camera = Camera::standing(
            chance.within(1.6, 3.4),
            chance.within(-0.56, -0.36),
            chance.within(1.3, 1.75),
        );
        let lift = chance.within(0.58, 0.68);
        sky.direction = scalar::normalize([
            sky.direction[0],
            (lift - camera.horizon) / camera.focal * sky.direction[2],
            sky.direction[2],
        ]);
        sky.stand_within(&camera, 0.68, 0.8);
        let bar = music.bar as f32;
        camera.position[0] = 0.5 * scalar::sin(bar * 0.26);
        camera.position[2] = scene.approach * 5.0;
        let high = (chance.within(0.22, 0.40) - camera.horizon) * CLIFF / camera.focal + camera.position[1];
        let stone = mix3(
            scene.palette.turned([0.105, 0.10, 0.10], 0.7),
            [0.7, 0.73, 0.8],
            weather.snow * 0.35,
        );
        let green = mix3(
            scene.palette.turned([0.07, 0.105, 0.04], 0.4),
            [0.8, 0.83, 0.9],
            weather.snow * 0.7,
        );
        let light: [f32; 3] = std::array::from_fn(|k| sky.sun[k] * if sky.is_moon { 0.5 } else { 0.16 });
        let ambient: [f32; 3] =
            std::array::from_fn(|k| (sky.middle[k] * 0.7 + sky.zenith[k] * 0.6) * if sky.is_moon { 1.8 } else { 1.0 });
        let lit = |c: [f32; 3]| std::array::from_fn(|k| c[k] * light[k]);
        let swell = 0.10 + 0.10 * music.bass + 0.12 * music.kick + 0.1 * weather.wind;
        Self {
            water: Water::new(scene, &mut chance, swell, 1.2),
            air: Air::new(scene, &sky, 0.0022, 0.014),
            stones: stones::scattered(&mut chance, 10, 5.0, 30.0, 0.6),
            fall: [
                middle * CLIFF / camera.focal,
                chance.within(2.6, 6.5) * (0.85 + 0.3 * music.bass) * (1.0 + 0.3 * weather.rain),
                high,
            ],
            rock: lit(stone),
            moss: lit(green),
            dark: std::array::from_fn(|k| stone[k] * ambient[k] * 0.55),
            white: mix3(
                std::array::from_fn(|k| ambient[k] * 0.85 + light[k] * 0.55),
                sky.cloud_lit,
                0.3,
            ),
            deep: std::array::from_fn(|k| sky.zenith[k] * 0.10 + green[k] * ambient[k] * 0.6),
            ambient,
            mist: mix3(mix3(sky.horizon, sky.middle, 0.5), scale3(sky.sun, 0.10), 0.2),
            spray: 0.55 + 0.7 * music.bass + 0.35 * music.build + 0.4 * weather.fog,
            rush: music.secs as f32 * 0.85,
            gleam: 0.4 + 0.6 * music.mid + 1.1 * music.kick + music.burst,
            sun_at: camera.project_direction(sky.direction).unwrap_or([0.0, 0.6]),
            side: if sky.direction[0] > middle * 0.3 { 1.0 } else { -1.0 },
            secs: music.secs as f32,
            seed: chance.below(1 << 20) as u32,
            gaps: [
                [
                    chance.within(0.55, 1.0) - middle * 0.4,
                    chance.within(0.55, 1.0) + middle * 0.4,
                ],
                [chance.within(1.05, 1.7), chance.within(1.05, 1.7)],
            ],
            camera,
            sky,
        }
    }

    /// Rock at x, y metres on a wall: light.
    #[inline(always)]
    fn rock<L: Lanes>(&self, x: F<L>, y: F<L>, near: f32, wet: F<L>) -> V<L> {
        let bend = noise2(x * 0.10, y * 0.16 + near) * 2.0;
        let (u, w) = (x * 0.30 + bend * 0.5, y * 0.11 + bend);
        let here = ridged2(u + near, w, 5);
        let there = ridged2(u + near + 0.06 * self.side, w + 0.05, 5);
        let lit = smoothstep::<L>(-0.14, 0.22, here - there + (bend - 1.0) * 0.05);
        let ledge = smoothstep::<L>(
            0.56,
            0.72,
            noise2(x * 0.22 + 9.0, y * 0.55 + bend) + (here - 0.4) * 0.35,
        );
        let rock = splat::<L>(self.rock).mix(splat(self.moss), ledge * (1.0 - wet * 0.8));
        let shade = (0.45 + 0.9 * here) * (1.0 - 0.4 * wet);
        (rock * (lit * 0.85 + 0.06) + splat::<L>(self.dark) * 0.9) * shade
    }

    /// What is seen from `o` along `d`: light and metres.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, straight: F<L>) -> (V<L>, F<L>) {
        let haze = self.air.color(&self.sky, d);
        let near = d.dot(splat(self.sky.direction)).max(0.0);
        let glow = splat::<L>(self.sky.sun)
            * ((near.pow(6.0) * 0.3 + near.pow(30.0) * 0.5) * if self.sky.is_moon { 0.12 } else { 0.075 });
        let mist = splat::<L>(self.mist) * 0.85 + glow;
        let behind = self.sky.base(d) + self.sky.starlight(d, pixel) + self.sky.disc(d, pixel) * straight;
        let (cloud, cover) = self.sky.clouds(d, 4);
        let sky = behind.mix(cloud, cover * 0.93) + self.air.lightning(d, pixel);
        let mut light = self.air.before_sky(sky, haze, d);
        let mut range: F<L> = f(FAR);
        let ahead = d.z.max(0.1);
        let [middle, half, high] = self.fall;
        // Pines on the top.
        for (k, depth) in [86.0_f32, 58.0].into_iter().enumerate() {
            let far = (depth - o.z) / ahead;
            let (x, y) = (o.x + d.x * far, o.y + d.y * far);
            if !y.lt(high * 2.6).any() {
                continue;
            }
            let aside = (x - middle * (depth / CLIFF)).abs();
            let ground = high * (depth / CLIFF) + fbm1(x * 0.05, 3, self.seed + k as u32) * 7.0 - 3.0 + aside * 0.10;
            let gap = smoothstep::<L>(half * 2.6, half, aside) * 20.0;
            let wood = pines(x, y - ground + gap, 13.0, 3.4, far * pixel, self.seed + 5 * k as u32);
            let color = self
                .air
                .through(splat::<L>(self.dark) * 0.6, mist, far * (1.0 + 0.8 * self.spray));
            light = light.mix(color, wood);
            range = select(wood.gt(0.5), far, range);
        }
        // The cliff with the fall.
        let far = (CLIFF - o.z) / ahead;
        let (x, y) = (o.x + d.x * far, o.y + d.y * far);
        let aside = x - middle;
        let rough = fbm1(x * 0.16, 5, self.seed + 11);
        let lip = smoothstep::<L>(half * 0.8, half * 1.5, aside.abs());
        let top = high + lip * (1.2 + rough * 6.0) + aside.abs() * 0.12;
        let size = far * pixel;
        let cliff = ((top - y) / size + 0.5).saturate();
        if cliff.gt(0.0).any() {
            // How far it has fallen; the sheet widens and breaks.
            let drop = (high - y).max(0.0);
            let fallen = (drop + 0.3).sqrt();
            let spread = half * (0.82 + drop * (0.55 / high)) + (noise2(y * 0.25 + 3.0, f(1.0)) - 0.5) * 1.2;
            let frayed = (noise2(aside * 1.1, fallen * 2.4 - self.rush * 1.6) - 0.5) * (0.5 + drop * 0.05);
            let edge = spread - aside.abs() + frayed;
            let sheet = smoothstep::<L>(-0.25, 0.55, edge);
            let lines = fallen * 2.2 - self.rush * 2.3;
            let warp = noise2(aside * 0.8, lines * 0.45) * 1.4;
            let a = noise2(aside * 2.1 + warp, lines);
            let b = noise2(aside * 5.2 - warp + 7.0, lines * 1.9 - self.rush * 0.6);
            let c = noise2(aside * 11.0 + 3.0, lines * 2.6 - self.rush);
            let fine = (size * 4.0).min(1.0);
            let threads = a * 0.5 + b * 0.32 + (c * (1.0 - fine) + 0.5 * fine) * 0.18;
            let thick = smoothstep::<L>(0.22, 0.62, threads + edge.max(0.0).min(1.5) * 0.10);
            let wet = smoothstep::<L>(-4.0, 0.0, edge);
            let rock = self.rock(x, y, 0.0, wet);
            let light_through = near.pow(4.0) * 0.5 + smoothstep::<L>(high * 0.5, 0.0, drop) * 0.35;
            let water = splat::<L>(self.white) * (0.42 + 0.62 * threads + light_through * 0.5) + glow * 0.3;
            let face = rock.mix(water, sheet * (0.40 + 0.58 * thick));
            let face = self.air.through(face, mist, far * (1.0 + self.spray));
            light = light.mix(face, cliff);
            range = select(cliff.gt(0.5), far, range);
        }
        // Spray at its foot.
        let (sx, sy) = (aside * (0.42 / half), y.max(0.0) * (1.1 / half));
        let plume = fbm2(aside * 0.22 + self.secs * 0.10, y * 0.26 - self.secs * 0.45, 4);
        let reach = (-(sx * sx * 0.7) - sy * 0.55).exp();
        let low = (y.max(0.0) * -0.45).exp() * (0.12 + 0.35 * plume);
        let veil = ((reach * (0.35 + 1.1 * plume) + low) * self.spray).min(0.92) * y.lt(high * 1.3).to_float();
        light = light.mix(mist * 0.75 + splat::<L>(self.white) * 0.55, veil);
        // Walls on both sides.
        for (k, (depth, [gap_left, gap_right])) in WALLS.into_iter().zip(self.gaps).enumerate() {
            let far = (depth - o.z) / ahead;
            let (x, y) = (o.x + d.x * far, o.y + d.y * far);
            let across = x * (self.camera.focal / depth);
            let lean = (fbm1(y * (2.4 / depth) + 9.0, 5, self.seed + 31 + k as u32) - 0.5) * 0.55 + y * (0.16 / depth);
            let other =
                (fbm1(y * (2.4 / depth) + 60.0, 5, self.seed + 41 + k as u32) - 0.5) * 0.55 + y * (0.16 / depth);
            let left = -across - gap_left - lean;
            let right = across - gap_right - other;
            let inside = left.max(right);
            let unit = pixel * self.camera.focal;
            let cover = (inside / unit + 0.5).saturate();
            if !cover.gt(0.0).any() {
                continue;
            }
            let rim = (inside * -22.0).exp() * (0.25 + near.pow(2.0));
            let rock = self.rock(x * (CLIFF / depth), y * (CLIFF / depth), 7.0 * (k + 1) as f32, f(0.3))
                * [0.55, 0.24][k]
                + splat::<L>(self.mist) * (rim * 0.22);
            let rock = rock.mix(mist, [0.26, 0.06][k] * self.spray.min(1.0));
            light = light.mix(rock, cover);
            range = select(cover.gt(0.5), far, range);
        }
        (light, range)
    }
}

impl World for Waterfall {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let eye = splat::<L>(self.camera.position);
        let fall = (-d.y).max(1e-4);
        let far = self.camera.position[1] / fall;
        let (x, z) = (eye.x + d.x * far, eye.z + d.z * far);
        let water = d.y.lt(-1e-4) & z.lt(CLIFF);
        let far = far.min(200.0);
        let (mut o, mut ray) = (eye, d);
        let (mut fresnel, mut white) = (f::<L>(1.0), f::<L>(0.0));
        if water.any() {
            let footprint = far * pixel / fall.max(0.02).sqrt();
            let [middle, half, _] = self.fall;
            let foot = ((x - middle).squared() + (z - CLIFF).squared() * 0.35).sqrt();
            let boil = smoothstep::<L>(half * 4.5, half * 0.6, foot);
            let mut slopes = self.water.slopes(x, z + self.secs * 0.5, footprint);
            let rings = (foot * 2.4 - self.secs * 3.2).sin() * 0.06 * smoothstep::<L>(26.0, 4.0, foot);
            slopes.z *= (0.6 + boil * 2.0) + rings;
            slopes.x *= 0.6 + boil * 2.0;
            let normal = v(-slopes.x, f(1.0), -slopes.z).normalized();
            fresnel = self.water.fresnel(d, normal, slopes.rough) * 0.80 + 0.16;
            let mut mirrored = d.reflected(normal);
            mirrored.y = mirrored.y.max(0.0) + 0.002;
            ray = V::select(water, mirrored.normalized(), d);
            o = V::select(water, v(x, f(0.0), z), eye);
            let wash = stones::foam(&self.stones, x, z);
            let lace = fbm2(x * 0.9 + self.secs * 0.1, z * 0.8 + self.secs * 0.5, 4);
            white = smoothstep::<L>(0.60, 1.0, boil * 0.62 + wash * 0.45 + lace * 0.45);
        }
        let (mut light, range) = self.land(o, ray, pixel, select(water, f(0.0), f(1.0)));
        let mut distance = range * ray.z.max(0.05);
        if water.any() {
            let wet = splat::<L>(self.deep).mix(light, fresnel);
            let wet = wet.mix(splat::<L>(self.white) * 0.8, white * 0.85);
            let mist = splat::<L>(self.mist) * 0.85;
            let wet = wet.mix(
                mist,
                (1.0 - (far * (-0.004 * self.spray)).exp() + ((z - CLIFF) * 0.16).min(0.0).exp() * (0.12 * self.spray))
                    .min(0.8),
            );
            light = V::select(water, wet, light);
            distance = select(water, far * d.z.max(0.05), distance);
        }
        // The near walls and stones hide the pool too.
        let (stone, lit, stone_far) = stones::seen(&self.stones, eye, d, pixel);
        if stone.gt(0.0).any() {
            let color = splat::<L>(self.dark) * 0.7 + splat::<L>(self.ambient) * (lit * 0.16);
            light = light.mix(color, stone);
            distance = select(stone.gt(0.5), stone_far * d.z, distance);
        }
        // Light over the edge, in the spray.
        let (lx, ly) = (at.x - self.sun_at[0], at.y - self.sun_at[1]);
        let from = (lx.squared() + ly.squared()).sqrt();
        let angle = ly.turns(lx);
        let a = noise2(angle * 26.0 + self.secs * 0.08, from * 0.7 - self.secs * 0.1) * 0.6
            + noise2(angle * 63.0, f::<L>(4.0) + self.secs * 0.12) * 0.4;
        let down = smoothstep::<L>(0.25, -0.5, ly / (from + 0.12));
        let shaft = smoothstep::<L>(0.42, 0.85, a) * (from * -1.0).exp() * down * smoothstep::<L>(0.05, 0.4, from);
        light += splat::<L>(self.sky.sun) * (shaft * (self.gleam * if self.sky.is_moon { 0.12 } else { 0.065 }));
        Sample {
            light: self.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let [middle, ..] = self.fall;
        let side = if middle > 0.0 { -1.0 } else { 1.0 };
        let [x0, high, z] = self.camera.position;
        let near = (self.camera.focal * 4.2).max(high * 2.2);
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
                color: scale3(self.sky.sun, 0.2),
            },
            ambient: scale3(self.ambient, 0.4),
            fog: self.air.fog(&self.sky),
            surface: Surface::Water { ripple: 0.08 },
            places: vec![
                place(Role::Hero, side * 0.40, 0.0, near, 2.2),
                place(Role::Second, side * 0.75, 0.0, near * 1.15, 2.0),
                place(Role::Far, side * 0.3, 0.0, 28.0, 4.0),
                place(Role::Floating, -side * 0.3, 12.0, 32.0, 5.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.sun_at,
                radius: 0.11,
                distance: FAR,
                spills: false,
            },
        }
    }
}
