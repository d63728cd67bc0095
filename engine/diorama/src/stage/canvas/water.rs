//! Water and wet floors: reflections with ripples, and the key light's path.

use super::super::chance::{Chance, smoothstep};
use super::{
    Canvas, Shape,
    lay::{all_towards, opaque, runs},
};
use crate::design::Oklch;

/// Where one line of a mirror looks.
struct Glance {
    /// Pixels to the right.
    aside: f32,
    /// Pixels up.
    up: f32,
    /// How clearly, in 256ths.
    part: u16,
}

impl Canvas<'_> {
    /// Open water from `top` down to `bottom`: the sky in it, what stands behind reflected with ripples, the light's
    /// path, and wave lines that roll with the beat. `local` is its colour when looked into.
    pub fn water(&mut self, name: &str, top: f32, bottom: f32, local: Oklch) {
        let bass = self.now.reactive.bass;
        let deep = self.look.shade(local, 0.1);
        let far = self.look.sky_at(0.8).mix(self.look.lit(local, 0.4), 0.4);
        let sheet = Shape::rect([self.left(), top, self.right() * 2.0, bottom - top]);
        self.fill_line(
            &sheet,
            [0.0, top],
            [0.0, bottom],
            &[far.ink(), far.mix(deep, 0.6).ink(), deep.ink()],
        );
        self.mirror(top, bottom, 0.62, 1.0 + bass);
        self.glitter(name, top, bottom);
        self.waves(name, top, bottom);
    }

    /// Mirrors what is drawn so far above `top` into the strip down to `bottom`: `strength` 0 to 1 fading with
    /// distance, `ripple` 0 (polished floor) to 1 (water).
    pub fn mirror(&mut self, top: f32, bottom: f32, strength: f32, ripple: f32) {
        let view = self.view;
        let back = view.inverse();
        let (w, h) = (self.pixels.width() as usize, self.pixels.height() as usize);
        let scale = view.scale() as f32;
        let (time, slow) = (self.turn(4.0, 0.0), self.turn(16.0, 0.0));
        let deep = bottom - top;
        let steps = (deep * scale).ceil().clamp(1.0, 4096.0);
        let glances: Vec<Glance> = (0..steps as usize)
            .map(|i| {
                let t = (i as f32 + 0.5) / steps;
                // Waves look longer the nearer they are.
                let far = t.powf(0.7);
                let wave = (far * 46.0 - time).sin() * 0.6 + (far * 23.0 + slow).sin() * 0.4;
                let rise = t * deep * (2.1 + 0.1 * wave * ripple);
                Glance {
                    aside: wave * ripple * (0.003 + 0.022 * t) * scale + view.b as f32 * rise,
                    up: view.a as f32 * rise,
                    part: (strength * (1.0 - 0.75 * t) * 256.0) as u16,
                }
            })
            .collect();
        let bytes = self.pixels.data_mut();
        let mut seen = vec![[0; 4]; w];
        for y in 0..h {
            let below = (back.apply([0.5, y as f64 + 0.5])[1] as f32 - top) / deep * steps;
            for (span, step) in runs(below, back.b as f32 / deep * steps, w) {
                let Some(glance) = usize::try_from(step).ok().and_then(|step| glances.get(step)) else {
                    continue;
                };
                let row = ((y as f32 + 0.5 - glance.up).max(0.0) as usize).min(h - 1);
                let from = bytes[row * w * 4..][..w * 4].as_chunks::<4>().0;
                let aside = glance.aside.floor() as i32;
                let seen = &mut seen[..span.len()];
                for (x, seen) in span.clone().zip(seen.iter_mut()) {
                    *seen = from[(x as i32 + aside).clamp(0, w as i32 - 1) as usize];
                }
                let to = &mut bytes[(y * w + span.start) * 4..][..span.len() * 4];
                all_towards(to, seen.as_flattened(), glance.part.min(256));
            }
        }
        self.mirror_light(top, strength);
    }

    /// Lamps bloom in the mirror too, half as much.
    fn mirror_light(&mut self, top: f32, strength: f32) {
        let line = (self.view.apply([0.0, f64::from(top)])[1] * 0.5).max(0.0) as usize;
        let (w, h) = (self.aux.width() as usize, self.aux.height() as usize);
        let layer = self.layer;
        let pixels = self.aux.pixels_mut();
        for y in line.min(h)..h {
            let Some(source) = (2 * line).checked_sub(y + 1) else {
                break;
            };
            for x in 0..w {
                let light = f32::from(pixels[source * w + x].green()) * 0.5 * strength;
                pixels[y * w + x] = opaque(layer, light as u8, 0);
            }
        }
    }

    /// The key light's path on the water: broken streaks that widen towards the viewer and sparkle.
    pub fn glitter(&mut self, name: &str, top: f32, bottom: f32) {
        let light = self.look.key;
        let strength = light.strength.clamp(0.2, 1.0);
        let colour = self.look.lamp(light.colour.lighter(0.06));
        self.puff(
            [light.at[0], top + (bottom - top) * 0.3],
            [light.size * 2.0 + 0.08, (bottom - top) * 0.75],
            0.0,
            colour.screen(0.3 * strength),
        );
        let mut chance = self.chance(name);
        let sparkle = 0.7 + 0.4 * self.now.reactive.hat + 0.2 * self.now.reactive.high;
        let mut streaks = Shape::new();
        for i in 0..70 {
            let t = ((i as f32 + chance.unit()) / 70.0).powf(1.5);
            let y = top + (bottom - top) * t;
            let phase = chance.unit();
            let on = 0.5 + 0.5 * self.swing(1.0 + f64::from((phase * 3.0).floor()), phase);
            let reach = light.size * 0.7 + 0.16 * t;
            let x = light.at[0] + chance.sign() * reach * chance.unit().sqrt();
            let wide = (0.012 + 0.055 * t) * chance.range(0.5, 1.2) * (0.35 + 0.65 * on) * sparkle;
            let thick = 0.0016 + 0.005 * t;
            streaks.add_ellipse([x, y], [wide, thick * (0.4 + 0.6 * on)]);
        }
        self.fill(
            &streaks,
            colour.screen((0.75 * strength).min(0.9)).shining(0.25 * strength),
        );
    }

    fn waves(&mut self, name: &str, top: f32, bottom: f32) {
        let mut chance: Chance = self.chance(name);
        let crest = self.look.words(self.look.haze.lighter(0.06));
        let trough = self.look.silhouette(0.3);
        let roll = self.cycle(8.0, 0.0);
        let swell = 1.0 + 0.6 * self.now.reactive.bass;
        for i in 0..9 {
            let t = ((i as f32 + roll) / 9.0).powf(1.8);
            let y = top + (bottom - top) * t;
            let fade = smoothstep(0.0, 0.12, t) * (1.0 - smoothstep(0.88, 1.0, t));
            let high = (0.002 + 0.011 * t) * swell;
            let seed = self.seed(name).wrapping_add(i);
            // Long lenses, dark and pale by turns: a wave swells, breaks off and comes again.
            let phase = chance_phase(seed) * 40.0;
            let line = |x: f32, k: f32| {
                let wave = (x * (7.0 - 3.0 * t) + phase).sin() * 0.6 + (x * 2.3 - phase).sin() * 0.4;
                y + 0.3 * high * wave + k * high * (wave + 0.25).max(0.0)
            };
            let mut band = Shape::new();
            let steps = 48;
            let (left, right) = (self.left(), self.right());
            let at = |s: usize| left + (right - left) * s as f32 / steps as f32;
            band.start(at(0), line(at(0), -0.6));
            (1..=steps).for_each(|s| _ = band.to(at(s), line(at(s), -0.6)));
            (0..=steps).rev().for_each(|s| _ = band.to(at(s), line(at(s), 0.7)));
            band.close();
            let tone = if i % 2 == 0 { crest } else { trough };
            self.fill(&band, tone.alpha(fade * chance.range(0.1, 0.2)));
        }
    }

    /// Rings that run out over water or a wet floor from a point, one for each beat, stronger on a kick.
    pub fn rings(&mut self, at: [f32; 2], reach: f32, strength: f32) {
        let flat = ((at[1] - self.horizon()) * 0.7).clamp(0.1, 0.4);
        let colour = self.look.words(self.look.haze.lighter(0.1));
        for i in 0..2 {
            let t = self.cycle(2.0, i as f32 * 0.5);
            let r = reach * (0.15 + 0.85 * t);
            let ink = colour.alpha(strength * (1.0 - t).powi(2) * (0.5 + 0.5 * self.now.reactive.kick.min(1.5)));
            self.stroke(&Shape::ellipse(at, [r, r * flat]), 0.003 + 0.002 * (1.0 - t), ink);
        }
    }
}

fn chance_phase(seed: u64) -> f32 {
    Chance::new(seed, "wave").unit()
}
