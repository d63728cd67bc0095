//! High mountains: ranges one behind the other, cloud in the valleys, and the snowy ledge that one stands on.
//!
//! Ranges after [`Range`], clouds after [`Bank`]: six banks stand between the ranges, each before what is farther and
//! behind what is nearer, so that valleys fill. Air is the third thing that makes height: what is far takes the colour of
//! the sky behind it.

use crate::{
    air::Air,
    camera::Camera,
    clouds::Bank,
    lanes::{F, Lanes, f, select, smoothstep, splat},
    noise::{fbm1, fbm2, noise2},
    ranges::{Hit, Range},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    trees::pines,
    world::{FAR, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Metres at which the banks stand, from far to near.
const BANKS: [f32; 6] = [9300.0, 6600.0, 4700.0, 3300.0, 2350.0, 1600.0];
/// Metres at which the ledge's crests stand, from far to near.
const LEDGES: [f32; 3] = [60.0, 22.0, 9.0];

pub(in super::super) struct Mountains {
    camera: Camera,
    sky: Sky,
    air: Air,
    range: Range,
    banks: [Bank; 6],
    /// Height of the clouds' level in metres.
    level: f32,
    far: [f32; 3],
    cloud_lit: [f32; 3],
    cloud_dark: [f32; 3],
    ledge_lit: [f32; 3],
    ledge_dark: [f32; 3],
    /// Picture side on which the ledge rises: -1 left, 1 right.
    side: f32,
    /// How high the ledge stands in the picture.
    rise: f32,
    wooded: bool,
    seed: u32,
    wind: f32,
    secs: f32,
}

impl Mountains {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 3);
        let (music, weather) = (&scene.music, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.45, 0.45));
        let mut camera = Camera::standing(
            chance.within(900.0, 1500.0),
            chance.within(-0.30, 0.12),
            chance.within(1.5, 2.6),
        );
        let lift = chance.within(0.13, 0.30);
        if sky.direction[1] < lift {
            sky.direction = scalar::normalize([sky.direction[0], lift, sky.direction[2]]);
        }
        sky.stand_within(&camera, 0.70, 1.15);
        let bar = music.bar as f32;
        camera.position[0] = scalar::sin(bar * 0.196) * 0.8 + bar * chance.within(-0.05, 0.05);
        camera.position[2] = scene.approach * 2.6;
        camera.position[1] += scene.approach * 0.8;
        let sun = sky.direction[0] / sky.direction[2];
        let tall = chance.within(4300.0, 6500.0);
        let valley = sun * 0.7 + chance.within(-0.25, 0.25);
        let mut range = Range::new(scene, &sky, &mut chance, 2000.0, 9600.0, tall, valley);
        range.snow -= 0.06 * tall;
        range.sun = scale3(range.sun, 0.62);
        let side = if sun > 0.0 { -1.0 } else { 1.0 };
        let secs = music.secs as f32;
        let puff = 0.8 + 0.6 * music.bass + 0.5 * music.build;
        let banks = std::array::from_fn(|k| Bank {
            wide: BANKS[k] * 0.30 + 300.0,
            tall: (BANKS[k] * 0.040 + 110.0) * puff,
            grain: [3.6 / (BANKS[k] * 0.30 + 300.0), 1.3 / (BANKS[k] * 0.040 + 110.0)],
            drift: secs * (7.0 + 4.0 * weather.wind + 8.0 * music.build) * if k % 2 == 0 { 1.0 } else { 0.6 },
            soft: 0.35 + 0.4 * weather.fog,
            octaves: 4,
            light: [if sun > 0.0 { 0.8 } else { -0.8 }, 0.7],
            seed: chance.below(1 << 20) as u32,
        });
        let sunlight = scale3(sky.sun, if sky.is_moon { 0.16 } else { 0.09 });
        let white = scene.palette.turned([0.80, 0.84, 0.94], 0.8);
        let snow_light = std::array::from_fn(|k| {
            white[k] * (sky.sun[k] * if sky.is_moon { 0.30 } else { 0.13 } + sky.middle[k] * 0.35)
        });
        let snow_shade = std::array::from_fn(|k| white[k] * (sky.zenith[k] * 0.17 + sky.middle[k] * 0.24));
        Self {
            camera,
            air: Air::new(scene, &sky, 0.000_085, 0.000_35),
            range,
            banks,
            level: camera.position[1] * chance.within(0.42, 0.68) + 420.0 * weather.fog,
            far: scale3(mix3(mix3(sky.horizon, sky.middle, 0.6), sky.zenith, 0.16), 0.9),
            cloud_lit: mix3(sky.cloud_lit, mix3(sky.horizon, sunlight, 0.3), 0.45),
            cloud_dark: mix3(sky.cloud_dark, sky.middle, 0.55),
            ledge_lit: snow_light,
            ledge_dark: snow_shade,
            side,
            rise: chance.within(-0.10, 0.16),
            wooded: chance.happens(0.5),
            seed: chance.below(1 << 20) as u32,
            wind: weather.wind + 0.5 * music.build + 0.3 * music.high,
            secs,
            sky,
        }
    }

    /// Height of a crest of the ledge below the camera's start, at a depth of [`LEDGES`].
    #[inline(always)]
    fn ledge<L: Lanes>(&self, k: usize, x: F<L>) -> F<L> {
        let depth = LEDGES[k];
        let across = x * (self.side * self.camera.focal / depth);
        let lift = smoothstep::<L>(-0.9, 1.3, across) * [0.42, 0.50, 0.40][k];
        // In picture units at its depth, so that it stands alike in every lens.
        let picture = lift - [0.66, 0.84, 1.02][k] + self.rise;
        let rough = fbm1(x * (5.0 / depth) + 9.0 * k as f32, 5, self.seed + k as u32) - 0.5;
        (picture + rough * 0.22 - self.camera.horizon * 0.5) * (depth / self.camera.focal)
    }
}

impl World for Mountains {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let eye = splat::<L>(self.camera.position);
        let near = d.dot(splat(self.sky.direction)).max(0.0);
        let glow = splat::<L>(self.sky.sun) * (near.pow(9.0) * if self.sky.is_moon { 0.10 } else { 0.06 });
        let haze = splat::<L>(self.far).mix(self.air.color(&self.sky, d), self.air.fog.clamp(0.0, 1.0)) + glow;
        let ahead = d.z.max(0.1);
        // The nearest ledge that fills all sixteen pixels hides everything behind it.
        let mut drops = [f::<L>(0.0); 3];
        let mut from = 0;
        for (k, depth) in LEDGES.into_iter().enumerate() {
            let far = (depth - eye.z) / ahead;
            drops[k] = self.ledge(k, eye.x + d.x * far) - (d.y * far + (eye.y - self.base()));
            if drops[k].gt(far * pixel).all() {
                from = k + 1;
            }
        }
        let mut light = haze;
        let mut range: F<L> = f(FAR);
        let open = from == 0;
        let [first, second] = if open {
            self.range.meet(eye, d, pixel)
        } else {
            [Hit::none(), Hit::none()]
        };
        if open && !first.cover.gt(0.999).all() {
            let sky = self.sky.full(d, pixel, 4) + self.air.lightning(d, pixel);
            light = self.air.before_sky(sky, haze, d);
        }
        let behind = select(first.cover.lt(1.0), second.cover, f(0.0));
        for (hit, cover) in [(second, behind), (first, first.cover)] {
            if !cover.gt(0.0).any() {
                continue;
            }
            let ground = self.air.through(self.range.shade(hit, d, &self.sky), haze, hit.range);
            light = light.mix(ground, cover);
            range = select(cover.gt(0.5), hit.range, range);
        }
        let hidden = range;
        for (bank, depth) in self.banks.iter().zip(BANKS) {
            let far = (depth - eye.z) / ahead;
            let y = eye.y + d.y * far - self.level;
            if !open || !(y.lt(bank.tall * 1.6) & far.lt(hidden)).any() {
                continue;
            }
            let (cover, lit) = bank.at(eye.x + d.x * far, y, far * pixel);
            let color = splat::<L>(self.cloud_dark).mix(splat(self.cloud_lit), lit) + glow * (lit * 0.8);
            let color = self.air.through(color, haze, far * 1.3);
            light = light.mix(color, select(far.lt(hidden), cover, f(0.0)) * 0.97);
        }
        for (k, depth) in LEDGES.into_iter().enumerate() {
            if k + 1 < from {
                continue;
            }
            let far = (depth - eye.z) / ahead;
            let (x, y) = (eye.x + d.x * far, d.y * far + (eye.y - self.base()));
            let mut drop = drops[k];
            let crest = drop + y;
            let wide = far * pixel;
            let mut cover = (drop / wide + 0.5).saturate();
            let mut wood = f::<L>(0.0);
            if self.wooded && k == 0 {
                let sunk = smoothstep::<L>(0.5, -0.1, x * (self.side / depth)) * 16.0;
                wood = pines(x, y - crest + sunk, 15.0, 4.2, wide, self.seed) * (1.0 - cover);
                cover = cover.max(wood);
            }
            if !cover.gt(0.0).any() {
                continue;
            }
            drop = drop.max(0.0);
            // Drifts and rock, dark against the light, with a rim.
            let scale = 9.0 / depth;
            let (u, w) = (x * scale, drop * (scale * 1.5));
            let a = fbm2(u * 0.42 + 3.0, w * 0.8 + u * 0.25, 4);
            let b = fbm2(u * 0.42 + 3.0 - 0.10 * self.side, w * 0.8 + u * 0.25 - 0.16, 4);
            let lit = smoothstep::<L>(-0.12, 0.20, a - b - drop * (scale * 0.03));
            let rock = smoothstep::<L>(0.52, 0.57, a + (noise2(u * 5.0, w * 6.0) - 0.5) * 0.07);
            let rim = (drop * (-6.0 * scale)).exp() * (0.3 + 1.4 * near.pow(3.0));
            let snow = splat::<L>(self.ledge_dark).mix(splat(self.ledge_lit), lit * 0.34 + rim * 0.6);
            let mut ground = snow.mix(
                splat::<L>(self.ledge_dark) * (0.12 + 0.22 * lit + rim * 0.3),
                rock * 0.9,
            );
            ground = ground.mix(splat::<L>(self.ledge_dark) * 0.10, wood);
            ground = self.air.through(ground, haze, far * (4.0 + 40.0 * self.air.fog));
            light = light.mix(ground, cover);
            range = select(cover.gt(0.5), far, range);
            // Snow that the wind takes off the crest.
            if k > 0 {
                let above = (y - crest).max(0.0) * scale;
                let plume = fbm2(
                    x * (scale * 0.5) - self.secs * (0.8 + self.wind),
                    y * (scale * 1.4) + x * 0.1,
                    3,
                );
                let spray = (above * -4.5).exp() * smoothstep::<L>(0.45, 0.8, plume) * (0.5 * self.wind);
                light = light.mix(splat::<L>(self.ledge_lit) + glow, (spray * (1.0 - cover)).min(0.6));
            }
        }
        Sample {
            light: self.air.falling(light, at),
            distance: range * d.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.4]);
        let [x0, high, z] = self.camera.position;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x0 + x * depth / self.camera.focal, y, z + depth],
            heading: 0.0,
            room,
        };
        let stand = |role, k: usize, x: f32, room| {
            let x = x * LEDGES[k] / self.camera.focal;
            Place {
                role,
                at: [x, self.crest(k, x), LEDGES[k] + 0.02],
                heading: 0.0,
                room,
            }
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.24),
            },
            ambient: scale3(self.sky.middle, 0.4),
            fog: self.air.fog(&self.sky),
            surface: Surface::Ground { wet: 0.0 },
            places: vec![
                stand(Role::Hero, 2, self.side * 0.55, 2.2),
                stand(Role::Second, 2, self.side * 0.95, 2.0),
                stand(Role::Far, 1, self.side * 0.9, 4.0),
                place(Role::Floating, -self.side * 0.3, high + 12.0, 90.0, 20.0),
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
        self.crest(
            if z < 16.0 {
                2
            } else if z < 40.0 {
                1
            } else {
                0
            },
            x,
        )
    }
}

impl Mountains {
    /// The height that the ledge's crests are told from.
    fn base(&self) -> f32 {
        self.camera.position[1] - self.camera.position[2] * 0.8 / 2.6
    }

    /// Height of a crest in metres at x.
    fn crest(&self, k: usize, x: f32) -> f32 {
        use crate::lanes::portable::Portable;
        self.ledge::<Portable>(k, f(x)).array()[0] + self.base()
    }
}
