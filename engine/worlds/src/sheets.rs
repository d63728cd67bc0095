//! Upright sheets across the view, far to near: trunks, trees, grass stand in them, and air lies between.
//!
//! Each sheet has a depth in metres, so everything on it has true size and parallax (the multiplane camera, Disney,
//! 1937).

use crate::{
    camera::Camera,
    lanes::{F, Lanes},
    world::Points,
};

/// Where sixteen points meet a sheet, in metres.
#[derive(Clone, Copy)]
pub struct OnSheet<L: Lanes> {
    /// Right.
    pub x: F<L>,
    /// Up.
    pub y: F<L>,
    /// Width of a pixel.
    pub pixel: f32,
}

/// Meets a sheet `depth` metres from a camera that looks straight ahead.
#[inline(always)]
pub fn meet<L: Lanes>(camera: &Camera, at: Points<L>, depth: f32) -> OnSheet<L> {
    let scale = depth / camera.focal;
    OnSheet {
        x: at.x * scale + camera.position[0],
        y: (at.y - camera.horizon) * scale + camera.position[1],
        pixel: at.pixel * scale,
    }
}

/// How much of a pixel is inside, of a distance to the edge (below 0 inside).
#[inline(always)]
pub fn inside<L: Lanes>(distance: F<L>, pixel: f32) -> F<L> {
    (0.5 - distance * (1.0 / pixel)).saturate()
}
