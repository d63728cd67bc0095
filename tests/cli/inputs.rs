//! No command changes what it reads, whatever its outputs are called.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result};
use proptest::prelude::*;

use super::{GRID, clicks, files, phosphene, stderr, take};

/// A folder of things to be read, each under several names.
pub struct Inputs {
    folder: tempfile::TempDir,
    before: Vec<(PathBuf, Vec<u8>, SystemTime)>,
}

impl Inputs {
    pub fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path();
        // Its bytes say that it is a wav, whatever it is called.
        for name in ["song.wav", "song.mp4", "v.part.mp4"] {
            fs::write(path.join(name), clicks(1))?;
        }
        fs::write(path.join("board.toml"), GRID)?;
        fs::create_dir(path.join("sub"))?;
        take::write(&path.join("take"), 1)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink("song.wav", path.join("link.wav"))?;
            symlink(path.join("link.wav"), path.join("sub/far.wav"))?;
            symlink("song.mp4", path.join("link.mp4"))?;
            symlink(".", path.join("here"))?;
            symlink("take", path.join("retake"))?;
        }
        fs::hard_link(path.join("song.wav"), path.join("hard.wav"))?;
        fs::hard_link(path.join("song.mp4"), path.join("hard.mp4"))?;
        fs::hard_link(path.join("board.toml"), path.join("hard.toml"))?;
        fs::hard_link(path.join("take/log.jsonl"), path.join("hard.jsonl"))?;
        let mut inputs = Self {
            folder,
            before: Vec::new(),
        };
        inputs.before = inputs.now()?;
        Ok(inputs)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn now(&self) -> Result<Vec<(PathBuf, Vec<u8>, SystemTime)>> {
        let names = [
            "song.wav",
            "song.mp4",
            "v.part.mp4",
            "hard.wav",
            "hard.mp4",
            "hard.toml",
            "hard.jsonl",
            "board.toml",
            "take/take.json",
            "take/log.jsonl",
            "take/audio.f32",
        ];
        names
            .iter()
            .map(|name| {
                let path = self.path().join(name);
                let (bytes, changed) = (fs::read(&path)?, fs::metadata(&path)?.modified()?);
                Ok((path, bytes, changed))
            })
            .collect()
    }

    pub fn are_unchanged(&self) -> Result<bool> {
        Ok(self.now().context("an input is gone")? == self.before)
    }

    /// The same name by other ways.
    pub fn spelt(&self, name: &str) -> Vec<String> {
        let mut ways = vec![
            name.to_owned(),
            format!("./{name}"),
            format!("sub/../{name}"),
            format!("sub/.././/{name}"),
            self.path().join(name).display().to_string(),
        ];
        if cfg!(unix) {
            ways.push(format!("here/{name}"));
        }
        ways
    }
}

/// A command that reads everything it can, without its outputs.
pub fn command(name: &str) -> Vec<&'static str> {
    const QUICK: [&str; 4] = ["--generator", "test-pattern", "--size", "64x36"];
    match name {
        "analyze" => vec!["analyze", "song.wav", "--plot-size", "160x90"],
        "storyboard" => vec!["storyboard", "song.wav"],
        "render" => [&["render", "song.wav", "--storyboard", "board.toml"], &QUICK[..]].concat(),
        "render-mp4" => [&["render", "song.mp4"], &QUICK[..]].concat(),
        "render-part" => [&["render", "v.part.mp4"], &QUICK[..]].concat(),
        _ => [&["render-take", "take"], &QUICK[..]].concat(),
    }
}

fn any_output(video: bool) -> impl Strategy<Value = (usize, &'static str)> {
    const FILES: [&str; 16] = [
        "song.wav",
        "hard.wav",
        "link.wav",
        "sub/far.wav",
        "board.toml",
        "hard.toml",
        "hard.jsonl",
        "take/log.jsonl",
        "take/audio.f32",
        "take/take.json",
        "retake/audio.f32",
        "song.mp4",
        "v.part.mp4",
        "new",
        "sub/new",
        "-",
    ];
    const VIDEOS: [&str; 8] = [
        "song.mp4",
        "hard.mp4",
        "link.mp4",
        "v.mp4",
        "v.part.mp4",
        "take/v.mp4",
        "new.mp4",
        "sub/new.mkv",
    ];
    let names: &[&str] = if video { &VIDEOS } else { &FILES };
    (0usize..6, prop::sample::select(names))
}

/// A command, and its outputs: the option, the way to spell the name, the name.
type Line = (&'static str, Vec<(&'static str, (usize, &'static str))>);

fn any_command() -> impl Strategy<Value = Line> {
    let listens = prop::sample::subsequence(vec!["--json", "--beats", "--sections", "--plot", "--click"], 1..=2);
    let listens = (listens, prop::collection::vec(any_output(false), 2))
        .prop_map(|(options, outputs)| -> Line { ("analyze", options.into_iter().zip(outputs).collect()) });
    let drafts = any_output(false).prop_map(|output| -> Line { ("storyboard", vec![("-o", output)]) });
    let renders = prop::sample::select(vec!["render", "render-mp4", "render-part", "render-take"]);
    let renders =
        (renders, any_output(true), prop::option::of(any_output(false))).prop_map(|(name, video, report)| -> Line {
            let report = report.map(|report| ("--report", report));
            (name, std::iter::once(("-o", video)).chain(report).collect())
        });
    prop_oneof![listens, drafts, renders]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn no_command_changes_what_it_reads((name, outputs) in any_command(), overwrite: bool) {
        let inputs = Inputs::new().unwrap();
        let mut args: Vec<String> = command(name).into_iter().map(str::to_owned).collect();
        for (option, (way, output)) in outputs {
            let ways = inputs.spelt(output);
            let spelt = if output == "-" { output.to_owned() } else { ways[way % ways.len()].clone() };
            args.extend([option.to_owned(), spelt]);
        }
        args.extend(overwrite.then(|| "--overwrite".to_owned()));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let said = phosphene(inputs.path(), &args).output().unwrap();
        // Only what the very command reads is safe from --overwrite: another song is a file like any other.
        let read: &[&str] = match name {
            "render" => &["song.wav", "hard.wav", "board.toml", "hard.toml"],
            "render-mp4" => &["song.mp4", "hard.mp4"],
            "render-part" => &["v.part.mp4"],
            "render-take" => &["take/take.json", "take/log.jsonl", "take/audio.f32", "hard.jsonl"],
            _ => &["song.wav", "hard.wav"],
        };
        let now = inputs.now();
        for (i, (path, bytes, changed)) in inputs.before.iter().enumerate() {
            let safe = !overwrite || read.iter().any(|name| path.ends_with(name));
            if safe {
                let same = now.as_ref().is_ok_and(|now| now[i].1 == *bytes && now[i].2 == *changed);
                prop_assert!(same, "{} by {args:?}: {}", path.display(), stderr(&said));
            }
        }
        prop_assert!(!stderr(&said).contains("panicked"), "{args:?}: {}", stderr(&said));
        let mut left = files(inputs.path()).unwrap();
        left.retain(|name| name.to_string_lossy().ends_with(".tmp"));
        prop_assert!(left.is_empty(), "{args:?} left {left:?}");
    }
}
