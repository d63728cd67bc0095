//! From a song to directions: all of Phosphene that neither draws nor writes videos.
//!
//! ```text
//! song file --> analysis --> cue --> direct --> FrameSpec
//! ```
//!
//! Data flows one way, and each stage knows only the types on its left. [`song`] streams samples; [`analysis`] hears
//! beats and features; [`storyboard`] says what is to be seen when, or a [`take`] holds what a host asked for; [`cue`]
//! puts that on the grid; [`direct`] makes one [`direct::FrameSpec`] a frame. A [`frame::Generator`] turns it into a
//! picture; what generators share lies in [`raster`].

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![forbid(unsafe_code)]

pub mod analysis;
pub mod automation;
pub mod cancel;
pub mod clean;
pub mod cue;
pub mod direct;
pub mod error;
pub mod frame;
pub mod letterbox;
pub mod listen;
pub mod output;
pub mod prompt;
pub mod raster;
pub mod seed;
pub mod shell;
pub mod song;
pub mod storyboard;
pub mod take;
pub mod time;

pub use error::{Error, Result};
