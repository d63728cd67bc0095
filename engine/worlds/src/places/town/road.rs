//! A highway to the horizon, with poles and wires, and cars under way.
//!
//! The ground is a plane met in closed form and bent sideways by depth squared (the old racing games' road). Marks are
//! box-filtered pulse trains; the sheen of asphalt is a wide Beckmann lobe towards the light. Wet, the ray goes on
//! mirrored ([`crate::trace`]). Woods along it are two walls of tree tops.

use crate::{
    camera::Camera,
    cars::{self, Body, lights, on_its_way},
    haze::Haze,
    lamps::{Lamp, after_dark, glow},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash1, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    skyline::{self, Outline},
    stand::{depth_of_hero, place, show_light},
    trace::{Ray, Span, strip, stripes},
    wires::Line,
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// What the road leads through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Land {
    Desert,
    Prairie,
    Woods,
}

pub(in super::super) struct Road {
    camera: Camera,
    sky: Sky,
    haze: Haze,
    outlines: Vec<Outline>,
    poles: Line,
    bodies: Vec<Body>,
    lamps: Vec<Lamp>,
    rain: Precipitation,
    land: Land,
    bend: f32,
    half: f32,
    earth: [[f32; 3]; 2],
    lit: f32,
    wet: f32,
    snow: f32,
    wind: f32,
    sheen: f32,
    beam: f32,
}

impl Road {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 30);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let land = [Land::Desert, Land::Prairie, Land::Woods][chance.below(3)];
        let high = chance.happens(0.25);
        let height = if high {
            chance.within(3.5, 6.0)
        } else {
            chance.within(0.7, 1.9)
        };
        let horizon = if high {
            chance.within(-0.05, 0.2)
        } else {
            chance.within(-0.42, -0.12)
        };
        let mut camera = Camera::standing(height, horizon, chance.within(1.4, 2.4));
        let half = chance.within(3.6, 4.6);
        camera.position[0] = chance.within(-1.6, 1.6) + 0.25 * scalar::sin(music.bar as f32 * 0.5);
        camera.position[2] = music.bar as f32 * 2.0 + scene.approach * 40.0;
        camera.yaw = chance.within(-0.16, 0.16);
        let bend = if chance.happens(0.6) {
            chance.within(-0.0011, 0.0011)
        } else {
            0.0
        };
        let mut sky = Sky::new(scene, 0.0);
        sky.stars *= 0.25;
        let end = camera.project_direction([0.0, 0.0, 1.0]).unwrap_or([0.0; 2]);
        let up = scalar::smoothstep(0.06, 0.5, sky.direction[1]);
        let above = if up > 0.0 {
            mix(0.16, 0.62, up.min(0.6))
        } else {
            chance.within(0.13, 0.22)
        };
        show_light(
            &mut sky,
            &camera,
            [end[0] + chance.within(-0.30, 0.30), horizon + above],
        );
        let density = 0.0016 + 0.016 * weather.fog + 0.005 * weather.rain + 0.006 * weather.snow + 0.001 * music.build;
        let haze = Haze::below(&sky, density, music.burst * 1.5 + 0.5 * music.kick + 0.2 * music.bass);

        let green = [[0.060, 0.065, 0.022], [0.030, 0.038, 0.014]];
        let sand = [[0.20, 0.125, 0.075], [0.10, 0.062, 0.040]];
        let straw = [[0.16, 0.125, 0.05], [0.075, 0.065, 0.025]];
        let earth = match land {
            Land::Desert => sand,
            Land::Prairie => straw,
            Land::Woods => green,
        };
        let earth = earth.map(|c| palette.turned(c, 0.4));
        let seed = (scene.seed % 1000) as u32 * 8;
        let rough = if chance.happens(0.6) { 1.0 } else { 0.0 };
        let dark = mix3(scale3(sky.zenith, 0.5), scale3(sky.middle, 0.2), 0.5);
        let tall = chance.within(0.06, 0.15);
        let outlines = [
            (tall, 1.5, 0.75, rough),
            (tall * 0.62, 2.3, 0.52, rough),
            (tall * 0.25, 4.0, 0.30, 0.0),
        ];
        let outlines = (0..3)
            .map(|k| {
                let (height, waves, veil, rough) = outlines[k];
                Outline {
                    height,
                    waves,
                    color: dark,
                    veil,
                    rough,
                    seed: seed + k as u32,
                }
            })
            .collect();
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let poles = Line::new(&camera, side * (half + chance.within(2.5, 5.0)), 44.0, 7.4, bend, 11.0);
        let (mut bodies, mut lamps) = (vec![], vec![]);
        for k in 0..6 {
            let toward = k % 2 == 0;
            let speed = if toward { -26.0 } else { 7.0 };
            let (ahead, shown) = on_its_way(chance.unit(), speed, 520.0, camera.position[2], music.secs);
            let lane = if toward { -0.5 } else { 0.5 };
            let at = [half * lane + bend * ahead * ahead, camera.position[2] + ahead];
            if ahead > 4.0 {
                bodies.push(Body::car(&camera, at));
                let strength = shown * (0.35 + 0.65 * lit.max(weather.rain).max(weather.fog)) * 1.3;
                lamps.extend(lights(&camera, at, toward, strength, music));
            }
        }
        // Reflecting posts answer the high notes.
        for k in 0..12 {
            let z = (((camera.position[2] / 25.0).floor() + 1.0) + k as f32) * 25.0;
            let ahead = z - camera.position[2];
            for side in [-1.0, 1.0] {
                let at = [side * (half + 0.9) + bend * ahead * ahead, 0.85, z];
                let color = scale3([1.0, 0.62, 0.25], lit * (1.1 + 1.6 * music.hat + 0.8 * music.high));
                lamps.push(Lamp::new(&camera, at, 0.045, color, 0.12));
            }
        }
        let pale = mix3(scale3(haze.low, 1.3), [0.55; 3], weather.snow * 0.4 * (1.0 - 0.8 * lit));
        Self {
            rain: Precipitation::new(scene, pale),
            wet: (0.12 + weather.rain).min(1.0) * (1.0 - weather.snow),
            snow: weather.snow,
            wind: weather.wind + 0.6 * music.bass + 0.8 * music.build,
            sheen: 0.8 + 1.8 * music.kick,
            beam: lit * (0.75 + 0.5 * music.bass),
            camera,
            sky,
            haze,
            outlines,
            poles,
            bodies,
            lamps,
            land,
            bend,
            half,
            earth,
            lit,
        }
    }

    /// Ground at places `x` metres from the road's middle.
    #[inline(always)]
    fn ground<L: Lanes>(&self, d: V<L>, from: V<L>, x: F<L>, (foot, foot_z): (F<L>, F<L>), ahead: F<L>) -> V<L> {
        let detail = smoothstep::<L>(0.5, 0.04, foot_z);
        let grit = (noise2(from.x * 9.0, from.z * 9.0) - 0.5) * detail;
        let patches = fbm2(from.x * 0.22 + 3.0, from.z * 0.09, 3);
        let fine = fbm2(from.x * 1.3, from.z * 0.6, 3) - 0.5;
        let fine = fine * smoothstep::<L>(2.0, 0.2, foot_z);
        let [bright, dull] = self.earth;
        let earth =
            splat::<L>(dull).mix(splat(bright), (patches * 1.4 - 0.2 + fine * 1.2).saturate()) * (1.0 + grit * 0.8);
        let gravel = smoothstep::<L>(1.3, 0.3, x.abs() - self.half + fine * 0.8);
        let earth = earth.mix(grey::<L>(0.085) * (1.0 + grit * 0.9), gravel * 0.7);
        let edge = strip(x.abs(), f(self.half - 0.42), f(self.half - 0.28), foot);
        let dash = strip(x, f(-0.075), f(0.075), foot) * stripes(from.z * 0.083, 0.36, foot_z * 0.083);
        let tracks = ((x.abs() - self.half * 0.5).abs() - 0.75).squared();
        let worn = 0.058 + 0.018 * (tracks * -5.0).exp() + 0.030 * grit + 0.03 * (patches - 0.5);
        // Tar in the cracks.
        let crack =
            1.0 - 0.35 * smoothstep::<L>(0.025, 0.0, (noise2(from.x * 0.7, from.z * 0.35 + 9.0) - 0.5).abs()) * detail;
        let asphalt = grey::<L>(worn * crack)
            .mix(v(0.62, 0.50, 0.24), dash * 0.75)
            .mix(grey(0.55), edge * 0.6);
        let tar = strip(x, f(-self.half), f(self.half), foot);
        let albedo = earth.mix(asphalt, tar);
        let wheel = strip((x.abs() - self.half * 0.5).abs(), f(0.45), f(1.05), foot) * tar;
        let white = self.snow
            * smoothstep::<L>(
                0.1,
                0.4,
                patches * 0.5 + self.snow * 0.45 + 0.25 - 0.55 * wheel - 0.12 * tar,
            );
        let albedo = albedo.mix(v(0.62, 0.66, 0.72), white);
        // Sky and light; at night the head lights of the car that the camera rides in.
        let up =
            splat::<L>(self.sky.middle) * 0.55 + splat::<L>(self.sky.zenith) * 0.25 + splat::<L>(self.haze.low) * 0.15;
        let sun =
            splat::<L>(self.sky.sun) * (self.sky.direction[1].max(0.03) * if self.sky.is_moon { 0.30 } else { 0.16 });
        let cone =
            (-(x / (ahead * 0.16 + 1.6)).squared()).exp() * (ahead * -0.045).exp() * smoothstep::<L>(1.5, 6.0, ahead);
        let beam = v(1.0, 0.86, 0.62) * (cone * (self.beam * 4.0));
        let half = (splat::<L>(self.sky.direction) - d).normalized();
        let tan2 = half.y.squared().max(1e-3).recip() - 1.0;
        let rough = 0.020 + grit.abs() * 0.01;
        let lobe = (-(tan2.max(0.0) / rough)).exp() * (0.16 * self.sheen) * (1.0 + d.y).squared();
        let gloss = splat::<L>(self.sky.sun) * (lobe * (tar * 0.8 + 0.12) * (1.0 + 0.8 * grit) * (1.0 - white * 0.6));
        albedo * (up + sun + beam) + gloss
    }

    /// A wall of tree tops along the road, `side` metres off.
    #[inline(always)]
    fn trees<L: Lanes>(&self, ray: &Ray<L>, side: f32, (light, reach): (V<L>, F<L>), fog: V<L>) -> (V<L>, F<L>) {
        let right = ray.direction.x.gt(0.0);
        let t = ray.to_side(select(right, f(side), f(-side)));
        let at = ray.at(t);
        let (z, y) = (at.z + select(right, f(500.0), f(0.0)), at.y);
        let near = t.gt(0.0) & t.lt(reach) & y.lt(17.0) & at.z.lt(self.camera.position[2] + 700.0);
        if !near.any() {
            return (light, reach);
        }
        let slant = ray.direction.x.abs().max(0.05);
        let width = ray.footprint(t) / slant;
        let mut cover = f(0.0);
        for (spacing, seed) in [(3.1_f32, 7), (4.7, 8)] {
            let a = z * (1.0 / spacing);
            let number = a.floor();
            let tall = 8.0 + 8.0 * hash1(number, seed);
            let x = ((a - number) - 0.5).abs() * spacing;
            let ragged = noise2(a * 7.0, y * 1.1 + number);
            let half = (tall - y) * (0.13 + 0.16 * ragged) + 0.25 * (ragged - 0.5);
            cover = cover.max(strip(x, f(-9.0), half, width + 0.08));
        }
        let color = splat::<L>(self.earth[1]) * 0.25 + splat::<L>(self.sky.middle) * 0.035;
        let color = color.mix(grey(0.4), self.snow * 0.35 * (1.0 - 0.8 * self.lit));
        let shown = select(near, cover, f(0.0));
        let clear = self.haze.clear(t + ray.before);
        (
            light.mix(fog.mix(color, clear), shown),
            select(shown.gt(0.5), reach.min(t), reach),
        )
    }
}

impl World for Road {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let ground = d.y.lt(-1e-3);
        let t_ground = select(ground, ray.to_level(0.0).min(3000.0), f(FAR));
        let from = ray.at(t_ground);
        let foot = ray.footprint(t_ground);
        let foot_z = foot / (-d.y).max(0.004);
        let foot = foot + foot_z * (d.x.abs() * 0.8);
        let ahead = from.z - self.camera.position[2];
        let x = from.x - ahead.squared() * self.bend;
        let mut seen = ray;
        let mut mirror = f(0.0);
        if ground.any() {
            let damp = noise2(from.x * 0.6, from.z * 0.2 + 7.0);
            let tar = strip(x, f(-self.half), f(self.half), foot);
            let wet = self.wet * (0.35 + 0.65 * tar);
            let puddle = smoothstep::<L>(0.45, 0.75, damp + (wet - 0.6) * 0.5);
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.03 + 0.9 * fresnel * fresnel * facing;
            mirror = (fresnel * (0.25 + 0.75 * puddle) * wet).saturate();
            let wave = (noise2(from.x * 3.0, from.z * 1.5) - 0.5) * smoothstep::<L>(1.0, 0.1, foot_z);
            seen = ray.mirrored(
                ground,
                t_ground,
                (wave * 0.01, wave * (0.01 + 0.05 * (1.0 - puddle))),
                (1.0 - puddle) * 4.0 + 0.2,
            );
        }
        let e = seen.direction;
        let flat = v(e.x, e.y.max(0.0), e.z);
        let fog = self.haze.far(flat);
        let far = self.sky.base(v(e.x, f(0.0), e.z)).mix(fog, 0.35);
        let toward = e.z.max(0.02).recip();
        let behind = self.sky.full(e, ray.spread, 5);
        let behind = behind.mix(far, (1.0 - self.haze.clear(f(60.0))) * (e.y.max(0.0) * -7.0).exp());
        let behind = skyline::before(&self.outlines, e.x * toward, e.y * toward, ray.spread, behind, far);
        let mut shown = (behind, select(ground, f(FAR), f(FAR)));
        if self.land == Land::Woods {
            shown = self.trees(&seen, 19.0, shown, far);
            shown = self.trees(&seen, 12.5, shown, far);
        }
        let dark = scale3(self.sky.cloud_dark, 0.08);
        let way = (&seen, &span);
        shown = cars::draw(&self.bodies, way, shown, self.haze.low, far, self.haze.density);
        shown = self.poles.draw(way, shown, dark, far, self.haze.density);
        let light = shown.0 + glow(&self.lamps, &seen, &span, shown.1, self.haze.density);
        let mut distance = shown.1 * d.z.max(0.05);
        let mut out = light;
        if ground.any() {
            let earth = self.ground(d, from, x, (foot, foot_z), ahead) + light * mirror;
            let earth = far.mix(earth, self.haze.clear(t_ground));
            // What stands on the ground before it is seen directly.
            let mut direct = (earth, t_ground);
            if self.land == Land::Woods {
                direct = self.trees(&ray, 19.0, direct, far);
                direct = self.trees(&ray, 12.5, direct, far);
            }
            let direct = cars::draw(
                &self.bodies,
                (&ray, &span),
                direct,
                self.haze.low,
                far,
                self.haze.density,
            );
            let earth = direct.0 + glow(&self.lamps, &ray, &span, direct.1, self.haze.density);
            out = V::select(ground, earth, light);
            distance = select(ground, direct.1 * d.z.max(0.05), distance);
        }
        // Dust or snow that the wind drives over the ground.
        let low = (1.0 - (d.y + 0.05).abs() * 7.0).max(0.0);
        let drift = noise2(at.x * 2.2 - self.sky.secs * (0.25 + 0.3 * self.wind), at.y * 9.0)
            * noise2(at.x * 5.0 - self.sky.secs * 0.7, at.y * 17.0 + 5.0);
        let dust = low * drift * (0.10 + 0.22 * self.wind);
        let out = out.mix(far, dust.min(0.5));
        Sample {
            light: self.rain.before(&at, distance, out),
            distance: distance.min(FAR),
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let sun = camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let end = camera.project_direction([0.0, 0.0, 1.0]).unwrap_or([0.0; 2]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let depth = depth_of_hero(camera, 0.22);
        let place = |role, x, depth, height, room| place(camera, role, x, depth, height, room);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.25),
            },
            ambient: scale3(self.sky.middle, 0.35),
            fog: Fog {
                color: self.haze.low,
                density: self.haze.density,
            },
            surface: Surface::Ground {
                wet: 0.05 + 0.5 * self.wet,
            },
            places: vec![
                place(Role::Hero, mix(end[0], side * 0.6, 0.55), depth, 0.0, 2.2),
                place(Role::Second, side * 0.95, depth * 1.2, 0.0, 2.5),
                place(Role::Far, -side * 1.0, depth * 14.0, 0.0, 30.0),
                place(Role::Near, -side * 1.5, depth * 0.7, 0.0, 3.0),
                place(Role::Floating, side * 0.3, depth * 8.0, 16.0, 14.0),
                place(Role::Crowd, end[0], depth * 2.6, 0.0, 5.0),
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
