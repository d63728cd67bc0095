//! Draws figures to be looked at: `cargo run -p phosphene_worlds --example figures -- OUT WHAT...`.
//!
//! WHAT: `persons`, `animals`, `things` (all, dark on light grey, for their outlines), `motions` (all, one person), a
//! motion's name (eight moments of it), an animal's or a thing's name, or `scene` (into a world). Options: `--world
//! KIND`, `--hour H`, `--seed N`, `--beat B`, `--zoom Z`, `--size WxH`, `--turn RADIANS`, `--pick FROM` (with `things`:
//! from this one on), `--fog F`, `--far K` (that much more room around), `--time` (milliseconds of the processor).
#![expect(clippy::print_stdout, reason = "a tool")]

use std::{fs::File, io::BufWriter, path::Path, sync::OnceLock, time::Instant};

use anyhow::{Context, Result};
use phosphene_worlds::{
    camera::{Camera, View},
    figures::{Actor, Age, Animal, Build, Figure, Hair, Motion, Outfit, Person, Sex, Thing, draw, draw_on},
    film::Film,
    isa::Isa,
    picture::{Picture, Prepared},
    scene::{Kind, Music, Scene},
    world::{FAR, Fog, KeyLight, Opening, Place, Portal, Role, Staging, Surface},
};

struct Options {
    scene: Scene,
    kind: Kind,
    zoom: f32,
    size: (usize, usize),
    turn: f32,
    pick: usize,
    time: bool,
    far: f32,
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let out = args.next().context("which file is written?")?;
    let mut o = Options {
        scene: Scene::default(),
        kind: Kind::Ocean,
        zoom: 1.0,
        size: (640, 360),
        turn: 0.0,
        pick: 0,
        time: false,
        far: 1.0,
    };
    let mut what = Vec::new();
    while let Some(arg) = args.next() {
        let mut text = || args.next().context("a value is missing");
        match arg.as_str() {
            "--world" => {
                let name = text()?;
                let found = Kind::ALL
                    .into_iter()
                    .find(|k| format!("{k:?}").eq_ignore_ascii_case(&name));
                o.kind = found.with_context(|| format!("there is no world {name}"))?;
            }
            "--hour" => o.scene.hour = text()?.parse()?,
            "--fog" => o.scene.weather.fog = text()?.parse()?,
            "--seed" => o.scene.seed = text()?.parse()?,
            "--beat" => {
                let beat: f64 = text()?.parse()?;
                o.scene.music = Music {
                    beat,
                    bar: beat / 4.0,
                    secs: beat / 2.0,
                    ..o.scene.music
                };
            }
            "--zoom" => o.zoom = text()?.parse()?,
            "--turn" => o.turn = text()?.parse()?,
            "--pick" => o.pick = text()?.parse()?,
            "--time" => o.time = true,
            "--far" => o.far = text()?.parse()?,
            "--size" => {
                let size = text()?;
                let (w, h) = size.split_once('x').context("a size is WxH")?;
                o.size = (w.parse()?, h.parse()?);
            }
            name => what.push(name.to_owned()),
        }
    }
    let mut tiles = Vec::new();
    for name in &what {
        sheet(name, &o, &mut tiles)?;
    }
    save(&tiles, Path::new(&out))
}

fn woman(id: u32) -> Person {
    Person::new(id, Sex::Female, Age::Grown)
}
fn man(id: u32) -> Person {
    Person::new(id, Sex::Male, Age::Grown)
}

fn sheet(name: &str, o: &Options, tiles: &mut Vec<Picture>) -> Result<()> {
    let turned = |figure: Figure, motion: Motion| Actor {
        heading: o.turn,
        seed: o.scene.seed,
        ..Actor::new(figure, motion, [0.0; 3])
    };
    match name {
        "persons" => {
            for &build in Build::ALL {
                let (sex, age) = build.kind();
                let person = Person {
                    build,
                    ..Person::new(build as u32, sex, age)
                };
                tiles.push(plain(o, &[turned(Figure::Person(person), Motion::Stand)], 2.1)?);
            }
        }
        "outfits" => {
            for &outfit in Outfit::ALL {
                let person = if outfit < Outfit::Suit { woman(1) } else { man(1) };
                let person = Person {
                    build: if outfit < Outfit::Suit {
                        Build::Woman
                    } else {
                        Build::Man
                    },
                    ..person.wearing(outfit)
                };
                tiles.push(plain(o, &[turned(Figure::Person(person), Motion::Stand)], 2.1)?);
            }
        }
        "hairs" => {
            for &hair in Hair::ALL {
                let person = Person {
                    hair: Some(hair),
                    hat: false,
                    ..woman(2)
                };
                tiles.push(plain(o, &[turned(Figure::Person(person), Motion::Stand)], 2.1)?);
            }
        }
        "motions" => {
            for &motion in Motion::ALL {
                let mut actor = turned(Figure::Person(woman(5)), motion);
                actor.partner = Some(man(6));
                actor.since = o.scene.music.beat;
                tiles.push(plain(o, &[actor], 2.4)?);
            }
        }
        "animals" => {
            for animal in Animal::ALL {
                let actor = turned(Figure::Animal(animal), Motion::Stand);
                tiles.push(plain(o, &[actor], animal.height() * 1.6)?);
            }
        }
        "things" => {
            for thing in Thing::ALL.into_iter().skip(o.pick).take(60) {
                let actor = turned(Figure::Thing(thing), Motion::Stand);
                tiles.push(plain(o, &[actor], thing.height() * 1.4)?);
            }
        }
        "scene" => tiles.push(scene(o)?),
        name => {
            if let Some(&motion) = Motion::ALL.iter().find(|m| m.name() == name) {
                for k in 0..8 {
                    let mut actor = turned(Figure::Person(woman(5)), motion);
                    actor.partner = Some(man(6));
                    actor.since = o.scene.music.beat;
                    let mut at = Options { scene: o.scene, ..*o };
                    at.scene.music.beat += f64::from(k) * 0.25;
                    at.scene.music.secs += f64::from(k) * 0.125;
                    tiles.push(plain(&at, &[actor], 2.4)?);
                }
            } else if let Some(animal) = Animal::named(name) {
                for motion in [
                    Motion::Stand,
                    Motion::Walk,
                    Motion::Run,
                    Motion::Sit,
                    Motion::Sing,
                    Motion::Fly,
                    Motion::Float,
                    Motion::Cheer,
                ] {
                    let mut actor = turned(Figure::Animal(animal), motion);
                    actor.since = o.scene.music.beat;
                    tiles.push(plain(o, &[actor], animal.height() * 1.5)?);
                }
            } else {
                let thing = Thing::named(name).with_context(|| format!("there is no {name}"))?;
                let actor = turned(Figure::Thing(thing), Motion::Stand);
                tiles.push(plain(o, &[actor], thing.height() * 1.4)?);
            }
        }
    }
    Ok(())
}

/// Dark on light grey, `metres` high.
fn plain(o: &Options, actors: &[Actor], metres: f32) -> Result<Picture> {
    let metres = metres * o.far;
    let (width, height) = (200, 200);
    let mut picture = Picture::new(width, height);
    for plane in &mut picture.light {
        plane.fill(0.75);
    }
    picture.distance.fill(FAR);
    let depth = metres * 2.5;
    let mut camera = Camera::standing(metres * 0.5, 0.0, 5.0);
    camera.position[2] = -depth;
    let staging = Staging {
        camera,
        key: KeyLight {
            direction: [0.6, 0.5, 0.62],
            color: [1.0, 0.8, 0.6],
        },
        ambient: [0.5, 0.5, 0.55],
        fog: Fog {
            color: [0.75; 3],
            density: 0.0,
        },
        surface: Surface::Ground { wet: 0.0 },
        places: vec![Place {
            role: Role::Hero,
            at: [0.0; 3],
            heading: 0.0,
            room: 2.0,
        }],
        portal: Portal {
            opening: Opening::Disc,
            centre: [0.0; 2],
            radius: 0.1,
            distance: FAR,
            spills: false,
        },
    };
    draw_on(&mut picture, &staging, &|_, _| 0.0, View::WHOLE, actors, &o.scene.music)?;
    for plane in &mut picture.light {
        for v in plane {
            *v = v.clamp(0.0, 1.0).sqrt();
        }
    }
    Ok(picture)
}

/// A woman and a man, others behind, birds: what a world's places hold.
fn scene(o: &Options) -> Result<Picture> {
    let isa = Isa::choose()?;
    let mut picture = Picture::new(o.size.0, o.size.1);
    let world = Prepared::new(o.kind, &o.scene);
    let staging = world.staging();
    let mut view = View::WHOLE;
    view.zoom = o.zoom;
    let mut actors = Vec::new();
    let seed = o.scene.seed;
    for place in &staging.places {
        let id = seed as u32 * 10;
        let actor = match place.role {
            Role::Hero => {
                let motions = [
                    Motion::HoldHands,
                    Motion::LookUp,
                    Motion::WalkTogether,
                    Motion::DanceTogether,
                    Motion::Embrace,
                    Motion::Dance,
                ];
                let motion = motions[seed as usize % motions.len()];
                let mut actor = Actor::new(Figure::Person(woman(id)), motion, place.at);
                actor.partner = Some(man(id + 1));
                actor
            }
            Role::Second => {
                let animals = ["horse", "dog", "wolf", "stag", "fox", "deer"];
                let animal = Animal::named(animals[seed as usize % animals.len()]).context("an animal")?;
                let mut actor = Actor::new(Figure::Animal(animal), Motion::Walk, place.at);
                actor.heading = if place.at[0] > 0.0 { -1.2 } else { 1.2 };
                actor
            }
            Role::Floating => {
                let bird = Animal::named("bird").context("a bird")?;
                let mut actor = Actor::new(Figure::Animal(bird), Motion::Fly, place.at);
                (actor.count, actor.spread, actor.heading) = (14, 14.0, 1.1);
                actor.height_m = 1.6;
                actor
            }
            Role::Crowd => {
                let mut actor = Actor::new(Figure::Person(woman(id + 2)), Motion::Bounce, place.at);
                (actor.count, actor.spread) = (44, place.room.max(4.0));
                actor
            }
            _ => continue,
        };
        actors.push(Actor {
            seed,
            since: o.scene.music.beat - 2.0,
            ..actor
        });
    }
    world.shade(isa, view, &mut picture, &|_, _| true);
    if o.time {
        let one = &actors[..1];
        let hero = staging
            .places
            .iter()
            .find(|p| p.role == Role::Hero)
            .map_or([0.0, 0.0, 8.0], |p| p.at);
        let mut crowd = Actor::new(Figure::Person(woman(3)), Motion::Bounce, hero);
        (crowd.count, crowd.spread, crowd.at[2]) = (40, 6.0, hero[2] + 8.0);
        for (name, actors) in [("first", one), ("crowd of 40", &[crowd]), ("all", &actors)] {
            // Many, since the system counts in ticks.
            let mut copy = picture.clone();
            let began = cpu_secs();
            for _ in 0..40 {
                draw(&mut copy, &world, view, actors, &o.scene.music)?;
            }
            let best = (cpu_secs() - began) / 40.0;
            println!("{name}: {:.2} ms", best * 1e3);
        }
    }
    draw(&mut picture, &world, view, &actors, &o.scene.music)?;
    Film::default().develop(&mut picture);
    Ok(picture)
}

/// Seconds that this thread has had of the processor where the system tells them, else of the clock.
fn cpu_secs() -> f64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| BEGAN.get_or_init(Instant::now).elapsed().as_secs_f64(), |n| n * 1e-9)
}

fn save(tiles: &[Picture], path: &Path) -> Result<()> {
    let first = tiles.first().context("nothing was drawn")?;
    let (w, h) = (first.width(), first.height());
    let columns = tiles.len().min(if w > 300 { 3 } else { 8 });
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
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, (columns * w) as u32, (rows * h) as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(())
}
