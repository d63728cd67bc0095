//! A great slow swarm of sparks: spiral galaxies and streams, with depth of field.
//!
//! Sheets of sparks lie over one another along a plane that waves; a ray meets each sheet once and looks up the one cell
//! of its lattice (one spark a cell, kept within it, so no neighbours are asked). Spiral arms are logarithmic. A spark
//! out of focus or smaller than a pixel becomes wider and as much dimmer; what is too fine to be seen one by one is
//! left as a glow.

use super::hues::Hues;
use crate::{
    camera::Camera,
    interior::{Ray, swing},
    lanes::{F, Lanes, f, grey, select, smoothstep},
    noise::{hash2, noise2},
    particles::Cloud,
    scalar::{Chance, cos, mix, mix3, normalize, scale3, sin},
    scene::Scene,
    stand::place,
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

const SHEETS: usize = 8;

/// One sheet of sparks.
#[derive(Clone, Copy, Default)]
struct Sheet {
    /// Height over the plane in metres.
    height: f32,
    /// Cells a metre.
    cells: f32,
    /// Sine and cosine of its lattice's turn.
    turn: [f32; 2],
    bright: f32,
    seed: u32,
}

pub(in super::super) struct Particles {
    camera: Camera,
    hues: Hues,
    sheets: [Sheet; SHEETS],
    /// Middle of the galaxy, or the stream's end.
    middle: [f32; 3],
    /// Where that is seen, and how far along the view.
    heart: [f32; 3],
    /// Whether it is a galaxy; a stream otherwise.
    spiral: bool,
    arms: f32,
    wind: f32,
    phase: f32,
    reach: f32,
    /// Waves of the plane: number, phase, height.
    swell: [[f32; 3]; 2],
    /// A ring that runs outwards on the beat: how far, how bright.
    ring: [f32; 2],
    focus: f32,
    /// Width of the blur, in picture units, of what is twice as far as the focus.
    blur: f32,
    glow: f32,
    sparkle: f32,
    core: f32,
    disc: f32,
    flow: f32,
    bokeh: [Cloud; 2],
    secs: f32,
}

impl Particles {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 67);
        let music = &scene.music;
        let hues = Hues::new(scene, &mut chance);
        let bar = music.bar as f32;
        let spiral = chance.happens(0.55);
        let focal = chance.within(1.4, 2.0);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let horizon = if spiral {
            chance.within(0.35, 0.75)
        } else {
            chance.within(0.0, 0.35)
        };
        let mut camera = Camera::standing(
            if spiral {
                chance.within(7.0, 13.0)
            } else {
                chance.within(2.2, 4.5)
            },
            horizon,
            focal,
        );
        camera.position[0] = 0.8 * swing(music, 48.0, 0.0);
        camera.position[1] += 0.3 * swing(music, 32.0, 0.3);
        camera.position[2] = scene.approach * 6.0;
        let far = if spiral {
            chance.within(17.0, 26.0)
        } else {
            chance.within(34.0, 46.0)
        };
        let x = side * chance.within(0.05, 0.55);
        let middle = [x * far / focal, 0.0, far];
        let swell = 0.35 + 0.9 * music.bass + 0.4 * music.build;
        let sheets = std::array::from_fn(|k| {
            let own = (k as f32 + 0.5) / SHEETS as f32;
            let turn = chance.unit() * std::f32::consts::TAU + if spiral { bar * 0.02 } else { 0.0 };
            let thick = if spiral { 1.6 } else { 2.2 };
            Sheet {
                height: (own - 0.5) * thick * (0.6 + 0.6 * music.bass),
                cells: mix(1.1, 4.2, chance.unit()) * if spiral { 1.0 } else { 0.9 },
                turn: if spiral {
                    [sin(turn), cos(turn)]
                } else {
                    [sin(own * 2.0), cos(own * 2.0)]
                },
                bright: chance.within(0.7, 1.3),
                seed: chance.below(9000) as u32,
            }
        });
        let fraction = (music.beat - music.beat.floor()) as f32;
        let mote = |cells: f32, radius: f32, share, seed| Cloud {
            cells,
            radius,
            share,
            drift: [0.03 * bar + camera.position[0] * 0.05, 0.02 * bar],
            wander: [(music.secs * 0.35) as f32, 0.12],
            seed,
        };
        Self {
            sheets,
            middle,
            heart: camera.project(middle),
            spiral,
            arms: if chance.happens(0.6) { 2.0 } else { 3.0 },
            wind: side * chance.within(0.55, 0.95),
            phase: bar * 0.006 * side + chance.unit(),
            reach: chance.within(5.0, 8.5),
            swell: [
                [
                    chance.within(0.16, 0.28),
                    chance.unit() * std::f32::consts::TAU + bar * 0.16,
                    0.8 * swell,
                ],
                [
                    chance.within(0.35, 0.6),
                    chance.unit() * std::f32::consts::TAU - bar * 0.2,
                    0.35 * swell,
                ],
            ],
            ring: [
                fraction * 16.0,
                (0.15 * music.bass + 1.4 * music.kick) * (1.0 - fraction),
            ],
            focus: if spiral { far * 0.9 } else { far * 0.35 },
            blur: chance.within(0.007, 0.016),
            glow: 0.75 + 0.4 * music.loudness + 0.4 * music.mid + 0.8 * music.burst,
            sparkle: 0.25 + 0.7 * music.high + 1.5 * music.hat,
            core: 0.8 + 0.4 * music.loudness + 0.6 * music.kick + 0.4 * music.snare + music.burst,
            disc: 1.0 - scene.opened(),
            flow: bar * 0.1 + scene.approach * 6.0,
            bokeh: [mote(1.7, 0.045, 0.30, 71), mote(3.4, 0.020, 0.30, 72)],
            secs: music.secs as f32,
            camera,
            hues,
        }
    }

    /// How high the plane waves, and its slope along the view.
    #[inline(always)]
    fn wave<L: Lanes>(&self, u: F<L>, w: F<L>) -> (F<L>, F<L>) {
        let [[a, p, ha], [b, q, hb]] = self.swell;
        let (first, second) = (u * a + w * (a * 0.7) + p, w * b - u * (b * 0.6) + q);
        (
            first.sin() * ha + second.sin() * hb,
            first.cos() * (ha * a * 0.7) + second.cos() * (hb * b),
        )
    }

    /// How dense the swarm is at a place of the plane, and how near to its heart.
    #[inline(always)]
    fn density<L: Lanes>(&self, u: F<L>, w: F<L>) -> (F<L>, F<L>) {
        if self.spiral {
            let r = (u * u + w * w + 0.02).sqrt();
            let turn = w.turns(u) * self.arms - r.log2() * self.wind - self.phase * self.arms;
            let arm = (turn * std::f32::consts::TAU).cos() * 0.5 + 0.5;
            let edge = (r * (-1.0 / self.reach)).exp();
            let heart = (r * -0.55).exp();
            ((arm * arm * 1.15 + 0.10 + heart) * edge, heart)
        } else {
            let bend = (w * 0.09 + self.swell[0][1] * 0.3).sin() * 4.0 * (1.0 - (w * 0.02).abs().min(1.0));
            let off = (u - bend) * (1.0 / self.reach);
            let body = (off.squared() * -1.6).exp();
            let clump = noise2(u * 0.30, w * 0.22 + self.flow * 0.22);
            (
                body * (0.25 + 1.2 * smoothstep::<L>(0.35, 0.75, clump)),
                ((u * u + w * w).sqrt() * -0.12).exp(),
            )
        }
    }
}

impl World for Particles {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let d = ray.to;
        let [dark, shade, light, hot] = self.hues.vectors::<L>();
        let [mx, my, mz] = self.heart;
        let (sx, sy) = (at.x - mx, at.y - my);
        let from = (sx * sx + sy * sy * 2.2 + 1e-6).sqrt();
        let cloud = noise2(at.x * 1.1 + 7.0, at.y * 1.3 + self.phase) * 0.6
            + noise2(at.x * 2.6 - 3.0, at.y * 2.9 - self.phase * 2.0) * 0.4;
        let mut sum = dark * 0.55
            + shade * ((from * -0.9).exp() * (0.06 + 0.22 * cloud) * self.glow)
            + light * ((from * -2.6).exp() * 0.20 * self.glow);
        let mut distance = f::<L>(FAR);
        let down = d.y.lt(-0.012);
        if down.any() {
            let fall = (-d.y).max(0.012);
            for sheet in &self.sheets {
                let level = self.camera.position[1] - sheet.height;
                let mut t = level / fall;
                let p = ray.at(t.min(90.0));
                let (lift, slope) = self.wave(p.x - self.middle[0], p.z - self.middle[2]);
                t = ((level - lift) / fall).max(0.5);
                let p = ray.at(t);
                let (u, w) = (p.x - self.middle[0], p.z - self.middle[2]);
                let (dense, heart) = self.density(u, w);
                let here = down & t.lt(95.0);
                let dense = select(here, dense, f(0.0));
                if !dense.gt(0.012).any() {
                    continue;
                }
                let depth = t * d.z.max(0.05);
                let air = (t * -0.016).exp();
                let w_moving = if self.spiral { w } else { w + self.flow };
                let [s, c] = sheet.turn;
                // The lattice is stretched along the view, so that sparks are round when seen.
                let (a, b) = (u * c - w_moving * s, u * s + w_moving * c);
                let (ax, bx) = (a * sheet.cells, b * sheet.cells);
                let (ka, kb) = (ax.floor(), bx.floor());
                let own = hash2(ka, kb, sheet.seed);
                let other = (own * 57.3).fract();
                let (pa, pb) = (0.32 + 0.36 * other, 0.32 + 0.36 * (own * 23.7).fract());
                // Offset in metres, along the picture's axes.
                let (oa, ob) = (
                    (ax - ka - pa) * (1.0 / sheet.cells),
                    (bx - kb - pb) * (1.0 / sheet.cells),
                );
                let (right, ahead) = (oa * c + ob * s, ob * c - oa * s);
                // A slope that falls away shows less of itself; where it stands on edge there is nothing.
                let tilt = (1.0 - slope * d.z / fall).abs();
                let flat = (fall / tilt.clamp(0.35, 2.5)).clamp(0.06, 1.0);
                // What lies ahead is seen towards the vanishing point.
                let right = right - ahead * (d.x / d.z.max(0.05));
                let off = right.squared() + (ahead * flat).squared();
                // Metres wide: its own, a pixel's, and the blur's.
                let scale = t * (1.0 / self.camera.focal);
                let out = ((depth - self.focus) * (1.0 / self.focus)).abs().min(2.0);
                let own_size = 0.014 + 0.030 * other.squared().squared();
                let limit = (0.30 / sheet.cells) * flat.max(0.25);
                let wide = (scale * (out * self.blur + at.pixel * 0.62) + own_size).min(limit);
                let spread = (wide * (1.0 / own_size)).max(1.0);
                // In focus a point, out of focus a disc.
                let near2 = off / (wide * wide);
                let point = (near2 * -1.1).exp();
                let plate = smoothstep::<L>(1.15, 0.75, near2) * 0.8;
                let shape = point.mix(plate, smoothstep::<L>(2.5, 6.0, wide / (scale * at.pixel)));
                let on = smoothstep::<L>(0.95, 0.25, own + 0.55 - dense.min(1.0) * 0.9);
                let twinkle = 1.0 + (own * 40.0 + self.secs * 1.6).sin() * 0.6 * self.sparkle.min(1.4);
                let since = (u * u + w * w).sqrt() - self.ring[0];
                let ring = (since.squared() * -0.30).exp() * self.ring[1];
                let strength = on * shape * air * smoothstep::<L>(0.10, 0.45, tilt) * (0.35 + 2.4 * other * other)
                    / (spread * spread.sqrt());
                let color = shade
                    .mix(light, 0.25 + 0.75 * (own * 11.3).fract())
                    .mix(hot, (heart + 0.25 * other).min(1.0));
                sum += color * (strength * twinkle * (1.0 + ring * 2.2) * (5.5 * sheet.bright * self.glow));
                // What is too fine to be seen one by one.
                let veil = dense * air * (0.10 / SHEETS as f32) * 3.2;
                let tint = shade.mix(light, (heart * 1.6 + 0.15).min(1.0)).mix(hot, heart * heart);
                sum += tint * (veil * (0.45 + 0.9 * cloud + 0.8 * heart + ring) * self.glow);
                distance = select((on * shape).gt(0.6) & here, distance.min(depth), distance);
            }
        }
        // The heart.
        let radius = 0.085;
        let disc = smoothstep::<L>(radius + at.pixel, radius - at.pixel, (sx * sx + sy * sy).sqrt());
        let halo = (from * -5.5).exp() * 0.55 + (from * -14.0).exp() * 0.8;
        sum += light.mix(hot, 0.6) * (halo * self.core);
        sum = sum.mix(hot * (2.2 + 0.8 * self.core), disc * self.disc);
        distance = select(disc.gt(0.5), f(mz), distance);
        // Sparks before the lens, far out of focus.
        let mut near = grey(0.0);
        for cloud in &self.bokeh {
            let (cover, own) = cloud.cover(at);
            let cover = smoothstep::<L>(0.25, 0.55, cover) * (0.35 + 0.4 * cover);
            near += shade.mix(light, own).mix(hot, own * 0.4) * (cover * (0.3 + own));
        }
        sum += near * (0.10 + 0.20 * self.sparkle);
        Sample { light: sum, distance }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let focal = camera.focal;
        let [mx, my, mz] = self.heart;
        let side = if mx > 0.0 { -1.0 } else { 1.0 };
        let hang = |role, x: f32, y: f32, depth: f32, room| {
            place(
                camera,
                role,
                x,
                depth,
                camera.position[1] + (y - camera.horizon) * depth / focal,
                room,
            )
        };
        Staging {
            camera: *camera,
            key: KeyLight {
                direction: normalize([mx / focal, (my - camera.horizon) / focal, 1.0]),
                color: scale3(self.hues.hot, 1.3 * mix(0.8, 1.1, self.hues.day)),
            },
            ambient: scale3(mix3(self.hues.shade, self.hues.light, 0.3), 0.22),
            fog: Fog {
                color: mix3(self.hues.dark, self.hues.shade, 0.3),
                density: 0.012,
            },
            surface: Surface::None,
            places: vec![
                hang(Role::Hero, mx + side * 0.42, my - 0.38, 6.5 * focal / 1.7, 3.0),
                hang(Role::Second, mx + side * 0.85, my - 0.2, 9.0 * focal / 1.7, 3.0),
                hang(Role::Floating, mx - side * 0.5, my + 0.35, 14.0, 4.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: [mx, my],
                radius: 0.11,
                distance: mz,
                spills: false,
            },
        }
    }
}
