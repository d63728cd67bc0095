//! The generator `diffusion` with a tiny model of random weights: storyboards and takes to videos on the beat.

use std::path::Path;

use anyhow::{Context, Result};
use phosphene_engine::{
    prompt::Prompt,
    take::{AskedBy, Bank, EndReason, Entry, Event, Manifest, Quantize, Transport, VERSION, Writer},
    time::{SamplePos, SampleRate},
};
use serde_json::Value;

use super::{folder, run, stderr};

/// Made by `tests/diffusion/make_reference.py`.
const MODEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/golden/diffusion/models/sd15/model"
);
const STORY: &str = "[video]\nsize = '64x64'\n[grid]\nbpm = 120.0\nfirst_beat_secs = 0.0\nbeats_per_bar = 4\n\
    [[scene]]\nat = '1'\nprompt = 'a boat'\n[[scene]]\nat = '2'\nprompt = 'a moon'\nmorph = '2 beats'\n\
    [[scene]]\nat = '3'\nprompt = 'a cat'\nmorph = '1 bar'\n[[scene]]\nat = '4'\nprompt = 'a church'\nmorph = '0 beats'\n";
const CHEAP: [&str; 10] = [
    "--generator",
    "diffusion",
    "--model",
    MODEL,
    "--device",
    "cpu",
    "--steps",
    "2",
    "--cadence",
    "12",
];

fn report(folder: &Path) -> Result<Value> {
    Ok(serde_json::from_slice(&std::fs::read(folder.join("r.json"))?)?)
}

fn cue_frames(report: &Value) -> Vec<u64> {
    let cues = report["cues"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_scenes = cues.iter().filter(|cue| cue["variant"] == 0);
    of_scenes.filter_map(|cue| cue["frame"].as_u64()).collect()
}

#[test]
fn a_storyboard_of_four_scenes_is_painted_on_the_beat() -> Result<()> {
    let folder = folder(8)?;
    std::fs::write(folder.path().join("story.toml"), STORY)?;
    let base = ["render", "song.wav", "--storyboard", "story.toml", "--report", "r.json"];
    let args = [&base[..], &CHEAP[..]].concat();
    let output = run(folder.path(), &args)?;
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("On the CPU this will take about"),
        "{}",
        stderr(&output)
    );
    let report = report(folder.path())?;
    assert_eq!(report["generator"], "diffusion");
    // A bar is two seconds of 24 frames.
    assert_eq!(cue_frames(&report), [0, 48, 96, 144]);
    assert_eq!(report["video"]["frames"], 192);
    assert_eq!(report["video"]["samples"], 8 * 22_050);
    assert!(
        report["painted"]["key_frames"].as_u64().context("a number")? >= 10,
        "{report}"
    );
    assert!(
        report["painted"]["scenes"].as_u64().context("a number")? >= 8,
        "{report}"
    );
    Ok(())
}

#[test]
fn several_devices_make_the_video_of_one() -> Result<()> {
    let folder = folder(8)?;
    std::fs::write(folder.path().join("story.toml"), STORY)?;
    let made = |name: &str, device: &str| -> Result<(Vec<u8>, Value)> {
        let base = [
            "render",
            "song.wav",
            "--storyboard",
            "story.toml",
            "--report",
            "r.json",
            "--overwrite",
            "-o",
            name,
        ];
        let mut args = [&base[..], &CHEAP[..]].concat();
        let at = args.iter().position(|arg| *arg == "cpu").context("the device")?;
        args[at] = device;
        let output = run(folder.path(), &args)?;
        assert!(output.status.success(), "{}", stderr(&output));
        Ok((std::fs::read(folder.path().join(name))?, report(folder.path())?))
    };
    let ((one, alone), (two, shared)) = (made("one.mp4", "cpu")?, made("two.mp4", "cpu,cpu")?);
    assert!(one == two, "the videos differ");
    assert_eq!(
        (&alone["painted"]["devices"], &shared["painted"]["devices"]),
        (&1.into(), &2.into())
    );
    assert_eq!(alone["painted"]["key_frames"], shared["painted"]["key_frames"]);
    Ok(())
}

#[test]
fn a_take_is_painted_on_its_bar_lines() -> Result<()> {
    let folder = folder(1)?;
    let take = folder.path().join("take");
    let rate = 44_100;
    let mut writer = Writer::create(
        &take,
        &Manifest {
            version: VERSION,
            created_unix_ms: 1,
            name: "song".into(),
            host: "a test".into(),
            api: "CLAP".into(),
            plugin_version: "0.1.0".into(),
            rate: SampleRate::new(rate)?,
            channels: 1,
        },
    )?;
    let prompts = (0..16).map(|i| Prompt {
        text: ["a boat", "a moon", "a cat", "a church"]
            .get(i)
            .copied()
            .unwrap_or_default()
            .into(),
        ..Prompt::default()
    });
    let bank = Bank {
        prompts: prompts.collect(),
    };
    let mut entry = |at: u64, event: Event| {
        writer.entry(&Entry {
            at: SamplePos(at),
            event,
        })
    };
    entry(0, Event::Bank { bank })?;
    entry(
        0,
        Event::Transport(Transport {
            playing: true,
            tempo_bpm: Some(120.0),
            quarters: Some(0.0),
            bar_quarters: Some(0.0),
            host_sample: Some(0),
            signature: Some((4, 4)),
        }),
    )?;
    for scene in 0..4 {
        entry(
            // A little before each bar line.
            (scene as u64 * 2 * u64::from(rate)).saturating_sub(500),
            Event::Scene {
                scene,
                quantize: Quantize::Bar,
                morph: 2.0,
                by: if scene == 0 { AskedBy::Start } else { AskedBy::Scene },
            },
        )?;
    }
    let samples: Vec<f32> = (0..8 * rate)
        .map(|i| if i % (rate / 2) < 400 { 0.5 } else { 0.0 })
        .collect();
    writer.audio(&samples)?;
    writer.end(&Entry {
        at: SamplePos(8 * u64::from(rate)),
        event: Event::End {
            reason: EndReason::Stopped,
            dropped_blocks: 0,
            error: None,
        },
    })?;
    let base = [
        "render-take",
        "take",
        "-o",
        "v.mp4",
        "--size",
        "64x64",
        "--fps",
        "24",
        "--report",
        "r.json",
    ];
    let output = run(folder.path(), &[&base[..], &CHEAP[..]].concat())?;
    assert!(output.status.success(), "{}", stderr(&output));
    let report = report(folder.path())?;
    assert_eq!(cue_frames(&report), [0, 48, 96, 144]);
    assert_eq!(report["video"]["frames"], 192);
    assert_eq!(report["video"]["samples"], 8 * rate);
    Ok(())
}

#[test]
fn an_estimate_makes_no_video() -> Result<()> {
    let folder = folder(8)?;
    std::fs::write(folder.path().join("story.toml"), STORY)?;
    let before = super::files(folder.path())?;
    let base = ["render", "song.wav", "--storyboard", "story.toml", "--estimate"];
    for generator in [&CHEAP[..], &["--draft"]] {
        let output = run(folder.path(), &[&base[..], generator].concat())?;
        assert!(output.status.success(), "{}", stderr(&output));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if generator.len() > 1 {
            assert!(said.contains("16-bit weights take twice their files' size"), "{said}");
        }
        for word in ["192 frames of 64x64", "time    about", "memory  ", "disk    about"] {
            assert!(said.contains(word), "{said}");
        }
        assert_eq!(super::files(folder.path())?, before);
    }
    Ok(())
}

#[test]
fn what_is_missing_or_wrong_is_said() -> Result<()> {
    let folder = folder(1)?;
    let says = |args: &[&str], text: &str| -> Result<()> {
        let output = run(folder.path(), &[&["render", "song.wav"][..], args].concat())?;
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(stderr(&output).contains(text), "{args:?}: {}", stderr(&output));
        assert!(!folder.path().join("song.mp4").exists());
        Ok(())
    };
    says(&["--generator", "diffusion"], "--model is not given")?;
    says(&["--model", MODEL], "--generator is another; it must be diffusion")?;
    says(
        &["--generator", "diffusion", "--model", "no-such-model"],
        "no-such-model",
    )?;
    let with =
        |option: &'static str, value: &'static str| ["--generator", "diffusion", "--model", MODEL, option, value];
    says(
        &with("--guidance", "0.2"),
        "the guidance is 0.2; it must be from 1 to 30",
    )?;
    says(&with("--strength", "2"), "the strength is 2; it must be from 0 to 1")?;
    says(&with("--steps", "0"), "the number of steps is 0")?;
    says(&with("--style-image", "song.wav"), "song.wav")?;
    says(&with("--lora", "no.safetensors:0.5"), "no.safetensors")?;
    says(&with("--embedding", "<gold>=no.safetensors"), "no.safetensors")?;
    if !cfg!(feature = "cuda") {
        says(&with("--device", "cuda:0"), "build with --features cuda")?;
    }
    Ok(())
}

#[test]
fn a_model_that_gives_no_numbers_makes_no_video() -> Result<()> {
    let folder = folder(1)?;
    let model = folder.path().join("model");
    copy(Path::new(MODEL), &model)?;
    // The first weights of the decoder become NaN.
    let path = model.join("vae/diffusion_pytorch_model.safetensors");
    let mut bytes = std::fs::read(&path)?;
    let end = bytes.len();
    bytes[end - 64..].fill(0xff);
    std::fs::write(&path, bytes)?;
    let mut args = [
        "render", "song.wav", "--prompt", "a boat", "-o", "v.mp4", "--size", "64x64",
    ]
    .to_vec();
    args.extend(CHEAP);
    let model = model.to_string_lossy();
    let at = args.iter().position(|arg| *arg == MODEL).context("the model")?;
    args[at] = &model;
    let output = run(folder.path(), &args)?;
    let said = stderr(&output);
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("vae") && said.contains("NaN") && said.contains("get it again"),
        "{said}"
    );
    assert!(!folder.path().join("v.mp4").exists());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for item in std::fs::read_dir(from)? {
        let item = item?.path();
        let target = to.join(item.file_name().context("a name")?);
        if item.is_dir() {
            copy(&item, &target)?;
        } else {
            std::fs::copy(&item, &target)?;
        }
    }
    Ok(())
}
