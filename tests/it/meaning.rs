//! Prompts to designs: the obvious thing is found, and what the words say of time, weather and colour is obeyed.

use std::{fmt::Write as _, path::PathBuf};

use phosphene_engine::{
    generate::diorama::{
        design::{Design, Oklch},
        meaning::{Meaning, embedding_table, make_embedding_table},
        props,
    },
    prompt::Prompt,
};

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
    Meaning::embedded().unwrap().design(&prompt(text)).unwrap()
}

fn names(design: &Design) -> Vec<&'static str> {
    design
        .props
        .iter()
        .map(|p| props::get(p.prop).unwrap().name.as_str())
        .collect()
}

fn word(value: impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
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
    let text = std::fs::read_to_string(golden(table)).unwrap();
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
        let why = Meaning::embedded().unwrap().explain(&prompt(text)).unwrap();
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
        .unwrap();
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
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../engine/assets/meaning/embeddings.bin");
    let made = make_embedding_table().unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &made).unwrap();
        return;
    }
    let current = embedding_table();
    assert_eq!(made.len(), current.len(), "UPDATE_GOLDEN=1 makes it anew");
    // Processors differ in the last bits: a step of the 8-bit scale is allowed.
    let off = made.chunks(388).zip(current.chunks(388)).filter(|(a, b)| {
        a[4..]
            .iter()
            .zip(&b[4..])
            .any(|(a, b)| (*a as i8).abs_diff(*b as i8) > 2)
    });
    assert_eq!(off.count(), 0, "UPDATE_GOLDEN=1 makes it anew");
}

#[test]
fn lyrics_and_slips_of_the_pen_fare_as_well() {
    check("prompts_lyrical.tsv");
}

#[test]
fn odd_prompts_fare_as_well() {
    check("prompts_odd.tsv");
}
