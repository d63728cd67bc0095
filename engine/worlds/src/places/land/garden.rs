//! A garden: a path between hedges and clipped trees to an arch, blossom, a fountain, strings of lanterns at night.
//!
//! Hedges stand on sheets across the view with a gap for the path; their leaves are noise at the edge and in the light.
//! The fountain is water thrown up and falling back, as a soft parabola of drops; lanterns hang on catenaries.

use crate::{
    camera::Camera,
    fountain,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    lanterns,
    noise::{fbm2, hash1, noise2},
    particles::{self, Cloud},
    ridges::{Ridge, Wood},
    scalar::{self, Chance, hex, mix3, scale3},
    scene::{Music, Scene, Weather},
    sheets::{self, OnSheet},
    sky::Sky,
    tree::Tree,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// A hedge across the view, with a gap for the path.
#[derive(Clone, Copy)]
struct Hedge {
    depth: f32,
    height: f32,
    gap: f32,
    /// Clipped trees on it: balls, cones or none.
    clipped: usize,
}

pub(in super::super) struct Garden {
    camera: Camera,
    sky: Sky,
    ridge: Ridge,
    hedges: [Hedge; 6],
    trees: [(Tree, f32); 3],
    axis: f32,
    /// Where the fountain stands: metres aside from the path, depth, height of its jet.
    fountain: [f32; 3],
    leaf: [f32; 3],
    blossom: [f32; 3],
    petals: [[f32; 3]; 2],
    ambient: [f32; 3],
    lamp: [f32; 3],
    lamps: f32,
    air: f32,
    mist: f32,
    side: f32,
    drift: f32,
    moon: f32,
    weather: Weather,
    music: Music,
}

impl Garden {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 22);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sky = Sky::within(scene, side * chance.within(0.12, 0.42), 0.12, 0.34);
        let mut camera = Camera::standing(
            chance.within(1.3, 2.6),
            chance.within(-0.36, -0.10),
            chance.within(1.5, 2.0),
        );
        camera.position[0] = 0.35 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 3.0 * scene.approach;
        let axis = -side * chance.within(0.0, 0.52);
        let clipped = chance.below(3);
        let tall = chance.within(0.8, 1.9);
        let mut k = 0;
        let hedges = [34.0, 26.0, 19.5, 14.5, 10.5, 7.2].map(|depth: f32| {
            k += 1;
            Hedge {
                depth,
                height: if k == 1 {
                    chance.within(3.4, 4.2)
                } else {
                    tall * chance.within(0.5, 1.3)
                },
                gap: if k == 1 {
                    1.45
                } else {
                    chance.within(1.7, 2.6) + 0.02 * depth
                },
                clipped: if k == 1 { 2 } else { clipped },
            }
        });
        let secs = music.secs as f32;
        let wind = 0.3 + weather.wind + weather.storm + 0.5 * music.build + 0.4 * music.bass;
        let trees = [40.0, 24.0, 12.5].map(|depth: f32| {
            let x = if chance.happens(0.6) { -side } else { side } * chance.within(0.6, 1.3) + axis;
            let tree = Tree {
                x: x * depth / camera.focal,
                foot: -0.05,
                height: chance.within(4.5, 7.0) * if depth > 30.0 { 1.5 } else { 1.0 },
                own: chance.unit(),
                sway: 0.03 * wind * scalar::sin(secs * 0.9 + depth),
            };
            (tree, depth)
        });
        let blossoms = [0xf2a8c0, 0xf6e6e2, 0xe0a0e0, 0xf0c070];
        let blossom = scene.palette.turned(hex(blossoms[chance.below(4)]), 0.0);
        let petals = [
            [0xe85a70, 0xf4efe2],
            [0x9a6ad0, 0xf2d648],
            [0xf2f0e6, 0xe890b0],
            [0xe04a3a, 0xf2b040],
        ];
        let petals = petals[chance.below(4)].map(|c| scene.palette.turned(hex(c), 0.0));
        let white = [0.62, 0.66, 0.74];
        let moon = sky.is_moon;
        let dark = if moon {
            1.0
        } else {
            1.0 - scalar::smoothstep(0.02, 0.30, (scene.hour - 0.25).min(0.78 - scene.hour))
        };
        let leaf = scale3(scene.palette.turned(hex(0x3f6a2a), 0.7), 1.5);
        Self {
            camera,
            sky,
            ridge: Ridge {
                depth: 130.0,
                height: chance.within(1.0, 12.0),
                length: 80.0,
                wood: Wood::Leaves,
                trees: chance.within(7.0, 12.0),
                seed: (scene.seed % 8191) as u32 * 29,
            },
            hedges,
            trees,
            axis,
            fountain: [
                side * chance.within(2.2, 3.4),
                12.2,
                1.5 + 0.5 * music.bass + 1.1 * music.kick,
            ],
            leaf: mix3(leaf, white, 0.6 * weather.snow),
            blossom: mix3(blossom, white, 0.5 * weather.snow),
            petals,
            ambient: scale3(mix3(sky.zenith, sky.middle, 0.6), if moon { 3.2 } else { 1.0 }),
            lamp: scene.palette.turned([1.0, 0.56, 0.20], 0.0),
            lamps: (0.10 + 0.9 * dark) * (0.75 + 0.5 * music.mid + 0.55 * music.hat + 0.4 * music.snare),
            air: 0.0045 + 0.018 * weather.fog + 0.005 * weather.rain + 0.002 * music.mid,
            mist: 0.15 + 0.8 * weather.fog + 0.35 * music.bass,
            side,
            drift: secs * (0.05 + 0.10 * wind),
            moon: if moon { 3.0 } else { 1.0 },
            weather,
            music,
        }
    }

    /// A hedge with what is clipped out of it: how much it covers, how much of it is in the light, 0 to 1.
    #[inline(always)]
    fn hedge<L: Lanes>(&self, on: OnSheet<L>, hedge: &Hedge, k: u32) -> (F<L>, F<L>) {
        if on.y.gt(hedge.height + 2.4).all() | on.y.lt(-0.2).all() {
            return (f(0.0), f(0.0));
        }
        let x = on.x - self.axis * hedge.depth / self.camera.focal;
        let from = x.abs();
        // Rounded towards the path.
        let (dx, dy) = (hedge.gap - from, on.y - hedge.height);
        let round = 0.38;
        let (qx, qy) = ((dx + round).max(0.0), (dy + round).max(0.0));
        let mut d = (qx * qx + qy * qy).sqrt() - round + dx.max(dy).min(-round) + round;
        if k == 0 {
            // The last one has an arch.
            let rise = (on.y - 1.9).max(0.0);
            let arch = hedge.gap - (x * x + rise * rise).sqrt();
            d = arch.max(dy);
        }
        let step = 3.3;
        let along = (from - hedge.gap - 0.55) * (1.0 / step);
        let cell = along.floor();
        let cx = (along - cell) * step;
        let cx = select(cx.gt(step * 0.5), cx - step, cx);
        let stands = along.gt(-0.3) & hash1((along + 0.5).floor() + 40.0 * k as f32, 9).lt(0.75);
        let up = on.y - hedge.height;
        let clipped = match hedge.clipped {
            0 => (cx * cx + (up - 0.42).squared()).sqrt() - 0.50,
            1 => (cx.abs() * 1.9 + up - 1.25).max(-up - 0.4) * 0.46,
            _ => f(9.0),
        };
        d = d.min(select(stands, clipped, f(9.0)));
        let coarse = noise2(on.x * 2.6 + 9.0 * k as f32, on.y * 2.8);
        let fine = noise2(on.x * 11.0, on.y * 12.0 + 7.0 * k as f32).mix(0.5, (on.pixel * 9.0).min(1.0));
        let d = d + (coarse - 0.5) * 0.16 + (fine - 0.5) * 0.11;
        let top = (d * 2.2).exp().min(1.0);
        let lit = (top * 0.55 + (coarse - 0.4) * 0.7 + (fine - 0.5) * 0.9 + 0.16).saturate();
        (
            sheets::inside(d, on.pixel) * smoothstep::<L>(0.02, 0.12, on.y - fine * 0.16 + 0.06),
            lit * smoothstep::<L>(-0.1, 0.7, on.y),
        )
    }

    /// Lawn, path and flower beds.
    #[inline(always)]
    fn floor<L: Lanes>(&self, at: Points<L>, haze: V<L>, against: F<L>) -> (V<L>, F<L>) {
        let ground = sheets::ground(&self.camera, at, 300.0);
        let (x, z) = (ground.x - ground.z * (self.axis / self.camera.focal), ground.z);
        let blades = noise2(x * 15.0, z * 6.0).mix(0.5, (ground.stretch * 5.0).saturate());
        let fine = noise2(x * 34.0, z * 15.0).mix(0.5, (ground.stretch * 13.0).saturate());
        let patch = noise2(x * 0.6, z * 0.4);
        let mown = smoothstep::<L>(-0.3, 0.3, (x * 1.9).sin()) * 0.18 + 0.9;
        let lawn = splat::<L>(self.leaf) * ((blades * 0.6 + fine * 0.5 + 0.2) * mown * (patch * 0.4 + 0.75));
        let from = x.abs() + (blades - 0.5) * 0.12;
        let path = smoothstep::<L>(1.05, 0.98 - ground.pixel * 0.5, from);
        let gravel = splat::<L>([0.34, 0.29, 0.24]) * (fine * 0.7 + blades * 0.5 + 0.4);
        let mut body = lawn.mix(gravel, path * (1.0 - 0.5 * self.weather.snow));
        // Beds along the path.
        let bed = smoothstep::<L>(1.10, 1.22, from) * smoothstep::<L>(1.95, 1.75, from);
        let dots = smoothstep::<L>(0.58, 0.78, noise2(x * 21.0, z * 13.0)).mix(0.30, (ground.stretch * 9.0).saturate());
        let which = noise2(x * 4.0 + 9.0, z * 1.1).gt(0.5);
        let petal = V::select(which, splat(self.petals[0]), splat(self.petals[1]));
        body = body
            .mix(splat::<L>(self.leaf) * 0.4, bed * 0.8)
            .mix(petal, bed * dots * (1.0 - self.weather.snow));
        body = body.mix(splat([0.62, 0.66, 0.74]), 0.8 * self.weather.snow);
        let through = (against.pow(4.0) * 0.10 + 0.07) * self.moon;
        // Shade of hedges lies in bands; the lanterns light the path.
        let bands = smoothstep::<L>(0.35, 0.65, noise2(x * 0.5 + z * 0.2 * self.side, z * 0.33)) * 0.8 + 0.2;
        let lamps = (-(x * x) * 0.10).exp() * 0.13 * self.lamps;
        let mut light = body
            * (splat::<L>(self.ambient) * 0.95 + splat(self.sky.sun) * (through * bands) + splat(self.lamp) * lamps);
        let shine = self.weather.rain * 0.4;
        light = light.mix(haze * 0.6, path * shine);
        (light.mix(haze, 1.0 - (ground.depth * -self.air).exp()), ground.depth)
    }
}

impl World for Garden {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let haze = self.sky.base(v(d.x, f(0.015), d.z));
        let against = d.dot(splat(self.sky.direction)).max(0.0);
        let below = at.y.lt(self.camera.horizon);
        let mut light = grey(0.0);
        let mut distance = f::<L>(FAR);
        if !below.all() {
            light = self.sky.full(d, pixel, 5);
            let (cover, under) = self.ridge.cover(&self.camera, at);
            let rim = (under.max(0.0) * -0.5).exp() * against.pow(5.0) * 0.03;
            let land = splat::<L>(self.leaf) * splat(self.ambient) * 0.25 + splat(self.sky.sun) * rim;
            light = light.mix(land.mix(haze, 0.45), cover);
            distance = select(cover.gt(0.5), f(self.ridge.depth), distance);
        }
        if below.any() {
            let (floor, depth) = self.floor(at, haze, against);
            light = V::select(below, floor, light);
            distance = select(below, depth, distance);
        }
        let through = (against.pow(4.0) * 0.12 + 0.045) * self.moon;
        let start = self.camera.position[2];
        let mut next = 0;
        for (k, hedge) in self.hedges.iter().enumerate() {
            while next < self.trees.len() && self.trees[next].1 > hedge.depth {
                let (tree, z) = self.trees[next];
                let depth = z - start;
                let (cover, lit) = tree.leafy(sheets::meet(&self.camera, at, depth), self.side);
                if cover.gt(0.0).any() {
                    let body = splat::<L>([0.05, 0.04, 0.035])
                        .mix(splat(self.blossom), smoothstep::<L>(-0.1, 0.55, lit) * 0.85 + 0.05);
                    let glow = splat::<L>(self.ambient) * (lit * 0.7 + 0.22)
                        + splat(self.sky.sun) * (lit * through * 1.1)
                        + splat(self.lamp) * (0.05 * self.lamps);
                    let far = 1.0 - scalar::exp(-self.air * 1.5 * depth);
                    light = light.mix((body * glow).mix(haze, far), cover);
                    distance = select(cover.gt(0.5), f(depth), distance);
                }
                next += 1;
            }
            let depth = hedge.depth - start;
            let on = sheets::meet(&self.camera, at, depth);
            let (cover, lit) = self.hedge(on, hedge, k as u32);
            if cover.gt(0.0).any() {
                let x = on.x - self.axis * hedge.depth / self.camera.focal;
                let lamp = (-((x * x) * 0.12 + (on.y - 2.2).squared() * 0.25)).exp() * self.lamps * 0.30;
                let bloom = smoothstep::<L>(0.74, 0.82, noise2(on.x * 5.5 + 30.0, on.y * 5.5))
                    * (if k == 0 { 0.8 } else { 0.25 });
                let body = splat::<L>(self.leaf).mix(splat(self.petals[0]), bloom * (1.0 - self.weather.snow));
                let glow = splat::<L>(self.ambient) * (lit * 0.65 + 0.14)
                    + splat(self.sky.sun) * (lit * through)
                    + splat(self.lamp) * (lamp * (lit * 0.8 + 0.2));
                let far = 1.0 - scalar::exp(-self.air * 1.5 * depth);
                light = light.mix((body * glow).mix(haze, far), cover);
                distance = select(cover.gt(0.5), f(depth), distance);
            }
            if k == 3 {
                let depth = self.fountain[1] - start;
                let [aside, z, jet] = self.fountain;
                let on = sheets::meet(&self.camera, at, depth);
                let x = on.x - aside - self.axis * z / self.camera.focal;
                let (stone, water) = fountain::water(OnSheet { x, ..on }, jet, self.music.secs as f32);
                let rock = splat::<L>([0.48, 0.46, 0.44])
                    * (splat::<L>(self.ambient) * 0.6
                        + splat(self.sky.sun) * (0.02 * self.moon)
                        + splat(self.lamp) * (0.05 * self.lamps));
                light = light.mix(rock, stone);
                let drops = splat::<L>(self.ambient) * 0.5
                    + haze * 0.45
                    + splat(self.sky.sun) * (through * 0.9)
                    + splat(self.lamp) * (0.10 * self.lamps);
                light = light.mix(drops, water * 0.8);
                distance = select(stone.gt(0.5), f(depth), distance);
            }
            if k == 2 || k == 4 {
                let x = on.x - self.axis * hedge.depth / self.camera.focal;
                let high = if k == 2 { 4.3 } else { 3.7 };
                let (wire, glow) = lanterns::string(OnSheet { x, ..on }, high, self.music.beat);
                light = light.mix(grey(0.01), wire * 0.7) + splat(self.lamp) * (glow * self.lamps);
            }
            if k % 2 == 1 && on.y.lt(3.0).any() {
                let roll = fbm2(on.x * 0.2 + self.drift, on.y * 0.8 + 5.0 * k as f32, 2);
                let lie =
                    (on.y.max(0.0) * -1.1).exp() * (roll * 1.6 - 0.45).max(0.0) * smoothstep::<L>(-0.4, 0.4, on.y);
                light = light.mix(haze, (lie * self.mist * 0.6).saturate());
            }
        }
        // Petals in the wind; fireflies where it is dark.
        let secs = self.music.secs as f32;
        for k in 0..2 {
            let petals = Cloud {
                cells: [5.0, 9.0][k],
                radius: [0.0075, 0.0045][k],
                share: (0.16 + 0.22 * self.music.high + 0.15 * self.weather.wind) * (1.0 - self.weather.snow),
                drift: [self.drift * 0.9 * self.side, -0.06 * secs - self.drift * 0.3],
                wander: [secs * 1.5, 0.18],
                seed: 211 + k as u32,
            };
            let (spot, own) = petals.cover(at);
            let glow = splat::<L>(self.ambient) * 0.7
                + splat(self.sky.sun) * (through * 0.9)
                + splat(self.lamp) * (0.12 * self.lamps);
            light = light.mix(splat::<L>(self.blossom) * glow, spot * (own * 0.4 + 0.5));
        }
        light = particles::weathered(
            light,
            at,
            &self.weather,
            &self.music,
            haze * 0.8 + splat(self.ambient) * 0.1,
            haze * 0.8 + splat(self.ambient) * 0.5,
        );
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let per = 1.0 / self.camera.focal;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [self.axis * depth * per + x, y, depth],
            heading: 0.0,
            room,
        };
        let last = self.hedges[0];
        let [px, py, distance] = self.camera.project([self.axis * last.depth * per, 1.55, last.depth]);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.22),
            },
            ambient: [0, 1, 2].map(|k| 0.5 * self.ambient[k] + 0.05 * self.lamps * self.lamp[k]),
            fog: Fog {
                color: self.sky.horizon,
                density: self.air,
            },
            surface: Surface::Ground {
                wet: 0.05 + 0.4 * self.weather.rain,
            },
            places: vec![
                place(Role::Hero, -self.side * 0.45, 0.0, 9.0, 1.5),
                place(Role::Second, self.side * 0.5, 0.0, 12.0, 1.2),
                place(Role::Far, 0.0, 0.0, 24.0, 1.5),
                place(Role::Floating, -self.side * 1.5, 3.4, 12.0, 2.0),
                place(Role::Crowd, 0.0, 0.0, 17.0, 1.5),
                place(Role::Near, -self.side * 2.2, 0.0, 4.4, 1.0),
                place(Role::Sign, self.side * 3.0, 2.2, 18.0, 1.5),
            ],
            portal: Portal {
                opening: Opening::Arch,
                centre: [px, py],
                radius: (self.camera.focal * 1.65 / distance.max(1.0)).clamp(0.09, 0.16),
                distance,
                spills: true,
            },
        }
    }
}
