//! Running percentiles of levels: how loud the loud parts of the last while are, before the song is over.

use super::super::onset::SILENCE_DB;

/// The levels that are told apart, in dB.
const LOWEST_DB: f32 = -130.0;
const RANGE_DB: f32 = 150.0;

/// A percentile of the levels of the last moments, weighted by an exponential decay.
pub(super) struct RunningPercentile {
    /// How often each step of a level came, from [`LOWEST_DB`] on.
    counts: Vec<f32>,
    steps_per_db: f32,
    total: f32,
    keep: f32,
    share: f32,
}

impl RunningPercentile {
    /// The level that `share` of the moments do not exceed, in steps of 1 dB; a moment counts half after `half_life` moments.
    pub fn new(share: f32, half_life: f32) -> Self {
        Self::with_steps(share, half_life, 1.0)
    }

    /// The same, in so many steps for a decibel.
    pub fn with_steps(share: f32, half_life: f32, steps_per_db: f32) -> Self {
        Self {
            counts: vec![0.0; (RANGE_DB * steps_per_db) as usize],
            steps_per_db,
            total: 0.0,
            keep: (-1.0 / half_life).exp2(),
            share,
        }
    }

    /// Counts a moment; those below [`LOWEST_DB`] are left out, so that a pause forgets nothing.
    pub fn push(&mut self, db: f32) {
        if db < LOWEST_DB {
            return;
        }
        let step = (((db - LOWEST_DB) * self.steps_per_db) as usize).min(self.counts.len() - 1);
        self.total = self.total * self.keep + 1.0;
        for count in &mut self.counts {
            *count *= self.keep;
        }
        self.counts[step] += 1.0;
    }

    /// The level in dB; [`LOWEST_DB`] before any moment.
    pub fn db(&self) -> f32 {
        let mut above = self.total * (1.0 - self.share);
        for (step, count) in self.counts.iter().enumerate().rev() {
            if *count > above {
                // Between the step's edges, as if what it counts lay evenly in it.
                return (LOWEST_DB * self.steps_per_db + step as f32 + 1.0 - above / count) / self.steps_per_db;
            }
            above -= count;
        }
        LOWEST_DB
    }
}

/// The level of the loud parts until now, as far as it can be told.
pub(super) struct LoudnessReference {
    level: RunningPercentile,
    /// The loudest of late: it falls by [`FALL_DB`] a moment.
    recent_db: f32,
}

/// From here on a level is taken as it is; below it, what was loud only just now counts too: a hiss before the music
/// must not make the music's first moments 60 dB too loud.
const QUIET_DB: f32 = -60.0;
/// 10 dB a second.
const FALL_DB: f32 = 0.1;

impl LoudnessReference {
    pub fn new() -> Self {
        Self {
            // What was loud counts half after 10 s.
            level: RunningPercentile::new(0.95, 1_000.0),
            recent_db: QUIET_DB,
        }
    }

    /// Takes a moment's level; the level of the loud parts, both in dB.
    pub fn push(&mut self, db: f32) -> f32 {
        self.level.push(db);
        if db >= LOWEST_DB {
            self.recent_db = db.max(self.recent_db - FALL_DB);
        }
        let level = self.level.db();
        if level >= QUIET_DB {
            level
        } else {
            level.max(self.recent_db).clamp(SILENCE_DB, QUIET_DB)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_music_has_loud_parts_and_silence_none() {
        let mut loud = LoudnessReference::new();
        assert_eq!(loud.push(-160.0), QUIET_DB, "silence says nothing");
        let quiet: Vec<f32> = (0..1_000).map(|_| loud.push(-84.5)).collect();
        assert_eq!(quiet[0], QUIET_DB - FALL_DB);
        assert!((quiet[999] + 84.5).abs() < 1.0, "{}", quiet[999]);
        assert_eq!(
            loud.push(-20.0),
            QUIET_DB,
            "one loud moment counts at once, as far as it can be trusted"
        );
        let music: Vec<f32> = (0..1_000).map(|_| loud.push(-20.5)).collect();
        assert!((music[999] + 20.5).abs() < 1.0, "{}", music[999]);
    }

    #[test]
    fn the_loud_parts_are_found_and_forgotten() {
        let mut level = RunningPercentile::new(0.95, 500.0);
        assert_eq!(level.db(), LOWEST_DB);
        for i in 0..1_000 {
            level.push(if i % 10 == 0 { -12.5 } else { -40.5 });
        }
        assert!((level.db() + 12.5).abs() < 1.0, "{}", level.db());
        for _ in 0..5_000 {
            level.push(-160.0);
        }
        assert!(
            (level.db() + 12.5).abs() < 1.0,
            "a pause forgets nothing: {}",
            level.db()
        );
        for _ in 0..5_000 {
            level.push(-30.5);
        }
        assert!((level.db() + 30.5).abs() < 1.0, "{}", level.db());
    }
}
