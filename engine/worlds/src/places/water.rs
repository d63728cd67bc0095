//! Water and sky.

mod above_clouds;
mod beach;
mod bridge;
mod harbour;
mod lake;
mod mountains;
mod ocean;
mod river;
mod underwater;
mod waterfall;

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
        Kind::Beach => Prepared::of(beach::Beach::new(scene)),
        Kind::AboveClouds => Prepared::of(above_clouds::AboveClouds::new(scene)),
        Kind::Underwater => Prepared::of(underwater::Underwater::new(scene)),
        Kind::Harbour => Prepared::of(harbour::Harbour::new(scene)),
        Kind::Bridge => Prepared::of(bridge::Bridge::new(scene)),
        Kind::River => Prepared::of(river::River::new(scene)),
        Kind::Waterfall => Prepared::of(waterfall::Waterfall::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    match kind {
        Kind::Ocean => Some(Cost::Cheap),
        Kind::Lake
        | Kind::Mountains
        | Kind::Beach
        | Kind::AboveClouds
        | Kind::Underwater
        | Kind::Harbour
        | Kind::Bridge
        | Kind::River
        | Kind::Waterfall => Some(Cost::Middle),
        _ => None,
    }
}
