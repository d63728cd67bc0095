//! Under water: the surface from below with Snell's window, shafts of light, and the sea floor with caustics.
//!
//! The surface is [`Water`] seen from below: within the critical angle one sees out, beyond it the surface mirrors the
//! deep. Caustics are the product of two folded noises that slide over each other; shafts are noise over the angle
//! around the light's place, in sheets that move against each other (after volumetric shafts as in Shadertoy's
//! "Underwater" sketches, without their march). Water takes red first: what is far goes to its colour.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{fbm2, hash2, noise1, noise2},
    scalar::{self, Chance, hex, mix, mix3, scale3},
    scene::Scene,
    water::Water,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Deep, middle and light water.
const SCHEMES: [[u32; 3]; 3] = [
    [0x02131f, 0x06557c, 0xa6ecec],
    [0x0b0c28, 0x37408f, 0xf2bcdc],
    [0x021a17, 0x0a6a5c, 0xdcf2b4],
];

pub(in super::super) struct Underwater {
    camera: Camera,
    water: Water,
    deep: [f32; 3],
    middle: [f32; 3],
    top: [f32; 3],
    sun: [f32; 3],
    /// Picture place of the light.
    light_at: [f32; 2],
    /// Metres from the floor to the eye, and from there to the surface.
    above: f32,
    below: f32,
    /// Extinction a metre.
    thick: f32,
    shafts: f32,
    caustics: f32,
    dust: f32,
    open: f32,
    offset: f32,
    rocks: f32,
    secs: f32,
    seed: u32,
}

impl Underwater {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 6);
        let (music, weather) = (&scene.music, &scene.weather);
        let scheme = SCHEMES[scene.scheme() % SCHEMES.len()];
        let noon = 1.0 - ((scene.hour - 0.5).abs() * 2.0).min(1.0);
        let day = mix(0.32, 1.0, scalar::smoothstep(0.0, 0.62, noon)) * (1.0 - 0.3 * weather.cloud.max(weather.storm));
        // Dusk and dawn warm what comes from above, night cools it.
        let warm = (1.0 - ((scene.hour - 0.5).abs() - 0.25).abs() * 7.0).max(0.0);
        let palette = &scene.palette;
        let deep = palette.turned(scale3(hex(scheme[0]), 0.55 + 0.45 * day), 0.9);
        let middle = palette.turned(scale3(hex(scheme[1]), 0.25 + 0.75 * day), 0.6);
        let mut top = palette.turned(scale3(hex(scheme[2]), day), 0.05);
        top = mix3(top, [top[0] * 1.5 + 0.08, top[1] * 0.95, top[2] * 0.75], warm * 0.32);
        if let Some(next) = scene.portal_light {
            let hue = scale3(next, 1.0 / scalar::luminance(next).max(0.02));
            top = mix3(top, scale3(hue, scalar::luminance(top)), 0.6 * scene.portal_share);
        }
        let mut camera = Camera::standing(0.0, chance.within(-0.42, -0.12), chance.within(1.15, 1.5));
        let bar = music.bar as f32;
        camera.position = [
            0.5 * scalar::sin(bar * 0.39) + bar * chance.within(-0.1, 0.1),
            0.18 * scalar::sin(bar * 0.785),
            bar * 0.22 + scene.approach * 3.0,
        ];
        let light_at = [chance.within(-0.85, 0.85), chance.within(0.52, 0.76)];
        let sun = scalar::normalize([
            light_at[0] / camera.focal,
            (light_at[1] - camera.horizon) / camera.focal,
            1.0,
        ]);
        Self {
            water: Water::new(
                scene,
                &mut chance,
                1.0 + 0.5 * weather.wind + 0.9 * music.bass + weather.storm,
                0.5,
            ),
            above: chance.within(5.5, 9.5),
            below: chance.within(1.9, 3.4),
            thick: 0.050 * (1.0 + 0.8 * weather.fog + 0.4 * weather.storm),
            shafts: 0.42 + 0.75 * music.mid + 1.1 * music.kick + 1.2 * music.burst,
            caustics: 0.7 + 0.7 * music.mid + 1.0 * music.kick + music.burst,
            dust: 0.25 + 0.9 * music.high + 0.6 * music.hat,
            open: 1.0 - scene.opened(),
            offset: chance.within(0.0, 300.0),
            rocks: chance.within(0.2, 1.0),
            secs: music.secs as f32,
            seed: chance.below(1 << 20) as u32,
            camera,
            deep,
            middle,
            top,
            sun,
            light_at,
        }
    }

    #[inline(always)]
    fn floor<L: Lanes>(&self, x: F<L>, z: F<L>) -> F<L> {
        let dunes = fbm2(x * 0.12 + self.offset, z * 0.12, 3) - 0.5;
        let reef = smoothstep::<L>(0.60, 0.74, noise2(x * 0.16 + 40.0, z * 0.13 + self.offset)) * self.rocks;
        let lumps = noise2(x * 0.9, z * 0.9);
        dunes * 2.0 + reef * (1.1 + lumps * 1.3) - self.below
    }

    #[inline(always)]
    fn caustic<L: Lanes>(&self, x: F<L>, z: F<L>, footprint: F<L>) -> F<L> {
        let t = self.secs;
        let wx = x + (z * 1.3 + t * 0.7).sin() * 0.35;
        let wz = z + (x * 1.1 - t * 0.6).sin() * 0.35;
        let a = 1.0 - (noise2(wx * 0.9 + t * 0.25, wz * 0.9) * 2.0 - 1.0).abs();
        let b = 1.0 - (noise2(wx * 1.6 - t * 0.21 + 9.0, wz * 1.6 + t * 0.13) * 2.0 - 1.0).abs();
        let web = (a * b).max(a * a * 0.72);
        let web = web * web;
        // Finer than a pixel it is its mean.
        let seen = ((footprint * 1.6).squared() * -1.0).exp();
        (web * web).mix(f(0.16), 1.0 - seen)
    }
}

impl World for Underwater {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let eye = splat::<L>(self.camera.position);
        let near = d.dot(splat(self.sun)).max(0.0);
        let body = splat::<L>(self.deep)
            .mix(splat(self.middle), smoothstep::<L>(-0.42, 0.55, d.y))
            .mix(splat(self.top), near.pow(7.0) * 0.34 + near.pow(40.0) * 0.35);
        let mut light = body;
        let mut range: F<L> = f(70.0);
        // The surface.
        let up = d.y.gt(0.02);
        if up.any() {
            let far = (self.above - eye.y) / d.y.max(0.02);
            let (x, z) = (eye.x + d.x * far, eye.z + d.z * far);
            let footprint = far * pixel / d.y.max(0.05);
            // Bent, so that no straight crest shows from below.
            let (bx, bz) = (noise2(x * 0.35, z * 0.35), noise2(x * 0.35 + 9.0, z * 0.35));
            let slopes = self.water.slopes(x + bx * 1.7, z + bz * 1.7, footprint);
            let normal = v(slopes.x, f(1.0), slopes.z).normalized();
            let facing = d.dot(normal);
            // The critical angle of water is 48.6 degrees.
            let window = smoothstep::<L>(0.56, 0.76, facing);
            let mirrored = splat::<L>(self.middle).mix(splat(self.deep), smoothstep::<L>(0.1, 0.6, facing) * 0.4);
            let tilt = (slopes.x * self.sun[0] + slopes.z * self.sun[2]) * 0.8;
            let spark = (near * near + tilt).max(0.0).pow(9.0).min(1.6);
            let sky = splat::<L>(self.top) * (0.62 + slopes.z * 0.5) + splat(self.top) * (near.pow(14.0) * 0.8);
            let surface = mirrored.mix(sky, window) + splat::<L>(self.top) * (spark * 0.55);
            let clear = (far * (-0.8 * self.thick)).exp();
            light = V::select(up, body.mix(surface, clear), light);
            range = select(up, far, range);
        }
        // The light itself, broken by the surface.
        let (lx, ly) = (at.x - self.light_at[0], at.y - self.light_at[1]);
        let wobble = (noise2(at.x * 5.0, at.y * 9.0 + self.secs * 0.9) - 0.5) * 0.05;
        let from = (lx.squared() + ly.squared()).sqrt();
        let disc = smoothstep::<L>(0.16, 0.05, from + wobble) * self.open;
        light += splat::<L>(self.top) * (disc * 2.4 + (from * -4.0).exp() * 0.4);
        // The floor, met in a few steps.
        if d.y.lt(0.16).any() {
            let mut far = f::<L>(1.2);
            let mut hit = f::<L>(0.0).gt(1.0);
            for _ in 0..14 {
                let gap = eye.y + d.y * far - self.floor(eye.x + d.x * far, eye.z + d.z * far);
                hit = hit | gap.lt(0.03);
                if hit.all() {
                    break;
                }
                far = select(hit, far, far + gap.max(0.04) * 0.85 + far * 0.02);
            }
            let found = hit & far.lt(60.0) | d.y.lt(-0.12);
            if found.any() {
                let (x, z) = (eye.x + d.x * far, eye.z + d.z * far);
                let footprint = far * pixel / (0.12 - d.y).max(0.06).min(1.0);
                let here = self.floor(x, z);
                let step = footprint.max(0.12);
                let normal = v(
                    (here - self.floor(x + step, z)) / step,
                    f(1.0),
                    (here - self.floor(x, z + step)) / step,
                )
                .normalized();
                let ripple =
                    (x * 1.3 + z * 5.2 + noise2(x * 0.7, z * 0.7) * 7.0).sin() / (1.0 + (footprint * 6.0).squared());
                let facing = (normal.dot(splat(self.sun)) * 0.75 + 0.25 + ripple * 0.07).max(0.0);
                let web = self.caustic(x * 0.8, z * 0.8, footprint * 0.8) * self.caustics;
                let reef = smoothstep::<L>(-self.below + 0.35, -self.below + 1.3, here);
                let grain = fbm2(x * 3.0, z * 3.0, 3);
                let sand = splat::<L>([0.72, 0.70, 0.62]) * (0.72 + 0.45 * grain);
                let ground = sand.mix(splat::<L>([0.13, 0.15, 0.17]) * (0.4 + 1.2 * grain), reef * 0.85);
                let lit = splat::<L>(self.top) * (facing * (0.22 + web * 1.7)) + splat::<L>(self.middle) * 0.85;
                let clear = (far * (-1.5 * self.thick)).exp();
                light = V::select(found, (body * 0.92).mix(ground * lit, clear), light);
                range = select(found, far, range);
            }
        }
        // Shafts around the light, stronger below it; they end where something stands nearer.
        let angle = ly.turns(lx);
        let mut shafts = f::<L>(0.0);
        for k in 0..3_u32 {
            let side = if k == 1 { -1.0 } else { 1.0 };
            let fine = 26.0 + 21.0 * k as f32;
            let drift = self.secs * (0.10 + 0.05 * k as f32) * side;
            let a = noise1(angle * fine + drift, self.seed + k);
            let along = noise2(
                angle * (fine * 0.5) - drift,
                from * 1.3 - self.secs * 0.12 + 9.0 * k as f32,
            );
            shafts += smoothstep::<L>(0.48, 0.95, a) * (0.35 + along * 0.9) * (0.55 - 0.1 * k as f32);
        }
        let below = smoothstep::<L>(0.35, -0.45, ly / (from + 0.15));
        let reach = (from * -0.85).exp() * smoothstep::<L>(0.02, 0.30, from) * (0.25 + 0.75 * below);
        let depth = 1.0 - (range * -0.11).exp();
        light += splat::<L>(self.top) * (shafts * reach * depth * (self.shafts * 0.40));
        // Dust in the water.
        for k in 0..2_u32 {
            let scale = 5.0 + 6.0 * k as f32;
            let x = at.x * scale + (at.y * 3.0 + self.secs * 0.3).sin() * 0.3 + self.camera.position[0] * 2.0;
            let y = at.y * scale - self.secs * 0.22 + 7.0 * k as f32;
            let (cx, cy) = (x.floor(), y.floor());
            let own = hash2(cx, cy, 81 + k);
            let (ox, oy) = (hash2(cx, cy, 82) * 0.6 + 0.2, hash2(cx, cy, 83) * 0.6 + 0.2);
            let off = ((x - cx - ox).squared() + (y - cy - oy).squared()).sqrt() * (1.0 / scale);
            let size = 0.0045_f32 + 0.006 / (1.0 + k as f32);
            let radius = size.max(at.pixel * 0.8);
            let dot = smoothstep::<L>(radius, radius * 0.2, off) * (size / radius) * (size / radius);
            light +=
                splat::<L>(self.top) * (dot * smoothstep::<L>(0.74, 1.0, own) * self.dust * (0.16 + near * near * 0.5));
        }
        Sample {
            light,
            distance: range * d.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let side = if self.light_at[0] > 0.0 { -1.0 } else { 1.0 };
        let [x0, y0, z] = self.camera.position;
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x0 + x * depth / self.camera.focal, y0 + y, z + depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sun,
                color: scale3(self.top, 0.8),
            },
            ambient: scale3(self.middle, 0.6),
            fog: Fog {
                color: self.middle,
                density: self.thick * 1.3,
            },
            surface: Surface::None,
            places: vec![
                place(Role::Hero, side * 0.45, 0.2, 4.6, 2.4),
                place(Role::Floating, -side * 0.5, 1.6, 12.0, 6.0),
                place(Role::Second, side * 0.85, 0.7, 6.5, 2.4),
                place(Role::Far, -side * 0.3, 1.0, 24.0, 10.0),
                place(Role::Floating, side * 0.6, 2.4, 9.0, 2.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.light_at,
                radius: 0.13,
                distance: self.above / self.sun[1].max(0.1),
                spills: false,
            },
        }
    }
}
