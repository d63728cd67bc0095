//! Causal downbeat and metre tracking: the probability of every metre and place in the bar, by the forward algorithm.

use super::super::beat_model::METRES;

/// States: all places of all metres.
const STATES: usize = 2 + 3 + 4 + 5 + 6 + 7;
/// The chance that a bar starts anew in its middle.
const RESTART: f32 = 1e-3;

/// The probability of each metre and place of the last beat.
pub(super) struct DownbeatFilter {
    odds: [f32; STATES],
}

impl DownbeatFilter {
    pub fn new() -> Self {
        let mut odds = [0.0; STATES];
        let mut from = 0;
        for (metre, prior) in METRES.map(|metre| (metre.beats, metre.causal)) {
            odds[from..from + metre].fill(prior.exp() / metre as f32);
            from += metre;
        }
        let mut bars = Self { odds };
        bars.normalise();
        bars
    }

    /// Weighs the places by the log odds that the last beat was a downbeat.
    pub fn observe(&mut self, downbeat: f32) {
        let gain = downbeat.clamp(-6.0, 6.0);
        let mut from = 0;
        for metre in METRES.map(|metre| metre.beats) {
            // Both are probabilities, so that a long bar does not win by having few downbeats.
            self.odds[from] *= 1.0 / (1.0 + (-gain).exp());
            self.odds[from + 1..from + metre]
                .iter_mut()
                .for_each(|odds| *odds *= 1.0 / (1.0 + gain.exp()));
            from += metre;
        }
        self.normalise();
    }

    /// Goes on to the next beat: its place in the bar, from 1, and the beats in a bar.
    pub fn next(&mut self) -> (u32, u32) {
        let mut from = 0;
        for (metre, prior) in METRES.map(|metre| (metre.beats, metre.causal)) {
            let bar = &mut self.odds[from..from + metre];
            bar.rotate_right(1);
            bar.iter_mut()
                .for_each(|odds| *odds += RESTART * prior.exp() / metre as f32);
            from += metre;
        }
        self.normalise();
        self.best()
    }

    /// The likeliest place of the last beat, from 1, and the beats in a bar.
    fn best(&self) -> (u32, u32) {
        let mut from = 0;
        let mut best = (0.0, (1, 4));
        for metre in METRES.map(|metre| metre.beats) {
            for (place, odds) in self.odds[from..from + metre].iter().enumerate() {
                if *odds > best.0 {
                    best = (*odds, (place as u32 + 1, metre as u32));
                }
            }
            from += metre;
        }
        best.1
    }

    fn normalise(&mut self) {
        let sum: f32 = self.odds.iter().sum();
        self.odds.iter_mut().for_each(|odds| *odds /= sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metre_and_downbeats_are_found() {
        for metre in [2, 3, 4, 5, 7] {
            let mut bars = DownbeatFilter::new();
            let mut found = (0, 0);
            for beat in 0..metre * 16 {
                found = bars.next();
                bars.observe(if beat % metre == 1 { 2.0 } else { -2.0 });
            }
            // The last beat was two before the next downbeat's follower: its place is the last but one.
            assert_eq!(found, ((metre - 1) as u32, metre as u32), "{metre}");
        }
    }
}
