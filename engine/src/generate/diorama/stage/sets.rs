//! The sets: for each place a plan, and the functions that draw its planes.
//!
//! A set is one file with `pub fn plan(look: &mut Look) -> SetPlan` and one `fn(&mut Canvas)` a plane. See
//! [`beach`] for water, [`city_street`] for a street with wet ground, [`space`] for no ground at all.

use super::{super::design::Set, look::Look, plan::SetPlan};

mod beach;
mod city_street;
mod landscape;
mod space;

/// The plan of a set for one scene; the set may change the look first.
#[must_use]
pub fn plan(set: Set, look: &mut Look) -> SetPlan {
    match set {
        Set::Beach => beach::plan(look),
        Set::CityStreet => city_street::plan(look),
        Set::Space => space::plan(look),
        Set::Rooftop
        | Set::NeonAlley
        | Set::Suburb
        | Set::Highway
        | Set::TrainPlatform
        | Set::SchoolHall
        | Set::Bedroom
        | Set::Club
        | Set::Church
        | Set::Diner
        | Set::Harbour
        | Set::OpenSea
        | Set::Underwater
        | Set::River
        | Set::Forest
        | Set::Meadow
        | Set::Mountains
        | Set::Desert
        | Set::WinterPlain
        | Set::Planet
        | Set::Garden
        | Set::Fairground
        | Set::Library
        | Set::Hospital
        | Set::Cemetery
        | Set::StormSky
        | Set::ColourField => landscape::plan(look),
    }
}
