//! A nave: pointed vault, pillars, tall coloured windows whose light falls in shafts, an altar's window at the end.
//!
//! Walls, vault (two cylinders) and pillars in closed form. What the sun reaches is found by following it back to the
//! windows' wall; shafts are integrals over the row of windows (`crate::interior`). The floor mirrors the same room
//! dully.

mod glass;
mod pews;

use crate::{
    camera::Camera,
    interior::{Ray, Windows, band, chequer, daylight, glow, motes, pick, pillar, stripes, swing},
    lanes::{F, Lanes, M, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, noise3},
    scalar::{Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Glass: four colours that go with each other, by scheme.
const GLASS: [[u32; 4]; 4] = [
    [0x4a7dff, 0xff5a4a, 0xffc860, 0x8a6aff],
    [0xffcf8a, 0xff9a5a, 0xffe8c8, 0xe87a50],
    [0x3ac8c0, 0x5a8aff, 0xd8f0c0, 0x8ad0ff],
    [0xff7a9a, 0x9a6aff, 0xffd0a0, 0xff4a6a],
];
const BAY: f32 = 5.0;

pub(in super::super) struct Church {
    camera: Camera,
    windows: Windows,
    /// -1: the sun is at the left, as `windows` says; 1: mirrored.
    side: f32,
    half: f32,
    spring: f32,
    end: f32,
    pews: bool,
    rose: bool,
    portal: [f32; 3],
    portal_half: f32,
    glass: [[f32; 3]; 4],
    mean: [f32; 3],
    sun: [f32; 3],
    glow: [f32; 3],
    ambient: [f32; 3],
    air: [f32; 3],
    candle: [f32; 3],
    altar: [f32; 3],
    shafts: f32,
    dust: f32,
    secs: f32,
}

impl Church {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 32);
        let (music, palette) = (&scene.music, &scene.palette);
        let sky = Sky::new(scene, 0.0);
        let day = daylight(scene.hour);
        let half = chance.within(4.2, 5.6);
        let spring = chance.within(7.0, 9.5);
        let end = chance.within(30.0, 42.0);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let focal = chance.within(1.45, 2.1);
        let mut camera = Camera::standing(chance.within(1.3, 2.6), chance.within(-0.34, -0.10), focal);
        camera.position[0] = chance.within(-0.9, 0.9) + 0.25 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * 11.0 + 0.15 * swing(music, 8.0, 0.2);
        let height = chance.within(0.42, 0.62);
        let sun = normalize([-0.78, height, chance.within(-0.12, 0.35)]);
        let windows = Windows {
            x: -half,
            bay: BAY,
            half: chance.within(0.75, 1.05),
            low: chance.within(2.0, 2.8),
            high: spring - chance.within(0.2, 0.8),
            sun,
        };
        let glass = pick(&GLASS, scene.scheme() + chance.below(2)).map(|c| palette.turned(c, chance.unit()));
        let cold = palette.turned([0.42, 0.62, 1.0], 0.7);
        let glass = glass.map(|c| mix3(mix3(c, [1.0; 3], 0.12), cold, 0.45 * (1.0 - day)));
        let mean = [0, 1, 2].map(|k| glass.iter().map(|c| c[k]).sum::<f32>() * 0.25);
        let dull = 1.0 - 0.6 * ((scene.weather.cloud - 0.6).max(0.0) * 2.0 + scene.weather.storm).min(1.0);
        let strength = if sky.is_moon { 1.5 } else { 0.75 } * dull;
        let light = scale3(sky.sun, strength);
        let rose = chance.happens(0.5);
        let portal_half = chance.within(0.12, 0.155) * end / focal;
        let portal = [
            0.0,
            portal_half
                + if rose {
                    chance.within(3.4, 4.6)
                } else {
                    chance.within(1.4, 2.2)
                },
            end,
        ];
        let loud = 0.75 + 0.5 * music.mid + 0.9 * music.kick + 1.6 * music.burst;
        let dusk = mix(1.0, 0.25, day);
        let flicker = 1.0 + 0.12 * swing(music, 0.31, 0.0) * swing(music, 0.47, 0.2) + 0.5 * music.hat;
        let candle = palette.turned([1.0, 0.50, 0.17], 0.0);
        let altar = scale3(mix3(sky.sun, scale3([1.0, 0.9, 0.75], luminance(sky.sun)), 0.4), 0.5);
        let altar = scene.through_portal(altar, |l| scale3(l, 1.6 / luminance(l).max(0.1)));
        // Nights are lifted, so that they can be read.
        let lift = mix(2.1, 1.0, day);
        let air = mix3(
            mix3(scale3(sky.zenith, 0.30), scale3(sky.middle, 0.13), 0.5),
            scale3(light, 0.026),
            0.45,
        );
        Self {
            camera,
            windows,
            side,
            half,
            spring,
            end,
            pews: chance.happens(0.6),
            rose,
            portal,
            portal_half,
            glass,
            mean,
            sun: light,
            glow: [0, 1, 2].map(|k| light[k] * 0.55 + sky.horizon[k] * 0.6),
            ambient: [0, 1, 2].map(|k| lift * (sky.zenith[k] * 0.22 + sky.middle[k] * 0.08 + light[k] * 0.012 + 0.006)),
            air,
            candle: scale3(candle, dusk * flicker * (0.9 + 0.6 * music.loudness)),
            altar: scale3(altar, 0.8 + 0.5 * music.mid + 0.8 * music.kick + music.burst),
            shafts: loud * (0.7 + 0.6 * scene.weather.fog + 0.5 * music.bass),
            dust: 0.35 + music.high + 1.2 * music.hat,
            secs: music.secs as f32,
        }
    }

    /// Sunlight at a point of the room: its strength times the glass's colour.
    #[inline(always)]
    fn sunlight<L: Lanes>(&self, p: V<L>, w: F<L>) -> V<L> {
        let lit = self.windows.lit(p, (w + 0.12, w + 0.3));
        if !lit.gt(0.002).any() {
            return grey(0.0);
        }
        let (z, y) = self.windows.source(p);
        self.pane(z, y, w + 0.3) * splat(self.sun) * lit
    }

    /// Walls, vault, end and pillars along a ray: light and distance.
    #[inline(always)]
    fn room<L: Lanes>(&self, ray: &Ray<L>) -> (V<L>, F<L>) {
        let left = ray.to.x.lt(0.0);
        let wall = ray.along(select(left, f(-self.half), f(self.half)));
        let end = ray.across(self.end);
        // The vault: the nearer of two cylinders whose axes lie beyond the middle.
        let offset = self.half * 0.35;
        let big = self.half + offset;
        let a = (ray.to.x * ray.to.x + ray.to.y * ray.to.y).max(1e-5);
        let qy = ray.from.y - self.spring;
        let vault_t = leaves(ray, (a, qy), offset, big).min(leaves(ray, (a, qy), -offset, big));
        let vault = wall.v.gt(self.spring);
        let t = select(vault, vault_t, wall.t);
        let at_end = end.t.lt(t);
        let t = t.min(end.t);
        let p = ray.at(t);
        let total = (ray.came + t) * ray.to.z.abs().max(0.05);
        let w = (wall.du.min(3.0) + t * ray.rough, wall.dv.min(1.0));
        // Stone: courses of blocks, ribs at each bay and across.
        let bay = p.z * (1.0 / BAY);
        let wz = total * ray.pixel / ray.to.x.abs().max(0.08) + 0.01;
        let joint = stripes(p.y * 1.4, 0.05, total * ray.pixel * 2.0 + 0.02);
        let fine = smoothstep::<L>(0.5, 0.05, total * ray.pixel * 4.0);
        let stone = 0.72 + 0.5 * (fbm2(p.z * 0.9 + p.x * 0.7, p.y * 1.2, 3) - 0.2) * fine - joint * 0.10 * fine;
        let rib = band((bay.fract() - 0.5).abs(), 0.44, 0.5, wz * (1.0 / BAY));
        let height = ((p.y - self.spring).max(0.0) * (1.0 / self.half)).min(1.6);
        let cross = band(
            ((bay.fract() - 0.5).abs() + height * 0.34 - 0.5).abs(),
            -0.035,
            0.035,
            wz * 0.2 + 0.01,
        );
        let rib = rib.max(cross * vault.to_float()) * (!at_end).to_float();
        let edge = (bay.fract() - 0.5).abs() * 2.0;
        let shade = 1.0 - 0.35 * smoothstep::<L>(0.5, 0.95, edge) * (1.0 - rib * 1.2);
        // Light: from the sky, from the lit floor below, from the altar.
        let rise = (p.y * -0.11).exp();
        let deep = ((p.z - self.end) * 0.09).exp();
        let mut fill = splat::<L>(self.ambient) * (0.5 + 0.7 * rise) + splat(self.altar) * (deep * 0.035);
        fill += splat::<L>(self.candle) * ((p.z - self.end + 2.0) * 0.22).min(0.0).exp() * rise * rise * 0.30;
        let albedo = v::<L>(0.60, 0.54, 0.47) * stone;
        let mut light = albedo * fill * shade * (1.0 + rib * 0.5);
        let facing: M<L> = !left & !at_end;
        if facing.any() {
            let sun = self.sunlight(p, w.1.min(1.0));
            light += albedo * sun * (facing.to_float() * if_vault(vault) * 0.75);
        }
        // The windows of both walls.
        let open = self.opening(p.z, p.y, w) * (!(vault | at_end)).to_float();
        if open.gt(0.001).any() {
            let pane = self.pane(p.z, p.y, w.0.max(w.1));
            let sky = V::select(left, splat::<L>(self.glow), splat(scale3(self.glow, 0.30)));
            light = light.mix(pane * sky, open);
        }
        if at_end.any() {
            let (open, color) = self.altar(p.x, p.y, (end.du, end.dv));
            let r2 = (p.x - self.portal[0]).squared() + (p.y - self.portal[1]).squared();
            let halo = (r2 * (0.16 / (self.portal_half * self.portal_half)) + 1.0).recip();
            let lit = albedo * (fill + splat(self.altar) * (halo * 0.05));
            let lit = lit.mix(color * splat(self.altar) * 1.9, open);
            light = V::select(at_end, lit, light);
        }
        // Pillars before the walls, far to near, and the haze between.
        let mut t = t;
        let reach = self.half - 0.75;
        for k in (0..8).rev() {
            let z = k as f32 * BAY;
            if z > self.end || z < self.camera.position[2] {
                continue;
            }
            for x in [-reach, reach] {
                let (cover, across, near) = pillar(ray, x, z, 0.36);
                let cover = select(near.lt(t), cover, f(0.0));
                if !cover.gt(0.0).any() {
                    continue;
                }
                let y = ray.from.y + ray.to.y * near;
                let cover = cover * smoothstep::<L>(self.spring + 2.5, self.spring + 1.5, y);
                let flute = 0.85 + 0.15 * (across * 9.0).cos();
                let to_sun = (across * -0.8 + 0.25).max(0.0) * smoothstep::<L>(1.0, 0.85, across.abs());
                let far = ((z - self.end) * 0.09).min(0.0);
                let body = splat::<L>(self.ambient) * (0.30 + 0.25 * (y * -0.2).exp())
                    + splat(self.glow) * (to_sun * 0.035)
                    + splat(self.altar) * (far.max(-3.0).exp() * across.squared() * 0.05);
                let fog = 1.0 - ((ray.came + near) * -0.018).exp();
                light = light.mix((body * flute * 0.8).mix(splat(self.air), fog), cover);
                t = select(cover.gt(0.5), near, t);
            }
        }
        (light, t)
    }
}

/// How far a ray goes until it leaves a cylinder from within: its axis lies `offset` aside and at the height from which
/// `qy` is counted; `a` is the square of the ray's part across it.
#[inline(always)]
fn leaves<L: Lanes>(ray: &Ray<L>, (a, qy): (F<L>, F<L>), offset: f32, radius: f32) -> F<L> {
    let qx = ray.from.x + offset;
    let b = qx * ray.to.x + qy * ray.to.y;
    let c = qx * qx + qy * qy - radius * radius;
    ((b * b - a * c).sqrt() - b) / a
}

/// The sun reaches the vault only weakly.
#[inline(always)]
fn if_vault<L: Lanes>(vault: M<L>) -> F<L> {
    select(vault, f(0.25), f(1.0))
}

impl World for Church {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        // The room is always lit from its left; the picture is mirrored where the seed says so.
        let mut ray = Ray::through(&self.camera, at);
        ray.from.x *= self.side;
        ray.to.x *= self.side;
        let floor = ray.level(0.0);
        let on = floor.v.lt(self.end) & (floor.u.abs()).lt(self.half);
        let seen = ray.mirrored(on, floor.t, 0.07);
        let (room, far) = self.room(&seen);
        let mut light = room;
        let mut t = select(on, floor.t, far);
        if on.any() {
            let (w, p) = (floor.du.max(floor.dv).min(4.0), ray.at(floor.t));
            let tile = chequer(p.x * 0.9, p.z * 0.9, floor.du * 0.9, floor.dv * 0.9);
            let worn = 0.75 + 0.4 * fbm2(p.x * 1.7, p.z * 1.7, 3);
            let albedo = v::<L>(0.13, 0.12, 0.115).mix(v(0.34, 0.31, 0.27), tile) * worn;
            let mut fill = splat::<L>(self.ambient) * 1.1;
            fill += splat::<L>(self.altar) * (((p.z - self.end) * 0.13).exp() * 0.10);
            fill += splat::<L>(self.candle) * (((p.z - self.end + 2.0) * 0.22).min(0.0).exp() * 0.30);
            let sun = self.sunlight(p, w.min(0.6));
            let fresnel = 0.10 + 0.45 * (1.0 - (ray.to.y.abs() * 2.5)).max(0.0).squared();
            light = V::select(on, albedo * (fill + sun * 0.85) + room * fresnel, light);
        }
        if self.pews {
            (light, t) = self.seats(&ray, light, t);
        }
        // Candles before the altar, their glow, and the shafts.
        let shine = glow(&ray, [0.0, 1.5, self.end - 2.0], t + 0.5, 0.7);
        light += splat::<L>(self.candle) * (shine * 0.10);
        let flames = ray.across(self.end - 2.0);
        if (flames.v - 1.45).abs().lt(0.4).any() {
            let u = flames.u.abs();
            for x in [1.25_f32, 1.7] {
                let off = (u - x).squared() + (flames.v - 1.45).squared() * 0.4;
                let size = flames.du + 0.035;
                let q = off / (size * size);
                light += splat::<L>(self.candle) * ((q * q + 1.0).recip() * (flames.t.lt(t + 0.5)).to_float() * 2.0);
            }
        }
        let limit = t.min(self.end);
        let (inside, middle) = self.windows.shaft(&ray, limit, 0.30);
        let p = ray.at(middle);
        let (z, y) = self.windows.source(p);
        let haze = 0.45 + 1.1 * noise3(p.x * 0.45, p.y * 0.35 - self.secs * 0.05, p.z * 0.4 + self.secs * 0.04);
        let toward = ray.to.dot(splat(self.windows.sun)).max(0.0);
        let phase = 0.55 + 0.9 * toward * toward;
        let tint = self.pane(z, y, f(1.2));
        let air = inside * haze * phase * (middle * -0.03).exp() * (0.016 * self.shafts);
        let dust = 1.0 + motes(at, self.secs) * self.dust * 2.6;
        light += tint * splat(self.sun) * (air * dust);
        let fog = 1.0 - (t * -0.018).exp();
        light = light.mix(splat(self.air), fog * 0.85);
        Sample {
            light,
            distance: t * ray.to.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let side = self.side;
        let sun = self.windows.sun;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x, y, depth],
            heading: 0.0,
            room,
        };
        let [x, y, depth] = self.camera.project(self.portal);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: [sun[0] * side, sun[1], sun[2].max(0.2)],
                color: [0, 1, 2].map(|k| self.sun[k] * self.mean[k] * 0.5),
            },
            ambient: scale3(self.ambient, 0.6),
            fog: Fog {
                color: self.air,
                density: 0.016,
            },
            surface: Surface::Ground { wet: 0.25 },
            places: vec![
                place(Role::Hero, -0.45 * side, 0.0, z + 8.0, 1.0),
                place(Role::Second, 0.55 * side, 0.0, z + 9.5, 1.0),
                place(Role::Second, 0.0, 0.0, z + 14.0, 1.2),
                place(Role::Far, 0.0, 0.0, self.end - 2.5, 2.0),
                place(Role::Near, side * (self.half - 1.2), 0.0, z + 2.6, 2.0),
                place(Role::Floating, side * -0.8, 5.0, z + 14.0, 2.0),
                place(Role::Sign, 0.0, 4.0, self.end - 0.1, 1.4),
            ],
            portal: Portal {
                opening: if self.rose { Opening::Disc } else { Opening::Arch },
                centre: [x, y],
                radius: self.portal_half * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: !self.rose,
            },
        }
    }
}
