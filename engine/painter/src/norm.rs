//! Instance norm: from sums over a picture to a factor and an offset a channel.

use super::{Styles, weights::Convolution};

/// Channels of every tensor but the last ones, and so the lanes of sums, factors and offsets.
pub(super) const LANES: usize = 32;

/// What keeps the variance of a flat picture from being a divisor of zero; the network was trained with it.
const EPSILON: f64 = 1e-5;

/// Deviation, against the layer's largest mean, below which a channel is flat.
///
/// What varies less is the rounding of single precision. Divided by the root of [`EPSILON`] it would be 300 times as
/// large in the next layer, and strokes after a few, on a black picture too. On pictures with something in them the
/// least deviation is 1e-3 (a single bright pixel), on a gradient by half a level of 255 3e-5.
const FLAT: f64 = 2e-6;

/// A layer's norm as the next layer applies it: `value * scale + shift`, lane by lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Norm {
    pub(super) scale: [f32; LANES],
    pub(super) shift: [f32; LANES],
}

/// Sums over a strip, in single precision, as the kernels make them; lanes side by side.
///
/// A channel may be nearly constant at a value far from zero. Its variance would drown in the rounding of plain sums of
/// squares, and then be divided by; so values are taken relative to a pivot, the strip's first output.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(super) struct StripSums {
    /// Sums of `value - pivot`.
    pub(super) values: [f32; LANES],
    /// Sums of its squares.
    pub(super) squares: [f32; LANES],
    /// The strip's first output.
    pub(super) pivots: [f32; LANES],
    /// How many values each lane has; 0 when the pivots are still to be set.
    pub(super) count: usize,
}

/// Count, mean and sum of squared deviations, lane by lane.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    count: f64,
    means: [f64; LANES],
    deviations: [f64; LANES],
}

impl Moments {
    /// Adds a strip's values.
    pub(super) fn add(&mut self, strip: &StripSums) {
        let count = strip.count as f64;
        for lane in 0..LANES {
            let mean = f64::from(strip.values[lane]) / count;
            let deviation = f64::from(strip.squares[lane]) - count * mean * mean;
            self.merge(lane, (count, mean + f64::from(strip.pivots[lane]), deviation));
        }
        self.count += count;
    }

    /// Merges other values into a lane. The caller then adds to the count.
    ///
    /// **Source**: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
    /// Variances", 1979, equation 2.1.
    fn merge(&mut self, lane: usize, (count, mean, deviation): (f64, f64, f64)) {
        let total = self.count + count;
        let difference = mean - self.means[lane];
        self.means[lane] += difference * count / total;
        self.deviations[lane] += deviation + difference * difference * self.count * count / total;
    }
}

/// The norm of a layer whose first `lanes` are its channels over and over, from the moments of all jobs.
///
/// Jobs are merged in their order, whichever thread did them, so the result does not depend on the threads.
pub(super) fn reduce(jobs: &[Moments], lanes: usize, layer: &Convolution, styles: &Styles) -> Norm {
    let channels = layer.outputs();
    let mut total = Moments::default();
    for job in jobs {
        for phase in (0..lanes).step_by(channels) {
            for channel in 0..channels {
                total.merge(
                    channel,
                    (job.count, job.means[phase + channel], job.deviations[phase + channel]),
                );
            }
            total.count += job.count;
        }
    }
    let mut norm = Norm {
        scale: [0.0; LANES],
        shift: [0.0; LANES],
    };
    let largest = total.means[..channels]
        .iter()
        .map(|mean| mean * mean)
        .fold(0.0, f64::max);
    for channel in 0..channels {
        let (gamma, beta) = layer.norm(styles, channel);
        let variance = total.deviations[channel] / total.count;
        let scale = if variance < FLAT * FLAT * largest {
            0.0
        } else {
            gamma / (variance + EPSILON).sqrt()
        };
        for lane in (channel..LANES).step_by(channels) {
            norm.scale[lane] = scale as f32;
            norm.shift[lane] = (beta - total.means[channel] * scale) as f32;
        }
    }
    norm
}

impl Norm {
    /// Whether all numbers are numbers: they aren't when the picture's weren't.
    pub(super) fn is_finite(&self) -> bool {
        self.scale.iter().chain(&self.shift).all(|v| v.is_finite())
    }
}
