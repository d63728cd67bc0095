//! A river through woods: trees on both banks, stones, mist between the rows, light through it.
//!
//! Rows of pines ([`pines`]) over grassy banks stand one behind the other, and mist is laid between each two of them: that
//! order makes the depth. The river's course is a sine; where it runs the rows stand back. Below the water's edge the ray
//! is mirrored first, as in the lake.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{fbm2, noise1, noise2},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stones::{self, Stone},
    trees::pines,
    water::Water,
    world::{FAR, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Metres at which rows stand.
const ROWS: [f32; 8] = [430.0, 280.0, 185.0, 122.0, 80.0, 53.0, 34.0, 21.0];

pub(in super::super) struct River {
    camera: Camera,
    sky: Sky,
    air: Air,
    water: Water,
    stones: Vec<Stone>,
    spacing: f32,
    /// Half the river's width; its bends: metres aside, radians a metre.
    half: f32,
    bend: [f32; 2],
    tall: f32,
    wood: [f32; 3],
    leaf: [f32; 3],
    deep: [f32; 3],
    foam: [f32; 3],
    mist: [f32; 3],
    fog: f32,
    shafts: f32,
    sun_at: [f32; 2],
    flow: f32,
    secs: f32,
    seed: u32,
}

impl River {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 10);
        let (music, weather) = (&scene.music, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.16, 0.16));
        let mut camera = Camera::standing(
            chance.within(1.3, 2.6),
            chance.within(-0.32, -0.06),
            chance.within(1.4, 2.1),
        );
        let lift = chance.within(0.20, 0.32);
        if sky.direction[1] < lift {
            sky.direction = scalar::normalize([sky.direction[0], lift, sky.direction[2]]);
        }
        sky.stand_within(&camera, 0.62, 0.6);
        let bar = music.bar as f32;
        camera.position[0] = 0.35 * scalar::sin(bar * 0.3) + bar * chance.within(-0.02, 0.02);
        camera.position[2] = scene.approach * 3.5 + 0.3 * scalar::sin(bar * 0.2);
        let half = chance.within(5.5, 9.5);
        let bend = [chance.within(-7.0, 7.0), chance.within(0.022, 0.034)];
        let secs = music.secs as f32;
        let green = *[[0.10, 0.15, 0.05], [0.26, 0.14, 0.035], [0.07, 0.13, 0.08]]
            .get(chance.below(3))
            .unwrap_or(&[0.1, 0.15, 0.05]);
        let green = mix3(
            scene.palette.turned(green, 0.4),
            [0.75, 0.78, 0.84],
            weather.snow * 0.65,
        );
        let (light, around) = if sky.is_moon { (0.9, 1.8) } else { (0.28, 0.9) };
        let leaf = std::array::from_fn(|k| green[k] * (sky.sun[k] * light + sky.middle[k] * around));
        let dawn = 1.0 - ((scene.hour - 0.25).abs() * 6.0).min(1.0);
        let sun_at = camera.project_direction(sky.direction).unwrap_or([0.0, 0.5]);
        let tall = chance.within(12.0, 21.0);
        let swell = 0.10 + 0.1 * weather.wind + 0.10 * music.bass + 0.14 * music.kick;
        Self {
            water: Water::new(scene, &mut chance, swell, 1.4),
            air: Air::new(scene, &sky, 0.0012, 0.012),
            stones: stones::scattered(&mut chance, 9, 5.0, 26.0, 0.42),
            half,
            bend,
            spacing: tall * chance.within(0.27, 0.36),
            tall,
            wood: mix3(scale3(sky.zenith, 0.12), scale3(leaf, 0.10), 0.5),
            leaf,
            deep: mix3(scale3(sky.zenith, 0.16), scale3(leaf, 0.25), 0.5),
            foam: mix3(scale3(sky.cloud_lit, 0.6), sky.middle, 0.3),
            mist: mix3(mix3(sky.horizon, sky.middle, 0.45), scale3(sky.sun, 0.08), 0.25),
            fog: 0.16 + 0.20 * dawn + 0.5 * weather.fog + 0.22 * music.bass * music.loudness + 0.15 * music.build,
            shafts: 0.35 + 0.6 * music.mid + 1.0 * music.kick + music.burst,
            sun_at,
            flow: secs * 0.9,
            secs,
            seed: chance.below(1 << 20) as u32,
            camera,
            sky,
        }
    }

    /// Where the river's middle is at a depth.
    #[inline(always)]
    fn course<L: Lanes>(&self, z: F<L>) -> F<L> {
        let [aside, turns] = self.bend;
        (z * turns).sin() * aside * smoothstep::<L>(0.0, 60.0, z)
    }

    /// What is seen from `o` along `d`: light and metres.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, straight: F<L>) -> (V<L>, F<L>) {
        let haze = self.air.color(&self.sky, d);
        let near = d.dot(splat(self.sky.direction)).max(0.0);
        let glow = splat::<L>(self.sky.sun)
            * ((near.pow(5.0) * 0.3 + near.pow(24.0) * 0.6) * if self.sky.is_moon { 0.12 } else { 0.075 });
        let mist = splat::<L>(self.mist) * 0.75 + glow;
        let behind = self.sky.base(d) + self.sky.starlight(d, pixel) + self.sky.disc(d, pixel) * straight;
        let (cloud, cover) = self.sky.clouds(d, 4);
        let sky = behind.mix(cloud, cover * 0.93) + self.air.lightning(d, pixel);
        let mut light = self.air.before_sky(sky, haze, d);
        let mut range: F<L> = f(FAR);
        let ahead = d.z.max(0.1);
        for (k, depth) in ROWS.into_iter().enumerate() {
            let far = (depth - o.z) / ahead;
            let (x, y) = (o.x + d.x * far, o.y + d.y * far);
            let part = k as f32 / 7.0;
            if !y.lt(self.tall * 1.6 + 9.0).any() {
                continue;
            }
            let centre = self.bend[0] * scalar::sin(depth * self.bend[1]) * scalar::smoothstep(0.0, 60.0, depth);
            // Farther rows close behind the bend.
            let off = (x - centre).abs();
            let inside = self.half * if k == 0 { 0.0 } else { 1.0 };
            let bank = smoothstep::<L>(inside - 0.5, inside + 3.0, off);
            let ground =
                bank * (0.5 + noise1(x * 0.2, self.seed + k as u32) * 1.3 + 0.5 * (1.0 - part)) + off * 0.02 - 0.15;
            let edge = smoothstep::<L>(inside + 1.0, inside + 9.0, off);
            let sink = (1.0 - edge) * self.tall * 1.1;
            let size = far * pixel;
            let seed = self.seed + 9 * k as u32;
            let spacing = self.spacing + 2.0 * part;
            let crown = pines(x, y - ground + sink, self.tall * 1.25, spacing, size, seed);
            let bush = ((ground + noise1(x * 1.7, self.seed + 70 + k as u32) * bank * 0.9 - y) / size + 0.5).saturate();
            let cover = crown.max(bush);
            if cover.gt(0.0).any() {
                // Grass on the bank, light at its edge and darker below.
                let tufts = noise2(x * 1.4, y * 1.9 + 7.0 * k as f32) * 0.6 + noise2(x * 5.0, y * 4.0) * 0.4;
                let grass = ((y - ground) * 0.9).min(0.0).exp() * (0.15 + 0.75 * tufts);
                let lit = (smoothstep::<L>(-2.0, self.tall * 0.8, y) * 0.25).mix(grass, bush);
                let back = near.pow(4.0) * 0.5;
                let wood: V<L> = splat::<L>(self.wood).mix(splat(self.leaf), lit * (0.6 + back));
                // Against the light leaves are lit beyond their colour; no channel is below none.
                let wood = v(wood.x.max(0.0), wood.y.max(0.0), wood.z.max(0.0));
                let wood = self.air.through(wood, haze, far * 2.0);
                light = light.mix(wood, cover);
                range = select(cover.gt(0.5), far, range);
            }
            // Mist on the water and between this row and the next.
            let drift = noise2(
                x * (1.6 / depth) * 4.0 + self.secs * 0.05 + k as f32 * 9.0,
                y * 0.35 - self.secs * 0.03,
            );
            let low = (y.max(0.0) * (-0.22 - 0.30 * part)).exp();
            let lay = (0.10 + low * (0.4 + 1.1 * drift)) * self.fog * (1.0 - 0.72 * part);
            light = light.mix(mist, lay.min(0.85));
        }
        let (stone, lit, far) = stones::seen(&self.stones, o, d, pixel);
        if stone.gt(0.0).any() {
            let color = splat::<L>(self.wood) * 1.1 + splat::<L>(self.sky.middle) * (lit * 0.22) + glow * (lit * 0.5);
            light = light.mix(color, stone);
            range = select(stone.gt(0.5), far, range);
        }
        (light, range)
    }
}

impl World for River {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let eye = splat::<L>(self.camera.position);
        let fall = (-d.y).max(1e-4);
        let far = (self.camera.position[1] / fall).min(400.0 / d.z.max(0.2));
        let (x, z) = (eye.x + d.x * far, eye.z + d.z * far);
        let shore = (x - self.course(z)).abs() - self.half + (noise1(z * 0.35, self.seed + 3) - 0.5) * 2.0;
        let water = d.y.lt(-1e-4) & shore.lt(0.0);
        let (mut o, mut ray) = (eye, d);
        let (mut fresnel, mut glitter, mut white) = (f::<L>(1.0), f::<L>(0.0), f::<L>(0.0));
        if water.any() {
            let footprint = far * pixel / fall.max(0.02).sqrt();
            // The current carries the waves towards the camera.
            let mut slopes = self.water.slopes(x, z + self.flow, footprint);
            let wash = stones::foam(&self.stones, x, z);
            let fast = 0.7 + 1.6 * wash;
            slopes.x *= fast;
            slopes.z *= fast;
            let normal = v(-slopes.x, f(1.0), -slopes.z).normalized();
            fresnel = self.water.fresnel(d, normal, slopes.rough) * 0.84 + 0.10;
            let mut mirrored = d.reflected(normal);
            mirrored.y = mirrored.y.max(0.0) + 0.002;
            ray = V::select(water, mirrored.normalized(), d);
            o = V::select(water, v(x, f(0.0), z), eye);
            glitter = self
                .water
                .glitter(&self.sky, d, (x, z), far, slopes, self.camera.position[1]);
            let threads = fbm2(x * 2.6, (z + self.flow * 1.6) * 0.9, 3);
            let fade = 1.0 / (1.0 + footprint * 2.0);
            white = smoothstep::<L>(0.62, 0.95, wash * 0.62 + threads * 0.62) * fade;
        }
        let (mut light, range) = self.land(o, ray, pixel, select(water, f(0.0), f(1.0)));
        let mut distance = range * ray.z.max(0.05);
        if water.any() {
            let (stone, lit, stone_far) = stones::seen(&self.stones, eye, d, pixel);
            let mut wet = splat::<L>(self.deep).mix(light, fresnel);
            let glare = if self.sky.is_moon { 0.6 } else { 0.24 };
            wet += splat::<L>(self.sky.sun) * ((glitter * self.water.sparkle).min(3.0) * glare);
            wet = wet.mix(splat(self.foam), white * 0.8);
            let haze = self.air.color(&self.sky, d);
            wet = self.air.through(wet, haze, far);
            let mist = (1.0 - (far * (-0.018 * self.fog)).exp()) * 0.8;
            wet = wet.mix(splat(self.mist), mist);
            let color = splat::<L>(self.wood) * 1.1 + splat::<L>(self.sky.middle) * (lit * 0.22);
            wet = wet.mix(color, stone);
            light = V::select(water, wet, light);
            distance = select(water, select(stone.gt(0.5), stone_far, far) * d.z.max(0.05), distance);
        }
        // Shafts of light from above the trees.
        let (lx, ly) = (at.x - self.sun_at[0], at.y - self.sun_at[1]);
        let from = (lx.squared() + ly.squared()).sqrt();
        let angle = ly.turns(lx);
        let a = noise1(angle * 30.0 + self.secs * 0.10, self.seed + 20) * 0.6
            + noise1(angle * 71.0 - self.secs * 0.13, self.seed + 21) * 0.4;
        let down = smoothstep::<L>(0.30, -0.5, ly / (from + 0.12));
        let shaft = smoothstep::<L>(0.46, 0.86, a) * (from * -1.1).exp() * down * smoothstep::<L>(0.06, 0.4, from);
        let strength = self.shafts * (0.3 + self.fog) * if self.sky.is_moon { 0.16 } else { 0.085 };
        light += splat::<L>(self.sky.sun) * (shaft * strength);
        Sample {
            light: self.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let side = if self.sun_at[0] > 0.0 { -1.0 } else { 1.0 };
        let [x0, high, z] = self.camera.position;
        let near = (self.camera.focal * 3.7).max(high * 2.0);
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
            surface: Surface::Water { ripple: 0.06 },
            places: vec![
                place(Role::Hero, side * 0.42, 0.0, near, 2.0),
                place(Role::Second, side * 0.8, 0.0, near * 1.2, 2.0),
                place(Role::Afloat, -side * 0.2, 0.0, 24.0, 5.0),
                place(Role::Far, -side * 0.15, 0.0, 60.0, 8.0),
                place(Role::Floating, 0.0, 9.0, 36.0, 6.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.sun_at,
                radius: 0.11,
                distance: FAR,
                spills: false,
            },
        }
    }
}
