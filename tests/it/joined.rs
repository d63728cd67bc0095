//! Songs as the world has them: joined, cut from broadcasts, wrongly counted, tagged in odd places, edited, big-endian.

use phosphene_engine::ffmpeg::open_song;
use std::{fs, path::Path};

use phosphene_engine::song::SampleFormat;
use phosphene_tests::songs::{Signal, lag};
use tempfile::{TempDir, tempdir};

use crate::song::{Heard, hear};

/// Two songs that are not alike, as files of a kind; nothing where FFmpeg lacks the encoder.
struct Pair {
    folder: TempDir,
    songs: [Signal; 2],
    bytes: [Vec<u8>; 2],
    ending: &'static str,
}

impl Pair {
    fn new(encoder: &str, ending: &'static str, shapes: [(u32, usize); 2]) -> Option<Self> {
        let folder = tempdir().unwrap();
        let [first, second] = shapes;
        let mut songs = [
            Signal::music(first.0, first.1, 80_346),
            Signal::music(second.0, second.1, 60_348),
        ];
        // Another song, not another copy: it begins elsewhere.
        songs[1].samples.drain(..4_001 * second.1);
        let path = folder.path().join(format!("part.{ending}"));
        // Ogg's pages are short, so that there are some to lose.
        let muxer = [("page_duration", "200000")];
        let muxer = if ["ogg", "oga", "opus"].contains(&ending) {
            &muxer[..]
        } else {
            &[]
        };
        let write = |song: &Signal| {
            song.write_as(&path, encoder, muxer)
                .map_err(|error| println!("SKIPPED {ending} {encoder}: {error}"))
                .ok()?;
            fs::read(&path).ok()
        };
        let bytes = [write(&songs[0])?, write(&songs[1])?];
        Some(Self {
            folder,
            songs,
            bytes,
            ending,
        })
    }

    fn hear(&self, bytes: &[u8]) -> Heard {
        let path = self.folder.path().join(format!("song.{}", self.ending));
        fs::write(&path, bytes).unwrap();
        hear(&path).unwrap()
    }
}

const ALIKE: [(u32, usize); 2] = [(44_100, 2), (44_100, 2)];

/// An ID3v2 tag that is full of what looks like MP3 frames.
fn id3v2() -> Vec<u8> {
    [
        b"ID3\x04\0\0\0\0\x1f\x20".as_slice(),
        &[0xff, 0xfb, 0x90, 0x64].repeat(1_000),
    ]
    .concat()
}

fn id3v1() -> Vec<u8> {
    [b"TAG".as_slice(), &[b'x'; 125]].concat()
}

fn ape() -> Vec<u8> {
    let foot = |flags: u8| {
        let numbers = [2_000u32, 40 + 32, 1].map(u32::to_le_bytes).concat();
        [b"APETAGEX".as_slice(), &numbers, &[0, 0, 0, flags], &[0; 8]].concat()
    };
    [foot(0xa0), vec![1; 40], foot(0x80)].concat()
}

#[test]
fn mp3_songs_that_are_joined_are_all_played() {
    let Some(pair) = Pair::new("libmp3lame", "mp3", ALIKE) else {
        return;
    };
    let [a, b] = &pair.bytes;
    let between = [ape(), id3v1(), id3v2()].concat();
    for (name, bytes) in [
        ("joined", [a.as_slice(), b].concat()),
        ("with tags", [a, between.as_slice(), b, &id3v1()].concat()),
        ("three", [a.as_slice(), b, a].concat()),
    ] {
        let heard = pair.hear(&bytes);
        let left = heard.left();
        assert_eq!(lag(&pair.songs[0].left(), &left, 2_500), 0, "{name}");
        // The second one's own delay and padding stay, as in browsers; its header's frame is no sound.
        let behind = &left[pair.songs[0].len()..];
        let late = lag(&pair.songs[1].left(), behind, 4_000);
        assert!((1_105..1_105 + 1_152).contains(&late), "{name}: {late}");
        let songs = if name == "three" { 3 } else { 2 };
        let sound = pair.songs[0].len() * (songs - 1) + pair.songs[1].len();
        assert!(
            (sound..sound + songs * 2_304).contains(&left.len()),
            "{name}: {}",
            left.len()
        );
        assert_eq!(heard.losses, [], "{name}");
    }
}

#[test]
fn what_an_mp3_header_counts_is_not_believed() {
    let Some(pair) = Pair::new("libmp3lame", "mp3", ALIKE) else {
        return;
    };
    let song = &pair.songs[0];
    let at = pair.bytes[0]
        .windows(4)
        .position(|word| word == b"Xing" || word == b"Info")
        .unwrap()
        + 8;
    let count = u32::from_be_bytes(pair.bytes[0][at..at + 4].try_into().unwrap());
    for frames in [0, 1, count / 3, count - 1, count, count + 1, 3 * count] {
        let mut bytes = pair.bytes[0].clone();
        bytes[at..at + 4].copy_from_slice(&frames.to_be_bytes());
        let heard = pair.hear(&bytes);
        assert_eq!(lag(&song.left(), &heard.left(), 2_500), 0, "{frames} of {count}");
        let more = heard.left().len() as i64 - song.len() as i64;
        assert!((0..2_304).contains(&more), "{frames} of {count}: {more}");
        assert!(frames != count || more == 0, "the padding is known");
        assert_eq!(heard.losses, [], "{frames} of {count}");
    }
    let cut = &pair.bytes[0][..pair.bytes[0].len() / 2];
    let losses = pair.hear(cut).losses;
    assert!(losses.iter().any(|loss| loss.what.contains("ends early")), "{losses:?}");
}

#[test]
fn tags_and_junk_between_mp3_frames_are_no_sound() {
    let Some(pair) = Pair::new("libmp3lame", "mp3", ALIKE) else {
        return;
    };
    let whole = &pair.bytes[0];
    let clean = pair.hear(whole).samples;
    // FFmpeg writes an ID3v2 tag first; frames of 192 kb/s follow.
    let frame = |from: usize| {
        let next = whole[from..].windows(2).position(|word| word == [0xff, 0xfb]);
        from + next.unwrap()
    };
    let middle = (0..60).fold(frame(0), |at, _| {
        let padding = usize::from(whole[at + 2] >> 1 & 1);
        at + 144 * 192_000 / 44_100 + padding
    });
    for (what, between, told) in [
        ("a tag", id3v2(), 0),
        ("zeros", vec![0; 5_000], 0),
        ("junk", (0..=255).cycle().take(3_000).collect(), 1),
    ] {
        let heard = pair.hear(&[&whole[..middle], between.as_slice(), &whole[middle..]].concat());
        assert!(heard.samples == clean, "{what}");
        assert_eq!(heard.losses.len(), told, "{what}: {:?}", heard.losses);
    }
    for (what, before, behind) in [
        ("an ID3v1 tag", vec![], id3v1()),
        ("an APE tag", vec![], [ape(), id3v1()].concat()),
        ("tags in front", [id3v2(), id3v2()].concat(), vec![]),
    ] {
        let heard = pair.hear(&[before.as_slice(), whole, &behind].concat());
        assert!(heard.samples == clean && heard.losses.is_empty(), "{what}");
    }
}

#[test]
fn another_rate_behind_the_join_is_converted_and_told() {
    for (encoder, ending) in [("libmp3lame", "mp3"), ("libvorbis", "ogg"), ("flac", "oga")] {
        for other in [(22_050, 2), (48_000, 1)] {
            let Some(pair) = Pair::new(encoder, ending, [(44_100, 2), other]) else {
                continue;
            };
            let heard = pair.hear(&pair.bytes.concat());
            assert_eq!(heard.channels, 2);
            let own = pair.songs[0].len();
            let converted = pair.songs[1].len() * 44_100 / other.0 as usize;
            let len = heard.left().len();
            assert!(
                (own + converted..own + converted + 5_000).contains(&len),
                "{ending} {other:?}: {len}"
            );
            let [loss] = heard.losses.as_slice() else {
                panic!("{ending} {other:?}: {:?}", heard.losses)
            };
            assert!(loss.what.contains(&format!("{} Hz", other.0)), "{}", loss.what);
            assert!(loss.at.0 as usize >= own && loss.at.0 as usize <= own + 1_152);
            let power = |samples: &[f32]| samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32;
            let (before, behind) = heard.samples.split_at(2 * own);
            let ratio = power(behind) / power(before);
            assert!((0.7..1.4).contains(&ratio), "{ending} {other:?}: {ratio}");
        }
    }
}

#[test]
fn chained_ogg_streams_are_all_played() {
    for (encoder, ending, shape) in [
        ("libvorbis", "ogg", (44_100, 2)),
        ("flac", "oga", (44_100, 2)),
        ("libopus", "opus", (48_000, 2)),
    ] {
        let Some(pair) = Pair::new(encoder, ending, [shape; 2]) else {
            continue;
        };
        let alone = [pair.hear(&pair.bytes[0]), pair.hear(&pair.bytes[1])];
        let whole = pair.hear(&[pair.bytes.concat(), pair.bytes[0].clone()].concat());
        let expected = [
            alone[0].samples.clone(),
            alone[1].samples.clone(),
            alone[0].samples.clone(),
        ]
        .concat();
        assert!(
            whole.samples == expected,
            "{ending}: {} for {}",
            whole.samples.len(),
            expected.len()
        );
        assert_eq!(whole.losses, [], "{ending}");
    }
    let (Some(vorbis), Some(opus)) = (
        Pair::new("libvorbis", "ogg", [(48_000, 2); 2]),
        Pair::new("libopus", "opus", [(48_000, 2); 2]),
    ) else {
        return;
    };
    let mixed = vorbis.hear(&[vorbis.bytes[0].as_slice(), &opus.bytes[1]].concat());
    let expected = [vorbis.hear(&vorbis.bytes[0]).samples, opus.hear(&opus.bytes[1]).samples].concat();
    assert!(mixed.samples == expected && mixed.losses.is_empty());
}

/// An Ogg file's pages.
fn pages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let segments = usize::from(rest[26]);
        let body: usize = rest[27..27 + segments].iter().map(|&size| usize::from(size)).sum();
        let (page, behind) = rest.split_at(27 + segments + body);
        pages.push(page.to_vec());
        rest = behind;
    }
    pages
}

/// The page with its sound `by` samples later.
fn moved(mut page: Vec<u8>, by: i64) -> Vec<u8> {
    let at = i64::from_le_bytes(page[6..14].try_into().unwrap());
    if at > 0 {
        page[6..14].copy_from_slice(&(at + by).to_le_bytes());
        page[22..26].fill(0);
        let sum = page.iter().fold(0u32, |sum, &byte| {
            let mixed = sum ^ u32::from(byte) << 24;
            (0..8).fold(mixed, |sum, _| sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 })
        });
        page[22..26].copy_from_slice(&sum.to_le_bytes());
    }
    page
}

#[test]
fn an_ogg_that_was_cut_from_a_broadcast_begins_at_once() {
    for (encoder, ending, rate) in [
        ("libvorbis", "ogg", 44_100),
        ("flac", "oga", 44_100),
        ("libopus", "opus", 48_000),
    ] {
        let Some(pair) = Pair::new(encoder, ending, [(rate, 2); 2]) else {
            continue;
        };
        let whole = pair.hear(&pair.bytes[0]).samples;
        for secs in [2, 50, 40_000] {
            let later = pages(&pair.bytes[0])
                .into_iter()
                .map(|page| moved(page, secs * i64::from(rate)));
            let heard = pair.hear(&later.collect::<Vec<_>>().concat());
            assert!(
                heard.samples == whole,
                "{ending} {secs}: {} for {}",
                heard.samples.len(),
                whole.len()
            );
            assert_eq!(heard.losses, [], "{ending} {secs}");
        }
        // Without its first page of sound.
        let mut sound = 0;
        let cut = pages(&pair.bytes[0]).into_iter().filter(|page| {
            let placed = i64::from_le_bytes(page[6..14].try_into().unwrap()) > 0;
            sound += u32::from(placed);
            !(placed && sound == 1)
        });
        let heard = pair.hear(&cut.collect::<Vec<_>>().concat());
        let lost = (whole.len() - heard.samples.len()) / 2;
        assert!(
            lost > 0 && heard.losses.is_empty(),
            "{ending}: {lost}, {:?}",
            heard.losses
        );
        // Opus takes a while to forget what it has not heard.
        let tail = 5_000;
        let (all, cut) = (
            &whole[whole.len() - tail..],
            &heard.samples[heard.samples.len() - tail..],
        );
        let off = all.iter().zip(cut).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 0.01, "{ending}: {off}");
    }
}

#[test]
fn tags_and_junk_behind_a_flac_cost_nothing() {
    let Some(pair) = Pair::new("flac", "flac", ALIKE) else {
        return;
    };
    let whole = &pair.bytes[0];
    for (what, before, behind) in [
        ("ID3v1", vec![], id3v1()),
        ("ID3v2 and ID3v1", id3v2(), id3v1()),
        ("APE", vec![], ape()),
        ("APE and ID3v1", vec![], [ape(), id3v1()].concat()),
        ("ID3v2 behind", vec![], id3v2()),
        ("junk", vec![], (0..=255).cycle().take(3_000).collect()),
    ] {
        let heard = pair.hear(&[before.as_slice(), whole, &behind].concat());
        assert!(
            heard.samples == pair.songs[0].samples,
            "{what}: {} samples",
            heard.samples.len()
        );
        assert_eq!(heard.losses, [], "{what}");
    }
    let joined = pair.hear(&[whole.as_slice(), &id3v1(), &pair.bytes[1]].concat());
    assert!(joined.samples == [&pair.songs[0].samples[..], &pair.songs[1].samples].concat());
}

/// An m4a with another edit list: lengths in the movie's unit, and places in the sound's.
fn edited(bytes: &[u8], edits: &[(u32, i32)]) -> Vec<u8> {
    let at = bytes.windows(4).position(|word| word == b"elst").unwrap() - 4;
    let u32_at = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let entries = edits
        .iter()
        .flat_map(|(len, place)| [len.to_be_bytes(), place.to_be_bytes(), [0, 1, 0, 0]].concat());
    let mut list = [
        16 + 12 * edits.len() as u32,
        u32::from_be_bytes(*b"elst"),
        0,
        edits.len() as u32,
    ]
    .map(u32::to_be_bytes)
    .concat();
    list.extend(entries);
    let grown = list.len() as u32 - u32_at(at);
    let mut bytes = [&bytes[..at], &list, &bytes[at + u32_at(at) as usize..]].concat();
    // The boxes around it have grown as well.
    for name in [b"moov", b"trak", b"edts"] {
        let place = bytes.windows(4).position(|word| word == name).unwrap() - 4;
        let len = u32::from_be_bytes(bytes[place..place + 4].try_into().unwrap());
        bytes[place..place + 4].copy_from_slice(&(len + grown).to_be_bytes());
    }
    bytes
}

#[test]
fn edit_lists_are_obeyed() {
    let folder = tempdir().unwrap();
    let song = Signal::music(44_100, 2, 80_346);
    let path = folder.path().join("song.m4a");
    for (encoder, delay) in [("aac", 1_024), ("alac", 0)] {
        song.write_as(&path, encoder, &[]).unwrap();
        let whole = fs::read(&path).unwrap();
        for (edits, late) in [
            (vec![(1_822, delay)], 0),
            (vec![(0, delay)], 0),
            (vec![(1_000, -1), (1_822, delay)], 44_100),
            (vec![(20, -1), (1_822, delay)], 882),
        ] {
            if !whole.windows(4).any(|word| word == b"elst") {
                continue; // Nothing to edit.
            }
            fs::write(&path, edited(&whole, &edits)).unwrap();
            let heard = hear(&path).unwrap();
            let left = heard.left();
            assert_eq!(lag(&song.left(), &left[late..], 1_100), 0, "{encoder} {edits:?}");
            assert!(left[..late].iter().all(|&x| x == 0.0), "{encoder} {edits:?}");
            assert_eq!(heard.losses, [], "{encoder} {edits:?}");
        }
    }
    // Fragments, as recorders write them: their list tells no length.
    let muxer = [
        ("movflags", "frag_keyframe+empty_moov+delay_moov"),
        ("frag_duration", "300000"),
    ];
    song.write_as(&path, "aac", &muxer).unwrap();
    let heard = hear(&path).unwrap();
    assert_eq!(lag(&song.left(), &heard.left(), 2_500), 0);
    assert_eq!(heard.losses, []);
}

#[test]
fn alac_keeps_its_depth_in_every_container() {
    let folder = tempdir().unwrap();
    let mut song = Signal::music(44_100, 2, 20_000);
    // FFmpeg's encoder takes 24 bits first.
    song.samples.iter_mut().for_each(|x| *x += 1.0 / 8_388_608.0);
    for ending in ["caf", "m4a", "mov", "mka"] {
        let path = folder.path().join(format!("song.{ending}"));
        song.write_as(&path, "alac", &[]).unwrap();
        let opened = open_song(&path).unwrap();
        assert_eq!(opened.info().format, SampleFormat::Int { bits: 24 }, "{ending}");
        let heard = hear(&path).unwrap();
        assert!(heard.samples == song.samples, "{ending} is not identical");
        assert_eq!(heard.losses, [], "{ending}");
    }
}

/// A big-endian wav; `bits` as in [`Signal::write_wav`].
fn write_rifx(path: &Path, song: &Signal, bits: u16) {
    let bytes = if bits == 0 { 4 } else { usize::from(bits) / 8 };
    let (rate, align) = (song.rate, (song.channels * bytes) as u32);
    let sample = |x: &f32| match bits {
        0 => x.to_be_bytes().to_vec(),
        8 => vec![(f64::from(*x) * 128.0 + 128.0) as u8],
        _ => {
            let scaled = (f64::from(*x) * 2_147_483_648.0) as i32;
            scaled.to_be_bytes()[..bytes].to_vec()
        }
    };
    let data: Vec<u8> = song.samples.iter().flat_map(sample).collect();
    let u16s = |values: &[u16]| values.iter().flat_map(|x| x.to_be_bytes()).collect::<Vec<u8>>();
    let u32s = |values: &[u32]| values.iter().flat_map(|x| x.to_be_bytes()).collect::<Vec<u8>>();
    let tag = if bits == 0 { 3 } else { 1 };
    let format = [
        u16s(&[tag, song.channels as u16]),
        u32s(&[rate, rate * align]),
        u16s(&[align as u16, bytes as u16 * 8]),
    ];
    let chunks = [
        b"LIST".to_vec(),
        u32s(&[5]),
        b"INFOx\0".to_vec(),
        b"fmt ".to_vec(),
        u32s(&[16]),
        format.concat(),
        b"data".to_vec(),
        u32s(&[data.len() as u32]),
        data,
    ];
    let body = chunks.concat();
    let whole = [b"RIFX".to_vec(), u32s(&[body.len() as u32 + 4]), b"WAVE".to_vec(), body];
    fs::write(path, whole.concat()).unwrap();
}

#[test]
fn big_endian_wavs_are_read_right() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("song.wav");
    for (bits, channels) in [(8, 1), (16, 2), (24, 6), (32, 2), (0, 2)] {
        let mut song = Signal::music(48_000, channels, 9_999);
        if bits == 8 {
            song.samples.iter_mut().for_each(|x| *x = (*x * 128.0).round() / 128.0);
        }
        write_rifx(&path, &song, bits);
        let expected = if bits == 0 {
            SampleFormat::F32
        } else {
            SampleFormat::Int { bits: u32::from(bits) }
        };
        let opened = open_song(&path).unwrap();
        assert_eq!(
            (opened.info().format, opened.info().claimed_len),
            (expected, Some(9_999))
        );
        let heard = hear(&path).unwrap();
        assert!(heard.samples == song.samples && heard.losses.is_empty(), "{bits} bits");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let losses = hear(&path).unwrap().losses;
        assert!(losses.iter().any(|loss| loss.what.contains("ends early")), "{losses:?}");
    }
    let mut unknown = fs::read(&path).unwrap();
    let format = unknown.windows(4).position(|word| word == b"fmt ").unwrap() + 9;
    unknown[format] = 0x42;
    fs::write(&path, unknown).unwrap();
    let error = hear(&path).err().unwrap().to_string();
    assert!(
        error.contains("big-endian") && error.contains("export it again"),
        "{error}"
    );
}
