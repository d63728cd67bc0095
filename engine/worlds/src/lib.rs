//! Procedural worlds: filmic pictures of places with figures in their light, without weights, downloads or a GPU.
//!
//! ```text
//! Scene --Prepared::new--> world --shade--> Picture (light, distance) --figures--> --portal--> --Film--> picture
//! ```
//!
//! A [`world::World`] is a function from picture points to light and distance, written once over [`lanes`] and compiled
//! for each set of instructions; all of them give the same bits. [`places`] holds them, a file each.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod aurora;
pub mod camera;
pub mod film;
pub mod fountain;
pub mod grass;
pub mod isa;
pub mod lanes;
pub mod lanterns;
pub mod leaves;
pub mod noise;
pub mod particles;
pub mod picture;
pub mod places;
pub mod relief;
pub mod ridges;
pub mod scalar;
pub mod scene;
pub mod shafts;
pub mod sheets;
pub mod sky;
pub mod tree;
pub mod world;
