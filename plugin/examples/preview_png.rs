//! Plays a song through the live half in real time and writes what the preview shows as PNG files.
//!
//! `preview_png SONG FOLDER [SECS] [BPM]`: scenes change every four bars of the tempo (120 unless given); 0 leaves the
//! beats to the tracker. Prints the preview's rate and, on Linux, what each thread cost.

#[path = "../tests/common/real_time.rs"]
mod real_time;
#[path = "../tests/common/waiting.rs"]
mod waiting;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Instant};

use nice_plug_egui::RepaintNotifier;
use phosphene_core::{
    frame::Frame,
    song::{Block, Song},
    take::{AskedBy, Quantize, Transport},
    time::Size,
};
use phosphene_plugin::{
    live::{Live, TapMessage},
    params::PhospheneParams,
    shared::{Picture, Shared},
    tap::Record,
};
use real_time::RealTime;
use waiting::wait_for;

const BLOCK: usize = 512;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(folder)) = (args.next(), args.next()) else {
        return Err("usage: preview_png SONG FOLDER [SECS] [BPM]".into());
    };
    let secs: f64 = args.next().map_or(Ok(20.0), |secs| secs.parse())?;
    let bpm: f64 = args.next().map_or(Ok(120.0), |bpm| bpm.parse())?;
    fs::create_dir_all(&folder)?;
    let song = Song::open(&path)?;
    let (rate, channels) = (song.info().rate.hz(), song.info().channels);
    let mut samples = Vec::new();
    let (mut reader, mut block, mut part) = (song.reader()?, Block::default(), Vec::new());
    while samples.len() < (secs * f64::from(rate)) as usize * channels && reader.read(&mut block)? {
        block.f32_into(&mut part);
        samples.append(&mut part);
    }

    let shared = Arc::new(Shared::new(Arc::new(PhospheneParams::default())));
    let live = Live::start(shared.clone(), RepaintNotifier::new(), rate, channels.try_into()?);
    shared.set_editor_open(true);
    let took = wait_for("the first picture", || shared.preview.lock().serial > 0);
    println!("first picture after {:.0} ms", took.as_secs_f64() * 1e3);
    // The stills of the bank are made before anything plays.
    let prompts: Vec<String> = shared
        .params
        .project
        .read()
        .bank
        .prompts
        .iter()
        .map(|prompt| prompt.text.clone())
        .collect();
    wait_for("the last still", || {
        let stills = shared.stills.lock();
        prompts
            .iter()
            .zip(stills.iter())
            .all(|(text, still)| *text == still.text)
    });

    let (start, clock) = (Instant::now(), RealTime::start());
    let costs = thread_costs();
    let (mut at, mut second, mut scene, mut pictures) = (0_u64, 0_u64, 0_u8, 0);
    let first = shared.preview.lock().serial;
    for chunk in samples.chunks(BLOCK * channels) {
        let quarters = (bpm > 0.0).then(|| at as f64 / f64::from(rate) * bpm / 60.0);
        let record = Record::Block {
            samples: (chunk.len() / channels) as u32,
            transport: Transport {
                playing: bpm > 0.0,
                tempo_bpm: quarters.map(|_| bpm),
                quarters,
                bar_quarters: quarters.map(|quarters| (quarters / 4.0).floor() * 4.0),
                host_sample: quarters.map(|_| at as i64),
                signature: Some((4, 4)),
            },
            ahead_ns: 0,
            wall_ns: start.elapsed().as_nanos() as u64,
            offline: false,
            dropped_blocks: 0,
            dropped_samples: 0,
        };
        live.push(TapMessage {
            record,
            samples: chunk.to_vec(),
        });
        at += BLOCK as u64;
        // A scene every four bars, asked for two bars ahead.
        let bars = at as f64 / f64::from(rate) * if bpm > 0.0 { bpm } else { 120.0 } / 240.0;
        if ((bars + 2.0) / 4.0) as u8 > scene {
            scene += 1;
            let record = Record::Scene {
                offset: 0,
                scene: scene % 4,
                quantize: Quantize::Bars4,
                morph: 8.0,
                by: AskedBy::Scene,
            };
            live.push(TapMessage {
                record,
                samples: Vec::new(),
            });
        }
        clock.reach(at as f64 / f64::from(rate));
        let now = start.elapsed().as_secs();
        if now > second {
            second = now;
            let picture = shared.preview.lock().clone();
            let view = shared.live.lock().clone();
            println!(
                "{now:3} s: {}x{}, {} pictures, scene {}, beat {:.2} of {:.1} BPM ({:?}), to come {:?}",
                picture.width,
                picture.height,
                picture.serial - first - pictures,
                view.scene,
                view.beat,
                view.bpm,
                view.grid,
                view.cues
            );
            pictures = picture.serial - first;
            save(&picture, &Path::new(&folder).join(format!("at_{now:03}.png")))?;
        }
    }
    let played = start.elapsed().as_secs_f64();
    println!(
        "{:.1} pictures a second",
        (shared.preview.lock().serial - first) as f64 / played
    );
    for (name, after) in thread_costs() {
        let before = costs.get(&name).copied().unwrap_or(0.0);
        println!("{name:<18} {:5.1} % of a core", (after - before) / played * 100.0);
    }
    for (scene, still) in shared
        .stills
        .lock()
        .iter()
        .enumerate()
        .filter(|(_, still)| still.picture.serial > 0)
    {
        println!("{scene}: {} -> {}", still.text, still.meaning);
        if still.picture.width > 0 {
            save(&still.picture, &Path::new(&folder).join(format!("still_{scene}.png")))?;
        }
    }
    println!(
        "dropped: {}; warnings: {:?}",
        live.dropped(),
        shared.capture.lock().warnings
    );
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        let lines = status
            .lines()
            .filter(|line| line.starts_with("VmRSS") || line.starts_with("Threads"));
        lines.for_each(|line| println!("{line}"));
    }
    let stop = Instant::now();
    drop(live);
    println!("stopped in {:.0} ms", stop.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

fn save(picture: &Picture, path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut frame = Frame::black(Size::new(picture.width as u32, picture.height as u32)?);
    frame.rgb_mut().copy_from_slice(&picture.rgb);
    Ok(frame.write_png(path)?)
}

/// CPU seconds of each thread so far, by name; empty where the system does not tell.
fn thread_costs() -> BTreeMap<String, f64> {
    let mut costs = BTreeMap::new();
    for task in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
        // Nanoseconds on a processor come first.
        let nanos: f64 = read("schedstat")
            .split(' ')
            .next()
            .and_then(|nanos| nanos.parse().ok())
            .unwrap_or(0.0);
        *costs.entry(read("comm").trim().to_owned()).or_default() += nanos / 1e9;
    }
    costs
}
