//! Prompts of other languages, and words of none.

use std::fmt::Write as _;

use phosphene_engine::{diorama::meaning::Meaning, prompt::Prompt};

use super::{coloured, count, golden, names, prompt, word};

/// Checks the prompts of each language; panics with all that is missed when less than nine in ten of a language's are
/// met.
#[test]
fn prompts_of_other_languages_are_understood() {
    let text = std::fs::read_to_string(golden("languages.tsv")).expect("the table of prompts");
    let mut scores: std::collections::BTreeMap<&str, [usize; 3]> = std::collections::BTreeMap::new();
    let mut report = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [language, text, wanted, set, daytime, weather, colour] = columns[..] else {
            panic!("seven columns, not: {line}");
        };
        let why = Meaning::embedded()
            .and_then(|m| m.explain(&prompt(text)))
            .expect("an explanation");
        let design = &why.design;
        let thing = |wanted: &str| match wanted.split_once(" x") {
            Some((name, number)) => count(design, name).to_string() == number,
            None => names(design).contains(&wanted),
        };
        let checks = [
            (wanted, wanted.split('|').any(thing)),
            (set, set.split('|').any(|set| set == word(design.set))),
            (daytime, word(design.daytime) == daytime),
            (weather, word(design.weather) == weather),
            (colour, colour != "-" && coloured(design, colour)),
        ];
        let score = scores.entry(language).or_default();
        score[2] += 1;
        for (what, met) in checks.into_iter().filter(|c| c.0 != "-") {
            score[1] += 1;
            score[0] += usize::from(met);
            if !met {
                writeln!(report, "MISS {what}: {text}\n{why}").expect("a string takes any text");
            }
        }
        if why.languages != [language] {
            writeln!(report, "{text} was read as {:?}, not as {language}", why.languages)
                .expect("a string takes any text");
        }
    }
    for (language, [met, all, prompts]) in &scores {
        writeln!(report, "{language}: {met} of {all}").expect("a string takes any text");
        assert!(*prompts >= 8, "{language} has {prompts} prompts");
    }
    if std::env::var_os("SHOW_TABLE").is_some() {
        println!("{report}");
    }
    assert!(scores.len() >= 25);
    assert!(scores.values().all(|[met, all, _]| met * 10 >= all * 9), "{report}");
}

#[test]
fn what_is_not_understood_is_said_and_only_that() {
    let read = |text: &str| {
        Meaning::embedded()
            .and_then(|m| m.explain(&prompt(text)))
            .expect("an explanation")
    };
    let german = read("Vogel am Strand, watercolor");
    assert!(german.to_string().contains("Vogel → bird"), "{german}");
    assert_eq!(german.design.style_name, "pastel wash");
    assert_eq!(german.unknown_words, Vec::<String>::new());
    assert_eq!(read("kawaii neko blorf").languages, Vec::<String>::new());
    assert_eq!(read("a Schmetterling on a rose").translations[0].to, "butterfly");
    assert_eq!(read("ein Hund flörzelt am Strand").unknown_words, ["flörzelt"]);
    assert_eq!(read("ქართული ბალახი").unknown_words, ["ქართული", "ბალახი"]);
    assert_eq!(read("qwrtzpf xvbnmlk").unknown_words, ["qwrtzpf", "xvbnmlk"]);
    for english in [
        "a serene, evocative vista of shimmering reflections",
        "loneliness beyond reason",
        "a chat about the noir boot, kind and bright",
        "an astronuat on a sialboat",
        "a red car in the rain at night, van gogh",
        "🐳🌙",
        "",
    ] {
        let said = read(english);
        assert!(
            said.unknown_words.is_empty() && said.languages.is_empty(),
            "{english}: {said}"
        );
    }
    let prompts = ["qwrtzpf", "a cat", "qwrtzpf", "ქართული"].map(prompt);
    assert_eq!(
        Meaning::embedded().unwrap().unknown_words(&prompts).unwrap(),
        ["qwrtzpf", "ქართული"]
    );
    // Not wanted in another language is not wanted.
    let without = Prompt {
        text: "ein Hund und eine Katze am Strand im Regen".into(),
        negative: "Katze, Regen".into(),
        ..Prompt::default()
    };
    let design = Meaning::embedded().unwrap().design(&without).unwrap();
    assert_eq!(names(&design), ["dog"]);
    assert_eq!(word(design.weather), "clear");
}
