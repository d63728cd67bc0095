//! How the camera travels through a shot: drift, a passage that gathers speed, and settling after it.

/// The speed of the drift, against 1 at the cue.
const DRIFT: f64 = 0.12;
/// Strictly inside the shot's own scene, however near the cue is.
pub(super) const MOST: f64 = 1.0 - 1e-9;

/// The way through one shot as a function of how much of its travel is done (0 to 1). Its slope is continuous.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Profile {
    /// Until when the speed of the cue before wears off; 0 when the shot begins at rest.
    pub settled: f64,
    /// From when the passage gathers speed; 1 when there is none.
    pub passage: f64,
    /// Where the way ends: 1 at a cue that is passed through.
    pub reach: f64,
}

impl Profile {
    /// The way at `done` (0 to 1): 0 at 0, rising, `reach` at 1 but strictly below 1.
    pub(super) fn at(&self, done: f64) -> f64 {
        let done = done.clamp(0.0, 1.0);
        (self.reach * self.sum(done) / self.sum(1.0)).min(MOST)
    }

    /// How much is done where the way is `come`: [`Profile::at`] backwards.
    pub(super) fn inverse(&self, come: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..48 {
            let middle = (low + high) / 2.0;
            if self.at(middle) < come {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The integral of the speed.
    fn sum(&self, x: f64) -> f64 {
        let mut sum = DRIFT * x;
        if self.settled > 0.0 {
            let t = (x / self.settled).min(1.0);
            sum += (1.0 - DRIFT) * self.settled * (t - smooth_integral(t));
        }
        let left = 1.0 - self.passage;
        if left > 0.0 && x > self.passage {
            sum += (1.0 - DRIFT) * left * smooth_integral((x - self.passage) / left);
        }
        sum
    }
}

/// Rises from 0 at 0 to 1 at 1 with level ends.
pub(super) fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}

/// The integral of [`smooth`] from 0 to `x`, for `x` from 0 to 1.
pub(super) fn smooth_integral(x: f64) -> f64 {
    x * x * x * (1.0 - x / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_way_rises_smoothly_from_0_to_its_reach(
            passage in 0.02f64..=1.0,
            settled in 0.0f64..=1.0,
            reach in 0.01f64..=1.0,
        ) {
            let profile = Profile { settled: settled * passage, passage, reach };
            prop_assert_eq!(profile.at(0.0), 0.0);
            prop_assert!(profile.at(1.0) < 1.0 && (profile.at(1.0) - reach).abs() < 1e-8);
            let step = 1e-3;
            let slope = |i: u32| (profile.at(f64::from(i + 1) * step) - profile.at(f64::from(i) * step)) / step;
            let slopes: Vec<f64> = (0..1_000).map(slope).collect();
            prop_assert!(slopes.iter().all(|&slope| slope > 0.0));
            // A continuous slope changes by its own slope times the step: at most 1.5 (that of `smooth`) over the
            // shortest stretch, against a mean speed of at least DRIFT.
            let shortest = if profile.settled > 0.0 { profile.settled.min(1.0 - passage) } else { 1.0 - passage };
            let bound = reach * 1.5 / shortest.max(step) / DRIFT * step * 1.01 + 1e-9;
            for pair in slopes.windows(2) {
                prop_assert!((pair[1] - pair[0]).abs() <= bound.max(1e-6), "{pair:?} {bound}");
            }
        }
    }

    #[test]
    fn the_passage_is_much_faster_than_the_drift() {
        let profile = Profile {
            settled: 0.0,
            passage: 0.5,
            reach: 1.0,
        };
        let (drift, end) = (profile.at(0.1) / 0.1, (1.0 - profile.at(0.99)) / 0.01);
        assert!(end > 4.0 * drift, "{end} against {drift}");
    }
}
