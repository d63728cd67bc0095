//! `phosphene models`: the models of one's own for the generator `diffusion`.

use std::{fmt::Write as _, path::PathBuf};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    clean,
    diffusion::{
        hub::{Hub, KNOWN, Plan, Precision, Progress, Pull as Order, Settings},
        library::{Entry, Library, Place, family},
    },
};
use serde_json::json;

use super::{
    interrupts,
    terminal::{bytes_bar, confirmed, say, shown, shown_name, size, tell},
};

/// List, get and remove models for `--generator diffusion`.
#[derive(Args)]
pub struct Models {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the models, with size, licence and place
    List(List),
    /// Use a model that is on this machine; its files stay where they are
    Add(Add),
    /// Download a model from the hub, after showing its licence and size
    Pull(Pull),
    /// Remove models: a pulled one with its files, an added one from the list alone
    Remove(Remove),
}

#[derive(Args)]
struct List {
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Add {
    /// The folder with model_index.json (diffusers layout, safetensors)
    folder: PathBuf,
    /// What to call it [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
}

#[derive(Args)]
struct Pull {
    /// OWNER/NAME as on the hub, or sd-1.5, sd-2.1, sd-2.1-base, sd-turbo, sdxl, sdxl-turbo
    model: String,
    /// What to call it [default: NAME]
    #[arg(long)]
    name: Option<String>,
    /// Weights of 32 bits instead of 16, where there are both
    #[arg(long)]
    full_precision: bool,
    /// Don't ask: the licence was read before
    #[arg(long)]
    yes: bool,
}

#[derive(Args)]
struct Remove {
    /// Names as listed
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Don't ask before removing
    #[arg(long)]
    yes: bool,
}

impl Models {
    /// Does what was asked.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        let library = Library::of_this_user()?;
        match &self.action {
            Action::List(list) => list.run(&library),
            Action::Add(add) => add.run(&library),
            Action::Pull(pull) => pull.run(&library, cancel),
            Action::Remove(remove) => remove.run(&library),
        }
    }
}

impl List {
    fn run(&self, library: &Library) -> Result<()> {
        let entries = library.list()?;
        if self.json {
            let models: Vec<_> = entries.iter().map(as_json).collect();
            let json = json!({ "folder": library.root().to_string_lossy(), "models": models });
            return say(&clean::json(&format!("{json:#}\n")));
        }
        if entries.is_empty() {
            let known: Vec<_> = KNOWN.iter().map(|(short, _)| *short).collect();
            return say(&format!(
                "no models in {}; get one: phosphene models pull NAME, NAME being OWNER/NAME or one of {}\n",
                shown(library.root()),
                known.join(", ")
            ));
        }
        let mut text = String::new();
        for entry in &entries {
            let standing = match library.find(&entry.name).and_then(|folder| family(&folder)) {
                Ok(family) => format!("{family}, {}", size(entry.bytes)),
                Err(error) => error.to_string(),
            };
            // Writing into a String can't fail.
            let _ = writeln!(
                text,
                "{}\n    {}, licence: {}\n    {}",
                shown_name(&entry.name),
                shown_name(&standing),
                shown_name(&licence(entry)),
                shown(&entry.folder)
            );
        }
        say(&text)
    }
}

impl Add {
    fn run(&self, library: &Library) -> Result<()> {
        let entry = library.add(&self.folder, self.name.as_deref())?;
        say(&format!(
            "added {} ({}, {}, licence: {}); its files stay in {}\n",
            entry.name,
            family(&entry.folder)?,
            size(entry.bytes),
            licence(&entry),
            shown(&entry.folder)
        ))
    }
}

impl Pull {
    fn run(&self, library: &Library, cancel: &Cancel) -> Result<()> {
        let hub = Hub::new(Settings::from_environment())?;
        let precision = if self.full_precision {
            Precision::Full
        } else {
            Precision::Half
        };
        let plan = hub.plan(&self.model, precision, cancel)?;
        let name = self.name.as_ref().unwrap_or(&plan.name);
        // Before anybody is asked anything in vain.
        let place = library.place_for(name)?;
        say(&announcement(&plan))?;
        if !self.yes && !confirmed(&format!("download {} under this licence", size(plan.bytes())))? {
            return say("nothing was downloaded\n");
        }
        // From here on a stop keeps what has come; before, nothing has.
        if let Err(error) = interrupts::watch(cancel) {
            tell(&format!("phosphene: Ctrl-C can't be caught here ({error})"));
        }
        let bar = bytes_bar(plan.bytes());
        let watch = |progress: Progress<'_>| show(&bar, progress);
        let order = Order {
            library,
            name,
            watch: &watch,
            cancel,
        };
        let pulled = hub.pull(&plan, &order);
        bar.finish_and_clear();
        match pulled.map_err(Error::from) {
            Ok(_) => say(&format!("pulled {name} into {}\n", shown(&place))),
            Err(Error::Cancelled) => {
                tell("phosphene: what has come is kept; the same command goes on from there");
                Err(Error::Cancelled)
            }
            Err(error) => Err(error),
        }
    }
}

impl Remove {
    fn run(&self, library: &Library) -> Result<()> {
        let entries = library.list()?;
        let mut chosen = Vec::new();
        for wanted in &self.names {
            let found = entries.iter().find(|entry| entry.name == *wanted);
            chosen.push(found.ok_or_else(|| Error::Value {
                what: "the model to remove",
                expected: "one of those that `phosphene models list` lists".into(),
                actual: format!("\"{wanted}\""),
            })?);
        }
        for entry in chosen {
            let (name, what) = match entry.place {
                Place::Own => (&entry.name, size(entry.bytes)),
                Place::Elsewhere => (&entry.name, format!("its files stay in {}", shown(&entry.folder))),
            };
            if self.yes || confirmed(&format!("remove {name} ({what})"))? {
                library.remove(entry)?;
                say(&format!("removed {name} ({what})\n"))?;
            } else {
                say(&format!("kept {name}\n"))?;
            }
        }
        Ok(())
    }
}

/// What is to be known before consenting.
fn announcement(plan: &Plan) -> String {
    let licence = match &plan.licence {
        Some(licence) => match &licence.link {
            Some(link) if link.contains("://") => format!("{licence}, {link}"),
            Some(link) => format!("{licence}, {}/blob/{}/{link}", plan.page, plan.revision),
            None => format!("{licence}, see {}", plan.page),
        },
        None => format!("none is named; read {} before you use it", plan.page),
    };
    format!(
        "{}\n    licence: {}\n    {} in {} files, of revision {}\n",
        shown_name(&plan.model),
        shown_name(&licence),
        size(plan.bytes()),
        plan.files.len(),
        shown_name(&plan.revision)
    )
}

fn show(bar: &ProgressBar, progress: Progress<'_>) {
    bar.set_position(progress.bytes);
    if let Some(reason) = progress.trouble {
        bar.suspend(|| tell(&format!("  warning  {reason}; trying again")));
    }
}

fn licence(entry: &Entry) -> String {
    let licence = entry.origin.licence.as_ref();
    licence.map_or_else(|| "not said".into(), ToString::to_string)
}

fn as_json(entry: &Entry) -> serde_json::Value {
    json!({
        "name": entry.name,
        "family": family(&entry.folder).ok(),
        "folder": entry.folder.to_string_lossy(),
        "bytes": entry.bytes,
        "pulled": entry.place == Place::Own,
        "origin": entry.origin,
    })
}
