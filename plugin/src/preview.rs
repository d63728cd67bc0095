//! The preview engine: paints the scene on screen, live, on one thread, while the editor is open.
//!
//! It is the render's own chain (directions, diorama) at a small size. It costs at most the share of one core that
//! [`pace`] allows, at a low priority, and nothing when the editor is closed.

mod atelier;
mod bank;
mod pace;
mod sentence;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use nice_plug_egui::RepaintNotifier;
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

use self::atelier::Atelier;
use crate::{
    live::{Moment, stopped, warn},
    shared::Shared,
};

/// Of 0 to 99: on Linux a niceness of 5.
const LOW_PRIORITY: u8 = 34;
/// How long the engine stays loaded after the editor was closed.
const KEPT: Duration = Duration::from_secs(60);
/// When a window that was closed is gone, and what it had is free.
const GONE: Duration = Duration::from_millis(250);
/// The longest wait while the editor is open: so soon is a closed one noticed.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// Paints until `stop`, or until nobody sends moments any more.
pub(crate) fn run(shared: &Arc<Shared>, moments: &Receiver<Moment>, stop: &AtomicBool, repaint: &RepaintNotifier) {
    // A third of what others get: less would keep whoever ends us waiting on a busy machine, since every end is joined.
    // A wish: where the system refuses it, or has no such thing for threads, the pace alone keeps the preview modest.
    if let Ok(low) = ThreadPriorityValue::try_from(LOW_PRIORITY) {
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(low));
    }
    let mut engine = Engine {
        shared,
        moments,
        stop,
        repaint,
        atelier: None,
        painted: false,
    };
    while engine.wait_for_editor() {
        // A fault costs the preview until the editor is opened again; never the host.
        match catch_unwind(AssertUnwindSafe(|| engine.paint())) {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => warn(shared, format!("The preview stopped: {error}.")),
            Err(panic) => warn(shared, stopped(&*panic)),
        }
        engine.atelier = None;
        if !engine.wait_for_close() {
            return;
        }
    }
}

struct Engine<'a> {
    shared: &'a Arc<Shared>,
    moments: &'a Receiver<Moment>,
    stop: &'a AtomicBool,
    repaint: &'a RepaintNotifier,
    atelier: Option<Atelier>,
    /// The editor has been open since memory was given back.
    painted: bool,
}

impl Engine<'_> {
    fn is_open(&self) -> bool {
        self.shared.editor_open.load(Ordering::Acquire)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Whether the editor is open; waits for it without doing anything. False when it is time to end.
    fn wait_for_editor(&mut self) -> bool {
        let mut untidy = self.painted;
        self.painted = false;
        loop {
            if self.is_stopped() {
                return false;
            }
            if self.is_open() {
                return true;
            }
            // Moments come while the editor is open only.
            match self.moments.recv_timeout(if untidy { GONE } else { KEPT }) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) if untidy => {
                    untidy = false;
                    give_back_memory();
                }
                Err(RecvTimeoutError::Timeout) => {
                    if self.atelier.take().is_some() {
                        give_back_memory();
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Waits until the editor is closed; false when it is time to end.
    fn wait_for_close(&self) -> bool {
        while self.is_open() {
            if self.is_stopped() || matches!(self.moments.recv_timeout(KEPT), Err(RecvTimeoutError::Disconnected)) {
                return false;
            }
        }
        true
    }

    /// Paints while the editor is open.
    fn paint(&mut self) -> phosphene_core::Result<()> {
        let mut atelier = match self.atelier.take() {
            Some(atelier) => atelier,
            None => Atelier::new(),
        };
        self.painted = true;
        let mut moment: Option<Moment> = None;
        while self.is_open() && !self.is_stopped() {
            let due = atelier.due().min(Instant::now() + LONGEST_WAIT);
            loop {
                match self.moments.recv_deadline(due) {
                    Ok(next) => {
                        let struck = moment.is_some_and(|moment| moment.struck);
                        moment = Some(Moment {
                            struck: next.struck || struck,
                            ..next
                        });
                    }
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
            }
            if Instant::now() < atelier.due() {
                continue;
            }
            let Some(moment) = &mut moment else { continue };
            if atelier.work(self.shared, moment, self.stop)? {
                self.repaint.request_repaint();
            }
            moment.struck = false;
        }
        self.atelier = Some(atelier);
        Ok(())
    }
}

/// Gives free memory back to the system.
///
/// Each window has a thread of its own, and glibc keeps what was freed there for the next thread that gets the same
/// arena: some 20 MB (pictures, fonts, what a driver without a graphics card draws in) for each of up to eight arenas a
/// core.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "glibc's own function")]
fn give_back_memory() {
    // SAFETY: it takes a number, and may be called at any time from any thread.
    unsafe { libc::malloc_trim(0) };
}

/// Other systems do by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back_memory() {}
