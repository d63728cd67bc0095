//! Open land, woods, what is under it.

mod cave;
mod desert;
mod fire;
mod forest;
mod garden;
mod graveyard;
mod jungle;
mod meadow;
mod ruins;
mod storm_plain;
mod winter_plain;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::Desert => Prepared::of(desert::Desert::new(scene)),
        Kind::Forest => Prepared::of(forest::Forest::new(scene)),
        Kind::Meadow => Prepared::of(meadow::Meadow::new(scene)),
        Kind::StormPlain => Prepared::of(storm_plain::StormPlain::new(scene)),
        Kind::WinterPlain => Prepared::of(winter_plain::WinterPlain::new(scene)),
        Kind::Graveyard => Prepared::of(graveyard::Graveyard::new(scene)),
        Kind::Ruins => Prepared::of(ruins::Ruins::new(scene)),
        Kind::Fire => Prepared::of(fire::Fire::new(scene)),
        Kind::Cave => Prepared::of(cave::Cave::new(scene)),
        Kind::Jungle => Prepared::of(jungle::Jungle::new(scene)),
        Kind::Garden => Prepared::of(garden::Garden::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::Desert => Some(Cost::Middle),
        Kind::Forest => Some(Cost::Middle),
        Kind::Meadow => Some(Cost::Middle),
        Kind::StormPlain => Some(Cost::Middle),
        Kind::WinterPlain => Some(Cost::Middle),
        Kind::Graveyard => Some(Cost::Middle),
        Kind::Ruins => Some(Cost::Middle),
        Kind::Fire => Some(Cost::Middle),
        Kind::Cave => Some(Cost::Middle),
        Kind::Jungle => Some(Cost::Middle),
        Kind::Garden => Some(Cost::Middle),
        _ => None,
    }
}
