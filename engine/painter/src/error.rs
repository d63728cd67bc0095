//! What can go wrong with a painting.

/// The painter's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
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
    /// A network that is part of the program is damaged.
    #[error("the built-in {what} is damaged: {reason}; build Phosphene again from a clean checkout")]
    Asset {
        /// Which.
        what: &'static str,
        /// Why.
        reason: String,
    },
}
