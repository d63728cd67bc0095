//! One frame: the layers in their order, each cut into jobs.

use std::num::NonZeroUsize;

use super::{
    Picture, Styles,
    cache_line::AlignedFloats,
    input::{Edge, Input, Source},
    jobs,
    kernels::{Kernels, Shape, planar, winograd::Tiling},
    layers::{self, MARGIN, Phases, Planes},
    network::{Layer, Network},
    norm::{self, LANES, Moments, Norm},
    profile::{Profile, Step, Stopwatch},
};
use crate::error::{Error, Result};

/// Output rows of one job of the first layer, a multiple of four.
const FIRST_ROWS: usize = 24;
/// Output rows of one job of the residual layers, a multiple of four.
const RESIDUAL_ROWS: usize = 12;
/// Output rows of one job of the halving layers, a multiple of four.
const HALVING_ROWS: usize = 16;
/// Rows of the input of one job of the second doubling.
const DOUBLING_ROWS: usize = 16;
/// Output rows of one job of the last layer, even.
const LAST_ROWS: usize = 20;

/// A caller's memory for painting, kept from frame to frame.
///
/// It grows to what a picture needs; a picture of another size makes it anew.
#[derive(Default)]
pub struct Scratch {
    /// Padded size in pixels that the memory is for.
    size: (usize, usize),
    /// The picture with its margins.
    padded: AlignedFloats,
    /// (h, w, 32) of the first layer; afterwards all that is small, see [`Small`].
    large: AlignedFloats,
    /// (h/2, w/2, 32) of the first halving; afterwards the second doubling's (h/2, w/2, 16).
    medium: AlignedFloats,
    /// Moments of each job of a layer.
    moments: Vec<Moments>,
    /// Each thread's rings.
    workers: Vec<AlignedFloats>,
    profile: Profile,
}

impl Scratch {
    /// Where the last painting's time went.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    fn fit(&mut self, width: usize, height: usize, threads: NonZeroUsize) {
        if self.size != (width, height) {
            *self = Self {
                size: (width, height),
                padded: AlignedFloats::zeroed((height + 2 * MARGIN) * pitch(width)),
                large: AlignedFloats::zeroed(height * width * LANES),
                medium: AlignedFloats::zeroed(height / 2 * (width / 2) * LANES),
                // The last layer has the most jobs.
                moments: vec![Moments::default(); height.div_ceil(LAST_ROWS)],
                workers: Vec::new(),
                profile: Profile::default(),
            };
        }
        if self.workers.len() < threads.get() {
            self.workers
                .resize_with(threads.get(), || AlignedFloats::zeroed(layers::scratch_len(width)));
        }
    }
}

/// Floats in a row of the padded picture.
fn pitch(width: usize) -> usize {
    (width + 2 * MARGIN) * 3
}

/// What the large buffer is cut into once the first layer's outputs are used up: it is as large as 16 quarter-size
/// tensors of 32 channels.
struct Small<'a> {
    /// Raw outputs: the second halving's, then each residual block's second convolution's.
    raw: &'a mut [f32],
    /// Raw outputs of each residual block's first convolution; at the end the first doubling's.
    inner: &'a mut [f32],
    /// The residual stream, and the one before it.
    streams: [&'a mut [f32]; 2],
    /// The last layer's planes.
    planes: &'a mut [f32],
}

impl<'a> Small<'a> {
    fn new(large: &'a mut [f32], quarter: usize) -> Self {
        let (raw, rest) = large.split_at_mut(quarter);
        let (inner, rest) = rest.split_at_mut(quarter);
        let (stream, rest) = rest.split_at_mut(quarter);
        let (before, planes) = rest.split_at_mut(quarter);
        Self {
            raw,
            inner,
            streams: [stream, before],
            planes,
        }
    }
}

/// What every layer of a frame needs.
struct Frame<'a> {
    kernels: &'static Kernels,
    styles: &'a Styles,
    moments: &'a mut [Moments],
    workers: &'a mut [AlignedFloats],
}

impl Frame<'_> {
    /// 3x3 by Winograd.
    fn winograd(
        &mut self,
        (layer, tiling): (&Layer, Tiling),
        input: &Input<'_>,
        job_rows: usize,
        (out, stream): (&mut [f32], Option<&mut [f32]>),
    ) -> Norm {
        let (width, height) = (input.width / tiling.stride(), input.height / tiling.stride());
        let (kernels, job) = (self.kernels, job_rows * width * LANES);
        let mut streams = stream.map(|stream| stream.chunks_mut(job));
        let jobs = out.chunks_mut(job).zip(self.moments.iter_mut()).enumerate();
        let jobs = jobs.map(move |(i, (out, moments))| (i, out, moments, streams.as_mut().and_then(Iterator::next)));
        jobs::for_each(self.workers, jobs, |(i, out, moments, stream), scratch| {
            *moments = Moments::default();
            let (layer, to) = ((input, &layer.packed), (out, stream));
            layers::winograd((kernels, tiling), layer, i * job_rows, to, moments, scratch);
        });
        self.norm(layer, height.div_ceil(job_rows), LANES)
    }

    /// Doubling and 3x3, 8 to 4 channels.
    fn doubling(&mut self, layer: &Layer, input: &Phases<'_>, out: &mut [f32]) -> Norm {
        let (kernels, job) = (self.kernels, DOUBLING_ROWS * input.width * Shape::Doubling.lanes());
        let jobs = out.chunks_mut(job).zip(self.moments.iter_mut()).enumerate();
        jobs::for_each(self.workers, jobs, |(i, (out, moments)), scratch| {
            *moments = Moments::default();
            layers::doubling(
                kernels,
                (input, &layer.packed),
                i * DOUBLING_ROWS,
                out,
                moments,
                scratch,
            );
        });
        self.norm(layer, input.height.div_ceil(DOUBLING_ROWS), Shape::Doubling.lanes())
    }

    /// 9x9 to three planes.
    fn last(&mut self, layer: &Layer, input: &Planes<'_>, out: &mut [f32]) -> Norm {
        let (kernels, job) = (self.kernels, LAST_ROWS * planes_row(input.width));
        let jobs = out.chunks_mut(job).zip(self.moments.iter_mut()).enumerate();
        jobs::for_each(self.workers, jobs, |(i, (out, moments)), scratch| {
            *moments = Moments::default();
            layers::last(kernels, (input, &layer.packed), i * LAST_ROWS, out, moments, scratch);
        });
        self.norm(layer, input.height.div_ceil(LAST_ROWS), planar::OUTPUTS)
    }

    /// Norm, sigmoid and cropping.
    fn finish(&mut self, norm: &Norm, planes: &[f32], padded_width: usize, (out, width): (&mut [f32], usize)) {
        let kernels = self.kernels;
        let plane = layers::plane_len(padded_width);
        let rows = planes.chunks_exact(LAST_ROWS * planes_row(padded_width));
        let rest = rows.remainder();
        let jobs = out.chunks_mut(LAST_ROWS * width * 3).zip(rows.chain([rest]));
        jobs::for_each(self.workers, jobs, |(out, planes), _| {
            for (out, row) in out
                .chunks_exact_mut(width * 3)
                .zip(planes.chunks_exact(planes_row(padded_width)))
            {
                kernels.finish([row, &row[plane..], &row[2 * plane..]], out, norm);
            }
        });
    }

    fn norm(&self, layer: &Layer, jobs: usize, lanes: usize) -> Norm {
        norm::reduce(&self.moments[..jobs], lanes, &layer.trained, self.styles)
    }
}

/// Floats of a row of the last layer's planes.
fn planes_row(width: usize) -> usize {
    planar::OUTPUTS * layers::plane_len(width)
}

/// Paints a picture whose size fits the slices.
///
/// # Errors
/// [`Error::Value`] when the picture holds what is no number.
pub(super) fn paint(
    network: &Network,
    scratch: &mut Scratch,
    picture: Picture<'_>,
    styles: &Styles,
    threads: NonZeroUsize,
    out: &mut [f32],
) -> Result<()> {
    let (width, height) = (picture.width.next_multiple_of(4), picture.height.next_multiple_of(4));
    scratch.fit(width, height, threads);
    let Scratch {
        padded,
        large,
        medium,
        moments,
        workers,
        profile,
        ..
    } = scratch;
    let mut watch = Stopwatch::start();
    let (large, medium) = (large.as_mut_slice(), medium.as_mut_slice());
    let workers = &mut workers[..threads.get()];
    let mut frame = Frame {
        kernels: network.kernels,
        styles,
        moments,
        workers,
    };
    pad(picture, (width, height), padded.as_mut_slice());
    watch.ended(Step::Margins);

    let whole = (width, height);
    let input = Input::new(
        Source::Picture {
            padded: padded.as_slice(),
            pitch: pitch(width),
        },
        whole,
        Edge::Reflect,
    );
    let norm = frame.winograd(
        (&network.first, Tiling::Same),
        &input,
        FIRST_ROWS,
        (&mut large[..height * width * LANES], None),
    );
    watch.ended(Step::First);
    if !norm.is_finite() {
        return Err(Error::Value {
            what: "a pixel of a picture to paint",
            expected: "a number from 0 to 1".into(),
            actual: "not a number, or far beyond".into(),
        });
    }
    let halving = |i: usize| (&network.halvings[i], Tiling::Halving);
    let (half_width, half_height) = (width / 2, height / 2);
    let half_len = half_height * half_width * LANES;
    let input = Input::new(
        Source::Layer {
            raw: large,
            norm: &norm,
        },
        whole,
        Edge::Reflect,
    );
    let norm = frame.winograd(halving(0), &input, HALVING_ROWS, (&mut medium[..half_len], None));
    watch.ended(Step::Halving);

    let quarter_len = height / 4 * (width / 4) * LANES;
    let Small {
        raw,
        inner,
        streams: [mut stream, mut before],
        planes,
    } = Small::new(large, quarter_len);
    let input = Input::new(
        Source::Layer {
            raw: medium,
            norm: &norm,
        },
        (half_width, half_height),
        Edge::Reflect,
    );
    let mut norm = frame.winograd(halving(1), &input, HALVING_ROWS, (raw, None));
    watch.ended(Step::Quartering);

    let quarter = (width / 4, height / 4);
    for (block, pair) in network.residuals.chunks_exact(2).enumerate() {
        let source = match block {
            0 => Source::Layer { raw, norm: &norm },
            _ => Source::Residual {
                raw,
                norm: &norm,
                stream: before,
            },
        };
        let input = Input::new(source, quarter, Edge::Reflect);
        let inner_norm = frame.winograd((&pair[0], Tiling::Same), &input, RESIDUAL_ROWS, (inner, Some(stream)));
        let input = Input::new(
            Source::Layer {
                raw: inner,
                norm: &inner_norm,
            },
            quarter,
            Edge::Reflect,
        );
        norm = frame.winograd((&pair[1], Tiling::Same), &input, RESIDUAL_ROWS, (raw, None));
        std::mem::swap(&mut stream, &mut before);
    }
    watch.ended(Step::Residuals);

    let input = Input::new(
        Source::Residual {
            raw,
            norm: &norm,
            stream: before,
        },
        quarter,
        Edge::Clamp,
    );
    let norm = frame.winograd(
        (&network.first_doubling, Tiling::Same),
        &input,
        RESIDUAL_ROWS,
        (inner, None),
    );
    watch.ended(Step::FirstDoubling);
    let phases = Phases {
        raw: inner,
        norm: &norm,
        width: half_width,
        height: half_height,
    };
    let pixels = &mut medium[..half_height * half_width * Shape::Doubling.lanes()];
    let norm = frame.doubling(&network.second_doubling, &phases, pixels);
    watch.ended(Step::SecondDoubling);
    let planes = &mut planes[..height * planes_row(width)];
    let norm = frame.last(
        &network.last,
        &Planes {
            raw: pixels,
            norm: &norm,
            width,
            height,
        },
        planes,
    );
    watch.ended(Step::Last);
    frame.finish(&norm, planes, width, (out, picture.width));
    watch.ended(Step::Output);
    *profile = watch.profile();
    Ok(())
}

/// Continues the picture to the network's size and by the 9x9 kernel's margins, both by mirroring.
fn pad(picture: Picture<'_>, (width, height): (usize, usize), padded: &mut [f32]) {
    let row_len = picture.width * 3;
    for (y, row) in padded
        .chunks_exact_mut(pitch(width))
        .take(height + 2 * MARGIN)
        .enumerate()
    {
        let inside = Edge::Reflect.resolve(y as isize - MARGIN as isize, height);
        let from = &picture.rgb[Edge::Reflect.resolve(inside as isize, picture.height) * row_len..][..row_len];
        row[MARGIN * 3..][..row_len].copy_from_slice(from);
        for x in (0..MARGIN).chain(MARGIN + picture.width..width + 2 * MARGIN) {
            let inside = Edge::Reflect.resolve(x as isize - MARGIN as isize, width);
            let from = Edge::Reflect.resolve(inside as isize, picture.width) * 3;
            row.copy_within(MARGIN * 3 + from..MARGIN * 3 + from + 3, x * 3);
        }
    }
}
