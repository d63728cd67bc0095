use crate::{
    camera::{Camera, View},
    picture::Picture,
    scene::Music,
    world::{FAR, Fog, KeyLight, Opening, Portal, Role, Staging, Surface},
};

use super::{
    Actor, Age, Animal, Build, Costume, Figure, Finish, Motion, Paint, Person, Sex, Thing, draw_on,
    mesh::Library,
    motion::{Moment, pose},
    skeleton::{length, sub},
};

fn library() -> &'static Library {
    Library::get().unwrap()
}

fn moment(motion: Motion, beat: f32) -> Moment {
    Moment {
        motion,
        beat,
        secs: beat * 0.5,
        accent: 1.0,
        wind: 0.2,
        mirrored: false,
        seed: 3,
        second: false,
        apart: 0.54,
        higher: 0.05,
        stride: 1.0,
        holds: None,
        gone: 1.0,
    }
}

fn stage(surface: Surface) -> Staging {
    let mut camera = Camera::standing(1.2, 0.0, 2.0);
    camera.position[2] = -7.0;
    Staging {
        camera,
        key: KeyLight {
            direction: [0.5, 0.5, 0.707],
            color: [1.0; 3],
        },
        ambient: [0.3; 3],
        fog: Fog {
            color: [0.5; 3],
            density: 0.001,
        },
        surface,
        places: Vec::new(),
        portal: Portal {
            opening: Opening::Disc,
            centre: [0.0; 2],
            radius: 0.1,
            distance: FAR,
            spills: false,
        },
    }
}

fn empty() -> Picture {
    let mut picture = Picture::new(160, 90);
    for plane in &mut picture.light {
        plane.fill(0.6);
    }
    picture.distance.fill(FAR);
    picture
}

fn drawn(actors: &[Actor], picture: &mut Picture) {
    let staging = stage(Surface::Ground { wet: 0.3 });
    draw_on(picture, &staging, &|_, _| 0.0, View::WHOLE, actors, &Music::default()).unwrap();
}

#[test]
fn every_name_has_its_mesh() {
    let library = library();
    for (animal, mesh) in Animal::ALL.iter().zip(&library.animals) {
        assert_eq!(animal.name(), mesh.name);
    }
    for (thing, mesh) in Thing::ALL.iter().zip(&library.things) {
        assert_eq!(thing.name(), mesh.name);
    }
    assert_eq!(Animal::ALL.len(), library.animals.len());
    assert_eq!(Thing::ALL.len(), library.things.len());
    assert!(Animal::named("horse").is_some() && Thing::named("umbrella").is_some());
}

#[test]
fn broken_files_are_told() {
    assert!(Library::read(b"PNG").is_err());
    assert!(Library::read(b"PHFIG\x01\x00\x00\x10\x00\x00\x00nothing").is_err());
}

#[test]
fn poses_are_finite_in_every_build() {
    let library = library();
    for frame in &library.rig.builds {
        for &motion in Motion::ALL {
            for k in 0..9 {
                let pose = pose(
                    &library.rig,
                    &library.clips,
                    frame,
                    &moment(motion, k as f32 * 0.37),
                    false,
                );
                for (turn, at) in pose.turn.iter().zip(&pose.at) {
                    assert!(
                        at.iter().all(|x| x.is_finite() && x.abs() < 6.0),
                        "{motion:?} {}",
                        frame.name
                    );
                    for row in turn.0 {
                        assert!((length(row) - 1.0).abs() < 1e-3, "{motion:?} {}: {row:?}", frame.name);
                    }
                }
            }
        }
    }
}

/// Metres that a foot slides while it bears, by the share of its stance in the middle.
fn slid(frame: &super::skeleton::Frame, motion: Motion, stride: f32, stance: std::ops::Range<f32>) -> f32 {
    let rig = &library().rig;
    let metres = motion.metres_a_beat(frame.heads[rig.pelvis][1]) * stride;
    let mut most = 0.0_f32;
    for (side, foot) in rig.sides.iter().enumerate() {
        let mut places = Vec::new();
        for k in 0..400 {
            let beat = k as f32 * 0.005;
            let now = Moment {
                stride,
                ..moment(motion, beat)
            };
            let mut at = pose(rig, &library().clips, frame, &now, true).at[foot.ball];
            at[2] += metres * beat;
            let phase = (beat * 0.5 + 0.5 * side as f32).fract();
            if stance.contains(&phase) {
                places.push(at);
            }
        }
        for a in &places {
            for b in &places {
                // Neighbours of one stance: a cycle later it stands elsewhere.
                if length(sub(*a, *b)) < metres * 0.5 {
                    most = most.max(length(sub(*a, *b)));
                }
            }
        }
    }
    most
}

#[test]
fn feet_stay_where_they_stand() {
    for frame in &library().rig.builds {
        for (motion, stride, stance) in [
            (Motion::Walk, 1.0, 0.12..0.36),
            (Motion::WalkTogether, 0.94, 0.12..0.36),
            (Motion::Run, 1.0, 0.10..0.22),
        ] {
            let slid = slid(frame, motion, stride, stance);
            assert!(slid < 0.02 * frame.height, "{} {motion:?}: {slid}", frame.name);
        }
    }
}

#[test]
fn dances_turn_on_the_beat() {
    let rig = &library().rig;
    let frame = &rig.builds[0];
    // Fine steps of a beat; what turns is a hip's, a head's or a hand's height or side.
    const FINE: usize = 200;
    let mut missed = Vec::new();
    for motion in [
        Motion::Dance,
        Motion::Charleston,
        Motion::Sway,
        Motion::Bounce,
        Motion::Clap,
        Motion::Jump,
        Motion::DanceTogether,
    ] {
        let at = |k: usize| {
            let pose = pose(
                rig,
                &library().clips,
                frame,
                &moment(motion, k as f32 / FINE as f32),
                true,
            );
            let bones = [rig.pelvis, rig.head, rig.sides[0].hand, rig.sides[1].hand];
            bones.map(|bone| pose.at[bone])
        };
        let track: Vec<_> = (0..=9 * FINE).map(at).collect();
        let turns = |k: usize| {
            (0..4).any(|bone| {
                (0..3).any(|axis| {
                    let x = |k: usize| track[k][bone][axis];
                    (x(k) - x(k - 4)) * (x(k + 4) - x(k)) <= 0.0
                        && (x(k + 40) - x(k)).abs().max((x(k) - x(k - 40)).abs()) > 0.004
                })
            })
        };
        for tempo in [70.0, 100.0, 128.0, 174.0] {
            // A frame at 24 a second, in beats of the dance.
            let frame = tempo / 60.0 / 24.0 * super::pace(tempo);
            let window = (frame * FINE as f32) as usize;
            for beat in 1..=8 {
                let near = beat * FINE - window..=beat * FINE + window;
                if !near.clone().any(turns) {
                    missed.push(format!("{motion:?} at {tempo} beats a minute: beat {beat}"));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn persons_stay_themselves() {
    let person = Person::new(7, Sex::Female, Age::Grown);
    assert_eq!(person, Person::new(7, Sex::Female, Age::Grown));
    let old = person.aged(Age::Old);
    assert_eq!((old.id, old.hair, old.build), (7, person.hair, Build::WomanOld));
    assert_eq!(person.aged(Age::Child).build.kind().1, Age::Child);
}

#[test]
fn figures_darken_the_picture_and_hide_behind_what_is_nearer() {
    let actor = Actor::new(
        Figure::Person(Person::new(1, Sex::Male, Age::Grown)),
        Motion::Stand,
        [0.0; 3],
    );
    let mut picture = empty();
    drawn(&[actor], &mut picture);
    let dark = picture.distance.iter().filter(|d| (**d - 7.0).abs() < 1.0).count();
    assert!(dark > 60, "{dark}");
    let mut near = empty();
    near.distance.fill(3.0);
    drawn(&[actor], &mut near);
    assert!(near.distance.iter().all(|d| *d == 3.0));
}

#[test]
fn everything_can_be_drawn_twice_alike() {
    let mut actors = vec![];
    for animal in Animal::ALL {
        actors.push(Actor::new(Figure::Animal(animal), Motion::Walk, [0.5, 0.0, 2.0]));
    }
    for thing in Thing::ALL {
        actors.push(Actor::new(Figure::Thing(thing), Motion::Stand, [-0.5, 0.0, 30.0]));
    }
    let mut crowd = Actor::new(
        Figure::Person(Person::new(4, Sex::Male, Age::Grown)),
        Motion::Bounce,
        [0.0, 0.0, 9.0],
    );
    (crowd.count, crowd.spread) = (20, 5.0);
    actors.push(crowd);
    for &motion in Motion::ALL {
        let mut actor = Actor::new(
            Figure::Person(Person::new(2, Sex::Female, Age::Teen)),
            motion,
            [1.0, 0.0, 4.0],
        );
        actor.partner = Some(Person::new(3, Sex::Male, Age::Teen));
        actors.push(actor);
    }
    let (mut a, mut b) = (empty(), empty());
    drawn(&actors, &mut a);
    drawn(&actors, &mut b);
    assert_eq!(a.light, b.light);
    assert!(a.light.iter().flatten().all(|v| v.is_finite() && *v >= 0.0));
    assert!(Thing::ALL.iter().any(|t| t.role() == Role::Afloat));
}

/// Mean red, green and blue of what figures cover, in a light.
fn covered(actor: &Actor, key: [f32; 3], ambient: [f32; 3], fog: Fog) -> [f32; 3] {
    let mut staging = stage(Surface::Ground { wet: 0.0 });
    staging.key.color = key;
    // Behind it, as worlds like it.
    staging.key.direction = [0.3, 0.25, 0.92];
    (staging.ambient, staging.fog) = (ambient, fog);
    let mut picture = empty();
    for (plane, fog) in picture.light.iter_mut().zip(fog.color) {
        plane.fill(fog);
    }
    draw_on(
        &mut picture,
        &staging,
        &|_, _| 0.0,
        View::WHOLE,
        &[*actor],
        &Music::default(),
    )
    .unwrap();
    let mut sum = [0.0; 3];
    let mut count = 0.0;
    for (at, distance) in picture.distance.iter().enumerate() {
        if *distance < FAR {
            count += 1.0;
            for (sum, plane) in sum.iter_mut().zip(&picture.light) {
                *sum += plane[at];
            }
        }
    }
    assert!(count > 50.0, "{count}");
    sum.map(|sum| sum / count)
}

#[test]
fn a_named_colour_is_seen_by_day_at_night_and_in_fog() {
    let fog = |level: f32, density: f32| Fog {
        color: [level; 3],
        density,
    };
    let lights = [
        ("day", [2.0, 1.9, 1.7], [0.35, 0.4, 0.5], fog(0.6, 0.001)),
        ("dusk", [1.6, 0.7, 0.25], [0.12, 0.10, 0.14], fog(0.3, 0.002)),
        ("night", [0.10, 0.13, 0.22], [0.012, 0.016, 0.03], fog(0.02, 0.002)),
        ("fog", [0.3, 0.3, 0.3], [0.25, 0.25, 0.25], fog(0.45, 0.12)),
    ];
    let share = |[r, g, b]: [f32; 3]| [r, g, b].map(|c| c / (r + g + b));
    let car = Actor::new(Figure::Thing(Thing::named("car").unwrap()), Motion::Stand, [0.0; 3]);
    let mut woman = Person::new(3, Sex::Female, Age::Grown);
    for (index, colour) in [[0.75, 0.02, 0.03], [0.03, 0.30, 0.05], [0.02, 0.08, 0.80]]
        .into_iter()
        .enumerate()
    {
        let paint = Some(Paint::new(colour, Finish::Matte));
        woman.colours.clothes = paint;
        let dressed = Actor::new(Figure::Person(woman), Motion::Stand, [0.0; 3]);
        let plain = Actor {
            figure: Figure::Person(Person::new(3, Sex::Female, Age::Grown)),
            ..dressed
        };
        // A car's panes, tyres and lamps take no paint, and its lacquer mirrors the sky.
        for (tinted, plain, least) in [(Actor { paint, ..car }, car, 0.02), (dressed, plain, 0.08)] {
            for (when, key, ambient, fog) in lights {
                let [with, without] = [tinted, plain].map(|actor| share(covered(&actor, key, ambient, fog))[index]);
                assert!(with > without + least, "{when}, {colour:?}: {with} against {without}");
            }
        }
    }
}

#[test]
fn costumes_have_their_outlines() {
    let area = |costume: Option<Costume>| {
        let mut person = Person::new(5, Sex::Female, Age::Grown);
        (person.costume, person.outfit) = (costume, super::Outfit::DressShort);
        let mut picture = empty();
        drawn(
            &[Actor::new(Figure::Person(person), Motion::Stand, [0.0; 3])],
            &mut picture,
        );
        picture.distance.iter().filter(|d| **d < FAR).count() as f32
    };
    let plain = area(None);
    for costume in [
        Costume::Wings,
        Costume::Tutu,
        Costume::PointedHat,
        Costume::Clown,
        Costume::Veil,
        Costume::Habit,
        Costume::CowboyHat,
        Costume::Toque,
        Costume::Tricorne,
    ] {
        assert!(area(Some(costume)) > plain * 1.03, "{costume:?}");
    }
    assert!(area(Some(Costume::Bones)) < plain * 0.8);
}

#[test]
fn what_is_held_is_in_the_hand() {
    let library = library();
    let rig = &library.rig;
    for frame in &rig.builds {
        for name in ["lantern", "rose", "letter", "suitcase"] {
            let thing = Thing::named(name).unwrap();
            let motion = super::hold_of(thing).unwrap();
            let now = Moment {
                holds: Some((thing, None)),
                ..moment(motion, 0.4)
            };
            let pose = pose(rig, &library.clips, frame, &now, false);
            let mesh = library.things.iter().find(|mesh| mesh.name == name).unwrap();
            let extent = [0, 1].map(|end| {
                [0, 1, 2].map(|axis| {
                    let along = mesh.mesh.positions[0].iter().map(|at| at[axis]);
                    along.reduce(if end == 0 { f32::min } else { f32::max }).unwrap()
                })
            });
            let held = super::props::in_hand(thing.name(), extent, rig, frame, &pose);
            let corners = mesh.mesh.positions[0]
                .iter()
                .map(|at| super::skeleton::add(held.at, super::skeleton::scaled(held.turn.of(*at), held.size)));
            let hand = pose.at[rig.sides[0].fingers[2][0]];
            let nearest = corners.map(|at| length(sub(at, hand))).fold(f32::MAX, f32::min);
            assert!(nearest < 0.12 * frame.height, "{name}, {}: {nearest}", frame.name);
        }
    }
    assert_eq!(super::hold_of(Thing::named("church").unwrap()), None);
}

#[test]
fn who_leaves_goes_away_and_the_other_stays() {
    let mut actor = Actor::new(
        Figure::Person(Person::new(1, Sex::Male, Age::Grown)),
        Motion::Part,
        [0.0; 3],
    );
    actor.partner = Some(Person::new(2, Sex::Female, Age::Grown));
    let covered = |beat: f64| {
        let mut picture = empty();
        let staging = stage(Surface::Ground { wet: 0.0 });
        let music = Music {
            beat,
            ..Music::default()
        };
        draw_on(&mut picture, &staging, &|_, _| 0.0, View::WHOLE, &[actor], &music).unwrap();
        let far = picture.distance.iter().filter(|d| (7.4..FAR).contains(*d));
        let nearest = picture.distance.iter().copied().fold(FAR, f32::min);
        (far.copied().fold(0.0, f32::max), nearest)
    };
    let ((then, left), (now, still)) = (covered(0.0), covered(8.0));
    assert!(now > then + 2.0, "{then} {now}");
    assert!((left - still).abs() < 0.3, "{left} {still}");
}

#[test]
fn a_child_is_small_and_has_a_large_head() {
    let library = library();
    let share = |build: Build| {
        let frame = &library.rig.builds[build as usize];
        let mut pose = pose(&library.rig, &library.clips, frame, &moment(Motion::Stand, 0.0), true);
        let before = pose.turn[library.rig.head].0[0][0];
        pose.swell(library.rig.head, library.rig.hair, 1.2);
        assert!((pose.turn[library.rig.head].0[0][0] / before - 1.2).abs() < 1e-3);
        frame.height
    };
    assert!(share(Build::Boy) < 0.8 * share(Build::Man));
}
