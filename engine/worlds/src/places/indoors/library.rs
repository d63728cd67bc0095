//! A library: walls of books, ladders, reading lamps, and a tall window at the end.
//!
//! An aisle between two walls of shelves in closed form; books are hashed cells along a shelf, each with its width,
//! height and cloth, filtered to their mean where they are smaller than a pixel. The window's light falls forward along
//! the aisle; lamps glow by the integral of the inverse square (`crate::interior`).

use crate::{
    camera::Camera,
    interior::{Ray, arch, band, daylight, glow, motes, pick, stripes, swing},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, splats, v},
    noise::{fbm2, hash2, noise3},
    scalar::{Chance, luminance, mix, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Cloth and leather of the books, by scheme.
const CLOTH: [[u32; 4]; 3] = [
    [0x6b2a22, 0x7a5428, 0x2c4440, 0x8a7450],
    [0x33406a, 0x6a2c4a, 0x8a6a4a, 0x2c3450],
    [0x1f4a44, 0x7a4a28, 0x5a6a50, 0x8a7a58],
];
const SHELF: f32 = 0.42;
const LAMPS: usize = 6;

pub(in super::super) struct Library {
    camera: Camera,
    half: f32,
    high: f32,
    /// Level of the gallery.
    gallery: f32,
    end: f32,
    bay: f32,
    tables: bool,
    cloth: [[f32; 3]; 4],
    /// The window: middle and half its height.
    window: [f32; 3],
    window_half: f32,
    /// How much of its own the portal shows: 1 while it is shut.
    shut: f32,
    light: [f32; 3],
    sky: [[f32; 3]; 2],
    sun: [f32; 3],
    ambient: [f32; 3],
    air: [f32; 3],
    lamp: [f32; 3],
    lamps: [[f32; 3]; LAMPS],
    ladder: [f32; 2],
    haze: f32,
    dust: f32,
    seed: f32,
    secs: f32,
}

impl Library {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 33);
        let (music, palette) = (&scene.music, &scene.palette);
        let sky = Sky::new(scene, 0.0);
        let day = daylight(scene.hour);
        let half = chance.within(1.9, 4.4);
        let high = chance.within(7.0, 10.0);
        let end = chance.within(22.0, 32.0);
        let focal = chance.within(1.45, 2.1);
        let mut camera = Camera::standing(chance.within(1.1, 2.7), chance.within(-0.32, -0.05), focal);
        camera.position[0] = chance.within(-0.4, 0.4) * (half - 1.0) + 0.15 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * 8.0 + 0.12 * swing(music, 8.0, 0.2);
        let window_half = chance.within(0.13, 0.16) * end / focal;
        let window = [
            chance.within(-0.3, 0.3) * half,
            window_half + chance.within(1.5, 2.6),
            end,
        ];
        let light = scale3(sky.sun, if sky.is_moon { 0.9 } else { 0.55 });
        let light = scene.through_portal(light, |l| {
            scale3(l, luminance(sky.sun).max(1.0) * 0.6 / luminance(l).max(0.1))
        });
        let tables = half > 2.7 && chance.happens(0.8);
        let lamp_y = if tables { 1.25 } else { chance.within(2.5, 3.0) };
        let lamps = std::array::from_fn(|k| {
            let z = 4.5 + k as f32 * (end - 7.0) / LAMPS as f32;
            let x = if tables {
                0.0
            } else {
                (half - 0.45) * if k % 2 == 0 { 1.0 } else { -1.0 }
            };
            [x, lamp_y, z]
        });
        let warm = palette.turned([1.0, 0.56, 0.22], 0.0);
        let burn = (0.7 + 0.45 * music.mid + 0.5 * music.kick + music.burst) * mix(1.0, 0.6, day);
        let lift = mix(2.0, 1.0, day);
        Self {
            camera,
            half,
            high,
            // Some have none: it is then above the ceiling.
            gallery: if chance.happens(0.6) {
                chance.within(3.6, 4.4)
            } else {
                high + 3.0
            },
            end,
            bay: chance.within(1.5, 2.2),
            tables,
            cloth: pick(&CLOTH, scene.scheme()).map(|c| palette.turned(c, 0.6)),
            window,
            window_half,
            shut: 1.0 - scene.opened(),
            light: scale3(light, 0.9 + 0.4 * music.mid + 0.6 * music.kick + music.burst),
            sky: [sky.middle, sky.horizon],
            sun: normalize([chance.within(-0.25, 0.25), chance.within(0.32, 0.5), 1.0]),
            ambient: [0, 1, 2].map(|k| lift * (sky.zenith[k] * 0.45 + sky.middle[k] * 0.16 + warm[k] * 0.02 + 0.008)),
            air: [0, 1, 2].map(|k| lift * (sky.zenith[k] * 0.22 + sky.middle[k] * 0.07) + light[k] * 0.016),
            lamp: scale3(warm, burn * 1.5),
            lamps,
            ladder: [if chance.happens(0.5) { 1.0 } else { -1.0 }, chance.within(6.0, 11.0)],
            haze: 0.8 + 0.6 * music.bass + 0.7 * scene.weather.fog,
            dust: 0.35 + music.high + 1.2 * music.hat,
            seed: (scene.seed % 512) as f32 * 40.0,
            secs: music.secs as f32,
        }
    }

    /// Reflectance of a wall of books at z and y.
    #[inline(always)]
    fn books<L: Lanes>(&self, z: F<L>, y: F<L>, w: (F<L>, F<L>), side: F<L>) -> V<L> {
        let row = (y * (1.0 / SHELF)).floor();
        let inside = y - row * SHELF;
        // Widths of the books vary along a shelf: a warped coordinate.
        let x = z * 15.0 + row * 7.31 + self.seed + side * 91.0;
        let x = x + (x * 0.31).sin() * 1.1 + (x * 0.083).sin() * 2.0;
        let book = x.floor();
        let (a, b) = (hash2(book, row, 3), hash2(book, row, 8));
        let [p, q, r, s] = splats::<L, _>(self.cloth);
        let color = V::select(a.lt(0.5), V::select(a.lt(0.28), p, q), V::select(a.lt(0.78), r, s));
        let color = color * (0.8 + 1.2 * b);
        let wx = w.0 * 15.0;
        let u = x - book;
        // Rounded spines, gilt bands, gaps between the books and above them.
        let spine = 0.55 + 1.6 * u * (1.0 - u);
        let gilt = band(inside, 0.24, 0.26, w.1).max(band(inside, 0.08, 0.095, w.1)) * smoothstep::<L>(0.68, 0.75, b);
        let top = 0.27 + 0.09 * hash2(book, row, 12);
        let there = ((top - inside) / w.1.max(0.004) + 0.5).saturate();
        let there = there * smoothstep::<L>(0.03, 0.05, a);
        let near = color * spine + v(0.30, 0.21, 0.08) * gilt;
        let near = near * there + grey(0.012);
        let mean = (p + q + r + s) * 0.28;
        let patch = hash2((z * 2.2 + row * 1.7).floor(), row, 31) * 0.22 + 0.88;
        let color = near.mix(mean * patch, smoothstep::<L>(0.6, 2.2, wx));
        // Boards and uprights.
        let wood = v::<L>(0.16, 0.085, 0.045);
        let board = band(inside, 0.0, 0.045, w.1).max(band(inside, SHELF - 0.004, SHELF, w.1));
        let upright = stripes(z * (1.0 / self.bay), 0.055, w.0 * (1.0 / self.bay));
        let rail = band(y, self.gallery - 0.12, self.gallery + 0.12, w.1).max(band(y, 0.0, 0.3, w.1));
        color.mix(wood, board.max(upright).max(rail).min(1.0))
    }

    /// What lamps, window and sky give to a point of a wall that faces the aisle, or of the floor.
    #[inline(always)]
    fn fill<L: Lanes>(&self, p: V<L>) -> V<L> {
        let mut light = splat::<L>(self.ambient) * (0.6 + 0.5 * (p.y * -0.12).exp());
        let off = splat::<L>(self.window) - p;
        light += splat::<L>(self.light) * ((off.dot(off) * 0.022 + 1.0).recip() * 1.0);
        for lamp in self.lamps {
            let off = splat::<L>(lamp) - p;
            light += splat::<L>(self.lamp) * ((off.dot(off) * 0.9 + 0.3).recip() * 1.15);
        }
        light
    }

    #[inline(always)]
    fn pane<L: Lanes>(&self, x: F<L>, y: F<L>, w: (F<L>, F<L>)) -> (F<L>, F<L>) {
        let half = self.window_half;
        let (x, y) = (x - self.window[0], y - self.window[1]);
        let open = arch(x, y, half * 0.6, -half, half * 0.4, w);
        let bars = stripes(x * 1.7 + 0.53, 0.06, w.0 * 1.7).max(stripes(y * 1.25, 0.05, w.1 * 1.25));
        (open, bars)
    }

    /// Share of the window's light at a point, through its bars.
    #[inline(always)]
    fn beam<L: Lanes>(&self, p: V<L>, soft: F<L>) -> F<L> {
        let k = (self.end - p.z) * (1.0 / self.sun[2]);
        let (x, y) = (p.x + k * self.sun[0], p.y + k * self.sun[1]);
        let w = soft + k * 0.02;
        let (open, bars) = self.pane(x, y, (w, w));
        open * (1.0 - bars * 0.8)
    }

    #[inline(always)]
    fn room<L: Lanes>(&self, ray: &Ray<L>) -> (V<L>, F<L>) {
        let left = ray.to.x.lt(0.0);
        let side = select(left, f(-1.0), f(1.0));
        let (wall, end, top) = (ray.along(side * self.half), ray.across(self.end), ray.level(self.high));
        let t = wall.t.min(end.t).min(top.t);
        let p = ray.at(t);
        let fill = self.fill(p);
        let mut light = grey(0.0);
        let at_wall = !end.t.lt(wall.t) & !top.t.lt(wall.t);
        if at_wall.any() {
            // Light that comes along the aisle grazes the wall and picks out the spines.
            let spines = self.books(wall.u, wall.v, (wall.du, wall.dv), side);
            let under = 0.55 + 0.45 * smoothstep::<L>(0.0, 0.5, (wall.v - self.gallery).abs());
            light = spines * (fill + splat(self.light) * (self.beam(p, f(0.2)) * 0.35)) * under;
        }
        if !at_wall.all() {
            let panel = stripes(p.x * 0.8, 0.12, end.du * 0.8).max(stripes(p.z * 0.5, 0.15, top.dv * 0.5));
            let wood = v::<L>(0.20, 0.12, 0.07) * (0.9 - panel * 0.4);
            let (open, bars) = self.pane(end.u, end.v, (end.du, end.dv));
            let outside = splat::<L>(self.light) * 1.5
                + splat::<L>(self.sky[1]).mix(splat(self.sky[0]), smoothstep::<L>(2.0, 7.0, end.v)) * 0.7;
            let (open, bars) = (open * (end.t.lt(top.t)).to_float(), bars * 0.9);
            let glass = outside * ((1.0 - bars) * (0.2 + 0.8 * self.shut));
            light = V::select(at_wall, light, (wood * fill).mix(glass, open));
        }
        // The galleries: a walk with a railing on each side.
        let edge = ray.along(side * (self.half - 0.75));
        let nearer = (edge.t.lt(t)).to_float();
        let y = edge.v - self.gallery;
        let (du, dv) = (edge.du, edge.dv);
        let bars = stripes(edge.u * 5.0, 0.16, du * 5.0) * band(y, 0.0, 0.95, dv);
        let rails = band(y, 0.9, 0.98, dv).max(band(y, -0.22, 0.06, dv));
        let cover = bars.max(rails) * nearer;
        let iron = v::<L>(0.10, 0.07, 0.045) * self.fill(ray.at(edge.t)) * (0.5 + rails * 0.6);
        light = light.mix(iron, cover);
        let floor = ray.level(self.gallery - 0.22);
        let beneath = band(floor.u.abs(), self.half - 0.75, self.half, floor.du) * (floor.t.lt(t)).to_float();
        light = light.mix(v::<L>(0.10, 0.06, 0.035) * self.fill(ray.at(floor.t)), beneath);
        let t = select(cover.gt(0.5), edge.t, select(beneath.gt(0.5), floor.t, t));
        (light, t)
    }

    /// Reading tables in the middle, and a ladder at the shelves.
    #[inline(always)]
    fn things<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, mut t: F<L>) -> (V<L>, F<L>) {
        if self.tables {
            let top = ray.level(0.78);
            let place = (top.v - 3.3) * (1.0 / 4.0);
            let inside = band(top.u.abs(), -1.0, 0.62, top.du)
                * stripes(place, 0.62, top.dv * 0.25)
                * band(top.v, 3.3, self.end - 3.0, top.dv)
                * (top.t.lt(t)).to_float();
            if inside.gt(0.0).any() {
                let shine = self.fill(v(top.u, f(0.9), top.v)) * (0.9 + 0.2 * fbm2(top.u * 3.0, top.v * 14.0, 2));
                light = light.mix(v::<L>(0.20, 0.11, 0.055) * shine, inside);
                t = select(inside.gt(0.5), top.t, t);
            }
        }
        let [side, z] = self.ladder;
        let hit = ray.along(side * (self.half - 0.35));
        // It leans: what is higher is further along.
        let x = hit.u - z - hit.v * 0.10;
        let rails = band(x.abs(), 0.21, 0.25, hit.du);
        let rungs = stripes(hit.v * 3.2, 0.13, hit.dv * 3.2) * band(x.abs(), -1.0, 0.25, hit.du);
        let cover = rails.max(rungs) * band(hit.v, 0.0, self.gallery.min(4.6) - 0.3, hit.dv) * (hit.t.lt(t)).to_float();
        let wood = v::<L>(0.22, 0.13, 0.07) * self.fill(ray.at(hit.t));
        (light.mix(wood, cover), select(cover.gt(0.5), hit.t, t))
    }
}

impl World for Library {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let floor = ray.level(0.0);
        let on = floor.v.lt(self.end) & floor.u.abs().lt(self.half);
        let seen = ray.mirrored(on, floor.t, 0.10);
        let (room, far) = self.room(&seen);
        let (mut light, mut t) = (room, far);
        if on.any() {
            let p = ray.at(floor.t);
            let board = stripes(p.x * 4.0, 0.94, floor.du * 4.0) * 0.4 + 0.6;
            let grain = 0.75 + 0.4 * fbm2(p.x * 8.0, p.z * 0.9, 2);
            let carpet = band(p.x.abs(), -1.0, self.half * 0.45, floor.du) * if self.tables { 0.0 } else { 1.0 };
            let wood = v::<L>(0.20, 0.115, 0.06) * (board * grain);
            let albedo = wood.mix(splat::<L>(self.cloth[0]) * 0.7, carpet);
            let beam = self.beam(p, f(0.06)) * 0.9;
            let fresnel = (0.08 + 0.45 * (1.0 - ray.to.y.abs() * 2.5).max(0.0).squared()) * (1.0 - carpet * 0.85);
            let lit = albedo * (self.fill(p) + splat(self.light) * beam) + room * fresnel;
            light = V::select(on, lit, light);
            t = select(on, floor.t, t);
        }
        (light, t) = self.things(&ray, light, t);
        for lamp in self.lamps {
            let off = splat::<L>(lamp) - ray.from;
            let b = off.dot(ray.to);
            let d2 = (off.dot(off) - b * b).max(0.0);
            if !d2.lt(6.0).any() {
                continue;
            }
            // The shade: a warm globe; its glow in the air.
            let size = 0.11 + b.max(0.0) * ray.pixel * 0.5;
            let x = d2 / (size * size);
            let globe = (x * x * x + 1.0).recip() * (b.lt(t + 0.4)).to_float();
            let shine = glow(&ray, lamp, t + 0.3, 0.15) * 0.05 * (1.0 - d2 * (1.0 / 6.0)).max(0.0);
            light += splat::<L>(self.lamp) * (globe * 2.2 + shine * self.haze);
        }
        // The window's light in the air: the aisle is filled with it, thinner towards us.
        let to = glow(&ray, self.window, t, self.window_half);
        let haze = 0.5 + 1.0 * noise3(at.x * 2.2, at.y * 1.8 - self.secs * 0.06, f(self.secs * 0.06));
        let mut shaft = f(0.0);
        for k in 0..6 {
            // Quadrature over the shaft's depth at fixed places; each is as soft as they are apart.
            let p = ray.at(t.min(self.end) * ((k as f32 + 0.5) / 6.0));
            shaft += self.beam(p, f(0.7));
        }
        let dust = 1.0 + motes(at, self.secs) * self.dust * 2.0;
        let air = (shaft * t.min(self.end) * 0.0042 + to * 0.05) * haze * self.haze * dust;
        light += splat::<L>(self.light) * air;
        let fog = 1.0 - (t * -0.016).exp();
        light = light.mix(splat(self.air), fog * 0.85);
        Sample {
            light,
            distance: t * ray.to.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let aside = if self.tables { 1.25 } else { 0.4 };
        let side = if self.window[0] > self.camera.position[0] {
            -1.0
        } else {
            1.0
        };
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x, y, depth],
            heading: 0.0,
            room,
        };
        let hero = [side * aside, 0.0, z + 7.0];
        let [x, y, depth] = self.camera.project(self.window);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: normalize([0, 1, 2].map(|k| self.window[k] - hero[k])),
                color: scale3(self.light, 0.5),
            },
            ambient: scale3(self.ambient, 0.7),
            fog: Fog {
                color: self.air,
                density: 0.016,
            },
            surface: Surface::Ground { wet: 0.2 },
            places: vec![
                place(Role::Hero, hero[0], 0.0, hero[2], 1.2),
                place(Role::Second, -side * aside, 0.0, z + 9.0, 1.2),
                place(Role::Far, side * aside * 0.5, 0.0, self.end - 4.0, 2.0),
                place(Role::Near, side * (self.half - 0.8), 0.0, z + 2.5, 1.5),
                place(Role::Floating, 0.0, 4.6, z + 11.0, 1.5),
                place(
                    Role::Sign,
                    0.0,
                    self.window[1] + self.window_half + 0.8,
                    self.end - 0.1,
                    0.8,
                ),
            ],
            portal: Portal {
                opening: Opening::Arch,
                centre: [x, y],
                radius: self.window_half * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: true,
            },
        }
    }
}
