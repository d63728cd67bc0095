//! A lotus of light that opens without end: rings of petals, each folded from one wedge, around a core.
//!
//! The plane is folded into a wedge by its angle (a kaleidoscope) before each ring's petals are drawn; rings lie in
//! depth as the walls of a tunnel do and come nearer with the bars, so the flower opens forever. Petals are translucent:
//! lit from the core along their length, with veins and a thin bright rim, and each shades the ring behind it.

use super::hues::Hues;
use crate::{
    camera::Camera,
    interior::swing,
    lanes::{F, Lanes, V, f, smoothstep},
    noise::{fbm2, hash1, noise2},
    particles::Cloud,
    scalar::{self, Chance, mix, mix3, scale3},
    scene::Scene,
    stand::place,
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

const RINGS: usize = 9;

/// One ring of petals.
#[derive(Clone, Copy, Default)]
struct Ring {
    /// Length of its petals in picture units.
    reach: f32,
    petals: f32,
    /// Turns.
    turn: f32,
    /// Half width of a petal's middle as a share of its wedge, and how pointed it is.
    wide: f32,
    point: f32,
    /// 0 comes into being at the core or has gone past the camera, 1 is there.
    share: f32,
    /// 0 at the core, 1 at the edge.
    out: f32,
    hue: f32,
    seed: f32,
    glow: f32,
}

pub(in super::super) struct Mandala {
    camera: Camera,
    centre: [f32; 2],
    hues: Hues,
    rings: [Ring; RINGS],
    core: f32,
    disc: f32,
    rim: f32,
    veins: f32,
    haze: f32,
    dust: [Cloud; 2],
    sparkle: f32,
    drift: f32,
    offset: f32,
    tilt: f32,
    folds: f32,
}

impl Mandala {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 64);
        let music = &scene.music;
        let hues = Hues::new(scene, &mut chance);
        let mut camera = Camera::standing(0.0, 0.0, chance.within(1.5, 1.9));
        let sway = [0.05 * swing(music, 16.0, 0.0), 0.03 * swing(music, 24.0, 0.3)];
        camera.position = [0.0, 0.0, scene.approach * 4.0];
        let aside = if chance.happens(0.45) {
            chance.within(-0.75, 0.75)
        } else {
            chance.within(-0.12, 0.12)
        };
        let centre = [aside + sway[0], chance.within(-0.05, 0.26) + sway[1]];
        let counts = [5.0, 6.0, 7.0, 8.0, 9.0, 12.0];
        let petals = counts[chance.below(counts.len())];
        let double = chance.happens(0.4);
        let (wide, point) = (chance.within(0.62, 1.0), chance.within(0.55, 1.5));
        let size = chance.within(0.95, 1.5);
        let spin = if chance.happens(0.5) { 0.010 } else { -0.010 } * chance.within(0.5, 1.5);
        // A ring every two bars.
        let time = music.bar * 0.5 * f64::from(chance.within(0.7, 1.1)) + f64::from(scene.approach) * 2.0;
        let whole = time.floor();
        let fraction = (time - whole) as f32;
        let rings = std::array::from_fn(|k| {
            // Outermost first; each keeps its own choices while it comes out.
            let out = (k as f32 + fraction) / RINGS as f32;
            let own = Chance::new(scene.seed ^ 0x5bd1, (whole as i64 - k as i64) as u64).unit();
            let index = whole as f32 - k as f32;
            let beat = 1.0 + 0.05 * music.bass * (1.0 - out) + 0.06 * music.kick * (1.0 - out);
            Ring {
                reach: size * scalar::pow(out, 1.6) * 2.0 * beat + 0.12,
                petals: if double && (whole as i64 - k as i64).rem_euclid(3) == 0 {
                    petals * 2.0
                } else {
                    petals
                },
                turn: (index * 0.5 / petals).fract() + spin * music.bar as f32 * (1.0 + 0.5 * (own - 0.5)),
                wide: wide * mix(0.9, 1.1, own),
                point,
                share: scalar::smoothstep(0.02, 0.16, out) * scalar::smoothstep(1.0, 0.78, out),
                out,
                hue: if (whole as i64 - k as i64).rem_euclid(2) == 0 {
                    0.92
                } else {
                    0.12
                },
                seed: own * 50.0,
                glow: (1.0 + 0.9 * music.kick * (1.0 - out)) * (0.85 + 0.3 * music.loudness),
            }
        });
        let mote = |cells, radius, seed| Cloud {
            cells,
            radius,
            share: 0.22,
            drift: [0.01 * music.bar as f32, 0.02 * music.bar as f32],
            wander: [(music.secs * 0.6) as f32, 0.15],
            seed,
        };
        Self {
            camera,
            centre,
            hues,
            rings,
            core: 0.75 + 0.3 * music.loudness + 0.5 * music.kick + music.burst,
            disc: 1.0 - scene.opened(),
            rim: 0.55 + 0.9 * music.snare + 0.5 * music.high + 0.6 * music.burst,
            veins: 0.35 + 0.5 * music.mid + 0.5 * music.hat,
            haze: 0.5 + 0.6 * music.mid + 0.4 * music.bass,
            dust: [mote(8.0, 0.005, 41), mote(19.0, 0.002, 42)],
            sparkle: 0.25 + 0.8 * music.high + 1.6 * music.hat,
            drift: (music.bar * 0.02) as f32,
            offset: (scene.seed % 71) as f32 * 2.3,
            tilt: chance.within(0.86, 1.0),
            folds: petals,
        }
    }

    /// What is behind the flower.
    #[inline(always)]
    fn behind<L: Lanes>(&self, r: F<L>, angle: F<L>) -> V<L> {
        let [dark, shade, light, _] = self.hues.vectors::<L>();
        // Folded as the petals are: clouds and lace repeat around the core.
        let fold = self.folds * angle;
        let fold = (fold - (fold + 0.5).floor()).abs() * (std::f32::consts::TAU / self.folds);
        let (px, py) = (r * fold.cos(), r * fold.sin());
        let (wx, wy) = (
            noise2(px * 1.6 + self.offset - self.drift * 2.0, py * 1.6) - 0.5,
            noise2(px * 1.6 + 9.0, py * 1.6 + self.offset + self.drift) - 0.5,
        );
        let cloud = fbm2(px * 1.5 + wx * 1.6 + self.offset - self.drift, py * 1.5 + wy * 1.6, 4);
        let lace = 1.0 - (noise2(px * 4.2 + wx * 4.0 - self.drift * 3.0, py * 4.2 + wy * 4.0) * 2.0 - 1.0).abs();
        let lace = smoothstep::<L>(0.86, 1.0, lace) * smoothstep::<L>(0.25, 0.6, r);
        let mass = smoothstep::<L>(0.34, 0.78, cloud);
        let fall = (r * -1.1).exp();
        dark.mix(shade, 0.10 + mass * (0.20 + 0.55 * fall) * self.haze)
            + light
                * (mass * mass * fall * 0.20 * self.haze
                    + lace * fall * (0.10 + 0.35 * mass) * self.veins
                    + (r * -2.4).exp() * 0.22)
    }
}

impl World for Mandala {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let (x, y) = (at.x - self.centre[0], (at.y - self.centre[1]) * (1.0 / self.tilt));
        let r = (x * x + y * y + 1e-6).sqrt();
        let angle = y.turns(x);
        let [_, shade, light, hot] = self.hues.vectors::<L>();
        let mut color = self.behind(r, angle);
        // From the outermost, which is nearest to the camera but under the inner ones, as in a flower.
        for ring in self.rings.iter().rev() {
            if ring.share < 0.01 || !r.lt(ring.reach * 1.08 + 0.08).any() {
                continue;
            }
            let wedge = (angle - ring.turn) * ring.petals;
            let number = (wedge + 0.5).floor();
            // The same petal on both sides of where the angle jumps.
            let own_number = number - (number * (1.0 / ring.petals) + 1e-3).floor() * ring.petals;
            // -0.5 to 0.5 over the wedge, folded.
            let fold = (wedge - number).abs();
            let along = r * (1.0 / ring.reach);
            let breadth = r * (std::f32::consts::TAU / ring.petals);
            // A petal: widest past its middle, pointed at the end.
            let tip = (1.0 - along.squared()).max(0.0);
            let profile = tip.sqrt().mix(tip, ring.point * 0.5) * (along * 2.6).min(1.0) * (0.5 * ring.wide);
            let inside = (profile - fold) * breadth;
            let edge = at.pixel * 0.75;
            let cover = smoothstep::<L>(-edge, edge, inside) * along.lt(1.0).to_float() * ring.share;
            // The shadow that it throws on the ring below.
            let under =
                smoothstep::<L>(-0.10 * ring.reach, 0.02, inside) * smoothstep::<L>(1.06, 0.96, along) * ring.share;
            color *= 1.0 - under * (1.0 - cover) * 0.72;
            if !cover.gt(0.0).any() {
                continue;
            }
            let u = fold / profile.max(0.02);
            let root = (1.0 - along).max(0.0);
            // Lit through from the core; darker along the middle's crease and towards the rim's inside.
            let vein = ((u * 7.0 + along * 1.5 + ring.seed).sin() * (along * 16.0 - u * 5.0 + ring.seed).sin()).abs();
            let vein = smoothstep::<L>(0.55, 0.0, vein);
            let vein = vein.mix(
                f(0.3),
                smoothstep::<L>(0.03, 0.16, F::from(at.pixel) / (ring.reach * 0.5 * profile + 0.01)),
            );
            let silk = noise2(u * 3.0 + ring.seed, along * 2.0 + own_number * 3.7);
            let own = shade.mix(light, ring.hue);
            let other = own.mix(light.mix(shade, ring.hue), 0.35);
            let lit = (r * -1.7).exp();
            let base = other
                .mix(own, smoothstep::<L>(0.75, 0.35, root))
                .mix(hot, root.squared() * root * 0.8);
            let body = (0.20 + 1.9 * root.squared() + 0.6 * silk * root)
                * (0.45 + 0.85 * u * u)
                * (lit * 2.2 + 0.36)
                * ring.glow;
            let crease = 1.0 - (u * -5.0).exp() * 0.28;
            let rim_width = (edge * 1.6).max(0.006 * ring.reach);
            let rim = (inside * (-1.0 / rim_width)).max(-8.0).exp() * (0.006 * ring.reach / rim_width).min(1.0);
            let rim = rim * (0.35 + 0.65 * along) * self.rim;
            let tip_light = smoothstep::<L>(0.70, 1.0, along)
                * (0.25 + 0.5 * hash1(own_number + (ring.seed * 10.0).floor(), 5))
                * self.rim;
            let petal = base * (body * crease * (1.0 + (vein - 0.3) * self.veins * 0.6))
                + hot.mix(light, along) * ((rim * 1.7 + tip_light * 0.4) * (lit * 1.1 + 0.55));
            color = color.mix(petal, cover * (0.93 - 0.25 * ring.out));
        }
        // The core, and its light in the air.
        let core = (r * -7.0).exp() * 1.1 + (r * -2.2).exp() * 0.13;
        color += hot * (core * self.core);
        let disc = smoothstep::<L>(0.105 + at.pixel, 0.105 - at.pixel, r);
        color = color.mix(hot * (1.6 + 1.2 * self.core), disc * self.disc);
        let mut dust = f::<L>(0.0);
        for motes in &self.dust {
            let (cover, own) = motes.cover(at);
            dust += cover * (0.3 + own);
        }
        color += hot * (dust * self.sparkle * (0.10 + 0.5 * (r * -1.2).exp()));
        Sample {
            light: color,
            distance: f(FAR),
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let focal = camera.focal;
        let side = if self.centre[0] > 0.0 { -1.0 } else { 1.0 };
        let hang = |role, x: f32, y: f32, depth: f32| {
            place(camera, role, x, depth, camera.position[1] + y * depth / focal, 3.0)
        };
        Staging {
            camera: *camera,
            key: KeyLight {
                direction: scalar::normalize([self.centre[0] / focal, self.centre[1] / focal, 1.0]),
                color: scale3(self.hues.hot, 1.4),
            },
            ambient: scale3(mix3(self.hues.shade, self.hues.light, 0.3), 0.35),
            fog: Fog {
                color: mix3(self.hues.dark, self.hues.shade, 0.5),
                density: 0.002,
            },
            surface: Surface::None,
            places: vec![
                hang(
                    Role::Hero,
                    self.centre[0] + side * 0.34,
                    self.centre[1] - 0.72,
                    6.5 * focal / 1.7,
                ),
                hang(
                    Role::Second,
                    self.centre[0] + side * 0.72,
                    self.centre[1] - 0.55,
                    8.0 * focal / 1.7,
                ),
                hang(Role::Floating, self.centre[0] - side * 0.8, self.centre[1] + 0.35, 10.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: self.centre,
                radius: 0.12,
                distance: FAR,
                spills: false,
            },
        }
    }
}
