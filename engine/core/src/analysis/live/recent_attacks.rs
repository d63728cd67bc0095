//! The attacks of the last hops.

use super::super::attack::{Attack, AttackDetector};
use crate::time::SampleRate;

/// Hops that are remembered: beats are announced some hops after they sound.
const HOPS: usize = 16;

/// Detects attacks, and remembers the last.
pub(super) struct RecentAttacks {
    detector: AttackDetector,
    last: [Attack; HOPS],
    /// Hops whose attack is known.
    known: i64,
}

impl RecentAttacks {
    pub fn new(rate: SampleRate) -> Self {
        Self {
            detector: AttackDetector::new(rate),
            last: [Attack::default(); HOPS],
            known: 0,
        }
    }

    pub fn push(&mut self, sample: f32) {
        if let Some(attack) = self.detector.push(sample) {
            self.last.rotate_left(1);
            self.last[HOPS - 1] = attack;
            self.known += 1;
        }
    }

    /// The attack of a hop; nothing for one that is forgotten or not known yet.
    pub fn at(&self, hop: i64) -> Option<Attack> {
        let ago = self.known.checked_sub(hop).filter(|ago| *ago > 0 && hop >= 0)?;
        self.last.get(HOPS.checked_sub(usize::try_from(ago).ok()?)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hops_are_remembered() {
        let mut recent = RecentAttacks::new(SampleRate::new(8_000).unwrap());
        // A hop is 80 samples: something begins in the middle of hop 30.
        for i in 0..80 * 42 {
            recent.push(if (2_440..2_460).contains(&i) { 0.5 } else { 0.0 });
        }
        let attack = recent.at(30).unwrap();
        assert!(attack.gain > 5.0 && (attack.at - 0.5).abs() < 0.02, "{attack:?}");
        assert_eq!(recent.at(29).map(|attack| attack.gain), Some(0.0));
        assert_eq!((recent.at(-1), recent.at(3), recent.at(42)), (None, None, None));
    }
}
