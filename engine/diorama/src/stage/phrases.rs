//! Phrases by which lyrics tell of people whom they do not name.

use phosphene_worlds::figures::Motion;

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
pub(super) const EMPTY: [&str; 6] = [
    "nobody|no one|one * here|there|around|home|left|street|streets|outside|in|on",
    "empty|deserted|abandoned|forsaken street|streets|town|city|house|room|road|beach|station|chair|bed",
    "no people|humans|person|soul",
    "not a soul",
    "without people",
    "everyone|everybody * gone|left",
];
/// Words for parents; the elder ones first.
pub(super) const PARENTS: [&str; 20] = [
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
pub(super) const OFFSPRING: [&str; 7] = [
    "son",
    "daughter",
    "child",
    "grandson",
    "granddaughter",
    "kid",
    "grandchild",
];
/// Where one's own child is meant.
pub(super) const OWN_CHILD: [&str; 3] = [
    "child|boy|girl|son|daughter of mine|ours",
    "my|our|her|his|your little girl|boy|one|child|son|daughter|baby",
    "my|our|her|his|your * son|daughter|child|kid",
];
/// What a grown child does with an old parent.
pub(super) const RECONCILED: [&str; 3] = [
    "sorry|forgive|forgiven|miss|love|hold|hug|home|cry|cried|tears",
    "thank|thanks you",
    "i'm|i am * back|coming",
];
/// Where several are children.
pub(super) const CHILDHOOD: [&str; 4] = [
    "kids|children|schoolyard|playground",
    "we|they were * young|kids|children|little|small",
    "boys|girls playing|play|running|chasing",
    "childhood friends",
];

/// Whether words stand there in this order. `|` parts words that are as good, `*` stands for up to two others.
fn says(words: &[String], phrase: &str) -> bool {
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

/// Whether any of these phrases is said.
pub(super) fn says_any(words: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| says(words, phrase))
}

/// What two people do, where the words tell of two.
pub(super) fn relation(words: &[String]) -> Option<Motion> {
    let found = RELATIONS.iter().find(|(_, phrases)| says_any(words, phrases));
    let found = found.map(|(motion, _)| *motion);
    let apart = says_any(words, &ALONE) && !matches!(found, Some(Motion::Embrace));
    found.filter(|_| !apart)
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
