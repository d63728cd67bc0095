//! A river through a wooded valley: rows of pines up both slopes, a gravel bar, stones, mist, light through it.
//!
//! Rows of pines ([`pines_beside`]) on rising ground stand one behind the other, and mist is laid between each two of them: that
//! order makes the depth. They are walked from near to far, so that what is hidden costs nothing. The river's course is a
//! sine; where it runs the rows stand back. Below the water's edge the ray is mirrored first, as in the lake; rows that
//! are nearer than the place where it is mirrored are behind it.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::{fbm1, fbm2, noise1, noise2},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    shafts::Fan,
    sky::Sky,
    stones::{self, Stone},
    trees::pines_beside,
    water::Water,
    waterside::{Waterside, stand_light},
    world::{FAR, Points, Role, Sample, Staging, Surface, World},
};

/// Metres at which rows stand.
const ROWS: [f32; 7] = [14.0, 22.0, 35.0, 56.0, 90.0, 150.0, 270.0];

pub(in super::super) struct River {
    at: Waterside,
    stones: Vec<Stone>,
    spacing: f32,
    /// Half the river's width; its bends: metres aside, radians a metre.
    half: f32,
    bend: [f32; 2],
    /// How steep the valley's left and right slopes are.
    slopes: [f32; 2],
    tall: f32,
    wood: [f32; 3],
    leaf: [f32; 3],
    gravel: [f32; 3],
    foam: [f32; 3],
    mist: [f32; 3],
    fog: f32,
    fan: Fan,
    shafts: f32,
    /// Metres to the rapid.
    rapid: f32,
    flow: f32,
    secs: f32,
    seed: u32,
}

impl River {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 10);
        let (music, weather) = (&scene.music, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.20, 0.20));
        let mut camera = Camera::standing(
            chance.within(1.1, 2.6),
            chance.within(-0.30, 0.0),
            chance.within(1.4, 2.1),
        );
        stand_light(&mut sky, &camera, chance.within(0.15, 0.30), [0.66, 0.7]);
        let bar = music.bar as f32;
        camera.position[0] = 0.35 * scalar::sin(bar * 0.3) + bar * chance.within(-0.02, 0.02);
        camera.position[2] = scene.approach * 2.2 + 0.3 * scalar::sin(bar * 0.2);
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
        let leaf: [f32; 3] = std::array::from_fn(|k| green[k] * (sky.sun[k] * light + sky.middle[k] * around));
        let pebbles = mix3(
            scene.palette.turned([0.30, 0.27, 0.24], 0.6),
            [0.75, 0.78, 0.84],
            weather.snow * 0.7,
        );
        let dawn = 1.0 - ((scene.hour - 0.25).abs() * 6.0).min(1.0);
        let tall = chance.within(13.0, 22.0);
        let swell = 0.10 + 0.1 * weather.wind + 0.10 * music.bass + 0.14 * music.kick;
        let water = Water::new(scene, &mut chance, swell, 1.4);
        let air = Air::new(scene, &sky, 0.0012, 0.012);
        let deep = mix3(scale3(sky.zenith, 0.16), scale3(leaf, 0.25), 0.5);
        let at = Waterside::new(camera, sky, air, water, deep);
        // One slope stands near and high, the other lies back.
        let steep = [chance.within(0.25, 0.50), chance.within(0.06, 0.24)];
        Self {
            stones: stones::scattered(&mut chance, 8, 5.5, 26.0, 0.42),
            half: chance.within(5.0, 8.5),
            bend: [chance.within(3.5, 9.0) * at.side, chance.within(0.020, 0.034)],
            slopes: if at.side < 0.0 { steep } else { [steep[1], steep[0]] },
            spacing: tall * chance.within(0.30, 0.40),
            tall,
            wood: mix3(scale3(at.sky.zenith, 0.12), scale3(leaf, 0.10), 0.5),
            leaf,
            gravel: std::array::from_fn(|k| {
                pebbles[k] * (at.sky.sun[k] * light * 0.22 + at.sky.middle[k] * around * 0.6)
            }),
            foam: mix3(scale3(at.sky.cloud_lit, 0.6), at.sky.middle, 0.3),
            mist: mix3(
                mix3(at.sky.horizon, at.sky.middle, 0.45),
                scale3(at.sky.sun, 0.08),
                0.25,
            ),
            fog: 0.22 + 0.20 * dawn + 0.5 * weather.fog + 0.22 * music.bass * music.loudness + 0.15 * music.build,
            fan: Fan {
                light: at.sun_at,
                number: 30.0,
                drift: secs * 0.10 + chance.within(0.0, 40.0),
                decay: 1.1,
                seed: 420,
            },
            shafts: 0.35 + 0.6 * music.mid + 1.0 * music.kick + music.burst,
            rapid: chance.within(13.0, 24.0),
            flow: secs * 0.5,
            secs,
            seed: chance.below(1 << 20) as u32,
            at,
        }
    }

    /// Where the river's middle is at a depth.
    #[inline(always)]
    fn course<L: Lanes>(&self, z: F<L>) -> F<L> {
        let [aside, turns] = self.bend;
        (z * turns).sin() * aside * smoothstep::<L>(0.0, 60.0, z)
    }

    /// Metres from the water's edge into the land; below 0 on the water.
    #[inline(always)]
    fn edge<L: Lanes>(&self, x: F<L>, z: F<L>) -> F<L> {
        let off = x - self.course(z);
        // A bar of gravel comes in from the side away from the light: figures stand there.
        let bar = smoothstep::<L>(1.0, 4.5, z) * smoothstep::<L>(13.0, 7.0, z) * (self.half - 1.2);
        let bar = select((off * self.at.side).gt(0.0), bar, f(0.0));
        off.abs() - self.half + bar + (noise1(z * 0.35, self.seed + 3) - 0.5) * 2.0
    }

    /// Gravel, and grass farther from the water: light.
    #[inline(always)]
    fn bank<L: Lanes>(&self, x: F<L>, z: F<L>, edge: F<L>, footprint: F<L>) -> V<L> {
        let fine = noise2(x * 9.0, z * 9.0).mix(0.5, (footprint * 7.0).min(1.0));
        let finer = noise2(x * 23.0, z * 23.0).mix(0.5, (footprint * 17.0).min(1.0));
        let stones = fine * 0.8 + finer * 0.9 - 0.1;
        let wet = smoothstep::<L>(0.9, 0.1, edge);
        let gravel = splat::<L>(self.gravel) * (stones * (1.0 - wet * 0.5));
        let grassy = smoothstep::<L>(1.4, 3.2, edge + (fine - 0.5) * 1.6);
        let turf = splat::<L>(self.wood).mix(splat(self.leaf), (stones * 0.42 - 0.02).saturate());
        gravel.mix(turf, grassy) * smoothstep::<L>(17.0, 8.0, z).max(0.35)
    }

    /// What is seen from `o` along `d`, `disc` of the sun with it: light and metres.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, disc: F<L>) -> (V<L>, F<L>) {
        let sky = &self.at.sky;
        let haze = self.at.air.color(sky, d);
        let near = d.dot(splat(sky.direction)).max(0.0);
        let glow = splat::<L>(sky.sun)
            * ((near.pow(5.0) * 0.3 + near.pow(24.0) * 0.6) * if sky.is_moon { 0.12 } else { 0.075 });
        let mist = splat::<L>(self.mist) * 0.75 + glow;
        let (mut light, mut open, mut range): (V<L>, F<L>, F<L>) = (splat([0.0; 3]), f(1.0), f(FAR));
        if d.y.lt(0.15).any() {
            let (stone, lit, far) = stones::seen(&self.stones, o, d, pixel);
            let color = splat::<L>(self.wood) * 1.1 + splat::<L>(sky.middle) * (lit * 0.22) + glow * (lit * 0.5);
            light += color * stone;
            open -= stone;
            range = select(stone.gt(0.5), far, range);
        }
        let ahead = d.z.max(0.1);
        for (k, depth) in ROWS.into_iter().enumerate() {
            let far = (depth - o.z) / ahead;
            // Those before the place where the ray is mirrored are not met.
            let mut met = far.gt(0.5);
            if k == 3 || k == 5 {
                // Waves leave nothing of these in the water.
                met = met & disc.gt(0.5);
            }
            let far = far.max(0.5);
            let (x, y) = (o.x + d.x * far, o.y + d.y * far);
            let part = 1.0 - k as f32 / 6.0;
            if !(open.gt(0.004) & met & y.lt(self.tall * 1.4 + 4.0 + 0.75 * depth)).any() {
                continue;
            }
            // Mist on the water and between the last row and this.
            let drift = if k % 2 == 0 {
                noise2(
                    x * (6.4 / depth) + self.secs * 0.05 + k as f32 * 9.0,
                    y * 0.35 - self.secs * 0.03,
                )
            } else {
                f(0.5)
            };
            let low = (y.max(0.0) * (-0.10 - 0.34 * part)).exp();
            let lay = (0.07 + low * (0.35 + 1.1 * drift)) * self.fog * (1.0 - 0.72 * part);
            let lay = lay.min(0.85) * met.to_float() * open;
            light += mist * lay;
            open -= lay;
            let centre = self.bend[0] * scalar::sin(depth * self.bend[1]) * scalar::smoothstep(0.0, 60.0, depth);
            // The farthest row closes the river behind its bend.
            let off = (x - centre).abs();
            let inside = if k == 6 { 0.0 } else { self.half };
            let rise = select(x.lt(centre), f(self.slopes[0]), f(self.slopes[1]));
            let bank = smoothstep::<L>(inside - 0.5, inside + 3.0, off);
            let bumps = (x * 0.23 + 2.1 * k as f32).sin() * 0.3 + 0.5;
            let ground = bank * (0.4 + bumps * 1.1 + 0.4 * part) + (off - inside - 3.0).max(0.0) * rise - 0.15;
            let size = far * pixel;
            let gap = [centre, inside + 1.5];
            let seed = self.seed + 9 * k as u32;
            let twigs = if k < 3 {
                noise1(x * 7.3, self.seed + 71) * 0.25 / (1.0 + size * 4.0)
            } else {
                f(0.1)
            };
            let bush = (noise1(x * 1.7, self.seed + 70 + k as u32) * 0.9 + twigs) * bank + ground;
            let bush = ((bush - y) / size + 0.5).saturate();
            let crown = if bush.lt(1.0).any() {
                pines_beside(x, y - ground, [self.tall * 1.25, self.spacing], size, seed, gap)
            } else {
                f(0.0)
            };
            let cover = crown.max(bush) * met.to_float() * open;
            if !cover.gt(0.0).any() {
                continue;
            }
            // Grass on the bank, light at its edge and darker below.
            let mut tufts = noise2(x * 1.4, y * 1.9 + 7.0 * k as f32);
            if k < 4 {
                tufts = tufts * 0.5 + noise2(x * 6.5, y * 4.5) * 0.5;
            }
            let grass = ((y - ground) * 0.9).min(0.0).exp() * (0.04 + tufts * tufts * 1.3);
            let lit = (smoothstep::<L>(-2.0, self.tall * 0.9, y - ground) * (tufts * 0.3 + 0.12)).mix(grass, bush);
            let lit = (lit * (0.6 + near.pow(4.0) * 0.5)).saturate();
            let wood = splat::<L>(self.wood).mix(splat(self.leaf), lit);
            light += self.at.air.through(wood, haze, far * 2.0) * cover;
            range = select(
                (cover + 0.5).gt(open + 0.0) & cover.gt(0.25) & range.gt(9e3),
                far,
                range,
            );
            open -= cover;
        }
        if open.gt(0.004).any() {
            let mut behind = self.at.behind(d, pixel, disc, haze);
            // Wooded hills, one behind the other.
            let across = d.x / ahead;
            for (k, high) in [0.20_f32, 0.13].into_iter().enumerate() {
                let line = fbm1(
                    across * (1.7 + 1.5 * k as f32) + 5.0 * k as f32,
                    5,
                    self.seed + 80 + k as u32,
                );
                let trees = (noise1(across * 130.0, self.seed + 90) - 0.5) * 0.008;
                let top =
                    line * high * smoothstep::<L>(-0.1, 0.75, (across - self.at.sun_at[0] * 0.5).abs() + 0.25) + trees;
                let drop = top - d.y / ahead;
                let veil = (0.78 - 0.16 * k as f32) + (drop * 7.0).saturate() * 0.15;
                let hill = splat::<L>(self.wood).mix(haze, veil.min(0.95));
                behind = behind.mix(hill, (drop / pixel + 0.5).saturate());
            }
            light += behind * open;
        }
        (light, range)
    }
}

impl World for River {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.at.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.at.camera.focal;
        let sky = &self.at.sky;
        let here = self.at.meet(d, pixel, 400.0);
        let edge = self.edge(here.x, here.z);
        let water = here.below & edge.lt(0.0);
        let mut seen = self.at.straight(d);
        let mut white = f::<L>(0.0);
        if water.any() {
            // The current carries the waves towards the camera.
            let mut slopes = self.at.water.slopes(here.x, here.z + self.flow, here.footprint);
            let wash = stones::foam(&self.stones, here.x, here.z);
            // A rapid between the banks.
            let sill = here.z - self.rapid - (noise1(here.x * 0.5, self.seed + 4) - 0.5) * 5.0;
            let rapid = smoothstep::<L>(-4.5, -0.4, sill) * smoothstep::<L>(0.5, -0.1, sill);
            let fast = 0.7 + 1.6 * wash + 1.3 * rapid;
            slopes.x *= fast;
            slopes.z *= fast;
            seen = self.at.mirror(d, (water, &here), slopes, [0.84, 0.10]);
            let threads = fbm2(here.x * 5.5, (here.z + self.flow * 1.6) * 1.3, 3);
            let bank = smoothstep::<L>(-0.5, 0.0, edge) * 0.5;
            let broken = (wash * 0.75).max(rapid * 0.9).max(bank);
            white = smoothstep::<L>(0.88, 1.10, broken * 0.55 + threads * 0.9) * broken / (1.0 + here.footprint * 2.0);
        }
        let (mut light, range) = self.land(seen.from, seen.ray, pixel, seen.straight);
        let mut distance = range * seen.ray.z.max(0.05);
        if here.below.any() {
            let haze = self.at.air.color(sky, d);
            let (stone, lit, stone_far) = stones::seen(&self.stones, splat(self.at.camera.position), d, pixel);
            let mut wet = self.at.surface(light, &seen);
            wet = wet.mix(splat(self.foam), white * 0.7);
            let floor = self.bank(here.x, here.z, edge, here.footprint);
            wet = V::select(water, wet, floor);
            wet = self.at.air.through(wet, haze, here.range);
            let mist = (1.0 - (here.range * (-0.018 * self.fog)).exp()) * 0.8;
            wet = wet.mix(splat(self.mist), mist);
            let color = splat::<L>(self.wood) * 1.1 + splat::<L>(sky.middle) * (lit * 0.22);
            wet = wet.mix(color, stone);
            // Beyond the first row its bank is seen.
            let floor = water | (here.below & here.z.lt(ROWS[0]) & range.gt(here.range));
            light = V::select(floor, wet, light);
            distance = select(
                floor,
                select(stone.gt(0.5), stone_far, here.range) * d.z.max(0.05),
                distance,
            );
        }
        // Shafts of light from above the trees.
        let strength = self.shafts * (0.3 + self.fog) * if sky.is_moon { 0.16 } else { 0.085 };
        light += splat::<L>(sky.sun) * (self.fan.light(at.x, at.y) * strength);
        Sample {
            light: self.at.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let side = self.at.side;
        let near = self.at.near();
        // On the bar.
        let bar = (1.9 * self.at.camera.focal / near).clamp(0.25, 0.75);
        self.at.staging(
            Surface::Ground { wet: 0.25 },
            vec![
                self.at.place(Role::Hero, side * bar, 0.0, near, 2.0),
                self.at.place(Role::Second, side * (bar + 0.3), 0.0, near * 1.2, 2.0),
                self.at.place(Role::Afloat, -side * 0.2, 0.0, 24.0, 5.0),
                self.at.place(Role::Far, -side * 0.15, 0.0, 60.0, 8.0),
                self.at.place(Role::Floating, 0.0, 9.0, 36.0, 6.0),
            ],
        )
    }
}
