//! The preview engine: paints the scene on screen, live, on one thread, while the editor is open.
//!
//! It is the render's own chain (directions, diorama) at a small size. It costs at most the share of one core that
//! [`pace`] allows, at a low priority, and its thread is there while the editor is open.

mod bank;
mod pace;
mod renderer;
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

use self::renderer::PreviewRenderer;
use crate::{
    live::{StreamState, warn},
    shared::Shared,
};

/// Of 0 to 99: on Linux a niceness of 5.
const LOW_PRIORITY: u8 = 34;
/// The longest wait: so soon is a request to stop noticed.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// Paints until `stop`, or until nobody sends states of the stream any more.
pub(crate) fn run(shared: &Arc<Shared>, states: &Receiver<StreamState>, stop: &AtomicBool, repaint: &RepaintNotifier) {
    // A third of what others get: less would keep whoever ends us waiting on a busy machine, since every end is joined.
    // A wish: where the system refuses it, or has no such thing for threads, the pace alone keeps the preview modest.
    if let Ok(low) = ThreadPriorityValue::try_from(LOW_PRIORITY) {
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(low));
    }
    if let Err(error) = paint(shared, states, stop, repaint) {
        warn(shared, format!("The preview stopped: {error}."));
    }
}

fn paint(
    shared: &Arc<Shared>,
    states: &Receiver<StreamState>,
    stop: &AtomicBool,
    repaint: &RepaintNotifier,
) -> phosphene_core::Result<()> {
    let mut renderer = PreviewRenderer::new();
    let mut state: Option<StreamState> = None;
    while !stop.load(Ordering::Acquire) {
        let due = renderer.due().min(Instant::now() + LONGEST_WAIT);
        loop {
            match states.recv_deadline(due) {
                Ok(next) => {
                    let playback = match &state {
                        Some(before) => next.playback.after_unshown(&before.playback),
                        None => next.playback,
                    };
                    state = Some(StreamState { playback, ..next });
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
        if Instant::now() < renderer.due() {
            continue;
        }
        let Some(state) = &mut state else { continue };
        if renderer.work(shared, state, stop)? {
            repaint.request_repaint();
        }
        // They have been shown.
        state.playback.onsets = [0.0; 3];
    }
    Ok(())
}
