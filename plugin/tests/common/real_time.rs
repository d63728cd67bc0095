//! The clock of a host that plays: a block is handed over when it is due.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Seconds since it was started.
pub struct RealTime(Instant);

impl RealTime {
    /// Starts it.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Waits until so many seconds have passed; not at all when they have.
    pub fn reach(&self, secs: f64) {
        thread::sleep(Duration::from_secs_f64(secs).saturating_sub(self.0.elapsed()));
    }
}
