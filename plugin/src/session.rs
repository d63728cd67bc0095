//! The thread of one instance beside the audio thread, as the host's thread sees it: started, put to sleep, woken, joined.

mod worker;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use nice_plug_egui::RepaintNotifier;
use parking_lot::{Condvar, Mutex};
use phosphene_core::time::SampleRate;

use self::worker::Worker;
use crate::{recorder::Origin, shared::Shared, tap::TapEnds};

/// How often a host that waits for the session looks whether its thread is still there.
const LONG: Duration = Duration::from_millis(100);

/// The session thread of an instance. It sleeps while the instance does, for as long as a take waits for it to wake.
/// Dropping it ends the take and joins the thread.
pub struct Session {
    stop: Arc<AtomicBool>,
    bed: Arc<Bed>,
    thread: Option<JoinHandle<()>>,
    rate: SampleRate,
    channels: u16,
}

/// Where the host's thread and the session meet when the instance is deactivated and activated again.
#[derive(Default)]
struct Bed {
    state: Mutex<Sleep>,
    changed: Condvar,
}

/// Who is asleep.
#[derive(Default)]
enum Sleep {
    /// Nobody.
    #[default]
    Awake,
    /// The host waits for the session to have emptied its rings.
    Asked,
    /// The session has a take under way and waits for new rings.
    Asleep,
    /// New rings.
    Woken(Box<TapEnds>),
    /// The session's thread is at its end.
    Over,
}

impl Session {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(
        shared: Arc<Shared>,
        repaint: RepaintNotifier,
        ends: TapEnds,
        origin: Origin,
    ) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let bed = Arc::new(Bed::default());
        let (asked, shared_bed) = (stop.clone(), bed.clone());
        let (rate, channels) = (origin.rate, origin.channels);
        let thread = thread::Builder::new()
            .name("phosphene-session".into())
            .spawn(move || Worker::new(shared, repaint, ends, origin).run(&asked, &shared_bed))?;
        Ok(Self {
            stop,
            bed,
            thread: Some(thread),
            rate,
            channels,
        })
    }

    /// The instance is deactivated, and its tap is gone: returns when all that it told is written. `None` when no take
    /// waits for the instance to be activated again: then the thread has been joined.
    #[must_use]
    pub fn sleep(self) -> Option<Self> {
        let mut state = self.bed.state.lock();
        // Rings that were handed over and not yet taken are not forgotten.
        while matches!(*state, Sleep::Woken(_)) && !self.is_over() {
            self.bed.changed.wait_for(&mut state, LONG);
        }
        *state = Sleep::Asked;
        self.unpark();
        while matches!(*state, Sleep::Asked) && !self.is_over() {
            self.bed.changed.wait_for(&mut state, LONG);
        }
        let asleep = matches!(*state, Sleep::Asleep);
        drop(state);
        asleep.then_some(self)
    }

    /// The instance is activated again: goes on with the take that is under way, from new rings.
    ///
    /// # Errors
    /// The rings come back when the session's time is over.
    pub fn wake(&self, ends: TapEnds) -> Result<(), TapEnds> {
        let mut state = self.bed.state.lock();
        if !matches!(*state, Sleep::Asleep) || self.is_over() {
            return Err(ends);
        }
        *state = Sleep::Woken(Box::new(ends));
        drop(state);
        self.unpark();
        Ok(())
    }

    /// Whether its take can go on at a rate and a number of channels: a take has one of each.
    #[must_use]
    pub fn fits(&self, rate: SampleRate, channels: u16) -> bool {
        (self.rate, self.channels) == (rate, channels)
    }

    fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    fn unpark(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // The thread catches its own panics; the host must not get one either way.
            drop(thread.join());
        }
    }
}
