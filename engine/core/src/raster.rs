//! What all generators draw with: colours, maps of positions, interpolation, the limit of flashes, enlarging.

pub mod affine;
pub mod colour;
pub mod cubic;
pub mod flash;
pub mod lanes;
pub mod quality;
pub mod upscale;
pub mod view;
