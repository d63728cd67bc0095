//! Worlds: every kind at every hour, the same bits with every set of instructions, alive with the music and calm without.

use phosphene_worlds::{
    camera::View,
    figures::{Actor, Age, Figure, Motion, Person, Sex, draw},
    film::{self, Film},
    isa::Isa,
    picture::{Picture, Prepared},
    scene::{Kind, Music, Scene, Weather},
    world::Role,
};

const SIZE: (usize, usize) = (96, 54);
const HOURS: [f32; 4] = [0.0, 0.25, 0.5, 0.75];

fn shaded(kind: Kind, scene: &Scene, isa: Isa, view: View) -> Picture {
    let mut picture = Picture::new(SIZE.0, SIZE.1);
    Prepared::new(kind, scene).shade(isa, view, &mut picture, &|_, _| true);
    picture
}

fn bits(picture: &Picture) -> Vec<u32> {
    let planes = picture.light.iter().chain([&picture.distance]);
    planes.flatten().map(|value| value.to_bits()).collect()
}

#[test]
fn every_world_has_light_and_distance_at_every_hour() {
    let weathers = [
        Weather::default(),
        Weather {
            fog: 0.8,
            rain: 0.8,
            cloud: 0.9,
            ..Weather::default()
        },
        Weather {
            snow: 0.9,
            storm: 1.0,
            cloud: 1.0,
            ..Weather::default()
        },
    ];
    let mut wrong = Vec::new();
    for kind in Kind::ALL {
        for (n, hour) in HOURS.into_iter().enumerate() {
            for (seed, weather) in (1..).zip(weathers) {
                let scene = Scene {
                    seed: seed + n as u64,
                    hour,
                    weather,
                    ..Scene::default()
                };
                let picture = shaded(kind, &scene, Isa::best(), View::WHOLE);
                let light = picture.light.iter().flatten();
                if let Some(value) = light.clone().find(|v| !v.is_finite() || **v < 0.0) {
                    wrong.push(format!("{kind:?} at {hour}, seed {seed}: light {value}"));
                }
                let mean = light.sum::<f32>() / (3 * picture.distance.len()) as f32;
                if !(0.0005..6.0).contains(&mean) {
                    wrong.push(format!("{kind:?} at {hour}: mean light {mean}"));
                }
                // What is farther than the sky's distance is as good as there.
                if let Some(distance) = picture.distance.iter().find(|d| !d.is_finite() || **d < 0.0) {
                    wrong.push(format!("{kind:?} at {hour}: distance {distance}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_set_of_instructions_gives_the_same_bits() {
    let scene = Scene {
        seed: 5,
        hour: 0.8,
        ..Scene::default()
    };
    let view = View {
        offset: [0.2, -0.1],
        zoom: 1.7,
        turn: 0.05,
    };
    let sets = Isa::ALL
        .into_iter()
        .filter(|isa| isa.is_available() && *isa != Isa::Portable);
    for isa in sets {
        for kind in Kind::ALL {
            let (plain, fast) = (
                shaded(kind, &scene, Isa::Portable, view),
                shaded(kind, &scene, isa, view),
            );
            assert!(bits(&plain) == bits(&fast), "{kind:?}: {isa} differs");
        }
        let mut developed = [Isa::Portable, isa].map(|isa| {
            let mut picture = shaded(Kind::Ocean, &scene, isa, view);
            Film::default().develop(isa, &mut picture, &mut film::Scratch::default());
            bits(&picture)
        });
        assert!(developed[0] == developed[1], "film: {isa} differs");
        developed[0].clear();
    }
}

#[test]
fn a_part_of_a_picture_is_that_part() {
    for kind in [Kind::Ocean, Kind::Forest, Kind::City, Kind::Church] {
        let scene = Scene::default();
        let whole = shaded(kind, &scene, Isa::best(), View::WHOLE);
        let mut part = Picture::new(SIZE.0, SIZE.1);
        Prepared::new(kind, &scene).shade(Isa::best(), View::WHOLE, &mut part, &|left, y| left == 32 && y > 20);
        let (mut outlines, mut count) = (0, 0);
        for y in 21..SIZE.1 {
            for x in 32..48 {
                let o = whole.index(x, y);
                let (whole_bits, part_bits) = (whole.distance[o].to_bits(), part.distance[o].to_bits());
                assert_eq!(whole_bits, part_bits, "{kind:?} {x} {y}");
                // Which outlines are strong enough to be shaded again depends on what else is in the picture.
                outlines += usize::from(whole.light[0][o].to_bits() != part.light[0][o].to_bits());
                count += 1;
            }
        }
        assert!(outlines * 5 <= count, "{kind:?}: {outlines} of {count} differ");
    }
}

#[test]
fn seeds_are_other_places_and_music_moves_what_is_still_in_silence() {
    let difference = |a: &Picture, b: &Picture| {
        let pairs = a.light[1].iter().zip(&b.light[1]);
        pairs.map(|(a, b)| (a.min(2.0) - b.min(2.0)).abs()).sum::<f32>() / a.light[1].len() as f32
    };
    let silent = Music {
        bass: 0.0,
        mid: 0.0,
        high: 0.0,
        loudness: 0.0,
        ..Music::default()
    };
    let loud = Music {
        bass: 1.0,
        mid: 1.0,
        high: 1.0,
        loudness: 1.0,
        kick: 1.0,
        snare: 1.0,
        hat: 1.0,
        ..Music::default()
    };
    for kind in Kind::ALL {
        let with = |seed, music| {
            let scene = Scene {
                seed,
                music,
                ..Scene::default()
            };
            shaded(kind, &scene, Isa::best(), View::WHOLE)
        };
        let later = Music {
            secs: silent.secs + 1.0 / 24.0,
            ..silent
        };
        let (still, moved) = (
            difference(&with(1, silent), &with(1, later)),
            difference(&with(1, silent), &with(1, loud)),
        );
        assert!(moved > 1.5 * still, "{kind:?}: music moves {moved}, time {still}");
        assert!(
            difference(&with(1, silent), &with(2, silent)) > 1e-3,
            "{kind:?}: two seeds are one place"
        );
    }
}

#[test]
fn figures_stand_in_worlds_before_what_is_behind_them() {
    let scene = Scene::default();
    let world = Prepared::new(Kind::Ocean, &scene);
    let mut picture = Picture::new(320, 180);
    world.shade(Isa::best(), View::WHOLE, &mut picture, &|_, _| true);
    let before = picture.distance.clone();
    let hero = world
        .staging()
        .places
        .iter()
        .find(|place| place.role == Role::Hero)
        .unwrap();
    let person = Figure::Person(Person::new(7, Sex::Female, Age::Grown));
    let actors = [Actor::new(person, Motion::Stand, hero.at)];
    draw(&mut picture, &world, View::WHOLE, &actors, &scene.music).unwrap();
    let drawn = picture
        .distance
        .iter()
        .zip(&before)
        .filter(|(now, before)| now < before)
        .count();
    assert!(drawn > 200, "{drawn} pixels of a person");
    let farther = picture
        .distance
        .iter()
        .zip(&before)
        .filter(|(now, before)| now > before)
        .count();
    assert_eq!(farther, 0, "a figure moves what is before it away");
}
