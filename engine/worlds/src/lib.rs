//! Procedural worlds: filmic pictures of places with figures in their light, without weights, downloads or a GPU.
//!
//! ```text
//! Scene --Prepared::new--> world --shade--> Picture (light, distance) --figures--> --portal--> --Film--> picture
//! ```
//!
//! A [`world::World`] is a function from picture points to light and distance, written once over [`lanes`] and compiled
//! for each set of instructions; all of them give the same bits. [`places`] holds them, a file each.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod air;
pub mod camera;
pub mod clouds;
pub mod film;
pub mod isa;
pub mod lanes;
pub mod noise;
pub mod picture;
pub mod places;
pub mod quay;
pub mod ridges;
pub mod scalar;
pub mod scene;
pub mod sky;
pub mod stones;
pub mod strokes;
pub mod trees;
pub mod water;
pub mod world;
