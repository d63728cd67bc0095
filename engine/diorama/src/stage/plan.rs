//! What a set declares: its planes in depth, its ground, where props stand, and its portal.

use super::canvas::Canvas;
use crate::design::Oklch;

/// What lies at the feet of the props of a [`Stand`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// Dry: contact and cast shadows.
    Land,
    /// Water: reflections and rings; [`super::super::design::Place::Afloat`] props go here.
    Water,
    /// Wet or polished: shadows and faint reflections.
    Wet,
    /// Nothing: props hover, and turn slowly (space, deep water).
    Void,
}

/// One plane of the picture, drawn back to front.
#[derive(Clone, Copy)]
pub struct Plane {
    /// Its name: stands and the portal refer to it, and its noise is seeded by it.
    pub name: &'static str,
    /// 0 at the camera (foreground silhouettes), about 0.3 the stage, 1 the sky. Decides parallax and haze.
    pub depth: f32,
    /// Draws it.
    pub draw: fn(&mut Canvas),
}

impl Plane {
    /// A plane.
    #[must_use]
    pub fn new(name: &'static str, depth: f32, draw: fn(&mut Canvas)) -> Self {
        Self { name, depth, draw }
    }
}

/// A line on the ground on which props stand; drawn right after its plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stand {
    /// The plane after which its props are drawn.
    pub plane: &'static str,
    /// The ground line in stage units: where feet touch.
    pub y: f32,
    /// From where to where props may stand, in stage units; about `±0.45 * aspect` at most.
    pub x: [f32; 2],
    /// Size of things here against the hero's line (1): smaller farther away.
    pub scale: f32,
    /// What is under the feet.
    pub floor: Floor,
}

/// The outline of a portal. Ratios are width over height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PortalShape {
    /// A disc: sun, moon, eye, puddle seen from above, record.
    Disc,
    /// An ellipse: a puddle on the ground, a lake, a pupil.
    Ellipse(f32),
    /// A rectangle with rounded corners (radius as a share of the height): window, screen, poster, sign.
    Rounded(f32, f32),
    /// A rectangle under a half circle: doorway, church window, tunnel.
    Arch(f32),
}

/// What is around the portal's picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rim {
    /// A shine that the portal casts around itself: sun, moon, lamp, magic.
    Glow(Oklch),
    /// A solid frame of this colour and width in stage units, lit by the key light.
    Frame(Oklch, f32),
    /// Nothing but a soft edge: water, mist. The width of the edge in stage units.
    Soft(f32),
}

/// Where the next scene is seen: a thing that belongs to the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Portal {
    /// The plane with which it moves; it is drawn right after that plane. What is drawn later must not cover it.
    pub plane: &'static str,
    /// Its centre in stage units.
    pub at: [f32; 2],
    /// Its height in stage units: 0.1 to 0.4.
    pub height: f32,
    /// Its outline.
    pub shape: PortalShape,
    /// What is around it.
    pub rim: Rim,
    /// What it shows when the next scene is still too small or too far: sunlight, lamp light, dark glass.
    pub fill: Oklch,
    /// How strongly `fill` veils the next scene at the start of the zoom, 0 to 1 (a sun 0.6, a window 0.25).
    pub veil: f32,
}

/// What a set declares for one scene.
#[derive(Clone)]
pub struct SetPlan {
    /// The horizon's height in stage units (outdoors), or where wall meets floor.
    pub horizon: f32,
    /// No weather falls indoors.
    pub indoors: bool,
    /// The planes, back to front; the first covers the whole picture.
    pub planes: Vec<Plane>,
    /// Where props stand: the hero's line first, then at least one more.
    pub stands: Vec<Stand>,
    /// Where what flies may be: left, top, right, bottom in stage units.
    pub air: [f32; 4],
    /// The plane after which it is drawn.
    pub air_plane: &'static str,
    /// Where what is far up may be (sun, moon, rainbow): left, top, right, bottom.
    pub heavens: [f32; 4],
    /// The plane after which it is drawn.
    pub heavens_plane: &'static str,
    /// The portal.
    pub portal: Portal,
}

impl SetPlan {
    /// The index of a plane; the last one when no plane has this name.
    #[must_use]
    pub fn plane(&self, name: &str) -> usize {
        let last = self.planes.len().saturating_sub(1);
        self.planes.iter().position(|p| p.name == name).unwrap_or(last)
    }

    /// How much nearer a plane is than the portal's: positive is nearer. Parallax follows it.
    #[must_use]
    pub fn nearness(&self, plane: usize) -> f64 {
        let portal = self.planes[self.plane(self.portal.plane)].depth;
        f64::from(portal - self.planes[plane].depth)
    }
}
