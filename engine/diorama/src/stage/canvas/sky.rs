//! The sky: gradient, stars, sun and moon, clouds.

use super::super::super::design::Weather;
use super::super::chance::smoothstep;
use super::{
    Canvas, Shape,
    lay::{opaque, runs},
};
use crate::colour::oklch;
use tiny_skia::PremultipliedColorU8;

/// Colours that the sky's gradient is made of, and steps from one to the next: finer than a picture's rows.
const SKY_STOPS: usize = 64;
const SKY_FINE: usize = 16;

impl Canvas<'_> {
    /// The whole sky from the look's colours, brightest around the key light, with stars at night and clouds as the
    /// weather has them: what most outdoor sets' first plane begins with. Covers the whole picture.
    pub fn sky(&mut self) {
        self.sky_gradient();
        let look = self.look;
        let light = look.lamp(look.key.colour);
        // Close to the light its shine fills the picture: it gives way, or the whole of it would be white.
        let close = self.pixels_per_unit() / self.pixels.height() as f32;
        let veiled = if look.wet() { 0.4 } else { 1.0 } / close.clamp(1.0, 3.0).sqrt();
        let breath = 1.0 + 0.12 * self.now.reactive.bass;
        self.glow(
            look.key.at,
            0.95,
            light.screen(0.3 * look.key.strength.sqrt() * veiled * breath),
        );
        self.glow(
            look.key.at,
            0.42,
            light.screen(0.42 * look.key.strength.sqrt() * veiled * breath),
        );
        if look.night() && matches!(look.weather, Weather::Clear | Weather::Clouds | Weather::Snow) {
            let horizon = self.horizon();
            self.stars("stars", 130, self.top(), horizon);
        }
        match look.weather {
            Weather::Clear => self.clouds("clouds", -0.3, 0.13, 4, 0.16),
            Weather::Fog => {}
            _ => {
                self.clouds("high", -0.42, 0.12, 7, 0.24);
                self.clouds("low", -0.24, 0.14, 7, 0.2);
            }
        }
    }

    /// The sky's gradient over the whole picture: the look's colours from the top to the horizon, the last one below.
    pub fn sky_gradient(&mut self) {
        let (top, horizon) = (-0.55, self.horizon().max(-0.2));
        let stops: Vec<[f32; 3]> = (0..=SKY_STOPS)
            .map(|i| self.look.sky_at(i as f32 / SKY_STOPS as f32).srgb().map(|v| v * 255.0))
            .collect();
        let steps = SKY_STOPS * SKY_FINE;
        let table: Vec<[PremultipliedColorU8; 4]> = (0..=steps)
            .map(|i| {
                let (stop, f) = ((i / SKY_FINE).min(SKY_STOPS - 1), i as f32 / SKY_FINE as f32);
                let f = f - stop as f32;
                // Half a level of ordered dither hides the bands of slow gradients.
                [0.1, 0.6, 0.85, 0.35].map(|dither| {
                    let v = [0, 1, 2].map(|c| stops[stop][c] + (stops[stop + 1][c] - stops[stop][c]) * f + dither);
                    opaque(v[0] as u8, v[1] as u8, v[2] as u8)
                })
            })
            .collect();
        let back = self.view.inverse();
        let width = self.pixels.width() as usize;
        let layer = self.layer;
        let scale = steps as f32 / (horizon - top);
        for (y, row) in self.pixels.pixels_mut().chunks_exact_mut(width).enumerate() {
            let start = (back.apply([0.0, y as f64])[1] as f32 - top) * scale;
            for (span, cell) in runs(start, back.b as f32 * scale, width) {
                let cell = &table[cell.clamp(0, steps as i32) as usize];
                let pair = [cell[2 * (y & 1)], cell[1 + 2 * (y & 1)]];
                for (x, pixel) in span.clone().zip(&mut row[span]) {
                    *pixel = pair[x & 1];
                }
            }
        }
        self.aux.pixels_mut().fill(opaque(layer, 0, 0));
    }

    /// Stars between two heights, twinkling with the high sounds.
    pub fn stars(&mut self, name: &str, count: usize, top: f32, bottom: f32) {
        let mut chance = self.chance(name);
        let hat = self.now.reactive.hat.min(1.5) + 0.6 * self.now.reactive.high;
        let (left, right) = (self.left(), self.right());
        let mut groups = [Shape::new(), Shape::new(), Shape::new()];
        let mut halos: Vec<([f32; 2], f32)> = Vec::new();
        for i in 0..count {
            let at = [chance.range(left, right), chance.range(top, bottom)];
            let size = 0.0011 + 0.0026 * chance.unit().powi(4);
            let phase = chance.unit();
            let low = smoothstep(bottom, bottom - 0.35, at[1]);
            let twinkle = 0.75 + 0.25 * self.swing(2.0 + f64::from(phase) * 3.0, phase) + 0.35 * hat * phase;
            let r = size * (0.5 + 0.5 * low) * twinkle.clamp(0.3, 1.6);
            // A small diamond looks like a star and is cheap.
            groups[i % 3].add_polygon(&[
                [at[0], at[1] - r * 1.3],
                [at[0] + r, at[1]],
                [at[0], at[1] + r * 1.3],
                [at[0] - r, at[1]],
            ]);
            if size > 0.0031 {
                halos.push((at, r));
            }
        }
        let tints = [
            oklch(0.96, 0.02, 95.0),
            oklch(0.92, 0.05, 250.0),
            oklch(0.9, 0.06, 45.0),
        ];
        for (group, tint) in groups.iter().zip(tints) {
            let ink = self.look.lamp(tint).plus(0.9);
            self.fill(group, ink);
        }
        for (at, r) in halos {
            let ink = self.look.lamp(tints[1]).plus(0.3);
            self.glow(at, r * 5.0, ink.shining(0.25));
        }
    }

    /// The sun (or at night the moon) itself at the key light, with its shine.
    pub fn sun_or_moon(&mut self) {
        let light = self.look.key;
        let colour = self.look.lamp(light.colour.lighter(0.08));
        let night = self.look.night();
        let beat = 1.0 + 0.03 * self.now.reactive.kick;
        self.glow(
            light.at,
            light.size * 3.2,
            colour.screen(if night { 0.35 } else { 0.6 }).shining(0.35),
        );
        self.disc(
            light.at,
            light.size * beat,
            colour.shining(if night { 0.5 } else { 0.9 }),
        );
        if night {
            let mut chance = self.chance("craters");
            for _ in 0..6 {
                let turn = chance.range(0.0, std::f32::consts::TAU);
                let out = light.size * 0.72 * chance.unit().sqrt();
                let at = [light.at[0] + turn.cos() * out, light.at[1] + turn.sin() * out];
                let r = light.size * chance.range(0.08, 0.24);
                self.puff(at, [r, r], 0.5, colour.darker(0.12).alpha(0.5));
            }
        }
    }

    /// Clouds around `y`, spread over `spread` above and below, each about `size` wide and built of lit puffs; they
    /// drift. By the key light they are lit from its side.
    pub fn clouds(&mut self, name: &str, y: f32, spread: f32, count: usize, size: f32) {
        let mut chance = self.chance(name);
        let look = self.look;
        let dark = match look.weather {
            Weather::Storm => 0.3,
            Weather::Rain => 0.15,
            _ => 0.0,
        };
        let body = look.sky_at(0.62);
        let night = if look.night() { 0.1 } else { 0.0 };
        let lit = body
            .mix(look.lamp(look.key.colour), 0.3 + 0.38 * look.key.strength.min(1.0))
            .lighter(0.08 - dark * 0.6 - night);
        let shade = body.mix(look.sky_at(0.15), 0.35).darker(0.03 + dark * 0.7);
        let span = self.right() * 2.0 + size * 2.0;
        for i in 0..count {
            let lane = chance.sign();
            let drift = self.cycle(192.0 + 64.0 * f64::from(chance.unit()), 0.0);
            let start = (i as f32 + chance.range(-0.35, 0.35)) / count as f32;
            let x = self.left() - size + (start + drift).rem_euclid(1.0) * span;
            let scale = size * chance.range(0.7, 1.35);
            let at = [x, y + lane * spread];
            let thick = chance.range(0.8, 1.0);
            self.cloud(at, scale, &mut chance, [lit.alpha(thick), shade.alpha(thick)]);
        }
    }

    fn cloud(&mut self, at: [f32; 2], size: f32, chance: &mut super::super::chance::Chance, inks: [super::Ink; 2]) {
        let side = (self.look.key.at[0] - at[0]).clamp(-1.0, 1.0);
        let mut puffs = [([0.0; 2], 0.0); 8];
        for (i, puff) in puffs.iter_mut().enumerate() {
            let t = i as f32 / 7.0;
            let hump = (t * std::f32::consts::PI).sin();
            let r = size * (0.12 + 0.16 * hump) * chance.range(0.8, 1.2);
            *puff = ([at[0] + (t - 0.5) * size, at[1] - r * 0.55 * chance.range(0.5, 1.2)], r);
        }
        for (p, r) in puffs {
            self.puff(
                [p[0] - side * r * 0.15, p[1] + r * 0.2],
                [r * 1.15, r * 0.8],
                0.35,
                inks[1].alpha(inks[1].alpha * 0.85),
            );
        }
        for (p, r) in puffs {
            self.puff(
                [p[0] + side * r * 0.25, p[1] - r * 0.12],
                [r * 0.95, r * 0.62],
                0.3,
                inks[0].alpha(inks[0].alpha * 0.8),
            );
        }
    }
}
