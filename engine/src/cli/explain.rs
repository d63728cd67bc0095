//! `phosphene explain`: what a prompt is taken to mean.

use std::path::{Path, PathBuf};

use clap::Args;
use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    clean,
    diorama::{DioramaOptions, Piece, meaning::Meaning, still::still, styles},
    prompt::{CastMember, Prompt, StyleChoice},
    time::Size,
};

use super::{
    files::{Files, Kind, OverwriteArg},
    options::FinishArgs,
    terminal::say,
};

/// Say what a prompt is taken to mean: set, things, painter, and why.
#[derive(Args)]
pub struct Explain {
    /// The prompt
    prompt: String,
    /// What is not to be seen
    #[arg(long, value_name = "TEXT", default_value = "")]
    negative: String,
    /// Somebody of the story, as in a storyboard's table of its cast
    #[arg(long, value_name = "NAME=LOOK", value_parser = member)]
    cast: Vec<CastMember>,
    /// A painter or a print look: a name, a painter's number from 0 to 25, or "none"
    #[arg(long)]
    style: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Paint a still; - is the standard output, and no words go there then
    #[arg(short, long, value_name = "FILE.png")]
    output: Option<PathBuf>,
    /// The still's size
    #[arg(long, value_name = "WxH", default_value_t = Size::HD)]
    size: Size,
    /// Another seed, another arrangement
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    finish: FinishArgs,
    #[command(flatten)]
    overwrite: OverwriteArg,
}

/// "Anna=a tall woman".
fn member(text: &str) -> std::result::Result<CastMember, String> {
    let (name, look) = text.split_once('=').unwrap_or_default();
    let (name, look) = (name.trim().to_owned(), look.trim().to_owned());
    if name.is_empty() || look.is_empty() {
        return Err("write a name, =, and what they look like: \"Anna=a tall woman in a coat\"".to_owned());
    }
    Ok(CastMember { name, look })
}

impl Explain {
    /// Explains, and paints when asked to.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        let no_inputs: [&Path; 0] = [];
        let mut files = Files::new(&self.overwrite, no_inputs)?;
        let picture = files.claim("--output", Kind::Binary, self.output.as_deref())?;
        if self.json {
            files.claim_stdout("--json")?;
        }
        let style = self.style.as_deref().map_or(Ok(StyleChoice::Auto), styles::resolve)?;
        let prompt = Prompt {
            text: self.prompt.clone(),
            negative: self.negative.clone(),
            style,
            cast: self.cast.clone(),
            ..Prompt::default()
        };
        let explanation = Meaning::embedded()?.explain(&prompt)?;
        if self.json {
            let json = serde_json::to_string_pretty(&explanation).map_err(|error| Error::Value {
                what: "the explanation",
                expected: "finite numbers".into(),
                actual: error.to_string(),
            })?;
            say(&clean::json(&format!("{json}\n")))?;
        } else if !files.on_stdout() {
            say(&explanation.to_string())?;
        }
        cancel.check()?;
        if let Some(target) = picture {
            let piece = Piece {
                design: explanation.design,
                style_strength: None,
            };
            let options = DioramaOptions {
                size: self.size,
                grain: self.finish.grain.unwrap_or(DioramaOptions::default().grain),
                ..DioramaOptions::default()
            };
            let mut still = still(&piece, options, self.seed)?;
            still.letterbox(self.finish.letterbox.unwrap_or_default());
            cancel.check()?;
            target.write_png(&still)?;
        }
        Ok(())
    }
}
