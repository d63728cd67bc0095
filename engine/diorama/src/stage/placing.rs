//! Where figures stand: in the places that a world offers, as large as a picture wants them, near to each other.

use phosphene_worlds::{
    figures::{self, Actor, Figure, Motion, pace},
    scalar::Chance,
    world::{Place, Role},
};

use super::{
    casting::Part,
    doing, joining,
    site::{Company, FACING, FLOWERS, Laid, SMALL, Site, is_small},
};
use crate::error::Result;

/// Share of the picture's height that a standing hero takes, where the land allows it.
const HERO: f32 = 0.38;
/// Where the land keeps heroes far, they may be larger than life by this factor.
const LARGER: f32 = 1.35;
/// What somebody takes at least of the picture's height, and the factor that this may cost.
const LEAST: f32 = 0.33;
const LARGEST: f32 = 2.0;
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
/// Many small ones in the air, all around.
const SWARMS: [&str; 2] = ["fireflies", "petals"];
/// What comes towards the camera.
const COMING: [&str; 5] = ["train", "carriage", "bus", "truck", "winged dragon"];
/// What is on a road, and metres from one to the next.
const VEHICLES: [&str; 11] = [
    "car",
    "taxi",
    "sports car",
    "old car",
    "van",
    "motorbike",
    "bus",
    "truck",
    "bicycle",
    "scooter",
    "tractor",
];
const LANE: f32 = 1.9;
const HEADWAY: f32 = 8.5;
/// Share of their height that is under water.
const DRAUGHTS: [(&str, f32); 10] = [
    ("ferry", 0.06),
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
    // Beasts are on tables too where small things are.
    let carried = joining::carried(parts)?;
    let mut laid = Laid::default();
    for (part, carried) in parts.iter().zip(&carried) {
        laid.any |= carried.is_none() && is_small(part)?;
    }
    for (index, part) in parts.iter().enumerate() {
        if carried[index].is_some() {
            continue;
        }
        // What the picture is about stands where its hero would.
        let carries = |first: &Option<joining::Carried>| first.is_some_and(|first| first.by == index);
        let laden = carried.iter().any(carries);
        let subject = !peopled && (index == 0 || carries(&carried[0]));
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
        (actor.partner, actor.holds) = (part.partner, part.holds);
        (actor.paint, actor.crest) = (part.paint, part.crest);
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
            actor.heading = site.staging.camera.yaw + doing::aside(part.motion) * company.side + turned * 0.5;
            actor.seed = site.seed.wrapping_add(100 + index as u64);
            // Nobody is in step with the other.
            actor.phase = chance.within(0.2, 1.8);
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
            && let Some(on) = site.still_life(thing, part, subject, company.as_ref(), &laid)?
        {
            laid.count += 1;
            if subject {
                laid.table = Some(on.top);
            }
            let [across, _, along] = figures::natural_size(part.figure)?;
            let facing = if along > 1.2 * across && !FACING.contains(&thing.name()) {
                1.75
            } else {
                std::f32::consts::PI
            };
            actor.heading = site.staging.camera.yaw + facing + turned * 1.2;
            actor.seed = site.seed;
            actor.spot = true;
            actor.at = on.at;
            actor.height_m = on.height_m;
            actor.spread = if actor.count > 1 { on.height_m * 1.2 } else { 0.0 };
            let [x, _, depth] = site.staging.camera.project(on.at);
            taken.push([x, on.height_m * 0.5 * site.staging.camera.focal / depth.max(0.5)]);
            actors.extend(on.support);
            actors.push(actor);
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
        // One looks at what the picture is about.
        actor.spot = subject && matches!(part.figure, Figure::Thing(thing) if thing.role() == Role::Second);
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
        // Who is on the right looks to the left.
        let inwards = if staging.camera.project(place.at)[0] > 0.0 {
            -1.0
        } else {
            1.0
        };
        let (aside, turned) = match part.figure {
            Figure::Person(_) if part.motion != Motion::Ride => (doing::aside(part.motion) * inwards, turned),
            Figure::Thing(thing) if COMING.contains(&thing.name()) => (2.45 * side, turned * 0.3),
            Figure::Thing(thing) if VEHICLES.contains(&thing.name()) => (2.45 * side, turned * 0.5),
            Figure::Thing(thing) if across > along || FACING.contains(&thing.name()) => (std::f32::consts::PI, turned),
            Figure::Thing(_) => (1.80 * side, turned * 0.5),
            _ if across > along => (0.0, turned),
            _ => (1.35 * side, turned),
        };
        actor.heading = place.heading + aside + turned;
        actor.seed = site.seed.wrapping_add(at as u64);
        // Horses need room.
        let apart = if part.motion == Motion::Ride { 4.5 } else { 1.5 };
        actor.spread = if actor.count > 1 { place.room.max(apart) } else { 0.0 };
        let name = match part.figure {
            Figure::Thing(thing) => thing.name(),
            _ => "",
        };
        let flower = FLOWERS.contains(&name);
        let share = match part.role {
            _ if subject && flower => FLOWER,
            // They are longer than wide, and their near end is large.
            Role::Second if subject && COMING.contains(&name) => SUBJECT * 0.62,
            // With what it carries.
            _ if subject && laden => SUBJECT * 1.5,
            _ if subject => SUBJECT,
            Role::Far | Role::Afloat => FAR_SHARE,
            _ => BESIDE,
        };
        match part.figure {
            Figure::Person(_) if part.count == 1 => {
                let share = doing::share(part.motion, HERO);
                // Who is on a stage stays behind the crowd.
                let depth_of = |place: &Place| staging.camera.project(place.at)[2];
                let before = |other: &Place| other.role == Role::Crowd && depth_of(other) < depth_of(&place);
                actor.at = if staging.places.iter().any(before) {
                    place.at
                } else {
                    site.nearer(place.at, height(part)?.clamp(1.2, 1.7), share, FEET)
                };
                if part.partner.is_some() {
                    // Two are seen against the light, side by side.
                    actor.at = site.sunward(actor.at);
                }
                if doing::is_side_on(part.motion) {
                    actor.heading = staging.camera.yaw + turned * 0.5;
                }
                if part.persons().any(|person| person.costume.is_some_and(doing::is_faced)) {
                    actor.heading = staging.camera.yaw + 2.7 * inwards;
                }
                let [x, _, depth] = staging.camera.project(actor.at);
                let seen = height(part)?.clamp(1.2, 1.7) * staging.camera.focal / (2.0 * depth.max(0.5));
                // Under a high camera they are larger than life rather than lost.
                let most = (LARGER * share / HERO).max(LEAST / seen).min(LARGEST);
                let larger = (share / seen).clamp(1.0, most);
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
                actor.at = site.framed(actor.at, across * 0.58 + actor.spread, &mut taken, floats);
                if let Some((_, draught)) = DRAUGHTS.iter().find(|(ship, _)| *ship == name) {
                    actor.at[1] -= draught * actor.height_m;
                }
            }
        }
        let driven = matches!(part.figure, Figure::Thing(thing) if VEHICLES.contains(&thing.name()));
        if driven && actor.count > 1 {
            actors.extend(traffic(&actor, site));
        } else {
            actors.push(actor);
        }
    }
    for actor in &mut actors {
        let load = carried
            .iter()
            .flatten()
            .find(|one| parts[one.by].figure == actor.figure);
        let laden = load.is_some();
        if let Some(seen) = load.and_then(|load| load.seen) {
            let side = if actor.mirrored { 1.0 } else { -1.0 };
            actor.heading = staging.camera.yaw + seen * side;
        }
        site.fit(actor, if laden { 1.3 } else { 1.0 })?;
    }
    for (part, one) in parts.iter().zip(&carried) {
        if let Some(one) = one
            && let Some(carrier) = actors.iter().find(|actor| actor.figure == parts[one.by].figure)
        {
            let actor = one.actor(part, carrier);
            actors.push(actor);
        }
    }
    Ok(actors)
}

/// Vehicles one behind the other in two lanes, the first where the one is.
fn traffic(first: &Actor, site: &Site<'_>) -> Vec<Actor> {
    let camera = &site.staging.camera;
    let [x, _, depth] = camera.project(first.at);
    let side = if x > 0.0 { 1.0 } else { -1.0 };
    let size = first.height_m
        / match first.figure {
            Figure::Thing(thing) => thing.height(),
            _ => first.height_m,
        };
    (0..first.count.min(5))
        .map(|k| {
            let mut one = *first;
            (one.count, one.spread) = (1, 0.0);
            one.seed = first.seed.wrapping_add(u64::from(k));
            // Those that come are on one side, and those that go on the other.
            let comes = k % 2 == 0;
            let lane = if comes { side } else { -side } * LANE * size;
            let far = depth + k as f32 * HEADWAY * size;
            one.at = site.on_ground(lane, far);
            one.heading = camera.yaw
                + if comes {
                    std::f32::consts::PI + 0.28 * side
                } else {
                    -0.10 * side
                };
            one
        })
        .collect()
}

/// The natural height of one of a part, in metres, as [`Actor::height_m`] has it.
fn height(part: &Part) -> Result<f32> {
    Ok(match part.figure {
        Figure::Animal(animal) => animal.height(),
        Figure::Thing(thing) => thing.height(),
        Figure::Person(person) => figures::natural_height(person)?,
    })
}
