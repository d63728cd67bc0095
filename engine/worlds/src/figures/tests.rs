use crate::{
    camera::{Camera, View},
    picture::Picture,
    scene::Music,
    world::{FAR, Fog, KeyLight, Opening, Portal, Role, Staging, Surface},
};

use super::{
    Actor, Age, Animal, Build, Figure, Motion, Person, Sex, Thing, draw_on,
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

#[test]
fn walking_feet_stay_where_they_stand() {
    let library = library();
    for frame in &library.rig.builds {
        let hip = frame.heads[library.rig.pelvis][1];
        let stride = Motion::Walk.metres_a_beat(hip);
        for side in library.rig.sides {
            // The ball of the foot is flat on the ground in the middle of its stance.
            let mut places = Vec::new();
            for k in 0..200 {
                let beat = k as f32 * 0.01;
                let pose = pose(&library.rig, &library.clips, frame, &moment(Motion::Walk, beat), true);
                let mut at = pose.at[side.ball];
                let phase = (beat * 0.5
                    + if side.foot == library.rig.sides[0].foot {
                        0.0
                    } else {
                        0.5
                    })
                .fract();
                at[2] += stride * beat;
                if (0.12..0.36).contains(&phase) {
                    places.push((phase, at));
                }
            }
            for pair in places.windows(2) {
                if pair[1].0 > pair[0].0 {
                    let slid = length(sub(pair[1].1, pair[0].1));
                    // 0.005 of a cycle: 48 such make the stance.
                    assert!(slid * 48.0 < 0.02 * frame.height, "{}: {slid}", frame.name);
                }
            }
        }
    }
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
