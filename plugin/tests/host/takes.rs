//! What is played becomes a take: every sample of it, and every change at its sample.

use std::{fs, path::Path};

use clack_host::{
    events::event_types::{NoteOnEvent, ParamValueEvent},
    prelude::*,
    utils::Cookie,
};
use phosphene_core::{
    automation::Param,
    take::{AskedBy, EndReason, Entry, Event, Take, TakeState, list},
};

use crate::{RATE_HZ, alone, noise, rack::Rack};

pub fn recorded(take: &Take) -> Vec<u32> {
    let bytes = fs::read(take.audio_path()).unwrap();
    let words = bytes.chunks_exact(4);
    words
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

pub fn interleaved(channels: &[Vec<f32>]) -> Vec<u32> {
    let samples = channels[0].len();
    (0..samples)
        .flat_map(|at| channels.iter().map(move |channel| channel[at].to_bits()))
        .collect()
}

pub fn only_take(root: &Path) -> Take {
    let takes = list(root).unwrap();
    assert_eq!(takes.len(), 1, "{takes:?}");
    assert_eq!(takes[0].state, TakeState::Ready);
    Take::open(&takes[0].folder).unwrap()
}

#[test]
fn a_bounce_becomes_a_take_bit_for_bit() {
    let Some(root) = alone("takes::a_bounce_becomes_a_take_bit_for_bit") else {
        return;
    };
    let sound = noise(48_000 * 30, 2);
    let mut rack = Rack::new();
    let mut audio = rack.activate(RATE_HZ, 512);
    // Idle before and after, as hosts are.
    audio.play(&noise(4_096, 2), 512, None, &mut |_, _| {});
    audio.play(&sound, 512, Some(0), &mut |_, _| {});
    audio.play(&noise(4_096, 2), 512, None, &mut |_, _| {});
    rack.deactivate(audio);
    let take = only_take(&root);
    assert_eq!(take.end, Some(EndReason::Stopped));
    assert_eq!(take.len, 48_000 * 30);
    assert!(recorded(&take) == interleaved(&sound), "the take is what was played");
    assert_eq!(take.manifest.api, "CLAP");
    assert!(take.clock().has_grid());
}

#[test]
fn a_change_is_at_its_sample_whatever_the_blocks() {
    let Some(root) = alone("takes::a_change_is_at_its_sample_whatever_the_blocks") else {
        return;
    };
    let sound = noise(48_000 * 8, 2);
    let mut logs = Vec::new();
    for block in [64, 441, 512, 2_048] {
        let mut rack = Rack::new();
        let (scene, zoom, next) = (rack.param("Scene"), rack.param("Zoom"), rack.param("Next scene"));
        let mut audio = rack.activate(RATE_HZ, block as u32);
        let at = |sample: usize, from: usize, len: usize| (from..from + len).contains(&sample).then(|| sample - from);
        audio.play(&sound, block, Some(0), &mut |from, events| {
            let mut set = |sample, id, value| {
                if let Some(offset) = at(sample, from, block) {
                    let value = ParamValueEvent::new(offset as u32, id, Pckn::match_all(), value, Cookie::empty());
                    events.push(&value);
                }
            };
            // In CLAP a step counts from 0, and what has no steps goes from 0 to 1. All within a block, a note between.
            set(100_001, scene, 2.0);
            set(100_030, zoom, 0.625);
            if let Some(offset) = at(100_040, from, block) {
                events.push(&NoteOnEvent::new(
                    offset as u32,
                    Pckn::new(0u16, 0u16, 61u16, 1u32),
                    1.0,
                ));
            }
            let mut set = |sample, id, value| {
                if let Some(offset) = at(sample, from, block) {
                    let value = ParamValueEvent::new(offset as u32, id, Pckn::match_all(), value, Cookie::empty());
                    events.push(&value);
                }
            };
            set(200_003, next, 1.0);
        });
        rack.deactivate(audio);
        let take = only_take(&root);
        let log: Vec<(u64, Event)> = take
            .entries
            .iter()
            .filter(|entry| entry.at.0 > 0 && !matches!(entry.event, Event::Transport(_) | Event::End { .. }))
            .map(|entry| (entry.at.0, entry.event.clone()))
            .collect();
        fs::remove_dir_all(&take.folder).unwrap();
        logs.push(log);
    }
    let scenes: Vec<(u64, usize, AskedBy)> = logs[0]
        .iter()
        .filter_map(|(at, event)| match event {
            Event::Scene { scene, by, .. } => Some((*at, *scene, *by)),
            _ => None,
        })
        .collect();
    assert_eq!(
        scenes,
        [
            (100_001, 2, AskedBy::Scene),
            (100_040, 1, AskedBy::Note),
            (200_003, 2, AskedBy::Next)
        ]
    );
    let zoom = Event::Param {
        param: Param::Zoom,
        value: 0.5,
    };
    assert!(logs[0].contains(&(100_030, zoom)), "{:?}", logs[0]);
    for log in &logs {
        assert_eq!(log, &logs[0]);
    }
}

/// Eight ramps: another value of each continuous parameter at each block's first sample.
fn ramps(rack: &mut Rack) -> impl FnMut(usize, &mut EventBuffer) + use<> {
    let names = [
        "Zoom",
        "Rotate",
        "Pan X",
        "Pan Y",
        "Reactivity",
        "Intensity",
        "Style strength",
        "Palette shift",
    ];
    let ids = names.map(|name| rack.param(name));
    move |from, events| {
        let value = 0.2 + 0.6 * (from as f64 / 1e6).fract();
        for id in ids {
            events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), value, Cookie::empty()));
        }
    }
}

#[test]
fn no_sample_of_a_bounce_is_lost_with_eight_ramps() {
    let Some(root) = alone("takes::no_sample_of_a_bounce_is_lost_with_eight_ramps") else {
        return;
    };
    for (block, secs) in [(1, 4), (3, 6), (16, 20), (64, 30), (128, 30), (8_192, 30)] {
        let sound = noise(48_000 * secs / block * block, 2);
        let mut rack = Rack::new();
        let mut ramps = ramps(&mut rack);
        let mut audio = rack.activate(RATE_HZ, block as u32);
        audio.play(&sound, block, Some(0), &mut ramps);
        rack.deactivate(audio);
        let take = only_take(&root);
        assert_eq!(take.len as usize, sound[0].len(), "blocks of {block}");
        assert!(recorded(&take) == interleaved(&sound), "blocks of {block}");
        assert_eq!(take.tally.map(|tally| tally.lost()), Some(0));
        assert_eq!(take.losses, [], "blocks of {block}");
        let points =
            |param| move |entry: &&Entry| matches!(entry.event, Event::Param { param: moved, .. } if moved == param);
        let last = take.entries.iter().rfind(points(Param::Intensity)).unwrap();
        assert!(
            last.at.0 as usize + 96 + block >= sound[0].len(),
            "the ramp to its end: {last:?}"
        );
        let count = take.entries.iter().filter(points(Param::Zoom)).count();
        assert!(
            count <= secs * 1_000 + 2,
            "and not more of it than can be seen: {count}"
        );
        drop(rack);
        fs::remove_dir_all(&take.folder).unwrap();
    }
}

/// Chooses a mode of capture: 0 off, 1 export, 2 always.
fn capture(rack: &mut Rack, mode: f64) -> impl FnMut(usize, &mut EventBuffer) + use<> {
    let id = rack.param("Capture");
    move |_, events| events.push(&ParamValueEvent::new(0, id, Pckn::match_all(), mode, Cookie::empty()))
}

#[test]
fn a_take_of_what_plays_goes_on_with_other_blocks() {
    let Some(root) = alone("takes::a_take_of_what_plays_goes_on_with_other_blocks") else {
        return;
    };
    let mut rack = Rack::new();
    let mut always = capture(&mut rack, 2.0);
    let mut heard = vec![Vec::new(), Vec::new()];
    let mut from = 0;
    for block in [512, 64, 8_192, 441] {
        let mut audio = rack.activate(RATE_HZ, block);
        let sound = noise(8_192, 2);
        audio.play(&sound, block as usize, Some(from), &mut always);
        from += 8_192;
        heard
            .iter_mut()
            .zip(&sound)
            .for_each(|(heard, sound)| heard.extend(sound));
        rack.deactivate(audio);
        assert_eq!(list(&root).unwrap()[0].state, TakeState::Recording);
    }
    // Another rate is another take.
    let mut audio = rack.activate(44_100.0, 512);
    let other = noise(8_192, 2);
    audio.play(&other, 512, Some(from), &mut always);
    rack.deactivate(audio);
    drop(rack);
    let takes = list(&root).unwrap();
    assert_eq!(takes.len(), 2);
    for (rate, sound) in [(48_000, heard), (44_100, other)] {
        let take = takes.iter().find(|take| take.manifest.rate.hz() == rate).unwrap();
        let take = Take::open(&take.folder).unwrap();
        assert_eq!(take.end, Some(EndReason::Deactivated));
        assert!(recorded(&take) == interleaved(&sound), "at {rate} Hz");
        assert!(!take.entries.iter().any(|entry| matches!(entry.event, Event::Jump(_))));
    }
}

#[test]
fn a_state_that_comes_behind_the_activation_is_in_the_take() {
    let Some(root) = alone("takes::a_state_that_comes_behind_the_activation_is_in_the_take") else {
        return;
    };
    for _ in 0..20 {
        let mut rack = Rack::new();
        let state = String::from_utf8(rack.save()).unwrap();
        let mut audio = rack.activate(RATE_HZ, 512);
        rack.load(
            state
                .replace("a neon city in the rain", "a harbour at night")
                .as_bytes(),
        )
        .unwrap();
        audio.play(&noise(48_000 * 2, 2), 512, Some(0), &mut |_, _| {});
        rack.deactivate(audio);
        let take = only_take(&root);
        let bank = take.entries.iter().find_map(|entry| match &entry.event {
            Event::Bank { bank } => Some(bank),
            _ => None,
        });
        assert_eq!(bank.unwrap().prompts[1].text, "a harbour at night");
        fs::remove_dir_all(&take.folder).unwrap();
    }
}

#[test]
fn takes_of_unnamed_instances_are_told_apart() {
    let Some(root) = alone("takes::takes_of_unnamed_instances_are_told_apart") else {
        return;
    };
    let mut racks: Vec<Rack> = (0..4).map(|_| Rack::new()).collect();
    let state = String::from_utf8(racks[2].save()).unwrap();
    racks[2]
        .load(state.replace(r#"\"name\":\"\""#, r#"\"name\":\"Drums\""#).as_bytes())
        .unwrap();
    let mut players: Vec<_> = racks.iter_mut().map(|rack| rack.activate(RATE_HZ, 512)).collect();
    // In whatever order they begin.
    for audio in players.iter_mut().rev() {
        audio.play(&noise(48_000 * 4, 2), 512, Some(0), &mut |_, _| {});
    }
    for (rack, audio) in racks.iter_mut().zip(players) {
        rack.deactivate(audio);
    }
    let mut names: Vec<String> = list(&root)
        .unwrap()
        .into_iter()
        .map(|take| take.manifest.name)
        .collect();
    names.sort();
    assert_eq!(names, ["Drums", "Phosphene A", "Phosphene B", "Phosphene C"]);
}
