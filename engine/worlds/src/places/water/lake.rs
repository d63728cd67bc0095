//! A lake in the mountains: peaks, pines and fog, mirrored in still water.
//!
//! Below the horizon the ray is mirrored at the water first and then meets the same land ([`Range`], [`pines`]), so a
//! pixel costs one walk. The fog lies in a layer that thins upwards and is integrated along the ray in closed form
//! (Quilez, "Better fog", 2010). Where wind touches the water it mirrors roughly, as a paler stripe.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::fbm2,
    ranges::Range,
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    trees::{pines, shore},
    water::Water,
    world::{FAR, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// A row of pines: metres off, their height, spacing, the height of the ground.
const ROWS: [[f32; 4]; 4] = [
    [1150.0, 26.0, 8.0, 130.0],
    [820.0, 26.0, 7.0, 75.0],
    [560.0, 25.0, 6.5, 34.0],
    [360.0, 24.0, 6.5, 9.0],
];

pub(in super::super) struct Lake {
    camera: Camera,
    sky: Sky,
    air: Air,
    range: Range,
    water: Water,
    /// How much fog lies in the valley, a metre.
    fog: f32,
    /// Height to which it thins to a third.
    fog_height: f32,
    wood: [f32; 3],
    far: [f32; 3],
    deep: [f32; 3],
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
            chance.within(1.6, 5.0),
            chance.within(-0.36, -0.02),
            chance.within(1.5, 2.3),
        );
        // The light stands clear of the peaks.
        let lift = chance.within(0.17, 0.34);
        if sky.direction[1] < lift {
            sky.direction = scalar::normalize([sky.direction[0], lift, sky.direction[2]]);
        }
        sky.stand_within(&camera, 0.68, 1.1);
        camera.position[2] = scene.approach * 16.0 + music.bar as f32 * 0.35;
        camera.position[0] = scalar::sin(music.bar as f32 * 0.2) * 3.0 + music.bar as f32 * chance.within(-0.5, 0.5);
        let sun = sky.direction[0] / sky.direction[2];
        let tall = chance.within(2500.0, 3900.0);
        let valley = sun * 0.8 + chance.within(-0.15, 0.15);
        let range = Range::new(scene, &sky, &mut chance, 1500.0, 9000.0, tall, valley);
        let weather = &scene.weather;
        let swell = 0.015 + 0.07 * weather.wind + 0.2 * weather.storm + 0.06 * music.bass + 0.10 * music.kick;
        let mut water = Water::new(scene, &mut chance, swell, 0.7);
        water.spread = 0.12;
        let dawn = 1.0 - ((scene.hour - 0.25).abs() * 6.0).min(1.0);
        Self {
            camera,
            air: Air::new(scene, &sky, 0.00006, 0.0016),
            range,
            water,
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
            deep: mix3(scale3(sky.zenith, 0.30), scale3(sky.middle, 0.12), 0.5),
            gap: [sun + chance.within(-0.15, 0.15), chance.within(0.25, 0.6)],
            seed: (scene.seed as u32).wrapping_mul(0x9E37) | 1,
            secs: music.secs as f32,
            sky,
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
        let near = d.dot(splat(self.sky.direction)).max(0.0);
        let glow = near.pow(10.0) * if self.sky.is_moon { 0.10 } else { 0.06 };
        let still = splat::<L>(self.far).mix(self.air.color(&self.sky, d), self.air.fog.clamp(0.0, 1.0));
        still + splat::<L>(self.sky.sun) * glow
    }

    /// What is seen from `o` along `d`: light and metres; `disc` 0 leaves out sun and moon, which glints replace.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, disc: F<L>) -> (V<L>, F<L>) {
        let haze = self.far_air(d);
        let behind = self.sky.base(d) + self.sky.starlight(d, pixel) + self.sky.disc(d, pixel) * disc;
        let (cloud, cover) = self.sky.clouds(d, 4);
        let sky = behind.mix(cloud, cover * 0.93) + self.air.lightning(d, pixel);
        let mut light = self.air.before_sky(sky, haze, d);
        let mut range = f(FAR);
        let drift = fbm2(d.x / d.z * 3.0 + self.secs * 0.006, d.y * 16.0 - self.secs * 0.004, 3) * 1.3 + 0.35;
        let mist = haze.mix(self.air.color(&self.sky, d), 0.35);
        let [first, second] = self.range.meet(o, d, pixel);
        // What stands behind a ridge's edge is seen through it; behind its face it is not.
        let behind = select(first.cover.lt(1.0), second.cover, f(0.0));
        for (hit, cover) in [(second, behind), (first, first.cover)] {
            if !cover.gt(0.0).any() {
                continue;
            }
            let ground = self.air.through(self.range.shade(hit, d, &self.sky), haze, hit.range);
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
            let wood = self.air.through(splat::<L>(self.wood), haze, row * 2.5);
            light = light.mix(mist.mix(wood, veil), cover);
            range = select(cover.gt(0.5), row, range);
        }
        (light, range)
    }
}

impl World for Lake {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let eye = splat::<L>(self.camera.position);
        let water = d.y.lt(-1e-4);
        let (mut o, mut ray, mut far) = (eye, d, f::<L>(0.0));
        let (mut fresnel, mut glitter) = (f::<L>(1.0), f::<L>(0.0));
        let mut ruffled = f::<L>(0.0);
        if water.any() {
            let fall = (-d.y).max(1e-4);
            far = (self.camera.position[1] / fall).min(340.0 / d.z.max(0.2));
            let (x, z) = (eye.x + d.x * far, eye.z + d.z * far);
            let footprint = far * pixel / fall.max(0.02).sqrt();
            // Patches of wind.
            ruffled = smoothstep::<L>(0.52, 0.74, fbm2(x * 0.013 + self.secs * 0.02, z * 0.03, 3));
            let mut slopes = self.water.slopes(x, z, footprint);
            let touch = 0.35 + ruffled;
            slopes.x *= touch;
            slopes.z *= touch;
            let normal = v(-slopes.x, f(1.0), -slopes.z).normalized();
            fresnel = self.water.fresnel(d, normal, slopes.rough) * 0.82 + 0.14;
            let mut mirrored = d.reflected(normal);
            mirrored.y = mirrored.y.max(0.0) + 0.0015;
            ray = V::select(water, mirrored.normalized(), d);
            o = V::select(water, v(x, f(0.0), z), eye);
            glitter = self
                .water
                .glitter(&self.sky, d, (x, z), far, slopes, self.camera.position[1]);
        }
        let (mut light, range) = self.land(o, ray, pixel, select(water, f(0.0), f(1.0)));
        let mut distance = range * ray.z.max(0.05);
        if water.any() {
            let mut wet = splat::<L>(self.deep).mix(light, fresnel);
            wet = wet.mix(splat(self.sky.middle), ruffled * 0.10);
            wet += splat::<L>(self.sky.sun) * ((glitter * self.water.sparkle).min(3.0) * 0.22);
            // Mist that lies on the water, thickest at the far shore.
            let haze = self.far_air(d);
            let clear = self.clear(v(f(0.0), f(self.camera.position[1]), f(0.0)), d, far);
            wet = self.air.through(haze.mix(wet, clear), haze, far);
            light = V::select(water, wet, light);
            distance = select(water, far * d.z.max(0.05), distance);
        }
        Sample {
            light: self.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let sun = self.camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.4]);
        let side = if sun[0] > 0.0 { -1.0 } else { 1.0 };
        let [x0, high, z] = self.camera.position;
        let near = (self.camera.focal * 3.4).max(high * 1.3);
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x0 + x * depth / self.camera.focal, y, z + depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.22),
            },
            ambient: scale3(self.sky.middle, 0.35),
            fog: self.air.fog(&self.sky),
            surface: Surface::Water { ripple: 0.03 },
            places: vec![
                place(Role::Hero, side * 0.6, 0.0, near, 2.2),
                place(Role::Afloat, side * 0.35, 0.0, near * 5.0, 12.0),
                place(Role::Second, side * 0.95, 0.0, near * 1.2, 2.0),
                place(Role::Far, -side * 0.7, 0.0, 300.0, 30.0),
                place(Role::Floating, side * 0.4, 40.0, 120.0, 20.0),
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
