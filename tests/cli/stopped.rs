//! Stopping a render: by Ctrl-C, and by killing it at any moment.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use phosphene_engine::song::{Block, Song};

use super::{files, folder, phosphene};

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
            let song = Song::open(&part)?;
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
