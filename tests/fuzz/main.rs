//! Damaged input at each door that takes a file: an error or a loss, never a panic, a hang, or memory without end.
//!
//! `PHOSPHENE_FUZZ_SECS` says for how long each door is tried (2 seconds when not set), `PHOSPHENE_FUZZ_SEED` where it
//! begins (1 when not set). `cargo xtask fuzz` sets both.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

// Every allocation is measured here, as there.
#[path = "../mutated_models/allocations.rs"]
mod allocations;
mod doors;
mod mutation;
mod search;
