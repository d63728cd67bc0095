//! Contact sheets of the stage, to look at while drawing sets.
//!
//! ```text
//! stage_sheet set beach OUT.png      one set: four daytimes, weathers, 9:16 and 1:1
//! stage_sheet big beach dusk OUT.png one picture of a set at 1280x720 (add a weather: rain)
//! stage_sheet all OUT.png            every set in every daytime
//! stage_sheet zoom beach space OUT.png   12 frames from one set into the next
//! stage_sheet beat beach OUT.png     12 frames over four beats, with kicks and hats
//! stage_sheet time [beach]...        CPU milliseconds a frame at 640x360
//! ```
//! Props come from the library; `PROPS=DIR` takes them from a folder of `<code point>.webp` pictures instead.
//! `SEED=N` chooses the arrangement, `HUE=20` names a colour, `CHROMA=0` takes colour away.

use std::{path::Path, time::Instant};

use anyhow::{Context, bail};
use phosphene_engine::{
    diorama::design::Oklch,
    diorama::{
        design::{Daytime, Design, Facing, Palette, Place, PropId, PropUse, Set, Weather},
        drawing::Drawing,
        props::{self, Picture},
        stage::{Scratch, Stage},
    },
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef, Shot},
    time::{FrameIdx, SamplePos},
};

const DAYTIMES: [Daytime; 4] = [Daytime::Dawn, Daytime::Day, Daytime::Dusk, Daytime::Night];
const WEATHERS: [Weather; 6] = [
    Weather::Clear,
    Weather::Clouds,
    Weather::Rain,
    Weather::Snow,
    Weather::Fog,
    Weather::Storm,
];

/// Code point, name, place, height, facing; a prop's index here stands for its id when `PROPS` is given.
type Known = (&'static str, &'static str, Place, f32, Facing);
const KNOWN: [Known; 14] = [
    ("1f697", "car", Place::Ground, 1.5, Facing::Left),
    ("1f483-1f3fb", "dancer", Place::Ground, 1.7, Facing::Left),
    ("1f415", "dog", Place::Ground, 0.7, Facing::Left),
    ("26f5", "boat", Place::Afloat, 6.0, Facing::Left),
    ("1f54a-fe0f", "dove", Place::Air, 0.4, Facing::Left),
    ("1f680", "rocket", Place::Air, 12.0, Facing::Right),
    (
        "1f9d1-1f3fb-200d-1f680",
        "astronaut",
        Place::Ground,
        1.8,
        Facing::Viewer,
    ),
    ("1f6f8", "saucer", Place::Air, 5.0, Facing::Viewer),
    ("1f3b8", "guitar", Place::Ground, 1.0, Facing::Viewer),
    ("1f433", "whale", Place::Submerged, 4.0, Facing::Left),
    ("1f33b", "sunflower", Place::Ground, 1.6, Facing::Viewer),
    ("1f98c", "deer", Place::Ground, 1.8, Facing::Left),
    ("1f3e0", "house", Place::Ground, 6.0, Facing::Viewer),
    ("1fa90", "saturn", Place::Heavens, 0.0, Facing::Viewer),
];

fn picture(id: PropId) -> phosphene_engine::diorama::Result<Picture> {
    let Ok(folder) = std::env::var("PROPS") else {
        return props::picture(id);
    };
    let (code, ..) = KNOWN[usize::from(id.0)];
    let path = Path::new(&folder).join(format!("{code}.webp"));
    load(&path).map_err(|source| phosphene_engine::Error::External(source.into()).into())
}

fn load(path: &Path) -> anyhow::Result<Picture> {
    let mut decoder = image_webp::WebPDecoder::new(std::io::BufReader::new(std::fs::File::open(path)?))?;
    let (w, h) = decoder.dimensions();
    let mut data = vec![0; decoder.output_buffer_size().context("too large")?];
    decoder.read_image(&mut data)?;
    let channels = data.len() / (w * h) as usize;
    let pixel = |x: u32, y: u32| {
        let at = (y * w + x) as usize * channels;
        let alpha = if channels == 4 { data[at + 3] } else { 255 };
        [data[at], data[at + 1], data[at + 2], alpha]
    };
    let solid = |x: u32, y: u32| pixel(x, y)[3] > 8;
    let left = (0..w).find(|&x| (0..h).any(|y| solid(x, y))).unwrap_or(0);
    let right = (0..w).rfind(|&x| (0..h).any(|y| solid(x, y))).unwrap_or(w - 1);
    let top = (0..h).find(|&y| (0..w).any(|x| solid(x, y))).unwrap_or(0);
    let bottom = (0..h).rfind(|&y| (0..w).any(|x| solid(x, y))).unwrap_or(h - 1);
    Ok(Picture {
        width: right - left + 1,
        height: bottom - top + 1,
        rgba: (top..=bottom)
            .flat_map(|y| (left..=right).flat_map(move |x| pixel(x, y)))
            .collect(),
    })
}

fn prop(name: &str, count: u32) -> PropUse {
    let index = KNOWN.iter().position(|k| k.1 == name).unwrap_or(0);
    let (_, name, place, height_m, facing) = KNOWN[index];
    PropUse {
        prop: PropId(index as u16),
        named: name.into(),
        place,
        height_m,
        count,
        facing,
        tint: None,
    }
}

fn cast(set: Set) -> Vec<PropUse> {
    let names: &[(&str, u32)] = match set {
        Set::CityStreet | Set::NeonAlley | Set::Highway | Set::Suburb => {
            &[("car", 1), ("dancer", 1), ("dog", 1), ("dove", 3)]
        }
        Set::Beach | Set::OpenSea | Set::Harbour | Set::River => &[("guitar", 1), ("boat", 2), ("dog", 1), ("dove", 3)],
        Set::Space | Set::Planet => &[("astronaut", 1), ("rocket", 1), ("saucer", 3), ("saturn", 1)],
        Set::Meadow | Set::Garden => &[("deer", 1), ("sunflower", 7), ("dove", 3)],
        Set::Underwater => &[("whale", 1), ("boat", 1)],
        _ => &[("dancer", 1), ("guitar", 1), ("dog", 2), ("dove", 2)],
    };
    names.iter().map(|&(name, count)| prop(name, count)).collect()
}

fn design(set: Set, daytime: Daytime, weather: Weather) -> Design {
    let wanted = std::env::var("PROPS").is_ok();
    Design {
        prompt: String::new(),
        set,
        daytime,
        weather,
        palette: Palette {
            named: number("HUE").map(|h| Oklch { l: 0.6, c: 0.2, h }).into_iter().collect(),
            chroma: number("CHROMA").unwrap_or(1.0),
            lightness: 0.0,
        },
        props: if wanted { cast(set) } else { Vec::new() },
        style: None,
        style_name: String::new(),
    }
}

fn number(name: &str) -> Option<f32> {
    std::env::var(name).ok()?.parse().ok()
}

fn seed() -> u64 {
    std::env::var("SEED").ok().and_then(|v| v.parse().ok()).unwrap_or(7)
}

fn spec(prompts: &[usize], zoom: f64, beat: f64) -> FrameSpec {
    let hit = |every: f64, release: f64| (-(beat.rem_euclid(every)) / every * release).exp() as f32;
    let camera = Camera {
        zoom,
        pan: [0.0, 0.0],
        rotate_rad: 0.0,
        scale: 1.0,
    };
    FrameSpec {
        frame: FrameIdx(0),
        at: SamplePos(0),
        shot: Shot {
            index: 0,
            first: FrameIdx(0),
            end: FrameIdx(1),
        },
        seed: 1,
        key: true,
        scenes: prompts
            .iter()
            .map(|&prompt| SceneRef {
                prompt,
                variant: 0,
                seed: seed() + prompt as u64 * 31,
            })
            .collect(),
        approach: zoom as f32,
        dissolve: 0.0,
        camera,
        camera_before: Camera {
            zoom: zoom - 0.01,
            ..camera
        },
        reactive: Reactive {
            kick: if beat > 0.0 { hit(1.0, 5.0) } else { 0.0 },
            snare: if beat > 0.0 { hit(2.0, 9.0) } else { 0.0 },
            hat: if beat > 0.0 { hit(0.5, 5.0) } else { 0.0 },
            bass: 0.4,
            mid: 0.4,
            high: 0.3,
            loudness: 0.6,
            brightness: 0.5,
            ..Reactive::default()
        },
        clock: Clock {
            beat,
            bar: beat / 4.0,
            beat_secs: 0.5,
            secs: beat * 0.5,
        },
        beat_in_bar: None,
        style_strength: None,
        intensity: 1.0,
        palette_shift_deg: 0.0,
    }
}

struct Sheet {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Sheet {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            rgb: vec![24; width * height * 3],
        }
    }

    fn put(&mut self, x: usize, y: usize, drawing: &Drawing) {
        for row in 0..drawing.height.min(self.height - y) {
            for i in 0..drawing.width.min(self.width - x) * 3 {
                let v = drawing.rgb[row * drawing.width * 3 + i];
                self.rgb[((y + row) * self.width + x) * 3 + i] = (v * 255.0 + 0.5) as u8;
            }
        }
    }

    fn save(&self, path: &str) -> anyhow::Result<()> {
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut encoder = png::Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(&self.rgb)?;
        Ok(())
    }
}

fn named<T: serde::Serialize + Copy>(all: &[T], name: &str) -> anyhow::Result<T> {
    let is = |v: &T| serde_json::to_value(v).is_ok_and(|v| v.as_str() == Some(name));
    all.iter()
        .copied()
        .find(is)
        .with_context(|| format!("there is no \"{name}\""))
}

fn draw(design: Design, spec: &FrameSpec, size: (usize, usize)) -> anyhow::Result<Drawing> {
    let stage = Stage::with_pictures(&[design], picture)?;
    let mut drawing = Drawing::default();
    stage.draw(spec, size.0, size.1, &mut drawing, &mut Scratch::default());
    Ok(drawing)
}

/// Milliseconds that this thread has run (others on the machine do not count), or else wall time.
fn cpu_ms() -> f64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let ran = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = ran.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    ns.map_or_else(
        || START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3,
        |ns| ns / 1e6,
    )
}

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["set", set, out] => {
            let set = named(&Set::ALL, set)?;
            let mut sheet = Sheet::new(1600, 1160);
            let (w, h) = (400, 224);
            for (i, daytime) in DAYTIMES.into_iter().enumerate() {
                let still = spec(&[0], 0.0, 0.0);
                sheet.put(
                    i * w,
                    0,
                    &draw(design(set, daytime, Weather::Clear), &still, (w - 4, h - 4))?,
                );
                let weather = WEATHERS[1 + i];
                sheet.put(i * w, h, &draw(design(set, daytime, weather), &still, (w - 4, h - 4))?);
                sheet.put(
                    i * w,
                    2 * h,
                    &draw(design(set, daytime, WEATHERS[5 - i]), &still, (w - 4, h - 4))?,
                );
                let tall = draw(design(set, daytime, Weather::Clear), &still, (270, 480))?;
                sheet.put(i * 280, 3 * h, &tall);
            }
            let square = draw(
                design(set, Daytime::Dusk, Weather::Clear),
                &spec(&[0], 0.0, 0.0),
                (470, 470),
            )?;
            sheet.put(1124, 3 * h, &square);
            sheet.save(out)?;
        }
        ["big", set, daytime, ref rest @ .., out] => {
            let weather = rest.first().map_or(Ok(Weather::Clear), |w| named(&WEATHERS, w))?;
            let design = design(named(&Set::ALL, set)?, named(&DAYTIMES, daytime)?, weather);
            let drawing = draw(design, &spec(&[0], 0.0, 0.0), (1280, 720))?;
            let mut sheet = Sheet::new(1280, 720);
            sheet.put(0, 0, &drawing);
            sheet.save(out)?;
        }
        ["all", out] => {
            let (w, h) = (240, 136);
            let mut sheet = Sheet::new(w * 8, h * 15);
            for (i, set) in Set::ALL.into_iter().enumerate() {
                for (j, daytime) in DAYTIMES.into_iter().enumerate() {
                    let drawing = draw(
                        design(set, daytime, Weather::Clear),
                        &spec(&[0], 0.0, 0.0),
                        (w - 4, h - 4),
                    )?;
                    sheet.put((i % 2 * 4 + j) * w, i / 2 * h, &drawing);
                }
            }
            sheet.save(out)?;
        }
        ["zoom", from, to, out] => {
            let designs = [
                design(named(&Set::ALL, from)?, Daytime::Dusk, Weather::Clear),
                design(named(&Set::ALL, to)?, Daytime::Night, Weather::Clear),
            ];
            let stage = Stage::with_pictures(&designs, picture)?;
            let (mut scratch, mut drawing) = (Scratch::default(), Drawing::default());
            let (w, h) = (480, 270);
            let mut sheet = Sheet::new(w * 4, h * 3);
            for i in 0..12 {
                let z = i as f64 / 10.0;
                let (order, zoom): (&[usize], f64) = if z < 1.0 {
                    (&[0, 1, 0], z)
                } else {
                    (&[1, 0, 1], z - 1.0)
                };
                stage.draw(&spec(order, zoom, 0.0), w - 4, h - 4, &mut drawing, &mut scratch);
                sheet.put(i % 4 * w, i / 4 * h, &drawing);
            }
            sheet.save(out)?;
        }
        ["beat", set, out] => {
            let stage = Stage::with_pictures(
                &[design(named(&Set::ALL, set)?, Daytime::Dusk, Weather::Clear)],
                picture,
            )?;
            let (mut scratch, mut drawing) = (Scratch::default(), Drawing::default());
            let (w, h) = (480, 270);
            let mut sheet = Sheet::new(w * 4, h * 3);
            for i in 0..12 {
                stage.draw(
                    &spec(&[0], 0.0, 4.0 + i as f64 / 4.0),
                    w - 4,
                    h - 4,
                    &mut drawing,
                    &mut scratch,
                );
                sheet.put(i % 4 * w, i / 4 * h, &drawing);
            }
            sheet.save(out)?;
        }
        ["time", ref only @ ..] => {
            let sets = only
                .iter()
                .map(|set| named(&Set::ALL, set))
                .collect::<anyhow::Result<Vec<Set>>>()?;
            for set in if sets.is_empty() { Set::ALL.to_vec() } else { sets } {
                let designs = [
                    design(set, Daytime::Dusk, Weather::Clear),
                    design(set, Daytime::Night, Weather::Rain),
                ];
                let stage = Stage::with_pictures(&designs, picture)?;
                let (mut scratch, mut drawing) = (Scratch::default(), Drawing::default());
                let first = cpu_ms();
                stage.draw(&spec(&[0, 1, 0], 0.0, 0.0), 640, 360, &mut drawing, &mut scratch);
                let first = cpu_ms() - first;
                let mut spent = Vec::new();
                for i in 0..40 {
                    let start = cpu_ms();
                    let asked = spec(&[0, 1, 0], f64::from(i) / 40.0, f64::from(i) * 0.1);
                    stage.draw(&asked, 640, 360, &mut drawing, &mut scratch);
                    spent.push(cpu_ms() - start);
                }
                let part = |from: usize, to: usize| spent[from..to].iter().sum::<f64>() / (to - from) as f64;
                let parts = [part(0, 10), part(10, 20), part(20, 30), part(30, 40)].map(|ms| format!("{ms:.1}"));
                let mean = part(0, 40);
                println!(
                    "{set:?}: first {first:.1} ms, mean {mean:.1} ms; by quarter of the zoom {}",
                    parts.join(" ")
                );
            }
        }
        _ => bail!("see the head of examples/stage_sheet.rs"),
    }
    Ok(())
}
