//! Whole stages under test; one module an area.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

mod analysis;
mod changed_song;
mod diffusion;
mod diorama;
mod encode;
mod examples;
mod generators;
mod hearing;
mod house;
mod joined;
mod live_tracker;
mod meaning;
mod mixes;
mod names;
mod painter;
mod pipeline;
mod placement;
mod prints;
mod song;
mod sound_matrix;
mod sync;
mod timeline;
mod worlds;
