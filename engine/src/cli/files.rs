//! Where a command writes: the files that it was asked for, and `-`, the standard output.

use std::{
    io::{self, Cursor, IsTerminal},
    path::{Path, PathBuf},
};

use clap::Args;
use phosphene_engine::{
    Error, Result, clean,
    frame::Frame,
    output::{Output, Outputs, Overwrite, Sink},
};

use super::terminal::put;

/// `--overwrite`.
#[derive(Args)]
pub struct OverwriteArg {
    /// Replace files that exist
    #[arg(long)]
    overwrite: bool,
}

impl OverwriteArg {
    /// What to do where something is.
    pub fn get(&self) -> Overwrite {
        if self.overwrite {
            Overwrite::Replace
        } else {
            Overwrite::Never
        }
    }
}

/// What is written, as far as terminals care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Lines to be read.
    Text,
    /// Anything else.
    Binary,
}

/// The outputs of one command.
pub struct Files {
    outputs: Outputs,
    /// The option whose output the standard output is.
    on_stdout: Option<&'static str>,
}

/// One output.
pub enum Target {
    /// The standard output.
    Stdout,
    /// A file.
    File(Output),
}

impl Files {
    /// For a command that reads `inputs`.
    pub fn new(overwrite: &OverwriteArg, inputs: impl IntoIterator<Item = impl Into<PathBuf>>) -> Result<Self> {
        Ok(Self {
            outputs: Outputs::new(overwrite.get(), inputs)?,
            on_stdout: None,
        })
    }

    /// What an option names, tried before work begins; `None` when it isn't given.
    pub fn claim(&mut self, option: &'static str, kind: Kind, path: Option<&Path>) -> Result<Option<Target>> {
        let Some(path) = path else { return Ok(None) };
        if !is_stdout(path) {
            return self.outputs.claim(path).map(|output| Some(Target::File(output)));
        }
        self.claim_stdout(option)?;
        if kind == Kind::Binary && io::stdout().is_terminal() {
            return Err(Error::Value {
                what: option,
                expected: "a file's name where the standard output is a terminal".into(),
                actual: format!("\"{}\"", path.display()),
            });
        }
        Ok(Some(Target::Stdout))
    }

    /// Keeps the standard output for one option.
    pub fn claim_stdout(&mut self, option: &'static str) -> Result<()> {
        if let Some(other) = self.on_stdout.replace(option) {
            return Err(Error::Value {
                what: option,
                expected: format!("a file: the standard output is taken by {other}"),
                actual: "the standard output".into(),
            });
        }
        Ok(())
    }

    /// A video, which its encoder will write, and what lies beside it on its way.
    pub fn reserve(&mut self, video: &Path, aside: &[PathBuf]) -> Result<()> {
        self.outputs.reserve(video)?;
        aside.iter().try_for_each(|path| self.outputs.reserve_aside(path))
    }

    /// Whether the standard output is a file's: nothing else may go there.
    pub fn on_stdout(&self) -> bool {
        self.on_stdout.is_some()
    }
}

impl Target {
    /// Writes it whole, or not at all.
    pub fn write(self, fill: impl FnOnce(&mut dyn Sink) -> Result<()>) -> Result<()> {
        match self {
            Self::File(output) => output.try_write(fill),
            Self::Stdout => {
                let mut bytes = Cursor::new(Vec::new());
                fill(&mut bytes)?;
                put(bytes.get_ref())
            }
        }
    }

    /// Writes a text.
    pub fn write_text(self, text: &str) -> Result<()> {
        match self {
            Self::File(output) => output.write(|file| file.write_all(text.as_bytes())),
            Self::Stdout => put(text.as_bytes()),
        }
    }

    /// Writes a picture as PNG.
    pub fn write_png(self, picture: &Frame) -> Result<()> {
        match self {
            Self::File(output) => output.write(|file| picture.png(file)),
            Self::Stdout => {
                let mut bytes = Vec::new();
                picture
                    .png(&mut bytes)
                    .map_err(Error::file("write", "the standard output"))?;
                put(&bytes)
            }
        }
    }

    /// Writes JSON, from which no terminal can be told anything.
    pub fn write_json(self, json: &str) -> Result<()> {
        self.write_text(&clean::json(json))
    }
}

/// `-`, and the names that systems have for the standard output: opened anew, a file there would be written from its
/// beginning instead of where it is.
fn is_stdout(path: &Path) -> bool {
    let named = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    path == Path::new("-") || (cfg!(unix) && named.iter().any(|name| path == Path::new(name)))
}
