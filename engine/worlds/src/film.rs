//! From linear light to the film's picture: bloom over five octaves, halation, a filmic curve with crosstalk, split
//! tone, vignette.

use crate::{picture::Picture, scalar};

/// How a picture is developed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Film {
    /// Factor of light.
    pub exposure: f32,
    /// Share of light that is scattered in the lens, 0 to 1.
    pub bloom: f32,
    /// Red glow around what is bright, as film's back scatters.
    pub halation: f32,
    /// Darkening of the corners, 0 to 1.
    pub vignette: f32,
    /// Chroma: 0 grey, 1 as it is.
    pub saturation: f32,
    /// 1 as the curve gives.
    pub contrast: f32,
    /// Teal into the shadows and warmth into the lights, 0 to 1.
    pub split: f32,
}

impl Default for Film {
    fn default() -> Self {
        Self {
            exposure: 1.0,
            bloom: 0.16,
            halation: 0.05,
            vignette: 0.42,
            saturation: 1.06,
            contrast: 1.05,
            split: 0.5,
        }
    }
}

impl Film {
    /// Develops a picture in place: its light becomes display values, 0 to 1 (sRGB).
    pub fn develop(&self, picture: &mut Picture) {
        let glow = [0, 1, 2].map(|k| bloom(&picture.light[k], picture.stride(), picture.height()));
        let aspect = picture.aspect();
        for y in 0..picture.height() {
            for x in 0..picture.width() {
                let o = picture.index(x, y);
                let p = picture.point(x, y);
                let g = [glow[0][o], glow[1][o], glow[2][o]];
                let hot = (scalar::luminance(g) - 0.55).max(0.0) * self.halation;
                let mut c: [f32; 3] = std::array::from_fn(|k| {
                    picture.light[k][o] * (1.0 - self.bloom) + g[k] * self.bloom + hot * [1.0, 0.28, 0.06][k]
                });
                let r = (p[0] / aspect) * (p[0] / aspect) * 0.9 + p[1] * p[1] * 0.55;
                let vignette = (1.0 - r * self.vignette * (0.6 + 0.4 * r)).max(0.1);
                c = c.map(|v| v * vignette * self.exposure);
                let l = scalar::luminance(c);
                c = c.map(|v| scalar::mix(l, v, self.saturation));
                // Hot colours go to white.
                c = [
                    c[0] * 0.90 + c[1] * 0.07 + c[2] * 0.03,
                    c[0] * 0.05 + c[1] * 0.90 + c[2] * 0.05,
                    c[0] * 0.03 + c[1] * 0.08 + c[2] * 0.89,
                ];
                c = c.map(|v| {
                    let v = v.max(0.0) * 0.85;
                    let curve = ((v * (v * 2.51 + 0.03)) / (v * (v * 2.43 + 0.59) + 0.14)).clamp(0.0, 1.0);
                    let v = scalar::pow(curve, 1.0 / 2.2);
                    scalar::mix(v, v * v * (3.0 - 2.0 * v), (self.contrast - 1.0) * 3.0)
                });
                let l = scalar::luminance(c);
                let (shade, light) = ((1.0 - l) * (1.0 - l), l * l);
                let split = [
                    light * 0.020 - shade * 0.012,
                    shade * 0.004,
                    shade * 0.022 - light * 0.028,
                ];
                for k in 0..3 {
                    picture.light[k][o] = (c[k] + split[k] * self.split).clamp(0.0, 1.0);
                }
            }
        }
    }
}

fn bloom(plane: &[f32], w: usize, h: usize) -> Vec<f32> {
    let mut levels: Vec<(Vec<f32>, usize, usize)> = Vec::new();
    let (mut source, mut sw, mut sh) = (plane.iter().map(|v| v.min(12.0)).collect::<Vec<_>>(), w, h);
    for _ in 0..5 {
        let (mut half, hw, hh) = halved(&source, sw, sh);
        blur(&mut half, hw, hh);
        levels.push((half.clone(), hw, hh));
        (source, sw, sh) = (half, hw, hh);
    }
    for k in (0..4).rev() {
        let (low, high) = levels.split_at_mut(k + 1);
        let (to, tw, th) = &mut low[k];
        let (from, fw, fh) = &high[0];
        add_doubled(to, *tw, *th, (from, *fw, *fh), 0.62, 0.38);
    }
    let mut out = vec![0.0; w * h];
    let (from, fw, fh) = &levels[0];
    add_doubled(&mut out, w, h, (from, *fw, *fh), 1.0, 0.0);
    out
}

fn halved(s: &[f32], w: usize, h: usize) -> (Vec<f32>, usize, usize) {
    let (hw, hh) = ((w / 2).max(1), (h / 2).max(1));
    let at = |x: usize, y: usize| s[y.min(h - 1) * w + x.min(w - 1)];
    let mut out = Vec::with_capacity(hw * hh);
    for y in 0..hh {
        for x in 0..hw {
            let (x, y) = (2 * x, 2 * y);
            out.push((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) * 0.25);
        }
    }
    (out, hw, hh)
}

fn blur(s: &mut [f32], w: usize, h: usize) {
    const TAPS: [f32; 5] = [1.0 / 16.0, 4.0 / 16.0, 6.0 / 16.0, 4.0 / 16.0, 1.0 / 16.0];
    for pass in 0..2 {
        let source = s.to_vec();
        for y in 0..h {
            for x in 0..w {
                let mut sum = 0.0;
                for (k, tap) in TAPS.iter().enumerate() {
                    let (x, y) = if pass == 0 {
                        ((x + k).saturating_sub(2).min(w - 1), y)
                    } else {
                        (x, (y + k).saturating_sub(2).min(h - 1))
                    };
                    sum += tap * source[y * w + x];
                }
                s[y * w + x] = sum;
            }
        }
    }
}

fn add_doubled(to: &mut [f32], w: usize, h: usize, (from, fw, fh): (&[f32], usize, usize), gain: f32, own: f32) {
    for y in 0..h {
        let fy = ((y as f32 + 0.5) * 0.5 - 0.5).max(0.0);
        let (y0, ty) = ((fy as usize).min(fh - 1), fy.fract());
        let y1 = (y0 + 1).min(fh - 1);
        for x in 0..w {
            let fx = ((x as f32 + 0.5) * 0.5 - 0.5).max(0.0);
            let (x0, tx) = ((fx as usize).min(fw - 1), fx.fract());
            let x1 = (x0 + 1).min(fw - 1);
            let at = |x: usize, y: usize| from[y * fw + x];
            let value = scalar::mix(
                scalar::mix(at(x0, y0), at(x1, y0), tx),
                scalar::mix(at(x0, y1), at(x1, y1), tx),
                ty,
            );
            let t = &mut to[y * w + x];
            *t = *t * own + gain * value;
        }
    }
}
