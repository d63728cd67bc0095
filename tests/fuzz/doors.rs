//! The doors: storyboards, takes, the headers of weights, and sound files.

use std::{fs, path::Path};

use candle_core::{DType, Device, safetensors};
use phosphene_engine::{
    Result,
    analysis::{Analysis, BeatGrid, Features, HOPS_PER_SEC, Hop, Section},
    automation::Param,
    cue::{CueInputs, Plan, TakeGrid, cues_from_storyboard, cues_from_take},
    diffusion::weights::Weights,
    ffmpeg::open_song,
    prompt::{Prompt, StyleChoice},
    song::Block,
    storyboard::Storyboard,
    take::{
        AskedBy, BANK_SIZE, Bank, EndReason, Entry, Event, Manifest, Quantize, Take, Tally, Transport, VERSION,
        VideoSettings, Writer,
    },
    time::{Fps, SamplePos, SampleRate, Size},
};
use phosphene_tests::songs::Signal;

use crate::search::search;

const RATE_HZ: u32 = 8_000;
const SECS: u64 = 60;

/// All that a storyboard may say.
const STORYBOARD: &str = r##"
title = "Night"
seed = 12
[video]
size = "64x36"
fps = "29.97"
[grid]
bpm = 120.5
first_beat_secs = 0.25
beats_per_bar = 3
[[curve]]
param = "zoom"
points = [["0:01.5", 0.2], ["9.2", 1.0]]
[[scene]]
at = "0:00"
prompt = "a red car in the rain"
negative = "text"
[[scene]]
at = "7.2"
prompt = "a harbour"
morph = "2 bars"
style = "neon"
style_strength = 0.5
[[scene]]
at = "chorus"
prompt = "a stage"
morph = "0"
[[scene.curve]]
param = "palette-shift"
points = [["chorus", 0.0]]
"##;

fn rate() -> SampleRate {
    SampleRate::new(RATE_HZ).unwrap()
}

/// A minute of a song in two parts.
fn song(grid: Option<BeatGrid>) -> Analysis {
    let len = SECS * u64::from(RATE_HZ);
    let part = |label: &str, range: std::ops::Range<u64>| Section {
        start: SamplePos(len * range.start / 2),
        end: SamplePos(len * range.end / 2),
        label: label.to_owned(),
    };
    Analysis {
        features: Features {
            rate: rate(),
            len,
            hops: vec![Hop::default(); (SECS * u64::from(HOPS_PER_SEC)) as usize],
        },
        grid: grid.unwrap_or_else(|| BeatGrid::given(rate(), 120.0, 0.0, 4, len).unwrap()),
        sections: vec![part("verse", 0..1), part("chorus", 1..2)],
    }
}

fn inputs(analysis: &Analysis) -> CueInputs<'_> {
    CueInputs {
        analysis,
        fps: Fps::FILM,
        zoom_rate: 1.0,
    }
}

/// What holds for every plan that is made of whatever.
fn check(plan: &Plan, len: u64) {
    assert_eq!(plan.cues.first().map(|cue| cue.at), Some(SamplePos(0)));
    assert!(plan.cues.windows(2).all(|pair| pair[0].at < pair[1].at), "{plan:?}");
    assert!(
        plan.cues
            .iter()
            .all(|cue| cue.at.0 < len && cue.prompt < plan.prompts.len()),
        "{plan:?}"
    );
}

#[test]
fn storyboards() {
    let demo = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/storyboard.toml")).unwrap();
    search("storyboard", vec![STORYBOARD.into(), demo], |bytes| {
        let plan = || -> Result<()> {
            let storyboard = Storyboard::parse("fuzz.toml", bytes)?;
            let analysis = song(storyboard.beats(rate(), SECS * u64::from(RATE_HZ))?);
            check(
                &cues_from_storyboard(&storyboard, &inputs(&analysis))?,
                analysis.features.len,
            );
            Ok(())
        };
        plan().map_err(|error| error.to_string())
    });
}

/// Writes a take in which everything happens that may.
fn write_take(folder: &Path) -> Result<()> {
    let manifest = Manifest {
        version: VERSION,
        created_unix_ms: 1,
        name: "song".into(),
        host: "a test".into(),
        api: "CLAP".into(),
        plugin_version: "0.1.0".into(),
        rate: rate(),
        channels: 1,
    };
    let clock = |quarters: f64| Transport {
        playing: true,
        tempo_bpm: Some(120.0),
        quarters: Some(quarters),
        bar_quarters: Some(0.0),
        host_sample: Some(0),
        signature: Some((4, 4)),
    };
    let mut prompts = vec![Prompt::default(); BANK_SIZE];
    prompts[0].text = "a lighthouse".into();
    prompts[2].text = "a train".into();
    let scene = |scene, quantize, by| Event::Scene {
        scene,
        quantize,
        morph: 4.0,
        by,
    };
    let video = VideoSettings {
        folder: None,
        size: Size::new(64, 36)?,
        fps: Fps::FILM,
        audio: "aac".into(),
        beats_per_bar: None,
        bpm: None,
    };
    let len = 6 * u64::from(RATE_HZ);
    let events = [
        (0, Event::Bank { bank: Bank { prompts } }),
        (0, Event::Video { settings: video }),
        (0, Event::Transport(clock(0.0))),
        (0, Event::Seed { seed: 5 }),
        (0, Event::Blocks { longest: 512 }),
        (0, Event::Preroll { samples: 100 }),
        (0, scene(0, Quantize::Off, AskedBy::Start)),
        (
            4_000,
            Event::Param {
                param: Param::Zoom,
                value: 0.5,
            },
        ),
        (
            5_000,
            Event::Param {
                param: Param::Zoom,
                value: 0.7,
            },
        ),
        (9_000, scene(2, Quantize::Bar, AskedBy::Scene)),
        (12_000, Event::Gap { samples: 64 }),
        (
            20_000,
            Event::Style {
                style: StyleChoice::Auto,
            },
        ),
        (24_000, Event::Jump(clock(1.0))),
        (30_000, scene(0, Quantize::Beat, AskedBy::Note)),
        (
            len,
            Event::Tally(Tally {
                played: len,
                kept: len - 64,
            }),
        ),
    ];
    let mut writer = Writer::create(folder, &manifest)?;
    writer.audio(&vec![0.25; len as usize])?;
    for (at, event) in events {
        writer.entry(&Entry {
            at: SamplePos(at),
            event,
        })?;
    }
    writer.end(&Entry {
        at: SamplePos(len),
        event: Event::End {
            reason: EndReason::Stopped,
            dropped_blocks: 0,
            error: None,
        },
    })
}

#[test]
fn takes() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("take");
    write_take(&folder).unwrap();
    let (log, manifest) = (folder.join("log.jsonl"), folder.join("take.json"));
    let whole = fs::read(&manifest).unwrap();
    let inputs = vec![fs::read(&log).unwrap(), whole.clone()];
    search("take", inputs, move |bytes| {
        let _ = &place;
        // The log's lines all begin with a position, and the manifest is one object of many lines or keys.
        let of_log = bytes.starts_with(b"{\"at\"");
        fs::write(if of_log { &log } else { &manifest }, bytes).unwrap();
        let plan = || -> Result<()> {
            let take = Take::open(&folder)?;
            let rate = take.manifest.rate;
            let grid = TakeGrid::of(&take, &BeatGrid::silent(rate));
            let analysis = Analysis {
                features: Features {
                    rate,
                    len: take.len,
                    hops: vec![
                        Hop::default();
                        (take.len * u64::from(HOPS_PER_SEC) / u64::from(rate.hz()) + 1) as usize
                    ],
                },
                grid: grid.grid.clone(),
                sections: Vec::new(),
            };
            let (plan, _) = cues_from_take(&take, &grid, &self::inputs(&analysis))?;
            check(&plan, take.len);
            Ok(())
        };
        let told = plan().map_err(|error| error.to_string());
        if !of_log {
            fs::write(&manifest, &whole).unwrap();
        }
        told
    });
}

#[test]
fn headers_of_weights() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("weights.safetensors");
    let tensor = |shape: &[usize], dtype| candle_core::Tensor::ones(shape, dtype, &Device::Cpu).unwrap();
    let tensors = [
        ("conv.weight", tensor(&[4, 3, 3, 3], DType::F16)),
        ("conv.bias", tensor(&[4], DType::F32)),
    ];
    safetensors::save(&tensors.into_iter().collect(), &path).unwrap();
    let inputs = vec![fs::read(&path).unwrap()];
    search("safetensors", inputs, move |bytes| {
        let _ = &place;
        fs::write(&path, bytes).unwrap();
        let weights = Weights::open_file(&path, &Device::Cpu, DType::F32).map_err(|error| error.to_string())?;
        // What was taken lies within the file, however large it is said to be.
        let count: usize = weights.names().filter_map(|name| weights.shape(name)).count();
        assert!(weights.numbers() <= bytes.len() as u64 * 8, "{count} tensors");
        Ok(())
    });
}

#[test]
fn sound_files() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("song.wav");
    let signal = Signal::music(RATE_HZ, 2, 600);
    let wav = |bits: u16| {
        signal.write_wav(&path, bits).unwrap();
        fs::read(&path).unwrap()
    };
    let inputs = vec![wav(16), wav(24), wav(0)];
    search("wav", inputs, move |bytes| {
        let _ = &place;
        fs::write(&path, bytes).unwrap();
        let read = || -> Result<u64> {
            let song = open_song(&path)?;
            let (mut reader, mut block) = (song.reader()?, Block::default());
            while reader.read(&mut block)? {
                assert!(!block.is_empty() && block.samples.len() == block.len() * song.info().channels);
            }
            Ok(reader.position().0)
        };
        // Nothing is made of nothing: at a bit a sample there are no more.
        let given = read().map_err(|error| error.to_string())?;
        assert!(
            given <= bytes.len() as u64 * 8,
            "{given} samples of {} bytes",
            bytes.len()
        );
        Ok(())
    });
}
