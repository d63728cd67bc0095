//! Space, and worlds for prompts that name no place.

mod earth;
mod folded_light;
mod globe;
mod hues;
mod ink;
mod liquid_metal;
mod mandala;
mod particles;
mod planet;
mod rock;
mod slope;
mod space;
mod waves;

use crate::{
    picture::Prepared,
    scene::{Kind, Scene},
    world::Cost,
};

pub(super) fn prepare(kind: Kind, scene: &Scene) -> Option<Prepared> {
    Some(match kind {
        Kind::Space => Prepared::of(space::Space::new(scene)),
        Kind::Planet => Prepared::of(planet::Planet::new(scene)),
        Kind::Ink => Prepared::of(ink::Ink::new(scene)),
        Kind::Waves => Prepared::of(waves::Waves::new(scene)),
        Kind::Earth => Prepared::of(earth::Earth::new(scene)),
        Kind::FoldedLight => Prepared::of(folded_light::FoldedLight::new(scene)),
        Kind::Mandala => Prepared::of(mandala::Mandala::new(scene)),
        Kind::Particles => Prepared::of(particles::Particles::new(scene)),
        Kind::LiquidMetal => Prepared::of(liquid_metal::LiquidMetal::new(scene)),
        _ => return None,
    })
}

pub(super) fn cost(kind: Kind) -> Option<Cost> {
    Some(match kind {
        Kind::Earth | Kind::Mandala => Cost::Cheap,
        Kind::Space
        | Kind::Planet
        | Kind::LiquidMetal
        | Kind::Ink
        | Kind::Waves
        | Kind::FoldedLight
        | Kind::Particles => Cost::Middle,
        _ => return None,
    })
}
