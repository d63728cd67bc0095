//! A club: a crowd before a bright end, lasers and haze, a mirror ball; in some, a floor of lit tiles.
//!
//! A box in closed form; the floor mirrors it dully. The ball's spots are a grid on the sphere of directions around it;
//! lasers are thin beams, integrated in closed form (`crate::interior`), in a fan that opens and closes with the bar.

mod ball;

use crate::{
    camera::Camera,
    crowd::Crowd,
    interior::{Beam, Ray, band, glow, pick, stripes, swing},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, splats},
    noise::{fbm3, hash2},
    scalar::{Chance, cos, luminance, mix, mix3, normalize, scale3, sin},
    scene::Scene,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

const LASERS: usize = 9;
/// Two hues and a light: tiles and strips, lasers, ball.
const HUES: [[u32; 3]; 8] = [
    [0x7a2cff, 0xff2f86, 0xffd6e8],
    [0x1570ff, 0x18d8c0, 0xe0f4ff],
    [0xff3a20, 0xff9a2a, 0xffe6c0],
    [0x2a3cff, 0xff3a5a, 0xf0e0ff],
    [0xff1a2a, 0xff3a30, 0xffd0c0],
    [0x18d060, 0xa8f040, 0xf0ffe0],
    [0x10a8c8, 0xff9a40, 0xfff0d8],
    [0x5a50ff, 0xd0d8ff, 0xffffff],
];

pub(in super::super) struct Club {
    camera: Camera,
    half: f32,
    high: f32,
    end: f32,
    hues: [[f32; 3]; 3],
    lasers: [Beam; LASERS],
    /// The portal is the ball, not the screen.
    by_ball: bool,
    ball: [f32; 3],
    ball_radius: f32,
    screen: [f32; 3],
    screen_half: f32,
    /// How much of its own the portal shows: 1 while it is shut.
    shut: f32,
    /// How far the ball has turned, in facets.
    turn: f32,
    /// The beat's number and how far it has come.
    beat: [f32; 2],
    tiles: f32,
    strips: f32,
    spots: f32,
    screen_light: [f32; 3],
    haze: f32,
    drift: f32,
    seed: u32,
    crowd: Crowd<5>,
}

impl Club {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 37);
        let (music, palette) = (&scene.music, &scene.palette);
        let [first, second, white] = pick(&HUES, scene.scheme() + chance.below(HUES.len()));
        let white = palette.turned(white, 0.0);
        let white = scene.through_portal(white, |light| {
            mix3(white, scale3(light, 1.0 / luminance(light).max(0.05)), 0.7)
        });
        let hues = [palette.turned(first, 0.9), palette.turned(second, 0.0), white];
        let half = chance.within(4.5, 7.0);
        let high = chance.within(4.2, 5.6);
        let end = chance.within(17.0, 24.0);
        let focal = chance.within(1.35, 1.9);
        let mut camera = Camera::standing(chance.within(1.60, 2.0), chance.within(-0.46, -0.22), focal);
        camera.position[0] = chance.within(-1.2, 1.2) + 0.3 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * 5.0 + 0.1 * swing(music, 8.0, 0.2);
        let by_ball = chance.happens(0.5);
        let ball_z = chance.within(8.5, 11.0);
        let ball_radius = if by_ball {
            chance.within(0.10, 0.13) * ball_z / focal
        } else {
            0.42
        };
        let ball = [
            chance.within(-0.8, 0.8),
            high - ball_radius - chance.within(0.5, 0.8),
            ball_z,
        ];
        let screen_half = chance.within(0.12, 0.155) * end / focal;
        let screen = [0.0, 1.6 + screen_half, end];
        let fan = 0.75 + 0.35 * swing(music, 8.0, 0.0) * music.awake();
        let lift = 0.16 + 0.16 * swing(music, 16.0, 0.3) * music.awake();
        let lasers = std::array::from_fn(|k| {
            let q = k as f32 / (LASERS - 1) as f32 * 2.0 - 1.0;
            let pan = q * fan;
            let on = if k % 2 == 0 {
                0.35 + 1.1 * music.kick
            } else {
                0.35 + 1.1 * music.snare
            };
            let hue = if k % 3 == 1 { hues[0] } else { hues[1] };
            Beam {
                from: [q * 0.6, 1.5 + 0.25 * lift, end - 1.4],
                to: normalize([sin(pan), lift + 0.10 * cos(q * 3.0), -cos(pan)]),
                radius: 0.026,
                spread: 0.0020,
                light: scale3(mix3(hue, white, 0.12), on + 0.4 * music.high + 1.2 * music.burst),
            }
        });
        // Tiles of light below, or a dark floor; strips of light along the walls, or none.
        let (lit_floor, lit_walls) = (chance.happens(0.35), chance.happens(0.5));
        let z = camera.position[2];
        // It leads from the camera to the bright end.
        let aisle = camera.position[0] * 0.7;
        let power = 0.5 + 0.3 * music.mid + 0.6 * music.kick;
        let crowd = Crowd {
            rows: [12.5, 9.0, 6.9, 4.6, 3.0].map(|d| z + d),
            ground: 0.0,
            aisle: [aisle, -aisle / end, chance.within(0.75, 1.1)],
            raised: (0.22 + 0.35 * music.loudness + 0.4 * music.burst + 0.2 * music.build).min(0.9),
            beat: (music.beat * 0.5).rem_euclid(512.0) as f32 * 2.0,
            jump: 0.08 * music.bass + 0.05 * music.loudness,
            sway: music.awake(),
            body: scale3(hues[0], 0.004),
            rim: mix3(scale3(hues[0], 0.9 * power), scale3(hues[1], power), 0.5),
            haze: scale3(mix3(hues[0], hues[1], 0.4), 0.05 + 0.05 * music.mid),
            density: 0.05,
            seed: (scene.seed % 4096) as u32,
        };
        Self {
            camera,
            crowd,
            half,
            high,
            end,
            hues,
            lasers,
            by_ball,
            ball,
            ball_radius,
            screen,
            screen_half,
            shut: 1.0 - scene.opened(),
            turn: (music.bar * 0.6).rem_euclid(4096.0) as f32,
            beat: [
                music.beat.floor().rem_euclid(4096.0) as f32,
                music.beat.rem_euclid(1.0) as f32,
            ],
            tiles: (0.16 + 0.5 * music.bass + 0.6 * music.kick) * if lit_floor { 1.0 } else { 0.03 },
            strips: (0.5 + 0.7 * music.mid + 0.6 * music.snare) * if lit_walls { 1.0 } else { 0.06 },
            spots: 0.3 * music.awake() + 0.6 * music.high + 0.7 * music.hat + 0.5 * music.burst,
            screen_light: scale3(white, 0.9 + 0.5 * music.mid + 0.9 * music.kick + music.burst),
            haze: 0.7 + 0.6 * music.bass + 0.5 * scene.weather.fog + 0.3 * music.build,
            drift: (music.secs * 0.6) as f32,
            seed: (scene.seed % 4096) as u32,
        }
    }

    /// The ball's spots on a point of a surface, blurred over `w` metres.
    #[inline(always)]
    fn spots<L: Lanes>(&self, p: V<L>, w: F<L>) -> F<L> {
        let off = p - splat(self.ball);
        let r = off.length().max(0.3);
        let around = off.z.turns(off.x) * 26.0 + self.turn;
        let up = off.y / r * 9.0;
        let row = up.floor();
        let x = around + hash2(row, f(2.0), self.seed) * 2.0;
        let (cx, cy) = (x - x.floor() - 0.5, up - row - 0.5);
        let blur = w / r * 6.0;
        let size = blur * blur + 0.020;
        let there = smoothstep::<L>(0.35, 0.5, hash2(x.floor(), row, self.seed + 1));
        let dot = ((cx * cx + cy * cy) * -1.0 / size).exp() * (0.020 / size);
        dot * there * (14.0 / (r * r + 8.0))
    }

    #[inline(always)]
    fn room<L: Lanes>(&self, ray: &Ray<L>) -> (V<L>, F<L>) {
        let side = select(ray.to.x.lt(0.0), f(-1.0), f(1.0));
        let (wall, top, end) = (ray.along(side * self.half), ray.level(self.high), ray.across(self.end));
        let t = wall.t.min(top.t).min(end.t);
        let p = ray.at(t);
        let at_end = end.t.lt(wall.t) & end.t.lt(top.t);
        let at_top = top.t.lt(wall.t) & !at_end;
        let w = (ray.came + t) * ray.pixel + t * ray.rough;
        let [first, second, white] = splats::<L, _>(self.hues);
        // Walls of dark panels, with strips of light that run towards the end.
        let panel = stripes(p.z * 0.5, 0.97, wall.du * 0.5) * 0.4 + 0.6;
        let low = (p.y * -0.5).exp();
        let far = ((p.z - self.end) * 0.16).exp();
        let mut light =
            first * (low * (0.025 + 0.05 * self.tiles)) + second * (far * 0.05 * self.strips) + first * 0.006;
        light = light * panel + white * (self.spots(p, w) * self.spots * 0.55);
        let dash = stripes(p.z * 0.25, 0.86, wall.du * 0.25);
        let (a, b) = (self.high * 0.38, self.high * 0.80);
        let strip = band((p.y - a).abs(), -1.0, 0.035, wall.dv) * dash;
        let upper = band((p.y - b).abs(), -1.0, 0.035, wall.dv) * dash;
        let halo = ((p.y - a).abs() * -3.5).exp() * 0.07;
        let upper_halo = ((p.y - b).abs() * -3.5).exp() * 0.05;
        let neon = first * ((strip * 2.2 + halo) * self.strips) + second * ((upper * 2.0 + upper_halo) * self.strips);
        light += V::select(at_end | at_top, grey(0.0), neon);
        if at_top.any() {
            let beam = stripes(p.z * 0.4, 0.12, top.dv * 0.4).max(stripes(p.x * 0.5, 0.08, top.du * 0.5));
            light = V::select(at_top, light * (1.0 - beam * 0.7), light);
        }
        if at_end.any() {
            let (x, y) = (end.u - self.screen[0], end.v - self.screen[1]);
            let half = self.screen_half;
            let shape = band(x.abs(), -9.0, half * 1.333, end.du) * band(y.abs(), -9.0, half, end.dv);
            // Columns of lamps beside it rise and fall.
            let u = end.u * 1.6;
            let level =
                0.25 + 0.75 * hash2(u.floor().abs(), f(self.beat[0]), self.seed + 3) * (1.0 - 0.5 * self.beat[1]);
            let bar = stripes(u, 0.7, end.du * 1.6) * stripes(end.v * 5.0, 0.7, end.dv * 5.0);
            let lit = smoothstep::<L>(0.06, -0.06, end.v * (1.0 / self.high) - level * 0.8);
            let columns = first.mix(second, end.v * (1.0 / self.high)) * (bar * lit * (0.25 + 0.5 * self.strips));
            let near = smoothstep::<L>(half * 1.9, half * 2.3, x.abs() + y.abs() * 0.3);
            let halo = ((x * x + y * y) * (0.6 / (half * half)) + 1.0).recip();
            let mut lit = light + columns * near + splat(self.screen_light) * (halo * 0.10);
            let veil = fbm3(
                x * (1.6 / half),
                y * (1.1 / half) + self.drift * 0.2,
                f(self.drift * 0.15),
                2,
            );
            let picture = first.mix(second, smoothstep::<L>(0.3, 0.7, veil)) * 1.2
                + splat(self.screen_light) * (smoothstep::<L>(0.50, 0.85, veil) * 1.4 + 0.12);
            let dots = stripes(x * (12.0 / half), 0.8, end.du * (12.0 / half)) * 0.4 + 0.6;
            let picture = picture * (dots * if self.by_ball { 1.0 } else { self.shut });
            lit = lit.mix(picture, shape);
            // The desk before it, and who plays stands behind.
            let desk = band(end.u.abs(), -9.0, 1.7, end.du) * band(end.v, -1.0, 1.25, end.dv);
            let edge = band(end.v, 1.19, 1.25, end.dv) * band(end.u.abs(), -9.0, 1.7, end.du);
            lit = lit.mix(first * 0.012, desk) + second * (edge * self.strips * 0.9);
            light = V::select(at_end, lit, light);
        }
        (light, t)
    }
}

impl World for Club {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let floor = ray.level(0.0);
        let on = floor.v.lt(self.end) & floor.u.abs().lt(self.half);
        let seen = ray.mirrored(on, floor.t, 0.05);
        let (room, far) = self.room(&seen);
        let mut t = select(on, floor.t, far);
        let mut light = room;
        let [first, second, white] = splats::<L, _>(self.hues);
        if on.any() {
            let p = ray.at(floor.t);
            let (x, z) = (p.x * 0.8 + 0.5, p.z * 0.8);
            let tile = stripes(x + 0.46, 0.92, floor.du * 0.8) * stripes(z + 0.46, 0.92, floor.dv * 0.8);
            // Which tiles are lit changes with the beat; each fades into the next.
            let (cx, cz) = ((x + 0.5).floor(), (z + 0.5).floor());
            let now = hash2(cx + self.beat[0] * 17.0, cz, self.seed + 2);
            let last = hash2(cx + (self.beat[0] - 1.0) * 17.0, cz, self.seed + 2);
            let turn = crate::scalar::smoothstep(0.0, 0.35, self.beat[1]);
            let lit = smoothstep::<L>(0.62, 0.80, last).mix(smoothstep::<L>(0.62, 0.80, now), turn);
            let lit = lit.mix(f(0.28), smoothstep::<L>(0.5, 1.6, floor.dv * 0.8));
            let hue = first.mix(second, smoothstep::<L>(0.4, 0.6, hash2(cx, cz, self.seed + 6)));
            let edge = 0.55 + 0.9 * ((x - cx).abs().max((z - cz).abs())).squared() * 2.0;
            let within = smoothstep::<L>(self.half - 0.8, self.half - 1.0, p.x.abs());
            let glowing = hue * (tile * within * (lit * 1.5 + 0.05) * self.tiles * edge);
            let fresnel = 0.12 + 0.55 * (1.0 - (ray.to.y.abs() * 2.2)).max(0.0).squared();
            let spots = self.spots(p, floor.du.max(floor.dv * 0.5));
            let lit = glowing + room * fresnel + white * (spots * self.spots * 0.5) + first * 0.008;
            light = V::select(on, lit, light);
        }
        (light, t) = self.ball(&ray, light, t);
        // Haze, with the screen's light in it, and the lasers.
        let haze = fbm3(
            ray.at(f(7.0)).x * 0.45 + self.drift * 0.15,
            ray.at(f(7.0)).y * 0.7 - self.drift * 0.06,
            f(self.drift * 0.1),
            3,
        );
        let haze = (smoothstep::<L>(0.15, 0.85, haze) * 1.2 + 0.25) * self.haze;
        let shine = glow(&ray, self.screen, t, self.screen_half) * 0.26 * self.screen_half;
        light += splat::<L>(mix3(
            self.screen_light,
            scale3(self.hues[0], luminance(self.screen_light) * 2.0),
            0.6,
        )) * (shine * haze);
        let depth = 1.0 - (t * -0.06).exp();
        light += (first * 0.075 + second * 0.035) * (depth * haze * (0.7 + self.tiles * 0.6));
        for laser in &self.lasers {
            let (seen, _) = laser.seen(&ray, t);
            light += splat::<L>(laser.light) * (seen * haze * 0.075);
            let off = splat::<L>(laser.from) - ray.from;
            let b = off.dot(ray.to);
            let d2 = (off.dot(off) - b * b).max(0.0);
            let size = 0.04 + b.max(0.0) * ray.pixel * 0.5;
            let x = d2 / (size * size);
            light += splat::<L>(laser.light) * ((x * x + 1.0).recip() * 0.8);
        }
        // The lamp that lights the ball.
        let from = [self.ball[0] - 2.2, self.high - 0.3, self.ball[2] - 1.5];
        let to = normalize([0, 1, 2].map(|k| self.ball[k] - from[k]));
        let pin = Beam {
            from,
            to,
            radius: 0.05,
            spread: 0.05,
            light: self.hues[2],
        };
        let (seen, _) = pin.seen(&ray, t);
        light += white * (seen * haze * (0.02 + 0.03 * self.spots));
        let (light, t) = self.crowd.draw(&ray, light, t);
        Sample {
            light,
            distance: t * ray.to.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let side = if self.camera.position[0] > 0.0 { -1.0 } else { 1.0 };
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x, y, depth],
            heading: 0.0,
            room,
        };
        let target = if self.by_ball { self.ball } else { self.screen };
        let half = if self.by_ball {
            self.ball_radius
        } else {
            self.screen_half
        };
        let [start, slope, _] = self.crowd.aisle;
        let line = |z: f32| start + slope * z;
        let hero = [line(z + 5.4) + side * 0.3, 0.0, z + 5.4];
        let [x, y, depth] = self.camera.project(target);
        let direction = normalize([0, 1, 2].map(|k| self.screen[k] - hero[k] + if k == 1 { 1.5 } else { 0.0 }));
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction,
                color: scale3(mix3(self.screen_light, self.hues[1], 0.4), 0.7),
            },
            ambient: scale3(self.hues[0], mix(0.03, 0.06, self.tiles.min(1.0))),
            fog: Fog {
                color: scale3(mix3(self.hues[0], self.hues[1], 0.3), 0.06),
                density: 0.03,
            },
            surface: Surface::Ground { wet: 0.4 },
            places: vec![
                place(Role::Hero, hero[0], 0.0, hero[2], 1.5),
                place(Role::Crowd, 0.0, 0.0, z + 11.5, 3.0),
                place(Role::Second, line(z + 7.6) - side * 0.45, 0.0, z + 7.6, 1.0),
                place(Role::Far, 0.0, 0.0, self.end - 1.0, 1.5),
                place(Role::Near, side * -1.6, 0.0, z + 2.8, 1.0),
                place(Role::Sign, side * self.half * 0.5, 3.0, self.end - 0.2, 1.0),
            ],
            portal: Portal {
                opening: if self.by_ball { Opening::Disc } else { Opening::Window },
                centre: [x, y],
                radius: half * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: !self.by_ball,
            },
        }
    }
}
