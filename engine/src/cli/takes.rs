//! `phosphene takes`: what the plugin recorded, and what became of it.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use phosphene_engine::{
    Error, Result, clean, shell,
    take::{self, EndReason, RenderState, Summary, TakeState},
};
use serde_json::json;

use super::terminal::{clock, confirmed, say, shown, shown_name, size, tell};

/// List the takes that the plugin recorded, or remove some.
#[derive(Args)]
pub struct Takes {
    /// Where to look [default: where the plugin puts them]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
    /// Remove these takes (names as listed, or folders); videos stay
    #[arg(long, value_name = "TAKE", num_args = 1..)]
    remove: Vec<String>,
    /// Don't ask before removing
    #[arg(long)]
    yes: bool,
}

impl Takes {
    /// Lists or removes.
    pub fn run(&self) -> Result<()> {
        let root = self.folder.clone().map_or_else(take::default_root, Ok)?;
        let takes = take::list(&root)?;
        if !self.remove.is_empty() {
            return self.remove(&takes);
        }
        let problem = take::check_writable(&root).err().map(|error| error.to_string());
        if self.json {
            let list: Vec<_> = takes.iter().map(as_json).collect();
            let all = json!({ "folder": root.to_string_lossy(), "problem": problem, "takes": list });
            return say(&clean::json(&format!("{all:#}\n")));
        }
        if let Some(problem) = problem {
            tell(&format!(
                "warning  the plugin can't record: {problem}; make room, or name another folder in {}",
                take::TAKES_VARIABLE
            ));
        }
        if takes.is_empty() {
            return say(&format!("no takes in {}\n", shown(&root)));
        }
        let mut text = String::new();
        for take in &takes {
            // Writing into a String can't fail.
            let _ = writeln!(
                text,
                "{}\n    {} long{}, {}, {}",
                shown_name(&name(take)),
                clock(take.secs),
                lost(take),
                size(take.bytes),
                standing(take)
            );
        }
        let bytes = takes.iter().map(|take| take.bytes).sum();
        let _ = writeln!(text, "{} in all in {}", size(bytes), shown(&root));
        say(&text)
    }

    fn remove(&self, takes: &[Summary]) -> Result<()> {
        let mut chosen = Vec::new();
        for wanted in &self.remove {
            let found = takes
                .iter()
                .find(|take| name(take) == *wanted || take.folder == Path::new(wanted));
            let take = found.ok_or_else(|| Error::Value {
                what: "the take to remove",
                expected: "one of those that `phosphene takes` lists".into(),
                actual: format!("\"{wanted}\""),
            })?;
            if take.state == TakeState::Recording {
                return Err(Error::Take {
                    path: take.folder.clone(),
                    reason: "it is still being recorded".into(),
                    remedy: "stop the recording first".into(),
                });
            }
            chosen.push(take);
        }
        for take in chosen {
            if !self.yes && !confirmed(&format!("remove {} ({})", shown_name(&name(take)), size(take.bytes)))? {
                say(&format!("kept {}\n", shown_name(&name(take))))?;
                continue;
            }
            fs::remove_dir_all(&take.folder).map_err(Error::file("remove", &take.folder))?;
            say(&format!("removed {} ({})\n", shown_name(&name(take)), size(take.bytes)))?;
        }
        Ok(())
    }
}

fn name(take: &Summary) -> String {
    take.folder
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// What is not in it of what the host played.
fn lost(take: &Summary) -> String {
    match take.lost_secs() {
        _ if take.end == Some(EndReason::Failed) => " (its end is missing: the disk was full or failed)".into(),
        0.0 if take.end.is_none() && take.state == TakeState::Ready => " (cut off with its host)".into(),
        0.0 => String::new(),
        secs => {
            format!(" ({secs:.2} s of sound lost: close other programs or use larger audio blocks, and export again)")
        }
    }
}

fn standing(take: &Summary) -> String {
    if take.state == TakeState::Recording {
        return "being recorded".into();
    }
    let Some(progress) = &take.progress else {
        return "no video yet".into();
    };
    let share = 100.0 * progress.done as f64 / progress.frames.max(1) as f64;
    match progress.state {
        RenderState::Done => format!("video: {}", shown(&progress.output)),
        RenderState::Failed => {
            format!(
                "failed: {}",
                shown_name(progress.error.as_deref().unwrap_or("no reason given"))
            )
        }
        _ if progress.is_coming_up() => "its renderer is being started".into(),
        _ if progress.is_running(&take.folder) => format!("rendering, {share:.0} %"),
        _ => format!(
            "the render stopped at {share:.0} %; go on with: phosphene render-take {}",
            shell::quoted(&take.folder)
        ),
    }
}

fn as_json(take: &Summary) -> serde_json::Value {
    json!({
        "name": name(take),
        "folder": take.folder.to_string_lossy(),
        "manifest": take.manifest,
        "secs": take.secs,
        "lost_secs": take.lost_secs(),
        "end": take.end,
        "tally": take.tally,
        "bytes": take.bytes,
        "recording": take.state == TakeState::Recording,
        "rendering": take.progress.as_ref().is_some_and(|progress| progress.is_running(&take.folder)),
        "progress": take.progress,
    })
}
