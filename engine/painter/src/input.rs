//! What a layer reads: rows of the layer before it, normalised as they are needed, with their halo.

use std::ops::Range;

use super::{
    kernels::{self, Ahead, Kernels},
    norm::{LANES, Norm},
};

/// Where a layer's 32 input channels come from.
pub(super) enum Source<'a> {
    /// 9x9 patches of the padded picture, `(height + 8, pitch)` floats; see [`Kernels::gather_patches`].
    Picture { padded: &'a [f32], pitch: usize },
    /// The normalised layer before.
    Layer { raw: &'a [f32], norm: &'a Norm },
    /// The normalised layer before, added to the residual stream.
    Residual {
        raw: &'a [f32],
        norm: &'a Norm,
        stream: &'a [f32],
    },
}

/// What lies beyond the edge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Pixels mirrored at the outermost one, which is not repeated.
    Reflect,
    /// The outermost pixel: what reflection at twice the size looks like from the low resolution.
    Clamp,
}

impl Edge {
    /// The pixel of `0..n` that stands at `i`, which is less than n beyond.
    pub(super) fn resolve(self, i: isize, n: usize) -> usize {
        let last = n as isize - 1;
        let inside = match self {
            Self::Reflect if i < 0 => -i,
            Self::Reflect if i > last => 2 * last - i,
            _ => i,
        };
        inside.clamp(0, last) as usize
    }
}

/// A layer's input.
pub(super) struct Input<'a> {
    source: Source<'a>,
    pub(super) width: usize,
    pub(super) height: usize,
    edge: Edge,
}

impl<'a> Input<'a> {
    pub(super) fn new(source: Source<'a>, (width, height): (usize, usize), edge: Edge) -> Self {
        Self {
            source,
            width,
            height,
            edge,
        }
    }

    /// Channels that are not always zero.
    pub(super) fn depth(&self) -> usize {
        if matches!(self.source, Source::Picture { .. }) {
            27
        } else {
            LANES
        }
    }

    /// Prepares the pixels of row `y` from column `x` on, as many as `dst` takes (32 floats each).
    ///
    /// `y` and `x` may be -1, and both may reach beyond the far edge; every float of `dst` is written, and depends
    /// only on the input.
    pub(super) fn row(&self, kernels: &Kernels, y: isize, x: isize, dst: &mut [f32]) {
        if let Source::Picture { padded, pitch } = self.source {
            let y = y.min(self.height as isize) + 1;
            let row = |i: isize| &padded[(y + 3 * i) as usize * pitch + (x + 1) as usize * 3..];
            return kernels.gather_patches([row(0), row(1), row(2)], dst);
        }
        let pixels = dst.len() / LANES;
        let y = self.edge.resolve(y, self.height);
        let first = x.max(0) as usize;
        let last = ((x + pixels as isize) as usize).min(self.width);
        let inside = (first as isize - x) as usize * LANES..(last as isize - x) as usize * LANES;
        let at = (y * self.width + first) * LANES..(y * self.width + last) * LANES;
        let to = &mut dst[inside];
        match &self.source {
            Source::Picture { .. } => {}
            Source::Layer { raw, norm } => kernels.normalise(&raw[at], to, norm),
            Source::Residual { raw, norm, stream } => kernels.add_normalised(&stream[at.clone()], &raw[at], to, norm),
        }
        for beyond in (x..first as isize).chain(last as isize..x + pixels as isize) {
            // Far beyond the edge (in an incomplete tile) the mirrored pixel may lie left of the strip; any will do.
            let from = (self.edge.resolve(beyond, self.width).max(first) as isize - x) as usize * LANES;
            dst.copy_within(from..from + LANES, (beyond - x) as usize * LANES);
        }
    }

    /// Fetches ahead the `part`th of `parts` parts of what [`Input::row`] reads of rows from `y` on and columns from
    /// `left` to `right`.
    pub(super) fn fetch_ahead(&self, rows: Range<usize>, (left, right): (usize, usize), (part, parts): (usize, usize)) {
        let (raw, stream) = match self.source {
            // The picture is small, and in use already.
            Source::Picture { .. } => return,
            Source::Layer { raw, .. } => (raw, None),
            Source::Residual { raw, stream, .. } => (raw, Some(stream)),
        };
        for y in rows.start..rows.end.min(self.height) {
            let at = (y * self.width + left) * LANES..(y * self.width + right.min(self.width)) * LANES;
            for source in [Some(raw), stream].into_iter().flatten() {
                kernels::fetch_ahead(&source[at.clone()], part, parts, Ahead::Read);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_mirror_or_repeat() {
        let row = |edge: Edge| (-2..7).map(|i| edge.resolve(i, 5)).collect::<Vec<_>>();
        assert_eq!(row(Edge::Reflect), [2, 1, 0, 1, 2, 3, 4, 3, 2]);
        assert_eq!(row(Edge::Clamp), [0, 0, 0, 1, 2, 3, 4, 4, 4]);
    }
}
