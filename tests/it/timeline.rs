//! From storyboards and prompts to cues, and from cues to what every frame shows.

use std::{fmt::Write, path::Path};

use phosphene_engine::{
    analysis::{Analysis, BeatGrid, Features, HOPS_PER_SEC, Hop, Section},
    cue::{CueInputs, Param, Plan, cues_from_prompts, cues_from_storyboard, draft_storyboard, name_of, place},
    direct::{DirectInputs, Director, FrameSpec},
    storyboard::{Position, Storyboard},
    time::{Fps, FrameIdx, SamplePos, SampleRate},
};
use proptest::prelude::*;

/// A song to direct: what analysis would say of a drum loop.
struct Song {
    secs: u64,
    bpm: Option<f64>,
    first_beat_secs: f64,
    /// Label and share of the song.
    sections: Vec<(&'static str, u64)>,
}

impl Song {
    fn pop(bpm: f64) -> Self {
        let sections = [
            ("intro", 1),
            ("verse", 3),
            ("chorus", 2),
            ("verse", 3),
            ("chorus", 2),
            ("outro", 1),
        ];
        Self {
            secs: 96,
            bpm: Some(bpm),
            first_beat_secs: 0.0,
            sections: sections.to_vec(),
        }
    }

    fn analysis(&self) -> Analysis {
        let rate = SampleRate::new(44_100).unwrap();
        let len = self.secs * 44_100;
        let grid = self.bpm.map_or_else(
            || BeatGrid::silent(rate),
            |bpm| BeatGrid::given(rate, bpm, self.first_beat_secs, 4, len).unwrap(),
        );
        let shares: u64 = self.sections.iter().map(|(_, share)| share).sum();
        let mut done = 0;
        let sections = self.sections.iter().map(|(label, share)| {
            let start = SamplePos(len * done / shares);
            done += share;
            Section {
                start,
                end: SamplePos(len * done / shares),
                label: (*label).to_owned(),
            }
        });
        let sections: Vec<Section> = sections.collect();
        let mut hops = vec![Hop::default(); (self.secs * u64::from(HOPS_PER_SEC)) as usize];
        for (h, hop) in hops.iter_mut().enumerate() {
            let at = SamplePos(h as u64 * 441);
            let label = &sections.iter().rfind(|s| s.start <= at).unwrap().label;
            hop.loudness = if label == "chorus" { 0.95 } else { 0.7 };
            hop.bands = [hop.loudness; 3];
        }
        for beat in &grid.beats {
            let hop = (beat.at.0 / 441) as usize;
            hops[hop].onset[usize::from(beat.in_bar % 2 == 0)] = 1.0;
            hops[hop].flux = 1.0;
        }
        Analysis {
            features: Features { rate, len, hops },
            grid,
            sections,
        }
    }
}

fn inputs(analysis: &Analysis, zoom_rate: f64) -> CueInputs<'_> {
    CueInputs {
        analysis,
        fps: Fps::FILM,
        zoom_rate,
    }
}

fn prompts(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("prompt {i}")).collect()
}

fn director(analysis: &Analysis, plan: &Plan, fps: Fps, zoom_rate: f64) -> Director {
    Director::new(&DirectInputs {
        analysis,
        plan,
        fps,
        seed: 7,
        reactivity: 1.0,
        zoom_rate,
        cadence: 2,
    })
    .unwrap()
}

fn specs(director: &Director) -> Vec<FrameSpec> {
    (0..director.frames()).map(|n| director.spec(FrameIdx(n))).collect()
}

/// A plan as text: one cue a line.
fn told(plan: &Plan, analysis: &Analysis) -> String {
    let mut text = String::new();
    for cue in &plan.cues {
        let frame = Fps::FILM.frame_at(cue.at, analysis.grid.rate).0;
        let at = name_of(cue.at, analysis).to_string();
        let (prompt, variant, passage) = (cue.prompt, cue.variant, cue.passage_samples);
        let sample = cue.at.0;
        writeln!(
            text,
            "sample {sample:8} frame {frame:5} at {at:9} prompt {prompt}.{variant} passage {passage}"
        )
        .unwrap();
    }
    for note in &plan.notes {
        writeln!(text, "note: {note}").unwrap();
    }
    text
}

/// Compares with `tests/golden/cues/NAME.txt`; `UPDATE_GOLDEN=1` rewrites it.
fn check(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden/cues")
        .join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, actual).unwrap();
    }
    let expected =
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}; UPDATE_GOLDEN=1 writes it", path.display()));
    if expected != actual {
        let saved = std::env::temp_dir().join(format!("phosphene-cues-{name}.txt"));
        std::fs::write(&saved, actual).unwrap();
        panic!("{name} differs; what came out is in {}:\n{actual}", saved.display());
    }
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
            let text = draft_storyboard(&analysis, "A \"title\" = 1", prompts);
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
            prop_assert!(fps.frame_at(pair[0].at, grid.rate) < fps.frame_at(pair[1].at, grid.rate));
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
            let first = fps.frame_at(cue.at, grid.rate);
            let spec = director.spec(first);
            prop_assert_eq!((spec.shot.index as usize, spec.shot.first), (i, first));
            prop_assert!(spec.at <= cue.at && cue.at < fps.first_sample(FrameIdx(first.0 + 1), grid.rate) || i == 0);
            prop_assert!(spec.key);
            let own = if spec.camera.zoom > 0.5 { spec.scenes[1] } else { spec.scenes[0] };
            prop_assert_eq!((own.prompt, own.variant), (cue.prompt, cue.variant));
        }
        for beat in &grid.beats {
            prop_assert!(director.spec(fps.frame_at(beat.at, grid.rate)).beat_in_bar.is_some());
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

    #[test]
    fn a_frame_does_not_depend_on_the_others(order in prop::collection::vec(0u64..2_400, 1..40), zoom in -1.0f64..1.5) {
        let analysis = Song::pop(126.0).analysis();
        let plan = cues_from_prompts(&prompts(3), &inputs(&analysis, zoom)).unwrap();
        let (once, again) = (director(&analysis, &plan, Fps::FILM, zoom), director(&analysis, &plan, Fps::FILM, zoom));
        let all = specs(&once);
        for n in order {
            let n = n.min(once.frames() - 1);
            prop_assert_eq!(&again.spec(FrameIdx(n)), &all[n as usize]);
        }
    }

    #[test]
    fn the_zoom_rises_to_each_cue_and_begins_anew(bpm in 70.0f64..180.0, zoom_rate in 0.1f64..2.0, count in 1usize..8) {
        let analysis = Song::pop(bpm).analysis();
        let plan = cues_from_prompts(&prompts(count), &inputs(&analysis, zoom_rate)).unwrap();
        let specs = specs(&director(&analysis, &plan, Fps::FILM, zoom_rate));
        for pair in specs.windows(2) {
            let [a, b] = pair else { unreachable!() };
            prop_assert!((0.0..1.0).contains(&b.camera.zoom));
            let first = b.frame == b.shot.first;
            let from = if first { -(1.0 - a.camera.zoom) } else { a.camera.zoom };
            let step = b.camera.zoom - from;
            if first && plan.cues[b.shot.index as usize].passage_samples > 0 {
                prop_assert_eq!(b.camera.zoom, 0.0);
                prop_assert_eq!(b.camera_before, b.camera);
                prop_assert_eq!((b.scenes[0], b.scenes[1]), (a.scenes[1], a.scenes[2]), "what was inside is around");
                prop_assert!(a.approach > 0.9);
            } else {
                prop_assert!(step > 0.0, "frame {} {step}", b.frame.0);
                prop_assert_eq!(b.camera_before, a.camera);
            }
            let frames = (b.shot.end.0 - b.shot.first.0).min(a.shot.end.0 - a.shot.first.0);
            prop_assert!(step < 6.0 / frames as f64, "frame {} of {frames}: {step}", b.frame.0);
        }
    }
}

#[test]
fn zooming_out_and_standing_still_reach_the_cue_too() {
    let analysis = Song::pop(120.0).analysis();
    for zoom_rate in [-1.0, 0.0] {
        let plan = cues_from_prompts(&prompts(3), &inputs(&analysis, zoom_rate)).unwrap();
        let specs = specs(&director(&analysis, &plan, Fps::FILM, zoom_rate));
        for pair in specs.windows(2) {
            let [a, b] = pair else { unreachable!() };
            if b.frame != b.shot.first {
                assert!(b.camera.zoom <= a.camera.zoom && b.dissolve >= a.dissolve);
            } else if zoom_rate < 0.0 {
                assert!(a.camera.zoom < 0.05 && b.camera.zoom > 0.999 && b.camera.zoom < 1.0);
                assert_eq!((a.scenes[0], a.scenes[1]), (b.scenes[1], b.scenes[2]));
                assert!(a.approach < 0.1 && b.approach == 1.0);
            } else {
                assert_eq!((b.camera.zoom, b.dissolve, b.approach), (0.0, 0.0, 0.0));
                assert!(a.dissolve > 0.9 && a.dissolve < 1.0);
                assert_eq!(a.scenes[1], b.scenes[0]);
            }
        }
    }
}

#[test]
fn the_music_shows_in_the_frame_in_which_it_is_heard() {
    let analysis = Song::pop(120.0).analysis();
    let mut plan = cues_from_prompts(&prompts(3), &inputs(&analysis, 1.0)).unwrap();
    let frames = specs(&director(&analysis, &plan, Fps::FILM, 1.0));
    for (n, spec) in frames.iter().enumerate() {
        // 120 BPM at 24 frames a second: a beat every 12 frames, kick and snare in turn.
        let kick = n % 24 == 0;
        assert_eq!(spec.reactive.kick == 1.0, kick, "frame {n}");
        assert_eq!(spec.reactive.snare == 1.0, n % 24 == 12, "frame {n}");
        assert_eq!(spec.beat_in_bar, (n % 12 == 0).then_some((n / 12 % 4 + 1) as u32));
        assert!(!kick || (spec.key && (spec.camera.scale - 1.02).abs() < 1e-6));
        assert!((spec.clock.beat - n as f64 / 12.0).abs() < 1e-3 && (spec.clock.beat_secs - 0.5).abs() < 1e-6);
    }
    let chorus = &frames[plan
        .cues
        .iter()
        .find(|cue| cue.prompt == 2)
        .map_or(0, |cue| (cue.at.0 * 24 / 44_100) as usize)..];
    let first = chorus[0].shot.first.0 as usize;
    assert!(
        frames[first - 1].reactive.build > 0.9 && chorus[0].reactive.burst > 0.9 && chorus[0].reactive.build == 0.0
    );
    assert!(chorus[6].reactive.burst < 0.15, "released after 250 ms");

    let curve = |param, value| phosphene_engine::cue::Curve {
        param,
        from: SamplePos(0),
        until: SamplePos(44_100),
        points: vec![(SamplePos(0), value)],
    };
    plan.curves = vec![
        curve(Param::Reactivity, 0.0),
        curve(Param::StyleStrength, 0.25),
        curve(Param::Rotate, 90.0),
    ];
    let director = director(&analysis, &plan, Fps::FILM, 1.0);
    let (held, after) = (director.spec(FrameIdx(0)), director.spec(FrameIdx(24)));
    assert_eq!(
        (held.reactive.kick, held.camera.scale, held.style_strength),
        (0.0, 1.0, Some(0.25))
    );
    assert!((held.camera.rotate_rad - 90_f64.to_radians()).abs() < 0.01);
    assert_eq!((after.reactive.kick, after.style_strength), (1.0, None));
}

#[test]
fn a_plan_that_can_not_be_directed_is_refused() {
    let analysis = Song::pop(120.0).analysis();
    let plan = cues_from_prompts(&prompts(2), &inputs(&analysis, 1.0)).unwrap();
    let good = DirectInputs {
        analysis: &analysis,
        plan: &plan,
        fps: Fps::FILM,
        seed: 0,
        reactivity: 1.0,
        zoom_rate: 1.0,
        cadence: 2,
    };
    let empty = Plan {
        cues: Vec::new(),
        ..plan.clone()
    };
    let unprompted = Plan {
        prompts: plan.prompts[..1].to_vec(),
        ..plan.clone()
    };
    for (inputs, what) in [
        (
            DirectInputs {
                reactivity: 2.1,
                ..good
            },
            "the reactivity is 2.1; it must be from 0 to 2",
        ),
        (
            DirectInputs {
                zoom_rate: f64::NAN,
                ..good
            },
            "the zoom rate is NaN; it must be from -4 to 4",
        ),
        (
            DirectInputs { cadence: 0, ..good },
            "the painting cadence is 0; it must be 1 frame or more",
        ),
        (
            DirectInputs { plan: &empty, ..good },
            "the plan is one of 0 cues and 2 prompts; it must be",
        ),
        (
            DirectInputs {
                plan: &unprompted,
                ..good
            },
            "cues and 1 prompts; it must be",
        ),
    ] {
        let error = Director::new(&inputs).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
    assert!(cues_from_prompts(&[], &inputs(&analysis, 1.0)).is_err());
    assert!(cues_from_prompts(&prompts(1), &inputs(&analysis, 5.0)).is_err());
}
