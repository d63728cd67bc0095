//! Names that file systems take and programs stumble over: of songs and of videos.

use phosphene_engine::ffmpeg::open_song;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use phosphene_engine::{
    Result,
    encode::{EncodeSettings, Encoder, Overwrite, VideoQuality, Written, names_aside},
    frame::Frame,
    song::{Block, Song},
    time::Fps,
};
use phosphene_tests::{songs::Signal, video::Decoded};
use tempfile::{TempDir, tempdir};

const LEN: usize = 5_000;

/// Names without their ending.
fn odd_stems() -> Vec<OsString> {
    let mut stems: Vec<OsString> = [
        "-leading dash",
        "per%cent %03d %s",
        "quote's \"and\" `more` $HOME",
        "file:colon: concat:a|b",
        "#hash?query=1&a=2",
        "日本語 ünïcode 🎶",
        "new\nline\ttab",
        "dots.in.name.part",
        " space at both ends ",
        "*[glob]{a,b}",
        "pipe:1",
    ]
    .map(OsString::from)
    .into();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;

        stems.push(OsString::from_vec(b"latin-1 \xE9t\xE9 \xFF".to_vec()));
    }
    // What the longest names of most systems leave beside an ending, and where longer names beside them end.
    stems.extend([230, 236, 237, 238, 241, 242, 246, 251].map(|len| "n".repeat(len).into()));
    stems.push("日".repeat(83).into());
    stems
}

fn named(folder: &Path, stem: &OsString, ending: &str) -> PathBuf {
    let mut name = stem.clone();
    name.push(".");
    name.push(ending);
    folder.join(name)
}

fn settings(output: &Path) -> EncodeSettings {
    EncodeSettings {
        output: output.to_owned(),
        size: "16x16".parse().unwrap(),
        fps: Fps::FILM,
        audio: if output.extension().is_some_and(|ending| ending == "mov") {
            "pcm"
        } else {
            "aac"
        }
        .parse()
        .unwrap(),
        quality: VideoQuality::DRAFT,
        overwrite: Overwrite::Never,
        title: None,
        artist: None,
    }
}

fn encode(output: &Path, song: &Song) -> Result<Written> {
    let settings = settings(output);
    let mut encoder = Encoder::create(&settings, song.info())?;
    let (mut reader, mut block) = (song.reader()?, Block::default());
    while reader.read(&mut block)? {
        encoder.push_audio(&block)?;
    }
    for _ in 0..settings.fps.frames_for(reader.position().0, song.info().rate) {
        encoder.push_frame(&Frame::black(settings.size))?;
    }
    encoder.finish()
}

fn song(folder: &TempDir) -> Song {
    let path = folder.path().join("song.wav");
    Signal::music(44_100, 2, LEN).write_wav(&path, 16).unwrap();
    open_song(path).unwrap()
}

fn listing(folder: &Path) -> Vec<OsString> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    names
}

#[test]
fn videos_have_any_name_that_the_system_takes() {
    let folder = tempdir().unwrap();
    let song = song(&folder);
    for stem in odd_stems() {
        for ending in ["mp4", "mov", "mkv"] {
            let path = named(folder.path(), &stem, ending);
            Encoder::rehearse(&settings(&path), song.info()).unwrap();
            assert_eq!(
                listing(folder.path()),
                ["song.wav"],
                "{}: after the rehearsal",
                path.display()
            );
            let written = encode(&path, &song).unwrap();
            assert_eq!(written.path, path);
            // Read under a plain name: the reader here is FFmpeg's own, which gives some of these characters a meaning.
            let plain = folder.path().join("plain").with_extension(ending);
            fs::rename(&path, &plain).unwrap();
            assert_eq!(Decoded::read(&plain).unwrap().times.len(), 3, "{}", path.display());
            fs::remove_file(plain).unwrap();
            assert_eq!(listing(folder.path()), ["song.wav"], "{}", path.display());
        }
    }
}

#[test]
fn songs_have_any_name_that_the_system_takes() {
    let folder = tempdir().unwrap();
    let signal = Signal::music(44_100, 2, LEN);
    // A file for each of the two ways to read songs.
    for (ending, encoder) in [("wav", "pcm_s16le"), ("m4a", "alac")] {
        let plain = folder.path().join("plain").with_extension(ending);
        signal.write_as(&plain, encoder, &[]).unwrap();
        for stem in odd_stems() {
            let path = named(folder.path(), &stem, ending);
            fs::rename(&plain, &path).unwrap();
            let song = open_song(&path).unwrap();
            let (mut reader, mut block) = (song.reader().unwrap(), Block::default());
            while reader.read(&mut block).unwrap() {}
            assert_eq!(
                (reader.position().0, reader.losses()),
                (LEN as u64, vec![]),
                "{}",
                path.display()
            );
            fs::rename(&path, &plain).unwrap();
        }
    }
}

#[test]
fn folders_have_any_name_too() {
    let folder = tempdir().unwrap();
    let song = song(&folder);
    for stem in odd_stems() {
        let inside = folder.path().join(&stem);
        fs::create_dir(&inside).unwrap();
        encode(&inside.join("v.mov"), &song).unwrap();
        assert_eq!(listing(&inside), ["v.mov"]);
        fs::remove_dir_all(inside).unwrap();
    }
}

/// What [`Encoder::rehearse`] says of an output.
fn refused(output: &Path, overwrite: Overwrite, song: &Song) -> String {
    let settings = EncodeSettings {
        overwrite,
        ..settings(output)
    };
    let rehearsed = Encoder::rehearse(&settings, song.info()).map_err(|error| error.to_string());
    let created = Encoder::create(&settings, song.info())
        .err()
        .map(|error| error.to_string());
    let error = rehearsed
        .err()
        .unwrap_or_else(|| panic!("{} is fine", output.display()));
    assert_eq!(created.as_ref(), Some(&error));
    error
}

#[test]
fn what_no_video_can_be_named_is_refused() {
    let folder = tempdir().unwrap();
    let song = song(&folder);
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder.mp4")).unwrap();
    fs::write(at("file"), "").unwrap();
    let before = listing(folder.path());
    let long = "x".repeat(252) + ".mp4";
    let cases = [
        ("v.mp4/", "name of a folder"),
        ("v.mp4//", "name of a folder"),
        ("v.mp4/.", "name of a folder"),
        ("folder.mp4", "it is a folder"),
        ("folder.mp4/", "folder"),
        ("no/v.mp4", "create the folder first"),
        ("file/v.mp4", "choose another name"),
        (&long, "shorter name"),
    ];
    for (name, says) in cases {
        for overwrite in [Overwrite::Never, Overwrite::Replace] {
            let error = refused(&at(name), overwrite, &song);
            assert!(error.contains(says), "{name}: {error}");
            assert_eq!(listing(folder.path()), before, "{name}");
        }
    }
}

#[test]
fn what_may_not_be_replaced_is_refused() {
    let folder = tempdir().unwrap();
    let song = song(&folder);
    let at = |name: &str| folder.path().join(name);
    fs::write(at("read-only.mp4"), "a film").unwrap();
    let mut permissions = fs::metadata(at("read-only.mp4")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(at("read-only.mp4"), permissions).unwrap();
    let error = refused(&at("read-only.mp4"), Overwrite::Replace, &song);
    assert!(error.contains("may only be read"), "{error}");
    assert_eq!(fs::read(at("read-only.mp4")).unwrap(), b"a film");
    assert!(refused(&at("read-only.mp4"), Overwrite::Never, &song).contains("exists"));
}

#[test]
#[cfg(unix)]
fn links_and_devices_are_known_for_what_they_are() {
    use std::os::unix::fs::symlink;

    let folder = tempdir().unwrap();
    let song = song(&folder);
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("film"), "a film").unwrap();
    symlink("folder", at("to-folder.mp4")).unwrap();
    symlink("/dev/null", at("to-null.mp4")).unwrap();
    symlink("nowhere", at("to-nowhere.mp4")).unwrap();
    symlink("film", at("to-film.mp4")).unwrap();
    symlink("to-itself.mp4", at("to-itself.mp4")).unwrap();
    let cases = [
        ("to-folder.mp4", Overwrite::Replace, "it is a folder"),
        ("to-null.mp4", Overwrite::Replace, "a device"),
        ("to-nowhere.mp4", Overwrite::Never, "exists"),
        ("to-film.mp4", Overwrite::Never, "exists"),
        ("to-itself.mp4", Overwrite::Never, "exists"),
    ];
    for (name, overwrite, says) in cases {
        let error = refused(&at(name), overwrite, &song);
        assert!(error.contains(says), "{name}: {error}");
    }
    // A link that may be replaced is replaced itself.
    for name in ["to-nowhere.mp4", "to-film.mp4", "to-itself.mp4"] {
        let replace = EncodeSettings {
            overwrite: Overwrite::Replace,
            ..settings(&at(name))
        };
        let mut encoder = Encoder::create(&replace, song.info()).unwrap();
        encoder.push_frame(&Frame::black(replace.size)).unwrap();
        encoder.finish().unwrap();
        assert!(fs::symlink_metadata(at(name)).unwrap().is_file(), "{name}");
    }
    assert_eq!(fs::read(at("film")).unwrap(), b"a film");
    assert!(!at("nowhere").exists());
}

#[test]
fn the_song_is_never_what_is_written() {
    let folder = tempdir().unwrap();
    for ending in ["mp4", "mov", "mkv"] {
        let output = folder.path().join("v").with_extension(ending);
        let mut names = names_aside(&output).unwrap().to_vec();
        names.push(output.clone());
        for name in names {
            Signal::music(8_000, 1, 4_000).write_wav(&name, 16).unwrap();
            let before = fs::read(&name).unwrap();
            let error = refused(&output, Overwrite::Replace, &open_song(&name).unwrap());
            assert!(error.contains("the song"), "{}: {error}", name.display());
            assert_eq!(fs::read(&name).unwrap(), before, "{}", name.display());
            fs::remove_file(&name).unwrap();
        }
    }
}

#[test]
#[cfg(unix)]
fn nothing_is_written_through_a_link_beside_the_output() {
    let folder = tempdir().unwrap();
    let song = song(&folder);
    let output = folder.path().join("v.mp4");
    let letter = folder.path().join("letter");
    fs::write(&letter, "dear").unwrap();
    let [part, ready, trial] = names_aside(&output).unwrap();
    std::os::unix::fs::symlink(&letter, &part).unwrap();
    let error = refused(&output, Overwrite::Never, &song);
    assert!(error.contains("in the way"), "{error}");
    fs::remove_file(part).unwrap();
    // The others are only ever a dead run's: they go, and not what they point to.
    for name in [ready, trial] {
        std::os::unix::fs::symlink(&letter, name).unwrap();
    }
    encode(&output, &song).unwrap();
    assert_eq!(fs::read(letter).unwrap(), b"dear");
    assert_eq!(listing(folder.path()), ["letter", "song.wav", "v.mp4"]);
}

#[test]
fn a_rehearsal_leaves_what_an_earlier_run_has_left() {
    let folder = tempdir().unwrap();
    let song = song(&folder);
    let settings = settings(&folder.path().join("v.mp4"));
    fs::write(folder.path().join("v.part.mp4"), "most of a film").unwrap();
    Encoder::rehearse(&settings, song.info()).unwrap();
    assert_eq!(fs::read(folder.path().join("v.part.mp4")).unwrap(), b"most of a film");
    let running = Encoder::create(&settings, song.info()).unwrap();
    let error = Encoder::rehearse(&settings, song.info()).unwrap_err().to_string();
    assert!(error.contains("another run is writing"), "{error}");
    running.abort().unwrap();
    assert_eq!(listing(folder.path()), ["song.wav"]);
}
