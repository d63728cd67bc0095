//! The tempo network's training: one hidden layer, by Adam, on the chance that the felt length is chosen.
//!
//! **Source**: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.

use super::dice::Dice;

/// Hidden units.
pub const HIDDEN: usize = 24;
const EPOCHS: usize = 16;
const BATCH: usize = 8;
const RATE: f32 = 3e-3;
const DECAY: f32 = 1e-2;
/// While learning, features are off by up to this many spreads, and a curve's features are hidden so often.
const NOISE: f32 = 0.6;
const HIDE: f32 = 0.12;
/// Clues of one curve.
const CURVE: usize = 11;

/// A stretch: the features of each length, and which lengths are the felt one.
pub struct Example {
    pub rows: Vec<Vec<f32>>,
    pub felt: Vec<bool>,
}

/// Weights in the order in which they are stored.
pub struct Fitted {
    pub mean: Vec<f32>,
    pub scale: Vec<f32>,
    /// Inward weights unit by unit, biases, outward weights.
    pub weights: Vec<f32>,
}

/// Learns from `train`; after each epoch in five says how `test` is judged.
pub fn fit(mut train: Vec<Example>, mut test: Vec<Example>, seed: u64) -> Fitted {
    let inputs = train[0].rows[0].len();
    let (mean, scale) = spread(&train, inputs);
    for example in train.iter_mut().chain(&mut test) {
        for row in &mut example.rows {
            for ((v, m), s) in row.iter_mut().zip(&mean).zip(&scale) {
                *v = (*v - m) * s;
            }
        }
    }
    let mut dice = Dice::new(seed);
    let count = inputs * HIDDEN + 2 * HIDDEN;
    let reach = (1.0 / inputs as f32).sqrt();
    let mut weights: Vec<f32> = (0..count).map(|_| dice.between(-reach, reach)).collect();
    let (mut first, mut second) = (vec![0.0f32; count], vec![0.0f32; count]);
    let mut order: Vec<usize> = (0..train.len()).collect();
    let mut steps = 0;
    for epoch in 0..EPOCHS {
        for i in (1..order.len()).rev() {
            order.swap(i, dice.below(i + 1));
        }
        let rate = RATE * (1.0 - epoch as f32 / EPOCHS as f32);
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            let mut slope = vec![0.0; count];
            for &i in batch {
                loss += learn(&weights, &blurred(&train[i], &mut dice), &mut slope);
            }
            steps += 1;
            let (fade1, fade2) = (1.0 - 0.9f32.powi(steps), 1.0 - 0.999f32.powi(steps));
            for (((w, g), m), v) in weights.iter_mut().zip(&slope).zip(&mut first).zip(&mut second) {
                let g = g / batch.len() as f32;
                *m = 0.9 * *m + 0.1 * g;
                *v = 0.999 * *v + 0.001 * g * g;
                *w -= rate * (*m / fade1 / ((*v / fade2).sqrt() + 1e-8) + DECAY * *w);
            }
        }
        if epoch % 5 == 4 || epoch == 0 {
            let right = |set: &[Example]| {
                let hits = set
                    .iter()
                    .filter(|e| e.felt[best(&scores(&weights, &e.rows).0)])
                    .count();
                hits as f32 / set.len().max(1) as f32
            };
            println!(
                "epoch {}: loss {:.3}, felt tempo right {:.3}; of songs kept back {:.3}",
                epoch + 1,
                loss / train.len() as f32,
                right(&train),
                right(&test)
            );
        }
    }
    Fitted { mean, scale, weights }
}

/// An example as a worse recording would give it.
fn blurred(example: &Example, dice: &mut Dice) -> Example {
    let hidden: Vec<bool> = (0..example.rows[0].len().div_ceil(CURVE))
        .map(|_| dice.chance(HIDE))
        .collect();
    let blur = |(i, v): (usize, &f32), dice: &mut Dice| match hidden[i / CURVE] {
        true => 0.0,
        false => v + dice.between(-NOISE, NOISE),
    };
    let rows = example
        .rows
        .iter()
        .map(|row| row.iter().enumerate().map(|v| blur(v, dice)).collect());
    Example {
        rows: rows.collect(),
        felt: example.felt.clone(),
    }
}

fn best(scores: &[f32]) -> usize {
    (0..scores.len())
        .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
        .unwrap_or(0)
}

fn spread(set: &[Example], inputs: usize) -> (Vec<f32>, Vec<f32>) {
    let (mut sum, mut squares, mut count) = (vec![0.0f64; inputs], vec![0.0f64; inputs], 0.0f64);
    for row in set.iter().flat_map(|example| &example.rows) {
        count += 1.0;
        for ((s, q), v) in sum.iter_mut().zip(&mut squares).zip(row) {
            *s += f64::from(*v);
            *q += f64::from(*v) * f64::from(*v);
        }
    }
    let mean: Vec<f64> = sum.iter().map(|s| s / count).collect();
    let scale = squares
        .iter()
        .zip(&mean)
        .map(|(q, m)| 1.0 / ((q / count - m * m).max(0.0).sqrt() + 1e-4));
    (
        mean.iter().map(|&m| m as f32).collect(),
        scale.map(|s| s as f32).collect(),
    )
}

/// The score of each row, and its hidden units.
fn scores(weights: &[f32], rows: &[Vec<f32>]) -> (Vec<f32>, Vec<[f32; HIDDEN]>) {
    let inputs = rows[0].len();
    let (inward, rest) = weights.split_at(inputs * HIDDEN);
    let (bias, outward) = rest.split_at(HIDDEN);
    let hidden: Vec<[f32; HIDDEN]> = rows
        .iter()
        .map(|row| {
            let mut units = [0.0; HIDDEN];
            for ((unit, w), b) in units.iter_mut().zip(inward.chunks_exact(inputs)).zip(bias) {
                *unit = (w.iter().zip(row).map(|(w, x)| w * x).sum::<f32>() + b).tanh();
            }
            units
        })
        .collect();
    let score = |units: &[f32; HIDDEN]| units.iter().zip(outward).map(|(h, w)| h * w).sum();
    (hidden.iter().map(score).collect(), hidden)
}

/// Adds an example's slope; its loss.
fn learn(weights: &[f32], example: &Example, slope: &mut [f32]) -> f32 {
    let inputs = example.rows[0].len();
    let (scores, hidden) = scores(weights, &example.rows);
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let odds: Vec<f32> = scores.iter().map(|s| (s - most).exp()).collect();
    let sum: f32 = odds.iter().sum();
    let felt: f32 = odds
        .iter()
        .zip(&example.felt)
        .filter(|(_, f)| **f)
        .map(|(o, _)| o)
        .sum();
    let outward = &weights[inputs * HIDDEN + HIDDEN..];
    for (k, row) in example.rows.iter().enumerate() {
        let mut error = odds[k] / sum;
        if example.felt[k] {
            error -= odds[k] / felt.max(1e-20);
        }
        if error.abs() < 1e-6 {
            continue;
        }
        for unit in 0..HIDDEN {
            let h = hidden[k][unit];
            slope[inputs * HIDDEN + HIDDEN + unit] += error * h;
            let inner = error * outward[unit] * (1.0 - h * h);
            slope[inputs * HIDDEN + unit] += inner;
            let part = &mut slope[unit * inputs..(unit + 1) * inputs];
            part.iter_mut().zip(row).for_each(|(s, x)| *s += inner * x);
        }
    }
    (sum / felt.max(1e-20)).ln()
}

/// Weights of features that tell a beat from the place half a beat later: logistic regression on their difference.
///
/// Each song's rows are differences of features, beat less half-beat.
pub fn fit_phase(songs: &[Vec<Vec<f32>>]) -> Vec<f32> {
    let inputs = songs.iter().flatten().map(Vec::len).next().unwrap_or(0);
    let mut weights = vec![0.0f32; inputs];
    let dot = |w: &[f32], x: &[f32]| w.iter().zip(x).map(|(w, x)| w * x).sum::<f32>();
    for _ in 0..400 {
        let mut slope = vec![0.0f32; inputs];
        for song in songs.iter().filter(|song| !song.is_empty()) {
            for row in song {
                let miss = 1.0 / (1.0 + dot(&weights, row).exp()) / (song.len() * songs.len()) as f32;
                slope.iter_mut().zip(row).for_each(|(s, x)| *s += miss * x);
            }
        }
        weights
            .iter_mut()
            .zip(&slope)
            .for_each(|(w, s)| *w += 0.5 * (s - 0.002 * *w));
    }
    let means = songs.iter().filter(|song| !song.is_empty());
    let sums: Vec<f32> = means
        .map(|song| song.iter().map(|row| dot(&weights, row)).sum())
        .collect();
    let right = sums.iter().filter(|sum| **sum > 0.0).count() as f32 / sums.len().max(1) as f32;
    println!("phase: right in {right:.3} of songs, weights {weights:.4?}");
    weights
}
