//! A song that is another by the time its sound is written.

use phosphene_engine::ffmpeg::open_song;
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{Context, Result};
use phosphene_engine::{
    Error,
    cancel::Cancel,
    listen::{Heard, listen},
    pipeline::Rendered,
    song::Song,
    time::Fps,
};
use phosphene_tests::{film, songs::Signal};
use tempfile::{TempDir, tempdir};

const RATE: u32 = 22_050;
/// Long enough that its end has not been read into any buffer when the first frames are written.
const LEN: usize = 30 * RATE as usize;

/// A song and another, as long and as many bytes.
fn songs() -> Result<(TempDir, PathBuf, PathBuf)> {
    let folder = tempdir()?;
    let (song, other) = (folder.path().join("song.wav"), folder.path().join("other.wav"));
    Signal::clicks(RATE, 1, LEN, &(0..60).map(|i| i * 11_025).collect::<Vec<_>>()).write_wav(&song, 16)?;
    Signal::music(RATE, 1, LEN).write_wav(&other, 16)?;
    Ok((folder, song, other))
}

/// Renders a song that was heard; `meddle` is called once, when the first frame is written.
fn render(
    song: &Song,
    heard: &Heard,
    output: PathBuf,
    meddle: impl Fn() + Sync,
) -> Result<phosphene_engine::Result<Rendered>> {
    let (_, director) = film::direct(&heard.analysis, &["a boat"], Fps::FILM)?;
    let done = AtomicBool::new(false);
    let progress = |_| {
        if !done.swap(true, Ordering::SeqCst) {
            meddle();
        }
    };
    Ok(film::render_pattern(song, &director, (output, Fps::FILM), &progress))
}

/// Overwrites a file's bytes where they are, and sets back its clock, as a fast machine or a coarse clock would.
fn rewrite(song: &Path, other: &Path) {
    let before = fs::metadata(song).unwrap().modified().unwrap();
    let mut file = File::options().write(true).open(song).unwrap();
    file.write_all(&fs::read(other).unwrap()).unwrap();
    file.set_modified(before).unwrap();
}

#[test]
fn a_song_that_changes_while_it_renders_leaves_no_video() -> Result<()> {
    type Meddle = fn(&Path, &Path);
    let ways: [(&str, Meddle, &str); 6] = [
        (
            "replaced",
            |song, other| fs::rename(other, song).unwrap(),
            "another file has its name",
        ),
        ("rewritten", rewrite, "its sound is another than before"),
        (
            "cut off",
            |song, _| {
                File::options()
                    .write(true)
                    .open(song)
                    .unwrap()
                    .set_len(700_000)
                    .unwrap()
            },
            "it was cut off",
        ),
        (
            "added to",
            |song, _| {
                File::options()
                    .append(true)
                    .open(song)
                    .unwrap()
                    .write_all(&[0; 4])
                    .unwrap()
            },
            "it was added to",
        ),
        ("removed", |song, _| fs::remove_file(song).unwrap(), "it was removed"),
        (
            "renamed",
            |song, _| fs::rename(song, song.with_extension("old")).unwrap(),
            "it was removed, or has another name now",
        ),
    ];
    for (way, meddle, says) in ways {
        let (folder, path, other) = songs()?;
        let song = open_song(&path)?;
        let heard = listen(&song, &Cancel::default(), &|_| ())?;
        let output = folder.path().join("v.mov");
        let error = render(&song, &heard, output, || meddle(&path, &other))?
            .err()
            .with_context(|| format!("{way}: it was rendered"))?;
        assert!(matches!(error, Error::Changed { .. }), "{way}: {error}");
        let text = error.to_string();
        assert!(text.contains(says) && text.contains("song.wav"), "{way}: {text}");
        let left: Vec<_> = fs::read_dir(folder.path())?
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with('v'))
            .collect();
        assert!(left.is_empty(), "{way}: {left:?}");
    }
    Ok(())
}

#[test]
fn a_song_that_changes_between_hearing_and_rendering_is_noticed() -> Result<()> {
    let (folder, path, other) = songs()?;
    let song = open_song(&path)?;
    let heard = listen(&song, &Cancel::default(), &|_| ())?;
    rewrite(&path, &other);
    let result = render(&song, &heard, folder.path().join("v.mov"), || ())?;
    assert!(matches!(result, Err(Error::Changed { .. })), "{:?}", result.err());
    fs::rename(&other, &path)?;
    assert!(matches!(song.reader().err(), Some(Error::Changed { .. })));
    Ok(())
}

#[test]
fn a_song_that_changes_while_it_is_heard_is_noticed() -> Result<()> {
    let (_folder, path, _) = songs()?;
    let song = open_song(&path)?;
    let once = AtomicBool::new(false);
    let cut = |_| {
        if !once.swap(true, Ordering::SeqCst) {
            File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_len(700_000)
                .unwrap();
        }
    };
    let error = listen(&song, &Cancel::default(), &cut).unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error}");
    Ok(())
}

#[test]
fn a_song_that_stays_is_rendered() -> Result<()> {
    let (folder, path, _) = songs()?;
    let song = open_song(&path)?;
    let heard = listen(&song, &Cancel::default(), &|_| ())?;
    // Looked at by others, and known by one more name: that changes nothing in it.
    let rendered = render(&song, &heard, folder.path().join("v.mov"), || {
        fs::read(&path).unwrap();
        fs::hard_link(&path, folder.path().join("backup.wav")).unwrap();
    })??;
    assert_eq!(rendered.written.samples, LEN as u64);
    Ok(())
}
