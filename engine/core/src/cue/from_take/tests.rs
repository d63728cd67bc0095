use super::*;
use crate::take::{Entry, Manifest};

fn at(points: &[(u64, f64)]) -> Vec<(SamplePos, f64)> {
    points.iter().map(|&(at, value)| (SamplePos(at), value)).collect()
}

#[test]
fn straight_lines_need_two_points() {
    let line: Vec<_> = (0..1_000u64).map(|n| (SamplePos(n * 64), n as f64 * 0.001)).collect();
    assert_eq!(straightened(&line, 1e-6).len(), 2);
    let steps = at(&[(0, 0.0), (100, 0.0), (100, 1.0), (200, 1.0), (200, 0.5), (900, 0.5)]);
    assert_eq!(straightened(&steps, 1e-6), steps);
    let kink = at(&[(0, 0.0), (10, 1.0), (20, 2.0), (30, 1.0), (40, 0.0)]);
    assert_eq!(straightened(&kink, 1e-6), at(&[(0, 0.0), (20, 2.0), (40, 0.0)]));
}

#[test]
fn automation_that_comes_a_block_late_lands_on_its_line() {
    let rate = SampleRate::new(48_000).unwrap();
    let transport = Event::Transport(Transport {
        playing: true,
        tempo_bpm: Some(120.0),
        quarters: Some(0.0),
        bar_quarters: Some(0.0),
        host_sample: Some(0),
        signature: Some((4, 4)),
    });
    let prompts = ["a boat", "a cat"].map(|text| Prompt {
        text: text.into(),
        ..Prompt::default()
    });
    let bank = Bank {
        prompts: prompts.to_vec(),
    };
    let scene = |by| Event::Scene {
        scene: 1,
        quantize: Quantize::Bar,
        morph: 0.0,
        by,
    };
    let lands = |late: u64, events: &[Event]| {
        let at = |at, event| Entry {
            at: SamplePos(at),
            event,
        };
        let start = [transport.clone(), Event::Bank { bank: bank.clone() }].map(|event| at(0, event));
        let asked = events.iter().cloned().map(|event| at(96_000 + late, event));
        let take = Take {
            folder: Default::default(),
            manifest: Manifest {
                version: 1,
                created_unix_ms: 0,
                name: String::new(),
                host: String::new(),
                api: String::new(),
                plugin_version: String::new(),
                rate,
                channels: 2,
            },
            entries: start.into_iter().chain(asked).collect(),
            len: 480_000,
            end: None,
            tally: None,
            losses: Vec::new(),
        };
        let clock = take.clock();
        let grid = TakeGrid {
            grid: BeatGrid {
                rate,
                beats_per_bar: 4,
                tempo_bpm: 120.0,
                beats: clock.beats(take.len),
                confidence: 1.0,
            },
            clock,
        };
        let mut script = Script::new(&take, &grid);
        take.entries
            .iter()
            .for_each(|entry| script.hear(entry.at, &entry.event));
        script.wanted.last().unwrap().at.0
    };
    let long = Event::Blocks { longest: 8_192 };
    for late in [0, 2_000, 4_095, 8_191, 8_192] {
        assert_eq!(lands(late, &[long.clone(), scene(AskedBy::Scene)]), 96_000, "{late}");
        assert_eq!(lands(late, &[long.clone(), scene(AskedBy::Next)]), 96_000, "{late}");
    }
    assert_eq!(lands(8_400, &[long.clone(), scene(AskedBy::Scene)]), 192_000);
    // A note is on its own sample; a take that says nothing of blocks has 60 ms as ever.
    assert_eq!(lands(8_000, &[long.clone(), scene(AskedBy::Note)]), 192_000);
    assert_eq!(lands(8_000, &[scene(AskedBy::Scene)]), 192_000);
    assert_eq!(lands(2_800, &[scene(AskedBy::Scene)]), 96_000);
    // So is the painter's change, with the scene that is on.
    let style = Event::Style {
        style: StyleChoice::Unpainted,
    };
    assert_eq!(lands(0, &[long, scene(AskedBy::Scene), style]), 96_000);
}
