//! Functions on numbers and curves that all of the analysis shares.

/// The logistic function, `1 / (1 + exp(-x))`.
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// `ln(p / (1 - p))`, within what float32 can tell.
pub(super) fn log_odds(p: f32) -> f32 {
    let p = p.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

/// The scalar product of features and their weights; of the longer of the two only the first numbers count.
pub(super) fn dot(features: &[f32], weights: &[f32]) -> f32 {
    features
        .iter()
        .zip(weights)
        .map(|(feature, weight)| feature * weight)
        .sum()
}

/// The value that a share of all values does not exceed; 0 without values.
pub(super) fn percentile(values: impl Iterator<Item = f32>, share: f32) -> f32 {
    let mut values: Vec<f32> = values.collect();
    if values.is_empty() {
        return 0.0;
    }
    let nth = ((values.len() - 1) as f32 * share).round() as usize;
    *values.select_nth_unstable_by(nth, f32::total_cmp).1
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

/// A curve convolved with a Gaussian of `sigma` hops; its first and last values continue beyond its ends.
pub(super) fn smooth(curve: &[f32], sigma: f32) -> Vec<f32> {
    let reach = (4.0 * sigma).ceil() as usize;
    let bell: Vec<f32> = (0..=reach).map(|d| (-0.5 * (d as f32 / sigma).powi(2)).exp()).collect();
    let sum = bell[0] + 2.0 * bell[1..].iter().sum::<f32>();
    let last = curve.len().saturating_sub(1);
    let at = |hop: usize| {
        let sides = |(d, weight): (usize, &f32)| weight * (curve[hop.saturating_sub(d)] + curve[(hop + d).min(last)]);
        let around: f32 = bell.iter().enumerate().skip(1).map(sides).sum();
        (bell[0] * curve[hop] + around) / sum
    };
    (0..curve.len()).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_keeps_the_sum() {
        let mut curve = vec![0.0; 50];
        curve[25] = 1.0;
        let smoothed = smooth(&curve, 2.0);
        assert!((smoothed.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(smoothed[25] > smoothed[24] && (smoothed[24] - smoothed[26]).abs() < 1e-6);
        assert_eq!(smooth(&[3.0; 9], 1.0), [3.0; 9]);
        assert_eq!(moving_mean(&[0.0, 3.0, 0.0], 1), [1.5, 1.0, 1.5]);
    }
}
