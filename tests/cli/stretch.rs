//! `--from`, `--to` and `--snap`: exact times, bars, sections, in songs and takes.

use phosphene_engine::ffmpeg::open_song;
use std::path::Path;

use anyhow::{Context, Result};
use phosphene_engine::song::Block;
use serde_json::Value;

use super::{folder, run, stderr, take};

fn report(folder: &Path, command: &[&str], args: &[&str]) -> Result<Value> {
    let quick = [
        "--generator",
        "test-pattern",
        "--size",
        "64x36",
        "--report",
        "-",
        "--overwrite",
    ];
    let said = run(folder, &[command, &quick, args].concat())?;
    anyhow::ensure!(said.status.success(), "{args:?}: {}", stderr(&said));
    Ok(serde_json::from_slice(&said.stdout)?)
}

/// First frame, frames, samples.
type Made = (u64, u64, u64);
/// The command, its stretch, and what comes of it.
type Case<'a> = (&'a [&'a str], &'a [&'a str], Made);

fn made(report: &Value) -> Result<Made> {
    let number = |key: &str| report["video"][key].as_u64().context("a number");
    Ok((number("first_frame")?, number("frames")?, number("samples")?))
}

#[test]
fn times_are_exact_and_the_grid_is_for_those_who_ask() -> Result<()> {
    let folder = folder(9)?;
    let heard = ["render", "song.wav"];
    let grid = ["render", "song.wav", "--storyboard", "grid.toml"];
    let cases: [Case<'_>; 13] = [
        (&heard, &["--from", "0:05", "--to", "0:08"], (120, 72, 66_150)),
        (
            &heard,
            &["--from", "0:05.1", "--to", "0:08.1", "--fps", "30"],
            (153, 90, 66_150),
        ),
        // Frames 150 and 240 of 29.97 begin 5 and 8 ms after 5 and 8 s; 90 of them are 3.003 s.
        (
            &heard,
            &["--from", "0:05", "--to", "0:08", "--fps", "29.97"],
            (150, 90, 66_216),
        ),
        (&heard, &["--from", "0:05.01", "--to", "0:08"], (120, 72, 66_150)),
        (&heard, &["--to", "0:09"], (0, 216, 9 * 22_050)),
        (&heard, &["--from", "0:08"], (192, 24, 22_050)),
        (
            &grid,
            &["--from", "0:04.9", "--to", "0:08.1", "--snap", "beat"],
            (120, 72, 66_150),
        ),
        (
            &grid,
            &["--from", "0:04.9", "--to", "0:08.1", "--snap", "bar"],
            (96, 96, 88_200),
        ),
        (&grid, &["--from", "0:04.9", "--to", "0:08.1"], (118, 76, 69_825)),
        (&grid, &["--from", "2", "--to", "4"], (48, 96, 88_200)),
        (
            &grid,
            &["--from", "2.3", "--to", "4", "--snap", "bar"],
            (72, 72, 66_150),
        ),
        (&grid, &["--from", "4", "--to", "0:07.5"], (144, 36, 33_075)),
        (&grid, &["--from", "part A", "--to", "2"], (0, 48, 44_100)),
    ];
    for (command, args, expected) in cases {
        assert_eq!(made(&report(folder.path(), command, args)?)?, expected, "{args:?}");
    }
    for (args, says) in [
        (&["--to", "0:09.2"][..], "it ends at 0:09"),
        (&["--from", "0:09"], "it ends at 0:09"),
        (&["--from", "0:05", "--to", "0:05.01"], "after --from"),
        (&["--snap", "bar"], "given with --from or --to"),
    ] {
        let error = report(folder.path(), &heard, args).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    Ok(())
}

fn samples(path: &Path) -> Result<Vec<f32>> {
    let song = open_song(path)?;
    let (mut reader, mut block, mut all, mut part) = (song.reader()?, Block::default(), Vec::new(), Vec::new());
    while reader.read(&mut block)? {
        block.f32_into(&mut part);
        all.extend_from_slice(&part);
    }
    Ok(all)
}

#[test]
fn picture_and_sound_begin_together() -> Result<()> {
    let folder = folder(9)?;
    let song = samples(&folder.path().join("song.wav"))?;
    for (fps, first) in [("24", 5 * 22_050), ("29.97", 110_361)] {
        let args = [
            "--from", "0:05", "--to", "0:08", "--audio", "pcm", "-o", "v.mov", "--fps", fps,
        ];
        let (_, _, count) = made(&report(folder.path(), &["render", "song.wav"], &args)?)?;
        let cut = samples(&folder.path().join("v.mov"))?;
        assert_eq!(cut.len() as u64, count, "{fps}");
        assert!(cut[..] == song[first..first + cut.len()], "{fps}");
    }
    Ok(())
}

#[test]
fn a_part_of_a_take_can_be_made() -> Result<()> {
    let folder = tempfile::tempdir()?;
    take::write(&folder.path().join("take"), 8)?;
    let command = ["render-take", "take", "--fps", "24", "-o", "v.mp4"];
    for (args, expected) in [
        (&["--from", "0:02.5", "--to", "0:04"][..], (60, 36, 66_150)),
        (&["--from", "2", "--to", "4"], (48, 96, 4 * 44_100)),
        (
            &["--from", "0:02.6", "--to", "0:04.1", "--snap", "beat"],
            (60, 36, 66_150),
        ),
        (&[], (0, 192, 8 * 44_100)),
    ] {
        assert_eq!(made(&report(folder.path(), &command, args)?)?, expected, "{args:?}");
    }
    Ok(())
}
