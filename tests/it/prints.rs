//! Print looks: the same bits everywhere, still where nothing moves, tied to what they are printed from, safe to watch.

use anyhow::{Context, Result};
use phosphene_engine::{
    diorama::{Diorama, DioramaOptions, Piece, design::Design, meaning::Meaning, still::still},
    direct::{Camera, FrameSpec, Reactive, SceneRef, Shot},
    frame::{Frame, Generator, Sketcher},
    prompt::{PrintLook, Prompt, StyleChoice},
    raster::flash::FlashLimit,
    time::FrameIdx,
};
use phosphene_worlds::{
    isa::Isa,
    print::{Inks, Look, Plate, Press, Sheet},
};

const LOOKS: [Look; 9] = [
    Look::Risograph,
    Look::Halftone,
    Look::Engraving,
    Look::NeonLines,
    Look::Vhs,
    Look::PaperCut,
    Look::OneBit,
    Look::Duotone,
    Look::Kaleidoscope,
];
const WIDTH: usize = 160;
const HEIGHT: usize = 90;
const INKS: Inks = Inks {
    paper: [0.96, 0.94, 0.89],
    dark: [0.11, 0.18, 0.42],
    bright: [1.0, 0.4, 0.35],
};

/// A sky, a ground, and a ball before them.
struct Scenery {
    rgb: Vec<f32>,
    distance: Vec<f32>,
}

impl Scenery {
    fn new() -> Self {
        let (mut rgb, mut distance) = (Vec::new(), Vec::new());
        for i in 0..WIDTH * HEIGHT {
            let (x, y) = ((i % WIDTH) as f32 / WIDTH as f32, (i / WIDTH) as f32 / HEIGHT as f32);
            let away = (x - 0.6).hypot((y - 0.55) * 0.56);
            let (colour, metres) = if away < 0.12 {
                ([0.85 - away * 4.0, 0.3, 0.25], 6.0)
            } else if y > 0.5 {
                ([0.35 + 0.2 * x, 0.45 * y, 0.15], 1.6 / (y - 0.49))
            } else {
                ([0.3 + y, 0.45 + 0.5 * y, 0.9 - 0.3 * x], 1e4)
            };
            rgb.extend(colour);
            distance.push(metres);
        }
        Self { rgb, distance }
    }

    fn plate(&self) -> Plate<'_> {
        Plate {
            width: WIDTH,
            height: HEIGHT,
            rgb: &self.rgb,
            distance: &self.distance,
            inks: INKS,
            secs: 3.0,
            seed: 5,
        }
    }
}

fn printed(press: &mut Press, isa: Isa, look: Look, plate: &Plate<'_>, (width, height): (usize, usize)) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.resize(width, height);
    press.print(isa, look, plate, &mut sheet);
    sheet
}

fn difference(a: &[u8], b: &[u8]) -> f64 {
    let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len() as f64
}

#[test]
fn all_instructions_print_the_same_bits_at_any_size_and_leave_nothing_behind() {
    let scenery = Scenery::new();
    // Twice the plate's size, thrice, and sizes that are no multiple of anything.
    for size in [(320, 180), (480, 270), (213, 121), (160, 90)] {
        for look in LOOKS.into_iter().chain([Look::Film]) {
            let expected = printed(&mut Press::default(), Isa::Portable, look, &scenery.plate(), size);
            let mut used = Press::default();
            printed(&mut used, Isa::Portable, Look::NeonLines, &scenery.plate(), (300, 170));
            for isa in Isa::ALL.into_iter().filter(|isa| isa.is_available()) {
                let sheet = printed(&mut used, isa, look, &scenery.plate(), size);
                assert!(sheet == expected, "{look:?} with {isa} at {size:?}");
            }
        }
    }
}

#[test]
fn every_look_shows_the_picture_as_no_other_does() {
    let scenery = Scenery::new();
    let mut press = Press::default();
    let size = (320, 180);
    let mut print = |look| printed(&mut press, Isa::best(), look, &scenery.plate(), size).rgb;
    let film = print(Look::Film);
    let sheets: Vec<Vec<u8>> = LOOKS.map(&mut print).into();
    for (n, (look, sheet)) in LOOKS.iter().zip(&sheets).enumerate() {
        let mean = sheet.iter().map(|v| f64::from(*v)).sum::<f64>() / sheet.len() as f64;
        let spread = sheet.iter().map(|v| (f64::from(*v) - mean).abs()).sum::<f64>() / sheet.len() as f64;
        assert!(spread > 6.0, "{look:?} is flat: {spread:.1}");
        let apart = difference(sheet, &film);
        assert!(apart > 3.0, "{look:?} is the film: {apart:.1}");
        for (other, against) in LOOKS.iter().zip(&sheets).take(n) {
            assert!(difference(sheet, against) > 3.0, "{look:?} is {other:?}");
        }
    }
    // The ball's shape is to be seen in all of them: it differs from the ground beside it.
    let around = |sheet: &[u8], x: usize| {
        let mut sum = 0.0;
        for (dx, dy) in (0..24).flat_map(|dx| (0..24).map(move |dy| (dx, dy))) {
            let at = ((95 + dy) * 320 + x + dx) * 3;
            sum += sheet[at..at + 3].iter().map(|v| f64::from(*v)).sum::<f64>() / 1728.0;
        }
        sum
    };
    for (look, sheet) in LOOKS.iter().zip(&sheets) {
        if !matches!(look, Look::Kaleidoscope | Look::NeonLines) {
            let apart = (around(sheet, 180) - around(sheet, 90)).abs();
            assert!(apart > 1.5, "{look:?} hides the ball: {apart:.1}");
        }
    }
}

#[test]
fn only_tape_and_mirrors_move_by_themselves() {
    let scenery = Scenery::new();
    let mut press = Press::default();
    for look in LOOKS {
        let now = printed(&mut press, Isa::best(), look, &scenery.plate(), (320, 180));
        let later = Plate {
            secs: 3.5,
            seed: 77,
            ..scenery.plate()
        };
        let later = printed(&mut press, Isa::best(), look, &later, (320, 180));
        let moves = matches!(look, Look::Vhs | Look::Kaleidoscope);
        assert_eq!(now != later, moves, "{look:?}");
    }
}

#[test]
fn hatching_bends_over_what_stands_out_and_nowhere_else() {
    let scenery = Scenery::new();
    let mut flat = Scenery::new();
    flat.distance.fill(1e4);
    let mut press = Press::default();
    let mut print = |scenery: &Scenery| {
        let sheet = printed(&mut press, Isa::best(), Look::Engraving, &scenery.plate(), (320, 180));
        sheet.rgb
    };
    let (formed, flat) = (print(&scenery), print(&flat));
    let line = 320 * 3;
    let part = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| -> f64 {
        let count = rows.len() as f64;
        let row = |y: usize| y * line + columns.start * 3..y * line + columns.end * 3;
        rows.map(|y| difference(&formed[row(y)], &flat[row(y)]) / count).sum()
    };
    let (sky, ball) = (part(0..40, 0..320), part(80..120, 180..210));
    println!("lines of the sky {sky:.2}, of the ball {ball:.2}");
    assert!(sky < 0.5 && ball > 8.0, "{sky} {ball}");
}

fn design(text: &str, style: StyleChoice) -> Result<Design> {
    Ok(Meaning::embedded()?.design(&Prompt {
        text: text.into(),
        style,
        ..Prompt::default()
    })?)
}

fn piece(text: &str, style: StyleChoice) -> Result<Piece> {
    Ok(Piece {
        design: design(text, style)?,
        style_strength: None,
    })
}

#[test]
fn words_ask_for_prints() -> Result<()> {
    for (words, look) in [
        ("a red car in the rain, risograph", PrintLook::Risograph),
        ("halftone print of a city", PrintLook::Halftone),
        ("a castle on a hill, comic", PrintLook::Halftone),
        ("a superhero above the city, comic book", PrintLook::Halftone),
        ("engraving of a whale", PrintLook::Engraving),
        ("a ship in a storm, etching", PrintLook::Engraving),
        ("woodcut, a forest with a wolf", PrintLook::Engraving),
        ("a highway at night, neon lines", PrintLook::NeonLines),
        ("mountains, synthwave wireframe", PrintLook::NeonLines),
        ("a lonely road, vector graphics", PrintLook::NeonLines),
        ("a birthday party, VHS", PrintLook::Vhs),
        ("camcorder footage of a beach", PrintLook::Vhs),
        ("a fox in the snow, paper cut-out", PrintLook::PaperCut),
        ("a garden with flowers, collage", PrintLook::PaperCut),
        ("a lighthouse, 1-bit", PrintLook::OneBit),
        ("a tower at night, pixel dither", PrintLook::OneBit),
        ("a dancer, duotone", PrintLook::Duotone),
        ("a stage with lights, kaleidoscope", PrintLook::Kaleidoscope),
        // A print goes before a painter.
        ("a boat, watercolour, risograph", PrintLook::Risograph),
    ] {
        let design = design(words, StyleChoice::Auto)?;
        assert_eq!(design.print, Some(look), "{words}: {}", design.style_name);
        assert!(design.style.is_none(), "{words}");
    }
    // Words that are things, and painters, stay what they are.
    for words in [
        "a woman reads a comic in a train",
        "an oil painting of a boat",
        "a boat on a lake",
    ] {
        assert_eq!(design(words, StyleChoice::Auto)?.print, None, "{words}");
    }
    let said = design("a boat, risograph", StyleChoice::Print(PrintLook::Vhs))?;
    assert_eq!((said.print, said.style_name.as_str()), (Some(PrintLook::Vhs), "VHS"));
    let unpainted = design("a boat, risograph", StyleChoice::Unpainted)?;
    assert_eq!((unpainted.print, unpainted.style), (None, None));
    Ok(())
}

fn options(size: &str) -> Result<DioramaOptions> {
    Ok(DioramaOptions {
        size: size.parse()?,
        ..DioramaOptions::default()
    })
}

/// Two scenes in turn, the second in the first one's portal, eight frames a shot.
fn spec(frame: u64) -> FrameSpec {
    let (shot, within) = (frame / 8, frame % 8);
    let camera = |within: u64| Camera {
        zoom: within as f64 / 8.0,
        ..Camera::default()
    };
    let scene = |ahead: u64| SceneRef {
        prompt: ((shot + ahead) % 2) as usize,
        variant: 0,
        seed: 3,
    };
    FrameSpec {
        frame: FrameIdx(frame),
        shot: Shot {
            index: shot as u32,
            first: FrameIdx(shot * 8),
            end: FrameIdx((shot + 1) * 8),
        },
        seed: frame,
        key: within.is_multiple_of(2),
        scenes: vec![scene(0), scene(1), scene(2)],
        camera: camera(within),
        camera_before: camera(within.saturating_sub(1)),
        approach: within as f32 / 8.0,
        reactive: Reactive {
            loudness: 0.6,
            ..Reactive::default()
        },
        ..FrameSpec::still(scene(0))
    }
}

fn render(pieces: &[Piece], options: DioramaOptions, specs: &[FrameSpec], sketchers: usize) -> Result<Vec<Frame>> {
    let mut diorama = Diorama::new(pieces, options)?;
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

#[test]
fn printed_frames_are_the_same_for_any_sketchers_and_from_any_shot() -> Result<()> {
    let options = options("320x180")?;
    let specs: Vec<FrameSpec> = (0..16).map(spec).collect();
    // Beside another print, beside film, and beside a painter.
    for other in [StyleChoice::Print(PrintLook::Engraving), StyleChoice::Unpainted, {
        StyleChoice::Blend(std::array::from_fn(|i| if i == 19 { 1.0 } else { 0.0 }))
    }] {
        let pieces = [
            piece("a boat on the sea at dusk", StyleChoice::Print(PrintLook::Risograph))?,
            piece("a meadow by day", other.clone())?,
        ];
        let whole = render(&pieces, options, &specs, 1)?;
        assert!(
            whole == render(&pieces, options, &specs, 3)?,
            "{other:?}: the sketchers show"
        );
        let stretch = render(&pieces, options, &specs[8..], 2)?;
        assert!(whole[8..] == stretch[..], "{other:?}: a stretch on its own differs");
    }
    Ok(())
}

#[test]
fn a_world_is_printed_in_its_own_look_and_film_stays_film() -> Result<()> {
    let options = options("320x180")?;
    let piece = |style| piece("a boat on the sea at dusk", style);
    let film = still(&piece(StyleChoice::Unpainted)?, options, 1)?;
    for look in PrintLook::ALL {
        let print = still(&piece(StyleChoice::Print(look))?, options, 1)?;
        let apart = difference(print.rgb(), film.rgb());
        assert!(apart > 4.0, "{look:?}: {apart:.1}");
    }
    // A print in the other scene's portal, once that has opened, changes nothing outside of it.
    let mut opened = spec(0);
    opened.camera.zoom = 0.45;
    opened.camera_before.zoom = 0.45;
    let specs = [opened];
    let both = |style| -> Result<Frame> {
        let pieces = [piece(StyleChoice::Unpainted)?, piece(style)?];
        let frames = render(&pieces, options, &specs, 1)?;
        frames.into_iter().next().context("a frame")
    };
    let (plain, nested) = (
        both(StyleChoice::Unpainted)?,
        both(StyleChoice::Print(PrintLook::OneBit))?,
    );
    let changed = plain
        .rgb()
        .iter()
        .zip(nested.rgb())
        .filter(|(a, b)| a.abs_diff(**b) > 24)
        .count();
    let share = changed as f64 / plain.rgb().len() as f64;
    assert!((0.0005..0.25).contains(&share), "{share}");
    Ok(())
}

#[test]
fn grain_can_be_had_more_of_or_none() -> Result<()> {
    let of = |grain: f32| -> Result<Frame> {
        let options = DioramaOptions {
            grain,
            ..options("320x180")?
        };
        Ok(still(&piece("fog on a lake", StyleChoice::Unpainted)?, options, 1)?)
    };
    let (none, usual, most) = (of(0.0)?, of(1.0)?, of(2.0)?);
    let (little, much) = (difference(usual.rgb(), none.rgb()), difference(most.rgb(), none.rgb()));
    assert!(little > 0.4 && much > 1.6 * little, "{little} {much}");
    for bad in [-0.1, 2.1, f32::NAN] {
        assert!(of(bad).is_err(), "{bad}");
    }
    Ok(())
}

#[test]
fn a_strobe_in_print_is_damped() -> Result<()> {
    let specs: Vec<FrameSpec> = (0..60)
        .map(|frame| FrameSpec {
            frame: FrameIdx(frame),
            shot: Shot {
                index: 0,
                first: FrameIdx(0),
                end: FrameIdx(60),
            },
            seed: frame,
            camera: Camera::default(),
            camera_before: Camera::default(),
            intensity: if frame / 3 % 2 == 0 { 0.0 } else { 2.0 },
            ..spec(0)
        })
        .collect();
    for look in [PrintLook::Vhs, PrintLook::OneBit] {
        let text = "a snowy plain by day";
        let print = || piece(text, StyleChoice::Print(look));
        let pieces = [print()?, print()?];
        let swings = |flash_limit| -> Result<usize> {
            let options = DioramaOptions {
                flash_limit,
                ..options("320x180")?
            };
            let frames = render(&pieces, options, &specs, 1)?;
            let mean = |frame: &Frame| {
                let linear = frame.rgb().iter().map(|&v| (f64::from(v) / 255.0).powf(2.2));
                linear.sum::<f64>() / frame.rgb().len() as f64
            };
            let levels: Vec<f64> = frames.iter().map(mean).collect();
            Ok(levels.windows(4).filter(|w| (w[3] - w[0]).abs() > 0.1).count())
        };
        let (free, limited) = (swings(FlashLimit::Off)?, swings(FlashLimit::On)?);
        println!("{look:?}: {free} swings free, {limited} limited");
        // One bit spreads its tones over the whole range whatever the light, so it may have none to begin with.
        assert!(
            limited * 2 <= free && (free > 20 || look == PrintLook::OneBit),
            "{look:?}: {limited} of {free}"
        );
    }
    Ok(())
}
