//! Rooms and halls, stage and club.

mod stage;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::Stage => Prepared::of(stage::Stage::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::Stage => Some(Cost::Middle),
        _ => None,
    }
}
