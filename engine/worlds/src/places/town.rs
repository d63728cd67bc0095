//! What people built, seen from outside.

mod city;
mod fairground;
mod neon_alley;
mod railway;
mod road;
mod rooftop;
mod staircase;
mod suburb;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::City => Prepared::of(city::City::new(scene)),
        Kind::Road => Prepared::of(road::Road::new(scene)),
        Kind::NeonAlley => Prepared::of(neon_alley::NeonAlley::new(scene)),
        Kind::Rooftop => Prepared::of(rooftop::Rooftop::new(scene)),
        Kind::Suburb => Prepared::of(suburb::Suburb::new(scene)),
        Kind::Railway => Prepared::of(railway::Railway::new(scene)),
        Kind::Staircase => Prepared::of(staircase::Staircase::new(scene)),
        Kind::Fairground => Prepared::of(fairground::Fairground::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::City
        | Kind::Fairground
        | Kind::NeonAlley
        | Kind::Railway
        | Kind::Road
        | Kind::Rooftop
        | Kind::Suburb
        | Kind::Staircase => Some(Cost::Middle),
        _ => None,
    }
}
