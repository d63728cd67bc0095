//! Above the clouds: a sea of cloud lit by a low sun, with towers, flown over.
//!
//! Banks ([`Bank`]) stand one behind the other at distances that grow by a share, nearest first, until the pixel is
//! covered; flying on, each comes nearer and keeps its shape, and a new one rises out of the haze.

use crate::{
    air::Air,
    camera::Camera,
    clouds::Bank,
    lanes::{F, Lanes, f, select, smoothstep, splat},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Banks at once.
const BANKS: usize = 13;

pub(in super::super) struct AboveClouds {
    camera: Camera,
    sky: Sky,
    air: Air,
    banks: [(f32, Bank); BANKS],
    lit: [f32; 3],
    dark: [f32; 3],
    /// How much each bank is there: the farthest comes in.
    fresh: f32,
    burst: f32,
    bolt: f32,
}

impl AboveClouds {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 5);
        let (music, weather) = (&scene.music, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.42, 0.42));
        // High cloud only: the weather is below.
        sky.cover *= 0.55;
        let mut camera = Camera::standing(
            chance.within(330.0, 620.0),
            chance.within(-0.22, 0.22),
            chance.within(1.4, 2.3),
        );
        let lift = chance.within(0.06, 0.20);
        if sky.direction[1] < lift {
            sky.direction = scalar::normalize([sky.direction[0], lift, sky.direction[2]]);
        }
        sky.stand_within(&camera, 0.72, 1.15);
        let bar = music.bar as f32;
        camera.position[0] = 60.0 * scalar::sin(bar * 0.098) + bar * chance.within(-9.0, 9.0);
        camera.position[1] += 10.0 * scalar::sin(bar * 0.39) - 24.0 * scene.approach;
        let sun = sky.direction[0] / sky.direction[2];
        // Towers stand to the side of the light.
        let flown = music.bar * 0.055 + f64::from(scene.approach) * 0.9;
        let first = flown.floor();
        let part = (flown - first) as f32;
        let puff = 0.75 + 0.5 * music.bass + 0.35 * music.build + 0.3 * weather.storm;
        let banks = std::array::from_fn(|k| {
            let number = first as u64 + k as u64;
            let mut own = Chance::new(scene.seed, 5000 + number);
            let depth = 430.0 * scalar::pow(1.36, k as f32 + 1.0 - part);
            let tower = own.happens(0.4);
            let wide = own.within(1000.0, 1900.0) * if tower { 1.4 } else { 1.0 };
            let tall = own.within(150.0, 250.0) * if tower { 2.7 } else { 1.0 };
            let bank = Bank {
                wide,
                tall: tall * puff,
                grain: [3.6 / wide, 1.3 / tall],
                drift: own.within(0.0, 9000.0) + music.secs as f32 * own.within(2.0, 9.0),
                soft: 0.11 + 0.4 * weather.fog,
                octaves: 6,
                light: [if sun > 0.0 { 0.75 } else { -0.75 }, 0.75],
                seed: own.below(1 << 20) as u32,
            };
            (depth, bank)
        });
        let light = if sky.is_moon { 0.30 } else { 0.07 };
        Self {
            camera,
            air: Air::new(scene, &sky, 0.000_07, 0.0004),
            banks,
            lit: std::array::from_fn(|k| sky.cloud_lit[k] * 0.55 + sky.sun[k] * light),
            dark: scale3(mix3(mix3(sky.cloud_dark, sky.zenith, 0.4), sky.middle, 0.25), 0.8),
            fresh: part,
            burst: music.burst + 0.35 * music.kick + 0.2 * music.mid,
            bolt: weather.storm * (music.kick + music.burst),
            sky,
        }
    }
}

impl World for AboveClouds {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let eye = splat::<L>(self.camera.position);
        let near = d.dot(splat(self.sky.direction)).max(0.0);
        let strength = if self.sky.is_moon { 0.16 } else { 0.075 };
        let glow = splat::<L>(self.sky.sun)
            * ((near.pow(5.0) * 0.35 + near.pow(30.0)) * (strength * (1.0 + 0.8 * self.burst)));
        let haze = self.air.color(&self.sky, d).mix(splat(self.sky.middle), 0.22);
        let mut light = splat::<L>([0.0; 3]);
        let mut open = f::<L>(1.0);
        let mut range: F<L> = f(FAR);
        let ahead = d.z.max(0.1);
        for (k, (depth, bank)) in self.banks.iter().enumerate() {
            let far = *depth / ahead;
            let y = eye.y + d.y * far;
            if !(y.lt(bank.tall * 1.7) & open.gt(0.01)).any() {
                continue;
            }
            let x = eye.x + d.x * far;
            let (cover, lit) = bank.at(x, y, far * pixel);
            // The farthest comes in, the nearest passes below.
            let there = if k + 1 == BANKS {
                self.fresh
            } else {
                scalar::smoothstep(480.0, 1000.0, *depth)
            };
            let cover = cover * there * open;
            if !cover.gt(0.0).any() {
                continue;
            }
            let lit = smoothstep::<L>(0.12, 0.95, lit);
            let mut color = splat::<L>(self.dark).mix(splat(self.lit), lit) + glow * (0.25 + lit);
            if self.bolt > 0.02 {
                // Lightning inside a bank, one in three.
                let inside = smoothstep::<L>(900.0, 0.0, (x - (k as f32 * 977.0) % 1400.0 + 700.0).abs());
                let which = if k % 3 == 1 { self.bolt } else { 0.0 };
                color += splat::<L>([0.5, 0.58, 0.8]) * (inside * (1.0 - lit) * which);
            }
            let color = self.air.through(color, haze + glow * 0.4, far);
            light += color * cover;
            range = select(open.gt(0.5) & (open - cover).lt(0.5), far, range);
            open -= cover;
        }
        if open.gt(0.003).any() {
            let sky = self.sky.full(d, pixel, 5);
            let sky = self.air.before_sky(sky, haze, d);
            // Below the horizon the last haze.
            let low = smoothstep::<L>(0.006, -0.012, d.y);
            light += sky.mix(haze + glow * 0.4, low) * open;
        }
        // The line where cloud and sky meet is never sharp.
        let line = ((d.y + 0.004).squared() * -900.0).exp() * 0.55;
        light = light.mix(haze + glow * 0.5, line);
        Sample {
            light: self.air.falling(light, at),
            distance: range * d.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.4]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let [x0, high, z] = self.camera.position;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x0 + x * depth / self.camera.focal, high + y, z + depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.26),
            },
            ambient: scale3(self.sky.middle, 0.45),
            fog: self.air.fog(&self.sky),
            surface: Surface::None,
            places: vec![
                place(Role::Hero, side * 0.5, -1.3, self.camera.focal * 3.6, 3.0),
                place(Role::Floating, side * 0.5, 4.0, 45.0, 14.0),
                place(Role::Second, side * 0.9, -0.6, self.camera.focal * 5.0, 3.0),
                place(Role::Far, -side * 0.6, 20.0, 300.0, 60.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: sun,
                radius: 0.12,
                distance: FAR,
                spills: false,
            },
        }
    }
}
