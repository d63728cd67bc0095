//! The program as a user runs it: files in, files out, exit codes and words.

mod diffusion;
#[path = "../hub.rs"]
#[allow(dead_code, reason = "the tests of the library use all of it")]
mod hub;
mod inputs;
mod models;
mod mutated;
mod outputs;
mod places;
mod stopped;
mod stretch;
mod take;
mod takes;
mod words;

use std::{
    f64::consts::TAU,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result};

/// The program under test.
/// A program that ignores no signal, although the tests themselves may have been started by what ignores some.
fn with_default_signals(program: &str) -> Command {
    if !cfg!(target_os = "linux") {
        return Command::new(program);
    }
    let mut command = Command::new("env");
    command.args(["--default-signal=HUP,INT,TERM", program]);
    command
}

fn phosphene(folder: &Path, args: &[&str]) -> Command {
    let mut command = with_default_signals(env!("CARGO_BIN_EXE_phosphene"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command
}

fn run(folder: &Path, args: &[&str]) -> Result<Output> {
    phosphene(folder, args).output().context("the program starts")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A mono 16-bit WAV with a click each half second, as bytes.
fn clicks(secs: u32) -> Vec<u8> {
    let rate = 22_050u32;
    let samples = (0..secs * rate).flat_map(|i| {
        let since = f64::from(i % (rate / 2)) / f64::from(rate);
        let level = if since < 0.02 { 24_000.0 } else { 0.0 };
        ((level * (since * 1_500.0 * TAU).cos()) as i16).to_le_bytes()
    });
    let data: Vec<u8> = samples.collect();
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + data.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(rate.to_le_bytes());
    wav.extend((rate * 2).to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend((data.len() as u32).to_le_bytes());
    wav.extend(data);
    wav
}

const GRID: &str = "[video]\nsize = '64x36'\n[grid]\nbpm = 120.0\nfirst_beat_secs = 0.0\nbeats_per_bar = 4\n";

/// A folder with a song and a storyboard that fixes its grid.
fn folder(secs: u32) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("song.wav"), clicks(secs))?;
    std::fs::write(folder.path().join("grid.toml"), GRID)?;
    Ok(folder)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().into()))
        .collect::<Result<_>>()?;
    names.sort();
    Ok(names)
}

#[test]
fn a_render_writes_the_video_and_the_report_and_the_same_again() -> Result<()> {
    let folder = folder(3)?;
    let args = [
        "render",
        "song.wav",
        "--storyboard",
        "grid.toml",
        "--generator",
        "test-pattern",
        "--report",
        "r.json",
    ];
    let first = run(folder.path(), &args)?;
    assert!(first.status.success(), "{}", stderr(&first));
    assert_eq!(String::from_utf8_lossy(&first.stdout), "song.mp4\n");
    let video = std::fs::read(folder.path().join("song.mp4"))?;
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("r.json"))?)?;
    assert_eq!(report["video"]["frames"], 72);
    assert_eq!(report["video"]["samples"], 66_150);
    assert_eq!(report["grid"]["tempo_bpm"], 120.0);
    assert_eq!(report["cues"][0]["frame"], 0);

    let second = run(folder.path(), &args)?;
    assert_eq!(second.status.code(), Some(1));
    assert!(
        stderr(&second).contains("song.mp4 exists; give --overwrite"),
        "{}",
        stderr(&second)
    );
    let third = run(folder.path(), &[&args[..], &["--overwrite"]].concat())?;
    assert!(third.status.success(), "{}", stderr(&third));
    assert!(
        std::fs::read(folder.path().join("song.mp4"))? == video,
        "two runs differ"
    );
    Ok(())
}

#[test]
fn a_painted_video_comes_from_prompts_alone() -> Result<()> {
    let folder = folder(2)?;
    let args = [
        "render",
        "song.wav",
        "-o",
        "a b %d '.mkv",
        "--prompt",
        "a boat on the sea",
        "--prompt",
        "a cat in a forest",
        "--size",
        "96x54",
        "--draft",
        "--audio",
        "flac",
        "--report",
        "r.json",
        "--from",
        "0:00.5",
        "--to",
        "0:01.5",
    ];
    let output = run(folder.path(), &args)?;
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(folder.path().join("a b %d '.mkv").exists());
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("r.json"))?)?;
    assert_eq!(report["video"]["frames"], 24);
    let designs = report["designs"].as_array().context("designs are a list")?;
    assert!(
        !designs.is_empty() && designs[0]["props"][0]["named"] == "boat",
        "{designs:?}"
    );
    Ok(())
}

#[test]
fn the_camera_goes_through_every_set() -> Result<()> {
    let folder = folder(64)?;
    let sets = [
        "a city street",
        "a rooftop",
        "a neon alley",
        "a suburb",
        "a highway",
        "a train platform",
        "a school hall",
        "a bedroom",
        "a club stage",
        "inside a church",
        "a diner",
        "a harbour",
        "a beach",
        "the open sea",
        "under water",
        "a river",
        "a forest",
        "a meadow",
        "mountains",
        "a desert",
        "a winter plain",
        "outer space",
        "an alien planet",
        "a garden",
        "a fairground",
        "a library",
        "a hospital corridor",
        "a cemetery",
        "storm clouds",
        "abstract colour field",
    ];
    let weathers = ["at night in the rain", "at dawn in the snow", "at sunset", "in fog"];
    let prompts: Vec<String> = sets
        .iter()
        .enumerate()
        .map(|(i, set)| format!("{set}, {}", weathers[i % 4]))
        .collect();
    let scenes: String = prompts
        .iter()
        .enumerate()
        .map(|(i, prompt)| format!("[[scene]]\nat = '{}'\nprompt = '{prompt}'\nmorph = '1 bar'\n", i + 1))
        .collect();
    std::fs::write(folder.path().join("sets.toml"), format!("{GRID}{scenes}"))?;
    let args = [
        "render",
        "song.wav",
        "--storyboard",
        "sets.toml",
        "--size",
        "96x54",
        "--draft",
        "--report",
        "r.json",
    ];
    let output = run(folder.path(), &args)?;
    assert!(output.status.success(), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("r.json"))?)?;
    let designs = report["designs"].as_array().context("designs are a list")?;
    let met: std::collections::BTreeSet<&str> = designs.iter().filter_map(|design| design["set"].as_str()).collect();
    assert_eq!(met.len(), 30, "{met:?}");
    Ok(())
}

#[test]
fn what_is_heard_can_be_written_and_drafted_and_rendered() -> Result<()> {
    let folder = folder(8)?;
    let args = [
        "analyze",
        "song.wav",
        "--beats",
        "b.txt",
        "--sections",
        "s.txt",
        "--json",
        "a.json",
        "--plot",
        "p.png",
    ];
    let output = run(folder.path(), &args)?;
    assert!(output.status.success(), "{}", stderr(&output));
    let beats = std::fs::read_to_string(folder.path().join("b.txt"))?;
    assert!(beats.lines().count() >= 10, "{beats}");
    for line in beats.lines() {
        let (secs, in_bar) = line.split_once('\t').context("a tab between")?;
        let phase = (secs.parse::<f64>()? * 2.0 + 0.5).fract() - 0.5;
        assert!(phase.abs() < 0.06 && in_bar.parse::<u32>()? >= 1, "{line}");
    }
    assert!(std::fs::read(folder.path().join("p.png"))?.starts_with(b"\x89PNG"));
    serde_json::from_slice::<serde_json::Value>(&std::fs::read(folder.path().join("a.json"))?)?;

    let draft = run(folder.path(), &["storyboard", "song.wav", "-o", "draft.toml"])?;
    assert!(draft.status.success(), "{}", stderr(&draft));
    let args = [
        "render",
        "song.wav",
        "--storyboard",
        "draft.toml",
        "--generator",
        "test-pattern",
        "--size",
        "64x36",
    ];
    let render = run(folder.path(), &args)?;
    assert!(render.status.success(), "{}", stderr(&render));
    Ok(())
}

#[test]
fn a_prompt_is_explained_and_painted() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let args = [
        "explain",
        "a red car in the rain at night",
        "--json",
        "-o",
        "still.png",
        "--size",
        "192x108",
    ];
    let output = run(folder.path(), &args)?;
    assert!(output.status.success(), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(json["design"]["weather"], "rain");
    assert_eq!(json["design"]["daytime"], "night");
    assert!(
        json["props"][0]["name"]
            .as_str()
            .is_some_and(|name| name.contains("automobile") || name.contains("car"))
    );
    assert!(std::fs::read(folder.path().join("still.png"))?.starts_with(b"\x89PNG"));
    Ok(())
}

#[test]
fn words_that_are_not_understood_are_said_once() -> Result<()> {
    let folder = folder(2)?;
    let given = |prompt: &'static str| ["--prompt", prompt];
    let strange = [given("ერთი ნავი"), given("a boat"), given("ერთი ნავი")].concat();
    let base = ["render", "song.wav", "-o", "v.mp4", "--size", "64x36", "--draft"];
    let output = run(folder.path(), &[&base[..], &strange].concat())?;
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("ერთი, ნავი").count(), 1, "{said}");
    let draft = ["storyboard", "song.wav", "-o", "s.toml"];
    let output = run(folder.path(), &[&draft[..], &strange].concat())?;
    assert_eq!(stderr(&output).matches("ერთი, ნავი").count(), 1, "{}", stderr(&output));
    let plain = [
        &["storyboard", "song.wav", "-o", "t.toml"][..],
        &given("ein Hund am Strand"),
    ]
    .concat();
    assert!(!stderr(&run(folder.path(), &plain)?).contains("understood"));
    let output = run(folder.path(), &["explain", "drei Vögel am Strand"])?;
    assert!(String::from_utf8(output.stdout)?.contains("Vögel → bird"));
    Ok(())
}

#[test]
fn wrong_input_is_answered_with_what_to_do_and_leaves_nothing() -> Result<()> {
    let folder = folder(2)?;
    let path = folder.path();
    std::fs::write(path.join("text.wav"), "this is not a song")?;
    std::fs::write(path.join("empty.flac"), "")?;
    std::fs::write(path.join("wrong.toml"), "[[scene]]\nat = '1'\npromt = 'a boat'\n")?;
    std::fs::write(
        path.join("late.toml"),
        format!("{GRID}[[scene]]\nat = '99'\nprompt = 'a boat'\n"),
    )?;
    std::fs::create_dir(path.join("folder.mp3"))?;
    let before = files(path)?;
    let cases: [(&[&str], &str); 18] = [
        (&["render", "none.wav"], "none.wav"),
        (&["render", "folder.mp3"], "folder"),
        (&["render", "text.wav"], "text.wav"),
        (&["render", "empty.flac"], "empty.flac"),
        (&["render", "song.wav", "--size", "1281x720"], "two even numbers"),
        (&["render", "song.wav", "--fps", "31"], "23.976"),
        (&["render", "song.wav", "--from", "17.x"], "17.x"),
        (
            &["render", "song.wav", "--from", "0:01.5", "--to", "0:00.5"],
            "after --from",
        ),
        (&["render", "song.wav", "--storyboard", "none.toml"], "none.toml"),
        (
            &["render", "song.wav", "--storyboard", "wrong.toml"],
            "line 3, scene 1, key `promt`",
        ),
        (&["render", "song.wav", "--storyboard", "late.toml"], "\"99\""),
        (&["render", "song.wav", "-o", "video.avi"], ".mp4"),
        (&["render", "song.wav", "--style", "oyl paint"], "style"),
        (&["render", "song.wav", "--style", "VHS + sketch"], "give it alone"),
        (&["render", "song.wav", "--grain", "3"], "from 0 (none) to 2"),
        (&["render", "song.wav", "--letterbox", "wide"], "16:9"),
        (
            &["render", "song.wav", "--grain", "1", "--generator", "test-pattern"],
            "only --generator diorama",
        ),
        (
            &[
                "render",
                "song.wav",
                "-o",
                "no/such/folder/v.mp4",
                "--generator",
                "test-pattern",
            ],
            "no/such/folder",
        ),
    ];
    for (args, says) in cases {
        let output = run(path, args)?;
        let text = stderr(&output);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{args:?}: {text}");
        assert!(text.contains(says) && !text.contains("panicked"), "{args:?}: {text}");
        assert_eq!(files(path)?, before, "{args:?} left something");
    }
    Ok(())
}
