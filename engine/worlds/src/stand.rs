//! Where figures stand, told in picture terms: how far to the side in the picture, how tall in it.

use crate::{
    camera::Camera,
    scalar::{self, cos, sin},
    sky::Sky,
    world::{Place, Role},
};

/// How far off a person is a `share` of the picture's height tall and has the feet in it.
#[must_use]
pub fn depth_of_hero(camera: &Camera, share: f32) -> f32 {
    let tall = 1.7 * camera.focal / (2.0 * share);
    tall.max(camera.position[1] * camera.focal / (camera.horizon + 0.84).max(0.2))
}

/// A place `depth` metres ahead that is seen at picture x, `height` metres over the zero level.
#[must_use]
pub fn place(camera: &Camera, role: Role, x: f32, depth: f32, height: f32, room: f32) -> Place {
    let right = x * depth / camera.focal;
    let (s, c) = (sin(camera.yaw), cos(camera.yaw));
    Place {
        role,
        at: [
            camera.position[0] + right * c + depth * s,
            height,
            camera.position[2] + depth * c - right * s,
        ],
        heading: 0.0,
        room,
    }
}

/// Moves a sky's light so that it is seen at picture x and y.
pub fn show_light(sky: &mut Sky, camera: &Camera, [x, y]: [f32; 2]) {
    let (right, up) = (x / camera.focal, (y - camera.horizon) / camera.focal);
    let (s, c) = (sin(camera.yaw), cos(camera.yaw));
    sky.direction = scalar::normalize([right * c + s, up, c - right * s]);
}
