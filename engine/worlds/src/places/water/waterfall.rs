//! A waterfall: a white fall over a cliff of columns into a pool, spray, walls of rock on both sides, light over the edge.
//!
//! Rock is noise drawn out downwards, lit by its difference towards the light, with ridged noise as its cracks. The cliff
//! stands against the light, so it is lit by the sky and keeps its hue, and the spray before it by the sun. The fall is noise that is bent and
//! drawn out along a falling coordinate (its speed grows with the root of the drop). All is walked from near to far, so
//! that what is hidden costs nothing. The pool mirrors the ray first, as in the lake.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::{fbm1, fbm2, noise1, noise2, ridged2},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    shafts::Fan,
    sky::Sky,
    stones::{self, Stone},
    trees::pines_beside,
    water::Water,
    waterside::Waterside,
    world::{FAR, Points, Role, Sample, Staging, Surface, World},
};

/// Metres to the cliff.
const CLIFF: f32 = 46.0;
/// Metres to the walls on both sides, from near to far.
const WALLS: [f32; 2] = [13.0, 28.0];

pub(in super::super) struct Waterfall {
    at: Waterside,
    stones: Vec<Stone>,
    /// The fall's middle in metres, half its width, and its height.
    fall: [f32; 3],
    /// Where it strikes a ledge, as a share of its height; above 1 nowhere.
    ledge: f32,
    /// How fine the rock is: cells a metre.
    grain: f32,
    rock: [f32; 3],
    moss: [f32; 3],
    rim: [f32; 3],
    white: [f32; 3],
    ambient: [f32; 3],
    mist: [f32; 3],
    spray: f32,
    rush: f32,
    gleam: f32,
    fan: Fan,
    /// Where the first figure stands: x and z of a flat stone.
    stand: [f32; 2],
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
        let mut sky = Sky::new(scene, 0.0);
        let mut camera = Camera::standing(
            chance.within(1.0, 1.9),
            chance.within(-0.54, -0.34),
            chance.within(1.3, 1.75),
        );
        // The light stands just over the edge beside the fall.
        let brink = chance.within(0.20, 0.44);
        let over = [
            (middle + chance.within(0.10, 0.45) * if chance.happens(0.5) { 1.0 } else { -1.0 }).clamp(-0.95, 0.95),
            brink + chance.within(0.16, 0.26),
        ];
        crate::stand::show_light(&mut sky, &camera, over);
        let bar = music.bar as f32;
        camera.position[0] = 0.5 * scalar::sin(bar * 0.26);
        camera.position[2] = scene.approach * 3.0;
        let high = (brink - camera.horizon) * CLIFF / camera.focal + camera.position[1];
        let stone = mix3(
            scene.palette.turned([0.16, 0.155, 0.16], 0.7),
            [0.7, 0.73, 0.8],
            weather.snow * 0.35,
        );
        let green = mix3(
            scene.palette.turned([0.09, 0.15, 0.045], 0.4),
            [0.8, 0.83, 0.9],
            weather.snow * 0.7,
        );
        let light: [f32; 3] = std::array::from_fn(|k| sky.sun[k] * if sky.is_moon { 0.5 } else { 0.13 });
        let ambient: [f32; 3] =
            std::array::from_fn(|k| (sky.middle[k] * 0.7 + sky.zenith[k] * 0.8) * if sky.is_moon { 3.2 } else { 1.0 });
        let swell = 0.10 + 0.10 * music.bass + 0.12 * music.kick + 0.1 * weather.wind;
        let water = Water::new(scene, &mut chance, swell, 1.2);
        let air = Air::new(scene, &sky, 0.0022, 0.014);
        let deep = std::array::from_fn(|k| sky.zenith[k] * 0.12 + green[k] * ambient[k] * 0.7);
        let at = Waterside::new(camera, sky, air, water, deep);
        // A flat stone for the first figure, on the side away from the fall.
        let away = if middle > 0.0 { -1.0 } else { 1.0 };
        let near = at.near();
        let stand = [away * chance.within(0.25, 0.5) * near / camera.focal, near];
        let mut stones = stones::scattered(&mut chance, 11, 5.0, 30.0, 0.6);
        stones.retain(|s| (s.at[0] - stand[0]).abs() > 1.6 + s.wide || (s.at[1] - stand[1]).abs() > 2.5);
        stones.push(Stone {
            at: stand,
            wide: 1.9,
            high: 0.36,
        });
        stones.sort_by(|a, b| b.at[1].total_cmp(&a.at[1]));
        Self {
            stones,
            stand,
            fall: [
                middle * CLIFF / camera.focal,
                chance.within(2.2, 7.5) * (0.85 + 0.3 * music.bass) * (1.0 + 0.3 * weather.rain),
                high,
            ],
            ledge: if chance.happens(0.5) {
                chance.within(0.35, 0.65)
            } else {
                2.0
            },
            grain: chance.within(0.24, 0.42),
            rock: std::array::from_fn(|k| stone[k] * (ambient[k] * 2.0 + light[k] * 0.18)),
            moss: std::array::from_fn(|k| green[k] * (ambient[k] * 2.0 + light[k] * 0.38)),
            // The moon's rims would draw outlines.
            rim: std::array::from_fn(|k| (stone[k] + green[k]) * light[k] * if at.sky.is_moon { 0.5 } else { 1.4 }),
            white: mix3(
                std::array::from_fn(|k| ambient[k] * 1.0 + light[k] * 0.42),
                at.sky.cloud_lit,
                0.3,
            ),
            ambient,
            mist: mix3(mix3(at.sky.horizon, at.sky.middle, 0.8), scale3(at.sky.sun, 0.10), 0.2),
            spray: 0.60 + 0.7 * music.bass + 0.35 * music.build + 0.4 * weather.fog,
            rush: music.secs as f32 * 0.85,
            gleam: 0.4 + 0.6 * music.mid + 1.1 * music.kick + music.burst,
            fan: Fan {
                light: at.sun_at,
                number: 26.0,
                drift: music.secs as f32 * 0.08 + chance.within(0.0, 40.0),
                decay: 1.0,
                seed: 520,
            },
            secs: music.secs as f32,
            seed: chance.below(1 << 20) as u32,
            gaps: [
                [chance.within(1.0, 1.75), chance.within(1.0, 1.75)],
                [
                    chance.within(0.55, 1.1) - middle * 0.4,
                    chance.within(0.55, 1.1) + middle * 0.4,
                ],
            ],
            at,
        }
    }

    /// Rock at x, y metres on a wall: light; `wet` is how near the fall is.
    #[inline(always)]
    fn rock<L: Lanes>(&self, x: F<L>, y: F<L>, own: f32, wet: F<L>) -> V<L> {
        let bend = noise2(x * 0.11 + own, y * 0.09) - 0.5;
        let (u, w) = (x * self.grain + bend * 0.9 + own, y * (self.grain * 0.52) + bend * 1.4);
        // Relief against the side of the light, and cracks.
        let here = fbm2(u, w, 5);
        let there = fbm2(u + 0.11 * self.at.side, w - 0.09, 5);
        let lit = smoothstep::<L>(-0.10, 0.13, here - there);
        let crack = smoothstep::<L>(0.56, 0.80, ridged2(u * 0.75 + 9.0, w * 0.9, 4));
        // Ledges carry moss, the more the nearer to the fall.
        let ledge = noise2(x * 0.20 + 9.0, y * 0.62 + bend * 3.0 + own);
        let grown = smoothstep::<L>(0.50, 0.70, ledge * 0.75 + (here - 0.4) * 0.7 + wet * 0.14);
        let shade = (lit * 0.95 + 0.22) * (0.45 + 1.1 * here) * (1.0 - crack * 0.55) * (1.0 - wet * 0.30);
        splat::<L>(self.rock).mix(splat(self.moss), grown) * shade
    }

    /// The walls of rock at both sides, 0 the nearer: cover, light, metres.
    #[inline(always)]
    fn wall<L: Lanes>(&self, k: usize, o: V<L>, d: V<L>, pixel: f32) -> (F<L>, V<L>, F<L>) {
        let (depth, [gap_left, gap_right], n) = (WALLS[k], self.gaps[k], k as u32);
        let far = (depth - o.z) / d.z.max(0.1);
        let met = far.gt(0.5);
        let far = far.max(0.5);
        let (x, y) = (o.x + d.x * far, o.y + d.y * far);
        let across = x * (self.at.camera.focal / depth);
        let height = y * (1.0 / depth);
        let lean = (fbm1(height * 2.4 + 9.0, 5, self.seed + 31 + n) - 0.5) * 0.6 + height * 0.16;
        let other = (fbm1(height * 2.4 + 60.0, 5, self.seed + 41 + n) - 0.5) * 0.6 + height * 0.16;
        let jag = (noise1(height * 21.0, self.seed + 51 + n) - 0.5) * 0.09
            + (noise1(height * 57.0, self.seed + 52 + n) - 0.5) * 0.045;
        // Scree at the foot.
        let foot = (y.max(0.0) * -0.8).exp() * 0.10;
        let inside = (-across - gap_left - lean).max(across - gap_right - other) + jag + foot;
        let above = (y / (far * pixel) + 0.5).saturate();
        let cover = (inside / (pixel * self.at.camera.focal) + 0.5).saturate() * met.to_float() * above;
        if !cover.gt(0.0).any() {
            return (cover, splat([0.0; 3]), far);
        }
        let near = d.dot(splat(self.at.sky.direction)).max(0.0);
        let rim = (inside.max(0.0) * -60.0).exp() * (0.03 + near.pow(4.0) * 0.7);
        let size = [2.6, 1.6][k];
        let rock = self.rock(x * size, y * size, 7.0 * (n + 1) as f32, f(0.3)) * [0.34, 0.75][k];
        (cover, rock + splat::<L>(self.rim) * rim, far)
    }

    /// What is seen from `o` along `d`: light and metres.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, straight: F<L>) -> (V<L>, F<L>) {
        let sky = &self.at.sky;
        let near = d.dot(splat(sky.direction)).max(0.0);
        let glow = splat::<L>(sky.sun)
            * ((near.pow(8.0) * 0.22 + near.pow(30.0) * 0.5) * if sky.is_moon { 0.12 } else { 0.075 });
        let mist = splat::<L>(self.mist) * 0.80 + glow;
        let (mut light, mut open, mut range): (V<L>, F<L>, F<L>) = (splat([0.0; 3]), f(1.0), f(FAR));
        let ahead = d.z.max(0.1);
        let [middle, half, high] = self.fall;
        for k in 0..2 {
            let (cover, rock, far) = self.wall(k, o, d, pixel);
            let cover = cover * open;
            if cover.gt(0.0).any() {
                light += rock.mix(mist, [0.03, 0.20][k] * self.spray.min(1.2)) * cover;
                range = select(cover.gt(0.5), far, range);
                open -= cover;
            }
        }
        // Spray at the fall's foot.
        let far = ((CLIFF - o.z) / ahead).max(0.5);
        let (x, y) = (o.x + d.x * far, o.y + d.y * far);
        let aside = x - middle;
        if open.gt(0.004).any() {
            let (sx, sy) = (aside * (0.40 / half), y.max(0.0) * (0.95 / half));
            let plume = fbm2(aside * 0.22 + self.secs * 0.10, y * 0.26 - self.secs * 0.45, 4);
            let reach = (-(sx * sx * 0.7) - sy * 0.55).exp();
            let low = (y.max(0.0) * -0.30).exp() * (0.18 + 0.40 * plume);
            let veil =
                ((reach * (0.35 + 1.1 * plume) + low) * self.spray).min(0.92) * y.lt(high * 1.3).to_float() * open;
            light += (mist * 0.75 + splat::<L>(self.white) * 0.50) * veil;
            open -= veil;
        }
        // The cliff with the fall.
        let rough = fbm1(x * 0.16, 5, self.seed + 11);
        let stepped = noise1(x * 0.9, self.seed + 12) * 1.4 + noise1(x * 2.7, self.seed + 13) * 0.6;
        let lip = smoothstep::<L>(half * 0.8, half * 1.5, aside.abs());
        let top = high + lip * (0.8 + rough * 6.0 + stepped) + aside.abs() * 0.12;
        let size = far * pixel;
        let cliff = ((top - y) / size + 0.5).saturate() * open;
        if cliff.gt(0.0).any() {
            // How far it has fallen; the sheet widens and breaks, and spreads at the ledge.
            let drop = (high - y).max(0.0);
            let struck = smoothstep::<L>(-0.01, 0.13, drop * (1.0 / high) - self.ledge);
            let fallen = (drop + 0.3).sqrt();
            let spread = half * (0.82 + drop * (0.55 / high)) * (1.0 + struck * 0.7)
                + (noise2(y * 0.25 + 3.0, f(1.0)) - 0.5) * 1.2;
            let frayed = (noise2(aside * 1.1, fallen * 2.4 - self.rush * 1.6) - 0.5) * (0.5 + drop * 0.05);
            let edge = spread - aside.abs() + frayed;
            let sheet = smoothstep::<L>(-0.25, 0.55, edge);
            let lines = fallen * 2.2 - self.rush * 2.3;
            let warp = noise2(aside * 0.8, lines * 0.45) * 1.4;
            let a = noise2(aside * 2.1 + warp, lines);
            let b = noise2(aside * 5.2 - warp + 7.0, lines * 1.9 - self.rush * 0.6);
            let c = noise2(aside * 11.0 + 3.0, lines * 2.6 - self.rush);
            let fine = (size * 4.0).min(1.0);
            let threads = a * 0.45 + b * 0.33 + (c * (1.0 - fine) + 0.5 * fine) * 0.22;
            let thick = smoothstep::<L>(0.26, 0.66, threads + edge.max(0.0).min(1.5) * 0.08);
            let wet = smoothstep::<L>(-5.0, 0.0, edge);
            let rim = ((y - top).min(0.0) * 0.9).exp() * (near.pow(2.0) + 0.1);
            let rock = self.rock(x, y, 0.0, wet) + splat::<L>(self.rim) * rim;
            let through = near.pow(4.0) * 0.5 + (drop * -0.5).exp() * 0.35;
            let burst = smoothstep::<L>(0.10, 0.0, (drop * (1.0 / high) - self.ledge - 0.03).abs()) * 0.35;
            let water = splat::<L>(self.white) * (0.30 + 0.80 * threads + through * 0.5 + burst) + glow * 0.3;
            let face = rock.mix(water, sheet * (0.30 + 0.68 * thick));
            let face = self.at.air.through(face, mist, far * (1.0 + self.spray));
            light += face * cliff;
            range = select(cliff.gt(0.5), far, range);
            open -= cliff;
        }
        // Pines on the top.
        for (k, depth) in [58.0_f32, 86.0].into_iter().enumerate() {
            let far = ((depth - o.z) / ahead).max(0.5);
            let (x, y) = (o.x + d.x * far, o.y + d.y * far);
            if !(open.gt(0.004) & y.lt(high * 2.6)).any() {
                continue;
            }
            let middle = middle * (depth / CLIFF);
            let ground =
                high * (depth / CLIFF) + fbm1(x * 0.05, 3, self.seed + k as u32) * 7.0 + (x - middle).abs() * 0.10
                    - 3.0
                    - smoothstep::<L>(half * 3.0, half, (x - middle).abs()) * 9.0;
            let gap = [middle, half * 1.2];
            let wood = pines_beside(x, y - ground, [15.0, 4.0], far * pixel, self.seed + 5 * k as u32, gap) * open;
            let color = self
                .at
                .air
                .through(splat::<L>(self.rock) * 0.5, mist, far * (1.0 + 0.8 * self.spray));
            light += color * wood;
            range = select(wood.gt(0.5), far, range);
            open -= wood;
        }
        if open.gt(0.004).any() {
            let haze = self.at.air.color(sky, d);
            light += self.at.behind(d, pixel, straight, haze) * open;
        }
        (light, range)
    }
}

impl World for Waterfall {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.at.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.at.camera.focal;
        let here = self.at.meet(d, pixel, 200.0);
        let water = here.below & here.z.lt(CLIFF);
        let mut seen = self.at.straight(d);
        let mut white = f::<L>(0.0);
        if water.any() {
            let [middle, half, _] = self.fall;
            let foot = ((here.x - middle).squared() + (here.z - CLIFF).squared() * 0.35).sqrt();
            let boil = smoothstep::<L>(half * 4.5, half * 0.6, foot);
            let mut slopes = self.at.water.slopes(here.x, here.z + self.secs * 0.5, here.footprint);
            let rings = (foot * 2.4 - self.secs * 3.2).sin() * 0.06 * smoothstep::<L>(26.0, 4.0, foot);
            slopes.z *= (0.6 + boil * 2.0) + rings;
            slopes.x *= 0.6 + boil * 2.0;
            seen = self.at.mirror(d, (water, &here), slopes, [0.80, 0.16]);
            let wash = stones::foam(&self.stones, here.x, here.z);
            let lace = fbm2(here.x * 1.6 + self.secs * 0.1, here.z * 1.1 + self.secs * 0.5, 4);
            white = smoothstep::<L>(0.66, 1.0, boil * 0.62 + wash * 0.30 + lace * 0.52);
        }
        let (mut light, range) = self.land(seen.from, seen.ray, pixel, seen.straight);
        let mut distance = range * seen.ray.z.max(0.05);
        if water.any() {
            let wet = splat::<L>(self.at.deep).mix(light, seen.fresnel);
            let wet = wet.mix(splat::<L>(self.white) * 0.8, white * 0.85);
            let mist = splat::<L>(self.mist) * 0.85;
            let far = (here.range * (-0.004 * self.spray)).exp();
            let foot = ((here.z - CLIFF) * 0.16).min(0.0).exp() * (0.16 * self.spray);
            let wet = wet.mix(mist, (1.0 - far + foot).min(0.8));
            let (mut wet, mut near) = (wet, here.range);
            for k in [1, 0] {
                let (cover, rock, far) = self.wall(k, splat(self.at.camera.position), d, pixel);
                let cover = cover * far.lt(here.range).to_float();
                wet = wet.mix(rock.mix(mist, [0.03, 0.20][k] * self.spray.min(1.2)), cover);
                near = select(cover.gt(0.5), far, near);
            }
            light = V::select(water, wet, light);
            distance = select(water, near * d.z.max(0.05), distance);
        }
        // Stones hide the pool.
        if d.y.lt(0.05).any() {
            let eye = splat::<L>(self.at.camera.position);
            let (stone, lit, stone_far) = stones::seen(&self.stones, eye, d, pixel);
            let color = splat::<L>(self.rock) * (lit * 0.7 + 0.25) + splat::<L>(self.ambient) * (lit * lit * 0.14);
            light = light.mix(color, stone);
            distance = select(stone.gt(0.5), stone_far * d.z, distance);
        }
        // Light over the edge, in the spray.
        let strength = self.gleam * if self.at.sky.is_moon { 0.12 } else { 0.060 };
        light += splat::<L>(self.at.sky.sun) * (self.fan.light(at.x, at.y) * strength);
        Sample {
            light: self.at.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let [x, z] = self.stand;
        let side = if self.fall[0] > 0.0 { -1.0 } else { 1.0 };
        let per = self.at.camera.focal / z;
        self.at.staging(
            Surface::Ground { wet: 0.3 },
            vec![
                self.at.place(Role::Hero, x * per, 0.32, z, 1.4),
                self.at.place(Role::Second, x * per + side * 0.12, 0.30, z, 0.9),
                self.at.place(Role::Far, side * 0.3, 0.0, 28.0, 4.0),
                self.at.place(Role::Floating, -side * 0.3, 12.0, 32.0, 5.0),
            ],
        )
    }

    fn ground(&self, x: f32, z: f32) -> f32 {
        let [sx, sz] = self.stand;
        if (x - sx).abs() < 1.5 && (z - sz).abs() < 1.5 {
            0.32
        } else {
            0.0
        }
    }
}
