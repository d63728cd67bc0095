//! Analysis and preview while the editor is open: their threads and channels.

mod stream;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use nice_plug_egui::RepaintNotifier;
use phosphene_core::{
    take::{BANK_SIZE, GridOverride},
    time::SampleRate,
};

use self::stream::Stream;
pub(crate) use self::stream::StreamState;
use crate::{
    preview,
    shared::{LiveView, Shared},
    tap::Record,
};

/// What the session may be ahead of the analysis; a third of a second in blocks of 32 samples.
const MESSAGES_AHEAD: usize = 512;
/// States that the preview may be behind.
const STATES_AHEAD: usize = 16;
/// The editor is told of the music this often.
const TICK: Duration = Duration::from_micros(16_667);
/// And this often when nothing moves.
const QUIET_TICK: Duration = Duration::from_millis(100);

/// What the audio thread sent, as the session passes it on, in order, while the editor is open.
#[derive(Debug, Clone)]
pub struct TapMessage {
    /// What happened.
    pub record: Record,
    /// The samples of a [`Record::Block`], interleaved; empty otherwise.
    pub samples: Vec<f32>,
}

/// The analysis thread and the preview engine of one open editor. Dropping it stops and joins both.
pub struct Live {
    shared: Arc<Shared>,
    dropped: AtomicU64,
    stop: Arc<AtomicBool>,
    // Before the threads: they end when nobody sends any more.
    messages: Option<Sender<TapMessage>>,
    /// The other end, to make room at.
    oldest: Receiver<TapMessage>,
    threads: Vec<JoinHandle<()>>,
}

impl Live {
    /// Starts the threads of an editor that was opened.
    ///
    /// A thread that can't be started is a warning on the blackboard: the sound and the takes do without.
    #[must_use]
    pub fn start(shared: Arc<Shared>, repaint: RepaintNotifier, rate_hz: u32, channels: u16) -> Self {
        let (messages, oldest) = bounded(MESSAGES_AHEAD);
        let (states, received) = bounded(STATES_AHEAD);
        let stop = Arc::new(AtomicBool::new(false));
        // What an editor before this one saw is gone.
        *shared.live.lock() = LiveView::default();
        let mut live = Self {
            shared: shared.clone(),
            dropped: AtomicU64::new(0),
            stop: stop.clone(),
            messages: Some(messages),
            oldest: oldest.clone(),
            threads: Vec::new(),
        };
        let analysis = Analysis {
            shared: shared.clone(),
            repaint: repaint.clone(),
            messages: oldest,
            states: StateSender {
                sender: states,
                oldest: received.clone(),
            },
            stop: stop.clone(),
            rate_hz,
            channels,
        };
        live.spawn("phosphene-analysis", move || analysis.run());
        live.spawn("phosphene-preview", move || {
            preview::run(&shared, &received, &stop, &repaint)
        });
        live
    }

    /// Asks for the still of a scene's prompt, even if the one that is there shows the same text.
    pub fn still(&self, scene: usize) {
        if let Some(still) = self.shared.stills.lock().get_mut(scene) {
            // The engine makes what shows another text than the bank's when it has time.
            still.text.clear();
        }
    }

    /// Passes on what the audio thread sent; never waits: the oldest is dropped when the analysis can't follow.
    pub fn push(&self, message: TapMessage) {
        if let Some(sender) = &self.messages {
            self.dropped
                .fetch_add(send_newest(sender, &self.oldest, message), Ordering::Relaxed);
        }
    }

    /// How many messages were dropped since the start, since the analysis could not follow.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Has the threads end as soon as they can, and does not wait for it.
    pub fn end(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Who waits for messages wakes.
        self.messages = None;
    }

    /// Whether they have: then dropping this takes no time.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.threads.iter().all(JoinHandle::is_finished)
    }

    fn spawn(&mut self, name: &str, body: impl FnOnce() + Send + 'static) {
        let shared = self.shared.clone();
        let guarded = move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(body)) {
                warn(&shared, stopped(&*panic));
            }
        };
        match Builder::new().name(name.to_owned()).spawn(guarded) {
            Ok(thread) => self.threads.push(thread),
            Err(error) => warn(
                &self.shared,
                format!("No preview: its thread {name} could not be started ({error}). Close other programs."),
            ),
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.end();
        for thread in self.threads.drain(..) {
            // A panic was caught within; there is nothing else to learn.
            let _ = thread.join();
        }
    }
}

/// Tells the user once.
pub(crate) fn warn(shared: &Shared, warning: String) {
    let warnings = &mut shared.capture.lock().warnings;
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
}

/// What the user is told of a panic.
fn stopped(panic: &(dyn std::any::Any + Send)) -> String {
    let reason = panic.downcast_ref::<&str>().map(|reason| (*reason).to_owned());
    let reason = reason.or_else(|| panic.downcast_ref::<String>().cloned());
    format!(
        "The preview stopped by a fault of Phosphene: {}. Sound and takes are not touched; close the editor and open it \
         again for another try.",
        reason.as_deref().unwrap_or("no reason known")
    )
}

/// Sends without waiting; the number of messages that were dropped for it.
fn send_newest<T>(sender: &Sender<T>, oldest: &Receiver<T>, message: T) -> u64 {
    let mut message = message;
    let mut dropped = 0;
    loop {
        match sender.try_send(message) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => return dropped,
            Err(TrySendError::Full(back)) => {
                message = back;
                dropped += u64::from(oldest.try_recv().is_ok());
            }
        }
    }
}

/// The way to the preview: the newest state counts.
struct StateSender {
    sender: Sender<StreamState>,
    oldest: Receiver<StreamState>,
}

/// The analysis thread.
struct Analysis {
    shared: Arc<Shared>,
    repaint: RepaintNotifier,
    messages: Receiver<TapMessage>,
    states: StateSender,
    stop: Arc<AtomicBool>,
    rate_hz: u32,
    channels: u16,
}

impl Analysis {
    /// Until the end: follows the stream, and tells editor and preview.
    fn run(self) {
        let scene = scene_of(&self.shared);
        let stream = SampleRate::new(self.rate_hz).and_then(|rate| Stream::new(rate, self.channels, scene));
        let mut stream = match stream {
            Ok(stream) => stream,
            Err(error) => return warn(&self.shared, format!("No preview: {error}.")),
        };
        let mut before = LiveView::default();
        let mut last = Instant::now();
        let mut quiet = false;
        loop {
            let tick = if quiet { QUIET_TICK } else { TICK };
            // Until the next tick: follow.
            let due = last + tick;
            loop {
                // A full queue is not emptied first.
                if self.stop.load(Ordering::Acquire) {
                    return;
                }
                match self.messages.recv_deadline(due) {
                    Ok(message) => {
                        stream.push(&message.record, &message.samples);
                        if quiet || Instant::now() >= due {
                            break;
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let now = Instant::now();
            if now < last + TICK {
                continue;
            }
            let (given, used) = self.project();
            stream.settings(given, used, scene_of(&self.shared));
            let (view, state) = stream.view((now - last).as_secs_f64());
            last = now;
            quiet = view == before;
            send_newest(&self.states.sender, &self.states.oldest, state);
            if !quiet {
                self.shared.live.lock().clone_from(&view);
                self.repaint.request_repaint();
                before = view;
            }
        }
    }
}

impl Analysis {
    /// What the user says over the host, and which scenes have a prompt, a bit each.
    fn project(&self) -> (GridOverride, u16) {
        let project = self.shared.params.project.read();
        let given = GridOverride {
            bpm: project.video.bpm,
            beats_per_bar: project.video.beats_per_bar,
        };
        let prompts = project.bank.prompts.iter().take(BANK_SIZE).enumerate();
        let used = prompts.filter(|(_, prompt)| !prompt.text.trim().is_empty());
        (given, used.fold(0, |used, (scene, _)| used | 1 << scene))
    }
}

/// The parameter `Scene`, from 0.
fn scene_of(shared: &Shared) -> usize {
    usize::try_from(shared.params.scene.value() - 1).unwrap_or(0)
}
