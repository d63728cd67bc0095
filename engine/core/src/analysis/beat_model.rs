//! What is known of beats, tempo and metre before any sound: the part of the model that the search through a whole song
//! ([`super::beat_viterbi`], [`super::downbeat`]) and the causal one ([`super::live`]) share.
//!
//! Where the two have a number each, it was tuned for each on the same songs: one best path and a sum over all paths weigh
//! the same evidence differently, and the causal one has to decide early.

/// Prior odds of a hop between beats against a beat, among hops that could be one.
pub(super) const RARITY: f32 = 7.0;
/// The largest change of the period from one beat to the next, as a share.
pub(super) const MAX_CHANGE: f32 = 0.12;
/// Log cost of a change of the period: of any, and for each whole share beyond the rounding to hops.
const CHANGE_COST: f32 = 0.5;
const SHARE_COST: f32 = 60.0;

/// The log cost of a beat of `after` hops behind one of `before` hops, which is another number.
pub(super) fn change_cost(before: f32, after: f32) -> f32 {
    let beyond = ((after / before - 1.0).abs() - 1.0 / before).max(0.0);
    CHANGE_COST + SHARE_COST * beyond
}

/// How much likelier tapping is at one period than at others.
///
/// **Source**: L. van Noorden, D. Moelants, "Resonance in the perception of musical pulse", JNMR 28(1), 1999.
#[derive(Debug, Clone, Copy)]
pub(super) struct TempoPreference {
    /// The preferred period in hops.
    pub period: f32,
    /// The log cost of half or double it for each half second.
    pub cost: f32,
}

impl TempoPreference {
    pub const WHOLE_SONG: Self = Self {
        period: 52.0,
        cost: 0.7,
    };
    pub const CAUSAL: Self = Self {
        period: 60.0,
        cost: 1.2,
    };

    /// How many octaves a period in hops is longer than the preferred one.
    pub fn octaves(self, period: f32) -> f32 {
        (period / self.period).log2()
    }

    /// The log weight of a beat of a period in hops, 0 at most.
    pub fn log_weight(self, period: f32) -> f32 {
        let octaves = self.octaves(period);
        -self.cost * octaves * octaves * period / 50.0
    }
}

/// A metre that is followed, with its log prior in each search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Metre {
    /// Beats in a bar.
    pub beats: usize,
    pub whole_song: f32,
    pub causal: f32,
}

/// The metres: fours are common, fives and sevens rare.
pub(super) const METRES: [Metre; 6] = [
    metre(2, 0.0, -1.0),
    metre(3, -2.0, -2.0),
    metre(4, 0.0, 0.0),
    metre(5, -6.0, -5.0),
    metre(6, -6.0, -5.0),
    metre(7, -6.0, -5.0),
];

const fn metre(beats: usize, whole_song: f32, causal: f32) -> Metre {
    Metre {
        beats,
        whole_song,
        causal,
    }
}
