//! What one instance does beside the audio thread: spools takes, starts the renderer, feeds the analysis.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use nice_plug_egui::RepaintNotifier;
use phosphene_engine::take::{self, EndReason, TakeState};

use crate::{
    live::{Heard, Live},
    params::Capture,
    recorder::{Origin, Recorder},
    renderer,
    shared::{CaptureState, Command, Shared, TakeView},
    tap::{Record, TapEnds},
};

/// How often the rings are emptied when they are not full.
const REST: Duration = Duration::from_millis(4);
/// How often what was recorded is handed to the system: what a host that dies may lose.
const FLUSH_EVERY: Duration = Duration::from_millis(150);
/// How often the takes on the disk are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(1_000);
/// Warnings that are kept.
const MOST_WARNINGS: usize = 8;

/// The session thread of an instance that is active. Dropping it ends the take and joins the thread.
pub struct Session {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
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
        let asked = stop.clone();
        let thread = thread::Builder::new()
            .name("phosphene-session".into())
            .spawn(move || Worker::new(shared, repaint, ends, origin).run(&asked))?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
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

struct Worker {
    shared: Arc<Shared>,
    repaint: RepaintNotifier,
    ends: TapEnds,
    recorder: Recorder,
    live: Live,
    root: std::path::PathBuf,
    samples: Vec<f32>,
    channels: usize,
    edits: u64,
    flushed: Instant,
    heard: Instant,
    looked: Option<Instant>,
    capture: Capture,
}

impl Worker {
    fn new(shared: Arc<Shared>, repaint: RepaintNotifier, ends: TapEnds, origin: Origin) -> Self {
        let live = Live::start(shared.clone(), repaint.clone(), origin.rate.hz(), origin.channels);
        Self {
            root: origin.root.clone(),
            channels: usize::from(origin.channels),
            recorder: Recorder::new(origin),
            // What was edited before is in every take's beginning.
            edits: shared.params.project.edits(),
            capture: shared.params.capture_now(),
            shared,
            repaint,
            ends,
            live,
            samples: Vec::new(),
            flushed: Instant::now(),
            heard: Instant::now(),
            looked: None,
        }
    }

    fn run(&mut self, stop: &AtomicBool) {
        loop {
            // Asked before the rings are emptied, so that nothing told before is left in them.
            let last = stop.load(Ordering::Acquire);
            let editor = self.shared.editor_open.load(Ordering::Acquire);
            self.capture = self.shared.params.capture_now();
            let wanted = editor || self.recorder.under_way().is_some();
            self.ends.gate.wanted.store(wanted, Ordering::Relaxed);
            self.notice_edits();
            let heard = self.drain(editor);
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
            if last {
                self.recorder.end(EndReason::Deactivated);
            }
            let finished = self.recorder.take_finished();
            let news = !finished.is_empty();
            for take in finished {
                if take.render && renderer::is_on() {
                    self.render(&take.folder);
                } else if !take.render {
                    self.warn(
                        "A take was kept that may be an export in real time, or just a play: render it or delete it."
                            .to_owned(),
                    );
                }
            }
            for warning in self.recorder.take_warnings() {
                self.warn(warning);
            }
            self.obey();
            self.show(editor, news);
            if last {
                break;
            }
            if !heard {
                thread::park_timeout(REST);
            }
        }
    }

    /// Empties the rings; whether there was anything.
    fn drain(&mut self, editor: bool) -> bool {
        let mut heard = false;
        // A bounce can fill the rings as fast as they are emptied: the rest of the work has its turn too.
        for _ in 0..4_096 {
            let Ok(record) = self.ends.records.pop() else { break };
            heard = true;
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
            let project = self.shared.params.project.read();
            let name = self.shared.track_name.lock().clone();
            self.recorder
                .hear(&record, &self.samples, self.capture, &project, &name);
            drop(project);
            if editor {
                self.live.hear(Heard::Told(record, self.samples.clone()));
            }
        }
        heard
    }

    fn notice_edits(&mut self) {
        let edits = self.shared.params.project.edits();
        let project = self.shared.params.project.read();
        if edits != self.edits {
            self.edits = edits;
            self.recorder.project_edited(&project);
        }
        drop(project);
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

    fn render(&self, take: &Path) {
        match renderer::find() {
            None => self.warn(renderer::MISSING.to_owned()),
            Some(program) => {
                if let Err(error) = renderer::start(&program, take) {
                    self.warn(format!(
                        "The renderer {} can't be started ({error}); the take waits. Install Phosphene anew, then press \
                         Render on the take.",
                        program.display()
                    ));
                }
            }
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
                Command::Still(scene) => self.live.still(scene),
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
        let mut capture = self.shared.capture.lock();
        let changed = capture.state != state || takes.is_some();
        capture.state = state;
        capture.secs = under_way.map_or(0.0, |(secs, _)| secs);
        capture.dropped_blocks = self.ends.gate.dropped_blocks.load(Ordering::Relaxed);
        if let Some(Ok(takes)) = takes {
            capture.takes = takes
                .into_iter()
                .map(|take| TakeView {
                    name: take
                        .folder
                        .file_name()
                        .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
                    secs: take.secs,
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
