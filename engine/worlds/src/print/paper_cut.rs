//! Paper cut: sheets of paper by depth and, within each, by tone; nearer and darker ones lie on top, and each throws a
//! soft shadow on those below.
//!
//! Where a sheet ends in depth is so many metres off, so it stays with the world. A sheet has one colour: that of what
//! it shows, a little fuller.

use super::{Plate, Press, Sheet, load, tone};
use crate::{
    lanes::{F, Lanes, V, v},
    scalar,
};

/// Metres at which a sheet ends, from far to near.
const ENDS: [f32; 6] = [3000.0, 420.0, 90.0, 26.0, 10.0, 4.5];
/// Tones at which a sheet ends, from light to dark.
const TONES: [f32; 3] = [0.66, 0.38, 0.15];
const STEPS: usize = TONES.len() + 1;
const SHEETS: usize = (ENDS.len() + 1) * STEPS;
/// How far a shadow falls, to the right and down, in pixels of 720 rows.
const FALL: [f32; 2] = [6.0, 10.0];
/// A sheet of less than this share of the picture takes its colour from its neighbours in depth too.
const SMALL: f32 = 0.004;

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let (width, size) = (plate.width, plate.width * plate.height);
    let [mut toned, mut depth, mut above, mut spare] = [0; 4].map(|_| press.take(size));
    tone::luma(plate, &mut toned);
    let spread = tone::spread(&toned, 0.8, 0.5);
    tone::apply::<L>(spread, &mut toned);
    // Scissors cut no pixels.
    tone::around(press, plate, &toned, 0, &mut spare);
    for (tone, around) in toned.iter_mut().zip(&spare) {
        *tone += (around - *tone) * 0.8;
    }
    tone::soften(&mut toned, &mut spare, width);
    for (((depth, above), tone), distance) in depth.iter_mut().zip(&mut above).zip(&toned).zip(plate.distance) {
        *depth = ENDS.iter().map(|end| if distance < end { 1.0 } else { 0.0 }).sum();
        let dark: f32 = TONES.iter().map(|end| if tone < end { 1.0 } else { 0.0 }).sum();
        *above = *depth * STEPS as f32 + dark;
    }
    let colours = colours(plate, &above);
    for _ in 0..2 {
        tone::soften(&mut above, &mut spare, width);
    }
    let fall = FALL.map(|fall| sheet.feature(fall, 2.0) as usize);
    let [mut shadow, mut lit, mut tones] = [0; 3].map(|_| press.take(sheet.stride()));
    for y in 0..sheet.height {
        press.lift.row(&above, y.saturating_sub(fall[1]), &mut shadow);
        press.lift.row(&above, (y + 2).min(sheet.height - 1), &mut lit);
        press.lift.row(&toned, y, &mut tones);
        let Press { lift, texture, .. } = &mut *press;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| {
                let [columns, rows] = lift.sources(left, y);
                let (mut least, mut most) = (f32::MAX, 0.0_f32);
                for row in rows {
                    for value in &depth[row * width..][columns.clone()] {
                        least = if *value < least { *value } else { least };
                        most = if *value > most { *value } else { most };
                    }
                }
                let tone = load::<L>(&tones, left);
                let [first, second, third] = TONES;
                let darker = [
                    tone::ramp(first + 0.012, first - 0.012, tone),
                    tone::ramp(second + 0.012, second - 0.012, tone),
                    tone::ramp(third + 0.012, third - 0.012, tone),
                ];
                let (mut paper, mut own) = pile(&colours, least as usize, &darker);
                for index in least as usize + 1..=most as usize {
                    let from = index as f32;
                    let cover = lift.block(left, y, |at| if depth[at] >= from { 1.0 } else { 0.0 });
                    let cover = tone::ramp(0.36, 0.64, F::load(&cover));
                    let (over, height) = pile(&colours, index, &darker);
                    paper = paper.mix(over, cover);
                    own = own.mix(height, cover);
                }
                // What lies higher where the light comes from throws its shadow here; an edge towards it is lit.
                let from = left.saturating_sub(fall[0]);
                let shade = ((load::<L>(&shadow, from) - own - 0.12) * 0.5).saturate();
                let rim = ((own - load::<L>(&lit, left) - 0.25) * 0.35).clamp(0.0, 0.4);
                let fibre = load::<L>(texture.fibre(left, y), 0);
                let grain = load::<L>(texture.grain(left, y), 0);
                let light = (F::from(1.0) - shade * 0.58) * (fibre * 0.022 + grain * 0.012 + 1.0) + rim * 0.16;
                paper * light
            },
        );
    }
    press.put([toned, depth, above, spare, shadow, lit, tones]);
}

/// The sheets of one depth, and how high they lie: the lightest, and on it the darker ones as far as each covers.
#[inline(always)]
fn pile<L: Lanes>(colours: &[[f32; 3]; SHEETS], depth: usize, darker: &[F<L>; TONES.len()]) -> (V<L>, F<L>) {
    let first = depth * STEPS;
    let [r, g, b] = colours[first];
    let (mut paper, mut own) = (v(r, g, b), F::<L>::from(first as f32));
    for (step, cover) in darker.iter().enumerate() {
        let [r, g, b] = colours[first + step + 1];
        paper = paper.mix(v(r, g, b), *cover);
        own += *cover;
    }
    (paper, own)
}

/// The colour of each sheet.
#[inline(always)]
fn colours(plate: &Plate<'_>, order: &[f32]) -> [[f32; 3]; SHEETS] {
    let mut sums = [[0.0_f32; 4]; SHEETS];
    for (order, rgb) in order.iter().zip(plate.rgb.as_chunks::<3>().0).step_by(2) {
        let sum = &mut sums[*order as usize];
        for k in 0..3 {
            sum[k] += rgb[k];
        }
        sum[3] += 1.0;
    }
    let least = order.len() as f32 * 0.5 * SMALL;
    std::array::from_fn(|index| {
        let depth = index / STEPS * STEPS;
        let [mut r, mut g, mut b, mut count] = sums[index];
        if count < least {
            // What is nearly nothing has no colour of its own that would hold from frame to frame.
            let share = (least - count) / least;
            for near in &sums[depth..depth + STEPS] {
                let scale = share * least / near[3].max(least);
                r += near[0] * scale;
                g += near[1] * scale;
                b += near[2] * scale;
                count += near[3] * scale;
            }
        }
        let own = [r, g, b].map(|sum| sum / count.max(1.0));
        let grey = scalar::luminance(own);
        // Paper is lighter than night, and fuller than film.
        let lifted = 0.06 + 0.94 * grey * (1.0 + 0.35 * (1.0 - grey));
        own.map(|c| (lifted + (c - grey) * 1.5).clamp(0.03, 0.97))
    })
}
