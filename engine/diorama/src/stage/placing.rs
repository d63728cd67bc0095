//! Where figures stand: in the places that a world offers, as large as a picture wants them, near to each other.

use phosphene_worlds::{
    camera::Camera,
    figures::{self, Actor, Figure, Motion, Thing, pace},
    scalar::Chance,
    world::{Place, Role, Staging, Surface},
};

use super::casting::Part;
use crate::{design::Set, error::Result};

/// Share of the picture's height that a standing hero takes, where the land allows it.
const HERO: f32 = 0.38;
/// Where the land keeps heroes far, they may be larger than life by this factor.
const LARGER: f32 = 1.35;
/// What a thing or an animal takes that the picture is about, and one beside people.
const SUBJECT: f32 = 0.48;
const BESIDE: f32 = 0.22;
/// A flower that the picture is about: its head is before the sky.
const FLOWER: f32 = 0.80;
/// What far things take at least.
const FAR_SHARE: f32 = 0.34;
/// Feet are this high over the picture's lower edge (-1), in picture units.
const FEET: f32 = -0.92;
/// The same of what is flat on the ground, and of what is wide.
const LYING: f32 = -0.62;
const WIDE: f32 = -0.70;
/// What is lower and narrower than this, in metres, is shown on a table or on a stone.
const SMALL: [f32; 2] = [0.80, 1.5];
/// Where a table's top is in the picture: of what the picture is about, and of what is beside people.
const TABLE: f32 = -0.40;
const TABLE_BESIDE: f32 = -0.58;
/// Metres from the camera to such a table.
const TABLE_AWAY: f32 = 2.3;
/// What shows its face though it is deeper than wide.
const FACING: [&str; 12] = [
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
const RAISED: [&str; 7] = ["sword", "key", "guitar", "electric guitar", "drum kit", "bell", "cello"];
/// Things that are modelled as several.
const GROUPS: [&str; 11] = [
    "balloons",
    "chess pieces",
    "gold bars",
    "coin",
    "chains",
    "playing cards",
    "dice",
    "money",
    "ballet shoes",
    "high heels",
    "stack of books",
];
/// Plants of which one sees the flower.
const FLOWERS: [&str; 6] = ["rose", "tulip", "daisy", "dandelion", "lily", "sunflower"];
/// Many small ones in the air, all around.
const SWARMS: [&str; 2] = ["fireflies", "petals"];
/// What comes towards the camera.
const COMING: [&str; 3] = ["train", "carriage", "bus"];
/// Share of their height that is under water.
const DRAUGHTS: [(&str, f32); 9] = [
    ("ship", 0.05),
    ("viking ship", 0.07),
    ("cruise ship", 0.07),
    ("sailing boat", 0.035),
    ("rowing boat", 0.22),
    ("paper boat", 0.10),
    ("swan", 0.11),
    ("duck", 0.18),
    ("iceberg", 0.03),
];
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
        | Set::Staircase
        | Set::ConcertStage => "table",
        Set::CityStreet
        | Set::NeonAlley
        | Set::Rooftop
        | Set::Suburb
        | Set::Fairground
        | Set::TrainPlatform
        | Set::Highway
        | Set::Harbour
        | Set::Bridge => "low wall",
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

/// Puts the figures into a world's places.
///
/// # Errors
/// [`crate::Error::Asset`] when the figures are damaged.
pub fn place(parts: &[Part], site: &Site<'_>) -> Result<Vec<Actor>> {
    let staging = site.staging;
    let mut chance = Chance::new(site.seed, 0x91ACE);
    // Places outside of the picture (a tall one, say) are none.
    let seen = |place: &Place| {
        let [x, y, depth] = staging.camera.project(place.at);
        let head = staging.camera.project([place.at[0], place.at[1] + 1.7, place.at[2]])[1];
        depth > 0.5 && x.abs() < site.aspect && head < 1.0 && (y > -1.0 || head > -0.4)
    };
    let mut free: Vec<Place> = staging.places.iter().filter(|place| seen(place)).copied().collect();
    let hero = |part: &Part| part.role == Role::Hero;
    let peopled = parts.iter().any(hero);
    let mut actors: Vec<Actor> = Vec::new();
    let mut company: Option<Company> = None;
    // Where the picture has something already: middles and half widths.
    let mut taken: Vec<[f32; 2]> = Vec::new();
    // Things on tables so far, and whether there will be any: beasts are up there with them.
    let mut still = 0;
    let laid = parts.iter().any(|part| is_small(part).unwrap_or(false));
    for (index, part) in parts.iter().enumerate() {
        // What the picture is about stands where its hero would.
        let subject = index == 0 && !peopled;
        let order: &[Role] = match part.role {
            Role::Second | Role::Near if subject => &[Role::Hero, Role::Second],
            Role::Hero => &[Role::Hero, Role::Second],
            Role::Second => &[Role::Second, Role::Hero, Role::Near],
            Role::Far => &[Role::Far, Role::Second, Role::Hero],
            Role::Near => &[Role::Near, Role::Second, Role::Far],
            Role::Floating => &[Role::Floating, Role::Far, Role::Hero],
            Role::Afloat => &[Role::Afloat, Role::Far],
            Role::Crowd => &[Role::Crowd, Role::Hero],
            Role::Sign => &[Role::Sign, Role::Floating],
        };
        let mirrored = chance.happens(0.5);
        let turned = chance.within(-0.3, 0.3);
        let mut actor = Actor::new(part.figure, part.motion, [0.0; 3]);
        actor.partner = part.partner;
        actor.mirrored = mirrored;
        actor.pace = pace(site.beats_a_minute);
        actor.count = match part.figure {
            Figure::Thing(thing) if GROUPS.contains(&thing.name()) => 1,
            _ => part.count.max(1),
        };
        actor.since = site.since;
        let alone = part.role == Role::Hero && part.count == 1;
        if let Some(company) = company.as_mut().filter(|_| alone) {
            // At the side of who is there already.
            company.count += 1;
            let way = if company.count % 2 == 1 {
                company.side
            } else {
                -company.side
            };
            let metres = (0.95 + 0.35 * (company.count / 2) as f32) * company.larger;
            actor.at = site.beside(company.at, way * metres);
            actor.height_m = height(part)? * company.larger;
            actor.heading = turned * 0.5;
            actor.seed = site.seed.wrapping_add(100 + index as u64);
            actors.push(actor);
            continue;
        }
        // Wings grow from a back.
        if let (Figure::Thing(thing), Some(company)) = (part.figure, &company)
            && thing.name() == "wings"
        {
            let [x, y, z] = company.at;
            actor.at = [x, y + 0.50 * company.larger, z];
            actor.height_m = thing.height() * 0.8 * company.larger;
            actors.push(actor);
            continue;
        }
        // A swarm is around who is there, in its own size.
        if let (Figure::Thing(thing), Some(company)) = (part.figure, &company)
            && SWARMS.contains(&thing.name())
        {
            actor.at = company.at;
            actor.count = 1;
            actors.push(actor);
            continue;
        }
        if let Figure::Thing(thing) = part.figure
            && let Some((support, on)) = site.still_life(
                thing,
                part,
                subject && !peopled,
                company.as_ref(),
                [still, u32::from(laid)],
            )?
        {
            still += 1;
            let [across, _, along] = figures::natural_size(part.figure)?;
            let facing = if along > 1.2 * across && !FACING.contains(&thing.name()) {
                1.75
            } else {
                std::f32::consts::PI
            };
            actor.heading = site.staging.camera.yaw + facing + turned * 1.2;
            actor.seed = site.seed;
            actor.at = on.at;
            actor.height_m = on.height_m;
            actor.spread = if actor.count > 1 { on.height_m * 1.2 } else { 0.0 };
            let [x, _, depth] = site.staging.camera.project(on.at);
            taken.push([x, on.height_m * 0.5 * site.staging.camera.focal / depth.max(0.5)]);
            actors.extend([support, actor]);
            continue;
        }
        let find = |role: &Role| free.iter().position(|place| place.role == *role);
        // Where all places are taken, what is named stands beside who is there.
        let again = |role: &Role| {
            staging
                .places
                .iter()
                .position(|place| place.role == *role && seen(place))
        };
        let (at, place) = match order.iter().find_map(find) {
            Some(at) => (at, free.remove(at)),
            None => match order.iter().find_map(again) {
                Some(at) if !matches!(part.figure, Figure::Person(_)) => (at + 50, staging.places[at]),
                _ => continue,
            },
        };
        let [across, up, along] = figures::natural_size(part.figure)?;
        // People are seen from behind, looking where we look; everything else shows its widest side, and comes a little
        // towards us.
        let side = if mirrored { 1.0 } else { -1.0 };
        let (aside, turned) = match part.figure {
            Figure::Person(_) if part.motion != Motion::Ride => (0.0, turned),
            Figure::Thing(thing) if COMING.contains(&thing.name()) => (2.45 * side, turned * 0.3),
            Figure::Thing(thing) if across > along || FACING.contains(&thing.name()) => (std::f32::consts::PI, turned),
            Figure::Thing(_) => (1.80 * side, turned * 0.5),
            _ if across > along => (0.0, turned),
            _ => (1.35 * side, turned),
        };
        actor.heading = place.heading + aside + turned;
        actor.seed = site.seed.wrapping_add(at as u64);
        actor.spread = if actor.count > 1 { place.room.max(1.5) } else { 0.0 };
        let name = match part.figure {
            Figure::Thing(thing) => thing.name(),
            _ => "",
        };
        let flower = FLOWERS.contains(&name);
        let share = match part.role {
            _ if subject && flower => FLOWER,
            _ if subject => SUBJECT,
            Role::Far | Role::Afloat => FAR_SHARE,
            _ => BESIDE,
        };
        match part.figure {
            Figure::Person(_) if part.count == 1 => {
                let low = matches!(
                    part.motion,
                    Motion::Sit | Motion::SitTogether | Motion::SitGround | Motion::Lie | Motion::Kneel | Motion::Pray
                );
                let share = if low { HERO * 1.2 } else { HERO };
                actor.at = site.nearer(place.at, 1.7, share, FEET);
                let [x, _, depth] = staging.camera.project(actor.at);
                let seen = 1.7 * staging.camera.focal / (2.0 * depth.max(0.5));
                let larger = (share / seen).clamp(1.0, LARGER);
                actor.height_m = height(part)? * larger;
                taken.push([x, 0.22 * share]);
                company = company.or(Some(Company {
                    at: actor.at,
                    side: if x > 0.0 { -1.0 } else { 1.0 },
                    larger,
                    count: 0,
                }));
            }
            Figure::Person(_) => actor.at = place.at,
            Figure::Animal(_) | Figure::Thing(_) => {
                let wide = across.max(along);
                // Wide ones are measured by their width.
                let tall = up.max(wide * 0.55) * part.scale;
                let lowest = if up < 0.25 * wide {
                    LYING
                } else if flower && subject {
                    // Its stem goes on under the picture.
                    -1.1
                } else if wide > 1.6 * up && wide > 1.5 || up < SMALL[0] {
                    WIDE
                } else {
                    FEET
                };
                let floats = part.role == Role::Floating;
                actor.at = match part.role {
                    Role::Floating => site.before(place.at, [tall, wide], share * 0.85),
                    Role::Afloat | Role::Far => place.at,
                    // What is flat on the ground lies further up in the picture.
                    _ => site.nearer(place.at, tall, share, lowest),
                };
                if subject && !floats {
                    actor.at = site.sunward(actor.at);
                }
                let depth = staging.camera.project(actor.at)[2].max(0.5);
                let seen = tall * staging.camera.focal / (2.0 * depth);
                // Small things stand larger than they are: what is named is to be seen.
                let least = share * if actor.count > 1 { 0.45 } else { 0.85 };
                let size = (least / seen).clamp(1.0, 12.0) * (share * 1.5 / seen).min(1.0);
                actor.height_m = height(part)? * part.scale * size;
                let across = wide * part.scale * size;
                if actor.count > 1 {
                    // So far apart that each has its outline.
                    let apart = 0.80 * across.max(tall * size * 0.6) * (part.count as f32).sqrt();
                    actor.spread = actor.spread.clamp(apart, apart * 1.6);
                }
                if floats {
                    actor.spread = actor.spread.min(depth * 0.45);
                }
                actor.at = site.framed(actor.at, across * 0.58 + actor.spread * 0.7, &mut taken, floats);
                if let Some((_, draught)) = DRAUGHTS.iter().find(|(ship, _)| *ship == name) {
                    actor.at[1] -= draught * actor.height_m;
                }
            }
        }
        actors.push(actor);
    }
    Ok(actors)
}

/// Who is there already, and at which side of them there is room.
struct Company {
    at: [f32; 3],
    side: f32,
    larger: f32,
    count: u32,
}

/// Whether it is a small thing that lies on tables.
fn is_small(part: &Part) -> Result<bool> {
    let Figure::Thing(thing) = part.figure else {
        return Ok(false);
    };
    let [across, up, along] = figures::natural_size(part.figure)?;
    let lies = thing.role() == Role::Second && !ON_GROUND.contains(&thing.name());
    Ok(lies && up < SMALL[0] && across.max(along) < SMALL[1])
}

/// A place on a table or a stone, and how large a thing is there.
struct On {
    at: [f32; 3],
    height_m: f32,
}

/// The natural height of one of a part, in metres, as [`Actor::height_m`] has it.
fn height(part: &Part) -> Result<f32> {
    Ok(match part.figure {
        Figure::Animal(animal) => animal.height(),
        Figure::Thing(thing) => thing.height(),
        Figure::Person(person) => figures::natural_height(person)?,
    })
}

impl Site<'_> {
    /// A small thing near the camera, on a table or on a stone; nothing where it needs none, or where there is no
    /// ground. `still` of them are there already, and there are others where `laid` is not 0.
    fn still_life(
        &self,
        thing: Thing,
        part: &Part,
        subject: bool,
        company: Option<&Company>,
        [still, laid]: [u32; 2],
    ) -> Result<Option<(Actor, On)>> {
        let [across, up, along] = figures::natural_size(part.figure)?;
        let wide = across.max(along);
        let raised = RAISED.contains(&thing.name());
        let small = raised || up < SMALL[0] && wide < SMALL[1] && (laid > 0 || !ON_GROUND.contains(&thing.name()));
        let stands = thing.role() == Role::Second && matches!(self.staging.surface, Surface::Ground { .. });
        if !small || !stands {
            return Ok(None);
        }
        let camera: &Camera = &self.staging.camera;
        let main = subject && still == 0;
        let (top, share) = match (main, raised) {
            (true, false) => (TABLE, 0.34),
            (true, true) => (TABLE - 0.20, 0.50),
            (false, false) => (TABLE_BESIDE, 0.24),
            (false, true) => (TABLE_BESIDE - 0.15, 0.40),
        };
        // The first in the middle, towards the light; others left and right of who is there.
        let away = match company {
            Some(company) => company.side,
            None => 1.0,
        };
        let x = if main {
            self.sun_x() * 0.4
        } else {
            away * self.aspect * 0.52 * if still % 2 == 0 { 1.0 } else { -1.0 }
        };
        let seen = self.at_picture([x, camera.horizon], TABLE_AWAY);
        let floor = (self.ground)(seen[0], seen[2]);
        let high = camera.position[1] + (top - camera.horizon) * TABLE_AWAY / camera.focal - floor;
        if high < 0.25 {
            return Ok(None);
        }
        let Some(support) = Thing::named(self.support) else {
            return Ok(None);
        };
        let mut under = Actor::new(Figure::Thing(support), Motion::Stand, [seen[0], floor, seen[2]]);
        under.heading = camera.yaw + 0.12;
        under.height_m = high;
        let tall = up.max(wide * 0.62);
        let size = share * 2.0 * TABLE_AWAY / (camera.focal * tall);
        let on = On {
            at: [seen[0], floor + high, seen[2]],
            height_m: thing.height() * size,
        };
        Ok(Some((under, on)))
    }

    /// The picture x of the light, where it is before the camera and near the picture; 0 else.
    fn sun_x(&self) -> f32 {
        let camera = &self.staging.camera;
        let [x, _, z] = self.staging.key.direction;
        let (s, c) = (
            phosphene_worlds::scalar::sin(camera.yaw),
            phosphene_worlds::scalar::cos(camera.yaw),
        );
        let (right, ahead) = (x * c - z * s, x * s + z * c);
        let at = camera.focal * right / ahead.max(1e-3);
        if ahead > 0.2 && at.abs() < self.aspect {
            at.clamp(-0.55, 0.55)
        } else {
            0.0
        }
    }

    /// What is seen at a place of the picture, so many metres along the view.
    fn at_picture(&self, [x, y]: [f32; 2], depth: f32) -> [f32; 3] {
        let camera = &self.staging.camera;
        let (right, up) = (x * depth / camera.focal, (y - camera.horizon) * depth / camera.focal);
        let (s, c) = (
            phosphene_worlds::scalar::sin(camera.yaw),
            phosphene_worlds::scalar::cos(camera.yaw),
        );
        [
            camera.position[0] + right * c + depth * s,
            camera.position[1] + up,
            camera.position[2] + depth * c - right * s,
        ]
    }

    /// A place moved towards the light, so that its outline is before the brightest part.
    fn sunward(&self, at: [f32; 3]) -> [f32; 3] {
        let [x, _, _] = self.staging.camera.project(at);
        self.across(at, x + (self.sun_x() - x) * 0.5)
    }

    /// A place moved so that what is `half` metres wide to each side is in the picture, beside what is `taken`; in the
    /// air it may be before or behind that.
    fn framed(&self, at: [f32; 3], half: f32, taken: &mut Vec<[f32; 2]>, floats: bool) -> [f32; 3] {
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
    fn across(&self, at: [f32; 3], x: f32) -> [f32; 3] {
        let camera = &self.staging.camera;
        let [from, _, depth] = camera.project(at);
        if (x - from).abs() < 1e-3 {
            return at;
        }
        self.beside(at, (x - from) * depth / camera.focal)
    }

    /// A place on the line of sight to a place in the air where what is `tall` metres high takes a share of the
    /// picture's height, all of it in the picture and most of it over the horizon.
    fn before(&self, at: [f32; 3], [tall, wide]: [f32; 2], share: f32) -> [f32; 3] {
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
    fn nearer(&self, at: [f32; 3], tall: f32, share: f32, lowest: f32) -> [f32; 3] {
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

    /// A place some metres to the right of another, on the ground.
    fn beside(&self, at: [f32; 3], metres: f32) -> [f32; 3] {
        let yaw = self.staging.camera.yaw;
        let (s, c) = (phosphene_worlds::scalar::sin(yaw), phosphene_worlds::scalar::cos(yaw));
        let (x, z) = (at[0] + metres * c, at[2] - metres * s);
        let rise = if self.staging.surface == Surface::None {
            0.0
        } else {
            (self.ground)(x, z) - (self.ground)(at[0], at[2])
        };
        [x, at[1] + rise, z]
    }
}
