//! Saved states, read as far as they can be read: one broken number or a missing end must not cost the prompts.
//!
//! A state is JSON of nice-plug's: values by name, and fields, one of which is our project as JSON within a string.
//! What is whole goes through untouched. What is not is read by [`lenient`], value by value, and made whole; what was
//! lost on the way is told in a field of its own, which the editor shows.

mod lenient;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use nice_plug::{
    params::{Params, internals::ParamPtr},
    plugin::{ParamValue, PluginState},
};
use serde_json::Value;

use crate::params::{PhospheneParams, Span};

/// The field that holds our project.
pub(crate) const PROJECT: &str = "project";
/// The field in which a state tells what was wrong with it: a list of sentences.
const TROUBLES: &str = "troubles";

/// A saved state's bytes as bytes that nice-plug can read; `None` when nothing of a state is in them.
pub(crate) fn recovered(bytes: Vec<u8>) -> Option<Vec<u8>> {
    if serde_json::from_slice::<PluginState>(&bytes).is_ok() {
        return Some(bytes);
    }
    let (read, _) = lenient::read(&bytes);
    let project = project_within(&bytes);
    let saved = read.get("params").and_then(Value::as_object);
    if saved.is_none() && project.is_none() {
        return None;
    }
    let saved_any = saved.is_some();
    let mut params = BTreeMap::new();
    let mut lost = Vec::new();
    let defaults = PhospheneParams::default();
    for (id, param, _) in defaults.param_map() {
        let saved = saved.and_then(|saved| saved.get(&id));
        match saved.map(|value| serde_json::from_value::<ParamValue>(value.clone())) {
            Some(Ok(value)) => drop(params.insert(id, value)),
            // States of older versions have fewer values: what is missing from one that has an end was never there.
            None if saved_any && read.get("fields").is_some() => {}
            _ => lost.push(name(param)),
        }
    }
    let mut troubles = Vec::new();
    if !lost.is_empty() {
        troubles.push(format!(
            "The saved project is damaged. These values could not be read and are at their defaults: {}.",
            lost.join(", ")
        ));
    }
    let mut fields = BTreeMap::new();
    match project {
        Some((project, damaged)) => {
            if damaged {
                troubles.push(cut_off(&project));
            }
            fields.insert(PROJECT.to_owned(), project.to_string());
        }
        None => drop(fields.insert(PROJECT.to_owned(), Value::Null.to_string())),
    }
    tell(&mut fields, troubles);
    let version = read
        .get("version")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let state = PluginState {
        version,
        params,
        fields,
    };
    serde_json::to_vec(&state).ok()
}

/// Puts a state's values into their types and ranges, and its project into JSON: the wrapper takes whatever a file says.
pub(crate) fn tame(state: &mut PluginState) {
    let mut troubles = Vec::new();
    let defaults = PhospheneParams::default();
    for (id, param, _) in defaults.param_map() {
        let saved = state.params.remove(&id);
        let (value, wrong) = defaults.tamed(&id, saved.as_ref());
        if let (true, Some(saved)) = (wrong, saved) {
            troubles.push(format!(
                "{} was {} in the saved project, which it can't be; it is {} now.",
                name(param),
                said(&saved),
                said(&value)
            ));
        }
        state.params.insert(id, value);
    }
    if let Some(project) = state.fields.get_mut(PROJECT)
        && serde_json::from_str::<Value>(project).is_err()
    {
        let (read, _) = lenient::read(project.as_bytes());
        troubles.push(cut_off(&read));
        *project = read.to_string();
    }
    tell(&mut state.fields, troubles);
}

/// What was wrong with a state that is being loaded.
pub(crate) fn troubles(fields: &BTreeMap<String, String>) -> Vec<String> {
    let told = fields.get(TROUBLES).and_then(|told| serde_json::from_str(told).ok());
    told.unwrap_or_default()
}

fn tell(fields: &mut BTreeMap<String, String>, new: Vec<String>) {
    let mut told = troubles(fields);
    told.extend(new);
    fields.remove(TROUBLES);
    if !told.is_empty() {
        fields.insert(TROUBLES.to_owned(), Value::from(told).to_string());
    }
}

/// The sentence on a project of which a part is missing.
fn cut_off(project: &Value) -> String {
    let prompts = project
        .get("bank")
        .and_then(|bank| bank.get("prompts"))
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    format!(
        "The saved project is damaged or was cut off. The first {prompts} scenes could be read; look through them, and \
         the video settings, before you save."
    )
}

/// The project within a state that is no JSON, and whether a part of it is missing.
///
/// Its quotes may have lost their escapes, so the string's end is not looked for: the project's own end is.
fn project_within(bytes: &[u8]) -> Option<(Value, bool)> {
    const BEFORE: &[u8] = b"\"project\":";
    let after = bytes.windows(BEFORE.len()).position(|window| window == BEFORE)? + BEFORE.len();
    let text = bytes[after..].trim_ascii_start();
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let (project, damaged) = lenient::read(&lenient::unescaped(text));
    project.is_object().then_some((project, damaged))
}

/// A value as people write it.
fn said(value: &ParamValue) -> String {
    match value {
        ParamValue::F32(value) => value.to_string(),
        ParamValue::I32(value) => value.to_string(),
        ParamValue::Bool(value) => value.to_string(),
        ParamValue::String(value) => format!("\"{}\"", value.chars().take(20).collect::<String>()),
    }
}

#[expect(
    unsafe_code,
    reason = "nice-plug lists parameters as pointers into the struct that the caller holds"
)]
fn name(param: ParamPtr) -> String {
    // SAFETY: the parameters live in the caller's `PhospheneParams`.
    unsafe { param.name() }.to_owned()
}

impl PhospheneParams {
    /// The value that a state means, in the parameter's own type and range, and whether it had to be changed for it.
    fn tamed(&self, id: &str, saved: Option<&ParamValue>) -> (ParamValue, bool) {
        let number = match saved {
            Some(ParamValue::F32(value)) => Some(f64::from(*value)).filter(|value| value.is_finite()),
            Some(ParamValue::I32(value)) => Some(f64::from(*value)),
            Some(ParamValue::Bool(value)) => Some(f64::from(u8::from(*value))),
            Some(ParamValue::String(_)) | None => None,
        };
        match self.span(id) {
            Some(Span::Float { least, most, usual }) => {
                let value = number.map_or(usual, |number| (number as f32).clamp(least, most));
                let kept = number.is_some_and(|number| number as f32 == value);
                (ParamValue::F32(value), !kept)
            }
            Some(Span::Steps { least, most, usual }) => {
                let value = number.map_or(usual, |number| (number.round() as i32).clamp(least, most));
                let kept = number.is_some_and(|number| number == f64::from(value));
                (ParamValue::I32(value), !kept)
            }
            Some(Span::Names { names, usual }) => match saved {
                Some(ParamValue::String(id)) if names.contains(&id.as_str()) => (ParamValue::String(id.clone()), false),
                _ => {
                    let place = number.map(|number| number.round().clamp(0.0, names.len() as f64 - 1.0));
                    let id = place
                        .and_then(|place| names.get(place as usize))
                        .copied()
                        .unwrap_or(usual);
                    (ParamValue::String(id.to_owned()), place.is_none() || place != number)
                }
            },
            Some(Span::Switch { usual }) => {
                let value = number.map_or(usual, |number| number >= 0.5);
                let kept = number.is_some_and(|number| number == f64::from(u8::from(value)));
                (ParamValue::Bool(value), !kept)
            }
            None => (ParamValue::Bool(false), true),
        }
    }
}
