//! Stairs between walls, straight ahead, in closed form.
//!
//! The ray meets the slope through the steps' noses; behind it, the one tread or riser that it ends on follows from the
//! step's number.

use crate::{
    lanes::{F, Lanes, M, f, select},
    trace::{Ray, away_from_zero},
    world::FAR,
};

/// Stairs, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// Where they begin.
    pub start: f32,
    /// Height of a step.
    pub rise: f32,
    /// Depth of a step.
    pub run: f32,
    /// Height of the landing.
    pub high: f32,
    /// Where the front stands, at the back of the landing.
    pub end: f32,
    /// Half the width between the walls.
    pub half: f32,
    /// Half the width between the parapets.
    pub inner: f32,
    /// Height of the walls.
    pub walls: f32,
    /// Least height of the front.
    pub top: f32,
}

/// What a ray ends on.
pub struct Hit<L: Lanes> {
    /// After how many metres; far beyond where there is nothing.
    pub t: F<L>,
    /// Whether it is level: a tread, the ground, the landing.
    pub tread: M<L>,
    /// Whether it is a wall at the side.
    pub wall: M<L>,
    /// Whether it is the front with the door.
    pub front: M<L>,
    /// Whether it is a parapet.
    pub parapet: M<L>,
}

impl Steps {
    /// Height of the stairs' noses at a depth.
    #[inline(always)]
    pub fn nose<L: Lanes>(&self, z: F<L>) -> F<L> {
        let up = (z - self.start) * (self.rise / self.run) + self.rise;
        select(z.lt(self.start), f(0.0), up.min(self.high))
    }

    /// What rays end on.
    #[inline(always)]
    pub fn meet<L: Lanes>(&self, ray: &Ray<L>) -> Hit<L> {
        let d = ray.direction;
        let slope = self.rise / self.run;
        let falls = d.y.lt(0.0);
        // The ground before the stairs, the landing behind them.
        let level = select(falls, ray.to_level(0.0), f(FAR));
        let level = select((d.z * level + ray.origin.z).lt(self.start), level, f(FAR));
        let top = select(falls, ray.to_level(self.high), f(FAR));
        let top = select((d.z * top + ray.origin.z).gt(self.end - 3.5 - self.run), top, f(FAR));
        // The slope through the noses.
        let nose = (ray.origin.z - self.start) * slope + self.rise - ray.origin.y;
        let t_nose = nose / away_from_zero(d.y - d.z * slope);
        let z = d.z.mul_add(t_nose, ray.origin.z);
        let number = ((z - self.start) * (1.0 / self.run)).floor();
        let tread = ((number + 1.0) * self.rise - ray.origin.y) / away_from_zero(d.y);
        let riser = ray.to_depth((number + 1.0) * self.run + self.start);
        let first = (z.lt(self.start)) & z.gt(self.start - self.run * 2.0);
        let on_tread = falls & tread.lt(riser) & tread.gt(0.0);
        let steps = select(on_tread, tread, riser);
        // Low rays end on the first riser.
        let t_first = ray.to_depth(self.start);
        let y_first = d.y.mul_add(t_first, ray.origin.y);
        let low = y_first.gt(0.0) & y_first.lt(self.rise);
        let steps = select(low, t_first, steps);
        let on_tread = on_tread & !low;
        let z = d.z.mul_add(steps, ray.origin.z);
        let there =
            steps.gt(0.0) & z.gt(self.start - 0.01) & z.lt(self.end - 3.4) & (t_nose.gt(0.0) | low) & (!first | low);
        let steps = select(there, steps, f(FAR));
        let ground = level.min(top).min(steps);
        let tread = on_tread | (ground.lt(steps));
        // Walls at the sides, the parapets before them, the front with the door.
        let side = select(d.x.lt(0.0), f(-1.0), f(1.0));
        let t_wall = ray.to_side(side * self.half);
        let y_wall = d.y.mul_add(t_wall, ray.origin.y);
        let z_wall = d.z.mul_add(t_wall, ray.origin.z);
        let t_wall = select(
            y_wall.lt(self.walls) & t_wall.gt(0.0) & z_wall.gt(-30.0),
            t_wall,
            f(FAR),
        );
        let t_front = ray.to_depth(self.end);
        let t_front = select(
            d.y.mul_add(t_front, ray.origin.y).lt((self.walls + 2.5).max(self.top)),
            t_front,
            f(FAR),
        );
        let t_rail = ray.to_side(side * self.inner);
        let (y_rail, z_rail) = (d.y.mul_add(t_rail, ray.origin.y), d.z.mul_add(t_rail, ray.origin.z));
        let railed = t_rail.gt(0.0) & z_rail.gt(self.start) & y_rail.lt(self.nose(z_rail) + 0.85);
        let t_rail = select(railed, t_rail, f(FAR));
        let t = ground.min(t_wall).min(t_front).min(t_rail);
        let parapet = !(t_rail.gt(t)) & t.lt(FAR * 0.5);
        Hit {
            t,
            tread: tread & !(ground.gt(t)),
            wall: !(t_wall.gt(t)) & t.lt(FAR * 0.5) & !parapet,
            front: !(t_front.gt(t)) & t.lt(FAR * 0.5) & !parapet,
            parapet,
        }
    }
}
