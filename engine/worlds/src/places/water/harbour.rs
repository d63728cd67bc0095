//! A harbour: a wet quay, black water, cranes and masts, and a town's lights that run down the water.
//!
//! What stands beyond the water stands in planes: a skyline of hashed blocks, cranes and boats made of bars ([`Frame`]).
//! Below the water's edge the ray is mirrored first, as in the lake. Lamps are drawn out by the waves ([`lamps`]).

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{hash1, hash2},
    quay::Quay,
    scalar::{self, Chance, luminance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    strokes::{Frame, Lamp, lamps},
    water::Water,
    waterside::{Waterside, stand_light},
    world::{FAR, Points, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct Harbour {
    at: Waterside,
    quay: Quay,
    frames: Vec<Frame>,
    /// What stands on the quay: bollards, the lamp post.
    posts: [Frame; 3],
    lamps: Vec<Lamp>,
    dark: [f32; 3],
    window: [f32; 3],
    /// How many windows are lit.
    awake: f32,
    town: [f32; 2],
    seed: u32,
}

/// A quay crane with its boom over the water: portal legs, tower, boom, stays.
fn crane(frame: &mut Frame, x: f32, size: f32, side: f32, up: f32) {
    let s = size;
    let p = |a: f32, b: f32| [x + a * s * side, b * s];
    for leg in [-0.16, 0.16] {
        frame.bar(p(leg, 0.0), p(leg, 0.62), 0.0186 * s);
    }
    frame.bar(p(-0.16, 0.30), p(0.16, 0.30), 0.0155 * s);
    frame.bar(p(-0.16, 0.02), p(0.16, 0.30), 0.0078 * s);
    frame.bar(p(-0.20, 0.62), p(0.20, 0.62), 0.0217 * s);
    let tip = p(0.20 + 0.75 * scalar::cos(up), 0.62 + 0.75 * scalar::sin(up));
    frame.bar(p(0.18, 0.62), tip, 0.0186 * s);
    frame.bar(p(-0.42, 0.62), p(0.18, 0.62), 0.0186 * s);
    frame.bar(p(-0.05, 0.62), p(0.02, 0.98), 0.0155 * s);
    frame.bar(p(0.12, 0.62), p(0.02, 0.98), 0.0124 * s);
    frame.bar(p(0.02, 0.98), tip, 0.0062 * s);
    frame.bar(p(0.02, 0.98), p(-0.42, 0.62), 0.0062 * s);
    frame.bar(p(-0.36, 0.57), p(-0.24, 0.57), 0.0465 * s);
    frame.bar(p(0.05, 0.57), p(0.11, 0.57), 0.0341 * s);
}

/// A freighter at its berth, `long` metres, its bow towards `side`, with `stacks` of containers.
fn freighter(frame: &mut Frame, x: f32, long: f32, side: f32, stacks: [f32; 7]) {
    let p = |a: f32, b: f32| [x + a * long * side, b * long];
    frame.bar(p(-0.47, 0.060), p(0.45, 0.060), 0.022 * long);
    frame.bar(p(-0.46, 0.020), p(0.42, 0.020), 0.026 * long);
    frame.bar(p(0.36, 0.075), p(0.49, 0.105), 0.016 * long);
    // Bridge, funnel, mast.
    for k in 0..4 {
        let high = 0.105 + 0.030 * k as f32;
        frame.bar(p(-0.41, high), p(-0.30 - 0.008 * k as f32, high), 0.017 * long);
    }
    frame.bar(p(-0.445, 0.14), p(-0.445, 0.235), 0.017 * long);
    frame.bar(p(-0.33, 0.20), p(-0.33, 0.30), 0.0032 * long);
    frame.bar(p(0.40, 0.10), p(0.40, 0.20), 0.0032 * long);
    for (k, stack) in stacks.into_iter().enumerate() {
        let a = -0.215 + 0.082 * k as f32;
        for level in 0..stack as usize {
            let high = 0.092 + 0.026 * level as f32;
            frame.bar(p(a - 0.023, high), p(a + 0.023, high), 0.0125 * long);
        }
    }
}

/// A sailing boat at its mooring.
fn boat(frame: &mut Frame, x: f32, long: f32, roll: f32) {
    let tall = long * 1.25;
    let top = [x + roll * tall, tall];
    frame.bar([x - long * 0.46, 0.45], [x + long * 0.36, 0.5], 0.45);
    frame.bar([x + long * 0.3, 0.72], [x + long * 0.5, 0.92], 0.16);
    frame.bar([x - long * 0.1, 1.0], [x + long * 0.16, 1.1], 0.34);
    frame.bar([x, 0.6], top, 0.11);
    frame.bar([x + 0.02, 1.9], [x - long * 0.36, 1.8], 0.20);
    frame.bar(top, [x + long * 0.46, 0.7], 0.016);
    frame.bar(top, [x - long * 0.48, 0.7], 0.016);
}

impl Harbour {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 8);
        let (music, weather) = (&scene.music, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.42, 0.42));
        let top = 1.2;
        let mut camera = Camera::standing(
            top + chance.within(1.3, 2.1),
            chance.within(-0.22, 0.10),
            chance.within(1.5, 2.2),
        );
        stand_light(&mut sky, &camera, chance.within(0.14, 0.28), [0.70, 1.15]);
        let bar = music.bar as f32;
        camera.position[0] = bar * chance.within(-0.14, 0.14) + 0.3 * scalar::sin(bar * 0.3);
        camera.position[2] = scene.approach * 3.0;
        let sun = sky.direction[0] / sky.direction[2];
        let side = if sun > 0.0 { -1.0 } else { 1.0 };
        let awake = scalar::smoothstep(0.24, 0.07, luminance(sky.middle)).max(0.55 * weather.fog.max(weather.storm));
        let f = camera.focal;
        let mut frames = Vec::new();
        let mut lights = Vec::new();
        let warm = scene.palette.turned([1.0, 0.62, 0.28], 0.0);
        let cool = scene.palette.turned([0.62, 0.85, 1.0], 0.5);
        let red = [1.0, 0.12, 0.06];
        let beat = 0.55 + 0.5 * music.mid + 1.1 * music.kick;
        // Cranes beyond the water, on the side away from the light.
        let depth = chance.within(190.0, 300.0);
        let mut far = Frame::at(depth);
        for k in 0..2 + chance.below(3) {
            let size = chance.within(48.0, 66.0);
            let x = side * (0.25 + 0.42 * k as f32 + chance.within(-0.08, 0.08)) * depth / f;
            let raised = if chance.happens(0.4) {
                chance.within(0.5, 0.95)
            } else {
                0.0
            };
            crane(
                &mut far,
                x,
                size,
                if chance.happens(0.7) { -side } else { side },
                raised,
            );
            let glow = 0.5 + 0.6 * music.snare;
            for (y, light) in [(0.99, scale3(red, 2.4 * glow)), (0.60, scale3(cool, 1.6 * beat))] {
                lights.push(Lamp {
                    at: [x, y * size, depth],
                    light: scale3(light, awake),
                    radius: 0.5,
                });
            }
        }
        // The pier that they stand on.
        far.bar([-side * 0.15 * depth / f, 0.9], [side * 2.4 * depth / f, 0.9], 1.1);
        frames.push(far);
        // A freighter before them, in half of the harbours.
        if chance.happens(0.5) {
            let depth = chance.within(95.0, 150.0);
            let mut near = Frame::at(depth);
            let stacks = std::array::from_fn(|_| chance.within(0.0, 4.0));
            let x = side * chance.within(0.45, 1.0) * depth / f;
            let long = chance.within(62.0, 88.0);
            let bow = if chance.happens(0.7) { -side } else { side };
            freighter(&mut near, x, long, bow, stacks);
            lights.push(Lamp {
                at: [x - 0.33 * long * bow, 0.30 * long, depth],
                light: scale3(cool, 2.0 * awake * beat),
                radius: 0.3,
            });
            frames.push(near);
        }
        // Boats at their moorings.
        let swing = 0.012 + 0.02 * music.bass + 0.03 * weather.wind;
        for k in 0..3 + chance.below(3) {
            let depth = chance.within(26.0, 70.0);
            let mut near = Frame::at(depth);
            let x = (chance.within(-1.5, 1.5) + 0.3 * side) * depth / f;
            let long = chance.within(7.0, 11.0);
            let roll = swing * scalar::sin(bar * 1.57 + k as f32 * 1.7);
            boat(&mut near, x, long, roll);
            if chance.happens(0.5) {
                lights.push(Lamp {
                    at: [x + roll * long * 1.25, long * 1.25 + 0.1, depth],
                    light: scale3(warm, 1.8 * awake * beat),
                    radius: 0.12,
                });
            }
            frames.push(near);
        }
        frames.sort_by(|a, b| b.depth.total_cmp(&a.depth));
        // Lamps along the far quay.
        for k in 0..9 {
            let depth = 430.0;
            let x = (-1.7 + 0.42 * k as f32 + chance.within(-0.12, 0.12)) * depth / f;
            let light = if chance.happens(0.7) { warm } else { cool };
            lights.push(Lamp {
                at: [x, chance.within(7.0, 11.0), depth],
                light: scale3(light, chance.within(1.2, 2.4) * awake * beat),
                radius: 0.9,
            });
        }
        let lamp_side = if chance.happens(0.5) { side } else { -side };
        let lamp_at = [lamp_side * chance.within(0.85, 1.25) * 7.0 / f, chance.within(5.0, 6.5)];
        // The lamp on the quay.
        let mut post = Frame::at(lamp_at[1]);
        let x = lamp_at[0];
        post.bar([x, top], [x, top + 4.2], 0.05);
        post.bar([x, top], [x, top + 0.5], 0.09);
        post.bar([x, top + 4.2], [x + side * 0.7, top + 4.35], 0.035);
        post.bar([x + side * 0.55, top + 4.33], [x + side * 0.85, top + 4.33], 0.06);
        lights.push(Lamp {
            at: [x + side * 0.7, top + 4.25, lamp_at[1]],
            light: scale3(warm, 3.2 * awake * (0.8 + 0.4 * music.kick)),
            radius: 0.10,
        });
        let brink = f * chance.within(3.55, 4.1);
        let bollards = [0.0_f32, 1.0].map(|k| {
            let mut frame = Frame::at(brink - 0.35);
            let x = (-0.95 + 1.25 * k + chance.within(-0.3, 0.3)) * frame.depth / f;
            frame.bar([x, top - 0.05], [x, top + 0.30], 0.12);
            frame.bar([x - 0.10, top + 0.36], [x + 0.10, top + 0.36], 0.10);
            frame
        });
        let stone = scene.palette.turned([0.30, 0.29, 0.29], 0.6);
        let lit = std::array::from_fn(|k| {
            stone[k] * (sky.middle[k] * 0.9 + sky.sun[k] * if sky.is_moon { 0.10 } else { 0.05 })
        });
        let swell = 0.10 + 0.18 * weather.wind + 0.9 * weather.storm + 0.16 * music.bass;
        let water = Water::new(scene, &mut chance, swell, 0.8);
        let at = Waterside::new(
            camera,
            sky,
            Air::new(scene, &sky, 0.0006, 0.011),
            water,
            mix3(scale3(sky.zenith, 0.22), scale3(sky.middle, 0.10), 0.5),
        );
        Self {
            quay: Quay {
                top,
                edge: [brink, chance.within(-0.04, 0.04)],
                slab: 2.2,
                dark: scale3(lit, 0.55),
                lit,
                wet: (0.82 + 0.3 * weather.rain + 0.2 * weather.fog).min(0.97),
                pool: (
                    [x + side * 0.7, lamp_at[1]],
                    2.6,
                    scale3(warm, 1.5 * awake * (0.8 + 0.35 * music.kick)),
                ),
            },
            frames,
            posts: {
                let [near, far] = bollards;
                [near, far, post]
            },
            lamps: lights,
            dark: mix3(scale3(sky.zenith, 0.16), scale3(sky.middle, 0.05), 0.5),
            window: scale3(warm, 0.55 * (0.7 + 0.6 * music.mid)),
            awake,
            town: [chance.within(-0.8, 0.8), chance.within(0.5, 1.3)],
            seed: chance.below(1 << 20) as u32,
            at,
        }
    }

    /// The town: blocks with windows, 620 metres off.
    #[inline(always)]
    fn town<L: Lanes>(&self, light: V<L>, haze: V<L>, o: V<L>, d: V<L>, pixel: f32) -> (V<L>, F<L>) {
        let (mut out, mut any) = (light, f::<L>(0.0));
        for (k, depth) in [760.0_f32, 520.0].into_iter().enumerate() {
            let far = (depth - o.z) / d.z.max(0.1);
            let (x, y) = (o.x + d.x * far, o.y + d.y * far);
            if !y.lt(90.0).any() {
                continue;
            }
            let wide = 21.0 + 9.0 * k as f32;
            let cell = (x * (1.0 / wide)).floor();
            let hill = 1.0 - ((x * (1.0 / depth) - self.town[0]) * self.town[1]).squared().min(0.75);
            let own = hash1(cell, self.seed + 31 * k as u32);
            let tall = ((own * own * 62.0 + 9.0) * hill * if k == 0 { 1.0 } else { 0.55 } + 3.0).min(85.0);
            let wide_pixel = far * pixel;
            let cover = ((tall - y) / wide_pixel + 0.5).saturate();
            let (wx, wy) = (x * (1.0 / 3.1), y * (1.0 / 3.4));
            let (cx, cy) = (wx.floor(), wy.floor());
            let lit = smoothstep::<L>(
                0.80 - 0.28 * self.awake,
                0.92 - 0.2 * self.awake,
                hash2(cx, cy, self.seed + 5),
            ) * self.awake;
            let inside = ((wx - cx - 0.5).abs().lt(0.30) & (wy - cy - 0.5).abs().lt(0.28)).to_float();
            // A third of a window is glass; smaller than a pixel, it is that mean.
            let fine = (wide_pixel * (1.0 / 2.6)).min(1.0);
            let glass = inside * (1.0 - fine) + 0.34 * fine;
            let wall = splat::<L>(self.dark);
            let block = self.at.air.through(wall, haze, far * 1.5) + splat::<L>(self.window) * (lit * glass * 1.2);
            out = out.mix(block, cover);
            any = any.max(cover);
        }
        (out, any)
    }

    /// What is seen from `o` along `d`: light and metres.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, straight: F<L>) -> (V<L>, F<L>) {
        let haze = self.at.air.color(&self.at.sky, d);
        let light = self.at.behind(d, pixel, straight, haze);
        let (light, town) = self.town(light, haze, o, d, pixel);
        let range = select(town.gt(0.5), f(520.0), f(FAR));
        self.things(light, haze, o, d, pixel, range)
    }

    /// Cranes and boats before `light`, what is nearer than `limit` of them: light and metres.
    #[inline(always)]
    fn things<L: Lanes>(&self, light: V<L>, haze: V<L>, o: V<L>, d: V<L>, pixel: f32, limit: F<L>) -> (V<L>, F<L>) {
        let ahead = d.z.max(0.1);
        let (mut light, mut range) = (light, limit);
        for frame in &self.frames {
            let far = (f::<L>(frame.depth) - o.z) / ahead;
            let seen = (far.gt(0.3) & far.lt(limit)).to_float();
            let cover = frame.cover(o.x + d.x * far, o.y + d.y * far, far.max(0.3) * pixel) * seen;
            if !cover.gt(0.0).any() {
                continue;
            }
            light = light.mix(self.at.air.through(splat(self.dark), haze, far * 0.7), cover);
            range = select(cover.gt(0.5), far, range);
        }
        (light, range)
    }
}

impl World for Harbour {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.at.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.at.camera.focal;
        let eye = splat::<L>(self.at.camera.position);
        let here = self.at.meet(d, pixel, 430.0);
        let (water, far) = (here.below, here.range);
        let mut seen = self.at.straight(d);
        if water.any() {
            let slopes = self.at.water.slopes(here.x, here.z, here.footprint);
            seen = self.at.mirror(d, (water, &here), slopes, [0.86, 0.08]);
        }
        let (mut light, range) = self.land(seen.from, seen.ray, pixel, seen.straight);
        let stretch = select(water, 5.0 + seen.rough.sqrt() * 40.0, f(1.0));
        let lit = lamps(&self.lamps, seen.from, seen.ray, pixel, range, stretch);
        light += lit * (1.0 - 0.35 * (1.0 - seen.straight));
        let mut distance = range * seen.ray.z.max(0.05);
        if water.any() {
            let mut wet = self.at.surface(light, &seen);
            let haze = self.at.air.color(&self.at.sky, d);
            wet = self.at.air.through(wet, haze, far);
            // Hulls and legs stand in the water, before what is farther.
            let (wet, near) = self.things(wet, haze, eye, d, pixel, far);
            light = V::select(water, wet, light);
            distance = select(water, near * d.z.max(0.05), distance);
            let stone = self.quay.meet(eye, d);
            let on = stone.lt(1e4);
            if on.any() {
                let up = v(d.x, d.y.abs() + 0.03, d.z).normalized();
                let mirrored =
                    self.at.sky.base(up) + lamps(&self.lamps, v(eye.x, -eye.y, eye.z), up, pixel, f(1e6), f(5.0)) * 0.6;
                let ground = self.quay.shade(eye, d, stone, pixel, mirrored);
                light = V::select(on, self.at.air.through(ground, haze, stone), light);
                distance = select(on, stone * d.z.max(0.05), distance);
            }
        }
        // What stands on the quay stands before everything.
        for post in &self.posts {
            let reach = (f::<L>(post.depth) - eye.z) / d.z.max(0.1);
            let (px, py) = (eye.x + d.x * reach, eye.y + d.y * reach);
            let cover = post.cover(px, py, reach.max(0.3) * pixel) * reach.gt(0.3).to_float();
            light = light.mix(splat(self.dark), cover);
            distance = select(cover.gt(0.5), reach * d.z.max(0.05), distance);
        }
        Sample {
            light: self.at.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let side = self.at.side;
        let near = self.at.camera.focal * 3.3;
        let top = self.quay.top;
        self.at.staging(
            Surface::Ground { wet: 0.45 },
            vec![
                self.at.place(Role::Hero, side * 0.42, top, near, 2.2),
                self.at.place(Role::Second, side * 0.8, top, near * 1.1, 2.0),
                self.at.place(Role::Afloat, -side * 0.3, 0.0, 48.0, 12.0),
                self.at.place(Role::Far, -side * 0.6, 0.0, 250.0, 60.0),
                self.at.place(Role::Floating, side * 0.2, 14.0, 50.0, 12.0),
            ],
        )
    }

    fn ground(&self, x: f32, z: f32) -> f32 {
        if z < self.quay.edge[0] + x * self.quay.edge[1] {
            self.quay.top
        } else {
            0.0
        }
    }
}
