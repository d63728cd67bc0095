//! Rooms and halls, stage and club.

mod attic;
mod bedroom;
mod church;
mod club;
mod corridor;
mod diner;
mod kitchen;
mod library;
mod stage;
mod station;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::Stage => Prepared::of(stage::Stage::new(scene)),
        Kind::Club => Prepared::of(club::Club::new(scene)),
        Kind::Diner => Prepared::of(diner::Diner::new(scene)),
        Kind::Attic => Prepared::of(attic::Attic::new(scene)),
        Kind::Kitchen => Prepared::of(kitchen::Kitchen::new(scene)),
        Kind::Bedroom => Prepared::of(bedroom::Bedroom::new(scene)),
        Kind::Corridor => Prepared::of(corridor::Corridor::new(scene)),
        Kind::Station => Prepared::of(station::Station::new(scene)),
        Kind::Library => Prepared::of(library::Library::new(scene)),
        Kind::Church => Prepared::of(church::Church::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::Attic
        | Kind::Bedroom
        | Kind::Kitchen
        | Kind::Church
        | Kind::Club
        | Kind::Corridor
        | Kind::Diner
        | Kind::Library
        | Kind::Stage
        | Kind::Station => Some(Cost::Middle),
        _ => None,
    }
}
