//! Bodies posed: people with what they wear and hold, animals, riders and things as triangles in the world.

use super::{
    Age, Costume, Motion, Person,
    bodies::{ASIDE, Body, Form, Stage, tall},
    cloth, costume, matter,
    mesh::{AnimalMesh, Part, PartKind},
    motion::{self, Moment},
    posed::{Posed, TONE},
    props,
    skeleton::{self, Pose, Stand, Turn, add, scaled},
};

/// Share of its height above which an animal has its horns.
const CREST: f32 = 0.77;
/// Metres that a rider's hip is over the bone of the back (tuned).
const SADDLE: f32 = 0.20;
/// Metres that a saddle horse is high.
const SADDLE_HEIGHT: f32 = 1.75;

/// Factor of a child's head: from afar a small adult is no child.
const CHILD_HEAD: f32 = 1.16;
/// Radians that somebody who is left is turned from the one who leaves.
const LEFT: f32 = 1.9;
/// Things that fly by wings: how far those are raised in radians, and how often a second.
const FLAPPING: [(&str, f32, f32); 4] = [
    ("winged dragon", 0.34, 0.42),
    ("bat", 0.50, 2.6),
    ("butterfly", 0.55, 1.7),
    ("bee", 0.30, 9.0),
];

impl Stage<'_> {
    /// Fills `posed`.
    pub fn pose(&self, body: &Body, level: usize, mirrored: bool, posed: &mut Posed) {
        posed.clear();
        let mut stand = body.stand;
        stand.mirror = mirrored.then_some((self.ground)(stand.at[0], stand.at[2]).max(stand.at[1]));
        match body.form {
            Form::Person(person) => self.person(person, &body.moment, &stand, level, posed),
            Form::Couple(first, second) => {
                let builds = &self.library.rig.builds;
                let shoulder =
                    |p: Person| builds[p.build as usize].heads[self.library.rig.sides[0].upper_arm][1] * tall(p);
                let higher = shoulder(second) - shoulder(first);
                let half = body.moment.apart * 0.5;
                let facing = body.moment.motion.faces();
                for (person, second, sign) in [(first, false, 1.0), (second, true, -1.0)] {
                    // Side by side, or face to face along the same line; or one with the back to the other.
                    let parts = body.moment.motion == Motion::Part;
                    let turn = match (facing, parts, second) {
                        (true, ..) => stand.turn.after(Turn::yaw(-sign * std::f32::consts::FRAC_PI_2)),
                        (_, true, true) => stand.turn.after(Turn::yaw(-ASIDE)),
                        (_, true, false) => stand.turn.after(Turn::yaw(LEFT)),
                        _ => stand.turn,
                    };
                    let at = if parts && second {
                        self.leaving(stand.at, stand.turn, body.moment.gone * stand.size)
                    } else {
                        add(stand.at, scaled(stand.turn.of([sign * half, 0.0, 0.0]), stand.size))
                    };
                    let stand = Stand { at, turn, ..stand };
                    let moment = Moment {
                        second,
                        higher: sign * higher,
                        holds: body.moment.holds.filter(|_| !second),
                        // Both go as far as the first.
                        stride: self.hip(first) / self.hip(person),
                        seed: body.moment.seed.wrapping_add(u64::from(second)),
                        secs: body.moment.secs + if second { 1.7 } else { 0.0 },
                        ..body.moment
                    };
                    self.person(person, &moment, &stand, level, posed);
                }
            }
            Form::Animal(index) => {
                let animal = &self.library.animals[index];
                posed.dip(body.paint);
                if body.paint.is_none()
                    && let Some(fur) = matter::fur(&animal.name)
                {
                    let high = animal.levels[0].positions[0].iter().map(|at| at[1]).fold(0.1, f32::max);
                    posed.cover(fur, &stand, high);
                }
                self.animal(animal, &body.moment, &stand, level, posed);
                if body.crest {
                    // Antlers, horns and the like are what is highest.
                    let positions = &animal.levels[level].positions[0];
                    let top = positions.iter().map(|at| at[1]).fold(0.0, f32::max);
                    posed.strip(positions.len(), &|k| positions[k][1] > CREST * top);
                }
            }
            Form::Rider(person, index) => {
                let animal = &self.library.animals[index];
                let moment = Moment {
                    motion: Motion::Run,
                    ..body.moment
                };
                posed.dip(body.paint);
                if body.paint.is_none()
                    && let Some(fur) = matter::fur(&animal.name)
                {
                    posed.cover(fur, &stand, SADDLE_HEIGHT);
                }
                let pose = self.animal(animal, &moment, &stand, level, posed);
                // On the highest bone of the middle of its back.
                let middle = |k: &usize| animal.heads[*k][2].abs() < 0.30;
                let saddle = (0..animal.heads.len())
                    .filter(middle)
                    .max_by(|a, b| animal.heads[*a][1].total_cmp(&animal.heads[*b][1]))
                    .unwrap_or(0);
                let hip = self.hip(person);
                let up = pose.at[saddle][1] - hip + SADDLE;
                let mut rider = stand;
                rider.at = add(
                    stand.at,
                    scaled(stand.turn.of([0.0, up, pose.at[saddle][2]]), stand.size),
                );
                self.person(person, &body.moment, &rider, level, posed);
            }
            Form::Thing(index) => {
                let mesh = &self.library.things[index].mesh;
                posed.dip(body.paint);
                posed.spot = body.spot;
                let wings = FLAPPING
                    .iter()
                    .find(|(name, ..)| *name == self.library.things[index].name);
                posed.flap = wings.map_or(0.0, |(_, radians, a_sec)| {
                    radians * crate::scalar::sin(body.moment.secs * a_sec * std::f32::consts::TAU)
                });
                posed.stiff(mesh, &stand, self.light.albedo());
                let bare = bare(&self.library.things[index].name);
                posed.strip(mesh.tones.len(), &|k| mesh.tones[k] > bare);
                if body.shines {
                    posed.shine(mesh);
                }
            }
        }
    }

    /// Metres from the ground to a standing person's hip.
    pub fn hip(&self, person: Person) -> f32 {
        let rig = &self.library.rig;
        rig.builds[person.build as usize].heads[rig.pelvis][1] * tall(person)
    }

    fn person(&self, person: Person, moment: &Moment, stand: &Stand, level: usize, posed: &mut Posed) {
        let library = self.library;
        // As tall as the person is, among those of the build.
        let stand = &Stand {
            size: stand.size * tall(person),
            ..*stand
        };
        let build = person.build as usize;
        let frame = &library.rig.builds[build];
        let mut pose = motion::pose(&library.rig, &library.clips, frame, moment, level == 2);
        if person.build.kind().1 <= Age::Child {
            pose.swell(library.rig.head, library.rig.hair, CHILD_HEAD);
        }
        let fits = |part: &&Part| !part.levels[0].positions[build].is_empty();
        let find = |kind: PartKind, name: &str| {
            let of_kind = || library.parts.iter().filter(|p| p.kind == kind).filter(fits);
            of_kind().find(|p| p.name == name).or_else(|| of_kind().next())
        };
        let body = &library.parts[0];
        let outfit = find(PartKind::Outfit, person.outfit.name());
        let shoes = find(
            PartKind::Shoes,
            if person.id.is_multiple_of(2) {
                "shoes01"
            } else {
                "shoes02"
            },
        );
        let hair = person.hair.and_then(|hair| find(PartKind::Hair, hair.name()));
        let hat = person.hat.then(|| find(PartKind::Hat, "fedora")).flatten();
        let hidden = |k: usize| {
            let hides = |part: &Option<&Part>| part.is_some_and(|p| p.levels[level].hides.get(k) == Some(&true));
            hides(&outfit) || hides(&shoes)
        };
        let heads = &frame.heads;
        let tone = |k: u32| 0.035 + 0.035 * ((person.id.wrapping_mul(2_654_435_761) >> (8 * k)) & 255) as f32 / 255.0;
        let colours = person.colours;
        let costume = person.costume;
        let bony = costume.is_some_and(Costume::is_bony);
        // Who wears a colour that is named is seen in it: face and hands too.
        let skin = colours.body.or(colours.clothes.map(|_| cloth::skin(person.id)));
        if !bony {
            posed.dip(skin);
            posed.skinned(&body.levels[level], build, heads, &pose, stand, 0.11, &hidden);
        }
        let clothed = !matches!(costume, Some(Costume::Bones | Costume::VeiledBones));
        for (part, tone, paint) in [
            (outfit.filter(|_| clothed), tone(0), colours.clothes),
            (shoes.filter(|_| !bony), 0.03, colours.body),
            (hair.filter(|_| !bony), 0.03 + 0.3 * (tone(1) - 0.035), colours.hair),
            (hat, tone(2), colours.hat),
        ] {
            if let Some(part) = part {
                // Clothes are as their colour says, and not darker or paler.
                let tone = if paint.is_some() { TONE } else { tone };
                posed.dip(paint);
                let mesh = &part.levels[level];
                posed.skinned(mesh, build, heads, &pose, stand, tone, &|_| false);
                if part.kind == PartKind::Outfit && level < 2 && colours.body.is_none() {
                    let tailored = cloth::Tailored::new(person, &library.rig, frame);
                    let count = mesh.positions[build].len();
                    if costume.is_some_and(Costume::is_parted) {
                        posed.dip(Some(cloth::MOTLEY));
                        posed.part(&mesh.positions[build]);
                    }
                    posed.tailor(count, &|k| tailored.at(mesh.positions[build][k]));
                }
            }
        }
        if let Some(costume) = costume {
            self.costume(costume, person, &pose, stand, posed);
        }
        posed.dip(None);
        if moment.motion.has_props() || moment.holds.is_some() || props::leans(moment, frame) {
            self.props(moment, build, &pose, stand, posed);
        }
    }

    fn costume(&self, costume: Costume, person: Person, pose: &Pose, stand: &Stand, posed: &mut Posed) {
        let (rig, colours) = (&self.library.rig, person.colours);
        let frame = &rig.builds[person.build as usize];
        for worn in costume::worn(costume, rig, frame, pose, colours.clothes) {
            posed.dip(worn.paint);
            posed.stiff(&worn.mesh, stand, worn.tone);
        }
        let Some(borrowed) = costume::borrowed(costume, rig, frame) else {
            return;
        };
        if let Some(thing) = self.library.things.iter().find(|thing| thing.name == borrowed.name) {
            let across = thing.mesh.positions[0]
                .iter()
                .map(|at| at[0].abs())
                .fold(0.01, f32::max)
                * 2.0;
            let off = add(pose.at[borrowed.bone], pose.turn[borrowed.bone].of(borrowed.off));
            let stand = Stand {
                at: add(stand.at, scaled(stand.turn.of(off), stand.size)),
                turn: stand.turn.after(pose.turn[borrowed.bone]),
                size: stand.size * borrowed.width / across,
                mirror: stand.mirror,
            };
            posed.dip(match costume {
                Costume::Crown => colours.hat,
                _ => colours.body.or(colours.clothes),
            });
            posed.stiff(&thing.mesh, &stand, TONE);
            if costume == Costume::Wings {
                let back = stand.turn.of([0.0, 0.0, -1.0]);
                posed.face(thing.mesh.positions[0].len(), back);
            }
        }
    }

    /// What goes with the motion.
    fn props(&self, moment: &Moment, build: usize, pose: &Pose, stand: &Stand, posed: &mut Posed) {
        let (rig, frame) = (&self.library.rig, &self.library.rig.builds[build]);
        if let Some(mesh) = props::made(moment, rig, frame, pose) {
            posed.stiff(&mesh, stand, TONE);
        }
        let mut all = props::held(moment, rig, frame, pose);
        if let Some((held, _)) = moment.holds
            && let Some(thing) = self.library.things.iter().find(|thing| thing.name == held.name())
        {
            let (mut low, mut high) = ([f32::MAX; 3], [f32::MIN; 3]);
            for at in &thing.mesh.positions[0] {
                for axis in 0..3 {
                    low[axis] = low[axis].min(at[axis]);
                    high[axis] = high[axis].max(at[axis]);
                }
            }
            all.push(props::in_hand(held.name(), [low, high], rig, frame, pose));
        }
        for held in all {
            if let Some(thing) = self.library.things.iter().find(|t| t.name == held.name) {
                let stand = Stand {
                    at: add(stand.at, scaled(stand.turn.of(held.at), stand.size)),
                    turn: stand.turn.after(held.turn),
                    size: stand.size * held.size,
                    mirror: stand.mirror,
                };
                let brass = matches!(held.name, "trumpet" | "saxophone").then_some(cloth::BRASS);
                let of_words = moment.holds.filter(|(other, _)| other.name() == thing.name);
                posed.dip(of_words.and_then(|(_, paint)| paint).or(brass));
                posed.stiff(&thing.mesh, &stand, TONE);
                posed.dip(None);
            }
        }
    }

    fn animal(&self, animal: &AnimalMesh, moment: &Moment, stand: &Stand, level: usize, posed: &mut Posed) -> Pose {
        let clip = &animal.clips[clip_of(animal, moment.motion)];
        let share = moment.beat / beats_of(clip.secs);
        let n = clip.at.len();
        let t = (share - share.floor()) * n as f32;
        let (a, u) = ((t as usize).min(n - 1), t - t.floor());
        let b = (a + 1) % n;
        let pose = Pose {
            turn: (0..animal.heads.len())
                .map(|k| clip.turn[a][k].mix(clip.turn[b][k], u).turn())
                .collect(),
            at: (0..animal.heads.len())
                .map(|k| skeleton::between(clip.at[a][k], clip.at[b][k], u))
                .collect(),
        };
        posed.skinned(&animal.levels[level], 0, &animal.heads, &pose, stand, 0.055, &|_| false);
        pose
    }
}

/// The tone up to which a thing's parts keep their own colour: tyres, stems.
fn bare(thing: &str) -> u8 {
    match thing {
        "car" | "bus" | "bicycle" | "motorbike" => 45,
        "rose" | "sunflower" => 100,
        _ => 0,
    }
}

/// The clip of an animal for a motion, or the nearest to it.
pub(super) fn clip_of(animal: &AnimalMesh, motion: Motion) -> usize {
    let wanted: &[&str] = match motion {
        Motion::Run => &["run", "trot", "walk", "fly", "swim", "slide"],
        Motion::Walk | Motion::WalkTogether => &["walk", "fly", "swim", "slide"],
        Motion::Fly | Motion::Fall => &["fly", "swim", "run"],
        Motion::Float => &["glide", "fly", "swim"],
        Motion::Swim => &["swim", "fly"],
        Motion::Sit | Motion::SitGround => &["sit", "idle"],
        Motion::Sing | Motion::Sad => &["howl", "roar", "idle"],
        Motion::Cheer | Motion::Jump | Motion::PowerUp => &["rear", "roar", "run"],
        Motion::Bow => &["eat", "idle"],
        Motion::Dance | Motion::Charleston | Motion::BodyRoll | Motion::Bounce | Motion::Sway => {
            &["dance", "trot", "idle"]
        }
        // Birds are in the air.
        _ => &["fly", "idle"],
    };
    let find = |name: &&str| animal.clips.iter().position(|clip| clip.name == **name);
    wanted.iter().find_map(find).unwrap_or(0)
}

/// Whole or half beats that a clip of these seconds takes.
pub(super) fn beats_of(secs: f32) -> f32 {
    // At 120 beats a minute; the nearest power of two.
    let beats = secs * 2.0;
    [0.5_f32, 1.0, 2.0, 4.0, 8.0, 16.0]
        .into_iter()
        .min_by(|a, b| (a / beats).max(beats / a).total_cmp(&(b / beats).max(beats / b)))
        .unwrap_or(4.0)
}
