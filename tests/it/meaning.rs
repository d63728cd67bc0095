//! Prompts to designs: the obvious thing is found, and what the words say of time, weather and colour is obeyed.

mod languages;
mod numbers;

use std::{fmt::Write as _, path::PathBuf};

use phosphene_engine::{
    diorama::design::Oklch,
    diorama::{
        design::{Daytime, Design, Set, Weather},
        meaning::{Meaning, make_embedding_table, stale_embeddings},
        props,
    },
    prompt::Prompt,
};
use phosphene_tests::golden::renewing;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("golden/meaning")
        .join(name)
}

fn prompt(text: &str) -> Prompt {
    Prompt {
        text: text.to_owned(),
        ..Prompt::default()
    }
}

fn design(text: &str) -> Design {
    Meaning::embedded()
        .and_then(|m| m.design(&prompt(text)))
        .expect("a design")
}

fn names(design: &Design) -> Vec<&'static str> {
    design
        .props
        .iter()
        .map(|p| props::get(p.prop).expect("a prop of the library").name.as_str())
        .collect()
}

fn word(value: impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

fn count(design: &Design, name: &str) -> u32 {
    let at = names(design).iter().position(|n| *n == name);
    at.map_or(0, |at| design.props[at].count)
}

/// Whether a thing or the picture got the colour.
fn coloured(design: &Design, colour: &str) -> bool {
    let hue = match colour {
        "grey" => return design.palette.chroma < 0.2,
        "pastel" => return design.palette.lightness > 0.1 && design.palette.chroma < 1.0,
        "vivid" => return design.palette.chroma > 1.2,
        "dark" => return design.palette.lightness < -0.1,
        "red" => 25.0,
        "orange" => 60.0,
        "yellow" => 95.0,
        "green" => 145.0,
        "teal" => 195.0,
        "blue" => 262.0,
        "purple" => 308.0,
        "pink" => 355.0,
        "black" | "white" => {
            let dark = |c: &Oklch| if colour == "black" { c.l < 0.3 } else { c.l > 0.9 };
            return tints(design).iter().any(dark) || names(design).iter().any(|n| n.contains(colour));
        }
        other => panic!("unknown colour {other}"),
    };
    let away = |c: &Oklch| ((c.h - hue + 540.0) % 360.0 - 180.0).abs();
    tints(design).iter().any(|c| c.c > 0.03 && away(c) < 32.0) || names(design).iter().any(|n| n.contains(colour))
}

fn tints(design: &Design) -> Vec<Oklch> {
    let tints = design.props.iter().filter_map(|p| p.tint);
    tints.chain(design.palette.named.iter().copied()).collect()
}

/// Checks a table of prompts; panics with the whole table when less than nine in ten are met.
fn check(table: &str) {
    let text = std::fs::read_to_string(golden(table)).expect("the table of prompts");
    let (mut things, mut said) = ((0, 0), (0, 0));
    let mut report = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [text, wanted, daytime, weather, colour] = columns[..] else {
            panic!("five columns, not: {line}");
        };
        let design = design(text);
        let mut faults = Vec::new();
        if wanted != "-" {
            things.1 += 1;
            if wanted.split('|').any(|w| names(&design).contains(&w)) {
                things.0 += 1;
            } else {
                faults.push(wanted);
            }
        }
        let daytime = if daytime == "midnight" { "night" } else { daytime };
        let checks = [
            (daytime, word(design.daytime) == daytime),
            (weather, word(design.weather) == weather),
            (colour, colour == "-" || coloured(&design, colour)),
        ];
        for (what, met) in checks.into_iter().filter(|c| c.0 != "-") {
            said.1 += 1;
            said.0 += i32::from(met);
            if !met {
                faults.push(what);
            }
        }
        let mark = if faults.is_empty() {
            "ok  ".to_owned()
        } else {
            format!("MISS {}", faults.join(", "))
        };
        let scene = format!(
            "{}, {}, {}",
            word(design.set),
            word(design.daytime),
            word(design.weather)
        );
        let why = Meaning::embedded()
            .and_then(|m| m.explain(&prompt(text)))
            .expect("an explanation");
        let props: Vec<String> = why
            .props
            .iter()
            .map(|p| format!("{} x{} [{}]", p.name, p.count, p.why))
            .collect();
        writeln!(
            report,
            "{mark} {text} -> [{scene}] {} ({})",
            props.join(", "),
            design.style_name
        )
        .expect("a string takes any text");
    }
    let table = format!(
        "{report}things {}/{}, time, weather and colour {}/{}",
        things.0, things.1, said.0, said.1
    );
    if std::env::var_os("SHOW_TABLE").is_some() {
        println!("{table}");
    }
    assert!(things.0 * 10 >= things.1 * 9 && said.0 * 10 >= said.1 * 9, "{table}");
}

#[test]
fn the_obvious_thing_is_found_and_words_are_obeyed() {
    check("prompts.tsv");
}

#[test]
fn embedding_table_is_current() {
    if renewing() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../engine/assets/meaning/embeddings.bin");
        std::fs::write(path, make_embedding_table().unwrap()).unwrap();
        return;
    }
    // Loading checks that it is of these texts.
    let loaded = Meaning::embedded().map(|_| ());
    assert!(loaded.is_ok(), "{loaded:?}");
    assert_eq!(
        stale_embeddings(23).unwrap(),
        Vec::<String>::new(),
        "UPDATE_GOLDEN=1 makes it anew"
    );
}

#[test]
fn lyrics_and_slips_of_the_pen_fare_as_well() {
    check("prompts_lyrical.tsv");
}

#[test]
fn odd_prompts_fare_as_well() {
    check("prompts_odd.tsv");
}

#[test]
fn what_is_not_wanted_is_not_there() {
    let with = design("a city street with cars, dogs and children in the rain");
    assert!(names(&with).contains(&"automobile") && names(&with).contains(&"people holding hands"));
    let without = design("a city street without people, no cars, no rain, with dogs");
    assert_eq!(names(&without), ["dog"]);
    assert_eq!(word(without.weather), "clear");
    let negative = Prompt {
        text: "a city street with cars, dogs and children in the rain".into(),
        negative: "people, cars, rain".into(),
        ..Prompt::default()
    };
    let design = Meaning::embedded().unwrap().design(&negative).unwrap();
    assert_eq!(names(&design), ["dog"]);
    assert_eq!(word(design.weather), "clear");
}

#[test]
fn numbers_sizes_and_colours_belong_to_their_things() {
    let design = design("two cats, a giant blue whale, three tiny red cars, a field of sunflowers and birds");
    let of = |name: &str| {
        let at = names(&design)
            .iter()
            .position(|n| *n == name)
            .unwrap_or_else(|| panic!("{name} in {:?}", names(&design)));
        (&design.props[at], props::get(design.props[at].prop).unwrap().height_m)
    };
    assert_eq!(of("cat").0.count, 2);
    let (whale, height) = of("whale");
    assert_eq!((whale.count, whale.height_m), (1, 3.0 * height));
    let (car, height) = of("automobile");
    assert_eq!(car.count, 3);
    assert!((car.height_m - height / 3.0).abs() < 1e-4);
    assert!((car.tint.unwrap().h - 27.0).abs() < 10.0);
    assert!(of("sunflower").0.count >= 9 && (5..=7).contains(&of("dove").0.count));
    assert!(design.palette.named.is_empty());
}

#[test]
fn styles_are_heard() {
    let style = |text: &str| design(text).style_name;
    assert_eq!(
        style("two teenagers in a car under the stars, oil painting"),
        "warm canvas"
    );
    assert_eq!(style("a harbour in the style of Van Gogh"), "starry night");
    assert_eq!(style("a fox, watercolour"), "pastel wash");
    assert_eq!(style("saint with a lamb, stained glass"), "cubist glass");
    assert_eq!(style("sketch of a violin"), "coloured pencil");
    // Where no words ask for paint it is a film.
    assert_eq!(style("black and white photo of an old harbour"), "film");
    assert_eq!(design("black and white photo of an old harbour").palette.chroma, 0.0);
    assert_eq!(style("a red boat on the sea"), "film");
    // The window is a thing, not a style.
    assert_ne!(
        style("a cathedral with stained glass windows"),
        "cubist glass + pastel wash"
    );
}

#[test]
fn words_without_a_place_get_a_treatment() {
    // (prompt, where a director might go, whether somebody is there)
    let lyrical = [
        (
            "I want to be free",
            &["above-clouds", "highway", "beach", "mountains", "desert"][..],
            false,
        ),
        (
            "heartbreak",
            &["city-street", "train-platform", "bedroom", "bridge"],
            true,
        ),
        (
            "we were kings of the night",
            &["concert-stage", "rooftop", "mountains", "ruins"],
            true,
        ),
        ("drowning in your eyes", &["underwater", "open-sea", "waterfall"], false),
        (
            "hands up and feel the beat",
            &["club", "concert-stage", "rooftop", "fairground"],
            true,
        ),
        (
            "nobody was there for me when it all went wrong",
            &["highway", "winter-plain", "beach", "diner", "desert"],
            true,
        ),
    ];
    for (text, sets, peopled) in lyrical {
        let explained = Meaning::embedded().unwrap().explain(&prompt(text)).unwrap();
        let set = serde_json::to_value(explained.design.set).unwrap();
        assert!(sets.contains(&set.as_str().unwrap()), "{text}: {set}");
        assert!(
            !peopled || !explained.design.props.is_empty(),
            "{text}: {:?}",
            explained.design.props
        );
    }
    // A place or a thing that is named goes before, and so does what is said of light and weather.
    let named = design("heartbreak on the beach at noon, snow");
    assert_eq!(
        (named.set, named.daytime, named.weather),
        (Set::Beach, Daytime::Day, Weather::Snow)
    );
    assert_eq!(design("heartbreak in the snow at dawn").daytime, Daytime::Dawn);
    assert_eq!(design("a red boat, I love you").set, Set::OpenSea);
    assert!(
        design("heartbreak, no people")
            .props
            .iter()
            .all(|prop| !prop.named.contains("woman"))
    );
    // What means nothing stays abstract.
    assert_eq!(design("").set, Set::ColourField);
    assert_eq!(design("geometric patterns").set, Set::ColourField);
}

#[test]
fn any_text_is_a_scene() {
    let long = "a red car and ".repeat(750);
    let control = "\u{0}\u{1b}[31m a \u{202e}moon\u{7}\r\n\t over the sea";
    for text in [
        "",
        " ",
        ",,,;",
        "\u{0}",
        "1234 !!! ???",
        &long,
        control,
        "'",
        "a'b'c''s",
        "の海の夜",
        "Zwei Katzen im Regen",
        "über das Meer",
        "no",
        "without",
        "🐳🌙",
        "👩🏽‍🚀",
        "\u{200d}\u{200d}",
        "🇫🇷",
        "x".repeat(10_000).as_str(),
        "ﬁﬂ ＡＢＣ İstanbul",
    ] {
        let design = design(text);
        assert!(design.props.len() <= 7, "{text}");
        let sum = design.style.map_or(1.0, |w| w.iter().sum::<f32>());
        assert!((sum - 1.0).abs() < 1e-5, "{text}");
    }
    assert_eq!(names(&design(control)), ["full moon"]);
    assert_eq!(names(&design("🐳🌙")), ["spouting whale", "crescent moon"]);
    assert_eq!(names(&design("👩🏽‍🚀")), ["woman astronaut"]);
    assert_eq!(names(&design(&long)), ["automobile"]);
    assert!(design("").props.is_empty());
}

#[test]
fn explanations_say_which_words_did_it() {
    let explanation = Meaning::embedded()
        .unwrap()
        .explain(&prompt("a red car in the rain at night, van gogh"))
        .unwrap();
    let text = explanation.to_string();
    for part in [
        "\"night\"",
        "\"rain\"",
        "automobile",
        "\"car\"",
        "\"van gogh\"",
        "starry night",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["props"][0]["name"], "automobile");
    assert_eq!(json["daytime"]["is"], "night");
    assert_eq!(json["design"]["weather"], "rain");
}

#[test]
fn the_same_prompt_means_the_same() {
    let text = "a fox and an owl in a misty forest, something nameless";
    let again: Vec<Design> = (0..3).map(|_| design(text)).collect();
    assert!(again.windows(2).all(|w| w[0] == w[1]));
}
#[test]
fn late_prompts_fare_as_well() {
    check("prompts_late.tsv");
}
