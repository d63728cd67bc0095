//! A corridor: a school's lockers or a hospital's doors, lamps on the ceiling, a window at the end, a floor that mirrors.
//!
//! A box in closed form with filtered patterns (`crate::interior`); the floor mirrors the same box dully. Doors stand
//! open here and there, and light falls out of them across the floor.

use crate::{
    camera::Camera,
    interior::{Ray, band, daylight, glow, motes, stripes, swing},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, splats, v},
    noise::{fbm2, hash1, noise3},
    scalar::{Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Doors along each wall, and their distance.
const DOOR: f32 = 6.0;

pub(in super::super) struct Corridor {
    camera: Camera,
    school: bool,
    half: f32,
    high: f32,
    end: f32,
    window: [f32; 3],
    window_half: f32,
    /// How much of its own the portal shows: 1 while it is shut.
    shut: f32,
    light: [f32; 3],
    sky: [[f32; 3]; 2],
    ambient: [f32; 3],
    air: [f32; 3],
    /// Lamps: distance between them, colour, which one flickers and how bright it is now.
    spacing: f32,
    tube: [f32; 3],
    flicker: [f32; 2],
    /// Share of lamps that are out.
    out: f32,
    wall: [[f32; 3]; 2],
    room: [f32; 3],
    seed: u32,
    haze: f32,
    dust: f32,
    secs: f32,
}

impl Corridor {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 35);
        let (music, palette) = (&scene.music, &scene.palette);
        let sky = Sky::new(scene, 0.0);
        let day = daylight(scene.hour);
        let school = chance.happens(0.55);
        let half = chance.within(1.5, 2.3);
        let high = chance.within(2.9, 3.5);
        let end = chance.within(26.0, 40.0);
        let focal = chance.within(1.35, 2.0);
        let mut camera = Camera::standing(chance.within(0.9, 1.75), chance.within(-0.22, 0.04), focal);
        camera.position[0] = chance.within(-0.5, 0.5) + 0.12 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * 11.0 + 0.1 * swing(music, 8.0, 0.2);
        let window_half = (chance.within(0.095, 0.13) * end / focal).min(high * 0.46);
        let window = [0.0, window_half + 0.15, end];
        let hues = if school {
            [[0x9a4632, 0xc8b894], [0x2f5f78, 0xb8b8a8], [0x4a6e52, 0xc0b490]]
        } else {
            [[0x7fa69c, 0xc8d2c8], [0x8696b4, 0xc8ccd4], [0xa89a8a, 0xd0c8b8]]
        };
        let pair = hues[(chance.below(3) + scene.scheme()) % 3].map(crate::scalar::hex);
        let light = scale3(sky.sun, if sky.is_moon { 1.1 } else { 0.5 });
        let light = scene.through_portal(light, |l| scale3(l, 2.2 / luminance(l).max(0.1)));
        let tubes = [
            [1.0, 0.80, 0.48],
            [0.62, 1.0, 0.80],
            [0.72, 0.90, 1.0],
            [1.0, 0.66, 0.36],
            [0.80, 1.0, 0.62],
        ];
        let cold = palette.turned(tubes[chance.below(tubes.len())], 0.0);
        // By day most tubes are off; a kick lights them from afar.
        let burn = mix(0.85, 0.12, day) * (0.5 + 0.4 * music.mid + 0.25 * music.loudness)
            + 0.15 * music.kick
            + 0.5 * music.burst;
        let lift = mix(2.6, 1.5, day);
        let buzz = if music.hat > 0.35 || swing(music, 1.37, 0.0) * swing(music, 0.61, 0.4) > 0.55 {
            0.35
        } else {
            1.0
        };
        let warm = palette.turned([1.0, 0.58, 0.26], 0.0);
        Self {
            camera,
            school,
            half,
            high,
            end,
            window,
            window_half,
            shut: 1.0 - scene.opened(),
            light: scale3(light, 0.9 + 0.35 * music.mid + 0.6 * music.kick + music.burst),
            sky: [sky.middle, mix3(sky.horizon, scale3(light, 0.5), 0.4)],
            ambient: [0, 1, 2].map(|k| lift * (sky.zenith[k] * 0.40 + sky.middle[k] * 0.18 + light[k] * 0.006 + 0.006)),
            air: [0, 1, 2].map(|k| lift * (sky.zenith[k] * 0.12 + sky.middle[k] * 0.06) + light[k] * 0.02),
            spacing: chance.within(3.4, 5.0),
            tube: scale3(cold, burn * 2.4),
            out: chance.within(0.2, 0.5),
            flicker: [2.0 + chance.below(3) as f32, buzz],
            wall: pair.map(|c| palette.turned(c, 0.6)),
            room: scale3(mix3(warm, light, day), 0.55 + 0.4 * music.bass + 0.9 * music.kick),
            seed: (scene.seed % 4096) as u32,
            haze: 0.7 + 0.6 * music.bass + 0.9 * scene.weather.fog,
            dust: 0.3 + music.high + music.hat,
            secs: music.secs as f32,
        }
    }

    /// Light at a point: lamps as a row (a smooth sum of pools), the window at the end.
    #[inline(always)]
    fn fill<L: Lanes>(&self, p: V<L>) -> V<L> {
        let u = p.z * (1.0 / self.spacing);
        let k = u.floor();
        let off = (u - k - 0.5) * self.spacing;
        let drop = self.high - p.y;
        let high = drop * drop * 0.6 + 0.5;
        // The lamp above, and the next beyond and before.
        let pool = self.burns(k) / (off * off + high)
            + self.burns(k + 1.0) / ((off - self.spacing).squared() + high)
            + self.burns(k - 1.0) / ((off + self.spacing).squared() + high);
        let pool = pool * 1.2;
        let off = splat::<L>(self.window) - p;
        let open = (off.dot(off) * 0.028 + 0.6).recip();
        splat::<L>(self.ambient) + splat(self.tube) * (pool * 0.95 + 0.012) + splat(self.light) * (open * 1.5)
    }

    /// How brightly the lamp of cell k burns: many are out, one flickers.
    #[inline(always)]
    fn burns<L: Lanes>(&self, k: F<L>) -> F<L> {
        let out = hash1(k, self.seed + 77).lt(self.out) | k.lt(0.5);
        let lit = select((k - self.flicker[0]).abs().lt(0.5), f(self.flicker[1]), f(1.0));
        select(out, f(0.0), lit)
    }

    /// Whether the door of cell k on this side stands open.
    #[inline(always)]
    fn ajar<L: Lanes>(&self, cell: F<L>, side: F<L>) -> F<L> {
        let chance = hash1(cell * 2.0 + select(side.gt(0.0), f(1.0), f(0.0)), self.seed);
        (chance.gt(if self.school { 0.80 } else { 0.62 })).to_float() * (cell.gt(0.5)).to_float()
    }

    /// A side wall: colour, and light of its own (doors that stand open).
    #[inline(always)]
    fn side<L: Lanes>(&self, z: F<L>, y: F<L>, w: (F<L>, F<L>), side: F<L>) -> (V<L>, V<L>) {
        let [low, high] = splats::<L, _>(self.wall);
        let z = z + side * (DOOR * 0.22);
        let cell = (z * (1.0 / DOOR)).floor();
        let u = z - (cell + 0.5) * DOOR;
        // None right before the lens.
        let there = cell.gt(0.5).to_float();
        let door = band(u, -0.55, 0.55, w.0) * band(y, 0.0, 2.15, w.1) * there;
        let frame = band(u, -0.65, 0.65, w.0) * band(y, 0.0, 2.27, w.1) * there;
        let open = self.ajar(cell, side);
        let glass = band(u, -0.16, 0.16, w.0) * band(y, 1.25, 1.85, w.1) * there;
        let plate = high.mix(grey(0.3), 0.35) * 0.75;
        let leaf = (if self.school { low * 0.5 } else { plate }) * (1.0 - glass);
        let mut color = if self.school {
            // Lockers: doors of 0.4 m, slots near the top, a handle; the wall above them plain.
            let x = z * 2.5;
            let wx = w.0 * 2.5;
            let gap = stripes(x + 0.03, 0.06, wx);
            let in_locker = x.fract();
            let slots =
                stripes(y * 22.0, 0.45, w.1 * 22.0) * band(in_locker, 0.28, 0.72, wx) * band(y, 1.45, 1.68, w.1);
            let handle = band(in_locker, 0.78, 0.86, wx) * band(y, 0.98, 1.14, w.1);
            let dented = 0.88 + 0.24 * hash1(x.floor(), self.seed + 5);
            let metal = low * dented * (1.0 - gap * 0.75 - slots * 0.6) + grey(handle * 0.25);
            let high = high * (0.9 + 0.1 * fbm2(z * 0.8, y, 2));
            let shelf = band(y, 1.88, 1.94, w.1);
            high.mix(metal, band(y, 0.10, 1.90, w.1)) * (1.0 - shelf * 0.6)
        } else {
            // A painted dado, a rail to hold, and plain wall.
            let dado = band(y, -0.1, 1.05, w.1);
            let rail = band(y, 0.88, 0.98, w.1);
            let plain = high * (0.9 + 0.1 * fbm2(z * 0.8, y, 2));
            plain.mix(low, dado).mix(v(0.30, 0.20, 0.12), rail)
        };
        color = color.mix(grey(0.10), frame - door).mix(leaf, door);
        let base = band(y, -0.1, 0.12, w.1);
        color *= 1.0 - base * 0.7;
        let glow = door * open * (0.75 + 0.4 * smoothstep::<L>(0.0, 2.0, y))
            + glass * (1.0 - open) * (0.05 + 0.10 * smoothstep::<L>(1.2, 1.9, y));
        (color, splat::<L>(self.room) * glow)
    }

    #[inline(always)]
    fn walls<L: Lanes>(&self, ray: &Ray<L>) -> (V<L>, F<L>) {
        let side = select(ray.to.x.lt(0.0), f(-1.0), f(1.0));
        let (wall, top, end) = (ray.along(side * self.half), ray.level(self.high), ray.across(self.end));
        let t = wall.t.min(top.t).min(end.t);
        let p = ray.at(t);
        let fill = self.fill(p);
        let at_top = !wall.t.lt(top.t) & !end.t.lt(top.t);
        let at_end = end.t.lt(wall.t) & end.t.lt(top.t);
        let (color, glow) = self.side(wall.u, wall.v, (wall.du, wall.dv), side);
        // Corners are darker: what they face is near.
        let corner = 0.50 + 0.50 * smoothstep::<L>(0.0, 0.8, (f(self.high) - p.y).min(p.y));
        let mut light = color * fill * corner + glow;
        if at_top.any() {
            let grid = stripes(top.u * 1.6, 0.03, top.du * 1.6).max(stripes(top.v * 1.6, 0.03, top.dv * 1.6));
            let cell = top.v * (1.0 / self.spacing);
            let k = cell.floor();
            let z = (cell - k - 0.5) * self.spacing;
            let tube = band(z, -0.65, 0.65, top.dv) * band((top.u).abs(), -1.0, 0.16, top.du);
            let lit = self.burns(k);
            let plain = splat::<L>(self.wall[1]) * (0.75 - grid * 0.2) * (splat(self.ambient) * 1.0 + fill * 0.35);
            light = V::select(
                at_top,
                plain.mix(
                    splat::<L>(self.tube) * (lit * 2.6) + splat(scale3(self.ambient, 0.5)),
                    tube,
                ),
                light,
            );
        }
        if at_end.any() {
            let half = self.window_half;
            let (x, y) = (end.u - self.window[0], end.v - self.window[1]);
            let (w, v_) = (end.du, end.dv);
            let open = band(x, half * -1.333, half * 1.333, w) * band(y, -half, half, v_);
            let open = open * band(end.u.abs(), -1.0, self.half - 0.12, w);
            let bars = band(x.abs(), -0.045, 0.045, w).max(band((y - half * 0.35).abs(), -0.04, 0.04, v_));
            let bars = bars.max(band((x.abs() - half * 0.66).abs(), -0.035, 0.035, w));
            let sky = splat::<L>(self.light) * (1.1 + 0.5 * smoothstep::<L>(-1.0, 1.0, y))
                + splat::<L>(self.sky[1]).mix(splat(self.sky[0]), smoothstep::<L>(-1.0, 1.5, y));
            let glass = sky * ((1.0 - bars * 0.9) * (0.2 + 0.8 * self.shut));
            let lit = (splat::<L>(self.wall[1]) * fill * 0.6).mix(glass, open);
            light = V::select(at_end, lit, light);
        }
        (light, t)
    }
}

impl World for Corridor {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let floor = ray.level(0.0);
        let on = floor.v.lt(self.end) & floor.u.abs().lt(self.half);
        let seen = ray.mirrored(on, floor.t, 0.045);
        let (walls, far) = self.walls(&seen);
        let t = select(on, floor.t, far);
        let mut light = walls;
        if on.any() {
            let p = ray.at(floor.t);
            let tile = stripes(p.x * 1.4, 0.02, floor.du * 1.4).max(stripes(p.z * 1.4, 0.02, floor.dv * 1.4));
            let worn = 0.8 + 0.35 * fbm2(p.x * 1.3, p.z * 1.0, 3);
            let edge = band((p.x.abs() - self.half + 0.35).abs(), -1.0, 0.06, floor.du);
            let albedo = splat::<L>(self.wall[1]).mix(grey(0.35), 0.5)
                * (worn * 0.55 * (1.0 - tile * 0.25) * (1.0 - edge * 0.6));
            // Light out of open doors lies across the floor, wider and weaker further away.
            let mut spill = f(0.0);
            for side in [-1.0_f32, 1.0] {
                let away = (f(self.half) - p.x * side).max(0.0);
                let z = p.z + side * (DOOR * 0.22);
                let cell = (z * (1.0 / DOOR)).floor();
                let u = z - (cell + 0.5) * DOOR;
                let wide = away * 0.35 + 0.55;
                let soft = away * 0.5 + 0.06;
                spill += self.ajar(cell, f(side)) * smoothstep::<L>(wide + soft, wide - soft * 0.3, u.abs())
                    / (away * 0.7 + 0.8);
            }
            let bright = self.fill(v(p.x, f(0.0), p.z)) + splat(self.room) * (spill * 0.8);
            let fresnel = 0.20 + 0.60 * (1.0 - (ray.to.y.abs() * 2.2)).max(0.0).squared();
            light = V::select(on, albedo * bright + walls * fresnel, light);
        }
        // The window's glow in the air, and the lamps'.
        let shine = glow(&ray, self.window, t, self.window_half * 0.8) * 0.055;
        let drift = 0.55 + 0.9 * noise3(at.x * 1.6, at.y * 1.6 - self.secs * 0.05, f(self.secs * 0.08));
        let dust = 1.0 + motes(at, self.secs) * self.dust * 1.5;
        light += splat::<L>(self.light) * (shine * 3.4 * drift * self.haze * dust);
        let fog = 1.0 - (t * (-0.014 * self.haze)).exp();
        let tint = splat::<L>(self.air) + splat(self.tube) * 0.025;
        light = light.mix(tint, fog * 0.85);
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
        let hero = [side * 0.45, 0.0, z + 7.0];
        let [x, y, depth] = self.camera.project(self.window);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: normalize([0, 1, 2].map(|k| self.window[k] - hero[k] + if k == 1 { 1.5 } else { 0.0 })),
                color: scale3(mix3(self.light, self.tube, 0.4), 0.5),
            },
            ambient: scale3(self.ambient, 0.8),
            fog: Fog {
                color: self.air,
                density: 0.014 * self.haze,
            },
            surface: Surface::Ground { wet: 0.35 },
            places: vec![
                place(Role::Hero, hero[0], 0.0, hero[2], 1.0),
                place(Role::Second, -side * 0.6, 0.0, z + 9.0, 1.0),
                place(Role::Far, 0.0, 0.0, self.end - 5.0, 1.2),
                place(Role::Near, side * (self.half - 0.4), 0.0, z + 2.6, 0.8),
                place(Role::Sign, -side * (self.half * 0.5), 2.5, z + 14.0, 0.5),
            ],
            portal: Portal {
                opening: Opening::Window,
                centre: [x, y],
                radius: self.window_half * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: true,
            },
        }
    }
}
