//! The whole generator on made-up directions: flicker, reactivity, sameness.

use anyhow::{Context, Result};
use phosphene_engine::{
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef, Shot},
    generate::{
        Frame, Generator, Sketcher,
        diorama::{
            Diorama, DioramaOptions, Piece,
            design::{Daytime, Design, Palette, PropUse, Set, Weather},
            finish::{flash::FlashLimit, warp::flicker},
            props,
        },
    },
    prompt::STYLE_COUNT,
    time::{FrameIdx, SamplePos},
};

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
        })
    };
    let design = Design {
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
        approach: 0.0,
        dissolve: 0.0,
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
        style_strength: None,
        intensity: 1.0,
        palette_shift_deg: 0.0,
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
                blended += flicker(&before, diorama.painted(), fresh.drawing());
                unblended += flicker(&fresh_before, &now, fresh.drawing());
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
fn the_picture_answers_onsets() -> Result<()> {
    let (pieces, options) = (pieces()?, options("640x360")?);
    let specs: Vec<FrameSpec> = (0..60).map(|frame| spec(frame, 60)).collect();
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
    let options = options("320x180")?;
    let specs: Vec<FrameSpec> = (0..4).map(|frame| spec(frame, 8)).collect();
    let painted = pieces()?;
    let mut unpainted = painted.clone();
    unpainted.iter_mut().for_each(|piece| piece.design.style = None);
    let mut none = painted.clone();
    none.iter_mut().for_each(|piece| piece.style_strength = Some(0.0));
    let of = |pieces: &[Piece]| render(&mut Diorama::new(pieces, options)?, options, &specs, 1);
    let (painted, unpainted, none) = (of(&painted)?, of(&unpainted)?, of(&none)?);
    assert!(unpainted == none);
    assert!(change(&painted[3], &unpainted[3]) > 3.0);
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
