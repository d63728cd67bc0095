//! Neon lines: glass tubes along the edges of depth and light, glowing on a night-dark ghost of the picture.
//!
//! A tube has the hue of what it outlines, pulled to the two inks by distance; its core is nearly white, and its light
//! falls over two widths.

use super::{Plate, Press, Sheet, inlined2, load, tone};
use crate::{
    lanes::{F, Lanes, V, v},
    scalar,
};

/// How often the far light is softened: it reaches about four times as many pixels.
const WIDE: usize = 5;

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let (width, size) = (plate.width, plate.width * plate.height);
    let [mut toned, mut edges, mut light, mut around, mut spare] = [0; 5].map(|_| press.take(size));
    tone::luma(plate, &mut toned);
    let spread = tone::spread(&toned, 0.8, 0.42);
    tone::apply::<L>(spread, &mut toned);
    tone::outline(press, plate, &mut edges);
    light.copy_from_slice(&toned);
    tone::soften(&mut light, &mut spare, width);
    tone::slope(&light, &mut spare, width);
    std::mem::swap(&mut light, &mut spare);
    // Against what is around: a thicket of edges is dim, a lone one bright.
    tone::around(press, plate, &light, 1, &mut around);
    for ((edge, light), around) in edges.iter_mut().zip(&light).zip(&around) {
        let lit = light / (0.016 + 1.35 * around);
        let lit = scalar::smoothstep(0.6, 1.5, lit) * scalar::smoothstep(0.012, 0.05, *light) * 0.9;
        *edge = if *edge > lit { *edge } else { lit };
    }
    let [columns, quarter_rows] = tone::quarter(plate);
    let [mut shine, mut small] = [0; 2].map(|_| press.take(columns * quarter_rows));
    tone::reduce(plate, &edges, &mut shine);
    let mut glows = [0; 3].map(|_| press.take(columns * quarter_rows));
    colours(plate, &shine, &mut glows);
    for glow in &mut glows {
        // Its light close by, and its light on all around.
        tone::soften(glow, &mut small, columns);
        shine.copy_from_slice(glow);
        for _ in 0..WIDE {
            tone::soften(&mut shine, &mut small, columns);
        }
        for (glow, wide) in glow.iter_mut().zip(&shine) {
            *glow = *glow * 1.5 + wide * 1.2;
        }
    }
    let mut rows = [0; 5].map(|_| press.take(sheet.stride()));
    let night: [f32; 3] = std::array::from_fn(|k| 0.012 + 0.05 * plate.inks.dark[k]);
    for y in 0..sheet.height {
        let [r, g, b, lines, tones] = &mut rows;
        for (row, plane) in [r, g, b].into_iter().zip(&glows) {
            press.far.row(plane, y, row);
        }
        press.lift.row(&edges, y, lines);
        press.lift.row(&toned, y, tones);
        let [glow_r, glow_g, glow_b, lines, tones] = &rows;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| {
                let line = load::<L>(lines, left);
                let core = tone::ramp(0.42, 0.8, line);
                let body = tone::ramp(0.15, 0.6, line);
                let ghost = load::<L>(tones, left);
                let ghost = ghost * ghost * 0.10;
                let glows = [load::<L>(glow_r, left), load(glow_g, left), load(glow_b, left)];
                let most = glows[0].max(glows[1]).max(glows[2]).max(0.02).recip();
                let lit = inlined2(
                    #[inline(always)]
                    |k: usize, glow: F<L>| {
                        let hue = glow * most;
                        let white = hue + (F::from(1.0) - hue) * 0.72;
                        let base = ghost * (plate.inks.dark[k] + 0.25) + night[k];
                        let shining = base + glow;
                        // What is bright runs into white, and none is cut off.
                        let shining = shining / (shining * 0.35 + 1.0);
                        shining.mix(hue, body * 0.75).mix(white, core)
                    },
                );
                let printed: V<L> = v(lit(0, glows[0]), lit(1, glows[1]), lit(2, glows[2]));
                printed
            },
        );
    }
    press.put([toned, edges, light, around, spare, shine, small]);
    press.put(glows);
    press.put(rows);
}

/// Each edge's light: its own hue as a full colour, and the inks' by distance.
#[inline(always)]
fn colours(plate: &Plate<'_>, shine: &[f32], glows: &mut [Vec<f32>; 3]) {
    let [columns, _] = tone::quarter(plate);
    let (near, far) = (plate.inks.bright, full(plate.inks.dark));
    let pixels = plate.rgb.as_chunks::<3>().0;
    for (cell, shine) in shine.iter().enumerate() {
        let (x, y) = (cell % columns * 4 + 1, cell / columns * 4 + 1);
        let at = y.min(plate.height - 1) * plate.width + x.min(plate.width - 1);
        let (rgb, distance) = (pixels[at], plate.distance[at]);
        // From near to far, by the root of the distance: no logarithm.
        let nearness = 1.0 / (1.0 + (distance * 0.04).sqrt());
        let least = rgb[0].min(rgb[1]).min(rgb[2]);
        let chroma = (rgb[0].max(rgb[1]).max(rgb[2]) - least) * 2.2;
        let own = full(rgb);
        let own_share = (chroma * 0.7).min(0.6);
        let share = scalar::smoothstep(0.15, 0.75, nearness);
        for (k, glow) in glows.iter_mut().enumerate() {
            let ink = scalar::mix(far[k], near[k], share);
            glow[cell] = scalar::mix(ink, own[k], own_share) * shine;
        }
    }
}

/// The fullest colour of a hue.
#[inline(always)]
fn full(rgb: [f32; 3]) -> [f32; 3] {
    let least = rgb[0].min(rgb[1]).min(rgb[2]);
    let most = rgb[0].max(rgb[1]).max(rgb[2]);
    let scale = 1.0 / (most - least * 0.85).max(0.02);
    rgb.map(|c| ((c - least * 0.85) * scale).clamp(0.04, 1.0))
}
