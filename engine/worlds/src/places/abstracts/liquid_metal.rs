//! A sea of liquid metal under strips of light in two hues, and drops of it that float, join and part above.
//!
//! The sea is a plane of warped sines whose slopes mirror a sky made of soft strips (as photographers light cars); what
//! is smaller than a pixel becomes roughness. The drops are a smooth union of balls, found by sphere tracing (Hart,
//! "Sphere Tracing", 1996; union after Quilez, "Smooth minimum").

use super::hues::Hues;
use crate::{
    camera::Camera,
    interior::{Ray, swing},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::fbm2,
    scalar::{self, Chance, cos, mix3, normalize, scale3, sin},
    scene::Scene,
    stand::{depth_of_hero, place},
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

const DROPS: usize = 6;
/// How far from each other they join, in metres.
const JOIN: f32 = 0.9;
/// Extinction a metre in clear air.
const AIR: f32 = 0.011;

pub(in super::super) struct LiquidMetal {
    camera: Camera,
    hues: Hues,
    /// Towards the glow at the horizon.
    to_light: [f32; 3],
    disc: f32,
    /// Wave numbers x and z, phase, height.
    waves: [[f32; 4]; 8],
    /// Rings on the sea: x, z, how far they came, how high.
    ring: [f32; 4],
    /// Middle and radius.
    drops: [[f32; 4]; DROPS],
    /// A ball around all of them.
    around: [f32; 4],
    /// The strips: where across, half width.
    strips: [[f32; 2]; 3],
    strength: [f32; 3],
    glint: f32,
    time: f32,
    density: f32,
}

impl LiquidMetal {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 61);
        let music = &scene.music;
        let hues = Hues::new(scene, &mut chance);
        let bar = music.bar as f32;
        let tall = chance.unit();
        let focal = chance.within(1.35, 2.2);
        let mut camera = Camera::standing(1.3 + 4.2 * tall * tall, scalar::mix(-0.30, 0.28, chance.unit()), focal);
        camera.position[2] = scene.approach * 12.0 + bar * 0.45;
        camera.position[0] = 0.7 * swing(music, 24.0, 0.0);
        camera.yaw = 0.03 * swing(music, 32.0, 0.3);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sun = [
            side * chance.within(0.15, 0.9),
            (camera.horizon + chance.within(0.13, 0.34)).min(0.72),
        ];
        let to_light = normalize([
            sun[0] / focal + camera.yaw,
            (sun[1] - camera.horizon) / focal,
            1.0 - camera.yaw * sun[0] / focal,
        ]);
        let swell = 0.55 + 0.75 * music.bass + 0.3 * music.build + 0.3 * scene.weather.storm;
        let heading = chance.within(-0.9, 0.9);
        let waves = std::array::from_fn(|k| {
            let length = 13.0 * scalar::pow(0.70, k as f32) * chance.within(0.85, 1.15);
            let angle = heading + chance.within(-1.3, 1.3);
            let number = std::f32::consts::TAU / length;
            let speed = (9.8 * number).sqrt() * 0.28;
            [
                sin(angle) * number,
                cos(angle) * number,
                chance.unit() * std::f32::consts::TAU + (music.secs * f64::from(speed) % std::f64::consts::TAU) as f32,
                0.017 * length * swell * if k > 4 { 0.6 } else { 1.0 },
            ]
        });
        let fraction = (music.beat - music.beat.floor()) as f32;
        let far = chance.within(13.0, 19.0);
        let middle = [
            -side * chance.within(0.15, 0.75) * far / focal + camera.position[0],
            camera.position[1] + (chance.within(0.12, 0.48) - camera.horizon.min(0.05)) * far / focal,
            far + camera.position[2],
        ];
        let size = chance.within(1.15, 1.9);
        let mut drops = [[0.0, -90.0, 0.0, 0.1]; DROPS];
        let count = 3 + chance.below(DROPS - 2);
        for (k, drop) in drops.iter_mut().take(count).enumerate() {
            let k = k as f32;
            let (p, q) = (
                chance.unit() * std::f32::consts::TAU,
                chance.unit() * std::f32::consts::TAU,
            );
            let reach = if k == 0.0 { 0.25 } else { 1.0 + 0.28 * k };
            let slow = 0.39 / (1.0 + 0.2 * k);
            *drop = [
                middle[0] + size * reach * 1.25 * sin(bar * slow + p),
                middle[1] + size * reach * 0.75 * sin(bar * slow * 1.3 + q),
                middle[2] + size * reach * cos(bar * slow + p),
                size * (1.25 / (1.0 + 0.35 * k)) * (0.92 + 0.14 * music.bass + 0.10 * music.kick),
            ];
        }
        Self {
            ring: [
                middle[0],
                middle[2],
                fraction * 9.0,
                (0.05 + 0.16 * music.bass + 0.16 * music.kick) * (1.0 - fraction) * (1.0 - fraction),
            ],
            around: [middle[0], middle[1], middle[2], size * 5.2],
            drops,
            strips: [
                [-chance.within(0.5, 1.3), chance.within(0.12, 0.34)],
                [chance.within(0.4, 1.2), chance.within(0.10, 0.30)],
                [chance.within(-0.2, 0.3), 0.05],
            ],
            strength: [
                0.9 + 0.5 * music.mid + 0.9 * music.snare + music.burst,
                0.8 + 0.4 * music.mid + 0.6 * music.kick + music.burst,
                0.6 + 1.4 * music.hat + 0.4 * music.high,
            ],
            glint: 0.35 + 0.8 * music.high + 1.2 * music.hat,
            disc: 1.0 - scene.opened(),
            time: music.secs as f32,
            density: AIR * (1.0 + 6.0 * scene.weather.fog + 0.4 * music.build),
            camera,
            hues,
            to_light,
            waves,
        }
    }

    /// The air without the strips.
    #[inline(always)]
    fn air<L: Lanes>(&self, d: V<L>) -> V<L> {
        let [dark, shade, light, hot] = self.hues.vectors::<L>();
        let up = d.y.abs();
        let near = d.dot(splat(self.to_light)).max(0.0);
        let near4 = near.squared().squared();
        let near16 = near4.squared().squared();
        let low = (up * -4.5).exp();
        dark.mix(shade, low * 0.55 + 0.10)
            + light * (near4 * low * 0.42 + near16 * 0.20)
            + hot * (near.pow(170.0) * 0.55)
    }

    /// What a mirror sees: the air and the strips, with soft edges where it is rough.
    #[inline(always)]
    fn mirrored<L: Lanes>(&self, d: V<L>, rough: F<L>) -> V<L> {
        let [_, shade, light, hot] = self.hues.vectors::<L>();
        let up = d.y.abs();
        let across = d.x / (up + 0.16);
        let along = d.z / (up + 0.16);
        let cloud = fbm2(across * 0.9 + 3.0, along * 0.45 - self.time * 0.03, 2);
        let bent = across + (cloud - 0.5) * 0.9;
        let soft = rough * 1.5 / (up + 0.16) + 0.05;
        let [first, second, third] = [
            self.strip(bent, soft, 0),
            self.strip(bent, soft, 1),
            self.strip(bent, soft, 2),
        ];
        let high = smoothstep::<L>(0.04, 0.30, up);
        let ends = smoothstep::<L>(3.6, 1.8, along.abs()) * high;
        let disc = {
            let to = d - splat(self.to_light);
            (to.dot(to) * (-1.0 / 0.0030)).exp()
        };
        self.air(d) * (0.55 + 0.75 * cloud)
            + light.mix(hot, 0.45) * (first * ends * (1.35 * self.strength[0]))
            + shade * (second * ends * (3.2 * self.strength[1]))
            + hot * (third * ends * (1.1 * self.strength[2]))
            + hot * (disc * 5.0)
    }

    /// How much of one strip is seen at a place across.
    #[inline(always)]
    fn strip<L: Lanes>(&self, across: F<L>, soft: F<L>, k: usize) -> F<L> {
        let [at, half] = self.strips[k];
        let off = (across - at).abs() - half;
        smoothstep::<L>(soft, -soft, off) * (half / (half + 0.3)).sqrt()
    }

    /// Distance to the drops, and the direction away from them.
    #[inline(always)]
    fn drops<L: Lanes>(&self, p: V<L>) -> (F<L>, V<L>) {
        let (mut least, mut normal) = (f::<L>(1e3), grey::<L>(0.0));
        for [x, y, z, r] in self.drops {
            let off = p - v(x, y, z);
            let length = (off.dot(off) + 1e-6).sqrt();
            let d = length - r;
            let h = ((least - d) * (0.5 / JOIN) + 0.5).saturate();
            least = least.mix(d, h) - h * (1.0 - h) * JOIN;
            normal = normal.mix(off * length.recip(), h);
        }
        (least, normal)
    }

    /// The drops before everything: cover, light, distance along the ray.
    #[inline(always)]
    fn seen<L: Lanes>(&self, ray: &Ray<L>) -> (F<L>, V<L>, F<L>) {
        let [x, y, z, r] = self.around;
        let off = v::<L>(x, y, z) - ray.from;
        let b = off.dot(ray.to);
        let within = r * r - off.dot(off) + b * b;
        let hit = within.gt(0.0) & b.gt(0.0);
        if !hit.any() {
            return (f(0.0), grey(0.0), f(FAR));
        }
        let mut t = (b - within.sqrt()).max(0.5);
        let (mut close, mut at_close) = (f::<L>(1e3), t);
        for _ in 0..22 {
            let (d, _) = self.drops(ray.at(t));
            let gap = d / (t * ray.pixel);
            let nearer = gap.lt(close);
            at_close = select(nearer, t, at_close);
            close = close.min(gap);
            t += select(gap.gt(0.3), d * 0.95, f(0.0));
        }
        let cover = select(hit, smoothstep::<L>(1.2, 0.2, close), f(0.0));
        if !cover.gt(0.0).any() {
            return (f(0.0), grey(0.0), f(FAR));
        }
        let p = ray.at(at_close);
        let (_, n) = self.drops(p);
        let wobble = v(
            (p.y * 2.6 + self.time * 0.7).sin(),
            (p.z * 2.2 + p.x * 1.7 - self.time * 0.6).sin(),
            (p.x * 2.4 + self.time * 0.5).sin(),
        );
        let n = (n + wobble * 0.14).normalized();
        let to = ray.to.reflected(n);
        let facing = (-(n.dot(ray.to))).saturate();
        let edge = (1.0 - facing).squared().squared();
        let sea = smoothstep::<L>(0.16, -0.10, to.y);
        // Below is the sea, in which the air is seen again, darker.
        let below = self.air(to) * (0.25 + 0.55 * edge);
        let mirror = self.mirrored(v(to.x, to.y.max(0.0), to.z), f::<L>(0.10));
        let light = (mirror * (0.80 + 0.35 * edge)).mix(below, sea);
        let light = light + splat::<L>(self.hues.light) * (edge * 0.18);
        (cover, light, at_close)
    }

    /// Heights and slopes of the sea; what is smaller than the footprint is told as roughness.
    #[inline(always)]
    fn sea<L: Lanes>(&self, x: F<L>, z: F<L>, footprint: F<L>, waves: usize) -> (F<L>, F<L>, F<L>, F<L>) {
        let (x, z) = (
            x + (z * 0.31 + self.time * 0.05).sin() * 1.1,
            z + (x * 0.27 - self.time * 0.04).sin() * 1.3,
        );
        let [mut height, mut sx, mut sz, mut rough, mut curve] = [f::<L>(0.0); 5];
        for [kx, kz, phase, size] in self.waves.into_iter().take(waves) {
            let number = (kx * kx + kz * kz).sqrt();
            let angle = x * kx + z * kz + phase;
            let keep = smoothstep::<L>(1.3, 0.25, footprint * number);
            let c = angle.cos() * keep * size;
            height += angle.sin() * size;
            sx += c * kx;
            sz += c * kz;
            rough += (1.0 - keep) * (size * number * size * number);
            curve += keep * (size * number * number);
        }
        // What bends within a pixel is rough too.
        let rough = rough.sqrt() + footprint * curve * 0.45;
        // A ring that spreads on the beat.
        let [rx, rz, front, high] = self.ring;
        let (dx, dz) = (x - rx, z - rz);
        let r = (dx * dx + dz * dz + 1e-3).sqrt();
        let off = (r - front) * 1.5;
        let ring = (off.squared() * -0.5).exp() * (high * 4.0) * (off * 3.0).cos();
        let ring = ring * smoothstep::<L>(0.9, 0.2, footprint);
        (height, sx + ring * dx / r, sz + ring * dz / r, rough)
    }
}

impl World for LiquidMetal {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let d = ray.to;
        let air = self.air(v(d.x, d.y.max(0.0), d.z));
        let mut light = air;
        let to = d - splat(self.to_light);
        let disc = smoothstep::<L>(0.047 + ray.pixel * 0.7, 0.047 - ray.pixel * 0.7, to.length());
        light = light.mix(splat::<L>(self.hues.hot) * 3.4, disc * self.disc);
        let mut t = f::<L>(FAR);
        let sea = d.y.lt(-1e-4);
        if sea.any() {
            let fall = (-d.y).max(1e-4);
            let mut range = self.camera.position[1] / fall;
            for _ in 0..2 {
                let p = ray.at(range.min(120.0));
                let (height, ..) = self.sea(p.x, p.z, range * ray.pixel, 3);
                // Flat where it is seen at a low angle: there the search would not settle.
                range = (self.camera.position[1] - height * (fall * 2.5).min(1.0)) / fall;
            }
            let p = ray.at(range);
            let grazing = fall.max(0.02).sqrt();
            let footprint = range * ray.pixel / (grazing * grazing.sqrt());
            let (height, sx, sz, rough) = self.sea(p.x, p.z, footprint, 8);
            let n = v(-sx, f(1.0), -sz).normalized();
            // A crest's far side is not seen: there it is turned until it is.
            let n = (n - d * (n.dot(d) + 0.05).max(0.0)).normalized();
            let m = d.reflected(n);
            // Not below the horizon, and without a crease there.
            let m = v(m.x, (m.y * m.y + rough * rough * 0.2 + 0.005).sqrt(), m.z).normalized();
            let facing = (-(n.dot(d))).saturate();
            let mut mirror = self.mirrored(m, rough + footprint * 0.6 + 0.02);
            // The drops in the mirror, as balls.
            for [x, y, z, r] in self.drops {
                let off = v::<L>(x, y, z) - p;
                let b = off.dot(m);
                let gap = (off.dot(off) - b * b).max(0.0).sqrt();
                let soft = b.max(0.0) * rough + 0.06;
                let cover = smoothstep::<L>(soft + r, -soft + r, gap) * b.gt(0.0).to_float();
                let shine = gap * (1.0 / r);
                let body = splat::<L>(self.hues.dark) * 0.8
                    + splat::<L>(self.hues.shade) * (shine.squared() * 0.5)
                    + splat::<L>(self.hues.light) * (shine.squared().squared() * 0.25);
                mirror = mirror.mix(body, cover * 0.85);
            }
            let deep = smoothstep::<L>(-0.7, 0.5, height);
            let metal = mirror * (0.62 + 0.30 * (1.0 - facing)) * (0.55 + 0.45 * deep);
            let glint = smoothstep::<L>(0.75, 0.98, fbm2(p.x * 5.0, p.z * 5.0 + self.time * 0.8, 2))
                * smoothstep::<L>(0.10, 0.02, footprint);
            let metal = metal + splat::<L>(self.hues.hot) * (glint * self.glint * mirror.luminance().min(1.0) * 0.9);
            let clear = (range * -self.density).exp();
            light = V::select(sea, air.mix(metal, clear), light);
            t = select(sea, range, t);
        }
        let (cover, body, near) = self.seen(&ray);
        let before = cover * near.lt(t).to_float();
        light = light.mix(air.mix(body, (near * -self.density).exp()), before);
        t = select(before.gt(0.5), near, t);
        Sample {
            light,
            distance: (t * d.z.max(0.05)).min(FAR),
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let sun = camera.project_direction(self.to_light).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { 1.0 } else { -1.0 };
        let near = depth_of_hero(camera, 0.24);
        Staging {
            camera: *camera,
            key: KeyLight {
                direction: self.to_light,
                color: scale3(self.hues.hot, 1.5),
            },
            ambient: scale3(mix3(self.hues.shade, self.hues.dark, 0.4), 0.5),
            fog: Fog {
                color: mix3(self.hues.shade, self.hues.light, 0.3),
                density: self.density,
            },
            surface: Surface::Water { ripple: 0.10 },
            places: vec![
                place(camera, Role::Hero, side * 0.52, near, 0.0, 2.5),
                place(camera, Role::Second, side * 0.82, near * 1.25, 0.0, 2.5),
                place(camera, Role::Far, side * 1.1, 90.0, 0.0, 25.0),
                place(camera, Role::Afloat, side * 0.2, near * 3.0, 0.0, 8.0),
                place(camera, Role::Floating, -side * 0.9, 26.0, 9.0, 6.0),
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
