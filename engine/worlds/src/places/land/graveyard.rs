//! A graveyard in the mist: stones and crosses on sheets, bare trees, the moon or a low sun behind them.
//!
//! Stones are distances to rounded slabs and crosses (Quilez, "2D distance functions"); mist lies between the sheets and
//! thickens towards the ground, which is where the light is seen in it.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash1, noise1, noise2},
    particles::{self, Cloud},
    ridges::{Ridge, Wood},
    scalar::{self, Chance, mix3, scale3},
    scene::{Music, Scene, Weather},
    sheets::{self, OnSheet},
    sky::Sky,
    tree::Tree,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Depths of the rows of stones, far to near.
const ROWS: [f32; 8] = [44.0, 33.0, 25.0, 19.0, 14.5, 11.0, 7.6, 4.9];

pub(in super::super) struct Graveyard {
    camera: Camera,
    sky: Sky,
    ridges: [Ridge; 2],
    /// Bare trees and their depths, far to near.
    trees: [(Tree, f32); 4],
    ambient: [f32; 3],
    grass: [f32; 3],
    air: f32,
    mist: f32,
    rim: f32,
    glow: f32,
    wisps: f32,
    drift: f32,
    light: [f32; 2],
    path: f32,
    side: f32,
    seed: u32,
    weather: Weather,
    music: Music,
}

impl Graveyard {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 17);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sky = Sky::within(scene, side * chance.within(0.05, 0.36), 0.11, 0.27);
        let mut camera = Camera::standing(
            chance.within(1.1, 2.2),
            chance.within(-0.42, -0.18),
            chance.within(1.5, 2.1),
        );
        camera.position[0] = 0.35 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 2.4 * scene.approach;
        let light = camera.project_direction(sky.direction).unwrap_or([0.0, 0.4]);
        let secs = music.secs as f32;
        let wind = 0.3 + weather.wind + weather.storm + 0.5 * music.build;
        let trees = [46.0, 30.0, 17.0, 10.0].map(|depth: f32| {
            let far = -side * chance.within(0.3, 1.3);
            let near = if chance.happens(0.65) { -side } else { side } * chance.within(1.1, 1.6);
            let tree = Tree {
                x: if depth > 20.0 { far } else { near } * depth / camera.focal,
                foot: -0.08,
                height: chance.within(6.0, 9.5) * if depth > 20.0 { 1.2 } else { 1.0 },
                own: chance.unit(),
                sway: 0.022 * wind * scalar::sin(secs * 0.8 + depth),
            };
            (tree, depth)
        });
        let ridge = |k: u32, depth: f32, height: f32, wood, trees| Ridge {
            depth,
            height,
            length: depth * 0.5,
            wood,
            trees,
            seed: (scene.seed % 8191) as u32 * 13 + k,
        };
        let wood = if chance.happens(0.5) { Wood::Pines } else { Wood::Leaves };
        let moon = sky.is_moon;
        let grass = scene.palette.turned([0.10, 0.12, 0.055], 0.7);
        Self {
            camera,
            sky,
            ridges: [
                ridge(1, 420.0, chance.within(10.0, 60.0), wood, 14.0),
                ridge(2, 110.0, chance.within(0.5, 5.0), wood, chance.within(6.0, 10.0)),
            ],
            trees,
            ambient: scale3(mix3(sky.zenith, sky.middle, 0.6), if moon { 3.0 } else { 0.9 }),
            grass: mix3(grass, [0.6, 0.63, 0.7], 0.85 * weather.snow),
            air: 0.006 + 0.020 * weather.fog + 0.004 * weather.rain,
            mist: 0.45 + 0.7 * weather.fog + 0.9 * music.bass,
            rim: (0.030 + 0.09 * music.snare) * if moon { 2.2 } else { 1.0 },
            glow: (0.8 + 0.7 * music.kick + 1.0 * music.burst) * if moon { 0.15 } else { 0.05 },
            wisps: 0.15 + 0.7 * music.high + 1.1 * music.hat,
            drift: secs * (0.05 + 0.10 * wind),
            light,
            path: chance.within(-0.25, 0.25),
            side,
            seed: (scene.seed % 9973) as u32,
            weather,
            music,
        }
    }

    /// Stones of a row: how much they cover, and where across them the points are (-1 to 1).
    #[inline(always)]
    fn stones<L: Lanes>(&self, on: OnSheet<L>, z: f32, k: u32) -> (F<L>, F<L>, F<L>) {
        if !(on.y.lt(2.3) & on.y.gt(-0.2)).any() {
            return (f(0.0), f(0.0), f(0.0));
        }
        let spacing = 1.9;
        let along = on.x * (1.0 / spacing) + 0.37 * k as f32;
        let cell = along.floor();
        let own = hash1(cell, self.seed + 50 * k);
        let other = (own * 71.3).fract();
        let third = (own * 313.7).fract();
        let centre = (cell + 0.36 + 0.28 * other - 0.37 * k as f32) * spacing;
        let tilt = (other - 0.5) * 0.22;
        let x = on.x - centre - on.y * tilt;
        let y = on.y + 0.06;
        let high = third * 0.55 + 0.65;
        let wide = other * 0.10 + 0.26;
        let slab = {
            let top = y - (high - wide);
            let round = (x * x + top * top).sqrt() - wide;
            select(top.gt(0.0), round, x.abs() - wide)
        };
        let cross = {
            let (w, tall) = (0.075, high + 0.45);
            let post = (x.abs() - w).max(y - tall);
            let arm = (x.abs() - 0.30).max((y - (tall - 0.36)).abs() - w);
            let ring = ((x * x + (y - (tall - 0.36)).squared()).sqrt() - 0.21).abs() - 0.035;
            let ring = select(third.gt(0.5), ring, f(1.0));
            let foot = (x.abs() - 0.24).max(y - 0.22);
            post.min(arm).min(ring).min(foot)
        };
        let obelisk = {
            let tall = high + 0.75;
            let w = 0.22 - y * 0.085;
            let tip = (y - tall) + x.abs() * 1.2;
            let foot = (x.abs() - 0.34).max(y - 0.25);
            (x.abs() - w).max(tip).min(foot)
        };
        let mut d = select(own.lt(0.62), slab, cross);
        d = select(own.gt(0.88), obelisk, d);
        // Worn edges.
        d += (noise2(on.x * 6.0, on.y * 6.0) - 0.5) * 0.045;
        let way = centre - self.path * z * (1.0 / self.camera.focal) - self.light[0] * (0.35 * z / self.camera.focal);
        let stands = other.gt(0.30) & way.abs().gt(0.95 + 0.02 * z);
        (sheets::inside(d, on.pixel) * stands.to_float(), x / wide, third)
    }
}

impl World for Graveyard {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let (dx, dy) = (at.x - self.light[0], at.y - self.light[1]);
        let radius = (dx * dx + dy * dy).sqrt();
        let glow = (radius * -1.5).exp() + (radius * -5.0).exp();
        let veil = self.sky.base(v(d.x, f(0.015), d.z)) * if self.sky.is_moon { 1.35 } else { 0.85 }
            + splat(self.sky.sun) * (glow * self.glow);
        let ground = sheets::ground(&self.camera, at, 300.0);
        let mut light = grey(0.0);
        let mut distance = f::<L>(FAR);
        if !ground.below.all() {
            light = self.sky.full(d, pixel, 4) + splat(self.sky.sun) * (glow * self.glow * 0.35);
            for (k, ridge) in self.ridges.iter().enumerate() {
                let (cover, under) = ridge.cover(&self.camera, at);
                let dark = splat::<L>(self.ambient) * 0.18;
                let foot = (under.max(0.0) * -0.09).exp();
                let air = ([0.72, 0.52][k] + (1.0 - foot) * 0.15 + self.air * 6.0).min(0.97);
                light = light.mix(dark.mix(veil, air), cover);
                distance = select(cover.gt(0.5), f(ridge.depth), distance);
            }
        }
        if ground.below.any() {
            let (x, z) = (ground.x, ground.z);
            let tuft = noise2(x * 3.0, z * 2.2).mix(0.5, (ground.stretch * 2.0).saturate());
            let fine = noise2(x * 15.0, z * 9.0).mix(0.5, (ground.stretch * 8.0).saturate());
            let patch = fbm2(x * 0.25, z * 0.2, 2);
            let way = x - self.path * z * (1.0 / self.camera.focal) - z * (self.light[0] * 0.35 / self.camera.focal);
            let path = smoothstep::<L>(1.0, 0.6, way.abs() + (tuft - 0.5) * 0.5);
            let body = splat::<L>(self.grass).mix(splat([0.16, 0.15, 0.14]), path * (0.75 - 0.5 * self.weather.snow));
            // Grazing light towards the lamp.
            let sheen = (-(dx * dx) * 1.6).exp() * (tuft * 0.8 + fine * 0.7 - 0.2).max(0.0);
            let lit = splat::<L>(self.ambient) * 1.5
                + splat(self.sky.sun) * (sheen * if self.sky.is_moon { 0.36 } else { 0.10 });
            let body = body * (tuft * 0.6 + fine * 0.6 + 0.25) * (patch * 0.8 + 0.5) * lit;
            let body = body.mix(veil, 1.0 - (ground.depth * -self.air * 1.4).exp());
            light = V::select(ground.below, body, light);
            distance = select(ground.below, ground.depth, distance);
        }
        let mut next = 0;
        for (k, z) in ROWS.into_iter().enumerate() {
            let depth = z - self.camera.position[2];
            // Trees behind this row.
            while next < self.trees.len() && self.trees[next].1 > z {
                let (tree, at_z) = self.trees[next];
                let depth = at_z - self.camera.position[2];
                let cover = tree.bare(sheets::meet(&self.camera, at, depth));
                let far = 1.0 - scalar::exp(-self.air * 1.6 * depth);
                light = light.mix((splat::<L>(self.ambient) * 0.14).mix(veil, far), cover);
                distance = select(cover.gt(0.5), f(depth), distance);
                next += 1;
            }
            let on = sheets::meet(&self.camera, at, depth);
            let (cover, across, own) = self.stones(on, z, k as u32);
            if cover.gt(0.0).any() {
                let toward = across.clamp(-1.0, 1.0) * select(dx.gt(0.0), f(-1.0), f(1.0));
                let edge = smoothstep::<L>(0.45, 1.0, toward) * (radius * -0.8).exp();
                let worn = noise2(on.x * 9.0, on.y * 9.0) * 0.5 + noise2(on.x * 3.0 + 5.0, on.y * 2.2) * 0.7 + 0.25;
                let moss = smoothstep::<L>(0.55, 0.2, on.y + (own - 0.5) * 0.4);
                let stone = splat::<L>([0.24, 0.24, 0.25]).mix(splat(self.grass), moss * 0.6) * worn;
                let snow = smoothstep::<L>(0.62, 0.80, on.y + own * 0.2) * (0.7 * self.weather.snow);
                let stone = stone.mix(splat([0.6, 0.63, 0.7]), snow);
                let lit = stone * (splat::<L>(self.ambient) * (toward * 0.2 + 0.62))
                    + splat(self.sky.sun) * (edge * self.rim);
                let far = 1.0 - scalar::exp(-self.air * 1.6 * depth);
                light = light.mix(lit.mix(veil, far), cover);
                distance = select(cover.gt(0.5), f(depth), distance);
            }
            // Mist before the row.
            if k % 2 == 0 && on.y.lt(3.2).any() {
                let roll = fbm2(
                    on.x * 0.16 - self.drift * (1.0 + 0.2 * k as f32),
                    on.y * 0.9 + 7.0 * k as f32 + self.drift * 0.3,
                    3,
                );
                let lie =
                    (on.y.max(0.0) * -1.25).exp() * (roll * 1.9 - 0.55).max(0.0) * smoothstep::<L>(-0.5, 0.3, on.y);
                light = light.mix(veil * 1.05, (lie * self.mist * (0.30 + 0.010 * depth)).saturate() * 0.9);
            }
        }
        // Lights that wander over the graves.
        let secs = self.music.secs as f32;
        let wisps = Cloud {
            cells: 3.4,
            radius: 0.010,
            share: 0.28,
            drift: [0.05 * secs, 0.05 * scalar::sin(secs * 0.4)],
            wander: [secs * 0.7, 0.19],
            seed: 83,
        };
        let (spot, own) = wisps.cover(at);
        let over = at.y - self.camera.horizon;
        let low = smoothstep::<L>(0.20, 0.0, over) * smoothstep::<L>(-0.75, -0.3, over);
        let breath = noise1(own * 50.0 + secs * 0.8, 3);
        light += splat::<L>(mix3(self.sky.sun, [1.2, 2.2, 1.6], 0.3))
            * (spot * low * breath * (self.wisps * if self.sky.is_moon { 0.55 } else { 0.10 }));
        light = particles::weathered(
            light,
            at,
            &self.weather,
            &self.music,
            veil * 0.9,
            veil * 0.9 + splat(self.ambient) * 0.6,
        );
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let per = 1.0 / self.camera.focal;
        let way = self.path + 0.35 * self.light[0];
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [(way + x) * depth * per, y, depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.22),
            },
            ambient: scale3(self.ambient, 0.5),
            fog: Fog {
                color: scale3(self.sky.horizon, 0.85),
                density: self.air * 1.5,
            },
            surface: Surface::Ground {
                wet: 0.1 + 0.2 * self.weather.rain,
            },
            places: vec![
                place(Role::Hero, -self.side * 0.05, 0.0, 9.0, 2.0),
                place(Role::Second, self.side * 0.08, 0.0, 12.5, 2.0),
                place(Role::Far, 0.0, 0.0, 60.0, 8.0),
                place(Role::Floating, self.side * 0.3, 7.0, 28.0, 6.0),
                place(Role::Crowd, 0.0, 0.0, 17.0, 1.5),
                place(Role::Near, -self.side * 1.3, 0.0, 3.6, 1.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.light,
                radius: 0.11,
                distance: FAR,
                spills: false,
            },
        }
    }
}
