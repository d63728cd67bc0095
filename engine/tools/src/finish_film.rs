//! The whole generator over a made-up shot a prompt: what it costs, how it flickers, and some of the frames as PNG.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use phosphene_engine::{
    diorama::{Diorama, DioramaOptions, post::temporal_blend::flicker},
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef, Shot},
    frame::{Frame, Generator, Sketcher},
    prompt::Prompt,
    time::{FrameIdx, SamplePos},
};

use crate::picture::write_png;

/// Arguments of `finish-film`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder that frames are written into
    folder: PathBuf,
    /// Frames a prompt
    #[arg(value_parser = clap::value_parser!(u64).range(2..))]
    frames: u64,
    /// What is to be seen; each prompt's scene holds the next one's
    #[arg(required = true)]
    prompts: Vec<String>,
}

/// Makes the shots.
pub fn run(arguments: &Arguments) -> Result<()> {
    let (folder, frames) = (&arguments.folder, arguments.frames);
    let prompt = |text: &String| Prompt {
        text: text.clone(),
        ..Prompt::default()
    };
    let prompts: Vec<Prompt> = arguments.prompts.iter().map(prompt).collect();
    let options = DioramaOptions::default();
    for first in 0..prompts.len() {
        // One generator a shot: its figures are the shot's.
        let mut diorama = Diorama::from_prompts(&prompts, options)?;
        let mut sketcher = diorama.sketcher()?;
        let mut frame = Frame::black(options.size);
        let (mut before, mut fresh_before) = (Vec::new(), Vec::new());
        let (mut blended, mut unblended) = (0.0, 0.0);
        for index in 0..frames {
            let spec = spec(index, frames, first, prompts.len());
            let always = FrameSpec {
                key: true,
                ..spec.clone()
            };
            let fresh = sketcher.sketch(&always)?;
            let fresh_now: Vec<[f32; 4]> = fresh
                .painting()
                .context("painted")?
                .chunks_exact(3)
                .map(lanes)
                .collect();
            let sketch = sketcher.sketch(&spec)?;
            diorama.finish(&spec, sketch, &mut frame)?;
            if index > 0 {
                let drawing = fresh.drawing().context("drawn")?;
                blended += flicker(&before, diorama.painted(), drawing);
                unblended += flicker(&fresh_before, &fresh_now, drawing);
            }
            before = diorama.painted().to_vec();
            fresh_before = fresh_now;
            if index % 4 == 0 || index % 12 == 1 {
                let (width, height) = (frame.size().width(), frame.size().height());
                let path = folder.join(format!("shot{first}-{index:03}.png"));
                write_png(&path, (width, height), frame.rgb())?;
            }
        }
        println!(
            "shot {first}: flicker {:.3} of {:.4}",
            blended / unblended,
            unblended / (frames - 1) as f64
        );
        for (name, ms) in diorama.timings().ms_per_frame() {
            print!("{name} {ms:.2}  ");
        }
        println!("ms, {} frames damped", diorama.flashes_damped());
    }
    Ok(())
}

fn lanes(rgb: &[f32]) -> [f32; 4] {
    [rgb[0], rgb[1], rgb[2], 0.0]
}

/// A zoom from scene to scene with a kick on every half second.
fn spec(index: u64, frames: u64, first: usize, prompts: usize) -> FrameSpec {
    let camera = |index: u64| Camera {
        zoom: index as f64 / frames as f64,
        scale: 1.0 + 0.02 * f64::from(kick(index)),
        ..Camera::default()
    };
    let scene = |prompt: usize| SceneRef {
        prompt: prompt % prompts,
        variant: 0,
        seed: 7 + (prompt % prompts) as u64,
    };
    let secs = index as f64 / 24.0;
    FrameSpec {
        frame: FrameIdx(index),
        at: SamplePos(index * 2000),
        shot: Shot {
            index: 0,
            first: FrameIdx(0),
            end: FrameIdx(frames),
        },
        seed: index,
        key: index.is_multiple_of(2),
        scenes: [first, first + 1, first + 2].map(scene).to_vec(),
        approach: (index as f32 / frames as f32 * 2.0 - 1.0).max(0.0),
        camera: camera(index),
        camera_before: camera(index.saturating_sub(1)),
        reactive: Reactive {
            kick: kick(index),
            loudness: 0.6,
            bass: 0.4,
            mid: 0.4,
            high: 0.3,
            ..Reactive::default()
        },
        clock: Clock {
            beat: secs * 2.0,
            bar: secs / 2.0,
            beat_secs: 0.5,
            secs,
        },
        beat_in_bar: index.is_multiple_of(12).then_some(1),
        ..FrameSpec::still(scene(first))
    }
}

fn kick(index: u64) -> f32 {
    (-((index % 12) as f32) / 24.0 / 0.18).exp()
}
