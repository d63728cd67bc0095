//! The sets: for each place a plan, and the functions that draw its planes.
//!
//! A set is one file with `pub fn plan(look: &mut Look) -> SetPlan` and one `fn(&mut Canvas)` a plane. See
//! `beach` for water, `city_street` for a street with wet ground, `space` for no ground at all.

use super::super::design::Set;
use super::{look::Look, plan::SetPlan};

mod beach;
mod bedroom;
mod cemetery;
mod church;
mod city_street;
mod club;
mod colour_field;
mod corridor;
mod desert;
mod diner;
mod fairground;
mod fittings;
mod forest;
mod garden;
mod hall;
mod harbour;
mod highway;
mod hospital;
mod library;
mod meadow;
mod mountains;
mod neon_alley;
mod open_air;
mod open_sea;
mod planet;
mod river;
mod rooftop;
mod school_hall;
mod space;
mod storm_sky;
mod suburb;
mod train_platform;
mod underwater;
mod winter_plain;

/// The plan of a set for one scene; the set may change the look first.
#[must_use]
pub fn plan(set: Set, look: &mut Look) -> SetPlan {
    match set {
        Set::CityStreet => city_street::plan(look),
        Set::Rooftop => rooftop::plan(look),
        Set::NeonAlley => neon_alley::plan(look),
        Set::Suburb => suburb::plan(look),
        Set::Highway => highway::plan(look),
        Set::TrainPlatform => train_platform::plan(look),
        Set::SchoolHall => school_hall::plan(look),
        Set::Bedroom => bedroom::plan(look),
        Set::Club => club::plan(look),
        Set::Church => church::plan(look),
        Set::Diner => diner::plan(look),
        Set::Harbour => harbour::plan(look),
        Set::Beach => beach::plan(look),
        Set::OpenSea => open_sea::plan(look),
        Set::Underwater => underwater::plan(look),
        Set::River => river::plan(look),
        Set::Forest => forest::plan(look),
        Set::Meadow => meadow::plan(look),
        Set::Mountains => mountains::plan(look),
        Set::Desert => desert::plan(look),
        Set::WinterPlain => winter_plain::plan(look),
        Set::Space => space::plan(look),
        Set::Planet => planet::plan(look),
        Set::Garden => garden::plan(look),
        Set::Fairground => fairground::plan(look),
        Set::Library => library::plan(look),
        Set::Hospital => hospital::plan(look),
        Set::Cemetery => cemetery::plan(look),
        Set::StormSky => storm_sky::plan(look),
        Set::ColourField => colour_field::plan(look),
    }
}
