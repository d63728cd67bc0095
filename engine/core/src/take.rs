//! A take: all that a render needs, as a folder that is valid from its first second and only ever grows.
//!
//! ```text
//! 2026-11-24 18.03.12 My Song/
//!   take.json    the manifest: written first, never changed
//!   audio.f32    interleaved 32-bit float samples, little endian, as processed
//!   log.jsonl    one [`Entry`] a line, in order of samples: transport, scenes, parameters, bank, gaps, the end
//!   lock         held by whoever writes the take; the system lets go when the writer dies
//!   render/      what the renderer keeps: progress, finished parts
//! ```
//!
//! A take holds what was *asked for and when*, not what was decided: cues are derived from it, so a take can be rendered
//! again by a better Phosphene. Every position in it counts samples from the take's first.

mod clock;
mod folder;
mod grid_override;
mod landing;
mod overshoot;
mod path;
mod progress;
mod reader;
mod sound;
mod writer;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use clock::{HostClock, News};
pub use folder::data_folder;
use folder::replace;
pub use folder::{
    Summary, TAKES_VARIABLE, TakeState, check_writable, default_root, default_video_folder, file_name, list,
    now_unix_ms, stamp, state, summary, unheard, unused,
};
pub use grid_override::GridOverride;
pub use landing::{LineSpacing, grace_samples};
pub use progress::{EXIT, Progress, RENDER_LOG, RenderState};
pub use reader::Take;
pub use writer::Writer;

use crate::{
    automation::Param,
    prompt::{Prompt, StyleChoice},
    time::{Fps, SamplePos, SampleRate, Size},
};

/// The version of the format that this program writes; it reads this and all earlier ones.
pub const VERSION: u32 = 1;

/// The files in a take.
const MANIFEST: &str = "take.json";
const AUDIO: &str = "audio.f32";
const LOG: &str = "log.jsonl";
const LOCK: &str = "lock";
/// The renderer's folder in it.
pub const RENDER: &str = "render";

/// Prompts in a bank.
pub const BANK_SIZE: usize = 16;

/// What a take is, known at its first sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`VERSION`] of the writer.
    pub version: u32,
    /// Milliseconds since 1970, UTC.
    pub created_unix_ms: u64,
    /// The song's, project's or track's name: the video is named after it.
    pub name: String,
    /// The host's program name, as far as it is known.
    pub host: String,
    /// "CLAP", "VST3" or "standalone".
    pub api: String,
    /// The plugin's version.
    pub plugin_version: String,
    /// Samples a second.
    pub rate: SampleRate,
    /// 1 or 2, interleaved.
    pub channels: u16,
}

/// The 16 prompts of the plugin. Always [`BANK_SIZE`] long; an empty text is an unused scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bank {
    /// The prompts: index 0 is scene 1.
    pub prompts: Vec<Prompt>,
}

/// How the video of a take is to be made when nobody says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoSettings {
    /// The folder in which the video is put; `None` is the user's video folder.
    pub folder: Option<PathBuf>,
    /// Picture size.
    pub size: Size,
    /// Frame rate.
    pub fps: Fps,
    /// "aac", "pcm", "flac" or "alac".
    pub audio: String,
    /// Beats a bar, over what the host says; `None` believes the host.
    pub beats_per_bar: Option<u32>,
    /// Tempo in BPM, over what the host says; `None` believes the host.
    pub bpm: Option<f64>,
}

/// The grid line on which a change lands: the first at or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantize {
    /// At once.
    Off,
    /// The next beat.
    Beat,
    /// The next bar.
    #[default]
    Bar,
    /// The next bar of two, counted from the song's first.
    Bars2,
    /// The next bar of four.
    Bars4,
    /// The next bar of eight.
    Bars8,
}

/// What asked for a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskedBy {
    /// The parameter `Scene`: automation, or the user's hand.
    Scene,
    /// The parameter `Next scene`.
    Next,
    /// A note.
    Note,
    /// It is what was on when the take began.
    Start,
}

/// The host's clock at a sample. Written when it can't be foretold from the last one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Transport {
    /// Whether the host plays.
    pub playing: bool,
    /// Beats (of the time signature's own kind are NOT meant: quarter notes, as hosts count) a minute.
    pub tempo_bpm: Option<f64>,
    /// Position in quarter notes.
    pub quarters: Option<f64>,
    /// Position of the bar's start in quarter notes, where the host says it.
    pub bar_quarters: Option<f64>,
    /// The host's position in samples; may be negative in a pre-roll.
    pub host_sample: Option<i64>,
    /// Time signature, such as (6, 8).
    pub signature: Option<(u32, u32)>,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// From which sample of the take on.
    pub at: SamplePos,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The host's clock.
    Transport(Transport),
    /// The host jumped (a loop, a seek): the grid starts anew here, the sound and the picture go on.
    Jump(Transport),
    /// Somebody asked for a scene.
    Scene {
        /// Index in the bank, from 0.
        scene: usize,
        /// Where it is to land.
        quantize: Quantize,
        /// Length of the passage to it in quarter notes, 0 to 32.
        morph: f64,
        /// Who.
        by: AskedBy,
    },
    /// A parameter has another value from here on.
    Param {
        /// Which.
        param: Param,
        /// Its value, in its own unit.
        value: f64,
    },
    /// The painter, over what the prompts say; [`StyleChoice::Auto`] leaves it to them.
    Style {
        /// Which painter.
        style: StyleChoice,
    },
    /// The seed of everything random.
    Seed {
        /// 0 to 9,999.
        seed: u32,
    },
    /// The bank, whole: at the take's start, and whenever it was edited.
    Bank {
        /// The prompts.
        bank: Bank,
    },
    /// How the video is to be made; the last one counts.
    Video {
        /// Size, rate, sound, folder.
        settings: VideoSettings,
    },
    /// The host played so much before the take's first sample that is not part of its export, to fill its delay lines.
    /// Such a host plays its last block whole, too: up to a block more than it exports.
    Preroll {
        /// How many samples.
        samples: u64,
    },
    /// The host's blocks are up to so long from here on: it may tell of automation that much late.
    Blocks {
        /// Samples in the longest one.
        longest: u64,
    },
    /// Sound that was lost because the machine was too slow to spool it: silence is in its place, so that all that
    /// follows is where it was.
    Gap {
        /// How many samples.
        samples: u64,
    },
    /// What the host played in this take, and how much of it was kept: written before the end.
    Tally(Tally),
    /// The take's end; a take without one was cut off.
    End {
        /// Why.
        reason: EndReason,
        /// Blocks lost over the whole take.
        dropped_blocks: u64,
        /// What went wrong, if something did.
        error: Option<String>,
    },
}

/// What a take should have, counted where the host hands over its blocks, against what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tally {
    /// Samples (per channel) that the host played.
    pub played: u64,
    /// Those of them that are in the take; the rest is silence in its place, or missing at the end.
    pub kept: u64,
}

impl Tally {
    /// Samples that were lost.
    #[must_use]
    pub fn lost(self) -> u64 {
        self.played.saturating_sub(self.kept)
    }
}

/// Why a take ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// The transport stopped.
    Stopped,
    /// The host put the plugin to sleep, or removed it.
    Deactivated,
    /// The user switched `Capture` off.
    CaptureOff,
    /// The disk is full or failed.
    Failed,
}
