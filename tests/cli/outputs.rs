//! What commands write: never over what they read, never over anything unasked, whole or not at all.

use std::{fs, path::PathBuf, process::Output};

use anyhow::Result;

use super::{
    clicks, files,
    inputs::{Inputs, command},
    run, stderr,
};

fn told(inputs: &Inputs, args: &[&str]) -> Result<Output> {
    run(inputs.path(), args)
}

#[test]
fn what_is_read_is_refused_under_every_name() -> Result<()> {
    let inputs = Inputs::new()?;
    let names = files(inputs.path())?;
    let mut cases: Vec<(&str, &str, String)> = Vec::new();
    for option in ["--json", "--beats", "--sections", "--plot", "--click"] {
        cases.push(("analyze", option, "sub/../song.wav".into()));
        cases.push(("analyze", option, "hard.wav".into()));
    }
    for name in inputs.spelt("song.wav") {
        cases.push(("analyze", "--json", name.clone()));
        cases.push(("storyboard", "-o", name.clone()));
        cases.push(("render", "--report", name));
    }
    for name in inputs.spelt("song.mp4") {
        cases.push(("render-mp4", "-o", name));
    }
    cases.push(("render-mp4", "-o", "hard.mp4".into()));
    cases.push(("render-part", "-o", "v.mp4".into()));
    for name in ["board.toml", "hard.toml"] {
        cases.push(("render", "--report", name.into()));
    }
    for name in [
        "take/log.jsonl",
        "take/new.json",
        "take/render/x.json",
        "sub/../take/take.json",
        "hard.jsonl",
    ] {
        cases.push(("render-take", "--report", name.into()));
    }
    cases.push(("render-take", "-o", "take/v.mp4".into()));
    if cfg!(unix) {
        for name in ["link.wav", "sub/far.wav"] {
            cases.push(("analyze", "--json", name.into()));
            cases.push(("storyboard", "-o", name.into()));
        }
        cases.push(("render-mp4", "-o", "link.mp4".into()));
        cases.push(("render-take", "--report", "retake/new.json".into()));
    }
    for (name, option, output) in &cases {
        let args = [&command(name)[..], &[option, output, "--overwrite"]].concat();
        let said = told(&inputs, &args)?;
        let text = stderr(&said);
        assert_eq!(said.status.code(), Some(1), "{args:?}: {text}");
        let missing = output.starts_with("take/render/") && text.contains("its folder does not exist");
        assert!(text.contains("which is read") || missing, "{args:?}: {text}");
        assert!(inputs.are_unchanged()?, "{args:?}");
        assert_eq!(files(inputs.path())?, names, "{args:?}");
    }
    Ok(())
}

#[test]
fn what_is_there_is_replaced_only_when_asked() -> Result<()> {
    let folder = super::folder(1)?;
    let path = folder.path();
    let quick = ["--generator", "test-pattern", "--size", "64x36"];
    let cases: [(Vec<&str>, &str); 10] = [
        (vec!["analyze", "song.wav", "--json", "old"], "old"),
        (vec!["analyze", "song.wav", "--beats", "old"], "old"),
        (vec!["analyze", "song.wav", "--sections", "old"], "old"),
        (
            vec!["analyze", "song.wav", "--plot-size", "160x90", "--plot", "old"],
            "old",
        ),
        (vec!["analyze", "song.wav", "--click", "old"], "old"),
        (vec!["storyboard", "song.wav", "-o", "old"], "old"),
        (vec!["explain", "a boat", "--size", "64x36", "-o", "old"], "old"),
        (vec!["styles", "-o", "old"], "old"),
        ([&["render", "song.wav", "--report", "old"], &quick[..]].concat(), "old"),
        (
            [&["render", "song.wav", "-o", "old.mp4"], &quick[..]].concat(),
            "old.mp4",
        ),
    ];
    for (args, name) in &cases {
        fs::write(path.join(name), "precious")?;
        let names = files(path)?;
        let said = run(path, args)?;
        assert_eq!(said.status.code(), Some(1), "{args:?}");
        let text = stderr(&said);
        assert!(
            text.contains(&format!("{name} exists; give --overwrite")),
            "{args:?}: {text}"
        );
        assert_eq!(fs::read(path.join(name))?, b"precious", "{args:?}");
        assert_eq!(files(path)?, names, "{args:?}");
        // The painters' sheet takes long, and goes through the same door as the still.
        if args[0] != "styles" {
            let said = run(path, &[&args[..], &["--overwrite"]].concat())?;
            assert!(said.status.success(), "{args:?}: {}", stderr(&said));
            assert_ne!(fs::read(path.join(name))?, b"precious", "{args:?}");
        }
        fs::remove_file(path.join(name))?;
        let _ = fs::remove_file(path.join("song.mp4"));
        assert_eq!(files(path)?, ["grid.toml", "song.wav"].map(PathBuf::from), "{args:?}");
    }
    Ok(())
}

#[test]
fn two_outputs_never_go_to_one_file_and_bad_places_are_refused_at_once() -> Result<()> {
    let inputs = Inputs::new()?;
    let names = files(inputs.path())?;
    let cases: [(&[&str], &str); 9] = [
        (&["--json", "a", "--beats", "a"], "another file than the output a"),
        (&["--json", "a", "--beats", "./a"], "another file than the output a"),
        (&["--json", "sub/a", "--click", "sub/../sub/a"], "another file than"),
        (&["--json", "-", "--beats", "-"], "taken by --json"),
        (&["--json", "no/a"], "its folder does not exist"),
        (&["--json", "a/"], "the name of a folder"),
        (&["--json", "sub"], "a folder"),
        (&["--json", "song.wav/a"], "song.wav/a"),
        (&["--json", &"x".repeat(300)], "xxx"),
    ];
    for (args, says) in cases {
        let said = told(&inputs, &[&command("analyze")[..], args, &["--overwrite"]].concat())?;
        let text = stderr(&said);
        assert_eq!(said.status.code(), Some(1), "{args:?}: {text}");
        assert!(text.contains(says), "{args:?}: {text}");
        assert!(said.stdout.is_empty(), "{args:?}: nothing was heard in vain");
        assert_eq!(files(inputs.path())?, names, "{args:?}");
    }
    Ok(())
}

#[test]
fn a_dash_is_the_standard_output_and_nothing_else_goes_there() -> Result<()> {
    let folder = super::folder(4)?;
    let out = |args: &[&str]| -> Result<Vec<u8>> {
        let said = run(folder.path(), args)?;
        assert!(said.status.success(), "{args:?}: {}", stderr(&said));
        Ok(said.stdout)
    };
    let json: serde_json::Value = serde_json::from_slice(&out(&["analyze", "song.wav", "--json", "-"])?)?;
    assert!(json["grid"]["beats"].is_array());
    let beats = String::from_utf8(out(&["analyze", "song.wav", "--beats", "-"])?)?;
    assert!(
        beats.lines().count() > 4 && beats.lines().all(|line| line.contains('\t')),
        "{beats}"
    );
    let sections = String::from_utf8(out(&["analyze", "song.wav", "--sections", "-"])?)?;
    assert!(sections.lines().all(|line| line.split('\t').count() == 3), "{sections}");
    let draft = String::from_utf8(out(&["storyboard", "song.wav", "-o", "-"])?)?;
    phosphene_engine::storyboard::Storyboard::parse("draft.toml", draft.as_bytes())?;
    let still = out(&["explain", "a boat", "--size", "64x36", "-o", "-"])?;
    assert!(still.starts_with(b"\x89PNG"));
    let clicks = out(&["analyze", "song.wav", "--click", "-"])?;
    assert!(clicks.starts_with(b"RIFF") && clicks.len() > 4 * 22_050 * 4);
    let render = [
        "render",
        "song.wav",
        "--generator",
        "test-pattern",
        "--size",
        "64x36",
        "--report",
        "-",
    ];
    let report: serde_json::Value = serde_json::from_slice(&out(&render)?)?;
    assert_eq!(report["video"]["frames"], 96);
    assert!(!folder.path().join("-").exists());
    Ok(())
}

#[test]
#[cfg(target_os = "linux")]
fn devices_and_pipes_are_written_to_as_they_are() -> Result<()> {
    let folder = super::folder(8)?;
    let json = run(folder.path(), &["analyze", "song.wav", "--json", "/dev/stdout"])?;
    serde_json::from_slice::<serde_json::Value>(&json.stdout)?;
    let nothing = run(
        folder.path(),
        &["analyze", "song.wav", "--json", "/dev/null", "--beats", "/dev/null"],
    )?;
    assert!(nothing.status.success(), "{}", stderr(&nothing));
    let full = run(folder.path(), &["analyze", "song.wav", "--json", "/dev/full"])?;
    assert_eq!(full.status.code(), Some(1));
    assert!(stderr(&full).contains("/dev/full"), "{}", stderr(&full));
    let program = env!("CARGO_BIN_EXE_phosphene");
    let sh = |script: &str| -> Result<Output> {
        let mut shell = std::process::Command::new("sh");
        Ok(shell
            .current_dir(folder.path())
            .args(["-c", script, program])
            .output()?)
    };
    let appended = sh("echo first > log; \"$0\" analyze song.wav --beats /dev/stdout >> log; cat log")?;
    let text = String::from_utf8(appended.stdout)?;
    assert!(text.starts_with("first\n") && text.contains('\t'), "{text}");
    let piped = sh("mkfifo pipe; cat pipe > heard & \"$0\" analyze song.wav --click pipe; wait; cat heard")?;
    assert!(
        piped.stdout.windows(4).any(|bytes| bytes == b"WAVE"),
        "{}",
        stderr(&piped)
    );
    let into_song = sh("\"$0\" analyze song.wav --beats - >> song.wav")?;
    assert!(stderr(&into_song).contains("which is read"), "{}", stderr(&into_song));
    assert_eq!(fs::read(folder.path().join("song.wav"))?, clicks(8));
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_link_stays_a_link() -> Result<()> {
    let folder = super::folder(1)?;
    let path = folder.path();
    fs::create_dir(path.join("real"))?;
    std::os::unix::fs::symlink("real/beats.txt", path.join("beats.txt"))?;
    let refused = run(path, &["analyze", "song.wav", "--beats", "beats.txt"])?;
    assert!(stderr(&refused).contains("exists"), "{}", stderr(&refused));
    let args = ["analyze", "song.wav", "--beats", "beats.txt", "--overwrite"];
    for _ in 0..2 {
        let said = run(path, &args)?;
        assert!(said.status.success(), "{}", stderr(&said));
    }
    assert!(fs::symlink_metadata(path.join("beats.txt"))?.is_symlink());
    assert!(fs::metadata(path.join("real/beats.txt"))?.is_file());
    assert_eq!(files(&path.join("real"))?.len(), 1);
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_the_old_file_and_nothing_else() -> Result<()> {
    let folder = super::folder(8)?;
    let path = folder.path();
    fs::write(path.join("old"), "precious")?;
    let names = files(path)?;
    for args in [
        &["analyze", "song.wav", "--json", "old"][..],
        &["analyze", "song.wav", "--plot", "old"],
        &["analyze", "song.wav", "--click", "old"],
        &["storyboard", "song.wav", "-o", "old"],
        &["explain", "a boat", "--size", "192x108", "-o", "old"],
    ] {
        // No file may be longer than a block or two: the system says so in the midst of writing.
        let said = std::process::Command::new("sh")
            .current_dir(path)
            .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\" --overwrite"])
            .arg(env!("CARGO_BIN_EXE_phosphene"))
            .args(args)
            .output()?;
        let text = stderr(&said);
        assert_eq!(said.status.code(), Some(1), "{args:?}: {text}");
        assert!(text.contains("can't write"), "{args:?}: {text}");
        assert_eq!(fs::read(path.join("old"))?, b"precious", "{args:?}");
        assert_eq!(files(path)?, names, "{args:?}");
    }
    Ok(())
}
