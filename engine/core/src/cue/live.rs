//! Changes of scene in a stream: a take's rules ([`super::cues_from_take`]), while the song is still being played.

mod cues;
mod grid;

pub use cues::{LandedChange, LiveCues, UpcomingChange};
pub use grid::{GridSource, HostGrid, HostNews, LiveGrid, TrackerGrid};
