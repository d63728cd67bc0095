//! A great station's hall: a barrel roof of iron and glass, a clock, light that falls in shafts through the dust.
//!
//! The roof is a cylinder in closed form with filtered ribs and panes; walls are arcades. Light comes through a row of
//! tall windows in one wall (`crate::interior::Windows`); the end wall is a half circle of glass around the clock.

use crate::{
    camera::Camera,
    interior::{Ray, Windows, arch, band, daylight, disc, glow, motes, pillar, stripes, swing},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, noise3},
    scalar::{self, Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

const BAY: f32 = 7.0;
const LAMPS: usize = 6;

pub(in super::super) struct Station {
    camera: Camera,
    windows: Windows,
    side: f32,
    half: f32,
    spring: f32,
    end: f32,
    clock: [f32; 3],
    clock_half: f32,
    /// Directions of the two hands.
    hands: [[f32; 2]; 2],
    tracks: bool,
    sun: [f32; 3],
    sky: [[f32; 3]; 2],
    ambient: [f32; 3],
    air: [f32; 3],
    lamp: [f32; 3],
    lamps: [[f32; 3]; LAMPS],
    face: [f32; 3],
    shafts: f32,
    steam: f32,
    dust: f32,
    secs: f32,
}

impl Station {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 34);
        let (music, palette, weather) = (&scene.music, &scene.palette, &scene.weather);
        let sky = Sky::new(scene, 0.0);
        let day = daylight(scene.hour);
        let half = chance.within(9.0, 13.0);
        let spring = chance.within(8.0, 11.0);
        let end = chance.within(48.0, 64.0);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let focal = chance.within(1.45, 2.0);
        let mut camera = Camera::standing(chance.within(1.4, 3.6), chance.within(-0.44, -0.22), focal);
        camera.position[0] = chance.within(-2.5, 2.5) + 0.4 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * 17.0 + 0.2 * swing(music, 8.0, 0.2);
        let windows = Windows {
            x: -half,
            bay: BAY,
            half: chance.within(1.5, 2.3),
            low: chance.within(3.2, 4.2),
            high: spring - 0.2,
            sun: normalize([-0.80, chance.within(0.42, 0.66), chance.within(-0.05, 0.40)]),
        };
        let dull = 1.0 - 0.6 * ((weather.cloud - 0.6).max(0.0) * 2.0 + weather.storm).min(1.0);
        let light = scale3(sky.sun, dull * if sky.is_moon { 1.4 } else { 0.62 });
        let clock_half = chance.within(0.105, 0.14) * end / focal;
        let clock = [0.0, spring + half * 0.32, end];
        let warm = palette.turned([1.0, 0.62, 0.28], 0.0);
        let lift = mix(2.4, 1.0, day);
        let burn = (0.5 + 0.5 * music.mid + 0.6 * music.kick) * mix(1.0, 0.35, day);
        let lamps = std::array::from_fn(|k| {
            let x = (half - 2.3) * if k % 2 == 0 { 1.0 } else { -1.0 };
            [x, 4.6, 9.0 + (k / 2) as f32 * 2.0 * BAY]
        });
        let face = palette.turned([1.0, 0.86, 0.62], 0.0);
        let face = scene.through_portal(face, |l| scale3(l, 1.0 / luminance(l).max(0.1)));
        // The hands turn with the music: one round in 16 bars, and in 192.
        let hand = |bars: f64| {
            let turn = ((music.bar / bars).rem_euclid(1.0) as f32 + chance.unit()) * std::f32::consts::TAU;
            [scalar::sin(turn), scalar::cos(turn)]
        };
        let hands = [16.0, 192.0].map(hand);
        Self {
            camera,
            windows,
            side,
            half,
            spring,
            end,
            clock,
            clock_half,
            hands,
            tracks: chance.happens(0.4),
            sun: light,
            sky: [
                mix3(sky.zenith, sky.middle, 0.5),
                mix3(sky.horizon, scale3(light, 0.35), 0.3),
            ],
            ambient: [0, 1, 2].map(|k| lift * (sky.zenith[k] * 0.42 + sky.middle[k] * 0.17 + light[k] * 0.010 + 0.006)),
            air: [0, 1, 2].map(|k| lift * (sky.zenith[k] * 0.16 + sky.middle[k] * 0.10) + light[k] * 0.022),
            lamp: scale3(warm, burn * 2.2),
            lamps,
            face: scale3(face, 0.8 + 0.3 * music.mid + 0.8 * music.kick + music.burst),
            shafts: (0.75 + 0.5 * music.mid + 0.9 * music.kick + 1.6 * music.burst) * (0.8 + 0.6 * weather.fog),
            steam: 0.5 + 0.8 * music.bass + 0.4 * music.build,
            dust: 0.35 + music.high + 1.2 * music.hat,
            secs: music.secs as f32,
        }
    }

    #[inline(always)]
    fn opening<L: Lanes>(&self, z: F<L>, y: F<L>, w: (F<L>, F<L>)) -> F<L> {
        let u = ((z * (1.0 / BAY)).fract() - 0.5) * BAY;
        let half = self.windows.half;
        let open = arch(u, y, half, self.windows.low, self.windows.high - half, w);
        let bars = stripes(u * 1.1 + 0.54, 0.08, w.0 * 1.1).max(stripes(y * 0.8, 0.06, w.1 * 0.8));
        open * (1.0 - bars * 0.8)
    }

    #[inline(always)]
    fn sunlight<L: Lanes>(&self, p: V<L>, w: F<L>) -> F<L> {
        let lit = self.windows.lit(p, (w + 0.15, w + 0.4));
        if !lit.gt(0.002).any() {
            return f(0.0);
        }
        let (z, y) = self.windows.source(p);
        let u = ((z * (1.0 / BAY)).fract() - 0.5) * BAY;
        let s = w + 0.10;
        lit * (1.0 - 0.7 * stripes(u * 1.1 + 0.54, 0.10, s * 1.1).max(stripes(y * 0.8, 0.08, s * 0.8)))
    }

    /// The half circle of glass at the end, and the clock in it.
    #[inline(always)]
    fn end<L: Lanes>(&self, x: F<L>, y: F<L>, w: (F<L>, F<L>), wall: V<L>) -> V<L> {
        let up = y - self.spring;
        let r = (x * x + up * up).sqrt();
        let radius = self.half * 0.86;
        let fan = disc(x, up, radius, w.0) * band(up, 0.0, radius, w.1);
        let angle = up.turns(x) * 28.0;
        let spokes = stripes(angle + 0.05, 0.10, w.0 * 5.0 / r.max(1.0));
        let rings = stripes(r * (4.0 / radius), 0.06, w.0 * (4.0 / radius));
        let bars = spokes.max(rings) * 0.85;
        let low = smoothstep::<L>(0.0, radius, up);
        let sky = splat::<L>(self.sky[1]).mix(splat(self.sky[0]), low) * 0.9 + splat(scale3(self.sun, 0.10));
        let mut light = wall.mix(sky * (1.0 - bars), fan);
        // Gates to the platforms below it.
        let u = ((x * 0.25).fract() - 0.5) * 4.0;
        let gate = arch(u, y, 1.35, -1.0, 3.4, w) * (x.abs().lt(self.half - 1.5)).to_float();
        let beyond = splat::<L>(self.sky[1]) * (0.10 + 0.3 * smoothstep::<L>(4.5, 0.5, y)) + splat(self.lamp) * 0.05;
        light = light.mix(beyond, gate);
        let (cx, cy) = (x - self.clock[0], y - self.clock[1]);
        let half = self.clock_half;
        let rim = disc(cx, cy, half * 1.12, w.0);
        let dial = disc(cx, cy, half, w.0);
        light = light.mix(wall * 0.25, rim);
        let (ux, uy, uw) = (cx * (1.0 / half), cy * (1.0 / half), w.0 * (1.0 / half));
        let q = (ux * ux + uy * uy).sqrt();
        let mark = stripes(uy.turns(ux) * 12.0 + 0.09, 0.18, uw * 2.0 / q.max(0.2)) * band(q, 0.78, 0.93, uw);
        let mut ink = mark;
        for (hand, (length, wide)) in self.hands.into_iter().zip([(0.82, 0.035), (0.52, 0.06)]) {
            let along = ux * hand[0] + uy * hand[1];
            let across = (ux * hand[1] - uy * hand[0]).abs();
            ink = ink.max(band(across, -wide, wide, uw) * band(along, -0.12, length, uw));
        }
        let glass = splat::<L>(self.face) * (1.25 - q * 0.45) * (1.0 - ink * 0.93);
        light.mix(glass, dial)
    }

    #[inline(always)]
    fn room<L: Lanes>(&self, ray: &Ray<L>) -> (V<L>, F<L>) {
        let left = ray.to.x.lt(0.0);
        let wall = ray.along(select(left, f(-self.half), f(self.half)));
        let end = ray.across(self.end);
        let a = (ray.to.x * ray.to.x + ray.to.y * ray.to.y).max(1e-5);
        let qy = ray.from.y - self.spring;
        let b = ray.from.x * ray.to.x + qy * ray.to.y;
        let c = ray.from.x * ray.from.x + qy * qy - self.half * self.half;
        let roof_t = ((b * b - a * c).sqrt() - b) / a;
        let roof = wall.v.gt(self.spring);
        let t = select(roof, roof_t, wall.t);
        let at_end = end.t.lt(t);
        let t = t.min(end.t);
        let p = ray.at(t);
        let total = (ray.came + t) * ray.to.z.abs().max(0.05);
        let wide = total * ray.pixel + t * ray.rough;
        let w = (wall.du.min(4.0), wall.dv.min(2.0));
        let deep = ((p.z - self.end) * 0.05).exp();
        let rise = (p.y * -0.07).exp();
        let mut fill = splat::<L>(self.ambient) * (0.45 + 0.6 * rise) + splat(self.face) * (deep * 0.03);
        for lamp in self.lamps {
            let off = splat::<L>(lamp) - p;
            fill += splat::<L>(self.lamp) * ((off.dot(off) * 0.5 + 0.6).recip() * 0.30);
        }
        let bay = (p.z * (1.0 / BAY)).fract() - 0.5;
        let course = stripes(p.y * 1.1, 0.05, wide * 1.1 + 0.02);
        let fine = smoothstep::<L>(0.6, 0.05, wide * 3.0);
        let stone = 0.8 + 0.4 * (fbm2(p.z * 0.6 + p.x * 0.5, p.y * 0.8, 3) - 0.3) * fine - course * 0.14 * fine;
        let pier = smoothstep::<L>(0.36, 0.42, bay.abs());
        let cornice = band(p.y, self.spring - 0.5, self.spring, w.1).max(band(p.y, 2.9, 3.1, w.1));
        let albedo = v::<L>(0.56, 0.50, 0.43) * (stone * (1.0 + pier * 0.18 + cornice * 0.35));
        let mut lit = albedo * fill;
        let right = !left & !at_end;
        if right.any() {
            lit += albedo
                * splat(self.sun)
                * (self.sunlight(p, w.1.min(1.0)) * select(roof, f(0.15), f(0.8)) * right.to_float());
        }
        let mut light = lit;
        if roof.any() {
            // Panes between iron ribs: every bay a great arch, purlins along, glazing bars fine.
            let angle = (p.y - self.spring).turns(p.x) * 2.0;
            let slant = 1.0 / (ray.to.z.abs().max(0.05));
            let wz = (wide * (2.0 / ray.to.y.abs().max(0.12))).min(20.0) * slant.min(2.0);
            let wa = wide * (1.5 / self.half);
            let rib = band((bay.abs() - 0.5).abs(), -1.0, 0.045, wz * (1.0 / BAY));
            let purlin = stripes(angle * 11.0, 0.10, wa * 11.0);
            let bars = stripes(p.z * (8.0 / BAY), 0.12, wz * (8.0 / BAY));
            let iron = rib.max(purlin).max(bars * 0.8);
            // The middle of the roof is glass, its sides are boarded.
            let glass = smoothstep::<L>(0.16, 0.19, angle) * smoothstep::<L>(0.84, 0.81, angle);
            let sky = splat::<L>(self.sky[1]).mix(splat(self.sky[0]), smoothstep::<L>(0.1, 0.6, angle)) * 0.62;
            let wood = splat::<L>([0.30, 0.25, 0.21]) * fill;
            let pane = wood.mix(sky, glass);
            let metal = splat::<L>([0.10, 0.10, 0.11]) * fill + splat(scale3(self.sky[1], 0.02));
            light = V::select(roof, pane.mix(metal, iron * 0.95), light);
        }
        // Windows above, dark arches below.
        let walls = (!(roof | at_end)).to_float();
        let open = self.opening(p.z, p.y, w) * walls;
        let outside = splat::<L>(self.sun) * 0.55 + splat(self.sky[1]) * 0.7;
        let outside = V::select(left, outside, splat(scale3(mix3(self.sky[0], self.sky[1], 0.4), 0.55)));
        light = light.mix(outside, open);
        let u = bay * BAY;
        let shop = arch(u, p.y, 1.6, -1.0, 1.1, w) * walls;
        let inside = splat::<L>(self.lamp)
            * (0.16 + 0.30 * smoothstep::<L>(0.3, 2.4, p.y))
            * (1.0 - stripes(u * 1.2 + 0.55, 0.10, w.0 * 1.2) * 0.8)
            + splat(self.ambient) * 0.1;
        light = light.mix(inside, shop);
        if at_end.any() {
            light = V::select(at_end, self.end(end.u, end.v, (end.du, end.dv), lit), light);
        }
        (light, t)
    }
}

impl World for Station {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let mut ray = Ray::through(&self.camera, at);
        ray.from.x *= self.side;
        ray.to.x *= self.side;
        let floor = ray.level(0.0);
        let on = floor.v.lt(self.end) & floor.u.abs().lt(self.half);
        let seen = ray.mirrored(on, floor.t, 0.13);
        let (room, far) = self.room(&seen);
        let t = select(on, floor.t, far);
        let mut light = room;
        if on.any() {
            let p = ray.at(floor.t);
            let joint = stripes(p.x * 0.5, 0.03, floor.du * 0.5).max(stripes(p.z * 0.5, 0.03, floor.dv * 0.5));
            let worn = 0.7 + 0.5 * fbm2(p.x * 0.9, p.z * 0.9, 3);
            let mut albedo = v::<L>(0.30, 0.275, 0.245) * (worn * (1.0 - joint * 0.4));
            let border = band((p.x.abs() - self.half + 3.6).abs(), -1.0, 0.3, floor.du);
            albedo *= 1.0 - border * 0.55;
            let mut fill = splat::<L>(self.ambient);
            for lamp in self.lamps {
                let off = splat::<L>(lamp) - p;
                fill += splat::<L>(self.lamp) * ((off.dot(off) * 0.5 + 0.6).recip() * 0.30);
            }
            let w = floor.du.max(floor.dv).min(0.8);
            let mut fresnel = 0.10 + 0.50 * (1.0 - (ray.to.y.abs() * 2.5)).max(0.0).squared();
            if self.tracks {
                // Two sunken tracks on the sunny side: dark ballast, rails that shine.
                let x = p.x + self.half * 0.42;
                let bed = band(x.abs(), -1.0, 2.1, floor.du);
                let rail = band((x.abs() - 0.72).abs(), -1.0, 0.05, floor.du);
                let sleeper = stripes(p.z * 1.5, 0.4, floor.dv * 1.5) * band(x.abs(), -1.0, 1.2, floor.du);
                albedo = albedo.mix(grey(0.05 + sleeper * 0.03), bed);
                fresnel = fresnel * (1.0 - bed * 0.95) + rail * 0.8;
            }
            let sun = self.sunlight(p, w);
            light = V::select(
                on,
                albedo * (fill + splat(self.sun) * (sun * 0.85)) + room * fresnel,
                light,
            );
        }
        for lamp in self.lamps {
            let off = splat::<L>(lamp) - ray.from;
            let b = off.dot(ray.to);
            let d2 = (off.dot(off) - b * b).max(0.0);
            if !d2.lt(12.0).any() {
                continue;
            }
            let (cover, _, near) = pillar(&ray, lamp[0], lamp[2], 0.07);
            let y = ray.from.y + ray.to.y * near;
            let post = cover * band(y, 0.0, 4.5, f(0.05)) * (near.lt(t + 0.2)).to_float();
            light = light.mix(splat(scale3(self.ambient, 0.25)), post);
            let size = 0.22 + b.max(0.0) * ray.pixel * 0.4;
            let x = d2 / (size * size);
            let globe = (x * x * x + 1.0).recip() * (b.lt(t + 0.4)).to_float();
            let shine = glow(&ray, lamp, t, 0.2) * (1.0 - d2 * (1.0 / 12.0)).max(0.0) * 0.03;
            light += splat::<L>(self.lamp) * (globe * 1.2 + shine);
        }
        let limit = t.min(self.end);
        let (inside, middle) = self.windows.shaft(&ray, limit, 0.45);
        let p = ray.at(middle);
        let haze = 0.35 + 1.3 * noise3(p.x * 0.25, p.y * 0.25 - self.secs * 0.05, p.z * 0.22 + self.secs * 0.05);
        let toward = ray.to.dot(splat(self.windows.sun)).max(0.0);
        let phase = 0.6 + 0.8 * toward * toward;
        let dust = 1.0 + motes(at, self.secs) * self.dust * 2.2;
        light +=
            splat::<L>(self.sun) * (inside * haze * phase * (middle * -0.014).exp() * dust * (0.020 * self.shafts));
        // Steam along the ground.
        let low = ray.at(limit * 0.7);
        let cloud = noise3(
            low.x * 0.22 + self.secs * 0.15,
            low.y * 0.35 - self.secs * 0.2,
            low.z * 0.14,
        );
        let steam = smoothstep::<L>(0.35, 0.9, cloud) * ((low.y * -0.42).exp() * self.steam).min(1.0);
        let steam = steam * (1.0 - (limit * -0.04).exp()) * 0.55;
        let bright = splat::<L>(self.air) * 1.5 + splat(self.sun) * 0.03;
        light = light.mix(bright, steam);
        let fog = 1.0 - (t * -0.012).exp();
        light = light.mix(splat(self.air), fog * 0.85);
        Sample {
            light,
            distance: t * ray.to.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let (side, sun) = (self.side, self.windows.sun);
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x * side, y, depth],
            heading: 0.0,
            room,
        };
        let clear = if self.tracks { 1.6 } else { -1.2 };
        let [x, y, depth] = self.camera.project(self.clock);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: [sun[0] * side, sun[1], sun[2].max(0.2)],
                color: scale3(self.sun, 0.35),
            },
            ambient: scale3(self.ambient, 0.7),
            fog: Fog {
                color: self.air,
                density: 0.012,
            },
            surface: Surface::Ground { wet: 0.25 },
            places: vec![
                place(Role::Hero, clear, 0.0, z + 8.5, 2.5),
                place(Role::Crowd, 2.5, 0.0, z + 26.0, 5.0),
                place(Role::Second, clear + 2.2, 0.0, z + 11.0, 2.5),
                place(Role::Second, clear + 3.4, 0.0, z + 17.0, 2.5),
                place(
                    Role::Far,
                    if self.tracks { self.half * -0.42 } else { 0.0 },
                    0.0,
                    self.end - 8.0,
                    4.0,
                ),
                place(Role::Near, self.half * 0.45, 0.0, z + 4.0, 3.0),
                place(Role::Floating, 0.0, self.spring, z + 20.0, 4.0),
                place(Role::Sign, self.half * 0.4, 6.4, self.end - 0.2, 1.6),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: [x, y],
                radius: self.clock_half * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: false,
            },
        }
    }
}
