//! How fast the painter is: on each instruction set, beside its floor and beside general runtimes.
//!
//! The floor is the multiply-adds of the network as trained over what one core of this machine reaches when it does
//! nothing else. Winograd's saving can bring a frame near it or below.

use std::{num::NonZeroUsize, path::PathBuf, process::Command, sync::Arc};

use anyhow::{Context, Result};
use phosphene_engine::painter::{self, Isa, Painter, Picture, STYLES, Scratch};
use rten::{Model, RunOptions, ThreadPool, Value};

use crate::machine::{Clock, Watch};

const SIZES: [(usize, usize); 3] = [(480, 272), (640, 360), (1280, 720)];

/// The size at which 1280x720 is painted, where other runtimes are measured too.
const USUAL: (usize, usize) = (640, 360);

/// Frames of each painter and size; the best one counts.
const ROUNDS: usize = 6;

/// One painter with its core's peak in multiply-adds a second, best of the run.
struct Contender {
    painter: Painter,
    peak: f64,
}

/// Prints all of it.
pub fn measure() -> Result<()> {
    let mut contenders = Vec::new();
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
        let painter = Painter::embedded_with_isa(isa)?;
        contenders.push(Contender { painter, peak: 0.0 });
    }
    let times: Vec<Vec<[f64; 2]>> = SIZES
        .iter()
        .map(|&size| paint(&mut contenders, size))
        .collect::<Result<_>>()?;
    println!("\nThe painter, milliseconds a painting (best of {ROUNDS})");
    println!(
        "  floor: the network's multiply-adds at the core's peak; Winograd needs fewer, so a ratio can be below 1"
    );
    println!(
        "  {:<10} {:<9} {:>12} {:>10} {:>8} {:>16} {:>14}",
        "size", "kernels", "1 thread CPU", "its floor", "ratio", "2 threads wall", "core's peak"
    );
    for ((width, height), times) in SIZES.iter().zip(&times) {
        for (contender, [cpu, wall]) in contenders.iter().zip(times) {
            let floor = painter::multiply_adds(*width, *height) as f64 / contender.peak;
            println!(
                "  {:<10} {:<9} {:>12.1} {:>10.1} {:>8.2} {:>16.1} {:>7.0} GFLOP/s",
                format!("{width}x{height}"),
                contender.painter.isa().to_string(),
                cpu * 1e3,
                floor * 1e3,
                cpu / floor,
                wall * 1e3,
                contender.peak * 2e-9,
            );
        }
    }
    let usual = SIZES.iter().position(|&size| size == USUAL);
    let ours = usual.and_then(|at| times[at].first()).map_or(f64::NAN, |[cpu, _]| *cpu);
    general_runtimes(ours)
}

/// The best CPU seconds on one thread and wall seconds on two of each painter; they take turns.
fn paint(contenders: &mut [Contender], (width, height): (usize, usize)) -> Result<Vec<[f64; 2]>> {
    let rgb = pixels(width, height);
    let picture = Picture {
        width,
        height,
        rgb: &rgb,
    };
    let mut styles = [0.0; STYLES];
    (styles[7], styles[3]) = (0.7, 0.3);
    let (mut scratch, mut out) = (Scratch::default(), vec![0.0; rgb.len()]);
    let mut best = vec![[f64::INFINITY; 2]; contenders.len()];
    for _ in 0..ROUNDS {
        for (contender, best) in contenders.iter_mut().zip(&mut best) {
            let painter = &contender.painter;
            contender.peak = contender.peak.max(painter.measure_peak());
            let watch = Watch::start(Clock::Thread);
            painter.paint(&mut scratch, picture, &styles, NonZeroUsize::MIN, &mut out)?;
            best[0] = best[0].min(watch.secs());
            let watch = Watch::start(Clock::Thread);
            let two = NonZeroUsize::MIN.saturating_add(1);
            painter.paint(&mut scratch, picture, &styles, two, &mut out)?;
            best[1] = best[1].min(watch.wall_secs());
        }
    }
    Ok(best)
}

/// Waves and checks: something in every frequency. (height, width, 3).
fn pixels(width: usize, height: usize) -> Vec<f32> {
    let pixel = |x: usize, y: usize| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = 0.5 + 0.5 * (40.0 * u * u + 25.0 * v).sin();
        [wave, (x / 16 + y / 16) as f32 % 2.0 * 0.8 + 0.1, 1.0 - u * v]
    };
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)))
        .collect()
}

/// Prints the same network's time in runtimes for any network, on one thread.
fn general_runtimes(ours: f64) -> Result<()> {
    let (width, height) = USUAL;
    println!("  the same network in general runtimes at {width}x{height}, one thread, CPU");
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/painter/multistyle26.onnx");
    let say = |name: &str, secs: f64| {
        println!("  {name:<20} {:>12.1} ms, {:.2} of ours", secs * 1e3, secs / ours);
    };
    say("rten", rten(&file)?);
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/bench/painter_onnxruntime.py");
    let python = Command::new("python3")
        .arg(script)
        .arg(&file)
        .args([width, height, ROUNDS].map(|n| n.to_string()))
        .output();
    let answer = python.ok().filter(|output| output.status.success());
    let answer = answer.and_then(|output| String::from_utf8(output.stdout).ok());
    match answer.as_deref().and_then(|text| text.trim().split_once(' ')) {
        Some((version, secs)) => say(
            &format!("onnxruntime {version}"),
            secs.parse().context("onnxruntime's time")?,
        ),
        None => println!("  onnxruntime is not here: it is measured where python3 has it"),
    }
    Ok(())
}

/// The best CPU seconds of rten.
fn rten(file: &PathBuf) -> Result<f64> {
    let (width, height) = USUAL;
    let model = Model::load_file(file).with_context(|| format!("can't load {}", file.display()))?;
    let rgb = pixels(width, height);
    let planes: Vec<f32> = (0..3).flat_map(|c| rgb.iter().skip(c).step_by(3).copied()).collect();
    let mut styles = vec![0.0; STYLES];
    (styles[7], styles[3]) = (0.7, 0.3);
    let mut options = RunOptions::default();
    options.thread_pool = Some(Arc::new(ThreadPool::with_num_threads(1)));
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let inputs = vec![
            (
                model.node_id("image")?,
                Value::from_shape(&[1, 3, height, width], planes.clone())?.into(),
            ),
            (
                model.node_id("style_weights")?,
                Value::from_shape(&[STYLES], styles.clone())?.into(),
            ),
        ];
        // Its pool's thread does the work, or ours: both are counted.
        let watch = Watch::start(Clock::LiveThreads);
        model.run(inputs, &[model.output_ids()[0]], Some(options.clone()))?;
        best = best.min(watch.secs());
    }
    Ok(best)
}
