//! A fairground after rain: a wheel with running lights, rows of tents, strings of bulbs, all of it twice in the wet.
//!
//! The wheel is [`crate::wheel`]'s. Tents are two walls along the aisle: a row of pointed roofs in stripes over lit
//! counters with rooms behind them; the big top is a card. Wet ground sends the ray up again ([`crate::trace`]).

use crate::{
    camera::Camera,
    haze::Haze,
    lamps::{Lamp, after_dark, glow},
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{fbm2, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stand::{depth_of_hero, place, show_light},
    tents::Tents,
    trace::{Ray, Span, strip, stripes, stroke},
    wheel::Wheel,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct Fairground {
    camera: Camera,
    sky: Sky,
    haze: Haze,
    wheel: Wheel,
    lamps: Vec<Lamp>,
    /// Wires with bulbs: depth, height at the ends.
    wires: Vec<[f32; 2]>,
    rain: Precipitation,
    tents: Tents,
    top: [f32; 4],
    /// The wheel's light on the ground.
    shine: [f32; 3],
    hub: [f32; 3],
    wet: f32,
    secs: f32,
}

const CLOTH: [[u32; 3]; 3] = [
    [0xb8323a, 0xe8d8b8, 0x2f6f8a],
    [0xa02868, 0xf0d0b0, 0x5a3a9a],
    [0x1f7a72, 0xe8e0c0, 0xc8502a],
];
const BULBS: [[u32; 2]; 3] = [[0xffb050, 0xff4f5a], [0xff70b0, 0x9a70ff], [0x50e8c8, 0xffc050]];
impl Fairground {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 90);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let mut camera = Camera::standing(
            chance.within(0.8, 2.2),
            chance.within(-0.48, -0.22),
            chance.within(1.35, 1.9),
        );
        camera.position[0] = chance.within(-3.0, 3.0) + 0.2 * scalar::sin(music.bar as f32 * 0.35);
        camera.position[2] = 1.2 * scalar::sin(music.bar as f32 * 0.12) + scene.approach * 10.0;
        camera.yaw = chance.within(-0.20, 0.20);
        let half = chance.within(5.5, 9.5);
        // The wheel stands to the side; its hub is where the picture wants it.
        let depth = chance.within(52.0, 66.0);
        let radius = chance.within(14.0, 18.0);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let hub = [
            side * chance.within(2.0, 14.0) + depth * scalar::sin(camera.yaw),
            radius + 3.0,
            depth,
        ];
        let mut sky = Sky::new(scene, side * -0.25 + camera.yaw);
        sky.stars *= 0.4;
        if sky.direction[1] > 0.3 {
            show_light(&mut sky, &camera, [side * -0.75, camera.horizon + 0.7]);
        }
        let bulbs = BULBS[scene.scheme() % 3];
        let bulbs = [palette.turned(hex(bulbs[0]), 0.0), palette.turned(hex(bulbs[1]), 0.7)];
        let hue = mix3(bulbs[0], [1.0, 0.85, 0.65], 0.5);
        let hue = scene.through_portal(hue, |light| scale3(light, 1.2));
        let density = 0.0050 + 0.020 * weather.fog + 0.005 * weather.rain + 0.006 * weather.snow + 0.003 * music.bass;
        let mut haze = Haze::below(&sky, density, music.burst);
        let own = mix3(bulbs[0], bulbs[1], 0.4);
        haze.low = mix3(
            haze.low,
            mix3(scale3(own, 0.10 + 0.05 * music.bass), sky.horizon, 0.30),
            lit * 0.8,
        );
        haze.glow = mix3(
            haze.glow,
            scale3(mix3(hue, own, 0.5), 0.34 * (1.0 + 1.2 * music.burst)),
            lit * 0.85,
        );
        let from = camera.position;
        let toward = scalar::normalize([hub[0] - from[0], hub[1] * 0.5 - from[1], hub[2] - from[2]]);
        haze.toward = if lit > 0.5 { toward } else { sky.direction };
        let power = (0.30 + 0.70 * lit) * (2.3 + 2.2 * music.kick + 0.6 * music.bass);
        let core = 0.105 * (depth - from[2]) / camera.focal;
        let wheel = Wheel {
            hub,
            radius,
            core,
            bulbs,
            turned: (music.bar * 0.02 % 1.0) as f32 + chance.unit(),
            chase: (music.beat * 0.5 % 1.0) as f32,
            awake: music.awake(),
            steel: mix3(scale3(haze.low, 0.12), scale3(sky.middle, 0.08), 0.5),
            cabin: scale3([1.0, 0.72, 0.42], lit * (0.6 + 0.6 * music.mid)),
            span: Wheel::bounds(&camera, hub, radius),
        }
        .lit(power);
        let warm = palette.turned(hex(0xffa850), 0.05);
        let (mut lamps, mut wires) = (vec![], vec![]);
        for k in 0..6 {
            let z = 6.5 + k as f32 * 7.0 + chance.within(-1.0, 1.0);
            let high = chance.within(4.6, 5.6);
            wires.push([z, high]);
            if z < from[2] + 2.0 {
                continue;
            }
            let count = 11;
            for j in 0..count {
                let s = (j as f32 + 0.5) / count as f32;
                let y = high - 4.4 * s * (1.0 - s) - 0.1;
                let own = if (j + k) % 2 == 0 { music.snare } else { music.hat };
                let color = if (j + k) % 3 == 0 { bulbs[1] } else { warm };
                let color = scale3(color, (0.25 + 0.75 * lit) * (1.7 + 2.0 * own));
                lamps.push(Lamp::new(&camera, [(s * 2.0 - 1.0) * half, y, z], 0.075, color, 0.15));
            }
        }
        let cloth = CLOTH[scene.scheme() % 3];
        let cloth = [0, 1, 2].map(|k: usize| palette.turned(hex(cloth[k]), [0.0, 0.2, 0.9][k]));
        Self {
            rain: Precipitation::new(scene, mix3(scale3(haze.low, 1.6), [0.5; 3], weather.snow * 0.35)),
            top: [
                hub[0] - side * chance.within(16.0, 24.0),
                depth - chance.within(4.0, 12.0),
                chance.within(8.0, 11.0),
                chance.within(8.0, 11.0),
            ],
            tents: Tents {
                half,
                tent: chance.within(3.4, 4.6),
                cloth,
                warm,
                lit,
                counters: (0.18 + 0.82 * lit) * (0.8 + 0.7 * music.mid),
                snow: weather.snow,
                chase: wheel.chase,
                awake: wheel.awake,
            },
            shine: scale3(mix3(bulbs[0], bulbs[1], 0.5), 0.22 * power * lit),
            hub: scale3(hue, (0.6 + 1.1 * lit + 1.2 * music.kick) * (1.0 - scene.opened())),
            wet: (0.45 + 0.6 * weather.rain).min(1.0) * (1.0 - weather.snow),
            secs: (music.secs % 4096.0) as f32,
            camera,
            sky,
            haze,
            wheel,
            lamps,
            wires,
        }
    }

    /// Everything that stands, along rays that end after `reach` metres.
    #[inline(always)]
    fn scene<L: Lanes>(&self, ray: &Ray<L>, span: &Span, mut shown: (V<L>, F<L>), fog: V<L>) -> (V<L>, F<L>) {
        let density = self.haze.density;
        shown = self.wheel.draw((ray, span), shown, fog, density);
        // The disc in the hub: a star of lamps, or the next world.
        let t = ray.to_depth(self.wheel.hub[2] - 0.2);
        let p = ray.at(t);
        let r = ((p.x - self.wheel.hub[0]).squared() + (p.y - self.wheel.hub[1]).squared()).sqrt()
            * (1.0 / self.wheel.core);
        let disc = t.gt(0.5) & t.lt(shown.1 + 0.5) & r.lt(3.0);
        if disc.any() {
            let width = ray.footprint(t) * (1.0 / self.wheel.core);
            let inside = ((1.0 - r) / width + 0.5).saturate();
            let running = ((r * 3.0 - self.wheel.chase * 2.0) * std::f32::consts::TAU).sin();
            let rings = running.max(0.0) * (0.55 * self.wheel.awake) + (0.62 - 0.17 * self.wheel.awake);
            let halo = (r.max(1.0) * -1.6).exp() * smoothstep::<L>(3.0, 1.5, r) * 0.9;
            let air = self.haze.clear(t + ray.before);
            let face = splat::<L>(self.hub) * (rings * (1.2 - 0.6 * r).max(0.1));
            let lit = shown.0.mix(face * air, select(disc, inside, f(0.0)));
            shown.0 = lit + splat::<L>(self.hub) * select(disc, halo * (1.0 - inside) * air, f(0.0));
        }
        // The big top.
        let [x0, z0, wide, tall] = self.top;
        let t = ray.to_depth(z0);
        let p = ray.at(t);
        let (x, y) = ((p.x - x0) * (1.0 / wide), p.y);
        let near = t.gt(0.5) & t.lt(shown.1) & x.abs().lt(1.2) & y.lt(tall + 4.0);
        if near.any() {
            let width = ray.footprint(t).max(1e-4);
            let s = 1.0 - x.abs();
            let line = select(s.gt(0.0), 3.6 + (tall - 3.6) * s * (0.45 + 0.55 * s * s), f(-1.0));
            let tent = strip(y, f(-9.0), line, width);
            let pole = strip(p.x - x0, f(-0.06), f(0.06), width) * strip(y, f(0.0), f(tall + 2.4), width);
            let flag = strip(p.x - x0, f(0.0), 1.6 - (y - tall - 1.9).abs() * 2.0, width)
                * strip(y, f(tall + 1.3), f(tall + 2.4), width);
            let share = select(y.gt(3.6), x / ((tall + 1.5 - y) * (1.0 / tall)).max(0.15), x);
            let stripe = stripes(share * 6.0, 0.5, width * (6.0 / wide));
            let cloth = splat::<L>(self.tents.cloth[0]).mix(splat(self.tents.cloth[1]), stripe);
            let inner = splat::<L>(self.tents.warm)
                * (self.tents.lit * 0.30 * (1.0 - y * (0.7 / tall)).max(0.1) * (1.0 - 0.5 * x * x));
            let up = splat::<L>(self.sky.middle) * 0.35 + splat::<L>(self.haze.low) * 0.5;
            let color = cloth * (up + inner);
            let hem = strip((y - 3.6).abs(), f(-1.0), f(0.12), width);
            let color = color + splat::<L>(self.tents.warm) * (hem * self.tents.lit * 0.6);
            let cover = select(near, tent.max(pole).max(flag), f(0.0));
            shown.0 = shown.0.mix(fog.mix(color, self.haze.clear(t + ray.before)), cover);
            shown.1 = select(cover.gt(0.5), shown.1.min(t), shown.1);
        }
        shown = self.tents.draw(ray, shown, (&self.haze, self.sky.middle), fog);
        for &[z, high] in &self.wires {
            let t = ray.to_depth(z);
            let p = ray.at(t);
            let s = p.x * (0.5 / self.tents.half) + 0.5;
            let y = high - 4.4 * s * (1.0 - s);
            let near = t.gt(0.3) & t.lt(shown.1) & (p.y - y).abs().lt(0.2) & s.gt(0.0) & s.lt(1.0);
            if near.any() {
                let cover = stroke(p.y - y, 0.012, ray.footprint(t) * 1.2);
                shown.0 = shown.0.mix(fog * 0.15, select(near, cover, f(0.0)));
            }
        }
        (shown.0 + glow(&self.lamps, ray, span, shown.1, density), shown.1)
    }
}

impl World for Fairground {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let ground = d.y.lt(-1e-3);
        let t_ground = select(ground, ray.to_level(0.0).min(1500.0), f(FAR));
        let from = ray.at(t_ground);
        let foot = ray.footprint(t_ground);
        let foot_z = foot / (-d.y).max(0.004);
        let (mut seen, mut puddle, mut grit, mut damp) = (ray, f(0.0), f(0.0), f(0.0));
        if ground.any() {
            damp = fbm2(from.x * 0.45, from.z * 0.28 + 7.0, 3);
            puddle = smoothstep::<L>(0.46, 0.62, damp + (self.wet - 0.62) * 0.4);
            grit = (noise2(from.x * 9.0, from.z * 9.0) - 0.5) * smoothstep::<L>(0.35, 0.04, foot_z);
            let wave = (noise2(from.x * 4.0 + self.secs, from.z * 3.0 - self.secs * 1.4) - 0.5)
                * smoothstep::<L>(0.8, 0.08, foot_z);
            let rough = 1.0 - puddle;
            seen = ray.mirrored(
                ground,
                t_ground,
                (wave * 0.008, wave * 0.014 + grit * (rough * 0.08)),
                rough * 4.0 + 0.2,
            );
        }
        let e = seen.direction;
        let flat = v(e.x, e.y.max(0.0), e.z);
        let fog = self.haze.far(flat);
        let sky = self.sky.full(flat, ray.spread, 4);
        let sky = sky.mix(fog, (e.y.max(0.0) * -3.5).exp() * (0.35 + 0.5 * self.tents.lit));
        // Roofs and woods far off.
        let toward = e.z.max(0.02).recip();
        let line = 0.035 + 0.05 * noise2(e.x * toward * 11.0, f(5.0)) * noise2(e.x * toward * 37.0, f(2.0));
        let far = ((line - e.y * toward) * (1.0 / ray.spread) + 0.5).saturate();
        let behind = sky.mix(fog * 0.45, far);
        let (light, reach) = self.scene(&seen, &span, (behind, f(FAR)), fog);
        let (mut out, mut total) = (light, reach);
        if ground.any() {
            let straw = (noise2(from.x * 17.0, from.z * 5.0) - 0.5) * smoothstep::<L>(0.2, 0.02, foot_z);
            let worn = smoothstep::<L>(self.tents.half, 0.0, from.x.abs());
            let earth = v(0.085, 0.066, 0.048).mix(v(0.045, 0.055, 0.024), (1.0 - worn) * 0.7);
            let albedo = earth * ((0.7 + 0.8 * damp + grit * 0.5 + straw * 0.3) * (1.0 - 0.4 * puddle));
            let white = self.tents.snow * smoothstep::<L>(0.25, 0.5, damp + self.tents.snow * 0.3 - worn * 0.1);
            let albedo = albedo.mix(v(0.60, 0.64, 0.70), white);
            let spill = splat::<L>(self.tents.warm)
                * (((from.x.abs() - self.tents.half) * 0.45).min(0.0).exp() * (self.tents.counters * 0.9));
            let off = (from.x - self.wheel.hub[0]).squared() + (from.z - self.wheel.hub[2]).squared() + 500.0;
            let shine = splat::<L>(self.shine) * (900.0 / off);
            let up = splat::<L>(self.sky.middle) * 0.5 + splat::<L>(self.haze.low) * 0.4;
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.05 + 0.95 * fresnel * fresnel * facing;
            let mirror = fresnel * (0.35 + 0.6 * puddle) * self.wet + 0.20 * self.wet * puddle;
            let body = albedo * (up + spill + shine + splat::<L>(self.tents.warm) * (0.22 * self.tents.lit))
                + light * (mirror * (1.0 - white)).saturate();
            let far = self.haze.far(v(d.x, f(0.0), d.z));
            let body = far.mix(body, self.haze.clear(t_ground));
            // Tents and the wheel's feet stand before the ground behind them.
            let direct = self.scene(&ray, &span, (body, t_ground), far);
            out = V::select(ground, direct.0, light);
            total = select(ground, direct.1, total);
        }
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let distance = select(total.gt(2000.0), f(FAR), total * (d.x * sin + d.z * cos));
        Sample {
            light: self.rain.before(&at, distance, out),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let [x, y, depth] = camera.project(self.wheel.hub);
        let side = if x > 0.0 { -1.0 } else { 1.0 };
        let near = depth_of_hero(camera, 0.24);
        let place = |role, x, depth, height, room| {
            let mut place: Place = place(camera, role, x, depth, height, room);
            place.at[0] = place.at[0].clamp(0.7 - self.tents.half, self.tents.half - 0.7);
            place
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.haze.toward,
                color: mix3(scale3(self.sky.sun, 0.2), scale3(self.haze.glow, 3.0), self.tents.lit),
            },
            ambient: scale3(self.haze.low, mix(0.6, 0.5, self.tents.lit)),
            fog: Fog {
                color: self.haze.low,
                density: self.haze.density,
            },
            surface: Surface::Ground {
                wet: 0.2 + 0.4 * self.wet,
            },
            places: vec![
                place(Role::Hero, side * 0.35, near, 0.0, 2.0),
                place(Role::Second, side * 0.75, near * 1.3, 0.0, 1.6),
                place(Role::Crowd, 0.0, near * 3.2, 0.0, 5.0),
                place(Role::Near, -side * 1.4, near * 0.7, 0.0, 2.0),
                place(Role::Floating, side * 0.7, near * 5.0, 13.0, 8.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: [x, y],
                radius: self.wheel.core * camera.focal / depth,
                distance: depth,
                spills: false,
            },
        }
    }
}
