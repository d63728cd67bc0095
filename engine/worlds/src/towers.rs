//! A city's towers in seven ranks across the view.
//!
//! In each rank, the front that a ray meets and the flank of the next tower in its way are found in closed form, nearest
//! rank first. Some have a crown, some a mast with a red light.

use crate::{
    facade::Wall,
    lanes::{F, Lanes, M, f, select, smoothstep},
    noise::hash1,
    trace::Ray,
    world::FAR,
};

/// Ranks of towers: where each begins.
const RANKS: [f32; 7] = [48.0, 85.0, 135.0, 205.0, 310.0, 460.0, 680.0];
/// Half of a tower's share of its lot.
const HALF: f32 = 0.37;

/// Towers, seen from a roof.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Towers {
    /// Decides their heights.
    pub seed: u32,
    /// How far the streets lie below the zero level.
    pub below: f32,
    /// Direction of the light, that none may hide.
    pub light: [f32; 3],
    /// Where they are seen from.
    pub eye: [f32; 3],
    /// Extinction a metre.
    pub density: f32,
}

/// Where rays meet a tower.
pub struct Tower<L: Lanes> {
    /// After how many metres.
    pub t: F<L>,
    /// What wall it is.
    pub wall: Wall<L>,
    /// Whether it faces the camera.
    pub front: M<L>,
    /// Whether there is one.
    pub seen: M<L>,
    /// Light at a mast's tip.
    pub tip: F<L>,
}

impl Towers {
    /// Height of a rank's tower over the roof.
    #[inline(always)]
    fn top<L: Lanes>(&self, lot: F<L>, rank: usize, width: f32) -> F<L> {
        let tall = hash1(lot, self.seed + rank as u32);
        let low = -0.30 * self.below;
        let tall = tall * tall;
        let top = low + tall * tall.mul_add(40.0, 30.0 + RANKS[rank] * 0.16);
        // None hides the light.
        let [sx, sy, sz] = self.light;
        let [x0, y0, z0] = self.eye;
        let run = RANKS[rank] - z0;
        let aside = ((lot + 0.5 - 0.37 * rank as f32) * width - x0) * (1.0 / run) - sx / sz;
        let reach = 0.13 + 0.4 * width / run;
        let free = smoothstep::<L>(reach + 0.06, reach, aside.abs());
        top.mix(top.min(y0 + run * (sy / sz - 0.10)), free)
    }

    /// The first tower that rays meet.
    #[inline(always)]
    pub fn meet<L: Lanes>(&self, ray: &Ray<L>) -> Tower<L> {
        let d = ray.direction;
        let right = d.x.gt(0.0);
        let ahead = select(right, f(1.0), f(-1.0));
        let none = f::<L>(1.0).lt(0.0);
        let (mut t, mut along, mut house) = (f(FAR), f(0.0), f(0.0));
        let (mut front, mut seen, mut tip) = (none, none, f(0.0));
        for (rank, &z) in RANKS.iter().enumerate() {
            let lot_width = 21.0 + RANKS[rank] * 0.055;
            let t_front = ray.to_depth(z);
            let p = ray.at(t_front);
            let a = p.x * (1.0 / lot_width) + 0.37 * rank as f32;
            let lot = a.floor();
            let x = a - lot - 0.5;
            let top = self.top(lot, rank, lot_width);
            // Some have a narrower crown.
            let crown = hash1(lot, self.seed + 90 + rank as u32);
            let stepped = top - select((x.abs().gt(HALF * 0.6)) & crown.gt(0.45), crown * 14.0, f(0.0));
            let faced = x.abs().lt(HALF) & p.y.lt(stepped) & !seen;
            // Else the flank of the next in its way.
            let beyond = (x * ahead).gt(HALF);
            let next = lot + select(beyond, ahead, f(0.0));
            let face = (next + 0.5 - 0.37 * rank as f32 - ahead * HALF) * lot_width;
            let t_flank = ray.to_side(face);
            let q = ray.at(t_flank);
            let gap = x.abs().gt(HALF) | p.y.gt(stepped);
            let deep = q.z.gt(z) & q.z.lt(z + 24.0) & q.y.lt(self.top(next, rank, lot_width)) & t_flank.gt(0.0);
            let flanked = gap & x.abs().gt(HALF) & deep & !seen & !faced;
            // A mast with a red light.
            let tall = crown.gt(0.78).to_float();
            let width = ray.footprint(t_front);
            let mast_x = x.abs() * lot_width;
            let up = p.y - top;
            let mast = mast_x.lt(width.max(0.22)) & up.gt(0.0) & up.lt(tall * 15.0) & !seen;
            let lamp = (mast_x.squared() + (up - 15.0).squared()) / (width * 1.6).max(0.8).squared();
            tip = tip.max(select(
                seen,
                f(0.0),
                (-lamp).exp() * tall * (t_front * -self.density).exp(),
            ));
            let new = faced | flanked | mast;
            t = select(new, select(flanked, t_flank, t_front), t);
            along = select(new, select(flanked, q.z - z, (x + 0.5) * lot_width), along);
            house = select(new, select(flanked, next, lot) + (rank as f32 * 1000.0 + 500.0), house);
            front = front | ((faced | mast) & new);
            seen = seen | new;
            if seen.all() {
                break;
            }
        }
        let footprint = ray.footprint(t).max(1e-4);
        let across = d.x.abs();
        let into = select(front, d.z, across).max(1e-3);
        Tower {
            t,
            wall: Wall {
                along,
                height: d.y.mul_add(t, ray.origin.y + self.below),
                into: [select(front, d.x, d.z), d.y, into],
                house,
                width: footprint / into.max(0.1),
                rise: footprint + (1.0 / ray.upright - 1.0) * 0.8,
            },
            front,
            seen,
            tip,
        }
    }
}
