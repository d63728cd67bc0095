//! Makes the shown picture out of painting, drawing and light, at the painter's size.
//!
//! The painter repaints the scene in its own colours. Part of the scene's are given back at low frequency (night stays
//! night, crimson stays crimson) while strokes and outlines stay the painter's; the drawing's local contrast gives
//! faces and edges their form back. Then exposure, saturation, bloom and vignette, all in encoded values: they
//! are choices of looks, not physics, and a quarter of the output's pixels is enough for them.

use super::super::drawing::Drawing;
use super::lanes::{Lanes, add, greater, lesser, mix, mul, scale, sub};
use super::lowpass::{BLOCK, LowMaps};
use super::warp::luma;

/// One frame's look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Share of the painting against the drawing, 0 to 1.
    pub paint: f32,
    /// Share of the scene's own chroma given back to the painting at low frequency, 0 to 1.
    pub chroma_back: f32,
    /// Share of the scene's own luma given back at low frequency where it is darker than the painting, 0 to 1.
    pub dark_back: f32,
    /// The same where it is lighter.
    pub light_back: f32,
    /// How much of the drawing's local contrast is added to the painting.
    pub detail: f32,
    /// Share of the painting that gives way where the drawing is smooth: brush marks on an empty sky are noise.
    pub calm: f32,
    /// Share of the painting that gives way on the hero; half of that on lamps.
    pub readable: f32,
    /// Factor on encoded values.
    pub exposure: f32,
    /// Saturation factor.
    pub saturation: f32,
    /// Contrast factor around the middle.
    pub contrast: f32,
    /// Factor on the bloom.
    pub bloom: f32,
    /// How dark the corners get, 0 to 1.
    pub vignette: f32,
}

/// Below this encoded level nothing is changed by the highlights' shoulder.
const SHOULDER: f32 = 0.72;
/// How far above it highlights still differ: what is brighter is shown as half of that above it.
const SHOULDER_END: f32 = 0.52;
/// Share of the scene's chroma that black strokes take; lighter ones take it in proportion to their luma against the
/// scene's, so that outlines stay dark.
const INK_CHROMA: f32 = 0.3;
/// Least share of the scene's light that comes back where the painting is dark, when the look gives any.
const DARK_LIGHT_BACK: f32 = 0.85;
/// Deviations of the drawing's luma below which it is smooth and above which it is not.
const SMOOTH: [f32; 2] = [0.006, 0.035];

/// The grader's memory.
#[derive(Debug)]
pub struct Grade {
    width: usize,
    height: usize,
    colour: Vec<Lanes>, // (rows, columns): chroma to add; gain
    share: Vec<Lanes>,  // share of the painting; local contrast
    /// Of each cell of a line: colour, light and share, then how much each grows to the next cell.
    line: Vec<[Lanes; 6]>,
    taps: Vec<(usize, f32)>,
    across: Vec<f32>,
}

impl Grade {
    /// For pictures of the given size, with their maps.
    #[must_use]
    pub fn new(width: usize, height: usize, low: &LowMaps) -> Self {
        let square = |at: usize, of: usize| {
            let d = (at as f32 + 0.5) / of as f32 * 2.0 - 1.0;
            0.5 * d * d
        };
        Self {
            width,
            height,
            colour: vec![[0.0; 4]; low.columns * low.rows],
            share: vec![[0.0; 4]; low.columns * low.rows],
            line: vec![[[0.0; 4]; 6]; low.columns],
            taps: (0..width).map(|x| cell_tap(x, low.columns)).collect(),
            across: (0..width).map(|x| square(x, width)).collect(),
        }
    }

    /// Writes the picture, (height, width), encoded, 0 to 1 in lanes 0 to 2.
    pub fn show(&mut self, look: &Look, drawing: &Drawing, painted: &[Lanes], low: &LowMaps, out: &mut [Lanes]) {
        self.match_colours(look, low);
        let matrix = colour_matrix(look);
        let columns = low.columns;
        for y in 0..self.height {
            let (upper, fraction) = cell_tap(y, low.rows);
            let lower = (upper + 1).min(low.rows - 1);
            for (cell, line) in self.line.iter_mut().enumerate() {
                let (a, b) = (upper * columns + cell, lower * columns + cell);
                line[0] = mix(self.colour[a], self.colour[b], fraction);
                line[1] = scale(mix(low.light[a], low.light[b], fraction), look.bloom);
                line[1][3] = luma(&low.drawn[a]) * (1.0 - fraction) + luma(&low.drawn[b]) * fraction;
                line[2] = mix(self.share[a], self.share[b], fraction);
            }
            for cell in 0..columns {
                let next = self.line[(cell + 1).min(columns - 1)];
                let line = &mut self.line[cell];
                (0..3).for_each(|i| line[3 + i] = sub(next[i], line[i]));
            }
            let row = y * self.width;
            let down = (y as f32 + 0.5) / self.height as f32 * 2.0 - 1.0;
            let down = 0.5 * down * down;
            let drawn = drawing.rgb[row * 3..(row + self.width) * 3].chunks_exact(3);
            let painted = &painted[row..row + self.width];
            let out = &mut out[row..row + self.width];
            for ((((out, pixel), drawn), &(cell, fraction)), &across) in
                out.iter_mut().zip(painted).zip(drawn).zip(&self.taps).zip(&self.across)
            {
                let line = &self.line[cell];
                let [colour, light, share] = [0, 1, 2].map(|i| add(line[i], scale(line[3 + i], fraction)));
                let gain = colour[3];
                let ink = (INK_CHROMA + (1.0 - INK_CHROMA) * gain * luma(pixel) / (light[3] + 0.04)).min(1.25);
                let detail = share[1] * (pixel[3] - light[3]);
                let matched = add(add(scale(*pixel, gain), scale(colour, ink)), [detail; 4]);
                let drawn = [drawn[0], drawn[1], drawn[2], 0.0];
                let [r, g, b, _] = mix(drawn, matched, share[0]);
                let graded = add(
                    add(scale(matrix[0], r), scale(matrix[1], g)),
                    add(scale(matrix[2], b), matrix[3]),
                );
                let radius = across + down;
                let shade = 1.0 - look.vignette * radius * radius;
                let room = greater(sub([1.0; 4], graded), [0.0; 4]);
                let lit = scale(add(graded, mul(light, room)), shade);
                // A parabola that is flat at its end, 0.98: the brightest that is shown.
                let over = lesser(greater(sub(lit, [SHOULDER; 4]), [0.0; 4]), [SHOULDER_END; 4]);
                let eased = mul(over, sub([1.0; 4], scale(over, 0.5 / SHOULDER_END)));
                *out = greater(add(lesser(lit, [SHOULDER; 4]), eased), [0.0; 4]);
            }
        }
    }

    fn match_colours(&mut self, look: &Look, low: &LowMaps) {
        let cells = self.colour.iter_mut().zip(&mut self.share);
        for ((colour, share), ((drawn, painted), light)) in
            cells.zip(low.drawn.iter().zip(&low.painted).zip(&low.light))
        {
            let (dy, py) = (luma(drawn), luma(painted));
            let dark = 1.0 - smoothstep(0.08, 0.4, py);
            // Darkness is given back more than light: night must stay night, but a painter may well be bold. In the
            // dark it must not swallow what is lit.
            let back = if dy < py {
                look.dark_back
            } else {
                look.light_back.max(DARK_LIGHT_BACK * dark)
            };
            let smooth = 1.0 - smoothstep(SMOOTH[0], SMOOTH[1], drawn[3]);
            let held = painted[3].max(0.5 * luma(light).min(1.0));
            share[0] = look.paint * (1.0 - look.calm * smooth * (1.0 - held)) * (1.0 - look.readable * held);
            share[1] = look.detail * (1.0 + dark);
            let gain = ((py + back * (dy - py) + 0.02) / (py + 0.02)).clamp(0.3, 2.2);
            for c in 0..3 {
                colour[c] = look.chroma_back * ((drawn[c] - dy) - gain * (painted[c] - py));
            }
            colour[3] = gain;
        }
    }
}

fn smoothstep(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The cell before a pixel and the share of the next one.
fn cell_tap(at: usize, cells: usize) -> (usize, f32) {
    let place = ((at as f32 + 0.5) / BLOCK as f32 - 0.5).clamp(0.0, (cells - 1) as f32);
    (place as usize, place - place.floor())
}

/// Saturation around the grey axis, contrast around the middle, exposure: what each colour adds, and the constant.
fn colour_matrix(look: &Look) -> [Lanes; 4] {
    const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];
    let gain = look.contrast * look.exposure;
    let base = 0.5 * (1.0 - look.contrast);
    let mut matrix = [[0.0; 4], [0.0; 4], [0.0; 4], [base; 4]];
    for (from, column) in matrix[..3].iter_mut().enumerate() {
        for (to, weight) in column.iter_mut().enumerate() {
            let own = if from == to { look.saturation } else { 0.0 };
            *weight = gain * (LUMA[from] * (1.0 - look.saturation) + own);
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look {
        paint: 0.0,
        chroma_back: 0.0,
        dark_back: 0.0,
        light_back: 0.0,
        detail: 0.0,
        calm: 0.0,
        readable: 0.0,
        exposure: 1.0,
        saturation: 1.0,
        contrast: 1.0,
        bloom: 0.0,
        vignette: 0.0,
    };

    fn apply(look: &Look, rgb: [f32; 3]) -> [f32; 3] {
        let m = colour_matrix(look);
        [0, 1, 2].map(|r| m[0][r] * rgb[0] + m[1][r] * rgb[1] + m[2][r] * rgb[2] + m[3][r])
    }

    #[test]
    fn the_plain_look_changes_nothing_and_no_saturation_is_grey() {
        let rgb = [0.3, 0.5, 0.2];
        for (was, is) in rgb.into_iter().zip(apply(&PLAIN, rgb)) {
            assert!((was - is).abs() < 1e-6);
        }
        let grey = apply(
            &Look {
                saturation: 0.0,
                ..PLAIN
            },
            [0.8, 0.2, 0.1],
        );
        assert!((grey[0] - grey[2]).abs() < 1e-6 && (grey[0] - luma(&[0.8, 0.2, 0.1])).abs() < 1e-5);
    }

    #[test]
    fn the_scene_s_colours_come_back_and_night_stays_night() {
        let (width, height) = (32, 32);
        let drawing = Drawing {
            width,
            height,
            rgb: [0.05, 0.05, 0.3].repeat(width * height),
            layer: vec![0; width * height],
            to_before: vec![],
            glow: vec![0.0; width * height],
            hold: vec![0; width * height],
        };
        let painted = vec![[0.7, 0.6, 0.3, luma(&[0.05, 0.05, 0.3])]; width * height];
        let mut low = LowMaps::new(width, height);
        low.measure(&drawing, &painted, 0.0, 0.0);
        let mut shown = vec![[0.0; 4]; width * height];
        let look = Look {
            paint: 1.0,
            chroma_back: 0.6,
            dark_back: 0.75,
            light_back: 0.4,
            ..PLAIN
        };
        Grade::new(width, height, &low).show(&look, &drawing, &painted, &low, &mut shown);
        let middle = shown[16 * width + 16];
        assert!(middle[2] > middle[0] && luma(&middle) < 0.3, "{middle:?}");
    }
}
