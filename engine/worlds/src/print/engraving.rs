//! Engraving: ink lines that swell with the shade and bend over the surfaces, a second family across them in the
//! shadows, and outlines.
//!
//! The lines themselves stand still in the frame, and their bends go with what bends them: the camera's zoom moves
//! most surfaces by more than a line's distance from one frame to the next, so lines that were drawn on them would
//! flicker. What bends them is how far a surface is, within bounds, and how far it stands out from its surroundings.

use super::{Plate, Press, Sheet, inlined, load, tone};
use crate::lanes::{F, Lanes, V, v};

/// Lines from middle to middle, in pixels of 720 rows.
const SPACING: f32 = 5.2;
/// By how many lines the far end of the world is lifted against the camera.
const RISE: f32 = 4.0;
/// Metres at which half of that is reached.
const HALF_WAY: f32 = 12.0;
/// Lines for a surface at twice the distance of what is around it, and the most.
const RELIEF: f32 = 14.0;
const MOST_RELIEF: f32 = 1.7;
/// How lines run: turns of phase for a line's distance across and down.
const FIRST: [f32; 2] = [0.10, 0.995];
const SECOND: [f32; 2] = [0.80, -0.60];

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let (width, size) = (plate.width, plate.width * plate.height);
    let [mut toned, mut edges, mut bend, mut spare] = [0; 4].map(|_| press.take(size));
    tone::luma(plate, &mut toned);
    let spread = tone::spread(&toned, 0.85, 0.56);
    tone::apply::<L>(spread, &mut toned);
    tone::sharpen(&mut toned, &mut spare, width, 1.0);
    tone::outline(press, plate, &mut edges);
    bends::<L>(press, plate, &mut bend, &mut spare);
    let spacing = sheet.feature(SPACING, 3.4);
    let mut rows = [0; 3].map(|_| press.take(sheet.stride()));
    let (paper, dark) = (plate.inks.paper, plate.inks.dark);
    let [first, second] = [FIRST, SECOND].map(|[across, down]| [across / spacing, down / spacing]);
    let sharp = spacing * 0.5;
    for y in 0..sheet.height {
        for (row, plane) in rows.iter_mut().zip([&toned, &edges, &bend]) {
            press.lift.row(plane, y, row);
        }
        let texture = &press.texture;
        let [tones, lines, bends] = &rows;
        let down = y as f32;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| {
                let x = F::<L>::iota() + left as f32;
                let bend = load::<L>(bends, left);
                let grain = load::<L>(texture.grain(left, y), 0);
                let fibre = load::<L>(texture.fibre(left, y), 0);
                let shade = F::from(1.0) - load::<L>(tones, left) + grain * 0.012;
                let one = line(x * first[0] + down * first[1] + bend, shade * 1.02 - 0.07, sharp);
                let two = line(
                    x * second[0] + down * second[1] - bend * 0.6,
                    shade * 1.15 - 0.52,
                    sharp,
                );
                let solid = tone::ramp(0.86, 0.96, shade);
                let rim = tone::ramp(0.4, 0.7, load::<L>(lines, left));
                let ink = one.max(two).max(solid).max(rim) * 0.96;
                let laid = inlined(
                    #[inline(always)]
                    |k: usize| (paper[k] * (1.0 + fibre * 0.010)).mix(dark[k], ink),
                );
                let printed: V<L> = v(laid(0), laid(1), laid(2));
                printed
            },
        );
    }
    press.put([toned, edges, bend, spare]);
    press.put(rows);
}

/// Ink of a family of lines that covers so much of the surface.
#[inline(always)]
fn line<L: Lanes>(turns: F<L>, cover: F<L>, sharp: f32) -> F<L> {
    let away = (turns.fract() - 0.5).abs() * 2.0;
    let cover = cover.clamp(0.0, 0.94);
    ((cover - away) * sharp + 0.5).saturate() * (cover * 10.0).saturate()
}

/// By how many lines surfaces bend them.
#[inline(always)]
fn bends<L: Lanes>(press: &mut Press, plate: &Plate<'_>, bend: &mut [f32], around: &mut [f32]) {
    tone::each::<L, 1, 1>(
        [plate.distance],
        [&mut *bend],
        #[inline(always)]
        |[distance]| [distance.max(0.05).log2()],
    );
    tone::around(press, plate, bend, 1, around);
    tone::each::<L, 2, 1>(
        [plate.distance, &*around],
        [&mut *bend],
        #[inline(always)]
        |[distance, around]| {
            let distance = distance.max(0.05);
            let relief = ((around - distance.log2()) * RELIEF).clamp(-MOST_RELIEF, MOST_RELIEF);
            [distance / (distance + HALF_WAY) * RISE + relief]
        },
    );
}
