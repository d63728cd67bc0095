//! A lake in the mountains: peaks, pines and fog, mirrored in still water, seen from a jetty or a stony shore.
//!
//! Below the horizon the ray is mirrored at the water first and then meets the same land ([`Range`], [`pines`]), so a
//! pixel costs one walk. The fog lies in a layer that thins upwards and is integrated along the ray in closed form
//! (Quilez, "Better fog", 2010). Where wind touches the water it mirrors roughly, as a paler stripe.

use crate::{
    air::Air,
    camera::Camera,
    jetty::Jetty,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::fbm2,
    quay::Quay,
    ranges::Range,
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    trees::{pines, shore},
    water::Water,
    waterside::{Waterside, stand_light},
    world::{FAR, Points, Role, Sample, Staging, Surface, World},
};

/// A row of pines: metres off, their height, spacing, the height of the ground.
const ROWS: [[f32; 4]; 4] = [
    [1150.0, 26.0, 8.0, 130.0],
    [820.0, 26.0, 7.0, 75.0],
    [560.0, 25.0, 6.5, 34.0],
    [360.0, 24.0, 6.5, 9.0],
];

pub(in super::super) struct Lake {
    at: Waterside,
    range: Range,
    /// What one stands on: a jetty, or else the shore.
    jetty: Option<Jetty>,
    shore: Quay,
    /// How much fog lies in the valley, a metre.
    fog: f32,
    /// Height to which it thins to a third.
    fog_height: f32,
    wood: [f32; 3],
    far: [f32; 3],
    /// Where the nearest trees give way to the water, as x by z, and on which side.
    gap: [f32; 2],
    seed: u32,
    secs: f32,
}

impl Lake {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 2);
        let music = &scene.music;
        let mut sky = Sky::new(scene, chance.within(-0.42, 0.42));
        let mut camera = Camera::standing(
            chance.within(1.3, 2.7),
            chance.within(-0.36, -0.02),
            chance.within(1.5, 2.3),
        );
        // The light stands clear of the peaks.
        stand_light(&mut sky, &camera, chance.within(0.17, 0.34), [0.68, 1.1]);
        camera.position[2] = scene.approach * 16.0 + music.bar as f32 * 0.35;
        camera.position[0] = scalar::sin(music.bar as f32 * 0.2) * 3.0 + music.bar as f32 * chance.within(-0.5, 0.5);
        let sun = sky.direction[0] / sky.direction[2];
        let tall = chance.within(2500.0, 3900.0);
        let valley = sun * 0.8 + chance.within(-0.15, 0.15);
        let range = Range::new(scene, &sky, &mut chance, 1500.0, 9000.0, tall, valley);
        let weather = &scene.weather;
        let swell = 0.015 + 0.07 * weather.wind + 0.5 * weather.storm + 0.06 * music.bass + 0.10 * music.kick;
        let mut water = Water::new(scene, &mut chance, swell, 0.7);
        water.spread = 0.12;
        let at = Waterside::new(
            camera,
            sky,
            Air::new(scene, &sky, 0.00006, 0.0016),
            water,
            mix3(scale3(sky.zenith, 0.30), scale3(sky.middle, 0.12), 0.5),
        );
        let near = at.near();
        let wood = scene.palette.turned([0.20, 0.17, 0.14], 0.4);
        let wood = mix3(wood, [0.7, 0.73, 0.8], weather.snow * 0.7);
        let under: [f32; 3] =
            std::array::from_fn(|k| at.sky.middle[k] * 0.9 + at.sky.sun[k] * if at.sky.is_moon { 0.30 } else { 0.04 });
        let lit: [f32; 3] = std::array::from_fn(|k| wood[k] * under[k]);
        let foot = at.side * chance.within(0.15, 0.5) * near / camera.focal;
        // It runs towards the light.
        let jetty = chance.happens(0.65).then(|| Jetty {
            line: [foot - sun * near, sun],
            half: chance.within(0.8, 1.1),
            top: 0.45,
            end: near + chance.within(0.8, 3.5),
            dark: scale3(lit, 0.16),
            lit,
        });
        let shore = Quay {
            top: 0.12,
            edge: [near + 1.0, -at.side * chance.within(0.0, 0.3)],
            slab: 0.0,
            dark: scale3(lit, 0.45),
            lit,
            wet: 0.45 + 0.5 * weather.rain,
            pool: ([0.0, -900.0], 1.0, [0.0; 3]),
        };
        let dawn = 1.0 - ((scene.hour - 0.25).abs() * 6.0).min(1.0);
        Self {
            jetty,
            shore,
            at,
            range,
            fog: 0.0009
                * (0.30 + 0.6 * dawn + 1.6 * weather.fog + 0.9 * music.bass * music.loudness + 0.5 * music.build),
            fog_height: 34.0 + 60.0 * weather.fog + 26.0 * music.bass,
            far: scale3(mix3(mix3(sky.horizon, sky.middle, 0.65), sky.zenith, 0.18), 0.85),
            // Snow on the boughs.
            wood: mix3(
                mix3(scale3(sky.zenith, 0.20), scale3(sky.middle, 0.05), 0.5),
                scale3(sky.middle, 0.7),
                weather.snow * 0.5,
            ),
            gap: [sun + chance.within(-0.15, 0.15), chance.within(0.25, 0.6)],
            seed: (scene.seed as u32).wrapping_mul(0x9E37) | 1,
            secs: music.secs as f32,
        }
    }

    /// The share of light that the valley's fog lets through from `o` along `d` for `range` metres.
    #[inline(always)]
    fn clear<L: Lanes>(&self, o: V<L>, d: V<L>, range: F<L>) -> F<L> {
        let thin = 1.0 / self.fog_height;
        let slope = d.y * thin;
        let rise = slope * range;
        let flat = rise.abs().lt(0.02);
        let along = select(
            flat,
            range * (1.0 - rise * 0.5),
            (1.0 - (-rise).exp()) / select(flat, f(1.0), slope),
        );
        (along * (o.y * -thin).exp() * -self.fog).exp()
    }

    /// The colour of far air before mountains: between horizon and zenith, so that shadows stay cool.
    #[inline(always)]
    fn far_air<L: Lanes>(&self, d: V<L>) -> V<L> {
        let near = d.dot(splat(self.at.sky.direction)).max(0.0);
        let glow = near.pow(10.0) * if self.at.sky.is_moon { 0.10 } else { 0.06 };
        let still = splat::<L>(self.far).mix(self.at.air.color(&self.at.sky, d), self.at.air.fog.clamp(0.0, 1.0));
        still + splat::<L>(self.at.sky.sun) * glow
    }

    /// What is seen from `o` along `d`: light and metres; `disc` 0 leaves out sun and moon, which glints replace.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, disc: F<L>) -> (V<L>, F<L>) {
        let haze = self.far_air(d);
        let [mut cover, mut reach] = [f::<L>(0.0), f(FAR)];
        let mut wood = splat::<L>([0.0; 3]);
        if let Some(jetty) = &self.jetty {
            // From above the deck only the water shows more of it.
            if (d.y.lt(0.4) & disc.lt(0.5)).any() {
                let up = v(d.x, d.y.abs() + 0.02, d.z);
                (cover, wood, reach) = jetty.seen(o, d, pixel, self.at.sky.base(up));
                if cover.gt(0.999).all() {
                    return (wood, reach);
                }
            }
        }
        let [first, second] = self.range.meet(o, d, pixel);
        let mut light = if first.cover.gt(0.999).all() {
            haze
        } else {
            self.at.behind(d, pixel, disc, haze)
        };
        let mut range = f(FAR);
        let drift = fbm2(d.x / d.z * 3.0 + self.secs * 0.006, d.y * 16.0 - self.secs * 0.004, 2) * 1.3 + 0.35;
        let mist = haze.mix(self.at.air.color(&self.at.sky, d), 0.35);
        // What stands behind a ridge's edge is seen through it; behind its face it is not.
        let behind = select(first.cover.lt(1.0), second.cover, f(0.0));
        for (hit, cover) in [(second, behind), (first, first.cover)] {
            if !cover.gt(0.0).any() {
                continue;
            }
            let ground = self
                .at
                .air
                .through(self.range.shade(hit, d, &self.at.sky), haze, hit.range);
            let veil = 1.0 - (1.0 - self.clear(o, d, hit.range)) * drift.min(1.0);
            light = light.mix(mist.mix(ground, veil), cover);
            range = select(cover.gt(0.5), hit.range, range);
        }
        // The rows of pines, the farthest first.
        let ahead = d.z.max(0.1);
        for (k, [far, tall, spacing, high]) in ROWS.into_iter().enumerate() {
            let row = (far - o.z) / ahead;
            let (x, y) = (o.x + d.x * row, o.y + d.y * row);
            if !y.lt(tall + high).any() {
                continue;
            }
            let side = (x * (1.0 / far) - self.gap[0]).abs();
            let bank = smoothstep::<L>(self.gap[1] * 0.2, self.gap[1] + 0.25 * k as f32, side)
                * (0.35 + 0.65 * (k as f32 / 3.0))
                + 0.65
                - 0.65 * (k as f32 / 3.0);
            let ground = shore(x, far * 0.5, high * 2.2, self.seed + k as u32) * bank
                - 30.0 * (1.0 - smoothstep::<L>(0.0, 0.15, bank));
            let cover = pines(x, y - ground, tall, spacing, row * pixel, self.seed + 9 * k as u32);
            if !cover.gt(0.0).any() {
                continue;
            }
            let veil = 1.0 - (1.0 - self.clear(o, d, row)) * drift.min(1.0);
            let wood = self.at.air.through(splat::<L>(self.wood), haze, row * 2.5);
            light = light.mix(mist.mix(wood, veil), cover);
            range = select(cover.gt(0.5), row, range);
        }
        (light.mix(wood, cover), select(cover.gt(0.5), reach, range))
    }
}

impl World for Lake {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.at.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.at.camera.focal;
        let here = self.at.meet(d, pixel, 340.0);
        let (water, far) = (here.below, here.range);
        let mut seen = self.at.straight(d);
        let mut ruffled = f::<L>(0.0);
        if water.any() {
            // Patches of wind.
            ruffled = smoothstep::<L>(0.52, 0.74, fbm2(here.x * 0.013 + self.secs * 0.02, here.z * 0.03, 2));
            let mut slopes = self.at.water.slopes(here.x, here.z, here.footprint);
            let touch = 0.35 + ruffled;
            slopes.x *= touch;
            slopes.z *= touch;
            seen = self.at.mirror(d, (water, &here), slopes, [0.82, 0.14]);
        }
        let (mut light, range) = self.land(seen.from, seen.ray, pixel, seen.straight);
        let mut distance = range * seen.ray.z.max(0.05);
        if water.any() {
            let mut wet = self.at.surface(light, &seen);
            wet = wet.mix(splat(self.at.sky.middle), ruffled * 0.10);
            // Mist that lies on the water, thickest at the far shore.
            let haze = self.far_air(d);
            let clear = self.clear(v(f(0.0), f(self.at.camera.position[1]), f(0.0)), d, far);
            wet = self.at.air.through(haze.mix(wet, clear), haze, far);
            let eye = splat::<L>(self.at.camera.position);
            // The jetty and the shore hide the water.
            let (cover, wood, reach) = match &self.jetty {
                Some(jetty) => {
                    let up = v(d.x, d.y.abs() + 0.02, d.z);
                    jetty.seen(eye, d, pixel, self.at.sky.base(up))
                }
                None => {
                    let stone = self.shore.meet(eye, d);
                    let up = v(d.x, d.y.abs() + 0.03, d.z).normalized();
                    let ground = self.shore.shade(eye, d, stone.min(400.0), pixel, self.at.sky.base(up));
                    (stone.lt(1e4).to_float(), ground, stone)
                }
            };
            wet = wet.mix(wood, cover);
            let far = select(cover.gt(0.5), reach, far);
            light = V::select(water, wet, light);
            distance = select(water, far * d.z.max(0.05), distance);
        }
        Sample {
            light: self.at.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let side = self.at.side;
        let near = self.at.near();
        let hero = |depth: f32| match &self.jetty {
            Some(jetty) => {
                let z = self.at.camera.position[2] + depth;
                let x = jetty.line[0] + jetty.line[1] * z - self.at.camera.position[0];
                (x * self.at.camera.focal / depth, jetty.top)
            }
            None => (side * 0.5, self.shore.top),
        };
        let (x, top) = hero(near);
        self.at.staging(
            Surface::Ground { wet: 0.25 },
            vec![
                self.at.place(Role::Hero, x, top, near, 2.2),
                self.at.place(Role::Afloat, side * 0.35, 0.0, near * 5.0, 12.0),
                self.at.place(Role::Second, x + 0.08 * side, top, near * 0.94, 1.0),
                self.at.place(Role::Far, -side * 0.7, 0.0, 300.0, 30.0),
                self.at.place(Role::Floating, side * 0.4, 40.0, 120.0, 20.0),
            ],
        )
    }
}
