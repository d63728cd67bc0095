//! What the causal tracker's network hears of songs: `NAME.f32`, hop by hop (10 ms each) so many little-endian numbers,
//! which `engine/training` learns from.

use anyhow::Result;
use phosphene_engine::analysis::live::Tracker;

use crate::songs::{self, IntoFolder};

/// Writes it for every song of a folder that has none.
pub fn run(folders: &IntoFolder) -> Result<()> {
    folders.write_features("f32", |song| {
        let mut tracker = Tracker::new(song.info().rate)?;
        let mut bytes = Vec::new();
        songs::each_block(song, |floats, channels| {
            tracker.push_for_training(floats, channels, |senses| {
                bytes.extend(senses.iter().flat_map(|n| n.to_le_bytes()));
            });
        })?;
        Ok(bytes)
    })
}
