//! Phosphene in a DAW: the crate is laid out and builds, and has no plugin in it yet.
//!
//! It depends on the engine without `render`, so neither FFmpeg nor a model is loaded into the host.

#[doc(no_inline)]
pub use phosphene_engine as engine;
