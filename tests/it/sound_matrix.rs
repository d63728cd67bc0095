//! Every container with every codec, rate, depth and number of channels, through the real writer and read back: what comes
//! out is right, or it was refused before the first frame.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use phosphene_engine::{
    encode::{AudioCodec, EncodeSettings, Encoder, Overwrite, VideoQuality},
    error::Error,
    frame::Frame,
    song::{Block, SampleFormat, Samples, SongInfo},
    time::{Fps, SamplePos, SampleRate},
};
use phosphene_tests::{Rng, video::Decoded};

const CONTAINERS: [&str; 3] = ["mp4", "mov", "mkv"];
const CODECS: [AudioCodec; 4] = [AudioCodec::Aac, AudioCodec::Pcm, AudioCodec::Flac, AudioCodec::Alac];
const RATES: [u32; 12] = [
    8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000,
];
const DEPTHS: [(&str, SampleFormat); 6] = [
    ("u8", SampleFormat::Int { bits: 8 }),
    ("s16", SampleFormat::Int { bits: 16 }),
    ("s24", SampleFormat::Int { bits: 24 }),
    ("s32", SampleFormat::Int { bits: 32 }),
    ("f32", SampleFormat::F32),
    ("f64", SampleFormat::F64),
];
const CHANNELS: usize = 8;

/// A whole packet of every codec, and the start of another.
const LEN: usize = 4_801;

/// x264 makes tables for each quantiser that it may choose, which takes longer than all else here.
const ONE_QUANTISER: VideoQuality = VideoQuality {
    tuning: "qpmin=30:qpmax=30",
    crf: 30,
    ..VideoQuality::DRAFT
};

/// The highest rate of AAC, in Hz.
const AAC_HIGHEST: u32 = 96_000;

/// One combination.
#[derive(Debug, Clone, Copy)]
struct Case {
    container: &'static str,
    codec: AudioCodec,
    rate: u32,
    depth: (&'static str, SampleFormat),
    channels: usize,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            container,
            codec,
            rate,
            depth,
            channels,
        } = self;
        write!(f, "{container} {codec} {rate} Hz {} {channels} channels", depth.0)
    }
}

/// Whether a codec stores a depth in a way of its own. What is stored as another depth is, differs only in how its samples
/// are converted: no encoder and no container sees it, and one rate will do.
fn is_own(codec: AudioCodec, depth: &str) -> bool {
    match codec {
        AudioCodec::Aac => depth == "f32",
        AudioCodec::Flac | AudioCodec::Alac => matches!(depth, "s16" | "s24"),
        AudioCodec::Pcm => depth != "u8",
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for container in CONTAINERS {
        for codec in CODECS {
            for rate in RATES {
                for depth in DEPTHS {
                    if is_own(codec, depth.0) || rate == 44_100 {
                        cases.extend((1..=CHANNELS).map(|channels| Case {
                            container,
                            codec,
                            rate,
                            depth,
                            channels,
                        }));
                    }
                }
            }
        }
    }
    cases
}

/// Noise, another in each channel, without the highest twelfths of its rate so that lossy codecs keep it; as doubles whose
/// lowest bits matter.
struct Noise(Vec<f64>);

impl Noise {
    const SMOOTH: usize = 24;

    fn new() -> Self {
        let mut random = Rng::with_seed(1);
        let raw: Vec<f64> = (0..(LEN + Self::SMOOTH) * CHANNELS)
            .map(|_| random.f64() - 0.5)
            .collect();
        let smooth = |i: usize| (0..Self::SMOOTH).map(|k| raw[i + k * CHANNELS]).sum::<f64>() / 12.0;
        Self((0..LEN * CHANNELS).map(smooth).collect())
    }

    fn get(&self, at: usize, channel: usize) -> f64 {
        self.0[at * CHANNELS + channel]
    }

    /// As a song stores it.
    fn block(&self, case: &Case, len: usize) -> Block {
        let all = (0..len).flat_map(|at| (0..case.channels).map(move |channel| (at, channel)));
        let values = all.map(|(at, channel)| self.get(at, channel));
        let samples = match case.depth.1 {
            SampleFormat::Int { bits } => {
                let unit = f64::from(1_u32 << (bits - 1));
                Samples::I32(values.map(|x| ((x * unit).floor() as i32) << (32 - bits)).collect())
            }
            SampleFormat::F32 => Samples::F32(values.map(|x| x as f32).collect()),
            SampleFormat::F64 => Samples::F64(values.collect()),
        };
        Block {
            start: SamplePos(0),
            channels: case.channels,
            samples,
        }
    }
}

/// What comes back of a lossless codec, full scale at 1, and whether that is less than was stored.
fn kept(block: &Block, case: &Case) -> (Vec<f64>, bool) {
    let all: Vec<f64> = match &block.samples {
        Samples::I32(samples) => samples.iter().map(|&x| f64::from(x) / 2f64.powi(31)).collect(),
        Samples::F32(samples) => samples.iter().map(|&x| f64::from(x)).collect(),
        Samples::F64(samples) => samples.clone(),
    };
    let is_exact = case.codec == AudioCodec::Pcm || matches!(case.depth.0, "u8" | "s16" | "s24");
    if is_exact {
        return (all, false);
    }
    let unit = f64::from(1 << 23);
    let is_float = !matches!(block.samples, Samples::I32(_));
    let round = |x: f64| {
        if is_float {
            (x * unit).round_ties_even()
        } else {
            (x * unit).floor()
        }
    };
    (all.into_iter().map(|x| round(x) / unit).collect(), true)
}

/// What the file must say of its sound: the codec's name and the decoder's bits.
fn written_as(case: &Case) -> (&'static str, usize) {
    let small = matches!(case.depth.0, "u8" | "s16");
    match case.codec {
        AudioCodec::Aac => ("aac", 32),
        AudioCodec::Flac => ("flac", if small { 16 } else { 32 }),
        AudioCodec::Alac => ("alac", if small { 16 } else { 32 }),
        AudioCodec::Pcm => match case.depth.0 {
            "s24" => ("pcm_s24le", 32),
            "s32" => ("pcm_s32le", 32),
            "f32" => ("pcm_f32le", 32),
            "f64" => ("pcm_f64le", 64),
            _ => ("pcm_s16le", 16),
        },
    }
}

/// Writes a case and reads it again: why it was refused, if it was.
///
/// # Panics
/// When what comes back is not right.
fn check(case: &Case, noise: &Noise, folder: &Path, len: usize) -> Option<String> {
    let output = folder.join(format!("video.{}", case.container));
    let rate = SampleRate::new(case.rate).unwrap();
    let settings = EncodeSettings {
        output: output.clone(),
        size: "16x16".parse().unwrap(),
        fps: Fps::FILM,
        audio: case.codec,
        quality: ONE_QUANTISER,
        overwrite: Overwrite::Never,
        title: None,
        artist: None,
    };
    let info = SongInfo {
        path: folder.join("song.wav"),
        rate,
        channels: case.channels,
        format: case.depth.1,
        codec: String::new(),
        claimed_len: None,
        title: None,
        artist: None,
    };
    let mut encoder = match Encoder::create(&settings, &info) {
        Ok(encoder) => encoder,
        Err(Error::Encode { reason, remedy, .. }) => return Some(format!("{reason}; {remedy}")),
        Err(error) => panic!("{case}: {error}"),
    };
    let block = noise.block(case, len);
    let frames = Fps::FILM.frames_for(len as u64, rate);
    for _ in 0..frames {
        encoder.push_frame(&Frame::black(settings.size)).unwrap();
    }
    encoder.push_audio(&block).unwrap();
    let written = encoder.finish().unwrap_or_else(|error| panic!("{case}: {error}"));
    let decoded = Decoded::read(&output).unwrap_or_else(|error| panic!("{case}: {error:#}"));
    std::fs::remove_file(&output).unwrap();

    assert_eq!((decoded.codec, decoded.bits), written_as(case), "{case}");
    assert_eq!(decoded.channels, case.channels, "{case}");
    assert_eq!(decoded.times.len() as u64, frames, "{case}");
    assert_eq!(decoded.times[0].0, 0, "{case}: the picture begins at 0");
    if case.codec == AudioCodec::Aac {
        let told = |what: &str| written.losses.iter().any(|loss| loss.what.contains(what));
        assert_eq!(told("fourth channel"), case.channels >= 6, "{case}");
        assert_eq!(told("was converted to 96000 Hz"), case.rate > AAC_HIGHEST, "{case}");
        assert_eq!(decoded.rate, case.rate.min(AAC_HIGHEST), "{case}");
        check_lossy(case, noise, &decoded);
    } else {
        let (expected, is_less) = kept(&block, case);
        assert_eq!(decoded.rate, case.rate, "{case}");
        assert_eq!(decoded.samples.len(), expected.len(), "{case}");
        assert!(decoded.samples == expected, "{case}: other samples");
        let told = written.losses.iter().any(|loss| loss.what.contains("24 bits"));
        assert_eq!(told, is_less, "{case}: {:?}", written.losses);
    }
    None
}

/// Each channel is its own, where it was: by the correlation with what was written.
fn check_lossy(case: &Case, noise: &Noise, decoded: &Decoded) {
    let scale = f64::from(case.rate) / f64::from(decoded.rate);
    let len = (LEN as f64 / scale) as usize;
    assert!(decoded.samples.len() / case.channels >= len, "{case}: too short");
    let likeness = |channel: usize, lag: i64| -> f64 {
        let (mut both, mut source, mut heard) = (0.0, 0.0, 0.0);
        for i in 0..len {
            let x = noise.get(((i as f64 * scale).round() as usize).min(LEN - 1), channel);
            let at = usize::try_from(i as i64 + lag).map(|at| at * case.channels + channel);
            let y = at.ok().and_then(|at| decoded.samples.get(at)).copied().unwrap_or(0.0);
            (both, source, heard) = (both + x * y, source + x * x, heard + y * y);
        }
        both / (source * heard).sqrt().max(1e-9)
    };
    // Matroska counts milliseconds.
    let slack = if case.container == "mkv" {
        i64::from(decoded.rate / 1_000) + 1
    } else {
        0
    };
    let reach = slack + 8;
    let lag = (-reach..=reach)
        .max_by(|&a, &b| likeness(0, a).total_cmp(&likeness(0, b)))
        .unwrap();
    assert!(lag.abs() <= slack, "{case}: the sound is {lag} samples late");
    // The fourth of six channels and more is for the lowest notes, and AAC stores no others there.
    let is_full = |channel: &usize| *channel != 3 || case.channels < 6;
    for channel in (0..case.channels).filter(is_full) {
        let alike = likeness(channel, lag);
        assert!(
            alike > 0.8,
            "{case}: channel {channel} is not what was written: {alike:.2}"
        );
    }
}

#[test]
fn alac_ends_on_any_sample() {
    // Its last packet is as short as the song wants, and its encoder has room for what it holds only by chance.
    let noise = Noise::new();
    let folder = tempfile::tempdir().unwrap();
    for channels in 1..=CHANNELS {
        for (len, depth) in [
            (4_096, 1),
            (4_097, 1),
            (4_097, 2),
            (4_098, 1),
            (4_099, 2),
            (4_101, 1),
            (4_160, 2),
            (1, 1),
        ] {
            let case = Case {
                container: "mkv",
                codec: AudioCodec::Alac,
                rate: 44_100,
                depth: DEPTHS[depth],
                channels,
            };
            assert_eq!(check(&case, &noise, folder.path(), len), None);
        }
    }
}

#[test]
fn every_combination_is_right_or_refused_before_work() {
    let (cases, noise) = (cases(), Noise::new());
    let next = AtomicUsize::new(0);
    let refused = Mutex::new(BTreeMap::<String, usize>::new());
    let wrong = Mutex::new(Vec::new());
    let work = || {
        // In memory where the system has such a place: every file is brought to the disk before it gets its name.
        let folder = tempfile::tempdir_in("/dev/shm")
            .or_else(|_| tempfile::tempdir())
            .unwrap();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            match std::panic::catch_unwind(|| check(case, &noise, folder.path(), LEN)) {
                Ok(None) => {}
                Ok(Some(reason)) => {
                    let pair = format!("{} {}: {reason}", case.container, case.codec);
                    *refused.lock().unwrap().entry(pair).or_default() += 1;
                }
                Err(panic) => {
                    let what = panic
                        .downcast_ref::<String>()
                        .cloned()
                        .unwrap_or_else(|| case.to_string());
                    wrong.lock().unwrap().push(what);
                }
            }
            let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
            assert!(left.is_empty(), "{case}: {left:?}");
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().unwrap();
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    let of = |codec: AudioCodec| cases.iter().filter(|case| case.codec == codec).count() / CONTAINERS.len();
    let expected = [
        (
            "mov flac: a mov can't hold flac sound; name it .mkv or .mp4, or use --audio alac or pcm, which are lossless \
             too",
            of(AudioCodec::Flac),
        ),
        (
            "mp4 pcm: an mp4 can't hold pcm sound; name it .mov or .mkv, or use --audio alac or flac, which are lossless \
             too",
            of(AudioCodec::Pcm),
        ),
    ];
    let expected: BTreeMap<String, usize> = expected.map(|(pair, count)| (pair.to_owned(), count)).into();
    assert_eq!(refused.into_inner().unwrap(), expected);
}
