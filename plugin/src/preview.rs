//! The preview engine: paints the scene on screen, live, on one thread, while the editor is open.
//!
//! It is the render's own chain (directions, diorama) at a small size. It costs at most the share of one core that
//! [`pace`] allows, at a low priority, and its thread is there while the editor is open.

mod atelier;
mod bank;
mod pace;
mod sentence;

use std::{
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
    live::{Moment, warn},
    shared::Shared,
};

/// Of 0 to 99: on Linux a niceness of 5.
const LOW_PRIORITY: u8 = 34;
/// The longest wait: so soon is a request to stop noticed.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// Paints until `stop`, or until nobody sends moments any more.
pub(crate) fn run(shared: &Arc<Shared>, moments: &Receiver<Moment>, stop: &AtomicBool, repaint: &RepaintNotifier) {
    // A third of what others get: less would keep whoever ends us waiting on a busy machine, since every end is joined.
    // A wish: where the system refuses it, or has no such thing for threads, the pace alone keeps the preview modest.
    if let Ok(low) = ThreadPriorityValue::try_from(LOW_PRIORITY) {
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(low));
    }
    if let Err(error) = paint(shared, moments, stop, repaint) {
        warn(shared, format!("The preview stopped: {error}."));
    }
}

fn paint(
    shared: &Arc<Shared>,
    moments: &Receiver<Moment>,
    stop: &AtomicBool,
    repaint: &RepaintNotifier,
) -> phosphene_core::Result<()> {
    let mut atelier = Atelier::new();
    let mut moment: Option<Moment> = None;
    while !stop.load(Ordering::Acquire) {
        let due = atelier.due().min(Instant::now() + LONGEST_WAIT);
        loop {
            match moments.recv_deadline(due) {
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
        if atelier.work(shared, moment, stop)? {
            repaint.request_repaint();
        }
        moment.struck = false;
    }
    Ok(())
}
