//! What the whole-song hearing weighs in songs, the readings of their beats with the features: `NAME.json`, which
//! `engine/training` learns from.

use anyhow::Result;
use phosphene_engine::{analysis::Analyzer, cancel::Cancel, listen::stream};

use crate::songs::IntoFolder;

/// Writes it for every song of a folder that has none.
pub fn run(folders: &IntoFolder) -> Result<()> {
    folders.write_features("json", |song| {
        let mut analyzer = Analyzer::new(song.info().rate);
        stream(song, &Cancel::default(), &|_| (), &mut analyzer)?;
        Ok(serde_json::to_vec(&analyzer.finish_with_features()?.readings)?)
    })
}
