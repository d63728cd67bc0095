//! An attic: boards and rafters that slope to the floor, a gable window, a shaft of light full of dust from a skylight,
//! boxes that somebody has left.
//!
//! A prism of planes in closed form, boxes by their slabs (Kay and Kajiya, "Ray tracing complex scenes", 1986); the shaft
//! is sampled along the ray and followed back to the skylight.

use crate::{
    camera::Camera,
    interior::{NOWHERE, Ray, band, cuboid, daylight, glow, motes, stripes, swing},
    lanes::{F, Lanes, M, V, f, select, smoothstep, splat},
    noise::{fbm2, noise1, noise2},
    scalar::{Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

const BOXES: usize = 9;
const TIES: usize = 3;

pub(in super::super) struct Attic {
    camera: Camera,
    sky: Sky,
    /// Height of the ridge, fall of the roof a metre, and where the gable stands.
    ridge: f32,
    fall: f32,
    end: f32,
    /// The gable's window: middle x and y, half its width and height.
    window: [f32; 4],
    /// 1: the skylight is in the right slope.
    side: f32,
    /// The skylight along x and z.
    skylight: [f32; 4],
    boxes: [([f32; 3], [f32; 3], f32); BOXES],
    /// Towards the light through the skylight.
    sun: [f32; 3],
    light: [f32; 3],
    outside: [f32; 3],
    ambient: [f32; 3],
    wood: [f32; 3],
    bulb: [f32; 3],
    lamp: [f32; 3],
    dust: f32,
    secs: f32,
}

impl Attic {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 47);
        let (music, palette) = (&scene.music, &scene.palette);
        let day = daylight(scene.hour);
        let ridge = chance.within(3.0, 3.5);
        let half = chance.within(3.1, 3.7);
        let end = chance.within(7.0, 8.6);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let mut camera = Camera::standing(
            chance.within(1.25, 1.55),
            chance.within(-0.18, 0.02),
            chance.within(1.25, 1.55),
        );
        camera.position[0] = -side * chance.within(0.1, 0.6) + 0.06 * swing(music, 16.0, 0.0);
        camera.position[2] = 1.3 * scene.approach + 0.05 * swing(music, 8.0, 0.3);
        camera.yaw = side * chance.within(0.02, 0.12);
        let mut sky = Sky::new(scene, 0.2 * side);
        sky.stars *= 0.3;
        let fall = (ridge - 0.35) / half;
        let boxes = std::array::from_fn(|k| {
            // On both sides under the slopes, some on others.
            let own = if k % 2 == 0 { 1.0 } else { -1.0 };
            let z = 2.9 + 0.62 * k as f32 + chance.within(-0.2, 0.2);
            let (wide, high, deep) = (
                chance.within(0.24, 0.42),
                chance.within(0.26, 0.58),
                chance.within(0.22, 0.38),
            );
            let foot = if k >= 6 { 0.45 } else { 0.0 };
            let x = own
                * if k >= 6 {
                    half - 1.15
                } else {
                    half - chance.within(0.95, 1.5)
                };
            let z = if k >= 6 { 2.9 + 0.62 * (k - 6) as f32 * 2.0 } else { z };
            (
                [x - wide, foot, z - deep],
                [x + wide, foot + high, z + deep],
                chance.unit(),
            )
        });
        let sunlight = scale3(sky.sun, if sky.is_moon { 1.5 } else { 0.55 });
        let warm = palette.turned([1.0, 0.56, 0.22], 0.0);
        let own = mix3(
            sunlight,
            scale3(warm, luminance(sunlight)),
            if sky.is_moon { 0.0 } else { 0.45 },
        );
        let light = scene.through_portal(own, |l| scale3(l, luminance(own) / luminance(l).max(0.05)));
        let light = scale3(light, 0.9 + 0.25 * music.mid + 0.35 * music.kick + 0.8 * music.burst);
        let night = 1.0 - day;
        Self {
            ridge,
            fall,
            end,
            window: [chance.within(-0.2, 0.2), chance.within(1.45, 1.7), 0.42, 0.55],
            side,
            skylight: [0.9, 1.75, end * 0.5 - 0.2, end * 0.5 + 0.75],
            boxes,
            sun: normalize([side * chance.within(0.55, 0.85), 1.0, chance.within(-0.10, 0.25)]),
            light,
            outside: scale3(mix3(sky.horizon, sky.middle, 0.4), mix(2.2, 1.5, day)),
            ambient: [0, 1, 2].map(|k| 0.46 * sky.middle[k] + 0.14 * sky.horizon[k] + 0.030 * warm[k] + 0.008),
            wood: palette.turned([0.30, 0.19, 0.115], 0.5),
            bulb: scale3(
                warm,
                night * (1.5 + 0.4 * music.mid + 0.3 * music.kick) * music.awake().max(0.4),
            ),
            lamp: [side * -0.35, ridge - 0.95, end * 0.62],
            dust: 0.6 + music.high + music.hat,
            secs: music.secs as f32,
            camera,
            sky,
        }
    }

    /// How much of the skylight's light comes to a point, with edges `soft` metres wide.
    #[inline(always)]
    fn beam<L: Lanes>(&self, p: V<L>, soft: F<L>) -> F<L> {
        // Back along the light to the slope: y = ridge - fall * side * x.
        let per = self.sun[1] + self.fall * self.side * self.sun[0];
        let k = (f::<L>(self.ridge) - p.y - p.x * (self.fall * self.side)) * (1.0 / per);
        let (x, z) = ((p.x + k * self.sun[0]) * self.side, p.z + k * self.sun[2]);
        let [near, far, from, to] = self.skylight;
        let bar = band((z - (from + to) * 0.5).abs(), -1.0, 0.03, soft);
        band(x, near, far, soft) * band(z, from, to, soft) * (1.0 - bar)
    }

    /// Light of the gable's window, the bulb and what is reflected at a point.
    #[inline(always)]
    fn fill<L: Lanes>(&self, p: V<L>, facing: F<L>) -> V<L> {
        let off = p - splat([self.window[0], self.window[1], self.end]);
        let window = (off.dot(off) + 0.8).recip() * facing;
        let from_lamp = p - splat(self.lamp);
        let lamp = (from_lamp.dot(from_lamp) + 0.15).recip();
        // What the spot on the floor throws back.
        let spot = p - splat([self.side * 0.2, 0.0, (self.skylight[2] + self.skylight[3]) * 0.5]);
        let bounce = (spot.dot(spot) + 1.4).recip();
        splat::<L>(self.ambient)
            + splat::<L>(self.outside) * (window * 0.55)
            + splat::<L>(self.bulb) * (lamp * 0.9)
            + splat::<L>(self.light) * (bounce * 0.30)
    }

    #[inline(always)]
    fn slope<L: Lanes>(&self, ray: &Ray<L>, side: f32, lower: f32) -> F<L> {
        let toward = ray.to.y + ray.to.x * (self.fall * side);
        let gap = f::<L>(self.ridge - lower) - ray.from.y - ray.from.x * (self.fall * side);
        let t = gap / select(toward.abs().lt(1e-5), f(1e-5), toward);
        select(toward.gt(1e-5) & t.gt(1e-3), t, f(NOWHERE))
    }
}

impl World for Attic {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let (floor, gable) = (ray.level(0.0), ray.across(self.end));
        let (left, right) = (self.slope(&ray, -1.0, 0.0), self.slope(&ray, 1.0, 0.0));
        let floor_t = select(ray.to.y.lt(0.0), floor.t, f(NOWHERE));
        let roof = left.min(right);
        let mut t = floor_t.min(gable.t).min(roof);
        let at_floor = !t.lt(floor_t);
        let at_gable = !t.lt(gable.t) & !at_floor;
        let mut p = ray.at(t);
        // Rafters stand out of the slopes, every metre.
        let inner = self.slope(&ray, -1.0, 0.15).min(self.slope(&ray, 1.0, 0.15));
        let on = ray.at(inner);
        let rafter: M<L> = inner.lt(t) & stripes(on.z + 0.3, 0.13, f(1e-3)).gt(0.5);
        t = select(rafter, inner, t);
        p = V::select(rafter, on, p);
        let mut wood = splat::<L>(self.wood);
        // Boards: along the roof, across the gable, away on the floor.
        let run = select(at_floor, p.z * 0.35, select(at_gable, p.y * 0.5, p.z * 0.35));
        let row = select(at_floor, p.x * 4.6, select(at_gable, p.x * 5.5, p.y * 6.5));
        let wide = select(at_floor, floor.du * 4.6, (t * ray.pixel) * 6.5);
        let plank = noise1(row.floor() * 3.7, 5) * 0.5 + 0.72;
        let grain = fbm2(run * 3.0 + row.floor() * 9.0, row * 2.6, 3) * 0.5 + 0.72;
        let seam = stripes(row, 0.95, wide) * 0.55 + 0.45;
        wood *= plank * grain * seam;
        wood = V::select(rafter, splat::<L>(scale3(self.wood, 0.62)) * (grain * 0.9), wood);
        let facing = select(at_gable, f(0.25), select(at_floor, f(1.0), f(0.75)));
        let mut light = wood
            * (self.fill(p, facing)
                + splat::<L>(self.light) * (self.beam(p, floor.du + 0.03) * select(at_floor, f(1.0), f(0.0)) * 1.15));
        let mut open = f::<L>(0.0);
        // The skylight itself, with its frame.
        let roofed = !at_floor & !at_gable;
        let [near, far, from, to] = self.skylight;
        let width = t * ray.pixel * 1.5 + 1e-4;
        let glass = band(p.x * self.side, near, far, width) * band(p.z, from, to, width) * roofed.to_float();
        let frame = band(p.x * self.side, near - 0.07, far + 0.07, width)
            * band(p.z, from - 0.07, to + 0.07, width)
            * roofed.to_float();
        light = light.mix(splat::<L>(scale3(self.wood, 0.5)) * self.fill(p, f(0.5)), frame);
        let bar = band((p.z - (from + to) * 0.5).abs(), -1.0, 0.03, width);
        let shine = splat::<L>(self.outside) + splat::<L>(self.light) * 0.6;
        light = light.mix(shine, glass * (1.0 - bar));
        // The gable's window: four panes before the sky.
        if at_gable.any() {
            let [wx, wy, half, tall] = self.window;
            let (x, y, w) = (gable.u - wx, gable.v - wy, gable.du);
            let sill =
                band(x, -half - 0.08, half + 0.08, w) * band(y, -tall - 0.08, tall + 0.08, w) * at_gable.to_float();
            light = light.mix(splat::<L>(scale3(self.wood, 0.45)) * self.fill(p, f(0.4)), sill);
            let bars = band(x.abs(), -1.0, 0.025, w).max(band(y.abs(), -1.0, 0.025, w));
            let pane = band(x, -half, half, w) * band(y, -tall, tall, w) * (1.0 - bars) * at_gable.to_float();
            if pane.gt(0.0).any() {
                let dirt = fbm2(x * 6.0, y * 6.0, 3) * 0.5 + 0.7;
                let sky = self.sky.base(ray.to) * 1.6 + splat::<L>(self.light) * 0.05;
                light = light.mix(sky * dirt, pane);
                open = pane;
            }
        }
        // Ties across, then the boxes.
        for k in 0..TIES {
            let z = self.end * (0.30 + 0.25 * k as f32);
            let half = 0.85 / self.fall;
            let (hit, side, top) = cuboid(
                &ray,
                [-half, self.ridge - 0.98, z - 0.08],
                [half, self.ridge - 0.80, z + 0.08],
            );
            let seen = hit.lt(t);
            if seen.any() {
                let q = ray.at(hit);
                let grain = fbm2(q.x * 1.5, q.y * 9.0 + q.z * 7.0, 2) * 0.6 + 0.6;
                let lit = select(top | side, f(0.5), f(0.22));
                let beam = splat::<L>(scale3(self.wood, 0.6)) * grain * self.fill(q, lit);
                light = V::select(seen, beam, light);
                t = select(seen, hit, t);
                open = select(seen, f(0.0), open);
            }
        }
        for (low, high, own) in &self.boxes {
            let (hit, side, top) = cuboid(&ray, *low, *high);
            let seen = hit.lt(t);
            if seen.any() {
                let q = ray.at(hit);
                let card = mix3([0.30, 0.20, 0.12], [0.15, 0.11, 0.085], *own);
                let wear = noise2(q.x * 5.0 + q.z * 3.0 + own * 30.0, q.y * 6.0) * 0.35 + 0.75;
                let middle = 0.5 * (low[0] + high[0]);
                let tape = band((q.x - middle).abs(), -1.0, 0.035, width) * 0.35;
                let lid = band(q.y, high[1] - 0.11, high[1] - 0.095, width) * 0.4;
                let facing = select(top, f(1.0), select(side, f(0.6), f(0.38)));
                let sun = self.beam(q, f(0.05)) * select(top, f(1.0), select(side, f(0.35), f(0.0)));
                let foot = smoothstep::<L>(-0.05, 0.30, q.y) * 0.5 + 0.5;
                let body = splat::<L>(card)
                    * (wear * (1.0 - lid) * foot + tape)
                    * (self.fill(q, facing) + splat::<L>(self.light) * sun);
                light = V::select(seen, body, light);
                t = select(seen, hit, t);
                open = select(seen, f(0.0), open);
            }
        }
        // The shaft: where the ray runs through the light, with dust in it.
        let mut shaft = f::<L>(0.0);
        for k in 0..10 {
            shaft += self.beam(ray.at(t.min(self.end) * ((k as f32 + 0.5) / 10.0)), f(0.22));
        }
        let dust = motes(at, self.secs) * (self.dust * 2.6) + 1.0;
        light += splat::<L>(self.light) * (shaft * t.min(self.end) * 0.0050 * dust);
        let [wx, wy, ..] = self.window;
        light += splat::<L>(self.outside) * (glow(&ray, [wx, wy, self.end - 0.05], t, 0.7) * 0.012);
        if luminance(self.bulb) > 0.01 {
            let off = splat::<L>(self.lamp) - ray.from;
            let b = off.dot(ray.to);
            let d2 = (off.dot(off) - b * b).max(0.0);
            let seen = b.lt(t).to_float();
            light += splat::<L>(self.bulb)
                * (((d2 * 900.0).squared() + 1.0).recip() * 6.0 * seen + glow(&ray, self.lamp, t, 0.25) * 0.03);
        }
        let depth = t * ray.to.z.max(0.05);
        Sample {
            light,
            distance: select(open.gt(0.5), f(FAR), depth),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x, y, depth],
            heading: 0.0,
            room,
        };
        let middle = 0.5 * (self.skylight[2] + self.skylight[3]);
        let [x, y, depth] = self.camera.project([self.window[0], self.window[1], self.end]);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sun,
                color: scale3(self.light, 0.8),
            },
            ambient: [0, 1, 2].map(|k| 0.9 * self.ambient[k] + 0.05 * self.light[k] + 0.1 * self.bulb[k]),
            fog: Fog {
                color: scale3(self.ambient, 0.7),
                density: 0.012,
            },
            surface: Surface::Ground { wet: 0.02 },
            places: vec![
                place(Role::Hero, self.side * 0.35, 0.0, middle.max(z + 2.6), 1.0),
                place(Role::Second, -self.side * 0.95, 0.0, (middle - 0.5).max(z + 2.4), 0.9),
                place(Role::Near, -self.side * 1.5, 0.0, z + 2.2, 0.7),
                place(Role::Far, 0.0, 0.0, self.end - 0.8, 1.2),
                place(Role::Floating, self.side * 0.4, self.ridge - 1.3, middle, 0.5),
                place(Role::Sign, 0.0, 2.4, self.end - 0.1, 0.4),
            ],
            portal: Portal {
                opening: Opening::Window,
                centre: [x, y],
                radius: 0.75 * self.window[2] * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: false,
            },
        }
    }
}
