//! Makes the shown picture out of painting, drawing and light, at the painter's size.
//!
//! The painter repaints the scene in its own colours. Part of the scene's are given back at low frequency (night stays
//! night, crimson stays crimson) while strokes and outlines stay the painter's; the drawing's local contrast gives
//! faces and edges their form back. Then exposure, saturation, bloom and vignette, all in encoded values: they
//! are choices of looks, not physics, and a quarter of the output's pixels is enough for them.

use super::super::drawing::Drawing;
use super::lowpass::{BLOCK, LowMaps};
use phosphene_core::raster::{
    colour::luma,
    lanes::{Lanes, scale},
};

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
    /// How much highlights are eased into white, 0 to 1: film's curve has done it already.
    pub shoulder: f32,
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

/// Pixels that are graded together, each channel in an array of its own: the compiler fills its registers with them.
const RUN: usize = 32;

type Run = [f32; RUN];

/// What the maps say of a row's pixels, between the centres of their cells: chroma to add and gain; light and the
/// drawing's luma; share of the painting and local contrast.
const CHANNELS: usize = 10;

/// Pixels before a row's first that its first cell covers too: a cell's centre lies this far from the next block.
const BEFORE: usize = BLOCK / 2;

/// A row of cells at the width of pixels: from [`BEFORE`] the first on, and some after the last; by channel.
#[derive(Debug)]
struct Spread {
    row: usize,
    channels: [Vec<f32>; CHANNELS],
}

/// The grader's memory.
#[derive(Debug)]
pub struct Grade {
    width: usize,
    height: usize,
    colour: Vec<Lanes>, // (rows, columns): chroma to add; gain
    share: Vec<Lanes>,  // share of the painting; local contrast
    /// One row of cells, by channel.
    line: Vec<[f32; CHANNELS]>,
    /// The two rows of cells around a row of pixels (row r in r % 2), at the pixels' width.
    spread: [Spread; 2],
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
        let padded = width.next_multiple_of(RUN);
        Self {
            width,
            height,
            colour: vec![[0.0; 4]; low.columns * low.rows],
            share: vec![[0.0; 4]; low.columns * low.rows],
            line: vec![[0.0; CHANNELS]; low.columns],
            spread: std::array::from_fn(|_| Spread {
                row: usize::MAX,
                channels: std::array::from_fn(|_| vec![0.0; padded + BLOCK]),
            }),
            across: (0..padded).map(|x| square(x, width)).collect(),
        }
    }

    /// Writes the picture, (height, width), encoded, 0 to 1 in lanes 0 to 2.
    pub fn show(&mut self, look: &Look, drawing: &Drawing, painted: &[Lanes], low: &LowMaps, out: &mut [Lanes]) {
        self.match_colours(look, low);
        let shader = Shader {
            matrix: colour_matrix(look),
            vignette: look.vignette,
            shoulder: look.shoulder,
        };
        self.spread.iter_mut().for_each(|spread| spread.row = usize::MAX);
        for y in 0..self.height {
            let (upper, fraction) = cell_tap(y, low.rows);
            let lower = (upper + 1).min(low.rows - 1);
            for row in [upper, lower] {
                if self.spread[row % 2].row != row {
                    self.spread(look, low, row);
                }
            }
            let [upper, lower] = [upper, lower].map(|row| &self.spread[row % 2].channels);
            let row = y * self.width;
            let down = (y as f32 + 0.5) / self.height as f32 * 2.0 - 1.0;
            let down = 0.5 * down * down;
            let drawn = drawing.rgb[row * 3..(row + self.width) * 3].chunks(RUN * 3);
            let painted = painted[row..row + self.width].chunks(RUN);
            let out = out[row..row + self.width].chunks_mut(RUN);
            for (run, ((out, painted), drawn)) in out.zip(painted).zip(drawn).enumerate() {
                let x = run * RUN;
                let maps = std::array::from_fn(|channel| {
                    let at = |row: &[Vec<f32>; CHANNELS]| *run_at(&row[channel], x + BEFORE);
                    mixed(&at(upper), &at(lower), fraction)
                });
                let radius = run_at(&self.across, x).map(|across| across + down);
                let shown = shader.shade(&maps, &planes(painted), &planes(drawn.as_chunks::<3>().0), &radius);
                for (i, out) in out.iter_mut().enumerate() {
                    *out = [shown[0][i], shown[1][i], shown[2][i], 0.0];
                }
            }
        }
    }

    /// Interpolates a row of cells between their centres, to pixels.
    fn spread(&mut self, look: &Look, low: &LowMaps, row: usize) {
        // Where a block's pixels, from a cell's centre on, lie on the way to the next one.
        const FRACTIONS: [f32; BLOCK] = [0.125, 0.375, 0.625, 0.875];
        let columns = low.columns;
        for (cell, line) in self.line.iter_mut().enumerate() {
            let at = row * columns + cell;
            let ([r, g, b, gain], [share, contrast, ..]) = (self.colour[at], self.share[at]);
            let light = scale(low.light[at], look.bloom);
            let drawn = luma(&low.drawn[at]);
            *line = [r, g, b, gain, light[0], light[1], light[2], drawn, share, contrast];
        }
        let spread = &mut self.spread[row % 2];
        spread.row = row;
        for (channel, to) in spread.channels.iter_mut().enumerate() {
            let blocks = to.as_chunks_mut::<BLOCK>().0;
            blocks[0] = [self.line[0][channel]; BLOCK];
            for (cell, block) in blocks[1..].iter_mut().enumerate().take(columns) {
                let value = self.line[cell][channel];
                let growth = self.line[(cell + 1).min(columns - 1)][channel] - value;
                *block = FRACTIONS.map(|fraction| value + growth * fraction);
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

/// A run's worth of a row.
fn run_at(row: &[f32], at: usize) -> &Run {
    row[at..].first_chunk().expect("rows are whole runs")
}

/// Up to a run of pixels, channel by channel; what is missing is zero.
fn planes<const N: usize>(pixels: &[[f32; N]]) -> [Run; N] {
    let mut planes = [[0.0; RUN]; N];
    for (i, pixel) in pixels.iter().enumerate() {
        for (plane, value) in planes.iter_mut().zip(pixel) {
            plane[i] = *value;
        }
    }
    planes
}

/// `a + share (b - a)`.
fn mixed(a: &Run, b: &Run, share: f32) -> Run {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * share)
}

/// What is the same for a whole picture.
struct Shader {
    matrix: [Lanes; 4],
    vignette: f32,
    shoulder: f32,
}

impl Shader {
    /// Mixes painting and drawing, grades and lights them; `radius` is half the squared distance from the middle.
    fn shade(&self, maps: &[Run; CHANNELS], painted: &[Run; 4], drawn: &[Run; 3], radius: &Run) -> [Run; 3] {
        let [red, green, blue, gain, light_r, light_g, light_b, low, share, contrast] = maps;
        let (matrix, vignette, shoulder) = (&self.matrix, self.vignette, self.shoulder);
        let mut shown = [[0.0; RUN]; 3];
        for i in 0..RUN {
            let pixel = [painted[0][i], painted[1][i], painted[2][i]];
            let ink = INK_CHROMA + (1.0 - INK_CHROMA) * gain[i] * luma(&pixel) / (low[i] + 0.04);
            let ink = if ink < 1.25 { ink } else { 1.25 };
            let detail = contrast[i] * (painted[3][i] - low[i]);
            let colour = [red[i], green[i], blue[i]];
            let mut rgb = [0.0; 3];
            for c in 0..3 {
                let matched = pixel[c] * gain[i] + colour[c] * ink + detail;
                rgb[c] = drawn[c][i] + (matched - drawn[c][i]) * share[i];
            }
            let shade = 1.0 - vignette * radius[i] * radius[i];
            let light = [light_r[i], light_g[i], light_b[i]];
            for c in 0..3 {
                let graded = matrix[0][c] * rgb[0] + matrix[1][c] * rgb[1] + (matrix[2][c] * rgb[2] + matrix[3][c]);
                let room = if 1.0 - graded > 0.0 { 1.0 - graded } else { 0.0 };
                let lit = (graded + light[c] * room) * shade;
                // A parabola that is flat at its end, 0.98: the brightest that is shown.
                let over = if lit - SHOULDER > 0.0 { lit - SHOULDER } else { 0.0 };
                let over = if over < SHOULDER_END { over } else { SHOULDER_END };
                let eased = over * (1.0 - over * (0.5 / SHOULDER_END));
                let value = lit + (if lit < SHOULDER { lit } else { SHOULDER } + eased - lit) * shoulder;
                let value = if value < 1.0 { value } else { 1.0 };
                shown[c][i] = if value > 0.0 { value } else { 0.0 };
            }
        }
        shown
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
        shoulder: 1.0,
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
