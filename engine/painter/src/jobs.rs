//! Handing the jobs of one layer to threads.

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

/// Does every job, on as many threads as there are workers; returns when all are done.
///
/// Which worker takes which job changes from run to run, so a job's result must depend on the job alone. The threads
/// live for one call: a layer takes about a millisecond, a thread about 20 microseconds, and a worker that panics
/// stops the call instead of leaving others at a barrier.
///
/// # Panics
/// When `work` does.
pub(super) fn for_each<J, W, I, F>(workers: &mut [W], jobs: I, work: F)
where
    J: Send,
    W: Send,
    I: Iterator<Item = J> + Send,
    F: Fn(J, &mut W) + Sync,
{
    let Some((first, others)) = workers.split_first_mut() else {
        return;
    };
    if others.is_empty() {
        jobs.for_each(|job| work(job, first));
        return;
    }
    let queue = Mutex::new(jobs);
    let run = |worker: &mut W| {
        // The queue is an iterator over slices, so a panic elsewhere can't have left it half changed.
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        while let Some(job) = next() {
            work(job, worker);
        }
    };
    thread::scope(|scope| {
        for worker in others {
            scope.spawn(|| run(worker));
        }
        run(first);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_on_any_number_of_threads() {
        for threads in 1..6 {
            let mut out = [0; 37];
            for_each(&mut vec![(); threads], out.iter_mut().enumerate(), |(i, slot), ()| {
                *slot += i
            });
            assert_eq!(out, std::array::from_fn(|i| i));
        }
    }

    #[test]
    fn a_panicking_worker_does_not_hang_the_others() {
        let outcome = std::panic::catch_unwind(|| {
            for_each(&mut [(); 3], 0..50, |job, ()| assert_ne!(job, 7));
        });
        assert!(outcome.is_err());
    }
}
