//! Where things are at home: the world for a thing when the words name no place. Names are the vocabulary's
//! (engine/assets/fluent/props.json) and the figures' library's.

use crate::design::Set;

/// What being at home counts, against a word's 1 or so: more than any nearness in meaning.
pub(super) const SURELY: f32 = 0.48;

#[rustfmt::skip] // A table: its rows are read by their worlds.
const HOMES: [(Set, &[&str]); 28] = [
    (Set::CityStreet, &[
        "automobile", "oncoming automobile", "taxi", "oncoming taxi", "police car", "oncoming police car", "bus",
        "oncoming bus", "trolleybus", "minibus", "ambulance", "fire engine", "motor scooter", "tram", "tram car",
        "horizontal traffic light", "vertical traffic light", "stop sign", "umbrella", "closed umbrella",
        "umbrella with rain drops", "newspaper", "phone booth", "street lamp", "traffic light", "skateboard",
        "post office", "bank", "hotel", "convenience store", "office building", "van", "camera", "money with wings",
        "dollar banknote", "jukebox", "bomb", "high-heeled shoe", "shopping bags",
    ]),
    (Set::Suburb, &[
        "bicycle", "playground slide", "closed mailbox with raised flag", "open mailbox with raised flag", "mailbox",
        "jack-o-lantern", "pumpkin", "kick scooter", "basketball", "baseball", "rocking chair", "wheelchair",
        "manual wheelchair", "lawn mower", "tricycle",
    ]),
    (Set::Highway, &[
        "racing car", "sport utility vehicle", "pickup truck", "delivery truck", "articulated lorry", "motorcycle",
        "fuel pump", "wheel", "signpost", "telephone pole", "old car", "sports car", "truck", "flying saucer",
        "sunglasses",
    ]),
    (Set::Meadow, &[
        "house", "hut", "derelict house", "house with garden", "houses", "tractor", "kite", "balloon",
        "hot air balloon", "windmill", "scarecrow", "cow", "cow face", "horse", "horse face", "unicorn", "zebra",
        "ox", "bull", "ewe", "ram", "donkey", "sheaf of rice", "sunflower", "well", "cart", "lion", "giraffe",
        "elephant", "gazebo", "hay", "barn", "bell tower", "fence", "rainbow", "dandelion", "deciduous tree",
        "rabbit", "rabbit face", "village house", "ladder", "gate", "wagon",
    ]),
    (Set::Garden, &[
        "honeybee", "butterfly", "lady beetle", "rose", "tulip", "lily", "peacock", "hibiscus", "fountain", "bench",
        "swing", "snail", "carousel horse", "statue", "flower pot", "watering can", "bush", "shovel",
    ]),
    (Set::WinterPlain, &[
        "polar bear", "penguin", "snowman", "snowman without snow", "snowflake", "sled", "ice", "ice skate", "seal",
        "iceberg", "mammoth", "husky",
    ]),
    (Set::Forest, &[
        "wolf", "bear", "fox", "owl", "deer", "stag", "mushroom", "raccoon", "squirrel", "chipmunk", "hedgehog",
        "badger", "evergreen tree", "axe", "bow and arrow", "camping", "tent", "black bird", "moose", "boar",
        "backpack", "log",
    ]),
    (Set::Jungle, &[
        "tiger", "tiger face", "leopard", "monkey", "gorilla", "orangutan", "parrot", "snake", "kangaroo", "banana",
    ]),
    (Set::Desert, &[
        "camel", "two-hump camel", "cactus", "lizard", "scorpion", "pyramid", "hourglass done", "hourglass",
    ]),
    (Set::Mountains, &[
        "castle", "Japanese castle", "goat", "eagle", "dragon", "dragon face", "volcano", "tower", "cannon",
        "lighthouse keeper", "rope",
    ]),
    (Set::Lake, &[
        "swan", "duck", "goose", "flamingo", "canoe", "lotus", "rowing boat", "fishing pole",
    ]),
    (Set::River, &[
        "frog", "paper boat", "crocodile", "otter", "beaver",
    ]),
    (Set::Beach, &[
        "crab", "turtle", "surfboard", "umbrella on ground", "spiral shell", "palm tree", "desert island",
        "sandcastle", "treasure chest", "chest", "guitar case",
    ]),
    (Set::Harbour, &[
        "anchor", "lighthouse", "cruise ship", "ferry", "passenger ship", "barrel",
    ]),
    (Set::OpenSea, &[
        "ship", "sailboat", "viking ship", "whale", "spouting whale", "dolphin", "iceberg ship",
    ]),
    (Set::Bedroom, &[
        "teddy bear", "telephone", "telephone receiver", "mirror", "alarm clock", "candle", "bed", "couch and lamp",
        "chair", "door", "window", "optical disk", "radio", "television", "typewriter", "bread", "baguette bread",
        "cat", "cat face", "black cat", "key", "old key", "ring", "Christmas tree", "wrapped gift", "light bulb",
        "mobile phone", "teapot", "birdcage", "gramophone", "record player", "grandfather clock", "mantel clock",
        "mantelpiece clock", "lamp", "floor lamp", "armchair", "sofa", "single bed", "music box", "doll",
        "nesting dolls", "letter", "envelope", "love letter", "apple", "red apple", "green apple", "honey pot",
        "egg", "potted plant", "houseplant", "vase", "clock", "watch", "pocket watch", "necklace", "comb",
        "lipstick", "scissors", "kettle", "bathtub", "cradle", "photograph", "picture frame", "framed picture",
        "suitcase", "luggage", "book", "closed book", "diamond", "gem stone", "mouse", "cup", "hot beverage",
        "ballet shoes", "dress", "knife", "kitchen knife", "headphone", "bottle", "carpet", "desk", "snow globe",
        "music stand", "boombox", "basket", "bucket", "cherries", "strawberry", "lemon", "grapes",
        "rolled-up newspaper", "map", "world map", "globe", "wallet", "handcuffs", "glasses", "purse", "boots",
    ]),
    (Set::Ruins, &[
        "crown", "sword", "crossed swords", "throne", "chalice", "shield", "broken column", "column", "helmet",
    ]),
    (Set::Cave, &[
        "coin", "hoard", "money bag", "skull", "bat", "spider web", "torch", "gold bars", "crystal", "oil lamp",
    ]),
    (Set::Church, &[
        "bell", "latin cross", "cross", "chandelier", "menorah", "scroll", "violin",
    ]),
    (Set::Club, &[
        "game die", "dice", "joker", "playing cards", "slot machine", "mirror ball", "disco ball", "saxophone",
        "cigarette", "cigar", "top hat", "trumpet", "gun", "revolver",
    ]),
    (Set::Diner, &[
        "cocktail glass", "wine glass", "clinking glasses", "tumbler glass", "beer mug", "clinking beer mugs",
    ]),
    (Set::NeonAlley, &[
        "robot", "rat", "fire escape",
    ]),
    (Set::Cemetery, &[
        "coffin", "headstone", "tombstone", "celtic cross", "ghost", "raven", "crow", "scythe",
    ]),
    (Set::AboveClouds, &[
        "airplane", "small airplane", "parachute", "aeroplane", "wing",
    ]),
    (Set::Rooftop, &[
        "helicopter", "pigeon",
    ]),
    (Set::EarthOrbit, &[
        "satellite", "astronaut suit",
    ]),
    (Set::Library, &[
        "open book", "books", "quill", "chess pieces", "chess pawn", "stack of books", "telescope", "compass",
    ]),
    (Set::Fairground, &[
        "ferris wheel", "roller coaster", "circus tent", "carousel", "balloons", "ice cream", "mask",
    ]),
];

/// The world in which a thing is met; nothing where no world is more its own than others.
pub(super) fn at_home(name: &str) -> Option<Set> {
    HOMES
        .iter()
        .find(|(_, names)| names.contains(&name))
        .map(|(set, _)| *set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_has_one_home() {
        let mut seen = std::collections::BTreeSet::new();
        for name in HOMES.iter().flat_map(|(_, names)| names.iter()) {
            assert!(seen.insert(name), "{name} has two");
        }
        assert_eq!(at_home("bicycle"), Some(Set::Suburb));
        assert_eq!(at_home("no such thing"), None);
    }
}
