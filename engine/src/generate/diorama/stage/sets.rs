//! The sets: for each place a plan, and the functions that draw its planes.
//!
//! A set is one file with `pub fn plan(look: &mut Look) -> SetPlan` and one `fn(&mut Canvas)` a plane. See
//! [`beach`] for water, [`city_street`] for a street with wet ground, [`space`] for no ground at all.

use super::{super::design::Set, look::Look, plan::SetPlan};

mod beach;
mod cemetery;
mod city_street;
mod colour_field;
mod desert;
mod forest;
mod garden;
mod harbour;
mod landscape;
mod meadow;
mod mountains;
mod open_air;
mod open_sea;
mod planet;
mod river;
mod space;
mod storm_sky;
mod underwater;
mod winter_plain;

/// The plan of a set for one scene; the set may change the look first.
#[must_use]
pub fn plan(set: Set, look: &mut Look) -> SetPlan {
    match set {
        Set::Beach => beach::plan(look),
        Set::CityStreet => city_street::plan(look),
        Set::Space => space::plan(look),
        Set::Forest => forest::plan(look),
        Set::Mountains => mountains::plan(look),
        Set::Harbour => harbour::plan(look),
        Set::OpenSea => open_sea::plan(look),
        Set::Meadow => meadow::plan(look),
        Set::Underwater => underwater::plan(look),
        Set::Desert => desert::plan(look),
        Set::Garden => garden::plan(look),
        Set::WinterPlain => winter_plain::plan(look),
        Set::StormSky => storm_sky::plan(look),
        Set::Planet => planet::plan(look),
        Set::River => river::plan(look),
        Set::Cemetery => cemetery::plan(look),
        Set::ColourField => colour_field::plan(look),
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
        | Set::Fairground
        | Set::Library
        | Set::Hospital => landscape::plan(look),
    }
}
