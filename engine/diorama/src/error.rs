//! What can go wrong with prompts and their pictures.

/// The generator's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What is no fault of the generator: files, storyboards, a stop that was asked for.
    #[error(transparent)]
    Core(#[from] phosphene_core::Error),
    /// The painter fails.
    #[error(transparent)]
    Painter(#[from] phosphene_painter::Error),
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
    /// A model, picture or table that is part of the program is damaged.
    #[error("the built-in {what} is damaged: {reason}; build Phosphene again from a clean checkout")]
    Asset {
        /// Which.
        what: &'static str,
        /// Why.
        reason: String,
    },
}

impl From<phosphene_worlds::figures::FiguresError> for Error {
    fn from(error: phosphene_worlds::figures::FiguresError) -> Self {
        Self::Asset {
            what: "figures",
            reason: error.to_string(),
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
