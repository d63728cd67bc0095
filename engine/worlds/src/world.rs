//! What a world is: light and distance at every point of its picture, and the facts that figures, things and portals
//! need to stand in it.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V},
    scene::Kind,
};

/// The distance of what is infinitely far, in metres.
pub const FAR: f32 = 1e4;

/// Sixteen points of a world's picture, side by side.
#[derive(Clone, Copy)]
pub struct Points<L: Lanes> {
    /// Picture x ([`crate::camera`]).
    pub x: F<L>,
    /// Picture y.
    pub y: F<L>,
    /// Width of a shown pixel in picture units: what is smaller must be averaged, not sampled.
    pub pixel: f32,
}

/// What is seen at sixteen points.
#[derive(Clone, Copy)]
pub struct Sample<L: Lanes> {
    /// Linear light (BT.709 primaries); 1 is paper in daylight, the sun is far above.
    pub light: V<L>,
    /// Distance along the view axis in metres; [`FAR`] for the sky.
    pub distance: F<L>,
}

/// A prepared world.
pub trait World: Send + Sync {
    /// Light and distance at sixteen points. To be inlined whole, and everything that it calls.
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L>;

    /// What others need to know of it.
    fn staging(&self) -> Staging;

    /// Height of the ground in metres at a place. Level where the world does not say otherwise.
    fn ground(&self, _x: f32, _z: f32) -> f32 {
        0.0
    }
}

/// The facts of a prepared world.
#[derive(Debug, Clone, PartialEq)]
pub struct Staging {
    /// Where it is seen from.
    pub camera: Camera,
    /// The light that bodies are lit and rimmed by.
    pub key: KeyLight,
    /// Light from all around (linear): what a body in the shade shows.
    pub ambient: [f32; 3],
    /// The air: its colour far off (linear), and how much of what is behind each metre it hides.
    pub fog: Fog,
    /// What figures stand on.
    pub surface: Surface,
    /// Where figures and things go, best places first.
    pub places: Vec<Place>,
    /// Where the next world is seen.
    pub portal: Portal,
}

/// The one light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeyLight {
    /// Direction towards it, of length 1, in world coordinates.
    pub direction: [f32; 3],
    /// Its colour and strength at a body (linear).
    pub color: [f32; 3],
}

/// The air.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fog {
    /// Linear.
    pub color: [f32; 3],
    /// Extinction a metre: what is d metres off keeps exp(-density d) of its contrast.
    pub density: f32,
}

/// What figures stand on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Surface {
    /// Takes shadows; a share of the light is mirrored (0 dry earth, 0.3 wet sand, 0.6 wet asphalt).
    Ground {
        /// Mirrored share.
        wet: f32,
    },
    /// Mirrors, broken by ripples: `ripple` is their slope, 0.02 a lake, 0.2 a sea.
    Water {
        /// Slope of the ripples.
        ripple: f32,
    },
    /// Nothing below: space, deep water, air.
    None,
}

/// What a place is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The person or couple that the picture is about.
    Hero,
    /// A second figure, an animal, a thing of a person's size.
    Second,
    /// Far off: a ship, a house, a herd, a tree on the ridge.
    Far,
    /// Near the camera, at the picture's edge, dark: a branch, a lamp, a railing.
    Near,
    /// In the air or in deep water: birds, fish, balloons, a whale.
    Floating,
    /// On water: boats, swans.
    Afloat,
    /// A crowd's middle; its extent is `room`.
    Crowd,
    /// Flat on a wall or in the sky, facing the camera: a neon sign, a stained window, a constellation.
    Sign,
}

/// Where something may stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// What for.
    pub role: Role,
    /// Where its feet (or its middle, when it floats or hangs) are, in metres.
    pub at: [f32; 3],
    /// Radians that it faces, 0 towards the camera's forward, to the right.
    pub heading: f32,
    /// Metres of room around it: nothing higher or wider should stand here.
    pub room: f32,
}

/// The shape of an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Sun, moon, planet, puddle, tunnel's end, eye.
    Disc,
    /// A doorway or church window: a rectangle under a half circle.
    Arch,
    /// A window, a screen, a mirror: a rectangle, 4 wide to 3 high.
    Window,
}

/// Where the next world is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Portal {
    /// Its shape.
    pub opening: Opening,
    /// Its middle in picture coordinates.
    pub centre: [f32; 2],
    /// Half its height in picture units.
    pub radius: f32,
    /// How far it is along the view axis in metres ([`FAR`] in the sky): nearer things hide it.
    pub distance: f32,
    /// Whether light falls out of it onto the ground before it (a doorway), or it is a light in the sky.
    pub spills: bool,
}

/// What a world costs, for the ladder of resolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// Up to 60 CPU nanoseconds a point.
    Cheap,
    /// Up to 120.
    Middle,
    /// More.
    Dear,
}

impl Kind {
    /// What it costs.
    #[must_use]
    pub fn cost(self) -> Cost {
        crate::places::cost(self)
    }
}
