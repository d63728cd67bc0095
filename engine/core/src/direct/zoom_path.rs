//! How fast the camera may go at each moment of the song, added up, so that any moment's way is found at once.

use crate::{
    analysis::{BeatGrid, HOPS_PER_SEC},
    automation::{Curve, Param, automated},
    time::SamplePos,
};

/// How much a build-up quickens the zoom.
const BUILD: f64 = 0.6;
/// How much faster the zoom is on the beat than on average, at reactivity 1.
const PULSE: f64 = 0.15;

/// How much faster the zoom is at a position in beats than on average, as a share; `reactivity` 0 or more.
pub(super) fn pulse(beat: f64, reactivity: f64) -> f64 {
    PULSE * reactivity.min(2.0) * (beat * std::f64::consts::TAU).cos()
}

/// What the speed depends on.
pub(super) struct ZoomSpeed<'a> {
    pub grid: &'a BeatGrid,
    pub curves: &'a [Curve],
    pub zoom_rate: f64,
    pub reactivity: f64,
    /// Build-up at a sample, 0 to 1.
    pub build: &'a dyn Fn(SamplePos) -> f64,
}

/// The zoom's speed over the song, added up from its start, in seconds at rate 1: forwards and backwards apart.
#[derive(Debug)]
pub(super) struct ZoomPath {
    rate_hz: f64,
    forward: Vec<f64>,
    backward: Vec<f64>,
}

impl ZoomPath {
    /// For samples up to `end`.
    pub(super) fn new(speed_of: &ZoomSpeed<'_>, end: SamplePos) -> Self {
        let rate = speed_of.grid.rate;
        let hop = |h: u64| SamplePos(h * u64::from(rate.hz()) / u64::from(HOPS_PER_SEC));
        let hops = end.0 * u64::from(HOPS_PER_SEC) / u64::from(rate.hz()) + 2;
        let (mut forward, mut backward) = (vec![0.0], vec![0.0]);
        let (mut ahead, mut back) = (0.0, 0.0);
        for h in 0..hops {
            let at = hop(h);
            let speed = speed_of.zoom_rate * automated(speed_of.curves, Param::Zoom, at).unwrap_or(1.0);
            let faster = if speed_of.grid.beats.is_empty() {
                0.0
            } else {
                let reactivity = speed_of.reactivity * automated(speed_of.curves, Param::Reactivity, at).unwrap_or(1.0);
                pulse(speed_of.grid.beat_at(at), reactivity)
            };
            let speed = speed * (1.0 + faster) * (1.0 + BUILD * (speed_of.build)(at)) / f64::from(HOPS_PER_SEC);
            ahead += speed.max(0.0);
            back += (-speed).max(0.0);
            forward.push(ahead);
            backward.push(back);
        }
        Self {
            rate_hz: f64::from(rate.hz()),
            forward,
            backward,
        }
    }

    /// The way zoomed in from one sample to another, in seconds at rate 1.
    pub(super) fn ahead(&self, from: SamplePos, to: SamplePos) -> f64 {
        self.sum(&self.forward, to) - self.sum(&self.forward, from)
    }

    /// The way zoomed out from one sample to another, in seconds at rate 1.
    pub(super) fn back(&self, from: SamplePos, to: SamplePos) -> f64 {
        self.sum(&self.backward, to) - self.sum(&self.backward, from)
    }

    fn sum(&self, sums: &[f64], at: SamplePos) -> f64 {
        let place = at.0 as f64 * f64::from(HOPS_PER_SEC) / self.rate_hz;
        let index = (place as usize).min(sums.len() - 2);
        let part = (place - index as f64).min(1.0);
        sums[index] + (sums[index + 1] - sums[index]) * part
    }
}
