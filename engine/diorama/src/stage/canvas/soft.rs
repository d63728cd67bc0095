//! Soft light and dark: glows, puffs, mist, shadows and shafts, drawn pixel by pixel.

use std::ops::Range;

use super::{
    Blend, Canvas, Ink, Shape,
    lay::{self, BLOCK, FEW},
};

impl Canvas<'_> {
    /// A soft round shine that adds light, fading to nothing at `radius`.
    pub fn glow(&mut self, at: [f32; 2], radius: f32, ink: impl Into<Ink>) {
        let ink = ink.into();
        let blend = if ink.blend == Blend::Over {
            Blend::Screen
        } else {
            ink.blend
        };
        self.soft(at, [radius, radius], Falloff::Fade, Ink { blend, ..ink });
    }

    /// A soft ellipse: `core` (0 to 0.95) of its radius is full, the rest fades out. Puffs of cloud, mist, shadows.
    pub fn puff(&mut self, at: [f32; 2], radii: [f32; 2], core: f32, ink: impl Into<Ink>) {
        let core = core.clamp(0.0, 0.95);
        let falloff = if core > 0.0 { Falloff::Core(core) } else { Falloff::Fade };
        self.soft(at, radii, falloff, ink.into());
    }

    /// A soft ring of light: brightest at the radii, gone `width` (a share of the radii) inside and outside of it.
    pub fn halo(&mut self, at: [f32; 2], radii: [f32; 2], width: f32, ink: impl Into<Ink>) {
        let ink = ink.into();
        let blend = if ink.blend == Blend::Over {
            Blend::Screen
        } else {
            ink.blend
        };
        let outer = radii.map(|r| r * (1.0 + width));
        self.soft(at, outer, Falloff::Ring(width), Ink { blend, ..ink });
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
            // Three, one within the other, have soft sides.
            for wide in [0.1, 0.18, 0.27] {
                let ink = colour.screen(strength * breath * 0.4);
                self.shaft(light.at, light.size * wide * 2.0, to, reach * wide, ink);
            }
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

    fn soft(&mut self, at: [f32; 2], radii: [f32; 2], falloff: Falloff, ink: Ink) {
        if ink.alpha <= 0.002 || radii[0] <= 0.0 || radii[1] <= 0.0 {
            return;
        }
        let Some(spot) = Spot::new(self, at, radii, falloff) else {
            return;
        };
        self.laid += 1;
        let (dx, dy) = (self.laid * 3, self.laid * 5 / 3);
        let width = self.pixels.width() as usize;
        let colour = ink.rgb.map(|v| v * 255.0);
        let bytes = self.pixels.data_mut();
        let alpha = ink.alpha.min(1.0);
        for y in spot.rows.clone() {
            let Some(span) = spot.span(y) else { continue };
            let mut x = span.start;
            while x < span.end {
                let n = (span.end - x).min(BLOCK);
                let row = &mut bytes[(y * width + x) * 4..][..n * 4];
                let at = (x + dx, y + dy);
                // Sparks and flakes are a few pixels wide.
                if n <= FEW {
                    lay::block(row, at, colour, &spot.covers::<FEW>(x, y, alpha), ink.blend);
                } else {
                    lay::block(row, at, colour, &spot.covers::<BLOCK>(x, y, alpha), ink.blend);
                }
                x += n;
            }
        }
        if ink.glow > 0.0 {
            self.shine(&spot, ink.glow);
        }
    }

    fn shine(&mut self, spot: &Spot, glow: f32) {
        let width = self.aux.width() as usize;
        let bytes = self.aux.data_mut();
        for y in spot.rows.start / 2..spot.rows.end / 2 {
            let Some(span) = spot.span(y * 2) else { continue };
            let (mut x, end) = (span.start / 2, span.end / 2);
            while x < end {
                // Every other of the full-size covers is this half-size row's.
                let n = (end - x).min(BLOCK / 2);
                let cover = spot.covers::<BLOCK>(x * 2, y * 2, glow * 255.0);
                for i in 0..n {
                    let green = &mut bytes[(y * width + x + i) * 4 + 1];
                    *green = (*green).max(cover[i * 2].min(255.0) as u8);
                }
                x += n;
            }
        }
    }
}

/// How a soft ellipse fades from its middle (0) to its edge (1).
#[derive(Debug, Clone, Copy)]
enum Falloff {
    /// All the way.
    Fade,
    /// From this share of the radius on.
    Core(f32),
    /// To both sides of a ring whose radius is 1 / (1 + width).
    Ring(f32),
}

/// A soft ellipse in pixels.
struct Spot {
    rows: Range<usize>,
    columns: Range<usize>,
    /// Pixels to the ellipse's own units, in which it is the unit disc: u = ax + by + c, v = dx + ey + f.
    to_unit: [f32; 6],
    falloff: Falloff,
}

impl Spot {
    fn new(canvas: &Canvas, at: [f32; 2], [rx, ry]: [f32; 2], falloff: Falloff) -> Option<Self> {
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
            falloff,
        })
    }

    /// The pixels of a row that it may reach.
    fn span(&self, y: usize) -> Option<Range<usize>> {
        let [a, b, c, d, e, f] = self.to_unit;
        let y = y as f32;
        // |(a x + p, d x + q)| < 1 is a quadratic in x.
        let (p, q) = (b * y + c, e * y + f);
        let (aa, ab, bb) = (a * a + d * d, a * p + d * q, p * p + q * q - 1.0);
        let root = ab * ab - aa * bb;
        if root <= 0.0 {
            return None;
        }
        let (mid, half) = (-ab / aa, root.sqrt() / aa);
        let start = ((mid - half).floor().max(0.0) as usize).max(self.columns.start);
        let end = ((mid + half).ceil().max(0.0) as usize + 1).min(self.columns.end);
        (start < end).then_some(start..end)
    }

    /// How much of each of the pixels from (x, y) on it covers, times `scale`.
    #[inline]
    fn covers<const N: usize>(&self, x: usize, y: usize, scale: f32) -> [f32; N] {
        let [a, b, c, d, e, f] = self.to_unit;
        let (x, y) = (x as f32, y as f32);
        let (u, v) = (a * x + b * y + c, d * x + e * y + f);
        let r2 = |i: usize| {
            let (u, v) = (u + a * i as f32, v + d * i as f32);
            (u * u + v * v).min(1.0)
        };
        match self.falloff {
            Falloff::Fade => std::array::from_fn(|i| {
                let t = 1.0 - r2(i);
                t * t * scale
            }),
            Falloff::Core(core) => {
                let edge = 1.0 / (1.0 - core);
                std::array::from_fn(|i| {
                    let t = ((1.0 - r2(i).sqrt()) * edge).min(1.0);
                    t * t * (3.0 - 2.0 * t) * scale
                })
            }
            Falloff::Ring(width) => {
                let (ring, edge) = (1.0 / (1.0 + width), (1.0 + width) / width);
                std::array::from_fn(|i| {
                    let off = (r2(i).sqrt() - ring) * edge;
                    let t = (1.0 - off * off).max(0.0);
                    t * t * scale
                })
            }
        }
    }
}
