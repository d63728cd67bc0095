//! Figures: bodies, animals and things in three dimensions, posed by the beat and lit by the world that they stand in.
//!
//! ```text
//! Actor --motion--> Pose --skin--> triangles --raster--> samples --shade--> Picture (light, distance)
//! ```
//!
//! What is near hides what is far, figures and world alike: samples are compared with [`Picture::distance`].

mod cast;
mod costume;
mod mesh;
mod motion;
mod paint;
mod posed;
mod poser;
mod props;
mod raster;
mod shade;
mod skeleton;
mod tables;

pub use cast::{Age, Animal, Build, Hair, Outfit, Person, Sex, Thing};
pub use costume::Costume;
pub use mesh::FiguresError;
pub use motion::Motion;
pub use paint::{Colours, Finish, Paint};

use crate::{
    camera::View,
    picture::{Picture, Prepared},
    scalar::{self, Chance},
    scene::Music,
    world::{Role, Staging, Surface},
};

use mesh::{AnimalMesh, Library, Part, PartKind};
use motion::Moment;
use posed::Posed;
use raster::Lens;
use shade::{Light, Scratch};
use skeleton::{Pose, Stand, Turn, Vec3, add, scaled};

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figure {
    /// One, or a crowd of such.
    Person(Person),
    /// One, or a herd, a flock, a shoal.
    Animal(Animal),
    /// One, or a row of them.
    Thing(Thing),
}

/// A figure in its place, and what it does there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Actor {
    /// Who or what.
    pub figure: Figure,
    /// The other of two, in motions for two ([`Motion::is_for_two`]).
    pub partner: Option<Person>,
    /// What it does.
    pub motion: Motion,
    /// Where its feet are (its middle, when it flies or swims), in metres.
    pub at: [f32; 3],
    /// Radians that it faces: 0 away from a camera that looks straight ahead, a quarter turn to the right.
    pub heading: f32,
    /// Size in metres; 0 for the natural one.
    pub height_m: f32,
    /// Beats by which its motion is late.
    pub phase: f32,
    /// Beats of motion a beat of music: 1, or 0.5 and 2 where the tempo asks for it ([`pace`]).
    pub pace: f32,
    /// The music's beat at which it is at `at`: those who walk go on from there.
    pub since: f64,
    /// Habits, and where each of many stands.
    pub seed: u64,
    /// Left and right exchanged.
    pub mirrored: bool,
    /// How many: a crowd, a flock.
    pub count: u32,
    /// Metres around `at` over which many are spread.
    pub spread: f32,
    /// Light of its lamps (linear); where it has any.
    pub glow: [f32; 3],
    /// The colour that words give to an animal or a thing; a person's are [`Person::colours`].
    pub paint: Option<Paint>,
    /// Only an animal's horns or antlers have that colour.
    pub crest: bool,
}

impl Actor {
    /// One figure that stands at a place.
    #[must_use]
    pub fn new(figure: Figure, motion: Motion, at: [f32; 3]) -> Self {
        Self {
            figure,
            partner: None,
            motion,
            at,
            heading: 0.0,
            height_m: 0.0,
            phase: 0.0,
            pace: 1.0,
            since: 0.0,
            seed: 1,
            mirrored: false,
            count: 1,
            spread: 0.0,
            glow: [1.6, 1.1, 0.6],
            paint: None,
            crest: false,
        }
    }
}

/// Beats of motion for a beat of music at a tempo: dances are made for 75 to 150 beats a minute.
#[must_use]
pub fn pace(beats_a_minute: f32) -> f32 {
    if beats_a_minute > 150.0 {
        0.5
    } else if beats_a_minute < 75.0 {
        2.0
    } else {
        1.0
    }
}

/// Reads the packed meshes, if they have not been yet (about 0.1 s).
///
/// # Errors
///
/// They cannot be read.
pub fn ready() -> Result<(), FiguresError> {
    Library::get().map(|_| ())
}

/// Metres that a figure takes at its natural size: across, up, along.
///
/// # Errors
///
/// The packed meshes cannot be read.
pub fn natural_size(figure: Figure) -> Result<Vec3, FiguresError> {
    let library = Library::get()?;
    let positions = match figure {
        Figure::Person(person) => library.parts[0].levels[0].positions.get(person.build as usize),
        Figure::Animal(animal) => {
            let mesh = library.animals.iter().find(|mesh| mesh.name == animal.name());
            mesh.and_then(|mesh| mesh.levels[0].positions.first())
        }
        Figure::Thing(thing) => {
            let found = library.things.iter().find(|found| found.name == thing.name());
            found.and_then(|found| found.mesh.positions.first())
        }
    };
    let (mut low, mut high) = ([f32::MAX; 3], [f32::MIN; 3]);
    for position in positions.into_iter().flatten() {
        for k in 0..3 {
            low[k] = low[k].min(position[k]);
            high[k] = high[k].max(position[k]);
        }
    }
    Ok(std::array::from_fn(|k| (high[k] - low[k]).max(0.01)))
}

/// Metres from the soles to the crown of a person.
///
/// # Errors
///
/// The packed meshes cannot be read.
pub fn natural_height(person: Person) -> Result<f32, FiguresError> {
    let builds = &Library::get()?.rig.builds;
    Ok(builds[person.build as usize].height * tall(person))
}

/// Draws figures into a world's picture, which was shaded with the same view.
///
/// # Errors
///
/// The packed meshes cannot be read.
pub fn draw(
    picture: &mut Picture,
    world: &Prepared,
    view: View,
    actors: &[Actor],
    music: &Music,
) -> Result<(), FiguresError> {
    draw_on(
        picture,
        world.staging(),
        &|x, z| world.ground(x, z),
        view,
        actors,
        music,
    )
}

/// As [`draw`], on facts of a world instead of the world.
///
/// # Errors
///
/// The packed meshes cannot be read.
pub fn draw_on(
    picture: &mut Picture,
    staging: &Staging,
    ground: &dyn Fn(f32, f32) -> f32,
    view: View,
    actors: &[Actor],
    music: &Music,
) -> Result<(), FiguresError> {
    let library = Library::get()?;
    let stage = Stage {
        library,
        lens: Lens::new(&staging.camera, &view, picture),
        light: Light::new(staging, music.snare.min(1.0), music.secs as f32),
        ground,
        music,
    };
    let mut bodies: Vec<Body> = actors.iter().flat_map(|actor| stage.bodies(actor)).collect();
    // Far ones first.
    bodies.sort_by(|a, b| b.depth.total_cmp(&a.depth));
    let mut scratch = Scratch::default();
    let mut posed = Posed::default();
    for body in bodies.iter().filter(|body| body.grounded || body.afloat) {
        if !body.grounded {
            // Beyond the quay that others stand on: only mirrored.
            stage.pose(body, 0, true, &mut posed);
            let water = Light {
                surface: Surface::Water { ripple: 0.03 },
                nearest: 0.6,
                ..stage.light
            };
            let (at, tall) = (body.stand.at, body.height);
            shade::mirror(picture, &stage.lens, &water, &posed, at, tall, &mut scratch);
            continue;
        }
        if body.small {
            let size = body.height * 0.32;
            shade::contact(picture, &stage.lens, &stage.light, body.stand.at, size, 0.5);
            if body.pixels > 20.0 {
                posed.card(body.stand.at, stage.light.key.direction, body.height);
                let (at, tall) = (body.stand.at, body.height);
                shade::shadow(picture, &stage.lens, &stage.light, &posed, at[1], tall, &mut scratch);
            }
            continue;
        }
        // Shadows and mirror images are soft.
        let coarse = if body.pixels < 160.0 { 2 } else { 1 };
        stage.pose(body, coarse, false, &mut posed);
        let (at, tall) = (body.stand.at, body.height);
        shade::shadow(picture, &stage.lens, &stage.light, &posed, at[1], tall, &mut scratch);
        for foot in &body.feet {
            shade::contact(picture, &stage.lens, &stage.light, *foot, tall * 0.26, 0.55);
        }
        if matches!(
            stage.light.surface,
            Surface::Water { .. } | Surface::Ground { wet: 0.04.. }
        ) {
            stage.pose(body, coarse, true, &mut posed);
            shade::mirror(picture, &stage.lens, &stage.light, &posed, at, tall, &mut scratch);
        }
    }
    for body in &bodies {
        let level = if body.small { 2 } else { usize::from(body.pixels < 96.0) };
        stage.pose(body, level, false, &mut posed);
        let edges = if matches!(body.form, Form::Thing(_)) { 0.8 } else { 1.0 };
        let (lens, light) = (&stage.lens, &stage.light);
        shade::body(picture, lens, light, &posed, &mut scratch, body.small, edges, body.glow);
    }
    Ok(())
}

/// What one body is made of.
#[derive(Debug, Clone, Copy)]
enum Form {
    Person(Person),
    /// Two, and the metres between them.
    Couple(Person, Person),
    Animal(usize),
    /// A person on an animal's back.
    Rider(Person, usize),
    Thing(usize),
}

/// One body in its place at this frame.
struct Body {
    form: Form,
    stand: Stand,
    moment: Moment,
    depth: f32,
    pixels: f32,
    height: f32,
    small: bool,
    grounded: bool,
    /// On water beyond a ground.
    afloat: bool,
    feet: Vec<Vec3>,
    glow: Vec3,
    /// All of it gives light.
    shines: bool,
    paint: Option<Paint>,
    crest: bool,
}

struct Stage<'a> {
    library: &'a Library,
    lens: Lens,
    light: Light,
    ground: &'a dyn Fn(f32, f32) -> f32,
    music: &'a Music,
}

/// Share of its height above which an animal has its horns.
const CREST: f32 = 0.77;
/// Metres that a rider's hip is over the bone of the back (tuned).
const SADDLE: f32 = 0.20;

/// Factor of the build's height.
fn tall(person: Person) -> f32 {
    f32::from(person.stature) / 100.0
}

/// Metres between two who hold hands, who embrace, who dance.
fn apart(motion: Motion) -> f32 {
    match motion {
        Motion::Embrace => 0.30,
        Motion::DanceTogether => 0.44,
        _ => 0.54,
    }
}

impl Stage<'_> {
    fn bodies(&self, actor: &Actor) -> Vec<Body> {
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

    fn grounded(&self, actor: &Actor) -> bool {
        if self.light.surface == Surface::None {
            return false;
        }
        match actor.figure {
            Figure::Person(_) => !matches!(actor.motion, Motion::Fly | Motion::Fall | Motion::Float | Motion::Swim),
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
            Motion::Spin => turn = turn.after(Turn::yaw(beat / 8.0 * std::f32::consts::TAU)),
            _ => {}
        }
        if let Surface::Water { .. } = self.light.surface
            && !matches!(actor.figure, Figure::Thing(_))
            && grounded
        {
            // Standing in the shallows, not on the water.
            at[1] -= 0.10 * height;
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
        })
    }

    /// Fills `posed`.
    fn pose(&self, body: &Body, level: usize, mirrored: bool, posed: &mut Posed) {
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
                let facing = matches!(body.moment.motion, Motion::Embrace | Motion::DanceTogether);
                for (person, second, sign) in [(first, false, 1.0), (second, true, -1.0)] {
                    // Side by side, or face to face along the same line.
                    let turn = if facing {
                        stand.turn.after(Turn::yaw(-sign * std::f32::consts::FRAC_PI_2))
                    } else {
                        stand.turn
                    };
                    let stand = Stand {
                        at: add(stand.at, scaled(stand.turn.of([sign * half, 0.0, 0.0]), stand.size)),
                        turn,
                        ..stand
                    };
                    let moment = Moment {
                        second,
                        higher: sign * higher,
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
                posed.dip(body.paint);
                let animal = &self.library.animals[index];
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
    fn hip(&self, person: Person) -> f32 {
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
        let pose = motion::pose(&library.rig, &library.clips, frame, moment, level == 2);
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
        if !bony {
            posed.dip(colours.body);
            posed.skinned(&body.levels[level], build, heads, &pose, stand, 0.11, &hidden);
        }
        let clothed = costume != Some(Costume::Bones);
        for (part, tone, paint) in [
            (outfit.filter(|_| clothed), tone(0), colours.clothes),
            (shoes.filter(|_| !bony), 0.03, colours.body),
            (hair.filter(|_| !bony), 0.03 + 0.3 * (tone(1) - 0.035), colours.hair),
            (hat, tone(2), colours.hat),
        ] {
            if let Some(part) = part {
                // Clothes are as their colour says, and not darker or paler.
                let tone = if paint.is_some() { 0.06 } else { tone };
                posed.dip(paint);
                posed.skinned(&part.levels[level], build, heads, &pose, stand, tone, &|_| false);
            }
        }
        if let Some(costume) = costume {
            self.costume(costume, person, &pose, stand, posed);
        }
        posed.dip(None);
        if moment.motion.has_props() {
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
            posed.stiff(&thing.mesh, &stand, 0.06);
        }
    }

    /// What goes with the motion.
    fn props(&self, moment: &Moment, build: usize, pose: &Pose, stand: &Stand, posed: &mut Posed) {
        for held in props::held(moment, &self.library.rig, &self.library.rig.builds[build], pose) {
            if let Some(thing) = self.library.things.iter().find(|t| t.name == held.name) {
                let stand = Stand {
                    at: add(stand.at, scaled(stand.turn.of(held.at), stand.size)),
                    turn: stand.turn.after(held.turn),
                    size: stand.size * held.size,
                    mirror: stand.mirror,
                };
                posed.stiff(&thing.mesh, &stand, 0.06);
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

/// The tone up to which a thing's parts keep their own colour: tyres, stems.
fn bare(thing: &str) -> u8 {
    match thing {
        "car" | "bus" | "bicycle" | "motorbike" => 45,
        "rose" | "sunflower" => 100,
        _ => 0,
    }
}

/// The clip of an animal for a motion, or the nearest to it.
fn clip_of(animal: &AnimalMesh, motion: Motion) -> usize {
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
        _ => &["idle"],
    };
    let find = |name: &&str| animal.clips.iter().position(|clip| clip.name == **name);
    wanted.iter().find_map(find).unwrap_or(0)
}

/// Whole or half beats that a clip of these seconds takes.
fn beats_of(secs: f32) -> f32 {
    // At 120 beats a minute; the nearest power of two.
    let beats = secs * 2.0;
    [0.5_f32, 1.0, 2.0, 4.0, 8.0, 16.0]
        .into_iter()
        .min_by(|a, b| (a / beats).max(beats / a).total_cmp(&(b / beats).max(beats / b)))
        .unwrap_or(4.0)
}

#[cfg(test)]
mod tests;
