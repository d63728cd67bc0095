//! The commands of the program, one file each, and what they share.

mod analyze;
mod click;
mod diffusion;
mod estimate;
mod explain;
mod files;
mod hints;
mod interrupts;
mod models;
mod options;
mod production;
mod render;
mod render_take;
mod report;
mod storyboard;
mod stretch;
mod styles;
mod takes;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use phosphene_engine::{Error, Result, cancel::Cancel};

use self::terminal::tell;

/// Turns a song into a music video.
#[derive(Parser)]
#[command(name = "phosphene", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a video from a song
    Render(Box<render::Render>),
    /// Make a video from a take that the plugin recorded
    RenderTake(Box<render_take::RenderTake>),
    /// List the takes that the plugin recorded, or remove some
    Takes(takes::Takes),
    /// Hear a song: tempo, beats, bars, sections
    Analyze(analyze::Analyze),
    /// Draft a storyboard from a song's sections, to be edited
    Storyboard(storyboard::Draft),
    /// Show the painters
    Styles(styles::Styles),
    /// Say what a prompt is taken to mean
    Explain(explain::Explain),
    /// List, get and remove models for `--generator diffusion`
    Models(models::Models),
}

impl Command {
    /// Whether Ctrl-C asks it to stop. The others are ended by the system, also while they wait for an answer.
    fn works_long(&self) -> bool {
        !matches!(self, Self::Takes(_) | Self::Models(_))
    }
}

/// Exit status after Ctrl-C, as shells count it: 128 + SIGINT.
const STOPPED: u8 = 130;

/// Runs the command on the program's arguments.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let cancel = Cancel::default();
    if arguments.command.works_long()
        && let Err(error) = interrupts::watch(&cancel)
    {
        tell(&format!(
            "phosphene: Ctrl-C can't be caught here ({error}); what is stopped may leave an unfinished file"
        ));
    }
    let result: Result<()> = match arguments.command {
        Command::Render(command) => command.run(&cancel),
        Command::RenderTake(command) => command.run(&cancel),
        Command::Takes(command) => command.run(),
        Command::Analyze(command) => command.run(&cancel),
        Command::Storyboard(command) => command.run(&cancel),
        Command::Styles(command) => command.run(&cancel),
        Command::Explain(command) => command.run(&cancel),
        Command::Models(command) => command.run(&cancel),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Cancelled) => {
            tell("phosphene: stopped");
            ExitCode::from(STOPPED)
        }
        Err(error) => {
            tell(&format!("phosphene: {error}"));
            ExitCode::FAILURE
        }
    }
}
