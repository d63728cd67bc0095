//! Values of continuous parameters that move, thinned to what a picture can show.
//!
//! Hosts send a value for each block, and blocks can be one sample long: written as they come, eight ramps would be
//! hundreds of megabytes for a song. Within a millisecond the last value counts. A change after a rest stays on its
//! sample, and so does the last of a movement.

use phosphene_core::{
    automation::Param,
    take::{Entry, Event},
    time::SamplePos,
};

/// Points are at least this far apart, in parts of a second.
const PER_SEC: u64 = 1_000;

/// The points of one take.
#[derive(Debug, Default)]
pub(super) struct Points {
    spacing: u64,
    /// Where a point may be written again.
    free_from: u64,
    /// Which values wait to be written, and where the last of them came.
    waiting: u8,
    at: u64,
    values: [f32; Param::ALL.len()],
}

impl Points {
    pub(super) fn new(rate_hz: u32, values: [f32; Param::ALL.len()]) -> Self {
        Self {
            spacing: u64::from(rate_hz) / PER_SEC,
            values,
            ..Self::default()
        }
    }

    /// Takes values at a sample; what is to be written now, in order.
    pub(super) fn set(&mut self, at: u64, changed: u8, values: [f32; Param::ALL.len()]) -> Vec<Entry> {
        let mut due = Vec::new();
        if at >= self.at + self.spacing {
            due = self.flush();
        }
        self.waiting |= changed;
        self.values = values;
        self.at = at;
        if at >= self.free_from {
            due.append(&mut self.flush());
        }
        due
    }

    /// Writes what waits: something else is about to be written behind it.
    pub(super) fn flush(&mut self) -> Vec<Entry> {
        if self.waiting == 0 {
            return Vec::new();
        }
        self.free_from = self.at + self.spacing;
        let waiting = std::mem::take(&mut self.waiting);
        let values = Param::ALL.iter().zip(self.values).enumerate();
        values
            .filter(|(index, _)| waiting & (1 << index) != 0)
            .map(|(_, (&param, value))| Entry {
                at: SamplePos(self.at),
                event: Event::Param {
                    param,
                    value: f64::from(value),
                },
            })
            .collect()
    }

    /// What waits and has rested for a while, at a sample.
    pub(super) fn rested(&mut self, at: u64) -> Vec<Entry> {
        if at >= self.at + self.spacing {
            self.flush()
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ramps_are_thinned_and_steps_stay_on_their_sample() {
        let mut points = Points::new(48_000, [0.0; 8]);
        let mut written = Vec::new();
        for at in 0..48_000u64 {
            let values = [at as f32; 8];
            written.append(&mut points.rested(at));
            written.append(&mut points.set(at, 0xff, values));
        }
        written.append(&mut points.rested(60_000));
        written.append(&mut points.set(60_001, 1, [5.0; 8]));
        assert!(written.len() <= 8 * 1_002, "{}", written.len());
        assert!(written.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let last: Vec<u64> = written.iter().rev().take(9).map(|entry| entry.at.0).collect();
        assert_eq!(
            last,
            [60_001, 47_999, 47_999, 47_999, 47_999, 47_999, 47_999, 47_999, 47_999]
        );
    }
}
