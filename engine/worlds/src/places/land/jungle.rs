//! A jungle: sheets of palms, ferns and big leaves in the haze, vines that hang, shafts from a gap in the canopy, and
//! a stream that runs to it.
//!
//! Built as the wood is (multiplane camera), with rosettes of leaves ([`crate::leaves`]) for what grows: dark and large
//! before the lens, pale and fine where the air is thick. Leaves between the light and the lens let it through.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    leaves::Rosettes,
    noise::{fbm2, hash1, noise1, noise2},
    particles::{self, Cloud},
    scalar::{self, Chance, hex, mix3, scale3},
    scene::{Music, Scene, Weather},
    shafts::Fan,
    sheets::{self, OnSheet},
    sky::Sky,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Half the stream's width in metres.
const STREAM: f32 = 0.85;
/// Depths of the sheets, far to near.
const DEPTHS: [f32; 8] = [60.0, 42.0, 30.0, 21.0, 15.0, 10.5, 7.2, 4.4];

pub(in super::super) struct Jungle {
    camera: Camera,
    sky: Sky,
    ferns: Rosettes,
    palms: Rosettes,
    broad: Rosettes,
    light: [f32; 2],
    /// How far the stream is aside of the way to the light where the sheets are, in metres; its phase.
    course: [f32; DEPTHS.len()],
    phase: f32,
    fans: [Fan; 3],
    shafts: f32,
    leaf: [f32; 3],
    back: [f32; 3],
    shade: [f32; 3],
    air: f32,
    mist: f32,
    rim: f32,
    flies: f32,
    drift: f32,
    seed: u32,
    weather: Weather,
    music: Music,
}

impl Jungle {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 21);
        let (music, weather) = (scene.music, scene.weather);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let sky = Sky::within(scene, side * chance.within(0.02, 0.34), 0.16, 0.34);
        let mut camera = Camera::standing(
            chance.within(1.2, 2.4),
            chance.within(-0.42, -0.16),
            chance.within(1.4, 2.0),
        );
        camera.position[0] = 0.35 * scalar::sin((music.bar * 0.39) as f32);
        camera.position[2] = 2.4 * scene.approach;
        let light = camera.project_direction(sky.direction).unwrap_or([0.0, 0.4]);
        let secs = music.secs as f32;
        let wind = 0.3 + weather.wind + weather.storm + 0.5 * music.build + 0.4 * music.bass;
        let sway = 0.05 * wind * scalar::sin(secs * 0.9);
        let seed = (scene.seed % 9973) as u32;
        let moon = sky.is_moon;
        let greens = [0x2f6a24, 0x2a6a44, 0x55702a];
        let tint = scene.palette.turned(hex(greens[chance.below(3)]), 0.7);
        let rosettes =
            |cell: f32, leaves: f32, width: f32, droop: f32, comb: f32, share: f32, from: f32, to: f32, n: u32| {
                Rosettes {
                    cell,
                    leaves,
                    width,
                    droop,
                    comb,
                    share,
                    from,
                    to,
                    sway,
                    seed: seed + 1000 * n,
                }
            };
        let phase = chance.within(0.0, 6.0);
        Self {
            course: DEPTHS.map(|z| 0.5 * scalar::sin(0.30 * z + phase)),
            phase,
            camera,
            sky,
            ferns: rosettes(1.5, 11.0, 0.10, 0.55, 16.0, 1.1, 0.0, chance.within(1.0, 1.9), 1),
            palms: rosettes(3.6, 13.0, 0.085, 0.75, 26.0, chance.within(0.35, 0.7), 3.0, 12.0, 2),
            broad: rosettes(2.1, 9.0, 0.15, 0.60, 0.0, chance.within(0.3, 0.6), 0.0, 9.0, 3),
            light,
            fans: [0, 1, 2].map(|k| Fan {
                light,
                number: [20.0, 26.0, 17.0][k],
                drift: secs * (0.03 + 0.05 * wind) * [1.0, -0.8, 1.2][k] + 5.3 * k as f32 + chance.within(0.0, 60.0),
                decay: 0.75,
                seed: 240 + 2 * k as u32,
            }),
            shafts: (1.0 - 0.6 * weather.rain.max(weather.storm))
                * (0.55 + 0.8 * music.mid + 1.5 * music.kick + 1.5 * music.burst)
                * if moon { 0.14 } else { 0.040 },
            leaf: tint,
            back: scale3(
                mix3(mix3(sky.horizon, sky.middle, 0.4), scale3(tint, 1.6), 0.42),
                if moon { 1.6 } else { 1.0 },
            ),
            shade: scale3(mix3(sky.zenith, sky.middle, 0.45), if moon { 4.2 } else { 1.2 }),
            air: 0.019 + 0.030 * weather.fog + 0.012 * weather.rain + 0.008 * music.mid,
            mist: 0.5 + 0.9 * weather.fog + 0.9 * music.bass,
            rim: 0.030 + 0.07 * music.snare,
            flies: (0.35 + 0.9 * music.high + 1.2 * music.hat) * (1.0 - weather.rain),
            drift: secs * (0.04 + 0.06 * wind),
            seed,
            weather,
            music,
        }
    }

    /// Trunks and vines of a sheet: how much they cover, and where across them.
    #[inline(always)]
    fn trunks<L: Lanes>(&self, on: OnSheet<L>, depth: f32, k: u32) -> (F<L>, F<L>) {
        let spacing = 4.2;
        let along = on.x * (1.0 / spacing) + 21.3 * k as f32;
        let cell = along.floor();
        let own = hash1(cell, self.seed + 70 * k);
        let other = (own * 57.3).fract();
        let centre = (cell - 21.3 * k as f32 + 0.25 + 0.5 * other) * spacing;
        let bend = (on.y * (0.25 + 0.2 * own) + other * 6.0).sin() * 0.28 * own;
        let across = on.x - centre - bend - (own - 0.5) * 0.16 * on.y;
        let flare = (on.y.max(0.0) * -1.3).exp() * 1.3;
        let width = (own * own * 0.45 + 0.10) * (1.0 + flare);
        let glade = centre - depth * (self.light[0] * 0.8 / self.camera.focal);
        let stands = glade.abs().gt(1.4 + 0.04 * depth) & other.gt(0.25);
        let trunk = sheets::inside(across.abs() - width, on.pixel) * stands.to_float();
        // Vines: thin lines that sag from the canopy.
        let step = 1.3;
        let vine = on.x * (1.0 / step) + 7.1 * k as f32;
        let row = vine.floor();
        let own = hash1(row, self.seed + 71 * k + 5);
        let hang = own * 4.5 + 1.2;
        let curve =
            ((on.y - hang) * 0.5 + own * 30.0 + self.drift * 1.5).sin() * 0.16 + ((on.y - hang) * 1.7).sin() * 0.04;
        let off = (vine - row - 0.5).abs();
        let off = select(vine.gt(row + 0.5), off, -off) * step - curve;
        let thick = 0.016 + own * 0.014;
        let leaves = (noise1(on.y * 4.5 + own * 90.0, k) - 0.45).max(0.0) * 0.16;
        let thin = (thick * 2.0 / on.pixel).min(1.0);
        let vine = sheets::inside(off.abs() - thick - leaves, on.pixel)
            * thin
            * on.y.gt(hang).to_float()
            * own.gt(0.45).to_float();
        (trunk.max(vine) * on.y.gt(-0.15).to_float(), across / width)
    }
}

impl World for Jungle {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        // The stream: beyond the place where a ray meets it, all is turned over.
        let slope = self.light[0] * 0.8 / self.camera.focal;
        let ground = sheets::ground(&self.camera, at, 90.0);
        let (mut stream, mut share, mut shift) = (ground.below & !ground.below, f::<L>(1.0), f::<L>(0.0));
        if ground.below.any() {
            let course = (ground.z * 0.30 + self.phase).sin() * 0.5;
            let bank = (ground.x - self.camera.position[0] - ground.depth * slope - course).abs()
                + (noise2(ground.x * 0.9, ground.z * 0.6) - 0.5) * 0.6;
            let wide = STREAM + 0.008 * ground.depth;
            stream = ground.below & bank.lt(wide);
            let ripple = noise2(ground.x * 1.7, ground.depth * 4.0 + self.drift * 8.0) - 0.5
                + (noise2(ground.x * 4.0, ground.depth * 11.0 - self.drift * 12.0) - 0.5) * 0.6;
            // The steeper it is seen, the less it mirrors.
            let flat = 1.0 - (self.camera.position[1] / ground.depth).min(0.75);
            share = smoothstep::<L>(wide, wide - 0.12 - ground.pixel, bank)
                * (flat * flat * 0.85 + 0.05)
                * (1.0 + ripple * 0.35);
            shift = select(stream, ripple * (0.014 + 0.02 * self.music.bass), f(0.0));
        }
        let mut crossed = stream & !stream;
        let at = Points { x: at.x + shift, ..at };
        let up = select(stream, self.camera.horizon * 2.0 - at.y, at.y);
        let (dx, dy) = (at.x - self.light[0], up - self.light[1]);
        let radius = (dx * dx + dy * dy).sqrt();
        let strength = if self.sky.is_moon { 0.34 } else { 0.13 };
        let glow = (radius * -1.5).exp() * 0.9 + (radius * -5.0).exp() * 1.4;
        let dim = smoothstep::<L>(0.1, 2.0, radius);
        let behind = splat::<L>(self.back).mix(splat(self.shade), dim * 0.7) * (0.80 - 0.25 * dim)
            + splat(self.sky.sun) * (glow * strength);
        let disc = self
            .sky
            .disc(self.camera.direction(at.x, up), at.pixel / self.camera.focal)
            * select(stream, f(0.0), f(1.0));
        let mut light = grey(0.0);
        let mut distance = f::<L>(300.0);
        let mut open = f::<L>(1.0);
        // Near to far: what is still open to what lies behind.
        for k in (0..DEPTHS.len()).rev() {
            let depth = DEPTHS[k] - self.camera.position[2];
            if depth < 0.8 {
                continue;
            }
            let beyond = stream & ground.depth.lt(depth);
            let cross = beyond & !crossed;
            if cross.any() {
                let now = select(cross, open * (1.0 - share), f(0.0));
                light += splat::<L>(self.leaf) * splat(self.shade) * (now * 0.22);
                distance = select(cross & open.gt(0.5), ground.depth, distance);
                open -= now;
                crossed = beyond;
            }
            let on = sheets::meet(&self.camera, at, depth);
            let on = OnSheet {
                y: select(beyond, -on.y, on.y),
                ..on
            };
            let n = k as u32;
            // Shafts and mist before this sheet are seen through what is nearer.
            if k % 2 == 0 && k < 6 {
                let shown = smoothstep::<L>(-0.4, 0.8, on.y) * open;
                let veil = self.fans[k / 2].light(at.x, at.y) * self.shafts;
                light += splat::<L>(self.sky.sun) * (veil * shown);
                if on.y.lt(5.0).any() {
                    let roll = noise2(on.x * 0.16 + self.drift * 2.0, on.y * 0.6 + 9.0 * k as f32);
                    let lie = (on.y.max(0.0) * -0.6).exp() * (roll * 1.5 - 0.35).max(0.0) * (0.22 * self.mist);
                    let lie = (lie * smoothstep::<L>(-0.4, 0.6, on.y)).min(0.8);
                    light += behind * (lie * open);
                    open *= 1.0 - lie;
                }
            }
            let (trunk, across) = self.trunks(on, depth, n);
            let shift = |r: &Rosettes| OnSheet {
                x: on.x + 13.7 * k as f32,
                y: on.y + 0.23 * r.cell * (k % 3) as f32,
                ..on
            };
            // The glade towards the light has low ferns only.
            let way = (on.x - self.camera.position[0] - depth * slope).abs();
            let dry = (on.x - self.camera.position[0] - depth * slope - self.course[k]).abs();
            let dry = smoothstep::<L>(STREAM + 0.05, STREAM + 0.7, dry);
            let aside = smoothstep::<L>(1.0 + 0.02 * depth, 2.4 + 0.07 * depth, way + on.y * 0.08);
            let (fern, out, own) = self.ferns.cover(shift(&self.ferns));
            let fern = fern * on.y.lt(aside * 1.6 + 0.42).to_float() * dry;
            let (palm, palm_out, _) = self.palms.cover(shift(&self.palms));
            let (broad, broad_out, _) = self.broad.cover(shift(&self.broad));
            let canopy = if k < 5 && on.y.gt(3.0).any() {
                let mass = fbm2(on.x * 0.30 + 23.0 * k as f32, on.y * 0.36, 3);
                let fine = noise2(on.x * 3.6, on.y * 4.6).mix(0.5, (on.pixel * 3.4).min(1.0));
                let high = smoothstep::<L>(3.0, 15.0 + 0.1 * depth, on.y + way * 0.22);
                smoothstep::<L>(0.0, 0.16, mass * 0.8 + fine * 0.26 + high * 0.55 - 0.86)
            } else {
                f(0.0)
            };
            let leaves = fern.max(palm * aside).max(broad * aside).max(canopy);
            let (mut litter, mut floor) = (f::<L>(0.5), f::<L>(0.0));
            if on.y.lt(0.5).any() {
                litter = noise2(on.x * 9.0, on.y * 9.0 + 5.0 * k as f32).mix(0.5, (on.pixel * 8.0).min(1.0));
                let rise = noise1(on.x * 1.1 + 3.0 * k as f32, self.seed) * 0.16 + litter * 0.22;
                floor = smoothstep::<L>(0.08, -0.03, on.y - rise + 0.06 + (1.0 - dry) * 0.4);
            }
            let cover = trunk.max(leaves).max(floor);
            let share = cover * open;
            if !share.gt(0.004).any() {
                continue;
            }
            let out = select(palm.gt(fern), palm_out, select(broad.gt(fern), broad_out, out));
            let side = across.clamp(-1.0, 1.0) * select(dx.gt(0.0), f(-1.0), f(1.0));
            let rim = smoothstep::<L>(0.3, 1.0, side) * select(leaves.gt(trunk), f(0.0), trunk);
            let near = (radius * -1.1).exp();
            let through = near * (out * 0.8 + 0.1) * leaves;
            let body = splat::<L>(self.leaf) * (own * 0.5 + out * 0.5 + 0.25);
            let body = V::select(trunk.gt(leaves), splat([0.07, 0.055, 0.04]), body);
            let body = body.mix(splat::<L>(self.leaf) * (litter * 0.6 + 0.12), floor * (1.0 - leaves));
            let lit = body
                * (splat::<L>(self.shade) * 1.05 + splat(self.back) * 0.32 + splat(self.sky.sun) * (through * 0.34))
                + splat(self.sky.sun) * (rim * near * self.rim);
            let far = 1.0 - scalar::exp(-self.air * depth);
            light += lit.mix(behind, far) * share;
            distance = select(cover.gt(0.5) & open.gt(0.5) & !beyond, f(depth), distance);
            open *= 1.0 - cover;
            if !open.gt(0.004).any() {
                break;
            }
        }
        light += (behind + disc * 0.8) * open;
        let secs = self.music.secs as f32;
        let cloud = Cloud {
            cells: 11.0,
            radius: 0.0034,
            share: 0.4,
            drift: [self.drift * 0.4, 0.04 * scalar::sin(secs * 0.3)],
            wander: [secs * 1.2, 0.18],
            seed: 65,
        };
        let (mote, own) = cloud.cover(at);
        light += splat::<L>(self.sky.sun)
            * (mote * own * (radius * -1.1).exp() * (self.flies * if self.sky.is_moon { 0.9 } else { 0.30 }));
        light = particles::weathered(
            light,
            at,
            &self.weather,
            &self.music,
            behind * 0.9 + splat(self.back) * 0.1,
            behind + splat(self.back) * 0.3,
        );
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let slope = self.light[0] * 0.8 / self.camera.focal;
        let side = if self.light[0] > 0.0 { -1.0 } else { 1.0 };
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x + slope * depth, y, depth],
            heading: 0.0,
            room,
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.16),
            },
            ambient: scale3(self.shade, 0.45),
            fog: Fog {
                color: self.back,
                density: self.air,
            },
            surface: Surface::Ground {
                wet: 0.1 + 0.3 * self.weather.rain,
            },
            places: vec![
                place(Role::Hero, side * 1.45, 0.0, 8.0, 1.5),
                place(Role::Second, -side * 1.5, 0.0, 12.0, 1.5),
                place(Role::Far, 0.2 * side, 0.0, 26.0, 2.0),
                place(Role::Floating, -side * 0.8, 4.0, 17.0, 2.0),
                place(Role::Near, side * 1.9, 0.0, 4.0, 1.0),
                place(Role::Crowd, 0.0, 0.0, 16.0, 1.8),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.light,
                radius: 0.12,
                distance: 70.0,
                spills: false,
            },
        }
    }
}
