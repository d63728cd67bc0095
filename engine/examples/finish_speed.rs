//! Times the finishing half of a diorama frame on a drawing made on the spot: `finish_speed [FRAMES]`.

use phosphene_engine::{
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef, Shot},
    generate::{
        Frame,
        diorama::{
            drawing::{Affine, Drawing},
            finish::{Finisher, Sketched, flash::FlashLimit},
            timings::Timings,
        },
    },
    time::{FrameIdx, SamplePos, Size},
};

fn main() -> anyhow::Result<()> {
    let frames: u64 = std::env::args().nth(1).map_or(Ok(120), |text| text.parse())?;
    let (width, height) = (640, 360);
    let mut finisher = Finisher::new((width, height), Size::HD, FlashLimit::On, 24.0);
    let mut frame = Frame::black(Size::HD);
    let mut timings = Timings::default();
    for index in 0..frames {
        let drawing = draw(width, height, index as f32 * 1.3);
        let painting: Vec<f32> = drawing.rgb.iter().map(|v| 1.0 - v).collect();
        let spec = spec(index, frames);
        let sketched = Sketched {
            drawing: &drawing,
            painting: spec.key.then_some(&painting[..]),
            strength: 0.9,
        };
        finisher.finish(&spec, sketched, &mut frame, &mut timings);
    }
    let mut total = 0.0;
    for (name, ms) in timings.ms_per_frame() {
        println!("{name:8} {ms:6.2} ms");
        total += ms;
    }
    println!("{:8} {total:6.2} ms a frame at {}", "all", Size::HD);
    Ok(())
}

/// Stripes that slide behind a disc that does not.
fn draw(width: usize, height: usize, shift: f32) -> Drawing {
    let mut drawing = Drawing {
        width,
        height,
        ..Drawing::default()
    };
    for y in 0..height {
        for x in 0..width {
            let disc = (x as f32 - 200.0).hypot(y as f32 - 180.0) < 80.0;
            let stripe = 0.5 + 0.4 * ((x as f32 + shift) * 0.07).sin();
            drawing.rgb.extend(if disc {
                [0.9, 0.3, 0.2]
            } else {
                [stripe * 0.4, stripe * 0.6, stripe]
            });
            drawing.layer.push(u8::from(disc));
            drawing.glow.push(if disc { 0.3 } else { 0.0 });
            drawing.hold.push(if disc { 255 } else { 0 });
        }
    }
    drawing.to_before = vec![
        Affine {
            c: 1.3,
            ..Affine::IDENTITY
        },
        Affine::IDENTITY,
    ];
    drawing
}

fn spec(index: u64, frames: u64) -> FrameSpec {
    let camera = Camera {
        scale: 1.0,
        ..Camera::default()
    };
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
        scenes: vec![SceneRef {
            prompt: 0,
            variant: 0,
            seed: 1,
        }],
        approach: 0.0,
        camera,
        camera_before: camera,
        reactive: Reactive::default(),
        clock: Clock {
            beat: 0.0,
            bar: 0.0,
            beat_secs: 0.5,
            secs: index as f64 / 24.0,
        },
        beat_in_bar: None,
        style_strength: None,
        intensity: 1.0,
        palette_shift_deg: 0.0,
    }
}
