//! States that earlier versions saved, and damaged ones.

use nice_plug::{plugin::ParamValue, prelude::*};
use phosphene_plugin::{Phosphene, params::PhospheneParams};

/// The state of version 0.1.0, as a host saved it.
const V1: &str = include_str!("fixtures/state-v1.json");

/// The same as pedalboard 0.9.26 saved it, from the VST3.
const V1_HOST: &str = include_str!("fixtures/state-v1-host.json");

/// Loads a state as the wrapper does: filtered, then parameters and fields; what was told.
fn load(text: &str) -> Option<(PhospheneParams, Vec<String>)> {
    let mut state: PluginState = serde_json::from_str(text).ok()?;
    Phosphene::filter_state(&mut state);
    let params = PhospheneParams::default();
    params.deserialize_fields(&state.fields);
    let problems = params.project.take_problems();
    Some((params, problems))
}

#[test]
fn the_first_version_s_state_is_read() {
    let (params, problems) = load(V1).expect("the fixture is a state");
    assert!(problems.is_empty(), "{problems:?}");
    let project = params.project.read();
    assert_eq!(project.name, "The long way home");
    assert_eq!(project.bank.prompts[4].text, "a lighthouse in a storm, woodcut");
    assert_eq!(project.bank.prompts[4].seed, Some(12));
    assert_eq!(project.video.fps.to_string(), "30");
    let state: PluginState = serde_json::from_str(V1).unwrap();
    let known: Vec<String> = PhospheneParams::default()
        .param_map()
        .into_iter()
        .map(|(id, _, _)| id)
        .collect();
    for id in state.params.keys() {
        assert!(known.contains(id), "{id} was a parameter once and must stay one");
    }
    // Parameters are only ever added, and states without the new ones are whole.
    assert!(state.params.len() <= known.len());
}

#[test]
fn a_state_that_a_host_saved_is_read() {
    let (params, problems) = load(V1_HOST).expect("the fixture is a state");
    assert!(problems.is_empty(), "{problems:?}");
    let prompts = &params.project.read().bank.prompts;
    assert_eq!(prompts[4].text, "a lighthouse in a storm, woodcut");
    assert_eq!(prompts[1].text, "a neon city in the rain");
    let state: PluginState = serde_json::from_str(V1_HOST).unwrap();
    assert!(
        matches!(state.params.get("scene"), Some(ParamValue::I32(5))),
        "{:?}",
        state.params.get("scene")
    );
}

#[test]
fn a_thousand_damaged_states_do_no_harm() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut next = move |below: usize| random.usize(..below);
    let (mut read, mut told) = (0, 0);
    for _ in 0..1_000 {
        let mut bytes = V1.as_bytes().to_vec();
        for _ in 0..1 + next(6) {
            // Nothing is left to damage then.
            if bytes.is_empty() {
                break;
            }
            let at = next(bytes.len());
            match next(4) {
                0 => bytes[at] = next(256) as u8,
                1 => bytes.truncate(at.max(1)),
                2 => drop(bytes.drain(at..(at + next(40)).min(bytes.len()))),
                _ => bytes.splice(at..at, b"\\\"null,[{9e99".iter().copied()).for_each(drop),
            }
        }
        if let Some((params, problems)) = load(&String::from_utf8_lossy(&bytes)) {
            read += 1;
            told += usize::from(!problems.is_empty());
            assert_eq!(params.project.read().bank.prompts.len(), 16);
        }
    }
    assert!(
        read > 20 && told > 10,
        "{read} were read, {told} with something to tell"
    );
}
