//! Risograph: two inks on warm paper, each a screen of dots at its own angle, a little out of register.
//!
//! The picture is separated by density: what amounts of the two inks, laid over each other on the paper, come nearest
//! to each colour (least squares in the logarithm of light, none below nought).

use super::{Plate, Press, Sheet, inlined, inlined2, load, tone};
use crate::{
    lanes::{F, Lanes, N, V, v},
    scalar,
};

/// Dots of the dark ink from middle to middle, in pixels of 720 rows.
const DARK_CELL: f32 = 5.0;
/// Those of the bright ink.
const BRIGHT_CELL: f32 = 6.0;
/// Turns of the screens: 45 and 75 degrees.
const DARK_TURN: [f32; 2] = [0.707_106_77, 0.707_106_77];
const BRIGHT_TURN: [f32; 2] = [0.258_819_04, 0.965_925_8];
/// How far the bright ink is off, in pixels of 720 rows.
const OFF_REGISTER: f32 = 1.6;

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let size = plate.width * plate.height;
    let mut planes = [0; 3].map(|_| press.take(size));
    let [mut own, mut toned, mut dark, mut bright, mut spare] = [0; 5].map(|_| press.take(size));
    tone::split(plate, &mut planes);
    tone::luma(plate, &mut own);
    toned.copy_from_slice(&own);
    let spread = tone::spread(&toned, 0.65, 0.44);
    tone::apply::<L>(spread, &mut toned);
    tone::sharpen(&mut toned, &mut spare, plate.width, 0.8);
    let inks = plate.inks;
    let density = |ink: [f32; 3]| -> [f32; 3] {
        std::array::from_fn(|k| scalar::ln((inks.paper[k] + 0.02) / (ink[k] * inks.paper[k] + 0.02)))
    };
    let (a, b) = (density(inks.dark), density(inks.bright));
    let dot = |p: [f32; 3], q: [f32; 3]| p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
    let (aa, ab, bb) = (dot(a, a), dot(a, b), dot(b, b));
    let whole = 1.0 / (aa * bb - ab * ab).max(1e-3);
    let [r, g, bl] = &planes;
    tone::each::<L, 5, 2>(
        [r, g, bl, &own, &toned],
        [&mut dark, &mut bright],
        #[inline(always)]
        |[r, g, bl, own, toned]| {
            let gain = toned / own.max(0.02);
            let of = inlined2(
                #[inline(always)]
                |c: F<L>, paper: f32| {
                    let c = (c * gain).clamp(0.0, 1.0);
                    ((c + 0.02) * (1.0 / (paper + 0.02))).log2() * -std::f32::consts::LN_2
                },
            );
            let d = [of(r, inks.paper[0]), of(g, inks.paper[1]), of(bl, inks.paper[2])];
            let along = inlined(
                #[inline(always)]
                |ink: [f32; 3]| d[0] * ink[0] + d[1] * ink[1] + d[2] * ink[2],
            );
            let (ad, bd) = (along(a), along(b));
            let both = [(ad * bb - bd * ab) * whole, (bd * aa - ad * ab) * whole];
            let only_dark = (ad * (1.0 / aa)).max(0.0);
            let only_bright = (bd * (1.0 / bb)).max(0.0);
            let no_dark = both[0].lt(0.0);
            let no_bright = both[1].lt(0.0);
            let zero = F::from(0.0);
            let dark = crate::lanes::select(no_dark, zero, crate::lanes::select(no_bright, only_dark, both[0]));
            let bright = crate::lanes::select(no_bright, zero, crate::lanes::select(no_dark, only_bright, both[1]));
            // The bright ink is laid under all middle tones, also where the dark one alone would do.
            let deep = F::from(1.0) - toned;
            let fill = (toned * deep) * 1.5 * (F::from(1.0) - bright.saturate()) * 0.55;
            let shadow = tone::ramp(0.34, 0.92, deep);
            [dark.saturate().mix(shadow, 0.55), (bright + fill).saturate()]
        },
    );
    let stride = sheet.stride() + N;
    let mut rows = [0; 2].map(|_| press.take(stride));
    let shift = sheet.feature(OFF_REGISTER, 0.8) + 0.5;
    let shift = shift as usize;
    let [dark_cell, bright_cell] = [DARK_CELL, BRIGHT_CELL].map(|cell| sheet.feature(cell, 3.6));
    for y in 0..sheet.height {
        press.lift.row(&dark, y, &mut rows[0]);
        press
            .lift
            .row(&bright, (y + shift / 2 + 1).min(sheet.height - 1), &mut rows[1]);
        let texture = &press.texture;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| {
                let x = F::<L>::iota() + left as f32;
                let (grain, fibre) = (
                    load::<L>(texture.grain(left, y), 0),
                    load::<L>(texture.fibre(left, y), 0),
                );
                let dark = screened(load(&rows[0], left), x, y, dark_cell, DARK_TURN, grain);
                let bright = screened(load(&rows[1], left + shift), x, y, bright_cell, BRIGHT_TURN, grain);
                let laid = inlined(
                    #[inline(always)]
                    |k: usize| {
                        let paper = inks.paper[k] * (1.0 + fibre * 0.012);
                        paper * F::from(1.0).mix(inks.dark[k], dark) * F::from(1.0).mix(inks.bright[k], bright)
                    },
                );
                let printed: V<L> = v(laid(0), laid(1), laid(2));
                printed
            },
        );
    }
    press.put(planes);
    press.put([own, toned, dark, bright, spare]);
    press.put(rows);
}

/// What of a coverage is ink at each pixel.
#[inline(always)]
fn screened<L: Lanes>(cover: F<L>, x: F<L>, y: usize, cell: f32, turn: [f32; 2], grain: F<L>) -> F<L> {
    let (across, down) = (turn[0] / cell, turn[1] / cell);
    let y = y as f32;
    let spot = 0.5 + (tone::wave(x * across + y * down) + tone::wave(x * down - y * across)) * 0.25;
    // Where nearly all is ink, or none, grain rather than dots.
    let ink = ((cover * 1.04 - 0.02 - spot) * (cell * 0.62) + 0.5).saturate();
    ink * (0.93 + grain * 0.055).min(1.0)
}
