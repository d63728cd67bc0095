//! The frame before, carried along: warped by the camera, and kept in its colours.

pub mod colour;
pub mod picture;
pub mod warp;
