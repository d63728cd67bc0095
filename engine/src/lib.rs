//! Phosphene's engine: a song in, a music video out.
//!
//! ```text
//! song file --> analysis --> cue --> direct --> generator --> encode --> video file
//!               \______ phosphene_core ______/   diorama,
//!                                               diffusion
//! ```
//!
//! Data flows one way. `phosphene_core` goes from a song to one [`direct::FrameSpec`] a frame; the generators turn it
//! into a picture, each in a crate of its own; [`encode`] writes the file, and [`pipeline`] runs the stages side by side.
//! [`ffmpeg`] opens songs that Symphonia does not play, [`image`] pictures.

// A closed terminal must not end the program: the macros panic there.
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![forbid(unsafe_code)]

pub mod encode;
pub mod ffmpeg;
pub mod guide;
pub mod image;
pub mod pipeline;
pub mod plot;
pub mod render;
pub mod text;

pub use phosphene_core::{
    Error, Result, analysis, automation, cancel, clean, cue, direct, error, frame, letterbox, listen, output, prompt,
    raster, seed, shell, song, storyboard, take, time,
};
pub use phosphene_diffusion as diffusion;
pub use phosphene_diorama as diorama;
pub use phosphene_painter as painter;
