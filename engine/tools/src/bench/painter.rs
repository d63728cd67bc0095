//! How fast and how exact the painter is: on each instruction set, beside its floor and beside general runtimes.
//!
//! The floor is the multiply-adds of the network as trained over what one core of this machine reaches when it does
//! nothing else. Winograd's saving can bring a frame near it or below.

mod errors;
mod peers;
mod pictures;

use std::{num::NonZeroUsize, path::Path};

use anyhow::{Context, Result, ensure};
use phosphene_engine::painter::{self, Isa, Painter, Picture, Profile, STYLES, Scratch, Step, Styles};

use self::{
    peers::{Arithmetic, Onnxruntime, Rten},
    pictures::Drawn,
};
use crate::bench::machine::{Clock, Watch};

const SIZES: [(usize, usize); 3] = [(480, 272), (640, 360), (1280, 720)];

/// The size at which 1280x720 is painted.
const USUAL: (usize, usize) = (640, 360);

/// Paintings of each kind and size, in turns; the best one counts.
const ROUNDS: usize = 6;

/// Threads whose paintings must be the same.
const THREADS: [usize; 3] = [1, 2, 4];

/// One painter with its core's peak in multiply-adds a second, best of the run.
struct Contender {
    painter: Painter,
    scratch: Scratch,
    peak: f64,
}

impl Contender {
    fn paint(&mut self, drawn: &Drawn, styles: &Styles, threads: usize, out: &mut [f32]) -> Result<()> {
        let picture = Picture {
            width: drawn.width,
            height: drawn.height,
            rgb: &drawn.rgb,
        };
        let threads = NonZeroUsize::new(threads).context("at least one thread paints")?;
        Ok(self.painter.paint(&mut self.scratch, picture, styles, threads, out)?)
    }
}

/// Seconds: the best of all rounds.
#[derive(Clone, Copy)]
struct Best(f64);

impl Best {
    const NONE: Self = Self(f64::INFINITY);

    fn take(&mut self, secs: f64) {
        self.0 = self.0.min(secs);
    }
}

/// What one size takes.
struct Speeds {
    /// CPU on one thread, wall on two.
    ours: Vec<[Best; 2]>,
    rten: Best,
    onnxruntime: Best,
}

/// Prints all of it, for the demo's song and storyboard.
pub fn measure(song: &Path, storyboard: &Path, python: &Path) -> Result<()> {
    let mut contenders = Vec::new();
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
        contenders.push(Contender {
            painter: Painter::embedded_with_isa(isa)?,
            scratch: Scratch::default(),
            peak: 0.0,
        });
    }
    let rten = Rten::load()?;
    let mut onnxruntime = match Onnxruntime::start(python) {
        Ok(onnxruntime) => Some(onnxruntime),
        Err(error) => {
            println!("\nonnxruntime is left out: {error}");
            None
        }
    };
    speeds(&mut contenders, &rten, onnxruntime.as_mut())?;
    layers(&mut contenders)?;
    sameness(&mut contenders)?;
    match &mut onnxruntime {
        Some(onnxruntime) => errors::measure(&mut contenders, onnxruntime, (song, storyboard)),
        None => Ok(()),
    }
}

fn usual_styles() -> Styles {
    let mut styles = [0.0; STYLES];
    (styles[7], styles[3]) = (0.7, 0.3);
    styles
}

fn speeds(contenders: &mut [Contender], rten: &Rten, mut onnxruntime: Option<&mut Onnxruntime>) -> Result<()> {
    println!("\nThe painter, milliseconds a painting (best of {ROUNDS}, in turns with its peers)");
    println!(
        "  floor: the network's multiply-adds at the core's peak; Winograd needs fewer, so a ratio can be below 1"
    );
    println!(
        "  {:<10} {:<19} {:>12} {:>9} {:>9} {:>15} {:>12} {:>14} {:>16}",
        "size", "", "1 thread CPU", "of onnx", "of rten", "2 threads wall", "its floor", "of its floor", "core's peak"
    );
    for (width, height) in SIZES {
        let drawn = Drawn::waves((width, height));
        let times = speed(contenders, rten, onnxruntime.as_deref_mut(), &drawn)?;
        let size = format!("{width}x{height}");
        let row = |name: &str, cpu: f64| {
            let ratio = |peer: Best| {
                if peer.0.is_finite() {
                    format!("{:.3}", cpu / peer.0)
                } else {
                    "-".into()
                }
            };
            print!(
                "  {size:<10} {name:<19} {:>12.1} {:>9} {:>9}",
                cpu * 1e3,
                ratio(times.onnxruntime),
                ratio(times.rten)
            );
        };
        for (contender, [cpu, wall]) in contenders.iter().zip(&times.ours) {
            let floor = painter::multiply_adds(width, height) as f64 / contender.peak;
            row(&contender.painter.isa().to_string(), cpu.0);
            println!(
                " {:>15.1} {:>12.1} {:>14.2} {:>8.0} GFLOP/s",
                wall.0 * 1e3,
                floor * 1e3,
                cpu.0 / floor,
                contender.peak * 2e-9,
            );
        }
        if let Some(onnxruntime) = &onnxruntime {
            row(&format!("onnxruntime {}", onnxruntime.version), times.onnxruntime.0);
            println!();
        }
        row("rten", times.rten.0);
        println!();
    }
    Ok(())
}

fn speed(
    contenders: &mut [Contender],
    rten: &Rten,
    mut onnxruntime: Option<&mut Onnxruntime>,
    drawn: &Drawn,
) -> Result<Speeds> {
    let styles = usual_styles();
    let mut out = vec![0.0; drawn.rgb.len()];
    let mut best = Speeds {
        ours: vec![[Best::NONE; 2]; contenders.len()],
        rten: Best::NONE,
        onnxruntime: Best::NONE,
    };
    for _ in 0..ROUNDS {
        for (contender, [cpu, wall]) in contenders.iter_mut().zip(&mut best.ours) {
            contender.peak = contender.peak.max(contender.painter.measure_peak());
            let watch = Watch::start(Clock::Thread);
            contender.paint(drawn, &styles, 1, &mut out)?;
            cpu.take(watch.secs());
            let watch = Watch::start(Clock::Thread);
            contender.paint(drawn, &styles, 2, &mut out)?;
            wall.take(watch.wall_secs());
        }
        if let Some(onnxruntime) = &mut onnxruntime {
            let answer = onnxruntime.paint(Arithmetic::Onnxruntime, drawn, &styles)?;
            best.onnxruntime.take(answer.secs);
        }
        best.rten.take(rten.secs(drawn, &styles)?);
    }
    Ok(best)
}

/// Prints each layer's time beside its floor.
fn layers(contenders: &mut [Contender]) -> Result<()> {
    let (width, height) = USUAL;
    let drawn = Drawn::waves(USUAL);
    let mut out = vec![0.0; drawn.rgb.len()];
    let mut best = vec![[Best::NONE; Step::ALL.len()]; contenders.len()];
    for _ in 0..2 * ROUNDS {
        for (contender, best) in contenders.iter_mut().zip(&mut best) {
            contender.paint(&drawn, &usual_styles(), 1, &mut out)?;
            let profile: Profile = contender.scratch.profile();
            for (step, best) in Step::ALL.into_iter().zip(best) {
                best.take(profile.on(step).as_secs_f64());
            }
        }
    }
    println!(
        "\nThe painter's layers at {width}x{height}, one thread, wall milliseconds (best of {})",
        2 * ROUNDS
    );
    println!(
        "  share: the floor (multiply-adds at the core's peak) of the time; of what is left: of our products alone"
    );
    print!("  {:<24} {:>12} {:>12}", "", "M as trained", "M left");
    for contender in &*contenders {
        print!(" {:>10} ms  share  of left", contender.painter.isa().to_string());
    }
    println!();
    let row = |name: &str, trained: usize, products: usize, secs: &[f64]| {
        print!(
            "  {name:<24} {:>12.1} {:>12.1}",
            trained as f64 * 1e-6,
            products as f64 * 1e-6
        );
        for (contender, secs) in contenders.iter().zip(secs) {
            let share = |count: usize| 100.0 * count as f64 / contender.peak / secs;
            print!(
                " {:>13.2} {:>4.0} % {:>6.0} %",
                secs * 1e3,
                share(trained),
                share(products)
            );
        }
        println!();
    };
    for (i, step) in Step::ALL.into_iter().enumerate() {
        let secs: Vec<f64> = best.iter().map(|best| best[i].0).collect();
        let (trained, products) = (step.multiply_adds(width, height), step.products(width, height));
        row(step.name(), trained, products, &secs);
    }
    let all: Vec<f64> = best.iter().map(|best| best.iter().map(|best| best.0).sum()).collect();
    let products = Step::ALL.iter().map(|step| step.products(width, height)).sum();
    row("all", painter::multiply_adds(width, height), products, &all);
    Ok(())
}

/// Prints checksums of the same painting: alike for any threads, and on all instruction sets that fuse.
fn sameness(contenders: &mut [Contender]) -> Result<()> {
    println!(
        "\nThe painter's bits, as checksums of a painting at {}x{}",
        USUAL.0, USUAL.1
    );
    let drawn = Drawn::waves(USUAL);
    let mut out = vec![0.0; drawn.rgb.len()];
    let mut fused = None;
    for contender in contenders {
        let isa = contender.painter.isa();
        print!("  {:<10}", isa.to_string());
        let mut first = None;
        for threads in THREADS {
            out.fill(f32::NAN);
            contender.paint(&drawn, &usual_styles(), threads, &mut out)?;
            let sum = checksum(&out);
            print!(" {threads} threads {sum:08x} ");
            ensure!(
                *first.get_or_insert(sum) == sum,
                "{threads} threads paint something else on {isa}"
            );
        }
        println!();
        if isa != Isa::Portable {
            let sum = first.context("some threads have painted")?;
            ensure!(*fused.get_or_insert(sum) == sum, "{isa} paints something else");
        }
    }
    Ok(())
}

/// The CRC-32 of the bits.
fn checksum(floats: &[f32]) -> u32 {
    let bytes: Vec<u8> = floats.iter().flat_map(|v| v.to_le_bytes()).collect();
    crc32fast::hash(&bytes)
}
