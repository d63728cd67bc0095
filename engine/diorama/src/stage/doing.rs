//! What words say that somebody does, and how that is seen best.

use phosphene_worlds::figures::{self, Costume, Figure, Motion, Thing};

use super::{casting::Part, story::SceneWords};

/// What words say that somebody does.
pub(super) fn motion(has: &dyn Fn(&[&str]) -> bool) -> Motion {
    WORDS
        .iter()
        .find(|(words, _)| has(words))
        .map_or(Motion::Stand, |(_, motion)| *motion)
}

/// What words say that somebody does; the first that fits.
const WORDS: [(&[&str], Motion); 44] = [
    (
        &[
            "horse",
            "horseback",
            "horseman",
            "horsemen",
            "horsewoman",
            "galloping",
            "gallops",
            "gallop",
        ],
        Motion::Ride,
    ),
    (
        &["hugging", "hug", "embrace", "embracing", "kiss", "kissing", "kisses"],
        Motion::Embrace,
    ),
    (&["trumpet", "trumpeter", "trumpets", "bugle"], Motion::Trumpet),
    (&["saxophone", "sax", "saxophonist"], Motion::Saxophone),
    (&["violinist", "violin", "fiddle", "fiddler"], Motion::Violin),
    (&["guitarist", "guitar"], Motion::Guitar),
    (&["pianist", "piano"], Motion::Piano),
    (&["drummer", "drums", "drumming"], Motion::Drums),
    (&["singer", "singing", "sings", "microphone"], Motion::Sing),
    (&["fishing", "angler", "fisherman", "fishes"], Motion::Fish),
    (
        &[
            "kneading", "kneads", "baking", "bakes", "cooking", "cooks", "baker", "knead", "dough",
        ],
        Motion::Knead,
    ),
    (&["chess"], Motion::Chess),
    (
        &["drowning", "drowns", "drown", "drowned", "sinking", "sinks", "drowned"],
        Motion::Drown,
    ),
    (&["ballerina", "ballerinas", "ballet"], Motion::Ballet),
    (
        &["dancing", "dance", "dances", "dancer", "dancers", "danced"],
        Motion::Dance,
    ),
    (
        &[
            "crying",
            "cries",
            "cry",
            "weeping",
            "weeps",
            "weep",
            "cried",
            "sobbing",
            "tears",
            "facepalming",
        ],
        Motion::Cry,
    ),
    (
        &[
            "running", "runner", "run", "runs", "chasing", "ran", "fleeing", "escaping",
        ],
        Motion::Run,
    ),
    (
        &[
            "walking",
            "walk",
            "walks",
            "strolling",
            "wandering",
            "wanderer",
            "leaving",
            "walked",
        ],
        Motion::Walk,
    ),
    (
        &[
            "swimming", "swim", "swims", "surfing", "surfer", "mermaid", "merman", "swimmer",
        ],
        Motion::Swim,
    ),
    (&["praying", "pray", "prays", "prayer", "prayers"], Motion::Pray),
    (&["kneeling", "kneel", "kneels", "knees", "begging"], Motion::Kneel),
    (&["bowing"], Motion::Bow),
    (&["lotus", "meditating", "meditation"], Motion::Meditate),
    (
        &["bed", "sleeping", "sleeps", "asleep", "sleep", "lying", "slept"],
        Motion::Lie,
    ),
    (&["levitating", "floating", "floats", "fairy", "fairies"], Motion::Float),
    (&["flying", "flies", "superhero"], Motion::Fly),
    (&["falling", "fall", "falls"], Motion::Fall),
    (&["cartwheeling"], Motion::Backflip),
    (
        &["sitting", "sits", "sit", "bench", "waiting", "waits", "sat"],
        Motion::Sit,
    ),
    (&["reading", "reads"], Motion::Read),
    (
        &["raising", "cheering", "cheer", "celebrating", "crowd", "audience"],
        Motion::Cheer,
    ),
    (&["waving", "goodbye", "wave", "waves"], Motion::Wave),
    (&["stargazing", "looking", "watching", "stars"], Motion::LookUp),
    (
        &[
            "frowning",
            "pouting",
            "sad",
            "lonely",
            "sorry",
            "lonesome",
            "heartbroken",
        ],
        Motion::Sad,
    ),
    (&["umbrella"], Motion::Umbrella),
    (&["clapping"], Motion::Clap),
    (&["free", "freedom", "flight"], Motion::ArmsWide),
    (&["old", "older", "tired", "weary"], Motion::Listen),
    (&["reaching", "reach"], Motion::Reach),
    (&["holding", "hands"], Motion::HoldHands),
    (&["jumping", "jump", "jumps", "leaping"], Motion::Jump),
    (&["juggling", "juggler"], Motion::Clap),
    (&["spinning", "twirling", "spins", "twirls"], Motion::Spin),
    (&["driving", "drives"], Motion::Drive),
];

/// Puts what is said to be somebody's into the hand: "a child with a lantern", "he reads the letter".
pub(super) fn take(parts: &mut Vec<Part>, hero: usize, scene: &SceneWords) {
    const HAS: [&str; 22] = [
        "with", "holding", "holds", "hold", "carrying", "carries", "carry", "reading", "reads", "lighting", "lights",
        "raising", "raises", "drinking", "drinks", "offering", "his", "her", "hand", "hands", "writing", "swinging",
    ];
    let free = matches!(
        parts[hero].motion,
        Motion::Stand | Motion::Walk | Motion::Listen | Motion::Sad | Motion::Read | Motion::LookUp | Motion::HoldHands
    );
    let umbrella = |part: &Part| matches!(part.figure, Figure::Thing(thing) if thing.name() == "umbrella");
    if parts[hero].motion.is_for_two()
        && let Some(at) = parts.iter().position(umbrella)
    {
        (parts[hero].holds, parts[hero].paint) = (Thing::named("umbrella"), parts[at].paint);
        if !matches!(parts[hero].motion, Motion::HoldHands | Motion::WalkTogether) {
            parts[hero].motion = Motion::HoldHands;
        }
        parts.remove(at);
        return;
    }
    if !free || parts[hero].alone().is_none() || !scene.has(&HAS) {
        return;
    }
    let found = parts.iter().enumerate().find_map(|(k, part)| match part.figure {
        Figure::Thing(thing) if part.scale < 2.0 => figures::hold_of(thing).map(|motion| (k, thing, motion)),
        _ => None,
    });
    let Some((at, thing, motion)) = found else {
        return;
    };
    (parts[hero].holds, parts[hero].paint) = (Some(thing), parts[at].paint);
    // A suitcase is carried as one walks.
    if parts[hero].motion != Motion::Walk || motion == Motion::Read {
        parts[hero].motion = motion;
    }
    parts.remove(at);
}

/// What two do, when one of them would do this.
pub(super) fn together(motion: Motion) -> Motion {
    match motion {
        Motion::Walk | Motion::Run => Motion::WalkTogether,
        Motion::Dance | Motion::Charleston | Motion::BodyRoll | Motion::Sway => Motion::DanceTogether,
        Motion::Sit => Motion::SitTogether,
        Motion::Chess => Motion::Chess,
        _ if motion.is_for_two() => motion,
        _ => Motion::HoldHands,
    }
}

/// Radians that somebody is turned aside from looking where we look: what is done is told by the outline.
pub(super) fn aside(motion: Motion) -> f32 {
    match motion {
        Motion::Trumpet | Motion::Saxophone | Motion::Violin | Motion::Fish => 1.25,
        Motion::Run | Motion::Swim => 1.05,
        Motion::Guitar | Motion::Sing | Motion::Drums => 2.3,
        Motion::Knead | Motion::Read | Motion::Piano => 1.9,
        Motion::Pray | Motion::Kneel | Motion::Cry | Motion::Sit => 0.9,
        Motion::Hold | Motion::Drown | Motion::Weep => 0.7,
        Motion::Sleep | Motion::Lie => 1.4,
        _ => 0.0,
    }
}

/// Whether who wears this is known from before, and not from behind.
pub(super) fn is_faced(costume: Costume) -> bool {
    matches!(costume, Costume::Bones | Costume::ClothedBones | Costume::VeiledBones)
}

/// Whether two are seen from the side, one left and one right.
pub(super) fn is_side_on(motion: Motion) -> bool {
    matches!(
        motion,
        Motion::Embrace | Motion::FaceEachOther | Motion::Chess | Motion::Part
    )
}

/// Share of the picture's height that somebody upright would take who does this, where others take `usual`.
pub(super) fn share(motion: Motion, usual: f32) -> f32 {
    let factor = match motion {
        Motion::Embrace | Motion::FaceEachOther | Motion::DanceTogether | Motion::Drown => 1.25,
        Motion::Sit | Motion::SitTogether | Motion::Kneel | Motion::Pray | Motion::Chess => 1.25,
        Motion::SitGround | Motion::Lie | Motion::Cry | Motion::Sleep => 1.45,
        Motion::Knead | Motion::Trumpet | Motion::Saxophone | Motion::Violin | Motion::Hold | Motion::Read => 1.15,
        Motion::Swim | Motion::Fall | Motion::Fly => 1.2,
        _ => 1.0,
    };
    usual * factor
}
