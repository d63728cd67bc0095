//! Numbers in prompts: those that count, and those that do not.

use phosphene_engine::diorama::props;

use super::{count, design, names};

#[test]
fn numbers_that_are_no_counts_count_nothing() {
    for (text, name) in [
        ("route 66 car", "automobile"),
        ("route 66 cars", "automobile"),
        ("f/1.8 boat", "speedboat"),
        ("0.5 boat", "speedboat"),
        ("16:9 castle", "castle"),
        ("16 : 9 castle", "castle"),
        ("1920 x 1080 castle", "castle"),
        ("24 karat ring", "ring"),
        ("7/8 time drum", "drum"),
        ("<lora:x:0.8> cat", "cat"),
        ("(tree:1.3), cat", "cat"),
        ("[tree:cat:0.5]", "cat"),
        ("cat::2 dog", "dog"),
        ("8k cat", "cat"),
        ("4k uhd cat", "cat"),
        ("1990s car", "automobile"),
        ("in 1969 a car", "automobile"),
        ("1969 car", "automobile"),
        ("1984 cars", "automobile"),
        ("35mm photo of a dog", "dog"),
        ("50 mm lens dog", "dog"),
        ("ISO 400 dog", "dog"),
        ("3am dog", "dog"),
        ("10:30 train", "train"),
        ("1/4 moon", "full moon"),
        ("#1 car", "automobile"),
        ("v2 robot", "robot"),
        ("blink-182 guitar", "guitar"),
        ("2001 a space odyssey rocket", "rocket"),
        ("1.21 gigawatts car", "automobile"),
        ("20 feet tall robot", "robot"),
        ("twenty feet tall robot", "robot"),
        ("7-eleven car", "automobile"),
        ("100% cat", "cat"),
        ("$5 burger", "hamburger"),
        ("3d render cat", "cat"),
        ("Apollo 11 rocket", "rocket"),
        ("area 51 robot", "robot"),
        ("studio 54 guitar", "guitar"),
        ("bpm 120 guitar", "guitar"),
        ("120 bpm guitar", "guitar"),
        ("5 star hotel", "hotel"),
        ("a 12-string guitar", "guitar"),
        ("three legged dog", "dog"),
        ("two story house", "house"),
        ("mambo no. 5 drum", "drum"),
        ("--ar 16 cats", "cat"),
        ("21st century robot", "robot"),
        ("100 year old castle", "castle"),
        ("the garden gnome and a dog", "dog"),
    ] {
        let design = design(text);
        let found = if name == "speedboat" {
            names(&design)
                .into_iter()
                .find(|n| n.contains("boat") || *n == "sailboat")
                .unwrap_or(name)
        } else {
            name
        };
        let several = text.contains("cars") || text.contains("16 cats");
        let usual = if several { 3 } else { 1 };
        assert_eq!(count(&design, found), usual, "{text}: {:?}", names(&design));
    }
}

#[test]
fn larger_numbers_never_give_fewer() {
    let of = |number: &str| {
        let text = format!("{number} birds over the sea");
        let design = design(&text);
        let birds = design
            .props
            .iter()
            .find(|p| props::get(p.prop).expect("a prop").group == "animal-bird");
        birds.unwrap_or_else(|| panic!("{text}: {:?}", names(&design))).count
    };
    let rising = [
        "one",
        "2",
        "three",
        "half a dozen",
        "seven",
        "nine",
        "a dozen",
        "thirteen",
        "twenty-one",
        "two dozen",
        "dozens of",
        "30",
        "99",
        "100",
        "a hundred",
        "hundreds of",
        "1,000",
        "1 000",
        "thousands of",
        "a million",
        "99999999999",
    ];
    let counts = rising.map(of);
    assert!(counts.is_sorted(), "{counts:?}");
    assert_eq!(counts.last(), Some(&12));
    for (number, birds) in [
        ("half a dozen", 6),
        ("twenty-one", 12),
        ("one hundred and five", 12),
        ("１２", 12),
        ("a couple of", 2),
        ("a few", 3),
        ("several", 3),
        ("many", 6),
        ("a shoal of", 7),
        ("a swarm of", 9),
        ("a pair of", 2),
        ("two pairs of", 4),
        ("3 big red", 3),
        ("2-3", 3),
        ("2", 2),
    ] {
        assert_eq!(of(number), birds, "{number}");
    }
}
