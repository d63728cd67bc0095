//! Where the picture is seen from, and what part of it is shown.
//!
//! Picture coordinates: y runs from -1 (bottom) to 1 (top), x from minus to plus the aspect ratio, right. World
//! coordinates are metres, x right, y up, z forward; the ground is near y = 0 and the camera starts over x = z = 0.

use crate::{
    lanes::{F, Lanes, V, v},
    scalar,
};

/// A camera with a shifted lens: uprights stay upright, the horizon lies where `horizon` says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Where it is, in metres.
    pub position: [f32; 3],
    /// Radians to the right of straight ahead.
    pub yaw: f32,
    /// Picture y of the horizon.
    pub horizon: f32,
    /// Picture units at a distance of one metre for one metre: 1 sees 90 degrees from bottom to top, 2 sees 53.
    pub focal: f32,
}

impl Camera {
    /// Of a height in metres, with its horizon and focal length.
    #[must_use]
    pub fn standing(height: f32, horizon: f32, focal: f32) -> Self {
        Self {
            position: [0.0, height, 0.0],
            yaw: 0.0,
            horizon,
            focal,
        }
    }

    /// Directions, of length 1, of what is seen at picture points.
    #[inline(always)]
    pub fn direction<L: Lanes>(&self, x: F<L>, y: F<L>) -> V<L> {
        let (right, up) = (x * (1.0 / self.focal), (y - self.horizon) * (1.0 / self.focal));
        let (sin, cos) = (scalar::sin(self.yaw), scalar::cos(self.yaw));
        v(right * cos + sin, up, cos - right * sin).normalized()
    }

    /// Where a point is seen: picture x, y, and the distance along the view axis in metres (below 0 behind).
    #[must_use]
    pub fn project(&self, point: [f32; 3]) -> [f32; 3] {
        let [x, y, z] = [
            point[0] - self.position[0],
            point[1] - self.position[1],
            point[2] - self.position[2],
        ];
        let (sin, cos) = (scalar::sin(self.yaw), scalar::cos(self.yaw));
        let (right, depth) = (x * cos - z * sin, x * sin + z * cos);
        let scale = self.focal / depth.abs().max(1e-4);
        [right * scale, y * scale + self.horizon, depth]
    }

    /// Picture x and y of a direction at infinity (the sun, a star); `None` behind.
    #[must_use]
    pub fn project_direction(&self, d: [f32; 3]) -> Option<[f32; 2]> {
        let [x, y, depth] = self.project([
            self.position[0] + d[0],
            self.position[1] + d[1],
            self.position[2] + d[2],
        ]);
        (depth > 1e-3).then_some([x, y])
    }

    /// The point on the level `y` metres that is seen at a picture point below the horizon.
    #[must_use]
    pub fn on_ground(&self, picture: [f32; 2], y: f32) -> Option<[f32; 3]> {
        let fall = (self.horizon - picture[1]) / self.focal;
        let drop = self.position[1] - y;
        if fall * drop <= 0.0 {
            return None;
        }
        let depth = drop / fall;
        let right = picture[0] / self.focal * depth;
        let (sin, cos) = (scalar::sin(self.yaw), scalar::cos(self.yaw));
        Some([
            self.position[0] + right * cos + depth * sin,
            y,
            self.position[2] + depth * cos - right * sin,
        ])
    }
}

/// What part of a world's picture is shown: shown point = offset + zoom times picture point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Where the world's picture centre is shown.
    pub offset: [f32; 2],
    /// Magnification.
    pub zoom: f32,
    /// Turn in radians, anticlockwise, around the shown centre.
    pub turn: f32,
}

impl View {
    /// The whole picture.
    pub const WHOLE: Self = Self {
        offset: [0.0; 2],
        zoom: 1.0,
        turn: 0.0,
    };

    /// Where a picture point is shown.
    #[must_use]
    pub fn shown(&self, p: [f32; 2]) -> [f32; 2] {
        let (sin, cos) = (scalar::sin(self.turn), scalar::cos(self.turn));
        let [x, y] = [self.offset[0] + p[0] * self.zoom, self.offset[1] + p[1] * self.zoom];
        [x * cos - y * sin, x * sin + y * cos]
    }

    /// Which picture point is shown at a point.
    #[must_use]
    pub fn picture(&self, shown: [f32; 2]) -> [f32; 2] {
        let (sin, cos) = (scalar::sin(self.turn), scalar::cos(self.turn));
        let [x, y] = [shown[0] * cos + shown[1] * sin, shown[1] * cos - shown[0] * sin];
        [(x - self.offset[0]) / self.zoom, (y - self.offset[1]) / self.zoom]
    }

    /// The view of a picture that lies in this one's at `centre`, `unit` times as large.
    #[must_use]
    pub fn nested(&self, centre: [f32; 2], unit: f32) -> Self {
        Self {
            offset: [
                self.offset[0] + centre[0] * self.zoom,
                self.offset[1] + centre[1] * self.zoom,
            ],
            zoom: self.zoom * unit,
            turn: self.turn,
        }
    }
}
