//! Water and sky.

mod lake;
mod mountains;
mod ocean;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::Ocean => Prepared::of(ocean::Ocean::new(scene)),
        Kind::Lake => Prepared::of(lake::Lake::new(scene)),
        Kind::Mountains => Prepared::of(mountains::Mountains::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::Ocean => Some(Cost::Cheap),
        Kind::Lake | Kind::Mountains => Some(Cost::Middle),
        _ => None,
    }
}
