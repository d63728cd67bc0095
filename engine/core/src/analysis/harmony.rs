//! Where the harmony changes: what sounds after a moment against what sounded before it.

use super::{
    analyzer::{HOPS_PER_TONES, Heard},
    stft::Tones,
};

/// Looks to each side that are compared: 0.32 s.
pub(super) const REACH: usize = 8;

/// How far the notes change, 0 to 1, one for every [`HOPS_PER_TONES`] hops: in the bass, and over all.
pub(super) struct Changes {
    /// Below 220 Hz.
    pub bass: Vec<f32>,
    /// All notes.
    pub all: Vec<f32>,
}

impl Changes {
    pub fn of(heard: &Heard) -> Self {
        let changes = |class: fn(&Tones) -> &[f32; 12]| {
            let loud = heard.tones.iter().map(|t| norm(class(t))).fold(0.0f32, f32::max);
            let at = |at: usize| {
                let before = &heard.tones[at.saturating_sub(REACH)..at];
                let end = (at + 1 + REACH).min(heard.tones.len());
                change(before, &heard.tones[(at + 1).min(end)..end], class, loud)
            };
            (0..heard.tones.len()).map(at).collect()
        };
        Self {
            bass: changes(|tones| &tones.bass),
            all: changes(|tones| &tones.all),
        }
    }

    /// The index that belongs to a hop.
    pub fn index(&self, hop: usize) -> usize {
        ((hop + HOPS_PER_TONES / 2) / HOPS_PER_TONES).min(self.all.len() - 1)
    }
}

/// How far notes change from `before` to `after`, 0 to 1, in a song whose loudest are as loud as that.
pub(super) fn change(before: &[Tones], after: &[Tones], class: fn(&Tones) -> &[f32; 12], loud: f32) -> f32 {
    let (before, after) = (sum(before, class), sum(after, class));
    let (a, b) = (norm(&before), norm(&after));
    // What is hardly heard does not change.
    let heard = (a.min(b) / (0.02 * loud * REACH as f32).max(1e-9)).min(1.0);
    let dot: f32 = before.iter().zip(&after).map(|(x, y)| x * y).sum();
    if heard > 0.0 {
        heard * (1.0 - dot / (a * b)).max(0.0)
    } else {
        0.0
    }
}

fn sum(tones: &[Tones], class: fn(&Tones) -> &[f32; 12]) -> [f32; 12] {
    let mut sum = [0.0; 12];
    for tones in tones {
        for (sum, value) in sum.iter_mut().zip(class(tones)) {
            *sum += value;
        }
    }
    sum
}

pub(super) fn norm(classes: &[f32; 12]) -> f32 {
    classes.iter().map(|c| c * c).sum::<f32>().sqrt()
}

/// What a change speaks for a beat as a clue.
pub(super) fn clue(change: f32) -> f32 {
    (change + 1e-3).sqrt()
}
