//! A street between high houses, wet, with the light at its end.
//!
//! Both walls are planes along the street: a ray meets one in closed form, and where the house there is lower than the
//! ray, the fronts of those behind it are tried in order (grid traversal after Amanatides and Woo, 1987, with the
//! cells in one line). Wet asphalt sends the same ray up again ([`crate::trace`]); rooms and shops are
//! [`crate::facade`]'s. Signs and cars are cards across the street.

use crate::{
    camera::Camera,
    facade::{Evening, SHOP, Wall, shops, windows},
    lamps::{Lamp, after_dark, glow},
    lanes::{F, Lanes, M, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash1, hash2, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    trace::{Ray, strip, stripes, stroke},
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Houses on each side that are told apart; farther ones are air.
const HOUSES: usize = 16;

/// A row of houses along the street, on both sides.
struct Row {
    /// Where their fronts stand, left and right.
    side: f32,
    /// Where the first begins.
    start: f32,
    /// Width of a house.
    length: f32,
    /// Number of the first.
    first: f32,
    /// Heights; 0 where a street crosses.
    heights: [[f32; HOUSES]; 2],
}

/// A sign that stands out over the pavement.
struct Sign {
    at: [f32; 3],
    half: [f32; 2],
    color: [f32; 3],
    style: usize,
    number: f32,
}

struct Car {
    x: f32,
    z: f32,
}

pub(in super::super) struct City {
    camera: Camera,
    sky: Sky,
    evening: Evening,
    near: Row,
    far: Row,
    signs: Vec<Sign>,
    cars: Vec<Car>,
    lamps: Vec<Lamp>,
    posts: Vec<[f32; 2]>,
    rain: Precipitation,
    half: f32,
    walk: f32,
    wet: f32,
    ripple: f32,
    snow: f32,
    haze: [f32; 3],
    density: f32,
    stone: [f32; 3],
    neon: f32,
    burst: f32,
    secs: f32,
}

/// Where rays meet walls.
struct Hit<L: Lanes> {
    t: F<L>,
    wall: Wall<L>,
    front: M<L>,
    seen: M<L>,
}

impl City {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 20);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let mut sky = Sky::new(scene, chance.within(-0.10, 0.10));
        // The light stands where the street shows it.
        let low = chance.within(0.16, 0.26).min(sky.direction[1]);
        let flat = (1.0 - low * low).sqrt();
        let turn = scalar::atan2(sky.direction[0], sky.direction[2]);
        sky.direction = [scalar::sin(turn) * flat, low, scalar::cos(turn) * flat];
        let half = chance.within(8.5, 12.5);
        let walk = chance.within(2.6, 3.6);
        let high = chance.happens(0.25);
        let height = if high {
            chance.within(3.4, 5.5)
        } else {
            chance.within(0.9, 2.2)
        };
        let horizon = if high {
            chance.within(-0.05, 0.15)
        } else {
            chance.within(-0.45, -0.18)
        };
        let mut camera = Camera::standing(height, horizon, chance.within(1.35, 2.1));
        camera.yaw = chance.within(-0.16, 0.16);
        camera.position[0] = chance.within(-1.0, 1.0) + 0.15 * scalar::sin(music.bar as f32 * 0.39);
        camera.position[2] = music.bar as f32 * 0.8 + scene.approach * 24.0;

        let neon = [
            [0xff2f8a, 0x20c8ff, 0xff7a2a, 0x9a4dff],
            [0xff3b40, 0xffb020, 0xff5fa2, 0x3ad0ff],
            [0x1fe0b0, 0x3aa0ff, 0xffd07a, 0xff5a7a],
        ][palette.scheme % 3];
        let neon = std::array::from_fn(|k| palette.turned(hex(neon[k]), [0.0, 0.8, 0.2, 1.0][k]));
        let glow = [0x6a3f78, 0x7a4436, 0x1f5a66][palette.scheme % 3];
        let city_glow = palette.turned(hex(glow), 0.3);
        let haze = mix3(sky.horizon, mix3(scale3(city_glow, 1.25), sky.horizon, 0.3), lit * 0.85);

        let row = |side: f32, length: f32, purpose: u64, low: f32, high: f32, crossings: bool| {
            let first = (camera.position[2] / length).floor() - 1.0;
            let heights = [0, 1].map(|side| {
                std::array::from_fn(|k| {
                    let number = (first as i64 + k as i64) as u64;
                    let mut chance = Chance::new(scene.seed ^ number.wrapping_mul(0x51ed_270b), purpose + side);
                    let tall = chance.unit();
                    if crossings && (number.wrapping_add(scene.seed)) % 5 == 3 {
                        return 0.0;
                    }
                    low + (high - low) * tall * tall
                })
            });
            Row {
                side,
                start: first * length,
                length,
                first,
                heights,
            }
        };
        let near = row(half, chance.within(15.0, 21.0), 21, 13.0, 46.0, true);
        let far = row(half + 17.0, chance.within(22.0, 30.0), 23, 34.0, 120.0, false);

        let mut signs = Vec::new();
        let mut posts = Vec::new();
        let mut lamps = Vec::new();
        let kick = music.kick;
        for (side, heights) in near.heights.iter().enumerate() {
            let toward = if side == 0 { -1.0 } else { 1.0 };
            for (k, &height) in heights.iter().enumerate() {
                let number = near.first + k as f32;
                let mut chance = Chance::new(
                    scene.seed ^ (number as i64 as u64).wrapping_mul(0x9d5f),
                    25 + side as u64,
                );
                let tall = chance.within(1.6, 4.6);
                let wide = chance.within(0.42, 0.72);
                let below = chance.within(4.6, 6.8);
                let z = near.start + near.length * (k as f32 + chance.within(0.15, 0.8));
                let style = chance.below(3);
                let color = neon[chance.below(4)];
                if height > 0.0 && chance.happens(0.62) && z > camera.position[2] + 3.0 {
                    let flicker = if chance.happens(0.15) {
                        0.7 + 0.3 * scalar::sin(music.beat as f32 * 9.4)
                    } else {
                        1.0
                    };
                    let half = if style == 2 { [wide * 1.6; 2] } else { [wide, tall] };
                    let own = chance.within(0.6, 1.1);
                    signs.push(Sign {
                        at: [toward * (near.side - 0.35 - half[0]), below + half[1], z],
                        half,
                        color: scale3(color, flicker * own),
                        style,
                        number: number * 2.0 + side as f32,
                    });
                }
            }
            let spacing = 21.0;
            let first = (camera.position[2] / spacing).floor();
            for k in 0..6 {
                let z = (first + k as f32 + if side == 0 { 0.0 } else { 0.5 }) * spacing;
                let x = toward * (half - walk + 0.5);
                posts.push([x, z]);
                if lit > 0.01 {
                    lamps.push(Lamp {
                        at: [x - toward * 1.5, 6.3, z],
                        radius: 0.17,
                        color: scale3([1.0, 0.66, 0.36], lit * (3.2 + 0.8 * music.snare)),
                        halo: 0.10,
                    });
                }
            }
        }
        let mut cars = Vec::new();
        for k in 0..9 {
            let toward = k % 2 == 0;
            let speed = if toward { -9.0 } else { 7.0 };
            let span = 170.0;
            let along = chance.unit() * span + (speed * music.secs).rem_euclid(f64::from(span)) as f32;
            let ahead = (along - (camera.position[2] % span)).rem_euclid(span) - 4.0;
            let x = if toward {
                -(half - walk) * 0.55
            } else {
                (half - walk) * if k % 4 == 1 { 0.45 } else { 0.75 }
            };
            let z = camera.position[2] + ahead;
            if ahead < 2.0 {
                continue;
            }
            cars.push(Car { x, z });
            let fade = scalar::smoothstep(165.0, 140.0, ahead) * scalar::smoothstep(2.0, 6.0, ahead);
            for offset in [-0.66, 0.66] {
                let color = if toward {
                    scale3([1.0, 0.90, 0.74], 5.0 + 2.5 * music.snare)
                } else {
                    scale3([1.0, 0.05, 0.03], 2.6 + 2.2 * kick)
                };
                lamps.push(Lamp {
                    at: [x + offset, if toward { 0.68 } else { 0.80 }, z - 0.1],
                    radius: if toward { 0.10 } else { 0.085 },
                    color: scale3(color, fade * (0.25 + 0.75 * lit.max(weather.rain))),
                    halo: 0.16,
                });
            }
        }
        let wet = (0.35 + 0.3 * lit + 0.65 * weather.rain).min(1.0) * (1.0 - weather.snow * 0.8);
        Self {
            evening: Evening {
                lit,
                awake: 1.0,
                pulse: music.mid * 1.5,
                neon,
                warm: palette.turned(hex(0xff9a48), 0.0),
            },
            near,
            far,
            signs,
            cars,
            lamps,
            posts,
            rain: Precipitation::new(scene, mix3(scale3(haze, 1.4), [0.5; 3], weather.snow * 0.35)),
            half,
            walk,
            wet,
            ripple: 0.015 + 0.05 * weather.rain * (0.6 + music.high),
            snow: weather.snow,
            density: 0.0055 + 0.022 * weather.fog + 0.006 * weather.rain + 0.008 * weather.snow + 0.003 * music.bass,
            haze,
            stone: mix3([0.30, 0.28, 0.27], palette.turned([0.34, 0.25, 0.20], 0.2), 0.6),
            neon: lit.max(0.25) * (0.85 + 1.0 * kick + 0.3 * music.bass),
            burst: music.burst,
            secs: (music.secs % 4096.0) as f32,
            camera,
            sky,
        }
    }

    /// Where rays meet a row of houses.
    #[inline(always)]
    fn meet<L: Lanes>(&self, ray: &Ray<L>, row: &Row) -> Hit<L> {
        let d = ray.direction;
        let right = d.x.gt(0.0);
        let side = select(right, f(1.0), f(-1.0));
        let t_side = ray.to_side(side * row.side);
        let z_side = d.z.mul_add(t_side, ray.origin.z);
        let y_side = d.y.mul_add(t_side, ray.origin.y);
        let cell = ((z_side - row.start) * (1.0 / row.length)).floor();
        let (mut t, mut number, mut front, mut seen) = (f(FAR), f(0.0), f::<L>(1.0).lt(0.0), f::<L>(1.0).lt(0.0));
        for k in 0..HOUSES {
            let height = select(right, f(row.heights[1][k]), f(row.heights[0][k]));
            let start = row.start + row.length * k as f32;
            // Its side along the street, then its front.
            let here = (cell - k as f32).abs().lt(0.5) & y_side.lt(height) & t_side.gt(0.0);
            let t_front = ray.to_depth(start);
            let y = d.y.mul_add(t_front, ray.origin.y);
            let x = d.x.mul_add(t_front, ray.origin.x).abs();
            let faced = t_front.gt(0.0) & y.lt(height) & x.gt(row.side);
            let new = (here | faced) & !seen;
            t = select(new, select(faced, t_front, t_side), t);
            number = select(new, f(row.first + k as f32), number);
            front = front | (new & faced);
            seen = seen | new;
            if seen.all() {
                break;
            }
        }
        let at = ray.at(t);
        let house = number * 4.0 + select(right, f(1.0), f(0.0)) + row.side.floor() * 977.0;
        let footprint = ray.footprint(t);
        let (along, into_x, into_z) = (
            select(front, at.x.abs() - row.side, at.z - number * row.length),
            select(front, d.x * side, d.z),
            select(front, d.z, d.x * side),
        );
        Hit {
            t,
            wall: Wall {
                along,
                height: at.y,
                into: [into_x, d.y, into_z.max(1e-3)],
                house,
                width: (footprint / into_z.max(0.06)).max(1e-4),
                rise: footprint.max(1e-4),
            },
            front,
            seen,
        }
    }

    /// Air as far as one can see in a direction.
    #[inline(always)]
    fn air<L: Lanes>(&self, d: V<L>) -> V<L> {
        let flat = v(d.x, d.y.max(0.0) * 0.6, d.z);
        let toward = d.dot(splat(self.sky.direction)).max(0.0);
        let glow = toward.pow(9.0) * (0.55 + 1.2 * self.burst) + 0.45;
        self.sky
            .base(flat)
            .mix(splat::<L>(self.haze) * glow, 0.75 * (d.y.max(0.0) * -1.8).exp())
    }

    /// What a ray shows of walls and sky, and how far it went.
    #[inline(always)]
    fn walls<L: Lanes>(&self, ray: &Ray<L>, hit: &Hit<L>, behind: V<L>) -> V<L> {
        if !hit.seen.any() {
            return behind;
        }
        let wall = &hit.wall;
        let mut front = windows(wall, &self.evening);
        let ground = wall.height.lt(SHOP) & hit.seen & !hit.front;
        if ground.any() {
            let shop = shops(wall, self.near.length * 0.32, &self.evening);
            front.glow = V::select(ground, shop.glow, front.glow);
            front.glass = select(ground, shop.glass, front.glass);
            front.relief = select(ground, shop.relief, front.relief);
        }
        let d = ray.direction;
        let seed = hash1(wall.house, 36);
        let grain = 0.82 + 0.36 * fbm2(wall.along * 0.6 + seed * 50.0, wall.height * 0.35, 2);
        let albedo = splat::<L>(self.stone).mix(grey(0.22), seed) * (0.55 + 0.8 * seed) * grain * front.relief;
        // Light from the sky above, less deep in the canyon; from the lamps below; and along the street.
        let open = 0.22 + 0.78 * smoothstep::<L>(2.0, 55.0, wall.height);
        let facing = select(hit.front, f(0.0), (d.x * -self.sky.direction[0]).gt(0.0).to_float());
        let sun = splat::<L>(self.sky.sun)
            * (facing * (0.05 * (1.0 - 0.8 * self.evening.lit)) * smoothstep::<L>(6.0, 26.0, wall.height));
        let low = (wall.height * -0.13).exp();
        let hue = self.evening.neon(hash1(wall.house, 25));
        let lamps = (hue * 0.22 + splat([0.55, 0.33, 0.17])) * (low * self.evening.lit * 0.42);
        let light = splat::<L>(self.sky.middle) * 0.55 * open + splat::<L>(self.haze) * (0.25 * open) + sun + lamps;
        let mirrored = V::select(hit.front, v(d.x, d.y, -d.z), v(-d.x, d.y, d.z));
        let reflection =
            self.sky.base(v(mirrored.x, mirrored.y.abs(), mirrored.z)) * (0.25 + 0.35 * (1.0 - wall.into[2]).squared());
        let shade = (albedo * light).mix(reflection * open, front.glass * 0.8);
        // A shaft of light where a street crosses.
        let color = shade + front.glow * 1.2;
        let air = ((hit.t + ray.before) * -self.density).exp();
        let fog = self.air(d);
        V::select(hit.seen, fog.mix(color, air), behind)
    }

    /// Signs, with their glow in the air, before what is `reach` metres off.
    #[inline(always)]
    fn signs<L: Lanes>(&self, ray: &Ray<L>, reach: F<L>, mut light: V<L>, mut nearest: F<L>) -> (V<L>, F<L>) {
        for sign in &self.signs {
            let t = ray.to_depth(sign.at[2]);
            let x = ray.direction.x.mul_add(t, ray.origin.x - sign.at[0]);
            let y = ray.direction.y.mul_add(t, ray.origin.y - sign.at[1]);
            let (ox, oy) = (x.abs() - sign.half[0], (y.abs() - sign.half[1]) * ray.upright);
            let off = ox.max(oy);
            let near = off.lt(1.4) & t.gt(0.1) & t.lt(reach);
            if !near.any() {
                continue;
            }
            let width = ray.footprint(t).max(1e-4);
            let inside = (0.5 - off / width).saturate();
            let tube = |distance: F<L>, radius: f32| {
                let spread = (width * 0.5 + radius).recip();
                let q = (distance * spread).squared();
                (1.0 + q * q * 2.0).recip() * (spread * radius).min(1.0)
            };
            let frame = tube(off + 0.10, 0.045);
            let glyph = match sign.style {
                0 => {
                    // Strokes of a writing that nobody reads, one sign under the other.
                    let size = sign.half[0] * 1.9;
                    let g = (y + sign.half[1]) * (1.0 / size);
                    let number = g.floor();
                    let (gx, gy) = (x * (1.0 / size), g - number - 0.5);
                    let r = |seed: u32| hash2(number, f(sign.number), seed);
                    let a = tube((gy - 0.26 + 0.3 * r(61)).abs() * size, 0.035)
                        .max(tube((gy + 0.24 - 0.2 * r(62)).abs() * size, 0.035));
                    let b = tube((gx - r(63) * 0.5 + 0.25).abs() * size, 0.04)
                        .max(tube((gx + gy * r(64) + 0.1).abs() * size, 0.03) * r(65).gt(0.5).to_float());
                    let room = smoothstep::<L>(0.40, 0.34, gx.abs().max(gy.abs()));
                    a.max(b) * room * 1.25
                }
                1 => {
                    // A lit board with bars of text.
                    let line = (y * 2.2).floor();
                    let long = 0.35 + 0.6 * hash2(line, f(sign.number), 66);
                    let text = stripes(y * 2.2, 0.55, width * 2.2)
                        * strip(x.abs() - sign.half[0] * long, f(-9.0), f(0.0), width);
                    inside * (0.42 - 0.34 * text) * strip(off, f(-9.0), f(-0.14), width)
                }
                _ => {
                    // A ring with a smaller one in it.
                    let r = (x * x + y * y).sqrt();
                    tube((r - sign.half[0] * 0.78).abs(), 0.05).max(tube((r - sign.half[0] * 0.48).abs(), 0.035))
                }
            };
            let frame = if sign.style == 2 { f(0.0) } else { frame * inside };
            let strength = (glyph + frame * 0.8) * (self.neon * 2.3);
            let halo = (off.max(0.0) * -2.6).exp() * smoothstep::<L>(1.4, 0.6, off) * (0.09 * self.neon);
            let air = ((t + ray.before) * -self.density).exp();
            let shown = select(near, air, f(0.0));
            let color = splat::<L>(sign.color);
            let body = if sign.style == 2 { inside * 0.0 } else { inside * 0.92 };
            light = light.mix(color * 0.035, body * shown)
                + (color * (strength + halo) + grey(strength * strength * 0.10)) * shown;
            nearest = select(near & inside.gt(0.5), nearest.min(t), nearest);
        }
        (light, nearest)
    }

    /// Dark bodies of cars and lamp posts before what is `reach` metres off.
    #[inline(always)]
    fn bodies<L: Lanes>(&self, ray: &Ray<L>, reach: F<L>, mut light: V<L>, mut nearest: F<L>) -> (V<L>, F<L>) {
        let fog = splat::<L>(self.haze) * 0.7;
        for car in &self.cars {
            let t = ray.to_depth(car.z);
            let x = ray.direction.x.mul_add(t, ray.origin.x - car.x).abs();
            let y = ray.direction.y.mul_add(t, ray.origin.y);
            let near = x.lt(1.0) & y.lt(1.6) & t.gt(0.1) & t.lt(reach);
            if !near.any() {
                continue;
            }
            let width = ray.footprint(t).max(1e-4);
            let hood = strip(x, f(-1.0), 0.90 - (0.75 - y).abs() * 0.12, width) * strip(y, f(0.22), f(0.95), width);
            let cabin = strip(x, f(-1.0), 0.74 - (y - 0.9) * 0.30, width) * strip(y, f(0.9), f(1.46), width);
            let wheels = strip(x, f(0.58), f(0.82), width) * strip(y, f(0.0), f(0.4), width);
            let glass = strip(x, f(-1.0), 0.66 - (y - 0.9) * 0.30, width) * strip(y, f(0.98), f(1.38), width);
            let body = hood.max(cabin).max(wheels);
            let color = splat::<L>(self.haze) * (0.05 + 0.20 * glass + 0.10 * strip(y, f(0.88), f(0.96), width));
            let air = ((t + ray.before) * -self.density).exp();
            let shown = select(near, body, f(0.0));
            light = light.mix(fog.mix(color, air), shown);
            nearest = select(shown.gt(0.5), nearest.min(t), nearest);
        }
        for post in &self.posts {
            let t = ray.to_depth(post[1]);
            let toward = if post[0] < 0.0 { 1.0 } else { -1.0 };
            let x = ray.direction.x.mul_add(t, ray.origin.x - post[0]) * toward;
            let y = ray.direction.y.mul_add(t, ray.origin.y);
            let near = x.gt(-0.3) & x.lt(1.9) & y.lt(6.7) & t.gt(0.3) & t.lt(reach);
            if !near.any() {
                continue;
            }
            let width = ray.footprint(t).max(1e-4);
            let pole = strip(x, f(-0.06), f(0.06), width) * strip(y, f(0.0), f(6.4), width);
            let arm = stroke(y - 6.45 + (x - 1.5).squared() * 0.10, 0.05, width) * strip(x, f(0.0), f(1.75), width);
            let air = ((t + ray.before) * -self.density).exp();
            let shown = select(near, pole.max(arm), f(0.0));
            light = light.mix(fog.mix(fog * 0.08, air), shown);
            nearest = select(shown.gt(0.5), nearest.min(t), nearest);
        }
        (light, nearest)
    }
}

impl World for City {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let d = ray.direction;
        let direct = self.meet(&ray, &self.near);
        let t_ground = select(d.y.lt(-1e-4), ray.to_level(0.0), f(FAR));
        let ground = t_ground.lt(direct.t.min(600.0));
        let from = ray.at(t_ground.min(600.0));
        let foot = ray.footprint(t_ground.min(600.0));
        let foot_z = foot / (-d.y).max(0.02);
        // How wet it is, how rough, and the ripples that rain and wind make.
        let damp = fbm2(from.x * 0.33, from.z * 0.20 + 7.0, 3);
        let pavement = smoothstep::<L>(self.half - self.walk - 0.02, self.half - self.walk + 0.02, from.x.abs());
        let puddle = smoothstep::<L>(0.40, 0.58, damp + (self.wet - 0.55) * 0.5 - pavement * 0.05);
        let detail = smoothstep::<L>(0.5, 0.06, foot_z);
        let grit = (noise2(from.x * 7.0, from.z * 7.0) - 0.5) * detail;
        let wave = (noise2(from.x * 2.6 + self.secs * 1.3, from.z * 2.6 - self.secs * 2.1) - 0.5)
            * smoothstep::<L>(0.9, 0.1, foot_z);
        let tilt_x = wave * self.ripple + grit * (0.030 * (1.0 - puddle));
        let tilt_z = wave * self.ripple * 1.4 + grit * (0.05 * (1.0 - puddle));
        let smear = (1.0 - puddle) * 3.0 + 0.25;
        let reflected = ray.mirrored(ground, t_ground, (tilt_x, tilt_z), smear);
        let near = if ground.any() {
            self.meet(&reflected, &self.near)
        } else {
            direct
        };
        let e = reflected.direction;
        let behind = {
            let base = self.air(e);
            let clear = self.sky.starlight(e, ray.spread) * (1.0 - 0.7 * self.evening.lit);
            let (cloud, cover) = self.sky.clouds(e, 4);
            let cover = cover * smoothstep::<L>(0.05, 0.35, e.y) * 0.8;
            (base + clear + self.sky.disc(e, ray.spread)).mix(cloud, cover)
        };
        let mut color = behind;
        if !near.seen.all() {
            let far = self.meet(&reflected, &self.far);
            color = self.walls(&reflected, &far, behind);
        }
        color = self.walls(&reflected, &near, color);
        let (lit, nearest) = self.bodies(&reflected, near.t, color, near.t);
        let (lit, nearest) = self.signs(&reflected, nearest, lit, nearest);
        let light = lit + glow(&self.lamps, &reflected, nearest, self.density);

        // The ground itself.
        let mut shown = light;
        if ground.any() {
            let x = from.x.abs();
            let dash = strip(x, f(-0.08), f(0.08), foot) * stripes(from.z * 0.14, 0.42, foot_z * 0.14);
            let edge = strip(
                x,
                f(self.half - self.walk - 0.75),
                f(self.half - self.walk - 0.62),
                foot,
            );
            let worn = 0.5 + 0.5 * damp;
            let slabs =
                stripes(from.x * 0.9, 0.035, foot * 0.9).max(stripes(from.z * 0.9, 0.035, foot_z * 0.9)) * detail;
            let kerb = strip(
                x,
                f(self.half - self.walk - 0.06),
                f(self.half - self.walk + 0.16),
                foot,
            );
            let asphalt = 0.030 + 0.018 * grit + 0.10 * (dash + edge * 0.6) * worn;
            let stone = 0.085 * (1.0 + 0.35 * grit) * (1.0 - 0.5 * slabs) + 0.05 * kerb;
            let albedo = asphalt.mix(stone, pavement) * (1.0 - 0.45 * puddle);
            let white = self.snow
                * smoothstep::<L>(
                    0.30,
                    0.55,
                    damp + pavement * 0.3 + self.snow * 0.25 - 0.1 * strip((x - 2.8).abs(), f(0.5), f(1.1), foot),
                );
            let albedo = grey(albedo).mix(v(0.62, 0.66, 0.72), white);
            let sky = splat::<L>(self.sky.middle) * 0.35 + splat::<L>(self.haze) * 0.35;
            // Shops spill their light over the pavement, lamps their pools.
            let number = (from.z * (1.0 / self.near.length) * 3.1).floor();
            let hue = self
                .evening
                .neon(hash1(number + from.x.gt(0.0).to_float() * 31.0, 53))
                .mix(v(1.0, 0.72, 0.42), 0.6);
            let spill = hue * (((x - self.half) * 0.42).min(0.0).exp() * (self.evening.lit * 0.65));
            let beside = (from.z * (1.0 / 21.0) + select(from.x.gt(0.0), f(0.5), f(0.0))).fract() - 0.5;
            let beside = 0.5 - beside.abs();
            let pool = (-(beside * 21.0 * 0.24).squared() - ((x - self.half + self.walk + 1.0) * 0.26).squared()).exp();
            let lamps = v(1.0, 0.60, 0.30) * (pool * (self.evening.lit * 0.9));
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.06 + 0.94 * fresnel * fresnel * facing;
            let mirror =
                (fresnel * (0.30 + 0.70 * puddle) * self.wet + 0.10 * self.wet * puddle + 0.05) * (1.0 - white);
            let body = albedo * (sky + spill + lamps);
            let earth = body + light * mirror.saturate();
            let air = (t_ground * -self.density).exp();
            shown = V::select(ground, self.air(v(d.x, f(0.0), d.z)).mix(earth, air), light);
        }
        let total = select(ground, t_ground, nearest);
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let forward = d.x * sin + d.z * cos;
        let distance = select(total.gt(2000.0), f(FAR), total * forward);
        Sample {
            light: self.rain.before(&at, distance, shown),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = self.camera;
        let sun = camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let depth = (camera.focal * 3.4).max(camera.position[1] * camera.focal / (camera.horizon + 0.82));
        let (sin, cos) = (scalar::sin(camera.yaw), scalar::cos(camera.yaw));
        // Picture x and metres ahead.
        let place = |role, x: f32, depth: f32, height: f32, room| {
            let right = x * depth / camera.focal;
            Place {
                role,
                at: [
                    (camera.position[0] + right * cos + depth * sin).clamp(-self.half + 0.8, self.half - 0.8),
                    height,
                    camera.position[2] + depth * cos - right * sin,
                ],
                heading: 0.0,
                room,
            }
        };
        let sign = self.signs.first().map_or([0.0, 6.0, 20.0], |s| s.at);
        Staging {
            camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: mix3(scale3(self.sky.sun, 0.2), scale3(self.haze, 3.0), self.evening.lit),
            },
            ambient: scale3(self.haze, mix(0.5, 0.25, self.evening.lit)),
            fog: Fog {
                color: scale3(self.haze, 0.7),
                density: self.density,
            },
            surface: Surface::Ground {
                wet: 0.25 + 0.4 * self.wet,
            },
            places: vec![
                place(Role::Hero, side * 0.45, depth, 0.0, 2.0),
                place(Role::Second, side * 0.75, depth * 1.25, 0.0, 1.8),
                place(Role::Far, -side * 0.35, depth * 4.0, 0.0, 3.0),
                place(Role::Near, -side * 1.5, depth * 0.7, 0.0, 3.0),
                place(Role::Crowd, -side * 0.5, depth * 2.4, 0.0, 6.0),
                place(Role::Floating, side * 0.2, depth * 5.0, 18.0, 10.0),
                Place {
                    role: Role::Sign,
                    at: sign,
                    heading: 0.0,
                    room: 2.0,
                },
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: sun,
                radius: 0.12,
                distance: FAR,
                spills: false,
            },
        }
    }
}
