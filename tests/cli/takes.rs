//! `takes` and `render-take` say what was lost, what can't be written, and which renderer could not run.

use std::{fs, path::Path};

use anyhow::Result;
use phosphene_engine::{
    take::{
        EXIT, EndReason, Entry, Event, Manifest, Progress, RENDER, RENDER_LOG, Tally, VERSION, Writer, now_unix_ms,
    },
    time::{SamplePos, SampleRate},
};

use super::{run, stderr};

const RATE: u32 = 8_000;

/// A take of two seconds, of which the host played `played` samples.
fn take(root: &Path, name: &str, played: u64) -> Result<()> {
    let manifest = Manifest {
        version: VERSION,
        created_unix_ms: now_unix_ms(),
        name: name.into(),
        host: "test".into(),
        api: "CLAP".into(),
        plugin_version: String::new(),
        rate: SampleRate::new(RATE)?,
        channels: 1,
    };
    let mut writer = Writer::create(&root.join(name), &manifest)?;
    writer.audio(&vec![0.25; 2 * RATE as usize])?;
    let at = SamplePos(2 * u64::from(RATE));
    let tally = Tally { played, kept: at.0 };
    writer.entry(&Entry {
        at,
        event: Event::Tally(tally),
    })?;
    writer.end(&Entry {
        at,
        event: Event::End {
            reason: EndReason::Deactivated,
            dropped_blocks: 0,
            error: None,
        },
    })?;
    Ok(())
}

fn listed(folder: &Path) -> Result<String> {
    let output = run(folder, &["takes", "--folder", "."])?;
    assert!(output.status.success(), "{}", stderr(&output));
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn sound_that_was_lost_is_said() -> Result<()> {
    let folder = tempfile::tempdir()?;
    take(folder.path(), "whole", 2 * u64::from(RATE))?;
    assert!(!listed(folder.path())?.contains("lost"));
    take(folder.path(), "short", 3 * u64::from(RATE))?;
    assert!(listed(folder.path())?.contains("(1.00 s of sound lost"));
    let args = [
        "render-take",
        "short",
        "-o",
        "v.mp4",
        "--size",
        "64x36",
        "--generator",
        "test-pattern",
    ];
    let output = run(folder.path(), &args)?;
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(
        said.contains("24000 samples") && said.contains("last 1.00 s are missing"),
        "{said}"
    );
    // A host that dies leaves no last line.
    let log = folder.path().join("whole/log.jsonl");
    fs::write(&log, "")?;
    assert!(listed(folder.path())?.contains("cut off with its host"));
    Ok(())
}

#[test]
fn a_renderer_that_could_not_run_is_said() -> Result<()> {
    let folder = tempfile::tempdir()?;
    take(folder.path(), "song", 2 * u64::from(RATE))?;
    let take = folder.path().join("song");
    let starting = Progress {
        starts: 1,
        updated_unix_ms: now_unix_ms(),
        ..Progress::default()
    };
    starting.write(&take)?;
    assert!(listed(folder.path())?.contains("its renderer is being started"));
    fs::write(
        take.join(RENDER).join(RENDER_LOG),
        "nice: /opt/phosphene: Permission denied\n",
    )?;
    fs::write(take.join(RENDER).join(EXIT), "126\n/opt/phosphene\n")?;
    let said = listed(folder.path())?;
    for word in [
        "failed: The renderer /opt/phosphene can't be run",
        "Permission denied",
        "executable",
        "press Render",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    // Rendered by hand, it is forgotten.
    let args = [
        "render-take",
        "song",
        "-o",
        "v.mp4",
        "--size",
        "64x36",
        "--generator",
        "test-pattern",
    ];
    let output = run(folder.path(), &args)?;
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(listed(folder.path())?.contains("video: "));
    assert!(!take.join(RENDER).join(EXIT).exists());
    Ok(())
}

#[test]
fn a_folder_that_can_t_be_written_is_said() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let output = run(folder.path(), &["takes", "--folder", "not/yet/there"])?;
    assert!(
        output.status.success() && stderr(&output).is_empty(),
        "{}",
        stderr(&output)
    );
    assert!(!folder.path().join("not").exists(), "a list makes no folders");
    fs::write(folder.path().join("file"), "")?;
    for place in ["file", "file/takes"] {
        let output = run(folder.path(), &["takes", "--folder", place])?;
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(place), "{}", stderr(&output));
    }
    if cfg!(target_os = "linux") {
        // Nobody can make a file here.
        let output = run(folder.path(), &["takes", "--folder", "/proc/takes"])?;
        assert!(
            stderr(&output).contains("can't write takes into /proc/takes"),
            "{}",
            stderr(&output)
        );
        let output = run(folder.path(), &["takes", "--folder", "/proc/takes", "--json"])?;
        assert!(String::from_utf8(output.stdout)?.contains("can't write takes into /proc/takes"));
    }
    Ok(())
}
