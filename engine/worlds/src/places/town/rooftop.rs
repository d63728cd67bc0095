//! A city's towers from a roof: parapet, water tank, antennas, wet tar, and the light between the towers.
//!
//! Towers stand in seven ranks across the view. In each, the front that a ray meets and the flank of the next tower in
//! its way are found in closed form, nearest first; the windows of the first are drawn once ([`crate::facade`]).
//! Streets far below are their light in the haze. Wet tar sends the ray up again ([`crate::trace`]).

use crate::{
    camera::Camera,
    facade::{Evening, windows},
    haze::Haze,
    lamps::{Lamp, after_dark, glow},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash1, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stand::{depth_of_hero, place, show_light},
    towers::Towers,
    trace::{Ray, Span, strip, stripes},
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct Rooftop {
    camera: Camera,
    sky: Sky,
    haze: Haze,
    evening: Evening,
    lamps: Vec<Lamp>,
    rain: Precipitation,
    towers: Towers,
    edge: f32,
    railing: bool,
    tank: Option<[f32; 2]>,
    masts: [[f32; 3]; 3],
    house: [f32; 4],
    streets: [f32; 3],
    wet: f32,
    snow: f32,
    blink: f32,
    secs: f32,
}

impl Rooftop {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 50);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let mut camera = Camera::standing(
            chance.within(1.2, 2.6),
            chance.within(-0.42, -0.12),
            chance.within(1.25, 2.1),
        );
        camera.position[0] = (music.bar * 0.10 % 64.0) as f32 + 0.2 * scalar::sin(music.bar as f32 * 0.3);
        camera.position[2] = scene.approach * 2.5;
        camera.yaw = chance.within(-0.12, 0.12);
        let x0 = camera.position[0];
        let mut sky = Sky::new(scene, 0.0);
        sky.stars *= 0.5;
        let up = scalar::smoothstep(0.08, 0.6, sky.direction[1]);
        let light = [
            chance.within(-0.75, 0.75),
            camera.horizon + mix(chance.within(0.20, 0.42), 0.85, up.min(0.6)),
        ];
        show_light(&mut sky, &camera, light);
        let density = 0.0021 + 0.008 * weather.fog + 0.002 * weather.rain + 0.002 * weather.snow + 0.0008 * music.bass;
        let mut haze = Haze::below(&sky, density, music.burst * 1.5 + 0.4 * music.kick);
        let warm = palette.turned(hex([0xff9448, 0xff7a5a, 0xffb060][scene.scheme() % 3]), 0.0);
        haze.low = mix3(haze.low, scale3(mix3(sky.horizon, warm, 0.35), 0.8), lit * 0.5);
        let streets = scale3(warm, lit * (0.24 + 0.34 * music.bass));
        let edge = chance.within(8.5, 12.0);
        let side = if light[0] > 0.0 { -1.0 } else { 1.0 };
        let wide = edge * 0.9 / camera.focal;
        let tank = chance.happens(0.7).then(|| {
            [
                x0 + side * wide * chance.within(1.1, 1.5),
                edge + chance.within(1.0, 6.0),
            ]
        });
        let masts = [0.0, 1.0, 2.0].map(|k: f32| {
            [
                x0 - side * wide * (0.75 + 0.3 * k) + chance.within(-0.6, 0.6),
                edge - 0.6 + k,
                chance.within(2.6, 5.5),
            ]
        });
        let house = [
            x0 - side * wide * 1.75,
            edge - 2.2,
            chance.within(1.2, 2.0),
            chance.within(2.2, 3.0),
        ];
        let mut lamps = Vec::new();
        if chance.happens(0.6) {
            // Bulbs on a wire along the parapet.
            for k in 0..16 {
                let s = k as f32 / 15.0;
                let a = (s * 3.0).fract();
                let at = [x0 + (s * 2.0 - 1.0) * wide * 1.9, 3.1 - 1.6 * a * (1.0 - a), edge - 0.3];
                let own = if k % 2 == 0 { music.snare } else { music.hat };
                lamps.push(Lamp::new(
                    &camera,
                    at,
                    0.055,
                    scale3([1.0, 0.66, 0.32], lit * (1.8 + 2.0 * own)),
                    0.16,
                ));
            }
        }
        let wet = (0.35 + 0.75 * weather.rain).min(1.0) * (1.0 - weather.snow);
        Self {
            evening: Evening {
                lit,
                awake: 1.15,
                pulse: music.mid * 3.2,
                neon: [warm; 4],
                warm,
            },
            rain: Precipitation::new(
                scene,
                mix3(scale3(haze.low, 1.3), [0.5; 3], weather.snow * 0.35 * (1.0 - 0.6 * lit)),
            ),
            towers: Towers {
                seed: (scene.seed % 4096) as u32 * 17,
                below: chance.within(38.0, 70.0),
                light: sky.direction,
                eye: camera.position,
                density: haze.density,
            },
            railing: chance.happens(0.4),
            blink: 0.35 + 1.6 * music.kick,
            secs: (music.secs % 4096.0) as f32,
            snow: weather.snow,
            camera,
            sky,
            haze,
            lamps,
            edge,
            tank,
            masts,
            house,
            streets,
            wet,
        }
    }

    /// Sky, towers and the streets' light between them.
    #[inline(always)]
    fn beyond<L: Lanes>(&self, ray: &Ray<L>) -> (V<L>, F<L>) {
        let d = ray.direction;
        let tower = self.towers.meet(ray);
        let down = (-d.y * 2.6 + 0.10).saturate();
        let fog = self.haze.far(d) + splat::<L>(self.streets) * (down * 0.8);
        let mut light = fog;
        if !tower.seen.all() {
            let sky = self.sky.full(v(d.x, d.y.max(0.0), d.z), ray.spread, 5);
            light = sky.mix(fog, (d.y.max(0.0) * -9.0).exp() * 0.8);
        }
        if tower.seen.any() {
            let wall = &tower.wall;
            let front = windows(wall, &self.evening);
            let tone = hash1(wall.house, 36);
            let fine = stripes(wall.along * 0.7, 0.2, wall.width * 0.7);
            let albedo = grey::<L>(0.10) + v(0.13, 0.115, 0.10) * tone;
            let toward = select(
                tower.front,
                f(0.25),
                select((d.x * self.sky.direction[0]).lt(0.0), f(1.0), f(0.35)),
            );
            let day = 1.0 - 0.85 * self.evening.lit;
            let low = (wall.height * -0.045).exp();
            let lamps = splat::<L>(self.streets) * (low * 1.6);
            let ambient = splat::<L>(self.sky.middle) * 0.45
                + splat::<L>(self.haze.low) * 0.25
                + splat::<L>(self.haze.glow) * (toward * (0.3 + day));
            let color = albedo * front.relief * (1.0 - 0.15 * fine) * (ambient + lamps);
            let mirrored = self.haze.far(v(-d.x, d.y.abs(), d.z)) * (0.25 + 0.35 * (1.0 - wall.into[2]));
            let color = color.mix(mirrored, front.glass * 0.55) + front.glow * 0.85;
            let color = fog.mix(color, self.haze.clear((tower.t + ray.before - 30.0).max(0.0)));
            light = V::select(tower.seen, color, light);
        }
        let red = v(1.0, 0.08, 0.05) * (tower.tip * self.blink * (0.3 + self.evening.lit) * 1.6);
        (light + red, tower.t)
    }

    /// What stands on the roof, before what is `reach` metres off.
    #[inline(always)]
    fn things<L: Lanes>(&self, ray: &Ray<L>, (mut light, mut reach): (V<L>, F<L>)) -> (V<L>, F<L>) {
        let dark = splat::<L>(self.haze.low) * 0.09 + splat::<L>(self.sky.middle) * 0.05;
        let rim = splat::<L>(self.haze.glow) * 0.6 + splat::<L>(self.haze.low) * 0.25;
        let side = if self.sky.direction[0] > 0.0 { 1.0 } else { -1.0 };
        if let Some([x0, z0]) = self.tank {
            let t = ray.to_depth(z0);
            let p = ray.at(t);
            let (x, y) = (p.x - x0, p.y);
            let near = t.gt(0.2) & t.lt(reach) & x.abs().lt(2.4);
            if near.any() {
                let width = ray.footprint(t).max(1e-4);
                let barrel = strip(x.abs(), f(-1.0), f(1.55), width) * strip(y, f(2.4), f(5.2), width);
                let roof = strip(x.abs(), f(-1.0), (6.35 - y) * 1.5, width) * strip(y, f(5.2), f(6.4), width);
                let legs = strip((x.abs() - 1.2 + (2.4 - y) * -0.06).abs(), f(-1.0), f(0.09), width)
                    * strip(y, f(-9.0), f(2.4), width);
                let cross = strip(((x * 0.95).abs() - (y - 1.2).abs()).abs(), f(-1.0), f(0.05), width)
                    * strip(y, f(0.0), f(2.4), width);
                let beam = strip(x.abs(), f(-1.0), f(1.7), width) * strip(y, f(2.22), f(2.42), width);
                let around = (x * (1.0 / 1.55)).clamp(-1.0, 1.0);
                let planks = 1.0 - 0.25 * stripes(x * 3.0 / (1.15 - around.abs() * 0.6), 0.14, width * 3.0);
                let hoops = 1.0 - 0.4 * stripes(y * 1.4, 0.07, width * 1.4);
                let edge = smoothstep::<L>(0.55, 1.0, around * side);
                let color = dark * planks * hoops * (1.4 - 0.4 * around.abs()) + rim * (edge * 0.5);
                let cover = barrel.max(roof).max(legs).max(cross).max(beam);
                let shown = select(near, cover, f(0.0));
                light = light.mix(color, shown);
                reach = select(shown.gt(0.5), reach.min(t), reach);
            }
        }
        for mast in &self.masts {
            let t = ray.to_depth(mast[1]);
            let p = ray.at(t);
            let x = p.x - mast[0];
            let near = t.gt(0.2) & t.lt(reach) & x.abs().lt(1.2) & p.y.lt(mast[2] + 0.3);
            if near.any() {
                let width = ray.footprint(t).max(1e-4);
                let pole = strip(x, f(-0.025), f(0.025), width) * strip(p.y, f(0.0), f(mast[2]), width);
                let down = mast[2] - p.y;
                let arms = stripes(down * 2.4, 0.07, width * 2.4)
                    * strip(down, f(0.1), f(1.8), width)
                    * strip(x.abs(), f(-1.0), 0.7 - down * 0.2, width);
                let shown = select(near, pole.max(arms), f(0.0));
                light = light.mix(dark, shown);
                reach = select(shown.gt(0.5), reach.min(t), reach);
            }
        }
        // The stair house.
        let [x0, z0, half, high] = self.house;
        let t = ray.to_depth(z0);
        let p = ray.at(t);
        let x = (p.x - x0).abs();
        let near = t.gt(0.2) & t.lt(reach) & x.lt(half + 0.3) & p.y.lt(high + 0.3);
        if near.any() {
            let width = ray.footprint(t).max(1e-4);
            let wall = strip(x, f(-1.0), f(half), width) * strip(p.y, f(-9.0), f(high), width);
            let lip = strip(x, f(-1.0), f(half + 0.12), width) * strip(p.y, f(high - 0.12), f(high + 0.05), width);
            let door = strip(x, f(-1.0), f(0.45), width) * strip(p.y, f(0.0), f(2.0), width);
            let lamp = (-((x * x + (p.y - 2.15).squared()) * 2.2)).exp() * self.evening.lit;
            let color = dark * (1.3 - 0.5 * door) + splat::<L>(self.evening.warm) * (lamp * 0.30) + rim * (lip * 0.25);
            let shown = select(near, wall.max(lip), f(0.0));
            light = light.mix(color, shown);
            reach = select(shown.gt(0.5), reach.min(t), reach);
        }
        // The parapet, or a railing.
        let t = ray.to_depth(self.edge);
        let p = ray.at(t);
        let near = t.gt(0.1) & t.lt(reach) & p.y.lt(1.3) & p.y.gt(-0.05);
        if near.any() {
            let width = ray.footprint(t).max(1e-4);
            let coping = strip(p.y, f(0.92), f(1.02), width);
            let (cover, color) = if self.railing {
                let bars = strip(p.y, f(0.02), f(0.9), width) * stripes(p.x * 5.0, 0.12, width * 5.0);
                let foot = strip(p.y, f(-0.1), f(0.14), width);
                (coping.max(bars).max(foot), dark + rim * (coping * 0.35))
            } else {
                let wall = strip(p.y, f(-0.1), f(1.0), width);
                let stain = 0.7 + 0.6 * fbm2(p.x * 0.9, p.y * 2.0, 2);
                let brick = 1.0 - 0.3 * stripes(p.y * 9.0, 0.16, width * 9.0);
                (wall.max(coping), dark * stain * brick * 1.2 + rim * (coping * 0.5))
            };
            let shown = select(near, cover, f(0.0));
            light = light.mix(color, shown);
            reach = select(shown.gt(0.5), reach.min(t), reach);
        }
        (light, reach)
    }
}

impl World for Rooftop {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let t_edge = ray.to_depth(self.edge);
        let t_deck = select(d.y.lt(-1e-4), ray.to_level(0.0), f(FAR));
        let deck = t_deck.lt(t_edge);
        let from = ray.at(t_deck.min(60.0));
        let foot = ray.footprint(t_deck.min(60.0));
        let foot_z = foot / (-d.y).max(0.03);
        let (mut seen, mut puddle, mut grit, mut damp) = (ray, f(0.0), f(0.0), f(0.0));
        if deck.any() {
            damp = fbm2(from.x * 0.5, from.z * 0.5 + 7.0, 3);
            puddle = smoothstep::<L>(0.48, 0.60, damp + (self.wet - 0.5) * 0.3);
            grit = (noise2(from.x * 14.0, from.z * 14.0) - 0.5) * smoothstep::<L>(0.25, 0.02, foot_z);
            let wave = noise2(from.x * 4.0 + self.secs * 0.8, from.z * 3.0 - self.secs) - 0.5;
            let wave = wave * smoothstep::<L>(0.5, 0.05, foot_z) * 0.012;
            let rough = 1.0 - puddle;
            seen = ray.mirrored(deck, t_deck, (wave, wave + grit * (rough * 0.1)), rough * 4.0 + 0.1);
        }
        let shown = self.things(&seen, self.beyond(&seen));
        let light = shown.0 + glow(&self.lamps, &seen, &span, shown.1, 0.0);
        let (mut out, mut total) = (light, shown.1);
        if deck.any() {
            let seam = stripes(from.x * 0.55, 0.03, foot * 0.55) * smoothstep::<L>(0.5, 0.05, foot_z);
            let albedo = (0.11 + 0.09 * grit + 0.09 * damp) * (1.0 - 0.4 * seam) * (1.0 - 0.5 * puddle);
            let white = self.snow * smoothstep::<L>(0.30, 0.50, damp + 0.3 * self.snow);
            let albedo = grey(albedo).mix(v(0.62, 0.66, 0.72), white);
            let bulbs = if self.lamps.is_empty() {
                0.0
            } else {
                0.5 * self.evening.lit
            };
            let near = ((self.edge - from.z) * -0.35).exp() * bulbs;
            let body = albedo
                * (splat::<L>(self.sky.middle) * 0.5 + splat::<L>(self.haze.low) * 0.3 + v(1.0, 0.6, 0.3) * near);
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.05 + 0.95 * fresnel * fresnel * facing;
            let mirror = (fresnel * (0.35 + 0.6 * puddle) * (0.4 + 0.6 * self.wet) + 0.25 * self.wet * puddle + 0.02)
                * (1.0 - white);
            let earth = body + light * mirror.saturate();
            // What stands on the roof before it.
            let direct = self.things(&ray, (earth, t_deck));
            out = V::select(deck, direct.0, light);
            total = select(deck, direct.1, total);
        }
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let distance = select(total.gt(3000.0), f(FAR), total * (d.x * sin + d.z * cos));
        Sample {
            light: self.rain.before(&at, distance, out),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let sun = camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let depth = depth_of_hero(camera, 0.24).min(self.edge - 1.0);
        let place = |role, x, depth, height, room| place(camera, role, x, depth, height, room);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.25),
            },
            ambient: scale3(self.haze.low, 0.45),
            fog: Fog {
                color: self.haze.low,
                density: self.haze.density,
            },
            surface: Surface::Ground {
                wet: 0.2 + 0.4 * self.wet,
            },
            places: vec![
                place(Role::Hero, side * 0.42, depth, 0.0, 2.0),
                place(Role::Second, side * 0.85, depth * 1.05, 0.0, 1.8),
                place(Role::Near, -side * 1.5, depth * 0.6, 0.0, 2.5),
                place(Role::Floating, side * 0.5, 60.0, 16.0, 14.0),
                place(Role::Crowd, 0.0, depth * 1.1, 0.0, 4.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: sun,
                radius: 0.13,
                distance: FAR,
                spills: false,
            },
        }
    }
}
