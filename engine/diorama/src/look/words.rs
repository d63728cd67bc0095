//! Words for people, by sex and age, and for what they wear.

use super::Garment;

/// Words for women and girls.
pub const FEMALE: [&str; 38] = [
    "fairy",
    "fairies",
    "woman",
    "women",
    "girl",
    "girls",
    "princess",
    "mermaid",
    "mother",
    "mom",
    "mum",
    "mama",
    "grandmother",
    "grandma",
    "granny",
    "bride",
    "queen",
    "lady",
    "ladies",
    "sister",
    "sisters",
    "daughter",
    "wife",
    "widow",
    "girlfriend",
    "witch",
    "actress",
    "ballerina",
    "nun",
    "goddess",
    "she",
    "aunt",
    "maiden",
    "waitress",
    "heroine",
    "female",
    "schoolgirl",
    "muse",
];
/// Words for men and boys.
pub const MALE: [&str; 36] = [
    "man",
    "men",
    "boy",
    "boys",
    "prince",
    "merman",
    "father",
    "dad",
    "daddy",
    "papa",
    "grandfather",
    "grandpa",
    "groom",
    "king",
    "gentleman",
    "brother",
    "brothers",
    "son",
    "husband",
    "widower",
    "boyfriend",
    "wizard",
    "cowboy",
    "soldier",
    "soldiers",
    "sailor",
    "santa",
    "guy",
    "guys",
    "he",
    "uncle",
    "monk",
    "priest",
    "hero",
    "male",
    "schoolboy",
];
/// Words for children.
pub(super) const CHILDREN: [&str; 12] = [
    "child",
    "children",
    "kid",
    "kids",
    "orphan",
    "schoolgirl",
    "schoolboy",
    "toddler",
    "son",
    "daughter",
    "childhood",
    "grandchild",
];
/// Words for the smallest.
pub(super) const INFANTS: [&str; 4] = ["baby", "infant", "newborn", "babies"];
/// Words for teenagers.
pub(super) const TEENS: [&str; 10] = [
    "teenager",
    "teenagers",
    "teen",
    "teens",
    "teenage",
    "adolescent",
    "adolescents",
    "youth",
    "youths",
    "student",
];
/// Words for the old.
pub(super) const ELDERS: [&str; 10] = [
    "grandmother",
    "grandma",
    "granny",
    "grandfather",
    "grandpa",
    "grandparents",
    "elderly",
    "elder",
    "widow",
    "widower",
];
/// Words for who is grown.
pub(super) const ADULTS: [&str; 26] = [
    "woman",
    "women",
    "man",
    "men",
    "lady",
    "ladies",
    "gentleman",
    "mother",
    "mom",
    "mum",
    "mama",
    "father",
    "dad",
    "daddy",
    "papa",
    "parents",
    "bride",
    "groom",
    "wife",
    "husband",
    "newlyweds",
    "queen",
    "king",
    "adult",
    "guy",
    "family",
];
/// Around these words a girl or a boy is a child.
pub(super) const CHILDLIKE: [&str; 21] = [
    "balloon",
    "doll",
    "lullaby",
    "little",
    "small",
    "tiny",
    "play",
    "plays",
    "playing",
    "child",
    "children",
    "childhood",
    "kid",
    "kids",
    "swing",
    "toy",
    "toys",
    "kite",
    "playground",
    "sandcastle",
    "teddy",
];
/// Words that tell of a wedding.
pub(super) const WEDDING: [&str; 9] = [
    "wedding",
    "bride",
    "groom",
    "newlyweds",
    "marry",
    "marries",
    "married",
    "marriage",
    "vows",
];
/// Words for garments; the first that is said counts.
pub(super) const GARMENTS: [(&[&str], Garment); 11] = [
    (
        &[
            "coat",
            "trenchcoat",
            "overcoat",
            "raincoat",
            "cloak",
            "cape",
            "robe",
            "robes",
        ],
        Garment::Coat,
    ),
    (&["suit", "tuxedo", "tie", "uniform"], Garment::Suit),
    (&["gown", "veil", "kimono"], Garment::LongDress),
    (&["tutu"], Garment::ShortDress),
    (&["dress", "skirt"], Garment::LongDress),
    (&["jacket", "leather", "hoodie"], Garment::Jacket),
    (&["sweater", "jumper", "pullover", "cardigan"], Garment::Sweater),
    (&["overalls", "overall", "dungarees"], Garment::Overall),
    (&["shorts"], Garment::Shorts),
    (&["tshirt", "tee", "jeans"], Garment::Tshirt),
    (&["shirt", "blouse"], Garment::Shirt),
];
/// Those whose colour is not that of all that is worn.
const LESSER: [&str; 6] = ["tie", "overall", "dungarees", "shorts", "tee", "jeans"];
/// What clothes are made of.
const CLOTHS: [&str; 2] = ["silk", "velvet"];

/// Whether a word is for clothes that have the colour that is said before it.
pub(super) fn is_coloured_garment(word: &str) -> bool {
    let garment = GARMENTS.iter().any(|(words, _)| words.contains(&word));
    CLOTHS.contains(&word) || garment && !LESSER.contains(&word)
}
/// Hair.
pub(super) const HAIR: [&str; 5] = ["hair", "haired", "braid", "braids", "ponytail"];
/// Hats.
pub(super) const HATS: [&str; 5] = ["hat", "fedora", "cap", "hood", "crown"];
/// Words after which something else is told of.
pub(super) const ADJUNCTS: [&str; 26] = [
    "in", "on", "at", "of", "with", "and", "by", "under", "over", "through", "from", "near", "beside", "before",
    "behind", "against", "into", "is", "was", "walks", "walking", "stands", "standing", "dances", "dancing", "runs",
];
