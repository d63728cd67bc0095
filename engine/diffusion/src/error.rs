//! What can go wrong with models and on devices.

use std::path::PathBuf;

use crate::memory::has_run_out;

/// The generator's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong: the thing, the reason, the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What is no fault of models or devices: files, values, a stop that was asked for.
    #[error(transparent)]
    Core(#[from] phosphene_core::Error),
    /// A model of the user's own can't be used.
    #[error("the model {path} can't be used: {reason}; {remedy}")]
    Model {
        /// The model's folder, or the file in it that is at fault.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// A model can't be had from the hub.
    #[error("can't pull {model}: {reason}; {remedy}")]
    Pull {
        /// The model's name on the hub.
        model: String,
        /// Why not.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// The device has no memory left.
    #[error(
        "the device has no memory left ({source}); give --draft for smaller pictures, close what else uses it, or give \
         --device cpu"
    )]
    OutOfMemory {
        /// The device's words.
        source: candle_core::Error,
    },
    /// The device fails, or the arithmetic on it.
    #[error(transparent)]
    Device(candle_core::Error),
    /// A prompt can't be encoded.
    #[error("the prompt can't be encoded ({source})")]
    Text {
        /// The device's words.
        source: candle_core::Error,
    },
    /// No picture can be made of what was given, or what was made is none.
    #[error("{reason}")]
    Picture {
        /// Why not, and what to do.
        reason: String,
    },
}

impl From<candle_core::Error> for Error {
    fn from(source: candle_core::Error) -> Self {
        // Backends have no kind of their own for it; their words are known at this one door.
        if has_run_out(&source.to_string()) {
            Self::OutOfMemory { source }
        } else {
            Self::Device(source)
        }
    }
}

impl From<Error> for phosphene_core::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Core(error) => error,
            error => Self::External(Box::new(error)),
        }
    }
}

impl Error {
    /// A value that can't be taken: "`what` is `actual`; it must be `expected`".
    pub(crate) fn value(what: &'static str, expected: impl Into<String>, actual: impl ToString) -> Self {
        Self::Core(phosphene_core::Error::Value {
            what,
            expected: expected.into(),
            actual: actual.to_string(),
        })
    }

    /// The error of a frame that was being made: what is wrong with a model is so for every frame.
    pub(crate) fn at_frame(self, frame: u64) -> phosphene_core::Error {
        match self {
            Self::Core(_) | Self::Model { .. } | Self::Pull { .. } => self.into(),
            source => phosphene_core::Error::Generate {
                frame,
                source: Box::new(source),
            },
        }
    }
}
