//! Props as sprites: lit once for their scene, kept as a pyramid, laid down through any affine map.

use super::super::props::Picture;
use super::{chance::smoothstep, look::Look};
use crate::design::Oklch;
use phosphene_core::raster::colour::{decode, encode};

/// One size of a sprite with a clear border of one texel: premultiplied sRGB, and how much of a rim of light it is on.
#[derive(Debug, Clone)]
struct Level {
    /// Without the border.
    width: usize,
    height: usize,
    /// (height + 2, width + 2): red, green, blue, alpha, rim, and three unused.
    texels: Vec<[u8; 8]>,
}

/// A lit prop picture.
#[derive(Debug, Clone)]
pub struct Sprite {
    levels: Vec<Level>,
}

/// How a prop is lit.
#[derive(Debug, Clone, Copy)]
pub struct Lighting {
    /// Unit vector in the picture (y down) from the prop to the key light, after the prop's own mirroring.
    pub towards: [f32; 2],
    /// Aerial depth, 0 near to 1 far.
    pub depth: f32,
    /// The colour its words ask for.
    pub tint: Option<Oklch>,
    /// 1 for what the picture is about, 0 for the rest: the hero stands in the light.
    pub hero: f32,
    /// Shines itself (sun, moon, lamp): daylight leaves it alone.
    pub shines: bool,
    /// A wide flat lower edge (a bust, a boat's block of sea, a beam) fades out instead of ending.
    pub melts: bool,
}

/// What one laying down of a sprite looks like.
#[derive(Debug, Clone, Copy)]
pub enum Coat {
    /// As lit, the rim this much stronger.
    Lit {
        /// Added rim light, 0 to 1, in this colour (0 to 255).
        flare: [f32; 3],
    },
    /// Only its shape, in one colour (0 to 255).
    Shape([f32; 3]),
}

impl Sprite {
    /// Lights a picture.
    #[must_use]
    pub fn bake(picture: &Picture, look: &Look, lighting: &Lighting) -> Self {
        let (w, h) = (picture.width as usize, picture.height as usize);
        let soft = soft_alpha(picture);
        let alpha = |x: i64, y: i64| {
            let inside = x >= 0 && y >= 0 && (x as usize) < w && (y as usize) < h;
            if inside {
                f32::from(picture.rgba[(y as usize * w + x as usize) * 4 + 3]) / 255.0
            } else {
                0.0
            }
        };
        let decoded: Vec<f32> = (0..256).map(|v| decode(v as f32 / 255.0)).collect();
        let encoded: Vec<f32> = (0..=1024).map(|v| encode(v as f32 / 1024.0) * 255.0).collect();
        let to_srgb = |v: f32| encoded[(v.clamp(0.0, 1.0) * 1024.0) as usize];
        let haze = look.words(look.haze).linear().map(|v| v.clamp(0.0, 1.0));
        let fade = look.fade(lighting.depth) * if lighting.hero > 0.5 { 0.45 } else { 0.85 };
        let key = look.lamp(look.key.colour).linear().map(|v| v.max(0.0));
        let (dark, light) = (look.light(0.0), look.light(1.0));
        let lift = 1.12 + 0.16 * lighting.hero;
        let mut texels = vec![[0u8; 8]; (w + 2) * (h + 2)];
        let reach = (w.max(h) as f32 / 56.0).max(1.0);
        let [lx, ly] = lighting.towards;
        let cut = (0..w).filter(|&x| alpha(x as i64, h as i64 - 3) > 0.5).count();
        let melts = lighting.melts && cut * 10 > w * 3;
        let melt = |y: usize| {
            let up = (h - y) as f32 / h as f32;
            if melts { smoothstep(0.03, 0.2, up) } else { 1.0 }
        };
        for y in 0..h {
            for x in 0..w {
                let at = y * w + x;
                let a = (f32::from(picture.rgba[at * 4 + 3]) * melt(y)) as u8;
                if a == 0 {
                    continue;
                }
                let mut own = [0, 1, 2].map(|i| decoded[picture.rgba[at * 4 + i] as usize]);
                if let Some(tint) = lighting.tint {
                    own = recolour(own, tint);
                }
                let g = soft.slope(x, y);
                let side = -(g[0] * lx + g[1] * ly);
                let share = (0.5 + 0.75 * side).clamp(0.0, 1.25);
                let ahead = |k: f32| alpha(x as i64 + (lx * reach * k) as i64, y as i64 + (ly * reach * k) as i64);
                let ahead = (ahead(0.35) + ahead(0.65) + ahead(1.0)) / 3.0;
                let edge = (f32::from(a) / 255.0 - ahead).clamp(0.0, 1.0);
                let texel = &mut texels[(y + 1) * (w + 2) + x + 1];
                for i in 0..3 {
                    let fall = dark[i] + (light[i] - dark[i]) * share;
                    let lit = if lighting.shines {
                        own[i] * 1.05
                    } else {
                        own[i] * fall * lift
                    };
                    let lit = lit + key[i] * edge * (0.06 + 0.5 * look.key.strength.min(1.0)) * (1.0 - fade);
                    // A gentle shoulder keeps bright props from burning out.
                    let lit = lit / (1.0 + 0.12 * lit * lit);
                    let seen = lit + (haze[i] - lit) * if lighting.shines { fade * 0.3 } else { fade };
                    texel[i] = (to_srgb(seen) * f32::from(a) / 255.0 + 0.5) as u8;
                }
                texel[3] = a;
                texel[4] = (edge * 255.0) as u8;
            }
        }
        let words = (look.palette.chroma < 0.99).then_some(look.palette.chroma);
        let mut first = Level {
            width: w,
            height: h,
            texels,
        };
        if let Some(chroma) = words {
            first.fade_colour(chroma);
        }
        let mut levels = vec![first];
        while let Some(next) = levels.last().and_then(Level::halved) {
            levels.push(next);
        }
        Self { levels }
    }

    /// Lays the sprite down: `to_pixels` takes the unit square (0, 0 top left; 1, 1 bottom right) to pixels as
    /// `[a, b, c, d, e, f]`: x' = a u + b v + c, y' = d u + e v + f. `blur` is a number of pyramid levels more blurred
    /// than seen. `put(x, y, colour 0 to 255 premultiplied, alpha 0 to 1)` gets each covered pixel; `bend(y)` shifts
    /// rows by pixels.
    pub fn lay(
        &self,
        to_pixels: [f32; 6],
        (width, height): (usize, usize),
        (coat, blur): (Coat, f32),
        bend: impl Fn(f32) -> f32,
        mut put: impl FnMut(usize, usize, [f32; 3], f32),
    ) {
        let [a, b, c, d, e, f] = to_pixels;
        let det = a * e - b * d;
        if det.abs() < 1e-6 {
            return;
        }
        let corners =
            [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(u, v)| (a * u + b * v + c, d * u + e * v + f));
        let span = |of: fn(&(f32, f32)) -> f32, end: usize, pad: f32| {
            let low = corners.iter().map(of).fold(f32::MAX, f32::min) - pad;
            let high = corners.iter().map(of).fold(f32::MIN, f32::max) + pad;
            (low.floor().max(0.0) as usize).min(end)..(high.ceil().max(0.0) as usize).min(end)
        };
        let (xs, ys) = (span(|p| p.0, width, 12.0), span(|p| p.1, height, 1.0));
        let full = &self.levels[0];
        // Texels to a pixel, along the axis that shrinks less.
        let dense = (full.width as f32 / a.hypot(d))
            .min(full.height as f32 / b.hypot(e))
            .max(1e-3);
        let level = ((dense.log2() + blur + 0.35).floor().max(0.0) as usize).min(self.levels.len() - 1);
        let level = &self.levels[level];
        let (lw, lh) = (level.width as f32, level.height as f32);
        let (du, dv) = (e / det * lw, -d / det * lh);
        for y in ys {
            let shift = bend(y as f32);
            let (px, py) = (xs.start as f32 + 0.5 - c - shift, y as f32 + 0.5 - f);
            let mut u = (e * px - b * py) / det * lw - 0.5;
            let mut v = (a * py - d * px) / det * lh - 0.5;
            for x in xs.clone() {
                if u > -1.0 && v > -1.0 && u < lw && v < lh {
                    let (mut rgb, alpha, rim) = level.sample(u, v);
                    if alpha > 0.004 {
                        match coat {
                            Coat::Lit { flare } => {
                                let r = rim * alpha;
                                (0..3).for_each(|i| rgb[i] += flare[i] * r);
                            }
                            Coat::Shape(colour) => rgb = colour.map(|v| v * alpha),
                        }
                        put(x, y, rgb, alpha);
                    }
                }
                u += du;
                v += dv;
            }
        }
    }
}

impl Level {
    /// Bilinear, for -1 <= u < width and -1 <= v < height: premultiplied 0 to 255, alpha 0 to 1, rim 0 to 1.
    #[inline]
    fn sample(&self, u: f32, v: f32) -> ([f32; 3], f32, f32) {
        let (u, v) = (u + 1.0, v + 1.0);
        let (x, y) = (u as usize, v as usize);
        let (fx, fy) = (u - x as f32, v - y as f32);
        let stride = self.width + 2;
        let at = y * stride + x;
        let (Some(top), Some(low)) = (
            self.texels.get(at..at + 2),
            self.texels.get(at + stride..at + stride + 2),
        ) else {
            return ([0.0; 3], 0.0, 0.0);
        };
        let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
        let sum: [f32; 8] = std::array::from_fn(|i| {
            f32::from(top[0][i]) * weights[0]
                + f32::from(top[1][i]) * weights[1]
                + f32::from(low[0][i]) * weights[2]
                + f32::from(low[1][i]) * weights[3]
        });
        ([sum[0], sum[1], sum[2]], sum[3] / 255.0, sum[4] / 255.0)
    }

    fn halved(&self) -> Option<Level> {
        if self.width.min(self.height) < 6 {
            return None;
        }
        let (width, height) = (self.width / 2, self.height / 2);
        let (stride, from) = (width + 2, self.width + 2);
        let mut texels = vec![[0u8; 8]; stride * (height + 2)];
        for y in 0..height {
            for x in 0..width {
                let at = (2 * y + 1) * from + 2 * x + 1;
                let quad = [at, at + 1, at + from, at + from + 1].map(|at| self.texels[at]);
                texels[(y + 1) * stride + x + 1] = std::array::from_fn(|i| {
                    (quad.iter().map(|t| u32::from(t[i])).sum::<u32>().wrapping_add(2) / 4) as u8
                });
            }
        }
        Some(Level { width, height, texels })
    }

    /// "Black and white", "faded": less colour.
    fn fade_colour(&mut self, chroma: f32) {
        for texel in &mut self.texels {
            let [r, g, b] = [texel[0], texel[1], texel[2]].map(f32::from);
            let grey = 0.299 * r + 0.587 * g + 0.114 * b;
            (0..3).for_each(|i| texel[i] = (grey + (f32::from(texel[i]) - grey) * chroma + 0.5) as u8);
        }
    }
}

/// Turns a colour to the tint's hue, keeping its light and shade; greys and skin-pale parts take less.
fn recolour(own: [f32; 3], tint: Oklch) -> [f32; 3] {
    let own = Oklch::from_linear(own);
    let much = smoothstep(0.03, 0.1, own.c);
    let light = if tint.c < 0.03 {
        own.l + (tint.l - 0.55) * 0.7
    } else {
        own.l + (tint.l - 0.62) * 0.35
    };
    let to = Oklch {
        l: light.clamp(0.02, 0.98),
        c: if tint.c < 0.03 { tint.c } else { own.c.max(tint.c * 0.8) },
        h: tint.h,
    };
    own.mix(to, much).linear().map(|v| v.clamp(0.0, 1.0))
}

/// A blurred alpha at an eighth of the size: the height of a pillow whose slope stands in for the surface's normal.
struct Pillow {
    width: usize,
    height: usize,
    soft: Vec<f32>,
}

fn soft_alpha(picture: &Picture) -> Pillow {
    let (w, h) = (picture.width as usize, picture.height as usize);
    let (width, height) = (w.div_ceil(8) + 8, h.div_ceil(8) + 8);
    let mut soft = vec![0.0f32; width * height];
    for y in 0..h {
        for x in 0..w {
            soft[(y / 8 + 4) * width + x / 8 + 4] += f32::from(picture.rgba[(y * w + x) * 4 + 3]) / (255.0 * 64.0);
        }
    }
    let radius = (w.max(h) / 8 / 10).clamp(1, 4) as i64;
    for _ in 0..3 {
        for along in [1i64, width as i64] {
            let old = soft.clone();
            for (i, out) in soft.iter_mut().enumerate() {
                let near = (-radius..=radius).filter_map(|k| old.get(usize::try_from(i as i64 + k * along).ok()?));
                *out = near.sum::<f32>() / (2 * radius + 1) as f32;
            }
        }
    }
    Pillow { width, height, soft }
}

impl Pillow {
    /// The slope at a full-size pixel, about 1 long at an outline.
    fn slope(&self, x: usize, y: usize) -> [f32; 2] {
        let (u, v) = (x as f32 / 8.0 + 3.5, y as f32 / 8.0 + 3.5);
        let d = [
            self.at(u + 1.0, v) - self.at(u - 1.0, v),
            self.at(u, v + 1.0) - self.at(u, v - 1.0),
        ];
        d.map(|d| (d * 3.2).clamp(-1.0, 1.0))
    }

    fn at(&self, u: f32, v: f32) -> f32 {
        let (x, y) = (u.floor(), v.floor());
        let (fx, fy) = (u - x, v - y);
        let at = |x: f32, y: f32| {
            self.soft[(y as usize).min(self.height - 1) * self.width + (x as usize).min(self.width - 1)]
        };
        let top = at(x, y) + (at(x + 1.0, y) - at(x, y)) * fx;
        let low = at(x, y + 1.0) + (at(x + 1.0, y + 1.0) - at(x, y + 1.0)) * fx;
        top + (low - top) * fy
    }
}
