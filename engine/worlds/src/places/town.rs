//! What people built, seen from outside.

mod city;
mod road;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::City => Prepared::of(city::City::new(scene)),
        Kind::Road => Prepared::of(road::Road::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::City | Kind::Road => Some(Cost::Middle),
        _ => None,
    }
}
