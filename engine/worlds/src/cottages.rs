//! Detached houses along both sides of a street: boxes under saddle roofs, met in closed form. Their front along the
//! street, the gable that faces the camera, the slope of the roof; nearest first.

use crate::{
    facade::Wall,
    lanes::{F, Lanes, M, f, select},
    trace::{Ray, away_from_zero},
    world::FAR,
};

/// Houses on a side.
pub const HOUSES: usize = 8;
/// Depth of a house, and how steep its roof is.
const DEPTH: f32 = 8.0;
const PITCH: f32 = 0.75;
/// Two rows of houses.
#[derive(Debug, Clone, PartialEq)]
pub struct Cottages {
    /// How far from the street's middle their fronts stand.
    pub side: f32,
    /// Number of the first.
    pub first: f32,
    /// Width of a lot.
    pub lot: f32,
    /// Height of the eaves and the house's share of its lot, left and right.
    pub houses: [[[f32; 2]; HOUSES]; 2],
}

/// Where rays meet a house.
pub struct Hit<L: Lanes> {
    /// After how many metres.
    pub t: F<L>,
    /// What wall it is.
    pub wall: Wall<L>,
    /// Whether it is the gable that faces along the street.
    pub gable: M<L>,
    /// Height of its eaves.
    pub eaves: F<L>,
    /// Whether it is the roof.
    pub roof: M<L>,
    /// Whether there is one.
    pub seen: M<L>,
}

impl Cottages {
    /// The first house that rays meet.
    #[inline(always)]
    pub fn meet<L: Lanes>(&self, ray: &Ray<L>) -> Hit<L> {
        let d = ray.direction;
        let right = d.x.gt(0.0);
        let side = select(right, f(1.0), f(-1.0));
        let (dx, from) = (d.x.abs(), ray.origin.x * side);
        let t_front = (self.side - from) / dx.max(1e-4);
        let p = ray.at(t_front);
        let none = f::<L>(1.0).lt(0.0);
        let (mut t, mut number, mut start, mut top) = (f(FAR), f(0.0), f(0.0), f(0.0));
        let (mut gable, mut roof, mut seen) = (none, none, none);
        for k in 0..HOUSES {
            let eaves = select(right, f(self.houses[1][k][0]), f(self.houses[0][k][0]));
            let share = select(right, f(self.houses[1][k][1]), f(self.houses[0][k][1]));
            let z0 = (1.0 - share) * (0.5 * self.lot) + (self.first + k as f32) * self.lot;
            let z1 = z0 + share * self.lot;
            let on_front = p.z.gt(z0) & p.z.lt(z1) & p.y.lt(eaves) & t_front.gt(0.0);
            let t_gable = ray.to_depth(z0);
            let q = ray.at(t_gable);
            let across = q.x * side - self.side;
            let high = eaves + across.min(DEPTH - across) * PITCH;
            let on_gable = t_gable.gt(0.0) & across.gt(0.0) & across.lt(DEPTH) & q.y.lt(high);
            let t_roof = (eaves + PITCH * (from - self.side) - ray.origin.y) / away_from_zero(d.y - PITCH * dx);
            let r = ray.at(t_roof);
            let up = r.x * side - self.side;
            let on_roof = t_roof.gt(0.0) & up.gt(-0.5) & up.lt(DEPTH * 0.5) & r.z.gt(z0 - 0.3) & r.z.lt(z1 + 0.3);
            let mine = select(on_gable, t_gable, f(FAR));
            let mine = select(on_front & t_front.lt(mine), t_front, mine);
            let mine = select(on_roof & t_roof.lt(mine), t_roof, mine);
            let new = mine.lt(t) & !seen;
            let by_roof = on_roof & !(t_roof.gt(mine));
            let by_gable = on_gable & !(t_gable.gt(mine)) & !by_roof;
            t = select(new, mine, t);
            number = select(new, f(self.first + k as f32), number);
            start = select(new, z0, start);
            top = select(new, eaves, top);
            roof = roof | (new & by_roof);
            gable = gable | (new & by_gable);
            seen = seen | new;
            if seen.all() {
                break;
            }
        }
        let at = ray.at(t);
        let footprint = ray.footprint(t).max(1e-4);
        let into = select(gable, d.z, dx).max(1e-3);
        Hit {
            t,
            wall: Wall {
                along: select(gable, at.x * side - self.side, at.z - start),
                height: at.y,
                into: [select(gable, dx, d.z), d.y, into],
                house: number * 2.0 + select(right, f(1.0), f(0.0)),
                width: footprint / into.max(0.06),
                rise: footprint + (1.0 / ray.upright - 1.0) * 0.4,
            },
            gable,
            eaves: top,
            roof,
            seen,
        }
    }
}
