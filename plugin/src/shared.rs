//! What the threads of one instance show each other; nothing here is shared between instances.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::Mutex;
use phosphene_core::{analysis::live::LiveFeatures, cue::live::GridSource, take::Progress};

use crate::{instances::Instance, params::PhospheneParams};

/// A moment of the music, for the editor; written by the analysis thread.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveView {
    /// Level per band, 0 to 1; see [`LiveFeatures::spectrum`].
    pub spectrum: [f32; LiveFeatures::SPECTRUM],
    /// Bass, mid, high level, 0 to 1.
    pub bands: [f32; 3],
    /// Onset lights of bass, mid, high: 1 at the onset, falling to 0.
    pub onsets: [f32; 3],
    /// Loudness, 0 to 1.
    pub loudness: f32,
    /// Whether the host plays.
    pub playing: bool,
    /// Where the beats come from; `None` while nobody knows any.
    pub grid: Option<GridSource>,
    /// Tempo; 0 when not known.
    pub bpm: f64,
    /// Position in beats from the song's first, with its fraction.
    pub beat: f64,
    /// Beats in a bar.
    pub beats_per_bar: u32,
    /// The scene on screen, from 0.
    pub scene: usize,
    /// Changes to come and just gone: (beat on which it lands, scene from 0), in order.
    pub cues: Vec<(f64, usize)>,
}

impl Default for LiveView {
    fn default() -> Self {
        Self {
            spectrum: [0.0; LiveFeatures::SPECTRUM],
            bands: [0.0; 3],
            onsets: [0.0; 3],
            loudness: 0.0,
            playing: false,
            grid: None,
            bpm: 0.0,
            beat: 0.0,
            beats_per_bar: 4,
            scene: 0,
            cues: Vec::new(),
        }
    }
}

/// What the take in progress and the finished ones look like; written by the session thread.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaptureView {
    /// What is being recorded.
    pub state: CaptureState,
    /// Seconds recorded in the take under way.
    pub secs: f64,
    /// Blocks dropped since the plugin was activated.
    pub dropped_blocks: u64,
    /// Takes on the disk, the newest first.
    pub takes: Vec<TakeView>,
    /// Plain sentences that the user should read; what to do is in them.
    pub warnings: Vec<String>,
}

/// Whether there is a take under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaptureState {
    /// `Capture` is off.
    #[default]
    Off,
    /// Waiting for an export, or for audio.
    Armed,
    /// The host plays; whether this is an export is not known yet.
    Provisional,
    /// A take is being recorded.
    Recording,
}

/// A take in the editor's list.
#[derive(Debug, Clone, PartialEq)]
pub struct TakeView {
    /// Its folder.
    pub folder: PathBuf,
    /// Its name: song and date.
    pub name: String,
    /// Its length in seconds.
    pub secs: f64,
    /// Seconds that the host played and that are not in it.
    pub lost_secs: f64,
    /// Its size on the disk in bytes, parts of the video included.
    pub bytes: u64,
    /// Whether it is still being recorded.
    pub recording: bool,
    /// Whether a renderer is at work on it.
    pub running: bool,
    /// How far its video is; `None` when no render was begun.
    pub progress: Option<Progress>,
}

/// A picture for the preview.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// RGB, 3 bytes a pixel, rows from the top; shared, so that the window copies none of it.
    pub rgb: Arc<[u8]>,
    /// Counts pictures, so that the editor uploads each once.
    pub serial: u64,
}

/// What the editor asks of the session thread.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The bank or the video settings were edited: note it in the take, tell the preview.
    ProjectEdited,
    /// Render this take (again) with the settings of now.
    Render(PathBuf),
    /// Stop the render of this take; what is made is kept.
    StopRender(PathBuf),
    /// Remove this take from the disk; the user was asked.
    Delete(PathBuf),
    /// Look for the renderer again.
    FindRenderer,
    /// Forget the warnings.
    DismissWarnings,
    /// Explain the prompt of a scene: the still comes in [`Shared::stills`].
    Still(usize),
}

/// A prompt as a small picture, and what it was taken to mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Still {
    /// The text that it shows; when the bank's differs, it is out of date.
    pub text: String,
    /// The picture.
    pub picture: Picture,
    /// "beach at sunset: 2 people, 1 car; watercolour".
    pub meaning: String,
}

/// The blackboard of one instance.
pub struct Shared {
    /// The parameters and the project.
    pub params: Arc<PhospheneParams>,
    /// The music, some 60 times a second while the editor is open.
    pub live: Mutex<LiveView>,
    /// The takes.
    pub capture: Mutex<CaptureView>,
    /// The preview's last picture.
    pub preview: Mutex<Picture>,
    /// Per scene: the still of its prompt.
    pub stills: Mutex<Vec<Still>>,
    /// The name of the track, when the host said it.
    pub track_name: Mutex<String>,
    /// Tells this instance from others whose takes would have one name.
    pub instance: Instance,
    /// To the session thread; full means busy.
    pub commands: Sender<Command>,
    /// The session thread's end.
    pub asked: Receiver<Command>,
    /// Whether the editor is open: there is neither analysis nor preview when it is not.
    editor_open: AtomicBool,
    /// The session thread of now, or the last that there was.
    session: Mutex<Option<Thread>>,
}

impl Shared {
    /// An empty blackboard.
    #[must_use]
    pub fn new(params: Arc<PhospheneParams>) -> Self {
        let (commands, asked) = bounded(16);
        Self {
            params,
            live: Mutex::default(),
            capture: Mutex::default(),
            preview: Mutex::default(),
            stills: Mutex::new(vec![Still::default(); phosphene_core::take::BANK_SIZE]),
            track_name: Mutex::default(),
            instance: Instance::default(),
            commands,
            asked,
            editor_open: AtomicBool::new(false),
            session: Mutex::default(),
        }
    }

    /// Whether the editor is open.
    #[must_use]
    pub fn is_editor_open(&self) -> bool {
        self.editor_open.load(Ordering::Acquire)
    }

    /// Says whether the editor is open, and wakes the session thread, which may rest. Not real-time safe.
    pub fn set_editor_open(&self, open: bool) {
        if self.editor_open.swap(open, Ordering::AcqRel) != open
            && let Some(session) = &*self.session.lock()
        {
            session.unpark();
        }
    }

    /// The calling thread is the session's from now on.
    pub(crate) fn attend(&self) {
        *self.session.lock() = Some(thread::current());
    }
}
