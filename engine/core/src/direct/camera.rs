//! What the music does to the camera: a sway in tempo, a push with each kick.

use std::f64::consts::TAU;

use super::Camera;

/// Where the camera is led, and the music that moves it there.
#[derive(Debug, Clone, Copy)]
pub(super) struct CameraMotion {
    /// See [`Camera::zoom`].
    pub zoom: f64,
    /// The offset that is asked for, in picture widths and heights.
    pub pan: [f64; 2],
    /// The turn that is asked for, in degrees.
    pub rotate_deg: f64,
    /// A turn that the music adds, in radians.
    pub tilt_rad: f64,
    /// Position in bars.
    pub bar: f64,
    /// 0 to 2.
    pub reactivity: f64,
    /// As at reactivity 1.
    pub calm: f32,
    /// As at reactivity 1.
    pub kick: f32,
}

impl CameraMotion {
    pub(super) fn camera(&self) -> Camera {
        // A hand-held sway in tempo: small, since the drawing ends at the picture's edge.
        let sway = 0.006 * (0.4 + 0.6 * self.reactivity) * (1.0 - 0.6 * f64::from(self.calm));
        Camera {
            zoom: self.zoom,
            pan: [
                self.pan[0] + sway * (self.bar * TAU / 4.0).sin(),
                self.pan[1] + sway * 0.7 * (self.bar * TAU / 2.0).sin(),
            ],
            rotate_rad: self.rotate_deg.to_radians() + sway * (self.bar * TAU / 8.0).sin() + self.tilt_rad,
            scale: 1.0 + 0.02 * (f64::from(self.kick) * self.reactivity).min(2.0),
        }
    }
}
