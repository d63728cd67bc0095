//! The order of the stages: each knows only what is on the ground or before it.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The modules of `phosphene_core`, each before those that may use it.
const ORDER: [&str; 19] = [
    "error",
    "time",
    "letterbox",
    "cancel",
    "clean",
    "shell",
    "seed",
    "prompt",
    "output",
    "automation",
    "song",
    "analysis",
    "listen",
    "storyboard",
    "take",
    "cue",
    "direct",
    "raster",
    "frame",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a source names behind `crate::`, alone or in braces.
fn named(source: &str) -> Vec<String> {
    let word = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let lines = source.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code: String = lines.flat_map(str::split_whitespace).collect();
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(inside) = rest.strip_prefix('{') else {
            names.push(word(rest));
            continue;
        };
        names.push(word(inside));
        let mut depth = 1;
        for (at, c) in inside.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => names.push(word(&inside[at + 1..])),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

/// What a module of the core names that comes after it.
fn breaches(module: &str, source: &str) -> Vec<String> {
    let place = |name: &str| ORDER.iter().position(|known| *known == name);
    let own = place(module).unwrap_or_else(|| panic!("{module} has no place in the order: give it one"));
    let mut found = named(source);
    found.retain(|name| place(name).is_some_and(|other| other > own));
    found
}

#[test]
fn a_stage_knows_only_those_before_it() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/core/src");
    let mut files = Vec::new();
    sources(&core, &mut files);
    assert!(files.len() > 50, "the sources of the core are not where they were");
    for path in files {
        let inside = path.strip_prefix(&core).unwrap();
        let first = inside.iter().next().unwrap().to_string_lossy();
        let module = first.trim_end_matches(".rs");
        if module != "lib" {
            let found = breaches(module, &fs::read_to_string(&path).unwrap());
            assert!(
                found.is_empty(),
                "{} names {found:?}, which come later",
                inside.display()
            );
        }
    }
}

#[test]
fn a_breach_is_seen_however_it_is_written() {
    let breach = |source: &str| breaches("song", source);
    assert_eq!(breach("use crate::take::Take;"), ["take"]);
    assert_eq!(
        breach("use crate::{\n    error::{Error, Result},\n    take::{self, Take},\n    time::SamplePos,\n};"),
        ["take"]
    );
    assert_eq!(
        breach("fn f() -> crate::cue::Cue { crate::direct::x() }"),
        ["cue", "direct"]
    );
    assert!(breach("use crate::{error::{take, cue}, time::Fps}; // crate::take").is_empty());
}
