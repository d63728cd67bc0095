//! Draws the way from scene to scene into one PNG, to be looked at: `cargo run -p phosphene_diorama --example passages --
//! OUT STEPS PROMPT...`. A row a prompt, `STEPS` pictures on the way from it to the next; `--size WxH` and `--seed N` before
//! the prompts.
#![expect(clippy::print_stdout, reason = "a tool")]

use std::{fs::File, io::BufWriter, time::Instant};

use anyhow::{Context, Result};
use phosphene_core::{
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef},
    frame::{Frame, Generator, Sketcher},
    prompt::Prompt,
    time::Size,
};
use phosphene_diorama::{Diorama, DioramaOptions};

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    let out = args.next().context("which file is written?")?;
    let steps: usize = args.next().context("how many steps?")?.parse()?;
    let (mut size, mut seed): (Size, u64) = ("640x360".parse()?, 1);
    let mut prompts = Vec::new();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--size" => size = args.next().context("a size is missing")?.parse()?,
            "--seed" => seed = args.next().context("a seed is missing")?.parse()?,
            _ => prompts.push(Prompt {
                text: arg,
                ..Prompt::default()
            }),
        }
    }
    let options = DioramaOptions {
        size,
        ..DioramaOptions::default()
    };
    let mut diorama = Diorama::from_prompts(&prompts, options)?;
    let mut sketcher = diorama.sketcher()?;
    let (w, h) = (size.width() as usize, size.height() as usize);
    let mut sheet = vec![0; w * steps * h * prompts.len() * 3];
    for row in 0..prompts.len() {
        for step in 0..steps {
            let zoom = 0.98 * step as f64 / (steps.max(2) - 1) as f64;
            let scene = |k: usize| SceneRef {
                prompt: (row + k) % prompts.len(),
                variant: 0,
                seed: seed + ((row + k) % prompts.len()) as u64,
            };
            let secs = (row * steps + step) as f64 * 0.3;
            let camera = Camera {
                zoom,
                scale: 1.0,
                ..Camera::default()
            };
            let spec = FrameSpec {
                scenes: (0..3).map(scene).collect(),
                camera,
                camera_before: camera,
                reactive: Reactive {
                    bass: 0.4,
                    mid: 0.4,
                    high: 0.4,
                    loudness: 0.7,
                    ..Reactive::default()
                },
                clock: Clock {
                    beat: secs * 2.0,
                    bar: secs * 0.5,
                    beat_secs: 0.5,
                    secs,
                },
                approach: zoom as f32,
                ..FrameSpec::still(scene(0))
            };
            let began = Instant::now();
            let sketch = sketcher.sketch(&spec)?;
            let drawn = began.elapsed();
            let mut frame = Frame::black(size);
            diorama.finish(&spec, sketch, &mut frame)?;
            println!(
                "{} {zoom:.2}: {:.0} + {:.0} ms",
                prompts[row].text,
                drawn.as_secs_f64() * 1e3,
                (began.elapsed() - drawn).as_secs_f64() * 1e3
            );
            for y in 0..h {
                let at = ((row * h + y) * steps + step) * w * 3;
                sheet[at..at + w * 3].copy_from_slice(&frame.rgb()[y * w * 3..][..w * 3]);
            }
        }
    }
    let mut encoder = png::Encoder::new(
        BufWriter::new(File::create(out)?),
        (w * steps) as u32,
        (h * prompts.len()) as u32,
    );
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&sheet)?;
    Ok(())
}
