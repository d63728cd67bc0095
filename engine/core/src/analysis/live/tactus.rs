//! The tactus: the likelihood of each tempo, its periodicity, and the phase of the beat, estimated over the last while; what
//! needs the chroma flux of a hop is known only when that hop has passed.

use std::collections::VecDeque;

use super::super::{
    beat_features::BeatFeatures,
    beat_phase::{LIKELY, OFFBEAT_GAIN, OFFBEAT_MAX, phase_log_odds},
    beat_tcn::CHROMA_DELAY,
    chroma_flux,
    numeric::sigmoid,
    recording::HOPS_PER_CHROMA,
    stft::Chroma,
    tempo_octave::{MIN_PERIOD, PERIODS, TempoEstimator},
};

/// Hops after which all features of a hop are known, its chroma flux too.
const DELAY: usize = CHROMA_DELAY;
/// Hops by which the chroma's window is centred before the hop at which it is complete.
const CHROMA_BEHIND: usize = 6;
/// Chroma vectors that are remembered.
const CHROMA_COUNT: usize = 2 * chroma_flux::REACH + 1;
/// Hops of a stretch: fewer than in a whole song, so that a change is found soon.
const STRETCH: usize = 750;
/// Hops from one estimate of the tempo to the next.
const STEP: usize = 25;
/// How much of the loudest chroma is left after each: half after 30 s.
const KEEP: f32 = 0.9991;
/// Hops around a beat in which its features are looked for.
const REACH: usize = 2;
/// How much the phase counts against what it does in a whole song.
const PHASE_SHARE: f32 = 0.5;
/// Likely hops over which the mean phase log odds are taken.
const MEAN_PHASE_COUNT: f32 = 100.0;

/// Estimates the tactus from the last hops.
pub(super) struct TactusEstimator {
    estimator: TempoEstimator,
    /// The features of the last hops, their chroma flux zero until it is known, and the probability of a beat.
    features: VecDeque<BeatFeatures>,
    beat: VecDeque<f32>,
    chroma: VecDeque<Chroma>,
    /// The norm of the loudest chroma: of the bass, and of all notes.
    loud: [f32; 2],
    /// The last chroma flux: of the bass, and of all notes.
    flux: [f32; 2],
    phase_mean: f32,
    phase_count: f32,
    hops: usize,
    /// The log likelihood of each period as last estimated, and whether that was at this hop.
    likelihood: Option<[f32; PERIODS]>,
    fresh: bool,
    /// The share of a whole stretch that the estimate was made from, 1 at most.
    known: f32,
    /// The periodicity at each period.
    periodicity: [f32; PERIODS],
    /// The log odds of a beat against an off-beat, [`DELAY`] and two hops ago.
    phase: f32,
}

impl TactusEstimator {
    pub fn new() -> Self {
        Self {
            estimator: TempoEstimator::new(),
            features: VecDeque::new(),
            beat: VecDeque::new(),
            chroma: VecDeque::new(),
            loud: [0.0; 2],
            flux: [0.0; 2],
            phase_mean: 0.0,
            phase_count: 0.0,
            hops: 0,
            likelihood: None,
            fresh: false,
            known: 0.0,
            periodicity: [0.0; PERIODS],
            phase: 0.0,
        }
    }

    /// Takes the chroma, every [`HOPS_PER_CHROMA`] hops, before the hop at which its window is complete.
    pub fn push_chroma(&mut self, chroma: Chroma) {
        if self.chroma.len() == CHROMA_COUNT {
            self.chroma.pop_front();
        }
        self.loud[0] = (self.loud[0] * KEEP).max(chroma_flux::norm(&chroma.bass));
        self.loud[1] = (self.loud[1] * KEEP).max(chroma_flux::norm(&chroma.all));
        self.chroma.push_back(chroma);
        if self.chroma.len() == CHROMA_COUNT {
            let all = self.chroma.make_contiguous();
            let (before, after) = (&all[..chroma_flux::REACH], &all[chroma_flux::REACH + 1..]);
            self.flux = [
                chroma_flux::flux_between(before, after, |chroma| &chroma.bass, self.loud[0]),
                chroma_flux::flux_between(before, after, |chroma| &chroma.all, self.loud[1]),
            ];
        }
    }

    /// The last chroma flux that is known, as features: of the bass, and of all notes.
    pub fn chroma_flux(&self) -> [f32; 2] {
        self.flux.map(chroma_flux::feature)
    }

    /// Takes the features of a hop, its chroma flux zero.
    pub fn push(&mut self, features: &BeatFeatures) {
        const { assert!(DELAY + HOPS_PER_CHROMA > HOPS_PER_CHROMA * chroma_flux::REACH + CHROMA_BEHIND) };
        if self.features.len() == STRETCH + DELAY {
            self.features.pop_front();
            self.beat.pop_front();
        }
        self.features.push_back(*features);
        self.beat.push_back(sigmoid(features.causal_log_odds()));
        self.hops += 1;
        self.phase = 0.0;
        self.fresh = false;
        let Some(whole) = self.features.len().checked_sub(DELAY) else {
            return;
        };
        let flux = self.chroma_flux();
        if let Some(features) = whole.checked_sub(1).and_then(|at| self.features.get_mut(at)) {
            [features.bass_chroma_flux, features.chroma_flux] = flux;
        }
        self.phase = self.phase(whole);
        if self.hops.is_multiple_of(STEP) && whole >= TempoEstimator::MIN_STRETCH {
            let from = whole.saturating_sub(STRETCH);
            let features = &self.features.make_contiguous()[from..whole];
            let beat = &self.beat.make_contiguous()[from..whole];
            let (likelihood, periodicity) = self.estimator.estimate(features, beat);
            self.likelihood = Some(likelihood);
            self.periodicity = periodicity;
            self.fresh = true;
            self.known = whole.min(STRETCH) as f32 / STRETCH as f32;
        }
    }

    /// The log odds of a beat against an off-beat in the middle of the last whole hops.
    fn phase(&mut self, whole: usize) -> f32 {
        let Some(at) = whole.checked_sub(1 + REACH).filter(|at| *at >= REACH) else {
            return 0.0;
        };
        if self.beat[at] <= LIKELY {
            return 0.0;
        }
        let near = self
            .features
            .range(at - REACH..=at + REACH)
            .map(phase_log_odds)
            .fold(f32::MIN, f32::max);
        self.phase_count = (self.phase_count + 1.0).min(MEAN_PHASE_COUNT);
        self.phase_mean += (near - self.phase_mean) / self.phase_count;
        PHASE_SHARE * OFFBEAT_GAIN * (near - self.phase_mean).clamp(-OFFBEAT_MAX, OFFBEAT_MAX)
    }

    /// The log likelihood of each period against the likeliest, where it was estimated at this hop; and how far it can be
    /// trusted, 0 to 1: a short stretch often has the wrong tempo.
    pub fn fresh_likelihood(&self) -> Option<(&[f32; PERIODS], f32)> {
        self.likelihood
            .as_ref()
            .filter(|_| self.fresh)
            .map(|likelihood| (likelihood, self.known))
    }

    /// The share of a whole stretch that the last estimate was made from, 0 to 1.
    pub fn known(&self) -> f32 {
        self.known
    }

    /// The periodicity of beats about `period` hops apart, -1 to 1.
    pub fn periodicity(&self, period: f32) -> f32 {
        let k = (period.round() as usize).clamp(MIN_PERIOD, MIN_PERIOD + PERIODS - 1) - MIN_PERIOD;
        let near = k.saturating_sub(1)..(k + 2).min(PERIODS);
        self.periodicity[near].iter().copied().fold(f32::MIN, f32::max)
    }

    /// The log odds of a beat against an off-beat, so many hops before the last one.
    pub fn late_phase(&self) -> (usize, f32) {
        (DELAY + REACH, self.phase)
    }
}
