//! Songs from files: every format in its place, every damage told, nothing believed that a header claims.

use phosphene_engine::ffmpeg::open_song;
use std::{fs, path::Path};

use phosphene_engine::{
    error::Error,
    song::{Block, Loss, SampleFormat, Samples},
};
use phosphene_tests::{
    Rng,
    songs::{Signal, lag},
};
use tempfile::tempdir;

/// A song read to its end.
pub(crate) struct Heard {
    pub(crate) samples: Vec<f32>,
    pub(crate) channels: usize,
    pub(crate) losses: Vec<Loss>,
}

impl Heard {
    pub(crate) fn left(&self) -> Vec<f32> {
        self.samples.iter().step_by(self.channels).copied().collect()
    }
}

pub(crate) fn hear(path: &Path) -> Result<Heard, Error> {
    let song = open_song(path)?;
    let mut reader = song.reader()?;
    let (mut block, mut floats, mut samples) = (Block::default(), Vec::new(), Vec::new());
    let channels = song.info().channels;
    while reader.read(&mut block)? {
        assert_eq!(block.start.0 as usize * channels, samples.len());
        assert!(!block.is_empty() && block.len() < 1 << 17, "a block of {}", block.len());
        block.f32_into(&mut floats);
        samples.extend_from_slice(&floats);
    }
    assert_eq!(reader.position().0 as usize * channels, samples.len());
    let losses = [song.losses(), &reader.losses()].concat();
    Ok(Heard {
        samples,
        channels,
        losses,
    })
}

/// File ending, encoder, muxer options, how late a player plays it, and how much longer it may be.
type Format = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    i64,
    i64,
);

const FORMATS: [Format; 18] = [
    ("wav", "pcm_s16le", &[], 0, 0),
    ("rf64.wav", "pcm_s16le", &[("rf64", "always")], 0, 0),
    ("w64", "pcm_s16le", &[], 0, 0),
    // Filled up to 8 bytes by less than a sample, which is no damage.
    ("w64", "pcm_s24le", &[], 0, 0),
    ("aiff", "pcm_s16be", &[], 0, 0),
    ("caf", "pcm_s16be", &[], 0, 0),
    ("flac", "flac", &[], 0, 0),
    ("oga", "flac", &[], 0, 0),
    ("m4a", "alac", &[], 0, 0),
    ("mka", "flac", &[], 0, 0),
    ("m4a", "aac", &[], 0, 80),
    ("ogg", "libvorbis", &[], 0, 0),
    ("opus", "libopus", &[], 0, 0),
    ("mp3", "libmp3lame", &[], 0, 0),
    (
        "xing0.mp3",
        "libmp3lame",
        &[("write_xing", "0"), ("id3v2_version", "0")],
        1_105,
        3_000,
    ),
    ("aac", "aac", &[], 1_024, 3_000),
    ("wv", "wavpack", &[], 0, 0),
    ("webm", "libopus", &[], 0, 3_000),
];

#[test]
fn sample_0_is_what_a_player_plays_first_in_every_format() {
    let folder = tempdir().unwrap();
    // An even number: FFmpeg counts a w64's padding to 8 bytes as sound when it writes one.
    let source = Signal::music(48_000, 2, 72_346);
    for (ending, encoder, muxer, late, padding) in FORMATS {
        let path = folder.path().join(format!("{encoder}.{ending}"));
        if let Err(error) = source.write_as(&path, encoder, muxer) {
            println!("SKIPPED {ending} {encoder}: {error}");
            continue;
        }
        let heard = hear(&path).unwrap();
        assert_eq!(lag(&source.left(), &heard.left(), 2_500), late, "{ending} {encoder}");
        let added = heard.samples.len() as i64 / 2 - source.len() as i64;
        assert!(
            (0..=padding).contains(&added),
            "{ending} {encoder}: {added} samples too many"
        );
        assert_eq!(heard.losses, [], "{ending} {encoder}");
        if ["pcm_s16le", "pcm_s16be", "pcm_s24le", "flac", "alac"].contains(&encoder) {
            assert!(heard.samples == source.samples, "{ending} {encoder} is not identical");
        }
    }
}

#[test]
fn samples_keep_the_depth_that_they_are_stored_with() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("song.wav");
    for (bits, rate, channels) in [(16, 8_000, 1), (24, 192_000, 2), (32, 44_100, 8), (0, 96_000, 3)] {
        let mut source = Signal::music(rate, channels, 5_000);
        if bits != 16 {
            source.samples.iter_mut().for_each(|x| *x += 1.0 / 8_388_608.0);
        }
        source.write_wav(&path, bits).unwrap();
        let song = open_song(&path).unwrap();
        let expected = if bits == 0 {
            SampleFormat::F32
        } else {
            SampleFormat::Int { bits: u32::from(bits) }
        };
        assert_eq!((song.info().format, song.info().rate.hz()), (expected, rate));
        assert_eq!((song.info().channels, song.info().claimed_len), (channels, Some(5_000)));
        assert!(
            hear(&path).unwrap().samples == source.samples,
            "{bits} bits are not identical"
        );
    }
}

#[test]
fn every_reader_gives_the_same_samples() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("song.ogg");
    let source = Signal::music(44_100, 2, 50_000);
    source.write_as(&path, "libvorbis", &[]).unwrap();
    let (first, second) = (hear(&path).unwrap(), hear(&path).unwrap());
    assert!(first.samples == second.samples);
}

#[test]
fn a_cut_file_gives_what_is_there_and_says_what_is_missing() {
    let folder = tempdir().unwrap();
    let source = Signal::music(44_100, 2, 200_000);
    for (ending, encoder) in [
        ("wav", "pcm_s16le"),
        ("flac", "flac"),
        ("mp3", "libmp3lame"),
        ("aiff", "pcm_s16be"),
    ] {
        let path = folder.path().join(format!("cut.{ending}"));
        source.write_as(&path, encoder, &[]).unwrap();
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() * 6 / 10]).unwrap();
        let heard = hear(&path).unwrap();
        let len = heard.samples.len() / 2;
        assert!((80_000..160_000).contains(&len), "{ending}: {len} samples");
        assert_eq!(lag(&source.left()[..80_000], &heard.left(), 100), 0, "{ending}");
        assert!(
            heard.losses.iter().any(|loss| loss.what.contains("ends early")),
            "{ending}: {:?}",
            heard.losses
        );
    }
    // An mp4 keeps its index at its end: without it there is nothing to go by.
    let path = folder.path().join("cut.m4a");
    source.write_as(&path, "aac", &[]).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() * 6 / 10]).unwrap();
    let error = hear(&path).err().unwrap().to_string();
    assert!(
        error.contains("cut.m4a") && error.contains("export it again"),
        "{error}"
    );
}

#[test]
fn what_follows_a_damaged_stretch_stays_in_its_place() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hole.flac");
    let source = Signal::music(44_100, 2, 200_000);
    source.write_as(&path, "flac", &[]).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle..middle + 3_000].fill(0x55);
    fs::write(&path, bytes).unwrap();
    let heard = hear(&path).unwrap();
    assert_eq!(heard.samples.len(), source.samples.len());
    assert!(heard.samples[240_000..] == source.samples[240_000..]);
    assert!(!heard.losses.is_empty());
}

#[test]
fn what_is_no_number_becomes_silence_and_is_told() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("nan.wav");
    let mut source = Signal::music(44_100, 2, 5_000);
    source.samples[2_001] = f32::NAN;
    source.samples[7_000] = f32::INFINITY;
    source.write_wav(&path, 0).unwrap();
    let heard = hear(&path).unwrap();
    assert!(heard.samples.iter().all(|x| x.is_finite()));
    let [loss] = &heard.losses[..] else {
        panic!("{:?}", heard.losses)
    };
    assert_eq!(loss.at.0, 1_000);
    assert!(loss.what.starts_with("2 samples were not numbers"), "{}", loss.what);
}

#[test]
fn what_can_not_be_played_is_refused_with_a_remedy() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("empty.wav"), b"").unwrap();
    fs::write(at("text.mp3"), "dear diary, ".repeat(500)).unwrap();
    fs::write(
        at("list.m3u8"),
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nempty.wav\n",
    )
    .unwrap();
    Signal::music(44_100, 2, 0).write_wav(&at("none.wav"), 16).unwrap();
    Signal::music(44_100, 9, 1_000).write_wav(&at("nine.wav"), 16).unwrap();
    Signal::music(4_000, 1, 1_000).write_wav(&at("slow.wav"), 16).unwrap();
    let cases = [
        ("missing.wav", "no such file", "check the name"),
        (".", "it is a folder", "name the sound file"),
        ("empty.wav", "empty", "export or download it again"),
        ("text.mp3", "", "export it again"),
        ("list.m3u8", "", "export it again"),
        ("none.wav", "no sound", "export it again"),
        ("nine.wav", "9 channels", "mix it down"),
        ("slow.wav", "4000 Hz", "8,000 to 192,000"),
    ];
    for (name, reason, remedy) in cases {
        let Some(error @ Error::Song { .. }) = hear(&at(name)).err() else {
            panic!("{name} was taken");
        };
        let text = error.to_string();
        assert!(
            text.contains(name) && text.contains(reason) && text.contains(remedy),
            "{name}: {text}"
        );
    }
}

#[test]
fn sizes_that_a_header_claims_are_not_believed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("pipe.wav");
    let source = Signal::music(44_100, 2, 5_000);
    // What programs write that send a wav through a pipe, and what is simply wrong.
    for (riff, data, losses) in [(u32::MAX, u32::MAX, 0), (0x7fff_0000, 0x7ffe_0000, 1)] {
        source.write_wav(&path, 16).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[4..8].copy_from_slice(&riff.to_le_bytes());
        bytes[40..44].copy_from_slice(&data.to_le_bytes());
        fs::write(&path, bytes).unwrap();
        let heard = hear(&path).unwrap();
        assert!(heard.samples == source.samples);
        assert_eq!(heard.losses.len(), losses, "{:?}", heard.losses);
    }
}

#[test]
fn no_damage_makes_reading_panic_or_hang() {
    let folder = tempdir().unwrap();
    let source = Signal::music(48_000, 2, 12_000);
    let mut random = Rng::with_seed(1);
    let mut next = move |below: usize| random.usize(..below);
    let encoders = [
        ("wav", "pcm_s16le"),
        ("flac", "flac"),
        ("mp3", "libmp3lame"),
        ("ogg", "libvorbis"),
        ("m4a", "aac"),
        ("m4a", "alac"),
        ("opus", "libopus"),
        ("aiff", "pcm_s16be"),
    ];
    for (ending, encoder) in encoders {
        let path = folder.path().join(format!("{encoder}.{ending}"));
        source.write_as(&path, encoder, &[]).unwrap();
        let whole = fs::read(&path).unwrap();
        for round in 0..40 {
            let mut bytes = whole.clone();
            // Half the damage goes where headers are.
            let reach = if round % 2 == 0 {
                bytes.len().min(600)
            } else {
                bytes.len()
            };
            for _ in 0..1 + next(12) {
                let at = next(reach);
                bytes[at] = [0x00, 0xff, 0x7f, next(256) as u8][next(4)];
            }
            if round % 5 == 0 {
                bytes.truncate(1 + next(whole.len()));
            }
            fs::write(&path, &bytes).unwrap();
            if let Ok(heard) = hear(&path) {
                let most = (source.len() + 48_000 * 61) * 8;
                assert!(
                    heard.samples.len() < most,
                    "{ending} {round}: {} samples",
                    heard.samples.len()
                );
            }
        }
    }
}

#[test]
fn whole_numbers_are_left_aligned() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("song.wav");
    Signal {
        rate: 44_100,
        channels: 1,
        samples: vec![0.5, -1.0],
    }
    .write_wav(&path, 24)
    .unwrap();
    let mut block = Block::default();
    assert!(open_song(&path).unwrap().reader().unwrap().read(&mut block).unwrap());
    assert_eq!(block.samples, Samples::I32(vec![1 << 30, i32::MIN]));
}
