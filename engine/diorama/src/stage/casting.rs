//! Who and what stands in a world: a design's people, animals and things in the places that the world offers.

use std::{collections::BTreeMap, sync::OnceLock};

use phosphene_worlds::{
    figures::{Actor, Age, Animal, Figure, Motion, Outfit, Person, Sex, Thing},
    scalar::Chance,
    world::{Place, Role, Staging},
};
use serde::Deserialize;

use crate::{
    design::{Design, PropUse},
    error::{Error, Result},
    props,
};

const TABLE: &str = include_str!("../../../assets/meaning/figures.toml");
/// From this many people on, they are a crowd.
const CROWD: u32 = 6;

/// The figures' names for the vocabulary's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    animal: BTreeMap<String, String>,
    thing: BTreeMap<String, String>,
}

fn names() -> Result<&'static Names> {
    static NAMES: OnceLock<std::result::Result<Names, String>> = OnceLock::new();
    let load = || toml::from_str(TABLE).map_err(|e| e.to_string());
    NAMES.get_or_init(load).as_ref().map_err(|reason| Error::Asset {
        what: "figures' names",
        reason: reason.clone(),
    })
}

/// One of a scene's figures, before it has a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    figure: Figure,
    partner: Option<Person>,
    motion: Motion,
    role: Role,
    count: u32,
    /// Factor of its natural size.
    scale: f32,
}

/// The figures of a design, the hero first. What the library has no figure for is left out.
///
/// # Errors
/// [`Error::Asset`] when something built in is damaged.
pub fn cast(design: &Design, seed: u64) -> Result<Vec<Part>> {
    let names = names()?;
    let mut chance = Chance::new(seed, 0xCA57);
    let mut parts: Vec<Part> = Vec::new();
    for thing in &design.props {
        let prop = props::get(thing.prop)?;
        let scale = if prop.height_m > 0.0 {
            thing.height_m / prop.height_m
        } else {
            1.0
        };
        let plain = |figure, role| Part {
            figure,
            partner: None,
            motion: Motion::Stand,
            role,
            count: thing.count,
            scale: scale.clamp(0.3, 4.0),
        };
        if let Some(part) = people(&prop.name, thing, &mut chance) {
            parts.push(part);
        } else if let Some(animal) = names.animal.get(&prop.name).and_then(|name| Animal::named(name)) {
            parts.push(plain(Figure::Animal(animal), animal.role()));
        } else if let Some(thing) = names.thing.get(&prop.name).and_then(|name| Thing::named(name)) {
            parts.push(plain(Figure::Thing(thing), thing.role()));
        }
    }
    mount(&mut parts);
    // Two people are together.
    let two: Vec<usize> = (0..parts.len())
        .filter(|k| {
            matches!(parts[*k].figure, Figure::Person(_)) && parts[*k].count == 1 && parts[*k].partner.is_none()
        })
        .collect();
    if let [first, second] = two[..]
        && let Figure::Person(person) = parts[second].figure
    {
        let motion = parts[first].motion;
        parts[first].partner = Some(person);
        parts[first].motion = together(motion);
        parts.remove(second);
    }
    Ok(parts)
}

/// Who is there with one horse rides it.
fn mount(parts: &mut Vec<Part>) {
    let horse = |part: &Part| matches!(part.figure, Figure::Animal(a) if a.name() == "horse") && part.count == 1;
    let rider = |part: &Part| {
        matches!(part.figure, Figure::Person(_))
            && part.count == 1
            && part.partner.is_none()
            && matches!(part.motion, Motion::Stand | Motion::Sit | Motion::Ride)
    };
    if let (Some(horse), Some(rider)) = (parts.iter().position(horse), parts.iter().position(rider)) {
        parts[rider].motion = Motion::Ride;
        parts.remove(horse);
    }
}

/// What two do, when one of them would do this.
fn together(motion: Motion) -> Motion {
    match motion {
        Motion::Walk | Motion::Run => Motion::WalkTogether,
        Motion::Dance | Motion::Charleston | Motion::BodyRoll | Motion::Sway => Motion::DanceTogether,
        _ if motion.is_for_two() => motion,
        _ => Motion::HoldHands,
    }
}

/// People by the vocabulary's name for them ("woman dancing", "old man", "couple with heart: woman, man").
fn people(name: &str, thing: &PropUse, chance: &mut Chance) -> Option<Part> {
    let text = format!("{} {}", name.to_lowercase(), thing.named.to_lowercase());
    let has = |list: &[&str]| {
        let words = || text.split(|c: char| !c.is_alphanumeric());
        list.iter().any(|word| words().any(|w| w == *word))
    };
    const FEMALE: [&str; 24] = [
        "woman",
        "women",
        "girl",
        "girls",
        "princess",
        "mermaid",
        "mother",
        "mom",
        "grandmother",
        "grandma",
        "bride",
        "queen",
        "lady",
        "ladies",
        "sister",
        "daughter",
        "wife",
        "girlfriend",
        "witch",
        "actress",
        "ballerina",
        "nun",
        "goddess",
        "she",
    ];
    const MALE: [&str; 24] = [
        "man",
        "men",
        "boy",
        "boys",
        "prince",
        "merman",
        "father",
        "dad",
        "grandfather",
        "grandpa",
        "groom",
        "king",
        "gentleman",
        "brother",
        "son",
        "husband",
        "boyfriend",
        "wizard",
        "cowboy",
        "soldier",
        "sailor",
        "santa",
        "guy",
        "he",
    ];
    const ANYBODY: [&str; 48] = [
        "person",
        "people",
        "couple",
        "family",
        "child",
        "children",
        "kid",
        "kids",
        "baby",
        "teenager",
        "teenagers",
        "lovers",
        "friends",
        "crowd",
        "dancer",
        "dancers",
        "singer",
        "band",
        "guitarist",
        "musician",
        "student",
        "teacher",
        "worker",
        "farmer",
        "artist",
        "pilot",
        "detective",
        "guard",
        "ninja",
        "police",
        "skier",
        "surfer",
        "superhero",
        "vampire",
        "fairy",
        "ghost",
        "angel",
        "zombie",
        "elf",
        "mage",
        "runner",
        "stranger",
        "silhouette",
        "busts",
        "bust",
        "somebody",
        "judge",
        "cook",
    ];
    if has(&["astronaut"]) {
        return Thing::named("astronaut").map(|astronaut| Part {
            figure: Figure::Thing(astronaut),
            partner: None,
            motion: Motion::Stand,
            role: Role::Hero,
            count: thing.count,
            scale: 1.0,
        });
    }
    if !(has(&FEMALE) || has(&MALE) || has(&ANYBODY)) {
        return None;
    }
    let sex = match (has(&FEMALE), has(&MALE)) {
        (true, false) => Sex::Female,
        (false, true) => Sex::Male,
        _ if chance.happens(0.5) => Sex::Female,
        _ => Sex::Male,
    };
    let age = if has(&["baby", "infant", "toddler"]) {
        Age::Infant
    } else if has(&[
        "child", "children", "kid", "kids", "boy", "girl", "boys", "girls", "son", "daughter",
    ]) {
        Age::Child
    } else if has(&["teenager", "teenagers", "teen", "teens", "student", "students", "young"]) {
        Age::Teen
    } else if has(&[
        "old",
        "older",
        "grandmother",
        "grandma",
        "grandfather",
        "grandpa",
        "elderly",
    ]) {
        Age::Old
    } else {
        Age::Grown
    };
    let motion = motion(&has);
    let mut person = Person::new(u32::from(thing.prop.0) % 97, sex, age);
    if has(&["suit", "tuxedo", "groom", "businessman", "detective"]) && sex == Sex::Male && age >= Age::Grown {
        person = person.wearing(Outfit::Suit);
    } else if has(&["dress", "bride", "princess", "ballerina", "dancing", "veil"])
        && sex == Sex::Female
        && age >= Age::Teen
    {
        person = person.wearing(Outfit::DressLong);
    } else if has(&["coat"]) && age >= Age::Grown {
        person = person.wearing(if sex == Sex::Male {
            Outfit::Coat
        } else {
            Outfit::WomanCoat
        });
    } else if age >= Age::Teen {
        // Outlines that read from afar.
        let outfits: &[Outfit] = match (sex, age) {
            (Sex::Female, Age::Teen) => &[Outfit::DressShort, Outfit::WomanCasual],
            (Sex::Female, _) => &[Outfit::DressLong, Outfit::WomanCoat, Outfit::DressShort],
            (Sex::Male, Age::Teen) => &[Outfit::Jacket, Outfit::Sweater],
            (Sex::Male, _) => &[Outfit::Coat, Outfit::Suit, Outfit::Jacket],
        };
        person = person.wearing(outfits[chance.below(outfits.len())]);
    }
    let pair = motion.is_for_two() || has(&["couple", "lovers"]);
    let partner = pair.then(|| {
        let other = match (has(&["women"]), has(&["men"])) {
            (true, _) => Sex::Female,
            (_, true) => Sex::Male,
            _ if sex == Sex::Female => Sex::Male,
            _ => Sex::Female,
        };
        Person::new(u32::from(thing.prop.0) % 97 + 100, other, age)
    });
    let crowd = thing.count >= CROWD || has(&["crowd", "audience", "busts"]);
    Some(Part {
        figure: Figure::Person(person),
        partner,
        motion: if partner.is_some() { together(motion) } else { motion },
        role: if crowd { Role::Crowd } else { Role::Hero },
        count: if partner.is_some() {
            1
        } else if crowd {
            thing.count.max(24)
        } else {
            thing.count
        },
        scale: 1.0,
    })
}

fn motion(has: &dyn Fn(&[&str]) -> bool) -> Motion {
    const WORDS: [(&[&str], Motion); 27] = [
        (
            &["hugging", "hug", "embrace", "embracing", "kiss", "kissing"],
            Motion::Embrace,
        ),
        (&["dancing", "dance", "dancer", "dancers", "ballerina"], Motion::Dance),
        (&["running", "runner", "run"], Motion::Run),
        (&["walking", "walk", "strolling"], Motion::Walk),
        (
            &["swimming", "swim", "surfing", "surfer", "mermaid", "merman"],
            Motion::Swim,
        ),
        (&["kneeling", "kneel"], Motion::Kneel),
        (&["praying", "pray", "prayer"], Motion::Pray),
        (&["bowing"], Motion::Bow),
        (&["lotus", "meditating", "meditation"], Motion::Meditate),
        (&["levitating", "floating"], Motion::Float),
        (&["flying", "superhero", "fairy"], Motion::Fly),
        (&["falling", "fall"], Motion::Fall),
        (&["cartwheeling"], Motion::Backflip),
        (&["singer", "singing", "sings"], Motion::Sing),
        (&["guitarist", "guitar"], Motion::Guitar),
        (&["pianist", "piano"], Motion::Piano),
        (&["drummer", "drums"], Motion::Drums),
        (&["violinist", "violin"], Motion::Violin),
        (&["bed", "sleeping", "asleep", "sleep", "lying"], Motion::Lie),
        (&["sitting", "sits", "sit", "reading", "waiting"], Motion::Sit),
        (
            &["raising", "cheering", "cheer", "celebrating", "crowd", "audience"],
            Motion::Cheer,
        ),
        (&["waving", "goodbye", "wave"], Motion::Wave),
        (
            &["frowning", "pouting", "facepalming", "crying", "sad", "lonely"],
            Motion::Sad,
        ),
        (&["umbrella"], Motion::Umbrella),
        (&["clapping"], Motion::Clap),
        (&["old", "older", "tired", "weary"], Motion::Listen),
        (&["holding", "hands"], Motion::HoldHands),
    ];
    WORDS
        .iter()
        .find(|(words, _)| has(words))
        .map_or(Motion::Stand, |(_, motion)| *motion)
}

/// Puts the figures into a world's places; `beats_a_minute` sets how fast dances go.
pub fn place(parts: &[Part], staging: &Staging, seed: u64, beats_a_minute: f32, aspect: f32) -> Vec<Actor> {
    let mut chance = Chance::new(seed, 0x91ACE);
    // Places outside of the picture (a tall one, say) are none.
    let seen = |place: &Place| {
        let [x, y, depth] = staging.camera.project(place.at);
        let head = staging.camera.project([place.at[0], place.at[1] + 1.7, place.at[2]])[1];
        depth > 0.5 && x.abs() < aspect && head < 1.0 && (y > -1.0 || head > -0.4)
    };
    let mut free: Vec<Place> = staging.places.iter().filter(|place| seen(place)).copied().collect();
    let mut actors = Vec::new();
    for part in parts {
        let order: &[Role] = match part.role {
            Role::Hero => &[Role::Hero, Role::Second],
            Role::Second => &[Role::Second, Role::Hero, Role::Near],
            Role::Far => &[Role::Far, Role::Second],
            Role::Near => &[Role::Near, Role::Second, Role::Far],
            Role::Floating => &[Role::Floating, Role::Far],
            Role::Afloat => &[Role::Afloat, Role::Far],
            Role::Crowd => &[Role::Crowd, Role::Hero],
            Role::Sign => &[Role::Sign, Role::Floating],
        };
        let Some(at) = order
            .iter()
            .find_map(|role| free.iter().position(|place| place.role == *role))
        else {
            continue;
        };
        let place = free.remove(at);
        let mut actor = Actor::new(part.figure, part.motion, place.at);
        actor.partner = part.partner;
        actor.mirrored = chance.happens(0.5);
        // People are seen from behind, looking where we look; what is long is seen from its side, where its outline is.
        let aside = match part.figure {
            Figure::Person(_) if part.motion != Motion::Ride => 0.0,
            _ if actor.mirrored => 1.35,
            _ => -1.35,
        };
        actor.heading = place.heading + aside + chance.within(-0.3, 0.3);
        actor.height_m = fitting(part, place.room);
        actor.pace = phosphene_worlds::figures::pace(beats_a_minute);
        actor.seed = seed.wrapping_add(at as u64);
        actor.count = part.count.max(1);
        actor.spread = if part.count > 1 { place.room.max(1.5) } else { 0.0 };
        actors.push(actor);
    }
    actors
}

/// Metres, 0 for the natural size: nothing is higher than its place has room for.
fn fitting(part: &Part, room: f32) -> f32 {
    let natural = match part.figure {
        Figure::Person(_) => return 0.0,
        Figure::Animal(animal) => animal.height(),
        Figure::Thing(thing) => thing.height(),
    };
    (natural * part.scale).min(room.max(0.3) * 1.2)
}
