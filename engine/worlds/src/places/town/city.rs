//! A street between high houses, wet, with the light at its end.
//!
//! Houses are [`crate::houses`] in two rows, low ones on the street and towers behind; their fronts, rooms and shops
//! are [`crate::facade`]'s. Wet asphalt sends the ray of its pixel up again ([`crate::trace`]): puddles are mirrors,
//! the rest smears upwards. Signs, cars and posts are cards across the street.

use crate::{
    camera::Camera,
    cars::{self, Body, LAMP, lights, on_its_way},
    facade::{Evening, SHOP, shops, windows},
    haze::Haze,
    houses::{Hit, Row},
    lamps::{Lamp, after_dark, glow},
    lanes::{Lanes, V, f, grey, select, smoothstep, splat, v},
    neon::{self, Sign},
    noise::{fbm2, hash1, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, luminance, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stand::{depth_of_hero, place, show_light},
    trace::{Ray, Span, strip, stripes},
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct City {
    camera: Camera,
    sky: Sky,
    air: Haze,
    evening: Evening,
    near: Row,
    far: Row,
    signs: Vec<Sign>,
    bodies: Vec<Body>,
    lamps: Vec<Lamp>,
    rain: Precipitation,
    half: f32,
    walk: f32,
    wet: f32,
    ripple: f32,
    snow: f32,
    stone: [f32; 3],
    neon: f32,
    secs: f32,
}

/// Metres between lamp posts on one side.
const POSTS: f32 = 21.0;

/// Colours of signs: the first and the second go with each other, the others less often.
const NEON: [[u32; 4]; 6] = [
    [0xff2f8a, 0x20c8ff, 0xff7a2a, 0x9a4dff],
    [0xff3b40, 0xffb020, 0xff5fa2, 0x3ad0ff],
    [0x1fe0b0, 0x3aa0ff, 0xffd07a, 0xff5a7a],
    [0xffa030, 0x20b0b8, 0xffc860, 0xff5030],
    [0x3a70ff, 0xff5aa8, 0x58a0ff, 0xd8e8ff],
    [0x48e068, 0xffb838, 0x28c0a0, 0xff6a40],
];

impl City {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 20);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let half = chance.within(8.0, 12.0);
        let walk = chance.within(2.6, 3.6);
        let high = chance.happens(0.25);
        let height = if high {
            chance.within(3.4, 5.5)
        } else {
            chance.within(0.8, 2.2)
        };
        let horizon = if high {
            chance.within(-0.05, 0.12)
        } else {
            chance.within(-0.45, -0.2)
        };
        let mut camera = Camera::standing(height, horizon, chance.within(1.35, 2.2));
        camera.yaw = chance.within(-0.20, 0.20);
        camera.position[0] = chance.within(-1.2, 1.2) + 0.15 * scalar::sin(music.bar as f32 * 0.39);
        camera.position[2] = music.bar as f32 * 0.8 + scene.approach * 24.0;
        let mut sky = Sky::new(scene, 0.0);
        sky.stars *= 0.4;
        let end = camera.project_direction([0.0, 0.0, 1.0]).unwrap_or([0.0; 2]);
        let above = chance.within(0.26, 0.48) * if lit > 0.5 { 1.0 } else { 0.8 };
        show_light(
            &mut sky,
            &camera,
            [end[0] + chance.within(-0.06, 0.06), horizon + above],
        );

        let own = chance.below(NEON.len());
        let neon = std::array::from_fn(|k| palette.turned(hex(NEON[own][k]), [0.0, 0.8, 0.2, 1.0][k]));
        // What the lamps of a whole city make of its air: the sky's hue, and a little of its signs'.
        let air = mix3(mix3(sky.horizon, sky.middle, 0.4), scale3(neon[1], 0.2), 0.25);
        let haze = scale3(air, (0.13 / luminance(air).max(0.01)) * (0.87 + 0.10 * music.bass));
        let haze = mix3(sky.horizon, mix3(haze, sky.horizon, 0.25), lit * 0.85);
        let density = 0.0055 - 0.0018 * (1.0 - lit)
            + 0.02 * weather.fog
            + 0.006 * weather.rain
            + 0.008 * weather.snow
            + 0.003 * music.build;
        let mut air = Haze::below(&sky, density, music.burst * 1.5);
        air.low = scale3(haze, mix(0.9, 0.42, lit));
        air.high = mix3(scale3(haze, 0.25), sky.middle, mix(0.6, 0.4, lit));
        air.glow = mix3(
            air.glow,
            scale3(haze, 2.9 + 1.2 * music.burst + 0.4 * music.kick),
            lit * 0.8,
        );

        let row =
            |side, length, heights, crossed| Row::new(scene.seed, camera.position[2], side, length, heights, crossed);
        let near = row(half, chance.within(15.0, 21.0), [13.0, 44.0], true);
        let far = row(half + 17.0, chance.within(22.0, 30.0), [34.0, 130.0], false);
        let (mut bodies, mut lamps) = (vec![], vec![]);
        let signs = neon::along(&near, &camera, scene.seed, &neon, music);
        for (toward, shift) in [(-1.0, 0.0), (1.0, 0.5)] {
            let first = (camera.position[2] / POSTS).floor();
            for k in 0..6 {
                let z = (first + k as f32 + shift) * POSTS;
                let x = toward * (half - walk + 0.5);
                bodies.push(Body::post(&camera, [x, z], -toward));
                let color = scale3([1.0, 0.66, 0.36], lit * (2.8 + 2.8 * music.snare));
                lamps.push(Lamp::new(
                    &camera,
                    [x - toward * 1.5, LAMP, z],
                    0.15,
                    color,
                    0.10 + 0.10 * weather.fog,
                ));
            }
        }
        // Those that are farthest come first, so that nearer ones hide them.
        for k in 0..10 {
            let toward = k % 2 == 0;
            let speed = if toward { -9.0 } else { 7.0 };
            let (ahead, shown) = on_its_way(chance.unit(), speed, 180.0, camera.position[2], music.secs);
            let lane = if toward {
                -0.55
            } else if k % 4 == 1 {
                0.42
            } else {
                0.74
            };
            let at = [(half - walk) * lane, camera.position[2] + ahead];
            if ahead > 2.5 {
                bodies.push(Body::car(&camera, at));
                lamps.extend(lights(
                    &camera,
                    at,
                    toward,
                    shown * (0.25 + 0.75 * lit.max(weather.rain)),
                    music,
                ));
            }
        }
        let wet = (0.30 + 0.45 * lit + 0.7 * weather.rain).min(1.0) * (1.0 - weather.snow * 0.8);
        Self {
            evening: Evening {
                lit,
                awake: chance.within(0.6, 1.0),
                pulse: music.mid * 3.0,
                neon,
                warm: palette.turned(hex(0xff9a48), 0.0),
            },
            near,
            far,
            signs,
            bodies,
            lamps,
            rain: Precipitation::new(scene, mix3(scale3(haze, 1.6), [0.5; 3], weather.snow * 0.35)),
            half,
            walk,
            wet,
            ripple: 0.012 + 0.03 * weather.rain * (0.6 + music.high),
            snow: weather.snow,
            stone: mix3([0.30, 0.28, 0.27], palette.turned([0.34, 0.25, 0.20], 0.2), 0.6),
            neon: lit.max(0.25) * (0.8 + 1.1 * music.kick + 0.3 * music.bass),
            secs: (music.secs % 4096.0) as f32,
            air,
            camera,
            sky,
        }
    }

    /// What rays show of walls before what is behind, in air of the colour `fog`.
    #[inline(always)]
    fn walls<L: Lanes>(&self, ray: &Ray<L>, hit: &Hit<L>, behind: V<L>, fog: V<L>) -> V<L> {
        let wall = &hit.wall;
        let low = wall.height.lt(SHOP) & !hit.front;
        let mut front = if (low | !hit.seen).all() {
            crate::facade::Front {
                glow: grey(0.0),
                glass: f(0.0),
                relief: f(1.0),
            }
        } else {
            windows(wall, &self.evening)
        };
        let low = low & hit.seen;
        if low.any() {
            let shop = shops(wall, self.near.length * 0.32, &self.evening);
            front.glow = V::select(low, shop.glow * 0.62, front.glow);
            front.glass = select(low, shop.glass, front.glass);
            front.relief = select(low, shop.relief, front.relief);
        }
        let d = ray.direction;
        let seed = hash1(wall.house, 36);
        let grain = 0.72 + 0.56 * fbm2(wall.along * 0.6 + seed * 50.0, wall.height * 0.35, 2);
        let courses = 1.0 - 0.22 * stripes(wall.height * 2.4, 0.16, wall.rise * 2.4);
        let albedo =
            splat::<L>(self.stone).mix(grey(0.24), seed) * ((0.6 + 0.8 * seed) * grain * courses * front.relief);
        // Light from the sky above, less deep in the canyon; from the light at the end; from lamps and shops below.
        let open = 0.25 + 0.75 * smoothstep::<L>(2.0, 55.0, wall.height);
        let grazing = select(hit.front, f(0.0), (1.0 - wall.into[2]).squared() * 0.6);
        let down = (wall.height * -0.11).exp();
        let hue = self.evening.neon(hash1(wall.house, 25));
        let lamps = (hue * 0.35 + splat([0.62, 0.36, 0.18])) * (down * self.evening.lit * 0.5);
        let light = (splat::<L>(self.sky.middle) * 0.55
            + splat::<L>(self.air.low) * 0.5
            + splat::<L>(self.air.glow) * (grazing * (2.0 + 3.0 * (1.0 - self.evening.lit))))
            * open
            + lamps;
        let reflection = self.air.far(v(-d.x, d.y.abs(), d.z)) * (0.25 + 0.6 * (1.0 - wall.into[2]).squared());
        let shade = (albedo * light).mix(reflection * open, front.glass * 0.8);
        let color = shade + front.glow * 1.25;
        V::select(hit.seen, fog.mix(color, self.air.clear(hit.t + ray.before)), behind)
    }
}

impl World for City {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let direct = self.near.meet(&ray);
        let t_ground = select(d.y.lt(-1e-4), ray.to_level(0.0).min(600.0), f(FAR));
        let ground = t_ground.lt(direct.t);
        let from = ray.at(t_ground);
        let foot = ray.footprint(t_ground);
        let foot_z = foot / (-d.y).max(0.02);
        let foot = foot + foot_z * (d.x.abs() * 0.8);
        let (mut reflected, mut near) = (ray, direct);
        let (mut damp, mut puddle, mut grit) = (f(0.0), f(0.0), f(0.0));
        let pavement = smoothstep::<L>(self.half - self.walk - 0.02, self.half - self.walk + 0.02, from.x.abs());
        if ground.any() {
            // How wet it is, how rough, and the ripples that rain and wind make.
            damp = fbm2(from.x * 0.42, from.z * 0.22 + 7.0, 3);
            puddle = smoothstep::<L>(0.43, 0.66, damp + (self.wet - 0.66) * 0.32 - pavement * 0.04);
            let detail = smoothstep::<L>(0.4, 0.05, foot_z);
            grit = (noise2(from.x * 9.0, from.z * 9.0) - 0.5) * detail;
            let wave = noise2(from.x * 3.1 + self.secs * 1.3, from.z * 2.6 - self.secs * 2.1) - 0.5;
            let wave = wave * smoothstep::<L>(0.9, 0.1, foot_z) * self.ripple;
            let rough = 1.0 - puddle;
            let tilt = (wave * 0.5 + grit * (rough * 0.012), wave + grit * (rough * 0.10));
            reflected = ray.mirrored(ground, t_ground, tilt, rough * 5.0 + 0.15);
            near = self.near.meet(&reflected);
        }
        let e = reflected.direction;
        let fog = self.air.far(e);
        let mut color = grey(0.0);
        if !near.seen.all() {
            let stars = self.sky.starlight(e, ray.spread) * (1.0 - 0.75 * self.evening.lit);
            let (cloud, cover) = self.sky.clouds(e, 3);
            let cover = cover * smoothstep::<L>(0.04, 0.35, e.y) * 0.8;
            // The street's haze lies before the clouds, and lights them from below.
            let cloud = fog.mix(cloud, smoothstep::<L>(0.25, 0.85, e.y) * 0.7);
            let high = smoothstep::<L>(0.25, 0.9, e.y);
            color = (fog.mix(splat(self.sky.zenith), high) + stars).mix(cloud, cover) + self.sky.disc(e, ray.spread);
            let far = self.far.meet(&reflected);
            if far.seen.any() {
                color = self.walls(&reflected, &far, color, fog);
            }
        }
        if near.seen.any() {
            color = self.walls(&reflected, &near, color, fog);
        }
        let seen = (&reflected, &span);
        let shown = cars::draw(&self.bodies, seen, (color, near.t), self.air.low, fog, self.air.density);
        let (lit, nearest) = neon::draw(&self.signs, seen, shown, self.neon, self.air.density);
        let light = lit + glow(&self.lamps, &reflected, &span, nearest, self.air.density);

        // The ground itself.
        let (mut shown, mut total) = (light, nearest);
        if ground.any() {
            let x = from.x.abs();
            let edge = self.half - self.walk;
            let detail = smoothstep::<L>(0.5, 0.1, foot_z);
            let dash = strip(x, f(-0.08), f(0.08), foot) * stripes(from.z * 0.14, 0.42, foot_z * 0.14);
            let line = strip(x, f(edge - 0.75), f(edge - 0.62), foot);
            let slabs =
                stripes(from.x * 0.9, 0.035, foot * 0.9).max(stripes(from.z * 0.9, 0.035, foot_z * 0.9)) * detail;
            let kerb = strip(x, f(edge - 0.06), f(edge + 0.16), foot);
            let asphalt = 0.055 + 0.05 * grit + 0.16 * (dash + line * 0.6) * (0.4 + 0.6 * damp);
            let stone = 0.11 * (1.0 + 0.35 * grit) * (1.0 - 0.5 * slabs) + 0.06 * kerb;
            let albedo = asphalt.mix(stone, pavement) * (1.0 - 0.45 * puddle);
            let tracks = strip((x - 2.8).abs(), f(0.5), f(1.1), foot);
            let white =
                self.snow * smoothstep::<L>(0.30, 0.55, damp + pavement * 0.3 + self.snow * 0.25 - 0.1 * tracks);
            let albedo = grey(albedo).mix(v(0.62, 0.66, 0.72), white);
            let sky = splat::<L>(self.sky.middle) * 0.45 + splat::<L>(self.air.low) * 0.6;
            // Shops spill their light over the pavement, lamps their pools.
            let number = (from.z * (1.0 / self.near.length) * 3.1).floor();
            let hue = self.evening.neon(hash1(number + from.x.gt(0.0).to_float() * 31.0, 53));
            let hue = hue.mix(v(1.0, 0.72, 0.42), 0.6);
            let spill = hue * (((x - self.half) * 0.36).min(0.0).exp() * (self.evening.lit * 0.9));
            let mut pool = f(0.0);
            for (toward, shift) in [(-1.0, 0.0), (1.0, 0.5)] {
                let beside = ((from.z * (1.0 / POSTS) + (0.5 - shift)).fract() - 0.5) * (POSTS * 0.20);
                pool += (-beside.squared() - ((from.x - toward * (edge - 1.0)) * 0.22).squared()).exp();
            }
            let lamps = v(1.0, 0.60, 0.30) * (pool * (self.evening.lit * 1.5));
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.05 + 0.95 * fresnel * fresnel * facing;
            let mirror = fresnel * (0.5 + 0.45 * puddle) * self.wet + 0.22 * self.wet * puddle + 0.03;
            let earth = albedo * (sky + spill + lamps) + light * (mirror * (1.0 - white)).saturate();
            let far = self.air.far(v(d.x, f(0.0), d.z));
            let earth = far.mix(earth, self.air.clear(t_ground));
            // Cars stand before the ground that is behind them.
            let standing = cars::draw(
                &self.bodies,
                (&ray, &span),
                (earth, t_ground),
                self.air.low,
                far,
                self.air.density,
            );
            let lamps = glow(&self.lamps, &ray, &span, standing.1, self.air.density);
            total = select(ground, standing.1, total);
            shown = V::select(ground, standing.0 + lamps, light);
        }
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let forward = d.x * sin + d.z * cos;
        let distance = select(total.gt(2000.0), f(FAR), total * forward);
        Sample {
            light: self.rain.before(&at, distance, shown),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let sun = camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let depth = depth_of_hero(camera, 0.25);
        let place = |role, x, depth, height, room| {
            let mut place = place(camera, role, x, depth, height, room);
            place.at[0] = place.at[0].clamp(0.8 - self.half, self.half - 0.8);
            place
        };
        let mut places = vec![
            place(Role::Hero, sun[0] + side * 0.4, depth, 0.0, 2.0),
            place(Role::Second, sun[0] + side * 0.75, depth * 1.25, 0.0, 1.8),
            place(Role::Far, sun[0] - side * 0.3, depth * 4.0, 0.0, 3.0),
            place(Role::Near, -side * 1.5, depth * 0.7, 0.0, 3.0),
            place(Role::Crowd, sun[0] - side * 0.3, depth * 2.4, 0.0, 6.0),
            place(Role::Floating, sun[0] + side * 0.15, depth * 5.0, 18.0, 10.0),
        ];
        if let Some(sign) = self.signs.first() {
            let mut at = place(Role::Sign, 0.0, 1.0, 0.0, 2.0);
            at.at = sign.at;
            places.push(at);
        }
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: mix3(scale3(self.sky.sun, 0.2), scale3(self.air.glow, 2.0), self.evening.lit),
            },
            ambient: scale3(self.air.low, mix(0.5, 0.3, self.evening.lit)),
            fog: Fog {
                color: scale3(self.air.low, 1.2),
                density: self.air.density,
            },
            surface: Surface::Ground {
                wet: 0.25 + 0.4 * self.wet,
            },
            places,
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
