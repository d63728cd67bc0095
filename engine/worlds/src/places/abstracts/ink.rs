//! Ink that sinks and unfolds in clear, lit water.
//!
//! Plumes are columns of ink that pairs of vortices have wound up: each pixel is led back through them (a turn that
//! falls off as a Gaussian, Lamb and Oseen's vortex) and through two warps of noise (Quilez, "Domain warping") to where
//! the ink came from. Light comes through by Beer's law, each ink with its own absorption, and is scattered where the
//! ink is thin towards the light. Three sheets, the far ones paler and softer.

use super::hues::Hues;
use crate::{
    camera::Camera,
    interior::swing,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, splats, v},
    noise::{fbm2, noise2},
    particles::Cloud,
    scalar::{self, Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    stand::place,
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

const PAIRS: usize = 4;
const SHEETS: usize = 3;

/// One sheet of plumes, in its own picture coordinates.
#[derive(Clone, Copy, Default)]
struct Sheet {
    /// Where the column falls, its lean, its half width.
    column: [f32; 3],
    /// x, y, turn in radians, 1 / size squared of each vortex.
    vortices: [[f32; 4]; 2 * PAIRS],
    scale: f32,
    depth: f32,
    offset: f32,
    /// How far the ink has come down.
    head: f32,
    strength: f32,
    /// 0 the first ink, 1 the second.
    ink: f32,
}

pub(in super::super) struct Ink {
    camera: Camera,
    /// Light's place in the picture.
    lamp: [f32; 2],
    sheets: [Sheet; SHEETS],
    /// Water away from the light, and near it.
    water: [[f32; 3]; 3],
    /// What each ink takes of the light, and what it scatters.
    takes: [[f32; 3]; 2],
    gives: [[f32; 3]; 2],
    disc: f32,
    hot: [f32; 3],
    motes: [Cloud; 2],
    sparkle: f32,
    shafts: f32,
    flow: f32,
    secs: f32,
}

impl Ink {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 63);
        let music = &scene.music;
        let hues = Hues::new(scene, &mut chance);
        let mut camera = Camera::standing(0.0, 0.0, chance.within(1.5, 2.0));
        let bar = music.bar as f32;
        let shift = [0.06 * swing(music, 16.0, 0.0), 0.04 * swing(music, 24.0, 0.3)];
        camera.position = [shift[0] * 4.0, shift[1] * 4.0, scene.approach * 2.5];
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let lamp = [side * chance.within(0.15, 0.85), chance.within(0.30, 0.62)];
        let up = if chance.happens(0.25) { -1.0 } else { 1.0 };
        let mut sheets = [Sheet::default(); SHEETS];
        for (k, sheet) in sheets.iter_mut().enumerate() {
            let near = k as f32 / (SHEETS - 1) as f32;
            // Nearest first: larger, and more of a move.
            let scale = mix(0.82, 1.7, near) * (1.0 - 0.25 * scene.approach * (1.0 - near));
            let x = match k {
                0 => -side * chance.within(0.10, 0.75),
                1 => side * chance.within(0.2, 1.2),
                _ => -side * chance.within(0.6, 1.7),
            };
            let half = chance.within(0.15, 0.27);
            let lean = chance.within(-0.18, 0.18);
            let mut vortices = [[0.0; 4]; 2 * PAIRS];
            for pair in 0..PAIRS {
                // Each pair sinks, grows, and is born again when it has no strength.
                let life = (bar * 0.055 + chance.unit() + pair as f32 / PAIRS as f32).fract();
                let alive = scalar::smoothstep(0.0, 0.22, life) * scalar::smoothstep(1.0, 0.72, life);
                let size = mix(0.16, 0.42, life) * chance.within(0.85, 1.2);
                let y = mix(1.25, -1.15, life) * up;
                let middle = x + lean * y + chance.within(-0.12, 0.12);
                let turn = alive * chance.within(2.4, 4.2) * (0.85 + 0.28 * music.bass + 0.18 * music.kick) * up;
                for (n, way) in [-1.0_f32, 1.0].into_iter().enumerate() {
                    vortices[2 * pair + n] = [
                        middle + way * size * 0.85,
                        y + way * size * chance.within(-0.12, 0.12),
                        way * turn,
                        1.0 / (size * size),
                    ];
                }
            }
            *sheet = Sheet {
                column: [x, lean, half],
                vortices,
                scale,
                depth: near,
                offset: chance.unit() * 60.0,
                head: up,
                strength: mix(1.0, 0.55, near) * (0.85 + 0.25 * music.loudness + 0.2 * music.bass),
                ink: if k == 1 { 1.0 } else { chance.within(0.0, 0.35) },
            };
        }
        let bright = 0.85 + 0.75 * hues.day + 0.12 * music.loudness;
        let lit = mix3(hues.light, hues.hot, 0.62);
        let takes = |color: [f32; 3]| {
            let c = scale3(color, 1.0 / color[0].max(color[1]).max(color[2]).max(0.02));
            c.map(|x| 1.15 - x.clamp(0.0, 1.0))
        };
        let inks = [hues.shade, mix3(hues.light, hues.shade, 0.12)];
        let mote = |cells, radius, seed| Cloud {
            cells,
            radius,
            share: 0.30,
            drift: [0.02 * bar + shift[0], -0.035 * bar + shift[1]],
            wander: [(music.secs * 0.5) as f32, 0.15],
            seed,
        };
        Self {
            camera,
            lamp: [lamp[0] + shift[0] * 0.5, lamp[1] + shift[1] * 0.5],
            sheets,
            water: [
                mix3(scale3(hues.dark, 0.9), scale3(hues.shade, bright * 0.4), 0.55),
                scale3(mix3(hues.shade, lit, 0.40 + 0.25 * hues.day), bright * 0.85),
                scale3(lit, bright * 1.35),
            ],
            takes: inks.map(takes),
            gives: inks.map(|c| scale3(c, (0.30 + 0.3 * bright) / luminance(c).max(0.12).sqrt() * 0.55)),
            disc: 1.0 - scene.opened(),
            hot: hues.hot,
            motes: [mote(7.0, 0.006, 31), mote(15.0, 0.0025, 32)],
            sparkle: 0.10 + 0.35 * music.high + 0.8 * music.hat,
            shafts: 0.04 + 0.16 * music.mid + 0.35 * music.snare + 0.6 * music.burst,
            flow: bar * 0.06,
            secs: music.secs as f32,
        }
    }

    /// How much ink a sheet has at a point, and how much a little way towards the light.
    #[inline(always)]
    fn ink<L: Lanes>(&self, sheet: &Sheet, x: F<L>, y: F<L>, pixel: f32) -> F<L> {
        let (mut x, mut y, mut stretch) = (x, y, f::<L>(1.0));
        for [cx, cy, turn, tight] in sheet.vortices {
            let (dx, dy) = (x - cx, y - cy);
            let near = (dx * dx + dy * dy) * tight;
            if !near.lt(6.0).any() {
                continue;
            }
            let angle = (near * -1.0).exp() * turn;
            stretch *= 1.0 + (angle * near).abs() * 1.4;
            let (sin, cos) = (angle.sin(), angle.cos());
            x = dx * cos - dy * sin + cx;
            y = dx * sin + dy * cos + cy;
        }
        let width = stretch.min(60.0) * pixel;
        L::outlined(
            #[inline(always)]
            || {
                let o = sheet.offset;
                let (wx, wy) = (
                    fbm2(x * 2.1 + o, y * 1.5 + self.flow * sheet.head, 3) - 0.5,
                    fbm2(x * 2.1 + o + 17.0, y * 1.5 - 9.0 + self.flow * sheet.head, 3) - 0.5,
                );
                let (px, py) = (x + wx * 0.42, y + wy * 0.42);
                let [at, lean, half] = sheet.column;
                let across = (px - at - py * lean) / (width * 0.8 + half);
                let veil = fbm2(
                    px * 5.5 + o + wy * 3.0,
                    py * 1.6 + self.flow * 2.0 * sheet.head + wx * 3.0,
                    4,
                );
                // Folds narrower than a pixel show their mean.
                let veil = veil.mix(f(0.5), smoothstep::<L>(0.03, 0.12, width));
                let body = (across.squared() * -0.55).exp();
                // Thin threads, as ink draws out.
                let thread = 1.0 - ((noise2(px * 9.0 + wx * 5.0, py * 1.3 + o) - 0.5) * 2.0).abs();
                let thread = smoothstep::<L>(0.72, 1.0, thread) * smoothstep::<L>(0.030, 0.010, width);
                let soft = 0.16 + 0.10 * sheet.depth;
                body * (smoothstep::<L>(0.5 - soft, 0.5 + soft * 1.6, veil) * 1.25 + 0.10 + thread * 0.35)
            },
        )
    }

    /// The water behind.
    #[inline(always)]
    fn water<L: Lanes>(&self, x: F<L>, y: F<L>) -> V<L> {
        let (dx, dy) = (x - self.lamp[0], y - self.lamp[1]);
        let r = (dx * dx * 0.62 + dy * dy).sqrt();
        let [far, mid, near] = splats::<L, _>(self.water);
        let spread = (r * -1.35).exp();
        let mut light = far.mix(mid, spread * 1.25).mix(near, (r * -3.6).exp() * 0.85);
        let angle = dx / (dy.abs() + 0.25);
        let rays = noise2(angle * 3.5 + self.secs * 0.05, f::<L>(self.secs * 0.11))
            * noise2(angle * 8.0 - self.secs * 0.07, f::<L>(7.0));
        let below = smoothstep::<L>(0.12, -0.4, dy);
        light += near * (smoothstep::<L>(0.12, 0.75, rays) * below * (r * -1.1).exp() * self.shafts);
        light
    }
}

impl World for Ink {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let mut light = self.water(at.x, at.y);
        let (lx, ly) = (at.x - self.lamp[0], at.y - self.lamp[1]);
        let r = (lx * lx + ly * ly).sqrt();
        let disc = smoothstep::<L>(0.095 + at.pixel, 0.095 - at.pixel, r);
        light = light.mix(splat::<L>(self.hot) * 2.6, disc * self.disc);
        let far_water = splat::<L>(self.water[1]);
        let mut distance = f::<L>(FAR);
        for k in (0..SHEETS).rev() {
            let sheet = &self.sheets[k];
            let (x, y) = ((at.x - self.camera.position[0] * 0.1) * sheet.scale, at.y * sheet.scale);
            // Away from the column there is no ink.
            let [column, lean, half] = sheet.column;
            let away = (x - column - y * lean).abs();
            if !away.lt(half * 2.6 + 0.75).any() {
                continue;
            }
            // Nor before the light, where the next world is seen.
            let edge = smoothstep::<L>(half * 2.6 + 0.75, half * 2.6 + 0.45, away) * smoothstep::<L>(0.11, 0.32, r);
            let here = self.ink(sheet, x, y, at.pixel * sheet.scale) * edge * sheet.strength;
            if !here.gt(0.004).any() {
                continue;
            }
            let reach = 0.05 * (r + 0.3).recip();
            let toward = self.ink(
                sheet,
                x - lx * reach * sheet.scale,
                y - ly * reach * sheet.scale,
                at.pixel * sheet.scale,
            ) * edge
                * sheet.strength;
            let takes = splat::<L>(self.takes[0]).mix(splat(self.takes[1]), sheet.ink);
            let gives = splat::<L>(self.gives[0]).mix(splat(self.gives[1]), sheet.ink);
            let thick = here * 3.4;
            let through = v(
                (takes.x * thick * -1.0).exp(),
                (takes.y * thick * -1.0).exp(),
                (takes.z * thick * -1.0).exp(),
            );
            let lit = ((here - toward) * 3.0 + 0.30).saturate();
            let scatter = gives * (lit * (1.0 - (thick * -1.1).exp()));
            let near = (r * -2.2).exp();
            let glow = splat::<L>(self.hot) * (near * lit * here.min(1.0) * 0.30);
            let seen = light * through + scatter + glow;
            // Far sheets are in the water's light.
            let air = 0.50 * sheet.depth;
            let there = 1.0 - (thick * -2.0).exp();
            light = seen.mix(light.mix(far_water, there * 0.45), air);
            let metres = 7.0 + 9.0 * sheet.depth;
            distance = select(here.gt(0.75), f(metres), distance);
        }
        let mut glints = grey::<L>(0.0);
        for motes in &self.motes {
            let (cover, own) = motes.cover(at);
            glints += splat::<L>(self.hot) * (cover * (0.4 + own));
        }
        light += glints * ((r * -1.0).exp() * self.sparkle);
        Sample { light, distance }
    }

    fn staging(&self) -> Staging {
        let side = if self.lamp[0] > 0.0 { 1.0 } else { -1.0 };
        let camera = &self.camera;
        let focal = camera.focal;
        let hang = |role, x: f32, y: f32, depth: f32, room| {
            place(camera, role, x, depth, camera.position[1] + y * depth / focal, room)
        };
        Staging {
            camera: *camera,
            key: KeyLight {
                direction: normalize([self.lamp[0] / focal, self.lamp[1] / focal, 1.0]),
                color: scale3(self.water[2], 1.1),
            },
            ambient: scale3(self.water[1], 0.35),
            fog: Fog {
                color: self.water[1],
                density: 0.03,
            },
            surface: Surface::None,
            places: vec![
                hang(Role::Hero, side * 0.45, -0.42, 6.2 * focal / 1.7, 3.0),
                hang(Role::Second, side * 0.9, -0.25, 8.5 * focal / 1.7, 3.0),
                hang(Role::Floating, side * 1.0, 0.1, 12.0, 4.0),
                hang(Role::Far, -side * 0.9, 0.0, 26.0, 8.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.lamp,
                radius: 0.12,
                distance: FAR,
                spills: false,
            },
        }
    }
}
