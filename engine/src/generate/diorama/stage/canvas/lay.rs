//! Laying ink on rows of opaque pixels, eight bytes at a time, with ordered dither so that slow fades show no bands.

use tiny_skia::PremultipliedColorU8;

use super::{Blend, Canvas, Ink, Shape};

/// Pixels handled at once.
pub(super) const BLOCK: usize = 32;

/// A pixel of a picture without transparency.
pub(in super::super) fn opaque(r: u8, g: u8, b: u8) -> PremultipliedColorU8 {
    PremultipliedColorU8::from_rgba(r, g, b, 255).expect("no channel exceeds the alpha of 255")
}

/// Dither of an 8 by 4 cell, 0 to 31 (a bit-reversed order: neighbours differ much, rows and columns average out).
const DITHER: [[i16; 8]; 4] = [
    [0, 16, 4, 20, 1, 17, 5, 21],
    [24, 8, 28, 12, 25, 9, 29, 13],
    [6, 22, 2, 18, 7, 23, 3, 19],
    [30, 14, 26, 10, 31, 15, 27, 11],
];

impl Canvas<'_> {
    /// Many filled rectangles (left, top, width, height) in one ink: windows, books, bricks. Much faster than a shape.
    pub fn rects(&mut self, rects: &[[f32; 4]], ink: impl Into<Ink>) {
        let ink = ink.into();
        let upright = self.view.b.abs() < 1e-9;
        if !upright || ink.blend != Blend::Over {
            let mut shape = Shape::new();
            for &rect in rects {
                shape.add_rect(rect);
            }
            return self.fill(&shape, ink);
        }
        let (scale, u, v) = (self.view.a as f32, self.view.u as f32, self.view.v as f32);
        let (width, height) = (self.pixels.width() as usize, self.pixels.height() as usize);
        let half = self.aux.width() as usize;
        let colour = ink.rgb.map(|v| (v * 255.0 + 0.5) as u8);
        let light = (ink.glow.clamp(0.0, 1.0) * 255.0) as u8;
        let (bytes, aux) = (self.pixels.data_mut(), self.aux.data_mut());
        for &[x, y, w, h] in rects {
            let across = Edge::new(x * scale + u, w * scale, width);
            let down = Edge::new(y * scale + v, h * scale, height);
            for row in down.pixels.clone() {
                let part = down.cover(row) * ink.alpha * 256.0;
                let line = &mut bytes[(row * width + across.pixels.start) * 4..][..across.pixels.len() * 4];
                for (i, pixel) in line.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                    let part = (part * across.cover(across.pixels.start + i) + 0.5) as i32;
                    (0..3).for_each(|c| pixel[c] = towards(pixel[c], colour[c], part));
                }
            }
            if ink.marks() {
                for row in down.middles() {
                    for column in across.middles() {
                        let at = (row * half + column) * 4;
                        (aux[at], aux[at + 1], aux[at + 2]) = (self.layer, light, 0);
                    }
                }
            }
        }
    }
}

/// Where a rectangle lies along one axis, in pixels.
struct Edge {
    from: f32,
    to: f32,
    pixels: std::ops::Range<usize>,
}

impl Edge {
    fn new(from: f32, len: f32, end: usize) -> Self {
        let to = from + len;
        let clip = |v: f32| (v.max(0.0) as usize).min(end);
        Self {
            from,
            to,
            pixels: clip(from.floor())..clip(to.ceil()),
        }
    }

    /// How much of a pixel is inside.
    #[inline]
    fn cover(&self, pixel: usize) -> f32 {
        let at = pixel as f32;
        (self.to.min(at + 1.0) - self.from.max(at)).max(0.0)
    }

    /// The half-size pixels whose middles are inside.
    fn middles(&self) -> std::ops::Range<usize> {
        let at = |v: f32| ((v / 2.0 + 0.5).max(0.0) as usize).min(self.pixels.end / 2);
        let start = at(self.from);
        start..at(self.to).max(start)
    }
}

/// Sixteen bytes as numbers: four pixels.
type Lanes = [i16; 16];

/// Lays a colour (0 to 255) over up to [`BLOCK`] opaque pixels from (x, y) on; `cover` is 0 to 1 for each.
#[inline]
pub(super) fn block(bytes: &mut [u8], (x, y): (usize, usize), colour: [f32; 3], cover: &[f32; BLOCK], blend: Blend) {
    let c = [colour[0] as i16, colour[1] as i16, colour[2] as i16];
    // The same dither for all channels of a pixel; blocks may begin at any pixel of the cell.
    let dither: [i16; 8] = std::array::from_fn(|i| DITHER[y & 3][(x + i) & 7]);
    let noise = [quads(&dither, 0), quads(&dither, 4)];
    let opacity: [i16; BLOCK] = std::array::from_fn(|i| (cover[i] * 32_767.0) as i16);
    let lanes = |alpha: i16| -> Lanes { std::array::from_fn(|i| if i & 3 == 3 { alpha } else { c[i & 3] }) };
    match blend {
        Blend::Over => {
            let c = lanes(255);
            rows(bytes, &opacity, &noise, |o| std::array::from_fn(|i| c[i] - o[i]));
        }
        Blend::Plus => {
            let c = lanes(0);
            rows(bytes, &opacity, &noise, |_| c);
        }
        Blend::Screen => {
            let c = lanes(0);
            rows(bytes, &opacity, &noise, |o| {
                std::array::from_fn(|i| (((c[i] as u16).wrapping_mul(255 - o[i] as u16).wrapping_add(255)) >> 8) as i16)
            });
        }
        Blend::Multiply => {
            let k = lanes(255).map(|v| 255 - v);
            rows(bytes, &opacity, &noise, |o| {
                std::array::from_fn(|i| -((((k[i] as u16).wrapping_mul(o[i] as u16).wrapping_add(255)) >> 8) as i16))
            });
        }
    }
}

/// Four values from `start`, each four times.
#[inline(always)]
fn quads(of: &[i16], start: usize) -> Lanes {
    std::array::from_fn(|i| of[start + i / 4])
}

/// Each step is a plain loop over sixteen lanes, so that the compiler makes vector instructions of it.
#[inline(always)]
fn four(bytes: &mut [u8; 16], a: &Lanes, noise: &Lanes, way: impl Fn(&Lanes) -> Lanes) {
    let old: Lanes = bytes.map(i16::from);
    let way = way(&old);
    // Way times opacity, in 32nds.
    let step: Lanes = std::array::from_fn(|i| ((i32::from(way[i].wrapping_shl(6)) * i32::from(a[i])) >> 16) as i16);
    let new: Lanes = std::array::from_fn(|i| old[i].wrapping_add(step[i].wrapping_add(noise[i]) >> 5));
    *bytes = new.map(|v| v.clamp(0, 255) as u8);
}

#[inline(always)]
fn rows(bytes: &mut [u8], opacity: &[i16; BLOCK], noise: &[Lanes; 2], way: impl Fn(&Lanes) -> Lanes) {
    let (whole, tail) = bytes.as_chunks_mut::<16>();
    let done = whole.len();
    for (b, bytes) in whole.iter_mut().enumerate() {
        four(bytes, &quads(opacity, b * 4), &noise[b & 1], &way);
    }
    if !tail.is_empty() {
        let mut last = [255u8; 16];
        last[..tail.len()].copy_from_slice(tail);
        four(&mut last, &quads(opacity, done * 4), &noise[done & 1], &way);
        tail.copy_from_slice(&last[..tail.len()]);
    }
}

/// Lays a colour (0 to 255) over one opaque pixel.
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

/// Part of the way from one byte to another, in 256ths.
#[inline]
pub(in super::super) fn towards(from: u8, to: u8, part: i32) -> u8 {
    let (from, to) = (i32::from(from), i32::from(to));
    (from + (((to - from) * part + 128) >> 8)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay(under: [u8; 3], colour: [f32; 3], cover: f32, blend: Blend) -> [f32; 3] {
        let mut bytes = [under[0], under[1], under[2], 255].repeat(BLOCK);
        let mut sum = [0.0; 3];
        for y in 0..4 {
            let mut row = bytes.clone();
            block(&mut row, (0, y), colour, &[cover; BLOCK], blend);
            for pixel in row.chunks_exact(4) {
                assert_eq!(pixel[3], 255);
                (0..3).for_each(|i| sum[i] += f32::from(pixel[i]) / (4 * BLOCK) as f32);
            }
        }
        bytes.clear();
        sum
    }

    #[test]
    fn each_blend_is_what_its_name_says() {
        let (under, ink) = ([40u8, 100, 220], [200.0, 100.0, 20.0]);
        let o = under.map(f32::from);
        for cover in [0.0f32, 0.03, 0.4, 1.0] {
            let expect = |f: &dyn Fn(f32, f32) -> f32| [0, 1, 2].map(|i| f(o[i], ink[i]).clamp(0.0, 255.0));
            let cases: [(Blend, [f32; 3]); 4] = [
                (Blend::Over, expect(&|o, c| o + (c - o) * cover)),
                (Blend::Plus, expect(&|o, c| o + c * cover)),
                (Blend::Screen, expect(&|o, c| o + c * cover * (1.0 - o / 255.0))),
                (Blend::Multiply, expect(&|o, c| o + o * (c / 255.0 - 1.0) * cover)),
            ];
            for (blend, want) in cases {
                let got = lay(under, ink, cover, blend);
                assert!(
                    (0..3).all(|i| (got[i] - want[i]).abs() < 1.3),
                    "{blend:?} {cover}: {got:?}, not {want:?}"
                );
            }
        }
    }
}
