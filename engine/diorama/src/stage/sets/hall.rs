//! A hall in one-point perspective: corridors, naves, alleys, and points on their walls, floors and ceilings.

/// A box that recedes from a near end (about the picture's edge) to a far one.
#[derive(Debug, Clone, Copy)]
pub struct Hall {
    /// The far end: left, top, right, bottom in stage units.
    pub far: [f32; 4],
    /// The near end.
    pub near: [f32; 4],
}

/// Which of the two long walls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// On the left.
    Left,
    /// On the right.
    Right,
}

impl Wall {
    /// Both.
    pub const BOTH: [Wall; 2] = [Wall::Left, Wall::Right];

    /// -1 on the left, 1 on the right.
    pub fn side(self) -> f32 {
        if self == Wall::Left { -1.0 } else { 1.0 }
    }

    /// Where the wall is across the hall, moved `out` of the wall into the hall: 0 to 1.
    pub fn u(self, out: f32) -> f32 {
        if self == Wall::Left { out } else { 1.0 - out }
    }
}

impl Hall {
    /// How large things are at `deep` (0 at the near end, 1 at the far one), against the near end: equal steps of
    /// `deep` are equal steps on the floor.
    pub fn size(&self, deep: f32) -> f32 {
        let shrink = (self.far[2] - self.far[0]) / (self.near[2] - self.near[0]);
        1.0 / (1.0 + deep * (1.0 / shrink - 1.0))
    }

    /// The point across (`u` 0 left to 1 right), down (`v` 0 ceiling to 1 floor) and in (`deep` 0 near to 1 far).
    pub fn at(&self, u: f32, v: f32, deep: f32) -> [f32; 2] {
        let shrink = (self.far[2] - self.far[0]) / (self.near[2] - self.near[0]);
        let t = (self.size(deep) - shrink) / (1.0 - shrink);
        let [l, top, r, bottom] = [0, 1, 2, 3].map(|i| self.far[i] + (self.near[i] - self.far[i]) * t);
        [l + (r - l) * u, top + (bottom - top) * v]
    }

    /// How deep the floor is where it is seen at the height `y`.
    pub fn deep_at(&self, y: f32) -> f32 {
        let shrink = (self.far[2] - self.far[0]) / (self.near[2] - self.near[0]);
        let t = ((y - self.far[3]) / (self.near[3] - self.far[3])).clamp(0.0, 1.0);
        let size = shrink + t * (1.0 - shrink);
        (1.0 / size - 1.0) / (1.0 / shrink - 1.0)
    }

    /// A patch of a long wall.
    pub fn wall(&self, wall: Wall, deep: [f32; 2], v: [f32; 2]) -> [[f32; 2]; 4] {
        let u = wall.u(0.0);
        [
            self.at(u, v[0], deep[0]),
            self.at(u, v[0], deep[1]),
            self.at(u, v[1], deep[1]),
            self.at(u, v[1], deep[0]),
        ]
    }

    /// A patch of the floor (`v` 1), the ceiling (`v` 0) or any level between.
    pub fn level(&self, v: f32, u: [f32; 2], deep: [f32; 2]) -> [[f32; 2]; 4] {
        [
            self.at(u[0], v, deep[0]),
            self.at(u[0], v, deep[1]),
            self.at(u[1], v, deep[1]),
            self.at(u[1], v, deep[0]),
        ]
    }

    /// An upright patch across the hall, facing the viewer.
    pub fn across(&self, deep: f32, u: [f32; 2], v: [f32; 2]) -> [[f32; 2]; 4] {
        [
            self.at(u[0], v[0], deep),
            self.at(u[1], v[0], deep),
            self.at(u[1], v[1], deep),
            self.at(u[0], v[1], deep),
        ]
    }
}
