//! Regressions with a ridge: logistic ones, and conditional logits, both by Newton's method.
//!
//! Their losses have one minimum each, so that what is found depends on the data alone.
//!
//! **Source**: D. McFadden, "Conditional logit analysis of qualitative choice behavior", 1974; C. Bishop, "Pattern
//! Recognition and Machine Learning", 2006, section 4.3.3.

use rayon::prelude::*;

/// No loss is still sought that is lower by less than this, as a share.
const ENOUGH: f64 = 1e-10;
/// The most steps: Newton's method needs about ten.
const STEPS: usize = 100;
/// Rows that are summed up by one thread at once.
const CHUNK: usize = 1 << 14;

/// What a logistic regression learns from: rows of inputs, each with the probability that is true of it and a weight.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    inputs: Vec<f32>,
    truths: Vec<f32>,
    weights: Vec<f32>,
}

impl Rows {
    /// Adds a row; all have as many inputs.
    pub fn push(&mut self, inputs: &[f32], truth: f32, weight: f32) {
        self.inputs.extend(inputs);
        self.truths.push(truth);
        self.weights.push(weight);
    }

    /// Adds all rows of others.
    pub fn append(&mut self, other: &Self) {
        self.inputs.extend(&other.inputs);
        self.truths.extend(&other.truths);
        self.weights.extend(&other.weights);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.truths.len()
    }

    /// Whether nothing in them is true, or nothing false.
    pub fn is_one_sided(&self) -> bool {
        let all = |wanted: fn(f32) -> bool| self.truths.iter().all(|truth| wanted(*truth));
        all(|truth| truth <= 0.0) || all(|truth| truth >= 1.0)
    }

    /// Inputs of a row.
    pub fn width(&self) -> usize {
        self.inputs.len() / self.truths.len().max(1)
    }

    /// The weighed mean of each input.
    pub fn means(&self) -> Vec<f64> {
        let mut means = vec![0.0; self.width()];
        for (row, weight) in self.inputs.chunks_exact(self.width().max(1)).zip(&self.weights) {
            for (mean, input) in means.iter_mut().zip(row) {
                *mean += f64::from(weight * input);
            }
        }
        let total: f64 = self.weights.iter().copied().map(f64::from).sum();
        means.iter().map(|mean| mean / total.max(1e-12)).collect()
    }
}

/// Weights of inputs, and what is added to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    pub weights: Vec<f64>,
    pub bias: f64,
}

impl Logistic {
    /// Fits the weights; `ridge` holds them down, and not the bias.
    pub fn fit(rows: &Rows, ridge: f64) -> Self {
        let width = rows.width();
        let mut ridges = vec![ridge; width];
        ridges.push(0.0);
        let mut weights = minimise(&ridges, |weights| sums(rows, weights));
        let bias = weights.pop().unwrap_or(0.0);
        Self { weights, bias }
    }

    /// The mean cross entropy of rows, by their weights.
    pub fn loss(&self, rows: &Rows) -> f64 {
        let mut weights = self.weights.clone();
        weights.push(self.bias);
        let total: f64 = rows.weights.iter().copied().map(f64::from).sum();
        sums(rows, &weights).loss / total.max(1e-12)
    }
}

/// A choice among alternatives: the inputs of each, and the probability that it is the right one.
#[derive(Debug, Clone)]
pub struct Choice {
    pub inputs: Vec<Vec<f64>>,
    pub right: Vec<f64>,
}

/// Fits the weights by which the alternatives of choices are told apart, given the ridge of each.
pub fn conditional_logit(choices: &[Choice], ridges: &[f64]) -> Vec<f64> {
    minimise(ridges, |weights| choice_sums(choices, weights))
}

/// The mean cross entropy of choices.
pub fn choice_loss(choices: &[Choice], weights: &[f64]) -> f64 {
    choice_sums(choices, weights).loss / choices.len().max(1) as f64
}

/// A loss with its first and second derivatives, the latter row by row.
#[derive(Debug, Clone)]
struct Sums {
    loss: f64,
    slope: Vec<f64>,
    curvature: Vec<f64>,
}

impl Sums {
    fn zero(count: usize) -> Self {
        Self {
            loss: 0.0,
            slope: vec![0.0; count],
            curvature: vec![0.0; count * count],
        }
    }

    fn add(&mut self, other: &Self) {
        let add = |a: &mut [f64], b: &[f64]| a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        self.loss += other.loss;
        add(&mut self.slope, &other.slope);
        add(&mut self.curvature, &other.curvature);
    }

    /// Adds `factor` times the product of inputs with themselves to the curvature.
    fn bend(&mut self, factor: f64, inputs: &[f64]) {
        let count = inputs.len();
        for (row, a) in self.curvature.chunks_exact_mut(count).zip(inputs) {
            row.iter_mut().zip(inputs).for_each(|(sum, b)| *sum += factor * a * b);
        }
    }
}

/// Those of a logistic regression, whose last weight is the bias.
fn sums(rows: &Rows, weights: &[f64]) -> Sums {
    let width = rows.width();
    let chunk = |first: usize| {
        let mut sums = Sums::zero(weights.len());
        let mut inputs = vec![1.0; weights.len()];
        for i in first..rows.len().min(first + CHUNK) {
            let row = &rows.inputs[i * width..][..width];
            inputs.iter_mut().zip(row).for_each(|(input, v)| *input = f64::from(*v));
            let (truth, weight) = (f64::from(rows.truths[i]), f64::from(rows.weights[i]));
            let odds = dot(weights, &inputs);
            let chance = 1.0 / (1.0 + (-odds).exp());
            // -(t ln p + (1 - t) ln(1 - p)), without overflow.
            sums.loss += weight * (odds.max(0.0) + (-odds.abs()).exp().ln_1p() - truth * odds);
            let miss = weight * (chance - truth);
            sums.slope.iter_mut().zip(&inputs).for_each(|(s, x)| *s += miss * x);
            sums.bend(weight * chance * (1.0 - chance), &inputs);
        }
        sums
    };
    // Chunks are added up in their order, so that the number of threads changes nothing.
    let firsts: Vec<usize> = (0..rows.len()).step_by(CHUNK).collect();
    let parts: Vec<Sums> = firsts.into_par_iter().map(chunk).collect();
    let mut total = Sums::zero(weights.len());
    parts.iter().for_each(|part| total.add(part));
    total
}

fn choice_sums(choices: &[Choice], weights: &[f64]) -> Sums {
    let mut sums = Sums::zero(weights.len());
    for choice in choices {
        let odds: Vec<f64> = choice.inputs.iter().map(|inputs| dot(weights, inputs)).collect();
        let most = odds.iter().copied().fold(f64::MIN, f64::max);
        let all = odds.iter().map(|odds| (odds - most).exp()).sum::<f64>().ln() + most;
        let mut mean = vec![0.0; weights.len()];
        for ((inputs, odds), right) in choice.inputs.iter().zip(&odds).zip(&choice.right) {
            let chance = (odds - all).exp();
            sums.loss += right * (all - odds);
            for ((slope, mean), input) in sums.slope.iter_mut().zip(&mut mean).zip(inputs) {
                *slope += (chance - right) * input;
                *mean += chance * input;
            }
            sums.bend(chance, inputs);
        }
        sums.bend(-1.0, &mean);
    }
    sums
}

/// Where a convex loss and half of `ridges` times the squares of the weights are least together.
fn minimise(ridges: &[f64], loss: impl Fn(&[f64]) -> Sums) -> Vec<f64> {
    let count = ridges.len();
    let held = |weights: &[f64]| {
        let mut sums = loss(weights);
        for (i, (ridge, weight)) in ridges.iter().zip(weights).enumerate() {
            sums.loss += 0.5 * ridge * weight * weight;
            sums.slope[i] += ridge * weight;
            // A trace more than the ridge, so that inputs that are always the same do no harm.
            sums.curvature[i * count + i] += ridge + 1e-9;
        }
        sums
    };
    let mut weights = vec![0.0; count];
    let mut now = held(&weights);
    for _ in 0..STEPS {
        let step = solve(now.curvature.clone(), now.slope.clone());
        let mut share = 1.0;
        let better = loop {
            let tried: Vec<f64> = weights.iter().zip(&step).map(|(w, s)| w - share * s).collect();
            let then = held(&tried);
            if then.loss < now.loss {
                break Some((tried, then));
            }
            share *= 0.5;
            if share < 1e-6 {
                break None;
            }
        };
        let Some((tried, then)) = better else {
            break;
        };
        let gain = now.loss - then.loss;
        (weights, now) = (tried, then);
        if gain <= ENOUGH * now.loss {
            break;
        }
    }
    weights
}

/// Solves `matrix x = right` for a symmetric positive definite matrix, by its Cholesky factor.
fn solve(mut matrix: Vec<f64>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for j in 0..n {
        for i in j..n {
            let sum: f64 = (0..j).map(|k| matrix[i * n + k] * matrix[j * n + k]).sum();
            let rest = matrix[i * n + j] - sum;
            matrix[i * n + j] = match i == j {
                true => rest.max(1e-12).sqrt(),
                false => rest / matrix[j * n + j],
            };
        }
    }
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| matrix[i * n + k] * right[k]).sum();
        right[i] = (right[i] - sum) / matrix[i * n + i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| matrix[k * n + i] * right[k]).sum();
        right[i] = (right[i] - sum) / matrix[i * n + i];
    }
    right
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logistic_regression_finds_the_weights_that_made_its_truths() {
        let (weights, bias) = ([1.5, -0.7], 0.4);
        let mut rows = Rows::default();
        for i in 0..40 {
            for j in 0..40 {
                let x = [i as f32 / 10.0 - 2.0, (j * 7 % 40) as f32 / 10.0 - 2.0];
                let odds = bias + weights[0] * x[0] + weights[1] * x[1];
                rows.push(&x, 1.0 / (1.0 + (-odds).exp()), 1.0);
            }
        }
        let fitted = Logistic::fit(&rows, 0.0);
        assert!((fitted.bias - 0.4).abs() < 1e-4, "{fitted:?}");
        assert!(
            fitted
                .weights
                .iter()
                .zip(weights)
                .all(|(a, b)| (a - f64::from(b)).abs() < 1e-4),
            "{fitted:?}"
        );
        let held = Logistic::fit(&rows, 1_000.0);
        assert!(
            held.weights[0] < 0.8 && held.loss(&rows) > fitted.loss(&rows),
            "{held:?}"
        );
        assert!(
            rows.means().iter().all(|mean| (mean + 0.05).abs() < 1e-3),
            "{:?}",
            rows.means()
        );
    }

    #[test]
    fn a_conditional_logit_finds_what_decides() {
        let weights = [2.0, -1.0, 0.5];
        let choice = |k: usize| {
            let input = |i: usize, j: usize| ((k * 31 + i * 17 + j * 7 + k * i * j) % 13) as f64 / 13.0;
            let inputs: Vec<Vec<f64>> = (0..4).map(|i| (0..3).map(|j| input(i, j)).collect()).collect();
            let odds: Vec<f64> = inputs.iter().map(|inputs| dot(&weights, inputs).exp()).collect();
            let all: f64 = odds.iter().sum();
            Choice {
                inputs,
                right: odds.iter().map(|odds| odds / all).collect(),
            }
        };
        let choices: Vec<Choice> = (0..200).map(choice).collect();
        let fitted = conditional_logit(&choices, &[0.0; 3]);
        assert!(
            fitted.iter().zip(weights).all(|(a, b)| (a - b).abs() < 1e-3),
            "{fitted:?}"
        );
        assert!(choice_loss(&choices, &fitted) < choice_loss(&choices, &[0.0; 3]));
    }
}
