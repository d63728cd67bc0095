//! Pulse detection: whether there is a pulse at all; noise, drones, random clicks and silence have none.
//!
//! Two hypotheses are compared at every hop by their log likelihood: that beats come where the filter expects them, and that
//! onsets come at random (a Bernoulli process of one of several rates). A pulse must be likelier than any of these, and its
//! beats must be certain. A sound that rings out without onsets has no more beats.

/// Rates of random onsets: probabilities at a hop.
const RATES: [f32; 3] = [0.01, 0.02, 0.04];
/// Time constants in hops: a clear pulse is detected over the first, a faint one over the second.
const TIME_CONSTANTS: [f32; 2] = [300.0, 1_000.0];
/// The lowest log likelihood ratio, for each 100 hops of the time constant, so that it can rise again soon.
const MIN_RATIO: f32 = 3.0;
/// The weight of the beats' certainty, and how much of it noise has.
const CERTAINTY_GAIN: f32 = 4.0;
const NOISE_CERTAINTY: f32 = 0.7;
/// A pulse is detected from these scores on, over the shorter and over the longer time, until the shorter one's falls to
/// the last.
const ONSET_SCORES: [f32; 2] = [0.7, -0.4];
const RELEASE_SCORE: f32 = -2.5;
/// Where the periodicity over four beats is above this, there is a pulse too, unless the shorter time's score is below the
/// last; and there is one as long as it stays above the second. White noise and random clicks have 0.2 or less.
const PERIODICITY: f32 = 0.33;
const RELEASE_PERIODICITY: f32 = 0.3;
const PERIODICITY_SCORE: f32 = -2.4;
/// The same of stretches so short that much in them is periodic by chance: up to a share of a whole one, the least
/// periodicity, and the least score of the shorter time.
const SHORT_STRETCHES: [(f32, f32, f32); 2] = [(0.44, 0.45, -0.8), (0.65, PERIODICITY, -1.6)];
/// Where the TCN's log odds of a pulse (over about so many hops) are above the second, there is one too, unless the shorter
/// time's score is below the third, or the sum of both below the fourth; and there is one as long as they stay above the
/// last.
const TCN_HOPS: f32 = 50.0;
const TCN_LOG_ODDS: f32 = 1.5;
const TCN_SCORE: f32 = -2.5;
const TCN_SUM: f32 = 1.5;
const TCN_RELEASE: f32 = 1.0;
/// The shorter time's score at which the confidence is 1.
const CERTAIN_SCORE: f32 = 4.0;
/// The loudness that counts as silence, and hops of silence after which the pulse is over.
const SILENCE: f32 = 0.15;
const PAUSE_HOPS: u32 = 120;

/// A hop whose likelihood ratio as a beat is above this is an onset. What has had none for so many beats, and is so much
/// quieter than its peak (which falls that much at each hop), rings out.
const ONSET_RATIO: f32 = 2.5;
const BEATS_WITHOUT: f32 = 1.4;
const QUIETER: f32 = 0.15;
const PEAK_FALL: f32 = 0.0005;

/// What is known of a hop by which a pulse is detected.
#[derive(Debug, Clone, Copy)]
pub(super) struct PulseObservation {
    /// The likelihood ratio of a beat at the hop.
    pub ratio: f32,
    /// The filter's log evidence of the hop.
    pub evidence: f32,
    /// Loudness, 0 to 1.
    pub loudness: f32,
    /// The probability and the period in hops of the beat that was found, if one was.
    pub beat: Option<(f32, f32)>,
    /// The periodicity at the current period, -1 to 1.
    pub periodicity: f32,
    /// The share of a whole stretch that it was taken from, 0 to 1.
    pub share: f32,
    /// The TCN's log odds of a pulse.
    pub tcn: f32,
}

/// Detects a pulse hop by hop.
pub(super) struct PulseDetector {
    /// Log likelihood ratios of the pulse against random onsets, by time constant and rate.
    ratios: [[f32; RATES.len()]; 2],
    /// The sum of the beats' probabilities, by time constant.
    certainty: [f32; 2],
    silent: u32,
    detected: bool,
    score: f32,
    /// Hops since the last onset.
    since_onset: u32,
    /// The last beat's period in hops; 0 before any.
    period: f32,
    /// The loudness of late, a peak that falls slowly.
    peak: f32,
    rings_out: bool,
    /// The TCN's log odds of a pulse, smoothed.
    tcn: f32,
}

impl PulseDetector {
    pub fn new() -> Self {
        Self {
            ratios: [[0.0; RATES.len()]; 2],
            certainty: [0.0; 2],
            silent: 0,
            detected: false,
            score: 0.0,
            since_onset: 0,
            period: 0.0,
            peak: 0.0,
            rings_out: false,
            tcn: 0.0,
        }
    }

    /// Takes the next hop.
    pub fn push(&mut self, hop: PulseObservation) {
        let mut scores = [0.0; 2];
        for (nth, score) in scores.iter_mut().enumerate() {
            let hops = TIME_CONSTANTS[nth];
            let keep = (-1.0 / hops).exp();
            let mut least = f32::MAX;
            for (ratio, rate) in self.ratios[nth].iter_mut().zip(RATES) {
                let more = hop.evidence - (1.0 - rate + rate * hop.ratio).ln();
                *ratio = (*ratio * keep + more).max(-MIN_RATIO * hops / 100.0);
                least = least.min(*ratio);
            }
            self.certainty[nth] *= keep;
            if let Some((probability, period)) = hop.beat {
                self.certainty[nth] += probability * period;
            }
            *score = least * 100.0 / hops + CERTAINTY_GAIN * (self.certainty[nth] / hops - NOISE_CERTAINTY);
        }
        self.since_onset = if hop.ratio > ONSET_RATIO {
            0
        } else {
            self.since_onset + 1
        };
        self.period = hop.beat.map_or(self.period, |(_, period)| period);
        self.peak = hop.loudness.max(self.peak - PEAK_FALL);
        self.rings_out = self.period > 0.0
            && self.since_onset as f32 > BEATS_WITHOUT * self.period
            && hop.loudness < self.peak - QUIETER;
        self.tcn += (hop.tcn - self.tcn) / TCN_HOPS;
        self.silent = if hop.loudness < SILENCE { self.silent + 1 } else { 0 };
        if self.silent >= PAUSE_HOPS {
            *self = Self {
                silent: self.silent,
                ..Self::new()
            };
        } else if self.detected {
            self.detected =
                scores[0] > RELEASE_SCORE || hop.periodicity > RELEASE_PERIODICITY || self.tcn > TCN_RELEASE;
        } else {
            let short = SHORT_STRETCHES.into_iter().find(|(most, ..)| hop.share < *most);
            let (periodicity, score) = short.map_or((PERIODICITY, PERIODICITY_SCORE), |(_, periodicity, score)| {
                (periodicity, score)
            });
            let periodic = hop.periodicity > periodicity && scores[0] > score;
            let by_tcn = self.tcn > TCN_LOG_ODDS && scores[0] > TCN_SCORE && self.tcn + scores[0] > TCN_SUM;
            self.detected = by_tcn || periodic || scores[0] > ONSET_SCORES[0] || scores[1] > ONSET_SCORES[1];
        }
        self.score = scores[0];
    }

    /// 0 (there is no pulse, or what sounds rings out) to 1.
    pub fn confidence(&self) -> f32 {
        if self.detected && !self.rings_out {
            ((self.score - RELEASE_SCORE) / (CERTAIN_SCORE - RELEASE_SCORE)).clamp(0.05, 1.0)
        } else {
            0.0
        }
    }

    /// Whether the music has stopped.
    pub fn over(&self) -> bool {
        self.silent >= PAUSE_HOPS
    }
}
