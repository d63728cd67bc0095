//! Prints how long the painter takes for a frame, at three sizes, on each instruction set of this machine.
//!
//! `cargo run --example painter_bench -- [ROUNDS] [ISA]`. Times are CPU time of one thread and the wall time of two;
//! the best of all rounds, which go round the instruction sets in turn. The floor is the network's multiply-adds over
//! the core's measured peak; Winograd's saving can bring a frame near it or below.

use std::{fs, num::NonZeroUsize, time::Instant};

use phosphene_engine::painter::{self, Isa, Painter, Picture, STYLES, Scratch};

const SIZES: [(usize, usize); 3] = [(480, 272), (640, 360), (1280, 720)];

fn main() -> phosphene_engine::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(10);
    let only = arguments.next();
    let mut painters = Vec::new();
    for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
        if only.as_ref().is_none_or(|only| *only == isa.to_string()) {
            let painter = Painter::embedded_with_isa(isa)?;
            let peak = painter.measure_peak();
            println!("{isa}: {:.0} GFLOP/s peak of one core", 2e-9 * peak);
            painters.push((painter, peak));
        }
    }
    let mut styles = [0.0; STYLES];
    (styles[7], styles[3]) = (0.7, 0.3);
    for (width, height) in SIZES {
        let rgb = picture(width, height);
        let picture = Picture {
            width,
            height,
            rgb: &rgb,
        };
        let mut out = vec![0.0; rgb.len()];
        let mut best = vec![[f64::INFINITY; 2]; painters.len()];
        let mut scratch = Scratch::default();
        for _ in 0..rounds {
            for ((painter, _), best) in painters.iter().zip(&mut best) {
                let (start, cpu) = (Instant::now(), cpu_ms());
                painter.paint(&mut scratch, picture, &styles, NonZeroUsize::MIN, &mut out)?;
                let wall = start.elapsed().as_secs_f64() * 1e3;
                best[0] = best[0].min(cpu.zip(cpu_ms()).map_or(wall, |(from, to)| to - from));
                let start = Instant::now();
                painter.paint(
                    &mut scratch,
                    picture,
                    &styles,
                    NonZeroUsize::MIN.saturating_add(1),
                    &mut out,
                )?;
                best[1] = best[1].min(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        for ((painter, peak), [cpu, wall]) in painters.iter().zip(best) {
            let floor = painter::multiply_adds(width, height) as f64 / peak * 1e3;
            println!(
                "{width}x{height} {:8} {cpu:7.1} ms CPU on 1 thread, {wall:7.1} ms wall on 2; floor {floor:6.1} ms, {:.2} of it",
                painter.isa().to_string(),
                cpu / floor,
            );
        }
    }
    Ok(())
}

/// Waves and checks: something in every frequency.
fn picture(width: usize, height: usize) -> Vec<f32> {
    let pixel = |x: usize, y: usize| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = 0.5 + 0.5 * (40.0 * u * u + 25.0 * v).sin();
        [wave, (x / 16 + y / 16) as f32 % 2.0 * 0.8 + 0.1, 1.0 - u * v]
    };
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)))
        .collect()
}

/// CPU time of this thread, in milliseconds, where the system says (Linux).
fn cpu_ms() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? * 1e-6)
}
