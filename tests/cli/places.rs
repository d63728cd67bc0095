//! Where a video goes: tried before the song is heard, whatever its name is.

use std::path::Path;

use anyhow::{Context, Result};
use phosphene_engine::{
    take::{self, EndReason, Entry, Event, Manifest, Writer},
    time::{SamplePos, SampleRate},
};

use super::{files, folder, phosphene, run, stderr};

/// A render that fails once the song has been heard: it has no bar 99.
const AFTER_HEARING: [&str; 8] = [
    "render",
    "song.wav",
    "--storyboard",
    "grid.toml",
    "--generator",
    "test-pattern",
    "--from",
    "99",
];

fn said(folder: &Path, output: &str, more: &[&str]) -> Result<String> {
    let args = [&AFTER_HEARING[..], &["-o", output], more].concat();
    let output = run(folder, &args)?;
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    Ok(stderr(&output))
}

#[test]
fn an_output_is_tried_before_the_song_is_heard() -> Result<()> {
    let folder = folder(2)?;
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("folder.mp4"))?;
    std::fs::write(at("there.mp4"), "a film")?;
    std::fs::write(at("kept.mp4"), "a film")?;
    let mut permissions = std::fs::metadata(at("kept.mp4"))?.permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(at("kept.mp4"), permissions)?;
    let before = files(folder.path())?;
    let long = "x".repeat(252) + ".mp4";
    let cases: [(&str, &[&str], &str); 9] = [
        ("v.mp4/", &[], "name of a folder"),
        ("no/v.mp4", &[], "create the folder first"),
        ("folder.mp4", &["--overwrite"], "it is a folder"),
        ("there.mp4", &[], "exists"),
        ("kept.mp4", &["--overwrite"], "may only be read"),
        (&long, &[], "shorter name"),
        ("v.avi", &[], ".mkv"),
        ("v.mp4", &["--audio", "pcm"], "name it .mov or .mkv"),
        ("song.part.mov", &["--audio", "flac"], "name it .mkv or .mp4"),
    ];
    for (output, more, says) in cases {
        let said = said(folder.path(), output, more)?;
        assert!(said.contains(says) && !said.contains("99"), "{output}: {said}");
        assert_eq!(files(folder.path())?, before, "{output}");
    }
    // The same with an output that can be had gets as far as the song.
    let heard = said(folder.path(), "v.mp4", &[])?;
    assert!(heard.contains("\"99\" can't be placed"), "{heard}");
    assert_eq!(files(folder.path())?, before);
    Ok(())
}

#[test]
#[cfg(unix)]
fn names_that_are_no_text_are_rendered_and_reported() -> Result<()> {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let folder = folder(1)?;
    let (song, video) = (OsStr::from_bytes(b"s\xE9ng.wav"), OsStr::from_bytes(b"vid\xE9o.mp4"));
    std::fs::rename(folder.path().join("song.wav"), folder.path().join(song))?;
    let mut command = phosphene(
        folder.path(),
        &["render", "--generator", "test-pattern", "--size", "64x36"],
    );
    command
        .args(["--storyboard", "grid.toml", "--report", "r.json"])
        .arg(song);
    let output = command.arg("-o").arg(video).output()?;
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(output.stdout, b"vid\xE9o.mp4\n", "programs must find it");
    assert!(folder.path().join(video).is_file());
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("r.json"))?)?;
    assert_eq!(report["song"]["path"], "s\u{FFFD}ng.wav");

    // Without a name of its own, the video has the song's.
    let mut command = phosphene(
        folder.path(),
        &["render", "--generator", "test-pattern", "--size", "64x36"],
    );
    let output = command.args(["--storyboard", "grid.toml"]).arg(song).output()?;
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(folder.path().join(OsStr::from_bytes(b"s\xE9ng.mp4")).is_file());
    Ok(())
}

#[test]
fn long_names_are_rendered_and_estimated() -> Result<()> {
    let folder = folder(1)?;
    for len in [237, 251] {
        let name = "v".repeat(len) + ".mp4";
        let args = [
            "render",
            "song.wav",
            "--storyboard",
            "grid.toml",
            "--generator",
            "test-pattern",
            "-o",
            &name,
        ];
        let estimate = run(folder.path(), &[&args[..], &["--estimate"]].concat())?;
        assert!(estimate.status.success(), "{}", stderr(&estimate));
        let render = run(folder.path(), &args)?;
        assert!(render.status.success(), "{}", stderr(&render));
        std::fs::remove_file(folder.path().join(&name))?;
        assert_eq!(files(folder.path())?, [Path::new("grid.toml"), Path::new("song.wav")]);
    }
    Ok(())
}

/// A take of two seconds.
fn take(folder: &Path) -> Result<()> {
    let rate = 22_050;
    let manifest = Manifest {
        version: take::VERSION,
        created_unix_ms: 0,
        name: "a song".into(),
        host: "test".into(),
        api: "CLAP".into(),
        plugin_version: "0".into(),
        rate: SampleRate::new(rate)?,
        channels: 1,
    };
    let mut writer = Writer::create(&folder.join("take"), &manifest)?;
    writer.audio(&vec![0.1; 2 * rate as usize])?;
    writer.end(&Entry {
        at: SamplePos(2 * u64::from(rate)),
        event: Event::End {
            reason: EndReason::Stopped,
            dropped_blocks: 0,
            error: None,
        },
    })?;
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_take_is_told_where_its_video_is_whatever_the_name() -> Result<()> {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let folder = tempfile::tempdir()?;
    take(folder.path())?;
    let render = |output: &OsStr| -> Result<std::process::Output> {
        let args = [
            "render-take",
            "take",
            "--generator",
            "test-pattern",
            "--size",
            "64x36",
            "-o",
        ];
        Ok(phosphene(folder.path(), &args).arg(output).output()?)
    };
    let refused = render(OsStr::new("no/v.mp4"))?;
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    let progress = take::Progress::read(&folder.path().join("take")).context("it says how far it is")?;
    let error = progress.error.unwrap_or_default();
    assert!(
        progress.state == take::RenderState::Failed && error.contains("create the folder first"),
        "{error}"
    );

    let name = OsStr::from_bytes(b"vid\xE9o.mp4");
    let made = render(name)?;
    assert!(made.status.success(), "{}", stderr(&made));
    assert_eq!(made.stdout, b"vid\xE9o.mp4\n");
    let progress = take::Progress::read(&folder.path().join("take")).context("it says how far it is")?;
    assert_eq!(
        (progress.state, progress.output.as_os_str()),
        (take::RenderState::Done, name)
    );
    Ok(())
}
