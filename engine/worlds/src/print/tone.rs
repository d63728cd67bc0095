//! What all looks make of a picture first: its tones, spread over the range of a print, and its edges.

use super::{Plate, Press};
use crate::{
    lanes::{F, Lanes, N, f},
    scalar,
};

/// Bins of the histogram that tones are spread by.
const BINS: usize = 256;

/// How tones are spread: what shows as black and as white, and the curve between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub low: f32,
    pub high: f32,
    pub gamma: f32,
}

/// The picture's channels in planes.
#[inline(always)]
pub(super) fn split(plate: &Plate<'_>, planes: &mut [Vec<f32>; 3]) {
    let [r, g, b] = planes;
    let pixels = plate.rgb.as_chunks::<3>().0;
    for (((r, g), b), pixel) in r.iter_mut().zip(g).zip(b).zip(pixels) {
        [*r, *g, *b] = *pixel;
    }
}

/// Luma.
#[inline(always)]
pub(super) fn luma(plate: &Plate<'_>, out: &mut [f32]) {
    for (out, pixel) in out.iter_mut().zip(plate.rgb.as_chunks::<3>().0) {
        *out = scalar::luminance(*pixel);
    }
}

/// A spread of a plane's tones that takes `share` of the way to the whole range, with the middle tone near `middle`.
///
/// It hangs on percentiles, so it moves as slowly as the picture does.
#[inline(always)]
pub(super) fn spread(plane: &[f32], share: f32, middle: f32) -> Spread {
    let mut bins = [0_u32; BINS];
    for value in plane.iter().step_by(3) {
        bins[((value * BINS as f32) as usize).min(BINS - 1)] += 1;
    }
    let total = plane.len().div_ceil(3) as f32;
    let at = |part: f32| {
        let (mut seen, wanted) = (0.0, part * total);
        for (bin, count) in bins.iter().enumerate() {
            let count = *count as f32;
            if seen + count >= wanted && count > 0.0 {
                return (bin as f32 + (wanted - seen) / count) * (1.0 / BINS as f32);
            }
            seen += count;
        }
        1.0
    };
    let low = at(0.01) * share;
    let high = scalar::mix(1.0, at(0.99), share).max(low + 0.15);
    let median = ((at(0.5) - low) / (high - low)).clamp(0.02, 0.98);
    let gamma = scalar::ln(middle) / scalar::ln(median);
    let gamma = scalar::mix(1.0, gamma, share).clamp(0.5, 1.5);
    Spread { low, high, gamma }
}

/// Spreads a plane's tones over 0 to 1.
#[inline(always)]
pub(super) fn apply<L: Lanes>(spread: Spread, plane: &mut [f32]) {
    let scale = 1.0 / (spread.high - spread.low);
    for block in plane.chunks_mut(N) {
        let tone = ((part::<L>(block) - spread.low) * scale).clamp(1e-4, 1.0);
        keep(tone.pow(spread.gamma), block);
    }
}

/// Planes from planes, sixteen pixels at a time.
#[inline(always)]
pub(super) fn each<L: Lanes, const K: usize, const M: usize>(
    from: [&[f32]; K],
    to: [&mut [f32]; M],
    shade: impl Fn([F<L>; K]) -> [F<L>; M],
) {
    let len = from[0].len();
    let mut to = to;
    for start in (0..len).step_by(N) {
        let end = (start + N).min(len);
        let shaded = shade(from.map(|plane| part(&plane[start..end])));
        for (plane, lanes) in to.iter_mut().zip(shaded) {
            keep(lanes, &mut plane[start..end]);
        }
    }
}

/// Sixteen values, or what is left of a plane.
#[inline(always)]
fn part<L: Lanes>(block: &[f32]) -> F<L> {
    match block.first_chunk::<N>() {
        Some(block) => F::load(block),
        None => {
            let mut whole = [0.0; N];
            whole[..block.len()].copy_from_slice(block);
            F::load(&whole)
        }
    }
}

#[inline(always)]
fn keep<L: Lanes>(lanes: F<L>, block: &mut [f32]) {
    match block.first_chunk_mut::<N>() {
        Some(block) => lanes.store(block),
        None => block.copy_from_slice(&lanes.array()[..block.len()]),
    }
}

/// A binomial of three in both directions.
#[inline(always)]
pub(super) fn soften(plane: &mut [f32], spare: &mut [f32], width: usize) {
    let rows = plane.len() / width;
    for (to, row) in spare.chunks_exact_mut(width).zip(plane.chunks_exact(width)) {
        for (to, near) in to[1..width - 1].iter_mut().zip(row.windows(3)) {
            *to = 0.25 * (near[0] + near[2]) + 0.5 * near[1];
        }
        to[0] = row[0];
        to[width - 1] = row[width - 1];
    }
    for (y, to) in plane.chunks_exact_mut(width).enumerate() {
        let at = |row: usize| &spare[row * width..][..width];
        let rows = at(y.saturating_sub(1)).iter().zip(at(y)).zip(at((y + 1).min(rows - 1)));
        for (to, ((above, here), below)) in to.iter_mut().zip(rows) {
            *to = 0.25 * (above + below) + 0.5 * here;
        }
    }
}

/// An unsharp mask of three by three.
#[inline(always)]
pub(super) fn sharpen(plane: &mut [f32], spare: &mut [f32], width: usize, amount: f32) {
    let rows = plane.len() / width;
    spare.copy_from_slice(plane);
    for (y, to) in plane.chunks_exact_mut(width).enumerate() {
        let at = |row: usize| &spare[row * width..][..width];
        let (above, here, below) = (at(y.saturating_sub(1)), at(y), at((y + 1).min(rows - 1)));
        for x in 1..width - 1 {
            let mean = 0.25 * (above[x] + below[x] + here[x - 1] + here[x + 1]);
            to[x] = (here[x] + (here[x] - mean) * amount).clamp(0.0, 1.0);
        }
    }
}

/// Columns and rows of a plane of a quarter of the plate's width and height.
pub(super) fn quarter(plate: &Plate<'_>) -> [usize; 2] {
    [plate.width.div_ceil(4), plate.height.div_ceil(4)]
}

/// The means of four by four pixels.
#[inline(always)]
pub(super) fn reduce(plate: &Plate<'_>, plane: &[f32], out: &mut [f32]) {
    let (width, height) = (plate.width, plate.height);
    let [columns, _] = quarter(plate);
    for (row, out) in out.chunks_exact_mut(columns).enumerate() {
        out.fill(0.0);
        let rows = row * 4..(row * 4 + 4).min(height);
        let scale = 0.25 / rows.len() as f32;
        for y in rows {
            let line = &plane[y * width..][..width];
            let (blocks, rest) = line.as_chunks::<4>();
            for (out, block) in out.iter_mut().zip(blocks) {
                *out += (block[0] + block[1] + block[2] + block[3]) * scale;
            }
            if let (Some(out), false) = (out.last_mut(), rest.is_empty()) {
                *out += rest.iter().sum::<f32>() * (scale * 4.0 / rest.len() as f32);
            }
        }
    }
}

/// Each pixel's surroundings: soft means over about `4 + 4 times` pixels to each side.
#[inline(always)]
pub(super) fn around(press: &mut Press, plate: &Plate<'_>, plane: &[f32], times: usize, out: &mut [f32]) {
    let [columns, rows] = quarter(plate);
    let [mut small, mut spare] = [0; 2].map(|_| press.take(columns * rows));
    reduce(plate, plane, &mut small);
    for _ in 0..times {
        soften(&mut small, &mut spare, columns);
    }
    for (y, out) in out.chunks_exact_mut(plate.width).enumerate() {
        press.near.row(&small, y, out);
    }
    press.put([small, spare]);
}

/// Edges of depth, 0 to 1: where one thing ends before another, and creases.
///
/// One over the distance is linear over a plane, so a floor has none up to its horizon; a thicket, which has them
/// everywhere, keeps its outline only.
#[inline(always)]
pub(super) fn outline(press: &mut Press, plate: &Plate<'_>, out: &mut [f32]) {
    let (width, height) = (plate.width, plate.height);
    let [mut near, mut mean] = [0; 2].map(|_| press.take(width * height));
    for (near, distance) in near.iter_mut().zip(plate.distance) {
        *near = 1.0 / if *distance > 0.05 { *distance } else { 0.05 };
    }
    out.fill(0.0);
    for y in 1..height - 1 {
        let at = |row: usize| &near[row * width..][..width];
        let (above, here, below) = (at(y - 1), at(y), at(y + 1));
        let pixels = here.windows(3).zip(&above[1..]).zip(&below[1..]);
        for (to, ((here, above), below)) in out[y * width + 1..(y + 1) * width - 1].iter_mut().zip(pixels) {
            let twice = 2.0 * here[1];
            let bend = (here[0] + here[2] - twice).abs() + (above + below - twice).abs();
            let bend = bend / (here[1] + 0.0004);
            *to = if bend < 1.5 { bend } else { 1.5 };
        }
    }
    around(press, plate, out, 1, &mut mean);
    for (to, mean) in out.iter_mut().zip(mean.iter()) {
        let edge = *to / (0.3 + 2.6 * mean);
        *to = scalar::smoothstep(0.12, 0.62, edge);
    }
    press.put([near, mean]);
}

/// How fast a plane changes from pixel to pixel.
#[inline(always)]
pub(super) fn slope(plane: &[f32], out: &mut [f32], width: usize) {
    let rows = plane.len() / width;
    out.fill(0.0);
    for y in 1..rows - 1 {
        let at = |row: usize| &plane[row * width..][..width];
        let (above, here, below) = (at(y - 1), at(y), at(y + 1));
        for x in 1..width - 1 {
            let across = (here[x + 1] - here[x - 1]) * 2.0 + above[x + 1] - above[x - 1] + below[x + 1] - below[x - 1];
            let down = (below[x] - above[x]) * 2.0 + below[x - 1] - above[x - 1] + below[x + 1] - above[x + 1];
            out[y * width + x] = (across * across + down * down).sqrt() * 0.125;
        }
    }
}

/// Nought below `low`, one above `high`, straight between.
#[inline(always)]
pub(super) fn ramp<L: Lanes>(low: f32, high: f32, x: F<L>) -> F<L> {
    ((x - low) * (1.0 / (high - low))).saturate()
}

/// A wave of period 1 like a cosine's, from -1 to 1.
#[inline(always)]
pub(super) fn wave<L: Lanes>(turns: F<L>) -> F<L> {
    let t = ((turns + 0.5).fract() - 0.5).abs() * 4.0 - 1.0;
    t * (t * t * 0.5 - f::<L>(1.5))
}
