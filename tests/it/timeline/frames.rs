//! Cues and features to frames: each on its own, the zoom to the cue, the music in its own frame.

use phosphene_engine::{
    automation::{Curve, Param},
    cue::{Plan, cues_from_prompts},
    direct::{DirectInputs, Director},
    time::{Fps, FrameIdx, SamplePos},
};
use proptest::prelude::*;

use super::song::{Song, director, inputs, prompts, specs};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

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
            // The drift is slow so that the scene is seen whole; the end of a short passage is that much faster.
            prop_assert!(step < 9.0 / frames as f64, "frame {} of {frames}: {step}", b.frame.0);
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

    let curve = |param, value| Curve {
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
