//! Kaleidoscope: six mirrors around the middle, twelve images of one wedge of the picture, which turns slowly behind
//! them, and a second ring of mirrors around it.
//!
//! The mirrors stand still, so the picture is the same in its four quarters: one is made, at the sheet's size, and
//! copied.

use super::{Plate, Press, Sheet};
use crate::{
    lanes::{F, Lanes, N, select},
    scalar,
};

/// Half of a mirror's angle: 30 degrees between two of them.
const SIN: f32 = 0.5;
const COS: f32 = 0.866_025_4;
/// Radius of the inner ring of images, in half heights.
const RING: f32 = 0.78;
/// Turns a second of what is seen.
const SPEED: f32 = 0.014;

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let half = [sheet.width.div_ceil(2), sheet.height.div_ceil(2)];
    let pixel = 2.0 / sheet.height as f32;
    let aspect = sheet.width as f32 / sheet.height as f32;
    let turn = (plate.secs * SPEED).fract() * std::f32::consts::TAU + 0.35;
    let (sin, cos) = (scalar::sin(turn), scalar::cos(turn));
    // What is behind the mirrors: a disc around a place that wanders, all of it within the picture.
    let (wide, high) = (plate.width as f32, plate.height as f32);
    let reach = high * 0.72;
    let wander = scalar::sin(plate.secs * 0.11);
    let middle = [
        wide * (0.5 + 0.12 * wander),
        high * (0.52 + 0.05 * scalar::sin(plate.secs * 0.083)),
    ];
    let [mut across, mut down, mut shade] = [0; 3].map(|_| press.take(half[0].next_multiple_of(N)));
    let line = sheet.width * 3;
    for y in 0..half[1] {
        let v = F::<L>::from(1.0 - (y as f32 + 0.5) * pixel);
        for left in (0..across.len()).step_by(N) {
            let x = F::<L>::iota() + (left as f32 + 0.5);
            let u = (x * pixel - aspect).abs();
            // A quarter is three wedges: what is above the first mirror folds over it, and what is then below, up.
            let over = u * SIN - v * COS;
            let beyond = over.lt(0.0);
            let (u, v) = (
                select(beyond, u + over * (-2.0 * SIN), u),
                select(beyond, v + over * (2.0 * COS), v).abs(),
            );
            // Rings: beyond the radius, back towards the middle.
            let radius = (u * u + v * v).sqrt().max(1e-4);
            let ring = radius * (0.5 / RING);
            let folded = (((ring + 0.5).fract() - 0.5).abs() * (2.0 * RING)) / radius;
            let (p, q) = (u * folded * (1.0 / RING) - 0.5, v * folded * (1.0 / RING) - 0.2);
            let source_x = (p * cos - q * sin) * (reach * 1.5) + middle[0];
            let source_y = (p * sin + q * cos) * (reach * 1.5) + middle[1];
            // A thread of shade along the mirrors, and less light in each ring.
            let seam = ((v.min((u * SIN - v * COS).abs())) * (0.9 / pixel)).min(1.0);
            let rim = ((radius - RING).abs() * (0.9 / pixel)).min(1.0);
            let dim = F::<L>::from(1.0) - (radius * (1.0 / RING) - 0.9).clamp(0.0, 1.6) * 0.28;
            let shaded = (seam.min(rim) * 0.06 + 0.94) * dim;
            for (row, lanes) in [(&mut across, source_x), (&mut down, source_y), (&mut shade, shaded)] {
                if let Some(to) = row[left..].first_chunk_mut::<N>() {
                    lanes.store(to);
                }
            }
        }
        let mirrored = sheet.height - 1 - y;
        for x in 0..half[0] {
            let shown = sampled(plate, across[x], down[x]).map(|c| (c * shade[x] * 255.0 + 0.5) as u8);
            for column in [x, sheet.width - 1 - x] {
                sheet.rgb[y * line + column * 3..][..3].copy_from_slice(&shown);
            }
        }
        sheet.rgb.copy_within(y * line..(y + 1) * line, mirrored * line);
    }
    press.put([across, down, shade]);
}

/// Between four pixels; beyond the picture's border it is mirrored.
#[inline(always)]
fn sampled(plate: &Plate<'_>, x: f32, y: f32) -> [f32; 3] {
    let fold = |at: f32, len: usize| {
        let last = (len - 1) as f32;
        let at = (at - 0.5).abs();
        (if at > last { 2.0 * last - at } else { at }).clamp(0.0, last)
    };
    let (x, y) = (fold(x, plate.width), fold(y, plate.height));
    let (left, top) = ((x as usize).min(plate.width - 2), (y as usize).min(plate.height - 2));
    let (s, t) = (x - left as f32, y - top as f32);
    let upper = &plate.rgb[(top * plate.width + left) * 3..][..6];
    let lower = &plate.rgb[((top + 1) * plate.width + left) * 3..][..6];
    std::array::from_fn(|k| {
        let a = upper[k] + (upper[k + 3] - upper[k]) * s;
        let b = lower[k] + (lower[k + 3] - lower[k]) * s;
        a + (b - a) * t
    })
}
