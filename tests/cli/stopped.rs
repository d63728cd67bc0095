//! Stopping: by Ctrl-C and other signals, by killing a render at any moment; and what must not stop it.

use phosphene_engine::ffmpeg::open_song;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use phosphene_engine::song::Block;

use super::{files, folder, phosphene, with_default_signals};

const RENDER: [&str; 9] = [
    "render",
    "song.wav",
    "--storyboard",
    "grid.toml",
    "--generator",
    "test-pattern",
    "--size",
    "1280x720",
    "-o",
];

/// Waits until a file has some bytes; how many.
fn grown(path: &std::path::Path, bytes: u64) -> Result<()> {
    let start = Instant::now();
    while std::fs::metadata(path).map_or(0, |file| file.len()) < bytes {
        anyhow::ensure!(
            start.elapsed() < Duration::from_secs(60),
            "{} does not grow",
            path.display()
        );
        std::thread::yield_now();
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_cleanly_and_leaves_nothing() -> Result<()> {
    let folder = folder(600)?;
    let before = files(folder.path())?;
    let child = phosphene(folder.path(), &[&RENDER[..], &["v.mp4"]].concat());
    let child = { child }.stderr(std::process::Stdio::piped()).spawn()?;
    grown(&folder.path().join("v.part.mp4"), 20_000)?;
    let signal = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()?;
    assert!(signal.success());
    let output = child.wait_with_output()?;
    assert_eq!(
        output.status.code(),
        Some(130),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(files(folder.path())?, before);
    Ok(())
}

#[test]
fn a_killed_render_leaves_only_a_part_that_plays() -> Result<()> {
    for bytes in [3_000, 50_000, 200_000] {
        let folder = folder(600)?;
        let mut child = phosphene(folder.path(), &[&RENDER[..], &["v.mp4"]].concat())
            .stderr(std::process::Stdio::null())
            .spawn()?;
        let part = folder.path().join("v.part.mp4");
        grown(&part, bytes)?;
        child.kill()?;
        child.wait()?;
        assert!(!folder.path().join("v.mp4").exists(), "killed at {bytes} bytes");
        if bytes > 100_000 {
            let song = open_song(&part)?;
            let (mut reader, mut block) = (song.reader()?, Block::default());
            while reader.read(&mut block)? {}
            assert!(
                reader.position().0 > 22_050,
                "only {} samples play",
                reader.position().0
            );
        }
        let again = phosphene(
            folder.path(),
            &[&RENDER[..8], &["--to", "0:02", "-o", "v.mp4"]].concat(),
        );
        let again = { again }.output().context("the program starts")?;
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    }
    Ok(())
}

/// Quick to make, but not as quick as a signal comes.
#[cfg(unix)]
const SMALL: [&str; 10] = [
    "render",
    "song.wav",
    "--storyboard",
    "grid.toml",
    "--generator",
    "test-pattern",
    "--size",
    "320x180",
    "-o",
    "v.mp4",
];

/// The program under a shell that sets it up as `setup` says, in the midst of a video.
#[cfg(unix)]
fn under(setup: &str, folder: &std::path::Path) -> Result<std::process::Child> {
    let mut shell = with_default_signals("sh");
    shell.current_dir(folder).stdin(std::process::Stdio::null());
    shell.args([
        "-c",
        &format!("{setup} exec \"$0\" \"$@\""),
        env!("CARGO_BIN_EXE_phosphene"),
    ]);
    shell.args(SMALL);
    shell
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    let child = shell.spawn()?;
    grown(&folder.join("v.part.mp4"), 3_000)?;
    Ok(child)
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) -> Result<()> {
    let kill = std::process::Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()?;
    anyhow::ensure!(kill.success(), "it is not there any more");
    Ok(())
}

#[test]
#[cfg(unix)]
fn what_was_ignored_at_the_start_stays_ignored() -> Result<()> {
    // As `nohup` does; as a shell does in a script for what ends with `&`; both.
    for (setup, harmless) in [
        ("trap '' HUP;", &["-HUP"][..]),
        ("trap '' INT;", &["-INT"]),
        ("trap '' HUP INT;", &["-HUP", "-INT", "-HUP"]),
    ] {
        let folder = folder(30)?;
        let child = under(setup, folder.path())?;
        for name in harmless {
            signal(&child, name)?;
        }
        let output = child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{setup} {text}");
        assert!(folder.path().join("v.mp4").exists(), "{setup}");
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn what_was_not_ignored_ends_it_cleanly() -> Result<()> {
    for (setup, name) in [
        ("", "-HUP"),
        ("", "-TERM"),
        ("trap '' HUP;", "-INT"),
        ("trap '' HUP INT;", "-TERM"),
    ] {
        let folder = folder(300)?;
        let before = files(folder.path())?;
        let child = under(setup, folder.path())?;
        signal(&child, name)?;
        let output = child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(130), "{setup} {name}: {text}");
        assert_eq!(files(folder.path())?, before, "{setup} {name}");
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn painting_can_be_stopped_and_leaves_nothing() -> Result<()> {
    use std::io::{BufRead, BufReader};

    for args in [
        &["styles", "-o", "sheet.png"][..],
        &["explain", "a boat on the sea", "-o", "still.png", "--size", "1920x1080"],
    ] {
        let folder = folder(1)?;
        let before = files(folder.path())?;
        let mut child = phosphene(folder.path(), args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()?;
        // What it prints comes before it paints.
        let mut lines = BufReader::new(child.stdout.take().context("its output")?);
        lines.read_line(&mut String::new())?;
        signal(&child, "-INT")?;
        let output = child.wait_with_output()?;
        assert_eq!(output.status.code(), Some(130), "{args:?}");
        assert_eq!(files(folder.path())?, before, "{args:?}");
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_terminal_that_is_closed_does_not_end_it() -> Result<()> {
    use std::process::Stdio;

    use rustix::{
        fs::{Mode, OFlags, open},
        pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    };

    let folder = folder(30)?;
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&screen)?;
    unlockpt(&screen)?;
    let terminal = open(
        ptsname(&screen, Vec::new())?,
        OFlags::RDWR | OFlags::NOCTTY,
        Mode::empty(),
    )?;
    let mut child = phosphene(folder.path(), &SMALL)
        .stdin(Stdio::from(terminal.try_clone()?))
        .stdout(Stdio::from(terminal.try_clone()?))
        .stderr(Stdio::from(terminal))
        .spawn()?;
    grown(&folder.path().join("v.part.mp4"), 3_000)?;
    drop(screen);
    assert_eq!(child.wait()?.code(), Some(0));
    assert!(folder.path().join("v.mp4").exists());
    Ok(())
}
