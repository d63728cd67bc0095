//! The features of one hop by which a beat is distinguished from no beat, and the log odds that a logistic regression gives them.
//!
//! The weights are fitted on the beats of 34 songs, all our own synthesis, our own performances of works in the public
//! domain, or CC0 loops; a quarter of them are in `tests/songs`. `beat_features.md` says how they are made again.

use super::{numeric::dot, onset::GROUPS};

/// What each feature adds to the log odds of a beat, in the order of [`BeatFeatures::to_array`].
const WEIGHTS: [f32; BeatFeatures::LEN] = [
    0.4931, -0.1017, -0.1132, 0.7378, 0.2969, -0.2482, -0.269, -0.0381, 0.9874, 0.7427, -0.1548, 0.238, 0.5204,
];
const BIAS: f32 = -3.4418;
/// The bias where chroma flux is not known yet: it holds the mean of what that adds.
const CAUSAL_BIAS: f32 = -3.29;

/// Features of one hop.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct BeatFeatures {
    /// `BeatNet`'s log odds of a beat, downbeats among them.
    pub beat_log_odds: f32,
    /// `BeatNet`'s log odds of a downbeat.
    pub downbeat_log_odds: f32,
    /// Log onset strength per frequency group, lowest first; see [`super::onset::GROUP_EDGES_HZ`].
    pub onsets: [f32; GROUPS],
    /// Log onset strength over all groups.
    pub onset_strength: f32,
    /// Chroma flux below 220 Hz, as a square root; 0 where it is not known yet.
    pub bass_chroma_flux: f32,
    /// Chroma flux of all notes, as a square root; 0 where it is not known yet.
    pub chroma_flux: f32,
}

impl BeatFeatures {
    /// How many numbers [`Self::to_array`] has.
    pub const LEN: usize = 7 + GROUPS;
    /// How many of them are known before the chroma flux is.
    const CAUSAL_LEN: usize = Self::LEN - 2;
    /// The onset group of the kick and the bass.
    pub const KICK: usize = 0;
    /// The onset groups of the snare.
    pub const SNARE: [usize; 2] = [3, 4];
    /// The onset group of the hats.
    pub const HATS: usize = 5;

    /// Onset strengths as features: `groups` against what is usual for each.
    pub fn with_onsets(mut self, groups: [f32; GROUPS], mean: f32) -> Self {
        self.onsets = groups.map(|strength| (2.0 * strength).ln_1p());
        self.onset_strength = (3.0 * mean).ln_1p();
        self
    }

    /// As the regressions take them: log odds of a beat, their square, log odds of a downbeat, onset strength of each
    /// group and of all, the latter times the log odds of a beat, and the chroma flux of bass and of all notes.
    pub fn to_array(self) -> [f32; Self::LEN] {
        let odds = self.beat_log_odds;
        let mut array = [0.0; Self::LEN];
        array[..3].copy_from_slice(&[odds, odds * odds / 10.0, self.downbeat_log_odds]);
        array[3..3 + GROUPS].copy_from_slice(&self.onsets);
        array[3 + GROUPS..].copy_from_slice(&[
            self.onset_strength,
            self.onset_strength * odds / 4.0,
            self.bass_chroma_flux,
            self.chroma_flux,
        ]);
        array
    }

    /// Log odds of a beat.
    pub fn log_odds(self) -> f32 {
        BIAS + dot(&self.to_array(), &WEIGHTS)
    }

    /// Log odds of a beat where the chroma flux is not known yet.
    pub fn causal_log_odds(self) -> f32 {
        CAUSAL_BIAS + dot(&self.to_array()[..Self::CAUSAL_LEN], &WEIGHTS)
    }
}
