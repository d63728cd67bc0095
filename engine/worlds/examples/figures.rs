//! Draws figures to be looked at: `cargo run -p phosphene_worlds --example figures -- OUT WHAT...`.
//!
//! WHAT: `persons`, `animals`, `things` (all, dark on light grey, for their outlines), `motions` (all, one person), a
//! motion's name (eight moments of it), an animal's or a thing's name, `ground` (companies on an evening plain), or `scene` (into a world). Options: `--world
//! KIND`, `--hour H`, `--seed N`, `--beat B`, `--zoom Z`, `--size WxH`, `--turn RADIANS`, `--pick FROM` (with `things`:
//! from this one on), `--fog F`, `--far K` (that much more room around), `--time` (milliseconds, the least of many).
#![expect(clippy::print_stdout, reason = "a tool")]

use std::{fs::File, io::BufWriter, path::Path, time::Instant};

use anyhow::{Context, Result};
use phosphene_worlds::{
    camera::{Camera, View},
    figures::{Actor, Age, Animal, Build, Figure, Hair, Motion, Outfit, Person, Sex, Thing, draw, draw_on},
    film::{self, Film},
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
        "ground" => {
            for company in companies(o.scene.seed)? {
                tiles.push(ground(o, &company)?);
            }
        }
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

/// Who stands on the ground: a sheet's pictures.
fn companies(seed: u64) -> Result<Vec<Vec<Actor>>> {
    let person = |p, motion, x: f32, z: f32, heading: f32| Actor {
        heading,
        seed: seed + x.abs() as u64,
        ..Actor::new(Figure::Person(p), motion, [x, 0.0, z])
    };
    let thing = |name: &str, x: f32, z: f32, heading: f32| -> Result<Actor> {
        let thing = Thing::named(name).with_context(|| format!("there is no {name}"))?;
        Ok(Actor {
            heading,
            ..Actor::new(Figure::Thing(thing), Motion::Stand, [x, 0.0, z])
        })
    };
    let animal = |name: &str, motion, x: f32, z: f32, heading: f32| -> Result<Actor> {
        let animal = Animal::named(name).with_context(|| format!("there is no {name}"))?;
        Ok(Actor {
            heading,
            ..Actor::new(Figure::Animal(animal), motion, [x, 0.0, z])
        })
    };
    let couple = |motion, x, z, heading| Actor {
        partner: Some(man(6)),
        ..person(woman(5), motion, x, z, heading)
    };
    let mut crowd = person(man(8), Motion::Bounce, 0.0, 13.0, 0.0);
    (crowd.count, crowd.spread) = (44, 7.5);
    let child = Person::new(12, Sex::Female, Age::Child);
    let old = |id, sex| Person::new(id, sex, Age::Old);
    Ok(vec![
        vec![
            couple(Motion::WalkTogether, -1.2, 6.5, 0.1),
            thing("bare tree", 7.0, 22.0, 0.0)?,
            thing("street lamp", 3.2, 9.0, 0.0)?,
        ],
        vec![
            person(man(1), Motion::Ride, 1.0, 9.0, 1.2),
            thing("windmill", -14.0, 60.0, -0.4)?,
            thing("old tree", 12.0, 30.0, 0.0)?,
        ],
        vec![crowd, person(man(3), Motion::Guitar, 0.0, 22.0, std::f32::consts::PI)],
        vec![
            person(woman(9), Motion::Sing, 0.2, 6.0, 2.9),
            person(man(3), Motion::Guitar, -2.2, 7.5, 2.8),
            person(man(4), Motion::Drums, 0.4, 10.0, std::f32::consts::PI),
            person(woman(7), Motion::Violin, 2.4, 7.5, -2.7),
        ],
        vec![
            person(old(20, Sex::Male), Motion::Sit, 0.4, 6.0, 0.2),
            thing("tree", 3.5, 11.0, 0.0)?,
            animal("dog", Motion::Sit, -0.8, 6.0, 0.5)?,
        ],
        vec![
            person(woman(9), Motion::Umbrella, 0.5, 5.5, 0.4),
            thing("car", -3.5, 12.0, -2.6)?,
            thing("phone booth", 4.5, 11.0, 0.3)?,
        ],
        vec![
            person(woman(11), Motion::Dance, -0.8, 5.5, 2.6),
            person(man(14), Motion::Charleston, 1.2, 6.0, -2.7),
        ],
        vec![
            animal("horse", Motion::Run, -1.0, 9.0, 1.4)?,
            animal("wolf", Motion::Sing, 3.4, 9.0, -1.2)?,
            thing("castle", 20.0, 160.0, 0.2)?,
        ],
        vec![
            person(child, Motion::Run, -0.6, 6.0, 0.9),
            thing("kite", 1.6, 9.0, 0.0)?,
            thing("house", 9.0, 34.0, -0.5)?,
            couple(Motion::DanceTogether, -3.4, 9.0, 0.7),
        ],
    ])
}

/// An evening plain, wet after rain: a level ground under a sky, to see shadows and mirror images.
fn ground(o: &Options, actors: &[Actor]) -> Result<Picture> {
    let mut picture = Picture::new(o.size.0, o.size.1);
    let camera = Camera::standing(1.5, -0.12, 1.9);
    let low = o.scene.hour > 0.6;
    let (sky, far) = if low {
        ([0.16, 0.14, 0.32], [1.1, 0.52, 0.26])
    } else {
        ([0.18, 0.32, 0.62], [0.75, 0.78, 0.8])
    };
    for y in 0..picture.height() {
        for x in 0..picture.width() {
            let p = picture.point(x, y);
            let o = picture.index(x, y);
            let at = camera.on_ground(p, 0.0);
            let depth = at.map_or(FAR, |at| camera.project(at)[2]).min(FAR);
            let up = ((p[1] - camera.horizon).abs() * 1.1).min(1.0);
            for k in 0..3 {
                let above = far[k] + (sky[k] - far[k]) * up.sqrt();
                let earth = 0.22 * far[k] + 0.25 * above;
                let hidden = (-0.006 * depth).exp();
                picture.light[k][o] = if at.is_some() {
                    far[k] + (earth - far[k]) * hidden
                } else {
                    above
                };
            }
            picture.distance[o] = depth;
        }
    }
    let staging = Staging {
        camera,
        key: KeyLight {
            direction: if low { [0.40, 0.16, 0.90] } else { [0.45, 0.75, 0.48] },
            color: if low { [1.7, 0.9, 0.45] } else { [1.5, 1.4, 1.2] },
        },
        ambient: if low { [0.20, 0.15, 0.20] } else { [0.35, 0.4, 0.5] },
        fog: Fog {
            color: far,
            density: 0.006,
        },
        surface: Surface::Ground { wet: 0.25 },
        places: Vec::new(),
        portal: Portal {
            opening: Opening::Disc,
            centre: [0.0; 2],
            radius: 0.1,
            distance: FAR,
            spills: false,
        },
    };
    let actors: Vec<Actor> = actors
        .iter()
        .map(|a| Actor {
            since: o.scene.music.beat,
            ..*a
        })
        .collect();
    draw_on(
        &mut picture,
        &staging,
        &|_, _| 0.0,
        View::WHOLE,
        &actors,
        &o.scene.music,
    )?;
    Film::default().develop(Isa::best(), &mut picture, &mut film::Scratch::default());
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
            let mut best = f64::INFINITY;
            for _ in 0..80 {
                let mut copy = picture.clone();
                let began = Instant::now();
                draw(&mut copy, &world, view, actors, &o.scene.music)?;
                best = best.min(began.elapsed().as_secs_f64());
            }
            println!("{name}: {:.2} ms", best * 1e3);
        }
    }
    draw(&mut picture, &world, view, &actors, &o.scene.music)?;
    Film::default().develop(Isa::best(), &mut picture, &mut film::Scratch::default());
    Ok(picture)
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
