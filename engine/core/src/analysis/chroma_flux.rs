//! Chroma flux, a harmonic change detection function: the cosine distance of the chroma after a moment from that before it.
//!
//! **Source**: C. Harte, M. Sandler, M. Gasser, "Detecting harmonic change in musical audio", AMCMM 2006 (a distance of
//! smoothed chroma; theirs is taken between tonal centroids).

use super::{
    recording::{HOPS_PER_CHROMA, Recording},
    stft::Chroma,
};

/// Chroma vectors to each side that are summed and compared: 0.32 s.
pub(super) const REACH: usize = 8;

/// Chroma flux, 0 to 1, one for every [`HOPS_PER_CHROMA`] hops.
pub(super) struct ChromaFlux {
    /// Below 220 Hz.
    pub bass: Vec<f32>,
    /// All notes.
    pub all: Vec<f32>,
}

impl ChromaFlux {
    pub fn of(recording: &Recording) -> Self {
        let flux = |class: fn(&Chroma) -> &[f32; 12]| {
            let loud = recording.chroma.iter().map(|t| norm(class(t))).fold(0.0f32, f32::max);
            let at = |at: usize| {
                let before = &recording.chroma[at.saturating_sub(REACH)..at];
                let end = (at + 1 + REACH).min(recording.chroma.len());
                flux_between(before, &recording.chroma[(at + 1).min(end)..end], class, loud)
            };
            (0..recording.chroma.len()).map(at).collect()
        };
        Self {
            bass: flux(|chroma| &chroma.bass),
            all: flux(|chroma| &chroma.all),
        }
    }

    /// The index that belongs to a hop.
    pub fn index(&self, hop: usize) -> usize {
        ((hop + HOPS_PER_CHROMA / 2) / HOPS_PER_CHROMA).min(self.all.len() - 1)
    }
}

/// Chroma flux from `before` to `after`, 0 to 1, in a song whose loudest chroma has the norm `loud`.
pub(super) fn flux_between(before: &[Chroma], after: &[Chroma], class: fn(&Chroma) -> &[f32; 12], loud: f32) -> f32 {
    let (before, after) = (sum(before, class), sum(after, class));
    let (a, b) = (norm(&before), norm(&after));
    // What is hardly audible does not change.
    let audible = (a.min(b) / (0.02 * loud * REACH as f32).max(1e-9)).min(1.0);
    let dot: f32 = before.iter().zip(&after).map(|(x, y)| x * y).sum();
    if audible > 0.0 {
        audible * (1.0 - dot / (a * b)).max(0.0)
    } else {
        0.0
    }
}

fn sum(chroma: &[Chroma], class: fn(&Chroma) -> &[f32; 12]) -> [f32; 12] {
    let mut sum = [0.0; 12];
    for chroma in chroma {
        for (sum, value) in sum.iter_mut().zip(class(chroma)) {
            *sum += value;
        }
    }
    sum
}

pub(super) fn norm(classes: &[f32; 12]) -> f32 {
    classes.iter().map(|c| c * c).sum::<f32>().sqrt()
}

/// Chroma flux as a feature of a beat: its square root, which is less skewed.
pub(super) fn feature(flux: f32) -> f32 {
    (flux + 1e-3).sqrt()
}
