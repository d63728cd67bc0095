//! Dunes: a marched field of heights under raking light.
//!
//! Long ridges with a gentle windward and a steep lee side, their lines bent by sines (transverse and barchan dunes;
//! the saw with two slopes after the talk "Sand rendering in Journey", Edwards, GDC 2013, as are the grains that
//! glint), soft shadows by marching, ripples that fade with the pixel's footprint, sand that blows off the crests.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm1, fbm2, hash2, noise2},
    relief::{self, Relief},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// The land itself.
#[derive(Clone, Copy)]
struct Dunes {
    /// Where in the endless field of dunes the picture is.
    offset: [f32; 2],
    /// Ridges a metre across and along.
    across: [f32; 2],
    height: f32,
    /// How often the ridges bend.
    bends: f32,
}

impl Relief for Dunes {
    #[inline(always)]
    fn height<L: Lanes>(&self, x: F<L>, z: F<L>) -> F<L> {
        let (x, z) = (x + self.offset[0], z + self.offset[1]);
        // Sines that do not wait for each other: a march is bound by latency.
        let (bx, bz) = (x * self.bends, z * self.bends);
        let bend = (bx * 0.0131 + bz * 0.0048).sin() * 0.72 + (bx * -0.0071 + bz * 0.0187).sin() * 0.34;
        let long = (bz * 0.0117 - bx * 0.0053 + 1.0).sin();
        let phase = x * self.across[0] + z * self.across[1] + bend * 0.34 + long * 0.27;
        let r = phase.fract();
        // Windward a long slope that steepens and levels out, lee side a short one at the angle of repose.
        let up = r * (1.0 / 0.70);
        let down = (1.0 - r) * (1.0 / 0.30);
        let ridge = (up * up * (3.0 - 2.0 * up) * 0.5 + up * 0.5).min(down * (down * 0.3 + 0.7));
        let ridge = ridge.min(1.0);
        // Smaller ones ride on the windward sides.
        let small = (x * 0.031 + z * 0.024 + long * 0.9 + bend * 0.5).fract();
        let small = (small * 1.5).min((1.0 - small) * 3.0).min(1.0);
        let share = 0.42 + 0.40 * long + 0.18 * bend * long;
        ridge * share * self.height + small * small * (1.0 - ridge * 0.7) * 1.7 + bend * 1.5
    }
    fn top(&self) -> f32 {
        self.height + 3.3
    }
    fn steepest(&self) -> f32 {
        0.85
    }
}

pub(in super::super) struct Desert {
    camera: Camera,
    sky: Sky,
    dunes: Dunes,
    sand: [f32; 3],
    /// Its light in the mean.
    mean: [f32; 3],
    /// Light of the sky in the shadows.
    shade: [f32; 3],
    /// How much sand is in the air, and how far it has blown in metres.
    blown: f32,
    drift: f32,
    haze: f32,
    glint: f32,
    hero: [f32; 3],
    side: f32,
    kick: f32,
}

impl Desert {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 12);
        let music = &scene.music;
        let weather = &scene.weather;
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sky = Sky::within(scene, -side * chance.within(0.26, 0.50), 0.15, 0.36);
        let turn = chance.within(-0.9, 0.9);
        let number = chance.within(0.0075, 0.0125);
        let mut dunes = Dunes {
            offset: [0.0; 2],
            across: [scalar::cos(turn) * number, -scalar::sin(turn) * number],
            height: chance.within(13.0, 24.0),
            bends: chance.within(0.7, 1.5),
        };
        // Stand where the land falls away ahead: the best of some places.
        let mut best = f32::NEG_INFINITY;
        for _ in 0..32 {
            let offset = [chance.within(-900.0, 900.0), chance.within(-900.0, 900.0)];
            let tried = Dunes { offset, ..dunes };
            let here = tried.height_at(0.0, 0.0);
            let ahead = [14.0, 30.0, 60.0, 110.0].map(|z| tried.height_at(z * 0.1, z));
            let seen = [
                (-0.4, 20.0),
                (0.4, 20.0),
                (-0.5, 50.0),
                (0.0, 40.0),
                (0.5, 50.0),
                (0.2, 80.0),
            ];
            let seen = seen.map(|(x, z)| tried.height_at(x * z, z));
            let spread = seen.iter().fold(f32::MIN, |a, b| a.max(*b)) - seen.iter().fold(f32::MAX, |a, b| a.min(*b));
            let score = chance.within(0.0, 6.0) + 0.7 * spread + here
                - 0.5 * (ahead[0] + ahead[2]).max(ahead[1] + ahead[3])
                - 2.0 * (ahead[0] - here - 1.0).max(0.0);
            if score > best {
                best = score;
                dunes = tried;
            }
        }
        let start = (0..5).map(|k| dunes.height_at(0.0, k as f32)).fold(f32::MIN, f32::max);
        let mut camera = Camera::standing(
            start + chance.within(1.7, 4.2),
            chance.within(-0.02, 0.26),
            chance.within(1.5, 2.2),
        );
        let hero = relief::stand(&dunes, &camera, side, 8.0, 16.0);
        camera.position[0] = 0.7 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[1] += 0.25 * scalar::sin((music.bar * 0.26) as f32);
        camera.position[2] = 4.0 * scene.approach;
        let gathers = weather.wind + 0.7 * weather.storm + 0.7 * music.build;
        let albedo = if sky.is_moon {
            [0.46, 0.52, 0.62]
        } else {
            [0.80, 0.52, 0.30]
        };
        let sand = scene.palette.turned(albedo, 0.1);
        // Bluer than the sand alone would send back.
        let shade = scale3(mix3(sky.zenith, sky.middle, 0.5), if sky.is_moon { 0.9 } else { 0.56 });
        let mean = [0, 1, 2].map(|k| sand[k] * (0.14 * sky.sun[k] + 0.6 * shade[k]));
        Self {
            camera,
            sky,
            dunes,
            sand,
            mean,
            shade,
            blown: (0.06 + 0.55 * gathers) * (0.3 + 1.7 * music.bass) * (1.0 + 0.6 * music.burst),
            drift: (music.secs * 5.0) as f32,
            haze: 0.0011 + 0.004 * weather.fog + 0.003 * weather.storm + 0.0008 * music.bass,
            glint: 0.3 + 0.9 * music.high + 0.9 * music.hat,
            hero,
            side,
            kick: music.kick,
        }
    }

    /// Light from the sand at places `range` metres along rays.
    #[inline(always)]
    fn land<L: Lanes>(&self, d: V<L>, range: F<L>, pixel: f32) -> V<L> {
        let from = self.camera.position;
        let (x, z) = (d.x * range + from[0], d.z * range + from[2]);
        let footprint = range * pixel;
        let (y, sx, sz) = relief::slopes(&self.dunes, x, z, footprint * 0.7 + 0.05);
        // Ripples lie across the wind, none on the steep lee sides.
        let wander = noise2(x * 0.4, z * 0.4);
        let ripple = x * 11.0 + z * 4.6 + wander * 6.0;
        let stretch = footprint / (-d.y).max(0.08);
        let gentle = smoothstep::<L>(0.75, 0.25, sx.abs() + sz.abs());
        let seen = ((stretch * 10.0).squared() * -0.3).exp() * gentle * (wander * 0.12 + 0.02);
        let broad = (x * 0.8 - z * 0.5 + wander * 3.0).cos() * ((stretch * 0.8).squared() * -0.5).exp() * 0.03;
        let slope = ripple.cos() * seen;
        let normal = v(-sx - slope - broad, f(1.0), -sz - slope * 0.4 + broad).normalized();
        let sun = splat::<L>(self.sky.direction);
        let open = relief::sunlight(&self.dunes, v(x, y, z), self.sky.direction, range * 0.012 + 1.0, 5, 6.0);
        let facing = normal.dot(sun);
        let lit = facing.max(0.0) * open;
        let round = facing * 0.5 + 0.5;
        let grain = noise2(x * 13.0, z * 13.0).mix(0.5, (footprint * 13.0).min(1.0)) * 0.16 + 0.92;
        let ambient = splat::<L>(self.shade) + splat(self.sky.horizon) * (0.10 * round);
        let strength = if self.sky.is_moon { 0.80 } else { 0.50 };
        let mut light = splat::<L>(self.sand) * grain;
        // Light that went through the upper grains, against the sun.
        let against = d.dot(sun).max(0.0);
        let through = against.squared().squared() * (1.0 - normal.dot(d).abs()).max(0.0) * open * 0.06;
        light = light * (splat::<L>(self.sky.sun) * (lit * strength + through)) + light.mix(grey(0.5), 0.55) * ambient;
        // Single grains that mirror the sun: few, as large as a pixel wants them.
        let near = smoothstep::<L>(26.0, 4.0, range);
        if near.gt(0.0).any() {
            let (gx, gz) = ((x * 24.0).floor(), (z * 24.0).floor());
            let spark = smoothstep::<L>(0.9982, 1.0, hash2(gx, gz, 3));
            let size = ((footprint * 24.0).max(1.0)).recip();
            light += splat::<L>(self.sky.sun) * (spark * near * open * size * size * (self.glint * 0.6));
        }
        self.aired(d, range, light)
    }

    /// Seen through the air.
    #[inline(always)]
    fn aired<L: Lanes>(&self, d: V<L>, range: F<L>, light: V<L>) -> V<L> {
        let far = 1.0 - (range * -self.haze).exp();
        light.mix(self.sky.base(v(d.x, f(0.008), d.z)), far * 0.97)
    }
}

impl Desert {
    /// Great dunes beyond the marched ones: two outlines in the haze before the sky.
    #[inline(always)]
    fn far_dunes<L: Lanes>(&self, d: V<L>, mut light: V<L>, pixel: f32) -> V<L> {
        if d.y.gt(0.09).all() {
            return light;
        }
        let across = d.x / d.z.max(0.1);
        for (k, (scale, tall)) in [(5.0_f32, 0.034_f32), (3.2, 0.022)].into_iter().enumerate() {
            let u = across * scale + (self.dunes.offset[k] * 0.01 + 40.0 * k as f32);
            let n = fbm1(u, 3, 7 + k as u32);
            let top = smoothstep::<L>(0.34, 0.80, n) * tall * 1.5 + 0.002;
            let cover = ((top - d.y) * (0.8 / pixel) + 0.5).saturate();
            // The side towards the sun is the brighter one.
            let side = fbm1(u + 0.06 * self.side, 3, 7 + k as u32) - n;
            let lit = (side * 5.0 * (0.5 - n) * 4.0 + 0.5).saturate();
            let base = self.sky.base(v(d.x, f(0.01), d.z).normalized());
            let dark = splat::<L>(self.shade) * 0.8 + splat(self.sky.sun) * (lit * 0.06);
            light = light.mix(base.mix(dark, 0.42 - 0.06 * (1.0 - k as f32)), cover);
        }
        light
    }
}

impl World for Desert {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let hit = relief::march(&self.dunes, self.camera.position, d, pixel, 1200.0, 40);
        let mut light = grey(0.0);
        if !hit.found.all() {
            light = self.far_dunes(d, self.sky.full(d, pixel, 5), pixel);
        }
        // What covers the most of each pixel in full; a rest behind or before it by its mean light.
        let before = hit.crest.gt(0.5);
        let range = select(before, hit.crest_range, select(hit.found, hit.range, f(FAR)));
        let edge = hit.crest.gt(0.02);
        if (before | hit.found).any() {
            let land = self.land(d, range, pixel);
            let mean = splat::<L>(self.mean);
            let behind = V::select(hit.found, self.aired(d, hit.range, mean), light);
            let both = behind.mix(land, hit.crest);
            let both = V::select(before, both, land.mix(self.aired(d, hit.crest_range, mean), hit.crest));
            light = V::select(before | hit.found, V::select(edge, both, land), light);
        }
        let sliver = edge & !(before | hit.found);
        if sliver.any() {
            let mean = self.aired(d, hit.crest_range, splat::<L>(self.mean));
            light = V::select(sliver, light.mix(mean, hit.crest), light);
        }
        // Sand in the wind: streaks over the ground, thicker where rays look along it.
        let gust = fbm2(at.x * 1.9 - self.drift * 0.16, at.y * 8.0 + at.x * 0.6, 2);
        let low = (at.y - self.camera.horizon).abs() * 3.2;
        let lie = (-(low.squared())).exp() * 0.30 + (range.min(200.0) * 0.0006);
        let veil = smoothstep::<L>(0.42, 0.85, gust) * lie * (self.blown * (0.8 + 0.9 * self.kick));
        let glow = d.dot(splat(self.sky.direction)).max(0.0).pow(8.0);
        let dust =
            splat::<L>(mix3(self.sky.horizon, self.sky.middle, 0.25)) * 0.85 + splat(self.sky.sun) * (glow * 0.12);
        Sample {
            light: light.mix(dust, veil.saturate() * 0.8),
            distance: select(range.lt(FAR * 0.99), range * d.z.max(0.05), f(FAR)),
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let place = |role, x: f32, z: f32, lift: f32, room| Place {
            role,
            at: [x, self.dunes.height_at(x, z) + lift, z],
            heading: 0.0,
            room,
        };
        let far = relief::stand(&self.dunes, &self.camera, -self.side, 60.0, 180.0);
        let [x, _, z] = self.hero;
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.3),
            },
            ambient: scale3(self.sky.middle, 0.3),
            fog: Fog {
                color: self.sky.horizon,
                density: self.haze,
            },
            surface: Surface::Ground { wet: 0.0 },
            places: vec![
                place(Role::Hero, x, z, 0.0, 3.0),
                place(Role::Second, x + self.side * 1.6, z + 1.2, 0.0, 2.0),
                place(Role::Far, far[0], far[2], 0.0, 20.0),
                place(Role::Floating, -self.side * 12.0, 55.0, 22.0, 10.0),
                place(Role::Crowd, x * 0.3, z + 9.0, 0.0, 5.0),
                place(Role::Near, self.side * 2.6, 4.2, 0.0, 1.0),
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

    fn ground(&self, x: f32, z: f32) -> f32 {
        self.dunes.height_at(x, z)
    }
}
