//! Whole stages under test; one module an area.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

mod analysis;
mod diffusion;
mod diorama;
mod encode;
mod joined;
mod live_tracker;
mod meaning;
mod mixes;
mod painter;
mod pipeline;
mod song;
mod timeline;
