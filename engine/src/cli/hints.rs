//! `--bpm` and `--beats-per-bar`: what the user knows of the song.

use clap::Args;
use phosphene_engine::{Result, analysis::Hints};

/// For songs whose beat is heard at half or double the speed that is felt.
#[derive(Args)]
pub struct HintArgs {
    /// About how many beats a minute are felt, 40 to 250, where the ear is wrong
    #[arg(long, value_name = "TEMPO")]
    bpm: Option<f64>,
    /// How many beats a bar has, 1 to 16
    #[arg(long, value_name = "N")]
    beats_per_bar: Option<u32>,
}

impl HintArgs {
    /// The hints, checked.
    pub fn get(&self) -> Result<Hints> {
        Hints::new(self.bpm, self.beats_per_bar)
    }
}
