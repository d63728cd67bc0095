//! Videos: written, read back, and compared frame by frame and sample by sample; and what happens when writing fails.

use phosphene_engine::ffmpeg::open_song;
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use phosphene_engine::{
    Result,
    encode::{AudioCodec, EncodeSettings, Encoder, Overwrite, VideoQuality, Written},
    error::Error,
    frame::Frame,
    shell,
    song::{Block, Song},
    time::{Fps, FrameIdx, SamplePos, SampleRate, Size},
};
use phosphene_tests::{
    songs::{Signal, lag},
    video::{BT709_LIMITED, Decoded},
};
use tempfile::{TempDir, tempdir};

const SIZE: &str = "64x48";

fn settings(output: PathBuf, audio: &str, fps: &str) -> EncodeSettings {
    EncodeSettings {
        output,
        size: SIZE.parse().unwrap(),
        fps: fps.parse().unwrap(),
        audio: audio.parse().unwrap(),
        quality: VideoQuality::DRAFT,
        overwrite: Overwrite::Never,
        title: Some("Nach Häuse".to_owned()),
        artist: None,
    }
}

/// Encodes a song with white frames where `white` says so, pushing sound and frames in step.
fn encode(settings: &EncodeSettings, song: &Song, white: impl Fn(FrameIdx) -> bool) -> Result<Written> {
    let mut encoder = Encoder::create(settings, song.info())?;
    let mut reader = song.reader()?;
    let (mut block, mut frame) = (Block::default(), Frame::black(settings.size));
    let (fps, rate) = (settings.fps, song.info().rate);
    let mut next = FrameIdx(0);
    loop {
        let more = reader.read(&mut block)?;
        if more {
            encoder.push_audio(&block)?;
        }
        let until = if more {
            fps.frame_at(reader.position(), rate).0
        } else {
            fps.frames_for(reader.position().0, rate)
        };
        while next.0 < until {
            frame.rgb_mut().fill(if white(next) { 255 } else { 0 });
            encoder.push_frame(&frame)?;
            next.0 += 1;
        }
        if !more {
            return encoder.finish();
        }
    }
}

fn song_of(folder: &TempDir, signal: &Signal, bits: u16) -> Song {
    let path = folder.path().join("song.wav");
    signal.write_wav(&path, bits).unwrap();
    open_song(path).unwrap()
}

fn listing(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn every_click_is_on_its_flash() {
    let folder = tempdir().unwrap();
    // Ending, sound, frame rate, rate, and how far Matroska's milliseconds may put a time stamp off.
    let cases = [
        ("mp4", "aac", "24", 44_100, 0.0),
        ("mp4", "aac", "29.97", 48_000, 0.0),
        ("mp4", "aac", "60", 96_000, 0.0),
        ("mov", "pcm", "23.976", 44_100, 0.0),
        ("mov", "pcm", "25", 48_000, 0.0),
        ("mov", "pcm", "50", 96_000, 0.0),
        ("mkv", "flac", "30", 44_100, 5.1e-4),
        ("mkv", "flac", "59.94", 48_000, 5.1e-4),
        ("mkv", "flac", "24", 96_000, 5.1e-4),
        ("mp4", "alac", "24", 44_100, 0.0),
        ("mp4", "flac", "24", 48_000, 0.0),
        ("mov", "aac", "24", 48_000, 0.0),
        ("mkv", "pcm", "24", 44_100, 5.1e-4),
    ];
    for (ending, audio, fps, hz, slack) in cases {
        let case = format!("{ending} {audio} {fps} {hz}");
        let rate = SampleRate::new(hz).unwrap();
        let fps: Fps = fps.parse().unwrap();
        let len = u64::from(hz) * 3 + 1_234;
        // On the first sample of a frame, in the middle of one, and on its last sample.
        let beats: Vec<u64> = [0, 11, 23, 37, 48, 60]
            .into_iter()
            .enumerate()
            .map(|(i, frame)| {
                let start = fps.first_sample(FrameIdx(frame), rate).0;
                let end = fps.first_sample(FrameIdx(frame + 1), rate).0;
                [start, (start + end) / 2, end - 1][i % 3]
            })
            .collect();
        let song = song_of(&folder, &Signal::clicks(hz, 2, len as usize, &beats), 16);
        let expected: Vec<usize> = beats
            .iter()
            .map(|&beat| fps.frame_at(SamplePos(beat), rate).0 as usize)
            .collect();
        let path = folder.path().join(format!("video.{ending}"));
        let mut settings = settings(path.clone(), audio, &fps.to_string());
        settings.overwrite = Overwrite::Replace;
        let written = encode(&settings, &song, |frame| expected.contains(&(frame.0 as usize))).unwrap();
        let decoded = Decoded::read(&path).unwrap();

        assert_eq!(decoded.flashes(), expected, "{case}");
        for index in 0..decoded.times.len() {
            let exact = index as f64 * f64::from(fps.den()) / f64::from(fps.num());
            let off = (decoded.secs(index) - exact).abs();
            assert!(off <= slack + 1e-9, "{case}: frame {index} is {off} s off");
        }
        assert_eq!(
            (written.frames, written.samples),
            (fps.frames_for(len, rate), len),
            "{case}"
        );
        assert_eq!(decoded.times.len() as u64, written.frames, "{case}");
        assert_eq!((decoded.rate, decoded.channels), (hz, 2), "{case}");
        let source = Signal::clicks(hz, 1, len as usize, &beats).left();
        assert_eq!(lag(&source, &decoded.left(), 2_000), 0, "{case}");
        let padding = decoded.samples.len() / 2 - source.len();
        assert!(
            padding < if audio == "aac" { 1_024 } else { 1 },
            "{case}: {padding} samples too long"
        );
        assert_eq!(decoded.title.as_deref(), Some("Nach Häuse"), "{case}");
    }
}

#[test]
fn lossless_sound_is_identical_to_the_source() {
    let folder = tempdir().unwrap();
    let cases = [
        ("mov", "pcm", 16, 2),
        ("mov", "pcm", 24, 6),
        ("mov", "pcm", 32, 1),
        ("mov", "pcm", 0, 2),
        ("mkv", "pcm", 24, 2),
        ("mkv", "pcm", 0, 8),
        ("mkv", "flac", 24, 2),
        ("mp4", "flac", 16, 1),
        ("mp4", "alac", 24, 3),
        ("mov", "alac", 16, 2),
    ];
    for (ending, audio, bits, channels) in cases {
        let mut signal = Signal::music(48_000, channels, 30_001);
        if bits != 16 {
            // Beyond what 16 bits hold.
            signal.samples.iter_mut().for_each(|x| *x += 1.0 / 8_388_608.0);
        }
        let song = song_of(&folder, &signal, bits);
        let path = folder.path().join(format!("{audio}{bits}-{channels}.{ending}"));
        let written = encode(&settings(path.clone(), audio, "24"), &song, |_| false).unwrap();
        assert_eq!(written.losses, [], "{ending} {audio} {bits}");
        let decoded = Decoded::read(&path).unwrap();
        let source: Vec<f64> = signal.samples.iter().map(|&x| f64::from(x)).collect();
        assert!(
            decoded.samples == source,
            "{ending} {audio} {bits} bits, {channels} channels"
        );
    }
}

#[test]
fn what_a_codec_can_not_hold_is_told() {
    let folder = tempdir().unwrap();
    let mut signal = Signal::music(192_000, 2, 100_000);
    signal.samples[1_000] = 1.5;
    let song = song_of(&folder, &signal, 0);
    let path = folder.path().join("rate.mp4");
    let written = encode(&settings(path.clone(), "aac", "24"), &song, |_| false).unwrap();
    assert!(written.losses[0].what.contains("192000 Hz") && written.losses[0].what.contains("96000 Hz"));
    let decoded = Decoded::read(&path).unwrap();
    assert_eq!(decoded.rate, 96_000);
    let halved: Vec<f32> = signal.left().into_iter().step_by(2).collect();
    assert_eq!(lag(&halved, &decoded.left(), 100), 0);

    let path = folder.path().join("clip.mkv");
    let written = encode(&settings(path, "flac", "24"), &song, |_| false).unwrap();
    let [loss] = &written.losses[..] else {
        panic!("{:?}", written.losses)
    };
    assert!(
        loss.at == SamplePos(500) && loss.what.contains("1 samples beyond full scale"),
        "{loss:?}"
    );
}

#[test]
fn the_picture_is_tagged_and_coded_for_players() {
    let folder = tempdir().unwrap();
    let song = song_of(&folder, &Signal::music(44_100, 1, 44_100 * 7), 16);
    let path = folder.path().join("video.mp4");
    // Flashes tempt an encoder to begin new pictures everywhere.
    encode(&settings(path.clone(), "aac", "24"), &song, |frame| frame.0 % 7 == 3).unwrap();
    let decoded = Decoded::read(&path).unwrap();
    assert_eq!((decoded.colours, decoded.size), (BT709_LIMITED, (64, 48)));
    assert!(
        decoded
            .luma
            .iter()
            .all(|&y| (y - 16.0).abs() < 1.5 || (y - 235.0).abs() < 1.5),
        "{:?}",
        decoded.luma
    );
    assert!(
        decoded.keyframes.windows(2).all(|pair| pair[1] - pair[0] <= 48),
        "{:?}",
        decoded.keyframes
    );
    let bytes = fs::read(&path).unwrap();
    let find = |name: &[u8]| bytes.windows(4).position(|window| window == name).unwrap();
    assert!(find(b"moov") < find(b"mdat"), "the index must come first");
    assert_eq!(listing(folder.path()), ["song.wav", "video.mp4"]);
}

#[test]
fn two_runs_write_the_same_bytes() {
    let folder = tempdir().unwrap();
    let song = song_of(&folder, &Signal::music(44_100, 2, 100_000), 16);
    for (ending, audio) in [("mp4", "aac"), ("mov", "pcm"), ("mkv", "flac")] {
        let runs = ["first", "second"].map(|name| {
            let path = folder.path().join(format!("{name}.{ending}"));
            encode(&settings(path.clone(), audio, "24"), &song, |frame| frame.0 % 5 == 0).unwrap();
            fs::read(path).unwrap()
        });
        assert!(runs[0] == runs[1], "{ending}");
    }
}

#[test]
fn what_can_not_be_written_is_refused_before_any_work() {
    let folder = tempdir().unwrap();
    let song = song_of(&folder, &Signal::music(44_100, 2, 1_000), 16);
    let at = |name: &str| folder.path().join(name);
    fs::write(at("there.mp4"), "a film").unwrap();
    fs::create_dir(at("folder.mkv")).unwrap();
    let before = listing(folder.path());
    let long = format!("{}.mp4", "x".repeat(300));
    let cases = [
        ("there.mp4", "aac", "exists; give --overwrite"),
        ("folder.mkv", "aac", "it is a folder"),
        ("video.avi", "aac", "does not end in .mp4, .mov or .mkv"),
        ("video", "aac", "does not end in .mp4, .mov or .mkv"),
        ("video.mp4", "pcm", "name it .mov or .mkv"),
        ("video.mov", "flac", "name it .mkv or .mp4"),
        ("nowhere/video.mp4", "aac", "create the folder first"),
        ("there.mp4/video.mp4", "aac", "choose another name"),
        (&long, "aac", "name with -o"),
    ];
    for (name, audio, says) in cases {
        let error = encode(&settings(at(name), audio, "24"), &song, |_| false)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(says) && error.contains(&at(name).display().to_string()),
            "{name}: {error}"
        );
        assert_eq!(listing(folder.path()), before, "{name}");
    }
    assert_eq!(fs::read(at("there.mp4")).unwrap(), b"a film");
    assert!(
        "opus"
            .parse::<AudioCodec>()
            .unwrap_err()
            .to_string()
            .contains("aac, pcm, flac or alac")
    );
}

#[test]
fn a_second_run_does_not_disturb_the_first() {
    let folder = tempdir().unwrap();
    let song = song_of(&folder, &Signal::music(44_100, 2, 1_000), 16);
    let settings = settings(folder.path().join("video.mp4"), "aac", "24");
    let first = Encoder::create(&settings, song.info()).unwrap();
    let error = Encoder::create(&settings, song.info()).err().unwrap().to_string();
    assert!(error.contains("another run is writing"), "{error}");
    first.abort().unwrap();
    assert_eq!(listing(folder.path()), ["song.wav"]);
}

#[test]
fn an_output_that_appears_meanwhile_is_kept() {
    let folder = tempdir().unwrap();
    let song = song_of(&folder, &Signal::music(44_100, 2, 10_000), 16);
    for (ending, overwrite) in [
        ("mp4", Overwrite::Never),
        ("mkv", Overwrite::Never),
        ("mp4", Overwrite::Replace),
    ] {
        let path = folder.path().join(format!("video.{ending}"));
        let mut settings = settings(path.clone(), "aac", "24");
        settings.overwrite = overwrite;
        let mut encoder = Encoder::create(&settings, song.info()).unwrap();
        encoder.push_frame(&Frame::black(settings.size)).unwrap();
        let mut block = Block::default();
        song.reader().unwrap().read(&mut block).unwrap();
        encoder.push_audio(&block).unwrap();
        fs::write(&path, "a film").unwrap();
        match (overwrite, encoder.finish()) {
            (Overwrite::Never, Err(Error::OutputExists { .. })) => assert_eq!(fs::read(&path).unwrap(), b"a film"),
            (Overwrite::Replace, Ok(_)) => assert_eq!(Decoded::read(&path).unwrap().times.len(), 1),
            (_, result) => panic!("{result:?}"),
        }
        fs::remove_file(&path).unwrap();
    }
}

/// Not a test by itself: what [`start_child`] runs in a process of its own, to be killed or to hit a limit.
#[test]
fn child_process() {
    let Some(output) = std::env::var_os("PHOSPHENE_TEST_OUTPUT") else {
        return;
    };
    let output = PathBuf::from(output);
    let song = open_song(output.with_file_name("song.wav")).unwrap();
    let audio = if output.extension().is_some_and(|ending| ending == "mp4") {
        "aac"
    } else {
        "pcm"
    };
    let result = encode(&settings(output, audio, "24"), &song, |frame| frame.0 % 3 == 0);
    println!("RESULT {result:?}");
    if let Err(error) = result {
        println!("ERROR {error}");
    }
}

fn start_child(output: &Path, shell: &str) -> Child {
    Command::new("sh")
        .args([
            "-c",
            &format!("{shell} exec \"$0\" --exact encode::child_process --nocapture"),
        ])
        .arg(std::env::current_exe().unwrap())
        .env("PHOSPHENE_TEST_OUTPUT", output)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_run_leaves_a_part_that_plays_and_no_more() {
    let folder = tempdir().unwrap();
    song_of(&folder, &Signal::music(44_100, 2, 44_100 * 600), 16);
    for ending in ["mp4", "mov", "mkv"] {
        let path = folder.path().join(format!("video.{ending}"));
        let part = path.with_extension(format!("part.{ending}"));
        let mut child = start_child(&path, "");
        while fs::metadata(&part).map_or(0, |meta| meta.len()) < 400_000 {
            assert!(child.try_wait().unwrap().is_none(), "{ending}: it ended too soon");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(
            listing(folder.path()),
            ["song.wav".to_owned(), format!("video.part.{ending}")]
        );
        let played = Decoded::read_part(&part).unwrap();
        assert!(
            played.times.len() > 24 && played.samples.len() > 44_100 * 2,
            "{ending}: {}",
            played.times.len()
        );
        // The next run may replace it, but nothing else of that name: not even a finished video of ours.
        let audio = if ending == "mp4" { "aac" } else { "pcm" };
        let (song, short) = (open_song(folder.path().join("song.wav")).unwrap(), tempdir().unwrap());
        let settings = settings(path, audio, "24");
        Encoder::rehearse(&settings, song.info()).unwrap();
        let short_song = song_of(&short, &Signal::music(44_100, 2, 44_100), 16);
        let finished = short.path().join(format!("finished.{ending}"));
        encode(&self::settings(finished.clone(), audio, "24"), &short_song, |_| true).unwrap();
        for bytes in [fs::read(finished).unwrap(), vec![b'n'; 5_000]] {
            fs::write(&part, &bytes).unwrap();
            for error in [
                Encoder::rehearse(&settings, song.info()).unwrap_err(),
                Encoder::create(&settings, song.info()).err().unwrap(),
            ] {
                let error = error.to_string();
                assert!(error.contains("is in the way") && error.contains("move it"), "{error}");
            }
            assert_eq!(fs::read(&part).unwrap(), bytes, "{ending}");
        }
        fs::remove_file(part).unwrap();
    }
}

/// What a child says went wrong, under a shell that sets limits.
fn error_under(output: &Path, shell: &str) -> String {
    let mut child = start_child(output, shell);
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    let error = said.lines().find(|line| line.starts_with("ERROR"));
    error.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn a_disk_that_takes_no_more_is_told_with_the_way_to_recover() {
    let folder = tempdir().unwrap();
    song_of(&folder, &Signal::music(44_100, 2, 44_100 * 20), 16);
    for ending in ["mp4", "mov", "mkv"] {
        let path = folder.path().join(format!("video.{ending}"));
        let part = path.with_extension(format!("part.{ending}"));
        // A limit on the size of files stands for a full disk: the system's answer comes on the same way.
        let error = error_under(&path, "trap '' XFSZ; ulimit -f 300;");
        let recover = format!("ffmpeg -i {} -c copy", shell::quoted(&part));
        assert!(
            error.contains("choose another disk with -o") && error.contains(&recover),
            "{error}"
        );
        assert_eq!(
            listing(folder.path()),
            ["song.wav".to_owned(), format!("video.part.{ending}")]
        );
        assert!(Decoded::read_part(&part).unwrap().times.len() > 12, "{ending}");
        fs::remove_file(part).unwrap();
    }
}

#[test]
fn a_disk_that_takes_nothing_is_told_before_any_work() {
    let folder = tempdir().unwrap();
    song_of(&folder, &Signal::music(44_100, 2, 44_100), 16);
    for ending in ["mp4", "mov", "mkv"] {
        let path = folder.path().join(format!("video.{ending}"));
        // A kibibyte at most: less than the trial needs.
        let error = error_under(&path, "trap '' XFSZ; ulimit -f 1;");
        assert!(
            error.contains("choose another disk with -o") && !error.contains("done so far"),
            "{error}"
        );
        assert_eq!(listing(folder.path()), ["song.wav"]);
    }
}

#[test]
fn a_frame_of_another_size_is_refused() {
    let folder = tempdir().unwrap();
    let song = song_of(&folder, &Signal::music(44_100, 2, 1_000), 16);
    let settings = settings(folder.path().join("video.mp4"), "aac", "24");
    let mut encoder = Encoder::create(&settings, song.info()).unwrap();
    let error = encoder.push_frame(&Frame::black(Size::HD)).unwrap_err().to_string();
    assert!(error.contains("1280x720") && error.contains(SIZE), "{error}");
    encoder.abort().unwrap();
}
