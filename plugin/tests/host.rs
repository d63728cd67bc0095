//! The plugin in a host: loaded through its CLAP entry, activated, played, bounced, saved, removed.
//!
//! The audio thread's allocations are watched throughout: one would end the process.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

#[path = "host/rack.rs"]
mod rack;

use std::{
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use clack_host::{
    events::event_types::{NoteOnEvent, ParamValueEvent},
    prelude::*,
    utils::Cookie,
};
use cpu_time::ThreadTime;
use phosphene_core::{
    automation::Param,
    take::{AskedBy, EndReason, Entry, Event, Take, TakeState, list},
};
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
    assert!(run.status.success(), "{told}\n{}", String::from_utf8_lossy(&run.stderr));
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

fn recorded(take: &Take) -> Vec<u32> {
    let bytes = fs::read(take.audio_path()).unwrap();
    let words = bytes.chunks_exact(4);
    words
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

fn interleaved(channels: &[Vec<f32>]) -> Vec<u32> {
    let samples = channels[0].len();
    (0..samples)
        .flat_map(|at| channels.iter().map(move |channel| channel[at].to_bits()))
        .collect()
}

fn only_take(root: &Path) -> Take {
    let takes = list(root).unwrap();
    assert_eq!(takes.len(), 1, "{takes:?}");
    assert_eq!(takes[0].state, TakeState::Ready);
    Take::open(&takes[0].folder).unwrap()
}

/// This process's threads whose names begin so.
fn threads(name: &str) -> usize {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return 0;
    };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("comm")).ok())
        .filter(|comm| comm.starts_with(name))
        .count()
}

#[test]
fn parameters_are_listed_in_groups_with_texts_and_pages() {
    let mut rack = Rack::new();
    let params = rack.params();
    assert_eq!(params.len(), 16);
    let groups: Vec<&str> = params.iter().map(|param| param.group.as_str()).collect();
    for group in ["Scene", "Camera", "Look", "Take"] {
        assert!(groups.contains(&group), "{groups:?}");
    }
    assert_eq!(rack.text("Scene", 2.0), "2: a neon city in the rain");
    assert_eq!(rack.text("Style", 0.0), "auto");
    assert_eq!(rack.text("Zoom", 0.3f32.into()), "0.30");
    let pages = rack.pages();
    assert_eq!(pages.len(), 2);
    let on_pages: usize = pages.iter().map(|(_, params)| *params).sum();
    assert_eq!(on_pages, 16, "each parameter is on one page");
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
fn a_bounce_becomes_a_take_bit_for_bit() {
    let Some(root) = alone("a_bounce_becomes_a_take_bit_for_bit") else {
        return;
    };
    let sound = noise(48_000 * 30, 2);
    let mut rack = Rack::new();
    let mut audio = rack.activate(RATE_HZ, 512);
    // Idle before and after, as hosts are.
    audio.play(&noise(4_096, 2), 512, None, &mut |_, _| {});
    audio.play(&sound, 512, Some(0), &mut |_, _| {});
    audio.play(&noise(4_096, 2), 512, None, &mut |_, _| {});
    rack.deactivate(audio);
    let take = only_take(&root);
    assert_eq!(take.end, Some(EndReason::Stopped));
    assert_eq!(take.len, 48_000 * 30);
    assert!(recorded(&take) == interleaved(&sound), "the take is what was played");
    assert_eq!(take.manifest.api, "CLAP");
    assert!(take.clock().has_grid());
}

#[test]
fn a_change_is_at_its_sample_whatever_the_blocks() {
    let Some(root) = alone("a_change_is_at_its_sample_whatever_the_blocks") else {
        return;
    };
    let sound = noise(48_000 * 8, 2);
    let mut logs = Vec::new();
    for block in [64, 441, 512, 2_048] {
        let mut rack = Rack::new();
        let (scene, zoom, next) = (rack.param("Scene"), rack.param("Zoom"), rack.param("Next scene"));
        let mut audio = rack.activate(RATE_HZ, block as u32);
        let at = |sample: usize, from: usize, len: usize| (from..from + len).contains(&sample).then(|| sample - from);
        audio.play(&sound, block, Some(0), &mut |from, events| {
            let mut set = |sample, id, value| {
                if let Some(offset) = at(sample, from, block) {
                    let value = ParamValueEvent::new(offset as u32, id, Pckn::match_all(), value, Cookie::empty());
                    events.push(&value);
                }
            };
            // In CLAP a step counts from 0, and what has no steps goes from 0 to 1. All within a block, a note between.
            set(100_001, scene, 2.0);
            set(100_030, zoom, 0.625);
            if let Some(offset) = at(100_040, from, block) {
                events.push(&NoteOnEvent::new(
                    offset as u32,
                    Pckn::new(0u16, 0u16, 61u16, 1u32),
                    1.0,
                ));
            }
            let mut set = |sample, id, value| {
                if let Some(offset) = at(sample, from, block) {
                    let value = ParamValueEvent::new(offset as u32, id, Pckn::match_all(), value, Cookie::empty());
                    events.push(&value);
                }
            };
            set(200_003, next, 1.0);
        });
        rack.deactivate(audio);
        let take = only_take(&root);
        let log: Vec<(u64, Event)> = take
            .entries
            .iter()
            .filter(|entry| entry.at.0 > 0 && !matches!(entry.event, Event::Transport(_) | Event::End { .. }))
            .map(|entry| (entry.at.0, entry.event.clone()))
            .collect();
        fs::remove_dir_all(&take.folder).unwrap();
        logs.push(log);
    }
    let scenes: Vec<(u64, usize, AskedBy)> = logs[0]
        .iter()
        .filter_map(|(at, event)| match event {
            Event::Scene { scene, by, .. } => Some((*at, *scene, *by)),
            _ => None,
        })
        .collect();
    assert_eq!(
        scenes,
        [
            (100_001, 2, AskedBy::Scene),
            (100_040, 1, AskedBy::Note),
            (200_003, 2, AskedBy::Next)
        ]
    );
    let zoom = Event::Param {
        param: Param::Zoom,
        value: 0.5,
    };
    assert!(logs[0].contains(&(100_030, zoom)), "{:?}", logs[0]);
    for log in &logs {
        assert_eq!(log, &logs[0]);
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

#[test]
fn thirty_instances_leave_no_thread() {
    if alone("thirty_instances_leave_no_thread").is_none() {
        return;
    }
    // What is only looked at starts nothing.
    let scanned: Vec<Rack> = (0..5).map(|_| Rack::new()).collect();
    assert_eq!(threads("phosphene"), 0);
    drop(scanned);
    for _ in 0..3 {
        let mut racks: Vec<Rack> = (0..10).map(|_| Rack::new()).collect();
        let mut players = Vec::new();
        for rack in &mut racks {
            let audio = rack.activate(RATE_HZ, 256);
            // Once more, as hosts do.
            rack.deactivate(audio);
            players.push(rack.activate(RATE_HZ, 256));
        }
        if cfg!(target_os = "linux") {
            // A thread takes its name when it first runs.
            let named = (0..400).any(|_| {
                thread::sleep(Duration::from_millis(5));
                threads("phosphene-sess") == 10
            });
            assert!(named, "one session an instance");
        }
        for audio in &mut players {
            audio.play(&noise(2_048, 2), 256, Some(0), &mut |_, _| {});
        }
        for (rack, audio) in racks.iter_mut().zip(players) {
            rack.deactivate(audio);
        }
    }
    assert_eq!(threads("phosphene"), 0);
}

/// How often our threads have been given a core, and how many they are; `None` where the system does not tell.
fn wake_ups() -> Option<(u64, usize)> {
    let mut sum = 0;
    let mut ours = 0;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        let status = fs::read_to_string(task.path().join("status")).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim_start_matches(':').trim().to_owned())
        };
        if field("Name")?.starts_with("phosphene") {
            ours += 1;
            let count = |name| field(name)?.parse::<u64>().ok();
            sum += count("voluntary_ctxt_switches")? + count("nonvoluntary_ctxt_switches")?;
        }
    }
    Some((sum, ours))
}

#[test]
fn thirty_idle_instances_cost_next_to_nothing() {
    const INSTANCES: usize = 30;
    let Some(root) = alone("thirty_idle_instances_cost_next_to_nothing") else {
        return;
    };
    let mut racks: Vec<Rack> = (0..INSTANCES).map(|_| Rack::new()).collect();
    let mut players: Vec<_> = racks.iter_mut().map(|rack| rack.activate(RATE_HZ, 512)).collect();
    thread::sleep(Duration::from_secs(1));
    // Some hosts call what rests, others do not.
    let sound = noise(480, 2);
    for calls in [false, true] {
        let (began, before) = (Instant::now(), wake_ups());
        while began.elapsed() < Duration::from_secs(4) {
            if calls {
                for audio in &mut players {
                    audio.play(&sound, 480, None, &mut |_, _| {});
                }
            }
            thread::sleep(Duration::from_millis(10));
        }
        let secs = began.elapsed().as_secs_f64();
        if let (Some((before, _)), Some((after, threads))) = (before, wake_ups()) {
            let a_second = (after - before) as f64 / secs / INSTANCES as f64;
            println!(
                "{INSTANCES} instances at rest, called {calls}: {threads} threads, {a_second:.1} wake-ups a second each"
            );
            assert_eq!(threads, INSTANCES, "one thread an instance");
            assert!(a_second < 10.0, "{a_second} wake-ups a second an instance");
        }
    }
    // They are there at once when the host begins to play, one after another.
    let mut waits: Vec<Duration> = players[..9]
        .iter_mut()
        .enumerate()
        .map(|(index, audio)| {
            audio.play(&sound, 480, Some(0), &mut |_, _| {});
            let began = Instant::now();
            while list(&root).unwrap().len() <= index {
                assert!(began.elapsed() < Duration::from_secs(10), "no take is begun");
                thread::sleep(Duration::from_millis(1));
            }
            began.elapsed()
        })
        .collect();
    waits.sort();
    println!("takes are begun {waits:?} behind the first block");
    assert!(waits[6] < Duration::from_millis(200), "{waits:?}");
    // A bounce out of rest is whole.
    let song = noise(48_000 * 30, 2);
    players[20].play(&song, 512, Some(0), &mut |_, _| {});
    for (rack, audio) in racks.iter_mut().zip(players) {
        rack.deactivate(audio);
    }
    let take = only_take(&root);
    assert!(recorded(&take) == interleaved(&song), "the take is what was played");
}

/// Eight ramps: another value of each continuous parameter at each block's first sample.
fn ramps(rack: &mut Rack) -> impl FnMut(usize, &mut EventBuffer) + use<> {
    let names = [
        "Zoom",
        "Rotate",
        "Pan X",
        "Pan Y",
        "Reactivity",
        "Intensity",
        "Style strength",
        "Palette shift",
    ];
    let ids = names.map(|name| rack.param(name));
    move |from, events| {
        let value = 0.2 + 0.6 * (from as f64 / 1e6).fract();
        for id in ids {
            events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), value, Cookie::empty()));
        }
    }
}

#[test]
fn no_sample_of_a_bounce_is_lost_with_eight_ramps() {
    let Some(root) = alone("no_sample_of_a_bounce_is_lost_with_eight_ramps") else {
        return;
    };
    for (block, secs) in [(1, 4), (3, 6), (16, 20), (64, 30), (128, 30), (8_192, 30)] {
        let sound = noise(48_000 * secs / block * block, 2);
        let mut rack = Rack::new();
        let mut ramps = ramps(&mut rack);
        let mut audio = rack.activate(RATE_HZ, block as u32);
        audio.play(&sound, block, Some(0), &mut ramps);
        rack.deactivate(audio);
        let take = only_take(&root);
        assert_eq!(take.len as usize, sound[0].len(), "blocks of {block}");
        assert!(recorded(&take) == interleaved(&sound), "blocks of {block}");
        assert_eq!(take.tally.map(|tally| tally.lost()), Some(0));
        assert_eq!(take.losses, [], "blocks of {block}");
        let points =
            |param| move |entry: &&Entry| matches!(entry.event, Event::Param { param: moved, .. } if moved == param);
        let last = take.entries.iter().rfind(points(Param::Intensity)).unwrap();
        assert!(
            last.at.0 as usize + 96 + block >= sound[0].len(),
            "the ramp to its end: {last:?}"
        );
        let count = take.entries.iter().filter(points(Param::Zoom)).count();
        assert!(
            count <= secs * 1_000 + 2,
            "and not more of it than can be seen: {count}"
        );
        drop(rack);
        fs::remove_dir_all(&take.folder).unwrap();
    }
}

/// Chooses a mode of capture: 0 off, 1 export, 2 always.
fn capture(rack: &mut Rack, mode: f64) -> impl FnMut(usize, &mut EventBuffer) + use<> {
    let id = rack.param("Capture");
    move |_, events| events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), mode, Cookie::empty()))
}

#[test]
fn a_take_of_what_plays_goes_on_with_other_blocks() {
    let Some(root) = alone("a_take_of_what_plays_goes_on_with_other_blocks") else {
        return;
    };
    let mut rack = Rack::new();
    let mut always = capture(&mut rack, 2.0);
    let mut heard = vec![Vec::new(), Vec::new()];
    let mut from = 0;
    for block in [512, 64, 8_192, 441] {
        let mut audio = rack.activate(RATE_HZ, block);
        let sound = noise(8_192, 2);
        audio.play(&sound, block as usize, Some(from), &mut always);
        from += 8_192;
        heard
            .iter_mut()
            .zip(&sound)
            .for_each(|(heard, sound)| heard.extend(sound));
        rack.deactivate(audio);
        assert_eq!(list(&root).unwrap()[0].state, TakeState::Recording);
    }
    // Another rate is another take.
    let mut audio = rack.activate(44_100.0, 512);
    let other = noise(8_192, 2);
    audio.play(&other, 512, Some(from), &mut always);
    rack.deactivate(audio);
    drop(rack);
    let takes = list(&root).unwrap();
    assert_eq!(takes.len(), 2);
    for (rate, sound) in [(48_000, heard), (44_100, other)] {
        let take = takes.iter().find(|take| take.manifest.rate.hz() == rate).unwrap();
        let take = Take::open(&take.folder).unwrap();
        assert_eq!(take.end, Some(EndReason::Deactivated));
        assert!(recorded(&take) == interleaved(&sound), "at {rate} Hz");
        assert!(!take.entries.iter().any(|entry| matches!(entry.event, Event::Jump(_))));
    }
}

#[test]
fn a_state_that_comes_behind_the_activation_is_in_the_take() {
    let Some(root) = alone("a_state_that_comes_behind_the_activation_is_in_the_take") else {
        return;
    };
    for _ in 0..20 {
        let mut rack = Rack::new();
        let state = String::from_utf8(rack.save()).unwrap();
        let mut audio = rack.activate(RATE_HZ, 512);
        rack.load(
            state
                .replace("a neon city in the rain", "a harbour at night")
                .as_bytes(),
        )
        .unwrap();
        audio.play(&noise(48_000 * 2, 2), 512, Some(0), &mut |_, _| {});
        rack.deactivate(audio);
        let take = only_take(&root);
        let bank = take.entries.iter().find_map(|entry| match &entry.event {
            Event::Bank { bank } => Some(bank),
            _ => None,
        });
        assert_eq!(bank.unwrap().prompts[1].text, "a harbour at night");
        fs::remove_dir_all(&take.folder).unwrap();
    }
}

#[test]
fn takes_of_unnamed_instances_are_told_apart() {
    let Some(root) = alone("takes_of_unnamed_instances_are_told_apart") else {
        return;
    };
    let mut racks: Vec<Rack> = (0..4).map(|_| Rack::new()).collect();
    let state = String::from_utf8(racks[2].save()).unwrap();
    racks[2]
        .load(state.replace(r#"\"name\":\"\""#, r#"\"name\":\"Drums\""#).as_bytes())
        .unwrap();
    let mut players: Vec<_> = racks.iter_mut().map(|rack| rack.activate(RATE_HZ, 512)).collect();
    // In whatever order they begin.
    for audio in players.iter_mut().rev() {
        audio.play(&noise(48_000 * 4, 2), 512, Some(0), &mut |_, _| {});
    }
    for (rack, audio) in racks.iter_mut().zip(players) {
        rack.deactivate(audio);
    }
    let mut names: Vec<String> = list(&root)
        .unwrap()
        .into_iter()
        .map(|take| take.manifest.name)
        .collect();
    names.sort();
    assert_eq!(names, ["Drums", "Phosphene A", "Phosphene B", "Phosphene C"]);
}

#[test]
fn a_block_costs_next_to_nothing() {
    if alone("a_block_costs_next_to_nothing").is_none() {
        return;
    }
    const BLOCK: usize = 64;
    const BLOCKS: usize = 12_000;
    let block_us = BLOCK as f64 / RATE_HZ * 1e6;
    let mut rack = Rack::new();
    let mut audio = rack.activate(RATE_HZ, BLOCK as u32);
    let sound = noise(BLOCK, 2);
    // Writing as much, one place after another, to memory that no other thread knows: what that costs (the system's
    // interrupts, and its ways with memory that rested) is not of the plugin's making.
    let mut memory = vec![1.0_f32; 6 * RATE_HZ as usize * 2];
    let mut write = |n: usize| {
        let from = n * BLOCK * 2 % (memory.len() - BLOCK * 2);
        memory[from..from + BLOCK * 2].fill(n as f32);
        black_box(&mut memory);
    };
    let (mut costs, mut others) = (Vec::with_capacity(BLOCKS), Vec::with_capacity(BLOCKS));
    for n in 0..BLOCKS {
        // Some four times real time, so that the spooler is at work, and rests as it does in a song.
        thread::sleep(Duration::from_micros(250));
        audio.prepare(&sound, Some(n * BLOCK));
        let began = ThreadTime::now();
        audio.process();
        costs.push(began.elapsed().as_secs_f64() * 1e6);
        thread::sleep(Duration::from_micros(50));
        let began = ThreadTime::now();
        write(n);
        others.push(began.elapsed().as_secs_f64() * 1e6);
    }
    rack.deactivate(audio);
    let share = |costs: &mut Vec<f64>, quantile: f64| {
        costs.sort_by(f64::total_cmp);
        costs[((BLOCKS - 1) as f64 * quantile) as usize] / block_us * 100.0
    };
    let (median, worst) = (share(&mut costs, 0.5), share(&mut costs, 0.999));
    let (usual, hit) = (share(&mut others, 0.5), share(&mut others, 0.999));
    println!("process() of 64 samples at 48 kHz: median {median:.3} %, 99.9th percentile {worst:.3} % of the block");
    println!("writing beside it: {usual:.3} %, {hit:.3} %");
    // Under 1 % and 5 % on a quiet machine; a loaded one spoils caches.
    assert!(
        median < 2.0 && worst < 10.0_f64.max(2.0 * hit),
        "median {median} %, 99.9th percentile {worst} %; writing beside it {usual} %, {hit} %"
    );
}
