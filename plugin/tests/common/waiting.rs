//! Waiting for what another thread does: until it is so, and not longer than a deadline.

use std::{
    thread,
    time::{Duration, Instant},
};

/// On a machine that is busy with other things, too.
const DEADLINE: Duration = Duration::from_secs(60);
/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Waits until something is there, and says how long that took.
///
/// # Panics
/// When it is not within a minute.
pub fn wait_for(what: &str, mut there: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !there() {
        assert!(start.elapsed() < DEADLINE, "{what} never came");
        thread::sleep(LOOK_EVERY);
    }
    start.elapsed()
}
