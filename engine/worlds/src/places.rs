//! The worlds, a file each, in groups that register them.

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

mod abstracts;
mod indoors;
mod land;
mod town;
mod water;

/// Each group prepares its own kinds, and says what they cost; `None` for those of others.
type Group = (fn(Kind, &Scene) -> Option<Prepared>, fn(Kind) -> Option<Cost>);

const GROUPS: [Group; 5] = [
    (water::prepare, water::cost),
    (land::prepare, land::cost),
    (town::prepare, town::cost),
    (indoors::prepare, indoors::cost),
    (abstracts::prepare, abstracts::cost),
];

pub(crate) fn prepare(kind: Kind, scene: &Scene) -> Prepared {
    let found = GROUPS.iter().find_map(|(prepare, _)| prepare(kind, scene));
    // Each kind belongs to a group: a test asks for all.
    found.unwrap_or_else(|| panic!("no world for {kind:?}"))
}

pub(crate) fn cost(kind: Kind) -> Cost {
    GROUPS.iter().find_map(|(_, cost)| cost(kind)).unwrap_or(Cost::Dear)
}
