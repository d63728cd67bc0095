//! A bonfire: flames, sparks, and its light on the ground and the trees around.
//!
//! Flames are noise that rises and is drawn out upwards, its density a colour from red to white (Perlin and Hoffert,
//! "Hypertexture", 1989; the ramp of a black body); the land is lit by the fire as a lamp, by the inverse square.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{fbm2, hash1, noise1, noise2},
    particles::{self, Cloud},
    ridges::{Ridge, Wood},
    scalar::{self, Chance, luminance, mix3, normalize, scale3},
    scene::{Music, Scene, Weather},
    sheets,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Depths of the trees behind the fire, far to near.
const TREES: [f32; 5] = [40.0, 30.0, 23.0, 18.0, 14.0];

pub(in super::super) struct Fire {
    camera: Camera,
    sky: Sky,
    ridge: Ridge,
    /// Where it burns, in metres, and how high and wide.
    at: [f32; 2],
    high: f32,
    wide: f32,
    /// Its light.
    flame: [f32; 3],
    strength: f32,
    rise: f32,
    sparks: f32,
    /// Half the width of the clearing.
    clearing: f32,
    ambient: [f32; 3],
    earth: [f32; 3],
    air: f32,
    /// How far the portal in its heart is open.
    open: f32,
    side: f32,
    seed: u32,
    weather: Weather,
    music: Music,
}

impl Fire {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 19);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let closed = Scene {
            portal_light: None,
            ..*scene
        };
        // The sky's own light stands behind the camera's side: the fire is the light here.
        let mut sky = Sky::within(&closed, side * 1.2, 0.1, 0.4);
        sky.disc = 0.0;
        let mut camera = Camera::standing(
            chance.within(1.1, 2.4),
            chance.within(-0.30, -0.02),
            chance.within(1.5, 2.1),
        );
        let depth = chance.within(5.6, 9.5);
        let x = side * chance.within(0.0, 0.62) * depth / camera.focal;
        camera.position[0] = 0.35 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 2.6 * scene.approach;
        let secs = music.secs as f32;
        let wet = 1.0 - 0.4 * weather.rain;
        // Flickers, by sines of no common measure, and with the music.
        let flicker =
            0.05 * scalar::sin(secs * 11.3) + 0.05 * scalar::sin(secs * 7.1) + 0.03 * scalar::sin(secs * 17.9);
        let strength = wet * (0.80 + flicker + 0.35 * music.bass + 0.55 * music.kick + 0.5 * music.burst);
        let own = scene.palette.turned([1.0, 0.36, 0.075], 0.0);
        let flame = scene.through_portal(own, |light| {
            mix3(own, scale3(light, luminance(own) / luminance(light).max(0.01)), 0.75)
        });
        Self {
            camera,
            sky,
            ridge: Ridge {
                depth: 140.0,
                height: chance.within(1.0, 16.0),
                length: 90.0,
                wood: Wood::Pines,
                trees: chance.within(10.0, 16.0),
                seed: (scene.seed % 8191) as u32 * 19,
            },
            at: [x, depth],
            high: chance.within(1.8, 3.0) * wet * (0.78 + 0.30 * music.bass + 0.22 * music.kick),
            wide: chance.within(0.70, 1.05),
            flame,
            strength,
            rise: (music.secs * 1.7) as f32 + 0.25 * music.bass,
            sparks: (0.45 + 0.9 * music.high + 1.3 * music.hat + 0.6 * music.kick) * wet,
            clearing: chance.within(3.4, 5.5),
            ambient: scale3(mix3(sky.zenith, sky.middle, 0.6), if sky.is_moon { 2.2 } else { 0.40 }),
            earth: mix3(
                scene.palette.turned([0.20, 0.15, 0.10], 0.5),
                [0.6, 0.62, 0.68],
                0.85 * weather.snow,
            ),
            air: 0.006 + 0.02 * weather.fog,
            open: scene.opened(),
            side,
            seed: (scene.seed % 9973) as u32,
            weather,
            music,
        }
    }

    /// Its light at a place that is `squared` (square metres) away.
    #[inline(always)]
    fn lamp<L: Lanes>(&self, squared: F<L>) -> V<L> {
        splat::<L>(self.flame) * ((squared * 0.22 + 0.55).recip() * (self.strength * 3.2))
    }

    /// Picture coordinates and size of its foot.
    fn foot(&self) -> [f32; 3] {
        let [x, y, depth] = self.camera.project([self.at[0], 0.0, self.at[1]]);
        [x, y, self.camera.focal / depth.max(0.5)]
    }

    /// The flames: their light, and how much they cover.
    #[inline(always)]
    fn flames<L: Lanes>(&self, at: Points<L>) -> (V<L>, F<L>) {
        let [fx, fy, size] = self.foot();
        let per = 1.0 / size;
        let (x, y) = ((at.x - fx) * per, (at.y - fy) * per);
        let up = y * (1.0 / self.high);
        if !(x.abs().lt(self.wide * 2.2) & up.lt(1.5) & up.gt(-0.15)).any() {
            return (grey(0.0), f(0.0));
        }
        let rise = self.rise;
        // Tongues bend as they rise, and narrow.
        let bend = noise2(x * 0.9 + 3.0, y * 0.8 - rise * 0.55) - 0.5;
        let bx = x + bend * (up.max(0.0) * 1.15) * self.wide + up * 0.10 * self.weather.wind * self.side;
        let taper = ((1.12 - up).max(0.0).sqrt() * 0.95 + 0.02) * self.wide;
        let n = fbm2(bx * 2.5, y * 1.05 - rise, 4);
        let fine = noise2(bx * 7.0 + 5.0, y * 3.0 - rise * 1.7);
        let body = 1.0 - (bx / taper).squared();
        let v = body * (1.18 - up * 0.72) + (n - 0.5) * (1.1 + up.max(0.0) * 1.7) + (fine - 0.5) * 0.30
            - 0.22
            - up.max(0.0) * 0.22;
        // Tongues thin out towards their tips, where single flakes of flame would float.
        let v = (v - smoothstep::<L>(0.62, 1.30, up) * 0.75) * smoothstep::<L>(-0.12, 0.10, up + (n - 0.5) * 0.1);
        let heat = (v * 0.8).saturate();
        let cover = smoothstep::<L>(0.0, 0.42, v);
        let hot = heat * heat * heat;
        let deep = splat::<L>(scale3(self.flame, 1.3));
        let white = splat::<L>(mix3(scale3(self.flame, 2.6), [2.6, 2.3, 1.7], 0.45));
        let light = deep * (heat * 2.5) + white * (hot * 2.1);
        (light * (self.strength * 1.1), cover)
    }
}

impl World for Fire {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let [fx, fy, size] = self.foot();
        let ground = sheets::ground(&self.camera, at, 200.0);
        // Two hues: what is low takes the horizon's, what is high the zenith's.
        let high = smoothstep::<L>(-0.1, 0.95, at.y - self.camera.horizon);
        let smoke = splat::<L>(mix3(self.sky.horizon, self.sky.middle, 0.4))
            .mix(splat(mix3(self.sky.middle, self.sky.zenith, 0.75)), high * 0.85);
        let mut light = grey(0.0);
        let mut distance = f::<L>(FAR);
        if !ground.below.all() {
            light = self.sky.full(d, pixel, 4);
            let (cover, under) = self.ridge.cover(&self.camera, at);
            let foot = (under.max(0.0) * -0.16).exp();
            light = light.mix((splat::<L>(self.ambient) * 0.12).mix(smoke, foot * 0.35 + 0.30), cover);
            distance = select(cover.gt(0.5), f(self.ridge.depth), distance);
        }
        if ground.below.any() {
            let (x, z) = (ground.x - self.at[0], ground.z - self.at[1]);
            let squared = x * x + z * z;
            let coarse = noise2(ground.x * 1.7, ground.z * 1.7).mix(0.5, (ground.stretch * 1.2).saturate());
            let fine = noise2(ground.x * 9.0, ground.z * 8.0).mix(0.5, (ground.stretch * 6.0).saturate());
            let finest = noise2(ground.x * 27.0, ground.z * 23.0).mix(0.5, (ground.stretch * 18.0).saturate());
            // Bumps turn to the fire or away from it.
            let reach = (squared + 0.3).sqrt();
            let e = 0.12;
            let toward = noise2((ground.x - x / reach * e) * 3.3, (ground.z - z / reach * e) * 3.3)
                - noise2(ground.x * 3.3, ground.z * 3.3);
            let relief = (1.0 + (toward * -3.4).mix(0.0, (ground.stretch * 2.5).saturate())).max(0.15);
            let body = splat::<L>(self.earth) * (coarse * 0.6 + fine * 0.5 + finest * 0.4 + 0.2);
            let grazing = (reach * 0.26 + 0.6).recip();
            let moving = noise2(ground.x * 0.8 + self.rise * 1.3, ground.z * 0.8 - self.rise) * 0.35 + 0.82;
            let lit = splat::<L>(self.ambient) * 1.2 + self.lamp(squared) * (relief * grazing * 1.05 * moving);
            let mut body = body * lit;
            // Embers around its foot.
            let coal = smoothstep::<L>(0.62, 0.85, fine * 0.6 + finest * 0.5 + (0.9 - reach * 0.62))
                * smoothstep::<L>(1.5, 0.6, reach);
            let breath = noise2(ground.x * 5.0 + self.rise * 0.4, ground.z * 5.0) + 0.3;
            body += splat::<L>(self.flame) * (coal * breath * 1.6 * self.strength);
            light = V::select(
                ground.below,
                body.mix(smoke, 1.0 - (ground.depth * -self.air).exp()),
                light,
            );
            distance = select(ground.below, ground.depth, distance);
        }
        // The trees that stand around: lit on the side of the fire.
        for (k, z) in TREES.into_iter().enumerate() {
            let depth = z - self.camera.position[2];
            let on = sheets::meet(&self.camera, at, depth);
            let spacing = 2.6;
            let along = on.x * (1.0 / spacing) + 31.7 * k as f32;
            let cell = along.floor();
            let own = hash1(cell, self.seed + 20 * k as u32);
            let other = (own * 57.3).fract();
            let centre = (cell - 31.7 * k as f32 + 0.3 + 0.4 * other) * spacing;
            let girth = own * 0.20 + 0.13;
            let flare = (on.y.max(0.0) * -2.0).exp() * 0.7;
            let width = girth * (1.0 + flare - (on.y * 0.02).clamp(0.0, 0.5));
            let across = on.x - centre - (own - 0.5) * 0.06 * on.y;
            let stands = (centre - self.at[0])
                .abs()
                .gt(self.clearing * (0.25 + 0.75 * (z - 12.0) / 28.0).min(1.0) * 0.7)
                & other.gt(0.22);
            let trunk = sheets::inside(across.abs() - width, on.pixel) * stands.to_float() * on.y.gt(-0.15).to_float();
            let mut cover = trunk;
            // Boughs with needles hang in above.
            let mut needles = f(0.0);
            if on.y.gt(2.2).any() {
                let mass = fbm2(on.x * 0.45 + 17.0 * k as f32, on.y * 0.55 - across.abs() * 0.25, 3);
                let fine = noise2(on.x * 6.0, on.y * 9.0 + on.x * 2.0).mix(0.5, (on.pixel * 6.0).min(1.0));
                let open = ((on.x - self.at[0]).abs() * 0.035).min(0.22);
                needles = smoothstep::<L>(
                    0.02,
                    0.16,
                    mass + open + (fine - 0.5) * 0.30 + (on.y * 0.02).min(0.2) - 0.74,
                ) * smoothstep::<L>(2.2, 4.5, on.y);
                cover = cover.max(needles);
            }
            if cover.gt(0.0).any() {
                let (lx, lz) = (self.at[0] - on.x, self.at[1] - z);
                let squared = lx * lx + (lz * lz) + (on.y - 1.0).squared();
                let toward = (across / width).clamp(-1.0, 1.0) * select(lx.gt(0.0), f(0.55), f(-0.55)) + 0.55;
                let streak = noise2(across * 14.0 + own * 50.0, on.y * 1.4) * 0.8 + 0.5;
                let leaf = noise2(on.x * 5.0, on.y * 6.0);
                let bark = splat::<L>([0.11, 0.085, 0.065]).mix(splat([0.05, 0.065, 0.035]), needles);
                let shape = select(needles.gt(trunk), leaf * 1.1 + 0.1, toward * streak);
                let lit = bark * (splat::<L>(self.ambient) * 1.1 + self.lamp(squared * 0.16) * (shape * 2.6));
                let far = 1.0 - scalar::exp(-self.air * 2.5 * depth);
                light = light.mix(lit.mix(smoke, far), cover);
                distance = select(cover.gt(0.5), f(depth), distance);
            }
        }
        // Logs, flames, smoke in their light.
        let per = 1.0 / size;
        let (x, y) = ((at.x - fx) * per, (at.y - fy) * per);
        let around = (x * x + (y - 0.9).squared() * 0.7).sqrt();
        light += splat::<L>(self.flame)
            * ((around * -0.9).exp() * (0.16 * self.strength) * (0.5 + 1.2 * self.weather.fog.max(0.3)));
        let (flames, cover) = self.flames(at);
        let inside = if self.open > 0.0 {
            let (dx, dy) = (at.x - fx, at.y - fy - 0.42 * self.high * size);
            1.0 - (1.0 - smoothstep::<L>(0.10, 0.15, (dx * dx + dy * dy).sqrt())) * self.open
        } else {
            f(1.0)
        };
        let near_depth = self.at[1] - self.camera.position[2];
        light = light.mix(flames, cover * 0.80 * inside) + flames * (cover * 0.35 * inside);
        distance = select(cover.gt(0.5), f(near_depth), distance);
        for (turn, lift) in [(0.42_f32, 0.10_f32), (-0.50, 0.13), (0.10, 0.07)] {
            // Logs: capsules across the foot.
            let (sin, cos) = (scalar::sin(turn), scalar::cos(turn));
            let (lx, ly) = (x * cos + (y - lift) * sin, (y - lift) * cos - x * sin);
            let log = ((lx.abs() - 0.62).max(0.0).squared() + ly * ly).sqrt() - 0.085;
            let cover = sheets::inside(log, at.pixel * per) * 0.96;
            if cover.gt(0.0).any() {
                let crack = smoothstep::<L>(0.50, 0.75, noise2(lx * 9.0, ly * 16.0));
                let glow =
                    splat::<L>(self.flame) * (crack * (0.35 + 0.8 * self.strength) * noise1(lx * 3.0 + self.rise, 3));
                light = light.mix(glow + splat(scale3(self.flame, 0.02)), cover);
            }
        }
        // Sparks rise in its smoke, with the hats.
        let secs = self.music.secs as f32;
        for k in 0..3 {
            let cloud = Cloud {
                cells: [4.5, 7.5, 12.0][k],
                radius: [0.0042, 0.0032, 0.0024][k],
                share: (0.30 + 0.35 * self.sparks).min(0.95),
                drift: [
                    0.07 * secs * (self.weather.wind * self.side),
                    secs * [0.34, 0.27, 0.20][k],
                ],
                wander: [secs * (1.6 - 0.3 * k as f32), 0.18],
                seed: 91 + k as u32,
            };
            let (spot, own) = cloud.cover(at);
            let wide = y.max(0.0) * 0.34 + 0.55;
            let cone = (-((x - y * 0.12 * self.weather.wind * self.side) / wide).squared()).exp();
            let high = smoothstep::<L>(-0.1, 0.5, y) * (y.max(0.0) * -0.24).exp();
            light +=
                splat::<L>(scale3(self.flame, 5.5)) * (spot * cone * high * (own * 0.8 + 0.3) * (self.sparks * 1.5));
        }
        light = particles::weathered(
            light,
            at,
            &self.weather,
            &self.music,
            smoke * 0.6 + splat(scale3(self.flame, 0.05)),
            smoke * 0.8 + splat(scale3(self.flame, 0.18)),
        );
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let [fx, fy, size] = self.foot();
        let [x, z] = self.at;
        let place = |role, dx: f32, y: f32, dz: f32, room, heading| Place {
            role,
            at: [x + dx, y, z + dz],
            heading,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                // From a person beside it.
                direction: normalize([self.side, 0.45, -0.2]),
                color: scale3(self.flame, 1.5 * self.strength),
            },
            ambient: scale3(self.ambient, 0.5),
            fog: Fog {
                color: mix3(self.sky.horizon, self.sky.middle, 0.4),
                density: self.air,
            },
            surface: Surface::Ground { wet: 0.0 },
            places: vec![
                place(Role::Hero, -self.side * 1.9, 0.0, 0.4, 1.5, self.side * 1.4),
                place(Role::Second, self.side * 2.0, 0.0, 1.0, 1.5, -self.side * 1.4),
                place(Role::Crowd, 0.0, 0.0, 3.0, 3.0, 0.0),
                place(Role::Far, -self.side * 4.0, 0.0, 9.0, 3.0, 0.0),
                place(Role::Floating, -self.side * 2.0, 4.5, 6.0, 3.0, 0.0),
                place(Role::Near, -self.side * 2.3, 0.0, -3.6, 1.0, 0.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: [fx, fy + 0.42 * self.high * size],
                radius: 0.10,
                distance: z - self.camera.position[2],
                spills: false,
            },
        }
    }
}
