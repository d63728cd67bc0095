//! Duotone: all tones between two inks, shadows in one and lights in the other, as posters and record sleeves have it.

use super::{Plate, Press, Sheet, inlined, load, tone};
use crate::lanes::{F, Lanes, V, v};

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let (width, size) = (plate.width, plate.width * plate.height);
    let [mut toned, mut around, mut spare] = [0; 3].map(|_| press.take(size));
    tone::luma(plate, &mut toned);
    let spread = tone::spread(&toned, 0.85, 0.45);
    tone::apply::<L>(spread, &mut toned);
    tone::around(press, plate, &toned, 6, &mut around);
    for (tone, around) in toned.iter_mut().zip(&around) {
        *tone += (*tone - around) * 0.22;
    }
    tone::sharpen(&mut toned, &mut spare, width, 1.1);
    let mut row = press.take(sheet.stride());
    let (dark, bright, paper) = (plate.inks.dark, plate.inks.bright, plate.inks.paper);
    for y in 0..sheet.height {
        press.lift.row(&toned, y, &mut row);
        let texture = &press.texture;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| {
                let grain = load::<L>(texture.grain(left, y), 0);
                let tone = (load::<L>(&row, left) + grain * 0.010).saturate();
                // Steep in the middle.
                let curve = tone.mix(tone * tone * (F::from(3.0) - tone * 2.0), 0.6);
                let high = tone::ramp(0.80, 1.0, curve);
                let laid = inlined(
                    #[inline(always)]
                    |k: usize| {
                        F::from(dark[k])
                            .mix(bright[k], (curve * 1.2).min(1.0))
                            .mix(paper[k], high * 0.75)
                    },
                );
                let printed: V<L> = v(laid(0), laid(1), laid(2));
                printed
            },
        );
    }
    press.put([toned, around, spare, row]);
}
