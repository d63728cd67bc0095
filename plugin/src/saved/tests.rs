use nice_plug::plugin::{ParamValue, PluginState};
use serde_json::Value;

use super::*;
use crate::{
    params::{Grouped, PhospheneParams},
    project::Project,
};

/// A state with a text in each scene, and quotes and signs in some.
fn state() -> String {
    let mut project = Project::default();
    for (scene, prompt) in project.bank.prompts.iter_mut().enumerate() {
        prompt.text = format!("scene {} with \"quotes\", a \\ and a 🐋", scene + 1);
        prompt.seed = (scene % 2 == 0).then_some(scene as u64);
    }
    let values = [("zoom", ParamValue::F32(0.5)), ("scene", ParamValue::I32(3))];
    let state = PluginState {
        version: "0.1.0".to_owned(),
        params: values.map(|(id, value)| (id.to_owned(), value)).into(),
        fields: [(PROJECT.to_owned(), serde_json::to_string(&project).unwrap())].into(),
    };
    serde_json::to_string(&state).unwrap()
}

/// Loads bytes as the wrapper does; the values, the project and what is told.
fn load(bytes: &[u8]) -> Option<(PluginState, Project, Vec<String>)> {
    let mut state: PluginState = serde_json::from_slice(&recovered(bytes.to_vec())?).unwrap();
    tame(&mut state);
    let params = Grouped(std::sync::Arc::new(PhospheneParams::default()));
    params.deserialize_fields(&state.fields);
    let project = params.0.project.read().clone();
    Some((state, project, params.0.project.take_problems()))
}

fn number(state: &PluginState, id: &str) -> f64 {
    match state.params.get(id) {
        Some(ParamValue::F32(value)) => f64::from(*value),
        Some(ParamValue::I32(value)) => f64::from(*value),
        other => panic!("{id}: {other:?}"),
    }
}

#[test]
fn a_whole_state_goes_through_as_it_is() {
    let whole = state();
    assert_eq!(recovered(whole.clone().into_bytes()), Some(whole.clone().into_bytes()));
    let (state, project, told) = load(whole.as_bytes()).unwrap();
    assert_eq!((number(&state, "zoom"), number(&state, "scene")), (0.5, 3.0));
    assert_eq!(project.bank.prompts[15].text, "scene 16 with \"quotes\", a \\ and a 🐋");
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_broken_number_costs_that_number_and_is_told() {
    let whole = state();
    let (_, project, _) = load(whole.as_bytes()).unwrap();
    for broken in [
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "1e999",
        "null",
        "",
        "-",
        "{}",
        "[1",
        "\"high\"",
        "0.5.5",
    ] {
        let text = whole.replace("{\"f32\":0.5}", &format!("{{\"f32\":{broken}}}"));
        assert_ne!(text, whole);
        let (state, read, told) = load(text.as_bytes()).unwrap_or_else(|| panic!("{broken}"));
        assert_eq!(number(&state, "zoom"), 1.0, "{broken}: the default");
        assert_eq!(number(&state, "scene"), 3.0, "{broken}: the others are kept");
        assert_eq!(read, project, "{broken}");
        assert!(told.iter().any(|told| told.contains("Zoom")), "{broken}: {told:?}");
    }
}

#[test]
fn values_of_another_type_or_range_are_put_right_and_told() {
    for (id, saved, is) in [
        ("scene", ParamValue::I32(4_000_000), 16.0),
        ("scene", ParamValue::F32(3.7), 4.0),
        ("style", ParamValue::I32(-7), 0.0),
        ("zoom", ParamValue::F32(99.0), 2.0),
        ("zoom", ParamValue::F32(f32::NAN), 1.0),
        ("seed", ParamValue::String("x".to_owned()), 1.0),
    ] {
        let mut state: PluginState = serde_json::from_str(&state()).unwrap();
        state.params.insert(id.to_owned(), saved.clone());
        tame(&mut state);
        assert_eq!(number(&state, id), is, "{id} {saved:?}");
        assert_eq!(troubles(&state.fields).len(), 1, "{id} {saved:?}");
    }
    // What is the same in another type is no trouble, and neither is what an older version did not have.
    let mut state: PluginState = serde_json::from_str(&state()).unwrap();
    state.params.insert("scene".to_owned(), ParamValue::F32(3.0));
    state.params.insert("zoom".to_owned(), ParamValue::I32(1));
    state.params.remove("bypass");
    tame(&mut state);
    assert_eq!((number(&state, "scene"), number(&state, "zoom")), (3.0, 1.0));
    assert!(matches!(state.params.get("bypass"), Some(ParamValue::Bool(false))));
    assert_eq!(troubles(&state.fields), Vec::<String>::new());
}

#[test]
fn a_state_that_was_cut_off_keeps_every_prompt_before_the_cut() {
    let whole = state();
    let texts: Vec<(usize, String)> = (1..=16)
        .map(|scene| {
            // Where the text's last letter is, escapes and all.
            let begin = whole.find(&format!("scene {scene} with")).unwrap();
            let end = begin + whole[begin..].find('🐋').unwrap() + '🐋'.len_utf8();
            (end, format!("scene {scene} with \"quotes\", a \\ and a 🐋"))
        })
        .collect();
    let (_, uncut, _) = load(whole.as_bytes()).unwrap();
    let first = whole.find("\"params\":{").unwrap() + 10;
    for cut in first..whole.len() {
        let (_, project, told) = load(&whole.as_bytes()[..cut]).unwrap_or_else(|| panic!("cut at {cut}"));
        assert!(project == uncut || !told.is_empty(), "cut at {cut}");
        for ((end, text), prompt) in texts.iter().zip(&project.bank.prompts) {
            if *end <= cut {
                assert_eq!(&prompt.text, text, "cut at {cut}");
            }
        }
        assert_eq!(project.bank.prompts.len(), 16);
    }
}

#[test]
fn a_byte_that_was_changed_keeps_every_prompt_before_it() {
    let whole = state();
    let mut random = fastrand::Rng::with_seed(1);
    let mut next = move |below: usize| random.usize(..below);
    let first = whole.find(PROJECT).unwrap() + PROJECT.len() + 2;
    for _ in 0..3_000 {
        let mut bytes = whole.clone().into_bytes();
        let at = first + next(bytes.len() - first);
        let new = *b"\"\\{}[],:0a\x00\xff".get(next(12)).unwrap();
        match next(3) {
            0 => bytes[at] = new,
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, new),
        }
        let (_, project, _) = load(&bytes).unwrap_or_else(|| panic!("{new} at {at}"));
        for (scene, prompt) in project.bank.prompts.iter().enumerate() {
            let text = format!("scene {} with", scene + 1);
            // With the quote behind it.
            let begin = whole.find(&text).unwrap();
            let end = begin + whole[begin..].find('🐋').unwrap() + "🐋\\\"".len();
            if end <= at {
                assert_eq!(
                    prompt.text,
                    format!("scene {} with \"quotes\", a \\ and a 🐋", scene + 1),
                    "{new} at {at}"
                );
            }
        }
    }
}

#[test]
fn damage_among_the_values_costs_no_prompt() {
    let whole = state();
    let (_, project, _) = load(whole.as_bytes()).unwrap();
    let (from, to) = (whole.find("\"params\"").unwrap(), whole.find("\"fields\"").unwrap());
    for at in from..to {
        for new in *b"\"\\{}[],:0\xff" {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = new;
            let (_, read, _) = load(&bytes).unwrap_or_else(|| panic!("{new} at {at}"));
            assert_eq!(read, project, "{} at {at}", char::from(new));
        }
    }
}

#[test]
fn what_is_no_state_is_said_to_be_none() {
    for none in [&b""[..], b"no state at all", &[0; 500], b"[1,2]", b"{}", b"\"params\""] {
        assert_eq!(recovered(none.to_vec()), None);
    }
    // Ten thousand lists in each other end no program.
    let deep = format!("{{\"params\":{}", "[".repeat(10_000));
    assert!(recovered(deep.into_bytes()).is_none());
    let deep = state().replace("\"project\":\"", &format!("\"project\":\"{}", "[".repeat(10_000)));
    load(deep.as_bytes()).unwrap();
}

#[test]
fn json_is_read_as_any_reader_reads_it() {
    for text in [
        r#"{"a":[1,-2.5e3,true,false,null,"x\n\u00e9\ud83d\udc0b"],"b":{"c":{}},"d":[]}"#,
        " [ 1 , [ ] , { } ] ",
        "\"x\"",
        "12",
    ] {
        let read = lenient::read(text.as_bytes());
        assert_eq!(read, (serde_json::from_str::<Value>(text).unwrap(), false), "{text}");
    }
}
