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
mod antialias;
pub mod arbour;
pub mod aurora;
pub mod backyard;
pub mod blaze;
pub mod boughs;
pub mod camera;
pub mod canopy;
pub mod cars;
pub mod clouds;
pub mod cottages;
pub mod crowd;
pub mod facade;
pub mod figures;
pub mod film;
pub mod foam;
pub mod fog_bank;
pub mod fountain;
pub mod grass;
pub mod haze;
pub mod houses;
pub mod interior;
pub mod isa;
pub mod jetty;
pub mod lamps;
pub mod lanes;
pub mod lanterns;
pub mod leaves;
pub mod lightning;
pub mod neon;
pub mod noise;
pub mod overlay;
pub mod particles;
pub mod picture;
pub mod places;
pub mod portal;
pub mod precipitation;
pub mod print;
pub mod quay;
pub mod ranges;
pub mod relief;
pub mod ridges;
pub mod scalar;
pub mod scene;
pub mod shafts;
pub mod sheets;
pub mod shore;
pub mod sky;
pub mod skyline;
pub mod stand;
pub mod steps;
pub mod stones;
pub mod strokes;
pub mod surf;
pub mod tents;
pub mod towers;
pub mod trace;
pub mod tree;
pub mod trees;
pub mod water;
pub mod waterside;
pub mod wheel;
pub mod wires;
pub mod world;
