//! Contact sheets of the stage, to look at while drawing sets.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use phosphene_engine::{
    diorama::{
        design::{Daytime, Design, Facing, Oklch, Palette, Place, PropId, PropUse, Set, Weather},
        drawing::Drawing,
        props::{self, Picture},
        stage::{Scratch, Stage},
    },
    direct::{Camera, Clock, FrameSpec, Reactive, SceneRef},
};

use crate::picture::write_png;

/// Arguments of `stage-sheet`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    sheet: Sheet,
    #[command(flatten)]
    look: Look,
}

/// What is on a sheet.
#[derive(Debug, Subcommand)]
enum Sheet {
    /// One set: four daytimes, weathers, 9:16 and 1:1
    Set {
        /// The set, as in beach
        set: String,
        /// The picture that is written, as PNG
        out: PathBuf,
    },
    /// One picture of a set at 1280x720
    Big {
        /// The set
        set: String,
        /// The daytime, as in dusk
        daytime: String,
        /// The weather, as in rain
        #[arg(long, default_value = "clear")]
        weather: String,
        /// The picture that is written, as PNG
        out: PathBuf,
    },
    /// Every set in every daytime
    All {
        /// The picture that is written, as PNG
        out: PathBuf,
    },
    /// 12 frames from one set into the next
    Zoom {
        /// The set that is left
        from: String,
        /// The set that is entered
        to: String,
        /// The picture that is written, as PNG
        out: PathBuf,
    },
    /// 12 frames over four beats, with kicks and hats
    Beat {
        /// The set
        set: String,
        /// The picture that is written, as PNG
        out: PathBuf,
    },
    /// CPU milliseconds a frame at 640x360
    Time {
        /// The sets; all when none is named
        sets: Vec<String>,
    },
}

/// What the sets are drawn with.
#[derive(Debug, Args)]
struct Look {
    /// A folder of CODE_POINT.webp pictures that are the sets' props; none stand there otherwise
    #[arg(long, global = true, value_name = "FOLDER")]
    props: Option<PathBuf>,
    /// Which arrangement
    #[arg(long, global = true, default_value_t = 7)]
    seed: u64,
    /// A colour that the prompt names, in degrees
    #[arg(long, global = true, value_name = "DEGREES")]
    hue: Option<f32>,
    /// How much colour; 0 takes it away
    #[arg(long, global = true, default_value_t = 1.0)]
    chroma: f32,
}

const DAYTIMES: [Daytime; 4] = [Daytime::Dawn, Daytime::Day, Daytime::Dusk, Daytime::Night];
const WEATHERS: [Weather; 6] = [
    Weather::Clear,
    Weather::Clouds,
    Weather::Rain,
    Weather::Snow,
    Weather::Fog,
    Weather::Storm,
];

/// Code point, name, place, height, facing; a prop's index here stands for its id when a folder of props is given.
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

fn load(path: &Path) -> Result<Picture> {
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

impl Look {
    fn stage(&self, designs: &[Design]) -> phosphene_engine::diorama::Result<Stage> {
        Stage::with_pictures(designs, |id| self.picture(id))
    }

    fn picture(&self, id: PropId) -> phosphene_engine::diorama::Result<Picture> {
        let Some(folder) = &self.props else {
            return props::picture(id);
        };
        let (code, ..) = KNOWN[usize::from(id.0)];
        let path = folder.join(format!("{code}.webp"));
        load(&path).map_err(|source| phosphene_engine::Error::External(source.into()).into())
    }

    fn design(&self, set: Set, daytime: Daytime, weather: Weather) -> Design {
        Design {
            prompt: String::new(),
            set,
            daytime,
            weather,
            palette: Palette {
                named: self.hue.map(|h| Oklch { l: 0.6, c: 0.2, h }).into_iter().collect(),
                chroma: self.chroma,
                lightness: 0.0,
            },
            props: match &self.props {
                Some(_) => cast(set),
                None => Vec::new(),
            },
            style: None,
            style_name: String::new(),
        }
    }

    /// A set as it stands at the beginning.
    fn draw(&self, design: Design, (width, height): (usize, usize)) -> Result<Drawing> {
        let stage = self.stage(&[design])?;
        let mut drawing = Drawing::default();
        stage.draw(
            &self.spec(&[0], 0.0, 0.0),
            width,
            height,
            &mut drawing,
            &mut Scratch::default(),
        );
        Ok(drawing)
    }

    fn spec(&self, prompts: &[usize], zoom: f64, beat: f64) -> FrameSpec {
        let hit = |every: f64, release: f64| match beat > 0.0 {
            true => (-(beat.rem_euclid(every)) / every * release).exp() as f32,
            false => 0.0,
        };
        let scene = |&prompt: &usize| SceneRef {
            prompt,
            variant: 0,
            seed: self.seed + prompt as u64 * 31,
        };
        let still = FrameSpec::still(scene(&prompts[0]));
        FrameSpec {
            seed: 1,
            scenes: prompts.iter().map(scene).collect(),
            approach: zoom as f32,
            camera: Camera { zoom, ..still.camera },
            camera_before: Camera {
                zoom: zoom - 0.01,
                ..still.camera
            },
            reactive: Reactive {
                kick: hit(1.0, 5.0),
                snare: hit(2.0, 9.0),
                hat: hit(0.5, 5.0),
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
            ..still
        }
    }
}

/// Pictures beside each other, on dark grey.
struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Canvas {
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

    fn save(&self, path: &Path) -> Result<()> {
        write_png(path, (self.width as u32, self.height as u32), &self.rgb)
    }
}

fn named<T: serde::Serialize + Copy>(all: &[T], name: &str) -> Result<T> {
    let is = |v: &T| serde_json::to_value(v).is_ok_and(|v| v.as_str() == Some(name));
    all.iter()
        .copied()
        .find(is)
        .with_context(|| format!("there is no \"{name}\""))
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

/// Draws the sheet, or takes the times.
pub fn run(arguments: &Arguments) -> Result<()> {
    let look = &arguments.look;
    match &arguments.sheet {
        Sheet::Set { set, out } => set_sheet(look, named(&Set::ALL, set)?)?.save(out),
        Sheet::Big {
            set,
            daytime,
            weather,
            out,
        } => {
            let weather = named(&WEATHERS, weather)?;
            let design = look.design(named(&Set::ALL, set)?, named(&DAYTIMES, daytime)?, weather);
            let mut canvas = Canvas::new(1280, 720);
            canvas.put(0, 0, &look.draw(design, (1280, 720))?);
            canvas.save(out)
        }
        Sheet::All { out } => all(look)?.save(out),
        Sheet::Zoom { from, to, out } => zoom(look, named(&Set::ALL, from)?, named(&Set::ALL, to)?)?.save(out),
        Sheet::Beat { set, out } => beat(look, named(&Set::ALL, set)?)?.save(out),
        Sheet::Time { sets } => {
            let sets = sets.iter().map(|set| named(&Set::ALL, set));
            let sets = sets.collect::<Result<Vec<Set>>>()?;
            let sets = if sets.is_empty() { Set::ALL.to_vec() } else { sets };
            sets.into_iter().try_for_each(|set| time(look, set))
        }
    }
}

fn set_sheet(look: &Look, set: Set) -> Result<Canvas> {
    let mut canvas = Canvas::new(1600, 1160);
    let (w, h) = (400, 224);
    let draw = |daytime, weather, size| look.draw(look.design(set, daytime, weather), size);
    for (i, daytime) in DAYTIMES.into_iter().enumerate() {
        let wide = [Weather::Clear, WEATHERS[1 + i], WEATHERS[5 - i]];
        for (row, weather) in wide.into_iter().enumerate() {
            canvas.put(i * w, row * h, &draw(daytime, weather, (w - 4, h - 4))?);
        }
        canvas.put(i * 280, 3 * h, &draw(daytime, Weather::Clear, (270, 480))?);
    }
    canvas.put(1124, 3 * h, &draw(Daytime::Dusk, Weather::Clear, (470, 470))?);
    Ok(canvas)
}

fn all(look: &Look) -> Result<Canvas> {
    let (w, h) = (240, 136);
    let mut canvas = Canvas::new(w * 8, h * 15);
    for (i, set) in Set::ALL.into_iter().enumerate() {
        for (j, daytime) in DAYTIMES.into_iter().enumerate() {
            let drawing = look.draw(look.design(set, daytime, Weather::Clear), (w - 4, h - 4))?;
            canvas.put((i % 2 * 4 + j) * w, i / 2 * h, &drawing);
        }
    }
    Ok(canvas)
}

fn zoom(look: &Look, from: Set, to: Set) -> Result<Canvas> {
    twelve(
        &look.stage(&[
            look.design(from, Daytime::Dusk, Weather::Clear),
            look.design(to, Daytime::Night, Weather::Clear),
        ])?,
        |i| match f64::from(i) / 10.0 {
            z if z < 1.0 => look.spec(&[0, 1, 0], z, 0.0),
            z => look.spec(&[1, 0, 1], z - 1.0, 0.0),
        },
    )
}

fn beat(look: &Look, set: Set) -> Result<Canvas> {
    twelve(&look.stage(&[look.design(set, Daytime::Dusk, Weather::Clear)])?, |i| {
        look.spec(&[0], 0.0, 4.0 + f64::from(i) / 4.0)
    })
}

/// Twelve frames in rows of four.
fn twelve(stage: &Stage, spec: impl Fn(u32) -> FrameSpec) -> Result<Canvas> {
    let (mut scratch, mut drawing) = (Scratch::default(), Drawing::default());
    let (w, h) = (480, 270);
    let mut canvas = Canvas::new(w * 4, h * 3);
    for i in 0..12 {
        stage.draw(&spec(i), w - 4, h - 4, &mut drawing, &mut scratch);
        canvas.put(i as usize % 4 * w, i as usize / 4 * h, &drawing);
    }
    Ok(canvas)
}

fn time(look: &Look, set: Set) -> Result<()> {
    let stage = look.stage(&[
        look.design(set, Daytime::Dusk, Weather::Clear),
        look.design(set, Daytime::Night, Weather::Rain),
    ])?;
    let (mut scratch, mut drawing) = (Scratch::default(), Drawing::default());
    let mut draw = |zoom: f64, beat: f64| {
        let start = cpu_ms();
        let spec = look.spec(&[0, 1, 0], zoom, beat);
        stage.draw(&spec, 640, 360, &mut drawing, &mut scratch);
        cpu_ms() - start
    };
    let first = draw(0.0, 0.0);
    let spent: Vec<f64> = (0..40).map(|i| draw(f64::from(i) / 40.0, f64::from(i) * 0.1)).collect();
    let part = |from: usize, to: usize| spent[from..to].iter().sum::<f64>() / (to - from) as f64;
    let parts = [part(0, 10), part(10, 20), part(20, 30), part(30, 40)].map(|ms| format!("{ms:.1}"));
    let mean = part(0, 40);
    println!(
        "{set:?}: first {first:.1} ms, mean {mean:.1} ms; by quarter of the zoom {}",
        parts.join(" ")
    );
    Ok(())
}
