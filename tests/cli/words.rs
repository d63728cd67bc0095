//! What is said and printed: clean, quoted for the shell, and no reason to fail when nobody can hear it.

use phosphene_engine::ffmpeg::open_song;
use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result};
use phosphene_engine::clean::is_unseen;

use super::{clicks, folder, phosphene, run, stderr};

const QUICK: [&str; 4] = ["--generator", "test-pattern", "--size", "64x36"];

/// Silence as MPEG 1 layer III at 128 kb/s and 44.1 kHz, with ID3v2.4 texts in UTF-8.
fn mp3(texts: &[(&[u8; 4], &str)]) -> Vec<u8> {
    let sizes = |len: usize| [0, 0, (len >> 7) as u8, (len & 127) as u8];
    let mut tag = Vec::new();
    for (id, text) in texts {
        tag.extend(*id);
        tag.extend(sizes(text.len() + 1));
        tag.extend([0, 0, 3]);
        tag.extend(text.as_bytes());
    }
    let mut file = b"ID3\x04\0\0".to_vec();
    file.extend(sizes(tag.len()));
    file.extend(tag);
    for _ in 0..60 {
        file.extend([0xff, 0xfb, 0x90, 0x64]);
        file.extend([0; 413]);
    }
    file
}

fn titled(title: &str) -> Vec<u8> {
    mp3(&[(b"TIT2", title)])
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(output))
}

fn assert_clean(text: &str) {
    let found = text
        .chars()
        .find(|&c| is_unseen(c) && c != '\n' && c != '\t' && c != '\r');
    assert_eq!(found, None, "{text:?}");
}

fn title_in(draft: &Path) -> Result<String> {
    let text = fs::read_to_string(draft)?;
    let line = text.lines().find(|line| line.starts_with("title = "));
    Ok(line.context("a title")?.to_owned())
}

#[test]
fn tags_and_names_can_not_command_a_terminal() -> Result<()> {
    let folder = folder(1)?;
    let path = folder.path();
    let name = if cfg!(unix) {
        "a\u{1b}[2J\u{202e}b\nc.mp3"
    } else {
        "abc.mp3"
    };
    let title = "\u{1b}[31mRed\u{1b}[0m\u{7} \u{202e}raC\nx";
    fs::write(path.join(name), mp3(&[(b"TIT2", title), (b"TPE1", "Me\u{9b}1mYou")]))?;
    for args in [
        &["analyze", name][..],
        &["storyboard", name, "-o", "d.toml"],
        &["storyboard", name, "-o", "d\u{1b}c.toml"],
        &["storyboard", name, "-o", "-"],
        &[
            "render",
            name,
            "--generator",
            "test-pattern",
            "--size",
            "64x36",
            "-o",
            "v.mp4",
            "--report",
            "r.json",
        ],
        &["render", name, "--generator", "test-pattern", "--size", "64x36"],
        &["render", name, "-o", "v.mp4"],
        &["render", "no\u{1b}[31msuch\u{9b}.wav"],
        &["explain", "a \u{1b}[31mred\u{202e} boat"],
        &["explain", "a \u{1b}[31mred\u{202e} boat", "--json"],
    ] {
        let output = run(path, args)?;
        assert!(!said(&output).contains("panicked"), "{args:?}: {}", said(&output));
        // Where a video is goes to programs byte for byte, when no terminal reads it.
        let said = if args[0] == "render" {
            stderr(&output)
        } else {
            said(&output)
        };
        assert_clean(&said);
    }
    let video = open_song(path.join("v.mp4"))?;
    assert_eq!(video.info().title.as_deref(), Some("Red raC x"));
    assert_eq!(video.info().artist.as_deref(), Some("MeYou"));
    assert_eq!(title_in(&path.join("d.toml"))?, "title = \"Red raC x\"");
    assert_clean(&fs::read_to_string(path.join("r.json"))?);
    Ok(())
}

#[test]
fn titles_end_where_their_words_end() -> Result<()> {
    let folder = folder(1)?;
    let path = folder.path();
    let long = "word ".repeat(60);
    for (file, bytes, title) in [
        ("a.mp3", titled("Song\0\0\0"), "title = \"Song\"".to_owned()),
        ("b.mp3", titled("One\0Two\0\0"), "title = \"One / Two\"".to_owned()),
        ("c.mp3", titled(" \0\0"), "title = \"c\"".to_owned()),
        (
            "d.mp3",
            titled(&long),
            format!("title = \"{}…\"", "word ".repeat(39).trim_end()),
        ),
        ("e.mp3", titled(" \t"), "title = \"e\"".to_owned()),
        ("Vol. 1", clicks(1), "title = \"Vol. 1\"".to_owned()),
        ("Vol. 2.WAV", clicks(1), "title = \"Vol. 2\"".to_owned()),
    ] {
        fs::write(path.join(file), bytes)?;
        let draft = run(path, &["storyboard", file, "-o", "d.toml", "--overwrite"])?;
        assert!(draft.status.success(), "{file}: {}", stderr(&draft));
        assert_eq!(title_in(&path.join("d.toml"))?, title, "{file}");
        let args = [&["render", file, "--storyboard", "d.toml", "--overwrite"], &QUICK[..]].concat();
        let render = run(path, &args)?;
        assert!(render.status.success(), "{file}: {}", stderr(&render));
    }
    assert!(path.join("Vol. 1.mp4").exists() && path.join("Vol. 2.mp4").exists());
    for prompt in [" ", &"x".repeat(2_001)] {
        let refused = run(path, &["storyboard", "e.mp3", "-o", "no.toml", "--prompt", prompt])?;
        assert!(stderr(&refused).contains("a prompt is"), "{}", stderr(&refused));
    }
    assert!(!path.join("no.toml").exists());
    Ok(())
}

#[test]
#[cfg(unix)]
fn printed_commands_do_what_they_say() -> Result<()> {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let names: [&[u8]; 6] = [
        b"it's $(touch pwned) `touch pwned`; touch pwned \"x\" \\ .wav",
        b"a b*?.wav",
        b"-o.wav",
        b"a\x1b[31m\nb!.wav",
        b"caf\xe9 50%.wav",
        "漢字.wav".as_bytes(),
    ];
    for name in names {
        let folder = tempfile::tempdir()?;
        let name = OsStr::from_bytes(name);
        fs::write(folder.path().join(name), clicks(1))?;
        let song = Path::new(".").join(name);
        let song = if name.as_bytes().starts_with(b"-") {
            song.as_os_str()
        } else {
            name
        };
        let mut draft = phosphene(folder.path(), &["storyboard"]);
        let drafted = draft.arg(song).args(["-o", "my board.toml"]).output()?;
        assert!(drafted.status.success(), "{}", stderr(&drafted));
        let said = String::from_utf8(drafted.stdout)?;
        let command = said.lines().last().context("a command")?.trim();
        let script = format!(
            "phosphene() {{ \"$0\" \"$@\" -o v.mp4 {}; }}\n{command}",
            QUICK.join(" ")
        );
        let mut shell = Command::new("sh");
        shell
            .current_dir(folder.path())
            .args(["-c", &script, env!("CARGO_BIN_EXE_phosphene")]);
        let done = shell.output()?;
        assert!(done.status.success(), "{command}: {}", stderr(&done));
        assert!(folder.path().join("v.mp4").exists(), "{command}");
        assert!(!folder.path().join("pwned").exists(), "{command}");
    }
    Ok(())
}

#[test]
fn what_is_wrong_in_a_storyboard_is_said_with_its_line() -> Result<()> {
    let folder = folder(2)?;
    let path = folder.path();
    let board = |scene: &str| format!("[grid]\nbpm = 120.0\nfirst_beat_secs = 0.0\n{scene}");
    let scene = "[[scene]]\nat = '1'\nprompt = 'a boat'\n";
    for (text, says) in [
        (
            board(&format!("{scene}style = 'oyl painting'\n")),
            "b.toml: line 7, scene 1, key `style`: style is \"oyl painting\"; it must be a style: did you mean \"oil painting\"?",
        ),
        (
            board(&format!("{scene}stile = 'oil painting'\n")),
            "b.toml: line 7, scene 1, key `stile`: there is no key `stile`; did you mean `style`?",
        ),
        (
            board(scene).replace("first_beat_secs = 0.0", "first_beat_secs = 100.0"),
            "b.toml: line 3, [grid], key `first_beat_secs`: first_beat_secs is 100; it must be before the song's end, \
             which is 2.000 s in",
        ),
        (
            board(scene).replace("'a boat'", "“a boat”"),
            "b.toml: line 6, scene 1, key `prompt`: “ is a curly quote",
        ),
    ] {
        fs::write(path.join("b.toml"), &text)?;
        let output = run(
            path,
            &["render", "song.wav", "--storyboard", "b.toml", "--size", "64x36"],
        )?;
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
    }
    Ok(())
}

/// Runs the program with its streams as a shell sets them up.
#[cfg(unix)]
fn with_streams(folder: &Path, streams: &str, args: &[&str]) -> Result<Output> {
    let mut shell = Command::new("sh");
    shell.current_dir(folder).stdin(Stdio::null());
    shell.args([
        "-c",
        &format!("\"$0\" \"$@\" {streams}"),
        env!("CARGO_BIN_EXE_phosphene"),
    ]);
    Ok(shell.args(args).output()?)
}

#[test]
#[cfg(unix)]
fn nobody_need_listen() -> Result<()> {
    let folder = folder(1)?;
    let path = folder.path();
    // Cut short, so that there is a warning to be said.
    fs::write(path.join("cut.wav"), &clicks(2)[..70_000])?;
    let render = [&["render", "cut.wav", "-o", "v.mp4", "--overwrite"], &QUICK[..]].concat();
    let right: [&[&str]; 5] = [
        &render,
        &["analyze", "cut.wav"],
        &["storyboard", "cut.wav", "-o", "d.toml", "--overwrite"],
        &["explain", "a boat"],
        &["--help"],
    ];
    let mut broken = vec!["2>&-", ">&- 2>&-", ">&- 2>&- <&-"];
    if cfg!(target_os = "linux") {
        broken.push("2>/dev/full");
    }
    for streams in &broken {
        for args in right {
            let output = with_streams(path, streams, args)?;
            assert_eq!(output.status.code(), Some(0), "{args:?} {streams}: {}", said(&output));
        }
        for (args, code) in [
            (&["render", "none.wav"][..], 1),
            (&["render"], 2),
            (&["takes", "--remove", "x"], 1),
        ] {
            let output = with_streams(path, streams, args)?;
            assert_eq!(
                output.status.code(),
                Some(code),
                "{args:?} {streams}: {}",
                said(&output)
            );
        }
    }
    // A pipe whose reader has gone.
    for streams in ["2>&1 >/dev/null | true", "| true", "2>&1 | true"] {
        let script = format!("({{ \"$0\" \"$@\"; echo $? > code; }} {streams}); cat code");
        let mut shell = Command::new("sh");
        shell
            .current_dir(path)
            .args(["-c", &script, env!("CARGO_BIN_EXE_phosphene")]);
        let output = shell.args(&render).output()?;
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "0\n",
            "{streams}: {}",
            stderr(&output)
        );
    }
    Ok(())
}
