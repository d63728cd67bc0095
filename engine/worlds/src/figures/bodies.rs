//! Bodies: what an actor is at a frame, where it stands and how large it is seen.

use crate::{
    scalar::{self, Chance},
    scene::Music,
    world::{Role, Surface},
};

use super::{
    Actor, Colours, Figure, Motion, Paint, Person, Sex,
    gait::STRIDE,
    mesh::Library,
    motion::Moment,
    poses::{beats_of, clip_of},
    raster::Lens,
    shade::Light,
    skeleton::{Stand, Turn, Vec3, add, scaled, unit},
};

/// What one body is made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Person(Person),
    /// Two, and the metres between them.
    Couple(Person, Person),
    Animal(usize),
    /// A person on an animal's back.
    Rider(Person, usize),
    Thing(usize),
}

/// One body in its place at this frame.
pub(super) struct Body {
    pub form: Form,
    pub stand: Stand,
    pub moment: Moment,
    pub depth: f32,
    pub pixels: f32,
    pub height: f32,
    pub small: bool,
    pub grounded: bool,
    /// On water beyond a ground.
    pub afloat: bool,
    pub feet: Vec<Vec3>,
    pub glow: Vec3,
    /// All of it gives light.
    pub shines: bool,
    pub paint: Option<Paint>,
    pub crest: bool,
    pub spot: bool,
}

pub(super) struct Stage<'a> {
    pub library: &'a Library,
    pub lens: Lens,
    pub light: Light,
    pub ground: &'a dyn Fn(f32, f32) -> f32,
    pub music: &'a Music,
}

/// Factor of the build's height.
pub(super) fn tall(person: Person) -> f32 {
    f32::from(person.stature) / 100.0
}

/// Metres between two who hold hands, who embrace, who dance.
fn apart(motion: Motion) -> f32 {
    match motion {
        Motion::Embrace => 0.36,
        Motion::DanceTogether => 0.44,
        Motion::FaceEachOther => 0.58,
        Motion::Chess => 1.30,
        Motion::Part => 1.05,
        _ => 0.54,
    }
}

/// So many riders are side by side; more are a troop.
const IN_A_ROW: u32 = 6;
/// Metres between two of whom one leaves, when the scene begins.
const LEAVING: f32 = 0.9;
/// Radians that the one who leaves goes aside.
pub(super) const ASIDE: f32 = 0.28;

impl Stage<'_> {
    /// The bodies of an actor: as many as it counts.
    pub fn bodies(&self, actor: &Actor) -> Vec<Body> {
        let many = actor.count.max(1);
        (0..many)
            .filter_map(|k| {
                let seed = actor.seed.wrapping_mul(0x9E37_79B9).wrapping_add(u64::from(k) * 7919);
                let mut chance = Chance::new(seed, 5);
                let mut one = *actor;
                one.seed = seed;
                if many > 1 {
                    // A sunflower's seeds, shaken: even, and nowhere in rows.
                    let n = many as f32;
                    let r = ((k as f32 + 0.5) / n).sqrt() * actor.spread;
                    let turn = k as f32 * 2.399_963 + chance.within(-0.5, 0.5);
                    let flying = !self.grounded(actor);
                    one.at = add(
                        actor.at,
                        [
                            r * scalar::cos(turn),
                            if flying {
                                r * 0.45 * chance.within(-1.0, 1.0)
                            } else {
                                0.0
                            },
                            r * scalar::sin(turn) * 0.8,
                        ],
                    );
                    if actor.motion == Motion::Ride && many <= IN_A_ROW {
                        one.at = self.in_a_row(actor.at, k as f32 - (n - 1.0) * 0.5, chance.within(-0.9, 0.9));
                    }
                    one.heading += chance.within(-0.22, 0.22) * if flying { 0.5 } else { 1.0 };
                    one.phase += match actor.figure {
                        Figure::Animal(_) => chance.within(0.0, 4.0),
                        _ => chance.below(4) as f32 + chance.within(-0.08, 0.08),
                    };
                    one.mirrored = chance.happens(0.5);
                    one.height_m *= chance.within(0.93, 1.07);
                    if let Figure::Person(person) = actor.figure {
                        let (sex, age) = person.build.kind();
                        let alike = person.costume.is_some() || person.colours != Colours::default();
                        let sex = if chance.happens(0.25) || alike {
                            sex
                        } else if chance.happens(0.5) {
                            Sex::Male
                        } else {
                            Sex::Female
                        };
                        let id = (seed >> 3) as u32;
                        let mut other = Person::new(id, sex, age);
                        if alike {
                            // Angels are angels all, and soldiers wear one coat.
                            other.outfit = person.outfit;
                            (other.colours, other.costume) = (person.colours, person.costume);
                            other.hat = person.hat;
                        }
                        one.figure = Figure::Person(other);
                        if chance.happens(0.35) && actor.motion == Motion::Bounce {
                            one.motion = [Motion::Clap, Motion::Sway, Motion::Cheer][chance.below(3)];
                        }
                    }
                    if !flying {
                        one.at[1] += (self.ground)(one.at[0], one.at[2]) - (self.ground)(actor.at[0], actor.at[2]);
                    }
                }
                self.body(&one, many > 1)
            })
            .collect()
    }

    /// The place of one of a few riders, across the view, so that each has an outline: `step` is counted from the
    /// middle, `deep` are metres along the view.
    fn in_a_row(&self, at: Vec3, step: f32, deep: f32) -> Vec3 {
        let [x, _, z] = self.lens.axis();
        let apart = (0.30 * self.lens.project(at)[2]).clamp(1.6, 3.8);
        let way = add(
            scaled(unit([z, 0.0, -x]), step * apart),
            scaled(unit([x, 0.0, z]), deep),
        );
        add(at, way)
    }

    /// Where somebody is who has gone so many metres from the other.
    pub fn leaving(&self, at: Vec3, turn: Turn, metres: f32) -> Vec3 {
        let way = [
            -apart(Motion::Part) * 0.5 - metres * scalar::sin(ASIDE),
            0.0,
            metres * scalar::cos(ASIDE),
        ];
        let [x, y, z] = add(at, turn.of(way));
        [x, y + (self.ground)(x, z) - (self.ground)(at[0], at[2]), z]
    }

    fn grounded(&self, actor: &Actor) -> bool {
        if self.light.surface == Surface::None {
            return false;
        }
        match actor.figure {
            Figure::Person(_) => !actor.motion.floats(),
            Figure::Animal(animal) => animal.role() != Role::Floating,
            // What is afloat throws no shadow on a quay.
            Figure::Thing(thing) if thing.role() == Role::Afloat => matches!(self.light.surface, Surface::Water { .. }),
            Figure::Thing(thing) => thing.role() != Role::Floating,
        }
    }

    fn body(&self, actor: &Actor, one_of_many: bool) -> Option<Body> {
        let library = self.library;
        let grounded = self.grounded(actor);
        let beats = (self.music.beat - actor.since) as f32;
        let beat = (self.music.beat - f64::from(actor.phase)) * f64::from(actor.pace);
        // Long songs: what is periodic keeps its precision.
        let beat = beat.rem_euclid(96.0) as f32;
        // Metres that the one has gone who leaves the other.
        let mut gone = 0.0;
        let (form, natural, going) = match actor.figure {
            Figure::Person(person) => {
                let frame = library.rig.builds.get(person.build as usize)?;
                let horse = library.animals.iter().position(|a| a.name == "horse");
                let (form, going) = match (actor.partner, horse) {
                    (Some(other), _) if actor.motion.is_for_two() => (Form::Couple(person, other), None),
                    (_, Some(horse)) if actor.motion == Motion::Ride => {
                        let mesh = &library.animals[horse];
                        let clip = &mesh.clips[clip_of(mesh, Motion::Run)];
                        (Form::Rider(person, horse), Some(clip.stride / beats_of(clip.secs)))
                    }
                    _ => (Form::Person(person), None),
                };
                let hip = frame.heads[library.rig.pelvis][1] * tall(person);
                let going = going.unwrap_or_else(|| actor.motion.metres_a_beat(hip));
                if actor.motion == Motion::Part {
                    gone = STRIDE * hip * beats * actor.pace;
                }
                (form, frame.height * tall(person), going)
            }
            Figure::Animal(animal) => {
                let index = library.animals.iter().position(|a| a.name == animal.name())?;
                let mesh = &library.animals[index];
                let clip = &mesh.clips[clip_of(mesh, actor.motion)];
                (Form::Animal(index), animal.height(), clip.stride / beats_of(clip.secs))
            }
            Figure::Thing(thing) => {
                let index = library.things.iter().position(|t| t.name == thing.name())?;
                (Form::Thing(index), thing.height(), 0.0)
            }
        };
        let height = if actor.height_m > 0.0 { actor.height_m } else { natural };
        let size = height / natural;
        let turn = Turn::yaw(actor.heading);
        let way = turn.of([0.0, 0.0, going * size * beats * actor.pace]);
        let mut at = add(actor.at, way);
        if grounded && going != 0.0 {
            at[1] += (self.ground)(at[0], at[2]) - (self.ground)(actor.at[0], actor.at[2]);
        }
        let mut turn = turn;
        match actor.motion {
            // Two who dance turn once in four bars.
            Motion::DanceTogether => turn = turn.after(Turn::yaw(beat / 16.0 * std::f32::consts::TAU)),
            Motion::Spin | Motion::Ballet => turn = turn.after(Turn::yaw(beat / 8.0 * std::f32::consts::TAU)),
            _ => {}
        }
        if let Surface::Water { .. } = self.light.surface
            && !matches!(actor.figure, Figure::Thing(_))
            && grounded
        {
            // Standing in the shallows, not on the water.
            at[1] -= 0.10 * height;
        }
        if let (Figure::Animal(animal), Surface::Water { .. }) = (actor.figure, self.light.surface) {
            let beat = (beat + (actor.seed % 16) as f32).rem_euclid(96.0);
            if let Some((rise, pitch)) = surfacing(animal.name(), beat) {
                at[1] = (self.ground)(at[0], at[2]) + rise * height;
                turn = turn.after(Turn::pitch(-pitch));
            }
        }
        if let Figure::Thing(thing) = actor.figure {
            // What swims or hangs in the air is never quite still.
            let t = (self.music.secs % 3600.0) as f32 + (actor.seed % 17) as f32;
            let swell = 0.6 + 0.6 * self.music.bass.min(1.0);
            match thing.role() {
                Role::Afloat => {
                    at[1] += 0.03 * height.min(6.0) * swell * scalar::sin(t * 0.9);
                    turn = turn
                        .after(Turn::roll(0.045 * swell * scalar::sin(t * 0.73)))
                        .after(Turn::pitch(0.030 * swell * scalar::sin(t * 0.61 + 1.0)));
                }
                Role::Floating => {
                    at[1] += 0.05 * height.min(4.0) * scalar::sin(t * 0.7);
                    turn = turn.after(Turn::yaw(0.12 * scalar::sin(t * 0.31)));
                }
                _ => {}
            }
        }
        let depth = self.lens.project(at)[2];
        let middle = add(at, [0.0, height * 0.5, 0.0]);
        let nearest = depth - height;
        if depth < 0.2 || !self.lens.project(middle)[0].is_finite() {
            return None;
        }
        let pixels = self.lens.scale / nearest.max(depth * 0.5) * height;
        if pixels < 1.0 {
            return None;
        }
        let small = (one_of_many && pixels < 90.0) || pixels < 26.0;
        let feet = match form {
            Form::Thing(_) | Form::Animal(_) | Form::Person(_) | Form::Rider(..) => vec![at],
            Form::Couple(..) if actor.motion == Motion::Part => {
                let left = add(at, turn.of([apart(actor.motion) * 0.5 * size, 0.0, 0.0]));
                vec![left, self.leaving(at, turn, (LEAVING + gone) * size)]
            }
            Form::Couple(..) => {
                let half = apart(actor.motion) * 0.5;
                vec![add(at, turn.of([half, 0.0, 0.0])), add(at, turn.of([-half, 0.0, 0.0]))]
            }
        };
        Some(Body {
            form,
            stand: Stand {
                at,
                turn,
                size,
                mirror: None,
            },
            moment: Moment {
                motion: actor.motion,
                beat,
                secs: (self.music.secs % 3600.0) as f32 + (actor.seed % 61) as f32,
                accent: 0.6 + 0.5 * self.music.loudness.min(1.2) + 0.25 * self.music.kick.min(1.0),
                wind: 0.25,
                mirrored: actor.mirrored,
                seed: actor.seed,
                second: false,
                apart: apart(actor.motion),
                higher: 0.0,
                stride: 1.0,
                holds: actor.holds.map(|thing| (thing, actor.paint)),
                gone: LEAVING + gone,
            },
            depth,
            pixels,
            height,
            small,
            grounded,
            afloat: matches!(actor.figure, Figure::Thing(thing) if thing.role() == Role::Afloat)
                && matches!(self.light.surface, Surface::Ground { .. }),
            feet,
            glow: scaled(glow(actor), 0.7 + 0.5 * self.music.kick.min(1.0)),
            shines: match actor.figure {
                Figure::Thing(thing) => matches!(thing.name(), "star" | "crescent"),
                _ => false,
            },
            paint: actor.paint,
            crest: actor.crest,
            spot: actor.spot,
        })
    }
}

/// How what swims shows itself at the water's surface: how high its belly is, as a share of its length, and how far its
/// head is up, in radians. Whales breach in four bars, dolphins and fish leap in one, a shark comes up with its head.
fn surfacing(animal: &str, beat: f32) -> Option<(f32, f32)> {
    let round = |beats: f32| (beat / beats).fract() * std::f32::consts::TAU;
    match animal {
        "whale" => {
            let rise = scalar::sin(round(16.0));
            Some((0.08 * rise - 0.12, 0.45 + 0.20 * rise))
        }
        "dolphin" | "fish" => {
            let leap = (beat / 4.0).fract() * std::f32::consts::PI;
            Some((0.85 * scalar::sin(leap) - 0.25, 0.85 * scalar::cos(leap)))
        }
        "shark" => Some((-0.04 + 0.03 * scalar::sin(round(8.0)), 0.34)),
        "manta ray" => Some((-0.12 + 0.02 * scalar::sin(round(4.0)), 0.04)),
        _ => None,
    }
}

/// The light of its lamps: what shines by nature shines in the colour that words give it.
fn glow(actor: &Actor) -> Vec3 {
    let lamp = match actor.figure {
        Figure::Thing(thing) => SHINING.contains(&thing.name()),
        _ => false,
    };
    actor.paint.filter(|_| lamp).map_or(actor.glow, Paint::lamp)
}

/// Things that are known by their light.
const SHINING: [&str; 11] = [
    "lantern",
    "paper lantern",
    "candle",
    "torch",
    "campfire",
    "chandelier",
    "floor lamp",
    "street lamp",
    "road lamp",
    "star",
    "crescent",
];
