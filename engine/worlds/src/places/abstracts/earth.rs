//! The blue planet from orbit, where day meets night and the sun comes over the edge of the air.
//!
//! An orthographic sphere: continents and clouds are fractal sums in space warped by others (Musgrave, "Texturing and
//! Modeling", 2003; Quilez, "Domain warping"), cities are clusters of lights on the dark land, the sea glints by
//! Blinn's half vector. Beyond the edge the air's layers are exponentials: warm low down towards the sun, blue above.

use super::hues::Hues;
use crate::{
    camera::Camera,
    interior::swing,
    lanes::{F, Lanes, V, f, smoothstep, splat, splats, v},
    noise::{fbm3, noise3},
    scalar::{Chance, cos, hex, luminance, mix, mix3, normalize, scale3, sin},
    scene::Scene,
    sky::Sky,
    stand::place,
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

const STORMS: usize = 3;

pub(in super::super) struct Earth {
    camera: Camera,
    sky: Sky,
    /// Middle and radius in the picture.
    globe: [f32; 3],
    /// Where the sun is in the picture, and the direction to it (x right, y up, z away).
    sun_at: [f32; 2],
    to_sun: [f32; 3],
    sun: [f32; 3],
    low_sun: [f32; 3],
    air: [f32; 3],
    disc: f32,
    /// Rows of the turn from the picture's axes to the globe's.
    turn: [[f32; 3]; 3],
    offset: [f32; 3],
    land: [[f32; 3]; 4],
    sea: [f32; 3],
    cloud: f32,
    drift: f32,
    cities: f32,
    sparkle: f32,
    glint: f32,
    flare: f32,
    /// Lightning in the night's clouds: x, y in the picture, strength.
    storms: [[f32; 3]; STORMS],
    earthshine: [f32; 3],
    aurora: f32,
    secs: f32,
}

impl Earth {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 66);
        let (music, palette) = (&scene.music, &scene.palette);
        let hues = Hues::new(scene, &mut chance);
        let mut sky = Sky::new(&Scene { hour: 0.0, ..*scene }, 0.0);
        sky.stars = 0.7;
        let bar = music.bar as f32;
        let mut camera = Camera::standing(0.0, 0.0, chance.within(1.5, 2.0));
        let sway = [0.03 * swing(music, 32.0, 0.0), 0.02 * swing(music, 24.0, 0.3)];
        camera.position = [sway[0] * 4.0, sway[1] * 4.0, scene.approach * 6.0];
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        // From low orbit the edge is a wide arc; from far the globe hangs on a third.
        let (x, y, radius, edge) = match chance.below(3) {
            0 => {
                let radius = chance.within(1.7, 3.0);
                let x = side * chance.within(0.0, 0.7);
                (
                    x,
                    chance.within(-0.30, 0.05) - radius,
                    radius,
                    chance.within(0.20, 0.42),
                )
            }
            1 => {
                let radius = chance.within(0.58, 0.74);
                (
                    -side * chance.within(0.25, 0.6),
                    chance.within(-0.15, 0.05),
                    radius,
                    chance.within(-0.1, 0.6),
                )
            }
            _ => {
                let radius = chance.within(1.1, 1.6);
                (
                    -side * (radius * 0.75 + chance.within(0.0, 0.3)),
                    -radius * chance.within(0.35, 0.75),
                    radius,
                    chance.within(0.35, 0.75),
                )
            }
        };
        let grow = 1.0 + 0.06 * scene.approach;
        let globe = [x + sway[0], y + sway[1], radius * grow];
        // The sun's place on the edge, in turns from the right for side 1.
        let angle = if y < -1.0 {
            std::f32::consts::FRAC_PI_2 - side * edge / radius * 1.7
        } else {
            edge
        };
        let toward = if y < -1.0 {
            [cos(angle), sin(angle)]
        } else {
            [side * cos(angle), sin(angle)]
        };
        let out = globe[2] + 0.045;
        let sun_at = [globe[0] + toward[0] * out, globe[1] + toward[1] * out];
        let behind = mix(0.42, -0.25, hues.day) + chance.within(-0.08, 0.08);
        let level = (1.0 - behind * behind).sqrt();
        let strength = 1.0 + 0.15 * music.loudness;
        let through = |color: [f32; 3]| match scene.portal_light {
            Some(next) => mix3(
                color,
                scale3(next, luminance(color) / luminance(next).max(0.02)).map(|x| x.min(3.0)),
                0.6 * scene.portal_share,
            ),
            None => color,
        };
        let sun = through(palette.turned([1.0, 0.95, 0.88], 0.0));
        let (tilt, spin) = (
            chance.within(-0.5, 0.5),
            chance.unit() * std::f32::consts::TAU + bar * 0.006,
        );
        // From low orbit the edge is seen: turn it to where people live.
        let lift = if y < -1.0 {
            chance.within(-1.15, -0.7)
        } else {
            chance.within(-0.45, 0.1)
        };
        let (st, ct, sp, cp) = (sin(tilt), cos(tilt), sin(spin), cos(spin));
        let (sl, cl) = (sin(lift), cos(lift));
        // Roll by the tilt, lean by the lift, then spin about the axis.
        let rolled = [[ct, -st, 0.0], [st, ct, 0.0], [0.0, 0.0, 1.0]];
        let leaned = [
            rolled[0],
            std::array::from_fn(|k| rolled[1][k] * cl - rolled[2][k] * sl),
            std::array::from_fn(|k| rolled[1][k] * sl + rolled[2][k] * cl),
        ];
        let turn = [
            std::array::from_fn(|k| leaned[0][k] * cp - leaned[2][k] * sp),
            leaned[1],
            std::array::from_fn(|k| leaned[0][k] * sp + leaned[2][k] * cp),
        ];
        let beat = music.beat.floor() as u64;
        let mut bolts = Chance::new(scene.seed, 9000 + beat);
        let storms = std::array::from_fn(|_| {
            let (a, r) = (bolts.unit() * std::f32::consts::TAU, bolts.unit().sqrt() * 0.9);
            [
                globe[0] + cos(a) * r * globe[2],
                (globe[1] + sin(a) * r * globe[2]).max(-1.0 + bolts.unit() * 0.8),
                bolts.within(0.4, 1.0) * music.kick,
            ]
        });
        Self {
            camera,
            sky,
            globe,
            sun_at,
            to_sun: normalize([toward[0] * level, toward[1] * level, behind]),
            sun: scale3(sun, 1.25 * strength),
            low_sun: through(palette.turned([1.0, 0.42, 0.16], 0.1)),
            air: palette.turned(mix3([0.16, 0.42, 1.0], scale3(hues.shade, 2.0), 0.18), 0.6),
            disc: 1.0 - scene.opened(),
            turn,
            offset: [0, 1, 2].map(|_| chance.unit() * 40.0),
            land: [0x2c4a24, 0x9c7c4c, 0x6a6a50, 0xe8eef4].map(|c| palette.turned(hex(c), 0.4)),
            sea: palette.turned(hex(0x0e3f74), 0.8),
            cloud: 0.20 + 0.5 * scene.weather.cloud + 0.2 * scene.weather.storm + 0.15 * music.build,
            drift: bar * 0.010,
            cities: 0.8 + 1.1 * music.mid + 0.5 * music.snare,
            sparkle: 0.5 * music.high + 1.3 * music.hat,
            glint: 0.8 + 0.8 * music.high + 0.6 * music.kick,
            flare: 0.75 + 0.35 * music.loudness + 0.4 * music.bass + 0.5 * music.snare + 1.2 * music.burst,
            storms,
            earthshine: scale3(palette.turned([0.20, 0.34, 0.62], 0.8), 0.055),
            aurora: (0.25 + 0.9 * music.mid + 0.6 * music.bass) * (1.0 - hues.day),
            secs: music.secs as f32,
        }
    }

    /// The globe's light where its normal is n; `width` is a pixel's in radii.
    #[inline(always)]
    fn ground<L: Lanes>(&self, n: V<L>, width: f32, at: Points<L>) -> V<L> {
        let [a, b, c] = self.turn;
        let p: V<L> = v(n.dot(splat(a)), n.dot(splat(b)), n.dot(splat(c)));
        let q = p + splat(self.offset);
        // As many octaves as pixels can show, more when the camera is near.
        let (mut octaves, mut waves) = (3, 12.0 * width);
        while octaves < 9 && waves < 0.85 {
            octaves += 1;
            waves *= 2.0;
        }
        let (wx, wz) = (
            noise3(q.x * 2.3, q.y * 2.3, q.z * 2.3) - 0.5,
            noise3(q.x * 2.3 + 19.0, q.y * 2.3, q.z * 2.3) - 0.5,
        );
        let high = fbm3(
            q.x * 1.35 + wx * 0.7,
            q.y * 1.35 + wz * 0.5,
            q.z * 1.35 - wx * 0.4,
            octaves,
        );
        let coast = 0.006 + width * 1.2;
        let land = smoothstep::<L>(0.525 - coast, 0.525 + coast, high);
        let latitude = p.y.abs() + (wx + wz) * 0.18;
        let rough = noise3(q.x * 14.0, q.y * 14.0, q.z * 14.0).mix(f(0.5), smoothstep::<L>(0.02, 0.07, F::from(width)));
        let [green, sand, steppe, ice] = splats::<L, _>(self.land);
        let dry = smoothstep::<L>(0.46, 0.60, noise3(q.x * 2.9 + 5.0, q.y * 4.5, q.z * 2.9))
            * smoothstep::<L>(0.62, 0.36, latitude);
        let soil = green
            .mix(sand, dry)
            .mix(steppe, smoothstep::<L>(0.56, 0.70, high) * 0.7)
            * (0.65 + 0.7 * rough);
        let white = smoothstep::<L>(0.93, 1.03, latitude + (high - 0.5) * 0.5);
        let shallow = smoothstep::<L>(0.43, 0.53, high);
        let sea = splat::<L>(self.sea) * (0.65 + shallow * 1.1);
        let ground = sea.mix(soil, land).mix(ice, white);
        // Clouds, in fronts that the warp has drawn out.
        let (cx, cz) = (q.x + self.drift + wz * 0.5, q.z + wx * 0.5 - self.drift * 0.5);
        let front = fbm3(cx * 2.1, q.y * 3.4 + wx * 1.6, cz * 2.1, 3);
        let fleece = fbm3(
            cx * 4.6 + front * 1.7,
            q.y * 5.8 + front * 1.2,
            cz * 4.6 - front,
            octaves.min(7),
        );
        let above = 0.80 - self.cloud * 0.42;
        let cloud = smoothstep::<L>(above - 0.08, above + 0.11, front * 0.45 + fleece * 0.65);
        let sun = splat::<L>(self.to_sun);
        let facing = n.dot(sun);
        let day = smoothstep::<L>(-0.10, 0.30, facing) * (0.20 + 0.80 * facing.max(0.0));
        let red = smoothstep::<L>(0.22, 0.0, facing);
        let light = splat::<L>(self.sun).mix(splat(self.low_sun), red * 0.7);
        let half = (sun - v(0.0, 0.0, 1.0)).normalized();
        let mirror = n.dot(half).max(0.0);
        let wet = (1.0 - land) * (1.0 - white);
        let glint = (mirror.pow(60.0) * 0.06 + mirror.pow(500.0) * 0.45) * wet * (1.0 - cloud) * self.glint;
        // Clouds throw light and shade at low sun: thicker towards it is darker.
        let relief = (fleece - front) * smoothstep::<L>(0.6, 0.1, facing) * 1.2;
        let cloud_light = (0.92 + relief).max(0.3);
        let lit = ground.mix(v(1.0, 1.0, 1.0) * cloud_light, cloud * 0.94);
        let mut out = lit * light * (day * 0.92) + light * (glint * smoothstep::<L>(-0.05, 0.12, facing));
        let night = smoothstep::<L>(0.06, -0.16, facing);
        out += splat::<L>(self.earthshine) * (0.35 + lit.luminance()) * night;
        if (night * land).gt(0.01).any() {
            let people = smoothstep::<L>(0.52, 0.78, noise3(q.x * 6.5 + 3.0, q.y * 6.5, q.z * 6.5))
                * smoothstep::<L>(0.64, 0.54, high)
                * smoothstep::<L>(0.78, 0.55, latitude);
            let towns = noise3(q.x * 46.0, q.y * 46.0, q.z * 46.0);
            let streets = noise3(q.x * 130.0, q.y * 130.0, q.z * 130.0);
            let far = smoothstep::<L>(0.008, 0.028, F::from(width));
            let farther = smoothstep::<L>(0.003, 0.011, F::from(width));
            let town = smoothstep::<L>(0.58, 0.92, towns).mix(f(0.16), far);
            let street = smoothstep::<L>(0.50, 0.95, streets).mix(f(0.30), farther);
            let flicker = noise3(q.x * 46.0, q.y * 46.0 + self.secs * 3.0, q.z * 46.0);
            let flicker = 1.0 + (flicker - 0.4) * (1.6 * self.sparkle);
            let lamps = people * (0.10 + 2.2 * town * (0.35 + 1.6 * street)) * flicker.max(0.2);
            out += v(1.0, 0.66, 0.30) * (lamps * land * night * (1.0 - cloud * 0.8) * self.cities);
        }
        for [x, y, strength] in self.storms {
            let off = ((at.x - x).squared() + (at.y - y).squared()) * (1.0 / (0.004 * self.globe[2]));
            out += v(0.70, 0.80, 1.0) * ((off * -1.0).exp() * (0.15 + cloud) * night * strength);
        }
        // Air before the ground: thicker towards the edge.
        let slant = 1.0 - (-n.z).saturate();
        let thick = 0.06 + 0.94 * slant.squared().squared();
        let blue = splat::<L>(self.air).mix(splat(self.low_sun), red * 0.3);
        out.mix(blue * (day * 1.1 + 0.012), thick * 0.55)
    }
}

impl World for Earth {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let [cx, cy, radius] = self.globe;
        let (x, y) = ((at.x - cx) * (1.0 / radius), (at.y - cy) * (1.0 / radius));
        let r2 = x * x + y * y;
        let r = (r2 + 1e-9).sqrt();
        let width = at.pixel / radius;
        let cover = smoothstep::<L>(1.0 + width * 0.7, 1.0 - width * 0.7, r);
        let (sx, sy) = (at.x - self.sun_at[0], at.y - self.sun_at[1]);
        let from_sun = (sx * sx + sy * sy + 1e-9).sqrt();
        let mut light: V<L> = splat([0.003, 0.004, 0.008]);
        let outside = cover.lt(1.0);
        let toward = (x * self.to_sun[0] + y * self.to_sun[1]) / r;
        if outside.any() {
            let d = self.camera.direction(at.x, at.y);
            light += self.sky.starlight(d, at.pixel / self.camera.focal) * (smoothstep::<L>(0.1, 0.9, from_sun) * 0.22);
            // Layers of the air beyond the edge.
            let high = ((r - 1.0) * radius).max(0.0);
            let lit = smoothstep::<L>(-0.45, 0.75, toward);
            let near = (from_sun * -2.2).exp();
            let low = (high * -95.0).exp();
            let upper = (high * -22.0).exp();
            light += splat::<L>(self.air) * (upper * (lit * 1.1 + 0.05) * (0.5 + near));
            light += splat::<L>(self.low_sun) * (low * lit * (0.25 + 1.9 * near));
            // Northern light's ring over the night.
            let curtain = noise3(x * 9.0, y * 9.0, f::<L>(self.secs * 0.15));
            let ring = (high * -22.0).exp() * (1.0 - (high * -70.0).exp()) * (1.0 - lit);
            light += v(0.10, 0.85, 0.45) * (ring * curtain * curtain * self.aurora);
            let disc = smoothstep::<L>(0.046 + at.pixel, 0.046 - at.pixel, from_sun);
            light += splat::<L>(self.sun) * (disc * self.disc * 5.0);
        }
        if cover.gt(0.0).any() {
            let n = v(x, y, -((1.0 - r2).max(0.0).sqrt()));
            let ground = self.ground(n, width, at);
            light = light.mix(ground, cover);
        }
        // The sun's light in the lens: a soft glow, and along the edge of the air.
        let along = (((r - 1.0) * radius).abs() * -26.0).exp();
        let glow =
            (from_sun * -9.0).exp() * 0.80 + (from_sun * -2.6).exp() * 0.07 + along * (from_sun * -3.0).exp() * 0.55;
        let beam = (sy.abs() * -70.0).exp() * (sx.abs() * -2.6).exp() * 0.22;
        let warm = splat::<L>(self.sun).mix(splat(self.low_sun), smoothstep::<L>(0.05, 0.7, from_sun) * 0.6);
        light += warm * ((glow + beam) * self.flare);
        Sample {
            light,
            distance: f(FAR),
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let focal = camera.focal;
        let side = if self.sun_at[0] > 0.0 { -1.0 } else { 1.0 };
        let hang = |role, x: f32, y: f32, depth: f32| {
            place(camera, role, x, depth, camera.position[1] + y * depth / focal, 4.0)
        };
        let low = self.globe[1] < -1.0;
        let hero = if low {
            [side * 0.42, self.globe[1] + self.globe[2] - 0.10]
        } else {
            [side * 0.35, -0.45]
        };
        Staging {
            camera: *camera,
            key: KeyLight {
                direction: normalize([self.sun_at[0] / focal, self.sun_at[1] / focal, 0.8]),
                color: scale3(self.sun, 1.6),
            },
            ambient: scale3(self.air, 0.10),
            fog: Fog {
                color: [0.0; 3],
                density: 0.0,
            },
            surface: Surface::None,
            places: vec![
                hang(Role::Hero, hero[0], hero[1], 6.5 * focal / 1.7),
                hang(Role::Second, hero[0] + side * 0.45, hero[1] + 0.15, 9.0 * focal / 1.7),
                hang(Role::Floating, -side * 0.4, 0.35, 16.0),
                hang(Role::Far, side * 0.9, 0.45, 60.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.sun_at,
                radius: 0.10,
                distance: FAR,
                spills: false,
            },
        }
    }
}
