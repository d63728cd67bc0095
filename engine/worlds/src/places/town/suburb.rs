//! A street of houses at the edge of town: lit windows, street lamps, trees, wires.
//!
//! Houses are boxes under saddle roofs, met in closed form: their front along the street, the gable that faces the
//! camera, the slope of the roof; nearest first. Windows and rooms are [`crate::facade`]'s, trees [`crate::boughs`].

use crate::{
    boughs::{self, Leaves, Tree},
    camera::Camera,
    cars::{self, Body, LAMP, lights, on_its_way},
    cottages::{Cottages, Hit},
    facade::{Evening, windows},
    haze::Haze,
    lamps::{Lamp, after_dark, glow},
    lanes::{Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash1, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stand::{depth_of_hero, place, show_light},
    trace::{Ray, Span, strip, stripes},
    wires::Line,
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Metres between lamp posts.
const POSTS: f32 = 26.0;

pub(in super::super) struct Suburb {
    camera: Camera,
    sky: Sky,
    haze: Haze,
    evening: Evening,
    row: Cottages,
    poles: Line,
    trees: Vec<Tree>,
    leaves: Leaves,
    bodies: Vec<Body>,
    lamps: Vec<Lamp>,
    rain: Precipitation,
    half: f32,
    wet: f32,
    snow: f32,
    lawn: [f32; 3],
}

impl Suburb {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 60);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let high = chance.happens(0.25);
        let mut camera = Camera::standing(
            if high {
                chance.within(3.0, 4.5)
            } else {
                chance.within(0.7, 1.5)
            },
            if high {
                chance.within(-0.1, 0.1)
            } else {
                chance.within(-0.42, -0.18)
            },
            chance.within(1.4, 2.2),
        );
        camera.yaw = chance.within(-0.24, 0.24);
        let half = chance.within(3.2, 4.2);
        camera.position[0] = chance.within(-1.5, 1.5) + 0.2 * scalar::sin(music.bar as f32 * 0.4);
        camera.position[2] = music.bar as f32 * 0.6 + scene.approach * 18.0;
        let mut sky = Sky::new(scene, 0.0);
        sky.stars *= 0.15;
        let end = camera.project_direction([0.0, 0.0, 1.0]).unwrap_or([0.0; 2]);
        let up = scalar::smoothstep(0.08, 0.6, sky.direction[1]);
        let above = mix(chance.within(0.15, 0.30), 0.65, up.min(0.7));
        show_light(
            &mut sky,
            &camera,
            [end[0] * 0.8 + chance.within(-0.2, 0.2), camera.horizon + above],
        );
        let density = 0.0045 + 0.018 * weather.fog + 0.005 * weather.rain + 0.007 * weather.snow + 0.002 * music.bass;
        let haze = Haze::below(&sky, density, music.burst * 1.5 + 0.5 * music.kick + 0.2 * music.bass);
        let lot = chance.within(15.0, 20.0);
        let side = half + chance.within(5.2, 8.0);
        let first = (camera.position[2] / lot).floor();
        let houses = [0, 1].map(|right| {
            std::array::from_fn(|k| {
                let number = (first as i64 + k as i64) as u64;
                let mut chance = Chance::new(scene.seed ^ number.wrapping_mul(0x77f1), 61 + right);
                [
                    if chance.happens(0.45) { 5.6 } else { 3.1 } + chance.within(0.0, 0.4),
                    chance.within(0.55, 0.8),
                ]
            })
        });
        let near = |k: i64, purpose: u64| Chance::new(scene.seed ^ (k as u64).wrapping_mul(0x3d0b), purpose);
        let (mut trees, mut bodies, mut lamps) = (vec![], vec![], vec![]);
        let behind = camera.position[2];
        for k in (0..9_i64).rev() {
            let number = (behind / 17.0).floor() as i64 + k;
            for (right, toward) in [(0, -1.0), (1, 1.0)] {
                let mut chance = near(number, 63 + right);
                let z = number as f32 * 17.0 + chance.within(0.0, 9.0);
                let tall = chance.within(5.5, 10.5);
                let x = toward * (half + chance.within(2.6, 5.0));
                if chance.happens(0.72) && z > behind + 9.0 {
                    trees.push(Tree::new(
                        &camera,
                        [x, z],
                        tall,
                        tall * chance.within(0.7, 0.95),
                        number as f32 * 2.0 + right as f32,
                    ));
                }
                if chance.happens(0.35) && z > behind + 7.0 {
                    bodies.push(Body::car(&camera, [toward * (half - 1.1), z]));
                }
            }
        }
        let first_post = (behind / POSTS).floor();
        for k in 0..6 {
            for (toward, shift) in [(-1.0, 0.0), (1.0, 0.5)] {
                let z = (first_post + k as f32 + shift) * POSTS;
                let x = toward * (half + 0.5);
                bodies.push(Body::post(&camera, [x, z], -toward));
                let color = scale3([1.0, 0.64, 0.34], lit * (2.9 + 3.2 * music.snare));
                lamps.push(Lamp::new(
                    &camera,
                    [x - toward * 1.5, LAMP, z],
                    0.15,
                    color,
                    0.13 + 0.1 * weather.fog,
                ));
            }
        }
        for (right, row) in houses.iter().enumerate() {
            let toward = if right == 0 { -1.0 } else { 1.0 };
            for (k, house) in row.iter().enumerate() {
                // A lamp by each door.
                let z = (first + k as f32 + 0.5) * lot - lot * house[1] * 0.1;
                let color = scale3([1.0, 0.72, 0.42], lit * (1.3 + 2.6 * music.hat));
                lamps.push(Lamp::new(&camera, [toward * (side - 0.3), 2.2, z], 0.08, color, 0.2));
            }
        }
        for k in 0..3 {
            let toward = k % 2 == 0;
            let (ahead, shown) = on_its_way(
                chance.unit(),
                if toward { -6.0 } else { 5.0 },
                190.0,
                behind,
                music.secs,
            );
            let at = [if toward { -half * 0.4 } else { half * 0.4 }, behind + ahead];
            if ahead > 4.0 {
                bodies.push(Body::car(&camera, at));
                lamps.extend(lights(&camera, at, toward, shown * (0.3 + 0.7 * lit), music));
            }
        }
        let line = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let green = palette.turned([0.050, 0.062, 0.024], 0.5);
        Self {
            evening: Evening {
                lit,
                awake: chance.within(0.7, 1.4),
                pulse: music.mid * 3.0,
                neon: [hex(0xff9a48); 4],
                warm: palette.turned(hex(0xff9a48), 0.0),
            },
            poles: Line::new(&camera, line * (half + 1.6), 34.0, 7.6, 0.0, 7.0),
            leaves: Leaves {
                dark: scale3(green, 0.22),
                lit: mix3(scale3(green, 0.7), scale3(sky.horizon, 0.22), 0.6),
                share: 1.0 - 0.75 * weather.snow,
                side: if sky.direction[0] > camera.yaw { 1.0 } else { -1.0 },
                sway: 0.25 * (weather.wind + music.bass * 1.2 + music.build) * scalar::sin(music.beat as f32 * 0.785),
            },
            rain: Precipitation::new(
                scene,
                mix3(scale3(haze.low, 1.4), [0.5; 3], weather.snow * 0.4 * (1.0 - 0.7 * lit)),
            ),
            wet: (chance.within(0.1, 0.75) + 0.85 * weather.rain).min(1.0) * (1.0 - weather.snow),
            snow: weather.snow,
            lawn: green,
            camera,
            sky,
            haze,
            row: Cottages {
                side,
                first,
                lot,
                houses,
            },
            trees,
            bodies,
            lamps,
            half,
        }
    }

    #[inline(always)]
    fn house<L: Lanes>(&self, ray: &Ray<L>, hit: &Hit<L>, fog: V<L>, behind: V<L>) -> V<L> {
        let wall = &hit.wall;
        let front = windows(wall, &self.evening);
        let tone = hash1(wall.house, 81);
        let boards = 1.0 - 0.25 * stripes(wall.height * 5.0, 0.16, wall.rise * 5.0);
        let paint = v(0.30, 0.26, 0.22).mix(v(0.15, 0.18, 0.22), tone);
        let tiles = 1.0 - 0.3 * stripes(wall.height * 4.0, 0.2, wall.rise * 6.0);
        let slate = grey::<L>(0.07 + 0.06 * tone) * tiles;
        let slate = slate.mix(v(0.62, 0.66, 0.72), (self.snow * 1.1).min(0.95));
        let trim = strip(wall.height, f(2.95), f(3.1), wall.rise) * 0.6;
        let albedo = V::select(hit.roof, slate, paint * boards * (front.relief + trim));
        let ambient = splat::<L>(self.sky.middle) * 0.45 + splat::<L>(self.haze.low) * 0.22;
        let above = select(hit.roof, f(1.3), f(0.8));
        let at = ray.at(hit.t);
        // The light comes from ahead: along fronts and over roofs.
        let graze = splat::<L>(self.haze.glow) * select(hit.gable, f(0.05), f(0.5));
        let beside = (at.z * (1.0 / POSTS) + select(ray.direction.x.gt(0.0), f(0.0), f(0.5))).fract() - 0.5;
        let beside = beside * (POSTS * 0.12);
        let street =
            v(1.0, 0.62, 0.32) * ((-(beside * beside)).exp() * (self.evening.lit * 0.55) * (wall.height * -0.14).exp());
        let street = street * select(hit.gable, f(0.35), f(1.0));
        let plain =
            (!hit.roof).to_float() * wall.height.gt(0.35).to_float() * wall.height.lt(hit.eaves - 0.1).to_float();
        let color = albedo * (ambient * above + graze + street);
        let mirrored = self.haze.far(v(-ray.direction.x, f(0.25), ray.direction.z)) * 0.35;
        let color = color.mix(mirrored, front.glass * plain * 0.7) + front.glow * (plain * 1.1);
        V::select(hit.seen, fog.mix(color, self.haze.clear(hit.t + ray.before)), behind)
    }
}

impl World for Suburb {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let direct = self.row.meet(&ray);
        let t_ground = select(d.y.lt(-1e-3), ray.to_level(0.0).min(900.0), f(FAR));
        let ground = t_ground.lt(direct.t);
        let from = ray.at(t_ground);
        let foot = ray.footprint(t_ground);
        let foot_z = foot / (-d.y).max(0.01);
        let foot = foot + foot_z * (d.x.abs() * 0.8);
        let x = from.x.abs();
        let tar = strip(x, f(-1.0), f(self.half), foot);
        let (mut seen, mut hit, mut mirror) = (ray, direct, f(0.0));
        if ground.any() {
            let damp = noise2(from.x * 0.7, from.z * 0.3 + 7.0);
            let wet = self.wet * (0.2 + 0.8 * tar);
            let puddle = smoothstep::<L>(0.42, 0.72, damp + (wet - 0.6) * 0.5);
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.04 + 0.92 * fresnel * fresnel * facing;
            mirror = (fresnel * (0.3 + 0.7 * puddle) * wet + 0.15 * wet * puddle).saturate();
            let wave = (noise2(from.x * 5.0, from.z * 4.0) - 0.5) * smoothstep::<L>(0.6, 0.06, foot_z);
            seen = ray.mirrored(
                ground,
                t_ground,
                (wave * 0.01, wave * (0.012 + 0.06 * (1.0 - puddle))),
                (1.0 - puddle) * 4.0 + 0.2,
            );
            hit = self.row.meet(&seen);
        }
        let e = seen.direction;
        let fog = self.haze.far(v(e.x, e.y.max(0.0), e.z));
        let mut color = fog;
        if !hit.seen.all() {
            let sky = self.sky.full(v(e.x, e.y.max(0.0), e.z), ray.spread, 5);
            color = sky.mix(fog, (e.y.max(0.0) * -9.0).exp() * 0.75);
            // Woods behind the last houses.
            let toward = e.z.max(0.02).recip();
            let top = 0.045 + 0.05 * (fbm2(e.x * toward * 9.0, f(3.0), 3) - 0.3);
            let woods = ((top - e.y * toward) * (1.0 / ray.spread) + 0.5).saturate();
            color = color.mix(fog.mix(splat(self.leaves.dark), 0.30), woods);
        }
        if hit.seen.any() {
            color = self.house(&seen, &hit, fog, color);
        }
        let way = (&seen, &span);
        let mut shown = boughs::draw(&self.trees, way, (color, hit.t), &self.leaves, fog, self.haze.density);
        shown = cars::draw(&self.bodies, way, shown, self.haze.low, fog, self.haze.density);
        shown = self
            .poles
            .draw(way, shown, scale3(self.haze.low, 0.05), fog, self.haze.density);
        let light = shown.0 + glow(&self.lamps, &seen, &span, shown.1, self.haze.density);
        let (mut out, mut total) = (light, shown.1);
        if ground.any() {
            let detail = smoothstep::<L>(0.4, 0.04, foot_z);
            let grit = (noise2(from.x * 9.0, from.z * 9.0) - 0.5) * detail;
            let patches = fbm2(from.x * 0.5, from.z * 0.35, 3);
            let blades = (noise2(from.x * 22.0, from.z * 7.0) - 0.5) * smoothstep::<L>(0.2, 0.02, foot_z);
            let walk = strip(x, f(self.half + 1.1), f(self.half + 2.5), foot);
            let kerb = strip(x, f(self.half - 0.02), f(self.half + 0.18), foot);
            let slabs = stripes(from.z * 0.7, 0.04, foot_z * 0.7) * detail;
            let lawn = splat::<L>(self.lawn) * (0.6 + 0.8 * patches + 0.9 * blades);
            let asphalt = grey::<L>(0.060 + 0.022 * grit + 0.03 * (patches - 0.5));
            let albedo = lawn
                .mix(grey((0.15 + 0.08 * grit) * (1.0 - 0.4 * slabs)), walk)
                .mix(asphalt, tar)
                .mix(grey(0.17), kerb);
            let wheel = strip((x - self.half * 0.45).abs(), f(0.35), f(0.95), foot);
            let white = self.snow
                * smoothstep::<L>(
                    0.05,
                    0.35,
                    patches * 0.5 + self.snow * 0.45 + 0.1 - 0.4 * wheel - 0.15 * tar,
                );
            let albedo = albedo.mix(v(0.60, 0.64, 0.70), white);
            let mut pool = f(0.0);
            for (toward, shift) in [(-1.0, 0.0), (1.0, 0.5)] {
                let beside = (from.z * (1.0 / POSTS) + (0.5 - shift)).fract() - 0.5;
                let beside = beside * (POSTS * 0.24);
                pool += (-(beside * beside) - ((from.x - toward * (self.half - 1.0)) * 0.30).squared()).exp();
            }
            let lamps = v(1.0, 0.62, 0.32) * (pool * (self.evening.lit * 2.4));
            let windows = splat::<L>(self.evening.warm)
                * (((x - self.row.side) * 0.4).min(0.0).exp() * (self.evening.lit * 0.28));
            let up = splat::<L>(self.sky.middle) * (0.6 + 0.5 * self.evening.lit)
                + splat::<L>(self.haze.low) * (0.3 + 0.5 * self.evening.lit);
            let sun = splat::<L>(self.haze.glow) * 0.25;
            let earth = albedo * (up + sun + lamps + windows) + light * (mirror * (1.0 - white));
            let far = self.haze.far(v(d.x, f(0.0), d.z));
            let earth = far.mix(earth, self.haze.clear(t_ground));
            let way = (&ray, &span);
            let direct = boughs::draw(
                &self.trees,
                way,
                (earth, t_ground),
                &self.leaves,
                far,
                self.haze.density,
            );
            let direct = cars::draw(&self.bodies, way, direct, self.haze.low, far, self.haze.density);
            let lit = direct.0 + glow(&self.lamps, &ray, &span, direct.1, self.haze.density);
            out = V::select(ground, lit, light);
            total = select(ground, direct.1, total);
        }
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let distance = select(total.gt(2500.0), f(FAR), total * (d.x * sin + d.z * cos));
        Sample {
            light: self.rain.before(&at, distance, out),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let sun = camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let depth = depth_of_hero(camera, 0.23);
        let place = |role, x, depth, height, room| place(camera, role, x, depth, height, room);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.22),
            },
            ambient: scale3(self.sky.middle, 0.35),
            fog: Fog {
                color: self.haze.low,
                density: self.haze.density,
            },
            surface: Surface::Ground {
                wet: 0.1 + 0.5 * self.wet,
            },
            places: vec![
                place(Role::Hero, sun[0] + side * 0.35, depth, 0.0, 2.0),
                place(Role::Second, sun[0] + side * 0.7, depth * 1.3, 0.0, 1.8),
                place(Role::Far, sun[0] - side * 0.1, depth * 5.0, 0.0, 3.0),
                place(Role::Near, -side * 1.5, depth * 0.7, 0.0, 2.5),
                place(Role::Floating, side * 0.3, depth * 6.0, 14.0, 10.0),
                place(Role::Crowd, sun[0], depth * 2.2, 0.0, 4.0),
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
