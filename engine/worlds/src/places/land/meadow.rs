//! A meadow: sheets of blades in the wind before a field that waves, woods behind, flowers, fireflies at night.
//!
//! Near grass stands on sheets ([`crate::grass`]); beyond, the field is a plane whose blades are smaller than a pixel:
//! only the wind's bright waves and drifts of flowers are left of them. Tips let the sun through (backlit grass as in
//! "Ghost of Tsushima", Wohllaib, GDC 2021).

use crate::{
    camera::Camera,
    grass::Grass,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{fbm2, noise2},
    particles::{self, Cloud},
    ridges::{Ridge, Wood},
    scalar::{self, Chance, hex, mix3, scale3},
    scene::{Music, Scene, Weather},
    sheets,
    sky::Sky,
    tree::Tree,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Sheets of grass.
const SHEETS: usize = 22;

/// What stands in it.
#[derive(Clone, Copy)]
enum Plan {
    Lone,
    Great,
    Group,
    Edge,
    Hills,
}

pub(in super::super) struct Meadow {
    camera: Camera,
    sky: Sky,
    grass: Grass,
    /// Where its sheets lie, far to near, in metres.
    depths: [f32; SHEETS],
    ridges: [Ridge; 3],
    /// x of the trail's middle where the sheets are; how it goes there: aside, phase, metres towards the light a metre.
    trail: [f32; SHEETS],
    bend: [f32; 3],
    /// Trees that stand in it, far to near, and their depths.
    trees: Vec<(Tree, f32)>,
    blade: [f32; 3],
    petals: [[f32; 3]; 2],
    ambient: [f32; 3],
    air: f32,
    /// Grass shows more of the moon than of the sun.
    moon: f32,
    fireflies: f32,
    pollen: f32,
    side: f32,
    weather: Weather,
    music: Music,
}

impl Meadow {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 14);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sky = Sky::within(scene, side * chance.within(0.08, 0.40), 0.09, 0.32);
        let mut camera = Camera::standing(
            chance.within(0.85, 1.9),
            chance.within(-0.40, -0.02),
            chance.within(1.5, 2.2),
        );
        camera.position[0] = 0.4 * scalar::sin((music.bar * 0.07) as f32);
        camera.position[2] = 2.0 * scene.approach;
        let wind = (0.25 + weather.wind + weather.storm + 0.6 * music.build) * (0.6 + 0.9 * music.bass);
        let secs = music.secs as f32;
        let blades = [0x4c6a22, 0x7a7a30, 0x3a6a34, 0x9a8648][chance.below(4)];
        // Dry grass.
        let blades = if scene.bare { 0xb48a36 } else { blades };
        let blade = scale3(scene.palette.turned(hex(blades), 0.7), 1.7);
        let blade = mix3(blade, [0.62, 0.66, 0.74], 0.75 * weather.snow);
        let petals = [
            [0xf4efe2, 0xd8402c],
            [0xf2d648, 0xf4efe2],
            [0x9a6ad0, 0xeeb6d6],
            [0x5a86e0, 0xf4efe2],
        ];
        let petals = petals[chance.below(4)].map(|c| scene.palette.turned(hex(c), 0.0));
        let height = chance.within(0.32, 0.75);
        let plan = [Plan::Lone, Plan::Great, Plan::Group, Plan::Edge, Plan::Hills][chance.below(5)];
        let at = chance.unit();
        let ridge = |k: u32, depth: f32, height: f32, length: f32, wood, trees| Ridge {
            depth,
            height,
            length,
            wood,
            trees,
            seed: (scene.seed % 8191) as u32 * 7 + k,
        };
        let wood = if chance.happens(0.5) { Wood::Leaves } else { Wood::Pines };
        let ridges = [
            ridge(1, 2600.0, chance.within(90.0, 330.0), 900.0, Wood::Bare, 0.0),
            ridge(2, 900.0, chance.within(30.0, 110.0), 420.0, wood, 14.0),
            match plan {
                // The edge of a wood, or hedges over a rolling field.
                Plan::Edge => ridge(3, chance.within(70.0, 110.0), 5.0, 60.0, wood, chance.within(9.0, 14.0)),
                Plan::Hills => ridge(
                    3,
                    chance.within(110.0, 180.0),
                    chance.within(4.0, 9.0),
                    110.0,
                    Wood::Leaves,
                    chance.within(3.0, 5.0),
                ),
                _ => ridge(
                    3,
                    260.0,
                    chance.within(2.0, 18.0),
                    150.0,
                    wood,
                    chance.within(6.0, 11.0),
                ),
            },
        ];
        // Picture x on the side away from the light, depth, height.
        let mut trees = Vec::new();
        let mut stand = |x: f32, depth: f32, height: f32| {
            let tree = Tree {
                x: -side * x * depth / camera.focal,
                foot: -0.1,
                height,
                own: chance.unit(),
                sway: 0.04 * wind * scalar::sin(secs * 0.8 + depth),
            };
            trees.push((tree, depth));
        };
        match plan {
            Plan::Lone => {
                stand(0.35 + 0.6 * at, 17.0 + 23.0 * at, 8.0 + 4.0 * at);
            }
            Plan::Great => {
                // Its crown is cut by the picture's edge.
                stand(0.85 + 0.35 * at, 11.0 + 3.0 * at, 8.5 + 2.0 * at);
                stand(-1.15, 70.0, 9.0);
            }
            Plan::Group => {
                for (x, depth, height) in [(0.30, 62.0, 9.5), (0.62, 52.0, 12.0), (0.82, 46.0, 8.0)] {
                    stand(x + 0.35 * at, depth, height);
                }
            }
            Plan::Edge => {
                stand(1.05 + 0.25 * at, 34.0, 12.0);
            }
            Plan::Hills => {
                stand(-0.75 - 0.3 * at, 48.0, 8.0 + 3.0 * at);
            }
        }
        trees.sort_by(|a, b| b.1.total_cmp(&a.1));
        // From the picture's bottom on; each shows half a blade over the next, so that no rows are seen.
        let eye = camera.position[1];
        let ratio = 1.0 / (1.0 - (0.40 * height / eye).clamp(0.08, 0.18));
        let mut depths = [0.8 * eye * camera.focal / (1.0 + camera.horizon); SHEETS];
        for k in (0..SHEETS - 1).rev() {
            depths[k] = depths[k + 1] * ratio;
        }
        // A trail that was trodden towards the light.
        let sun = sky.direction[0] / sky.direction[2].max(0.1);
        let bend = [chance.within(0.3, 1.3) * side, chance.within(0.0, 6.0), sun];
        let trail = depths.map(|z| bend[0] * scalar::sin(z * 0.11 + bend[1]) + bend[2] * z);
        let night = if sky.is_moon { 1.0 } else { 0.0 };
        Self {
            camera,
            sky,
            grass: Grass {
                height,
                width: 0.011,
                spacing: 0.036,
                wind: 0.30 * wind * height + 0.05,
                gone: secs * (0.2 + 0.5 * weather.wind + 1.0 * weather.storm),
                flowers: chance.within(0.04, 0.20) * (1.0 - weather.snow) * if scene.bare { 0.1 } else { 1.0 },
                flower: chance.within(0.017, 0.031),
                closed: 1.0,
                seed: (scene.seed % 9973) as u32,
            },
            depths,
            trail,
            bend,
            ridges,
            trees,
            blade,
            petals,
            ambient: scale3(mix3(sky.zenith, sky.middle, 0.55), if sky.is_moon { 4.2 } else { 1.9 }),
            air: 0.0010 + 0.010 * weather.fog + 0.004 * weather.rain.max(weather.snow) + 0.0006 * music.mid,
            moon: 1.0 + 2.6 * night,
            fireflies: night * (0.35 + 0.9 * music.high + 1.3 * music.hat) * (1.0 - weather.rain.max(weather.snow)),
            pollen: (1.0 - night) * (0.25 + music.high + music.hat) * (1.0 - weather.rain.max(weather.snow)),
            side,
            weather,
            music,
        }
    }

    /// The haze in front of what is `range` metres off.
    #[inline(always)]
    fn aired<L: Lanes>(&self, light: V<L>, haze: V<L>, range: F<L>) -> V<L> {
        light.mix(haze, 1.0 - (range * -self.air).exp())
    }

    /// The field beyond single blades.
    #[inline(always)]
    fn field<L: Lanes>(&self, at: Points<L>, d: V<L>, haze: V<L>) -> (V<L>, F<L>) {
        let fall = ((self.camera.horizon - at.y) * (1.0 / self.camera.focal)).max(4e-4);
        // Seen at the tips' height.
        let eye = self.camera.position[1] - 0.4 * self.grass.height;
        let depth = (eye / fall).min(1500.0);
        let x = at.x * depth * (1.0 / self.camera.focal) + self.camera.position[0];
        let z = depth + self.camera.position[2];
        let footprint = depth * (at.pixel / self.camera.focal);
        let gone = self.grass.gone;
        let wave = noise2((x - gone) * 0.09, z * 0.05) * 0.6 + noise2((x - gone * 1.5) * 0.3, z * 0.14) * 0.4;
        let tuft = noise2(x * 2.6, z * 0.9).mix(0.5, (footprint * 3.0).saturate());
        let fine = noise2(x * 11.0, z * 1.7).mix(0.5, (footprint * 11.0).saturate());
        let patch = fbm2(x * 0.035, z * 0.022 + 7.0, 3);
        let against = d.dot(splat(self.sky.direction)).max(0.0);
        let through = (against.pow(5.0) * 0.12 + 0.050) * self.moon;
        let sheen = smoothstep::<L>(0.35, 0.85, wave) * 0.9 + 0.45;
        let body = splat::<L>(self.blade) * (tuft * 0.5 + fine * 0.5 + 0.1) * (patch * 0.9 + 0.4);
        let mut light = body * (splat::<L>(self.ambient) + splat(self.sky.sun) * (through * sheen * 2.0));
        let [aside, phase, sun] = self.bend;
        let trail = (x - (z * 0.11 + phase).sin() * aside - z * sun).abs();
        let trodden = smoothstep::<L>(0.62, 0.30, trail) * (1.0 - (footprint * 0.9).min(0.6));
        light = light.mix(light * 0.75, trodden);
        // Drifts of flowers.
        let drift = smoothstep::<L>(0.52, 0.78, fbm2(x * 0.06 + 40.0, z * 0.035, 2));
        let dots = smoothstep::<L>(0.60, 0.85, noise2(x * 5.0, z * 1.9)).mix(0.22, (footprint * 5.0).saturate());
        let petal = splat::<L>(self.petals[0]) * (splat::<L>(self.ambient) + splat(self.sky.sun) * 0.07);
        light = light.mix(petal, drift * dots * (self.grass.flowers * 5.0).min(0.7));
        (self.aired(light, haze, depth), depth)
    }
}

impl World for Meadow {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let haze = self.sky.base(v(d.x, f(0.012), d.z));
        let against = d.dot(splat(self.sky.direction)).max(0.0);
        let below = at.y.lt(self.camera.horizon);
        let mut light = haze;
        let mut distance = f::<L>(FAR);
        if !below.all() {
            light = self.sky.full(d, pixel, 5);
            for ridge in &self.ridges {
                let (cover, under) = ridge.cover(&self.camera, at);
                if cover.gt(0.0).any() {
                    let near = 1.0 - (ridge.depth * (1.0 / 2600.0)).min(0.85);
                    let rim = (under * (-3.0 / ridge.trees.max(8.0))).exp() * against.pow(6.0) * 0.02;
                    let land = splat::<L>(self.blade) * (splat::<L>(self.ambient) * (0.5 * near + 0.2))
                        + splat(self.sky.sun) * rim;
                    let veil = 0.82 - 0.56 * near * scalar::exp(-self.air * ridge.depth * 0.4);
                    // Mist lies at the foot.
                    let foot = (-(under.max(0.0)) * (0.6 / ridge.height.max(6.0))).exp();
                    light = light.mix(land.mix(haze, (1.0 - foot) * 0.22 + veil), cover);
                    distance = select(cover.gt(0.5), f(ridge.depth), distance);
                }
            }
        }
        if below.any() {
            let (field, depth) = self.field(at, d, haze);
            light = V::select(below, field, light);
            distance = select(below, depth, distance);
        }
        for (tree, depth) in &self.trees {
            let depth = *depth - self.camera.position[2];
            let (cover, lit) = tree.leafy(sheets::meet(&self.camera, at, depth), self.side);
            if cover.gt(0.0).any() {
                let leaves = splat::<L>(self.blade) * (splat::<L>(self.ambient) * (lit * 0.42 + 0.16))
                    + splat::<L>(self.blade) * splat(self.sky.sun) * (lit * (against.squared() * 0.05 + 0.02));
                light = light.mix(self.aired(leaves, haze, f(depth * 1.3)), cover);
                distance = select(cover.gt(0.5), f(depth), distance);
            }
        }
        let through = against.pow(4.0) * (0.50 * self.moon) + 0.21 * self.moon;
        for (k, z) in self.depths.into_iter().enumerate() {
            let depth = z - self.camera.position[2];
            if depth < 0.45 {
                continue;
            }
            let on = sheets::meet(&self.camera, at, depth);
            let trodden = smoothstep::<L>(0.62, 0.22, (on.x - self.trail[k]).abs());
            let on = sheets::OnSheet {
                y: on.y + trodden * (0.38 * self.grass.height),
                ..on
            };
            let blades = self.grass.blades(on, z, k as u32);
            // The farthest sheets pass into the field.
            let cover = blades.cover.max(blades.flower) * ((k as f32 + 1.0) * 0.15).min(1.0);
            if !cover.gt(0.0).any() {
                continue;
            }
            let up = blades.up;
            let tint = splat::<L>(self.blade) * (blades.own * 0.7 + 0.65);
            let mut body = tint
                * (splat::<L>(self.ambient) * (up * 0.95 + 0.10)
                    + splat(self.sky.sun) * (up * up * through * (blades.gust * 0.9 + 0.55)));
            if blades.flower.gt(0.0).any() {
                let petal = V::select(blades.own.gt(0.6), splat(self.petals[1]), splat(self.petals[0]));
                let petal = petal * (splat::<L>(self.ambient) * 0.9 + splat(self.sky.sun) * (through * 0.8 + 0.03));
                body = body.mix(petal, blades.flower);
            }
            // Out of focus, and darker, right before the lens.
            let near = scalar::smoothstep(0.45, 2.2, depth);
            light = light.mix(
                self.aired(body * (0.35 + 0.65 * near), haze, f(depth)),
                cover * (0.35 + 0.65 * near),
            );
            distance = select(cover.gt(0.5), f(depth), distance);
        }
        // Mist over the field.
        let over = at.y - self.camera.horizon;
        let lie = (-(over * 7.0).squared()).exp() * (0.12 + 0.75 * self.weather.fog + 0.10 * self.music.bass);
        let lie = lie
            * smoothstep::<L>(12.0, 60.0, distance)
            * (noise2(at.x * 1.4 - self.grass.gone * 0.05, at.y * 9.0) * 0.6 + 0.6);
        light = light.mix(haze, lie.saturate() * 0.8);
        if self.fireflies.max(self.pollen) > 0.01 {
            let night = self.fireflies > self.pollen;
            let secs = self.music.secs as f32;
            for k in 0..2 {
                let cloud = Cloud {
                    cells: [5.5, 11.0][k],
                    radius: if night { [0.0065, 0.0042][k] } else { 0.0022 },
                    share: if night { 0.45 } else { 0.55 },
                    drift: [
                        0.10 * scalar::sin(secs * 0.21) + secs * 0.012,
                        0.03 * scalar::sin(secs * 0.37),
                    ],
                    wander: [secs * 0.9, 0.19],
                    seed: 31 + k as u32,
                };
                let (spot, own) = cloud.cover(at);
                // Over the grass, each with its own breath.
                let high = smoothstep::<L>(0.30, 0.0, over) * smoothstep::<L>(-1.05, -0.35, over);
                if night {
                    let breath =
                        ((own * std::f32::consts::TAU + (self.music.beat * std::f64::consts::PI) as f32).sin() * 0.5
                            + 0.5)
                            .squared();
                    light += splat::<L>([0.9, 1.0, 0.25]) * (spot * high * breath * (self.fireflies * 1.5));
                } else {
                    light += splat::<L>(self.sky.sun) * (spot * own * against.pow(3.0) * (self.pollen * 0.22));
                }
            }
        }
        let rain = particles::rainfall(at, &self.weather, &self.music);
        let snow = particles::snowfall(at, &self.weather, &self.music);
        let air = haze * 0.75 + splat(scale3(self.sky.middle, 0.3));
        Sample {
            light: light.mix(air, (rain * 0.5).saturate()).mix(air * 1.25, snow * 0.85),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let per = 1.0 / self.camera.focal;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x * depth * per, y, depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.25),
            },
            ambient: scale3(self.ambient, 0.5),
            fog: Fog {
                color: self.sky.horizon,
                density: self.air,
            },
            surface: Surface::Ground { wet: 0.0 },
            places: vec![
                place(Role::Hero, sun[0] * 0.4 - self.side * 0.35, 0.0, 8.5, 3.0),
                place(Role::Second, sun[0] * 0.4 - self.side * 0.05, 0.0, 10.0, 3.0),
                place(Role::Far, self.side * 0.8, 0.0, 90.0, 20.0),
                place(Role::Floating, -self.side * 0.4, 9.0, 40.0, 8.0),
                place(Role::Crowd, 0.0, 0.0, 15.0, 6.0),
                place(Role::Near, -self.side * 1.4, 0.0, 3.6, 1.0),
                place(Role::Sign, -self.side * 0.5, 60.0, 150.0, 30.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: sun,
                radius: 0.11,
                distance: FAR,
                spills: false,
            },
        }
    }
}
