//! A field of snow: drifts in raking light, pines, mountains far off, northern light over it at night, snow that falls.
//!
//! Snow takes the sky's blue in its shadows and the light's colour on its slopes, lets light through at grazing angles
//! and glints (after Barré-Brisebois, "The snow of Batman: Arkham Origins", GDC 2014). Drifts are bent normals of a
//! plane: the land is level enough that no outline tells.

use crate::{
    aurora::Aurora,
    camera::Camera,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash2, noise2, ridged2},
    particles,
    ridges::{Ridge, Wood},
    scalar::{self, Chance, mix3, scale3},
    scene::{Music, Scene, Weather},
    sheets,
    sky::Sky,
    tree::Tree,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct WinterPlain {
    camera: Camera,
    sky: Sky,
    aurora: Option<Aurora>,
    ridges: [Ridge; 4],
    /// Pines and their depths, far to near.
    pines: [(Tree, f32); 7],
    ambient: [f32; 3],
    /// Light of the aurora, that of the sky when there is none.
    air: f32,
    glint: f32,
    drift: f32,
    blown: f32,
    turn: [f32; 2],
    side: f32,
    /// Open ice: no trees, and leads of dark water.
    bare: bool,
    weather: Weather,
    music: Music,
}

impl WinterPlain {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 16);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sky = Sky::within(scene, side * chance.within(0.12, 0.44), 0.08, 0.26);
        let mut camera = Camera::standing(
            chance.within(1.3, 3.2),
            chance.within(-0.46, -0.14),
            chance.within(1.4, 2.1),
        );
        camera.position[0] = 0.5 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 3.4 * scene.approach;
        let night = sky.is_moon;
        let clear = 1.0 - (weather.cloud - 0.4).max(0.0) * 1.3 - weather.storm - 0.5 * weather.fog;
        let aurora = (night && clear > 0.05).then(|| {
            let mut aurora = Aurora::new(scene, camera.horizon);
            aurora.strength *= clear.min(1.0);
            aurora
        });
        let secs = music.secs as f32;
        let ridge = |k: u32, depth: f32, height: f32, length: f32, wood, trees| Ridge {
            depth,
            height,
            length,
            wood,
            trees,
            seed: (scene.seed % 8191) as u32 * 11 + k,
        };
        let ridges = [
            ridge(1, 9000.0, chance.within(700.0, 2300.0), 3000.0, Wood::Bare, 0.0),
            ridge(2, 3200.0, chance.within(80.0, 420.0), 1100.0, Wood::Bare, 0.0),
            ridge(3, 900.0, chance.within(6.0, 50.0), 420.0, Wood::Pines, 16.0),
            ridge(
                4,
                340.0,
                chance.within(0.5, 7.0),
                190.0,
                Wood::Pines,
                chance.within(9.0, 15.0),
            ),
        ];
        // A group of pines on the side away from the light, and a few alone.
        let group = -side * chance.within(0.5, 1.35);
        let pines = [78.0, 64.0, 52.0, 41.0, 32.0, 24.0, 17.0].map(|depth: f32| {
            let depth = depth * chance.within(0.92, 1.08);
            let x = if chance.happens(0.7) {
                group + chance.within(-0.45, 0.45)
            } else {
                side * chance.within(0.75, 1.7)
            };
            let x = if depth < 30.0 {
                x + 0.6 * if x > 0.0 { 1.0 } else { -1.0 }
            } else {
                x
            };
            let tree = Tree {
                x: x * depth / camera.focal,
                foot: -0.08,
                height: chance.within(5.0, 13.0),
                own: chance.unit(),
                sway: 0.03 * (0.2 + weather.wind + music.bass) * scalar::sin(secs * 0.9 + depth),
            };
            (tree, depth)
        });
        let turn = chance.within(-0.7, 0.7);
        Self {
            camera,
            sky,
            aurora,
            ridges,
            pines,
            ambient: scale3(mix3(sky.zenith, sky.middle, 0.6), if night { 1.1 } else { 0.66 }),
            air: 0.0011 + 0.009 * weather.fog + 0.006 * weather.snow + 0.004 * weather.storm,
            glint: 0.25 + 0.9 * music.high + 0.9 * music.hat,
            drift: secs * (0.4 + 1.6 * weather.wind + 2.0 * weather.storm),
            blown: (0.10 + 0.6 * weather.wind + 0.9 * weather.storm + 0.6 * music.build) * (0.3 + 1.6 * music.bass),
            turn: [scalar::cos(turn), scalar::sin(turn)],
            side,
            bare: scene.bare,
            weather,
            music,
        }
    }

    /// The trees that stand there.
    fn standing(&self) -> &[(Tree, f32)] {
        if self.bare { &[] } else { &self.pines }
    }

    #[inline(always)]
    fn aired<L: Lanes>(&self, light: V<L>, haze: V<L>, range: F<L>) -> V<L> {
        light.mix(haze, 1.0 - (range * -self.air).exp())
    }

    /// Height of the drifts, in metres, about.
    #[inline(always)]
    fn drifts<L: Lanes>(&self, x: F<L>, z: F<L>) -> F<L> {
        let (u, w) = (x * self.turn[0] + z * self.turn[1], z * self.turn[0] - x * self.turn[1]);
        let long = noise2(u * 0.045, w * 0.09 + 3.0) * 2.6;
        // Drifts are long, with a sharp edge on one side.
        let wind = noise2(u * 0.13 + 40.0, w * 0.42);
        let edge = (wind * 2.0 - 1.0).abs();
        long + (1.0 - edge) * 0.42
    }

    /// The field of snow.
    #[inline(always)]
    fn field<L: Lanes>(&self, at: Points<L>, d: V<L>, haze: V<L>) -> (V<L>, F<L>) {
        let fall = ((self.camera.horizon - at.y) * (1.0 / self.camera.focal)).max(4e-4);
        let depth = (self.camera.position[1] / fall).min(2500.0);
        let x = at.x * depth * (1.0 / self.camera.focal) + self.camera.position[0];
        let z = depth + self.camera.position[2];
        let footprint = depth * (at.pixel / self.camera.focal);
        let stretch = footprint * depth * (1.0 / self.camera.position[1]);
        let e = stretch * 0.4 + 0.12;
        let h = self.drifts(x, z);
        let (sx, sz) = ((self.drifts(x + e, z) - h) / e, (self.drifts(x, z + e) - h) / e);
        // Crusts that wind has cut.
        let crust = (noise2(x * 2.1, z * 4.6) - noise2(x * 2.1 + 0.35, z * 4.6 + 0.2)) * 0.28;
        let crust = crust.mix(0.0, (stretch * 2.2).saturate());
        let fade = (stretch * -0.03).exp();
        let normal = v(-(sx + crust) * fade, f(1.0), -(sz + crust * 0.5) * fade).normalized();
        let sun = splat::<L>(self.sky.direction);
        let facing = normal.dot(sun);
        let lit = smoothstep::<L>(-0.04, 0.55, facing);
        let against = d.dot(sun).max(0.0);
        let strength = if self.sky.is_moon { 0.22 } else { 0.13 };
        let through = against.pow(6.0) * 0.05;
        let mut light = splat::<L>(self.ambient) * (normal.y * 0.5 + 0.5 - sz * 0.25)
            + splat(self.sky.sun) * (lit * strength + through * (facing * 0.5 + 0.5))
            + haze * 0.10;
        if let Some(aurora) = &self.aurora {
            light += aurora.glow(at.x) * (0.055 * (facing * 0.4 + 0.8));
        }
        if self.bare {
            // Leads: water between the floes, as dark as the sky is low.
            let edge = (noise2(x * 0.040 + 7.0, z * 0.055) - 0.5).abs() + (noise2(x * 0.31, z * 0.31) - 0.5) * 0.012;
            let lead = smoothstep::<L>(0.040, 0.028, edge) * smoothstep::<L>(7.0, 13.0, depth);
            let water = haze * 0.34 + splat::<L>(self.ambient) * 0.06;
            light = light.mix(water, lead * (stretch * -0.04).exp());
        }
        // Shadows of the pines lie away from the light.
        let per = -self.sky.direction[0] / self.sky.direction[2].max(0.2);
        let mut shadow = f::<L>(0.0);
        for (tree, from_start) in self.standing() {
            let toward = *from_start - z;
            let length = tree.height / self.sky.direction[1].max(0.05) * 0.9;
            let along = toward * (1.0 / length);
            let wide = (1.0 - along).max(0.0) * (tree.height * 0.16) + footprint;
            let across = (x - (tree.x - per * -toward * -1.0)).abs();
            let inside =
                smoothstep::<L>(wide, wide * 0.55, across) * toward.gt(0.0).to_float() * along.lt(1.0).to_float();
            shadow = shadow.max(inside * (1.0 - along * 0.6));
        }
        let shaded = splat::<L>(self.ambient) * 0.86 + haze * 0.06;
        light = light.mix(shaded, shadow * 0.75);
        let near = smoothstep::<L>(22.0, 3.0, depth);
        if near.gt(0.0).any() {
            let spark = smoothstep::<L>(0.996, 1.0, hash2((x * 30.0).floor(), (z * 24.0).floor(), 3));
            let size = ((footprint * 30.0).max(1.0)).recip();
            light +=
                (splat::<L>(self.sky.sun) + splat(self.ambient)) * (spark * near * size * size * (self.glint * 0.5));
        }
        (self.aired(light, haze, depth), depth)
    }
}

impl World for WinterPlain {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let haze = self.sky.base(v(d.x, f(0.012), d.z));
        let against = d.dot(splat(self.sky.direction)).max(0.0);
        let below = at.y.lt(self.camera.horizon);
        let mut light = grey(0.0);
        let mut distance = f::<L>(FAR);
        if !below.all() {
            light = self.sky.full(d, pixel, 4);
            if let Some(aurora) = &self.aurora {
                let open = smoothstep::<L>(-0.02, 0.10, d.y);
                light = light * 0.9 + aurora.light(at.x, at.y) * (open * 0.62);
            }
            let ridges = if self.bare { 2 } else { self.ridges.len() };
            for (k, ridge) in self.ridges[..ridges].iter().enumerate() {
                let (cover, under) = ridge.cover(&self.camera, at);
                if !cover.gt(0.0).any() {
                    continue;
                }
                let near = [0.30, 0.44, 0.62, 0.80][k];
                let land = if k < 2 {
                    // Rock and snow, lit from the side.
                    let on = sheets::meet(&self.camera, at, ridge.depth);
                    let scale = 5.0 / ridge.length;
                    let a = ridged2(on.x * scale + under * (scale * 0.5), on.y * scale, 3);
                    let b = ridged2(
                        (on.x + 0.06 * ridge.length * self.side) * scale + under * (scale * 0.5),
                        on.y * scale,
                        3,
                    );
                    let lit = ((a - b) * 2.2 + 0.42).saturate();
                    let snow = smoothstep::<L>(0.15, 0.55, a + 0.15);
                    let white = splat::<L>(self.ambient) * 1.0 + splat(self.sky.sun) * (lit * 0.10);
                    (splat::<L>(self.ambient) * 0.35).mix(white, snow)
                } else {
                    let rim = (under * (-2.0 / ridge.trees)).exp();
                    splat::<L>(self.ambient) * 0.16
                        + haze * (rim * 0.14)
                        + splat(self.sky.sun) * (rim * against.pow(4.0) * 0.012)
                };
                let foot = (-(under.max(0.0)) * (2.4 / (ridge.height + ridge.trees))).exp();
                let veil = (1.0 - near * scalar::exp(-self.air * ridge.depth * 0.12)).min(0.97);
                light = light.mix(land.mix(haze, (foot * -0.25 + 0.25 + veil).saturate().min(0.97)), cover);
                distance = select(cover.gt(0.5), f(ridge.depth), distance);
            }
        }
        if below.any() {
            let (field, depth) = self.field(at, d, haze);
            light = V::select(below, field, light);
            distance = select(below, depth, distance);
        }
        for (tree, from_start) in self.standing() {
            let depth = from_start - self.camera.position[2];
            let on = sheets::meet(&self.camera, at, depth);
            let (cover, top) = tree.pine(on);
            if cover.gt(0.0).any() {
                let snow = top * (0.55 + 0.35 * self.weather.snow);
                let toward = ((on.x - tree.x) * (self.side * 3.0 / tree.height)).clamp(-1.0, 1.0) * 0.5 + 0.5;
                let white = splat::<L>(self.ambient) * 0.75 + splat(self.sky.sun) * (toward * 0.055 + 0.01);
                let dark = splat::<L>(self.ambient) * 0.10
                    + splat(self.sky.sun) * (toward.pow(3.0) * against.pow(4.0) * 0.012);
                let body = self.aired(dark.mix(white, snow), haze, f(depth * 2.5));
                light = light.mix(body, cover);
                distance = select(cover.gt(0.5), f(depth), distance);
            }
        }
        // Snow that the wind carries over the ground.
        let over = at.y - self.camera.horizon;
        let gust = fbm2(at.x * 1.7 - self.drift * 0.25, at.y * 9.0 + at.x * 0.7, 2);
        let low = (-((over + 0.06) * 4.6).squared()).exp();
        let veil = smoothstep::<L>(0.42, 0.85, gust) * low * self.blown * smoothstep::<L>(6.0, 25.0, distance);
        let lie =
            (-(over * 9.0).squared()).exp() * (0.08 + 0.8 * self.weather.fog) * smoothstep::<L>(20.0, 90.0, distance);
        let white = haze * 0.9 + splat(self.ambient) * 0.3;
        light = light.mix(white, (veil * 0.55 + lie).saturate() * 0.85);
        let snow = particles::snowfall(at, &self.weather, &self.music);
        let rain = particles::rainfall(at, &self.weather, &self.music);
        let flakes = haze * 0.7 + splat(self.ambient) * 0.9 + splat(self.sky.sun) * 0.03;
        light = light.mix(flakes, snow * 0.9).mix(haze, (rain * 0.4).saturate());
        Sample { light, distance }
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
        let glow = self.aurora.map_or([0.0; 3], |a| scale3(a.colors[0], 0.06 * a.strength));
        let ambient = [0, 1, 2].map(|k| 0.5 * self.ambient[k] + glow[k]);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.25),
            },
            ambient,
            fog: Fog {
                color: self.sky.horizon,
                density: self.air,
            },
            surface: Surface::Ground { wet: 0.0 },
            places: vec![
                place(Role::Hero, self.side * 0.38, 0.0, 9.0, 3.0),
                place(Role::Second, self.side * 0.62, 0.0, 11.0, 3.0),
                place(Role::Far, self.side * 0.5, 0.0, 110.0, 20.0),
                place(Role::Floating, -self.side * 0.3, 10.0, 45.0, 8.0),
                place(Role::Crowd, 0.1 * self.side, 0.0, 16.0, 6.0),
                place(Role::Near, -self.side * 1.5, 0.0, 4.5, 1.0),
                place(Role::Sign, -self.side * 0.4, 70.0, 150.0, 30.0),
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

#[cfg(test)]
mod tests {
    use crate::{
        camera::View,
        isa::Isa,
        picture::{Picture, Prepared},
        scene::{Kind, Scene},
    };

    #[test]
    fn no_tree_stands_on_open_ice() {
        let near = |bare: bool| {
            let scene = Scene {
                bare,
                ..Scene::default()
            };
            let world = Prepared::new(Kind::WinterPlain, &scene);
            let horizon = world.staging().camera.horizon;
            let mut picture = Picture::new(160, 90);
            world.shade(Isa::best(), View::WHOLE, &mut picture, &|_, _| true);
            let above = (0..90).flat_map(|y| (0..160).map(move |x| (x, y)));
            let above = above.filter(|&(x, y)| picture.point(x, y)[1] > horizon + 0.05);
            above
                .filter(|&(x, y)| picture.distance[picture.index(x, y)] < 100.0)
                .count()
        };
        assert!(near(false) > 20, "{}", near(false));
        assert_eq!(near(true), 0);
    }
}
