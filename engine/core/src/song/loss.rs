//! Losses: what of a song could not be used, and where.

use serde::{Deserialize, Serialize};

use crate::time::SamplePos;

/// Something that is missing from the sound, in words for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Where it begins.
    pub at: SamplePos,
    /// What is lost.
    pub what: String,
}

/// Collects losses, however many there are, in little memory.
#[derive(Debug, Clone, Default)]
pub struct LossLog {
    kept: Vec<Loss>,
    more: u64,
}

impl LossLog {
    /// The most losses that are told one by one.
    const MOST: usize = 32;

    /// Notes a loss.
    pub fn add(&mut self, at: SamplePos, what: impl Into<String>) {
        if self.kept.len() < Self::MOST {
            self.kept.push(Loss { at, what: what.into() });
        } else {
            self.more += 1;
        }
    }

    /// The losses in order, the last one counting those that were not told.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let mut losses = self.kept.clone();
        if self.more > 0
            && let Some(last) = losses.last_mut()
        {
            last.what = format!("{}; and {} more like it", last.what, self.more);
        }
        losses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_losses_are_counted_in_little_memory() {
        let mut log = LossLog::default();
        for at in 0..1_000 {
            log.add(SamplePos(at), "gone");
        }
        let losses = log.losses();
        assert_eq!(losses.len(), LossLog::MOST);
        assert!(losses[LossLog::MOST - 1].what.contains("968 more"));
    }
}
