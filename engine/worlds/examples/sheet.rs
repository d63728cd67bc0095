//! Shades worlds into PNG files, to be looked at: `cargo run -p phosphene_worlds --example sheet -- OUT KIND...`.
//!
//! Options before the kinds: `--hour H` (0 to 1), `--seed N`, `--seeds N` (that many from the seed on), `--hours` (dawn,
//! day, dusk, night), `--cloud C`, `--fog F`, `--rain R`, `--snow S`, `--storm S`, `--wind W`, `--scheme N`, `--loud`
//! (all music at full), `--frames N` (that many, 1/24 s apart), `--size WxH`, `--time` (milliseconds a frame, one
//! thread). Kinds by name as in [`phosphene_worlds::scene::Kind`], or `all`. Several pictures are laid out three in a
//! row.
#![expect(clippy::print_stdout, reason = "a tool")]

use std::{fs::File, io::BufWriter, path::Path, time::Instant};

use anyhow::{Context, Result, bail};
use phosphene_worlds::{
    camera::View,
    film::{self, Film},
    isa::Isa,
    picture::{Picture, Prepared},
    scene::{Kind, Music, Scene},
};

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    let out = args.next().context("which file is written?")?;
    let mut scene = Scene::default();
    let (mut seeds, mut frames, mut hours, mut time) = (1, 1, vec![], false);
    let (mut width, mut height) = (640, 360);
    let mut kinds = Vec::new();
    while let Some(arg) = args.next() {
        let mut number = || -> Result<f32> { Ok(args.next().context("a number is missing")?.parse()?) };
        match arg.as_str() {
            "--hour" => scene.hour = number()?,
            "--seed" => scene.seed = number()? as u64,
            "--seeds" => seeds = number()? as u64,
            "--frames" => frames = number()? as usize,
            "--cloud" => scene.weather.cloud = number()?,
            "--fog" => scene.weather.fog = number()?,
            "--rain" => scene.weather.rain = number()?,
            "--snow" => scene.weather.snow = number()?,
            "--storm" => scene.weather.storm = number()?,
            "--wind" => scene.weather.wind = number()?,
            "--scheme" => scene.palette.scheme = number()? as usize,
            "--secs" => {
                let secs = f64::from(number()?);
                scene.music.secs = secs;
                scene.music.beat = secs * 2.0;
                scene.music.bar = secs * 0.5;
            }
            "--approach" => scene.approach = number()?,
            "--hours" => hours = vec![0.25, 0.5, 0.75, 0.0],
            "--time" => time = true,
            "--loud" => {
                scene.music = Music {
                    bass: 1.0,
                    mid: 1.0,
                    high: 1.0,
                    loudness: 1.0,
                    kick: 1.0,
                    snare: 1.0,
                    hat: 1.0,
                    ..scene.music
                }
            }
            "--size" => {
                let size = args.next().context("a size is missing")?;
                let (w, h) = size.split_once('x').context("a size is WxH")?;
                (width, height) = (w.parse()?, h.parse()?);
            }
            "all" => kinds.extend(Kind::ALL),
            name => {
                let kind = Kind::ALL
                    .into_iter()
                    .find(|k| format!("{k:?}").eq_ignore_ascii_case(name));
                kinds.push(kind.with_context(|| format!("there is no world {name}"))?);
            }
        }
    }
    if kinds.is_empty() {
        bail!("which world?");
    }
    if hours.is_empty() {
        hours.push(scene.hour);
    }
    let isa = Isa::choose()?;
    let mut tiles = Vec::new();
    for kind in kinds {
        for &hour in &hours {
            for seed in 0..seeds {
                for frame in 0..frames {
                    let mut scene = Scene {
                        hour,
                        seed: scene.seed + seed,
                        ..scene
                    };
                    scene.music.secs += frame as f64 / 24.0;
                    scene.music.beat += frame as f64 / 12.0;
                    scene.music.bar += frame as f64 / 48.0;
                    let mut picture = Picture::new(width, height);
                    let mut best = f64::INFINITY;
                    for _ in 0..if time { 8 } else { 1 } {
                        let began = Instant::now();
                        let world = Prepared::new(kind, &scene);
                        world.shade(isa, View::WHOLE, &mut picture, &|_, _| true);
                        best = best.min(began.elapsed().as_secs_f64());
                    }
                    if time {
                        println!("{kind:?}: {:.1} ms", best * 1e3);
                    }
                    Film::default().develop(isa, &mut picture, &mut film::Scratch::default());
                    tiles.push(picture);
                }
            }
        }
    }
    save(&tiles, Path::new(&out))
}

fn save(tiles: &[Picture], path: &Path) -> Result<()> {
    let (w, h) = (tiles[0].width(), tiles[0].height());
    let columns = tiles.len().min(3);
    let rows = tiles.len().div_ceil(columns);
    let mut rgb = vec![0; columns * w * rows * h * 3];
    for (n, tile) in tiles.iter().enumerate() {
        let (left, top) = (n % columns * w, n / columns * h);
        for y in 0..h {
            for x in 0..w {
                for k in 0..3 {
                    let value = tile.light[k][tile.index(x, y)];
                    rgb[((top + y) * columns * w + left + x) * 3 + k] = (value * 255.0 + 0.5) as u8;
                }
            }
        }
    }
    let mut encoder = png::Encoder::new(
        BufWriter::new(File::create(path)?),
        (columns * w) as u32,
        (rows * h) as u32,
    );
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(())
}
