//! Storyboards and prompts to cues: on the grid, in order, as before.

use std::fmt::Write;

use phosphene_engine::{
    analysis::Analysis,
    cue::{CueInputs, Plan, cues_from_prompts, cues_from_storyboard, draft_storyboard, name_of, place},
    storyboard::{Position, Storyboard},
    time::{Fps, FrameIdx, SamplePos},
};
use phosphene_tests::golden::check_text;
use proptest::prelude::*;

use super::song::{Song, director, inputs, prompts};

/// A plan as text: one cue a line.
fn told(plan: &Plan, analysis: &Analysis) -> String {
    let mut text = String::new();
    for cue in &plan.cues {
        let frame = Fps::FILM.frame_of_event(cue.at, analysis.grid.rate).0;
        let at = name_of(cue.at, analysis).to_string();
        let (prompt, variant, passage) = (cue.prompt, cue.variant, cue.passage_samples);
        let sample = cue.at.0;
        writeln!(
            text,
            "sample {sample:8} frame {frame:5} at {at:9} prompt {prompt}.{variant} passage {passage}"
        )
        .expect("a string takes all");
    }
    for note in &plan.notes {
        writeln!(text, "note: {note}").expect("a string takes all");
    }
    text
}

fn check(name: &str, actual: &str) {
    check_text(&format!("cues/{name}.txt"), actual);
}

const BOARD: &str = r#"
[[scene]]
at = "3"
prompt = "a car under the stars"

[[scene]]
at = "chorus"
prompt = "a harbour"
morph = "1 bar"

[[scene]]
at = "0:42.6"
prompt = "a stage"
morph = "0"
[[scene.curve]]
param = "zoom"
points = [["23", 0.0]]

[[scene]]
at = "40.3"
prompt = "the sea"
morph = "1.5 s"
"#;

#[test]
fn cues_are_as_before() {
    let pop = Song::pop(120.0).analysis();
    let board = Storyboard::parse("board.toml", BOARD.as_bytes()).unwrap();
    check(
        "storyboard",
        &told(&cues_from_storyboard(&board, &inputs(&pop, 1.0)).unwrap(), &pop),
    );
    check(
        "prompts_3",
        &told(&cues_from_prompts(&prompts(3), &inputs(&pop, 1.0)).unwrap(), &pop),
    );
    check(
        "prompts_9",
        &told(&cues_from_prompts(&prompts(9), &inputs(&pop, 1.0)).unwrap(), &pop),
    );
    check(
        "prompt_1_fast",
        &told(&cues_from_prompts(&prompts(1), &inputs(&pop, 2.0)).unwrap(), &pop),
    );
    check(
        "prompts_3_still",
        &told(&cues_from_prompts(&prompts(3), &inputs(&pop, 0.0)).unwrap(), &pop),
    );
    let drone = Song {
        bpm: None,
        sections: vec![("part A", 1), ("part B", 2)],
        ..Song::pop(1.0)
    };
    let drone = drone.analysis();
    check(
        "no_beats",
        &told(&cues_from_prompts(&prompts(2), &inputs(&drone, 1.0)).unwrap(), &drone),
    );
}

#[test]
fn what_can_not_be_placed_is_said() {
    let pop = Song::pop(120.0).analysis();
    let drone = Song {
        bpm: None,
        ..Song::pop(1.0)
    };
    let drone = drone.analysis();
    let refused = |text: &str, analysis: &Analysis| {
        let board = format!("[[scene]]\nat = \"1\"\nprompt = \"a\"\n[[scene]]\nat = \"{text}\"\nprompt = \"b\"\n");
        let board = board.replace(
            "at = \"1\"",
            if analysis.grid.beats.is_empty() {
                "at = \"0:00\""
            } else {
                "at = \"1\""
            },
        );
        let board = Storyboard::parse("b.toml", board.as_bytes()).unwrap();
        cues_from_storyboard(&board, &inputs(analysis, 1.0))
            .unwrap_err()
            .to_string()
    };
    let sections = "\"intro\", \"verse\", \"chorus\", \"verse 2\", \"chorus 2\", \"outro\"";
    for (text, analysis, reason) in [
        (
            "97",
            &pop,
            "\"97\" can't be placed in this song: it has 48 bars and ends at 1:36",
        ),
        (
            "4.5",
            &pop,
            "\"4.5\" can't be placed in this song: bar 4 has fewer beats; the song ends at 1:36",
        ),
        ("2:00", &pop, "\"2:00\" can't be placed in this song: it ends at 1:36"),
        (
            "drop",
            &pop,
            &format!("\"drop\" can't be placed in this song: its sections are {sections}"),
        ),
        (
            "2",
            &drone,
            "\"2\" can't be placed in this song: no beats were heard; use a time such as \"0:42.5\", or give the tempo \
             as [grid] bpm",
        ),
        (
            "0:00",
            &pop,
            "\"0:00\" falls on the same frame as \"1\" (line 2, scene 1, key `at`); move one of them",
        ),
    ] {
        assert_eq!(
            refused(text, analysis),
            format!("b.toml: line 5, scene 2, key `at`: {reason}")
        );
    }
    let at = |text: &str| place(&text.parse().unwrap(), &pop).unwrap().0;
    assert_eq!(at("0:42.6"), 85 * 22_050, "the nearest beat");
    assert_eq!(
        at("Chorus 2"),
        place(&Position::Bar { bar: 37, beat: 1 }, &pop).unwrap().0
    );
    assert_eq!(name_of(SamplePos(85 * 22_050), &pop).to_string(), "22.2");
}

#[test]
fn a_draft_reads_back_as_the_song() {
    let mut pop = Song::pop(117.3);
    pop.first_beat_secs = 0.37;
    let pop = pop.analysis();
    let drone = Song {
        bpm: None,
        ..Song::pop(1.0)
    };
    let mine = ["a \"quoted\" fox".to_owned(), "two\nlines".to_owned()];
    for (analysis, scenes) in [(pop, 6), (drone.analysis(), 6)] {
        for prompts in [None, Some(&mine[..])] {
            let text = draft_storyboard(&analysis, "A \"title\" = 1", prompts).unwrap();
            let board = Storyboard::parse("draft.toml", text.as_bytes()).unwrap();
            assert_eq!(board.title.as_deref(), Some("A \"title\" = 1"));
            assert_eq!(board.scenes.len(), scenes, "{text}");
            assert_eq!(board.scenes[2].prompt, board.scenes[4].prompt, "a chorus is a chorus");
            let plan = cues_from_storyboard(&board, &inputs(&analysis, 0.0)).unwrap();
            assert_eq!(plan.cues.len(), scenes);
            for (cue, section) in plan.cues.iter().zip(&analysis.sections) {
                assert!(cue.at.0.abs_diff(section.start.0) <= 44_100 * 2, "{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_draft_reads_back(
        title in prop_oneof![any::<String>(), "[ \\t]{0,5}", "(\\PC{1,30} ){0,20}", "[\"'\\\\\\n“#=]{0,9}"],
        label in any::<String>(),
        beats in any::<bool>(),
        prompts in prop::option::of(prop::collection::vec(any::<String>(), 1..4)),
    ) {
        let mut analysis = Song { bpm: beats.then_some(117.3), ..Song::pop(1.0) }.analysis();
        analysis.sections[2].label.clone_from(&label);
        let usable = prompts.iter().flatten().all(|prompt| !prompt.trim().is_empty());
        let drafted = draft_storyboard(&analysis, &title, prompts.as_deref());
        prop_assert_eq!(drafted.is_ok(), usable);
        if let Ok(text) = drafted {
            let board = Storyboard::parse("draft.toml", text.as_bytes()).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            if let Some(kept) = &board.title {
                prop_assert!(!kept.trim().is_empty() && kept.chars().count() <= 200);
            }
            if let Some(prompts) = &prompts {
                prop_assert!(board.scenes.iter().all(|scene| prompts.iter().any(|own| own.trim() == scene.prompt.text)));
            }
            prop_assert!(cues_from_storyboard(&board, &inputs(&analysis, 0.0)).is_ok());
        }
    }

    #[test]
    fn cues_are_in_order_and_on_the_grid(
        bpm in 50.0f64..220.0,
        first_beat_secs in 0.0f64..3.0,
        shares in prop::collection::vec((0usize..4, 1u64..6), 1..9),
        count in 1usize..12,
        fps in (0..Fps::NAMED.len()).prop_map(|i| Fps::NAMED[i].1),
        zoom_rate in -2.0f64..2.0,
        late in prop::collection::vec(0u64..900, 1..30),
    ) {
        let labels = ["intro", "verse", "chorus", "drop"];
        let sections = shares.iter().map(|&(label, share)| (labels[label], share)).collect();
        let mut analysis = Song { secs: 90, bpm: Some(bpm), first_beat_secs, sections }.analysis();
        // As a drummer plays them: up to 20 ms late.
        for (beat, late) in analysis.grid.beats.iter_mut().zip(late.iter().cycle()) {
            beat.at.0 = (beat.at.0 + late).min(analysis.features.len - 1);
        }
        let plan = cues_from_prompts(&prompts(count), &CueInputs { fps, ..inputs(&analysis, zoom_rate) }).unwrap();
        let grid = &analysis.grid;
        let last = grid.beats.last().unwrap().at;
        prop_assert_eq!((plan.cues[0].at, plan.cues[0].passage_samples), (SamplePos(0), 0));
        for cue in &plan.cues[1..] {
            let beat = grid.beats.iter().any(|beat| beat.at == cue.at && beat.in_bar == 1);
            let outside = cue.at < grid.beats[0].at || cue.at > last;
            prop_assert!(beat || outside, "{cue:?}");
            prop_assert!(cue.at.0 < analysis.features.len);
        }
        for pair in plan.cues.windows(2) {
            prop_assert!(fps.frame_of_event(pair[0].at, grid.rate) < fps.frame_of_event(pair[1].at, grid.rate));
            prop_assert!(pair[1].passage_samples <= pair[1].at.0 - pair[0].at.0);
        }
        let mut seen: Vec<_> = plan.cues.iter().map(|cue| (cue.prompt, cue.variant)).collect();
        let shown = seen.iter().map(|(prompt, _)| prompt).max().unwrap() + 1;
        let short = plan.notes.iter().any(|note| note.contains("too short"));
        prop_assert!(shown == count || short, "{shown} of {count} prompts are shown");
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), plan.cues.len(), "no arrangement is seen twice");

        let director = director(&analysis, &plan, fps, zoom_rate);
        for (i, cue) in plan.cues.iter().enumerate() {
            let first = fps.frame_of_event(cue.at, grid.rate);
            let spec = director.spec(first);
            prop_assert_eq!((spec.shot.index as usize, spec.shot.first), (i, first));
            let events = fps.first_event(first, grid.rate)..fps.first_event(FrameIdx(first.0 + 1), grid.rate);
            prop_assert!(events.contains(&cue.at) || i == 0);
            prop_assert!(spec.key);
            let own = if spec.camera.zoom > 0.5 { spec.scenes[1] } else { spec.scenes[0] };
            prop_assert_eq!((own.prompt, own.variant), (cue.prompt, cue.variant));
        }
        for beat in &grid.beats {
            prop_assert!(director.spec(fps.frame_of_event(beat.at, grid.rate)).beat_in_bar.is_some());
        }
    }

    #[test]
    fn any_scenes_become_a_plan_or_a_reason(
        scenes in prop::collection::vec((0usize..12, 0usize..6, prop::option::of((0usize..12, -2.0f64..2.0))), 1..10),
        zoom_rate in -2.0f64..2.0,
    ) {
        let places = ["1", "2", "9.3", "40", "48.4", "0:00", "0:30.7", "1:35.9", "chorus", "verse 2", "outro", "60"];
        let morphs = ["0", "1 bar", "2 bars", "30 bars", "1 beat", "900 s"];
        let mut text = String::new();
        for (at, morph, curve) in &scenes {
            let (at, morph) = (places[*at], morphs[*morph]);
            write!(text, "[[scene]]\nat = \"{at}\"\nprompt = \"a\"\nmorph = \"{morph}\"\n").unwrap();
            if let Some((at, zoom)) = curve {
                let at = places[*at];
                write!(text, "[[scene.curve]]\nparam = \"zoom\"\npoints = [[\"{at}\", {zoom:.3}]]\n").unwrap();
            }
        }
        let analysis = Song::pop(120.0).analysis();
        let board = Storyboard::parse("s.toml", text.as_bytes()).unwrap();
        match cues_from_storyboard(&board, &inputs(&analysis, zoom_rate)) {
            Err(error) => {
                let error = error.to_string();
                prop_assert!(error.contains("song") || error.contains("same frame"), "{error}");
            }
            Ok(plan) => {
                prop_assert_eq!(plan.cues[0].at, SamplePos(0));
                for pair in plan.cues.windows(2) {
                    prop_assert!(pair[1].passage_samples <= pair[1].at.0 - pair[0].at.0);
                }
                let director = director(&analysis, &plan, Fps::FILM, zoom_rate);
                for n in (0..director.frames()).step_by(17) {
                    let spec = director.spec(FrameIdx(n));
                    prop_assert!((0.0..1.0).contains(&spec.camera.zoom), "{spec:?}");
                    prop_assert!((0.0..=1.0).contains(&spec.approach) && (0.0..1.0).contains(&spec.dissolve));
                    prop_assert_eq!(spec.scenes.len(), 3);
                }
            }
        }
    }
}
