//! One job of each kind of layer: a chunk of rows, strip by strip.
//!
//! A strip is narrow enough for its rows to stay in the cache while they slide down a ring.

use super::{
    cache_line::AlignedFloats,
    input::{Edge, Input},
    kernels::{
        self, Ahead, Kernels, Shape,
        planar::{ACCUMULATORS, INPUT_ROWS, INPUTS, OUTPUTS, ROWS, SIDE},
        winograd::{GROUP, TILE, Tiling},
    },
    norm::{LANES, Moments, Norm, StripSums},
};

/// Output pixels of a strip of [`doubling`].
const STRIP: usize = 112;
/// Columns that the 9x9 kernel reaches beyond the picture, on each side.
pub(super) const MARGIN: usize = SIDE / 2;

/// Floats of scratch memory that a worker needs for a picture of this width.
pub(super) fn scratch_len(width: usize) -> usize {
    let winograd = |tiling: Tiling| tiling.inputs() * tiling.columns(GROUP) * LANES + 2 * tiling.group_len();
    winograd(Tiling::Same)
        .max(winograd(Tiling::Halving))
        .max(INPUT_ROWS * planar_row(width))
}

/// Floats of a row of planes in scratch memory: whole vectors and the margins.
fn planar_row(width: usize) -> usize {
    plane_len(width) + 2 * MARGIN
}

/// Floats of a row of a plane of the last layer's output: whole vectors of any instruction set.
pub(super) fn plane_len(width: usize) -> usize {
    width.next_multiple_of(16)
}

/// The parts of a row: as few as possible of at most `most`, as equal as possible, beginning at multiples of `unit`.
fn strips(width: usize, unit: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let units = width.div_ceil(unit);
    let parts = (units * unit).div_ceil(most);
    let edge = move |part: usize| (part * units / parts * unit).min(width);
    (0..parts).map(move |part| (edge(part), edge(part + 1)))
}

/// 3x3, 32 to 32 channels, by Winograd: output rows from `top` on, a multiple of four.
///
/// `stream`, if given, takes the rows of the input that lie in the chunk: the residual stream for later. The tiling is
/// then [`Tiling::Same`].
pub(super) fn winograd(
    (kernels, tiling): (&Kernels, Tiling),
    (input, weights): (&Input<'_>, &AlignedFloats),
    top: usize,
    (out, mut stream): (&mut [f32], Option<&mut [f32]>),
    moments: &mut Moments,
    scratch: &mut AlignedFloats,
) {
    let (inputs, stride) = (tiling.inputs(), tiling.stride());
    let (width, depth) = (input.width / stride, input.depth());
    let rows = out.len() / (width * LANES);
    let ring_row = tiling.columns(GROUP) * LANES;
    let (ring, groups) = scratch.as_mut_slice().split_at_mut(inputs * ring_row);
    let (spectrum, products) = groups.split_at_mut(tiling.group_len());
    for (left, right) in strips(width, TILE, TILE * GROUP) {
        let mut strip = StripSums::default();
        let tiles = (right - left).div_ceil(TILE);
        let row_len = tiling.columns(tiles) * LANES;
        let mut prepared = 0;
        for tile_row in (0..rows).step_by(TILE) {
            // Row i of the ring is input row stride * top + i - 1.
            while prepared < stride * tile_row + inputs {
                let row = &mut ring[prepared % inputs * ring_row..][..row_len];
                let (y, x) = (stride * top + prepared, stride * left);
                input.row(kernels, y as isize - 1, x as isize - 1, row);
                if let Some(stream) = &mut stream
                    && (1..=rows).contains(&prepared)
                {
                    let at = (prepared - 1) * width;
                    stream[(at + left) * LANES..(at + right) * LANES]
                        .copy_from_slice(&row[LANES..][..(right - left) * LANES]);
                }
                prepared += 1;
            }
            let row = |i| &ring[(stride * tile_row + i) % inputs * ring_row..][..row_len];
            kernels.to_spectrum(tiling, row, tiles, spectrum);
            let (here, tile_rows) = (tile_row * width + left, TILE.min(rows - tile_row));
            let next = stride * top + prepared - 1;
            let next = next..(next + stride * TILE).min(stride * (top + rows) + 1);
            kernels.multiply_spectra(
                tiling,
                (spectrum, tiles),
                (weights.as_slice(), depth),
                products,
                |point| {
                    for y in 0..tile_rows {
                        let out = &out[(here + y * width) * LANES..][..(right - left) * LANES];
                        kernels::fetch_ahead(out, point, tiling.points(), Ahead::Write);
                    }
                    input.fetch_ahead(next.clone(), (stride * left, stride * right), (point, tiling.points()));
                },
            );
            let to = (&mut out[here * LANES..], width * LANES);
            kernels.to_outputs((tiling, products), to, (tile_rows, right - left), &mut strip);
        }
        moments.add(&strip);
    }
}

/// The layer before [`doubling`]: `(height / 2, width / 2)` pixels of `[row phase][column phase][8 channels]`.
pub(super) struct Phases<'a> {
    pub(super) raw: &'a [f32],
    pub(super) norm: &'a Norm,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Phases<'_> {
    const CHANNELS: usize = LANES / 4;

    /// Prepares pixels `left - 2` to `right + 2` of row `y`, both even, repeating the outermost pixels.
    fn row(&self, kernels: &Kernels, y: isize, (left, right): (usize, usize), dst: &mut [f32]) {
        const PAIR: usize = LANES / 2;
        let y = Edge::Clamp.resolve(y, self.height);
        let (first, last) = (left.saturating_sub(2), (right + 2).min(self.width));
        let from = (y / 2 * (self.width / 2) + first / 2) * LANES + y % 2 * PAIR;
        let inside = (first + 2 - left) / 2 * PAIR..(last + 2 - left) / 2 * PAIR;
        kernels.normalise_half(&self.raw[from..], &mut dst[inside.clone()], self.norm);
        if left == 0 {
            dst.copy_within(
                inside.start..inside.start + Self::CHANNELS,
                inside.start - Self::CHANNELS,
            );
        }
        if right == self.width {
            dst.copy_within(inside.end - Self::CHANNELS..inside.end, inside.end);
        }
    }
}

/// Doubles the size and convolves by 3x3, 8 to 4 channels: rows from `top` on at the input's size, whose pixels are
/// `[row phase][column phase][4 channels]` of the output.
pub(super) fn doubling(
    kernels: &Kernels,
    (input, weights): (&Phases<'_>, &AlignedFloats),
    top: usize,
    out: &mut [f32],
    moments: &mut Moments,
    scratch: &mut AlignedFloats,
) {
    const RING_ROW: usize = (STRIP + 4) * Phases::CHANNELS;
    const OUT: usize = Shape::Doubling.lanes();
    let width = input.width;
    let ring = scratch.as_mut_slice();
    for (left, right) in strips(width, 2, STRIP) {
        let mut strip = StripSums::default();
        let len = (right - left + 4) * Phases::CHANNELS;
        let mut prepared = 0;
        for (y, out) in out.chunks_exact_mut(width * OUT).enumerate() {
            while prepared < y + 3 {
                let row = &mut ring[prepared % 3 * RING_ROW..][..len];
                input.row(kernels, (top + prepared) as isize - 1, (left, right), row);
                prepared += 1;
            }
            // The first pixel's inputs begin at left - 1, the second prepared pixel.
            let rows = std::array::from_fn(|i| &ring[(y + i) % 3 * RING_ROW..][Phases::CHANNELS..len]);
            let out = &mut out[left * OUT..right * OUT];
            kernels.convolve(
                Shape::Doubling,
                (rows, 3 * Phases::CHANNELS),
                weights.as_slice(),
                out,
                &mut strip,
            );
        }
        moments.add(&strip);
    }
}

/// The layer before [`last`]: `(height / 2, width / 2)` pixels of `[row phase][column phase][4 channels]`.
pub(super) struct Planes<'a> {
    pub(super) raw: &'a [f32],
    pub(super) norm: &'a Norm,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Planes<'_> {
    /// Prepares row `y` of the four planes, each with its margins.
    fn row(&self, kernels: &Kernels, y: isize, dst: &mut [f32]) {
        let y = Edge::Reflect.resolve(y, self.height);
        let from = y / 2 * (self.width / 2) * 16 + y % 2 * 8;
        let len = planar_row(self.width);
        let (d01, d23) = dst[..INPUTS * len].split_at_mut(2 * len);
        let ((d0, d1), (d2, d3)) = (d01.split_at_mut(len), d23.split_at_mut(len));
        let planes = [d0, d1, d2, d3].map(|plane| &mut plane[MARGIN..MARGIN + self.width]);
        kernels.separate(
            &self.raw[from..][..self.width / 2 * 16 - 8 * (y % 2)],
            planes,
            self.norm,
        );
        for plane in dst[..INPUTS * len].chunks_exact_mut(len) {
            for beyond in (0..MARGIN)
                .map(|i| i as isize - MARGIN as isize)
                .chain((self.width as isize..).take(MARGIN))
            {
                let from = Edge::Reflect.resolve(beyond, self.width);
                plane[(beyond + MARGIN as isize) as usize] = plane[from + MARGIN];
            }
        }
    }
}

/// 9x9, four to three channels: rows from `top` on, an even number, each `[3 planes][plane_len]`.
pub(super) fn last(
    kernels: &Kernels,
    (input, weights): (&Planes<'_>, &AlignedFloats),
    top: usize,
    out: &mut [f32],
    moments: &mut Moments,
    scratch: &mut AlignedFloats,
) {
    const RING: usize = SIDE + ROWS - 1;
    let (len, plane) = (planar_row(input.width), plane_len(input.width));
    let ring = scratch.as_mut_slice();
    let mut strip = StripSums::default();
    let mut prepared = 0;
    for (pair, out) in out.chunks_exact_mut(ROWS * OUTPUTS * plane).enumerate() {
        let y = pair * ROWS;
        while prepared < y + RING {
            let row = &mut ring[prepared % RING * INPUTS * len..][..INPUTS * len];
            input.row(kernels, (top + prepared) as isize - MARGIN as isize, row);
            prepared += 1;
        }
        let rows = std::array::from_fn::<_, INPUT_ROWS, _>(|i| {
            &ring[((y + i / INPUTS) % RING * INPUTS + i % INPUTS) * len..][..len]
        });
        let mut planes = out.chunks_exact_mut(plane);
        let out: [&mut [f32]; ACCUMULATORS] = std::array::from_fn(|_| planes.next().expect("two rows of three planes"));
        kernels.planar(rows, weights.as_slice(), out, input.width, &mut strip);
    }
    moments.add(&strip);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_cover_the_row_once() {
        for (width, unit, most) in [(160, 4, 56), (4, 4, 56), (1280, 2, 112), (57, 4, 56), (1, 1, 112)] {
            let parts: Vec<_> = strips(width, unit, most).collect();
            assert_eq!((parts[0].0, parts[parts.len() - 1].1), (0, width));
            assert!(parts.windows(2).all(|w| w[0].1 == w[1].0 && w[0].1 % unit == 0));
            assert!(parts.iter().all(|(a, b)| a < b && b - a <= most));
        }
    }
}
