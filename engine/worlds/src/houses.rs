//! Two rows of houses along a street, as two planes: a ray meets one in closed form, and where the house there is lower
//! than the ray, the fronts of those behind it are tried in order (grid traversal after Amanatides and Woo, 1987, with
//! the cells in one line).

use crate::{
    facade::Wall,
    lanes::{F, Lanes, M, f, select},
    scalar::Chance,
    trace::Ray,
    world::FAR,
};

/// Houses on each side that are told apart; farther ones are air.
pub const HOUSES: usize = 16;

/// Rows of houses on both sides of the view axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// How far from the axis their fronts stand.
    pub side: f32,
    /// Where the first begins.
    pub start: f32,
    /// Width of a house.
    pub length: f32,
    /// Number of the first.
    pub first: f32,
    /// Heights, left and right; 0 where a street crosses.
    pub heights: [[f32; HOUSES]; 2],
}

/// Where rays meet walls.
pub struct Hit<L: Lanes> {
    /// After how many metres.
    pub t: F<L>,
    /// What wall it is.
    pub wall: Wall<L>,
    /// Whether the wall faces along the street.
    pub front: M<L>,
    /// Whether there is a wall at all.
    pub seen: M<L>,
}

impl Row {
    /// Houses from `z` on, by chance between `low` and `high`, most of them low; a street crosses after some when
    /// `crossed`.
    #[must_use]
    pub fn new(seed: u64, z: f32, side: f32, length: f32, [low, high]: [f32; 2], crossed: bool) -> Self {
        let first = (z / length).floor() - 1.0;
        let heights = [0, 1].map(|right| {
            std::array::from_fn(|k| {
                let number = (first as i64 + k as i64) as u64;
                let purpose = 300 + right + 2 * u64::from(crossed);
                let tall = Chance::new(seed ^ number.wrapping_mul(0x51ed_270b), purpose).unit();
                if crossed && number.wrapping_add(seed) % 5 == 3 {
                    return 0.0;
                }
                low + (high - low) * tall * tall
            })
        });
        Self {
            side,
            start: first * length,
            length,
            first,
            heights,
        }
    }

    /// Where rays meet them.
    #[inline(always)]
    pub fn meet<L: Lanes>(&self, ray: &Ray<L>) -> Hit<L> {
        let d = ray.direction;
        let right = d.x.gt(0.0);
        let side = select(right, f(1.0), f(-1.0));
        let t_side = ray.to_side(side * self.side);
        let z_side = d.z.mul_add(t_side, ray.origin.z);
        let y_side = d.y.mul_add(t_side, ray.origin.y);
        let cell = ((z_side - self.start) * (1.0 / self.length)).floor();
        let toward = f::<L>(1.0) / d.z.max(1e-4);
        let (rise, drift) = (d.y * toward, (d.x * toward).abs());
        let from = ray.origin.x * side;
        let none = f::<L>(1.0).lt(0.0);
        let (mut depth, mut number, mut front, mut seen) = (f(FAR), f(0.0), none, none);
        for k in 0..HOUSES {
            let height = select(right, f(self.heights[1][k]), f(self.heights[0][k]));
            // Its side along the street, then its front.
            let here = (cell - k as f32).abs().lt(0.5) & y_side.lt(height);
            let run = (self.start + self.length * k as f32) - ray.origin.z;
            let faced =
                rise.mul_add(run, ray.origin.y).lt(height) & drift.mul_add(run, from).gt(self.side) & run.gt(0.0);
            let new = (here | faced) & !seen;
            depth = select(new & faced, run, depth);
            number = select(new, f(k as f32), number);
            front = front | (new & faced);
            seen = seen | new;
            if seen.all() {
                break;
            }
        }
        let t = select(seen, select(front, depth * toward, t_side), f(FAR));
        let at = ray.at(t);
        let number = number + self.first;
        let footprint = ray.footprint(t).max(1e-4);
        let across = d.x * side;
        let into = select(front, d.z, across).max(1e-3);
        Hit {
            t,
            wall: Wall {
                along: select(front, at.x.abs() - self.side, at.z - number * self.length),
                height: at.y,
                into: [select(front, across, d.z), d.y, into],
                house: number * 4.0 + select(right, f(1.0), f(0.0)) + self.side.floor() * 977.0,
                width: footprint / into.max(0.06),
                // A rough mirror smears what is seen in it.
                rise: footprint + (1.0 / ray.upright - 1.0) * at.y * 0.12,
            },
            front,
            seen,
        }
    }
}
