//! Open land, woods, what is under it.

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    let _ = scene;
    match kind {
        _ => None,
    }
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        _ => None,
    }
}
