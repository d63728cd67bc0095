//! Laying ink on rows of opaque pixels, eight bytes at a time, with ordered dither so that slow fades show no bands.

use std::ops::Range;

use tiny_skia::PremultipliedColorU8;

use super::{Blend, Canvas, Ink, Shape};

/// Pixels handled at once, and where there are but a few.
pub(super) const BLOCK: usize = 32;
pub(super) const FEW: usize = 8;

/// How far a turned rectangle's corner may be from where it would be upright, in pixels.
const LEAN: f32 = 0.6;

/// A pixel of a picture without transparency.
pub(in super::super) fn opaque(r: u8, g: u8, b: u8) -> PremultipliedColorU8 {
    PremultipliedColorU8::from_rgba(r, g, b, 255).expect("no channel exceeds the alpha of 255")
}

/// Pixels in a row along which a value grows evenly, `start` at the first and `step` more at each: spans over which its
/// whole part is the same, and that. Slightly turned pictures have long ones.
pub(super) fn runs(start: f32, step: f32, count: usize) -> impl Iterator<Item = (Range<usize>, i32)> {
    let mut x = 0;
    std::iter::from_fn(move || {
        let from = x;
        (from < count).then(|| {
            let value = start + step * from as f32;
            let cell = value.floor();
            let room = if step > 0.0 { cell + 1.0 - value } else { value - cell };
            let len = (room / step.abs().max(1e-9)).ceil().clamp(1.0, (count - from) as f32);
            x += len as usize;
            (from..x, cell as i32)
        })
    })
}

/// Goes part of the way from bytes to others, in 256ths.
pub(in super::super) fn all_towards(bytes: &mut [u8], to: &[u8], part: u16) {
    for (byte, to) in bytes.iter_mut().zip(to) {
        *byte = ((u16::from(*byte) * (256 - part) + u16::from(*to) * part + 128) >> 8) as u8;
    }
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
        let view = self.view;
        let scale = view.scale() as f32;
        // A turn that moves no corner by more than this cannot be seen.
        let straight = |w: f32, h: f32| view.a > 0.0 && view.b.abs() as f32 * w.max(h) < LEAN;
        let mut shape = Shape::new();
        let (width, height) = (self.pixels.width() as usize, self.pixels.height() as usize);
        let half = self.aux.width() as usize;
        let colour = ink.rgb.map(|v| (v * 255.0 + 0.5) as u8);
        let light = (ink.glow.clamp(0.0, 1.0) * 255.0) as u8;
        let (bytes, aux) = (self.pixels.data_mut(), self.aux.data_mut());
        for &[x, y, w, h] in rects {
            if ink.blend != Blend::Over || !straight(w, h) {
                shape.add_rect([x, y, w, h]);
                continue;
            }
            let [u, v] = view.apply([x + w * 0.5, y + h * 0.5].map(f64::from)).map(|v| v as f32);
            let (w, h) = (w * scale, h * scale);
            let across = Edge::new(u - w * 0.5, w, width);
            let down = Edge::new(v - h * 0.5, h, height);
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
        self.fill(&shape, ink);
    }
}

/// Where a rectangle lies along one axis, in pixels.
struct Edge {
    from: f32,
    to: f32,
    pixels: Range<usize>,
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
    fn middles(&self) -> Range<usize> {
        let at = |v: f32| ((v / 2.0 + 0.5).max(0.0) as usize).min(self.pixels.end / 2);
        let start = at(self.from);
        start..at(self.to).max(start)
    }
}

/// Sixteen bytes as numbers: four pixels.
type Lanes = [i16; 16];

/// Lays a colour (0 to 255) over up to `N` opaque pixels from (x, y) on; `cover` is 0 to 1 for each.
#[inline]
pub(super) fn block<const N: usize>(
    bytes: &mut [u8],
    (x, y): (usize, usize),
    colour: [f32; 3],
    cover: &[f32; N],
    blend: Blend,
) {
    let c = [colour[0] as i16, colour[1] as i16, colour[2] as i16];
    // The same dither for all channels of a pixel; blocks may begin at any pixel of the cell.
    let dither: [i16; 8] = std::array::from_fn(|i| DITHER[y & 3][(x + i) & 7]);
    let noise = [quads(&dither, 0), quads(&dither, 4)];
    let opacity: [i16; N] = std::array::from_fn(|i| (cover[i] * 32_767.0) as i16);
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
fn rows<const N: usize>(bytes: &mut [u8], opacity: &[i16; N], noise: &[Lanes; 2], way: impl Fn(&Lanes) -> Lanes) {
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
