//! From linear light to the film's picture: bloom over five octaves, halation, a filmic curve with crosstalk, split
//! tone, vignette.

use crate::{
    isa::{self, Isa, Kernel},
    lanes::{F, Lanes, N, V, f, v},
    picture::Picture,
};

/// Octaves of the bloom.
const OCTAVES: usize = 5;
/// What is brighter scatters as this.
const BRIGHTEST: f32 = 12.0;

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

/// Pictures in between, kept for the next frame.
#[derive(Debug, Default)]
pub struct Scratch {
    glow: [Vec<f32>; 3],
    levels: Vec<Plane>,
    spare: Vec<f32>,
}

impl Film {
    /// Develops a picture in place: its light becomes display values, 0 to 1 (sRGB).
    pub fn develop(&self, isa: Isa, picture: &mut Picture, scratch: &mut Scratch) {
        isa::run(
            isa,
            Developing {
                film: self,
                picture,
                scratch,
            },
        );
    }
}

struct Developing<'a> {
    film: &'a Film,
    picture: &'a mut Picture,
    scratch: &'a mut Scratch,
}

impl Kernel for Developing<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { film, picture, scratch } = self;
        let (stride, width, height) = (picture.stride(), picture.width(), picture.height());
        for (plane, glow) in picture.light.iter().zip(&mut scratch.glow) {
            bloom(
                plane,
                (stride, width, height),
                glow,
                &mut scratch.levels,
                &mut scratch.spare,
            );
        }
        let (pixel, aspect) = (picture.pixel(), picture.aspect());
        let [red, green, blue] = &mut picture.light;
        let [glow_red, glow_green, glow_blue] = &scratch.glow;
        for y in 0..height {
            let down = 1.0 - (y as f32 + 0.5) * pixel;
            for left in (0..stride).step_by(N) {
                let o = y * stride + left;
                let glow: V<L> = v(at(glow_red, o), at(glow_green, o), at(glow_blue, o));
                let light: V<L> = v(at(red, o), at(green, o), at(blue, o));
                let x = (F::<L>::iota() + (left as f32 + 0.5)) * pixel - aspect;
                let c = film.curve(light, glow, x * (1.0 / aspect), down);
                for (plane, lanes) in [(&mut *red, c.x), (&mut *green, c.y), (&mut *blue, c.z)] {
                    if let Some(to) = plane[o..].first_chunk_mut::<N>() {
                        lanes.store(to);
                    }
                }
            }
        }
    }
}

/// Sixteen values of a plane.
#[inline(always)]
fn at<L: Lanes>(plane: &[f32], o: usize) -> F<L> {
    match plane[o..].first_chunk::<N>() {
        Some(values) => F::load(values),
        None => f(0.0),
    }
}

impl Film {
    /// One block: light and scattered light to display values. `across` and `down` run from -1 to 1.
    #[inline(always)]
    fn curve<L: Lanes>(&self, light: V<L>, glow: V<L>, across: F<L>, down: f32) -> V<L> {
        let hot = (glow.luminance() - 0.55).max(0.0) * self.halation;
        let c = light * (1.0 - self.bloom) + glow * self.bloom + v(f(1.0), f(0.28), f(0.06)) * hot;
        let r = across.squared() * 0.9 + 0.55 * down * down;
        let vignette = (1.0 - r * self.vignette * (0.6 + 0.4 * r)).max(0.1);
        let c = c * (vignette * self.exposure);
        let l = c.luminance();
        let c = v(
            l.mix(c.x, self.saturation),
            l.mix(c.y, self.saturation),
            l.mix(c.z, self.saturation),
        );
        // Crosstalk: hot colours go to white.
        let c: V<L> = v(
            c.x * 0.90 + c.y * 0.07 + c.z * 0.03,
            c.x * 0.05 + c.y * 0.90 + c.z * 0.05,
            c.x * 0.03 + c.y * 0.08 + c.z * 0.89,
        );
        let contrast = (self.contrast - 1.0) * 3.0;
        let c: V<L> = v(tone(c.x, contrast), tone(c.y, contrast), tone(c.z, contrast));
        let l = c.luminance();
        let (shade, bright) = ((1.0 - l).squared() * self.split, l * l * self.split);
        v(
            (c.x + bright * 0.020 - shade * 0.012).saturate(),
            (c.y + shade * 0.004).saturate(),
            (c.z - bright * 0.028 + shade * 0.022).saturate(),
        )
    }
}

/// The response of film (Narkowicz's fit of the ACES curve), in display values, with an S of contrast over it.
#[inline(always)]
fn tone<L: Lanes>(x: F<L>, contrast: f32) -> F<L> {
    let x = x.max(0.0) * 0.85;
    let curve = ((x * (x * 2.51 + 0.03)) / (x * (x * 2.43 + 0.59) + 0.14)).saturate();
    let x = curve.pow(1.0 / 2.2);
    x.mix(x * x * (3.0 - 2.0 * x), contrast)
}

/// One level of the bloom: values, width, height.
#[derive(Debug, Default)]
struct Plane {
    values: Vec<f32>,
    width: usize,
    height: usize,
}

/// Light scattered over five octaves.
#[inline(always)]
fn bloom(
    plane: &[f32],
    (stride, width, height): (usize, usize, usize),
    out: &mut Vec<f32>,
    levels: &mut Vec<Plane>,
    spare: &mut Vec<f32>,
) {
    levels.resize_with(OCTAVES, Plane::default);
    for k in 0..OCTAVES {
        let (before, from) = levels.split_at_mut(k);
        let to = &mut from[0];
        match before.last() {
            None => halve(plane, (stride, width, height), to),
            Some(last) => halve(&last.values, (last.width, last.width, last.height), to),
        }
        blur(to, spare);
    }
    for k in (0..OCTAVES - 1).rev() {
        let (low, high) = levels.split_at_mut(k + 1);
        let to = &mut low[k];
        add_doubled(
            &mut to.values,
            (to.width, to.width, to.height),
            &high[0],
            0.62,
            0.38,
            spare,
        );
    }
    out.clear();
    out.resize(stride * height, 0.0);
    add_doubled(out, (stride, width, height), &levels[0], 1.0, 0.0, spare);
}

#[inline(always)]
fn halve(s: &[f32], (stride, width, height): (usize, usize, usize), to: &mut Plane) {
    (to.width, to.height) = ((width / 2).max(1), (height / 2).max(1));
    to.values.resize(to.width * to.height, 0.0);
    for (y, row) in to.values.chunks_exact_mut(to.width).enumerate() {
        let upper = &s[(2 * y).min(height - 1) * stride..][..stride];
        let lower = &s[(2 * y + 1).min(height - 1) * stride..][..stride];
        let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
        for (o, (a, b)) in row.iter_mut().zip(pairs) {
            *o = (a[0].min(BRIGHTEST) + a[1].min(BRIGHTEST) + b[0].min(BRIGHTEST) + b[1].min(BRIGHTEST)) * 0.25;
        }
    }
}

/// A binomial of five in both directions.
#[inline(always)]
fn blur(plane: &mut Plane, spare: &mut Vec<f32>) {
    let (w, h) = (plane.width, plane.height);
    spare.clear();
    spare.resize(w + 4, 0.0);
    for row in plane.values.chunks_exact_mut(w) {
        spare[2..w + 2].copy_from_slice(row);
        spare[..2].fill(row[0]);
        spare[w + 2..].fill(row[w - 1]);
        for (o, t) in row.iter_mut().zip(spare.windows(5)) {
            *o = (t[0] + t[4] + 4.0 * (t[1] + t[3]) + 6.0 * t[2]) * (1.0 / 16.0);
        }
    }
    spare.clear();
    spare.extend_from_slice(&plane.values);
    for (y, row) in plane.values.chunks_exact_mut(w).enumerate() {
        let at = |k: usize| &spare[(y + k).saturating_sub(2).min(h - 1) * w..][..w];
        let (a, b, c, d, e) = (at(0), at(1), at(2), at(3), at(4));
        for (x, o) in row.iter_mut().enumerate() {
            *o = (a[x] + e[x] + 4.0 * (b[x] + d[x]) + 6.0 * c[x]) * (1.0 / 16.0);
        }
    }
}

/// `to` = `own` times itself + `gain` times a plane of half its size, linearly between its pixels.
#[inline(always)]
fn add_doubled(
    to: &mut [f32],
    (stride, width, height): (usize, usize, usize),
    from: &Plane,
    gain: f32,
    own: f32,
    spare: &mut Vec<f32>,
) {
    let (w, h) = (from.width, from.height);
    spare.clear();
    spare.resize(w + 2, 0.0);
    for y in 0..height {
        let fy = ((y as f32 + 0.5) * 0.5 - 0.5).max(0.0);
        let (y0, t) = ((fy as usize).min(h - 1), fy.fract());
        let (a, b) = (
            &from.values[y0 * w..][..w],
            &from.values[(y0 + 1).min(h - 1) * w..][..w],
        );
        for ((o, a), b) in spare[1..=w].iter_mut().zip(a).zip(b) {
            *o = a + (b - a) * t;
        }
        spare[0] = spare[1];
        spare[w + 1] = spare[w];
        let row = &mut to[y * stride..][..width];
        for (pair, near) in row.chunks_mut(2).zip(spare.windows(3)) {
            let sides = [near[0], near[2]];
            for (o, side) in pair.iter_mut().zip(sides) {
                *o = *o * own + gain * (near[1] * 0.75 + side * 0.25);
            }
        }
    }
}
