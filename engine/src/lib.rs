//! Phosphene's engine: a song in, a music video out.
//!
//! ```text
//! song file --> analysis --> cue --> direct --> generate --> encode --> video file
//! ```
//!
//! Data flows one way, and each stage knows only the types on its left. [`song`] streams samples; [`analysis`] hears
//! beats and features; [`storyboard`] says what is to be seen when, [`cue`] puts that on the grid; [`direct`] makes one
//! [`direct::FrameSpec`] a frame; a [`generate::Generator`] turns it into a picture; `encode` writes the file, and
//! `pipeline` runs the stages side by side.

// A closed terminal must not end the program: the macros panic there.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod analysis;
pub mod cancel;
pub mod clean;
pub mod cue;
pub mod direct;
#[cfg(feature = "render")]
pub mod encode;
pub mod error;
pub mod generate;
#[cfg(feature = "render")]
pub mod image;
pub mod listen;
pub mod output;
#[cfg(feature = "diorama")]
pub mod painter;
#[cfg(feature = "render")]
pub mod pipeline;
#[cfg(feature = "diorama")]
pub mod plot;
pub mod prompt;
pub mod shell;
pub mod song;
pub mod storyboard;
pub mod take;
pub mod text;
pub mod time;

pub use error::{Error, Result};
