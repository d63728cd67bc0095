//! Open land, woods, what is under it.

mod desert;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::Desert => Prepared::of(desert::Desert::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::Desert => Some(Cost::Middle),
        _ => None,
    }
}
