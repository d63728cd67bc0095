//! The plugin in a host: loaded through its CLAP entry, activated, played, bounced, saved, removed.
//!
//! The audio thread's allocations are watched throughout: one would end the process.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

#[path = "host/cost.rs"]
mod cost;
#[path = "host/idle.rs"]
mod idle;
#[path = "host/rack.rs"]
mod rack;
#[path = "common/real_time.rs"]
mod real_time;
#[path = "host/takes.rs"]
mod takes;
#[path = "common/waiting.rs"]
mod waiting;

use std::{path::PathBuf, process::Command};

use rack::Rack;

const RATE_HZ: f64 = 48_000.0;
const TAKES: &str = "PHOSPHENE_TAKES";
const ALONE: &str = "PHOSPHENE_TEST_ALONE";

/// Runs a test in a process of its own, whose takes go into a folder of its own: `Some` is the folder, in that process.
fn alone(test: &str) -> Option<PathBuf> {
    if std::env::var(ALONE).is_ok_and(|running| running == test) {
        return std::env::var_os(TAKES).map(PathBuf::from);
    }
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads", "1"])
        .env(ALONE, test)
        .env(TAKES, folder.path())
        .env("PHOSPHENE_NO_RENDER", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{}: {told}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stderr)
    );
    print!("{told}");
    None
}

/// Sound that has every kind of number in it.
fn noise(samples: usize, channels: usize) -> Vec<Vec<f32>> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut odd = [f32::NAN, f32::INFINITY, -0.0, 1e-41, f32::MAX].into_iter().cycle();
    let mut sample = || match random.u32(..997) {
        0 => odd.next().unwrap_or(0.0),
        _ => random.f32() - 0.5,
    };
    (0..channels)
        .map(|_| (0..samples).map(|_| sample()).collect())
        .collect()
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}

#[test]
fn parameters_are_listed_in_groups_with_texts_and_pages() {
    let mut rack = Rack::new();
    let params = rack.params();
    assert_eq!(params.len(), 17);
    let groups: Vec<&str> = params.iter().map(|param| param.group.as_str()).collect();
    for group in ["Scene", "Camera", "Look", "Take"] {
        assert!(groups.contains(&group), "{groups:?}");
    }
    assert_eq!(rack.text("Scene", 2.0), "2: a neon city in the rain");
    assert_eq!(rack.text("Style", 0.0), "auto");
    assert_eq!(rack.text("Zoom", 0.3f32.into()), "0.30");
    let pages = rack.pages();
    assert_eq!(pages.len(), 3);
    let on_pages: usize = pages.iter().map(|(_, params)| *params).sum();
    assert_eq!(on_pages, 17, "each parameter is on one page");
}

#[test]
fn sound_passes_bit_for_bit_at_every_block_size() {
    if alone("sound_passes_bit_for_bit_at_every_block_size").is_none() {
        return;
    }
    for channels in [2, 1] {
        let mut rack = Rack::new();
        rack.layout(channels);
        for rate_hz in [8_000.0, 44_100.0, 192_000.0] {
            let mut audio = rack.activate(rate_hz, 8_192);
            for block in [1, 2, 63, 64, 441, 512, 1_000, 4_096, 8_191, 8_192] {
                let sound = noise(block * 3, channels as usize);
                let mut out = audio.play(&sound, block, None, &mut |_, _| {});
                for (out, sound) in out.iter_mut().zip(&sound) {
                    assert_eq!(
                        bits(out),
                        bits(sound),
                        "{channels} channels, {rate_hz} Hz, blocks of {block}"
                    );
                }
            }
            rack.deactivate(audio);
        }
    }
}

#[test]
fn a_state_is_carried_over_and_a_bad_one_is_tamed() {
    let mut first = Rack::new();
    let state = String::from_utf8(first.save()).unwrap();
    let state = state.replace("a neon city in the rain", "a harbour at night");
    let mut second = Rack::new();
    second.load(state.as_bytes()).unwrap();
    assert_eq!(second.text("Scene", 2.0), "2: a harbour at night");
    assert_eq!(String::from_utf8(second.save()).unwrap(), state);
    // Set while it is active, as some hosts do.
    let mut third = Rack::new();
    let audio = third.activate(RATE_HZ, 512);
    third.load(state.as_bytes()).unwrap();
    assert_eq!(third.text("Scene", 2.0), "2: a harbour at night");
    third.deactivate(audio);
    let wild = r#"{"version":"0.1.0","params":{"scene":{"i32":-2147483648},"style":{"i32":900},"zoom":{"f32":1e39},
        "rotate":{"f32":-5e8},"quantize":{"i32":77},"unknown":{"bool":true}},"fields":{"project":"{["}}"#;
    second.load(wild.as_bytes()).unwrap();
    for (name, value) in [("Scene", 1.0), ("Style", 27.0), ("Zoom", 1.0), ("Rotate", -180.0)] {
        let now = second.plain_text(name);
        assert_eq!(now, second.text(name, value), "{name}");
    }
    assert!(second.load(b"no state at all").is_err());
    // One broken number, and an end that is missing: the prompts before it are kept.
    let mut fourth = Rack::new();
    fourth
        .load(
            state
                .replace("\"zoom\":{\"f32\":1.0}", "\"zoom\":{\"f32\":NaN}")
                .as_bytes(),
        )
        .unwrap();
    assert_eq!(fourth.text("Scene", 2.0), "2: a harbour at night");
    let mut fifth = Rack::new();
    fifth
        .load(&state.as_bytes()[..state.find("a wedding").unwrap()])
        .unwrap();
    assert_eq!(fifth.text("Scene", 2.0), "2: a harbour at night");
}
