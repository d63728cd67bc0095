//! `phosphene storyboard`: a first storyboard from a song's sections.

use std::path::PathBuf;

use clap::Args;
use phosphene_engine::{Result, cancel::Cancel, cue::draft_storyboard, prompt::Prompt, shell, song::file_title};

use super::{
    files::{Files, Kind, OverwriteArg},
    hints::HintArgs,
    terminal::{hear, say, shown, tell_unknown_words},
};

/// Draft a storyboard from a song's sections, to be edited.
#[derive(Args)]
pub struct Draft {
    /// The song
    song: PathBuf,
    /// The storyboard to write; - is the standard output
    #[arg(short, long, value_name = "FILE.toml")]
    output: PathBuf,
    /// A prompt to begin with; give several for several
    #[arg(long, value_name = "TEXT")]
    prompt: Vec<String>,
    #[command(flatten)]
    hints: HintArgs,
    #[command(flatten)]
    overwrite: OverwriteArg,
}

impl Draft {
    /// Hears the song and writes the draft.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        let mut files = Files::new(&self.overwrite, [&self.song])?;
        let target = files.claim("--output", Kind::Text, Some(&self.output))?;
        let (song, heard) = hear(&self.song, self.hints.get()?, cancel)?;
        let title = song.info().title.clone().unwrap_or_else(|| file_title(&self.song));
        let given = self.prompt.iter().map(|text| Prompt {
            text: text.clone(),
            ..Prompt::default()
        });
        tell_unknown_words(&given.collect::<Vec<_>>())?;
        let prompts = (!self.prompt.is_empty()).then_some(self.prompt.as_slice());
        let draft = draft_storyboard(&heard.analysis, &title, prompts)?;
        cancel.check()?;
        if let Some(target) = target {
            target.write_text(&draft)?;
        }
        if files.on_stdout() {
            return Ok(());
        }
        say(&format!(
            "{} scenes are in {}; edit it, then:\n  phosphene render {} --storyboard {}\n",
            heard.analysis.sections.len(),
            shown(&self.output),
            shell::quoted(&self.song),
            shell::quoted(&self.output)
        ))
    }
}
