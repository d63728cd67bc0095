//! Films: the zoom's geometry, shots, feedback, drafts, with a network that paints known pictures.

mod known;
mod networks;

use anyhow::Result;
use candle_core::Device;
use phosphene_engine::{
    Error,
    cancel::Cancel,
    diffusion::{
        feedback::colour::Tone,
        film::{Film, FilmOptions, model::Loaded, network::Network},
        model::{LoadOptions, Model},
    },
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef, Shot},
    frame::{Frame, Generator},
    prompt::Prompt,
    raster::{flash::FlashLimit, quality::Quality},
    time::{FrameIdx, SamplePos},
};

use known::KnownPictures;

/// Frames of a shot.
const SHOT: u64 = 40;

fn options(size: &str) -> Result<FilmOptions> {
    Ok(FilmOptions {
        size: size.parse()?,
        flash_limit: FlashLimit::Off,
        ..FilmOptions::default()
    })
}

fn film(options: FilmOptions) -> Result<Film> {
    let prompts: Vec<Prompt> = (0..4)
        .map(|i| Prompt {
            text: format!("disc {i}"),
            ..Prompt::default()
        })
        .collect();
    Ok(Film::new(
        Box::new(KnownPictures::new()),
        &prompts,
        options,
        &Cancel::default(),
    )?)
}

fn scene(number: u64) -> SceneRef {
    SceneRef {
        prompt: (number % 4) as usize,
        variant: 0,
        seed: 100 + number,
    }
}

/// A zoom through shots of `length` frames, each into the next, with a kick every twelve frames.
fn spec(frame: u64, length: u64) -> FrameSpec {
    let (shot, within) = (frame / length, frame % length);
    let camera = |within: u64| Camera {
        zoom: within as f64 / length as f64,
        scale: 1.0,
        pan: [0.004 * (within as f64 * 0.1).sin(), 0.0],
        rotate_rad: 0.004 * (within as f64 * 0.07).sin(),
    };
    let secs = frame as f64 / 24.0;
    FrameSpec {
        frame: FrameIdx(frame),
        at: SamplePos(frame * 2_000),
        shot: Shot {
            index: shot as u32,
            first: FrameIdx(shot * length),
            end: FrameIdx((shot + 1) * length),
        },
        seed: phosphene_engine::seed::mix([7, shot, frame]),
        key: within.is_multiple_of(3) || within.is_multiple_of(12),
        scenes: vec![scene(shot), scene(shot + 1), scene(shot + 2)],
        approach: ((within as f32 / length as f32) - 0.5).max(0.0) * 2.0,
        camera: camera(within),
        camera_before: camera(within.saturating_sub(1)),
        reactive: Reactive {
            kick: (-((within % 12) as f32) / 4.0).exp(),
            loudness: 0.5,
            ..Reactive::default()
        },
        clock: Clock {
            beat: secs * 2.0,
            bar: secs / 2.0,
            beat_secs: 0.5,
            secs,
        },
        ..FrameSpec::still(scene(shot))
    }
}

fn render(film: &mut Film, size: &str, specs: impl IntoIterator<Item = FrameSpec>) -> Result<Vec<Frame>> {
    let mut frames = Vec::new();
    for spec in specs {
        let mut frame = Frame::black(size.parse()?);
        film.finish(&spec, (), &mut frame)?;
        frames.push(frame);
    }
    Ok(frames)
}

/// The mean difference of two frames in levels of 255.
fn difference(a: &Frame, b: &Frame) -> f64 {
    let sum: u64 = a
        .rgb()
        .iter()
        .zip(b.rgb())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.rgb().len() as f64
}

/// What the network paints for a scene, as a frame shows it where nothing is in front.
fn known(number: u64, width: usize, height: usize) -> Result<Vec<f32>> {
    let [conditioning, _] = KnownPictures::new().embed(&format!("disc {}", number % 4), "")?;
    let code = conditioning.text.narrow(1, 0, 1)?.flatten_all()?.to_vec1::<f32>()?;
    let planes = KnownPictures::picture(&code, width, height);
    let count = width * height;
    Ok((0..count)
        .flat_map(|i| [0, 1, 2].map(|c| planes[c * count + i] * 127.5 + 127.5))
        .collect())
}

/// Means of blocks of 8 x 8 pixels, for each colour.
fn blocks(picture: &[f32], width: usize) -> Vec<f32> {
    let (across, down) = (width / 8, picture.len() / 3 / width / 8);
    (0..across * down * 3)
        .map(|i| {
            let (c, x, y) = (i % 3, i / 3 % across * 8, i / 3 / across * 8);
            let pixels = (0..64).map(|k| picture[((y + k / 8) * width + x + k % 8) * 3 + c]);
            pixels.sum::<f32>() / 64.0
        })
        .collect()
}

#[test]
fn the_next_scene_fills_the_picture_on_the_cues_frame_and_nobody_sees_the_change() -> Result<()> {
    let mut film = film(options("88x48")?)?;
    assert_eq!(film.size(), (88, 48));
    let mut calm: Vec<FrameSpec> = (0..3 * SHOT).map(|frame| spec(frame, SHOT)).collect();
    calm.iter_mut().for_each(|spec| spec.reactive.kick = 0.0);
    let frames = render(&mut film, "88x48", calm)?;
    let gaps: Vec<f64> = frames.windows(2).map(|pair| difference(&pair[0], &pair[1])).collect();
    for shot in 1..3_usize {
        let cue = shot * SHOT as usize;
        // The step over the cue is one like those before it.
        let before = gaps[cue - 8..cue - 1].iter().sum::<f64>() / 7.0;
        assert!(
            gaps[cue - 1] < 1.5 * before + 1.0,
            "shot {shot}: {} after {before}",
            gaps[cue - 1]
        );
        // On its frame the whole scene is seen as the network paints it, but for the noise that this one leaves in, most
        // of which blocks of pixels average out; its portal is the only part that is another's.
        let shown: Vec<f32> = frames[cue].rgb().iter().map(|&level| f32::from(level)).collect();
        let off = |number: usize| -> Result<f32> {
            let expected = known(number as u64, 88, 48)?;
            let mut off: Vec<f32> = blocks(&shown, 88)
                .iter()
                .zip(blocks(&expected, 88))
                .map(|(a, b)| (a - b).abs())
                .collect();
            off.sort_by(f32::total_cmp);
            Ok(off[off.len() * 2 / 3])
        };
        let (own, before, next) = (off(shot)?, off(shot - 1)?, off(shot + 1)?);
        println!("shot {shot}: off by {own}; the scenes before and after it by {before} and {next}");
        assert!(own < 25.0, "shot {shot} is off by {own}");
        assert!(
            own < before / 2.0 && own < next / 2.0,
            "shot {shot}: {own}, {before}, {next}"
        );
    }
    Ok(())
}

#[test]
fn frames_are_the_same_for_any_pieces_that_begin_on_shots() -> Result<()> {
    let all = || (0..3 * SHOT).map(|frame| spec(frame, SHOT));
    let whole = render(&mut film(options("96x64")?)?, "96x64", all())?;
    let again = render(&mut film(options("96x64")?)?, "96x64", all())?;
    assert!(whole == again, "two runs differ");
    for shot in 1..3 {
        let from = shot * SHOT;
        let piece = render(
            &mut film(options("96x64")?)?,
            "96x64",
            (from..from + SHOT).map(|frame| spec(frame, SHOT)),
        )?;
        assert!(
            piece[..] == whole[from as usize..(from + SHOT) as usize],
            "shot {shot} alone differs"
        );
    }
    // One film that is asked for shots in another order.
    let mut one = film(options("96x64")?)?;
    for shot in [2, 0, 1] {
        let from = shot * SHOT;
        let piece = render(&mut one, "96x64", (from..from + SHOT).map(|frame| spec(frame, SHOT)))?;
        assert!(
            piece[..] == whole[from as usize..(from + SHOT) as usize],
            "shot {shot} differs after others"
        );
    }
    Ok(())
}

#[test]
fn three_hundred_frames_of_feedback_do_not_drift() -> Result<()> {
    let mut film = film(FilmOptions {
        strength: 0.5,
        ..options("96x64")?
    })?;
    let mut tones = Vec::new();
    for frame in 0..300 {
        let mut spec = spec(frame, 300);
        // A camera that sways and a zoom that is slow: what is fed back is nearly all that is seen.
        spec.camera.zoom *= 0.1;
        spec.camera_before.zoom *= 0.1;
        spec.approach = 0.0;
        film.finish(&spec, (), &mut Frame::black("96x64".parse()?))?;
        tones.push(Tone::of(film.painted().expect("a frame was made")));
    }
    assert!(film.timings().keys >= 90, "{:?}", film.timings());
    let first = tones[0];
    for (frame, tone) in tones.iter().enumerate() {
        let off = |a: f64, b: f64| (a / b - 1.0).abs();
        let (mean, deviation) = (
            off(tone.mean[0], first.mean[0]),
            off(tone.deviation[0], first.deviation[0]),
        );
        assert!(mean < 0.1 && deviation < 0.1, "frame {frame}: {tone:?} after {first:?}");
    }
    Ok(())
}

#[test]
fn a_draft_shows_what_the_film_will_be() -> Result<()> {
    let specs = || (10..14).map(|frame| spec(frame, SHOT));
    let full = render(&mut film(options("88x48")?)?, "88x48", specs())?;
    let mut draft = film(FilmOptions {
        quality: Quality::Draft,
        ..options("88x48")?
    })?;
    let draft_frames = render(&mut draft, "88x48", specs())?;
    assert_eq!(draft.size(), (40, 24));
    let other = render(
        &mut film(options("88x48")?)?,
        "88x48",
        (50..54).map(|frame| spec(frame, SHOT)),
    )?;
    let (near, far) = (difference(&full[3], &draft_frames[3]), difference(&full[3], &other[3]));
    assert!(near < far / 3.0, "the draft is off by {near}, another scene by {far}");
    Ok(())
}

#[test]
fn onsets_paint_more_and_no_strength_paints_nothing() -> Result<()> {
    let until = |kick: f32, strength: f64| -> Result<(Vec<[f32; 4]>, u64)> {
        let mut film = film(FilmOptions {
            strength,
            ..options("96x64")?
        })?;
        let mut specs: Vec<FrameSpec> = (0..13).map(|frame| spec(frame, SHOT)).collect();
        specs.iter_mut().for_each(|spec| spec.reactive.kick = 0.0);
        let mut last = specs.remove(12);
        render(&mut film, "96x64", specs)?;
        last.reactive.kick = kick;
        film.finish(&last, (), &mut Frame::black("96x64".parse()?))?;
        // The light that a kick adds is not what is looked at here.
        let painted = film.painted().expect("a frame was made").pixels.clone();
        Ok((painted, film.timings().keys))
    };
    let ((exact, none), (soft, some), (hard, _)) = (until(0.0, 0.0)?, until(0.0, 0.2)?, until(1.0, 0.2)?);
    assert_eq!(none, 0);
    assert!(some > 0);
    let apart = |a: &[[f32; 4]]| {
        let sum: f32 = a
            .iter()
            .zip(&exact)
            .map(|(a, b)| (0..3).map(|c| (a[c] - b[c]).abs()).sum::<f32>())
            .sum();
        f64::from(sum) * 255.0 / (3 * a.len()) as f64
    };
    let (soft, hard) = (apart(&soft), apart(&hard));
    assert!(
        hard > 1.2 * soft && soft > 0.5,
        "{soft} without an onset, {hard} with one"
    );
    Ok(())
}

#[test]
fn what_a_film_does_not_know_is_an_error() -> Result<()> {
    let mut film = film(options("96x64")?)?;
    let mut wrong = spec(0, SHOT);
    wrong.scenes[1].prompt = 9;
    let mut frame = Frame::black("96x64".parse()?);
    let error = film
        .finish(&wrong, (), &mut frame)
        .expect_err("an unknown prompt")
        .to_string();
    assert!(error.contains("other prompts than the 4 given"), "{error}");
    let mut small = Frame::black("64x64".parse()?);
    let error = film
        .finish(&spec(0, SHOT), (), &mut small)
        .expect_err("another size")
        .to_string();
    assert!(error.contains("asked for 64x64"), "{error}");
    Ok(())
}

#[test]
fn a_film_stops_between_two_steps() -> Result<()> {
    let cancel = Cancel::default();
    let prompts = [Prompt::default()];
    let mut film = Film::new(Box::new(KnownPictures::new()), &prompts, options("96x64")?, &cancel)?;
    cancel.cancel();
    let mut only = spec(0, SHOT);
    only.scenes.iter_mut().for_each(|scene| scene.prompt = 0);
    let stopped = film.finish(&only, (), &mut Frame::black("96x64".parse()?));
    assert!(matches!(stopped, Err(Error::Cancelled)));
    Ok(())
}

#[test]
fn a_style_picture_gives_every_scene_its_colours() -> Result<()> {
    use phosphene_engine::diffusion::feedback::picture::Picture;
    let gold = Picture {
        width: 60,
        height: 40,
        pixels: (0..2_400)
            .map(|i| [0.8, 0.6 + 0.1 * ((i % 7) as f32 / 7.0), 0.1, 0.0])
            .collect(),
    };
    let expected = Tone::of(&gold);
    let mut film = film(FilmOptions {
        style_image: Some(gold),
        ..options("96x64")?
    })?;
    for shot in 0..2 {
        film.finish(&spec(shot * SHOT, SHOT), (), &mut Frame::black("96x64".parse()?))?;
        let tone = Tone::of(film.painted().expect("a frame was made"));
        for c in 0..3 {
            assert!(
                (tone.mean[c] - expected.mean[c]).abs() < 0.05,
                "{tone:?} for {expected:?}"
            );
        }
    }
    Ok(())
}

/// Mean and variance of a picture's encoded colours, all three together.
fn moments(film: &Film) -> (f64, f64) {
    let painted = film.painted().expect("a frame was made");
    let values: Vec<f64> = painted
        .pixels
        .iter()
        .flat_map(|pixel| [0, 1, 2].map(|c| f64::from(pixel[c])))
        .collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
    (mean, variance)
}

#[test]
fn a_random_model_s_feedback_neither_drifts_nor_depends_on_the_pieces() -> Result<()> {
    const FRAMES: u64 = 300;
    const LENGTH: u64 = 150;
    let folder = std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/golden/diffusion/models/sd15/model"
    ));
    let new = |strength: f64| -> Result<Film> {
        let model = Model::load(folder, &LoadOptions::default())?;
        let prompts: Vec<Prompt> = (0..4)
            .map(|i| Prompt {
                text: format!("a house {i}"),
                ..Prompt::default()
            })
            .collect();
        let options = FilmOptions {
            steps: Some(4),
            guidance: Some(1.0),
            strength,
            ..options("64x64")?
        };
        let network = Box::new(Loaded::new(model, Device::Cpu));
        Ok(Film::new(network, &prompts, options, &Cancel::default())?)
    };
    // A slow zoom: what is fed back is nearly all that is seen.
    let slow = |frame: u64| {
        let mut spec = spec(frame, LENGTH);
        spec.camera.zoom *= 0.2;
        spec.camera_before.zoom *= 0.2;
        spec.key = frame.is_multiple_of(3);
        spec
    };
    let make = |film: &mut Film, frame: u64| -> Result<Frame> {
        let mut made = Frame::black("64x64".parse()?);
        film.finish(&slow(frame), (), &mut made)?;
        Ok(made)
    };
    // What the zoom itself brings into view is no drift: the same film that is never painted over has it too.
    let (mut whole, mut still) = (new(0.4)?, new(0.0)?);
    let (mut frames, mut worst) = (Vec::new(), (0.0_f64, 0.0_f64));
    for frame in 0..FRAMES {
        frames.push(make(&mut whole, frame)?);
        make(&mut still, frame)?;
        let ((mean, variance), first) = (moments(&whole), moments(&still));
        worst = (
            worst.0.max((mean / first.0 - 1.0).abs()),
            worst.1.max((variance / first.1 - 1.0).abs()),
        );
    }
    println!(
        "mean within {:.4}, variance within {:.4}; {:?}",
        worst.0,
        worst.1,
        whole.timings()
    );
    assert!(
        worst.0 < 0.1 && worst.1 < 0.1,
        "mean off by {}, variance by {}",
        worst.0,
        worst.1
    );
    // The second run begins at the second shot, then comes back to the first.
    let mut other = new(0.4)?;
    for frame in (LENGTH..FRAMES).chain(0..LENGTH) {
        assert!(
            make(&mut other, frame)? == frames[frame as usize],
            "frame {frame} differs"
        );
    }
    Ok(())
}
