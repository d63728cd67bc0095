//! What one instance does beside the audio thread: spools takes, starts the renderer, feeds the analysis.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use nice_plug_egui::RepaintNotifier;
use phosphene_core::take::{self, EndReason, Progress, TakeState};

use super::{Bed, Sleep};
use crate::{
    live::{Live, TapMessage},
    memory,
    params::Capture,
    project::Project,
    recorder::{self, Origin, Recorder},
    renderer,
    shared::{CaptureState, Command, Shared, TakeView},
    tap::{Record, TapEnds},
};

/// How often the rings are emptied while a take is under way or the editor is open.
const SHORT_REST: Duration = Duration::from_millis(4);
/// And otherwise, when nobody wakes the session before: a host at rest may send blocks. A twelfth of what the rings hold.
const LONG_REST: Duration = Duration::from_millis(500);
/// When a window that was closed is gone, and what it had is free.
const GONE: Duration = Duration::from_millis(250);
/// How often what was recorded is handed to the system: what a host that dies may lose.
const FLUSH_EVERY: Duration = Duration::from_millis(150);
/// How often the takes on the disk are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(1_000);
/// Records after which the rest of the work has its turn: a bounce can fill the rings as fast as they are emptied.
const AT_ONCE: usize = 4_096;
/// Warnings that are kept.
const MOST_WARNINGS: usize = 8;

/// The session thread's own.
pub(super) struct Worker {
    shared: Arc<Shared>,
    repaint: RepaintNotifier,
    ends: TapEnds,
    recorder: Recorder,
    /// While the editor is open.
    live: Option<Live>,
    /// Of an editor that was closed: at its end.
    ending: Vec<Live>,
    /// When memory is given back that the editor had.
    tidy: Option<Instant>,
    rate_hz: u32,
    root: PathBuf,
    samples: Vec<f32>,
    channels: usize,
    /// The project as it was edited last: the editor need not wait for a disk.
    project: Project,
    edits: u64,
    /// Takes whose renderer was started from here.
    watched: Vec<PathBuf>,
    watched_at: Instant,
    flushed: Instant,
    heard: Instant,
    looked: Option<Instant>,
    capture: Capture,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, repaint: RepaintNotifier, ends: TapEnds, origin: Origin) -> Self {
        // Before what they tell of, so that none is missed. What was edited before is in every take's beginning.
        let edits = shared.params.project.edits();
        let project = shared.params.project.read().clone();
        Self {
            root: origin.root.clone(),
            rate_hz: origin.rate.hz(),
            channels: usize::from(origin.channels),
            recorder: Recorder::new(origin),
            edits,
            project,
            watched: Vec::new(),
            watched_at: Instant::now(),
            capture: shared.params.capture_now(),
            shared,
            repaint,
            ends,
            live: None,
            ending: Vec::new(),
            tidy: None,
            samples: Vec::new(),
            flushed: Instant::now(),
            heard: Instant::now(),
            looked: None,
        }
    }

    /// Works until the instance is gone, or sleeps and no take waits for it.
    pub(super) fn run(&mut self, stop: &AtomicBool, bed: &Bed) {
        self.shared.attend();
        self.ends.gate.attend();
        if self.capture != Capture::Off {
            self.check_folder();
        }
        loop {
            // Asked before the rings are emptied, so that nothing told before is left in them.
            let last = stop.load(Ordering::Acquire);
            let asked = matches!(*bed.state.lock(), Sleep::Asked);
            let editor = self.shared.is_editor_open();
            self.follow(editor);
            self.choose();
            let wanted = editor || self.recorder.under_way().is_some();
            self.ends.gate.wanted.store(wanted, Ordering::Relaxed);
            self.notice_edits();
            let mut heard = self.drain();
            if last || asked {
                // Nobody tells anything any more.
                while self.drain() {
                    heard = true;
                }
                self.recorder.count(self.ends.gate.played.load(Ordering::Acquire));
            }
            if heard {
                self.heard = Instant::now();
            }
            if self.capture == Capture::Off {
                self.recorder.end(EndReason::CaptureOff);
            }
            self.recorder.idle(self.heard.elapsed());
            if self.flushed.elapsed() >= FLUSH_EVERY {
                self.flushed = Instant::now();
                self.recorder.flush();
            }
            let over = last || self.rest(asked, bed);
            if over {
                self.recorder.end(EndReason::Deactivated);
            }
            let news = self.finish();
            for warning in self.recorder.take_warnings() {
                self.warn(warning);
            }
            self.watch();
            self.obey();
            self.show(editor, news);
            if over {
                *bed.state.lock() = Sleep::Over;
                bed.changed.notify_all();
                break;
            }
            if !heard {
                thread::park_timeout(self.pause());
            }
        }
    }

    /// How long nothing needs to be looked at, if nobody wakes the thread: the host that stops or deactivates, the
    /// audio thread ([`crate::tap::Gate::ring`]), the window.
    fn pause(&self) -> Duration {
        let editor = self.live.is_some() || !self.ending.is_empty() || self.tidy.is_some();
        if editor || self.recorder.is_busy() {
            SHORT_REST
        } else {
            LONG_REST
        }
    }

    /// Starts the editor's threads when it opens, and ends them when it closes, without waiting for them: a picture may
    /// be under way, and a take is not to wait for it.
    fn follow(&mut self, editor: bool) {
        if editor && self.live.is_none() {
            let channels = self.channels as u16;
            self.live = Some(Live::start(
                self.shared.clone(),
                self.repaint.clone(),
                self.rate_hz,
                channels,
            ));
        }
        if !editor && let Some(mut live) = self.live.take() {
            live.end();
            self.ending.push(live);
            self.tidy = Some(Instant::now() + GONE);
        }
        self.ending.retain(|live| !live.is_over());
        if self.ending.is_empty() && self.tidy.is_some_and(|due| Instant::now() >= due) {
            self.tidy = None;
            memory::give_back();
        }
    }

    /// Goes to sleep and wakes as the host wishes; whether nobody waits for this thread any more.
    fn rest(&mut self, asked: bool, bed: &Bed) -> bool {
        if asked {
            if !self.recorder.sleep() {
                return true;
            }
            self.recorder.flush();
            *bed.state.lock() = Sleep::Asleep;
            bed.changed.notify_all();
            return false;
        }
        let mut state = bed.state.lock();
        match std::mem::take(&mut *state) {
            Sleep::Woken(ends) => {
                self.ends = *ends;
                self.ends.gate.attend();
                self.heard = Instant::now();
                self.recorder.wake();
                bed.changed.notify_all();
                false
            }
            Sleep::Asleep if self.recorder.under_way().is_none() => {
                // Decided under the lock: a host that wakes it now is told that it is too late.
                *state = Sleep::Over;
                true
            }
            other => {
                *state = other;
                false
            }
        }
    }

    /// Takes note of the user's choice.
    fn choose(&mut self) {
        let capture = self.shared.params.capture_now();
        if capture != self.capture && capture != Capture::Off {
            self.check_folder();
        }
        self.capture = capture;
        let track = self.shared.track_name.lock().clone();
        let letter = self.shared.instance.called(recorder::title(&self.project, &track));
        self.recorder.distinguish(letter);
    }

    /// Says in time that takes can't be written.
    fn check_folder(&self) {
        if let Err(error) = take::check_writable(&self.root) {
            self.warn(format!(
                "Nothing can be recorded: {error}. Make room, or name another folder in {} and start the DAW again.",
                take::TAKES_VARIABLE
            ));
        }
    }

    /// Empties the rings; whether there was anything.
    fn drain(&mut self) -> bool {
        let mut heard = false;
        let name = self.shared.track_name.lock().clone();
        for _ in 0..AT_ONCE {
            let Ok(record) = self.ends.records.pop() else { break };
            heard = true;
            if self.shared.params.project.edits() != self.edits {
                // A host can set a state and play within one round of this.
                self.notice_edits();
            }
            self.samples.clear();
            if let Record::Block { samples, .. } = record {
                let wanted = samples as usize * self.channels;
                if let Ok(chunk) = self.ends.audio.read_chunk(wanted) {
                    let (first, second) = chunk.as_slices();
                    self.samples.extend_from_slice(first);
                    self.samples.extend_from_slice(second);
                    chunk.commit_all();
                }
            }
            self.recorder
                .hear(&record, &self.samples, self.capture, &self.project, &name);
            if let Some(live) = &self.live {
                live.push(TapMessage {
                    record,
                    samples: self.samples.clone(),
                });
            }
        }
        heard
    }

    /// Has the takes rendered that have ended, and once more those whose renderer could not run before.
    fn finish(&mut self) -> bool {
        let finished = self.recorder.take_finished();
        for take in &finished {
            if !take.render {
                self.warn(
                    "A take was kept that may be an export in real time, or just a play: render it or delete it."
                        .to_owned(),
                );
            } else if renderer::is_on() {
                let before = take::unheard(&self.root);
                self.render(&take.folder);
                for again in before {
                    self.render(&again);
                }
            }
        }
        !finished.is_empty()
    }

    /// Says what became of renderers that did not say it themselves.
    fn watch(&mut self) {
        if self.watched.is_empty() || self.watched_at.elapsed() < LOOK_EVERY {
            return;
        }
        self.watched_at = Instant::now();
        for take in std::mem::take(&mut self.watched) {
            match Progress::read(&take) {
                Some(progress) if progress.unheard => {
                    self.warn(format!(
                        "No video of {}: {}",
                        name_of(&take),
                        progress.error.as_deref().unwrap_or("no reason known")
                    ));
                    // In the take too, for whoever looks there. One that was deleted meanwhile has no place for it.
                    drop(progress.write(&take));
                }
                Some(progress) if progress.is_coming_up() || progress.is_running(&take) => self.watched.push(take),
                _ => {}
            }
        }
    }

    fn notice_edits(&mut self) {
        let edits = self.shared.params.project.edits();
        if edits != self.edits {
            self.edits = edits;
            self.project = self.shared.params.project.read().clone();
            self.recorder.project_edited(&self.project);
        }
        for problem in self.shared.params.project.take_problems() {
            self.warn(problem);
        }
    }

    fn warn(&self, warning: String) {
        let mut capture = self.shared.capture.lock();
        if !capture.warnings.contains(&warning) {
            capture.warnings.push(warning);
            let many = capture.warnings.len().saturating_sub(MOST_WARNINGS);
            capture.warnings.drain(..many);
        }
    }

    fn render(&mut self, take: &Path) {
        self.looked = None;
        match renderer::start(take) {
            Ok(()) if !self.watched.iter().any(|watched| watched == take) => self.watched.push(take.to_owned()),
            Ok(()) => {}
            Err(reason) => self.warn(reason),
        }
    }

    fn obey(&mut self) {
        while let Ok(command) = self.shared.asked.try_recv() {
            self.looked = None;
            match command {
                Command::ProjectEdited => self.shared.params.project.edited(),
                Command::Render(take) => self.render(&take),
                Command::StopRender(take) => {
                    if let Err(error) = renderer::stop(&take) {
                        self.warn(format!("The render can't be stopped: {error}."));
                    }
                }
                Command::Delete(take) => self.delete(&take),
                Command::FindRenderer => match renderer::find() {
                    Some(_) => self
                        .shared
                        .capture
                        .lock()
                        .warnings
                        .retain(|text| text != renderer::MISSING),
                    None => self.warn(renderer::MISSING.to_owned()),
                },
                Command::DismissWarnings => self.shared.capture.lock().warnings.clear(),
                Command::Still(scene) => {
                    if let Some(live) = &self.live {
                        live.still(scene);
                    }
                }
            }
        }
    }

    fn delete(&self, take: &Path) {
        // Only what is a take, in the folder for takes.
        if take.parent() != Some(&self.root) || take::summary(take).is_none() {
            return self.warn(format!("{} is no take and was left alone.", take.display()));
        }
        if take::state(take) == TakeState::Recording {
            return self.warn("A take that is being recorded can't be deleted; stop it first.".to_owned());
        }
        let stopped = renderer::stop(take);
        if let Err(error) = stopped.and_then(|()| fs::remove_dir_all(take)) {
            self.warn(format!("{} can't be deleted: {error}.", take.display()));
        }
    }

    /// Shows the editor what there is. The disk is looked at once a second, and only while somebody looks.
    fn show(&mut self, editor: bool, news: bool) {
        let under_way = self.recorder.under_way();
        let state = match (under_way, self.capture) {
            (Some((_, true)), _) => CaptureState::Recording,
            (Some((_, false)), _) => CaptureState::Provisional,
            (None, Capture::Off) => CaptureState::Off,
            (None, _) => CaptureState::Armed,
        };
        let due = self.looked.is_none_or(|looked| looked.elapsed() >= LOOK_EVERY);
        let takes = (editor && (due || news)).then(|| {
            self.looked = Some(Instant::now());
            take::list(&self.root)
        });
        if let Some(Err(error)) = &takes {
            self.warn(format!("The takes can't be listed: {error}."));
        }
        let mut capture = self.shared.capture.lock();
        let changed = capture.state != state || takes.is_some();
        capture.state = state;
        capture.secs = under_way.map_or(0.0, |(secs, _)| secs);
        capture.dropped_blocks = self.ends.gate.dropped_blocks.load(Ordering::Relaxed);
        if let Some(Ok(takes)) = takes {
            capture.takes = takes
                .into_iter()
                .map(|take| TakeView {
                    name: name_of(&take.folder),
                    secs: take.secs,
                    lost_secs: take.lost_secs(),
                    bytes: take.bytes,
                    running: take
                        .progress
                        .as_ref()
                        .is_some_and(|progress| progress.is_running(&take.folder)),
                    recording: take.state == TakeState::Recording,
                    progress: take.progress,
                    folder: take.folder,
                })
                .collect();
        }
        drop(capture);
        if changed && editor {
            self.repaint.request_repaint();
        }
    }
}

fn name_of(take: &Path) -> String {
    take.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
