//! The threads of this process that are ours, and what they cost.

use std::fs;

use crate::waiting::wait_for;

/// How many of the process's threads are ours or were begun by ours, which inherit the name; the test's own come and go.
/// `None` where the system does not tell.
pub fn threads() -> Option<usize> {
    let tasks = fs::read_dir("/proc/self/task").ok()?.flatten();
    let names = tasks.map(|task| fs::read_to_string(task.path().join("comm")).unwrap_or_default());
    Some(
        names
            .filter(|name| name.starts_with("phosphene-") || name.starts_with("candle-"))
            .count(),
    )
}

/// The system lists a thread for a moment after it was joined.
pub fn wait_for_no_thread() {
    wait_for("the end of the last thread", || threads().is_none_or(|left| left == 0));
}

/// CPU seconds of our threads; `None` where the system does not tell.
pub fn cost() -> Option<f64> {
    let mut nanos = 0.0;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        let name = fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        if name.starts_with("phosphene-") {
            let spent = fs::read_to_string(task.path().join("schedstat")).ok()?;
            nanos += spent.split(' ').next()?.parse::<f64>().ok()?;
        }
    }
    Some(nanos / 1e9)
}
