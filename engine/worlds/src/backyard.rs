//! The backs of houses: brick, roll shutters, pipes shaded as cylinders, the boxes of air conditioners.

use crate::{
    facade::Wall,
    haze::Haze,
    lanes::{F, Lanes, V, f, grey, select, splat, v},
    noise::{fbm2, hash1, hash2},
    trace::{Ray, strip, stripes},
    world::FAR,
};

/// What a back shows.
#[derive(Clone, Copy)]
pub struct Back<L: Lanes> {
    /// Its colour.
    pub albedo: V<L>,
    /// 1 where nothing hangs before the wall.
    pub bare: F<L>,
    /// The lit slot of a door.
    pub slot: F<L>,
}

/// The back of a house.
#[inline(always)]
pub fn back<L: Lanes>(wall: &Wall<L>) -> Back<L> {
    let stain = fbm2(wall.along * 0.5 + wall.house * 3.0, wall.height * 0.16, 3);
    let bricks = stripes(wall.height * 6.5, 0.14, wall.rise * 6.5).max(stripes(
        wall.along * 2.4 + (wall.height * 6.5).floor() * 0.5,
        0.05,
        wall.width * 2.4,
    ));
    let tone = 0.20 + 0.20 * hash1(wall.house, 36);
    let albedo = v(1.0, 0.84, 0.74) * (tone * (0.45 + 1.1 * stain) * (1.0 - 0.35 * bricks));
    // Roll shutters and doors below.
    let bay = wall.along * (1.0 / 3.1);
    let number = bay.floor();
    let x = (bay - number) * 3.1;
    let kind = hash2(number, wall.house, 70);
    let gate = strip(x, f(0.4), f(2.5), wall.width) * strip(wall.height, f(0.0), f(2.5), wall.rise);
    let ribs = 0.45 + 0.55 * stripes(wall.height * 6.0, 0.5, wall.rise * 6.0);
    let gate = gate * kind.lt(0.7).to_float();
    let albedo = albedo.mix(grey(0.16) * ribs, gate * 0.9);
    // A window in some doors, with a lamp behind.
    let slot =
        strip(x, f(0.9), f(1.5), wall.width) * strip(wall.height, f(1.3), f(1.9), wall.rise) * kind.lt(0.12).to_float();
    // Pipes run up and along, and a box hums here and there.
    let spot =
        wall.along - (wall.along * 0.34).floor() * 2.94 - 0.4 - hash2((wall.along * 0.34).floor(), wall.house, 71);
    let up = strip(spot, f(-0.07), f(0.07), wall.width);
    let round = (1.0 - (spot * 14.0).squared()).max(0.0);
    let level = wall.height - 2.85 - 0.5 * hash1(wall.house, 72);
    let along = strip(level, f(-0.06), f(0.06), wall.rise);
    let round = select(along.gt(up), (1.0 - (level * 16.0).squared()).max(0.0), round);
    let joint = stripes(
        select(along.gt(up), wall.along, wall.height) * 0.8,
        0.06,
        wall.width * 0.8,
    );
    let pipes = up.max(along);
    let albedo = albedo.mix(grey(0.10) + grey(0.22) * round * round + grey(0.05 * joint), pipes);
    let box_y = wall.height - 4.0 - 3.0 * hash2(number, wall.house, 73).floor();
    let unit =
        strip(x, f(1.2), f(2.1), wall.width) * strip(box_y, f(-0.6), f(0.1), wall.rise) * kind.gt(0.45).to_float();
    let louvre = 0.5 + 0.5 * stripes(box_y * 14.0, 0.5, wall.rise * 14.0);
    let albedo = albedo.mix(grey(0.24) * louvre, unit);
    let bare = (1.0 - gate) * (1.0 - unit) * (1.0 - pipes);
    Back { albedo, bare, slot }
}

/// A wall across the view at depth `z`, `half` metres to both sides, with an arch `high` metres high that light falls out
/// of: the light, and how far it is.
#[inline(always)]
pub fn gateway<L: Lanes>(
    ray: &Ray<L>,
    [z, half, high]: [f32; 3],
    glow: [f32; 3],
    haze: &Haze,
    (fog, behind): (V<L>, V<L>),
) -> (V<L>, F<L>) {
    let t = ray.to_depth(z);
    let at = ray.at(t);
    let width = ray.footprint(t).max(1e-4);
    let hit = t.gt(0.0) & at.y.lt(15.0) & at.x.abs().lt(half + 0.1);
    let quarter = high * 0.25;
    let over = (at.y - (high - quarter)).max(0.0);
    let arch = (at.x * at.x + over * over).sqrt() - quarter;
    let open = (0.5 - arch / width).saturate();
    let rim = (1.0 + (arch * 2.2).max(0.0).squared() * 3.0).recip() * 0.35;
    let air = haze.clear(t + ray.before);
    let wall = fog.mix(grey(0.02) + splat::<L>(haze.glow) * rim, air.sqrt());
    let light = wall.mix(splat(glow), open);
    (V::select(hit, light, behind), select(hit, t, f(FAR)))
}
