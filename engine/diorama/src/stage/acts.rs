//! What people do with each other, by the words of a scene: lyrics say "you and me" and "hold on", and name nobody.

use phosphene_worlds::figures::{Age, Figure, Motion, Person, Sex};

use super::{
    casting::Part,
    doing,
    phrases::{CHILDHOOD, EMPTY, OFFSPRING, OWN_CHILD, PARENTS, RECONCILED, relation, says_any},
    story::{SceneWords, Story},
};
use crate::{
    design::Design,
    look::{FEMALE, MALE},
};

/// One person or two of a scene, in the middle.
pub(super) fn part(person: Person, partner: Option<Person>, motion: Motion) -> Part {
    Part {
        partner,
        ..Part::new(Figure::Person(person), motion)
    }
}

/// Brings those together whom the words tell of: lovers, parents and children; takes away who is said not to be there.
pub(super) fn relate(parts: &mut Vec<Part>, design: &Design, scene: &mut SceneWords, story: &mut Story) {
    let words = scene.words.clone();
    let is_person = |part: &Part| part.persons().next().is_some();
    if says_any(&words, &EMPTY) && !says_any(&words, &["i|i'm|you|we|he|she|me|my"]) {
        parts.retain(|part| !is_person(part));
        return;
    }
    // Members of the cast are who the storyboard says, and they are all who is there.
    let said: Vec<Person> = parts.iter().flat_map(Part::persons).collect();
    let crowd = parts.iter().any(|part| is_person(part) && part.count > 1);
    let costumed = said
        .iter()
        .any(|person| person.costume.is_some() || person.colours.body.is_some());
    let busy = parts.iter().any(|part| is_person(part) && is_busy(part.motion));
    if !design.cast.is_empty() || crowd || costumed {
        return;
    }
    if said.is_empty() && says_any(&words, &["i|i'm|me|my|you|your|he|she|we|her|his|our"]) {
        // What one does alone, whoever it is.
        let does = doing::motion(&|list| scene.has(list));
        if matches!(
            does,
            Motion::Drown | Motion::Cry | Motion::Pray | Motion::Kneel | Motion::ArmsWide
        ) {
            let person = story.person(&["lover".to_owned()], None, scene);
            parts.insert(0, part(person, None, does));
            return;
        }
    }
    if children(parts, scene, story) || family(parts, design, scene, story) {
        return;
    }
    let Some(motion) = relation(&words).filter(|_| !busy && said.len() <= 2) else {
        return;
    };
    if said.iter().any(|person| person.build.kind().1 < Age::Teen) {
        return;
    }
    // Who goes away comes second.
    let goes = match () {
        () if says_any(&words, &["she|her"]) => Sex::Female,
        () if says_any(&words, &["he|him"]) => Sex::Male,
        () if words.len().is_multiple_of(2) => Sex::Female,
        () => Sex::Male,
    };
    let couple: Vec<usize> = (0..parts.len()).filter(|k| is_person(&parts[*k])).collect();
    let (first, second) = match said[..] {
        [one, other] => (one, other),
        [one] => (one, other_of(one, scene, story)),
        _ => {
            let lover = ["lover".to_owned()];
            let one = story.person(&lover, Some(Sex::Male), scene);
            (one, story.person(&lover, Some(Sex::Female), scene))
        }
    };
    let second_goes = motion != Motion::Part || second.build.kind().0 == goes;
    let (first, second) = if second_goes { (first, second) } else { (second, first) };
    let at = couple.first().copied().unwrap_or(0);
    for k in couple.into_iter().rev() {
        parts.remove(k);
    }
    parts.insert(at, part(first, Some(second), motion));
}

/// Somebody for whom the words have no name, of the other sex.
fn other_of(person: Person, scene: &mut SceneWords, story: &mut Story) -> Person {
    let (sex, age) = person.build.kind();
    let other = match sex {
        Sex::Female => Sex::Male,
        Sex::Male => Sex::Female,
    };
    story
        .person(&["lover".to_owned()], Some(other), scene)
        .aged(age.max(Age::Teen))
}

/// Whether somebody does what two do not do with each other.
fn is_busy(motion: Motion) -> bool {
    !(motion.is_for_two()
        || matches!(
            motion,
            Motion::Stand
                | Motion::Walk
                | Motion::Listen
                | Motion::Sad
                | Motion::Wave
                | Motion::LookUp
                | Motion::LookBack
                | Motion::Dance
                | Motion::Swim
                | Motion::Cry
                | Motion::Bow
                | Motion::Cheer
                | Motion::Pray
                | Motion::Kneel
                | Motion::ArmsWide
                | Motion::Reach
        ))
}

/// Children are several, each for itself, running or at play.
fn children(parts: &mut Vec<Part>, scene: &mut SceneWords, story: &mut Story) -> bool {
    let young = |part: &Part| {
        let mut persons = part.persons();
        persons.next().is_some() && part.persons().all(|person| person.build.kind().1 == Age::Child)
    };
    let grown = parts
        .iter()
        .any(|part| part.persons().any(|person| person.build.kind().1 > Age::Child));
    let told = says_any(&scene.words, &CHILDHOOD);
    if !told || (grown && says_any(&scene.words, &["mother|father|parents|family|teacher"])) {
        return false;
    }
    let mut playing: Vec<Person> = parts
        .iter()
        .filter(|part| young(part))
        .flat_map(Part::persons)
        .collect();
    parts.retain(|part| part.persons().next().is_none());
    let stated = says_any(&scene.words, &["two|both|couple", "boy and * girl", "girl and * boy"]);
    let most = if stated { 2 } else { 3 };
    while playing.len() < most {
        let sex = if playing.len().is_multiple_of(2) {
            Sex::Female
        } else {
            Sex::Male
        };
        playing.push(story.person(&["child".to_owned()], Some(sex), scene));
    }
    let motion = match () {
        () if scene.has(&["sleeping", "asleep"]) => Motion::SitGround,
        () if scene.has(&["dance", "dancing", "danced"]) => Motion::Bounce,
        () if scene.has(&["sitting", "sit", "sat", "waiting", "stars"]) => Motion::SitGround,
        () if scene.has(&["standing", "watching", "looking"]) => Motion::LookUp,
        () if scene.has(&["walk", "walking", "walked", "school"]) => Motion::Walk,
        () => Motion::Run,
    };
    for (k, child) in playing.into_iter().enumerate() {
        let motion = if motion == Motion::Run && k == 2 {
            Motion::Cheer
        } else {
            motion
        };
        parts.insert(k, part(child, None, motion));
    }
    true
}

/// A parent and a child, whom the words name or of whom the singer is one.
fn family(parts: &mut Vec<Part>, design: &Design, scene: &mut SceneWords, story: &mut Story) -> bool {
    let words = scene.words.clone();
    let elder = PARENTS.iter().find(|word| words.iter().any(|said| said == *word));
    let own = says_any(&words, &OWN_CHILD);
    let persons = parts.iter().filter(|part| part.persons().next().is_some());
    let busy = persons.clone().any(|part| is_busy(part.motion));
    // "my grandmother's radio" is about the radio, and about her alone.
    let possessive = elder.is_some_and(|word| design.prompt.to_lowercase().contains(&format!("{word}'s")));
    // Both parents are a couple, and the child is with them.
    let both = says_any(&words, &["mother|mom|mum|mama"]) && says_any(&words, &["father|dad|daddy|papa"]);
    if busy || both || (possessive && !own) || words.iter().any(|word| word == "family" || word == "parents") {
        return false;
    }
    let first_person = says_any(&words, &["i|i'm|i've|me|my|i'll|we"]);
    let named = words.iter().find(|word| OFFSPRING.contains(&word.as_str()));
    let child_sex = match () {
        () if says_any(&words, &["son|boy|grandson"]) => Some(Sex::Male),
        () if says_any(&words, &["daughter|girl|granddaughter"]) => Some(Sex::Female),
        () => None,
    };
    let sex_of = |word: &str| {
        let list = |list: &[&str]| list.contains(&word);
        match (list(&FEMALE) || word == "nana", list(&MALE)) {
            (true, _) => Sex::Female,
            _ => Sex::Male,
        }
    };
    let (parent, child, motion) = match (elder, named.is_some() || own) {
        (Some(word), true) => {
            let parent = story.person(&[(*word).to_owned()], Some(sex_of(word)), scene);
            let child = story.person(&["child".to_owned()], child_sex, scene).aged(Age::Child);
            (parent, child, Motion::WalkTogether)
        }
        (Some(word), false) if first_person => {
            let old = ["grandmother", "grandfather"][usize::from(sex_of(word) == Sex::Male)];
            let hugs = says_any(&words, &RECONCILED);
            let parent = story.parent(word, if hugs { old } else { word }, sex_of(word), scene);
            let singer = story.person(&["child".to_owned()], child_sex, scene);
            let singer = singer.aged(if hugs { Age::Grown } else { Age::Child });
            (
                parent,
                singer,
                if hugs { Motion::Embrace } else { Motion::WalkTogether },
            )
        }
        (None, true) if own => {
            let singer = story.person(&["mother".to_owned()], None, scene);
            let child = story.person(&["child".to_owned()], child_sex, scene).aged(Age::Child);
            (singer, child, Motion::WalkTogether)
        }
        _ => return false,
    };
    let at = parts
        .iter()
        .position(|part| part.persons().next().is_some())
        .unwrap_or(0);
    parts.retain(|part| part.persons().next().is_none());
    parts.insert(at.min(parts.len()), part(parent, Some(child), motion));
    true
}

#[cfg(test)]
mod tests {
    use phosphene_core::prompt::Prompt;
    use phosphene_worlds::figures::Thing;

    use super::*;
    use crate::{meaning::Meaning, stage::casting};

    fn cast(text: &str) -> Vec<Part> {
        let prompt = Prompt {
            text: text.to_owned(),
            ..Prompt::default()
        };
        let design = Meaning::embedded().unwrap().design(&prompt).unwrap();
        let mut story = Story::new(std::slice::from_ref(&design)).unwrap();
        casting::cast(&design, &mut story).unwrap()
    }

    /// Ages of all persons, and what the first part does.
    fn company(text: &str) -> (Vec<Age>, Option<Motion>) {
        let parts = cast(text);
        let people: Vec<&Part> = parts.iter().filter(|part| part.persons().next().is_some()).collect();
        let ages = people.iter().flat_map(|part| part.persons());
        (
            ages.map(|person| person.build.kind().1).collect(),
            people.first().map(|part| part.motion),
        )
    }

    #[test]
    fn families_and_children_have_their_ages() {
        let (ages, motion) = company("father and son walking on the beach");
        assert_eq!(
            (ages, motion),
            (vec![Age::Grown, Age::Child], Some(Motion::WalkTogether))
        );
        let (ages, motion) = company("mama I'm sorry for the things I've done");
        assert_eq!((ages, motion), (vec![Age::Old, Age::Grown], Some(Motion::Embrace)));
        let (ages, _) = company("we were kids chasing fireflies in the summer dusk");
        assert_eq!(ages, [Age::Child; 3]);
        let (ages, _) = company("nobody in the empty street");
        assert_eq!(ages, []);
    }

    #[test]
    fn acts_are_done_by_one_and_things_are_in_the_hand() {
        for (text, does) in [
            ("drowning in your eyes", Motion::Drown),
            ("my grandmother's hands kneading bread", Motion::Knead),
            ("trumpet player under a street lamp", Motion::Trumpet),
            ("a man fishing at the lake at dawn", Motion::Fish),
            ("a girl crying in the rain", Motion::Cry),
            ("a clown crying behind the circus tent", Motion::Weep),
            ("falling asleep alone in my bed", Motion::Sleep),
            ("the chef in the kitchen cooking", Motion::Knead),
        ] {
            let (ages, motion) = company(text);
            assert_eq!((ages.len(), motion), (1, Some(does)), "{text}");
        }
        let holds = |text: &str| cast(text).into_iter().find_map(|part| part.holds);
        assert_eq!(
            holds("an old man with a lantern in the snow").map(Thing::name),
            Some("lantern")
        );
        assert_eq!(
            holds("a woman reading a letter by the window").map(Thing::name),
            Some("letter")
        );
        assert_eq!(holds("a church on a hill"), None);
        let chess = cast("two old men playing chess in the park");
        let players = chess.iter().filter(|part| part.motion == Motion::Chess);
        assert_eq!(players.map(|part| part.persons().count()).sum::<usize>(), 2);
    }
}
