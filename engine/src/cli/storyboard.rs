//! `phosphene storyboard`: a first storyboard from a song's sections.

use std::path::PathBuf;

use clap::Args;
use phosphene_engine::{Error, Result, cancel::Cancel, cue::draft_storyboard, prompt::Prompt};

use super::{
    analyze::stem,
    hints::HintArgs,
    terminal::{hear, say, tell_unknown_words, write},
};

/// Draft a storyboard from a song's sections, to be edited.
#[derive(Args)]
pub struct Draft {
    /// The song
    song: PathBuf,
    /// The storyboard to write
    #[arg(short, long, value_name = "FILE.toml")]
    output: PathBuf,
    /// A prompt to begin with; give several for several
    #[arg(long, value_name = "TEXT")]
    prompt: Vec<String>,
    #[command(flatten)]
    hints: HintArgs,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
}

impl Draft {
    /// Hears the song and writes the draft.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        if self.output.exists() && !self.overwrite {
            return Err(Error::OutputExists {
                path: self.output.clone(),
            });
        }
        let (song, heard) = hear(&self.song, self.hints.get()?, cancel)?;
        let title = song.info().title.clone().unwrap_or_else(|| stem(&self.song));
        let given = self.prompt.iter().map(|text| Prompt {
            text: text.clone(),
            ..Prompt::default()
        });
        tell_unknown_words(&given.collect::<Vec<_>>())?;
        let prompts = (!self.prompt.is_empty()).then_some(self.prompt.as_slice());
        write(
            &self.output,
            draft_storyboard(&heard.analysis, &title, prompts).as_bytes(),
        )?;
        say(&format!(
            "{} scenes are in {}; edit it, then:\n",
            heard.analysis.sections.len(),
            self.output.display()
        ))?;
        say(&format!(
            "  phosphene render {} --storyboard {}\n",
            self.song.display(),
            self.output.display()
        ))?;
        Ok(())
    }
}
