//! How fast the pulse goes, second by second: a tempogram by autocorrelation, and the likeliest way through it.
//!
//! **Source**: autocorrelation, comb and path after M. Davies, M. Plumbley, "Context-dependent beat tracking of musical
//! audio", IEEE TASLP 15(3), 2007, over several frequency groups.

use realfft::{RealFftPlanner, num_complex::Complex32};

use super::onset::{GROUPS, Onsets};

/// Hops in a tempogram window: 12 s.
const WINDOW: usize = 1_200;
/// Hops from one window to the next: 1 s.
pub(super) const STEP: usize = 100;
/// Length of the transform: no lag up to [`MAX_LAG`] wraps around.
const FFT: usize = 2_048;
/// The longest lag that is looked at, in hops.
const MAX_LAG: usize = 640;
/// Shortest and longest period of a pulse in hops: 330 to 32 beats a minute.
const PERIODS: (f32, f32) = (18.0, 188.0);
/// Ratio of neighbouring periods.
const RATIO: f32 = 1.012;
/// Weights of the comb's teeth at 1, 2, 3 and 4 periods.
const TEETH: [f32; 4] = [1.0, 0.9, 0.6, 0.7];
/// What a step to the neighbouring period costs.
const DRIFT_COST: f32 = 0.035;
/// What a jump to any period costs at most.
const JUMP_COST: f32 = 0.6;
/// The period in the middle of what people tap, in hops, and its spread in octaves.
///
/// **Source**: L. van Noorden, D. Moelants, "Resonance in the perception of musical pulse", JNMR 28(1), 1999.
const TAPPED: (f32, f32) = (52.0, 0.9);

/// The song's pulse: how strongly a beat may be felt at each hop, and how long a beat lasts there.
pub(super) struct Pulse {
    /// Onset strength over all groups, each against its own surroundings; 0 or more.
    pub strength: Vec<f32>,
    /// The same for each group.
    pub groups: Vec<[f32; GROUPS]>,
    /// Period in hops, one for each second.
    pub periods: Vec<f32>,
    /// How periodic the song is, 0 (not at all) to 1, one for each second.
    pub clarity: Vec<f32>,
}

impl Pulse {
    pub fn of(onsets: &Onsets) -> Self {
        let groups = balanced(onsets);
        let strength = groups
            .iter()
            .map(|hop| hop.iter().sum::<f32>() / GROUPS as f32)
            .collect();
        let rows = tempogram(&groups);
        let (periods, clarity) = path(&rows);
        Self {
            strength,
            groups,
            periods,
            clarity,
        }
    }

    /// The period at a hop, between the seconds' values.
    pub fn period_at(&self, hop: usize) -> f32 {
        let place = hop as f32 / STEP as f32;
        let last = self.periods.len() - 1;
        let index = (place as usize).min(last);
        let next = (index + 1).min(last);
        let share = (place - index as f32).clamp(0.0, 1.0);
        self.periods[index] * (1.0 - share) + self.periods[next] * share
    }
}

/// Each group's flux against its mean over 1 s and its strength around 8 s, so that quiet parts have a pulse too.
fn balanced(onsets: &Onsets) -> Vec<[f32; GROUPS]> {
    let hops = onsets.groups.len();
    let mut balanced = vec![[0.0; GROUPS]; hops];
    for group in 0..GROUPS {
        let curve: Vec<f32> = onsets.groups.iter().map(|hop| hop[group]).collect();
        let mean = moving_mean(&curve, 50);
        let lifted: Vec<f32> = curve.iter().zip(&mean).map(|(v, m)| (v - m).max(0.0)).collect();
        let squares: Vec<f32> = lifted.iter().map(|v| v * v).collect();
        let global = (squares.iter().sum::<f32>() / hops as f32).sqrt();
        let local = moving_mean(&squares, 400);
        for hop in 0..hops {
            let scale = 0.5 * global + 0.5 * local[hop].max(0.0).sqrt() + 0.02;
            balanced[hop][group] = (lifted[hop] / scale).min(6.0);
        }
    }
    balanced
}

/// Mean over `reach` values to each side.
pub(super) fn moving_mean(curve: &[f32], reach: usize) -> Vec<f32> {
    let mut sums = Vec::with_capacity(curve.len() + 1);
    let mut sum = 0.0f64;
    sums.push(sum);
    for &value in curve {
        sum += f64::from(value);
        sums.push(sum);
    }
    let mean = |index: usize| {
        let (from, to) = (index.saturating_sub(reach), (index + reach + 1).min(curve.len()));
        ((sums[to] - sums[from]) / (to - from) as f64) as f32
    };
    (0..curve.len()).map(mean).collect()
}

/// Period number `i` in hops.
fn period(i: usize) -> f32 {
    PERIODS.0 * RATIO.powi(i as i32)
}

/// How many periods are looked at.
fn periods() -> usize {
    ((PERIODS.1 / PERIODS.0).ln() / RATIO.ln()) as usize + 1
}

/// For each second, how well each period fits, from the autocorrelation of all groups.
fn tempogram(groups: &[[f32; GROUPS]]) -> Vec<Vec<f32>> {
    let mut planner = RealFftPlanner::<f32>::new();
    let forward = planner.plan_fft_forward(FFT);
    let inverse = planner.plan_fft_inverse(FFT);
    let mut input = forward.make_input_vec();
    let mut bins = forward.make_output_vec();
    let mut scratch = forward.make_scratch_vec();
    let mut power = vec![Complex32::default(); bins.len()];
    let mut correlation = inverse.make_output_vec();
    let hann: Vec<f32> = (0..WINDOW)
        .map(|i| (std::f32::consts::PI * (i as f32 + 0.5) / WINDOW as f32).sin().powi(2))
        .collect();
    // A window's own autocorrelation falls with the lag: dividing by it makes long lags count as short ones.
    let bias: Vec<f32> = (0..=MAX_LAG)
        .map(|lag| hann[lag..].iter().zip(&hann).map(|(a, b)| a * b).sum::<f32>())
        .collect();
    let mut rows = Vec::with_capacity(groups.len() / STEP + 1);
    for centre in (0..groups.len()).step_by(STEP) {
        power.fill(Complex32::default());
        for group in 0..GROUPS {
            input.fill(0.0);
            for (i, (input, hann)) in input.iter_mut().zip(&hann).enumerate() {
                let hop = (centre + i).checked_sub(WINDOW / 2).and_then(|hop| groups.get(hop));
                *input = hop.map_or(0.0, |hop| hop[group]);
                *input *= hann;
            }
            // Without the mean, silence between pulses speaks against a lag as loudly as pulses speak for it.
            let mean = input.iter().sum::<f32>() / hann.iter().sum::<f32>();
            input
                .iter_mut()
                .zip(&hann)
                .for_each(|(input, hann)| *input -= mean * hann);
            forward
                .process_with_scratch(&mut input, &mut bins, &mut scratch)
                .expect("the buffers were made by this transform");
            for (power, bin) in power.iter_mut().zip(&bins) {
                power.re += bin.norm_sqr();
            }
        }
        inverse
            .process(&mut power, &mut correlation)
            .expect("a power spectrum is real");
        let zero = correlation[0].max(1e-6) / bias[0];
        let at = |lag: f32| {
            let index = lag as usize;
            let share = lag - index as f32;
            let value = |i: usize| correlation[i] / bias[i];
            (value(index) * (1.0 - share) + value(index + 1) * share) / zero
        };
        let row = (0..periods()).map(|i| comb(period(i), at));
        rows.push(row.collect());
    }
    rows
}

/// Weighted mean of a correlation at whole numbers of periods.
fn comb(period: f32, at: impl Fn(f32) -> f32) -> f32 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (tooth, weight) in TEETH.iter().enumerate() {
        let lag = period * (tooth + 1) as f32;
        if lag < (MAX_LAG - 1) as f32 {
            // A tooth takes the best of its neighbourhood: players are not exact.
            let reach = 0.6;
            sum += weight * at(lag).max(at(lag - reach)).max(at(lag + reach));
            weights += weight;
        }
    }
    sum / weights
}

/// The likeliest periods through the tempogram, and how clear they are.
fn path(rows: &[Vec<f32>]) -> (Vec<f32>, Vec<f32>) {
    let count = periods();
    let prior: Vec<f32> = (0..count)
        .map(|i| {
            let octaves = (period(i) / TAPPED.0).log2() / TAPPED.1;
            (-0.5 * octaves * octaves).exp()
        })
        .collect();
    let mut score = vec![0.0f32; count];
    let mut from: Vec<Vec<u16>> = Vec::with_capacity(rows.len());
    for row in rows {
        let best = (0..count).max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
        let mut next = vec![0.0; count];
        let mut back = vec![0u16; count];
        for i in 0..count {
            let (mut value, mut source) = (score[best] - JUMP_COST, best);
            for near in i.saturating_sub(8)..(i + 9).min(count) {
                let candidate = score[near] - DRIFT_COST * i.abs_diff(near) as f32;
                if candidate > value {
                    (value, source) = (candidate, near);
                }
            }
            next[i] = value + row[i].max(0.0) * prior[i];
            back[i] = source as u16;
        }
        score = next;
        from.push(back);
    }
    let mut at = (0..count).max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
    let mut places = vec![0; rows.len()];
    for row in (0..rows.len()).rev() {
        places[row] = at;
        at = usize::from(from[row][at]);
    }
    let clarity = rows
        .iter()
        .zip(&places)
        .map(|(row, &i)| row[i].clamp(0.0, 1.0))
        .collect();
    (places.into_iter().map(period).collect(), clarity)
}
