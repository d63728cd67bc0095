//! Measures the worlds at 640x360: `cargo run -p phosphene_worlds --example measure -- [KIND...]`.
//!
//! A line a world: milliseconds of one core for shading and developing a frame (the least of five); shimmer, as the mean
//! second difference over three frames in a row (levels of 255) and the share of values that jump by more than 15 %;
//! and how much more a frame changes in the two frames from a drum's hit on than between hits. `--maps FOLDER` before the
//! kinds writes where each world shimmers, and the frame itself, into PNG files: one grey level in twelve is a level of 255.
#![expect(clippy::print_stdout, reason = "a tool")]

use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};
use phosphene_worlds::{
    camera::View,
    film::{Film, Scratch},
    isa::Isa,
    picture::{Picture, Prepared},
    scalar,
    scene::{Kind, Scene},
};

const SIZE: (usize, usize) = (640, 360);
const FPS: f64 = 24.0;
/// Frames a beat: 120 beats a minute.
const BEAT: u64 = 12;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    let maps = match args.next_if(|arg| arg == "--maps") {
        Some(_) => Some(PathBuf::from(args.next().context("which folder are maps written to?")?)),
        None => None,
    };
    let asked: Vec<String> = args.map(|name| name.to_lowercase()).collect();
    let isa = Isa::choose()?;
    println!("world             ms   shimmer  jumps %  answers");
    for kind in Kind::ALL {
        let name = format!("{kind:?}");
        if asked.is_empty() || asked.contains(&name.to_lowercase()) {
            let (mut costs, mut shimmer, mut jumps, mut answers) = (f64::INFINITY, 0.0f64, 0.0f64, 0.0f64);
            for seed in 1..=3 {
                let found = measure(kind, seed, isa, maps.as_deref()).with_context(|| name.clone())?;
                costs = costs.min(found.ms);
                shimmer = shimmer.max(found.shimmer);
                jumps = jumps.max(found.jumps);
                answers += found.answers / 3.0;
            }
            println!(
                "{name:<15} {costs:5.1} {shimmer:9.2} {:8.2} {answers:8.2}",
                jumps * 100.0
            );
        }
    }
    Ok(())
}

struct Found {
    ms: f64,
    shimmer: f64,
    jumps: f64,
    answers: f64,
}

fn measure(kind: Kind, seed: u64, isa: Isa, maps: Option<&Path>) -> Result<Found> {
    let still: Vec<Vec<f32>> = (0..3).map(|frame| shown(kind, seed, frame, false, isa).0).collect();
    let bent = |i: usize| (still[0][i] - 2.0 * still[1][i] + still[2][i]).abs();
    let count = still[0].len();
    let shimmer = (0..count).map(|i| f64::from(bent(i))).sum::<f64>() / count as f64 * 255.0;
    if let Some(folder) = maps {
        let rows: Vec<f32> = (0..count).map(|i| bent(i) * 12.0).collect();
        save(&[&rows, &still[1]], &folder.join(format!("{kind:?}-{seed}.png")))?;
    }
    let jumps = (0..count).filter(|i| bent(*i) > 0.15).count() as f64 / count as f64;
    let (mut ms, mut before) = (f64::INFINITY, Vec::new());
    let (mut after, mut between) = ((0.0, 0), (0.0, 0));
    for frame in 0..2 * BEAT {
        let (now, took) = shown(kind, seed, frame, true, isa);
        ms = ms.min(took);
        if frame > 0 {
            let change = |(a, b): (&f32, &f32)| f64::from((a - b).abs());
            let change = now.iter().zip(&before).map(change).sum::<f64>();
            let list = if frame % BEAT < 2 { &mut after } else { &mut between };
            *list = (list.0 + change, list.1 + 1);
        }
        before = now;
    }
    let mean = |(sum, count): (f64, u32)| sum / f64::from(count);
    Ok(Found {
        ms,
        shimmer,
        jumps,
        answers: mean(after) / mean(between).max(1e-9),
    })
}

/// A frame as it is shown, red, green and blue one after the other, and its milliseconds.
fn shown(kind: Kind, seed: u64, frame: u64, drums: bool, isa: Isa) -> (Vec<f32>, f64) {
    let mut scene = Scene {
        seed,
        ..Scene::default()
    };
    let since = (frame % BEAT) as f32 / FPS as f32;
    let hit = |release: f32| if drums { scalar::exp(-since / release) } else { 0.0 };
    let music = &mut scene.music;
    (music.kick, music.snare, music.hat) = (hit(0.18), hit(0.12), hit(0.06));
    music.loudness = 0.8;
    music.secs = frame as f64 / FPS;
    music.beat = frame as f64 / BEAT as f64;
    music.bar = music.beat / 4.0;
    let film = Film {
        exposure: 1.0 + 0.08 * music.kick + 0.05 * music.snare,
        ..Film::default()
    };
    let mut picture = Picture::new(SIZE.0, SIZE.1);
    let began = Instant::now();
    Prepared::new(kind, &scene).shade(isa, View::WHOLE, &mut picture, &|_, _| true);
    film.develop(isa, &mut picture, &mut Scratch::default());
    let took = began.elapsed().as_secs_f64() * 1e3;
    (picture.light.concat(), took)
}

/// Writes pictures (red, green and blue one after the other) side by side.
fn save(pictures: &[&[f32]], path: &Path) -> Result<()> {
    let (w, h) = SIZE;
    let mut rgb = Vec::with_capacity(w * h * 3 * pictures.len());
    for y in 0..h {
        for picture in pictures {
            for x in 0..w {
                rgb.extend((0..3).map(|k| (picture[(k * h + y) * w + x].clamp(0.0, 1.0) * 255.0 + 0.5) as u8));
            }
        }
    }
    let file = File::create(path).with_context(|| format!("{} can't be written", path.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), (w * pictures.len()) as u32, h as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(())
}
