//! What every set and the zoom must hold.

use super::super::design::{Daytime, Facing, Palette, Place, PropUse, Set, Weather};
use super::{layout::lay_out, look::Look, plan::Floor, *};
use phosphene_core::direct::{Camera, Clock, Reactive};

const DAYTIMES: [Daytime; 4] = [Daytime::Dawn, Daytime::Day, Daytime::Dusk, Daytime::Night];
const WEATHERS: [Weather; 6] = [
    Weather::Clear,
    Weather::Clouds,
    Weather::Rain,
    Weather::Snow,
    Weather::Fog,
    Weather::Storm,
];
const SIZES: [(usize, usize); 3] = [(96, 54), (54, 96), (64, 64)];

/// A red ball on a blue stick.
fn picture(_: PropId) -> Result<Picture> {
    let (w, h) = (48u32, 96u32);
    let pixel = |x: u32, y: u32| {
        let (dx, dy) = (x as f32 - 23.5, y as f32 - 24.0);
        match (dx.hypot(dy) < 22.0, (20..28).contains(&x)) {
            (true, _) => [220, 40, 40, 255],
            (_, true) => [40, 60, 200, 255],
            _ => [0; 4],
        }
    };
    Ok(Picture {
        width: w,
        height: h,
        rgba: (0..h).flat_map(|y| (0..w).flat_map(move |x| pixel(x, y))).collect(),
    })
}

fn prop(place: Place, height_m: f32, count: u32) -> PropUse {
    PropUse {
        prop: PropId(0),
        named: "ball".into(),
        place,
        height_m,
        count,
        facing: Facing::Left,
        tint: None,
    }
}

fn design(set: Set, daytime: Daytime, weather: Weather) -> Design {
    Design {
        prompt: String::new(),
        set,
        daytime,
        weather,
        palette: Palette {
            named: Vec::new(),
            chroma: 1.0,
            lightness: 0.0,
        },
        props: vec![
            prop(Place::Ground, 1.7, 1),
            prop(Place::Afloat, 5.0, 2),
            prop(Place::Air, 0.4, 3),
            prop(Place::Heavens, 0.0, 1),
            prop(Place::Surface, 0.2, 1),
        ],
        style: None,
        style_name: String::new(),
    }
}

fn spec(prompts: &[usize], zoom: f64) -> FrameSpec {
    let scene = |&prompt: &usize| SceneRef {
        prompt,
        variant: 0,
        seed: 5 + prompt as u64,
    };
    let still = FrameSpec::still(scene(&prompts[0]));
    let camera = Camera { zoom, ..still.camera };
    FrameSpec {
        seed: 1,
        scenes: prompts.iter().map(scene).collect(),
        camera,
        camera_before: camera,
        reactive: Reactive {
            kick: 0.7,
            hat: 0.4,
            bass: 0.5,
            mid: 0.5,
            loudness: 0.6,
            ..Reactive::default()
        },
        clock: Clock {
            beat: 17.3,
            bar: 4.3,
            beat_secs: 0.5,
            secs: 8.6,
        },
        ..still
    }
}

fn draw(stage: &Stage, spec: &FrameSpec, (w, h): (usize, usize), scratch: &mut Scratch) -> Drawing {
    let mut drawing = Drawing::default();
    stage.draw(spec, w, h, &mut drawing, scratch);
    drawing
}

fn difference(a: &Drawing, b: &Drawing) -> f32 {
    let sum: f32 = a.rgb.iter().zip(&b.rgb).map(|(a, b)| (a - b).abs()).sum();
    sum / a.rgb.len() as f32
}

#[test]
fn every_set_shows_a_picture_in_any_light_weather_and_shape() {
    for set in Set::ALL {
        for daytime in DAYTIMES {
            for (i, weather) in WEATHERS.into_iter().enumerate() {
                let stage = Stage::with_pictures(&[design(set, daytime, weather)], picture).unwrap();
                let size = SIZES[i % 3];
                let drawing = draw(&stage, &spec(&[0], 0.0), size, &mut Scratch::default());
                let luma: Vec<f32> = drawing
                    .rgb
                    .chunks(3)
                    .map(|c| 0.2 * c[0] + 0.7 * c[1] + 0.1 * c[2])
                    .collect();
                let mean = luma.iter().sum::<f32>() / luma.len() as f32;
                let spread = (luma.iter().map(|l| (l - mean).powi(2)).sum::<f32>() / luma.len() as f32).sqrt();
                assert!(
                    spread > 0.03 && (0.02..0.95).contains(&mean),
                    "{set:?} {daytime:?} {weather:?} {mean} {spread}"
                );
                assert_eq!(drawing.layer.len(), size.0 * size.1);
                let last = *drawing.layer.iter().max().unwrap();
                assert!(usize::from(last) < drawing.to_before.len(), "{set:?}");
            }
        }
    }
}

#[test]
fn any_scratch_draws_the_same_bytes() {
    let designs = [
        design(Set::Beach, Daytime::Dusk, Weather::Clear),
        design(Set::Space, Daytime::Night, Weather::Clear),
        design(Set::CityStreet, Daytime::Night, Weather::Rain),
    ];
    let stage = Stage::with_pictures(&designs, picture).unwrap();
    let asked = spec(&[0, 2, 1], 0.55);
    let fresh = draw(&stage, &asked, (96, 54), &mut Scratch::default());
    let mut used = Scratch::default();
    for zoom in [0.1, 0.9, 0.7] {
        draw(&stage, &spec(&[1, 0, 2], zoom), (128, 72), &mut used);
        draw(&stage, &spec(&[2, 1, 0], zoom), (96, 54), &mut used);
    }
    let again = draw(&stage, &asked, (96, 54), &mut used);
    assert!(fresh.rgb == again.rgb && fresh.layer == again.layer && fresh.glow == again.glow);
    assert_eq!(fresh.to_before, again.to_before);
}

#[test]
fn nobody_sees_the_cue() {
    let designs = [
        design(Set::CityStreet, Daytime::Dusk, Weather::Clear),
        design(Set::Beach, Daytime::Day, Weather::Clear),
        design(Set::Space, Daytime::Night, Weather::Clear),
    ];
    let stage = Stage::with_pictures(&designs, picture).unwrap();
    let mut scratch = Scratch::default();
    for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1]] {
        let mut last = spec(&order, 0.999_99);
        let mut first = spec(&[order[1], order[2]], 0.0);
        for spec in [&mut last, &mut first] {
            spec.camera.pan = [0.02, -0.01];
            spec.camera.rotate_rad = 0.1;
        }
        let (last, first) = (
            draw(&stage, &last, (320, 180), &mut scratch),
            draw(&stage, &first, (320, 180), &mut scratch),
        );
        assert!(
            difference(&last, &first) < 0.002,
            "{order:?}: {}",
            difference(&last, &first)
        );
        // The portal has opened beyond the picture by the time when the scene around it is left out.
        let (before, after) = (
            draw(&stage, &spec(&order, outline::OPEN - 1e-4), (320, 180), &mut scratch),
            draw(&stage, &spec(&order, outline::OPEN + 1e-4), (320, 180), &mut scratch),
        );
        assert!(
            difference(&before, &after) < 0.01,
            "{order:?}: {}",
            difference(&before, &after)
        );
    }
}

#[test]
fn what_stands_stands_on_a_line_and_not_before_the_portal() {
    for set in Set::ALL {
        for aspect in [16.0 / 9.0, 9.0 / 16.0, 1.0f32] {
            for seed in 0..6 {
                let design = design(set, Daytime::Day, Weather::Clear);
                let mut look = Look::new(&design, seed, aspect);
                let plan = sets::plan(set, &mut look);
                let actors = lay_out(&design, &[0.5, 1.0, 1.0, 1.0, 1.0], &plan, &look);
                let portal = &plan.portal;
                let half = [portal.height * portal.ratio() / 2.0, portal.height / 2.0];
                for actor in &actors {
                    if actor.floor != Floor::Void {
                        let near =
                            |s: &plan::Stand| (s.y - actor.at[1]).abs() < 0.02 && plan.plane(s.plane) == actor.plane;
                        assert!(plan.stands.iter().any(near), "{set:?} {actor:?}");
                    }
                    let wide = (half[0] + actor.width / 2.0 - (actor.at[0] - portal.at[0]).abs()).max(0.0);
                    let low = (portal.at[1] + half[1]).min(actor.at[1]);
                    let high = (portal.at[1] - half[1]).max(actor.at[1] - actor.height);
                    let hidden = wide.min(2.0 * half[0]) * (low - high).max(0.0) / (4.0 * half[0] * half[1]);
                    assert!(
                        hidden < 0.5,
                        "{set:?} at {aspect}, seed {seed}: {hidden} of the portal behind {actor:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_still_camera_maps_each_pixel_to_itself_and_a_moving_one_does_not() {
    let stage = Stage::with_pictures(&[design(Set::Beach, Daytime::Day, Weather::Clear)], picture).unwrap();
    let mut scratch = Scratch::default();
    let still = draw(&stage, &spec(&[0], 0.2), (96, 54), &mut scratch);
    for map in &still.to_before {
        let [x, y] = map.transform_point2([30.0, 20.0].into()).to_array();
        assert!((x - 30.0).abs() < 1e-2 && (y - 20.0).abs() < 1e-2, "{map:?}");
    }
    let mut moving = spec(&[0], 0.2);
    moving.camera_before.zoom = 0.1;
    let moving = draw(&stage, &moving, (96, 54), &mut scratch);
    // Zooming in, a corner was nearer to the middle a frame ago; the foreground moved most.
    let from = |layer: usize| moving.to_before[layer].transform_point2([95.0, 53.0].into());
    assert!(from(0).x < 94.0 && from(4).x < from(0).x, "{:?} {:?}", from(0), from(4));
}

#[test]
fn a_wild_camera_still_sees_the_stage() {
    let designs = [
        design(Set::CityStreet, Daytime::Night, Weather::Storm),
        design(Set::Beach, Daytime::Dawn, Weather::Snow),
    ];
    let stage = Stage::with_pictures(&designs, picture).unwrap();
    let mut scratch = Scratch::default();
    for (pan, turn, scale, zoom) in [(1.0, 0.0, 1.0, 0.3), (-1.0, 3.0, 0.9, 0.97), (0.0, 1.5, 1.4, 0.0)] {
        let mut wild = spec(&[0, 1, 0], zoom);
        wild.camera.pan = [pan, -pan];
        wild.camera.rotate_rad = turn;
        wild.camera.scale = scale;
        wild.palette_shift_deg = 170.0;
        wild.intensity = 2.0;
        let drawing = draw(&stage, &wild, (90, 51), &mut scratch);
        assert_eq!(drawing.rgb.len(), 90 * 51 * 3);
        assert!(drawing.rgb.iter().all(|v| (0.0..=1.0).contains(v)));
    }
}
