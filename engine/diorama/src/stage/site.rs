//! A world as it is seen by who places figures in it: where things are before its camera, in its light, and near its
//! ground.

use phosphene_worlds::{
    camera::Camera,
    figures::{self, Actor, Figure, Motion, Thing},
    scalar,
    world::{Role, Staging, Surface},
};

use super::casting::Part;
use crate::{design::Set, error::Result};

/// What is lower and narrower than this, in metres, is shown on a table or on a stone.
pub(super) const SMALL: [f32; 2] = [0.80, 1.5];
/// Where a table's top is in the picture: of what the picture is about, and of what is beside people.
const TABLE: f32 = -0.40;
const TABLE_BESIDE: f32 = -0.58;
/// Metres from the camera to such a table.
const TABLE_AWAY: f32 = 2.3;
/// What shows its face though it is deeper than wide.
pub(super) const FACING: [&str; 19] = [
    "barn",
    "temple",
    "jukebox",
    "telephone",
    "record player",
    "window",
    "throne",
    "ladder",
    "door",
    "pumpkin",
    "skull",
    "frog",
    "owl",
    "doll",
    "mask",
    "robot",
    "clock",
    "mirror",
    "christmas tree",
];
/// Small things that stay on the ground: beasts and what grows or burns there.
const ON_GROUND: [&str; 20] = [
    "rat",
    "frog",
    "rabbit",
    "rooster",
    "snail",
    "crab",
    "turtle",
    "monkey",
    "rose",
    "tulip",
    "daisy",
    "dandelion",
    "lily",
    "mushroom",
    "pumpkin",
    "football",
    "lotus",
    "bicycle",
    "duck",
    "crow",
];
/// Larger things that are shown so too.
const RAISED: [&str; 8] = [
    "gramophone",
    "sword",
    "key",
    "guitar",
    "electric guitar",
    "drum kit",
    "bell",
    "cello",
];
/// Nothing is higher in the picture, nor further aside as a share of its half width.
const TOP: f32 = 0.93;
const SIDE: f32 = 0.96;
/// Nothing that stands on the ground is lower than this under the middle.
const BOTTOM: f32 = 0.96;
/// Plants of which one sees the flower: their stems go on under the picture.
pub(super) const FLOWERS: [&str; 6] = ["rose", "tulip", "daisy", "dandelion", "lily", "sunflower"];
/// Nobody is nearer, in metres.
const NEAREST: f32 = 2.2;

/// What small things stand on in a set.
pub fn support(set: Set) -> &'static str {
    match set {
        Set::Bedroom
        | Set::Church
        | Set::Diner
        | Set::Library
        | Set::SchoolHall
        | Set::Hospital
        | Set::Station
        | Set::Club
        | Set::Fairground
        | Set::Staircase
        | Set::ConcertStage => "table",
        Set::CityStreet | Set::NeonAlley | Set::Rooftop | Set::Suburb | Set::TrainPlatform | Set::Highway => "low wall",
        Set::Harbour | Set::Bridge | Set::Beach | Set::Ruins | Set::Cave => "barrel",
        _ => "boulder",
    }
}

/// A prepared world's facts, seen by who places figures in it.
pub struct Site<'a> {
    /// Its places, camera, surface.
    pub staging: &'a Staging,
    /// Its ground's height.
    pub ground: &'a dyn Fn(f32, f32) -> f32,
    /// Decides what is open.
    pub seed: u64,
    /// The beat at which its scene began: who walks does so from then on.
    pub since: f64,
    /// How fast dances go.
    pub beats_a_minute: f32,
    /// The picture's width by its height.
    pub aspect: f32,
    /// The thing on which small things stand there.
    pub support: &'static str,
}

/// Who is there already, and at which side of them there is room.
pub(super) struct Company {
    pub at: [f32; 3],
    pub side: f32,
    pub larger: f32,
    pub count: u32,
}

/// What lies on tables and stones.
#[derive(Debug, Default)]
pub(super) struct Laid {
    /// So far.
    pub count: u32,
    /// Whether there will be any.
    pub any: bool,
    /// Picture y of the first one's table, where the picture is about that.
    pub table: Option<f32>,
}

/// A place on a table or a stone, and how large a thing is there.
pub(super) struct On {
    pub at: [f32; 3],
    pub height_m: f32,
    /// Picture y of the table's top.
    pub top: f32,
    /// What carries it, where it brings one.
    pub support: Option<Actor>,
}

fn name_of(actor: &Actor) -> &'static str {
    match actor.figure {
        Figure::Thing(thing) => thing.name(),
        Figure::Animal(animal) => animal.name(),
        Figure::Person(_) => "",
    }
}

/// Whether it is a small thing that lies on tables.
pub(super) fn is_small(part: &Part) -> Result<bool> {
    let Figure::Thing(thing) = part.figure else {
        return Ok(false);
    };
    let [across, up, along] = figures::natural_size(part.figure)?;
    let lies = thing.role() == Role::Second && !ON_GROUND.contains(&thing.name());
    Ok(lies && up < SMALL[0] && across.max(along) < SMALL[1])
}

impl Site<'_> {
    /// A small thing near the camera, on a table or on a stone; nothing where it needs none, or where there is no
    /// ground. `laid` are there already.
    pub(super) fn still_life(
        &self,
        thing: Thing,
        part: &Part,
        subject: bool,
        company: Option<&Company>,
        laid: &Laid,
    ) -> Result<Option<On>> {
        let [across, up, along] = figures::natural_size(part.figure)?;
        let wide = across.max(along);
        let raised = RAISED.contains(&thing.name());
        let small = raised || up < SMALL[0] && wide < SMALL[1] && (laid.any || !ON_GROUND.contains(&thing.name()));
        let stands = thing.role() == Role::Second && matches!(self.staging.surface, Surface::Ground { .. });
        if !small || !stands {
            return Ok(None);
        }
        let camera: &Camera = &self.staging.camera;
        let main = subject && laid.count == 0;
        // What comes later shares the table; a stone has room for one.
        let shares = laid.table.filter(|_| self.support != "boulder");
        let (top, share) = match (main, raised) {
            (true, false) => (TABLE, 0.34),
            (true, true) => (TABLE - 0.20, 0.50),
            (false, false) => (TABLE_BESIDE, 0.24),
            (false, true) => (TABLE_BESIDE - 0.15, 0.40),
        };
        let top = shares.unwrap_or(top);
        // The first in the middle, towards the light; others left and right of who is there.
        let away = company.map_or(1.0, |company| company.side);
        let side = if laid.count.is_multiple_of(2) { away } else { -away };
        let x = match (main, shares) {
            (true, _) => self.sun_x() * 0.4,
            // As far from the first as the table is wide.
            (_, Some(top)) => {
                let reach = camera.position[1] * camera.focal / TABLE_AWAY + top - camera.horizon;
                self.sun_x() * 0.4 + side * 0.62 * reach.clamp(0.3, 1.0)
            }
            _ => side * self.aspect * 0.52,
        };
        let seen = self.at_picture([x, camera.horizon], TABLE_AWAY);
        let floor = (self.ground)(seen[0], seen[2]);
        let high = camera.position[1] + (top - camera.horizon) * TABLE_AWAY / camera.focal - floor;
        if high < 0.25 {
            return Ok(None);
        }
        let support = Thing::named(self.support).filter(|_| shares.is_none()).map(|support| {
            let mut under = Actor::new(Figure::Thing(support), Motion::Stand, [seen[0], floor, seen[2]]);
            under.heading = camera.yaw + 0.12;
            under.height_m = high;
            under
        });
        let tall = up.max(wide * 0.62);
        let size = share * 2.0 * TABLE_AWAY / (camera.focal * tall);
        Ok(Some(On {
            at: [seen[0], floor + high, seen[2]],
            height_m: thing.height() * size,
            top,
            support,
        }))
    }

    /// The picture x of the light, where it is before the camera and near the picture; 0 else.
    pub(super) fn sun_x(&self) -> f32 {
        let camera = &self.staging.camera;
        let [x, _, z] = self.staging.key.direction;
        let (s, c) = (scalar::sin(camera.yaw), scalar::cos(camera.yaw));
        let (right, ahead) = (x * c - z * s, x * s + z * c);
        let at = camera.focal * right / ahead.max(1e-3);
        if ahead > 0.2 && at.abs() < self.aspect {
            at.clamp(-0.55, 0.55)
        } else {
            0.0
        }
    }

    /// What is seen at a place of the picture, so many metres along the view.
    pub(super) fn at_picture(&self, [x, y]: [f32; 2], depth: f32) -> [f32; 3] {
        let camera = &self.staging.camera;
        let (right, up) = (x * depth / camera.focal, (y - camera.horizon) * depth / camera.focal);
        let (s, c) = (scalar::sin(camera.yaw), scalar::cos(camera.yaw));
        [
            camera.position[0] + right * c + depth * s,
            camera.position[1] + up,
            camera.position[2] + depth * c - right * s,
        ]
    }

    /// A place moved towards the light, so that its outline is before the brightest part.
    pub(super) fn sunward(&self, at: [f32; 3]) -> [f32; 3] {
        let [x, _, _] = self.staging.camera.project(at);
        self.across(at, x + (self.sun_x() - x) * 0.5)
    }

    /// A place moved so that what is `half` metres wide to each side is in the picture, beside what is `taken`; in the
    /// air it may be before or behind that.
    pub(super) fn framed(&self, at: [f32; 3], half: f32, taken: &mut Vec<[f32; 2]>, floats: bool) -> [f32; 3] {
        let camera = &self.staging.camera;
        let [x, _, depth] = camera.project(at);
        let half = half * camera.focal / depth.max(0.5);
        let most = (self.aspect * 0.96 - half).max(0.0);
        let wanted = x.clamp(-most, most);
        let free = |x: f32| {
            taken
                .iter()
                .all(|[other, wide]| (x - other).abs() > (half + wide) * 0.85)
        };
        let steps = (0..32).flat_map(|k| [1.0, -1.0].map(|side| wanted + side * 0.06 * k as f32));
        let x = steps.filter(|x| x.abs() <= most).find(|x| free(*x)).unwrap_or(wanted);
        if !floats {
            taken.push([x, half]);
        }
        self.across(at, x)
    }

    /// A place on the ground moved to a picture x, at the same distance along the view.
    pub(super) fn across(&self, at: [f32; 3], x: f32) -> [f32; 3] {
        let camera = &self.staging.camera;
        let [from, _, depth] = camera.project(at);
        if (x - from).abs() < 1e-3 {
            return at;
        }
        self.beside(at, (x - from) * depth / camera.focal)
    }

    /// A place on the line of sight to a place in the air where what is `tall` metres high takes a share of the
    /// picture's height, all of it in the picture and most of it over the horizon.
    pub(super) fn before(&self, at: [f32; 3], [tall, wide]: [f32; 2], share: f32) -> [f32; 3] {
        let camera: &Camera = &self.staging.camera;
        let [x, y, far] = camera.project(at);
        let depth = (tall * camera.focal / (2.0 * share)).clamp(NEAREST, far.max(NEAREST));
        // In picture units; what is small will be enlarged to its share.
        let larger = (2.0 * share / (tall * camera.focal / depth)).max(1.0);
        let [high, wide] = [tall, wide].map(|metres| metres * larger * camera.focal / depth);
        let (edge, top) = ((self.aspect - 0.06 - wide * 0.5).max(0.0), (0.90 - high).max(0.0));
        let y = y.clamp((camera.horizon + 0.1).min(top), top);
        self.at_picture([x.clamp(-edge, edge), y], depth)
    }

    /// A place on the way from a place to the camera where what is `tall` metres high takes a share of the picture's
    /// height, its feet not under `lowest` in the picture. Never further away.
    pub(super) fn nearer(&self, at: [f32; 3], tall: f32, share: f32, lowest: f32) -> [f32; 3] {
        let camera: &Camera = &self.staging.camera;
        let depth = camera.project(at)[2];
        let over = (camera.position[1] - at[1]).max(0.0);
        let floats = self.staging.surface == Surface::None;
        let feet = if floats {
            0.0
        } else {
            over * camera.focal / (camera.horizon - lowest).max(0.2)
        };
        let wanted = (tall * camera.focal / (2.0 * share)).max(feet).max(NEAREST);
        let k = (wanted / depth.max(0.1)).min(1.0);
        let between = |axis: usize| camera.position[axis] + (at[axis] - camera.position[axis]) * k;
        let (x, z) = (between(0), between(2));
        let y = if floats {
            between(1)
        } else {
            at[1] + (self.ground)(x, z) - (self.ground)(at[0], at[2])
        };
        [x, y, z]
    }

    /// The place on the ground so many metres to the right of the camera and along its view.
    pub(super) fn on_ground(&self, right: f32, depth: f32) -> [f32; 3] {
        let camera = &self.staging.camera;
        let (s, c) = (scalar::sin(camera.yaw), scalar::cos(camera.yaw));
        let x = camera.position[0] + right * c + depth * s;
        let z = camera.position[2] + depth * c - right * s;
        [x, (self.ground)(x, z), z]
    }

    /// Moves and shrinks what would be cut by the picture's edges until all of it is in the picture; `headroom` is how
    /// much higher it is with what it carries.
    pub(super) fn fit(&self, actor: &mut Actor, headroom: f32) -> Result<()> {
        let (natural, role) = match actor.figure {
            Figure::Person(_) => return Ok(()),
            Figure::Animal(animal) => (animal.height(), animal.role()),
            Figure::Thing(thing) => (thing.height(), thing.role()),
        };
        let above = actor.at[1] - (self.ground)(actor.at[0], actor.at[2]);
        let on_ground = above.abs() < 0.2 && !FLOWERS.contains(&name_of(actor));
        let carries = matches!(actor.figure, Figure::Thing(thing) if thing.name() == self.support);
        let flies = matches!(actor.figure, Figure::Animal(animal) if animal.role() == Role::Floating);
        if carries || flies {
            return Ok(());
        }
        let camera: &Camera = &self.staging.camera;
        let [across, up, along] = figures::natural_size(actor.figure)?;
        let (s, c) = (
            scalar::sin(actor.heading - camera.yaw).abs(),
            scalar::cos(actor.heading - camera.yaw).abs(),
        );
        let (wide, deep) = (across * c + along * s, across * s + along * c);
        let mut size = actor.height_m / natural;
        let [_, _, depth] = camera.project(actor.at);
        // Its near end is not under the picture: what stands there goes further off.
        let near = depth - deep * size * 0.5 - actor.spread * 0.75;
        let over = camera.position[1] - actor.at[1];
        let least = over * camera.focal / (camera.horizon + BOTTOM).max(0.2);
        let stands = role == Role::Second && self.staging.surface != Surface::None;
        if stands && on_ground && near < least {
            let (s, c) = (scalar::sin(camera.yaw), scalar::cos(camera.yaw));
            let further = least - near;
            let (x, z) = (actor.at[0] + further * s, actor.at[2] + further * c);
            actor.at = [
                x,
                actor.at[1] + (self.ground)(x, z) - (self.ground)(actor.at[0], actor.at[2]),
                z,
            ];
        }
        if actor.count > 1 {
            return Ok(());
        }
        let [x, y, depth] = camera.project(actor.at);
        // Its near end is larger.
        let near = (depth - deep * size * 0.5).max(depth * 0.5).max(0.3);
        let scale = camera.focal / near;
        let high = up * size * headroom * scale;
        if y < TOP && y + high > TOP {
            size *= ((TOP - y) / high).max(0.35);
        }
        let half = wide * size * scale * 0.5;
        let room = self.aspect * SIDE;
        if half > room {
            size *= room / half;
        }
        actor.height_m = natural * size;
        let most = (room - wide * size * scale * 0.5).max(0.0);
        if x.abs() > most {
            actor.at = self.across(actor.at, x.clamp(-most, most));
        }
        Ok(())
    }

    /// A place some metres to the right of another, on the ground.
    pub(super) fn beside(&self, at: [f32; 3], metres: f32) -> [f32; 3] {
        let yaw = self.staging.camera.yaw;
        let (s, c) = (scalar::sin(yaw), scalar::cos(yaw));
        let (x, z) = (at[0] + metres * c, at[2] - metres * s);
        let rise = if self.staging.surface == Surface::None {
            0.0
        } else {
            (self.ground)(x, z) - (self.ground)(at[0], at[2])
        };
        [x, at[1] + rise, z]
    }
}
