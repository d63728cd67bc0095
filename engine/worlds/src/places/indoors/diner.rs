//! A diner at the edge of a street: counter and stools, booths, pendant lamps, chequered floor, a big window, neon.
//!
//! Panels and pillars in closed form, drawn far to near with exact coverage (`crate::interior`). Behind the window a
//! street out of focus: house fronts, signs, and lights of cars as discs; by day the sky.

mod seats;

use crate::{
    camera::Camera,
    interior::{Ray, band, chequer, daylight, disc, glow, pick, stripes, swing},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{fbm2, hash1, hash2},
    scalar::{Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Neon's two hues and the seats.
const HUES: [[u32; 3]; 6] = [
    [0xff2f6a, 0x22c8e8, 0x8a1420],
    [0xff7a1a, 0x2ad0b0, 0x14585a],
    [0xff3ad0, 0x4a7aff, 0x5a1440],
    [0xffb020, 0x3a8aff, 0x1c3a6e],
    [0xff4a2a, 0xffc46a, 0x6a2a18],
    [0x58e0a0, 0xff5a8a, 0x2c5a3a],
];
const LAMPS: usize = 5;
const CARS: usize = 10;

pub(in super::super) struct Diner {
    camera: Camera,
    sky: Sky,
    side: f32,
    half: f32,
    high: f32,
    end: f32,
    sill: f32,
    pane: [f32; 3],
    pane_half: f32,
    neon: [[f32; 3]; 2],
    seats: [f32; 3],
    lamp: [f32; 3],
    lamps: [[f32; 3]; LAMPS],
    /// x, y, radius, hue of lights in the street.
    cars: [[f32; 4]; CARS],
    light: [f32; 3],
    night: f32,
    ambient: [f32; 3],
    wet: f32,
    /// How it is furnished: booths on one side and a counter on the other, or booths on both.
    counter: bool,
    /// A chequered floor, or one of dark boards.
    chequered: bool,
    /// Where the seats on the right begin, in metres from the middle, and how far it is from one bench to the next.
    booths: [f32; 2],
    seed: u32,
}

/// Where a diner is seen from: along the aisle, from beside the counter to the windows, or from a booth to the counter.
const VIEWS: [[[f32; 2]; 2]; 3] = [
    // Across, and how far the view is turned to the windows' side.
    [[-0.40, 0.50], [-0.16, 0.20]],
    [[-0.85, -0.35], [0.34, 0.52]],
    [[0.55, 0.95], [-0.50, -0.32]],
];

impl Diner {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 38);
        let (music, palette, weather) = (&scene.music, &scene.palette, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.4, 0.4));
        sky.stars = 0.0;
        let day = daylight(scene.hour);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let half = chance.within(2.8, 3.5);
        let high = chance.within(2.8, 3.2);
        let end = chance.within(6.8, 8.6);
        let focal = chance.within(1.45, 2.0);
        // Low and looking up, or standing and looking down over the floor.
        let mut camera = if chance.happens(0.4) {
            Camera::standing(chance.within(0.95, 1.15), chance.within(-0.30, -0.08), focal)
        } else {
            Camera::standing(chance.within(1.35, 1.85), chance.within(0.06, 0.34), focal)
        };
        let [across, turn] = VIEWS[chance.below(VIEWS.len())];
        camera.yaw = side * chance.within(turn[0], turn[1]);
        camera.position[0] = chance.within(across[0], across[1]) * side + 0.08 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * 3.5 + 0.05 * swing(music, 8.0, 0.2);
        let sill = chance.within(0.55, 0.8);
        let pane_half = (0.125 * end / focal).min((high - 0.5 - sill) * 0.45);
        let pane = [chance.within(0.0, 0.7) * side, (sill + high - 0.5) * 0.5, end];
        let [first, second, seats] = pick(&HUES, scene.scheme() + chance.below(HUES.len()));
        let dim = mix(1.0, 0.45, day);
        let hum = [
            (0.75 + 0.3 * music.mid + 0.8 * music.kick + music.burst) * dim,
            (0.75 + 0.3 * music.mid + 0.8 * music.snare + music.burst) * dim,
        ];
        let warm = palette.turned([1.0, 0.62, 0.30], 0.0);
        let counter = chance.happens(0.65);
        // Over the counter, or over the tables.
        let lamps_at = if counter {
            [-1.35, chance.within(1.8, 2.1)]
        } else {
            [1.0 + 0.5 * half, chance.within(1.55, 1.8)]
        };
        let light = scale3(sky.sun, if sky.is_moon { 0.25 } else { 0.22 });
        let light = scene.through_portal(light, |l| scale3(l, 1.2 / luminance(l).max(0.1)));
        let cars = std::array::from_fn(|k| {
            let lane = if k % 2 == 0 { 1.0 } else { -1.0 };
            let speed = chance.within(0.02, 0.06) * lane;
            let x = (chance.unit() * 3.0 + speed * music.secs as f32).rem_euclid(3.0) - 1.5;
            [x, chance.within(-0.16, -0.05), chance.within(0.014, 0.028), lane]
        });
        Self {
            camera,
            sky,
            side,
            half,
            high,
            end,
            sill,
            pane,
            pane_half,
            neon: [
                scale3(palette.turned(first, 0.0), hum[0]),
                scale3(palette.turned(second, 0.9), hum[1]),
            ],
            seats: palette.turned(seats, 0.4),
            lamp: scale3(
                warm,
                (0.65 + 0.35 * music.loudness + 0.3 * music.bass) * mix(1.0, 0.35, day),
            ),
            lamps: std::array::from_fn(|k| [lamps_at[0], lamps_at[1], 2.6 + k as f32 * 1.5]),
            counter,
            chequered: chance.happens(0.6),
            booths: [chance.within(1.15, 1.45), chance.within(1.8, 2.2)],
            cars,
            light,
            night: 1.0 - day,
            ambient: [0, 1, 2].map(|k| {
                let open = mix(0.55, 1.1, day);
                (sky.zenith[k] * 0.34 + sky.middle[k] * 0.16) * open
                    + light[k] * 0.04
                    + warm[k] * mix(0.004, 0.014, day)
            }),
            wet: weather.rain.max(weather.storm),
            seed: (scene.seed % 4096) as u32,
        }
    }

    /// The street behind the glass.
    #[inline(always)]
    fn street<L: Lanes>(&self, d: V<L>, pixel: f32) -> V<L> {
        let blur = pixel.max(0.008);
        let sky = self.sky.full(d, blur, 3) * 1.1;
        let scale = d.z.max(0.1).recip();
        let (x, y) = (d.x * scale, d.y * scale);
        // House fronts on the other side, with windows.
        let u = x * 3.2 + (self.seed % 61) as f32;
        let house = u.floor();
        let roof = 0.10 + 0.26 * hash1(house, self.seed);
        let front = ((roof - y) / blur + 0.5).saturate();
        let wall = splat::<L>(scale3(self.sky.zenith, 0.30))
            + splat(scale3(self.sky.horizon, 0.10))
            + splat(scale3(self.neon[0], 0.012));
        let (wu, wy) = (u * 5.0, y * 22.0);
        let lit = smoothstep::<L>(0.66, 0.74, hash2(wu.floor(), wy.floor(), self.seed + 2));
        // Out of focus: discs.
        let shape = disc(
            wu.fract() - 0.5,
            wy.fract() - 0.5,
            0.20 + 0.20 * hash2(wu.floor(), wy.floor(), self.seed + 6),
            f(0.16),
        ) * (y.gt(0.0)).to_float();
        let glow = splat::<L>([1.0, 0.66, 0.34])
            * (lit * shape * (0.10 + 1.5 * self.night * hash2(wu.floor(), wy.floor(), self.seed + 3)));
        let mut light = sky.mix(wall + glow, front);
        // Signs out of focus, upright bars of colour.
        for (k, x0) in [-0.62_f32, 0.18, 0.66].into_iter().enumerate() {
            let (dx, dy) = ((x - x0 * self.side).abs(), (y - 0.06).abs());
            let bar = smoothstep::<L>(0.035, 0.020, dx) * smoothstep::<L>(0.13, 0.10, dy);
            let halo = ((dx * dx * 90.0) + dy * dy * 40.0 + 0.4).recip() * 0.07;
            light += splat::<L>(self.neon[k % 2]) * ((bar * 1.3 + halo * 1.8) * (0.15 + 0.95 * self.night));
        }
        // The road, wet or dry, mirrors them in streaks.
        let road = ((-0.10 - y) / blur + 0.5).saturate();
        let streak = (0.5 + 0.5 * fbm2(x * 26.0, y * 3.0, 2)) * (0.25 + 0.75 * self.wet);
        let mut ground = splat::<L>(scale3(self.sky.middle, 0.10)) + splat(scale3(self.sky.zenith, 0.12));
        for (k, x0) in [-0.62_f32, 0.18, 0.66].into_iter().enumerate() {
            let dx = x - x0 * self.side;
            ground += splat::<L>(self.neon[k % 2]) * ((dx * dx * -140.0).exp() * streak * 1.1 * self.night);
        }
        light = light.mix(ground, road);
        for [cx, cy, radius, lane] in self.cars {
            let circle = disc(x - cx, y - cy, radius, f(0.010));
            let hue = if lane > 0.0 {
                [1.0, 0.86, 0.62]
            } else {
                [1.0, 0.12, 0.06]
            };
            light += splat::<L>(hue) * (circle * (0.10 + 0.55 * self.night));
        }
        light
    }

    /// The street, or its mean where a dull mirror shows it.
    #[inline(always)]
    fn outside<L: Lanes>(&self, ray: &Ray<L>) -> V<L> {
        let mean = splat::<L>(scale3(self.sky.zenith, 0.3))
            + splat(scale3(self.neon[0], 0.03))
            + splat(scale3(self.neon[1], 0.03));
        let dull = ray.rough.gt(0.0);
        if dull.all() {
            return mean;
        }
        V::select(dull, mean, self.street(ray.to, ray.pixel))
    }

    /// What lamps, neon and window give to a point.
    #[inline(always)]
    fn fill<L: Lanes>(&self, p: V<L>) -> V<L> {
        let mut light = splat::<L>(self.ambient);
        for lamp in self.lamps {
            let off = splat::<L>(lamp) - p;
            light += splat::<L>(self.lamp) * ((off.dot(off) * 1.6 + 0.20).recip() * 0.36);
        }
        let up = (f(self.high) - p.y).max(0.0);
        let from_left = (p.x + self.half).max(0.0);
        let from_right = (f(self.half) - p.x).max(0.0);
        light += splat::<L>(self.neon[0]) * ((from_left * from_left + up * up * 0.6 + 0.4).recip() * 0.42);
        light += splat::<L>(self.neon[1]) * ((from_right * from_right + up * up * 0.6 + 0.4).recip() * 0.38);
        let ahead = f(self.end) - p.z;
        light + splat(self.light) * ((ahead * ahead * 0.10 + 1.0).recip() * 0.6)
    }

    #[inline(always)]
    fn room<L: Lanes>(&self, ray: &Ray<L>) -> (V<L>, F<L>, F<L>) {
        let side = select(ray.to.x.lt(0.0), f(-1.0), f(1.0));
        let (wall, top, end) = (ray.along(side * self.half), ray.level(self.high), ray.across(self.end));
        let t = wall.t.min(top.t).min(end.t);
        let p = ray.at(t);
        let at_end = end.t.lt(wall.t) & end.t.lt(top.t);
        let at_top = top.t.lt(wall.t) & !at_end;
        let fill = self.fill(p);
        // Tiled walls with a chrome band; shelves of bottles behind the counter. What is high is dim.
        let tile = stripes(p.z * 5.0, 0.06, wall.du * 5.0).max(stripes(p.y * 5.0, 0.06, wall.dv * 5.0));
        let upper = splat::<L>([0.42, 0.38, 0.34]) * (1.0 - tile * 0.25);
        let low = splat::<L>(self.seats) * 0.8;
        let split = band(p.y, -1.0, 1.05, wall.dv);
        let chrome = band(p.y, 1.02, 1.12, wall.dv);
        let albedo = upper.mix(low, split) + grey(chrome * 0.3);
        let mut light = albedo * fill;
        let left = ray.to.x.lt(0.0) & !at_end & !at_top;
        if left.any() && !self.counter {
            // Framed pictures over the booths.
            let u = p.z * (1.0 / 1.25);
            let own = hash1(u.floor(), self.seed + 8);
            let (x, y) = ((u.fract() - 0.5) * 1.25, p.y - 1.75);
            let (wide, tall) = (0.20 + 0.22 * own, 0.42 - 0.18 * own);
            let frame = band(x.abs(), f(-9.0), wide + 0.04, wall.du) * band(y.abs(), f(-9.0), tall + 0.04, wall.dv);
            let inside = band(x.abs(), f(-9.0), wide, wall.du) * band(y.abs(), f(-9.0), tall, wall.dv);
            let tone = fbm2(x * 3.0 + own * 40.0, y * 3.0, 3);
            let print = splat::<L>(self.seats).mix(splat([0.75, 0.68, 0.55]), smoothstep::<L>(0.35, 0.6, tone));
            let lit = light.mix(grey(0.02), frame).mix(print * fill * 0.8, inside);
            light = V::select(left, lit, light);
        }
        if left.any() && self.counter {
            let shelf = stripes((p.y - 1.25) * 2.4, 0.09, wall.dv * 2.4) * band(p.y, 1.24, 2.35, wall.dv);
            let u = p.z * 9.0;
            let row = ((p.y - 1.25) * 2.4).floor();
            let tall = 0.35 + 0.45 * hash2(u.floor(), row, self.seed + 4);
            let inside = ((p.y - 1.25) * 2.4).fract();
            let bottle = stripes(u, 0.6, wall.du * 9.0)
                * smoothstep::<L>(tall + 0.05, tall - 0.05, inside)
                * band(p.y, 1.28, 2.3, wall.dv);
            let hue = splat::<L>(self.neon[0]).mix(splat(self.neon[1]), hash1(u.floor() + row * 7.0, self.seed + 5));
            // A lit panel behind the shelves; bottles are dark glass before it that lets its hue through.
            let panel = band(p.y, 1.24, 2.35, wall.dv);
            let up = (p.y - 1.25) * 2.4;
            let behind = (splat::<L>(self.lamp) * 0.30 + splat(scale3(self.neon[0], 0.10)))
                * (0.25 + (1.0 - up.fract()).squared());
            let lit = light.mix(behind, panel);
            let lit = lit
                .mix(hue * 0.10 + behind * hue * 0.5, bottle * 0.92)
                .mix(grey(0.03), shelf);
            light = V::select(left, lit, light);
        }
        // The booths' windows, onto the same street.
        let right = ray.to.x.gt(0.0) & !at_end & !at_top;
        let mut glassy = f(0.0);
        if right.any() {
            let open = band(p.y, 1.22, self.high - 0.50, wall.dv)
                * stripes(p.z * (1.0 / 1.9) + 0.62, 0.90, wall.du * (1.0 / 1.9));
            let open = open * right.to_float() * band(p.z, -9.0, self.end - 0.2, wall.du);
            if open.gt(0.0).any() {
                light = light.mix(self.outside(ray), open);
                glassy = open;
            }
        }
        // Neon tubes under the ceiling, one hue a side.
        let tube = band((p.y - self.high + 0.22).abs(), -1.0, 0.03, wall.dv) * (!(at_end | at_top)).to_float();
        let hue = V::select(ray.to.x.lt(0.0), splat::<L>(self.neon[0]), splat(self.neon[1]));
        light += hue * (tube * 3.0);
        if at_top.any() {
            let grid = stripes(p.x * 1.2, 0.03, top.du * 1.2).max(stripes(p.z * 1.2, 0.03, top.dv * 1.2));
            light = V::select(
                at_top,
                splat::<L>([0.20, 0.18, 0.18]) * fill * (0.9 - grid * 0.3),
                light,
            );
        }
        if at_end.any() {
            let lintel = self.high - 0.42;
            let (x, y, w) = (end.u, end.v, end.du);
            let open = band(x.abs(), -9.0, self.half - 0.25, w) * band(y, self.sill, lintel, w);
            let posts = stripes(x * 0.55 + 0.53, 0.035, w * 0.55);
            let open = open * (1.0 - posts);
            let wall = splat::<L>([0.30, 0.27, 0.25]) * fill;
            let mut lit = wall;
            if open.gt(0.0).any() {
                let mut glass = self.outside(ray);
                // The room shows faintly in the pane.
                glass += splat::<L>(self.lamp) * 0.006;
                lit = lit.mix(glass, open);
            }
            // A sign in the window: an arrow's curve and a bar, seen from inside.
            let (sx, sy) = (x + self.side * 1.35, y - lintel + 0.45);
            let ring = ((sx * sx * 0.45 + sy * sy * 2.6).sqrt() - 0.30).abs();
            let under = (sy + 0.30).abs().max((sx.abs() - 0.42).max(0.0));
            let tube = smoothstep::<L>(0.028, 0.010, ring.min(under) - w * 0.3);
            let halo = (ring.min(under) * -9.0).exp() * 0.16;
            // A dull mirror spreads it.
            let tube = tube * (w * w * 90.0 + 1.0).recip();
            lit += splat::<L>(self.neon[0]) * (tube * 2.6 + halo);
            glassy = select(at_end, open, glassy);
            light = V::select(at_end, lit, light);
        }
        (light, t, glassy)
    }
}

impl World for Diner {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let mut ray = Ray::through(&self.camera, at);
        ray.from.x *= self.side;
        ray.to.x *= self.side;
        let floor = ray.level(0.0);
        let on = floor.v.lt(self.end) & floor.u.abs().lt(self.half);
        let seen = ray.mirrored(on, floor.t, 0.07);
        let (room, far, glassy) = self.room(&seen);
        let mut t = select(on, floor.t, far);
        let mut light = room;
        if on.any() {
            let p = ray.at(floor.t);
            let worn = 0.8 + 0.3 * fbm2(p.x * 2.0, p.z * 2.0, 2);
            let albedo = if self.chequered {
                let tile = chequer(p.x * 2.2, p.z * 2.2, floor.du * 2.2, floor.dv * 2.2);
                grey::<L>(0.035).mix(grey(0.42), tile) * worn
            } else {
                let board = stripes(p.x * 5.0, 0.95, floor.du * 5.0) * 0.4 + 0.6;
                splat::<L>([0.24, 0.14, 0.08]) * (board * worn)
            };
            let fresnel = 0.12 + 0.5 * (1.0 - (ray.to.y.abs() * 2.2)).max(0.0).squared();
            light = V::select(on, albedo * self.fill(p) + room * fresnel, light);
        }
        let glassy = select(on, f(0.0), glassy);
        let behind = t;
        (light, t) = self.things(&ray, light, t);
        for [x, y, z] in self.lamps {
            // A pendant: its cord, its shade, its bulb.
            let hit = ray.across(z);
            if !(hit.u - x).abs().lt(1.2).any() {
                continue;
            }
            let seen = (hit.t.lt(t)).to_float();
            let cord = band((hit.u - x).abs(), -1.0, 0.008, hit.du) * band(hit.v, y + 0.1, self.high, hit.dv);
            let up = hit.v - y;
            let shade = ((0.17 - up.max(0.0) * 0.75 - (hit.u - x).abs()) / hit.du + 0.5).saturate()
                * band(up, 0.0, 0.2, hit.dv);
            light = light.mix(splat(scale3(self.seats, 0.10)), (cord.max(shade)) * seen);
            t = select((shade * seen).gt(0.5), hit.t, t);
            let r2 = (hit.u - x).squared() + up.squared();
            let bulb = (r2 * (1.0 / 0.0030) + 1.0).recip();
            light += splat::<L>(self.lamp) * (bulb * bulb * seen * 3.0);
            let shine = glow(&ray, [x, y, z], t, 0.12) * (1.0 - r2).max(0.0);
            light += splat::<L>(self.lamp) * (shine * 0.022);
        }
        let haze = 1.0 - (t.min(20.0) * -0.02).exp();
        light = light.mix(
            splat::<L>(scale3(mix3(self.neon[0], self.neon[1], 0.5), 0.05)) + splat(self.ambient) * 0.3,
            haze,
        );
        let far = glassy.gt(0.5) & !t.lt(behind);
        Sample {
            light,
            distance: select(far, f(FAR), t * ray.to.z.max(0.05)),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let s = self.side;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x * s, y, depth],
            heading: 0.0,
            room,
        };
        let pane = [self.pane[0], self.pane[1], self.pane[2]];
        let [x, y, depth] = self.camera.project(pane);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: normalize([-0.6 * s, 0.7, 0.8]),
                color: mix3(scale3(self.lamp, 0.5), scale3(self.neon[0], 0.35), 0.4),
            },
            ambient: scale3(self.ambient, 0.8),
            fog: Fog {
                color: scale3(mix3(self.neon[0], self.neon[1], 0.5), 0.05),
                density: 0.02,
            },
            surface: Surface::Ground { wet: 0.3 },
            places: vec![
                place(Role::Hero, 0.25, 0.0, z + 5.5, 1.0),
                place(Role::Second, -0.35, 0.0, z + 7.2, 0.8),
                place(Role::Near, 1.0, 0.0, z + 2.4, 0.8),
                place(Role::Far, 3.0, 0.0, self.end + 18.0, 4.0),
                place(Role::Sign, -1.0, self.high - 0.8, self.end - 0.1, 0.4),
            ],
            portal: Portal {
                opening: Opening::Window,
                centre: [x, y],
                radius: self.pane_half * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: true,
            },
        }
    }
}
