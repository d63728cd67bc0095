//! Where figures stand: in the places that a world offers, as large as a picture wants them, near to each other.

use phosphene_worlds::{
    camera::Camera,
    figures::{self, Actor, Figure, Motion, pace},
    scalar::Chance,
    world::{Place, Role, Staging, Surface},
};

use super::casting::Part;
use crate::error::Result;

/// Share of the picture's height that a standing hero takes, where the land allows it.
const HERO: f32 = 0.38;
/// Where the land keeps heroes far, they may be larger than life by this factor.
const LARGER: f32 = 1.35;
/// What a thing or an animal takes that the picture is about, and one beside people.
const SUBJECT: f32 = 0.40;
const BESIDE: f32 = 0.20;
/// What far things take at least.
const FAR_SHARE: f32 = 0.30;
/// Feet are this high over the picture's lower edge (-1), in picture units.
const FEET: f32 = -0.92;
/// The same of what is flat on the ground.
const LYING: f32 = -0.62;
/// What shows its face though it is deeper than wide.
const FACING: [&str; 2] = ["ladder", "door"];
/// Light of signs (linear).
const NEON: [[f32; 3]; 5] = [
    [2.2, 0.5, 1.1],
    [0.5, 1.5, 2.2],
    [2.2, 1.2, 0.4],
    [1.5, 1.8, 0.6],
    [1.3, 0.8, 2.2],
];
/// Nobody is nearer, in metres.
const NEAREST: f32 = 2.2;

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
    for (index, part) in parts.iter().enumerate() {
        // What the picture is about stands where its hero would.
        let subject = index == 0 && !peopled;
        let order: &[Role] = match part.role {
            Role::Second if subject => &[Role::Hero, Role::Second],
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
        (actor.paint, actor.crest) = (part.paint, part.crest);
        actor.mirrored = mirrored;
        actor.pace = pace(site.beats_a_minute);
        actor.count = part.count.max(1);
        actor.since = site.since;
        if matches!(part.figure, Figure::Thing(thing) if thing.is_outline()) {
            actor.glow = NEON[chance.below(NEON.len())];
            // They are shown where signs give light.
            actor.shines = true;
        }
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
        let find = |role: &Role| free.iter().position(|place| place.role == *role);
        let Some(at) = order.iter().find_map(find) else {
            continue;
        };
        let place = free.remove(at);
        let [across, up, along] = figures::natural_size(part.figure)?;
        // People are seen from behind, looking where we look; everything else shows its widest side.
        let aside = match part.figure {
            Figure::Person(_) if part.motion != Motion::Ride => 0.0,
            Figure::Thing(thing) if (across > along && !thing.is_outline()) || FACING.contains(&thing.name()) => {
                std::f32::consts::PI
            }
            _ if across > along => 0.0,
            _ if mirrored => 1.35,
            _ => -1.35,
        };
        actor.heading = place.heading + aside + turned;
        actor.seed = site.seed.wrapping_add(at as u64);
        // Horses need room.
        let apart = if part.motion == Motion::Ride { 4.5 } else { 1.5 };
        actor.spread = if part.count > 1 { place.room.max(apart) } else { 0.0 };
        let share = match part.role {
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
                actor.at = match part.role {
                    Role::Floating => site.before(place.at, [tall, wide], share * 0.85),
                    Role::Afloat | Role::Far => place.at,
                    // What is flat on the ground lies further up in the picture.
                    _ => site.nearer(place.at, tall, share, if up < 0.25 * wide { LYING } else { FEET }),
                };
                let depth = staging.camera.project(actor.at)[2].max(0.5);
                let seen = tall * staging.camera.focal / (2.0 * depth);
                // Small things stand larger than they are: what is named is to be seen.
                let least = share * if part.count > 1 { 0.4 } else { 0.85 };
                let size = (least / seen).clamp(1.0, 12.0) * (share * 1.5 / seen).min(1.0);
                actor.height_m = height(part)? * part.scale * size;
                if part.count > 1 && tall * size > actor.spread * 0.5 {
                    actor.spread = tall * size * 1.5;
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

/// The natural height of one of a part, in metres, as [`Actor::height_m`] has it.
fn height(part: &Part) -> Result<f32> {
    Ok(match part.figure {
        Figure::Animal(animal) => animal.height(),
        Figure::Thing(thing) => thing.height(),
        Figure::Person(person) => figures::natural_height(person)?,
    })
}

impl Site<'_> {
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
        let (right, up) = (
            x.clamp(-edge, edge) * depth / camera.focal,
            (y - camera.horizon) * depth / camera.focal,
        );
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
