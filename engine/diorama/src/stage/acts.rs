//! What people do with each other, by the words of a scene: lyrics say "you and me" and "hold on", and name nobody.

use phosphene_worlds::figures::{Age, Figure, Motion, Person, Sex};

use super::{
    casting::Part,
    doing,
    story::{SceneWords, Story},
};
use crate::{
    design::Design,
    look::{FEMALE, MALE},
};

/// Phrases and what two people do there; the first that is said is taken. `|` parts words that are as good, `*` stands
/// for up to two words.
const RELATIONS: [(Motion, &[&str]); 5] = [
    (
        Motion::Embrace,
        &[
            "hold|holds|holding|held me|us|him|her|you|tight|close|each",
            "hold|holding|hang|hanging on to me|you|us|him|her|each",
            "in|into my|your|his|her|our|whose arms|embrace",
            "in each other arms",
            "arms around|about",
            "kiss|kisses|kissed|kissing me|you|us|him|her|under|in",
            "we|they|lovers kiss|kissed|embrace|embraced|hug",
            "first|last kiss",
            "hugging|embracing|cuddling|kissing",
            "never|don't|won't|not let|letting me|you|go * go|of|now",
            "lie|lay|lying|sleep|asleep beside|with|next * me|you",
            "stay|be here|close|with me|you",
            "close|closer|near|nearer to me|you",
            "i love|need|adore you",
            "you love|need|want me",
            "in love with",
            "fall|falling|fell in love",
            "make|making love",
            "touch|feel me|you|your|my skin|touch|body|lips",
        ],
    ),
    (
        Motion::DanceTogether,
        &[
            "dance|dancing|danced|waltz|waltzing|sway with me|you|her|him",
            "we|they|we'll danced|dance|waltzed|waltz|swayed",
            "last|slow|first dance",
        ],
    ),
    (
        Motion::WalkTogether,
        &[
            "hand in hand",
            "hold|holding|held|take|took|taking my|your|his|her hand|hands",
            "by|at my|your side",
            "walk|walking|walked|run|running|come|go * with me|you",
            "we|we'll|you walk|walked|wander|wandered|strolled",
            "marry me|you",
        ],
    ),
    (
        Motion::FaceEachOther,
        &[
            "you|me and i|me|you",
            "me|you and you|me",
            "two of us",
            "we|i * met|meet * you|by|in|at|on|under",
            "day|night|place|time|summer|where|when we|i met",
            "look|looking|looked|gaze|gazing|stare|staring|lost in|into your|her|his|my|each eyes|other",
            "face to face",
            "you're|you are my",
            "only you",
            "between you|us",
        ],
    ),
    (
        Motion::Part,
        &[
            "broke|break|breaking|breaks my|your|his|her|the heart|hearts",
            "goodbye|farewell",
            "say|said|saying goodbye|farewell",
            "you|she|he|i|they left|leave|leaving me|you|him|her|us|without|on|in|at|that|for|before|last",
            "left|leaving|leave me|you|him|her",
            "walk|walked|walking|walks away|out",
            "break|breaking|broke|split up",
            "let|letting you|her|him go",
            "you|you're|she|he|love gone",
            "we're|it's|we|it over|through|done",
            "don't|please leave|go",
            "cheated on me|you|her|him",
        ],
    ),
];
/// Here somebody is alone, whoever is missed.
const ALONE: [&str; 6] = [
    "alone|lonely|lonesome",
    "by myself|himself|herself",
    "on my|his|her own",
    "without you|her|him",
    "miss|missing you|her|him",
    "i lost you|her|him",
];
/// Nobody is there.
const EMPTY: [&str; 6] = [
    "nobody|no one|one * here|there|around|home|left|street|streets|outside|in|on",
    "empty|deserted|abandoned|forsaken street|streets|town|city|house|room|road|beach|station|chair|bed",
    "no people|humans|person|soul",
    "not a soul",
    "without people",
    "everyone|everybody * gone|left",
];
/// Words for parents; the elder ones first.
const PARENTS: [&str; 20] = [
    "grandmother",
    "grandma",
    "granny",
    "nana",
    "grandfather",
    "grandpa",
    "granddad",
    "mother",
    "mom",
    "mum",
    "mama",
    "mamma",
    "momma",
    "mommy",
    "father",
    "dad",
    "daddy",
    "papa",
    "pa",
    "pop",
];
/// Words for somebody's child.
const OFFSPRING: [&str; 7] = [
    "son",
    "daughter",
    "child",
    "grandson",
    "granddaughter",
    "kid",
    "grandchild",
];
/// Where one's own child is meant.
const OWN_CHILD: [&str; 2] = [
    "my|our|her|his|your little girl|boy|one|child|son|daughter|baby",
    "my|our|her|his|your * son|daughter|child|kid",
];
/// What a grown child does with an old parent.
const RECONCILED: [&str; 3] = [
    "sorry|forgive|forgiven|miss|love|hold|hug|home|cry|cried|tears",
    "thank|thanks you",
    "i'm|i am * back|coming",
];
/// Where several are children.
const CHILDHOOD: [&str; 4] = [
    "kids|children|schoolyard|playground",
    "we|they were * young|kids|children|little|small",
    "boys|girls playing|play|running|chasing",
    "childhood friends",
];

/// Whether words stand there in this order. `|` parts words that are as good, `*` stands for up to two others.
pub(super) fn says(words: &[String], phrase: &str) -> bool {
    let tokens: Vec<&str> = phrase.split(' ').collect();
    (0..words.len()).any(|from| follows(&words[from..], &tokens))
}

fn follows(words: &[String], tokens: &[&str]) -> bool {
    match tokens.split_first() {
        None => true,
        Some((&"*", rest)) => (0..=2.min(words.len())).any(|skipped| follows(&words[skipped..], rest)),
        Some((token, rest)) => words
            .split_first()
            .is_some_and(|(word, after)| token.split('|').any(|one| one == word) && follows(after, rest)),
    }
}

fn says_any(words: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| says(words, phrase))
}

/// What two people do, where the words tell of two.
pub(super) fn relation(words: &[String]) -> Option<Motion> {
    let found = RELATIONS.iter().find(|(_, phrases)| says_any(words, phrases));
    let found = found.map(|(motion, _)| *motion);
    let apart = says_any(words, &ALONE) && !matches!(found, Some(Motion::Embrace));
    found.filter(|_| !apart)
}

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
        let sex = if playing.len() % 2 == 0 { Sex::Female } else { Sex::Male };
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
    if busy || (possessive && !own) || words.iter().any(|word| word == "family" || word == "parents") {
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
    use super::*;
    use crate::look;

    fn of(text: &str) -> Option<Motion> {
        relation(&look::words(text))
    }

    #[test]
    fn lyrics_tell_what_two_do() {
        for (text, motion) in [
            ("rain on the roof and you in my arms", Motion::Embrace),
            ("hold on to me when the lights go out", Motion::Embrace),
            ("kiss me under the moonlight", Motion::Embrace),
            ("the night we met by the river", Motion::FaceEachOther),
            ("it's you and me against the world", Motion::FaceEachOther),
            ("take my hand", Motion::WalkTogether),
            ("dance with me tonight", Motion::DanceTogether),
            ("you broke my heart last summer", Motion::Part),
            ("she left on a midnight train", Motion::Part),
            ("every goodbye", Motion::Part),
        ] {
            assert_eq!(of(text), Some(motion), "{text}");
        }
        for text in [
            "a lighthouse in a storm",
            "I walk this road alone without you",
            "hold the line",
            "the train left the station",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
