//! Soft light and dark: glows, puffs, mist, shadows and shafts, drawn pixel by pixel.

use tiny_skia::PremultipliedColorU8;

use super::{Blend, Canvas, Ink, Shape};

impl Canvas<'_> {
    /// A soft round shine that adds light, fading to nothing at `radius`.
    pub fn glow(&mut self, at: [f32; 2], radius: f32, ink: impl Into<Ink>) {
        let ink = ink.into();
        let blend = if ink.blend == Blend::Over {
            Blend::Screen
        } else {
            ink.blend
        };
        self.soft(at, [radius, radius], 0.0, Ink { blend, ..ink });
    }

    /// A soft ellipse: `core` (0 to 0.95) of its radius is full, the rest fades out. Puffs of cloud, mist, shadows.
    pub fn puff(&mut self, at: [f32; 2], radii: [f32; 2], core: f32, ink: impl Into<Ink>) {
        self.soft(at, radii, core, ink.into());
    }

    /// A blurred contact shadow under something that stands at `at`.
    pub fn contact_shadow(&mut self, at: [f32; 2], width: f32, strength: f32) {
        let dark = self.look.silhouette(0.0).darker(0.06);
        let squash = (at[1] - self.horizon()).clamp(0.08, 0.6) * 0.35;
        self.puff(at, [width * 0.62, width * squash], 0.1, dark.alpha(strength));
    }

    /// A shaft of light: a beam from one edge to another that fades along its way. `spread` is its width there.
    pub fn shaft(&mut self, from: [f32; 2], width: f32, to: [f32; 2], spread: f32, ink: impl Into<Ink>) {
        let ink = ink.into();
        let mut beam = Shape::new();
        beam.add_taper(from, width, to, spread);
        self.fill_line(&beam, from, to, &[ink, ink.alpha(ink.alpha * 0.45), ink.alpha(0.0)]);
    }

    /// Light shafts fanning out from the key light (god rays), `count` of them, reaching `length`.
    pub fn rays(&mut self, count: usize, length: f32, strength: f32) {
        let mut chance = self.chance("rays");
        let light = self.look.key;
        let colour = self.look.lamp(light.colour);
        for i in 0..count {
            let turn = (i as f32 + chance.range(-0.3, 0.3)) / count as f32;
            let angle = turn * std::f32::consts::TAU + self.swing(32.0, turn) * 0.06;
            let reach = length * chance.range(0.6, 1.0);
            let breath = 0.75 + 0.25 * self.swing(8.0, chance.unit());
            let to = [light.at[0] + angle.cos() * reach, light.at[1] + angle.sin() * reach];
            self.shaft(
                light.at,
                light.size * 0.4,
                to,
                reach * 0.22,
                colour.screen(strength * breath),
            );
        }
    }

    /// A band of mist across the picture: densest at `y`, gone `height` above and below.
    pub fn mist(&mut self, y: f32, height: f32, ink: impl Into<Ink>) {
        let ink = ink.into();
        let clear = ink.alpha(0.0);
        let band = Shape::rect([self.left(), y - height, self.right() * 2.0, height * 2.0]);
        self.fill_line(&band, [0.0, y - height], [0.0, y + height], &[clear, ink, clear]);
    }

    /// Drifting banks of fog around `y`.
    pub fn fog_bank(&mut self, name: &str, y: f32, height: f32, ink: impl Into<Ink>) {
        let ink = ink.into();
        let mut chance = self.chance(name);
        let span = self.right() * 2.0;
        let count = (span / (height * 2.2)).ceil().clamp(3.0, 14.0) as usize;
        for i in 0..count {
            let start = (i as f32 + chance.range(-0.3, 0.3)) / count as f32;
            let x = self.left() + (start + self.cycle(128.0, chance.unit())).rem_euclid(1.0) * (span + height * 4.0)
                - height * 2.0;
            let size = chance.range(0.8, 1.4);
            let alpha = ink.alpha * chance.range(0.4, 0.9);
            let at = [x, y + chance.sign() * height * 0.3];
            self.puff(at, [height * 2.4 * size, height * 0.8 * size], 0.0, ink.alpha(alpha));
        }
    }

    pub(super) fn soft(&mut self, at: [f32; 2], radii: [f32; 2], core: f32, ink: Ink) {
        if ink.alpha <= 0.002 || radii[0] <= 0.0 || radii[1] <= 0.0 {
            return;
        }
        let Some(spot) = Spot::new(self, at, radii, core) else {
            return;
        };
        let width = self.pixels.width() as usize;
        let colour = ink.rgb.map(|v| v * 255.0);
        let pixels = self.pixels.pixels_mut();
        for y in spot.rows.clone() {
            let row = &mut pixels[y * width..(y + 1) * width];
            for x in spot.columns.clone() {
                let cover = spot.cover(x as f32, y as f32) * ink.alpha;
                if cover > 0.002 {
                    row[x] = blend(row[x], colour, cover, ink.blend);
                }
            }
        }
        if ink.glow > 0.0 {
            self.shine(&spot, ink.glow);
        }
    }

    fn shine(&mut self, spot: &Spot, glow: f32) {
        let width = self.aux.width() as usize;
        let pixels = self.aux.pixels_mut();
        for y in spot.rows.start / 2..spot.rows.end / 2 {
            for x in spot.columns.start / 2..spot.columns.end / 2 {
                let add = spot.cover((x * 2) as f32, (y * 2) as f32) * glow * 255.0;
                let old = &mut pixels[y * width + x];
                let green = old.green().max(add.min(255.0) as u8);
                *old = opaque(old.red(), green, old.blue());
            }
        }
    }
}

/// A pixel of a picture without transparency.
pub(in super::super) fn opaque(r: u8, g: u8, b: u8) -> PremultipliedColorU8 {
    PremultipliedColorU8::from_rgba(r, g, b, 255).expect("no channel exceeds the alpha of 255")
}

/// Lays a colour (0 to 255) over an opaque pixel.
#[inline]
pub(in super::super) fn blend(
    under: PremultipliedColorU8,
    colour: [f32; 3],
    cover: f32,
    blend: Blend,
) -> PremultipliedColorU8 {
    let old = [under.red(), under.green(), under.blue()].map(f32::from);
    let new = |i: usize| {
        let (o, c) = (old[i], colour[i]);
        let v = match blend {
            Blend::Over => o + (c - o) * cover,
            Blend::Plus => o + c * cover,
            Blend::Screen => o + c * cover * (1.0 - o / 255.0),
            Blend::Multiply => o * (1.0 + (c / 255.0 - 1.0) * cover),
        };
        (v + 0.5).clamp(0.0, 255.0) as u8
    };
    opaque(new(0), new(1), new(2))
}

/// A soft ellipse in pixels.
struct Spot {
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
    /// Pixels to the ellipse's own units, in which it is the unit disc: u = ax + by + c, v = dx + ey + f.
    to_unit: [f32; 6],
    core: f32,
}

impl Spot {
    fn new(canvas: &Canvas, at: [f32; 2], [rx, ry]: [f32; 2], core: f32) -> Option<Self> {
        let view = &canvas.view;
        let [cx, cy] = view.apply(at.map(f64::from));
        let (a, b) = (view.a.abs(), view.b.abs());
        let (rx, ry) = (f64::from(rx), f64::from(ry));
        let reach = [a * rx + b * ry, b * rx + a * ry];
        let clip = |mid: f64, reach: f64, end: u32| {
            let from = (mid - reach).floor().clamp(0.0, f64::from(end)) as usize;
            let to = (mid + reach).ceil().clamp(0.0, f64::from(end)) as usize;
            from..to
        };
        let columns = clip(cx, reach[0], canvas.pixels.width());
        let rows = clip(cy, reach[1], canvas.pixels.height());
        if columns.is_empty() || rows.is_empty() {
            return None;
        }
        let back = view.inverse();
        let (ax, ay) = (f64::from(at[0]), f64::from(at[1]));
        let to_unit = [
            back.a / rx,
            -back.b / rx,
            (back.u - ax) / rx,
            back.b / ry,
            back.a / ry,
            (back.v - ay) / ry,
        ]
        .map(|v| v as f32);
        Some(Self {
            rows,
            columns,
            to_unit,
            core: core.clamp(0.0, 0.95),
        })
    }

    #[inline]
    fn cover(&self, x: f32, y: f32) -> f32 {
        let [a, b, c, d, e, f] = self.to_unit;
        let u = a * x + b * y + c;
        let v = d * x + e * y + f;
        let r2 = u * u + v * v;
        if r2 >= 1.0 {
            return 0.0;
        }
        if self.core <= 0.0 {
            let t = 1.0 - r2;
            return t * t;
        }
        let t = ((1.0 - r2.sqrt()) / (1.0 - self.core)).min(1.0);
        t * t * (3.0 - 2.0 * t)
    }
}
