//! One bit: two colours, ordered dither on large pixels, outlines of light in the dark and of dark in the light.
//!
//! **Source**: Bayer, "An optimum method for two-level rendition of continuous-tone pictures", 1973.

use super::{Plate, Press, Sheet, tone};
use crate::lanes::Lanes;

/// Side of its pixels, in pixels of 720 rows.
const PIXEL: f32 = 2.0;
/// The 8 by 8 matrix, by rows.
const BAYER: [[u8; 8]; 8] = [
    [0, 32, 8, 40, 2, 34, 10, 42],
    [48, 16, 56, 24, 50, 18, 58, 26],
    [12, 44, 4, 36, 14, 46, 6, 38],
    [60, 28, 52, 20, 62, 30, 54, 22],
    [3, 35, 11, 43, 1, 33, 9, 41],
    [51, 19, 59, 27, 49, 17, 57, 25],
    [15, 47, 7, 39, 13, 45, 5, 37],
    [63, 31, 55, 23, 61, 29, 53, 21],
];

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let size = plate.width * plate.height;
    let [mut toned, mut edges, mut around] = [0; 3].map(|_| press.take(size));
    tone::luma(plate, &mut toned);
    let spread = tone::spread(&toned, 0.9, 0.46);
    tone::apply::<L>(spread, &mut toned);
    tone::outline(press, plate, &mut edges);
    // Local contrast: what is a little lighter than its surroundings must show in two colours.
    tone::around(press, plate, &toned, 2, &mut around);
    for (tone, around) in toned.iter_mut().zip(around.iter()) {
        *tone += (*tone - around) * 0.55;
    }
    for ((tone, edge), around) in toned.iter_mut().zip(&edges).zip(&around) {
        let line = if *around < 0.42 { 1.0 } else { -0.4 };
        *tone += (line - *tone) * edge * 0.75;
        // A few tones less than there are dots for: black stays black, white stays white.
        *tone = (*tone - 0.5) * 1.12 + 0.5;
    }
    let pixel = (sheet.feature(PIXEL, 1.0) + 0.5) as usize;
    let stride = sheet.stride();
    let mut row = press.take(stride);
    let colour = |rgb: [f32; 3]| rgb.map(|c| (c * 255.0 + 0.5) as u8);
    let (dark, light) = (colour(plate.inks.dark), colour(plate.inks.paper));
    let line = sheet.width * 3;
    for top in (0..sheet.height).step_by(pixel) {
        let middle = (top + pixel / 2).min(sheet.height - 1);
        press.lift.row(&toned, middle, &mut row);
        let thresholds = &BAYER[top / pixel % 8];
        let out = &mut sheet.rgb[top * line..(top + 1) * line];
        for (column, cell) in out.chunks_mut(pixel * 3).enumerate() {
            let at = (column * pixel + pixel / 2).min(stride - 1);
            let threshold = (f32::from(thresholds[column % 8]) + 0.5) * (1.0 / 64.0);
            let shown = if row[at] > threshold { light } else { dark };
            cell.as_chunks_mut::<3>().0.iter_mut().for_each(|pixel| *pixel = shown);
        }
        for below in top + 1..(top + pixel).min(sheet.height) {
            sheet.rgb.copy_within(top * line..(top + 1) * line, below * line);
        }
    }
    press.put([toned, edges, around, row]);
}
