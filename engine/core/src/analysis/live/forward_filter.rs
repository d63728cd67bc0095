//! The forward algorithm on a hidden Markov model of tempo and beat phase: the posterior of the beats around now, from hop
//! to hop.
//!
//! A state is a beat period and the hop at which the beat began. A beat that ends begins another, of the same period or one
//! near it, weighted by the likelihood ratio of a beat at this hop. The model is causal, so what it says of the hops to come
//! is a prediction.
//!
//! **Source**: F. Krebs, S. Boeck, G. Widmer, "An efficient state-space model for joint tempo and meter tracking",
//! ISMIR 2015.

use super::super::{
    beat_model::{MAX_CHANGE, TempoPreference, change_cost},
    tempo_octave::{MIN_PERIOD, PERIODS},
};

/// The longest beat period in hops: 40 beats a minute.
const MAX_PERIOD: usize = MIN_PERIOD + PERIODS - 1;
/// Hops whose beats are remembered.
const ROWS: usize = MAX_PERIOD + 1;
/// The standard deviation of the periods' prior around the preferred one, in octaves.
const PRIOR_OCTAVES: f32 = 0.8;
/// The weight of a period's log likelihood, for each second; periods within this share of another have its likelihood, for
/// a tempo that changes was another when it was estimated.
const LIKELIHOOD_GAIN: f32 = 1.3;
const LIKELIHOOD_SPREAD: f32 = 0.05;
/// Periods that differ by no more than this share are one metrical level.
const SAME_LEVEL: f32 = 0.08;
/// The probability at each hop that a pulse begins anew, of any tempo, so that a new song is found.
const RESTART: f32 = 1e-7;
/// The probability, against going on to its end, that a beat ends at its middle while the tempo is not known: so an off-beat
/// that was taken for the beat at first is left soon. It falls to 0 as the tempo comes to be known.
const PHASE_FLIP: f32 = 0.03;

/// The probability that a beat begins, hop by hop around now.
pub(super) struct BeatPosterior {
    /// `past[a]`: that the beat that lasts now began `a` hops ago.
    pub past: [f32; MAX_PERIOD],
    /// `next[d]`: that it ends in `d` hops.
    pub next: [f32; MAX_PERIOD + 1],
}

/// The probabilities of all states.
pub(super) struct BeatFilter {
    /// The mass of beats that began at a hop, by period; a ring buffer of hops.
    begun: Vec<f32>,
    hop: usize,
    /// The prior of the periods.
    prior: [f32; PERIODS],
    /// The weight of each period by the preferred period of tapping.
    preference: [f32; PERIODS],
    /// The weight of each period by its likelihood.
    likelihood: [f32; PERIODS],
    /// How far the tempo is not known yet, 0 to 1.
    uncertainty: f32,
    transitions: Vec<(usize, Vec<f32>)>,
    /// The posterior of beats around the last hop.
    pub posterior: BeatPosterior,
    /// The log evidence of the last hop, against no beat at all. All mass is 1 before each hop.
    pub evidence: f32,
}

impl BeatFilter {
    pub fn new() -> Self {
        let preferred = TempoPreference::CAUSAL;
        let mut prior = [0.0; PERIODS];
        let mut preference = [0.0; PERIODS];
        for k in 0..PERIODS {
            let period = (MIN_PERIOD + k) as f32;
            prior[k] = (-0.5 * (preferred.octaves(period) / PRIOR_OCTAVES).powi(2)).exp() / period;
            preference[k] = preferred.log_weight(period).exp();
        }
        let sum: f32 = prior.iter().sum();
        prior.iter_mut().for_each(|p| *p /= sum);
        let mut begun = vec![0.0; ROWS * PERIODS];
        // Before the first hop every beat may have begun anywhere.
        for age in 1..MAX_PERIOD {
            for k in 0..PERIODS {
                if MIN_PERIOD + k > age {
                    begun[((2 * ROWS - age) % ROWS) * PERIODS + k] = prior[k] / (MIN_PERIOD + k) as f32;
                }
            }
        }
        Self {
            begun,
            hop: 0,
            prior,
            preference,
            likelihood: [1.0; PERIODS],
            uncertainty: 1.0,
            transitions: transitions(),
            posterior: BeatPosterior {
                past: [0.0; MAX_PERIOD],
                next: [0.0; MAX_PERIOD + 1],
            },
            evidence: 0.0,
        }
    }

    /// Takes the log likelihood of each period, and how far it can be trusted, 0 to 1.
    pub fn set_tempo_likelihood(&mut self, log_likelihood: &[f32; PERIODS], trust: f32) {
        self.uncertainty = 1.0 - trust;
        for k in 0..PERIODS {
            let period = MIN_PERIOD + k;
            let reach = (LIKELIHOOD_SPREAD * period as f32) as usize;
            let near = &log_likelihood[k.saturating_sub(reach)..(k + reach + 1).min(PERIODS)];
            let most = near.iter().copied().fold(f32::MIN, f32::max);
            self.likelihood[k] = (LIKELIHOOD_GAIN * trust * most * period as f32 / 100.0).exp();
        }
    }

    /// Takes the log odds of a beat against an off-beat, `ago` hops before the last one: what is known only late.
    pub fn observe_phase(&mut self, ago: usize, log_odds: f32) {
        if log_odds == 0.0 || self.hop <= ago {
            return;
        }
        let gain = log_odds.exp();
        let (mut before, mut after) = (0.0, 0.0);
        for age in 0..MAX_PERIOD {
            let row = (self.hop + 2 * ROWS - 1 - age) % ROWS;
            let from = (age + 1).saturating_sub(MIN_PERIOD);
            for k in from..PERIODS {
                let mass = &mut self.begun[row * PERIODS + k];
                before += *mass;
                let period = MIN_PERIOD + k;
                // Within a hop of the beat that the state began with, or one before it.
                if ago + 1 >= age && (ago + 1 - age) % period <= 2 {
                    *mass *= gain;
                }
                after += *mass;
            }
        }
        let scale = before / after;
        self.begun.iter_mut().for_each(|mass| *mass *= scale);
    }

    /// Takes the next hop, given the likelihood ratio of a beat at it.
    pub fn step(&mut self, ratio: f32) {
        let mut ended = [0.0; PERIODS];
        for (k, ended) in ended.iter_mut().enumerate() {
            let row = (self.hop + 2 * ROWS - MIN_PERIOD - k) % ROWS;
            let middle = (self.hop + 2 * ROWS - (MIN_PERIOD + k) / 2) % ROWS;
            *ended = self.begun[row * PERIODS + k] + PHASE_FLIP * self.uncertainty * self.begun[middle * PERIODS + k];
        }
        let row = self.hop % ROWS;
        for k in 0..PERIODS {
            let (near, shares) = &self.transitions[k];
            let mass: f32 = ended[*near..].iter().zip(shares).map(|(e, s)| e * s).sum();
            self.begun[row * PERIODS + k] =
                ratio * (mass * self.preference[k] * self.likelihood[k] + RESTART * self.prior[k]);
        }
        self.marginalise();
        let after: f32 = self.posterior.past.iter().sum();
        self.evidence = after.ln();
        let scale = 1.0 / after;
        self.begun.iter_mut().for_each(|mass| *mass *= scale);
        self.posterior.past.iter_mut().for_each(|mass| *mass *= scale);
        self.posterior.next.iter_mut().for_each(|mass| *mass *= scale);
        self.hop += 1;
    }

    /// Sums the states by when their beat began, and by when it ends.
    fn marginalise(&mut self) {
        self.posterior.next = [0.0; MAX_PERIOD + 1];
        for age in 0..MAX_PERIOD {
            let row = (self.hop + 2 * ROWS - age) % ROWS;
            let from = (age + 1).saturating_sub(MIN_PERIOD);
            let alive = &self.begun[row * PERIODS + from..(row + 1) * PERIODS];
            self.posterior.past[age] = alive.iter().sum();
            let first = MIN_PERIOD + from - age;
            for (sum, mass) in self.posterior.next[first..].iter_mut().zip(alive) {
                *sum += mass;
            }
        }
    }

    /// The mean period, in hops, of the beats that follow a beat within `reach` hops of the hop `ahead` of the last one.
    pub fn period_around(&self, ahead: i64, reach: usize) -> f32 {
        let (mut sum, mut mean) = (0.0, 0.0);
        self.each_around(ahead, reach, |mass, period| {
            sum += mass;
            mean += mass * period as f32;
        });
        mean / sum
    }

    /// The posterior of this level and phase: that a beat is within `reach` hops of the hop `ahead` of the last one, and that
    /// the period is about `period`. What remains is for half, double, the off-beat and all others.
    pub fn certainty(&self, ahead: i64, reach: usize, period: f32) -> f32 {
        let mut sum = 0.0;
        self.each_around(ahead, reach, |mass, other| {
            if (other as f32 - period).abs() <= SAME_LEVEL * period {
                sum += mass;
            }
        });
        sum.min(1.0)
    }

    /// Visits the mass and the period of all beats within `reach` hops of the hop `ahead` of the last one.
    fn each_around(&self, ahead: i64, reach: usize, mut visit: impl FnMut(f32, usize)) {
        let last = self.hop + 2 * ROWS - 1;
        for d in ahead - reach as i64..=ahead + reach as i64 {
            for k in 0..PERIODS {
                let period = MIN_PERIOD + k;
                // A beat that begins in the past is alive as it is; one to come likeliest has the period before.
                let age = if d <= 0 {
                    -d as usize
                } else {
                    period - (d as usize).min(period)
                };
                if age < period {
                    visit(self.begun[(last - age) % ROWS * PERIODS + k], period);
                }
            }
        }
    }
}

/// For each period the periods that it may follow: the first of them, and the probability of each transition.
fn transitions() -> Vec<(usize, Vec<f32>)> {
    let weight = |from: usize, to: usize| {
        let (before, after) = ((MIN_PERIOD + from) as f32, (MIN_PERIOD + to) as f32);
        match from == to {
            true => 1.0,
            false if (after / before - 1.0).abs() > MAX_CHANGE => 0.0,
            false => (-change_cost(before, after)).exp(),
        }
    };
    let sums: Vec<f32> = (0..PERIODS)
        .map(|from| (0..PERIODS).map(|to| weight(from, to)).sum())
        .collect();
    let transition = |to: usize| {
        let near: Vec<usize> = (0..PERIODS).filter(|&from| weight(from, to) > 0.0).collect();
        (
            near[0],
            near.iter().map(|&from| weight(from, to) / sums[from]).collect(),
        )
    };
    (0..PERIODS).map(transition).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_pulse_is_expected_where_it_comes() {
        for period in [30, 48, 61, 90] {
            let mut filter = BeatFilter::new();
            for hop in 0..period * 14 {
                filter.step(if hop % period == 0 { 50.0 } else { 0.2 });
            }
            // The last hop was the last before a beat.
            let next = &filter.posterior.next;
            let likeliest = (1..MAX_PERIOD).max_by(|&a, &b| next[a].total_cmp(&next[b])).unwrap();
            assert_eq!(likeliest, 1, "{period}");
            let found = filter.period_around(1, 3);
            // The mean of what is likely around it, which is not symmetric.
            assert!(
                (found - period as f32).abs() < 0.01 * period as f32 + 0.3,
                "{period}: {found}"
            );
        }
    }

    #[test]
    fn the_likeliest_tempo_and_phase_are_kept() {
        // Every off-beat is as loud as a beat; that the period is 60 hops is known at once, and the phase 41 hops late.
        for phase in [0, 30] {
            let mut filter = BeatFilter::new();
            let mut likelihood = [-8.0; PERIODS];
            likelihood[60 - MIN_PERIOD] = 0.0;
            filter.set_tempo_likelihood(&likelihood, 1.0);
            for hop in 0..60 * 20 + phase {
                if hop > 41 && (hop - 42) % 30 == 0 {
                    filter.observe_phase(41, if (hop - 42) % 60 == phase { 1.0 } else { -1.0 });
                }
                filter.step(if hop % 30 == 0 { 20.0 } else { 0.3 });
            }
            let next = &filter.posterior.next;
            let likeliest = (1..MAX_PERIOD).max_by(|&a, &b| next[a].total_cmp(&next[b])).unwrap();
            assert_eq!(likeliest, 1, "{phase}");
            let period = filter.period_around(1, 3);
            assert!((period - 60.0).abs() < 1.5, "{phase}: {period}");
        }
    }

    #[test]
    fn an_off_beat_taken_for_the_beat_is_left_while_little_is_known() {
        // Sounds on five off-beats, and from then on on the beats.
        let expected_after_beats = |trust: f32| {
            let mut filter = BeatFilter::new();
            let mut likelihood = [-8.0; PERIODS];
            likelihood[60 - MIN_PERIOD] = 0.0;
            filter.set_tempo_likelihood(&likelihood, 1.0);
            filter.uncertainty = 1.0 - trust;
            for hop in 0..60 * 7 {
                let sounds = if hop < 300 { hop % 60 == 30 } else { hop % 60 == 0 };
                filter.step(if sounds { 20.0 } else { 0.3 });
            }
            filter.posterior.next[..4].iter().sum::<f32>()
        };
        let (early, late) = (expected_after_beats(0.2), expected_after_beats(1.0));
        assert!(early > 2.0 * late && early > 0.3, "{early} {late}");
    }

    #[test]
    fn all_mass_stays_one() {
        let mut filter = BeatFilter::new();
        for hop in 0..3_000u32 {
            filter.step(if hop.wrapping_mul(2_654_435_761) >> 27 == 0 {
                1_000.0
            } else {
                1e-3
            });
            let (past, next) = (
                filter.posterior.past.iter().sum::<f32>(),
                filter.posterior.next.iter().sum::<f32>(),
            );
            assert!(
                (past - 1.0).abs() < 1e-3 && (next - 1.0).abs() < 1e-3,
                "{hop}: {past} {next}"
            );
            assert!(filter.evidence.is_finite());
        }
    }
}
