//! Halftone, as in comics: flat bright colours in dots on white for the lights, black dots that grow together for the
//! shadows, and ink outlines.
//!
//! Dots are squares of a screen of 45 degrees that stays with the picture's frame; each takes the colour at its place.

use super::{Plate, Press, Sheet, inlined2, load, tone};
use crate::lanes::{F, Lanes, V, v};

/// Dots from middle to middle, in pixels of 720 rows.
const CELL: f32 = 7.0;
const PAPER: [f32; 3] = [0.985, 0.965, 0.92];
const BLACK: [f32; 3] = [0.055, 0.045, 0.075];

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let size = plate.width * plate.height;
    let mut planes = [0; 3].map(|_| press.take(size));
    let [mut toned, mut edges] = [0; 2].map(|_| press.take(size));
    let mut spare = press.take(size);
    tone::split(plate, &mut planes);
    for plane in &mut planes {
        tone::soften(plane, &mut spare, plate.width);
    }
    {
        // Bright and full: as light as the colour can be, its chroma stretched.
        let [r, g, b] = &mut planes;
        for ((r, g), b) in r.iter_mut().zip(g.iter_mut()).zip(b.iter_mut()) {
            let most = r.max(*g).max(*b) + 0.03;
            let least = r.min(*g).min(*b);
            let grey = least / most * 0.55;
            let scale = 1.0 / (1.0 - grey).max(0.4);
            for c in [r, g, b] {
                *c = (((*c + 0.03) / most - grey) * scale).clamp(0.0, 1.0);
            }
        }
    }
    tone::luma(plate, &mut toned);
    let spread = tone::spread(&toned, 0.85, 0.56);
    tone::apply::<L>(spread, &mut toned);
    tone::sharpen(&mut toned, &mut spare, plate.width, 1.2);
    tone::outline(press, plate, &mut edges);
    let mut rows = [0; 5].map(|_| press.take(sheet.stride()));
    let cell = sheet.feature(CELL, 4.0);
    let step = 0.707_106_77 / cell;
    for y in 0..sheet.height {
        let [r, g, b] = &planes;
        for (row, plane) in rows.iter_mut().zip([r, g, b, &toned, &edges]) {
            press.lift.row(plane, y, row);
        }
        let [r, g, b, tones, lines] = &rows;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| {
                let x = F::<L>::iota() + left as f32;
                let down = y as f32;
                let (p, q) = (tone::wave((x + down) * step), tone::wave((x - down) * step));
                let (spot, between) = ((p + q) * 0.25 + 0.5, (p + q) * -0.25 + 0.5);
                let dark = F::from(1.0) - load::<L>(tones, left);
                let soft = cell * 0.6;
                // The lights: dots of colour on paper until all is colour; the shadows: black between them.
                let tint = dark * 1.9 + 0.12;
                let colour = ((tint - spot) * soft + 0.5).saturate();
                let shadow = (dark - 0.5) * 2.15;
                let black = ((shadow - between) * soft + 0.5).saturate();
                let line = tone::ramp(0.35, 0.62, load::<L>(lines, left));
                let ink = black.max(line);
                let laid = inlined2(
                    #[inline(always)]
                    |k: usize, c: F<L>| {
                        // Between the dots a first tint of the colour.
                        let light = F::from(PAPER[k]).mix(c, 0.16);
                        light.mix(c, colour).mix(BLACK[k], ink)
                    },
                );
                let printed: V<L> = v(laid(0, load(r, left)), laid(1, load(g, left)), laid(2, load(b, left)));
                printed
            },
        );
    }
    press.put(planes);
    press.put([toned, edges, spare]);
    press.put(rows);
}
