//! The whole generator on made-up directions: flicker, reactivity, sameness.

use anyhow::{Context, Result};
use phosphene_engine::ffmpeg::open_song;
use phosphene_engine::{
    cancel::Cancel,
    diorama::{
        Diorama, DioramaOptions, Piece,
        design::{Daytime, Design, Palette, PropUse, Set, Weather},
        drawing::Drawing,
        post::temporal_blend::flicker,
        props,
        reproject::LayerReprojector,
    },
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef, Shot},
    frame::{Frame, Generator, Sketcher},
    listen::listen,
    prompt::STYLE_COUNT,
    raster::flash::FlashLimit,
    time::{Fps, FrameIdx, SamplePos},
};
use phosphene_tests::{Rng, film, songs::Signal, white};

/// Frames between kicks, at 24 a second and 120 beats a minute.
const BEAT_FRAMES: u64 = 12;

fn piece(set: Set, daytime: Daytime, names: &[&str], style: Option<usize>) -> Result<Piece> {
    let prop = |&name: &&str| {
        let id = props::find(name)?;
        let prop = props::get(id)?;
        Ok(PropUse {
            prop: id,
            named: name.into(),
            place: prop.place,
            height_m: prop.height_m,
            count: 1,
            facing: prop.facing,
            tint: None,
            crest: false,
            members: Vec::new(),
        })
    };
    let design = Design {
        cast: Vec::new(),
        prompt: names.join(" and "),
        set,
        daytime,
        weather: Weather::Clear,
        palette: Palette {
            chroma: 1.0,
            ..Palette::default()
        },
        props: names.iter().map(prop).collect::<Result<_>>()?,
        style: style.map(|style| std::array::from_fn::<f32, STYLE_COUNT, _>(|i| if i == style { 1.0 } else { 0.0 })),
        print: None,
        style_name: String::new(),
    };
    Ok(Piece {
        design,
        style_strength: None,
    })
}

fn pieces() -> Result<Vec<Piece>> {
    Ok(vec![
        piece(Set::Beach, Daytime::Dusk, &["palm tree", "sailboat"], Some(19))?,
        piece(Set::Meadow, Daytime::Day, &["church", "tulip"], Some(12))?,
    ])
}

fn options(size: &str) -> Result<DioramaOptions> {
    Ok(DioramaOptions {
        size: size.parse()?,
        ..DioramaOptions::default()
    })
}

fn kick(frame: u64) -> f32 {
    (-((frame % BEAT_FRAMES) as f32) / 24.0 / 0.18).exp()
}

/// A slow zoom through shots of `length` frames that swap the two prompts, with a kick on every beat.
fn spec(frame: u64, length: u64) -> FrameSpec {
    let (shot, within) = (frame / length, frame % length);
    let camera = |within: u64| Camera {
        zoom: within as f64 / (length as f64).max(192.0),
        scale: 1.0 + 0.03 * f64::from(kick(shot * length + within)),
        ..Camera::default()
    };
    let scene = |ahead: u64| SceneRef {
        prompt: ((shot + ahead) % 2) as usize,
        variant: 0,
        seed: 11 + (shot + ahead) % 2,
    };
    let secs = frame as f64 / 24.0;
    FrameSpec {
        frame: FrameIdx(frame),
        at: SamplePos(frame * 2000),
        shot: Shot {
            index: shot as u32,
            first: FrameIdx(shot * length),
            end: FrameIdx((shot + 1) * length),
        },
        seed: frame,
        key: within.is_multiple_of(2),
        scenes: vec![scene(0), scene(1), scene(2)],
        camera: camera(within),
        camera_before: camera(within.saturating_sub(1)),
        reactive: Reactive {
            kick: kick(frame),
            loudness: 0.7,
            bass: 0.4,
            mid: 0.3,
            high: 0.3,
            ..Reactive::default()
        },
        clock: Clock {
            beat: secs * 2.0,
            bar: secs / 2.0,
            beat_secs: 0.5,
            secs,
        },
        beat_in_bar: frame.is_multiple_of(BEAT_FRAMES).then_some(1),
        ..FrameSpec::still(scene(0))
    }
}

fn render(diorama: &mut Diorama, options: DioramaOptions, specs: &[FrameSpec], sketchers: usize) -> Result<Vec<Frame>> {
    let mut sketchers: Vec<_> = (0..sketchers).map(|_| diorama.sketcher()).collect::<Result<_, _>>()?;
    let count = sketchers.len();
    let mut frames = Vec::new();
    for (i, spec) in specs.iter().enumerate() {
        let sketch = sketchers[i % count].sketch(spec)?;
        let mut frame = Frame::black(options.size);
        diorama.finish(spec, sketch, &mut frame)?;
        frames.push(frame);
    }
    Ok(frames)
}

fn change(a: &Frame, b: &Frame) -> f64 {
    let sum: u64 = a
        .rgb()
        .iter()
        .zip(b.rgb())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.rgb().len() as f64
}

#[test]
fn blending_halves_the_flicker_at_least() -> Result<()> {
    let (pieces, options) = (pieces()?, options("640x360")?);
    for shot in 0..2 {
        let mut diorama = Diorama::new(&pieces, options)?;
        let mut sketcher = diorama.sketcher()?;
        let mut frame = Frame::black(options.size);
        let (mut before, mut fresh_before) = (Vec::new(), Vec::new());
        let (mut blended, mut unblended) = (0.0, 0.0);
        for index in 0..24 {
            let spec = spec(shot * 24 + index, 24);
            let fresh = sketcher.sketch(&FrameSpec {
                key: true,
                ..spec.clone()
            })?;
            let painting = fresh.painting().context("a frame that is painted")?;
            let now: Vec<[f32; 4]> = painting.chunks_exact(3).map(|p| [p[0], p[1], p[2], 0.0]).collect();
            let sketch = sketcher.sketch(&spec)?;
            diorama.finish(&spec, sketch, &mut frame)?;
            if index > 0 {
                let drawing = fresh.drawing().context("drawn")?;
                blended += flicker(&before, diorama.painted(), drawing);
                unblended += flicker(&fresh_before, &now, drawing);
            }
            before = diorama.painted().to_vec();
            fresh_before = now;
        }
        println!("flicker in shot {shot}: {:.3} of {unblended:.3}", blended / unblended);
        assert!(unblended > 0.1, "nothing flickers: the measure is wrong");
        assert!(blended <= 0.5 * unblended, "{blended} of {unblended}");
    }
    Ok(())
}

#[test]
fn a_carried_drawing_is_nearly_the_drawn_one() -> Result<()> {
    let diorama = Diorama::new(&pieces()?, options("640x360")?)?;
    let mut sketcher = diorama.sketcher()?;
    let apart = |a: &Drawing, b: &Drawing| {
        let sum: f64 = a.rgb.iter().zip(&b.rgb).map(|(a, b)| f64::from((a - b).abs())).sum();
        sum / a.rgb.len() as f64
    };
    let (mut moved, mut missed) = (0.0, 0.0);
    for first in [2, 14, 62, 74, 180] {
        let mut reprojector = LayerReprojector::default();
        let key = sketcher.sketch(&FrameSpec {
            key: true,
            ..spec(first, 96)
        })?;
        let before = key.drawing().context("drawn")?;
        reprojector.take(&mut before.clone(), key.motion());
        let next = FrameSpec {
            key: false,
            ..spec(first + 1, 96)
        };
        let between = sketcher.sketch(&next)?;
        assert!(between.drawing().is_none() && between.painting().is_none());
        assert!(reprojector.reproject(between.motion()));
        let drawn = sketcher.sketch(&FrameSpec { key: true, ..next })?;
        let drawn = drawn.drawing().context("drawn")?;
        assert_eq!(drawn.to_before, reprojector.drawing().to_before);
        moved += apart(before, drawn);
        missed += apart(reprojector.drawing(), drawn);
    }
    println!("a frame moves the drawing by {moved:.4}, of which carrying misses {missed:.4}");
    assert!(missed < 0.7 * moved, "{missed} of {moved}");
    Ok(())
}

#[test]
fn a_frame_that_goes_on_from_nothing_is_an_error() -> Result<()> {
    let options = options("320x180")?;
    let mut diorama = Diorama::new(&pieces()?, options)?;
    let sketch = diorama.sketcher()?.sketch(&spec(5, 8))?;
    let mut frame = Frame::black(options.size);
    let error = diorama
        .finish(&spec(5, 8), sketch, &mut frame)
        .err()
        .context("an error")?;
    assert!(error.to_string().contains("frame 5"), "{error}");
    Ok(())
}

#[test]
fn the_picture_answers_onsets() -> Result<()> {
    let (pieces, options) = (pieces()?, options("640x360")?);
    // Ten seconds a scene, as songs have them.
    let specs: Vec<FrameSpec> = (0..60).map(|frame| spec(frame, 240)).collect();
    let frames = render(&mut Diorama::new(&pieces, options)?, options, &specs, 1)?;
    let (mut after, mut between) = (Vec::new(), Vec::new());
    for index in 4..frames.len() {
        let since = index as u64 % BEAT_FRAMES;
        let list = if since < 2 { &mut after } else { &mut between };
        list.push(change(&frames[index - 1], &frames[index]));
    }
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    println!("change after onsets {:.2}, between {:.2}", mean(&after), mean(&between));
    assert!(
        mean(&after) >= 1.5 * mean(&between),
        "{} against {}",
        mean(&after),
        mean(&between)
    );
    Ok(())
}

/// Two bars of silence, then kick and snare in turn on the beats and hats between, at 120 a minute; and the seconds at
/// which drums are hit.
fn drum_loop(rate: u32) -> (Signal, Vec<f64>) {
    let (silence, secs) = (4.0, 14.0);
    let mut samples = vec![0.0f64; (secs * f64::from(rate)) as usize];
    let mut random = Rng::with_seed(1);
    let mut hits = Vec::new();
    for eighth in 0..((secs - silence) * 4.0) as u32 {
        let at = silence + f64::from(eighth) * 0.25;
        // The kick's sine falls from 150 Hz to 50 Hz; snare and hat are noise.
        let (tone, hiss, decay) = match eighth % 4 {
            0 => (0.8, 0.0, 0.12),
            2 => (0.15, 0.45, 0.1),
            _ => (0.0, 0.12, 0.03),
        };
        if eighth % 2 == 0 {
            hits.push(at);
        }
        let first = (at * f64::from(rate)) as usize;
        for (i, sample) in samples[first..].iter_mut().take(rate as usize / 4).enumerate() {
            let t = i as f64 / f64::from(rate);
            let turns = 50.0 * t + 100.0 * 0.04 * (1.0 - (-t / 0.04).exp());
            let white = white(&mut random);
            *sample += (tone * (std::f64::consts::TAU * turns).sin() + hiss * white) * (-t / decay).exp();
        }
    }
    let samples = samples
        .into_iter()
        .map(|v| (v * 32768.0).round() as f32 / 32768.0)
        .collect();
    (
        Signal {
            rate,
            channels: 1,
            samples,
        },
        hits,
    )
}

#[test]
fn a_drum_loop_moves_the_picture_and_silence_does_not() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (signal, hits) = drum_loop(22_050);
    signal.write_wav(&folder.path().join("drums.wav"), 16)?;
    let song = open_song(folder.path().join("drums.wav"))?;
    let analysis = listen(&song, &Cancel::default(), &|_| ())?.analysis;
    let (fps, options) = (Fps::FILM, options("320x180")?);
    let prompts = ["a dancer in a club", "a dancer in a club"];
    let (plan, director) = film::direct(&analysis, &prompts, fps)?;
    let specs: Vec<FrameSpec> = (0..director.frames()).map(|i| director.spec(FrameIdx(i))).collect();
    let mut diorama = Diorama::from_prompts(&plan.prompts, options)?;
    let frames = render(&mut diorama, options, &specs, 1)?;
    let (mut after, mut between, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    for index in 1..frames.len() {
        if specs[index].shot.first == specs[index].frame {
            continue;
        }
        let secs = index as f64 / fps.hz();
        let change = change(&frames[index - 1], &frames[index]);
        // The first frame that shows a hit is the first that begins after it.
        let hit = hits
            .iter()
            .any(|hit| (0.0..2.0).contains(&((secs - hit) * fps.hz()).floor()));
        match secs {
            _ if hit => after.push(change),
            _ if secs < 3.5 => silent.push(change),
            _ if secs > 4.0 => between.push(change),
            _ => {}
        }
    }
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    let (after, between, silent) = (mean(&after), mean(&between), mean(&silent));
    println!("change after onsets {after:.2}, between {between:.2}, in silence {silent:.2}");
    assert!(after >= 1.5 * between, "{after} against {between}");
    // The camera's zoom never stands still, nor do lights and dancers, so silence moves the picture too.
    assert!(
        silent < 1.2 * between && silent < 0.5 * after,
        "{silent} against {between} and {after}"
    );
    Ok(())
}

#[test]
fn frames_are_the_same_for_any_sketchers_and_from_any_shot() -> Result<()> {
    let (pieces, options) = (pieces()?, options("320x180")?);
    let specs: Vec<FrameSpec> = (0..24).map(|frame| spec(frame, 8)).collect();
    let whole = render(&mut Diorama::new(&pieces, options)?, options, &specs, 1)?;
    let threads = render(&mut Diorama::new(&pieces, options)?, options, &specs, 3)?;
    assert!(whole == threads, "the number of sketchers shows");
    let stretch = render(&mut Diorama::new(&pieces, options)?, options, &specs[8..], 2)?;
    assert!(whole[8..] == stretch[..], "a stretch on its own differs");
    assert!(whole[0] != whole[1]);
    Ok(())
}

#[test]
fn no_strength_and_no_style_show_the_drawing() -> Result<()> {
    // Drafts are drawn at one size, painted or not.
    let mut options = options("320x180")?;
    options.quality = phosphene_engine::raster::quality::Quality::Draft;
    let specs: Vec<FrameSpec> = (0..4).map(|frame| spec(frame, 8)).collect();
    let painted = pieces()?;
    let mut unpainted = painted.clone();
    unpainted.iter_mut().for_each(|piece| piece.design.style = None);
    let mut none = painted.clone();
    none.iter_mut().for_each(|piece| piece.style_strength = Some(0.0));
    let of = |pieces: &[Piece]| render(&mut Diorama::new(pieces, options)?, options, &specs, 1);
    let (painted, unpainted, none) = (of(&painted)?, of(&unpainted)?, of(&none)?);
    // The same drawing, at the size at which the painter would take it.
    assert!(
        change(&none[3], &unpainted[3]) < 2.0,
        "{}",
        change(&none[3], &unpainted[3])
    );
    assert!(change(&painted[3], &none[3]) > 3.0);
    Ok(())
}

#[test]
fn a_strobe_is_damped_unless_it_is_asked_for() -> Result<()> {
    let pieces = pieces()?;
    let specs: Vec<FrameSpec> = (0..60)
        .map(|frame| {
            let mut spec = spec(frame, 60);
            spec.intensity = if frame / 3 % 2 == 0 { 0.2 } else { 2.0 };
            spec
        })
        .collect();
    let swings = |flash_limit| -> Result<usize> {
        let options = DioramaOptions {
            flash_limit,
            ..options("320x180")?
        };
        let frames = render(&mut Diorama::new(&pieces, options)?, options, &specs, 1)?;
        let mean = |frame: &Frame| {
            let linear = frame
                .rgb()
                .iter()
                .map(|&v| (f64::from(v) / 255.0).powf(2.2))
                .sum::<f64>();
            linear / frame.rgb().len() as f64
        };
        let levels: Vec<f64> = frames.iter().map(mean).collect();
        Ok(levels.windows(4).filter(|pair| (pair[3] - pair[0]).abs() > 0.1).count())
    };
    let (free, limited) = (swings(FlashLimit::Off)?, swings(FlashLimit::On)?);
    println!("swings: {free} free, {limited} limited");
    assert!(free > 20 && limited * 2 < free, "{limited} of {free}");
    Ok(())
}

#[test]
fn a_scene_that_was_not_given_is_an_error() -> Result<()> {
    let diorama = Diorama::new(&pieces()?[..1], options("320x180")?)?;
    let error = diorama.sketcher()?.sketch(&spec(5, 8)).err().context("an error")?;
    assert!(error.to_string().contains("frame 5"), "{error}");
    Ok(())
}
