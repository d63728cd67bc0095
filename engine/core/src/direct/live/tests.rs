//! A few bars of a song, frame by frame.

use super::*;
use crate::{direct::Reactive, time::SamplePos};

const FPS: f64 = 25.0;

fn now(secs: f64, scene: usize, next: Option<LiveCue>) -> LiveInputs {
    LiveInputs {
        playback: Playback {
            at: SamplePos((secs * 48_000.0) as u64),
            secs,
            beat: secs * 2.0,
            bar: secs / 2.0,
            has_beats: true,
            beat_secs: 0.5,
            bar_beats: 4.0,
            reactive: Reactive::default(),
            onsets: [0.0; 3],
            scene,
            next,
        },
        controls: Controls {
            zoom: 1.0,
            rotate_deg: 0.0,
            pan: [0.0; 2],
            reactivity: 1.0,
            intensity: 1.0,
            style_strength: None,
            palette_shift_deg: 0.0,
            seed: 7,
        },
    }
}

/// Scene 1 asked for at `asked` beats, landing on beat `line`, zooming at `rate`.
fn play(asked: f64, line: f64, passage: f64, rate: f64, beats: f64) -> Vec<FrameSpec> {
    let mut director = LiveDirector::new(vec![None; 3], 3);
    let frames = (beats / 2.0 * FPS) as u32;
    let specs = (0..frames).map(|frame| {
        let secs = f64::from(frame) / FPS;
        let beat = secs * 2.0;
        let next = (beat >= asked && beat < line).then_some(LiveCue {
            scene: 1,
            in_beats: line - beat,
            passage_beats: passage,
        });
        let mut now = now(secs, usize::from(beat >= line), next);
        now.controls.zoom = rate;
        director.spec(&now).unwrap()
    });
    specs.collect()
}

#[test]
fn a_passage_arrives_on_the_cue_without_a_jump() {
    for asked in [0.0, 3.0, 6.5] {
        let specs = play(asked, 8.0, 4.0, 1.0, 12.0);
        let landed = specs.iter().position(|spec| spec.scenes[0].prompt == 1).unwrap();
        assert_eq!(landed, (4.0 * FPS) as usize, "on the cue's frame");
        assert!(specs[landed - 1].camera.zoom > 0.9, "{}", specs[landed - 1].camera.zoom);
        assert!(specs[landed].camera.zoom < 0.05 && specs[landed].shot.first == specs[landed].frame);
        assert_eq!(
            specs[landed - 1].scenes[1],
            specs[landed].scenes[0],
            "the same arrangement"
        );
        assert_eq!(
            specs[landed - 1].scenes[2],
            specs[landed].scenes[1],
            "and what lies in it"
        );
        assert!(specs[landed - 1].approach > 0.9);
        for pair in specs[..landed].windows(2) {
            let step = pair[1].camera.zoom - pair[0].camera.zoom;
            assert!((0.0..0.2).contains(&step), "{step} at {:?}", pair[1].frame);
            assert_eq!(pair[1].camera_before, pair[0].camera);
            assert!(pair[1].key || pair[1].scenes == pair[0].scenes, "{:?}", pair[1].frame);
        }
    }
}

#[test]
fn no_passage_is_a_cut_and_no_zoom_dissolves() {
    let cut = play(2.0, 8.0, 0.0, 1.0, 12.0);
    let landed = cut.iter().position(|spec| spec.scenes[0].prompt == 1).unwrap();
    assert_eq!(landed, (4.0 * FPS) as usize);
    assert!(
        cut[..landed]
            .iter()
            .all(|spec| spec.scenes.iter().all(|scene| scene.prompt == 0))
    );

    let still = play(2.0, 8.0, 4.0, 0.0, 12.0);
    let landed = still.iter().position(|spec| spec.scenes[0].prompt == 1).unwrap();
    assert!(still.iter().all(|spec| spec.camera.zoom == 0.0));
    assert!(still[landed - 1].dissolve > 0.95 && still[landed].dissolve == 0.0);
    assert_eq!(still[landed - 1].scenes[1], still[landed].scenes[0]);
}

#[test]
fn a_long_scene_is_passed_through_within_itself_both_ways() {
    for rate in [1.0, -1.0] {
        let specs = play(1e9, 1e9, 0.0, rate, 80.0);
        let shots = specs.last().unwrap().shot.index;
        assert!((2..=4).contains(&shots), "{shots} shots at {rate}");
        for pair in specs.windows(2).filter(|pair| pair[0].shot.index != pair[1].shot.index) {
            if pair[0].frame.0 < 5 {
                continue; // the turn at the start
            }
            let (before, after) = (&pair[0], &pair[1]);
            if rate > 0.0 {
                assert_eq!(before.scenes[1..], after.scenes[..2]);
            } else {
                assert_eq!(before.scenes[..2], after.scenes[1..]);
            }
        }
        // Every scene in another arrangement.
        let mut own: Vec<_> = specs.iter().map(|spec| spec.scenes[usize::from(rate < 0.0)]).collect();
        own.dedup();
        let all = own.len();
        own.sort_by_key(|scene| scene.seed);
        own.dedup();
        assert!(own.len() >= all - 1, "{all}");
    }
}

#[test]
fn a_request_deep_in_a_scene_passes_through_before() {
    // After 7 of 8 bars the variation fills the picture; another scene does not pop into its place.
    let specs = play(28.0, 32.0, 8.0, 1.0, 36.0);
    let landed = specs.iter().position(|spec| spec.scenes[0].prompt == 1).unwrap();
    assert_eq!(landed, (16.0 * FPS) as usize);
    for pair in specs.windows(2).filter(|pair| pair[0].shot.index == pair[1].shot.index) {
        if pair[0].scenes[1] != pair[1].scenes[1] {
            assert!(pair[0].camera.zoom <= TOO_NEAR, "{}", pair[0].camera.zoom);
        }
    }
    assert!(specs[landed - 1].camera.zoom > 0.9);
}

#[test]
fn a_host_that_loops_does_not_make_the_camera_jump() {
    let mut director = LiveDirector::new(vec![None; 3], 3);
    let mut zoom = 0.0;
    for frame in 0..400 {
        let secs = f64::from(frame) / FPS;
        let mut now = now(secs, 0, None);
        now.playback.beat %= 8.0;
        now.playback.bar %= 2.0;
        let spec = director.spec(&now).unwrap();
        assert!(spec.camera.zoom - zoom < 0.1);
        zoom = spec.camera.zoom;
    }
    assert!(zoom > 0.5, "it went on through eight loops: {zoom}");
}

#[test]
fn first_arrangements_are_those_of_a_render() {
    let specs = play(1e9, 1e9, 0.0, 1.0, 1.0);
    assert_eq!(specs[0].scenes[0].seed, mix([7, 0]));
    let mut director = LiveDirector::new(vec![None, Some(3)], 3);
    assert_eq!(director.spec(&now(0.0, 1, None)).unwrap().scenes[0].seed, 3);
    assert!(director.spec(&now(0.0, 2, None)).is_none());
}
