//! Everything that can go wrong, in words that say what to do.

use std::path::PathBuf;

/// The engine's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong: the thing, the reason, the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A frame rate that is not one of the eight.
    #[error("\"{actual}\" is not a frame rate; use 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60")]
    Fps {
        /// What was given.
        actual: String,
    },
    /// A picture size that 4:2:0 video can't have.
    #[error("\"{actual}\" is not a video size; use two even numbers from 16 to 7680, such as 1280x720 or 1080x1920")]
    Size {
        /// What was given.
        actual: String,
    },
    /// A sample rate outside 8 to 192 kHz.
    #[error("a sample rate of {actual} Hz is not supported; convert the song to a rate from 8,000 to 192,000 Hz")]
    SampleRate {
        /// What was found, in Hz.
        actual: u32,
    },
    /// A song that gives no sound at all.
    #[error("can't read the song {path}: {reason}; {remedy}")]
    Song {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// A file that is read more than once is not the same any more.
    #[error(
        "{path} changed while it was in use: {what}; nothing was made of it, so run this again once it stays as it is"
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// In what it differs.
        what: String,
    },
    /// A storyboard that is not valid; `place` is `line L, key K` where known.
    #[error("{path}: {place}: {reason}")]
    Storyboard {
        /// The file, or `storyboard` when it came from memory.
        path: PathBuf,
        /// Line and key.
        place: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A position that can't be placed in this song.
    #[error("\"{position}\" can't be placed in this song: {reason}")]
    Position {
        /// What was given.
        position: String,
        /// Why not, and what would do.
        reason: String,
    },
    /// A take can't be used.
    #[error("{path} can't be rendered: {reason}; {remedy}")]
    Take {
        /// The take's folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// Reading or writing a file failed.
    #[error("can't {action} {path}: {source}")]
    File {
        /// "read", "write", "create", "rename".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The output is there already.
    #[error("{path} exists; give --overwrite to replace it, or another name")]
    OutputExists {
        /// The file.
        path: PathBuf,
    },
    /// The output would replace what is read.
    #[error("{path} can't be written: it {relation} {input}, which is read; give it another name")]
    OutputIsInput {
        /// The output, as it was named.
        path: PathBuf,
        /// "is" or "lies in".
        relation: &'static str,
        /// The input, as it was named.
        input: PathBuf,
    },
    /// The output can't be written.
    #[error("can't write the video {path}: {reason}; {remedy}")]
    Encode {
        /// The final name.
        path: PathBuf,
        /// Why not.
        reason: String,
        /// What to do, and how to recover what was written.
        remedy: String,
    },
    /// A model, picture or table that is part of the program is damaged.
    #[error("the built-in {what} is damaged: {reason}; build Phosphene again from a clean checkout")]
    Asset {
        /// Which.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A value out of its range.
    #[error("{what} is {actual}; it must be {expected}")]
    Value {
        /// Which value.
        what: &'static str,
        /// What it must be.
        expected: String,
        /// What it was.
        actual: String,
    },
    /// Generation failed.
    #[error("can't generate frame {frame}: {source}")]
    Generate {
        /// The frame's index.
        frame: u64,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An error of a crate that builds on this one.
    #[error(transparent)]
    External(Box<dyn std::error::Error + Send + Sync>),
    /// A stage's thread panicked: a fault of ours.
    #[error("the {stage} stage stopped unexpectedly: {reason}; please report this with the command that you ran")]
    StagePanicked {
        /// Which stage.
        stage: &'static str,
        /// The panic's message.
        reason: String,
    },
    /// The user asked to stop.
    #[error("stopped")]
    Cancelled,
}

impl Error {
    /// The error of a frame that can't be made.
    pub fn generate(frame: u64, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Generate {
            frame,
            source: reason.into(),
        }
    }

    /// Wraps a system error with the file it is about.
    pub fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
