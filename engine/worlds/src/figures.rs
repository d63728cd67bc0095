//! Figures: bodies, animals and things in three dimensions, posed by the beat and lit by the world that they stand in.
//!
//! ```text
//! Actor --motion--> Pose --skin--> triangles --raster--> samples --shade--> Picture (light, distance)
//! ```
//!
//! What is near hides what is far, figures and world alike: samples are compared with [`Picture::distance`].

mod acts;
mod bodies;
mod bones;
mod cast;
mod cloth;
mod coat;
mod costume;
mod forms;
mod gait;
mod matter;
mod mesh;
mod motion;
mod own_motion;
mod paint;
mod posed;
mod poser;
mod poses;
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
    scene::Music,
    world::{Staging, Surface},
};

use bodies::{Body, Form, Stage, tall};
use mesh::Library;
use posed::Posed;
use raster::Lens;
use shade::{Light, Scratch};
use skeleton::Vec3;

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
    /// What a person has in the hand.
    pub holds: Option<Thing>,
    /// A soft light from where it is seen is on it: a still life.
    pub spot: bool,
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
            holds: None,
            spot: false,
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

/// What a person does who has a thing in the hand; nothing where it is not for hands.
#[must_use]
pub fn hold_of(thing: Thing) -> Option<Motion> {
    props::hold_of(thing.name())
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

/// Where something stands on the head of an animal or a thing, in metres at its natural size: right, up, and along the way
/// that it faces.
///
/// # Errors
///
/// The packed meshes cannot be read.
pub fn perch(figure: Figure) -> Result<Vec3, FiguresError> {
    let library = Library::get()?;
    let positions = match figure {
        Figure::Person(_) => None,
        Figure::Animal(animal) => {
            let mesh = library.animals.iter().find(|mesh| mesh.name == animal.name());
            mesh.and_then(|mesh| mesh.levels[0].positions.first())
        }
        Figure::Thing(thing) => {
            let found = library.things.iter().find(|found| found.name == thing.name());
            found.and_then(|found| found.mesh.positions.first())
        }
    };
    let all = || positions.into_iter().flatten();
    let (low, high) = all().fold((f32::MAX, f32::MIN), |(low, high), at| {
        (low.min(at[2]), high.max(at[2]))
    });
    // Heads are in the foremost third, and between the ears.
    let front = high - (high - low) * 0.36;
    let middle = |at: &&[f32; 3]| at[2] >= front && at[0].abs() < 0.03 * (high - low).max(0.05) + 0.005;
    let top = all().filter(middle).max_by(|a, b| a[1].total_cmp(&b[1]));
    Ok(top.map_or([0.0; 3], |at| [0.0, at[1] * 0.985, at[2]]))
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

#[cfg(test)]
mod tests;
