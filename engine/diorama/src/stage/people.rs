//! The people of a scene: who they are, what they do, who is with whom.

use phosphene_worlds::{
    figures::{Age, Figure, Motion, Outfit, Sex, Thing},
    world::Role,
};

use super::{
    casting::Part,
    doing::{motion, take, together},
    story::{SceneWords, Story},
};
use crate::{
    design::{Design, PropUse, Set},
    look::{self, FEMALE, MALE},
};

/// From this many people on, they are a crowd.
const CROWD: u32 = 6;

/// Words for two.
pub(super) const PAIRS: [&str; 7] = [
    "couple",
    "lovers",
    "newlyweds",
    "grandparents",
    "family",
    "parents",
    "sweethearts",
];
const ANYBODY: [&str; 77] = [
    "alien",
    "aliens",
    "scientist",
    "doctor",
    "nurse",
    "firefighter",
    "snowboarder",
    "ghost",
    "person",
    "people",
    "couple",
    "family",
    "parents",
    "child",
    "children",
    "kid",
    "kids",
    "baby",
    "teenager",
    "teenagers",
    "lovers",
    "lover",
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
    "drummer",
    "pianist",
    "violinist",
    "newlyweds",
    "grandparents",
    "swimmer",
    "horseman",
    "horsemen",
    "rider",
    "riders",
    "angels",
    "ghosts",
    "fairies",
    "skeleton",
    "skeletons",
    "clown",
    "witches",
    "knight",
    "knights",
    "phantom",
];

/// Whether words are for persons.
fn is_somebody(words: &[String]) -> bool {
    [&FEMALE[..], &MALE[..], &ANYBODY[..]]
        .iter()
        .any(|list| look::any(words, list))
}

/// Those of a thing's words that are for persons.
pub(super) fn called(named: &str) -> Vec<String> {
    let mut words = look::words(named);
    words.retain(|word| is_somebody(std::slice::from_ref(word)));
    words
}

/// The figures of people by the vocabulary's name for them ("woman dancing", "old man", "couple with heart: woman,
/// man"); none when it is no person.
pub(super) fn people(
    name: &str,
    thing: &PropUse,
    design: &Design,
    scene: &mut SceneWords,
    story: &mut Story,
) -> Vec<Part> {
    let named = look::words(&thing.named);
    let all: Vec<String> = look::words(name).into_iter().chain(named.iter().cloned()).collect();
    let has = |list: &[&str]| look::any(&all, list);
    let part = |figure, motion, role, count| Part {
        role,
        count,
        ..Part::new(figure, motion)
    };
    if has(&["astronaut"]) {
        let astronaut = Thing::named("astronaut").map(Figure::Thing);
        return astronaut.map_or_else(Vec::new, |figure| {
            vec![part(figure, Motion::Stand, Role::Hero, thing.count)]
        });
    }
    if !is_somebody(&all) {
        return Vec::new();
    }
    let motion = motion(&|list: &[&str]| has(list));
    let members: Vec<_> = thing.members.iter().filter_map(|k| design.cast.get(*k)).collect();
    if let [first, rest @ ..] = members.as_slice() {
        let mut one = part(Figure::Person(story.member(first, scene)), motion, Role::Hero, 1);
        one.partner = rest.first().map(|other| story.member(other, scene));
        if one.partner.is_some() {
            one.motion = together(motion);
        }
        return vec![one];
    }
    // The prompt's own words say more than the picture's name.
    let sex_in = |words: &[String]| match (look::any(words, &FEMALE), look::any(words, &MALE)) {
        (true, false) => Some(Sex::Female),
        (false, true) => Some(Sex::Male),
        _ => None,
    };
    let sex = sex_in(&named).or_else(|| sex_in(&all));
    let crowd = thing.count >= CROWD || has(&["crowd", "audience", "busts"]);
    let pair = motion.is_for_two() || has(&PAIRS);
    let words = if named.is_empty() { &all } else { &named };
    if crowd {
        let mut passer = SceneWords::of(design);
        let person = story.clone().person(words, sex, &mut passer);
        let crowd = part(Figure::Person(person), motion, Role::Crowd, thing.count.max(24));
        return vec![crowd];
    }
    if !pair {
        let person = story.person(words, sex, scene);
        let alone = part(Figure::Person(person), motion, Role::Hero, thing.count);
        if thing.count == 1 || motion == Motion::Ride {
            return vec![alone];
        }
        // A few are each somebody, side by side.
        let mut few = vec![Part { count: 1, ..alone }];
        for _ in 1..thing.count {
            few.push(part(
                Figure::Person(story.person(words, None, scene)),
                motion,
                Role::Hero,
                1,
            ));
        }
        return few;
    }
    let (one, other) = match (has(&["women"]), has(&["men"])) {
        (true, false) => (Sex::Female, Sex::Female),
        (false, true) => (Sex::Male, Sex::Male),
        _ => (Sex::Male, Sex::Female),
    };
    let mut couple = part(
        Figure::Person(story.person(words, Some(one), scene)),
        together(motion),
        Role::Hero,
        1,
    );
    couple.partner = Some(story.person(words, Some(other), scene));
    if !named.contains(&"family".to_owned()) {
        return vec![couple];
    }
    let child = story.person(&["child".to_owned()], None, scene);
    vec![couple, part(Figure::Person(child), Motion::Stand, Role::Hero, 1)]
}

/// A wedding that names nobody has its two.
pub(super) fn married(parts: &mut Vec<Part>, scene: &mut SceneWords, story: &mut Story) {
    if !look::wedding(&scene.words) || parts.iter().any(|part| part.persons().next().is_some()) {
        return;
    }
    let words = ["newlyweds".to_owned()];
    let groom = story.person(&words, Some(Sex::Male), scene);
    let bride = story.person(&words, Some(Sex::Female), scene);
    parts.insert(
        0,
        Part {
            partner: Some(bride),
            ..Part::new(Figure::Person(groom), Motion::HoldHands)
        },
    );
}

/// Brings together who is there: two are a couple, hold what they play, sit on what there is to sit on, and do what the
/// scene says.
pub(super) fn gather(parts: &mut Vec<Part>, set: Set, scene: &SceneWords) {
    let is_bedroom = matches!(set, Set::Bedroom | Set::Hospital);
    let grown = |part: &Part| part.alone().filter(|person| person.build.kind().1 >= Age::Teen);
    let alone: Vec<usize> = (0..parts.len()).filter(|k| parts[*k].alone().is_some()).collect();
    let adults: Vec<usize> = (0..parts.len()).filter(|k| grown(&parts[*k]).is_some()).collect();
    let two = match (&alone[..], &adults[..]) {
        (&[first, second], _) | (_, &[first, second]) => Some((first, second)),
        _ => None,
    };
    let age = |k: usize| parts[k].alone().map(|person| person.build.kind().1);
    if let Some((first, second)) = two
        && (age(first) == age(second) || adults.len() == 2)
    {
        parts[first].partner = parts[second].alone();
        parts[first].motion = together(parts[first].motion);
        parts.remove(second);
    }
    let Some(hero) = parts
        .iter()
        .position(|part| part.persons().next().is_some() && part.role == Role::Hero)
    else {
        return;
    };
    // "A cowboy rides": what else would he ride?
    let costumed = |part: &Part| part.persons().any(|person| person.costume.is_some());
    let rides =
        scene.has(&["rides", "ride", "riding", "rode"]) && scene.has(&["cowboy", "cowboys", "knight", "knights"]);
    let of_scene = if rides {
        Motion::Ride
    } else {
        motion(&|list| scene.has(list))
    };
    let hold = parts[hero].motion;
    if matches!(hold, Motion::Stand | Motion::HoldHands | Motion::Listen) && parts[hero].count == 1 {
        let couple = parts[hero].partner.is_some();
        parts[hero].motion = match (couple, of_scene) {
            (false, Motion::Embrace | Motion::HoldHands | Motion::Chess) => hold,
            (false, Motion::Lie) if is_bedroom => Motion::Sleep,
            (true, Motion::Chess) => of_scene,
            (true, Motion::Walk | Motion::Run) => Motion::WalkTogether,
            (true, Motion::Dance) => Motion::DanceTogether,
            (true, Motion::Sit) => Motion::SitTogether,
            (true, Motion::Embrace | Motion::SitGround) => of_scene,
            (true, _) => hold,
            (false, other) => other,
        };
    }
    // Freedom is seen in the arms, and not in the legs.
    if of_scene == Motion::ArmsWide && matches!(parts[hero].motion, Motion::Run | Motion::Cheer) {
        parts[hero].motion = of_scene;
    }
    if parts[hero].motion == Motion::Cry && costumed(&parts[hero]) {
        // Who is known by the clothes stands, and they are seen.
        parts[hero].motion = Motion::Weep;
    }
    if parts[hero].motion == Motion::Chess || parts[hero].partner.is_some() {
        // Two are two, and there is one board, however they are called.
        let (role, motion) = (parts[hero].role, parts[hero].motion);
        let mut index = 0;
        parts.retain(|part| {
            index += 1;
            let other = part.partner.is_none() && motion != Motion::Chess;
            index == hero + 1 || part.role != role || part.persons().next().is_none() || other
        });
        parts[hero].count = 1;
    }
    if parts[hero].motion == Motion::Run
        && let Figure::Person(person) = &mut parts[hero].figure
        && person.outfit == Outfit::DressLong
        && person.costume.is_none()
        && person.colours.clothes.is_none()
    {
        // The legs are seen.
        *person = person.wearing(Outfit::DressShort);
    }
    if parts[hero].motion == Motion::Swim
        && let Figure::Person(person) = &mut parts[hero].figure
    {
        // Nobody swims in a long dress.
        *person = person.wearing(match person.build.kind().0 {
            Sex::Female => Outfit::Sport,
            Sex::Male => Outfit::Tshirt,
        });
    }
    if parts[hero].motion == Motion::Lie && is_bedroom {
        parts[hero].motion = Motion::Sleep;
    }
    // What is played or held is in the hands, not beside them.
    let motion = parts[hero].motion;
    let held: &[&str] = match motion {
        Motion::Guitar => &["guitar", "electric guitar"],
        Motion::Piano => &["piano"],
        Motion::Drums => &["drum kit"],
        Motion::Violin => &["violin"],
        Motion::Sing => &["microphone stand", "microphone"],
        Motion::Umbrella => &["umbrella"],
        Motion::Sit | Motion::SitTogether => &["bench", "chair"],
        Motion::Trumpet => &["trumpet"],
        Motion::Saxophone => &["saxophone"],
        Motion::Knead => &["bread", "table"],
        Motion::Chess => &["chess board", "chess pieces", "chess king", "table"],
        Motion::Sleep => &["bed", "single bed"],
        _ => &[],
    };
    if parts[hero].alone().is_some() || motion.is_for_two() {
        take(parts, hero, scene);
        parts.retain(|part| !matches!(part.figure, Figure::Thing(thing) if held.contains(&thing.name())));
    }
}
