//! Upright sheets across the view, far to near: trunks, trees, grass stand in them, and air lies between.
//!
//! Each sheet has a depth in metres, so everything on it has true size and parallax (the multiplane camera, Disney,
//! 1937).

use crate::{
    camera::Camera,
    lanes::{F, Lanes, M},
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

/// Where sixteen points meet the level ground.
#[derive(Clone, Copy)]
pub struct OnGround<L: Lanes> {
    /// Which do.
    pub below: M<L>,
    /// Right, in metres.
    pub x: F<L>,
    /// Forward, in metres from the world's origin.
    pub z: F<L>,
    /// Metres from the camera along the view axis.
    pub depth: F<L>,
    /// Width of a pixel on it in metres.
    pub pixel: F<L>,
    /// How far a pixel reaches forward on it in metres.
    pub stretch: F<L>,
}

/// Meets the ground at height 0, up to `far` metres from a camera that looks straight ahead.
#[inline(always)]
pub fn ground<L: Lanes>(camera: &Camera, at: Points<L>, far: f32) -> OnGround<L> {
    let per = 1.0 / camera.focal;
    let fall = ((camera.horizon - at.y) * per).max(4e-4);
    let depth = (camera.position[1] / fall).min(far);
    let pixel = depth * (at.pixel * per);
    OnGround {
        below: at.y.lt(camera.horizon),
        x: at.x * depth * per + camera.position[0],
        z: depth + camera.position[2],
        depth,
        pixel,
        stretch: pixel * depth * (1.0 / camera.position[1]),
    }
}
