//! The phase of the beat: whether a hop is a beat or the off-beat half a period later.

use super::{
    beat_features::BeatFeatures,
    numeric::{dot, log_odds, sigmoid},
};

/// What each feature says of a beat against the place half a period later, fitted by `cargo xtask train
/// tempo-octave` (`assets/level` says on what);
/// how much that counts; and the most that it says.
const OFFBEAT_WEIGHTS: [f32; BeatFeatures::LEN] = [
    0.3837, -0.2217, -0.0774, 0.5254, 0.0894, -0.0236, -0.1793, 0.0574, 0.0609, 0.3144, 0.0994, 0.9828, 0.9901,
];
pub(super) const OFFBEAT_GAIN: f32 = 1.0;
pub(super) const OFFBEAT_MAX: f32 = 3.0;
/// Hops less likely to be a beat than this are not compared, and are no beats.
pub(super) const LIKELY: f32 = 0.1;
/// Hops around a beat in which its features are looked for.
const REACH: usize = 2;

/// The log odds, but for a constant, that a hop is a beat and no off-beat.
pub(super) fn phase_log_odds(features: &BeatFeatures) -> f32 {
    dot(&features.to_array(), &OFFBEAT_WEIGHTS)
}

/// The probability of a beat at each hop, given that of a beat or an off-beat.
pub(super) fn without_offbeats(beat: &[f32], features: &[BeatFeatures]) -> Vec<f32> {
    let phase: Vec<f32> = features.iter().map(phase_log_odds).collect();
    let near = |hop: usize| {
        let around = hop.saturating_sub(REACH)..(hop + REACH + 1).min(phase.len());
        phase[around].iter().copied().fold(f32::MIN, f32::max)
    };
    let likely: Vec<usize> = (0..phase.len()).filter(|&hop| beat[hop] > LIKELY).collect();
    let mean = likely.iter().map(|&hop| near(hop)).sum::<f32>() / likely.len().max(1) as f32;
    let mut tactus = beat.to_vec();
    for hop in likely {
        let more = (near(hop) - mean).clamp(-OFFBEAT_MAX, OFFBEAT_MAX);
        tactus[hop] = sigmoid(log_odds(tactus[hop]) + OFFBEAT_GAIN * more);
    }
    tactus
}
