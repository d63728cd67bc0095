//! Monumental stairs between walls, up to a door that light falls out of.
//!
//! The ray meets the slope through the steps' noses in closed form; behind it, the one tread or riser that it ends on
//! follows from the step's number. Treads look at the door, risers away from it: that draws the stairs. Steps thinner
//! than a pixel fade to the mean of both. Light falls off from the door by its solid angle; lanterns hang on the walls.

use crate::{
    camera::Camera,
    haze::Haze,
    lamps::{Lamp, after_dark, glow},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash2, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, luminance, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    steps::{Hit, Steps},
    trace::{Ray, Span, strip, stripes},
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct Staircase {
    camera: Camera,
    sky: Sky,
    haze: Haze,
    lamps: Vec<Lamp>,
    rain: Precipitation,
    steps: Steps,
    /// Half the door's height.
    door: f32,
    light: [f32; 3],
    glow: [f32; 3],
    warm: [f32; 3],
    lit: f32,
    snow: f32,
    wet: f32,
    bays: f32,
    secs: f32,
    dust: f32,
}

/// What the door may shine like.
const DOOR: [u32; 6] = [0xffb870, 0xffa0a8, 0xc8f0d8, 0x98dcff, 0xffdc90, 0xe0c8ff];

impl Staircase {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 80);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let mut camera = Camera::standing(
            chance.within(1.3, 4.4),
            chance.within(-0.46, -0.14),
            chance.within(1.35, 1.9),
        );
        camera.position[0] = chance.within(-2.2, 2.2) + 0.15 * scalar::sin(music.bar as f32 * 0.4);
        camera.position[2] = 0.25 * scalar::sin(music.bar as f32 * 0.25) + scene.approach * 4.0;
        camera.yaw = -camera.position[0] * 0.02 + chance.within(-0.17, 0.17);
        let (rise, run) = (chance.within(0.15, 0.19), chance.within(0.34, 0.46));
        let count = 34.0 + 3.0 * chance.below(10) as f32;
        let start = chance.within(4.0, 9.5);
        let high = rise * count;
        let end = start + run * count + 3.5;
        let half = chance.within(3.8, 9.5);
        let door = 0.145 * end / camera.focal;
        let mut sky = Sky::new(scene, 0.0);
        sky.stars *= 0.4;
        // The door is the one light in the picture.
        sky.disc = 0.0;
        let hue = palette.turned(mix3(hex(DOOR[chance.below(DOOR.len())]), sky.horizon, 0.2), 0.0);
        let hue = scene.through_portal(hue, |light| scale3(light, 0.9 / luminance(light).max(0.05)));
        let strength = (1.5 + 0.45 * music.kick + 0.3 * music.bass + 1.6 * music.burst) * mix(0.75, 1.0, lit);
        let light = scale3(hue, strength);
        let density = chance.within(0.006, 0.014)
            + 0.020 * weather.fog
            + 0.006 * weather.rain
            + 0.005 * weather.snow
            + 0.004 * music.bass;
        let mut haze = Haze::below(&sky, density, 0.0);
        haze.low = mix3(
            scale3(sky.horizon, 0.55),
            mix3(scale3(light, 0.05), sky.middle, 0.7),
            lit * 0.7,
        );
        haze.high = mix3(sky.middle, haze.low, 0.4);
        haze.glow = mix3(haze.glow, scale3(light, 0.75), 0.8);
        haze.toward = scalar::normalize([
            -camera.position[0],
            high + door - camera.position[1],
            end - camera.position[2],
        ]);
        let warm = palette.turned(hex(0xff9a4a), 0.15);
        let (mut lamps, bays) = (vec![], chance.within(3.6, 5.2));
        // Niches are lit, or the door is alone.
        let niches = if chance.happens(0.55) { 8 } else { 0 };
        for k in 0..niches {
            let z = start + (k as f32 + 0.5) * bays;
            if z > end - 2.0 || z < camera.position[2] + 1.5 {
                continue;
            }
            let y = ((z - start) / run * rise).min(high) + 2.7;
            for side in [-1.0, 1.0] {
                let color = scale3(warm, (0.4 + 0.6 * lit) * (1.6 + 1.0 * music.snare));
                lamps.push(Lamp::new(&camera, [side * (half - 0.35), y, z], 0.13, color, 0.16));
            }
        }
        Self {
            rain: Precipitation::new(scene, mix3(scale3(haze.low, 1.5), [0.5; 3], weather.snow * 0.35)),
            glow: scale3(light, 2.2 * (1.0 - scene.opened())),
            steps: Steps {
                start,
                rise,
                run,
                high,
                end,
                half,
                inner: half - chance.within(1.1, 1.9),
                walls: chance.within(7.0, 20.0).max(high * 0.7 + 3.0),
                top: high + door * 2.7,
            },
            wet: 0.35 + 0.65 * weather.rain,
            snow: weather.snow,
            dust: music.high + 0.8 * music.hat,
            secs: (music.secs % 4096.0) as f32,
            camera,
            sky,
            haze,
            lamps,
            door,
            light,
            warm,
            lit,
            bays,
        }
    }

    /// What the door's light is at a place that looks along `normal` (across, up, ahead).
    #[inline(always)]
    fn door_light<L: Lanes>(&self, p: V<L>, normal: V<L>) -> F<L> {
        let to = v(
            -p.x,
            self.steps.high + self.door * 0.9 - p.y,
            self.steps.end + 0.3 - p.z,
        );
        let off = to.dot(to);
        let facing = to.dot(normal) / (off + 0.01).sqrt();
        // Softer than the square of the distance: walls and steps pass the light on.
        facing.max(0.0) * 1.5 / (1.0 + off * (0.055 / self.door))
    }

    /// The door: 1 in its opening, and how near the rest of the front is to it.
    #[inline(always)]
    fn opening<L: Lanes>(&self, p: V<L>, width: F<L>) -> (F<L>, F<L>) {
        let wide = self.door * 0.5;
        let y = p.y - self.steps.high;
        let over = (y - (self.door * 2.0 - wide)).max(0.0);
        let out = (p.x * p.x + over * over).sqrt() - wide;
        ((0.5 - out / width).saturate(), out)
    }

    #[inline(always)]
    fn surface<L: Lanes>(&self, ray: &Ray<L>, hit: &Hit<L>) -> (V<L>, F<L>) {
        let d = ray.direction;
        let p = ray.at(hit.t);
        let width = ray.footprint(hit.t).max(1e-4);
        let ambient = splat::<L>(self.sky.middle) * (0.35 + 0.9 * self.lit) + splat::<L>(self.haze.low) * 0.3;
        let light = splat::<L>(self.light);
        let stone = splat::<L>([0.36, 0.34, 0.32]);
        let upward = hit.wall | hit.front | hit.parapet;
        let mut color = grey(0.0);
        let mut gloss = f(0.0);
        if !upward.all() {
            // Stairs and ground: worn in the middle.
            let grain = fbm2(p.x * 1.1, p.z * 2.2 + p.y * 5.0, 3);
            let grit = noise2(p.x * 12.0, p.z * 12.0 + p.y * 31.0) - 0.5;
            let grit = grit * smoothstep::<L>(0.15, 0.02, width);
            let slab = stripes(
                p.x * 0.55 + ((p.z - self.steps.start) * (1.0 / self.steps.run)).floor() * 0.37,
                0.02,
                width * 0.55,
            );
            let albedo = stone * ((0.65 + 0.7 * grain + 0.5 * grit) * (1.0 - 0.3 * slab));
            let tread =
                self.door_light(p, v(f(0.0), f(1.0), f(0.0))) + 0.10 * self.door_light(p, v(f(0.0), f(0.3), f(0.95)));
            let step = p.y.gt(0.02) & p.y.lt(self.steps.high - 0.01);
            // The nose catches light; the foot lies in its own shade.
            let back = ((p.z - self.steps.start) * (1.0 / self.steps.run)).fract();
            let shade = select(step, 1.0 - 0.35 * smoothstep::<L>(0.65, 1.0, back), f(1.0));
            // The nose of a step catches the light before its riser falls into shade.
            let up = (p.y * (1.0 / self.steps.rise)).fract();
            let nose = strip(up, f(0.82), f(1.0), width * (1.0 / self.steps.rise));
            let near = 1.0 / (1.0 + (self.steps.end - p.z).squared() * (0.012 / self.door));
            let riser = near * (0.05 + 0.55 * nose);
            let seen = select(hit.tread, tread * shade, riser);
            let fade = smoothstep::<L>(self.steps.rise * 0.12, self.steps.rise * 0.42, width);
            let seen = select(step, seen.mix(tread * 0.3 + near * 0.16, fade), seen);
            let up = select(hit.tread, f(1.0), f(0.45));
            let white = self.snow * hit.tread.to_float() * smoothstep::<L>(0.25, 0.5, grain + self.snow * 0.3);
            let albedo = albedo.mix(v(0.75, 0.78, 0.84), white);
            color = albedo * (light * seen + ambient * up);
            let facing = (1.0 + d.y).max(0.0).squared();
            gloss = facing.squared()
                * hit.tread.to_float()
                * self.wet
                * (1.0 - white)
                * (0.7 + 0.9 * grit)
                * (1.0 - fade * 0.4);
            // The door's own streak on wet stone.
            let toward = (p.x * (1.0 / (self.door * 0.5 + (self.steps.end - p.z).max(0.0) * 0.06))).squared();
            color += light * (gloss * (-toward).exp() * 0.45) + self.haze.far(v(d.x, -d.y, d.z)) * (gloss * 0.25);
        }
        if upward.any() {
            let along = p.z - self.steps.start;
            let a = along * (1.0 / self.bays);
            let x = (a - a.floor()) * self.bays;
            let above = p.y - self.steps.nose(p.z);
            let wide = width / d.x.abs().max(0.06);
            // Pilasters, a plinth that climbs, courses, niches.
            let pilaster = strip(x, f(-0.1), f(0.8), wide);
            let courses = stripes(p.y * 1.3, 0.035, width * 1.3) * 0.35;
            let stain = fbm2(p.z * 0.5 + 9.0, p.y * 0.35, 3);
            let plinth = strip(above, f(-9.0), f(0.9), width);
            let arch = (self.bays * 0.5 + 0.4 - x).abs();
            let over = (above - 3.6).max(0.0);
            let niche = (arch * arch + over * over).sqrt() - (self.bays * 0.27);
            let niche = (0.5 - niche / wide).saturate() * (1.0 - plinth);
            let relief =
                (0.6 + 0.8 * stain) * (1.0 - courses) * (1.0 + 0.30 * pilaster + 0.15 * plinth) * (1.0 - 0.6 * niche);
            let side = select(d.x.lt(0.0), f(1.0), f(-1.0));
            let lit = self.door_light(p, v(side, f(0.0), f(0.0)));
            // The faces of pilasters look at the door.
            let cheek = strip(x, f(0.66), f(0.9), wide) * self.door_light(p, v(f(0.0), f(0.0), f(1.0))) * 0.8;
            let lamp = ((x - self.bays * 0.5) * 0.9).squared() + (above - 2.7 - self.steps.rise).squared();
            let lamp = (0.25 + lamp).recip() * (0.25 + 0.75 * self.lit) * 0.30;
            let open = 0.35 + 0.65 * smoothstep::<L>(1.0, 12.0, p.y);
            let wall = stone * relief * (light * (lit * 0.7 + cheek) + ambient * open + splat::<L>(self.warm) * lamp);
            // The front: courses, a frame around the door, its glow.
            let (inside, out) = self.opening(p, width);
            let frame = strip(out, f(0.0), f(0.22), width);
            let mouldings = stripes(out * 2.2, 0.16, width * 2.2) * smoothstep::<L>(1.4, 0.3, out);
            let near = (1.0 + (out * 1.1).max(0.0)).recip();
            let brick = stripes(p.y * 1.3, 0.05, width * 1.3).max(stripes(
                p.x * 0.8 + (p.y * 1.3).floor() * 0.5,
                0.03,
                width * 0.8,
            ));
            let face = stone * (0.55 + 0.6 * stain) * (1.0 - 0.3 * brick) * (1.0 - 0.4 * mouldings);
            let face = face * (ambient * 0.9 + light * (near * near * 0.16 + frame * 0.30));
            let deep = splat::<L>(self.glow) * (0.75 + 0.25 * smoothstep::<L>(0.0, self.door, p.y - self.steps.high));
            let front = face.mix(deep, inside);
            let rail = stone * (0.65 + 0.5 * stain) * (light * lit * 0.5 + ambient * 0.7);
            let cap = strip(p.y - self.steps.nose(p.z), f(0.70), f(0.86), width);
            let rail = rail * (1.0 - 0.4 * stripes(along * 1.1, 0.3, wide * 1.1) * (1.0 - cap))
                + light * (cap * self.door_light(p, v(f(0.0), f(1.0), f(0.0))) * 0.35);
            let up = V::select(hit.parapet, rail, V::select(hit.front, front, wall));
            color = V::select(upward, up, color);
        }
        (color, gloss)
    }
}

impl World for Staircase {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let hit = self.steps.meet(&ray);
        let seen = hit.t.lt(FAR * 0.5);
        let fog = self.haze.far(d);
        // Tops of walls are cut by the pixel.
        let top = self.steps.walls.max(self.steps.top - 2.5) + 2.5;
        let width = ray.footprint(hit.t).max(1e-4);
        let y = d.y.mul_add(hit.t, ray.origin.y);
        let slanted = width * (1.0 + d.y.abs() / d.x.abs().max(0.05));
        let under = select(hit.wall, (self.steps.walls - y) / slanted, (top - y) / width);
        let cover = select(hit.wall | hit.front, under.saturate(), seen.to_float());
        let mut color = fog;
        if cover.lt(1.0).any() {
            let sky = self.sky.full(v(d.x, d.y.max(0.0), d.z), ray.spread, 5);
            color = sky.mix(fog, 0.25);
        }
        if seen.any() {
            let (surface, _) = self.surface(&ray, &hit);
            let clear = self.haze.clear(hit.t);
            color = color.mix(fog.mix(surface, clear), cover);
        }
        // Light stands in the air before the door, broken by drifting haze.
        let [dx, dy, depth] = self.camera.project([0.0, self.steps.high + self.door, self.steps.end]);
        let (x, y) = (at.x - dx, at.y - dy);
        let size = self.door * self.camera.focal / depth;
        let off = x * x + y * y * 0.7;
        let below = smoothstep::<L>(size * 1.5, -size * 3.0, y);
        let spread = x * (1.0 / (size * 0.7)) / (1.0 + (-y * (0.9 / size)).max(0.0) * 0.55);
        let drift = 0.55 + 0.9 * fbm2(at.x * 2.0 + self.secs * 0.05, at.y * 2.6 - self.secs * 0.08, 3);
        let cone = (-(spread * spread)).exp() * below * (-(y.min(0.0) * -1.1)).exp();
        let halo = (off * (2.2 / size) + 0.35).recip() * 0.030;
        color += splat::<L>(self.light) * ((cone * 0.12 + halo) * drift * (0.5 + self.haze.density * 60.0));
        // Dust in it.
        let (gx, gy) = (
            at.x * 22.0 + (at.y * 3.0 + self.secs * 0.2).sin() * 0.4,
            at.y * 22.0 - self.secs * 0.35,
        );
        let (cx, cy) = (gx.floor(), gy.floor());
        let mote = hash2(cx, cy, 91).gt(0.90);
        if mote.any() {
            let px = gx - cx - 0.2 - 0.6 * hash2(cx, cy, 92);
            let py = gy - cy - 0.2 - 0.6 * hash2(cx, cy, 93);
            let soft = (at.pixel * 22.0 * 0.8).max(0.05);
            let dot = (-(px * px + py * py) / (soft * soft)).exp();
            color +=
                splat::<L>(self.light) * select(mote, dot * (cone + halo * 2.0) * (0.15 + 0.6 * self.dust), f(0.0));
        }
        let light = color + glow(&self.lamps, &ray, &span, hit.t, self.haze.density);
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let distance = select(seen, hit.t * (d.x * sin + d.z * cos), f(FAR));
        Sample {
            light: self.rain.before(&at, distance, light),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let [x, y, depth] = camera.project([0.0, self.steps.high + self.door, self.steps.end]);
        let on_step = |role, x: f32, z: f32, room| Place {
            role,
            at: [x, self.ground(x, z), z],
            heading: 0.0,
            room,
        };
        let step = |k: f32| self.steps.start + (k + 0.5) * self.steps.run;
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.haze.toward,
                color: scale3(self.light, 1.1),
            },
            ambient: scale3(self.sky.middle, 0.3),
            fog: Fog {
                color: self.haze.low,
                density: self.haze.density,
            },
            surface: Surface::Ground { wet: 0.1 },
            places: vec![
                on_step(Role::Hero, self.steps.inner * 0.16, step(7.0), 1.5),
                on_step(Role::Second, self.steps.inner * -0.35, step(4.0), 1.5),
                on_step(Role::Far, self.steps.inner * 0.05, step(24.0), 2.0),
                on_step(Role::Near, -self.steps.inner * 0.8, self.steps.start - 2.0, 2.0),
                on_step(Role::Crowd, 0.0, self.steps.start - 1.0, 4.0),
            ],
            portal: Portal {
                opening: Opening::Arch,
                centre: [x, y],
                radius: self.door * camera.focal / depth,
                distance: depth,
                spills: true,
            },
        }
    }

    fn ground(&self, _x: f32, z: f32) -> f32 {
        if z < self.steps.start {
            return 0.0;
        }
        ((((z - self.steps.start) / self.steps.run).floor() + 1.0) * self.steps.rise).min(self.steps.high)
    }
}
